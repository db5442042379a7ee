//! Literals: the constant terms of modules, in memory that no collection and no message copies.
//!
//! The reserve is taken once and kept until the host process ends. All literals lie in this one range of
//! addresses, so telling a literal is one subtraction and one comparison.
//!
//! The reserve has two parts. *Lasting* literals stay as long as their VM, and whoever holds a term may point to them.
//! *Passing* ones go with their module: only heaps of processes that run it point to them, copies of terms take them
//! along, and before they go each such heap is rid of them (`Heap::leave`).
#![allow(unsafe_code, reason = "hands out parts of one reserved block")]

use std::alloc::{alloc, Layout};
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;

use super::copy;
use crate::term::raw::RawTerm;
use crate::term::Term;

/// Address space reserved for the literals of all VMs of the host process; memory is taken only as it is used.
#[cfg(target_pointer_width = "64")]
const RESERVE: usize = 1 << 30;
#[cfg(not(target_pointer_width = "64"))]
const RESERVE: usize = 1 << 24;

/// The least that is tried when the host refuses the full reserve.
const LEAST_RESERVE: usize = 1 << 22;

static START: AtomicUsize = AtomicUsize::new(0);
static SIZE: AtomicUsize = AtomicUsize::new(0);

/// How much of the reserve, from its start, is for lasting literals.
static LASTING: AtomicUsize = AtomicUsize::new(0);

/// The parts of the reserve that are free: `(address, words)`, by address, adjacent only where lasting and passing meet.
static FREE: Mutex<Option<Vec<(usize, usize)>>> = Mutex::new(None);

/// Whether the address lies in a literal.
#[inline(always)]
pub(crate) fn contains(address: *const u64) -> bool {
    (address as usize).wrapping_sub(START.load(Ordering::Relaxed)) < SIZE.load(Ordering::Relaxed)
}

/// Whether the address lies in a literal that stays as long as the VM.
#[inline(always)]
pub(crate) fn is_lasting(address: *const u64) -> bool {
    (address as usize).wrapping_sub(START.load(Ordering::Relaxed)) < LASTING.load(Ordering::Relaxed)
}

/// There is no room for more literals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no room for more literals")]
pub struct LiteralsFull;

/// The literals of one module. Dropping it frees them: whoever drops it has seen to it that nobody uses them.
#[derive(Debug)]
pub struct LiteralArea {
    start: usize,
    words: usize,
    off_heap: usize,
    roots: Vec<RawTerm>,
}

fn reserve() -> Result<Vec<(usize, usize)>, LiteralsFull> {
    let mut size = RESERVE;
    while size >= LEAST_RESERVE {
        let layout = Layout::from_size_align(size, 4096).expect("a power of two of pages is a layout");
        // SAFETY: the layout is not empty.
        let start = unsafe { alloc(layout) };
        if !start.is_null() {
            START.store(start as usize, Ordering::Relaxed);
            SIZE.store(size, Ordering::Relaxed);
            LASTING.store(size / 2, Ordering::Relaxed);
            return Ok(vec![(start as usize, size / 16), (start as usize + size / 2, size / 16)]);
        }
        size /= 2;
    }
    Err(LiteralsFull)
}

fn take(words: usize, passing: bool) -> Result<usize, LiteralsFull> {
    let mut free = FREE.lock();
    if free.is_none() {
        *free = Some(reserve()?);
    }
    let parts = free.as_mut().expect("just filled");
    let fits = |&(at, available): &(usize, usize)| available >= words && is_lasting(at as *const u64) != passing;
    let position = parts.iter().position(fits).ok_or(LiteralsFull)?;
    let (start, available) = parts[position];
    if available == words {
        parts.remove(position);
    } else {
        parts[position] = (start + words * 8, available - words);
    }
    Ok(start)
}

fn give(start: usize, words: usize) {
    let mut free = FREE.lock();
    let parts = free.as_mut().expect("words come from the reserve");
    let position = parts.partition_point(|&(other, _)| other < start);
    parts.insert(position, (start, words));
    let border = START.load(Ordering::Relaxed) + LASTING.load(Ordering::Relaxed);
    let end = start + words * 8;
    if position + 1 < parts.len() && end == parts[position + 1].0 && end != border {
        parts[position].1 += parts.remove(position + 1).1;
    }
    if position > 0 && parts[position - 1].0 + parts[position - 1].1 * 8 == start && start != border {
        parts[position - 1].1 += parts.remove(position).1;
    }
}

impl LiteralArea {
    /// Copies `terms` into an area of their own, what is a literal already included. O(size). `passing` says that the area
    /// may go before its VM does.
    ///
    /// # Errors
    /// When the reserve is used up.
    pub fn new(terms: &[Term<'_>], passing: bool) -> Result<LiteralArea, LiteralsFull> {
        // SAFETY: the terms are alive; each copy gets the words its size asks for.
        unsafe {
            let sizes: Vec<usize> = terms.iter().map(|term| copy::measure(term.raw, false).0).collect();
            let words: usize = sizes.iter().sum();
            let start = if words == 0 { 0 } else { take(words, passing)? };
            let mut at = start as *mut u64;
            let mut off_heap = std::ptr::null_mut();
            let mut roots = Vec::with_capacity(terms.len());
            for (term, &size) in terms.iter().zip(&sizes) {
                if size == 0 {
                    roots.push(term.raw);
                } else {
                    roots.push(copy::copy_with(term.raw, at, size, &mut off_heap, false, &mut |_| ()).0);
                    at = at.add(size);
                }
            }
            Ok(LiteralArea { start, words, off_heap: off_heap as usize, roots })
        }
    }

    /// The copies, in the order of the terms given. The area must outlive their use.
    pub(crate) fn roots(&self) -> &[RawTerm] {
        &self.roots
    }

    /// The literals as terms.
    pub fn terms(&self) -> impl Iterator<Item = Term<'_>> {
        // SAFETY: the literals live as long as the area.
        self.roots.iter().map(|&root| unsafe { Term::from_raw(root) })
    }

    /// Where it lies: address and size in bytes.
    pub(crate) fn range(&self) -> (usize, usize) {
        (self.start, self.words * 8)
    }

    /// Bytes taken.
    pub fn size_in_bytes(&self) -> usize {
        self.words * 8
    }
}

impl Drop for LiteralArea {
    fn drop(&mut self) {
        // SAFETY: the list runs through this area, and nobody else releases it.
        unsafe { copy::drop_off_heap(self.off_heap as *mut u64) };
        if self.words > 0 {
            give(self.start, self.words);
        }
    }
}
