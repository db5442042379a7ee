//! Natives between programs and the host: functions of the host that programs call, and channels into which programs send.

use std::cell::RefCell;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Arc;

use crossbeam_channel::{Sender, TrySendError};
use parking_lot::RwLock;

use super::process::{request, take_reply};
use crate::atom::atoms;
use crate::heap::OwnedTerm;
use crate::machine::VmShared;
use crate::native::{Native, NativeResult, Outcome, Raise};
use crate::natives;
use crate::process::{send_control, Control};
use crate::term::Term;
use crate::{Atom, Value};

natives! {
    "beamlet_host" => {
        "function" / 2 : function, effect;
        "deliver" / 2 : deliver, effect;
    }
}

thread_local! {
    /// The VMs that wait in this thread for functions of the host, innermost last: the addresses of what their threads share.
    /// There are several when such a function drives another VM.
    static WAITING: RefCell<Vec<*const VmShared>> = const { RefCell::new(Vec::new()) };
}

/// Whether this thread runs the VM, and is in a function of the host that the VM waits for.
pub fn runs_here(vm: &Arc<VmShared>) -> bool {
    WAITING.with_borrow(|waiting| waiting.contains(&Arc::as_ptr(vm)))
}

/// Runs a function of the host in the thread that runs the VM.
fn run_here(vm: &Arc<VmShared>, function: &HostFunction, args: Vec<Value>) -> Result<Value, HostFailure> {
    WAITING.with_borrow_mut(|waiting| waiting.push(Arc::as_ptr(vm)));
    let result = run(vm, function, args);
    WAITING.with_borrow_mut(Vec::pop);
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
