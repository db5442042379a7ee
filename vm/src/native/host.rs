//! Natives that the host itself calls through.

use crate::heap::OwnedTerm;
use crate::machine::HostCall;
use crate::native::{Caller, Exception, Native, NativeResult, Outcome};
use crate::natives;
use crate::term::Term;
use crate::Atom;

natives! {
    "beamlet_host" => {
        "call" / 1 : call, effect;
    }
}

/// Carries out the call of this number, and answers the host that waits for it.
fn call<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let number = args[0].as_usize().ok_or_else(Native::raise_badarg)? as u64;
    let Some(HostCall { module, function, args, answer }) = cx.vm().calls().take(number) else {
        return Native::badarg();
    };
    let caller = Caller::new();
    let future = {
        let caller = caller.clone();
        Box::pin(async move {
            let result = match caller.call(module, function, args).await {
                Ok(value) => Ok(OwnedTerm::detached(value.term())),
                Err(exception) => Err(Exception {
                    class: exception.class,
                    reason: OwnedTerm::detached(exception.reason.term()),
                    trace: OwnedTerm::detached(exception.trace.term()),
                }),
            };
            // A host that no longer waits has dropped its end.
            let _ = answer.send(result);
            Ok(OwnedTerm::atom(Atom::new("ok")))
        })
    };
    Ok(Outcome::Async { caller, future })
}
