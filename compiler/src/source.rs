//! Source text with a name, and the arithmetic between byte offsets, lines and columns.

use std::sync::Arc;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// A text to compile: what it is called in diagnostics and stack traces, and what it says. Cloning costs two counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The name: a path as the user wrote it, `nofile`, `iex`.
    pub name: Arc<str>,
    /// The text. A byte order mark at its start and a first line starting with `#!` are skipped by the lexer.
    pub text: Arc<str>,
}

impl SourceFile {
    /// A source of this name and text.
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> SourceFile {
        SourceFile { name: name.into(), text: text.into() }
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

    /// The line and the column in characters, both from 1, of a byte offset; an offset past the end counts as the end. O(offset).
    pub fn position(&self, offset: usize) -> (u32, u32) {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &self.text[..end];
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
        (line as u32, before[start..].chars().count() as u32 + 1)
    }

    /// The byte offset of a line and a column in characters, both from 1; a column past the line's end counts as its end. O(length).
    pub fn offset(&self, line: u32, column: u32) -> usize {
        let mut start = 0;
        for _ in 1..line.max(1) {
            match self.text[start..].find('\n') {
                Some(newline) => start += newline + 1,
                None => return self.text.len(),
            }
        }
        let text = self.line_at(start);
        let within = text.char_indices().nth(column.max(1) as usize - 1).map_or(text.len(), |(index, _)| index);
        start + within
    }

    /// The text of a line, from 1, without its line break; empty past the end. O(length).
    pub fn line(&self, line: u32) -> &str {
        self.line_at(self.offset(line, 1))
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
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.to_string(),
            contents.data(),
            *contents.span(),
            contents.line(),
            contents.column(),
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
}
