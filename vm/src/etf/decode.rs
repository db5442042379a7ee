//! Decoding.

use std::io::Read;
use std::sync::Arc;

use flate2::read::ZlibDecoder;
use num_bigint::{BigInt, Sign};

use super::{tag, EtfError, NO_NODE, VERSION};
use crate::code::Module;
use crate::heap::{Builder, Resource};
use crate::process::Pid;
use crate::term::id::{reference_from_words, ExternalPid, ExternalPort, ExternalRef, Port};
use crate::term::{Export, FunEntry, Term};
use crate::Atom;

/// How to decode.
#[derive(Clone, Copy, Debug)]
pub struct DecodeOptions {
    /// Refuse atoms that do not exist yet, and names of functions that do not.
    pub safe: bool,
    /// The most bytes that compressed data may inflate to.
    pub inflated_limit: usize,
}

impl Default for DecodeOptions {
    fn default() -> DecodeOptions {
        DecodeOptions { safe: false, inflated_limit: 1 << 30 }
    }
}

/// What the decoder may ask the VM about functions.
pub trait Functions {
    /// What closures of this identity share, if the VM has their code.
    fn closure(&self, module: Atom, uniq: [u8; 16], index: u32) -> Option<Closure>;

    /// Whether there is such a function.
    fn exists(&self, export: &Export) -> bool;
}

/// What closures share that are read: an entry that stays, or one of evaluated code, which they keep.
pub enum Closure {
    /// Of a module with a name, of the VM whose term is built.
    Named(Arc<FunEntry>),
    /// Of evaluated code: the fun at this index.
    Evaluated(Arc<Module>, usize),
}

impl Closure {
    fn entry(&self) -> &FunEntry {
        match self {
            Closure::Named(entry) => entry,
            Closure::Evaluated(module, index) => &module.funs[*index],
        }
    }

    fn fun<'h>(self, builder: &mut Builder<'_, 'h>, mut environment: Vec<Term<'h>>) -> Term<'h> {
        match self {
            Closure::Named(entry) => builder.fun(&entry, &environment),
            Closure::Evaluated(module, index) => {
                let entry = module.funs[index].clone();
                environment.push(builder.resource(Resource::new(module)));
                builder.fun(&entry, &environment)
            }
        }
    }
}

/// Knows no function.
struct NoFunctions;

impl Functions for NoFunctions {
    fn closure(&self, _: Atom, _: [u8; 16], _: u32) -> Option<Closure> {
        None
    }

    fn exists(&self, _: &Export) -> bool {
        false
    }
}

/// Decodes one term that takes all of `bytes`. O(size).
///
/// # Errors
/// What is malformed, and where.
pub fn decode<'h>(builder: &mut Builder<'_, 'h>, bytes: &[u8]) -> Result<Term<'h>, EtfError> {
    let (term, used) = decode_with(builder, bytes, DecodeOptions::default())?;
    if used != bytes.len() {
        return Err(EtfError { problem: "there are bytes after the term", offset: used });
    }
    Ok(term)
}

/// Decodes the term that `bytes` begin with; also gives how many bytes it takes. O(size).
///
/// # Errors
/// What is malformed, and where.
pub fn decode_with<'h>(
    builder: &mut Builder<'_, 'h>,
    bytes: &[u8],
    options: DecodeOptions,
) -> Result<(Term<'h>, usize), EtfError> {
    decode_in(builder, bytes, options, &NoFunctions)
}

/// As [`decode_with`], for a VM whose functions the term may name.
///
/// # Errors
/// What is malformed, and where.
pub fn decode_in<'h>(
    builder: &mut Builder<'_, 'h>,
    bytes: &[u8],
    options: DecodeOptions,
    functions: &dyn Functions,
) -> Result<(Term<'h>, usize), EtfError> {
    let mut input = Input { bytes, position: 0, safe: options.safe, functions };
    if input.u8()? != VERSION {
        input.position = 0;
        return input.fail("the version byte is not 131");
    }
    if input.bytes.get(input.position) != Some(&tag::COMPRESSED) {
        let term = input.term(builder)?;
        return Ok((term, input.position));
    }
    input.position += 1;
    let size = input.u32()? as usize;
    if size > options.inflated_limit {
        return input.fail("the inflated data is too large");
    }
    let mut decoder = ZlibDecoder::new(&bytes[input.position..]);
    let mut inflated = Vec::new();
    // One byte more than promised shows that the promise was false.
    let read = decoder.by_ref().take(size as u64 + 1).read_to_end(&mut inflated);
    if read.is_err() || inflated.len() != size {
        return input.fail("the compressed data is corrupt");
    }
    let used = input.position + decoder.total_in() as usize;
    let mut inner = Input { bytes: &inflated, position: 0, safe: options.safe, functions };
    let term = inner.term(builder)?;
    if inner.position != inflated.len() {
        return inner.fail("there are bytes after the term");
    }
    Ok((term, used))
}

struct Input<'b> {
    bytes: &'b [u8],
    position: usize,
    safe: bool,
    functions: &'b dyn Functions,
}

/// A structure whose parts are being read.
enum Open<'h> {
    /// So many more parts; the last one is the tail.
    List(usize, Vec<Term<'h>>),
    Tuple(usize, Vec<Term<'h>>),
    Map(usize, Vec<Term<'h>>),
    /// Module, function, arity.
    Export(Vec<Term<'h>>),
    /// So many variables of a closure.
    Fun(Closure, Vec<Term<'h>>),
}

impl<'h> Open<'h> {
    fn parts(&mut self) -> (usize, &mut Vec<Term<'h>>) {
        match self {
            Open::List(count, parts) | Open::Tuple(count, parts) | Open::Map(count, parts) => (*count, parts),
            Open::Export(parts) => (3, parts),
            Open::Fun(closure, parts) => (closure.entry().free as usize, parts),
        }
    }
}

impl Input<'_> {
    fn fail<T>(&self, problem: &'static str) -> Result<T, EtfError> {
        Err(EtfError { problem, offset: self.position })
    }

    fn take(&mut self, count: usize) -> Result<&[u8], EtfError> {
        match self.position.checked_add(count).and_then(|end| self.bytes.get(self.position..end)) {
            Some(taken) => {
                self.position += count;
                Ok(taken)
            }
            None => self.fail("the data ends too early"),
        }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], EtfError> {
        Ok(self.take(N)?.try_into().expect("N bytes were taken"))
    }

    fn u8(&mut self) -> Result<u8, EtfError> {
        Ok(self.array::<1>()?[0])
    }

    fn u16(&mut self) -> Result<u16, EtfError> {
        self.array().map(u16::from_be_bytes)
    }

    fn u32(&mut self) -> Result<u32, EtfError> {
        self.array().map(u32::from_be_bytes)
    }

    /// A count of parts that take `least` bytes each at least.
    fn count(&mut self, least: usize) -> Result<usize, EtfError> {
        let count = self.u32()? as usize;
        if count.saturating_mul(least) > self.bytes.len() - self.position {
            return self.fail("a count is larger than the data");
        }
        Ok(count)
    }

    /// A whole term, with its own list of open structures.
    fn term<'h>(&mut self, builder: &mut Builder<'_, 'h>) -> Result<Term<'h>, EtfError> {
        let mut open: Vec<Open<'h>> = Vec::new();
        loop {
            let mut done = match self.next(builder)? {
                Ok(term) => term,
                Err(structure) => {
                    open.push(structure);
                    continue;
                }
            };
            // A finished part may finish the structures around it.
            loop {
                let Some(top) = open.last_mut() else { return Ok(done) };
                let (count, parts) = top.parts();
                parts.push(done);
                if parts.len() < count {
                    break;
                }
                done = match open.pop() {
                    Some(Open::List(_, mut parts)) => {
                        let tail = parts.pop().expect("a list has a tail");
                        builder.list_with_tail(&parts, tail)
                    }
                    Some(Open::Tuple(_, parts)) => builder.tuple(&parts),
                    Some(Open::Map(count, parts)) => {
                        let pairs: Vec<_> = parts.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
                        let map = builder.map_from_pairs(pairs);
                        if map.as_map().map(|map| map.len() * 2) != Some(count) {
                            return self.fail("a map has a key twice");
                        }
                        map
                    }
                    Some(Open::Export(parts)) => match (parts[0].as_atom(), parts[1].as_atom(), parts[2].as_usize()) {
                        (Some(module), Some(function), Some(arity @ 0..=255)) => {
                            let export = Export { module, function, arity: arity as u32 };
                            if self.safe && !self.functions.exists(&export) {
                                return self.fail("a function that does not exist is not safe");
                            }
                            builder.export(export)
                        }
                        _ => return self.fail("a function's name is malformed"),
                    },
                    Some(Open::Fun(closure, parts)) => closure.fun(builder, parts),
                    None => return self.fail("structures are out of order"),
                };
            }
        }
    }

    /// The next object: a term, or a structure that parts follow.
    fn next<'h>(&mut self, builder: &mut Builder<'_, 'h>) -> Result<Result<Term<'h>, Open<'h>>, EtfError> {
        let kind = self.u8()?;
        Ok(Ok(match kind {
            tag::SMALL_INTEGER => builder.integer(i64::from(self.u8()?)),
            tag::INTEGER => builder.integer(i64::from(i32::from_be_bytes(self.array()?))),
            tag::SMALL_BIG => {
                let size = usize::from(self.u8()?);
                self.big(builder, size)?
            }
            tag::LARGE_BIG => {
                let size = self.u32()? as usize;
                self.big(builder, size)?
            }
            tag::NEW_FLOAT => {
                let value = f64::from_be_bytes(self.array()?);
                self.float(builder, value)?
            }
            tag::FLOAT => {
                let text: [u8; 31] = self.array()?;
                let end = text.iter().position(|&byte| byte == 0).unwrap_or(text.len());
                match std::str::from_utf8(&text[..end]).ok().and_then(|text| text.trim().parse().ok()) {
                    Some(value) => self.float(builder, value)?,
                    None => return self.fail("a float is malformed"),
                }
            }
            tag::ATOM | tag::SMALL_ATOM | tag::ATOM_UTF8 | tag::SMALL_ATOM_UTF8 => Term::atom(self.atom_of(kind)?),
            tag::NIL => Term::nil(),
            tag::STRING => {
                let size = usize::from(self.u16()?);
                let bytes = self.take(size)?.to_vec();
                builder.byte_list(&bytes, Term::nil())
            }
            tag::BINARY => {
                let size = self.u32()? as usize;
                builder.binary(self.take(size)?)
            }
            tag::BIT_BINARY => {
                let size = self.u32()? as usize;
                let last = usize::from(self.u8()?);
                let bytes = self.take(size)?;
                match (size, last) {
                    (0, 0) => builder.binary(&[]),
                    (1.., 1..=8) => builder.bitstring(bytes, (size - 1) * 8 + last),
                    _ => return self.fail("a bitstring is malformed"),
                }
            }
            tag::SMALL_TUPLE | tag::LARGE_TUPLE => {
                let count = if kind == tag::SMALL_TUPLE { usize::from(self.u8()?) } else { self.count(1)? };
                if count > 0 {
                    return Ok(Err(Open::Tuple(count, Vec::with_capacity(count.min(1024)))));
                }
                builder.tuple(&[])
            }
            tag::LIST => {
                let count = self.count(1)?;
                return Ok(Err(Open::List(count + 1, Vec::with_capacity((count + 1).min(1024)))));
            }
            tag::MAP => {
                let count = self.count(2)?;
                if count > 0 {
                    return Ok(Err(Open::Map(count * 2, Vec::with_capacity((count * 2).min(1024)))));
                }
                builder.empty_map().term()
            }
            tag::EXPORT => {
                return Ok(Err(Open::Export(Vec::with_capacity(3))));
            }
            tag::PID | tag::NEW_PID => {
                let node = self.atom()?;
                let (id, serial) = (self.u32()?, self.u32()?);
                let creation = self.creation(kind == tag::NEW_PID)?;
                if node.as_str() == NO_NODE {
                    builder.pid(Pid::new(id, serial))
                } else {
                    builder.external_pid(ExternalPid { node, id, serial, creation })
                }
            }
            tag::PORT | tag::NEW_PORT | tag::V4_PORT => {
                let node = self.atom()?;
                let id = if kind == tag::V4_PORT { u64::from_be_bytes(self.array()?) } else { u64::from(self.u32()?) };
                let creation = self.creation(kind != tag::PORT)?;
                if node.as_str() == NO_NODE {
                    Term::port(Port(id & ((1 << 58) - 1)))
                } else {
                    builder.external_port(ExternalPort { node, id, creation })
                }
            }
            tag::REFERENCE => {
                let node = self.atom()?;
                let id = self.u32()?;
                let creation = self.creation(false)?;
                self.reference(builder, node, creation, &[id])?
            }
            tag::NEW_REFERENCE | tag::NEWER_REFERENCE => {
                let length = usize::from(self.u16()?);
                let node = self.atom()?;
                let creation = self.creation(kind == tag::NEWER_REFERENCE)?;
                if length > 5 {
                    return self.fail("a reference is too long");
                }
                let mut ids = Vec::with_capacity(length);
                for _ in 0..length {
                    ids.push(self.u32()?);
                }
                self.reference(builder, node, creation, &ids)?
            }
            tag::FUN => {
                let closure = self.closure(builder)?;
                let free = closure.entry().free as usize;
                if free > 0 {
                    return Ok(Err(Open::Fun(closure, Vec::with_capacity(free))));
                }
                closure.fun(builder, Vec::new())
            }
            _ => {
                self.position -= 1;
                return self.fail("an unknown tag");
            }
        }))
    }

    /// A closure up to its variables.
    fn closure(&mut self, builder: &mut Builder<'_, '_>) -> Result<Closure, EtfError> {
        let _size = self.u32()?;
        let arity = u32::from(self.u8()?);
        let uniq: [u8; 16] = self.array()?;
        let (index, free) = (self.u32()?, self.u32()?);
        let module = self.atom()?;
        let (old_index, old_uniq, pid) = (self.next(builder)?, self.next(builder)?, self.next(builder)?);
        match (old_index, old_uniq, pid) {
            (Ok(index), Ok(uniq), Ok(pid)) if index.is_integer() && uniq.is_integer() && pid.is_pid() => {}
            _ => return self.fail("a closure is malformed"),
        }
        match self.functions.closure(module, uniq, index) {
            Some(closure) if closure.entry().arity == arity && closure.entry().free == free => Ok(closure),
            _ => self.fail("the code of a closure is not there"),
        }
    }

    fn creation(&mut self, wide: bool) -> Result<u32, EtfError> {
        if wide {
            self.u32()
        } else {
            Ok(u32::from(self.u8()?))
        }
    }

    /// A reference, given its words as they are written: the least significant first.
    fn reference<'h>(
        &self,
        builder: &mut Builder<'_, 'h>,
        node: Atom,
        creation: u32,
        ids: &[u32],
    ) -> Result<Term<'h>, EtfError> {
        if node.as_str() == NO_NODE {
            return match *ids {
                [low, middle, high] => Ok(builder.reference(reference_from_words([high, middle, low]))),
                _ => self.fail("a reference of this node has three words"),
            };
        }
        let mut words = [0; 5];
        words[..ids.len()].copy_from_slice(ids);
        Ok(builder.external_reference(ExternalRef { node, creation, length: ids.len() as u32, ids: words }))
    }

    fn big<'h>(&mut self, builder: &mut Builder<'_, 'h>, size: usize) -> Result<Term<'h>, EtfError> {
        let sign = if self.u8()? == 0 { Sign::Plus } else { Sign::Minus };
        let value = BigInt::from_bytes_le(sign, self.take(size)?);
        Ok(builder.big(&value))
    }

    fn float<'h>(&self, builder: &mut Builder<'_, 'h>, value: f64) -> Result<Term<'h>, EtfError> {
        if !value.is_finite() {
            return self.fail("a float is not finite");
        }
        Ok(builder.float(value))
    }

    fn atom(&mut self) -> Result<Atom, EtfError> {
        let kind = self.u8()?;
        self.atom_of(kind)
    }

    fn atom_of(&mut self, kind: u8) -> Result<Atom, EtfError> {
        let size = match kind {
            tag::ATOM | tag::ATOM_UTF8 => usize::from(self.u16()?),
            tag::SMALL_ATOM | tag::SMALL_ATOM_UTF8 => usize::from(self.u8()?),
            _ => return self.fail("an atom was expected"),
        };
        let bytes = self.take(size)?.to_vec();
        let text = if matches!(kind, tag::ATOM | tag::SMALL_ATOM) {
            bytes.iter().map(|&byte| char::from(byte)).collect()
        } else {
            match String::from_utf8(bytes) {
                Ok(text) => text,
                Err(_) => return self.fail("an atom is not valid UTF-8"),
            }
        };
        let atom = if self.safe { Atom::existing(&text) } else { Atom::try_new(&text).ok() };
        match atom {
            Some(atom) => Ok(atom),
            None => self.fail("an atom is new or too long"),
        }
    }
}
