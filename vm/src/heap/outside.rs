//! What a VM with a memory limit is charged with besides its heaps: messages and rows of tables, the bytes of large
//! binaries.
//!
//! Whoever makes such an object is charged: the VM whose process runs in the thread, if it has a limit. The object holds the
//! budget that has paid for it, and gives the bytes back when it goes, in whatever thread that happens.
#![allow(unsafe_code, reason = "a budget's pointer is kept in a raw word")]

use std::cell::{Cell, RefCell};
use std::sync::atomic::Ordering;
use std::sync::Arc;

use super::MemoryBudget;

thread_local! {
    /// The budget that pays for what this thread makes.
    static PAYER: RefCell<Option<Arc<MemoryBudget>>> = const { RefCell::new(None) };
    /// Bytes that the slice at hand has been charged with, less those given back.
    static GROWN: Cell<isize> = const { Cell::new(0) };
}

/// Ends a thread's paying when dropped; the one that paid before goes on.
pub(crate) struct Paying {
    before: Option<Arc<MemoryBudget>>,
    grown: isize,
}

/// Has the budget pay for what this thread makes, until the guard goes. One without a limit is not asked to, nor is the one
/// that paid before.
pub(crate) fn pays(budget: &Arc<MemoryBudget>) -> Option<Paying> {
    let payer = budget.has_limit().then(|| budget.clone());
    if payer.is_none() && PAYER.with_borrow(Option::is_none) {
        return None;
    }
    Some(Paying { grown: GROWN.replace(0), before: PAYER.replace(payer) })
}

impl Drop for Paying {
    fn drop(&mut self) {
        PAYER.replace(self.before.take());
        GROWN.set(self.grown);
    }
}

/// Whether more has been charged in this thread than given back, since paying began.
pub(crate) fn has_grown() -> bool {
    GROWN.get() > 0
}

/// Something of the host's that a VM has paid for, for as long as this is there.
pub(crate) struct Paid {
    payer: Payer,
    bytes: usize,
}

impl Paid {
    /// Has the VM of this thread pay for so many bytes.
    pub(crate) fn new(bytes: usize) -> Paid {
        let payer = Payer::of_thread();
        payer.charge(bytes);
        Paid { payer, bytes }
    }
}

impl Drop for Paid {
    fn drop(&mut self) {
        self.payer.refund(self.bytes);
    }
}

/// A budget that has paid for something, or none.
pub(super) struct Payer(Option<Arc<MemoryBudget>>);

impl Payer {
    /// The one of this thread.
    pub(super) fn of_thread() -> Payer {
        Payer(PAYER.with_borrow(Clone::clone))
    }

    /// Charges it.
    pub(super) fn charge(&self, bytes: usize) {
        if let Some(budget) = &self.0 {
            budget.outside.fetch_add(bytes, Ordering::Relaxed);
            GROWN.set(GROWN.get().wrapping_add_unsigned(bytes));
        }
    }

    /// Gives back what it was charged with.
    pub(super) fn refund(&self, bytes: usize) {
        if let Some(budget) = &self.0 {
            budget.outside.fetch_sub(bytes, Ordering::Relaxed);
            GROWN.set(GROWN.get().wrapping_sub_unsigned(bytes));
        }
    }

    /// As a word; 0 for none. The count of the pointer goes along.
    pub(super) fn into_word(self) -> u64 {
        self.0.map_or(0, |budget| Arc::into_raw(budget) as u64)
    }

    /// Takes back what a word holds.
    ///
    /// # Safety
    /// The word came from [`Payer::into_word`], and is not used again.
    pub(super) unsafe fn from_word(word: u64) -> Payer {
        // SAFETY: as the caller's.
        Payer((word != 0).then(|| unsafe { Arc::from_raw(word as *const MemoryBudget) }))
    }
}
