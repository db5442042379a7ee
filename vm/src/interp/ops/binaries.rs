//! Binaries: matching and building.

use super::super::bits;
use super::super::state::packed;
use crate::atom::atoms;
use crate::code::stream::Op;
use crate::term::RawTerm;

handler! {
    fn start_match(s) {
        s.out();
        let term = s.get(s.a());
        let context = bits::start_match(s.m, term);
        s.back();
        if context == RawTerm::NON_VALUE.0 {
            let fail = s.target(1);
            if fail.is_null() {
                plain_error!(s, atoms::BADARG)
            }
            jump!(s, fail)
        }
        made!(s, s.b(), s.c(), context);
        next!(s, 3)
    }
}

handler! {
    fn get_byte(s) {
        if let Some(value) = bits::byte(s.get(s.a())) {
            s.set(s.b(), RawTerm::small(value).0);
            next!(s, 5)
        }
        jump!(s, s.target(1))
    }
}

handler! {
    fn get(s) {
        s.out();
        let op = s.op();
        let result = bits::get(s.m, s.pc, op);
        s.back();
        if result == RawTerm::NON_VALUE.0 {
            jump!(s, s.target(1))
        }
        made!(s, s.b(), s.c(), result);
        next!(s, 5)
    }
}

handler! {
    fn skip_bits(s) {
        let done = bits::skip(s.m, s.pc, s.sp);
        test!(s, done, 5)
    }
}

handler! {
    fn test_tail(s) {
        test!(s, bits::remaining(s.get(s.a())) == Some(s.word(2) as usize), 4)
    }
}

handler! {
    fn test_unit(s) {
        test!(s, bits::remaining(s.get(s.a())).is_some_and(|left| left % s.word(2) as usize == 0), 4)
    }
}

handler! {
    fn ensure(s) {
        let (least, unit) = (s.word(2) as usize, s.word(3) as usize);
        test!(s, bits::remaining(s.get(s.a())).is_some_and(|left| left >= least && (left - least) % unit == 0), 5)
    }
}

handler! {
    fn match_string(s) {
        test!(s, bits::match_string(s.get(s.a()), s.word(2) as usize, s.word(3) as *const u8), 5)
    }
}

handler! {
    fn read_equal(s) {
        test!(s, bits::match_integer(s.get(s.a()), s.word(2) as usize, s.word(3)), 5)
    }
}

handler! {
    fn get_utf(s) {
        let field = s.word(2);
        match bits::utf(s.get(s.a()), field as u16, (field >> 32) as u16) {
            Some(character) => {
                s.set(s.b(), RawTerm::small(i64::from(character)).0);
                next!(s, 4)
            }
            None => jump!(s, s.target(1)),
        }
    }
}

handler! {
    fn skip_utf(s) {
        let field = s.word(2);
        test!(s, bits::utf(s.get(s.a()), field as u16, (field >> 32) as u16).is_some(), 4)
    }
}

handler! {
    fn get_tail(s) {
        s.out();
        let context = s.get(s.a());
        let tail = bits::tail(s.m, context);
        s.back();
        made!(s, s.b(), s.c(), tail);
        next!(s, 2)
    }
}

handler! {
    fn get_position(s) {
        s.set(s.b(), RawTerm::small(bits::position(s.get(s.a())) as i64).0);
        next!(s, 2)
    }
}

handler! {
    fn set_position(s) {
        bits::set_position(s.get(s.a()), s.get(s.b()));
        next!(s, 3)
    }
}

handler! {
    fn create(s) {
        s.out();
        let result = bits::create(s.m, s.pc);
        if result == RawTerm::NON_VALUE.0 {
            failed!(s)
        }
        s.back();
        s.set(s.a(), result);
        let need = s.word(3) as usize;
        if s.m.process.heap.wants_collection() || !s.has_room(need) {
            let live = s.c();
            *s.x.add(live) = result;
            collect!(s, need, live + 1);
            s.set(s.a(), *s.x.add(live));
        }
        next!(s, (s.word(2) >> 32) as usize)
    }
}

handler! {
    fn init_writable(s) {
        s.out();
        let size = *s.x;
        *s.x = bits::writable(s.m, size);
        s.back();
        next!(s, 1)
    }
}

handler! {
    fn begin(s) {
        s.out();
        let op = s.op();
        let result = bits::begin(s.m, s.pc, op);
        if result == RawTerm::NON_VALUE.0 {
            failed!(s)
        }
        s.back();
        s.set(s.b(), result);
        let words = match op {
            Op::BsInit | Op::BsInitBits => s.word(2) as usize,
            Op::BsAppend => packed(s.pc.add(2), 2),
            _ => 0,
        };
        if op != Op::BsPrivateAppend && !s.has_room(words) {
            let live = s.c();
            *s.x.add(live) = result;
            collect!(s, words, live + 1);
            s.set(s.b(), *s.x.add(live));
        }
        next!(s, op.length())
    }
}

handler! {
    fn put(s) {
        s.out();
        let op = s.op();
        let done = bits::put(s.m, s.pc, op);
        if !done {
            failed!(s)
        }
        s.back();
        next!(s, op.length())
    }
}

handler! {
    fn put_string(s) {
        let (size, bytes) = (s.word(1) as usize, s.word(2) as *const u8);
        bits::put_string(s.m, size, bytes);
        next!(s, 3)
    }
}

handler! {
    fn utf_size(s) {
        let size = bits::utf_size(s.get(s.a()), s.c() as u16);
        s.set(s.b(), RawTerm::small(size).0);
        next!(s, 2)
    }
}

handler! {
    fn add(s) {
        let field = s.word(2);
        let (left, right) = (s.get(s.a()), s.get(field as u16 as usize));
        match bits::add_sizes(left, right, (field >> 16) as u16) {
            Some(sum) => {
                s.set(s.b(), sum.0);
                next!(s, 5)
            }
            None => {
                let fail = s.target(1);
                if fail.is_null() {
                    plain_error!(s, atoms::BADARG)
                }
                jump!(s, fail)
            }
        }
    }
}
