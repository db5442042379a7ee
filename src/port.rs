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
            found => Err(Mismatch::new("a pid", found)),
        }
    }
}

/// Whom a message goes to: a registered name, or a process.
#[derive(Clone, Debug)]
pub enum Destination {
    /// The process of this name.
    Name(Atom),
    /// The process of a name that is no atom yet, so that nobody can have it.
    Unknown(String),
    /// This process.
    Process(ProcessId),
}

/// A name as Elixir writes it, without a colon: `server` is an atom, `Game.Server` a module.
impl From<&str> for Destination {
    fn from(name: &str) -> Destination {
        match registered_name(name) {
            Some(name) => Destination::Name(name),
            None => Destination::Unknown(name.to_owned()),
        }
    }
}

/// The atom of a process's name: that of a module where the name looks like one.
pub(crate) fn registered_name(name: &str) -> Option<Atom> {
    match name.starts_with(|first: char| first.is_uppercase()) && !name.starts_with("Elixir.") {
        true => Atom::existing(&format!("Elixir.{name}")),
        false => Atom::existing(name),
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
