//! Natives between programs and the host: calls that the host makes, functions of the host that programs call, and
//! channels into which programs send.

use std::cell::Cell;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Arc;

use crossbeam_channel::{Sender, TrySendError};
use parking_lot::RwLock;

use super::process::{request, take_reply};
use crate::atom::atoms;
use crate::heap::OwnedTerm;
use crate::machine::{HostCall, VmShared};
use crate::native::{Caller, Exception, Native, NativeResult, Outcome, Raise};
use crate::natives;
use crate::process::{send_control, Control};
use crate::term::Term;
use crate::{Atom, Value};

natives! {
    "beamlet_host" => {
        "call" / 1 : call, effect;
        "function" / 2 : function, effect;
        "deliver" / 2 : deliver, effect;
    }
}

thread_local! {
    /// The VM that waits in this thread for a function of the host: the address of what its threads share.
    static WAITING: Cell<*const VmShared> = const { Cell::new(std::ptr::null()) };
}

/// Whether this thread is one of the VM's own, in a function of the host that the VM waits for.
pub fn runs_here(vm: &Arc<VmShared>) -> bool {
    std::ptr::eq(WAITING.get(), Arc::as_ptr(vm))
}

/// Runs a function of the host in the VM's own thread.
fn run_here(vm: &Arc<VmShared>, function: &HostFunction, args: Vec<Value>) -> Result<Value, HostFailure> {
    let before = WAITING.replace(Arc::as_ptr(vm));
    let result = run(vm, function, args);
    WAITING.set(before);
    result
}

/// Why a function of the host has no value to give.
#[derive(Clone, Debug, PartialEq)]
pub enum HostFailure {
    /// `ArgumentError` is raised with this message.
    Argument(String),
    /// `RuntimeError` is raised with this message.
    Failed(String),
}

/// The Rust side of a function of the host.
pub type HostFunctionBody = dyn Fn(&Arc<VmShared>, Vec<Value>) -> Result<Value, HostFailure> + Send + Sync;

/// A function of the host.
#[derive(Clone)]
pub struct HostFunction {
    /// Its name, as messages show it: `"Host.greet/1"`.
    pub name: String,
    /// Whether it may block, and so runs on the pool.
    pub blocks: bool,
    /// What it does.
    pub body: Arc<HostFunctionBody>,
}

/// The functions and channels of a VM's host, by number.
#[derive(Default)]
pub struct HostTable {
    functions: RwLock<Vec<HostFunction>>,
    channels: RwLock<Vec<Sender<Value>>>,
}

impl HostTable {
    /// Adds a function and gives the number that `:beamlet_host.function/2` knows it by.
    pub fn add_function(&self, function: HostFunction) -> usize {
        let mut functions = self.functions.write();
        functions.push(function);
        functions.len() - 1
    }

    /// Adds a channel and gives the number that `:beamlet_host.deliver/2` knows it by.
    pub fn add_channel(&self, channel: Sender<Value>) -> usize {
        let mut channels = self.channels.write();
        channels.push(channel);
        channels.len() - 1
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

/// `function(number, args)`: what the host's function gives.
fn function<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let number = args[0].as_usize().ok_or_else(Native::raise_badarg)?;
    let table = cx.vm().global::<HostTable>();
    let Some(function) = table.functions.read().get(number).cloned() else { return Native::badarg() };
    let arguments = args[1].list_to_vec().ok_or_else(Native::raise_badarg)?;
    let mut values = Vec::with_capacity(arguments.len());
    for argument in arguments {
        match argument.to_value_of(cx.vm()) {
            Ok(value) => values.push(value),
            Err(error) => return raise(cx, &HostFailure::Argument(format!("{}: {error}", function.name))),
        }
    }
    if function.blocks {
        return request(cx, give_result, Vec::new(), |cx, pid, reference| {
            let weak = Arc::downgrade(cx.vm());
            cx.vm().pool().submit(Box::new(move || {
                // A VM that has ended meanwhile needs no answer.
                let Some(vm) = weak.upgrade() else { return };
                // Without threads of its own, a VM runs what blocks where it runs itself.
                let result = match vm.is_threaded() {
                    true => run(&vm, &function, values),
                    false => run_here(&vm, &function, values),
                };
                let reply = match result {
                    Ok(value) => OwnedTerm::build(|b| {
                        let value = b.from_value(&value);
                        b.tuple(&[Term::atom(atoms::OK), value])
                    }),
                    Err(failure) => OwnedTerm::build(|b| {
                        let exception = exception(b, &failure);
                        b.tuple(&[Term::atom(atoms::ERROR), exception])
                    }),
                };
                send_control(&vm, pid, Control::Reply { reference, reply });
            }));
        });
    }
    match run_here(cx.vm(), &function, values) {
        Ok(value) => {
            let value = cx.from_value(&value);
            Native::ok(value)
        }
        Err(failure) => raise(cx, &failure),
    }
}

/// Runs a function of the host; a panic in it is a failure like others, and what it gives must belong to this VM.
fn run(vm: &Arc<VmShared>, function: &HostFunction, args: Vec<Value>) -> Result<Value, HostFailure> {
    let name = &function.name;
    match catch_unwind(AssertUnwindSafe(|| (function.body)(vm, args))) {
        Ok(Ok(value)) if !value.belongs_to(vm) => {
            Err(HostFailure::Failed(format!("{name} gave a term of another virtual machine")))
        }
        Ok(result) => result,
        Err(panic) => {
            let text = crate::scheduler::slice::panic_text(panic.as_ref());
            Err(HostFailure::Failed(format!("{name} panicked: {text}")))
        }
    }
}

fn give_result<'h>(cx: &mut Native<'_, 'h>, state: &[Term<'h>]) -> NativeResult<'h> {
    let Some(reply) = take_reply(cx) else {
        return Ok(Outcome::Wait { resume: give_result, state: state.to_vec() });
    };
    match cx.adopt(reply).as_tuple() {
        Some([tag, value]) if tag.as_atom() == Some(atoms::OK) => Native::ok(*value),
        Some([_, exception]) => Err(Raise::error(*exception)),
        _ => Native::badarg(),
    }
}

fn raise<'h>(cx: &mut Native<'_, 'h>, failure: &HostFailure) -> NativeResult<'h> {
    Err(Raise::error(exception(cx, failure)))
}

/// The exception struct of a failure.
fn exception<'h>(b: &mut crate::heap::Builder<'_, 'h>, failure: &HostFailure) -> Term<'h> {
    let (module, message) = match failure {
        HostFailure::Argument(message) => ("Elixir.ArgumentError", message),
        HostFailure::Failed(message) => ("Elixir.RuntimeError", message),
    };
    let message = b.binary(message.as_bytes());
    b.map_from_pairs(vec![
        (Term::atom(Atom::new("__struct__")), Term::atom(Atom::new(module))),
        (Term::atom(Atom::new("__exception__")), Term::bool(true)),
        (Term::atom(Atom::new("message")), message),
    ])
}

/// `deliver(number, message)`: puts a message into a channel of the host. `:ok`, `:full`, or `:closed` when nobody receives any
/// more.
fn deliver<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let number = args[0].as_usize().ok_or_else(Native::raise_badarg)?;
    let table = cx.vm().global::<HostTable>();
    let Some(channel) = table.channels.read().get(number).cloned() else { return Native::badarg() };
    let Ok(message) = args[1].to_value_of(cx.vm()) else { return Native::ok(Term::atom(Atom::new("too_deep"))) };
    let answer = match channel.try_send(message) {
        Ok(()) => "ok",
        Err(TrySendError::Full(_)) => "full",
        Err(TrySendError::Disconnected(_)) => "closed",
    };
    Native::ok(Term::atom(Atom::new(answer)))
}
