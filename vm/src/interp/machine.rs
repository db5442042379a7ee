//! What the loop and its slow paths share while a process runs.

use std::sync::Arc;

use super::saved;
use super::state::Stop;
use super::SliceEnd;
use crate::atom::{atoms, Atom};
use crate::code::exports::Export;
use crate::code::registry::Registry;
use crate::code::stream::{REGISTERS, STACK_RESERVE};
use crate::heap::{Builder, Heap, HeapError, OwnedTerm};
use crate::machine::VmShared;
use crate::native::{Class, Native, NativeFn, NativeResult, Raise};
use crate::process::{Death, Process};
use crate::term::{RawTerm, Term};

/// Registers beyond the numbered ones: arguments and environment of a fun being called.
const SPARE: usize = 512;

/// Entries of the cache of exports.
const CACHE: usize = 256;

/// Where the float registers are, in words from x0.
pub(super) const FLOATS: usize = REGISTERS + SPARE;

/// What a scheduler thread keeps for the interpreter from slice to slice: its registers.
pub struct Context {
    registers: Box<Registers>,
    /// Exports that were called by name or as funs, by a hash of their name.
    cache: Vec<*const Export>,
    /// The registry that the cached exports belong to.
    cached_of: *const Registry,
}

// SAFETY: the cached exports are only used while a registry that owns them is borrowed (`cached_of`).
unsafe impl Send for Context {}

#[repr(C)]
struct Registers {
    x: [u64; REGISTERS + SPARE],
    #[allow(dead_code, reason = "reached from x0")]
    floats: [f64; REGISTERS],
}

impl Context {
    /// Registers that hold nothing.
    pub fn new() -> Context {
        Context {
            registers: Box::new(Registers { x: [RawTerm::NIL.0; REGISTERS + SPARE], floats: [0.0; REGISTERS] }),
            cache: vec![std::ptr::null(); CACHE],
            cached_of: std::ptr::null(),
        }
    }
}

impl Default for Context {
    fn default() -> Context {
        Context::new()
    }
}

/// An exception on its way to a handler.
pub(super) struct Raised {
    pub(super) class: Class,
    pub(super) reason: RawTerm,
    /// A stack trace to raise with, raw or a list; NON_VALUE to take one.
    pub(super) trace: RawTerm,
    /// Arguments for the first entry of the trace, or NON_VALUE.
    pub(super) args: RawTerm,
    /// The native that raised, with its arguments as a list: the first entry of the trace.
    pub(super) native: Option<(Atom, Atom, RawTerm)>,
    /// What about a segment kept a binary from being built, or NON_VALUE.
    pub(super) cause: RawTerm,
    /// Whether the place that raised is in the trace twice.
    pub(super) twice: bool,
}

/// Stack, heap and reductions at some moment. When they are still the same nothing was built or called since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) sp: usize,
    pub(super) hp: usize,
    pub(super) fragment_words: usize,
    pub(super) reds: i64,
}

/// A running process with what it runs on.
pub(super) struct Machine<'a> {
    pub(super) process: &'a mut Process,
    pub(super) vm: &'a Arc<VmShared>,
    pub(super) registry: &'a Registry,
    pub(super) x: *mut u64,
    cache: &'a mut Vec<*const Export>,
    pub(super) raised: Option<Raised>,
    /// What the last native asked for instead of giving a value.
    pub(super) pending: Option<super::call::Pending>,
    /// Reductions that slow paths have charged beyond the one of a call.
    pub(super) charged: u32,
    /// The binary under construction by the instructions of OTP 24.
    pub(super) building: Option<super::bits::Building>,
    /// How the slice ends, once that is decided out of line.
    pub(super) end: Option<SliceEnd>,
    /// Why the loop stops.
    pub(super) stop: Option<Stop>,
    /// Where the loop goes on.
    pub(super) pc: *const u64,
    /// The reductions left when the loop goes on.
    pub(super) reds: i64,
    /// How many registers were live when the slice began.
    pub(super) start_live: usize,
    /// How things stood when the last message was looked at.
    pub(super) look: Look,
    /// What a slow path is about: a term or a number.
    pub(super) value: u64,
    /// What a slow path is to raise.
    pub(super) tag: Atom,
}

impl<'a> Machine<'a> {
    pub(super) fn new(context: &'a mut Context, process: &'a mut Process, vm: &'a Arc<VmShared>) -> Machine<'a> {
        let registry = vm.registry();
        if !std::ptr::eq(context.cached_of, registry) {
            context.cache.fill(std::ptr::null());
            context.cached_of = registry;
        }
        // The float registers follow the others, and are reached from them.
        let x = std::ptr::from_mut::<Registers>(&mut context.registers).cast::<u64>();
        Machine {
            process,
            vm,
            registry,
            x,
            cache: &mut context.cache,
            raised: None,
            pending: None,
            charged: 0,
            building: None,
            end: None,
            stop: None,
            pc: std::ptr::null(),
            reds: 0,
            start_live: 0,
            look: Look::default(),
            value: 0,
            tag: atoms::BADARG,
        }
    }

    pub(super) fn heap(&mut self) -> &mut Heap {
        &mut self.process.heap
    }

    /// A term of the process's heap, for slow paths: valid until the next collection.
    ///
    /// # Safety
    /// The caller uses it no longer than that.
    #[inline(always)]
    pub(super) unsafe fn term<'h>(&self, raw: u64) -> Term<'h> {
        // SAFETY: as the caller's.
        unsafe { Term::from_raw(RawTerm(raw)) }
    }

    /// The first `count` x registers.
    ///
    /// # Safety
    /// They hold terms, and nothing collects or writes them during `'h`.
    #[inline(always)]
    pub(super) unsafe fn arguments<'h>(&self, count: usize) -> &'h [Term<'h>] {
        // SAFETY: `Term` is a transparent u64; the registers are there for as long as the context.
        unsafe { std::slice::from_raw_parts(self.x.cast::<Term<'h>>(), count) }
    }

    /// A builder in the process's heap.
    ///
    /// # Safety
    /// What it makes is used no longer than until the next collection.
    #[inline(always)]
    pub(super) unsafe fn builder<'h>(&mut self) -> Builder<'_, 'h> {
        // SAFETY: as the caller's.
        unsafe { Builder::with_lifetime(&mut self.process.heap) }
    }

    /// Runs a native's function.
    ///
    /// # Safety
    /// The arguments are alive; the result is used no longer than until the next collection.
    #[inline]
    pub(super) unsafe fn run_native<'h>(&mut self, run: NativeFn, args: &[Term<'h>]) -> NativeResult<'h> {
        // SAFETY: as the caller's: natives never collect.
        let mut native = unsafe { Native::in_process(self.process, self.vm) };
        let result = run(&mut native, args);
        self.charged += native.charged();
        result
    }

    /// Collects with the first `live` x registers as roots, making room for `need` words.
    ///
    /// On failure the process is to end: `end` says how.
    #[cold]
    #[inline(never)]
    pub(super) fn collect(&mut self, need: usize, live: usize) -> bool {
        // SAFETY: the registers are there, and live ones hold terms.
        let live = unsafe { std::slice::from_raw_parts_mut(self.x, live) };
        match saved::collect(self.process, need, live, true) {
            Ok(()) => {
                self.charged += (self.process.heap.block_words() / 256) as u32;
                true
            }
            Err(error) => {
                self.end = Some(SliceEnd::Exited(Box::new(death_by_heap(error))));
                false
            }
        }
    }

    /// Whether `need` words and the stack's reserve are there.
    #[inline(always)]
    pub(super) fn has_room(&self, need: usize) -> bool {
        self.process.heap.room() >= need + STACK_RESERVE
    }

    /// Pushes a word on the stack; the reserve has room.
    ///
    /// # Safety
    /// At most [`STACK_RESERVE`] words are pushed between two checks.
    #[inline(always)]
    pub(super) unsafe fn push(&mut self, word: u64) {
        let heap = &mut self.process.heap;
        // SAFETY: as the caller's.
        unsafe {
            heap.sp = heap.sp.sub(1);
            *heap.sp = word;
        }
    }

    /// Pops a word off the stack.
    ///
    /// # Safety
    /// The stack holds one.
    #[inline(always)]
    pub(super) unsafe fn pop(&mut self) -> u64 {
        let heap = &mut self.process.heap;
        // SAFETY: as the caller's.
        unsafe {
            let word = *heap.sp;
            heap.sp = heap.sp.add(1);
            word
        }
    }

    /// Notes an exception that a native raised.
    #[cold]
    pub(super) fn note(&mut self, raise: Raise<'_>, native: Option<(&Export, &[Term<'_>])>) {
        let native = native.and_then(|(export, args)| self.native_entry(export, args, &raise));
        self.raised = Some(Raised {
            class: raise.class,
            reason: raise.reason.raw,
            trace: raise.trace.map_or(RawTerm::NON_VALUE, |term| term.raw),
            args: raise.args.map_or(RawTerm::NON_VALUE, |term| term.raw),
            native,
            cause: RawTerm::NON_VALUE,
            twice: false,
        });
    }

    /// The first entry of the trace of an exception in a native; none for those whose purpose is raising.
    fn native_entry(&mut self, export: &Export, args: &[Term<'_>], raise: &Raise<'_>) -> Option<(Atom, Atom, RawTerm)> {
        if raise.trace.is_some() || raise.args.is_some() {
            return None;
        }
        if export.module == atoms::ERLANG
            && matches!(export.function.as_str(), "error" | "exit" | "throw" | "raise" | "nif_error" | "halt")
        {
            let own =
                raise.class == Class::Error && raise.reason.is(atoms::BADARG) && export.function.as_str() != "error";
            if !own {
                return None;
            }
        }
        let mut list = RawTerm::NIL;
        for arg in args.iter().rev() {
            list = self.process.heap.cons(arg.raw, list);
        }
        Some((export.module, export.function, list))
    }

    /// Notes an error with this reason.
    #[cold]
    pub(super) fn error(&mut self, reason: RawTerm) {
        self.raised = Some(Raised {
            class: Class::Error,
            reason,
            trace: RawTerm::NON_VALUE,
            args: RawTerm::NON_VALUE,
            native: None,
            cause: RawTerm::NON_VALUE,
            twice: false,
        });
    }

    /// Notes the error `badarg` of a binary that cannot be built: the segment's number and type, what is wrong, and the
    /// value that is.
    #[cold]
    #[inline(never)]
    pub(super) fn segment_error(&mut self, segment: usize, kind: Atom, problem: Atom, value: RawTerm) {
        let number = RawTerm::small(segment as i64);
        let cause = self.tuple(&[number, RawTerm::atom(kind), RawTerm::atom(problem), value]);
        self.error(RawTerm::atom(atoms::BADARG));
        if let Some(raised) = &mut self.raised {
            raised.cause = cause;
        }
    }

    /// Notes the error `{tag, value}`.
    #[cold]
    #[inline(never)]
    pub(super) fn error_with(&mut self, tag: Atom, value: u64) {
        let reason = self.tuple(&[RawTerm::atom(tag), RawTerm(value)]);
        self.error(reason);
    }

    /// A tuple.
    pub(super) fn tuple(&mut self, elements: &[RawTerm]) -> RawTerm {
        self.process.heap.boxed(crate::term::BoxedKind::Tuple, &[], elements)
    }

    /// The export of this name, from the cache if it was asked for lately.
    #[inline]
    pub(super) fn export(&mut self, module: Atom, function: Atom, arity: u32) -> &'a Export {
        let hash = (module.index().wrapping_mul(31) ^ function.index().wrapping_mul(0x9e37_79b1) ^ arity) as usize;
        let slot = &mut self.cache[(hash ^ (hash >> 8)) % CACHE];
        if !slot.is_null() {
            // SAFETY: cached exports belong to `registry` (see `new`), which outlives the machine.
            let export: &'a Export = unsafe { &**slot };
            if export.module == module && export.function == function && export.arity == arity {
                return export;
            }
        }
        let export = self.registry.export(module, function, arity);
        *slot = export;
        export
    }
}

/// What a process dies of that cannot have the memory it needs.
fn death_by_heap(error: HeapError) -> Death {
    let killed = OwnedTerm::atom(atoms::KILLED);
    match error {
        HeapError::ProcessLimit => Death::quiet(killed),
        HeapError::VmLimit => Death::of_memory(),
    }
}
