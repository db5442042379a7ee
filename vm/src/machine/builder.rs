//! What a VM is made from: its limits, its threads, its host and where its modules come from.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicI64, AtomicU64, AtomicUsize};
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};

use super::{Clock, Names, Pool, Vm, VmShared, BLOCKING_THREADS};
use crate::code::{CodePath, LoadError, ModuleFile, ModuleSource, Registry};
use crate::ets::Ets;
use crate::heap::MemoryBudget;
use crate::host::{Console, Host, Sink, StandardHost};
use crate::native::re::Patterns;
use crate::native::NativeEntry;
use crate::persistent::PersistentTerms;
use crate::process::{HeapLimit, ProcessTable};
use crate::scheduler::manual::Manual;
use crate::scheduler::threaded::Threaded;
use crate::scheduler::{slice, RunQueue, Timers};

/// How many processes a VM may have unless its builder says otherwise.
const DEFAULT_PROCESSES: usize = 16 * 1024 * 1024;

/// What a VM is made with.
pub struct Builder {
    drive: DriveMode,
    host: Arc<dyn Host>,
    output: Option<Sink>,
    errors: Option<Sink>,
    source: Option<Arc<ModuleSource>>,
    code_path: Vec<PathBuf>,
    natives: Vec<&'static [NativeEntry]>,
    processes: usize,
    memory: usize,
    heap_limit: HeapLimit,
    arguments: Vec<String>,
    max_reductions: u64,
    max_atoms: usize,
    ends_with_output: bool,
}

enum DriveMode {
    Threads(Option<usize>),
    Manual,
    Deterministic(u64),
}

impl Default for Builder {
    fn default() -> Self {
        Builder {
            drive: DriveMode::Threads(None),
            host: Arc::new(StandardHost::default()),
            output: None,
            errors: None,
            source: None,
            code_path: Vec::new(),
            natives: Vec::new(),
            processes: DEFAULT_PROCESSES,
            memory: usize::MAX,
            heap_limit: HeapLimit::default(),
            arguments: Vec::new(),
            max_reductions: u64::MAX,
            max_atoms: usize::MAX,
            ends_with_output: false,
        }
    }
}

impl Builder {
    /// This many scheduler threads instead of one per processor.
    pub fn schedulers(mut self, threads: usize) -> Self {
        self.drive = DriveMode::Threads(Some(threads.max(1)));
        self
    }

    /// No threads: the host drives the VM with [`Vm::run_for`], on the host's clock.
    pub fn manual(mut self) -> Self {
        self.drive = DriveMode::Manual;
        self
    }

    /// No threads, a clock that the host moves, and turns drawn from `seed`: runs repeat exactly.
    pub fn deterministic(mut self, seed: u64) -> Self {
        self.drive = DriveMode::Deterministic(seed);
        self
    }

    /// What the VM may do to the world outside.
    pub fn host(mut self, host: Arc<dyn Host>) -> Self {
        self.host = host;
        self
    }

    /// Where standard output goes.
    pub fn stdout(mut self, sink: impl std::io::Write + Send + 'static) -> Self {
        self.output = Some(Box::new(sink));
        self
    }

    /// Where standard error goes.
    pub fn stderr(mut self, sink: impl std::io::Write + Send + 'static) -> Self {
        self.errors = Some(Box::new(sink));
        self
    }

    /// Where modules come from that are not loaded yet.
    pub fn modules(mut self, source: Arc<ModuleSource>) -> Self {
        self.source = Some(source);
        self
    }

    /// Directories whose module files are preferred to those of [`Builder::modules`], searched first to last.
    pub fn code_path(mut self, directories: Vec<PathBuf>) -> Self {
        self.code_path = directories;
        self
    }

    /// Natives beside the VM's own.
    pub fn natives(mut self, entries: &'static [NativeEntry]) -> Self {
        self.natives.push(entries);
        self
    }

    /// How many processes there may be. The host's own calls find room for a few more.
    pub fn max_processes(mut self, limit: usize) -> Self {
        self.processes = limit;
        self
    }

    /// How many bytes all heaps may take together.
    pub fn max_memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }

    /// `max_heap_size` of processes that do not set their own.
    pub fn max_heap_size(mut self, limit: HeapLimit) -> Self {
        self.heap_limit = limit;
        self
    }

    /// What the program's command line was.
    pub fn arguments(mut self, arguments: Vec<String>) -> Self {
        self.arguments = arguments;
        self
    }

    /// How many reductions all processes may use together; with the last one the VM halts with [`OUT_OF_REDUCTIONS`].
    pub fn max_reductions(mut self, limit: u64) -> Self {
        self.max_reductions = limit;
        self
    }

    /// How many atoms the programs of this VM may add to the table that all VMs of the host process share.
    pub fn max_atoms(mut self, limit: usize) -> Self {
        self.max_atoms = limit;
        self
    }

    /// Whether the VM halts, with status 0, when it writes to an output that nobody reads any more.
    pub fn ends_with_output(mut self, ends: bool) -> Self {
        self.ends_with_output = ends;
        self
    }

    /// Makes the VM, and starts its threads if it has any.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn build(self) -> std::io::Result<Vm> {
        let host = self.host;
        let seed = match self.drive {
            DriveMode::Deterministic(seed) => Some(AtomicU64::new(seed)),
            _ => None,
        };
        let (clock, queue, threads) = match self.drive {
            DriveMode::Threads(threads) => {
                let threads = threads.unwrap_or_else(|| host.processors());
                (Clock::real(host.clone()), RunQueue::Threaded(Threaded::new(threads)), threads)
            }
            DriveMode::Manual => (Clock::real(host.clone()), RunQueue::Manual(Manual::new(None)), 0),
            DriveMode::Deterministic(seed) => {
                (Clock::virtual_clock(host.clone()), RunQueue::Manual(Manual::new(Some(seed))), 0)
            }
        };
        let output = self.output.unwrap_or_else(|| Box::new(std::io::stdout()));
        let errors = self.errors.unwrap_or_else(|| Box::new(std::io::stderr()));
        let registry = Registry::new();
        for table in crate::native::tables() {
            registry.add_natives(table.iter());
        }
        for table in self.natives {
            registry.add_natives(table.iter());
        }
        let code_path = Arc::new(CodePath::new(self.code_path));
        registry.set_source(path_then(code_path.clone(), host.clone(), self.source));
        let console = Arc::new(Console::new(output, errors, host.clone()));
        let refusals = console.clone();
        registry.set_refusal_report(Arc::new(move |path: &Path, error: &LoadError| {
            refusals.write_error(format!("beamlet: {}: {error}\n", path.display()).as_bytes());
        }));
        let (halt_bell, halt_rung) = crossbeam_channel::bounded(0);
        let shared = Arc::new(VmShared {
            table: ProcessTable::new(self.processes),
            names: Names::default(),
            registry,
            queue,
            timers: Timers::new(threads.max(1), 0),
            clock,
            console,
            code_path,
            host,
            pool: Pool::new(if threads == 0 { 0 } else { BLOCKING_THREADS }),
            ets: Ets::default(),
            persistent: PersistentTerms::default(),
            patterns: Patterns::default(),
            budget: MemoryBudget::new(self.memory),
            heap_limit: self.heap_limit,
            arguments: RwLock::new(self.arguments),
            unique: AtomicI64::new(0),
            latest: AtomicI64::new(i64::MIN),
            backtrace_depth: AtomicUsize::new(8),
            last_statistics: Mutex::default(),
            references: AtomicU64::new(0),
            spawned: AtomicUsize::new(0),
            reductions: AtomicU64::new(0),
            slices: AtomicU64::new(0),
            seed,
            max_reductions: self.max_reductions,
            max_atoms: self.max_atoms,
            atoms_made: AtomicUsize::new(0),
            ends_with_output: self.ends_with_output,
            halting: AtomicBool::new(false),
            status: AtomicI32::new(0),
            halt_bell: Mutex::new(Some(halt_bell)),
            halt_rung,
            globals: Mutex::default(),
        });
        let mut handles = Vec::with_capacity(threads);
        for index in 0..threads {
            let vm = shared.clone();
            let run = move || {
                if let RunQueue::Threaded(queues) = &vm.queue {
                    queues.run(&vm, index);
                }
            };
            let name = format!("beamlet-{}", index + 1);
            handles.push(std::thread::Builder::new().name(name).stack_size(8 << 20).spawn(run)?);
        }
        let context = (threads == 0).then(|| Mutex::new(slice::Context::new(0)));
        Ok(Vm { shared, handles, context, borrowed: Mutex::default() })
    }
}

/// Looks for modules along the code path, then where the builder said.
fn path_then(path: Arc<CodePath>, host: Arc<dyn Host>, rest: Option<Arc<ModuleSource>>) -> Arc<ModuleSource> {
    Arc::new(move |name| match path.find(&*host, name) {
        Some((path, bytes)) => Some(ModuleFile { bytes: bytes.into(), rest: &[], path: Some(path) }),
        None => rest.as_ref()?(name),
    })
}
