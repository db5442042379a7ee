//! Catching and raising.

use super::super::raise;
use crate::atom::{atoms, Atom};
use crate::native::Class;
use crate::term::RawTerm;

handler! {
    fn mark(s) {
        *s.sp.add(s.a()) = RawTerm::catch(s.word(1) >> 3).0;
        next!(s, 2)
    }
}

handler! {
    fn try_end(s) {
        *s.sp.add(s.a()) = RawTerm::NIL.0;
        next!(s, 1)
    }
}

handler! {
    fn try_case(s) {
        *s.sp.add(s.a()) = RawTerm::NIL.0;
        *s.x = *s.x.add(1);
        *s.x.add(1) = *s.x.add(2);
        *s.x.add(2) = *s.x.add(3);
        next!(s, 1)
    }
}

handler! {
    fn catch_end(s) {
        *s.sp.add(s.a()) = RawTerm::NIL.0;
        if *s.x == RawTerm::NON_VALUE.0 {
            tail!(s, catch_value)
        }
        next!(s, 1)
    }
}

handler! {
    #[cold]
    #[inline(never)]
    fn catch_value(s) {
        s.out();
        raise::catch_value(s.m);
        s.back();
        s.pc = s.pc.add(1);
        tidy!(s, 1);
        s.go()
    }
}

handler! {
    /// Raises a pair of an atom and the operand.
    #[cold]
    fn pair[const TAG: u32](s) {
        error!(s, Atom::of_term(TAG), s.get(s.a()))
    }
}

handler! {
    #[cold]
    fn if_end(s) {
        plain_error!(s, atoms::IF_CLAUSE)
    }
}

handler! {
    #[cold]
    fn again(s) {
        let (trace, reason) = (s.get(s.a()), s.get(s.b()));
        s.out();
        raise::again(s.m, None, reason, trace);
        raise!(s)
    }
}

handler! {
    #[cold]
    fn raw_raise(s) {
        let (class, reason, trace) = (RawTerm(*s.x), *s.x.add(1), *s.x.add(2));
        match class.as_atom().and_then(Class::from_atom) {
            Some(class) => {
                s.out();
                raise::again(s.m, Some(class), reason, trace);
                raise!(s)
            }
            None => {
                *s.x = RawTerm::atom(atoms::BADARG).0;
                next!(s, 1)
            }
        }
    }
}

handler! {
    fn build_stacktrace(s) {
        s.out();
        let trace = *s.x;
        *s.x = raise::trace_list(s.m, trace);
        s.back();
        s.pc = s.pc.add(1);
        tidy!(s, 1);
        s.go()
    }
}
