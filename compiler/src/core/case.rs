//! Clauses: `case`, `with`, heads of functions; what happens when none matches.

use beamlet_vm::atom::atoms;
use beamlet_vm::Atom;

use super::build::{Lower, Target};
use super::ir::*;
use crate::pattern::Head;
use crate::tree::{Clause, Expr, ExprKind, NoMatch, Pattern, Segment, VarId, With, WithStep};

impl<'t> Lower<'t> {
    /// `case`.
    pub(super) fn case(
        &mut self,
        subject: &'t Expr,
        clauses: &'t [Clause],
        no_match: &'t NoMatch,
        line: u32,
        target: Target,
    ) {
        if self.case_by_truth(subject, clauses, no_match, line, target) {
            return;
        }
        if let ExprKind::Tuple(items) = &subject.kind {
            if let Some(rows) = tuple_rows(clauses, items.len()) {
                return self.case_of_parts(items, &rows, clauses, no_match, line, target);
            }
        }
        let value = self.expr(subject);
        self.clauses_on(value, clauses, no_match, line, target);
    }

    /// `case {a, b}` whose clauses take the tuple apart again: it is made only to report that none matches.
    fn case_of_parts(
        &mut self,
        items: &'t [Expr],
        rows: &[&'t [Pattern]],
        clauses: &'t [Clause],
        no_match: &NoMatch,
        line: u32,
        target: Target,
    ) {
        let parts: Vec<Arg> = items.iter().map(|item| self.expr(item)).collect();
        let fail = self.block();
        let heads: Vec<Head<'t>> =
            rows.iter().zip(clauses).map(|(patterns, clause)| self.head(patterns, &clause.guards)).collect();
        self.match_heads(&parts, &heads, fail);
        self.bodies(&heads, clauses, target);
        self.enter_block(fail);
        let value = self.tuple(parts);
        self.no_match(no_match, value, line);
    }

    /// Tries clauses of one pattern on a value.
    pub(super) fn clauses_on(
        &mut self,
        value: Arg,
        clauses: &'t [Clause],
        no_match: &NoMatch,
        line: u32,
        target: Target,
    ) {
        let fail = self.block();
        let heads = self.heads(clauses);
        self.match_heads(std::slice::from_ref(&value), &heads, fail);
        self.bodies(&heads, clauses, target);
        self.enter_block(fail);
        self.no_match(no_match, value, line);
    }

    /// Prepares the heads of clauses: each gets a block for its body with one parameter for every variable it binds.
    pub(super) fn heads(&mut self, clauses: &'t [Clause]) -> Vec<Head<'t>> {
        clauses.iter().map(|clause| self.head(&clause.patterns, &clause.guards)).collect()
    }

    /// Prepares one head.
    pub(super) fn head(&mut self, patterns: &'t [Pattern], guards: &'t [Expr]) -> Head<'t> {
        let mut vars = Vec::new();
        patterns.iter().for_each(|pattern| collect_vars(pattern, &mut vars));
        let body = self.body_block(&vars);
        Head { patterns, guards, vars, body }
    }

    /// A block with one parameter for every variable.
    pub(super) fn body_block(&mut self, vars: &[VarId]) -> BlockId {
        let body = self.block();
        for _ in vars {
            self.block_param(body);
        }
        body
    }

    /// Enters the body of a head, its variables bound.
    pub(super) fn enter_body(&mut self, head: &Head<'t>) {
        self.enter_block(head.body);
        for (position, id) in head.vars.iter().enumerate() {
            let param = self.f.blocks[head.body.index()].params[position];
            self.bind(*id, Arg::Var(param));
        }
    }

    /// Lowers the bodies of clauses.
    pub(super) fn bodies(&mut self, heads: &[Head<'t>], clauses: &'t [Clause], target: Target) {
        for (head, clause) in heads.iter().zip(clauses) {
            self.enter_body(head);
            self.to(&clause.body, target);
        }
    }

    /// Matches one pattern; goes on in the current block when it matches.
    pub(super) fn match_single(&mut self, pattern: &'t Pattern, value: Arg, fail: BlockId) {
        let head = self.head(std::slice::from_ref(pattern), &[]);
        self.match_heads(&[value], std::slice::from_ref(&head), fail);
        self.enter_body(&head);
    }

    /// The clauses of a function on its parameters.
    pub(super) fn clauses_of_function(&mut self, params: &[Var], clauses: &'t [Clause]) {
        let args: Vec<Arg> = params.iter().map(|&var| Arg::Var(var)).collect();
        let fail = self.block();
        let heads = self.heads(clauses);
        self.match_heads(&args, &heads, fail);
        self.bodies(&heads, clauses, Target::Tail);
        self.enter_block(fail);
        self.end(End::FunctionClause(args));
    }

    /// Ends the current block: no clause matched the value.
    pub(super) fn no_match(&mut self, no_match: &NoMatch, value: Arg, line: u32) {
        let reason = match no_match {
            NoMatch::CaseClause | NoMatch::Impossible => return self.end(End::Fail(Failure::CaseClause, value, line)),
            NoMatch::BadMatch => return self.end(End::Fail(Failure::Badmatch, value, line)),
            NoMatch::TryClause => return self.end(End::Fail(Failure::TryClause, value, line)),
            NoMatch::WithClause => vec![Arg::Atom(atoms::WITH_CLAUSE), value],
            NoMatch::BadBool(operator) => vec![Arg::Atom(Atom::new("badbool")), Arg::Atom(*operator), value],
        };
        let reason = self.tuple(reason);
        self.raise_error(reason, line);
    }

    /// `with`.
    pub(super) fn with(&mut self, with: &'t With, line: u32, target: Target) {
        let (otherwise, other) = self.join();
        for step in &with.steps {
            match step {
                WithStep::Plain(expr) => self.effect(expr),
                WithStep::Match(Pattern::Var(id), guards, expr) if guards.is_empty() => {
                    let value = self.expr(expr);
                    self.bind(*id, value);
                }
                WithStep::Match(pattern, guards, expr) => {
                    let value = self.expr(expr);
                    let fail = self.block();
                    let head = self.head(std::slice::from_ref(pattern), guards);
                    self.match_heads(std::slice::from_ref(&value), std::slice::from_ref(&head), fail);
                    self.enter_block(fail);
                    self.end(End::Jump(otherwise, vec![value]));
                    self.enter_body(&head);
                }
            }
        }
        self.to(&with.body, target);
        self.enter_block(otherwise);
        match &with.else_clauses {
            None => self.deliver(Arg::Var(other), target),
            Some(clauses) => self.clauses_on(Arg::Var(other), clauses, &NoMatch::WithClause, line, target),
        }
    }
}

/// Patterns that match anything, as many as tuples have elements that are taken apart unmade.
static ANYTHING: [Pattern; 8] = [const { Pattern::Any }; 8];

/// The element patterns of clauses that all are tuples of this size or match anything without a name.
fn tuple_rows(clauses: &[Clause], size: usize) -> Option<Vec<&[Pattern]>> {
    clauses
        .iter()
        .map(|clause| match clause.patterns.as_slice() {
            [Pattern::Tuple(items)] if items.len() == size => Some(items.as_slice()),
            [Pattern::Any] => ANYTHING.get(..size),
            _ => None,
        })
        .collect()
}

/// Adds the variables a pattern binds, each once.
pub(super) fn collect_vars(pattern: &Pattern, vars: &mut Vec<VarId>) {
    let mut work = vec![pattern];
    while let Some(pattern) = work.pop() {
        match pattern {
            Pattern::Var(id) => {
                if !vars.contains(id) {
                    vars.push(*id);
                }
            }
            Pattern::Cons(left, right) | Pattern::Both(left, right) => work.extend([&**right, &**left]),
            Pattern::Tuple(items) => work.extend(items.iter().rev()),
            Pattern::Map(pairs) => work.extend(pairs.iter().rev().map(|(_, value)| value)),
            Pattern::Binary(segments) => work.extend(segments.iter().rev().map(|segment| &segment.value)),
            Pattern::Any | Pattern::Pin(_) | Pattern::Literal(_) => {}
        }
    }
}

/// Adds the variables that the segments of a bitstring bind.
pub(super) fn segment_vars(segments: &[Segment<Pattern>]) -> Vec<VarId> {
    let mut vars = Vec::new();
    segments.iter().for_each(|segment| collect_vars(&segment.value, &mut vars));
    vars
}
