//! The portable hash of `erlang:phash2`: the same number for the same term on every node and in every release.
//!
//! The mixing is Bob Jenkins's hash of 1996; how terms are fed to it is Erlang's, and was checked against OTP 25.

use super::view::{Kind, Term};
use crate::Atom;

pub(super) const GOLDEN: u32 = 0x9e37_79b9;

/// Jenkins's `mix` of three words; the third is the running hash.
#[inline(always)]
pub(super) fn mix(mut a: u32, mut b: u32, mut c: u32) -> u32 {
    a = a.wrapping_sub(b).wrapping_sub(c) ^ (c >> 13);
    b = b.wrapping_sub(c).wrapping_sub(a) ^ (a << 8);
    c = c.wrapping_sub(a).wrapping_sub(b) ^ (b >> 13);
    a = a.wrapping_sub(b).wrapping_sub(c) ^ (c >> 12);
    b = b.wrapping_sub(c).wrapping_sub(a) ^ (a << 16);
    c = c.wrapping_sub(a).wrapping_sub(b) ^ (b >> 5);
    a = a.wrapping_sub(b).wrapping_sub(c) ^ (c >> 3);
    b = b.wrapping_sub(c).wrapping_sub(a) ^ (a << 10);
    c.wrapping_sub(a).wrapping_sub(b) ^ (b >> 15)
}

/// The constant that tells kinds of terms apart.
pub(super) const fn constant(number: u32) -> u32 {
    GOLDEN.wrapping_mul(number)
}

pub(super) fn two(hash: u32, left: u32, right: u32, constant: u32) -> u32 {
    mix(constant.wrapping_add(left), constant.wrapping_add(right), hash)
}

pub(super) fn one(hash: u32, word: u32, constant: u32) -> u32 {
    two(hash, word, 0, constant)
}

/// Jenkins's hash of bytes, twelve at a time.
pub(super) fn block(bytes: &[u8], initial: u32) -> u32 {
    let word = |part: &[u8]| part.iter().rev().fold(0u32, |word, &byte| word << 8 | u32::from(byte));
    let (mut a, mut b, mut c) = (GOLDEN, GOLDEN, initial);
    let mut chunks = bytes.chunks_exact(12);
    let full = |a: &mut u32, b: &mut u32, c: &mut u32| {
        // All three words go on, unlike in `mix`, which gives the last.
        let (mut x, mut y, mut z) = (*a, *b, *c);
        x = x.wrapping_sub(y).wrapping_sub(z) ^ (z >> 13);
        y = y.wrapping_sub(z).wrapping_sub(x) ^ (x << 8);
        z = z.wrapping_sub(x).wrapping_sub(y) ^ (y >> 13);
        x = x.wrapping_sub(y).wrapping_sub(z) ^ (z >> 12);
        y = y.wrapping_sub(z).wrapping_sub(x) ^ (x << 16);
        z = z.wrapping_sub(x).wrapping_sub(y) ^ (y >> 5);
        x = x.wrapping_sub(y).wrapping_sub(z) ^ (z >> 3);
        y = y.wrapping_sub(z).wrapping_sub(x) ^ (x << 10);
        z = z.wrapping_sub(x).wrapping_sub(y) ^ (y >> 15);
        (*a, *b, *c) = (x, y, z);
    };
    for chunk in &mut chunks {
        a = a.wrapping_add(word(&chunk[..4]));
        b = b.wrapping_add(word(&chunk[4..8]));
        c = c.wrapping_add(word(&chunk[8..]));
        full(&mut a, &mut b, &mut c);
    }
    let rest = chunks.remainder();
    c = c.wrapping_add(bytes.len() as u32);
    let part = |from: usize, to: usize| word(&rest[from.min(rest.len())..to.min(rest.len())]);
    a = a.wrapping_add(part(0, 4));
    b = b.wrapping_add(part(4, 8));
    // The lowest byte of the third word is the length.
    c = c.wrapping_add(part(8, 11) << 8);
    full(&mut a, &mut b, &mut c);
    c
}

/// The hash of an atom's text: PJW over its characters, those of Latin-1 as one byte.
pub(in crate::term) fn atom_hash(atom: Atom) -> u32 {
    let mut hash = 0u32;
    let mut byte = |value: u32| {
        hash = (hash << 4).wrapping_add(value);
        let high = hash & 0xf000_0000;
        if high != 0 {
            hash ^= high >> 24;
            hash ^= high;
        }
    };
    for character in atom.as_str().chars() {
        let code = u32::from(character);
        if code < 0x100 {
            byte(code);
        } else {
            let mut buffer = [0; 4];
            character.encode_utf8(&mut buffer).bytes().for_each(|value| byte(u32::from(value)));
        }
    }
    hash
}

fn small(value: i64, hash: u32) -> u32 {
    if (-(1 << 27)..1 << 27).contains(&value) {
        let mut hash = hash;
        if value < 0 {
            hash = one(hash, (-value) as u32, GOLDEN);
        }
        return one(hash, value as u32, GOLDEN);
    }
    wide(value.unsigned_abs(), value < 0, hash)
}

/// An integer of up to 64 bits beyond 28.
fn wide(magnitude: u64, negative: bool, hash: u32) -> u32 {
    two(hash, magnitude as u32, (magnitude >> 32) as u32, constant(if negative { 10 } else { 11 }))
}

enum Task<'h> {
    Term(Term<'h>),
    /// Starts the hash of a pair of a map, which is added to the others so that order does not matter.
    PairBegin,
    /// Ends it.
    PairEnd,
    /// Mixes in the sum of the pairs.
    MapEnd,
}

/// The hash, all 32 bits. O(size); no depth of nesting takes stack.
pub fn phash2(root: Term<'_>) -> u32 {
    match root.kind() {
        // Alone, an atom's hash and that of the empty list are constants.
        Kind::Atom(atom) => return atom_hash(atom),
        Kind::Nil => return 3_468_870_702,
        _ => {}
    }
    let mut hash = 0u32;
    let mut sums: Vec<(u32, u32)> = Vec::new();
    let mut work = vec![Task::Term(root)];
    let mut steps = 0;
    while let Some(task) = work.pop() {
        crate::interrupt::step(&mut steps);
        match task {
            Task::Term(term) => step(term, &mut hash, &mut sums, &mut work),
            Task::PairBegin => hash = 0,
            Task::PairEnd => {
                let (sum, _) = sums.last_mut().expect("a pair is within a map");
                *sum ^= hash;
                hash = 0;
            }
            Task::MapEnd => {
                let (sum, before) = sums.pop().expect("a map began");
                hash = one(before, sum, constant(19));
            }
        }
    }
    hash
}

fn step<'h>(term: Term<'h>, hash: &mut u32, sums: &mut Vec<(u32, u32)>, work: &mut Vec<Task<'h>>) {
    match term.kind() {
        Kind::Int(value) => *hash = small(value, *hash),
        Kind::Big(value) => *hash = big(value.limbs, value.negative, *hash),
        Kind::Float(value) => {
            let bits = (value + 0.0).to_bits();
            *hash = two(*hash, (bits >> 32) as u32, bits as u32, constant(12));
        }
        Kind::Atom(atom) => {
            *hash = if *hash == 0 { atom_hash(atom) } else { one(*hash, atom_hash(atom), constant(3)) };
        }
        Kind::Nil => *hash = if *hash == 0 { 3_468_870_702 } else { one(*hash, 2, constant(2)) },
        Kind::Cons(..) => list(term, hash, work),
        Kind::Tuple(elements) => {
            *hash = one(*hash, elements.len() as u32, constant(9));
            work.extend(elements.iter().rev().map(|element| Task::Term(*element)));
        }
        Kind::Map(map) => {
            let before = one(*hash, map.len() as u32, constant(16));
            *hash = before;
            if !map.is_empty() {
                sums.push((0, before));
                work.push(Task::MapEnd);
                for (key, value) in map.iter() {
                    work.extend([Task::PairEnd, Task::Term(value), Task::Term(key), Task::PairBegin]);
                }
            }
        }
        Kind::Bits(bits) => {
            let initial = constant(13).wrapping_add(*hash);
            let bytes = bits.to_bytes();
            let whole = &bytes[..bits.bit_len / 8];
            *hash = if bits.bit_len == 0 { initial } else { block(whole, initial) };
            let odd = bits.bit_len % 8;
            if odd > 0 {
                let last = u32::from(bytes[bytes.len() - 1]) >> (8 - odd);
                *hash = two(*hash, odd as u32, last, constant(15));
            }
        }
        Kind::Fun(fun) => {
            *hash = two(*hash, fun.environment.len() as u32, atom_hash(fun.entry.module), GOLDEN);
            *hash = two(*hash, fun.entry.index, fun.entry.old_uniq, GOLDEN);
            work.extend(fun.environment.iter().rev().map(|variable| Task::Term(*variable)));
        }
        Kind::Export(export) => {
            *hash = two(*hash, export.arity, atom_hash(export.module), GOLDEN);
            *hash = one(*hash, atom_hash(export.function), constant(14));
        }
        Kind::Pid(pid) => *hash = one(*hash, pid.slot() | pid.serial() << 28, constant(5)),
        Kind::ExternalPid(pid) => *hash = one(*hash, pid.id, constant(5)),
        Kind::Port(port) => *hash = two(*hash, port.0 as u32, (port.0 >> 32) as u32, constant(6)),
        Kind::ExternalPort(port) => *hash = two(*hash, port.id as u32, (port.id >> 32) as u32, constant(6)),
        Kind::Ref(reference) => *hash = one(*hash, super::id::reference_words(reference)[2], constant(7)),
        Kind::ExternalRef(reference) => *hash = one(*hash, reference.ids[0], constant(7)),
        Kind::Resource(resource) => *hash = one(*hash, resource.id as u32, constant(7)),
    }
}

/// A list: bytes at its front four at a time, then the first other element and the tail by themselves.
fn list<'h>(mut term: Term<'h>, hash: &mut u32, work: &mut Vec<Task<'h>>) {
    let (mut word, mut count) = (0u32, 0);
    while let Some((head, tail)) = term.as_cons() {
        let Some(byte) = head.as_small().and_then(|value| u8::try_from(value).ok()) else { break };
        word = word << 8 | u32::from(byte);
        count += 1;
        if count == 4 {
            *hash = one(*hash, word, constant(4));
            (word, count) = (0, 0);
        }
        term = tail;
    }
    if count > 0 {
        *hash = one(*hash, word, constant(4));
    }
    match term.as_cons() {
        Some((head, tail)) => {
            work.push(Task::Term(tail));
            work.push(Task::Term(head));
        }
        None => work.push(Task::Term(term)),
    }
}

/// A large integer: its words of 32 bits in pairs, least significant first.
fn big(limbs: &[u64], negative: bool, mut hash: u32) -> u32 {
    let constant = constant(if negative { 10 } else { 11 });
    for limb in limbs {
        hash = two(hash, *limb as u32, (*limb >> 32) as u32, constant);
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::{Builder, Heap};

    /// Terms in external format, and `:erlang.phash2(term, 4294967296)` of OTP 25.
    const HASHES: &[(&[u8], u32)] = &[
        (&[131, 97, 0], 3175731469),                                                // 0
        (&[131, 97, 1], 539485162),                                                 // 1
        (&[131, 98, 255, 255, 255, 255], 1117813597),                               // -1
        (&[131, 97, 255], 715823293),                                               // 255
        (&[131, 98, 7, 255, 255, 255], 4273352567),                                 // 134217727
        (&[131, 98, 8, 0, 0, 0], 2562491755),                                       // 134217728
        (&[131, 98, 248, 0, 0, 0], 874979335),                                      // -134217728
        (&[131, 98, 247, 255, 255, 255], 1418916782),                               // -134217729
        (&[131, 110, 5, 0, 0, 0, 0, 0, 1], 2108323275),                             // 4294967296
        (&[131, 110, 5, 1, 0, 242, 5, 42, 1], 3666884218),                          // -5000000000
        (&[131, 110, 13, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16], 528873168),    // 1267650600228229401496703205376
        (&[131, 110, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0, 64], 4181281985),                // -1180591620717411303424
        (&[131, 70, 63, 248, 0, 0, 0, 0, 0, 0], 2023646235),                        // 1.5
        (&[131, 70, 0, 0, 0, 0, 0, 0, 0, 0], 423528920),                            // 0.0
        (&[131, 70, 192, 2, 0, 0, 0, 0, 0, 0], 2254282282),                         // -2.25
        (&[131, 100, 0, 2, 111, 107], 1883),                                        // :ok
        (&[131, 100, 0, 1, 233], 233),                                              // :é
        (&[131, 119, 3, 206, 187, 120], 55848),                                     // :"λx"
        (&[131, 106], 3468870702),                                                  // []
        (&[131, 107, 0, 2, 1, 2], 3234232173),                                      // [1, 2]
        (&[131, 107, 0, 5, 1, 2, 3, 4, 5], 3824152778),                             // [1, 2, 3, 4, 5]
        (&[131, 108, 0, 0, 0, 2, 98, 0, 0, 1, 44, 100, 0, 1, 97, 106], 1472428027), // [300, :a]
        (&[131, 108, 0, 0, 0, 1, 97, 1, 97, 2], 3844221178),                        // [1 | 2]
        (&[131, 108, 0, 0, 0, 2, 100, 0, 1, 97, 107, 0, 1, 1, 106], 2963464513),    // [:a, [1]]
        (&[131, 104, 0], 221703996),                                                // {}
        (&[131, 104, 2, 97, 1, 104, 1, 97, 2], 4153053108),                         // {1, {2}}
        (&[131, 104, 2, 100, 0, 1, 97, 106], 475258904),                            // {:a, []}
        (&[131, 116, 0, 0, 0, 0], 844985373),                                       // %{}
        (&[131, 116, 0, 0, 0, 1, 100, 0, 1, 97, 97, 1], 1401795262),                // %{a: 1}
        (
            &[
                131, 116, 0, 0, 0, 2, 100, 0, 1, 97, 97, 1, 100, 0, 1, 98, 108, 0, 0, 0, 1, 104, 2, 100, 0, 1, 99, 97,
                2, 106,
            ],
            3135264913,
        ), // %{a: 1, b: [c: 2]}
        (&[131, 109, 0, 0, 0, 3, 98, 105, 110], 4062152784),                        // "bin"
        (&[131, 109, 0, 0, 0, 0], 147926629),                                       // ""
        (
            &[
                131, 109, 0, 0, 0, 20, 97, 32, 108, 111, 110, 103, 101, 114, 32, 98, 105, 110, 97, 114, 121, 32, 116,
                101, 120, 116,
            ],
            236969356,
        ), // "a longer binary text"
        (&[131, 77, 0, 0, 0, 1, 3, 32], 3965351140),                                // <<1::size(3)>>
        (&[131, 77, 0, 0, 0, 3, 5, 1, 2, 24], 946117966),                           // <<1, 2, 3::size(5)>>
        (
            &[131, 113, 100, 0, 11, 69, 108, 105, 120, 105, 114, 46, 69, 110, 117, 109, 100, 0, 3, 109, 97, 112, 97, 2],
            3561230584,
        ), // &Enum.map/2
        (&[131, 109, 0, 0, 0, 4, 97, 98, 99, 0], 3851493331),                       // <<97, 98, 99, 0>>
        (&[131, 108, 0, 0, 0, 1, 106, 106], 499070068),                             // [[]]
        (&[131, 104, 3, 106, 100, 0, 1, 97, 97, 1], 451027370),                     // {[], :a, 1}
    ];

    #[test]
    fn hashes_are_those_of_otp() {
        let mut wrong = Vec::new();
        for (bytes, expected) in HASHES {
            let mut heap = Heap::default();
            let term = crate::etf::decode(&mut Builder::new(&mut heap), bytes).expect("bytes of OTP");
            if phash2(term) != *expected {
                wrong.push(format!("{term:?}: {} for {expected}", phash2(term)));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
