//! Values as the code that makes them, and where quoted code holds `unquote`.

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use crate::quoted::{Args, Meta, Quoted};

/// Quoted code whose evaluation gives the value.
pub fn escape_value(value: &Value) -> Quoted {
    stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, || match value {
        Value::Int(int) => Quoted::Int(*int),
        Value::Big(big) => Quoted::Big(big.clone()),
        Value::Float(float) => Quoted::Float(*float),
        Value::Atom(atom) => Quoted::Atom(*atom),
        Value::Binary(bytes) => Quoted::Binary(bytes.clone()),
        Value::List(elements) => Quoted::list(elements.iter().map(escape_value).collect()),
        Value::ImproperList(elements, tail) => {
            let mut quoted: Vec<Quoted> = elements.iter().map(escape_value).collect();
            let last = quoted.pop().unwrap_or(Quoted::NIL);
            quoted.push(Quoted::call(atoms::PIPE, Meta::default(), vec![last, escape_value(tail)]));
            Quoted::list(quoted)
        }
        Value::Tuple(elements) => match elements.as_slice() {
            [left, right] => Quoted::pair(escape_value(left), escape_value(right)),
            elements => Quoted::call(atoms::TUPLE_BRACES, Meta::default(), elements.iter().map(escape_value).collect()),
        },
        Value::Map(entries) => Quoted::call(
            atoms::MAP_BRACES,
            Meta::default(),
            entries.iter().map(|(key, value)| Quoted::pair(escape_value(key), escape_value(value))).collect(),
        ),
        other => Quoted::Other(std::sync::Arc::new(other.clone())),
    })
}

/// Whether `unquote` or `unquote_splicing` is called somewhere that a surrounding `quote` would see.
pub fn has_unquote(quoted: &Quoted) -> bool {
    finds_unquote(quoted, false)
}

/// Whether `unquote` or `unquote_splicing` is called anywhere, inside of a `quote` too. Elixir gives no advice about definitions
/// where this is so: their clauses may stand apart, and nobody need call them.
pub fn mentions_unquote(quoted: &Quoted) -> bool {
    // What `defguard` makes of a guard does, and the guard itself does not.
    let is_guard = quoted.as_node().is_some_and(|node| node.meta.get(Atom::new("guard")).is_some());
    !is_guard && finds_unquote(quoted, true)
}

fn finds_unquote(quoted: &Quoted, through_quotes: bool) -> bool {
    let mut work = vec![quoted];
    while let Some(quoted) = work.pop() {
        match quoted {
            Quoted::List(elements) => work.extend(elements.iter()),
            Quoted::Pair(pair) => work.extend([&pair.0, &pair.1]),
            Quoted::Node(node) => {
                if let (Quoted::Atom(name), Args::List(args)) = (&node.form, &node.args) {
                    match name.as_str() {
                        "unquote" | "unquote_splicing" if args.len() == 1 => return true,
                        "quote" if !through_quotes && matches!(args.len(), 1 | 2) => continue,
                        _ => {}
                    }
                }
                if let Quoted::Node(_) = node.form {
                    work.push(&node.form);
                }
                if let Args::List(args) = &node.args {
                    work.extend(args);
                    // `left.unquote(name)` holds the name among the dot's parts.
                    if args.iter().any(|arg| *arg == Quoted::atom("unquote")) && node.form == Quoted::Atom(atoms::DOT) {
                        return true;
                    }
                }
            }
            _ => {}
        }
    }
    false
}
