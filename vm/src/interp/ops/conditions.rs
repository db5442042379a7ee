//! Comparisons, type tests and selection.

use super::super::arith;
use super::super::state::{both_small, header, is, Source, State};
use crate::atom::atoms;
use crate::term::raw::{TAG_BOXED, TAG_MASK};
use crate::term::{BoxedKind, RawTerm, Term};

/// `<` rather than `>=`.
pub(in crate::interp) const LESS: bool = true;
/// `>=` rather than `<`.
pub(in crate::interp) const NOT_LESS: bool = false;

handler! {
    /// `is_lt` and `is_ge`.
    fn order[L: Source, R: Source, const IS: bool, const WORDS: usize](s) {
        let (l, r) = (L::get(&s, s.a()), R::get(&s, s.b()));
        if !both_small(l, r) {
            tail!(s, order_slow::<L, R, IS, WORDS>)
        }
        test!(s, ((l as i64) < (r as i64)) == IS, WORDS)
    }
}

handler! {
    #[inline(never)]
    fn order_slow[L: Source, R: Source, const IS: bool, const WORDS: usize](s) {
        let (l, r) = (L::get(&s, s.a()), R::get(&s, s.b()));
        test!(s, (arith::order(l, r) < 0) == IS, WORDS)
    }
}

handler! {
    /// `==` and `!=`.
    fn equal[L: Source, R: Source, const IS: bool, const WORDS: usize](s) {
        let (l, r) = (L::get(&s, s.a()), R::get(&s, s.b()));
        if !both_small(l, r) {
            tail!(s, equal_slow::<L, R, IS, WORDS>)
        }
        test!(s, (l == r) == IS, WORDS)
    }
}

handler! {
    #[inline(never)]
    fn equal_slow[L: Source, R: Source, const IS: bool, const WORDS: usize](s) {
        let (l, r) = (L::get(&s, s.a()), R::get(&s, s.b()));
        test!(s, (l == r || arith::equal(l, r)) == IS, WORDS)
    }
}

handler! {
    /// `=:=` and `=/=`.
    fn same[L: Source, R: Source, const IS: bool, const WORDS: usize](s) {
        let (l, r) = (L::get(&s, s.a()), R::get(&s, s.b()));
        if l == r {
            test!(s, IS, WORDS)
        }
        if RawTerm(l).is_immediate() || RawTerm(r).is_immediate() {
            test!(s, !IS, WORDS)
        }
        tail!(s, same_slow::<L, R, IS, WORDS>)
    }
}

handler! {
    #[inline(never)]
    fn same_slow[L: Source, R: Source, const IS: bool, const WORDS: usize](s) {
        let (l, r) = (L::get(&s, s.a()), R::get(&s, s.b()));
        test!(s, arith::same(l, r) == IS, WORDS)
    }
}

handler! {
    /// `=:=` and `=/=` with an immediate.
    fn same_word[L: Source, R: Source, const IS: bool](s) {
        test!(s, (L::get(&s, s.a()) == R::get(&s, s.b())) == IS, 3)
    }
}

/// A question about a term.
pub(in crate::interp) trait Question {
    /// Its answer.
    ///
    /// # Safety
    /// The term is alive.
    unsafe fn holds(term: u64) -> bool;
}

macro_rules! questions {
    ($($(#[$meta:meta])* $name:ident($term:ident) $body:expr;)*) => {$(
        $(#[$meta])*
        pub(in crate::interp) struct $name;

        impl Question for $name {
            #[inline(always)]
            unsafe fn holds($term: u64) -> bool {
                // SAFETY: as the trait says.
                #[allow(unused_unsafe, reason = "some only look at the word")]
                unsafe {
                    $body
                }
            }
        }
    )*};
}

questions! {
    /// `is_integer`
    Integer(v) v & TAG_MASK == 0 || arith::is_big(v);
    /// `is_float`
    Float(v) is(v, BoxedKind::Float);
    /// `is_number`
    Number(v) v & TAG_MASK == 0 || is(v, BoxedKind::Float) || arith::is_big(v);
    /// `is_atom`
    Atom(v) RawTerm(v).is_atom();
    /// `is_pid`
    Pid(v) Term::from_raw(RawTerm(v)).is_pid();
    /// `is_reference`
    Reference(v) Term::from_raw(RawTerm(v)).is_reference();
    /// `is_port`
    Port(v) Term::from_raw(RawTerm(v)).is_port();
    /// `is_nil`
    Nil(v) v == RawTerm::NIL.0;
    /// `is_binary`
    Binary(v) Term::from_raw(RawTerm(v)).is_binary();
    /// `is_bitstr`
    Bitstring(v) Term::from_raw(RawTerm(v)).is_bitstring();
    /// `is_list`
    List(v) RawTerm(v).is_cons() || RawTerm(v).is_nil();
    /// `is_nonempty_list`
    Cons(v) RawTerm(v).is_cons();
    /// `is_tuple`
    Tuple(v) is(v, BoxedKind::Tuple);
    /// `is_boolean`
    Boolean(v) v == RawTerm::atom(atoms::TRUE).0 || v == RawTerm::atom(atoms::FALSE).0;
    /// `is_map`
    Map(v) is(v, BoxedKind::FlatMap) || is(v, BoxedKind::TrieMap);
    /// `is_function`
    Function(v) Term::from_raw(RawTerm(v)).is_function();
}

handler! {
    /// A type test.
    fn type_test[Q: Question, L: Source, const WORDS: usize](s) {
        test!(s, Q::holds(L::get(&s, s.a())), WORDS)
    }
}

handler! {
    fn is_function2(s) {
        let (fun, arity) = (s.m.term(s.get(s.a())), RawTerm(s.get(s.b())));
        test!(s, arity.is_small() && fun.function_arity().map(i64::from) == Some(arity.small_value()), 4)
    }
}

handler! {
    fn test_arity[L: Source, const WORDS: usize](s) {
        test!(s, header(L::get(&s, s.a())) == s.word(2), WORDS)
    }
}

handler! {
    fn is_tagged_tuple[L: Source, const WORDS: usize](s) {
        let v = L::get(&s, s.a());
        test!(s, header(v) == s.word(2) && *((v - TAG_BOXED) as *const u64).add(1) == s.word(3), WORDS)
    }
}

/// Finds a word among pairs of word and address, from the front.
#[inline(always)]
unsafe fn find(s: &State<'_, '_>, value: u64, from: usize, count: usize) -> *const u64 {
    // SAFETY: the instruction has that many pairs.
    unsafe {
        let mut entry = s.pc.add(from);
        let end = entry.add(count * 2);
        while entry < end {
            if *entry == value {
                return *entry.add(1) as *const u64;
            }
            entry = entry.add(2);
        }
        s.target(1)
    }
}

handler! {
    fn select_linear[L: Source](s) {
        jump!(s, find(&s, L::get(&s, s.a()), 2, s.b()))
    }
}

handler! {
    fn select_arity(s) {
        jump!(s, find(&s, header(s.get(s.a())), 3, s.word(2) as usize))
    }
}

handler! {
    fn select_binary(s) {
        jump!(s, search(s.get(s.a()), s.pc.add(3), s.word(2) as usize, s.target(1)))
    }
}

handler! {
    fn select_table(s) {
        let v = RawTerm(s.get(s.a()));
        if v.is_small() {
            let index = v.small_value().wrapping_sub(s.word(2) as i64) as u64;
            if index < s.word(3) {
                jump!(s, s.target(4 + index as usize))
            }
        }
        jump!(s, s.target(1))
    }
}

handler! {
    fn jump(s) {
        jump!(s, s.target(1))
    }
}

/// Finds a word among `count` sorted pairs of word and address.
///
/// # Safety
/// The table has that many pairs.
#[inline(always)]
unsafe fn search(value: u64, table: *const u64, count: usize, default: *const u64) -> *const u64 {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = (low + high) / 2;
        // SAFETY: `middle` is below `count`.
        let found = unsafe { *table.add(middle * 2) };
        if found == value {
            // SAFETY: as above.
            return unsafe { *table.add(middle * 2 + 1) as *const u64 };
        }
        if found < value {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    default
}
