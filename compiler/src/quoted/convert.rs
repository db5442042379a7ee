//! Quoted code to and from plain values, in exactly Elixir's shapes.
//!
//! A node is the tuple `{form, meta, args}`; which tuples of three elements are nodes is decided by [`from_value`]. Both
//! ways cost time linear in the size of the term and grow the host's stack as the term is deep.

use std::sync::Arc;

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::{Args, Meta, Node, Quoted};

fn deep<T>(work: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, work)
}

/// The quoted code that a value is. Total: what is not code becomes [`Quoted::Other`].
///
/// `{form, meta, args}` is a node when `form` is an atom or a node or a call's function part, `meta` a list of pairs whose
/// first elements are atoms, and `args` a list or an atom.
pub fn from_value(value: &Value) -> Quoted {
    deep(|| match value {
        Value::Atom(atom) => Quoted::Atom(*atom),
        Value::Int(int) => Quoted::Int(*int),
        Value::Big(big) => Quoted::Big(big.clone()),
        Value::Float(float) => Quoted::Float(*float),
        Value::Binary(bytes) => Quoted::Binary(bytes.clone()),
        Value::List(elements) => Quoted::List(elements.iter().map(from_value).collect()),
        Value::Tuple(elements) => match elements.as_slice() {
            [left, right] => Quoted::pair(from_value(left), from_value(right)),
            [form, Value::List(meta), args] => match node(form, meta, args) {
                Some(node) => Quoted::Node(Arc::new(node)),
                None => Quoted::Other(Arc::new(value.clone())),
            },
            _ => Quoted::Other(Arc::new(value.clone())),
        },
        Value::Bitstring(..) | Value::ImproperList(..) | Value::Map(_) | Value::ExternalFun(..) | Value::Opaque(_) => {
            Quoted::Other(Arc::new(value.clone()))
        }
    })
}

fn node(form: &Value, meta: &[Value], args: &Value) -> Option<Node> {
    let args_of = |args: &Value| match args {
        Value::Atom(context) => Some(Args::Context(*context)),
        Value::List(args) => Some(Args::List(args.iter().map(from_value).collect())),
        _ => None,
    };
    let form = match form {
        Value::Atom(name) => Quoted::Atom(*name),
        Value::Tuple(elements) if elements.len() == 3 => match from_value(form) {
            node @ Quoted::Node(_) => node,
            _ => return None,
        },
        _ => return None,
    };
    Some(Node { form, meta: meta_from(meta)?, args: args_of(args)? })
}

/// Metadata from its entries; `None` when they are not pairs with an atom first.
fn meta_from(entries: &[Value]) -> Option<Meta> {
    let mut meta = Meta::default();
    let mut extra: Vec<(Atom, Quoted)> = Vec::new();
    for entry in entries {
        let Value::Tuple(pair) = entry else { return None };
        let [Value::Atom(key), value] = pair.as_slice() else { return None };
        match (*key, value) {
            (atoms::LINE, Value::Int(line @ 1..=0xffff_ffff)) if meta.line == 0 => meta.line = *line as u32,
            (atoms::COLUMN, Value::Int(column @ 1..=0xffff_ffff)) if !meta.expose_column => {
                meta.column = *column as u32;
                meta.expose_column = true;
            }
            (key, value) => extra.push((key, from_value(value))),
        }
    }
    if !extra.is_empty() {
        meta.extra = Some(Box::new(extra));
    }
    Some(meta)
}

/// The value that quoted code is; `None` when it holds a term without plain form ([`Quoted::Opaque`]).
pub fn to_value(quoted: &Quoted) -> Option<Value> {
    deep(|| {
        Some(match quoted {
            Quoted::Atom(atom) => Value::Atom(*atom),
            Quoted::Int(int) => Value::Int(*int),
            Quoted::Big(big) => Value::Big(big.clone()),
            Quoted::Float(float) => Value::Float(*float),
            Quoted::Binary(bytes) => Value::Binary(bytes.clone()),
            Quoted::List(elements) => Value::List(all(elements)?),
            Quoted::Pair(pair) => Value::Tuple(vec![to_value(&pair.0)?, to_value(&pair.1)?]),
            Quoted::Node(node) => {
                let args = match &node.args {
                    Args::Context(context) => Value::Atom(*context),
                    Args::List(args) => Value::List(all(args)?),
                };
                Value::Tuple(vec![to_value(&node.form)?, meta_to_value(&node.meta)?, args])
            }
            Quoted::Other(value) => (**value).clone(),
            Quoted::Opaque(_) => return None,
        })
    })
}

fn all(elements: &[Quoted]) -> Option<Vec<Value>> {
    elements.iter().map(to_value).collect()
}

/// The list that metadata is: other entries, `line:`, `column:`. `None` as for [`to_value`].
pub fn meta_to_value(meta: &Meta) -> Option<Value> {
    let mut entries = Vec::with_capacity(2);
    let mut entry = |key: Atom, value: Value| entries.push(Value::Tuple(vec![Value::Atom(key), value]));
    for (key, value) in meta.extra.iter().flat_map(|extra| extra.iter()) {
        entry(*key, to_value(value)?);
    }
    if meta.line > 0 {
        entry(atoms::LINE, Value::Int(meta.line.into()));
    }
    if meta.expose_column {
        entry(atoms::COLUMN, Value::Int(meta.column.into()));
    }
    Some(Value::List(entries))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{parse, ParseOptions};
    use crate::source::SourceFile;

    #[test]
    fn code_survives_the_way_there_and_back() {
        let text = "a = b.c(1, 2.5, \"x\", :y) + foo do x -> {1, 2, [k: 'v']}\n_ -> %{a: 1 | 2} end";
        let options = ParseOptions { columns: true, token_metadata: true, ..ParseOptions::default() };
        let quoted = parse(&SourceFile::new("t.ex", text), &options).unwrap();
        let value = to_value(&quoted).unwrap();
        assert_eq!(from_value(&value), quoted);
    }

    #[test]
    fn what_is_not_code_stays_a_value() {
        for value in [
            Value::Tuple(vec![Value::Int(1), Value::List(vec![]), Value::List(vec![])]),
            Value::Tuple(vec![Value::atom("a"), Value::List(vec![Value::Int(1)]), Value::List(vec![])]),
            Value::Tuple(vec![Value::atom("a"), Value::List(vec![]), Value::Int(1)]),
            Value::Tuple(vec![]),
            Value::Map(vec![]),
        ] {
            let quoted = from_value(&value);
            assert!(matches!(quoted, Quoted::Other(_)), "{value:?}");
            assert_eq!(to_value(&quoted), Some(value));
        }
        assert_eq!(to_value(&Quoted::list(vec![Quoted::Opaque(1)])), None);
    }

    #[test]
    fn lines_that_say_nothing_are_kept_as_they_are() {
        let meta = Value::List(vec![
            Value::Tuple(vec![Value::atom("line"), Value::Int(0)]),
            Value::Tuple(vec![Value::atom("line"), Value::Int(3)]),
        ]);
        let value = Value::Tuple(vec![Value::atom("x"), meta, Value::NIL]);
        assert_eq!(to_value(&from_value(&value)), Some(value));
    }
}
