//! Constants in external term format, as module files hold them.

use std::io::Write;

use beamlet_vm::{Atom, Value};
use flate2::write::ZlibEncoder;
use flate2::Compression;
use num_bigint::Sign;

enum Work<'v> {
    Value(&'v Value),
    Nil,
}

/// The bytes of a constant, version byte included. O(size).
pub(super) fn encode(value: &Value) -> Vec<u8> {
    let mut out = vec![131];
    let mut work = vec![Work::Value(value)];
    while let Some(item) = work.pop() {
        let Work::Value(value) = item else {
            out.push(106);
            continue;
        };
        match value {
            Value::Int(number) => integer(&mut out, *number),
            Value::Big(number) => {
                let (sign, bytes) = number.to_bytes_le();
                big(&mut out, sign == Sign::Minus, &bytes);
            }
            Value::Float(number) => {
                out.push(70);
                out.extend_from_slice(&number.to_be_bytes());
            }
            Value::Atom(name) => atom(&mut out, *name),
            // Without the version byte, which the whole has already.
            Value::Opaque(opaque) => out.extend_from_slice(&beamlet_vm::etf::encode(opaque.term().term())[1..]),
            Value::Binary(bytes) => {
                out.push(109);
                out.extend_from_slice(&(bytes.len() as u32).to_be_bytes());
                out.extend_from_slice(bytes);
            }
            Value::Bitstring(bytes, bits) => {
                out.push(77);
                out.extend_from_slice(&(bytes.len() as u32).to_be_bytes());
                out.push(*bits);
                out.extend_from_slice(bytes);
            }
            Value::List(items) if items.is_empty() => out.push(106),
            Value::List(items) => {
                out.push(108);
                out.extend_from_slice(&(items.len() as u32).to_be_bytes());
                work.push(Work::Nil);
                work.extend(items.iter().rev().map(Work::Value));
            }
            Value::ImproperList(items, tail) => {
                out.push(108);
                out.extend_from_slice(&(items.len() as u32).to_be_bytes());
                work.push(Work::Value(tail));
                work.extend(items.iter().rev().map(Work::Value));
            }
            Value::Tuple(items) => {
                if let Ok(size) = u8::try_from(items.len()) {
                    out.extend_from_slice(&[104, size]);
                } else {
                    out.push(105);
                    out.extend_from_slice(&(items.len() as u32).to_be_bytes());
                }
                work.extend(items.iter().rev().map(Work::Value));
            }
            Value::Map(pairs) => {
                out.push(116);
                out.extend_from_slice(&(pairs.len() as u32).to_be_bytes());
                work.extend(pairs.iter().rev().flat_map(|(key, value)| [Work::Value(value), Work::Value(key)]));
            }
            Value::ExternalFun(module, function, arity) => {
                out.push(113);
                atom(&mut out, *module);
                atom(&mut out, *function);
                integer(&mut out, i64::from(*arity));
            }
        }
    }
    out
}

/// The bytes of what code is told of, compressed where that makes them fewer. O(size).
pub(super) fn pack(value: &Value) -> Vec<u8> {
    let plain = encode(value);
    let Ok(size) = u32::try_from(plain.len() - 1) else { return plain };
    let mut packed = vec![131, 80];
    packed.extend_from_slice(&size.to_be_bytes());
    let mut encoder = ZlibEncoder::new(packed, Compression::fast());
    match encoder.write_all(&plain[1..]).and_then(|()| encoder.finish()) {
        Ok(packed) if packed.len() < plain.len() => packed,
        _ => plain,
    }
}

fn atom(out: &mut Vec<u8>, atom: Atom) {
    let text = atom.as_str().as_bytes();
    if let Ok(length) = u8::try_from(text.len()) {
        out.extend_from_slice(&[119, length]);
    } else {
        out.push(118);
        out.extend_from_slice(&(text.len() as u16).to_be_bytes());
    }
    out.extend_from_slice(text);
}

fn integer(out: &mut Vec<u8>, number: i64) {
    if let Ok(byte) = u8::try_from(number) {
        out.extend_from_slice(&[97, byte]);
    } else if let Ok(small) = i32::try_from(number) {
        out.push(98);
        out.extend_from_slice(&small.to_be_bytes());
    } else {
        let bytes = number.unsigned_abs().to_le_bytes();
        let length = bytes.iter().rposition(|&byte| byte != 0).map_or(1, |last| last + 1);
        big(out, number < 0, &bytes[..length]);
    }
}

fn big(out: &mut Vec<u8>, negative: bool, bytes: &[u8]) {
    if let Ok(length) = u8::try_from(bytes.len()) {
        out.extend_from_slice(&[110, length]);
    } else {
        out.push(111);
        out.extend_from_slice(&(bytes.len() as u32).to_be_bytes());
    }
    out.push(u8::from(negative));
    out.extend_from_slice(bytes);
}
