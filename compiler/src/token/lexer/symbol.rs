//! Numbers, characters, atoms and operators.

use num_bigint::BigInt;

use beamlet_vm::Atom;

use super::super::lexeme::{self, Number};
use super::super::{escape, name, operator, Class, Kind, Shape, Token};
use super::{colon_then_space, text, Lexed, Lexer};
use crate::quoted::Quoted;

impl<'s> Lexer<'s> {
    pub(super) fn semicolon(&mut self) -> Lexed<()> {
        if let Some(Token { kind: Kind::Semicolon, .. }) = self.tokens.last() {
            return Err(self.unexpected(self.at));
        }
        self.push(Kind::Semicolon, self.at, self.at + 1);
        self.at += 1;
        Ok(())
    }

    pub(super) fn backslash(&mut self) -> Lexed<()> {
        let after = &self.text[self.at + 1..];
        if let Ok((rest, _)) = lexeme::line_break(after) {
            self.at = self.text.len() - rest.len();
            self.start_line(self.at);
            return Ok(());
        }
        if after.is_empty() || after == "\r" {
            let error = *self.error("syntax::unexpected", self.at, "invalid escape \\ at end of file", "");
            return Err(Box::new(error.incomplete().help("A backslash continues a line; another line must follow.")));
        }
        self.operator()
    }

    pub(super) fn number(&mut self) -> Lexed<()> {
        let start = self.at;
        let rest = &self.text[start..];
        let Ok((after, number)) = lexeme::number(rest) else { return Err(self.unexpected(start)) };
        let end = self.text.len() - after.len();
        let written = &self.text[start..end];
        let kind = match number {
            Number::Integer(base, digits) => Kind::Integer(integer(digits, base)),
            Number::Float(digits) => {
                let plain: String = digits.chars().filter(|&c| c != '_').collect();
                match plain.parse::<f64>() {
                    Ok(value) if value.is_finite() => Kind::Float(value),
                    _ => {
                        let mut error =
                            *self.error("syntax::number", start, "invalid float number ", written.to_string());
                        error.labels = vec![(start..end, "beyond the largest float".into())];
                        return Err(Box::new(error.help("The largest float is about 1.8e308.")));
                    }
                }
            }
        };
        let based = matches!(number, Number::Integer(base, _) if base != 10);
        if let (false, Some(c @ (b'a'..=b'z' | b'A'..=b'Z' | b'_'))) = (based, after.bytes().next()) {
            let c = char::from(c);
            let message = format!(
                "invalid character \"{c}\" after number {written}. If you intended to write a number, make sure to \
                 separate the number from the character (using comma, space, etc). If you meant to write a function name \
                 or a variable, note that identifiers in Elixir cannot start with numbers. Unexpected token: "
            );
            let mut error = *self.error("syntax::number", start, message, c.to_string());
            error.summary = Some(format!("a number cannot go on with `{c}`"));
            error.labels = vec![(end..end + 1, "this is not a digit".into()), (start..end, "the number".into())];
            error.help = Some(match (written, c) {
                (_, 'e' | 'E') => "A float has a point before its exponent: `1.0e10`.".into(),
                ("0", 'x' | 'b' | 'o') => "Digits of that base must follow.".to_string(),
                ("0", 'X' | 'B' | 'O') => "The letter of a base is lowercase: `0x1F`, `0b101`, `0o17`.".into(),
                (_, '_') => "Underscores stand between digits, one at a time: `1_000`.".into(),
                _ => "Names cannot start with a digit; put something between the two.".to_string(),
            });
            return Err(Box::new(error));
        }
        self.push(kind, start, end);
        self.at = end;
        Ok(())
    }

    pub(super) fn character(&mut self) -> Lexed<()> {
        let start = self.at;
        let mut chars = self.text[start + 1..].chars();
        let Some(c) = chars.next() else { return Err(self.unexpected(start)) };
        let (c, length) = match (c, chars.next()) {
            ('\\', Some(escaped)) => {
                let meant = escape::simple(escaped);
                if meant.is_none_or(|meant| meant == escaped) && escaped != '\\' {
                    let message = match invisible(escaped) {
                        Some((escape, name)) => format!(
                            "found ?\\ followed by code point 0x{:X} ({name}), please use ?{escape} instead",
                            escaped as u32
                        ),
                        None => format!("unknown escape sequence ?\\{escaped}, use ?{escaped} instead"),
                    };
                    self.warn_at(start, start + 2, "syntax::character", message);
                }
                (meant.unwrap_or(escaped), 1 + escaped.len_utf8())
            }
            (c, _) => {
                if let Some((escape, name)) = invisible(c) {
                    let message = format!(
                        "found ? followed by code point 0x{:X} ({name}), please use ?{escape} instead",
                        c as u32
                    );
                    self.warn_at(start, start + 1, "syntax::character", message);
                }
                (c, c.len_utf8())
            }
        };
        let end = start + 1 + length;
        self.push(Kind::Char(c as u32), start, end);
        self.at = end;
        if self.text.as_bytes()[end - 1] == b'\n' {
            self.start_line(end);
        }
        Ok(())
    }

    /// `{}: `, `%{}: `, … : a keyword key made of brackets.
    pub(super) fn keyword_at(&mut self, text: &str) -> bool {
        let rest = &self.text[self.at..];
        if !rest.starts_with(text) || !colon_then_space(&rest[text.len()..]) {
            return false;
        }
        self.push(Kind::Keyword(Quoted::atom(text), None), self.at, self.at + text.len() + 1);
        self.at += text.len() + 1;
        true
    }

    pub(super) fn percent(&mut self) -> Lexed<()> {
        if self.keyword_at("%{}") || self.keyword_at("%") {
            return Ok(());
        }
        match self.text.as_bytes().get(self.at + 1) {
            Some(b'{') => self.push(Kind::MapStart, self.at, self.at + 1),
            Some(c @ (b'[' | b'(')) => {
                let token = format!("%{}", char::from(*c));
                let message = "expected %{ to define a map, got: ";
                let help = "A map is `%{key => value}`, a struct `%Name{key: value}`.";
                return Err(Box::new((*self.error("syntax::unexpected", self.at, message, token)).help(help)));
            }
            _ => self.push(Kind::Percent, self.at, self.at + 1),
        }
        self.at += 1;
        Ok(())
    }

    pub(super) fn dot(&mut self) -> Lexed<()> {
        let rest = &self.text[self.at..];
        if rest.starts_with("...") {
            if self.keyword_at("...") {
                return Ok(());
            }
            let start = self.at;
            self.at += 3;
            self.warn_repeated(start, "...");
            return self.callable(Quoted::atom("..."), start, self.at, false);
        }
        if rest.starts_with("..//") && !rest.starts_with("..///") {
            if self.keyword_at("..//") {
                return Ok(());
            }
            return Err(self.unexpected(self.at));
        }
        if rest.starts_with("..///") {
            let start = self.at;
            self.at += 4;
            self.push(Kind::Identifier(Quoted::atom("..//"), Shape::Plain), start, self.at);
            return Ok(());
        }
        if rest.starts_with("..") {
            return self.operator();
        }
        if self.keyword_at(".") {
            return Ok(());
        }
        self.join_lines();
        let start = self.at;
        let (line, column) = self.position(start);
        self.at += 1;
        self.skip_space();
        let kind = if self.text[self.at..].starts_with('(') { Kind::DotCall } else { Kind::Dot };
        let is_call = matches!(kind, Kind::DotCall);
        self.push_at(kind, start, start + 1, line, column);
        if is_call {
            return Ok(());
        }
        let rest = &self.text[self.at..];
        if rest.starts_with(['"', '\'']) {
            return self.quoted_call();
        }
        let start = self.at;
        // After a dot, `->`, `=>`, `<<` and `..` are not operators; what they start with may be one.
        let found = match operator::at_start(rest) {
            Some((text, Class::Stab | Class::Assoc | Class::Ternary)) => operator::at_start(&text[..1]),
            Some((_, Class::Range)) => None,
            found => found,
        };
        match found {
            Some((text, _)) => {
                self.at += text.len();
                self.callable(Quoted::atom(text), start, self.at, false)
            }
            None => Ok(()),
        }
    }

    /// Skips spaces, line breaks and comments after a dot.
    pub(super) fn skip_space(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let (after, _) = lexeme::blank(rest).expect("blanks may be none");
            self.at = self.text.len() - after.len();
            if let Ok((after, _)) = lexeme::line_break(after) {
                self.at = self.text.len() - after.len();
                self.start_line(self.at);
            } else if after.starts_with('#') {
                self.comment();
                self.comment_column = None;
            } else {
                return;
            }
        }
    }

    /// Warns of an operator of three equal characters with a fourth behind it.
    fn warn_repeated(&mut self, start: usize, text: &str) {
        let bytes = text.as_bytes();
        if bytes.len() != 3 || bytes.iter().any(|byte| *byte != bytes[0]) {
            return;
        }
        if self.text.as_bytes().get(start + 3) == Some(&bytes[0]) {
            let message =
                format!("found \"{text}\" followed by \"{}\", please use parens around \"{text}\" instead", &text[..1]);
            self.warn_at(start, start + 4, "syntax::ambiguous", message);
        }
    }

    pub(super) fn operator(&mut self) -> Lexed<()> {
        let start = self.at;
        let rest = &self.text[start..];
        let Some((text, class)) = operator::at_start(rest) else { return Err(self.unexpected(start)) };
        let end = start + text.len();
        self.warn_repeated(start, text);
        let after = &rest[text.len()..];
        if !matches!(class, Class::Assoc | Class::Ternary | Class::Type) && colon_then_space(after) {
            self.push(Kind::Keyword(Quoted::atom(text), None), start, end + 1);
            self.at = end + 1;
            return Ok(());
        }
        self.push_operator(class, Atom::new(text), start, end);
        Ok(())
    }

    /// Pushes an operator, or the identifier of this name when an arity follows, as in `&+/2`.
    pub(super) fn push_operator(&mut self, class: Class, name: Atom, start: usize, end: usize) {
        self.at = end;
        let (after, _) = lexeme::blank(&self.text[end..]).expect("blanks may be none");
        let has_arity = match (after.strip_prefix('/'), class) {
            (None, _) | (_, Class::Assoc | Class::Ternary) => false,
            // In `&/ /2` and `&//2` it is the slash whose arity is told.
            (Some(after), Class::Capture) => !after.trim_start_matches([' ', '\t']).starts_with('/'),
            (Some(_), _) => true,
        };
        if has_arity {
            self.push(Kind::Identifier(Quoted::Atom(name), Shape::Plain), start, end);
            return;
        }
        let newlines = if class.is_prefix() { 0 } else { self.join_lines() };
        self.push(Kind::Operator(class, name), start, end);
        self.tokens.last_mut().expect("just pushed").newlines = newlines;
    }

    pub(super) fn colon(&mut self) -> Lexed<()> {
        let start = self.at;
        let rest = &self.text[start + 1..];
        if rest.starts_with(['"', '\'']) {
            let (line, column) = self.position(start);
            let quote = &rest[..1];
            let delimiter = char::from(quote.as_bytes()[0]);
            self.at += 2;
            let raw = self.contents(quote, true, text::What::Atom, start, line)?;
            let parts = self.resolve(raw, (line, column))?;
            let kind = match self.whole_text(&parts, start)? {
                Some(atom) => {
                    self.warn_quotes(
                        start,
                        &atom,
                        "atom",
                        "Atoms made exclusively of ASCII letters, numbers, underscores, beginning with a letter or underscore, \
                         and optionally ending with ! or ? do not require quotes",
                    );
                    Kind::Atom(atom, Some(delimiter))
                }
                None => Kind::AtomParts(parts, delimiter),
            };
            self.push_at(kind, start, self.at, line, column);
            return Ok(());
        }
        if rest.starts_with(':') && !rest.starts_with("::") {
            return self.operator();
        }
        if let Some(name) = name::at_start(rest) {
            let end = start + 1 + name.length;
            let atom = self.name_atom(&name, start)?;
            self.push(Kind::Atom(atom, None), start, end);
            self.at = end;
            if self.text[end..].starts_with('=') {
                self.warn_mark(start, end, "atom");
            }
            return Ok(());
        }
        const MADE_OF_BRACKETS: [&str; 7] = ["..//", "<<>>", "%{}", "...", "{}", "..", "%"];
        let brackets = MADE_OF_BRACKETS.into_iter().find(|text| rest.starts_with(text));
        let text = brackets.or_else(|| match operator::at_start(rest) {
            Some((text, Class::Assoc)) => Some(&text[..1]),
            Some((text, Class::Ternary)) => Some(&text[..1]),
            Some((text, _)) => Some(text),
            None => rest.starts_with('.').then_some("."),
        });
        match text {
            Some(text) => {
                let end = start + 1 + text.len();
                if text == "::" {
                    let message =
                        "atom ::: must be written between quotes, as in :\"::\", to avoid ambiguity".to_string();
                    self.warn_at(start, end, "syntax::ambiguous", message);
                }
                self.push(Kind::Atom(Quoted::atom(text), None), start, end);
                self.at = end;
                Ok(())
            }
            None => Err(self.unexpected(start)),
        }
    }
}

/// A character that nobody sees: its escape and its name.
fn invisible(c: char) -> Option<(&'static str, &'static str)> {
    Some(match c as u32 {
        0 => ("\\0", "null character"),
        7 => ("\\a", "alert"),
        8 => ("\\b", "backspace"),
        9 => ("\\t", "tab"),
        10 => ("\\n", "newline"),
        11 => ("\\v", "vertical tab"),
        12 => ("\\f", "form feed"),
        13 => ("\\r", "carriage return"),
        27 => ("\\e", "escape"),
        32 => ("\\s", "space"),
        127 => ("\\d", "delete"),
        _ => return None,
    })
}

/// The value of digits with underscores.
fn integer(digits: &str, base: u32) -> Quoted {
    let plain: String;
    let digits = if digits.contains('_') {
        plain = digits.chars().filter(|&c| c != '_').collect();
        &plain
    } else {
        digits
    };
    match i64::from_str_radix(digits, base) {
        Ok(small) => Quoted::Int(small),
        Err(_) => {
            let big = BigInt::parse_bytes(digits.as_bytes(), base).expect("the lexer took only digits of the base");
            Quoted::Big(std::sync::Arc::new(big))
        }
    }
}
