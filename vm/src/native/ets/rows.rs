//! `:ets`: rows put in, looked up and taken out.

use super::{table, true_atom, Access};
use crate::ets::{key_of, Store, Table, TableKind};
use crate::heap::OwnedTerm;
use crate::native::{Native, NativeResult};
use crate::natives;
use crate::term::{compare, Term};

natives! {
    "ets" => {
        "delete" / 2 : delete_key, effect;
        "delete_all_objects" / 1 : delete_all_objects, effect;
        "delete_object" / 2 : delete_object, effect;
        "insert" / 2 : insert, effect;
        "insert_new" / 2 : insert_new, effect;
        "lookup" / 2 : lookup, effect;
        "lookup_element" / 3 : lookup_element, effect;
        "lookup_element" / 4 : lookup_element, effect;
        "member" / 2 : member, effect;
        "take" / 2 : take, effect;
    }
}

/// The row that a tuple is, if it has a key.
fn row_of(term: Term<'_>, table: &Table) -> Option<OwnedTerm> {
    term.as_tuple().filter(|row| row.len() >= table.options.keypos).map(|_| OwnedTerm::new(term))
}

/// The rows that an argument of `insert` holds: a tuple or a list of them, each with a key.
fn rows_of(term: Term<'_>, table: &Table) -> Option<Vec<OwnedTerm>> {
    if term.is_tuple() {
        return Some(vec![row_of(term, table)?]);
    }
    let row = |term| row_of(term, table);
    let rows = term.list_to_vec()?.into_iter();
    // OTP puts the rows of a list into a bag from the last to the first, and those of one key come out as they were put in.
    if table.options.kind == TableKind::Bag {
        rows.rev().map(row).collect()
    } else {
        rows.map(row).collect()
    }
}

fn put(store: &mut Store, table: &Table, row: OwnedTerm) {
    let fixed = table.is_fixed();
    match table.options.kind {
        TableKind::Set | TableKind::OrderedSet => store.put(row, fixed),
        TableKind::Bag => store.add(row, true, fixed),
        TableKind::DuplicateBag => store.add(row, false, fixed),
    }
}

fn insert<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Write)?;
    if args[1].is_tuple() {
        let row = row_of(args[1], &table).ok_or_else(Native::raise_badarg)?;
        put(&mut table.rows().write(), &table, row);
        return true_atom();
    }
    let rows = rows_of(args[1], &table).ok_or_else(Native::raise_badarg)?;
    cx.charge(rows.len());
    let mut store = table.rows().write();
    for row in rows {
        put(&mut store, &table, row);
    }
    true_atom()
}

fn insert_new<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Write)?;
    let keypos = table.options.keypos;
    let rows = rows_of(args[1], &table).ok_or_else(Native::raise_badarg)?;
    cx.charge(rows.len());
    let mut store = table.rows().write();
    if rows.iter().any(|row| !store.get(key_of(row, keypos)).is_empty()) {
        return Native::ok_bool(false);
    }
    for row in rows {
        put(&mut store, &table, row);
    }
    true_atom()
}

fn lookup<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Read)?;
    let store = table.rows().read();
    let list = import_all(cx, store.get(args[1]));
    Native::ok(list)
}

pub(super) fn import_all<'h>(cx: &mut Native<'_, 'h>, rows: &[OwnedTerm]) -> Term<'h> {
    cx.charge(rows.len());
    let mut list = Term::nil();
    for row in rows.iter().rev() {
        let row = cx.import(row);
        list = cx.cons(row, list);
    }
    list
}

fn lookup_element<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Read)?;
    let position = args[2].as_usize().filter(|&position| position > 0).ok_or_else(Native::raise_badarg)?;
    let store = table.rows().read();
    let rows = store.get(args[1]);
    if rows.is_empty() {
        return match args.get(3) {
            Some(default) => Native::ok(*default),
            None => Native::badarg(),
        };
    }
    let mut elements = Vec::with_capacity(rows.len());
    for row in rows {
        let element = row.term().as_tuple().and_then(|row| row.get(position - 1)).ok_or_else(Native::raise_badarg)?;
        elements.push(cx.import_term(*element));
    }
    let single = matches!(table.options.kind, TableKind::Set | TableKind::OrderedSet);
    let value = if single { elements[0] } else { cx.list(&elements) };
    Native::ok(value)
}

fn member<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Read)?;
    let member = !table.rows().read().get(args[1]).is_empty();
    Native::ok_bool(member)
}

fn delete_key<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Write)?;
    let fixed = table.is_fixed();
    let removed = table.rows().write().remove(args[1], fixed);
    drop(removed);
    true_atom()
}

fn take<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Write)?;
    let fixed = table.is_fixed();
    let removed = table.rows().write().remove(args[1], fixed);
    let list = import_all(cx, &removed);
    Native::ok(list)
}

fn delete_object<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Write)?;
    let keypos = table.options.keypos;
    let row = args[1].as_tuple().ok_or_else(Native::raise_badarg)?;
    if let Some(key) = row.get(keypos - 1) {
        let fixed = table.is_fixed();
        table.rows().write().remove_if(*key, fixed, |row| compare::exactly_equal(row.term(), args[1]));
    }
    true_atom()
}

fn delete_all_objects<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Write)?;
    let mut store = table.rows().write();
    cx.charge(store.len() / 16);
    store.clear();
    true_atom()
}
