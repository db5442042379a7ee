//! Values into terms and terms into values.

use std::sync::Arc;

use super::compare::compare_exact;
use super::view::{Kind, Term};
use crate::heap::Builder;
use crate::machine::VmShared;
use crate::value::Opaque;
use crate::Value;

/// The deepest nesting that becomes a [`Value`]: dropping and comparing values takes host stack by the level.
pub const MAX_VALUE_DEPTH: usize = 10_000;

/// Why a term has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// It holds something that only lives inside a VM: a pid, a port, a reference, a closure.
    #[error("a {0} has no meaning outside its VM")]
    Opaque(&'static str),
    /// It is nested deeper than [`MAX_VALUE_DEPTH`].
    #[error("the term is nested deeper than 10000 levels")]
    TooDeep,
}

fn with_stack<R>(work: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, work)
}

impl<'h> Builder<'_, 'h> {
    /// The value as a term. O(size).
    pub fn from_value(&mut self, value: &Value) -> Term<'h> {
        match value {
            Value::Int(value) => self.integer(*value),
            Value::Big(value) => self.big(value),
            Value::Float(value) => self.float(*value),
            Value::Atom(atom) => Term::atom(*atom),
            Value::Binary(bytes) => self.binary(bytes),
            Value::Bitstring(bytes, last) => {
                let bits = (bytes.len() * 8).saturating_sub(8 - usize::from(*last).min(8));
                self.bitstring(bytes, bits)
            }
            Value::ExternalFun(module, function, arity) => {
                self.export(super::Export { module: *module, function: *function, arity: *arity })
            }
            Value::Opaque(opaque) => self.import(opaque.term()),
            Value::List(items) => self.values_to_list(items, None),
            Value::ImproperList(items, tail) => self.values_to_list(items, Some(tail)),
            Value::Tuple(items) => {
                let terms = self.values_to_terms(items.iter());
                self.tuple(&terms)
            }
            Value::Map(pairs) => {
                let keys = self.values_to_terms(pairs.iter().map(|pair| &pair.0));
                let values = self.values_to_terms(pairs.iter().map(|pair| &pair.1));
                let pairs: Vec<_> = keys.into_iter().zip(values).collect();
                self.map_from_pairs(pairs)
            }
        }
    }

    fn values_to_terms<'v>(&mut self, values: impl Iterator<Item = &'v Value>) -> Vec<Term<'h>> {
        with_stack(|| values.map(|value| self.from_value(value)).collect())
    }

    fn values_to_list(&mut self, items: &[Value], tail: Option<&Value>) -> Term<'h> {
        let items = self.values_to_terms(items.iter());
        let tail = match tail {
            Some(tail) => with_stack(|| self.from_value(tail)),
            None => Term::nil(),
        };
        self.list_with_tail(&items, tail)
    }
}

impl Term<'_> {
    /// The term as a value. O(size).
    ///
    /// # Errors
    /// When it holds pids, references or closures, or is nested too deep.
    pub fn to_value(self) -> Result<Value, ValueError> {
        convert(self, 0, None)
    }

    /// The term as a value that may hold opaque terms of this VM. O(size).
    ///
    /// # Errors
    /// When it is nested too deep.
    pub fn to_value_of(self, vm: &Arc<VmShared>) -> Result<Value, ValueError> {
        convert(self, 0, Some(vm))
    }
}

fn convert(term: Term<'_>, depth: usize, vm: Option<&Arc<VmShared>>) -> Result<Value, ValueError> {
    if depth > MAX_VALUE_DEPTH {
        return Err(ValueError::TooDeep);
    }
    Ok(match term.kind() {
        Kind::Int(value) => Value::Int(value),
        Kind::Big(big) => Value::integer(big.to_big()),
        Kind::Float(value) => Value::Float(value),
        Kind::Atom(atom) => Value::Atom(atom),
        Kind::Nil => Value::EMPTY_LIST,
        Kind::Bits(bits) => {
            let bytes: Arc<[u8]> = bits.to_bytes().as_ref().into();
            match bits.bit_len % 8 {
                0 => Value::Binary(bytes),
                rest => Value::Bitstring(bytes, rest as u8),
            }
        }
        Kind::Cons(..) => with_stack(|| {
            let mut iter = term.iter_list();
            let mut items = Vec::new();
            for item in &mut iter {
                items.push(convert(item, depth + 1, vm)?);
            }
            Ok(if iter.tail().is_nil() {
                Value::List(items)
            } else {
                Value::ImproperList(items, Box::new(convert(iter.tail(), depth + 1, vm)?))
            })
        })?,
        Kind::Tuple(items) => with_stack(|| {
            let items: Result<Vec<Value>, ValueError> =
                items.iter().map(|item| convert(*item, depth + 1, vm)).collect();
            items.map(Value::Tuple)
        })?,
        Kind::Map(map) => with_stack(|| {
            let mut pairs: Vec<_> = map.iter().collect();
            if !map.is_flat() {
                pairs.sort_by(|a, b| compare_exact(a.0, b.0));
            }
            let pairs: Result<Vec<_>, ValueError> = pairs
                .into_iter()
                .map(|(key, value)| Ok((convert(key, depth + 1, vm)?, convert(value, depth + 1, vm)?)))
                .collect();
            pairs.map(Value::Map)
        })?,
        Kind::Export(export) => Value::ExternalFun(export.module, export.function, export.arity),
        Kind::Fun(_) => opaque(term, vm, "closure")?,
        Kind::Pid(_) | Kind::ExternalPid(_) => opaque(term, vm, "pid")?,
        Kind::Port(_) | Kind::ExternalPort(_) => opaque(term, vm, "port")?,
        Kind::Ref(_) | Kind::ExternalRef(_) | Kind::Resource(_) => opaque(term, vm, "reference")?,
    })
}

fn opaque(term: Term<'_>, vm: Option<&Arc<VmShared>>, what: &'static str) -> Result<Value, ValueError> {
    vm.map(|vm| Value::Opaque(Opaque::new(term, vm))).ok_or(ValueError::Opaque(what))
}
