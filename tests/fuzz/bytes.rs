//! Module files with damaged bytes are refused with a place, or load.

use beamlet_vm::code;

use crate::rounds;

const MODULES: [&str; 6] =
    ["Elixir.Keyword", "Elixir.Base", "Elixir.Agent", "Elixir.Float", "Elixir.Tuple", "Elixir.Task.Supervised"];

#[test]
fn damaged_module_files() {
    let files = MODULES.iter().filter_map(|name| beamlet_stdlib::module(name));
    let files: Vec<Vec<u8>> = files.map(|file| file.whole()).collect();
    assert_eq!(files.len(), MODULES.len());
    rounds("damaged module files", 3_000, |random, keep| {
        let mut bytes = random.pick(&files).clone();
        let other = random.pick(&files);
        random.damage(&mut bytes, other);
        keep(&bytes);
        if let Err(error) = code::check(&bytes) {
            assert!(!error.to_string().is_empty());
        }
    });
}

#[test]
fn every_truncation_of_a_module_is_refused() {
    let bytes = beamlet_stdlib::module("Elixir.Tuple").expect("a bundled module").whole();
    for length in 0..bytes.len() {
        assert!(code::check(&bytes[..length]).is_err(), "cut at {length}");
    }
}
