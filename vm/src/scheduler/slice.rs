//! One turn of one process.

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Arc;

use super::exit;
use crate::atom::atoms;
use crate::heap::{outside, OwnedTerm};
use crate::interp::{self, SliceEnd};
use crate::interrupt::{self, Interrupted};
use crate::machine::VmShared;
use crate::process::{self, Begun, Crash, Death, Parked, Pid, Process};
use crate::Atom;

/// What a thread keeps for the interpreter from slice to slice.
pub struct Context {
    /// Which of the VM's threads it is: which timer wheel is its own.
    pub index: usize,
    interpreter: interp::Context,
}

impl Context {
    /// The context of the thread of this index.
    pub fn new(index: usize) -> Context {
        Context { index, interpreter: interp::Context::new() }
    }
}

/// Runs the process for at most `reductions`, and gives how many it used. A stale pid uses none.
pub fn run(vm: &Arc<VmShared>, context: &mut Context, pid: Pid, reductions: u32) -> u32 {
    let Begun::Run(process, signals) = vm.table().begin(pid) else { return 0 };
    let _limit = crate::atom::limited(vm.atoms());
    let _paying = outside::pays(vm.budget());
    let account = process.state.account().cloned();
    let _charging = interrupt::charges(account.as_ref());
    let Some(account) = account else {
        return run_process(vm, context, process, signals, reductions);
    };
    let limit = u32::try_from(account.remaining()).unwrap_or(u32::MAX).max(1);
    let used = run_process(vm, context, process, signals, reductions.min(limit));
    account.charge(vm, used);
    used
}

/// Runs a process that has begun.
fn run_process(
    vm: &Arc<VmShared>,
    context: &mut Context,
    mut process: Box<Process>,
    mut signals: Vec<process::Signal>,
    reductions: u32,
) -> u32 {
    let before = process.state.reductions;
    loop {
        if !signals.is_empty() {
            if let Some(death) = process::handle(vm, &mut process, signals) {
                let used = (process.state.reductions - before) as u32;
                exit::exit(vm, process, *death);
                return used + 1;
            }
        }
        let used = (process.state.reductions - before) as u32;
        let end = if process.state.is_suspended() {
            SliceEnd::Waiting
        } else if used >= reductions {
            SliceEnd::Preempted
        } else {
            process.state.waiting = false;
            let interpreter = &mut context.interpreter;
            let running = AssertUnwindSafe(|| interp::run(interpreter, &mut process, vm, reductions - used));
            match catch_unwind(running) {
                Ok(end) => end,
                Err(panic) if panic.is::<Interrupted>() => {
                    SliceEnd::Exited(Box::new(Death::quiet(OwnedTerm::atom(atoms::KILLED))))
                }
                Err(panic) => SliceEnd::Exited(Box::new(death_by_panic(panic.as_ref()))),
            }
        };
        let end = match end {
            SliceEnd::Preempted | SliceEnd::Waiting if vm.budget().has_limit() => {
                let grown = process.heap.charge_queue(process.state.mailbox.queue_bytes());
                match vm.budget().is_over() && (grown || outside::has_grown()) {
                    true => within_budget(vm, &mut process, end),
                    false => end,
                }
            }
            end => end,
        };
        if process.state.has_entered_much() && !matches!(end, SliceEnd::Exited(_)) {
            interp::leave_code(&mut process);
        }
        match end {
            SliceEnd::Preempted => {
                let used = (process.state.reductions - before) as u32;
                if let Some(runnable) = vm.table().preempt(process) {
                    vm.schedule(runnable);
                }
                return used;
            }
            SliceEnd::Waiting => {
                let used = (process.state.reductions - before) as u32 + 1;
                match park(vm, context.index, process) {
                    Some((again, fetched)) => (process, signals) = (again, fetched),
                    None => return used,
                }
            }
            SliceEnd::Exited(death) => {
                let used = (process.state.reductions - before) as u32 + 1;
                if death.for_memory {
                    if let Some(account) = process.state.account() {
                        account.end(vm, process::AccountEnd::Memory);
                    }
                }
                exit::exit(vm, process, *death);
                return used;
            }
        }
    }
}

/// What becomes of a process that has made messages, rows or binaries in a VM that takes more memory than it may: what it no
/// longer needs goes, and if that is not enough, it ends.
#[cold]
fn within_budget(vm: &VmShared, process: &mut Process, end: SliceEnd) -> SliceEnd {
    interp::collect_garbage(process, false);
    if !vm.budget().is_over() {
        return end;
    }
    vm.budget().exceed();
    SliceEnd::Exited(Box::new(Death::of_memory()))
}

/// Parks a process; gives it back with what is to be handled when it must go on.
fn park(vm: &VmShared, wheel: usize, process: Box<Process>) -> Option<(Box<Process>, Vec<process::Signal>)> {
    let pid = process.state.pid;
    let now = match process.state.timer {
        process::ReceiveTimer::Until(_) => vm.now(),
        _ => 0,
    };
    match vm.table().park(process, now) {
        Parked::Waiting => None,
        Parked::Signals(process, signals) => Some((process, signals)),
        Parked::Expired(process) => Some((process, Vec::new())),
        Parked::Arm(due) => {
            arm(vm, wheel, pid, due);
            None
        }
    }
}

/// Starts a timer for the receive that a process waits in.
pub(crate) fn arm(vm: &VmShared, wheel: usize, pid: Pid, due: u64) {
    let timer = vm.timers().start_receive(wheel, pid, due);
    if let Some(superfluous) = vm.table().arm(pid, timer) {
        vm.timers().cancel_receive(superfluous);
    }
}

/// What a panic said.
pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a text".to_owned())
}

/// A native has panicked: its process ends, and the reason says so.
fn death_by_panic(panic: &(dyn std::any::Any + Send)) -> Death {
    let text = panic_text(panic);
    let reason = OwnedTerm::build(|b| {
        let text = b.binary(text.as_bytes());
        b.tuple(&[crate::term::Term::atom(Atom::new("native_panic")), text])
    });
    let exit = OwnedTerm::build(|b| {
        let reason = b.import(&reason);
        b.tuple(&[reason, crate::term::Term::nil()])
    });
    Death { reason: exit, for_memory: false, crash: Some(Box::new(Crash { reason, trace: OwnedTerm::nil() })) }
}
