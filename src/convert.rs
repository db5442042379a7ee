//! Values at the boundary: what Rust types become, and what becomes Rust types.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;

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
    pub expected: Cow<'static, str>,
    /// What there was.
    pub found: Value,
    /// Where it was, from the outside in; empty for the whole value.
    pub path: Vec<Part>,
}

/// A step of the way into a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// An element of a list or tuple, counted from 0.
    Element(usize),
    /// The value of a map's key.
    Key(Value),
}

impl Mismatch {
    /// A whole value that is not what was asked for.
    pub fn new(expected: impl Into<Cow<'static, str>>, found: Value) -> Mismatch {
        Mismatch { expected: expected.into(), found, path: Vec::new() }
    }

    /// The same of a part of a larger value.
    #[must_use]
    pub fn within(mut self, part: Part) -> Mismatch {
        self.path.insert(0, part);
        self
    }

    /// ` at [1][:name]`, or nothing.
    pub(crate) fn place(&self) -> String {
        let parts: String = self.path.iter().map(Part::to_string).collect();
        if parts.is_empty() {
            parts
        } else {
            format!(" at {parts}")
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Element(index) => write!(f, "[{index}]"),
            Part::Key(key) => write!(f, "[{}]", crate::error::short(key)),
        }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, found {}{}", self.expected, crate::error::short(&self.found), self.place())
    }
}

impl std::error::Error for Mismatch {}

fn mismatch<T>(expected: &'static str, found: Value) -> Result<T, Mismatch> {
    Err(Mismatch::new(expected, found))
}

/// The elements, each converted.
fn elements<T: FromValue, C: FromIterator<T>>(values: Vec<Value>) -> Result<C, Mismatch> {
    let element = |(index, value)| T::from_value(value).map_err(|inner: Mismatch| inner.within(Part::Element(index)));
    values.into_iter().enumerate().map(element).collect()
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

impl IntoValue for f32 {
    fn into_value(self) -> Value {
        f64::from(self).into_value()
    }
}

/// A float, or an integer as one, rounded.
impl FromValue for f32 {
    fn from_value(value: Value) -> Result<f32, Mismatch> {
        f64::from_value(value).map(|number| number as f32)
    }
}

/// A binary of one character.
impl IntoValue for char {
    fn into_value(self) -> Value {
        Value::binary(self.to_string())
    }
}

impl FromValue for char {
    fn from_value(value: Value) -> Result<char, Mismatch> {
        let mut characters = value.as_str().unwrap_or_default().chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) => Ok(character),
            _ => mismatch("a string of one character", value),
        }
    }
}

/// Bytes that go as a binary; a `Vec<u8>` goes as a list of integers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Bytes(pub Vec<u8>);

impl IntoValue for Bytes {
    fn into_value(self) -> Value {
        Value::binary(self.0)
    }
}

/// A binary.
impl FromValue for Bytes {
    fn from_value(value: Value) -> Result<Bytes, Mismatch> {
        match value {
            Value::Binary(bytes) => Ok(Bytes(bytes.to_vec())),
            other => mismatch("a binary", other),
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
            Value::List(values) => elements(values),
            other => mismatch("a list", other),
        }
    }
}

/// A list.
impl<T: IntoValue + Clone> IntoValue for &[T] {
    fn into_value(self) -> Value {
        self.to_vec().into_value()
    }
}

/// A list.
impl<T: IntoValue, const N: usize> IntoValue for [T; N] {
    fn into_value(self) -> Value {
        Value::List(self.into_iter().map(T::into_value).collect())
    }
}

/// A list of so many elements.
impl<T: FromValue, const N: usize> FromValue for [T; N] {
    fn from_value(value: Value) -> Result<[T; N], Mismatch> {
        match value {
            Value::List(values) if values.len() == N => elements::<T, Vec<T>>(values).map(|values| {
                let Ok(values) = values.try_into() else { unreachable!("the length was checked") };
                values
            }),
            other => Err(Mismatch::new(format!("a list of {N}"), other)),
        }
    }
}

impl<T: IntoValue> IntoValue for Box<T> {
    fn into_value(self) -> Value {
        (*self).into_value()
    }
}

impl<T: FromValue> FromValue for Box<T> {
    fn from_value(value: Value) -> Result<Box<T>, Mismatch> {
        T::from_value(value).map(Box::new)
    }
}

/// `{:ok, value}` or `{:error, reason}`; `:ok` and `:error` alone stand for pairs with `nil`.
impl<T: FromValue, E: FromValue> FromValue for Result<T, E> {
    fn from_value(value: Value) -> Result<Result<T, E>, Mismatch> {
        let is = |tag: &Value, name: &str| tag.as_atom().is_some_and(|tag| tag.as_str() == name);
        let inside = |inner: Mismatch| inner.within(Part::Element(1));
        match value {
            Value::Tuple(mut pair) if pair.len() == 2 && is(&pair[0], "ok") => {
                T::from_value(pair.swap_remove(1)).map(Ok).map_err(inside)
            }
            Value::Tuple(mut pair) if pair.len() == 2 && is(&pair[0], "error") => {
                E::from_value(pair.swap_remove(1)).map(Err).map_err(inside)
            }
            alone if is(&alone, "ok") => T::from_value(Value::NIL).map(Ok),
            alone if is(&alone, "error") => E::from_value(Value::NIL).map(Err),
            other => mismatch("{:ok, value} or {:error, reason}", other),
        }
    }
}

macro_rules! sets {
    ($($set:ident: $($bound:path),*;)*) => {$(
        /// A list.
        impl<T: IntoValue> IntoValue for $set<T> {
            fn into_value(self) -> Value {
                Value::List(self.into_iter().map(T::into_value).collect())
            }
        }

        /// A list, of which equal elements count once.
        impl<T: FromValue $(+ $bound)*> FromValue for $set<T> {
            fn from_value(value: Value) -> Result<$set<T>, Mismatch> {
                match value {
                    Value::List(values) => elements(values),
                    other => mismatch("a list", other),
                }
            }
        }
    )*};
}

sets! {
    HashSet: Eq, std::hash::Hash;
    BTreeSet: Ord;
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
                        .map(|(key, value)| {
                            let value = V::from_value(value).map_err(|inner| inner.within(Part::Key(key.clone())))?;
                            let key = K::from_value(key)
                                .map_err(|inner| Mismatch { expected: format!("{} as a key", inner.expected).into(), ..inner })?;
                            Ok((key, value))
                        })
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
                        Ok(($(
                            $type::from_value(elements.next().expect("the size was checked"))
                                .map_err(|inner| inner.within(Part::Element($index)))?,
                        )+))
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
