//! The lexer's loop: decides by the next characters and by what stands before which lexeme begins here.
//!
//! Line breaks become [`Kind::Eol`] tokens, but vanish where Elixir's grammar ignores them: after a comma, a semicolon or a
//! dot, and before an operator that cannot start an expression. Opening delimiters, `do` and `fn` go on a stack, so that a
//! closing one without its partner is reported with both places.

mod balance;
mod quote;
mod symbol;
mod text;
mod word;

use beamlet_vm::Atom;
use unicode_segmentation::UnicodeSegmentation;

use balance::Open;

use super::error::SyntaxError;
use super::{lexeme, Delimiter, Kind, Reading, Token, MAX_DEPTH};
use crate::parse::{Comment, ParseOptions};

/// The result of reading a lexeme.
pub(super) type Lexed<T> = Result<T, Box<SyntaxError>>;

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
    /// A `do` or `fn` that was closed by an `end` that stands further to the left than its line.
    crooked: Option<Open>,
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
            crooked: None,
            lonely_end: None,
            comments: Vec::new(),
            warnings: Vec::new(),
            atoms: vec![None; CACHED_ATOMS],
        }
    }

    /// Reads the text as far as it goes.
    pub(super) fn read(mut self) -> Reading<'s> {
        let error = self.run().err();
        let end = self.position_of(self.text.len());
        Reading { tokens: self.tokens, comments: self.comments, warnings: self.warnings, error, end }
    }

    /// Reads the whole text.
    fn run(&mut self) -> Lexed<()> {
        if u32::try_from(self.text.len()).is_err() {
            return Err(self.error("syntax::size", 0, "the text is longer than 4 GiB", ""));
        }
        if self.text.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
            self.anchor = self.at;
        }
        self.lex()?;
        if self.options.check_terminators {
            self.check_all_closed()?;
        }
        self.refuse_turning_text()
    }

    /// Characters that turn the direction of text make code look like what it is not: they stand nowhere as they are.
    fn refuse_turning_text(&mut self) -> Lexed<()> {
        let turns = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        let text = self.text;
        // All of them begin with this byte.
        if !text.as_bytes().contains(&0xE2) {
            return Ok(());
        }
        for (offset, found) in text.char_indices().filter(|(_, c)| turns(*c)) {
            if text[..offset].ends_with('?') {
                continue;
            }
            let (line, column) = self.position_of(offset);
            let shown = format!("\\u{:04X}", u32::from(found));
            let comment = self.comments.iter().find(|comment| comment.line == line && comment.column < column);
            let error = match comment {
                Some(comment) => {
                    let start = text[..offset].rfind('\n').map_or(0, |end| end + 1);
                    let before: String = text[start..offset].chars().take(comment.column as usize - 1).collect();
                    // Behind a dot a comment belongs to what separates it from a name.
                    let code = before.trim_end();
                    let column = if code.ends_with('.') { code.chars().count() as u32 + 1 } else { comment.column };
                    let message = "invalid bidirectional formatting character in comment: ";
                    SyntaxError::new("syntax::bidi", (line, column), message, shown)
                }
                None => {
                    let advice =
                        format!(". If you want to use such character, use it in its escaped {shown} form instead");
                    let message = "invalid bidirectional formatting character in string: ";
                    SyntaxError::new("syntax::bidi", (line, column), message, shown).suffix(advice)
                }
            };
            return Err(Box::new(error.label(offset..offset + found.len_utf8(), "this turns the text around")));
        }
        Ok(())
    }

    /// Reads the code inside `#{…}`, up to and including the brace. The tokens before it are kept aside meanwhile.
    pub(super) fn interpolation(&mut self) -> Lexed<Option<Vec<Token<'s>>>> {
        if self.interpolations + self.open.len() >= MAX_DEPTH {
            return Err(self.too_deep(self.at));
        }
        let outer_tokens = std::mem::take(&mut self.tokens);
        let outer_open = std::mem::take(&mut self.open);
        self.interpolations += 1;
        let closed = stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, || self.lex());
        let closed = closed.and_then(|closed| match closed {
            true => Ok(true),
            false => self.check_all_closed().map(|()| false),
        });
        self.interpolations -= 1;
        let closed = match closed {
            Ok(closed) => closed,
            Err(error) => {
                self.tokens = outer_tokens;
                return Err(error);
            }
        };
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

    pub(super) fn push(&mut self, kind: Kind<'s>, start: usize, end: usize) {
        let (line, column) = self.position(start);
        self.push_at(kind, start, end, line, column);
    }

    pub(super) fn push_at(&mut self, kind: Kind<'s>, start: usize, end: usize, line: u32, column: u32) {
        self.tokens.push(Token { kind, start: start as u32, end: end as u32, line, column, newlines: 0 });
    }

    /// Takes away the line breaks just read, for a token that continues the expression before them.
    pub(super) fn join_lines(&mut self) -> u32 {
        match self.tokens.last() {
            Some(Token { kind: Kind::Eol, newlines, .. }) => {
                let newlines = *newlines;
                self.tokens.pop();
                newlines
            }
            _ => 0,
        }
    }

    pub(super) fn newline(&mut self, length: usize) {
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

    pub(super) fn comment(&mut self) {
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
    pub(super) fn position_of(&mut self, offset: usize) -> (u32, u32) {
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

    pub(super) fn too_deep(&mut self, offset: usize) -> Box<SyntaxError> {
        let offset = offset.min(self.text.len());
        let message = format!("nesting deeper than {MAX_DEPTH} levels");
        let help = "Generated code can usually be written as a list that is built piece by piece.";
        Box::new((*self.error("syntax::depth", offset, message, "")).help(help))
    }

    pub(super) fn unexpected(&mut self, offset: usize) -> Box<SyntaxError> {
        let c = self.text[offset..].chars().next().unwrap_or(' ');
        let (_, column) = self.position_of(offset);
        let number = c as u32;
        let shown = if c == '\r' { "carriage return".to_string() } else { format!("\"{c}\"") };
        let token = format!("{shown} (column {column}, code point U+{number:04X})");
        let mut error = *self.error("syntax::unexpected", offset, "unexpected token: ", token);
        error.labels[0].1 = "this cannot stand here".into();
        error.help = match c {
            ';' => Some("One semicolon separates two expressions; an expression is missing between these.".into()),
            ':' if self.text[self.line_start..offset].contains(" ? ") => {
                Some("A value is chosen by `if condition, do: this, else: that`.".into())
            }
            ':' => Some("An atom is a colon and a name without a space between: `:ok`.".into()),
            '\\' => Some("A backslash continues a line only as the last character of it.".into()),
            '`' => Some("Text stands in `\"…\"`, and values in it in `#{…}`.".into()),
            '$' => Some("`$` means nothing in Elixir outside of strings; values in strings stand in `#{…}`.".into()),
            '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' => {
                Some("This is a typographic quotation mark: text stands in plain ones, `\"…\"`.".into())
            }
            '\u{2018}'..='\u{201b}' | '\u{b4}' => {
                Some("This is a typographic quotation mark or accent: the plain one is `'`.".into())
            }
            '\u{2010}'..='\u{2015}' | '\u{2212}' => Some("This is a dash: minus is `-`, an arrow `->`.".into()),
            '\u{2026}' => Some("This is one character: three dots are `...`.".into()),
            '\u{a0}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => {
                Some(format!("This character (U+{number:04X}) cannot be seen: remove it, or write a plain space."))
            }
            c if c.is_whitespace() => {
                Some(format!("This is not the plain space but another (U+{number:04X}): write a plain space."))
            }
            c if !c.is_ascii() => Some("Names are made of letters, digits and underscores.".into()),
            _ => None,
        };
        Box::new(error)
    }
}

/// Whether a colon and a space or line break follow, as after a keyword key.
pub(super) fn colon_then_space(text: &str) -> bool {
    matches!(text.as_bytes(), [b':', b' ' | b'\t' | b'\n' | b'\r', ..])
}
