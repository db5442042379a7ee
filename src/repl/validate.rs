//! Whether an entry is finished: the parser says whether more text could complete it.

use beamlet_compiler::diagnostic::SyntaxKind;
use beamlet_compiler::parse::{parse_all, ParseOptions};
use beamlet_compiler::source::SourceFile;
use reedline::{ValidationResult, Validator};

/// The parser as a judge of entries.
pub struct Parser;

impl Validator for Parser {
    fn validate(&self, line: &str) -> ValidationResult {
        let source = SourceFile::new("iex", line);
        let unfinished = match parse_all(&source, &ParseOptions::default()) {
            Ok(_) => false,
            Err(errors) => errors
                .iter()
                .any(|error| error.report.as_ref().is_some_and(|report| report.kind == SyntaxKind::TokenMissing)),
        };
        // This last line gives up on an entry that cannot be finished, and shows what is wrong with it.
        if unfinished && !line.trim_end().ends_with("#iex:break") {
            ValidationResult::Incomplete
        } else {
            ValidationResult::Complete
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(text: &str) -> bool {
        matches!(Parser.validate(text), ValidationResult::Complete)
    }

    #[test]
    fn unfinished_entries_want_more() {
        for text in ["def f do", "[1,", "1 +", "\"abc", "fn x ->", "\"\"\"\nabc", "x = if true do\n 1"] {
            assert!(!finished(text), "{text:?} could go on");
        }
        for text in ["1", "", "1 + 1", "if true do 1 end", ")", "1 2", "[1, 2]]", "\"a\" <> \"b\""] {
            assert!(finished(text), "{text:?} cannot be completed by more");
        }
    }
}
