//! Expressions over bytes, whose letters are those of Latin-1.
//!
//! Without `unicode` OTP takes every byte for a character of Latin-1, so that `\w`, `\b` and the POSIX classes know letters beyond
//! ASCII. PCRE2's tables as it is built know none; here they are written out. Only subjects with such bytes need that.
//!
//! With Unicode's properties `\w` is a letter, a number or `_` in OTP, and for PCRE2 a mark or any connecting punctuation too: for
//! subjects beyond ASCII the former is written out.

/// The letters beyond ASCII, within a class.
const LETTERS: &str = "\\xaa\\xb5\\xba\\xc0-\\xd6\\xd8-\\xf6\\xf8-\\xff";

/// What is in words by Unicode's properties, within a class.
const WORD: &str = "\\p{L}\\p{N}_";

/// Everything else by Unicode's properties, within a class.
const NO_WORD: &str = "\\p{M}\\p{Z}\\p{S}\\p{C}\\p{Pd}\\p{Ps}\\p{Pe}\\p{Pi}\\p{Pf}\\p{Po}\\x{203f}\\x{2040}\\x{2054}\\x{fe33}\\x{fe34}\\x{fe4d}-\\x{fe4f}\\x{ff3f}";

/// Everything else, within a class.
const OTHERS: &str =
    "\\x00-\\x2f\\x3a-\\x40\\x5b-\\x5e\\x60\\x7b-\\x7f\\x80-\\xa9\\xab-\\xb4\\xb6-\\xb9\\xbb-\\xbf\\xd7\\xf7";

/// What a POSIX class has beyond ASCII.
fn beyond(class: &str) -> &'static str {
    match class {
        "alpha" | "alnum" | "word" => LETTERS,
        "lower" => "\\xaa\\xb5\\xba\\xdf-\\xf6\\xf8-\\xff",
        "upper" => "\\xc0-\\xd6\\xd8-\\xde",
        "punct" => "\\xa0-\\xa9\\xab-\\xb4\\xb6-\\xb9\\xbb-\\xbf\\xd7\\xf7",
        "graph" | "print" => "\\xa0-\\xff",
        "cntrl" => "\\x80-\\x9f",
        _ => "",
    }
}

/// Outside a class; `members` are the characters of words as members of a class.
fn escape_outside(escaped: char, members: &str) -> Option<String> {
    let word = format!("[{members}]");
    match escaped {
        'w' => Some(word),
        'W' => Some(format!("[^{members}]")),
        'b' => Some(format!("(?:(?<={word})(?!{word})|(?<!{word})(?={word}))")),
        'B' => Some(format!("(?:(?<={word})(?={word})|(?<!{word})(?!{word}))")),
        _ => None,
    }
}

/// The expression with the letters of Latin-1 written out; `None` when it has no classes of them.
pub(super) fn widened(source: &str, extended: bool) -> Option<String> {
    if source.starts_with("(*UTF") || source.starts_with("(*UCP") {
        return None;
    }
    written_out(source, extended, &format!("\\w{LETTERS}"), OTHERS, beyond)
}

/// The expression with the words of Unicode's properties written out; `None` when it has none of them.
pub(super) fn unicode_words(source: &str, extended: bool) -> Option<String> {
    written_out(source, extended, WORD, NO_WORD, |_| "")
}

/// The expression with `members` for what is in words, `others` for the rest, and `posix` added to POSIX classes.
fn written_out(
    source: &str,
    extended: bool,
    members: &str,
    others: &str,
    posix: fn(&str) -> &'static str,
) -> Option<String> {
    let mut out = String::with_capacity(source.len() * 2);
    let mut changed = false;
    let mut rest = source;
    let mut class = false;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        match c {
            '\\' => {
                let Some(escaped) = after.chars().next() else {
                    out.push(c);
                    break;
                };
                let behind = &after[escaped.len_utf8()..];
                if escaped == 'Q' {
                    let end = behind.find("\\E").map_or(behind.len(), |end| end + 2);
                    out.push_str(&rest[..2 + end]);
                    rest = &behind[end..];
                    continue;
                }
                let wide = match (class, escaped) {
                    (false, _) => escape_outside(escaped, members),
                    (true, 'w') => Some(members.to_owned()),
                    (true, 'W') => Some(others.to_owned()),
                    (true, _) => None,
                };
                match wide {
                    Some(wide) => {
                        changed = true;
                        out.push_str(&wide);
                    }
                    None => out.extend([c, escaped]),
                }
                rest = behind;
                continue;
            }
            '[' if class => {
                // A POSIX class within a class.
                if let Some(end) = after.strip_prefix(':').and_then(|name| name.find(":]")) {
                    let name = &after[1..=end];
                    out.push_str(&rest[..end + 4]);
                    let more = posix(name);
                    changed |= !more.is_empty();
                    out.push_str(more);
                    rest = &rest[end + 4..];
                    continue;
                }
            }
            '[' => {
                class = true;
                out.push(c);
                rest = after;
                // A bracket at the beginning of a class is one of its members.
                for first in ['^', ']'] {
                    if let Some(behind) = rest.strip_prefix(first) {
                        out.push(first);
                        rest = behind;
                    }
                }
                continue;
            }
            ']' => class = false,
            '(' if !class && after.starts_with("?#") => {
                let end = after.find(')').map_or(after.len(), |end| end + 1);
                rest = &after[end..];
                continue;
            }
            '#' if extended && !class => {
                let end = after.find('\n').unwrap_or(after.len());
                rest = &after[end..];
                continue;
            }
            _ => {}
        }
        out.push(c);
        rest = after;
    }
    changed.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_letters_stays() {
        assert_eq!(widened("a[b-d]+(?#\\w)\\Q\\w\\E$", false), None);
        assert_eq!(widened("a # \\w", true), None);
    }

    #[test]
    fn letters_are_written_out_within_and_outside_classes() {
        assert_eq!(widened("\\w", false), Some(format!("[\\w{LETTERS}]")));
        assert_eq!(widened("[]\\w-]", false), Some(format!("[]\\w{LETTERS}-]")));
        assert_eq!(widened("[^[:alpha:]x]\\\\w", false), Some(format!("[^[:alpha:]{LETTERS}x]\\\\w")));
        assert_eq!(unicode_words("\\w[\\w-]", false), Some(format!("[{WORD}][{WORD}-]")));
        assert!(widened("[\\W]", false).is_some_and(|text| text.starts_with("[\\x00-\\x2f")));
    }
}
