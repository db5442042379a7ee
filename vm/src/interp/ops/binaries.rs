//! Binaries: matching and building.

use super::super::bits;
use super::super::state::{header, is, kind, packed, Destination, Source, State, KIND_MASK};
use crate::atom::atoms;
use crate::code::stream::Op;
use crate::heap::SharedBytes;
use crate::term::raw::{TAG_BOXED, TAG_MASK};
use crate::term::{BoxedKind, RawTerm};

/// The object of a match context; null for any other term.
///
/// # Safety
/// The term is alive.
#[inline(always)]
unsafe fn context(term: u64) -> *mut u64 {
    // SAFETY: the term is an operand, alive.
    if unsafe { is(term, BoxedKind::MatchContext) } {
        (term - TAG_BOXED) as *mut u64
    } else {
        std::ptr::null_mut()
    }
}

/// The next bit and the end of a context's bits.
///
/// # Safety
/// It is the object of a match context that is alive.
#[inline(always)]
unsafe fn span(context: *const u64) -> (usize, usize) {
    // SAFETY: a context has these words.
    unsafe { (*context.add(1) as usize, *context.add(2) as usize) }
}

/// How many bits a context has left; `None` for any other term.
///
/// # Safety
/// The term is alive.
#[inline(always)]
unsafe fn remaining(term: u64) -> Option<usize> {
    // SAFETY: as `context` and `span`.
    unsafe {
        let context = context(term);
        if context.is_null() {
            return None;
        }
        let (position, end) = span(context);
        Some(end - position)
    }
}

/// The first byte of a context's binary, which has bytes up to the context's end.
///
/// # Safety
/// It is the object of a match context that is alive.
#[inline(always)]
unsafe fn bytes_of(context: *const u64) -> *const u8 {
    // SAFETY: the last word of a context is a heap or a refc binary, which lives as long as the context.
    unsafe {
        let binary = (*context.add(4) - TAG_BOXED) as *const u64;
        if *binary & KIND_MASK == kind(BoxedKind::RefcBinary) {
            (*(*binary.add(2) as *const SharedBytes)).as_slice().as_ptr()
        } else {
            binary.add(2).cast()
        }
    }
}

/// Whether a number of bits is a multiple.
#[inline(always)]
fn is_multiple(bits: usize, unit: usize) -> bool {
    if unit == 8 {
        bits & 7 == 0
    } else {
        bits % unit == 0
    }
}

/// The quick ways of instructions in x registers, for those that are fused: whether it was done, with `pc` at the next one.
pub(super) mod part {
    use super::*;

    /// Begins to match a binary that is a context already or has its bytes at hand.
    ///
    /// # Safety
    /// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
    #[inline(always)]
    pub(in super::super) unsafe fn start_match(s: &mut State<'_, '_>) -> bool {
        const CONTEXT: u64 = kind(BoxedKind::MatchContext);
        const PART: u64 = kind(BoxedKind::SubBinary);
        const LARGE: u64 = kind(BoxedKind::RefcBinary);
        const SMALL: u64 = kind(BoxedKind::HeapBinary);
        // SAFETY: as `State` says; there is room where it is written.
        unsafe {
            let term = *s.x.add(s.a());
            let object = term.wrapping_sub(TAG_BOXED) as *const u64;
            let head = header(term) & KIND_MASK;
            if head == CONTEXT {
                *s.x.add(s.b()) = term;
                s.pc = s.pc.add(3);
                return true;
            }
            let (start, length, whole) = match head {
                PART => (*object.add(1), *object.add(2), *object.add(3)),
                LARGE => (0, *object.add(3) * 8, term),
                SMALL => (0, *object.add(1) * 8, term),
                _ => return false,
            };
            if !s.has_room(5) {
                return false;
            }
            *s.hp = RawTerm::header(BoxedKind::MatchContext, 4).0;
            *s.hp.add(1) = start;
            *s.hp.add(2) = start + length;
            *s.hp.add(3) = start;
            *s.hp.add(4) = whole;
            *s.x.add(s.b()) = RawTerm::boxed(s.hp).0;
            s.hp = s.hp.add(5);
            s.pc = s.pc.add(3);
            true
        }
    }

    /// Notes where a context is.
    ///
    /// # Safety
    /// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
    #[inline(always)]
    pub(in super::super) unsafe fn position(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let context = *s.x.add(s.a());
            if !is(context, BoxedKind::MatchContext) {
                return false;
            }
            *s.x.add(s.b()) = *((context - TAG_BOXED) as *const u64).add(1) << 2;
            s.pc = s.pc.add(2);
            true
        }
    }

    /// Takes a byte that begins on one.
    ///
    /// # Safety
    /// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
    #[inline(always)]
    pub(in super::super) unsafe fn byte(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let context = *s.x.add(s.a());
            if !is(context, BoxedKind::MatchContext) {
                return false;
            }
            let context = (context - TAG_BOXED) as *mut u64;
            let (position, end) = span(context);
            if end - position < 8 || position & 7 != 0 {
                return false;
            }
            *s.x.add(s.b()) = u64::from(*bytes_of(context).add(position / 8)) << 2;
            *context.add(1) = (position + 8) as u64;
            s.pc = s.pc.add(5);
            true
        }
    }

    /// Takes a character below 128.
    ///
    /// # Safety
    /// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
    #[inline(always)]
    pub(in super::super) unsafe fn character(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let Some(byte) = ascii(s) else { return false };
            *s.x.add(s.b()) = u64::from(byte) << 2;
            s.pc = s.pc.add(4);
            true
        }
    }

    /// Passes a character below 128.
    ///
    /// # Safety
    /// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
    #[inline(always)]
    pub(in super::super) unsafe fn skip(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let done = ascii(s).is_some();
            s.pc = s.pc.add(if done { 4 } else { 0 });
            done
        }
    }
}

handler! {
    fn start_match[L: Source, D: Destination](s) {
        let term = L::get(&s, s.a());
        let object = term.wrapping_sub(TAG_BOXED) as *const u64;
        const CONTEXT: u64 = kind(BoxedKind::MatchContext);
        const PART: u64 = kind(BoxedKind::SubBinary);
        const LARGE: u64 = kind(BoxedKind::RefcBinary);
        const SMALL: u64 = kind(BoxedKind::HeapBinary);
        let (start, length, whole) = match header(term) & KIND_MASK {
            CONTEXT => {
                D::set(&s, s.b(), term);
                next!(s, 3)
            }
            PART => (*object.add(1), *object.add(2), *object.add(3)),
            LARGE => (0, *object.add(3) * 8, term),
            SMALL => (0, *object.add(1) * 8, term),
            _ => tail!(s, start_match_slow),
        };
        if !s.has_room(5) {
            tail!(s, start_match_slow)
        }
        *s.hp = RawTerm::header(BoxedKind::MatchContext, 4).0;
        *s.hp.add(1) = start;
        *s.hp.add(2) = start + length;
        *s.hp.add(3) = start;
        *s.hp.add(4) = whole;
        let context = RawTerm::boxed(s.hp).0;
        s.hp = s.hp.add(5);
        D::set(&s, s.b(), context);
        next!(s, 3)
    }
}

handler! {
    #[inline(never)]
    fn start_match_slow(s) {
        let mut term = s.get(s.a());
        let live = s.c();
        if s.m.term(term).is_bitstring() {
            *s.x.add(live) = term;
            collect!(s, 5, live + 1);
            term = *s.x.add(live);
        }
        s.out();
        let context = bits::start_match(s.m, term);
        s.back();
        if context == RawTerm::NON_VALUE.0 {
            let fail = s.target(1);
            if fail.is_null() {
                plain_error!(s, atoms::BADARG)
            }
            jump!(s, fail)
        }
        s.set(s.b(), context);
        next!(s, 3)
    }
}

handler! {
    /// The next byte, all in x registers.
    fn get_byte(s) {
        let context = *s.x.add(s.a());
        if !is(context, BoxedKind::MatchContext) {
            jump!(s, s.target(1))
        }
        let context = (context - TAG_BOXED) as *mut u64;
        let (position, end) = span(context);
        if end - position < 8 {
            jump!(s, s.target(1))
        }
        if position & 7 != 0 {
            tail!(s, get_unaligned_byte)
        }
        let byte = *bytes_of(context).add(position / 8);
        *context.add(1) = (position + 8) as u64;
        *s.x.add(s.b()) = RawTerm::small(i64::from(byte)).0;
        next!(s, 5)
    }
}

handler! {
    #[inline(never)]
    fn get_unaligned_byte(s) {
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
        let context = context(s.get(s.a()));
        let size = s.get(packed(s.pc.add(2), 0));
        if context.is_null() || size & TAG_MASK != 0 || size >> 32 != 0 {
            tail!(s, skip_slow)
        }
        let (position, end) = span(context);
        let count = (size >> 2) as usize * packed(s.pc.add(2), 1);
        if end - position < count {
            jump!(s, s.target(1))
        }
        *context.add(1) = (position + count) as u64;
        next!(s, 5)
    }
}

handler! {
    #[inline(never)]
    fn skip_slow(s) {
        let done = bits::skip(s.m, s.pc, s.sp);
        test!(s, done, 5)
    }
}

handler! {
    fn test_tail(s) {
        test!(s, remaining(s.get(s.a())) == Some(s.word(2) as usize), 4)
    }
}

handler! {
    fn test_unit(s) {
        let (context, unit) = (s.get(s.a()), s.word(2) as usize);
        if !is(context, BoxedKind::MatchContext) {
            jump!(s, s.target(1))
        }
        let (position, end) = span((context - TAG_BOXED) as *const u64);
        test!(s, is_multiple(end - position, unit), 4)
    }
}

handler! {
    fn ensure(s) {
        let (least, unit) = (s.word(2) as usize, s.word(3) as usize);
        test!(s, remaining(s.get(s.a())).is_some_and(|left| left >= least && is_multiple(left - least, unit)), 5)
    }
}

handler! {
    fn match_string(s) {
        let (context, count) = (context(s.get(s.a())), s.word(2) as usize);
        if context.is_null() {
            jump!(s, s.target(1))
        }
        let (position, end) = span(context);
        if end - position < count {
            jump!(s, s.target(1))
        }
        if (position | count) & 7 != 0 {
            tail!(s, match_string_slow)
        }
        let (bytes, expected) = (bytes_of(context).add(position / 8), s.word(3) as *const u8);
        let mut at = 0;
        while at < count / 8 {
            if *bytes.add(at) != *expected.add(at) {
                jump!(s, s.target(1))
            }
            at += 1;
        }
        *context.add(1) = (position + count) as u64;
        next!(s, 5)
    }
}

handler! {
    #[inline(never)]
    fn match_string_slow(s) {
        test!(s, bits::match_string(s.get(s.a()), s.word(2) as usize, s.word(3) as *const u8), 5)
    }
}

handler! {
    fn read_equal(s) {
        test!(s, bits::match_integer(s.get(s.a()), s.word(2) as usize, s.word(3)), 5)
    }
}

/// The next byte of a context in an x register, if it is below 128 and begins on one.
///
/// # Safety
/// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
#[inline(always)]
pub(super) unsafe fn ascii(s: &State<'_, '_>) -> Option<u8> {
    // SAFETY: as `State` says.
    unsafe {
        let context = *s.x.add(s.a());
        if !is(context, BoxedKind::MatchContext) {
            return None;
        }
        let context = (context - TAG_BOXED) as *mut u64;
        let (position, end) = span(context);
        if position & 7 != 0 || end - position < 8 {
            return None;
        }
        let byte = *bytes_of(context).add(position / 8);
        if byte >= 0x80 {
            return None;
        }
        *context.add(1) = (position + 8) as u64;
        Some(byte)
    }
}

handler! {
    /// The next character in UTF-8, all in x registers.
    fn get_utf8(s) {
        if let Some(byte) = ascii(&s) {
            *s.x.add(s.b()) = RawTerm::small(i64::from(byte)).0;
            next!(s, 4)
        }
        tail!(s, get_utf)
    }
}

handler! {
    /// Moves over a character in UTF-8, the context in an x register.
    fn skip_utf8(s) {
        if ascii(&s).is_some() {
            next!(s, 4)
        }
        tail!(s, skip_utf)
    }
}

handler! {
    #[inline(never)]
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
    #[inline(never)]
    fn skip_utf(s) {
        let field = s.word(2);
        test!(s, bits::utf(s.get(s.a()), field as u16, (field >> 32) as u16).is_some(), 4)
    }
}

handler! {
    fn get_tail(s) {
        let context = s.get(s.a());
        if !is(context, BoxedKind::MatchContext) || !s.has_room(4) {
            tail!(s, get_tail_slow)
        }
        let context = (context - TAG_BOXED) as *mut u64;
        let (position, end) = span(context);
        // Few bytes are copied, so that they do not keep many alive.
        if end - position <= 128 {
            tail!(s, get_tail_slow)
        }
        *s.hp = RawTerm::header(BoxedKind::SubBinary, 3).0;
        *s.hp.add(1) = position as u64;
        *s.hp.add(2) = (end - position) as u64;
        *s.hp.add(3) = *context.add(4);
        let tail = RawTerm::boxed(s.hp).0;
        s.hp = s.hp.add(4);
        s.set(s.b(), tail);
        next!(s, 2)
    }
}

handler! {
    #[inline(never)]
    fn get_tail_slow(s) {
        let (mut context, live) = (s.get(s.a()), s.c());
        if !s.has_room(4) {
            *s.x.add(live) = context;
            collect!(s, 4, live + 1);
            context = *s.x.add(live);
        }
        s.out();
        let tail = bits::tail(s.m, context);
        s.back();
        s.set(s.b(), tail);
        next!(s, 2)
    }
}

handler! {
    fn get_position(s) {
        let context = s.get(s.a());
        let position = if is(context, BoxedKind::MatchContext) { *((context - TAG_BOXED) as *const u64).add(1) } else { 0 };
        s.set(s.b(), position << 2);
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
