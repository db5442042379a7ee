//! Values: terms as plain owned Rust data, for what crosses between the VM and its host or its compiler.
//!
//! A [`Value`] is `Send`, belongs to no heap and can be built, matched and printed without a VM. Process
//! heaps hold terms, not values; converting costs O(size).

use std::sync::{Arc, Weak};

use num_bigint::BigInt;

use crate::machine::VmShared;
use crate::term::Term;
use crate::{Atom, OwnedTerm};

/// An owned term. Equality is structural and exact (`===`), but `Map` compares in stored order: see [`Value::map`].
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// An integer that fits 64 bits. Every such integer is in this form, never in `Big`.
    Int(i64),
    /// An integer beyond 64 bits.
    Big(Arc<BigInt>),
    /// A finite float.
    Float(f64),
    /// An atom.
    Atom(Atom),
    /// A binary: a whole number of bytes.
    Binary(Arc<[u8]>),
    /// A bitstring with 1 to 7 bits in its last byte, left-aligned.
    Bitstring(Arc<[u8]>, u8),
    /// A proper list; `Nil` is the empty one.
    List(Vec<Value>),
    /// `[a, b | tail]`: at least one element, and a tail that is not a list.
    ImproperList(Vec<Value>, Box<Value>),
    /// A tuple.
    Tuple(Vec<Value>),
    /// A map, keys distinct and in ascending term order.
    Map(Vec<(Value, Value)>),
    /// `&module.function/arity`.
    ExternalFun(Atom, Atom, u32),
    /// A pid, port, reference or closure: a term that only means something to the VM it comes from.
    Opaque(Opaque),
}

/// A term without plain form, held for the VM it comes from. Cloning is O(1).
#[derive(Clone, Debug)]
pub struct Opaque {
    term: Arc<OwnedTerm>,
    vm: Weak<VmShared>,
}

impl Opaque {
    /// Holds a term of this VM.
    pub fn new(term: Term<'_>, vm: &Arc<VmShared>) -> Opaque {
        Opaque { term: Arc::new(OwnedTerm::detached(term)), vm: Arc::downgrade(vm) }
    }

    /// The term.
    pub fn term(&self) -> &OwnedTerm {
        &self.term
    }

    /// Whether it comes from this VM.
    pub fn is_of(&self, vm: &Arc<VmShared>) -> bool {
        std::ptr::eq(self.vm.as_ptr(), Arc::as_ptr(vm))
    }
}

/// The same term of the same VM.
impl PartialEq for Opaque {
    fn eq(&self, other: &Opaque) -> bool {
        self.vm.ptr_eq(&other.vm) && self.term == other.term
    }
}

impl Value {
    /// The atom `nil`.
    pub const NIL: Value = Value::Atom(crate::atom::atoms::NIL);
    /// The atom `true`.
    pub const TRUE: Value = Value::Atom(crate::atom::atoms::TRUE);
    /// The atom `false`.
    pub const FALSE: Value = Value::Atom(crate::atom::atoms::FALSE);
    /// The empty list.
    pub const EMPTY_LIST: Value = Value::List(Vec::new());

    /// The atom of this text; panics like [`Atom::new`].
    pub fn atom(text: &str) -> Value {
        Value::Atom(Atom::new(text))
    }

    /// A binary with these bytes.
    pub fn binary(bytes: impl AsRef<[u8]>) -> Value {
        Value::Binary(bytes.as_ref().into())
    }

    /// An integer of any size in its one form.
    pub fn integer(value: BigInt) -> Value {
        match i64::try_from(&value) {
            Ok(small) => Value::Int(small),
            Err(_) => Value::Big(Arc::new(value)),
        }
    }

    /// `[first, … | tail]`: a proper list when `tail` is one.
    pub fn list_with_tail(mut elements: Vec<Value>, tail: Value) -> Value {
        match tail {
            tail if elements.is_empty() => tail,
            Value::List(rest) => {
                elements.extend(rest);
                Value::List(elements)
            }
            Value::ImproperList(rest, tail) => {
                elements.extend(rest);
                Value::ImproperList(elements, tail)
            }
            tail => Value::ImproperList(elements, Box::new(tail)),
        }
    }

    /// The atom, if this is one.
    pub fn as_atom(&self) -> Option<Atom> {
        match self {
            Value::Atom(atom) => Some(*atom),
            _ => None,
        }
    }

    /// Whether all that it holds means something to this VM.
    pub fn belongs_to(&self, vm: &Arc<VmShared>) -> bool {
        if matches!(self, Value::Int(_) | Value::Float(_) | Value::Atom(_) | Value::Binary(_)) {
            return true;
        }
        let mut pending = vec![self];
        while let Some(value) = pending.pop() {
            match value {
                Value::Opaque(opaque) if !opaque.is_of(vm) => return false,
                Value::List(items) | Value::Tuple(items) => pending.extend(items),
                Value::ImproperList(items, tail) => {
                    pending.extend(items);
                    pending.push(tail);
                }
                Value::Map(pairs) => pending.extend(pairs.iter().flat_map(|(key, value)| [key, value])),
                _ => {}
            }
        }
        true
    }

    /// The text of a binary that is valid UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Binary(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }
}

impl From<Atom> for Value {
    fn from(atom: Atom) -> Value {
        Value::Atom(atom)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Int(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::binary(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Atom(Atom::from_bool(value))
    }
}
