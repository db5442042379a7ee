//! Maps.

use super::super::map;
use crate::term::RawTerm;

handler! {
    fn get_element(s) {
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
