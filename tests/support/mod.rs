//! What the test runners share: finding programs, running them, comparing what they print.

#![allow(dead_code, reason = "each runner uses a part")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;
use std::time::Duration;

/// No program of the suite may take longer; one that does is killed and reported.
/// Where every safepoint collects, all takes longer.
const LIMIT: Duration = Duration::from_secs(if cfg!(feature = "collect-always") { 900 } else { 120 });

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every `.exs` file under a folder of the repository, in order. Those of projects are no programs by themselves.
pub fn programs(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        if folder.join("mix.exs").exists() {
            continue;
        }
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("a folder can be listed").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "exs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Runs a command without input from its program's own folder, and gives up on it after a while.
pub fn run(command: &mut Command) -> Output {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let pid = child.id();
    let (done, waiting) = std::sync::mpsc::channel::<()>();
    let watch = std::thread::spawn(move || {
        if waiting.recv_timeout(LIMIT).is_err() {
            let _gone_already = Command::new("kill").arg("-9").arg(pid.to_string()).status();
        }
    });
    let mut stdout = child.stdout.take().expect("stdout is piped");
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut stdout, &mut bytes).map(|_| bytes)
    });
    let mut stderr = Vec::new();
    std::io::Read::read_to_end(child.stderr.as_mut().expect("stderr is piped"), &mut stderr)
        .expect("stderr is readable");
    let stdout = reader.join().expect("the reader does not panic").expect("stdout is readable");
    let status = child.wait().expect("the child is ours");
    let _watch_is_gone = done.send(());
    watch.join().expect("the watch does not panic");
    Output { status, stdout, stderr }
}

/// Every `_test.exs` file of the library.
pub fn library_tests() -> Vec<PathBuf> {
    let mut tests = programs("stdlib/test");
    tests.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().ends_with("_test.exs")));
    assert!(!tests.is_empty(), "stdlib/test has tests");
    tests
}

/// Runs a file of tests on `engine` with a fixed order; all of them must pass.
pub fn check_test_file(engine: &str, file: &Path) -> Result<(), String> {
    let mut command = Command::new(engine);
    command
        .args(["-e", "ExUnit.start(seed: 0, colors: [enabled: false], assert_receive_timeout: 20_000)", "-r"])
        .arg(file);
    let output = run(command.current_dir(root()).env("NO_COLOR", "1"));
    let text = String::from_utf8_lossy(&output.stdout);
    // Where a file's module does not exist, as those newer than the installed Elixir, it has no tests.
    let passed = text.lines().any(|line| line == "0 failures" || line.contains(" 0 failures"));
    if output.status.success() && passed {
        return Ok(());
    }
    Err(format!("{}\n{text}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
}

/// `beamlet` with options before the program.
pub fn beamlet(options: &[&str], program: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_beamlet"));
    command.args(options).arg(program).current_dir(root()).env("NO_COLOR", "1");
    run(&mut command)
}

/// Calls `check` for every program, two at a time, and panics with all that failed.
pub fn check_all(programs: &[PathBuf], check: impl Fn(&Path) -> Result<(), String> + Sync) {
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(program) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(problem) = check(program) {
                        let name = program.strip_prefix(root()).unwrap_or(program).display();
                        failures.lock().expect("no check panics").push(format!("{name}: {problem}"));
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().expect("no check panics");
    failures.sort();
    assert!(failures.is_empty(), "{} of {} failed:\n\n{}", failures.len(), programs.len(), failures.join("\n\n"));
}

/// Compares texts and shows the first line that differs.
pub fn same(what: &str, expected: &str, found: &str) -> Result<(), String> {
    if expected == found {
        return Ok(());
    }
    let mut expected_lines = expected.lines();
    let mut found_lines = found.lines();
    let mut number = 1;
    loop {
        match (expected_lines.next(), found_lines.next()) {
            (Some(expected), Some(found)) if expected == found => number += 1,
            (expected, found) => {
                let show = |line: Option<&str>| line.map_or("(the end)".to_owned(), |line| format!("{line:?}"));
                return Err(format!(
                    "{what}, line {number}:\n  expected {}\n  found    {}",
                    show(expected),
                    show(found)
                ));
            }
        }
    }
}
