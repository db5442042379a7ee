//! The manual mode: one queue, driven by the host.

use std::collections::VecDeque;

use parking_lot::Mutex;

use super::{RunAt, LOW_TURN};
use crate::process::{Pid, Priority};

/// How far [`crate::machine::Vm::run_for`] has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drive {
    /// The reductions are used up; there is more to do.
    Busy,
    /// Nothing can run until the host does something.
    Idle,
    /// Nothing can run until the VM's clock reaches this time, in milliseconds.
    WaitUntil(u64),
    /// The VM has halted, or has no processes.
    Finished,
}

/// The queue of a VM without threads.
pub struct Manual {
    queues: Mutex<Queues>,
}

struct Queues {
    max: VecDeque<Pid>,
    high: VecDeque<Pid>,
    normal: VecDeque<Pid>,
    low: VecDeque<Pid>,
    turn: u32,
    /// State of the generator that picks whose turn it is; `None` for first come, first served.
    seed: Option<u64>,
}

impl Manual {
    /// An empty queue; with a seed, turns are drawn from it.
    pub fn new(seed: Option<u64>) -> Manual {
        let seed = seed.map(|seed| seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        Manual {
            queues: Mutex::new(Queues {
                max: VecDeque::new(),
                high: VecDeque::new(),
                normal: VecDeque::new(),
                low: VecDeque::new(),
                turn: 0,
                seed,
            }),
        }
    }

    /// Puts a process in.
    pub fn push(&self, RunAt { pid, priority }: RunAt) {
        let mut queues = self.queues.lock();
        match priority {
            Priority::Max => queues.max.push_back(pid),
            Priority::High => queues.high.push_back(pid),
            Priority::Normal => queues.normal.push_back(pid),
            Priority::Low => queues.low.push_back(pid),
        }
    }

    /// How many processes are in the queues.
    pub fn queued(&self) -> usize {
        let queues = self.queues.lock();
        queues.max.len() + queues.high.len() + queues.normal.len() + queues.low.len()
    }

    /// The process whose turn it is, and how long its slice is to be.
    pub fn next(&self) -> Option<(Pid, u32)> {
        let queues = &mut *self.queues.lock();
        queues.turn = queues.turn.wrapping_add(1);
        let low_turn = queues.turn % LOW_TURN == 0 && !queues.low.is_empty();
        let queue = [&mut queues.max, &mut queues.high].into_iter().find(|queue| !queue.is_empty());
        let queue = match queue {
            Some(queue) => queue,
            None if low_turn || queues.normal.is_empty() => &mut queues.low,
            None => &mut queues.normal,
        };
        match &mut queues.seed {
            None => queue.pop_front().map(|pid| (pid, super::SLICE)),
            Some(seed) => {
                if queue.is_empty() {
                    return None;
                }
                *seed ^= *seed << 13;
                *seed ^= *seed >> 7;
                *seed ^= *seed << 17;
                let index = (*seed >> 32) as usize % queue.len();
                let slice = 1 + (*seed as u32) % super::SLICE;
                queue.swap_remove_front(index).map(|pid| (pid, slice))
            }
        }
    }
}
