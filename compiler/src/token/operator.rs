//! Operators: their texts, classes, precedence and associativity.

use super::Class;

/// Which operand an operator of equal precedence goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Associativity {
    /// `a - b - c` is `(a - b) - c`.
    Left,
    /// `a ++ b ++ c` is `a ++ (b ++ c)`.
    Right,
}

/// The operators by text, the longer ones first.
const OPERATORS: &[(&str, Class)] = &[
    ("===", Class::Comparison),
    ("!==", Class::Comparison),
    ("&&&", Class::And),
    ("|||", Class::Or),
    ("^^^", Class::Xor),
    ("~~~", Class::Unary),
    ("<<<", Class::Arrow),
    (">>>", Class::Arrow),
    ("~>>", Class::Arrow),
    ("<<~", Class::Arrow),
    ("<~>", Class::Arrow),
    ("<|>", Class::Arrow),
    ("+++", Class::Concat),
    ("---", Class::Concat),
    ("==", Class::Comparison),
    ("!=", Class::Comparison),
    ("=~", Class::Comparison),
    ("<=", Class::Relation),
    (">=", Class::Relation),
    ("&&", Class::And),
    ("||", Class::Or),
    ("->", Class::Stab),
    ("=>", Class::Assoc),
    ("<-", Class::InMatch),
    ("\\\\", Class::InMatch),
    ("|>", Class::Arrow),
    ("<~", Class::Arrow),
    ("~>", Class::Arrow),
    ("++", Class::Concat),
    ("--", Class::Concat),
    ("<>", Class::Concat),
    ("..", Class::Range),
    ("**", Class::Power),
    ("//", Class::Ternary),
    ("::", Class::Type),
    ("@", Class::At),
    ("&", Class::Capture),
    ("!", Class::Unary),
    ("^", Class::Unary),
    ("+", Class::Dual),
    ("-", Class::Dual),
    ("*", Class::Multiply),
    ("/", Class::Multiply),
    ("<", Class::Relation),
    (">", Class::Relation),
    ("=", Class::Match),
    ("|", Class::Pipe),
];

/// The longest operator that `text` starts with.
pub fn at_start(text: &str) -> Option<(&'static str, Class)> {
    OPERATORS.iter().find(|(operator, _)| text.starts_with(operator)).copied()
}

impl Class {
    /// Whether it stands before its operand only, so that a line break before it ends the expression.
    pub fn is_prefix(self) -> bool {
        matches!(self, Class::Unary | Class::Dual | Class::At | Class::Capture)
    }

    /// Precedence and associativity between two operands; `None` for what never stands there.
    pub fn binary(self) -> Option<(u16, Associativity)> {
        use Associativity::{Left, Right};
        Some(match self {
            Class::InMatch => (40, Left),
            Class::When => (50, Right),
            Class::Type => (60, Right),
            Class::Pipe => (70, Right),
            Class::Match => (100, Right),
            Class::Or => (120, Left),
            Class::And => (130, Left),
            Class::Comparison => (140, Left),
            Class::Relation => (150, Left),
            Class::Arrow => (160, Left),
            Class::In => (170, Left),
            Class::Xor => (180, Left),
            Class::Ternary => (190, Right),
            Class::Concat | Class::Range => (200, Right),
            Class::Dual => (210, Left),
            Class::Multiply => (220, Left),
            Class::Power => (230, Left),
            Class::Unary | Class::At | Class::Capture | Class::Assoc | Class::Stab => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_operator_hides_a_longer_one() {
        for (index, (operator, _)) in OPERATORS.iter().enumerate() {
            for (later, _) in &OPERATORS[index + 1..] {
                assert!(!later.starts_with(operator), "{operator} hides {later}");
            }
        }
    }
}
