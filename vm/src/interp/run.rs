//! The loop: fetch a word, match its opcode, do it.
//!
//! Handlers are short and keep the hot state in locals. What may allocate, collect, raise or take long is out of
//! line: it sees heap and stack through the [`Machine`], between `out!` and `back!`.

use std::sync::Arc;

use super::call::{self, Next};
use super::machine::{Context, Machine};
use super::saved::Stubs;
use super::{arith, bits, map, raise, SliceEnd};
use crate::atom::atoms;
use crate::code::registry::Export;
use crate::code::stream::{Op, STACK_RESERVE};
use crate::machine::VmShared;
use crate::process::{Process, ReceiveTimer};
use crate::term::raw::{HEADER_MASK, TAG_BOXED, TAG_HEADER, TAG_MASK};
use crate::term::{BoxedKind, FunEntry, RawTerm, Term};

/// Reads an operand.
///
/// # Safety
/// The operand is one of verified code: its register or constant exists.
#[inline(always)]
pub(super) unsafe fn source(operand: usize, x: *const u64, sp: *const u64, pc: *const u64) -> u64 {
    // SAFETY: as the caller's.
    unsafe {
        if operand < 0x4000 {
            *x.add(operand)
        } else if operand < 0x8000 {
            *sp.add(operand - 0x4000)
        } else {
            *pc.add(operand - 0x8000)
        }
    }
}

/// Writes a register.
///
/// # Safety
/// The operand is a destination of verified code.
#[inline(always)]
pub(super) unsafe fn store(operand: usize, x: *mut u64, sp: *mut u64, value: u64) {
    // SAFETY: as the caller's.
    unsafe {
        if operand < 0x4000 {
            *x.add(operand) = value;
        } else {
            *sp.add(operand - 0x4000) = value;
        }
    }
}

/// The `index`th operand packed into the words from `at` on.
///
/// # Safety
/// The instruction has that many.
#[inline(always)]
pub(super) unsafe fn packed(at: *const u64, index: usize) -> usize {
    // SAFETY: as the caller's.
    unsafe { (*at.add(index / 4) >> (index % 4 * 16)) as u16 as usize }
}

/// The header of a boxed term, or 0.
///
/// # Safety
/// The term is alive.
#[inline(always)]
pub(super) unsafe fn header(term: u64) -> u64 {
    if term & TAG_MASK == TAG_BOXED {
        // SAFETY: as the caller's.
        unsafe { *((term - TAG_BOXED) as *const u64) }
    } else {
        0
    }
}

const KIND_MASK: u64 = (0b1_1111 << 3) | HEADER_MASK;

/// The part of a header that says the kind.
const fn kind(kind: BoxedKind) -> u64 {
    (kind as u64) << 3 | TAG_HEADER
}

/// Whether a boxed term is of this kind.
///
/// # Safety
/// The term is alive.
#[inline(always)]
unsafe fn is(term: u64, wanted: BoxedKind) -> bool {
    // SAFETY: as the caller's.
    unsafe { header(term) & KIND_MASK == kind(wanted) }
}

#[inline(always)]
fn both_small(left: u64, right: u64) -> bool {
    (left | right) & TAG_MASK == 0
}

/// Runs the process until it has used `reductions`, waits, or ends.
pub fn run(context: &mut Context, process: &mut Process, vm: &Arc<VmShared>, reductions: u32) -> SliceEnd {
    let mut machine = Machine::new(context, process, vm);
    // SAFETY: `Saved` describes a point that this function left itself, or the start of a process.
    let (end, left) = unsafe { execute(&mut machine, i64::from(reductions)) };
    let used = (i64::from(reductions) - left).max(1) as u64;
    process.state.reductions += used;
    end
}

/// The loop itself; gives how the slice ended and how many reductions were left (below 0 when overdrawn).
///
/// # Safety
/// `Saved` in the process is consistent with its stack.
#[allow(clippy::cognitive_complexity, reason = "one arm for each opcode")]
unsafe fn execute(m: &mut Machine<'_>, mut reds: i64) -> (SliceEnd, i64) {
    let x: *mut u64 = m.x;
    let stubs = Stubs::get();
    let mut pc: *const u64 = m.process.machine.pc as *const u64;
    // SAFETY: the saved registers are as many as the context has at most.
    unsafe {
        let saved = &mut m.process.machine.registers;
        std::ptr::copy_nonoverlapping(saved.as_ptr(), x, saved.len());
    }
    let start_live = m.process.machine.registers.len();
    m.process.machine.registers.clear();
    let mut hp: *mut u64 = m.process.heap.hp;
    let mut sp: *mut u64 = m.process.heap.sp;

    let stop = 'run: loop {
        'raise: {
            loop {
                // SAFETY: `pc` is at an instruction of verified, loaded code or of a stub: the loader emitted operands
                // that exist, the verifier proved that registers read are initialised, that frames are as large as their
                // y operands need and that room was made for what is built. Terms reached from registers are alive, for
                // only `collect` moves them, and it updates registers, stack and heap.
                unsafe {
                    macro_rules! out {
                        () => {
                            m.process.heap.hp = hp;
                            m.process.heap.sp = sp;
                        };
                    }
                    macro_rules! back {
                        () => {
                            hp = m.process.heap.hp;
                            sp = m.process.heap.sp;
                        };
                    }
                    // Leaves the slice.
                    macro_rules! leave {
                        ($end:expr) => {
                            break 'run Stop::Leave($end)
                        };
                    }
                    // Stops before `pc`, with that many live registers.
                    macro_rules! suspend {
                        ($live:expr, $end:expr) => {
                            break 'run Stop::Suspend($live, $end)
                        };
                    }
                    // Jumps to an entry, at the price of a reduction.
                    macro_rules! enter {
                        ($target:expr) => {{
                            pc = $target;
                            reds -= 1;
                            if reds < 0 {
                                break 'run Stop::Preempt;
                            }
                            continue;
                        }};
                    }
                    // Raises what is noted in `m.raised`; the heap is written back already.
                    macro_rules! raise {
                        () => {
                            break 'raise
                        };
                    }
                    // Ends the slice because memory ran out.
                    macro_rules! out_of_memory {
                        () => {
                            break 'run Stop::Memory
                        };
                    }
                    macro_rules! collect {
                        ($need:expr, $live:expr) => {{
                            out!();
                            if !m.collect($need, $live) {
                                out_of_memory!();
                            }
                            back!();
                        }};
                    }
                    // Makes room for `need` words with `live` registers.
                    macro_rules! room {
                        ($need:expr, $live:expr) => {{
                            let need: usize = $need;
                            #[cfg(feature = "collect-always")]
                            let always = m.process.heap.collects_here(sp);
                            #[cfg(not(feature = "collect-always"))]
                            let always = false;
                            if always
                                || ((sp as usize - hp as usize) as isize) < ((need + STACK_RESERVE) * 8) as isize
                            {
                                collect!(need, $live);
                            }
                        }};
                    }
                    // After something out of line may have left much outside the heap's block.
                    macro_rules! tidy {
                        ($live:expr) => {
                            if m.process.heap.wants_collection() {
                                collect!(0, $live);
                            }
                        };
                    }
                    macro_rules! next {
                        ($words:expr) => {{
                            pc = pc.add($words);
                            continue;
                        }};
                    }
                    // Carries on as something out of line has decided.
                    macro_rules! follow {
                        ($next:expr) => {{
                            match $next {
                                Next::Enter(target) => {
                                    back!();
                                    enter!(target)
                                }
                                Next::Return => {
                                    back!();
                                    pc = (*sp - TAG_HEADER) as *const u64;
                                    sp = sp.add(1);
                                    if m.charged > 0 {
                                        reds -= i64::from(std::mem::take(&mut m.charged));
                                    }
                                    tidy!(1);
                                    continue;
                                }
                                Next::Raise => raise!(),
                                Next::Suspend(live, end) => {
                                    back!();
                                    pc = stubs.resume();
                                    suspend!(live, end)
                                }
                            }
                        }};
                    }

                    macro_rules! floats {
                        () => {
                            x.add(super::machine::FLOATS).cast::<f64>()
                        };
                    }
                    macro_rules! a {
                        () => {
                            usize::from(*pc.cast::<u16>().add(1))
                        };
                    }
                    macro_rules! b {
                        () => {
                            usize::from(*pc.cast::<u16>().add(2))
                        };
                    }
                    macro_rules! c {
                        () => {
                            usize::from(*pc.cast::<u16>().add(3))
                        };
                    }
                    macro_rules! word {
                        ($n:expr) => {
                            *pc.add($n)
                        };
                    }
                    macro_rules! target {
                        ($n:expr) => {
                            *pc.add($n) as *const u64
                        };
                    }
                    macro_rules! src {
                        ($operand:expr) => {
                            source($operand, x, sp, pc)
                        };
                    }
                    macro_rules! dst {
                        ($operand:expr, $value:expr) => {{
                            let value: u64 = $value;
                            store($operand, x, sp, value)
                        }};
                    }
                    macro_rules! y {
                        ($operand:expr) => {
                            *sp.add($operand - 0x4000)
                        };
                    }
                    // Goes on if the condition holds, else jumps to the address in word 1.
                    macro_rules! test {
                        ($condition:expr, $words:expr) => {{
                            if $condition {
                                next!($words)
                            } else {
                                pc = target!(1);
                                continue;
                            }
                        }};
                    }
                    macro_rules! push_return {
                        ($words:expr) => {{
                            sp = sp.sub(1);
                            *sp = pc.add($words) as u64 | TAG_HEADER;
                        }};
                    }
                    macro_rules! return_ {
                        () => {{
                            pc = (*sp - TAG_HEADER) as *const u64;
                            sp = sp.add(1);
                            continue;
                        }};
                    }
                    macro_rules! error {
                        ($tag:expr, $value:expr) => {{
                            let value: u64 = $value;
                            out!();
                            m.error_with($tag, value);
                            raise!()
                        }};
                    }
                    // A value is not what the compiler knew it to be: the code is wrong, and its frame perhaps not filled yet, so
                    // nobody may look for a handler.
                    macro_rules! fault {
                        ($value:expr) => {{
                            let value: u64 = $value;
                            out!();
                            let end = raise::fault(m, value);
                            leave!(end)
                        }};
                    }
                    macro_rules! plain_error {
                        ($atom:expr) => {{
                            out!();
                            m.error(RawTerm::atom($atom));
                            raise!()
                        }};
                    }
                    // Calls a guard function out of line: its result to `c`, or to the fail label, or raises.
                    macro_rules! guard {
                        ($words:expr) => {{
                            out!();
                            let result = call::guard(m, pc);
                            if result == RawTerm::NON_VALUE.0 {
                                let fail = target!(1);
                                if !fail.is_null() {
                                    m.raised = None;
                                    back!();
                                    pc = fail;
                                    continue;
                                }
                                raise!()
                            }
                            back!();
                            dst!(c!(), result);
                            let live = (word!(2) >> 48) as usize;
                            if live != 0xffff && m.process.heap.wants_collection() {
                                *x.add(live) = result;
                                collect!(0, live + 1);
                                dst!(c!(), *x.add(live));
                            }
                            next!($words)
                        }};
                    }
                    macro_rules! order {
                ($left:expr, $right:expr, $op:tt, $words:expr) => {{
                    let (l, r): (u64, u64) = ($left, $right);
                    if both_small(l, r) {
                        test!((l as i64) $op (r as i64), $words)
                    }
                    test!(arith::order(l, r) $op 0, $words)
                }};
            }
                    macro_rules! arithmetic {
                        ($left:expr, $right:expr, $method:ident, $words:expr) => {{
                            let (l, r): (u64, u64) = ($left, $right);
                            if both_small(l, r) {
                                let (value, overflow) = (l as i64).$method(r as i64);
                                if !overflow {
                                    dst!(c!(), value as u64);
                                    next!($words)
                                }
                            }
                            guard!($words)
                        }};
                    }
                    macro_rules! truth {
                        ($condition:expr) => {{
                            let value = RawTerm::bool($condition).0;
                            dst!(c!(), value);
                            next!(5)
                        }};
                    }
                    // A call of a native in the middle of code; `frame` is freed afterwards for a tail call.
                    macro_rules! native {
                        ($tail:expr) => {{
                            let export = &*(word!(1) as *const Export);
                            out!();
                            let arity = b!();
                            reds -= 1;
                            let value = call::native(m, export, arity);
                            if value != RawTerm::NON_VALUE.0 {
                                back!();
                                *x = value;
                                if $tail {
                                    sp = sp.add(a!());
                                    pc = (*sp - TAG_HEADER) as *const u64;
                                    sp = sp.add(1);
                                } else {
                                    pc = pc.add(2);
                                }
                                if m.charged > 0 {
                                    reds -= i64::from(std::mem::take(&mut m.charged));
                                    if reds < 0 {
                                        // The next call yields; natives themselves are charged after the fact.
                                        reds = 0;
                                    }
                                }
                                tidy!(1);
                                continue;
                            }
                            if m.raised.is_some() {
                                raise!()
                            }
                            // An outcome that is not a value: from here on the native returns as any function does.
                            back!();
                            if $tail {
                                sp = sp.add(a!());
                            } else {
                                push_return!(2);
                            }
                            out!();
                            follow!(call::outcome(m))
                        }};
                    }
                    macro_rules! fun_call {
                ($fun:expr, $arity:expr, $before:block) => {{
                    let fun: u64 = $fun;
                    let arity: usize = $arity;
                    let head = header(fun);
                    if head & KIND_MASK == kind(BoxedKind::Fun) {
                        let object = (fun - TAG_BOXED) as *const u64;
                        let entry = &*(*object.add(1) as *const FunEntry);
                        let code = entry.code();
                        if entry.arity as usize == arity && code != 0 {
                            let free = (head >> 8) as usize - 1;
                            for i in 0..free {
                                *x.add(arity + i) = *object.add(2 + i);
                            }
                            $before
                            enter!(code as *const u64)
                        }
                    }
                    out!();
                    let code = call::fun(m, fun, arity);
                    if code.is_null() {
                        raise!()
                    }
                    back!();
                    $before
                    enter!(code)
                }};
            }

                    match operation(pc) {
                        // --- Calls -------------------------------------------------------------------------------
                        Op::Call => {
                            push_return!(2);
                            enter!(target!(1))
                        }
                        Op::CallLast => {
                            sp = sp.add(a!());
                            enter!(target!(1))
                        }
                        Op::CallOnly => enter!(target!(1)),
                        Op::CallExt => {
                            push_return!(2);
                            enter!((*(word!(1) as *const Export)).code())
                        }
                        Op::CallExtLast => {
                            sp = sp.add(a!());
                            enter!((*(word!(1) as *const Export)).code())
                        }
                        Op::CallExtOnly => enter!((*(word!(1) as *const Export)).code()),
                        Op::CallNative => native!(false),
                        Op::CallNativeLast => native!(true),
                        Op::CallNativeOnly => native!(true),
                        Op::CallFun => {
                            let arity = a!();
                            fun_call!(*x.add(arity), arity, { push_return!(1) })
                        }
                        Op::CallFunLast => {
                            let arity = a!();
                            fun_call!(*x.add(arity), arity, { sp = sp.add(b!()) })
                        }
                        Op::CallFun2 => fun_call!(src!(b!()), a!(), { push_return!(2) }),
                        Op::CallFun2Last => fun_call!(src!(b!()), a!(), { sp = sp.add(c!()) }),
                        Op::Apply => {
                            out!();
                            let code = call::apply(m, a!());
                            if code.is_null() {
                                raise!()
                            }
                            back!();
                            push_return!(1);
                            enter!(code)
                        }
                        Op::ApplyLast => {
                            out!();
                            let code = call::apply(m, a!());
                            if code.is_null() {
                                raise!()
                            }
                            back!();
                            sp = sp.add(b!());
                            enter!(code)
                        }
                        Op::Return => return_!(),
                        Op::DeallocateReturn => {
                            sp = sp.add(a!());
                            return_!()
                        }
                        Op::MoveXXCall => {
                            *x.add(b!()) = *x.add(a!());
                            pc = pc.add(1);
                            push_return!(2);
                            enter!(target!(1))
                        }
                        Op::MoveYXCall => {
                            *x.add(b!()) = y!(a!());
                            pc = pc.add(1);
                            push_return!(2);
                            enter!(target!(1))
                        }
                        Op::MoveXXCallOnly => {
                            *x.add(b!()) = *x.add(a!());
                            pc = pc.add(1);
                            enter!(target!(1))
                        }
                        Op::MoveXXReturn => {
                            *x.add(b!()) = *x.add(a!());
                            return_!()
                        }

                        // --- Stubs -------------------------------------------------------------------------------
                        Op::FuncInfo => {
                            out!();
                            raise::function_clause(m, pc);
                            raise!()
                        }
                        Op::Undefined => {
                            out!();
                            let export = &*(word!(1) as *const Export);
                            let code = call::undefined(m, export);
                            if code.is_null() {
                                raise!()
                            }
                            back!();
                            pc = code;
                            continue;
                        }
                        Op::NativeStub => {
                            out!();
                            let export = &*(word!(1) as *const Export);
                            let value = call::native(m, export, a!());
                            if value != RawTerm::NON_VALUE.0 {
                                *x = value;
                                follow!(Next::Return)
                            }
                            if m.raised.is_some() {
                                // The frames are those of the callers.
                                pc = std::ptr::null();
                                raise!()
                            }
                            follow!(call::outcome(m))
                        }
                        Op::ApplyStub => {
                            out!();
                            let code = call::apply_list(m);
                            if code.is_null() {
                                pc = std::ptr::null();
                                raise!()
                            }
                            back!();
                            enter!(code)
                        }
                        Op::ApplyFunStub => {
                            out!();
                            let code = call::apply_fun_list(m);
                            if code.is_null() {
                                pc = std::ptr::null();
                                raise!()
                            }
                            back!();
                            enter!(code)
                        }
                        Op::HibernateStub => {
                            out!();
                            let Some(live) = call::hibernate(m) else {
                                if m.raised.is_some() {
                                    pc = std::ptr::null();
                                    raise!()
                                }
                                out_of_memory!()
                            };
                            back!();
                            pc = stubs.start();
                            if m.process.state.mailbox.peek().is_none() {
                                suspend!(live, SliceEnd::Waiting)
                            }
                            continue;
                        }
                        Op::CallReturn => {
                            out!();
                            let code = call::start(m);
                            if code.is_null() {
                                pc = std::ptr::null();
                                raise!()
                            }
                            back!();
                            pc = code;
                            continue;
                        }
                        Op::ExitStub => {
                            out!();
                            raise::finish(m);
                            let end = m.end.take().unwrap_or(SliceEnd::Preempted);
                            leave!(end)
                        }
                        Op::FutureReturn => {
                            out!();
                            call::future_returned(m);
                            follow!(call::poll(m))
                        }
                        Op::FutureCatch => {
                            out!();
                            call::future_raised(m);
                            follow!(call::poll(m))
                        }
                        Op::FutureResume => {
                            out!();
                            follow!(call::resume(m, start_live))
                        }

                        // --- Frames ------------------------------------------------------------------------------
                        Op::Allocate => {
                            let frame = a!();
                            room!(frame + c!(), b!());
                            sp = sp.sub(frame);
                            if cfg!(debug_assertions) || cfg!(feature = "collect-always") {
                                for i in 0..frame {
                                    *sp.add(i) = RawTerm::NIL.0;
                                }
                            }
                            next!(1)
                        }
                        Op::AllocateBig => {
                            let frame = a!();
                            room!(frame + word!(1) as usize, b!());
                            sp = sp.sub(frame);
                            if cfg!(debug_assertions) || cfg!(feature = "collect-always") {
                                for i in 0..frame {
                                    *sp.add(i) = RawTerm::NIL.0;
                                }
                            }
                            next!(2)
                        }
                        Op::TestHeap => {
                            room!(a!(), b!());
                            next!(1)
                        }
                        Op::TestHeapBig => {
                            room!(word!(1) as usize, b!());
                            next!(2)
                        }
                        Op::Deallocate | Op::Trim => {
                            sp = sp.add(a!());
                            next!(1)
                        }
                        Op::InitY1 => {
                            *sp.add(a!()) = RawTerm::NIL.0;
                            next!(1)
                        }
                        Op::InitY2 => {
                            *sp.add(a!()) = RawTerm::NIL.0;
                            *sp.add(b!()) = RawTerm::NIL.0;
                            next!(1)
                        }
                        Op::InitY3 => {
                            *sp.add(a!()) = RawTerm::NIL.0;
                            *sp.add(b!()) = RawTerm::NIL.0;
                            *sp.add(c!()) = RawTerm::NIL.0;
                            next!(1)
                        }

                        // --- Moves -------------------------------------------------------------------------------
                        Op::MoveXX => {
                            *x.add(b!()) = *x.add(a!());
                            next!(1)
                        }
                        Op::MoveXY => {
                            y!(b!()) = *x.add(a!());
                            next!(1)
                        }
                        Op::MoveYX => {
                            *x.add(b!()) = y!(a!());
                            next!(1)
                        }
                        Op::MoveYY => {
                            y!(b!()) = y!(a!());
                            next!(1)
                        }
                        Op::MoveCX => {
                            *x.add(b!()) = word!(1);
                            next!(2)
                        }
                        Op::MoveCY => {
                            y!(b!()) = word!(1);
                            next!(2)
                        }
                        Op::Swap => {
                            let (left, right) = (src!(a!()), src!(b!()));
                            dst!(a!(), right);
                            dst!(b!(), left);
                            next!(1)
                        }
                        Op::MoveYXMoveYX => {
                            *x.add(b!()) = y!(a!());
                            let w = word!(1);
                            *x.add((w >> 32) as u16 as usize) = y!((w >> 16) as u16 as usize);
                            next!(2)
                        }
                        Op::MoveXYMoveXY => {
                            y!(b!()) = *x.add(a!());
                            let w = word!(1);
                            y!((w >> 32) as u16 as usize) = *x.add((w >> 16) as u16 as usize);
                            next!(2)
                        }
                        Op::MoveXXMoveXX => {
                            *x.add(b!()) = *x.add(a!());
                            let w = word!(1);
                            *x.add((w >> 32) as u16 as usize) = *x.add((w >> 16) as u16 as usize);
                            next!(2)
                        }
                        Op::MoveXXMoveYX => {
                            *x.add(b!()) = *x.add(a!());
                            let w = word!(1);
                            *x.add((w >> 32) as u16 as usize) = y!((w >> 16) as u16 as usize);
                            next!(2)
                        }
                        Op::MoveYXMoveXX => {
                            *x.add(b!()) = y!(a!());
                            let w = word!(1);
                            *x.add((w >> 32) as u16 as usize) = *x.add((w >> 16) as u16 as usize);
                            next!(2)
                        }
                        Op::MoveXXMoveXY => {
                            *x.add(b!()) = *x.add(a!());
                            let w = word!(1);
                            y!((w >> 32) as u16 as usize) = *x.add((w >> 16) as u16 as usize);
                            next!(2)
                        }
                        Op::MoveXYMoveXX => {
                            y!(b!()) = *x.add(a!());
                            let w = word!(1);
                            *x.add((w >> 32) as u16 as usize) = *x.add((w >> 16) as u16 as usize);
                            next!(2)
                        }

                        // --- Comparisons -------------------------------------------------------------------------
                        Op::IsLt => order!(src!(a!()), src!(b!()), <, 4),
                        Op::IsLtXX => order!(*x.add(a!()), *x.add(b!()), <, 2),
                        Op::IsLtXI => order!(*x.add(a!()), word!(2), <, 3),
                        Op::IsLtIX => order!(word!(2), *x.add(b!()), <, 3),
                        Op::IsGe => order!(src!(a!()), src!(b!()), >=, 4),
                        Op::IsGeXX => order!(*x.add(a!()), *x.add(b!()), >=, 2),
                        Op::IsGeXI => order!(*x.add(a!()), word!(2), >=, 3),
                        Op::IsGeIX => order!(word!(2), *x.add(b!()), >=, 3),
                        Op::IsEq => {
                            let (l, r) = (src!(a!()), src!(b!()));
                            test!(l == r || arith::equal(l, r), 4)
                        }
                        Op::IsNe => {
                            let (l, r) = (src!(a!()), src!(b!()));
                            test!(l != r && !arith::equal(l, r), 4)
                        }
                        Op::IsEqExact => {
                            let (l, r) = (src!(a!()), src!(b!()));
                            test!(l == r || arith::same(l, r), 4)
                        }
                        Op::IsEqExactXX => {
                            let (l, r) = (*x.add(a!()), *x.add(b!()));
                            test!(l == r || arith::same(l, r), 2)
                        }
                        Op::IsEqExactXI => test!(*x.add(a!()) == word!(2), 3),
                        Op::IsEqExactYI => test!(y!(a!()) == word!(2), 3),
                        Op::IsNeExact => {
                            let (l, r) = (src!(a!()), src!(b!()));
                            test!(l != r && !arith::same(l, r), 4)
                        }
                        Op::IsNeExactXI => test!(*x.add(a!()) != word!(2), 3),

                        // --- Type tests --------------------------------------------------------------------------
                        Op::IsInteger => {
                            let v = src!(a!());
                            test!(v & TAG_MASK == 0 || arith::is_big(v), 3)
                        }
                        Op::IsIntegerX => {
                            let v = *x.add(a!());
                            test!(v & TAG_MASK == 0 || arith::is_big(v), 2)
                        }
                        Op::IsFloat => test!(is(src!(a!()), BoxedKind::Float), 3),
                        Op::IsNumber => {
                            let v = src!(a!());
                            test!(v & TAG_MASK == 0 || is(v, BoxedKind::Float) || arith::is_big(v), 3)
                        }
                        Op::IsAtom => test!(RawTerm(src!(a!())).is_atom(), 3),
                        Op::IsAtomX => test!(RawTerm(*x.add(a!())).is_atom(), 2),
                        Op::IsPid => test!(m.term(src!(a!())).is_pid(), 3),
                        Op::IsReference => test!(m.term(src!(a!())).is_reference(), 3),
                        Op::IsPort => test!(m.term(src!(a!())).is_port(), 3),
                        Op::IsNil => test!(src!(a!()) == RawTerm::NIL.0, 3),
                        Op::IsNilX => test!(*x.add(a!()) == RawTerm::NIL.0, 2),
                        Op::IsBinary => test!(m.term(src!(a!())).is_binary(), 3),
                        Op::IsBinaryX => test!(m.term(*x.add(a!())).is_binary(), 2),
                        Op::IsBitstring => test!(m.term(src!(a!())).is_bitstring(), 3),
                        Op::IsList => {
                            let v = RawTerm(src!(a!()));
                            test!(v.is_cons() || v.is_nil(), 3)
                        }
                        Op::IsListX => {
                            let v = RawTerm(*x.add(a!()));
                            test!(v.is_cons() || v.is_nil(), 2)
                        }
                        Op::IsNonemptyList => test!(RawTerm(src!(a!())).is_cons(), 3),
                        Op::IsNonemptyListX => test!(RawTerm(*x.add(a!())).is_cons(), 2),
                        Op::IsTuple => test!(is(src!(a!()), BoxedKind::Tuple), 3),
                        Op::IsTupleX => test!(is(*x.add(a!()), BoxedKind::Tuple), 2),
                        Op::IsBoolean => {
                            let v = RawTerm(src!(a!()));
                            test!(v == RawTerm::atom(atoms::TRUE) || v == RawTerm::atom(atoms::FALSE), 3)
                        }
                        Op::IsMap => {
                            let v = src!(a!());
                            test!(is(v, BoxedKind::FlatMap) || is(v, BoxedKind::TrieMap), 3)
                        }
                        Op::IsMapX => {
                            let v = *x.add(a!());
                            test!(is(v, BoxedKind::FlatMap) || is(v, BoxedKind::TrieMap), 2)
                        }
                        Op::IsFunction => test!(m.term(src!(a!())).is_function(), 3),
                        Op::IsFunction2 => {
                            let (fun, arity) = (m.term(src!(a!())), RawTerm(src!(b!())));
                            test!(
                                arity.is_small() && fun.function_arity().map(i64::from) == Some(arity.small_value()),
                                4
                            )
                        }
                        Op::TestArity => test!(header(src!(a!())) == word!(2), 4),
                        Op::TestArityX => test!(header(*x.add(a!())) == word!(2), 3),
                        Op::IsTaggedTuple => {
                            let v = src!(a!());
                            test!(header(v) == word!(2) && *((v - TAG_BOXED) as *const u64).add(1) == word!(3), 5)
                        }
                        Op::IsTaggedTupleX => {
                            let v = *x.add(a!());
                            test!(header(v) == word!(2) && *((v - TAG_BOXED) as *const u64).add(1) == word!(3), 4)
                        }

                        // --- Selection ---------------------------------------------------------------------------
                        Op::SelectLinear | Op::SelectLinearX => {
                            let v = if operation(pc) == Op::SelectLinearX { *x.add(a!()) } else { src!(a!()) };
                            let mut entry = pc.add(2);
                            let end = entry.add(b!() * 2);
                            let mut to = target!(1);
                            while entry < end {
                                if *entry == v {
                                    to = *entry.add(1) as *const u64;
                                    break;
                                }
                                entry = entry.add(2);
                            }
                            pc = to;
                            continue;
                        }
                        Op::SelectBinary => {
                            pc = search(src!(a!()), pc.add(3), word!(2) as usize, target!(1));
                            continue;
                        }
                        Op::SelectTable => {
                            let v = RawTerm(src!(a!()));
                            let mut to = target!(1);
                            if v.is_small() {
                                let index = v.small_value().wrapping_sub(word!(2) as i64) as u64;
                                if index < word!(3) {
                                    to = target!(4 + index as usize);
                                }
                            }
                            pc = to;
                            continue;
                        }
                        Op::SelectArity => {
                            let v = header(src!(a!()));
                            let mut entry = pc.add(3);
                            let end = entry.add(word!(2) as usize * 2);
                            let mut to = target!(1);
                            while entry < end {
                                if *entry == v {
                                    to = *entry.add(1) as *const u64;
                                    break;
                                }
                                entry = entry.add(2);
                            }
                            pc = to;
                            continue;
                        }
                        Op::Jump => {
                            pc = target!(1);
                            continue;
                        }

                        // --- Data --------------------------------------------------------------------------------
                        Op::GetListXXX => {
                            let list = RawTerm(*x.add(a!()));
                            if !list.is_cons() {
                                fault!(list.0)
                            }
                            let cell = list.address();
                            let (head, tail) = (*cell, *cell.add(1));
                            *x.add(b!()) = head;
                            *x.add(c!()) = tail;
                            next!(1)
                        }
                        Op::GetList => {
                            let list = RawTerm(src!(a!()));
                            if !list.is_cons() {
                                fault!(list.0)
                            }
                            let cell = list.address();
                            let (head, tail) = (*cell, *cell.add(1));
                            dst!(b!(), head);
                            dst!(c!(), tail);
                            next!(2)
                        }
                        Op::GetHdXX => {
                            let list = RawTerm(*x.add(a!()));
                            if !list.is_cons() {
                                fault!(list.0)
                            }
                            *x.add(b!()) = *list.address();
                            next!(1)
                        }
                        Op::GetHd => {
                            let list = RawTerm(src!(a!()));
                            if !list.is_cons() {
                                fault!(list.0)
                            }
                            dst!(b!(), *list.address());
                            next!(2)
                        }
                        Op::GetTlXX => {
                            let list = RawTerm(*x.add(a!()));
                            if !list.is_cons() {
                                fault!(list.0)
                            }
                            *x.add(b!()) = *list.address().add(1);
                            next!(1)
                        }
                        Op::GetTl => {
                            let list = RawTerm(src!(a!()));
                            if !list.is_cons() {
                                fault!(list.0)
                            }
                            dst!(b!(), *list.address().add(1));
                            next!(2)
                        }
                        Op::GetElementXX => {
                            let tuple = *x.add(a!());
                            let head = header(tuple);
                            if head & KIND_MASK != kind(BoxedKind::Tuple) || (head >> 8) as usize <= b!() {
                                fault!(tuple)
                            }
                            *x.add(c!()) = *((tuple - TAG_BOXED) as *const u64).add(1 + b!());
                            next!(1)
                        }
                        Op::GetElementsXX => {
                            let tuple = *x.add(a!());
                            let head = header(tuple);
                            if head & KIND_MASK != kind(BoxedKind::Tuple) || (head >> 8) as usize <= b!() {
                                fault!(tuple)
                            }
                            *x.add(c!()) = *((tuple - TAG_BOXED) as *const u64).add(1 + b!());
                            pc = pc.add(1);
                            let tuple = *x.add(a!());
                            let head = header(tuple);
                            let index = b!();
                            if head & KIND_MASK != kind(BoxedKind::Tuple) || (head >> 8) as usize <= index {
                                fault!(tuple)
                            }
                            *x.add(c!()) = *((tuple - TAG_BOXED) as *const u64).add(1 + index);
                            next!(1)
                        }
                        Op::GetElementXY => {
                            let tuple = *x.add(a!());
                            let head = header(tuple);
                            if head & KIND_MASK != kind(BoxedKind::Tuple) || (head >> 8) as usize <= b!() {
                                fault!(tuple)
                            }
                            y!(c!()) = *((tuple - TAG_BOXED) as *const u64).add(1 + b!());
                            next!(1)
                        }
                        Op::GetElementYX => {
                            let tuple = y!(a!());
                            let head = header(tuple);
                            if head & KIND_MASK != kind(BoxedKind::Tuple) || (head >> 8) as usize <= b!() {
                                fault!(tuple)
                            }
                            *x.add(c!()) = *((tuple - TAG_BOXED) as *const u64).add(1 + b!());
                            next!(1)
                        }
                        Op::GetElement => {
                            let tuple = src!(a!());
                            let head = header(tuple);
                            if head & KIND_MASK != kind(BoxedKind::Tuple) || (head >> 8) as usize <= b!() {
                                fault!(tuple)
                            }
                            dst!(c!(), *((tuple - TAG_BOXED) as *const u64).add(1 + b!()));
                            next!(2)
                        }
                        Op::SetElement => {
                            let (value, tuple) = (src!(a!()), src!(b!()));
                            let head = header(tuple);
                            if head & KIND_MASK != kind(BoxedKind::Tuple) || (head >> 8) as usize <= c!() {
                                fault!(tuple)
                            }
                            *((tuple - TAG_BOXED) as *mut u64).add(1 + c!()) = value;
                            next!(3)
                        }
                        Op::PutListXXX => {
                            *hp = *x.add(a!());
                            *hp.add(1) = *x.add(b!());
                            *x.add(c!()) = RawTerm::cons(hp).0;
                            hp = hp.add(2);
                            next!(1)
                        }
                        Op::PutList => {
                            *hp = src!(a!());
                            *hp.add(1) = src!(b!());
                            let list = RawTerm::cons(hp).0;
                            hp = hp.add(2);
                            dst!(c!(), list);
                            next!(3)
                        }
                        Op::PutTuple2 => {
                            *hp = RawTerm::header(BoxedKind::Tuple, 2).0;
                            *hp.add(1) = src!(b!());
                            *hp.add(2) = src!(c!());
                            let tuple = RawTerm::boxed(hp).0;
                            hp = hp.add(3);
                            dst!(a!(), tuple);
                            next!(3)
                        }
                        Op::PutTuple3 => {
                            *hp = RawTerm::header(BoxedKind::Tuple, 3).0;
                            *hp.add(1) = src!(b!());
                            *hp.add(2) = src!(c!());
                            *hp.add(3) = src!(word!(1) as u16 as usize);
                            let tuple = RawTerm::boxed(hp).0;
                            hp = hp.add(4);
                            dst!(a!(), tuple);
                            next!(5)
                        }
                        Op::PutTuple => {
                            let info = word!(1);
                            let size = info as u32 as usize;
                            *hp = RawTerm::header(BoxedKind::Tuple, size).0;
                            let operands = pc.add(2);
                            for i in 0..size {
                                *hp.add(1 + i) = src!(packed(operands, i));
                            }
                            let tuple = RawTerm::boxed(hp).0;
                            hp = hp.add(1 + size);
                            dst!(a!(), tuple);
                            next!((info >> 32) as usize)
                        }
                        Op::UpdateRecord => {
                            let info = word!(1);
                            let size = info as u32 as usize;
                            let tuple = src!(a!());
                            if header(tuple) != RawTerm::header(BoxedKind::Tuple, size).0 {
                                error!(atoms::BADRECORD, tuple)
                            }
                            std::ptr::copy_nonoverlapping((tuple - TAG_BOXED) as *const u64, hp, size + 1);
                            let operands = pc.add(2);
                            for i in 0..c!() {
                                *hp.add(1 + packed(operands, 2 * i).wrapping_sub(1)) =
                                    src!(packed(operands, 2 * i + 1));
                            }
                            let tuple = RawTerm::boxed(hp).0;
                            hp = hp.add(1 + size);
                            dst!(b!(), tuple);
                            next!((info >> 32) as usize)
                        }

                        // --- Guard functions ---------------------------------------------------------------------
                        Op::Bif0 => guard!(3),
                        Op::Bif => guard!(5),
                        Op::Bif3 => guard!(7),
                        Op::BifSelf => {
                            let pid = Term::pid(m.process.state.pid).raw.0;
                            dst!(c!(), pid);
                            next!(3)
                        }
                        Op::AddXI => {
                            let (l, r) = (*x.add(a!()), word!(3));
                            if l & TAG_MASK == 0 {
                                if let (value, false) = (l as i64).overflowing_add(r as i64) {
                                    *x.add(c!()) = value as u64;
                                    next!(4)
                                }
                            }
                            guard!(4)
                        }
                        Op::SubXI => {
                            let (l, r) = (*x.add(a!()), word!(3));
                            if l & TAG_MASK == 0 {
                                if let (value, false) = (l as i64).overflowing_sub(r as i64) {
                                    *x.add(c!()) = value as u64;
                                    next!(4)
                                }
                            }
                            guard!(4)
                        }
                        Op::SubYI => {
                            let (l, r) = (y!(a!()), word!(3));
                            if l & TAG_MASK == 0 {
                                if let (value, false) = (l as i64).overflowing_sub(r as i64) {
                                    *x.add(c!()) = value as u64;
                                    next!(4)
                                }
                            }
                            guard!(4)
                        }
                        Op::AddYX => {
                            let (l, r) = (y!(a!()), *x.add(b!()));
                            if both_small(l, r) {
                                if let (value, false) = (l as i64).overflowing_add(r as i64) {
                                    *x.add(c!()) = value as u64;
                                    next!(3)
                                }
                            }
                            guard!(3)
                        }
                        Op::AddXX => {
                            let (l, r) = (*x.add(a!()), *x.add(b!()));
                            if both_small(l, r) {
                                if let (value, false) = (l as i64).overflowing_add(r as i64) {
                                    *x.add(c!()) = value as u64;
                                    next!(3)
                                }
                            }
                            guard!(3)
                        }
                        Op::SubXX => {
                            let (l, r) = (*x.add(a!()), *x.add(b!()));
                            if both_small(l, r) {
                                if let (value, false) = (l as i64).overflowing_sub(r as i64) {
                                    *x.add(c!()) = value as u64;
                                    next!(3)
                                }
                            }
                            guard!(3)
                        }
                        Op::Add => arithmetic!(src!(a!()), src!(b!()), overflowing_add, 5),
                        Op::Sub => arithmetic!(src!(a!()), src!(b!()), overflowing_sub, 5),
                        Op::Mul => {
                            let (l, r) = (src!(a!()), src!(b!()));
                            if both_small(l, r) {
                                // One factor untagged: the product keeps one tag's shift.
                                let (value, overflow) = ((l as i64) >> 2).overflowing_mul(r as i64);
                                if !overflow {
                                    dst!(c!(), value as u64);
                                    next!(5)
                                }
                            }
                            guard!(5)
                        }
                        Op::IntDiv => {
                            let (l, r) = (src!(a!()), src!(b!()));
                            if both_small(l, r) && r != 0 {
                                if let Some(raw) = RawTerm::try_small(((l as i64) >> 2) / ((r as i64) >> 2)) {
                                    dst!(c!(), raw.0);
                                    next!(5)
                                }
                            }
                            guard!(5)
                        }
                        Op::Rem => {
                            let (l, r) = (src!(a!()), src!(b!()));
                            if both_small(l, r) && r != 0 {
                                let value = ((l as i64) >> 2) % ((r as i64) >> 2);
                                dst!(c!(), RawTerm::small(value).0);
                                next!(5)
                            }
                            guard!(5)
                        }
                        Op::Band => {
                            let (l, r) = (src!(a!()), src!(b!()));
                            if both_small(l, r) {
                                dst!(c!(), l & r);
                                next!(5)
                            }
                            guard!(5)
                        }
                        Op::Bor => {
                            let (l, r) = (src!(a!()), src!(b!()));
                            if both_small(l, r) {
                                dst!(c!(), l | r);
                                next!(5)
                            }
                            guard!(5)
                        }
                        Op::Bxor => {
                            let (l, r) = (src!(a!()), src!(b!()));
                            if both_small(l, r) {
                                dst!(c!(), l ^ r);
                                next!(5)
                            }
                            guard!(5)
                        }
                        Op::Bsl => {
                            let (l, r) = (src!(a!()), src!(b!()));
                            if both_small(l, r) && (r as i64) >= 0 && (r as i64) < (62 << 2) {
                                let shift = (r >> 2) as u32;
                                let value = (l as i64) << shift;
                                if value >> shift == l as i64 {
                                    dst!(c!(), value as u64);
                                    next!(5)
                                }
                            }
                            guard!(5)
                        }
                        Op::Bsr => {
                            let (l, r) = (src!(a!()), src!(b!()));
                            if both_small(l, r) && (r as i64) >= 0 {
                                let shift = (r >> 2).min(61) as u32;
                                let value = ((l as i64) >> shift) & !(TAG_MASK as i64);
                                dst!(c!(), value as u64);
                                next!(5)
                            }
                            guard!(5)
                        }
                        Op::BifElement => {
                            let (index, tuple) = (RawTerm(src!(a!())), src!(b!()));
                            let head = header(tuple);
                            if index.is_small() && head & KIND_MASK == kind(BoxedKind::Tuple) {
                                let index = index.small_value().wrapping_sub(1) as u64;
                                if index < head >> 8 {
                                    dst!(c!(), *((tuple - TAG_BOXED) as *const u64).add(1 + index as usize));
                                    next!(5)
                                }
                            }
                            guard!(5)
                        }
                        Op::BifHd => {
                            let list = RawTerm(src!(a!()));
                            if list.is_cons() {
                                dst!(c!(), *list.address());
                                next!(5)
                            }
                            guard!(5)
                        }
                        Op::BifTl => {
                            let list = RawTerm(src!(a!()));
                            if list.is_cons() {
                                dst!(c!(), *list.address().add(1));
                                next!(5)
                            }
                            guard!(5)
                        }
                        Op::BifTupleSize => {
                            let head = header(src!(a!()));
                            if head & KIND_MASK == kind(BoxedKind::Tuple) {
                                dst!(c!(), RawTerm::small((head >> 8) as i64).0);
                                next!(5)
                            }
                            guard!(5)
                        }
                        Op::BifMapSize => match m.term(src!(a!())).as_map() {
                            Some(map) => {
                                let size = RawTerm::small(map.len() as i64).0;
                                dst!(c!(), size);
                                next!(5)
                            }
                            None => guard!(5),
                        },
                        Op::BifByteSize => match m.term(src!(a!())).as_bits() {
                            Some(bits) => {
                                let size = RawTerm::small(bits.bit_len.div_ceil(8) as i64).0;
                                dst!(c!(), size);
                                next!(5)
                            }
                            None => guard!(5),
                        },
                        Op::BifLength => {
                            let mut list = RawTerm(src!(a!()));
                            let mut length = 0;
                            while list.is_cons() {
                                length += 1;
                                list = RawTerm(*list.address().add(1));
                            }
                            if !list.is_nil() {
                                guard!(5)
                            }
                            reds -= length >> 7;
                            dst!(c!(), RawTerm::small(length).0);
                            next!(5)
                        }
                        Op::BifNot => {
                            let v = RawTerm(src!(a!()));
                            if v == RawTerm::atom(atoms::TRUE) {
                                truth!(false)
                            }
                            if v == RawTerm::atom(atoms::FALSE) {
                                truth!(true)
                            }
                            guard!(5)
                        }
                        Op::BifAnd | Op::BifOr => {
                            let (l, r) = (RawTerm(src!(a!())), RawTerm(src!(b!())));
                            let (yes, no) = (RawTerm::atom(atoms::TRUE), RawTerm::atom(atoms::FALSE));
                            if (l == yes || l == no) && (r == yes || r == no) {
                                truth!(if operation(pc) == Op::BifAnd {
                                    l == yes && r == yes
                                } else {
                                    l == yes || r == yes
                                })
                            }
                            guard!(5)
                        }
                        Op::BifEqExact => {
                            let (l, r) = (src!(a!()), src!(b!()));
                            truth!(l == r || arith::same(l, r))
                        }
                        Op::BifNeExact => {
                            let (l, r) = (src!(a!()), src!(b!()));
                            truth!(l != r && !arith::same(l, r))
                        }
                        Op::BifEq => {
                            let (l, r) = (src!(a!()), src!(b!()));
                            truth!(l == r || arith::equal(l, r))
                        }
                        Op::BifNe => {
                            let (l, r) = (src!(a!()), src!(b!()));
                            truth!(l != r && !arith::equal(l, r))
                        }
                        Op::BifLt => truth!(arith::order(src!(a!()), src!(b!())) < 0),
                        Op::BifGe => truth!(arith::order(src!(a!()), src!(b!())) >= 0),
                        Op::BifGt => truth!(arith::order(src!(a!()), src!(b!())) > 0),
                        Op::BifLe => truth!(arith::order(src!(a!()), src!(b!())) <= 0),
                        Op::BifIsMapKey => match m.term(src!(b!())).as_map() {
                            Some(map) => truth!(map.get(m.term(src!(a!()))).is_some()),
                            None => guard!(5),
                        },
                        Op::BifMapGet => {
                            if let Some(map) = m.term(src!(b!())).as_map() {
                                if let Some(value) = map.get(m.term(src!(a!()))) {
                                    dst!(c!(), value.raw.0);
                                    next!(5)
                                }
                            }
                            guard!(5)
                        }

                        // --- Floats ------------------------------------------------------------------------------
                        Op::FMoveLoad => {
                            let v = src!(a!());
                            if !is(v, BoxedKind::Float) {
                                plain_error!(atoms::BADARITH)
                            }
                            *floats!().add(b!()) = f64::from_bits(*((v - TAG_BOXED) as *const u64).add(1));
                            next!(2)
                        }
                        Op::FMoveStore => {
                            *hp = RawTerm::header(BoxedKind::Float, 1).0;
                            *hp.add(1) = (*floats!().add(a!())).to_bits();
                            let value = RawTerm::boxed(hp).0;
                            hp = hp.add(2);
                            dst!(b!(), value);
                            next!(1)
                        }
                        Op::FMove => {
                            *floats!().add(b!()) = *floats!().add(a!());
                            next!(1)
                        }
                        Op::FConv => {
                            let v = src!(a!());
                            let value = if v & TAG_MASK == 0 {
                                Some(((v as i64) >> 2) as f64)
                            } else if is(v, BoxedKind::Float) {
                                Some(f64::from_bits(*((v - TAG_BOXED) as *const u64).add(1)))
                            } else {
                                arith::to_float(v)
                            };
                            match value {
                                Some(value) => *floats!().add(b!()) = value,
                                None => plain_error!(atoms::BADARITH),
                            }
                            next!(2)
                        }
                        Op::FAdd | Op::FSub | Op::FMul | Op::FDiv => {
                            let (l, r) = (*floats!().add(a!()), *floats!().add(b!()));
                            let value = match operation(pc) {
                                Op::FAdd => l + r,
                                Op::FSub => l - r,
                                Op::FMul => l * r,
                                _ => l / r,
                            };
                            if !value.is_finite() {
                                plain_error!(atoms::BADARITH)
                            }
                            *floats!().add(c!()) = value;
                            next!(1)
                        }
                        Op::FNeg => {
                            *floats!().add(b!()) = -*floats!().add(a!());
                            next!(1)
                        }

                        // --- Exceptions --------------------------------------------------------------------------
                        Op::Catch | Op::Try => {
                            *sp.add(a!()) = RawTerm::catch(word!(1) >> 3).0;
                            next!(2)
                        }
                        Op::TryEnd => {
                            *sp.add(a!()) = RawTerm::NIL.0;
                            next!(1)
                        }
                        Op::TryCase => {
                            *sp.add(a!()) = RawTerm::NIL.0;
                            *x = *x.add(1);
                            *x.add(1) = *x.add(2);
                            *x.add(2) = *x.add(3);
                            next!(1)
                        }
                        Op::CatchEnd => {
                            *sp.add(a!()) = RawTerm::NIL.0;
                            if *x == RawTerm::NON_VALUE.0 {
                                out!();
                                raise::catch_value(m);
                                back!();
                                tidy!(1);
                            }
                            next!(1)
                        }
                        Op::TryCaseEnd => error!(atoms::TRY_CLAUSE, src!(a!())),
                        Op::Badmatch => error!(atoms::BADMATCH, src!(a!())),
                        Op::CaseEnd => error!(atoms::CASE_CLAUSE, src!(a!())),
                        Op::Badrecord => error!(atoms::BADRECORD, src!(a!())),
                        Op::IfEnd => plain_error!(atoms::IF_CLAUSE),
                        Op::Raise => {
                            let (trace, reason) = (src!(a!()), src!(b!()));
                            out!();
                            raise::again(m, None, reason, trace);
                            raise!()
                        }
                        Op::RawRaise => {
                            let (class, reason, trace) = (RawTerm(*x), *x.add(1), *x.add(2));
                            match class.as_atom().and_then(crate::native::Class::from_atom) {
                                Some(class) => {
                                    out!();
                                    raise::again(m, Some(class), reason, trace);
                                    raise!()
                                }
                                None => {
                                    *x = RawTerm::atom(atoms::BADARG).0;
                                    next!(1)
                                }
                            }
                        }
                        Op::BuildStacktrace => {
                            out!();
                            *x = raise::trace_list(m, *x);
                            back!();
                            tidy!(1);
                            next!(1)
                        }

                        // --- Messages ----------------------------------------------------------------------------
                        Op::LoopRec => {
                            out!();
                            match call::peek_message(m) {
                                Some(message) => {
                                    back!();
                                    dst!(a!(), message.0);
                                    next!(2)
                                }
                                None => {
                                    if let Some(end) = m.end.take() {
                                        leave!(end);
                                    }
                                    back!();
                                    pc = target!(1);
                                    continue;
                                }
                            }
                        }
                        Op::RemoveMessage => {
                            m.process.state.mailbox.take();
                            m.process.state.timer = ReceiveTimer::Off;
                            next!(1)
                        }
                        Op::LoopRecEnd => {
                            m.process.state.mailbox.advance();
                            pc = target!(1);
                            reds -= 1;
                            tidy!(0);
                            if reds < 0 {
                                suspend!(0, SliceEnd::Preempted);
                            }
                            continue;
                        }
                        Op::Wait => {
                            pc = target!(1);
                            suspend!(0, SliceEnd::Waiting)
                        }
                        Op::WaitTimeout => {
                            out!();
                            let time = src!(a!());
                            match call::wait_timeout(m, time) {
                                call::Receive::Expired => {
                                    back!();
                                    next!(3)
                                }
                                call::Receive::Look => {
                                    back!();
                                    pc = target!(1);
                                    continue;
                                }
                                call::Receive::Wait => suspend!(0, SliceEnd::Waiting),
                                call::Receive::Forever => {
                                    pc = target!(1);
                                    suspend!(0, SliceEnd::Waiting)
                                }
                                call::Receive::Bad => raise!(),
                            }
                        }
                        Op::Timeout => {
                            m.process.state.timer = ReceiveTimer::Off;
                            m.process.state.mailbox.rewind();
                            next!(1)
                        }
                        Op::MarkerReserve => {
                            let number = m.process.state.mailbox.reserve_mark();
                            dst!(a!(), RawTerm::small(number as i64).0);
                            next!(1)
                        }
                        Op::MarkerBind => {
                            let (number, reference) = (RawTerm(src!(a!())), m.term(src!(b!())));
                            if let (true, Some(reference)) = (number.is_small(), reference.as_ref()) {
                                m.process.state.mailbox.bind_mark(number.small_value() as u64, reference);
                            }
                            next!(3)
                        }
                        Op::MarkerClear => {
                            if let Some(reference) = m.term(src!(a!())).as_ref() {
                                m.process.state.mailbox.clear_mark(reference);
                            }
                            next!(2)
                        }
                        Op::MarkerUse => {
                            if let Some(reference) = m.term(src!(a!())).as_ref() {
                                m.process.state.mailbox.use_mark(reference);
                            }
                            next!(2)
                        }

                        // --- Funs --------------------------------------------------------------------------------
                        Op::MakeFun => {
                            let free = b!();
                            *hp = RawTerm::header(BoxedKind::Fun, 1 + free).0;
                            *hp.add(1) = word!(1);
                            let operands = pc.add(3);
                            for i in 0..free {
                                *hp.add(2 + i) = src!(packed(operands, i));
                            }
                            let fun = RawTerm::boxed(hp).0;
                            hp = hp.add(2 + free);
                            dst!(a!(), fun);
                            next!((word!(2) >> 32) as usize)
                        }

                        // --- Maps --------------------------------------------------------------------------------
                        Op::GetMapElement => {
                            let map = m.term(src!(a!()));
                            let found = match map.as_map() {
                                Some(map) => map.get(m.term(src!(b!()))),
                                None => None,
                            };
                            match found {
                                Some(value) => {
                                    dst!(c!(), value.raw.0);
                                    next!(4)
                                }
                                None => {
                                    pc = target!(1);
                                    continue;
                                }
                            }
                        }
                        Op::GetMapElements => {
                            if map::elements(m, pc, sp) {
                                next!((word!(2) >> 32) as usize)
                            }
                            pc = target!(1);
                            continue;
                        }
                        Op::HasMapFields => {
                            if map::has_fields(m, pc, sp) {
                                next!((word!(2) >> 32) as usize)
                            }
                            pc = target!(1);
                            continue;
                        }
                        Op::PutMapAssoc | Op::PutMapExact => {
                            out!();
                            let result = map::put(m, pc, operation(pc) == Op::PutMapExact);
                            if result == RawTerm::NON_VALUE.0 {
                                let fail = target!(1);
                                if fail.is_null() {
                                    raise!()
                                }
                                m.raised = None;
                                back!();
                                pc = fail;
                                continue;
                            }
                            back!();
                            dst!(b!(), result);
                            if m.process.heap.wants_collection() {
                                let live = c!();
                                *x.add(live) = result;
                                collect!(0, live + 1);
                                dst!(b!(), *x.add(live));
                            }
                            next!((word!(2) >> 32) as usize)
                        }

                        // --- Binaries: matching ------------------------------------------------------------------
                        Op::BsStartMatch => {
                            out!();
                            let context = bits::start_match(m, src!(a!()));
                            back!();
                            if context == RawTerm::NON_VALUE.0 {
                                let fail = target!(1);
                                if fail.is_null() {
                                    plain_error!(atoms::BADARG)
                                }
                                pc = fail;
                                continue;
                            }
                            dst!(b!(), context);
                            if m.process.heap.wants_collection() {
                                let live = c!();
                                *x.add(live) = context;
                                collect!(0, live + 1);
                                dst!(b!(), *x.add(live));
                            }
                            next!(3)
                        }
                        Op::BsGetInteger8 => {
                            let context = src!(a!());
                            if let Some(value) = bits::byte(context) {
                                dst!(b!(), RawTerm::small(value).0);
                                next!(5)
                            }
                            pc = target!(1);
                            continue;
                        }
                        Op::BsGetInteger
                        | Op::BsGetInteger16
                        | Op::BsGetFloat
                        | Op::BsGetBinary
                        | Op::BsGetBinaryAll => {
                            out!();
                            let result = bits::get(m, pc, operation(pc));
                            back!();
                            if result == RawTerm::NON_VALUE.0 {
                                pc = target!(1);
                                continue;
                            }
                            dst!(b!(), result);
                            if m.process.heap.wants_collection() {
                                let live = c!();
                                *x.add(live) = result;
                                collect!(0, live + 1);
                                dst!(b!(), *x.add(live));
                            }
                            next!(5)
                        }
                        Op::BsSkipBits => test!(bits::skip(m, pc, sp), 5),
                        Op::BsTestTail => test!(bits::remaining(src!(a!())) == Some(word!(2) as usize), 4),
                        Op::BsTestUnit => {
                            test!(bits::remaining(src!(a!())).is_some_and(|left| left % word!(2) as usize == 0), 4)
                        }
                        Op::BsEnsure => {
                            let (least, unit) = (word!(2) as usize, word!(3) as usize);
                            test!(
                                bits::remaining(src!(a!()))
                                    .is_some_and(|left| left >= least && (left - least) % unit == 0),
                                5
                            )
                        }
                        Op::BsMatchString => {
                            test!(bits::match_string(src!(a!()), word!(2) as usize, word!(3) as *const u8), 5)
                        }
                        Op::BsReadEq => test!(bits::match_integer(src!(a!()), word!(2) as usize, word!(3)), 5),
                        Op::BsGetUtf => {
                            let field = word!(2);
                            match bits::utf(src!(a!()), field as u16, (field >> 32) as u16) {
                                Some(character) => {
                                    dst!(b!(), RawTerm::small(i64::from(character)).0);
                                    next!(4)
                                }
                                None => {
                                    pc = target!(1);
                                    continue;
                                }
                            }
                        }
                        Op::BsSkipUtf => {
                            let field = word!(2);
                            test!(bits::utf(src!(a!()), field as u16, (field >> 32) as u16).is_some(), 4)
                        }
                        Op::BsGetTail => {
                            out!();
                            let tail = bits::tail(m, src!(a!()));
                            back!();
                            dst!(b!(), tail);
                            if m.process.heap.wants_collection() {
                                let live = c!();
                                *x.add(live) = tail;
                                collect!(0, live + 1);
                                dst!(b!(), *x.add(live));
                            }
                            next!(2)
                        }
                        Op::BsGetPosition => {
                            let position = RawTerm::small(bits::position(src!(a!())) as i64).0;
                            dst!(b!(), position);
                            next!(2)
                        }
                        Op::BsSetPosition => {
                            bits::set_position(src!(a!()), src!(b!()));
                            next!(3)
                        }

                        // --- Binaries: building ------------------------------------------------------------------
                        Op::BsCreateBin => {
                            out!();
                            let result = bits::create(m, pc);
                            if result == RawTerm::NON_VALUE.0 {
                                let fail = target!(1);
                                if fail.is_null() {
                                    raise!()
                                }
                                m.raised = None;
                                back!();
                                pc = fail;
                                continue;
                            }
                            back!();
                            dst!(a!(), result);
                            let live = c!();
                            *x.add(live) = result;
                            if m.process.heap.wants_collection() {
                                collect!(word!(3) as usize, live + 1);
                            } else {
                                room!(word!(3) as usize, live + 1);
                            }
                            dst!(a!(), *x.add(live));
                            next!((word!(2) >> 32) as usize)
                        }
                        Op::BsInitWritable => {
                            out!();
                            *x = bits::writable(m, *x);
                            back!();
                            next!(1)
                        }
                        Op::BsInit | Op::BsInitBits | Op::BsAppend | Op::BsPrivateAppend => {
                            out!();
                            let result = bits::begin(m, pc, operation(pc));
                            if result == RawTerm::NON_VALUE.0 {
                                let fail = target!(1);
                                if fail.is_null() {
                                    raise!()
                                }
                                m.raised = None;
                                back!();
                                pc = fail;
                                continue;
                            }
                            back!();
                            dst!(b!(), result);
                            let words = match operation(pc) {
                                Op::BsInit | Op::BsInitBits => word!(2) as usize,
                                Op::BsAppend => packed(pc.add(2), 2),
                                _ => 0,
                            };
                            if operation(pc) != Op::BsPrivateAppend {
                                let live = c!();
                                *x.add(live) = result;
                                room!(words, live + 1);
                                dst!(b!(), *x.add(live));
                            }
                            next!(operation(pc).length())
                        }
                        Op::BsPutInteger | Op::BsPutFloat | Op::BsPutBinary | Op::BsPutUtf => {
                            out!();
                            let done = bits::put(m, pc, operation(pc));
                            if !done {
                                let fail = target!(1);
                                if fail.is_null() {
                                    raise!()
                                }
                                m.raised = None;
                                back!();
                                pc = fail;
                                continue;
                            }
                            back!();
                            next!(operation(pc).length())
                        }
                        Op::BsPutString => {
                            bits::put_string(m, word!(1) as usize, word!(2) as *const u8);
                            next!(3)
                        }
                        Op::BsUtfSize => {
                            let size = bits::utf_size(src!(a!()), c!() as u16);
                            dst!(b!(), RawTerm::small(size).0);
                            next!(2)
                        }
                        Op::BsAdd => {
                            let field = word!(2);
                            let (left, right) = (src!(a!()), src!(field as u16 as usize));
                            match bits::add_sizes(left, right, (field >> 16) as u16) {
                                Some(sum) => {
                                    dst!(b!(), sum.0);
                                    next!(5)
                                }
                                None => {
                                    let fail = target!(1);
                                    if fail.is_null() {
                                        plain_error!(atoms::BADARG)
                                    }
                                    pc = fail;
                                    continue;
                                }
                            }
                        }
                    }
                }
            }
        }
        // SAFETY: the heap is written back, and `pc` is where the exception was raised.
        let handler = raise::unwind(m, pc);
        hp = m.process.heap.hp;
        sp = m.process.heap.sp;
        if handler.is_null() {
            break 'run Stop::Leave(m.end.take().unwrap_or(SliceEnd::Preempted));
        }
        pc = handler;
    };
    let (live, end) = match stop {
        Stop::Preempt => {
            // SAFETY: before an entry stands its arity.
            (unsafe { *pc.sub(1) } as usize, SliceEnd::Preempted)
        }
        Stop::Suspend(live, end) => (live, end),
        Stop::Leave(end) => (0, end),
        Stop::Memory => return (m.end.take().unwrap_or(SliceEnd::Preempted), reds - i64::from(m.charged)),
    };
    m.process.heap.hp = hp;
    m.process.heap.sp = sp;
    m.process.machine.pc = pc as usize;
    // SAFETY: that many registers hold values.
    m.process.machine.registers.extend_from_slice(unsafe { std::slice::from_raw_parts(x, live) });
    (end, reds - i64::from(m.charged))
}

/// Why the loop stops.
enum Stop {
    /// The reductions are used up; `pc` is at an entry.
    Preempt,
    /// The slice ends before `pc`, with that many live registers.
    Suspend(usize, SliceEnd),
    /// The slice ends, and the process does not go on from here.
    Leave(SliceEnd),
    /// Memory ran out: the machine says how the slice ends. The heap is written back.
    Memory,
}

/// The opcode of the instruction at `pc`.
///
/// # Safety
/// An instruction begins there.
#[inline(always)]
unsafe fn operation(pc: *const u64) -> Op {
    // SAFETY: as the caller's: the loader writes opcodes only.
    unsafe { std::mem::transmute::<u16, Op>(*pc.cast::<u16>()) }
}

/// Finds a word among `count` sorted pairs of word and address.
///
/// # Safety
/// The table has that many pairs.
#[inline]
unsafe fn search(value: u64, table: *const u64, count: usize, default: *const u64) -> *const u64 {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = (low + high) / 2;
        // SAFETY: `middle` is below `count`.
        let found = unsafe { *table.add(middle * 2) };
        if found == value {
            // SAFETY: as above.
            return unsafe { *table.add(middle * 2 + 1) as *const u64 };
        }
        if found < value {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    default
}
