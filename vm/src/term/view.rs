//! Terms with the lifetime of their heap, and what one can see in them.
#![allow(unsafe_code, reason = "following the pointers of terms is what this file is for")]

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

use num_bigint::{BigInt, Sign};

use super::fun::FunEntry;
use super::id::{ExternalPid, ExternalPort, ExternalRef, Pid, Port, Reference};
use super::raw::{BoxedKind, RawTerm};
use crate::atom::{atoms, Atom};
use crate::code::Module;
use crate::heap::shared::{Resource, SharedBytes};

/// A term that lives as long as `'h`: the borrow of the heap, or of the [`crate::heap::OwnedTerm`], that holds it.
///
/// One word, `Copy`. To keep it longer, copy it into an `OwnedTerm`; the compiler refuses the rest.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Term<'h> {
    pub(crate) raw: RawTerm,
    brand: PhantomData<&'h u64>,
}

/// What a term is, with the parts one usually wants next.
#[derive(Clone, Copy, Debug)]
pub enum Kind<'h> {
    /// A small integer.
    Int(i64),
    /// An integer beyond 62 bits.
    Big(Integer<'h>),
    /// A float.
    Float(f64),
    /// An atom.
    Atom(Atom),
    /// The empty list.
    Nil,
    /// A list cell: head and tail.
    Cons(Term<'h>, Term<'h>),
    /// A tuple's elements.
    Tuple(&'h [Term<'h>]),
    /// A map.
    Map(Map<'h>),
    /// A binary or bitstring.
    Bits(Bits<'h>),
    /// A closure.
    Fun(Fun<'h>),
    /// `&module.function/arity`.
    Export(Export),
    /// A process of this VM.
    Pid(Pid),
    /// A process of another node.
    ExternalPid(ExternalPid),
    /// A port of this VM.
    Port(Port),
    /// A port of another node.
    ExternalPort(ExternalPort),
    /// A reference.
    Ref(Reference),
    /// A reference of another node.
    ExternalRef(ExternalRef),
    /// A host object; for Erlang code a reference.
    Resource(&'h Resource),
}

/// An integer too large to be small: sign and limbs.
#[derive(Clone, Copy, Debug)]
pub struct Integer<'h> {
    /// Whether it is below zero.
    pub negative: bool,
    /// The magnitude's limbs, least significant first; the last is not zero.
    pub limbs: &'h [u64],
}

/// The bits of a binary, a sub-binary or a match context's rest.
#[derive(Clone, Copy, Debug)]
pub struct Bits<'h> {
    /// The bytes that hold the bits, from the one with the first bit to the one with the last.
    pub bytes: &'h [u8],
    /// How many bits of the first byte to skip, 0 to 7.
    pub offset: u8,
    /// How many bits there are.
    pub bit_len: usize,
}

/// A closure: its entry and the variables it carries.
#[derive(Clone, Copy, Debug)]
pub struct Fun<'h> {
    /// What all closures made at one place share.
    pub entry: &'h FunEntry,
    /// The variables.
    pub environment: &'h [Term<'h>],
    /// What keeps the entry and the code, for one of evaluated code.
    keeper: Option<Term<'h>>,
}

impl Fun<'_> {
    /// The evaluated code that it belongs to, if it does.
    pub(crate) fn evaluated(&self) -> Option<Arc<Module>> {
        self.keeper?.as_resource()?.downcast::<Arc<Module>>().cloned()
    }
}

/// A reference to an exported function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Export {
    /// Module.
    pub module: Atom,
    /// Function.
    pub function: Atom,
    /// Arity, at most 255.
    pub arity: u32,
}

/// A map of either form.
#[derive(Clone, Copy, Debug)]
pub struct Map<'h> {
    pub(crate) term: Term<'h>,
}

impl<'h> Term<'h> {
    /// Gives a word the lifetime `'h`.
    ///
    /// # Safety
    /// Whatever `raw` points to must stay in place, unchanged, for `'h`.
    #[inline(always)]
    pub(crate) const unsafe fn from_raw(raw: RawTerm) -> Term<'h> {
        Term { raw, brand: PhantomData }
    }

    /// `[]`
    pub const NIL: Term<'static> = Term { raw: RawTerm::NIL, brand: PhantomData };

    /// The atom as a term.
    #[inline(always)]
    pub const fn atom(atom: Atom) -> Term<'h> {
        Term { raw: RawTerm::atom(atom), brand: PhantomData }
    }

    /// `true` or `false`.
    #[inline(always)]
    pub const fn bool(value: bool) -> Term<'h> {
        Term { raw: RawTerm::bool(value), brand: PhantomData }
    }

    /// `[]` with any lifetime.
    #[inline(always)]
    pub const fn nil() -> Term<'h> {
        Term { raw: RawTerm::NIL, brand: PhantomData }
    }

    /// The integer if it fits 62 bits.
    #[inline(always)]
    pub const fn small(value: i64) -> Option<Term<'h>> {
        match RawTerm::try_small(value) {
            Some(raw) => Some(Term { raw, brand: PhantomData }),
            None => None,
        }
    }

    /// A local pid, or the port that the process stands for.
    #[inline(always)]
    pub const fn pid(pid: Pid) -> Term<'h> {
        let raw = if pid.is_port() { RawTerm::port(pid.to_bits()) } else { RawTerm::pid(pid.to_bits()) };
        Term { raw, brand: PhantomData }
    }

    /// A local port.
    #[inline(always)]
    pub const fn port(port: Port) -> Term<'h> {
        Term { raw: RawTerm::port(port.0), brand: PhantomData }
    }

    /// Whether both are the same word: enough for immediates, and a fast yes for the rest.
    #[inline(always)]
    pub fn same(self, other: Term<'_>) -> bool {
        self.raw == other.raw
    }

    /// Whether this is the atom.
    #[inline(always)]
    pub fn is(self, atom: Atom) -> bool {
        self.raw == RawTerm::atom(atom)
    }

    #[inline(always)]
    fn word(self, index: usize) -> RawTerm {
        debug_assert!(self.raw.is_boxed() || self.raw.is_cons());
        // SAFETY: the object lives for 'h (`from_raw`), and callers ask within the size their kind has.
        unsafe { RawTerm(*self.raw.address().add(index)) }
    }

    #[inline(always)]
    fn terms(self, start: usize, count: usize) -> &'h [Term<'h>] {
        // SAFETY: as for `word`; `Term` is a transparent u64.
        unsafe { std::slice::from_raw_parts(self.raw.address().add(start).cast::<Term<'h>>(), count) }
    }

    #[inline(always)]
    pub(crate) fn field(self, index: usize) -> Term<'h> {
        Term { raw: self.word(index), brand: PhantomData }
    }

    #[inline(always)]
    pub(crate) fn raw_field(self, index: usize) -> u64 {
        self.word(index).0
    }

    /// The header of a boxed term.
    #[inline(always)]
    pub(crate) fn header(self) -> RawTerm {
        self.word(0)
    }

    /// The kind and size of a boxed term.
    #[inline(always)]
    pub(crate) fn boxed_kind(self) -> Option<BoxedKind> {
        self.raw.is_boxed().then(|| self.header().header_kind())
    }

    /// Looks at the term. O(1), except that match contexts and sub-binaries follow one pointer more.
    #[inline]
    pub fn kind(self) -> Kind<'h> {
        let raw = self.raw;
        if raw.is_small() {
            return Kind::Int(raw.small_value());
        }
        if raw.is_cons() {
            return Kind::Cons(self.field(0), self.field(1));
        }
        self.other_kind()
    }

    /// Looks at what is neither a small integer nor a list cell.
    fn other_kind(self) -> Kind<'h> {
        let raw = self.raw;
        if !raw.is_boxed() {
            return if let Some(atom) = raw.as_atom() {
                Kind::Atom(atom)
            } else if raw.is_nil() {
                Kind::Nil
            } else if raw.is_local_pid() {
                Kind::Pid(Pid::from_bits(raw.payload()))
            } else if raw.is_local_port() {
                Kind::Port(Port(raw.payload()))
            } else {
                // A catch mark or NON_VALUE never reaches a native; shown as the empty atom if it does.
                Kind::Atom(atoms::EMPTY)
            };
        }
        let header = self.header();
        let size = header.header_size();
        match header.header_kind() {
            BoxedKind::Tuple | BoxedKind::TrieCollision => Kind::Tuple(self.terms(1, size)),
            BoxedKind::FlatMap | BoxedKind::TrieMap | BoxedKind::TrieNode => Kind::Map(Map { term: self }),
            BoxedKind::Fun => Kind::Fun(self.fun_parts(size)),
            BoxedKind::ExportFun => Kind::Export(self.export_parts()),
            BoxedKind::Float => Kind::Float(f64::from_bits(self.raw_field(1))),
            kind @ (BoxedKind::BigPositive | BoxedKind::BigNegative) => {
                Kind::Big(Integer { negative: kind == BoxedKind::BigNegative, limbs: self.limbs(size) })
            }
            BoxedKind::LocalRef => Kind::Ref(self.reference()),
            BoxedKind::ExternalPid => Kind::ExternalPid(ExternalPid {
                id: self.raw_field(1) as u32,
                serial: (self.raw_field(1) >> 32) as u32,
                creation: self.raw_field(2) as u32,
                node: self.field_atom(3),
            }),
            BoxedKind::ExternalPort => Kind::ExternalPort(ExternalPort {
                id: self.raw_field(1),
                creation: self.raw_field(2) as u32,
                node: self.field_atom(3),
            }),
            BoxedKind::ExternalRef => {
                let [first, second, third] = [self.raw_field(2), self.raw_field(3), self.raw_field(4)];
                Kind::ExternalRef(ExternalRef {
                    length: self.raw_field(1) as u32,
                    creation: (self.raw_field(1) >> 32) as u32,
                    ids: [first as u32, (first >> 32) as u32, second as u32, (second >> 32) as u32, third as u32],
                    node: self.field_atom(5),
                })
            }
            BoxedKind::Resource => {
                // SAFETY: the word is an Arc's pointer, which the heap keeps counted while the term lives.
                Kind::Resource(unsafe { &*(self.raw_field(2) as *const Resource) })
            }
            BoxedKind::HeapBinary | BoxedKind::RefcBinary | BoxedKind::SubBinary | BoxedKind::MatchContext => {
                Kind::Bits(self.bits_parts(header.header_kind()))
            }
        }
    }

    fn reference(self) -> Reference {
        Reference { number: self.raw_field(1), owner: Pid::from_bits(self.raw_field(2)) }
    }

    fn field_atom(self, index: usize) -> Atom {
        self.word(index).as_atom().unwrap_or(atoms::EMPTY)
    }

    fn limbs(self, size: usize) -> &'h [u64] {
        // SAFETY: a big integer's `size` words after the header are its limbs.
        unsafe { std::slice::from_raw_parts(self.raw.address().add(1), size) }
    }

    fn fun_parts(self, size: usize) -> Fun<'h> {
        // SAFETY: the first word of a fun is the address of its entry, which its VM keeps, or the fun itself, or what it
        // has left the VM in.
        let entry = unsafe { &*(self.raw_field(1) as *const FunEntry) };
        let fields = self.terms(2, size - 1);
        match fields.split_last() {
            Some((keeper, environment)) if entry.kept => Fun { entry, environment, keeper: Some(*keeper) },
            _ => Fun { entry, environment: fields, keeper: None },
        }
    }

    #[inline]
    fn export_parts(self) -> Export {
        Export { module: self.field_atom(2), function: self.field_atom(3), arity: self.word(4).small_value() as u32 }
    }

    /// The bytes of a heap or refc binary.
    #[inline]
    pub(crate) fn whole_bytes(self) -> &'h [u8] {
        match self.header().header_kind() {
            BoxedKind::HeapBinary => {
                // SAFETY: the size word counts the bytes that follow it.
                unsafe {
                    std::slice::from_raw_parts(self.raw.address().add(2).cast::<u8>(), self.raw_field(1) as usize)
                }
            }
            BoxedKind::RefcBinary => {
                // SAFETY: the word is an Arc's pointer, counted while the term lives; appends happen only while
                // no `Term` of this heap is borrowed.
                let shared = unsafe { &*(self.raw_field(2) as *const SharedBytes) };
                shared.as_slice()
            }
            _ => &[],
        }
    }

    fn bits_parts(self, kind: BoxedKind) -> Bits<'h> {
        let (start, bit_len, whole) = match kind {
            BoxedKind::HeapBinary => (0, self.raw_field(1) as usize * 8, self),
            BoxedKind::RefcBinary => (0, self.raw_field(3) as usize * 8, self),
            BoxedKind::SubBinary => (self.raw_field(1) as usize, self.raw_field(2) as usize, self.field(3)),
            _ => {
                let position = self.raw_field(1) as usize;
                (position, self.raw_field(2) as usize - position, self.field(4))
            }
        };
        let first = start / 8;
        let offset = start % 8;
        let end = first + (offset + bit_len).div_ceil(8);
        Bits { bytes: &whole.whole_bytes()[first..end], offset: offset as u8, bit_len }
    }

    /// The small integer.
    #[inline(always)]
    pub fn as_small(self) -> Option<i64> {
        self.raw.is_small().then(|| self.raw.small_value())
    }

    /// The integer if it fits 64 bits.
    pub fn as_i64(self) -> Option<i64> {
        if self.raw.is_small() {
            return Some(self.raw.small_value());
        }
        match self.kind() {
            Kind::Big(big) => big.to_i64(),
            _ => None,
        }
    }

    /// The integer if it is not negative and fits.
    pub fn as_usize(self) -> Option<usize> {
        self.as_i64().and_then(|value| usize::try_from(value).ok())
    }

    /// The integer, of any size.
    pub fn to_big(self) -> Option<BigInt> {
        match self.kind() {
            Kind::Int(value) => Some(BigInt::from(value)),
            Kind::Big(big) => Some(big.to_big()),
            _ => None,
        }
    }

    /// The atom.
    #[inline(always)]
    pub fn as_atom(self) -> Option<Atom> {
        self.raw.as_atom()
    }

    /// The truth value.
    pub fn as_bool(self) -> Option<bool> {
        if self.is(atoms::TRUE) {
            Some(true)
        } else if self.is(atoms::FALSE) {
            Some(false)
        } else {
            None
        }
    }

    /// The float.
    pub fn as_float(self) -> Option<f64> {
        (self.boxed_kind() == Some(BoxedKind::Float)).then(|| f64::from_bits(self.raw_field(1)))
    }

    /// Head and tail of a list cell.
    #[inline(always)]
    pub fn as_cons(self) -> Option<(Term<'h>, Term<'h>)> {
        self.raw.is_cons().then(|| (self.field(0), self.field(1)))
    }

    /// A tuple's elements.
    #[inline]
    pub fn as_tuple(self) -> Option<&'h [Term<'h>]> {
        if self.raw.is_boxed() {
            let header = self.header();
            if header.header_kind() == BoxedKind::Tuple {
                return Some(self.terms(1, header.header_size()));
            }
        }
        None
    }

    /// The map.
    #[inline]
    pub fn as_map(self) -> Option<Map<'h>> {
        self.is_map().then_some(Map { term: self })
    }

    /// The bits of a binary or bitstring.
    #[inline]
    pub fn as_bits(self) -> Option<Bits<'h>> {
        match self.boxed_kind()? {
            kind @ (BoxedKind::HeapBinary | BoxedKind::RefcBinary | BoxedKind::SubBinary | BoxedKind::MatchContext) => {
                Some(self.bits_parts(kind))
            }
            _ => None,
        }
    }

    /// The bytes of a binary that begins on a byte: nearly every binary. See [`Bits::to_bytes`] for the others.
    #[inline]
    pub fn as_bytes(self) -> Option<&'h [u8]> {
        self.as_bits()?.as_bytes()
    }

    /// The bytes of any binary (a whole number of bytes), copied when they do not begin on a byte.
    pub fn binary(self) -> Option<Cow<'h, [u8]>> {
        let bits = self.as_bits()?;
        (bits.bit_len % 8 == 0).then(|| bits.to_bytes())
    }

    /// The closure.
    pub fn as_fun(self) -> Option<Fun<'h>> {
        match self.kind() {
            Kind::Fun(fun) => Some(fun),
            _ => None,
        }
    }

    /// The exported function.
    #[inline]
    pub fn as_export(self) -> Option<Export> {
        match self.boxed_kind()? {
            BoxedKind::ExportFun => Some(self.export_parts()),
            _ => None,
        }
    }

    /// The local pid.
    #[inline]
    pub fn as_pid(self) -> Option<Pid> {
        self.raw.is_local_pid().then(|| Pid::from_bits(self.raw.payload()))
    }

    /// The process of a local pid, or that which stands for a local port.
    #[inline]
    pub fn as_party(self) -> Option<Pid> {
        (self.raw.is_local_pid() || self.raw.is_local_port()).then(|| Pid::from_bits(self.raw.payload()))
    }

    /// The local port.
    #[inline]
    pub fn as_port(self) -> Option<Port> {
        self.raw.is_local_port().then(|| Port(self.raw.payload()))
    }

    /// The local reference.
    #[inline]
    pub fn as_ref(self) -> Option<Reference> {
        match self.boxed_kind() {
            Some(BoxedKind::LocalRef) => Some(self.reference()),
            _ => None,
        }
    }

    /// The host object.
    pub fn as_resource(self) -> Option<&'h Resource> {
        match self.kind() {
            Kind::Resource(resource) => Some(resource),
            _ => None,
        }
    }

    /// The host object, held beyond the term's life.
    pub fn shared_resource(self) -> Option<Arc<Resource>> {
        let resource: *const Resource = self.as_resource()?;
        // SAFETY: the pointer came from `Arc::into_raw` when the term was made, and the term holds a count of it.
        unsafe {
            Arc::increment_strong_count(resource);
            Some(Arc::from_raw(resource))
        }
    }

    /// Whether this is `[]`.
    #[inline(always)]
    pub fn is_nil(self) -> bool {
        self.raw.is_nil()
    }

    /// Whether this is `[]` or a list cell.
    #[inline(always)]
    pub fn is_list(self) -> bool {
        self.raw.is_nil() || self.raw.is_cons()
    }

    /// Whether this is a list cell.
    #[inline(always)]
    pub fn is_cons(self) -> bool {
        self.raw.is_cons()
    }

    /// Whether this is an atom.
    #[inline(always)]
    pub fn is_atom(self) -> bool {
        self.raw.is_atom()
    }

    /// Whether this is an integer of any size.
    #[inline]
    pub fn is_integer(self) -> bool {
        self.raw.is_small() || matches!(self.boxed_kind(), Some(BoxedKind::BigPositive | BoxedKind::BigNegative))
    }

    /// Whether this is a float.
    #[inline]
    pub fn is_float(self) -> bool {
        self.boxed_kind() == Some(BoxedKind::Float)
    }

    /// Whether this is an integer or a float.
    #[inline]
    pub fn is_number(self) -> bool {
        self.raw.is_small()
            || matches!(self.boxed_kind(), Some(BoxedKind::BigPositive | BoxedKind::BigNegative | BoxedKind::Float))
    }

    /// Whether this is a tuple.
    #[inline]
    pub fn is_tuple(self) -> bool {
        self.boxed_kind() == Some(BoxedKind::Tuple)
    }

    /// Whether this is a map.
    #[inline]
    pub fn is_map(self) -> bool {
        matches!(self.boxed_kind(), Some(BoxedKind::FlatMap | BoxedKind::TrieMap))
    }

    /// Whether this is a binary or bitstring.
    #[inline]
    pub fn is_bitstring(self) -> bool {
        matches!(self.boxed_kind(), Some(BoxedKind::HeapBinary | BoxedKind::RefcBinary | BoxedKind::SubBinary))
    }

    /// Whether this is a bitstring of whole bytes.
    #[inline]
    pub fn is_binary(self) -> bool {
        match self.boxed_kind() {
            Some(BoxedKind::HeapBinary | BoxedKind::RefcBinary) => true,
            Some(BoxedKind::SubBinary) => self.raw_field(2) % 8 == 0,
            _ => false,
        }
    }

    /// Whether this is a function of either kind.
    #[inline]
    pub fn is_function(self) -> bool {
        matches!(self.boxed_kind(), Some(BoxedKind::Fun | BoxedKind::ExportFun))
    }

    /// How many arguments a function takes.
    pub fn function_arity(self) -> Option<u32> {
        match self.kind() {
            Kind::Fun(fun) => Some(fun.entry.arity),
            Kind::Export(export) => Some(export.arity),
            _ => None,
        }
    }

    /// Whether this is a pid.
    #[inline]
    pub fn is_pid(self) -> bool {
        self.raw.is_local_pid() || self.boxed_kind() == Some(BoxedKind::ExternalPid)
    }

    /// Whether this is a port.
    #[inline]
    pub fn is_port(self) -> bool {
        self.raw.is_local_port() || self.boxed_kind() == Some(BoxedKind::ExternalPort)
    }

    /// Whether this is a reference.
    #[inline]
    pub fn is_reference(self) -> bool {
        matches!(self.boxed_kind(), Some(BoxedKind::LocalRef | BoxedKind::ExternalRef | BoxedKind::Resource))
    }

    /// Walks a list's elements; ask [`ListIter::tail`] afterwards whether the list was proper.
    #[inline]
    pub fn iter_list(self) -> ListIter<'h> {
        ListIter { rest: self }
    }

    /// The elements of a proper list, or `None`. O(length).
    pub fn list_to_vec(self) -> Option<Vec<Term<'h>>> {
        let mut items = Vec::new();
        let mut iter = self.iter_list();
        items.extend(&mut iter);
        iter.tail().is_nil().then_some(items)
    }

    /// The length of a proper list. O(length).
    pub fn list_length(self) -> Option<usize> {
        let mut iter = self.iter_list();
        let count = (&mut iter).count();
        iter.tail().is_nil().then_some(count)
    }
}

/// Iterates over the elements of a list, proper or not.
#[derive(Clone)]
pub struct ListIter<'h> {
    rest: Term<'h>,
}

impl<'h> ListIter<'h> {
    /// What has not been walked yet; after the last element `[]` or the improper tail.
    pub fn tail(&self) -> Term<'h> {
        self.rest
    }
}

impl<'h> Iterator for ListIter<'h> {
    type Item = Term<'h>;

    #[inline]
    fn next(&mut self) -> Option<Term<'h>> {
        let (head, tail) = self.rest.as_cons()?;
        self.rest = tail;
        Some(head)
    }
}

impl<'h> Bits<'h> {
    /// The bits of whole bytes.
    pub fn of_bytes(bytes: &'h [u8]) -> Bits<'h> {
        Bits { bytes, offset: 0, bit_len: bytes.len() * 8 }
    }

    /// Whether this is a whole number of bytes.
    #[inline]
    pub fn is_binary(&self) -> bool {
        self.bit_len % 8 == 0
    }

    /// The bytes, when the bits begin on a byte and end on one.
    #[inline]
    pub fn as_bytes(&self) -> Option<&'h [u8]> {
        (self.offset == 0 && self.bit_len % 8 == 0).then_some(self.bytes)
    }

    /// The bits moved to the beginning of a byte; unused bits of the last byte are 0.
    pub fn to_bytes(&self) -> Cow<'h, [u8]> {
        if let Some(bytes) = self.as_bytes() {
            return Cow::Borrowed(bytes);
        }
        let mut out = vec![0; self.bit_len.div_ceil(8)];
        self.copy_to(&mut out);
        Cow::Owned(out)
    }

    /// Writes the bits to the beginning of `out`, which has room for them, and clears the rest of the last byte.
    pub fn copy_to(&self, out: &mut [u8]) {
        let length = self.bit_len.div_ceil(8);
        let shift = u32::from(self.offset);
        if shift == 0 {
            out[..length].copy_from_slice(&self.bytes[..length]);
        } else {
            for (i, byte) in out[..length].iter_mut().enumerate() {
                let next = self.bytes.get(i + 1).copied().unwrap_or(0);
                *byte = (self.bytes[i] << shift) | (next >> (8 - shift));
            }
        }
        let rest = self.bit_len % 8;
        if rest != 0 {
            out[length - 1] &= 0xffu8 << (8 - rest);
        }
    }

    /// The byte whose first bit is bit `index * 8`; beyond the end its bits are 0.
    #[inline]
    pub fn byte(&self, index: usize) -> u8 {
        let shift = u32::from(self.offset);
        let this = self.bytes.get(index).copied().unwrap_or(0);
        let byte = if shift == 0 {
            this
        } else {
            (this << shift) | (self.bytes.get(index + 1).copied().unwrap_or(0) >> (8 - shift))
        };
        let left = self.bit_len.saturating_sub(index * 8);
        if left >= 8 {
            byte
        } else {
            byte & !(0xffu8.checked_shr(left as u32).unwrap_or(0))
        }
    }

    /// The bits from `start`, `length` of them; `None` when they are not all there.
    pub fn slice(&self, start: usize, length: usize) -> Option<Bits<'h>> {
        if start.checked_add(length)? > self.bit_len {
            return None;
        }
        let start = usize::from(self.offset) + start;
        let first = start / 8;
        let offset = start % 8;
        let end = first + (offset + length).div_ceil(8);
        Some(Bits { bytes: &self.bytes[first..end], offset: offset as u8, bit_len: length })
    }
}

impl Integer<'_> {
    /// The value if it fits 64 bits.
    pub fn to_i64(self) -> Option<i64> {
        match *self.limbs {
            [limb] if !self.negative => i64::try_from(limb).ok(),
            [limb] if limb <= 1 << 63 => Some((limb as i64).wrapping_neg()),
            _ => None,
        }
    }

    /// The value.
    pub fn to_big(self) -> BigInt {
        let mut digits = Vec::with_capacity(self.limbs.len() * 2);
        for limb in self.limbs {
            digits.push(*limb as u32);
            digits.push((*limb >> 32) as u32);
        }
        BigInt::from_slice(if self.negative { Sign::Minus } else { Sign::Plus }, &digits)
    }
}
