//! External terms with damaged bytes are refused, or give a term that everything can be done with.

use beamlet_vm::etf::{self, DecodeOptions};
use beamlet_vm::heap::OwnedTerm;
use beamlet_vm::term::{compare, hash, phash};

use crate::rounds;

/// Terms with every tag of the format.
fn seeds() -> Vec<Vec<u8>> {
    let text = |bytes: &[u8]| [&[131], bytes].concat();
    let mut seeds = vec![
        text(&[97, 255]),
        text(&[98, 255, 255, 255, 0]),
        text(&[110, 9, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
        text(&[111, 0, 0, 0, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
        text(&[70, 63, 240, 0, 0, 0, 0, 0, 0]),
        text(&[100, 0, 2, b'o', b'k']),
        text(&[115, 2, b'o', b'k']),
        text(&[118, 0, 3, 0xe2, 0x82, 0xac]),
        text(&[119, 3, 0xe2, 0x82, 0xac]),
        text(&[107, 0, 3, 1, 2, 3]),
        text(&[108, 0, 0, 0, 2, 97, 1, 97, 2, 106]),
        text(&[108, 0, 0, 0, 1, 97, 1, 97, 2]),
        text(&[109, 0, 0, 0, 3, 1, 2, 3]),
        text(&[77, 0, 0, 0, 2, 3, 255, 0xe0]),
        text(&[104, 2, 97, 1, 104, 0]),
        text(&[105, 0, 0, 0, 1, 106]),
        text(&[116, 0, 0, 0, 2, 97, 1, 97, 2, 119, 1, b'a', 106]),
        text(&[88, 119, 1, b'a', 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]),
        text(&[103, 100, 0, 1, b'a', 0, 0, 0, 1, 0, 0, 0, 2, 3]),
        text(&[89, 119, 1, b'a', 0, 0, 0, 1, 0, 0, 0, 3]),
        text(&[102, 119, 1, b'a', 0, 0, 0, 1, 3]),
        text(&[120, 119, 1, b'a', 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 3]),
        text(&[90, 0, 3, 119, 1, b'a', 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]),
        text(&[114, 0, 1, 119, 1, b'a', 3, 0, 0, 0, 1]),
        text(&[113, 119, 1, b'a', 119, 1, b'b', 97, 2]),
    ];
    let mut float = vec![99];
    float.extend_from_slice(b"1.50000000000000000000e+00");
    float.resize(32, 0);
    seeds.push(text(&float));
    let all: Vec<u8> = seeds.iter().flat_map(|seed| seed[1..].to_vec()).collect();
    let mut tuple = vec![104, seeds.len() as u8];
    tuple.extend_from_slice(&all);
    seeds.push(text(&tuple));
    let whole = seeds.last().cloned().unwrap_or_default();
    let packed = OwnedTerm::try_build(|b| etf::decode(b, &whole));
    let packed =
        packed.map(|term| etf::encode_with(term.term(), etf::EncodeOptions { compression: 9, ..Default::default() }));
    seeds.extend(packed);
    seeds
}

fn try_everything(bytes: &[u8], options: DecodeOptions) {
    let Ok(term) = OwnedTerm::try_build(|b| etf::decode_with(b, bytes, options).map(|(term, _)| term)) else { return };
    let term = term.term();
    assert!(compare::exactly_equal(term, term));
    let _numbers = (hash::hash(term), phash::phash2(term));
    assert!(!term.to_string().is_empty());
    let again = etf::encode(term);
    let decoded = OwnedTerm::try_build(|b| etf::decode(b, &again)).expect("what was encoded can be decoded");
    assert!(compare::exactly_equal(term, decoded.term()), "{term} comes back as {}", decoded.term());
}

#[test]
fn damaged_external_terms() {
    let seeds = seeds();
    let options = [DecodeOptions::default(), DecodeOptions { safe: true, inflated_limit: 1 << 16 }];
    for seed in &seeds {
        OwnedTerm::try_build(|b| etf::decode(b, seed)).unwrap_or_else(|error| panic!("{seed:?}: {error}"));
        try_everything(seed, options[0]);
    }
    rounds("damaged external terms", 50_000, |random, keep| {
        let mut bytes = random.pick(&seeds).clone();
        let other = random.pick(&seeds).clone();
        random.damage(&mut bytes, &other);
        keep(&bytes);
        try_everything(&bytes, *random.pick(&options));
    });
}
