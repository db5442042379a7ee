//! Calls that the host makes: a process of their own each, and a channel for the answer.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

use crossbeam_channel::{bounded, Receiver, Sender};
use parking_lot::Mutex;

use super::{Entry, Spawn, VmShared};
use crate::heap::OwnedTerm;
use crate::native::Exception;
use crate::process::{Account, HeapLimit, Pid, TableFull};
use crate::Atom;

/// What the host wants called, and where the answer goes.
pub struct HostCall {
    /// The module.
    pub module: Atom,
    /// The function.
    pub function: Atom,
    /// The arguments.
    pub args: Vec<OwnedTerm>,
    /// Where the value or the exception goes.
    pub answer: Sender<Result<OwnedTerm, Exception>>,
}

/// What the process of a call is held to.
#[derive(Clone, Debug, Default)]
pub struct CallOptions {
    /// What it, and all that it spawns, may use together.
    pub account: Option<Arc<Account>>,
    /// Its heap's limit, or that of the VM.
    pub heap_limit: Option<HeapLimit>,
}

/// A call that has begun.
#[derive(Debug)]
pub struct Started {
    /// The value or the exception; closes without either when the process is killed.
    pub answer: Receiver<Result<OwnedTerm, Exception>>,
    /// What [`Calls::take`] knows it by.
    pub number: u64,
    /// The exit reason of the process. It comes after the answer.
    pub exit: Receiver<OwnedTerm>,
}

/// The calls that have not begun yet, by number.
#[derive(Default)]
pub struct Calls {
    waiting: Mutex<HashMap<u64, HostCall>>,
    next: AtomicU64,
}

impl Calls {
    /// Begins a call in a new process. The channel closes without an answer when the process is killed.
    ///
    /// # Errors
    /// [`TableFull`] when no process can be made.
    pub fn begin(
        &self,
        vm: &VmShared,
        module: Atom,
        function: Atom,
        args: Vec<OwnedTerm>,
    ) -> Result<Receiver<Result<OwnedTerm, Exception>>, TableFull> {
        self.begin_with(vm, module, function, args, CallOptions::default()).map(|started| started.answer)
    }

    /// As [`Calls::begin`], within limits.
    ///
    /// # Errors
    /// As there.
    pub fn begin_with(
        &self,
        vm: &VmShared,
        module: Atom,
        function: Atom,
        args: Vec<OwnedTerm>,
        options: CallOptions,
    ) -> Result<Started, TableFull> {
        let (answer, receiver) = bounded(1);
        let (watcher, exit) = bounded(1);
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.waiting.lock().insert(number, HostCall { module, function, args, answer });
        let entry = Entry::Call {
            module: Atom::new("beamlet_host"),
            function: Atom::new("call"),
            args: vec![OwnedTerm::build(|b| b.unsigned(number))],
        };
        let mut spawn = Spawn::new(entry);
        // What it prints goes where all else goes, once there is somebody who takes it.
        spawn.group_leader = vm.names().find(Atom::new("user")).unwrap_or(Pid::HOST);
        spawn.account = options.account;
        spawn.heap_limit = options.heap_limit;
        spawn.watcher = Some(watcher);
        match vm.spawn(spawn) {
            Ok(_) => Ok(Started { answer: receiver, number, exit }),
            Err(full) => {
                self.waiting.lock().remove(&number);
                Err(full)
            }
        }
    }

    /// Takes the call of this number, to carry it out.
    pub fn take(&self, number: u64) -> Option<HostCall> {
        self.waiting.lock().remove(&number)
    }
}
