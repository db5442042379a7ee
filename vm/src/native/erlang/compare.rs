//! Comparisons and strict boolean operators.

use std::cmp::Ordering;

use crate::native::{Native, NativeResult};
use crate::term::compare::{compare, equal, exactly_equal};
use crate::term::Term;

crate::natives! {
    "erlang" => {
        "=="/2: eq, pure;
        "/="/2: ne, pure;
        "=:="/2: exact_eq, pure;
        "=/="/2: exact_ne, pure;
        "<"/2: lt, pure;
        "=<"/2: le, pure;
        ">"/2: gt, pure;
        ">="/2: ge, pure;
        "min"/2: min, pure;
        "max"/2: max, pure;
        "and"/2: and, pure;
        "or"/2: or, pure;
        "xor"/2: xor, pure;
        "not"/1: not, pure;
    }
}

fn eq<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok_bool(equal(args[0], args[1]))
}

fn ne<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok_bool(!equal(args[0], args[1]))
}

fn exact_eq<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok_bool(exactly_equal(args[0], args[1]))
}

fn exact_ne<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok_bool(!exactly_equal(args[0], args[1]))
}

fn lt<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok_bool(compare(args[0], args[1]) == Ordering::Less)
}

fn le<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok_bool(compare(args[0], args[1]) != Ordering::Greater)
}

fn gt<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok_bool(compare(args[0], args[1]) == Ordering::Greater)
}

fn ge<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok_bool(compare(args[0], args[1]) != Ordering::Less)
}

/// The lesser; the first when they are equal.
fn min<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok(if compare(args[0], args[1]) == Ordering::Greater { args[1] } else { args[0] })
}

/// The greater; the first when they are equal.
fn max<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok(if compare(args[0], args[1]) == Ordering::Less { args[1] } else { args[0] })
}

fn booleans<'h>(args: &[Term<'h>], operator: fn(bool, bool) -> bool) -> NativeResult<'h> {
    match (args[0].as_bool(), args[1].as_bool()) {
        (Some(left), Some(right)) => Native::ok_bool(operator(left, right)),
        _ => Native::badarg(),
    }
}

fn and<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    booleans(args, |a, b| a && b)
}

fn or<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    booleans(args, |a, b| a || b)
}

fn xor<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    booleans(args, |a, b| a != b)
}

fn not<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match args[0].as_bool() {
        Some(value) => Native::ok_bool(!value),
        None => Native::badarg(),
    }
}
