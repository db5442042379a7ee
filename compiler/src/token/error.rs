//! Syntax errors on their way to becoming diagnostics.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Severity, SyntaxKind, SyntaxReport};
use crate::source::SourceFile;

/// What Elixir says of a `do` that may have been meant as the other kind.
pub const DO_OR_KEYWORD: &str = ". In case you wanted to write a \"do\" expression, you must either use do-blocks or separate the keyword argument with comma. For example, you should either write:\n\n    if some_condition? do\n      :this\n    else\n      :that\n    end\n\nor the equivalent construct:\n\n    if(some_condition?, do: :this, else: :that)\n\nwhere \"some_condition?\" is the first argument and the second argument is a keyword list.\n\nYou may see this error if you forget a trailing comma before the \"do\" in a \"do\" block";

/// What is wrong with the text, in Elixir's words for programs and in ours for people.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntaxError {
    /// The diagnostic's code.
    pub code: &'static str,
    /// Which exception it is.
    pub kind: SyntaxKind,
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
    /// Elixir's message before the token.
    pub message: String,
    /// Elixir's message after the token, where it has one.
    pub suffix: Option<String>,
    /// The token.
    pub token: String,
    /// What the exception says instead of message and token, and without the line.
    pub raised: Option<String>,
    /// The sentence for people; Elixir's text when absent.
    pub summary: Option<String>,
    /// Remarks under the text; the first is the main one.
    pub labels: Vec<(Range<usize>, String)>,
    /// What to do.
    pub help: Option<String>,
}

impl SyntaxError {
    /// An error at a position with Elixir's message and token.
    pub fn new(
        code: &'static str,
        (line, column): (u32, u32),
        message: impl Into<String>,
        token: impl Into<String>,
    ) -> SyntaxError {
        SyntaxError {
            code,
            kind: SyntaxKind::Syntax,
            line,
            column,
            message: message.into(),
            suffix: None,
            token: token.into(),
            raised: None,
            summary: None,
            labels: Vec::new(),
            help: None,
        }
    }

    /// Marks it as a text that ended too early.
    pub fn incomplete(mut self) -> SyntaxError {
        self.kind = SyntaxKind::TokenMissing;
        self
    }

    /// Sets the sentence for people.
    pub fn summary(mut self, text: impl Into<String>) -> SyntaxError {
        self.summary = Some(text.into());
        self
    }

    /// Adds a remark.
    pub fn label(mut self, span: Range<usize>, text: impl Into<String>) -> SyntaxError {
        self.labels.push((span, text.into()));
        self
    }

    /// Sets the advice.
    pub fn help(mut self, text: impl Into<String>) -> SyntaxError {
        self.help = Some(text.into());
        self
    }

    /// Sets what Elixir says after the token.
    pub fn suffix(mut self, text: impl Into<String>) -> SyntaxError {
        self.suffix = Some(text.into());
        self
    }

    /// The diagnostic about `source`.
    pub fn into_diagnostic(self, source: &SourceFile, severity: Severity) -> Diagnostic {
        let report = SyntaxReport {
            kind: self.kind,
            line: self.line,
            column: self.column,
            message: self.message,
            suffix: self.suffix,
            token: self.token,
            raised: self.raised,
            first: (1, 1),
        };
        let message = self.summary.unwrap_or_else(|| report.text());
        let mut diagnostic = Diagnostic::error(self.code, source, message).report(report);
        diagnostic.severity = severity;
        diagnostic.help = self.help;
        for (span, text) in self.labels {
            diagnostic = diagnostic.label(span, text);
        }
        diagnostic
    }
}
