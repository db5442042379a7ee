//! Making terms in a heap: what natives, decoders and converters build with.
#![allow(unsafe_code, reason = "brands what it makes with the heap's lifetime")]

use std::marker::PhantomData;
use std::sync::Arc;

use num_bigint::{BigInt, Sign};

use super::{Heap, OwnedTerm, Resource, SharedBytes};
use crate::term::fun::FunEntry;
use crate::term::raw::{BoxedKind, RawTerm};
use crate::term::{Export, ExternalPid, ExternalPort, ExternalRef, Map, Pid, Reference, Term};

/// A heap to build in. Terms made with it live for `'h`, during which nothing collects.
///
/// The lifetime is invariant: a term of one builder cannot pass for one of another, so what one builder
/// combines lies in one heap (or in literals).
///
/// ```compile_fail
/// use beamlet_vm::{heap::{Builder, Heap}, Term};
/// let mut kept: Option<Term<'_>> = None;
/// {
///     let mut heap = Heap::default();
///     let mut builder = Builder::new(&mut heap);
///     kept = Some(builder.binary(b"gone with its heap"));
/// }
/// println!("{:?}", kept);
/// ```
///
/// Nor can a native put a term aside for later:
///
/// ```compile_fail
/// use std::cell::RefCell;
/// use beamlet_vm::{native::{Native, NativeResult}, Term};
/// thread_local! { static KEPT: RefCell<Vec<Term<'static>>> = RefCell::new(Vec::new()); }
/// fn keep<'h>(_cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
///     KEPT.with(|kept| kept.borrow_mut().push(args[0]));
///     Native::ok(args[0])
/// }
/// ```
pub struct Builder<'a, 'h> {
    heap: &'a mut Heap,
    brand: PhantomData<fn(&'h ()) -> &'h ()>,
}

impl<'a> Builder<'a, 'a> {
    /// Builds in `heap` for as long as it is borrowed.
    pub fn new(heap: &'a mut Heap) -> Builder<'a, 'a> {
        Builder { heap, brand: PhantomData }
    }
}

impl<'a, 'h> Builder<'a, 'h> {
    /// Builds in `heap` terms of the lifetime `'h`.
    ///
    /// # Safety
    /// `heap` neither collects nor goes away during `'h`, although it is borrowed for less.
    pub(crate) unsafe fn with_lifetime(heap: &'a mut Heap) -> Builder<'a, 'h> {
        Builder { heap, brand: PhantomData }
    }

    /// A builder in the same heap for a shorter borrow.
    pub fn reborrow(&mut self) -> Builder<'_, 'h> {
        Builder { heap: self.heap, brand: PhantomData }
    }

    #[inline(always)]
    fn brand(&self, raw: RawTerm) -> Term<'h> {
        // SAFETY: `raw` was just made in the heap, which keeps it in place for 'h.
        unsafe { Term::from_raw(raw) }
    }

    /// A boxed object of raw words followed by terms.
    #[inline]
    pub(crate) fn boxed(&mut self, kind: BoxedKind, raw: &[u64], terms: &[Term<'h>]) -> Term<'h> {
        // SAFETY: `Term` is a transparent `RawTerm`.
        let terms = unsafe { std::slice::from_raw_parts(terms.as_ptr().cast::<RawTerm>(), terms.len()) };
        let raw = self.heap.boxed(kind, raw, terms);
        self.brand(raw)
    }

    /// A copy of a boxed object without off-heap parts whose field `at` is `value`.
    #[inline]
    pub(crate) fn with_field(&mut self, object: Term<'h>, at: usize, value: Term<'h>) -> Term<'h> {
        let words = 1 + object.header().header_size();
        let copy = self.heap.alloc(words);
        debug_assert!(at > 0 && at < words);
        // SAFETY: `alloc` gave as many words as the object has, and the field is one of them.
        unsafe {
            std::ptr::copy_nonoverlapping(object.raw.address(), copy, words);
            *copy.add(at) = value.raw.0;
        }
        self.brand(RawTerm::boxed(copy))
    }

    /// A boxed object like another one of that kind, with a further field `value` at `at`, and perhaps another first word: a term's in
    /// a kind whose first word is one, else a number.
    pub(crate) fn with_further_field(
        &mut self,
        object: Term<'h>,
        at: usize,
        value: Term<'h>,
        first: Option<u64>,
    ) -> Term<'h> {
        let header = object.header();
        let words = 1 + header.header_size();
        let copy = self.heap.alloc(words + 1);
        debug_assert!(at > 0 && at <= words);
        // SAFETY: `alloc` gave one word more than the object has, and the new field is one of them.
        unsafe {
            let from = object.raw.address();
            std::ptr::copy_nonoverlapping(from, copy, at);
            *copy = RawTerm::header(header.header_kind(), words).0;
            *copy.add(at) = value.raw.0;
            std::ptr::copy_nonoverlapping(from.add(at), copy.add(at + 1), words - at);
            if let Some(first) = first {
                *copy.add(1) = first;
            }
        }
        self.brand(RawTerm::boxed(copy))
    }

    /// The first `count` elements of a list, which has that many, in front of `tail`.
    pub(crate) fn list_copy(&mut self, mut list: Term<'h>, count: usize, tail: Term<'h>) -> Term<'h> {
        if count == 0 {
            return tail;
        }
        let at = self.heap.alloc(count * 2);
        let mut cell = at;
        for _ in 0..count {
            let Some((head, rest)) = list.as_cons() else { break };
            // SAFETY: `alloc` gave two words for each element.
            unsafe {
                *cell = head.raw.0;
                *cell.add(1) = RawTerm::cons(cell.add(2)).0;
                cell = cell.add(2);
            }
            list = rest;
        }
        // SAFETY: at least one cell was written: the list has as many elements.
        unsafe { *cell.sub(1) = tail.raw.0 };
        self.brand(RawTerm::cons(at))
    }

    /// `[head | tail]`
    #[inline]
    pub fn cons(&mut self, head: Term<'h>, tail: Term<'h>) -> Term<'h> {
        let raw = self.heap.cons(head.raw, tail.raw);
        self.brand(raw)
    }

    /// `[first, … | tail]`; the cells lie one after another.
    pub fn list_with_tail(&mut self, items: &[Term<'h>], tail: Term<'h>) -> Term<'h> {
        if items.is_empty() {
            return tail;
        }
        let at = self.heap.alloc(items.len() * 2);
        // SAFETY: `alloc` gave two words for each item.
        unsafe {
            for (i, item) in items.iter().enumerate() {
                *at.add(i * 2) = item.raw.0;
                *at.add(i * 2 + 1) = RawTerm::cons(at.add(i * 2 + 2)).0;
            }
            *at.add(items.len() * 2 - 1) = tail.raw.0;
        }
        self.brand(RawTerm::cons(at))
    }

    /// A proper list.
    pub fn list(&mut self, items: &[Term<'h>]) -> Term<'h> {
        self.list_with_tail(items, Term::nil())
    }

    /// A proper list of what the iterator gives, which may build as it goes: its items come from `make`.
    pub fn list_of<I: IntoIterator>(
        &mut self,
        items: I,
        mut make: impl FnMut(&mut Builder<'_, 'h>, I::Item) -> Term<'h>,
    ) -> Term<'h> {
        let mut terms = Vec::new();
        for item in items {
            let term = make(&mut self.reborrow(), item);
            terms.push(term);
        }
        self.list(&terms)
    }

    /// A tuple.
    ///
    /// An empty tuple has a header only.
    pub fn tuple(&mut self, elements: &[Term<'h>]) -> Term<'h> {
        self.boxed(BoxedKind::Tuple, &[], elements)
    }

    /// An integer.
    #[inline]
    pub fn integer(&mut self, value: i64) -> Term<'h> {
        match RawTerm::try_small(value) {
            Some(raw) => self.brand(raw),
            None => {
                let kind = if value < 0 { BoxedKind::BigNegative } else { BoxedKind::BigPositive };
                self.boxed(kind, &[value.unsigned_abs()], &[])
            }
        }
    }

    /// An integer.
    pub fn unsigned(&mut self, value: u64) -> Term<'h> {
        match i64::try_from(value) {
            Ok(value) => self.integer(value),
            Err(_) => self.boxed(BoxedKind::BigPositive, &[value], &[]),
        }
    }

    /// An integer.
    pub fn wide(&mut self, value: i128) -> Term<'h> {
        if let Ok(value) = i64::try_from(value) {
            return self.integer(value);
        }
        let kind = if value < 0 { BoxedKind::BigNegative } else { BoxedKind::BigPositive };
        let magnitude = value.unsigned_abs();
        let limbs = [magnitude as u64, (magnitude >> 64) as u64];
        self.boxed(kind, if limbs[1] == 0 { &limbs[..1] } else { &limbs }, &[])
    }

    /// A length or count.
    pub fn size(&mut self, value: usize) -> Term<'h> {
        self.unsigned(value as u64)
    }

    /// An integer of any size, in its one form.
    pub fn big(&mut self, value: &BigInt) -> Term<'h> {
        if let Ok(value) = i64::try_from(value) {
            return self.integer(value);
        }
        let limbs: Vec<u64> = value.iter_u64_digits().collect();
        let kind = if value.sign() == Sign::Minus { BoxedKind::BigNegative } else { BoxedKind::BigPositive };
        self.boxed(kind, &limbs, &[])
    }

    /// A float; the caller has made sure that it is finite.
    #[inline]
    pub fn float(&mut self, value: f64) -> Term<'h> {
        debug_assert!(value.is_finite());
        let raw = self.heap.float(value);
        self.brand(raw)
    }

    /// A binary.
    pub fn binary(&mut self, bytes: &[u8]) -> Term<'h> {
        let raw = self.heap.binary(bytes);
        self.brand(raw)
    }

    /// A binary of the vector's bytes, which are not copied when they are many.
    pub fn binary_from_vec(&mut self, bytes: Vec<u8>) -> Term<'h> {
        if bytes.len() <= super::HEAP_BINARY_LIMIT {
            return self.binary(&bytes);
        }
        let size = bytes.len();
        self.shared_binary(SharedBytes::from_vec(bytes), size)
    }

    /// A binary of the first `size` bytes of shared ones, which are not copied.
    pub fn shared_binary(&mut self, bytes: Arc<SharedBytes>, size: usize) -> Term<'h> {
        let raw = self.heap.refc_binary(bytes, size);
        self.brand(raw)
    }

    /// A bitstring of the first `bit_len` bits of `bytes`; a binary if these are whole bytes.
    pub fn bitstring(&mut self, bytes: &[u8], bit_len: usize) -> Term<'h> {
        let length = bit_len.div_ceil(8);
        let rest = bit_len % 8;
        if rest == 0 {
            return self.binary(&bytes[..length]);
        }
        let mut copy = bytes[..length].to_vec();
        copy[length - 1] &= 0xff << (8 - rest);
        let whole = self.binary_from_vec(copy);
        self.boxed(BoxedKind::SubBinary, &[0, bit_len as u64], &[whole])
    }

    /// Part of a binary or bitstring, sharing its bytes: `length` bits from bit `start`. `None` beyond its end,
    /// or when `of` is no bitstring.
    pub fn sub_bits(&mut self, of: Term<'h>, start: usize, length: usize) -> Option<Term<'h>> {
        let bits = of.as_bits()?;
        let part = bits.slice(start, length)?;
        if length % 8 == 0 && part.offset == 0 && length <= 8 * 16 {
            // Three words or less: smaller than a sub-binary, and holds nothing else.
            return Some(self.binary(part.bytes));
        }
        let (whole, offset) = match of.boxed_kind()? {
            BoxedKind::SubBinary => (of.field(3), of.raw_field(1) as usize),
            BoxedKind::MatchContext => (of.field(4), of.raw_field(1) as usize),
            _ => (of, 0),
        };
        Some(self.boxed(BoxedKind::SubBinary, &[(offset + start) as u64, length as u64], &[whole]))
    }

    /// Part of a binary, sharing its bytes: `length` bytes from byte `start`.
    pub fn sub_binary(&mut self, of: Term<'h>, start: usize, length: usize) -> Option<Term<'h>> {
        self.sub_bits(of, start.checked_mul(8)?, length.checked_mul(8)?)
    }

    /// A list of a text's characters.
    pub fn charlist(&mut self, text: &str) -> Term<'h> {
        let count = if text.is_ascii() { text.len() } else { text.chars().count() };
        self.small_list(count, text.chars().map(u32::from), Term::nil())
    }

    /// A list of bytes before `tail`.
    pub fn byte_list(&mut self, bytes: &[u8], tail: Term<'h>) -> Term<'h> {
        self.small_list(bytes.len(), bytes.iter().copied().map(u32::from), tail)
    }

    /// A list of `count` numbers before `tail`; the iterator gives that many.
    fn small_list(&mut self, count: usize, numbers: impl Iterator<Item = u32>, tail: Term<'h>) -> Term<'h> {
        if count == 0 {
            return tail;
        }
        let at = self.heap.alloc(count * 2);
        let mut cell = at;
        let mut left = count;
        for number in numbers.take(count) {
            left -= 1;
            // SAFETY: `alloc` gave two words for each of `count` numbers, and `take` lets no more pass.
            unsafe {
                *cell = RawTerm::small(i64::from(number)).0;
                *cell.add(1) = if left == 0 { tail.raw.0 } else { RawTerm::cons(cell.add(2)).0 };
                cell = cell.add(2);
            }
        }
        debug_assert_eq!(left, 0);
        self.brand(RawTerm::cons(at))
    }

    /// A reference of this VM.
    pub fn reference(&mut self, reference: Reference) -> Term<'h> {
        self.boxed(BoxedKind::LocalRef, &[reference.number, reference.owner.to_bits()], &[])
    }

    /// A pid of this VM: no memory.
    pub fn pid(&mut self, pid: Pid) -> Term<'h> {
        Term::pid(pid)
    }

    /// A pid of another node.
    pub fn external_pid(&mut self, pid: ExternalPid) -> Term<'h> {
        let id = u64::from(pid.serial) << 32 | u64::from(pid.id);
        self.boxed(BoxedKind::ExternalPid, &[id, u64::from(pid.creation)], &[Term::atom(pid.node)])
    }

    /// A port of another node.
    pub fn external_port(&mut self, port: ExternalPort) -> Term<'h> {
        self.boxed(BoxedKind::ExternalPort, &[port.id, u64::from(port.creation)], &[Term::atom(port.node)])
    }

    /// A reference of another node.
    pub fn external_reference(&mut self, reference: ExternalRef) -> Term<'h> {
        let [a, b, c, d, e] = reference.ids.map(u64::from);
        let raw =
            [u64::from(reference.creation) << 32 | u64::from(reference.length.min(5)), b << 32 | a, d << 32 | c, e];
        self.boxed(BoxedKind::ExternalRef, &raw, &[Term::atom(reference.node)])
    }

    /// A closure over `environment`. The entry is one that the registry of the heap's VM keeps, or, for evaluated code, the
    /// resource at the end of the environment.
    pub(crate) fn fun(&mut self, entry: &Arc<FunEntry>, environment: &[Term<'h>]) -> Term<'h> {
        self.boxed(BoxedKind::Fun, &[Arc::as_ptr(entry) as u64], environment)
    }

    /// `&module.function/arity`
    pub fn export(&mut self, export: Export) -> Term<'h> {
        let arity = Term::small(i64::from(export.arity)).expect("an arity is small");
        self.boxed(BoxedKind::ExportFun, &[0], &[Term::atom(export.module), Term::atom(export.function), arity])
    }

    /// The term that holds `resource`.
    pub fn resource(&mut self, resource: Arc<Resource>) -> Term<'h> {
        let raw = self.heap.resource(resource);
        self.brand(raw)
    }

    /// The process dictionary of the heap, once something was put into it.
    pub fn dictionary(&self) -> Option<Map<'h>> {
        // SAFETY: nothing collects during `'h`, and the dictionary is alive until then.
        unsafe { Term::<'h>::from_raw(self.heap.dictionary) }.as_map()
    }

    /// Replaces the process dictionary.
    pub fn set_dictionary(&mut self, dictionary: Map<'h>) {
        self.heap.dictionary = dictionary.term().raw;
    }

    /// Lets the heap grow no further than `words` from now on; 0 for no limit.
    pub fn set_heap_limit(&mut self, words: usize) {
        self.heap.set_limit(words);
    }

    /// A copy of an owned term.
    pub fn import(&mut self, term: &OwnedTerm) -> Term<'h> {
        self.import_term(term.term())
    }

    /// The owned term itself, without a copy when it is large.
    pub fn adopt(&mut self, term: OwnedTerm) -> Term<'h> {
        let raw = self.heap.adopt(term);
        self.brand(raw)
    }

    /// A copy of a term of any heap.
    pub fn import_term(&mut self, term: Term<'_>) -> Term<'h> {
        // SAFETY: a `Term` is alive while its lifetime lasts.
        let raw = unsafe { self.heap.import_raw(term.raw) };
        self.brand(raw)
    }
}
