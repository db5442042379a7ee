//! Lists.

use std::collections::HashMap;

use crate::native::{Native, NativeResult, Outcome};
use crate::term::compare::exactly_equal;
use crate::term::hash::hash;
use crate::term::Term;

/// Elements that a native walks before it lets others run.
const TURN: usize = 16_000;
/// Elements walked for one reduction.
const PER_REDUCTION: usize = 16;
/// Up to this many elements to subtract, comparing one by one is faster than a table.
const FEW: usize = 16;

crate::natives! {
    "erlang" => {
        "hd"/1: hd, pure;
        "tl"/1: tl, pure;
        "length"/1: length, pure;
        "++"/2: append, pure;
        "append"/2: append, pure;
        "--"/2: subtract, pure;
        "subtract"/2: subtract, pure;
    }
    "lists" => {
        "append"/2: append, pure;
        "subtract"/2: subtract, pure;
    }
}

fn hd<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match args[0].as_cons() {
        Some((head, _)) => Native::ok(head),
        None => Native::badarg(),
    }
}

fn tl<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match args[0].as_cons() {
        Some((_, tail)) => Native::ok(tail),
        None => Native::badarg(),
    }
}

/// `length(List)`. O(n); a guard cannot be resumed, so it is done in one go, at about a nanosecond an element.
fn length<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let length = args[0].list_length().ok_or_else(Native::raise_badarg)?;
    cx.charge(length / PER_REDUCTION);
    let length = cx.size(length);
    Native::ok(length)
}

/// `Left ++ Right`: copies the left list. O(length of the left), resumable.
fn append<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let [left, right] = args else { return Native::badarg() };
    if left.is_nil() {
        return Native::ok(*right);
    }
    let mut rest = left.iter_list();
    let count = rest.by_ref().take(TURN).count();
    cx.charge(count / PER_REDUCTION);
    if !rest.tail().is_cons() {
        if !rest.tail().is_nil() {
            return Native::badarg();
        }
        let list = cx.list_copy(*left, count, *right);
        return Native::ok(list);
    }
    let items: Vec<_> = left.iter_list().take(TURN).collect();
    // A long list is turned around in parts, and put together backwards.
    let part = cx.list(&items);
    let parts = cx.list(&[part]);
    Ok(Outcome::Yield { resume: append_parts, state: vec![rest.tail(), parts, *right] })
}

/// Goes on with `++`: what is left to cut, the parts cut so far (latest first), the right list.
fn append_parts<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let [left, parts, right] = args else { return Native::badarg() };
    if left.is_nil() {
        return join_parts(cx, &[*parts, *right]);
    }
    let mut rest = left.iter_list();
    let items: Vec<_> = rest.by_ref().take(TURN).collect();
    if !rest.tail().is_list() {
        return Native::badarg();
    }
    cx.charge(TURN / PER_REDUCTION);
    let part = cx.list(&items);
    let parts = cx.cons(part, *parts);
    Ok(Outcome::Yield { resume: append_parts, state: vec![rest.tail(), parts, *right] })
}

/// Puts the latest part in front of the result so far.
fn join_parts<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let [parts, result] = args else { return Native::badarg() };
    let Some((part, parts)) = parts.as_cons() else { return Native::ok(*result) };
    let items: Vec<_> = part.iter_list().collect();
    cx.charge(items.len() / PER_REDUCTION);
    let result = cx.list_with_tail(&items, *result);
    Ok(Outcome::Yield { resume: join_parts, state: vec![parts, result] })
}

/// `Left -- Right`: without the first occurrence of each element of the right. O(n + m).
fn subtract<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let left = args[0].list_to_vec().ok_or_else(Native::raise_badarg)?;
    let mut right = args[1].list_to_vec().ok_or_else(Native::raise_badarg)?;
    cx.charge((left.len() + right.len()) / PER_REDUCTION);
    let kept: Vec<Term<'h>> = if right.len() <= FEW {
        let mut kept = Vec::with_capacity(left.len());
        for item in left {
            match right.iter().position(|other| exactly_equal(*other, item)) {
                Some(place) => {
                    right.swap_remove(place);
                }
                None => kept.push(item),
            }
        }
        kept
    } else {
        let mut table: HashMap<u64, Vec<Term<'h>>> = HashMap::with_capacity(right.len());
        for item in right {
            table.entry(hash(item)).or_default().push(item);
        }
        let mut taken = |item: &Term<'h>| {
            let Some(same_hash) = table.get_mut(&hash(*item)) else { return false };
            let place = same_hash.iter().position(|other| exactly_equal(*other, *item));
            place.map(|place| same_hash.swap_remove(place)).is_some()
        };
        left.into_iter().filter(|item| !taken(item)).collect()
    };
    let list = cx.list(&kept);
    Native::ok(list)
}
