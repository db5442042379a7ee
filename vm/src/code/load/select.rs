//! Choosing among values: linear search for few, a table for dense integers, binary search for the rest.

use super::emit::Ins;
use super::{label, number, Loader, Step};
use crate::code::operand::Operand;
use crate::code::stream::Op;
use crate::term::{BoxedKind, RawTerm};

/// Up to this many choices are compared one after another.
const LINEAR: usize = 8;

impl Loader<'_> {
    pub(super) fn select_val(&mut self, arg: &Operand, default: u32, choices: &[Operand]) -> Step {
        let mut immediate = Vec::with_capacity(choices.len() / 2);
        let mut others = Vec::new();
        for pair in choices.chunks_exact(2) {
            let (value, target) = (self.constant(&pair[0])?, label(&pair[1])?);
            if value.is_immediate() {
                immediate.push((value.0, target));
            } else {
                others.push((&pair[0], target));
            }
        }
        // Floats and big integers are compared as terms, before the words of the rest.
        for (value, target) in others {
            let mut ins = Ins::new(Op::IsNeExact, 1);
            ins.label(0, target);
            ins.a = self.source(&mut ins, arg)?;
            ins.b = self.source(&mut ins, value)?;
            self.out.push(ins);
        }
        let mut ins = Ins::new(Op::SelectLinear, 1);
        ins.label(0, default);
        if immediate.is_empty() {
            ins.op = Op::Jump;
            self.out.push(ins);
            return Ok(());
        }
        if immediate.len() <= LINEAR {
            ins.a = self.source(&mut ins, arg)?;
            if !ins.constants.is_empty() {
                // The table would follow the constant: choose now.
                let value = ins.constants[0];
                let target = immediate.iter().find(|(v, _)| *v == value).map_or(default, |(_, target)| *target);
                let mut jump = Ins::new(Op::Jump, 1);
                jump.label(0, target);
                self.out.push(jump);
                return Ok(());
            }
            if super::is_x(ins.a) {
                ins.op = Op::SelectLinearX;
            }
            ins.b = immediate.len() as u16;
            self.out.push(ins);
            return self.table(&immediate);
        }
        immediate.sort_unstable();
        let (first, last) = (RawTerm(immediate[0].0), RawTerm(immediate[immediate.len() - 1].0));
        if first.is_small() && immediate.iter().all(|(v, _)| RawTerm(*v).is_small()) {
            let mut by_value: Vec<(i64, u32)> =
                immediate.iter().map(|(v, t)| (RawTerm(*v).small_value(), *t)).collect();
            by_value.sort_unstable();
            let (low, high) = (by_value[0].0, by_value[by_value.len() - 1].0);
            let span = high.checked_sub(low).and_then(|s| usize::try_from(s).ok()).unwrap_or(usize::MAX);
            if span < by_value.len() * 3 {
                let mut ins = Ins::new(Op::SelectTable, 3);
                ins.label(0, default);
                ins.a = self.register(arg)?;
                ins.trail[1] = low as u64;
                ins.trail[2] = span as u64 + 1;
                self.out.push(ins);
                let mut choices = by_value.into_iter().peekable();
                for value in low..=high {
                    let target = choices.next_if(|(v, _)| *v == value).map_or(default, |(_, target)| target);
                    let at = self.out.extra(0);
                    self.out.fix(at, target);
                }
                return Ok(());
            }
        }
        let _ = last;
        let mut ins = Ins::new(Op::SelectBinary, 2);
        ins.label(0, default);
        ins.a = self.register(arg)?;
        ins.trail[1] = immediate.len() as u64;
        self.out.push(ins);
        self.table(&immediate)
    }

    pub(super) fn select_tuple_arity(&mut self, arg: &Operand, default: u32, choices: &[Operand]) -> Step {
        let mut table = Vec::with_capacity(choices.len() / 2);
        for pair in choices.chunks_exact(2) {
            table.push((RawTerm::header(BoxedKind::Tuple, number(&pair[0])? as usize).0, label(&pair[1])?));
        }
        let mut ins = Ins::new(Op::SelectArity, 2);
        ins.label(0, default);
        ins.a = self.register(arg)?;
        ins.trail[1] = table.len() as u64;
        self.out.push(ins);
        self.table(&table)
    }

    /// Pairs of word and target, behind the instruction.
    fn table(&mut self, choices: &[(u64, u32)]) -> Step {
        for (value, target) in choices {
            self.out.extra(*value);
            let at = self.out.extra(0);
            self.out.fix(at, *target);
        }
        Ok(())
    }

    fn register(&mut self, operand: &Operand) -> Step<u16> {
        let mut ins = Ins::new(Op::Jump, 0);
        let source = self.source(&mut ins, operand)?;
        if ins.constants.is_empty() {
            Ok(source)
        } else {
            Err("a choice among many values of a constant".into())
        }
    }
}
