//! Processes: their names, their state, their mailboxes, the signals between them, the table that holds them.
//!
//! # The life of a process
//!
//! A [`Process`] is a box that exactly one party owns at a time: the thread that runs it, or its slot in the
//! [`ProcessTable`]. Whoever holds the box may touch everything in it without a lock. What others want of it they say
//! with a [`Signal`], which they put into the inbox of its slot. The slot's lock guards inbox, phase and parked box; it is
//! held for a few instructions only, never while a process runs.
//!
//! ```text
//!             insert                      begin                     exit
//!  (free) ──────────────► runnable ──────────────────► running ──────────────► (free, next serial)
//!                          ▲    ▲       preempted         │
//!                          │    └─────────────────────────┤
//!                          │                              │ park: the inbox is empty
//!                          └──────────── waiting ◄────────┘
//!                             a signal, or the receive's time is up
//! ```
//!
//! - *Runnable*: the box is in the slot, and the pid is in exactly one run queue, exactly once.
//! - *Running*: the box is out. Signals pile up in the inbox; a flag beside the lock tells the runner so.
//! - *Waiting*: the box is in the slot, the pid in no run queue, and the inbox holds nothing that the process has not been
//!   offered. Parking looks at the inbox under the lock, so no signal can slip in between looking and parking.
//! - *Suspended* (by `suspend_process`) is *waiting* with a count: messages do not wake it, other signals do, and having
//!   handled them it parks again.
//!
//! Each transition is a method of the table and returns what the caller owes now: a pid to put into a run queue, signals to
//! handle before going on, or the leftover signals of the dead to answer. A pid whose slot has gone on to the next serial
//! names nobody; entries of run queues and timers that hold one are dropped when they come up.
//!
//! # Waiting in a receive
//!
//! The interpreter looks at [`State::mailbox`] through its cursor. When [`Mailbox::peek`] gives none it calls
//! [`receive_signals`], and only if that brings no message does it end the slice as waiting. A receive with a limit keeps
//! it in [`State::timer`]: the interpreter sets it once, is resumed at the same instruction, and finds there whether the
//! time is up.

mod account;
mod build;
mod code_check;
mod id;
mod info;
mod mailbox;
mod signal;
mod small_map;
mod state;
mod table;

pub use account::{Account, AccountEnd};
pub use code_check::{CodeCheck, InCode};
pub use id::{Pid, Reference, MAX_SLOTS, SERIAL_BITS, SLOT_BITS};
pub use info::{heap_limit_term, info, Item};
pub use mailbox::Mailbox;
pub use signal::{
    demonitor, handle, receive_signals, refuse, send_control, send_message, Control, Crash, Death, Origin, Received,
    Signal,
};
pub use small_map::SmallMap;
pub use state::{AliasMode, HeapLimit, Monitor, Priority, ReceiveTimer, Request, State, Suspending, Target, Watcher};
pub use table::{Begun, Inserted, Parked, Poked, ProcessTable, Remains, TableFull};

use crate::heap::Heap;

/// A process. Sending it between threads moves the box only.
pub struct Process {
    /// Its heap and stack.
    pub heap: Heap,
    /// Where it is in its code: belongs to the interpreter.
    pub machine: crate::interp::Saved,
    /// All else.
    pub state: State,
}

impl Process {
    /// A process that has not run yet.
    pub fn new(heap: Heap, machine: crate::interp::Saved, state: State) -> Box<Process> {
        Box::new(Process { heap, machine, state })
    }
}
