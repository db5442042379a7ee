//! Diagnostics: what the compiler has to say about source text, as data.
//!
//! Stages collect them; the rim renders them with miette. A diagnostic about syntax also carries what Elixir's own
//! reader would report, since programs rescue and print `SyntaxError` and `TokenMissingError`.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::source::SourceFile;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something worth knowing.
    Advice,
    /// Compiles, but is probably not what was meant.
    Warning,
    /// Does not compile.
    Error,
}

/// A stretch of source with a remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The bytes it lies under.
    pub span: Range<usize>,
    /// The remark; may be empty.
    pub text: String,
}

/// Which exception a syntax error is for a running program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyntaxKind {
    /// `SyntaxError`.
    Syntax,
    /// `TokenMissingError`: the text ended too early, more text may complete it. A shell asks for another line then.
    TokenMissing,
}

/// A syntax error as `Code.string_to_quoted/2` reports it: `{:error, {[line: line, column: column], message, token}}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxReport {
    /// The exception that raising it makes.
    pub kind: SyntaxKind,
    /// The line, from the first line the caller gave.
    pub line: u32,
    /// The column in characters; 0 where Elixir tells none.
    pub column: u32,
    /// The message before the token.
    pub message: String,
    /// The message after the token: when present, Elixir's message term is the pair of both.
    pub suffix: Option<String>,
    /// The token; empty where the message stands alone.
    pub token: String,
    /// What the exception says instead of message and token, and without the line.
    pub raised: Option<String>,
    /// The number of the text's first line, and of that line's first column.
    pub first: (u32, u32),
}

impl SyntaxReport {
    /// The whole text of the message, without position and snippet.
    pub fn text(&self) -> String {
        let suffix = self.suffix.as_deref().unwrap_or("");
        format!("{}{}{}", self.message, self.token, suffix)
    }
}

/// What raising a syntax error tells: the fields of `SyntaxError` and `TokenMissingError`, `file` aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxException {
    /// Which of the two.
    pub kind: SyntaxKind,
    /// The line.
    pub line: u32,
    /// The column, where known.
    pub column: Option<u32>,
    /// What is the matter.
    pub description: String,
    /// The text of the line and the number of characters before the place.
    pub snippet: Option<(String, u32)>,
}

impl SyntaxReport {
    /// The exception that raising this error about `source` makes.
    pub fn exception(&self, source: &SourceFile) -> SyntaxException {
        let column = (self.column > 0).then_some(self.column);
        if let Some(description) = self.raised.clone() {
            return SyntaxException { kind: self.kind, line: self.line, column, description, snippet: None };
        }
        let description = match self.message.as_str() {
            "syntax error before: " if self.token.is_empty() => "syntax error: expression is incomplete".to_string(),
            _ => self.text(),
        };
        let snippet = match (column, &self.suffix) {
            (Some(column), None) => {
                let (first_line, first_column) = self.first;
                let number = self.line.saturating_sub(first_line);
                let before = if number == 0 { first_column } else { 1 };
                let line = source.text.split('\n').nth(number as usize).unwrap_or_default().trim_end_matches('\r');
                (!line.trim().is_empty()).then(|| (line.to_string(), column.saturating_sub(before)))
            }
            _ => None,
        };
        SyntaxException { kind: self.kind, line: self.line, column, description, snippet }
    }
}

impl SyntaxException {
    /// The exception's message, as `Exception.message/1` gives it.
    pub fn message(&self, file: &str) -> String {
        let column = self.column.map(|column| format!(":{column}")).unwrap_or_default();
        let head = format!("{file}:{}{column}: {}", self.line, self.description);
        let Some((text, offset)) = &self.snippet else { return head };
        let number = self.line.to_string();
        let line = format!("{number:>width$}", width = (number.len() + 1).max(3));
        let margin = " ".repeat(line.len());
        let before = " ".repeat(*offset as usize);
        format!("{head}\n{margin} |\n{line} | {text}\n{margin} | {before}^")
    }
}

/// One finding about a source text.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name such as `syntax::unclosed`, for tests and for looking it up.
    pub code: &'static str,
    /// What is the matter, in a sentence without a full stop.
    pub message: String,
    /// The text it is about. Empty text where only the name is known.
    pub source: SourceFile,
    /// Where; the first is the main one.
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
    /// The line, also where the text is not at hand; 0 where unknown.
    pub line: u32,
    /// The function or module that it is in, as a stack trace shows it.
    pub frame: Option<String>,
    /// For syntax errors: what Elixir's reader reports.
    pub report: Option<Arc<SyntaxReport>>,
}

impl Diagnostic {
    /// An error without labels.
    pub fn error(code: &'static str, source: &SourceFile, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            code,
            message: message.into(),
            source: source.clone(),
            labels: Vec::new(),
            help: None,
            line: 0,
            frame: None,
            report: None,
        }
    }

    /// A warning without labels.
    pub fn warning(code: &'static str, source: &SourceFile, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, source, message) }
    }

    /// Adds a remark under a span of bytes.
    pub fn label(mut self, span: Range<usize>, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Adds a remark at a line and column (both from 1, 0 = unknown), under the name or symbol that starts there.
    pub fn label_at(self, line: u32, column: u32, text: impl Into<String>) -> Diagnostic {
        let start = self.source.offset(line, column);
        let end = start + word_length(&self.source.text[start..]);
        self.label(start..end, text)
    }

    /// Says which function or module it is in.
    pub fn inside(mut self, frame: Option<String>) -> Diagnostic {
        self.frame = frame;
        self
    }

    /// The line, from 1.
    pub fn line(&self) -> Option<u32> {
        if self.line != 0 {
            return Some(self.line);
        }
        self.position().map(|(line, _)| line)
    }

    /// Adds advice.
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help = Some(text.into());
        self
    }

    /// Attaches what Elixir's reader reports.
    pub fn report(mut self, report: SyntaxReport) -> Diagnostic {
        self.report = Some(Arc::new(report));
        self
    }

    /// The line and column of the first label, from 1.
    pub fn position(&self) -> Option<(u32, u32)> {
        self.labels.first().map(|label| self.source.position(label.span.start))
    }
}

/// The bytes of the name, number or run of symbols at the start of `text`; at least one character unless empty.
fn word_length(text: &str) -> usize {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '@';
    let Some(first) = text.chars().next() else { return 0 };
    if !word(first) {
        return first.len_utf8();
    }
    let end = text.find(|c| !word(c)).unwrap_or(text.len());
    end + usize::from(text[end..].starts_with(['?', '!']))
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}

impl miette::Diagnostic for Diagnostic {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Advice => miette::Severity::Advice,
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        (!self.labels.is_empty()).then_some(&self.source as &dyn miette::SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().map(|label| {
            let text = (!label.text.is_empty()).then(|| label.text.clone());
            let span = self.source.marked(&label.span);
            miette::LabeledSpan::new(text, span.start, span.len())
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_show_the_line() {
        let source = SourceFile::new("x.ex", "ok\n1 + * 2\n");
        let errors = crate::parse::parse(&source, &Default::default()).unwrap_err();
        let report = errors[0].report.as_ref().unwrap();
        let expected = "x.ex:2:5: syntax error before: '*'\n    |\n  2 | 1 + * 2\n    |     ^";
        assert_eq!(report.exception(&source).message("x.ex"), expected);
        let source = SourceFile::new("x.ex", "1 +");
        let options = crate::parse::ParseOptions { line: 12345, ..Default::default() };
        let errors = crate::parse::parse(&source, &options).unwrap_err();
        let exception = errors[0].report.as_ref().unwrap().exception(&source);
        assert_eq!(exception.description, "syntax error: expression is incomplete");
        let expected = "x.ex:12345:3: syntax error: expression is incomplete\n       |\n 12345 | 1 +\n       |   ^";
        assert_eq!(exception.message("x.ex"), expected);
    }

    #[test]
    fn a_label_at_a_position_covers_the_word() {
        let source = SourceFile::new("t.ex", "x = foo?(1)\n");
        let diagnostic = Diagnostic::error("t::t", &source, "m").label_at(1, 5, "here");
        assert_eq!(diagnostic.labels[0].span, 4..8);
        assert_eq!(diagnostic.position(), Some((1, 5)));
    }
}
