//! The command line: what to run, on how many threads, with which arguments.
//!
//! Running itself is Elixir's business: `Kernel.CLI.main/1` gets the list of commands, and the VM's exit status is the
//! program's.

mod arguments;

use std::io::Read as _;
use std::process::ExitCode;

use beamlet::{Value, Vm};
use beamlet_vm::{Atom, OwnedTerm};

use arguments::{Arguments, Command};

/// Runs the command and gives the status to end with.
pub fn main() -> ExitCode {
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

fn run(arguments: Arguments) -> Result<i32, String> {
    let mut commands = Vec::new();
    for command in arguments.commands {
        let (kind, text) = match command {
            Command::File(path) => ("file", path),
            Command::Eval(code) => ("eval", code),
            Command::Stdin => ("stdin", read_stdin()?),
        };
        commands.push(Value::Tuple(vec![Value::atom(kind), Value::from(text.as_str())]));
    }
    let mut builder = Vm::builder().arguments(arguments.program_arguments).code_path(arguments.code_path);
    if arguments.manual {
        builder = builder.manual();
    } else if let Some(threads) = arguments.schedulers {
        builder = builder.schedulers(threads);
    }
    let vm = builder.build().map_err(|error| error.to_string())?;
    let commands = OwnedTerm::from_value(&Value::List(commands));
    let machine = vm.machine();
    machine.call(Atom::new("Elixir.Kernel.CLI"), Atom::new("start"), vec![commands]);
    // Without a process that could halt it, a VM in manual mode has nothing more to do.
    Ok(machine.wait_for_halt().unwrap_or(0))
}

fn read_stdin() -> Result<String, String> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(|error| format!("standard input: {error}"))?;
    String::from_utf8(bytes)
        .map_err(|error| format!("standard input is not valid UTF-8 (byte {} of it)", error.utf8_error().valid_up_to()))
}
