//! Strings, charlists, sigils and quoted names: which kind of quotes begins here.

use super::super::error::SyntaxError;
use super::super::{lexeme, Kind, Part, Sigil};
use super::{colon_then_space, text, Lexed, Lexer};
use crate::quoted::Quoted;

impl<'s> Lexer<'s> {
    pub(super) fn tilde(&mut self) -> Lexed<()> {
        let start = self.at;
        if let Ok((rest, name)) = lexeme::sigil_name(&self.text[start + 1..]) {
            return self.sigil(start, name, rest);
        }
        self.operator()
    }

    pub(super) fn sigil(&mut self, start: usize, name: &'s str, rest: &'s str) -> Lexed<()> {
        let (line, column) = self.position(start);
        let at = self.text.len() - rest.len();
        let interpolate = name.as_bytes()[0].is_ascii_lowercase();
        let heredoc = ["\"\"\"", "'''"].into_iter().find(|quotes| rest.starts_with(quotes));
        let (parts, delimiter, indentation) = if let Some(quotes) = heredoc {
            self.at = at;
            let (parts, indentation) = self.heredoc(quotes, interpolate, start, line)?;
            (parts, quotes, Some(indentation))
        } else {
            let Some((open, close)) = text::sigil_delimiters(rest) else {
                let Some(c) = rest.chars().next() else { return Err(self.unexpected(start)) };
                let (_, found) = self.position_of(at);
                let token = format!(
                    "\"{c}\" (column {found}, code point U+{:04X}). The available delimiters are: //, ||, \"\", '', (), \
                     [], {{}}, <>",
                    c as u32
                );
                let error = SyntaxError::new("syntax::sigil", (line, column), "invalid sigil delimiter: ", token)
                    .summary(format!("`{c}` cannot delimit a sigil"))
                    .label(at..at + c.len_utf8(), "expected a delimiter here")
                    .help("Use one of `//`, `||`, `\"\"`, `''`, `()`, `[]`, `{}`, `<>`, `\"\"\"` or `'''`.");
                return Err(Box::new(error));
            };
            self.at = at + 1;
            let what = text::What::Sigil { name, open };
            (self.contents(close, interpolate, what, start, line)?, open, None)
        };
        let (_, modifiers) = lexeme::sigil_modifiers(&self.text[self.at..]).expect("modifiers may be none");
        self.at += modifiers.len();
        let parts = text::raw_parts(parts);
        let sigil = Sigil { name, parts, modifiers, delimiter, indentation };
        self.push_at(Kind::Sigil(Box::new(sigil)), start, self.at, line, column);
        Ok(())
    }

    pub(super) fn string(&mut self) -> Lexed<()> {
        let start = self.at;
        let (line, column) = self.position(start);
        let rest = &self.text[start..];
        let is_string = rest.starts_with('"');
        for quotes in ["\"\"\"", "'''"] {
            if rest.starts_with(quotes) {
                let (raw, indentation) = self.heredoc(quotes, true, start, line)?;
                let parts = self.resolve(raw, (line, column))?;
                let kind = match is_string {
                    true => Kind::String(parts, Some(indentation)),
                    false => Kind::Charlist(parts, Some(indentation)),
                };
                self.push_at(kind, start, self.at, line, column);
                return Ok(());
            }
        }
        let quote = if is_string { "\"" } else { "'" };
        self.at += 1;
        let raw = self.contents(quote, true, text::What::String, start, line)?;
        let parts = self.resolve(raw, (line, column + 1))?;
        let delimiter = if is_string { '"' } else { '\'' };
        let kind = if colon_then_space(&self.text[self.at..]) {
            self.at += 1;
            match self.whole_text(&parts, start)? {
                Some(atom) => {
                    self.warn_quotes(
                        start,
                        &atom,
                        "keyword",
                        "Note that keywords are always atoms, even when quoted. Similar to atoms, keywords made exclusively of \
                         ASCII letters, numbers, and underscores and not beginning with a number do not require quotes",
                    );
                    Kind::Keyword(atom, Some(delimiter))
                }
                None => Kind::KeywordParts(parts, delimiter),
            }
        } else if is_string {
            Kind::String(parts, None)
        } else {
            Kind::Charlist(parts, None)
        };
        self.push_at(kind, start, self.at, line, column);
        Ok(())
    }

    /// `."name"`.
    pub(super) fn quoted_call(&mut self) -> Lexed<()> {
        let start = self.at;
        let (line, column) = self.position(start);
        let quote = &self.text[start..start + 1];
        self.at += 1;
        let raw = self.contents(quote, true, text::What::Function, start, line)?;
        let parts = self.resolve(raw, (line, column))?;
        let Some(name) = self.whole_text(&parts, start)? else {
            let message =
                "interpolation is not allowed when calling function/macro. Found interpolation in a call starting with: ";
            let error = SyntaxError::new("syntax::call", (line, column), message, quote)
                .label(start..self.at, "this name is computed")
                .help("Use `apply/3` to call a function whose name is known only at run time.");
            return Err(Box::new(error));
        };
        self.warn_quotes(
            start - 1,
            &name,
            "call",
            "Calls made exclusively of Unicode letters, numbers, and underscores and not beginning with a number do not \
             require quotes",
        );
        let shape = self.shape();
        self.push_at(Kind::Identifier(name, shape), start, self.at, line, column);
        Ok(())
    }

    /// The atom of a string without interpolation.
    pub(super) fn whole_text(&mut self, parts: &[Part<'s>], start: usize) -> Lexed<Option<Quoted>> {
        match parts {
            [] => self.atom("", start).map(Some),
            [Part::Text(bytes)] => match std::str::from_utf8(bytes) {
                Ok(text) => self.atom_uncached(text, start).map(Some),
                Err(_) => {
                    let message = "invalid encoding in atom: ";
                    let token = format!("{bytes:?}");
                    Err(Box::new((*self.error("syntax::atom", start, message, token)).help("Atoms are valid UTF-8.")))
                }
            },
            _ => Ok(None),
        }
    }
}
