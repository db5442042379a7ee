//! `beamlet disasm`: lists the code of modules, from a file or by name.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use beamlet::Atom;
use beamlet_vm::code::{self, BeamFile};
use clap::Arg;

use super::compile;

/// How it is called.
pub fn command() -> clap::Command {
    clap::Command::new("disasm")
        .about("Lists the code of a module or of one of its functions")
        .after_help("MODULE is written as in Elixir: Enum, :lists, Enum.map, Enum.map/2, :lists.reverse/1.")
        .arg(compile::code_path())
        .arg(
            Arg::new("verify")
                .long("verify")
                .action(clap::ArgAction::SetTrue)
                .help("Only says whether the VM would load it, and what breaks which rule where"),
        )
        .arg(Arg::new("what").value_name("FILE.beam|MODULE[.FUNCTION[/ARITY]]").num_args(1..).required(true))
}

/// Runs the subcommand and gives the status to end with: 1 when a module is not found or refused.
pub fn run(arguments: &[OsString]) -> ExitCode {
    let matches = match compile::parse(command(), arguments) {
        Ok(matches) => matches,
        Err(ended) => return ended,
    };
    let directories = compile::directories(&matches);
    let verify = matches.get_flag("verify");
    let mut status = ExitCode::SUCCESS;
    for what in matches.get_many::<String>("what").into_iter().flatten() {
        let shown = if verify { check(what, &directories) } else { list(what, &directories) };
        match shown {
            // A reader that has seen enough closes the pipe.
            Ok(text) if std::io::stdout().write_all(text.as_bytes()).is_err() => break,
            Ok(_) => {}
            Err(problem) => {
                eprintln!("beamlet: {what}: {problem}");
                status = ExitCode::FAILURE;
            }
        }
    }
    status
}

/// The bytes of a module, and which of its functions are meant.
type Found = (Vec<u8>, Option<(Atom, Option<u32>)>);

fn find(what: &str, directories: &[PathBuf]) -> Result<Found, String> {
    if what.ends_with(".beam") || Path::new(what).is_file() {
        return Ok((std::fs::read(what).map_err(|error| error.to_string())?, None));
    }
    for (module, function) in readings(what) {
        let name = match module.strip_prefix(':') {
            Some(erlang) => erlang.trim_matches('"').to_owned(),
            None => format!("Elixir.{module}"),
        };
        let files = directories.iter().map(|directory| directory.join(format!("{name}.beam")));
        let on_path = files.into_iter().find_map(|file| std::fs::read(file).ok());
        if let Some(bytes) = on_path.or_else(|| beamlet_stdlib::module(&name).map(|file| file.whole())) {
            return Ok((bytes, function));
        }
    }
    Err("there is no such module".into())
}

/// The ways to read `A.b/1`: as a module, and as a function of one.
fn readings(what: &str) -> Vec<(&str, Option<(Atom, Option<u32>)>)> {
    let mut readings = vec![(what, None)];
    let (path, arity) = match what.rsplit_once('/').map(|(path, arity)| (path, arity.parse().ok())) {
        Some((path, Some(arity))) => (path, Some(arity)),
        _ => (what, None),
    };
    // An operator may contain points itself.
    for (at, _) in path.match_indices('.').filter(|(at, _)| *at > 0) {
        if let Ok(function) = Atom::try_new(&path[at + 1..]) {
            readings.push((&path[..at], Some((function, arity))));
        }
    }
    readings
}

fn read(bytes: &[u8]) -> Result<BeamFile, String> {
    code::file::read(bytes).map_err(|error| error.to_string())
}

fn list(what: &str, directories: &[PathBuf]) -> Result<String, String> {
    let (bytes, only) = find(what, directories)?;
    let text = code::listing(&read(&bytes)?, only);
    if text.is_empty() {
        return Err("the module has no such function".into());
    }
    Ok(text)
}

fn check(what: &str, directories: &[PathBuf]) -> Result<String, String> {
    let (bytes, _) = find(what, directories)?;
    code::check(&bytes).map_err(|error| error.to_string())?;
    Ok(format!("{what}: ok\n"))
}
