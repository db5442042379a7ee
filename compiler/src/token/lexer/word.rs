//! Names, aliases, keyword keys and reserved words.

use beamlet_vm::atom::{atoms, AtomError};
use beamlet_vm::Atom;

use super::super::error::SyntaxError;
use super::super::name::{self, Name, NameKind};
use super::super::{lexeme, Class, Kind, Shape, Token};
use super::balance::Opener;
use super::{colon_then_space, Lexed, Lexer, CACHED_ATOMS};
use crate::parse::ATOM;
use crate::quoted::{Meta, Quoted};

impl<'s> Lexer<'s> {
    pub(super) fn word(&mut self) -> Lexed<()> {
        let start = self.at;
        let Some(name) = name::at_start(&self.text[start..]) else { return Err(self.unexpected(start)) };
        let end = start + name.length;
        let after = &self.text[end..];
        if after.starts_with(':') && !after.starts_with("::") {
            if colon_then_space(after) {
                let atom = self.name_atom(&name, start)?;
                self.push(Kind::Keyword(atom, None), start, end + 1);
                self.at = end + 1;
                return Ok(());
            }
            if after.len() > 1 {
                let token = format!("{}:", name.text);
                let message = "keyword argument must be followed by space after: ";
                let mut error = *self.error("syntax::keyword", start, message, token);
                error.labels = vec![(start..end + 1, "a space is missing after this".into())];
                error.help = Some(format!("Write `{}: value`, or put a space before the colon of an atom.", name.text));
                return Err(Box::new(error));
            }
        }
        match name.kind {
            NameKind::AtomOnly => return Err(self.unexpected(start)),
            NameKind::Alias => return self.alias(&name, start, end),
            NameKind::Identifier if name.has_at => return Err(self.at_in_name(&name, start, "identifier")),
            NameKind::Identifier => {}
        }
        self.at = end;
        if !matches!(self.tokens.last(), Some(Token { kind: Kind::Dot, .. }))
            && name.non_ascii.is_none()
            && self.reserved_word(&self.text[start..end], start, end)?
        {
            return Ok(());
        }
        let atom = self.name_atom(&name, start)?;
        self.callable(atom, start, end, true)
    }

    pub(super) fn at_in_name(&mut self, name: &Name<'s>, start: usize, what: &str) -> Box<SyntaxError> {
        let at = start + name.text.find('@').unwrap_or(0);
        let message = format!("invalid character \"@\" (code point U+0040) in {what}: ");
        let mut error = *self.error("syntax::name", start, message, name.text.to_string());
        error.labels = vec![(at..at + 1, "only atoms may contain this".into())];
        Box::new(error)
    }

    pub(super) fn alias(&mut self, name: &Name<'s>, start: usize, end: usize) -> Lexed<()> {
        if name.has_at {
            return Err(self.at_in_name(name, start, "alias"));
        }
        let odd = name.text.chars().find(|c| !c.is_ascii() || matches!(c, '?' | '!'));
        if let Some(c) = odd {
            let message = format!(
                "invalid character \"{c}\" (code point U+{:04X}) in alias (only ASCII characters, without punctuation, \
                 are allowed): ",
                c as u32
            );
            let mut error = *self.error("syntax::name", start, message, name.text.to_string());
            error.labels = vec![(start..end, "not the name of a module".into())];
            error.help = Some("Module names are made of ASCII letters, digits and underscores.".into());
            return Err(Box::new(error));
        }
        let atom = self.name_atom(name, start)?;
        self.push(Kind::Alias(atom), start, end);
        self.at = end;
        let (after, blank) = lexeme::blank(&self.text[end..]).expect("blanks may be none");
        if after.starts_with('(') {
            let end = end + blank.len();
            let message = format!(
                "unexpected ( after alias {}. Function names and identifiers in Elixir start with lowercase characters or \
                 underscore. For example:\n\n    hello_world()\n    _starting_with_underscore()\n    numb3rs_are_allowed()\n    \
                 may_finish_with_question_mark?()\n    may_finish_with_exclamation_mark!()\n\nUnexpected token: ",
                name.text
            );
            let (line, column) = self.position(end);
            let error = SyntaxError::new("syntax::alias", (line, column + 1), message, "(")
                .summary(format!("`{}` names a module, which cannot be called", name.text))
                .label(start..end + 1, "a function name starts with a lowercase letter or an underscore")
                .help("Call a function of it: `Module.function(…)`.");
            return Err(Box::new(error));
        }
        Ok(())
    }

    /// Pushes the token of a reserved word; false when `text` is none.
    pub(super) fn reserved_word(&mut self, text: &str, start: usize, end: usize) -> Lexed<bool> {
        let (class, name) = match text {
            "do" => {
                if matches!(self.tokens.last(), Some(Token { kind: Kind::Comma | Kind::Semicolon, .. })) {
                    let mut error = *self.error("syntax::do", start, "unexpected reserved word: ", "do");
                    error.suffix = Some(super::super::DO_OR_KEYWORD.into());
                    error.summary = Some("`do` cannot follow a comma".into());
                    error.labels = vec![(start..end, "a block or a keyword?".into())];
                    error.help = Some("Write `call argument do … end`, or `call argument, do: value`.".into());
                    return Err(Box::new(error));
                }
                if matches!(self.tokens.last(), Some(Token { kind: Kind::Fn, .. })) {
                    let mut error = *self.error("syntax::do", start, "unexpected reserved word: ", "do");
                    error.suffix =
                        Some(". Anonymous functions are written as:\n\n    fn pattern -> expression end".into());
                    error.summary = Some("`do` cannot follow `fn`".into());
                    error.labels = vec![(start..end, "expected a pattern or `->`".into())];
                    error.help = Some("Write `fn pattern -> expression end`.".into());
                    return Err(Box::new(error));
                }
                self.join_lines();
                self.push(Kind::Do, start, end);
                self.push_opener(Opener::Do, start);
                return Ok(true);
            }
            "end" => {
                self.end(start)?;
                self.push(Kind::End, start, end);
                return Ok(true);
            }
            "fn" => {
                self.push(Kind::Fn, start, end);
                self.push_opener(Opener::Fn, start);
                return Ok(true);
            }
            "nil" => return self.word_token(Kind::Constant(atoms::NIL), start, end),
            "true" => return self.word_token(Kind::Constant(atoms::TRUE), start, end),
            "false" => return self.word_token(Kind::Constant(atoms::FALSE), start, end),
            "after" => return self.word_token(Kind::Block(atoms::AFTER), start, end),
            "else" => return self.word_token(Kind::Block(atoms::ELSE), start, end),
            "rescue" => return self.word_token(Kind::Block(atoms::RESCUE), start, end),
            "catch" => return self.word_token(Kind::Block(atoms::CATCH), start, end),
            "and" => (Class::And, atoms::AND),
            "or" => (Class::Or, atoms::OR),
            "when" => (Class::When, atoms::WHEN),
            "in" => (Class::In, Atom::new("in")),
            "not" => match self.in_after_not(end) {
                Some(end) => {
                    self.push_operator(Class::In, Atom::new("not in"), start, end);
                    return Ok(true);
                }
                None => (Class::Unary, atoms::NOT),
            },
            "__aliases__" | "__block__" => {
                let mut error = *self.error("syntax::reserved", start, "reserved token: ", text);
                error.labels = vec![(start..end, "the compiler keeps this name for itself".into())];
                return Err(Box::new(error));
            }
            _ => return Ok(false),
        };
        self.push_operator(class, name, start, end);
        Ok(true)
    }

    pub(super) fn word_token(&mut self, kind: Kind<'s>, start: usize, end: usize) -> Lexed<bool> {
        self.push(kind, start, end);
        Ok(true)
    }

    /// Where `in` ends when it follows `not` on the same line as an operator.
    pub(super) fn in_after_not(&self, end: usize) -> Option<usize> {
        let (rest, blank) = lexeme::blank(&self.text[end..]).ok()?;
        let after = rest.strip_prefix("in")?;
        let goes_on = name::at_start(after).is_some()
            || after.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '?' | '!' | '@'))
            || colon_then_space(after)
            || lexeme::blank(after).is_ok_and(|(after, _)| after.starts_with('/'));
        (!blank.is_empty() && !goes_on).then_some(self.text.len() - after.len())
    }

    pub(super) fn callable(&mut self, name: Quoted, start: usize, end: usize, is_word: bool) -> Lexed<()> {
        let shape = self.shape();
        self.push(Kind::Identifier(name, shape), start, end);
        let rest = &self.text[end..];
        let followed = rest.starts_with('=');
        if is_word && followed {
            self.warn_mark(start, end, "identifier");
        }
        Ok(())
    }

    /// Warns of `name!=`, which can be read in two ways. What ends at `end` is followed by `=`.
    pub(super) fn warn_mark(&mut self, start: usize, end: usize, what: &str) {
        let mark = char::from(self.text.as_bytes()[end - 1]);
        if !matches!(mark, '!' | '?') {
            return;
        }
        let name = &self.text[start..end];
        let short = &name[..name.len() - 1];
        let message = format!(
            "found {what} \"{name}\", ending with \"{mark}\", followed by =. It is unclear if you mean \"{short} {mark}=\" or \
             \"{name} =\". Please add a space before or after {mark} to remove the ambiguity"
        );
        self.warn_at(start, end + 1, "syntax::ambiguous", message);
    }

    /// Adds a warning about the text from `start` to `end`.
    pub(super) fn warn_at(&mut self, start: usize, end: usize, code: &'static str, message: String) {
        let position = self.position_of(start);
        self.warnings.push(SyntaxError::new(code, position, message, "").label(start..end, ""));
    }

    /// Warns of quotes around a name that needs none.
    pub(super) fn warn_quotes(&mut self, start: usize, name: &Quoted, what: &str, advice: &str) {
        let Quoted::Atom(name) = name else { return };
        let text = name.as_str();
        let core = text.strip_suffix(['!', '?']).unwrap_or(text);
        let plain = core.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
            && core.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if plain {
            let message = format!("found quoted {what} \"{text}\" but the quotes are not required. {advice}");
            self.warn_at(start, start + 1, "syntax::quotes", message);
            if what == "keyword" {
                // Of a keyword it is told where the name is, not the quote.
                if let Some(warning) = self.warnings.last_mut() {
                    warning.column += 1;
                }
            }
        }
    }

    /// How the name that ends here is followed.
    pub(super) fn shape(&self) -> Shape {
        let rest = &self.text.as_bytes()[self.at..];
        match rest.first() {
            Some(b'(') => return Shape::Paren,
            Some(b'[') => return Shape::Bracket,
            Some(b' ' | b'\t') => {}
            _ => return Shape::Plain,
        }
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        match (rest.get(blanks), rest.get(blanks + 1)) {
            (Some(b'+' | b'-'), Some(next))
                if !matches!(
                    next,
                    b' ' | b'\t' | b'\n' | b'\r' | b'(' | b'[' | b'<' | b'{' | b'%' | b'+' | b'-' | b'/' | b'>' | b':'
                ) =>
            {
                Shape::Operator
            }
            _ => Shape::Plain,
        }
    }

    pub(super) fn name_atom(&mut self, name: &Name<'s>, start: usize) -> Lexed<Quoted> {
        match &name.text {
            std::borrow::Cow::Borrowed(text) => self.atom(text, start),
            std::borrow::Cow::Owned(text) => self.atom_uncached(text, start),
        }
    }

    /// The atom of a text that lives in the source.
    pub(super) fn atom(&mut self, text: &'s str, start: usize) -> Lexed<Quoted> {
        if self.options.mark_atoms {
            return self.atom_uncached(text, start);
        }
        let hash = text.bytes().fold(text.len(), |hash, byte| hash.wrapping_mul(31).wrapping_add(byte as usize));
        let slot = hash % CACHED_ATOMS;
        if let Some((cached, atom)) = self.atoms[slot] {
            if cached == text {
                return Ok(Quoted::Atom(atom));
            }
        }
        let atom = self.atom_uncached(text, start)?;
        if let Quoted::Atom(atom) = atom {
            self.atoms[slot] = Some((text, atom));
        }
        Ok(atom)
    }

    pub(super) fn atom_uncached(&mut self, text: &str, start: usize) -> Lexed<Quoted> {
        if self.options.mark_atoms {
            let (line, column) = self.position_of(start);
            if text.chars().nth(255).is_some() {
                return Err(self.error("syntax::atom", start, "atom length must be less than system limit: ", text));
            }
            let meta = Meta { expose_column: true, ..Meta::at(line, column) };
            return Ok(Quoted::call(ATOM, meta, vec![Quoted::string(text)]));
        }
        if self.options.existing_atoms_only {
            return match Atom::existing(text) {
                Some(atom) => Ok(Quoted::Atom(atom)),
                None => Err(self.error("syntax::atom", start, "unsafe atom does not exist: ", text)),
            };
        }
        Atom::try_new(text).map(Quoted::Atom).map_err(|error| match error {
            AtomError::TooLong => {
                self.error("syntax::atom", start, "atom length must be less than system limit: ", text)
            }
            AtomError::TableFull => self.error("syntax::atom", start, "the atom table is full: ", text),
        })
    }
}
