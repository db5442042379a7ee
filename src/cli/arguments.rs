//! What the command line says.
//!
//! Options before the program are the command's, all that follows the program are its own: `beamlet -r a.ex b.exs --c` runs
//! `b.exs` with `--c`. The words `test`, `new` and `mix` name Elixir's own tools, which read what follows them themselves.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgGroup, ArgMatches};

/// One thing to run.
#[derive(Debug, PartialEq)]
pub enum Command {
    /// A file of source.
    File(String),
    /// Files to be required before, by a pattern.
    Require(String),
    /// Source on the command line.
    Eval(String),
    /// Source on standard input.
    Stdin,
    /// A task of the project in the current directory, with its arguments.
    Task(String, Vec<String>),
    /// Reading, evaluating and printing until the input ends.
    Repl,
}

/// How scheduling is done.
#[derive(Debug, Default, PartialEq)]
pub enum Drive {
    /// On one thread for each processor.
    #[default]
    Processors,
    /// On so many threads.
    Threads(usize),
    /// In the main thread.
    Manual,
    /// In the main thread, with a clock of its own and this seed.
    Deterministic(u64),
}

/// Where a program may reach when it may not reach everywhere.
#[derive(Debug, Default, PartialEq)]
pub struct Sandbox {
    /// What it may read below.
    pub read: Vec<PathBuf>,
    /// What it may change below.
    pub write: Vec<PathBuf>,
    /// Variables of the environment that it sees.
    pub env: Vec<String>,
    /// Whether it may run other programs.
    pub run: bool,
    /// Whether sockets may be opened.
    pub network: bool,
}

/// A parsed command line.
#[derive(Debug, Default, PartialEq)]
pub struct Arguments {
    /// What to run, in order.
    pub commands: Vec<Command>,
    /// What `System.argv/0` gives.
    pub program_arguments: Vec<String>,
    /// How scheduling is done.
    pub drive: Drive,
    /// Directories of module files, in the order they are searched in.
    pub code_path: Vec<PathBuf>,
    /// Whether to go on when the program has come to its end.
    pub no_halt: bool,
    /// Reductions after which the program is ended.
    pub max_reductions: Option<u64>,
    /// Bytes that heaps may take together.
    pub max_memory: Option<usize>,
    /// Seconds after which the program is ended.
    pub timeout: Option<f64>,
    /// What the program is confined to.
    pub sandbox: Option<Sandbox>,
    /// Whether to say at the end what the run took.
    pub stats: bool,
}

/// Words that name a tool, which takes all that follows.
const TASKS: [&str; 3] = ["test", "new", "mix"];

/// Options whose value is an argument of its own.
const WITH_VALUE: [&str; 10] = [
    "--code-path",
    "--schedulers",
    "-e",
    "--eval",
    "-r",
    "--require",
    "--seed",
    "--max-reductions",
    "--max-memory",
    "--timeout",
];

impl Arguments {
    /// Parses the command line without the command's own name. On `--help`, `--version` and mistakes it prints what there is to
    /// say and gives the status to end with.
    pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Arguments, ExitCode> {
        let mut own = spelled_out(arguments.collect());
        let task = own.program.filter(|at| own.words[*at].to_str().is_some_and(|word| TASKS.contains(&word)));
        let task = task.map(|at| own.words.split_off(at));
        match command().try_get_matches_from(std::iter::once(OsString::from("beamlet")).chain(own.words)) {
            Ok(matches) => read(&matches, task, own.ended).map_err(|problem| {
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

/// The command line as clap reads it, and where in it the program's name or the name of a subcommand is.
struct Spelled {
    words: Vec<OsString>,
    program: Option<usize>,
    /// Whether `--` has ended the options, so that what follows is a file whatever its name.
    ended: bool,
}

/// `-pa DIR` is written as Elixir and Erlang write it, with one dash: spelled out, as far as the program's own arguments.
fn spelled_out(mut words: Vec<OsString>) -> Spelled {
    let mut at = 0;
    while at < words.len() {
        match words[at].to_str() {
            Some("-pa") => {
                words[at] = OsString::from("--code-path");
                at += 2;
            }
            Some("--") => return Spelled { words, program: None, ended: true },
            Some(option) if WITH_VALUE.contains(&option) => at += 2,
            Some(option) if option.starts_with('-') && option.len() > 1 => at += 1,
            Some("run" | "eval") => {
                let rest = spelled_out(words.split_off(at + 1));
                words.extend(rest.words);
                return Spelled { words, program: Some(at), ended: false };
            }
            _ => return Spelled { words, program: Some(at), ended: false },
        }
    }
    Spelled { words, program: None, ended: false }
}

/// `FILE`, then everything after it as the program's own.
fn program() -> Arg {
    rest_of_line("FILE [ARGS]").help("A file to run (- for standard input), and what System.argv() gives it")
}

fn rest_of_line(value: &'static str) -> Arg {
    Arg::new("program").value_name(value).num_args(0..).trailing_var_arg(true).allow_hyphen_values(true)
}

fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).global(true).help(help)
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).global(true).action(ArgAction::SetTrue).help(help)
}

fn paths(name: &'static str, help: &'static str) -> Arg {
    option(name, "PATH,…", help)
        .action(ArgAction::Append)
        .value_delimiter(',')
        .require_equals(true)
        .num_args(0..)
        .default_missing_value("/")
        .help_heading("Sandbox")
}

/// The command line as clap knows it; completions are made of it.
pub fn command() -> clap::Command {
    let number = || clap::value_parser!(u64).range(1..);
    let main = [
        Arg::new("eval")
            .short('e')
            .long("eval")
            .value_name("CODE")
            .action(ArgAction::Append)
            .help("Evaluates CODE; may be repeated"),
        Arg::new("require")
            .short('r')
            .long("require")
            .value_name("FILE")
            .action(ArgAction::Append)
            .help("Requires FILE, or the files of a pattern, before; may be repeated"),
        option("code-path", "DIR", "Looks for .beam files in DIR first; also -pa DIR; may be repeated")
            .action(ArgAction::Append)
            .value_parser(clap::value_parser!(PathBuf)),
        flag("no-halt", "Goes on when the program has come to its end, for what it started"),
        option("schedulers", "N", "Runs on N scheduler threads (default: one for each processor)")
            .value_parser(clap::value_parser!(u16).range(1..=1024)),
        flag("manual", "Runs without scheduler threads, in the main thread"),
        option(
            "seed",
            "N",
            "Runs as --manual, with a clock of its own and random numbers from N: every run is the same",
        )
        .value_parser(clap::value_parser!(u64)),
        flag("stats", "Says at the end what the run took"),
    ];
    let limits = [
        option("max-reductions", "N", "Ends the program after N reductions (status 122)").value_parser(number()),
        option("max-memory", "BYTES", "Lets heaps take BYTES together (with K, M or G; status 123)").value_parser(size),
        option("timeout", "SECONDS", "Ends the program after SECONDS (status 124)").value_parser(seconds),
    ];
    let sandbox = [
        flag("sandbox", "Allows nothing outside but what --allow-… says").help_heading("Sandbox"),
        paths("allow-read", "Allows reading below PATH (without PATH: everywhere)"),
        paths("allow-write", "Allows changing files below PATH (without PATH: everywhere)"),
        option("allow-env", "NAME,…", "Shows variables of the environment (without NAME: all)")
            .action(ArgAction::Append)
            .value_delimiter(',')
            .require_equals(true)
            .num_args(0..)
            .default_missing_value("*")
            .help_heading("Sandbox"),
        flag("allow-run", "Allows running other programs, which are not confined").help_heading("Sandbox"),
        flag("allow-net", "Allows sockets: connecting to others and being connected to").help_heading("Sandbox"),
    ];
    clap::Command::new("beamlet")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Compiles and runs Elixir: scripts, projects with their tests, supervised applications")
        .after_help(
            "FILE is an .exs or .ex file, or - for standard input. What follows FILE is the program's own.\n\
             Without anything to run, a terminal gets the REPL, and other input is run.\n\n\
             See docs/command-line.md for all options and exit statuses.",
        )
        .args_conflicts_with_subcommands(false)
        .subcommand_precedence_over_arg(true)
        .args(main)
        .args(limits.map(|limit| limit.help_heading("Limits")))
        .args(sandbox)
        .group(ArgGroup::new("drive").args(["schedulers", "manual", "seed"]).multiple(false))
        .arg(program())
        .subcommand(super::compile::command())
        .subcommand(super::disasm::command())
        .subcommand(
            clap::Command::new("run")
                .about("Starts the project in this directory, or runs a file, in the project if there is one")
                .after_help(
                    "Before FILE, in a project: -e CODE evaluates CODE in it, -r FILE requires FILE, --no-start leaves the \
                     application alone;\nsee 'beamlet mix help run'.",
                )
                .arg(program()),
        )
        .subcommand(
            clap::Command::new("eval")
                .about("Evaluates code, in the project of this directory if there is one")
                .arg(Arg::new("code").value_name("CODE").required(true).allow_hyphen_values(true).help("What to evaluate"))
                .arg(rest_of_line("ARGS").help("What System.argv() gives")),
        )
        .subcommand(
            clap::Command::new("repl")
                .about("Reads, evaluates and prints; in the project of this directory if there is one, after FILE")
                .arg(program()),
        )
        .subcommand(task("test", "Runs the tests of the project in this directory", "[FILES] [OPTIONS]"))
        .subcommand(task("new", "Writes a new project", "PATH [--sup] [--app NAME] [--module NAME]"))
        .subcommand(task("mix", "Runs a task of the project in this directory", "TASK [ARGS]"))
        .subcommand(
            clap::Command::new("completions")
                .about("Prints what makes a shell complete this command")
                .arg(
                    Arg::new("shell")
                        .value_name("SHELL")
                        .required(true)
                        .value_parser(["bash", "elvish", "fish", "powershell", "zsh"])
                        .help("Whose completion is wanted"),
                ),
        )
}

fn task(name: &'static str, about: &'static str, value: &'static str) -> clap::Command {
    let rest = Arg::new("rest").value_name(value).num_args(0..).trailing_var_arg(true).allow_hyphen_values(true);
    clap::Command::new(name).about(about).arg(rest)
}

/// A number of bytes, with `K`, `M` or `G` for powers of 1024.
fn size(text: &str) -> Result<usize, String> {
    let (digits, unit) = match text.char_indices().last() {
        Some((at, 'k' | 'K')) => (&text[..at], 1 << 10),
        Some((at, 'm' | 'M')) => (&text[..at], 1 << 20),
        Some((at, 'g' | 'G')) => (&text[..at], 1 << 30),
        _ => (text, 1),
    };
    let number: usize =
        digits.parse().map_err(|_| "a number of bytes is wanted, such as 500000, 64M or 2G".to_string())?;
    let bytes = number.checked_mul(unit).ok_or("this is more than any machine has")?;
    if bytes == 0 {
        return Err("a limit of nothing lets nothing run".into());
    }
    Ok(bytes)
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds.is_finite() => Ok(seconds),
        _ => Err("a number of seconds above zero is wanted, such as 10 or 0.5".into()),
    }
}

/// `-e` and `-r` in the order in which they stand.
fn in_order(matches: &ArgMatches) -> Vec<Command> {
    let of = |name: &str, make: fn(String) -> Command| -> Vec<(usize, Command)> {
        let indices = matches.indices_of(name).into_iter().flatten();
        let values = matches.get_many::<String>(name).into_iter().flatten().cloned();
        indices.zip(values.map(make)).collect()
    };
    let mut all = of("eval", Command::Eval);
    all.extend(of("require", Command::Require));
    all.sort_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, command)| command).collect()
}

fn sandbox(matches: &ArgMatches) -> Result<Option<Sandbox>, String> {
    let given = |name: &str| matches.value_source(name) == Some(clap::parser::ValueSource::CommandLine);
    if !matches.get_flag("sandbox") {
        let allowance =
            ["allow-read", "allow-write", "allow-env", "allow-run", "allow-net"].into_iter().find(|name| given(name));
        return match allowance {
            Some(name) => Err(format!("--{name} goes with --sandbox: without it, everything is allowed")),
            None => Ok(None),
        };
    }
    let all = |name: &str| matches.get_many::<String>(name).into_iter().flatten().cloned();
    if let Some(name) = ["allow-read", "allow-write"].into_iter().find(|name| all(name).any(|path| path.is_empty())) {
        return Err(format!("--{name}= names no path; without the sign, it allows all"));
    }
    Ok(Some(Sandbox {
        read: all("allow-read").map(PathBuf::from).collect(),
        write: all("allow-write").map(PathBuf::from).collect(),
        env: all("allow-env").collect(),
        run: matches.get_flag("allow-run"),
        network: matches.get_flag("allow-net"),
    }))
}

fn read(matches: &ArgMatches, task: Option<Vec<OsString>>, ended: bool) -> Result<Arguments, String> {
    let drive = match (matches.get_one::<u16>("schedulers"), matches.get_one::<u64>("seed")) {
        (Some(threads), _) => Drive::Threads(usize::from(*threads)),
        (_, Some(seed)) => Drive::Deterministic(*seed),
        _ if matches.get_flag("manual") => Drive::Manual,
        _ => Drive::Processors,
    };
    let mut arguments = Arguments {
        commands: in_order(matches),
        program_arguments: Vec::new(),
        drive,
        code_path: matches.get_many::<PathBuf>("code-path").into_iter().flatten().cloned().collect(),
        no_halt: matches.get_flag("no-halt"),
        max_reductions: matches.get_one("max-reductions").copied(),
        max_memory: matches.get_one("max-memory").copied(),
        timeout: matches.get_one("timeout").copied(),
        sandbox: sandbox(matches)?,
        stats: matches.get_flag("stats"),
    };
    let rest = |matches: &ArgMatches| -> Vec<String> {
        matches.get_many::<String>("program").into_iter().flatten().cloned().collect()
    };
    if let Some(words) = task {
        let mut words = words.into_iter().map(|word| word.into_string());
        let mut next = || words.next().transpose().map_err(|word| format!("{} is not valid UTF-8", word.display()));
        let mut name = next()?.unwrap_or_default();
        if name == "mix" {
            name = next()?.unwrap_or_default();
        }
        let mut given = Vec::new();
        while let Some(word) = next()? {
            given.push(word);
        }
        arguments.commands.push(Command::Task(name, given));
        return Ok(arguments);
    }
    match matches.subcommand() {
        Some(("run", run)) => {
            let rest = rest(run);
            let own = rest.first().is_none_or(|word| word.starts_with('-') && word.len() > 1);
            if own || in_project() {
                arguments.commands.push(Command::Task("run".into(), rest));
            } else {
                arguments.take_file(rest);
            }
        }
        Some(("eval", eval)) => {
            if in_project() {
                arguments.commands.push(Command::Task("app.config".into(), Vec::new()));
            }
            arguments.commands.extend(eval.get_one::<String>("code").cloned().map(Command::Eval));
            arguments.program_arguments = rest(eval);
        }
        Some(("repl", repl)) => {
            let rest = rest(repl);
            if !rest.is_empty() {
                if in_project() {
                    arguments.commands.push(Command::Task("app.start".into(), Vec::new()));
                }
                arguments.take_file(known(rest)?);
            }
            arguments.commands.push(Command::Repl);
        }
        Some(("completions", _)) | None => {
            // After `--`, with something to do already, there is no file either.
            let evaluates = arguments.commands.iter().any(|command| match command {
                Command::Eval(_) => true,
                Command::Require(_) => ended,
                _ => false,
            });
            if evaluates {
                arguments.program_arguments = rest(matches);
            } else {
                let words = rest(matches);
                arguments.take_file(if ended { words } else { known(words)? });
            }
        }
        Some((other, _)) => return Err(format!("{other} is not known here")),
    }
    Ok(arguments)
}

/// Whether there is a project in this directory.
fn in_project() -> bool {
    std::path::Path::new("mix.exs").is_file()
}

/// The words, unless the first is meant as an option.
fn known(words: Vec<String>) -> Result<Vec<String>, String> {
    match words.first() {
        Some(word) if word.starts_with('-') && word.len() > 1 => Err(format!("the option {word} is not known")),
        _ => Ok(words),
    }
}

impl Arguments {
    fn take_file(&mut self, rest: Vec<String>) {
        let mut rest = rest.into_iter();
        match rest.next() {
            Some(dash) if dash == "-" => self.commands.push(Command::Stdin),
            Some(file) => self.commands.push(Command::File(file)),
            None if !self.commands.is_empty() => {}
            None if std::io::IsTerminal::is_terminal(&std::io::stdin()) => self.commands.push(Command::Repl),
            None => self.commands.push(Command::Stdin),
        }
        self.program_arguments = rest.collect();
    }
}
