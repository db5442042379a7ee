//! What tracers are told of the code being compiled, and what a file refers to.
//!
//! A tracer is a function of a program. Most of what it is told of happens where nothing can be called, so events wait in a
//! row, each with its environment, until the expander comes to where it can.

use std::sync::Arc;

use beamlet_vm::{Atom, Value};

use super::env::Env;
use super::host::{Data, Outcome};
use super::{show_module, Cx, Expander, Refers};
use crate::diagnostic::Diagnostic;
use crate::quoted::convert::meta_to_value;
use crate::quoted::Meta;

/// An event, the environment it happened in, and who else than the compiler's tracers is told.
pub type Event = (Value, Value, Arc<Vec<Atom>>);

impl Cx<'_> {
    /// Notes an event for the tracers, if there are any.
    pub(crate) fn trace(&self, env: &Env, event: impl FnOnce() -> Value) {
        if self.compiler.is_traced() || !env.tracers.is_empty() {
            self.compiler.note_event(self.host.process(), (event(), env.to_value(&[]), env.tracers.clone()));
        }
    }

    /// Tells the tracers of what was noted.
    ///
    /// # Errors
    /// What a tracer raises.
    pub(crate) async fn tell_tracers(&self) -> Outcome<()> {
        if !self.compiler.has_events() {
            return Ok(());
        }
        let all: Vec<Atom> = match self.compiler.option(Atom::new("tracers")) {
            Some(Value::List(tracers)) => tracers.iter().filter_map(Value::as_atom).collect(),
            _ => Vec::new(),
        };
        for (event, env, own) in self.compiler.take_events(self.host.process()) {
            let own = own.iter().filter(|tracer| !all.contains(tracer));
            for &tracer in all.iter().chain(own) {
                let arguments = vec![Data::from(event.clone()), Data::from(env.clone())];
                self.host.call(tracer, Atom::new("trace"), arguments).await?;
            }
        }
        Ok(())
    }
}

impl Expander<'_> {
    /// Notes an event: its name, where it is, and what else belongs to it.
    pub(super) fn trace(&self, name: &str, meta: &Meta, rest: impl FnOnce() -> Vec<Value>) {
        self.cx.trace(&self.env, || {
            let mut parts = vec![Value::atom(name), meta_to_value(meta).unwrap_or(Value::EMPTY_LIST)];
            parts.extend(rest());
            Value::Tuple(parts)
        });
    }

    /// Notes the use of a function or macro of a module, which the event's name tells apart.
    pub(super) fn trace_use(&self, event: &str, meta: &Meta, module: Atom, name: Atom, arity: u8) {
        self.refer(module, event.ends_with("macro"));
        self.warn_discouraged(meta, module, name, arity);
        self.trace(event, meta, || vec![Value::Atom(module), Value::Atom(name), Value::Int(arity.into())]);
    }

    /// Tells of code of a module's body that asks for configuration as if it ran with the program.
    fn warn_discouraged(&self, meta: &Meta, module: Atom, name: Atom, arity: u8) {
        let asks = matches!((name.as_str(), arity), ("get_env", 2 | 3) | ("fetch_env" | "fetch_env!", 2));
        let (Some(owner), None) = (self.env.module, self.env.function) else { return };
        if !asks || module.as_str() != "Elixir.Application" {
            return;
        }
        let message = format!(
            "Application.{name}/{arity} is discouraged in the module body, use Application.compile_env/3 instead"
        );
        let warning =
            Diagnostic::warning("expand::discouraged", &self.source, message).inside(Some(show_module(owner)));
        self.cx.host.report(self.place(meta, warning, ""));
    }

    /// Notes the use of a function or macro of the module at hand.
    pub(super) fn trace_local(&self, event: &str, meta: &Meta, name: Atom, arity: u8) {
        self.trace(event, meta, || vec![Value::Atom(name), Value::Int(arity.into())]);
    }

    /// Notes that a module's name stands in the code.
    pub(super) fn trace_name(&self, meta: &Meta, module: Atom) {
        self.refer(module, false);
        self.trace("alias_reference", meta, || vec![Value::Atom(module)]);
    }

    /// Notes that the code needs a module; `compile` says that it does when it is compiled, wherever it stands.
    fn refer(&self, module: Atom, compile: bool) {
        let Some(lexical) = &self.env.lexical else { return };
        match self.refers {
            Refers::Here => lexical.refer(module, compile || self.env.function.is_none()),
            Refers::Late => lexical.refer(module, compile),
            Refers::Never => {}
        }
    }

    /// Notes a struct with the keys that are written.
    pub(super) fn trace_struct(&self, meta: &Meta, module: Atom, keys: impl Iterator<Item = Value>) {
        self.refer_to_exports(module);
        self.trace("struct_expansion", meta, || vec![Value::Atom(module), Value::List(keys.collect())]);
    }

    /// Notes that the code depends on what a module exports.
    pub(crate) fn refer_to_exports(&self, module: Atom) {
        if let Some(lexical) = &self.env.lexical {
            lexical.refer_to_exports(module);
        }
    }
}
