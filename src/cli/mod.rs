//! The command line: what to run, on how many threads, with which arguments, within which limits.
//!
//! Running itself is Elixir's business: `Kernel.CLI.start/2` gets the list of commands, and the VM's exit status is the
//! program's. What ends a program from outside has statuses of its own, listed in docs/command-line.md.

mod arguments;
mod compile;
mod disasm;
mod limits;
mod terminal;

use std::io::{Read as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use beamlet::{Builder, Capabilities, Limit, Limits, Value, Vm};
use beamlet_vm::machine::VmShared;
use beamlet_vm::process::Pid;
use beamlet_vm::{Atom, OwnedTerm};

use arguments::{Arguments, Command, Drive, Sandbox};

/// The status of a program whose main process was killed.
const KILLED: i32 = 1;

/// The status of a program that Ctrl-C has ended, as shells count it.
const INTERRUPTED: i32 = 130;

/// The status after the terminal has gone: 128 and the number of the signal.
const HUNG_UP: i32 = 129;

/// Runs the command and gives the status to end with.
pub fn main() -> ExitCode {
    let mut words: Vec<_> = std::env::args_os().skip(1).collect();
    let asks_for_help = words.get(1).is_some_and(|word| word == "--help" || word == "-h");
    match words.first().and_then(|word| word.to_str()) {
        Some("completions") if !asks_for_help => return completions(words.drain(1..).next()),
        Some("compile") => return compile::run(&words[1..]),
        Some("disasm") => return disasm::run(&words[1..]),
        _ => {}
    }
    let arguments = match Arguments::parse(std::env::args_os().skip(1)) {
        Ok(arguments) => arguments,
        Err(ended) => return ended,
    };
    match run(arguments) {
        Ok(status) => ExitCode::from(status as u8),
        Err(problem) => {
            eprintln!("beamlet: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// Prints a script for a shell.
fn completions(shell: Option<std::ffi::OsString>) -> ExitCode {
    let named = shell.as_deref().and_then(std::ffi::OsStr::to_str);
    let Some(shell) = named.and_then(|name| name.parse::<clap_complete::Shell>().ok()) else {
        eprintln!("beamlet: completions are there for bash, elvish, fish, powershell and zsh: name one of them");
        return ExitCode::FAILURE;
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut arguments::command(), "beamlet", &mut script);
    // A reader that wants no more has what it wanted.
    let _ = std::io::stdout().write_all(&script);
    ExitCode::SUCCESS
}

fn run(arguments: Arguments) -> Result<i32, String> {
    let started = std::time::Instant::now();
    let commands = arguments.commands.iter().map(command_value).collect::<Result<Vec<_>, _>>()?;
    let option = |name: &str, value: bool| Value::Tuple(vec![Value::atom(name), Value::from(value)]);
    let edits = terminal::Terminal::of(&arguments).edits();
    let options = vec![option("no_halt", arguments.no_halt), option("line_editor", edits)];
    let vm = match builder(&arguments).build() {
        Ok(vm) => vm,
        Err(error) if error.limit() == Some(Limit::Memory) => return Ok(limits::out_of_memory(&arguments)),
        Err(error) => return Err(error.to_string()),
    };
    let machine = vm.machine();
    let limits = limits::watch(machine.shared(), &arguments);
    let terminal = terminal::Terminal::of(&arguments);
    stop_at_interrupt(machine.shared().clone(), terminal.clone())?;
    let argument = |list| OwnedTerm::from_value(&Value::List(list));
    let start = vec![argument(commands), argument(options)];
    let main = machine.call(Atom::new("Elixir.Kernel.CLI"), Atom::new("start"), start);
    let main = main.and_then(Result::ok).and_then(|pid| pid.term().as_pid());
    let status = match (terminal.run(machine)?, main) {
        (Some(status), _) => status,
        (None, Some(main)) => wait(machine, main),
        (None, None) => machine.shared().halted().unwrap_or(KILLED),
    };
    let mut status = limits.explain(status);
    let console = machine.shared().console();
    console.flush();
    if let Some(error) = console.take_failure() {
        eprintln!("beamlet: standard output could not be written: {error}");
        status = if status == 0 { 1 } else { status };
    }
    if arguments.stats {
        print_stats(machine.shared(), started.elapsed());
    }
    Ok(status)
}

/// Waits for the end of the program, whose main process halts the VM.
fn wait(machine: &beamlet_vm::machine::Vm, main: Pid) -> i32 {
    let ended = machine.wait(main);
    match (machine.shared().halted(), ended) {
        (Some(status), _) => status,
        (None, Some(_)) => {
            if !machine.shared().budget().exceeded() {
                eprintln!("beamlet: the main process was killed");
            }
            KILLED
        }
        // Without a process that could halt it, a VM in manual mode has nothing more to do.
        (None, None) => 0,
    }
}

/// A command as `Kernel.CLI` takes it.
fn command_value(command: &Command) -> Result<Value, String> {
    let text = |text: &String| Value::from(text.as_str());
    let parts = match command {
        Command::File(path) => vec![Value::atom("file"), text(path)],
        Command::Require(pattern) => vec![Value::atom("require"), text(pattern)],
        Command::Eval(code) => vec![Value::atom("eval"), text(code)],
        Command::Stdin => vec![Value::atom("stdin"), text(&read_stdin()?)],
        Command::Task(name, args) => {
            vec![Value::atom("task"), text(name), Value::List(args.iter().map(text).collect())]
        }
        Command::Repl => vec![Value::atom("repl")],
    };
    Ok(Value::Tuple(parts))
}

fn builder(arguments: &Arguments) -> Builder {
    let mut builder = Vm::builder()
        .arguments(arguments.program_arguments.clone())
        .code_path(arguments.code_path.clone())
        .ends_with_output(true);
    builder = match arguments.drive {
        Drive::Processors => builder,
        Drive::Threads(threads) => builder.schedulers(threads),
        Drive::Manual => builder.manual(),
        Drive::Deterministic(seed) => builder.deterministic(seed),
    };
    let mut limits = Limits::new();
    if let Some(limit) = arguments.max_reductions {
        limits = limits.reductions(limit);
    }
    if let Some(bytes) = arguments.max_memory {
        limits = limits.memory(bytes);
    }
    builder = builder.limits(limits);
    match &arguments.sandbox {
        Some(sandbox) => builder.capabilities(capabilities(sandbox, arguments)),
        None => builder,
    }
}

/// What a sandbox grants. What the command line names to be run may be read without saying so again.
fn capabilities(sandbox: &Sandbox, arguments: &Arguments) -> Capabilities {
    let mut granted = Capabilities::none();
    for path in sandbox.read.iter().chain(&arguments.code_path) {
        granted = granted.read(path);
    }
    for command in &arguments.commands {
        if let Command::File(path) | Command::Require(path) = command {
            granted = granted.read(path);
        }
    }
    for path in &sandbox.write {
        granted = granted.write(path);
    }
    if sandbox.env.iter().any(|name| name == "*") {
        granted = granted.all_env();
    }
    granted = granted.env(sandbox.env.iter().map(String::as_str));
    if sandbox.run {
        granted = granted.run();
    }
    if sandbox.network {
        granted = granted.network();
    }
    granted
}

/// Ctrl-C ends the program at once, whatever its processes do; what it has printed is written out.
/// In the REPL it ends what is being evaluated, and a terminal that is gone ends the REPL, though `nohup` started it.
fn stop_at_interrupt(vm: Arc<VmShared>, terminal: terminal::Terminal) -> Result<(), String> {
    let edits = terminal.edits();
    let stop = move |hung_up: bool| {
        if !hung_up && terminal.interrupt(&vm) {
            return;
        }
        vm.console().flush();
        std::process::exit(if hung_up { HUNG_UP } else { INTERRUPTED });
    };
    at_interrupt(edits, stop).map_err(|error| format!("Ctrl-C cannot be caught: {error}"))
}

/// Calls `stop` in a thread of its own at each Ctrl-C, with `true` when the terminal hangs up if that is asked for too.
#[cfg(unix)]
fn at_interrupt(hang_ups: bool, stop: impl Fn(bool) + Send + 'static) -> std::io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT};
    let wanted: &[i32] = if hang_ups { &[SIGINT, SIGHUP] } else { &[SIGINT] };
    let mut signals = signal_hook::iterator::Signals::new(wanted)?;
    let wait = move || signals.forever().for_each(|signal| stop(signal == SIGHUP));
    std::thread::Builder::new().name("beamlet-interrupt".to_owned()).spawn(wait)?;
    Ok(())
}

/// Elsewhere Ctrl-C does what it does to every program: it ends it.
#[cfg(not(unix))]
fn at_interrupt(_hang_ups: bool, _stop: impl Fn(bool) + Send + 'static) -> std::io::Result<()> {
    Ok(())
}

fn print_stats(vm: &VmShared, elapsed: std::time::Duration) {
    let seconds = |time: std::time::Duration| format!("{:.3} s", time.as_secs_f64());
    let processor = vm.host().processor_time().map(std::time::Duration::from_nanos);
    let peak = std::fs::read_to_string("/proc/self/status").ok().and_then(|status| {
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        Some(line.trim().to_owned())
    });
    eprintln!("time        {}", seconds(elapsed));
    eprintln!("processor   {}", processor.map_or("unknown".into(), seconds));
    eprintln!("processes   {}", vm.spawned());
    eprintln!("reductions  {} (of processes that have ended)", vm.ended_reductions());
    eprintln!("heaps       {} kB at the end", vm.budget().used() / 1024);
    eprintln!("memory      {} at most", peak.unwrap_or("unknown".into()));
}

fn read_stdin() -> Result<String, String> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(|error| format!("standard input: {error}"))?;
    String::from_utf8(bytes)
        .map_err(|error| format!("standard input is not valid UTF-8 (byte {} of it)", error.utf8_error().valid_up_to()))
}
