//! Decisions by truth: `cond`, `and`, `or`, and every `case` that only asks whether its subject is true.

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::build::{Lower, Target};
use super::expr::{is_erlang, short_circuit};
use super::ir::*;
use crate::tree::{Clause, Expr, ExprKind, NoMatch, Pattern, VarId};

/// What is known of a subject.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    False,
    Nil,
    True,
    /// Anything else.
    Other,
}

impl Class {
    fn atom(self) -> Option<Atom> {
        match self {
            Class::False => Some(atoms::FALSE),
            Class::Nil => Some(atoms::NIL),
            Class::True => Some(atoms::TRUE),
            Class::Other => None,
        }
    }

    /// Whether a subject of this class equals the constant; `None` when that depends.
    fn equals(self, value: &Value) -> Option<bool> {
        match (self.atom(), value) {
            (Some(atom), Value::Atom(other)) => Some(atom == *other),
            (Some(_), _) => Some(false),
            (None, Value::Atom(atoms::FALSE | atoms::NIL | atoms::TRUE)) => Some(false),
            (None, _) => None,
        }
    }
}

/// How deep the search for boolean expressions goes.
const DEPTH: u32 = 8;

impl<'t> Lower<'t> {
    /// `cond`.
    pub(super) fn cond(&mut self, clauses: &'t [(Expr, Expr)], line: u32, target: Target) {
        for (condition, body) in clauses {
            let (yes, no) = (self.block(), self.block());
            self.to(condition, Target::Branch(yes, no));
            self.enter_block(yes);
            self.to(body, target);
            self.enter_block(no);
        }
        self.raise_error(Arg::Atom(atoms::COND_CLAUSE), line);
    }

    /// `left and right`, or `left or right`.
    pub(super) fn and_or(&mut self, is_and: bool, left: &'t Expr, right: &'t Expr, line: u32, target: Target) {
        let go_on = self.block();
        let decided = match target {
            Target::Branch(_, no) if is_and => no,
            Target::Branch(yes, _) => yes,
            Target::Effect(next) => next,
            _ => self.block(),
        };
        let (yes, no) = if is_and { (go_on, decided) } else { (decided, go_on) };
        if self.is_boolean(left, DEPTH) {
            self.to(left, Target::Branch(yes, no));
        } else {
            let value = self.expr(left);
            match value {
                Arg::Atom(atoms::TRUE) => self.end(End::Jump(yes, Vec::new())),
                Arg::Atom(atoms::FALSE) => self.end(End::Jump(no, Vec::new())),
                value => {
                    let bad = self.block();
                    let choices = vec![(Arg::Atom(atoms::TRUE), yes), (Arg::Atom(atoms::FALSE), no)];
                    self.end(End::Select(value.clone(), choices, bad));
                    self.enter_block(bad);
                    let operator = if is_and { atoms::AND } else { atoms::OR };
                    self.no_match(&NoMatch::BadBool(operator), value, line);
                }
            }
        }
        if matches!(target, Target::Tail | Target::Join(_)) {
            self.enter_block(decided);
            self.deliver(Arg::Atom(Atom::from_bool(!is_and)), target);
        }
        self.enter_block(go_on);
        self.to(right, target);
    }

    /// Lowers a `case` that only asks for the truth of its subject. `false` when this is none.
    pub(super) fn case_by_truth(
        &mut self,
        subject: &'t Expr,
        clauses: &'t [Clause],
        no_match: &'t NoMatch,
        line: u32,
        target: Target,
    ) -> bool {
        let on_false = clause_for(clauses, Class::False);
        let on_true = clause_for(clauses, Class::True);
        let (Some(on_false), Some(on_true)) = (on_false, on_true) else { return false };
        if self.is_boolean(subject, DEPTH) {
            let (yes, no) = (self.block(), self.block());
            self.to(subject, Target::Branch(yes, no));
            for (block, clause, value) in [(yes, on_true, atoms::TRUE), (no, on_false, atoms::FALSE)] {
                self.enter_block(block);
                self.clause_body(clause, Arg::Atom(value), no_match, line, target);
            }
            return true;
        }
        if clause_for(clauses, Class::Nil).map(|c| c.map(std::ptr::from_ref)) != Some(on_false.map(std::ptr::from_ref))
            || clause_for(clauses, Class::Other).map(|c| c.map(std::ptr::from_ref))
                != Some(on_true.map(std::ptr::from_ref))
        {
            return false;
        }
        if let (Some(falsy), Some(truthy)) = (on_false, on_true) {
            // The value itself is wanted nowhere: where it is delivered, only its truth counts.
            let falsy_value = value_use(falsy, target);
            let truthy_value = value_use(truthy, target);
            if falsy_value != ValueUse::Needed && truthy_value != ValueUse::Needed {
                let block_for = |lower: &mut Self, on: ValueUse, direct: Option<BlockId>| match (on, direct) {
                    (ValueUse::Truth, Some(block)) => (block, false),
                    _ => (lower.block(), true),
                };
                let (direct_yes, direct_no) = match target {
                    Target::Branch(yes, no) => (Some(yes), Some(no)),
                    Target::Effect(next) => (Some(next), Some(next)),
                    _ => (None, None),
                };
                let (yes, lower_yes) = block_for(self, truthy_value, direct_yes);
                let (no, lower_no) = block_for(self, falsy_value, direct_no);
                self.to(subject, Target::Branch(yes, no));
                for (block, clause, wanted) in [(yes, truthy, lower_yes), (no, falsy, lower_no)] {
                    if wanted {
                        self.enter_block(block);
                        self.to(&clause.body, target);
                    }
                }
                return true;
            }
        }
        let value = self.expr(subject);
        let (yes, no) = (self.block(), self.block());
        self.branch(value.clone(), yes, no);
        for (block, clause) in [(yes, on_true), (no, on_false)] {
            self.enter_block(block);
            self.clause_body(clause, value.clone(), no_match, line, target);
        }
        true
    }

    fn clause_body(
        &mut self,
        clause: Option<&'t Clause>,
        value: Arg,
        no_match: &'t NoMatch,
        line: u32,
        target: Target,
    ) {
        let Some(clause) = clause else { return self.no_match(no_match, value, line) };
        if let [Pattern::Var(id)] = clause.patterns.as_slice() {
            self.bind(*id, value);
        }
        self.to(&clause.body, target);
    }
}

/// What a clause chosen by truth does with the subject.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ValueUse {
    /// It binds it.
    Needed,
    /// It gives it back where only its truth counts.
    Truth,
    /// Nothing.
    None,
}

fn value_use(clause: &Clause, target: Target) -> ValueUse {
    match (clause.patterns.as_slice(), &clause.body.kind, target) {
        ([Pattern::Any | Pattern::Literal(_)], _, _) => ValueUse::None,
        ([Pattern::Var(id)], ExprKind::Var(body), Target::Branch(..) | Target::Effect(_)) if id == body => {
            ValueUse::Truth
        }
        _ => ValueUse::Needed,
    }
}

/// The clause that a subject of this class selects, `Some(None)` for no clause; `None` when that depends on more.
fn clause_for(clauses: &[Clause], class: Class) -> Option<Option<&Clause>> {
    for clause in clauses {
        let [pattern] = clause.patterns.as_slice() else { return None };
        let var = match pattern {
            Pattern::Any => None,
            Pattern::Var(id) => Some(*id),
            Pattern::Literal(value) => match class.equals(value)? {
                true => None,
                false => continue,
            },
            _ if class == Class::Other => return None,
            Pattern::Cons(..) | Pattern::Tuple(_) | Pattern::Map(_) | Pattern::Binary(_) => continue,
            _ => return None,
        };
        if clause.guards.is_empty() {
            return Some(Some(clause));
        }
        let mut holds = false;
        for guard in &clause.guards {
            if guard_value(guard, var?, class, 32)? {
                holds = true;
                break;
            }
        }
        if holds {
            return Some(Some(clause));
        }
    }
    Some(None)
}

fn guard_value(guard: &Expr, var: VarId, class: Class, depth: u32) -> Option<bool> {
    if depth == 0 {
        return None;
    }
    match &guard.kind {
        ExprKind::Literal(value) => Some(*value == Value::TRUE),
        ExprKind::And(left, right) => {
            Some(guard_value(left, var, class, depth - 1)? && guard_value(right, var, class, depth - 1)?)
        }
        ExprKind::Or(left, right) => {
            Some(guard_value(left, var, class, depth - 1)? || guard_value(right, var, class, depth - 1)?)
        }
        ExprKind::CallRemote(module, name, args) if is_erlang(module) => {
            if let Some(is_and) = short_circuit(*name, args) {
                let left = guard_value(&args[0], var, class, depth - 1)?;
                return if left == is_and { guard_value(&args[1], var, class, depth - 1) } else { Some(left) };
            }
            if *name == atoms::NOT && args.len() == 1 {
                return guard_value(&args[0], var, class, depth - 1).map(|value| !value);
            }
            let [left, right] = args.as_slice() else { return None };
            let equal = match (&left.kind, &right.kind) {
                (ExprKind::Var(id), ExprKind::Literal(value)) | (ExprKind::Literal(value), ExprKind::Var(id))
                    if *id == var =>
                {
                    class.equals(value)?
                }
                _ => return None,
            };
            match *name {
                atoms::EXACT_EQ | atoms::EQ => Some(equal),
                atoms::EXACT_NE | atoms::NE => Some(!equal),
                _ => None,
            }
        }
        _ => None,
    }
}
