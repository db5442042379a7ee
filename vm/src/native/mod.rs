//! Natives: functions of Erlang modules written in Rust.
//!
//! A native gets a call context and its arguments and gives a result; it never blocks, never collects, and never
//! calls back into the interpreter. What it cannot do itself it asks for: see [`Outcome`]. Each file is named after
//! the Erlang module whose functions it holds and lists them in a table of [`NativeEntry`].

mod atomics;
pub mod beamlet_unicode;
pub mod binary;
mod blocking;
mod caller;
mod code;
mod crypto;
pub mod erlang;
mod ets;
mod exception;
mod file;
pub mod host;
mod internal;
mod io;
mod library;
pub mod list_sort;
pub mod lists;
pub mod maps;
pub mod math;
mod net;
mod os;
mod persistent_term;
mod port;
mod process;
mod program;
mod raise;
pub mod re;
mod system;
mod time;
mod timer;
pub mod unicode;
mod zlib;

use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::sync::Arc;

pub use caller::{CallRequest, Caller};
pub use exception::{Class, Exception, Raise};

use crate::atom::{atoms, Atom};
use crate::heap::{Builder, Heap};
use crate::machine::VmShared;
use crate::process::{Process, State};
use crate::term::Term;
use crate::OwnedTerm;

/// The Rust function of a native.
pub type NativeFn = for<'a, 'h> fn(&mut Native<'a, 'h>, &[Term<'h>]) -> NativeResult<'h>;

/// What a native gives: an outcome, or an exception to raise.
pub type NativeResult<'h> = Result<Outcome<'h>, Raise<'h>>;

/// What an asynchronous native runs: polled by the interpreter, which carries out the calls it asks for.
pub type NativeFuture = Pin<Box<dyn Future<Output = Result<OwnedTerm, Exception>> + Send>>;

/// How a native ends, when it does not raise.
pub enum Outcome<'h> {
    /// With a value.
    Value(Term<'h>),
    /// With whatever this function gives: a tail call.
    Call {
        /// The module; [`crate::atom::atoms::ERLANG`] and the like for other natives.
        module: Atom,
        /// The function.
        function: Atom,
        /// The arguments.
        args: Vec<Term<'h>>,
    },
    /// With whatever this fun gives: a tail call.
    Apply {
        /// A fun; `badfun` or `badarity` are raised if it is not one that takes these arguments.
        fun: Term<'h>,
        /// The arguments.
        args: Vec<Term<'h>>,
    },
    /// Not yet: the scheduler may run others, then `resume` is called with `state`.
    Yield {
        /// Goes on with the work.
        resume: NativeFn,
        /// Its arguments; kept alive by the collector meanwhile.
        state: Vec<Term<'h>>,
    },
    /// Not yet: the process waits until a signal arrives (or it is woken), then `resume` is called with `state`.
    Wait {
        /// Goes on with the work.
        resume: NativeFn,
        /// Its arguments; kept alive by the collector meanwhile.
        state: Vec<Term<'h>>,
    },
    /// With what the future gives; its calls run on the process's own stack.
    Async {
        /// The handle through which the future asks for calls.
        caller: Caller,
        /// The work.
        future: NativeFuture,
    },
}

/// One native: where it is found and what it costs.
#[derive(Clone, Copy, Debug)]
pub struct NativeEntry {
    /// The Erlang module.
    pub module: &'static str,
    /// The function.
    pub name: &'static str,
    /// How many arguments it takes.
    pub arity: u8,
    /// The function.
    pub run: NativeFn,
    /// Whether equal arguments always give equal results and nothing else happens.
    pub pure: bool,
    /// Reductions charged for a call, besides those it charges itself.
    pub cost: u32,
}

/// Declares the table of a file: `natives! { "lists" => { "reverse"/2: reverse, pure; "member"/2: member, pure; } }`.
///
/// After the function's name come `pure` or `effect`, and optionally `cost N`.
#[macro_export]
macro_rules! natives {
    ($($module:literal => { $($name:literal / $arity:literal : $run:path, $kind:ident $(, cost $cost:literal)?;)* })*) => {
        /// The natives of this file.
        pub const NATIVES: &[$crate::native::NativeEntry] = &[$($($crate::native::NativeEntry {
            module: $module,
            name: $name,
            arity: $arity,
            run: $run,
            pure: $crate::natives!(@pure $kind),
            cost: 1 $(- 1 + $cost)?,
        },)*)*];
    };
    (@pure pure) => { true };
    (@pure effect) => { false };
}

/// The tables of all natives of this crate.
pub fn tables() -> &'static [&'static [NativeEntry]] {
    &[
        atomics::NATIVES,
        beamlet_unicode::NATIVES,
        binary::NATIVES,
        code::NATIVES,
        crypto::NATIVES,
        ets::NATIVES,
        ets::change::NATIVES,
        ets::info::NATIVES,
        ets::rows::NATIVES,
        ets::select::NATIVES,
        ets::walk::NATIVES,
        file::NATIVES,
        host::NATIVES,
        internal::NATIVES,
        io::NATIVES,
        library::NATIVES,
        list_sort::NATIVES,
        lists::NATIVES,
        math::NATIVES,
        net::NATIVES,
        os::NATIVES,
        persistent_term::NATIVES,
        port::NATIVES,
        process::NATIVES,
        program::NATIVES,
        re::NATIVES,
        raise::NATIVES,
        system::NATIVES,
        time::NATIVES,
        timer::NATIVES,
        erlang::arithmetic::NATIVES,
        erlang::atoms::NATIVES,
        erlang::binaries::NATIVES,
        erlang::compare::NATIVES,
        erlang::lists::NATIVES,
        erlang::maps::NATIVES,
        erlang::numbers::NATIVES,
        erlang::terms::NATIVES,
        erlang::tuples::NATIVES,
        erlang::types::NATIVES,
        maps::NATIVES,
        unicode::NATIVES,
        zlib::NATIVES,
    ]
}

/// What a native may use: the caller's heap to build in, its reductions, its process.
///
/// Dereferences to [`Builder`].
pub struct Native<'a, 'h> {
    builder: Builder<'a, 'h>,
    reductions: u32,
    process: Option<Surroundings<'a>>,
}

/// What else of its process and VM a native may use.
struct Surroundings<'a> {
    state: &'a mut State,
    vm: &'a Arc<VmShared>,
}

impl<'a, 'h> Deref for Native<'a, 'h> {
    type Target = Builder<'a, 'h>;

    fn deref(&self) -> &Builder<'a, 'h> {
        &self.builder
    }
}

impl<'a, 'h> DerefMut for Native<'a, 'h> {
    fn deref_mut(&mut self) -> &mut Builder<'a, 'h> {
        &mut self.builder
    }
}

impl<'a, 'h> Native<'a, 'h> {
    /// A context for one call.
    pub fn new(builder: Builder<'a, 'h>) -> Native<'a, 'h> {
        Native { builder, reductions: 0, process: None }
    }

    /// A context for a call by a running process.
    ///
    /// # Safety
    /// The process's heap neither collects nor goes away during `'h`.
    #[allow(unsafe_code, reason = "passes on the promise about the heap")]
    pub(crate) unsafe fn in_process(process: &'a mut Process, vm: &'a Arc<VmShared>) -> Native<'a, 'h> {
        let Process { heap, state, .. } = process;
        // SAFETY: as the caller's.
        let builder = unsafe { Builder::with_lifetime(heap) };
        Native { builder, reductions: 0, process: Some(Surroundings { state, vm }) }
    }

    /// A context of the same process that builds in another heap: for work whose results are copied afterwards.
    pub fn nested<'n, 's: 'n>(&'n mut self, heap: &'s mut Heap) -> Native<'n, 's> {
        let process = self.process.as_mut().map(|outer| Surroundings { state: &mut *outer.state, vm: outer.vm });
        Native { builder: Builder::new(heap), reductions: 0, process }
    }

    /// The state of the calling process.
    ///
    /// # Panics
    /// When no process calls, as in tests of pure natives.
    pub fn state(&mut self) -> &mut State {
        self.process.as_mut().expect("natives of processes are called by processes").state
    }

    /// Whether a process calls.
    pub fn is_in_process(&self) -> bool {
        self.process.is_some()
    }

    /// The VM of the calling process.
    ///
    /// # Panics
    /// As [`Native::state`].
    pub fn vm(&self) -> &'a Arc<VmShared> {
        self.process.as_ref().expect("natives of processes are called by processes").vm
    }

    /// Charges reductions for work beyond the call itself. The scheduler subtracts them from the slice.
    #[inline]
    pub fn charge(&mut self, reductions: usize) {
        self.reductions = self.reductions.saturating_add(u32::try_from(reductions).unwrap_or(u32::MAX));
    }

    /// The reductions charged so far.
    pub fn charged(&self) -> u32 {
        self.reductions
    }

    /// Ends with a value.
    #[inline(always)]
    pub fn ok(value: Term<'h>) -> NativeResult<'h> {
        Ok(Outcome::Value(value))
    }

    /// Ends with an atom.
    #[inline(always)]
    pub fn ok_atom(value: Atom) -> NativeResult<'h> {
        Ok(Outcome::Value(Term::atom(value)))
    }

    /// Ends with `true` or `false`.
    #[inline(always)]
    pub fn ok_bool(value: bool) -> NativeResult<'h> {
        Ok(Outcome::Value(Term::bool(value)))
    }

    /// Raises the error `reason`.
    #[cold]
    pub fn error(reason: Term<'h>) -> NativeResult<'h> {
        Err(Raise::error(reason))
    }

    /// Raises `badarg`.
    #[cold]
    pub fn badarg() -> NativeResult<'h> {
        Err(Raise::error(Term::atom(atoms::BADARG)))
    }

    /// Raises `badarith`.
    #[cold]
    pub fn badarith() -> NativeResult<'h> {
        Err(Raise::error(Term::atom(atoms::BADARITH)))
    }

    /// Raises `system_limit`.
    #[cold]
    pub fn system_limit() -> NativeResult<'h> {
        Err(Raise::error(Term::atom(atoms::SYSTEM_LIMIT)))
    }

    /// Raises `{tag, value}`, as in `{badmap, M}` and `{badkey, K}`.
    #[cold]
    pub fn error_with(&mut self, tag: Atom, value: Term<'h>) -> NativeResult<'h> {
        let reason = self.tuple(&[Term::atom(tag), value]);
        Err(Raise::error(reason))
    }

    /// The error `badarg`, for `ok_or_else`.
    #[cold]
    pub fn raise_badarg() -> Raise<'h> {
        Raise::error(Term::atom(atoms::BADARG))
    }
}
