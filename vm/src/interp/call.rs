//! Calls that leave the loop: natives and what they ask for, funs, apply, futures, receiving.

use std::task::{Context as Waiting, Poll, Waker};

use super::machine::{Look, Machine};
use super::saved::{own_looked_at, push_exit, Stubs};
use super::state::{packed, source};
use super::SliceEnd;
use crate::atom::{atoms, Atom};
use crate::code::exports::Export;
use crate::code::module::Stay;
use crate::code::stream::{Op, STACK_RESERVE};
use crate::heap::{OwnedTerm, Resource};
use crate::native::{Caller, Class, Exception, NativeFn, NativeFuture, Outcome};
use crate::process::{receive_signals, ReceiveTimer, Received};
use crate::term::{BoxedKind, Kind, RawTerm, Term};

/// The most arguments a function takes.
const MAX_ARITY: usize = 255;

/// How the loop goes on after something out of line. The heap is written back; the loop reads it again.
pub(super) enum Next {
    /// At this entry, with its arguments in the x registers and its return address on the stack.
    Enter(*const u64),
    /// At the return address on the stack, with the value in x0.
    Return,
    /// With the exception that is noted.
    Raise,
    /// Not now: the slice ends here with that many live registers, and the native is resumed in the next.
    Suspend(usize, SliceEnd),
}

/// An outcome of a native that is no value, kept for the loop to ask for when it has put the stack in order.
pub(super) enum Pending {
    Call(Atom, Atom, usize),
    Apply(RawTerm, usize),
    Resume(NativeFn, usize, bool),
    Async(Caller, NativeFuture),
}

/// Calls a native with the first `arity` x registers. NON_VALUE when it raised, or when its outcome is pending.
#[inline(never)]
pub(super) fn native(m: &mut Machine<'_>, export: &Export, arity: usize) -> u64 {
    let Some(entry) = export.native else {
        // SAFETY: the arguments are live registers.
        m.raised = Some(undefined_error(m, export, unsafe { m.arguments(arity) }));
        return RawTerm::NON_VALUE.0;
    };
    m.charged += entry.cost.saturating_sub(1);
    // SAFETY: the arguments are live registers, which nothing writes during the call.
    let args = unsafe { m.arguments(arity) };
    // SAFETY: nothing collects before the result is in a register.
    let result = unsafe { m.run_native(entry.run, args) };
    if let Ok(Outcome::Value(value)) = result {
        // There is nothing to drop in a value, but the compiler would call for it.
        std::mem::forget(result);
        return value.raw.0;
    }
    match result {
        Ok(other) => {
            keep(m, other);
            RawTerm::NON_VALUE.0
        }
        Err(raise) => {
            m.note(raise, Some((export, args)));
            RawTerm::NON_VALUE.0
        }
    }
}

/// Notes an outcome that is no value; the terms it carries go to the x registers.
fn keep(m: &mut Machine<'_>, outcome: Outcome<'_>) {
    let pending = match outcome {
        Outcome::Value(value) => {
            // SAFETY: x0 exists.
            unsafe { *m.x = value.raw.0 };
            return;
        }
        Outcome::Call { module, function, args } => Pending::Call(module, function, to_registers(m, &args)),
        Outcome::Apply { fun, args } => {
            let arity = to_registers(m, &args);
            Pending::Apply(fun.raw, arity)
        }
        Outcome::Yield { resume, state } => Pending::Resume(resume, to_registers(m, &state), false),
        Outcome::Wait { resume, state } => Pending::Resume(resume, to_registers(m, &state), true),
        Outcome::Async { caller, future } => Pending::Async(caller, future),
    };
    m.pending = Some(pending);
}

/// Copies terms to the x registers; how many. More than a function can take are cut, which calls refuse.
fn to_registers(m: &mut Machine<'_>, terms: &[Term<'_>]) -> usize {
    let count = terms.len().min(MAX_ARITY + 1);
    for (i, term) in terms[..count].iter().enumerate() {
        // SAFETY: there are more registers than that.
        unsafe { *m.x.add(i) = term.raw.0 };
    }
    count
}

/// Does what the pending outcome asks for. The native's return address is on the stack.
pub(super) fn outcome(m: &mut Machine<'_>) -> Next {
    match m.pending.take() {
        None => Next::Return,
        Some(Pending::Call(module, function, arity)) => enter_named(m, module, function, arity),
        Some(Pending::Apply(target, arity)) => {
            let code = fun(m, target.0, arity);
            if code.is_null() {
                Next::Raise
            } else {
                Next::Enter(code)
            }
        }
        Some(Pending::Resume(resume, live, waits)) => {
            m.process.machine.resume = Some(resume);
            Next::Suspend(live, if waits { SliceEnd::Waiting } else { SliceEnd::Preempted })
        }
        Some(Pending::Async(caller, future)) => {
            if !m.has_room(4) && !m.collect(4, 0) {
                return ended(m);
            }
            // SAFETY: room was made for these words.
            unsafe { m.push(RawTerm::catch(Stubs::get().future_catch() as u64 >> 3).0) };
            m.process.machine.futures.push((caller, future));
            poll(m)
        }
    }
}

/// The slice ends as `end` says, without anything to go on with.
fn ended(m: &mut Machine<'_>) -> Next {
    Next::Suspend(0, m.end.take().unwrap_or(SliceEnd::Preempted))
}

fn enter_named(m: &mut Machine<'_>, module: Atom, function: Atom, arity: usize) -> Next {
    if arity > MAX_ARITY {
        m.error(RawTerm::atom(atoms::SYSTEM_LIMIT));
        return Next::Raise;
    }
    let export = m.export(module, function, arity as u32);
    Next::Enter(export.code())
}

/// Resumes the native that yielded or waited with its state in the first `live` x registers.
pub(super) fn resume(m: &mut Machine<'_>, live: usize) -> Next {
    let Some(run) = m.process.machine.resume.take() else { return Next::Return };
    // SAFETY: the registers hold the state the native left, restored for this slice.
    let args = unsafe { m.arguments(live) };
    // SAFETY: nothing collects before the result is in a register.
    match unsafe { m.run_native(run, args) } {
        Ok(Outcome::Value(value)) => {
            // SAFETY: x0 exists.
            unsafe { *m.x = value.raw.0 };
            Next::Return
        }
        Ok(other) => {
            keep(m, other);
            outcome(m)
        }
        Err(raise) => {
            m.note(raise, None);
            Next::Raise
        }
    }
}

/// Polls the innermost future. Its frame is on the stack: the catch mark, above it the native's return address.
pub(super) fn poll(m: &mut Machine<'_>) -> Next {
    let Some((caller, mut future)) = m.process.machine.futures.pop() else {
        m.error(RawTerm::atom(atoms::BADARG));
        return Next::Raise;
    };
    let mut waiting = Waiting::from_waker(Waker::noop());
    let result = future.as_mut().poll(&mut waiting);
    match result {
        Poll::Ready(result) => {
            // SAFETY: the future's catch mark is on top of the stack.
            unsafe { m.pop() };
            match result {
                Ok(value) => {
                    let value = m.heap().adopt(value);
                    // SAFETY: x0 exists.
                    unsafe { *m.x = value.0 };
                    Next::Return
                }
                Err(exception) => {
                    // SAFETY: nothing collects before the exception is noted, and unwinding keeps it.
                    let raise = exception.raise(&mut unsafe { m.builder() });
                    m.note(raise, None);
                    Next::Raise
                }
            }
        }
        Poll::Pending => match caller.take_request() {
            Some(request) => {
                m.process.machine.futures.push((caller, future));
                let arity = request.args.len();
                for (i, arg) in request.args.into_iter().take(MAX_ARITY).enumerate() {
                    let arg = m.heap().adopt(arg);
                    // SAFETY: there are that many registers.
                    unsafe { *m.x.add(i) = arg.0 };
                }
                if !m.has_room(1) && !m.collect(1, arity.min(MAX_ARITY)) {
                    return ended(m);
                }
                // SAFETY: room was made for the word.
                unsafe { m.push(RawTerm::return_address(Stubs::get().future_return() as u64).0) };
                if let Some(module) = request.code {
                    let Some(code) = module.entry(request.function, arity as u32) else {
                        m.error(RawTerm::atom(atoms::UNDEF));
                        return Next::Raise;
                    };
                    m.process.state.enter(module);
                    return Next::Enter(code);
                }
                enter_named(m, request.module, request.function, arity)
            }
            None => {
                // A future that waits for something else could never be woken.
                drop(future);
                // SAFETY: the future's catch mark is on top of the stack.
                unsafe { m.pop() };
                m.error(RawTerm::atom(Atom::new("native_future_stalled")));
                Next::Raise
            }
        },
    }
}

/// The call that the innermost future asked for has returned x0.
pub(super) fn future_returned(m: &mut Machine<'_>) {
    // SAFETY: x0 holds the value.
    let value = OwnedTerm::new(unsafe { m.term(*m.x) });
    if let Some((caller, _)) = m.process.machine.futures.last() {
        caller.answer(Ok(value));
    }
}

/// The call that the innermost future asked for has raised x1 with reason x2 and raw trace x3.
pub(super) fn future_raised(m: &mut Machine<'_>) {
    // SAFETY: unwinding has put the exception into these registers.
    let (class, reason, trace) = unsafe { (m.term(*m.x.add(1)), m.term(*m.x.add(2)), *m.x.add(3)) };
    let class = class.as_atom().and_then(Class::from_atom).unwrap_or(Class::Error);
    let reason = OwnedTerm::new(reason);
    let list = super::raise::trace_list(m, trace);
    // SAFETY: the list was just made.
    let trace = OwnedTerm::new(unsafe { m.term(list) });
    if let Some((caller, _)) = m.process.machine.futures.last() {
        caller.answer(Err(Exception { class, reason, trace }));
    }
}

/// Runs the guard function of the instruction at `pc`: the result, or NON_VALUE with the exception noted.
#[inline(never)]
pub(super) fn guard(m: &mut Machine<'_>, pc: *const u64) -> u64 {
    // SAFETY: `pc` is at a guard instruction, whose words are laid out as the loader says.
    unsafe {
        let export = &*((*pc.add(2) & 0xffff_ffff_ffff) as *const Export);
        let word = *pc;
        let sp = m.process.heap.sp;
        let operand = |at: u32| m.term(source((word >> at) as u16 as usize, m.x, sp, pc));
        let arity = export.arity as usize;
        let mut args = [Term::nil(); 3];
        if arity > 0 {
            args[0] = operand(16);
        }
        if arity > 1 {
            args[1] = operand(32);
        }
        if arity > 2 {
            args[2] = m.term(source(packed(pc.add(3), 0), m.x, sp, pc));
        }
        let Some(entry) = export.native else {
            if (*pc.add(1)) == 0 {
                m.raised = Some(undefined_error(m, export, &args[..arity]));
            }
            return RawTerm::NON_VALUE.0;
        };
        match m.run_native(entry.run, &args[..arity]) {
            Ok(Outcome::Value(value)) => value.raw.0,
            Ok(_) => {
                m.error(RawTerm::atom(atoms::BADARG));
                RawTerm::NON_VALUE.0
            }
            Err(raise) => {
                if (*pc.add(1)) == 0 {
                    let constant = |i: usize| (word >> (16 + 16 * i)) as u16 >= FIRST_CONSTANT;
                    note_guard(m, pc, raise, export, &args[..arity], [constant(0), constant(1)]);
                }
                RawTerm::NON_VALUE.0
            }
        }
    }
}

/// Operands from here on are constants beside the instruction (see [`source`]).
const FIRST_CONSTANT: u16 = 0x8000;

/// Notes the error of a guard function that an instruction stands for. Erlang's compiler has instructions of their own for
/// floats and for sums with constants, whose errors do not tell of the operands. Evaluated code has the functions of `erlang`,
/// whose errors do.
#[cold]
#[inline(never)]
fn note_guard(
    m: &mut Machine<'_>,
    pc: *const u64,
    raise: crate::native::Raise<'_>,
    export: &Export,
    args: &[Term<'_>],
    constant: [bool; 2],
) {
    let mut quiet = false;
    if export.module == atoms::ERLANG && args.len() == 2 && !is_evaluated(m, pc) {
        let float = |i: usize| constant[i] && matches!(args[i].kind(), Kind::Float(_));
        let small =
            |i: usize, least: i64| constant[i] && args[i].as_small().is_some_and(|n| (least..1 << 59).contains(&n));
        quiet = match export.function {
            atoms::SLASH => true,
            atoms::PLUS => float(0) || float(1) || small(0, -(1 << 59)) || small(1, -(1 << 59)),
            atoms::MINUS => float(0) || float(1) || small(1, 0),
            atoms::STAR => float(0) || float(1),
            _ => false,
        };
    }
    m.note(raise, (!quiet).then_some((export, args)));
}

/// Whether an address is in evaluated code.
#[cold]
fn is_evaluated(m: &Machine<'_>, pc: *const u64) -> bool {
    m.registry.module_at(pc as usize).is_some_and(|module| module.stay == Stay::Evaluated)
}

/// Notes that the fun called at `pc` by an instruction that comes back is not one, or does not take these arguments: the place
/// of the call is in the trace twice, as the frame and as what it was about to return to. Evaluated code has its calls made
/// for it.
#[cold]
#[inline(never)]
pub(super) fn not_callable(m: &mut Machine<'_>, pc: *const u64) {
    let twice = !is_evaluated(m, pc);
    if let Some(raised) = &mut m.raised {
        raised.twice = twice;
    }
}

/// The entry that a call of `target` with `arity` arguments in the x registers goes to; null with the exception noted.
///
/// The environment of a fun is put behind the arguments.
#[inline(never)]
pub(super) fn fun(m: &mut Machine<'_>, target: u64, arity: usize) -> *const u64 {
    // SAFETY: the target came from a register or a native's result; nothing collects here.
    let term = unsafe { m.term(target) };
    match term.kind() {
        Kind::Export(export) if export.arity as usize == arity => {
            m.export(export.module, export.function, export.arity).code()
        }
        Kind::Fun(fun) if fun.entry.arity as usize == arity => {
            let code = match fun.entry.code() {
                0 if fun.entry.kept => match fun.evaluated() {
                    Some(module) => {
                        m.process.state.enter(module);
                        fun.entry.body()
                    }
                    None => 0,
                },
                0 => {
                    m.registry.find_fun(fun.entry.module, fun.entry.uniq, fun.entry.index);
                    fun.entry.code()
                }
                code => code,
            };
            if code == 0 {
                m.error_with(atoms::BADFUN, target);
                return std::ptr::null();
            }
            for (i, value) in fun.environment.iter().enumerate() {
                // SAFETY: arguments and environment are at most 255 (checked by the loader).
                unsafe { *m.x.add(arity + i) = value.raw.0 };
            }
            code as *const u64
        }
        Kind::Fun(_) | Kind::Export(_) => {
            // SAFETY: the arguments are live registers; nothing collects before the reason is noted.
            let list = unsafe {
                let args = m.arguments(arity);
                m.builder().list(args).raw
            };
            let pair = m.tuple(&[RawTerm(target), list]);
            m.error_with(atoms::BADARITY, pair.0);
            std::ptr::null()
        }
        _ => {
            m.error_with(atoms::BADFUN, target);
            std::ptr::null()
        }
    }
}

/// The native that a call of `target` with that many arguments runs, if it runs one and nothing else.
pub(super) fn native_fun<'a>(m: &mut Machine<'a>, target: u64, arity: usize) -> Option<&'a Export> {
    // SAFETY: the target came from a register; nothing collects here.
    let function = unsafe { m.term(target) }.as_export()?;
    if function.arity as usize != arity {
        return None;
    }
    let export = m.export(function.module, function.function, function.arity);
    // SAFETY: a call goes to an instruction.
    let op = unsafe { super::state::operation(export.code()) };
    (op == Op::NativeStub).then_some(export)
}

/// Makes the fun of evaluated code that the instruction at `pc` makes, with that many variables.
///
/// It lies outside the heap's block: the instruction tested for room knows nothing of what keeps the code.
#[inline(never)]
pub(super) fn kept_fun(m: &mut Machine<'_>, pc: *const u64, free: usize) -> u64 {
    let keeper = match m.registry.module_at(pc as usize) {
        Some(module) => m.process.heap.keeper(Resource::new(module)),
        None => RawTerm::NIL,
    };
    let sp = m.process.heap.sp;
    // SAFETY: `pc` is at an instruction whose words are laid out as the loader says.
    let (entry, variables) = unsafe {
        let operands = pc.add(3);
        let variable = |i| RawTerm(source(packed(operands, i), m.x, sp, pc));
        (*pc.add(1), (0..free).map(variable).chain([keeper]).collect::<Vec<_>>())
    };
    m.process.heap.boxed_outside(BoxedKind::Fun, &[entry], &variables).0
}

/// The entry of module `x[arity]`, function `x[arity + 1]`; null with the exception noted.
pub(super) fn apply(m: &mut Machine<'_>, arity: usize) -> *const u64 {
    // SAFETY: the verifier has made sure that these registers are set.
    let (module, function) = unsafe { (RawTerm(*m.x.add(arity)), RawTerm(*m.x.add(arity + 1))) };
    match (module.as_atom(), function.as_atom()) {
        (Some(module), Some(function)) => m.export(module, function, arity as u32).code(),
        _ => {
            // SAFETY: as above.
            let raise = unsafe {
                let args = m.arguments(arity);
                let list = m.builder().list(args);
                (RawTerm(module.0), RawTerm(function.0), list.raw)
            };
            m.error(RawTerm::atom(atoms::BADARG));
            if let Some(raised) = &mut m.raised {
                let mut list = RawTerm::NIL;
                for word in [raise.2, raise.1, raise.0] {
                    list = m.process.heap.cons(word, list);
                }
                raised.native = Some((atoms::ERLANG, atoms::APPLY, list));
            }
            std::ptr::null()
        }
    }
}

/// Spreads a list over the x registers; how many elements, or `None` with the exception noted.
fn spread(m: &mut Machine<'_>, list: u64, whole: &[u64]) -> Option<usize> {
    // SAFETY: the list is in a register; nothing collects here.
    let mut iter = unsafe { m.term(list) }.iter_list();
    let mut count = 0;
    for item in &mut iter {
        if count == MAX_ARITY {
            m.error(RawTerm::atom(atoms::SYSTEM_LIMIT));
            return None;
        }
        // SAFETY: there are more registers than that.
        unsafe { *m.x.add(count) = item.raw.0 };
        count += 1;
    }
    if iter.tail().is_nil() {
        return Some(count);
    }
    m.error(RawTerm::atom(atoms::BADARG));
    let mut args = RawTerm::NIL;
    for word in whole.iter().rev() {
        args = m.process.heap.cons(RawTerm(*word), args);
    }
    if let Some(raised) = &mut m.raised {
        raised.native = Some((atoms::ERLANG, atoms::APPLY, args));
    }
    None
}

/// `erlang:apply(x0, x1, x2)`: the entry, with the arguments spread; null with the exception noted.
// Not inlined: a handler that keeps locals in memory could not end in the next one by a jump, and would grow the host's stack at each step.
#[inline(never)]
pub(super) fn apply_list(m: &mut Machine<'_>) -> *const u64 {
    // SAFETY: the stub is called with three arguments.
    let whole = unsafe { [*m.x, *m.x.add(1), *m.x.add(2)] };
    let (Some(module), Some(function)) = (RawTerm(whole[0]).as_atom(), RawTerm(whole[1]).as_atom()) else {
        m.error(RawTerm::atom(atoms::BADARG));
        let mut args = RawTerm::NIL;
        for word in whole.iter().rev() {
            args = m.process.heap.cons(RawTerm(*word), args);
        }
        if let Some(raised) = &mut m.raised {
            raised.native = Some((atoms::ERLANG, atoms::APPLY, args));
        }
        return std::ptr::null();
    };
    match spread(m, whole[2], &whole) {
        Some(arity) => m.export(module, function, arity as u32).code(),
        None => std::ptr::null(),
    }
}

/// `erlang:apply(x0, x1)`: the entry of a fun, with the arguments spread; null with the exception noted.
// Not inlined: a handler that keeps locals in memory could not end in the next one by a jump, and would grow the host's stack at each step.
#[inline(never)]
pub(super) fn apply_fun_list(m: &mut Machine<'_>) -> *const u64 {
    // SAFETY: the stub is called with two arguments.
    let whole = unsafe { [*m.x, *m.x.add(1)] };
    match spread(m, whole[1], &whole) {
        Some(arity) => fun(m, whole[0], arity),
        None => std::ptr::null(),
    }
}

/// The entry of the process's first function; null with the exception noted.
pub(super) fn start(m: &mut Machine<'_>) -> *const u64 {
    match m.process.machine.start.take() {
        Some((module, function, arity)) => m.export(module, function, arity).code(),
        None => {
            m.error(RawTerm::atom(atoms::UNDEF));
            std::ptr::null()
        }
    }
}

/// `erlang:hibernate(x0, x1, x2)`: empties the stack and shrinks the heap. How many arguments the function to wake up
/// in has, now in the x registers; `None` with the exception noted, or when the slice is to end.
pub(super) fn hibernate(m: &mut Machine<'_>) -> Option<usize> {
    // SAFETY: the stub is called with three arguments.
    let whole = unsafe { [*m.x, *m.x.add(1), *m.x.add(2)] };
    let (Some(module), Some(function)) = (RawTerm(whole[0]).as_atom(), RawTerm(whole[1]).as_atom()) else {
        m.error(RawTerm::atom(atoms::BADARG));
        return None;
    };
    let arity = spread(m, whole[2], &whole)?;
    m.process.machine.start = Some((module, function, arity as u32));
    m.process.machine.futures.clear();
    let heap = m.heap();
    heap.sp = heap.end;
    push_exit(heap);
    m.collect(0, arity).then_some(arity)
}

/// A call reached an export without code: loads its module. Null with the exception noted.
///
/// The arguments are in the x registers and the return address is on the stack.
#[cold]
pub(super) fn undefined(m: &mut Machine<'_>, export: &Export) -> *const u64 {
    if let Some(code) = m.registry.resolve(export.module, export.function, export.arity) {
        return code;
    }
    if m.registry.pending(export.module).is_some() {
        // It has a function to be run first, which takes a native that can call.
        let first = m.registry.export(Atom::new("beamlet_code"), Atom::new("load_and_apply"), 3);
        return instead(m, export, first.code());
    }
    let handler = m.process.state.rare.as_ref().and_then(|rare| rare.error_handler);
    if let Some(handler) = handler.filter(|handler| handler.as_str() != "error_handler") {
        if let Some(code) = m.registry.resolve(handler, Atom::new("undefined_function"), 3) {
            return instead(m, export, code);
        }
    }
    // SAFETY: the arguments are live registers.
    m.raised = Some(undefined_error(m, export, unsafe { m.arguments(export.arity as usize) }));
    std::ptr::null()
}

/// Goes to `code` with the module, the function and the list of arguments of the call that reached `export`.
fn instead(m: &mut Machine<'_>, export: &Export, code: *const u64) -> *const u64 {
    // SAFETY: the arguments are live registers; nothing collects before the new ones are written.
    unsafe {
        let args = m.arguments(export.arity as usize);
        let list = m.builder().list(args);
        *m.x = RawTerm::atom(export.module).0;
        *m.x.add(1) = RawTerm::atom(export.function).0;
        *m.x.add(2) = list.raw.0;
    }
    code
}

/// The error of a call of what is not there, with `args`.
fn undefined_error(m: &mut Machine<'_>, export: &Export, args: &[Term<'_>]) -> super::machine::Raised {
    // SAFETY: the list is used before anything collects: it goes into what is raised, which is a root.
    let list = unsafe { m.builder().list(args).raw };
    super::machine::Raised {
        class: Class::Error,
        reason: RawTerm::atom(atoms::UNDEF),
        trace: RawTerm::NON_VALUE,
        args: RawTerm::NON_VALUE,
        native: Some((export.module, export.function, list)),
        cause: RawTerm::NON_VALUE,
        twice: false,
    }
}

/// The message under the mailbox's cursor, where it lies, after fetching what has arrived if need be.
/// NON_VALUE when there is none, or when a signal ended the process: then `end` says so.
///
/// Until it is taken the message is not the process's own, so a collection makes it that first. A receive that looks at
/// many messages and takes one copies none.
#[inline(never)]
pub(super) fn look_at_message(m: &mut Machine<'_>, reds: i64) -> u64 {
    own_looked_at(m.process);
    if m.process.state.mailbox.peek().is_none() {
        if let Received::Dead(death) = receive_signals(m.vm, m.process) {
            m.end = Some(SliceEnd::Exited(death));
            return RawTerm::NON_VALUE.0;
        }
    }
    m.look = look(m, reds);
    match m.process.state.mailbox.look() {
        Some(message) => message.term().raw.0,
        None => RawTerm::NON_VALUE.0,
    }
}

/// How things stand; heap and stack are written back.
#[inline(always)]
pub(super) fn look(m: &Machine<'_>, reds: i64) -> Look {
    let heap = &m.process.heap;
    Look { sp: heap.sp as usize, hp: heap.hp as usize, fragment_words: heap.fragment_words(), reds }
}

/// The message looked at did not match: nothing that is live points to it any more.
///
/// What is dead in the frame may, and a collection would follow it, so that is emptied. When anything was built or called
/// meanwhile, there may be more such places, and the message is made the process's own.
#[inline(never)]
pub(super) fn leave_message(m: &mut Machine<'_>, reds: i64) {
    if m.process.state.mailbox.is_looked_at() {
        if m.look == look(m, reds) {
            let mailbox = &mut m.process.state.mailbox;
            let (start, size) = mailbox.peek().map_or((0, 0), OwnedTerm::memory);
            let (mut at, end) = (m.process.heap.sp, m.process.heap.end);
            while at < end {
                // SAFETY: between the stack's top and its end.
                unsafe {
                    let word = RawTerm(*at);
                    if word.is_header() {
                        break;
                    }
                    if !word.is_immediate() && (word.address() as usize).wrapping_sub(start) < size {
                        *at = RawTerm::NIL.0;
                    }
                    at = at.add(1);
                }
            }
            mailbox.set_looked_at(false);
        }
        own_looked_at(m.process);
    }
    m.process.state.mailbox.advance();
}

/// Takes the message under the cursor out of the mailbox; what the process holds of it is its own from now on.
#[inline(never)]
pub(super) fn take_message(m: &mut Machine<'_>) {
    let mailbox = &mut m.process.state.mailbox;
    let looked_at = mailbox.is_looked_at();
    mailbox.set_looked_at(false);
    if let (Some(message), true) = (mailbox.take(), looked_at) {
        m.process.heap.attach(message);
    }
    own_looked_at(m.process);
}

/// What a receive with a limit does when it has looked at all messages.
pub(super) enum Receive {
    /// Runs its `after`.
    Expired,
    /// Looks at messages again: there are new ones.
    Look,
    /// Waits.
    Wait,
    /// Waits without limit.
    Forever,
    /// Raises: the limit is none.
    Bad,
}

/// Sets the receive's timer when it is not set yet, and says what to do.
pub(super) fn wait_timeout(m: &mut Machine<'_>, time: u64) -> Receive {
    match m.process.state.timer {
        ReceiveTimer::Expired => {
            m.process.state.timer = ReceiveTimer::Off;
            return Receive::Expired;
        }
        ReceiveTimer::Until(_) => {
            return if m.process.state.mailbox.peek().is_some() { Receive::Look } else { Receive::Wait };
        }
        // The operand counts the first time only: a register does not outlive the wait.
        ReceiveTimer::Never => return Receive::Forever,
        ReceiveTimer::Off => {}
    }
    let time = RawTerm(time);
    if time == RawTerm::atom(atoms::INFINITY) {
        m.process.state.timer = ReceiveTimer::Never;
        return Receive::Forever;
    }
    if !time.is_small() || time.small_value() < 0 || time.small_value() > i64::from(u32::MAX) {
        m.error(RawTerm::atom(atoms::TIMEOUT_VALUE));
        return Receive::Bad;
    }
    if time.small_value() == 0 {
        return Receive::Expired;
    }
    m.process.state.timer = ReceiveTimer::Until(m.vm.deadline(time.small_value() as u64));
    Receive::Wait
}

const _: () = assert!(STACK_RESERVE >= 4);
