//! The process table: slots, inboxes, and the transitions between the phases of a life.

use std::collections::VecDeque;
use std::sync::OnceLock;

use super::id::Pid;
use super::signal::{Control, Signal};
use super::state::{Priority, ReceiveTimer};
use super::Process;
use crate::scheduler::{ArmedTimer, RunAt};
use crate::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use crate::sync::{Mutex, MutexGuard};
use crate::Atom;

/// Slots are allocated this many at a time.
const CHUNK: usize = 1024;
/// How many processes the host may have beyond the limit, which is the programs': it must be able to look at what has
/// happened, and show an error, when they have used up theirs.
const HOST_ROOM: usize = 64;

/// How many slots must have come free before the first of them is used again, so that pids do not recur soon.
const REST: usize = 1024;

/// In what part of its life the process of a slot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Free,
    Runnable,
    Running,
    Waiting,
}

#[derive(Default)]
struct Slot {
    /// Whether the inbox holds something, for the process that runs to see without the lock.
    pending: AtomicBool,
    inner: Mutex<Inner>,
}

struct Inner {
    serial: u32,
    phase: Phase,
    priority: Priority,
    suspended: bool,
    /// How many of the inbox's signals can end the process.
    exits: u32,
    inbox: Vec<Signal>,
    body: Option<Box<Process>>,
    timer: Option<ArmedTimer>,
    /// The registered name.
    name: Option<Atom>,
}

impl Default for Inner {
    fn default() -> Self {
        Inner {
            serial: 0,
            phase: Phase::Free,
            priority: Priority::Normal,
            suspended: false,
            exits: 0,
            inbox: Vec::new(),
            body: None,
            timer: None,
            name: None,
        }
    }
}

/// All processes of a VM. Looking one up is an index; there is no lock but that of the slot.
pub struct ProcessTable {
    chunks: Box<[OnceLock<Box<[Slot]>>]>,
    free: Mutex<Free>,
    count: AtomicUsize,
    limit: usize,
}

struct Free {
    /// Slots from here on were never used.
    fresh: u32,
    resting: VecDeque<u32>,
}

/// The table holds as many processes as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the VM has as many processes as it may have")]
pub struct TableFull;

/// What [`ProcessTable::reserve`] gives: a pid that nobody else has, and the duty to fill or free its slot.
#[must_use = "the slot must be filled or given back"]
#[derive(Debug)]
pub struct Inserted {
    /// The new process's pid.
    pub pid: Pid,
}

/// What [`ProcessTable::begin`] gives.
pub enum Begun {
    /// The process runs; these signals are to be handled first.
    Run(Box<Process>, Vec<Signal>),
    /// Nobody is to be run: the pid is stale.
    Gone,
}

/// What [`ProcessTable::park`] gives.
pub enum Parked {
    /// The process waits; nothing is owed.
    Waiting,
    /// Signals had come in: handle them and go on running.
    Signals(Box<Process>, Vec<Signal>),
    /// The receive's time was up before it began: go on running.
    Expired(Box<Process>),
    /// The process waits and a timer must wake it: start one and give it to [`ProcessTable::arm`].
    Arm(u64),
}

impl ProcessTable {
    /// A table for at most `limit` processes (no more than [`super::MAX_SLOTS`]).
    pub fn new(limit: usize) -> ProcessTable {
        let limit = limit.min(super::MAX_SLOTS - REST - CHUNK - HOST_ROOM);
        let chunks = (limit + HOST_ROOM + REST + 1).div_ceil(CHUNK) + 1;
        ProcessTable {
            chunks: (0..chunks).map(|_| OnceLock::new()).collect(),
            // The first slot stays empty, for the pid of all zeros stands for the host.
            free: Mutex::new(Free { fresh: 1, resting: VecDeque::new() }),
            count: AtomicUsize::new(0),
            limit,
        }
    }

    /// How many processes there are.
    pub fn len(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many there may be.
    pub fn limit(&self) -> usize {
        self.limit
    }

    fn slot(&self, index: u32) -> Option<&Slot> {
        let chunk = self.chunks.get(index as usize / CHUNK)?.get()?;
        Some(&chunk[index as usize % CHUNK])
    }

    /// Locks the slot of a process that lives.
    fn lock(&self, pid: Pid) -> Option<(&Slot, MutexGuard<'_, Inner>)> {
        let slot = self.slot(pid.slot())?;
        let inner = slot.inner.lock();
        (inner.serial == pid.serial() && inner.phase != Phase::Free).then_some((slot, inner))
    }

    /// Takes a slot for a process about to be made, by the host or by another process; it may stand for a port. Signals may be sent
    /// to its pid at once.
    ///
    /// # Errors
    /// [`TableFull`] when the limit is reached.
    pub fn reserve(&self, for_host: bool, port: bool) -> Result<Inserted, TableFull> {
        let limit = self.limit + if for_host { HOST_ROOM } else { 0 };
        if self.count.fetch_add(1, Ordering::Relaxed) >= limit {
            self.count.fetch_sub(1, Ordering::Relaxed);
            return Err(TableFull);
        }
        let index = {
            let mut free = self.free.lock();
            match free.resting.len() > REST {
                true => free.resting.pop_front(),
                false => None,
            }
            .unwrap_or_else(|| {
                free.fresh += 1;
                free.fresh - 1
            })
        };
        let chunk = self.chunks[index as usize / CHUNK].get_or_init(|| {
            let mut slots: Vec<Slot> = Vec::with_capacity(CHUNK);
            slots.resize_with(CHUNK, Slot::default);
            slots.into()
        });
        let mut inner = chunk[index as usize % CHUNK].inner.lock();
        inner.phase = Phase::Running;
        if port {
            inner.serial = Pid::port_serial(inner.serial);
        }
        Ok(Inserted { pid: Pid::new(index, inner.serial) })
    }

    /// Fills the slot with its process, runnable. The caller owes the pid to a run queue.
    pub fn insert(&self, inserted: Inserted, process: Box<Process>) -> RunAt {
        let pid = inserted.pid;
        let (_, mut inner) = self.lock(pid).expect("a reserved slot stays its owner's");
        inner.phase = Phase::Runnable;
        inner.priority = process.state.priority;
        inner.suspended = process.state.is_suspended();
        inner.body = Some(process);
        RunAt { pid, priority: inner.priority }
    }

    /// Whether a process of this pid lives, and no signal that may end it lies in its inbox; `None` when one does.
    pub fn is_alive(&self, pid: Pid) -> Option<bool> {
        match self.lock(pid) {
            None => Some(false),
            Some((_, inner)) if inner.exits > 0 => None,
            Some(_) => Some(true),
        }
    }

    /// Whether a process of this pid lives, whatever may lie in its inbox.
    pub fn exists(&self, pid: Pid) -> bool {
        self.lock(pid).is_some()
    }

    /// Puts a signal into the inbox. Gives it back when the process is gone, else what the caller owes a run queue.
    ///
    /// # Errors
    /// The signal, when no such process lives.
    pub fn deliver(&self, pid: Pid, signal: Signal) -> Result<Option<RunAt>, Signal> {
        let Some((slot, mut inner)) = self.lock(pid) else { return Err(signal) };
        let message = match &signal {
            Signal::Message(_) => true,
            Signal::Control(control) => {
                inner.exits += u32::from(matches!(**control, Control::Exit { .. }));
                false
            }
        };
        inner.inbox.push(signal);
        match inner.phase {
            Phase::Running => {
                slot.pending.store(true, Ordering::Release);
                Ok(None)
            }
            Phase::Waiting if !(message && inner.suspended) => {
                inner.phase = Phase::Runnable;
                Ok(Some(RunAt { pid, priority: inner.priority }))
            }
            _ => Ok(None),
        }
    }

    /// Takes a runnable process out of its slot to run it.
    pub fn begin(&self, pid: Pid) -> Begun {
        let Some((slot, mut inner)) = self.lock(pid) else { return Begun::Gone };
        if inner.phase != Phase::Runnable {
            return Begun::Gone;
        }
        let Some(mut process) = inner.body.take() else { return Begun::Gone };
        inner.phase = Phase::Running;
        let signals = inner.fetch(slot, &mut process);
        Begun::Run(process, signals)
    }

    /// Whether signals lie in the inbox of the process that the caller runs.
    pub fn pending(&self, pid: Pid) -> bool {
        self.slot(pid.slot()).is_some_and(|slot| slot.pending.load(Ordering::Acquire))
    }

    /// Fetches the inbox of the process that the caller runs: messages go to its mailbox, other signals are given back,
    /// and so are messages that came after one of those.
    pub fn fetch(&self, process: &mut Process) -> Vec<Signal> {
        match self.lock(process.state.pid) {
            Some((slot, mut inner)) => inner.fetch(slot, process),
            None => Vec::new(),
        }
    }

    /// Puts back a process whose slice is over. The caller owes the pid to a run queue.
    pub fn preempt(&self, process: Box<Process>) -> Option<RunAt> {
        let pid = process.state.pid;
        let (_, mut inner) = self.lock(pid)?;
        inner.phase = Phase::Runnable;
        inner.priority = process.state.priority;
        inner.suspended = process.state.is_suspended();
        inner.body = Some(process);
        Some(RunAt { pid, priority: inner.priority })
    }

    /// Puts back a process that waits, unless there is reason to go on. `now` is the time of the VM's clock in microseconds.
    pub fn park(&self, mut process: Box<Process>, now: u64) -> Parked {
        let pid = process.state.pid;
        let Some((slot, mut inner)) = self.lock(pid) else { return Parked::Waiting };
        inner.suspended = process.state.is_suspended();
        let only_messages = || inner.inbox.iter().all(|signal| matches!(signal, Signal::Message(_)));
        if !inner.inbox.is_empty() && !(inner.suspended && only_messages()) {
            let signals = inner.fetch(slot, &mut process);
            return Parked::Signals(process, signals);
        }
        let mut arm = None;
        if let (ReceiveTimer::Until(due), false) = (process.state.timer, inner.suspended) {
            if due <= now {
                process.state.timer = ReceiveTimer::Expired;
                return Parked::Expired(process);
            }
            if inner.timer.is_none_or(|timer| timer.due > due) {
                arm = Some(due);
            }
        }
        inner.priority = process.state.priority;
        inner.phase = Phase::Waiting;
        process.state.waiting = true;
        inner.body = Some(process);
        arm.map_or(Parked::Waiting, Parked::Arm)
    }

    /// Notes the timer that will [`ProcessTable::poke`] a process; gives back the one that is to be cancelled because an earlier
    /// one is under way, or nobody is there.
    pub fn arm(&self, pid: Pid, timer: ArmedTimer) -> Option<ArmedTimer> {
        match self.lock(pid) {
            Some((_, inner)) if inner.timer.is_some_and(|earlier| earlier.due <= timer.due) => Some(timer),
            Some((_, mut inner)) => inner.timer.replace(timer),
            None => Some(timer),
        }
    }

    /// A timer of a receive has come due. Gives what the caller owes: the process to a run queue, or a later timer.
    pub fn poke(&self, pid: Pid, due: u64, now: u64) -> Poked {
        let Some((_, mut inner)) = self.lock(pid) else { return Poked::Nothing };
        if inner.timer.is_some_and(|timer| timer.due == due) {
            inner.timer = None;
        }
        if inner.phase != Phase::Waiting || inner.suspended {
            return Poked::Nothing;
        }
        let timer0 = inner.timer;
        let Some(process) = &mut inner.body else { return Poked::Nothing };
        match process.state.timer {
            ReceiveTimer::Until(due) if due <= now => {
                process.state.timer = ReceiveTimer::Expired;
                inner.phase = Phase::Runnable;
                Poked::Wake(RunAt { pid, priority: inner.priority })
            }
            ReceiveTimer::Until(due) if timer0.is_none_or(|timer| timer.due > due) => Poked::Arm(due),
            _ => Poked::Nothing,
        }
    }

    /// Gives a process its one name: `register` notes it while the slot is held, so that no end comes between. `false` when it
    /// has a name or `register` refuses, `None` when it is gone.
    pub fn name(&self, pid: Pid, name: Atom, register: impl FnOnce() -> bool) -> Option<bool> {
        let (_, mut inner) = self.lock(pid)?;
        if inner.name.is_some() || !register() {
            return Some(false);
        }
        inner.name = Some(name);
        Some(true)
    }

    /// Takes a process's name away.
    pub fn unname(&self, pid: Pid) {
        if let Some((_, mut inner)) = self.lock(pid) {
            inner.name = None;
        }
    }

    /// The name of a process.
    pub fn name_of(&self, pid: Pid) -> Option<Atom> {
        self.lock(pid)?.1.name
    }

    /// Ends a life: the slot comes free. What lay in the inbox is the caller's to answer, timer and name are its to end.
    pub fn remove(&self, pid: Pid) -> Remains {
        let remains = {
            let Some((slot, mut inner)) = self.lock(pid) else { return Remains::default() };
            slot.pending.store(false, Ordering::Relaxed);
            let inbox = std::mem::take(&mut inner.inbox);
            let remains = Remains { inbox, timer: inner.timer.take(), name: inner.name.take() };
            let serial = Pid::next_serial(inner.serial);
            *inner = Inner { serial, ..Inner::default() };
            remains
        };
        self.count.fetch_sub(1, Ordering::Relaxed);
        self.free.lock().resting.push_back(pid.slot());
        remains
    }

    /// The pids of all processes, in the order of their slots. O(slots ever used).
    pub fn pids(&self) -> Vec<Pid> {
        let fresh = self.free.lock().fresh;
        (0..fresh)
            .filter_map(|index| {
                let inner = self.slot(index)?.inner.lock();
                (inner.phase != Phase::Free).then(|| Pid::new(index, inner.serial))
            })
            .collect()
    }

    /// Takes all processes out, for the VM's end: their heaps may then be dropped without any lock held.
    pub fn drain(&self) -> Vec<Box<Process>> {
        let fresh = self.free.lock().fresh;
        let mut processes = Vec::new();
        for index in 0..fresh {
            if let Some(slot) = self.slot(index) {
                let mut inner = slot.inner.lock();
                inner.phase = Phase::Free;
                inner.serial = Pid::next_serial(inner.serial);
                processes.extend(inner.body.take());
                drop(std::mem::take(&mut inner.inbox));
            }
        }
        processes
    }
}

/// What [`ProcessTable::remove`] leaves.
#[derive(Debug, Default)]
pub struct Remains {
    /// Signals that came too late.
    pub inbox: Vec<Signal>,
    /// The timer that was to poke the process.
    pub timer: Option<ArmedTimer>,
    /// Its registered name.
    pub name: Option<Atom>,
}

/// What [`ProcessTable::poke`] gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poked {
    /// Put this process into a run queue.
    Wake(RunAt),
    /// Start a timer for this later time, and give it to [`ProcessTable::arm`].
    Arm(u64),
    /// Nothing is owed.
    Nothing,
}

impl Inner {
    /// Messages up to the first other signal go to the mailbox, in order; what remains is given back.
    fn fetch(&mut self, slot: &Slot, process: &mut Process) -> Vec<Signal> {
        slot.pending.store(false, Ordering::Relaxed);
        self.exits = 0;
        if self.inbox.iter().all(|signal| matches!(signal, Signal::Message(_))) {
            for signal in self.inbox.drain(..) {
                if let Signal::Message(message) = signal {
                    process.state.mailbox.push(message);
                }
            }
            if self.inbox.capacity() > 256 {
                self.inbox = Vec::new();
            }
            return Vec::new();
        }
        std::mem::take(&mut self.inbox)
    }
}
