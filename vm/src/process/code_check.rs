//! Asking every process whether it is in old code, for purging.
//!
//! Whoever asks sends each process the same check and waits for one reply, which comes when the last of them has looked.
//! A process looks between two slices. It cannot come to be in the code afterwards, once the ways into it are closed
//! (`Registry::begin_purge`).

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::Arc;

use super::id::{Pid, Reference};
use super::signal::{send_control, Control, Death};
use super::Process;
use crate::atom::atoms;
use crate::code::Module;
use crate::heap::OwnedTerm;
use crate::interp;
use crate::machine::VmShared;
use crate::term::Term;

/// What becomes of a process that is in the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InCode {
    /// Nothing: it is only counted.
    Counts,
    /// It keeps the code until it has left it.
    Keeps,
    /// It is killed.
    Dies,
}

/// A question to several processes.
#[derive(Debug)]
pub struct CodeCheck {
    module: Arc<Module>,
    in_code: InCode,
    left: AtomicUsize,
    found: AtomicBool,
    from: Pid,
    reference: Reference,
}

impl CodeCheck {
    /// Asks these processes; `from` gets the reply, whether one of them was in the code.
    pub fn ask(vm: &VmShared, module: Arc<Module>, in_code: InCode, pids: &[Pid], from: Pid, reference: Reference) {
        // One more, so that the reply cannot come before all have been asked.
        let left = AtomicUsize::new(pids.len() + 1);
        let check = Arc::new(CodeCheck { module, in_code, left, found: AtomicBool::new(false), from, reference });
        for pid in pids {
            send_control(vm, *pid, Control::CheckCode(check.clone()));
        }
        check.answered(vm);
    }

    /// What the check does to a process that is not running.
    pub(super) fn act(&self, vm: &VmShared, process: &mut Process) -> Option<Death> {
        let mut death = None;
        if !interp::is_in_code(process, &self.module) {
            if self.in_code != InCode::Counts {
                interp::leave_literals(process, std::slice::from_ref(&self.module));
            }
        } else {
            self.found.store(true, Ordering::Release);
            if self.in_code != InCode::Counts {
                // One that dies keeps it too, until its heap is gone.
                process.state.enter(self.module.clone());
            }
            if self.in_code == InCode::Dies {
                death = Some(Death::quiet(OwnedTerm::atom(atoms::KILLED)));
            }
        }
        self.answered(vm);
        death
    }

    /// One of those asked has looked, or is no more.
    pub(super) fn answered(&self, vm: &VmShared) {
        if self.left.fetch_sub(1, Ordering::AcqRel) == 1 {
            let found = Term::bool(self.found.load(Ordering::Acquire));
            let reply = OwnedTerm::immediate(found).unwrap_or(OwnedTerm::nil());
            send_control(vm, self.from, Control::Reply { reference: self.reference, reply });
        }
    }
}
