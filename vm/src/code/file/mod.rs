//! `.beam` module files: an IFF form of chunks, read into [`BeamFile`] and written by [`Assembler`].
//!
//! Reading checks the container: sizes, counts, indices into the tables, the number and kinds of operands. A
//! file that breaks a rule is refused with the offset of what broke it.

mod assembler;
mod compact;
mod read;

pub use assembler::{Assembler, Lambda as NewLambda};
pub use read::{chunks, read, read_lasting};

use std::borrow::Cow;

use super::Instruction;
use crate::Atom;

/// Why a file is not a module.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem} at offset {offset:#x} of {place}")]
pub struct FileError {
    /// What is wrong.
    pub problem: String,
    /// The chunk, or "the file".
    pub place: String,
    /// The offset in bytes within that place.
    pub offset: usize,
}

/// A function of another module that the code names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Import {
    /// Its module.
    pub module: Atom,
    /// Its name.
    pub function: Atom,
    /// Its number of parameters.
    pub arity: u32,
}

/// A function of this module with the label of its entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Export {
    /// Its name.
    pub function: Atom,
    /// Its number of parameters.
    pub arity: u32,
    /// Its entry.
    pub label: u32,
}

/// A function that funs are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lambda {
    /// The name of the function that holds its code.
    pub function: Atom,
    /// Parameters of that function, the free variables included.
    pub arity: u32,
    /// Its entry.
    pub label: u32,
    /// Its number within the module.
    pub index: u32,
    /// How many free variables it has.
    pub free: u32,
    /// A number that tells versions of the module apart.
    pub uniq: u32,
}

/// An instruction with its place in the code chunk.
#[derive(Clone, Debug, PartialEq)]
pub struct Located {
    /// The offset of its opcode in bytes, from the start of the code.
    pub offset: u32,
    /// The instruction.
    pub instruction: Instruction,
}

/// A source position of the line table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinePosition {
    /// An index into [`BeamFile::line_files`]; 0 is the module's own `NAME.erl`.
    pub file: u32,
    /// The line, from 1.
    pub line: u32,
}

/// The content of a module file.
#[derive(Clone, Debug, PartialEq)]
pub struct BeamFile {
    /// The module's name.
    pub name: Atom,
    /// The MD5 of the chunks that make the module what it is.
    pub md5: [u8; 16],
    /// The atom table without its unused entry 0.
    pub atoms: Vec<Atom>,
    /// The instructions, `int_code_end` last.
    pub code: Vec<Located>,
    /// Labels run from 1 to below this.
    pub label_count: u32,
    /// The number of functions.
    pub function_count: u32,
    /// Functions of other modules.
    pub imports: Vec<Import>,
    /// Functions that other modules may call.
    pub exports: Vec<Export>,
    /// The other functions, for stack traces and tools.
    pub locals: Vec<Export>,
    /// The lambda table.
    pub lambdas: Vec<Lambda>,
    /// Literals in external term format, version byte included, not decoded yet.
    pub literals: Vec<Vec<u8>>,
    /// The string table.
    pub strings: Vec<u8>,
    /// File names; number 0 stands for `NAME.erl`.
    pub line_files: Vec<String>,
    /// The line table; number 0 means "unknown" and is `None`.
    pub lines: Vec<Option<LinePosition>>,
    /// The attributes in external term format, empty when absent.
    pub attributes: Vec<u8>,
    /// The compile information in external term format, empty when absent.
    pub compile_info: Vec<u8>,
    /// All chunks that are not part of the above, by name: `Docs`, `Dbgi`, `ExCk`, `Type`, …
    pub other_chunks: Vec<([u8; 4], Cow<'static, [u8]>)>,
}

impl BeamFile {
    /// A chunk other than those taken apart.
    pub fn chunk(&self, name: &[u8; 4]) -> Option<&[u8]> {
        self.other_chunks.iter().find(|(n, _)| n == name).map(|(_, bytes)| bytes.as_ref())
    }
}

#[cfg(test)]
pub(crate) mod tests;
