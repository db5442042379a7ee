//! Floats as text.

/// The shortest text that reads back as the same float, in the form Erlang writes it: `1.0`, `1.0e100`, `0.1`.
///
/// Positional unless scientific is shorter; from 2^53 on, where positional digits would claim more than is known,
/// scientific in any case.
pub fn format_shortest(value: f64) -> String {
    if value == 0.0 {
        return if value.is_sign_negative() { "-0.0".to_owned() } else { "0.0".to_owned() };
    }
    let scientific = even_at_ties(value, format!("{value:e}"));
    let (mantissa, exponent) = scientific.split_once('e').expect("`{:e}` writes an exponent");
    let exponent: i32 = exponent.parse().expect("`{:e}` writes a decimal exponent");
    let scientific = if mantissa.contains('.') { scientific.clone() } else { format!("{mantissa}.0e{exponent}") };
    if value.abs() >= 9_007_199_254_740_992.0 {
        return scientific;
    }
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    let point = exponent + 1;
    // Zeros that positional notation would need; beyond this many it is longer for certain.
    if !(-20..=20).contains(&point) {
        return scientific;
    }
    let positional = if point <= 0 {
        format!("{sign}0.{}{digits}", "0".repeat(-point as usize))
    } else if digits.len() <= point as usize {
        format!("{sign}{digits}{}.0", "0".repeat(point as usize - digits.len()))
    } else {
        format!("{sign}{}.{}", &digits[..point as usize], &digits[point as usize..])
    };
    if positional.len() <= scientific.len() {
        positional
    } else {
        scientific
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
fn even_at_ties(value: f64, text: String) -> String {
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let digits = mantissa.chars().filter(char::is_ascii_digit).count();
    let odd = mantissa.bytes().last().is_some_and(|digit| digit % 2 == 1);
    // Values with fewer digits are those of some nearer text.
    if digits < 15 || !odd {
        return text;
    }
    // The exact value ends with a 5 right behind the even digit; as many digits as any value has are enough to know.
    let is_tie = |precision: usize| {
        let exact = format!("{value:.precision$e}");
        let exact = exact.split_once('e').map_or("", |(mantissa, _)| mantissa);
        let behind: String = exact.chars().filter(char::is_ascii_digit).skip(digits).collect();
        behind.strip_prefix('5').is_some_and(|rest| rest.bytes().all(|digit| digit == b'0'))
    };
    if !is_tie(digits + 30) || !is_tie(800) {
        return text;
    }
    let mut even = mantissa.to_owned();
    if let Some(digit) = even.pop().and_then(|digit| digit.to_digit(10)) {
        even.push(char::from(b'0' + digit as u8 - 1));
    }
    format!("{even}e{exponent}")
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
