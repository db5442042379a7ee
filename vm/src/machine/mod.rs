//! The machine: one VM, its builder, and what all its threads share.
//!
//! A host process may have any number of VMs; they share nothing but the atom table. A [`Vm`] owns its threads: dropping it
//! stops and joins them, drops every process, and flushes what was written.

mod calls;
mod clock;
mod names;
mod pool;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::Receiver;
use parking_lot::{Mutex, RwLock};

pub(crate) use calls::Callee;
pub use calls::{Answer, Call, CallOptions, Until};
pub use clock::Clock;
pub use names::Names;
pub use pool::{Job, Pool};

use crate::code::{CodePath, LoadError, ModuleFile, ModuleSource, Registry};
use crate::ets::Ets;
use crate::heap::{Heap, MemoryBudget, OwnedTerm};
use crate::host::{Console, Host, Sink, StandardHost};
use crate::interp::Saved;
use crate::native::re::Patterns;
use crate::native::{Exception, NativeEntry};
use crate::persistent::PersistentTerms;
use crate::process::{
    send_control, send_message, Account, AccountEnd, Control, HeapLimit, Pid, Priority, Process, ProcessTable,
    Reference, State, TableFull, Watcher,
};
use crate::scheduler::manual::{Drive, Manual};
use crate::scheduler::threaded::Threaded;
use crate::scheduler::timers::Destination;
use crate::scheduler::{slice, RunAt, RunQueue, TimerEvent, Timers};
use crate::{Atom, Value};

/// How many processes a VM may have unless its builder says otherwise.
const DEFAULT_PROCESSES: usize = 16 * 1024 * 1024;

/// How many threads may block at a time.
pub const BLOCKING_THREADS: usize = 16;

/// The status of a VM that has used all the reductions that it may.
pub const OUT_OF_REDUCTIONS: i32 = 122;

/// What a new process begins with.
#[derive(Clone, Debug)]
pub enum Entry {
    /// `apply(module, function, args)`
    Call {
        /// The module.
        module: Atom,
        /// The function.
        function: Atom,
        /// The arguments.
        args: Vec<OwnedTerm>,
    },
    /// The same, with arguments of the host's that are made into terms where the process will have them.
    Values {
        /// The module.
        module: Atom,
        /// The function.
        function: Atom,
        /// The arguments.
        args: Vec<Value>,
    },
    /// A call of a fun.
    Fun {
        /// The fun.
        fun: OwnedTerm,
        /// The arguments.
        args: Vec<OwnedTerm>,
    },
}

/// A process to be made.
#[derive(Clone, Debug)]
pub struct Spawn {
    /// What it begins with.
    pub entry: Entry,
    /// Who spawns it, or [`Pid::HOST`].
    pub parent: Pid,
    /// Its group leader; [`Pid::HOST`] to be its own.
    pub group_leader: Pid,
    /// Whether parent and child are linked. The parent's half is the caller's to note.
    pub link: bool,
    /// A monitor of the parent. Its half is the caller's to note.
    pub monitor: Option<Reference>,
    /// What it uses is charged to.
    pub account: Option<Arc<Account>>,
    /// Whether it stands for a port.
    pub port: bool,
    /// Its priority.
    pub priority: Priority,
    /// Its heap's limit, or that of the VM.
    pub heap_limit: Option<HeapLimit>,
    /// Words of its first heap, when it will need many.
    pub min_heap_size: Option<usize>,
    /// How many minor collections happen until a major one.
    pub fullsweep_after: Option<u32>,
    /// Whether messages shall stay outside its heap.
    pub off_heap_messages: bool,
}

impl Spawn {
    /// A process with the usual settings, spawned by the host.
    pub fn new(entry: Entry) -> Spawn {
        Spawn {
            entry,
            parent: Pid::HOST,
            group_leader: Pid::HOST,
            link: false,
            monitor: None,
            account: None,
            port: false,
            priority: Priority::Normal,
            heap_limit: None,
            min_heap_size: None,
            fullsweep_after: None,
            off_heap_messages: false,
        }
    }
}

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

/// What all threads of a VM share, and natives get.
pub struct VmShared {
    table: ProcessTable,
    names: Names,
    registry: Registry,
    queue: RunQueue,
    timers: Timers,
    clock: Clock,
    console: Arc<Console>,
    code_path: Arc<CodePath>,
    host: Arc<dyn Host>,
    pool: Pool,
    ets: Ets,
    persistent: PersistentTerms,
    patterns: Patterns,
    budget: Arc<MemoryBudget>,
    heap_limit: HeapLimit,
    arguments: RwLock<Vec<String>>,
    unique: AtomicI64,
    latest: AtomicI64,
    backtrace_depth: AtomicUsize,
    last_statistics: Mutex<std::collections::HashMap<&'static str, u64>>,
    references: AtomicU64,
    spawned: AtomicUsize,
    reductions: AtomicU64,
    /// Reductions of the slices that have ended, while there is a limit.
    slices: AtomicU64,
    max_reductions: u64,
    max_atoms: usize,
    /// How many atoms programs have added, if that is limited.
    atoms_made: AtomicUsize,
    /// The state of the random numbers of a VM whose runs repeat.
    seed: Option<AtomicU64>,
    ends_with_output: bool,
    halting: AtomicBool,
    status: AtomicI32,
    /// Closes the channel that is given to all who wait for the end.
    halt_bell: Mutex<Option<crossbeam_channel::Sender<std::convert::Infallible>>>,
    halt_rung: Receiver<std::convert::Infallible>,
    /// What crates above hang on the VM: the compiler's state, the image. One of each type.
    globals: Mutex<std::collections::HashMap<std::any::TypeId, Arc<dyn std::any::Any + Send + Sync>>>,
}

#[allow(missing_docs, reason = "each gives the part that it is named after")]
impl VmShared {
    pub fn table(&self) -> &ProcessTable {
        &self.table
    }

    pub fn names(&self) -> &Names {
        &self.names
    }

    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    pub fn timers(&self) -> &Timers {
        &self.timers
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    pub fn code_path(&self) -> &CodePath {
        &self.code_path
    }

    pub fn console(&self) -> &Console {
        &self.console
    }

    pub fn host(&self) -> &Arc<dyn Host> {
        &self.host
    }

    pub fn ets(&self) -> &Ets {
        &self.ets
    }

    pub fn patterns(&self) -> &Patterns {
        &self.patterns
    }

    pub fn persistent(&self) -> &PersistentTerms {
        &self.persistent
    }

    pub fn budget(&self) -> &Arc<MemoryBudget> {
        &self.budget
    }

    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    pub fn queue(&self) -> &RunQueue {
        &self.queue
    }
}

impl VmShared {
    /// The time in microseconds since the VM began.
    pub fn now(&self) -> u64 {
        self.clock.microseconds()
    }

    /// The time, in microseconds of the VM's clock, from which on a wait of this many milliseconds is over.
    pub fn deadline(&self, milliseconds: u64) -> u64 {
        self.clock.nanoseconds().div_ceil(1_000).saturating_add(milliseconds.saturating_mul(1_000))
    }

    /// The command line's arguments.
    pub fn arguments(&self) -> Vec<String> {
        self.arguments.read().clone()
    }

    /// Replaces them.
    pub fn set_arguments(&self, arguments: Vec<String>) {
        *self.arguments.write() = arguments;
    }

    /// An integer that the VM has not given before, greater than all it has.
    pub fn unique_integer(&self) -> i64 {
        self.unique.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// `time`, or the least time after all that this has given before.
    pub fn later_than_before(&self, time: i64) -> i64 {
        let before = self
            .latest
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |latest| Some(time.max(latest.saturating_add(1))));
        before.map_or(time, |latest| time.max(latest.saturating_add(1)))
    }

    /// How many entries a stack trace has at most.
    pub fn backtrace_depth(&self) -> usize {
        self.backtrace_depth.load(Ordering::Relaxed)
    }

    /// Changes that, giving what it was.
    pub fn set_backtrace_depth(&self, depth: usize) -> usize {
        self.backtrace_depth.swap(depth, Ordering::Relaxed)
    }

    /// How much a total has grown since it was asked for last.
    pub fn since_last(&self, name: &'static str, total: u64) -> u64 {
        let before = self.last_statistics.lock().insert(name, total).unwrap_or(0);
        total.saturating_sub(before)
    }

    /// `max_heap_size` of processes that do not set their own.
    pub fn heap_limit(&self) -> HeapLimit {
        self.heap_limit
    }

    /// A reference of the host's.
    pub fn host_reference(&self) -> Reference {
        Reference { owner: Pid::HOST, number: self.references.fetch_add(1, Ordering::Relaxed) + 1 }
    }

    /// The one object of type `T` that hangs on this VM, made when it is not there yet.
    pub fn global<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let mut globals = self.globals.lock();
        let any = globals.entry(std::any::TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default())).clone();
        any.downcast().expect("the entry of a type holds that type")
    }

    /// Hangs an object on this VM in place of the one of its type.
    pub fn set_global<T: Send + Sync + 'static>(&self, value: Arc<T>) {
        self.globals.lock().insert(std::any::TypeId::of::<T>(), value);
    }

    /// How many scheduler threads there are; 1 in manual mode, where the host is it.
    pub fn schedulers(&self) -> usize {
        match &self.queue {
            RunQueue::Threaded(queues) => queues.threads(),
            RunQueue::Manual(_) => 1,
        }
    }

    /// The index of the scheduler thread that calls.
    pub fn scheduler_index(&self) -> usize {
        match &self.queue {
            RunQueue::Threaded(queues) => queues.current().unwrap_or(0),
            RunQueue::Manual(_) => 0,
        }
    }

    /// How many processes wait for their turn.
    pub fn run_queue_length(&self) -> usize {
        match &self.queue {
            RunQueue::Threaded(queues) => queues.queued(),
            RunQueue::Manual(queue) => queue.queued(),
        }
    }

    /// Puts a runnable process into a run queue.
    pub fn schedule(&self, runnable: RunAt) {
        self.queue.push(runnable);
    }

    /// Makes a process, which begins at once.
    ///
    /// # Errors
    /// [`TableFull`] when there are as many as there may be.
    pub fn spawn(&self, spawn: Spawn) -> Result<Pid, TableFull> {
        let runnable = self.make(spawn, None)?;
        self.schedule(runnable);
        Ok(runnable.pid)
    }

    /// Makes a process that calls a function for the host and gives it the answer. Who gets it owes it to a run queue, or
    /// runs it.
    fn make_call(&self, entry: Entry, options: CallOptions) -> Result<(Call, RunAt), TableFull> {
        let mut spawn = Spawn::new(entry);
        // What it prints goes where all else goes, once there is somebody who takes it.
        spawn.group_leader = self.names.find(crate::atom::atoms::USER).unwrap_or(Pid::HOST);
        spawn.account = options.account;
        spawn.heap_limit = options.heap_limit;
        let (call, callee) = calls::call();
        let runnable = self.make(spawn, Some(callee))?;
        Ok((call, runnable))
    }

    /// Begins a call in a process of its own.
    ///
    /// # Errors
    /// [`TableFull`] when no process can be made.
    pub fn begin_call(&self, entry: Entry, options: CallOptions) -> Result<Call, TableFull> {
        let (call, runnable) = self.make_call(entry, options)?;
        self.schedule(runnable);
        Ok(call)
    }

    /// Makes a process, which the caller owes to a run queue.
    fn make(&self, spawn: Spawn, callee: Option<Callee>) -> Result<RunAt, TableFull> {
        let inserted = self.table.reserve(spawn.parent == Pid::HOST, spawn.port)?;
        let pid = inserted.pid;
        self.spawned.fetch_add(1, Ordering::Relaxed);
        let initial_call = match &spawn.entry {
            Entry::Call { module, function, args } => (*module, *function, args.len() as u32),
            Entry::Values { module, function, args } => (*module, *function, args.len() as u32),
            Entry::Fun { fun, args } => match fun.term().as_fun() {
                Some(fun) if args.is_empty() => (fun.entry.module, fun.entry.name, fun.entry.arity + fun.entry.free),
                _ => (crate::atom::atoms::ERLANG, Atom::new("apply"), 2),
            },
        };
        let leader = if spawn.group_leader == Pid::HOST { pid } else { spawn.group_leader };
        let mut state = State::new(pid, spawn.parent, leader, initial_call);
        state.priority = spawn.priority;
        state.off_heap_messages = spawn.off_heap_messages;
        if spawn.link {
            state.links.insert(spawn.parent, ());
        }
        if let Some(reference) = spawn.monitor {
            state.watchers.insert(reference, Watcher::Process(spawn.parent));
        }
        let words = spawn.min_heap_size.unwrap_or(crate::heap::FIRST_SIZE);
        let mut heap = Heap::new(words, Some(self.budget.clone()));
        let limit = spawn.heap_limit.unwrap_or(self.heap_limit);
        if limit != HeapLimit::default() {
            state.rare_mut().heap_limit = limit;
        }
        heap.set_limit(if limit.kill { limit.words } else { 0 });
        if let Some(collections) = spawn.fullsweep_after {
            heap.set_fullsweep_after(collections);
        }
        let mut machine = match spawn.entry {
            Entry::Call { module, function, args } => Saved::call(&mut heap, module, function, args),
            Entry::Values { module, function, args } => Saved::call_values(&mut heap, module, function, &args),
            Entry::Fun { fun, args } if args.is_empty() => Saved::fun(&mut heap, fun),
            Entry::Fun { fun, args } => {
                let args = OwnedTerm::build(|b| {
                    let args: Vec<_> = args.iter().map(|arg| b.import(arg)).collect();
                    b.list(&args)
                });
                Saved::call(&mut heap, crate::atom::atoms::ERLANG, Atom::new("apply"), [fun, args])
            }
        };
        machine.callee = callee;
        let account = spawn.account.clone();
        if let Some(account) = spawn.account {
            state.rare_mut().account = Some(account);
        }
        let runnable = self.table.insert(inserted, Process::new(heap, machine, state));
        if let Some(account) = account {
            account.join(self, pid);
        }
        Ok(runnable)
    }

    /// How many processes have been made.
    pub fn spawned(&self) -> usize {
        self.spawned.load(Ordering::Relaxed)
    }

    /// The reductions of processes that have ended.
    pub fn ended_reductions(&self) -> u64 {
        self.reductions.load(Ordering::Relaxed)
    }

    /// Notes that a process has ended having used this many reductions.
    pub(crate) fn process_ended(&self, reductions: u64) {
        self.reductions.fetch_add(reductions, Ordering::Relaxed);
    }

    /// Sixty-four random bits: the host's, or the next ones from the seed of a VM whose runs repeat.
    pub fn random(&self) -> u64 {
        // Steele, Lea and Flood's splitmix64: a step of the state, then two rounds that mix it.
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let Some(seed) = &self.seed else { return self.host.random() };
        let state = seed.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Counts the reductions of a slice against the limit, if there is one.
    pub(crate) fn slice_ended(&self, reductions: u32) {
        if self.max_reductions == u64::MAX {
            return;
        }
        let before = self.slices.fetch_add(u64::from(reductions), Ordering::Relaxed);
        if before.saturating_add(u64::from(reductions)) > self.max_reductions {
            self.halt(OUT_OF_REDUCTIONS);
        }
    }

    /// How many atoms programs may add, and how many they have added if that is limited.
    pub(crate) fn atoms(&self) -> Option<(usize, &AtomicUsize)> {
        (self.max_atoms != usize::MAX).then_some((self.max_atoms, &self.atoms_made))
    }

    /// Whether the VM halts when its output has no reader any more.
    pub fn ends_with_output(&self) -> bool {
        self.ends_with_output
    }

    /// Sends a message.
    pub fn send(&self, to: Pid, message: OwnedTerm) {
        send_message(self, to, message);
    }

    /// Sends an exit signal as `exit/2` does.
    pub fn exit(&self, from: Pid, to: Pid, reason: OwnedTerm) {
        send_control(self, to, Control::Exit { from, reason, origin: crate::process::Origin::Explicit });
    }

    /// Starts a timer that sends a message at `due`, in microseconds of the VM's clock.
    pub fn start_timer(&self, due: u64, to: Destination, reference: Reference, message: OwnedTerm) {
        let started = self.timers.start(due, to, reference, message);
        if let (RunQueue::Threaded(queues), true) = (&self.queue, started.first) {
            if queues.current() != Some(started.wheel) {
                queues.wake(started.wheel);
            }
        }
    }

    /// Ends an account at `due`, in microseconds of the VM's clock, if it still has processes then.
    pub fn expire(&self, due: u64, account: Arc<Account>) {
        account.set_deadline(due);
        self.timers.start_expiry(due, account);
        if let RunQueue::Threaded(queues) = &self.queue {
            queues.wake(0);
        }
    }

    /// Does what is due on a thread's wheel, and writes out what has been written.
    ///
    /// Looks at the next thread's wheel too: that one may be in a long native, or have lost its processor.
    pub(crate) fn fire_timers(&self, own: usize) {
        let now = self.now();
        self.fire_wheel(own, own, now);
        if self.timers.len() > 1 {
            self.fire_wheel((own + 1) % self.timers.len(), own, now);
        }
        self.console.flush();
    }

    /// Does what is due on a wheel; what is to be started again goes to the wheel of the calling thread.
    fn fire_wheel(&self, wheel: usize, own: usize, now: u64) {
        let Some(_firing) = self.timers.begin_firing(wheel) else { return };
        for event in self.timers.take_due(wheel, now) {
            match event {
                TimerEvent::Poke(pid, due) => match self.table.poke(pid, due, now) {
                    crate::process::Poked::Wake(runnable) => self.schedule(runnable),
                    crate::process::Poked::Arm(due) => slice::arm(self, own, pid, due),
                    crate::process::Poked::Nothing => {}
                },
                TimerEvent::Expire(account) => account.end(self, AccountEnd::Time),
                TimerEvent::Send { to, message, .. } => {
                    let pid = match to {
                        Destination::Process(pid) => Some(pid),
                        Destination::Name(name) => self.names.find(name),
                    };
                    if let Some(pid) = pid {
                        send_message(self, pid, message);
                    }
                }
            }
        }
    }

    /// How long it takes until something is due on a wheel.
    pub(crate) fn next_timer(&self, wheel: usize) -> Option<Duration> {
        self.timers.next_due(wheel).map(|due| Duration::from_micros(due.saturating_sub(self.now()).max(1)))
    }

    /// Ends the VM with this status: no process runs on beyond its slice.
    pub fn halt(&self, status: i32) {
        if self.halting.swap(true, Ordering::SeqCst) {
            return;
        }
        self.status.store(status, Ordering::SeqCst);
        self.console.flush();
        if let RunQueue::Threaded(queues) = &self.queue {
            queues.stop();
        }
        self.halt_bell.lock().take();
    }

    /// The status the VM was halted with, if it was.
    pub fn halted(&self) -> Option<i32> {
        self.halting.load(Ordering::SeqCst).then(|| self.status.load(Ordering::SeqCst))
    }

    /// Whether it runs on threads of its own.
    pub fn is_threaded(&self) -> bool {
        matches!(self.queue, RunQueue::Threaded(_))
    }

    /// A channel that closes when the VM halts.
    pub fn on_halt(&self) -> &Receiver<std::convert::Infallible> {
        &self.halt_rung
    }
}

/// A VM. Dropping it ends it.
pub struct Vm {
    shared: Arc<VmShared>,
    handles: Vec<JoinHandle<()>>,
    /// What the host drives a VM without threads with.
    context: Option<Mutex<slice::Context>>,
    /// What threads of the host ran slices of a VM with threads with, for the next time.
    borrowed: Mutex<Vec<slice::Context>>,
}

impl Vm {
    /// A builder with one scheduler thread per processor and the operating system as host.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// What its threads share.
    pub fn shared(&self) -> &Arc<VmShared> {
        &self.shared
    }

    /// Loads a module.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    pub fn load(&self, bytes: &[u8]) -> Result<Arc<crate::code::Module>, crate::code::LoadError> {
        self.shared.registry.load(bytes)
    }

    /// Makes a process that calls a function.
    ///
    /// # Errors
    /// [`TableFull`] when there are as many processes as there may be.
    pub fn spawn(&self, module: Atom, function: Atom, args: Vec<OwnedTerm>) -> Result<Pid, TableFull> {
        self.shared.spawn(Spawn::new(Entry::Call { module, function, args }))
    }

    /// Waits until a process has ended, and gives the reason; `noproc` when it is not there. In manual mode this drives the VM, and
    /// `None` means that nothing can run any more.
    pub fn wait(&self, pid: Pid) -> Option<OwnedTerm> {
        let (sender, receiver) = crossbeam_channel::bounded(1);
        let reference = self.shared.host_reference();
        send_control(&self.shared, pid, Control::Monitor { reference, watcher: Watcher::Host(sender) });
        self.receive(&receiver)
    }

    /// Calls a function in a new process, and gives its value or the exception that it raised. `None` when the VM halts
    /// before, or the process is killed.
    pub fn call(&self, module: Atom, function: Atom, args: Vec<OwnedTerm>) -> Option<Answer> {
        let call = self.begin_call(Entry::Call { module, function, args }, CallOptions::default()).ok()?;
        self.await_call(&call, Until::Answered);
        call.answer()
    }

    /// As [`Vm::call`], with values.
    pub fn call_values(&self, module: Atom, function: Atom, args: &[Value]) -> Option<Result<Value, Exception>> {
        let args = args.iter().map(OwnedTerm::from_value).collect();
        let result = self.call(module, function, args)?;
        Some(result.and_then(|term| term.term().to_value().map_err(|_| Exception::badarg())))
    }

    /// Begins a call that the host is about to wait for. While one of the VM's threads has nothing to do, its first slice runs
    /// in the calling thread instead: most calls are over with it, and nobody had to be woken.
    ///
    /// # Errors
    /// [`TableFull`] when no process can be made.
    pub fn begin_call(&self, entry: Entry, options: CallOptions) -> Result<Call, TableFull> {
        let vm = &self.shared;
        let (call, runnable) = vm.make_call(entry, options)?;
        match &vm.queue {
            RunQueue::Threaded(queues) if queues.has_sleepers() && !queues.stopping() => {
                self.run_here(queues, &call, runnable.pid);
            }
            _ => vm.schedule(runnable),
        }
        Ok(call)
    }

    /// Runs a slice of the process of a call, which is in no queue, in a thread of the host's.
    fn run_here(&self, queues: &Threaded, call: &Call, pid: Pid) {
        let vm = &self.shared;
        let mut context = self.borrowed.lock().pop().unwrap_or_else(|| slice::Context::new(0));
        {
            let _running = crate::interrupt::runs(vm);
            let reductions = slice::run(vm, &mut context, pid, crate::scheduler::SLICE);
            vm.slice_ended(reductions);
        }
        let mut borrowed = self.borrowed.lock();
        if borrowed.len() < queues.threads() {
            borrowed.push(context);
        }
        drop(borrowed);
        vm.console.flush();
        // A process that goes on to wait may have begun a timer, which the thread of its wheel does not know of.
        if !call.has_come(Until::Ended) {
            queues.wake(0);
        }
    }

    /// Waits until a call has come so far, or can come no further because the VM has halted or, in manual mode, nothing can
    /// run any more. In manual mode this drives the VM.
    pub fn await_call(&self, call: &Call, until: Until) {
        if self.context.is_some() {
            self.drive_until(|| call.has_come(until).then_some(()));
            return;
        }
        while let Some(bell) = call.bell(until) {
            crossbeam_channel::select! {
                recv(bell) -> _ => {}
                recv(self.shared.halt_rung) -> _ => return,
            }
        }
    }

    /// Waits for something that a process of the VM sends to the host.
    pub fn receive<T>(&self, receiver: &Receiver<T>) -> Option<T> {
        if self.context.is_some() {
            return self.drive_until(|| receiver.try_recv().ok());
        }
        crossbeam_channel::select! {
            recv(receiver) -> value => value.ok(),
            recv(self.shared.halt_rung) -> _ => receiver.try_recv().ok(),
        }
    }

    /// Drives a VM in manual mode until there is what the host waits for, or nothing can run any more.
    fn drive_until<T>(&self, mut look: impl FnMut() -> Option<T>) -> Option<T> {
        loop {
            if let Some(value) = look() {
                return Some(value);
            }
            match self.run_for(100_000) {
                Drive::Busy => {}
                Drive::WaitUntil(due) => match look() {
                    Some(value) => return Some(value),
                    None => self.await_time(due),
                },
                Drive::Idle | Drive::Finished => return look(),
            }
        }
    }

    /// Runs a VM in manual mode for about this many reductions. With threads there is nothing to drive, and the answer is
    /// [`Drive::Idle`].
    pub fn run_for(&self, reductions: u64) -> Drive {
        let (Some(context), RunQueue::Manual(queue)) = (&self.context, &self.shared.queue) else { return Drive::Idle };
        let mut context = context.lock();
        let _running = crate::interrupt::runs(&self.shared);
        let mut used = 0u64;
        while used < reductions {
            if self.shared.halted().is_some() {
                return Drive::Finished;
            }
            self.shared.fire_timers(0);
            match queue.next() {
                Some((pid, slice)) => {
                    let budget = u64::from(slice).min(reductions - used).max(1) as u32;
                    let reductions = slice::run(&self.shared, &mut context, pid, budget);
                    self.shared.slice_ended(reductions);
                    used += u64::from(reductions).max(1);
                }
                None => {
                    self.shared.console.flush();
                    return match self.shared.timers.earliest() {
                        _ if self.shared.table.is_empty() => Drive::Finished,
                        Some(due) => Drive::WaitUntil(due),
                        None => Drive::Idle,
                    };
                }
            }
        }
        self.shared.console.flush();
        Drive::Busy
    }

    /// Moves a virtual clock to `due`, or waits until the host's clock reaches it.
    pub fn await_time(&self, due: u64) {
        if !self.shared.clock.advance_to(due) {
            let now = self.shared.now();
            if due > now {
                std::thread::park_timeout(Duration::from_micros(due - now));
            }
        }
    }

    /// Waits until the VM has halted, and gives the status. In manual mode this drives it, and `None` means that nothing can
    /// run any more.
    pub fn wait_for_halt(&self) -> Option<i32> {
        if self.context.is_some() {
            return self.drive_until(|| self.shared.halted());
        }
        // It closes, and never gives anything.
        let _ = self.shared.halt_rung.recv();
        self.shared.halted()
    }

    /// Ends the VM with this status.
    pub fn halt(&self, status: i32) {
        self.shared.halt(status);
    }
}

impl Drop for Vm {
    fn drop(&mut self) {
        self.shared.halt(0);
        self.shared.pool.stop();
        for handle in self.handles.drain(..) {
            // The last handle may have been dropped by a native of the VM itself; its thread ends by itself.
            if handle.thread().id() == std::thread::current().id() {
                continue;
            }
            // A scheduler thread that panicked has nothing more to say here.
            let _ = handle.join();
        }
        drop(self.shared.table.drain());
        self.shared.console.flush();
    }
}

impl std::fmt::Debug for VmShared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VmShared({} modules)", self.registry.modules().len())
    }
}
