//! The machine as the expander sees it: one process, through the handle of an asynchronous native.

use std::sync::Arc;

use beamlet_vm::atom::atoms;
use beamlet_vm::machine::VmShared;
use beamlet_vm::native::{Caller, Exception};
use beamlet_vm::{Atom, Pid, Value};
use parking_lot::Mutex;

use super::convert::{data_to_owned, handle_of, owned_data, term_data};
use crate::diagnostic::Diagnostic;
use crate::expand::host::{Awaited, Data, Evaluation, Host, HostFuture, Raised};
use crate::module::Compiler;

/// A process that compiles.
pub struct Machine {
    caller: Caller,
    vm: Arc<VmShared>,
    compiler: Arc<Compiler>,
    pid: Pid,
    together: bool,
    /// Warnings that nobody has been told of yet.
    warnings: Mutex<Vec<Diagnostic>>,
}

impl Machine {
    /// The process behind the handle. `together` says that it compiles one of several files at a time, so that what is missing
    /// may come from another one.
    pub fn new(caller: Caller, vm: Arc<VmShared>, compiler: Arc<Compiler>, pid: Pid, together: bool) -> Machine {
        Machine { caller, vm, compiler, pid, together, warnings: Mutex::default() }
    }

    /// Tells of the warnings so far: through the standard error device of the system, once it runs.
    pub(super) async fn flush(&self) {
        let warnings = std::mem::take(&mut *self.warnings.lock());
        if warnings.is_empty() {
            return;
        }
        let running = Atom::new("standard_error");
        if self.vm.names().find(running).is_none() {
            for warning in &warnings {
                let place = match warning.line() {
                    Some(line) => format!("{}:{line}", warning.source.name),
                    None => warning.source.name.to_string(),
                };
                self.vm.console().write_error(format!("warning: {}\n  {place}\n\n", warning.message).as_bytes());
            }
            return;
        }
        let entry = |warning: &Diagnostic| {
            Value::Tuple(vec![
                Value::from(warning.message.as_str()),
                Value::from(&*warning.source.name),
                match (
                    warning.report.as_ref().map(|report| report.line).or(warning.line()),
                    warning.report.as_ref().map_or(0, |report| report.column),
                ) {
                    (None, _) => Value::NIL,
                    (Some(line), 0) => Value::Int(line.into()),
                    (Some(line), column) => Value::Tuple(vec![Value::Int(line.into()), Value::Int(column.into())]),
                },
                warning.frame.as_deref().map_or(Value::NIL, Value::from),
            ])
        };
        let list = Data::from(Value::List(warnings.iter().map(entry).collect()));
        // What the device does with the text is no concern of the compilation.
        let _ = self.caller.call(Atom::new("beamlet_diagnostics"), Atom::new("warn"), vec![data_to_owned(&list)]).await;
    }
}

/// The module that processes which compile files together have as their error handler.
pub(super) const ERROR_HANDLER: &str = "Elixir.Kernel.ErrorHandler";

/// An exception of the machine, as expansions carry it.
pub(super) fn raised(exception: Exception) -> Raised {
    Raised {
        class: exception.class.atom(),
        reason: owned_data(exception.reason),
        stacktrace: owned_data(exception.trace),
    }
}

impl Host for Machine {
    fn call<'a>(&'a self, module: Atom, function: Atom, arguments: Vec<Data>) -> HostFuture<'a, Result<Data, Raised>> {
        Box::pin(async move {
            self.flush().await;
            let arguments = arguments.iter().map(data_to_owned).collect();
            match self.caller.call(module, function, arguments).await {
                Ok(value) => Ok(owned_data(value)),
                Err(exception) => Err(raised(exception)),
            }
        })
    }

    fn load<'a>(&'a self, module: Atom, file: &'a str, beam: Vec<u8>) -> HostFuture<'a, Result<(), Raised>> {
        Box::pin(async move {
            if module.as_str().starts_with("elixir_compiler_") {
                return match self.vm.registry().load(&beam) {
                    Ok(_) => Ok(()),
                    Err(error) => Err(Raised::exception("RuntimeError", &format!("cannot load {module}: {error}"))),
                };
            }
            let file = Value::List(file.chars().map(|c| Value::Int(i64::from(u32::from(c)))).collect());
            let arguments = vec![Data::from(module), Data::from(file), Data::from(Value::Binary(beam.into()))];
            let loaded = self.call(Atom::new("code"), Atom::new("load_binary"), arguments).await?;
            let parts = self.tuple_elements(&loaded).unwrap_or_default();
            let error = parts.first().is_none_or(|first| first.as_atom() == Some(atoms::ERROR));
            // A module whose own function did not want it loaded is compiled all the same.
            let unwanted = |reason: &Data| reason.as_atom().is_some_and(|reason| reason.as_str() == "on_load_failure");
            if error && !parts.get(1).is_some_and(unwanted) {
                return Err(Raised::exception("RuntimeError", &format!("cannot load {module}: its code is not valid")));
            }
            self.compiler.forget(module);
            if self.together {
                let arguments = vec![Data::from(module)];
                self.call(Atom::new(ERROR_HANDLER), Atom::new("module_available"), arguments).await?;
            }
            Ok(())
        })
    }

    fn evaluation(&self, beam: &[u8]) -> Result<Evaluation, Raised> {
        match self.vm.registry().evaluated(beam) {
            Ok(module) => Ok(Evaluation(Some(module))),
            Err(error) => Err(Raised::exception("RuntimeError", &format!("cannot load evaluated code: {error}"))),
        }
    }

    fn evaluate<'a>(
        &'a self,
        code: &'a Evaluation,
        function: Atom,
        arguments: Vec<Data>,
    ) -> HostFuture<'a, Result<Data, Raised>> {
        Box::pin(async move {
            self.flush().await;
            let Some(module) = code.0.clone() else { return Ok(Data::from(atoms::NIL)) };
            let arguments = arguments.iter().map(data_to_owned).collect();
            match self.caller.call_in(module, function, arguments).await {
                Ok(value) => Ok(owned_data(value)),
                Err(exception) => Err(raised(exception)),
            }
        })
    }

    fn ensure_loaded<'a>(&'a self, module: Atom) -> HostFuture<'a, bool> {
        Box::pin(async move {
            let registry = self.vm.registry();
            registry.ensure_loaded(module).is_some() || !registry.natives_of(module).is_empty()
        })
    }

    fn is_loaded(&self, module: Atom) -> bool {
        // A compiler without a standard error device is building the library.
        self.vm.registry().module(module).is_some() && self.vm.names().find(Atom::new("standard_error")).is_some()
    }

    fn wait_for<'a>(&'a self, module: Atom, what: Awaited) -> HostFuture<'a, Result<bool, Raised>> {
        Box::pin(async move {
            if !self.together {
                return Ok(false);
            }
            let (kind, mode) = match what {
                Awaited::Module => ("module", "hard"),
                Awaited::Optional => ("module", "soft"),
                Awaited::Struct => ("struct", "hard"),
            };
            let arguments = vec![Data::from(module), Data::from(Atom::new(kind)), Data::from(Atom::new(mode))];
            let answer = self.call(Atom::new(ERROR_HANDLER), Atom::new("ensure_compiled"), arguments).await?;
            Ok(answer.as_atom().is_some_and(|answer| answer.as_str() == "found"))
        })
    }

    fn process(&self) -> Pid {
        self.pid
    }

    fn exports(&self, module: Atom) -> Option<Vec<(Atom, u8)>> {
        let registry = self.vm.registry();
        let loaded = registry.ensure_loaded(module);
        let natives = registry.natives_of(module);
        if loaded.is_none() && natives.is_empty() {
            return None;
        }
        let compiled = loaded.iter().flat_map(|module| module.exported()).collect::<Vec<_>>();
        let mut all: Vec<(Atom, u8)> = compiled
            .into_iter()
            .chain(natives)
            .filter_map(|(name, arity)| Some((name, u8::try_from(arity).ok()?)))
            .collect();
        all.sort();
        all.dedup();
        Some(all)
    }

    fn tuple_elements(&self, data: &Data) -> Option<Vec<Data>> {
        match data {
            Data::Tuple(elements) => Some(elements.clone()),
            Data::Value(value) => match &**value {
                Value::Tuple(elements) => Some(elements.iter().cloned().map(Data::from).collect()),
                _ => None,
            },
            other => {
                let term = handle_of(other)?;
                Some(term.term().as_tuple()?.iter().map(|element| term_data(*element)).collect())
            }
        }
    }

    fn value(&self, data: &Data) -> Option<Value> {
        match super::convert::handle_of(data) {
            Some(term) => term.term().to_value_of(&self.vm).ok(),
            None => data.to_value(),
        }
    }

    fn report(&self, diagnostic: Diagnostic) {
        match self.compiler.reporter() {
            Some(reporter) => reporter(&diagnostic),
            None => self.warnings.lock().push(diagnostic),
        }
    }
}
