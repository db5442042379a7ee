//! Quoted code as source text: what `Macro.to_string/1` gives.
//!
//! Expressions stay on one line; blocks, clauses and `do` sections get lines of their own, indented by two.

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::{Args, Node, Quoted};

/// Binding strength of an operator, and which side needs no parentheses when it holds the same operator.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// Operators from loosest to tightest.
fn binary(name: &str) -> Option<(u8, Side)> {
    Some(match name {
        "<-" | "\\\\" => (1, Side::Left),
        "when" => (2, Side::Right),
        "::" => (3, Side::Right),
        "|" => (4, Side::Right),
        "=" => (6, Side::Right),
        "||" | "|||" | "or" => (7, Side::Left),
        "&&" | "&&&" | "and" => (8, Side::Left),
        "==" | "!=" | "=~" | "===" | "!==" => (9, Side::Left),
        "<" | ">" | "<=" | ">=" => (10, Side::Left),
        "|>" | "<<<" | ">>>" | "<<~" | "~>>" | "<~" | "~>" | "<~>" | "<|>" => (11, Side::Left),
        "in" => (12, Side::Left),
        "^^^" => (13, Side::Left),
        "++" | "--" | ".." | "<>" | "+++" | "---" => (15, Side::Right),
        "+" | "-" => (16, Side::Left),
        "*" | "/" => (17, Side::Left),
        "**" => (18, Side::Left),
        _ => return None,
    })
}

fn unary(name: &str) -> Option<u8> {
    Some(match name {
        "&" => 5,
        "!" | "^" | "not" | "+" | "-" | "~~~" => 19,
        "@" => 21,
        _ => return None,
    })
}

/// The text of quoted code. Its nesting is followed on a host stack that grows.
pub fn to_text(quoted: &Quoted) -> String {
    match quoted.as_call() {
        Some((atoms::BLOCK, _, statements)) if statements.len() > 1 => {
            statements.iter().map(text).collect::<Vec<_>>().join("\n")
        }
        _ => text(quoted),
    }
}

fn text(quoted: &Quoted) -> String {
    stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, || match quoted {
        Quoted::Atom(atom) => atom_text(*atom),
        Quoted::Int(int) => int.to_string(),
        Quoted::Big(big) => big.to_string(),
        Quoted::Float(float) => format!("{float:?}"),
        Quoted::Binary(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => string_text(text, '"'),
            Err(_) => format!("<<{}>>", joined(bytes.iter(), |byte| byte.to_string())),
        },
        Quoted::List(elements) => list_text(elements),
        Quoted::Pair(pair) => format!("{{{}, {}}}", text(&pair.0), text(&pair.1)),
        Quoted::Node(node) => node_text(node),
        Quoted::Other(value) => value_text(value),
        Quoted::Opaque(Quoted::FUNCTION) => "#Function<...>".to_string(),
        Quoted::Opaque(_) => "#Term<>".to_string(),
    })
}

fn joined<T>(items: impl Iterator<Item = T>, show: impl Fn(T) -> String) -> String {
    items.map(show).collect::<Vec<_>>().join(", ")
}

fn plain_name(text: &str) -> bool {
    let body = text.strip_suffix(['?', '!']).unwrap_or(text);
    let mut characters = body.chars();
    characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|c| c.is_alphanumeric() || c == '_' || c == '@')
}

fn atom_text(atom: Atom) -> String {
    match atom.as_str() {
        text @ ("nil" | "true" | "false") => text.to_string(),
        text if text.strip_prefix("Elixir.").is_some_and(|rest| rest.split('.').all(alias_part)) => {
            text["Elixir.".len()..].to_string()
        }
        text if plain_name(text) || operator_atom(text) => format!(":{text}"),
        text => format!(":{}", string_text(text, '"')),
    }
}

fn alias_part(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase()) && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn operator_atom(text: &str) -> bool {
    binary(text).is_some()
        || unary(text).is_some()
        || matches!(text, "%{}" | "{}" | "<<>>" | "%" | "." | "..." | "..//" | "->")
}

fn string_text(text: &str, quote: char) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    escape_into(text, quote, &mut out);
    out.push(quote);
    out
}

fn escape_into(text: &str, quote: char, out: &mut String) {
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{1b}' => out.push_str("\\e"),
            '\0' => out.push_str("\\0"),
            '\\' => out.push_str("\\\\"),
            '#' if characters.peek() == Some(&'{') => out.push_str("\\#"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
}

fn is_keywords(elements: &[Quoted]) -> bool {
    !elements.is_empty()
        && elements.iter().all(|element| match element {
            Quoted::Pair(pair) => match &pair.0 {
                Quoted::Atom(key) => !key.as_str().starts_with("Elixir."),
                _ => false,
            },
            _ => false,
        })
}

fn keywords_text(elements: &[Quoted]) -> String {
    joined(elements.iter(), |element| match element {
        Quoted::Pair(pair) => {
            let key = match &pair.0 {
                Quoted::Atom(key) if plain_name(key.as_str()) || operator_atom(key.as_str()) => key.to_string(),
                Quoted::Atom(key) => string_text(key.as_str(), '"'),
                other => text(other),
            };
            format!("{key}: {}", text(&pair.1))
        }
        other => text(other),
    })
}

fn list_text(elements: &[Quoted]) -> String {
    if is_keywords(elements) {
        return format!("[{}]", keywords_text(elements));
    }
    format!("[{}]", arguments_text(elements))
}

/// Arguments, with a last keyword list written without brackets.
fn arguments_text(args: &[Quoted]) -> String {
    match args.split_last() {
        Some((Quoted::List(last), rest)) if is_keywords(last) && !rest.is_empty() => {
            format!("{}, {}", joined(rest.iter(), text), keywords_text(last))
        }
        _ => joined(args.iter(), text),
    }
}

fn call_arguments(args: &[Quoted]) -> String {
    match args {
        [Quoted::List(only)] if is_keywords(only) => keywords_text(only),
        args => arguments_text(args),
    }
}

fn indent(text: &str) -> String {
    text.lines()
        .map(|line| if line.is_empty() { String::new() } else { format!("  {line}") })
        .collect::<Vec<_>>()
        .join("\n")
}

/// The sections of a `do` block, if the list is one.
fn sections(quoted: &Quoted) -> Option<&[Quoted]> {
    let Quoted::List(entries) = quoted else { return None };
    let section = |entry: &Quoted| match entry {
        Quoted::Pair(pair) => {
            matches!(pair.0, Quoted::Atom(atoms::DO | atoms::ELSE | atoms::RESCUE | atoms::CATCH | atoms::AFTER))
        }
        _ => false,
    };
    let starts = matches!(entries.first(), Some(Quoted::Pair(pair)) if pair.0 == Quoted::Atom(atoms::DO));
    (starts && entries.iter().all(section)).then_some(entries)
}

fn clauses(quoted: &Quoted) -> Option<&[Quoted]> {
    match quoted {
        Quoted::List(list)
            if !list.is_empty()
                && list.iter().all(|item| matches!(item.as_call(), Some((atoms::ARROW, _, [_, _])))) =>
        {
            Some(list)
        }
        _ => None,
    }
}

fn clause_text(clause: &Quoted, inline: bool) -> String {
    let Some((_, _, [Quoted::List(heads), body])) = clause.as_call() else { return text(clause) };
    let heads = match &heads[..] {
        [only] => match only.as_call() {
            Some((atoms::WHEN, _, parts)) if parts.len() != 2 => {
                let (guard, heads) =
                    parts.split_last().map_or((&Quoted::NIL, &[][..]), |(guard, heads)| (guard, heads));
                format!("{} when {}", joined(heads.iter(), text), text(guard))
            }
            _ => text(only),
        },
        heads => arguments_text(heads),
    };
    let arrow = if heads.is_empty() { "->".to_string() } else { format!("{heads} ->") };
    let body = to_text(body);
    if inline && !body.contains('\n') {
        format!("{arrow} {body}")
    } else {
        format!("{arrow}\n{}", indent(&body))
    }
}

fn section_body(body: &Quoted) -> String {
    match clauses(body) {
        Some(list) => {
            let shown: Vec<String> = list.iter().map(|clause| clause_text(clause, true)).collect();
            let separator = if shown.iter().any(|text| text.contains('\n')) { "\n\n" } else { "\n" };
            shown.join(separator)
        }
        None => to_text(body),
    }
}

fn do_text(entries: &[Quoted]) -> String {
    let mut out = String::new();
    for entry in entries {
        let Quoted::Pair(pair) = entry else { continue };
        let Quoted::Atom(name) = &pair.0 else { continue };
        out.push_str(name.as_str());
        out.push('\n');
        let body = section_body(&pair.1);
        if !body.is_empty() {
            out.push_str(&indent(&body));
            out.push('\n');
        }
    }
    out.push_str("end");
    out
}

/// The operand of an operator of this strength.
fn operand(quoted: &Quoted, strength: u8, same_allowed: bool) -> String {
    let inner = match quoted.as_call() {
        Some((name, _, [_, _])) => binary(name.as_str()).map(|(inner, _)| inner),
        Some((atoms::AMPERSAND, _, [Quoted::Int(_)])) => None,
        // An attribute that is read holds together as a name does.
        Some((name, _, [Quoted::Node(read)])) if name.as_str() == "@" && matches!(read.args, Args::Context(_)) => None,
        Some((name, _, [_])) => unary(name.as_str()),
        _ => None,
    };
    let shown = text(quoted);
    match inner {
        Some(inner) if inner < strength || (inner == strength && !same_allowed) => format!("({shown})"),
        _ => shown,
    }
}

fn node_text(node: &Node) -> String {
    let args = match &node.args {
        Args::Context(_) => {
            return match &node.form {
                Quoted::Atom(name) => name.to_string(),
                form => text(form),
            }
        }
        Args::List(args) => args.as_slice(),
    };
    match &node.form {
        Quoted::Atom(name) => match (name.as_str().strip_prefix("sigil_"), args) {
            (Some(sigil), [body, Quoted::List(modifiers)]) if body.as_call().is_some() => {
                let delimiter = match node.meta.get(Atom::new("delimiter")) {
                    Some(Quoted::Binary(bytes)) => std::str::from_utf8(bytes).ok(),
                    _ => None,
                };
                // Those of a heredoc stand on lines of their own.
                sigil_text(sigil, delimiter.filter(|written| written.len() == 1), body, modifiers)
            }
            _ => named_text(*name, args),
        },
        Quoted::Node(form) => match (&form.form, &form.args) {
            (Quoted::Atom(atoms::DOT), Args::List(parts)) => dot_text(parts, args, node),
            _ => format!("{}({})", text(&node.form), call_arguments(args)),
        },
        form => format!("{}({})", text(form), call_arguments(args)),
    }
}

fn dot_text(parts: &[Quoted], args: &[Quoted], node: &Node) -> String {
    match parts {
        [Quoted::Atom(access), Quoted::Atom(get)] if access.as_str() == "Elixir.Access" && get.as_str() == "get" => {
            if let [subject, key] = args {
                return format!("{}[{}]", operand(subject, 22, true), text(key));
            }
        }
        [left, Quoted::Atom(atoms::TUPLE_BRACES)] => {
            return format!("{}.{{{}}}", text(left), joined(args.iter(), text));
        }
        _ => {}
    }
    let receiver = match &parts[0] {
        Quoted::Node(inner) if matches!(inner.form, Quoted::Atom(atoms::FN | atoms::AMPERSAND)) => {
            format!("({})", text(&parts[0]))
        }
        left => operand(left, 22, true),
    };
    let name = match parts.get(1) {
        None => String::new(),
        Some(Quoted::Atom(name)) if plain_name(name.as_str()) || operator_atom(name.as_str()) => name.to_string(),
        Some(Quoted::Atom(name)) => string_text(name.as_str(), '"'),
        Some(other) => text(other),
    };
    if args.is_empty() && node.meta.get(Atom::new("no_parens")).is_some() {
        return format!("{receiver}.{name}");
    }
    with_block(&format!("{receiver}.{name}"), args)
}

/// Whether this is a binary operation.
fn is_binary(quoted: &Quoted) -> bool {
    matches!(quoted.as_call(), Some((name, _, [_, _])) if binary(name.as_str()).is_some())
}

/// `call(args)`, or `call args do … end`.
fn with_block(call: &str, args: &[Quoted]) -> String {
    if let Some((last, rest)) = args.split_last() {
        if let Some(entries) = sections(last) {
            let block = do_text(entries);
            return if rest.is_empty() {
                format!("{call} {block}")
            } else {
                format!("{call} {} {block}", arguments_text(rest))
            };
        }
    }
    format!("{call}({})", call_arguments(args))
}

fn named_text(name: Atom, args: &[Quoted]) -> String {
    match (name.as_str(), args) {
        ("__block__", []) => String::new(),
        ("__block__", [only]) => text(only),
        ("__block__", statements) => {
            let lines: Vec<String> = statements.iter().map(text).collect();
            format!("(\n{}\n)", indent(&lines.join("\n")))
        }
        ("__aliases__", parts) => parts
            .iter()
            .map(|part| match part {
                Quoted::Atom(atom) => atom.to_string(),
                other => text(other),
            })
            .collect::<Vec<_>>()
            .join("."),
        ("{}", elements) => format!("{{{}}}", arguments_text(elements)),
        ("%{}", entries) => format!("%{{{}}}", map_text(entries)),
        ("%", [name, map]) => match map.as_call() {
            Some((atoms::MAP_BRACES, _, entries)) => format!("%{}{{{}}}", text(name), map_text(entries)),
            _ => format!("%{}{}", text(name), text(map)),
        },
        ("<<>>", segments) => bits_text(segments, '"'),
        ("fn", list) => {
            let shown: Vec<String> = list.iter().map(|clause| clause_text(clause, true)).collect();
            match shown.as_slice() {
                [only] if !only.contains('\n') => format!("fn {only} end"),
                [only] => match only.split_once('\n') {
                    Some((head, body)) => format!("fn {head}\n{body}\nend"),
                    None => format!("fn {only} end"),
                },
                many => format!("fn\n{}\nend", indent(&many.join("\n"))),
            }
        }
        ("..", []) => "..".to_string(),
        ("..//", [first, last, step]) => {
            let part = |quoted, side| match is_binary(quoted) {
                true => format!("({})", text(quoted)),
                false => operand(quoted, 15, side),
            };
            format!("{}..{}//{}", part(first, false), part(last, true), part(step, false))
        }
        ("&", [Quoted::Int(number)]) => format!("&{number}"),
        ("&", [captured]) => match captured.as_call() {
            Some((atoms::SLASH, _, [function, Quoted::Int(arity)])) => format!("&{}/{arity}", text(function)),
            Some((operator, _, [_, _])) if binary(operator.as_str()).is_some() => format!("&({})", text(captured)),
            _ => format!("&{}", text(captured)),
        },
        ("not", [inner]) => match inner.as_call() {
            Some((operator, _, [left, right])) if operator.as_str() == "in" => {
                format!("{} not in {}", operand(left, 12, true), operand(right, 12, false))
            }
            _ => format!("not {}", operand(inner, 19, true)),
        },
        ("@", [attribute]) => match attribute.as_call() {
            Some((name, _, [value])) => format!("@{name} {}", text(value)),
            _ => format!("@{}", text(attribute)),
        },
        ("->", [_, _]) => {
            let arrow = Quoted::call(name, super::Meta::default(), args.to_vec());
            clause_text(&arrow, true)
        }
        (operator, [left, right]) if binary(operator).is_some() => {
            let (strength, side) = binary(operator).unwrap_or((0, Side::Left));
            // Operands of a range that are operations themselves stand apart.
            let (left_tight, right_tight) = match operator {
                ".." => (is_binary(left), is_binary(right)),
                _ => (false, false),
            };
            let left =
                if left_tight { format!("({})", text(left)) } else { operand(left, strength, side == Side::Left) };
            let right = match right {
                right if right_tight => format!("({})", text(right)),
                Quoted::List(list) if is_keywords(list) && matches!(operator, "when" | "|") => keywords_text(list),
                right => operand(right, strength, side == Side::Right),
            };
            if operator == ".." {
                format!("{left}..{right}")
            } else {
                format!("{left} {operator} {right}")
            }
        }
        (operator, [inner]) if unary(operator).is_some() => {
            let strength = unary(operator).unwrap_or(0);
            let inner_binary =
                inner.as_call().is_some_and(|(name, _, args)| args.len() == 2 && binary(name.as_str()).is_some());
            if inner_binary {
                format!("{operator}({})", text(inner))
            } else {
                format!("{operator}{}", operand(inner, strength, true))
            }
        }
        (plain, args) => with_block(plain, args),
    }
}

fn map_text(entries: &[Quoted]) -> String {
    if let [single] = entries {
        if let Some((atoms::PIPE, _, [map, pairs])) = single.as_call() {
            let pairs = match pairs {
                Quoted::List(pairs) => map_text(pairs),
                other => text(other),
            };
            return format!("{} | {pairs}", text(map));
        }
    }
    // Keys that are plain atoms use the short form, but only after all others.
    let short = (0..=entries.len()).find(|&start| is_keywords(&entries[start..])).unwrap_or(entries.len());
    let (pairs, short) = entries.split_at(short);
    let mut shown: Vec<String> = pairs
        .iter()
        .map(|entry| match entry {
            Quoted::Pair(pair) => format!("{} => {}", text(&pair.0), text(&pair.1)),
            other => text(other),
        })
        .collect();
    if !short.is_empty() {
        shown.push(keywords_text(short));
    }
    shown.join(", ")
}

/// The expression inside `#{}`, if the segment is an interpolation.
fn interpolated(segment: &Quoted) -> Option<&Quoted> {
    let Some((atoms::TYPE_OP, _, [value, kind])) = segment.as_call() else { return None };
    let is_binary = kind.as_node().is_some_and(|node| node.form == Quoted::atom("binary"));
    let node = value.as_node().filter(|_| is_binary)?;
    let (Quoted::Node(dot), Args::List(args)) = (&node.form, &node.args) else { return None };
    let (Quoted::Atom(atoms::DOT), Args::List(parts)) = (&dot.form, &dot.args) else { return None };
    match (parts.as_slice(), args.as_slice()) {
        ([Quoted::Atom(atoms::KERNEL), Quoted::Atom(name)], [inner]) if name.as_str() == "to_string" => Some(inner),
        _ => None,
    }
}

fn bits_text(segments: &[Quoted], quote: char) -> String {
    let is_text = |segment: &Quoted| match segment {
        Quoted::Binary(bytes) => std::str::from_utf8(bytes).is_ok(),
        other => interpolated(other).is_some(),
    };
    let interpolation = segments.iter().any(|segment| interpolated(segment).is_some());
    if interpolation && segments.iter().all(is_text) {
        let mut out = String::from(quote);
        for segment in segments {
            match segment {
                Quoted::Binary(bytes) => escape_into(&String::from_utf8_lossy(bytes), quote, &mut out),
                other => {
                    out.push_str("#{");
                    out.push_str(&interpolated(other).map_or(String::new(), to_text));
                    out.push('}');
                }
            }
        }
        out.push(quote);
        return out;
    }
    format!(
        "<<{}>>",
        joined(segments.iter(), |segment| match segment.as_call() {
            Some((atoms::TYPE_OP, _, [value, kind])) => format!("{}::{}", operand(value, 4, true), spec_text(kind)),
            _ => text(segment),
        })
    )
}

/// A segment's specification: its operators stand without spaces.
fn spec_text(kind: &Quoted) -> String {
    match kind.as_call() {
        Some((name @ (atoms::MINUS | atoms::STAR), _, [left, right])) => {
            format!("{}{name}{}", spec_text(left), spec_text(right))
        }
        _ => text(kind),
    }
}

/// What ends a sigil that begins so.
fn closing(open: &str) -> &str {
    match open {
        "(" => ")",
        "[" => "]",
        "{" => "}",
        "<" => ">",
        same => same,
    }
}

fn sigil_text(name: &str, delimiter: Option<&str>, body: &Quoted, modifiers: &[Quoted]) -> String {
    let Some((atoms::BITSTRING, _, segments)) = body.as_call() else { return format!("sigil_{name}({})", text(body)) };
    let mut out = format!("~{name}");
    let mut content = String::new();
    for segment in segments {
        match segment {
            Quoted::Binary(bytes) => content.push_str(&String::from_utf8_lossy(bytes)),
            other => {
                content.push_str("#{");
                content.push_str(&interpolated(other).map_or(String::new(), to_text));
                content.push('}');
            }
        }
    }
    let (open, close) = match delimiter {
        Some(written) => (written, closing(written)),
        None => [("\"", "\""), ("/", "/"), ("(", ")"), ("[", "]"), ("{", "}"), ("|", "|")]
            .into_iter()
            .find(|(_, close)| !content.contains(close))
            .unwrap_or(("\"", "\"")),
    };
    out.push_str(open);
    out.push_str(&content);
    out.push_str(close);
    for modifier in modifiers {
        if let Quoted::Int(code) = modifier {
            out.extend(u32::try_from(*code).ok().and_then(char::from_u32));
        }
    }
    out
}

fn value_text(value: &Value) -> String {
    match value {
        Value::Tuple(elements) => format!("{{{}}}", joined(elements.iter(), value_text)),
        Value::List(elements) => format!("[{}]", joined(elements.iter(), value_text)),
        Value::Map(entries) => {
            format!(
                "%{{{}}}",
                joined(entries.iter(), |(key, value)| format!("{} => {}", value_text(key), value_text(value)))
            )
        }
        Value::ImproperList(elements, tail) => {
            format!("[{} | {}]", joined(elements.iter(), value_text), value_text(tail))
        }
        Value::ExternalFun(module, name, arity) => format!("&{}.{name}/{arity}", atom_text(*module)),
        Value::Bitstring(bytes, bits) => {
            let (last, whole) = bytes.split_last().map_or((0, &[][..]), |(last, whole)| (*last, whole));
            let mut parts: Vec<String> = whole.iter().map(u8::to_string).collect();
            parts.push(format!("{}::size({bits})", last >> (8 - bits)));
            format!("<<{}>>", parts.join(", "))
        }
        plain => text(&super::convert::from_value(plain)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{parse, ParseOptions};
    use crate::source::SourceFile;

    #[test]
    fn code_in_its_usual_form_stays_as_it_is() {
        let texts = [
            "1 + 2 * 3",
            "(1 + 2) * 3",
            "foo(a, b: 1)",
            "a.b.c(1)",
            "%{\"b\" => 2, a: 1}",
            "%Foo{x | a: 1}",
            "fn x, y -> x + y end",
            "&(&1 + 1)",
            "&Foo.bar/2",
            "if a do\n  b\nelse\n  c\nend",
            "case x do\n  1 -> 2\n  _ -> 3\nend",
            "\"a#{b}c\"",
            "<<x::16-little, rest::binary>>",
            "a not in b",
            "[a: 1]",
            "x[:y]",
            "a |> b() |> c(1)",
            "-x",
            "not x",
            "@foo",
            "1..2",
            "f.(1)",
            "{a, b, c}",
            "Foo.{A, B}",
            ":\"foo bar\"",
        ];
        for text in texts {
            let quoted = parse(&SourceFile::new("t", text), &ParseOptions::default()).expect("it parses");
            assert_eq!(to_text(&quoted), text);
        }
    }
}
