//! The verifier: proves that a module's code keeps the rules the interpreter relies on.
//!
//! Each function is walked with an abstract state: which x registers hold values, how large the frame is, which of
//! its y registers hold values, and how many heap words are still free of those a `test_heap` made. Where paths
//! meet, what holds on all of them goes on. Proved are:
//!
//! - calls lead to entries of that arity, jumps stay within their function, every path ends;
//! - a register is written before it is read, and none beyond the frame is named;
//! - where the heap may be collected, all live registers and all y registers hold values;
//! - what is built fits the room that was made; frames are gone when a function returns;
//! - handlers begin with the instruction that takes the exception.
//!
//! What a value *is* the interpreter checks itself where it matters.

mod endless;
mod ground;
mod instruction;
mod state;
mod walk;

use std::collections::HashSet;

use crate::code::file::BeamFile;
use crate::code::operand::Operand;
use crate::code::registry::LoadError;
use ground::{split, Ground, Known};
use walk::Walk;

/// What the loader has to do so that the code keeps the rules.
#[derive(Debug, Default)]
pub(in crate::code) struct Verified {
    /// Entry labels of the functions whose frames must be filled when they are made: OTP's compiler leaves y registers empty
    /// across an instruction that it knows not to raise, which the verifier does not know.
    pub(in crate::code) filled: HashSet<u32>,
}

/// Checks a whole module.
///
/// # Errors
/// The function and offset of the first instruction that breaks a rule, and which.
pub(in crate::code) fn verify(file: &BeamFile) -> Result<Verified, LoadError> {
    let table = |problem: String| LoadError::Table { module: file.name, problem };
    let (functions, places) = split(file).map_err(table)?;
    let mut ground = Ground { file, places, arities: vec![None; file.label_count as usize + 1] };
    for function in &functions {
        ground.arities[function.entry as usize] = Some(function.arity);
    }
    for export in file.exports.iter().chain(&file.locals) {
        if ground.arity(export.label) != Some(export.arity) {
            return Err(table(format!(
                "{}/{} does not lead to a function of that arity",
                export.function, export.arity
            )));
        }
    }
    for lambda in &file.lambdas {
        if ground.arity(lambda.label) != Some(lambda.arity) || lambda.free > lambda.arity {
            return Err(table(format!("the fun of {} does not lead to a function of its arity", lambda.function)));
        }
    }
    let mut verified = Verified::default();
    let mut known = Known { numbers: vec![None; file.label_count as usize + 1], ..Known::default() };
    for function in &functions {
        let mut walk = |filled| Walk::new(&ground, function, &mut known, filled).run();
        let Err((offset, problem)) = walk(false) else { continue };
        if walk(true).is_err() {
            let (function, arity) = (function.name, function.arity);
            return Err(LoadError::Code { module: file.name, function, arity, offset, problem });
        }
        verified.filled.insert(function.entry);
    }
    Ok(verified)
}

/// A number as instructions carry it.
fn unsigned(operand: &Operand) -> Option<u64> {
    match operand.untyped() {
        Operand::Unsigned(n) => Some(*n),
        Operand::Integer(n) => u64::try_from(*n).ok(),
        _ => None,
    }
}

/// A rule that is kept, or what breaks it.
type Check<T = ()> = Result<T, String>;
