//! Source text with a name, and the arithmetic between byte offsets, lines and columns.

use std::ops::Range;
use std::sync::Arc;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// The bytes of source around a mark that are shown whole; of longer lines only what is near.
const LONG: usize = 400;

/// A text to compile: what it is called in diagnostics and stack traces, and what it says. Cloning costs two counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The name: a path as the user wrote it, `nofile`, `iex`.
    pub name: Arc<str>,
    /// The text. A byte order mark at its start and a first line starting with `#!` are skipped by the lexer.
    pub text: Arc<str>,
    /// The number of its first line: 1, but for a text that goes on where others were before it.
    pub first_line: u32,
}

impl SourceFile {
    /// A source of this name and text.
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> SourceFile {
        SourceFile { name: name.into(), text: text.into(), first_line: 1 }
    }

    /// The same text with its first line counted as this one.
    #[must_use]
    pub fn starting_at(self, first_line: u32) -> SourceFile {
        SourceFile { first_line: first_line.max(1), ..self }
    }

    /// A source made of bytes.
    ///
    /// # Errors
    /// The offset of the first byte that is not UTF-8.
    pub fn from_bytes(name: impl Into<Arc<str>>, bytes: &[u8]) -> Result<SourceFile, usize> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(SourceFile::new(name, text)),
            Err(error) => Err(error.valid_up_to()),
        }
    }

    /// The line, counted from the first, and the column in characters, from 1, of a byte offset; an offset past the end counts
    /// as the end. O(offset).
    pub fn position(&self, offset: usize) -> (u32, u32) {
        let before = &self.text[..self.boundary(offset)];
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
        (self.first_line - 1 + line as u32, before[start..].chars().count() as u32 + 1)
    }

    /// The byte offset of a line, counted from the first, and a column in characters, from 1; a column past the line's end
    /// counts as its end. O(length).
    pub fn offset(&self, line: u32, column: u32) -> usize {
        let mut start = 0;
        for _ in self.first_line..line.max(self.first_line) {
            match self.text[start..].find('\n') {
                Some(newline) => start += newline + 1,
                None => return self.text.len(),
            }
        }
        let text = self.line_at(start);
        let within = text.char_indices().nth(column.max(1) as usize - 1).map_or(text.len(), |(index, _)| index);
        start + within
    }

    /// The text of a line, counted from the first, without its line break; empty past the end. O(length).
    pub fn line(&self, line: u32) -> &str {
        self.line_at(self.offset(line, 1))
    }

    /// The part of `lines`, a range of bytes around a span, that is shown: all of it, but for what lies far from the span
    /// in lines that no reader reads to their end.
    fn window(&self, span: &SourceSpan, lines: Range<usize>) -> Range<usize> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let from = if start - lines.start > LONG { self.boundary(start - LONG / 2) } else { lines.start };
        let to = if lines.end.saturating_sub(end) > LONG { self.boundary(end + LONG / 2) } else { lines.end };
        from..to
    }

    /// A span of at most `LONG` bytes within one line, for what is marked there.
    pub(crate) fn marked(&self, span: &Range<usize>) -> Range<usize> {
        let (start, end) = (span.start.min(self.text.len()), span.end.min(self.text.len()));
        if end.saturating_sub(start) <= LONG || self.text.as_bytes()[start..start + LONG].contains(&b'\n') {
            return span.clone();
        }
        start..self.boundary(start + LONG)
    }

    /// The last place up to `offset` where a character starts.
    fn boundary(&self, offset: usize) -> usize {
        let mut at = offset.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    fn line_at(&self, start: usize) -> &str {
        let rest = &self.text[start..];
        let line = rest.find('\n').map_or(rest, |newline| &rest[..newline]);
        line.strip_suffix('\r').unwrap_or(line)
    }
}

impl SourceCode for SourceFile {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let contents = self.text.as_bytes().read_span(span, lines_before, lines_after)?;
        let (start, end) = (contents.span().offset(), contents.span().offset() + contents.span().len());
        let shown = self.window(span, start..end);
        let (line, column) = match shown.start == start {
            true => (contents.line() + self.first_line as usize - 1, contents.column()),
            false => {
                let (line, column) = self.position(shown.start);
                (line as usize - 1, column as usize - 1)
            }
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.to_string(),
            &self.text.as_bytes()[shown.clone()],
            (shown.start, shown.len()).into(),
            line,
            column,
            contents.line_count(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters() {
        let source = SourceFile::new("t.ex", "a\né = b\r\nc");
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position(5), (2, 3));
        assert_eq!(source.offset(2, 3), 5);
        assert_eq!(source.line(2), "é = b");
        assert_eq!(source.position(1000), (3, 2));
        assert_eq!(source.offset(9, 9), source.text.len());
    }

    #[test]
    fn of_long_lines_what_is_near_is_shown() {
        let text = format!("short\n{}é{}\nshort", "a".repeat(100_000), "b".repeat(100_000));
        let source = SourceFile::new("t.ex", text);
        let at = 6 + 100_000;
        let contents = source.read_span(&(at, 2).into(), 1, 1).unwrap();
        assert!(contents.data().len() < 2 * LONG);
        assert_eq!((contents.line(), contents.column()), (1, 100_000 - LONG / 2));
        assert_eq!(source.marked(&(at..at + 50_000)).len(), LONG);
        assert_eq!(source.marked(&(0..50_000)), 0..50_000);
        let whole = SourceFile::new("t.ex", "a\nb\nc");
        assert_eq!(whole.read_span(&(2, 1).into(), 1, 1).unwrap().data(), b"a\nb\nc");
    }
}
