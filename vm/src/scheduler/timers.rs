//! The timers of a VM: a wheel per scheduler thread.
//!
//! A receive with a limit needs a timer only when it comes to waiting, and leaves it running when a message ends the wait: the
//! next wait of the process that ends later finds it, and is told again when it fires too early. So a server that is called a
//! million times a second starts one timer in five seconds.

use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};

use super::wheel::{TimerKey, Wheel};
use crate::hasher::QuickMap;
use crate::heap::OwnedTerm;
use crate::process::{Account, Pid, Reference};
use crate::Atom;

/// The timer that will poke a process that waits in a receive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArmedTimer {
    /// When, in microseconds of the VM's clock.
    pub due: u64,
    key: TimerKey,
    wheel: u32,
}

/// Whom a message of a timer goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A process.
    Process(Pid),
    /// Whoever has the name when the time has come.
    Name(Atom),
}

/// What a timer does when it is due.
#[derive(Debug)]
pub enum TimerEvent {
    /// Tells a process that its receive may be over.
    Poke(Pid, u64),
    /// Ends an account.
    Expire(Arc<Account>),
    /// Sends a message.
    Send {
        /// Whom to.
        to: Destination,
        /// The timer's name.
        reference: Reference,
        /// The message as it will be received.
        message: OwnedTerm,
    },
}

/// Where a timer has been put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Started {
    /// The wheel.
    pub wheel: usize,
    /// Whether it is due before what [`Timers::next_due`] said last, so that who sleeps until then sleeps too long.
    pub first: bool,
}

/// All wheels.
pub struct Timers {
    wheels: Box<[Mutex<Shard>]>,
    /// Held by who does what is due on a wheel.
    firing: Box<[Mutex<()>]>,
}

struct Shard {
    wheel: Wheel<TimerEvent>,
    /// What was last said about when this wheel is to be looked at, or the earliest timer started since.
    told: u64,
    /// Where the timers are that programs know by reference.
    named: QuickMap<Reference, TimerKey>,
}

impl Timers {
    /// This many wheels, at this time.
    pub fn new(wheels: usize, now: u64) -> Timers {
        let shard = || Mutex::new(Shard { wheel: Wheel::new(now), told: u64::MAX, named: Default::default() });
        let count = wheels.max(1);
        Timers { wheels: (0..count).map(|_| shard()).collect(), firing: (0..count).map(|_| Mutex::new(())).collect() }
    }

    fn wheel_of(&self, reference: Reference) -> usize {
        // A timer lies on the wheel that its reference names, so that whoever knows the reference finds it. All timers that one
        // process starts lie on one, so that they fire in order.
        reference.owner.slot() as usize % self.wheels.len()
    }

    /// Starts the timer of a receive on one wheel.
    pub fn start_receive(&self, wheel: usize, pid: Pid, due: u64) -> ArmedTimer {
        let wheel = wheel % self.wheels.len();
        let key = self.wheels[wheel].lock().wheel.start(due, TimerEvent::Poke(pid, due));
        ArmedTimer { due, key, wheel: wheel as u32 }
    }

    /// Ends the timer of a receive.
    pub fn cancel_receive(&self, timer: ArmedTimer) {
        let _ = self.wheels[timer.wheel as usize].lock().wheel.cancel(timer.key);
    }

    /// Starts a timer that sends a message, and says where.
    pub fn start(&self, due: u64, to: Destination, reference: Reference, message: OwnedTerm) -> Started {
        let wheel = self.wheel_of(reference);
        let mut shard = self.wheels[wheel].lock();
        let first = due < shard.told;
        shard.told = shard.told.min(due);
        let key = shard.wheel.start(due, TimerEvent::Send { to, reference, message });
        shard.named.insert(reference, key);
        Started { wheel, first }
    }

    /// Starts a timer that ends an account, on the first wheel.
    pub fn start_expiry(&self, due: u64, account: Arc<Account>) {
        self.wheels[0].lock().wheel.start(due, TimerEvent::Expire(account));
    }

    /// Ends a timer, giving the time at which it would have been due.
    pub fn cancel(&self, reference: Reference) -> Option<u64> {
        let shard = &mut *self.wheels[self.wheel_of(reference)].lock();
        let key = shard.named.remove(&reference)?;
        let (due, _) = shard.wheel.get(key)?;
        shard.wheel.cancel(key);
        Some(due)
    }

    /// When a timer is due.
    pub fn read(&self, reference: Reference) -> Option<u64> {
        let shard = self.wheels[self.wheel_of(reference)].lock();
        let key = *shard.named.get(&reference)?;
        shard.wheel.get(key).map(|(due, _)| due)
    }

    /// When a wheel is to be looked at next.
    pub fn next_due(&self, wheel: usize) -> Option<u64> {
        let mut shard = self.wheels.get(wheel)?.lock();
        let next = shard.wheel.next_wake();
        shard.told = next.unwrap_or(u64::MAX);
        next
    }

    /// When any wheel has.
    pub fn earliest(&self) -> Option<u64> {
        (0..self.wheels.len()).filter_map(|wheel| self.next_due(wheel)).min()
    }

    /// The right to do what is due on a wheel, which one thread has at a time: what one takes is done before what is taken
    /// later. `None` when another is at it, or there is no such wheel.
    pub fn begin_firing(&self, wheel: usize) -> Option<MutexGuard<'_, ()>> {
        self.firing.get(wheel)?.try_lock()
    }

    /// Takes what is due on a wheel by `now`, in order.
    pub fn take_due(&self, wheel: usize, now: u64) -> Vec<TimerEvent> {
        let Some(shard) = self.wheels.get(wheel) else { return Vec::new() };
        let mut due = Vec::new();
        let shard = &mut *shard.lock();
        if shard.wheel.next_due().is_none_or(|next| next > now) {
            return due;
        }
        shard.wheel.advance(now, |event| due.push(event));
        for event in &due {
            if let TimerEvent::Send { reference, .. } = event {
                shard.named.remove(reference);
            }
        }
        due
    }

    /// How many wheels there are.
    pub fn len(&self) -> usize {
        self.wheels.len()
    }

    /// Whether there are none: never.
    pub fn is_empty(&self) -> bool {
        self.wheels.is_empty()
    }
}
