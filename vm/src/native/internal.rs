//! Natives that OTP's own modules call and programs hardly ever: `:erts_internal`, `:erts_debug`, and single functions of others.
//!
//! With them, modules of OTP and Elixir that were compiled elsewhere run unmodified (`-pa DIR`).

use std::sync::Arc;

use crate::atom::{atoms, Atom};
use crate::code::digest::Md5;
use crate::heap::OwnedTerm;
use crate::host::SignalAction;
use crate::native::{Native, NativeResult, Outcome};
use crate::process::send_message;
use crate::term::{Kind, Map, Term};

crate::natives! {
    "erts_internal" => {
        "map_next"/3: map_next, pure;
        "map_to_tuple_keys"/1: map_to_tuple_keys, pure;
        "cmp_term"/2: cmp_term, pure;
        "beamfile_chunk"/2: beamfile_chunk, pure;
        "garbage_collect"/1: garbage_collect, effect;
        "group_leader"/2: group_leader, effect;
        "group_leader"/3: group_leader, effect;
        "is_system_process"/1: always_false, effect;
        "time_unit"/0: time_unit, pure;
        "perf_counter_unit"/0: time_unit, pure;
        "get_creation"/0: zero, effect;
        "erase_persistent_terms"/0: erase_persistent_terms, effect;
    }
    "erts_debug" => {
        "flat_size"/1: flat_size, pure;
        "size"/1: flat_size, pure;
        "size_shared"/1: flat_size, pure;
        "same"/2: same, pure;
        "copy_shared"/1: identity, pure;
    }
    "string" => {
        "list_to_integer"/1: list_to_integer, pure;
        "list_to_float"/1: list_to_float, pure;
    }
    "binary" => {
        "referenced_byte_size"/1: referenced_byte_size, pure;
    }
    "unicode" => {
        "bin_is_7bit"/1: bin_is_7bit, pure;
    }
    "file" => {
        "native_name_encoding"/0: native_name_encoding, effect;
    }
    "io" => {
        "printable_range"/0: printable_range, effect;
    }
    "os" => {
        "set_signal"/2: set_signal, effect;
    }
    "net_kernel" => {
        "dflag_unicode_io"/1: always_true, effect;
    }
    "error_logger" => {
        "warning_map"/0: warning_map, effect;
    }
    "erlang" => {
        "md5_init"/0: md5_init, pure;
        "md5_update"/2: md5_update, pure;
        "md5_final"/1: md5_final, pure;
        "crc32_combine"/3: crc32_combine, pure;
        "adler32_combine"/3: adler32_combine, pure;
        "fun_info_mfa"/1: fun_info_mfa, pure;
        "external_size"/2: external_size, pure;
        "system_monitor"/0: undefined, effect;
        "system_profile"/0: undefined, effect;
        "seq_trace_info"/1: seq_trace_info, effect;
        "seq_trace_print"/1: always_false, effect;
        "seq_trace_print"/2: always_false, effect;
        "trace_info"/2: trace_info, effect;
        "spawn_request_abandon"/1: always_false, effect;
    }
}

fn word<'h>(text: &str) -> Term<'h> {
    Term::atom(Atom::new(text))
}

fn always_false<'h>(_: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok_bool(false)
}

fn always_true<'h>(_: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok_bool(true)
}

fn undefined<'h>(_: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok_atom(atoms::UNDEFINED)
}

fn zero<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let zero = cx.integer(0);
    Native::ok(zero)
}

fn identity<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok(args[0])
}

/// Goes on with another native of `:erlang`.
fn go_on<'h>(function: &str, args: Vec<Term<'h>>) -> NativeResult<'h> {
    Ok(Outcome::Call { module: atoms::ERLANG, function: Atom::new(function), args })
}

/// `map_next(Path, Map, iterator)`: the pairs as `{Key, Value, Rest}`, `none` last; `map_next(Path, Map, List)`: in front of a
/// list. All are given at once, so the only path there is is 0. O(n).
fn map_next<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (Some(0), Some(map)) = (args[0].as_small(), args[1].as_map()) else { return Native::badarg() };
    let mut pairs: Vec<_> = map.iter().collect();
    pairs.reverse();
    cx.charge(pairs.len() / 16);
    let result = if args[2].as_atom().is_some_and(|atom| atom.as_str() == "iterator") {
        pairs.into_iter().fold(word("none"), |rest, (key, value)| cx.tuple(&[key, value, rest]))
    } else if args[2].is_list() {
        pairs.into_iter().fold(args[2], |rest, (key, value)| {
            let pair = cx.tuple(&[key, value]);
            cx.cons(pair, rest)
        })
    } else {
        return Native::badarg();
    };
    Native::ok(result)
}

fn map_to_tuple_keys<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match args[0].as_map().filter(|map| map.is_flat()) {
        Some(map) => {
            let keys: Vec<_> = map.iter().map(|(key, _)| key).collect();
            let keys = cx.tuple(&keys);
            Native::ok(keys)
        }
        None => Native::badarg(),
    }
}

/// `cmp_term(A, B)`: -1, 0 or 1 in the order of map keys, where an integer precedes every float.
fn cmp_term<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let order = crate::term::compare::compare_exact(args[0], args[1]);
    let order = cx.integer(order as i64);
    Native::ok(order)
}

/// `beamfile_chunk(Binary, "Docs")`: the chunk's bytes, or `undefined`.
fn beamfile_chunk<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let bytes = args[0].binary().ok_or_else(Native::raise_badarg)?;
    let name = args[1].list_to_vec().ok_or_else(Native::raise_badarg)?;
    let name: Option<Vec<u8>> = name.into_iter().map(|c| u8::try_from(c.as_small()?).ok()).collect();
    let name: [u8; 4] = name.and_then(|name| name.try_into().ok()).ok_or_else(Native::raise_badarg)?;
    match crate::code::file::chunks(&bytes) {
        Ok(chunks) => match chunks.into_iter().find(|(found, _)| *found == name) {
            Some((_, content)) => {
                let content = cx.binary(content);
                Native::ok(content)
            }
            None => Native::ok_atom(atoms::UNDEFINED),
        },
        Err(_) => Native::ok_atom(atoms::UNDEFINED),
    }
}

fn garbage_collect<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let option = cx.tuple(&[word("type"), args[0]]);
    let options = cx.list(&[option]);
    let own = Term::pid(cx.state().pid);
    go_on("garbage_collect", vec![own, options])
}

fn group_leader<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    go_on("group_leader", args[..2].to_vec())
}

fn time_unit<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let unit = cx.integer(1_000_000_000);
    Native::ok(unit)
}

fn erase_persistent_terms<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let persistent = cx.vm().persistent();
    for (key, _) in persistent.all() {
        persistent.erase(key.term());
    }
    Native::ok_atom(atoms::OK)
}

/// `flat_size(Term)`: the words that a copy takes outside of the word that names it, as OTP lays terms out. O(size).
fn flat_size<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut words = 0;
    let mut visited = 0;
    let mut open = vec![args[0]];
    while let Some(term) = open.pop() {
        visited += 1;
        words += match term.kind() {
            Kind::Int(_) | Kind::Atom(_) | Kind::Nil | Kind::Pid(_) | Kind::Port(_) => 0,
            Kind::Big(_) => 1 + term.to_big().map_or(1, |big| big.iter_u64_digits().len()),
            Kind::Float(_) => 2,
            Kind::Cons(head, tail) => {
                open.extend([head, tail]);
                2
            }
            Kind::Tuple([]) => 0,
            Kind::Tuple(elements) => {
                open.extend(elements);
                1 + elements.len()
            }
            Kind::Map(map) => {
                open.extend(map.iter().flat_map(|(key, value)| [key, value]));
                map_words(map)
            }
            Kind::Bits(bits) => {
                let bytes = bits.bit_len.div_ceil(8);
                let whole = if bytes <= 64 { 2 + bytes.div_ceil(8) } else { 6 };
                whole + if bits.bit_len % 8 == 0 { 0 } else { 5 }
            }
            Kind::Fun(fun) => {
                open.extend(fun.environment);
                4 + fun.environment.len()
            }
            Kind::Export(_) => 5,
            Kind::Ref(_) => 3,
            Kind::Resource(_) => 4,
            Kind::ExternalPid(_) | Kind::ExternalPort(_) => 4,
            Kind::ExternalRef(_) => 6,
        };
    }
    cx.charge(visited / 16);
    let words = cx.size(words);
    Native::ok(words)
}

/// A small map is a header, a size, its values and a tuple of keys; a large one a tree of pairs.
fn map_words(map: Map<'_>) -> usize {
    let size = map.len();
    match size {
        0 => 3,
        _ if map.is_flat() => 3 + size + 1 + size,
        _ => 2 + size * 3 + size * 3 / 4,
    }
}

fn same<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok_bool(args[0].same(args[1]))
}

/// The characters that a list begins with and are ASCII, each with the list behind it. `None` if it is no list.
fn ascii_prefix<'h>(list: Term<'h>) -> Option<(String, Vec<Term<'h>>)> {
    let (mut text, mut rests) = (String::new(), Vec::new());
    let mut rest = list;
    if !rest.is_list() {
        return None;
    }
    while let Some((head, tail)) = rest.as_cons() {
        match head.as_small().and_then(|c| u8::try_from(c).ok()) {
            Some(c @ (b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) => text.push(char::from(c)),
            _ => break,
        }
        rests.push(tail);
        rest = tail;
    }
    Some((text, rests))
}

fn failed<'h>(cx: &mut Native<'_, 'h>, reason: &str) -> NativeResult<'h> {
    let error = cx.tuple(&[Term::atom(atoms::ERROR), word(reason)]);
    Native::ok(error)
}

/// How many bytes of `text` from `from` on are digits.
fn digits(text: &str, from: usize) -> usize {
    text.as_bytes().get(from..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn sign(text: &str, at: usize) -> usize {
    usize::from(matches!(text.as_bytes().get(at), Some(b'+' | b'-')))
}

/// `string:list_to_integer(List)`: `{Integer, Rest}` or `{error, Reason}`.
fn list_to_integer<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let Some((text, rests)) = ascii_prefix(args[0]) else { return failed(cx, "not_a_list") };
    let sign = sign(&text, 0);
    let end = sign + digits(&text, sign);
    if end == sign {
        return failed(cx, "no_integer");
    }
    let Ok(value) = text[..end].parse::<num_bigint::BigInt>() else { return failed(cx, "no_integer") };
    cx.charge(end / 16);
    let value = cx.big(&value);
    let pair = cx.tuple(&[value, rests[end - 1]]);
    Native::ok(pair)
}

/// `string:list_to_float(List)`: `{Float, Rest}` or `{error, Reason}`; a point with digits on both sides is needed.
fn list_to_float<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let Some((text, rests)) = ascii_prefix(args[0]) else { return failed(cx, "not_a_list") };
    let sign_size = sign(&text, 0);
    let whole = digits(&text, sign_size);
    let point = sign_size + whole;
    let fraction = digits(&text, point + 1);
    if whole == 0 || fraction == 0 || text.as_bytes().get(point) != Some(&b'.') {
        return failed(cx, "no_float");
    }
    let mut end = point + 1 + fraction;
    if matches!(text.as_bytes().get(end), Some(b'e' | b'E')) {
        let exponent = end + 1 + sign(&text, end + 1);
        match digits(&text, exponent) {
            0 => {}
            count => end = exponent + count,
        }
    }
    match text[..end].parse::<f64>() {
        Ok(value) if value.is_finite() => {
            let value = cx.float(value);
            let pair = cx.tuple(&[value, rests[end - 1]]);
            Native::ok(pair)
        }
        _ => failed(cx, "no_float"),
    }
}

fn referenced_byte_size<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let bits = args[0].as_bits().ok_or_else(Native::raise_badarg)?;
    let size = cx.size(bits.bit_len.div_ceil(8));
    Native::ok(size)
}

fn bin_is_7bit<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match args[0].binary() {
        Some(bytes) => {
            cx.charge(bytes.len() / 256);
            Native::ok_bool(bytes.is_ascii())
        }
        None => Native::ok_bool(false),
    }
}

fn native_name_encoding<'h>(_: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok(word("utf8"))
}

fn printable_range<'h>(_: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok(word("latin1"))
}

/// `set_signal(Signal, default | ignore | handle)`: at a signal that is handled, the process `erl_signal_server` is sent
/// `{notify, Signal}`.
fn set_signal<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (Some(name), Some(action)) = (args[0].as_atom(), args[1].as_atom()) else { return Native::badarg() };
    let action = match action.as_str() {
        "default" => SignalAction::Default,
        "ignore" => SignalAction::Ignore,
        "handle" => SignalAction::Handle,
        _ => return Native::badarg(),
    };
    let weak = Arc::downgrade(cx.vm());
    let notify = Arc::new(move |name: &str| {
        let Some(vm) = weak.upgrade() else { return };
        let Some(server) = vm.names().find(Atom::new("erl_signal_server")) else { return };
        let message = OwnedTerm::build(|b| b.tuple(&[word("notify"), word(name)]));
        send_message(&vm, server, message);
    });
    match cx.vm().host().on_signal(name.as_str(), action, notify) {
        Ok(()) => Native::ok_atom(atoms::OK),
        Err(_) => Native::badarg(),
    }
}

fn warning_map<'h>(_: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Native::ok(word("warning"))
}

fn md5_state<'h>(cx: &mut Native<'_, 'h>, digest: &Md5) -> NativeResult<'h> {
    let state = cx.binary(&digest.to_bytes());
    Native::ok(state)
}

fn md5_init<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    md5_state(cx, &Md5::new())
}

fn md5_of<'h>(term: Term<'h>) -> Result<Md5, crate::native::Raise<'h>> {
    term.binary().and_then(|bytes| Md5::from_bytes(&bytes)).ok_or_else(Native::raise_badarg)
}

fn md5_update<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut digest = md5_of(args[0])?;
    let data = crate::native::erlang::binaries::flatten(cx, args[1]).ok_or_else(Native::raise_badarg)?;
    cx.charge(data.len() / 64);
    digest.update(&data);
    md5_state(cx, &digest)
}

fn md5_final<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let digest = cx.binary(&md5_of(args[0])?.finish());
    Native::ok(digest)
}

/// Two checksums and the size of the second's data.
fn combined<'h>(args: &[Term<'h>]) -> Option<(u32, u32, u64)> {
    let sum = |term: Term<'h>| term.as_i64().and_then(|value| u32::try_from(value).ok());
    Some((sum(args[0])?, sum(args[1])?, u64::try_from(args[2].as_i64()?).ok()?))
}

/// `crc32_combine(First, Second, SecondSize)`: the checksum of both data one after the other. O(log size).
fn crc32_combine<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (first, second, mut size) = combined(args).ok_or_else(Native::raise_badarg)?;
    // Appending a zero byte multiplies by x^8 modulo the polynomial; numbers are bit-reversed as everywhere in this checksum.
    let times = |a: u32, mut b: u32| {
        let mut product = 0;
        for bit in (0..32).rev() {
            if a >> bit & 1 == 1 {
                product ^= b;
            }
            b = b >> 1 ^ (0xedb8_8320 & (b & 1).wrapping_neg());
        }
        product
    };
    let mut power = 1 << (31 - 8);
    let mut shifted = first;
    while size > 0 {
        if size & 1 == 1 {
            shifted = times(shifted, power);
        }
        power = times(power, power);
        size >>= 1;
    }
    let sum = cx.integer(i64::from(shifted ^ second));
    Native::ok(sum)
}

/// `adler32_combine(First, Second, SecondSize)`.
fn adler32_combine<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    const MODULUS: u64 = 65_521;
    let (first, second, size) = combined(args).ok_or_else(Native::raise_badarg)?;
    let (first, second, size) = (u64::from(first), u64::from(second), size % MODULUS);
    let low = ((first & 0xffff) + (second & 0xffff) + MODULUS - 1) % MODULUS;
    let high = (size * (first & 0xffff) + (first >> 16) + (second >> 16) + MODULUS - size) % MODULUS;
    let sum = cx.unsigned(high << 16 | low);
    Native::ok(sum)
}

fn fun_info_mfa<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (module, function, arity) = match args[0].kind() {
        Kind::Fun(fun) => (fun.entry.module, fun.entry.name, fun.entry.arity),
        Kind::Export(export) => (export.module, export.function, export.arity),
        _ => return Native::badarg(),
    };
    let arity = cx.integer(i64::from(arity));
    let tuple = cx.tuple(&[Term::atom(module), Term::atom(function), arity]);
    Native::ok(tuple)
}

/// The size without compression, whatever the options say of it, as OTP counts.
fn external_size<'h>(_: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    args[1].list_to_vec().ok_or_else(Native::raise_badarg)?;
    go_on("external_size", vec![args[0]])
}

/// Nothing is ever traced sequentially.
fn seq_trace_info<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let item = args[0].as_atom().ok_or_else(Native::raise_badarg)?;
    let value = match item.as_str() {
        "send" | "receive" | "print" | "timestamp" | "monotonic_timestamp" | "strict_monotonic_timestamp" => {
            Term::bool(false)
        }
        "label" | "serial" => return Native::ok(Term::nil()),
        _ => return Native::badarg(),
    };
    let pair = cx.tuple(&[args[0], value]);
    Native::ok(pair)
}

/// Nothing is ever traced.
fn trace_info<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let item = args[1].as_atom().ok_or_else(Native::raise_badarg)?;
    let value = match item.as_str() {
        "flags" | "tracer" => Term::nil(),
        "traced" | "match_spec" | "meta" | "meta_match_spec" | "call_count" | "call_time" | "all" => Term::bool(false),
        _ => return Native::badarg(),
    };
    let pair = cx.tuple(&[args[1], value]);
    Native::ok(pair)
}
