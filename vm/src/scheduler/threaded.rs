//! Scheduler threads: queues, stealing, parking.
//!
//! A thread that finds nothing to do puts itself on the list of sleepers, looks once more, and only then sleeps; who pushes
//! looks at that list after pushing. Between the two orders stands a fence each, so either the sleeper sees the push or the
//! pusher sees the sleeper.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_deque::{Injector, Steal, Stealer, Worker};

use super::{slice, RunAt, LOW_TURN};
use crate::machine::VmShared;
use crate::process::{Pid, Priority};
use crate::sync::atomic::{fence, AtomicBool, AtomicUsize, Ordering};
use crate::sync::{Condvar, Mutex};

/// How many reductions pass between looks at the clock, about: a slice. A timer is late by no more than that, and who has short
/// turns does not read the clock in each.
const REDUCTIONS_PER_CLOCK: u32 = super::SLICE;

/// What a turn counts for at least towards the next look at the clock.
const REDUCTIONS_PER_TURN: u32 = REDUCTIONS_PER_CLOCK / 16;

/// How many turns pass between looks at the queue that the host pushes to.
const TURNS_PER_INJECTOR: u32 = 61;

/// The queues of all threads, and where the threads sleep.
pub struct Threaded {
    /// Tells this VM's threads from another's.
    identity: u64,
    max: Injector<Pid>,
    high: Injector<Pid>,
    normal: Injector<Pid>,
    low: Injector<Pid>,
    stealers: Box<[Stealer<Pid>]>,
    workers: Mutex<Vec<Option<Worker<Pid>>>>,
    beds: Box<[Bed]>,
    sleepers: Mutex<Vec<usize>>,
    sleeping: AtomicUsize,
    stop: AtomicBool,
}

#[derive(Default)]
struct Bed {
    awake: Mutex<bool>,
    bell: Condvar,
}

struct Local {
    identity: u64,
    index: usize,
    worker: Worker<Pid>,
}

#[cfg(not(feature = "interleavings"))]
thread_local! {
    /// The queue of this scheduler thread, if it is one.
    static LOCAL: RefCell<Option<Local>> = const { RefCell::new(None) };
}

#[cfg(feature = "interleavings")]
shuttle::thread_local! {
    static LOCAL: RefCell<Option<Local>> = RefCell::new(None);
}

impl Threaded {
    /// Queues for this many threads.
    pub fn new(threads: usize) -> Threaded {
        static IDENTITIES: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
        let workers: Vec<Worker<Pid>> = (0..threads.max(1)).map(|_| Worker::new_fifo()).collect();
        Threaded {
            identity: IDENTITIES.fetch_add(1, Ordering::Relaxed),
            max: Injector::new(),
            high: Injector::new(),
            normal: Injector::new(),
            low: Injector::new(),
            stealers: workers.iter().map(Worker::stealer).collect(),
            beds: workers.iter().map(|_| Bed::default()).collect(),
            workers: Mutex::new(workers.into_iter().map(Some).collect()),
            sleepers: Mutex::new(Vec::new()),
            sleeping: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
        }
    }

    /// How many threads there are.
    pub fn threads(&self) -> usize {
        self.stealers.len()
    }

    /// The index of the calling thread if it is one of this VM's.
    pub fn current(&self) -> Option<usize> {
        LOCAL.with(|local| local.borrow().as_ref().filter(|local| local.identity == self.identity).map(|l| l.index))
    }

    /// How many processes wait in the queues, about.
    pub fn queued(&self) -> usize {
        self.stealers.iter().map(Stealer::len).sum::<usize>()
            + self.max.len()
            + self.high.len()
            + self.normal.len()
            + self.low.len()
    }

    /// Puts a process in. On a scheduler thread a normal one goes to its own queue, and another thread is woken only when
    /// that holds more than what this thread will run next.
    pub fn push(&self, RunAt { pid, priority }: RunAt) {
        let wake = match priority {
            Priority::Normal => LOCAL.with(|local| match &*local.borrow() {
                Some(local) if local.identity == self.identity => {
                    local.worker.push(pid);
                    local.worker.len() > 1
                }
                _ => {
                    self.normal.push(pid);
                    true
                }
            }),
            Priority::Max => {
                self.max.push(pid);
                true
            }
            Priority::High => {
                self.high.push(pid);
                true
            }
            Priority::Low => {
                self.low.push(pid);
                true
            }
        };
        if wake {
            self.wake_one();
        }
    }

    /// Whether a thread has nothing to do, about.
    pub fn has_sleepers(&self) -> bool {
        self.sleeping.load(Ordering::Relaxed) > 0
    }

    /// Tells all threads to end.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
        for index in 0..self.beds.len() {
            self.wake(index);
        }
    }

    /// Whether the threads have been told to end.
    pub fn stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Wakes the thread of this index, should it sleep.
    pub fn wake(&self, index: usize) {
        if let Some(bed) = self.beds.get(index) {
            *bed.awake.lock() = true;
            bed.bell.notify_one();
        }
    }

    fn wake_one(&self) {
        fence(Ordering::SeqCst);
        if self.sleeping.load(Ordering::SeqCst) == 0 {
            return;
        }
        let sleeper = {
            let mut sleepers = self.sleepers.lock();
            let sleeper = sleepers.pop();
            self.sleeping.store(sleepers.len(), Ordering::SeqCst);
            sleeper
        };
        if let Some(index) = sleeper {
            self.wake(index);
        }
    }

    /// What a scheduler thread does until the VM stops.
    pub fn run(&self, vm: &Arc<VmShared>, index: usize) {
        if !self.enter(index) {
            return;
        }
        let _running = crate::interrupt::runs(vm);
        let mut context = slice::Context::new(index);
        let mut turn = 0u32;
        let mut since_clock = REDUCTIONS_PER_CLOCK;
        while !self.stopping() {
            if since_clock >= REDUCTIONS_PER_CLOCK {
                vm.fire_timers(index);
                since_clock = 0;
            }
            turn = turn.wrapping_add(1);
            match self.next(index, turn) {
                Some(pid) => {
                    let reductions = slice::run(vm, &mut context, pid, super::SLICE);
                    vm.slice_ended(reductions);
                    since_clock += reductions.max(REDUCTIONS_PER_TURN);
                }
                None => {
                    vm.fire_timers(index);
                    self.sleep(index, || vm.next_timer(index));
                    turn = 0;
                    since_clock = REDUCTIONS_PER_CLOCK;
                }
            }
        }
        self.leave();
    }

    /// Makes the calling thread the scheduler thread of this index. `false` when there is one.
    pub(super) fn enter(&self, index: usize) -> bool {
        let Some(worker) = self.workers.lock()[index].take() else { return false };
        LOCAL.with(|local| local.replace(Some(Local { identity: self.identity, index, worker })));
        true
    }

    /// Ends what [`Threaded::enter`] began.
    pub(super) fn leave(&self) {
        LOCAL.with(|local| local.replace(None));
    }

    /// The process to run next, in the given turn since this thread last slept.
    pub(super) fn next(&self, index: usize, turn: u32) -> Option<Pid> {
        if let Some(pid) = take(&self.max).or_else(|| take(&self.high)) {
            return Some(pid);
        }
        if turn % LOW_TURN == 0 {
            if let Some(pid) = take(&self.low) {
                return Some(pid);
            }
        }
        let local = LOCAL.with(|local| {
            let local = local.borrow();
            let worker = &local.as_ref()?.worker;
            if turn % TURNS_PER_INJECTOR == 0 {
                if let Some(pid) = steal(|| self.normal.steal_batch_and_pop(worker)) {
                    return Some(pid);
                }
            }
            worker
                .pop()
                .or_else(|| steal(|| self.normal.steal_batch_and_pop(worker)))
                .or_else(|| self.steal_from_others(index, worker))
        });
        local.or_else(|| take(&self.low))
    }

    fn steal_from_others(&self, index: usize, worker: &Worker<Pid>) -> Option<Pid> {
        let count = self.stealers.len();
        (1..count).find_map(|step| {
            let victim = &self.stealers[(index + step) % count];
            steal(|| victim.steal_batch_and_pop(worker))
        })
    }

    fn has_work(&self) -> bool {
        !(self.normal.is_empty() && self.max.is_empty() && self.high.is_empty() && self.low.is_empty())
            || self.stealers.iter().any(|stealer| !stealer.is_empty())
    }

    /// Sleeps until there is something to do, or the next timer is due, which takes as long as `timer` says.
    pub(super) fn sleep(&self, index: usize, timer: impl FnOnce() -> Option<Duration>) {
        {
            let mut sleepers = self.sleepers.lock();
            sleepers.push(index);
            self.sleeping.store(sleepers.len(), Ordering::SeqCst);
        }
        fence(Ordering::SeqCst);
        let bed = &self.beds[index];
        let mut awake = bed.awake.lock();
        if !*awake && !self.has_work() && !self.stopping() {
            match timer() {
                None => bed.bell.wait(&mut awake),
                Some(time) => {
                    bed.bell.wait_for(&mut awake, time);
                }
            }
        }
        *awake = false;
        drop(awake);
        let mut sleepers = self.sleepers.lock();
        sleepers.retain(|&sleeper| sleeper != index);
        self.sleeping.store(sleepers.len(), Ordering::SeqCst);
    }
}

fn take(queue: &Injector<Pid>) -> Option<Pid> {
    if queue.is_empty() {
        return None;
    }
    steal(|| queue.steal())
}

fn steal(mut attempt: impl FnMut() -> Steal<Pid>) -> Option<Pid> {
    loop {
        match attempt() {
            Steal::Success(pid) => return Some(pid),
            Steal::Empty => return None,
            Steal::Retry => std::hint::spin_loop(),
        }
    }
}
