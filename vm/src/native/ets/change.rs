//! `:ets`: elements of rows changed in their place.

use super::{table, true_atom, Access};
use crate::ets::{Store, TableKind};
use crate::heap::OwnedTerm;
use crate::native::{Native, NativeResult};
use crate::natives;
use crate::term::{compare, Kind, Term};

natives! {
    "ets" => {
        "update_counter" / 3 : update_counter, effect;
        "update_counter" / 4 : update_counter, effect;
        "update_element" / 3 : update_element, effect;
    }
}

/// One step of `update_counter`: where, by how much, and the bound it wraps at.
struct Step<'h> {
    position: usize,
    increment: Term<'h>,
    wrap: Option<(Term<'h>, Term<'h>)>,
}

fn step<'h>(term: Term<'h>) -> Option<Step<'h>> {
    let (position, increment, wrap) = match *term.as_tuple()? {
        [position, increment] => (position, increment, None),
        [position, increment, threshold, set] => (position, increment, Some((threshold, set))),
        _ => return None,
    };
    let integers = wrap.is_none_or(|(threshold, set)| threshold.is_integer() && set.is_integer());
    (increment.is_integer() && integers).then_some(Step { position: position.as_usize()?, increment, wrap })
}

fn update_counter<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Write)?;
    let keypos = table.options.keypos;
    if matches!(table.options.kind, TableKind::Bag | TableKind::DuplicateBag) {
        return Native::badarg();
    }
    let badarg = Native::raise_badarg;
    let (steps, several) = match args[2].kind() {
        Kind::Cons(..) | Kind::Nil => {
            let list = args[2].list_to_vec().ok_or_else(badarg)?;
            (list.into_iter().map(step).collect::<Option<Vec<_>>>().ok_or_else(badarg)?, true)
        }
        Kind::Tuple(_) => (vec![step(args[2]).ok_or_else(badarg)?], false),
        _ if args[2].is_integer() => (vec![Step { position: keypos + 1, increment: args[2], wrap: None }], false),
        _ => return Native::badarg(),
    };
    let mut store = table.rows().write();
    if let ([Step { position, increment, wrap: None }], false) = (steps.as_slice(), several) {
        if let Some(value) = count_in_place(&mut store, keypos, args[1], *position, *increment) {
            return Native::ok(value);
        }
    }
    let fresh = store.get(args[1]).is_empty();
    if fresh {
        let default = args.get(3).ok_or_else(badarg)?;
        default.as_tuple().filter(|row| row.len() >= keypos).ok_or_else(badarg)?;
        // The key of the default is the key that was looked for.
        let row = with_element(OwnedTerm::new(*default), keypos, args[1]);
        store.put(row, table.is_fixed());
    }
    let Some(changes) = count(cx, &store, keypos, args[1], &steps) else {
        if fresh {
            store.remove(args[1], false);
        }
        return Native::badarg();
    };
    let results: Vec<Term<'h>> = changes.iter().map(|(_, value)| *value).collect();
    for (position, value) in changes {
        change(&mut store, args[1], position, value);
    }
    drop(store);
    let result = if several { cx.list(&results) } else { results[0] };
    Native::ok(result)
}

/// The elements that steps of counting give a row: position and value of each step. `None` when a step does not fit the row.
fn count<'h>(
    cx: &mut Native<'_, 'h>,
    store: &Store,
    keypos: usize,
    key: Term<'h>,
    steps: &[Step<'h>],
) -> Option<Vec<(usize, Term<'h>)>> {
    let mut changes: Vec<(usize, Term<'h>)> = Vec::with_capacity(steps.len());
    let elements = store.get(key).first()?.term().as_tuple()?;
    for step in steps {
        if step.position == keypos || step.position == 0 || step.position > elements.len() {
            return None;
        }
        let earlier = changes.iter().rev().find(|(position, _)| *position == step.position);
        let old = match earlier {
            Some((_, value)) => *value,
            None => cx.import_term(elements[step.position - 1]),
        };
        let value = add(cx, old, step)?;
        changes.push((step.position, value));
    }
    Some(changes)
}

/// Adds to a small integer of the only row of a key, when the sum is one too: what nearly every counter does.
fn count_in_place<'h>(
    store: &mut Store,
    keypos: usize,
    key: Term<'h>,
    position: usize,
    increment: Term<'h>,
) -> Option<Term<'h>> {
    let row = store.get_mut(key)?;
    let index = position.checked_sub(1).filter(|_| position != keypos)?;
    let old = row.term().as_tuple()?.get(index)?.as_small()?;
    let value = Term::small(old.checked_add(increment.as_small()?)?)?;
    row.set_immediate(index, value).then_some(value)
}

fn add<'h>(cx: &mut Native<'_, 'h>, old: Term<'h>, step: &Step<'h>) -> Option<Term<'h>> {
    let small = old.as_i64().zip(step.increment.as_i64()).and_then(|(old, increment)| old.checked_add(increment));
    let value = match small {
        Some(value) => cx.integer(value),
        None => cx.big(&(old.to_big()? + step.increment.to_big()?)),
    };
    let Some((threshold, set)) = step.wrap else { return Some(value) };
    let down = step.increment.to_big()? < 0.into();
    let over =
        if down { compare::compare(value, threshold).is_lt() } else { compare::compare(value, threshold).is_gt() };
    Some(if over { set } else { value })
}

/// A copy of a row with another element at a position that it has.
fn with_element(row: OwnedTerm, position: usize, value: Term<'_>) -> OwnedTerm {
    OwnedTerm::build(|b| {
        let mut elements: Vec<_> =
            row.term().as_tuple().unwrap_or_default().iter().map(|e| b.import_term(*e)).collect();
        if let Some(element) = elements.get_mut(position - 1) {
            *element = b.import_term(value);
        }
        b.tuple(&elements)
    })
}

/// Changes an element of the only row of a key; an immediate one in place.
fn change(store: &mut Store, key: Term<'_>, position: usize, value: Term<'_>) {
    if let Some(row) = store.get_mut(key) {
        if row.set_immediate(position - 1, value) {
            return;
        }
    }
    if let Some(row) = store.get(key).first() {
        let row = with_element(row.clone(), position, value);
        // In the place of a row that is there, so the table does not grow.
        store.put(row, true);
    }
}

fn update_element<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Write)?;
    let badarg = Native::raise_badarg;
    if matches!(table.options.kind, TableKind::Bag | TableKind::DuplicateBag) {
        return Native::badarg();
    }
    let single = [args[2]];
    let changes = if args[2].is_tuple() { single.to_vec() } else { args[2].list_to_vec().ok_or_else(badarg)? };
    let mut pairs = Vec::with_capacity(changes.len());
    for change in changes {
        let Some(&[position, value]) = change.as_tuple() else { return Native::badarg() };
        pairs.push((position.as_usize().ok_or_else(badarg)?, value));
    }
    let mut store = table.rows().write();
    let Some(row) = store.get(args[1]).first() else { return Native::ok_bool(false) };
    let length = row.term().as_tuple().map_or(0, <[Term<'_>]>::len);
    if pairs.iter().any(|&(position, _)| position == 0 || position > length || position == table.options.keypos) {
        return Native::badarg();
    }
    for (position, value) in pairs {
        change(&mut store, args[1], position, value);
    }
    true_atom()
}
