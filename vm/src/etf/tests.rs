use super::*;
use crate::heap::{Builder, Heap};
use crate::term::Term;

/// Terms as `elixir` shows them, and their bytes as `:erlang.term_to_binary/1` of OTP 25 gives them.
const ENCODED: &[(&str, &[u8])] = &[
    ("1", &[131, 97, 1]),
    ("-1", &[131, 98, 255, 255, 255, 255]),
    ("300", &[131, 98, 0, 0, 1, 44]),
    ("-2147483649", &[131, 110, 4, 1, 1, 0, 0, 128]),
    ("1267650600228229401496703205376", &[131, 110, 13, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16]),
    ("1.5", &[131, 70, 63, 248, 0, 0, 0, 0, 0, 0]),
    (":ok", &[131, 100, 0, 2, 111, 107]),
    (":é", &[131, 100, 0, 1, 233]),
    (":λ", &[131, 119, 2, 206, 187]),
    ("[]", &[131, 106]),
    ("[1, 2]", &[131, 107, 0, 2, 1, 2]),
    ("[1 | 2]", &[131, 108, 0, 0, 0, 1, 97, 1, 97, 2]),
    ("[300, :a]", &[131, 108, 0, 0, 0, 2, 98, 0, 0, 1, 44, 100, 0, 1, 97, 106]),
    ("{}", &[131, 104, 0]),
    ("{1, {2}}", &[131, 104, 2, 97, 1, 104, 1, 97, 2]),
    (
        "%{a: 1, b: [c: 2]}",
        &[
            131, 116, 0, 0, 0, 2, 100, 0, 1, 97, 97, 1, 100, 0, 1, 98, 108, 0, 0, 0, 1, 104, 2, 100, 0, 1, 99, 97, 2,
            106,
        ],
    ),
    ("\"bin\"", &[131, 109, 0, 0, 0, 3, 98, 105, 110]),
    ("<<1::size(3)>>", &[131, 77, 0, 0, 0, 1, 3, 32]),
    (
        "&Enum.map/2",
        &[131, 113, 100, 0, 11, 69, 108, 105, 120, 105, 114, 46, 69, 110, 117, 109, 100, 0, 3, 109, 97, 112, 97, 2],
    ),
    ("[1, 1, 1]", &[131, 107, 0, 3, 1, 1, 1]),
];

#[test]
fn bytes_of_otp_are_read_and_written_back() {
    for (shown, bytes) in ENCODED {
        let mut heap = Heap::default();
        let mut builder = Builder::new(&mut heap);
        let term = decode(&mut builder, bytes).unwrap_or_else(|error| panic!("{shown}: {error}"));
        assert_eq!(encode(term), *bytes, "{shown}");
    }
}

#[test]
fn compressed_terms_are_read_back() {
    let mut heap = Heap::default();
    let mut builder = Builder::new(&mut heap);
    let term = builder.binary(&[7; 10_000]);
    let packed = encode_with(term, EncodeOptions { compression: 6, ..EncodeOptions::default() });
    assert!(packed.len() < 200);
    assert_eq!(decode(&mut builder, &packed).expect("our own bytes"), term);
}

#[test]
fn a_term_a_million_deep_is_read_back() {
    let mut heap = Heap::default();
    let mut builder = Builder::new(&mut heap);
    let mut term = Term::nil();
    for _ in 0..1_000_000 {
        term = builder.tuple(&[term]);
    }
    let bytes = encode(term);
    assert_eq!(decode(&mut builder, &bytes).expect("our own bytes"), term);
}

#[test]
fn damaged_bytes_are_refused_without_a_panic() {
    for (shown, bytes) in ENCODED {
        for length in 0..bytes.len() {
            let mut heap = Heap::default();
            assert!(decode(&mut Builder::new(&mut heap), &bytes[..length]).is_err(), "{shown} cut at {length}");
        }
        for position in 0..bytes.len() {
            for bit in 0..8 {
                let mut broken = bytes.to_vec();
                broken[position] ^= 1 << bit;
                let mut heap = Heap::default();
                let _either = decode(&mut Builder::new(&mut heap), &broken);
            }
        }
    }
}

#[test]
fn a_safe_decoding_makes_no_atoms() {
    let bytes = [131, 119, 9, b'n', b'e', b'v', b'e', b'r', b' ', b'm', b'a', b'd'];
    let mut heap = Heap::default();
    let options = DecodeOptions { safe: true, ..DecodeOptions::default() };
    assert!(decode_with(&mut Builder::new(&mut heap), &bytes, options).is_err());
}
