//! Tokens as terms, in the shapes that Elixir's tokenizer gives them to programs that read tokens.
//!
//! Every token is a tuple of its type, `{line, column, extra}` and what it says, if its type does not say all. The extra is
//! the written text of names and numbers, the line breaks that belong to separators and operators, otherwise `nil`.

use beamlet_vm::Value;

use super::{Class, Interpolation, Kind, Part, Shape, Sigil, Token};
use crate::expand::host::Data;
use crate::quoted::Quoted;

/// How to show tokens of a text.
pub struct Shown<'s> {
    /// The text they were read from.
    pub text: &'s str,
    /// Whether names with interpolation are marked as limited to atoms that exist.
    pub existing_atoms_only: bool,
}

impl Shown<'_> {
    /// The tokens as a list.
    pub fn list(&self, tokens: &[Token<'_>]) -> Data {
        let show = |at: usize| {
            let before = at.checked_sub(1).and_then(|at| tokens.get(at));
            self.token(before, &tokens[at], tokens.get(at + 1))
        };
        Data::List((0..tokens.len()).map(show).collect())
    }

    fn token(&self, before: Option<&Token<'_>>, token: &Token<'_>, next: Option<&Token<'_>>) -> Data {
        let plain = |name: &str| self.tuple(name, token, Value::NIL, vec![]);
        // Closing delimiters and `not` tell of the line breaks between them and what stands before.
        let below = |name: &str, rest: Vec<Data>| {
            let lines = match before {
                Some(Token { kind: Kind::Eol | Kind::Comma | Kind::Semicolon, newlines, .. }) => lines(*newlines),
                _ => Value::NIL,
            };
            self.tuple(name, token, lines, rest)
        };
        let counted = |name: &str| self.tuple(name, token, Value::Int(token.newlines.into()), vec![]);
        let text = |skip_start: usize, skip_end: usize| {
            &self.text[token.start as usize + skip_start..token.end as usize - skip_end]
        };
        let written = |skip_start: usize, skip_end: usize| chars(text(skip_start, skip_end));
        // Of names made of signs the text is not told.
        let word = |skip_start: usize, skip_end: usize| match is_word(text(skip_start, skip_end)) {
            true => written(skip_start, skip_end),
            false => Value::NIL,
        };
        let named = |name: &str, extra: Value, rest: Quoted| self.tuple(name, token, extra, vec![Data::Code(rest)]);
        let safety = |safe: &'static str, free: &'static str| if self.existing_atoms_only { safe } else { free };
        match &token.kind {
            Kind::Identifier(name, shape) => {
                let form = match shape {
                    Shape::Plain if matches!(next, Some(Token { kind: Kind::Do, .. })) => "do_identifier",
                    Shape::Plain => "identifier",
                    Shape::Paren => "paren_identifier",
                    Shape::Bracket => "bracket_identifier",
                    Shape::Operator => "op_identifier",
                };
                let extra = match name {
                    // A quoted name is told without its quotes.
                    Quoted::Atom(name) if self.text[token.start as usize..].starts_with(['"', '\'']) => {
                        chars(name.as_str())
                    }
                    _ if matches!(before, Some(Token { kind: Kind::Dot, .. })) => written(0, 0),
                    _ => match text(0, 0) {
                        "and" | "or" | "not" | "in" | "when" => Value::NIL,
                        "..." => written(0, 0),
                        _ => word(0, 0),
                    },
                };
                named(form, extra, name.clone())
            }
            Kind::Alias(name) => named("alias", written(0, 0), name.clone()),
            Kind::Atom(name, None) => named("atom", word(1, 0), name.clone()),
            Kind::Atom(name, Some(_)) => named("atom_quoted", Value::NIL, name.clone()),
            Kind::AtomParts(parts, _) => {
                self.tuple(safety("atom_safe", "atom_unsafe"), token, Value::NIL, vec![self.parts(parts)])
            }
            Kind::Keyword(name, None) => named("kw_identifier", word(0, 1), name.clone()),
            Kind::Keyword(name, Some(_)) => named("kw_identifier", Value::NIL, name.clone()),
            Kind::KeywordParts(parts, _) => {
                let form = safety("kw_identifier_safe", "kw_identifier_unsafe");
                self.tuple(form, token, Value::NIL, vec![self.parts(parts)])
            }
            Kind::Integer(number) => {
                let value = match number {
                    Quoted::Int(number) => Value::Int(*number),
                    Quoted::Big(number) => Value::Big(number.clone()),
                    _ => Value::NIL,
                };
                self.tuple("int", token, value, vec![data(written(0, 0))])
            }
            Kind::Float(number) => self.tuple("flt", token, Value::Float(*number), vec![data(written(0, 0))]),
            Kind::Char(code) => self.tuple("char", token, written(0, 0), vec![data(Value::Int(i64::from(*code)))]),
            Kind::String(parts, indentation) => self.text_token("bin", token, parts, *indentation),
            Kind::Charlist(parts, indentation) => self.text_token("list", token, parts, *indentation),
            Kind::Sigil(sigil) => self.sigil(token, sigil),
            Kind::Operator(Class::Unary, name) if name.as_str() == "not" => {
                below("unary_op", vec![Data::Code(Quoted::Atom(*name))])
            }
            Kind::Operator(class, name) => named(operator_type(*class), lines(token.newlines), Quoted::Atom(*name)),
            Kind::Constant(name) => plain(name.as_str()),
            Kind::Open(delimiter) => plain(delimiter.open()),
            Kind::Close(delimiter) => below(delimiter.close(), vec![]),
            Kind::MapStart => plain("%{}"),
            Kind::Percent => plain("%"),
            Kind::Eol => counted("eol"),
            Kind::Semicolon => counted(";"),
            Kind::Comma => counted(","),
            Kind::Dot => plain("."),
            Kind::DotCall => named("dot_call_op", Value::NIL, Quoted::atom(".")),
            Kind::Fn => plain("fn"),
            Kind::Do => plain("do"),
            Kind::End => plain("end"),
            Kind::Block(name) => named("block_identifier", Value::NIL, Quoted::Atom(*name)),
        }
    }

    fn tuple(&self, name: &str, token: &Token<'_>, extra: Value, rest: Vec<Data>) -> Data {
        let mut elements = vec![data(Value::atom(name)), data(position((token.line, token.column), extra))];
        elements.extend(rest);
        Data::Tuple(elements)
    }

    fn text_token(&self, what: &str, token: &Token<'_>, parts: &[Part<'_>], indentation: Option<u32>) -> Data {
        let parts = self.parts(parts);
        match indentation {
            None => self.tuple(&format!("{what}_string"), token, Value::NIL, vec![parts]),
            Some(spaces) => {
                let (spaces, parts) = (data(Value::Int(spaces.into())), with_first_line(parts));
                self.tuple(&format!("{what}_heredoc"), token, Value::NIL, vec![spaces, parts])
            }
        }
    }

    fn sigil(&self, token: &Token<'_>, sigil: &Sigil<'_>) -> Data {
        let mut letters = sigil.name.chars();
        let name = match (letters.next(), letters.next()) {
            (Some(letter), None) => Value::Int(i64::from(u32::from(letter))),
            _ => chars(sigil.name),
        };
        let indentation = sigil.indentation.map_or(Value::NIL, |spaces| Value::Int(spaces.into()));
        let rest = vec![
            data(name),
            match sigil.indentation {
                Some(_) => with_first_line(self.parts(&sigil.parts)),
                None => self.parts(&sigil.parts),
            },
            data(chars(sigil.modifiers)),
            data(indentation),
            data(Value::from(sigil.delimiter)),
        ];
        self.tuple("sigil", token, Value::NIL, rest)
    }

    fn parts(&self, parts: &[Part<'_>]) -> Data {
        let show = |part: &Part<'_>| match part {
            Part::Text(bytes) => data(Value::Binary(bytes.as_ref().into())),
            Part::Code(code) => stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, || self.interpolation(code)),
        };
        Data::List(parts.iter().map(show).collect())
    }

    fn interpolation(&self, code: &Interpolation<'_>) -> Data {
        let place = |at| data(position(at, Value::NIL));
        Data::Tuple(vec![place(code.start), place(code.end), self.list(&code.tokens)])
    }
}

/// The parts of a heredoc, which begin with text.
fn with_first_line(parts: Data) -> Data {
    match parts {
        Data::List(mut parts) => {
            if matches!(parts.first(), Some(Data::Tuple(_))) {
                parts.insert(0, data(Value::from("")));
            }
            Data::List(parts)
        }
        other => other,
    }
}

/// Whether a name is written with letters.
fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic() || !c.is_ascii())
}

/// The number of line breaks, `nil` for none.
fn lines(count: u32) -> Value {
    match count {
        0 => Value::NIL,
        count => Value::Int(count.into()),
    }
}

fn data(value: Value) -> Data {
    Data::from(value)
}

fn position((line, column): (u32, u32), extra: Value) -> Value {
    Value::Tuple(vec![Value::Int(line.into()), Value::Int(column.into()), extra])
}

/// A text as a charlist.
pub fn chars(text: &str) -> Value {
    Value::List(text.chars().map(|c| Value::Int(i64::from(u32::from(c)))).collect())
}

/// The type of operator tokens of a class.
fn operator_type(class: Class) -> &'static str {
    match class {
        Class::Unary => "unary_op",
        Class::Dual => "dual_op",
        Class::At => "at_op",
        Class::Capture => "capture_op",
        Class::InMatch => "in_match_op",
        Class::When => "when_op",
        Class::Type => "type_op",
        Class::Pipe => "pipe_op",
        Class::Assoc => "assoc_op",
        Class::Match => "match_op",
        Class::Or => "or_op",
        Class::And => "and_op",
        Class::Comparison => "comp_op",
        Class::Relation => "rel_op",
        Class::Arrow => "arrow_op",
        Class::In => "in_op",
        Class::Xor => "xor_op",
        Class::Ternary => "ternary_op",
        Class::Concat => "concat_op",
        Class::Range => "range_op",
        Class::Multiply => "mult_op",
        Class::Power => "power_op",
        Class::Stab => "stab_op",
    }
}
