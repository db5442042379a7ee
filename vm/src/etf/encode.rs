//! Encoding.

use flate2::write::ZlibEncoder;
use flate2::Compression;

use super::{tag, NO_NODE, VERSION};
use crate::process::Pid;
use crate::term::float::scientific;
use crate::term::id::{reference_words, resource_reference};
use crate::term::{Bits, Kind, Term};
use crate::Atom;

/// How to encode.
#[derive(Clone, Copy, Debug, Default)]
pub struct EncodeOptions {
    /// The level of compression, 0 for none to 9.
    pub compression: u8,
    /// Write atoms as OTP 26 and later do by default (UTF-8) also where Latin-1 would do.
    pub utf8_atoms: bool,
    /// Write floats as text, as the first version of the format does.
    pub text_floats: bool,
}

/// The bytes of a term, version byte included. O(size).
pub fn encode(term: Term<'_>) -> Vec<u8> {
    encode_with(term, EncodeOptions::default())
}

/// The bytes of a term, version byte included; compressed if asked for and if that is shorter. O(size).
pub fn encode_with(term: Term<'_>, options: EncodeOptions) -> Vec<u8> {
    let mut out = vec![VERSION];
    let mut writer = Writer { out: &mut out, options };
    writer.term(term);
    if options.compression == 0 {
        return out;
    }
    let mut packed = vec![VERSION, tag::COMPRESSED];
    packed.extend_from_slice(&((out.len() - 1) as u32).to_be_bytes());
    let mut encoder = ZlibEncoder::new(packed, Compression::new(u32::from(options.compression.min(9))));
    std::io::Write::write_all(&mut encoder, &out[1..]).expect("a vector takes every byte");
    let packed = encoder.finish().expect("a vector takes every byte");
    if packed.len() < out.len() {
        packed
    } else {
        out
    }
}

struct Writer<'o> {
    out: &'o mut Vec<u8>,
    options: EncodeOptions,
}

impl Writer<'_> {
    fn u16(&mut self, value: usize) {
        self.out.extend_from_slice(&(value as u16).to_be_bytes());
    }

    fn u32(&mut self, value: usize) {
        self.out.extend_from_slice(&(value as u32).to_be_bytes());
    }

    fn term(&mut self, root: Term<'_>) {
        let mut work = vec![root];
        let mut steps = 0;
        while let Some(term) = work.pop() {
            crate::interrupt::step(&mut steps);
            match term.kind() {
                Kind::Int(value) => self.integer(value),
                Kind::Big(value) => {
                    let mut bytes: Vec<u8> = value.limbs.iter().flat_map(|limb| limb.to_le_bytes()).collect();
                    while bytes.last() == Some(&0) {
                        bytes.pop();
                    }
                    self.big(value.negative, &bytes);
                }
                Kind::Float(value) if self.options.text_floats => {
                    let text = scientific(value, 20);
                    self.out.push(tag::FLOAT);
                    self.out.extend_from_slice(text.as_bytes());
                    self.out.resize(self.out.len() + 31 - text.len(), 0);
                }
                Kind::Float(value) => {
                    self.out.push(tag::NEW_FLOAT);
                    self.out.extend_from_slice(&value.to_be_bytes());
                }
                Kind::Atom(name) => self.atom(name),
                Kind::Nil => self.out.push(tag::NIL),
                Kind::Cons(..) => self.list(term, &mut work),
                Kind::Tuple(elements) => {
                    match u8::try_from(elements.len()) {
                        Ok(size) => self.out.extend_from_slice(&[tag::SMALL_TUPLE, size]),
                        Err(_) => {
                            self.out.push(tag::LARGE_TUPLE);
                            self.u32(elements.len());
                        }
                    }
                    work.extend(elements.iter().rev());
                }
                Kind::Map(map) => {
                    self.out.push(tag::MAP);
                    self.u32(map.len());
                    // As maps:to_list/1 gives them; the first one must come last here.
                    let mut pairs: Vec<_> = map.iter().collect();
                    if map.is_flat() {
                        pairs.reverse();
                    }
                    work.extend(pairs.into_iter().flat_map(|(key, value)| [value, key]));
                }
                Kind::Bits(bits) => self.bits(bits),
                Kind::Export(export) => {
                    self.out.push(tag::EXPORT);
                    self.atom(export.module);
                    self.atom(export.function);
                    self.integer(i64::from(export.arity));
                }
                Kind::Fun(fun) => {
                    // The size in front covers the environment too, so that is written apart.
                    let mut inner = Vec::new();
                    let mut writer = Writer { out: &mut inner, options: self.options };
                    writer.out.push(fun.entry.arity as u8);
                    writer.out.extend_from_slice(&fun.entry.uniq);
                    writer.u32(fun.entry.index as usize);
                    writer.u32(fun.environment.len());
                    writer.atom(fun.entry.module);
                    writer.integer(i64::from(fun.entry.index));
                    writer.integer(i64::from(fun.entry.old_uniq));
                    writer.pid(Pid::HOST);
                    for variable in fun.environment {
                        stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, || writer.term(*variable));
                    }
                    self.out.push(tag::FUN);
                    self.u32(inner.len() + 4);
                    self.out.extend_from_slice(&inner);
                }
                Kind::Pid(pid) => self.pid(pid),
                Kind::ExternalPid(pid) => {
                    self.out.push(tag::NEW_PID);
                    self.atom(pid.node);
                    self.u32(pid.id as usize);
                    self.u32(pid.serial as usize);
                    self.u32(pid.creation as usize);
                }
                Kind::Port(port) => self.port(Atom::new(NO_NODE), port.0, 0),
                Kind::ExternalPort(port) => self.port(port.node, port.id, port.creation),
                Kind::Ref(reference) => {
                    let [high, middle, low] = reference_words(reference);
                    self.reference(Atom::new(NO_NODE), 0, &[low, middle, high]);
                }
                Kind::ExternalRef(reference) => {
                    self.reference(reference.node, reference.creation, reference.words());
                }
                Kind::Resource(resource) => {
                    let [high, middle, low] = reference_words(resource_reference(resource.id));
                    self.reference(Atom::new(NO_NODE), 0, &[low, middle, high]);
                }
            }
        }
    }

    fn integer(&mut self, value: i64) {
        if let Ok(byte) = u8::try_from(value) {
            self.out.extend_from_slice(&[tag::SMALL_INTEGER, byte]);
        } else if let Ok(word) = i32::try_from(value) {
            self.out.push(tag::INTEGER);
            self.out.extend_from_slice(&word.to_be_bytes());
        } else {
            let bytes = value.unsigned_abs().to_le_bytes();
            let size = 8 - value.unsigned_abs().leading_zeros() as usize / 8;
            self.big(value < 0, &bytes[..size]);
        }
    }

    fn big(&mut self, negative: bool, bytes: &[u8]) {
        match u8::try_from(bytes.len()) {
            Ok(size) => self.out.extend_from_slice(&[tag::SMALL_BIG, size]),
            Err(_) => {
                self.out.push(tag::LARGE_BIG);
                self.u32(bytes.len());
            }
        }
        self.out.push(u8::from(negative));
        self.out.extend_from_slice(bytes);
    }

    fn atom(&mut self, atom: Atom) {
        let text = atom.as_str();
        let latin1: Option<Vec<u8>> = if self.options.utf8_atoms {
            None
        } else {
            text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect()
        };
        match latin1 {
            Some(bytes) => {
                self.out.push(tag::ATOM);
                self.u16(bytes.len());
                self.out.extend_from_slice(&bytes);
            }
            None => {
                match u8::try_from(text.len()) {
                    Ok(size) => self.out.extend_from_slice(&[tag::SMALL_ATOM_UTF8, size]),
                    Err(_) => {
                        self.out.push(tag::ATOM_UTF8);
                        self.u16(text.len());
                    }
                }
                self.out.extend_from_slice(text.as_bytes());
            }
        }
    }

    /// A list: as a string when it is short and of bytes, as OTP writes it.
    fn list<'h>(&mut self, list: Term<'h>, work: &mut Vec<Term<'h>>) {
        let mut items = list.iter_list();
        let elements: Vec<_> = items.by_ref().collect();
        let tail = items.tail();
        let byte = |term: &Term<'_>| term.as_small().and_then(|value| u8::try_from(value).ok());
        if tail.is_nil() && elements.len() <= usize::from(u16::MAX) {
            if let Some(bytes) = elements.iter().map(byte).collect::<Option<Vec<u8>>>() {
                self.out.push(tag::STRING);
                self.u16(bytes.len());
                self.out.extend_from_slice(&bytes);
                return;
            }
        }
        self.out.push(tag::LIST);
        self.u32(elements.len());
        work.push(tail);
        work.extend(elements.into_iter().rev());
    }

    fn bits(&mut self, bits: Bits<'_>) {
        let bytes = bits.to_bytes();
        let last = bits.bit_len % 8;
        if last == 0 {
            self.out.push(tag::BINARY);
            self.u32(bytes.len());
        } else {
            self.out.push(tag::BIT_BINARY);
            self.u32(bytes.len());
            self.out.push(last as u8);
        }
        self.out.extend_from_slice(&bytes);
    }

    fn pid(&mut self, pid: Pid) {
        self.out.push(tag::NEW_PID);
        self.atom(Atom::new(NO_NODE));
        self.u32(pid.slot() as usize);
        self.u32(pid.serial() as usize);
        self.u32(0);
    }

    fn port(&mut self, node: Atom, id: u64, creation: u32) {
        self.out.push(tag::V4_PORT);
        self.atom(node);
        self.out.extend_from_slice(&id.to_be_bytes());
        self.u32(creation as usize);
    }

    fn reference(&mut self, node: Atom, creation: u32, words: &[u32]) {
        self.out.push(tag::NEWER_REFERENCE);
        self.u16(words.len());
        self.atom(node);
        self.u32(creation as usize);
        for word in words {
            self.u32(*word as usize);
        }
    }
}
