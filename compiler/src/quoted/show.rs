//! Quoted code as text, for tests and for people who look into the compiler.
//!
//! The form is Elixir's syntax for the term, all on one line and without sugar: atoms are quoted unless they are plain
//! names, bytes beyond ASCII are escaped, floats show their bits, keyword lists are lists of tuples. So two programs that
//! print the same term print the same text.

use std::fmt::Write;

use beamlet_vm::Value;

use super::{Args, Meta, Quoted};

/// The text of a term of quoted code. Linear in the size of the term.
pub fn show(quoted: &Quoted) -> String {
    let mut out = String::new();
    let mut work = vec![Step::Term(quoted)];
    while let Some(step) = work.pop() {
        match step {
            Step::Text(text) => out.push_str(text),
            Step::Meta(meta) => push_meta(&mut work, meta),
            Step::Key(key) => show_atom(&mut out, key),
            Step::Number(number) => push_display(&mut out, number),
            Step::Term(Quoted::Atom(atom)) => show_atom(&mut out, atom.as_str()),
            Step::Term(Quoted::Int(int)) => push_display(&mut out, int),
            Step::Term(Quoted::Big(big)) => push_display(&mut out, big),
            Step::Term(Quoted::Float(float)) => show_float(&mut out, *float),
            Step::Term(Quoted::Binary(bytes)) => show_bytes(&mut out, bytes),
            Step::Term(Quoted::List(elements)) => {
                out.push('[');
                work.push(Step::Text("]"));
                push_separated(&mut work, elements);
            }
            Step::Term(Quoted::Pair(pair)) => {
                out.push('{');
                work.extend([Step::Text("}"), Step::Term(&pair.1), Step::Text(", "), Step::Term(&pair.0)]);
            }
            Step::Term(Quoted::Node(node)) => {
                out.push('{');
                work.push(Step::Text("}"));
                match &node.args {
                    Args::Context(context) => work.push(Step::Key(context.as_str())),
                    Args::List(args) => {
                        work.push(Step::Text("]"));
                        push_separated(&mut work, args);
                        work.push(Step::Text("["));
                    }
                }
                work.extend([Step::Text(", "), Step::Meta(&node.meta), Step::Text(", "), Step::Term(&node.form)]);
            }
            Step::Term(Quoted::Other(value)) => show_value(&mut out, value),
            Step::Term(Quoted::Opaque(key)) => push_display(&mut out, format_args!("#opaque({key})")),
        }
    }
    out
}

enum Step<'q> {
    Term(&'q Quoted),
    Meta(&'q Meta),
    Key(&'q str),
    Number(u32),
    Text(&'static str),
}

fn push_display(out: &mut String, shown: impl std::fmt::Display) {
    write!(out, "{shown}").expect("writing to a string cannot fail");
}

fn push_separated<'q>(work: &mut Vec<Step<'q>>, elements: &'q [Quoted]) {
    for (index, element) in elements.iter().enumerate().rev() {
        work.push(Step::Term(element));
        if index > 0 {
            work.push(Step::Text(", "));
        }
    }
}

fn push_meta<'q>(work: &mut Vec<Step<'q>>, meta: &'q Meta) {
    let mut entries: Vec<[Step<'q>; 2]> = Vec::new();
    for (key, value) in meta.extra.iter().flat_map(|extra| extra.iter()) {
        entries.push([Step::Key(key.as_str()), Step::Term(value)]);
    }
    if meta.line > 0 {
        entries.push([Step::Key("line"), Step::Number(meta.line)]);
    }
    if meta.expose_column {
        entries.push([Step::Key("column"), Step::Number(meta.column)]);
    }
    work.push(Step::Text("]"));
    let last = entries.len();
    for (index, [key, value]) in entries.into_iter().enumerate().rev() {
        if index + 1 < last {
            work.push(Step::Text(", "));
        }
        work.extend([Step::Text("}"), value, Step::Text(", "), key, Step::Text("{")]);
    }
    work.push(Step::Text("["));
}

fn show_atom(out: &mut String, text: &str) {
    let is_plain = text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match text {
        "nil" | "true" | "false" => out.push_str(text),
        text if is_plain => {
            out.push(':');
            out.push_str(text);
        }
        text => {
            out.push(':');
            show_bytes(out, text.as_bytes());
        }
    }
}

fn show_bytes(out: &mut String, bytes: &[u8]) {
    out.push('"');
    for &byte in bytes {
        match byte {
            b'"' | b'\\' | b'#' => {
                out.push('\\');
                out.push(char::from(byte));
            }
            b'\n' => out.push_str("\\n"),
            b' '..=b'~' => out.push(char::from(byte)),
            byte => push_display(out, format_args!("\\x{byte:02X}")),
        }
    }
    out.push('"');
}

fn show_float(out: &mut String, float: f64) {
    push_display(out, format_args!("0f{:016X}", float.to_bits()));
}

fn show_value(out: &mut String, value: &Value) {
    stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, || {
        let mut separated = |open: &str, values: &[Value], close: &str| {
            out.push_str(open);
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                show_value(out, value);
            }
            out.push_str(close);
        };
        match value {
            Value::List(values) => separated("[", values, "]"),
            Value::Tuple(values) => separated("{", values, "}"),
            Value::ImproperList(values, tail) => {
                separated("[", values, " | ");
                show_value(out, tail);
                out.push(']');
            }
            Value::Map(pairs) => {
                out.push_str("%{");
                for (index, (key, value)) in pairs.iter().enumerate() {
                    out.push_str(if index > 0 { ", " } else { "" });
                    show_value(out, key);
                    out.push_str(" => ");
                    show_value(out, value);
                }
                out.push('}');
            }
            Value::Int(int) => push_display(out, int),
            Value::Big(big) => push_display(out, big),
            Value::Float(float) => show_float(out, *float),
            Value::Atom(atom) => show_atom(out, atom.as_str()),
            Value::Binary(bytes) => show_bytes(out, bytes),
            Value::Opaque(opaque) => push_display(out, format_args!("{:?}", opaque.term())),
            Value::Bitstring(bytes, bits) => push_display(out, format_args!("<<{bytes:?}:{bits}>>")),
            Value::ExternalFun(module, name, arity) => {
                push_display(out, format_args!("&{}.{}/{arity}", module.as_str(), name.as_str()));
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_terms_without_sugar() {
        let node = Quoted::call(Quoted::atom("+"), Meta::at(1, 3), vec![Quoted::Int(1), Quoted::string("é\n")]);
        assert_eq!(show(&node), r#"{:"+", [{:line, 1}], [1, "\xC3\xA9\n"]}"#);
        assert_eq!(show(&Quoted::Float(1.5)), "0f3FF8000000000000");
    }
}
