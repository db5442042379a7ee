//! The Beamlet virtual machine: terms, heaps, code, interpreter, processes, scheduler, natives.
//!
//! It knows nothing of Elixir's syntax: modules come in as `.beam` files, values as terms.

pub mod atom;
pub mod code;
pub mod process;
pub mod value;

pub use atom::Atom;
pub use process::{Pid, Reference};
pub use value::Value;
