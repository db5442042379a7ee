//! Clauses that can never match, because an earlier one takes every value that would come to them.
//!
//! The question is asked as Erlang's compiler asks it, of patterns alone: clauses that stand side by side and begin with
//! the same constructor are compared by what is inside it. So `{:ok, _}` hides `{:ok, 1}`, while `%{}` does not hide `%{a: 1}`.

use beamlet_vm::{Atom, Value};

use crate::tree::{Clause, Expr, ExprKind, Pattern, Segment, VarId};

/// A clause that an earlier one hides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// Where the hidden clause stands among the clauses.
    pub later: usize,
    /// Where the one that takes everything stands.
    pub first: usize,
    /// Whether the first takes every value, and not only those of one shape.
    pub whole: bool,
}

/// A pattern, or a part of a constant.
#[derive(Clone, Copy)]
enum Column<'t> {
    Pattern(&'t Pattern),
    Constant(&'t Value),
    /// What is left of a constant list.
    Items(&'t [Value]),
}

/// What a column asks for.
#[derive(PartialEq)]
enum Shape<'t> {
    Constant(&'t Value),
    Nil,
    Cons,
    Tuple(usize),
    Map(Vec<&'t Expr>),
    /// A bitstring, with what is constant in it; its parts are not looked into.
    Binary(&'t [Segment<Pattern>]),
}

/// Clauses that are asked together: their numbers, and the columns still to be asked for.
struct Problem<'t> {
    rows: Vec<(usize, Vec<Column<'t>>)>,
    whole: bool,
}

/// The hidden clauses. A list of problems stands for recursion, so patterns may be nested as deep as they like.
pub fn hidden(clauses: &[Clause]) -> Vec<Hidden> {
    if clauses.len() < 2 {
        return Vec::new();
    }
    let mut found = Vec::new();
    let unconditional: Vec<bool> = clauses.iter().map(unconditional).collect();
    let rows = clauses
        .iter()
        .enumerate()
        .map(|(number, clause)| (number, clause.patterns.iter().rev().map(Column::Pattern).collect()))
        .collect();
    let mut problems = vec![Problem { rows, whole: true }];
    while let Some(mut problem) = problems.pop() {
        let all = |(number, columns): &(usize, Vec<Column<'_>>)| {
            unconditional[*number] && columns.iter().all(|column| shape(*column).is_none())
        };
        if let Some(place) = problem.rows.iter().position(all) {
            let first = problem.rows[place].0;
            let whole = problem.whole;
            found.extend(problem.rows[place + 1..].iter().map(|(later, _)| Hidden { later: *later, first, whole }));
            problem.rows.truncate(place);
        }
        problems.extend(parts(problem));
    }
    found.sort_by_key(|hidden| hidden.later);
    found
}

/// Whether no value gets past the clause's guards, as they are written out to be false.
pub fn never_holds(clause: &Clause) -> bool {
    let never = |guard: &Expr| guard.kind == ExprKind::Literal(Value::FALSE);
    !clause.guards.is_empty() && clause.guards.iter().all(never)
}

/// What is said of a clause whose guard never holds.
pub const NEVER_HOLDS: &str = "this check/guard will always yield the same result";

/// Whether the clause's guard always holds and its variables are all different, so that its patterns alone decide.
fn unconditional(clause: &Clause) -> bool {
    let always = |guard: &Expr| guard.kind == ExprKind::Literal(Value::TRUE);
    if !clause.guards.is_empty() && !clause.guards.iter().any(always) {
        return false;
    }
    let mut seen: Vec<VarId> = Vec::new();
    let mut work: Vec<&Pattern> = clause.patterns.iter().collect();
    while let Some(pattern) = work.pop() {
        match pattern {
            Pattern::Any | Pattern::Literal(_) => {}
            Pattern::Pin(_) => return false,
            Pattern::Var(variable) if seen.contains(variable) => return false,
            Pattern::Var(variable) => seen.push(*variable),
            Pattern::Cons(head, tail) => work.extend([&**head, &**tail]),
            Pattern::Tuple(elements) => work.extend(elements),
            Pattern::Map(entries) => work.extend(entries.iter().map(|(_, value)| value)),
            Pattern::Binary(segments) => work.extend(segments.iter().map(|segment| &segment.value)),
            Pattern::Both(left, right) => {
                // Two shapes for one value decide together, which one column does not show.
                if !plain(left) && !plain(right) {
                    return false;
                }
                work.extend([&**left, &**right]);
            }
        }
    }
    true
}

fn plain(pattern: &Pattern) -> bool {
    matches!(pattern, Pattern::Any | Pattern::Var(_))
}

/// What the column asks for and the columns inside it, last first; `None` when it takes everything.
fn shape(column: Column<'_>) -> Option<(Shape<'_>, Vec<Column<'_>>)> {
    let mut pattern = match column {
        Column::Constant(value) => return Some(constant(value)),
        Column::Items(items) => return Some(list(items)),
        Column::Pattern(pattern) => pattern,
    };
    loop {
        return match pattern {
            Pattern::Any | Pattern::Var(_) | Pattern::Pin(_) => None,
            Pattern::Both(left, right) => {
                pattern = if plain(left) { right } else { left };
                continue;
            }
            Pattern::Literal(value) => Some(constant(value)),
            Pattern::Cons(head, tail) => Some((Shape::Cons, vec![Column::Pattern(tail), Column::Pattern(head)])),
            Pattern::Tuple(elements) => {
                Some((Shape::Tuple(elements.len()), elements.iter().rev().map(Column::Pattern).collect()))
            }
            Pattern::Map(entries) => {
                let keys = entries.iter().map(|(key, _)| key).collect();
                Some((Shape::Map(keys), entries.iter().rev().map(|(_, value)| Column::Pattern(value)).collect()))
            }
            Pattern::Binary(segments) => Some((Shape::Binary(segments), Vec::new())),
        };
    }
}

fn constant(value: &Value) -> (Shape<'_>, Vec<Column<'_>>) {
    match value {
        Value::Tuple(elements) => (Shape::Tuple(elements.len()), elements.iter().rev().map(Column::Constant).collect()),
        Value::List(items) => list(items),
        other => (Shape::Constant(other), Vec::new()),
    }
}

fn list(items: &[Value]) -> (Shape<'_>, Vec<Column<'_>>) {
    match items.split_first() {
        None => (Shape::Nil, Vec::new()),
        Some((head, tail)) => (Shape::Cons, vec![Column::Items(tail), Column::Constant(head)]),
    }
}

/// Whether two bitstring patterns take the same bits, whatever they call them.
fn same_binary(left: &[Segment<Pattern>], right: &[Segment<Pattern>]) -> bool {
    let fixed = |size: &Option<Expr>| match size {
        None => true,
        Some(size) => matches!(size.kind, ExprKind::Literal(_)),
    };
    left.len() == right.len()
        && left.iter().zip(right).all(|(left, right)| {
            let values = match (&left.value, &right.value) {
                (Pattern::Literal(left), Pattern::Literal(right)) => left == right,
                (left, right) => plain(left) && plain(right),
            };
            let sizes = match (&left.size, &right.size) {
                (Some(one), Some(other)) => one.kind == other.kind && fixed(&left.size),
                (one, other) => one.is_none() && other.is_none(),
            };
            let form = |segment: &Segment<Pattern>| (segment.kind, segment.unit, segment.signed, segment.endian);
            values && sizes && form(left) == form(right)
        })
}

fn same(left: &Shape<'_>, right: &Shape<'_>) -> bool {
    match (left, right) {
        (Shape::Binary(left), Shape::Binary(right)) => same_binary(left, right),
        (Shape::Map(left), Shape::Map(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| left.kind == right.kind)
        }
        (left, right) => left == right,
    }
}

/// The problems inside one: rows that stand together and begin alike, without that beginning.
fn parts(problem: Problem<'_>) -> Vec<Problem<'_>> {
    let mut made: Vec<Problem<'_>> = Vec::new();
    // The shapes of the rows that stand together, each with its place in `made`; `None` where the rows take everything.
    let mut together: Option<Vec<(Shape<'_>, usize)>> = None;
    let mut open = None;
    for (number, mut columns) in problem.rows {
        let Some(column) = columns.pop() else { continue };
        match shape(column) {
            None => {
                together = None;
                let place = *open.get_or_insert_with(|| {
                    made.push(Problem { rows: Vec::new(), whole: problem.whole });
                    made.len() - 1
                });
                made[place].rows.push((number, columns));
            }
            Some((shape, inner)) => {
                open = None;
                let shapes = together.get_or_insert_with(Vec::new);
                columns.extend(inner);
                let place = match shapes.iter().find(|(other, _)| same(other, &shape)) {
                    Some((_, place)) => *place,
                    None => {
                        made.push(Problem { rows: Vec::new(), whole: false });
                        shapes.push((shape, made.len() - 1));
                        made.len() - 1
                    }
                };
                made[place].rows.push((number, columns));
            }
        }
    }
    made.retain(|problem| problem.rows.len() > 1);
    made
}

/// What is said of a clause that another hides; `name` is the function's, where the clauses are a function's.
pub fn message(hidden: Hidden, name: Option<(Atom, u8)>, line: u32) -> String {
    let what = match name {
        Some((name, arity)) if hidden.whole => format!("this clause for {}/{arity}", super::show_name(name)),
        _ => "this clause".to_string(),
    };
    format!("{what} cannot match because a previous clause at line {line} always matches")
}
