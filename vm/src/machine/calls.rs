//! Calls that the host makes: a process of their own each, and a channel for the answer.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use crossbeam_channel::{bounded, Receiver, Sender};
use parking_lot::Mutex;

use super::{Entry, Spawn, VmShared};
use crate::heap::OwnedTerm;
use crate::native::Exception;
use crate::process::TableFull;
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
        let (answer, receiver) = bounded(1);
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.waiting.lock().insert(number, HostCall { module, function, args, answer });
        let entry = Entry::Call {
            module: Atom::new("beamlet_host"),
            function: Atom::new("call"),
            args: vec![OwnedTerm::build(|b| b.unsigned(number))],
        };
        match vm.spawn(Spawn::new(entry)) {
            Ok(_) => Ok(receiver),
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
