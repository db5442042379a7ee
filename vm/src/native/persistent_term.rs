//! Natives of `:persistent_term`.

use crate::atom::atoms;
use crate::native::{Native, NativeResult};
use crate::natives;
use crate::term::Term;
use crate::Atom;

natives! {
    "persistent_term" => {
        "get" / 0 : all, effect;
        "get" / 1 : get, effect;
        "get" / 2 : get, effect;
        "put" / 2 : put, effect;
        "erase" / 1 : erase, effect;
        "info" / 0 : info, effect;
    }
}

fn all<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let mut list = Vec::new();
    for (key, value) in cx.vm().persistent().all() {
        let pair = [cx.import(&key), cx.import(&value)];
        list.push(cx.tuple(&pair));
    }
    let list = cx.list(&list);
    Native::ok(list)
}

fn get<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match cx.vm().persistent().get(args[0]) {
        Some(value) => {
            let value = cx.import(&value);
            Native::ok(value)
        }
        None => match args.get(1) {
            Some(default) => Native::ok(*default),
            None => Native::badarg(),
        },
    }
}

fn put<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    cx.vm().persistent().put(args[0], args[1]);
    Native::ok_atom(atoms::OK)
}

fn erase<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let erased = cx.vm().persistent().erase(args[0]);
    Native::ok_bool(erased)
}

fn info<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let all = cx.vm().persistent().all();
    let bytes: usize = all.iter().map(|(key, value)| key.size_in_bytes() + value.size_in_bytes()).sum();
    let (count, memory) = (cx.size(all.len()), cx.size(bytes));
    let map =
        cx.map_from_pairs(vec![(Term::atom(Atom::new("count")), count), (Term::atom(Atom::new("memory")), memory)]);
    Native::ok(map)
}
