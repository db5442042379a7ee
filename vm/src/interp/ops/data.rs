//! Lists, tuples, funs: taking apart and building.

use super::super::call;
use super::super::state::{header, kind, packed, Destination, Source, KIND_MASK};
use crate::atom::atoms;
use crate::term::raw::TAG_BOXED;
use crate::term::{BoxedKind, RawTerm};

handler! {
    fn get_list[L: Source, H: Destination, T: Destination, const WORDS: usize](s) {
        let list = RawTerm(L::get(&s, s.a()));
        if !list.is_cons() {
            fault!(s, list.0)
        }
        let cell = list.address();
        let (head, tail) = (*cell, *cell.add(1));
        H::set(&s, s.b(), head);
        T::set(&s, s.c(), tail);
        next!(s, WORDS)
    }
}

handler! {
    /// `get_hd` (part 0) and `get_tl` (part 1).
    fn get_part[L: Source, D: Destination, const PART: usize, const WORDS: usize](s) {
        let list = RawTerm(L::get(&s, s.a()));
        if !list.is_cons() {
            fault!(s, list.0)
        }
        D::set(&s, s.b(), *list.address().add(PART));
        next!(s, WORDS)
    }
}

/// The element of the tuple in the first operand.
macro_rules! element {
    ($s:ident, $source:ident) => {{
        let (tuple, index) = ($source::get(&$s, $s.a()), $s.b());
        let head = header(tuple);
        if head & KIND_MASK != kind(BoxedKind::Tuple) || (head >> 8) as usize <= index {
            fault!($s, tuple)
        }
        *((tuple - TAG_BOXED) as *const u64).add(1 + index)
    }};
}

handler! {
    fn get_element[L: Source, D: Destination, const WORDS: usize](s) {
        let element = element!(s, L);
        D::set(&s, s.c(), element);
        next!(s, WORDS)
    }
}

handler! {
    /// Two `get_element`s, one after the other.
    fn get_elements[L: Source, D: Destination, L2: Source, D2: Destination](s) {
        let element = element!(s, L);
        D::set(&s, s.c(), element);
        s.pc = s.pc.add(1);
        let element = element!(s, L2);
        D2::set(&s, s.c(), element);
        next!(s, 1)
    }
}

handler! {
    fn set_element(s) {
        let (value, tuple) = (s.get(s.a()), s.get(s.b()));
        let head = header(tuple);
        if head & KIND_MASK != kind(BoxedKind::Tuple) || (head >> 8) as usize <= s.c() {
            fault!(s, tuple)
        }
        *((tuple - TAG_BOXED) as *mut u64).add(1 + s.c()) = value;
        next!(s, 3)
    }
}

handler! {
    fn put_list[H: Source, T: Source, D: Destination, const WORDS: usize](s) {
        *s.hp = H::get(&s, s.a());
        *s.hp.add(1) = T::get(&s, s.b());
        D::set(&s, s.c(), RawTerm::cons(s.hp).0);
        s.hp = s.hp.add(2);
        next!(s, WORDS)
    }
}

handler! {
    fn put_tuple2(s) {
        *s.hp = RawTerm::header(BoxedKind::Tuple, 2).0;
        *s.hp.add(1) = s.get(s.b());
        *s.hp.add(2) = s.get(s.c());
        s.set(s.a(), RawTerm::boxed(s.hp).0);
        s.hp = s.hp.add(3);
        next!(s, 3)
    }
}

handler! {
    fn put_tuple3(s) {
        *s.hp = RawTerm::header(BoxedKind::Tuple, 3).0;
        *s.hp.add(1) = s.get(s.b());
        *s.hp.add(2) = s.get(s.c());
        *s.hp.add(3) = s.get(s.word(1) as u16 as usize);
        s.set(s.a(), RawTerm::boxed(s.hp).0);
        s.hp = s.hp.add(4);
        next!(s, 5)
    }
}

handler! {
    fn put_tuple(s) {
        let info = s.word(1);
        let size = info as u32 as usize;
        *s.hp = RawTerm::header(BoxedKind::Tuple, size).0;
        let operands = s.pc.add(2);
        for i in 0..size {
            *s.hp.add(1 + i) = s.get(packed(operands, i));
        }
        s.set(s.a(), RawTerm::boxed(s.hp).0);
        s.hp = s.hp.add(1 + size);
        next!(s, (info >> 32) as usize)
    }
}

handler! {
    fn update_record(s) {
        let info = s.word(1);
        let size = info as u32 as usize;
        let tuple = s.get(s.a());
        if header(tuple) != RawTerm::header(BoxedKind::Tuple, size).0 {
            error!(s, atoms::BADRECORD, tuple)
        }
        std::ptr::copy_nonoverlapping((tuple - TAG_BOXED) as *const u64, s.hp, size + 1);
        let operands = s.pc.add(2);
        for i in 0..s.c() {
            *s.hp.add(1 + packed(operands, 2 * i).wrapping_sub(1)) = s.get(packed(operands, 2 * i + 1));
        }
        s.set(s.b(), RawTerm::boxed(s.hp).0);
        s.hp = s.hp.add(1 + size);
        next!(s, (info >> 32) as usize)
    }
}

handler! {
    fn make_fun(s) {
        let free = s.b();
        *s.hp = RawTerm::header(BoxedKind::Fun, 1 + free).0;
        *s.hp.add(1) = s.word(1);
        let operands = s.pc.add(3);
        for i in 0..free {
            *s.hp.add(2 + i) = s.get(packed(operands, i));
        }
        s.set(s.a(), RawTerm::boxed(s.hp).0);
        s.hp = s.hp.add(2 + free);
        next!(s, (s.word(2) >> 32) as usize)
    }
}

handler! {
    /// A fun of evaluated code, which keeps the code.
    fn make_kept_fun(s) {
        s.out();
        let fun = call::kept_fun(s.m, s.pc, s.b());
        s.back();
        s.set(s.a(), fun);
        next!(s, (s.word(2) >> 32) as usize)
    }
}
