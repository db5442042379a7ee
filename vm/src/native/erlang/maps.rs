//! Maps, as guards see them.

use crate::atom::atoms;
use crate::native::{Native, NativeResult};
use crate::term::Term;

crate::natives! {
    "erlang" => {
        "map_size"/1: map_size, pure;
        "map_get"/2: map_get, pure;
        "is_map_key"/2: is_map_key, pure;
    }
}

fn map_size<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match args[0].as_map() {
        Some(map) => {
            let size = cx.size(map.len());
            Native::ok(size)
        }
        None => cx.error_with(atoms::BADMAP, args[0]),
    }
}

fn map_get<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match args[1].as_map() {
        Some(map) => match map.get(args[0]) {
            Some(value) => Native::ok(value),
            None => cx.error_with(atoms::BADKEY, args[0]),
        },
        None => cx.error_with(atoms::BADMAP, args[1]),
    }
}

fn is_map_key<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match args[1].as_map() {
        Some(map) => Native::ok_bool(map.get(args[0]).is_some()),
        None => cx.error_with(atoms::BADMAP, args[1]),
    }
}
