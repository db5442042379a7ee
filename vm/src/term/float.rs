//! Floats as text.

use std::fmt::Write;

/// The shortest text that reads back as the same float, in the form Erlang writes it: `1.0`, `1.0e100`, `0.1`.
///
/// Positional unless scientific is shorter; from 2^53 on, where positional digits would claim more than is known,
/// scientific in any case.
pub fn format_shortest(value: f64) -> String {
    if value == 0.0 {
        return if value.is_sign_negative() { "-0.0".to_owned() } else { "0.0".to_owned() };
    }
    let mut text = Short::default();
    // Nothing that fits can fail to be written.
    let _ = write!(text, "{:e}", value.abs());
    let text = text.bytes();
    let split = text.iter().position(|&byte| byte == b'e').unwrap_or(text.len());
    let exponent = text.get(split + 1..).unwrap_or_default();
    let exponent: i32 = std::str::from_utf8(exponent).ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut buffer = [0u8; 20];
    let mut count = 0;
    for byte in text[..split].iter().filter(|byte| byte.is_ascii_digit()) {
        buffer[count] = *byte;
        count += 1;
    }
    let digits = &mut buffer[..count];
    even_at_ties(value, digits);
    let digits = std::str::from_utf8(digits).unwrap_or_default();

    let mut result = String::with_capacity(32);
    if value < 0.0 {
        result.push('-');
    }
    let point = exponent + 1;
    let positional = match point {
        // Zeros that positional notation would need; beyond this many it is longer for certain.
        _ if !(-20..=20).contains(&point) || value.abs() >= 9_007_199_254_740_992.0 => usize::MAX,
        point if point <= 0 => 2 + point.unsigned_abs() as usize + count,
        point if count <= point as usize => point as usize + 2,
        _ => count + 1,
    };
    let exponent_digits = if exponent.abs() >= 100 { 3 } else { 1 + usize::from(exponent.abs() >= 10) };
    let scientific = (count + 1).max(3) + 1 + usize::from(exponent < 0) + exponent_digits;
    if positional > scientific {
        let (first, rest) = digits.split_at(1);
        result.push_str(first);
        result.push('.');
        result.push_str(if rest.is_empty() { "0" } else { rest });
        let _ = write!(result, "e{exponent}");
    } else if point <= 0 {
        result.push_str("0.");
        (0..-point).for_each(|_| result.push('0'));
        result.push_str(digits);
    } else if count <= point as usize {
        result.push_str(digits);
        (count..point as usize).for_each(|_| result.push('0'));
        result.push_str(".0");
    } else {
        let (whole, fraction) = digits.split_at(point as usize);
        result.push_str(whole);
        result.push('.');
        result.push_str(fraction);
    }
    result
}

/// A little text without memory of its own.
#[derive(Default)]
struct Short {
    buffer: [u8; 32],
    used: usize,
}

impl Short {
    fn bytes(&self) -> &[u8] {
        &self.buffer[..self.used]
    }
}

impl Write for Short {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.used + text.len();
        self.buffer.get_mut(self.used..end).ok_or(std::fmt::Error)?.copy_from_slice(text.as_bytes());
        self.used = end;
        Ok(())
    }
}

/// A float with so many digits behind the point and an exponent of two digits at least: `1.50e+00`.
pub fn scientific(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$e}");
    let (mantissa, exponent) = text.split_once('e').expect("`{:e}` writes an exponent");
    let exponent: i32 = exponent.parse().expect("`{:e}` writes a decimal exponent");
    format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

/// A large integer as a float, `None` if it is beyond the largest. Rounded digit by digit, as OTP does.
pub fn from_big(value: &num_bigint::BigInt) -> Option<f64> {
    let size = value.iter_u64_digits().rev().fold(0.0, |sum, digit| sum * 2f64.powi(64) + digit as f64);
    let signed = if value.sign() == num_bigint::Sign::Minus { -size } else { size };
    signed.is_finite().then_some(signed)
}

/// Of two shortest texts that are equally close to the value, Erlang takes the one that ends with an even digit, Rust the one
/// further from zero.
fn even_at_ties(value: f64, digits: &mut [u8]) {
    let count = digits.len();
    // Values with fewer digits are those of some nearer text.
    if let Some(last) = digits.last_mut().filter(|digit| count >= 15 && **digit % 2 == 1) {
        if digits_before_five(value) == Some(count) {
            *last -= 1;
        }
    }
}

/// How many digits the exact value has before a 5 that is its last one; `None` if it ends otherwise or has very many.
fn digits_before_five(value: f64) -> Option<usize> {
    let bits = value.to_bits();
    let (exponent, fraction) = ((bits >> 52 & 0x7ff) as i32, bits & ((1 << 52) - 1));
    let (mantissa, exponent) = if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
    // The value is this odd number times this power of two.
    let odd = mantissa >> mantissa.trailing_zeros();
    let exponent = exponent + mantissa.trailing_zeros() as i32;
    let number = if exponent < 0 {
        // A digit for each factor of 1/2, and the last one is a 5.
        u128::from(odd) * 5u128.checked_pow(exponent.unsigned_abs()).filter(|power| *power < 1 << 70)?
    } else {
        // As many zeros as there are factors of 2, when each has a factor of 5 beside it, and there is one more of these.
        let power = 5u64.checked_pow(exponent.unsigned_abs() + 1)?;
        (odd % power == 0).then_some(u128::from(odd / (power / 5)))?
    };
    Some(number.ilog10() as usize)
}

#[cfg(test)]
mod tests {
    use super::format_shortest;

    #[test]
    #[allow(clippy::excessive_precision, reason = "the values lie halfway between two texts")]
    fn floats_are_written_as_erlang_writes_them() {
        let cases = [
            (0.1, "0.1"),
            (1.0, "1.0"),
            (1.0e10, "1.0e10"),
            (1234567.0, "1234567.0"),
            (1.0e5, "1.0e5"),
            (1000.0, "1.0e3"),
            (100.0, "100.0"),
            (0.001, "0.001"),
            (0.0001, "0.0001"),
            (-0.00012, "-1.2e-4"),
            (1.5e300, "1.5e300"),
            (5.0e-324, "5.0e-324"),
            (123456789012345680.0, "1.2345678901234568e17"),
            (9007199254740991.0, "9007199254740991.0"),
            (9007199254740992.0, "9.007199254740992e15"),
            (-0.0, "-0.0"),
            (-4260969531139.40625, "-4260969531139.4062"),
            (1286742750677284.25, "1286742750677284.2"),
            (1286742750677284.75, "1286742750677284.8"),
        ];
        for (value, text) in cases {
            assert_eq!(format_shortest(value), text);
        }
    }
}
