//! Replacing matches.

use super::options::{Form, Options};
use super::pattern::Match;
use super::run::{is_unicode, search, Subject, Wanted};
use super::{pattern_of, text};
use crate::native::{Native, NativeFn, NativeResult};
use crate::term::Term;

/// A piece of a replacement.
enum Piece {
    Text(Vec<u8>),
    Group(usize),
}

/// Takes a replacement apart: `&`, `\N`, `\gN` and `\g{N}` stand for groups, `\` before anything else for that itself.
fn parse(replacement: &[u8]) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut plain = Vec::new();
    let mut rest = replacement;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let group = match (byte, rest) {
            (b'&', _) => 0,
            (b'\\', [b'g', b'{', number @ ..]) => {
                let (value, after) = digits(number)?;
                rest = after.strip_prefix(b"}")?;
                value
            }
            (b'\\', [b'g', number @ ..]) => {
                let (value, after) = digits(number)?;
                rest = after;
                value
            }
            (b'\\', [b'1'..=b'9', ..]) => {
                let (value, after) = digits(rest)?;
                rest = after;
                value
            }
            (b'\\', [escaped, after @ ..]) => {
                plain.push(*escaped);
                rest = after;
                continue;
            }
            _ => {
                plain.push(byte);
                continue;
            }
        };
        if !plain.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
        }
        pieces.push(Piece::Group(group));
    }
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    Some(pieces)
}

/// A number in front of the rest.
fn digits(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let length = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let value = std::str::from_utf8(&bytes[..length]).ok()?.parse().ok()?;
    Some((value, &bytes[length..]))
}

pub(super) fn replace<'h>(
    cx: &mut Native<'_, 'h>,
    original: Term<'h>,
    expression: Term<'h>,
    replacement: Term<'h>,
    list: Term<'h>,
) -> NativeResult<'h> {
    replace_with(cx, &[original, expression, replacement, list], false)
}

/// Goes on when a long search is over.
fn replace_again<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    replace_with(cx, args, true)
}

fn replace_with<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>], begun: bool) -> NativeResult<'h> {
    let &[original, expression, replacement, list] = args else { return Native::badarg() };
    let mut options = Options { form: Form::IoData, ..Options::default() };
    options.read(list, false)?;
    if options.form == Form::Index {
        return Native::badarg();
    }
    let unicode = is_unicode(expression, &options);
    let subject = Subject::new(cx, original, unicode)?;
    if options.offset > subject.bytes.len() {
        return Native::badarg();
    }
    let replacement = text(cx, replacement, unicode)?;
    let pieces = parse(&replacement).ok_or_else(Native::raise_badarg)?;
    let pattern = pattern_of(cx, expression, &options)?;
    let way = (args, replace_again as NativeFn, begun);
    // A search that gives up counts as one that found no more.
    let found = match search(cx, &pattern, &subject, &options, Wanted::Matches, way) {
        Ok(searched) => searched.found,
        Err(outcome) => return outcome,
    };
    cx.charge(found.len());
    if options.form != Form::IoData {
        return Native::ok(flat(cx, &subject, &found, &pieces, options.form));
    }
    if found.is_empty() {
        return Native::ok(original);
    }
    let mut parts = Vec::with_capacity(found.len() * 2);
    let mut last = 0;
    for one in &found {
        let (from, to) = one[0].unwrap_or((last, last));
        if from > last {
            parts.push(subject.part(cx, last, from));
        }
        let made: Vec<Term<'h>> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => cx.binary(text),
                Piece::Group(group) => subject.give(cx, one.get(*group).copied().flatten(), Form::Binary),
            })
            .collect();
        parts.push(if let [only] = made[..] { only } else { cx.list(&made) });
        last = to.max(last);
    }
    let rest = if last < subject.bytes.len() { subject.part(cx, last, subject.bytes.len()) } else { Term::nil() };
    let result = cx.list_with_tail(&parts, rest);
    Native::ok(result)
}

fn flat<'h>(cx: &mut Native<'_, 'h>, subject: &Subject<'h>, found: &[Match], pieces: &[Piece], form: Form) -> Term<'h> {
    let bytes = &subject.bytes;
    let mut out = Vec::with_capacity(bytes.len());
    let mut last = 0;
    for one in found {
        let (from, to) = one[0].unwrap_or((last, last));
        out.extend_from_slice(bytes.get(last..from).unwrap_or(&[]));
        for piece in pieces {
            match piece {
                Piece::Text(text) => out.extend_from_slice(text),
                Piece::Group(group) => {
                    if let Some((from, to)) = one.get(*group).copied().flatten() {
                        out.extend_from_slice(&bytes[from..to]);
                    }
                }
            }
        }
        last = to.max(last);
    }
    out.extend_from_slice(&bytes[last..]);
    match (form, std::str::from_utf8(&out)) {
        (Form::List, Ok(text)) if subject.is_unicode() => cx.charlist(text),
        (Form::List, _) => cx.byte_list(&out, Term::nil()),
        _ => cx.binary_from_vec(out),
    }
}
