//! Calls that the host makes: a process of their own each, and a place where host and process meet.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{bounded, Receiver, RecvTimeoutError, Sender};
use parking_lot::Mutex;

use crate::heap::OwnedTerm;
use crate::native::Exception;
use crate::process::{Account, HeapLimit};

/// What a call gives: the value of the function, or what it raised.
pub type Answer = Result<OwnedTerm, Exception>;

/// What the process of a call is held to.
#[derive(Clone, Debug, Default)]
pub struct CallOptions {
    /// What it, and all that it spawns, may use together.
    pub account: Option<Arc<Account>>,
    /// Its heap's limit, or that of the VM.
    pub heap_limit: Option<HeapLimit>,
}

/// How far a call must have come for the host to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// The function has returned or raised, or never will.
    Answered,
    /// The process has ended.
    Ended,
}

/// What host and process share of a call.
#[derive(Debug, Default)]
struct Meeting {
    answer: Option<Answer>,
    /// The exit reason of the process.
    reason: Option<OwnedTerm>,
    answered: bool,
    /// Whether the process is gone.
    ended: bool,
    /// Dropped, and so closed, when one of these has come, for a thread that waits for it.
    bell: Option<Sender<std::convert::Infallible>>,
}

impl Meeting {
    fn has_come(&self, until: Until) -> bool {
        self.ended || self.answered && until == Until::Answered
    }
}

/// A call that has begun, as its host holds it. Dropping it lets the call run on.
#[derive(Debug)]
pub struct Call(Arc<Mutex<Meeting>>);

/// A call as its process holds it; when this goes, the host waits no longer.
#[derive(Debug)]
pub(crate) struct Callee(Arc<Mutex<Meeting>>);

/// The two halves of a call.
pub(super) fn call() -> (Call, Callee) {
    let meeting = Arc::<Mutex<Meeting>>::default();
    (Call(meeting.clone()), Callee(meeting))
}

impl Call {
    /// Takes the value or the exception, once it is there. It comes before the end of the process, and never when that is
    /// killed.
    pub fn answer(&self) -> Option<Answer> {
        self.0.lock().answer.take()
    }

    /// Takes the exit reason of the process, once that has ended. A process that goes down with its VM has none.
    pub fn reason(&self) -> Option<OwnedTerm> {
        self.0.lock().reason.take()
    }

    /// Whether it has come so far.
    pub fn has_come(&self, until: Until) -> bool {
        self.0.lock().has_come(until)
    }

    /// A channel that closes when the call has come so far; `None` when it has. One thread at a time waits so.
    pub(super) fn bell(&self, until: Until) -> Option<Receiver<std::convert::Infallible>> {
        let mut meeting = self.0.lock();
        if meeting.has_come(until) {
            return None;
        }
        let (sender, receiver) = bounded(0);
        meeting.bell = Some(sender);
        Some(receiver)
    }

    /// Waits for the answer in a thread that does not drive the VM, for so long at most.
    pub fn answer_within(&self, time: Duration) -> Option<Answer> {
        let end = Instant::now() + time;
        while let Some(bell) = self.bell(Until::Answered) {
            if let Err(RecvTimeoutError::Timeout) = bell.recv_deadline(end) {
                return None;
            }
        }
        self.answer()
    }
}

impl Callee {
    /// The function has returned or raised.
    pub(crate) fn answer(&self, answer: Answer) {
        let mut meeting = self.0.lock();
        meeting.answer = Some(answer);
        meeting.answered = true;
        meeting.bell = None;
    }

    /// The process has ended.
    pub(crate) fn ended(self, reason: &OwnedTerm) {
        self.0.lock().reason = Some(OwnedTerm::detached(reason.term()));
    }
}

impl Drop for Callee {
    fn drop(&mut self) {
        let mut meeting = self.0.lock();
        meeting.ended = true;
        meeting.bell = None;
    }
}
