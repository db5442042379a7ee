//! A VM with the compiler and the standard library, as a host program holds it.

use std::path::PathBuf;
use std::sync::Arc;

use beamlet_vm::code::ModuleFile;
use beamlet_vm::host::{Capabilities, ConfinedHost};
use beamlet_vm::machine as vm;
use beamlet_vm::native::{Exception, NativeEntry};

use crate::error::Kind;
use crate::{Atom, Error, FromValue, IntoArgs, Value};

/// What a VM is made with.
#[derive(Default)]
pub struct Builder {
    inner: vm::Builder,
}

impl Builder {
    /// Runs on so many threads; without this or [`Builder::manual`], on as many as there are processors.
    #[must_use]
    pub fn schedulers(mut self, threads: usize) -> Builder {
        self.inner = self.inner.schedulers(threads);
        self
    }

    /// Runs without a thread of its own: while the host waits in a call, the VM runs in it.
    #[must_use]
    pub fn manual(mut self) -> Builder {
        self.inner = self.inner.manual();
        self
    }

    /// As [`Builder::manual`], with a virtual clock and this seed for randomness: every run is the same.
    #[must_use]
    pub fn deterministic(mut self, seed: u64) -> Builder {
        self.inner = self.inner.deterministic(seed);
        self
    }

    /// Where programs print to, instead of the host's standard output.
    #[must_use]
    pub fn stdout(mut self, sink: impl std::io::Write + Send + 'static) -> Builder {
        self.inner = self.inner.stdout(sink);
        self
    }

    /// Where programs print errors to, instead of the host's standard error.
    #[must_use]
    pub fn stderr(mut self, sink: impl std::io::Write + Send + 'static) -> Builder {
        self.inner = self.inner.stderr(sink);
        self
    }

    /// The most processes that may be alive.
    #[must_use]
    pub fn max_processes(mut self, limit: usize) -> Builder {
        self.inner = self.inner.max_processes(limit);
        self
    }

    /// The most bytes that heaps may take together.
    #[must_use]
    pub fn max_memory(mut self, bytes: usize) -> Builder {
        self.inner = self.inner.max_memory(bytes);
        self
    }

    /// The most reductions (calls, roughly) that all processes may use together; then the VM halts with status 122.
    #[must_use]
    pub fn max_reductions(mut self, limit: u64) -> Builder {
        self.inner = self.inner.max_reductions(limit);
        self
    }

    /// Confines programs to what is granted; without this they may do what the host program may.
    #[must_use]
    pub fn capabilities(mut self, capabilities: Capabilities) -> Builder {
        self.inner = self.inner.host(Arc::new(ConfinedHost::new(capabilities)));
        self
    }

    /// Whether the VM halts, with status 0, when it writes to an output that nobody reads any more.
    #[must_use]
    pub fn ends_with_output(mut self, ends: bool) -> Builder {
        self.inner = self.inner.ends_with_output(ends);
        self
    }

    /// What `System.argv/0` gives.
    #[must_use]
    pub fn arguments(mut self, arguments: Vec<String>) -> Builder {
        self.inner = self.inner.arguments(arguments);
        self
    }

    /// Directories of `.beam` files, preferred to the library that comes along, searched first to last.
    #[must_use]
    pub fn code_path(mut self, directories: Vec<PathBuf>) -> Builder {
        self.inner = self.inner.code_path(directories);
        self
    }

    /// Adds natives of the host.
    #[must_use]
    pub fn natives(mut self, entries: &'static [NativeEntry]) -> Builder {
        self.inner = self.inner.natives(entries);
        self
    }

    /// Makes the VM. No module is loaded yet but what starts the first processes.
    ///
    /// # Errors
    /// When the operating system gives no threads.
    pub fn build(self) -> Result<Vm, Error> {
        let library = |name: Atom| {
            let bytes = beamlet_stdlib::module(name.as_str())?.to_vec();
            Some(ModuleFile { bytes, path: None })
        };
        let builder = self.inner.modules(Arc::new(library)).natives(beamlet_compiler::natives::NATIVES);
        let inner = builder.build().map_err(|error| Error::new(Kind::System(error.to_string())))?;
        let vm = Vm { inner };
        vm.apply("beamlet_boot", "start", Vec::new())?;
        Ok(vm)
    }
}

/// A virtual machine with the compiler and the standard library. Dropping it ends it and joins its threads.
pub struct Vm {
    inner: vm::Vm,
}

impl Vm {
    /// A builder with the host's own output and one thread for each processor.
    pub fn builder() -> Builder {
        Builder::default()
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
        let module = match module.strip_prefix(':') {
            Some(erlang) => erlang.to_owned(),
            None => format!("Elixir.{module}"),
        };
        converted(self.apply(&module, function, args.into_args())?)
    }

    /// Evaluates a source text in a process of its own and gives the value of its last expression.
    ///
    /// # Errors
    /// The source does not compile, raises, or its value is not of the type asked for.
    pub fn eval<T: FromValue>(&self, source: &str) -> Result<T, Error> {
        let result = self.apply("Elixir.Code", "eval_string", vec![Value::from(source), Value::EMPTY_LIST])?;
        match result {
            Value::Tuple(mut parts) if parts.len() == 2 => converted(parts.swap_remove(0)),
            other => converted(other),
        }
    }

    fn apply(&self, module: &str, function: &str, args: Vec<Value>) -> Result<Value, Error> {
        let atom =
            |text: &str| Atom::try_new(text).map_err(|error| Error::new(Kind::System(format!("{text:?}: {error}"))));
        match self.inner.call_values(atom(module)?, atom(function)?, &args) {
            Some(Ok(value)) => Ok(value),
            Some(Err(exception)) => Err(self.error(&exception)),
            None => Err(Error::new(Kind::Halted(self.inner.shared().halted().unwrap_or(0)))),
        }
    }

    /// The error of an exception: its source diagnostics, or the text that Elixir shows for it.
    fn error(&self, exception: &Exception) -> Error {
        let class = exception.class.atom().as_str();
        let reason = exception.reason.term().to_value().ok();
        if let Some(reason) = &reason {
            let rendered =
                self.inner.call_values(Atom::new("beamlet_compiler"), Atom::new("render"), &[reason.clone()]);
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

fn converted<T: FromValue>(value: Value) -> Result<T, Error> {
    T::from_value(value).map_err(|mismatch| {
        Error::new(Kind::Conversion(format!("expected {}, found {:?}", mismatch.expected, mismatch.found)))
    })
}
