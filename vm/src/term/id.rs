//! Identities: pids, ports and references, of this node and of others, as plain values.
//!
//! Pids and references of this VM are the process room's; what is written and read of them is here.

use std::fmt;

pub use crate::process::{Pid, Reference};
use crate::Atom;

/// A port of this VM.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port(pub u64);

impl Port {
    /// The process that stands for it; [`Pid::HOST`], which nobody is, for a port that was only ever written down.
    pub fn pid(self) -> Pid {
        let pid = Pid::from_bits(self.0);
        if pid.is_port() {
            pid
        } else {
            Pid::HOST
        }
    }
}

/// A process of another node.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ExternalPid {
    /// The node's name.
    pub node: Atom,
    /// The process's number on its node.
    pub id: u32,
    /// The upper half of that number.
    pub serial: u32,
    /// Which incarnation of the node.
    pub creation: u32,
}

/// A port of another node.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ExternalPort {
    /// The node's name.
    pub node: Atom,
    /// The port's number on its node.
    pub id: u64,
    /// Which incarnation of the node.
    pub creation: u32,
}

/// A reference made by another node: up to five words.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ExternalRef {
    /// The node's name.
    pub node: Atom,
    /// Which incarnation of the node.
    pub creation: u32,
    /// How many of `ids` count.
    pub length: u32,
    /// The words, least significant first; those beyond `length` are 0.
    pub ids: [u32; 5],
}

/// The three words a reference of this VM is written with, most significant first: 42 bits of its number, and its owner.
pub fn reference_words(reference: Reference) -> [u32; 3] {
    let owner = reference.owner.to_bits();
    let number = reference.number & ((1 << 42) - 1);
    [(owner >> 22) as u32, ((owner & 0x3f_ffff) << 10 | number >> 32) as u32, number as u32]
}

/// The reference that [`reference_words`] gives these words for.
pub fn reference_from_words(words: [u32; 3]) -> Reference {
    let owner = u64::from(words[0]) << 22 | u64::from(words[1]) >> 10;
    Reference { owner: Pid::from_bits(owner), number: u64::from(words[1] & 0x3ff) << 32 | u64::from(words[2]) }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pid = self.pid();
        match pid.is_port() {
            true => write!(f, "#Port<0.{}>", pid.slot()),
            false => write!(f, "#Port<0.{}>", self.0),
        }
    }
}

impl fmt::Debug for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for ExternalPid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}.{}.{}>", self.node.index(), self.id, self.serial)
    }
}

impl fmt::Debug for ExternalPid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for ExternalPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#Port<{}.{}>", self.node.index(), self.id)
    }
}

impl fmt::Debug for ExternalPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl ExternalRef {
    /// The words that count, least significant first.
    pub fn words(&self) -> &[u32] {
        &self.ids[..(self.length as usize).min(5)]
    }
}

impl fmt::Display for ExternalRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#Ref<{}", self.node.index())?;
        for word in self.words().iter().rev() {
            write!(f, ".{word}")?;
        }
        f.write_str(">")
    }
}

impl fmt::Debug for ExternalRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The reference that a host object is written as: the host owns it.
pub fn resource_reference(id: u64) -> Reference {
    Reference { owner: Pid::HOST, number: id }
}
