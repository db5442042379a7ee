//! The interpreter: runs a process for a slice of reductions.
//!
//! ```text
//!   stack, growing down:            x registers: in the thread's [`Context`], saved only when a slice ends
//!     sp ──► y0 y1 … of the frame
//!            return address          pushed by a call, popped by a return
//!            y0 y1 … of the caller
//!            …
//!            address of ExitStub     the first function returns there
//! ```
//!
//! A return address is tagged so that collector and unwinder know it. `catch` and `try` leave a mark with their
//! handler's address in a y register; raising scans the stack for the first mark. The frame that a mark belongs to
//! begins after the return address below it.
//!
//! The hot state (pc, sp, hp, reductions) goes from handler to handler in registers ([`state`]). Before anything out of
//! line sees the heap it is written back, and afterwards read again: `out` and `back`. What [`Saved`] holds between slices
//! is stale in between.
//!
//! - [`run`]: the loop and the table of handlers. - [`state`]: what handlers have in common. - [`ops`]: the handlers.
//! - [`machine`]: what slow paths share. - [`call`]: natives, funs, futures, apply. - [`raise`]: exceptions.
//! - [`arith`], [`map`], [`bits`]: slow paths by kind of value.
#![allow(unsafe_code, reason = "runs verified code on raw registers and stacks")]

#[macro_use]
mod state;

mod arith;
mod bits;
mod call;
mod machine;
mod map;
mod ops;
mod raise;
mod run;
mod saved;
#[cfg(feature = "stats")]
pub mod stats;
#[cfg(test)]
mod tests;

pub use machine::Context;
pub use raise::{current_function, current_stack};
pub use run::run;
pub use saved::{collect_garbage, is_in_code, leave_code, leave_literals, Saved};

use crate::process::Death;

/// How a slice ends.
pub enum SliceEnd {
    /// Its reductions are used up: the process can go on.
    Preempted,
    /// It waits: for a message, a time, or what a native asked for.
    Waiting,
    /// It has ended.
    Exited(Box<Death>),
}
