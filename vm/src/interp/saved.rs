//! What a process keeps of the interpreter between slices.

use std::sync::{Arc, OnceLock};

use crate::atom::Atom;
use crate::code::stream::{word, Op};
use crate::code::Module;
use crate::heap::{Builder, Heap, HeapError, OwnedTerm};
use crate::machine::Callee;
use crate::native::{Caller, NativeFn, NativeFuture};
use crate::process::Process;
use crate::term::RawTerm;
use crate::Value;

/// Where a process is in its code, with the registers that are live there.
#[derive(Default)]
pub struct Saved {
    /// Where to go on.
    pub(crate) pc: usize,
    /// The live x registers.
    pub(crate) registers: Vec<u64>,
    /// The natives that are waiting for calls of theirs to return, innermost last; each has a frame on the stack.
    pub(crate) futures: Vec<(Caller, NativeFuture)>,
    /// The native to resume, when `pc` is the stub that does that.
    pub(crate) resume: Option<NativeFn>,
    /// The function called first, and with how many arguments, until it has been called.
    pub(crate) start: Option<(Atom, Atom, u32)>,
    /// The host that waits for what the first function gives, if one does.
    pub(crate) callee: Option<Callee>,
    /// Further roots of the collector: terms that natives keep for the process, such as its dictionary.
    pub(crate) roots: Vec<RawTerm>,
}

impl std::fmt::Debug for Saved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Saved(pc: {:#x}, registers: {})", self.pc, self.registers.len())
    }
}

/// The stubs that the interpreter itself sends control to. Position by position, each one word.
pub(super) struct Stubs {
    words: [u64; 6],
}

impl Stubs {
    pub(super) fn get() -> &'static Stubs {
        static STUBS: OnceLock<Box<Stubs>> = OnceLock::new();
        STUBS.get_or_init(|| {
            Box::new(Stubs {
                words: [
                    0,
                    word(Op::ExitStub, 0, 0, 0),
                    word(Op::FutureReturn, 0, 0, 0),
                    word(Op::FutureCatch, 0, 0, 0),
                    word(Op::FutureResume, 0, 0, 0),
                    word(Op::CallReturn, 0, 0, 0),
                ],
            })
        })
    }

    /// Whether an address is that of a stub.
    pub(super) fn contains(&self, address: u64) -> bool {
        let start = self.words.as_ptr() as u64;
        (start..start + 8 * self.words.len() as u64).contains(&address)
    }

    /// Ends the process: its first function has returned.
    pub(super) fn exit(&self) -> *const u64 {
        &self.words[1]
    }

    /// A call that a future asked for has returned.
    pub(super) fn future_return(&self) -> *const u64 {
        &self.words[2]
    }

    /// A call that a future asked for has raised.
    pub(super) fn future_catch(&self) -> *const u64 {
        &self.words[3]
    }

    /// Resumes a native that yielded or waited.
    pub(super) fn resume(&self) -> *const u64 {
        &self.words[4]
    }

    /// Begins the process: calls its first function.
    pub(super) fn start(&self) -> *const u64 {
        &self.words[5]
    }
}

impl Saved {
    /// A process that begins with `module:function(args…)`. The arguments move into `heap`.
    pub fn call(heap: &mut Heap, module: Atom, function: Atom, args: impl IntoIterator<Item = OwnedTerm>) -> Saved {
        let registers: Vec<u64> = args.into_iter().map(|arg| heap.adopt(arg).0).collect();
        Saved::start(heap, module, function, registers)
    }

    /// The same with values, which become terms in `heap`.
    pub fn call_values(heap: &mut Heap, module: Atom, function: Atom, args: &[Value]) -> Saved {
        let mut builder = Builder::new(heap);
        let registers: Vec<u64> = args.iter().map(|arg| builder.from_value(arg).raw.0).collect();
        Saved::start(heap, module, function, registers)
    }

    fn start(heap: &mut Heap, module: Atom, function: Atom, registers: Vec<u64>) -> Saved {
        push_exit(heap);
        let start = Some((module, function, registers.len() as u32));
        Saved { pc: Stubs::get().start() as usize, registers, start, ..Saved::default() }
    }

    /// A process that begins by calling a fun without arguments. The fun moves into `heap`.
    pub fn fun(heap: &mut Heap, fun: OwnedTerm) -> Saved {
        let nil = OwnedTerm::nil();
        Saved::call(heap, crate::atom::atoms::ERLANG, crate::atom::atoms::APPLY, [fun, nil])
    }
}

/// Puts the return address of the first function on an empty stack.
pub(super) fn push_exit(heap: &mut Heap) {
    debug_assert!(heap.room() >= crate::code::stream::STACK_RESERVE);
    // SAFETY: a fresh heap has room for a few words, and `sp` is the stack's top.
    unsafe {
        heap.sp = heap.sp.sub(1);
        *heap.sp = RawTerm::return_address(Stubs::get().exit() as u64).0;
    }
}

/// Makes the message that the process is looking at in place its own; the mailbox goes on with a copy of it.
#[inline]
pub(super) fn own_looked_at(process: &mut Process) {
    while process.state.mailbox.is_looked_at() {
        match process.state.mailbox.give_up(OwnedTerm::clone) {
            Some(message) => process.heap.attach(message),
            None => break,
        }
    }
}

/// Collects the heap of a process that is not running. `minor` collects only what is young.
pub fn collect_garbage(process: &mut Process, minor: bool) {
    let _ = collect(process, 0, &mut [], minor);
}

/// Collects, making room for `need` words beside the stack's reserve. `live` are further roots.
pub(super) fn collect(process: &mut Process, need: usize, live: &mut [u64], minor: bool) -> Result<(), HeapError> {
    own_looked_at(process);
    let Process { heap, machine, .. } = process;
    let need = need + crate::code::stream::STACK_RESERVE;
    // SAFETY: `RawTerm` is a transparent u64, and registers hold terms.
    let live = unsafe { std::slice::from_raw_parts_mut(live.as_mut_ptr().cast::<RawTerm>(), live.len()) };
    // SAFETY: as above.
    let saved = unsafe {
        std::slice::from_raw_parts_mut(machine.registers.as_mut_ptr().cast::<RawTerm>(), machine.registers.len())
    };
    heap.collect(need, &mut [live, saved, &mut machine.roots], !minor)
}

/// Whether a process that is not running is in this code: there, or about to return there. Its funs and what it could call do
/// not count.
pub fn is_in_code(process: &Process, module: &Module) -> bool {
    let range = module.range();
    if range.contains(&process.machine.pc) {
        return true;
    }
    let (mut at, end) = (process.heap.sp, process.heap.end);
    while at < end {
        // SAFETY: between the stack's top and its end; nobody runs the process.
        let word = RawTerm(unsafe { *at });
        if word.is_header() && range.contains(&(word.return_target() as usize)) {
            return true;
        }
        // SAFETY: at most one past the end.
        at = unsafe { at.add(1) };
    }
    false
}

/// Rids the heap of a process that is not running of the literals of modules that it has left.
pub fn leave_literals(process: &mut Process, modules: &[Arc<Module>]) {
    let areas: Vec<(usize, usize)> = modules.iter().filter_map(|module| module.passing_literals()).collect();
    if areas.is_empty() {
        return;
    }
    own_looked_at(process);
    let Process { heap, machine, .. } = process;
    // SAFETY: `RawTerm` is a transparent u64, and registers hold terms.
    let saved = unsafe {
        std::slice::from_raw_parts_mut(machine.registers.as_mut_ptr().cast::<RawTerm>(), machine.registers.len())
    };
    // What the process has too much of, its next collection finds.
    let _ = heap.leave(crate::code::stream::STACK_RESERVE, &mut [saved, &mut machine.roots], areas);
}

/// Gives back the code that a process which is not running has left.
pub fn leave_code(process: &mut Process) {
    let Some(rare) = &mut process.state.rare else { return };
    let entered = std::mem::take(&mut rare.entered);
    let (stays, left): (Vec<_>, Vec<_>) = entered.into_iter().partition(|module| is_in_code(process, module));
    leave_literals(process, &left);
    if let Some(rare) = &mut process.state.rare {
        rare.entered_limit = 2 * stays.len();
        rare.entered = stays;
    }
}
