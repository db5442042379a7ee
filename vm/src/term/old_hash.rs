//! The first portable hash of Erlang, `erlang:phash`: what `dict` and `sets` choose their buckets by.
//!
//! Multiplying and adding, with a prime for each kind of term; found by asking OTP 25. Terms that no two nodes share (pids,
//! references, funs) have a hash of this VM's own.

use super::view::{Integer, Kind, Term};

/// The primes, by what they are for.
mod prime {
    pub(super) const ATOM: u32 = 268_440_163;
    pub(super) const BYTE: u32 = 268_439_161;
    pub(super) const POSITIVE: u32 = 268_435_459;
    pub(super) const NEGATIVE: u32 = 268_436_141;
    pub(super) const PID: u32 = 268_438_633;
    pub(super) const FLOAT: u32 = 268_437_017;
    pub(super) const LIST: u32 = 268_437_511;
    pub(super) const TUPLE: u32 = 268_439_627;
    pub(super) const BITS: u32 = 268_440_581;
    pub(super) const MAP: u32 = 268_440_591;
}

/// `hash * prime + more`.
fn step(hash: u32, prime: u32, more: u32) -> u32 {
    hash.wrapping_mul(prime).wrapping_add(more)
}

fn magnitude(hash: u32, bytes: impl Iterator<Item = u8>, negative: bool) -> u32 {
    let hash = bytes.fold(hash, |hash, byte| step(hash, prime::BYTE, u32::from(byte)));
    hash.wrapping_mul(if negative { prime::NEGATIVE } else { prime::POSITIVE })
}

/// The bytes of a number from the lowest, in groups of four.
fn groups(limbs: &[u64]) -> Vec<u8> {
    let mut bytes: Vec<u8> = limbs.iter().flat_map(|limb| limb.to_le_bytes()).collect();
    while bytes.len() > 4 && bytes[bytes.len() - 4..] == [0; 4] {
        bytes.truncate(bytes.len() - 4);
    }
    bytes
}

enum Task<'h> {
    Term(Term<'h>),
    /// Ends a list whose tail has been taken in.
    List,
    /// Ends a tuple of so many elements.
    Tuple(u32),
}

/// The hash, all 32 bits. O(size); no depth of nesting takes stack.
pub fn phash(root: Term<'_>) -> u32 {
    let mut hash = 0u32;
    let mut work = vec![Task::Term(root)];
    let mut steps = 0;
    while let Some(task) = work.pop() {
        crate::interrupt::step(&mut steps);
        let term = match task {
            Task::List => {
                hash = hash.wrapping_mul(prime::LIST);
                continue;
            }
            Task::Tuple(arity) => {
                hash = step(hash, prime::TUPLE, arity);
                continue;
            }
            Task::Term(term) => term,
        };
        match term.kind() {
            Kind::Nil => hash = step(hash, prime::POSITIVE, 1),
            Kind::Atom(atom) => hash = step(hash, prime::ATOM, super::phash::atom_hash(atom)),
            Kind::Int(value) => hash = magnitude(hash, groups(&[value.unsigned_abs()]).into_iter(), value < 0),
            Kind::Big(Integer { limbs, negative }) => {
                hash = magnitude(hash, groups(limbs).into_iter(), negative);
            }
            Kind::Float(value) => {
                let bits = (value + 0.0).to_bits();
                hash = step(hash, prime::FLOAT, (bits >> 32) as u32 ^ bits as u32);
            }
            Kind::Bits(bits) => {
                let bytes = bits.to_bytes();
                let whole = &bytes[..bits.bit_len / 8];
                hash = whole.iter().fold(hash, |hash, byte| step(hash, prime::ATOM, u32::from(*byte)));
                let odd = (bits.bit_len % 8) as u32;
                if odd > 0 {
                    hash = step(hash, prime::BITS, u32::from(bytes[bytes.len() - 1]) >> (8 - odd));
                }
                hash = step(hash, prime::NEGATIVE, whole.len() as u32);
            }
            Kind::Cons(..) => {
                // Each cell is its head, then its tail: cells one after the other, and at the end once the prime.
                let mut rest = term;
                while let Some((head, tail)) = rest.as_cons() {
                    match head.as_small().and_then(|value| u8::try_from(value).ok()) {
                        Some(byte) => hash = step(hash, prime::BYTE, u32::from(byte)),
                        None => {
                            if tail.as_cons().is_none() {
                                work.push(Task::List);
                            }
                            work.push(Task::Term(tail));
                            work.push(Task::Term(head));
                            break;
                        }
                    }
                    if tail.as_cons().is_none() {
                        work.push(Task::List);
                        work.push(Task::Term(tail));
                        break;
                    }
                    rest = tail;
                }
            }
            Kind::Tuple(elements) => {
                work.push(Task::Tuple(elements.len() as u32));
                work.extend(elements.iter().rev().map(|element| Task::Term(*element)));
            }
            Kind::Map(_) => hash = step(hash, prime::MAP, super::phash::phash2(term)),
            _ => hash = step(hash, prime::PID, super::phash::phash2(term)),
        }
    }
    hash
}
