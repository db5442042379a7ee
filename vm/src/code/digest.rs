//! MD5, which identifies versions of modules and serves `erlang:md5/1`.

/// The MD5 digest of `bytes`. O(length).
pub fn md5(bytes: &[u8]) -> [u8; 16] {
    let mut digest = Md5::new();
    digest.update(bytes);
    digest.finish()
}

/// A digest under construction.
#[derive(Clone, Debug)]
pub struct Md5 {
    state: [u32; 4],
    /// Bytes that do not fill a block yet.
    rest: [u8; 64],
    /// Bytes taken in so far.
    length: u64,
}

/// How far each step of the four rounds rotates.
const SHIFTS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

/// The constant of a step: the first 32 bits behind the point of `|sin(step + 1)|`.
fn constant(step: usize) -> u32 {
    ((step as f64 + 1.0).sin().abs() * 4_294_967_296.0) as u32
}

impl Default for Md5 {
    fn default() -> Md5 {
        Md5::new()
    }
}

impl Md5 {
    /// The digest of nothing so far.
    pub fn new() -> Md5 {
        Md5 { state: [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476], rest: [0; 64], length: 0 }
    }

    /// Takes in more bytes.
    pub fn update(&mut self, mut bytes: &[u8]) {
        let filled = (self.length % 64) as usize;
        self.length = self.length.wrapping_add(bytes.len() as u64);
        if filled > 0 {
            let taken = bytes.len().min(64 - filled);
            self.rest[filled..filled + taken].copy_from_slice(&bytes[..taken]);
            bytes = &bytes[taken..];
            if filled + taken < 64 {
                return;
            }
            let block = self.rest;
            self.block(&block);
        }
        let mut blocks = bytes.chunks_exact(64);
        for chunk in &mut blocks {
            let mut block = [0; 64];
            block.copy_from_slice(chunk);
            self.block(&block);
        }
        let left = blocks.remainder();
        self.rest[..left.len()].copy_from_slice(left);
    }

    /// Ends the input and gives the digest.
    pub fn finish(mut self) -> [u8; 16] {
        let bits = self.length.wrapping_mul(8);
        let filled = (self.length % 64) as usize;
        let padding = if filled < 56 { 56 - filled } else { 120 - filled };
        let mut tail = [0u8; 72];
        tail[0] = 0x80;
        tail[padding..padding + 8].copy_from_slice(&bits.to_le_bytes());
        self.update(&tail[..padding + 8]);
        let mut out = [0; 16];
        for (bytes, word) in out.chunks_exact_mut(4).zip(self.state) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        out
    }

    /// The state as bytes, to go on from elsewhere.
    pub fn to_bytes(&self) -> [u8; 88] {
        let mut out = [0; 88];
        for (bytes, word) in out.chunks_exact_mut(4).zip(self.state) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        out[16..24].copy_from_slice(&self.length.to_le_bytes());
        out[24..].copy_from_slice(&self.rest);
        out
    }

    /// The digest whose state [`Md5::to_bytes`] gave.
    pub fn from_bytes(bytes: &[u8]) -> Option<Md5> {
        let bytes: &[u8; 88] = bytes.try_into().ok()?;
        let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let mut rest = [0; 64];
        rest.copy_from_slice(&bytes[24..]);
        let length = u64::from(word(16)) | u64::from(word(20)) << 32;
        Some(Md5 { state: [word(0), word(4), word(8), word(12)], rest, length })
    }

    fn block(&mut self, block: &[u8; 64]) {
        static CONSTANTS: std::sync::OnceLock<[u32; 64]> = std::sync::OnceLock::new();
        let constants = CONSTANTS.get_or_init(|| std::array::from_fn(constant));
        let mut words = [0u32; 16];
        for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
            *word = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
        let [mut a, mut b, mut c, mut d] = self.state;
        let mut mix = |step: usize, mixed: fn(u32, u32, u32) -> u32, word: usize| {
            let sum = a.wrapping_add(mixed(b, c, d)).wrapping_add(constants[step]).wrapping_add(words[word % 16]);
            (a, d, c) = (d, c, b);
            b = b.wrapping_add(sum.rotate_left(SHIFTS[step / 16][step % 4]));
        };
        (0..16).for_each(|step| mix(step, |b, c, d| (b & c) | (!b & d), step));
        (16..32).for_each(|step| mix(step, |b, c, d| (d & b) | (!d & c), 5 * step + 1));
        (32..48).for_each(|step| mix(step, |b, c, d| b ^ c ^ d, 3 * step + 5));
        (48..64).for_each(|step| mix(step, |b, c, d| c ^ (b | !d), 7 * step));
        for (state, add) in self.state.iter_mut().zip([a, b, c, d]) {
            *state = state.wrapping_add(add);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: [u8; 16]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn known_texts_have_known_digests() {
        assert_eq!(hex(md5(b"")), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(hex(md5(b"abc")), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(hex(md5(&[b'a'; 1000])), "cabe45dcc9ae5b66ba86600cca6b8ba8");
    }

    #[test]
    fn parts_give_the_digest_of_the_whole() {
        let text: Vec<u8> = (0..=255).cycle().take(1000).collect();
        let mut digest = Md5::new();
        for part in text.chunks(37) {
            digest.update(part);
            digest = Md5::from_bytes(&digest.to_bytes()).expect("its own state");
        }
        assert_eq!(digest.finish(), md5(&text));
    }
}
