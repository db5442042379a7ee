//! Guards: expressions whose errors are failures.

use beamlet_vm::atom::atoms;
use beamlet_vm::code::Opcode;
use beamlet_vm::{Atom, Value};

use super::bifs::{self, bif_kind};
use super::build::Lower;
use super::expr::{is_erlang, short_circuit, with_stack};
use super::ir::*;
use crate::tree::{Expr, ExprKind};

impl<'t> Lower<'t> {
    /// Ends the current block: to `yes` when one of the alternatives is true, to `no` otherwise.
    pub(crate) fn guards(&mut self, alternatives: &'t [Expr], yes: BlockId, no: BlockId) {
        let Some((last, before)) = alternatives.split_last() else {
            return self.end(End::Jump(yes, Vec::new()));
        };
        for guard in before {
            let next = self.block();
            self.guard(guard, yes, next, next);
            self.enter_block(next);
        }
        self.guard(last, yes, no, no);
    }

    /// One guard: an error goes to `err`.
    fn guard(&mut self, guard: &'t Expr, yes: BlockId, no: BlockId, err: BlockId) {
        with_stack(|| self.guard_deep(guard, yes, no, err));
    }

    fn guard_deep(&mut self, guard: &'t Expr, yes: BlockId, no: BlockId, err: BlockId) {
        match &guard.kind {
            ExprKind::And(left, right) => return self.guard_and(left, right, yes, no, err),
            ExprKind::Or(left, right) => return self.guard_or(left, right, yes, no, err),
            ExprKind::CallRemote(module, name, args) if is_erlang(module) => {
                match short_circuit(*name, args) {
                    Some(true) => return self.guard_and(&args[0], &args[1], yes, no, err),
                    Some(false) => return self.guard_or(&args[0], &args[1], yes, no, err),
                    None => {}
                }
                if *name == atoms::NOT && args.len() == 1 {
                    return self.guard(&args[0], no, yes, err);
                }
                // The arity of `is_function/2` may be anything, and an error is a failure only if both lead there.
                let exact = *name != Atom::new("is_function") || args.len() == 1 || no == err;
                if let Some((test, swapped)) = bifs::test_of(*name, args.len()).filter(|_| exact) {
                    let mut args: Vec<Arg> = args.iter().map(|arg| self.guard_value(arg, err)).collect();
                    if swapped {
                        args.swap(0, 1);
                    }
                    return self.test(TestKind::Is(test), args, Vec::new(), yes, no);
                }
            }
            _ => {}
        }
        match self.guard_value(guard, err) {
            Arg::Atom(atoms::TRUE) => self.end(End::Jump(yes, Vec::new())),
            Arg::Atom(atoms::FALSE) => self.end(End::Jump(no, Vec::new())),
            value @ Arg::Var(_) if no == err => {
                let args = vec![value, Arg::Atom(atoms::TRUE)];
                self.test(TestKind::Is(Opcode::IsEqExact), args, Vec::new(), yes, no);
            }
            value @ Arg::Var(_) => {
                let choices = vec![(Arg::Atom(atoms::TRUE), yes), (Arg::Atom(atoms::FALSE), no)];
                self.end(End::Select(value, choices, err));
            }
            _ => self.end(End::Jump(err, Vec::new())),
        }
    }

    fn guard_and(&mut self, left: &'t Expr, right: &'t Expr, yes: BlockId, no: BlockId, err: BlockId) {
        let next = self.block();
        self.guard(left, next, no, err);
        self.enter_block(next);
        self.guard(right, yes, no, err);
    }

    fn guard_or(&mut self, left: &'t Expr, right: &'t Expr, yes: BlockId, no: BlockId, err: BlockId) {
        let next = self.block();
        self.guard(left, yes, next, err);
        self.enter_block(next);
        self.guard(right, yes, no, err);
    }

    /// The value of a guard expression; an error goes to `err`.
    pub(crate) fn guard_value(&mut self, expr: &'t Expr, err: BlockId) -> Arg {
        match &expr.kind {
            ExprKind::Literal(value) => Arg::constant(value),
            ExprKind::Var(id) => self.lookup(*id, expr.line),
            _ => with_stack(|| self.guard_value_deep(expr, err)),
        }
    }

    fn guard_value_deep(&mut self, expr: &'t Expr, err: BlockId) -> Arg {
        match &expr.kind {
            ExprKind::Literal(value) => Arg::constant(value),
            ExprKind::Var(id) => self.lookup(*id, expr.line),
            ExprKind::Cons(head, tail) => {
                let args = vec![self.guard_value(head, err), self.guard_value(tail, err)];
                self.cons(args)
            }
            ExprKind::List(items, tail) => {
                let items: Vec<Arg> = items.iter().map(|item| self.guard_value(item, err)).collect();
                let mut list = tail.as_ref().map_or(Arg::Nil, |tail| self.guard_value(tail, err));
                for item in items.into_iter().rev() {
                    list = self.cons(vec![item, list]);
                }
                list
            }
            ExprKind::Tuple(items) => {
                let args = items.iter().map(|item| self.guard_value(item, err)).collect();
                self.tuple(args)
            }
            ExprKind::Map(pairs) => {
                let pairs =
                    pairs.iter().map(|(k, v)| (self.guard_value(k, err), self.guard_value(v, err))).collect::<Vec<_>>();
                self.put_map(false, Arg::constant(&Value::Map(Vec::new())), pairs, 0)
            }
            ExprKind::Binary(segments) => self.build_bits(Some(err), segments, expr.line),
            ExprKind::Block(items) if items.len() == 1 => self.guard_value(&items[0], err),
            ExprKind::And(..) | ExprKind::Or(..) => self.guard_boolean(expr, err),
            ExprKind::CallRemote(module, name, args) if is_erlang(module) => {
                if short_circuit(*name, args).is_some() {
                    return self.guard_boolean(expr, err);
                }
                if bif_kind(*name, args.len()).is_none() {
                    return self.not_a_guard(expr);
                }
                let args: Vec<Arg> = args.iter().map(|arg| self.guard_value(arg, err)).collect();
                if bifs::is_total(*name) {
                    return self.bif(*name, args, 0);
                }
                let ok = self.block();
                let dst = self.var();
                self.test(TestKind::Bif(*name), args, vec![dst], ok, err);
                self.enter_block(ok);
                Arg::Var(dst)
            }
            _ => self.not_a_guard(expr),
        }
    }

    fn guard_boolean(&mut self, expr: &'t Expr, err: BlockId) -> Arg {
        let (join, value) = self.join();
        let (yes, no) = (self.block(), self.block());
        self.guard(expr, yes, no, err);
        for (block, value) in [(yes, atoms::TRUE), (no, atoms::FALSE)] {
            self.enter_block(block);
            self.end(End::Jump(join, vec![Arg::Atom(value)]));
        }
        self.enter_block(join);
        Arg::Var(value)
    }

    fn not_a_guard(&mut self, expr: &Expr) -> Arg {
        self.error("codegen::guard", expr.line, "this expression is not allowed in a guard");
        Arg::Nil
    }
}
