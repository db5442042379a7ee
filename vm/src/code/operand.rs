//! Operands: what a generic instruction takes, as `.beam` files encode it.

use std::sync::Arc;

use num_bigint::BigInt;

use super::Opcode;
use crate::Atom;

/// One instruction with its operands, in the order of the instruction table.
#[derive(Clone, Debug, PartialEq)]
pub struct Instruction {
    /// Which instruction.
    pub op: Opcode,
    /// As many as the table says; checked by the reader.
    pub args: Vec<Operand>,
}

/// An operand. Which forms are allowed where is said by [`super::OperandKind`].
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A plain number: a count, an index, a size in words, an arity.
    Unsigned(u64),
    /// A small integer literal.
    Integer(i64),
    /// An integer literal beyond 64 bits.
    BigInteger(Arc<BigInt>),
    /// An atom literal or name.
    Atom(Atom),
    /// The empty list.
    Nil,
    /// An x register.
    X(u32),
    /// A y register: a slot of the stack frame.
    Y(u32),
    /// A floating-point register.
    Float(u32),
    /// A label; 0 means "no label" (raise instead of jumping).
    Label(u32),
    /// An index into the literal table.
    Literal(u32),
    /// A list of operands.
    List(Vec<Operand>),
    /// What `allocate_heap` and `test_heap` make room for.
    Alloc(Vec<(AllocKind, u64)>),
    /// A register with an index into the type table, as OTP 25 and later annotate.
    Typed(Box<Operand>, u32),
}

impl Operand {
    /// The operand without a type annotation.
    pub fn untyped(&self) -> &Operand {
        match self {
            Operand::Typed(inner, _) => inner,
            other => other,
        }
    }
}

/// What a heap need counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AllocKind {
    /// Heap words.
    Words,
    /// Boxed floats.
    Floats,
    /// Funs without environment.
    Funs,
}

impl AllocKind {
    /// The number that `.beam` files use.
    pub const fn number(self) -> u64 {
        match self {
            AllocKind::Words => 0,
            AllocKind::Floats => 1,
            AllocKind::Funs => 2,
        }
    }

    /// The inverse of [`AllocKind::number`].
    pub const fn from_number(number: u64) -> Option<AllocKind> {
        match number {
            0 => Some(AllocKind::Words),
            1 => Some(AllocKind::Floats),
            2 => Some(AllocKind::Funs),
            _ => None,
        }
    }
}
