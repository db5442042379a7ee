//! Beamlet: an Erlang-compatible virtual machine that compiles and runs Elixir, to embed in a Rust program.
//!
//! ```
//! use beamlet::Vm;
//!
//! # fn main() -> Result<(), beamlet::Error> {
//! let vm = Vm::builder().manual().build()?;
//! vm.load_source("game.ex", "defmodule Game do def add(a, b), do: a + b end")?;
//! let sum: i64 = vm.call("Game", "add", (1, 2))?;
//! assert_eq!(sum, 3);
//! let text: String = vm.eval("Enum.join([1, 2, 3], \"-\")")?;
//! assert_eq!(text, "1-2-3");
//! # Ok(())
//! # }
//! ```
//!
//! A program may hold any number of VMs; they share nothing but the table of atoms. Values that cross the boundary
//! are owned and plain: see [`IntoValue`] and [`FromValue`].

mod convert;
mod error;
mod machine;

pub use beamlet_vm::host::Capabilities;
pub use beamlet_vm::{Atom, Value};
pub use convert::{FromValue, IntoArgs, IntoValue, Mismatch};
pub use error::Error;
pub use machine::{Builder, Vm};
