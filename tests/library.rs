//! The library's own tests, in ExUnit: each file of `stdlib/test` runs by itself.

mod support;

#[test]
fn all_pass() {
    support::check_all(&support::library_tests(), |file| support::check_test_file(env!("CARGO_BIN_EXE_beamlet"), file));
}
