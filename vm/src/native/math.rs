//! `:math`: functions of floats. A result that is not a finite number raises `badarith`.

use super::{Native, NativeResult};
use crate::term::{Kind, Term};

crate::natives! {
    "math" => {
        "pi"/0: pi, pure;
        "tau"/0: tau, pure;
        "sin"/1: sin, pure;
        "cos"/1: cos, pure;
        "tan"/1: tan, pure;
        "asin"/1: asin, pure;
        "acos"/1: acos, pure;
        "atan"/1: atan, pure;
        "sinh"/1: sinh, pure;
        "cosh"/1: cosh, pure;
        "tanh"/1: tanh, pure;
        "asinh"/1: asinh, pure;
        "acosh"/1: acosh, pure;
        "atanh"/1: atanh, pure;
        "exp"/1: exp, pure;
        "log"/1: log, pure;
        "log2"/1: log2, pure;
        "log10"/1: log10, pure;
        "sqrt"/1: sqrt, pure;
        "ceil"/1: ceil, pure;
        "floor"/1: floor, pure;
        "erf"/1: erf, pure;
        "erfc"/1: erfc, pure;
        "atan2"/2: atan2, pure;
        "pow"/2: pow, pure;
        "fmod"/2: fmod, pure;
    }
}

/// A number as a float; `badarg` for other terms and for integers beyond the range of floats.
fn number<'h>(term: Term<'h>) -> Result<f64, super::Raise<'h>> {
    let value = match term.kind() {
        Kind::Int(n) => n as f64,
        Kind::Float(f) => f,
        Kind::Big(n) => crate::term::float::from_big(&n.to_big()).unwrap_or(f64::INFINITY),
        _ => return Err(Native::raise_badarg()),
    };
    if value.is_finite() {
        Ok(value)
    } else {
        Err(Native::raise_badarg())
    }
}

fn finite<'h>(cx: &mut Native<'_, 'h>, value: f64) -> NativeResult<'h> {
    if !value.is_finite() {
        return Native::badarith();
    }
    let value = cx.float(value);
    Native::ok(value)
}

macro_rules! unary {
    ($($(#[$doc:meta])* $name:ident: $compute:expr;)*) => {
        $($(#[$doc])* fn $name<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
            let compute: fn(f64) -> f64 = $compute;
            finite(cx, compute(number(args[0])?))
        })*
    };
}

unary! {
    sin: f64::sin;
    cos: f64::cos;
    tan: f64::tan;
    asin: f64::asin;
    acos: f64::acos;
    atan: f64::atan;
    sinh: f64::sinh;
    cosh: f64::cosh;
    tanh: f64::tanh;
    asinh: libm::asinh;
    acosh: area_cosine;
    atanh: libm::atanh;
    exp: f64::exp;
    log: f64::ln;
    log2: f64::log2;
    log10: f64::log10;
    sqrt: f64::sqrt;
    ceil: f64::ceil;
    floor: f64::floor;
    erf: libm::erf;
    erfc: libm::erfc;
}

/// The inverse of `cosh`, with the operations in the order in which C's library has them: the last digit is the same.
fn area_cosine(x: f64) -> f64 {
    match x {
        // Beyond this, the root is `x` itself.
        x if x >= 268_435_456.0 => x.ln() + std::f64::consts::LN_2,
        x if x > 2.0 => (2.0 * x - 1.0 / (x + (x * x - 1.0).sqrt())).ln(),
        x if x >= 1.0 => {
            let above = x - 1.0;
            (above + (2.0 * above + above * above).sqrt()).ln_1p()
        }
        _ => f64::NAN,
    }
}

fn pi<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    finite(cx, std::f64::consts::PI)
}

fn tau<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    finite(cx, std::f64::consts::TAU)
}

fn atan2<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (y, x) = (number(args[0])?, number(args[1])?);
    finite(cx, y.atan2(x))
}

fn pow<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (base, exponent) = (number(args[0])?, number(args[1])?);
    finite(cx, base.powf(exponent))
}

fn fmod<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (x, y) = (number(args[0])?, number(args[1])?);
    finite(cx, x % y)
}
