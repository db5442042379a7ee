//! Exceptions: finding the handler, and the two forms of a stack trace.
//!
//! A *raw* trace is what a handler gets in a register: a tuple `{class, form, data, address, …}` that costs little to
//! make. [`trace_list`] makes the list of it that programs see, when one asks.
//!
//! ```text
//!   form 0   data is nothing; the addresses are the entries
//!   form 1   data is {module, function, arguments, whether a formatter can explain the error}: an entry before those
//!            of the addresses
//!   form 2   data is a list of arguments, shown in the entry of the first address instead of its arity
//!   form 3   data is the trace itself, a list, as erlang:raise/3 takes it
//!   form 4   data says why a binary cannot be built; it is explained in the entry of the first address
//! ```

use std::sync::Arc;

use super::machine::{Machine, Raised};
use super::saved::Stubs;
use super::SliceEnd;
use crate::atom::{atoms, Atom};
use crate::code::registry::Registry;
use crate::code::Module;
use crate::heap::{Builder, OwnedTerm};
use crate::machine::VmShared;
use crate::native::{Class, Exception};
use crate::process::{Crash, Death, Process};
use crate::term::{RawTerm, Term};

/// The most entries of a stack trace.
const DEPTH: usize = 8;

/// Whether a stack word is a return address of code, not of a stub; as the address of the call before it.
fn caller(word: u64) -> Option<u64> {
    let raw = RawTerm(word);
    if !raw.is_header() {
        return None;
    }
    let address = raw.return_target();
    (!Stubs::get().contains(address)).then_some(address - 8)
}

/// Sends the noted exception to its handler: registers and stack are as it expects them.
///
/// `pc` is the instruction that raised, or null when that was a stub. Null when nobody handles it: then `end` says
/// how the process ends.
#[cold]
#[inline(never)]
pub(super) fn unwind(m: &mut Machine<'_>, pc: *const u64) -> *const u64 {
    let Some(raised) = m.raised.take() else {
        // Nothing was noted: the slice ends as somebody has decided.
        return std::ptr::null();
    };
    let trace = if is_raw(raised.trace) { raised.trace } else { raw_trace(m, &raised, pc) };
    let (mut at, end) = (m.process.heap.sp, m.process.heap.end);
    let mut frame = at;
    while at < end {
        // SAFETY: between the stack's top and its end.
        let word = RawTerm(unsafe { *at });
        // SAFETY: at most one past the end.
        at = unsafe { at.add(1) };
        if word.is_header() {
            frame = at;
        } else if word.is_catch() {
            m.process.heap.sp = frame;
            // SAFETY: the registers exist.
            unsafe {
                *m.x = RawTerm::NON_VALUE.0;
                *m.x.add(1) = RawTerm::atom(raised.class.atom()).0;
                *m.x.add(2) = raised.reason.0;
                *m.x.add(3) = trace.0;
            }
            return (word.payload() << 3) as *const u64;
        }
    }
    let death = death(m, raised.class, raised.reason, trace);
    m.end = Some(SliceEnd::Exited(Box::new(death)));
    std::ptr::null()
}

/// What the process dies of when nobody handles the exception. The host that has called its function gets the exception
/// itself, and the process has done what it was made for.
fn death(m: &mut Machine<'_>, class: Class, reason: RawTerm, trace: RawTerm) -> Death {
    if m.process.machine.callee.is_some() {
        let trace = RawTerm(trace_list(m, trace.0));
        // SAFETY: these are in the heap, which nothing collects here.
        let detached = |raw: RawTerm| OwnedTerm::detached(unsafe { Term::from_raw(raw) });
        let exception = Exception { class, reason: detached(reason), trace: detached(trace) };
        if let Some(callee) = &m.process.machine.callee {
            callee.answer(Err(exception));
        }
        return Death::quiet(OwnedTerm::atom(atoms::NORMAL));
    }
    if class == Class::Exit {
        // SAFETY: the reason is in the heap, which nothing collects here.
        return Death::quiet(OwnedTerm::new(unsafe { m.term(reason.0) }));
    }
    let list = RawTerm(trace_list(m, trace.0));
    let reason = if class == Class::Throw { m.tuple(&[RawTerm::atom(atoms::NOCATCH), reason]) } else { reason };
    let pair = m.tuple(&[reason, list]);
    // SAFETY: these are in the heap, which nothing collects here.
    let owned = |raw: RawTerm| OwnedTerm::new(unsafe { Term::from_raw(raw) });
    Death {
        reason: owned(pair),
        for_memory: false,
        crash: Some(Box::new(Crash { reason: owned(reason), trace: owned(list) })),
    }
}

/// How a process ends whose code takes a value apart that is not of the kind it was compiled for.
#[cold]
pub(super) fn fault(m: &mut Machine<'_>, value: u64) -> SliceEnd {
    let reason = m.tuple(&[RawTerm::atom(atoms::BADMATCH), RawTerm(value)]);
    SliceEnd::Exited(Box::new(death(m, Class::Error, reason, RawTerm::NIL)))
}

/// The first function has returned x0: the process ends normally.
pub(super) fn finish(m: &mut Machine<'_>) {
    if let Some(callee) = &m.process.machine.callee {
        // SAFETY: x0 holds the value.
        callee.answer(Ok(OwnedTerm::detached(unsafe { m.term(*m.x) })));
    }
    m.end = Some(SliceEnd::Exited(Box::new(Death::quiet(OwnedTerm::atom(atoms::NORMAL)))));
}

/// Notes that no clause of the function at `pc` matched its arguments.
#[cold]
pub(super) fn function_clause(m: &mut Machine<'_>, pc: *const u64) {
    // The variables of a closure are no arguments of its caller's.
    let free = m.registry.module_at(pc as usize).and_then(|module| {
        let function = module.locate(pc as usize)?.function;
        let entry = module.funs.iter().find(|entry| entry.name == function.name)?;
        (entry.arity + entry.free == function.arity).then_some(entry.free as usize)
    });
    // SAFETY: `pc` is at a func_info, and the arguments are in the registers.
    let args = unsafe {
        let arity = *pc.add(3) as usize - free.unwrap_or(0);
        let args = m.arguments(arity);
        m.builder().list(args).raw
    };
    m.error(RawTerm::atom(atoms::FUNCTION_CLAUSE));
    if let Some(raised) = &mut m.raised {
        raised.args = args;
    }
}

/// Notes an exception raised again with a trace; the class is the trace's when none is given.
#[cold]
pub(super) fn again(m: &mut Machine<'_>, class: Option<Class>, reason: u64, trace: u64) {
    let trace = RawTerm(trace);
    let own = if is_raw(trace) {
        // SAFETY: a raw trace is a tuple whose first element is the class.
        unsafe { m.term(trace.0) }.as_tuple().and_then(|t| t.first()?.as_atom()).and_then(Class::from_atom)
    } else {
        None
    };
    m.raised = Some(Raised {
        class: class.or(own).unwrap_or(Class::Error),
        reason: RawTerm(reason),
        trace,
        args: RawTerm::NON_VALUE,
        native: None,
        cause: RawTerm::NON_VALUE,
        twice: false,
    });
}

/// Whether a term is a raw trace: a tuple of at least a class, a form and data.
fn is_raw(trace: RawTerm) -> bool {
    if !trace.is_boxed() {
        return false;
    }
    // SAFETY: traces are terms of the running process.
    let term = unsafe { Term::from_raw(trace) };
    term.as_tuple().is_some_and(|t| {
        t.len() >= 3 && t[0].as_atom().and_then(Class::from_atom).is_some() && matches!(t[1].as_small(), Some(0..=5))
    })
}

/// Makes the raw trace of an exception that has none yet.
fn raw_trace(m: &mut Machine<'_>, raised: &Raised, pc: *const u64) -> RawTerm {
    let class = RawTerm::atom(raised.class.atom());
    if !raised.trace.is_non_value() {
        return m.tuple(&[class, RawTerm::small(3), raised.trace]);
    }
    let (form, data) = match raised.native {
        Some((module, function, args)) => {
            let native = [RawTerm::atom(module), RawTerm::atom(function), args, RawTerm::bool(is_explained(raised))];
            (1, m.tuple(&native))
        }
        None if raised.args.is_boxed() => (5, raised.args),
        None if !raised.args.is_non_value() => (2, raised.args),
        None if !raised.cause.is_non_value() => (4, raised.cause),
        None => (0, RawTerm::NIL),
    };
    let mut words = [RawTerm::NIL; 3 + DEPTH];
    (words[0], words[1], words[2]) = (class, RawTerm::small(form), data);
    let mut count = 3;
    let most = if form == 1 { 2 + DEPTH } else { 3 + DEPTH };
    if !pc.is_null() && m.registry.contains(pc as usize) {
        words[count] = RawTerm(pc as u64);
        count += 1;
        if raised.twice {
            words[count] = words[count - 1];
            count += 1;
        }
    }
    let (mut at, end) = (m.process.heap.sp, m.process.heap.end);
    while at < end && count < most {
        // SAFETY: between the stack's top and its end.
        if let Some(address) = caller(unsafe { *at }) {
            // An address is a multiple of 8 and so looks like a small integer. A function that has called itself from
            // one place over and over is named once.
            if words[count - 1].0 != address {
                words[count] = RawTerm(address);
                count += 1;
            }
        }
        // SAFETY: at most one past the end.
        at = unsafe { at.add(1) };
    }
    m.tuple(&words[..count])
}

/// The list that programs see of a raw trace; anything else is given back.
pub(super) fn trace_list(m: &mut Machine<'_>, trace: u64) -> u64 {
    if !is_raw(RawTerm(trace)) {
        return trace;
    }
    // SAFETY: the trace is in the heap, which nothing collects here.
    let parts = unsafe { m.term(trace) }.as_tuple().unwrap_or_default();
    let (form, data, addresses) = (parts[1].as_small(), parts[2], &parts[3..]);
    if form == Some(3) {
        return data.raw.0;
    }
    let registry = m.registry;
    // SAFETY: nothing collects before the list is in a register.
    let mut builder = unsafe { m.builder() };
    let mut entries: Vec<Term<'_>> = Vec::with_capacity(DEPTH);
    if form == Some(1) {
        let mfa = data.as_tuple().unwrap_or_default();
        if let [module, function, args, explained] = mfa {
            let info = if explained.as_bool() == Some(true) { error_info(&mut builder, *module) } else { Term::nil() };
            entries.push(builder.tuple(&[*module, *function, *args, info]));
        }
    }
    let mut last = None;
    for (i, address) in addresses.iter().enumerate() {
        let mut args = (form == Some(2) && i == 0).then_some(data);
        let mut info = (form == Some(4) && i == 0).then(|| segment_info(&mut builder, data));
        if let (Some(5), 0, Some(&[given, map])) = (form, i, data.as_tuple()) {
            args = given.is_list().then_some(given);
            info = Some(builder.tuple(&[Term::atom(atoms::ERROR_INFO), map]));
        }
        if let Some(entry) = entry(&mut builder, registry, &mut last, address.raw.0 as usize, args, info) {
            entries.push(entry);
        }
    }
    builder.list(&entries).raw.0
}

/// Whether the library's formatters know what was wrong with the arguments: so for errors that natives raise.
fn is_explained(raised: &Raised) -> bool {
    raised.class == Class::Error && raised.reason != RawTerm::atom(atoms::UNDEF)
}

/// Where a native's error is explained: `[{error_info, #{module => Formatter}}]`.
fn error_info<'h>(builder: &mut Builder<'_, 'h>, module: Term<'h>) -> Term<'h> {
    let Some(name) = module.as_atom().map(Atom::as_str) else { return Term::nil() };
    let formatter = match name {
        "erlang" => "erl_erts_errors",
        own if own.starts_with("beamlet") => return Term::nil(),
        _ => "erl_stdlib_errors",
    };
    let map = builder.map_from_pairs(vec![(Term::atom(atoms::MODULE), Term::atom(Atom::new(formatter)))]);
    let info = builder.tuple(&[Term::atom(atoms::ERROR_INFO), map]);
    builder.list(&[info])
}

/// Where it is explained why a binary cannot be built: `{error_info, #{cause, function, module}}`.
fn segment_info<'h>(builder: &mut Builder<'_, 'h>, cause: Term<'h>) -> Term<'h> {
    let atom = |name| Term::atom(Atom::new(name));
    let map = builder.map_from_pairs(vec![
        (atom("cause"), cause),
        (atom("function"), atom("format_bs_fail")),
        (Term::atom(atoms::MODULE), atom("erl_erts_errors")),
    ]);
    builder.tuple(&[atom("error_info"), map])
}

/// The entry of a stack trace for an address, with what is known about the error there.
fn entry<'h>(
    builder: &mut Builder<'_, 'h>,
    registry: &Registry,
    last: &mut Option<Arc<Module>>,
    address: usize,
    args: Option<Term<'h>>,
    info: Option<Term<'h>>,
) -> Option<Term<'h>> {
    // Callers are often in the module of what they call.
    if !last.as_ref().is_some_and(|module| module.range().contains(&address)) {
        *last = registry.module_at(address);
    }
    let module = last.as_deref()?;
    let location = module.locate(address)?;
    let place = match location.line {
        Some(line) => {
            let file = builder.charlist(&module.file_name(line));
            let file = builder.tuple(&[Term::atom(atoms::FILE), file]);
            let number = builder.integer(i64::from(line.line));
            let line = builder.tuple(&[Term::atom(atoms::LINE), number]);
            match info {
                Some(info) => builder.list(&[file, line, info]),
                None => builder.list(&[file, line]),
            }
        }
        None => builder.list(info.as_slice()),
    };
    let arity = args.unwrap_or(builder.integer(i64::from(location.function.arity)));
    Some(builder.tuple(&[Term::atom(module.name), Term::atom(location.function.name), arity, place]))
}

/// Puts into x0 what a `catch` gives for the exception in x1, x2 and x3.
#[cold]
pub(super) fn catch_value(m: &mut Machine<'_>) {
    // SAFETY: unwinding has put the exception into these registers.
    let (class, value, trace) = unsafe { (RawTerm(*m.x.add(1)), RawTerm(*m.x.add(2)), *m.x.add(3)) };
    let exit = RawTerm::atom(atoms::EXIT_SIGNAL);
    let result = if class == RawTerm::atom(atoms::THROW) {
        value
    } else if class == RawTerm::atom(atoms::EXIT) {
        m.tuple(&[exit, value])
    } else {
        let list = RawTerm(trace_list(m, trace));
        let pair = m.tuple(&[value, list]);
        m.tuple(&[exit, pair])
    };
    // SAFETY: x0 exists.
    unsafe { *m.x = result.0 };
}

/// The function that a process which is not running will go on in, if it has begun.
pub fn current_function(vm: &VmShared, process: &Process) -> Option<(Atom, Atom, u32)> {
    let address = places(vm, process, 1).into_iter().next()?;
    let module = vm.registry().module_at(address)?;
    let function = module.locate(address)?.function;
    Some((module.name, function.name, function.arity))
}

/// The stack trace of a process which is not running, as a list; `[]` if it has not begun.
pub fn current_stack(vm: &VmShared, process: &Process) -> OwnedTerm {
    let addresses = places(vm, process, vm.backtrace_depth());
    OwnedTerm::build(|builder| {
        let mut entries = Vec::with_capacity(addresses.len());
        let mut last = None;
        for address in addresses {
            if let Some(entry) = entry(builder, vm.registry(), &mut last, address, None, None) {
                entries.push(entry);
            }
        }
        builder.list(&entries)
    })
}

/// Where a process is: its own address and those it will return to.
fn places(vm: &VmShared, process: &Process, most: usize) -> Vec<usize> {
    let mut found = Vec::new();
    if vm.registry().contains(process.machine.pc) {
        found.push(process.machine.pc);
    }
    let (mut at, end) = (process.heap.sp, process.heap.end);
    while at < end && found.len() < most {
        // SAFETY: between the stack's top and its end; nobody runs the process.
        if let Some(address) = caller(unsafe { *at }) {
            found.push(address as usize);
        }
        // SAFETY: at most one past the end.
        at = unsafe { at.add(1) };
    }
    found
}
