//! Natives of ports. A port is a process that programs know by a port instead of a pid (`Pid::is_port`), so that signals, links,
//! monitors and names work as they do for all processes. What it does is written in Elixir: `:beamlet_ports_library`.

use super::process::spawn_with;
use crate::native::{Native, NativeResult, Outcome};
use crate::natives;
use crate::term::Term;
use crate::Atom;

natives! {
    "erlang" => {
        "ports" / 0 : ports, effect;
        "open_port" / 2 : open_port, effect;
        "port_close" / 1 : port_close, effect;
        "port_command" / 2 : port_command, effect;
        "port_command" / 3 : port_command, effect;
        "port_connect" / 2 : port_connect, effect;
        "port_info" / 1 : port_info, effect;
        "port_info" / 2 : port_info, effect;
        "port_control" / 3 : port_control, effect;
        "port_call" / 2 : port_control, effect;
        "port_call" / 3 : port_control, effect;
        "port_set_data" / 2 : port_set_data, effect;
        "port_get_data" / 1 : port_get_data, effect;
        "decode_packet" / 3 : decode_packet, effect;
    }
    "beamlet_ports" => {
        "spawn" / 3 : spawn_port, effect;
        "links" / 0 : links, effect;
        "name" / 1 : name, effect;
    }
}

fn ports<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let pids = cx.vm().table().pids().into_iter();
    let ports: Vec<Term<'h>> = pids.filter(|pid| pid.is_port()).map(Term::pid).collect();
    let list = cx.list(&ports);
    Native::ok(list)
}

/// `spawn(Module, Function, Args)`: a process that stands for a port, linked to the caller. Its own name is the port, too.
fn spawn_port<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    spawn_with(cx, args, |options| {
        options.spawn.link = true;
        options.spawn.port = true;
        Some(())
    })
}

/// Goes on in the library: natives of ports are written in Elixir.
fn in_library<'h>(function: &str, args: &[Term<'h>]) -> NativeResult<'h> {
    let module = Atom::new("beamlet_ports_library");
    Ok(Outcome::Call { module, function: Atom::new(function), args: args.to_vec() })
}

fn open_port<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    in_library("open", args)
}

fn port_close<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    in_library("close", args)
}

fn port_command<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    in_library("command", args)
}

fn port_connect<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    in_library("connect", args)
}

fn port_info<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    in_library("info", args)
}

fn port_set_data<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    in_library("set_data", args)
}

fn port_get_data<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    in_library("get_data", args)
}

/// Only drivers take control calls, and there are none.
fn port_control<'h>(_: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Native::badarg()
}

fn decode_packet<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    Ok(Outcome::Call { module: Atom::new("beamlet_packet"), function: Atom::new("decode"), args: args.to_vec() })
}

/// `links()`: what the calling port is linked with.
fn links<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let links: Vec<Term<'h>> = cx.state().links.iter().map(|(pid, ())| Term::pid(pid)).collect();
    let list = cx.list(&links);
    Native::ok(list)
}

/// `name(Port)`: the name it is registered by, or `[]`.
fn name<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let pid = args[0].as_party().ok_or_else(Native::raise_badarg)?;
    let names = cx.vm().names();
    let name = names.all().into_iter().find(|name| names.find(*name) == Some(pid));
    Native::ok(name.map_or(Term::nil(), Term::atom))
}
