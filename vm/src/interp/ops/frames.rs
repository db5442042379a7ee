//! Frames, room on the heap, moves.

use super::super::state::{Destination, Source};
use crate::term::RawTerm;

/// Makes a frame of `$frame` slots; there is room for it.
macro_rules! frame {
    ($s:ident, $frame:expr) => {{
        let frame: usize = $frame;
        $s.sp = $s.sp.sub(frame);
        if cfg!(debug_assertions) || cfg!(feature = "collect-always") {
            for i in 0..frame {
                *$s.sp.add(i) = RawTerm::NIL.0;
            }
        }
    }};
}

handler! {
    fn allocate(s) {
        let frame = s.a();
        if !s.has_room(frame + s.c()) {
            tail!(s, allocate_slow)
        }
        frame!(s, frame);
        next!(s, 1)
    }
}

handler! {
    #[cold]
    #[inline(never)]
    fn allocate_slow(s) {
        let frame = s.a();
        collect!(s, frame + s.c(), s.b());
        frame!(s, frame);
        next!(s, 1)
    }
}

handler! {
    fn allocate_big(s) {
        let frame = s.a();
        if !s.has_room(frame + s.word(1) as usize) {
            collect!(s, frame + s.word(1) as usize, s.b());
        }
        frame!(s, frame);
        next!(s, 2)
    }
}

handler! {
    fn test_heap(s) {
        if !s.has_room(s.a()) {
            tail!(s, test_heap_slow)
        }
        next!(s, 1)
    }
}

handler! {
    #[cold]
    #[inline(never)]
    fn test_heap_slow(s) {
        collect!(s, s.a(), s.b());
        next!(s, 1)
    }
}

handler! {
    fn test_heap_big(s) {
        if !s.has_room(s.word(1) as usize) {
            collect!(s, s.word(1) as usize, s.b());
        }
        next!(s, 2)
    }
}

handler! {
    fn deallocate(s) {
        s.sp = s.sp.add(s.a());
        next!(s, 1)
    }
}

handler! {
    fn init_y[const N: usize](s) {
        *s.sp.add(s.a()) = RawTerm::NIL.0;
        if N > 1 {
            *s.sp.add(s.b()) = RawTerm::NIL.0;
        }
        if N > 2 {
            *s.sp.add(s.c()) = RawTerm::NIL.0;
        }
        next!(s, 1)
    }
}

handler! {
    /// A move of a register.
    fn mov[L: Source, R: Destination](s) {
        R::set(&s, s.b(), L::get(&s, s.a()));
        next!(s, 1)
    }
}

handler! {
    fn move_constant[R: Destination](s) {
        R::set(&s, s.b(), s.word(1));
        next!(s, 2)
    }
}

handler! {
    /// Two moves, one after the other.
    fn move2[L1: Source, R1: Destination, L2: Source, R2: Destination](s) {
        R1::set(&s, s.b(), L1::get(&s, s.a()));
        s.pc = s.pc.add(1);
        R2::set(&s, s.b(), L2::get(&s, s.a()));
        next!(s, 1)
    }
}

handler! {
    fn swap(s) {
        let (left, right) = (s.get(s.a()), s.get(s.b()));
        s.set(s.a(), right);
        s.set(s.b(), left);
        next!(s, 1)
    }
}
