//! What the command line says.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches};

/// One thing to run.
pub enum Command {
    /// A file of source.
    File(String),
    /// Source on the command line.
    Eval(String),
    /// Source on standard input.
    Stdin,
}

/// A parsed command line.
pub struct Arguments {
    /// What to run, in order.
    pub commands: Vec<Command>,
    /// What `System.argv/0` gives.
    pub program_arguments: Vec<String>,
    /// Scheduler threads; one for each processor where not said.
    pub schedulers: Option<usize>,
    /// Directories of module files, in the order they are searched in.
    pub code_path: Vec<PathBuf>,
    /// Whether to run without scheduler threads.
    pub manual: bool,
}

impl Arguments {
    /// Parses the command line without the command's own name. On `--help`, `--version` and mistakes it prints what there is to
    /// say and gives the status to end with.
    pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Arguments, ExitCode> {
        let arguments = long_code_path(arguments.collect());
        match command().try_get_matches_from(std::iter::once(OsString::from("beamlet")).chain(arguments)) {
            Ok(matches) => read(&matches).map_err(|problem| {
                eprintln!("beamlet: {problem}\n\nSee 'beamlet --help'.");
                ExitCode::from(1)
            }),
            Err(error) => {
                let status = if error.use_stderr() { 1 } else { 0 };
                let _closed_pipe = error.print();
                Err(ExitCode::from(status))
            }
        }
    }
}

/// `-pa DIR` is written as Elixir and Erlang write it, with one dash: spelled out, as far as the program's own arguments.
fn long_code_path(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let mut at = 0;
    while at < arguments.len() {
        match arguments[at].to_str() {
            Some("-pa") => {
                arguments[at] = OsString::from("--code-path");
                at += 2;
            }
            Some("--code-path" | "--schedulers" | "-e" | "--eval") => at += 2,
            Some("run" | "eval") if at == 0 => at += 1,
            Some(option) if option.starts_with('-') && option.len() > 1 => at += 1,
            _ => break,
        }
    }
    arguments
}

/// `FILE`, then everything after it as the program's own.
fn program() -> Arg {
    Arg::new("program").value_name("FILE [ARGS]").num_args(0..).trailing_var_arg(true).allow_hyphen_values(true)
}

fn command() -> clap::Command {
    let eval = Arg::new("eval")
        .short('e')
        .long("eval")
        .value_name("CODE")
        .action(ArgAction::Append)
        .help("Evaluates CODE; may be repeated");
    let schedulers = Arg::new("schedulers")
        .long("schedulers")
        .value_name("N")
        .global(true)
        .value_parser(clap::value_parser!(u16).range(1..=1024))
        .help("Runs on N scheduler threads (default: one for each processor)");
    let manual = Arg::new("manual")
        .long("manual")
        .global(true)
        .action(ArgAction::SetTrue)
        .help("Runs without scheduler threads, in the main thread");
    let code_path = Arg::new("code-path")
        .long("code-path")
        .value_name("DIR")
        .global(true)
        .action(ArgAction::Append)
        .value_parser(clap::value_parser!(PathBuf))
        .help("Looks for .beam files in DIR first; also -pa DIR; may be repeated");
    clap::Command::new("beamlet")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Compiles and runs Elixir: scripts, expressions, supervised applications")
        .after_help("FILE is an .exs or .ex file, or - for standard input. What follows FILE is the program's own.")
        .args_conflicts_with_subcommands(false)
        .subcommand_precedence_over_arg(true)
        .args([eval, schedulers, manual, code_path, program()])
        .subcommand(clap::Command::new("run").about("Runs a file").arg(program()))
        .subcommand(
            clap::Command::new("eval")
                .about("Evaluates code")
                .arg(Arg::new("code").value_name("CODE").required(true).allow_hyphen_values(true))
                .arg(program()),
        )
}

fn read(matches: &ArgMatches) -> Result<Arguments, String> {
    let mut arguments = Arguments {
        commands: Vec::new(),
        program_arguments: Vec::new(),
        schedulers: matches.get_one::<u16>("schedulers").map(|threads| usize::from(*threads)),
        manual: matches.get_flag("manual"),
        code_path: matches.get_many::<PathBuf>("code-path").into_iter().flatten().cloned().collect(),
    };
    let rest = |matches: &ArgMatches| -> Vec<String> {
        matches.get_many::<String>("program").into_iter().flatten().cloned().collect()
    };
    match matches.subcommand() {
        Some(("run", run)) => arguments.take_file(rest(run))?,
        Some(("eval", eval)) => {
            arguments.commands.extend(eval.get_one::<String>("code").cloned().map(Command::Eval));
            arguments.program_arguments = rest(eval);
        }
        _ => {
            let code = matches.get_many::<String>("eval").into_iter().flatten();
            arguments.commands.extend(code.cloned().map(Command::Eval));
            if arguments.commands.is_empty() {
                arguments.take_file(rest(matches))?;
            } else {
                arguments.program_arguments = rest(matches);
            }
        }
    }
    Ok(arguments)
}

impl Arguments {
    fn take_file(&mut self, rest: Vec<String>) -> Result<(), String> {
        let mut rest = rest.into_iter();
        match rest.next() {
            Some(dash) if dash == "-" => self.commands.push(Command::Stdin),
            Some(file) => self.commands.push(Command::File(file)),
            None => return Err("there is nothing to run: name a file, or give code with -e".into()),
        }
        self.program_arguments = rest.collect();
        Ok(())
    }
}
