//! A VM with the compiler and the standard library, as a host program holds it.

use std::sync::Arc;
use std::time::Duration;

use beamlet_vm::machine as vm;
use beamlet_vm::native::host::{self, HostTable};
use beamlet_vm::native::Exception;
use beamlet_vm::scheduler::manual::Drive;
use beamlet_vm::{Opaque, OwnedTerm};
use crossbeam_channel::{Receiver, Sender};

use crate::error::{Kind, Limit};
use crate::job::JobBuilder;
use crate::port::{registered_name, Destination, Port, ProcessId};
use crate::{Atom, Builder, Error, FromValue, IntoArgs, IntoValue, Value};

/// A virtual machine with the compiler and the standard library. Clones are handles to the same one; dropping the last
/// ends it and joins its threads.
#[derive(Clone)]
pub struct Vm {
    inner: Arc<vm::Vm>,
}

/// How far a VM in manual mode has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// There is more to do at once.
    Busy,
    /// There is nothing to do until so much later, when a timer is due.
    Waiting(Duration),
    /// There is nothing to do until the host sends or calls something.
    Idle,
    /// The VM has halted, or has no processes left.
    Finished,
}

impl Vm {
    /// A builder with the host's own output and one thread for each processor.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn new(inner: vm::Vm) -> Vm {
        Vm { inner: Arc::new(inner) }
    }

    /// The machine below: processes, timers, driving it by hand.
    pub fn machine(&self) -> &vm::Vm {
        &self.inner
    }

    /// Compiles a source text and loads its modules; gives their names. `name` is what errors and stack traces call it.
    ///
    /// # Errors
    /// The source does not compile, or its module bodies raise.
    pub fn load_source(&self, name: &str, source: &str) -> Result<Vec<Atom>, Error> {
        let args = vec![Value::from(source), Value::from(name)];
        let modules = self.apply("beamlet_compiler", "compile_string", args)?;
        let Value::List(modules) = modules else { return Ok(Vec::new()) };
        let name = |module: Value| match module {
            Value::Tuple(parts) => parts.first().and_then(Value::as_atom),
            _ => None,
        };
        Ok(modules.into_iter().filter_map(name).collect())
    }

    /// Calls a function in a process of its own and waits for what it gives. An Elixir module goes by its name as
    /// written (`"Game"`), an Erlang one with a colon in front (`":lists"`).
    ///
    /// # Errors
    /// What the function raised, or that its value is not of the type asked for.
    pub fn call<T: FromValue>(&self, module: &str, function: &str, args: impl IntoArgs) -> Result<T, Error> {
        converted(self.apply(&module_name(module), function, args.into_args())?)
    }

    /// A source text to be evaluated, in a process of its own:
    /// `vm.eval("x * 2").bind("x", 21).run::<i64>()`.
    pub fn eval<'vm>(&'vm self, source: &str) -> Eval<'vm> {
        Eval { vm: self, source: Value::from(source), bindings: Vec::new(), failed: None }
    }

    /// A call to be started that runs on its own, within limits.
    pub fn spawn_call(&self, module: &str, function: &str, args: impl IntoArgs) -> JobBuilder<'_> {
        let call = self.prepared(&module_name(module), function, args.into_args());
        JobBuilder { vm: self, call, first: false, reductions: None, timeout: None, memory: None }
    }

    /// Sends a message to a process, or to the one that has a name: `"server"` for an atom, `"Game.Server"` for a module.
    ///
    /// # Errors
    /// No process has the name, or the message or the process belong to another VM.
    pub fn send(&self, to: impl Into<Destination>, message: impl IntoValue) -> Result<(), Error> {
        let shared = self.inner.shared();
        let pid = match to.into() {
            Destination::Name(name) => {
                let shown = || name.as_str().trim_start_matches("Elixir.").to_owned();
                shared.names().find(name).ok_or_else(|| Error::new(Kind::NoProcess(shown())))?
            }
            Destination::Unknown(name) => return Err(Error::new(Kind::NoProcess(name))),
            Destination::Process(process) if process.0.is_of(shared) => {
                process.0.term().term().as_pid().expect("it was made of a pid")
            }
            Destination::Process(_) => return Err(Error::new(Kind::Foreign)),
        };
        shared.send(pid, self.term(&message.into_value())?);
        Ok(())
    }

    /// The process that has a name, written as for [`Vm::send`].
    pub fn whereis(&self, name: &str) -> Option<ProcessId> {
        let shared = self.inner.shared();
        let pid = shared.names().find(registered_name(name)?)?;
        Some(ProcessId(Opaque::new(beamlet_vm::Term::pid(pid), shared)))
    }

    /// Makes a process of this name that hands its messages to the host: into a channel as `crossbeam_channel::bounded` or
    /// `unbounded` makes it. While a bounded channel is full, messages wait with the process. It ends when a message comes
    /// and the receiver is gone.
    ///
    /// # Errors
    /// The name is taken.
    pub fn open_port(&self, name: &str, channel: (Sender<Value>, Receiver<Value>)) -> Result<Port, Error> {
        let (sender, receiver) = channel;
        let number = self.inner.shared().global::<HostTable>().add_channel(sender);
        let number = i64::try_from(number).expect("there are fewer channels");
        let process = self.call(":beamlet_port", "open", (number, atom(name)?))?;
        Ok(Port { process, receiver })
    }

    /// Runs a VM in manual mode for about this many reductions (calls, roughly). One with threads runs by itself: for it this
    /// does nothing and gives [`Progress::Idle`]; so it does from within a function of the host, for the VM runs already.
    pub fn run_for(&self, reductions: u64) -> Progress {
        if host::runs_here(self.inner.shared()) {
            return Progress::Idle;
        }
        match self.inner.run_for(reductions) {
            Drive::Busy => Progress::Busy,
            Drive::WaitUntil(due) => {
                Progress::Waiting(Duration::from_micros(due.saturating_sub(self.inner.shared().now())))
            }
            Drive::Idle => Progress::Idle,
            Drive::Finished => Progress::Finished,
        }
    }

    /// Moves the clock of a deterministic VM forward.
    pub fn advance(&self, time: Duration) {
        let shared = self.inner.shared();
        let microseconds = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        shared.clock().advance_to(shared.now().saturating_add(microseconds));
    }

    /// The status that the VM has halted with, if it has.
    pub fn halted(&self) -> Option<i32> {
        self.inner.shared().halted()
    }

    /// Ends the VM: no process runs on.
    pub fn halt(&self, status: i32) {
        self.inner.halt(status);
    }

    /// Whether this thread may wait for the VM: not from within a function that the VM waits for.
    pub(crate) fn may_wait(&self) -> Result<(), Error> {
        match host::runs_here(self.inner.shared()) {
            true => Err(Error::new(Kind::Reentrant)),
            false => Ok(()),
        }
    }

    pub(crate) fn apply(&self, module: &str, function: &str, args: Vec<Value>) -> Result<Value, Error> {
        self.may_wait()?;
        let entry = self.prepared(module, function, args)?;
        let call = self.inner.begin_call(entry, vm::CallOptions::default());
        let call = call.map_err(|full| Error::new(Kind::System(full.to_string())))?;
        self.inner.await_call(&call, vm::Until::Answered);
        let result = match call.answer() {
            Some(Ok(value)) => return self.value_of(Ok(value)),
            other => other,
        };
        // Only a process that has ended makes room for the one that shows its error.
        self.inner.await_call(&call, vm::Until::Ended);
        let reason = call.reason();
        if let Some(result) = result {
            return self.value_of(result);
        }
        Err(Error::new(match (self.halted(), reason) {
            (Some(status), _) => Kind::Halted(status),
            (None, Some(reason)) => self.ended(&reason, false),
            (None, None) => Kind::System("the call waits for something that can never happen".to_owned()),
        }))
    }

    /// Why a call has no answer whose process ended for this reason; `limited` says whether its own heap had a limit.
    pub(crate) fn ended(&self, reason: &OwnedTerm, limited: bool) -> Kind {
        let budget = self.inner.shared().budget();
        match reason.term().as_atom().map(Atom::as_str) {
            Some("killed") if limited || budget.exceeded() => Kind::Limit(Limit::Memory),
            Some("system_limit") if budget.exceeded() => Kind::Limit(Limit::Memory),
            _ => Kind::System(format!("the process of the call has ended: {reason:?}")),
        }
    }

    pub(crate) fn prepared(&self, module: &str, function: &str, args: Vec<Value>) -> Result<vm::Entry, Error> {
        match args.iter().all(|arg| arg.belongs_to(self.inner.shared())) {
            true => Ok(vm::Entry::Values { module: atom(module)?, function: atom(function)?, args }),
            false => Err(Error::new(Kind::Foreign)),
        }
    }

    fn term(&self, value: &Value) -> Result<OwnedTerm, Error> {
        match value.belongs_to(self.inner.shared()) {
            true => Ok(OwnedTerm::from_value(value)),
            false => Err(Error::new(Kind::Foreign)),
        }
    }

    pub(crate) fn value_of(&self, result: Result<OwnedTerm, Exception>) -> Result<Value, Error> {
        match result {
            Ok(term) => term
                .term()
                .to_value_of(self.inner.shared())
                .map_err(|error| Error::new(Kind::Conversion(error.to_string()))),
            Err(exception) => Err(self.error(&exception)),
        }
    }

    /// The error of an exception: its source diagnostics, or the text that Elixir shows for it.
    fn error(&self, exception: &Exception) -> Error {
        let class = exception.class.atom().as_str();
        let reason = exception.reason.term().to_value_of(self.inner.shared()).ok();
        if let Ok(reason) = exception.reason.term().to_value() {
            let rendered = self.inner.call_values(Atom::new("beamlet_compiler"), Atom::new("render"), &[reason]);
            if let Some(Ok(Value::Binary(text))) = rendered {
                return Error::new(Kind::Source(String::from_utf8_lossy(&text).into_owned()));
            }
        }
        let args = vec![exception.class.atom().into(), exception.reason.clone(), exception.trace.clone()];
        let shown = self.inner.call(Atom::new("Elixir.Exception"), Atom::new("format"), args);
        let text = match shown {
            Some(Ok(term)) => match term.term().to_value() {
                Ok(Value::Binary(text)) => String::from_utf8_lossy(&text).into_owned(),
                _ => format!("{class}: {:?}", exception.reason),
            },
            _ => format!("{class}: {:?}", exception.reason),
        };
        Error::new(Kind::Exception { class, reason, text })
    }
}

/// The atom of a text that comes from the host.
fn atom(text: &str) -> Result<Atom, Error> {
    Atom::try_new(text).map_err(|error| Error::new(Kind::System(format!("{:?}: {error}", crate::error::clipped(text)))))
}

/// A module's whole name.
fn module_name(module: &str) -> String {
    match module.strip_prefix(':') {
        Some(erlang) => erlang.to_owned(),
        None => format!("Elixir.{module}"),
    }
}

pub(crate) fn converted<T: FromValue>(value: Value) -> Result<T, Error> {
    T::from_value(value).map_err(|mismatch| Error::new(Kind::Conversion(mismatch.to_string())))
}

/// A source text to be evaluated: see [`Vm::eval`].
#[must_use = "it is evaluated by `run` or `start`"]
pub struct Eval<'vm> {
    vm: &'vm Vm,
    source: Value,
    bindings: Vec<Value>,
    /// What was wrong with a binding.
    failed: Option<Error>,
}

impl<'vm> Eval<'vm> {
    /// Binds a variable of the text. A name that cannot be one fails when the text is evaluated.
    pub fn bind(mut self, name: &str, value: impl IntoValue) -> Eval<'vm> {
        match atom(name) {
            Ok(name) => self.bindings.push(Value::Tuple(vec![Value::Atom(name), value.into_value()])),
            Err(error) => self.failed = Some(error),
        }
        self
    }

    /// Evaluates it and gives the value of its last expression.
    ///
    /// # Errors
    /// The source does not compile, raises, or its value is not of the type asked for.
    pub fn run<T: FromValue>(self) -> Result<T, Error> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let result = self.vm.apply("Elixir.Code", "eval_string", vec![self.source, Value::List(self.bindings)])?;
        match result {
            Value::Tuple(mut parts) if parts.len() == 2 => converted(parts.swap_remove(0)),
            other => converted(other),
        }
    }

    /// Evaluates it on its own, within limits: see [`JobBuilder`].
    pub fn job(self) -> JobBuilder<'vm> {
        let call = match self.failed {
            Some(error) => Err(error),
            None => self.vm.prepared("Elixir.Code", "eval_string", vec![self.source, Value::List(self.bindings)]),
        };
        JobBuilder { vm: self.vm, call, first: true, reductions: None, timeout: None, memory: None }
    }
}
