//! What a VM's threads do with what they share.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::Receiver;

use super::{Call, CallOptions, Callee, Clock, Entry, Names, Pool, Spawn, VmShared, OUT_OF_REDUCTIONS};
use crate::code::{CodePath, Registry};
use crate::ets::Ets;
use crate::heap::{Heap, MemoryBudget, OwnedTerm};
use crate::host::{Console, Host};
use crate::interp::Saved;
use crate::native::re::Patterns;
use crate::persistent::PersistentTerms;
use crate::process::{
    send_control, send_message, Account, AccountEnd, Control, HeapLimit, Pid, Process, ProcessTable, Reference, State,
    TableFull, Watcher,
};
use crate::scheduler::timers::Destination;
use crate::scheduler::{slice, RunAt, RunQueue, TimerEvent, Timers};
use crate::Atom;

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
    pub(super) fn make_call(&self, entry: Entry, options: CallOptions) -> Result<(Call, RunAt), TableFull> {
        let mut spawn = Spawn::new(entry);
        // What it prints goes where all else goes, once there is somebody who takes it.
        spawn.group_leader = self.names.find(crate::atom::atoms::USER).unwrap_or(Pid::HOST);
        spawn.account = options.account;
        spawn.heap_limit = options.heap_limit;
        let (call, callee) = super::calls::call();
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
