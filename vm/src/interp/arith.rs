//! Comparing and testing terms that are not both small integers.

use std::cmp::Ordering;

use crate::term::{compare, BoxedKind, RawTerm, Term};

/// A term of the running process.
#[inline(always)]
fn term<'h>(raw: u64) -> Term<'h> {
    // SAFETY: the loop compares what is in registers, which is alive; nothing keeps the result.
    unsafe { Term::from_raw(RawTerm(raw)) }
}

/// -1, 0 or 1 as the left term is less than, equal to or greater than the right.
#[inline(never)]
pub(super) fn order(left: u64, right: u64) -> i32 {
    if let (Some(left), Some(right)) = (term(left).as_float(), term(right).as_float()) {
        // Floats are finite, so they have an order.
        return i32::from(left > right) - i32::from(left < right);
    }
    match compare::compare(term(left), term(right)) {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }
}

/// `==` of terms that are not the same word.
#[inline(never)]
pub(super) fn equal(left: u64, right: u64) -> bool {
    compare::equal(term(left), term(right))
}

/// `=:=` of terms that are not the same word.
#[inline]
pub(super) fn same(left: u64, right: u64) -> bool {
    if RawTerm(left).is_immediate() || RawTerm(right).is_immediate() {
        return false;
    }
    same_parts(left, right)
}

#[inline(never)]
fn same_parts(left: u64, right: u64) -> bool {
    compare::exactly_equal(term(left), term(right))
}

/// Whether a term is an integer that is not small.
#[inline]
pub(super) fn is_big(raw: u64) -> bool {
    matches!(term(raw).boxed_kind(), Some(BoxedKind::BigPositive | BoxedKind::BigNegative))
}

/// A large integer as a float, if it has one.
#[cold]
pub(super) fn to_float(raw: u64) -> Option<f64> {
    if !is_big(raw) {
        return None;
    }
    crate::term::float::from_big(&term(raw).to_big()?)
}
