//! Code: the instruction set and the `.beam` module format.
//!
//! `instr` is the table of generic instructions, `operand` what they take, `file` reads and writes module
//! files. What comes out of `file` is well-formed but not yet trusted: labels, registers and live counts are
//! the verifier's business.

pub mod file;
pub mod instr;
pub mod operand;

pub use instr::{Opcode, OperandKind};
pub use operand::{AllocKind, Instruction, Operand};
