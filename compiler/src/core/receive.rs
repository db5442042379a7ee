//! `receive`.

use beamlet_vm::atom::atoms;

use super::build::{Lower, Target};
use super::ir::*;
use crate::tree::{Clause, Expr};

impl<'t> Lower<'t> {
    /// A loop over the mailbox. The time is evaluated once, before.
    pub(super) fn receive(&mut self, clauses: &'t [Clause], after: Option<&'t (Expr, Expr)>, target: Target) {
        let time = after.map(|(time, _)| self.expr(time));
        let again = self.block();
        self.end(End::Jump(again, Vec::new()));
        self.enter_block(again);
        if !clauses.is_empty() {
            let (look, wait, next) = (self.block(), self.block(), self.block());
            let message = self.var();
            self.test(TestKind::Message, Vec::new(), vec![message], look, wait);
            self.enter_block(look);
            let heads = self.heads(clauses);
            self.match_heads(&[Arg::Var(message)], &heads, next);
            for (head, clause) in heads.iter().zip(clauses) {
                self.enter_body(head);
                self.op(OpKind::RemoveMessage, Vec::new(), None, 0);
                self.to(&clause.body, target);
            }
            self.enter_block(next);
            self.end(End::NextMessage(again));
            self.enter_block(wait);
        }
        let body = after.map(|(_, body)| body);
        match (time, body) {
            (None | Some(Arg::Atom(atoms::INFINITY)), _) | (_, None) => self.end(End::Wait(again)),
            (Some(Arg::Int(0)), Some(body)) => {
                self.op(OpKind::Timeout, Vec::new(), None, 0);
                self.to(body, target);
            }
            (Some(time), Some(body)) => {
                let passed = self.block();
                self.end(End::WaitTimeout(again, time, passed));
                self.enter_block(passed);
                self.op(OpKind::Timeout, Vec::new(), None, 0);
                self.to(body, target);
            }
        }
    }
}
