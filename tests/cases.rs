//! Runs every program of `tests/cases` and `examples` in each way of driving the VM and compares what it prints.
//!
//! Beside `NAME.exs` stands `NAME.out`, what it prints; `NAME.status`, its exit status where that is not 0; and
//! `NAME.err`, lines that its standard error must contain, in order. A program that fails in one mode only points at
//! the scheduler; one that fails in all, at the compiler or the library.

mod support;

use std::path::Path;

fn check(options: &[&str], program: &Path) -> Result<(), String> {
    let expected =
        std::fs::read_to_string(program.with_extension("out")).map_err(|error| format!("its .out file: {error}"))?;
    let status = std::fs::read_to_string(program.with_extension("status")).unwrap_or_else(|_| "0".into());
    let output = support::beamlet(options, program);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let found = output.status.code().map_or("none (a signal)".to_owned(), |code| code.to_string());
    support::same("stdout", &expected, &String::from_utf8_lossy(&output.stdout))
        .map_err(|problem| format!("{problem}\n{stderr}"))?;
    if found != status.trim() {
        return Err(format!("exit status {found}, expected {}\n{stderr}", status.trim()));
    }
    let mut rest = &*stderr;
    for line in std::fs::read_to_string(program.with_extension("err")).unwrap_or_default().lines() {
        match rest.find(line) {
            Some(at) => rest = &rest[at + line.len()..],
            None => return Err(format!("standard error lacks {line:?}:\n{stderr}")),
        }
    }
    Ok(())
}

fn check_everything(options: &[&str]) {
    let mut programs = support::programs("tests/cases");
    programs.extend(support::programs("examples"));
    support::check_all(&programs, |program| check(options, program));
}

#[test]
fn with_one_scheduler() {
    check_everything(&["--schedulers", "1"]);
}

#[test]
fn with_two_schedulers() {
    check_everything(&["--schedulers", "2"]);
}

#[test]
fn in_manual_mode() {
    check_everything(&["--manual"]);
}
