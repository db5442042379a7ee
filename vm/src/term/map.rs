//! Maps: up to [`FLAT_LIMIT`] keys in ascending order beside their values, above that a hash trie.
//!
//! ```text
//!   flat   ┌────────┬───────┬───────┐      trie   ┌────────┬───────┬──────┐
//!          │ header │ keys  │ value…│             │ header │ count │ node │
//!          └────────┴──┬────┴───────┘             └────────┴───────┴──┬───┘
//!                      ▼ a tuple, shared by                           ▼
//!                        maps of the same keys    node  [bitmap, child…], 16 ways by 4 bits of the key's hash
//!                                                 leaf  [key | value]
//!                                                 collision [leaf…], keys of one hash
//! ```
//!
//! A trie is the same for the same keys, whatever the order of insertion: a node with one child that is a leaf or a
//! collision does not occur. The design is Bagwell's hash array mapped trie. Updates copy the path from the root.

use std::cmp::Ordering;

use super::compare::{compare_exact, exactly_equal};
use super::key_hash::key_hash as hash;
use super::raw::BoxedKind;
use super::view::{Map, Term};
use crate::heap::Builder;

/// The largest number of keys of a flat map.
pub const FLAT_LIMIT: usize = 32;

/// Bits of the hash that choose a child.
const LEVEL_BITS: u32 = 4;

/// Below a shift of this many bits a hash still tells keys apart.
const HASH_BITS: u32 = 32;

#[inline]
fn branch(hash: u32, shift: u32) -> u32 {
    (hash >> shift) & 15
}

/// The place of a branch among a node's children.
#[inline]
fn place(bitmap: u64, branch: u32) -> usize {
    (bitmap & ((1 << branch) - 1)).count_ones() as usize
}

fn kind_of(node: Term<'_>) -> Node<'_> {
    match node.as_cons() {
        Some((key, value)) => Node::Leaf(key, value),
        None => match node.boxed_kind() {
            Some(BoxedKind::TrieNode) => Node::Branches(node.raw_field(1)),
            _ => Node::Collision,
        },
    }
}

enum Node<'h> {
    Leaf(Term<'h>, Term<'h>),
    Branches(u64),
    Collision,
}

/// The children of a branching node, or the leaves of a collision.
fn children(node: Term<'_>) -> impl DoubleEndedIterator<Item = Term<'_>> + Clone {
    let first = usize::from(node.boxed_kind() == Some(BoxedKind::TrieNode));
    (first..node.header().header_size()).map(move |index| node.field(1 + index))
}

impl<'h> Map<'h> {
    /// The map as a term.
    #[inline]
    pub fn term(self) -> Term<'h> {
        self.term
    }

    /// Whether keys are kept in ascending order: maps of up to [`FLAT_LIMIT`] keys.
    #[inline]
    pub fn is_flat(self) -> bool {
        self.term.boxed_kind() == Some(BoxedKind::FlatMap)
    }

    /// The number of keys. O(1).
    #[inline]
    pub fn len(self) -> usize {
        if self.is_flat() {
            self.term.header().header_size() - 1
        } else {
            self.term.raw_field(1) as usize
        }
    }

    /// Whether there are no keys.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The keys of a flat map.
    #[inline]
    fn keys_tuple(self) -> &'h [Term<'h>] {
        self.term.field(1).as_tuple().expect("the first field of a flat map is a tuple")
    }

    /// The place of a key among the values; `None` when the key is not there or the map is not flat.
    #[inline]
    pub(crate) fn place(self, key: Term<'_>) -> Option<usize> {
        if self.is_flat() {
            self.flat_place(key)
        } else {
            None
        }
    }

    /// The place of a key in a flat map.
    #[inline]
    fn flat_place(self, key: Term<'_>) -> Option<usize> {
        let keys = self.keys_tuple();
        if key.raw.is_immediate() {
            keys.iter().position(|other| other.same(key))
        } else {
            keys.iter().position(|other| exactly_equal(*other, key))
        }
    }

    /// The value of a key. O(log n); among up to 32 keys, a walk along them.
    pub fn get(self, key: Term<'_>) -> Option<Term<'h>> {
        if self.is_flat() {
            return self.flat_place(key).map(|place| self.term.field(2 + place));
        }
        let hash = hash(key);
        let mut node = self.term.field(2);
        let mut shift = 0;
        loop {
            match kind_of(node) {
                Node::Leaf(other, value) => return exactly_equal(other, key).then_some(value),
                Node::Branches(bitmap) => {
                    let branch = branch(hash, shift);
                    if bitmap & (1 << branch) == 0 {
                        return None;
                    }
                    node = node.field(2 + place(bitmap, branch));
                    shift += LEVEL_BITS;
                }
                Node::Collision => {
                    let mut leaves = children(node).filter_map(Term::as_cons);
                    return leaves.find(|(other, _)| exactly_equal(*other, key)).map(|(_, value)| value);
                }
            }
        }
    }

    /// The map with `key` set to `value`. O(log n) time and words.
    #[must_use]
    pub fn put(self, builder: &mut Builder<'_, 'h>, key: Term<'h>, value: Term<'h>) -> Map<'h> {
        if !self.is_flat() {
            let (node, added) = put_node(builder, self.term.field(2), 0, hash(key), key, value);
            return trie(builder, self.len() + usize::from(added), node);
        }
        if let Some(place) = self.flat_place(key) {
            if self.term.field(2 + place).same(value) {
                return self;
            }
            return Map { term: builder.with_field(self.term, 2 + place, value) };
        }
        let keys = self.keys_tuple();
        if keys.len() == FLAT_LIMIT {
            let mut pairs: Vec<_> = self.iter().collect();
            pairs.push((key, value));
            return trie_of(builder, &pairs);
        }
        let place = keys.partition_point(|other| compare_exact(*other, key) == Ordering::Less);
        let keys = if keys.is_empty() {
            builder.tuple(&[key])
        } else {
            builder.with_further_field(self.term.field(1), 1 + place, key, None)
        };
        Map { term: builder.with_further_field(self.term, 2 + place, value, Some(keys)) }
    }

    /// The map without `key`, and the value it had; `None` when the key is not there. O(log n) time and words.
    pub fn remove(self, builder: &mut Builder<'_, 'h>, key: Term<'h>) -> Option<(Map<'h>, Term<'h>)> {
        if self.is_flat() {
            let place = self.flat_place(key)?;
            let mut keys = self.keys_tuple().to_vec();
            let mut values: Vec<_> = (0..keys.len()).map(|index| self.term.field(2 + index)).collect();
            keys.remove(place);
            let value = values.remove(place);
            return Some((flat(builder, &keys, &values), value));
        }
        let value = self.get(key)?;
        let node = remove_node(builder, self.term.field(2), 0, hash(key), key)?;
        let count = self.len() - 1;
        let map = trie(builder, count, node);
        if count > FLAT_LIMIT {
            return Some((map, value));
        }
        let pairs: Vec<_> = map.iter().collect();
        Some((builder_map(builder, pairs), value))
    }

    /// The map with all pairs of `other`, whose values win. O(n + m).
    #[must_use]
    pub fn merge(self, builder: &mut Builder<'_, 'h>, other: Map<'h>) -> Map<'h> {
        if self.is_empty() || self.term.same(other.term) {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        if !self.is_flat() && other.len() * 8 < self.len() {
            return other.iter().fold(self, |map, (key, value)| map.put(builder, key, value));
        }
        let pairs = self.iter().chain(other.iter()).collect();
        builder_map(builder, pairs)
    }

    /// The pairs as iterators give them: in ascending order of keys when flat, otherwise in the order of the keys' hashes, lowest four
    /// bits first.
    pub fn iter(self) -> Pairs<'h> {
        if self.is_flat() {
            Pairs::Flat { map: self, next: 0 }
        } else {
            Pairs::Trie { open: vec![self.term.field(2)] }
        }
    }

    /// The pairs as `maps:to_list/1`, `keys/1` and `values/1` list them: as [`Map::iter`] when flat, otherwise the other way round.
    pub fn listed(self) -> Vec<(Term<'h>, Term<'h>)> {
        let mut pairs: Vec<_> = self.iter().collect();
        if !self.is_flat() {
            pairs.reverse();
        }
        pairs
    }

    /// Adds the pairs of terms that must be equal for the maps to be equal, keys included; false when they cannot be. The
    /// maps have one size.
    pub(super) fn push_equal_pairs(self, other: Map<'h>, work: &mut Vec<(Term<'h>, Term<'h>)>) -> bool {
        if self.is_flat() {
            // Both keep their keys in one order.
            work.extend(self.iter().zip(other.iter()).flat_map(|(a, b)| [(a.1, b.1), (a.0, b.0)]));
            return true;
        }
        self.iter().all(|(key, value)| match other.get(key) {
            Some(found) => {
                work.push((value, found));
                true
            }
            None => false,
        })
    }

    /// The pairs in ascending order of keys. O(n log n), O(n) when flat.
    pub fn sorted_pairs(self) -> Vec<(Term<'h>, Term<'h>)> {
        let mut pairs: Vec<_> = self.iter().collect();
        if !self.is_flat() {
            pairs.sort_by(|a, b| compare_exact(a.0, b.0));
        }
        pairs
    }
}

/// Iterates over the pairs of a map.
#[derive(Clone)]
pub enum Pairs<'h> {
    /// Of a flat map.
    Flat {
        /// The map.
        map: Map<'h>,
        /// The place of the next pair.
        next: usize,
    },
    /// Of a trie.
    Trie {
        /// Nodes not visited yet, the next one last.
        open: Vec<Term<'h>>,
    },
}

impl<'h> Iterator for Pairs<'h> {
    type Item = (Term<'h>, Term<'h>);

    fn next(&mut self) -> Option<(Term<'h>, Term<'h>)> {
        match self {
            Pairs::Flat { map, next } => {
                let key = *map.keys_tuple().get(*next)?;
                *next += 1;
                Some((key, map.term.field(1 + *next)))
            }
            Pairs::Trie { open } => loop {
                let node = open.pop()?;
                match node.as_cons() {
                    Some(pair) => return Some(pair),
                    None => open.extend(children(node).rev()),
                }
            },
        }
    }
}

fn flat<'h>(builder: &mut Builder<'_, 'h>, keys: &[Term<'h>], values: &[Term<'h>]) -> Map<'h> {
    let mut fields = Vec::with_capacity(1 + values.len());
    fields.push(builder.tuple(keys));
    fields.extend_from_slice(values);
    Map { term: builder.boxed(BoxedKind::FlatMap, &[], &fields) }
}

fn trie<'h>(builder: &mut Builder<'_, 'h>, count: usize, node: Term<'h>) -> Map<'h> {
    Map { term: builder.boxed(BoxedKind::TrieMap, &[count as u64], &[node]) }
}

/// A map of pairs; of several with one key the last counts.
fn builder_map<'h>(builder: &mut Builder<'_, 'h>, mut pairs: Vec<(Term<'h>, Term<'h>)>) -> Map<'h> {
    // A trie is built without sorting; more than twice the limit is rarely a small map with repeated keys.
    if pairs.len() > 2 * FLAT_LIMIT {
        let map = trie_of(builder, &pairs);
        if map.len() > FLAT_LIMIT {
            return map;
        }
        pairs = map.iter().collect();
    }
    pairs.sort_by(|a, b| compare_exact(a.0, b.0));
    let mut keys: Vec<Term<'h>> = Vec::with_capacity(pairs.len());
    let mut values = Vec::with_capacity(pairs.len());
    for (key, value) in &pairs {
        match keys.last() {
            Some(last) if exactly_equal(*last, *key) => {
                values.pop();
            }
            _ => keys.push(*key),
        }
        values.push(*value);
    }
    if keys.len() > FLAT_LIMIT {
        return trie_of(builder, &pairs);
    }
    flat(builder, &keys, &values)
}

/// A trie of pairs, the last of those with one key; also of fewer keys than tries have.
fn trie_of<'h>(builder: &mut Builder<'_, 'h>, pairs: &[(Term<'h>, Term<'h>)]) -> Map<'h> {
    let entries = pairs.iter().map(|&(key, value)| (hash(key), key, value)).collect();
    let mut count = 0;
    let node = node_of(builder, entries, 0, &mut count);
    trie(builder, count, node)
}

type Entry<'h> = (u32, Term<'h>, Term<'h>);

/// The node of at least one entry, whose hashes agree below `shift`.
fn node_of<'h>(builder: &mut Builder<'_, 'h>, entries: Vec<Entry<'h>>, shift: u32, count: &mut usize) -> Term<'h> {
    if entries.iter().all(|entry| entry.0 == entries[0].0) {
        let mut distinct: Vec<(Term<'h>, Term<'h>)> = Vec::with_capacity(1);
        for (_, key, value) in entries {
            match distinct.iter_mut().find(|other| exactly_equal(other.0, key)) {
                Some(other) => other.1 = value,
                None => distinct.push((key, value)),
            }
        }
        *count += distinct.len();
        let leaves: Vec<_> = distinct.into_iter().map(|(key, value)| builder.cons(key, value)).collect();
        return collision(builder, leaves);
    }
    let mut ways: [Vec<Entry<'h>>; 16] = Default::default();
    for entry in entries {
        ways[branch(entry.0, shift) as usize].push(entry);
    }
    let mut bitmap = 0;
    let mut made = Vec::with_capacity(16);
    for (branch, entries) in ways.into_iter().enumerate() {
        if !entries.is_empty() {
            bitmap |= 1 << branch;
            made.push(node_of(builder, entries, shift + LEVEL_BITS, count));
        }
    }
    builder.boxed(BoxedKind::TrieNode, &[bitmap], &made)
}

/// One leaf itself, or several whose keys have one hash, in the order of their keys.
fn collision<'h>(builder: &mut Builder<'_, 'h>, mut leaves: Vec<Term<'h>>) -> Term<'h> {
    if let [leaf] = leaves[..] {
        return leaf;
    }
    let key = |leaf: &Term<'h>| leaf.as_cons().expect("a leaf is a list cell").0;
    leaves.sort_by(|a, b| compare_exact(key(a), key(b)));
    builder.boxed(BoxedKind::TrieCollision, &[], &leaves)
}

/// The node that holds two nodes whose hashes differ.
fn join<'h>(builder: &mut Builder<'_, 'h>, shift: u32, a: (u32, Term<'h>), b: (u32, Term<'h>)) -> Term<'h> {
    debug_assert!(a.0 != b.0 && shift < HASH_BITS);
    let (left, right) = (branch(a.0, shift), branch(b.0, shift));
    if left == right {
        let below = join(builder, shift + LEVEL_BITS, a, b);
        return builder.boxed(BoxedKind::TrieNode, &[1 << left], &[below]);
    }
    let pair = if left < right { [a.1, b.1] } else { [b.1, a.1] };
    builder.boxed(BoxedKind::TrieNode, &[(1 << left) | (1 << right)], &pair)
}

/// The node with a key set, and whether the key is new. Recursion is bounded by the bits of a hash.
fn put_node<'h>(
    builder: &mut Builder<'_, 'h>,
    node: Term<'h>,
    shift: u32,
    key_hash: u32,
    key: Term<'h>,
    value: Term<'h>,
) -> (Term<'h>, bool) {
    match kind_of(node) {
        Node::Leaf(other, old) => {
            if exactly_equal(other, key) {
                return (if old.same(value) { node } else { builder.cons(other, value) }, false);
            }
            let leaf = builder.cons(key, value);
            let other_hash = hash(other);
            if other_hash == key_hash {
                return (collision(builder, vec![node, leaf]), true);
            }
            (join(builder, shift, (other_hash, node), (key_hash, leaf)), true)
        }
        Node::Branches(bitmap) => {
            let branch = branch(key_hash, shift);
            let place = place(bitmap, branch);
            let mut below: Vec<_> = children(node).collect();
            let added = if bitmap & (1 << branch) != 0 {
                let (child, added) = put_node(builder, below[place], shift + LEVEL_BITS, key_hash, key, value);
                below[place] = child;
                added
            } else {
                below.insert(place, builder.cons(key, value));
                true
            };
            (builder.boxed(BoxedKind::TrieNode, &[bitmap | (1 << branch)], &below), added)
        }
        Node::Collision => {
            let leaf = builder.cons(key, value);
            let mut leaves: Vec<_> = children(node).collect();
            let leaf_key = |leaf: &Term<'h>| leaf.as_cons().expect("a leaf is a list cell").0;
            let other_hash = hash(leaf_key(&leaves[0]));
            if other_hash != key_hash {
                return (join(builder, shift, (other_hash, node), (key_hash, leaf)), true);
            }
            let place = leaves.iter().position(|other| exactly_equal(leaf_key(other), key));
            match place {
                Some(place) => leaves[place] = leaf,
                None => leaves.push(leaf),
            }
            (collision(builder, leaves), place.is_none())
        }
    }
}

/// The node without a key that it has; `None` when nothing is left.
fn remove_node<'h>(
    builder: &mut Builder<'_, 'h>,
    node: Term<'h>,
    shift: u32,
    key_hash: u32,
    key: Term<'h>,
) -> Option<Term<'h>> {
    match kind_of(node) {
        Node::Leaf(..) => None,
        Node::Branches(bitmap) => {
            let branch = branch(key_hash, shift);
            let place = place(bitmap, branch);
            let mut below: Vec<_> = children(node).collect();
            let mut bitmap = bitmap;
            match remove_node(builder, below[place], shift + LEVEL_BITS, key_hash, key) {
                Some(child) => below[place] = child,
                None => {
                    below.remove(place);
                    bitmap &= !(1 << branch);
                }
            }
            match below[..] {
                [] => None,
                [only] if !matches!(kind_of(only), Node::Branches(_)) => Some(only),
                _ => Some(builder.boxed(BoxedKind::TrieNode, &[bitmap], &below)),
            }
        }
        Node::Collision => {
            let leaf_key = |leaf: &Term<'h>| leaf.as_cons().expect("a leaf is a list cell").0;
            let leaves = children(node).filter(|leaf| !exactly_equal(leaf_key(leaf), key)).collect();
            Some(collision(builder, leaves))
        }
    }
}

impl<'h> Builder<'_, 'h> {
    /// A map of pairs; of several with one key the last counts. O(n log n) for few pairs, O(n) for many.
    pub fn map_from_pairs(&mut self, pairs: Vec<(Term<'h>, Term<'h>)>) -> Term<'h> {
        builder_map(self, pairs).term
    }

    /// The empty map.
    pub fn empty_map(&mut self) -> Map<'h> {
        flat(self, &[], &[])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::Heap;

    fn small(value: i64) -> Term<'static> {
        Term::small(value).expect("a small integer")
    }

    fn check(map: Map<'_>, expected: &std::collections::BTreeMap<i64, i64>) {
        assert_eq!(map.len(), expected.len());
        assert_eq!(map.is_flat(), expected.len() <= FLAT_LIMIT);
        let pairs: Vec<_> = map.sorted_pairs().into_iter().map(|(k, v)| (k.as_i64(), v.as_i64())).collect();
        assert!(pairs.iter().copied().eq(expected.iter().map(|(&k, &v)| (Some(k), Some(v)))));
        for (&key, &value) in expected {
            assert_eq!(map.get(small(key)).and_then(Term::as_i64), Some(value));
        }
    }

    #[test]
    fn puts_and_removes_in_any_order_agree_with_an_ordered_map() {
        let mut heap = Heap::default();
        let mut builder = Builder::new(&mut heap);
        let mut map = builder.empty_map();
        let mut expected = std::collections::BTreeMap::new();
        let mut seed = 1u64;
        for step in 0..4000 {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let key = (seed >> 40) as i64 % 200;
            if seed & 7 < 4 {
                map = map.put(&mut builder, small(key), small(step));
                expected.insert(key, step);
            } else {
                let removed = map.remove(&mut builder, small(key));
                assert_eq!(removed.map(|(_, v)| v.as_i64()), expected.remove(&key).map(Some));
                map = removed.map_or(map, |(map, _)| map);
            }
            if step % 64 == 0 {
                check(map, &expected);
            }
        }
        check(map, &expected);
    }

    #[test]
    fn a_trie_does_not_depend_on_the_order_of_insertion() {
        let mut heap = Heap::default();
        let mut builder = Builder::new(&mut heap);
        let pairs: Vec<_> = (0..500).map(|n| (small(n), small(n))).collect();
        let bulk = builder.map_from_pairs(pairs.clone());
        let mut one_by_one = builder.empty_map();
        for (key, value) in pairs.into_iter().rev() {
            one_by_one = one_by_one.put(&mut builder, key, value);
        }
        assert!(exactly_equal(bulk, one_by_one.term()));
        let first: Vec<_> = bulk.as_map().expect("a map").iter().map(|(k, _)| k.as_i64()).collect();
        assert!(one_by_one.iter().map(|(k, _)| k.as_i64()).eq(first));
    }
}
