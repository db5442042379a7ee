//! Random numbers that repeat, and damage to bytes.

/// A generator (splitmix64); equal seeds give equal numbers.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// A number below `bound`, which is not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// Numbers that programs stumble over.
    pub fn edge(&mut self) -> u64 {
        const EDGES: [u64; 16] =
            [0, 1, 2, 3, 7, 8, 63, 64, 255, 256, 1023, 1024, 0x7fff_ffff, 0xffff_ffff, i64::MAX as u64, u64::MAX];
        if self.one_in(3) {
            self.next() >> self.below(64)
        } else {
            *self.pick(&EDGES)
        }
    }

    /// Damages bytes: bits, bytes, numbers, cuts, repeats, and pieces of another input.
    pub fn damage(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        for _ in 0..1 + self.below(4) {
            if bytes.is_empty() {
                return;
            }
            let at = self.below(bytes.len());
            match self.below(9) {
                0..=2 => bytes[at] ^= 1 << self.below(8),
                3 => bytes[at] = self.next() as u8,
                4 => {
                    let number = (self.edge() as u32).to_be_bytes();
                    for (byte, new) in bytes[at..].iter_mut().zip(number) {
                        *byte = new;
                    }
                }
                5 => bytes.truncate(at),
                6 => {
                    let end = (at + 1 + self.below(16)).min(bytes.len());
                    bytes.drain(at..end);
                }
                7 => {
                    let end = (at + 1 + self.below(64)).min(bytes.len());
                    let piece = bytes[at..end].to_vec();
                    let to = self.below(bytes.len());
                    bytes.splice(to..to, piece);
                }
                _ if other.is_empty() => {}
                _ => {
                    let from = self.below(other.len());
                    let end = (from + 1 + self.below(64)).min(other.len());
                    let over = (at + (end - from)).min(bytes.len());
                    bytes.splice(at..over, other[from..end].iter().copied());
                }
            }
        }
    }
}
