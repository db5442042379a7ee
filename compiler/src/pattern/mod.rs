//! Patterns: clause heads as decision trees.
//!
//! True here and not before: no pattern is left; each test is made at most once on a way through the tree, and clauses
//! are tried in order as their guards demand. Subtrees that would be equal are one; when the tree grows far beyond its
//! clauses, the clauses are tried one group after the other instead, which repeats tests but stays linear.

mod bits;
mod compile;
mod row;

use crate::core::BlockId;
use crate::tree::{Expr, Pattern, Segment, VarId};

/// A clause head to match: patterns, one for every subject, and guards.
pub(crate) struct Head<'t> {
    /// The patterns.
    pub(crate) patterns: &'t [Pattern],
    /// The alternatives of its guard; none means always.
    pub(crate) guards: &'t [Expr],
    /// The variables it binds, in the order of the body's parameters.
    pub(crate) vars: Vec<VarId>,
    /// Where to go when it matches.
    pub(crate) body: BlockId,
}

/// A head that reads one turn of a bitstring generator.
pub(crate) struct BitsHead<'t> {
    /// What one turn reads.
    pub(crate) segments: &'t [Segment<Pattern>],
    /// Whether literals must match; without, it only skips what they would read.
    pub(crate) literals: bool,
    /// Bound to what is left.
    pub(crate) tail: VarId,
    /// The variables it binds, in the order of the body's parameters.
    pub(crate) vars: Vec<VarId>,
    /// Where to go when it matches.
    pub(crate) body: BlockId,
}
