//! A loaded module: its stream and the tables that explain addresses in it.

use std::sync::Arc;

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

/// A module as loaded: immutable, shared by all who run it.
#[derive(Debug)]
pub struct Module {
    /// Its name.
    pub name: Atom,
    /// Its functions in the order of their code.
    pub functions: Vec<FunctionInfo>,
    /// What other modules may call: name, arity, position of the entry.
    pub(crate) exports: Vec<(Atom, u32, u32)>,
    /// The entries of its funs, by index.
    pub(crate) funs: Vec<&'static FunEntry>,
    /// The specialised instructions. Their address never changes: jumps and return addresses point into them.
    pub(crate) code: Box<[u64]>,
    /// Where each line begins to count: position in the stream, position in the source. Ascending.
    pub(crate) lines: Vec<(u32, Option<LinePosition>)>,
    /// What the module was loaded from, without its code: attributes, compile information, documentation.
    pub file: BeamFile,
    /// The entry of the function to run once loaded.
    pub on_load: Option<u32>,
    /// The terms that instructions name. They live as long as the module.
    #[allow(dead_code, reason = "keeps what the stream points to alive")]
    pub(crate) literals: LiteralArea,
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

impl Module {
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
    pub fn file_name(&self, line: LinePosition) -> String {
        match self.file.line_files.get(line.file as usize) {
            Some(name) if line.file > 0 => name.clone(),
            _ => format!("{}.erl", self.name.as_str()),
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
