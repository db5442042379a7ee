//! Core: functions as graphs of blocks, and the lowering of the expanded tree to them.
//!
//! True here and not before: every argument is a variable or a constant; every variable is assigned once;
//! closures and comprehensions are functions of their own with their free variables as last parameters;
//! patterns are trees of tests; control flow is jumps between blocks, values meet in block parameters.

mod bifs;
mod bits;
mod build;
mod case;
mod closure;
mod comprehension;
mod cond;
mod expr;
mod guard;
mod ir;
mod receive;
mod show;
mod tries;

pub use ir::*;

pub(crate) use bifs::{bif_kind, BifKind};
pub(crate) use bits::{is_little, literal_bytes};
pub(crate) use build::Lower;
pub(crate) use expr::with_stack;

use crate::diagnostic::Diagnostic;
use crate::tree;

/// Lowers a module's functions, those lifted out of them included.
///
/// # Errors
/// What cannot be expressed in a module file, such as a call of a local function that does not exist.
pub fn lower(module: &tree::Module) -> Result<Vec<Function>, Vec<Diagnostic>> {
    let mut lower = Lower::new(module);
    for function in &module.functions {
        lower.function(function);
    }
    lower.finish()
}
