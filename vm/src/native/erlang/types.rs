//! Type tests and sizes.

use crate::native::{Native, NativeResult};
use crate::term::{Kind, Term};

crate::natives! {
    "erlang" => {
        "is_atom"/1: is_atom, pure;
        "is_binary"/1: is_binary, pure;
        "is_bitstring"/1: is_bitstring, pure;
        "is_boolean"/1: is_boolean, pure;
        "is_float"/1: is_float, pure;
        "is_function"/1: is_function, pure;
        "is_function"/2: is_function, pure;
        "is_integer"/1: is_integer, pure;
        "is_list"/1: is_list, pure;
        "is_map"/1: is_map, pure;
        "is_number"/1: is_number, pure;
        "is_pid"/1: is_pid, pure;
        "is_port"/1: is_port, pure;
        "is_record"/2: is_record, pure;
        "is_record"/3: is_record, pure;
        "is_reference"/1: is_reference, pure;
        "is_tuple"/1: is_tuple, pure;
        "byte_size"/1: byte_size, pure;
        "bit_size"/1: bit_size, pure;
        "tuple_size"/1: tuple_size, pure;
        "size"/1: size, pure;
    }
}

macro_rules! tests {
    ($($name:ident)*) => {
        $(fn $name<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
            Native::ok_bool(args[0].$name())
        })*
    };
}

tests! { is_atom is_binary is_bitstring is_float is_integer is_list is_map is_number is_pid is_port is_reference is_tuple }

fn is_boolean<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok_bool(args[0].as_bool().is_some())
}

/// `is_function(Term)` and `is_function(Term, Arity)`.
fn is_function<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match args {
        [term, arity] => match arity.as_i64() {
            Some(arity) if arity >= 0 => {
                Native::ok_bool(term.function_arity().is_some_and(|found| i64::from(found) == arity))
            }
            None if arity.is_integer() => Native::ok_bool(false),
            _ => Native::badarg(),
        },
        _ => Native::ok_bool(args[0].is_function()),
    }
}

/// `is_record(Term, Tag)` and `is_record(Term, Tag, Size)`.
fn is_record<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let size = args.get(2).map(|size| size.as_usize().ok_or_else(Native::raise_badarg)).transpose()?;
    if !args[1].is_atom() {
        return Native::badarg();
    }
    Native::ok_bool(args[0].as_tuple().is_some_and(|elements| {
        elements.first().is_some_and(|tag| tag.same(args[1])) && size.is_none_or(|size| size == elements.len())
    }))
}

fn byte_size<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let bits = args[0].as_bits().ok_or_else(Native::raise_badarg)?;
    let size = cx.size(bits.bit_len.div_ceil(8));
    Native::ok(size)
}

fn bit_size<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let bits = args[0].as_bits().ok_or_else(Native::raise_badarg)?;
    let size = cx.size(bits.bit_len);
    Native::ok(size)
}

fn tuple_size<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let elements = args[0].as_tuple().ok_or_else(Native::raise_badarg)?;
    let size = cx.size(elements.len());
    Native::ok(size)
}

/// `size(TupleOrBitstring)`: elements, or whole bytes.
fn size<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let size = match args[0].kind() {
        Kind::Tuple(elements) => elements.len(),
        Kind::Bits(bits) => bits.bit_len / 8,
        _ => return Native::badarg(),
    };
    let size = cx.size(size);
    Native::ok(size)
}
