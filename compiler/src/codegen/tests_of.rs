//! Instructions for tests.

use beamlet_vm::code::{Opcode, Operand};
use beamlet_vm::Value;

use super::emit::Emitter;
use crate::core::{is_little, Arg, SegmentType, Test, TestKind};
use crate::tree::SegmentKind;

fn unsigned(number: impl Into<u64>) -> Operand {
    Operand::Unsigned(number.into())
}

/// Whether nothing but this very constant is `==` to it: no number of the other kind, and nothing that holds numbers.
fn only_equal_to_itself(arg: &Arg) -> bool {
    match arg {
        Arg::Nil | Arg::Atom(_) => true,
        Arg::Lit(value) => matches!(**value, Value::Binary(_)),
        Arg::Var(_) | Arg::Int(_) => false,
    }
}

/// The comparison that also tells the kinds of numbers apart, which is the cheaper one.
fn exact(opcode: Opcode) -> Opcode {
    match opcode {
        Opcode::IsEq => Opcode::IsEqExact,
        Opcode::IsNe => Opcode::IsNeExact,
        other => other,
    }
}

impl Emitter<'_, '_, '_> {
    /// A type test or comparison that jumps to `fail` unless it holds.
    pub(super) fn simple_test(&mut self, opcode: Opcode, args: &[Arg], fail: Operand, at: usize) {
        let scratch = self.scratch(at);
        let opcode = if args.iter().any(only_equal_to_itself) { exact(opcode) } else { opcode };
        let mut list = vec![fail];
        match args {
            [left, right] => {
                let symmetric = matches!(opcode, Opcode::IsEq | Opcode::IsNe | Opcode::IsEqExact | Opcode::IsNeExact);
                let (left, right) = if symmetric && left.var().is_none() { (right, left) } else { (left, right) };
                let nil = matches!(right, Arg::Nil) && opcode == Opcode::IsEqExact && left.var().is_some();
                if nil {
                    let arg = self.operand(left);
                    list.push(arg);
                    return self.push(Opcode::IsNil, &list);
                }
                let left = if right.var().is_none() { self.register(left, scratch) } else { self.operand(left) };
                let right = self.operand(right);
                list.extend([left, right]);
            }
            _ => {
                let arg = self.register(&args[0], scratch);
                list.push(arg);
            }
        }
        self.push(opcode, &list);
    }

    fn scratch(&self, at: usize) -> u16 {
        self.live_count(at)
    }

    /// Any test.
    pub(super) fn test_instruction(&mut self, test: &Test, fail: Operand, at: usize) {
        let scratch = self.scratch(at);
        match &test.kind {
            TestKind::Is(opcode) => self.simple_test(*opcode, &test.args, fail, at),
            TestKind::Arity(size) => {
                let tuple = self.register(&test.args[0], scratch);
                self.push(Opcode::TestArity, &[fail, tuple, unsigned(*size)]);
            }
            TestKind::Tagged(size) => {
                let tuple = self.register(&test.args[0], scratch);
                let tag = self.operand(&test.args[1]);
                self.push(Opcode::IsTaggedTuple, &[fail, tuple, unsigned(*size), tag]);
            }
            TestKind::HasKeys => {
                let map = self.register(&test.args[0], scratch);
                let keys = test.args[1..].iter().map(|key| self.operand(key)).collect();
                self.push(Opcode::HasMapFields, &[fail, map, Operand::List(keys)]);
            }
            TestKind::GetKeys => {
                let map = self.register(&test.args[0], scratch);
                let mut pairs = Vec::with_capacity(2 * test.dsts.len());
                let mut unused = scratch + 1;
                for (key, &dst) in test.args[1..].iter().zip(&test.dsts) {
                    let key = self.operand(key);
                    let to = self.home(dst).unwrap_or_else(|| {
                        unused += 1;
                        // Above every register that a destination of the same instruction may have.
                        Operand::X(u32::from(unused) + test.dsts.len() as u32)
                    });
                    pairs.extend([key, to]);
                }
                let written: Vec<Operand> = pairs.iter().skip(1).step_by(2).cloned().collect();
                self.push(Opcode::GetMapElements, &[fail, map, Operand::List(pairs)]);
                written.iter().for_each(|to| self.wrote(to));
            }
            TestKind::Bif(name) => {
                let to = self.result(test, scratch);
                self.bif(*name, &test.args, to, fail, at);
            }
            TestKind::BitsStart => {
                let bits = self.register(&test.args[0], scratch);
                let live = self.live(at);
                let to = self.result(test, scratch);
                self.push(Opcode::BsStartMatch3, &[fail, bits, unsigned(live), to.clone()]);
                self.collected(live);
                self.wrote(&to);
            }
            TestKind::BitsGet(kind) => self.bits_get(kind, test, fail, at),
            TestKind::BitsBytes(bytes) => {
                let context = self.operand(&test.args[0]);
                let offset = self.unit.asm.string(bytes);
                let bits = bytes.len() as u64 * 8;
                self.push(Opcode::BsMatchString, &[fail, context, unsigned(bits), unsigned(offset)]);
            }
            TestKind::BitsLeft(bits) => {
                let context = self.operand(&test.args[0]);
                self.push(Opcode::BsTestTail2, &[fail, context, unsigned(*bits)]);
            }
            TestKind::BitsUnit(unit) => {
                let context = self.operand(&test.args[0]);
                self.push(Opcode::BsTestUnit, &[fail, context, unsigned(*unit)]);
            }
            TestKind::BuildBits(parts) => {
                let to = self.result(test, scratch);
                self.build_bits(parts, &test.args, to, fail, at);
            }
            TestKind::Message => {
                // OTP's loader takes no other register. No x register holds anything here.
                let first = Operand::X(0);
                let to = test.dsts.first().and_then(|&dst| self.home(dst)).unwrap_or(Operand::X(0));
                self.push(Opcode::LoopRec, &[fail, first.clone()]);
                self.collected(0);
                self.wrote(&first);
                if to != first {
                    self.push(Opcode::Move, &[first, to.clone()]);
                    self.wrote(&to);
                }
            }
        }
    }

    /// Where the one result of a test goes.
    fn result(&self, test: &Test, scratch: u16) -> Operand {
        test.dsts.first().and_then(|&dst| self.home(dst)).unwrap_or(Operand::X(u32::from(scratch)))
    }

    fn bits_get(&mut self, kind: &SegmentType, test: &Test, fail: Operand, at: usize) {
        let context = self.operand(&test.args[0]);
        let size = test.args.get(1).map(|size| self.operand(size));
        let unit = unsigned(kind.unit);
        let flags = unsigned(u32::from(is_little(kind.endian)) * 2 + u32::from(kind.signed) * 4);
        let Some(&dst) = test.dsts.first() else {
            if let Some(size) = size {
                return self.push(Opcode::BsSkipBits2, &[fail, context, size, unit, flags]);
            }
            let live = self.live(at);
            let opcode = match kind.kind {
                SegmentKind::Utf16 => Opcode::BsSkipUtf16,
                SegmentKind::Utf32 => Opcode::BsSkipUtf32,
                _ => Opcode::BsSkipUtf8,
            };
            return self.push(opcode, &[fail, context, unsigned(live), flags]);
        };
        let live = self.live(at);
        let to = self.home(dst).unwrap_or(Operand::X(u32::from(live)));
        let opcode = match kind.kind {
            SegmentKind::Integer => Opcode::BsGetInteger2,
            SegmentKind::Float => Opcode::BsGetFloat2,
            SegmentKind::Binary => Opcode::BsGetBinary2,
            SegmentKind::Utf8 => Opcode::BsGetUtf8,
            SegmentKind::Utf16 => Opcode::BsGetUtf16,
            SegmentKind::Utf32 => Opcode::BsGetUtf32,
        };
        match size {
            Some(size) => self.push(opcode, &[fail, context, unsigned(live), size, unit, flags, to.clone()]),
            None => self.push(opcode, &[fail, context, unsigned(live), flags, to.clone()]),
        }
        self.collected(live);
        self.wrote(&to);
    }
}
