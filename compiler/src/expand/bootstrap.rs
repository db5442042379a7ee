//! The macros of Kernel that exist before Kernel does, written here: they expand without the machine.

use std::sync::OnceLock;

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::clauses::keywords;
use super::env::Context;
use super::escape::{escape_value, has_unquote, mentions_unquote};
use super::hashing::SmallMap;
use super::host::{exception_struct, Failure, Outcome, Raised};
use super::messages::show_module;
use super::{Expander, Step};
use crate::module::attribute;
use crate::module::definition::DefKind;
use crate::quoted::{Args, Meta, Quoted};
use crate::tree::{Clause, Expr, ExprKind, NoMatch, Pattern};

/// A macro written here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the macro of its name")]
pub enum Boot {
    Def(DefKind),
    Defmodule,
    Attribute,
    Use,
    If,
    Unless,
    And,
    Or,
    AndAnd,
    OrOr,
    Bang,
    Pipe,
    Concat,
    Range,
    StepRange,
    In,
    ToString,
}

/// Names, arities and macros.
const TABLE: &[(&str, u8, Boot)] = &[
    ("def", 1, Boot::Def(DefKind::Def)),
    ("def", 2, Boot::Def(DefKind::Def)),
    ("defp", 1, Boot::Def(DefKind::Defp)),
    ("defp", 2, Boot::Def(DefKind::Defp)),
    ("defmacro", 1, Boot::Def(DefKind::Defmacro)),
    ("defmacro", 2, Boot::Def(DefKind::Defmacro)),
    ("defmacrop", 1, Boot::Def(DefKind::Defmacrop)),
    ("defmacrop", 2, Boot::Def(DefKind::Defmacrop)),
    ("defmodule", 2, Boot::Defmodule),
    ("@", 1, Boot::Attribute),
    ("use", 1, Boot::Use),
    ("use", 2, Boot::Use),
    ("if", 2, Boot::If),
    ("unless", 2, Boot::Unless),
    ("and", 2, Boot::And),
    ("or", 2, Boot::Or),
    ("&&", 2, Boot::AndAnd),
    ("||", 2, Boot::OrOr),
    ("!", 1, Boot::Bang),
    ("|>", 2, Boot::Pipe),
    ("<>", 2, Boot::Concat),
    ("..", 2, Boot::Range),
    ("..//", 3, Boot::StepRange),
    ("in", 2, Boot::In),
    ("to_string", 1, Boot::ToString),
];

/// Names and arities of the macros of Kernel that the compiler brings along.
pub const KERNEL_MACROS: &[(&str, u8)] = &{
    let mut names = [("", 0); TABLE.len()];
    let mut index = 0;
    while index < TABLE.len() {
        names[index] = (TABLE[index].0, TABLE[index].1);
        index += 1;
    }
    names
};

impl Boot {
    /// The macro of this name and number of arguments.
    pub fn of(name: Atom, arity: usize) -> Option<Boot> {
        static MACROS: OnceLock<SmallMap<(Atom, u8), Boot>> = OnceLock::new();
        let macros =
            MACROS.get_or_init(|| TABLE.iter().map(|(name, arity, boot)| ((Atom::new(name), *arity), *boot)).collect());
        macros.get(&(name, u8::try_from(arity).ok()?)).copied()
    }
}

const INVALID_WRITE: &str =
    "invalid write attribute syntax. If you want to define an attribute, don't do this:\n\n    @foo = \
                             :value\n\nInstead, do this:\n\n    @foo :value\n";

fn remote_call(module: Atom, name: &str, args: Vec<Quoted>) -> Quoted {
    let dot = Quoted::call(atoms::DOT, Meta::default(), vec![Quoted::Atom(module), Quoted::atom(name)]);
    Quoted::call(dot, Meta::default(), args)
}

fn erlang_call(name: &str, left: Quoted, right: Quoted) -> Quoted {
    remote_call(atoms::ERLANG, name, vec![left, right])
}

impl Expander<'_> {
    /// Expands a call of one of these macros.
    pub(super) async fn expand_boot(&mut self, boot: Boot, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        let result = match boot {
            Boot::Def(kind) => Step::later(self.boot_def(kind, meta, args)).await,
            Boot::Defmodule => Step::later(self.boot_defmodule(meta, args)).await,
            Boot::Attribute => Step::later(self.boot_attribute(meta, &args[0])).await,
            Boot::If | Boot::Unless => Step::later(self.boot_if(boot, meta, args)).await,
            Boot::And | Boot::Or => {
                let left = Box::new(self.expand(&args[0]).await?);
                let mark = self.scope.mark();
                let right = Box::new(self.expand(&args[1]).await?);
                if self.env.context == Context::Normal {
                    self.scope.reset(mark);
                }
                let kind = if boot == Boot::And { ExprKind::And(left, right) } else { ExprKind::Or(left, right) };
                Ok(self.at(meta, kind))
            }
            Boot::AndAnd | Boot::OrOr | Boot::Bang => Step::later(self.boot_truth(boot, meta, args)).await,
            Boot::ToString => {
                let arg = self.expand(&args[0]).await?;
                if let ExprKind::Literal(Value::Binary(_)) = arg.kind {
                    return Ok(arg);
                }
                self.remote_function(meta, Atom::new("Elixir.String.Chars"), Atom::new("to_string"), vec![arg])
            }
            Boot::Range | Boot::StepRange if self.env.context == Context::Normal => {
                let mut parts = self.expand_call_args(args).await?;
                let step = (boot == Boot::StepRange).then(|| parts.pop()).flatten();
                self.range(meta, parts, step)
            }
            Boot::Use | Boot::Pipe | Boot::Concat | Boot::Range | Boot::StepRange | Boot::In => {
                match Step::later(self.quote_boot(boot, meta, args)).await? {
                    Some(quoted) => {
                        let line = self.env.line;
                        let result = self.expand(&quoted).await;
                        self.env.line = line;
                        result
                    }
                    None => Err(self.fail(meta, "expand::macro", "this macro cannot be used here")),
                }
            }
        };
        result
    }

    /// `first..last//step`: a literal where all is known.
    fn range(&self, meta: &Meta, parts: Vec<Expr>, step: Option<Expr>) -> Outcome<Expr> {
        let literal = |expr: &Expr| match &expr.kind {
            ExprKind::Literal(value) => Some(value.clone()),
            _ => None,
        };
        let integer = |value: &Value| matches!(value, Value::Int(_) | Value::Big(_));
        let range = Atom::new("Elixir.Range");
        let values: Option<Vec<Value>> = parts.iter().chain(&step).map(literal).collect();
        if let Some(values) = values.filter(|values| values.iter().all(integer)) {
            let step = match values.get(2) {
                Some(step) => step.clone(),
                None => Value::Int(if less(&values[1], &values[0]) { -1 } else { 1 }),
            };
            if step == Value::Int(0) {
                let message = "ranges (first..last//step) expect the step to be a non-zero integer, got: 0";
                return Err(Raised::exception("ArgumentError", message).into());
            }
            return Ok(self.at(meta, ExprKind::Literal(range_value(values[0].clone(), values[1].clone(), step))));
        }
        let mut args = parts;
        args.extend(step);
        Ok(self.remote(meta, range, Atom::new("new"), args))
    }

    async fn boot_if(&mut self, boot: Boot, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
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
    async fn boot_truth(&mut self, boot: Boot, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
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

    /// [`Expander::quote_boot`] in a pattern, where those that become a `case` are refused.
    pub(super) fn boot_in_pattern<'a>(
        &'a mut self,
        boot: Boot,
        meta: &'a Meta,
        args: &'a [Quoted],
    ) -> Step<'a, Option<Quoted>> {
        let operator = match boot {
            Boot::AndAnd => "&&",
            Boot::OrOr => "||",
            Boot::Bang => "!",
            Boot::And => "and",
            Boot::Or => "or",
            _ => return self.quote_boot(boot, meta, args),
        };
        let message = format!(
            "invalid expression in match, {operator} is not allowed in patterns such as function clauses, case clauses or on \
             the left side of the = operator"
        );
        Step::ready(Err(Raised::exception("ArgumentError", &message).into()))
    }

    /// The code that one of these macros stands for, for patterns and `Macro.expand/2`; `None` when it has none.
    pub(crate) fn quote_boot<'a>(
        &'a mut self,
        boot: Boot,
        meta: &'a Meta,
        args: &'a [Quoted],
    ) -> Step<'a, Option<Quoted>> {
        Step::later(self.quote_boot_inside(boot, meta, args))
    }

    async fn quote_boot_inside(&mut self, boot: Boot, meta: &Meta, args: &[Quoted]) -> Outcome<Option<Quoted>> {
        let quoted = match boot {
            Boot::Pipe => self.pipe(meta, args)?,
            Boot::Concat => self.concat(meta, args)?,
            Boot::Use => self.use_call(meta, args).await?,
            Boot::In => Step::later(self.in_call(meta, &args[0], &args[1])).await?,
            Boot::Range | Boot::StepRange => self.range_quoted(meta, args)?,
            Boot::ToString => remote_call(Atom::new("Elixir.String.Chars"), "to_string", args.to_vec()),
            Boot::Attribute => return Step::later(self.attribute_quoted(meta, &args[0])).await.map(Some),
            Boot::Unless => {
                let Some(sections) = keywords(&args[1]) else { return Ok(None) };
                let section = |name: Atom| {
                    sections.iter().find(|(key, _)| *key == name).map_or(Quoted::NIL, |(_, quoted)| (*quoted).clone())
                };
                let pair = |key: Atom, other: Atom| Quoted::pair(Quoted::Atom(key), section(other));
                let swapped = Quoted::list(vec![pair(atoms::DO, atoms::ELSE), pair(atoms::ELSE, atoms::DO)]);
                let mut meta = Meta::default();
                let import = Quoted::pair(Quoted::Int(2), Quoted::Atom(atoms::KERNEL));
                meta.put(Atom::new("imports"), Quoted::list(vec![import]));
                meta.put(Atom::new("context"), Quoted::Atom(atoms::KERNEL));
                Quoted::call(Atom::new("if"), meta, vec![args[0].clone(), swapped])
            }
            Boot::If => {
                let Some(sections) = keywords(&args[1]) else { return Ok(None) };
                let section = |name: Atom| {
                    sections.iter().find(|(key, _)| *key == name).map_or(Quoted::NIL, |(_, quoted)| (*quoted).clone())
                };
                let (then, otherwise) = (section(atoms::DO), section(atoms::ELSE));
                self.truth_case(&args[0], |_| otherwise, |_| then, true)
            }
            Boot::AndAnd => self.truth_case(&args[0], |x| x, |_| args[1].clone(), false),
            Boot::OrOr => self.truth_case(&args[0], |_| args[1].clone(), |x| x, false),
            Boot::Bang => {
                self.truth_case(&args[0], |_| Quoted::Atom(atoms::TRUE), |_| Quoted::Atom(atoms::FALSE), true)
            }
            Boot::And if self.env.context == Context::Normal => self.boolean_case("and", args),
            Boot::Or if self.env.context == Context::Normal => self.boolean_case("or", args),
            Boot::And => erlang_call("andalso", args[0].clone(), args[1].clone()),
            Boot::Or => erlang_call("orelse", args[0].clone(), args[1].clone()),
            Boot::Def(_) | Boot::Defmodule => return Ok(None),
        };
        Ok(Some(quoted))
    }

    /// `case left do false -> …; true -> …; other -> error({:badbool, operator, other}) end`.
    fn boolean_case(&self, operator: &str, args: &[Quoted]) -> Quoted {
        let mut var_meta = Meta::default();
        let owner = self.env.module.unwrap_or(atoms::KERNEL);
        let number = self.cx.compiler.next_counter();
        var_meta.put(super::counter_key(), Quoted::pair(Quoted::Atom(owner), Quoted::Int(number)));
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
    fn truth_case(
        &self,
        subject: &Quoted,
        falsy: impl FnOnce(Quoted) -> Quoted,
        truthy: impl FnOnce(Quoted) -> Quoted,
        optimize: bool,
    ) -> Quoted {
        let mut var_meta = Meta::default();
        let owner = self.env.module.unwrap_or(atoms::KERNEL);
        var_meta
            .put(super::counter_key(), Quoted::pair(Quoted::Atom(owner), Quoted::Int(self.cx.compiler.next_counter())));
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

    /// `left |> call(args)` as `call(left, args)`. What stands on the left stays as it is written, a pipe too: macros at
    /// the end of a chain are given it like that.
    fn pipe(&self, meta: &Meta, args: &[Quoted]) -> Outcome<Quoted> {
        // Parentheses may put a chain on the right; its calls follow from the left to the right.
        let mut pending = vec![&args[1]];
        let mut result = args[0].clone();
        while let Some(part) = pending.pop() {
            match part.as_call() {
                Some((name, _, [left, right])) if name.as_str() == "|>" => pending.extend([right, left]),
                _ => result = self.pipe_into(meta, result, part)?,
            }
        }
        Ok(result)
    }

    fn pipe_into(&self, meta: &Meta, value: Quoted, call: &Quoted) -> Outcome<Quoted> {
        let bad = |message: String| -> Outcome<Quoted> { Err(Raised::exception("ArgumentError", &message).into()) };
        let shown = || format!("cannot pipe {} into {}", self.show(&value), self.show(call));
        let Some(node) = call.as_node() else {
            return bad(format!(
                "{}, can only pipe into local calls foo(), remote calls Foo.bar() or anonymous function calls foo.()",
                shown()
            ));
        };
        match (&node.form, &node.args) {
            (Quoted::Atom(name), Args::List(args)) if matches!(name.as_str(), "+" | "-") && args.len() == 1 => {
                let operand = self.show(&args[0]);
                bad(format!(
                    "piping into a unary operator is not supported, please use the qualified name: Kernel.{name}({operand}), \
                     instead of {name}{operand}"
                ))
            }
            (Quoted::Atom(name), Args::Context(_)) => {
                // A name without parentheses is a call here.
                let mut meta = node.meta.clone();
                meta.extra = None;
                Ok(Quoted::call(*name, meta, vec![value]))
            }
            (Quoted::Atom(name), Args::List(args)) => {
                let text = name.as_str();
                match (text, args.len()) {
                    ("fn", _) => bad(format!(
                        "cannot pipe {} into an anonymous function without calling the function; use Kernel.then/2 instead or \
                         define the anonymous function as a regular private function",
                        self.show(&value)
                    )),
                    ("&" | "__aliases__" | "{}" | "%{}" | "%" | "<<>>" | "__block__", _) => bad(format!(
                        "{}, can only pipe into local calls foo(), remote calls Foo.bar() or anonymous function calls foo.()",
                        shown()
                    )),
                    _ if args.len() == 2 && is_binary_operator(text) => {
                        bad(format!("{}, the :{text} operator can only take one argument", shown()))
                    }
                    _ => {
                        let mut all = vec![value];
                        all.extend(args.iter().cloned());
                        Ok(Quoted::call(*name, node.meta.clone(), all))
                    }
                }
            }
            (form @ Quoted::Node(_), Args::List(args)) => {
                let mut all = vec![value];
                all.extend(args.iter().cloned());
                let mut node_meta = node.meta.clone();
                if let Some(extra) = &mut node_meta.extra {
                    extra.retain(|(key, _)| key.as_str() != "no_parens");
                }
                Ok(Quoted::call(form.clone(), node_meta, all))
            }
            _ => Err(self.fail(meta, "expand::pipe", shown())),
        }
    }

    /// `"a" <> b <> "c"` as one bitstring.
    fn concat(&self, meta: &Meta, args: &[Quoted]) -> Outcome<Quoted> {
        let matching = self.pattern.is_some();
        let mut parts = Vec::new();
        let mut rest = [&args[0], &args[1]];
        let position = Meta::at(meta.line, meta.column);
        loop {
            let [left, right] = rest;
            self.concat_part(meta, left, false, matching, &mut parts)?;
            match right.as_call() {
                Some((atoms::CONCAT, _, [left, right])) => rest = [left, right],
                _ => {
                    self.concat_part(meta, right, true, matching, &mut parts)?;
                    break;
                }
            }
        }
        Ok(Quoted::call(atoms::BITSTRING, position, parts))
    }

    fn concat_part(
        &self,
        meta: &Meta,
        part: &Quoted,
        last: bool,
        matching: bool,
        parts: &mut Vec<Quoted>,
    ) -> Outcome<()> {
        match part {
            Quoted::Binary(_) => parts.push(part.clone()),
            Quoted::List(_)
            | Quoted::Int(_)
            | Quoted::Float(_)
            | Quoted::Atom(_)
            | Quoted::Pair(_)
            | Quoted::Big(_) => {
                let message = format!("expected binary argument in <> operator but got: {}", self.show(part));
                return Err(Raised::exception("ArgumentError", &message).into());
            }
            _ => {
                let variable = part.as_node().is_some_and(|node| {
                    matches!((&node.form, &node.args), (Quoted::Atom(_), Args::Context(_)))
                        || matches!((&node.form, &node.args), (Quoted::Atom(pin), Args::List(args)) if pin.as_str() == "^" && args.len() == 1)
                });
                if matching && !last && variable {
                    let message = format!(
                        "the left argument of <> operator inside a match should always be a literal binary because its size \
                         can't be verified. Got: {}",
                        self.show(part)
                    );
                    return Err(Raised::exception("ArgumentError", &message).into());
                }
                let binary = Quoted::var(Atom::new("binary"), Meta::default(), atoms::NIL);
                parts.push(Quoted::call(atoms::TYPE_OP, meta.clone(), vec![part.clone(), binary]));
            }
        }
        Ok(())
    }

    /// `use Module, options` as `require` and a call of `__using__`.
    async fn use_call(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Quoted> {
        let options = args.get(1).cloned().unwrap_or_else(|| Quoted::list(Vec::new()));
        let targets: Vec<Quoted> = match multi_alias(&args[0]) {
            Some((base, parts)) => parts
                .iter()
                .map(|part| {
                    let mut names = vec![base.clone()];
                    match part.as_call() {
                        Some((atoms::ALIASES, _, more)) => names.extend(more.iter().cloned()),
                        _ => names.push(part.clone()),
                    }
                    Quoted::call(atoms::ALIASES, Meta::default(), names)
                })
                .collect(),
            None => vec![args[0].clone()],
        };
        let mut statements = Vec::with_capacity(targets.len());
        let position = Meta::at(self.line_of(meta), if meta.line == 0 { 0 } else { meta.column });
        for target in targets {
            let variable = target.as_node().is_some_and(|node| matches!(&node.args, Args::Context(_)))
                && target.as_node().is_some_and(|node| node.form != Quoted::atom("__MODULE__"));
            let expanded = match variable {
                true => self.literal(Value::EMPTY_LIST),
                false => self.expand(&target).await?,
            };
            let ExprKind::Literal(Value::Atom(module)) = expanded.kind else {
                let message = format!(
                    "invalid arguments for use, expected a compile time atom or alias, got: {}",
                    self.show(&target)
                );
                return Err(Raised::exception("ArgumentError", &message).into());
            };
            let require = Quoted::call(Atom::new("require"), position.clone(), vec![Quoted::Atom(module)]);
            let dot = Quoted::call(atoms::DOT, position.clone(), vec![Quoted::Atom(module), Quoted::atom("__using__")]);
            let call = Quoted::call(dot, position.clone(), vec![options.clone()]);
            statements.push(Quoted::call(atoms::BLOCK, Meta::default(), vec![require, call]));
        }
        Ok(Quoted::call(atoms::BLOCK, Meta::default(), statements))
    }

    /// `left in right`: comparisons for a literal list or range, `Enum.member?/2` otherwise.
    async fn in_call(&mut self, meta: &Meta, left: &Quoted, right: &Quoted) -> Outcome<Quoted> {
        let mut right = right.clone();
        for _ in 0..100 {
            let expandable = right.as_call().is_some_and(|(name, _, args)| {
                !matches!(name.as_str(), "{}" | "%{}" | ".." | "..//" | "%" | "<<>>" | "__block__" | "fn")
                    && super::special::Special::of(name, args.len()).is_none()
            });
            if !expandable {
                break;
            }
            match self.expand_once(&right).await? {
                Some(expanded) => right = expanded,
                None => break,
            }
        }
        if let Quoted::List(elements) = &right {
            if self.env.context == Context::Guard {
                right = self.with_literal_tail(elements.to_vec()).await?;
            }
        }
        if let Some(range) = unescaped_range(&right) {
            let message = format!("found unescaped value on the right side of in/2: {range}");
            return Err(Raised::exception("ArgumentError", &message).into());
        }
        let guard = self.env.context == Context::Guard;
        let simple = is_simple(left);
        let result = |value: Quoted, body: &dyn Fn(Quoted) -> Quoted| {
            if guard || simple {
                return body(value);
            }
            // The left side is evaluated once.
            let mut var_meta = Meta::default();
            let owner = self.env.module.unwrap_or(atoms::KERNEL);
            let number = self.cx.compiler.next_counter();
            var_meta.put(super::counter_key(), Quoted::pair(Quoted::Atom(owner), Quoted::Int(number)));
            let variable = Quoted::var(Atom::new("var"), var_meta, atoms::KERNEL);
            let bind = Quoted::call(atoms::MATCH, Meta::default(), vec![variable.clone(), value]);
            Quoted::call(atoms::BLOCK, Meta::default(), vec![bind, body(variable)])
        };
        match &right {
            Quoted::List(elements) if elements.is_empty() && self.env.context == Context::Normal => {
                let ignored = Quoted::var(atoms::UNDERSCORE, Meta::default(), atoms::KERNEL);
                let bind = Quoted::call(atoms::MATCH, Meta::default(), vec![ignored, left.clone()]);
                Ok(Quoted::call(atoms::BLOCK, Meta::default(), vec![bind, Quoted::Atom(atoms::FALSE)]))
            }
            Quoted::List(elements) => {
                let mut elements = elements.to_vec();
                let mut tail = None;
                if let Some((atoms::PIPE, _, [last, rest])) = elements.last().and_then(|last| last.as_call()) {
                    let (last, rest) = (last.clone(), rest.clone());
                    elements.pop();
                    elements.push(last);
                    tail = Some(rest);
                }
                if elements.is_empty() {
                    return Ok(if guard || simple {
                        Quoted::Atom(atoms::FALSE)
                    } else {
                        Quoted::call(atoms::BLOCK, Meta::default(), vec![left.clone(), Quoted::Atom(atoms::FALSE)])
                    });
                }
                if let Some(tail) = tail {
                    if guard {
                        let message = format!(
                            "invalid right argument for operator \"in\", it expects a compile-time proper list or compile-time \
                             range on the right side when used in guard expressions, got: {}",
                            self.show(&right)
                        );
                        return Err(Raised::exception("ArgumentError", &message).into());
                    }
                    let last = elements.pop().unwrap_or(Quoted::NIL);
                    elements.push(Quoted::call(atoms::PIPE, Meta::default(), vec![last, tail]));
                    return Ok(remote_call(atoms::LISTS, "member", vec![left.clone(), Quoted::list(elements)]));
                }
                if !guard && !elements.iter().all(is_plain) {
                    // Whatever the elements do is done, found or not.
                    return Ok(remote_call(atoms::LISTS, "member", vec![left.clone(), Quoted::list(elements)]));
                }
                Ok(result(left.clone(), &|value: Quoted| {
                    let tests = elements.iter().map(|element| erlang_call("=:=", value.clone(), element.clone()));
                    tests
                        .reduce(|before, test| erlang_call("orelse", before, test))
                        .unwrap_or(Quoted::Atom(atoms::FALSE))
                }))
            }
            Quoted::Binary(_)
            | Quoted::Atom(_)
            | Quoted::Int(_)
            | Quoted::Float(_)
            | Quoted::Pair(_)
            | Quoted::Big(_)
                if guard =>
            {
                let message = format!(
                    "invalid right argument for operator \"in\", it expects a compile-time proper list or compile-time range \
                     on the right side{}, got: {}",
                    if guard { " when used in guard expressions" } else { "" },
                    self.show(&right)
                );
                Err(Raised::exception("ArgumentError", &message).into())
            }
            other => {
                let range = match other.as_call() {
                    Some((name, _, [first, last])) if name == atoms::DOTDOT => Some((first, last, None)),
                    Some((name, _, [first, last, step])) if name.as_str() == "..//" => Some((first, last, Some(step))),
                    Some((atoms::MAP_BRACES, _, pairs)) => range_literal(pairs),
                    _ => None,
                };
                if let Some((first, last, step)) = range {
                    let (first, last) = (&signed(first), &signed(last));
                    let bounds_known = matches!((first, last), (Quoted::Int(_), Quoted::Int(_)));
                    if guard || (bounds_known && !matches!(step, Some(step) if !matches!(step, Quoted::Int(_)))) {
                        return Ok(result(left.clone(), &|value: Quoted| range_test(value, first, last, step)));
                    }
                }
                if guard {
                    let message = format!(
                        "invalid right argument for operator \"in\", it expects a compile-time proper list or compile-time \
                         range on the right side when used in guard expressions, got: {}",
                        self.show(other)
                    );
                    return Err(Raised::exception("ArgumentError", &message).into());
                }
                let _ = meta;
                Ok(remote_call(Atom::new("Elixir.Enum"), "member?", vec![right.clone(), left.clone()]))
            }
        }
    }

    /// A list whose tail, if that is a list itself or expands to one, is part of the list.
    async fn with_literal_tail(&mut self, mut elements: Vec<Quoted>) -> Outcome<Quoted> {
        while let Some((atoms::PIPE, meta, [last, rest])) = elements.last().and_then(|last| last.as_call()) {
            let (meta, last, mut rest) = (meta.clone(), last.clone(), rest.clone());
            elements.pop();
            if rest.as_call().is_some_and(|(name, _, args)| super::special::Special::of(name, args.len()).is_none()) {
                rest = self.expand_once(&rest).await?.unwrap_or(rest);
            }
            match rest {
                Quoted::List(more) => {
                    elements.push(last);
                    elements.extend(more.iter().cloned());
                }
                other => {
                    elements.push(Quoted::call(atoms::PIPE, meta, vec![last, other]));
                    break;
                }
            }
        }
        Ok(Quoted::list(elements))
    }

    /// A range in a pattern or a guard.
    fn range_quoted(&self, meta: &Meta, args: &[Quoted]) -> Outcome<Quoted> {
        let step = match (args, self.pattern.is_some()) {
            ([_, _, step], _) => step.clone(),
            ([Quoted::Int(first), Quoted::Int(last)], _) => Quoted::Int(if first <= last { 1 } else { -1 }),
            (_, true) => Quoted::var(atoms::UNDERSCORE, Meta::default(), atoms::NIL),
            _ => {
                let down = erlang_call(">", args[0].clone(), args[1].clone());
                let steps = vec![
                    Quoted::pair(Quoted::Atom(atoms::FALSE), Quoted::Int(1)),
                    Quoted::pair(Quoted::Atom(atoms::TRUE), Quoted::Int(-1)),
                ];
                remote_call(
                    atoms::ERLANG,
                    "map_get",
                    vec![down, Quoted::call(atoms::MAP_BRACES, Meta::default(), steps)],
                )
            }
        };
        let entry = |key: &str, value: Quoted| Quoted::pair(Quoted::atom(key), value);
        Ok(Quoted::call(
            atoms::MAP_BRACES,
            meta.clone(),
            vec![
                entry("__struct__", Quoted::atom("Elixir.Range")),
                entry("first", args[0].clone()),
                entry("last", args[1].clone()),
                entry("step", step),
            ],
        ))
    }

    /// `def` and its like where they are not plain statements of a module's body: code that defines at run time.
    async fn boot_def(&mut self, kind: DefKind, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        let name = kind.as_str();
        if self.env.function.is_some() {
            let message = format!("cannot invoke {name}/{} inside function/macro", args.len());
            return Err(Raised::exception("ArgumentError", &message).into());
        }
        let Some(module) = self.env.module else {
            let message = format!("cannot invoke {name}/{} outside module", args.len());
            return Err(Raised::exception("ArgumentError", &message).into());
        };
        let whole = Quoted::call(Atom::new(name), meta.clone(), args.to_vec());
        let (native, code) = if has_unquote(&whole) {
            ("define_unquoted", self.escape_code(&whole).await?)
        } else {
            let native = if mentions_unquote(&whole) { "define_unquoted" } else { "define" };
            (native, self.literal(crate::quoted::convert::to_value(&whole).unwrap_or(Value::NIL)))
        };
        let mut env = self.env.clone();
        env.line = self.line_of(meta);
        let parameters = vec![self.literal(Value::Atom(module)), code, self.literal(env.to_value(&[]))];
        Ok(self.remote(meta, Atom::new("beamlet_compiler"), Atom::new(native), parameters))
    }

    /// `defmodule` where it is not a plain statement: code that defines the module at run time.
    /// What a `defmodule` is answered with that has no `do`, or has something besides.
    fn defmodule_clause(&self, meta: &Meta) -> Failure {
        let (name, arity) = (Atom::new("defmodule"), 2);
        let fields = vec![
            ("module", Value::Atom(atoms::KERNEL)),
            ("function", Value::Atom(name)),
            ("arity", Value::Int(arity.into())),
            ("kind", Value::NIL),
            ("args", Value::NIL),
            ("clauses", Value::NIL),
        ];
        let mut raised = Raised::error(exception_struct("FunctionClauseError", fields));
        let frames = self.expanding("expanding macro", atoms::KERNEL, name, arity, meta);
        raised.stacktrace = Value::List(frames.into()).into();
        raised.into()
    }

    async fn boot_defmodule(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        let sections = keywords(&args[1]).unwrap_or_default();
        let &[(atoms::DO, body)] = sections.as_slice() else {
            return Err(self.defmodule_clause(meta));
        };
        let name = match self.nested_module_name(meta, &args[0]).await? {
            Some(module) => {
                self.note_defined(module).await;
                self.literal(Value::Atom(module))
            }
            None => self.expand(&args[0]).await?,
        };
        // The body sees the variables around it, so those it names are handed over.
        let mut bindings = Vec::new();
        let visible: Vec<_> = self.scope.visible().collect();
        if self.env.function.is_none() {
            self.give_away_variables();
        }
        for (key, variable) in visible {
            if !mentions(body, key.0) {
                continue;
            }
            self.scope.mark_used(variable);
            let context = super::env::context_value(key.1);
            let name = self.literal(Value::Tuple(vec![Value::Atom(key.0), context]));
            let value = self.var_expr(variable);
            bindings.push(self.at_line(ExprKind::Tuple(vec![name, value])));
        }
        let bindings = self.at_line(ExprKind::List(bindings, None));
        let mut env = self.env.clone();
        env.line = self.line_of(meta);
        let (code, env) = if self.env.module.is_none() {
            // Evaluated code stays in this machine, so the body need not be data.
            let source = self.source.clone();
            let number = self.cx.compiler.defer(crate::module::Deferred { code: body.clone(), env, source });
            (self.literal(number), self.literal(Value::NIL))
        } else {
            let code = self.literal(crate::quoted::convert::to_value(body).unwrap_or(Value::NIL));
            // Defined when a function runs, it is a file of its own to the checks of aliases, imports and calls.
            let of_this_file = self.env.function.is_none();
            env.lexical = env.lexical.filter(|lexical| of_this_file && lexical.process.get().is_none());
            (code, self.literal(env.to_value(&[])))
        };
        let parameters = vec![name, code, bindings, env];
        Ok(self.remote(meta, Atom::new("beamlet_compiler"), Atom::new(super::block::DEFINE), parameters))
    }

    /// A module's body may read all variables around it, so none of them counts as unused.
    pub(crate) fn give_away_variables(&mut self) {
        let visible: Vec<_> = self.scope.visible().collect();
        for (_, variable) in visible {
            self.scope.mark_used(variable);
        }
    }

    /// Notes a module that the code at hand defines: its macros and its struct are there only once that code has run.
    pub(crate) async fn note_defined(&mut self, module: Atom) {
        if !self.env.context_modules.contains(&module) {
            std::sync::Arc::make_mut(&mut self.env.context_modules).insert(0, module);
        }
        if let (Some(_), Some(state)) = (self.env.function, &self.module) {
            state.lock().inner_modules.push(module);
        }
        if !self.unit_modules.contains(&module) && !self.cx.host.ensure_loaded(module).await {
            self.unit_modules.push(module);
        }
    }

    /// The full name of a module defined here, with the alias that it brings; `None` when it is computed at run time.
    pub(crate) async fn nested_module_name(&mut self, meta: &Meta, name: &Quoted) -> Outcome<Option<Atom>> {
        let Some((atoms::ALIASES, _, parts)) = name.as_call() else {
            return match self.expand(name).await?.kind {
                ExprKind::Literal(Value::Atom(module)) => Ok(Some(module)),
                _ => Ok(None),
            };
        };
        let expanded = self.expand_alias_node(meta, parts).await?;
        let Some(expanded) = expanded else { return Ok(None) };
        let Some(outer) = self.env.module else { return Ok(Some(expanded)) };
        let Some(Quoted::Atom(first)) = parts.first() else { return Ok(Some(expanded)) };
        if *first == atoms::ELIXIR && parts.len() > 1 {
            return Ok(Some(expanded));
        }
        let mut all = vec![outer];
        for part in parts {
            match part {
                Quoted::Atom(part) => all.push(*part),
                _ => return Ok(Some(expanded)),
            }
        }
        let full = super::directive::concat(&all);
        let alias = super::directive::concat(&all[1..2]);
        let target = super::directive::concat(&all[..2]);
        self.set_alias(name.as_node().map_or(meta, |node| &node.meta), alias, target);
        Ok(Some(full))
    }

    /// `@name`, `@name value`.
    async fn boot_attribute(&mut self, meta: &Meta, attribute: &Quoted) -> Outcome<Expr> {
        let Some(module) = self.env.module else {
            return Err(Raised::exception("ArgumentError", "cannot invoke @/1 outside module").into());
        };
        match attribute_parts(attribute) {
            Some((name, _, None)) => {
                if attribute.as_node().is_some_and(|node| matches!(node.args, Args::List(_))) {
                    let message = format!(
                        "the @{name}() notation (with parenthesis) is deprecated, please use @{name} (without parenthesis) \
                         instead"
                    );
                    let frame = format!("{} (module)", show_module(module));
                    let warning =
                        crate::diagnostic::Diagnostic::warning("expand::attribute_call", &self.source, message);
                    self.cx.host.report(self.place(meta, warning.inside(Some(frame)), ""));
                }
                if self.env.function.is_some() {
                    let value = self.read_attribute(meta, name, self.env.context == Context::Normal)?;
                    return Ok(self.at(meta, ExprKind::Literal(value)));
                }
                let parameters = vec![
                    self.literal(Value::Atom(module)),
                    self.literal(Value::Atom(name)),
                    self.literal(i64::from(self.line_of(meta))),
                ];
                Ok(self.remote(meta, Atom::new("beamlet_compiler"), Atom::new("read_attribute"), parameters))
            }
            Some((name, attribute_meta, Some(value))) if name != atoms::MATCH => {
                if self.env.function.is_some() {
                    let message = format!("cannot set attribute @{name} inside function/macro");
                    return Err(Raised::exception("ArgumentError", &message).into());
                }
                let line = self.line_of(if attribute_meta.line == 0 { meta } else { attribute_meta });
                if attribute::is_typespec(name) {
                    let code = self.escape_code(value).await?;
                    let parameters = vec![
                        self.literal(Value::Atom(module)),
                        self.literal(Value::Atom(name)),
                        code,
                        self.literal(i64::from(line)),
                    ];
                    return Ok(self.remote(meta, Atom::new("beamlet_compiler"), Atom::new("put_typespec"), parameters));
                }
                let value = self.expand(value).await?;
                let context = Atom::new("context");
                let by_macro = meta.get(context).is_some() || attribute_meta.get(context).is_some();
                // Nobody is told that what a macro set is not read.
                let line = if by_macro { -i64::from(line) } else { i64::from(line) };
                let parameters =
                    vec![self.literal(Value::Atom(module)), self.literal(Value::Atom(name)), value, self.literal(line)];
                Ok(self.remote(meta, Atom::new("beamlet_compiler"), Atom::new("write_attribute"), parameters))
            }
            _ => {
                let node = attribute.as_node();
                let count = node.map_or(0, |node| if let Args::List(args) = &node.args { args.len() } else { 0 });
                let name = node.map_or(String::new(), |node| self.show(&node.form).trim_start_matches(':').to_string());
                if name == "__aliases__" {
                    let message = "module attributes set via @ cannot start with an uppercase letter";
                    return Err(Raised::exception("ArgumentError", message).into());
                }
                if name == "=" {
                    return Err(Raised::exception("ArgumentError", INVALID_WRITE).into());
                }
                let block = node.is_some_and(|node| match &node.args {
                    Args::List(args) => args.len() == 2 && matches!(&args[1], Quoted::List(parts) if matches!(parts.first(), Some(Quoted::Pair(pair)) if pair.0 == Quoted::Atom(atoms::DO))),
                    Args::Context(_) => false,
                });
                let message = match block {
                    true => format!(
                        "expected 0 or 1 argument for @{name}, got 2.\n\nIt seems you are trying to use the do-syntax with @module \
                         attributes but the do-block is binding to the attribute name. You probably want to wrap the argument \
                         value in parentheses, like this:\n\n    @{name} (do_block do\n      ...\n    end)\n"
                    ),
                    false => format!("expected 0 or 1 argument for @{name}, got: {count}"),
                };
                Err(Raised::exception("ArgumentError", &message).into())
            }
        }
    }

    /// The value of an attribute as code, for patterns.
    async fn attribute_quoted(&mut self, meta: &Meta, attribute: &Quoted) -> Outcome<Quoted> {
        if self.pattern.is_some() && self.env.function.is_none() && self.module.is_some() {
            return Err(Raised::exception("ArgumentError", INVALID_WRITE).into());
        }
        match attribute_parts(attribute) {
            Some((name, _, None)) => Ok(escape_value(&self.read_attribute(meta, name, false)?)),
            _ => Err(self.fail(meta, "expand::attribute", "attributes can only be read here")),
        }
    }

    /// The value of an attribute at this point.
    fn read_attribute(&self, meta: &Meta, name: Atom, warn: bool) -> Outcome<Value> {
        let _ = warn;
        let Some(state) = &self.module else {
            let module = self.env.module.map_or(String::new(), show_module);
            let message = format!(
                "could not call Module.get_attribute/2 because the module {module} is already compiled. Use the \
                     Module.__info__/1 callback or Code.fetch_docs/1 instead"
            );
            return Err(Raised::exception("ArgumentError", &message).into());
        };
        let (found, names) = {
            let mut state = state.lock();
            if attribute::is_typespec(name) {
                return Ok(typespecs_value(&state, name));
            }
            (state.attributes.read(name), state.attributes.names())
        };
        match found {
            Some(data) => attribute::plain(name, data).to_value().ok_or_else(|| {
                Raised::exception(
                    "ArgumentError",
                    &format!("cannot inject attribute @{name} into function/macro because cannot escape its value"),
                )
                .into()
            }),
            None => {
                let message = format!(
                    "undefined module attribute @{name}, please remove access to @{name} or explicitly set it before access"
                );
                let diagnostic =
                    crate::diagnostic::Diagnostic::warning("expand::undefined_attribute", &self.source, message)
                        .inside(self.env.module.map(|module| format!("{} (module)", show_module(module))));
                let diagnostic = self.place(meta, diagnostic, "never set before this point");
                let close = super::messages::closest(name.as_str(), names.iter().map(|name| name.as_str()));
                self.cx.host.report(match close {
                    Some(close) => diagnostic.help(format!("did you mean @{close}?")),
                    None => diagnostic,
                });
                Ok(Value::NIL)
            }
        }
    }
}

/// `@type`, `@spec` and their like as values, the latest first.
fn typespecs_value(state: &crate::module::state::ModuleState, kind: Atom) -> Value {
    let specs = state.typespecs.iter().rev().filter(|spec| spec.kind == kind);
    let entry = |spec: &crate::module::state::Typespec| {
        let code = crate::quoted::convert::to_value(&spec.code).unwrap_or(Value::NIL);
        let place = Value::Tuple(vec![Value::Atom(state.name), Value::Int(spec.line.into())]);
        Value::Tuple(vec![Value::Atom(kind), code, place])
    };
    Value::List(specs.map(entry).collect())
}

/// Name, metadata and value of what stands behind `@`.
pub(crate) fn attribute_parts(attribute: &Quoted) -> Option<(Atom, &Meta, Option<&Quoted>)> {
    let node = attribute.as_node()?;
    let Quoted::Atom(name) = &node.form else { return None };
    match &node.args {
        Args::List(_) if *name == atoms::ALIASES => None,
        Args::Context(_) => Some((*name, &node.meta, None)),
        Args::List(args) => match args.as_slice() {
            [] => Some((*name, &node.meta, None)),
            [value] => Some((*name, &node.meta, Some(value))),
            _ => None,
        },
    }
}

/// A number with a sign before it as the number.
fn signed(quoted: &Quoted) -> Quoted {
    match quoted.as_call() {
        Some((atoms::MINUS, _, [Quoted::Int(number)])) => {
            number.checked_neg().map_or_else(|| quoted.clone(), Quoted::Int)
        }
        Some((atoms::PLUS, _, [number @ Quoted::Int(_)])) => number.clone(),
        _ => quoted.clone(),
    }
}

fn multi_alias(quoted: &Quoted) -> Option<(&Quoted, &[Quoted])> {
    let node = quoted.as_node()?;
    let (Quoted::Node(dot), Args::List(parts)) = (&node.form, &node.args) else { return None };
    match dot.as_dot()? {
        [base, Quoted::Atom(atoms::TUPLE_BRACES)] => Some((base, parts)),
        _ => None,
    }
}

/// Whether a variable of this name may occur in the code.
fn mentions(quoted: &Quoted, name: Atom) -> bool {
    let mut work = vec![quoted];
    while let Some(quoted) = work.pop() {
        match quoted {
            Quoted::List(elements) => work.extend(elements.iter()),
            Quoted::Pair(pair) => work.extend([&pair.0, &pair.1]),
            Quoted::Node(node) => {
                match &node.args {
                    Args::Context(_) if node.form == Quoted::Atom(name) => return true,
                    Args::Context(_) => {}
                    Args::List(args) => work.extend(args),
                }
                work.push(&node.form);
            }
            _ => {}
        }
    }
    false
}

/// Whether evaluating it again, or not at all, makes no difference.
fn is_plain(quoted: &Quoted) -> bool {
    match quoted {
        Quoted::Pair(pair) => is_simple(&pair.0) && is_simple(&pair.1),
        Quoted::List(elements) => elements.iter().all(is_simple),
        Quoted::Node(node) => match (&node.form, &node.args) {
            (Quoted::Atom(name), Args::List(args)) => match name.as_str() {
                "__aliases__" | "__MODULE__" | "@" => true,
                "{}" | "-" | "^" => args.iter().all(is_simple),
                _ => false,
            },
            _ => is_simple(quoted),
        },
        _ => true,
    }
}

fn is_simple(quoted: &Quoted) -> bool {
    match quoted {
        Quoted::Node(node) => matches!((&node.form, &node.args), (Quoted::Atom(_), Args::Context(_))),
        Quoted::List(_) | Quoted::Pair(_) => false,
        _ => true,
    }
}

/// A range as a value where code should stand, as messages show it.
fn unescaped_range(quoted: &Quoted) -> Option<String> {
    let Quoted::Other(value) = quoted else { return None };
    let Value::Map(entries) = &**value else { return None };
    let get = |key: &str| entries.iter().find(|(other, _)| *other == Value::atom(key)).map(|(_, value)| value);
    let number = |key: &str| match get(key) {
        Some(Value::Int(number)) => Some(*number),
        _ => None,
    };
    if get("__struct__")?.as_atom()?.as_str() != "Elixir.Range" {
        return None;
    }
    let (first, last, step) = (number("first")?, number("last")?, number("step")?);
    Some(if step == 1 { format!("{first}..{last}") } else { format!("{first}..{last}//{step}") })
}

fn is_binary_operator(text: &str) -> bool {
    matches!(
        text,
        "+" | "-"
            | "*"
            | "/"
            | "=="
            | "!="
            | "==="
            | "!=="
            | "<"
            | ">"
            | "<="
            | ">="
            | "and"
            | "or"
            | "&&"
            | "||"
            | "<>"
            | "++"
            | "--"
            | "in"
            | "="
            | "=~"
    )
}

/// The bounds and step of a range that is written out as a map, as a module attribute holds it.
fn range_literal(pairs: &[Quoted]) -> Option<(&Quoted, &Quoted, Option<&Quoted>)> {
    let find = |name: &str| {
        pairs.iter().find_map(|pair| match pair {
            Quoted::Pair(pair) => match &pair.0 {
                Quoted::Atom(key) if key.as_str() == name => Some(&pair.1),
                _ => None,
            },
            _ => None,
        })
    };
    match find("__struct__") {
        Some(Quoted::Atom(module)) if module.as_str() == "Elixir.Range" => {
            Some((find("first")?, find("last")?, find("step")))
        }
        _ => None,
    }
}

/// The test that a value lies in a range.
fn range_test(value: Quoted, first: &Quoted, last: &Quoted, step: Option<&Quoted>) -> Quoted {
    let is_integer = remote_call(atoms::ERLANG, "is_integer", vec![value.clone()]);
    let and = |left, right| erlang_call("andalso", left, right);
    let within = |low: &Quoted, high: &Quoted| {
        and(erlang_call(">=", value.clone(), low.clone()), erlang_call("=<", value.clone(), high.clone()))
    };
    let by_step = |step: &Quoted, test: Quoted| match step {
        Quoted::Int(1 | -1) => test,
        step => {
            let offset = erlang_call("-", value.clone(), first.clone());
            let rest = erlang_call("rem", offset, step.clone());
            and(test, erlang_call("=:=", rest, Quoted::Int(0)))
        }
    };
    // Bounds that are not written out must turn out to be integers.
    let bounds = |first: &Quoted, last: &Quoted, test: Quoted| {
        [first, last]
            .into_iter()
            .filter(|bound| !matches!(bound, Quoted::Int(_)))
            .fold(test, |test, bound| and(test, remote_call(atoms::ERLANG, "is_integer", vec![bound.clone()])))
    };
    match (first, last, step) {
        (Quoted::Int(low), Quoted::Int(high), None) if low == high => erlang_call("=:=", value, first.clone()),
        (Quoted::Int(low), Quoted::Int(high), None) => {
            let (low, high) = if low <= high { (first, last) } else { (last, first) };
            and(is_integer, within(low, high))
        }
        (_, _, Some(step @ Quoted::Int(number))) => {
            let (low, high) = if *number > 0 { (first, last) } else { (last, first) };
            and(is_integer, by_step(step, within(low, high)))
        }
        (_, _, None) => {
            let is_integer = bounds(first, last, is_integer);
            let up = and(erlang_call("=<", first.clone(), last.clone()), within(first, last));
            let down = and(erlang_call("<", last.clone(), first.clone()), within(last, first));
            and(is_integer, erlang_call("orelse", up, down))
        }
        (_, _, Some(step)) => {
            let is_integer = bounds(first, last, is_integer);
            let up = and(erlang_call(">", step.clone(), Quoted::Int(0)), within(first, last));
            let down = and(erlang_call("<", step.clone(), Quoted::Int(0)), within(last, first));
            and(is_integer, by_step(step, erlang_call("orelse", up, down)))
        }
    }
}

fn less(left: &Value, right: &Value) -> bool {
    let big = |value: &Value| match value {
        Value::Int(int) => num_bigint::BigInt::from(*int),
        Value::Big(big) => num_bigint::BigInt::clone(big),
        _ => num_bigint::BigInt::from(0),
    };
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => left < right,
        (left, right) => big(left) < big(right),
    }
}

fn range_value(first: Value, last: Value, step: Value) -> Value {
    Value::Map(vec![
        (Value::Atom(atoms::STRUCT), Value::atom("Elixir.Range")),
        (Value::atom("first"), first),
        (Value::atom("last"), last),
        (Value::atom("step"), step),
    ])
}
