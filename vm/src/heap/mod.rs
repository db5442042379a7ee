//! Heaps: the memory of one process, and terms that own their memory.
//!
//! ```text
//!   start            high_water      hp                    sp                end
//!     │ survivors of the  │ made since │      free            │     stack       │
//!     │ last collection   │            │   ───►        ◄───   │                 │
//! ```
//!
//! The heap grows up and the stack down in one block; what survives two collections moves to a second block, the
//! old generation. Only [`Heap::collect`] moves terms, and only the interpreter calls it, at its safepoints. What
//! natives make beyond the room left goes into fragments, which the next collection merges.
//!
//! - [`shared`]: what lives outside, counted. - [`owned`]: [`OwnedTerm`]. - [`literal`]: constants of modules.
//! - [`outside`]: who pays for what is not in heaps. - [`copy`]: copying between heaps. - [`spare`]: blocks kept for the next collection. - [`collect`]: the collector. - [`build`]: making terms.
#![allow(unsafe_code, reason = "the words of heaps are raw memory")]

pub mod build;
mod collect;
pub(crate) mod copy;
pub mod literal;
pub(crate) mod outside;
pub mod owned;
pub mod shared;
mod spare;

use std::alloc::{alloc, dealloc, Layout};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

pub use build::Builder;
pub use literal::LiteralArea;
pub use owned::OwnedTerm;
pub use shared::{Resource, SharedBytes};

use crate::code::stream::STACK_RESERVE;
use crate::term::raw::{BoxedKind, RawTerm};
use crate::term::{Map, Term};

/// Words of the first block of a process, heap and stack together.
pub const FIRST_SIZE: usize = 64;

/// The largest binary kept inside a heap, in bytes.
pub const HEAP_BINARY_LIMIT: usize = 64;

/// Why memory cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeapError {
    /// The process would grow beyond its `max_heap_size`.
    #[error("the process would grow beyond its max_heap_size")]
    ProcessLimit,
    /// The VM would grow beyond its memory limit.
    #[error("the VM would grow beyond its memory limit")]
    VmLimit,
}

/// How much memory one VM takes, and may take.
#[derive(Debug)]
pub struct MemoryBudget {
    /// Bytes of heaps.
    used: AtomicUsize,
    /// Bytes of what is charged besides, if there is a limit.
    outside: AtomicUsize,
    limit: usize,
    exceeded: std::sync::atomic::AtomicBool,
}

impl MemoryBudget {
    /// A budget of `limit` bytes.
    pub fn new(limit: usize) -> Arc<MemoryBudget> {
        let (used, outside) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Arc::new(MemoryBudget { used, outside, limit, exceeded: Default::default() })
    }

    /// Bytes taken by heaps.
    pub fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// Whether there is a limit.
    pub(crate) fn has_limit(&self) -> bool {
        self.limit != usize::MAX
    }

    /// Whether more is taken than there may be.
    pub(crate) fn is_over(&self) -> bool {
        self.has_limit() && self.total() > self.limit
    }

    /// Whether so many bytes more would be within the limit.
    pub(crate) fn has_room(&self, bytes: usize) -> bool {
        !self.has_limit() || self.total().saturating_add(bytes) <= self.limit
    }

    /// Notes that a process ends because it wants more than there is.
    pub(crate) fn exceed(&self) {
        self.exceeded.store(true, Ordering::Relaxed);
    }

    fn total(&self) -> usize {
        self.used().saturating_add(self.outside.load(Ordering::Relaxed))
    }

    /// Whether a process has ended because it wanted more than there was.
    pub fn exceeded(&self) -> bool {
        self.exceeded.load(Ordering::Relaxed)
    }

    fn give(&self, bytes: usize) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// A block of words from the global allocator.
#[derive(Debug)]
struct Block {
    start: *mut u64,
    words: usize,
}

impl Block {
    const EMPTY: Block = Block { start: std::ptr::null_mut(), words: 0 };
    /// The range of addresses of no block: start and size in bytes.
    const EMPTY_RANGE: (usize, usize) = (0, 0);

    fn new(words: usize) -> Block {
        if words == 0 {
            return Block::EMPTY;
        }
        if let Some(block) = spare::take(words) {
            return block;
        }
        let layout = Layout::array::<u64>(words).expect("budgets keep blocks far below the address space");
        // SAFETY: the layout is not empty.
        let start = unsafe { alloc(layout) }.cast::<u64>();
        if start.is_null() {
            std::alloc::handle_alloc_error(layout);
        }
        Block { start, words }
    }

    /// Gives the memory back to the allocator.
    fn free(self) {
        let block = std::mem::ManuallyDrop::new(self);
        let layout = Layout::array::<u64>(block.words).expect("the block was allocated with this layout");
        // SAFETY: allocated in `new` with this layout; it is not used any more.
        unsafe { dealloc(block.start.cast(), layout) };
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        if self.words > 0 {
            #[cfg(feature = "collect-always")]
            // SAFETY: the block is ours and `words` long; nobody may look at it any more, which this shows.
            unsafe {
                for i in 0..self.words {
                    *self.start.add(i) = POISON;
                }
            }
            let block = std::mem::replace(self, Block::EMPTY);
            if let Err(block) = spare::keep(block) {
                block.free();
            }
        }
    }
}

/// What freed blocks are filled with in the collect-always build: a header of no kind.
#[cfg(feature = "collect-always")]
const POISON: u64 = 0xdead_dead_dead_def3;

/// A run of words outside the main block: made by natives, or come with messages.
#[derive(Debug)]
struct Fragment {
    block: Block,
    used: usize,
}

/// The memory of one process: stack, heap, fragments.
#[derive(Debug)]
pub struct Heap {
    block: Block,
    /// One past the stack's bottom; within `block`.
    pub(crate) end: *mut u64,
    /// Where the next heap word goes.
    pub(crate) hp: *mut u64,
    /// The stack's top: the last word pushed.
    pub(crate) sp: *mut u64,
    /// What lies below survived a collection.
    high_water: *mut u64,
    old: Block,
    old_hp: *mut u64,
    /// Off-heap objects held from the block and the fragments, linked through their first word.
    off_heap: *mut u64,
    /// Those held from the old generation.
    old_off_heap: *mut u64,
    fragments: Vec<Fragment>,
    /// Words used in fragments.
    fragment_words: usize,
    /// Words of off-heap bytes taken up since the last collection.
    pub(crate) virtual_words: usize,
    /// Words of off-heap bytes that the old generation holds, and how many make the next collection a major one.
    old_off_heap_words: usize,
    old_off_heap_limit: usize,
    minor_collections: u32,
    /// Whether much of the block was alive after the last collection.
    growing: bool,
    /// Minor collections until a major one, `fullsweep_after`.
    pub(crate) fullsweep_after: u32,
    /// Never shrinks below this many words.
    pub(crate) min_size: usize,
    /// Grows no further than this many words; 0 for no limit.
    pub(crate) max_size: usize,
    budget: Option<Arc<MemoryBudget>>,
    /// The process dictionary, a map; `[]` while nothing was put into it.
    dictionary: RawTerm,
    /// Words of the queue of messages that the budget was charged with.
    queue_words: u32,
}

// SAFETY: a heap owns all it points to (blocks, fragments, counted objects that are Send and Sync, entries that their VM or
// the fun itself keeps, literals that never change); whoever holds it is the only one to touch it.
unsafe impl Send for Heap {}

impl Default for Heap {
    fn default() -> Heap {
        Heap::new(FIRST_SIZE, None)
    }
}

impl Heap {
    /// An empty heap of `words` words (at least a few), charged to `budget`.
    pub fn new(words: usize, budget: Option<Arc<MemoryBudget>>) -> Heap {
        let words = words.max(16);
        let block = Block::new(words);
        if let Some(budget) = &budget {
            // A process that exists has its first block; the limit is enforced when it grows.
            budget.used.fetch_add(words * 8, Ordering::Relaxed);
        }
        // SAFETY: one past the block's end.
        let end = unsafe { block.start.add(words) };
        Heap {
            end,
            hp: block.start,
            sp: end,
            high_water: block.start,
            block,
            old: Block::EMPTY,
            old_hp: std::ptr::null_mut(),
            off_heap: std::ptr::null_mut(),
            old_off_heap: std::ptr::null_mut(),
            fragments: Vec::new(),
            fragment_words: 0,
            virtual_words: 0,
            old_off_heap_words: 0,
            old_off_heap_limit: 256 * 1024,
            minor_collections: 0,
            growing: false,
            fullsweep_after: 65_535,
            min_size: words,
            max_size: 0,
            budget,
            dictionary: RawTerm::NIL,
            queue_words: 0,
        }
    }

    /// The process dictionary, once something was put into it.
    pub fn dictionary(&self) -> Option<Map<'_>> {
        // SAFETY: the dictionary is a root of every collection, so it is alive while the heap is borrowed.
        unsafe { Term::from_raw(self.dictionary) }.as_map()
    }

    /// Charges the budget with what the queue of messages takes, the messages themselves apart; whether that has grown.
    pub(crate) fn charge_queue(&mut self, bytes: usize) -> bool {
        let Some(budget) = &self.budget else { return false };
        let words = u32::try_from(bytes / 8).unwrap_or(u32::MAX);
        let before = std::mem::replace(&mut self.queue_words, words);
        let grown = (words as usize).wrapping_sub(before as usize);
        budget.used.fetch_add(grown.wrapping_mul(8), Ordering::Relaxed);
        words > before
    }

    /// Grows no further than `words` from now on; 0 for no limit.
    pub fn set_limit(&mut self, words: usize) {
        self.max_size = words;
    }

    /// How many minor collections happen until a major one.
    pub fn set_fullsweep_after(&mut self, collections: u32) {
        self.fullsweep_after = collections;
    }

    /// Words between heap and stack.
    #[inline(always)]
    pub(crate) fn room(&self) -> usize {
        (self.sp as usize - self.hp as usize) / 8
    }

    /// Words the stack holds.
    pub fn stack_words(&self) -> usize {
        (self.end as usize - self.sp as usize) / 8
    }

    /// Words of the block, of the old generation and of fragments: what `process_info` calls the total heap size.
    pub fn total_words(&self) -> usize {
        (self.end as usize - self.block.start as usize) / 8 + self.old.words + self.fragment_words
    }

    /// Words of the block: `heap_size` with the stack.
    pub fn block_words(&self) -> usize {
        (self.end as usize - self.block.start as usize) / 8
    }

    /// Words in use by terms, without the stack.
    pub fn used_words(&self) -> usize {
        (self.hp as usize - self.block.start as usize) / 8
            + (self.old_hp as usize - self.old.start as usize) / 8
            + self.fragment_words
    }

    /// Minor collections since the last major one.
    pub fn minor_collections(&self) -> u32 {
        self.minor_collections
    }

    /// Whether the collect-always build collects at a safepoint with these pointers: at each, but where the stack is deep or the
    /// block large only at some addresses, for each collection walks the whole stack and fills the whole block it leaves.
    #[cfg(feature = "collect-always")]
    pub(crate) fn collects_here(&self, sp: *const u64, hp: *const u64) -> bool {
        let depth = (self.block.start as usize + self.block.words * 8 - sp as usize) / 8;
        let stride = (self.block.words / 1024).next_power_of_two();
        (depth < 16 * 1024 || depth.count_ones() <= 2) && (hp as usize / 8) & (stride - 1) == 0
    }

    /// Whether natives or messages have left so much outside the block that the next safepoint should collect.
    #[inline(always)]
    pub(crate) fn wants_collection(&self) -> bool {
        self.fragment_words + self.virtual_words > 0 && self.outside_is_large()
    }

    #[inline]
    fn outside_is_large(&self) -> bool {
        let block = self.block_words() + self.old.words;
        self.fragment_words > (block / 2).max(512) || self.virtual_words > block.max(64 * 1024)
    }

    /// Takes `words` words (at least 1): from the block, or from a fragment. Never collects, never moves a term.
    ///
    /// The block keeps the reserve of the stack, which frames are pushed into without asking again.
    #[inline(always)]
    pub(crate) fn alloc(&mut self, words: usize) -> *mut u64 {
        if self.room() >= words + STACK_RESERVE {
            let at = self.hp;
            // SAFETY: `room` says that this many words are free above `hp`.
            self.hp = unsafe { at.add(words) };
            at
        } else {
            self.alloc_fragment(words)
        }
    }

    #[cold]
    #[inline(never)]
    fn alloc_fragment(&mut self, words: usize) -> *mut u64 {
        self.fragment_words += words;
        if let Some(last) = self.fragments.last_mut() {
            if last.block.words - last.used >= words {
                // SAFETY: within the fragment, as just checked.
                let at = unsafe { last.block.start.add(last.used) };
                last.used += words;
                return at;
            }
        }
        let size = words.max(self.fragment_words.clamp(256, 32 * 1024));
        let block = Block::new(size);
        if let Some(budget) = &self.budget {
            // Natives cannot fail for want of memory; the next safepoint enforces the limit.
            budget.used.fetch_add(size * 8, Ordering::Relaxed);
        }
        let at = block.start;
        self.fragments.push(Fragment { block, used: words });
        at
    }

    /// Makes a boxed object of raw words followed by terms.
    #[inline]
    pub(crate) fn boxed(&mut self, kind: BoxedKind, raw: &[u64], terms: &[RawTerm]) -> RawTerm {
        let size = raw.len() + terms.len();
        let at = self.alloc(1 + size);
        // SAFETY: `alloc` gave 1 + size words.
        unsafe {
            *at = RawTerm::header(kind, size).0;
            std::ptr::copy_nonoverlapping(raw.as_ptr(), at.add(1), raw.len());
            std::ptr::copy_nonoverlapping(terms.as_ptr().cast::<u64>(), at.add(1 + raw.len()), terms.len());
        }
        RawTerm::boxed(at)
    }

    /// As [`Heap::boxed`], but never in the block: for instructions that the room tested for is not enough for.
    pub(crate) fn boxed_outside(&mut self, kind: BoxedKind, raw: &[u64], terms: &[RawTerm]) -> RawTerm {
        let size = raw.len() + terms.len();
        let at = self.alloc_fragment(1 + size);
        // SAFETY: `alloc_fragment` gave 1 + size words.
        unsafe {
            *at = RawTerm::header(kind, size).0;
            std::ptr::copy_nonoverlapping(raw.as_ptr(), at.add(1), raw.len());
            std::ptr::copy_nonoverlapping(terms.as_ptr().cast::<u64>(), at.add(1 + raw.len()), terms.len());
        }
        RawTerm::boxed(at)
    }

    /// As [`Heap::resource`], but never in the block.
    pub(crate) fn keeper(&mut self, resource: Arc<Resource>) -> RawTerm {
        let pointer = Arc::into_raw(resource) as u64;
        let term = self.boxed_outside(BoxedKind::Resource, &[self.off_heap as u64, pointer], &[]);
        self.off_heap = term.address();
        term
    }

    /// Makes a list cell.
    #[inline(always)]
    pub(crate) fn cons(&mut self, head: RawTerm, tail: RawTerm) -> RawTerm {
        let at = self.alloc(2);
        // SAFETY: `alloc` gave 2 words.
        unsafe {
            *at = head.0;
            *at.add(1) = tail.0;
        }
        RawTerm::cons(at)
    }

    /// Makes a float.
    #[inline(always)]
    pub(crate) fn float(&mut self, value: f64) -> RawTerm {
        let at = self.alloc(2);
        // SAFETY: `alloc` gave 2 words.
        unsafe {
            *at = RawTerm::header(BoxedKind::Float, 1).0;
            *at.add(1) = value.to_bits();
        }
        RawTerm::boxed(at)
    }

    /// Makes a binary of `bytes`: inside the heap when small.
    pub(crate) fn binary(&mut self, bytes: &[u8]) -> RawTerm {
        if bytes.len() > HEAP_BINARY_LIMIT {
            return self.refc_binary(SharedBytes::new(bytes), bytes.len());
        }
        let size = 1 + bytes.len().div_ceil(8);
        let at = self.alloc(1 + size);
        // SAFETY: `alloc` gave 1 + size words; the last one is cleared first, for it may be filled partly.
        unsafe {
            *at = RawTerm::header(BoxedKind::HeapBinary, size).0;
            *at.add(size) = 0;
            *at.add(1) = bytes.len() as u64;
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), at.add(2).cast::<u8>(), bytes.len());
        }
        RawTerm::boxed(at)
    }

    /// A binary of at most [`HEAP_BINARY_LIMIT`] bytes, and where these are to be written.
    #[inline]
    pub(crate) fn binary_of_size(&mut self, bytes: usize) -> (RawTerm, *mut u8) {
        debug_assert!(bytes <= HEAP_BINARY_LIMIT);
        let size = 1 + bytes.div_ceil(8);
        let at = self.alloc(1 + size);
        // SAFETY: `alloc` gave 1 + size words; the last one is cleared first, for it may be filled partly.
        unsafe {
            *at = RawTerm::header(BoxedKind::HeapBinary, size).0;
            *at.add(size) = 0;
            *at.add(1) = bytes as u64;
            (RawTerm::boxed(at), at.add(2).cast::<u8>())
        }
    }

    /// Makes a binary of the first `size` bytes of `shared`, which it holds from now on.
    pub(crate) fn refc_binary(&mut self, shared: Arc<SharedBytes>, size: usize) -> RawTerm {
        debug_assert!(size <= shared.used_bytes());
        self.virtual_words += size / 8 + 1;
        let pointer = Arc::into_raw(shared) as u64;
        self.link_off_heap(BoxedKind::RefcBinary, &[self.off_heap as u64, pointer, size as u64])
    }

    /// Makes the term that holds `resource`.
    pub(crate) fn resource(&mut self, resource: Arc<Resource>) -> RawTerm {
        let pointer = Arc::into_raw(resource) as u64;
        self.link_off_heap(BoxedKind::Resource, &[self.off_heap as u64, pointer])
    }

    fn link_off_heap(&mut self, kind: BoxedKind, words: &[u64]) -> RawTerm {
        let term = self.boxed(kind, words, &[]);
        self.off_heap = term.address();
        term
    }

    /// Moves the storage of `term` into this heap, without copying when it is large, and gives the term.
    ///
    /// O(1) for large terms, O(size) for small ones; never collects.
    pub(crate) fn adopt(&mut self, term: OwnedTerm) -> RawTerm {
        let (root, storage) = term.into_parts();
        let Some(mut storage) = storage else { return root };
        let words = storage.words();
        if words <= 64 && self.room() >= words + STACK_RESERVE {
            let at = self.hp;
            // SAFETY: `room` says that this many words are free above `hp`.
            self.hp = unsafe { at.add(words) };
            // SAFETY: both runs are `words` long; the storage's pointers stay inside it, and `relocate` moves them along.
            return unsafe {
                std::ptr::copy_nonoverlapping(storage.data(), at, words);
                let moved = copy::Moved { from: storage.data(), words, to: at };
                moved.relocate_words();
                self.splice_off_heap(moved.off_heap(storage.take_off_heap()));
                moved.term(root)
            };
        }
        self.attach_storage(storage);
        root
    }

    /// Makes the storage of `term` part of this heap without moving anything, so that pointers to it stay good.
    pub(crate) fn attach(&mut self, term: OwnedTerm) {
        if let (_, Some(storage)) = term.into_parts() {
            self.attach_storage(storage);
        }
    }

    fn attach_storage(&mut self, mut storage: owned::Storage) {
        // SAFETY: the list runs through the storage that becomes a fragment here.
        unsafe { self.splice_off_heap(storage.take_off_heap()) };
        self.fragment_words += storage.words();
        let block = storage.into_block();
        if let Some(budget) = &self.budget {
            budget.used.fetch_add(block.words * 8, Ordering::Relaxed);
        }
        // In front, so that the fragment natives allocate from stays the last.
        let used = block.words;
        let position = self.fragments.len().saturating_sub(1);
        self.fragments.insert(position, Fragment { block, used });
    }

    /// Words in fragments.
    pub(crate) fn fragment_words(&self) -> usize {
        self.fragment_words
    }

    /// Puts a list of off-heap objects before this heap's own.
    ///
    /// # Safety
    /// `list` is null or the head of a list that nobody else owns, in memory that this heap owns.
    unsafe fn splice_off_heap(&mut self, list: *mut u64) {
        if list.is_null() {
            return;
        }
        let mut last = list;
        loop {
            // SAFETY: off-heap objects are boxed with at least two words; the first is the next one's address.
            unsafe {
                self.virtual_words += copy::off_heap_words(last);
                let next = *last.add(1) as *mut u64;
                if next.is_null() {
                    *last.add(1) = self.off_heap as u64;
                    break;
                }
                last = next;
            }
        }
        self.off_heap = list;
    }

    /// Copies `term` into this heap.
    ///
    /// # Safety
    /// What `term` points to is alive.
    pub(crate) unsafe fn import_raw(&mut self, term: RawTerm) -> RawTerm {
        if term.is_immediate() {
            return term;
        }
        // SAFETY: passed on from the caller.
        let words = unsafe { copy::size(term) };
        if words == 0 {
            return term;
        }
        let at = self.alloc(words);
        let mut off_heap = self.off_heap;
        // SAFETY: `at` has the room that `size` asked for; the term is alive.
        let (copied, outside) = unsafe { copy::copy(term, at, words, &mut off_heap) };
        self.off_heap = off_heap;
        self.virtual_words += outside;
        copied
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        // SAFETY: the lists run through blocks that are still there, and nobody else drops what they count.
        unsafe {
            copy::drop_off_heap(self.off_heap);
            copy::drop_off_heap(self.old_off_heap);
        }
        if let Some(budget) = &self.budget {
            let fragments: usize = self.fragments.iter().map(|fragment| fragment.block.words).sum();
            budget.give((self.block.words + self.old.words + fragments + self.queue_words as usize) * 8);
        }
    }
}
