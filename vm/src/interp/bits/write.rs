//! Writing bits into a zeroed buffer.

use num_bigint::{BigInt, Sign};

use crate::code::load::binary::{flag, segment};

/// A place in a buffer of zero bits.
#[derive(Debug)]
pub(super) struct Writer {
    buffer: *mut u8,
    /// The next bit.
    pub(super) at: usize,
    /// One past the last bit.
    pub(super) end: usize,
}

impl Writer {
    /// Writes into bits `at..end` of `buffer`, which are zero.
    ///
    /// # Safety
    /// The buffer has that many bits, nobody else uses it, and it outlives the writer's use.
    pub(super) unsafe fn new(buffer: *mut u8, at: usize, end: usize) -> Writer {
        Writer { buffer, at, end }
    }

    /// Where the next byte goes, for a writer that is at the beginning of one.
    pub(super) fn rest(&self) -> *mut u8 {
        self.buffer.wrapping_add(self.at / 8)
    }

    /// Whether that many bits are free.
    pub(super) fn has(&self, count: usize) -> bool {
        self.end - self.at >= count
    }

    /// Appends the first `count` bits of `bytes`, those beyond them being zero. Cut at the end of the buffer.
    pub(super) fn put(&mut self, bytes: &[u8], count: usize) {
        let count = count.min(self.end - self.at).min(bytes.len() * 8);
        let length = count.div_ceil(8);
        let shift = self.at % 8;
        // SAFETY: `count` bits are left from `at` on, as `new` was promised.
        unsafe {
            let to = self.buffer.add(self.at / 8);
            if shift == 0 {
                std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, length);
                if count % 8 != 0 {
                    *to.add(length - 1) &= 0xffu8 << (8 - count % 8);
                }
            } else {
                for (i, byte) in bytes[..length].iter().enumerate() {
                    let left = count - i * 8;
                    let byte = if left < 8 { byte & 0xffu8 << (8 - left) } else { *byte };
                    *to.add(i) |= byte >> shift;
                    if left > 8 - shift {
                        *to.add(i + 1) |= byte << (8 - shift);
                    }
                }
            }
        }
        self.at += count;
    }

    /// Appends an integer, as many of its low bits as asked for.
    pub(super) fn integer(&mut self, value: i64, count: usize, flags: u16) {
        let little = flags & flag::LITTLE != 0;
        if count <= 64 {
            let rest = count % 8;
            if little && count > 8 {
                let mut bytes = value.to_le_bytes();
                if rest != 0 {
                    bytes[count / 8] <<= 8 - rest;
                }
                self.put(&bytes, count);
            } else if count > 0 {
                let bytes = ((value as u64) << (64 - count)).to_be_bytes();
                self.put(&bytes, count);
            }
            return;
        }
        let mut bytes = vec![if value < 0 { 0xff } else { 0 }; count.div_ceil(8)];
        bytes[..8].copy_from_slice(&value.to_le_bytes());
        self.little_bytes(bytes, count, little);
    }

    /// As [`Writer::integer`], for an integer of any size.
    pub(super) fn big(&mut self, value: &BigInt, count: usize, flags: u16) {
        let fill = if value.sign() == Sign::Minus { 0xff } else { 0 };
        let mut bytes = value.to_signed_bytes_le();
        bytes.resize(count.div_ceil(8), fill);
        self.little_bytes(bytes, count, flags & flag::LITTLE != 0);
    }

    /// Appends `count` bits of a number given least significant byte first.
    fn little_bytes(&mut self, mut bytes: Vec<u8>, count: usize, little: bool) {
        let rest = count % 8;
        if little {
            if rest != 0 {
                if let Some(last) = bytes.last_mut() {
                    *last <<= 8 - rest;
                }
            }
            self.put(&bytes, count);
            return;
        }
        bytes.reverse();
        if rest != 0 {
            // The number's top bits begin within its first byte: move all to the front.
            let shift = 8 - rest;
            for i in 0..bytes.len() {
                let next = bytes.get(i + 1).copied().unwrap_or(0);
                bytes[i] = bytes[i] << shift | next >> rest;
            }
        }
        self.put(&bytes, count);
    }

    /// Appends a float of 16, 32 or 64 bits. `false` if it does not fit or there is no such size.
    pub(super) fn float(&mut self, value: f64, count: usize, flags: u16) -> bool {
        let little = flags & flag::LITTLE != 0;
        let mut bytes: [u8; 8] = [0; 8];
        match count {
            64 => bytes = value.to_be_bytes(),
            32 => {
                // What does not fit becomes an infinity, as in OTP 25.
                bytes[..4].copy_from_slice(&(value as f32).to_be_bytes());
            }
            16 => {
                let infinity = if value < 0.0 { 0xfc00 } else { 0x7c00 };
                bytes[..2].copy_from_slice(&half(value).unwrap_or(infinity).to_be_bytes());
            }
            _ => return false,
        }
        let bytes = &mut bytes[..count / 8];
        if little {
            bytes.reverse();
        }
        self.put(bytes, count);
        true
    }

    /// Appends a character; the caller has asked [`utf_bytes`] for its size.
    pub(super) fn character(&mut self, character: char, kind: u16, flags: u16) {
        let little = flags & flag::LITTLE != 0;
        match kind {
            segment::UTF8 => {
                let mut buffer = [0; 4];
                let bytes = character.encode_utf8(&mut buffer).as_bytes();
                self.put(bytes, bytes.len() * 8);
            }
            segment::UTF16 => {
                let mut buffer = [0; 2];
                for unit in character.encode_utf16(&mut buffer) {
                    self.put(&if little { unit.to_le_bytes() } else { unit.to_be_bytes() }, 16);
                }
            }
            _ => {
                let value = u32::from(character);
                self.put(&if little { value.to_le_bytes() } else { value.to_be_bytes() }, 32);
            }
        }
    }
}

/// The bytes that a character takes.
pub(super) fn utf_bytes(character: char, kind: u16) -> usize {
    match kind {
        segment::UTF8 => character.len_utf8(),
        segment::UTF16 => character.len_utf16() * 2,
        _ => 4,
    }
}

/// A half-precision float, rounded to even; `None` if the value is too large.
fn half(value: f64) -> Option<u16> {
    let sign = if value.is_sign_negative() { 0x8000 } else { 0 };
    let magnitude = value.abs();
    if magnitude >= 65_520.0 {
        return None;
    }
    if magnitude < 2f64.powi(-14) {
        return Some(sign | (magnitude * 2f64.powi(24)).round_ties_even() as u16);
    }
    let exponent = magnitude.log2().floor() as i32;
    let exponent = if 2f64.powi(exponent) > magnitude { exponent - 1 } else { exponent };
    let fraction = ((magnitude / 2f64.powi(exponent) - 1.0) * 1024.0).round_ties_even() as u16;
    // A fraction of 1024 carries into the exponent, as it should.
    Some(sign | ((((exponent + 15) as u16) << 10) + fraction))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(bits: usize, write: impl FnOnce(&mut Writer)) -> Vec<u8> {
        let mut buffer = vec![0; bits.div_ceil(8)];
        // SAFETY: the buffer has these bits and outlives the writer.
        let mut writer = unsafe { Writer::new(buffer.as_mut_ptr(), 0, bits) };
        write(&mut writer);
        buffer
    }

    #[test]
    fn integers_are_written_as_erlang_writes_them() {
        assert_eq!(written(12, |w| w.integer(0xabc, 12, 0)), [0xab, 0xc0]);
        assert_eq!(written(12, |w| w.integer(0xabc, 12, flag::LITTLE)), [0xbc, 0xa0]);
        assert_eq!(written(16, |w| w.integer(-2, 16, 0)), [0xff, 0xfe]);
        assert_eq!(written(80, |w| w.integer(-2, 80, 0)), [255, 255, 255, 255, 255, 255, 255, 255, 255, 254]);
        assert_eq!(written(72, |w| w.big(&(BigInt::from(1) << 70), 72, 0))[0], 0x40);
        let odd = written(15, |w| {
            w.integer(1, 3, 0);
            w.integer(0xabc, 12, 0);
        });
        assert_eq!(odd, [0b0011_0101, 0b0111_1000]);
    }

    #[test]
    fn floats_are_rounded_to_half() {
        assert_eq!(half(1.0), Some(0x3c00));
        assert_eq!(half(-2.0), Some(0xc000));
        assert_eq!(half(65_504.0), Some(0x7bff));
        assert_eq!(half(65_520.0), None);
    }
}
