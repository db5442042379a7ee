//! Tuples. Positions count from 1.

use crate::native::{Native, NativeResult, Raise};
use crate::term::Term;

/// The most elements a tuple may have.
const MAX_ELEMENTS: usize = (1 << 24) - 1;

crate::natives! {
    "erlang" => {
        "element"/2: element, pure;
        "setelement"/3: setelement, pure;
        "make_tuple"/2: make_tuple, pure;
        "make_tuple"/3: make_tuple, pure;
        "append_element"/2: append_element, pure;
        "insert_element"/3: insert_element, pure;
        "delete_element"/2: delete_element, pure;
        "tuple_to_list"/1: tuple_to_list, pure;
        "list_to_tuple"/1: list_to_tuple, pure;
    }
}

fn elements<'h>(term: Term<'h>) -> Result<&'h [Term<'h>], Raise<'h>> {
    term.as_tuple().ok_or_else(Native::raise_badarg)
}

/// A position from 1 to `last` as an index.
fn index<'h>(position: Term<'h>, last: usize) -> Result<usize, Raise<'h>> {
    match position.as_usize() {
        Some(position) if (1..=last).contains(&position) => Ok(position - 1),
        _ => Err(Native::raise_badarg()),
    }
}

fn give<'h>(cx: &mut Native<'_, 'h>, elements: &[Term<'h>]) -> NativeResult<'h> {
    if elements.len() > MAX_ELEMENTS {
        return Native::system_limit();
    }
    cx.charge(elements.len() / 64);
    let tuple = cx.tuple(elements);
    Native::ok(tuple)
}

fn element<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let elements = elements(args[1])?;
    Native::ok(elements[index(args[0], elements.len())?])
}

fn setelement<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut elements = elements(args[1])?.to_vec();
    let index = index(args[0], elements.len())?;
    elements[index] = args[2];
    give(cx, &elements)
}

/// `make_tuple(Size, Value)` and `make_tuple(Size, Default, [{Position, Value}])`.
fn make_tuple<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let size = args[0].as_usize().filter(|&size| size <= MAX_ELEMENTS).ok_or_else(Native::raise_badarg)?;
    let mut elements = vec![args[1]; size];
    if let Some(list) = args.get(2) {
        for pair in list.list_to_vec().ok_or_else(Native::raise_badarg)? {
            let Some([position, value]) = pair.as_tuple() else { return Native::badarg() };
            elements[index(*position, size)?] = *value;
        }
    }
    give(cx, &elements)
}

fn append_element<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut elements = elements(args[0])?.to_vec();
    elements.push(args[1]);
    give(cx, &elements)
}

fn insert_element<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut elements = elements(args[1])?.to_vec();
    let index = index(args[0], elements.len() + 1)?;
    elements.insert(index, args[2]);
    give(cx, &elements)
}

fn delete_element<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut elements = elements(args[1])?.to_vec();
    let index = index(args[0], elements.len())?;
    elements.remove(index);
    give(cx, &elements)
}

fn tuple_to_list<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let elements = elements(args[0])?;
    cx.charge(elements.len() / 64);
    let list = cx.list(elements);
    Native::ok(list)
}

fn list_to_tuple<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let elements = args[0].list_to_vec().ok_or_else(Native::raise_badarg)?;
    give(cx, &elements)
}
