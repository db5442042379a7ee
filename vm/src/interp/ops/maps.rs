//! Maps.

use super::super::map;
use super::super::state::{header, kind, packed, KIND_MASK};
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

/// Finds a key that is an immediate among the keys of a flat map, from one place on and around; 0 when it is not there.
///
/// # Safety
/// `keys` is the tuple of a flat map of `size` words and `from` one of its elements.
#[inline(always)]
unsafe fn find(keys: *const u64, size: usize, from: usize, key: u64) -> usize {
    let mut at = from;
    for _ in 1..size {
        if at >= size {
            at = 1;
        }
        // SAFETY: `at` is from 1 to the number of keys.
        if unsafe { *keys.add(at) } == key {
            return at;
        }
        at += 1;
    }
    0
}

handler! {
    /// Reads the values of keys that are all immediates.
    fn get_elements_at_once(s) {
        let map = s.get(s.a());
        let head = header(map);
        if head & KIND_MASK != kind(BoxedKind::FlatMap) {
            tail!(s, get_elements)
        }
        let object = (map - TAG_BOXED) as *const u64;
        let keys = (*object.add(1)).wrapping_sub(TAG_BOXED) as *const u64;
        let size = (head >> 8) as usize;
        let (count, operands) = (s.word(2) as u32 as usize, s.pc.add(3));
        let (mut i, mut at) = (0, 0);
        while i < count {
            // Code mostly names keys in the order that maps keep them in.
            at = find(keys, size, at + 1, s.get(packed(operands, 2 * i)));
            if at == 0 {
                jump!(s, s.target(1))
            }
            s.set(packed(operands, 2 * i + 1), *object.add(1 + at));
            i += 1;
        }
        next!(s, (s.word(2) >> 32) as usize)
    }
}

handler! {
    /// Sets keys that are all immediates, of which the loader knows or which is looked at here; in a flat map that has them all
    /// this is one copy.
    fn put_at_once[const EXACT: bool, const KNOWN: bool](s) {
        let map = s.get(s.a());
        let head = header(map);
        let size = (head >> 8) as usize;
        if head & KIND_MASK != kind(BoxedKind::FlatMap) || !s.has_room(size + 1) {
            tail!(s, put::<EXACT>)
        }
        let object = (map - TAG_BOXED) as *const u64;
        let keys = (*object.add(1)).wrapping_sub(TAG_BOXED) as *const u64;
        let mut i = 0;
        while i <= size {
            // Volatile, for else this would become a call, which a handler has to save its state around.
            *s.hp.add(i) = object.add(i).read_volatile();
            i += 1;
        }
        let (count, operands) = (s.word(2) as u32 as usize, s.pc.add(3));
        let (mut i, mut at) = (0, 0);
        while i < count {
            let key = s.get(packed(operands, 2 * i));
            at = if KNOWN || RawTerm(key).is_immediate() { find(keys, size, at + 1, key) } else { 0 };
            if at == 0 {
                // Nothing is kept of the copy.
                tail!(s, put::<EXACT>)
            }
            *s.hp.add(1 + at) = s.get(packed(operands, 2 * i + 1));
            i += 1;
        }
        let result = RawTerm::boxed(s.hp).0;
        s.hp = s.hp.add(size + 1);
        s.set(s.b(), result);
        next!(s, (s.word(2) >> 32) as usize)
    }
}

handler! {
    #[inline(never)]
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
    #[inline(never)]
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
