//! Hashing: for maps and tables of this VM.
//!
//! [`hash`] is this VM's own and may change; equal terms (`=:=`) have equal hashes.

use super::view::{Kind, Term};

/// Mixes one more word in (the finaliser of MurmurHash3 over a running state).
#[inline(always)]
fn mix(state: u64, word: u64) -> u64 {
    let mut x = state.rotate_left(5) ^ word.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^= x >> 33;
    x = x.wrapping_mul(0xff51_afd7_ed55_8ccd);
    x ^= x >> 33;
    x = x.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^ (x >> 33)
}

fn mix_bytes(mut state: u64, bytes: &[u8]) -> u64 {
    let mut words = bytes.chunks_exact(8);
    for word in &mut words {
        state = mix(state, u64::from_le_bytes(word.try_into().expect("chunks of eight bytes")));
    }
    let mut last = [0; 8];
    last[..words.remainder().len()].copy_from_slice(words.remainder());
    mix(mix(state, u64::from_le_bytes(last)), bytes.len() as u64)
}

/// Seeds that tell kinds of terms apart.
mod seed {
    pub(super) const CONS: u64 = 1;
    pub(super) const TUPLE: u64 = 2;
    pub(super) const MAP: u64 = 3;
    pub(super) const BITS: u64 = 4;
    pub(super) const FLOAT: u64 = 5;
    pub(super) const BIG: u64 = 6;
    pub(super) const FUN: u64 = 7;
    pub(super) const EXPORT: u64 = 8;
    pub(super) const OTHER: u64 = 9;
}

/// A hash of 64 bits. O(size); no depth of nesting takes stack.
#[inline]
pub fn hash(term: Term<'_>) -> u64 {
    if term.raw.is_immediate() {
        return mix(0, term.raw.0);
    }
    hash_structure(term)
}

fn hash_structure(root: Term<'_>) -> u64 {
    let mut state = 0;
    let mut work = vec![root];
    let mut steps = 0;
    while let Some(term) = work.pop() {
        crate::interrupt::step(&mut steps);
        if term.raw.is_immediate() {
            state = mix(state, term.raw.0);
            continue;
        }
        match term.kind() {
            Kind::Cons(head, tail) => {
                state = mix(state, seed::CONS);
                work.push(tail);
                work.push(head);
            }
            Kind::Tuple(elements) => {
                state = mix(mix(state, seed::TUPLE), elements.len() as u64);
                work.extend(elements.iter().rev());
            }
            Kind::Map(map) => {
                // Pairs come in an order that equal maps share.
                state = mix(mix(state, seed::MAP), map.len() as u64);
                for (key, value) in map.iter() {
                    work.push(value);
                    work.push(key);
                }
            }
            Kind::Bits(bits) => state = mix(mix_bytes(mix(state, seed::BITS), &bits.to_bytes()), bits.bit_len as u64),
            Kind::Float(value) => state = mix(mix(state, seed::FLOAT), (value + 0.0).to_bits()),
            Kind::Big(value) => {
                state = mix(mix(state, seed::BIG), u64::from(value.negative));
                state = value.limbs.iter().fold(state, |state, limb| mix(state, *limb));
            }
            Kind::Fun(fun) => {
                state = mix(mix(state, seed::FUN), std::ptr::from_ref(fun.entry) as u64);
                work.extend(fun.environment.iter().rev());
            }
            Kind::Export(export) => {
                state = mix(mix(state, seed::EXPORT), u64::from(export.module.index()));
                state = mix(mix(state, u64::from(export.function.index())), u64::from(export.arity));
            }
            other => state = mix_bytes(mix(state, seed::OTHER), format!("{other:?}").as_bytes()),
        }
    }
    state
}
