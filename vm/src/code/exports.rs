//! Functions that other modules call by name: where a call goes, and a table of them that is read without a lock.
//!
//! Calls by names that are known at run time only (`module.function()`, dispatch of protocols) look here from all threads.
#![allow(unsafe_code, reason = "exports are shared by address with the instruction stream")]

use std::sync::atomic::{AtomicPtr, Ordering};

use parking_lot::Mutex;

use super::stream::{word, Op};
use crate::native::NativeEntry;
use crate::Atom;

/// A function that other modules call by name, defined or not.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Export {
    /// Where a call goes: the function's entry, or `stub`.
    code: AtomicPtr<u64>,
    /// The arity, in the word before the stub as before any entry.
    arity_word: u64,
    /// What runs when there is no code: calls the native or reports that the function is undefined.
    stub: [u64; 2],
    /// The native of this name, if there is one; it wins over code.
    pub(crate) native: Option<&'static NativeEntry>,
    pub(crate) module: Atom,
    pub(crate) function: Atom,
    pub(crate) arity: u32,
}

impl Export {
    /// The address a call goes to. Never null.
    #[inline(always)]
    pub(crate) fn code(&self) -> *const u64 {
        self.code.load(Ordering::Acquire)
    }

    /// Sends calls to `entry`.
    pub(super) fn define(&self, entry: *const u64) {
        self.code.store(entry.cast_mut(), Ordering::Release);
    }

    /// Sends calls to the stub.
    pub(super) fn undefine(&self) {
        self.code.store(self.stub.as_ptr().cast_mut(), Ordering::Release);
    }

    /// Whether a call would reach code or a native.
    pub(crate) fn is_defined(&self) -> bool {
        self.native.is_some()
            || !std::ptr::eq(self.code(), self.stub.as_ptr())
            || self.stub[0] as u16 != Op::Undefined as u16
    }
}

/// Slots for exports, more than there are: who looks goes on from a name's own slot to an empty one.
type Slots = Box<[AtomicPtr<Export>]>;

/// The first table's slots.
const FIRST: usize = 1024;

/// The exports of a registry. None is ever taken out or moved.
pub(super) struct Exports {
    /// The table that is complete.
    current: AtomicPtr<Slots>,
    /// Whoever adds holds this: how many there are, and all tables there have been, which threads may still be reading.
    adding: Mutex<Added>,
}

#[derive(Default)]
struct Added {
    count: usize,
    tables: Vec<*mut Slots>,
}

// SAFETY: the tables are shared by address as `Slots`, whose elements are atomic; the list of them is behind the lock.
unsafe impl Send for Added {}

fn slots(count: usize) -> *mut Slots {
    Box::into_raw(Box::new((0..count).map(|_| AtomicPtr::default()).collect()))
}

/// Where a name's slot is, before it is cut to the table's size.
fn place(module: Atom, function: Atom, arity: u32) -> usize {
    let mixed = (u64::from(module.index()) << 32 | u64::from(function.index())).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 32) as usize ^ arity as usize
}

impl Exports {
    pub(super) fn new() -> Exports {
        let first = slots(FIRST);
        Exports { current: AtomicPtr::new(first), adding: Mutex::new(Added { count: 0, tables: vec![first] }) }
    }

    /// The export of this name, if there is one.
    pub(super) fn find(&self, module: Atom, function: Atom, arity: u32) -> Option<&Export> {
        // SAFETY: tables and exports live as long as this does, and are published after they were made.
        let slots = unsafe { &*self.current.load(Ordering::Acquire) };
        let mut at = place(module, function, arity);
        loop {
            // SAFETY: as above; null is none.
            let export = unsafe { slots[at & (slots.len() - 1)].load(Ordering::Acquire).as_ref() }?;
            if export.module == module && export.function == function && export.arity == arity {
                return Some(export);
            }
            at += 1;
        }
    }

    /// The export of this name, made with this native if there is none.
    pub(super) fn make(
        &self,
        module: Atom,
        function: Atom,
        arity: u32,
        native: Option<&'static NativeEntry>,
    ) -> &Export {
        let mut added = self.adding.lock();
        if let Some(found) = self.find(module, function, arity) {
            return found;
        }
        // SAFETY: tables live as long as this does.
        let mut table = unsafe { &*self.current.load(Ordering::Acquire) };
        if (added.count + 1) * 2 > table.len() {
            let larger = slots(table.len() * 2);
            added.tables.push(larger);
            // SAFETY: just made, and kept.
            let larger_table = unsafe { &*larger };
            for slot in table {
                let export = slot.load(Ordering::Acquire);
                if !export.is_null() {
                    put(larger_table, export);
                }
            }
            self.current.store(larger, Ordering::Release);
            table = larger_table;
        }
        let op = match (module.as_str(), function.as_str(), arity) {
            ("erlang", "apply", 3) => Op::ApplyStub,
            ("erlang", "apply", 2) => Op::ApplyFunStub,
            ("erlang", "hibernate", 3) => Op::HibernateStub,
            _ if native.is_some() => Op::NativeStub,
            _ => Op::Undefined,
        };
        let export = Box::into_raw(Box::new(Export {
            code: AtomicPtr::new(std::ptr::null_mut()),
            arity_word: u64::from(arity),
            stub: [word(op, arity as u16, 0, 0), 0],
            native,
            module,
            function,
            arity,
        }));
        // SAFETY: nobody else knows the export yet.
        unsafe {
            (*export).stub[1] = export as u64;
            (*export).undefine();
        }
        put(table, export);
        added.count += 1;
        // SAFETY: just made; it is freed with this.
        unsafe { &*export }
    }
}

/// Puts an export into a table that has room and does not have it.
fn put(table: &Slots, export: *mut Export) {
    // SAFETY: exports live longer than the tables they are put into.
    let Export { module, function, arity, .. } = unsafe { &*export };
    let mut at = place(*module, *function, *arity);
    while !table[at & (table.len() - 1)].load(Ordering::Relaxed).is_null() {
        at += 1;
    }
    table[at & (table.len() - 1)].store(export, Ordering::Release);
}

impl Drop for Exports {
    fn drop(&mut self) {
        let tables = std::mem::take(&mut self.adding.get_mut().tables);
        for (number, table) in tables.iter().enumerate() {
            // SAFETY: made by `Box::into_raw` in `slots` and freed only here, where nobody reads any more.
            let table = unsafe { Box::from_raw(*table) };
            // The last has all exports.
            for slot in table.iter().filter(|_| number + 1 == tables.len()) {
                let export = slot.load(Ordering::Acquire);
                if !export.is_null() {
                    // SAFETY: made by `Box::into_raw` in `make` and freed only here.
                    drop(unsafe { Box::from_raw(export) });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_that_make_the_same_exports_get_the_same() {
        let exports = Exports::new();
        let module = Atom::new("written_exports");
        let functions: Vec<Atom> = (0..FIRST).map(|n| Atom::new(&format!("written_exports_{n}"))).collect();
        let address = |export: &Export| std::ptr::from_ref(export) as usize;
        let all = || -> Vec<usize> {
            let each = functions.iter().flat_map(|function| (0..3).map(move |arity| (*function, arity)));
            each.map(|(function, arity)| address(exports.make(module, function, arity, None))).collect()
        };
        let made: Vec<Vec<usize>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(all)).collect();
            threads.into_iter().map(|thread| thread.join().expect("nothing panics")).collect()
        });
        assert!(made.iter().all(|addresses| *addresses == made[0]));
        for (function, addresses) in functions.iter().zip(made[0].chunks(3)) {
            for (arity, expected) in (0..).zip(addresses) {
                let found = exports.find(module, *function, arity).expect("it was made");
                assert_eq!((address(found), found.function, found.arity), (*expected, *function, arity));
                assert!(!found.is_defined());
            }
        }
        assert!(exports.find(module, module, 0).is_none());
    }
}
