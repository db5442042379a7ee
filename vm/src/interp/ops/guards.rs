//! Functions that guards may call: arithmetic and what else has a fast path. The words of these instructions are
//! described in [`crate::code::load`].

use super::super::state::{both_small, header, is, kind, Any, Destination, Source, State, KIND_MASK};
use super::super::{arith, call};
use crate::atom::atoms;
use crate::term::raw::{TAG_BOXED, TAG_MASK};
use crate::term::{BoxedKind, RawTerm, Term};

handler! {
    /// Calls the function out of line: its result to `c`, or to the fail label, or raises.
    #[inline(never)]
    fn guard[const WORDS: usize](s) {
        s.out();
        let result = call::guard(s.m, s.pc);
        if result == RawTerm::NON_VALUE.0 {
            let fail = s.target(1);
            if fail.is_null() {
                raise!(s)
            }
            s.m.raised = None;
            s.back();
            s.pc = fail;
            return s.go();
        }
        s.back();
        s.set(s.c(), result);
        let live = (s.word(2) >> 48) as usize;
        if live != 0xffff && s.m.process.heap.wants_collection() {
            *s.x.add(live) = result;
            collect!(s, 0, live + 1);
            s.set(s.c(), *s.x.add(live));
        }
        next!(s, WORDS)
    }
}

/// Ends a fast path: with the value, or out of line.
macro_rules! value_or_guard {
    ($s:ident, $words:expr, $value:expr) => {{
        match $value {
            Some(value) => {
                $s.set($s.c(), value);
                next!($s, $words)
            }
            None => tail!($s, guard::<{ $words }>),
        }
    }};
}

/// What a kind of arithmetic does with floats.
pub(in crate::interp) trait FloatArithmetic {
    /// The result.
    fn of(l: f64, r: f64) -> f64;
}

macro_rules! float_arithmetic {
    ($($(#[$meta:meta])* $name:ident($l:ident, $r:ident) $body:expr;)*) => {$(
        $(#[$meta])*
        pub(in crate::interp) struct $name;

        impl FloatArithmetic for $name {
            #[inline(always)]
            fn of($l: f64, $r: f64) -> f64 {
                $body
            }
        }
    )*};
}

float_arithmetic! {
    /// `+`
    FloatAdd(l, r) l + r;
    /// `-`
    FloatSubtract(l, r) l - r;
    /// `*`
    FloatMultiply(l, r) l * r;
    /// `/`
    FloatDivide(l, r) l / r;
}

/// A float, or a small integer as one.
#[inline(always)]
unsafe fn to_float(term: u64) -> Option<f64> {
    if term & TAG_MASK == 0 {
        return Some(((term as i64) >> 2) as f64);
    }
    // SAFETY: the term is in a register or constant.
    unsafe { is(term, BoxedKind::Float).then(|| f64::from_bits(*((term - TAG_BOXED) as *const u64).add(1))) }
}

handler! {
    /// Arithmetic whose operands are not both small integers, or that overflows: of floats here, else out of line.
    #[inline(never)]
    fn float[F: FloatArithmetic, const WORDS: usize](s) {
        let (l, r) = (s.get(s.a()), s.get(s.b()));
        if both_small(l, r) {
            tail!(s, guard::<WORDS>)
        }
        let (Some(l), Some(r)) = (to_float(l), to_float(r)) else { tail!(s, guard::<WORDS>) };
        let value = F::of(l, r);
        if !value.is_finite() {
            tail!(s, guard::<WORDS>)
        }
        if !s.has_room(2) {
            tail!(s, float_room::<F, WORDS>)
        }
        *s.hp = RawTerm::header(BoxedKind::Float, 1).0;
        *s.hp.add(1) = value.to_bits();
        let result = RawTerm::boxed(s.hp).0;
        s.hp = s.hp.add(2);
        s.set(s.c(), result);
        next!(s, WORDS)
    }
}

/// The header of a float.
const FLOAT: u64 = RawTerm::header(BoxedKind::Float, 1).0;

handler! {
    /// Arithmetic of two floats; of anything else elsewhere.
    #[inline(never)]
    fn floats[L: Source, R: Source, D: Destination, F: FloatArithmetic, const WORDS: usize](s) {
        let (l, r) = (L::get(&s, s.a()), R::get(&s, s.b()));
        if header(l) == FLOAT && header(r) == FLOAT {
            let [l, r] = [l, r].map(|term| f64::from_bits(*((term - TAG_BOXED) as *const u64).add(1)));
            let value = F::of(l, r);
            if value.is_finite() && s.has_room(2) {
                *s.hp = FLOAT;
                *s.hp.add(1) = value.to_bits();
                D::set(&s, s.c(), RawTerm::boxed(s.hp).0);
                s.hp = s.hp.add(2);
                next!(s, WORDS)
            }
        }
        tail!(s, float::<F, WORDS>)
    }
}

handler! {
    /// Arithmetic of floats when the heap is full: collects when the instruction says what is live.
    #[cold]
    #[inline(never)]
    fn float_room[F: FloatArithmetic, const WORDS: usize](s) {
        let live = (s.word(2) >> 48) as usize;
        if live == 0xffff || cfg!(feature = "collect-always") {
            tail!(s, guard::<WORDS>)
        }
        collect!(s, 2, live);
        tail!(s, float::<F, WORDS>)
    }
}

handler! {
    /// `/`: always a float.
    fn divide(s) {
        let (l, r) = (s.get(s.a()), s.get(s.b()));
        if both_small(l, r) && r != 0 && s.has_room(2) {
            // Small integers have more bits than floats: only those that lose none are divided as floats.
            const EXACT: i64 = 1 << 53;
            let (l, r) = ((l as i64) >> 2, (r as i64) >> 2);
            if l.abs() <= EXACT && r.abs() <= EXACT {
                *s.hp = RawTerm::header(BoxedKind::Float, 1).0;
                *s.hp.add(1) = (l as f64 / r as f64).to_bits();
                let result = RawTerm::boxed(s.hp).0;
                s.hp = s.hp.add(2);
                s.set(s.c(), result);
                next!(s, 5)
            }
        }
        tail!(s, floats::<Any, Any, Any, FloatDivide, 5>)
    }
}

/// A sum (difference when `ADD` is false) of tagged small integers: the tag is 0.
#[inline(always)]
fn sum<const ADD: bool>(l: u64, r: u64) -> Option<u64> {
    let result = if ADD { (l as i64).checked_add(r as i64) } else { (l as i64).checked_sub(r as i64) };
    result.map(|value| value as u64)
}

handler! {
    /// Adds or subtracts a small integer in the instruction.
    fn add_small[L: Source, D: Destination, F: FloatArithmetic, const ADD: bool](s) {
        let l = L::get(&s, s.a());
        if l & TAG_MASK == 0 {
            if let Some(value) = sum::<ADD>(l, s.word(3)) {
                D::set(&s, s.c(), value);
                next!(s, 4)
            }
        }
        tail!(s, float::<F, 4>)
    }
}

handler! {
    /// Adds or subtracts.
    fn add[L: Source, R: Source, D: Destination, F: FloatArithmetic, const ADD: bool, const WORDS: usize](s) {
        let (l, r) = (L::get(&s, s.a()), R::get(&s, s.b()));
        if both_small(l, r) {
            if let Some(value) = sum::<ADD>(l, r) {
                D::set(&s, s.c(), value);
                next!(s, WORDS)
            }
        }
        tail!(s, floats::<L, R, D, F, WORDS>)
    }
}

/// Whether two small integers, tagged, are natural numbers of 32 bits: processors divide these much faster.
#[inline(always)]
fn is_narrow(l: i64, r: i64) -> bool {
    (l | r) as u64 >> 34 == 0
}

/// What two small integers, tagged, give as a small integer, if they do.
pub(in crate::interp) trait Arithmetic {
    /// The result.
    fn of(l: i64, r: i64) -> Option<u64>;
}

macro_rules! arithmetic {
    ($($(#[$meta:meta])* $name:ident($l:ident, $r:ident) $body:expr;)*) => {$(
        $(#[$meta])*
        pub(in crate::interp) struct $name;

        impl Arithmetic for $name {
            #[inline(always)]
            fn of($l: i64, $r: i64) -> Option<u64> {
                $body
            }
        }
    )*};
}

arithmetic! {
    /// `*`: one factor untagged, so that the product keeps one tag's shift.
    Product(l, r) (l >> 2).checked_mul(r).map(|value| value as u64);
    /// `div`
    Divide(l, r) if r == 0 {
        None
    } else if is_narrow(l, r) {
        Some(RawTerm::small(i64::from((l >> 2) as u32 / (r >> 2) as u32)).0)
    } else {
        RawTerm::try_small((l >> 2) / (r >> 2)).map(|value| value.0)
    };
    /// `rem`
    Remainder(l, r) if r == 0 {
        None
    } else if is_narrow(l, r) {
        Some(RawTerm::small(i64::from((l >> 2) as u32 % (r >> 2) as u32)).0)
    } else {
        Some(RawTerm::small((l >> 2) % (r >> 2)).0)
    };
    /// `band`
    And(l, r) Some((l & r) as u64);
    /// `bor`
    Or(l, r) Some((l | r) as u64);
    /// `bxor`
    Xor(l, r) Some((l ^ r) as u64);
    /// `bsl`
    ShiftLeft(l, r) if (0..62 << 2).contains(&r) {
        let shift = (r >> 2) as u32;
        let value = l << shift;
        (value >> shift == l).then_some(value as u64)
    } else {
        None
    };
    /// `bsr`
    ShiftRight(l, r) if r >= 0 {
        let shift = (r >> 2).min(61) as u32;
        Some(((l >> shift) & !(TAG_MASK as i64)) as u64)
    } else {
        None
    };
}

handler! {
    /// `*`
    fn multiply[L: Source, R: Source, D: Destination](s) {
        let (l, r) = (L::get(&s, s.a()), R::get(&s, s.b()));
        if both_small(l, r) {
            if let Some(value) = Product::of(l as i64, r as i64) {
                D::set(&s, s.c(), value);
                next!(s, 5)
            }
        }
        tail!(s, floats::<L, R, D, FloatMultiply, 5>)
    }
}

handler! {
    /// Arithmetic of two operands.
    fn arithmetic[A: Arithmetic, L: Source, R: Source, D: Destination](s) {
        let (l, r) = (L::get(&s, s.a()), R::get(&s, s.b()));
        if both_small(l, r) {
            if let Some(value) = A::of(l as i64, r as i64) {
                D::set(&s, s.c(), value);
                next!(s, 5)
            }
        }
        tail!(s, guard::<5>)
    }
}

/// A function of one or two terms where it is a matter of a few instructions.
pub(in crate::interp) trait Simple {
    /// The result; `None` leaves it to `slowly`.
    ///
    /// # Safety
    /// As for a handler.
    unsafe fn of(s: &mut State<'_, '_>) -> Option<u64>;

    /// The result where that takes calls; `None` leaves it to the function out of line.
    ///
    /// # Safety
    /// As for a handler.
    unsafe fn slowly(_: &mut State<'_, '_>) -> Option<u64> {
        None
    }
}

macro_rules! simple {
    ($($(#[$meta:meta])* $name:ident($s:ident) $body:block $(| $slow:block)?)*) => {$(
        $(#[$meta])*
        pub(in crate::interp) struct $name;

        impl Simple for $name {
            #[inline(always)]
            unsafe fn of($s: &mut State<'_, '_>) -> Option<u64> {
                // SAFETY: as the trait says.
                unsafe { $body }
            }

            $(
                #[inline(always)]
                unsafe fn slowly($s: &mut State<'_, '_>) -> Option<u64> {
                    // SAFETY: as the trait says.
                    unsafe { $slow }
                }
            )?
        }
    )*};
}

simple! {
    /// `element/2`
    Element(s) {
        let (index, tuple) = (RawTerm(s.get(s.a())), s.get(s.b()));
        let head = header(tuple);
        let at = index.small_value().wrapping_sub(1) as u64;
        if index.is_small() && head & KIND_MASK == kind(BoxedKind::Tuple) && at < head >> 8 {
            Some(*((tuple - TAG_BOXED) as *const u64).add(1 + at as usize))
        } else {
            None
        }
    }

    /// `hd/1`
    Head(s) {
        let list = RawTerm(s.get(s.a()));
        if list.is_cons() { Some(*list.address()) } else { None }
    }

    /// `tl/1`
    Tail(s) {
        let list = RawTerm(s.get(s.a()));
        if list.is_cons() { Some(*list.address().add(1)) } else { None }
    }

    /// `tuple_size/1`
    TupleSize(s) {
        let head = header(s.get(s.a()));
        (head & KIND_MASK == kind(BoxedKind::Tuple)).then(|| RawTerm::small((head >> 8) as i64).0)
    }

    /// `map_size/1`
    MapSize(s) {
        s.m.term(s.get(s.a())).as_map().map(|map| RawTerm::small(map.len() as i64).0)
    }

    /// `byte_size/1`
    ByteSize(s) {
        s.m.term(s.get(s.a())).as_bits().map(|bits| RawTerm::small(bits.bit_len.div_ceil(8) as i64).0)
    }

    /// `length/1`
    Length(s) {
        let mut list = RawTerm(s.get(s.a()));
        let mut length = 0;
        while list.is_cons() {
            length += 1;
            list = RawTerm(*list.address().add(1));
        }
        s.reds -= length >> 7;
        list.is_nil().then(|| RawTerm::small(length).0)
    }

    /// `not/1`
    Not(s) {
        truth(s.get(s.a())).map(|value| RawTerm::bool(!value).0)
    }

    /// `and/2`
    Both(s) {
        match (truth(s.get(s.a())), truth(s.get(s.b()))) {
            (Some(l), Some(r)) => Some(RawTerm::bool(l && r).0),
            _ => None,
        }
    }

    /// `or/2`
    Either(s) {
        match (truth(s.get(s.a())), truth(s.get(s.b()))) {
            (Some(l), Some(r)) => Some(RawTerm::bool(l || r).0),
            _ => None,
        }
    }

    /// `=:=`
    Same(s) {
        at_once(s.get(s.a()), s.get(s.b())).map(|equal| RawTerm::bool(equal).0)
    } | {
        Some(RawTerm::bool(arith::same(s.get(s.a()), s.get(s.b()))).0)
    }

    /// `=/=`
    NotSame(s) {
        at_once(s.get(s.a()), s.get(s.b())).map(|equal| RawTerm::bool(!equal).0)
    } | {
        Some(RawTerm::bool(!arith::same(s.get(s.a()), s.get(s.b()))).0)
    }

    /// `==`
    Equal(s) {
        at_once(s.get(s.a()), s.get(s.b())).map(|equal| RawTerm::bool(equal).0)
    } | {
        Some(RawTerm::bool(arith::equal(s.get(s.a()), s.get(s.b()))).0)
    }

    /// `/=`
    NotEqual(s) {
        at_once(s.get(s.a()), s.get(s.b())).map(|equal| RawTerm::bool(!equal).0)
    } | {
        Some(RawTerm::bool(!arith::equal(s.get(s.a()), s.get(s.b()))).0)
    }

    /// `<`
    Less(s) {
        let (l, r) = (s.get(s.a()), s.get(s.b()));
        both_small(l, r).then(|| RawTerm::bool((l as i64) < (r as i64)).0)
    } | {
        Some(RawTerm::bool(arith::order(s.get(s.a()), s.get(s.b())) < 0).0)
    }

    /// `>=`
    NotLess(s) {
        let (l, r) = (s.get(s.a()), s.get(s.b()));
        both_small(l, r).then(|| RawTerm::bool((l as i64) >= (r as i64)).0)
    } | {
        Some(RawTerm::bool(arith::order(s.get(s.a()), s.get(s.b())) >= 0).0)
    }

    /// `>`
    Greater(s) {
        let (l, r) = (s.get(s.a()), s.get(s.b()));
        both_small(l, r).then(|| RawTerm::bool((l as i64) > (r as i64)).0)
    } | {
        Some(RawTerm::bool(arith::order(s.get(s.a()), s.get(s.b())) > 0).0)
    }

    /// `=<`
    NotGreater(s) {
        let (l, r) = (s.get(s.a()), s.get(s.b()));
        both_small(l, r).then(|| RawTerm::bool((l as i64) <= (r as i64)).0)
    } | {
        Some(RawTerm::bool(arith::order(s.get(s.a()), s.get(s.b())) <= 0).0)
    }

    /// `is_map_key/2`
    IsMapKey(s) {
        let key = s.m.term(s.get(s.a()));
        s.m.term(s.get(s.b())).as_map().map(|map| RawTerm::bool(map.get(key).is_some()).0)
    }

    /// `map_get/2`
    MapGet(s) {
        let key = s.m.term(s.get(s.a()));
        s.m.term(s.get(s.b())).as_map().and_then(|map| map.get(key)).map(|value| value.raw.0)
    }
}

/// Whether terms are equal, when that is seen at once: they are the same, or both immediates, which differ then in any way.
#[inline(always)]
fn at_once(l: u64, r: u64) -> Option<bool> {
    if l == r {
        Some(true)
    } else if RawTerm(l).is_immediate() && RawTerm(r).is_immediate() {
        Some(false)
    } else {
        None
    }
}

/// What a boolean says.
#[inline(always)]
fn truth(term: u64) -> Option<bool> {
    if term == RawTerm::atom(atoms::TRUE).0 {
        Some(true)
    } else if term == RawTerm::atom(atoms::FALSE).0 {
        Some(false)
    } else {
        None
    }
}

handler! {
    /// A function with a fast path.
    fn simple[F: Simple](s) {
        if let Some(value) = F::of(&mut s) {
            s.set(s.c(), value);
            next!(s, 5)
        }
        tail!(s, simple_slow::<F>)
    }
}

handler! {
    #[inline(never)]
    fn simple_slow[F: Simple](s) {
        let value = F::slowly(&mut s);
        value_or_guard!(s, 5, value)
    }
}

handler! {
    /// `element/2` of x registers.
    fn element_xx(s) {
        let (index, tuple) = (*s.x.add(s.a()), *s.x.add(s.b()));
        let head = header(tuple);
        let at = (index >> 2).wrapping_sub(1);
        if index & TAG_MASK != 0 || head & KIND_MASK != kind(BoxedKind::Tuple) || at >= head >> 8 {
            tail!(s, guard::<5>)
        }
        *s.x.add(s.c()) = *((tuple - TAG_BOXED) as *const u64).add(1 + at as usize);
        next!(s, 5)
    }
}

handler! {
    fn own_pid(s) {
        s.set(s.c(), Term::pid(s.m.process.state.pid).raw.0);
        next!(s, 3)
    }
}
