//! Calls and returns.

use super::super::call::{self, Next};
use super::super::saved::Stubs;
use super::super::state::{header, kind, unwind, Flow, Source, State, Stop, KIND_MASK};
use crate::code::exports::Export;
use crate::term::raw::{TAG_BOXED, TAG_HEADER};
use crate::term::{BoxedKind, FunEntry, RawTerm};

handler! {
    fn call(s) {
        s.push_return(2);
        enter!(s, s.target(1))
    }
}

handler! {
    fn call_last(s) {
        s.sp = s.sp.add(s.a());
        enter!(s, s.target(1))
    }
}

handler! {
    fn call_only(s) {
        enter!(s, s.target(1))
    }
}

handler! {
    fn call_ext(s) {
        s.push_return(2);
        enter!(s, (*(s.word(1) as *const Export)).code())
    }
}

handler! {
    fn call_ext_last(s) {
        s.sp = s.sp.add(s.a());
        enter!(s, (*(s.word(1) as *const Export)).code())
    }
}

handler! {
    fn call_ext_only(s) {
        enter!(s, (*(s.word(1) as *const Export)).code())
    }
}

handler! {
    fn move_call[L: Source](s) {
        *s.x.add(s.b()) = L::get(&s, s.a());
        s.pc = s.pc.add(1);
        s.push_return(2);
        enter!(s, s.target(1))
    }
}

handler! {
    fn move_call_only[L: Source](s) {
        *s.x.add(s.b()) = L::get(&s, s.a());
        s.pc = s.pc.add(1);
        enter!(s, s.target(1))
    }
}

handler! {
    /// A call of a native in the middle of code; the frame is freed afterwards for a tail call.
    fn call_native[const TAIL: bool](s) {
        s.out();
        s.reds -= 1;
        let arity = s.b();
        let value = call::native(s.m, &*(s.word(1) as *const Export), arity);
        if value == RawTerm::NON_VALUE.0 {
            tail!(s, no_value::<TAIL>)
        }
        s.back();
        *s.x = value;
        if TAIL {
            s.sp = s.sp.add(s.a());
            s.pc = (*s.sp - TAG_HEADER) as *const u64;
            s.sp = s.sp.add(1);
        } else {
            s.pc = s.pc.add(2);
        }
        s.settle();
        tidy!(s, 1);
        s.go()
    }
}

handler! {
    /// A native has raised, or asked for something instead of giving a value.
    #[cold]
    #[inline(never)]
    fn no_value[const TAIL: bool](s) {
        if s.m.raised.is_some() {
            raise!(s)
        }
        // From here on the native returns as any function does.
        s.back();
        if TAIL {
            s.sp = s.sp.add(s.a());
        } else {
            s.push_return(2);
        }
        s.out();
        let next = call::outcome(s.m);
        follow(s, next)
    }
}

/// Carries on as something out of line has decided.
///
/// # Safety
/// As for a handler.
pub(super) unsafe fn follow(mut s: State<'_, '_>, next: Next) -> Flow {
    match next {
        Next::Enter(target) => {
            s.back();
            s.pc = target;
            s.reds -= 1;
            if s.reds < 0 {
                return s.leave(Stop::Preempt);
            }
            s.again()
        }
        Next::Return => {
            s.back();
            // SAFETY: the return address is on top of the stack.
            unsafe {
                s.pc = (*s.sp - TAG_HEADER) as *const u64;
                s.sp = s.sp.add(1);
            }
            s.settle();
            if s.m.process.heap.wants_collection() {
                s.out();
                if !s.m.collect(0, 1) {
                    return s.leave(Stop::Memory);
                }
                s.back();
            }
            s.again()
        }
        Next::Raise => {
            // SAFETY: the exception is noted and the heap written back.
            unsafe { unwind(s.pc, s.x, s.sp, s.hp, s.reds, s.m) }
        }
        Next::Suspend(live, end) => {
            s.back();
            s.pc = Stubs::get().resume();
            s.leave(Stop::Suspend(live, end))
        }
    }
}

/// Calls the fun with as many arguments; `$before` is what happens to the stack first.
macro_rules! fun_call {
    ($s:ident, $fun:expr, $arity:expr, $slow:expr, $before:block) => {{
        let fun: u64 = $fun;
        let arity: usize = $arity;
        let head = header(fun);
        if head & KIND_MASK != kind(BoxedKind::Fun) {
            $s.m.value = fun;
            tail!($s, $slow)
        }
        let object = (fun - TAG_BOXED) as *const u64;
        let entry = &*(*object.add(1) as *const FunEntry);
        let code = entry.code();
        if entry.arity as usize != arity || code == 0 {
            $s.m.value = fun;
            tail!($s, $slow)
        }
        let free = (head >> 8) as usize - 1;
        if free > 4 {
            $s.m.value = fun;
            tail!($s, $slow)
        }
        // One by one: a loop would become a call, for which all handlers of calls would save registers.
        let environment = $s.x.add(arity);
        if free > 0 {
            *environment = *object.add(2);
        }
        if free > 1 {
            *environment.add(1) = *object.add(3);
        }
        if free > 2 {
            *environment.add(2) = *object.add(4);
        }
        if free > 3 {
            *environment.add(3) = *object.add(5);
        }
        $before
        enter!($s, code as *const u64)
    }};
}

/// The fun in the machine's value is not an ordinary fun of this arity, or has a large environment.
macro_rules! fun_slow {
    ($s:ident, $arity:expr, $returns:expr, $before:block) => {{
        $s.out();
        let (fun, arity): (u64, usize) = ($s.m.value, $arity);
        let code = call::fun($s.m, fun, arity);
        if code.is_null() {
            if $returns {
                call::not_callable($s.m, $s.pc);
            }
            raise!($s)
        }
        $s.back();
        $before
        enter!($s, code)
    }};
}

handler! {
    fn call_fun(s) {
        let arity = s.a();
        fun_call!(s, *s.x.add(arity), arity, call_fun_slow, { s.push_return(1) })
    }
}

handler! {
    #[inline(never)]
    fn call_fun_slow(s) {
        s.out();
        let (fun, arity) = (s.m.value, s.a());
        let Some(export) = call::native_fun(s.m, fun, arity) else { fun_slow!(s, s.a(), true, { s.push_return(1) }) };
        s.reds -= 1;
        let value = call::native(s.m, export, arity);
        if value == RawTerm::NON_VALUE.0 {
            tail!(s, no_value_of_fun)
        }
        s.back();
        *s.x = value;
        s.pc = s.pc.add(1);
        s.settle();
        tidy!(s, 1);
        s.go()
    }
}

handler! {
    /// A native called as a fun has raised, or asked for something instead of giving a value.
    #[cold]
    #[inline(never)]
    fn no_value_of_fun(s) {
        s.back();
        s.push_return(1);
        s.out();
        if s.m.raised.is_some() {
            // The frames are those of the caller.
            s.pc = std::ptr::null();
            raise!(s)
        }
        let next = call::outcome(s.m);
        follow(s, next)
    }
}

handler! {
    fn call_fun_last(s) {
        let arity = s.a();
        fun_call!(s, *s.x.add(arity), arity, call_fun_last_slow, { s.sp = s.sp.add(s.b()) })
    }
}

handler! {
    #[inline(never)]
    fn call_fun_last_slow(s) {
        fun_slow!(s, s.a(), false, { s.sp = s.sp.add(s.b()) })
    }
}

handler! {
    fn call_fun2(s) {
        fun_call!(s, s.get(s.b()), s.a(), call_fun2_slow, { s.push_return(2) })
    }
}

handler! {
    #[inline(never)]
    fn call_fun2_slow(s) {
        fun_slow!(s, s.a(), true, { s.push_return(2) })
    }
}

handler! {
    fn call_fun2_last(s) {
        fun_call!(s, s.get(s.b()), s.a(), call_fun2_last_slow, { s.sp = s.sp.add(s.c()) })
    }
}

handler! {
    #[inline(never)]
    fn call_fun2_last_slow(s) {
        fun_slow!(s, s.a(), false, { s.sp = s.sp.add(s.c()) })
    }
}

handler! {
    fn apply(s) {
        s.out();
        let arity = s.a();
        let code = call::apply(s.m, arity);
        if code.is_null() {
            raise!(s)
        }
        s.back();
        s.push_return(1);
        enter!(s, code)
    }
}

handler! {
    fn apply_last(s) {
        s.out();
        let arity = s.a();
        let code = call::apply(s.m, arity);
        if code.is_null() {
            raise!(s)
        }
        s.back();
        s.sp = s.sp.add(s.b());
        enter!(s, code)
    }
}

handler! {
    fn return_(s) {
        s.return_()
    }
}

handler! {
    fn deallocate_return(s) {
        s.sp = s.sp.add(s.a());
        s.return_()
    }
}

handler! {
    fn move_return[L: Source](s) {
        *s.x.add(s.b()) = L::get(&s, s.a());
        s.return_()
    }
}
