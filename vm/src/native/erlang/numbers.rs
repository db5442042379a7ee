//! Numbers as text.

use std::borrow::Cow;

use num_bigint::BigInt;
use num_integer::Integer as _;
use num_traits::{Num, Signed};

use crate::native::{Native, NativeResult, Raise};
use crate::term::float::{format_shortest, scientific};
use crate::term::{Kind, Term};
use crate::Atom;

/// Digits read or written for one reduction; both take quadratic time for large numbers.
const DIGITS_PER_REDUCTION: usize = 64;

/// Longer texts are not read as integers: reading takes quadratic time.
const MAX_DIGITS: usize = 4_000_000;

crate::natives! {
    "erlang" => {
        "integer_to_binary"/1: integer_to_binary, pure;
        "integer_to_binary"/2: integer_to_binary, pure;
        "integer_to_list"/1: integer_to_list, pure;
        "integer_to_list"/2: integer_to_list, pure;
        "binary_to_integer"/1: binary_to_integer, pure;
        "binary_to_integer"/2: binary_to_integer, pure;
        "list_to_integer"/1: list_to_integer, pure;
        "list_to_integer"/2: list_to_integer, pure;
        "float_to_binary"/1: float_to_binary, pure;
        "float_to_binary"/2: float_to_binary, pure;
        "float_to_list"/1: float_to_list, pure;
        "float_to_list"/2: float_to_list, pure;
        "binary_to_float"/1: binary_to_float, pure;
        "list_to_float"/1: list_to_float, pure;
    }
}

fn base<'h>(option: Option<&Term<'h>>) -> Result<u32, Raise<'h>> {
    match option.map(|option| option.as_small()) {
        None => Ok(10),
        Some(Some(base @ 2..=36)) => Ok(base as u32),
        Some(_) => Err(Native::raise_badarg()),
    }
}

fn integer_text<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> Result<String, Raise<'h>> {
    let base = base(args.get(1))?;
    match args[0].kind() {
        Kind::Int(value) if base == 10 => Ok(value.to_string()),
        Kind::Int(value) => Ok(BigInt::from(value).to_str_radix(base).to_ascii_uppercase()),
        Kind::Big(value) => {
            cx.charge(value.limbs.len() * value.limbs.len() / 16);
            Ok(digits(value.to_big(), base).to_ascii_uppercase())
        }
        _ => Err(Native::raise_badarg()),
    }
}

/// The digits of a machine word, at the end of the buffer.
fn decimal(value: i64, buffer: &mut [u8; 20]) -> &[u8] {
    let mut at = buffer.len();
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        buffer[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    &buffer[at..]
}

/// Digits of very large numbers that are written or read in one go: what that takes is bounded, and in between there is time to
/// see whether the number is still wanted.
const AT_ONCE: usize = 20_000;

/// The digits of a number.
fn digits(value: BigInt, base: u32) -> String {
    if value.bits() < 8 * AT_ONCE as u64 {
        return value.to_str_radix(base);
    }
    let chunk = BigInt::from(base).pow(AT_ONCE as u32);
    let (sign, mut rest) = (if value.is_negative() { "-" } else { "" }, value.abs());
    let mut parts = Vec::new();
    while rest >= chunk {
        crate::interrupt::look();
        let (more, part) = rest.div_rem(&chunk);
        parts.push(part.to_str_radix(base));
        rest = more;
    }
    let mut text = sign.to_owned() + &rest.to_str_radix(base);
    for part in parts.iter().rev() {
        text.extend(std::iter::repeat_n('0', AT_ONCE - part.len()));
        text.push_str(part);
    }
    text
}

/// The number of some digits of the base.
fn number_of(digits: &str, base: u32) -> BigInt {
    let read = |digits| BigInt::from_str_radix(digits, base).expect("all are digits of the base");
    if digits.len() < 2 * AT_ONCE {
        return read(digits);
    }
    let chunk = BigInt::from(base).pow(AT_ONCE as u32);
    let (first, mut rest) = digits.split_at(digits.len() % AT_ONCE);
    let mut value = if first.is_empty() { BigInt::ZERO } else { read(first) };
    while !rest.is_empty() {
        crate::interrupt::look();
        let (part, more) = rest.split_at(AT_ONCE);
        value = value * &chunk + read(part);
        rest = more;
    }
    value
}

fn integer_to_binary<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    if let (Some(value), [_]) = (args[0].as_small(), args) {
        let mut buffer = [0; 20];
        let binary = cx.binary(decimal(value, &mut buffer));
        return Native::ok(binary);
    }
    let text = integer_text(cx, args)?;
    let binary = cx.binary(text.as_bytes());
    Native::ok(binary)
}

fn integer_to_list<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    if let (Some(value), [_]) = (args[0].as_small(), args) {
        let mut buffer = [0; 20];
        let text = std::str::from_utf8(decimal(value, &mut buffer)).unwrap_or_default();
        let list = cx.charlist(text);
        return Native::ok(list);
    }
    let text = integer_text(cx, args)?;
    let list = cx.charlist(&text);
    Native::ok(list)
}

/// Reads an optional sign and at least one digit.
fn read_integer<'h>(cx: &mut Native<'_, 'h>, bytes: &[u8], base: u32) -> NativeResult<'h> {
    let (negative, digits) = match bytes {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if base == 10 && digits.len() <= 18 && !digits.is_empty() {
        // So few fit without looking.
        let mut value = 0;
        for digit in digits {
            if !digit.is_ascii_digit() {
                return Native::badarg();
            }
            value = value * 10 + i64::from(digit - b'0');
        }
        let value = cx.integer(if negative { -value } else { value });
        return Native::ok(value);
    }
    if digits.is_empty() || !digits.iter().all(|&byte| char::from(byte).is_digit(base)) {
        return Native::badarg();
    }
    if digits.len() > MAX_DIGITS {
        return Native::system_limit();
    }
    cx.charge(digits.len() / DIGITS_PER_REDUCTION);
    let text = std::str::from_utf8(digits).expect("digits are ASCII");
    let value = match i64::from_str_radix(text, base) {
        Ok(value) => cx.integer(if negative { -value } else { value }),
        Err(_) => {
            let value = number_of(text, base);
            cx.big(&if negative { -value } else { value })
        }
    };
    Native::ok(value)
}

fn binary_to_integer<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let base = base(args.get(1))?;
    let bytes = args[0].binary().ok_or_else(Native::raise_badarg)?;
    read_integer(cx, &bytes, base)
}

/// The bytes of a list of characters below 128.
fn list_bytes<'h>(list: Term<'h>) -> Result<Vec<u8>, Raise<'h>> {
    let items = list.list_to_vec().ok_or_else(Native::raise_badarg)?;
    let byte = |item: Term<'h>| item.as_small().and_then(|c| u8::try_from(c).ok()).filter(u8::is_ascii);
    items.into_iter().map(byte).collect::<Option<_>>().ok_or_else(Native::raise_badarg)
}

fn list_to_integer<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let base = base(args.get(1))?;
    let bytes = list_bytes(args[0])?;
    read_integer(cx, &bytes, base)
}

fn float_text<'h>(args: &[Term<'h>]) -> Result<String, Raise<'h>> {
    let value = args[0].as_float().ok_or_else(Native::raise_badarg)?;
    let mut text = None;
    let mut compact = false;
    if let Some(options) = args.get(1) {
        for option in options.list_to_vec().ok_or_else(Native::raise_badarg)? {
            match option.kind() {
                Kind::Atom(name) if name.as_str() == "compact" => compact = true,
                Kind::Atom(name) if name.as_str() == "short" => text = Some((format_shortest(value), false)),
                Kind::Tuple([name, digits]) => {
                    let digits = digits.as_small().ok_or_else(Native::raise_badarg)?;
                    match (name.as_atom().map(Atom::as_str), digits) {
                        (Some("decimals"), 0..=253) => {
                            text = Some((with_decimals(value, digits as usize), true));
                        }
                        (Some("scientific"), 0..=249) => text = Some((scientific(value, digits as usize), false)),
                        _ => return Err(Native::raise_badarg()),
                    }
                }
                _ => return Err(Native::raise_badarg()),
            }
        }
    }
    let (mut text, decimals) = text.unwrap_or_else(|| (scientific(value, 20), false));
    if compact && decimals && text.contains('.') {
        // One digit stays after the point.
        let kept = text.trim_end_matches('0').len();
        let least = text.find('.').map_or(0, |point| point + 2);
        text.truncate(kept.max(least));
    }
    Ok(text)
}

/// A float with so many digits behind the point. As in OTP, up to 18 of them are computed in floats, a half rounded away from
/// zero; more of them, and numbers beyond 2^53, are exact.
fn with_decimals(value: f64, digits: usize) -> String {
    let size = value.abs();
    if size > 9_007_199_254_740_992.0 || digits > 18 {
        return format!("{value:.digits$}");
    }
    let (mut whole, power) = (size.trunc() as u64, 10u64.pow(digits as u32));
    let mut fraction = (size.fract() * power as f64).round() as u64;
    if fraction >= power {
        (whole, fraction) = (whole + 1, fraction - power);
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    match digits {
        0 => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{fraction:0digits$}"),
    }
}

fn float_to_binary<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let text = float_text(args)?;
    let binary = cx.binary(text.as_bytes());
    Native::ok(binary)
}

fn float_to_list<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let text = float_text(args)?;
    let list = cx.charlist(&text);
    Native::ok(list)
}

/// Reads `[sign]digits.digits[e[sign]digits]`, nothing less.
fn read_float<'h>(cx: &mut Native<'_, 'h>, bytes: &[u8]) -> NativeResult<'h> {
    let digits = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let unsigned = bytes.strip_prefix(b"-").or(bytes.strip_prefix(b"+")).unwrap_or(bytes);
    let whole = digits(unsigned);
    let well_formed = whole > 0 && unsigned.get(whole) == Some(&b'.') && {
        let rest = &unsigned[whole + 1..];
        let fraction = digits(rest);
        let rest = &rest[fraction..];
        fraction > 0
            && match rest {
                [] => true,
                [b'e' | b'E', exponent @ ..] => {
                    let exponent = exponent.strip_prefix(b"-").or(exponent.strip_prefix(b"+")).unwrap_or(exponent);
                    !exponent.is_empty() && digits(exponent) == exponent.len()
                }
                _ => false,
            }
    };
    let value = well_formed.then(|| std::str::from_utf8(bytes).ok()?.parse::<f64>().ok()).flatten();
    match value.filter(|value| value.is_finite()) {
        Some(value) => {
            let value = cx.float(value);
            Native::ok(value)
        }
        None => Native::badarg(),
    }
}

fn binary_to_float<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let bytes: Cow<'h, [u8]> = args[0].binary().ok_or_else(Native::raise_badarg)?;
    read_float(cx, &bytes)
}

fn list_to_float<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let bytes = list_bytes(args[0])?;
    read_float(cx, &bytes)
}
