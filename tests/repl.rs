//! Types into the REPL through a pseudo-terminal: what `tests/repl.py` says.

#![cfg(all(unix, feature = "repl"))]

#[test]
fn a_session_on_a_terminal() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/repl.py");
    let output = std::process::Command::new("python3")
        .args([script, env!("CARGO_BIN_EXE_beamlet")])
        .output()
        .expect("python3 is there: it makes the pseudo-terminal");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}");
}
