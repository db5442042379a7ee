//! `:maps`: what needs to see how maps are made. Functions that take funs are Elixir.

use crate::atom::atoms;
use crate::native::{Native, NativeResult, Raise};
use crate::term::{Map, Term};

/// Pairs walked for one reduction.
const PER_REDUCTION: usize = 16;

crate::natives! {
    "maps" => {
        "get"/2: get, pure;
        "get"/3: get, pure;
        "find"/2: find, pure;
        "is_key"/2: is_key, pure;
        "put"/3: put, pure;
        "update"/3: update, pure;
        "remove"/2: remove, pure;
        "take"/2: take, pure;
        "merge"/2: merge, pure;
        "keys"/1: keys, pure;
        "values"/1: values, pure;
        "to_list"/1: to_list, pure;
        "from_list"/1: from_list, pure;
        "from_keys"/2: from_keys, pure;
        "size"/1: size, pure;
        "iterator"/1: iterator, pure;
        "next"/1: next, pure;
    }
}

/// The map, or `{badmap, Term}`.
fn map<'h>(cx: &mut Native<'_, 'h>, term: Term<'h>) -> Result<Map<'h>, Raise<'h>> {
    match term.as_map() {
        Some(map) => Ok(map),
        None => {
            let reason = cx.tuple(&[Term::atom(atoms::BADMAP), term]);
            Err(Raise::error(reason))
        }
    }
}

/// `get(Key, Map)` raises `{badkey, Key}`; `get(Key, Map, Default)` gives the default.
fn get<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match (map(cx, args[1])?.get(args[0]), args.get(2)) {
        (Some(value), _) => Native::ok(value),
        (None, Some(default)) => Native::ok(*default),
        (None, None) => cx.error_with(atoms::BADKEY, args[0]),
    }
}

/// `find(Key, Map)`: `{ok, Value}` or `error`.
fn find<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match map(cx, args[1])?.get(args[0]) {
        Some(value) => {
            let found = cx.tuple(&[Term::atom(atoms::OK), value]);
            Native::ok(found)
        }
        None => Native::ok_atom(atoms::ERROR),
    }
}

fn is_key<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok_bool(map(cx, args[1])?.get(args[0]).is_some())
}

fn put<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let map = map(cx, args[2])?.put(cx, args[0], args[1]);
    Native::ok(map.term())
}

/// `update(Key, Value, Map)`: the key must be there.
fn update<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let map = map(cx, args[2])?;
    if map.get(args[0]).is_none() {
        return cx.error_with(atoms::BADKEY, args[0]);
    }
    let map = map.put(cx, args[0], args[1]);
    Native::ok(map.term())
}

fn remove<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match map(cx, args[1])?.remove(cx, args[0]) {
        Some((map, _)) => Native::ok(map.term()),
        None => Native::ok(args[1]),
    }
}

/// `take(Key, Map)`: `{Value, Map}` without the key, or `error`.
fn take<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match map(cx, args[1])?.remove(cx, args[0]) {
        Some((map, value)) => {
            let taken = cx.tuple(&[value, map.term()]);
            Native::ok(taken)
        }
        None => Native::ok_atom(atoms::ERROR),
    }
}

/// `merge(Map1, Map2)`: the second's values win.
fn merge<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (left, right) = (map(cx, args[0])?, map(cx, args[1])?);
    cx.charge((left.len() + right.len()) / PER_REDUCTION);
    let merged = left.merge(cx, right);
    Native::ok(merged.term())
}

fn keys<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let map = map(cx, args[0])?;
    cx.charge(map.len() / PER_REDUCTION);
    let list = map.listed(cx, |_, key, _| key);
    Native::ok(list)
}

fn values<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let map = map(cx, args[0])?;
    cx.charge(map.len() / PER_REDUCTION);
    let list = map.listed(cx, |_, _, value| value);
    Native::ok(list)
}

/// `to_list(MapOrIterator)`: the pairs.
fn to_list<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    if let Some(map) = args[0].as_map() {
        cx.charge(map.len() / PER_REDUCTION);
        let list = map.listed(cx, |builder, key, value| builder.tuple(&[key, value]));
        return Native::ok(list);
    }
    let mut pairs = Vec::new();
    let mut rest = args[0];
    while let Some([key, value, next]) = rest.as_tuple() {
        pairs.push(cx.tuple(&[*key, *value]));
        rest = *next;
    }
    if !rest.is(atoms::NONE) {
        return cx.error_with(atoms::BADMAP, args[0]);
    }
    cx.charge(pairs.len() / PER_REDUCTION);
    let list = cx.list(&pairs);
    Native::ok(list)
}

/// `from_list([{Key, Value}])`: later pairs win.
fn from_list<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut pairs = Vec::new();
    let mut rest = args[0];
    while let Some((item, tail)) = rest.as_cons() {
        let Some([key, value]) = item.as_tuple() else { return Native::badarg() };
        pairs.push((*key, *value));
        rest = tail;
    }
    if !rest.is_nil() {
        return Native::badarg();
    }
    cx.charge(pairs.len() / PER_REDUCTION);
    let map = cx.map_from_pairs(pairs);
    Native::ok(map)
}

/// `from_keys(Keys, Value)`.
fn from_keys<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let items = args[0].list_to_vec().ok_or_else(Native::raise_badarg)?;
    cx.charge(items.len() / PER_REDUCTION);
    let map = cx.map_from_pairs(items.into_iter().map(|key| (key, args[1])).collect());
    Native::ok(map)
}

fn size<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let size = map(cx, args[0])?.len();
    let size = cx.size(size);
    Native::ok(size)
}

/// `iterator(Map)`: `{Key, Value, Iterator}` or `none`, which `next/1` gives as it is. O(n) words.
fn iterator<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let pairs: Vec<_> = map(cx, args[0])?.iter().collect();
    cx.charge(pairs.len() / PER_REDUCTION);
    let none = Term::atom(atoms::NONE);
    let iterator = pairs.into_iter().rev().fold(none, |rest, (key, value)| cx.tuple(&[key, value, rest]));
    Native::ok(iterator)
}

/// `next(Iterator)`: `{Key, Value, Iterator}` or `none`.
fn next<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let at_end = args[0].is(atoms::NONE);
    if at_end || args[0].as_tuple().is_some_and(|parts| parts.len() == 3) {
        Native::ok(args[0])
    } else {
        Native::badarg()
    }
}
