//! Natives of timers that send messages.

use crate::atom::atoms;
use crate::heap::OwnedTerm;
use crate::native::{Native, NativeResult};
use crate::natives;
use crate::process::{send_message, Reference};
use crate::scheduler::timers::Destination;
use crate::term::{Kind, Term};
use crate::Atom;

natives! {
    "erlang" => {
        "send_after" / 3 : send_after, effect;
        "send_after" / 4 : send_after, effect;
        "start_timer" / 3 : start_timer, effect;
        "start_timer" / 4 : start_timer, effect;
        "cancel_timer" / 1 : cancel_timer, effect;
        "cancel_timer" / 2 : cancel_timer, effect;
        "read_timer" / 1 : read_timer, effect;
        "read_timer" / 2 : read_timer, effect;
    }
}

/// The longest wait, in milliseconds: about 2,000 years, and less than what the wheel's ticks hold.
const LONGEST: i64 = 1 << 46;

fn send_after<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    start(cx, args, |_, message| OwnedTerm::new(message))
}

fn start_timer<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    start(cx, args, |reference, message| {
        OwnedTerm::build(|b| {
            let reference = b.reference(reference);
            let message = b.import_term(message);
            b.tuple(&[Term::atom(atoms::TIMEOUT), reference, message])
        })
    })
}

fn start<'h>(
    cx: &mut Native<'_, 'h>,
    args: &[Term<'h>],
    message: impl FnOnce(Reference, Term<'h>) -> OwnedTerm,
) -> NativeResult<'h> {
    let time = args[0].as_i64().ok_or_else(Native::raise_badarg)?;
    let to = match args[1].kind() {
        Kind::Pid(pid) => Destination::Process(pid),
        Kind::Port(port) => Destination::Process(port.pid()),
        Kind::Atom(name) => Destination::Name(name),
        _ => return Native::badarg(),
    };
    let mut absolute = false;
    if let Some(options) = args.get(3) {
        for option in options.list_to_vec().ok_or_else(Native::raise_badarg)? {
            match option.as_tuple() {
                Some(&[name, value]) if name.as_atom().is_some_and(|atom| atom.as_str() == "abs") => {
                    absolute = value.as_bool().ok_or_else(Native::raise_badarg)?;
                }
                _ => return Native::badarg(),
            }
        }
    }
    let due = match u64::try_from(time) {
        Ok(time) if time <= LONGEST as u64 && absolute => time * 1_000,
        Ok(time) if time <= LONGEST as u64 => cx.vm().deadline(time),
        Err(_) if absolute => 0,
        _ => return Native::badarg(),
    };
    let reference = cx.state().make_reference();
    let message = message(reference, args[2]);
    cx.vm().start_timer(due, to, reference, message);
    let reference = cx.reference(reference);
    Native::ok(reference)
}

/// The options of `cancel_timer` and `read_timer`: whether to answer by a message, and whether to answer at all.
fn answer_options(options: Option<&Term<'_>>) -> Option<(bool, bool)> {
    let (mut asynchronous, mut info) = (false, true);
    if let Some(options) = options {
        for option in options.list_to_vec()? {
            let &[name, value] = option.as_tuple()? else { return None };
            match name.as_atom()?.as_str() {
                "async" => asynchronous = value.as_bool()?,
                "info" => info = value.as_bool()?,
                _ => return None,
            }
        }
    }
    Some((asynchronous, info))
}

fn cancel_timer<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    answer(cx, args, "cancel_timer", |cx, reference| cx.vm().timers().cancel(reference))
}

fn read_timer<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    answer(cx, args, "read_timer", |cx, reference| cx.vm().timers().read(reference))
}

fn answer<'h>(
    cx: &mut Native<'_, 'h>,
    args: &[Term<'h>],
    name: &str,
    find: impl FnOnce(&mut Native<'_, 'h>, Reference) -> Option<u64>,
) -> NativeResult<'h> {
    let reference = match args[0].kind() {
        Kind::Ref(reference) => reference,
        _ => return Native::badarg(),
    };
    let (asynchronous, info) = answer_options(args.get(1)).ok_or_else(Native::raise_badarg)?;
    let due = find(cx, reference);
    let now = cx.vm().now();
    let left = match due {
        Some(due) => cx.unsigned(due.saturating_sub(now).div_ceil(1_000)),
        None => Term::atom(atoms::FALSE),
    };
    match (asynchronous, info) {
        (_, false) => Native::ok_atom(atoms::OK),
        (false, true) => Native::ok(left),
        (true, true) => {
            let own = cx.state().pid;
            let reference = cx.reference(reference);
            let message = cx.tuple(&[Term::atom(Atom::new(name)), reference, left]);
            send_message(cx.vm(), own, OwnedTerm::new(message));
            Native::ok_atom(atoms::OK)
        }
    }
}
