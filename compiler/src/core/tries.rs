//! `try`: a protected stretch of blocks, its handler, and what runs in any case.

use beamlet_vm::atom::atoms;

use super::build::{Lower, Target};
use super::ir::*;
use crate::tree::{Expr, ExprKind, NoMatch, Try};

/// Up to this many parts an `after` is compiled twice instead of called.
const SMALL: usize = 12;

impl<'t> Lower<'t> {
    /// The value of a `try`.
    pub(super) fn try_value(&mut self, tries: &'t Try, line: u32) -> Arg {
        let (join, value) = self.join();
        self.try_to(tries, line, Target::Join(join));
        self.enter_block(join);
        Arg::Var(value)
    }

    /// A `try` whose value is delivered.
    pub(super) fn try_to(&mut self, tries: &'t Try, line: u32, target: Target) {
        let Some(after) = &tries.after else { return self.try_catch(tries, line, target) };
        let (done, value) = self.join();
        let handler = self.protect(done, |lower| {
            if tries.catches.is_empty() && tries.else_clauses.is_empty() {
                lower.expr(&tries.body)
            } else {
                let (join, value) = lower.join();
                lower.try_catch(tries, line, Target::Join(join));
                lower.enter_block(join);
                Arg::Var(value)
            }
        });
        let outlined = (!is_small(after)).then(|| {
            let name = self.lifted_name("after");
            self.enter();
            self.to(after, Target::Tail);
            let (free, arity) = self.leave(name, after.line);
            (Callee::Local(name, arity), free)
        });
        let run = |lower: &mut Self| match &outlined {
            Some((callee, free)) => {
                lower.value(OpKind::Call(*callee), free.clone(), 0);
            }
            None => lower.effect(after),
        };
        self.enter_block(handler);
        let [_, reason, trace] = self.handler_params(handler);
        run(self);
        self.end(End::Raise(Arg::Var(trace), Arg::Var(reason)));
        self.enter_block(done);
        run(self);
        self.deliver(Arg::Var(value), target);
    }

    fn try_catch(&mut self, tries: &'t Try, line: u32, target: Target) {
        let (done, value) = self.join();
        let handler = self.protect(done, |lower| lower.expr(&tries.body));
        self.enter_block(handler);
        let [class, reason, trace] = self.handler_params(handler).map(Arg::Var);
        let fail = self.block();
        let heads = self.heads(&tries.catches);
        self.match_heads(&[class, reason.clone()], &heads, fail);
        for (head, clause) in heads.iter().zip(&tries.catches) {
            self.enter_body(head);
            if let Some(id) = tries.stacktrace {
                let built = self.value(OpKind::Call(Callee::BuildStacktrace), vec![trace.clone()], 0);
                self.bind(id, built);
            }
            self.to(&clause.body, target);
        }
        self.enter_block(fail);
        self.end(End::Raise(trace, reason));
        self.enter_block(done);
        if tries.else_clauses.is_empty() {
            self.deliver(Arg::Var(value), target);
        } else {
            self.clauses_on(Arg::Var(value), &tries.else_clauses, &NoMatch::TryClause, line, target);
        }
    }

    /// Ends the current block with a `try` around what `body` lowers, whose value goes to `done`. Returns the handler.
    pub(super) fn protect(&mut self, done: BlockId, body: impl FnOnce(&mut Self) -> Arg) -> BlockId {
        let handler = self.block();
        let tag = self.var();
        self.f.blocks[handler.index()].catches = Some(tag);
        for _ in 0..3 {
            self.block_param(handler);
        }
        let outer = self.f.handler.replace(handler);
        let inside = self.block();
        self.end(End::Try(tag, inside));
        self.enter_block(inside);
        let value = body(self);
        self.op(OpKind::TryEnd, vec![Arg::Var(tag)], None, 0);
        self.end(End::Jump(done, vec![value]));
        self.f.handler = outer;
        handler
    }

    /// Class, reason and raw trace.
    pub(super) fn handler_params(&self, handler: BlockId) -> [Var; 3] {
        let params = &self.f.blocks[handler.index()].params;
        [params[0], params[1], params[2]]
    }
}

fn is_small(expr: &Expr) -> bool {
    fn count(expr: &Expr, left: &mut usize) -> bool {
        if *left == 0 {
            return false;
        }
        *left -= 1;
        match &expr.kind {
            ExprKind::Literal(_) | ExprKind::Var(_) => true,
            ExprKind::Tuple(items) | ExprKind::Block(items) => items.iter().all(|item| count(item, left)),
            ExprKind::CallLocal(_, args) => args.iter().all(|arg| count(arg, left)),
            ExprKind::CallRemote(module, _, args) => {
                matches!(&module.kind, ExprKind::Literal(v) if v.as_atom() != Some(atoms::ERLANG) || args.len() < 8)
                    && args.iter().all(|arg| count(arg, left))
            }
            ExprKind::CallFun(fun, args) => count(fun, left) && args.iter().all(|arg| count(arg, left)),
            _ => false,
        }
    }
    count(expr, &mut { SMALL })
}
