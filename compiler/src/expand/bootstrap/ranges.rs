//! `..` and `..//`.

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::{erlang_call, remote_call};
use crate::expand::host::{Outcome, Raised};
use crate::expand::Expander;
use crate::quoted::{Meta, Quoted};
use crate::tree::{Expr, ExprKind};

impl Expander<'_> {
    /// `first..last//step`: a literal where all is known.
    pub(super) fn range(&self, meta: &Meta, parts: Vec<Expr>, step: Option<Expr>) -> Outcome<Expr> {
        let literal = |expr: &Expr| match &expr.kind {
            ExprKind::Literal(value) => Some(value.clone()),
            _ => None,
        };
        let integer = |value: &Value| matches!(value, Value::Int(_) | Value::Big(_));
        let range = Atom::new("Elixir.Range");
        let values: Option<Vec<Value>> = parts.iter().chain(&step).map(literal).collect();
        if let Some(values) = values.filter(|values| values.iter().all(integer)) {
            let step = match values.get(2) {
                Some(step) => step.clone(),
                None => Value::Int(if less(&values[1], &values[0]) { -1 } else { 1 }),
            };
            if step == Value::Int(0) {
                let message = "ranges (first..last//step) expect the step to be a non-zero integer, got: 0";
                return Err(Raised::exception("ArgumentError", message).into());
            }
            return Ok(self.at(meta, ExprKind::Literal(range_value(values[0].clone(), values[1].clone(), step))));
        }
        let mut args = parts;
        args.extend(step);
        Ok(self.remote(meta, range, Atom::new("new"), args))
    }

    /// A range in a pattern or a guard.
    pub(super) fn range_quoted(&self, meta: &Meta, args: &[Quoted]) -> Outcome<Quoted> {
        let step = match (args, self.pattern.is_some()) {
            ([_, _, step], _) => step.clone(),
            ([Quoted::Int(first), Quoted::Int(last)], _) => Quoted::Int(if first <= last { 1 } else { -1 }),
            (_, true) => Quoted::var(atoms::UNDERSCORE, Meta::default(), atoms::NIL),
            _ => {
                let down = erlang_call(">", args[0].clone(), args[1].clone());
                let steps = vec![
                    Quoted::pair(Quoted::Atom(atoms::FALSE), Quoted::Int(1)),
                    Quoted::pair(Quoted::Atom(atoms::TRUE), Quoted::Int(-1)),
                ];
                remote_call(
                    atoms::ERLANG,
                    "map_get",
                    vec![down, Quoted::call(atoms::MAP_BRACES, Meta::default(), steps)],
                )
            }
        };
        let entry = |key: &str, value: Quoted| Quoted::pair(Quoted::atom(key), value);
        Ok(Quoted::call(
            atoms::MAP_BRACES,
            meta.clone(),
            vec![
                entry("__struct__", Quoted::atom("Elixir.Range")),
                entry("first", args[0].clone()),
                entry("last", args[1].clone()),
                entry("step", step),
            ],
        ))
    }
}

pub(super) fn less(left: &Value, right: &Value) -> bool {
    let big = |value: &Value| match value {
        Value::Int(int) => num_bigint::BigInt::from(*int),
        Value::Big(big) => num_bigint::BigInt::clone(big),
        _ => num_bigint::BigInt::from(0),
    };
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => left < right,
        (left, right) => big(left) < big(right),
    }
}

pub(super) fn range_value(first: Value, last: Value, step: Value) -> Value {
    Value::Map(vec![
        (Value::Atom(atoms::STRUCT), Value::atom("Elixir.Range")),
        (Value::atom("first"), first),
        (Value::atom("last"), last),
        (Value::atom("step"), step),
    ])
}

/// A range as a value where code should stand, as messages show it.
pub(super) fn unescaped_range(quoted: &Quoted) -> Option<String> {
    let Quoted::Other(value) = quoted else { return None };
    let Value::Map(entries) = &**value else { return None };
    let get = |key: &str| entries.iter().find(|(other, _)| *other == Value::atom(key)).map(|(_, value)| value);
    let number = |key: &str| match get(key) {
        Some(Value::Int(number)) => Some(*number),
        _ => None,
    };
    if get("__struct__")?.as_atom()?.as_str() != "Elixir.Range" {
        return None;
    }
    let (first, last, step) = (number("first")?, number("last")?, number("step")?);
    Some(if step == 1 { format!("{first}..{last}") } else { format!("{first}..{last}//{step}") })
}
