//! A cheap hasher for keys made of small integers, such as atoms: the expander looks names up at every node.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// Multiplies and rotates; good for small integers that no adversary chooses freely.
#[derive(Clone, Copy, Default)]
pub struct SmallHasher(u64);

const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

impl SmallHasher {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    }
}

impl Hasher for SmallHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.add(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.add(value.into());
    }

    fn write_u32(&mut self, value: u32) {
        self.add(value.into());
    }

    fn write_u64(&mut self, value: u64) {
        self.add(value);
    }

    fn write_usize(&mut self, value: usize) {
        self.add(value as u64);
    }
}

/// A hash map with [`SmallHasher`].
pub type SmallMap<K, V> = HashMap<K, V, BuildHasherDefault<SmallHasher>>;
/// A hash set with [`SmallHasher`].
pub type SmallSet<K> = HashSet<K, BuildHasherDefault<SmallHasher>>;
