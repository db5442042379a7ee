//! Natives of the VM's own streams: what a group leader that stands for the host's terminal is made of.

use std::io;

use super::blocking::{self, posix};
use crate::atom::atoms;
use crate::heap::OwnedTerm;
use crate::native::{Native, NativeResult};
use crate::natives;
use crate::term::Term;
use crate::Atom;

natives! {
    "beamlet_io" => {
        "write" / 2 : write, effect;
        "flush" / 0 : flush, effect;
        "read_line" / 0 : read_line, effect;
        "read_line" / 1 : read_line, effect;
        "read" / 1 : read, effect;
        "unread" / 1 : unread, effect;
        "columns" / 0 : columns, effect;
        "rows" / 0 : rows, effect;
        "is_terminal" / 0 : is_terminal, effect;
    }
}

/// `write(device, iodata)`: to `:stdio` or `:stderr`. `{:error, :terminated}` when nobody reads any more.
fn write<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let device = args[0].as_atom().ok_or_else(Native::raise_badarg)?;
    let mut bytes = Vec::new();
    blocking::collect_iodata(args[1], &mut bytes).ok_or_else(Native::raise_badarg)?;
    cx.charge(bytes.len() / 64);
    let open = match device.as_str() {
        "stdio" | "standard_io" | "stdout" | "user" => cx.vm().console().write(&bytes),
        "stderr" | "standard_error" => {
            cx.vm().console().write_error(&bytes);
            true
        }
        _ => return Native::badarg(),
    };
    if open {
        return Native::ok_atom(atoms::OK);
    }
    if cx.vm().ends_with_output() {
        cx.vm().halt(0);
        return Native::ok_atom(atoms::OK);
    }
    let error = cx.tuple(&[Term::atom(atoms::ERROR), Term::atom(Atom::new("terminated"))]);
    Native::ok(error)
}

fn flush<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    cx.vm().console().flush();
    Native::ok_atom(atoms::OK)
}

/// What reading gave: a binary, `:eof`, or `{:error, reason}`.
fn input(result: io::Result<Option<Vec<u8>>>) -> OwnedTerm {
    match result {
        Ok(None) => OwnedTerm::atom(atoms::EOF),
        Ok(Some(bytes)) => OwnedTerm::build(|b| b.binary(&bytes)),
        Err(error) => OwnedTerm::build(|b| b.tuple(&[Term::atom(atoms::ERROR), Term::atom(posix(&error))])),
    }
}

/// `read_line()` or `read_line(prompt)`: a binary with its line feed, `:eof`, or `{:error, reason}`.
fn read_line<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    if let Some(prompt) = args.first() {
        let mut bytes = Vec::new();
        blocking::collect_iodata(*prompt, &mut bytes).ok_or_else(Native::raise_badarg)?;
        cx.vm().console().write(&bytes);
    }
    blocking::run(cx, |vm| input(vm.console().read_line()))
}

fn read<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let count = args[0].as_usize().ok_or_else(Native::raise_badarg)?;
    blocking::run(cx, move |vm| input(vm.console().read(count)))
}

/// `unread(iodata)`: what was read too much, to be read next.
fn unread<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut bytes = Vec::new();
    blocking::collect_iodata(args[0], &mut bytes).ok_or_else(Native::raise_badarg)?;
    cx.vm().console().unread(&bytes);
    Native::ok_atom(atoms::OK)
}

fn size<'h>(cx: &mut Native<'_, 'h>, pick: impl FnOnce((u16, u16)) -> u16) -> NativeResult<'h> {
    match cx.vm().host().terminal_size() {
        Some(size) => {
            let value = cx.integer(i64::from(pick(size)));
            let pair = cx.tuple(&[Term::atom(atoms::OK), value]);
            Native::ok(pair)
        }
        None => {
            let pair = cx.tuple(&[Term::atom(atoms::ERROR), Term::atom(Atom::new("enotsup"))]);
            Native::ok(pair)
        }
    }
}

fn columns<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    size(cx, |(columns, _)| columns)
}

fn rows<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    size(cx, |(_, rows)| rows)
}

fn is_terminal<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok_bool(cx.vm().host().output_is_terminal())
}
