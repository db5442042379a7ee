//! Binaries, bitstrings and io data.

use crate::native::{Native, NativeResult, Raise};
use crate::term::{Bits, Term};

/// Bytes handled for one reduction.
const PER_REDUCTION: usize = 256;

/// The largest binary that io data may flatten to, in bytes.
const LARGEST: usize = 1 << 32;

crate::natives! {
    "erlang" => {
        "binary_to_list"/1: binary_to_list, pure;
        "binary_to_list"/3: binary_to_list, pure;
        "bitstring_to_list"/1: bitstring_to_list, pure;
        "list_to_binary"/1: list_to_binary, pure;
        "list_to_bitstring"/1: list_to_bitstring, pure;
        "iolist_to_binary"/1: iolist_to_binary, pure;
        "iolist_to_iovec"/1: iolist_to_iovec, pure;
        "iolist_size"/1: iolist_size, pure;
        "split_binary"/2: split_binary, pure;
        "binary_part"/2: binary_part, pure;
        "binary_part"/3: binary_part, pure;
    }
    "binary" => {
        "list_to_bin"/1: list_to_binary, pure;
    }
}

/// Calls `each` for every byte and bitstring of io data in order; false when it is not io data (or `each` says so).
/// Integers are given as `Err`. Walks with a work list: depth costs no stack.
fn walk<'h>(data: Term<'h>, each: &mut impl FnMut(Result<Bits<'h>, u8>) -> bool) -> bool {
    let mut open: Vec<Term<'h>> = Vec::new();
    let mut next = Some(data);
    let mut steps = 0;
    while let Some(mut term) = next {
        crate::interrupt::step(&mut steps);
        while let Some((head, tail)) = term.as_cons() {
            term = tail;
            let wanted = if let Some(number) = head.as_small() {
                // A byte may stand in a list only, and not as its tail.
                u8::try_from(number).is_ok_and(|byte| each(Err(byte)))
            } else if let Some(bits) = head.as_bits() {
                each(Ok(bits))
            } else if head.as_cons().is_some() {
                open.push(tail);
                term = head;
                true
            } else {
                head.is_nil()
            };
            if !wanted {
                return false;
            }
        }
        if !term.is_nil() && !term.as_bits().is_some_and(|bits| each(Ok(bits))) {
            return false;
        }
        next = open.pop();
    }
    true
}

/// The bytes of io data without bitstrings.
pub(crate) fn flatten<'h>(cx: &mut Native<'_, 'h>, data: Term<'h>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let complete = walk(data, &mut |part| {
        match part {
            Ok(bits) => match bits.as_bytes() {
                Some(bytes) => out.extend_from_slice(bytes),
                None if bits.is_binary() => out.extend_from_slice(&bits.to_bytes()),
                None => return false,
            },
            Err(byte) => out.push(byte),
        }
        out.len() <= LARGEST
    });
    cx.charge(out.len() / PER_REDUCTION);
    complete.then_some(out)
}

/// `iolist_to_binary(IoData)`. O(n).
fn iolist_to_binary<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    if args[0].is_binary() {
        return Native::ok(args[0]);
    }
    let bytes = flatten(cx, args[0]).ok_or_else(Native::raise_badarg)?;
    let binary = cx.binary_from_vec(bytes);
    Native::ok(binary)
}

/// `list_to_binary(IoList)`: the outermost must be a list. O(n).
fn list_to_binary<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    if !args[0].is_list() {
        return Native::badarg();
    }
    iolist_to_binary(cx, args)
}

/// `iolist_to_iovec(IoData)`: a list of binaries; here one. O(n).
fn iolist_to_iovec<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let bytes = flatten(cx, args[0]).ok_or_else(Native::raise_badarg)?;
    if bytes.is_empty() {
        return Native::ok(Term::nil());
    }
    let binary = cx.binary_from_vec(bytes);
    let list = cx.list(&[binary]);
    Native::ok(list)
}

/// `iolist_size(IoData)`. O(parts).
fn iolist_size<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut size = 0usize;
    let mut parts = 0usize;
    let complete = walk(args[0], &mut |part| {
        parts += 1;
        size = size.saturating_add(part.map_or(1, |bits| bits.bit_len / 8));
        part.map_or(true, |bits| bits.is_binary())
    });
    cx.charge(parts / 16);
    if !complete {
        return Native::badarg();
    }
    let size = cx.size(size);
    Native::ok(size)
}

/// `list_to_bitstring(BitstringList)`. O(n).
fn list_to_bitstring<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    if !args[0].is_list() {
        return Native::badarg();
    }
    let mut out: Vec<u8> = Vec::new();
    let mut bits_used = 0usize;
    let mut append = |bytes: &[u8], count: usize| {
        let shift = bits_used % 8;
        for (index, &byte) in bytes.iter().enumerate() {
            if shift == 0 {
                out.push(byte);
            } else {
                *out.last_mut().expect("a byte is begun") |= byte >> shift;
                if count - index * 8 > 8 - shift {
                    out.push(byte << (8 - shift));
                }
            }
        }
        bits_used += count;
        out.len() <= LARGEST
    };
    let complete = walk(args[0], &mut |part| match part {
        Ok(bits) => append(&bits.to_bytes(), bits.bit_len),
        Err(byte) => append(&[byte], 8),
    });
    cx.charge(out.len() / PER_REDUCTION);
    if !complete {
        return Native::badarg();
    }
    let result = cx.bitstring(&out, bits_used);
    Native::ok(result)
}

/// `binary_to_list(Binary)`, and `binary_to_list(Binary, First, Last)` with positions from 1. O(n).
fn binary_to_list<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let bytes = args[0].binary().ok_or_else(Native::raise_badarg)?;
    let part = match args {
        [_, first, last] => {
            let first = first.as_usize().ok_or_else(Native::raise_badarg)?;
            let last = last.as_usize().ok_or_else(Native::raise_badarg)?;
            if first < 1 || last < first || last > bytes.len() {
                return Native::badarg();
            }
            &bytes[first - 1..last]
        }
        _ => &bytes[..],
    };
    cx.charge(part.len() / 16);
    let list = cx.byte_list(part, Term::nil());
    Native::ok(list)
}

/// `bitstring_to_list(Bitstring)`: bytes, and at the end the odd bits as a bitstring. O(n).
fn bitstring_to_list<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let bits = args[0].as_bits().ok_or_else(Native::raise_badarg)?;
    let bytes = bits.to_bytes();
    let odd = bits.bit_len % 8;
    let tail = if odd == 0 {
        Term::nil()
    } else {
        let last = cx.bitstring(&bytes[bytes.len() - 1..], odd);
        cx.list(&[last])
    };
    cx.charge(bytes.len() / 16);
    let list = cx.byte_list(&bytes[..bits.bit_len / 8], tail);
    Native::ok(list)
}

/// `split_binary(Binary, Position)`: `{Before, After}`, sharing the bytes.
fn split_binary<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let bits = args[0].as_bits().ok_or_else(Native::raise_badarg)?;
    let at = args[1].as_usize().and_then(|at| at.checked_mul(8)).filter(|&at| at <= bits.bit_len);
    let at = at.ok_or_else(Native::raise_badarg)?;
    let before = cx.sub_bits(args[0], 0, at).ok_or_else(Native::raise_badarg)?;
    let after = cx.sub_bits(args[0], at, bits.bit_len - at).ok_or_else(Native::raise_badarg)?;
    let pair = cx.tuple(&[before, after]);
    Native::ok(pair)
}

/// A start and a length that may be negative, as a range within `size`.
fn range<'h>(start: Term<'h>, length: Term<'h>, size: usize) -> Result<std::ops::Range<usize>, Raise<'h>> {
    let start = start.as_usize().filter(|&start| start <= size).ok_or_else(Native::raise_badarg)?;
    let end = length.as_i64().and_then(|length| (start as i64).checked_add(length));
    let end = end.and_then(|end| usize::try_from(end).ok()).filter(|&end| end <= size);
    let end = end.ok_or_else(Native::raise_badarg)?;
    Ok(start.min(end)..start.max(end))
}

/// `binary_part(Binary, Start, Length)` and `binary_part(Binary, {Start, Length})`.
fn binary_part<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    // Of a bitstring, any of its whole bytes.
    let bits = args[0].as_bits().ok_or_else(Native::raise_badarg)?;
    let size = bits.bit_len / 8;
    let part = match args {
        [_, start, length] => range(*start, *length, size)?,
        [_, pair] => match pair.as_tuple() {
            Some([start, length]) => range(*start, *length, size)?,
            _ => return Native::badarg(),
        },
        _ => return Native::badarg(),
    };
    let part = cx.sub_binary(args[0], part.start, part.len()).ok_or_else(Native::raise_badarg)?;
    Native::ok(part)
}
