//! Natives of programs that run beside a VM: what ports are made of. What such a program writes comes as messages to the process
//! that started it: `{beamlet_program, data, binary}`, and at its end `{beamlet_program, exit, status}`.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use crossbeam_channel::{unbounded, Sender};
use parking_lot::Mutex;

use super::blocking::{collect_iodata, posix};
use super::os::command_options;
use crate::atom::atoms;
use crate::heap::{OwnedTerm, Resource};
use crate::native::{Native, NativeResult};
use crate::natives;
use crate::process::send_message;
use crate::term::Term;
use crate::Atom;

natives! {
    "beamlet_program" => {
        "start" / 3 : start, effect;
        "write" / 2 : write, effect;
        "close" / 1 : close, effect;
        "close_input" / 1 : close_input, effect;
    }
}

/// A program that runs.
struct Program {
    input: Mutex<Option<Sender<Vec<u8>>>>,
    /// Whether nobody wants its output any more.
    closed: Arc<AtomicBool>,
}

fn message(kind: &str, bytes: Option<&[u8]>, status: i64) -> OwnedTerm {
    OwnedTerm::build(|b| {
        let last = match bytes {
            Some(bytes) => b.binary(bytes),
            None => b.integer(status),
        };
        b.tuple(&[Term::atom(Atom::new("beamlet_program")), Term::atom(Atom::new(kind)), last])
    })
}

/// `start(program, arguments, options)` gives `{ok, handle, os_pid}` or `{error, reason}`; options are those of
/// `beamlet_system:cmd/3`.
fn start<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut command = command_options(args).ok_or_else(Native::raise_badarg)?;
    command.pipe_input = true;
    cx.vm().console().flush();
    let running = match cx.vm().host().start(command) {
        Ok(running) => running,
        Err(error) => {
            let reason = posix(&error);
            let pair = cx.tuple(&[Term::atom(atoms::ERROR), Term::atom(reason)]);
            return Native::ok(pair);
        }
    };
    let closed = Arc::new(AtomicBool::new(false));
    let (own, vm, end) = (cx.state().pid, Arc::downgrade(cx.vm()), closed.clone());
    let (mut output, wait) = (running.output, running.wait);
    let spawned = std::thread::Builder::new().name("beamlet-program".to_owned()).spawn(move || {
        let tell = |kind, bytes: Option<&[u8]>, status| {
            let Some(vm) = vm.upgrade() else { return false };
            send_message(&vm, own, message(kind, bytes, status));
            true
        };
        let mut buffer = vec![0; 64 * 1024];
        while !end.load(Ordering::Acquire) {
            match output.read(&mut buffer) {
                Ok(0) | Err(_) => break,
                Ok(count) => {
                    if end.load(Ordering::Acquire) || !tell("data", Some(&buffer[..count]), 0) {
                        break;
                    }
                }
            }
        }
        // From here on it writes to nobody.
        drop(output);
        let status = wait().unwrap_or(-1);
        tell("exit", None, i64::from(status));
    });
    if spawned.is_err() {
        let pair = cx.tuple(&[Term::atom(atoms::ERROR), Term::atom(Atom::new("eagain"))]);
        return Native::ok(pair);
    }
    let input = running.input.and_then(|input| feed(input, cx));
    let program = Program { input: Mutex::new(input), closed };
    let handle = cx.resource(Resource::new(program));
    let id = cx.integer(i64::from(running.id));
    let result = cx.tuple(&[Term::atom(atoms::OK), handle, id]);
    Native::ok(result)
}

fn program<'h>(term: Term<'h>) -> Option<&'h Program> {
    term.as_resource()?.downcast::<Program>()
}

/// A thread that writes what it is given, for a program may be slow to read; `{beamlet_program, broken, 0}` tells that it does not.
fn feed(mut input: Box<dyn Write + Send>, cx: &mut Native<'_, '_>) -> Option<Sender<Vec<u8>>> {
    let (sender, receiver) = unbounded::<Vec<u8>>();
    let (own, vm) = (cx.state().pid, Arc::downgrade(cx.vm()));
    let work = move || {
        for bytes in receiver {
            if input.write_all(&bytes).and_then(|()| input.flush()).is_err() {
                if let Some(vm) = vm.upgrade() {
                    send_message(&vm, own, message("broken", None, 0));
                }
                return;
            }
        }
    };
    std::thread::Builder::new().name("beamlet-program".to_owned()).spawn(work).ok().map(|_| sender)
}

/// `write(program, iodata)`: `true`, or `false` when the program reads no more.
fn write<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let program = program(args[0]).ok_or_else(Native::raise_badarg)?;
    let mut bytes = Vec::new();
    collect_iodata(args[1], &mut bytes).ok_or_else(Native::raise_badarg)?;
    cx.charge(bytes.len() / 64);
    let open = program.input.lock().as_ref().is_some_and(|input| input.send(bytes).is_ok());
    Native::ok_bool(open)
}

/// Ends the program's input.
fn close_input<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let program = program(args[0]).ok_or_else(Native::raise_badarg)?;
    program.input.lock().take();
    Native::ok_atom(atoms::OK)
}

/// Ends the program's input, and takes no more of its output.
fn close<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    program(args[0]).ok_or_else(Native::raise_badarg)?.closed.store(true, Ordering::Release);
    close_input(cx, args)
}
