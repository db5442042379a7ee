//! Names: where they end, and which of Elixir's three kinds they are.
//!
//! Names follow Unicode's identifier rules (XID) and are compared in normalization form C.

use std::borrow::Cow;

use unicode_normalization::{is_nfc_quick, IsNormalized, UnicodeNormalization};

/// What a name may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// A variable or a call.
    Identifier,
    /// A segment of an alias: starts with an ASCII capital.
    Alias,
    /// Only the text of an atom or a keyword key: starts with another capital.
    AtomOnly,
}

/// A name at the start of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name<'s> {
    /// What it may be used for.
    pub kind: NameKind,
    /// The name in normalization form C.
    pub text: Cow<'s, str>,
    /// The bytes it takes in the source.
    pub length: usize,
    /// The first character that is not ASCII, if there is one.
    pub non_ascii: Option<char>,
    /// Whether `@` occurs, which only atoms and keys may have.
    pub has_at: bool,
}

fn is_start(c: char) -> bool {
    c == '_' || c.is_ascii_alphabetic() || (!c.is_ascii() && continues(c) && unicode_ident::is_xid_start(normal(c)))
}

fn is_continue(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '@' || (!c.is_ascii() && continues(c))
}

/// Whether a character outside ASCII may stand in a name: what normalization for compatibility would change may not, nor may
/// invisible characters.
fn continues(c: char) -> bool {
    let normal = normal(c);
    unicode_ident::is_xid_continue(normal)
        && !matches!(c, '\u{200c}' | '\u{200d}' | '\u{3164}' | '\u{ffa0}' | '\u{115f}' | '\u{1160}')
        && !compatibility_changes(c)
}

/// `µ` (the micro sign) is the one character that is read as another: the Greek letter.
fn normal(c: char) -> char {
    match c {
        '\u{b5}' => '\u{3bc}',
        c => c,
    }
}

fn compatibility_changes(c: char) -> bool {
    c != '\u{b5}' && !std::iter::once(c).nfkc().eq(std::iter::once(c))
}

/// The name that `text` starts with.
pub fn at_start(text: &str) -> Option<Name<'_>> {
    let bytes = text.as_bytes();
    let mut length = 0;
    let mut has_at = false;
    let mut non_ascii = None;
    if !matches!(bytes.first()?, b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80..) {
        return None;
    }
    loop {
        match bytes.get(length) {
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'0'..=b'9') => length += 1,
            Some(b'@') => {
                has_at = true;
                length += 1;
            }
            Some(0x80..) => {
                let c = text[length..].chars().next()?;
                let fits = if length == 0 { is_start(c) } else { is_continue(c) };
                if !fits {
                    break;
                }
                non_ascii = non_ascii.or(Some(c));
                length += c.len_utf8();
            }
            _ => break,
        }
    }
    if length == 0 {
        return None;
    }
    if let Some(b'?' | b'!') = bytes.get(length) {
        length += 1;
    }
    let found = &text[..length];
    let first = found.chars().next()?;
    let kind = match first {
        'A'..='Z' => NameKind::Alias,
        c if c.is_ascii() => NameKind::Identifier,
        c if c.is_uppercase() || is_titlecase(c) => NameKind::AtomOnly,
        _ => NameKind::Identifier,
    };
    let text = match non_ascii {
        None => Cow::Borrowed(found),
        Some(_) => normalize(found),
    };
    Some(Name { kind, text, length, non_ascii, has_at })
}

/// The title case letters: digraphs and Greek letters with iota below.
fn is_titlecase(c: char) -> bool {
    matches!(c, '\u{1c5}' | '\u{1c8}' | '\u{1cb}' | '\u{1f2}' | '\u{1f88}'..='\u{1f8f}' | '\u{1f98}'..='\u{1f9f}'
        | '\u{1fa8}'..='\u{1faf}' | '\u{1fbc}' | '\u{1fcc}' | '\u{1ffc}')
}

fn normalize(text: &str) -> Cow<'_, str> {
    if is_nfc_quick(text.chars()) == IsNormalized::Yes && !text.contains('\u{b5}') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(normal).nfc().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normalized() {
        let name = at_start("a\u{301}b = 1").unwrap();
        assert_eq!((name.text.as_ref(), name.length), ("áb", 4));
        assert_eq!(at_start("µs").unwrap().text, "μs");
        assert_eq!(at_start("Ñ").unwrap().kind, NameKind::AtomOnly);
        assert!(at_start("²").is_none());
        assert_eq!(at_start("x²").unwrap().length, 1);
        assert_eq!(at_start("a?b").unwrap().text, "a?");
    }
}
