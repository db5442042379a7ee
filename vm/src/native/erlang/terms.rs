//! Whole terms: external format, checksums, hashes, identities as text, funs.

use std::sync::Arc;

use crate::atom::{atoms, Atom};
use crate::etf;
use crate::machine::VmShared;
use crate::native::erlang::binaries::flatten;
use crate::native::{Native, NativeResult, Raise};
use crate::process::Pid;
use crate::term::id::{reference_from_words, reference_words};
use crate::term::{Export, Kind, Term};

crate::natives! {
    "erlang" => {
        "term_to_binary"/1: term_to_binary, pure;
        "term_to_binary"/2: term_to_binary, pure;
        "term_to_iovec"/1: term_to_iovec, pure;
        "term_to_iovec"/2: term_to_iovec, pure;
        "binary_to_term"/1: binary_to_term, pure;
        "binary_to_term"/2: binary_to_term, pure;
        "external_size"/1: external_size, pure;
        "md5"/1: md5, pure;
        "crc32"/1: crc32, pure;
        "crc32"/2: crc32, pure;
        "adler32"/1: adler32, pure;
        "adler32"/2: adler32, pure;
        "phash"/2: phash, pure;
        "phash2"/1: phash2, pure;
        "phash2"/2: phash2, pure;
        "pid_to_list"/1: identity_to_list, pure;
        "ref_to_list"/1: identity_to_list, pure;
        "port_to_list"/1: identity_to_list, pure;
        "fun_to_list"/1: identity_to_list, pure;
        "list_to_pid"/1: list_to_pid, pure;
        "list_to_ref"/1: list_to_ref, pure;
        "make_fun"/3: make_fun, pure;
        "fun_info"/1: fun_info, pure;
        "fun_info"/2: fun_info, pure;
    }
}

/// Bytes encoded or decoded for one reduction.
const PER_REDUCTION: usize = 128;

fn encoded<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> Result<Vec<u8>, Raise<'h>> {
    let mut options = etf::EncodeOptions::default();
    if let Some(list) = args.get(1) {
        for option in list.list_to_vec().ok_or_else(Native::raise_badarg)? {
            match option.kind() {
                Kind::Atom(name) if name.as_str() == "compressed" => options.compression = 6,
                Kind::Atom(name) if matches!(name.as_str(), "deterministic" | "local") => {}
                Kind::Tuple([name, value]) => match (name.as_atom().map(Atom::as_str), value.as_small()) {
                    (Some("compressed"), Some(level @ 0..=9)) => options.compression = level as u8,
                    (Some("minor_version"), Some(version @ 0..=2)) => {
                        (options.utf8_atoms, options.text_floats) = (version == 2, version == 0);
                    }
                    _ => return Err(Native::raise_badarg()),
                },
                _ => return Err(Native::raise_badarg()),
            }
        }
    }
    let bytes = etf::encode_with(args[0], options);
    cx.charge(bytes.len() / PER_REDUCTION);
    Ok(bytes)
}

/// `term_to_binary(Term, Options)`. O(size).
fn term_to_binary<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let bytes = encoded(cx, args)?;
    let binary = cx.binary_from_vec(bytes);
    Native::ok(binary)
}

fn term_to_iovec<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let bytes = encoded(cx, args)?;
    let binary = cx.binary_from_vec(bytes);
    let list = cx.list(&[binary]);
    Native::ok(list)
}

fn external_size<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let size = encoded(cx, args)?.len();
    let size = cx.size(size);
    Native::ok(size)
}

/// The functions that a VM has.
struct Known(Arc<VmShared>);

impl etf::Functions for Known {
    fn closure(&self, module: Atom, uniq: [u8; 16], index: u32) -> Option<etf::Closure> {
        let registry = self.0.registry();
        let named = registry.find_fun(module, uniq, index).map(etf::Closure::Named);
        named.or_else(|| Some(etf::Closure::Evaluated(registry.evaluated_fun(uniq, index)?, index as usize)))
    }

    fn exists(&self, export: &Export) -> bool {
        self.0.registry().is_exported(export.module, export.function, export.arity)
    }
}

/// `binary_to_term(Binary, Options)`: `safe` makes no atoms, `used` also gives the number of bytes. O(size).
fn binary_to_term<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let bytes = args[0].binary().ok_or_else(Native::raise_badarg)?;
    let mut options = etf::DecodeOptions::default();
    let mut used_wanted = false;
    if let Some(list) = args.get(1) {
        for option in list.list_to_vec().ok_or_else(Native::raise_badarg)? {
            match option.as_atom().map(Atom::as_str) {
                Some("safe") => options.safe = true,
                Some("used") => used_wanted = true,
                _ => return Native::badarg(),
            }
        }
    }
    cx.charge(bytes.len() / PER_REDUCTION);
    let decoded = if cx.is_in_process() {
        let functions = Known(cx.vm().clone());
        etf::decode_in(cx, &bytes, options, &functions)
    } else {
        etf::decode_with(cx, &bytes, options)
    };
    let Ok((term, used)) = decoded else { return Native::badarg() };
    if !used_wanted {
        return Native::ok(term);
    }
    let used = cx.size(used);
    let pair = cx.tuple(&[term, used]);
    Native::ok(pair)
}

/// `md5(IoData)`: 16 bytes. O(n).
fn md5<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    use md5::Digest as _;
    let bytes = flatten(cx, args[0]).ok_or_else(Native::raise_badarg)?;
    let digest = cx.binary(&md5::Md5::digest(&bytes));
    Native::ok(digest)
}

/// The checksum to go on from, if one is given, and the data.
fn checksum_input<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> Result<(Option<u32>, Vec<u8>), Raise<'h>> {
    let (old, data) = match args {
        [old, data] => {
            (Some(old.as_i64().and_then(|old| u32::try_from(old).ok()).ok_or_else(Native::raise_badarg)?), *data)
        }
        _ => (None, args[0]),
    };
    Ok((old, flatten(cx, data).ok_or_else(Native::raise_badarg)?))
}

/// `crc32(Old, IoData)`: the IEEE 802.3 checksum. O(n).
fn crc32<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (old, bytes) = checksum_input(cx, args)?;
    let mut hasher = crc32fast::Hasher::new_with_initial(old.unwrap_or(0));
    hasher.update(&bytes);
    let sum = cx.integer(i64::from(hasher.finalize()));
    Native::ok(sum)
}

/// `adler32(Old, IoData)`. O(n).
fn adler32<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    const MODULUS: u32 = 65_521;
    let (old, bytes) = checksum_input(cx, args)?;
    let old = old.unwrap_or(1);
    // So many bytes can be summed up before the sums outgrow 32 bits.
    const PART: usize = 5552;
    let (mut low, mut high) = ((old & 0xffff) % MODULUS, (old >> 16) % MODULUS);
    for part in bytes.chunks(PART) {
        for &byte in part {
            low += u32::from(byte);
            high += low;
        }
        low %= MODULUS;
        high %= MODULUS;
    }
    let sum = cx.integer(i64::from(high << 16 | low));
    Native::ok(sum)
}

/// `phash(Term, Range)`: from 1 to the range, which is at most 2^32.
fn phash<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let range = args[1].as_i64().filter(|range| (1..=1 << 32).contains(range)).ok_or_else(Native::raise_badarg)?;
    let hash = cx.integer(i64::from(crate::term::old_hash::phash(args[0])) % range + 1);
    Native::ok(hash)
}

/// `phash2(Term, Range \\ 2^27)`: a hash below the range that is the same on every node. O(size).
fn phash2<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let range = match args.get(1) {
        None => 1 << 27,
        Some(range) => match range.as_i64() {
            Some(range) if (1..=1 << 32).contains(&range) => range as u64,
            _ => return Native::badarg(),
        },
    };
    let hash = u64::from(crate::term::phash::phash2(args[0]));
    let hash = cx.integer((hash % range) as i64);
    Native::ok(hash)
}

/// `pid_to_list(Pid)` and its like: the text that the term is shown as.
fn identity_to_list<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let text = match args[0].kind() {
        Kind::Pid(pid) => pid.to_string(),
        Kind::ExternalPid(pid) => pid.to_string(),
        Kind::Port(port) => port.to_string(),
        Kind::ExternalPort(port) => port.to_string(),
        Kind::Ref(reference) => {
            let [high, middle, low] = reference_words(reference);
            format!("#Ref<0.{high}.{middle}.{low}>")
        }
        Kind::Resource(resource) => {
            let [high, middle, low] = reference_words(crate::term::id::resource_reference(resource.id));
            format!("#Ref<0.{high}.{middle}.{low}>")
        }
        Kind::ExternalRef(reference) => reference.to_string(),
        Kind::Fun(fun) => format!("#Fun<{}.{}.{}>", fun.entry.module, fun.entry.index, fun.entry.old_uniq),
        Kind::Export(export) => format!("fun {}:{}/{}", export.module, export.function, export.arity),
        _ => return Native::badarg(),
    };
    let list = cx.charlist(&text);
    Native::ok(list)
}

/// The numbers between the given prefix and `>`, separated by points.
fn numbers<'h>(list: Term<'h>, prefix: &str) -> Result<Vec<u32>, Raise<'h>> {
    let items = list.list_to_vec().ok_or_else(Native::raise_badarg)?;
    let character = |item: Term<'h>| item.as_small().and_then(|c| u8::try_from(c).ok()).map(char::from);
    let text: String = items.into_iter().map(character).collect::<Option<_>>().ok_or_else(Native::raise_badarg)?;
    let inner = text.strip_prefix(prefix).and_then(|rest| rest.strip_suffix('>'));
    let parts = inner.ok_or_else(Native::raise_badarg)?.split('.').map(str::parse).collect::<Result<_, _>>();
    parts.map_err(|_| Native::raise_badarg())
}

/// `list_to_pid("<0.Slot.Serial>")`.
fn list_to_pid<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match numbers(args[0], "<")?[..] {
        [0, slot, serial] => {
            let pid = cx.pid(Pid::new(slot, serial));
            Native::ok(pid)
        }
        _ => Native::badarg(),
    }
}

/// `list_to_ref("#Ref<0.A.B.C>")`.
fn list_to_ref<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match numbers(args[0], "#Ref<")?[..] {
        [0, high, middle, low] => {
            let reference = cx.reference(reference_from_words([high, middle, low]));
            Native::ok(reference)
        }
        _ => Native::badarg(),
    }
}

/// `make_fun(Module, Function, Arity)`.
fn make_fun<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match (args[0].as_atom(), args[1].as_atom(), args[2].as_small()) {
        (Some(module), Some(function), Some(arity @ 0..=255)) => {
            let fun = cx.export(Export { module, function, arity: arity as u32 });
            Native::ok(fun)
        }
        _ => Native::badarg(),
    }
}

/// What `fun_info` tells of a fun of a module's, in its order.
const FUN_ITEMS: [&str; 10] =
    ["pid", "module", "new_index", "new_uniq", "index", "uniq", "name", "arity", "env", "type"];

/// What `fun_info` tells of an external fun, in its order.
const EXPORT_ITEMS: [&str; 5] = ["module", "name", "arity", "env", "type"];

fn fun_item<'h>(cx: &mut Native<'_, 'h>, fun: Term<'h>, item: &str) -> Option<Term<'h>> {
    Some(match (fun.kind(), item) {
        (Kind::Fun(fun), "module") => Term::atom(fun.entry.module),
        (Kind::Fun(fun), "name") => Term::atom(fun.entry.name),
        (Kind::Fun(fun), "arity") => cx.integer(i64::from(fun.entry.arity)),
        (Kind::Fun(fun), "env") => cx.list(fun.environment),
        // Funs do not remember who made them: it is taken to be the asker.
        (Kind::Fun(_), "pid") => Term::pid(cx.state().pid),
        (Kind::Fun(_), "type") => Term::atom(Atom::new("local")),
        (Kind::Fun(fun), "new_index" | "index") => cx.integer(i64::from(fun.entry.index)),
        (Kind::Fun(fun), "new_uniq") => cx.binary(&fun.entry.uniq),
        (Kind::Fun(fun), "uniq") => cx.integer(i64::from(fun.entry.old_uniq)),
        (Kind::Export(export), "module") => Term::atom(export.module),
        (Kind::Export(export), "name") => Term::atom(export.function),
        (Kind::Export(export), "arity") => cx.integer(i64::from(export.arity)),
        (Kind::Export(_), "env") => Term::nil(),
        (Kind::Export(_), "type") => Term::atom(Atom::new("external")),
        (Kind::Export(_), "pid" | "new_index" | "new_uniq" | "index" | "uniq") => Term::atom(atoms::UNDEFINED),
        _ => return None,
    })
}

/// `fun_info(Fun)`: all items; `fun_info(Fun, Item)`: one, as `{Item, Value}`.
fn fun_info<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    if !args[0].is_function() {
        return Native::badarg();
    }
    if let Some(item) = args.get(1) {
        let name = item.as_atom().ok_or_else(Native::raise_badarg)?.as_str();
        let value = fun_item(cx, args[0], name).ok_or_else(Native::raise_badarg)?;
        let pair = cx.tuple(&[*item, value]);
        return Native::ok(pair);
    }
    let external = matches!(args[0].kind(), Kind::Export(_));
    let mut pairs = Vec::new();
    for name in if external { &EXPORT_ITEMS[..] } else { &FUN_ITEMS[..] } {
        let value = fun_item(cx, args[0], name).ok_or_else(Native::raise_badarg)?;
        pairs.push(cx.tuple(&[Term::atom(Atom::new(name)), value]));
    }
    let list = cx.list(&pairs);
    Native::ok(list)
}
