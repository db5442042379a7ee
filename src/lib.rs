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
//! let text: String = vm.eval("Enum.join(xs, \"-\")").bind("xs", vec![1, 2, 3]).run()?;
//! assert_eq!(text, "1-2-3");
//! # Ok(())
//! # }
//! ```
//!
//! A program may hold any number of VMs; they share nothing but the table of atoms. Values that cross the boundary
//! are owned and plain: see [`IntoValue`] and [`FromValue`].

mod builder;
mod convert;
mod error;
mod function;
mod job;
mod machine;
mod port;
#[cfg(feature = "serde")]
mod serde;

#[cfg(feature = "serde")]
pub use self::serde::Serde;
pub use beamlet_vm::host::Capabilities;
pub use beamlet_vm::{Atom, Opaque, Value};
pub use builder::{Builder, Limits};
pub use convert::{Bytes, FromValue, IntoArgs, IntoValue, Mismatch, Part};
pub use error::{show, Error, Limit};
pub use function::{HostFunction, IntoReturn};
pub use job::{Job, JobBuilder};
pub use machine::{Eval, Progress, Vm};
pub use port::{Destination, Port, ProcessId};

/// The guide's examples, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../docs/embedding.md")]
struct Guide;
