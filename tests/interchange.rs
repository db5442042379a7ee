//! Modules compiled here and there, run here and there: the programs of `tests/cases`, made into modules, are compiled by our
//! compiler and by elixirc, and each result runs on our VM and on the real one. All four print the same. Needs Elixir.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

/// These are about scripts, or take long and add nothing; or what they print is made by the library or the compiler that happens
/// to be there; or their modules, compiled, call what is private to the library whose macros they were written with.
const LEFT_OUT: [&str; 17] = [
    "/scheduler/",
    "/generated/",
    "/macro/",
    "/otp/seed_",
    "/erlang/",
    "/code/what_modules_leave",
    "/diagnostic/modules_made_in_modules",
    "/exception/lines_of_stack_traces",
    "/exception/operands_that_compiled_code_tells_of",
    "/exception/raw_reasons",
    "/exception/rescue_catch_after_else",
    "/otp/logger_messages",
    "/protocol/",
    "/module/hooks_at_the_line_of_the_module",
    "/module/nested_names",
    "/struct/documented",
    "/struct/structs_are_checked_maps",
];

const RUN: &str = "InterchangeMain.run()";

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("beamlet-interchange-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _left_over = std::fs::remove_dir_all(&self.0);
    }
}

fn beamlet() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_beamlet"));
    command.current_dir(support::root());
    command
}

/// What a program prints, or how it fails.
fn output(command: &mut Command) -> Result<String, String> {
    let output = support::run(command);
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("{command:?}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
    }
}

/// Whether a program was compared: one that does not work as a module on the real thing is not.
fn compare(source: &Path) -> Result<bool, String> {
    let (theirs, ours) = (source.with_extension("theirs"), source.with_extension("ours"));
    std::fs::create_dir_all(&theirs).map_err(|error| error.to_string())?;
    if output(Command::new("elixirc").arg("-o").arg(&theirs).arg(source)).is_err() {
        return Ok(false);
    }
    let elixir = || {
        let mut command = Command::new("elixir");
        command.current_dir(support::root());
        command
    };
    let Ok(expected) = output(elixir().arg("-pa").arg(&theirs).args(["-e", RUN])) else { return Ok(false) };
    output(beamlet().arg("compile").arg(source).arg("-o").arg(&ours))?;
    let runs = [
        ("theirs on our VM", beamlet(), &theirs),
        ("ours on our VM", beamlet(), &ours),
        ("ours on the real VM", elixir(), &ours),
    ];
    for (what, mut command, folder) in runs {
        let found = output(command.arg("-pa").arg(folder).args(["-e", RUN]))?;
        support::same(what, &expected, &found)?;
    }
    Ok(true)
}

fn installed() -> bool {
    Command::new("elixirc").arg("--version").output().is_ok_and(|output| output.status.success())
}

#[test]
fn modules_run_the_same_wherever_they_were_compiled() {
    if !installed() {
        eprintln!("elixir is not installed: nothing to compare with");
        return;
    }
    let mut programs = support::programs("tests/cases");
    programs.retain(|path| !LEFT_OUT.iter().any(|part| path.display().to_string().contains(part)));
    let folder = Folder::new("modules");
    let split = support::root().join("tests/interchange/split.exs");
    output(Command::new("elixir").arg(split).arg(&folder.0).args(&programs)).expect("the scripts can be split");
    let sources: Vec<PathBuf> = (0..programs.len()).map(|index| folder.0.join(format!("{index}.ex"))).collect();
    let compared = std::sync::atomic::AtomicUsize::new(0);
    support::check_all(&sources, |source| {
        let index: usize = source.file_stem().and_then(|stem| stem.to_str()?.parse().ok()).unwrap_or(0);
        let done = compare(source).map_err(|problem| format!("{}: {problem}", programs[index].display()))?;
        compared.fetch_add(usize::from(done), std::sync::atomic::Ordering::Relaxed);
        Ok(())
    });
    let compared = compared.into_inner();
    assert!(compared * 2 > programs.len(), "only {compared} of {} programs were compared", programs.len());
}

#[test]
fn the_real_loader_takes_the_whole_library() {
    if !installed() {
        eprintln!("erlang is not installed: nothing to load with");
        return;
    }
    let folder = Folder::new("library");
    for name in beamlet_stdlib::names() {
        let bytes = beamlet_stdlib::module(name).expect("a module that is listed").whole();
        // Not with the extension of modules: Erlang would take them for its own.
        let file = folder.0.join(format!("{name}.module"));
        std::fs::write(&file, bytes).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
    // Prepared for loading, which checks all there is to check, but not put in place of the modules that are running.
    let code = r#"
        {ok, Files} = file:list_dir("."),
        Refused = [{F, R} || F <- Files,
            {ok, B} <- [file:read_file(F)],
            R <- [erts_internal:prepare_loading(list_to_atom(filename:basename(F, ".module")), B)],
            not is_reference(R)],
        io:format("~p ~p", [length(Files) > 100, Refused]), halt()."#;
    let loaded = output(Command::new("erl").current_dir(&folder.0).args(["-noshell", "-eval", code]));
    assert_eq!(loaded.as_deref(), Ok("true []"));
}
