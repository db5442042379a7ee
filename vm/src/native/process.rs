//! Natives of processes: spawning, signals, links, monitors, names, flags, information.

use crate::atom::atoms;
use crate::heap::OwnedTerm;
use crate::machine::{Entry, Spawn};
use crate::native::{Caller, Native, NativeFn, NativeResult, Outcome};
use crate::natives;
use crate::process::{
    self, send_control, send_message, AliasMode, CodeCheck, Control, HeapLimit, InCode, Item, Monitor, Pid, Priority,
    Reference, Request, Suspending, Target, Watcher,
};
use crate::term::{Kind, Map, Term};
use crate::Atom;

natives! {
    "beamlet_code" => {
        "check_for" / 4 : check_for, effect;
    }
    "erlang" => {
        "self" / 0 : own_pid, effect;
        "spawn" / 1 : spawn, effect;
        "spawn" / 3 : spawn, effect;
        "spawn_link" / 1 : spawn_link, effect;
        "spawn_link" / 3 : spawn_link, effect;
        "spawn_monitor" / 1 : spawn_monitor, effect;
        "spawn_monitor" / 3 : spawn_monitor, effect;
        "spawn_opt" / 2 : spawn_opt, effect;
        "spawn_opt" / 4 : spawn_opt, effect;
        "send" / 2 : send, effect;
        "!" / 2 : send, effect;
        "send" / 3 : send_with_options, effect;
        "send_nosuspend" / 2 : send_nosuspend, effect;
        "send_nosuspend" / 3 : send_nosuspend, effect;
        "exit" / 2 : exit_signal, effect;
        "link" / 1 : link, effect;
        "unlink" / 1 : unlink, effect;
        "monitor" / 2 : monitor, effect;
        "monitor" / 3 : monitor, effect;
        "demonitor" / 1 : demonitor, effect;
        "demonitor" / 2 : demonitor, effect;
        "alias" / 0 : alias, effect;
        "alias" / 1 : alias, effect;
        "unalias" / 1 : unalias, effect;
        "register" / 2 : register, effect;
        "unregister" / 1 : unregister, effect;
        "whereis" / 1 : whereis, effect;
        "registered" / 0 : registered, effect;
        "process_flag" / 2 : process_flag, effect;
        "process_flag" / 3 : process_flag_of, effect;
        "process_info" / 1 : process_info, effect;
        "process_info" / 2 : process_info, effect;
        "processes" / 0 : processes, effect;
        "is_process_alive" / 1 : is_process_alive, effect;
        "group_leader" / 0 : group_leader, effect;
        "group_leader" / 2 : set_group_leader, effect;
        "suspend_process" / 1 : suspend_process, effect;
        "suspend_process" / 2 : suspend_process, effect;
        "resume_process" / 1 : resume_process, effect;
        "garbage_collect" / 0 : garbage_collect, effect;
        "garbage_collect" / 1 : garbage_collect, effect;
        "garbage_collect" / 2 : garbage_collect, effect;
        "check_process_code" / 2 : check_process_code, effect;
        "check_process_code" / 3 : check_process_code, effect;
        "make_ref" / 0 : make_ref, effect;
        "yield" / 0 : give_way, effect;
        "bump_reductions" / 1 : bump_reductions, effect;
        "put" / 2 : put, effect;
        "get" / 0 : get_all, effect;
        "get" / 1 : get, effect;
        "get_keys" / 0 : get_keys, effect;
        "get_keys" / 1 : get_keys_of, effect;
        "erase" / 0 : erase_all, effect;
        "erase" / 1 : erase, effect;
    }
}

fn true_atom<'h>() -> NativeResult<'h> {
    Native::ok_atom(atoms::TRUE)
}

fn local_node(term: Term<'_>) -> bool {
    term.as_atom().is_some_and(|atom| atom.as_str() == "nonode@nohost")
}

/// Begins to wait for the answer to a request; `resume` then finds it with [`take_reply`].
pub(super) fn request<'h>(
    cx: &mut Native<'_, 'h>,
    resume: NativeFn,
    state: Vec<Term<'h>>,
    ask: impl FnOnce(&Native<'_, 'h>, Pid, Reference),
) -> NativeResult<'h> {
    let reference = cx.state().make_reference();
    let pid = cx.state().pid;
    cx.state().request = Some(Box::new(Request { reference, reply: None }));
    ask(cx, pid, reference);
    Ok(Outcome::Wait { resume, state })
}

/// The answer to the request under way, once it has come.
pub(super) fn take_reply(cx: &mut Native<'_, '_>) -> Option<OwnedTerm> {
    let request = cx.state().request.as_mut()?;
    let reply = request.reply.take()?;
    cx.state().request = None;
    Some(reply)
}

/// Waits for the answer and gives it as it is.
pub(super) fn give_reply<'h>(cx: &mut Native<'_, 'h>, state: &[Term<'h>]) -> NativeResult<'h> {
    match take_reply(cx) {
        Some(reply) => {
            let reply = cx.adopt(reply);
            Native::ok(reply)
        }
        None => Ok(Outcome::Wait { resume: give_reply, state: state.to_vec() }),
    }
}

fn own_pid<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok(Term::pid(cx.state().pid))
}

fn make_ref<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let reference = cx.state().make_reference();
    let term = cx.reference(reference);
    Native::ok(term)
}

// Spawning.

/// What a process begins with: a fun, or module, function and arguments.
fn entry(args: &[Term<'_>]) -> Option<Entry> {
    match *args {
        [fun] => {
            (fun.function_arity()? == 0).then_some(())?;
            Some(Entry::Fun { fun: OwnedTerm::new(fun), args: Vec::new() })
        }
        [module, function, args] => {
            let args = args.list_to_vec()?.into_iter().map(OwnedTerm::new).collect();
            Some(Entry::Call { module: module.as_atom()?, function: function.as_atom()?, args })
        }
        _ => None,
    }
}

pub(super) struct SpawnOptions<'h> {
    pub(super) spawn: Spawn,
    monitor: bool,
    alias: Option<AliasMode>,
    tag: Option<Term<'h>>,
}

pub(super) fn spawn_with<'h>(
    cx: &mut Native<'_, 'h>,
    args: &[Term<'h>],
    adjust: impl FnOnce(&mut SpawnOptions<'h>) -> Option<()>,
) -> NativeResult<'h> {
    let entry = entry(args).ok_or_else(Native::raise_badarg)?;
    let mut spawn = Spawn::new(entry);
    spawn.parent = cx.state().pid;
    spawn.group_leader = cx.state().group_leader;
    spawn.account = cx.state().account().cloned();
    let mut options = SpawnOptions { spawn, monitor: false, alias: None, tag: None };
    adjust(&mut options).ok_or_else(Native::raise_badarg)?;
    let SpawnOptions { mut spawn, monitor, alias, tag } = options;
    let link = spawn.link;
    let reference = monitor.then(|| cx.state().make_reference());
    spawn.monitor = reference;
    let Ok(pid) = cx.vm().spawn(spawn) else { return Native::system_limit() };
    if link {
        cx.state().links.insert(pid, ());
    }
    match reference {
        None => Native::ok(Term::pid(pid)),
        Some(reference) => {
            let tag = tag.map(|tag| Box::new(OwnedTerm::new(tag)));
            cx.state().monitors.insert(reference, Monitor { target: Target::Process(pid), tag });
            if let Some(mode) = alias {
                cx.state().rare_mut().aliases.insert(reference, mode);
            }
            let reference = cx.reference(reference);
            let pair = cx.tuple(&[Term::pid(pid), reference]);
            Native::ok(pair)
        }
    }
}

fn spawn<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    spawn_with(cx, args, |_| Some(()))
}

fn spawn_link<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    spawn_with(cx, args, |options| {
        options.spawn.link = true;
        Some(())
    })
}

fn spawn_monitor<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    spawn_with(cx, args, |options| {
        options.monitor = true;
        Some(())
    })
}

fn spawn_opt<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (options, call) = args.split_last().expect("the table says two or four arguments");
    let list = options.list_to_vec().ok_or_else(Native::raise_badarg)?;
    spawn_with(cx, call, |options| list.into_iter().try_for_each(|option| spawn_option(options, option)))
}

fn spawn_option<'h>(options: &mut SpawnOptions<'h>, option: Term<'h>) -> Option<()> {
    if let Some(name) = option.as_atom() {
        match name.as_str() {
            "link" => options.spawn.link = true,
            "monitor" => options.monitor = true,
            _ => return None,
        }
        return Some(());
    }
    let &[name, value] = option.as_tuple()? else { return None };
    match name.as_atom()?.as_str() {
        "monitor" => {
            options.monitor = true;
            (options.alias, options.tag) = monitor_options(value)?;
        }
        "priority" => options.spawn.priority = Priority::from_name(value.as_atom()?.as_str())?,
        "fullsweep_after" => options.spawn.fullsweep_after = Some(u32::try_from(value.as_usize()?).ok()?),
        "min_heap_size" => options.spawn.min_heap_size = Some(value.as_usize()?.min(1 << 24)),
        "min_bin_vheap_size" | "async_dist" | "scheduler" => {}
        "max_heap_size" => options.spawn.heap_limit = Some(heap_limit(value, HeapLimit::default())?),
        "message_queue_data" => {
            options.spawn.off_heap_messages = match value.as_atom()?.as_str() {
                "off_heap" => true,
                "on_heap" => false,
                _ => return None,
            };
        }
        _ => return None,
    }
    Some(())
}

fn heap_limit(value: Term<'_>, mut limit: HeapLimit) -> Option<HeapLimit> {
    let map = match value.kind() {
        Kind::Map(map) => map,
        _ => {
            limit.words = value.as_usize()?;
            return Some(limit);
        }
    };
    for (key, value) in map.iter() {
        match key.as_atom()?.as_str() {
            "size" => limit.words = value.as_usize()?,
            "kill" => limit.kill = value.as_bool()?,
            "error_logger" => limit.log = value.as_bool()?,
            "include_shared_binaries" => {
                value.as_bool()?;
            }
            _ => return None,
        }
    }
    Some(limit)
}

// Sending.

enum SendError {
    BadTarget,
    NoName,
}

/// Sends to a pid, a name, `{name, node}`, an alias or a port.
fn send_to(cx: &mut Native<'_, '_>, to: Term<'_>, message: Term<'_>) -> Result<(), SendError> {
    let vm = cx.vm();
    match to.kind() {
        Kind::Pid(pid) => send_message(vm, pid, OwnedTerm::new(message)),
        Kind::Port(port) => send_message(vm, port.pid(), OwnedTerm::new(message)),
        Kind::Atom(name) => {
            let pid = vm.names().find(name).ok_or(SendError::NoName)?;
            send_message(vm, pid, OwnedTerm::new(message));
        }
        Kind::Ref(reference) => {
            let message = OwnedTerm::new(message);
            send_control(vm, reference.owner, Control::ToAlias { alias: reference, message });
        }
        Kind::Tuple(&[name, node]) => {
            let name = name.as_atom().ok_or(SendError::BadTarget)?;
            if !node.is_atom() {
                return Err(SendError::BadTarget);
            }
            // Other nodes are not connected: what is sent there is lost, as to one that went down.
            if local_node(node) {
                if let Some(pid) = vm.names().find(name) {
                    send_message(vm, pid, OwnedTerm::new(message));
                }
            }
        }
        Kind::ExternalPid(_) | Kind::ExternalPort(_) | Kind::ExternalRef(_) => {}
        _ => return Err(SendError::BadTarget),
    }
    Ok(())
}

fn send<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match send_to(cx, args[0], args[1]) {
        Ok(()) => Native::ok(args[1]),
        Err(SendError::BadTarget | SendError::NoName) => Native::badarg(),
    }
}

fn send_with_options<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let options = args[2].list_to_vec().ok_or_else(Native::raise_badarg)?;
    let known =
        |option: &Term<'_>| option.as_atom().is_some_and(|atom| matches!(atom.as_str(), "nosuspend" | "noconnect"));
    if !options.iter().all(known) {
        return Native::badarg();
    }
    let elsewhere = match args[0].kind() {
        Kind::Tuple(&[_, node]) => node.is_atom() && !local_node(node),
        Kind::ExternalPid(_) | Kind::ExternalRef(_) => true,
        _ => false,
    };
    let connects = !options.iter().any(|option| option.as_atom().is_some_and(|atom| atom.as_str() == "noconnect"));
    match send_to(cx, args[0], args[1]) {
        Ok(()) if elsewhere && !connects => Native::ok_atom(Atom::new("noconnect")),
        Ok(()) => Native::ok_atom(atoms::OK),
        Err(_) => Native::badarg(),
    }
}

fn send_nosuspend<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match send_to(cx, args[0], args[1]) {
        Ok(()) => true_atom(),
        Err(_) => Native::badarg(),
    }
}

fn exit_signal<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let to = match args[0].kind() {
        Kind::Pid(pid) => pid,
        Kind::Port(port) => port.pid(),
        Kind::ExternalPid(_) | Kind::ExternalPort(_) => return true_atom(),
        _ => return Native::badarg(),
    };
    let from = cx.state().pid;
    cx.vm().exit(from, to, OwnedTerm::new(args[1]));
    if to == from {
        // A signal to oneself acts before the call returns: going off the thread takes it in.
        return Ok(Outcome::Yield { resume: |_, _| true_atom(), state: Vec::new() });
    }
    true_atom()
}

// Links and monitors.

fn link<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let own = cx.state().pid;
    let pid = match args[0].kind() {
        Kind::Pid(pid) => pid,
        Kind::Port(port) => port.pid(),
        Kind::ExternalPid(_) => return no_connection(cx, args[0]),
        _ => return Native::badarg(),
    };
    if pid == own || cx.state().links.contains(pid) {
        return true_atom();
    }
    if !cx.state().trap_exit && !cx.vm().table().exists(pid) {
        return Native::error(Term::atom(atoms::NOPROC));
    }
    cx.state().links.insert(pid, ());
    send_control(cx.vm(), pid, Control::Link { from: own });
    true_atom()
}

/// A link to a process of another node: there is no connection.
fn no_connection<'h>(cx: &mut Native<'_, 'h>, pid: Term<'h>) -> NativeResult<'h> {
    let own = cx.state().pid;
    if cx.state().trap_exit {
        let message = OwnedTerm::build(|b| {
            let pid = b.import_term(pid);
            b.tuple(&[Term::atom(atoms::EXIT_SIGNAL), pid, Term::atom(atoms::NOCONNECTION)])
        });
        send_message(cx.vm(), own, message);
        return true_atom();
    }
    cx.vm().exit(own, own, OwnedTerm::atom(atoms::NOCONNECTION));
    Ok(Outcome::Yield { resume: |_, _| true_atom(), state: Vec::new() })
}

fn unlink<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let pid = match args[0].kind() {
        Kind::Pid(pid) => pid,
        Kind::Port(port) => port.pid(),
        Kind::ExternalPid(_) | Kind::ExternalPort(_) => return true_atom(),
        _ => return Native::badarg(),
    };
    if cx.state().links.remove(pid).is_some() {
        let from = cx.state().pid;
        send_control(cx.vm(), pid, Control::Unlink { from });
    }
    true_atom()
}

/// The alias mode and tag that a list of monitor options asks for.
fn monitor_options<'h>(options: Term<'h>) -> Option<(Option<AliasMode>, Option<Term<'h>>)> {
    let mut alias = None;
    let mut tag = None;
    for option in options.list_to_vec()? {
        let &[name, value] = option.as_tuple()? else { return None };
        match name.as_atom()?.as_str() {
            "tag" => tag = Some(value),
            "alias" => {
                alias = Some(match value.as_atom()?.as_str() {
                    "explicit_unalias" => AliasMode::Explicit,
                    "demonitor" => AliasMode::Demonitor,
                    "reply_demonitor" => AliasMode::ReplyDemonitor,
                    _ => return None,
                });
            }
            _ => return None,
        }
    }
    Some((alias, tag))
}

fn monitor<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (alias, tag) = match args.get(2) {
        Some(options) => monitor_options(*options).ok_or_else(Native::raise_badarg)?,
        None => (None, None),
    };
    let own = cx.state().pid;
    let kind = args[0].as_atom().ok_or_else(Native::raise_badarg)?;
    let mut down_at_once = None;
    let target = match (kind, args[1].kind()) {
        (atoms::PROCESS, Kind::Pid(pid)) => Target::Process(pid),
        (atoms::PROCESS, Kind::Atom(name)) => Target::Name(name, cx.vm().names().find(name)),
        (atoms::PROCESS, Kind::Tuple(&[name, node])) if node.is_atom() => {
            let name = name.as_atom().ok_or_else(Native::raise_badarg)?;
            if local_node(node) {
                Target::Name(name, cx.vm().names().find(name))
            } else {
                down_at_once = Some(atoms::NOCONNECTION);
                Target::Name(name, None)
            }
        }
        (kind, Kind::Port(port)) if kind.as_str() == "port" => match port.pid() {
            Pid::HOST => Target::Unopened(port),
            pid => Target::Process(pid),
        },
        (kind, Kind::Atom(name)) if kind.as_str() == "port" => {
            Target::Name(name, cx.vm().names().find(name).filter(|pid| pid.is_port()))
        }
        (atoms::TIME_OFFSET, Kind::Atom(name)) if name.as_str() == "clock_service" => Target::TimeOffset,
        _ => return Native::badarg(),
    };
    let reference = cx.state().make_reference();
    let tag = tag.map(|tag| Box::new(OwnedTerm::new(tag)));
    cx.state().monitors.insert(reference, Monitor { target, tag });
    if let Some(mode) = alias {
        cx.state().rare_mut().aliases.insert(reference, mode);
    }
    match target {
        Target::Process(pid) if pid == own => {
            // Watching oneself never tells anything.
            cx.state().monitors.remove(reference);
        }
        Target::Process(pid) | Target::Name(_, Some(pid)) => {
            send_control(cx.vm(), pid, Control::Monitor { reference, watcher: Watcher::Process(own) });
        }
        Target::Name(_, None) | Target::Unopened(_) => {
            let reason = OwnedTerm::atom(down_at_once.unwrap_or(atoms::NOPROC));
            send_control(cx.vm(), own, Control::Down { reference, reason });
        }
        Target::TimeOffset => {}
    }
    let reference = cx.reference(reference);
    Native::ok(reference)
}

fn demonitor<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let reference = match args[0].kind() {
        Kind::Ref(reference) => reference,
        Kind::ExternalRef(_) => return true_atom(),
        _ => return Native::badarg(),
    };
    let (mut flush, mut info) = (false, false);
    if let Some(options) = args.get(1) {
        for option in options.list_to_vec().ok_or_else(Native::raise_badarg)? {
            match option.as_atom().map(Atom::as_str) {
                Some("flush") => flush = true,
                Some("info") => info = true,
                _ => return Native::badarg(),
            }
        }
    }
    let vm = cx.vm().clone();
    let removed = process::demonitor(&vm, cx.state(), reference);
    let mut flushed = false;
    if flush && !removed {
        flushed = flush_down(cx, reference);
    }
    // With both options the answer is whether there was nothing to flush.
    match (info, flush) {
        (false, _) => true_atom(),
        (true, false) => Native::ok_bool(removed),
        (true, true) => Native::ok_bool(!flushed),
    }
}

/// Takes a `DOWN` message of this monitor out of the mailbox, if it has come.
fn flush_down(cx: &mut Native<'_, '_>, reference: Reference) -> bool {
    cx.state().mailbox.remove_if(|message| {
        let Some(&[_, second, kind, _, _]) = message.term().as_tuple() else { return false };
        kind.is_atom() && second.as_ref() == Some(reference)
    }) > 0
}

fn alias<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut mode = AliasMode::Explicit;
    if let Some(options) = args.first() {
        for option in options.list_to_vec().ok_or_else(Native::raise_badarg)? {
            match option.as_atom().map(Atom::as_str) {
                Some("explicit_unalias") => mode = AliasMode::Explicit,
                Some("reply") => mode = AliasMode::Reply,
                _ => return Native::badarg(),
            }
        }
    }
    let reference = cx.state().make_reference();
    cx.state().rare_mut().aliases.insert(reference, mode);
    let term = cx.reference(reference);
    Native::ok(term)
}

fn unalias<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let reference = args[0].as_ref().ok_or_else(Native::raise_badarg)?;
    let own = reference.owner == cx.state().pid;
    Native::ok_bool(own && cx.state().remove_alias(reference))
}

// Names.

fn register<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (Some(name), Some(pid)) = (args[0].as_atom(), args[1].as_party()) else { return Native::badarg() };
    if name == atoms::UNDEFINED {
        return Native::badarg();
    }
    let vm = cx.vm();
    match vm.table().name(pid, name, || vm.names().register(name, pid)) {
        Some(true) => true_atom(),
        Some(false) | None => Native::badarg(),
    }
}

fn unregister<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let name = args[0].as_atom().ok_or_else(Native::raise_badarg)?;
    let Some(pid) = cx.vm().names().unregister(name) else { return Native::badarg() };
    cx.vm().table().unname(pid);
    true_atom()
}

fn whereis<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let name = args[0].as_atom().ok_or_else(Native::raise_badarg)?;
    Native::ok(cx.vm().names().find(name).map_or(Term::atom(atoms::UNDEFINED), Term::pid))
}

fn registered<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let names: Vec<Term<'h>> = cx.vm().names().all().into_iter().map(Term::atom).collect();
    let list = cx.list(&names);
    Native::ok(list)
}

// Flags and information.

fn process_flag<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let flag = args[0].as_atom().ok_or_else(Native::raise_badarg)?;
    let value = args[1];
    let badarg = Native::raise_badarg;
    match flag.as_str() {
        "trap_exit" => {
            let new = value.as_bool().ok_or_else(badarg)?;
            let old = std::mem::replace(&mut cx.state().trap_exit, new);
            Native::ok_bool(old)
        }
        "priority" => {
            let new = value.as_atom().and_then(|atom| Priority::from_name(atom.as_str())).ok_or_else(badarg)?;
            let old = std::mem::replace(&mut cx.state().priority, new);
            Native::ok_atom(Atom::new(old.name()))
        }
        "error_handler" => {
            let new = value.as_atom().ok_or_else(badarg)?;
            let old = cx.state().rare_mut().error_handler.replace(new);
            Native::ok_atom(old.unwrap_or_else(|| Atom::new("error_handler")))
        }
        "max_heap_size" => {
            let old = cx.state().heap_limit();
            let new = heap_limit(value, old).ok_or_else(badarg)?;
            cx.state().rare_mut().heap_limit = new;
            cx.set_heap_limit(if new.kill { new.words } else { 0 });
            let old = process::heap_limit_term(cx, old);
            Native::ok(old)
        }
        "message_queue_data" => {
            let new = match value.as_atom().map(Atom::as_str) {
                Some("off_heap") => true,
                Some("on_heap") => false,
                _ => return Native::badarg(),
            };
            let old = std::mem::replace(&mut cx.state().off_heap_messages, new);
            Native::ok_atom(Atom::new(if old { "off_heap" } else { "on_heap" }))
        }
        "min_heap_size" | "min_bin_vheap_size" | "save_calls" | "fullsweep_after" => {
            let new = value.as_i64().filter(|&new| new >= 0).ok_or_else(badarg)?;
            let default = match flag.as_str() {
                "min_heap_size" => 233,
                "min_bin_vheap_size" => 46_422,
                "fullsweep_after" => 65_535,
                _ => 0,
            };
            let old = cx.state().rare_mut().idle_flags.insert(flag, new).unwrap_or(default);
            let old = cx.integer(old);
            Native::ok(old)
        }
        "sensitive" | "async_dist" => {
            let new = value.as_bool().ok_or_else(badarg)?;
            let old = cx.state().rare_mut().idle_flags.insert(flag, i64::from(new)).unwrap_or(0);
            Native::ok_bool(old != 0)
        }
        _ => Native::badarg(),
    }
}

fn process_flag_of<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let known = args[1].as_atom().is_some_and(|flag| flag.as_str() == "save_calls");
    match (args[0].as_pid(), args[2].as_usize()) {
        (Some(pid), Some(_)) if known && cx.vm().table().exists(pid) => {
            let zero = cx.integer(0);
            Native::ok(zero)
        }
        _ => Native::badarg(),
    }
}

fn process_info<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let pid = args[0].as_pid().ok_or_else(Native::raise_badarg)?;
    let item = |term: Term<'_>| Item::from_name(term.as_atom()?.as_str());
    let (items, single) = match args.get(1) {
        None => (Item::ALL.to_vec(), false),
        Some(list) if list.is_list() => {
            let list = list.list_to_vec().ok_or_else(Native::raise_badarg)?;
            let items = list.into_iter().map(item).collect::<Option<Vec<_>>>().ok_or_else(Native::raise_badarg)?;
            (items, false)
        }
        Some(&name) => {
            // The process dictionary's entries are asked for one by one like this in later versions.
            (vec![item(name).ok_or_else(Native::raise_badarg)?], true)
        }
    };
    let everything = args.len() == 1;
    request(cx, give_reply, Vec::new(), |cx, from, reference| {
        send_control(cx.vm(), pid, Control::Info { from, reference, items, single, everything });
    })
}

fn processes<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let pids = cx.vm().table().pids().into_iter();
    let pids: Vec<Term<'h>> = pids.filter(|pid| !pid.is_port()).map(Term::pid).collect();
    cx.charge(pids.len() / 8);
    let list = cx.list(&pids);
    Native::ok(list)
}

fn is_process_alive<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let pid = args[0].as_pid().ok_or_else(Native::raise_badarg)?;
    if pid == cx.state().pid {
        return true_atom();
    }
    match cx.vm().table().is_alive(pid) {
        Some(alive) => Native::ok_bool(alive),
        // Signals that may end it have been sent: they are to act first.
        None => request(cx, after_signals, Vec::new(), |cx, from, reference| {
            let items = Vec::new();
            let info = Control::Info { from, reference, items, single: false, everything: false };
            send_control(cx.vm(), pid, info);
        }),
    }
}

fn after_signals<'h>(cx: &mut Native<'_, 'h>, state: &[Term<'h>]) -> NativeResult<'h> {
    match take_reply(cx) {
        Some(reply) => Native::ok_bool(!reply.term().is(atoms::UNDEFINED)),
        None => Ok(Outcome::Wait { resume: after_signals, state: state.to_vec() }),
    }
}

fn group_leader<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok(Term::pid(cx.state().group_leader))
}

fn set_group_leader<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let leader = match args[0].kind() {
        Kind::Pid(pid) => pid,
        _ => return Native::badarg(),
    };
    let pid = args[1].as_pid().ok_or_else(Native::raise_badarg)?;
    if pid == cx.state().pid {
        cx.state().group_leader = leader;
        return true_atom();
    }
    if !cx.vm().table().exists(pid) {
        return Native::badarg();
    }
    send_control(cx.vm(), pid, Control::GroupLeader(leader));
    true_atom()
}

fn suspend_process<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let pid = args[0].as_pid().ok_or_else(Native::raise_badarg)?;
    let (mut asynchronous, mut unless) = (false, false);
    if let Some(options) = args.get(1) {
        for option in options.list_to_vec().ok_or_else(Native::raise_badarg)? {
            match option.as_atom().map(Atom::as_str) {
                Some("asynchronous") => asynchronous = true,
                Some("unless_suspending") => unless = true,
                _ => return Native::badarg(),
            }
        }
    }
    if pid == cx.state().pid || !cx.vm().table().exists(pid) {
        return Native::badarg();
    }
    let count = cx.state().rare_mut().suspending.get(pid).map_or(0, |suspending| suspending.count);
    if unless && count > 0 {
        return Native::ok_bool(false);
    }
    cx.state().rare_mut().suspending.insert(pid, Suspending { count: count + 1 });
    if count > 0 {
        return true_atom();
    }
    if asynchronous {
        send_control(cx.vm(), pid, Control::Suspend { acknowledge: None });
        return true_atom();
    }
    request(cx, give_reply, Vec::new(), |cx, from, reference| {
        send_control(cx.vm(), pid, Control::Suspend { acknowledge: Some((from, reference)) });
    })
}

fn resume_process<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let pid = args[0].as_pid().ok_or_else(Native::raise_badarg)?;
    let rare = cx.state().rare_mut();
    let Some(suspending) = rare.suspending.remove(pid) else { return Native::badarg() };
    if suspending.count > 1 {
        rare.suspending.insert(pid, Suspending { count: suspending.count - 1 });
    } else {
        send_control(cx.vm(), pid, Control::Resume);
    }
    true_atom()
}

fn garbage_collect<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let own = cx.state().pid;
    let pid = match args.first() {
        Some(pid) => pid.as_pid().ok_or_else(Native::raise_badarg)?,
        None => own,
    };
    let mut minor = false;
    let mut asynchronous = None;
    if let Some(options) = args.get(1) {
        for option in options.list_to_vec().ok_or_else(Native::raise_badarg)? {
            let Some(&[name, value]) = option.as_tuple() else { return Native::badarg() };
            match name.as_atom().map(Atom::as_str) {
                Some("type") => minor = value.as_atom().is_some_and(|atom| atom.as_str() == "minor"),
                Some("async") => asynchronous = Some(value),
                _ => return Native::badarg(),
            }
        }
    }
    if let Some(id) = asynchronous {
        let alive = cx.vm().table().exists(pid);
        let reply = OwnedTerm::build(|b| {
            let id = b.import_term(id);
            b.tuple(&[Term::atom(Atom::new("garbage_collect")), id, Term::bool(alive)])
        });
        let reference = cx.state().make_reference();
        send_control(cx.vm(), pid, Control::Collect { from: own, reference, minor });
        send_message(cx.vm(), own, reply);
        return Native::ok_atom(Atom::new("async"));
    }
    request(cx, give_reply, Vec::new(), |cx, from, reference| {
        send_control(cx.vm(), pid, Control::Collect { from, reference, minor });
    })
}

fn check_process_code<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (Some(pid), Some(module)) = (args[0].as_pid(), args[1].as_atom()) else { return Native::badarg() };
    let mut asynchronous = None;
    if let Some(options) = args.get(2) {
        for option in options.list_to_vec().ok_or_else(Native::raise_badarg)? {
            match option.as_tuple() {
                Some(&[name, value]) => match name.as_atom().map(Atom::as_str) {
                    Some("async") => asynchronous = Some(value),
                    Some("allow_gc") => {}
                    _ => return Native::badarg(),
                },
                _ => return Native::badarg(),
            }
        }
    }
    let alive = cx.vm().table().exists(pid);
    let old = cx.vm().registry().old(module);
    match (asynchronous, old) {
        (None, None) => Native::ok_bool(false),
        (None, Some(old)) => request(cx, give_reply, Vec::new(), |cx, from, reference| {
            CodeCheck::ask(cx.vm(), old, InCode::Counts, &[pid], from, reference);
        }),
        (Some(id), old) => {
            let id = OwnedTerm::new(id);
            let Some(old) = old.filter(|_| alive) else {
                let own = cx.state().pid;
                send_message(cx.vm(), own, checked(&id, Term::bool(false)));
                return Native::ok_atom(Atom::new("async"));
            };
            // A process of its own waits for the answer.
            let arguments = vec![Term::pid(cx.state().pid), Term::pid(pid), Term::atom(old.name)];
            let mut arguments: Vec<OwnedTerm> = arguments.into_iter().map(OwnedTerm::new).collect();
            arguments.push(id);
            let (module, function) = (Atom::new("beamlet_code"), Atom::new("check_for"));
            let spawn = Spawn::new(Entry::Call { module, function, args: arguments });
            match cx.vm().spawn(spawn) {
                Ok(_) => Native::ok_atom(Atom::new("async")),
                Err(_) => Native::system_limit(),
            }
        }
    }
}

/// The message that tells of an asynchronous check.
fn checked(id: &OwnedTerm, result: Term<'_>) -> OwnedTerm {
    OwnedTerm::build(|b| {
        let (id, result) = (b.import(id), b.import_term(result));
        b.tuple(&[Term::atom(Atom::new("check_process_code")), id, result])
    })
}

/// `check_for(asker, pid, module, id)`: checks in place of the asker, and tells it.
fn check_for<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (Some(asker), Some(pid), Some(module)) = (args[0].as_pid(), args[1].as_pid(), args[2].as_atom()) else {
        return Native::badarg();
    };
    let (id, caller) = (OwnedTerm::new(args[3]), Caller::new());
    let (vm, handle) = (cx.vm().clone(), caller.clone());
    let future = Box::pin(async move {
        let arguments = [Term::pid(pid), Term::atom(module)].map(OwnedTerm::new).into();
        let result = handle.call(atoms::ERLANG, Atom::new("check_process_code"), arguments).await;
        // One that has ended is in no code.
        let found = result.is_ok_and(|found| found.term().is(atoms::TRUE));
        send_message(&vm, asker, checked(&id, Term::bool(found)));
        Ok(OwnedTerm::atom(atoms::OK))
    });
    Ok(Outcome::Async { caller, future })
}

fn give_way<'h>(_: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Ok(Outcome::Yield { resume: |_, _| true_atom(), state: Vec::new() })
}

fn bump_reductions<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let count = args[0].as_usize().filter(|&count| count > 0).ok_or_else(Native::raise_badarg)?;
    cx.charge(count);
    true_atom()
}

// The process dictionary: a map that the heap keeps alive.

fn undefined<'h>(value: Option<Term<'h>>) -> NativeResult<'h> {
    Native::ok(value.unwrap_or(Term::atom(atoms::UNDEFINED)))
}

fn entries<'h>(cx: &Native<'_, 'h>) -> Vec<(Term<'h>, Term<'h>)> {
    cx.dictionary().into_iter().flat_map(Map::iter).collect()
}

fn put<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let dictionary = match cx.dictionary() {
        Some(dictionary) => dictionary,
        None => cx.empty_map(),
    };
    let old = dictionary.get(args[0]);
    let dictionary = dictionary.put(cx, args[0], args[1]);
    cx.set_dictionary(dictionary);
    undefined(old)
}

fn get<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    undefined(cx.dictionary().and_then(|dictionary| dictionary.get(args[0])))
}

fn get_all<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let pairs: Vec<Term<'h>> = entries(cx).into_iter().map(|(key, value)| cx.tuple(&[key, value])).collect();
    let list = cx.list(&pairs);
    Native::ok(list)
}

fn get_keys<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let keys: Vec<Term<'h>> = entries(cx).into_iter().map(|(key, _)| key).collect();
    let list = cx.list(&keys);
    Native::ok(list)
}

fn get_keys_of<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let equal = |value: Term<'h>| crate::term::compare::exactly_equal(value, args[0]);
    let keys: Vec<Term<'h>> = entries(cx).into_iter().filter(|&(_, value)| equal(value)).map(|(key, _)| key).collect();
    let list = cx.list(&keys);
    Native::ok(list)
}

fn erase_all<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let all = get_all(cx, args)?;
    let empty = cx.empty_map();
    cx.set_dictionary(empty);
    Ok(all)
}

fn erase<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match cx.dictionary().and_then(|dictionary| dictionary.remove(cx, args[0])) {
        Some((dictionary, old)) => {
            cx.set_dictionary(dictionary);
            Native::ok(old)
        }
        None => undefined(None),
    }
}
