//! Code: the instruction set, the `.beam` module format, and modules as they are run.
//!
//! `instr` is the table of generic instructions, `operand` what they take, `file` reads and writes module files. What
//! comes out of `file` is well-formed but not yet trusted: `verify` proves that its labels, registers and live counts
//! are right, `load` turns it into the specialised `stream` that the interpreter runs, and `registry` keeps the
//! modules of a VM and resolves calls between them.

pub mod digest;
pub(crate) mod exports;
pub mod file;
pub mod instr;
mod listing;
pub(crate) mod load;
pub mod module;
pub mod operand;
mod path;
pub mod registry;
pub(crate) mod stream;
mod verify;

pub use file::BeamFile;
pub use instr::{Opcode, OperandKind};
pub use listing::listing;
pub use load::check;
pub use module::{FunctionInfo, Module};
pub use operand::{AllocKind, Instruction, Operand};
pub use path::CodePath;
pub use registry::{LoadError, ModuleFile, ModuleSource, Registry};

/// What a VM's library holds, whether loaded or not, as whoever made the VM tells it.
#[derive(Default)]
pub struct Bundled {
    names: std::sync::OnceLock<fn() -> Vec<&'static str>>,
}

impl Bundled {
    /// Says how to list the names of the modules; what was said first counts.
    pub fn tell(&self, names: fn() -> Vec<&'static str>) {
        self.names.get_or_init(|| names);
    }

    /// The names of the modules; none if nobody told.
    pub fn names(&self) -> Vec<&'static str> {
        self.names.get().map(|names| names()).unwrap_or_default()
    }
}
