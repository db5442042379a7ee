//! Natives of the operating system: environment, programs.

use std::ffi::OsString;

use super::blocking::{self, name, name_bytes, path, posix};
use crate::atom::atoms;
use crate::heap::OwnedTerm;
use crate::host::Command;
use crate::native::{Native, NativeResult};
use crate::natives;
use crate::term::Term;
use crate::Atom;

natives! {
    "os" => {
        "getenv" / 0 : all_variables, effect;
        "getenv" / 1 : variable, effect;
        "getenv" / 2 : variable, effect;
        "putenv" / 2 : set_variable, effect;
        "unsetenv" / 1 : unset_variable, effect;
        "env" / 0 : pairs, effect;
        "type" / 0 : os_type, effect;
        "version" / 0 : version, effect;
        "getpid" / 0 : process_id, effect;
        "cmd" / 1 : shell, effect;
        "cmd" / 2 : shell, effect;
        "find_executable" / 1 : find_executable, effect;
        "find_executable" / 2 : find_executable, effect;
    }
    "beamlet_system" => {
        "cmd" / 3 : command, effect;
    }
}

fn charlist<'h>(cx: &mut Native<'_, 'h>, text: &OsString) -> Term<'h> {
    cx.charlist(&text.to_string_lossy())
}

fn all_variables<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let mut list = Vec::new();
    for (name, value) in cx.vm().host().variables() {
        let line = format!("{}={}", name.to_string_lossy(), value.to_string_lossy());
        list.push(cx.charlist(&line));
    }
    let list = cx.list(&list);
    Native::ok(list)
}

fn pairs<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let mut list = Vec::new();
    for (name, value) in cx.vm().host().variables() {
        let pair = [charlist(cx, &name), charlist(cx, &value)];
        list.push(cx.tuple(&pair));
    }
    let list = cx.list(&list);
    Native::ok(list)
}

fn variable<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let name = name(args[0]).ok_or_else(Native::raise_badarg)?;
    let value = match cx.vm().host().variable(&name) {
        Some(value) => charlist(cx, &value),
        None => args.get(1).copied().unwrap_or(Term::bool(false)),
    };
    Native::ok(value)
}

fn set_variable<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (Some(name), Some(value)) = (name(args[0]), name(args[1])) else { return Native::badarg() };
    if name.is_empty() || name_bytes(&name).contains(&b'=') {
        return Native::badarg();
    }
    cx.vm().host().set_variable(&name, Some(&value));
    Native::ok_bool(true)
}

fn unset_variable<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let name = name(args[0]).ok_or_else(Native::raise_badarg)?;
    cx.vm().host().set_variable(&name, None);
    Native::ok_bool(true)
}

fn os_type<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let (family, name) = if cfg!(windows) {
        ("win32", "nt")
    } else if cfg!(target_os = "macos") {
        ("unix", "darwin")
    } else {
        ("unix", std::env::consts::OS)
    };
    let pair = cx.tuple(&[Term::atom(Atom::new(family)), Term::atom(Atom::new(name))]);
    Native::ok(pair)
}

fn version<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let mut numbers = release.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse::<i64>().ok());
    let mut next = || numbers.next().unwrap_or(0);
    let parts = [next(), next(), next()].map(|number| cx.integer(number));
    let tuple = cx.tuple(&parts);
    Native::ok(tuple)
}

fn process_id<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let id = cx.vm().host().process_id().to_string();
    let id = cx.charlist(&id);
    Native::ok(id)
}

fn shell<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let line = name(args[0]).ok_or_else(Native::raise_badarg)?;
    let command = Command {
        program: OsString::from("/bin/sh"),
        arguments: vec![OsString::from("-c"), line],
        errors_to_output: true,
        ..Command::default()
    };
    blocking::run(cx, move |vm| {
        let output = vm.host().run(command).map(|end| end.output).unwrap_or_default();
        OwnedTerm::build(|b| match std::str::from_utf8(&output) {
            Ok(text) => b.charlist(text),
            Err(_) => b.byte_list(&output, Term::nil()),
        })
    })
}

fn find_executable<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let program = name(args[0]).ok_or_else(Native::raise_badarg)?;
    let directories = match args.get(1) {
        Some(directories) => Some(name(*directories).ok_or_else(Native::raise_badarg)?),
        None => cx.vm().host().program_path(),
    };
    let slash = name_bytes(&program).contains(&b'/');
    let candidates: Vec<std::path::PathBuf> = if slash {
        vec![program.into()]
    } else {
        std::env::split_paths(&directories.unwrap_or_default()).map(|directory| directory.join(&program)).collect()
    };
    blocking::run(cx, move |vm| {
        let runnable = |path: &&std::path::PathBuf| vm.host().is_program(path);
        match candidates.iter().find(runnable) {
            Some(path) => {
                let path = match vm.host().current_directory() {
                    Ok(directory) => directory.join(path),
                    Err(_) => path.clone(),
                };
                OwnedTerm::build(|b| b.charlist(&path.to_string_lossy()))
            }
            None => OwnedTerm::atom(atoms::FALSE),
        }
    })
}

/// `cmd(program, arguments, options)` gives `{:ok, output, status}` or `{:error, reason}`. Options are a map with any of `cd`,
/// `env` (a list of pairs, `nil` unsets), `input`, `stderr_to_stdout`, `arg0`.
fn command<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let command = command_options(args).ok_or_else(Native::raise_badarg)?;
    cx.vm().console().flush();
    blocking::run(cx, move |vm| match vm.host().run(command) {
        Ok(end) => OwnedTerm::build(|b| {
            let output = b.binary_from_vec(end.output);
            let status = b.integer(i64::from(end.status));
            b.tuple(&[Term::atom(atoms::OK), output, status])
        }),
        Err(error) => OwnedTerm::build(|b| b.tuple(&[Term::atom(atoms::ERROR), Term::atom(posix(&error))])),
    })
}

/// The command that a program, its arguments and a map of options describe.
pub(super) fn command_options(args: &[Term<'_>]) -> Option<Command> {
    let mut command = Command { program: name(args[0])?, ..Command::default() };
    for argument in args[1].list_to_vec()? {
        command.arguments.push(name(argument)?);
    }
    for (option, value) in args[2].as_map()?.iter() {
        match option.as_atom()?.as_str() {
            "cd" => command.directory = Some(path(value)?),
            "input" => blocking::collect_iodata(value, &mut command.input)?,
            "stderr_to_stdout" => command.errors_to_output = value.as_bool()?,
            "arg0" => command.name = Some(name(value)?),
            "env" => {
                for pair in value.list_to_vec()? {
                    let &[key, value] = pair.as_tuple()? else { return None };
                    let value = match value.is(atoms::NIL) || value.is(atoms::FALSE) {
                        true => None,
                        false => Some(name(value)?),
                    };
                    command.environment.push((name(key)?, value));
                }
            }
            _ => return None,
        }
    }
    Some(command)
}
