//! Values at the boundary: what Rust types become, and what becomes Rust types.

use std::collections::{BTreeMap, HashMap};

use crate::Value;

/// A Rust value that can be handed to the VM.
pub trait IntoValue {
    /// The value as the program will see it.
    fn into_value(self) -> Value;
}

/// A Rust value that can be made of what the VM gives.
pub trait FromValue: Sized {
    /// The Rust value.
    ///
    /// # Errors
    /// [`Mismatch`] when the value is of another kind or out of range.
    fn from_value(value: Value) -> Result<Self, Mismatch>;
}

/// The arguments of a call: a tuple of values, `()` for none, or a vector.
pub trait IntoArgs {
    /// The arguments in order.
    fn into_args(self) -> Vec<Value>;
}

/// A value is not what the host asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatch {
    /// What was asked for.
    pub expected: &'static str,
    /// What there was.
    pub found: Value,
}

fn mismatch<T>(expected: &'static str, found: Value) -> Result<T, Mismatch> {
    Err(Mismatch { expected, found })
}

impl IntoValue for Value {
    fn into_value(self) -> Value {
        self
    }
}

impl FromValue for Value {
    fn from_value(value: Value) -> Result<Value, Mismatch> {
        Ok(value)
    }
}

/// `nil`.
impl IntoValue for () {
    fn into_value(self) -> Value {
        Value::NIL
    }
}

/// Any value, dropped.
impl FromValue for () {
    fn from_value(_: Value) -> Result<(), Mismatch> {
        Ok(())
    }
}

impl IntoValue for bool {
    fn into_value(self) -> Value {
        Value::from(self)
    }
}

impl FromValue for bool {
    fn from_value(value: Value) -> Result<bool, Mismatch> {
        match value {
            Value::TRUE => Ok(true),
            Value::FALSE => Ok(false),
            other => mismatch("a boolean", other),
        }
    }
}

macro_rules! integers {
    ($($type:ty)*) => {$(
        impl IntoValue for $type {
            fn into_value(self) -> Value {
                Value::integer(self.into())
            }
        }

        impl FromValue for $type {
            fn from_value(value: Value) -> Result<$type, Mismatch> {
                const EXPECTED: &str = concat!("an integer in the range of ", stringify!($type));
                match &value {
                    Value::Int(number) => <$type>::try_from(*number).or_else(|_| mismatch(EXPECTED, value)),
                    Value::Big(number) => <$type>::try_from(&**number).or_else(|_| mismatch(EXPECTED, value.clone())),
                    _ => mismatch(EXPECTED, value),
                }
            }
        }
    )*};
}

integers! { i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }

/// A finite float; the others have no counterpart and become the atoms `nan`, `infinity` and `neg_infinity`.
impl IntoValue for f64 {
    fn into_value(self) -> Value {
        if self.is_finite() {
            Value::Float(self)
        } else if self.is_nan() {
            Value::atom("nan")
        } else if self > 0.0 {
            Value::atom("infinity")
        } else {
            Value::atom("neg_infinity")
        }
    }
}

/// A float, or an integer as one.
impl FromValue for f64 {
    fn from_value(value: Value) -> Result<f64, Mismatch> {
        match value {
            Value::Float(number) => Ok(number),
            Value::Int(number) => Ok(number as f64),
            other => mismatch("a number", other),
        }
    }
}

impl IntoValue for &str {
    fn into_value(self) -> Value {
        Value::from(self)
    }
}

impl IntoValue for String {
    fn into_value(self) -> Value {
        Value::binary(self)
    }
}

/// A binary that is valid UTF-8.
impl FromValue for String {
    fn from_value(value: Value) -> Result<String, Mismatch> {
        match value.as_str() {
            Some(text) => Ok(text.to_owned()),
            None => mismatch("a string", value),
        }
    }
}

impl IntoValue for crate::Atom {
    fn into_value(self) -> Value {
        Value::Atom(self)
    }
}

impl FromValue for crate::Atom {
    fn from_value(value: Value) -> Result<crate::Atom, Mismatch> {
        match value.as_atom() {
            Some(atom) => Ok(atom),
            None => mismatch("an atom", value),
        }
    }
}

/// `nil`, or the value.
impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Value {
        self.map_or(Value::NIL, T::into_value)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Result<Option<T>, Mismatch> {
        match value {
            Value::NIL => Ok(None),
            value => T::from_value(value).map(Some),
        }
    }
}

impl<T: IntoValue> IntoValue for Vec<T> {
    fn into_value(self) -> Value {
        Value::List(self.into_iter().map(T::into_value).collect())
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(value: Value) -> Result<Vec<T>, Mismatch> {
        match value {
            Value::List(elements) => elements.into_iter().map(T::from_value).collect(),
            other => mismatch("a list", other),
        }
    }
}

macro_rules! maps {
    ($($map:ident: $($bound:path),*;)*) => {$(
        impl<K: IntoValue, V: IntoValue> IntoValue for $map<K, V> {
            fn into_value(self) -> Value {
                Value::Map(self.into_iter().map(|(key, value)| (key.into_value(), value.into_value())).collect())
            }
        }

        impl<K: FromValue $(+ $bound)*, V: FromValue> FromValue for $map<K, V> {
            fn from_value(value: Value) -> Result<$map<K, V>, Mismatch> {
                match value {
                    Value::Map(pairs) => pairs
                        .into_iter()
                        .map(|(key, value)| Ok((K::from_value(key)?, V::from_value(value)?)))
                        .collect(),
                    other => mismatch("a map", other),
                }
            }
        }
    )*};
}

maps! {
    HashMap: Eq, std::hash::Hash;
    BTreeMap: Ord;
}

macro_rules! tuples {
    ($($count:literal: $($type:ident $index:tt),+;)*) => {$(
        impl<$($type: IntoValue),+> IntoValue for ($($type,)+) {
            fn into_value(self) -> Value {
                Value::Tuple(vec![$(self.$index.into_value()),+])
            }
        }

        impl<$($type: FromValue),+> FromValue for ($($type,)+) {
            fn from_value(value: Value) -> Result<Self, Mismatch> {
                match value {
                    Value::Tuple(elements) if elements.len() == $count => {
                        let mut elements = elements.into_iter();
                        Ok(($($type::from_value(elements.next().expect("the size was checked"))?,)+))
                    }
                    other => mismatch(concat!("a tuple of ", $count), other),
                }
            }
        }

        impl<$($type: IntoValue),+> IntoArgs for ($($type,)+) {
            fn into_args(self) -> Vec<Value> {
                vec![$(self.$index.into_value()),+]
            }
        }
    )*};
}

tuples! {
    1: A 0;
    2: A 0, B 1;
    3: A 0, B 1, C 2;
    4: A 0, B 1, C 2, D 3;
    5: A 0, B 1, C 2, D 3, E 4;
    6: A 0, B 1, C 2, D 3, E 4, F 5;
}

impl IntoArgs for () {
    fn into_args(self) -> Vec<Value> {
        Vec::new()
    }
}

impl<T: IntoValue> IntoArgs for Vec<T> {
    fn into_args(self) -> Vec<Value> {
        self.into_iter().map(T::into_value).collect()
    }
}
