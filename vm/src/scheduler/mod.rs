//! The scheduler: who runs when, on which thread, and what wakes whom.
//!
//! A [`RunQueue`] holds pids, not processes: the box lies in its slot until its turn comes, so whoever ends meanwhile is just
//! not there, and an entry is one word. There are two ways to drive a VM, and one way to run a slice:
//!
//! - *Threaded* ([`threaded`]): each thread has a queue of its own for normal processes and steals from the others; the few
//!   processes of other priorities share one queue per priority. A thread without work parks until somebody has some or
//!   a timer of its wheel is due.
//! - *Manual* ([`manual`]): one queue, no threads; the host says how far to run. With a seed the order of turns is drawn from
//!   it, and the clock stands still until the host moves it: runs repeat exactly.
//! - [`slice`]: begin, handle signals, interpret, and then park, preempt or end. - [`exit`]: what an end entails.
//! - [`wheel`] and [`timers`]: what is due when.

pub mod exit;
#[cfg(all(test, feature = "interleavings"))]
mod interleavings;
pub mod manual;
pub mod slice;
#[cfg(test)]
pub(crate) mod tests;
pub mod threaded;
pub mod timers;
mod wheel;

pub use timers::{ArmedTimer, Started, TimerEvent, Timers};
pub use wheel::{TimerKey, Wheel};

use crate::process::{Pid, Priority};

/// How many reductions a process may run at a time.
pub const SLICE: u32 = 4_000;

/// After how many turns of normal processes a low one has its turn.
const LOW_TURN: u32 = 8;

/// A process that is to be put into a run queue, and which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a runnable process that is in no run queue never runs"]
pub struct RunAt {
    /// The process.
    pub pid: Pid,
    /// Its queue.
    pub priority: Priority,
}

/// The run queues of a VM.
pub enum RunQueue {
    /// One per thread.
    Threaded(threaded::Threaded),
    /// One.
    Manual(manual::Manual),
}

impl RunQueue {
    /// Puts a process in, waking a thread when there is one to spare.
    pub fn push(&self, runnable: RunAt) {
        match self {
            RunQueue::Threaded(queues) => queues.push(runnable),
            RunQueue::Manual(queue) => queue.push(runnable),
        }
    }
}
