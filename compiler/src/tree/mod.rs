//! The expanded program: what the expander makes and the lowering to core takes.
//!
//! True here and not before: no macro, alias, import or attribute is left; every variable has a number,
//! unique within its function; every call says whether it is local, remote or of a fun; structs are maps;
//! `quote` is plain construction; sigils, interpolations, `|>`, `if`, `&&` and their like are gone.

use beamlet_vm::{Atom, Value};

/// A variable of one function. Rebinding makes a new number; the same number twice in one pattern means equality.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VarId(pub u32);

/// An expression with the line it came from (0 for unknown; the file is the function's).
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it computes.
    pub kind: ExprKind,
    /// The line for stack traces.
    pub line: u32,
}

/// What an expression computes. Arguments are evaluated left to right unless said otherwise.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A constant term.
    Literal(Value),
    /// A variable bound before.
    Var(VarId),
    /// `[head | tail]`.
    Cons(Box<Expr>, Box<Expr>),
    /// `[a, b, c | tail]`; no tail means `[]`.
    List(Vec<Expr>, Option<Box<Expr>>),
    /// `{a, b, c}`.
    Tuple(Vec<Expr>),
    /// `%{k => v}`: later keys win.
    Map(Vec<(Expr, Expr)>),
    /// `%{map | k => v}`: raises `{badkey, k}` unless every key is there, `{badmap, m}` unless a map.
    MapUpdate(Box<Expr>, Vec<(Expr, Expr)>),
    /// `<<…>>`.
    Binary(Vec<Segment<Expr>>),
    /// At least one expression; the value is the last one's.
    Block(Vec<Expr>),
    /// `pattern = expression`; raises `{badmatch, value}`.
    Match(Box<Pattern>, Box<Expr>),
    /// Tries clauses in order on one subject; each clause has exactly one pattern.
    Case(Box<Expr>, Vec<Clause>, NoMatch),
    /// `cond`: the first true condition's body; raises `cond_clause`. Conditions are any value (`nil` and `false` fail).
    Cond(Vec<(Expr, Expr)>),
    /// `receive`, with the time-out and its body.
    Receive(Vec<Clause>, Option<Box<(Expr, Expr)>>),
    /// `try`.
    Try(Box<Try>),
    /// `fn`: all clauses have the same number of patterns.
    Fn(Vec<Clause>),
    /// `&name/arity` of this module.
    LocalFun(Atom, u8),
    /// `&module.name/arity` with parts known or computed.
    RemoteFun(Box<Expr>, Box<Expr>, u8),
    /// A call of a function of this module.
    CallLocal(Atom, Vec<Expr>),
    /// `module.name(arguments)`; the module is an atom literal or computed. Guard functions are `:erlang` calls.
    CallRemote(Box<Expr>, Atom, Vec<Expr>),
    /// `fun.(arguments)`: the fun is evaluated first.
    CallFun(Box<Expr>, Vec<Expr>),
    /// A comprehension.
    For(Box<Comprehension>),
    /// `with`.
    With(Box<With>),
    /// `left and right` with a strict boolean on the left: raises `{badbool, :and, left}`.
    And(Box<Expr>, Box<Expr>),
    /// `left or right`, likewise `{badbool, :or, left}`.
    Or(Box<Expr>, Box<Expr>),
}

/// What to do when no clause of a `case` matches, the value given.
#[derive(Clone, Debug, PartialEq)]
pub enum NoMatch {
    /// `error({case_clause, value})`.
    CaseClause,
    /// `error({badmatch, value})`.
    BadMatch,
    /// `error({try_clause, value})`.
    TryClause,
    /// `error({with_clause, value})`: WithClauseError.
    WithClause,
    /// `error({badbool, operator, value})`: BadBooleanError.
    BadBool(Atom),
    /// The clauses cover every value (the expander made them so).
    Impossible,
}

/// `pattern, … when guard -> body`.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// One for `case`, `receive`; the arity's number for `fn` and functions; class, reason for `catch`.
    pub patterns: Vec<Pattern>,
    /// Alternatives (`when a when b`): each a guard expression; none means always. An error in one is a failure of that one.
    pub guards: Vec<Expr>,
    /// What it computes.
    pub body: Expr,
    /// The line for stack traces.
    pub line: u32,
}

/// A pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum Pattern {
    /// `_`.
    Any,
    /// Binds the variable; its second occurrence in the same clause head compares with `=:=`.
    Var(VarId),
    /// `^var`: equal (`=:=`) to a variable bound before the pattern.
    Pin(VarId),
    /// A constant term, compared with `=:=`.
    Literal(Value),
    /// `[head | tail]`.
    Cons(Box<Pattern>, Box<Pattern>),
    /// `{a, b}`.
    Tuple(Vec<Pattern>),
    /// Has these keys; each key is a guard-like expression of literals and variables bound before.
    Map(Vec<(Expr, Pattern)>),
    /// `<<…>>`; sizes may use variables bound by earlier segments.
    Binary(Vec<Segment<Pattern>>),
    /// `a = b`: both match.
    Both(Box<Pattern>, Box<Pattern>),
}

/// A segment of a bitstring.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment<T> {
    /// The value or pattern.
    pub value: T,
    /// The type.
    pub kind: SegmentKind,
    /// The size expression; `None` for the type's default (integer 8, float 64, binary all).
    pub size: Option<Expr>,
    /// Bits for one unit of size (1 to 256).
    pub unit: u16,
    /// `signed`.
    pub signed: bool,
    /// Byte order.
    pub endian: Endian,
}

/// The type of a segment. `bitstring` and `bits` are `Binary` with unit 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is its modifier")]
pub enum SegmentKind {
    Integer,
    Float,
    Binary,
    Utf8,
    Utf16,
    Utf32,
}

/// Byte order of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is its modifier")]
pub enum Endian {
    Big,
    Little,
    Native,
}

/// `try body else … catch … after …`; `rescue` is already part of `catches`.
#[derive(Clone, Debug, PartialEq)]
pub struct Try {
    /// What may raise.
    pub body: Expr,
    /// Clauses on the body's value; errors in them are not caught here. Empty means the value itself.
    pub else_clauses: Vec<Clause>,
    /// Clauses of two patterns, class (`:error`, `:exit`, `:throw`) and reason. What none matches goes on.
    pub catches: Vec<Clause>,
    /// Bound to the stack trace inside every catch clause's body, when one of them asks for `__STACKTRACE__`.
    pub stacktrace: Option<VarId>,
    /// Runs in any case; its value is dropped.
    pub after: Option<Expr>,
}

/// A comprehension.
#[derive(Clone, Debug, PartialEq)]
pub struct Comprehension {
    /// Generators and filters in order; the first is a generator.
    pub steps: Vec<Step>,
    /// How results are gathered.
    pub gather: Gather,
    /// `uniq: true`.
    pub unique: bool,
}

/// One step of a comprehension.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// `pattern when guards <- enumerable`: elements that do not match are skipped.
    Each(Pattern, Vec<Expr>, Expr),
    /// `<<pattern <- bitstring>>`: the segments of one turn, and the bitstring.
    Bits(Vec<Segment<Pattern>>, Expr),
    /// A condition (`nil` and `false` skip).
    Filter(Expr),
}

/// How a comprehension gathers its results.
#[derive(Clone, Debug, PartialEq)]
pub enum Gather {
    /// Into a list, the body given.
    List(Expr),
    /// Into a collectable, then the body. A literal `""` or `<<>>` makes a bitstring, `%{}` a map, without the protocol.
    Into(Expr, Expr),
    /// `reduce: initial`, and clauses of one pattern (the accumulator).
    Reduce(Expr, Vec<Clause>),
}

/// `with`.
#[derive(Clone, Debug, PartialEq)]
pub struct With {
    /// Its steps in order.
    pub steps: Vec<WithStep>,
    /// The body.
    pub body: Expr,
    /// Clauses for the value that did not match; `None` returns it.
    pub else_clauses: Option<Vec<Clause>>,
}

/// One step of `with`.
#[derive(Clone, Debug, PartialEq)]
pub enum WithStep {
    /// `pattern when guards <- expression`.
    Match(Pattern, Vec<Expr>, Expr),
    /// Any other expression.
    Plain(Expr),
}

/// A function of a module.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Its name as the VM sees it (`MACRO-name` for a macro, with the caller's environment as first parameter).
    pub name: Atom,
    /// The number of parameters.
    pub arity: u8,
    /// Whether other modules may call it.
    pub exported: bool,
    /// Its clauses; patterns' number is the arity.
    pub clauses: Vec<Clause>,
    /// The line of the first clause.
    pub line: u32,
    /// The file, when it differs from the module's (code from a macro with `location: :keep`).
    pub file: Option<String>,
}

/// A module, ready to be compiled to a `.beam` file.
#[derive(Clone, Debug, PartialEq)]
pub struct Module {
    /// Its name.
    pub name: Atom,
    /// The file it came from, as stack traces show it.
    pub file: String,
    /// The line of its `defmodule`.
    pub line: u32,
    /// Its functions; `module_info/0,1` are added by the code generator, `__info__/1` by the expander.
    pub functions: Vec<Function>,
    /// Persisted attributes: name and the list of values, as `module_info(:attributes)` gives them.
    pub attributes: Vec<(Atom, Value)>,
    /// The function to be run when it is loaded, as its code is named.
    pub on_load: Option<(Atom, u8)>,
    /// The documentation chunk's term, if any.
    pub docs: Option<Value>,
    /// Abstract forms of its types, specs and callbacks, for the chunk of debug information; if any.
    pub types: Option<Value>,
    /// What debug information says of the module and its definitions, a map; if it is wanted.
    pub debug: Option<Value>,
    /// What Elixir's checks of other modules read of its exports; `None` for evaluated code.
    pub exports: Option<Value>,
}
