//! Floats as text.

/// The shortest text that reads back as the same float, in the form Erlang writes it: `1.0`, `1.0e100`, `0.1`.
///
/// Positional unless scientific is shorter; from 2^53 on, where positional digits would claim more than is known,
/// scientific in any case.
pub fn format_shortest(value: f64) -> String {
    if value == 0.0 {
        return if value.is_sign_negative() { "-0.0".to_owned() } else { "0.0".to_owned() };
    }
    let scientific = format!("{value:e}");
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

#[cfg(test)]
mod tests {
    use super::format_shortest;

    #[test]
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
        ];
        for (value, text) in cases {
            assert_eq!(format_shortest(value), text);
        }
    }
}
