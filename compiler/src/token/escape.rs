//! Escapes in strings, charlists, quoted atoms and after `?`.

use std::borrow::Cow;

use super::lexeme;

/// An escape that says nothing: Elixir's message and the token it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadEscape {
    /// Where the backslash stands in the text.
    pub offset: usize,
    /// Elixir's message.
    pub message: String,
    /// The escape as written, as far as it goes.
    pub token: &'static str,
}

/// The character that a backslash and this character stand for; `None` when the backslash means nothing.
pub fn simple(c: char) -> Option<char> {
    Some(match c {
        '0' => '\0',
        'a' => '\x07',
        'b' => '\x08',
        'd' => '\x7f',
        'e' => '\x1b',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        's' => ' ',
        't' => '\t',
        'v' => '\x0b',
        _ => return None,
    })
}

/// Resolves all escapes. Borrows when there are none. Linear.
///
/// # Errors
/// The first escape that says nothing.
pub fn resolve(text: Cow<'_, str>) -> Result<Cow<'_, [u8]>, BadEscape> {
    match text {
        Cow::Borrowed(text) if !text.contains('\\') => Ok(Cow::Borrowed(text.as_bytes())),
        Cow::Owned(text) if !text.contains('\\') => Ok(Cow::Owned(text.into_bytes())),
        text => resolve_some(&text).map(Cow::Owned),
    }
}

fn resolve_some(text: &str) -> Result<Vec<u8>, BadEscape> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(backslash) = rest.find('\\') {
        let offset = text.len() - rest.len() + backslash;
        out.extend_from_slice(&rest.as_bytes()[..backslash]);
        rest = &rest[backslash + 1..];
        let Some(c) = rest.chars().next() else {
            out.push(b'\\');
            break;
        };
        rest = &rest[c.len_utf8()..];
        match c {
            // `\x{H…}` is an old way to write a code point.
            'u' | 'x' if c == 'u' || (rest.starts_with('{') && lexeme::hex_code_point(rest).is_ok()) => {
                match lexeme::hex_code_point(rest) {
                    Ok((after, digits)) => {
                        let number = u32::from_str_radix(digits, 16).expect("six hexadecimal digits fit 32 bits");
                        let Some(c) = std::char::from_u32(number) else {
                            let message =
                                format!("invalid or reserved Unicode code point \\u{{{digits}}}. Syntax error after: ");
                            return Err(BadEscape { offset, message, token: "\\u" });
                        };
                        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                        rest = after;
                    }
                    Err(_) => {
                        let message = "invalid Unicode escape character, expected \\uHHHH or \\u{H*} where H is a \
                                   hexadecimal digit. Syntax error after: ";
                        return Err(BadEscape { offset, message: message.into(), token: "\\u" });
                    }
                }
            }
            // One digit is an old way to write a byte.
            'x' => match lexeme::hex_byte(rest).or_else(|_| lexeme::hex_digit(rest)) {
                Ok((after, digits)) => {
                    out.push(u8::from_str_radix(digits, 16).expect("two hexadecimal digits fit a byte"));
                    rest = after;
                }
                Err(_) => {
                    let message = "invalid hex escape character, expected \\xHH where H is a hexadecimal digit. \
                                   Syntax error after: ";
                    return Err(BadEscape { offset, message: message.into(), token: "\\x" });
                }
            },
            '\n' => {}
            '\r' if rest.starts_with('\n') => rest = &rest[1..],
            c => {
                let c = simple(c).unwrap_or(c);
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
    }
    out.extend_from_slice(rest.as_bytes());
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(text: &str) -> Vec<u8> {
        resolve(Cow::Borrowed(text)).unwrap().into_owned()
    }

    #[test]
    fn escapes() {
        assert_eq!(resolved(r"a\tb\x41\u00e9\u{1F600}\q\\"), "a\tbAé😀q\\".as_bytes());
        assert_eq!(resolved(r"\xff"), [255]);
        assert_eq!(resolved(r"\x4z"), [4, b'z']);
        assert_eq!(resolved("a\\\nb\\\r\nc"), b"abc");
        assert_eq!(resolve(Cow::Borrowed(r"ab\xg")).unwrap_err().offset, 2);
        assert!(resolve(Cow::Borrowed(r"\u{110000}")).is_err());
        assert!(resolve(Cow::Borrowed(r"\u12")).is_err());
    }
}
