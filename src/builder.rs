//! What a VM is made with.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use beamlet_vm::code::ModuleFile;
use beamlet_vm::host::{Capabilities, ConfinedHost};
use beamlet_vm::machine as vm;
use beamlet_vm::native::host::{self, HostTable};
use beamlet_vm::native::NativeEntry;
use beamlet_vm::process::HeapLimit;

use crate::error::Kind;
use crate::{Atom, Error, HostFunction, Vm};

/// What all programs of a VM may take together, and each process. Without a limit there is none but the host's own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    memory: Option<usize>,
    heap: Option<usize>,
    processes: Option<usize>,
    atoms: Option<usize>,
    reductions: Option<u64>,
}

impl Limits {
    /// No limits.
    #[must_use]
    pub fn new() -> Limits {
        Limits::default()
    }

    /// The most bytes that heaps, messages, tables and large binaries may take together. A process that wants more is killed.
    #[must_use]
    pub fn memory(mut self, bytes: usize) -> Limits {
        self.memory = Some(bytes);
        self
    }

    /// The most bytes that the heap of one process may take. A process that wants more is killed.
    #[must_use]
    pub fn heap(mut self, bytes: usize) -> Limits {
        self.heap = Some(bytes);
        self
    }

    /// The most processes that may be alive. `spawn` raises `system_limit` beyond it.
    #[must_use]
    pub fn processes(mut self, limit: usize) -> Limits {
        self.processes = Some(limit);
        self
    }

    /// The most atoms that programs may add to the table, which all VMs of the host process share and which never shrinks.
    /// Making another one raises `system_limit`.
    #[must_use]
    pub fn atoms(mut self, limit: usize) -> Limits {
        self.atoms = Some(limit);
        self
    }

    /// The most reductions (calls, roughly) that all processes may use together; then the VM halts with status 122.
    #[must_use]
    pub fn reductions(mut self, limit: u64) -> Limits {
        self.reductions = Some(limit);
        self
    }
}

/// A function of the host, until the VM is there.
struct Function {
    module: String,
    name: String,
    arity: usize,
    blocks: bool,
    body: Arc<host::HostFunctionBody>,
}

/// What a VM is made with.
#[derive(Default)]
pub struct Builder {
    inner: vm::Builder,
    functions: Vec<Function>,
}

impl Builder {
    /// Runs on so many threads; without this or [`Builder::manual`], on as many as there are processors.
    #[must_use]
    pub fn schedulers(self, threads: usize) -> Builder {
        self.with(|inner| inner.schedulers(threads))
    }

    /// Runs without a thread of its own: while the host waits in a call, the VM runs in it; otherwise the host drives it with
    /// [`Vm::run_for`].
    #[must_use]
    pub fn manual(self) -> Builder {
        self.with(vm::Builder::manual)
    }

    /// As [`Builder::manual`], with a virtual clock and this seed for randomness: every run is the same.
    #[must_use]
    pub fn deterministic(self, seed: u64) -> Builder {
        self.with(|inner| inner.deterministic(seed))
    }

    /// Where programs print to, instead of the host's standard output.
    #[must_use]
    pub fn stdout(self, sink: impl std::io::Write + Send + 'static) -> Builder {
        self.with(|inner| inner.stdout(sink))
    }

    /// Where programs print errors to, instead of the host's standard error.
    #[must_use]
    pub fn stderr(self, sink: impl std::io::Write + Send + 'static) -> Builder {
        self.with(|inner| inner.stderr(sink))
    }

    /// What programs may take.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Builder {
        self.with(|mut inner| {
            if let Some(bytes) = limits.memory {
                inner = inner.max_memory(bytes);
            }
            if let Some(bytes) = limits.heap {
                inner = inner.max_heap_size(HeapLimit { words: (bytes / 8).max(1), kill: true, log: true });
            }
            if let Some(limit) = limits.processes {
                inner = inner.max_processes(limit);
            }
            if let Some(limit) = limits.atoms {
                inner = inner.max_atoms(limit);
            }
            if let Some(limit) = limits.reductions {
                inner = inner.max_reductions(limit);
            }
            inner
        })
    }

    /// Confines programs to what is granted; without this they may do what the host program may.
    #[must_use]
    pub fn capabilities(self, capabilities: Capabilities) -> Builder {
        self.with(|inner| inner.host(Arc::new(ConfinedHost::new(capabilities))))
    }

    /// Whether the VM halts, with status 0, when it writes to an output that nobody reads any more.
    #[must_use]
    pub fn ends_with_output(self, ends: bool) -> Builder {
        self.with(|inner| inner.ends_with_output(ends))
    }

    /// What `System.argv/0` gives.
    #[must_use]
    pub fn arguments(self, arguments: Vec<String>) -> Builder {
        self.with(|inner| inner.arguments(arguments))
    }

    /// Directories of `.beam` files, preferred to the library that comes along, searched first to last.
    #[must_use]
    pub fn code_path(self, directories: Vec<PathBuf>) -> Builder {
        self.with(|inner| inner.code_path(directories))
    }

    /// A function that programs call as `Module.function(…)`. It runs on the scheduler's thread and should be done in about a
    /// millisecond; one that may take longer is a [`Builder::blocking_native`].
    ///
    /// Arguments of other types raise `ArgumentError` in the program, an error that it gives or a panic in it raises
    /// `RuntimeError`. `module` and `function` are written as in Elixir: `"Host.Files"`, `"read!"`. It cannot wait for its own
    /// VM, whose thread it runs on: a call or an evaluation from within it is an error, see [`Error::is_reentrant`].
    #[must_use]
    pub fn native<Args, F: HostFunction<Args>>(self, module: &str, function: &str, body: F) -> Builder {
        self.function(module, function, false, body)
    }

    /// As [`Builder::native`], for a function that may block: it runs on a pool of threads while the calling process waits, and
    /// may call its own VM. In manual mode, where there are no threads, it runs as others do.
    #[must_use]
    pub fn blocking_native<Args, F: HostFunction<Args>>(self, module: &str, function: &str, body: F) -> Builder {
        self.function(module, function, true, body)
    }

    /// Natives over terms, as the VM's own are.
    #[must_use]
    pub fn natives(self, entries: &'static [NativeEntry]) -> Builder {
        self.with(|inner| inner.natives(entries))
    }

    fn with(mut self, change: impl FnOnce(vm::Builder) -> vm::Builder) -> Builder {
        self.inner = change(self.inner);
        self
    }

    fn function<Args, F: HostFunction<Args>>(mut self, module: &str, name: &str, blocks: bool, body: F) -> Builder {
        let shown = format!("{module}.{name}/{}", F::ARITY);
        self.functions.push(Function {
            module: module.to_owned(),
            name: name.to_owned(),
            arity: F::ARITY,
            blocks,
            body: Arc::new(move |_, args| body.call(&shown, args)),
        });
        self
    }

    /// Makes the VM. No module is loaded yet but what starts the first processes, and those of the host's functions.
    ///
    /// # Errors
    /// The operating system gives no threads; the limits leave no room to begin; a name of a host function is none, is given
    /// twice, or belongs to a module of the library.
    pub fn build(self) -> Result<Vm, Error> {
        let library = |name: Atom| {
            let file = beamlet_stdlib::module(name.as_str())?;
            Some(ModuleFile { bytes: file.code.into(), rest: file.rest, path: None })
        };
        let builder = self.inner.modules(Arc::new(library)).natives(beamlet_compiler::natives::NATIVES);
        let inner = builder.build().map_err(|error| Error::new(Kind::System(error.to_string())))?;
        inner.shared().global::<beamlet_vm::code::Bundled>().tell(|| beamlet_stdlib::names().collect());
        let vm = Vm::new(inner);
        vm.apply("beamlet_boot", "start", Vec::new())?;
        for (module, functions) in by_module(self.functions)? {
            let source = module_source(&vm, &module, functions);
            vm.load_source("host", &source)?;
        }
        Ok(vm)
    }
}

/// The functions by module, their names checked.
fn by_module(functions: Vec<Function>) -> Result<BTreeMap<String, Vec<Function>>, Error> {
    let mut modules: BTreeMap<String, Vec<Function>> = BTreeMap::new();
    for function in functions {
        let alias = |part: &str| part.starts_with(|c: char| c.is_ascii_uppercase()) && part.bytes().all(is_word);
        let stem = function.name.strip_suffix(['?', '!']).unwrap_or(&function.name);
        let name = stem.starts_with(|c: char| c.is_ascii_lowercase() || c == '_') && stem.bytes().all(is_word);
        if !name || !function.module.split('.').all(alias) {
            let shown = format!("{}.{}", function.module, function.name);
            return Err(Error::new(Kind::System(format!(
                "{shown:?} is no name of a function, as \"Host.greet\" is one"
            ))));
        }
        if beamlet_stdlib::module(&format!("Elixir.{}", function.module)).is_some() {
            return Err(Error::new(Kind::System(format!(
                "{} is a module of the library, and cannot have functions of the host",
                function.module
            ))));
        }
        let others = modules.entry(function.module.clone()).or_default();
        if others.iter().any(|other: &Function| other.name == function.name && other.arity == function.arity) {
            return Err(Error::new(Kind::System(format!(
                "{}.{}/{} is given twice",
                function.module, function.name, function.arity
            ))));
        }
        others.push(function);
    }
    Ok(modules)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The module through which programs call the functions.
fn module_source(vm: &Vm, module: &str, functions: Vec<Function>) -> String {
    let table = vm.machine().shared().global::<HostTable>();
    let mut source = format!("defmodule {module} do\n  @moduledoc false\n");
    for Function { name, arity, blocks, body, .. } in functions {
        let shown = format!("{module}.{name}/{arity}");
        let number = table.add_function(host::HostFunction { name: shown, blocks, body });
        let parameters: Vec<String> = (1..=arity).map(|number| format!("a{number}")).collect();
        let parameters = parameters.join(", ");
        writeln!(source, "  def unquote(:{name})({parameters}), do: :beamlet_host.function({number}, [{parameters}])")
            .expect("a string takes every text");
    }
    source.push_str("end\n");
    source
}
