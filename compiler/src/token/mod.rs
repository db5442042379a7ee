//! The lexer: source text to tokens.
//!
//! Elixir's lexing depends on context, so [`lexer`] is a loop over the text with a stack of open delimiters; the shapes of
//! single lexemes (numbers, names, operators, escapes) are nom parsers in [`lexeme`]. Tokens borrow from the text. Strings
//! with interpolation hold the tokens of the code inside, already split, so no text is read twice.

mod error;
mod escape;
mod lexeme;
mod lexer;
mod name;
mod operator;
pub mod terms;

use std::borrow::Cow;

use beamlet_vm::Atom;

use crate::parse::{Comment, ParseOptions};
use crate::quoted::Quoted;
use crate::source::SourceFile;

pub use error::{SyntaxError, DO_OR_KEYWORD};
pub use operator::Associativity;

/// Nesting beyond this many levels is refused, by the lexer for delimiters and by the parser for operators.
pub const MAX_DEPTH: usize = 10_000;

/// A token and where it stands.
#[derive(Clone, Debug)]
pub struct Token<'s> {
    /// What it is.
    pub kind: Kind<'s>,
    /// Its first byte in the text.
    pub start: u32,
    /// The byte after it.
    pub end: u32,
    /// Its line, counted from the options' first line.
    pub line: u32,
    /// Its column in characters.
    pub column: u32,
    /// Line breaks that belong to it: those it stands for ([`Kind::Eol`]), that follow it (`;` and `,`), or that stood before it (operators).
    pub newlines: u32,
}

/// How an identifier is followed, which decides whether it can be called and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// By none of the below.
    Plain,
    /// By `(` without a space: a call.
    Paren,
    /// By `[` without a space: access.
    Bracket,
    /// By a space and then `+` or `-` that touches what follows: `foo -1` is a call.
    Operator,
}

/// Bracketing tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter {
    /// `(` and `)`.
    Paren,
    /// `[` and `]`.
    Square,
    /// `{` and `}`.
    Curly,
    /// `<<` and `>>`.
    Bits,
}

impl Delimiter {
    /// The opening text.
    pub fn open(self) -> &'static str {
        match self {
            Delimiter::Paren => "(",
            Delimiter::Square => "[",
            Delimiter::Curly => "{",
            Delimiter::Bits => "<<",
        }
    }

    /// The closing text.
    pub fn close(self) -> &'static str {
        match self {
            Delimiter::Paren => ")",
            Delimiter::Square => "]",
            Delimiter::Curly => "}",
            Delimiter::Bits => ">>",
        }
    }
}

/// The classes of operators: precedence and associativity go by class, see [`Class::binary`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the classes are named after one of their operators")]
pub enum Class {
    Unary,
    Dual,
    At,
    Capture,
    InMatch,
    When,
    Type,
    Pipe,
    Assoc,
    Match,
    Or,
    And,
    Comparison,
    Relation,
    Arrow,
    In,
    Xor,
    Ternary,
    Concat,
    Range,
    Multiply,
    Power,
    Stab,
}

/// What a token is.
#[derive(Clone, Debug)]
pub enum Kind<'s> {
    /// A variable or function name.
    Identifier(Quoted, Shape),
    /// One segment of an alias.
    Alias(Quoted),
    /// An atom. The delimiter is there for quoted ones.
    Atom(Quoted, Option<char>),
    /// A quoted atom with interpolation.
    AtomParts(Vec<Part<'s>>, char),
    /// `name: `. The delimiter is there for quoted ones.
    Keyword(Quoted, Option<char>),
    /// A quoted keyword key with interpolation.
    KeywordParts(Vec<Part<'s>>, char),
    /// An integer.
    Integer(Quoted),
    /// A float.
    Float(f64),
    /// `?c`.
    Char(u32),
    /// `"…"` or `"""…"""`, the latter with its indentation.
    String(Vec<Part<'s>>, Option<u32>),
    /// `'…'` or `'''…'''`, the latter with its indentation.
    Charlist(Vec<Part<'s>>, Option<u32>),
    /// `~name…`.
    Sigil(Box<Sigil<'s>>),
    /// An operator; `not in` is one.
    Operator(Class, Atom),
    /// `true`, `false` or `nil`.
    Constant(Atom),
    /// An opening delimiter.
    Open(Delimiter),
    /// A closing delimiter.
    Close(Delimiter),
    /// `%{`, without the brace.
    MapStart,
    /// `%` of a struct.
    Percent,
    /// Line breaks.
    Eol,
    /// `;`.
    Semicolon,
    /// `,`.
    Comma,
    /// `.`.
    Dot,
    /// `.` before `(`.
    DotCall,
    /// `fn`.
    Fn,
    /// `do`.
    Do,
    /// `end`.
    End,
    /// `after`, `else`, `rescue`, `catch`.
    Block(Atom),
}

/// A sigil.
#[derive(Clone, Debug)]
pub struct Sigil<'s> {
    /// The letters after `~`.
    pub name: &'s str,
    /// The contents, escapes unresolved.
    pub parts: Vec<Part<'s>>,
    /// The letters after the closing delimiter.
    pub modifiers: &'s str,
    /// The opening delimiter.
    pub delimiter: &'s str,
    /// For heredocs, how far the closing delimiter is indented.
    pub indentation: Option<u32>,
}

/// A piece of a string.
#[derive(Clone, Debug)]
pub enum Part<'s> {
    /// Text.
    Text(Cow<'s, [u8]>),
    /// `#{code}`.
    Code(Box<Interpolation<'s>>),
}

/// `#{code}`.
#[derive(Clone, Debug)]
pub struct Interpolation<'s> {
    /// The code.
    pub tokens: Vec<Token<'s>>,
    /// Line and column of `#{`.
    pub start: (u32, u32),
    /// Line and column of `}`.
    pub end: (u32, u32),
}

/// What lexing a text gives.
#[derive(Debug)]
pub struct Tokens<'s> {
    /// The tokens.
    pub tokens: Vec<Token<'s>>,
    /// The comments.
    pub comments: Vec<Comment>,
    /// Warnings.
    pub warnings: Vec<SyntaxError>,
}

/// What lexing a text gives to who wants to see the tokens of texts with errors, too.
#[derive(Debug)]
pub struct Reading<'s> {
    /// The tokens up to the error, or all.
    pub tokens: Vec<Token<'s>>,
    /// The comments among them.
    pub comments: Vec<Comment>,
    /// Warnings.
    pub warnings: Vec<SyntaxError>,
    /// The first error.
    pub error: Option<Box<SyntaxError>>,
    /// Line and column after the last character.
    pub end: (u32, u32),
}

/// Splits a text into tokens as far as it goes. Linear in its length.
pub fn read<'s>(source: &'s SourceFile, options: &'s ParseOptions) -> Reading<'s> {
    lexer::Lexer::new(&source.text, options).read()
}

/// Splits a text into tokens. Linear in its length.
///
/// # Errors
/// The first thing that is not a token, or a delimiter without its partner.
pub fn tokenize<'s>(source: &'s SourceFile, options: &'s ParseOptions) -> Result<Tokens<'s>, Box<SyntaxError>> {
    let Reading { tokens, comments, warnings, error, .. } = read(source, options);
    match error {
        Some(error) => Err(error),
        None => Ok(Tokens { tokens, comments, warnings }),
    }
}
