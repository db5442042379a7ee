//! What stands between quotes: strings, charlists, heredocs, sigils, quoted atoms and calls, with interpolation.
//!
//! Contents are first cut into raw parts, in which only the backslash before the closing delimiter is gone, then
//! indentation is taken off heredocs, then escapes are resolved (not in sigils: that is their macro's business).

use std::borrow::Cow;

use super::super::error::SyntaxError;
use super::super::{escape, lexeme, Interpolation, Part};
use super::{Lexed, Lexer};

/// A part with its escapes unresolved.
#[derive(Clone, Debug)]
pub(super) enum Raw<'s> {
    Text(Cow<'s, str>, usize),
    Code(Box<Interpolation<'s>>),
}

/// What is being read, for messages.
#[derive(Clone, Copy, Debug)]
pub(super) enum What<'s> {
    String,
    Atom,
    Function,
    Heredoc,
    Sigil { name: &'s str, open: &'s str },
}

impl What<'_> {
    fn text(self) -> String {
        match self {
            What::String => "string".into(),
            What::Atom => "atom".into(),
            What::Function => "function name".into(),
            What::Heredoc => "heredoc".into(),
            What::Sigil { name, open } => format!("sigil ~{name}{open}"),
        }
    }
}

/// The opening delimiter that `rest` starts with and its closing partner.
pub(super) fn sigil_delimiters(rest: &str) -> Option<(&'static str, &'static str)> {
    Some(match rest.as_bytes().first()? {
        b'/' => ("/", "/"),
        b'|' => ("|", "|"),
        b'"' => ("\"", "\""),
        b'\'' => ("'", "'"),
        b'(' => ("(", ")"),
        b'[' => ("[", "]"),
        b'{' => ("{", "}"),
        b'<' => ("<", ">"),
        _ => return None,
    })
}

/// Parts whose escapes stay as they are.
pub(super) fn raw_parts(raw: Vec<Raw<'_>>) -> Vec<Part<'_>> {
    let part = |raw| match raw {
        Raw::Text(Cow::Borrowed(text), _) => Part::Text(Cow::Borrowed(text.as_bytes())),
        Raw::Text(Cow::Owned(text), _) => Part::Text(Cow::Owned(text.into_bytes())),
        Raw::Code(code) => Part::Code(code),
    };
    raw.into_iter().map(part).collect()
}

/// Text being collected: borrowed as long as nothing was left out.
struct Collector<'s> {
    text: &'s str,
    start: usize,
    done: usize,
    owned: Option<String>,
}

impl<'s> Collector<'s> {
    fn new(text: &'s str, start: usize) -> Collector<'s> {
        Collector { text, start, done: start, owned: None }
    }

    /// Leaves out the bytes from `from` to `to`.
    fn skip(&mut self, from: usize, to: usize) {
        let owned = self.owned.get_or_insert_with(String::new);
        owned.push_str(&self.text[self.done..from]);
        self.done = to;
    }

    /// Takes what was collected up to `end` and starts again at `next`.
    fn take(&mut self, end: usize, next: usize) -> Raw<'s> {
        let start = self.start;
        let text = match self.owned.take() {
            None => Cow::Borrowed(&self.text[self.done..end]),
            Some(mut owned) => {
                owned.push_str(&self.text[self.done..end]);
                Cow::Owned(owned)
            }
        };
        self.start = next;
        self.done = next;
        Raw::Text(text, start)
    }
}

impl<'s> Lexer<'s> {
    /// Reads up to and including the one-character delimiter `close`. The lexer stands after the opening one; `start` and
    /// `line` say where the whole began.
    pub(super) fn contents(
        &mut self,
        close: &str,
        interpolate: bool,
        what: What<'s>,
        start: usize,
        line: u32,
    ) -> Lexed<Vec<Raw<'s>>> {
        let close = close.as_bytes()[0];
        let mut parts = Vec::new();
        let mut collector = Collector::new(self.text, self.at);
        let bytes = self.text.as_bytes();
        self.position(self.at);
        loop {
            let rest = &bytes[self.at..];
            let special = |byte: &u8| *byte == close || matches!(byte, b'\\' | b'\n' | b'#');
            let Some(distance) = rest.iter().position(special) else {
                self.at = bytes.len();
                return Err(self.unclosed(char::from(close).to_string().as_str(), what, start, line));
            };
            self.at += distance;
            let next = bytes.get(self.at + 1).copied();
            match bytes[self.at] {
                byte if byte == close => {
                    if self.at > collector.start || parts.is_empty() {
                        parts.push(collector.take(self.at, self.at));
                    }
                    self.position_in_text(self.at);
                    self.at += 1;
                    if let [Raw::Text(text, _)] = parts.as_slice() {
                        if text.is_empty() {
                            parts = vec![Raw::Text(Cow::Borrowed(""), start)];
                        }
                    }
                    return Ok(parts);
                }
                b'\\' => {
                    if next == Some(close) {
                        collector.skip(self.at, self.at + 1);
                    }
                    self.skip_escape(interpolate);
                }
                b'\n' => {
                    self.at += 1;
                    self.start_line(self.at);
                }
                _ if interpolate && next == Some(b'{') => {
                    if self.at > collector.start {
                        parts.push(collector.take(self.at, self.at));
                    }
                    parts.push(Raw::Code(self.code(what, start, line)?));
                    collector.take(self.at, self.at);
                }
                _ => self.at += 1,
            }
        }
    }

    /// Steps over a backslash and the character after it; a line break is left to be counted. Elixir counts `\#{` as one
    /// column where it would start code.
    fn skip_escape(&mut self, interpolate: bool) {
        self.position_in_text(self.at);
        let after = &self.text[self.at + 1..];
        self.at += 1;
        if interpolate && after.starts_with("#{") {
            self.at += 2;
            self.position(self.at);
            self.go_back(2);
        } else if !after.starts_with('\n') {
            self.position(self.at);
            self.at += after.chars().next().map_or(0, char::len_utf8);
        }
    }

    /// Reads `#{code}`.
    fn code(&mut self, what: What<'s>, start: usize, line: u32) -> Lexed<Box<Interpolation<'s>>> {
        let at = self.at;
        let from = self.position_in_text(at);
        self.at += 2;
        match self.interpolation()? {
            Some(tokens) => {
                let to = self.position(self.at - 1);
                self.position(self.at);
                Ok(Box::new(Interpolation { tokens, start: from, end: to }))
            }
            None => {
                let what = what.text();
                let message = format!("missing interpolation terminator: \"}}\" (for {what} starting at line {line})");
                let error = SyntaxError::new("syntax::unclosed", from, message, "")
                    .incomplete()
                    .summary("`#{` is never closed")
                    .label(at..at + 2, "opened here")
                    .label(start..start + 1, format!("inside this {what}"))
                    .help("Add `}` after the code, or write `\\#{` for the characters themselves.");
                Err(Box::new(error))
            }
        }
    }

    fn unclosed(&mut self, close: &str, what: What<'s>, start: usize, line: u32) -> Box<SyntaxError> {
        let end = self.text.len();
        let position = self.position(end);
        let name = what.text();
        let message = format!("missing terminator: {close} (for {name} starting at line {line})");
        let error = SyntaxError::new("syntax::unclosed", position, message, "")
            .incomplete()
            .summary(format!("this {name} is never closed"))
            .label(start..start + 1, "starts here")
            .label(end..end, format!("`{close}` is missing before the end of the text"));
        Box::new(match what {
            What::Heredoc => error.help(format!("The closing `{close}` stands on a line of its own.")),
            _ => error.help(format!("Add `{close}` where it should end.")),
        })
    }

    /// Reads a heredoc: header, lines, and the closing quotes on a line of their own, whose indentation is taken off every
    /// line. The lexer stands before the opening quotes.
    pub(super) fn heredoc(
        &mut self,
        quotes: &'static str,
        interpolate: bool,
        start: usize,
        line: u32,
    ) -> Lexed<(Vec<Raw<'s>>, u32)> {
        let Ok((rest, ())) = lexeme::heredoc_header(&self.text[self.at + 3..]) else {
            let message = "heredoc allows only zero or more whitespace characters followed by a new line after ";
            let position = self.position(self.at);
            let error = SyntaxError::new("syntax::heredoc", position, message, quotes)
                .summary("a heredoc starts on the line after its quotes")
                .label(self.at..self.at + 3, "nothing but a line break may follow")
                .help(format!(
                    "Break the line after `{quotes}`, or write text of one line between single `{}`.",
                    &quotes[..1]
                ));
            return Err(Box::new(error));
        };
        self.at = self.text.len() - rest.len();
        self.start_line(self.at);
        let mut parts = Vec::new();
        let mut collector = Collector::new(self.text, self.at);
        let bytes = self.text.as_bytes();
        let indentation = 'lines: {
            if let Some(found) = self.closing_line(quotes) {
                break 'lines found;
            }
            loop {
                let rest = &bytes[self.at..];
                let Some(distance) = rest.iter().position(|byte| matches!(byte, b'\\' | b'\n' | b'#')) else {
                    self.at = bytes.len();
                    return Err(self.unclosed(quotes, What::Heredoc, start, line));
                };
                self.at += distance;
                let next = bytes.get(self.at + 1).copied();
                match bytes[self.at] {
                    b'\n' => {
                        self.at += 1;
                        self.start_line(self.at);
                        let end = self.at;
                        if let Some(found) = self.closing_line(quotes) {
                            if end > collector.start {
                                parts.push(collector.take(end, end));
                            }
                            break 'lines found;
                        }
                    }
                    b'\\' if self.text[self.at + 1..].starts_with(quotes) => {
                        collector.skip(self.at, self.at + 1);
                        self.at += 4;
                    }
                    b'\\' => self.skip_escape(interpolate),
                    _ if interpolate && next == Some(b'{') => {
                        if self.at > collector.start {
                            parts.push(collector.take(self.at, self.at));
                        }
                        parts.push(Raw::Code(self.code(What::Heredoc, start, line)?));
                        collector.take(self.at, self.at);
                    }
                    _ => self.at += 1,
                }
            }
        };
        if parts.is_empty() {
            parts.push(Raw::Text(Cow::Borrowed(""), start));
        }
        let mut at_line_start = true;
        let header = self.text.len() - rest.len();
        let mut outdented = Vec::new();
        for part in &mut parts {
            match part {
                Raw::Text(text, offset) => {
                    if indentation > 0 {
                        let first = self.text[header.min(*offset)..*offset].matches('\n').count();
                        note_outdented(text, indentation, at_line_start, first, &mut outdented);
                        if let Some(stripped) = strip_indentation(text, indentation, at_line_start) {
                            *text = Cow::Owned(stripped);
                        }
                    }
                    at_line_start = text.ends_with('\n');
                }
                Raw::Code(_) => at_line_start = false,
            }
        }
        if !outdented.is_empty() {
            let message = format!(
                "outdented heredoc line. The contents inside the heredoc should be indented at the same level as the closing \
                 {quotes}. The following is forbidden:\n\n    def text do\n      \"\"\"\n    contents\n      \"\"\"\n    \
                 end\n\nInstead make sure the contents are indented as much as the heredoc closing:\n\n    def text do\n      \
                 \"\"\"\n      contents\n      \"\"\"\n    end\n\nThe current heredoc line is indented too little"
            );
            // The first such line is told of, with the column of the heredoc itself.
            let (_, column) = self.position_of(start);
            if let Some(number) = outdented.first() {
                let position = (line + 1 + *number as u32, column);
                self.warnings.push(SyntaxError::new("syntax::heredoc_line", position, message, ""));
            }
        }
        if let [Raw::Text(_, _), Raw::Code(_), ..] = parts.as_slice() {
            parts.retain(|part| !matches!(part, Raw::Text(text, _) if text.is_empty()));
        }
        Ok((parts, indentation as u32))
    }

    /// If only blanks and the closing quotes stand at the start of this line, steps behind them and returns the number of blanks.
    fn closing_line(&mut self, quotes: &str) -> Option<usize> {
        let (rest, blank) = lexeme::blank(&self.text[self.at..]).ok()?;
        rest.starts_with(quotes).then(|| {
            self.at += blank.len() + quotes.len();
            blank.len()
        })
    }

    /// Resolves the escapes of all text parts; errors are reported at `position`.
    pub(super) fn resolve(&mut self, raw: Vec<Raw<'s>>, position: (u32, u32)) -> Lexed<Vec<Part<'s>>> {
        if !self.options.unescape {
            return Ok(raw_parts(raw));
        }
        let mut parts = Vec::with_capacity(raw.len());
        for part in raw {
            if let Raw::Text(text, offset) = &part {
                self.warn_old_escapes(text, *offset);
            }
            parts.push(match part {
                Raw::Code(code) => Part::Code(code),
                Raw::Text(text, offset) => Part::Text(escape::resolve(text).map_err(|bad| {
                    // Texts without their indentation count from elsewhere: the next backslash is the nearest there is to tell.
                    let from = (offset + bad.offset).min(self.text.len());
                    let found = self.text.as_bytes()[from..].iter().position(|byte| *byte == b'\\');
                    let at = found.map_or(offset, |found| from + found);
                    let here = &self.text[at..];
                    let length = if here.starts_with(bad.token) {
                        bad.token.len()
                    } else {
                        here.chars().next().map_or(0, char::len_utf8)
                    };
                    let summary = match bad.token {
                        "\\x" => "`\\x` needs two hexadecimal digits".to_string(),
                        _ if bad.message.starts_with("invalid or reserved") => "there is no such character".to_string(),
                        _ => "`\\u` needs four hexadecimal digits, or one to six in braces".to_string(),
                    };
                    let error = SyntaxError::new("syntax::escape", position, bad.message, bad.token)
                        .summary(summary)
                        .label(at..at + length, "this escape")
                        .help("Write `\\\\` for a backslash itself.");
                    Box::new(error)
                })?),
            });
        }
        Ok(parts)
    }
}

impl Lexer<'_> {
    /// Warns of `\xH` and `\x{H…}`, which other escapes took the place of.
    fn warn_old_escapes(&mut self, text: &str, offset: usize) {
        let mut rest = text;
        while let Some(found) = rest.find('\\') {
            let escaped = &rest[found + 1..];
            let Some(first) = escaped.chars().next() else { return };
            rest = &escaped[first.len_utf8()..];
            let message = match first {
                'x' if rest.starts_with('{') => {
                    "\\x{H*} inside strings/sigils/chars is deprecated, please use \\xHH (byte) or \\uHHHH (code point) instead"
                }
                'x' if lexeme::hex_byte(rest).is_err() => {
                    "\\xH inside strings/sigils/chars is deprecated, please use \\xHH (byte) or \\uHHHH (code point) instead"
                }
                _ => continue,
            };
            let at = offset.min(self.text.len());
            self.warn_at(at, at, "syntax::escape", message.to_string());
        }
    }
}

/// Notes the lines, counted from `first`, that are not blank and begin before the indentation.
fn note_outdented(text: &str, indentation: usize, at_start: bool, first: usize, found: &mut Vec<usize>) {
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if number == 0 && !at_start {
            continue;
        }
        let blanks = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if blanks < indentation && !line[blanks..].trim_end_matches(['\r', '\n']).is_empty() {
            found.push(first + number);
        }
    }
}

/// Takes up to `indentation` blanks off every line; `None` when there are none to take.
fn strip_indentation(text: &str, indentation: usize, mut at_line_start: bool) -> Option<String> {
    let blanks = |line: &str| line.bytes().take(indentation).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let skip = if at_line_start { blanks(line) } else { 0 };
        out.push_str(&line[skip..]);
        at_line_start = true;
    }
    (out.len() != text.len()).then_some(out)
}
