//! Natives that raise.

use crate::atom::atoms;
use crate::native::{Class, Native, NativeResult, Raise};
use crate::natives;
use crate::term::Term;

natives! {
    "erlang" => {
        "error" / 1 : error, effect;
        "error" / 2 : error, effect;
        "error" / 3 : error, effect;
        "exit" / 1 : exit, effect;
        "throw" / 1 : throw, effect;
        "raise" / 3 : raise, effect;
        "nif_error" / 1 : error, effect;
        "nif_error" / 2 : error, effect;
    }
}

/// `error(reason)`, `error(reason, args)`: with `args`, a list, they stand in the first entry of the trace for the arity.
/// `error(reason, args, options)`: with the option `error_info`, arguments and information go together in a pair, which the stack
/// trace takes apart.
fn error<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut shown = args.get(1).copied().filter(|list| list.list_length().is_some());
    for option in args.get(2).and_then(|options| options.list_to_vec()).unwrap_or_default() {
        match option.as_tuple() {
            Some(&[name, info])
                if info.as_map().is_some() && name.as_atom().is_some_and(|name| name.as_str() == "error_info") =>
            {
                let given = shown.unwrap_or(Term::atom(atoms::NONE));
                shown = Some(cx.tuple(&[given, info]));
            }
            _ => {}
        }
    }
    Err(Raise { args: shown, ..Raise::error(args[0]) })
}

fn exit<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    Err(Raise::exit(args[0]))
}

fn throw<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    Err(Raise::throw(args[0]))
}

/// `raise(class, reason, trace)`: gives `badarg`, without raising it, when there is no such class or that is no trace.
fn raise<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match args[0].as_atom().and_then(Class::from_atom) {
        Some(class) if is_trace(args[2]) => Err(Raise { class, reason: args[1], trace: Some(args[2]), args: None }),
        _ => Native::ok_atom(atoms::BADARG),
    }
}

/// Whether each entry is `{module, function, arity | args}`, `{fun, args}`, or one of both with a location.
fn is_trace(trace: Term<'_>) -> bool {
    let Some(entries) = trace.list_to_vec() else { return false };
    let arguments = |term: Term<'_>| term.is_list() || term.as_small().is_some_and(|arity| arity >= 0);
    entries.iter().all(|entry| match entry.as_tuple() {
        Some(&[module, function, args]) if module.is_atom() => function.is_atom() && arguments(args),
        Some(&[fun, args, location]) => fun.is_function() && arguments(args) && location.is_list(),
        Some(&[fun, args]) => fun.is_function() && arguments(args),
        Some(&[module, function, args, location]) => {
            module.is_atom() && function.is_atom() && arguments(args) && location.is_list()
        }
        _ => false,
    })
}
