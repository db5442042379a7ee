//! `fn`, `case`, `cond`, `receive`, `with`, and the clauses they are made of.

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::env::Context;
use super::host::Outcome;
use super::{shadow, Expander, Step};
use crate::quoted::{Args, Meta, Quoted};
use crate::tree::{Clause, Expr, ExprKind, NoMatch, Pattern, With, WithStep};

/// A clause as written: its line and column, heads, guard, body.
pub(super) struct Arrow<'q> {
    pub meta: &'q Meta,
    pub heads: Vec<&'q Quoted>,
    pub guard: Option<&'q Quoted>,
    pub body: &'q Quoted,
}

/// Reads `[{:->, meta, [heads, body]}, …]`.
pub(super) fn arrows(quoted: &Quoted) -> Option<Vec<Arrow<'_>>> {
    let Quoted::List(clauses) = quoted else { return None };
    if clauses.is_empty() {
        return None;
    }
    clauses.iter().map(arrow).collect()
}

fn arrow(clause: &Quoted) -> Option<Arrow<'_>> {
    let (atoms::ARROW, meta, [Quoted::List(heads), body]) = clause.as_call()? else { return None };
    if let [only] = &heads[..] {
        if let Some((atoms::WHEN, _, parts)) = only.as_call() {
            let (guard, heads) = parts.split_last()?;
            return Some(Arrow { meta, heads: heads.iter().collect(), guard: Some(guard), body });
        }
    }
    Some(Arrow { meta, heads: heads.iter().collect(), guard: None, body })
}

/// The entries of a keyword list; `None` when it is none.
pub(super) fn keywords(quoted: &Quoted) -> Option<Vec<(beamlet_vm::Atom, &Quoted)>> {
    let Quoted::List(entries) = quoted else { return None };
    entries
        .iter()
        .map(|entry| match entry {
            Quoted::Pair(pair) => match &pair.0 {
                Quoted::Atom(key) => Some((*key, &pair.1)),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

impl Expander<'_> {
    /// Expands a guard, its alternatives apart.
    pub(super) fn expand_guard<'a>(&'a mut self, guard: &'a Quoted) -> Step<'a, Vec<Expr>> {
        Step::later(async move {
            let context = std::mem::replace(&mut self.env.context, Context::Guard);
            let mut guards = Vec::new();
            let mut rest = guard;
            let result = loop {
                if let Some((atoms::WHEN, _, [left, right])) = rest.as_call() {
                    match self.expand(left).await {
                        Ok(expr) => guards.push(expr),
                        Err(failure) => break Err(failure),
                    }
                    rest = right;
                    continue;
                }
                match self.expand(rest).await {
                    Ok(expr) => guards.push(expr),
                    Err(failure) => break Err(failure),
                }
                break Ok(guards);
            };
            self.env.context = context;
            result
        })
    }

    /// Warns of guards of clauses that walk a list only to see whether it is empty.
    fn warn_length(&self, guard: &Quoted) {
        let mut rest = Some(guard);
        while let Some(guard) = rest {
            let (alternative, more) = match guard.as_call() {
                Some((atoms::WHEN, _, [left, right])) => (left, Some(right)),
                _ => (guard, None),
            };
            rest = more;
            let Some((operator, meta, [counted, Quoted::Int(0)])) = alternative.as_call() else { continue };
            let Some((counts, _, [list])) = counted.as_call() else { continue };
            if counts.as_str() != "length" {
                continue;
            }
            let shown = self.show(list);
            let (is, instead) = match operator.as_str() {
                "==" => ("empty", format!("an empty list or use \"{shown} == []\" as a guard")),
                ">" => ("not empty", format!("a non-empty list, such as [_ | _], or use \"{shown} != []\" as a guard")),
                _ => continue,
            };
            let message = format!(
                "do not use \"length({shown}) {operator} 0\" to check if a list is {is} since length always traverses the whole \
                 list. Prefer to pattern match on {instead}"
            );
            let warning = crate::diagnostic::Diagnostic::warning("expand::length", &self.source, message);
            self.cx.host.report(self.place(meta, warning, ""));
        }
    }

    /// Expands one clause; what it binds is visible inside only.
    pub(super) async fn expand_clause(&mut self, arrow: &Arrow<'_>) -> Outcome<Clause> {
        let mark = self.scope.mark();
        let env = self.env.clone();
        let result = self.expand_clause_inside(arrow).await;
        self.scope.reset(mark);
        self.env = env;
        result
    }

    async fn expand_clause_inside(&mut self, arrow: &Arrow<'_>) -> Outcome<Clause> {
        self.note_line(arrow.meta);
        let line = self.env.line;
        self.start_pattern();
        let patterns = self.expand_patterns(&arrow.heads).await;
        let patterns = self.finish_pattern(patterns)?;
        let wanted = std::mem::take(&mut self.pattern_guards);
        let guards = match arrow.guard {
            Some(guard) => {
                self.warn_length(guard);
                self.expand_guard(guard).await?
            }
            None => Vec::new(),
        };
        let guards = self.with_pattern_guards(wanted, guards);
        let body = self.expand(arrow.body).await?;
        Ok(Clause { patterns, guards, body, line })
    }

    /// Expands patterns that belong together.
    pub(super) async fn expand_patterns(&mut self, heads: &[&Quoted]) -> Outcome<Vec<Pattern>> {
        let mut patterns = Vec::with_capacity(heads.len());
        for head in heads {
            patterns.push(self.expand_pattern(head).await?);
        }
        Ok(patterns)
    }

    /// Expands the clauses of a block such as `do` in `case`, each with `arity` patterns.
    pub(super) async fn expand_clauses(
        &mut self,
        meta: &Meta,
        form: &str,
        section: &str,
        quoted: &Quoted,
        arity: usize,
    ) -> Outcome<Vec<Clause>> {
        let Some(arrows) = arrows(quoted) else {
            let message = format!("expected -> clauses for :{section} in \"{form}\"");
            return Err(self.fail(meta, "expand::missing_clauses", message));
        };
        let mut clauses = Vec::with_capacity(arrows.len());
        for arrow in &arrows {
            if arrow.heads.len() != arity {
                let message = format!("expected one argument for :{section} clauses (->) in \"{form}\"");
                return Err(self.fail(arrow.meta, "expand::clause_arity", message));
            }
            clauses.push(self.expand_clause(arrow).await?);
        }
        // Elixir generates the clauses of `with`.
        if form != "with" {
            self.note_hidden(&arrows, &clauses);
        }
        Ok(clauses)
    }

    /// Notes which of the clauses never match; those that say of themselves that they were generated may.
    pub(super) fn note_hidden(&mut self, arrows: &[Arrow<'_>], clauses: &[Clause]) {
        for hidden in shadow::hidden(clauses) {
            if arrows.get(hidden.later).is_some_and(|arrow| arrow.meta.get(Atom::new("generated")).is_none()) {
                let line = clauses[hidden.first].line;
                self.late.push((clauses[hidden.later].line, shadow::message(hidden, None, line)));
            }
        }
        for (arrow, clause) in arrows.iter().zip(clauses) {
            if shadow::never_holds(clause) && arrow.meta.get(Atom::new("generated")).is_none() {
                self.late.push((clause.line, shadow::NEVER_HOLDS.to_string()));
            }
        }
    }

    /// The sections of a form such as `case`, checked to be among `allowed` and not twice.
    pub(super) fn sections<'q>(
        &self,
        meta: &Meta,
        form: &str,
        quoted: &'q Quoted,
        allowed: &[&str],
    ) -> Outcome<Vec<(beamlet_vm::Atom, &'q Quoted)>> {
        let Some(entries) = keywords(quoted) else {
            let message = format!("invalid arguments for \"{form}\"");
            return Err(self.fail(meta, "expand::sections", message));
        };
        for (index, (key, _)) in entries.iter().enumerate() {
            if !allowed.contains(&key.as_str()) {
                return Err(self.fail(meta, "expand::sections", format!("unexpected option :{key} in \"{form}\"")));
            }
            if entries[..index].iter().any(|(other, _)| other == key) {
                let message = format!("duplicated :{key} clauses given for \"{form}\"");
                return Err(self.fail(meta, "expand::sections", message));
            }
        }
        Ok(entries)
    }

    pub(super) async fn expand_fn(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        let Some(arrows) = args.iter().map(arrow).collect::<Option<Vec<_>>>().filter(|arrows| !arrows.is_empty())
        else {
            return Err(self.fail(meta, "expand::missing_clauses", "expected -> clauses in fn"));
        };
        let arity = arrows[0].heads.len();
        let mut clauses = Vec::with_capacity(arrows.len());
        for arrow in &arrows {
            if arrow.heads.iter().any(|head| head.as_call().is_some_and(|(name, _, _)| name.as_str() == "\\\\")) {
                let message = "anonymous functions cannot have optional arguments";
                return Err(self.fail(arrow.meta, "expand::fn_default", message));
            }
            if arrow.heads.len() != arity {
                let message = "cannot mix clauses with different arities in anonymous functions";
                return Err(self.fail(arrow.meta, "expand::fn_arity", message));
            }
            clauses.push(self.expand_clause(arrow).await?);
        }
        self.note_hidden(&arrows, &clauses);
        Ok(self.at(meta, ExprKind::Fn(clauses)))
    }

    pub(super) async fn expand_case(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        let sections = self.sections(meta, "case", &args[1], &["do"])?;
        let Some((_, clauses)) = sections.first() else {
            return Err(self.fail(meta, "expand::missing_do", "missing :do option in \"case\""));
        };
        let subject = self.expand(&args[0]).await?;
        let noted = self.late.len();
        let clauses = self.expand_clauses(meta, "case", "do", clauses, 1).await?;
        // Which clause takes a constant is no question of hidden clauses.
        if matches!(subject.kind, ExprKind::Literal(_)) {
            self.late.truncate(noted);
        }
        Ok(self.at(meta, ExprKind::Case(Box::new(subject), clauses, NoMatch::CaseClause)))
    }

    pub(super) async fn expand_cond(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        let sections = self.sections(meta, "cond", &args[0], &["do"])?;
        let Some((_, clauses)) = sections.first() else {
            return Err(self.fail(meta, "expand::missing_do", "missing :do option in \"cond\""));
        };
        let Some(arrows) = arrows(clauses) else {
            return Err(self.fail(meta, "expand::missing_clauses", "expected -> clauses for :do in \"cond\""));
        };
        let mut conditions = Vec::with_capacity(arrows.len());
        for arrow in &arrows {
            let [condition] = arrow.heads.as_slice() else {
                let message = "expected one argument for :do clauses (->) in \"cond\"";
                return Err(self.fail(meta, "expand::clause_arity", message));
            };
            let mark = self.scope.mark();
            let env = self.env.clone();
            self.note_line(arrow.meta);
            if condition.as_node().is_some_and(|node| {
                node.form == Quoted::Atom(atoms::UNDERSCORE) && matches!(node.args, Args::Context(_))
            }) {
                let message = "invalid use of _ inside \"cond\". If you want the last clause to always match, you probably meant \
                               to use: true ->";
                return Err(self.fail(arrow.meta, "expand::underscore", message));
            }
            let condition = self.expand(condition).await?;
            let body = self.expand(arrow.body).await?;
            self.scope.reset(mark);
            self.env = env;
            conditions.push((condition, body));
        }
        // That no condition was true is said of the last one, as there is nothing behind it.
        let last = arrows.last().map_or(meta, |arrow| arrow.meta);
        Ok(self.at(last, ExprKind::Cond(conditions)))
    }

    pub(super) async fn expand_receive(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        let sections = self.sections(meta, "receive", &args[0], &["do", "after"])?;
        if sections.is_empty() {
            return Err(self.fail(meta, "expand::missing_do", "missing :do/:after option in \"receive\""));
        }
        let mut clauses = Vec::new();
        let mut timeout = None;
        for (key, section) in sections {
            if key == atoms::DO {
                // `receive do after … end` has an empty block.
                let empty = section.as_call().is_some_and(|(name, _, args)| name == atoms::BLOCK && args.is_empty());
                if !empty && *section != Quoted::NIL {
                    clauses = self.expand_clauses(meta, "receive", "do", section, 1).await?;
                }
                continue;
            }
            let message = "expected a single -> clause for :after in \"receive\"";
            let Some(arrows) = arrows(section).filter(|arrows| arrows.len() == 1) else {
                return Err(self.fail(meta, "expand::receive_after", message));
            };
            let [limit] = arrows[0].heads.as_slice() else {
                let message = "expected one argument for :after clauses (->) in \"receive\"";
                return Err(self.fail(meta, "expand::receive_after", message));
            };
            let limit = self.expand(limit).await?;
            let mark = self.scope.mark();
            let env = self.env.clone();
            let body = self.expand(arrows[0].body).await?;
            self.scope.reset(mark);
            self.env = env;
            timeout = Some(Box::new((limit, body)));
        }
        Ok(self.at(meta, ExprKind::Receive(clauses, timeout)))
    }

    pub(super) async fn expand_with(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        let missing = || self.fail(meta, "expand::missing_do", "missing :do option in \"with\"");
        let Some((options, steps)) = args.split_last() else { return Err(missing()) };
        if keywords(options).is_none() {
            return Err(missing());
        }
        let sections = self.sections(meta, "with", options, &["do", "else"])?;
        let Some((_, body)) = sections.iter().find(|(key, _)| *key == atoms::DO) else {
            return Err(self.fail(meta, "expand::missing_do", "missing :do option in \"with\""));
        };
        let mark = self.scope.mark();
        let env = self.env.clone();
        let mut expanded = Vec::with_capacity(steps.len());
        for step in steps {
            expanded.push(match step.as_call() {
                Some((atoms::LEFT_ARROW, meta, [left, right])) => {
                    self.note_line(meta);
                    let (pattern, guards, value) = self.expand_generator(left, right).await?;
                    WithStep::Match(pattern, guards, value)
                }
                _ => WithStep::Plain(self.expand(step).await?),
            });
        }
        let body = self.expand(body).await?;
        self.scope.reset(mark);
        self.env = env;
        let else_clauses = match sections.iter().find(|(key, _)| *key == atoms::ELSE) {
            Some((_, section)) => Some(self.expand_clauses(meta, "with", "else", section, 1).await?),
            None => None,
        };
        Ok(self.at(meta, ExprKind::With(Box::new(With { steps: expanded, body, else_clauses }))))
    }

    /// `pattern when guard <- value`: the value does not see the pattern's variables.
    pub(super) async fn expand_generator(
        &mut self,
        left: &Quoted,
        right: &Quoted,
    ) -> Outcome<(Pattern, Vec<Expr>, Expr)> {
        let value = self.expand(right).await?;
        let (pattern, guard) = match left.as_call() {
            Some((atoms::WHEN, _, [pattern, guard])) => (pattern, Some(guard)),
            _ => (left, None),
        };
        self.start_pattern();
        let pattern = self.expand_pattern(pattern).await;
        let pattern = self.finish_pattern(pattern)?;
        let wanted = std::mem::take(&mut self.pattern_guards);
        let guards = match guard {
            Some(guard) => {
                self.warn_length(guard);
                self.expand_guard(guard).await?
            }
            None => Vec::new(),
        };
        let guards = self.with_pattern_guards(wanted, guards);
        Ok((pattern, guards, value))
    }

    /// `if`: the condition's bindings stay visible, those of the branches do not.
    pub(super) async fn expand_if(
        &mut self,
        meta: &Meta,
        condition: &Quoted,
        then: Option<&Quoted>,
        otherwise: Option<&Quoted>,
    ) -> Outcome<Expr> {
        let before = self.scope.mark();
        let condition = self.expand(condition).await?;
        let binds = !self.scope.unchanged_since(before);
        // As the clauses stand in the `case` that it is short for: what is false comes first.
        let otherwise = self.expand_branch(otherwise).await?;
        let then = self.expand_branch(then).await?;
        let always = self.at(meta, ExprKind::Literal(Value::TRUE));
        if !binds {
            return Ok(self.at(meta, ExprKind::Cond(vec![(condition, then), (always, otherwise)])));
        }
        // The condition binds variables for what follows, so it is evaluated outside the `cond`.
        let value = self.scope.temporary();
        let bind = self.at(meta, ExprKind::Match(Box::new(Pattern::Var(value)), Box::new(condition)));
        let test = self.at(meta, ExprKind::Var(value));
        let cond = self.at(meta, ExprKind::Cond(vec![(test, then), (always, otherwise)]));
        Ok(self.at(meta, ExprKind::Block(vec![bind, cond])))
    }

    async fn expand_branch(&mut self, branch: Option<&Quoted>) -> Outcome<Expr> {
        let Some(branch) = branch else { return Ok(self.literal(Value::NIL)) };
        let mark = self.scope.mark();
        let env = self.env.clone();
        let result = self.expand(branch).await;
        self.scope.reset(mark);
        self.env = env;
        result
    }

    /// Expands an expression whose bindings nobody else sees.
    pub(super) async fn expand_scoped(&mut self, quoted: &Quoted) -> Outcome<Expr> {
        self.expand_branch(Some(quoted)).await
    }
}
