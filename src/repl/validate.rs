//! Whether an entry is finished: the parser says whether more text could complete it.

use beamlet_compiler::diagnostic::SyntaxKind;
use beamlet_compiler::parse::{parse_all, ParseOptions};
use beamlet_compiler::source::SourceFile;
use reedline::{ValidationResult, Validator};

/// The parser as a judge of entries.
pub struct Parser;

/// Operators that an entry may begin with, to go on with the last value. `IEx.Session` knows which these are, too.
const CONTINUING: [&str; 26] = [
    "|>", "*", "/", "<>", "++", "--", "==", "!=", "=~", "<=", ">", "&&", "||", "<<<", "<<~", "<~", "~>", "<|>", "and ",
    "or ", "in ", "not in ", "< ", "===", "!==", "in[",
];

impl Validator for Parser {
    fn validate(&self, line: &str) -> ValidationResult {
        let written = line.trim_start();
        let goes_on = CONTINUING.iter().any(|operator| written.starts_with(operator))
            && !["**", "//"].iter().any(|other| written.starts_with(other));
        let text = if goes_on { format!("v() {line}") } else { line.to_owned() };
        let source = SourceFile::new("iex", text);
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
        assert!(!finished("|> Enum.map(") && finished("|> Enum.map(&f/1)"));
        for text in ["1", "", "1 + 1", "if true do 1 end", ")", "1 2", "[1, 2]]", "\"a\" <> \"b\""] {
            assert!(finished(text), "{text:?} cannot be completed by more");
        }
    }
}
