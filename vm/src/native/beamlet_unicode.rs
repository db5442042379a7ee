//! `:beamlet_unicode`: what needs Unicode's tables, for `String`.
//!
//! Binaries that are not valid UTF-8 are taken as `String` takes them: each invalid byte stands for itself.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::{Native, NativeResult, Raise};
use crate::term::Term;

crate::natives! {
    "beamlet_unicode" => {
        "next_grapheme"/1: next_grapheme, pure;
        "graphemes"/1: graphemes, pure;
        "length"/1: length, pure;
        "words"/1: words, pure;
        "upcase"/2: upcase, pure;
        "downcase"/2: downcase, pure;
        "nfc"/1: nfc, pure;
        "nfd"/1: nfd, pure;
        "nfkc"/1: nfkc, pure;
        "nfkd"/1: nfkd, pure;
    }
}

fn bytes<'h>(term: Term<'h>) -> Result<std::borrow::Cow<'h, [u8]>, Raise<'h>> {
    term.binary().ok_or_else(Native::raise_badarg)
}

/// Calls `each` with the graphemes' ranges in order, until it says to stop. Invalid bytes are graphemes of one byte.
fn each_grapheme(bytes: &[u8], mut each: impl FnMut(usize, usize) -> bool) {
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        for grapheme in chunk.valid().graphemes(true) {
            if !each(at, grapheme.len()) {
                return;
            }
            at += grapheme.len();
        }
        for _ in chunk.invalid() {
            if !each(at, 1) {
                return;
            }
            at += 1;
        }
    }
}

/// The end of a grapheme that begins a binary, looking no further into it than needed.
fn first_grapheme(bytes: &[u8]) -> usize {
    // Two printable ASCII characters never belong to one grapheme.
    if let [0x20..=0x7e, 0x20..=0x7e, ..] | [0x20..=0x7e] = bytes {
        return 1;
    }
    let mut window = 64;
    loop {
        let part = &bytes[..window.min(bytes.len())];
        let mut end = 0;
        let mut ended_inside = false;
        each_grapheme(part, |at, length| {
            if at == 0 {
                end = length;
                true
            } else {
                ended_inside = true;
                false
            }
        });
        // A cut-off character looks invalid, so a grapheme counts only when something that follows it was seen.
        if part.len() == bytes.len() || (ended_inside && end + 4 <= part.len()) {
            return end;
        }
        window *= 4;
    }
}

/// `next_grapheme(Binary)`: `{Grapheme, Rest}`, or `nil` at the end. O(length of the grapheme).
fn next_grapheme<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let bytes = bytes(args[0])?;
    if bytes.is_empty() {
        return Native::ok_atom(crate::atom::atoms::NIL);
    }
    let end = first_grapheme(&bytes);
    let first = cx.sub_binary(args[0], 0, end).ok_or_else(Native::raise_badarg)?;
    let rest = cx.sub_binary(args[0], end, bytes.len() - end).ok_or_else(Native::raise_badarg)?;
    let pair = cx.tuple(&[first, rest]);
    Native::ok(pair)
}

/// `graphemes(Binary)`: all graphemes in order. O(n).
fn graphemes<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let bytes = bytes(args[0])?;
    let mut items = Vec::new();
    each_grapheme(&bytes, |at, length| {
        items.push(cx.binary(&bytes[at..at + length]));
        true
    });
    cx.charge(bytes.len() / 32);
    let list = cx.list(&items);
    Native::ok(list)
}

/// `length(Binary)`: the number of graphemes. O(n).
fn length<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let bytes = bytes(args[0])?;
    let mut count = 0usize;
    each_grapheme(&bytes, |_, _| {
        count += 1;
        true
    });
    cx.charge(bytes.len() / 64);
    let count = cx.size(count);
    Native::ok(count)
}

/// Whether words end at a character: at Unicode's white space, but for spaces that forbid a line break.
fn separates(character: char) -> bool {
    character.is_whitespace() && !matches!(character, '\u{a0}' | '\u{2007}' | '\u{202f}')
}

/// `words(Binary)`: the stretches between white space, in order; invalid bytes are parts of words. O(n).
fn words<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let bytes = bytes(args[0])?;
    let mut places = Vec::new();
    let (mut from, mut at) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            let end = at + character.len_utf8();
            if separates(character) {
                if at > from {
                    places.push((from, at - from));
                }
                from = end;
            }
            at = end;
        }
        at += chunk.invalid().len();
    }
    if at > from {
        places.push((from, at - from));
    }
    cx.charge(bytes.len() / 64 + places.len() / 8);
    let items: Vec<Term<'h>> = places
        .into_iter()
        .map(|(at, length)| cx.sub_binary(args[0], at, length).unwrap_or_else(|| cx.binary(&bytes[at..at + length])))
        .collect();
    let list = cx.list(&items);
    Native::ok(list)
}

/// How letters change: `default`, `ascii`, `greek` or `turkic`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Default,
    Ascii,
    Greek,
    Turkic,
}

fn mode<'h>(term: Term<'h>) -> Result<Mode, Raise<'h>> {
    match term.as_atom().map(crate::Atom::as_str) {
        Some("default") => Ok(Mode::Default),
        Some("ascii") => Ok(Mode::Ascii),
        Some("greek") => Ok(Mode::Greek),
        Some("turkic") => Ok(Mode::Turkic),
        _ => Err(Native::raise_badarg()),
    }
}

/// Maps every valid stretch with `text`, keeping invalid bytes.
fn map_text(bytes: &[u8], mut text: impl FnMut(&str, &mut String)) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut piece = String::new();
    for chunk in bytes.utf8_chunks() {
        piece.clear();
        text(chunk.valid(), &mut piece);
        out.extend_from_slice(piece.as_bytes());
        out.extend_from_slice(chunk.invalid());
    }
    out
}

/// `upcase(Binary, Mode)`: with Unicode's full mapping, except in mode `ascii`. O(n).
fn upcase<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let bytes = bytes(args[0])?;
    let mode = mode(args[1])?;
    let out = if mode == Mode::Ascii || bytes.is_ascii() && mode != Mode::Turkic {
        bytes.to_ascii_uppercase()
    } else {
        map_text(&bytes, |text, out| {
            for character in text.chars() {
                match character {
                    'i' if mode == Mode::Turkic => out.push('İ'),
                    _ => out.extend(character.to_uppercase()),
                }
            }
        })
    };
    cx.charge(bytes.len() / 64);
    let result = cx.binary_from_vec(out);
    Native::ok(result)
}

/// `downcase(Binary, Mode)`: with Unicode's full mapping, except in mode `ascii`; the final sigma is told apart only in
/// mode `greek`. O(n).
fn downcase<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let bytes = bytes(args[0])?;
    let mode = mode(args[1])?;
    let out = if mode == Mode::Ascii || bytes.is_ascii() && mode != Mode::Turkic {
        bytes.to_ascii_lowercase()
    } else {
        map_text(&bytes, |text, out| match mode {
            Mode::Greek => out.push_str(&text.to_lowercase()),
            _ => {
                let mut characters = text.chars().peekable();
                while let Some(character) = characters.next() {
                    match character {
                        // The dotted capital, composed or not.
                        'I' if mode == Mode::Turkic => {
                            let dotted = characters.next_if_eq(&'\u{307}').is_some();
                            out.push(if dotted { 'i' } else { 'ı' });
                        }
                        'İ' if mode == Mode::Turkic => out.push('i'),
                        _ => out.extend(character.to_lowercase()),
                    }
                }
            }
        })
    };
    cx.charge(bytes.len() / 64);
    let result = cx.binary_from_vec(out);
    Native::ok(result)
}

fn normalized<'h>(cx: &mut Native<'_, 'h>, term: Term<'h>, form: fn(&str, &mut String)) -> NativeResult<'h> {
    let bytes = bytes(term)?;
    if bytes.is_ascii() {
        return Native::ok(term);
    }
    let out = map_text(&bytes, form);
    cx.charge(bytes.len() / 16);
    let result = cx.binary_from_vec(out);
    Native::ok(result)
}

/// `nfc(Binary)`: canonical composition. O(n).
fn nfc<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    normalized(cx, args[0], |text, out| out.extend(text.nfc()))
}

/// `nfd(Binary)`: canonical decomposition. O(n).
fn nfd<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    normalized(cx, args[0], |text, out| out.extend(text.nfd()))
}

/// `nfkc(Binary)`: compatibility composition. O(n).
fn nfkc<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    normalized(cx, args[0], |text, out| out.extend(text.nfkc()))
}

/// `nfkd(Binary)`: compatibility decomposition. O(n).
fn nfkd<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    normalized(cx, args[0], |text, out| out.extend(text.nfkd()))
}
