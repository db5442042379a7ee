//! Guard functions: which have an opcode of their own, and the words they all share.
//!
//! ```text
//!   op | a: first argument | b: second argument | c: destination
//!   fail address, or 0 to raise
//!   export address, live x registers in the upper 16 bits (0xffff: no collection here)
//!   (a third argument, packed)
//!   constants
//! ```

use super::emit::Ins;
use super::{dest, is_x, label, small, Loader, Step};
use crate::code::instr::Opcode;
use crate::code::operand::Instruction;
use crate::code::stream::Op;
use crate::term::RawTerm;

/// Says in a guard instruction that the number of live registers is not known.
pub(crate) const NO_LIVE: u64 = 0xffff;

impl Loader<'_> {
    pub(super) fn guard(&mut self, instruction: &Instruction) -> Step {
        let args = &instruction.args;
        let (fail, live, import, sources, to) = match instruction.op {
            Opcode::Bif0 => (0, NO_LIVE, &args[0], &args[1..1], &args[1]),
            Opcode::Bif1 => (label(&args[0])?, NO_LIVE, &args[1], &args[2..3], &args[3]),
            Opcode::Bif2 => (label(&args[0])?, NO_LIVE, &args[1], &args[2..4], &args[4]),
            Opcode::GcBif1 => (label(&args[0])?, u64::from(small(&args[1])?), &args[2], &args[3..4], &args[4]),
            Opcode::GcBif2 => (label(&args[0])?, u64::from(small(&args[1])?), &args[2], &args[3..5], &args[5]),
            _ => (label(&args[0])?, u64::from(small(&args[1])?), &args[2], &args[3..6], &args[6]),
        };
        let import = self.import(import)?;
        if import.arity as usize != sources.len() {
            return Err(format!("{}/{} is called with {} arguments", import.function, import.arity, sources.len()));
        }
        if import.module != crate::atom::atoms::ERLANG {
            return Err(format!("{}:{}/{} is no guard function", import.module, import.function, import.arity));
        }
        let export = self.registry.export(import.module, import.function, import.arity);
        let op = own_opcode(import.function.as_str(), import.arity);
        let general = match sources.len() {
            0 => Op::Bif0,
            3 => Op::Bif3,
            _ => Op::Bif,
        };
        let mut ins = Ins::new(op.unwrap_or(general), 2 + usize::from(sources.len() > 2));
        ins.label(0, fail);
        ins.trail[1] = std::ptr::from_ref(export) as u64 | live << 48;
        if let Some(first) = sources.first() {
            ins.a = self.source(&mut ins, first)?;
        }
        if let Some(second) = sources.get(1) {
            ins.b = self.source(&mut ins, second)?;
        }
        if let Some(third) = sources.get(2) {
            let third = self.source(&mut ins, third)?;
            ins.set_packed(2, 0, third);
        }
        ins.c = dest(to)?;
        if is_x(ins.a) && is_x(ins.c) {
            let immediate = ins.constants.len() == 1 && RawTerm(ins.constants[0]).is_small() && !is_x(ins.b);
            ins.op = match ins.op {
                Op::Add if immediate => Op::AddXI,
                Op::Sub if immediate => Op::SubXI,
                Op::Mul if immediate => Op::MulXI,
                Op::Rem if immediate => Op::RemXI,
                Op::IntDiv if immediate => Op::IntDivXI,
                Op::Band if immediate => Op::BandXI,
                Op::Mul if is_x(ins.b) => Op::MulXX,
                Op::Add if is_x(ins.b) => Op::AddXX,
                Op::Sub if is_x(ins.b) => Op::SubXX,
                Op::BifElement if is_x(ins.b) => Op::BifElementXX,
                op => op,
            };
        }
        if super::is_y(ins.a) && is_x(ins.c) {
            let immediate = ins.constants.len() == 1 && RawTerm(ins.constants[0]).is_small() && !is_x(ins.b);
            ins.op = match ins.op {
                Op::Sub if immediate && !super::is_y(ins.b) => Op::SubYI,
                Op::Add if is_x(ins.b) => Op::AddYX,
                op => op,
            };
        }
        self.out.push(ins);
        Ok(())
    }
}

/// The opcode of a function of `:erlang` that has a fast path in the interpreter.
fn own_opcode(name: &str, arity: u32) -> Option<Op> {
    Some(match (name, arity) {
        ("self", 0) => Op::BifSelf,
        ("+", 2) => Op::Add,
        ("-", 2) => Op::Sub,
        ("*", 2) => Op::Mul,
        ("/", 2) => Op::Divide,
        ("div", 2) => Op::IntDiv,
        ("rem", 2) => Op::Rem,
        ("band", 2) => Op::Band,
        ("bor", 2) => Op::Bor,
        ("bxor", 2) => Op::Bxor,
        ("bsl", 2) => Op::Bsl,
        ("bsr", 2) => Op::Bsr,
        ("element", 2) => Op::BifElement,
        ("hd", 1) => Op::BifHd,
        ("tl", 1) => Op::BifTl,
        ("tuple_size", 1) => Op::BifTupleSize,
        ("map_size", 1) => Op::BifMapSize,
        ("byte_size", 1) => Op::BifByteSize,
        ("length", 1) => Op::BifLength,
        ("not", 1) => Op::BifNot,
        ("and", 2) => Op::BifAnd,
        ("or", 2) => Op::BifOr,
        ("=:=", 2) => Op::BifEqExact,
        ("=/=", 2) => Op::BifNeExact,
        ("==", 2) => Op::BifEq,
        ("/=", 2) => Op::BifNe,
        ("<", 2) => Op::BifLt,
        (">=", 2) => Op::BifGe,
        (">", 2) => Op::BifGt,
        ("=<", 2) => Op::BifLe,
        ("is_map_key", 2) => Op::BifIsMapKey,
        ("map_get", 2) => Op::BifMapGet,
        _ => return None,
    })
}
