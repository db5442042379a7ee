//! Delimiters, `do` and `fn`: what is open, and what is said when it is not closed, or closed by another.

use std::ops::Range;

use super::super::error::SyntaxError;
use super::super::{Delimiter, Kind};
use super::{Lexed, Lexer};

/// What waits to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opener {
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
pub(super) struct Open {
    pub(super) opener: Opener,
    start: usize,
    line: u32,
    indentation: usize,
}

impl<'s> Lexer<'s> {
    /// Whether what closes nothing that is open may stand here. In strings the braces decide where code ends.
    fn lenient(&self) -> bool {
        !self.options.check_terminators && self.interpolations == 0
    }

    /// How far the current line is indented.
    pub(super) fn indentation(&self) -> usize {
        self.text[self.line_start..].bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
    }

    pub(super) fn push_opener(&mut self, opener: Opener, start: usize) {
        let indentation = self.indentation();
        if let (Opener::Do | Opener::Fn, Some(outer)) = (opener, self.open.last()) {
            if outer.opener == opener && outer.indentation >= indentation {
                self.lonely = Some(*outer);
            }
        }
        self.open.push(Open { opener, start, line: self.line, indentation });
    }

    pub(super) fn open(&mut self, delimiter: Delimiter) {
        let length = delimiter.open().len();
        self.push(Kind::Open(delimiter), self.at, self.at + length);
        self.push_opener(Opener::Delimiter(delimiter), self.at);
        self.at += length;
    }

    pub(super) fn close(&mut self, delimiter: Delimiter) -> Lexed<()> {
        let text = delimiter.close();
        match self.open.last() {
            Some(open) if open.opener == Opener::Delimiter(delimiter) => {
                self.open.pop();
            }
            _ if self.lenient() => {}
            open => {
                let open = open.copied();
                return Err(self.mismatch(open, self.at, text, "unexpected token: "));
            }
        }
        self.push(Kind::Close(delimiter), self.at, self.at + text.len());
        self.at += text.len();
        Ok(())
    }

    pub(super) fn end(&mut self, start: usize) -> Lexed<()> {
        match self.open.last().copied() {
            Some(open @ Open { opener: Opener::Do | Opener::Fn, indentation, .. }) => {
                if self.indentation() > indentation {
                    self.lonely_end = Some((start, self.line));
                }
                if self.indentation() < indentation && self.line_start + self.indentation() == start {
                    self.crooked.get_or_insert(open);
                }
                self.open.pop();
                Ok(())
            }
            _ if self.lenient() => Ok(()),
            open => Err(self.mismatch(open, start, "end", "unexpected reserved word: ")),
        }
    }

    /// A closing delimiter that closes nothing, or not what is open.
    pub(super) fn mismatch(&mut self, open: Option<Open>, at: usize, closing: &str, message: &str) -> Box<SyntaxError> {
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
                if is_end {
                    let end = self.lonely_end.map_or(at, |(start, _)| start);
                    if let Some((head, word)) = self.head_without_do(end) {
                        error = error
                            .label(head, "`do` may be missing at the end of this")
                            .help(format!("A block begins with `do`: `{word} … do`. Otherwise, remove this `end`."));
                    } else if end != at {
                        error = error.label(end..end + 3, "by its indentation, this `end` may be one too many");
                    }
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
    pub(super) fn lonely_hint(&self, open: Open) -> Option<String> {
        let lonely = self.lonely.filter(|lonely| lonely.opener == open.opener)?;
        let (opening, closing) = (lonely.opener.open(), lonely.opener.close());
        let line = lonely.line;
        Some(format!(
            "\n\n    HINT: it looks like the \"{opening}\" on line {line} does not have a matching \"{closing}\"\n"
        ))
    }

    pub(super) fn check_all_closed(&mut self) -> Lexed<()> {
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
        if let Some(at) = self.else_if() {
            return Err(Box::new(
                error
                    .label(at..at + "else if".len(), "the `if` behind this `else` opens a block of its own")
                    .help("There is no `else if`: for several conditions, write `cond do … end`."),
            ));
        }
        error = match self.lonely.or(self.crooked) {
            Some(lonely) if matches!(open.opener, Opener::Do | Opener::Fn) => {
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

    /// The text of the line that an `end` at `end` would belong to by its indentation, without its `do`, and its first word.
    fn head_without_do(&self, end: usize) -> Option<(Range<usize>, &'s str)> {
        const HEADS: [&str; 16] = [
            "defmodule",
            "defprotocol",
            "defimpl",
            "def",
            "defp",
            "defmacro",
            "defmacrop",
            "if",
            "unless",
            "case",
            "cond",
            "with",
            "for",
            "receive",
            "test",
            "describe",
        ];
        let blanks = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
        let start = self.text[..end].rfind('\n').map_or(0, |at| at + 1);
        let depth = end - start;
        let mut stop = start;
        // The nearest line above that stands as far to the left decides.
        while stop > 0 {
            let from = self.text[..stop - 1].rfind('\n').map_or(0, |at| at + 1);
            let line = self.text[from..stop - 1].trim_end();
            stop = from;
            if line.trim().is_empty() || blanks(line) > depth {
                continue;
            }
            let content = &line[blanks(line)..];
            let word = content.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            let ends_open = content.ends_with(" do") || content.ends_with("->") || content.contains("do:");
            let is_head = blanks(line) == depth && HEADS.contains(&word) && !ends_open;
            return is_head.then(|| (from + depth..from + line.len(), word));
        }
        None
    }

    /// Where somebody wrote `else if`, if anywhere.
    fn else_if(&self) -> Option<usize> {
        let pair = self.tokens.windows(2).find(|pair| {
            matches!(pair[0].kind, Kind::Block(name) if name.as_str() == "else")
                && &self.text[pair[0].start as usize..pair[1].end as usize] == "else if"
        })?;
        Some(pair[0].start as usize)
    }
}
