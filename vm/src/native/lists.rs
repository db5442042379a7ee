//! `:lists`: what OTP too implements natively. The rest of the module is Elixir.

use super::{Native, NativeResult, Outcome};
use crate::atom::atoms;
use crate::term::Term;

/// Elements that a native walks before it lets others run.
const TURN: usize = 16_000;
/// Elements walked for one reduction.
const PER_REDUCTION: usize = 16;

crate::natives! {
    "lists" => {
        "reverse"/2: reverse, pure;
        "member"/2: member, pure;
        "keyfind"/3: keyfind, pure;
        "keymember"/3: keymember, pure;
        "keysearch"/3: keysearch, pure;
    }
}

/// `reverse(List, Tail)`: the elements backwards in front of the tail. O(n), resumable.
fn reverse<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (mut rest, mut out) = (args[0], args[1]);
    for walked in 0..TURN {
        let Some((head, tail)) = rest.as_cons() else {
            cx.charge(walked / PER_REDUCTION);
            return if rest.is_nil() { Native::ok(out) } else { Native::badarg() };
        };
        out = cx.cons(head, out);
        rest = tail;
    }
    cx.charge(TURN / PER_REDUCTION);
    Ok(Outcome::Yield { resume: reverse, state: vec![rest, out] })
}

/// `member(Element, List)`: whether an element is equal (`=:=`). O(n), resumable.
fn member<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (element, mut rest) = (args[0], args[1]);
    for walked in 0..TURN {
        let Some((head, tail)) = rest.as_cons() else {
            cx.charge(walked / PER_REDUCTION);
            return if rest.is_nil() { Native::ok_bool(false) } else { Native::badarg() };
        };
        if head == element {
            cx.charge(walked / PER_REDUCTION);
            return Native::ok_bool(true);
        }
        rest = tail;
    }
    cx.charge(TURN / PER_REDUCTION);
    Ok(Outcome::Yield { resume: member, state: vec![element, rest] })
}

/// How far a search for a tuple by key came.
enum Search<'h> {
    Found(Term<'h>),
    Missing,
    Unfinished(Term<'h>),
}

/// Looks for the first tuple whose element at a position compares equal (`==`) to the key.
fn search<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> Result<Search<'h>, super::Raise<'h>> {
    let [key, position, mut rest] = args else { return Err(Native::raise_badarg()) };
    let index = match position.as_usize() {
        Some(position) if position > 0 => position - 1,
        _ => return Err(Native::raise_badarg()),
    };
    for walked in 0..TURN {
        let Some((head, tail)) = rest.as_cons() else {
            cx.charge(walked / PER_REDUCTION);
            return if rest.is_nil() { Ok(Search::Missing) } else { Err(Native::raise_badarg()) };
        };
        if let Some(candidate) = head.as_tuple().and_then(|elements| elements.get(index)) {
            if crate::term::compare::equal(*candidate, *key) {
                cx.charge(walked / PER_REDUCTION);
                return Ok(Search::Found(head));
            }
        }
        rest = tail;
    }
    cx.charge(TURN / PER_REDUCTION);
    Ok(Search::Unfinished(rest))
}

/// `keyfind(Key, N, Tuples)`: the first tuple whose element N is equal to the key, or `false`.
fn keyfind<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match search(cx, args)? {
        Search::Found(tuple) => Native::ok(tuple),
        Search::Missing => Native::ok_bool(false),
        Search::Unfinished(rest) => Ok(Outcome::Yield { resume: keyfind, state: vec![args[0], args[1], rest] }),
    }
}

/// `keymember(Key, N, Tuples)`: whether there is such a tuple.
fn keymember<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match search(cx, args)? {
        Search::Found(_) => Native::ok_bool(true),
        Search::Missing => Native::ok_bool(false),
        Search::Unfinished(rest) => Ok(Outcome::Yield { resume: keymember, state: vec![args[0], args[1], rest] }),
    }
}

/// `keysearch(Key, N, Tuples)`: `{value, Tuple}` or `false`.
fn keysearch<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match search(cx, args)? {
        Search::Found(tuple) => {
            let found = cx.tuple(&[Term::atom(atoms::VALUE), tuple]);
            Native::ok(found)
        }
        Search::Missing => Native::ok_bool(false),
        Search::Unfinished(rest) => Ok(Outcome::Yield { resume: keysearch, state: vec![args[0], args[1], rest] }),
    }
}
