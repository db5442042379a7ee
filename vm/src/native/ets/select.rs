//! `:ets`: patterns and match specifications run on rows.

use std::ops::ControlFlow;
use std::sync::Arc;

use parking_lot::Mutex;

use super::rows::import_all;
use super::{end_of_table, table, true_atom, Access};
use crate::atom::atoms;
use crate::ets::{key_of, MatchSpec, Position, Store, Table, TableKind};
use crate::heap::{Heap, OwnedTerm};
use crate::native::{Native, NativeResult, Raise};
use crate::natives;
use crate::process::Reference;
use crate::term::{compare, Term};

natives! {
    "ets" => {
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
        "is_compiled_ms" / 1 : is_compiled_spec, effect;
        "match_spec_compile" / 1 : compile_spec, effect;
        "match_spec_run" / 2 : run_spec, effect;
        "repair_continuation" / 2 : repair_continuation, pure;
    }
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
        let mut bindings = Vec::new();
        for row in rows {
            values.extend(spec.run(&mut inner, row.term(), &mut bindings));
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
        let mut bindings = Vec::new();
        for row in chunk {
            if let Some(value) = spec.run(&mut inner, row.term(), &mut bindings) {
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
    if args[0].is_nil() {
        return Native::badarg();
    }
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
    let mut bindings = Vec::new();
    for row in rows {
        if !row.is_tuple() {
            return Native::badarg();
        }
        results.extend(compiled.0.run(cx, row, &mut bindings));
    }
    let list = cx.list(&results);
    Native::ok(list)
}

/// A continuation is a term of this VM, which needs no repair for as long as it is held.
fn repair_continuation<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok(args[0])
}
