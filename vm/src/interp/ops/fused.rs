//! Super-instructions: two or three instructions that often follow each other, done by one handler.
//!
//! Their words stay as they are but for the opcode of the first. A part that cannot be done quickly leaves everything as it
//! was before it, and its own handler takes over, which goes on one by one. So slow paths, failing tests and the collector
//! see ordinary instructions.

use super::super::state::{header, is, kind, Any, Destination, Source, State, KIND_MASK, X, Y};
use super::{calls, conditions as cond, data, frames, guards, maps};
use crate::term::raw::{TAG_BOXED, TAG_MASK};
use crate::term::{BoxedKind, RawTerm};

/// The quick ways of parts: whether it was done, with `pc` at the next instruction.
mod part {
    use super::*;

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

    #[inline(always)]
    pub(super) unsafe fn test_heap(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let enough = s.has_room(s.a());
            s.pc = s.pc.add(usize::from(enough));
            enough
        }
    }

    #[inline(always)]
    pub(super) unsafe fn mov<L: Source, R: Destination>(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            R::set(s, s.b(), L::get(s, s.a()));
            s.pc = s.pc.add(1);
            true
        }
    }

    #[inline(always)]
    pub(super) unsafe fn move_constant(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            *s.x.add(s.b()) = s.word(1);
            s.pc = s.pc.add(2);
            true
        }
    }

    #[inline(always)]
    pub(super) unsafe fn is_cons(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let holds = RawTerm(*s.x.add(s.a())).is_cons();
            s.pc = if holds { s.pc.add(2) } else { s.pc };
            holds
        }
    }

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

    #[inline(always)]
    pub(super) unsafe fn is_tuple(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let holds = is(*s.x.add(s.a()), BoxedKind::Tuple);
            s.pc = if holds { s.pc.add(2) } else { s.pc };
            holds
        }
    }

    #[inline(always)]
    pub(super) unsafe fn is_map(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let holds = is(*s.x.add(s.a()), BoxedKind::FlatMap);
            s.pc = if holds { s.pc.add(2) } else { s.pc };
            holds
        }
    }

    #[inline(always)]
    pub(super) unsafe fn arity(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            let holds = header(*s.x.add(s.a())) == s.word(2);
            s.pc = if holds { s.pc.add(3) } else { s.pc };
            holds
        }
    }

    #[inline(always)]
    pub(super) unsafe fn get_element(s: &mut State<'_, '_>) -> bool {
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

    #[inline(always)]
    pub(super) unsafe fn put_list(s: &mut State<'_, '_>) -> bool {
        // SAFETY: as `State` says.
        unsafe {
            *s.hp = *s.x.add(s.a());
            *s.hp.add(1) = *s.x.add(s.b());
            *s.x.add(s.c()) = RawTerm::cons(s.hp).0;
            s.hp = s.hp.add(2);
            s.pc = s.pc.add(1);
            true
        }
    }

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
    tuple_arity = [part::is_tuple, cond::type_test::<cond::Tuple, X, 2>] => cond::test_arity::<X, 3>;
    tuple_arity_element = [part::is_tuple, cond::type_test::<cond::Tuple, X, 2>]
        [part::arity, cond::test_arity::<X, 3>] => data::get_element::<X, X, 1>;
    arity_element = [part::arity, cond::test_arity::<X, 3>] => data::get_element::<X, X, 1>;
    arity_element2 = [part::arity, cond::test_arity::<X, 3>]
        [part::get_element, data::get_element::<X, X, 1>] => data::get_element::<X, X, 1>;
    room_list = [part::test_heap, frames::test_heap] => data::put_list::<X, X, X, 1>;
    room_list_call = [part::test_heap, frames::test_heap] [part::put_list, data::put_list::<X, X, X, 1>] => calls::call_only;
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
}
