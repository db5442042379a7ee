//! Arithmetic and bit operations. Integers have no limit but [`MAX_BITS`]; a float that is not finite is `badarith`.

use num_bigint::BigInt;
use num_integer::Integer as _;
use num_traits::{Signed, Zero};

use crate::native::{Native, NativeResult, Raise};
use crate::term::{Kind, Term};

/// Integers grow to this many bits; beyond is `system_limit`.
const MAX_BITS: u64 = 1 << 26;

/// Limbs multiplied for one reduction.
const LIMB_PRODUCTS_PER_REDUCTION: usize = 256;

crate::natives! {
    "erlang" => {
        "+"/1: identity, pure;
        "-"/1: negate, pure;
        "+"/2: add, pure;
        "-"/2: subtract, pure;
        "*"/2: multiply, pure;
        "/"/2: divide, pure;
        "div"/2: quotient, pure;
        "rem"/2: remainder, pure;
        "abs"/1: abs, pure;
        "band"/2: band, pure;
        "bor"/2: bor, pure;
        "bxor"/2: bxor, pure;
        "bnot"/1: bnot, pure;
        "bsl"/2: bsl, pure;
        "bsr"/2: bsr, pure;
        "float"/1: float, pure;
        "trunc"/1: trunc, pure;
        "round"/1: round, pure;
        "floor"/1: floor, pure;
        "ceil"/1: ceil, pure;
    }
}

/// A number taken out of its term.
enum Number {
    Int(i64),
    Big(BigInt),
    Float(f64),
}

fn number(term: Term<'_>) -> Option<Number> {
    match term.kind() {
        Kind::Int(value) => Some(Number::Int(value)),
        Kind::Big(value) => Some(Number::Big(value.to_big())),
        Kind::Float(value) => Some(Number::Float(value)),
        _ => None,
    }
}

impl Number {
    fn big(self) -> Option<BigInt> {
        match self {
            Number::Int(value) => Some(BigInt::from(value)),
            Number::Big(value) => Some(value),
            Number::Float(_) => None,
        }
    }

    /// The number as a float, if it is in range.
    fn float(&self) -> Option<f64> {
        match self {
            Number::Int(value) => Some(*value as f64),
            Number::Big(value) => crate::term::float::from_big(value),
            Number::Float(value) => Some(*value),
        }
    }
}

fn give_float<'h>(cx: &mut Native<'_, 'h>, value: f64) -> NativeResult<'h> {
    if !value.is_finite() {
        return Native::badarith();
    }
    let value = cx.float(value);
    Native::ok(value)
}

fn give_big<'h>(cx: &mut Native<'_, 'h>, value: &BigInt) -> NativeResult<'h> {
    if value.bits() > MAX_BITS {
        return Native::system_limit();
    }
    let value = cx.big(value);
    Native::ok(value)
}

fn give_int<'h>(cx: &mut Native<'_, 'h>, value: i64) -> NativeResult<'h> {
    let value = cx.integer(value);
    Native::ok(value)
}

/// An integer of at most 64 bits and a sign, on which arithmetic needs no memory.
fn wide(term: Term<'_>) -> Option<i128> {
    if let Some(value) = term.as_small() {
        return Some(i128::from(value));
    }
    match term.kind() {
        Kind::Big(value) => match *value.limbs {
            [limb] if value.negative => Some(-i128::from(limb)),
            [limb] => Some(i128::from(limb)),
            _ => None,
        },
        _ => None,
    }
}

/// Two of them.
fn both_wide(args: &[Term<'_>]) -> Option<(i128, i128)> {
    Some((wide(args[0])?, wide(args[1])?))
}

fn give_wide<'h>(cx: &mut Native<'_, 'h>, value: i128) -> NativeResult<'h> {
    let value = cx.wide(value);
    Native::ok(value)
}

/// An operation that mixes integers and floats: checked on machine words, exact on large integers, or on floats.
fn mixed<'h>(
    cx: &mut Native<'_, 'h>,
    args: &[Term<'h>],
    small: fn(i128, i128) -> Option<i128>,
    big: fn(BigInt, BigInt) -> BigInt,
    float: fn(f64, f64) -> f64,
) -> NativeResult<'h> {
    if let Some(value) = both_wide(args).and_then(|(left, right)| small(left, right)) {
        return give_wide(cx, value);
    }
    let (Some(left), Some(right)) = (number(args[0]), number(args[1])) else { return Native::badarith() };
    if matches!(left, Number::Float(_)) || matches!(right, Number::Float(_)) {
        return match (left.float(), right.float()) {
            (Some(left), Some(right)) => give_float(cx, float(left, right)),
            _ => Native::badarith(),
        };
    }
    match (left.big(), right.big()) {
        (Some(left), Some(right)) => {
            let products = (left.bits() as usize / 64).saturating_mul(right.bits() as usize / 64);
            cx.charge(products / LIMB_PRODUCTS_PER_REDUCTION);
            give_big(cx, &big(left, right))
        }
        _ => Native::badarith(),
    }
}

fn identity<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    if args[0].is_number() {
        Native::ok(args[0])
    } else {
        Native::badarith()
    }
}

fn negate<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match number(args[0]) {
        Some(Number::Int(value)) => give_int(cx, -value),
        Some(Number::Big(value)) => give_big(cx, &-value),
        Some(Number::Float(value)) => give_float(cx, -value),
        None => Native::badarith(),
    }
}

fn add<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    if let (Some(left), Some(right)) = (args[0].as_small(), args[1].as_small()) {
        return give_int(cx, left + right);
    }
    mixed(cx, args, i128::checked_add, |a, b| a + b, |a, b| a + b)
}

fn subtract<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    if let (Some(left), Some(right)) = (args[0].as_small(), args[1].as_small()) {
        return give_int(cx, left - right);
    }
    mixed(cx, args, i128::checked_sub, |a, b| a - b, |a, b| a - b)
}

fn multiply<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    if let (Kind::Big(left), Kind::Big(right)) = (args[0].kind(), args[1].kind()) {
        // Refused before the work is done: the product has as many bits as both together, or one less.
        if (left.limbs.len() + right.limbs.len()) as u64 * 64 > MAX_BITS + 128 {
            return Native::system_limit();
        }
    }
    mixed(cx, args, i128::checked_mul, |a, b| product(&a, &b), |a, b| a * b)
}

/// Integers of fewer bits are multiplied in one go, in some ten milliseconds at most.
const AT_ONCE: u64 = 1 << 20;

/// The product. That of very large integers is made of products of their halves, so that in between there is time to see
/// whether it is still wanted.
fn product(a: &BigInt, b: &BigInt) -> BigInt {
    if a.bits().min(b.bits()) < AT_ONCE {
        return a * b;
    }
    crate::interrupt::look();
    let half = a.bits().max(b.bits()) / 2;
    let (sign_a, sign_b) = (a.sign(), b.sign());
    let halves = |n: &BigInt| {
        let high: BigInt = n.magnitude().clone().into();
        let (high, low): (BigInt, BigInt) = (&high >> half, high);
        let low = low - (&high << half);
        (high, low)
    };
    let ((a1, a0), (b1, b0)) = (halves(a), halves(b));
    let (top, bottom) = (product(&a1, &b1), product(&a0, &b0));
    let middle = product(&(a1 + a0), &(b1 + b0)) - &top - &bottom;
    let result = (top << (2 * half)) + (middle << half) + bottom;
    if sign_a == sign_b {
        result
    } else {
        -result
    }
}

/// `/`: always a float.
fn divide<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (Some(left), Some(right)) = (number(args[0]), number(args[1])) else { return Native::badarith() };
    match (left.float(), right.float()) {
        (Some(left), Some(right)) if right != 0.0 => give_float(cx, left / right),
        _ => Native::badarith(),
    }
}

fn whole<'h>(
    cx: &mut Native<'_, 'h>,
    args: &[Term<'h>],
    small: fn(i64, i64) -> Option<i64>,
    wide: fn(i128, i128) -> Option<i128>,
    big: fn(&BigInt, &BigInt) -> BigInt,
) -> NativeResult<'h> {
    if let (Some(left), Some(right)) = (args[0].as_small(), args[1].as_small()) {
        if let Some(value) = small(left, right) {
            return give_int(cx, value);
        }
    }
    if let Some(value) = both_wide(args).and_then(|(left, right)| wide(left, right)) {
        return give_wide(cx, value);
    }
    match (args[0].to_big(), args[1].to_big()) {
        (Some(left), Some(right)) if !right.is_zero() => {
            let products = (left.bits() as usize / 64).saturating_mul(right.bits() as usize / 64);
            cx.charge(products / LIMB_PRODUCTS_PER_REDUCTION);
            give_big(cx, &big(&left, &right))
        }
        _ => Native::badarith(),
    }
}

/// `div`: towards zero.
fn quotient<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    whole(cx, args, i64::checked_div, i128::checked_div, |a, b| a.div_rem(b).0)
}

/// `rem`: with the sign of the dividend.
fn remainder<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    whole(cx, args, i64::checked_rem, i128::checked_rem, |a, b| a.div_rem(b).1)
}

fn abs<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match number(args[0]) {
        Some(Number::Int(value)) => give_int(cx, value.abs()),
        Some(Number::Big(value)) => give_big(cx, &value.abs()),
        // As in OTP, negative zero stays what it is.
        Some(Number::Float(value)) => give_float(cx, if value < 0.0 { -value } else { value }),
        None => Native::badarg(),
    }
}

fn bits<'h>(
    cx: &mut Native<'_, 'h>,
    args: &[Term<'h>],
    small: fn(i128, i128) -> i128,
    big: fn(BigInt, BigInt) -> BigInt,
) -> NativeResult<'h> {
    if let Some((left, right)) = both_wide(args) {
        return give_wide(cx, small(left, right));
    }
    match (args[0].to_big(), args[1].to_big()) {
        (Some(left), Some(right)) => give_big(cx, &big(left, right)),
        _ => Native::badarith(),
    }
}

fn band<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    bits(cx, args, |a, b| a & b, |a, b| a & b)
}

fn bor<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    bits(cx, args, |a, b| a | b, |a, b| a | b)
}

fn bxor<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    bits(cx, args, |a, b| a ^ b, |a, b| a ^ b)
}

fn bnot<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match number(args[0]) {
        Some(Number::Int(value)) => give_int(cx, !value),
        Some(Number::Big(value)) => give_big(cx, &!value),
        _ => Native::badarith(),
    }
}

/// Shifts left by `by` bits, or right when it is negative (rounding down).
fn shift<'h>(cx: &mut Native<'_, 'h>, value: Term<'h>, by: Option<i64>) -> NativeResult<'h> {
    if let (Some(value), Some(by)) = (wide(value), by) {
        if by <= 0 {
            return give_wide(cx, value >> by.unsigned_abs().min(127));
        }
        // At most 64 bits, so that many more stay below 128 with the sign.
        if by < 63 {
            return give_wide(cx, value << by);
        }
    }
    let (Some(big), Some(by)) = (value.to_big(), by) else {
        // A distance beyond 64 bits shifts everything out, or cannot be held.
        return Native::badarith();
    };
    if by <= 0 {
        let by = by.unsigned_abs().min(big.bits() + 1);
        return give_big(cx, &(big >> by));
    }
    let by = by.unsigned_abs();
    if big.is_zero() {
        return Native::ok(value);
    }
    if big.bits().saturating_add(by) > MAX_BITS {
        return Native::system_limit();
    }
    give_big(cx, &(big << by))
}

/// The distance of a shift; large ones saturate, for the result is the same.
fn distance(term: Term<'_>) -> Option<i64> {
    match term.kind() {
        Kind::Int(by) => Some(by),
        Kind::Big(by) => Some(if by.negative { -i64::MAX } else { i64::MAX }),
        _ => None,
    }
}

fn bsl<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    shift(cx, args[0], distance(args[1]))
}

fn bsr<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    shift(cx, args[0], distance(args[1]).map(|by| -by))
}

fn float<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match number(args[0]).and_then(|number| number.float()) {
        Some(value) => give_float(cx, value),
        None => Native::badarg(),
    }
}

/// A number made whole by `how`.
fn rounded<'h>(cx: &mut Native<'_, 'h>, term: Term<'h>, how: fn(f64) -> f64) -> NativeResult<'h> {
    match term.kind() {
        Kind::Int(_) | Kind::Big(_) => Native::ok(term),
        Kind::Float(value) => {
            let value = how(value);
            // Up to here every whole float is exactly an i64.
            if value.abs() < 9.0e18 {
                return give_int(cx, value as i64);
            }
            let value = num_traits::FromPrimitive::from_f64(value).ok_or_else(Native::raise_badarg)?;
            give_big(cx, &value)
        }
        _ => Err::<_, Raise<'h>>(Native::raise_badarg()),
    }
}

fn trunc<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    rounded(cx, args[0], f64::trunc)
}

/// Half away from zero.
fn round<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    rounded(cx, args[0], f64::round)
}

fn floor<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    rounded(cx, args[0], f64::floor)
}

fn ceil<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    rounded(cx, args[0], f64::ceil)
}
