//! The Beamlet virtual machine: terms, heaps, code, interpreter, processes, scheduler, natives.
//!
//! It knows nothing of Elixir's syntax: modules come in as `.beam` files, values as terms.

pub mod atom;
pub mod code;
pub mod etf;
pub mod ets;
mod hasher;
pub mod heap;
pub mod host;
pub mod interp;
mod interrupt;
pub mod machine;
pub mod native;
pub mod net;
pub mod persistent;
pub mod process;
pub mod scheduler;
mod sync;
pub mod term;
pub mod value;

pub use atom::Atom;
pub use heap::OwnedTerm;
pub use machine::{Vm, VmShared};
pub use process::{Pid, Reference};
pub use term::Term;
pub use value::{Opaque, Value};
