//! The handle through which an asynchronous native makes its process run functions.
//!
//! ```text
//!   future ── call(m, f, args) ──► slot: request ──► interpreter takes it, calls m:f on the process's stack
//!   future ◄── polled again ────── slot: result  ◄── and answers when the function has returned or raised
//! ```

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use parking_lot::Mutex;

use super::Exception;
use crate::code::Module;
use crate::{Atom, OwnedTerm};

/// A function that a future wants called.
#[derive(Debug)]
pub struct CallRequest {
    /// The module.
    pub module: Atom,
    /// The function.
    pub function: Atom,
    /// The arguments.
    pub args: Vec<OwnedTerm>,
    /// Where the function is, when that is code without a name or not installed yet.
    pub code: Option<Arc<Module>>,
}

#[derive(Debug, Default)]
struct Slot {
    request: Option<CallRequest>,
    result: Option<Result<OwnedTerm, Exception>>,
}

/// Makes the calling process run functions. Clones share one slot; one call is under way at a time.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    slot: Arc<Mutex<Slot>>,
}

impl Caller {
    /// A handle of its own, for one asynchronous native.
    pub fn new() -> Caller {
        Caller::default()
    }

    /// Runs `module:function(args…)` in the calling process and gives its value.
    ///
    /// # Errors
    /// The exception that it raised, with its stack trace.
    pub async fn call(&self, module: Atom, function: Atom, args: Vec<OwnedTerm>) -> Result<OwnedTerm, Exception> {
        self.request(CallRequest { module, function, args, code: None }).await
    }

    /// Runs a function of this code, whoever may call it by its name.
    ///
    /// # Errors
    /// As for [`Caller::call`].
    pub async fn call_in(
        &self,
        code: Arc<Module>,
        function: Atom,
        args: Vec<OwnedTerm>,
    ) -> Result<OwnedTerm, Exception> {
        self.request(CallRequest { module: code.name, function, args, code: Some(code) }).await
    }

    async fn request(&self, request: CallRequest) -> Result<OwnedTerm, Exception> {
        self.slot.lock().request = Some(request);
        poll_fn(|_| match self.slot.lock().result.take() {
            Some(result) => Poll::Ready(result),
            None => Poll::Pending,
        })
        .await
    }

    /// What the future asks for, after a poll that was not ready. For the interpreter.
    pub fn take_request(&self) -> Option<CallRequest> {
        self.slot.lock().request.take()
    }

    /// Answers the request; the future is to be polled next. For the interpreter.
    pub fn answer(&self, result: Result<OwnedTerm, Exception>) {
        self.slot.lock().result = Some(result);
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;
    use crate::atom::atoms;

    #[test]
    fn a_call_waits_for_its_answer() {
        let caller = Caller::new();
        let mut future = pin!(caller.call(atoms::LISTS, atoms::OK, vec![]));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(future.as_mut().poll(&mut cx).is_pending());
        let request = caller.take_request().expect("a request");
        assert_eq!(request.module, atoms::LISTS);
        caller.answer(Ok(OwnedTerm::atom(atoms::TRUE)));
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(Ok(term)) => assert!(term.term().is(atoms::TRUE)),
            other => panic!("{other:?}"),
        }
    }
}
