//! Values read as quoted code, and quoted code as values.

use std::sync::Arc;

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use crate::quoted::{Args, Meta, Node, Quoted};

/// Reads a value as quoted code: tuples of a form, a keyword list and arguments become nodes.
pub fn from_value(value: &Value) -> Quoted {
    stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, || match value {
        Value::Int(int) => Quoted::Int(*int),
        Value::Big(big) => Quoted::Big(big.clone()),
        Value::Float(float) => Quoted::Float(*float),
        Value::Atom(atom) => Quoted::Atom(*atom),
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
        other => Quoted::Other(Arc::new(other.clone())),
    })
}

fn node(form: &Value, meta: &[Value], args: &Value) -> Option<Node> {
    let form = match form {
        Value::Atom(atom) => Quoted::Atom(*atom),
        Value::Tuple(_) => from_value(form),
        _ => return None,
    };
    let args = match args {
        Value::Atom(context) => Args::Context(*context),
        Value::List(args) => Args::List(args.iter().map(from_value).collect()),
        _ => return None,
    };
    Some(Node { form, meta: meta_from(meta)?, args })
}

fn meta_from(entries: &[Value]) -> Option<Meta> {
    let mut meta = Meta::default();
    let mut extra = Vec::new();
    for entry in entries {
        let Value::Tuple(parts) = entry else { return None };
        let [Value::Atom(key), value] = parts.as_slice() else { return None };
        match (*key, value) {
            (atoms::LINE, Value::Int(line)) if u32::try_from(*line).is_ok() => meta.line = *line as u32,
            (atoms::COLUMN, Value::Int(column)) if u32::try_from(*column).is_ok() => {
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

/// Quoted code as the term it is; `None` where it holds something that only the machine can hold.
pub fn to_value(quoted: &Quoted) -> Option<Value> {
    stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, || {
        Some(match quoted {
            Quoted::Int(int) => Value::Int(*int),
            Quoted::Big(big) => Value::Big(big.clone()),
            Quoted::Float(float) => Value::Float(*float),
            Quoted::Atom(atom) => Value::Atom(*atom),
            Quoted::Binary(bytes) => Value::Binary(bytes.clone()),
            Quoted::List(elements) => Value::List(elements.iter().map(to_value).collect::<Option<_>>()?),
            Quoted::Pair(pair) => Value::Tuple(vec![to_value(&pair.0)?, to_value(&pair.1)?]),
            Quoted::Node(node) => {
                let args = match &node.args {
                    Args::Context(context) => Value::Atom(*context),
                    Args::List(args) => Value::List(args.iter().map(to_value).collect::<Option<_>>()?),
                };
                Value::Tuple(vec![to_value(&node.form)?, meta_value(&node.meta)?, args])
            }
            Quoted::Other(value) => Value::clone(value),
            Quoted::Opaque(_) => return None,
        })
    })
}

fn meta_value(meta: &Meta) -> Option<Value> {
    let entry = |key: Atom, value: Value| Value::Tuple(vec![Value::Atom(key), value]);
    let mut entries = Vec::new();
    for (key, value) in meta.extra.iter().flat_map(|extra| extra.iter()) {
        entries.push(entry(*key, to_value(value)?));
    }
    if meta.line != 0 {
        entries.push(entry(atoms::LINE, Value::Int(meta.line.into())));
    }
    if meta.expose_column && meta.column != 0 {
        entries.push(entry(atoms::COLUMN, Value::Int(meta.column.into())));
    }
    Some(Value::List(entries))
}
