//! Calls that run on their own, within limits.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::time::Duration;

use beamlet_vm::machine as vm;
use beamlet_vm::native::Exception;
use beamlet_vm::process::{Account, AccountEnd, HeapLimit};
use beamlet_vm::OwnedTerm;

use crate::error::{Kind, Limit};
use crate::machine::converted;
use crate::{Error, FromValue, Value, Vm};

/// A call to be started: see [`Vm::spawn_call`].
#[must_use = "a job begins with `start`"]
pub struct JobBuilder<'vm> {
    pub(crate) vm: &'vm Vm,
    pub(crate) call: Result<vm::Entry, Error>,
    /// Whether the call gives a pair whose first element is the result.
    pub(crate) first: bool,
    pub(crate) reductions: Option<u64>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) memory: Option<usize>,
}

impl JobBuilder<'_> {
    /// The most reductions (calls, roughly) that the call and the processes it spawns may use together.
    pub fn reductions(mut self, limit: u64) -> Self {
        self.reductions = Some(limit);
        self
    }

    /// How long they may take, by the VM's clock.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// The most bytes that the heap of the calling process may take; processes it spawns are limited by the VM's own limit.
    pub fn memory(mut self, bytes: usize) -> Self {
        self.memory = Some(bytes);
        self
    }

    /// Starts the call in a process of its own.
    ///
    /// # Errors
    /// The arguments belong to another VM, or no process can be made.
    pub fn start(self) -> Result<Job, Error> {
        let entry = self.call?;
        let shared = self.vm.machine().shared();
        let account = Arc::new(Account::new(self.reductions));
        let heap_limit = self.memory.map(|bytes| HeapLimit { words: (bytes / 8).max(1), kill: true, log: false });
        let options = vm::CallOptions { account: Some(account.clone()), heap_limit };
        let call = shared.begin_call(entry, options).map_err(|full| Error::new(Kind::System(full.to_string())))?;
        if let Some(limit) = self.timeout {
            let milliseconds = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
            shared.expire(shared.deadline(milliseconds), account.clone());
        }
        Ok(Job {
            vm: self.vm.clone(),
            account,
            call,
            first: self.first,
            limited: self.memory.is_some(),
            taken: AtomicBool::new(false),
        })
    }
}

/// A call under way. Dropping it lets the call run on; [`Job::cancel`] ends it.
pub struct Job {
    vm: Vm,
    account: Arc<Account>,
    call: vm::Call,
    first: bool,
    limited: bool,
    /// Whether the result has been handed over.
    taken: AtomicBool,
}

impl Job {
    /// Waits for the result, which is handed over once. In manual mode this drives the VM.
    ///
    /// # Errors
    /// What the call raised; that it was ended, see [`Error::limit`]; that its value is not of the type asked for.
    pub fn wait<T: FromValue>(&self) -> Result<T, Error> {
        self.vm.may_wait()?;
        // A process killed before it began has no answer to give: its end is what is waited for.
        self.vm.machine().await_call(&self.call, vm::Until::Ended);
        match self.call.answer() {
            Some(result) => self.result(result),
            None => Err(self.end()),
        }
    }

    /// The result, if it is there. In manual mode the host drives the VM with [`Vm::run_for`] meanwhile.
    ///
    /// # Errors
    /// As [`Job::wait`].
    pub fn try_wait<T: FromValue>(&self) -> Option<Result<T, Error>> {
        // First the end, then the answer, which came before it.
        let over = self.call.has_come(vm::Until::Ended) || self.vm.halted().is_some();
        match self.call.answer() {
            Some(result) => Some(self.result(result)),
            None => over.then(|| Err(self.end())),
        }
    }

    fn result<T: FromValue>(&self, result: Result<OwnedTerm, Exception>) -> Result<T, Error> {
        self.taken.store(true, Ordering::Relaxed);
        let value = self.vm.value_of(result)?;
        match value {
            Value::Tuple(mut parts) if self.first && parts.len() == 2 => converted(parts.swap_remove(0)),
            value => converted(value),
        }
    }

    /// Why there is no answer.
    fn end(&self) -> Error {
        if let Some(end) = self.account.ended() {
            return Error::new(Kind::Limit(match end {
                AccountEnd::Reductions => Limit::Reductions,
                AccountEnd::Time => Limit::Time,
                AccountEnd::Cancelled => Limit::Cancelled,
                AccountEnd::Memory => Limit::Memory,
            }));
        }
        let shared = self.vm.machine().shared();
        if let Some(status) = shared.halted() {
            return Error::new(Kind::Halted(status));
        }
        if self.taken.load(Ordering::Relaxed) {
            return Error::new(Kind::System("the result of the job has been taken already".to_owned()));
        }
        Error::new(match self.call.reason() {
            Some(reason) => self.vm.ended(&reason, self.limited),
            None => Kind::System("the job waits for something that can never happen".to_owned()),
        })
    }

    /// Allows so many reductions more. A job that has been ended stays so.
    pub fn add_reductions(&self, reductions: u64) {
        self.account.add(reductions);
    }

    /// The reductions left.
    pub fn remaining_reductions(&self) -> u64 {
        self.account.remaining()
    }

    /// How many processes of the job are alive: that of the call, and those spawned by it or by them.
    pub fn processes(&self) -> usize {
        self.account.processes()
    }

    /// Ends the call and all processes that it has spawned.
    pub fn cancel(&self) {
        self.account.end(self.vm.machine().shared(), AccountEnd::Cancelled);
    }
}
