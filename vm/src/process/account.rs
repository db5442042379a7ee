//! Accounts: what a process and all that it spawns may use together.
//!
//! A host that runs a guest's code opens an account for it. The processes spawned by a process of the account belong to
//! the account too, so that a guest cannot get away by spawning. When the account ends, for whatever reason, all its
//! processes are killed.

use std::collections::HashSet;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicU8, Ordering};

use parking_lot::Mutex;

use super::signal::{send_control, Control, Origin};
use super::Pid;
use crate::heap::OwnedTerm;
use crate::machine::VmShared;
use crate::Atom;

/// Why an account has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum AccountEnd {
    /// Its reductions are used up.
    Reductions = 1,
    /// Its time is over.
    Time = 2,
    /// The host has closed it.
    Cancelled = 3,
    /// One of its processes wanted more memory than the VM may take.
    Memory = 4,
}

/// What some processes may use together.
#[derive(Debug)]
pub struct Account {
    remaining: AtomicI64,
    ended: AtomicU8,
    /// When its time is over, in microseconds of the VM's clock.
    deadline: AtomicU64,
    members: Mutex<HashSet<Pid>>,
}

impl Account {
    /// An account of so many reductions; without a number, of any.
    pub fn new(reductions: Option<u64>) -> Account {
        let remaining = reductions.map_or(i64::MAX, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
        Account {
            remaining: AtomicI64::new(remaining),
            ended: AtomicU8::new(0),
            deadline: AtomicU64::new(u64::MAX),
            members: Mutex::default(),
        }
    }

    /// Whether its time is over at this time of the VM's clock.
    pub(crate) fn is_late(&self, now: u64) -> bool {
        now >= self.deadline.load(Ordering::Relaxed)
    }

    /// Notes when its time will be over; see [`VmShared::expire`].
    pub(crate) fn set_deadline(&self, due: u64) {
        self.deadline.store(due, Ordering::Relaxed);
    }

    /// The reductions left.
    pub fn remaining(&self) -> u64 {
        self.remaining.load(Ordering::Relaxed).max(0) as u64
    }

    /// Allows so many reductions more. An account that has ended stays so.
    pub fn add(&self, reductions: u64) {
        let more = i64::try_from(reductions).unwrap_or(i64::MAX);
        let add = |remaining: i64| Some(remaining.saturating_add(more));
        // The update function always gives a value.
        let _ = self.remaining.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }

    /// Why it has ended, if it has.
    pub fn ended(&self) -> Option<AccountEnd> {
        match self.ended.load(Ordering::Acquire) {
            1 => Some(AccountEnd::Reductions),
            2 => Some(AccountEnd::Time),
            3 => Some(AccountEnd::Cancelled),
            4 => Some(AccountEnd::Memory),
            _ => None,
        }
    }

    /// Charges what a slice has used; ends the account when that was more than there was.
    pub(crate) fn charge(&self, vm: &VmShared, reductions: u32) {
        let before = self.remaining.load(Ordering::Relaxed);
        if before != i64::MAX
            && self.remaining.fetch_sub(i64::from(reductions), Ordering::Relaxed) <= i64::from(reductions)
        {
            self.end(vm, AccountEnd::Reductions);
        }
    }

    /// Ends the account: kills its processes. The first reason stays.
    pub fn end(&self, vm: &VmShared, why: AccountEnd) {
        if self.ended.compare_exchange(0, why as u8, Ordering::AcqRel, Ordering::Acquire).is_err() {
            return;
        }
        let members: Vec<Pid> = self.members.lock().iter().copied().collect();
        for pid in members {
            kill(vm, pid);
        }
    }

    /// A process has been spawned for the account. One that has ended takes none: the newcomer is killed.
    pub(crate) fn join(&self, vm: &VmShared, pid: Pid) {
        self.members.lock().insert(pid);
        if self.ended().is_some() {
            kill(vm, pid);
        }
    }

    /// A process of the account has ended.
    pub(crate) fn leave(&self, pid: Pid) {
        self.members.lock().remove(&pid);
    }

    /// How many of its processes are alive.
    pub fn processes(&self) -> usize {
        self.members.lock().len()
    }
}

fn kill(vm: &VmShared, pid: Pid) {
    let reason = OwnedTerm::atom(Atom::new("kill"));
    send_control(vm, pid, Control::Exit { from: Pid::HOST, reason, origin: Origin::Explicit });
}
