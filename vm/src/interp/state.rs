//! The hot state and what all handlers do with it.
//!
//! A handler is a function of the state in six arguments, so that on the common machines all of it lives in registers
//! from handler to handler. It ends by calling the next one in tail position ([`State::go`]); with optimisation that
//! call is a jump. Nothing depends on it being one: a slice runs a bounded number of instructions, and what takes long or leaves
//! much on the host's stack goes back to the loop in [`super::run`] instead ([`State::again`]). Builds without optimisation
//! always do.
//!
//! A handler calls nothing on its common path. Slow paths are handlers themselves, in tail position too: a call that
//! comes back would make the common path save registers. They find what they are about in the [`Machine`].

use super::machine::Machine;
use super::{raise, SliceEnd};
use crate::atom::Atom;
use crate::code::stream::{Op, STACK_RESERVE};
use crate::term::raw::{HEADER_MASK, TAG_BOXED, TAG_HEADER, TAG_MASK};
use crate::term::{BoxedKind, RawTerm};

/// What a handler's return says to the loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// Go on where the machine says.
    Again,
    /// The slice ends as the machine says.
    Stop,
}

/// Why the loop stops.
pub(super) enum Stop {
    /// The reductions are used up; `pc` is at an entry.
    Preempt,
    /// The slice ends before `pc`, with that many live registers.
    Suspend(usize, SliceEnd),
    /// The slice ends, and the process does not go on from here.
    Leave(SliceEnd),
    /// Memory ran out: the machine says how the slice ends.
    Memory,
}

/// What runs an instruction: the arguments are the parts of a [`State`].
///
/// # Safety
/// As for [`State`].
pub(super) type Handler =
    for<'a, 'm> unsafe fn(*const u64, *mut u64, *mut u64, *mut u64, i64, &'a mut Machine<'m>) -> Flow;

/// Where a process is.
///
/// `pc` is at an instruction of verified, loaded code or of a stub: the loader emitted operands that exist, the verifier
/// proved that registers read are initialised, that frames are as large as their y operands need and that room was made
/// for what is built. Terms reached from registers are alive, for only `collect` moves them, and it updates registers,
/// stack and heap. All methods rely on this.
pub(super) struct State<'a, 'm> {
    /// The instruction being run.
    pub(super) pc: *const u64,
    /// The x registers.
    pub(super) x: *mut u64,
    /// The top of the stack: y0 of the frame, or the return address.
    pub(super) sp: *mut u64,
    /// Where the heap grows.
    pub(super) hp: *mut u64,
    /// The reductions left.
    pub(super) reds: i64,
    /// All that is not hot.
    pub(super) m: &'a mut Machine<'m>,
}

/// Defines a handler from what it does with the state.
macro_rules! handler {
    ($(#[$meta:meta])* fn $name:ident ($s:ident) $body:block) => {
        handler! { $(#[$meta])* fn $name[](&mut $s) $body }
    };
    ($(#[$meta:meta])* fn $name:ident[$($generics:tt)*]($s:ident) $body:block) => {
        handler! { $(#[$meta])* fn $name[$($generics)*](&mut $s) $body }
    };
    ($(#[$meta:meta])* fn $name:ident[$($generics:tt)*](&mut $s:ident) $body:block) => {
        $(#[$meta])*
        pub(in crate::interp) unsafe fn $name<$($generics)*>(
            pc: *const u64,
            x: *mut u64,
            sp: *mut u64,
            hp: *mut u64,
            reds: i64,
            m: &mut $crate::interp::machine::Machine<'_>,
        ) -> $crate::interp::state::Flow {
            #[allow(unused_mut, reason = "not every handler changes the state")]
            let mut $s = $crate::interp::state::State { pc, x, sp, hp, reds, m };
            // SAFETY: as `State` says: this is the instruction at `pc`, or a slow path of it.
            #[allow(unused_unsafe, reason = "some only leave")]
            unsafe {
                $body
            }
        }
    };
}

/// Goes on in another handler with the same state.
macro_rules! tail {
    ($s:ident, $handler:expr) => {
        return $handler($s.pc, $s.x, $s.sp, $s.hp, $s.reds, $s.m)
    };
}

/// Goes on at the next instruction.
macro_rules! next {
    ($s:ident, $words:expr) => {{
        $s.pc = $s.pc.add($words);
        return $s.go();
    }};
}

/// Goes on at an address.
macro_rules! jump {
    ($s:ident, $target:expr) => {{
        $s.pc = $target;
        return $s.go();
    }};
}

/// Goes on if the condition holds, else jumps to the address in word 1.
macro_rules! test {
    ($s:ident, $condition:expr, $words:expr) => {{
        if $condition {
            next!($s, $words)
        }
        jump!($s, $s.target(1))
    }};
}

/// Jumps to an entry, at the price of a reduction.
macro_rules! enter {
    ($s:ident, $target:expr) => {{
        $s.pc = $target;
        $s.reds -= 1;
        if $s.reds < 0 {
            tail!($s, $crate::interp::state::preempt)
        }
        return $s.go();
    }};
}

/// Raises what is noted in the machine; the heap is written back already.
macro_rules! raise {
    ($s:ident) => {
        tail!($s, $crate::interp::state::unwind)
    };
}

/// Raises `{tag, value}`.
macro_rules! error {
    ($s:ident, $tag:expr, $value:expr) => {{
        $s.m.value = $value;
        $s.m.tag = $tag;
        tail!($s, $crate::interp::state::raise_pair)
    }};
}

/// Raises an atom.
macro_rules! plain_error {
    ($s:ident, $atom:expr) => {{
        $s.m.tag = $atom;
        tail!($s, $crate::interp::state::raise_atom)
    }};
}

/// A value is not what the compiler knew it to be: the code is wrong, and its frame perhaps not filled yet, so nobody may
/// look for a handler.
macro_rules! fault {
    ($s:ident, $value:expr) => {{
        $s.m.value = $value;
        tail!($s, $crate::interp::state::fault)
    }};
}

/// After something out of line may have left much outside the heap's block: collects with that many live registers.
macro_rules! tidy {
    ($s:ident, $live:expr) => {
        if $s.m.process.heap.wants_collection() {
            $s.m.value = $live as u64;
            tail!($s, $crate::interp::state::tidy_up)
        }
    };
}

/// Collects in the middle of a slow path, with the registers beyond the stack at hand.
macro_rules! collect {
    ($s:ident, $need:expr, $live:expr) => {{
        $s.out();
        if !$s.m.collect($need, $live) {
            return $s.leave($crate::interp::state::Stop::Memory);
        }
        $s.back();
    }};
}

/// Writes a result that something out of line made to the destination, and collects when that left much outside the
/// heap's block. `live` is how many registers are live besides.
macro_rules! made {
    ($s:ident, $destination:expr, $live:expr, $result:expr) => {{
        let (destination, result): (usize, u64) = ($destination, $result);
        $s.set(destination, result);
        if $s.m.process.heap.wants_collection() {
            let live: usize = $live;
            *$s.x.add(live) = result;
            collect!($s, 0, live + 1);
            $s.set(destination, *$s.x.add(live));
        }
    }};
}

/// Ends an instruction that could not do its work: at its fail label, or by raising what is noted. The heap is
/// written back.
macro_rules! failed {
    ($s:ident) => {{
        let fail = $s.target(1);
        if fail.is_null() {
            raise!($s)
        }
        $s.m.raised = None;
        $s.back();
        jump!($s, fail)
    }};
}

impl State<'_, '_> {
    /// Runs the instruction at `pc`.
    #[inline(always)]
    pub(super) unsafe fn go(self) -> Flow {
        if cfg!(all(beamlet_threaded, not(feature = "stats"))) {
            // SAFETY: as `State` says; the loader writes opcodes only.
            unsafe {
                let handler = super::run::HANDLERS.get_unchecked(*self.pc.cast::<u16>() as usize);
                handler(self.pc, self.x, self.sp, self.hp, self.reds, self.m)
            }
        } else {
            self.again()
        }
    }

    /// Runs the instruction at `pc` from the loop, with nothing left on the host's stack.
    #[inline(always)]
    pub(super) fn again(mut self) -> Flow {
        self.out();
        self.m.pc = self.pc;
        self.m.reds = self.reds;
        Flow::Again
    }

    /// Charges what natives have cost beyond a call. When that is more than there is the next call yields: natives are charged
    /// after the fact.
    #[inline(always)]
    pub(super) fn settle(&mut self) {
        if self.m.charged > 0 {
            self.reds -= i64::from(std::mem::take(&mut self.m.charged));
        }
    }

    /// Ends the slice.
    #[inline(always)]
    pub(super) fn leave(self, stop: Stop) -> Flow {
        self.m.stop = Some(stop);
        let _ = self.again();
        Flow::Stop
    }

    /// Writes back what others see of heap and stack.
    #[inline(always)]
    pub(super) fn out(&mut self) {
        self.m.process.heap.hp = self.hp;
        self.m.process.heap.sp = self.sp;
    }

    /// Reads heap and stack again.
    #[inline(always)]
    pub(super) fn back(&mut self) {
        self.hp = self.m.process.heap.hp;
        self.sp = self.m.process.heap.sp;
    }

    /// The first operand.
    #[inline(always)]
    pub(super) unsafe fn a(&self) -> usize {
        // SAFETY: as `State` says.
        usize::from(unsafe { *self.pc.cast::<u16>().add(1) })
    }

    /// The second operand.
    #[inline(always)]
    pub(super) unsafe fn b(&self) -> usize {
        // SAFETY: as `State` says.
        usize::from(unsafe { *self.pc.cast::<u16>().add(2) })
    }

    /// The third operand.
    #[inline(always)]
    pub(super) unsafe fn c(&self) -> usize {
        // SAFETY: as `State` says.
        usize::from(unsafe { *self.pc.cast::<u16>().add(3) })
    }

    /// A word of the instruction.
    #[inline(always)]
    pub(super) unsafe fn word(&self, n: usize) -> u64 {
        // SAFETY: as `State` says.
        unsafe { *self.pc.add(n) }
    }

    /// A word of the instruction that is an address in a stream, or null.
    #[inline(always)]
    pub(super) unsafe fn target(&self, n: usize) -> *const u64 {
        // SAFETY: as `State` says.
        unsafe { *self.pc.add(n) as *const u64 }
    }

    /// The instruction's opcode.
    #[inline(always)]
    pub(super) unsafe fn op(&self) -> Op {
        // SAFETY: as `State` says.
        unsafe { operation(self.pc) }
    }

    /// The value of an operand.
    #[inline(always)]
    pub(super) unsafe fn get(&self, operand: usize) -> u64 {
        // SAFETY: as `State` says.
        unsafe { source(operand, self.x, self.sp, self.pc) }
    }

    /// Writes a register.
    #[inline(always)]
    pub(super) unsafe fn set(&self, operand: usize, value: u64) {
        // SAFETY: as `State` says.
        unsafe { store(operand, self.x, self.sp, value) }
    }

    /// The slot of a y operand.
    #[inline(always)]
    pub(super) unsafe fn y(&self, operand: usize) -> *mut u64 {
        // SAFETY: as `State` says.
        unsafe { self.sp.add(operand - 0x4000) }
    }

    /// The float registers.
    #[inline(always)]
    pub(super) unsafe fn floats(&self) -> *mut f64 {
        // SAFETY: they follow the x registers.
        unsafe { self.x.add(super::machine::FLOATS).cast() }
    }

    /// Pushes the address of the word that many behind `pc`, to return to.
    #[inline(always)]
    pub(super) unsafe fn push_return(&mut self, words: usize) {
        // SAFETY: the stack's reserve has room for one return address per frame.
        unsafe {
            self.sp = self.sp.sub(1);
            *self.sp = self.pc.add(words) as u64 | TAG_HEADER;
        }
    }

    /// Pops a return address and goes there.
    #[inline(always)]
    pub(super) unsafe fn return_(mut self) -> Flow {
        // SAFETY: as `State` says: the frame is gone.
        unsafe {
            self.pc = (*self.sp - TAG_HEADER) as *const u64;
            self.sp = self.sp.add(1);
            self.go()
        }
    }

    /// Whether there is room for `need` words.
    #[inline(always)]
    pub(super) fn has_room(&self, need: usize) -> bool {
        #[cfg(feature = "collect-always")]
        if self.m.process.heap.collects_here(self.sp, self.hp) {
            return false;
        }
        ((self.sp as usize).wrapping_sub(self.hp as usize) as isize) >= ((need + STACK_RESERVE) * 8) as isize
    }
}

handler! {
    /// The reductions are used up before the entry at `pc`.
    #[cold]
    #[inline(never)]
    fn preempt(s) {
        s.leave(Stop::Preempt)
    }
}

handler! {
    /// Looks for who handles the exception that is noted; the heap is written back.
    #[cold]
    #[inline(never)]
    fn unwind(s) {
        let handler = raise::unwind(s.m, s.pc);
        s.back();
        if handler.is_null() {
            let end = s.m.end.take().unwrap_or(SliceEnd::Preempted);
            return s.leave(Stop::Leave(end));
        }
        s.pc = handler;
        s.again()
    }
}

handler! {
    /// Raises `{tag, value}`.
    #[cold]
    #[inline(never)]
    fn raise_pair(s) {
        s.out();
        let (tag, value): (Atom, u64) = (s.m.tag, s.m.value);
        s.m.error_with(tag, value);
        raise!(s)
    }
}

handler! {
    /// Raises the tag.
    #[cold]
    #[inline(never)]
    fn raise_atom(s) {
        s.out();
        let tag = s.m.tag;
        s.m.error(RawTerm::atom(tag));
        raise!(s)
    }
}

handler! {
    /// The code is wrong about the value.
    #[cold]
    #[inline(never)]
    fn fault(s) {
        s.out();
        let value = s.m.value;
        let end = raise::fault(s.m, value);
        s.leave(Stop::Leave(end))
    }
}

handler! {
    /// Collects with as many live registers as the value says.
    #[cold]
    #[inline(never)]
    fn tidy_up(s) {
        let live = s.m.value as usize;
        collect!(s, 0, live);
        s.go()
    }
}

/// Where an operand is, known to the handler.
pub(super) trait Source {
    /// Reads it.
    ///
    /// # Safety
    /// It is an operand of the instruction.
    unsafe fn get(s: &State<'_, '_>, operand: usize) -> u64;
}

/// Where a result goes, known to the handler.
pub(super) trait Destination {
    /// Writes it.
    ///
    /// # Safety
    /// It is a destination of the instruction.
    unsafe fn set(s: &State<'_, '_>, operand: usize, value: u64);
}

/// An x register.
pub(super) struct X;
/// A y register.
pub(super) struct Y;
/// An operand of any kind.
pub(super) struct Any;
/// The instruction's word of this number, whatever the operand says.
pub(super) struct Word<const N: usize>;

impl Source for X {
    #[inline(always)]
    unsafe fn get(s: &State<'_, '_>, operand: usize) -> u64 {
        // SAFETY: as the trait says.
        unsafe { *s.x.add(operand) }
    }
}

impl Source for Y {
    #[inline(always)]
    unsafe fn get(s: &State<'_, '_>, operand: usize) -> u64 {
        // SAFETY: as the trait says.
        unsafe { *s.y(operand) }
    }
}

impl Source for Any {
    #[inline(always)]
    unsafe fn get(s: &State<'_, '_>, operand: usize) -> u64 {
        // SAFETY: as the trait says.
        unsafe { s.get(operand) }
    }
}

impl<const N: usize> Source for Word<N> {
    #[inline(always)]
    unsafe fn get(s: &State<'_, '_>, _operand: usize) -> u64 {
        // SAFETY: as the trait says.
        unsafe { s.word(N) }
    }
}

impl Destination for X {
    #[inline(always)]
    unsafe fn set(s: &State<'_, '_>, operand: usize, value: u64) {
        // SAFETY: as the trait says.
        unsafe { *s.x.add(operand) = value }
    }
}

impl Destination for Y {
    #[inline(always)]
    unsafe fn set(s: &State<'_, '_>, operand: usize, value: u64) {
        // SAFETY: as the trait says.
        unsafe { *s.y(operand) = value }
    }
}

impl Destination for Any {
    #[inline(always)]
    unsafe fn set(s: &State<'_, '_>, operand: usize, value: u64) {
        // SAFETY: as the trait says.
        unsafe { s.set(operand, value) }
    }
}

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

pub(super) const KIND_MASK: u64 = (0b1_1111 << 3) | HEADER_MASK;

/// The part of a header that says the kind.
pub(super) const fn kind(kind: BoxedKind) -> u64 {
    (kind as u64) << 3 | TAG_HEADER
}

/// Whether a boxed term is of this kind.
///
/// # Safety
/// The term is alive.
#[inline(always)]
pub(super) unsafe fn is(term: u64, wanted: BoxedKind) -> bool {
    // SAFETY: as the caller's.
    unsafe { header(term) & KIND_MASK == kind(wanted) }
}

/// Whether both are small integers.
#[inline(always)]
pub(super) fn both_small(left: u64, right: u64) -> bool {
    (left | right) & TAG_MASK == 0
}

/// The opcode of the instruction at `pc`.
///
/// # Safety
/// An instruction begins there.
#[inline(always)]
pub(super) unsafe fn operation(pc: *const u64) -> Op {
    // SAFETY: as the caller's: the loader writes opcodes only.
    unsafe { std::mem::transmute::<u16, Op>(*pc.cast::<u16>()) }
}
