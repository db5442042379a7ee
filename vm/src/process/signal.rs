//! Signals: what processes say to each other, and what each does to its receiver.
//!
//! Between a pair of processes signals arrive in the order sent, whatever their kinds, because they share one inbox.
//! A signal acts when its receiver takes it out: when it begins a slice, or looks for messages.

use std::sync::Arc;

use super::build;
use super::code_check::CodeCheck;
use super::id::{Pid, Reference};
use super::info::{self, Item};
use super::state::{AliasMode, State, Target, Watcher};
use super::Process;
use crate::atom::atoms;
use crate::heap::OwnedTerm;
use crate::machine::VmShared;

/// What lies in an inbox.
#[derive(Debug)]
pub enum Signal {
    /// A message: by far the most frequent, so it is flat.
    Message(OwnedTerm),
    /// Anything else.
    Control(Box<Control>),
}

/// Why an exit signal is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A linked process has exited.
    Link,
    /// `exit/2`, or the host: only here does the reason `kill` kill.
    Explicit,
}

/// A signal that is not a message.
#[derive(Debug)]
pub enum Control {
    /// The sender exits, or wants the receiver to.
    Exit {
        /// Who exits, or asks.
        from: Pid,
        /// Why.
        reason: OwnedTerm,
        /// Which of both.
        origin: Origin,
    },
    /// The sender links itself to the receiver.
    Link {
        /// The sender.
        from: Pid,
    },
    /// The sender takes its link to the receiver back.
    Unlink {
        /// The sender.
        from: Pid,
    },
    /// The sender wants to hear of the receiver's end.
    Monitor {
        /// What the `DOWN` will name.
        reference: Reference,
        /// Who is to hear.
        watcher: Watcher,
    },
    /// The sender no longer does.
    Demonitor {
        /// The monitor.
        reference: Reference,
    },
    /// A monitored process has ended.
    Down {
        /// The monitor.
        reference: Reference,
        /// Why.
        reason: OwnedTerm,
    },
    /// A message to an alias.
    ToAlias {
        /// Where it was sent.
        alias: Reference,
        /// The message.
        message: OwnedTerm,
    },
    /// The receiver gets another group leader.
    GroupLeader(Pid),
    /// The sender wants to know something of the receiver.
    Info {
        /// Who wants to know.
        from: Pid,
        /// What the answer shall name.
        reference: Reference,
        /// What it wants to know.
        items: Vec<Item>,
        /// Whether a single item was asked for, not a list.
        single: bool,
        /// Whether all was asked for: a name that is not there is then left out.
        everything: bool,
    },
    /// The answer to a request of the receiver.
    Reply {
        /// The request.
        reference: Reference,
        /// The answer.
        reply: OwnedTerm,
    },
    /// The sender suspends the receiver, which says so.
    Suspend {
        /// The sender, when it waits for that to have happened.
        acknowledge: Option<(Pid, Reference)>,
    },
    /// The sender lets the receiver go on.
    Resume,
    /// The receiver shall look whether it is in old code.
    CheckCode(Arc<CodeCheck>),
    /// The receiver shall collect its garbage, and say so.
    Collect {
        /// Who waits for that.
        from: Pid,
        /// The request.
        reference: Reference,
        /// Whether a minor collection will do.
        minor: bool,
    },
}

/// A process ends.
#[derive(Debug)]
pub struct Death {
    /// The exit reason that links and monitors get.
    pub reason: OwnedTerm,
    /// Whether it wanted more memory than its VM may take.
    pub for_memory: bool,
    /// For one that failed by an error or an uncaught throw: the reason and stack trace to be logged.
    pub crash: Option<Box<Crash>>,
}

/// What is logged about a process that failed.
#[derive(Debug)]
pub struct Crash {
    /// The reason without the stack trace.
    pub reason: OwnedTerm,
    /// The stack trace as a list.
    pub trace: OwnedTerm,
}

impl Death {
    /// An end that nobody logs.
    pub fn quiet(reason: OwnedTerm) -> Death {
        Death { reason, for_memory: false, crash: None }
    }

    /// The end of a process that wants more memory than its VM may take.
    pub fn of_memory() -> Death {
        Death { for_memory: true, ..Death::quiet(OwnedTerm::atom(atoms::SYSTEM_LIMIT)) }
    }
}

/// What [`receive_signals`] has brought.
#[derive(Debug)]
pub enum Received {
    /// Nothing has come that the receive should look at.
    Nothing,
    /// Messages have been added to the mailbox.
    Messages,
    /// The process is to end.
    Dead(Box<Death>),
}

/// Fetches and handles what lies in the inbox of the process that the caller runs.
pub fn receive_signals(vm: &VmShared, process: &mut Process) -> Received {
    if !vm.table().pending(process.state.pid) {
        return Received::Nothing;
    }
    let before = process.state.mailbox.len();
    let signals = vm.table().fetch(process);
    match handle(vm, process, signals) {
        Some(death) => Received::Dead(death),
        None if process.state.mailbox.len() > before => Received::Messages,
        None => Received::Nothing,
    }
}

/// Lets signals act on their receiver, in order. `Some` when one of them ends it; the rest is then dropped, for the dead
/// answer nobody, but what needs an answer is answered as by a process that is not there.
pub fn handle(vm: &VmShared, process: &mut Process, signals: Vec<Signal>) -> Option<Box<Death>> {
    let mut signals = signals.into_iter();
    while let Some(signal) = signals.next() {
        match signal {
            Signal::Message(message) => process.state.mailbox.push(message),
            Signal::Control(control) => {
                if let Some(death) = act(vm, process, *control) {
                    for signal in signals {
                        refuse(vm, process.state.pid, signal);
                    }
                    return Some(Box::new(death));
                }
            }
        }
    }
    None
}

fn act(vm: &VmShared, process: &mut Process, control: Control) -> Option<Death> {
    let state = &mut process.state;
    match control {
        Control::Exit { from, reason, origin } => {
            if origin == Origin::Link && state.links.remove(from).is_none() {
                return None;
            }
            return exit_signal(process, from, reason, origin);
        }
        Control::Link { from } => {
            state.links.insert(from, ());
        }
        Control::Unlink { from } => {
            state.links.remove(from);
        }
        Control::Monitor { reference, watcher } => {
            state.watchers.insert(reference, watcher);
        }
        Control::Demonitor { reference } => {
            state.watchers.remove(reference);
        }
        Control::Down { reference, reason } => {
            if let Some(monitor) = state.monitors.remove(reference) {
                if matches!(state.alias(reference), Some(AliasMode::Demonitor | AliasMode::ReplyDemonitor)) {
                    state.remove_alias(reference);
                }
                state.mailbox.push(build::down_message(reference, &monitor, &reason));
            }
        }
        Control::ToAlias { alias, message } => match state.alias(alias) {
            None => {}
            Some(mode) => {
                if matches!(mode, AliasMode::Reply | AliasMode::ReplyDemonitor) {
                    state.remove_alias(alias);
                }
                if mode == AliasMode::ReplyDemonitor {
                    demonitor(vm, state, alias);
                }
                state.mailbox.push(message);
            }
        },
        Control::GroupLeader(leader) => state.group_leader = leader,
        Control::Info { from, reference, items, single, everything } => {
            let own = from == state.pid;
            let status = match (own, state.waiting) {
                (true, _) => "running",
                (false, true) => "waiting",
                (false, false) => "runnable",
            };
            let reply = info::info(vm, process, status, &items, single, everything);
            if own {
                return act(vm, process, Control::Reply { reference, reply });
            }
            send_control(vm, from, Control::Reply { reference, reply });
        }
        Control::Reply { reference, reply } => {
            if let Some(request) = &mut state.request {
                if request.reference == reference {
                    request.reply = Some(reply);
                }
            }
        }
        Control::Suspend { acknowledge } => {
            state.rare_mut().suspended += 1;
            if let Some((from, reference)) = acknowledge {
                send_control(vm, from, Control::Reply { reference, reply: OwnedTerm::atom(atoms::TRUE) });
            }
        }
        Control::Resume => {
            let rare = state.rare_mut();
            rare.suspended = rare.suspended.saturating_sub(1);
        }
        Control::CheckCode(check) => return check.act(vm, process),
        Control::Collect { from, reference, minor } => {
            crate::interp::collect_garbage(process, minor);
            send_control(vm, from, Control::Reply { reference, reply: OwnedTerm::atom(atoms::TRUE) });
        }
    }
    None
}

/// What an exit signal does: nothing, a message, or the end.
pub(super) fn exit_signal(process: &mut Process, from: Pid, reason: OwnedTerm, origin: Origin) -> Option<Death> {
    let state = &mut process.state;
    let reason_atom = reason.term().as_atom();
    if origin == Origin::Explicit && reason_atom == Some(atoms::KILL) {
        return Some(Death::quiet(OwnedTerm::atom(atoms::KILLED)));
    }
    if state.trap_exit {
        state.mailbox.push(build::exit_message(from, &reason));
        return None;
    }
    let own = origin == Origin::Explicit && from == state.pid;
    if reason_atom == Some(atoms::NORMAL) && !own {
        return None;
    }
    Some(Death::quiet(reason))
}

/// Ends a monitor of the process that the caller runs; whether there was one.
pub fn demonitor(vm: &VmShared, state: &mut State, reference: Reference) -> bool {
    if matches!(state.alias(reference), Some(AliasMode::Demonitor | AliasMode::ReplyDemonitor)) {
        state.remove_alias(reference);
    }
    match state.monitors.remove(reference) {
        None => false,
        Some(monitor) => {
            if let Target::Process(pid) | Target::Name(_, Some(pid)) = monitor.target {
                send_control(vm, pid, Control::Demonitor { reference });
            }
            true
        }
    }
}

/// Sends a message. To one that is not there, it is lost.
pub fn send_message(vm: &VmShared, to: Pid, message: OwnedTerm) {
    if let Ok(Some(runnable)) = vm.table().deliver(to, Signal::Message(message)) {
        vm.schedule(runnable);
    }
}

/// Sends a signal that is not a message. To one that is not there, it is answered as OTP says.
pub fn send_control(vm: &VmShared, to: Pid, control: Control) {
    match vm.table().deliver(to, Signal::Control(Box::new(control))) {
        Ok(Some(runnable)) => vm.schedule(runnable),
        Ok(None) => {}
        Err(signal) => refuse(vm, to, signal),
    }
}

/// Answers a signal to a process that is no more.
pub fn refuse(vm: &VmShared, to: Pid, signal: Signal) {
    let Signal::Control(control) = signal else { return };
    let noproc = OwnedTerm::atom(atoms::NOPROC);
    match *control {
        Control::Link { from } => {
            send_control(vm, from, Control::Exit { from: to, reason: noproc, origin: Origin::Link });
        }
        Control::Monitor { reference, watcher } => watcher.tell(vm, reference, &noproc),
        Control::Info { from, reference, .. } => {
            send_control(vm, from, Control::Reply { reference, reply: OwnedTerm::atom(atoms::UNDEFINED) });
        }
        Control::Collect { from, reference, .. } | Control::Suspend { acknowledge: Some((from, reference)) } => {
            send_control(vm, from, Control::Reply { reference, reply: OwnedTerm::atom(atoms::FALSE) });
        }
        Control::CheckCode(check) => check.answered(vm),
        Control::Exit { .. }
        | Control::Unlink { .. }
        | Control::Demonitor { .. }
        | Control::Down { .. }
        | Control::ToAlias { .. }
        | Control::GroupLeader(_)
        | Control::Reply { .. }
        | Control::Suspend { acknowledge: None }
        | Control::Resume => {}
    }
}

impl Watcher {
    /// Tells the watcher of the end it has waited for.
    pub fn tell(&self, vm: &VmShared, reference: Reference, reason: &OwnedTerm) {
        match self {
            Watcher::Process(pid) => send_control(vm, *pid, Control::Down { reference, reason: reason.clone() }),
            Watcher::Host(sender) => {
                // A host that no longer waits has dropped its end.
                let _ = sender.send(OwnedTerm::detached(reason.term()));
            }
        }
    }
}
