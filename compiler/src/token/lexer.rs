//! The lexer's loop: decides by the next characters and by what stands before which lexeme begins here.
//!
//! Line breaks become [`Kind::Eol`] tokens, but vanish where Elixir's grammar ignores them: after a comma, a semicolon or a
//! dot, and before an operator that cannot start an expression. Opening delimiters, `do` and `fn` go on a stack, so that a
//! closing one without its partner is reported with both places.

use beamlet_vm::atom::{atoms, AtomError};
use beamlet_vm::Atom;
use num_bigint::BigInt;
use unicode_segmentation::UnicodeSegmentation;

use super::error::SyntaxError;
use super::lexeme::{self, Number};
use super::name::{self, Name, NameKind};
use super::{operator, quoted_text};
use super::{Class, Delimiter, Kind, Part, Shape, Sigil, Token, Tokens, MAX_DEPTH};
use crate::parse::{Comment, ParseOptions, ATOM};
use crate::quoted::{Meta, Quoted};

/// The result of reading a lexeme.
pub(super) type Lexed<T> = Result<T, Box<SyntaxError>>;

/// What waits to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opener {
    Delimiter(Delimiter),
    Do,
    Fn,
}

impl Opener {
    fn open(self) -> &'static str {
        match self {
            Opener::Delimiter(delimiter) => delimiter.open(),
            Opener::Do => "do",
            Opener::Fn => "fn",
        }
    }

    fn close(self) -> &'static str {
        match self {
            Opener::Delimiter(delimiter) => delimiter.close(),
            Opener::Do | Opener::Fn => "end",
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Open {
    opener: Opener,
    start: usize,
    line: u32,
    indentation: usize,
}

/// A recently seen atom; most names of a text occur many times.
type CachedAtom<'s> = Option<(&'s str, Atom)>;

const CACHED_ATOMS: usize = 512;

/// The state of lexing a text.
pub(super) struct Lexer<'s> {
    pub(super) text: &'s str,
    /// The next byte to read.
    pub(super) at: usize,
    /// The line of `anchor`.
    pub(super) line: u32,
    /// A place in the text not after `at` whose column is known.
    anchor: usize,
    anchor_column: u32,
    line_start: usize,
    pub(super) options: &'s ParseOptions,
    tokens: Vec<Token<'s>>,
    open: Vec<Open>,
    /// Code inside strings around this place.
    interpolations: usize,
    /// The column of a comment just passed: its line break counts as standing there.
    comment_column: Option<u32>,
    /// A `do` or `fn` that seems to lack its `end`, by indentation.
    lonely: Option<Open>,
    /// An `end` that seems to lack its `do`.
    lonely_end: Option<(usize, u32)>,
    comments: Vec<Comment>,
    pub(super) warnings: Vec<SyntaxError>,
    atoms: Vec<CachedAtom<'s>>,
}

impl<'s> Lexer<'s> {
    pub(super) fn new(text: &'s str, options: &'s ParseOptions) -> Lexer<'s> {
        Lexer {
            text,
            at: 0,
            line: options.line,
            anchor: 0,
            anchor_column: options.column,
            line_start: 0,
            options,
            tokens: Vec::with_capacity(text.len() / 6 + 16),
            open: Vec::new(),
            interpolations: 0,
            comment_column: None,
            lonely: None,
            lonely_end: None,
            comments: Vec::new(),
            warnings: Vec::new(),
            atoms: vec![None; CACHED_ATOMS],
        }
    }

    /// Reads the whole text.
    pub(super) fn run(mut self) -> Lexed<Tokens<'s>> {
        if u32::try_from(self.text.len()).is_err() {
            return Err(self.error("syntax::size", 0, "the text is longer than 4 GiB", ""));
        }
        if self.text.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
            self.anchor = self.at;
        }
        self.lex()?;
        self.check_all_closed()?;
        Ok(Tokens { tokens: self.tokens, comments: self.comments, warnings: self.warnings })
    }

    /// Reads the code inside `#{…}`, up to and including the brace. The tokens before it are kept aside meanwhile.
    pub(super) fn interpolation(&mut self) -> Lexed<Option<Vec<Token<'s>>>> {
        if self.interpolations + self.open.len() >= MAX_DEPTH {
            return Err(self.too_deep(self.at));
        }
        let outer_tokens = std::mem::take(&mut self.tokens);
        let outer_open = std::mem::take(&mut self.open);
        self.interpolations += 1;
        let closed = stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, || self.lex())?;
        if !closed {
            self.check_all_closed()?;
        }
        self.interpolations -= 1;
        self.open = outer_open;
        let inner = std::mem::replace(&mut self.tokens, outer_tokens);
        Ok(closed.then_some(inner))
    }

    /// Reads until the end of the text (false) or the brace that ends an interpolation (true).
    fn lex(&mut self) -> Lexed<bool> {
        loop {
            let bytes = self.text.as_bytes();
            let Some(&byte) = bytes.get(self.at) else { return Ok(false) };
            let next = bytes.get(self.at + 1).copied().unwrap_or(0);
            match byte {
                b' ' | b'\t' => self.at += 1,
                b'\n' => self.newline(1),
                b'\r' if next == b'\n' => self.newline(2),
                b'#' => self.comment(),
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.word()?,
                b'0'..=b'9' => self.number()?,
                b'"' | b'\'' => self.string()?,
                b':' => self.colon()?,
                b'?' => self.character()?,
                b'~' => self.tilde()?,
                b',' => {
                    self.push(Kind::Comma, self.at, self.at + 1);
                    self.at += 1;
                }
                b';' => self.semicolon()?,
                b'(' => self.open(Delimiter::Paren),
                b'[' => self.open(Delimiter::Square),
                b')' => self.close(Delimiter::Paren)?,
                b']' => self.close(Delimiter::Square)?,
                b'{' => {
                    if !self.keyword_at("{}") {
                        self.open(Delimiter::Curly);
                    }
                }
                b'}' => {
                    if self.interpolations > 0 && self.open.is_empty() {
                        self.at += 1;
                        return Ok(true);
                    }
                    self.close(Delimiter::Curly)?;
                }
                b'<' if next == b'<' && !matches!(bytes.get(self.at + 2), Some(b'<' | b'~')) => {
                    if !self.keyword_at("<<>>") {
                        self.open(Delimiter::Bits);
                    }
                }
                b'>' if next == b'>' && bytes.get(self.at + 2) != Some(&b'>') => self.close(Delimiter::Bits)?,
                b'%' => self.percent()?,
                b'.' => self.dot()?,
                b'\\' => self.backslash()?,
                _ => self.operator()?,
            }
            if self.open.len() > MAX_DEPTH {
                return Err(self.too_deep(self.at));
            }
        }
    }

    // Positions.

    /// The line and column of `offset`, which must be on the current line, not before any place asked for earlier.
    pub(super) fn position(&mut self, offset: usize) -> (u32, u32) {
        let between = &self.text.as_bytes()[self.anchor..offset];
        self.anchor_column += between.iter().filter(|&&byte| byte & 0xc0 != 0x80).count() as u32;
        self.anchor = offset;
        (self.line, self.anchor_column)
    }

    /// The same for a place inside quotes, where a column is what a reader takes for one character.
    pub(super) fn position_in_text(&mut self, offset: usize) -> (u32, u32) {
        let between = &self.text[self.anchor..offset];
        if between.is_ascii() {
            return self.position(offset);
        }
        self.anchor_column += between.graphemes(true).count() as u32;
        self.anchor = offset;
        (self.line, self.anchor_column)
    }

    /// Counts this many columns less from here on.
    pub(super) fn go_back(&mut self, columns: u32) {
        self.anchor_column -= columns;
    }

    /// Notes that a line starts at `offset`.
    pub(super) fn start_line(&mut self, offset: usize) {
        self.line += 1;
        self.anchor = offset;
        self.anchor_column = 1;
        self.line_start = offset;
    }

    fn push(&mut self, kind: Kind<'s>, start: usize, end: usize) {
        let (line, column) = self.position(start);
        self.push_at(kind, start, end, line, column);
    }

    fn push_at(&mut self, kind: Kind<'s>, start: usize, end: usize, line: u32, column: u32) {
        self.tokens.push(Token { kind, start: start as u32, end: end as u32, line, column, newlines: 0 });
    }

    /// Takes away the line breaks just read, for a token that continues the expression before them.
    fn join_lines(&mut self) -> u32 {
        match self.tokens.last() {
            Some(Token { kind: Kind::Eol, newlines, .. }) => {
                let newlines = *newlines;
                self.tokens.pop();
                newlines
            }
            _ => 0,
        }
    }

    fn newline(&mut self, length: usize) {
        let start = self.at;
        let comment_column = self.comment_column.take();
        match self.tokens.last_mut() {
            Some(Token { kind: Kind::Eol | Kind::Semicolon | Kind::Comma, newlines, .. }) => *newlines += 1,
            _ => {
                let (line, column) = match comment_column {
                    Some(column) => (self.line, column),
                    None => self.position(start),
                };
                self.push_at(Kind::Eol, start, start + length, line, column);
                self.tokens.last_mut().expect("just pushed").newlines = 1;
            }
        }
        self.at += length;
        self.start_line(self.at);
    }

    fn comment(&mut self) {
        let start = self.at;
        let (_, found) = lexeme::comment(&self.text[start..]).expect("a comment is anything after `#`");
        let (line, column) = self.position(start);
        let previous_eol_count = match self.tokens.last() {
            None => 1,
            Some(Token { kind: Kind::Eol | Kind::Semicolon | Kind::Comma, newlines, .. }) => *newlines,
            Some(_) => 0,
        };
        let after = self.text[start + found.len()..].bytes();
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        let next_eol_count = after.take_while(blank).filter(|&byte| byte == b'\n').count() as u32;
        self.comments.push(Comment { text: found.to_string(), line, column, previous_eol_count, next_eol_count });
        if let Some(Token { kind: Kind::Eol, newlines, .. }) = self.tokens.last_mut() {
            *newlines = 0;
        }
        self.at += found.len();
        self.comment_column = Some(column);
    }

    // Errors.

    /// An error at `offset` of the current line with the character there as its label.
    pub(super) fn error(
        &mut self,
        code: &'static str,
        offset: usize,
        message: impl Into<String>,
        token: impl Into<String>,
    ) -> Box<SyntaxError> {
        let position = self.position_of(offset);
        let length = self.text[offset..].chars().next().map_or(0, char::len_utf8);
        Box::new(SyntaxError::new(code, position, message, token).label(offset..offset + length, ""))
    }

    /// The position of any place of the text, by counting from the current line or from the start.
    fn position_of(&mut self, offset: usize) -> (u32, u32) {
        if offset >= self.anchor {
            return self.position(offset);
        }
        if offset >= self.line_start {
            let first = if self.line == self.options.line { self.options.column } else { 1 };
            let bom = if self.line_start == 0 && self.text.starts_with('\u{feff}') { 3 } else { 0 };
            let start = (self.line_start + bom).min(offset);
            return (self.line, first + self.text[start..offset].chars().count() as u32);
        }
        let before = &self.text[..offset];
        let line = self.options.line + before.bytes().filter(|&byte| byte == b'\n').count() as u32;
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (line, before[start..].chars().count() as u32 + 1)
    }

    fn too_deep(&mut self, offset: usize) -> Box<SyntaxError> {
        let offset = offset.min(self.text.len());
        let message = format!("nesting deeper than {MAX_DEPTH} levels");
        let help = "Generated code can usually be written as a list that is built piece by piece.";
        Box::new((*self.error("syntax::depth", offset, message, "")).help(help))
    }

    fn unexpected(&mut self, offset: usize) -> Box<SyntaxError> {
        let c = self.text[offset..].chars().next().unwrap_or(' ');
        let (_, column) = self.position_of(offset);
        let number = c as u32;
        let shown = if c == '\r' { "carriage return".to_string() } else { format!("\"{c}\"") };
        let token = format!("{shown} (column {column}, code point U+{number:04X})");
        let mut error = *self.error("syntax::unexpected", offset, "unexpected token: ", token);
        error.labels[0].1 = "this cannot stand here".into();
        error.help = match c {
            ';' => Some("One semicolon separates two expressions; an expression is missing between these.".into()),
            ':' => Some("An atom is a colon and a name without a space between: `:ok`.".into()),
            '\\' => Some("A backslash continues a line only as the last character of it.".into()),
            '$' | '`' => Some(format!("`{c}` means nothing in Elixir outside of strings.")),
            c if !c.is_ascii() => Some("Names are made of letters, digits and underscores.".into()),
            _ => None,
        };
        Box::new(error)
    }

    // Delimiters.

    /// How far the current line is indented.
    fn indentation(&self) -> usize {
        self.text[self.line_start..].bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
    }

    fn push_opener(&mut self, opener: Opener, start: usize) {
        let indentation = self.indentation();
        if let (Opener::Do | Opener::Fn, Some(outer)) = (opener, self.open.last()) {
            if outer.opener == opener && outer.indentation >= indentation {
                self.lonely = Some(*outer);
            }
        }
        self.open.push(Open { opener, start, line: self.line, indentation });
    }

    fn open(&mut self, delimiter: Delimiter) {
        let length = delimiter.open().len();
        self.push(Kind::Open(delimiter), self.at, self.at + length);
        self.push_opener(Opener::Delimiter(delimiter), self.at);
        self.at += length;
    }

    fn close(&mut self, delimiter: Delimiter) -> Lexed<()> {
        let text = delimiter.close();
        match self.open.last() {
            Some(open) if open.opener == Opener::Delimiter(delimiter) => {
                self.open.pop();
            }
            open => {
                let open = open.copied();
                return Err(self.mismatch(open, self.at, text, "unexpected token: "));
            }
        }
        self.push(Kind::Close(delimiter), self.at, self.at + text.len());
        self.at += text.len();
        Ok(())
    }

    fn end(&mut self, start: usize) -> Lexed<()> {
        match self.open.last().copied() {
            Some(Open { opener: Opener::Do | Opener::Fn, indentation, .. }) => {
                if self.indentation() > indentation && self.text[self.line_start..start].trim().is_empty() {
                    self.lonely_end = Some((start, self.line));
                }
                self.open.pop();
                Ok(())
            }
            open => Err(self.mismatch(open, start, "end", "unexpected reserved word: ")),
        }
    }

    /// A closing delimiter that closes nothing, or not what is open.
    fn mismatch(&mut self, open: Option<Open>, at: usize, closing: &str, message: &str) -> Box<SyntaxError> {
        let position = self.position_of(at);
        let is_end = closing == "end";
        let mut error = SyntaxError::new("syntax::unmatched", position, message, closing);
        match open {
            None => {
                if is_end {
                    error.suffix = Some(String::new());
                    if let Some((_, line)) = self.lonely_end {
                        error.suffix = Some(format!(
                            "\n\n    HINT: it looks like the \"end\" on line {line} does not have a matching \"do\" \
                             defined before it\n"
                        ));
                    }
                }
                error = error
                    .summary(format!("`{closing}` closes nothing"))
                    .label(at..at + closing.len(), "nothing is open here")
                    .help(match is_end {
                        true => "Remove it, or find the `do` or `fn` that is missing before it.".to_string(),
                        false => format!("Remove it, or write `{closing}` only where something was opened."),
                    });
                if let (true, Some((start, _))) = (is_end, self.lonely_end) {
                    error = error.label(start..start + 3, "by its indentation, this `end` may be one too many");
                }
            }
            Some(open) => {
                let (opening, expected) = (open.opener.open(), open.opener.close());
                let mut suffix =
                    format!(". The \"{opening}\" at line {} is missing terminator \"{expected}\"", open.line);
                if let Some(hint) = self.lonely_hint(open) {
                    suffix.push_str(&hint);
                }
                error = error
                    .suffix(suffix)
                    .summary(format!("`{closing}` does not close `{opening}`"))
                    .label(at..at + closing.len(), format!("expected `{expected}` here"))
                    .label(open.start..open.start + opening.len(), "to close this")
                    .help(format!("Write `{expected}` before it, or remove one of the two."));
            }
        }
        Box::new(error)
    }

    /// What Elixir says about an opener that seems unclosed, when it is of the kind that is reported.
    fn lonely_hint(&self, open: Open) -> Option<String> {
        let lonely = self.lonely.filter(|lonely| lonely.opener == open.opener)?;
        let (opening, closing) = (lonely.opener.open(), lonely.opener.close());
        let line = lonely.line;
        Some(format!(
            "\n\n    HINT: it looks like the \"{opening}\" on line {line} does not have a matching \"{closing}\"\n"
        ))
    }

    fn check_all_closed(&mut self) -> Lexed<()> {
        let Some(open) = self.open.last().copied() else { return Ok(()) };
        let (opening, expected) = (open.opener.open(), open.opener.close());
        let end = self.text.len();
        let mut message = format!("missing terminator: {expected} (for \"{opening}\" starting at line {})", open.line);
        if let Some(hint) = self.lonely_hint(open) {
            message.push_str(&hint);
        }
        let mut position = self.position_of(end);
        if let Some(column) = self.comment_column {
            position.1 = column;
        }
        let mut error = SyntaxError::new("syntax::unclosed", position, message, "")
            .incomplete()
            .summary(format!("`{opening}` is never closed"))
            .label(open.start..open.start + opening.len(), "opened here")
            .label(end..end, format!("`{expected}` is missing before the end of the text"));
        error = match self.lonely {
            Some(lonely) if lonely.opener == open.opener => {
                let (opening, line) = (lonely.opener.open(), lonely.line);
                error
                    .label(lonely.start..lonely.start + opening.len(), "by the indentation, this one lacks its `end`")
                    .help(format!(
                    "The `{opening}` on line {line} seems to have no `end` of its own: add one where its block ends."
                ))
            }
            _ => error.help(format!("Add `{expected}` where it should end.")),
        };
        Err(Box::new(error))
    }

    // Lexemes.

    fn semicolon(&mut self) -> Lexed<()> {
        if let Some(Token { kind: Kind::Semicolon, .. }) = self.tokens.last() {
            return Err(self.unexpected(self.at));
        }
        self.push(Kind::Semicolon, self.at, self.at + 1);
        self.at += 1;
        Ok(())
    }

    fn backslash(&mut self) -> Lexed<()> {
        let after = &self.text[self.at + 1..];
        if let Ok((rest, _)) = lexeme::line_break(after) {
            self.at = self.text.len() - rest.len();
            self.start_line(self.at);
            return Ok(());
        }
        if after.is_empty() || after == "\r" {
            return Err(self.error("syntax::unexpected", self.at, "invalid escape \\ at end of file", ""));
        }
        self.operator()
    }

    fn number(&mut self) -> Lexed<()> {
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

    fn character(&mut self) -> Lexed<()> {
        let start = self.at;
        let mut chars = self.text[start + 1..].chars();
        let Some(c) = chars.next() else { return Err(self.unexpected(start)) };
        let (c, length) = match (c, chars.next()) {
            ('\\', Some(escaped)) => (super::escape::simple(escaped).unwrap_or(escaped), 1 + escaped.len_utf8()),
            (c, _) => (c, c.len_utf8()),
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
    fn keyword_at(&mut self, text: &str) -> bool {
        let rest = &self.text[self.at..];
        if !rest.starts_with(text) || !colon_then_space(&rest[text.len()..]) {
            return false;
        }
        self.push(Kind::Keyword(Quoted::atom(text), None), self.at, self.at + text.len() + 1);
        self.at += text.len() + 1;
        true
    }

    fn percent(&mut self) -> Lexed<()> {
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

    fn dot(&mut self) -> Lexed<()> {
        let rest = &self.text[self.at..];
        if rest.starts_with("...") {
            if self.keyword_at("...") {
                return Ok(());
            }
            let start = self.at;
            self.at += 3;
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
    fn skip_space(&mut self) {
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

    fn operator(&mut self) -> Lexed<()> {
        let start = self.at;
        let rest = &self.text[start..];
        let Some((text, class)) = operator::at_start(rest) else { return Err(self.unexpected(start)) };
        let end = start + text.len();
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
    fn push_operator(&mut self, class: Class, name: Atom, start: usize, end: usize) {
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

    fn tilde(&mut self) -> Lexed<()> {
        let start = self.at;
        if let Ok((rest, name)) = lexeme::sigil_name(&self.text[start + 1..]) {
            return self.sigil(start, name, rest);
        }
        self.operator()
    }

    fn sigil(&mut self, start: usize, name: &'s str, rest: &'s str) -> Lexed<()> {
        let (line, column) = self.position(start);
        let at = self.text.len() - rest.len();
        let interpolate = name.as_bytes()[0].is_ascii_lowercase();
        let heredoc = ["\"\"\"", "'''"].into_iter().find(|quotes| rest.starts_with(quotes));
        let (parts, delimiter, indentation) = if let Some(quotes) = heredoc {
            self.at = at;
            let (parts, indentation) = self.heredoc(quotes, interpolate, start, line)?;
            (parts, quotes, Some(indentation))
        } else {
            let Some((open, close)) = quoted_text::sigil_delimiters(rest) else {
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
            let what = quoted_text::What::Sigil { name, open };
            (self.contents(close, interpolate, what, start, line)?, open, None)
        };
        let (_, modifiers) = lexeme::sigil_modifiers(&self.text[self.at..]).expect("modifiers may be none");
        self.at += modifiers.len();
        let parts = quoted_text::raw_parts(parts);
        let sigil = Sigil { name, parts, modifiers, delimiter, indentation };
        self.push_at(Kind::Sigil(Box::new(sigil)), start, self.at, line, column);
        Ok(())
    }

    fn string(&mut self) -> Lexed<()> {
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
        let raw = self.contents(quote, true, quoted_text::What::String, start, line)?;
        let parts = self.resolve(raw, (line, column + 1))?;
        let delimiter = if is_string { '"' } else { '\'' };
        let kind = if colon_then_space(&self.text[self.at..]) {
            self.at += 1;
            match self.whole_text(&parts, start)? {
                Some(atom) => Kind::Keyword(atom, Some(delimiter)),
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
    fn quoted_call(&mut self) -> Lexed<()> {
        let start = self.at;
        let (line, column) = self.position(start);
        let quote = &self.text[start..start + 1];
        self.at += 1;
        let raw = self.contents(quote, true, quoted_text::What::Function, start, line)?;
        let parts = self.resolve(raw, (line, column))?;
        let Some(name) = self.whole_text(&parts, start)? else {
            let message =
                "interpolation is not allowed when calling function/macro. Found interpolation in a call starting with: ";
            let error = SyntaxError::new("syntax::call", (line, column), message, quote)
                .label(start..self.at, "this name is computed")
                .help("Use `apply/3` to call a function whose name is known only at run time.");
            return Err(Box::new(error));
        };
        let shape = self.shape();
        self.push_at(Kind::Identifier(name, shape), start, self.at, line, column);
        Ok(())
    }

    /// The atom of a string without interpolation.
    fn whole_text(&mut self, parts: &[Part<'s>], start: usize) -> Lexed<Option<Quoted>> {
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

    fn colon(&mut self) -> Lexed<()> {
        let start = self.at;
        let rest = &self.text[start + 1..];
        if rest.starts_with(['"', '\'']) {
            let (line, column) = self.position(start);
            let quote = &rest[..1];
            let delimiter = char::from(quote.as_bytes()[0]);
            self.at += 2;
            let raw = self.contents(quote, true, quoted_text::What::Atom, start, line)?;
            let parts = self.resolve(raw, (line, column))?;
            let kind = match self.whole_text(&parts, start)? {
                Some(atom) => Kind::Atom(atom, Some(delimiter)),
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
                self.push(Kind::Atom(Quoted::atom(text), None), start, end);
                self.at = end;
                Ok(())
            }
            None => Err(self.unexpected(start)),
        }
    }

    // Names.

    fn word(&mut self) -> Lexed<()> {
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

    fn at_in_name(&mut self, name: &Name<'s>, start: usize, what: &str) -> Box<SyntaxError> {
        let at = start + name.text.find('@').unwrap_or(0);
        let message = format!("invalid character \"@\" (code point U+0040) in {what}: ");
        let mut error = *self.error("syntax::name", start, message, name.text.to_string());
        error.labels = vec![(at..at + 1, "only atoms may contain this".into())];
        Box::new(error)
    }

    fn alias(&mut self, name: &Name<'s>, start: usize, end: usize) -> Lexed<()> {
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
                 underscore. Unexpected token: ",
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
    fn reserved_word(&mut self, text: &str, start: usize, end: usize) -> Lexed<bool> {
        let (class, name) = match text {
            "do" => {
                if matches!(self.tokens.last(), Some(Token { kind: Kind::Comma | Kind::Semicolon, .. })) {
                    let mut error = *self.error("syntax::do", start, "unexpected reserved word: ", "do");
                    error.suffix = Some(
                        ". In case you wanted to write a \"do\" expression, you must either use \
                                         do-blocks or separate the keyword argument with comma"
                            .into(),
                    );
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

    fn word_token(&mut self, kind: Kind<'s>, start: usize, end: usize) -> Lexed<bool> {
        self.push(kind, start, end);
        Ok(true)
    }

    /// Where `in` ends when it follows `not` on the same line as an operator.
    fn in_after_not(&self, end: usize) -> Option<usize> {
        let (rest, blank) = lexeme::blank(&self.text[end..]).ok()?;
        let after = rest.strip_prefix("in")?;
        let goes_on = name::at_start(after).is_some()
            || after.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '?' | '!' | '@'))
            || colon_then_space(after)
            || lexeme::blank(after).is_ok_and(|(after, _)| after.starts_with('/'));
        (!blank.is_empty() && !goes_on).then_some(self.text.len() - after.len())
    }

    fn callable(&mut self, name: Quoted, start: usize, end: usize, is_word: bool) -> Lexed<()> {
        let shape = self.shape();
        self.push(Kind::Identifier(name, shape), start, end);
        let rest = &self.text[end..];
        if is_word && rest.starts_with('=') && matches!(self.text.as_bytes()[end - 1], b'!' | b'?') {
            let mark = char::from(self.text.as_bytes()[end - 1]);
            let name = &self.text[start..end];
            let short = &name[..name.len() - 1];
            let token = self.tokens.last().expect("just pushed");
            let message = format!(
                "found identifier \"{name}\", ending with \"{mark}\", followed by =. It is unclear if you mean \
                 \"{short} {mark}=\" or \"{name} =\". Please add a space before or after {mark} to remove the ambiguity"
            );
            let warning = SyntaxError::new("syntax::ambiguous", (token.line, token.column), message, "")
                .label(start..end + 1, "read as a name and `=`");
            self.warnings.push(warning);
        }
        Ok(())
    }

    /// How the name that ends here is followed.
    fn shape(&self) -> Shape {
        let rest = self.text[self.at..].as_bytes();
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

    fn name_atom(&mut self, name: &Name<'s>, start: usize) -> Lexed<Quoted> {
        match &name.text {
            std::borrow::Cow::Borrowed(text) => self.atom(text, start),
            std::borrow::Cow::Owned(text) => self.atom_uncached(text, start),
        }
    }

    /// The atom of a text that lives in the source.
    fn atom(&mut self, text: &'s str, start: usize) -> Lexed<Quoted> {
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

    fn atom_uncached(&mut self, text: &str, start: usize) -> Lexed<Quoted> {
        if self.options.mark_atoms {
            let (line, column) = self.position_of(start);
            return Ok(Quoted::call(ATOM, Meta::at(line, column), vec![Quoted::string(text)]));
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

/// Whether a colon and a space or line break follow, as after a keyword key.
fn colon_then_space(text: &str) -> bool {
    matches!(text.as_bytes(), [b':', b' ' | b'\t' | b'\n' | b'\r', ..])
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
