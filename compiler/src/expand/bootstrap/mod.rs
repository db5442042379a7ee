//! The macros of Kernel that exist before Kernel does, written here: they expand without the machine.

mod attributes;
mod definitions;
mod membership;
mod operators;
mod ranges;
mod truth;

use std::sync::OnceLock;

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

pub(crate) use self::attributes::attribute_parts;
use super::clauses::keywords;
use super::env::Context;
use super::hashing::SmallMap;
use super::host::{Outcome, Raised};
use super::{Expander, Step};
use crate::module::definition::DefKind;
use crate::quoted::{Args, Meta, Quoted};
use crate::tree::{Expr, ExprKind};

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
}

fn multi_alias(quoted: &Quoted) -> Option<(&Quoted, &[Quoted])> {
    let node = quoted.as_node()?;
    let (Quoted::Node(dot), Args::List(parts)) = (&node.form, &node.args) else { return None };
    match dot.as_dot()? {
        [base, Quoted::Atom(atoms::TUPLE_BRACES)] => Some((base, parts)),
        _ => None,
    }
}
