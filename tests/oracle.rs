//! Runs the programs of `tests/cases` and `examples` on the real Elixir, where it is installed, and checks that it
//! prints what their `.out` files say. So no expectation of ours is one that the real thing has not shown.

mod support;

use std::process::Command;

/// Whether there is something to compare with.
fn installed() -> bool {
    let installed = Command::new("elixir").arg("--version").output().is_ok_and(|output| output.status.success());
    if !installed {
        eprintln!("elixir is not installed: nothing to compare with");
    }
    installed
}

#[test]
fn the_library_tests_hold_for_real_elixir() {
    if installed() {
        support::check_all(&support::library_tests(), |file| support::check_test_file("elixir", file));
    }
}

#[test]
fn real_elixir_prints_the_same() {
    if !installed() {
        return;
    }
    let mut programs = support::programs("tests/cases");
    programs.extend(support::programs("examples"));
    support::check_all(&programs, |program| {
        let expected = std::fs::read_to_string(program.with_extension("out"))
            .map_err(|error| format!("its .out file: {error}"))?;
        let output = support::run(Command::new("elixir").arg(program).current_dir(support::root()));
        let stderr = String::from_utf8_lossy(&output.stderr);
        support::same("stdout", &expected, &String::from_utf8_lossy(&output.stdout))
            .map_err(|problem| format!("{problem}\n{stderr}"))?;
        let status = std::fs::read_to_string(program.with_extension("status")).unwrap_or_else(|_| "0".into());
        let found = output.status.code().map_or("none (a signal)".to_owned(), |code| code.to_string());
        if found == status.trim() {
            Ok(())
        } else {
            Err(format!("exit status {found}, expected {}\n{stderr}", status.trim()))
        }
    });
}
