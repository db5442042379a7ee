//! Entries without code of their own, and what the interpreter itself sends control to.

use super::super::call;
use super::super::saved::Stubs;
use super::super::state::Stop;
use super::super::{raise, SliceEnd};
use super::calls::follow;
use crate::code::exports::Export;
use crate::term::raw::TAG_HEADER;
use crate::term::RawTerm;

/// Raises what is noted; the frames are those of the callers.
macro_rules! raise_for_callers {
    ($s:ident) => {{
        $s.pc = std::ptr::null();
        raise!($s)
    }};
}

handler! {
    #[cold]
    fn func_info(s) {
        s.out();
        raise::function_clause(s.m, s.pc);
        raise!(s)
    }
}

handler! {
    #[cold]
    fn undefined(s) {
        s.out();
        let code = call::undefined(s.m, &*(s.word(1) as *const Export));
        if code.is_null() {
            raise!(s)
        }
        s.back();
        jump!(s, code)
    }
}

handler! {
    fn native_stub(s) {
        s.out();
        let arity = s.a();
        let value = call::native(s.m, &*(s.word(1) as *const Export), arity);
        if value != RawTerm::NON_VALUE.0 {
            s.back();
            *s.x = value;
            s.pc = (*s.sp - TAG_HEADER) as *const u64;
            s.sp = s.sp.add(1);
            s.settle();
            tidy!(s, 1);
            return s.go();
        }
        if s.m.raised.is_some() {
            raise_for_callers!(s)
        }
        let next = call::outcome(s.m);
        follow(s, next)
    }
}

handler! {
    fn apply_stub(s) {
        s.out();
        let code = call::apply_list(s.m);
        if code.is_null() {
            raise_for_callers!(s)
        }
        s.back();
        enter!(s, code)
    }
}

handler! {
    fn apply_fun_stub(s) {
        s.out();
        let code = call::apply_fun_list(s.m);
        if code.is_null() {
            raise_for_callers!(s)
        }
        s.back();
        enter!(s, code)
    }
}

handler! {
    fn hibernate(s) {
        s.out();
        let Some(live) = call::hibernate(s.m) else {
            if s.m.raised.is_some() {
                raise_for_callers!(s)
            }
            return s.leave(Stop::Memory);
        };
        s.back();
        s.pc = Stubs::get().start();
        if s.m.process.state.mailbox.peek().is_none() {
            return s.leave(Stop::Suspend(live, SliceEnd::Waiting));
        }
        s.again()
    }
}

handler! {
    fn call_return(s) {
        s.out();
        let code = call::start(s.m);
        if code.is_null() {
            raise_for_callers!(s)
        }
        s.back();
        jump!(s, code)
    }
}

handler! {
    fn exit(s) {
        s.out();
        raise::finish(s.m);
        let end = s.m.end.take().unwrap_or(SliceEnd::Preempted);
        s.leave(Stop::Leave(end))
    }
}

handler! {
    fn future_return(s) {
        s.out();
        call::future_returned(s.m);
        let next = call::poll(s.m);
        follow(s, next)
    }
}

handler! {
    fn future_catch(s) {
        s.out();
        call::future_raised(s.m);
        let next = call::poll(s.m);
        follow(s, next)
    }
}

handler! {
    fn future_resume(s) {
        let live = s.m.start_live;
        if s.m.process.heap.wants_collection() {
            // What the native has made in its turns so far, its state keeps alive as far as it is needed.
            collect!(s, 0, live);
        }
        s.out();
        let next = call::resume(s.m, live);
        follow(s, next)
    }
}
