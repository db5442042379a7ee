//! The compact term encoding of operands.
//!
//! The low three bits of the first byte are a tag, the rest a number: below 16 in the byte itself, below 2048 in
//! two bytes, otherwise with a byte count. Extended operands (lists, float registers, allocation lists, literals,
//! typed registers) share one tag.

use std::sync::Arc;

use num_bigint::BigInt;

use crate::code::operand::{AllocKind, Operand};
use crate::Atom;

const U: u8 = 0;
const I: u8 = 1;
const A: u8 = 2;
const X: u8 = 3;
const Y: u8 = 4;
const F: u8 = 5;
const EXT_LIST: u8 = 0x17;
const EXT_FLOAT_REGISTER: u8 = 0x27;
const EXT_ALLOC: u8 = 0x37;
const EXT_LITERAL: u8 = 0x47;
const EXT_TYPED: u8 = 0x57;

/// Lists nest at most this deep in a valid file.
const MAX_DEPTH: u32 = 4;

/// Appends a non-negative number under a tag.
pub(super) fn put_number(out: &mut Vec<u8>, tag: u8, value: u64) {
    if value < 16 {
        out.push((value as u8) << 4 | tag);
    } else if value < 2048 {
        out.push(((value >> 3) as u8 & 0b1110_0000) | 0b1000 | tag);
        out.push(value as u8);
    } else {
        // A leading zero byte keeps the top bit clear, for the bytes are read as a signed number.
        let bytes = value.to_be_bytes();
        let skip = (value.leading_zeros() / 8) as usize;
        if bytes[skip.min(7)] & 0x80 != 0 {
            let mut wide = vec![0];
            wide.extend_from_slice(&bytes[skip..]);
            put_bytes(out, tag, &wide);
        } else {
            put_bytes(out, tag, &bytes[skip..]);
        }
    }
}

/// Appends the bytes of a number (big-endian two's complement) under a tag; at least two bytes.
fn put_bytes(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    debug_assert!(bytes.len() >= 2);
    if bytes.len() <= 8 {
        out.push(((bytes.len() - 2) as u8) << 5 | 0b1_1000 | tag);
    } else {
        out.push(0b1111_1000 | tag);
        put_number(out, U, (bytes.len() - 9) as u64);
    }
    out.extend_from_slice(bytes);
}

fn put_signed(out: &mut Vec<u8>, bytes: &[u8]) {
    match bytes {
        [one] => put_bytes(out, I, &[if *one & 0x80 != 0 { 0xff } else { 0 }, *one]),
        _ => put_bytes(out, I, bytes),
    }
}

/// Appends an operand. `atom` gives an atom's number in the atom table, from 1.
pub(super) fn put_operand(out: &mut Vec<u8>, operand: &Operand, atom: &mut impl FnMut(Atom) -> u32) {
    match operand {
        Operand::Unsigned(n) => put_number(out, U, *n),
        Operand::Integer(n) if *n >= 0 => put_number(out, I, *n as u64),
        Operand::Integer(n) => put_signed(out, &BigInt::from(*n).to_signed_bytes_be()),
        Operand::BigInteger(n) => put_signed(out, &n.to_signed_bytes_be()),
        Operand::Atom(name) => put_number(out, A, u64::from(atom(*name))),
        Operand::Nil => put_number(out, A, 0),
        Operand::X(n) => put_number(out, X, u64::from(*n)),
        Operand::Y(n) => put_number(out, Y, u64::from(*n)),
        Operand::Label(n) => put_number(out, F, u64::from(*n)),
        Operand::Float(n) => {
            out.push(EXT_FLOAT_REGISTER);
            put_number(out, U, u64::from(*n));
        }
        Operand::Literal(n) => {
            out.push(EXT_LITERAL);
            put_number(out, U, u64::from(*n));
        }
        Operand::List(elements) => {
            out.push(EXT_LIST);
            put_number(out, U, elements.len() as u64);
            for element in elements {
                put_operand(out, element, atom);
            }
        }
        Operand::Alloc(needs) => {
            out.push(EXT_ALLOC);
            put_number(out, U, needs.len() as u64);
            for (kind, count) in needs {
                put_number(out, U, kind.number());
                put_number(out, U, *count);
            }
        }
        Operand::Typed(register, index) => {
            out.push(EXT_TYPED);
            put_operand(out, register, atom);
            put_number(out, U, u64::from(*index));
        }
    }
}

/// Reads operands out of a slice; every error is a short reason, the caller knows the place.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

enum Number {
    Small(u64),
    Signed(i64),
    Big(BigInt),
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { bytes, position: 0 }
    }

    pub(super) fn position(&self) -> usize {
        self.position
    }

    pub(super) fn at_end(&self) -> bool {
        self.position >= self.bytes.len()
    }

    pub(super) fn byte(&mut self) -> Result<u8, &'static str> {
        let byte = *self.bytes.get(self.position).ok_or("the data ends too early")?;
        self.position += 1;
        Ok(byte)
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], &'static str> {
        let end = self.position.checked_add(count).filter(|&end| end <= self.bytes.len());
        let end = end.ok_or("the data ends too early")?;
        let taken = &self.bytes[self.position..end];
        self.position = end;
        Ok(taken)
    }

    fn number(&mut self, first: u8) -> Result<Number, &'static str> {
        if first & 0b1000 == 0 {
            return Ok(Number::Small(u64::from(first >> 4)));
        }
        if first & 0b1_0000 == 0 {
            return Ok(Number::Small(u64::from(first & 0b1110_0000) << 3 | u64::from(self.byte()?)));
        }
        let count = match first >> 5 {
            7 => match self.tagged_number()? {
                (U, Number::Small(n)) => usize::try_from(n).map_err(|_| "a number is too long")?.saturating_add(9),
                _ => return Err("a number's length is malformed"),
            },
            short => usize::from(short) + 2,
        };
        let bytes = self.take(count)?;
        if count <= 8 {
            let fill = if bytes[0] & 0x80 != 0 { 0xff } else { 0 };
            let mut wide = [fill; 8];
            wide[8 - count..].copy_from_slice(bytes);
            return Ok(Number::Signed(i64::from_be_bytes(wide)));
        }
        Ok(Number::Big(BigInt::from_signed_bytes_be(bytes)))
    }

    fn tagged_number(&mut self) -> Result<(u8, Number), &'static str> {
        let first = self.byte()?;
        Ok((first & 7, self.number(first)?))
    }

    /// A plain number that fits 32 bits.
    pub(super) fn unsigned(&mut self) -> Result<u32, &'static str> {
        match self.tagged_number()? {
            (U, n) => index(n),
            _ => Err("a plain number was expected"),
        }
    }

    /// A number under tag `i` (line numbers) or `a` (file numbers), as the line table has them.
    pub(super) fn line_item(&mut self) -> Result<LineItem, &'static str> {
        match self.tagged_number()? {
            (I, n) => Ok(LineItem::Line(index(n)?)),
            (A, n) => Ok(LineItem::File(index(n)?)),
            _ => Err("a line or file number was expected"),
        }
    }

    /// Any operand. `atoms` is the atom table.
    pub(super) fn operand(&mut self, atoms: &[Atom]) -> Result<Operand, &'static str> {
        self.operand_within(atoms, MAX_DEPTH)
    }

    fn operand_within(&mut self, atoms: &[Atom], depth: u32) -> Result<Operand, &'static str> {
        let first = self.byte()?;
        if first & 7 == 7 {
            return self.extended(first, atoms, depth);
        }
        let number = self.number(first)?;
        Ok(match first & 7 {
            U => match number {
                Number::Small(n) => Operand::Unsigned(n),
                Number::Signed(n) => Operand::Unsigned(u64::try_from(n).map_err(|_| "a count is negative")?),
                Number::Big(n) => Operand::Unsigned(u64::try_from(n).map_err(|_| "a count is too large")?),
            },
            I => match number {
                Number::Small(n) => Operand::Integer(n as i64),
                Number::Signed(n) => Operand::Integer(n),
                Number::Big(n) => match i64::try_from(&n) {
                    Ok(n) => Operand::Integer(n),
                    Err(_) => Operand::BigInteger(Arc::new(n)),
                },
            },
            A => match index(number)? {
                0 => Operand::Nil,
                n => Operand::Atom(*atoms.get(n as usize - 1).ok_or("an atom's number is beyond the table")?),
            },
            X => Operand::X(index(number)?),
            Y => Operand::Y(index(number)?),
            F => Operand::Label(index(number)?),
            _ => return Err("character operands are obsolete"),
        })
    }

    fn extended(&mut self, first: u8, atoms: &[Atom], depth: u32) -> Result<Operand, &'static str> {
        let depth = depth.checked_sub(1).ok_or("operands are nested too deeply")?;
        Ok(match first {
            EXT_LIST => {
                let count = self.unsigned()? as usize;
                // Every element takes a byte at least, so a larger count cannot be honest.
                if count > self.bytes.len() - self.position {
                    return Err("a list is longer than the data");
                }
                let mut elements = Vec::with_capacity(count);
                for _ in 0..count {
                    elements.push(self.operand_within(atoms, depth)?);
                }
                Operand::List(elements)
            }
            EXT_FLOAT_REGISTER => Operand::Float(self.unsigned()?),
            EXT_ALLOC => {
                let count = self.unsigned()? as usize;
                if count > 16 {
                    return Err("an allocation list is too long");
                }
                let mut needs = Vec::with_capacity(count);
                for _ in 0..count {
                    let kind =
                        AllocKind::from_number(u64::from(self.unsigned()?)).ok_or("an unknown kind of allocation")?;
                    needs.push((kind, u64::from(self.unsigned()?)));
                }
                Operand::Alloc(needs)
            }
            EXT_LITERAL => Operand::Literal(self.unsigned()?),
            EXT_TYPED => {
                let register = self.operand_within(atoms, depth)?;
                if !matches!(register, Operand::X(_) | Operand::Y(_)) {
                    return Err("a type annotates something other than a register");
                }
                Operand::Typed(Box::new(register), self.unsigned()?)
            }
            _ => return Err("an unknown extended operand"),
        })
    }
}

/// One entry of the line table.
pub(super) enum LineItem {
    /// A line of the current file.
    Line(u32),
    /// The file changes.
    File(u32),
}

fn index(number: Number) -> Result<u32, &'static str> {
    match number {
        Number::Small(n) => u32::try_from(n).map_err(|_| "an index is too large"),
        Number::Signed(n) => u32::try_from(n).map_err(|_| "an index is negative or too large"),
        Number::Big(_) => Err("an index is too large"),
    }
}
