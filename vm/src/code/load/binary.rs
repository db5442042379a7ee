//! Instructions on binaries.
//!
//! Segments of `bs_create_bin` take two words each:
//!
//! ```text
//!   kind | unit | flags | size operand
//!   value operand (for a string: constants that are its address and its size in bytes)
//! ```

use super::emit::Ins;
use super::{dest, is_x, label, list, need, number, small, Loader, Step};
use crate::atom::Atom;
use crate::code::instr::Opcode;
use crate::code::operand::{Instruction, Operand};
use crate::code::stream::Op;
use crate::term::RawTerm;

/// Flags of a segment.
pub(crate) mod flag {
    /// Least significant byte first.
    pub(crate) const LITTLE: u16 = 2;
    /// Two's complement.
    pub(crate) const SIGNED: u16 = 4;
    /// As the host has it.
    pub(crate) const NATIVE: u16 = 16;
}

/// Kinds of segments.
pub(crate) mod segment {
    pub(crate) const INTEGER: u16 = 0;
    pub(crate) const FLOAT: u16 = 1;
    pub(crate) const BINARY: u16 = 2;
    pub(crate) const STRING: u16 = 3;
    pub(crate) const UTF8: u16 = 4;
    pub(crate) const UTF16: u16 = 5;
    pub(crate) const UTF32: u16 = 6;
    pub(crate) const APPEND: u16 = 7;
    pub(crate) const PRIVATE_APPEND: u16 = 8;
}

fn normal(flags: u16) -> u16 {
    if flags & flag::NATIVE != 0 && cfg!(target_endian = "little") {
        flags | flag::LITTLE
    } else {
        flags
    }
}

impl Loader<'_> {
    pub(super) fn binary(&mut self, instruction: &Instruction) -> Step {
        use Opcode::*;
        let args = &instruction.args;
        match instruction.op {
            BsStartMatch3 => self.start_match(label(&args[0])?, &args[1], &args[3], small(&args[2])?),
            BsStartMatch4 => {
                let fail = match &args[0] {
                    Operand::Label(n) => *n,
                    _ => 0,
                };
                self.start_match(fail, &args[2], &args[3], small(&args[1])?)
            }
            BsGetInteger2 | BsGetFloat2 | BsGetBinary2 => {
                let mut op = match instruction.op {
                    BsGetInteger2 => Op::BsGetInteger,
                    BsGetFloat2 => Op::BsGetFloat,
                    _ => Op::BsGetBinary,
                };
                let flags = normal(small(&args[5])?);
                let unit = small(&args[4])?;
                if *args[3].untyped() == Operand::Atom(Atom::new("all")) {
                    op = Op::BsGetBinaryAll;
                } else if op == Op::BsGetInteger && flags & flag::SIGNED == 0 {
                    match constant_bits(&args[3], unit) {
                        Some(8) => op = Op::BsGetInteger8,
                        Some(16) if flags & flag::LITTLE == 0 => op = Op::BsGetInteger16,
                        _ => {}
                    }
                }
                let mut ins = Ins::new(op, 2);
                ins.label(0, label(&args[0])?);
                ins.a = self.source(&mut ins, &args[1])?;
                ins.b = dest(&args[6])?;
                ins.c = small(&args[2])?;
                if op == Op::BsGetInteger8 && !(is_x(ins.a) && is_x(ins.b)) {
                    ins.op = Op::BsGetInteger;
                }
                let size = self.source(&mut ins, &args[3])?;
                self.field(&mut ins, size, unit, flags);
                self.out.push(ins);
                Ok(())
            }
            BsSkipBits2 => {
                let mut ins = Ins::new(Op::BsSkipBits, 2);
                ins.label(0, label(&args[0])?);
                ins.a = self.source(&mut ins, &args[1])?;
                let size = self.source(&mut ins, &args[2])?;
                self.field(&mut ins, size, small(&args[3])?, 0);
                self.out.push(ins);
                Ok(())
            }
            BsTestTail2 => {
                self.context_number(Op::BsTestTail, label(&args[0])?, &args[1], u64::from(number(&args[2])?))
            }
            BsTestUnit => {
                self.context_number(Op::BsTestUnit, label(&args[0])?, &args[1], u64::from(number(&args[2])?).max(1))
            }
            BsMatchString => {
                let bits = number(&args[2])? as usize;
                let address = self.string(number(&args[3])? as usize, bits.div_ceil(8))?;
                let mut ins = Ins::new(Op::BsMatchString, 3);
                ins.label(0, label(&args[0])?);
                ins.a = self.source(&mut ins, &args[1])?;
                (ins.trail[1], ins.trail[2]) = (bits as u64, address);
                self.out.push(ins);
                Ok(())
            }
            BsGetUtf8 | BsGetUtf16 | BsGetUtf32 | BsSkipUtf8 | BsSkipUtf16 | BsSkipUtf32 => {
                let (kind, get) = match instruction.op {
                    BsGetUtf8 => (segment::UTF8, true),
                    BsGetUtf16 => (segment::UTF16, true),
                    BsGetUtf32 => (segment::UTF32, true),
                    BsSkipUtf8 => (segment::UTF8, false),
                    BsSkipUtf16 => (segment::UTF16, false),
                    _ => (segment::UTF32, false),
                };
                let mut ins = Ins::new(if get { Op::BsGetUtf } else { Op::BsSkipUtf }, 2);
                ins.label(0, label(&args[0])?);
                ins.a = self.source(&mut ins, &args[1])?;
                ins.b = if get { dest(&args[4])? } else { 0 };
                if kind == segment::UTF8 && is_x(ins.a) && is_x(ins.b) {
                    ins.op = if get { Op::BsGetUtf8XX } else { Op::BsSkipUtf8X };
                }
                self.field(&mut ins, kind, 1, normal(small(&args[3])?));
                self.out.push(ins);
                Ok(())
            }
            BsGetTail | BsGetPosition => {
                let mut ins = Ins::new(if instruction.op == BsGetTail { Op::BsGetTail } else { Op::BsGetPosition }, 0);
                ins.a = self.source(&mut ins, &args[0])?;
                ins.b = dest(&args[1])?;
                ins.c = small(&args[2])?;
                if ins.op == Op::BsGetPosition && is_x(ins.a) && is_x(ins.b) {
                    ins.op = Op::BsGetPositionXX;
                }
                self.out.push(ins);
                Ok(())
            }
            BsSetPosition => {
                let mut ins = Ins::new(Op::BsSetPosition, 0);
                ins.a = self.source(&mut ins, &args[0])?;
                ins.b = self.source(&mut ins, &args[1])?;
                self.out.push(ins);
                Ok(())
            }
            BsMatch => self.bs_match(label(&args[0])?, &args[1], list(&args[2])?),
            BsCreateBin => self.create_bin(args),
            BsInitWritable => {
                self.plain(Op::BsInitWritable);
                Ok(())
            }
            BsInit2 | BsInitBits => {
                let mut ins = Ins::new(if instruction.op == BsInit2 { Op::BsInit } else { Op::BsInitBits }, 2);
                ins.label(0, label(&args[0])?);
                ins.trail[1] = need(&args[2])? as u64;
                ins.a = self.source(&mut ins, &args[1])?;
                ins.b = dest(&args[5])?;
                ins.c = small(&args[3])?;
                self.out.push(ins);
                Ok(())
            }
            BsAppend => {
                let mut ins = Ins::new(Op::BsAppend, 2);
                ins.label(0, label(&args[0])?);
                ins.a = self.source(&mut ins, &args[5])?;
                ins.b = dest(&args[7])?;
                ins.c = small(&args[3])?;
                let size = self.source(&mut ins, &args[1])?;
                self.field(
                    &mut ins,
                    size,
                    small(&args[4])?,
                    u16::try_from(need(&args[2])?).map_err(|_| "a heap need is too large")?,
                );
                self.out.push(ins);
                Ok(())
            }
            BsPrivateAppend => {
                let mut ins = Ins::new(Op::BsPrivateAppend, 2);
                ins.label(0, label(&args[0])?);
                ins.a = self.source(&mut ins, &args[3])?;
                ins.b = dest(&args[5])?;
                let size = self.source(&mut ins, &args[1])?;
                self.field(&mut ins, size, small(&args[2])?, 0);
                self.out.push(ins);
                Ok(())
            }
            BsPutInteger | BsPutFloat | BsPutBinary => {
                let op = match instruction.op {
                    BsPutInteger => Op::BsPutInteger,
                    BsPutFloat => Op::BsPutFloat,
                    _ => Op::BsPutBinary,
                };
                let mut ins = Ins::new(op, 2);
                ins.label(0, label(&args[0])?);
                ins.a = self.source(&mut ins, &args[4])?;
                let size = self.source(&mut ins, &args[1])?;
                self.field(&mut ins, size, small(&args[2])?, normal(small(&args[3])?));
                self.out.push(ins);
                Ok(())
            }
            BsPutString => {
                let size = number(&args[0])? as usize;
                let mut ins = Ins::new(Op::BsPutString, 2);
                ins.trail[0] = size as u64;
                ins.trail[1] = self.string(number(&args[1])? as usize, size)?;
                self.out.push(ins);
                Ok(())
            }
            BsPutUtf8 | BsPutUtf16 | BsPutUtf32 => {
                let kind = match instruction.op {
                    BsPutUtf8 => segment::UTF8,
                    BsPutUtf16 => segment::UTF16,
                    _ => segment::UTF32,
                };
                let mut ins = Ins::new(Op::BsPutUtf, 2);
                ins.label(0, label(&args[0])?);
                ins.a = self.source(&mut ins, &args[2])?;
                self.field(&mut ins, kind, 1, normal(small(&args[1])?));
                self.out.push(ins);
                Ok(())
            }
            BsUtf8Size | BsUtf16Size => {
                let mut ins = Ins::new(Op::BsUtfSize, 0);
                ins.a = self.source(&mut ins, &args[1])?;
                ins.b = dest(&args[2])?;
                ins.c = if instruction.op == BsUtf8Size { segment::UTF8 } else { segment::UTF16 };
                self.out.push(ins);
                Ok(())
            }
            BsAdd => {
                let mut ins = Ins::new(Op::BsAdd, 2);
                ins.label(0, label(&args[0])?);
                ins.a = self.source(&mut ins, &args[1])?;
                ins.b = dest(&args[4])?;
                let right = self.source(&mut ins, &args[2])?;
                self.field(&mut ins, right, small(&args[3])?, 0);
                self.out.push(ins);
                Ok(())
            }
            op => Err(format!("{} is not implemented", op.name())),
        }
    }

    /// Packs what most binary instructions have in their second trailing word.
    fn field(&mut self, ins: &mut Ins, size: u16, unit: u16, flags: u16) {
        ins.set_packed(1, 0, size);
        ins.set_packed(1, 1, unit);
        ins.set_packed(1, 2, flags);
    }

    fn start_match(&mut self, fail: u32, from: &Operand, to: &Operand, live: u16) -> Step {
        let mut ins = Ins::new(Op::BsStartMatch, 1);
        ins.label(0, fail);
        ins.a = self.source(&mut ins, from)?;
        ins.b = dest(to)?;
        ins.c = live;
        if is_x(ins.a) && is_x(ins.b) {
            ins.op = Op::BsStartMatchXX;
        }
        self.out.push(ins);
        Ok(())
    }

    fn context_number(&mut self, op: Op, fail: u32, context: &Operand, value: u64) -> Step {
        let mut ins = Ins::new(op, 2);
        ins.label(0, fail);
        ins.a = self.source(&mut ins, context)?;
        ins.trail[1] = value;
        self.out.push(ins);
        Ok(())
    }

    /// The address of bytes of the string table.
    fn string(&self, offset: usize, size: usize) -> Step<u64> {
        let end = offset.checked_add(size).ok_or("a string is beyond the table")?;
        let bytes = self.strings.get(offset..end).ok_or("a string is beyond the table")?;
        Ok(bytes.as_ptr() as u64)
    }

    fn bs_match(&mut self, fail: u32, context: &Operand, commands: &[Operand]) -> Step {
        let mut rest = commands;
        while let Some((command, after)) = rest.split_first() {
            let Operand::Atom(name) = command else { return Err("a matching command has no name".into()) };
            let take = |n: usize| after.get(..n).ok_or_else(|| format!("the matching command {name} is cut short"));
            match name.as_str() {
                "ensure_at_least" => {
                    let args = take(2)?;
                    let mut ins = Ins::new(Op::BsEnsure, 3);
                    ins.label(0, fail);
                    ins.a = self.source(&mut ins, context)?;
                    (ins.trail[1], ins.trail[2]) = (u64::from(number(&args[0])?), u64::from(number(&args[1])?).max(1));
                    self.out.push(ins);
                    rest = &after[2..];
                }
                "ensure_exactly" => {
                    let args = take(1)?;
                    self.context_number(Op::BsTestTail, fail, context, u64::from(number(&args[0])?))?;
                    rest = &after[1..];
                }
                "integer" | "binary" => {
                    let args = take(5)?;
                    let op = if name.as_str() == "integer" { Op::BsGetInteger } else { Op::BsGetBinary };
                    let mut ins = Ins::new(op, 2);
                    ins.label(0, fail);
                    ins.a = self.source(&mut ins, context)?;
                    ins.b = dest(&args[4])?;
                    ins.c = small(&args[0])?;
                    let flags = self.segment_flags(&args[1])?;
                    let size = self.source(&mut ins, &args[2])?;
                    self.field(&mut ins, size, small(&args[3])?, flags);
                    self.out.push(ins);
                    rest = &after[5..];
                }
                "get_tail" => {
                    let args = take(3)?;
                    let mut ins = Ins::new(Op::BsGetTail, 0);
                    ins.a = self.source(&mut ins, context)?;
                    ins.b = dest(&args[2])?;
                    ins.c = small(&args[0])?;
                    self.out.push(ins);
                    rest = &after[3..];
                }
                "skip" => {
                    let args = take(1)?;
                    let mut ins = Ins::new(Op::BsSkipBits, 2);
                    ins.label(0, fail);
                    ins.a = self.source(&mut ins, context)?;
                    let size = self.source(&mut ins, &args[0])?;
                    self.field(&mut ins, size, 1, 0);
                    self.out.push(ins);
                    rest = &after[1..];
                }
                "=:=" => {
                    let args = take(3)?;
                    let mut ins = Ins::new(Op::BsReadEq, 3);
                    ins.label(0, fail);
                    ins.a = self.source(&mut ins, context)?;
                    ins.trail[1] = u64::from(number(&args[1])?);
                    ins.trail[2] = self.constant(&args[2])?.0;
                    self.out.push(ins);
                    rest = &after[3..];
                }
                other => return Err(format!("the matching command {other} is unknown")),
            }
        }
        Ok(())
    }

    /// Flags written as a list of atoms (a literal), as `[]`, or as a number.
    fn segment_flags(&self, operand: &Operand) -> Step<u16> {
        let list = match operand.untyped() {
            Operand::Nil => return Ok(0),
            Operand::Unsigned(_) | Operand::Integer(_) => return Ok(normal(small(operand)?)),
            Operand::Literal(index) => {
                self.constants.area.terms().nth(*index as usize).ok_or("a literal is beyond the table")?
            }
            _ => return Err("the flags of a segment are no list".into()),
        };
        let mut flags = 0;
        for item in list.iter_list() {
            match item.as_atom().map(Atom::as_str) {
                Some("little") => flags |= flag::LITTLE,
                Some("signed") => flags |= flag::SIGNED,
                Some("native") => flags |= flag::NATIVE,
                _ => {}
            }
        }
        Ok(normal(flags))
    }

    fn create_bin(&mut self, args: &[Operand]) -> Step {
        let segments = list(&args[5])?;
        if segments.len() % 6 != 0 {
            return Err("bs_create_bin has an incomplete segment".into());
        }
        let count = segments.len() / 6;
        let mut ins = Ins::new(Op::BsCreateBin, 3 + 2 * count);
        ins.label(0, label(&args[0])?);
        ins.a = dest(&args[4])?;
        ins.b = u16::try_from(count).map_err(|_| "bs_create_bin has too many segments")?;
        ins.c = small(&args[2])?;
        ins.length_in(1);
        ins.trail[2] = need(&args[1])? as u64;
        for (i, part) in segments.chunks_exact(6).enumerate() {
            let Operand::Atom(kind) = part[0] else { return Err("a segment has no type".into()) };
            let kind = match kind.as_str() {
                "integer" => segment::INTEGER,
                "float" => segment::FLOAT,
                "binary" => segment::BINARY,
                "string" => segment::STRING,
                "utf8" => segment::UTF8,
                "utf16" => segment::UTF16,
                "utf32" => segment::UTF32,
                "append" => segment::APPEND,
                "private_append" => segment::PRIVATE_APPEND,
                other => return Err(format!("the segment type {other} is unknown")),
            };
            let unit = small(&part[2])?;
            let at = 3 + 2 * i;
            if kind == segment::STRING {
                let size = number(&part[5])? as usize;
                let address = self.string(number(&part[4])? as usize, size)?;
                let value = ins.constant(address)?;
                let size = ins.constant(size as u64)?;
                ins.trail[at] = crate::code::stream::pack([kind, unit, 0, size]);
                ins.trail[at + 1] = u64::from(value);
                continue;
            }
            let flags = self.segment_flags(&part[3])?;
            let value = self.source(&mut ins, &part[4])?;
            let size = match part[5].untyped() {
                Operand::Atom(atom) if atom.as_str() == "undefined" => ins.constant(RawTerm::small(0).0)?,
                _ => self.source(&mut ins, &part[5])?,
            };
            ins.trail[at] = crate::code::stream::pack([kind, unit, flags, size]);
            ins.trail[at + 1] = u64::from(value);
        }
        self.out.push(ins);
        Ok(())
    }
}

/// The size of a field in bits, when it is written in the code.
fn constant_bits(size: &Operand, unit: u16) -> Option<u64> {
    match size.untyped() {
        Operand::Integer(n) => u64::try_from(*n).ok()?.checked_mul(u64::from(unit)),
        Operand::Unsigned(n) => n.checked_mul(u64::from(unit)),
        _ => None,
    }
}
