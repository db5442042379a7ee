//! Float registers.

use super::super::arith;
use super::super::state::is;
use crate::atom::atoms;
use crate::term::raw::{TAG_BOXED, TAG_MASK};
use crate::term::{BoxedKind, RawTerm};

handler! {
    fn load(s) {
        let v = s.get(s.a());
        if !is(v, BoxedKind::Float) {
            plain_error!(s, atoms::BADARITH)
        }
        *s.floats().add(s.b()) = f64::from_bits(*((v - TAG_BOXED) as *const u64).add(1));
        next!(s, 2)
    }
}

handler! {
    fn store(s) {
        *s.hp = RawTerm::header(BoxedKind::Float, 1).0;
        *s.hp.add(1) = (*s.floats().add(s.a())).to_bits();
        s.set(s.b(), RawTerm::boxed(s.hp).0);
        s.hp = s.hp.add(2);
        next!(s, 1)
    }
}

handler! {
    fn mov(s) {
        *s.floats().add(s.b()) = *s.floats().add(s.a());
        next!(s, 1)
    }
}

handler! {
    fn convert(s) {
        let v = s.get(s.a());
        let value = if v & TAG_MASK == 0 {
            ((v as i64) >> 2) as f64
        } else if is(v, BoxedKind::Float) {
            f64::from_bits(*((v - TAG_BOXED) as *const u64).add(1))
        } else {
            tail!(s, convert_large)
        };
        *s.floats().add(s.b()) = value;
        next!(s, 2)
    }
}

handler! {
    #[cold]
    #[inline(never)]
    fn convert_large(s) {
        match arith::to_float(s.get(s.a())) {
            Some(value) => *s.floats().add(s.b()) = value,
            None => plain_error!(s, atoms::BADARITH),
        }
        next!(s, 2)
    }
}

/// `+`
pub(in crate::interp) const ADD: u8 = 0;
/// `-`
pub(in crate::interp) const SUB: u8 = 1;
/// `*`
pub(in crate::interp) const MUL: u8 = 2;
/// `/`
pub(in crate::interp) const DIV: u8 = 3;

handler! {
    fn arithmetic[const KIND: u8](s) {
        let (l, r) = (*s.floats().add(s.a()), *s.floats().add(s.b()));
        let value = match KIND {
            ADD => l + r,
            SUB => l - r,
            MUL => l * r,
            _ => l / r,
        };
        if !value.is_finite() {
            plain_error!(s, atoms::BADARITH)
        }
        *s.floats().add(s.c()) = value;
        next!(s, 1)
    }
}

handler! {
    fn negate(s) {
        *s.floats().add(s.b()) = -*s.floats().add(s.a());
        next!(s, 1)
    }
}
