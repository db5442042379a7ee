//! `lists:sort/1`: stretches sorted at a time, and merged in turns.
//!
//! A long list that is not in order yet is cut into runs. Merging two of them takes from the front and puts in front, so each round turns the lists around,
//! and the next one takes the largest first. In either direction equal elements keep their order.

use std::cmp::Ordering;

use super::{Native, NativeResult, Outcome, Raise};
use crate::atom::atoms;
use crate::term::{compare::compare, Term};

/// Elements that are sorted at a time.
const RUN: usize = 1024;
/// Runs made before others run.
const RUNS: usize = 8;
/// Elements merged before others run.
const TURN: usize = 8_000;
/// Elements handled for one reduction.
const PER_REDUCTION: usize = 16;

/// The runs to be merged have their largest elements first.
const DOWN: i64 = 1;
/// Of the runs to be merged, the first one comes from the end of the list.
const BACKWARD: i64 = 2;

crate::natives! {
    "lists" => {
        "sort"/1: sort, pure;
    }
}

/// The order of two elements.
#[inline(always)]
fn order(a: &Term<'_>, b: &Term<'_>) -> Ordering {
    match (a.as_small(), b.as_small()) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => compare(*a, *b),
    }
}

/// Takes up to [`RUN`] elements off a list, sorted.
fn run<'h>(rest: &mut Term<'h>, items: &mut Vec<Term<'h>>) {
    items.clear();
    while let (Some((head, tail)), true) = (rest.as_cons(), items.len() < RUN) {
        items.push(head);
        *rest = tail;
    }
    items.sort_by(order);
}

/// What is not a list.
fn no_list<'h>() -> NativeResult<'h> {
    Err(Raise::error(Term::atom(atoms::FUNCTION_CLAUSE)))
}

/// `sort(List)`: in ascending order, equal elements as they were. O(n log n), resumable.
fn sort<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut rest = args[0];
    let mut items = Vec::new();
    run(&mut rest, &mut items);
    cx.charge(items.len() / PER_REDUCTION);
    if rest.is_nil() {
        let sorted = cx.list(&items);
        return Native::ok(sorted);
    }
    if rest.as_cons().is_none() {
        return no_list();
    }
    match args[0].as_cons() {
        Some((first, rest)) => ascends(cx, &[args[0], first, rest]),
        None => no_list(),
    }
}

/// Goes on looking whether a list is in order already: the list, the element before the rest, the rest.
fn ascends<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let &[list, mut before, mut rest] = args else { return Native::badarg() };
    for looked in 0..TURN {
        let Some((next, tail)) = rest.as_cons() else {
            cx.charge(looked / PER_REDUCTION);
            return if rest.is_nil() { Native::ok(list) } else { no_list() };
        };
        if order(&before, &next) == Ordering::Greater {
            cx.charge(looked / PER_REDUCTION);
            return cut(cx, &[list, Term::nil()]);
        }
        (before, rest) = (next, tail);
    }
    cx.charge(TURN / PER_REDUCTION);
    Ok(Outcome::Yield { resume: ascends, state: vec![list, before, rest] })
}

/// Goes on cutting `rest` into `runs`, the last one first.
fn cut<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (mut rest, mut runs) = (args[0], args[1]);
    let mut items = Vec::with_capacity(RUN);
    for _ in 0..RUNS {
        if rest.as_cons().is_none() {
            break;
        }
        run(&mut rest, &mut items);
        cx.charge(items.len() / PER_REDUCTION);
        let sorted = cx.list(&items);
        runs = cx.cons(sorted, runs);
    }
    if rest.as_cons().is_some() {
        return Ok(Outcome::Yield { resume: cut, state: vec![rest, runs] });
    }
    if !rest.is_nil() {
        return no_list();
    }
    let mut merging = Merging {
        todo: runs,
        done: Term::nil(),
        earlier: Term::nil(),
        later: Term::nil(),
        merged: Term::nil(),
        flags: BACKWARD,
    };
    merging.next_pair();
    Ok(merging.pause(cx))
}

/// How far merging came.
struct Merging<'h> {
    /// Runs of this round.
    todo: Term<'h>,
    /// Runs made by it.
    done: Term<'h>,
    /// The two being merged, and what they have given, turned around.
    earlier: Term<'h>,
    later: Term<'h>,
    merged: Term<'h>,
    flags: i64,
}

impl<'h> Merging<'h> {
    fn pause(self, cx: &mut Native<'_, 'h>) -> Outcome<'h> {
        let flags = cx.integer(self.flags);
        let state = vec![self.todo, self.done, self.earlier, self.later, self.merged, flags];
        Outcome::Yield { resume: merge, state }
    }

    /// Begins with the next two runs, or with the only one left; false when there is none.
    fn next_pair(&mut self) -> bool {
        let Some((first, rest)) = self.todo.as_cons() else { return false };
        let (second, rest) = rest.as_cons().unwrap_or((Term::nil(), rest));
        self.todo = rest;
        (self.earlier, self.later) = if self.flags & BACKWARD == 0 { (first, second) } else { (second, first) };
        true
    }
}

/// Goes on merging.
fn merge<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let &[todo, done, earlier, later, merged, flags] = args else { return Native::badarg() };
    let mut now = Merging { todo, done, earlier, later, merged, flags: flags.as_small().unwrap_or(0) };
    cx.charge(TURN / PER_REDUCTION);
    for _ in 0..TURN {
        match (now.earlier.as_cons(), now.later.as_cons()) {
            (Some((a, rest)), Some((b, later))) => {
                let takes_later = if now.flags & DOWN == 0 {
                    order(&b, &a) == Ordering::Less
                } else {
                    order(&a, &b) != Ordering::Greater
                };
                if takes_later {
                    (now.merged, now.later) = (cx.cons(b, now.merged), later);
                } else {
                    (now.merged, now.earlier) = (cx.cons(a, now.merged), rest);
                }
            }
            (Some((a, rest)), None) => (now.merged, now.earlier) = (cx.cons(a, now.merged), rest),
            (None, Some((b, rest))) => (now.merged, now.later) = (cx.cons(b, now.merged), rest),
            (None, None) => {
                now.done = cx.cons(now.merged, now.done);
                now.merged = Term::nil();
                if now.next_pair() {
                    continue;
                }
                now.flags ^= DOWN;
                if let Some((only, rest)) = now.done.as_cons().filter(|(_, rest)| rest.is_nil()) {
                    if now.flags & DOWN == 0 {
                        return Native::ok(only);
                    }
                    // One more round turns it around.
                    now.done = rest;
                    now.earlier = only;
                    continue;
                }
                now.flags ^= BACKWARD;
                now.todo = std::mem::replace(&mut now.done, Term::nil());
                now.next_pair();
            }
        }
    }
    Ok(now.pause(cx))
}
