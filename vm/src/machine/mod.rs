//! The machine: one VM, its builder, and what all its threads share.
//!
//! A host process may have any number of VMs; they share nothing but the atom table. A [`Vm`] owns its threads: dropping it
//! stops and joins them, drops every process, and flushes what was written.

mod builder;
mod calls;
mod clock;
mod names;
mod pool;
mod shared;

use std::sync::atomic::{AtomicBool, AtomicI32, AtomicI64, AtomicU64, AtomicUsize};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::Receiver;
use parking_lot::{Mutex, RwLock};

pub use builder::Builder;
pub(crate) use calls::Callee;
pub use calls::{Answer, Call, CallOptions, Until};
pub use clock::Clock;
pub use names::Names;
pub use pool::{Job, Pool};

use crate::code::{CodePath, Registry};
use crate::ets::Ets;
use crate::heap::{MemoryBudget, OwnedTerm};
use crate::host::{Console, Host};
use crate::native::re::Patterns;
use crate::native::Exception;
use crate::persistent::PersistentTerms;
use crate::process::{
    send_control, Account, Control, HeapLimit, Pid, Priority, ProcessTable, Reference, TableFull, Watcher,
};
use crate::scheduler::manual::Drive;
use crate::scheduler::threaded::Threaded;
use crate::scheduler::{slice, RunQueue, Timers};
use crate::{Atom, Value};

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
