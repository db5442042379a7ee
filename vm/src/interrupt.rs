//! Ends walks over terms that would never end: shared parts count as often as they occur, so a few words can describe more
//! than any walk comes through. Products of very large integers look here too.
//!
//! A walk looks here once in a million steps. When its VM has halted, or the account of its process has ended, the walk is
//! given up by unwinding as far as the slice, and the process is killed.
//!
//! Walks compare, hash and print terms that know no VM, so which one they are for is kept by thread. It is no state of any VM:
//! guards set it for a slice and set back what was there, for a function of the host that a slice calls may drive another VM.

use std::cell::RefCell;
use std::sync::Arc;

use crate::machine::VmShared;
use crate::process::{Account, AccountEnd};

/// Steps of a walk between two looks, less one: a mask.
pub(crate) const MASK: u32 = (1 << 20) - 1;

/// What a million steps are charged with.
const REDUCTIONS: u32 = 1 << 14;

/// What a walk unwinds with.
pub(crate) struct Interrupted;

thread_local! {
    /// The VM that this thread runs.
    static VM: RefCell<Option<Arc<VmShared>>> = const { RefCell::new(None) };
    /// The account of the process at hand.
    static ACCOUNT: RefCell<Option<Arc<Account>>> = const { RefCell::new(None) };
}

/// Ends the running of a VM when dropped; one that ran before in this thread goes on.
pub(crate) struct Running(Option<Arc<VmShared>>);

/// Notes that this thread runs a VM.
pub(crate) fn runs(vm: &Arc<VmShared>) -> Running {
    Running(VM.replace(Some(vm.clone())))
}

impl Drop for Running {
    fn drop(&mut self) {
        VM.replace(self.0.take());
    }
}

/// Ends the charging of an account when dropped.
pub(crate) struct Charging(Option<Arc<Account>>);

/// Notes whose account the process at hand is charged to, or that it has none.
pub(crate) fn charges(account: Option<&Arc<Account>>) -> Option<Charging> {
    match account {
        None if ACCOUNT.with_borrow(Option::is_none) => None,
        account => Some(Charging(ACCOUNT.replace(account.cloned()))),
    }
}

impl Drop for Charging {
    fn drop(&mut self) {
        ACCOUNT.replace(self.0.take());
    }
}

/// Counts a step of a walk; `steps` is the walk's own.
#[inline(always)]
pub(crate) fn step(steps: &mut u32) {
    *steps = steps.wrapping_add(1);
    if *steps & MASK == 0 {
        look();
    }
}

/// Goes on, or unwinds; counts as a million steps.
#[cold]
#[inline(never)]
pub(crate) fn look() {
    let over = VM.with_borrow(|vm| {
        let Some(vm) = vm else { return false };
        let ended = ACCOUNT.with_borrow(|account| {
            let Some(account) = account else { return false };
            account.charge(vm, REDUCTIONS);
            if account.is_late(vm.now()) {
                account.end(vm, AccountEnd::Time);
            }
            account.ended().is_some()
        });
        ended || vm.halted().is_some()
    });
    if over {
        std::panic::resume_unwind(Box::new(Interrupted));
    }
}
