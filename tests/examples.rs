//! The embedding examples as programs: what they print is what their readers are told.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Examples lie beside the folder of the test that runs, in every profile.
fn example(name: &str) -> PathBuf {
    let tests = std::env::current_exe().expect("a test knows its own file");
    let folder = tests.parent().and_then(Path::parent).expect("tests lie in deps");
    folder.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

fn prints(name: &str, expected: &str) {
    let output =
        Command::new(example(name)).env("NO_COLOR", "1").output().unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success());
}

#[test]
fn frames_are_driven_by_the_host() {
    prints(
        "frames",
        "frame 1: snail at 1, hare at 9\nframe 2: snail at 2, hare at 18\nframe 3: snail at 3, hare at 27\n\
         frame 4: snail at 4, hare at 36\nframe 5: snail at 5, hare at 45\n",
    );
}

#[test]
fn hostile_scripts_are_stopped() {
    prints(
        "sandbox",
        "ada: 5050\nbob: stopped (Reductions)\ncyd: {:error, :eacces}\ndan: stopped (Memory)\neve: stopped (Time)\n\
         fay: syntax::incomplete\n\n  × the code ends in the middle of an expression\n   ╭─[nofile:1:3]\n 1 │ 1 +\n   ·   ┬\n   ·   ╰── something must follow this\n   ╰────\ngus: \"STILL SERVED\"\n",
    );
}

#[test]
fn plugins_talk_with_their_host() {
    prints("plugin", "the plugin complains: we have no coal\nreceipt: tea, 6\nreceipt: cake, 15\nin the till: 21\n");
}
