//! `def` and its like, and `defmodule`.

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use crate::expand::clauses::keywords;
use crate::expand::escape::{has_unquote, mentions_unquote};
use crate::expand::host::{exception_struct, Failure, Outcome, Raised};
use crate::expand::Expander;
use crate::module::definition::DefKind;
use crate::quoted::{Args, Meta, Quoted};
use crate::tree::{Expr, ExprKind};

impl Expander<'_> {
    /// `def` and its like where they are not plain statements of a module's body: code that defines at run time.
    pub(super) async fn boot_def(&mut self, kind: DefKind, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
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
    pub(super) fn defmodule_clause(&self, meta: &Meta) -> Failure {
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

    pub(super) async fn boot_defmodule(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
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
            let context = crate::expand::env::context_value(key.1);
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
        Ok(self.remote(meta, Atom::new("beamlet_compiler"), Atom::new(crate::expand::block::DEFINE), parameters))
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
        let full = crate::expand::directive::concat(&all);
        let alias = crate::expand::directive::concat(&all[1..2]);
        let target = crate::expand::directive::concat(&all[..2]);
        self.set_alias(name.as_node().map_or(meta, |node| &node.meta), alias, target);
        Ok(Some(full))
    }
}

/// Whether a variable of this name may occur in the code.
fn mentions(quoted: &Quoted, name: Atom) -> bool {
    quoted.nodes().any(|node| matches!(node.args, Args::Context(_)) && node.form == Quoted::Atom(name))
}
