//! The shapes of single lexemes, as nom parsers over the rest of the text.
//!
//! All of them backtrack (`Err::Error`): a parser that does not match leaves the text to the next rule of the lexer. Where
//! a prefix decides what must follow (the delimiter after `~s`, digits after an escape), the lexer cuts by making a
//! [`SyntaxError`](super::SyntaxError) of the failure.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::character::complete::{char, one_of};
use nom::combinator::{opt, recognize, value};
use nom::multi::many0_count;
use nom::sequence::{pair, preceded, tuple};
use nom::IResult;

/// The parser's result: the rest of the text, and what was read.
pub type Lexeme<'s, T> = IResult<&'s str, T>;

/// How a number is written; the text still holds its underscores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number<'s> {
    /// Digits in a base, without the prefix.
    Integer(u32, &'s str),
    /// Digits, a point, digits and perhaps an exponent.
    Float(&'s str),
}

/// Digits that satisfy `digit`, with single underscores between them.
fn digits<'s>(digit: fn(char) -> bool) -> impl FnMut(&'s str) -> Lexeme<'s, &'s str> {
    move |text| recognize(pair(take_while1(digit), many0_count(pair(char('_'), take_while1(digit)))))(text)
}

fn based<'s>(
    prefix: &'static str,
    base: u32,
    digit: fn(char) -> bool,
) -> impl FnMut(&'s str) -> Lexeme<'s, Number<'s>> {
    move |text| {
        let (rest, found) = preceded(tag(prefix), digits(digit))(text)?;
        Ok((rest, Number::Integer(base, found)))
    }
}

fn is_decimal(c: char) -> bool {
    c.is_ascii_digit()
}

fn float(text: &str) -> Lexeme<'_, Number<'_>> {
    let exponent = tuple((one_of("eE"), opt(one_of("+-")), digits(is_decimal)));
    let (rest, found) = recognize(tuple((digits(is_decimal), char('.'), digits(is_decimal), opt(exponent))))(text)?;
    Ok((rest, Number::Float(found)))
}

fn decimal(text: &str) -> Lexeme<'_, Number<'_>> {
    let (rest, found) = digits(is_decimal)(text)?;
    Ok((rest, Number::Integer(10, found)))
}

/// A number. What follows it is not looked at.
pub fn number(text: &str) -> Lexeme<'_, Number<'_>> {
    alt((
        based("0x", 16, |c| c.is_ascii_hexdigit()),
        based("0o", 8, |c| ('0'..='7').contains(&c)),
        based("0b", 2, |c| c == '0' || c == '1'),
        float,
        decimal,
    ))(text)
}

/// Spaces and tabs, perhaps none.
pub fn blank(text: &str) -> Lexeme<'_, &str> {
    take_while(|c| c == ' ' || c == '\t')(text)
}

/// A line break.
pub fn line_break(text: &str) -> Lexeme<'_, &str> {
    alt((tag("\n"), tag("\r\n")))(text)
}

/// A comment, without the line break that ends it.
pub fn comment(text: &str) -> Lexeme<'_, &str> {
    let (rest, found) = recognize(pair(char('#'), take_while(|c| c != '\n')))(text)?;
    match found.strip_suffix('\r') {
        Some(found) if !rest.is_empty() => Ok((&text[found.len()..], found)),
        _ => Ok((rest, found)),
    }
}

/// What stands between a heredoc's opening delimiter and its first line.
pub fn heredoc_header(text: &str) -> Lexeme<'_, ()> {
    value((), pair(blank, line_break))(text)
}

/// The name of a sigil after `~`: a lowercase letter, or uppercase letters.
pub fn sigil_name(text: &str) -> Lexeme<'_, &str> {
    alt((
        recognize(nom::character::complete::satisfy(|c| c.is_ascii_lowercase())),
        take_while1(|c: char| c.is_ascii_uppercase()),
    ))(text)
}

/// The letters and digits after a sigil's closing delimiter.
pub fn sigil_modifiers(text: &str) -> Lexeme<'_, &str> {
    take_while(|c: char| c.is_ascii_alphanumeric())(text)
}

/// The hexadecimal digits of `\xHH`.
pub fn hex_byte(text: &str) -> Lexeme<'_, &str> {
    recognize(pair(one_hex, one_hex))(text)
}

/// The hexadecimal digit of `\xH`.
pub fn hex_digit(text: &str) -> Lexeme<'_, &str> {
    recognize(one_hex)(text)
}

/// The hexadecimal digits of `\uHHHH` or `\u{H…}`, one to six in the latter.
pub fn hex_code_point(text: &str) -> Lexeme<'_, &str> {
    let four = recognize(tuple((one_hex, one_hex, one_hex, one_hex)));
    let braced = nom::sequence::delimited(
        char('{'),
        nom::bytes::complete::take_while_m_n(1, 6, |c: char| c.is_ascii_hexdigit()),
        char('}'),
    );
    alt((four, braced))(text)
}

fn one_hex(text: &str) -> Lexeme<'_, char> {
    nom::character::complete::satisfy(|c| c.is_ascii_hexdigit())(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_where_the_next_character_cannot_continue_them() {
        assert_eq!(number("1_000_"), Ok(("_", Number::Integer(10, "1_000"))));
        assert_eq!(number("1..2"), Ok(("..2", Number::Integer(10, "1"))));
        assert_eq!(number("1.5e"), Ok(("e", Number::Float("1.5"))));
        assert_eq!(number("1.5e-1_0x"), Ok(("x", Number::Float("1.5e-1_0"))));
        assert_eq!(number("0b12"), Ok(("2", Number::Integer(2, "1"))));
        assert_eq!(number("0x"), Ok(("x", Number::Integer(10, "0"))));
        assert!(number("x").is_err());
    }

    #[test]
    fn a_comment_leaves_the_line_break() {
        assert_eq!(comment("# a\r\nb"), Ok(("\r\nb", "# a")));
        assert_eq!(comment("#a"), Ok(("", "#a")));
    }
}
