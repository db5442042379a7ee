//! The hash that places keys in large maps, which is what gives them their order.
//!
//! Programs see that order in `maps:to_list/1` and in printed maps, so it is OTP 25's: Jenkins's mixing with the constants of the
//! emulator's internal hash, found by asking it. Numbers, binaries, and lists and tuples of these have its very hashes. Atoms, pids,
//! references and funs do not: there the emulator hashes numbers that depend on what else it has loaded.

use super::phash::{block, constant, mix, one, two, GOLDEN};
use super::raw::RawTerm;
use super::view::{Kind, Term};

/// Where every hash starts.
const SALT: u32 = 3_432_918_353;

/// The emulator's word for the empty list.
const NIL_WORD: u64 = 0x3b;

/// The least and greatest integer that is one word in the emulator.
const WORD_INTEGERS: std::ops::Range<i64> = -(1 << 59)..1 << 59;

#[inline(always)]
fn word(hash: u32, word: u64) -> u32 {
    mix(GOLDEN.wrapping_add(word as u32), GOLDEN.wrapping_add((word >> 32) as u32), hash)
}

/// Mixes in what tells a head or a tail.
#[inline(always)]
fn mark(hash: u32, number: u32) -> u32 {
    (hash ^ constant(number)).rotate_left(17)
}

#[inline(always)]
fn immediate(hash: u32, raw: RawTerm) -> u32 {
    if raw.is_small() {
        return integer(hash, raw.small_value());
    }
    word(hash, if raw.is_nil() { NIL_WORD } else { raw.0 })
}

#[inline(always)]
fn integer(hash: u32, value: i64) -> u32 {
    if WORD_INTEGERS.contains(&value) {
        word(hash, (value as u64) << 4 | 0xf)
    } else {
        limb(hash, value.unsigned_abs(), value < 0)
    }
}

/// One digit of an integer beyond a word.
fn limb(hash: u32, digit: u64, negative: bool) -> u32 {
    two(hash, digit as u32, (digit >> 32) as u32, constant(if negative { 10 } else { 11 }))
}

/// The hash of a key. O(size); no depth of nesting takes stack.
#[inline]
pub fn key_hash(term: Term<'_>) -> u32 {
    if term.raw.is_immediate() {
        return immediate(SALT, term.raw);
    }
    structure(term)
}

/// The hash that places a row in a table: as for maps, but an atom is hashed by its text, so that its place is the same everywhere.
#[inline]
pub fn table_hash(key: Term<'_>) -> u32 {
    match key.as_atom() {
        Some(atom) if !key.is_nil() => super::phash::atom_hash(atom),
        _ => key_hash(key),
    }
}

enum Task<'h> {
    Term(Term<'h>),
    /// The tail of a list that is no list cell.
    Tail(Term<'h>),
    /// Starts a pair of a map, whose hash is added to the others so that order does not matter.
    PairBegin,
    PairEnd,
    MapEnd,
}

fn structure(root: Term<'_>) -> u32 {
    let mut hash = SALT;
    let mut sums: Vec<(u32, u32)> = Vec::new();
    let mut work = Vec::new();
    let mut next = Some(Task::Term(root));
    while let Some(task) = next {
        match task {
            Task::Term(term) => step(term, &mut hash, &mut sums, &mut work),
            Task::Tail(term) => {
                hash = mark(hash, 18);
                step(term, &mut hash, &mut sums, &mut work);
            }
            Task::PairBegin => hash = 0,
            Task::PairEnd => {
                let (sum, _) = sums.last_mut().expect("a pair is within a map");
                *sum ^= hash;
            }
            Task::MapEnd => {
                let (sum, before) = sums.pop().expect("a map began");
                hash = one(before, sum, constant(19));
            }
        }
        next = work.pop();
    }
    hash
}

fn step<'h>(term: Term<'h>, hash: &mut u32, sums: &mut Vec<(u32, u32)>, work: &mut Vec<Task<'h>>) {
    if term.raw.is_immediate() {
        *hash = immediate(*hash, term.raw);
        return;
    }
    match term.kind() {
        Kind::Cons(..) => list(term, hash, work),
        Kind::Tuple(elements) => {
            *hash = one(*hash, elements.len() as u32, constant(9));
            // What is one word needs no place in the work list while nothing else came before it.
            let words = elements.iter().take_while(|element| element.raw.is_immediate()).count();
            *hash = elements[..words].iter().fold(*hash, |hash, element| immediate(hash, element.raw));
            work.extend(elements[words..].iter().rev().map(|element| Task::Term(*element)));
        }
        Kind::Bits(bits) => {
            let initial = constant(13).wrapping_add(*hash);
            if bits.bit_len == 0 {
                *hash = initial;
                return;
            }
            let bytes = bits.to_bytes();
            *hash = block(&bytes[..bits.bit_len / 8], initial);
            let odd = bits.bit_len % 8;
            if odd > 0 {
                let last = u32::from(bytes[bytes.len() - 1]) >> (8 - odd);
                *hash = two(*hash, odd as u32, last, constant(15));
            }
        }
        Kind::Float(value) => {
            let bits = (value + 0.0).to_bits();
            *hash = two(*hash, bits as u32, (bits >> 32) as u32, constant(12));
        }
        Kind::Int(value) => *hash = integer(*hash, value),
        Kind::Big(value) => *hash = value.limbs.iter().fold(*hash, |hash, digit| limb(hash, *digit, value.negative)),
        Kind::Map(map) => {
            *hash = one(*hash, map.len() as u32, constant(16));
            if !map.is_empty() {
                sums.push((0, *hash));
                work.push(Task::MapEnd);
                for (key, value) in map.iter() {
                    work.extend([Task::PairEnd, Task::Term(value), Task::Term(key), Task::PairBegin]);
                }
            }
        }
        _ => {
            let own = super::hash::hash(term);
            *hash = two(*hash, own as u32, (own >> 32) as u32, constant(14));
        }
    }
}

/// A list: bytes at its front four at a time, then the first other element and the tail by themselves.
fn list<'h>(mut term: Term<'h>, hash: &mut u32, work: &mut Vec<Task<'h>>) {
    let (mut bytes, mut count) = (0u32, 0);
    while let Some((head, tail)) = term.as_cons() {
        let Some(byte) = head.as_small().and_then(|value| u8::try_from(value).ok()) else { break };
        bytes = bytes << 8 | u32::from(byte);
        count += 1;
        if count == 4 {
            *hash = one(*hash, bytes, constant(4));
            (bytes, count) = (0, 0);
        }
        term = tail;
    }
    if count > 0 {
        *hash = two(*hash, bytes, count, constant(22));
    }
    match term.as_cons() {
        Some((head, tail)) => {
            *hash = mark(*hash, 17);
            work.push(if tail.as_cons().is_some() { Task::Term(tail) } else { Task::Tail(tail) });
            work.push(Task::Term(head));
        }
        None => work.push(Task::Term(term)),
    }
}
