//! Match specifications: little programs that are run on rows.
//!
//! A specification is a list of `{head, guards, body}`. It is read once into patterns and expressions; functions in it are the
//! natives of `:erlang` that guards may call, so they mean there what they mean everywhere.

use crate::atom::atoms;
use crate::heap::OwnedTerm;
use crate::machine::VmShared;
use crate::native::{Native, NativeEntry, Outcome};
use crate::term::{compare, Kind, Term};
use crate::Atom;

/// Functions beside the operators that may stand in a specification.
const FUNCTIONS: &[&str] = &[
    "is_atom",
    "is_float",
    "is_integer",
    "is_list",
    "is_number",
    "is_pid",
    "is_port",
    "is_reference",
    "is_tuple",
    "is_map",
    "is_map_key",
    "is_binary",
    "is_bitstring",
    "is_function",
    "is_record",
    "is_boolean",
    "abs",
    "element",
    "hd",
    "length",
    "map_get",
    "map_size",
    "max",
    "min",
    "round",
    "size",
    "byte_size",
    "bit_size",
    "tl",
    "trunc",
    "ceil",
    "floor",
    "float",
    "tuple_size",
    "binary_part",
    "not",
    "xor",
    "+",
    "-",
    "*",
    "div",
    "rem",
    "/",
    "band",
    "bor",
    "bxor",
    "bnot",
    "bsl",
    "bsr",
    ">",
    ">=",
    "<",
    "=<",
    "=:=",
    "==",
    "=/=",
    "/=",
];

/// A specification, ready to be run.
#[derive(Debug)]
pub struct MatchSpec {
    clauses: Vec<Clause>,
    variables: usize,
}

#[derive(Debug)]
struct Clause {
    head: Pattern,
    guards: Vec<Expression>,
    body: Vec<Expression>,
}

#[derive(Debug)]
enum Pattern {
    Any,
    Variable(usize),
    Exactly(OwnedTerm),
    Tuple(Vec<Pattern>),
    Cons(Box<Pattern>, Box<Pattern>),
    Map(Vec<(OwnedTerm, Pattern)>),
}

#[derive(Debug)]
enum Expression {
    Variable(usize),
    /// `'$_'`
    Whole,
    /// `'$$'`
    Bindings,
    Constant(OwnedTerm),
    Tuple(Vec<Expression>),
    Cons(Box<Expression>, Box<Expression>),
    Map(Vec<(Expression, Expression)>),
    /// All, evaluated or not once one is false.
    And(Vec<Expression>),
    Or(Vec<Expression>),
    Call(&'static NativeEntry, Vec<Expression>),
}

/// The specification is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadSpec;

/// What evaluation gives when it fails.
struct Failed;

fn deeper<R>(f: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, f)
}

/// The number of a variable `'$n'`.
fn variable(term: Term<'_>) -> Option<usize> {
    let text = term.as_atom()?.as_str().strip_prefix('$')?;
    let number: usize = text.parse().ok()?;
    (text.bytes().all(|byte| byte.is_ascii_digit()) && number < 100_000_000).then_some(number)
}

struct Reader<'v> {
    vm: &'v VmShared,
    pid: Term<'static>,
    /// The numbers of the variables that the head has, in order: the index is where the value is kept.
    numbers: Vec<usize>,
}

impl MatchSpec {
    /// Reads a specification. One without clauses matches no row.
    ///
    /// # Errors
    /// [`BadSpec`] when it is none.
    pub fn read(vm: &VmShared, pid: crate::process::Pid, spec: Term<'_>) -> Result<MatchSpec, BadSpec> {
        let clauses = spec.list_to_vec().ok_or(BadSpec)?;
        let mut read = Vec::with_capacity(clauses.len());
        let mut variables = 0;
        for clause in clauses {
            let Some(&[head, guards, body]) = clause.as_tuple() else { return Err(BadSpec) };
            let mut reader = Reader { vm, pid: Term::pid(pid), numbers: Vec::new() };
            let head = reader.pattern(head)?;
            let guards = guards.list_to_vec().ok_or(BadSpec)?;
            let body = body.list_to_vec().ok_or(BadSpec)?;
            if body.is_empty() {
                return Err(BadSpec);
            }
            // `'$$'` gives the values in the order of the variables' numbers.
            let guards = guards.into_iter().map(|guard| reader.expression(guard)).collect::<Result<_, _>>()?;
            let body = body.into_iter().map(|form| reader.expression(form)).collect::<Result<_, _>>()?;
            variables = variables.max(reader.numbers.len());
            read.push((Clause { head, guards, body }, reader.numbers));
        }
        let clauses = read.into_iter().map(|(clause, numbers)| clause.renumber(&numbers)).collect();
        Ok(MatchSpec { clauses, variables })
    }

    /// A specification with one clause, `{pattern, [], [body]}`: what `match`, `match_object` and `match_delete` mean.
    ///
    /// # Errors
    /// [`BadSpec`] when the pattern is neither a tuple nor a variable.
    pub fn of_pattern(
        vm: &VmShared,
        pid: crate::process::Pid,
        pattern: Term<'_>,
        body: &str,
    ) -> Result<MatchSpec, BadSpec> {
        let spec = OwnedTerm::build(|b| {
            let pattern = b.import_term(pattern);
            let body = b.list(&[Term::atom(Atom::new(body))]);
            let clause = b.tuple(&[pattern, Term::nil(), body]);
            b.list(&[clause])
        });
        MatchSpec::read(vm, pid, spec.term())
    }

    /// The key that every row must have to match, when the heads say so.
    pub fn bound_key(&self, keypos: usize) -> Option<&OwnedTerm> {
        match self.clauses.as_slice() {
            [Clause { head: Pattern::Tuple(elements), .. }] => match elements.get(keypos - 1) {
                Some(Pattern::Exactly(key)) => Some(key),
                _ => None,
            },
            _ => None,
        }
    }

    /// Runs the specification on a row. Gives the value of the first clause's body whose head and guards match.
    ///
    /// `bindings` is memory for the variables, which may serve for one row after another.
    pub fn run<'x>(
        &self,
        cx: &mut Native<'_, 'x>,
        row: Term<'x>,
        bindings: &mut Vec<Option<Term<'x>>>,
    ) -> Option<Term<'x>> {
        'clauses: for clause in &self.clauses {
            bindings.clear();
            bindings.resize(self.variables, None);
            if !matches(&clause.head, row, bindings) {
                continue;
            }
            for guard in &clause.guards {
                match evaluate(guard, cx, row, bindings) {
                    Ok(value) if value.is(atoms::TRUE) => {}
                    _ => continue 'clauses,
                }
            }
            let mut value = Term::nil();
            for form in &clause.body {
                value = match evaluate(form, cx, row, bindings) {
                    Ok(value) => value,
                    Err(Failed) => Term::atom(atoms::EXIT_SIGNAL),
                };
            }
            return Some(value);
        }
        None
    }
}

impl Clause {
    /// Orders the places of the variables by their numbers.
    fn renumber(self, numbers: &[usize]) -> Clause {
        let mut sorted: Vec<usize> = numbers.to_vec();
        sorted.sort_unstable();
        let places: Vec<usize> =
            numbers.iter().map(|number| sorted.iter().position(|n| n == number).unwrap_or(0)).collect();
        Clause {
            head: renumber_pattern(self.head, &places),
            guards: self.guards.into_iter().map(|guard| renumber_expression(guard, &places)).collect(),
            body: self.body.into_iter().map(|form| renumber_expression(form, &places)).collect(),
        }
    }
}

fn renumber_pattern(pattern: Pattern, places: &[usize]) -> Pattern {
    deeper(|| match pattern {
        Pattern::Variable(at) => Pattern::Variable(places[at]),
        Pattern::Tuple(elements) => {
            Pattern::Tuple(elements.into_iter().map(|element| renumber_pattern(element, places)).collect())
        }
        Pattern::Cons(head, tail) => {
            Pattern::Cons(Box::new(renumber_pattern(*head, places)), Box::new(renumber_pattern(*tail, places)))
        }
        Pattern::Map(pairs) => {
            Pattern::Map(pairs.into_iter().map(|(key, value)| (key, renumber_pattern(value, places))).collect())
        }
        other => other,
    })
}

fn renumber_expression(expression: Expression, places: &[usize]) -> Expression {
    let all = |list: Vec<Expression>| list.into_iter().map(|item| renumber_expression(item, places)).collect();
    deeper(|| match expression {
        Expression::Variable(at) => Expression::Variable(places[at]),
        Expression::Tuple(elements) => Expression::Tuple(all(elements)),
        Expression::And(list) => Expression::And(all(list)),
        Expression::Or(list) => Expression::Or(all(list)),
        Expression::Call(entry, args) => Expression::Call(entry, all(args)),
        Expression::Cons(head, tail) => {
            Expression::Cons(Box::new(renumber_expression(*head, places)), Box::new(renumber_expression(*tail, places)))
        }
        Expression::Map(pairs) => Expression::Map(
            pairs
                .into_iter()
                .map(|(key, value)| (renumber_expression(key, places), renumber_expression(value, places)))
                .collect(),
        ),
        other => other,
    })
}

impl Reader<'_> {
    fn place(&mut self, number: usize) -> usize {
        match self.numbers.iter().position(|&n| n == number) {
            Some(place) => place,
            None => {
                self.numbers.push(number);
                self.numbers.len() - 1
            }
        }
    }

    fn pattern(&mut self, term: Term<'_>) -> Result<Pattern, BadSpec> {
        deeper(|| {
            if term.is(atoms::UNDERSCORE) {
                return Ok(Pattern::Any);
            }
            if let Some(number) = variable(term) {
                return Ok(Pattern::Variable(self.place(number)));
            }
            Ok(match term.kind() {
                Kind::Tuple(elements) => {
                    let elements =
                        elements.iter().map(|&element| self.pattern(element)).collect::<Result<Vec<_>, _>>()?;
                    Pattern::Tuple(elements)
                }
                Kind::Cons(head, tail) => {
                    let head = self.pattern(head)?;
                    let tail = self.pattern(tail)?;
                    match (&head, &tail) {
                        (Pattern::Exactly(_), Pattern::Exactly(_)) => Pattern::Exactly(OwnedTerm::new(term)),
                        _ => Pattern::Cons(Box::new(head), Box::new(tail)),
                    }
                }
                Kind::Map(map) => {
                    let pairs = map
                        .iter()
                        .map(|(key, value)| Ok((OwnedTerm::new(key), self.pattern(value)?)))
                        .collect::<Result<Vec<_>, BadSpec>>()?;
                    Pattern::Map(pairs)
                }
                _ => Pattern::Exactly(OwnedTerm::new(term)),
            })
        })
    }

    fn expressions(&mut self, terms: &[Term<'_>]) -> Result<Vec<Expression>, BadSpec> {
        terms.iter().map(|&term| self.expression(term)).collect()
    }

    fn expression(&mut self, term: Term<'_>) -> Result<Expression, BadSpec> {
        deeper(|| {
            if let Some(number) = variable(term) {
                // Only the head binds.
                let place = self.numbers.iter().position(|&n| n == number).ok_or(BadSpec)?;
                return Ok(Expression::Variable(place));
            }
            Ok(match term.kind() {
                Kind::Atom(atom) if atom.as_str() == "$_" => Expression::Whole,
                Kind::Atom(atom) if atom.as_str() == "$$" => Expression::Bindings,
                Kind::Tuple(elements) => match elements {
                    [inner] if inner.is_tuple() => {
                        Expression::Tuple(self.expressions(inner.as_tuple().unwrap_or_default())?)
                    }
                    [constant, value] if constant.as_atom().is_some_and(|atom| atom.as_str() == "const") => {
                        Expression::Constant(OwnedTerm::new(*value))
                    }
                    [name, args @ ..] => self.call(name.as_atom().ok_or(BadSpec)?.as_str(), args)?,
                    [] => Expression::Constant(OwnedTerm::new(term)),
                },
                Kind::Cons(head, tail) => {
                    Expression::Cons(Box::new(self.expression(head)?), Box::new(self.expression(tail)?))
                }
                Kind::Map(map) => {
                    let pairs = map
                        .iter()
                        .map(|(key, value)| Ok((self.expression(key)?, self.expression(value)?)))
                        .collect::<Result<Vec<_>, BadSpec>>()?;
                    Expression::Map(pairs)
                }
                _ => Expression::Constant(OwnedTerm::new(term)),
            })
        })
    }

    fn call(&mut self, name: &str, args: &[Term<'_>]) -> Result<Expression, BadSpec> {
        Ok(match (name, args) {
            ("and" | "andalso", [_, ..]) => Expression::And(self.expressions(args)?),
            ("or" | "orelse", [_, ..]) => Expression::Or(self.expressions(args)?),
            ("self", []) => Expression::Constant(OwnedTerm::new(self.pid)),
            ("node", []) => Expression::Constant(OwnedTerm::atom(Atom::new("nonode@nohost"))),
            ("is_record", [record, tag, ..]) => {
                // A match specification gives the record's size as OTP's records do; the tag decides here.
                let record = self.expression(*record)?;
                let tag = OwnedTerm::new(*tag);
                let entry = self.native("is_record", 2)?;
                Expression::Call(entry, vec![record, Expression::Constant(tag)])
            }
            (name, args) => {
                if !FUNCTIONS.contains(&name) {
                    return Err(BadSpec);
                }
                let entry = self.native(name, args.len() as u32)?;
                Expression::Call(entry, self.expressions(args)?)
            }
        })
    }

    fn native(&self, name: &str, arity: u32) -> Result<&'static NativeEntry, BadSpec> {
        self.vm.registry().native(atoms::ERLANG, Atom::new(name), arity).ok_or(BadSpec)
    }
}

fn matches<'x>(pattern: &Pattern, term: Term<'x>, bindings: &mut Vec<Option<Term<'x>>>) -> bool {
    match pattern {
        Pattern::Any => true,
        Pattern::Variable(at) => match bindings[*at] {
            Some(bound) => compare::exactly_equal(bound, term),
            None => {
                bindings[*at] = Some(term);
                true
            }
        },
        Pattern::Exactly(value) => compare::exactly_equal(value.term(), term),
        _ => deeper(|| parts_match(pattern, term, bindings)),
    }
}

/// As `matches`, of patterns with parts.
fn parts_match<'x>(pattern: &Pattern, term: Term<'x>, bindings: &mut Vec<Option<Term<'x>>>) -> bool {
    match pattern {
        Pattern::Any | Pattern::Variable(_) | Pattern::Exactly(_) => matches(pattern, term, bindings),
        Pattern::Tuple(patterns) => term.as_tuple().is_some_and(|elements| {
            elements.len() == patterns.len()
                && patterns.iter().zip(elements).all(|(pattern, &element)| matches(pattern, element, bindings))
        }),
        Pattern::Cons(head, tail) => {
            let (mut head, mut tail, mut term) = (head, tail, term);
            // Lists are long: along the tail this goes in a loop.
            loop {
                let Some((first, rest)) = term.as_cons() else { return false };
                if !matches(head, first, bindings) {
                    return false;
                }
                match &**tail {
                    Pattern::Cons(next_head, next_tail) => (head, tail, term) = (next_head, next_tail, rest),
                    other => return matches(other, rest, bindings),
                }
            }
        }
        Pattern::Map(pairs) => term.as_map().is_some_and(|map| {
            pairs
                .iter()
                .all(|(key, pattern)| map.get(key.term()).is_some_and(|value| matches(pattern, value, bindings)))
        }),
    }
}

fn evaluate<'x>(
    expression: &Expression,
    cx: &mut Native<'_, 'x>,
    row: Term<'x>,
    bindings: &[Option<Term<'x>>],
) -> Result<Term<'x>, Failed> {
    match expression {
        Expression::Variable(at) => return bindings[*at].ok_or(Failed),
        Expression::Whole => return Ok(row),
        Expression::Constant(value) => return Ok(cx.import(value)),
        _ => {}
    }
    deeper(|| {
        let all = |cx: &mut Native<'_, 'x>, list: &[Expression]| {
            list.iter().map(|item| evaluate(item, cx, row, bindings)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match expression {
            Expression::Variable(at) => bindings[*at].ok_or(Failed)?,
            Expression::Whole => row,
            Expression::Bindings => {
                let bound: Vec<Term<'x>> = bindings.iter().copied().flatten().collect();
                cx.list(&bound)
            }
            Expression::Constant(value) => cx.import(value),
            Expression::Tuple(elements) => {
                let elements = all(cx, elements)?;
                cx.tuple(&elements)
            }
            Expression::Cons(head, tail) => {
                let head = evaluate(head, cx, row, bindings)?;
                let tail = evaluate(tail, cx, row, bindings)?;
                cx.cons(head, tail)
            }
            Expression::Map(pairs) => {
                let mut evaluated = Vec::with_capacity(pairs.len());
                for (key, value) in pairs {
                    let key = evaluate(key, cx, row, bindings)?;
                    evaluated.push((key, evaluate(value, cx, row, bindings)?));
                }
                cx.map_from_pairs(evaluated)
            }
            Expression::And(list) => {
                for item in list {
                    match evaluate(item, cx, row, bindings)?.as_bool() {
                        Some(true) => {}
                        Some(false) => return Ok(Term::bool(false)),
                        None => return Err(Failed),
                    }
                }
                Term::bool(true)
            }
            Expression::Or(list) => {
                for item in list {
                    match evaluate(item, cx, row, bindings)?.as_bool() {
                        Some(false) => {}
                        Some(true) => return Ok(Term::bool(true)),
                        None => return Err(Failed),
                    }
                }
                Term::bool(false)
            }
            Expression::Call(entry, args) => {
                let outcome = match &args[..] {
                    [left, right] => {
                        let left = evaluate(left, cx, row, bindings)?;
                        let right = evaluate(right, cx, row, bindings)?;
                        (entry.run)(cx, &[left, right])
                    }
                    args => {
                        let args = all(cx, args)?;
                        (entry.run)(cx, &args)
                    }
                };
                match outcome {
                    Ok(Outcome::Value(value)) => value,
                    _ => return Err(Failed),
                }
            }
        })
    })
}
