//! Receiving.

use super::super::saved::own_looked_at;
use super::super::state::{header, operation, Stop};
use super::super::{call, SliceEnd};
use crate::code::stream::Op;
use crate::process::ReceiveTimer;
use crate::term::raw::TAG_BOXED;
use crate::term::RawTerm;

handler! {
    fn loop_rec(s) {
        if s.m.process.heap.wants_collection() {
            tail!(s, loop_rec_slow)
        }
        s.out();
        s.m.look = call::look(s.m, s.reds);
        let Some(message) = s.m.process.state.mailbox.look() else { tail!(s, loop_rec_slow) };
        let message = message.term().raw.0;
        s.set(s.a(), message);
        next!(s, 2)
    }
}

handler! {
    /// A receive whose only clause begins with a tag: the next instruction tests for it. Where failing means to look at the next
    /// message, those that fail are passed over here.
    fn loop_rec_tagged(s) {
        let test = s.pc.add(2);
        let fail = *test.add(1) as *const u64;
        if usize::from(*test.cast::<u16>().add(1)) == s.a()
            && operation(fail) == Op::LoopRecEnd
            && *fail.add(1) as *const u64 == s.pc
            && !s.m.process.state.mailbox.is_looked_at()
        {
            let (head, tag) = (*test.add(2), *test.add(3));
            let passed = s.m.process.state.mailbox.pass_while(s.reds.max(0) as usize, |message| {
                let term = message.term().raw.0;
                header(term) != head || *((term - TAG_BOXED) as *const u64).add(1) != tag
            });
            s.reds -= passed as i64;
        }
        tail!(s, loop_rec)
    }
}

handler! {
    #[inline(never)]
    fn loop_rec_slow(s) {
        if s.m.process.heap.wants_collection() {
            collect!(s, 0, 0);
        }
        s.out();
        // Signals may ask where the process is.
        s.m.process.machine.pc = s.pc as usize;
        let message = call::look_at_message(s.m, s.reds);
        s.back();
        if message != RawTerm::NON_VALUE.0 {
            s.set(s.a(), message);
            next!(s, 2)
        }
        if let Some(end) = s.m.end.take() {
            return s.leave(Stop::Leave(end));
        }
        jump!(s, s.target(1))
    }
}

handler! {
    fn remove_message(s) {
        s.out();
        call::take_message(s.m);
        s.m.process.state.timer = ReceiveTimer::Off;
        next!(s, 1)
    }
}

handler! {
    fn loop_rec_end(s) {
        s.out();
        if !s.m.process.state.mailbox.is_looked_at() || s.m.look != call::look(s.m, s.reds) || s.reds <= 0 {
            tail!(s, loop_rec_end_slow)
        }
        let mut at = s.sp;
        while !RawTerm(*at).is_header() {
            if !RawTerm(*at).is_immediate() {
                // It may be a part of the message.
                tail!(s, loop_rec_end_slow)
            }
            at = at.add(1);
        }
        s.m.process.state.mailbox.leave();
        s.reds -= 1;
        jump!(s, s.target(1))
    }
}

handler! {
    #[inline(never)]
    fn loop_rec_end_slow(s) {
        s.out();
        call::leave_message(s.m, s.reds);
        s.pc = s.target(1);
        s.reds -= 1;
        if s.m.process.heap.wants_collection() {
            collect!(s, 0, 0);
        }
        if s.reds < 0 {
            return s.leave(Stop::Suspend(0, SliceEnd::Preempted));
        }
        s.go()
    }
}

handler! {
    fn wait(s) {
        s.pc = s.target(1);
        s.leave(Stop::Suspend(0, SliceEnd::Waiting))
    }
}

handler! {
    fn wait_timeout(s) {
        s.out();
        let time = s.get(s.a());
        let receive = call::wait_timeout(s.m, time);
        s.back();
        match receive {
            call::Receive::Expired => next!(s, 3),
            call::Receive::Look => {
                if std::ptr::eq(s.target(1), s.pc) {
                    // There are no clauses to look with: only the limit ends this.
                    return s.leave(Stop::Suspend(0, SliceEnd::Waiting));
                }
                s.pc = s.target(1);
                s.reds -= 1;
                if s.reds < 0 {
                    return s.leave(Stop::Suspend(0, SliceEnd::Preempted));
                }
                s.go()
            }
            call::Receive::Wait => s.leave(Stop::Suspend(0, SliceEnd::Waiting)),
            call::Receive::Forever => {
                s.pc = s.target(1);
                s.leave(Stop::Suspend(0, SliceEnd::Waiting))
            }
            call::Receive::Bad => raise!(s),
        }
    }
}

handler! {
    fn timeout(s) {
        s.m.process.state.timer = ReceiveTimer::Off;
        own_looked_at(s.m.process);
        s.m.process.state.mailbox.rewind();
        next!(s, 1)
    }
}

handler! {
    fn reserve_mark(s) {
        let number = s.m.process.state.mailbox.reserve_mark();
        s.set(s.a(), RawTerm::small(number as i64).0);
        next!(s, 1)
    }
}

handler! {
    fn bind_mark(s) {
        let (number, reference) = (RawTerm(s.get(s.a())), s.m.term(s.get(s.b())));
        if let (true, Some(reference)) = (number.is_small(), reference.as_ref()) {
            s.m.process.state.mailbox.bind_mark(number.small_value() as u64, reference);
        }
        s.pc = s.pc.add(3);
        s.again()
    }
}

handler! {
    fn clear_mark(s) {
        if let Some(reference) = s.m.term(s.get(s.a())).as_ref() {
            s.m.process.state.mailbox.clear_mark(reference);
        }
        s.pc = s.pc.add(2);
        s.again()
    }
}

handler! {
    fn use_mark(s) {
        own_looked_at(s.m.process);
        if let Some(reference) = s.m.term(s.get(s.a())).as_ref() {
            s.m.process.state.mailbox.use_mark(reference);
        }
        s.pc = s.pc.add(2);
        s.again()
    }
}
