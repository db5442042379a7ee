//! Bit patterns: the word that is a term, and the header word that opens a boxed object.
//!
//! Everything that knows bits asks this file. The functions are safe, for they only compute; following a
//! pointer is `unsafe` and belongs to [`super::view`], the heap and the interpreter.

use crate::Atom;

/// One term as its word, without a lifetime: what registers, stacks and heaps hold.
///
/// Two equal words are the same term; two different words may be equal terms (boxed ones).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub(crate) struct RawTerm(pub(crate) u64);

/// Mask and values of the primary tag, the two low bits.
pub(crate) const TAG_MASK: u64 = 0b11;
pub(crate) const TAG_SMALL: u64 = 0b00;
pub(crate) const TAG_CONS: u64 = 0b01;
pub(crate) const TAG_BOXED: u64 = 0b10;
pub(crate) const TAG_OTHER: u64 = 0b11;

/// The third bit splits [`TAG_OTHER`]: headers (and, on stacks, return addresses) have it clear, immediates set.
pub(crate) const HEADER_MASK: u64 = 0b111;
pub(crate) const TAG_HEADER: u64 = 0b011;
pub(crate) const TAG_IMMEDIATE: u64 = 0b111;

/// An immediate's class is in bits 3 to 5, its payload above.
pub(crate) const IMMEDIATE_MASK: u64 = 0b11_1111;
pub(crate) const IMMEDIATE_SHIFT: u32 = 6;
pub(crate) const CLASS_ATOM: u64 = TAG_IMMEDIATE;
pub(crate) const CLASS_NIL: u64 = (1 << 3) | TAG_IMMEDIATE;
pub(crate) const CLASS_PID: u64 = (2 << 3) | TAG_IMMEDIATE;
pub(crate) const CLASS_PORT: u64 = (3 << 3) | TAG_IMMEDIATE;
pub(crate) const CLASS_CATCH: u64 = (4 << 3) | TAG_IMMEDIATE;
pub(crate) const CLASS_NON_VALUE: u64 = (5 << 3) | TAG_IMMEDIATE;

/// A header's kind is in bits 3 to 7, the number of words that follow it above.
pub(crate) const HEADER_KIND_SHIFT: u32 = 3;
pub(crate) const HEADER_SIZE_SHIFT: u32 = 8;

/// The least and greatest small integer: 62 bits.
pub(crate) const SMALL_MIN: i64 = -(1 << 61);
pub(crate) const SMALL_MAX: i64 = (1 << 61) - 1;

/// The kinds of boxed objects. Raw words come first in each, terms last; [`BoxedKind::raw_prefix`] tells where terms begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum BoxedKind {
    /// `[element; n]`
    Tuple = 0,
    /// `[keys tuple, value; n]`, at most 32 keys in ascending order.
    FlatMap = 1,
    /// `[count: raw, node]`, more than 32 keys.
    TrieMap = 2,
    /// `[bitmap: raw, child; ones(bitmap)]`; a child is a cons `[key | value]` or a node.
    TrieNode = 3,
    /// `[leaf; n]`: cons cells whose keys have one hash.
    TrieCollision = 4,
    /// `[entry: raw address of a FunEntry, free variable; n]`
    Fun = 5,
    /// `[link: raw, module, function, arity]`
    ExportFun = 6,
    /// `[f64: raw]`
    Float = 7,
    /// `[limb: raw; n]`, least significant first, the last not zero.
    BigPositive = 8,
    /// As `BigPositive`, below zero.
    BigNegative = 9,
    /// `[number: raw, owner: raw]`
    LocalRef = 10,
    /// `[id and serial: raw, creation: raw, node]`
    ExternalPid = 11,
    /// `[id: raw, creation: raw, node]`
    ExternalPort = 12,
    /// `[length and creation: raw, ids: raw, ids: raw, ids: raw, node]`
    ExternalRef = 13,
    /// `[byte size: raw, bytes: raw…]`
    HeapBinary = 14,
    /// `[next off-heap object: raw, Arc of the bytes: raw, byte size: raw]`
    RefcBinary = 15,
    /// `[next off-heap object: raw, Arc of the resource: raw]`
    Resource = 16,
    /// `[bit offset: raw, bit size: raw, heap or refc binary]`
    SubBinary = 17,
    /// `[bit position: raw, bit end: raw, bit start: raw, heap or refc binary]`
    MatchContext = 18,
}

/// The highest number of a [`BoxedKind`].
const LAST_KIND: u8 = BoxedKind::MatchContext as u8;

impl BoxedKind {
    /// The kind with this number.
    #[inline(always)]
    pub(crate) fn from_number(number: u8) -> BoxedKind {
        use BoxedKind::*;
        match number {
            0 => Tuple,
            1 => FlatMap,
            2 => TrieMap,
            3 => TrieNode,
            4 => TrieCollision,
            5 => Fun,
            6 => ExportFun,
            7 => Float,
            8 => BigPositive,
            9 => BigNegative,
            10 => LocalRef,
            11 => ExternalPid,
            12 => ExternalPort,
            13 => ExternalRef,
            14 => HeapBinary,
            15 => RefcBinary,
            16 => Resource,
            17 => SubBinary,
            _ => MatchContext,
        }
    }

    /// How many words after the header are not terms; `usize::MAX` when none is.
    #[inline(always)]
    pub(crate) fn raw_prefix(self) -> usize {
        use BoxedKind::*;
        match self {
            Tuple | FlatMap | TrieCollision => 0,
            TrieMap | TrieNode | Fun | ExportFun => 1,
            SubBinary => 2,
            MatchContext => 3,
            Float | BigPositive | BigNegative | LocalRef | ExternalPid | ExternalPort | ExternalRef | HeapBinary
            | RefcBinary | Resource => usize::MAX,
        }
    }
}

// Headers and immediates must never be taken for each other, nor for pointers or small integers.
const _: () = {
    let classes = [CLASS_ATOM, CLASS_NIL, CLASS_PID, CLASS_PORT, CLASS_CATCH, CLASS_NON_VALUE];
    let mut i = 0;
    while i < classes.len() {
        assert!(classes[i] & TAG_MASK == TAG_OTHER && classes[i] & HEADER_MASK != TAG_HEADER);
        let mut j = i + 1;
        while j < classes.len() {
            assert!(classes[i] != classes[j]);
            j += 1;
        }
        let mut kind = 0u8;
        while kind <= LAST_KIND {
            let header = ((kind as u64) << HEADER_KIND_SHIFT) | TAG_HEADER;
            assert!(header & HEADER_MASK == TAG_HEADER && header & IMMEDIATE_MASK != classes[i]);
            kind += 1;
        }
        i += 1;
    }
    assert!(LAST_KIND < 32 && std::mem::size_of::<RawTerm>() == 8);
};

impl RawTerm {
    /// `[]`
    pub(crate) const NIL: RawTerm = RawTerm(CLASS_NIL);
    /// Not a term: fills registers that hold nothing and marks moved list cells.
    pub(crate) const NON_VALUE: RawTerm = RawTerm(CLASS_NON_VALUE);

    /// The small integer of `value`, which the caller knows to fit.
    #[inline(always)]
    pub(crate) const fn small(value: i64) -> RawTerm {
        debug_assert!(value >= SMALL_MIN && value <= SMALL_MAX);
        RawTerm((value as u64) << 2)
    }

    /// The small integer of `value` if it fits 62 bits.
    #[inline(always)]
    pub(crate) const fn try_small(value: i64) -> Option<RawTerm> {
        if value >= SMALL_MIN && value <= SMALL_MAX {
            Some(RawTerm((value as u64) << 2))
        } else {
            None
        }
    }

    /// The atom as a term.
    #[inline(always)]
    pub(crate) const fn atom(atom: Atom) -> RawTerm {
        RawTerm(((atom.index() as u64) << IMMEDIATE_SHIFT) | CLASS_ATOM)
    }

    /// `true` or `false`.
    #[inline(always)]
    pub(crate) const fn bool(value: bool) -> RawTerm {
        RawTerm::atom(Atom::from_bool(value))
    }

    /// The local pid with this number (58 bits).
    #[inline(always)]
    pub(crate) const fn pid(number: u64) -> RawTerm {
        RawTerm((number << IMMEDIATE_SHIFT) | CLASS_PID)
    }

    /// The local port with this number (58 bits).
    #[inline(always)]
    pub(crate) const fn port(number: u64) -> RawTerm {
        RawTerm((number << IMMEDIATE_SHIFT) | CLASS_PORT)
    }

    /// A catch mark with a payload of 58 bits: what `catch` and `try` leave in their stack slot.
    #[inline(always)]
    pub(crate) const fn catch(payload: u64) -> RawTerm {
        RawTerm((payload << IMMEDIATE_SHIFT) | CLASS_CATCH)
    }

    /// A return address, for the stack only: a code address aligned to 8 bytes, tagged like a header, which never
    /// occurs on a stack otherwise.
    #[inline(always)]
    pub(crate) const fn return_address(address: u64) -> RawTerm {
        debug_assert!(address & 0b111 == 0);
        RawTerm(address | TAG_HEADER)
    }

    /// The list cell at `address`.
    #[inline(always)]
    pub(crate) fn cons(address: *const u64) -> RawTerm {
        RawTerm(address as u64 | TAG_CONS)
    }

    /// The boxed object whose header is at `address`.
    #[inline(always)]
    pub(crate) fn boxed(address: *const u64) -> RawTerm {
        RawTerm(address as u64 | TAG_BOXED)
    }

    /// The header of a boxed object with `size` words after it.
    #[inline(always)]
    pub(crate) const fn header(kind: BoxedKind, size: usize) -> RawTerm {
        RawTerm(((size as u64) << HEADER_SIZE_SHIFT) | ((kind as u64) << HEADER_KIND_SHIFT) | TAG_HEADER)
    }

    #[inline(always)]
    pub(crate) const fn is_small(self) -> bool {
        self.0 & TAG_MASK == TAG_SMALL
    }

    #[inline(always)]
    pub(crate) const fn is_cons(self) -> bool {
        self.0 & TAG_MASK == TAG_CONS
    }

    #[inline(always)]
    pub(crate) const fn is_boxed(self) -> bool {
        self.0 & TAG_MASK == TAG_BOXED
    }

    /// Whether the word is its own value: small integer or immediate (or, on a stack, a return address).
    #[inline(always)]
    pub(crate) const fn is_immediate(self) -> bool {
        let tag = self.0 & TAG_MASK;
        tag == TAG_SMALL || tag == TAG_OTHER
    }

    #[inline(always)]
    pub(crate) const fn is_nil(self) -> bool {
        self.0 == CLASS_NIL
    }

    #[inline(always)]
    pub(crate) const fn is_atom(self) -> bool {
        self.0 & IMMEDIATE_MASK == CLASS_ATOM
    }

    #[inline(always)]
    pub(crate) const fn is_local_pid(self) -> bool {
        self.0 & IMMEDIATE_MASK == CLASS_PID
    }

    #[inline(always)]
    pub(crate) const fn is_local_port(self) -> bool {
        self.0 & IMMEDIATE_MASK == CLASS_PORT
    }

    #[inline(always)]
    pub(crate) const fn is_catch(self) -> bool {
        self.0 & IMMEDIATE_MASK == CLASS_CATCH
    }

    /// Whether a heap word is a header, or a stack word a return address.
    #[inline(always)]
    pub(crate) const fn is_header(self) -> bool {
        self.0 & HEADER_MASK == TAG_HEADER
    }

    #[inline(always)]
    pub(crate) const fn is_non_value(self) -> bool {
        self.0 == CLASS_NON_VALUE
    }

    /// The value of a small integer.
    #[inline(always)]
    pub(crate) const fn small_value(self) -> i64 {
        debug_assert!(self.is_small());
        (self.0 as i64) >> 2
    }

    /// The payload of an immediate: atom index, pid number, catch payload.
    #[inline(always)]
    pub(crate) const fn payload(self) -> u64 {
        self.0 >> IMMEDIATE_SHIFT
    }

    /// The code address of a return address.
    #[inline(always)]
    pub(crate) const fn return_target(self) -> u64 {
        debug_assert!(self.is_header());
        self.0 & !HEADER_MASK
    }

    /// The atom, if this is one.
    #[inline(always)]
    pub(crate) fn as_atom(self) -> Option<Atom> {
        self.is_atom().then(|| Atom::of_term(self.payload() as u32))
    }

    /// The address a list cell or boxed object is at.
    #[inline(always)]
    pub(crate) const fn address(self) -> *mut u64 {
        (self.0 & !TAG_MASK) as *mut u64
    }

    /// The kind a header names.
    #[inline(always)]
    pub(crate) fn header_kind(self) -> BoxedKind {
        debug_assert!(self.is_header());
        BoxedKind::from_number(((self.0 >> HEADER_KIND_SHIFT) & 0b1_1111) as u8)
    }

    /// The number of words after a header.
    #[inline(always)]
    pub(crate) const fn header_size(self) -> usize {
        (self.0 >> HEADER_SIZE_SHIFT) as usize
    }
}

impl std::fmt::Debug for RawTerm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_small() {
            write!(f, "{}", self.small_value())
        } else if let Some(atom) = self.as_atom() {
            write!(f, "{atom:?}")
        } else if self.is_nil() {
            f.write_str("[]")
        } else {
            write!(f, "RawTerm({:#x})", self.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_integers_keep_their_value() {
        for value in [0, 1, -1, 42, SMALL_MIN, SMALL_MAX] {
            assert_eq!(RawTerm::small(value).small_value(), value);
            assert!(RawTerm::small(value).is_small());
        }
        assert_eq!(RawTerm::try_small(SMALL_MAX + 1), None);
        assert_eq!(RawTerm::try_small(SMALL_MIN - 1), None);
    }

    #[test]
    fn sizes() {
        assert_eq!(std::mem::size_of::<RawTerm>(), 8);
        assert_eq!(std::mem::size_of::<Option<RawTerm>>(), 16);
    }

    #[test]
    fn headers_give_kind_and_size() {
        for number in 0..=LAST_KIND {
            let kind = BoxedKind::from_number(number);
            assert_eq!(kind as u8, number);
            let header = RawTerm::header(kind, 1234);
            assert!(header.is_header());
            assert_eq!((header.header_kind(), header.header_size()), (kind, 1234));
        }
    }
}
