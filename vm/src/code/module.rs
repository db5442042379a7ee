//! A loaded module: its stream and the tables that explain addresses in it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use parking_lot::RwLock;

use super::file::{BeamFile, LinePosition};
use crate::heap::LiteralArea;
use crate::term::FunEntry;
use crate::Atom;

/// A function of a loaded module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunctionInfo {
    /// Its name.
    pub name: Atom,
    /// Its number of parameters.
    pub arity: u32,
    /// The position of its `func_info` in the stream, where it begins.
    pub(crate) start: u32,
    /// The position of its first instruction.
    pub(crate) entry: u32,
}

/// How long a module's literals, and the entries of its funs, stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stay {
    /// As long as the VM: the first version of a module with a name.
    Lasting,
    /// As long as the module: a later version of one. Its entries stay as long as the VM.
    Passing,
    /// As long as the module, which has no name that anybody could call: evaluated code.
    Evaluated,
}

/// All modules whose code is allocated, by the address that their stream begins at.
#[derive(Debug, Default)]
pub(super) struct Ranges(RwLock<BTreeMap<usize, (usize, Weak<Module>)>>);

impl Ranges {
    pub(super) fn add(&self, module: &Arc<Module>) {
        let range = module.range();
        self.0.write().insert(range.start, (range.end, Arc::downgrade(module)));
    }

    /// The module whose stream has this address.
    pub(super) fn find(&self, address: usize) -> Option<Arc<Module>> {
        let ranges = self.0.read();
        let (_, (end, module)) = ranges.range(..=address).next_back()?;
        if address < *end {
            module.upgrade()
        } else {
            None
        }
    }

    /// Whether an address is in a stream.
    pub(super) fn contains(&self, address: usize) -> bool {
        self.0.read().range(..=address).next_back().is_some_and(|(_, (end, _))| address < *end)
    }

    /// Bytes of all streams.
    pub(super) fn bytes(&self) -> usize {
        self.0.read().iter().map(|(start, (end, _))| end - start).sum()
    }

    /// All modules.
    pub(super) fn modules(&self) -> Vec<Arc<Module>> {
        self.0.read().values().filter_map(|(_, module)| module.upgrade()).collect()
    }
}

/// A module as loaded: immutable, shared by all who run it.
///
/// It is freed when the last [`Arc`] of it goes. One is held by the registry while the module is current or old; one by each
/// process that has entered it in a way that the registry does not know of (see `process::State::entered`); one by each
/// fun of evaluated code.
#[derive(Debug)]
pub struct Module {
    /// Its name.
    pub name: Atom,
    /// Its functions in the order of their code.
    pub functions: Vec<FunctionInfo>,
    /// What other modules may call: name, arity, position of the entry.
    pub(crate) exports: Vec<(Atom, u32, u32)>,
    /// The entries of its funs, by index.
    pub(crate) funs: Vec<Arc<FunEntry>>,
    /// The specialised instructions. Their address never changes: jumps and return addresses point into them.
    pub(crate) code: Box<[u64]>,
    /// Where each line begins to count: position in the stream, position in the source. Ascending.
    pub(crate) lines: Vec<(u32, Option<LinePosition>)>,
    /// What the module was loaded from, without its code: attributes, compile information, documentation.
    pub file: BeamFile,
    /// The entry of the function to run once loaded.
    pub on_load: Option<u32>,
    /// The terms that instructions name. Lasting ones are the registry's too.
    pub(crate) literals: Arc<LiteralArea>,
    /// How long these stay.
    pub(crate) stay: Stay,
    /// Where it says that its code is there.
    pub(super) ranges: Weak<Ranges>,
    /// Bytes that instructions point to.
    #[allow(dead_code, reason = "keeps what the stream points to alive")]
    pub(crate) strings: Arc<[u8]>,
}

/// Where in the source an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location<'m> {
    /// The module.
    pub module: &'m Module,
    /// The function.
    pub function: FunctionInfo,
    /// File number and line, when known.
    pub line: Option<LinePosition>,
}

impl PartialEq for Module {
    /// Modules are the same when they are one and the same.
    fn eq(&self, other: &Module) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Module {}

impl Drop for Module {
    fn drop(&mut self) {
        // Nobody may be told of this code once its memory is another's.
        if let Some(ranges) = self.ranges.upgrade() {
            let mut ranges = ranges.0.write();
            let start = self.range().start;
            if ranges.get(&start).is_some_and(|(_, module)| std::ptr::eq(module.as_ptr(), self)) {
                ranges.remove(&start);
            }
        }
    }
}

impl Module {
    /// The address of a function's first instruction, exported or not.
    pub(crate) fn entry(&self, name: Atom, arity: u32) -> Option<*const u64> {
        let function = self.functions.iter().find(|function| function.name == name && function.arity == arity)?;
        Some(self.address(function.entry))
    }

    /// The literals that go with it: address and size in bytes; nothing when there are none, or they stay.
    pub(crate) fn passing_literals(&self) -> Option<(usize, usize)> {
        let (start, size) = self.literals.range();
        (self.stay != Stay::Lasting && size > 0).then_some((start, size))
    }

    /// The addresses its stream takes.
    pub(crate) fn range(&self) -> std::ops::Range<usize> {
        let start = self.code.as_ptr() as usize;
        start..start + self.code.len() * 8
    }

    /// The address of a position in the stream.
    pub(crate) fn address(&self, position: u32) -> *const u64 {
        &self.code[position as usize]
    }

    /// The function and line of an address within [`Module::range`]. O(log size).
    pub(crate) fn locate(&self, address: usize) -> Option<Location<'_>> {
        let range = self.range();
        if !range.contains(&address) {
            return None;
        }
        let position = ((address - range.start) / 8) as u32;
        let function = match self.functions.partition_point(|f| f.start <= position) {
            0 => return None,
            after => self.functions[after - 1],
        };
        let line = match self.lines.partition_point(|(start, _)| *start <= position) {
            0 => None,
            after => self.lines[after - 1].1,
        };
        Some(Location { module: self, function, line })
    }

    /// The name of the file that a line position is in.
    pub fn file_name(&self, line: LinePosition) -> Cow<'_, str> {
        match self.file.line_files.get(line.file as usize) {
            Some(name) if line.file > 0 => Cow::Borrowed(name),
            _ => Cow::Owned(format!("{}.erl", self.name.as_str())),
        }
    }

    /// Whether this function may be called from other modules.
    pub fn exports(&self, name: Atom, arity: u32) -> bool {
        self.exports.iter().any(|(n, a, _)| *n == name && *a == arity)
    }

    /// The names and arities of what other modules may call.
    pub fn exported(&self) -> impl Iterator<Item = (Atom, u32)> + '_ {
        self.exports.iter().map(|(name, arity, _)| (*name, *arity))
    }
}
