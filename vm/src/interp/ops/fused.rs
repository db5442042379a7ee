//! Super-instructions: several instructions that often follow each other, done by one handler.
//!
//! Their words stay as they are but for the opcode of the first. A part that cannot be done quickly leaves everything as it
//! was before it, and its own handler takes over, which goes on one by one. So slow paths, failing tests and the collector
//! see ordinary instructions.

use super::super::state::{header, is, kind, Any, Destination, Source, State, Word, KIND_MASK, X, Y};
use super::{binaries as bin, calls, conditions as cond, data, frames, guards, maps};
use crate::term::raw::{TAG_BOXED, TAG_MASK};
use crate::term::{BoxedKind, RawTerm};

/// The quick ways of parts: whether it was done, with `pc` at the next instruction.
mod part {
    use super::*;

    /// Makes a frame without values, where there is room.
    ///
    /// # Safety
    /// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
    #[inline(always)]
    pub(super) unsafe fn allocate(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let frame = s.a();
            if cfg!(debug_assertions) || cfg!(feature = "collect-always") || !s.has_room(frame + s.c()) {
                return false;
            }
            s.sp = s.sp.sub(frame);
            s.pc = s.pc.add(1);
            true
        }
    }

    /// Sees that there is room.
    ///
    /// # Safety
    /// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
    #[inline(always)]
    pub(super) unsafe fn test_heap(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let enough = s.has_room(s.a());
            s.pc = s.pc.add(usize::from(enough));
            enough
        }
    }

    /// Moves a value.
    ///
    /// # Safety
    /// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
    #[inline(always)]
    pub(super) unsafe fn mov<L: Source, R: Destination>(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            R::set(s, s.b(), L::get(s, s.a()));
            s.pc = s.pc.add(1);
            true
        }
    }

    /// Moves a constant.
    ///
    /// # Safety
    /// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
    #[inline(always)]
    pub(super) unsafe fn move_constant(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            *s.x.add(s.b()) = s.word(1);
            s.pc = s.pc.add(2);
            true
        }
    }

    /// Sees that a list has an element.
    ///
    /// # Safety
    /// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
    #[inline(always)]
    pub(super) unsafe fn is_cons(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let holds = RawTerm(*s.x.add(s.a())).is_cons();
            s.pc = if holds { s.pc.add(2) } else { s.pc };
            holds
        }
    }

    /// Reads the head or the tail of a list cell that was just tested.
    ///
    /// # Safety
    /// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
    #[inline(always)]
    pub(super) unsafe fn get_part<const PART: usize>(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let list = RawTerm(*s.x.add(s.a()));
            if !list.is_cons() {
                return false;
            }
            *s.x.add(s.b()) = *list.address().add(PART);
            s.pc = s.pc.add(1);
            true
        }
    }

    /// Both tests that something is a tuple of some size: the loader has seen to it that they are about one register.
    ///
    /// # Safety
    /// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
    #[inline(always)]
    pub(super) unsafe fn tuple(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let holds = header(*s.x.add(s.a())) == s.word(4);
            s.pc = if holds { s.pc.add(5) } else { s.pc };
            holds
        }
    }

    /// Sees that a tuple has a size and a first element.
    ///
    /// # Safety
    /// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
    #[inline(always)]
    pub(super) unsafe fn tagged(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let v = *s.x.add(s.a());
            let holds = header(v) == s.word(2) && *((v - TAG_BOXED) as *const u64).add(1) == s.word(3);
            s.pc = if holds { s.pc.add(4) } else { s.pc };
            holds
        }
    }

    /// Sees that a term is a map.
    ///
    /// # Safety
    /// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
    #[inline(always)]
    pub(super) unsafe fn is_map(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let holds = is(*s.x.add(s.a()), BoxedKind::FlatMap);
            s.pc = if holds { s.pc.add(2) } else { s.pc };
            holds
        }
    }

    /// Sees that a tuple, tested to be one, has a size.
    ///
    /// # Safety
    /// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
    #[inline(always)]
    pub(super) unsafe fn arity(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let holds = header(*s.x.add(s.a())) == s.word(2);
            s.pc = if holds { s.pc.add(3) } else { s.pc };
            holds
        }
    }

    /// Reads an element of a tuple that was just tested for its size, which the loader has compared with the index.
    ///
    /// # Safety
    /// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
    #[inline(always)]
    pub(super) unsafe fn element(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let tuple = *s.x.add(s.a());
            *s.x.add(s.c()) = *((tuple - TAG_BOXED) as *const u64).add(1 + s.b());
            s.pc = s.pc.add(1);
            true
        }
    }

    /// Any element of anything that should be a tuple.
    ///
    /// # Safety
    /// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
    #[inline(always)]
    pub(super) unsafe fn checked_element(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let tuple = *s.x.add(s.a());
            let head = header(tuple);
            if head & KIND_MASK != kind(BoxedKind::Tuple) || (head >> 8) as usize <= s.b() {
                return false;
            }
            *s.x.add(s.c()) = *((tuple - TAG_BOXED) as *const u64).add(1 + s.b());
            s.pc = s.pc.add(1);
            true
        }
    }

    /// Arithmetic of small integers in x registers, or of one and a constant in word 3.
    ///
    /// # Safety
    /// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
    #[inline(always)]
    pub(super) unsafe fn arithmetic<A: guards::Arithmetic, R: Source>(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let (l, r) = (*s.x.add(s.a()), R::get(s, s.b()));
            if (l | r) & TAG_MASK != 0 {
                return false;
            }
            let Some(value) = A::of(l as i64, r as i64) else { return false };
            *s.x.add(s.c()) = value;
            s.pc = s.pc.add(5);
            true
        }
    }

    /// Adds small integers.
    ///
    /// # Safety
    /// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
    #[inline(always)]
    pub(super) unsafe fn add_xx(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let (l, r) = (*s.x.add(s.a()), *s.x.add(s.b()));
            let (value, overflow) = (l as i64).overflowing_add(r as i64);
            if (l | r) & TAG_MASK != 0 || overflow {
                return false;
            }
            *s.x.add(s.c()) = value as u64;
            s.pc = s.pc.add(3);
            true
        }
    }

    /// Makes a list cell, for which there is room.
    ///
    /// # Safety
    /// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
    #[inline(always)]
    pub(super) unsafe fn put_list<H: Source, T: Source>(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            *s.hp = H::get(s, s.a());
            *s.hp.add(1) = T::get(s, s.b());
            *s.x.add(s.c()) = RawTerm::cons(s.hp).0;
            s.hp = s.hp.add(2);
            s.pc = s.pc.add(1);
            true
        }
    }

    /// Adds a constant to a small integer, or subtracts it.
    ///
    /// # Safety
    /// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
    #[inline(always)]
    pub(super) unsafe fn add_small<L: Source, const ADD: bool>(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let (l, r) = (L::get(s, s.a()), s.word(3));
            let (value, overflow) =
                if ADD { (l as i64).overflowing_add(r as i64) } else { (l as i64).overflowing_sub(r as i64) };
            if l & TAG_MASK != 0 || overflow {
                return false;
            }
            *s.x.add(s.c()) = value as u64;
            s.pc = s.pc.add(4);
            true
        }
    }

    /// Adds small integers, the first of the frame.
    ///
    /// # Safety
    /// `s.pc` is at this instruction of verified code, and the rest is as [`State`] says.
    #[inline(always)]
    pub(super) unsafe fn add_yx(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let (l, r) = (*s.y(s.a()), *s.x.add(s.b()));
            let (value, overflow) = (l as i64).overflowing_add(r as i64);
            if (l | r) & TAG_MASK != 0 || overflow {
                return false;
            }
            *s.x.add(s.c()) = value as u64;
            s.pc = s.pc.add(3);
            true
        }
    }
}

/// Handlers of parts, each with the handler that does it slowly, and of a last instruction.
macro_rules! fused {
    ($($name:ident = $([$part:expr, $slow:expr])* => $last:expr;)*) => {$(
        handler! {
            fn $name(s) {
                $(
                    if !$part(&mut s) {
                        tail!(s, $slow)
                    }
                )*
                tail!(s, $last)
            }
        }
    )*};
}

handler! {
    /// An element of a tuple that was just tested for its size.
    fn known_element(s) {
        part::element(&mut s);
        s.go()
    }
}

handler! {
    /// Both tests that something is a tuple of some size.
    fn tuple_arity(s) {
        if part::tuple(&mut s) {
            return s.go();
        }
        tail!(s, cond::type_test::<cond::Tuple, X, 2>)
    }
}

type AddWith = guards::FloatAdd;
type SubtractWith = guards::FloatSubtract;

fused! {
    allocate_move = [part::allocate, frames::allocate] => frames::mov::<X, Y>;
    allocate_move2 = [part::allocate, frames::allocate] [part::mov::<X, Y>, frames::mov::<X, Y>] => frames::mov::<X, Y>;
    allocate_move_init = [part::allocate, frames::allocate] [part::mov::<X, Y>, frames::mov::<X, Y>] => frames::init_y::<1>;
    move_init = [part::mov::<X, Y>, frames::mov::<X, Y>] => frames::init_y::<1>;
    move2_call = [part::mov::<Y, X>, frames::mov::<Y, X>] [part::mov::<Y, X>, frames::mov::<Y, X>] => calls::call;
    move_call_last = [part::mov::<Y, X>, frames::mov::<Y, X>] => calls::call_last;
    constant_return = [part::move_constant, frames::move_constant::<X>] => calls::return_;
    cons_head = [part::is_cons, cond::type_test::<cond::Cons, X, 2>] => data::get_part::<X, X, 0, 1>;
    cons_head_tail = [part::is_cons, cond::type_test::<cond::Cons, X, 2>]
        [part::get_part::<0>, data::get_part::<X, X, 0, 1>] => data::get_part::<X, X, 1, 1>;
    cons_list = [part::is_cons, cond::type_test::<cond::Cons, X, 2>] => data::get_list::<X, X, X, 1>;
    head_tail = [part::get_part::<0>, data::get_part::<X, X, 0, 1>] => data::get_part::<X, X, 1, 1>;
    tuple_arity_element = [part::tuple, cond::type_test::<cond::Tuple, X, 2>] => known_element;
    tuple_arity_element2 = [part::tuple, cond::type_test::<cond::Tuple, X, 2>]
        [part::element, data::get_element::<X, X, 1>] => known_element;
    tuple_arity_element_is = [part::tuple, cond::type_test::<cond::Tuple, X, 2>]
        [part::element, data::get_element::<X, X, 1>] => cond::same_word::<X, Word<2>, true>;
    arity_element = [part::arity, cond::test_arity::<X, 3>] => known_element;
    arity_element2 = [part::arity, cond::test_arity::<X, 3>]
        [part::element, data::get_element::<X, X, 1>] => known_element;
    tagged_element = [part::tagged, cond::is_tagged_tuple::<X, 4>] => known_element;
    tagged_element2 = [part::tagged, cond::is_tagged_tuple::<X, 4>]
        [part::element, data::get_element::<X, X, 1>] => known_element;
    element_return = [part::checked_element, data::get_element::<X, X, 1>] => calls::return_;
    room_list = [part::test_heap, frames::test_heap] => data::put_list::<X, X, X, 1>;
    room_list_call = [part::test_heap, frames::test_heap] [part::put_list::<X, X>, data::put_list::<X, X, X, 1>] => calls::call_only;
    room_any_list = [part::test_heap, frames::test_heap] => data::put_list::<Any, Any, Any, 3>;
    room_tuple2 = [part::test_heap, frames::test_heap] => data::put_tuple2;
    subtract_y_call = [part::add_small::<Y, false>, guards::add_small::<Y, X, SubtractWith, false>] => calls::call;
    subtract_x_call = [part::add_small::<X, false>, guards::add_small::<X, X, SubtractWith, false>] => calls::call;
    subtract_x_call_only = [part::add_small::<X, false>, guards::add_small::<X, X, SubtractWith, false>] => calls::call_only;
    add_x_call_only = [part::add_small::<X, true>, guards::add_small::<X, X, AddWith, true>] => calls::call_only;
    add_yx_return = [part::add_yx, guards::add::<Y, X, X, AddWith, true, 3>] => calls::deallocate_return;
    map_element = [part::is_map, cond::type_test::<cond::Map, X, 2>] => maps::get_element;
    map_elements = [part::is_map, cond::type_test::<cond::Map, X, 2>] => maps::get_elements_at_once;
    store_subtract = [part::mov::<X, Y>, frames::mov::<X, Y>] => guards::add_small::<Y, X, SubtractWith, false>;
    store_subtract_call = [part::mov::<X, Y>, frames::mov::<X, Y>]
        [part::add_small::<Y, false>, guards::add_small::<Y, X, SubtractWith, false>] => calls::call;
    allocate_move3 = [part::allocate, frames::allocate] [part::mov::<X, Y>, frames::mov::<X, Y>] [part::mov::<X, Y>, frames::mov::<X, Y>] => frames::mov::<X, Y>;
    allocate_move2_init = [part::allocate, frames::allocate] [part::mov::<X, Y>, frames::mov::<X, Y>] [part::mov::<X, Y>, frames::mov::<X, Y>] => frames::init_y::<1>;
    allocate_move3_init = [part::allocate, frames::allocate] [part::mov::<X, Y>, frames::mov::<X, Y>] [part::mov::<X, Y>, frames::mov::<X, Y>] [part::mov::<X, Y>, frames::mov::<X, Y>] => frames::init_y::<1>;
    move_xx_yx_yx = [part::mov::<X, X>, frames::mov::<X, X>] [part::mov::<Y, X>, frames::mov::<Y, X>] => frames::mov::<Y, X>;
    move2_call_last = [part::mov::<Y, X>, frames::mov::<Y, X>] [part::mov::<Y, X>, frames::mov::<Y, X>] => calls::call_last;
    move_xy_yx = [part::mov::<X, Y>, frames::mov::<X, Y>] => frames::mov::<Y, X>;
    move_xy_yx_call = [part::mov::<X, Y>, frames::mov::<X, Y>] [part::mov::<Y, X>, frames::mov::<Y, X>] => calls::call;
    move_xy_yx_yx = [part::mov::<X, Y>, frames::mov::<X, Y>] [part::mov::<Y, X>, frames::mov::<Y, X>] => frames::mov::<Y, X>;
    move_xy_yx_yx_call = [part::mov::<X, Y>, frames::mov::<X, Y>] [part::mov::<Y, X>, frames::mov::<Y, X>] [part::mov::<Y, X>, frames::mov::<Y, X>] => calls::call;
    subtract_y_move = [part::add_small::<Y, false>, guards::add_small::<Y, X, SubtractWith, false>] => frames::mov::<Y, X>;
    subtract_y_move_call = [part::add_small::<Y, false>, guards::add_small::<Y, X, SubtractWith, false>] [part::mov::<Y, X>, frames::mov::<Y, X>] => calls::call;
    subtract_y_move2 = [part::add_small::<Y, false>, guards::add_small::<Y, X, SubtractWith, false>] [part::mov::<Y, X>, frames::mov::<Y, X>] => frames::mov::<Y, X>;
    subtract_y_move2_call = [part::add_small::<Y, false>, guards::add_small::<Y, X, SubtractWith, false>] [part::mov::<Y, X>, frames::mov::<Y, X>] [part::mov::<Y, X>, frames::mov::<Y, X>] => calls::call;
    add_move = [part::add_xx, guards::add::<X, X, X, AddWith, true, 3>] => frames::mov::<X, X>;
    add_move_call_only = [part::add_xx, guards::add::<X, X, X, AddWith, true, 3>] [part::mov::<X, X>, frames::mov::<X, X>] => calls::call_only;
    add_small_move = [part::add_small::<X, true>, guards::add_small::<X, X, AddWith, true>] => frames::mov::<X, X>;
    add_small_move_call_only = [part::add_small::<X, true>, guards::add_small::<X, X, AddWith, true>] [part::mov::<X, X>, frames::mov::<X, X>] => calls::call_only;
    start_match_byte = [bin::part::start_match, bin::start_match::<X, X>] => bin::get_byte;
    start_match_byte_whole = [bin::part::start_match, bin::start_match::<X, X>] [bin::part::byte, bin::get_byte] => bin::test_unit;
    start_match_position = [bin::part::start_match, bin::start_match::<X, X>] => bin::get_position;
    start_match_position_byte = [bin::part::start_match, bin::start_match::<X, X>] [bin::part::position, bin::get_position] => bin::get_byte;
    start_match_position_byte_whole = [bin::part::start_match, bin::start_match::<X, X>] [bin::part::position, bin::get_position] [bin::part::byte, bin::get_byte] => bin::test_unit;
    start_match_position_character = [bin::part::start_match, bin::start_match::<X, X>] [bin::part::position, bin::get_position] => bin::get_utf8;
    start_match_position_character_whole = [bin::part::start_match, bin::start_match::<X, X>] [bin::part::position, bin::get_position] [bin::part::character, bin::get_utf8] => bin::test_unit;
    start_match_position_skip = [bin::part::start_match, bin::start_match::<X, X>] [bin::part::position, bin::get_position] => bin::skip_utf8;
    start_match_position_skip_whole = [bin::part::start_match, bin::start_match::<X, X>] [bin::part::position, bin::get_position] [bin::part::skip, bin::skip_utf8] => bin::test_unit;
    byte_whole = [bin::part::byte, bin::get_byte] => bin::test_unit;
    character_whole = [bin::part::character, bin::get_utf8] => bin::test_unit;
    skip_whole = [bin::part::skip, bin::skip_utf8] => bin::test_unit;
    room_list_yx = [part::test_heap, frames::test_heap] => data::put_list::<Y, X, X, 1>;
    room_list_yx_return = [part::test_heap, frames::test_heap]
        [part::put_list::<Y, X>, data::put_list::<Y, X, X, 1>] => calls::deallocate_return;
    room_list_xy = [part::test_heap, frames::test_heap] => data::put_list::<X, Y, X, 1>;
    add_small_return = [part::add_small::<X, true>, guards::add_small::<X, X, AddWith, true>] => calls::return_;
    add_return = [part::add_xx, guards::add::<X, X, X, AddWith, true, 3>] => calls::return_;
    subtract_small_return = [part::add_small::<X, false>, guards::add_small::<X, X, SubtractWith, false>] => calls::return_;
    multiply_return = [part::arithmetic::<guards::Product, X>, guards::multiply::<X, X, X>] => calls::return_;
    remainder_return = [part::arithmetic::<guards::Remainder, Word<3>>, guards::arithmetic::<guards::Remainder, X, Word<3>, X>]
        => calls::return_;
}
