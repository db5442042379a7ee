//! Copying terms: measuring them, and writing them word by word into memory of exactly that size.
//!
//! The copy is its own work list: the words already written are scanned for pointers to the original, which are
//! copied behind them. So no depth of nesting takes stack, and a list's cells come to lie side by side.
#![allow(unsafe_code, reason = "walks and writes raw words")]

use std::sync::Arc;

use super::literal;
use super::shared::{Resource, SharedBytes};
use super::HEAP_BINARY_LIMIT;
use crate::interrupt;
use crate::term::raw::{BoxedKind, RawTerm};
use crate::term::Term;

/// Words that a copy of `root` takes: 0 for immediates and lasting literals. Shared parts count as often as they occur.
///
/// # Safety
/// What `root` points to is alive.
pub(crate) unsafe fn size(root: RawTerm) -> usize {
    // SAFETY: as the caller's.
    unsafe { measure(root, true).0 }
}

/// As [`size`], and whether there are funs; counts literals too unless `keep_literals`.
///
/// # Safety
/// As for [`size`].
pub(crate) unsafe fn measure(root: RawTerm, keep_literals: bool) -> (usize, bool) {
    let mut total = 0;
    let mut funs = false;
    let mut steps = 0;
    let mut work: Vec<RawTerm> = Vec::new();
    let mut term = root;
    loop {
        interrupt::step(&mut steps);
        if term.is_immediate() || (keep_literals && literal::is_lasting(term.address())) {
            match work.pop() {
                Some(next) => term = next,
                None => return (total, funs),
            }
            continue;
        }
        let at = term.address();
        // SAFETY: `at` is a live list cell or boxed object.
        unsafe {
            if term.is_cons() {
                total += 2;
                let head = RawTerm(*at);
                if !head.is_immediate() {
                    work.push(head);
                }
                term = RawTerm(*at.add(1));
                continue;
            }
            let header = RawTerm(*at);
            match header.header_kind() {
                kind @ (BoxedKind::SubBinary | BoxedKind::MatchContext) => total += sub_binary_size(at, kind),
                kind => {
                    let size = header.header_size();
                    total += 1 + size;
                    funs |= kind == BoxedKind::Fun;
                    let prefix = kind.raw_prefix();
                    if prefix != usize::MAX {
                        for i in prefix..size {
                            let field = RawTerm(*at.add(1 + i));
                            if !field.is_immediate() {
                                work.push(field);
                            }
                        }
                    }
                }
            }
        }
        match work.pop() {
            Some(next) => term = next,
            None => return (total, funs),
        }
    }
}

/// Bit start and bit length of a sub-binary or match context, and the word that names its bytes.
unsafe fn sub_binary_parts(at: *const u64, kind: BoxedKind) -> (usize, usize, RawTerm) {
    // SAFETY: the caller's object is of this kind and has its words.
    unsafe {
        if kind == BoxedKind::SubBinary {
            (*at.add(1) as usize, *at.add(2) as usize, RawTerm(*at.add(3)))
        } else {
            (*at.add(1) as usize, (*at.add(2) - *at.add(1)) as usize, RawTerm(*at.add(4)))
        }
    }
}

unsafe fn sub_binary_size(at: *const u64, kind: BoxedKind) -> usize {
    // SAFETY: as the caller's.
    let (_, bits, _) = unsafe { sub_binary_parts(at, kind) };
    let bytes = bits.div_ceil(8);
    if bytes <= HEAP_BINARY_LIMIT {
        2 + bytes.div_ceil(8) + if bits % 8 == 0 { 0 } else { 4 }
    } else {
        4 + 4
    }
}

/// Copies `root` to `to`, where `words` words (from [`size`]) are free; links off-heap objects before `off_heap`.
/// Gives the copy, and the words of the off-heap objects it holds.
///
/// # Safety
/// What `root` points to is alive and `to` has room for `words` words that nothing else uses.
pub(crate) unsafe fn copy(root: RawTerm, to: *mut u64, words: usize, off_heap: &mut *mut u64) -> (RawTerm, usize) {
    // SAFETY: as the caller's.
    unsafe { copy_with(root, to, words, off_heap, true, &mut |_| ()) }
}

/// As [`copy`]; copies literals too unless `keep_literals`, and tells `fun` of each fun in the copy.
///
/// # Safety
/// As for [`copy`], with the size from [`measure`].
pub(crate) unsafe fn copy_with(
    root: RawTerm,
    to: *mut u64,
    words: usize,
    off_heap: &mut *mut u64,
    keep_literals: bool,
    fun: &mut dyn FnMut(*const u64),
) -> (RawTerm, usize) {
    let mut copier = Copier { hp: to, off_heap, outside: 0, keep_literals, from: to, words, fun };
    // SAFETY: as the caller's.
    unsafe {
        let copied = copier.shallow(root);
        let mut scan = to;
        while scan < copier.hp {
            let word = RawTerm(*scan);
            if word.is_header() {
                let size = word.header_size();
                let prefix = word.header_kind().raw_prefix();
                scan = scan.add(1 + prefix.min(size));
            } else {
                if !word.is_immediate() {
                    *scan = copier.shallow(word).0;
                }
                scan = scan.add(1);
            }
        }
        debug_assert_eq!(copier.hp as usize, to as usize + words * 8);
        (copied, copier.outside)
    }
}

struct Copier<'o> {
    hp: *mut u64,
    off_heap: &'o mut *mut u64,
    outside: usize,
    keep_literals: bool,
    from: *mut u64,
    words: usize,
    fun: &'o mut dyn FnMut(*const u64),
}

impl Copier<'_> {
    /// Copies one object, a list with all its cells; its fields still point to the original.
    unsafe fn shallow(&mut self, term: RawTerm) -> RawTerm {
        if term.is_immediate()
            || (self.keep_literals && literal::is_lasting(term.address()))
            || (term.address() as usize).wrapping_sub(self.from as usize) < self.words * 8
        {
            return term;
        }
        // SAFETY: live object, room as measured.
        unsafe {
            if term.is_cons() {
                return self.list(term);
            }
            let at = term.address();
            let header = RawTerm(*at);
            let size = header.header_size();
            match header.header_kind() {
                kind @ (BoxedKind::SubBinary | BoxedKind::MatchContext) => self.sub_binary(at, kind),
                kind => {
                    let new = self.hp;
                    std::ptr::copy_nonoverlapping(at, new, 1 + size);
                    self.hp = new.add(1 + size);
                    match kind {
                        BoxedKind::RefcBinary | BoxedKind::Resource => self.hold(new),
                        BoxedKind::Fun => (self.fun)(new),
                        _ => {}
                    }
                    RawTerm::boxed(new)
                }
            }
        }
    }

    unsafe fn list(&mut self, list: RawTerm) -> RawTerm {
        let first = RawTerm::cons(self.hp);
        let mut term = list;
        // SAFETY: live cells, room as measured.
        unsafe {
            loop {
                let at = term.address();
                let new = self.hp;
                self.hp = new.add(2);
                *new = *at;
                let tail = RawTerm(*at.add(1));
                if tail.is_cons() && !(self.keep_literals && literal::is_lasting(tail.address())) {
                    *new.add(1) = RawTerm::cons(self.hp).0;
                    term = tail;
                } else {
                    *new.add(1) = tail.0;
                    return first;
                }
            }
        }
    }

    unsafe fn sub_binary(&mut self, at: *mut u64, kind: BoxedKind) -> RawTerm {
        // SAFETY: live object, room as measured.
        unsafe {
            let (start, bits, whole) = sub_binary_parts(at, kind);
            let bytes = bits.div_ceil(8);
            if bytes > HEAP_BINARY_LIMIT {
                let from = whole.address();
                let new = self.hp;
                std::ptr::copy_nonoverlapping(from, new, 4);
                self.hp = new.add(4);
                self.hold(new);
                return self.write_sub_binary(start, bits, RawTerm::boxed(new));
            }
            let source = Term::from_raw(RawTerm::boxed(at)).as_bits().expect("the object is a sub-binary");
            let new = self.hp;
            let size = 1 + bytes.div_ceil(8);
            self.hp = new.add(1 + size);
            *new = RawTerm::header(BoxedKind::HeapBinary, size).0;
            *new.add(size) = 0;
            *new.add(1) = bytes as u64;
            source.copy_to(std::slice::from_raw_parts_mut(new.add(2).cast::<u8>(), bytes));
            let binary = RawTerm::boxed(new);
            if bits % 8 == 0 {
                binary
            } else {
                self.write_sub_binary(0, bits, binary)
            }
        }
    }

    unsafe fn write_sub_binary(&mut self, start: usize, bits: usize, whole: RawTerm) -> RawTerm {
        let new = self.hp;
        // SAFETY: room as measured.
        unsafe {
            *new = RawTerm::header(BoxedKind::SubBinary, 3).0;
            *new.add(1) = start as u64;
            *new.add(2) = bits as u64;
            *new.add(3) = whole.0;
            self.hp = new.add(4);
        }
        RawTerm::boxed(new)
    }

    /// Counts the copied off-heap object and links it.
    unsafe fn hold(&mut self, at: *mut u64) {
        // SAFETY: an off-heap object whose count its original holds.
        unsafe {
            if RawTerm(*at).header_kind() == BoxedKind::RefcBinary {
                Arc::increment_strong_count(*at.add(2) as *const SharedBytes);
            } else {
                Arc::increment_strong_count(*at.add(2) as *const Resource);
            }
            *at.add(1) = *self.off_heap as u64;
            *self.off_heap = at;
            self.outside += off_heap_words(at);
        }
    }
}

/// Words that an off-heap object's bytes take outside.
///
/// # Safety
/// `at` is an off-heap object.
pub(crate) unsafe fn off_heap_words(at: *const u64) -> usize {
    // SAFETY: as the caller's.
    unsafe {
        if RawTerm(*at).header_kind() == BoxedKind::RefcBinary {
            *at.add(3) as usize / 8 + 1
        } else {
            1
        }
    }
}

/// Gives back what the off-heap object at `at` counts.
///
/// # Safety
/// `at` is an off-heap object that holds a count, and nobody uses the object afterwards.
pub(crate) unsafe fn release(at: *mut u64) {
    // SAFETY: as the caller's.
    unsafe {
        if RawTerm(*at).header_kind() == BoxedKind::RefcBinary {
            drop(Arc::from_raw(*at.add(2) as *const SharedBytes));
        } else {
            drop(Arc::from_raw(*at.add(2) as *const Resource));
        }
    }
}

/// Releases a list of off-heap objects.
///
/// # Safety
/// The list is well formed, in live memory, and nobody else releases it.
pub(crate) unsafe fn drop_off_heap(mut list: *mut u64) {
    while !list.is_null() {
        // SAFETY: as the caller's.
        unsafe {
            let next = *list.add(1) as *mut u64;
            release(list);
            list = next;
        }
    }
}

/// A run of words that was copied as it is, and whose inner pointers must follow.
pub(crate) struct Moved {
    pub(crate) from: *mut u64,
    pub(crate) words: usize,
    pub(crate) to: *mut u64,
}

impl Moved {
    /// The term as seen after the move.
    #[inline]
    pub(crate) fn term(&self, term: RawTerm) -> RawTerm {
        if term.is_immediate() {
            return term;
        }
        let offset = (term.address() as usize).wrapping_sub(self.from as usize);
        if offset < self.words * 8 {
            RawTerm(term.0.wrapping_add((self.to as u64).wrapping_sub(self.from as u64)))
        } else {
            term
        }
    }

    /// The address as seen after the move.
    pub(crate) fn address(&self, address: *mut u64) -> *mut u64 {
        let offset = (address as usize).wrapping_sub(self.from as usize);
        if offset < self.words * 8 {
            (self.to as usize + offset) as *mut u64
        } else {
            address
        }
    }

    /// Corrects the terms inside the copied words.
    ///
    /// # Safety
    /// `to` holds `words` words of well-formed objects.
    pub(crate) unsafe fn relocate_words(&self) {
        // SAFETY: as the caller's.
        unsafe {
            let mut scan = self.to;
            let end = self.to.add(self.words);
            while scan < end {
                let word = RawTerm(*scan);
                if word.is_header() {
                    scan = scan.add(1 + word.header_kind().raw_prefix().min(word.header_size()));
                } else {
                    *scan = self.term(word).0;
                    scan = scan.add(1);
                }
            }
        }
    }

    /// Corrects the links of a list of off-heap objects and gives its head as seen after the move.
    ///
    /// # Safety
    /// `list` is the list's head before the move; objects inside the moved words have been copied.
    pub(crate) unsafe fn off_heap(&self, list: *mut u64) -> *mut u64 {
        let head = self.address(list);
        let mut at = head;
        while !at.is_null() {
            // SAFETY: as the caller's.
            unsafe {
                let next = self.address(*at.add(1) as *mut u64);
                *at.add(1) = next as u64;
                at = next;
            }
        }
        head
    }
}
