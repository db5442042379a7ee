//! `:binary`: searching, splitting and converting binaries.

use std::borrow::Cow;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem::Finder;
use num_bigint::BigInt;

use super::{Native, NativeResult, Raise};
use crate::atom::{atoms, Atom};
use crate::heap::Resource;
use crate::term::{Kind, Term};

crate::natives! {
    "binary" => {
        "match"/2: first_match, pure;
        "match"/3: first_match, pure;
        "matches"/2: matches, pure;
        "matches"/3: matches, pure;
        "split"/2: split, pure;
        "split"/3: split, pure;
        "replace"/3: replace, pure;
        "replace"/4: replace, pure;
        "compile_pattern"/1: compile_pattern, effect;
        "at"/2: at, pure;
        "first"/1: first, pure;
        "last"/1: last, pure;
        "part"/2: part, pure;
        "part"/3: part, pure;
        "copy"/1: copy, pure;
        "copy"/2: copy, pure;
        "bin_to_list"/1: bin_to_list, pure;
        "bin_to_list"/2: bin_to_list, pure;
        "bin_to_list"/3: bin_to_list, pure;
        "longest_common_prefix"/1: longest_common_prefix, pure;
        "longest_common_suffix"/1: longest_common_suffix, pure;
        "encode_unsigned"/1: encode_unsigned, pure;
        "encode_unsigned"/2: encode_unsigned, pure;
        "decode_unsigned"/1: decode_unsigned, pure;
        "decode_unsigned"/2: decode_unsigned, pure;
        "encode_hex"/1: encode_hex, pure;
        "encode_hex"/2: encode_hex, pure;
        "decode_hex"/1: decode_hex, pure;
    }
}

/// The largest binary that a copy may make, in bytes.
const LARGEST: usize = 1 << 32;

/// Binaries from this size on are made only where the VM's limit has room for them; smaller ones are charged.
const LARGE: usize = 1 << 20;
/// Bytes scanned for one reduction.
const PER_REDUCTION: usize = 512;

/// The bytes of a binary; `badarg` for anything else, bitstrings included.
fn bytes<'h>(term: Term<'h>) -> Result<Cow<'h, [u8]>, Raise<'h>> {
    term.binary().ok_or_else(Native::raise_badarg)
}

/// What to search for. Of several patterns that match at one place the longest counts.
enum Pattern {
    One(Finder<'static>),
    Many(AhoCorasick),
    /// Of several, for one look at a short text: to build an automaton would take longer than to look.
    Few(Vec<Vec<u8>>),
}

/// A text of at most this many bytes is looked through without an automaton.
const SHORT: usize = 256;

impl Pattern {
    fn one(bytes: &[u8]) -> Option<Pattern> {
        (!bytes.is_empty()).then(|| Pattern::One(Finder::new(bytes).into_owned()))
    }

    /// One of several patterns, to be searched for in texts of up to `size` bytes.
    fn many(patterns: &[Cow<'_, [u8]>], size: usize) -> Option<Pattern> {
        match patterns {
            [] => None,
            [one] => Pattern::one(one),
            _ if patterns.iter().any(|pattern| pattern.is_empty()) => None,
            _ if size <= SHORT && patterns.len() <= 8 => {
                Some(Pattern::Few(patterns.iter().map(|pattern| pattern.to_vec()).collect()))
            }
            _ => AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(patterns).ok().map(Pattern::Many),
        }
    }

    /// The first occurrence at or after `from`: start and length.
    fn find(&self, bytes: &[u8], from: usize) -> Option<(usize, usize)> {
        let part = bytes.get(from..)?;
        match self {
            Pattern::One(finder) => finder.find(part).map(|at| (from + at, finder.needle().len())),
            Pattern::Many(automaton) => automaton.find(part).map(|found| (from + found.start(), found.len())),
            Pattern::Few(patterns) => (0..part.len()).find_map(|at| {
                let longest = patterns.iter().filter(|pattern| part[at..].starts_with(pattern)).map(Vec::len).max();
                longest.map(|length| (from + at, length))
            }),
        }
    }
}

/// A pattern given as a term: compiled before, or made here.
enum Given<'h> {
    Compiled(&'h Pattern),
    Fresh(Pattern),
}

impl std::ops::Deref for Given<'_> {
    type Target = Pattern;

    fn deref(&self) -> &Pattern {
        match self {
            Given::Compiled(pattern) => pattern,
            Given::Fresh(pattern) => pattern,
        }
    }
}

fn pattern<'h>(term: Term<'h>, size: usize) -> Result<Given<'h>, Raise<'h>> {
    if let Some([_, compiled]) = term.as_tuple() {
        let compiled = compiled.as_resource().and_then(|resource| resource.downcast::<Pattern>());
        return compiled.map(Given::Compiled).ok_or_else(Native::raise_badarg);
    }
    fresh_pattern(term, size).map(Given::Fresh)
}

fn fresh_pattern<'h>(term: Term<'h>, size: usize) -> Result<Pattern, Raise<'h>> {
    let made = match term.binary() {
        Some(one) => Pattern::one(&one),
        None => {
            let items = term.list_to_vec().ok_or_else(Native::raise_badarg)?;
            let patterns = items.into_iter().map(bytes).collect::<Result<Vec<_>, _>>()?;
            Pattern::many(&patterns, size)
        }
    };
    made.ok_or_else(Native::raise_badarg)
}

/// `compile_pattern(Pattern)`: a pattern that needs no preparation when it is used again.
fn compile_pattern<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let pattern = fresh_pattern(args[0], usize::MAX)?;
    let tag = match pattern {
        Pattern::One(_) => "bm",
        Pattern::Many(_) | Pattern::Few(_) => "ac",
    };
    let compiled = cx.resource(Resource::new(pattern));
    let result = cx.tuple(&[Term::atom(Atom::new(tag)), compiled]);
    Native::ok(result)
}

/// A part `{Start, Length}` of `size` bytes as a range; a negative length counts backwards.
fn range<'h>(start: Term<'h>, length: Term<'h>, size: usize) -> Result<std::ops::Range<usize>, Raise<'h>> {
    let start = start.as_usize().filter(|&start| start <= size).ok_or_else(Native::raise_badarg)?;
    let length = length.as_i64().ok_or_else(Native::raise_badarg)?;
    let other = i64::try_from(start).ok().and_then(|start| start.checked_add(length));
    let other = other.and_then(|end| usize::try_from(end).ok()).filter(|&end| end <= size);
    let other = other.ok_or_else(Native::raise_badarg)?;
    Ok(start.min(other)..start.max(other))
}

#[derive(Default)]
struct Options {
    scope: Option<std::ops::Range<usize>>,
    global: bool,
    trim: bool,
    trim_all: bool,
    insert_replaced: Vec<usize>,
}

fn options<'h>(list: Option<&Term<'h>>, size: usize, allowed: &[&str]) -> Result<Options, Raise<'h>> {
    let mut options = Options::default();
    let Some(list) = list else { return Ok(options) };
    for option in list.list_to_vec().ok_or_else(Native::raise_badarg)? {
        let (name, value) = match option.kind() {
            Kind::Atom(name) => (name, None),
            Kind::Tuple([name, value]) => (name.as_atom().ok_or_else(Native::raise_badarg)?, Some(*value)),
            _ => return Err(Native::raise_badarg()),
        };
        match (name.as_str(), value) {
            (name, _) if !allowed.contains(&name) => return Err(Native::raise_badarg()),
            ("scope", Some(part)) => match part.as_tuple() {
                Some([start, length]) => options.scope = Some(range(*start, *length, size)?),
                _ => return Err(Native::raise_badarg()),
            },
            ("global", None) => options.global = true,
            ("trim", None) => options.trim = true,
            ("trim_all", None) => options.trim_all = true,
            ("insert_replaced", Some(at)) => {
                let places = if at.is_list() { at.list_to_vec() } else { Some(vec![at]) };
                for place in places.ok_or_else(Native::raise_badarg)? {
                    options.insert_replaced.push(place.as_usize().ok_or_else(Native::raise_badarg)?);
                }
            }
            _ => return Err(Native::raise_badarg()),
        }
    }
    Ok(options)
}

/// The occurrences within a scope, which do not overlap.
fn occurrences(bytes: &[u8], pattern: &Pattern, options: &Options, limit: usize) -> Vec<(usize, usize)> {
    let scope = options.scope.clone().unwrap_or(0..bytes.len());
    let bytes = &bytes[..scope.end];
    let mut from = scope.start;
    let mut found = Vec::new();
    while found.len() < limit {
        let Some((at, length)) = pattern.find(bytes, from) else { break };
        found.push((at, length));
        from = at + length;
    }
    found
}

fn position<'h>(cx: &mut Native<'_, 'h>, (at, length): (usize, usize)) -> Term<'h> {
    let (at, length) = (cx.size(at), cx.size(length));
    cx.tuple(&[at, length])
}

/// `match(Subject, Pattern, [{scope, Part}])`: `{Start, Length}` of the first occurrence, or `nomatch`. O(n).
fn first_match<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let subject = bytes(args[0])?;
    let pattern = pattern(args[1], subject.len())?;
    let options = options(args.get(2), subject.len(), &["scope"])?;
    cx.charge(subject.len() / PER_REDUCTION);
    match occurrences(&subject, &pattern, &options, 1).pop() {
        Some(found) => {
            let found = position(cx, found);
            Native::ok(found)
        }
        None => Native::ok_atom(atoms::NOMATCH),
    }
}

/// `matches(Subject, Pattern, [{scope, Part}])`: `{Start, Length}` of every occurrence. O(n).
fn matches<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let subject = bytes(args[0])?;
    let pattern = pattern(args[1], subject.len())?;
    let options = options(args.get(2), subject.len(), &["scope"])?;
    cx.charge(subject.len() / PER_REDUCTION);
    let found = occurrences(&subject, &pattern, &options, usize::MAX);
    let items: Vec<_> = found.into_iter().map(|found| position(cx, found)).collect();
    let list = cx.list(&items);
    Native::ok(list)
}

/// `split(Subject, Pattern, Options)`: the parts between occurrences (the first one only, unless `global`). O(n).
fn split<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let subject = bytes(args[0])?;
    let pattern = pattern(args[1], subject.len())?;
    let options = options(args.get(2), subject.len(), &["scope", "global", "trim", "trim_all"])?;
    cx.charge(subject.len() / PER_REDUCTION);
    let limit = if options.global { usize::MAX } else { 1 };
    let found = occurrences(&subject, &pattern, &options, limit);
    let mut parts = Vec::with_capacity(found.len() + 1);
    let mut from = 0;
    for (at, length) in found {
        parts.push(from..at);
        from = at + length;
    }
    parts.push(from..subject.len());
    if options.trim_all {
        parts.retain(|part| !part.is_empty());
    } else if options.trim {
        while parts.last().is_some_and(|part| part.is_empty()) {
            parts.pop();
        }
    }
    let mut items = Vec::with_capacity(parts.len());
    for part in parts {
        items.push(cx.sub_binary(args[0], part.start, part.len()).ok_or_else(Native::raise_badarg)?);
    }
    let list = cx.list(&items);
    Native::ok(list)
}

/// `replace(Subject, Pattern, Replacement, Options)`: with every occurrence (the first one only, unless `global`)
/// replaced by a binary, into which `insert_replaced` puts what was found. O(n).
fn replace<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let subject = bytes(args[0])?;
    let pattern = pattern(args[1], subject.len())?;
    let replacement = bytes(args[2])?;
    let mut options = options(args.get(3), subject.len(), &["scope", "global", "insert_replaced"])?;
    if options.insert_replaced.iter().any(|&at| at > replacement.len()) {
        return Native::badarg();
    }
    options.insert_replaced.sort_unstable();
    cx.charge(subject.len() / PER_REDUCTION);
    let limit = if options.global { usize::MAX } else { 1 };
    let mut out = Vec::with_capacity(subject.len());
    let mut from = 0;
    for (at, length) in occurrences(&subject, &pattern, &options, limit) {
        out.extend_from_slice(&subject[from..at]);
        let mut copied = 0;
        for &place in &options.insert_replaced {
            out.extend_from_slice(&replacement[copied..place]);
            out.extend_from_slice(&subject[at..at + length]);
            copied = place;
        }
        out.extend_from_slice(&replacement[copied..]);
        from = at + length;
    }
    out.extend_from_slice(&subject[from..]);
    let result = cx.binary_from_vec(out);
    Native::ok(result)
}

/// `at(Subject, Position)`: the byte there.
fn at<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let subject = bytes(args[0])?;
    let byte = args[1].as_usize().and_then(|index| subject.get(index)).ok_or_else(Native::raise_badarg)?;
    let byte = cx.integer(i64::from(*byte));
    Native::ok(byte)
}

/// `first(Subject)`: the first byte.
fn first<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let byte = *bytes(args[0])?.first().ok_or_else(Native::raise_badarg)?;
    let byte = cx.integer(i64::from(byte));
    Native::ok(byte)
}

/// `last(Subject)`: the last byte.
fn last<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let byte = *bytes(args[0])?.last().ok_or_else(Native::raise_badarg)?;
    let byte = cx.integer(i64::from(byte));
    Native::ok(byte)
}

/// The part that arguments two and three, or a pair in the second, say; the whole without them.
fn part_of<'h>(args: &[Term<'h>], size: usize) -> Result<std::ops::Range<usize>, Raise<'h>> {
    match args {
        [_] => Ok(0..size),
        [_, start, length] => range(*start, *length, size),
        [_, pair] => match pair.as_tuple() {
            Some([start, length]) => range(*start, *length, size),
            _ => Err(Native::raise_badarg()),
        },
        _ => Err(Native::raise_badarg()),
    }
}

/// `part(Subject, Start, Length)` and `part(Subject, {Start, Length})`: that part, sharing the bytes.
fn part<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    // Of a bitstring, any of its whole bytes.
    let size = args[0].as_bits().ok_or_else(Native::raise_badarg)?.bit_len / 8;
    let part = part_of(args, size)?;
    let part = cx.sub_binary(args[0], part.start, part.len()).ok_or_else(Native::raise_badarg)?;
    Native::ok(part)
}

/// `copy(Subject, N \\ 1)`: a binary of its own with the bytes N times.
fn copy<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let subject = bytes(args[0])?;
    let times = args.get(1).map_or(Some(1), |times| times.as_usize()).ok_or_else(Native::raise_badarg)?;
    let Some(size) = subject.len().checked_mul(times).filter(|&size| size <= LARGEST) else {
        return Native::system_limit();
    };
    let mut copies = Vec::new();
    if size >= LARGE && !cx.vm().budget().has_room(size) || copies.try_reserve_exact(size).is_err() {
        return Native::system_limit();
    }
    cx.charge(size / PER_REDUCTION);
    if let [byte] = &*subject {
        copies.resize(size, *byte);
    } else {
        (0..times).for_each(|_| copies.extend_from_slice(&subject));
    }
    let result = cx.binary_from_vec(copies);
    Native::ok(result)
}

/// `bin_to_list(Subject, …)`: the bytes of a part as a list. O(n).
fn bin_to_list<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let subject = bytes(args[0])?;
    let part = part_of(args, subject.len())?;
    cx.charge(part.len() / 16);
    let list = cx.byte_list(&subject[part], Term::nil());
    Native::ok(list)
}

fn binaries<'h>(term: Term<'h>) -> Result<Vec<Cow<'h, [u8]>>, Raise<'h>> {
    let items = term.list_to_vec().filter(|items| !items.is_empty()).ok_or_else(Native::raise_badarg)?;
    items.into_iter().map(bytes).collect()
}

/// `longest_common_prefix(Binaries)`: its length.
fn longest_common_prefix<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let all = binaries(args[0])?;
    let common = |other: &Cow<'_, [u8]>| all[0].iter().zip(other.iter()).take_while(|(a, b)| a == b).count();
    let length = all.iter().map(common).min().unwrap_or(0);
    let length = cx.size(length);
    Native::ok(length)
}

/// `longest_common_suffix(Binaries)`: its length.
fn longest_common_suffix<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let all = binaries(args[0])?;
    let common =
        |other: &Cow<'_, [u8]>| all[0].iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    let length = all.iter().map(common).min().unwrap_or(0);
    let length = cx.size(length);
    Native::ok(length)
}

fn little<'h>(order: Option<&Term<'h>>) -> Result<bool, Raise<'h>> {
    match order.map(|order| order.as_atom().map(Atom::as_str)) {
        None | Some(Some("big")) => Ok(false),
        Some(Some("little")) => Ok(true),
        Some(_) => Err(Native::raise_badarg()),
    }
}

/// `encode_unsigned(Integer, Order \\ big)`: the fewest bytes that hold it.
fn encode_unsigned<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let value = args[0].to_big().ok_or_else(Native::raise_badarg)?;
    let value = value.to_biguint().ok_or_else(Native::raise_badarg)?;
    let out = if little(args.get(1))? { value.to_bytes_le() } else { value.to_bytes_be() };
    let out = cx.binary_from_vec(out);
    Native::ok(out)
}

/// `decode_unsigned(Binary, Order \\ big)`: the integer that the bytes hold.
fn decode_unsigned<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let subject = bytes(args[0])?;
    let value = if little(args.get(1))? {
        BigInt::from_bytes_le(num_bigint::Sign::Plus, &subject)
    } else {
        BigInt::from_bytes_be(num_bigint::Sign::Plus, &subject)
    };
    cx.charge(subject.len() / PER_REDUCTION);
    let value = cx.big(&value);
    Native::ok(value)
}

/// `encode_hex(Binary, Case \\ uppercase)`: two digits for each byte. O(n).
fn encode_hex<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let subject = bytes(args[0])?;
    let digits: &[u8; 16] = match args.get(1).map(|case| case.as_atom().map(Atom::as_str)) {
        None | Some(Some("uppercase")) => b"0123456789ABCDEF",
        Some(Some("lowercase")) => b"0123456789abcdef",
        Some(_) => return Native::badarg(),
    };
    let pair = |byte: &u8| [digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]];
    let out: Vec<u8> = subject.iter().flat_map(pair).collect();
    cx.charge(out.len() / PER_REDUCTION);
    let out = cx.binary_from_vec(out);
    Native::ok(out)
}

/// `decode_hex(Binary)`: the inverse, in either case. O(n).
fn decode_hex<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let subject = bytes(args[0])?;
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let pairs = subject.chunks(2).map(|pair| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    });
    let out: Vec<u8> = pairs.collect::<Option<_>>().ok_or_else(Native::raise_badarg)?;
    cx.charge(subject.len() / PER_REDUCTION);
    let out = cx.binary_from_vec(out);
    Native::ok(out)
}
