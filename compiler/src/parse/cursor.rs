//! A place among tokens, and the parsers of single tokens.

use nom::branch::alt;
use nom::combinator::opt;
use nom::error::{ErrorKind, ParseError};
use nom::sequence::preceded;
use nom::IResult;

use super::build::State;
use crate::token::{Class, Delimiter, Kind, SyntaxError, Token, MAX_DEPTH};

/// How many parsers a level of nesting in the text may take: each takes a level of its own.
const PARSERS_PER_LEVEL: usize = 4;

/// A place among tokens. Copying it is how parsers look ahead.
#[derive(Clone, Copy)]
pub struct Cursor<'t> {
    tokens: &'t [Token<'t>],
    at: usize,
    /// Options, warnings and depth of the whole text.
    pub state: &'t State<'t>,
}

/// Why a parser failed.
#[derive(Debug)]
pub enum Failure {
    /// The token at this index does not fit; made without the cost of a message, since alternatives may fit.
    Mismatch(usize),
    /// An error with a message of its own.
    Error(Box<SyntaxError>),
}

impl<'t> ParseError<Cursor<'t>> for Failure {
    fn from_error_kind(input: Cursor<'t>, _: ErrorKind) -> Failure {
        Failure::Mismatch(input.at)
    }

    fn append(_: Cursor<'t>, _: ErrorKind, other: Failure) -> Failure {
        other
    }
}

/// The result of a parser.
pub type Parse<'t, T> = IResult<Cursor<'t>, T, Failure>;

impl<'t> Cursor<'t> {
    /// The start of `tokens`.
    pub fn new(state: &'t State<'t>, tokens: &'t [Token<'t>]) -> Cursor<'t> {
        Cursor { tokens, at: 0, state }
    }

    /// The next token.
    pub fn token(self) -> Option<&'t Token<'t>> {
        self.tokens.get(self.at)
    }

    /// What the next token is.
    pub fn kind(self) -> Option<&'t Kind<'t>> {
        self.token().map(|token| &token.kind)
    }

    /// The place behind the next token.
    pub fn advance(self) -> Cursor<'t> {
        Cursor { at: self.at + 1, ..self }
    }

    /// Whether the next token is this operator class.
    pub fn at_operator(self, class: Class) -> bool {
        matches!(self.kind(), Some(Kind::Operator(found, _)) if *found == class)
    }

    /// Whether the next token closes this.
    pub fn at_close(self, delimiter: Delimiter) -> bool {
        matches!(self.kind(), Some(Kind::Close(found)) if *found == delimiter)
    }

    /// Whether the token before closes this.
    pub fn behind(self, delimiter: Delimiter) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        matches!(before, Some(Token { kind: Kind::Close(found), .. }) if *found == delimiter)
    }

    /// Fails for good: the next token cannot stand here.
    pub fn unexpected<T>(self) -> Parse<'t, T> {
        Err(nom::Err::Failure(Failure::Mismatch(self.at)))
    }

    /// Fails for good with an error.
    pub fn fail<T>(self, error: impl Into<Box<SyntaxError>>) -> Parse<'t, T> {
        Err(nom::Err::Failure(Failure::Error(error.into())))
    }

    /// The error that a failure of parsing these tokens is.
    pub fn error(self, failure: nom::Err<Failure>) -> Box<SyntaxError> {
        match failure {
            nom::Err::Error(Failure::Error(error)) | nom::Err::Failure(Failure::Error(error)) => error,
            nom::Err::Error(Failure::Mismatch(at)) | nom::Err::Failure(Failure::Mismatch(at)) => {
                Box::new(self.state.unexpected(self.tokens, at))
            }
            nom::Err::Incomplete(_) => Box::new(self.state.unexpected(self.tokens, self.tokens.len())),
        }
    }

    /// Runs a parser one level deeper, on more stack if need be.
    pub fn nested<T>(self, parser: impl FnOnce(Cursor<'t>) -> Parse<'t, T>) -> Parse<'t, T> {
        let depth = &self.state.depth;
        if depth.get() >= MAX_DEPTH * PARSERS_PER_LEVEL {
            return match self.token() {
                Some(token) => self.fail(self.state.too_deep(token)),
                None => self.unexpected(),
            };
        }
        depth.set(depth.get() + 1);
        let result = stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, || parser(self));
        depth.set(depth.get() - 1);
        result
    }
}

/// A token that satisfies `fits`; backtracks otherwise.
pub fn token<'t>(fits: impl Fn(&Kind<'t>) -> bool) -> impl Fn(Cursor<'t>) -> Parse<'t, &'t Token<'t>> {
    move |cursor| match cursor.token() {
        Some(token) if fits(&token.kind) => Ok((cursor.advance(), token)),
        _ => Err(nom::Err::Error(Failure::Mismatch(cursor.at))),
    }
}

/// A token that must be there: cuts otherwise.
pub fn expect<'t>(fits: impl Fn(&Kind<'t>) -> bool) -> impl Fn(Cursor<'t>) -> Parse<'t, &'t Token<'t>> {
    move |cursor| match cursor.token() {
        Some(token) if fits(&token.kind) => Ok((cursor.advance(), token)),
        _ => cursor.unexpected(),
    }
}

/// Line breaks.
pub fn eol(cursor: Cursor<'_>) -> Parse<'_, &Token<'_>> {
    token(|kind| matches!(kind, Kind::Eol))(cursor)
}

fn semicolon(cursor: Cursor<'_>) -> Parse<'_, &Token<'_>> {
    token(|kind| matches!(kind, Kind::Semicolon))(cursor)
}

/// Skips line breaks; gives their number, 0 for none.
pub fn skip_eol(cursor: Cursor<'_>) -> (Cursor<'_>, u32) {
    match cursor.token() {
        Some(Token { kind: Kind::Eol, newlines, .. }) => (cursor.advance(), *newlines),
        _ => (cursor, 0),
    }
}

/// What separates expressions: line breaks, a semicolon, or both. Gives the first token.
pub fn separator(cursor: Cursor<'_>) -> Parse<'_, &Token<'_>> {
    fn lines(cursor: Cursor<'_>) -> Parse<'_, &Token<'_>> {
        let (cursor, token) = eol(cursor)?;
        let (cursor, _) = opt(semicolon)(cursor)?;
        Ok((cursor, token))
    }
    alt((lines, semicolon))(cursor)
}

/// The closing delimiter, after line breaks if any.
pub fn close<'t>(delimiter: Delimiter) -> impl FnMut(Cursor<'t>) -> Parse<'t, &'t Token<'t>> {
    preceded(opt(eol), expect(move |kind| matches!(kind, Kind::Close(found) if *found == delimiter)))
}
