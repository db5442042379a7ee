//! Conversion of types that serde knows: wrap them in [`Serde`].
//!
//! | Rust | Elixir |
//! |---|---|
//! | struct, map | map; field names are atoms |
//! | tuple, tuple struct | tuple |
//! | sequence | list |
//! | `String`, `&str`, `char`, bytes | binary |
//! | `Option`: none, unit | `nil` |
//! | variant without data | atom of its name |
//! | variant with data | tuple of the name and the data; a map of named fields |

use std::fmt::{self, Display};

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Visitor};
use serde::ser::{self, Serialize};

use crate::{Atom, FromValue, IntoValue, Mismatch, Part, Value};

/// A value that is converted by its serde implementation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Serde<T>(pub T);

/// A type whose implementation of `Serialize` fails becomes `{:error, message}`; derived ones never do.
impl<T: Serialize> IntoValue for Serde<T> {
    fn into_value(self) -> Value {
        self.0
            .serialize(Writer)
            .unwrap_or_else(|error| Value::Tuple(vec![Value::atom("error"), Value::from(error.message.as_str())]))
    }
}

impl<T: DeserializeOwned> FromValue for Serde<T> {
    fn from_value(value: Value) -> Result<Serde<T>, Mismatch> {
        T::deserialize(Reader(&value)).map(Serde).map_err(|unfit| {
            let name = std::any::type_name::<T>();
            let name = name.split_once('<').map_or(name, |(name, _)| name).rsplit("::").next().unwrap_or(name);
            Mismatch { expected: format!("{name} ({})", unfit.message).into(), found: value, path: unfit.path }
        })
    }
}

/// Why a type and a value do not fit, and where.
#[derive(Debug)]
struct Unfit {
    message: String,
    path: Vec<Part>,
}

impl Unfit {
    fn new(message: String) -> Unfit {
        Unfit { message, path: Vec::new() }
    }

    fn within(mut self, part: Part) -> Unfit {
        self.path.insert(0, part);
        self
    }
}

impl Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Unfit {}

impl ser::Error for Unfit {
    fn custom<T: Display>(message: T) -> Unfit {
        Unfit::new(message.to_string())
    }
}

impl de::Error for Unfit {
    fn custom<T: Display>(message: T) -> Unfit {
        Unfit::new(message.to_string())
    }
}

/// The atom of a name of the program's own source.
fn name(text: &str) -> Result<Value, Unfit> {
    Atom::try_new(text).map(Value::Atom).map_err(|error| Unfit::new(error.to_string()))
}

/// Makes values.
struct Writer;

/// Makes a value of parts: a list, a tuple, or a tuple in a variant.
struct Parts {
    variant: Option<Value>,
    list: bool,
    parts: Vec<Value>,
}

/// Makes a map, or a map in a variant.
struct Pairs {
    variant: Option<Value>,
    pairs: Vec<(Value, Value)>,
}

impl Parts {
    fn tuple(size: usize) -> Parts {
        Parts { variant: None, list: false, parts: Vec::with_capacity(size) }
    }

    fn push<T: Serialize + ?Sized>(&mut self, part: &T) -> Result<(), Unfit> {
        self.parts.push(part.serialize(Writer)?);
        Ok(())
    }

    fn value(self) -> Value {
        match self.variant {
            Some(variant) => Value::Tuple(std::iter::once(variant).chain(self.parts).collect()),
            None if self.list => Value::List(self.parts),
            None => Value::Tuple(self.parts),
        }
    }
}

impl Pairs {
    fn new(variant: Option<Value>) -> Pairs {
        Pairs { variant, pairs: Vec::new() }
    }

    fn field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Unfit> {
        self.pairs.push((name(key)?, value.serialize(Writer)?));
        Ok(())
    }

    fn value(self) -> Value {
        let map = Value::Map(self.pairs);
        match self.variant {
            Some(variant) => Value::Tuple(vec![variant, map]),
            None => map,
        }
    }
}

macro_rules! write_as {
    ($($method:ident($type:ty))*) => {$(
        fn $method(self, value: $type) -> Result<Value, Unfit> {
            Ok(value.into_value())
        }
    )*};
}

impl ser::Serializer for Writer {
    type Ok = Value;
    type Error = Unfit;
    type SerializeSeq = Parts;
    type SerializeTuple = Parts;
    type SerializeTupleStruct = Parts;
    type SerializeTupleVariant = Parts;
    type SerializeMap = Pairs;
    type SerializeStruct = Pairs;
    type SerializeStructVariant = Pairs;

    write_as! {
        serialize_bool(bool) serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64) serialize_i128(i128)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64) serialize_u128(u128)
        serialize_f64(f64) serialize_str(&str)
    }

    fn serialize_f32(self, value: f32) -> Result<Value, Unfit> {
        Ok(f64::from(value).into_value())
    }

    fn serialize_char(self, value: char) -> Result<Value, Unfit> {
        Ok(value.to_string().into_value())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Value, Unfit> {
        Ok(Value::binary(value))
    }

    fn serialize_none(self) -> Result<Value, Unfit> {
        Ok(Value::NIL)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, Unfit> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, Unfit> {
        Ok(Value::NIL)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, Unfit> {
        Ok(Value::NIL)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Value, Unfit> {
        name(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Value, Unfit> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value, Unfit> {
        Ok(Value::Tuple(vec![name(variant)?, value.serialize(self)?]))
    }

    fn serialize_seq(self, size: Option<usize>) -> Result<Parts, Unfit> {
        Ok(Parts { list: true, ..Parts::tuple(size.unwrap_or(0)) })
    }

    fn serialize_tuple(self, size: usize) -> Result<Parts, Unfit> {
        Ok(Parts::tuple(size))
    }

    fn serialize_tuple_struct(self, _: &'static str, size: usize) -> Result<Parts, Unfit> {
        Ok(Parts::tuple(size))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        size: usize,
    ) -> Result<Parts, Unfit> {
        Ok(Parts { variant: Some(name(variant)?), ..Parts::tuple(size) })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Pairs, Unfit> {
        Ok(Pairs::new(None))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Pairs, Unfit> {
        Ok(Pairs::new(None))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Pairs, Unfit> {
        Ok(Pairs::new(Some(name(variant)?)))
    }
}

macro_rules! write_parts {
    ($($trait:ident $method:ident;)*) => {$(
        impl ser::$trait for Parts {
            type Ok = Value;
            type Error = Unfit;

            fn $method<T: Serialize + ?Sized>(&mut self, part: &T) -> Result<(), Unfit> {
                self.push(part)
            }

            fn end(self) -> Result<Value, Unfit> {
                Ok(self.value())
            }
        }
    )*};
}

write_parts! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

macro_rules! write_fields {
    ($($trait:ident;)*) => {$(
        impl ser::$trait for Pairs {
            type Ok = Value;
            type Error = Unfit;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Unfit> {
                self.field(key, value)
            }

            fn end(self) -> Result<Value, Unfit> {
                Ok(self.value())
            }
        }
    )*};
}

write_fields! {
    SerializeStruct;
    SerializeStructVariant;
}

impl ser::SerializeMap for Pairs {
    type Ok = Value;
    type Error = Unfit;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unfit> {
        self.pairs.push((key.serialize(Writer)?, Value::NIL));
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        let pair = self.pairs.last_mut().ok_or_else(|| Unfit::new("a value came before its key".to_owned()))?;
        pair.1 = value.serialize(Writer)?;
        Ok(())
    }

    fn end(self) -> Result<Value, Unfit> {
        Ok(self.value())
    }
}

/// Reads a value.
#[derive(Clone, Copy)]
struct Reader<'v>(&'v Value);

impl<'de> de::Deserializer<'de> for Reader<'de> {
    type Error = Unfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.0 {
            Value::Int(number) => visitor.visit_i64(*number),
            Value::Big(number) => match (u64::try_from(&**number), i128::try_from(&**number)) {
                (Ok(number), _) => visitor.visit_u64(number),
                (_, Ok(number)) => visitor.visit_i128(number),
                _ => match u128::try_from(&**number) {
                    Ok(number) => visitor.visit_u128(number),
                    Err(_) => Err(Unfit::new("an integer is too large".to_owned())),
                },
            },
            Value::Float(number) => visitor.visit_f64(*number),
            &Value::TRUE => visitor.visit_bool(true),
            &Value::FALSE => visitor.visit_bool(false),
            &Value::NIL => visitor.visit_unit(),
            Value::Atom(atom) => visitor.visit_str(atom.as_str()),
            Value::Binary(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => visitor.visit_borrowed_str(text),
                Err(_) => visitor.visit_borrowed_bytes(bytes),
            },
            Value::List(parts) | Value::Tuple(parts) => visitor.visit_seq(Elements { parts, index: 0 }),
            Value::Map(pairs) => visitor.visit_map(Entries { pairs, value: None }),
            _ => Err(Unfit::new("a term has no counterpart".to_owned())),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.0 {
            &Value::NIL => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        let (name, data) = match self.0 {
            Value::Tuple(parts) => match parts.split_first() {
                Some((Value::Atom(name), data)) => (name.as_str(), data),
                _ => return Err(Unfit::new("a variant is a tuple that begins with its name".to_owned())),
            },
            Value::Atom(name) => (name.as_str(), &[][..]),
            other => (other.as_str().ok_or_else(|| Unfit::new("a variant goes by its name".to_owned()))?, &[][..]),
        };
        visitor.visit_enum(Variant { name, data })
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

/// What is left of a list or tuple.
struct Elements<'v> {
    parts: &'v [Value],
    index: usize,
}

impl<'v> de::SeqAccess<'v> for Elements<'v> {
    type Error = Unfit;

    fn next_element_seed<S: DeserializeSeed<'v>>(&mut self, seed: S) -> Result<Option<S::Value>, Unfit> {
        let Some(part) = self.parts.get(self.index) else { return Ok(None) };
        self.index += 1;
        seed.deserialize(Reader(part)).map(Some).map_err(|unfit| unfit.within(Part::Element(self.index - 1)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.parts.len() - self.index)
    }
}

/// What is left of a map, and the pair whose value comes next.
struct Entries<'v> {
    pairs: &'v [(Value, Value)],
    value: Option<&'v (Value, Value)>,
}

impl<'v> de::MapAccess<'v> for Entries<'v> {
    type Error = Unfit;

    fn next_key_seed<S: DeserializeSeed<'v>>(&mut self, seed: S) -> Result<Option<S::Value>, Unfit> {
        let Some((pair, rest)) = self.pairs.split_first() else { return Ok(None) };
        (self.pairs, self.value) = (rest, Some(pair));
        seed.deserialize(Reader(&pair.0)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'v>>(&mut self, seed: S) -> Result<S::Value, Unfit> {
        let (key, value) = self.value.take().ok_or_else(|| Unfit::new("a value came before its key".to_owned()))?;
        seed.deserialize(Reader(value)).map_err(|unfit| unfit.within(Part::Key(key.clone())))
    }
}

/// A variant: its name, and what follows it.
struct Variant<'v> {
    name: &'v str,
    data: &'v [Value],
}

impl<'v> de::EnumAccess<'v> for Variant<'v> {
    type Error = Unfit;
    type Variant = Variant<'v>;

    fn variant_seed<S: DeserializeSeed<'v>>(self, seed: S) -> Result<(S::Value, Variant<'v>), Unfit> {
        let name: StrDeserializer<'_, Unfit> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'v> de::VariantAccess<'v> for Variant<'v> {
    type Error = Unfit;

    fn unit_variant(self) -> Result<(), Unfit> {
        match self.data {
            [] => Ok(()),
            _ => Err(Unfit::new(format!("the variant {} has no data", self.name))),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'v>>(self, seed: S) -> Result<S::Value, Unfit> {
        match self.data {
            [value] => seed.deserialize(Reader(value)),
            _ => Err(Unfit::new(format!("the variant {} has one value", self.name))),
        }
    }

    fn tuple_variant<V: Visitor<'v>>(self, size: usize, visitor: V) -> Result<V::Value, Unfit> {
        if self.data.len() != size {
            return Err(Unfit::new(format!("the variant {} has {size} values", self.name)));
        }
        visitor.visit_seq(Elements { parts: self.data, index: 0 })
    }

    fn struct_variant<V: Visitor<'v>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Unfit> {
        match self.data {
            [Value::Map(_)] => de::Deserializer::deserialize_any(Reader(&self.data[0]), visitor),
            _ => Err(Unfit::new(format!("the variant {} has a map", self.name))),
        }
    }
}
