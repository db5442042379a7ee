//! Channels from programs to the host, and names of processes.

use beamlet_vm::{Atom, Opaque};
use crossbeam_channel::Receiver;

use crate::{FromValue, IntoValue, Mismatch, Value};

/// A process of a VM, as a value that crosses the boundary.
#[derive(Clone, Debug, PartialEq)]
pub struct ProcessId(pub(crate) Opaque);

impl IntoValue for ProcessId {
    fn into_value(self) -> Value {
        Value::Opaque(self.0)
    }
}

impl FromValue for ProcessId {
    fn from_value(value: Value) -> Result<ProcessId, Mismatch> {
        match value {
            Value::Opaque(opaque) if opaque.term().term().as_pid().is_some() => Ok(ProcessId(opaque)),
            found => Err(Mismatch { expected: "a pid", found }),
        }
    }
}

/// Whom a message goes to: a registered name, or a process.
#[derive(Clone, Debug)]
pub enum Destination {
    /// The process of this name.
    Name(Atom),
    /// This process.
    Process(ProcessId),
}

impl From<&str> for Destination {
    fn from(name: &str) -> Destination {
        // A registered module goes by its whole name, as in `Elixir.MyServer`.
        Destination::Name(Atom::new(name))
    }
}

impl From<Atom> for Destination {
    fn from(name: Atom) -> Destination {
        Destination::Name(name)
    }
}

impl From<ProcessId> for Destination {
    fn from(process: ProcessId) -> Destination {
        Destination::Process(process)
    }
}

impl From<&ProcessId> for Destination {
    fn from(process: &ProcessId) -> Destination {
        Destination::Process(process.clone())
    }
}

/// A process that hands all its messages to the host: see [`crate::Vm::open_port`].
#[derive(Clone, Debug)]
pub struct Port {
    pub(crate) process: ProcessId,
    pub(crate) receiver: Receiver<Value>,
}

impl Port {
    /// The process that programs send to.
    pub fn pid(&self) -> ProcessId {
        self.process.clone()
    }

    /// Where the messages come out.
    pub fn receiver(&self) -> &Receiver<Value> {
        &self.receiver
    }
}
