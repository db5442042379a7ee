//! Reading from match contexts.

use num_bigint::{BigInt, Sign};

use crate::code::load::binary::{flag, segment};
use crate::code::stream::Op;
use crate::interp::machine::Machine;
use crate::interp::state::{packed, source};
use crate::term::{BoxedKind, RawTerm, Term};

/// A match context, as its words.
#[derive(Clone, Copy)]
struct Context(*mut u64);

impl Context {
    /// The context that a term is, if it is one.
    #[inline(always)]
    fn of(raw: u64) -> Option<Context> {
        let raw = RawTerm(raw);
        if !raw.is_boxed() {
            return None;
        }
        let address = raw.address();
        // SAFETY: the term is in a register and alive; boxed terms begin with a header.
        let header = RawTerm(unsafe { *address });
        (header.header_kind() == BoxedKind::MatchContext).then_some(Context(address))
    }

    #[inline(always)]
    fn position(self) -> usize {
        // SAFETY: a context has these words.
        unsafe { *self.0.add(1) as usize }
    }

    #[inline(always)]
    fn end(self) -> usize {
        // SAFETY: a context has these words.
        unsafe { *self.0.add(2) as usize }
    }

    #[inline(always)]
    fn move_to(self, position: usize) {
        // SAFETY: a context has these words, and nobody else looks at it.
        unsafe { *self.0.add(1) = position as u64 };
    }

    #[inline(always)]
    fn left(self) -> usize {
        self.end() - self.position()
    }

    fn binary(self) -> RawTerm {
        // SAFETY: a context has these words.
        unsafe { RawTerm(*self.0.add(4)) }
    }

    /// The bytes of the whole binary.
    #[inline(always)]
    fn bytes<'h>(self) -> &'h [u8] {
        // SAFETY: the binary is alive as long as the context; nothing collects while a slow path looks at it.
        let binary: Term<'h> = unsafe { Term::from_raw(self.binary()) };
        // Bytes that were appended lie beyond the size of the binary that holds them.
        binary.whole_bytes()
    }
}

/// Makes a context of a bitstring; gives back one that is a context already; NON_VALUE for anything else.
pub(in crate::interp) fn start_match(m: &mut Machine<'_>, raw: u64) -> u64 {
    // SAFETY: the term is in a register; nothing collects here.
    let term = unsafe { m.term(raw) };
    let (start, length, whole) = match term.boxed_kind() {
        Some(BoxedKind::MatchContext) => return raw,
        Some(BoxedKind::SubBinary) => (term.raw_field(1) as usize, term.raw_field(2) as usize, term.field(3).raw),
        Some(BoxedKind::HeapBinary | BoxedKind::RefcBinary) => {
            (0, term.as_bits().map_or(0, |bits| bits.bit_len), RawTerm(raw))
        }
        _ => return RawTerm::NON_VALUE.0,
    };
    let words = [start as u64, (start + length) as u64, start as u64];
    m.heap().boxed(BoxedKind::MatchContext, &words, &[whole]).0
}

/// Moves a context to where it was before. Positions beyond its bits are ignored.
pub(in crate::interp) fn set_position(context: u64, position: u64) {
    let (Some(context), position) = (Context::of(context), RawTerm(position)) else { return };
    if !position.is_small() {
        return;
    }
    // SAFETY: a context has this word.
    let start = unsafe { *context.0.add(3) };
    let position = position.small_value();
    if position >= start as i64 && position as u64 <= context.end() as u64 {
        context.move_to(position as usize);
    }
}

/// The next byte.
#[inline(always)]
pub(in crate::interp) fn byte(context: u64) -> Option<i64> {
    let context = Context::of(context)?;
    if context.left() < 8 {
        return None;
    }
    let position = context.position();
    let bytes = context.bytes();
    let (at, shift) = (position / 8, position % 8);
    let value = if shift == 0 { bytes[at] } else { (bytes[at] << shift) | (bytes[at + 1] >> (8 - shift)) };
    context.move_to(position + 8);
    Some(i64::from(value))
}

/// `count` bits (at most 64) from bit `at`, as a number.
#[inline]
fn bits(bytes: &[u8], at: usize, count: usize) -> u64 {
    if count == 0 {
        return 0;
    }
    let (first, last) = (at / 8, (at + count - 1) / 8);
    if last - first < 8 {
        let value = bytes[first..=last].iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
        return value >> ((last + 1) * 8 - (at + count)) & (u64::MAX >> (64 - count));
    }
    let mut value: u128 = 0;
    for byte in &bytes[first..=last] {
        value = value << 8 | u128::from(*byte);
    }
    let surplus = (last + 1) * 8 - (at + count);
    let value = (value >> surplus) as u64;
    if count == 64 {
        value
    } else {
        value & ((1 << count) - 1)
    }
}

/// The bits of a field as bytes, first bit first, the last byte filled with zeros.
fn field_bytes(bytes: &[u8], at: usize, count: usize) -> Vec<u8> {
    (0..count.div_ceil(8))
        .map(|i| {
            let width = (count - i * 8).min(8);
            (bits(bytes, at + i * 8, width) << (8 - width)) as u8
        })
        .collect()
}

/// An integer field of any size, not moving.
fn integer(m: &mut Machine<'_>, bytes: &[u8], at: usize, count: usize, flags: u16) -> RawTerm {
    let little = flags & flag::LITTLE != 0;
    let signed = flags & flag::SIGNED != 0;
    if count <= 64 {
        let mut value = if little && (at | count) % 8 == 0 {
            bytes[at / 8..(at + count) / 8].iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
        } else if little && count > 8 {
            let mut value = 0u64;
            let mut done = 0;
            while done < count {
                let width = (count - done).min(8);
                value |= bits(bytes, at + done, width) << done;
                done += 8;
            }
            value
        } else {
            bits(bytes, at, count)
        };
        if signed && count > 0 {
            let shift = 64 - count;
            let signed = ((value << shift) as i64) >> shift;
            if let Some(small) = RawTerm::try_small(signed) {
                return small;
            }
            // SAFETY: nothing collects before the result is stored.
            return unsafe { m.builder() }.integer(signed).raw;
        }
        if let Some(small) = i64::try_from(value).ok().and_then(RawTerm::try_small) {
            return small;
        }
        value = if count == 64 { value } else { value & ((1 << count) - 1) };
        // SAFETY: as above.
        return unsafe { m.builder() }.unsigned(value).raw;
    }
    let mut raw = field_bytes(bytes, at, count);
    let rest = count % 8;
    let mut value = if little {
        if rest != 0 {
            // The last, partial byte holds the most significant bits.
            if let Some(last) = raw.last_mut() {
                *last >>= 8 - rest;
            }
        }
        BigInt::from_bytes_le(Sign::Plus, &raw)
    } else {
        let value = BigInt::from_bytes_be(Sign::Plus, &raw);
        if rest != 0 {
            value >> (8 - rest)
        } else {
            value
        }
    };
    if signed && value.bit(count as u64 - 1) {
        value -= BigInt::from(1) << count;
    }
    // SAFETY: as above.
    unsafe { m.builder() }.big(&value).raw
}

/// A float field, if it holds a number.
fn float(bytes: &[u8], at: usize, count: usize, flags: u16) -> Option<f64> {
    let raw = bits(bytes, at, count);
    let swap = flags & flag::LITTLE != 0;
    let value = match count {
        16 => half(if swap { (raw as u16).swap_bytes() } else { raw as u16 }),
        32 => f64::from(f32::from_bits(if swap { (raw as u32).swap_bytes() } else { raw as u32 })),
        64 => f64::from_bits(if swap { raw.swap_bytes() } else { raw }),
        _ => return None,
    };
    value.is_finite().then_some(value)
}

/// A half-precision float.
fn half(raw: u16) -> f64 {
    let sign = if raw >> 15 == 1 { -1.0 } else { 1.0 };
    let exponent = i32::from(raw >> 10 & 0x1f);
    let fraction = f64::from(raw & 0x3ff);
    match exponent {
        0 => sign * fraction * 2f64.powi(-24),
        31 => f64::INFINITY,
        _ => sign * (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    }
}

/// The number of bits of a field: its size operand times its unit; `None` if that is no size.
#[inline]
pub(super) fn field_size(size: u64, unit: usize) -> Option<usize> {
    let size = RawTerm(size);
    if !size.is_small() {
        return None;
    }
    usize::try_from(size.small_value()).ok()?.checked_mul(unit)
}

/// Reads the field of a `bs_get_*` instruction and moves on; NON_VALUE if it does not match.
// Not inlined: a handler that keeps locals in memory could not end in the next one by a jump, and would grow the host's stack at each step.
#[inline(never)]
pub(in crate::interp) fn get(m: &mut Machine<'_>, pc: *const u64, op: Op) -> u64 {
    // SAFETY: `pc` is at such an instruction; its operands exist.
    let (context, size, unit, flags) = unsafe {
        let sp = m.process.heap.sp;
        let field = pc.add(2);
        let size = packed(field, 0);
        (
            source((*pc >> 16) as u16 as usize, m.x, sp, pc),
            if op == Op::BsGetBinaryAll { 0 } else { source(size, m.x, sp, pc) },
            packed(field, 1),
            packed(field, 2) as u16,
        )
    };
    let Some(context) = Context::of(context) else { return RawTerm::NON_VALUE.0 };
    let (position, left) = (context.position(), context.left());
    let count = match op {
        Op::BsGetBinaryAll if left % unit.max(1) == 0 => left,
        Op::BsGetBinaryAll => return RawTerm::NON_VALUE.0,
        _ => match field_size(size, unit) {
            Some(count) if count <= left => count,
            _ => return RawTerm::NON_VALUE.0,
        },
    };
    let result = match op {
        Op::BsGetInteger | Op::BsGetInteger16 => integer(m, context.bytes(), position, count, flags),
        Op::BsGetFloat => match float(context.bytes(), position, count, flags) {
            Some(value) => m.heap().float(value),
            None => return RawTerm::NON_VALUE.0,
        },
        _ => part(m, context, position, count),
    };
    context.move_to(position + count);
    result.0
}

/// Bits of a context's binary as a term: copied when few, else shared.
fn part(m: &mut Machine<'_>, context: Context, position: usize, count: usize) -> RawTerm {
    if count % 8 == 0 && count <= 128 {
        let at = position / 8;
        if position % 8 == 0 {
            let bytes = context.bytes();
            return m.heap().binary(&bytes[at..at + count / 8]);
        }
        let mut copy = [0; 16];
        for (i, byte) in copy[..count / 8].iter_mut().enumerate() {
            *byte = bits(context.bytes(), position + i * 8, 8) as u8;
        }
        return m.heap().binary(&copy[..count / 8]);
    }
    let whole = context.binary();
    m.heap().boxed(BoxedKind::SubBinary, &[position as u64, count as u64], &[whole])
}

/// The rest of a context as a bitstring; the context stays where it is.
pub(in crate::interp) fn tail(m: &mut Machine<'_>, context: u64) -> u64 {
    match Context::of(context) {
        Some(context) => part(m, context, context.position(), context.left()).0,
        None => context,
    }
}

/// Moves over a field; whether there were that many bits.
///
/// # Safety
/// `pc` is at a `bs_skip_bits2` and `sp` is the stack's top.
pub(in crate::interp) unsafe fn skip(m: &mut Machine<'_>, pc: *const u64, sp: *mut u64) -> bool {
    // SAFETY: as the caller's.
    let (context, size, unit) = unsafe {
        let field = pc.add(2);
        (source((*pc >> 16) as u16 as usize, m.x, sp, pc), source(packed(field, 0), m.x, sp, pc), packed(field, 1))
    };
    let Some(context) = Context::of(context) else { return false };
    // `all` leaves nothing; its unit was tested before.
    let count = if size == RawTerm::atom(crate::atom::atoms::ALL).0 {
        context.left()
    } else {
        match field_size(size, unit) {
            Some(count) if count <= context.left() => count,
            _ => return false,
        }
    };
    context.move_to(context.position() + count);
    true
}

/// Whether the next `count` bits are those at `expected`; moves on if so.
pub(in crate::interp) fn match_string(context: u64, count: usize, expected: *const u8) -> bool {
    let Some(context) = Context::of(context) else { return false };
    if context.left() < count {
        return false;
    }
    // SAFETY: the loader has checked that the string table has these bytes.
    let expected = unsafe { std::slice::from_raw_parts(expected, count.div_ceil(8)) };
    let (position, bytes) = (context.position(), context.bytes());
    let equal = if position % 8 == 0 && count % 8 == 0 {
        bytes[position / 8..position / 8 + count / 8] == *expected
    } else {
        expected.iter().enumerate().all(|(i, byte)| {
            let width = (count - i * 8).min(8);
            bits(bytes, position + i * 8, width) == u64::from(byte >> (8 - width))
        })
    };
    if equal {
        context.move_to(position + count);
    }
    equal
}

/// Whether the next `count` bits are this integer; moves on if so.
// Not inlined: a handler that keeps locals in memory could not end in the next one by a jump, and would grow the host's stack at each step.
#[inline(never)]
pub(in crate::interp) fn match_integer(context: u64, count: usize, expected: u64) -> bool {
    let Some(context) = Context::of(context) else { return false };
    if context.left() < count {
        return false;
    }
    let (position, bytes) = (context.position(), context.bytes());
    let raw = RawTerm(expected);
    let equal = if raw.is_small() && count <= 64 {
        let value = raw.small_value() as u64;
        bits(bytes, position, count) == if count == 64 { value } else { value & ((1 << count) - 1) }
    } else {
        // SAFETY: the constant lives as long as its module.
        let expected = unsafe { Term::from_raw(raw) }.to_big();
        let mut value = BigInt::from_bytes_be(Sign::Plus, &field_bytes(bytes, position, count));
        if count % 8 != 0 {
            value >>= 8 - count % 8;
        }
        expected == Some(value)
    };
    if equal {
        context.move_to(position + count);
    }
    equal
}

/// The next character in the encoding `kind`; moves on if there is one.
pub(in crate::interp) fn utf(context: u64, kind: u16, flags: u16) -> Option<u32> {
    let context = Context::of(context)?;
    let (position, left) = (context.position(), context.left());
    let bytes = context.bytes();
    let little = flags & flag::LITTLE != 0;
    let byte = |i: usize| bits(bytes, position + i * 8, 8) as u32;
    let (character, size) = match kind {
        segment::UTF8 => {
            if left < 8 {
                return None;
            }
            let first = if position % 8 == 0 { u32::from(bytes[position / 8]) } else { byte(0) };
            let (size, start, least) = match first {
                0..=0x7f => {
                    context.move_to(position + 8);
                    return Some(first);
                }
                0xc2..=0xdf => (2, first & 0x1f, 0x80),
                0xe0..=0xef => (3, first & 0x0f, 0x800),
                0xf0..=0xf4 => (4, first & 0x07, 0x1_0000),
                _ => return None,
            };
            if left < size * 8 {
                return None;
            }
            let mut character = start;
            let aligned = position % 8 == 0;
            for i in 1..size {
                let next = if aligned { u32::from(bytes[position / 8 + i]) } else { byte(i) };
                if next & 0xc0 != 0x80 {
                    return None;
                }
                character = character << 6 | next & 0x3f;
            }
            if character < least {
                return None;
            }
            (character, size)
        }
        segment::UTF16 => {
            let unit = |i: usize| {
                let (high, low) = if little { (byte(2 * i + 1), byte(2 * i)) } else { (byte(2 * i), byte(2 * i + 1)) };
                high << 8 | low
            };
            if left < 16 {
                return None;
            }
            let first = unit(0);
            if (0xd800..0xdc00).contains(&first) {
                if left < 32 {
                    return None;
                }
                let second = unit(1);
                if !(0xdc00..0xe000).contains(&second) {
                    return None;
                }
                (0x1_0000 + ((first & 0x3ff) << 10 | second & 0x3ff), 4)
            } else {
                (first, 2)
            }
        }
        _ => {
            if left < 32 {
                return None;
            }
            let value = bits(bytes, position, 32) as u32;
            (if little { value.swap_bytes() } else { value }, 4)
        }
    };
    char::from_u32(character)?;
    context.move_to(position + size * 8);
    Some(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_read_across_bytes() {
        let bytes = [0b1010_1100, 0b0101_0011];
        assert_eq!(bits(&bytes, 0, 8), 0b1010_1100);
        assert_eq!(bits(&bytes, 4, 8), 0b1100_0101);
        assert_eq!(bits(&bytes, 3, 10), 0b01_1000_1010);
        assert_eq!(bits(&bytes, 5, 0), 0);
        assert_eq!(bits(&[0xff; 9], 3, 64), u64::MAX);
        assert_eq!(field_bytes(&bytes, 4, 10), [0b1100_0101, 0]);
    }

    #[test]
    fn half_floats_have_their_values() {
        assert_eq!(half(0x3c00), 1.0);
        assert_eq!(half(0xc000), -2.0);
        assert_eq!(half(0x0001), 2f64.powi(-24));
        assert!(half(0x7c00).is_infinite());
    }
}
