//! What a fun is a closure of: the entry it shares with all funs made at the same place.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

use crate::Atom;

/// One `fn` of one version of a module.
///
/// A fun points at its entry without counting: the registry of its VM keeps the entries of modules with a name for as long
/// as the VM is there, and a copy of the fun that leaves the VM ([`OwnedTerm::detached`](crate::OwnedTerm::detached)) brings
/// what keeps them along. [`FunEntry::code`] is 0 once the code is gone.
///
/// Code that is evaluated has no end of modules, so the entries of its funs go with the module. Such a fun carries, behind
/// its variables, a resource that keeps the module: its *keeper*. Its `code` is always 0, so that calls come by where
/// the calling process takes note of the module; [`FunEntry::body`] is where they go then.
#[derive(Debug)]
pub struct FunEntry {
    /// The module that holds the `fn`.
    pub module: Atom,
    /// The name of the function its body was compiled to.
    pub name: Atom,
    /// Its position in the module's table of funs.
    pub index: u32,
    /// The MD5 of the module: tells versions apart.
    pub uniq: [u8; 16],
    /// The older, shorter identity that external terms carry.
    pub old_uniq: u32,
    /// How many arguments a call passes.
    pub arity: u32,
    /// How many variables the closure carries.
    pub free: u32,
    /// Whether its funs carry a keeper.
    pub kept: bool,
    code: AtomicUsize,
    body: AtomicUsize,
}

impl FunEntry {
    /// An entry without code. `kept` says that its funs carry a keeper.
    #[allow(clippy::too_many_arguments, reason = "one argument for each fact of a fun table's row")]
    pub(crate) fn new(
        module: Atom,
        name: Atom,
        index: u32,
        uniq: [u8; 16],
        old_uniq: u32,
        arity: u32,
        free: u32,
        kept: bool,
    ) -> Arc<FunEntry> {
        let (code, body) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Arc::new(FunEntry { module, name, index, uniq, old_uniq, arity, free, kept, code, body })
    }

    /// The address of the body of a fun of evaluated code, for a process that has noted the module.
    pub(crate) fn body(&self) -> usize {
        self.body.load(Ordering::Acquire)
    }

    /// Sets it.
    pub(crate) fn set_body(&self, body: usize) {
        self.body.store(body, Ordering::Release);
    }

    /// The address of the body, or 0 when its code is not (or no longer) loaded.
    #[inline]
    pub fn code(&self) -> usize {
        self.code.load(Ordering::Acquire)
    }

    /// Forgets the body if it is in this range of addresses.
    pub(crate) fn clear_code(&self, range: &std::ops::Range<usize>) {
        let _ = self.code.fetch_update(Ordering::AcqRel, Ordering::Acquire, |code| range.contains(&code).then_some(0));
    }

    /// Sets the address of the body; 0 when the code goes.
    pub fn set_code(&self, code: usize) {
        self.code.store(code, Ordering::Release);
    }
}
