//! The end of a process, and all that hears of it.

use crate::heap::OwnedTerm;
use crate::machine::VmShared;
use crate::process::{refuse, send_control, send_message, Control, Death, Origin, Process, Target};
use crate::term::Term;
use crate::Atom;

/// Ends a process that the caller runs: logs a failure, frees name and slot, tells links and monitors, drops what it owned.
pub fn exit(vm: &VmShared, process: Box<Process>, death: Death) {
    let Process { heap, mut machine, mut state } = *process;
    if let Some(crash) = &death.crash {
        log_crash(vm, &state, &crash.reason, &crash.trace);
    }
    // First of all, so that whoever hears of the end finds the memory free again.
    drop(heap);
    if vm.ets().may_own(state.rare.as_ref().map_or(0, |rare| rare.tables)) {
        vm.ets().owner_exited(vm, state.pid);
    }
    let pid = state.pid;
    if let Some(account) = state.account() {
        account.leave(pid);
    }
    let remains = vm.table().remove(pid);
    if let Some(timer) = remains.timer {
        vm.timers().cancel_receive(timer);
    }
    if let Some(name) = remains.name {
        vm.names().unregister_owned(name, pid);
    }
    for (linked, ()) in std::mem::take(&mut state.links) {
        send_control(vm, linked, Control::Exit { from: pid, reason: death.reason.clone(), origin: Origin::Link });
    }
    if let Some(callee) = machine.callee.take() {
        callee.ended(&death.reason);
    }
    for (reference, watcher) in std::mem::take(&mut state.watchers) {
        watcher.tell(vm, reference, &death.reason);
    }
    for (reference, monitor) in std::mem::take(&mut state.monitors) {
        if let Target::Process(target) | Target::Name(_, Some(target)) = monitor.target {
            send_control(vm, target, Control::Demonitor { reference });
        }
    }
    if let Some(rare) = state.rare.take() {
        for (suspended, suspending) in rare.suspending {
            for _ in 0..suspending.count.min(1) {
                send_control(vm, suspended, Control::Resume);
            }
        }
    }
    // Signals that no longer found the process alive are answered as its death answers the others.
    for signal in remains.inbox {
        refuse(vm, pid, signal);
    }
    vm.process_ended(state.reductions);
    drop((machine, state));
}

/// Tells the logger of a failure; without one, the host's error stream.
fn log_crash(vm: &VmShared, state: &crate::process::State, reason: &OwnedTerm, trace: &OwnedTerm) {
    match vm.names().find(Atom::new("logger")) {
        Some(logger) => {
            let event = OwnedTerm::build(|b| {
                let name = vm.table().name_of(state.pid).map_or(Term::nil(), Term::atom);
                let reason = b.import(reason);
                let trace = b.import(trace);
                let crash = [Term::atom(Atom::new("process_crash")), Term::pid(state.pid), name, reason, trace];
                let crash = b.tuple(&crash);
                b.tuple(&[Term::atom(Atom::new("beamlet_log")), Term::atom(Atom::new("error")), crash])
            });
            send_message(vm, logger, event);
        }
        None => {
            let text = format!("Error in process {} with exit value: {{{reason:?},{trace:?}}}\n", state.pid);
            vm.console().write_error(text.as_bytes());
        }
    }
}
