//! Maps.

use super::super::map;
use super::super::state::{header, kind, KIND_MASK};
use crate::term::raw::TAG_BOXED;
use crate::term::{BoxedKind, RawTerm};

handler! {
    fn get_element(s) {
        let (map, key) = (s.get(s.a()), s.get(s.b()));
        let head = header(map);
        if head & KIND_MASK != kind(BoxedKind::FlatMap) || !RawTerm(key).is_immediate() {
            tail!(s, get_element_slow)
        }
        // The first field is the tuple of the keys, the values follow in the same order.
        let object = (map - TAG_BOXED) as *const u64;
        let keys = (*object.add(1)).wrapping_sub(TAG_BOXED) as *const u64;
        for i in 1..(head >> 8) as usize {
            if *keys.add(i) == key {
                s.set(s.c(), *object.add(1 + i));
                next!(s, 4)
            }
        }
        jump!(s, s.target(1))
    }
}

handler! {
    #[inline(never)]
    fn get_element_slow(s) {
        let key = s.m.term(s.get(s.b()));
        match s.m.term(s.get(s.a())).as_map().and_then(|map| map.get(key)) {
            Some(value) => {
                s.set(s.c(), value.raw.0);
                next!(s, 4)
            }
            None => jump!(s, s.target(1)),
        }
    }
}

handler! {
    fn get_elements(s) {
        let found = map::elements(s.m, s.pc, s.sp);
        test!(s, found, (s.word(2) >> 32) as usize)
    }
}

handler! {
    fn has_fields(s) {
        let found = map::has_fields(s.m, s.pc, s.sp);
        test!(s, found, (s.word(2) >> 32) as usize)
    }
}

handler! {
    fn put[const EXACT: bool](s) {
        s.out();
        let result = map::put(s.m, s.pc, EXACT);
        if result == RawTerm::NON_VALUE.0 {
            failed!(s)
        }
        s.back();
        made!(s, s.b(), s.c(), result);
        next!(s, (s.word(2) >> 32) as usize)
    }
}
