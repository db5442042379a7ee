//! `:unicode`: converting character data between encodings.
//!
//! Character data is a binary, or a list of characters, binaries and such lists. Binaries are in the input encoding;
//! integers are code points (bytes, for `latin1`).

use super::{Native, NativeResult, Raise};
use crate::atom::{atoms, Atom};
use crate::term::{Kind, Term};

crate::natives! {
    "unicode" => {
        "characters_to_binary"/1: characters_to_binary, pure;
        "characters_to_binary"/2: characters_to_binary, pure;
        "characters_to_binary"/3: characters_to_binary, pure;
        "characters_to_list"/1: characters_to_list, pure;
        "characters_to_list"/2: characters_to_list, pure;
        "encoding_to_bom"/1: encoding_to_bom, pure;
        "bom_to_encoding"/1: bom_to_encoding, pure;
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Latin1,
    Utf8,
    Utf16 { little: bool },
    Utf32 { little: bool },
}

fn endian(term: Term<'_>) -> Option<bool> {
    match term.as_atom()?.as_str() {
        "big" => Some(false),
        "little" => Some(true),
        _ => None,
    }
}

fn encoding<'h>(term: Term<'h>) -> Result<Encoding, Raise<'h>> {
    let named = match term.kind() {
        Kind::Atom(name) => match name.as_str() {
            "latin1" => Some(Encoding::Latin1),
            "unicode" | "utf8" => Some(Encoding::Utf8),
            "utf16" => Some(Encoding::Utf16 { little: false }),
            "utf32" => Some(Encoding::Utf32 { little: false }),
            _ => None,
        },
        Kind::Tuple([name, order]) => match (name.as_atom().map(Atom::as_str), endian(*order)) {
            (Some("utf16"), Some(little)) => Some(Encoding::Utf16 { little }),
            (Some("utf32"), Some(little)) => Some(Encoding::Utf32 { little }),
            _ => None,
        },
        _ => None,
    };
    named.ok_or_else(Native::raise_badarg)
}

impl Encoding {
    /// Appends a character; false when the encoding cannot express it.
    fn put(self, out: &mut Vec<u8>, code: u32) -> bool {
        let Some(character) = char::from_u32(code) else { return false };
        match self {
            Encoding::Latin1 => match u8::try_from(code) {
                Ok(byte) => out.push(byte),
                Err(_) => return false,
            },
            Encoding::Utf8 => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
            Encoding::Utf16 { little } => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    out.extend_from_slice(&if little { unit.to_le_bytes() } else { unit.to_be_bytes() });
                }
            }
            Encoding::Utf32 { little } => {
                out.extend_from_slice(&if little { code.to_le_bytes() } else { code.to_be_bytes() });
            }
        }
        true
    }

    /// The first character and its length in bytes; `Err(true)` when the bytes could go on to be one.
    fn take(self, bytes: &[u8]) -> Result<(u32, usize), bool> {
        match self {
            Encoding::Latin1 => Ok((u32::from(bytes[0]), 1)),
            Encoding::Utf8 => {
                let length = match bytes[0] {
                    0..=0x7f => return Ok((u32::from(bytes[0]), 1)),
                    0xc2..=0xdf => 2,
                    0xe0..=0xef => 3,
                    0xf0..=0xf4 => 4,
                    _ => return Err(false),
                };
                match std::str::from_utf8(&bytes[..length.min(bytes.len())]) {
                    Ok(text) => Ok((text.chars().next().map_or(0, u32::from), length)),
                    Err(error) => Err(error.error_len().is_none()),
                }
            }
            Encoding::Utf16 { little } => {
                let unit = |at: usize| -> Option<u16> {
                    let pair = [*bytes.get(at)?, *bytes.get(at + 1)?];
                    Some(if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
                };
                let first = unit(0).ok_or(true)?;
                match first {
                    0xd800..=0xdbff => match unit(2).ok_or(true)? {
                        second @ 0xdc00..=0xdfff => {
                            Ok((0x10000 + ((u32::from(first) - 0xd800) << 10) + (u32::from(second) - 0xdc00), 4))
                        }
                        _ => Err(false),
                    },
                    0xdc00..=0xdfff => Err(false),
                    _ => Ok((u32::from(first), 2)),
                }
            }
            Encoding::Utf32 { little } => {
                let four: [u8; 4] = bytes.get(..4).and_then(|four| four.try_into().ok()).ok_or(true)?;
                let code = if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) };
                if char::from_u32(code).is_some() {
                    Ok((code, 4))
                } else {
                    Err(false)
                }
            }
        }
    }
}

/// Where a conversion stopped, if it did, and what it had not converted.
enum End<'h> {
    Done,
    /// At something that is not a character.
    Error(Term<'h>),
    /// Inside a character at the end of the data.
    Incomplete(Term<'h>),
}

/// Which of OTP's two ways a conversion goes; they show what is left after an error differently.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// The emulator's own, for Latin-1 and UTF-8 to UTF-8 and lists.
    Native,
    /// The library's, for all other encodings.
    Library,
}

impl Way {
    fn of(input: Encoding, output: Encoding) -> Way {
        match (input, output) {
            (Encoding::Latin1 | Encoding::Utf8, Encoding::Utf8) => Way::Native,
            _ => Way::Library,
        }
    }
}

/// Walks character data in order and gives each character to `put`, which says whether it can take it. A character may be split over
/// several binaries.
fn walk<'h>(
    cx: &mut Native<'_, 'h>,
    data: Term<'h>,
    input: Encoding,
    way: Way,
    put: &mut dyn FnMut(u32) -> bool,
) -> Result<End<'h>, Raise<'h>> {
    let mut open = vec![data];
    let mut top = true;
    let mut steps = 0usize;
    // The beginning of a character that the next binary may go on with.
    let mut begun: Vec<u8> = Vec::new();
    while let Some(term) = open.pop() {
        let in_list = !std::mem::take(&mut top);
        steps += 1;
        match term.kind() {
            Kind::Nil => {}
            Kind::Cons(mut head, mut tail) => loop {
                if let Some(code) = head.as_small() {
                    // Plain characters are the common case and need no trip over the work list.
                    if !begun.is_empty() {
                        open.push(tail);
                        let rest = enclosed(cx, head, &open);
                        return Ok(End::Error(broken(cx, way, &begun, rest)));
                    }
                    let largest = if input == Encoding::Latin1 { 0xff } else { u32::MAX };
                    if !u32::try_from(code).is_ok_and(|code| code <= largest && put(code)) {
                        open.push(tail);
                        let first = if way == Way::Library { cx.list(&[head]) } else { head };
                        return Ok(End::Error(enclosed(cx, first, &open)));
                    }
                    let Some(next) = tail.as_cons() else {
                        open.push(tail);
                        break;
                    };
                    (head, tail) = next;
                    steps += 1;
                } else {
                    if !(head.is_list() || head.is_binary()) {
                        return Err(Native::raise_badarg());
                    }
                    open.push(tail);
                    open.push(head);
                    break;
                }
            },
            Kind::Bits(bits) if bits.is_binary() => {
                let bytes = bits.to_bytes();
                let mut at = 0;
                if !begun.is_empty() && !bytes.is_empty() {
                    let before = begun.len();
                    let taken = loop {
                        let Some(byte) = bytes.get(at) else { break Err(true) };
                        begun.push(*byte);
                        at += 1;
                        match input.take(&begun) {
                            Err(true) => {}
                            Ok((code, _)) => break Ok(put(code)),
                            Err(false) => break Err(false),
                        }
                    };
                    match taken {
                        Err(true) => continue,
                        Ok(true) => begun.clear(),
                        Ok(false) | Err(false) => {
                            let rest = cx.sub_binary(term, at, bytes.len() - at).ok_or_else(Native::raise_badarg)?;
                            let whole = enclosed(cx, term, &open);
                            if way == Way::Native {
                                return Ok(End::Error(broken(cx, way, &begun[..before], whole)));
                            }
                            let last = open.pop().unwrap_or(Term::nil());
                            open.push(cx.cons(rest, last));
                            let first = cx.binary(&begun);
                            return Ok(End::Error(enclosed(cx, first, &open)));
                        }
                    }
                }
                while at < bytes.len() {
                    match input.take(&bytes[at..]) {
                        Ok((code, length)) if put(code) => at += length,
                        Err(true) => {
                            begun.extend_from_slice(&bytes[at..]);
                            break;
                        }
                        Ok(_) | Err(false) => {
                            let first = cx.sub_binary(term, at, bytes.len() - at).ok_or_else(Native::raise_badarg)?;
                            return Ok(End::Error(if in_list { enclosed(cx, first, &open) } else { first }));
                        }
                    }
                }
                steps += bytes.len() / 8;
            }
            _ => return Err(Native::raise_badarg()),
        }
    }
    cx.charge(steps / 16);
    if begun.is_empty() {
        return Ok(End::Done);
    }
    Ok(End::Incomplete(cx.binary(&begun)))
}

/// What is left where a character that had begun does not go on.
fn broken<'h>(cx: &mut Native<'_, 'h>, way: Way, begun: &[u8], rest: Term<'h>) -> Term<'h> {
    let begun = cx.binary(begun);
    match way {
        Way::Native => cx.list(&[begun, rest]),
        Way::Library => cx.cons(begun, rest),
    }
}

/// What is left of nested lists: the first unconverted element in front of the rests of the lists around it.
fn enclosed<'h>(cx: &mut Native<'_, 'h>, first: Term<'h>, rests: &[Term<'h>]) -> Term<'h> {
    rests.iter().rev().fold(first, |inner, rest| cx.cons(inner, *rest))
}

/// The characters of character data in UTF-8; `None` when they are not all well formed.
pub(crate) fn to_utf8<'h>(cx: &mut Native<'_, 'h>, data: Term<'h>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let end = walk(cx, data, Encoding::Utf8, Way::Native, &mut |code| Encoding::Utf8.put(&mut out, code));
    matches!(end, Ok(End::Done)).then_some(out)
}

fn ended<'h>(cx: &mut Native<'_, 'h>, end: End<'h>, converted: Term<'h>) -> NativeResult<'h> {
    let (tag, rest) = match end {
        End::Done => return Native::ok(converted),
        End::Error(rest) => (atoms::ERROR, rest),
        End::Incomplete(rest) => (Atom::new("incomplete"), rest),
    };
    let result = cx.tuple(&[Term::atom(tag), converted, rest]);
    Native::ok(result)
}

/// `characters_to_binary(Data, In \\ unicode, Out \\ unicode)`: a binary, or `{error | incomplete, Converted, Rest}`. O(n).
fn characters_to_binary<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let input = args.get(1).map_or(Ok(Encoding::Utf8), |term| encoding(*term))?;
    let output = args.get(2).map_or(Ok(Encoding::Utf8), |term| encoding(*term))?;
    if input == Encoding::Utf8 && output == Encoding::Utf8 {
        if let Some(bytes) = args[0].as_bytes() {
            if std::str::from_utf8(bytes).is_ok() {
                cx.charge(bytes.len() / 512);
                return Native::ok(args[0]);
            }
        }
    }
    let mut out = Vec::new();
    let end = walk(cx, args[0], input, Way::of(input, output), &mut |code| output.put(&mut out, code))?;
    let converted = cx.binary_from_vec(out);
    ended(cx, end, converted)
}

/// `characters_to_list(Data, In \\ unicode)`: a list of code points, or `{error | incomplete, Converted, Rest}`. O(n).
fn characters_to_list<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let input = args.get(1).map_or(Ok(Encoding::Utf8), |term| encoding(*term))?;
    let mut out = Vec::new();
    let end = walk(cx, args[0], input, Way::of(input, Encoding::Utf8), &mut |code| {
        let valid = char::from_u32(code).is_some();
        if valid {
            out.push(code);
        }
        valid
    })?;
    let converted = cx.list_of(out, |cx, code| cx.integer(i64::from(code)));
    ended(cx, end, converted)
}

/// `encoding_to_bom(Encoding)`: the bytes that announce it; empty for `latin1`.
fn encoding_to_bom<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut out = Vec::new();
    let encoding = encoding(args[0])?;
    if encoding != Encoding::Latin1 {
        encoding.put(&mut out, 0xfeff);
    }
    let bom = cx.binary_from_vec(out);
    Native::ok(bom)
}

/// `bom_to_encoding(Binary)`: `{Encoding, Length}` of the mark it begins with, or `{latin1, 0}`.
fn bom_to_encoding<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let bytes = args[0].binary().ok_or_else(Native::raise_badarg)?;
    let (name, order, length) = match &*bytes {
        [0xef, 0xbb, 0xbf, ..] => ("utf8", None, 3),
        [0, 0, 0xfe, 0xff, ..] => ("utf32", Some("big"), 4),
        [0xff, 0xfe, 0, 0, ..] => ("utf32", Some("little"), 4),
        [0xfe, 0xff, ..] => ("utf16", Some("big"), 2),
        [0xff, 0xfe, ..] => ("utf16", Some("little"), 2),
        _ => ("latin1", None, 0),
    };
    let name = Term::atom(Atom::new(name));
    let encoding = match order {
        Some(order) => cx.tuple(&[name, Term::atom(Atom::new(order))]),
        None => name,
    };
    let length = cx.integer(length);
    let result = cx.tuple(&[encoding, length]);
    Native::ok(result)
}
