//! Natives of `:atomics` and `:counters`: arrays of 64-bit integers that processes share.

use std::sync::atomic::{AtomicU64, Ordering};

use num_bigint::BigInt;

use crate::atom::atoms;
use crate::heap::outside::Paid;
use crate::heap::Resource;
use crate::native::{Native, NativeResult};
use crate::natives;
use crate::term::Term;
use crate::Atom;

natives! {
    "atomics" => {
        "new" / 2 : new_atomics, effect;
        "put" / 3 : put, effect;
        "get" / 2 : get, effect;
        "add" / 3 : add, effect;
        "add_get" / 3 : add_get, effect;
        "sub" / 3 : subtract, effect;
        "sub_get" / 3 : subtract_get, effect;
        "exchange" / 3 : exchange, effect;
        "compare_exchange" / 4 : compare_exchange, effect;
        "info" / 1 : info, effect;
    }
    "counters" => {
        "new" / 2 : new_counters, effect;
        "put" / 3 : put, effect;
        "get" / 2 : get, effect;
        "add" / 3 : add, effect;
        "sub" / 3 : subtract, effect;
        "info" / 1 : info, effect;
    }
}

struct Integers {
    signed: bool,
    cells: Box<[AtomicU64]>,
    _paid: Paid,
}

/// The most cells of one array: beyond it is `system_limit`.
const MOST_CELLS: u64 = 1 << 32;

fn make<'h>(cx: &mut Native<'_, 'h>, size: Term<'h>, signed: bool) -> NativeResult<'h> {
    if size.to_big().is_some_and(|size| size > MOST_CELLS.into()) {
        return Native::system_limit();
    }
    let size = size.as_usize().filter(|&size| size > 0).ok_or_else(Native::raise_badarg)?;
    let bytes = size.saturating_mul(8);
    let mut cells = Vec::new();
    if !cx.vm().budget().has_room(bytes) || cells.try_reserve_exact(size).is_err() {
        return Native::system_limit();
    }
    cells.resize_with(size, || AtomicU64::new(0));
    let cells = cells.into_boxed_slice();
    let resource = cx.resource(Resource::new(Integers { signed, cells, _paid: Paid::new(bytes) }));
    Native::ok(resource)
}

fn new_atomics<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut signed = true;
    for option in args[1].list_to_vec().ok_or_else(Native::raise_badarg)? {
        match option.as_tuple() {
            Some(&[name, value]) if name.as_atom().is_some_and(|name| name.as_str() == "signed") => {
                signed = value.as_bool().ok_or_else(Native::raise_badarg)?;
            }
            _ => return Native::badarg(),
        }
    }
    make(cx, args[0], signed)
}

fn new_counters<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    for option in args[1].list_to_vec().ok_or_else(Native::raise_badarg)? {
        match option.as_atom().map(Atom::as_str) {
            Some("atomics" | "write_concurrency") => {}
            _ => return Native::badarg(),
        }
    }
    make(cx, args[0], true)
}

fn cell<'h>(args: &[Term<'h>]) -> Option<(&'h Integers, &'h AtomicU64)> {
    let integers = args[0].as_resource()?.downcast::<Integers>()?;
    let index = args[1].as_usize()?.checked_sub(1)?;
    Some((integers, integers.cells.get(index)?))
}

/// An integer as the cell's 64 bits, if it fits.
fn bits(integers: &Integers, value: Term<'_>) -> Option<u64> {
    if integers.signed {
        value.as_i64().map(|value| value as u64)
    } else {
        u64::try_from(value.to_big()?).ok()
    }
}

/// An increment: of either sign for both kinds.
fn increment(value: Term<'_>) -> Option<u64> {
    match value.as_i64() {
        Some(value) => Some(value as u64),
        None => u64::try_from(value.to_big()?).ok(),
    }
}

fn give<'h>(cx: &mut Native<'_, 'h>, integers: &Integers, bits: u64) -> Term<'h> {
    if integers.signed {
        cx.integer(bits as i64)
    } else {
        cx.unsigned(bits)
    }
}

fn put<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (integers, cell) = cell(args).ok_or_else(Native::raise_badarg)?;
    cell.store(bits(integers, args[2]).ok_or_else(Native::raise_badarg)?, Ordering::SeqCst);
    Native::ok_atom(atoms::OK)
}

fn get<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (integers, cell) = cell(args).ok_or_else(Native::raise_badarg)?;
    let value = give(cx, integers, cell.load(Ordering::SeqCst));
    Native::ok(value)
}

fn add<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (_, cell) = cell(args).ok_or_else(Native::raise_badarg)?;
    cell.fetch_add(increment(args[2]).ok_or_else(Native::raise_badarg)?, Ordering::SeqCst);
    Native::ok_atom(atoms::OK)
}

fn add_get<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (integers, cell) = cell(args).ok_or_else(Native::raise_badarg)?;
    let increment = increment(args[2]).ok_or_else(Native::raise_badarg)?;
    let value = cell.fetch_add(increment, Ordering::SeqCst).wrapping_add(increment);
    let value = give(cx, integers, value);
    Native::ok(value)
}

fn subtract<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (_, cell) = cell(args).ok_or_else(Native::raise_badarg)?;
    cell.fetch_sub(increment(args[2]).ok_or_else(Native::raise_badarg)?, Ordering::SeqCst);
    Native::ok_atom(atoms::OK)
}

fn subtract_get<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (integers, cell) = cell(args).ok_or_else(Native::raise_badarg)?;
    let decrement = increment(args[2]).ok_or_else(Native::raise_badarg)?;
    let value = cell.fetch_sub(decrement, Ordering::SeqCst).wrapping_sub(decrement);
    let value = give(cx, integers, value);
    Native::ok(value)
}

fn exchange<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (integers, cell) = cell(args).ok_or_else(Native::raise_badarg)?;
    let new = bits(integers, args[2]).ok_or_else(Native::raise_badarg)?;
    let old = give(cx, integers, cell.swap(new, Ordering::SeqCst));
    Native::ok(old)
}

fn compare_exchange<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (integers, cell) = cell(args).ok_or_else(Native::raise_badarg)?;
    let expected = bits(integers, args[2]).ok_or_else(Native::raise_badarg)?;
    let new = bits(integers, args[3]).ok_or_else(Native::raise_badarg)?;
    match cell.compare_exchange(expected, new, Ordering::SeqCst, Ordering::SeqCst) {
        Ok(_) => Native::ok_atom(atoms::OK),
        Err(actual) => {
            let actual = give(cx, integers, actual);
            Native::ok(actual)
        }
    }
}

fn info<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let resource = args[0].as_resource().ok_or_else(Native::raise_badarg)?;
    let integers = resource.downcast::<Integers>().ok_or_else(Native::raise_badarg)?;
    let (min, max) = if integers.signed {
        (BigInt::from(i64::MIN), BigInt::from(i64::MAX))
    } else {
        (BigInt::from(0), BigInt::from(u64::MAX))
    };
    let numbers = [
        ("size", cx.size(integers.cells.len())),
        ("memory", cx.size(integers.cells.len() * 8 + 40)),
        ("min", cx.big(&min)),
        ("max", cx.big(&max)),
    ];
    let pairs = numbers.map(|(name, value)| (Term::atom(Atom::new(name)), value));
    let map = cx.map_from_pairs(pairs.to_vec());
    Native::ok(map)
}
