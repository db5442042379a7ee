//! Closures: functions of their own, their free variables last.

use super::build::Lower;
use super::ir::*;
use crate::tree::Clause;

impl<'t> Lower<'t> {
    /// `fn`.
    pub(super) fn closure(&mut self, clauses: &'t [Clause], line: u32) -> Arg {
        let name = self.lifted_name("fun");
        self.enter();
        let arity = clauses.first().map_or(0, |clause| clause.patterns.len());
        let params: Vec<Var> = (0..arity).map(|_| self.param()).collect();
        self.clauses_of_function(&params, clauses);
        let line = if line > 0 { line } else { clauses.first().map_or(0, |clause| clause.line) };
        let (free, arity) = self.leave(name, line);
        self.value(OpKind::Fun(name, arity), free, 0)
    }
}
