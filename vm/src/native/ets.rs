//! Natives of `:ets`.

use std::cmp::Ordering;
use std::ops::ControlFlow;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::atom::atoms;
use crate::ets::{key_of, Hashed, MatchSpec, Position, Protection, Store, Table, TableKind, TableOptions};
use crate::heap::{Heap, OwnedTerm};
use crate::native::{Native, NativeResult, Outcome, Raise};
use crate::natives;
use crate::process::{Pid, Reference};
use crate::term::{compare, Kind, Term};
use crate::Atom;

natives! {
    "ets" => {
        "new" / 2 : new, effect;
        "delete" / 1 : delete, effect;
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
        "update_counter" / 3 : update_counter, effect;
        "update_counter" / 4 : update_counter, effect;
        "update_element" / 3 : update_element, effect;
        "first" / 1 : first, effect;
        "last" / 1 : last, effect;
        "next" / 2 : next, effect;
        "prev" / 2 : previous, effect;
        "tab2list" / 1 : to_list, effect;
        "match" / 1 : resume, effect;
        "match" / 2 : match_bindings, effect;
        "match" / 3 : match_bindings, effect;
        "match_object" / 1 : resume, effect;
        "match_object" / 2 : match_object, effect;
        "match_object" / 3 : match_object, effect;
        "match_delete" / 2 : match_delete, effect;
        "select" / 1 : resume, effect;
        "select" / 2 : select, effect;
        "select" / 3 : select, effect;
        "select_reverse" / 1 : resume, effect;
        "select_reverse" / 2 : select_reverse, effect;
        "select_reverse" / 3 : select_reverse, effect;
        "select_count" / 2 : select_count, effect;
        "select_delete" / 2 : select_delete, effect;
        "select_replace" / 2 : select_replace, effect;
        "info" / 1 : info, effect;
        "info" / 2 : info_item, effect;
        "rename" / 2 : rename, effect;
        "give_away" / 3 : give_away, effect;
        "setopts" / 2 : set_options, effect;
        "safe_fixtable" / 2 : safe_fixtable, effect;
        "whereis" / 1 : whereis, effect;
        "all" / 0 : all, effect;
        "is_compiled_ms" / 1 : is_compiled_spec, effect;
        "match_spec_compile" / 1 : compile_spec, effect;
        "match_spec_run" / 2 : run_spec, effect;
        "repair_continuation" / 2 : repair_continuation, pure;
        "foldl" / 3 : fold_left, effect;
        "foldr" / 3 : fold_right, effect;
        "slot" / 2 : slot, effect;
    }
}

/// What a native may do with a table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
    /// Only the owner.
    Own,
}

fn table<'h>(cx: &mut Native<'_, 'h>, term: Term<'h>, access: Access) -> Result<Arc<Table>, Raise<'h>> {
    let table = cx.vm().ets().find(term).ok_or_else(Native::raise_badarg)?;
    let pid = cx.state().pid;
    let may = match access {
        Access::Read => table.may_read(pid),
        Access::Write => table.may_write(pid),
        Access::Own => table.owner() == pid,
    };
    if may && !table.is_gone() {
        Ok(table)
    } else {
        Err(Native::raise_badarg())
    }
}

fn identity<'h>(cx: &mut Native<'_, 'h>, table: &Table) -> Term<'h> {
    if table.options.named {
        Term::atom(table.name())
    } else {
        cx.reference(table.id)
    }
}

fn true_atom<'h>() -> NativeResult<'h> {
    Native::ok_bool(true)
}

fn end_of_table<'h>() -> Term<'h> {
    Term::atom(Atom::new("$end_of_table"))
}

// Making and ending tables.

fn new<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let name = args[0].as_atom().ok_or_else(Native::raise_badarg)?;
    let mut options = TableOptions {
        name,
        named: false,
        kind: TableKind::Set,
        protection: Protection::Protected,
        keypos: 1,
        heir: None,
        compressed: false,
        read_concurrency: false,
        write_concurrency: false,
    };
    for option in args[1].list_to_vec().ok_or_else(Native::raise_badarg)? {
        table_option(&mut options, option).ok_or_else(Native::raise_badarg)?;
    }
    let id = cx.state().make_reference();
    let owner = cx.state().pid;
    let table = cx.vm().ets().create(id, owner, options).ok_or_else(Native::raise_badarg)?;
    cx.state().tables += 1;
    let term = identity(cx, &table);
    Native::ok(term)
}

fn table_option(options: &mut TableOptions, option: Term<'_>) -> Option<()> {
    if let Some(name) = option.as_atom() {
        match name.as_str() {
            "set" => options.kind = TableKind::Set,
            "ordered_set" => options.kind = TableKind::OrderedSet,
            "bag" => options.kind = TableKind::Bag,
            "duplicate_bag" => options.kind = TableKind::DuplicateBag,
            "public" => options.protection = Protection::Public,
            "protected" => options.protection = Protection::Protected,
            "private" => options.protection = Protection::Private,
            "named_table" => options.named = true,
            "compressed" => options.compressed = true,
            _ => return None,
        }
        return Some(());
    }
    let parts = option.as_tuple()?;
    match (parts.first()?.as_atom()?.as_str(), parts) {
        ("keypos", [_, position]) => options.keypos = position.as_usize().filter(|&position| position > 0)?,
        ("heir", [_, none]) if none.as_atom()?.as_str() == "none" => options.heir = None,
        ("heir", [_, pid, data]) => options.heir = Some((pid.as_pid()?, OwnedTerm::new(*data))),
        ("read_concurrency", [_, flag]) => options.read_concurrency = flag.as_bool()?,
        ("write_concurrency", [_, flag]) => {
            options.write_concurrency =
                flag.as_bool().or_else(|| (flag.as_atom()?.as_str() == "auto").then_some(true))?;
        }
        ("decentralized_counters", [_, flag]) => {
            flag.as_bool()?;
        }
        _ => return None,
    }
    Some(())
}

fn delete<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Write)?;
    cx.charge(table.rows().read().len() / 16);
    if cx.vm().ets().delete(&table) {
        true_atom()
    } else {
        Native::badarg()
    }
}

fn rename<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Write)?;
    let name = args[1].as_atom().ok_or_else(Native::raise_badarg)?;
    if !cx.vm().ets().rename(&table, name) {
        return Native::badarg();
    }
    let term = if table.options.named { Term::atom(name) } else { args[0] };
    Native::ok(term)
}

fn give_away<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Own)?;
    let to = args[1].as_pid().ok_or_else(Native::raise_badarg)?;
    let own = cx.state().pid;
    if to == own {
        return Native::badarg();
    }
    let vm = cx.vm().clone();
    if vm.ets().give_away(&vm, &table, own, to, &OwnedTerm::new(args[2])) {
        true_atom()
    } else {
        Native::badarg()
    }
}

fn set_options<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Own)?;
    let single = [args[1]];
    let options = args[1].list_to_vec().unwrap_or_else(|| single.to_vec());
    for option in options {
        match option.as_tuple() {
            Some(&[name, none]) if name.as_atom().is_some_and(|name| name.as_str() == "heir") => {
                none.as_atom().filter(|none| none.as_str() == "none").ok_or_else(Native::raise_badarg)?;
                table.set_heir(None);
            }
            Some(&[name, pid, data]) if name.as_atom().is_some_and(|name| name.as_str() == "heir") => {
                let pid = pid.as_pid().ok_or_else(Native::raise_badarg)?;
                table.set_heir(Some((pid, OwnedTerm::new(data))));
            }
            _ => return Native::badarg(),
        }
    }
    true_atom()
}

fn safe_fixtable<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Read)?;
    table.fix(args[1].as_bool().ok_or_else(Native::raise_badarg)?);
    true_atom()
}

fn whereis<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let name = args[0].as_atom().ok_or_else(Native::raise_badarg)?;
    match cx.vm().ets().named(name) {
        Some(table) => {
            let reference = cx.reference(table.id);
            Native::ok(reference)
        }
        None => Native::ok_atom(atoms::UNDEFINED),
    }
}

fn all<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let tables: Vec<Term<'h>> = cx.vm().ets().all().iter().map(|table| identity(cx, table)).collect();
    let list = cx.list(&tables);
    Native::ok(list)
}

// Rows.

/// The rows that an argument of `insert` holds: a tuple or a list of them, each with a key.
fn rows_of(term: Term<'_>, table: &Table) -> Option<Vec<OwnedTerm>> {
    let keypos = table.options.keypos;
    let row = |term: Term<'_>| term.as_tuple().filter(|row| row.len() >= keypos).map(|_| OwnedTerm::new(term));
    if term.is_tuple() {
        return Some(vec![row(term)?]);
    }
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

fn import_all<'h>(cx: &mut Native<'_, 'h>, rows: &[OwnedTerm]) -> Term<'h> {
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

// Changing elements.

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

// Walking.

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

/// A specification that runs again and again: kept in a term.
struct Compiled(MatchSpec);

fn read_spec<'h>(cx: &mut Native<'_, 'h>, spec: Term<'h>) -> Result<MatchSpec, Raise<'h>> {
    let pid = cx.state().pid;
    MatchSpec::read(cx.vm(), pid, spec).map_err(|_| Native::raise_badarg())
}

fn pattern_spec<'h>(cx: &mut Native<'_, 'h>, pattern: Term<'h>, body: &str) -> Result<MatchSpec, Raise<'h>> {
    let pid = cx.state().pid;
    MatchSpec::of_pattern(cx.vm(), pid, pattern, body).map_err(|_| Native::raise_badarg())
}

/// Where a walk that stopped at a limit goes on: a resource in the continuation.
struct Continuation {
    table: Reference,
    position: Mutex<Option<Walk>>,
}

/// A walk with a limit.
#[derive(Clone)]
struct Walk {
    spec: Arc<MatchSpec>,
    limit: usize,
    from: Position,
    /// The results of a walk backwards, which is made at once, and how many have been given.
    rest: Option<(Arc<Vec<OwnedTerm>>, usize)>,
}

/// Runs a specification on rows and gives the results in the caller's heap. With a limit, stops once it has that many. Those of a
/// hashed table come last first, as OTP lists them.
fn run<'h>(
    cx: &mut Native<'_, 'h>,
    table: &Table,
    spec: &MatchSpec,
    from: Option<&Position>,
    limit: usize,
) -> (Vec<Term<'h>>, Option<Position>) {
    let store = table.rows().read();
    let mut results = Vec::new();
    let mut seen = 0usize;
    let mut at = None;
    if let (Some(key), None) = (spec.bound_key(table.options.keypos), from) {
        let mut scratch = Heap::default();
        let values = run_rows(cx, &mut scratch, spec, store.get(key.term()).iter());
        for value in values {
            results.push(value);
        }
        seen += 1;
    } else {
        let mut from = from.cloned();
        loop {
            // Results are made in a scratch heap, which is given back chunk by chunk.
            let mut chunk = Vec::with_capacity(256.min(store.len()));
            let want = limit.saturating_sub(results.len()).max(1);
            let next = store.walk(from.as_ref(), |row| {
                chunk.push(row);
                if chunk.len() >= want {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
            seen += chunk.len();
            for part in chunk.chunks(256) {
                let mut scratch = Heap::default();
                results.extend(run_rows(cx, &mut scratch, spec, part.iter().copied()));
            }
            match next {
                None => break,
                Some(position) if results.len() >= limit => {
                    at = Some(position);
                    break;
                }
                Some(position) => from = Some(position),
            }
        }
        if store.hashed().is_some() {
            results.reverse();
        }
    }
    cx.charge(seen);
    (results, at)
}

/// Runs a specification on these rows.
fn run_rows<'h, 'r>(
    cx: &mut Native<'_, 'h>,
    scratch: &'r mut Heap,
    spec: &MatchSpec,
    rows: impl Iterator<Item = &'r OwnedTerm>,
) -> Vec<Term<'h>> {
    let mut values: Vec<Term<'r>> = Vec::new();
    {
        let mut inner = cx.nested(scratch);
        for row in rows {
            values.extend(spec.run(&mut inner, row.term()));
        }
    }
    values.into_iter().map(|value| cx.import_term(value)).collect()
}

fn walk_all<'h>(cx: &mut Native<'_, 'h>, table: &Table, spec: &MatchSpec) -> NativeResult<'h> {
    let (results, _) = run(cx, table, spec, None, usize::MAX);
    let list = cx.list(&results);
    Native::ok(list)
}

/// `{results, continuation}`, or `'$end_of_table'` when there are none.
fn walk_some<'h>(cx: &mut Native<'_, 'h>, table: &Table, walk: Walk, begin: bool) -> NativeResult<'h> {
    let from = (!begin).then_some(&walk.from);
    let (results, next) = run(cx, table, &walk.spec, from, walk.limit);
    if results.is_empty() {
        return Native::ok(end_of_table());
    }
    let list = cx.list(&results);
    let continuation = match next {
        None => end_of_table(),
        Some(from) => continuation(cx, table, Walk { from, ..walk }),
    };
    let pair = cx.tuple(&[list, continuation]);
    Native::ok(pair)
}

fn continuation<'h>(cx: &mut Native<'_, 'h>, table: &Table, walk: Walk) -> Term<'h> {
    let continuation = Continuation { table: table.id, position: Mutex::new(Some(walk)) };
    cx.resource(crate::heap::Resource::new(continuation))
}

/// `select/1` and its like: goes on where the last call stopped.
fn resume<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    if args[0].as_atom().is_some_and(|atom| atom.as_str() == "$end_of_table") {
        return Native::ok(end_of_table());
    }
    let resource = args[0].as_resource().ok_or_else(Native::raise_badarg)?;
    let continuation = resource.downcast::<Continuation>().ok_or_else(Native::raise_badarg)?;
    let walk = continuation.position.lock().clone().ok_or_else(Native::raise_badarg)?;
    let reference = cx.reference(continuation.table);
    let table = table(cx, reference, Access::Read)?;
    match walk.rest.clone() {
        Some((rest, given)) => give_rest(cx, &table, walk, &rest, given),
        None => walk_some(cx, &table, walk, false),
    }
}

fn select_with<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>], spec: MatchSpec) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Read)?;
    match args.get(2) {
        None => walk_all(cx, &table, &spec),
        Some(limit) => {
            let limit = limit.as_usize().filter(|&limit| limit > 0).ok_or_else(Native::raise_badarg)?;
            let walk = Walk { spec: Arc::new(spec), limit, from: Position::Bucket(0, 0), rest: None };
            walk_some(cx, &table, walk, true)
        }
    }
}

fn select<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let spec = read_spec(cx, args[1])?;
    select_with(cx, args, spec)
}

fn match_bindings<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let spec = pattern_spec(cx, args[1], "$$")?;
    select_with(cx, args, spec)
}

fn match_object<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let spec = pattern_spec(cx, args[1], "$_")?;
    select_with(cx, args, spec)
}

fn select_reverse<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Read)?;
    let spec = read_spec(cx, args[1])?;
    if table.options.kind != TableKind::OrderedSet {
        return select_with(cx, args, spec);
    }
    let (mut results, _) = run(cx, &table, &spec, None, usize::MAX);
    results.reverse();
    match args.get(2) {
        None => {
            let list = cx.list(&results);
            Native::ok(list)
        }
        Some(limit) => {
            let limit = limit.as_usize().filter(|&limit| limit > 0).ok_or_else(Native::raise_badarg)?;
            let rest: Vec<OwnedTerm> = results.into_iter().map(OwnedTerm::new).collect();
            let walk = Walk { spec: Arc::new(spec), limit, from: Position::Bucket(0, 0), rest: None };
            give_rest(cx, &table, walk, &Arc::new(rest), 0)
        }
    }
}

/// Gives the next part of results that were all made at once.
fn give_rest<'h>(
    cx: &mut Native<'_, 'h>,
    table: &Table,
    walk: Walk,
    results: &Arc<Vec<OwnedTerm>>,
    start: usize,
) -> NativeResult<'h> {
    let part = &results[start.min(results.len())..(start + walk.limit).min(results.len())];
    if part.is_empty() {
        return Native::ok(end_of_table());
    }
    let list = import_all(cx, part);
    let end = start + part.len();
    let continuation = if end == results.len() {
        end_of_table()
    } else {
        let rest = Some((results.clone(), end));
        continuation(cx, table, Walk { rest, ..walk })
    };
    let pair = cx.tuple(&[list, continuation]);
    Native::ok(pair)
}

fn select_count<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Read)?;
    let spec = read_spec(cx, args[1])?;
    let (results, _) = run(cx, &table, &spec, None, usize::MAX);
    let count = results.iter().filter(|result| result.is(atoms::TRUE)).count();
    let count = cx.size(count);
    Native::ok(count)
}

/// The rows for which a specification gives `true`, or a row to put in their place.
fn picked<'h>(cx: &mut Native<'_, 'h>, store: &Store, spec: &MatchSpec) -> Vec<(OwnedTerm, OwnedTerm)> {
    let mut picked = Vec::new();
    let mut rows = Vec::new();
    store.walk(None, |row| {
        rows.push(row);
        ControlFlow::Continue(())
    });
    cx.charge(rows.len());
    for chunk in rows.chunks(256) {
        let mut scratch = Heap::default();
        let mut inner = cx.nested(&mut scratch);
        for row in chunk {
            if let Some(value) = spec.run(&mut inner, row.term()) {
                picked.push(((*row).clone(), OwnedTerm::new(value)));
            }
        }
    }
    picked
}

fn remove_row(store: &mut Store, table: &Table, row: &OwnedTerm) -> usize {
    let key = key_of(row, table.options.keypos);
    let mut gone = false;
    store.remove_if(key, table.is_fixed(), |other| {
        // Of rows that are equal, each match takes one.
        let goes = !gone && compare::exactly_equal(other.term(), row.term());
        gone |= goes;
        goes
    })
}

fn delete_matching<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>], spec: &MatchSpec) -> Result<usize, Raise<'h>> {
    let table = table(cx, args[0], Access::Write)?;
    let mut store = table.rows().write();
    let mut count = 0;
    for (row, value) in picked(cx, &store, spec) {
        if value.term().is(atoms::TRUE) {
            count += remove_row(&mut store, &table, &row);
        }
    }
    Ok(count)
}

fn select_delete<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let spec = read_spec(cx, args[1])?;
    let count = delete_matching(cx, args, &spec)?;
    let count = cx.size(count);
    Native::ok(count)
}

fn match_delete<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let spec = pattern_spec(cx, args[1], "true")?;
    delete_matching(cx, args, &spec)?;
    true_atom()
}

fn select_replace<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let table = table(cx, args[0], Access::Write)?;
    let keypos = table.options.keypos;
    let spec = read_spec(cx, args[1])?;
    if table.options.kind == TableKind::Bag {
        return Native::badarg();
    }
    let mut store = table.rows().write();
    let mut count = 0;
    for (row, value) in picked(cx, &store, &spec) {
        let keeps_key = value.term().as_tuple().is_some_and(|elements| {
            elements.get(keypos - 1).is_some_and(|key| compare::exactly_equal(*key, key_of(&row, keypos)))
        });
        if !keeps_key {
            return Native::badarg();
        }
        count += usize::from(store.replace(row.term(), value));
    }
    let count = cx.size(count);
    Native::ok(count)
}

fn compile_spec<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let spec = read_spec(cx, args[0])?;
    let resource = cx.resource(crate::heap::Resource::new(Compiled(spec)));
    Native::ok(resource)
}

fn is_compiled_spec<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok_bool(args[0].as_resource().is_some_and(|resource| resource.downcast::<Compiled>().is_some()))
}

fn run_spec<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let resource = args[1].as_resource().ok_or_else(Native::raise_badarg)?;
    let compiled = resource.downcast::<Compiled>().ok_or_else(Native::raise_badarg)?;
    let rows = args[0].list_to_vec().ok_or_else(Native::raise_badarg)?;
    cx.charge(rows.len());
    let mut results = Vec::with_capacity(rows.len());
    for row in rows {
        if !row.is_tuple() {
            return Native::badarg();
        }
        results.extend(compiled.0.run(cx, row));
    }
    let list = cx.list(&results);
    Native::ok(list)
}

/// A continuation is a term of this VM, which needs no repair for as long as it is held.
fn repair_continuation<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok(args[0])
}

/// Folds over the rows as they are when it begins, in this order.
fn fold<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>], rows: &[&OwnedTerm]) -> NativeResult<'h> {
    cx.charge(rows.len());
    let rows: Vec<Term<'h>> = rows.iter().map(|row| cx.import(row)).collect();
    let rows = cx.list(&rows);
    Ok(Outcome::Call { module: atoms::LISTS, function: Atom::new("foldl"), args: vec![args[0], args[1], rows] })
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

// Information.

/// What `info` tells of a table, in its order.
const ITEMS: &[&str] = &[
    "id",
    "decentralized_counters",
    "read_concurrency",
    "write_concurrency",
    "compressed",
    "memory",
    "owner",
    "heir",
    "name",
    "size",
    "node",
    "named_table",
    "type",
    "keypos",
    "protection",
];

fn item<'h>(cx: &mut Native<'_, 'h>, table: &Table, name: &str) -> Option<Term<'h>> {
    let pid = |pid: Option<Pid>| pid.map_or(Term::atom(Atom::new("none")), Term::pid);
    Some(match name {
        "id" => cx.reference(table.id),
        "decentralized_counters" => Term::bool(false),
        "read_concurrency" => Term::bool(table.options.read_concurrency),
        "write_concurrency" => Term::bool(table.options.write_concurrency),
        "compressed" => Term::bool(table.options.compressed),
        "memory" => {
            let bytes = table.rows().read().bytes();
            cx.size(bytes / 8 + 300)
        }
        "owner" => Term::pid(table.owner()),
        "heir" => pid(table.heir()),
        "name" => Term::atom(table.name()),
        "size" => {
            let size = table.rows().read().len();
            cx.size(size)
        }
        "node" => Term::atom(Atom::new(super::system::NODE)),
        "named_table" => Term::bool(table.options.named),
        "type" => Term::atom(Atom::new(table.options.kind.name())),
        "keypos" => cx.size(table.options.keypos),
        "protection" => Term::atom(Atom::new(table.options.protection.name())),
        "fixed" | "safe_fixed" => Term::bool(table.is_fixed()),
        "safe_fixed_monotonic_time" => Term::bool(false),
        "stats" => match table.rows().read().hashed() {
            Some(hashed) => stats(cx, hashed, &table.options, table.is_fixed()),
            None => Term::bool(false),
        },
        _ => return None,
    })
}

/// `{buckets, average, deviation, expected deviation, shortest, longest, fixed, locks}` of the chains of rows.
fn stats<'h>(cx: &mut Native<'_, 'h>, hashed: &Hashed, options: &TableOptions, fixed: bool) -> Term<'h> {
    let lengths: Vec<usize> = (0..hashed.active()).map(|bucket| hashed.bucket(bucket).len()).collect();
    let buckets = lengths.len() as f64;
    let rows = lengths.iter().sum::<usize>() as f64;
    let average = rows / buckets;
    let squares = lengths.iter().map(|&length| (length * length) as f64).sum::<f64>();
    let deviation = if rows == 0.0 { 0.0 } else { ((squares - rows * average) / rows).max(0.0).sqrt() };
    let expected = (average * (1.0 - 1.0 / buckets)).sqrt();
    let numbers = [average, deviation, expected].map(|number| cx.float(number));
    let sizes = [
        lengths.len(),
        lengths.iter().min().copied().unwrap_or(0),
        lengths.iter().max().copied().unwrap_or(0),
        usize::from(fixed),
        if options.write_concurrency { 64 } else { 1 },
    ]
    .map(|size| cx.size(size));
    let [buckets, shortest, longest, fixed, locks] = sizes;
    let [average, deviation, expected] = numbers;
    cx.tuple(&[buckets, average, deviation, expected, shortest, longest, fixed, locks])
}

/// The table an `info` asks for: `None` when there is none, which is not an error.
fn asked<'h>(cx: &mut Native<'_, 'h>, term: Term<'h>) -> Result<Option<Arc<Table>>, Raise<'h>> {
    if !term.is_atom() && !term.is_reference() {
        return Err(Native::raise_badarg());
    }
    Ok(cx.vm().ets().find(term))
}

fn info<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let Some(table) = asked(cx, args[0])? else { return Native::ok_atom(atoms::UNDEFINED) };
    let mut items = Vec::with_capacity(ITEMS.len());
    for name in ITEMS {
        if let Some(value) = item(cx, &table, name) {
            items.push(cx.tuple(&[Term::atom(Atom::new(name)), value]));
        }
    }
    let list = cx.list(&items);
    Native::ok(list)
}

fn info_item<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let name = args[1].as_atom().ok_or_else(Native::raise_badarg)?;
    let Some(table) = asked(cx, args[0])? else { return Native::ok_atom(atoms::UNDEFINED) };
    match item(cx, &table, name.as_str()) {
        Some(value) => Native::ok(value),
        None => Native::badarg(),
    }
}
