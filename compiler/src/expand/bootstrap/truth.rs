//! What asks whether something is true: `if`, `unless`, `&&`, `||`, `!`, and `and` and `or` as a `case`.

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::{remote_call, Boot};
use crate::expand::clauses::keywords;
use crate::expand::env::Context;
use crate::expand::host::{Outcome, Raised};
use crate::expand::Expander;
use crate::quoted::{Meta, Quoted};
use crate::tree::{Clause, Expr, ExprKind, NoMatch, Pattern};

impl Expander<'_> {
    pub(super) async fn boot_if(&mut self, boot: Boot, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        if self.env.context == Context::Guard {
            let message =
                "invalid expression in guards, case is not allowed in guards. To learn more about guards, visit: \
                           https://hexdocs.pm/elixir/patterns-and-guards.html";
            return Err(self.fail(meta, "expand::special_in_guard", message));
        }
        let name = if boot == Boot::If { "if" } else { "unless" };
        let Some(sections) = keywords(&args[1]) else {
            let message =
                format!("invalid or duplicate keys for {name}, only \"do\" and an optional \"else\" are permitted");
            return Err(Raised::exception("ArgumentError", &message).into());
        };
        let section = |name: Atom| sections.iter().find(|(key, _)| *key == name).map(|(_, quoted)| *quoted);
        let known = sections.iter().all(|(key, _)| matches!(*key, atoms::DO | atoms::ELSE));
        if !known
            || sections.len() > 2
            || section(atoms::DO).is_none()
            || (sections.len() == 2 && sections[0].0 == sections[1].0)
        {
            let message =
                format!("invalid or duplicate keys for {name}, only \"do\" and an optional \"else\" are permitted");
            return Err(Raised::exception("ArgumentError", &message).into());
        }
        let (then, otherwise) = (section(atoms::DO), section(atoms::ELSE));
        if boot == Boot::If {
            self.expand_if(meta, &args[0], then, otherwise).await
        } else {
            self.expand_if(meta, &args[0], otherwise, then).await
        }
    }

    /// `&&`, `||`, `!`.
    pub(super) async fn boot_truth(&mut self, boot: Boot, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        if self.env.context == Context::Guard {
            let operator = match boot {
                Boot::AndAnd => "&&",
                Boot::OrOr => "||",
                _ => "!",
            };
            let message = format!(
                "invalid expression in guard, {operator} is not allowed in guards. To learn more about guards, visit: \
                 https://hexdocs.pm/elixir/patterns-and-guards.html"
            );
            return Err(Raised::exception("ArgumentError", &message).into());
        }
        let line = self.line_of(meta);
        let subject = Box::new(self.expand(&args[0]).await?);
        let atom_pattern = |atom| Pattern::Literal(Value::Atom(atom));
        let clause = |pattern, body| Clause { patterns: vec![pattern], guards: Vec::new(), body, line };
        let atom = |atom| Expr { kind: ExprKind::Literal(Value::Atom(atom)), line };
        if boot == Boot::Bang {
            let clauses = vec![
                clause(atom_pattern(atoms::FALSE), atom(atoms::TRUE)),
                clause(atom_pattern(atoms::NIL), atom(atoms::TRUE)),
                clause(Pattern::Any, atom(atoms::FALSE)),
            ];
            return Ok(self.at(meta, ExprKind::Case(subject, clauses, NoMatch::Impossible)));
        }
        let right = self.expand_scoped(&args[1]).await?;
        if boot == Boot::AndAnd {
            let clauses = vec![
                clause(atom_pattern(atoms::FALSE), atom(atoms::FALSE)),
                clause(atom_pattern(atoms::NIL), atom(atoms::NIL)),
                clause(Pattern::Any, right),
            ];
            return Ok(self.at(meta, ExprKind::Case(subject, clauses, NoMatch::Impossible)));
        }
        // One clause for both falsy values, since its body must not be doubled.
        let falsy = self.scope.temporary();
        let truthy = self.scope.temporary();
        let equals = |value| {
            let variable = Expr { kind: ExprKind::Var(falsy), line };
            self.remote(meta, atoms::ERLANG, atoms::EXACT_EQ, vec![variable, atom(value)])
        };
        let either = Clause {
            patterns: vec![Pattern::Var(falsy)],
            guards: vec![equals(atoms::FALSE), equals(atoms::NIL)],
            body: right,
            line,
        };
        let other = clause(Pattern::Var(truthy), Expr { kind: ExprKind::Var(truthy), line });
        Ok(self.at(meta, ExprKind::Case(subject, vec![either, other], NoMatch::Impossible)))
    }

    /// `case left do false -> …; true -> …; other -> error({:badbool, operator, other}) end`.
    pub(super) fn boolean_case(&self, operator: &str, args: &[Quoted]) -> Quoted {
        let mut var_meta = Meta::default();
        let owner = self.env.module.unwrap_or(atoms::KERNEL);
        let number = self.cx.compiler.next_counter();
        var_meta.put(crate::expand::counter_key(), Quoted::pair(Quoted::Atom(owner), Quoted::Int(number)));
        let other = Quoted::var(Atom::new("other"), var_meta, atoms::KERNEL);
        let parts = vec![Quoted::Atom(Atom::new("badbool")), Quoted::Atom(Atom::new(operator)), other.clone()];
        let reason = Quoted::call(Atom::new("{}"), Meta::default(), parts);
        let error = remote_call(atoms::ERLANG, "error", vec![reason]);
        let arrow = |head: Quoted, body: Quoted| {
            Quoted::call(atoms::ARROW, Meta::default(), vec![Quoted::list(vec![head]), body])
        };
        let known = |value: Atom, decides: bool| {
            let body = if decides { Quoted::Atom(value) } else { args[1].clone() };
            arrow(Quoted::Atom(value), body)
        };
        let is_and = operator == "and";
        let clauses = vec![known(atoms::FALSE, is_and), known(atoms::TRUE, !is_and), arrow(other, error)];
        let body = Quoted::list(vec![Quoted::pair(Quoted::Atom(atoms::DO), Quoted::list(clauses))]);
        let mut meta = Meta::default();
        meta.put(Atom::new("optimize_boolean"), Quoted::Atom(atoms::TRUE));
        Quoted::call(Atom::new("case"), meta, vec![args[0].clone(), body])
    }

    /// `case subject do x when x in [false, nil] -> …; x -> … end`.
    pub(super) fn truth_case(
        &self,
        subject: &Quoted,
        falsy: impl FnOnce(Quoted) -> Quoted,
        truthy: impl FnOnce(Quoted) -> Quoted,
        optimize: bool,
    ) -> Quoted {
        let mut var_meta = Meta::default();
        let owner = self.env.module.unwrap_or(atoms::KERNEL);
        var_meta.put(
            crate::expand::counter_key(),
            Quoted::pair(Quoted::Atom(owner), Quoted::Int(self.cx.compiler.next_counter())),
        );
        let x = Quoted::var(Atom::new("x"), var_meta, atoms::KERNEL);
        let test = remote_call(
            atoms::KERNEL,
            "in",
            vec![x.clone(), Quoted::list(vec![Quoted::Atom(atoms::FALSE), Quoted::NIL])],
        );
        let head = Quoted::call(atoms::WHEN, Meta::default(), vec![x.clone(), test]);
        let arrow = |head: Quoted, body: Quoted| {
            Quoted::call(atoms::ARROW, Meta::default(), vec![Quoted::list(vec![head]), body])
        };
        let truthy = truthy(x.clone());
        let rest = if truthy == x { x.clone() } else { Quoted::var(atoms::UNDERSCORE, Meta::default(), atoms::KERNEL) };
        let clauses = Quoted::list(vec![arrow(head, falsy(x)), arrow(rest, truthy)]);
        let mut meta = Meta::default();
        if optimize {
            meta.put(Atom::new("optimize_boolean"), Quoted::Atom(atoms::TRUE));
        }
        let body = Quoted::list(vec![Quoted::pair(Quoted::Atom(atoms::DO), clauses)]);
        Quoted::call(Atom::new("case"), meta, vec![subject.clone(), body])
    }
}
