//! `try`: `rescue` becomes `catch`, with the Erlang errors that each exception stands for.

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::clauses::{arrows, Arrow};
use super::host::Outcome;
use super::{shadow, Expander, Step};
use crate::quoted::{Args, Meta, Quoted};
use crate::tree::{Clause, Expr, ExprKind, Pattern, Try, VarId};

/// Exceptions that stand for plain atoms as reasons.
const ATOM_REASONS: &[(&str, &str)] = &[
    ("UndefinedFunctionError", "undef"),
    ("FunctionClauseError", "function_clause"),
    ("SystemLimitError", "system_limit"),
    ("ArithmeticError", "badarith"),
    ("CondClauseError", "cond_clause"),
    ("ArgumentError", "badarg"),
];

/// Exceptions that stand for tuples as reasons: the tag and the sizes.
const TUPLE_REASONS: &[(&str, &str, &[i64])] = &[
    ("ArgumentError", "badarg", &[2]),
    ("BadFunctionError", "badfun", &[2]),
    ("BadArityError", "badarity", &[2]),
    ("BadMapError", "badmap", &[2]),
    ("MatchError", "badmatch", &[2]),
    ("KeyError", "badkey", &[2, 3]),
    ("CaseClauseError", "case_clause", &[2]),
    ("TryClauseError", "try_clause", &[2]),
    ("WithClauseError", "with_clause", &[2]),
    ("WithClauseError", "else_clause", &[2]),
    ("BadBooleanError", "badbool", &[3]),
    ("BadStructError", "badstruct", &[3]),
];

impl Expander<'_> {
    pub(super) async fn expand_try(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        let form = match meta.get(Atom::new("origin")) {
            Some(Quoted::Atom(origin)) => origin.as_str(),
            _ => "try",
        };
        let sections = self.sections(meta, form, &args[0], &["do", "rescue", "catch", "else", "after"])?;
        let section = |name: Atom| sections.iter().find(|(key, _)| *key == name).map(|(_, quoted)| *quoted);
        let Some(body) = section(atoms::DO) else {
            return Err(self.fail(meta, "expand::missing_do", format!("missing :do option in \"{form}\"")));
        };
        if let Some(quoted) = section(atoms::ELSE).filter(|quoted| arrows(quoted).is_none()) {
            let _ = quoted;
            return Err(self.fail(
                meta,
                "expand::missing_clauses",
                format!("expected -> clauses for :else in \"{form}\""),
            ));
        }
        let place = |name: Atom| sections.iter().position(|(key, _)| *key == name);
        if let (Some(catch), Some(rescue)) = (place(atoms::CATCH), place(atoms::RESCUE)) {
            if catch < rescue {
                let message = format!("\"catch\" should always come after \"rescue\" in {form}");
                self.warn(meta, "expand::catch_first", message);
            }
        }
        let handles = [atoms::RESCUE, atoms::CATCH, atoms::AFTER].into_iter().any(|name| place(name).is_some());
        if !handles && place(atoms::ELSE).is_some() {
            let message = format!("\"else\" shouldn't be used as the only clause in \"{form}\", use \"case\" instead");
            let warning = crate::diagnostic::Diagnostic::warning("expand::only_else", &self.source, message);
            self.cx.host.report(self.place(meta, warning, ""));
        } else if !handles {
            let message = format!("missing :catch/:rescue/:after option in \"{form}\"");
            return Err(self.fail(meta, "expand::try_without_catch", message));
        }
        let body = self.expand_scoped(body).await?;
        let outer = self.stacktrace.take();
        let trace = self.scope.temporary();
        let mut catches = Vec::new();
        self.stacktrace = Some((trace, false));
        // In the order written: a catch before a rescue comes first.
        for (key, quoted) in &sections {
            if *key == atoms::RESCUE {
                let Some(arrows) = arrows(quoted) else {
                    let message = format!("expected -> clauses for :rescue in \"{form}\"");
                    return Err(self.fail(meta, "expand::missing_clauses", message));
                };
                for arrow in &arrows {
                    if arrow.heads.len() != 1 {
                        let message = format!("expected one argument for :rescue clauses (->) in \"{form}\"");
                        return Err(self.fail(arrow.meta, "expand::clause_arity", message));
                    }
                    let mark = self.scope.mark();
                    let env = self.env.clone();
                    let clauses = Step::later(self.expand_rescue(arrow)).await;
                    self.scope.reset(mark);
                    self.env = env;
                    catches.extend(clauses?);
                }
            } else if *key == atoms::CATCH {
                let Some(arrows) = arrows(quoted) else {
                    let message = format!("expected -> clauses for :catch in \"{form}\"");
                    return Err(self.fail(meta, "expand::missing_clauses", message));
                };
                for arrow in &arrows {
                    if !matches!(arrow.heads.len(), 1 | 2) {
                        let message = format!("expected one or two args for :catch clauses (->) in \"{form}\"");
                        return Err(self.fail(arrow.meta, "expand::clause_arity", message));
                    }
                    let one = arrow.heads.len() == 1;
                    let mut clause = self.expand_clause(arrow).await?;
                    if one {
                        clause.patterns.insert(0, Pattern::Literal(Value::Atom(atoms::THROW)));
                    }
                    catches.push(clause);
                }
            }
        }
        // What cannot raise is not tried, so that Erlang's compiler does not get to see these clauses.
        let silent =
            meta.get(Atom::new("generated")).is_some() || matches!(body.kind, ExprKind::Literal(_) | ExprKind::Var(_));
        for hidden in shadow::hidden(&catches).into_iter().filter(|_| !silent) {
            let line = catches[hidden.first].line;
            self.late.push((catches[hidden.later].line, shadow::message(hidden, None, line)));
        }
        let used = self.stacktrace.take().is_some_and(|(_, used)| used);
        self.stacktrace = outer;
        let else_clauses = match section(atoms::ELSE) {
            Some(quoted) => self.expand_clauses(meta, form, "else", quoted, 1).await?,
            None => Vec::new(),
        };
        let after = match section(atoms::AFTER) {
            Some(quoted) => Some(self.expand_scoped(quoted).await?),
            None => None,
        };
        let stacktrace = used.then_some(trace);
        Ok(self.at(meta, ExprKind::Try(Box::new(Try { body, else_clauses, catches, stacktrace, after }))))
    }

    /// One clause of `rescue`; several when it names several exceptions' forms.
    async fn expand_rescue(&mut self, arrow: &Arrow<'_>) -> Outcome<Vec<Clause>> {
        self.note_line(arrow.meta);
        let line = self.env.line;
        let invalid = |this: &Self| {
            this.fail(
                arrow.meta,
                "expand::invalid_rescue",
                "invalid \"rescue\" clause. The clause should match on an alias, a variable or be in the \"var in [alias]\" format",
            )
        };
        let ([head], None) = (arrow.heads.as_slice(), arrow.guard) else { return Err(invalid(self)) };
        let (variable, names) = match self.rescue_head(head).await? {
            Some(parts) => parts,
            None => return Err(invalid(self)),
        };
        let reason = self.scope.temporary();
        // The exception is made of the reason before the body runs; `_` and no variable need none.
        let binding = match variable {
            Some(node) => {
                self.start_pattern();
                let pattern = self.expand_pattern(node).await;
                match self.finish_pattern(pattern)? {
                    Pattern::Var(variable) => Some(variable),
                    _ => None,
                }
            }
            None => None,
        };
        let erlang = |this: &Self| this.literal(Value::Atom(atoms::ERROR));
        let class = Pattern::Literal(Value::Atom(atoms::ERROR));
        let body = self.expand(arrow.body).await?;
        let body = match binding {
            Some(variable) => {
                if let Some((trace, used)) = &mut self.stacktrace {
                    *used = true;
                    let trace = *trace;
                    let args = vec![erlang(self), self.var_expr(reason), self.var_expr(trace)];
                    let exception =
                        self.remote(arrow.meta, Atom::new("Elixir.Exception"), Atom::new("normalize"), args);
                    let bind = self.at_line(ExprKind::Match(Box::new(Pattern::Var(variable)), Box::new(exception)));
                    self.at_line(ExprKind::Block(vec![bind, body]))
                } else {
                    body
                }
            }
            None => body,
        };
        let guards = match names {
            Some(names) => self.rescue_guards(arrow.meta, reason, &names),
            None => Vec::new(),
        };
        Ok(vec![Clause { patterns: vec![class, Pattern::Var(reason)], guards, body, line }])
    }

    /// The variable of a rescue clause, and the exceptions it names; `None` for exceptions means all.
    async fn rescue_head<'q>(&mut self, head: &'q Quoted) -> Outcome<Option<(Option<&'q Quoted>, Option<Vec<Atom>>)>> {
        let is_variable = |quoted: &Quoted| {
            quoted.as_node().is_some_and(|node| matches!((&node.form, &node.args), (Quoted::Atom(_), Args::Context(_))))
        };
        if is_variable(head) && head.as_node().is_some_and(|node| node.form != Quoted::atom("__MODULE__")) {
            return Ok(Some((Some(head), None)));
        }
        if let Some((name, _, [variable, names])) = head.as_call() {
            if name.as_str() == "in" {
                if !is_variable(variable) {
                    return Ok(None);
                }
                let anything = names.as_node().is_some_and(|node| node.form == Quoted::Atom(atoms::UNDERSCORE));
                if anything {
                    return Ok(Some((Some(variable), None)));
                }
                return Ok(self.rescue_names(names).await?.map(|names| (Some(variable), Some(names))));
            }
        }
        Ok(self.rescue_names(head).await?.map(|names| (None, Some(names))))
    }

    async fn rescue_names(&mut self, quoted: &Quoted) -> Outcome<Option<Vec<Atom>>> {
        let expanded = self.expand(quoted).await?;
        let values = match expanded.kind {
            ExprKind::Literal(Value::List(values)) => values,
            ExprKind::Literal(value @ Value::Atom(_)) => vec![value],
            _ => return Ok(None),
        };
        Ok(values.iter().map(Value::as_atom).collect())
    }

    /// Guards that hold when the reason is one of the exceptions, as a struct or in Erlang's form.
    fn rescue_guards(&self, meta: &Meta, reason: VarId, names: &[Atom]) -> Vec<Expr> {
        let reason_expr = || self.var_expr(reason);
        let atom = |name: &str| self.literal(Value::atom(name));
        let call = |name: &str, args: Vec<Expr>| self.remote(meta, atoms::ERLANG, Atom::new(name), args);
        let and = |left: Expr, right: Expr| self.at_line(ExprKind::And(Box::new(left), Box::new(right)));
        let or = |left: Option<Expr>, right: Expr| match left {
            None => Some(right),
            Some(left) => Some(self.at_line(ExprKind::Or(Box::new(left), Box::new(right)))),
        };
        let struct_name = || call("map_get", vec![atom("__struct__"), reason_expr()]);
        let mut guards = Vec::new();
        let mut structs = None;
        for name in names {
            let module = name.as_str().strip_prefix("Elixir.").unwrap_or(name.as_str());
            let named = call("=:=", vec![struct_name(), self.literal(Value::Atom(*name))]);
            structs = or(structs, named);
            if module == "ErlangError" {
                // Whatever is no exception struct.
                let is_map = call("is_map", vec![reason_expr()]);
                let key = call("is_map_key", vec![atom("__exception__"), reason_expr()]);
                guards.push(call("not", vec![and(is_map, key)]));
            }
            for (exception, plain) in ATOM_REASONS {
                if *exception == module {
                    guards.push(call("=:=", vec![reason_expr(), atom(plain)]));
                }
            }
            for (exception, tag, sizes) in TUPLE_REASONS {
                if *exception != module {
                    continue;
                }
                let mut fits = None;
                for size in *sizes {
                    let has_size = call("=:=", vec![call("tuple_size", vec![reason_expr()]), self.literal(*size)]);
                    fits = or(fits, has_size);
                }
                if let Some(fits) = fits {
                    let first = call("element", vec![self.literal(1), reason_expr()]);
                    guards.push(and(fits, call("=:=", vec![first, atom(tag)])));
                }
            }
        }
        if let Some(structs) = structs {
            let is_map = call("is_map", vec![reason_expr()]);
            guards.insert(0, and(is_map, structs));
        }
        guards
    }
}
