//! `:ets`: what is told of a table.

use std::sync::Arc;

use crate::atom::atoms;
use crate::ets::{Hashed, Table, TableOptions};
use crate::native::{Native, NativeResult, Raise};
use crate::natives;
use crate::process::Pid;
use crate::term::Term;
use crate::Atom;

natives! {
    "ets" => {
        "info" / 1 : info, effect;
        "info" / 2 : info_item, effect;
    }
}

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
        "node" => Term::atom(Atom::new(crate::native::system::NODE)),
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
