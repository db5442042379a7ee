//! Terms that own their memory: messages, table rows, exit reasons, what the host holds.
#![allow(unsafe_code, reason = "gives the words of its storage the lifetime of its borrow")]

use std::collections::HashMap;
use std::ptr::NonNull;
use std::sync::Arc;

use super::outside::Payer;
use super::{copy, Block, Builder, Heap, Resource};
use crate::term::raw::{BoxedKind, RawTerm};
use crate::term::{FunEntry, Term};
use crate::{Atom, Value};

/// A term with its own memory, exactly as much as it needs; none for immediates and literals.
///
/// `Send`, and usable from any thread. Literals stay where their module keeps them, so an owned term must not
/// outlive its VM's modules: what leaves the VM is made with [`OwnedTerm::detached`]. The entries of funs stay likewise
/// with their VM, and with what is detached.
pub struct OwnedTerm {
    root: RawTerm,
    storage: Option<Storage>,
}

/// Words before the data of a storage: how many words it takes in all, the list of its off-heap objects, and who has paid.
const STORAGE_HEADER: usize = 3;

/// Words of the object behind the data of a term that keeps the entries of its funs.
const KEEPER_WORDS: usize = 3;

/// What keeps the entries of funs that have left their VM: nothing in the term points to it.
struct Entries(#[allow(dead_code, reason = "keeps them")] HashMap<u64, Arc<FunEntry>>);

/// Memory for one term: an allocation of its own with a header.
pub(super) struct Storage(NonNull<u64>);

impl Storage {
    fn new(words: usize) -> Storage {
        let block = Block::new(words + STORAGE_HEADER);
        // SAFETY: the block is that large; a block that could not be had has ended the program.
        unsafe {
            *block.start = block.words as u64;
            *block.start.add(1) = 0;
            let payer = Payer::of_thread();
            payer.charge(block.words * 8);
            *block.start.add(2) = payer.into_word();
            let storage = Storage(NonNull::new_unchecked(block.start));
            std::mem::forget(block);
            storage
        }
    }

    /// Words of data.
    pub(super) fn words(&self) -> usize {
        // SAFETY: the header was written when the storage was made.
        unsafe { *self.0.as_ptr() as usize - STORAGE_HEADER }
    }

    /// Where the data is.
    pub(super) fn data(&self) -> *mut u64 {
        // SAFETY: the header is that long.
        unsafe { self.0.as_ptr().add(STORAGE_HEADER) }
    }

    /// The list of off-heap objects.
    fn off_heap(&self) -> *const u64 {
        // SAFETY: the second word of the header.
        unsafe { *self.0.as_ptr().add(1) as *const u64 }
    }

    fn set_off_heap(&mut self, list: *mut u64) {
        // SAFETY: the second word of the header.
        unsafe { *self.0.as_ptr().add(1) = list as u64 };
    }

    /// The list of off-heap objects, which the storage no longer owns.
    pub(super) fn take_off_heap(&mut self) -> *mut u64 {
        // SAFETY: the second word of the header.
        let list = unsafe { *self.0.as_ptr().add(1) as *mut u64 };
        self.set_off_heap(std::ptr::null_mut());
        list
    }

    /// Gives back what has been paid for it.
    fn refund(&mut self) {
        // SAFETY: the third word of the header, which a fresh storage's payer was put into; nothing takes it again.
        let payer = unsafe { Payer::from_word(std::mem::take(&mut *self.0.as_ptr().add(2))) };
        payer.refund((self.words() + STORAGE_HEADER) * 8);
    }

    /// The memory, header included, without what it owns off the heap. Who takes it is charged for it.
    pub(super) fn into_block(self) -> Block {
        let mut storage = std::mem::ManuallyDrop::new(self);
        storage.refund();
        Block { start: storage.0.as_ptr(), words: storage.words() + STORAGE_HEADER }
    }

    fn contains(&self, address: *const u64) -> bool {
        (address as usize).wrapping_sub(self.data() as usize) < self.words() * 8
    }
}

// SAFETY: the storage is owned, never changes while shared, and what it counts is Send and Sync.
unsafe impl Send for OwnedTerm {}
// SAFETY: as above; a shared reference only reads.
unsafe impl Sync for OwnedTerm {}

impl OwnedTerm {
    /// A copy of `term`; literals are shared. O(size).
    pub fn new(term: Term<'_>) -> OwnedTerm {
        // SAFETY: a `Term` is alive while its lifetime lasts.
        unsafe { OwnedTerm::copy_raw(term.raw, true) }
    }

    /// A copy of `term` that shares nothing, not even literals: for what outlives the VM. O(size).
    pub fn detached(term: Term<'_>) -> OwnedTerm {
        // SAFETY: a `Term` is alive while its lifetime lasts.
        unsafe { OwnedTerm::copy_raw(term.raw, false) }
    }

    /// A copy of `term`.
    ///
    /// # Safety
    /// What `term` points to is alive.
    pub(crate) unsafe fn from_raw(term: RawTerm) -> OwnedTerm {
        // SAFETY: as the caller's.
        unsafe { OwnedTerm::copy_raw(term, true) }
    }

    unsafe fn copy_raw(term: RawTerm, keep_literals: bool) -> OwnedTerm {
        if term.is_immediate() {
            return OwnedTerm { root: term, storage: None };
        }
        // SAFETY: as the caller's; the block has exactly the size asked for, and behind it the words of the keeper if there
        // is one.
        unsafe {
            let (words, funs) = copy::measure(term, keep_literals);
            if words == 0 {
                return OwnedTerm { root: term, storage: None };
            }
            let keeps = funs && !keep_literals;
            let mut storage = Storage::new(if keeps { words + KEEPER_WORDS } else { words });
            let mut off_heap = std::ptr::null_mut();
            let mut entries = Entries(HashMap::new());
            let mut keep = |fun: *const u64| {
                let address = *fun.add(1);
                if keeps {
                    entries.0.entry(address).or_insert_with(|| {
                        // The entry was made by `Arc::new`, and what is copied is alive, so its entries are.
                        Arc::increment_strong_count(address as *const FunEntry);
                        Arc::from_raw(address as *const FunEntry)
                    });
                }
            };
            let (root, _) = copy::copy_with(term, storage.data(), words, &mut off_heap, keep_literals, &mut keep);
            if keeps {
                let keeper = storage.data().add(words);
                *keeper = RawTerm::header(BoxedKind::Resource, KEEPER_WORDS - 1).0;
                *keeper.add(1) = off_heap as u64;
                *keeper.add(2) = Arc::into_raw(Resource::new(entries)) as u64;
                off_heap = keeper;
            }
            storage.set_off_heap(off_heap);
            OwnedTerm { root, storage: Some(storage) }
        }
    }

    /// Whether it keeps the entries of its funs: it may be outside of their VM.
    fn keeps_entries(&self) -> bool {
        let Some(storage) = &self.storage else { return false };
        let first = storage.off_heap();
        // SAFETY: the list runs through the storage; resources hold a count of theirs.
        unsafe {
            !first.is_null()
                && RawTerm(*first).header_kind() == BoxedKind::Resource
                && (*(*first.add(2) as *const Resource)).downcast::<Entries>().is_some()
        }
    }

    /// Builds a term with a [`Builder`] and owns it.
    pub fn build(make: impl for<'h> FnOnce(&mut Builder<'_, 'h>) -> Term<'h>) -> OwnedTerm {
        let mut heap = Heap::new(256, None);
        let mut builder = Builder::new(&mut heap);
        let root = make(&mut builder).raw;
        // SAFETY: the term was made in `heap`, which is still here, or outlives it.
        unsafe { OwnedTerm::from_raw(root) }
    }

    /// As [`OwnedTerm::build`], for making that can fail.
    ///
    /// # Errors
    /// Whatever `make` gives.
    pub fn try_build<E>(
        make: impl for<'h> FnOnce(&mut Builder<'_, 'h>) -> Result<Term<'h>, E>,
    ) -> Result<OwnedTerm, E> {
        let mut heap = Heap::new(256, None);
        let mut builder = Builder::new(&mut heap);
        let root = make(&mut builder)?.raw;
        // SAFETY: as in `build`.
        Ok(unsafe { OwnedTerm::from_raw(root) })
    }

    /// An atom.
    pub const fn atom(atom: Atom) -> OwnedTerm {
        OwnedTerm { root: RawTerm::atom(atom), storage: None }
    }

    /// `[]`
    pub const fn nil() -> OwnedTerm {
        OwnedTerm { root: RawTerm::NIL, storage: None }
    }

    /// A small integer, a pid, an atom: anything that is its own word.
    ///
    /// `None` when the term has memory.
    pub fn immediate(term: Term<'_>) -> Option<OwnedTerm> {
        term.raw.is_immediate().then_some(OwnedTerm { root: term.raw, storage: None })
    }

    /// The value as a term. O(size).
    pub fn from_value(value: &Value) -> OwnedTerm {
        OwnedTerm::build(|builder| builder.from_value(value))
    }

    /// The term, for as long as this is borrowed.
    #[inline]
    pub fn term(&self) -> Term<'_> {
        // SAFETY: the storage lives as long as the borrow and does not change.
        unsafe { Term::from_raw(self.root) }
    }

    /// Replaces an element of the tuple that this is by an immediate term, in place. `false`, and nothing happens, when this is
    /// no tuple with that element in memory of its own, or the term has memory.
    pub fn set_immediate(&mut self, index: usize, value: Term<'_>) -> bool {
        let Some(storage) = &self.storage else { return false };
        if !value.raw.is_immediate() || !self.root.is_boxed() || !storage.contains(self.root.address()) {
            return false;
        }
        match self.term().as_tuple() {
            Some(elements) if index < elements.len() => {
                // SAFETY: the tuple lies in the storage, which nobody else sees while this is borrowed mutably.
                unsafe { *self.root.address().add(1 + index) = value.raw.0 };
                true
            }
            _ => false,
        }
    }

    /// Bytes of memory it owns.
    pub fn size_in_bytes(&self) -> usize {
        self.storage.as_ref().map_or(0, |storage| storage.words() * 8)
    }

    /// Where its memory is: address and size in bytes.
    pub(crate) fn memory(&self) -> (usize, usize) {
        self.storage.as_ref().map_or((0, 0), |storage| (storage.data() as usize, storage.words() * 8))
    }

    /// Takes it apart: the root, and the memory if it has any.
    pub(super) fn into_parts(self) -> (RawTerm, Option<Storage>) {
        (self.root, self.storage)
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        self.refund();
        let list = self.take_off_heap();
        // SAFETY: the list runs through the storage, which is freed afterwards; nobody else releases it.
        unsafe { copy::drop_off_heap(list) };
        drop(Block { start: self.0.as_ptr(), words: self.words() + STORAGE_HEADER });
    }
}

impl Clone for OwnedTerm {
    fn clone(&self) -> OwnedTerm {
        match self.keeps_entries() {
            true => OwnedTerm::detached(self.term()),
            false => OwnedTerm::new(self.term()),
        }
    }
}

impl std::fmt::Debug for OwnedTerm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&self.term(), f)
    }
}

impl From<Atom> for OwnedTerm {
    fn from(atom: Atom) -> OwnedTerm {
        OwnedTerm::atom(atom)
    }
}

impl From<&Value> for OwnedTerm {
    fn from(value: &Value) -> OwnedTerm {
        OwnedTerm::from_value(value)
    }
}

impl PartialEq for OwnedTerm {
    fn eq(&self, other: &OwnedTerm) -> bool {
        self.term() == other.term()
    }
}
