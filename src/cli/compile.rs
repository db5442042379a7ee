//! `beamlet compile`: source files to `.beam` files, which real Erlang and Elixir load too.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use beamlet::{Atom, Value, Vm};
use beamlet_vm::OwnedTerm;
use clap::{Arg, ArgAction};

/// How it is called.
pub fn command() -> clap::Command {
    clap::Command::new("compile")
        .about("Compiles files of source to .beam files")
        .arg(
            Arg::new("out")
                .short('o')
                .value_name("DIR")
                .default_value(".")
                .value_parser(clap::value_parser!(PathBuf))
                .help("Where the .beam files go; made if need be"),
        )
        .arg(code_path())
        .arg(Arg::new("files").value_name("FILE").num_args(1..).required(true).help("Files, compiled together"))
}

/// `--code-path DIR`
pub fn code_path() -> Arg {
    Arg::new("code-path")
        .long("code-path")
        .value_name("DIR")
        .action(ArgAction::Append)
        .value_parser(clap::value_parser!(PathBuf))
        .help("Looks for .beam files in DIR first; also -pa DIR; may be repeated")
}

/// Parses what follows a subcommand's name. `-pa DIR` is written with one dash, as Erlang and Elixir write it.
pub fn parse(command: clap::Command, arguments: &[OsString]) -> Result<clap::ArgMatches, ExitCode> {
    let name = command.get_name().to_owned();
    let spelled = |word: &OsString| if word == "-pa" { OsString::from("--code-path") } else { word.clone() };
    let words = std::iter::once(OsString::from(format!("beamlet {name}"))).chain(arguments.iter().map(spelled));
    command.bin_name(format!("beamlet {name}")).try_get_matches_from(words).map_err(|error| {
        let _closed_pipe = error.print();
        ExitCode::from(if error.use_stderr() { 1 } else { 0 })
    })
}

/// The directories given with `-pa`.
pub fn directories(matches: &clap::ArgMatches) -> Vec<PathBuf> {
    matches.get_many::<PathBuf>("code-path").into_iter().flatten().cloned().collect()
}

/// Runs the subcommand and gives the status to end with: 1 when something does not compile.
pub fn run(arguments: &[OsString]) -> ExitCode {
    let matches = match parse(command(), arguments) {
        Ok(matches) => matches,
        Err(ended) => return ended,
    };
    match compile(&matches) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("beamlet: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn compile(matches: &clap::ArgMatches) -> Result<bool, String> {
    let out = matches.get_one::<PathBuf>("out").cloned().unwrap_or_else(|| PathBuf::from("."));
    let files: Vec<String> = matches.get_many::<String>("files").into_iter().flatten().cloned().collect();
    for file in &files {
        std::fs::metadata(file).map_err(|error| format!("{file}: {error}"))?;
    }
    std::fs::create_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
    let out = out.to_str().ok_or("the directory's name is not valid UTF-8")?;
    let vm = Vm::builder().code_path(directories(matches)).build().map_err(|error| error.to_string())?;
    let files = Value::List(files.iter().map(|file| Value::from(file.as_str())).collect());
    let arguments = vec![OwnedTerm::from_value(&files), OwnedTerm::from_value(&Value::from(out))];
    let compiler = Atom::new("Elixir.Kernel.ParallelCompiler");
    match vm.machine().call(compiler, Atom::new("compile_to_path"), arguments) {
        Some(Ok(result)) => {
            let class = result.term().as_tuple().and_then(|parts| parts.first()?.as_atom());
            Ok(class.is_some_and(|class| class.as_str() == "ok"))
        }
        Some(Err(exception)) => Err(format!("the compiler failed: {:?}", exception.reason)),
        None => Ok(false),
    }
}
