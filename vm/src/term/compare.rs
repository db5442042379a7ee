//! Equality and order of terms.
//!
//! Erlang's order of types is number, atom, reference, function, port, pid, tuple, map, `[]`, list, bitstring.
//! Two relations share the walk: *arithmetic*, where `1 == 1.0`, and *exact*, where any integer comes before any
//! float, which orders the keys of maps. The walk keeps its own list of what is left to compare.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_traits::FromPrimitive;

use super::id::reference_words;
use super::view::{Bits, Export, Integer, Kind, Map, Term};
use super::Reference;
use crate::interrupt;

/// What is left to compare.
enum Task<'a> {
    Pair(Term<'a>, Term<'a>),
    Slices(&'a [Term<'a>], &'a [Term<'a>]),
    /// Pairs that belong to keys of maps, compared exactly whatever the relation.
    Keys(Vec<(Term<'a>, Term<'a>)>),
    Values(Vec<(Term<'a>, Term<'a>)>),
    /// Ends the exact comparison of keys.
    EndKeys,
}

/// Erlang's order, `1 == 1.0`. O(size of what is equal).
pub fn compare(a: Term<'_>, b: Term<'_>) -> Ordering {
    order(a, b, false)
}

/// The order of map keys: as [`compare`], but integers come before floats.
pub fn compare_exact(a: Term<'_>, b: Term<'_>) -> Ordering {
    order(a, b, true)
}

/// `==`: as `===`, but integers and floats are compared by value.
pub fn equal(a: Term<'_>, b: Term<'_>) -> bool {
    if a.same(b) {
        return true;
    }
    // Different immediates differ, except that a small integer may equal a float.
    if a.raw.is_immediate() && b.raw.is_immediate() {
        return false;
    }
    compare(a, b) == Ordering::Equal
}

impl PartialEq<Term<'_>> for Term<'_> {
    /// `===`
    fn eq(&self, other: &Term<'_>) -> bool {
        exactly_equal(*self, *other)
    }
}

impl Eq for Term<'_> {}

fn order(a: Term<'_>, b: Term<'_>, exact: bool) -> Ordering {
    if a.same(b) {
        return Ordering::Equal;
    }
    if let (Some(a), Some(b)) = (a.as_small(), b.as_small()) {
        return a.cmp(&b);
    }
    let mut work: Vec<Task<'_>> = Vec::new();
    let mut keys_depth = 0usize;
    let (mut a, mut b) = (a, b);
    let mut steps = 0;
    loop {
        interrupt::step(&mut steps);
        let result = step(a, b, exact || keys_depth > 0, &mut work);
        if result != Ordering::Equal {
            return result;
        }
        loop {
            match work.pop() {
                None => return Ordering::Equal,
                Some(Task::Pair(x, y)) => {
                    (a, b) = (x, y);
                    break;
                }
                Some(Task::Slices(x, y)) => {
                    if let (Some((x, xs)), Some((y, ys))) = (x.split_first(), y.split_first()) {
                        if !xs.is_empty() {
                            work.push(Task::Slices(xs, ys));
                        }
                        (a, b) = (*x, *y);
                        break;
                    }
                }
                Some(Task::EndKeys) => keys_depth -= 1,
                Some(Task::Keys(pairs)) => {
                    keys_depth += 1;
                    work.push(Task::EndKeys);
                    work.push(Task::Values(pairs));
                }
                Some(Task::Values(mut pairs)) => {
                    if let Some((x, y)) = pairs.pop() {
                        work.push(Task::Values(pairs));
                        (a, b) = (x, y);
                        break;
                    }
                }
            }
        }
    }
}

fn rank(kind: &Kind<'_>) -> u8 {
    match kind {
        Kind::Int(_) | Kind::Big(_) | Kind::Float(_) => 0,
        Kind::Atom(_) => 1,
        Kind::Ref(_) | Kind::ExternalRef(_) | Kind::Resource(_) => 2,
        Kind::Fun(_) => 3,
        Kind::Export(_) => 4,
        Kind::Port(_) | Kind::ExternalPort(_) => 5,
        Kind::Pid(_) | Kind::ExternalPid(_) => 6,
        Kind::Tuple(_) => 7,
        Kind::Map(_) => 8,
        Kind::Nil => 9,
        Kind::Cons(..) => 10,
        Kind::Bits(_) => 11,
    }
}

/// Compares two terms as far as it goes without looking into their parts; puts the parts on the work list.
fn step<'a>(a: Term<'a>, b: Term<'a>, exact: bool, work: &mut Vec<Task<'a>>) -> Ordering {
    if a.same(b) {
        return Ordering::Equal;
    }
    let (x, y) = (a.kind(), b.kind());
    match (x, y) {
        (Kind::Int(x), Kind::Int(y)) => x.cmp(&y),
        (Kind::Atom(x), Kind::Atom(y)) => x.cmp(&y),
        (Kind::Float(x), Kind::Float(y)) => x.partial_cmp(&y).unwrap_or(Ordering::Equal),
        (Kind::Big(x), Kind::Big(y)) => compare_big(x, y),
        (Kind::Int(_), Kind::Big(y)) => below_zero(y.negative),
        (Kind::Big(x), Kind::Int(_)) => below_zero(x.negative).reverse(),
        (Kind::Int(_) | Kind::Big(_), Kind::Float(_)) if exact => Ordering::Less,
        (Kind::Float(_), Kind::Int(_) | Kind::Big(_)) if exact => Ordering::Greater,
        (Kind::Int(x), Kind::Float(y)) => compare_int_float(x, y),
        (Kind::Float(x), Kind::Int(y)) => compare_int_float(y, x).reverse(),
        (Kind::Big(x), Kind::Float(y)) => compare_big_float(x, y),
        (Kind::Float(x), Kind::Big(y)) => compare_big_float(y, x).reverse(),
        (Kind::Nil, Kind::Nil) => Ordering::Equal,
        (Kind::Cons(mut x_head, mut x_tail), Kind::Cons(mut y_head, mut y_tail)) => {
            // Along the lists as far as that needs no work list.
            loop {
                match at_once(x_head, y_head) {
                    Some(Ordering::Equal) => {}
                    Some(decided) => return decided,
                    None => {
                        work.push(Task::Pair(x_tail, y_tail));
                        work.push(Task::Pair(x_head, y_head));
                        return Ordering::Equal;
                    }
                }
                match (x_tail.as_cons(), y_tail.as_cons()) {
                    (Some(x), Some(y)) if !x_tail.same(y_tail) => ((x_head, x_tail), (y_head, y_tail)) = (x, y),
                    _ => break,
                }
            }
            work.push(Task::Pair(x_tail, y_tail));
            Ordering::Equal
        }
        (Kind::Tuple(x), Kind::Tuple(y)) => {
            if x.len() == y.len() {
                for (i, (a, b)) in x.iter().zip(y).enumerate() {
                    match at_once(*a, *b) {
                        Some(Ordering::Equal) => {}
                        Some(decided) => return decided,
                        None => {
                            work.push(Task::Slices(&x[i..], &y[i..]));
                            break;
                        }
                    }
                }
            }
            x.len().cmp(&y.len())
        }
        (Kind::Map(x), Kind::Map(y)) => compare_maps(x, y, work),
        (Kind::Bits(x), Kind::Bits(y)) => compare_bits(x, y),
        (Kind::Pid(x), Kind::Pid(y)) => x.cmp(&y),
        (Kind::Port(x), Kind::Port(y)) => x.cmp(&y),
        (Kind::Fun(x), Kind::Fun(y)) => x
            .entry
            .module
            .cmp(&y.entry.module)
            .then(x.entry.index.cmp(&y.entry.index))
            .then(x.entry.uniq.cmp(&y.entry.uniq))
            .then(x.environment.len().cmp(&y.environment.len()))
            .then_with(|| {
                work.push(Task::Slices(x.environment, y.environment));
                Ordering::Equal
            }),
        (Kind::Export(x), Kind::Export(y)) => compare_exports(x, y),
        (Kind::Pid(x), Kind::ExternalPid(y)) => (u64::from(x.serial()), u64::from(x.slot()))
            .cmp(&(u64::from(y.serial), u64::from(y.id)))
            .then(Ordering::Less),
        (Kind::ExternalPid(x), Kind::Pid(y)) => (u64::from(x.serial), u64::from(x.id))
            .cmp(&(u64::from(y.serial()), u64::from(y.slot())))
            .then(Ordering::Greater),
        (Kind::ExternalPid(x), Kind::ExternalPid(y)) => {
            (x.serial, x.id, x.node, x.creation).cmp(&(y.serial, y.id, y.node, y.creation))
        }
        (Kind::Port(x), Kind::ExternalPort(y)) => x.0.cmp(&y.id).then(Ordering::Less),
        (Kind::ExternalPort(x), Kind::Port(y)) => x.id.cmp(&y.0).then(Ordering::Greater),
        (Kind::ExternalPort(x), Kind::ExternalPort(y)) => (x.id, x.node, x.creation).cmp(&(y.id, y.node, y.creation)),
        (x, y) => match (rank(&x), rank(&y)) {
            (2, 2) => compare_references(&x, &y),
            (x, y) => x.cmp(&y),
        },
    }
}

/// The order of terms that are one, or both small integers; `None` for others.
#[inline(always)]
fn at_once(a: Term<'_>, b: Term<'_>) -> Option<Ordering> {
    if a.same(b) {
        return Some(Ordering::Equal);
    }
    Some(a.as_small()?.cmp(&b.as_small()?))
}

fn below_zero(negative: bool) -> Ordering {
    if negative {
        Ordering::Greater
    } else {
        Ordering::Less
    }
}

fn compare_exports(x: Export, y: Export) -> Ordering {
    (x.module, x.function, x.arity).cmp(&(y.module, y.function, y.arity))
}

/// The words of a reference, most significant first, and its node (none for this one).
fn reference_key(kind: &Kind<'_>) -> ([u32; 5], Option<crate::Atom>) {
    let local = |reference: Reference| {
        let [a, b, c] = reference_words(reference);
        ([0, 0, a, b, c], None)
    };
    match kind {
        Kind::Ref(reference) => local(*reference),
        Kind::Resource(resource) => local(super::id::resource_reference(resource.id)),
        Kind::ExternalRef(reference) => {
            let mut words = [0; 5];
            for (i, word) in reference.words().iter().enumerate() {
                words[4 - i] = *word;
            }
            (words, Some(reference.node))
        }
        _ => ([0; 5], None),
    }
}

fn compare_references(x: &Kind<'_>, y: &Kind<'_>) -> Ordering {
    reference_key(x).cmp(&reference_key(y))
}

pub(crate) fn compare_big(x: Integer<'_>, y: Integer<'_>) -> Ordering {
    match (x.negative, y.negative) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (negative, _) => {
            let magnitudes =
                x.limbs.len().cmp(&y.limbs.len()).then_with(|| x.limbs.iter().rev().cmp(y.limbs.iter().rev()));
            if negative {
                magnitudes.reverse()
            } else {
                magnitudes
            }
        }
    }
}

/// Compares exactly, also where the float has no bits for the integer's last digits.
pub fn compare_int_float(x: i64, y: f64) -> Ordering {
    const EXACT: i64 = 1 << 53;
    if (-EXACT..=EXACT).contains(&x) {
        return (x as f64).partial_cmp(&y).unwrap_or(Ordering::Equal);
    }
    if y >= 9_223_372_036_854_775_808.0 {
        return Ordering::Less;
    }
    if y < -9_223_372_036_854_775_808.0 {
        return Ordering::Greater;
    }
    let whole = y.trunc();
    x.cmp(&(whole as i64)).then_with(|| 0.0_f64.partial_cmp(&(y - whole)).unwrap_or(Ordering::Equal))
}

fn compare_big_float(x: Integer<'_>, y: f64) -> Ordering {
    match BigInt::from_f64(y.trunc()) {
        Some(whole) => x.to_big().cmp(&whole),
        None => Ordering::Equal,
    }
}

/// Compares bit by bit; a bitstring comes before those that extend it.
pub fn compare_bits(x: Bits<'_>, y: Bits<'_>) -> Ordering {
    let common = x.bit_len.min(y.bit_len);
    if x.offset == 0 && y.offset == 0 {
        let bytes = common / 8;
        let result = x.bytes[..bytes].cmp(&y.bytes[..bytes]);
        if result != Ordering::Equal {
            return result;
        }
        if common % 8 != 0 {
            let mask = 0xffu8 << (8 - common % 8);
            let result = (x.bytes[bytes] & mask).cmp(&(y.bytes[bytes] & mask));
            if result != Ordering::Equal {
                return result;
            }
        }
        return x.bit_len.cmp(&y.bit_len);
    }
    for i in 0..common.div_ceil(8) {
        let left = common - i * 8;
        let mask = if left >= 8 { 0xff } else { 0xffu8 << (8 - left) };
        let result = (x.byte(i) & mask).cmp(&(y.byte(i) & mask));
        if result != Ordering::Equal {
            return result;
        }
    }
    x.bit_len.cmp(&y.bit_len)
}

fn compare_maps<'a>(x: Map<'a>, y: Map<'a>, work: &mut Vec<Task<'a>>) -> Ordering {
    let by_size = x.len().cmp(&y.len());
    if by_size != Ordering::Equal {
        return by_size;
    }
    // Keys decide first, in their own order, then the values in the order of their keys.
    let (x, y) = (x.sorted_pairs(), y.sorted_pairs());
    let values = x.iter().zip(&y).rev().map(|(x, y)| (x.1, y.1)).collect();
    let keys = x.iter().zip(&y).rev().map(|(x, y)| (x.0, y.0)).collect();
    work.push(Task::Values(values));
    work.push(Task::Keys(keys));
    Ordering::Equal
}

/// `===`. O(size of what is equal).
pub fn exactly_equal(a: Term<'_>, b: Term<'_>) -> bool {
    if a.same(b) {
        return true;
    }
    if a.raw.is_immediate() || b.raw.is_immediate() {
        return false;
    }
    if a.raw.is_cons() != b.raw.is_cons() {
        return false;
    }
    if !a.raw.is_cons() {
        if let Some(equal) = flat_equal(a, b).or_else(|| shallow_equal(a, b)) {
            return equal;
        }
    }
    let mut work = vec![(a, b)];
    let mut steps = 0;
    while let Some((mut a, mut b)) = work.pop() {
        interrupt::step(&mut steps);
        // Along a list, without touching the work list for plain elements.
        while let (Some((a_head, a_tail)), Some((b_head, b_tail))) = (a.as_cons(), b.as_cons()) {
            if a.same(b) {
                break;
            }
            if !a_head.same(b_head) {
                if a_head.raw.is_immediate() || b_head.raw.is_immediate() {
                    return false;
                }
                match flat_equal(a_head, b_head) {
                    Some(false) => return false,
                    Some(true) => {}
                    None => work.push((a_head, b_head)),
                }
            }
            (a, b) = (a_tail, b_tail);
        }
        if a.same(b) {
            continue;
        }
        if a.raw.is_immediate() || b.raw.is_immediate() || a.raw.is_cons() || b.raw.is_cons() {
            return false;
        }
        match flat_equal(a, b) {
            Some(false) => return false,
            Some(true) => continue,
            None => {}
        }
        match (a.kind(), b.kind()) {
            (Kind::Tuple(x), Kind::Tuple(y)) => {
                if x.len() != y.len() || !push_pairs(x, y, &mut work) {
                    return false;
                }
            }
            (Kind::Fun(x), Kind::Fun(y)) => {
                if x.environment.len() != y.environment.len() || !push_pairs(x.environment, y.environment, &mut work) {
                    return false;
                }
            }
            (Kind::Map(x), Kind::Map(y)) => {
                if x.len() != y.len() || !x.push_equal_pairs(y, &mut work) {
                    return false;
                }
            }
            _ => return false,
        }
    }
    true
}

fn push_pairs<'a>(x: &'a [Term<'a>], y: &'a [Term<'a>], work: &mut Vec<(Term<'a>, Term<'a>)>) -> bool {
    for (&x, &y) in x.iter().zip(y).rev() {
        if x.same(y) {
            continue;
        }
        if x.raw.is_immediate() || y.raw.is_immediate() {
            return false;
        }
        work.push((x, y));
    }
    true
}

/// The answer for tuples of one size whose elements have no parts, or one of whose elements says no; else `None`.
fn shallow_equal(a: Term<'_>, b: Term<'_>) -> Option<bool> {
    for (x, y) in a.as_tuple()?.iter().zip(b.as_tuple()?) {
        if x.same(*y) {
            continue;
        }
        if x.raw.is_immediate() || y.raw.is_immediate() || !flat_equal(*x, *y)? {
            return Some(false);
        }
    }
    Some(true)
}

/// The answer for boxed terms without parts; `None` when the parts have to be compared.
fn flat_equal(a: Term<'_>, b: Term<'_>) -> Option<bool> {
    use super::raw::BoxedKind as K;
    let (Some(x), Some(y)) = (a.boxed_kind(), b.boxed_kind()) else {
        return if a.raw.is_cons() && b.raw.is_cons() { None } else { Some(false) };
    };
    if x == K::HeapBinary && y == K::HeapBinary {
        // Their last words are filled with zeros.
        let words = a.header().header_size();
        return Some(a.header() == b.header() && (1..=words).all(|i| a.raw_field(i) == b.raw_field(i)));
    }
    let bits = |kind| matches!(kind, K::HeapBinary | K::RefcBinary | K::SubBinary | K::MatchContext);
    if bits(x) && bits(y) {
        let (x, y) = (a.as_bits()?, b.as_bits()?);
        return Some(x.bit_len == y.bit_len && compare_bits(x, y) == Ordering::Equal);
    }
    if x != y {
        return Some(false);
    }
    match x {
        K::Tuple | K::FlatMap | K::TrieMap | K::TrieNode | K::TrieCollision => {
            if a.header() == b.header() {
                None
            } else {
                Some(false)
            }
        }
        K::Fun => {
            if a.raw_field(1) == b.raw_field(1) {
                None
            } else {
                Some(false)
            }
        }
        // 0.0 and -0.0 are one number, as they are in OTP 25.
        K::Float => Some(a.as_float() == b.as_float()),
        K::ExportFun => Some((2..5).all(|i| a.raw_field(i) == b.raw_field(i))),
        K::Resource => Some(a.raw_field(2) == b.raw_field(2)),
        _ => {
            let size = a.header().header_size();
            Some(size == b.header().header_size() && (1..=size).all(|i| a.raw_field(i) == b.raw_field(i)))
        }
    }
}
