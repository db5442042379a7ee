//! `:ets`: walks from row to row.

use std::cmp::Ordering;
use std::ops::ControlFlow;

use super::{end_of_table, table, Access};
use crate::atom::atoms;
use crate::heap::OwnedTerm;
use crate::native::{Native, NativeResult, Outcome};
use crate::natives;
use crate::term::Term;

natives! {
    "ets" => {
        "first" / 1 : first, effect;
        "last" / 1 : last, effect;
        "next" / 2 : next, effect;
        "prev" / 2 : previous, effect;
        "tab2list" / 1 : to_list, effect;
        "foldl" / 3 : fold_left, effect;
        "foldr" / 3 : fold_right, effect;
        "slot" / 2 : slot, effect;
    }
}

fn first<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Read)?;
    let store = table.rows().read();
    let key = store.first().map_or(end_of_table(), |key| cx.import_term(key));
    Native::ok(key)
}

fn last<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Read)?;
    let store = table.rows().read();
    let key = store.last().map_or(end_of_table(), |key| cx.import_term(key));
    Native::ok(key)
}

fn next<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Read)?;
    let store = table.rows().read();
    let key = store.next(args[1]).ok_or_else(Native::raise_badarg)?;
    let key = key.map_or(end_of_table(), |key| cx.import_term(key));
    Native::ok(key)
}

fn previous<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Read)?;
    let store = table.rows().read();
    let key = store.previous(args[1]).ok_or_else(Native::raise_badarg)?;
    let key = key.map_or(end_of_table(), |key| cx.import_term(key));
    Native::ok(key)
}

fn to_list<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Read)?;
    let store = table.rows().read();
    let mut rows = Vec::with_capacity(store.len());
    store.walk(None, |row| {
        rows.push(cx.import(row));
        ControlFlow::Continue(())
    });
    cx.charge(rows.len());
    if store.hashed().is_some() {
        rows.reverse();
    }
    let list = cx.list(&rows);
    Native::ok(list)
}

/// Folds over the rows as they are when it begins, in this order.
fn fold<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>], rows: &[&OwnedTerm]) -> NativeResult<'h> {
    cx.charge(rows.len());
    let rows: Vec<Term<'h>> = rows.iter().map(|row| cx.import(row)).collect();
    let rows = cx.list(&rows);
    Ok(Outcome::Call { module: atoms::LISTS, function: atoms::FOLDL, args: vec![args[0], args[1], rows] })
}

fn fold_left<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[2], Access::Read)?;
    let store = table.rows().read();
    fold(cx, args, &store.by_key())
}

/// An ordered table from its end; others have none, and only the rows of each key are taken the other way round.
fn fold_right<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[2], Access::Read)?;
    let store = table.rows().read();
    let mut rows = store.by_key();
    if store.hashed().is_none() {
        rows.reverse();
    } else {
        rows.clear();
        store.walk(None, |row| {
            rows.push(row);
            ControlFlow::Continue(())
        });
    }
    fold(cx, args, &rows)
}

/// `slot(Table, I)`: the rows of the bucket (the row, of an ordered table) of this number, from 0; `'$end_of_table'` behind the last.
fn slot<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Read)?;
    let at = args[1].as_usize().ok_or_else(Native::raise_badarg)?;
    let store = table.rows().read();
    let (rows, end) = match store.hashed() {
        Some(hashed) => (hashed.bucket(at), hashed.active()),
        None => (store.by_key().get(at).copied().into_iter().collect(), store.len()),
    };
    match at.cmp(&end) {
        Ordering::Less => {
            let rows: Vec<Term<'h>> = rows.into_iter().map(|row| cx.import(row)).collect();
            let list = cx.list(&rows);
            Native::ok(list)
        }
        Ordering::Equal => Native::ok(end_of_table()),
        Ordering::Greater => Native::badarg(),
    }
}
