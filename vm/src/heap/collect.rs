//! The collector: copying, with two generations.
//!
//! ```text
//!   before   │ mature │ made since │ … │ stack │      │ old generation      │ … │      fragments
//!                 │         │                             ▲                              │
//!   minor         └─────────┼──────── promoted ───────────┘                              │
//!                           └──────── survives into a new block ◄────────────────────────┘
//!   major    everything alive, the old generation too, moves into one new block
//! ```
//!
//! What is alive is found by scanning the copies themselves (Cheney), so depth costs no stack. A moved boxed object
//! leaves its new address in place of its header, a moved list cell a mark in place of its head. Terms never change
//! once made, so nothing in the old generation points to anything younger and no write needs to be remembered.
#![allow(unsafe_code, reason = "moves raw words")]

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::Arc;

use super::shared::{Resource, SharedBytes};
use super::{copy, literal, Block, Heap, HeapError};
use crate::term::raw::{BoxedKind, RawTerm};

/// Up to this many words a block doubles at every collection: whoever collects at all will collect again.
const WARM_UP_SIZE: usize = 1024;

/// Only blocks beyond this many words shrink.
const SHRINK_ABOVE: usize = 16 * 1024;

/// Words of off-heap bytes that the old generation may hold before a collection becomes a major one, at least.
const OLD_OFF_HEAP_LIMIT: usize = 256 * 1024;

/// The smallest block size of the growth table that holds `words`: powers of two and the steps half-way between.
fn rounded(words: usize) -> usize {
    let power = words.max(16).next_power_of_two();
    if words <= power / 4 * 3 {
        power / 4 * 3
    } else {
        power
    }
}

/// One collection under way.
struct Collector {
    /// The block collected: where it starts, and how many of its bytes are mature (0 in a major collection).
    young: usize,
    mature: usize,
    /// The old generation, whose objects stay; empty in a major collection.
    kept: usize,
    kept_size: usize,
    /// Where the next survivor and the next promoted object go.
    to: *mut u64,
    old_to: *mut u64,
    /// The literals that the heap is to be rid of.
    leaving: Option<Leaving>,
}

/// Literals that are about to go: what the heap points to there is copied into it.
struct Leaving {
    /// Address and size in bytes of each area.
    areas: Vec<(usize, usize)>,
    /// Where their objects have been copied to: others read the areas, so they themselves keep no notes.
    moved: HashMap<usize, RawTerm>,
    /// The off-heap objects among the copies.
    off_heap: Vec<*mut u64>,
}

impl Leaving {
    fn contains(&self, address: usize) -> bool {
        self.areas.iter().any(|&(start, size)| address.wrapping_sub(start) < size)
    }
}

impl Collector {
    /// The term's new place, moving what it points to unless that has been done or it stays.
    ///
    /// # Safety
    /// The term belongs to the heap collected, to a literal, or is immediate; the destinations have room.
    #[inline]
    unsafe fn evacuate(&mut self, term: RawTerm) -> RawTerm {
        if term.is_immediate() {
            return term;
        }
        let at = term.address();
        let address = at as usize;
        if literal::contains(at) {
            return match &self.leaving {
                // SAFETY: as the caller's.
                Some(leaving) if leaving.contains(address) => unsafe { self.evacuate_literal(term) },
                _ => term,
            };
        }
        if address.wrapping_sub(self.kept) < self.kept_size {
            return term;
        }
        // SAFETY: a live object of this heap, or one moved already; the destinations have room for all that is alive.
        unsafe {
            let first = RawTerm(*at);
            if term.is_cons() {
                if first.is_non_value() {
                    return RawTerm(*at.add(1));
                }
                let new = self.room(address, 2);
                *new = first.0;
                *new.add(1) = *at.add(1);
                let moved = RawTerm::cons(new);
                *at = RawTerm::NON_VALUE.0;
                *at.add(1) = moved.0;
                moved
            } else {
                if !first.is_header() {
                    return first;
                }
                let words = 1 + first.header_size();
                let new = self.room(address, words);
                std::ptr::copy_nonoverlapping(at, new, words);
                let moved = RawTerm::boxed(new);
                *at = moved.0;
                moved
            }
        }
    }

    /// Copies a literal that is about to go, once however often it is met.
    ///
    /// # Safety
    /// As for [`Collector::evacuate`]; the literal lies in one of the areas that are leaving.
    #[cold]
    unsafe fn evacuate_literal(&mut self, term: RawTerm) -> RawTerm {
        let at = term.address();
        let Some(leaving) = &mut self.leaving else { return term };
        if let Some(moved) = leaving.moved.get(&(at as usize)) {
            return *moved;
        }
        // SAFETY: a live object of the area; room was made for all of it.
        unsafe {
            let new = self.to;
            let words = if term.is_cons() { 2 } else { 1 + RawTerm(*at).header_size() };
            std::ptr::copy_nonoverlapping(at, new, words);
            self.to = new.add(words);
            let moved = if term.is_cons() { RawTerm::cons(new) } else { RawTerm::boxed(new) };
            if !term.is_cons() {
                match RawTerm(*at).header_kind() {
                    BoxedKind::RefcBinary => {
                        Arc::increment_strong_count(*at.add(2) as *const SharedBytes);
                        leaving.off_heap.push(new);
                    }
                    BoxedKind::Resource => {
                        Arc::increment_strong_count(*at.add(2) as *const Resource);
                        leaving.off_heap.push(new);
                    }
                    _ => {}
                }
            }
            leaving.moved.insert(at as usize, moved);
            moved
        }
    }

    /// Takes room for an object that is at `address` now.
    #[inline]
    unsafe fn room(&mut self, address: usize, words: usize) -> *mut u64 {
        let to = if address.wrapping_sub(self.young) < self.mature { &mut self.old_to } else { &mut self.to };
        let at = *to;
        // SAFETY: the caller made room for all that can survive.
        *to = unsafe { at.add(words) };
        at
    }

    /// Evacuates what the objects between `scan` and `end` point to; `end` may grow meanwhile.
    unsafe fn scan(&mut self, mut scan: *mut u64, end: impl Fn(&Collector) -> *mut u64) -> *mut u64 {
        while scan < end(self) {
            // SAFETY: the words between are well-formed objects, as copied.
            unsafe {
                let word = RawTerm(*scan);
                if word.is_header() {
                    scan = scan.add(1 + word.header_kind().raw_prefix().min(word.header_size()));
                } else {
                    *scan = self.evacuate(word).0;
                    scan = scan.add(1);
                }
            }
        }
        scan
    }
}

impl Heap {
    /// Whether the term is a literal, which no collection moves.
    #[inline]
    pub(crate) fn is_literal(&self, term: RawTerm) -> bool {
        !term.is_immediate() && literal::contains(term.address())
    }

    /// Collects, so that `need` words are free between heap and stack. O(what is alive), for a minor collection O(what is
    /// alive and young).
    ///
    /// The roots are the stack and `roots`, all of which hold terms of this heap (or literals); they are updated. Every
    /// other term of this heap is invalid afterwards. `major` also collects the old generation; a full old generation
    /// makes a collection major by itself.
    ///
    /// # Errors
    /// When the process or the VM now takes more memory than it may; the heap is consistent all the same.
    pub(crate) fn collect(&mut self, need: usize, roots: &mut [&mut [RawTerm]], major: bool) -> Result<(), HeapError> {
        self.collect_all(need, roots, major, None)
    }

    /// Collects all, and copies what the heap holds of these areas of literals (address and size in bytes), so that
    /// afterwards nothing in it points there.
    ///
    /// # Errors
    /// As for [`Heap::collect`].
    pub(crate) fn leave(
        &mut self,
        need: usize,
        roots: &mut [&mut [RawTerm]],
        areas: Vec<(usize, usize)>,
    ) -> Result<(), HeapError> {
        let leaving = Leaving { areas, moved: HashMap::new(), off_heap: Vec::new() };
        self.collect_all(need, roots, true, Some(leaving))
    }

    fn collect_all(
        &mut self,
        need: usize,
        roots: &mut [&mut [RawTerm]],
        major: bool,
        leaving: Option<Leaving>,
    ) -> Result<(), HeapError> {
        let mut dictionary = [self.dictionary];
        let mut all: Vec<&mut [RawTerm]> = roots.iter_mut().map(|root| &mut **root).collect();
        all.push(&mut dictionary);
        let result = self.collect_roots(need, &mut all, major, leaving);
        self.dictionary = dictionary[0];
        result
    }

    fn collect_roots(
        &mut self,
        need: usize,
        roots: &mut [&mut [RawTerm]],
        major: bool,
        leaving: Option<Leaving>,
    ) -> Result<(), HeapError> {
        let stack = self.stack_words();
        let young = (self.hp as usize - self.block.start as usize) / 8;
        let mature = (self.high_water as usize - self.block.start as usize) / 8;
        let old_used = (self.old_hp as usize - self.old.start as usize) / 8;
        let charged = self.charged_words();

        let full = self.old.words > 0 && self.old.words - old_used < mature;
        let major = major
            || full
            || self.minor_collections >= self.fullsweep_after
            || self.old_off_heap_words > self.old_off_heap_limit;
        if !major && self.old.words == 0 && mature > 0 {
            self.old = Block::new(rounded(mature * 2));
            self.old_hp = self.old.start;
        }

        let literals = leaving.iter().flat_map(|leaving| &leaving.areas).map(|(_, size)| size / 8).sum::<usize>();
        let survivors = literals + if major { young + old_used } else { young - mature };
        let capacity = (survivors + self.fragment_words + stack + need).max(if major { 0 } else { self.block.words });
        // A block that would be made larger afterwards anyway is made as large at once: what survives is copied once, not twice.
        let warm_up = !major && self.block.words < WARM_UP_SIZE;
        let capacity = match () {
            () if warm_up => capacity.max(self.block.words * 2),
            () if !major && self.growing && self.max_size == 0 => capacity * 2,
            () => capacity,
        };
        let new = Block::new(rounded(capacity));
        let mut collector = Collector {
            young: self.block.start as usize,
            mature: if major { 0 } else { mature * 8 },
            kept: self.old.start as usize,
            kept_size: if major { 0 } else { self.old.words * 8 },
            to: new.start,
            old_to: self.old_hp,
            leaving,
        };
        // SAFETY: the new block has room for all that can survive in it and for the stack above; the old generation has
        // room for all that is mature; the stack and the roots hold terms of this heap, by this function's contract.
        unsafe {
            let new_end = new.start.add(new.words);
            let new_sp = new_end.sub(stack);
            std::ptr::copy_nonoverlapping(self.sp, new_sp, stack);
            for i in 0..stack {
                *new_sp.add(i) = collector.evacuate(RawTerm(*new_sp.add(i))).0;
            }
            for root in roots.iter_mut().flat_map(|slice| slice.iter_mut()) {
                *root = collector.evacuate(*root);
            }
            let mut scan = new.start;
            let mut old_scan = self.old_hp;
            loop {
                scan = collector.scan(scan, |collector| collector.to);
                if major || old_scan == collector.old_to {
                    break;
                }
                old_scan = collector.scan(old_scan, |collector| collector.old_to);
            }

            let lists = if major { [self.off_heap, self.old_off_heap] } else { [self.off_heap, std::ptr::null_mut()] };
            self.off_heap = std::ptr::null_mut();
            if major {
                self.old_off_heap = std::ptr::null_mut();
                self.old_off_heap_words = 0;
            }
            for list in lists {
                self.sweep(
                    list,
                    if major { Block::EMPTY_RANGE } else { (self.old.start as usize, self.old.words * 8) },
                );
            }

            let copied = collector.leaving.take().map(|leaving| leaving.off_heap);
            for at in copied.into_iter().flatten() {
                *at.add(1) = self.off_heap as u64;
                self.off_heap = at;
            }

            self.block = new;
            self.end = new_end;
            self.sp = new_sp;
            self.hp = collector.to;
            self.high_water = collector.to;
            if major {
                self.old = Block::EMPTY;
                self.old_hp = std::ptr::null_mut();
                self.minor_collections = 0;
                self.old_off_heap_limit = OLD_OFF_HEAP_LIMIT.max(self.virtual_words * 2);
            } else {
                self.old_hp = collector.old_to;
                self.minor_collections += 1;
            }
        }
        self.virtual_words = 0;
        self.fragments.clear();
        self.fragment_words = 0;
        self.resize(need, roots, warm_up);
        self.settle(charged)
    }

    /// Frees the off-heap objects of a list that were not moved and links the others anew. `kept` is the range of the
    /// old generation.
    unsafe fn sweep(&mut self, mut list: *mut u64, kept: (usize, usize)) {
        while !list.is_null() {
            // SAFETY: the list runs through memory that is still there; a moved object's first word tells its new place.
            unsafe {
                let next = *list.add(1) as *mut u64;
                let first = RawTerm(*list);
                if first.is_header() {
                    copy::release(list);
                } else {
                    let at = first.address();
                    let words = copy::off_heap_words(at);
                    let (head, count) = if (at as usize).wrapping_sub(kept.0) < kept.1 {
                        (&mut self.old_off_heap, &mut self.old_off_heap_words)
                    } else {
                        (&mut self.off_heap, &mut self.virtual_words)
                    };
                    *at.add(1) = *head as u64;
                    *head = at;
                    *count += words;
                }
                list = next;
            }
        }
    }

    /// Gives the block the size that its survivors suggest. `doubled` says that it has been made larger already because it was
    /// small.
    fn resize(&mut self, need: usize, roots: &mut [&mut [RawTerm]], doubled: bool) {
        let stack = self.stack_words();
        let used = (self.hp as usize - self.block.start as usize) / 8;
        let wanted = used + stack + need;
        let size = self.block.words;
        // What fills half of a block now is likely to fill it after the next collection.
        self.growing = wanted * 2 > size;
        let next = if wanted * 4 > size * 3 {
            rounded(wanted * 2)
        } else if size > SHRINK_ABOVE && wanted * 8 < size {
            rounded(wanted * 4)
        } else if size < WARM_UP_SIZE && !doubled {
            size * 2
        } else {
            return;
        };
        let new = Block::new(next.max(self.min_size));
        if new.words == size {
            return;
        }
        // SAFETY: the new block is larger than what is used; what pointed into the old one is corrected before it goes.
        unsafe {
            let new_end = new.start.add(new.words);
            let new_sp = new_end.sub(stack);
            std::ptr::copy_nonoverlapping(self.block.start, new.start, used);
            std::ptr::copy_nonoverlapping(self.sp, new_sp, stack);
            let moved = copy::Moved { from: self.block.start, words: used, to: new.start };
            moved.relocate_words();
            for i in 0..stack {
                *new_sp.add(i) = moved.term(RawTerm(*new_sp.add(i))).0;
            }
            for root in roots.iter_mut().flat_map(|slice| slice.iter_mut()) {
                *root = moved.term(*root);
            }
            self.off_heap = moved.off_heap(self.off_heap);
            self.hp = new.start.add(used);
            self.high_water = self.hp;
            self.sp = new_sp;
            self.end = new_end;
            self.block = new;
        }
    }

    /// Words that the budget has been charged with.
    fn charged_words(&self) -> usize {
        self.block.words + self.old.words + self.fragments.iter().map(|fragment| fragment.block.words).sum::<usize>()
    }

    /// Charges the change in size to the budget and enforces the limits.
    fn settle(&mut self, charged: usize) -> Result<(), HeapError> {
        let now = self.charged_words();
        if let Some(budget) = &self.budget {
            budget.used.fetch_add(now.wrapping_sub(charged).wrapping_mul(8), Ordering::Relaxed);
            if now > charged && budget.is_over() {
                budget.exceed();
                return Err(HeapError::VmLimit);
            }
        }
        if self.max_size > 0 && now > self.max_size && self.used_words() + self.stack_words() > self.max_size / 2 {
            return Err(HeapError::ProcessLimit);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Builder, Heap};
    use super::*;
    use crate::term::Term;
    use crate::OwnedTerm;

    /// A term with every kind of object that holds others or something outside the heap.
    fn sample<'h>(builder: &mut Builder<'_, 'h>, n: i64) -> Term<'h> {
        let big = builder.binary(&[n as u8; 200]);
        let part = builder.sub_binary(big, 10, 150).expect("within the binary");
        let number = builder.integer(i64::MAX - n);
        let float = builder.float(n as f64 + 0.5);
        let pairs = (0..50).map(|key| (builder.integer(key), builder.integer(key * n))).collect();
        let map = builder.map_from_pairs(pairs);
        let text = builder.binary(b"small");
        let list = builder.list(&[number, float, text, map]);
        builder.tuple(&[part, list, big])
    }

    #[test]
    fn what_is_rooted_survives_minor_and_major_collections() {
        let mut heap = Heap::new(64, None);
        let mut roots: Vec<RawTerm> = Vec::new();
        let mut expected: Vec<OwnedTerm> = Vec::new();
        for n in 0..200 {
            let mut builder = Builder::new(&mut heap);
            let term = sample(&mut builder, n);
            let garbage = sample(&mut builder, n + 1000);
            assert!(!garbage.is_nil());
            expected.push(OwnedTerm::new(term));
            roots.push(term.raw);
            if n % 3 == 0 {
                heap.collect(32, &mut [&mut roots], n % 30 == 0).expect("no limit is set");
                assert!(heap.room() >= 32);
            }
            if n % 40 == 0 {
                roots.clear();
                expected.clear();
            }
        }
        for (root, expected) in roots.iter().zip(&expected) {
            // SAFETY: the roots were kept up to date by every collection.
            assert_eq!(unsafe { Term::from_raw(*root) }, expected.term());
        }
    }

    #[test]
    fn a_list_a_million_long_and_a_million_deep_survives() {
        let mut heap = Heap::new(64, None);
        let mut builder = Builder::new(&mut heap);
        let mut long = Term::nil();
        let mut deep = Term::nil();
        for n in 0..1_000_000 {
            let number = builder.integer(n);
            long = builder.cons(number, long);
            deep = builder.cons(deep, Term::nil());
        }
        let mut roots = [long.raw, deep.raw];
        for major in [false, false, true, false] {
            heap.collect(0, &mut [&mut roots], major).expect("no limit is set");
        }
        // SAFETY: the roots were kept up to date by every collection.
        let long = unsafe { Term::from_raw(roots[0]) };
        assert_eq!(long.list_length(), Some(1_000_000));
        assert!(heap.used_words() < 4_100_000);
        heap.collect(0, &mut [], true).expect("no limit is set");
        assert_eq!(heap.used_words(), 0);
    }
}
