//! What a fun is a closure of: the entry it shares with all funs made at the same place.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::Atom;

/// One `fn` of one version of a module.
///
/// Entries are leaked: a fun points at its entry for as long as anybody holds the fun, in whatever VM, and
/// entries are as few as the `fn`s of the modules ever loaded. [`FunEntry::code`] is 0 once the code is gone.
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
    code: AtomicUsize,
}

impl FunEntry {
    /// Makes an entry that lives as long as the host process. `code` is the address of its body or 0.
    #[allow(clippy::too_many_arguments, reason = "one argument for each fact of a fun table's row")]
    pub fn leak(
        module: Atom,
        name: Atom,
        index: u32,
        uniq: [u8; 16],
        old_uniq: u32,
        arity: u32,
        free: u32,
        code: usize,
    ) -> &'static FunEntry {
        Box::leak(Box::new(FunEntry { module, name, index, uniq, old_uniq, arity, free, code: AtomicUsize::new(code) }))
    }

    /// The address of the body, or 0 when its code is not (or no longer) loaded.
    #[inline]
    pub fn code(&self) -> usize {
        self.code.load(Ordering::Acquire)
    }

    /// Sets the address of the body; 0 when the code goes.
    pub fn set_code(&self, code: usize) {
        self.code.store(code, Ordering::Release);
    }
}
