//! The expander: quoted code in, [`tree`](crate::tree) out, with every macro called and every name resolved.
//!
//! Expansion is asynchronous, for a macro runs on the machine as the process that compiles. Nodes that cannot
//! involve a macro (literals, variables, calls of plain arguments) are expanded at once, without a future.

pub mod env;
pub mod hashing;
pub mod host;
pub mod lexical;

mod bitstring;
mod block;
mod bootstrap;
mod call;
mod capture;
mod clauses;
mod comprehension;
mod directive;
mod escape;
pub mod foreign;
mod map;
mod messages;
mod pattern;
pub mod private;
mod quote;
mod rewrite;
mod scope;
pub mod shadow;
mod special;
pub mod trace;
mod tries;
pub mod visit;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as PollContext, Poll};

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};
use parking_lot::Mutex;

use crate::diagnostic::Diagnostic;
use crate::module::definition::DefKind;
use crate::module::state::ModuleState;
use crate::module::{Collection, Compiler};
use crate::quoted::{Args, Meta, Quoted};
use crate::source::SourceFile;
use crate::tree::{Expr, ExprKind, Pattern, VarId};

#[cfg(test)]
mod tests;

pub(crate) use block::discard;
pub use bootstrap::KERNEL_MACROS;
pub(crate) use bootstrap::{attribute_parts, Boot};
pub(crate) use call::Resolved;
use env::{Env, VarContext, VarKey};
pub use escape::{escape_value, has_unquote, mentions_unquote};
use host::{Failure, Host, Outcome};
pub use messages::{closest, frame, place, show, show_module, show_name};
use pattern::PatternVars;
use private::LocalExpansions;
pub use quote::{adopt, Escape};
pub use rewrite::{inlined_names, renamed, GUARD_FUNCTIONS};
use scope::Scope;
pub use scope::VarInfo;
use special::Special;

/// The result of expanding one node: there already, or still to be awaited.
pub enum Step<'a, T> {
    /// Done; `None` once taken.
    Ready(Option<Outcome<T>>),
    /// Under way.
    Later(Pin<Box<dyn Future<Output = Outcome<T>> + Send + 'a>>),
}

impl<'a, T> Step<'a, T> {
    /// A finished step.
    pub fn ready(result: Outcome<T>) -> Step<'a, T> {
        Step::Ready(Some(result))
    }

    /// A step that has to be awaited.
    pub fn later(future: impl Future<Output = Outcome<T>> + Send + 'a) -> Step<'a, T> {
        Step::Later(Box::pin(future))
    }
}

impl<T: Unpin> Future for Step<'_, T> {
    type Output = Outcome<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut PollContext<'_>) -> Poll<Outcome<T>> {
        match self.get_mut() {
            Step::Ready(result) => Poll::Ready(result.take().expect("a finished step is polled once")),
            // Each level of nesting is a level of polling, so the host stack grows with the source's depth.
            Step::Later(future) => stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, || future.as_mut().poll(cx)),
        }
    }
}

/// The compiler and the machine that an expansion uses.
#[derive(Clone, Copy)]
pub struct Cx<'c> {
    /// What the expansions of one machine share.
    pub compiler: &'c Compiler,
    /// The machine, as the process that compiles.
    pub host: &'c dyn Host,
    /// Where modules are noted as they are defined, for who asked for their bytes.
    pub compiled: Option<&'c Collection>,
}

/// A call of a function of the module at hand, to be checked once all functions are known.
#[derive(Clone, Debug)]
pub struct LocalCall {
    /// The name called.
    pub name: Atom,
    /// With how many arguments.
    pub arity: u8,
    /// Where.
    pub line: u32,
    /// Where; 0 where unknown.
    pub column: u32,
    /// Whether it was written like a variable.
    pub bare: bool,
    /// A variable that was there: of nearly this name when written like one, of this name when called.
    pub near: Option<Atom>,
    /// The file's name and text.
    pub source: SourceFile,
    /// The function that calls.
    pub from: Option<(Atom, u8)>,
}

/// What `super` means in the definition being expanded.
#[derive(Clone, Debug)]
pub struct SuperTarget {
    /// The hidden name of the overridden definition.
    pub name: Atom,
    /// Whether it is a macro.
    pub kind: DefKind,
}

/// The state of expanding one definition or one evaluated expression.
pub struct Expander<'c> {
    /// Compiler and machine.
    pub cx: Cx<'c>,
    /// The text that positions refer to.
    pub source: SourceFile,
    /// The environment at the present point.
    pub env: Env,
    /// The variables.
    pub scope: Scope,
    /// The module being defined, if this compilation defines one.
    pub module: Option<Arc<Mutex<ModuleState>>>,
    /// The parameter that holds the caller's environment, in a macro.
    pub caller: Option<VarId>,
    /// The variable that holds the stack trace, in a `rescue` or `catch`, and whether something read it.
    stacktrace: Option<(VarId, bool)>,
    /// Variables bound so far by the pattern being expanded.
    pattern: Option<PatternVars>,
    /// What the pattern just finished wants besides; see [`Expander::with_pattern_guards`].
    pattern_guards: Vec<Expr>,
    /// The highest capture argument, inside `&`.
    captures: Option<Vec<Option<VarId>>>,
    /// The overridden definition that `super` calls.
    pub super_target: Option<SuperTarget>,
    /// Calls of functions of this module.
    pub locals: Vec<LocalCall>,
    /// Errors after which expansion could go on.
    pub errors: Vec<Diagnostic>,
    /// Lines and texts of warnings that come when the module is complete: clauses that never match.
    pub late: Vec<(u32, String)>,
    /// Modules that the code being expanded defines once it runs, and that were not there before.
    pub unit_modules: Vec<Atom>,
    /// Whether code is being evaluated at a module's top level, so that definitions may appear.
    pub in_module_body: bool,
    /// Whether what macros make keeps the lines that it has, without those of their calls.
    pub without_lines: bool,
    /// Whether the expression is a size in a pattern.
    in_size: bool,
    /// Whether what is named is needed when the code runs only, wherever it stands; or not at all.
    pub refers: Refers,
    /// How deep macro expansion is, to refuse endless ones.
    depth: u32,
    /// What macros of the module at hand make, where debug information is kept.
    pub local_expansions: Option<LocalExpansions>,
}

/// When a file needs what its code names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refers {
    /// Where the name stands: outside of functions when it is compiled, in them when they run.
    Here,
    /// When it runs.
    Late,
    /// Never.
    Never,
}

/// What expressions side by side have bound so far; see [`Expander::siblings`].
struct Siblings {
    mark: scope::Mark,
    bound: Vec<(VarKey, VarId)>,
}

/// Macros that expand to macros more often than this in one another are taken for endless.
const MAX_MACRO_DEPTH: u32 = 5_000;

impl<'c> Expander<'c> {
    /// An expander with no variables.
    pub fn new(cx: Cx<'c>, source: SourceFile, env: Env) -> Expander<'c> {
        Expander {
            cx,
            source,
            env,
            scope: Scope::default(),
            module: None,
            caller: None,
            stacktrace: None,
            pattern: None,
            pattern_guards: Vec::new(),
            captures: None,
            super_target: None,
            locals: Vec::new(),
            errors: Vec::new(),
            late: Vec::new(),
            unit_modules: Vec::new(),
            in_module_body: false,
            without_lines: false,
            in_size: false,
            refers: Refers::Here,
            depth: 0,
            local_expansions: None,
        }
    }

    /// Expands an expression.
    pub fn expand<'a>(&'a mut self, quoted: &'a Quoted) -> Step<'a, Expr> {
        if let Some(result) = self.expand_leaf(quoted) {
            return Step::ready(result);
        }
        if let Some((name, meta, args)) = quoted.as_call() {
            if let Some(result) = self.expand_plain_call(name, meta, args) {
                return Step::ready(result);
            }
        }
        Step::later(self.expand_node(quoted))
    }

    /// Expands what holds no call: literals and variables. `None` for anything else.
    fn expand_leaf(&mut self, quoted: &Quoted) -> Option<Outcome<Expr>> {
        let literal = match quoted {
            Quoted::Atom(atom) => Value::Atom(*atom),
            Quoted::Int(int) => Value::Int(*int),
            Quoted::Big(big) => Value::Big(big.clone()),
            Quoted::Float(float) => Value::Float(*float),
            Quoted::Binary(bytes) => Value::Binary(bytes.clone()),
            Quoted::Other(value) if is_data(value) => Value::clone(value),
            Quoted::List(elements) if elements.is_empty() => Value::EMPTY_LIST,
            Quoted::Node(node) => {
                let (Quoted::Atom(name), Args::Context(context)) = (&node.form, &node.args) else { return None };
                return self.expand_variable(*name, &node.meta, *context);
            }
            _ => return None,
        };
        Some(Ok(self.at_line(ExprKind::Literal(literal))))
    }

    /// Expands a call with leaf arguments of a name that is neither a special form nor a macro.
    fn expand_plain_call(&mut self, name: Atom, meta: &Meta, args: &[Quoted]) -> Option<Outcome<Expr>> {
        if meta.extra.as_ref().is_some_and(|extra| extra.iter().any(|(key, _)| key.as_str() == "imports")) {
            return None;
        }
        if Special::of(name, args.len()).is_some() || !args.iter().all(is_leaf) {
            return None;
        }
        let arity = u8::try_from(args.len()).ok()?;
        if !self.is_plain_function(name, arity) {
            return None;
        }
        let outside = self.env.module.is_none() || self.env.function.is_none();
        if (outside || self.env.context == env::Context::Guard) && self.import_of(name, arity).is_none() {
            return None;
        }
        let mut expanded = Vec::with_capacity(args.len());
        for arg in args {
            match self.expand_leaf(arg)? {
                Ok(expr) => expanded.push(expr),
                Err(failure) => return Some(Err(failure)),
            }
        }
        Some(self.call_function(name, meta, expanded))
    }

    async fn expand_node(&mut self, quoted: &Quoted) -> Outcome<Expr> {
        match quoted {
            Quoted::List(elements) => self.expand_list(elements).await,
            Quoted::Pair(pair) => {
                let mut siblings = self.siblings();
                let left = self.expand_sibling(&pair.0, &mut siblings).await?;
                let right = self.expand_sibling(&pair.1, &mut siblings).await?;
                self.join_siblings(siblings);
                Ok(self.tuple(vec![left, right]))
            }
            Quoted::Node(node) => match (&node.form, &node.args) {
                // A name that nothing binds and that a macro has.
                (Quoted::Atom(name), Args::Context(_)) => {
                    self.warn_variable_as_call(*name, &node.meta);
                    self.expand_local(*name, &node.meta, &[]).await
                }
                (Quoted::Atom(name), Args::List(args)) => {
                    if let Some(special) = Special::of(*name, args.len()) {
                        return self.expand_special(special, *name, &node.meta, args).await;
                    }
                    self.expand_local(*name, &node.meta, args).await
                }
                (Quoted::Node(target), Args::List(args)) => match target.as_dot() {
                    Some(parts) => self.expand_dot(parts, &target.meta, &node.meta, args).await,
                    None => Err(self.fail(
                        &node.meta,
                        "expand::invalid_call",
                        format!("invalid call {}", self.show(quoted)),
                    )),
                },
                _ => Err(self.fail(&node.meta, "expand::invalid_call", format!("invalid call {}", self.show(quoted)))),
            },
            other => {
                let message = format!(
                    "invalid quoted expression: {}\n\nPlease make sure your quoted expressions are made of valid AST nodes. If \
                     you would like to introduce a value into the AST, such as a four-element tuple or a map, make sure to \
                     call Macro.escape/1 before",
                    self.show(other)
                );
                Err(Failure::from(Diagnostic::error("expand::invalid_quoted", &self.source, message)))
            }
        }
    }

    /// Expands a list; one whose elements are all literals is a literal.
    async fn expand_list(&mut self, elements: &[Quoted]) -> Outcome<Expr> {
        let mut siblings = self.siblings();
        let mut expanded = Vec::with_capacity(elements.len());
        let mut tail = None;
        for (index, element) in elements.iter().enumerate() {
            if index + 1 == elements.len() {
                if let Some((atoms::PIPE, _, [last, rest])) = element.as_call() {
                    expanded.push(self.expand_sibling(last, &mut siblings).await?);
                    tail = Some(Box::new(self.expand_sibling(rest, &mut siblings).await?));
                    continue;
                }
            }
            expanded.push(self.expand_sibling(element, &mut siblings).await?);
        }
        self.join_siblings(siblings);
        Ok(self.list(expanded, tail))
    }

    /// A list expression, folded when constant.
    fn list(&self, elements: Vec<Expr>, tail: Option<Box<Expr>>) -> Expr {
        let constant = |expr: &Expr| matches!(expr.kind, ExprKind::Literal(_));
        if elements.iter().all(constant) && tail.as_deref().is_none_or(constant) {
            let values = elements.into_iter().map(literal_value).collect();
            let tail = tail.map_or(Value::EMPTY_LIST, |tail| literal_value(*tail));
            return self.at_line(ExprKind::Literal(Value::list_with_tail(values, tail)));
        }
        self.at_line(ExprKind::List(elements, tail))
    }

    /// A tuple expression, folded when constant.
    fn tuple(&self, elements: Vec<Expr>) -> Expr {
        if elements.iter().all(|expr| matches!(expr.kind, ExprKind::Literal(_))) {
            let values = elements.into_iter().map(literal_value).collect();
            return self.at_line(ExprKind::Literal(Value::Tuple(values)));
        }
        self.at_line(ExprKind::Tuple(elements))
    }

    /// Expands expressions that stand side by side, as arguments and elements do: each sees what was bound before all of
    /// them, and what they bind is visible after the last.
    async fn expand_all(&mut self, args: &[Quoted]) -> Outcome<Vec<Expr>> {
        let mut siblings = self.siblings();
        let mut expanded = Vec::with_capacity(args.len());
        for arg in args {
            expanded.push(self.expand_sibling(arg, &mut siblings).await?);
        }
        self.join_siblings(siblings);
        Ok(expanded)
    }

    /// Begins a row of expressions side by side; the last one is followed by [`Expander::join_siblings`].
    fn siblings(&self) -> Siblings {
        Siblings { mark: self.scope.mark(), bound: Vec::new() }
    }

    /// Expands one of several expressions side by side.
    async fn expand_sibling(&mut self, quoted: &Quoted, siblings: &mut Siblings) -> Outcome<Expr> {
        let expr = self.expand(quoted).await?;
        self.part_sibling(siblings);
        Ok(expr)
    }

    /// Hides what the sibling just expanded has bound from the next ones.
    fn part_sibling(&mut self, siblings: &mut Siblings) {
        if !self.scope.unchanged_since(siblings.mark) {
            siblings.bound.extend(self.scope.since(siblings.mark));
            self.scope.reset(siblings.mark);
        }
    }

    /// Makes what siblings bound visible.
    fn join_siblings(&mut self, siblings: Siblings) {
        for (key, variable) in siblings.bound {
            self.scope.bind(key, variable);
        }
    }

    /// The identity of a variable: its context, or the macro expansion it came from.
    pub fn var_key(name: Atom, meta: &Meta, context: Atom) -> VarKey {
        if let Some(counter) = meta.get(counter_key()) {
            if let Some(context) = counter_context(counter) {
                return (name, context);
            }
        }
        (name, VarContext::Atom(context))
    }

    /// Expands a variable; `None` when the name is no variable and its call needs a macro.
    fn expand_variable(&mut self, name: Atom, meta: &Meta, context: Atom) -> Option<Outcome<Expr>> {
        match Special::variable(name) {
            Some(special) => return Some(self.expand_pseudo_variable(special, meta)),
            None if name == atoms::UNDERSCORE => {
                return Some(Err(self.fail(
                    meta,
                    "expand::underscore",
                    "invalid use of _. \"_\" represents a value to be ignored in a pattern and cannot be used in expressions",
                )))
            }
            None => {}
        }
        let key = Self::var_key(name, meta, context);
        self.note_line(meta);
        if let Some(variable) = self.lookup(key) {
            self.scope.mark_used(variable);
            if self.scope.info(variable).warn && is_underscored(name) {
                let message = format!(
                    "the underscored variable \"{name}\" is used after being set. A leading underscore indicates that the \
                     value of the variable should be ignored. If this is intended please rename the variable to remove the \
                     underscore"
                );
                self.warn(meta, "expand::underscored", message);
            }
            return Some(Ok(Expr { kind: ExprKind::Var(variable), line: self.line_of(meta) }));
        }
        if self.pattern.is_none() && (!self.is_plain_function(name, 0) || meta.get(Atom::new("imports")).is_some()) {
            return None;
        }
        Some(self.expand_unbound(name, meta, context))
    }

    /// The variable that a name means: one bound by the pattern's earlier segments, or one in scope.
    fn lookup(&self, key: VarKey) -> Option<VarId> {
        if let Some(pattern) = &self.pattern {
            if let Some(variable) = pattern.visible(key) {
                return Some(variable);
            }
        }
        self.scope.get(key)
    }

    /// Calls a name written like a variable, or reports it as undefined.
    fn expand_unbound(&mut self, name: Atom, meta: &Meta, context: Atom) -> Outcome<Expr> {
        if meta.get(Atom::new("if_undefined")).is_some_and(|option| option == &Quoted::atom("raise"))
            || self.pattern.is_some()
        {
            let error = self.undefined_variable(name, meta, context);
            self.errors.push(error);
            return Ok(Expr { kind: ExprKind::Literal(Value::NIL), line: self.line_of(meta) });
        }
        self.warn_variable_as_call(name, meta);
        if self.import_of(name, 0).is_some() {
            return self.call_function(name, meta, Vec::new());
        }
        self.local_call(name, meta, Vec::new(), true)
    }

    fn warn_variable_as_call(&self, name: Atom, meta: &Meta) {
        let silent = meta.get(Atom::new("if_undefined")).is_some_and(|option| option == &Quoted::atom("apply"));
        if !silent {
            let message = format!(
                "variable \"{name}\" does not exist and is being expanded to \"{name}()\", please use parentheses to remove \
                 the ambiguity or change the variable name"
            );
            self.warn(meta, "expand::variable_as_call", message);
        }
    }

    /// What is known of a variable.
    pub fn variable(&self, variable: VarId) -> &VarInfo {
        self.scope.info(variable)
    }

    /// The variables, for whoever puts parameters before the written ones.
    pub fn scope_mut(&mut self) -> &mut Scope {
        &mut self.scope
    }

    /// Expands a clause of a definition: its patterns, guards and body.
    ///
    /// # Errors
    /// What stops the expansion; more may be in [`Expander::errors`].
    pub async fn function_clause(
        &mut self,
        heads: &[&Quoted],
        guard: Option<&Quoted>,
        body: &Quoted,
    ) -> Outcome<(Vec<Pattern>, Vec<Expr>, Expr)> {
        self.start_pattern();
        let patterns = self.expand_patterns(heads).await;
        let patterns = self.finish_pattern(patterns)?;
        let wanted = std::mem::take(&mut self.pattern_guards);
        let guards = match guard {
            Some(guard) => self.expand_guard(guard).await?,
            None => Vec::new(),
        };
        let guards = self.with_pattern_guards(wanted, guards);
        let body = self.expand(body).await?;
        Ok((patterns, guards, body))
    }

    /// The line to note on an expression: the node's, or that of the code around it.
    pub fn line_of(&self, meta: &Meta) -> u32 {
        if meta.line == 0 {
            self.env.line
        } else {
            meta.line
        }
    }

    /// Remembers where the expander is.
    fn note_line(&mut self, meta: &Meta) {
        if meta.line != 0 {
            self.env.line = meta.line;
        }
    }

    /// An expression at the present line.
    fn at_line(&self, kind: ExprKind) -> Expr {
        Expr { kind, line: self.env.line }
    }

    fn at(&self, meta: &Meta, kind: ExprKind) -> Expr {
        Expr { kind, line: self.line_of(meta) }
    }

    /// `module.name(args)` of known names.
    fn remote(&self, meta: &Meta, module: Atom, name: Atom, args: Vec<Expr>) -> Expr {
        let line = self.line_of(meta);
        let module = Expr { kind: ExprKind::Literal(Value::Atom(module)), line };
        Expr { kind: ExprKind::CallRemote(Box::new(module), name, args), line }
    }

    fn var_expr(&self, variable: VarId) -> Expr {
        self.at_line(ExprKind::Var(variable))
    }

    fn literal(&self, value: impl Into<Value>) -> Expr {
        self.at_line(ExprKind::Literal(value.into()))
    }
}

/// The value of an expression known to be a literal.
fn literal_value(expr: Expr) -> Value {
    match expr.kind {
        ExprKind::Literal(value) => value,
        _ => Value::NIL,
    }
}

/// Whether this name with so many arguments is a special form.
pub fn is_special(name: Atom, arity: usize) -> bool {
    Special::of(name, arity).is_some()
}

/// Whether the node is a literal or a variable.
fn is_leaf(quoted: &Quoted) -> bool {
    match quoted {
        Quoted::Pair(_) | Quoted::Opaque(_) => false,
        Quoted::List(elements) => elements.is_empty(),
        Quoted::Node(node) => matches!((&node.form, &node.args), (Quoted::Atom(_), Args::Context(_))),
        Quoted::Other(value) => is_data(value),
        _ => true,
    }
}

/// Whether a term found in quoted code can stand for itself.
fn is_data(value: &Value) -> bool {
    !matches!(value, Value::Tuple(_) | Value::ImproperList(..))
}

/// Whether a variable's name says that it is not to be read.
pub(super) fn is_underscored(name: Atom) -> bool {
    let text = name.as_str();
    text.starts_with('_') && !text.starts_with("__")
}

fn counter_key() -> Atom {
    static KEY: std::sync::OnceLock<Atom> = std::sync::OnceLock::new();
    *KEY.get_or_init(|| Atom::new("counter"))
}

/// Reads the value of `counter:` in metadata.
pub fn counter_context(counter: &Quoted) -> Option<VarContext> {
    match counter {
        Quoted::Int(number) => Some(VarContext::Counter(atoms::NIL, *number)),
        Quoted::Pair(pair) => match (&pair.0, &pair.1) {
            (Quoted::Atom(module), Quoted::Int(number)) => Some(VarContext::Counter(*module, *number)),
            _ => None,
        },
        _ => None,
    }
}
