//! Names of processes and references: what a pid and a reference are made of.

use std::fmt;

/// The number of bits of a pid that say which slot of the process table it names.
pub const SLOT_BITS: u32 = 27;

/// The number of bits of a pid that tell apart the processes which had the same slot one after another.
pub const SERIAL_BITS: u32 = 27;

/// The bit of a serial number that says that the process stands for a port.
const PORT: u32 = 1 << (SERIAL_BITS - 1);

/// The most slots that a process table can have.
pub const MAX_SLOTS: usize = 1 << SLOT_BITS;

/// A process of this VM. It fits the payload of an immediate term: [`Pid::to_bits`] has at most 54 bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pid(u64);

impl Pid {
    /// The pid that no process ever has: the owner of references that the host makes.
    pub const HOST: Pid = Pid(0);

    /// The pid of the process in this slot with this serial number; both are cut to their bits.
    pub const fn new(slot: u32, serial: u32) -> Pid {
        let slot = slot as u64 & ((1 << SLOT_BITS) - 1);
        let serial = serial as u64 & ((1 << SERIAL_BITS) - 1);
        Pid(serial << SLOT_BITS | slot)
    }

    /// The pid as a number below 2^54, the payload of its term.
    pub const fn to_bits(self) -> u64 {
        self.0
    }

    /// The pid of this number, cut to 54 bits; whether such a process exists is for the process table to say.
    pub const fn from_bits(bits: u64) -> Pid {
        Pid(bits & ((1 << (SLOT_BITS + SERIAL_BITS)) - 1))
    }

    /// The slot of the process table: the middle number of `#PID<0.110.0>`.
    pub const fn slot(self) -> u32 {
        (self.0 & ((1 << SLOT_BITS) - 1)) as u32
    }

    /// How many processes had the slot before: the last number of `#PID<0.110.0>`.
    pub const fn serial(self) -> u32 {
        (self.0 >> SLOT_BITS) as u32
    }

    /// Whether the process stands for a port: programs then know it by a port, not by a pid.
    pub const fn is_port(self) -> bool {
        self.serial() & PORT != 0
    }

    /// The serial number after this one, for a process of either sort.
    pub(super) const fn next_serial(serial: u32) -> u32 {
        (serial + 1) & (PORT - 1)
    }

    /// A serial number as that of a process that stands for a port.
    pub(super) const fn port_serial(serial: u32) -> u32 {
        serial | PORT
    }
}

impl fmt::Debug for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<0.{}.{}>", self.slot(), self.serial())
    }
}

impl fmt::Display for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// A reference made on this VM: unique because its owner's pid is, and the owner counts.
///
/// Making one touches nothing that processes share, and a message sent to a reference finds its process without a
/// table: an alias is a reference whose owner still listens to it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    /// The process that made it, or [`Pid::HOST`].
    pub owner: Pid,
    /// The how-manieth of its owner it is, from 1.
    pub number: u64,
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#Ref<{:?}.{}>", self.owner, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pid_keeps_its_parts() {
        let pid = Pid::new(12_345, 678);
        assert_eq!((pid.slot(), pid.serial()), (12_345, 678));
        assert_eq!(Pid::from_bits(pid.to_bits()), pid);
        let largest = Pid::new(u32::MAX, u32::MAX);
        assert!(largest.to_bits() < 1 << 54);
    }
}
