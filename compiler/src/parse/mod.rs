//! The parser: source text to quoted code.
//!
//! The tokens of [`token`](crate::token) are parsed by nom parsers over a [`cursor`]. Elixir's grammar needs one token of
//! lookahead, so alternatives are chosen by the next token. Only parsers of single tokens backtrack (`Err::Error`): they
//! stand under `opt` and `alt`. Everything that has taken a token and cannot go on cuts (`Err::Failure`), with the error
//! of the first token that does not fit; no alternative is tried behind it.
//!
//! - [`cursor`]: a place among tokens, and parsers for single ones.
//! - [`grammar`]: blocks, clauses and whole texts.
//! - [`expression`]: operands and operators.
//! - [`call`]: calls with and without parentheses, `do` blocks, access, dots.
//! - [`container`]: lists, tuples, maps, bitstrings, keywords.
//! - [`literal`]: literals, strings and sigils.
//! - [`build`]: the shapes of quoted code and its metadata.

mod build;
mod call;
mod container;
mod cursor;
mod expression;
mod grammar;
mod literal;

use crate::diagnostic::{Diagnostic, Severity};
use crate::quoted::Quoted;
use crate::source::SourceFile;
use crate::token::{self, SyntaxError};

use build::State;

/// How to parse: the options of `Code.string_to_quoted/2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseOptions {
    /// The number of the first line.
    pub line: u32,
    /// The number of the first line's first column.
    pub column: u32,
    /// Whether `column:` appears in metadata. It is kept in any case.
    pub columns: bool,
    /// Whether metadata tells of tokens: `do`, `end`, `closing`, `newlines`, `end_of_expression`, `delimiter`, …
    pub token_metadata: bool,
    /// Refuse atoms that nobody has made before, for text that comes from outside.
    pub existing_atoms_only: bool,
    /// Make [`LITERAL`] nodes for literals, for a caller that encodes them (`literal_encoder:`).
    pub mark_literals: bool,
    /// Make [`ATOM`] nodes in place of atoms of the source text, for a caller that encodes them (`static_atoms_encoder:`).
    pub mark_atoms: bool,
    /// Whether escapes in strings, charlists, quoted atoms and sigils are resolved.
    pub unescape: bool,
    /// Whether what is opened must be closed, and what is closed must be open. The parser needs it; who only reads tokens may not.
    pub check_terminators: bool,
}

impl Default for ParseOptions {
    fn default() -> ParseOptions {
        ParseOptions {
            line: 1,
            column: 1,
            columns: false,
            token_metadata: false,
            existing_atoms_only: false,
            mark_literals: false,
            mark_atoms: false,
            unescape: true,
            check_terminators: true,
        }
    }
}

/// The form of a node that stands for a literal when `mark_literals` is on: its one argument is the value.
pub const LITERAL: Quoted = Quoted::Opaque(u64::MAX);

/// The form of a node that stands for an atom when `mark_atoms` is on: its one argument is the text, a binary.
pub const ATOM: Quoted = Quoted::Opaque(u64::MAX - 1);

/// What parsing gives besides the code.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The code; several expressions make a `__block__`.
    pub quoted: Quoted,
    /// Warnings, in the order of the text.
    pub warnings: Vec<Diagnostic>,
    /// The comments, in the order of the text.
    pub comments: Vec<Comment>,
}

/// A comment of the source text, as `Code.string_to_quoted_with_comments/2` gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The text, `#` included.
    pub text: String,
    /// The line.
    pub line: u32,
    /// The column of the `#`.
    pub column: u32,
    /// Line breaks between what stands before and the comment.
    pub previous_eol_count: u32,
    /// Line breaks after it.
    pub next_eol_count: u32,
}

/// Parses a whole text. Linear in its length.
///
/// # Errors
/// At least one diagnostic of [`Severity::Error`](crate::diagnostic::Severity::Error), each with its `report`.
pub fn parse(source: &SourceFile, options: &ParseOptions) -> Result<Quoted, Vec<Diagnostic>> {
    parse_all(source, options).map(|parsed| parsed.quoted)
}

/// Parses a whole text, keeping warnings and comments. Linear in its length.
///
/// # Errors
/// As [`parse`].
pub fn parse_all(source: &SourceFile, options: &ParseOptions) -> Result<Parsed, Vec<Diagnostic>> {
    let failed = |error: SyntaxError| {
        let mut diagnostic = error.into_diagnostic(source, Severity::Error);
        if let Some(report) = diagnostic.report.as_mut().and_then(std::sync::Arc::get_mut) {
            report.first = (options.line, options.column);
        }
        vec![diagnostic]
    };
    let lexed = token::tokenize(source, options).map_err(|error| failed(*error))?;
    let state = State::new(source, options, lexed.warnings);
    let quoted = grammar::program(&state, &lexed.tokens).map_err(|error| failed(*error))?;
    let mut warnings = state.warnings.into_inner();
    warnings.sort_by_key(|warning| (warning.line, warning.column));
    let warnings = warnings.into_iter().map(|warning| warning.into_diagnostic(source, Severity::Warning)).collect();
    Ok(Parsed { quoted, warnings, comments: lexed.comments })
}
