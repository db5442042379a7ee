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

/// The most children of a node.
const WAYS: usize = 1 << LEVEL_BITS;

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
            return keys.iter().position(|other| other.same(key));
        }
        if key.boxed_kind() != Some(BoxedKind::HeapBinary) {
            return keys.iter().position(|other| exactly_equal(*other, key));
        }
        // Short strings: most differ in their length or their first words.
        let header = key.header();
        keys.iter().position(|other| match other.boxed_kind() {
            _ if other.same(key) => true,
            Some(BoxedKind::HeapBinary) => {
                other.header() == header && (1..=header.header_size()).all(|i| other.raw_field(i) == key.raw_field(i))
            }
            Some(BoxedKind::RefcBinary | BoxedKind::SubBinary | BoxedKind::MatchContext) => exactly_equal(*other, key),
            _ => false,
        })
    }

    /// The value of a key. O(log n); among up to 32 keys, a walk along them.
    pub fn get(self, key: Term<'_>) -> Option<Term<'h>> {
        if self.is_flat() {
            return self.flat_place(key).map(|place| self.term.field(2 + place));
        }
        find(self.term.field(2), 0, hash(key), key)
    }

    /// The map with `key` set to `value`. O(log n) time and words.
    #[must_use]
    pub fn put(self, builder: &mut Builder<'_, 'h>, key: Term<'h>, value: Term<'h>) -> Map<'h> {
        if !self.is_flat() {
            let (node, added) = put_node(builder, self.term.field(2), 0, hash(key), key, value);
            return if node.same(self.term.field(2)) {
                self
            } else {
                trie(builder, self.len() + usize::from(added), node)
            };
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
        Map { term: builder.with_further_field(self.term, 2 + place, value, Some(keys.raw.0)) }
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
        match (self.is_flat(), other.is_flat()) {
            (true, true) => self.merge_flat(builder, other),
            (false, true) => other.iter().fold(self, |map, (key, value)| map.put(builder, key, value)),
            (true, false) => self.iter().fold(other, |map, (key, value)| match other.get(key) {
                Some(_) => map,
                None => map.put(builder, key, value),
            }),
            (false, false) => {
                let (left, right) = (self.term.field(2), other.term.field(2));
                let mut common = 0;
                let node = merge_nodes(builder, left, right, 0, &mut common);
                if node.same(right) {
                    return other;
                }
                if node.same(left) {
                    return self;
                }
                trie(builder, self.len() + other.len() - common, node)
            }
        }
    }

    /// The merge of two flat maps, along their keys.
    fn merge_flat(self, builder: &mut Builder<'_, 'h>, other: Map<'h>) -> Map<'h> {
        let (ours, theirs) = (self.keys_tuple(), other.keys_tuple());
        let mut pairs = Vec::with_capacity(ours.len() + theirs.len());
        let (mut left, mut right) = (self.iter().peekable(), other.iter().peekable());
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            match if a.0.same(b.0) { Ordering::Equal } else { compare_exact(a.0, b.0) } {
                Ordering::Less => pairs.extend(left.next()),
                Ordering::Greater => pairs.extend(right.next()),
                Ordering::Equal => {
                    left.next();
                    pairs.extend(right.next());
                }
            }
        }
        pairs.extend(left);
        pairs.extend(right);
        if pairs.len() == theirs.len() {
            // All our keys are among theirs, whose values win.
            return other;
        }
        if pairs.len() > FLAT_LIMIT {
            return trie_of(builder, &pairs);
        }
        let keys = if pairs.len() == ours.len() {
            self.term.field(1)
        } else {
            let keys: Vec<_> = pairs.iter().map(|pair| pair.0).collect();
            builder.tuple(&keys)
        };
        let fields: Vec<_> = std::iter::once(keys).chain(pairs.iter().map(|pair| pair.1)).collect();
        Map { term: builder.boxed(BoxedKind::FlatMap, &[], &fields) }
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

    /// The list of what `make` makes of the pairs as `maps:to_list/1`, `keys/1` and `values/1` list them: as [`Map::iter`] when flat,
    /// otherwise the other way round.
    pub fn listed(
        self,
        builder: &mut Builder<'_, 'h>,
        mut make: impl FnMut(&mut Builder<'_, 'h>, Term<'h>, Term<'h>) -> Term<'h>,
    ) -> Term<'h> {
        let mut list = Term::nil();
        let mut add = |key, value| {
            let item = make(builder, key, value);
            list = builder.cons(item, list);
        };
        if self.is_flat() {
            for (place, key) in self.keys_tuple().iter().enumerate().rev() {
                add(*key, self.term.field(2 + place));
            }
        } else {
            each_leaf(self.term.field(2), &mut add);
        }
        list
    }

    /// Adds the pairs of terms that must be equal for the maps to be equal, keys included; false when they cannot be. The
    /// maps have one size.
    pub(super) fn push_equal_pairs(self, other: Map<'h>, work: &mut Vec<(Term<'h>, Term<'h>)>) -> bool {
        if self.is_flat() {
            // Both keep their keys in one order.
            work.extend(self.iter().zip(other.iter()).flat_map(|(a, b)| [(a.1, b.1), (a.0, b.0)]));
            return true;
        }
        // Tries of the same keys have the same nodes; those that the maps share are equal.
        let mut open = vec![(self.term.field(2), other.term.field(2))];
        while let Some((a, b)) = open.pop() {
            if a.same(b) {
                continue;
            }
            match (kind_of(a), kind_of(b)) {
                (Node::Leaf(key, value), Node::Leaf(other, found)) => {
                    if !key.same(other) {
                        if key.raw.is_immediate() || other.raw.is_immediate() {
                            return false;
                        }
                        work.push((key, other));
                    }
                    work.push((value, found));
                }
                (Node::Branches(x), Node::Branches(y)) if x == y => open.extend(children(a).zip(children(b))),
                (Node::Collision, Node::Collision) if a.header() == b.header() => {
                    open.extend(children(a).zip(children(b)));
                }
                _ => return false,
            }
        }
        true
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
    let mut entries: Vec<Entry<'h>> = pairs.iter().map(|&(key, value)| (path(hash(key)), key, value)).collect();
    // Stable: of the pairs of one key the last one stays last.
    entries.sort_by_key(|entry| entry.0);
    let mut count = 0;
    let node = node_of(builder, &entries, 0, &mut count);
    trie(builder, count, node)
}

/// The hash with its digits of four bits the other way round: in the order of these, what shares a node lies together.
fn path(hash: u32) -> u32 {
    let bytes = hash.swap_bytes();
    (bytes & 0x0f0f_0f0f) << 4 | (bytes >> 4) & 0x0f0f_0f0f
}

/// The path of a key's hash, the key, its value.
type Entry<'h> = (u32, Term<'h>, Term<'h>);

/// The node of at least one entry, in the order of their paths, which agree in the digits above `depth`.
fn node_of<'h>(builder: &mut Builder<'_, 'h>, entries: &[Entry<'h>], depth: u32, count: &mut usize) -> Term<'h> {
    if let [(_, key, value)] = entries {
        *count += 1;
        return builder.cons(*key, *value);
    }
    if entries[0].0 == entries[entries.len() - 1].0 {
        let mut distinct: Vec<(Term<'h>, Term<'h>)> = Vec::with_capacity(1);
        for &(_, key, value) in entries {
            match distinct.iter_mut().find(|other| exactly_equal(other.0, key)) {
                Some(other) => other.1 = value,
                None => distinct.push((key, value)),
            }
        }
        *count += distinct.len();
        let leaves: Vec<_> = distinct.into_iter().map(|(key, value)| builder.cons(key, value)).collect();
        return collision(builder, leaves);
    }
    let digit = |entry: &Entry<'h>| entry.0 >> (HASH_BITS - LEVEL_BITS - depth) & 15;
    let mut bitmap = 0;
    let mut made = [Term::nil(); WAYS];
    let mut ways = 0;
    for group in entries.chunk_by(|a, b| digit(a) == digit(b)) {
        bitmap |= 1 << digit(&group[0]);
        made[ways] = node_of(builder, group, depth + LEVEL_BITS, count);
        ways += 1;
    }
    builder.boxed(BoxedKind::TrieNode, &[bitmap], &made[..ways])
}

/// Shows all leaves below a node, in the order of their hashes. Recursion is bounded by the bits of a hash.
fn each_leaf<'h>(node: Term<'h>, look: &mut impl FnMut(Term<'h>, Term<'h>)) {
    match node.as_cons() {
        Some((key, value)) => look(key, value),
        None => {
            for child in children(node) {
                each_leaf(child, look);
            }
        }
    }
}

/// The value of a key below a node.
fn find<'h>(node: Term<'h>, mut shift: u32, hash: u32, key: Term<'_>) -> Option<Term<'h>> {
    let mut node = node;
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

/// The node of the keys of two nodes, the second's values winning; counts the keys that are in both. What only one has is shared
/// with it, and a node that would be like one of the two is that one. Recursion is bounded by the bits of a hash.
fn merge_nodes<'h>(
    builder: &mut Builder<'_, 'h>,
    left: Term<'h>,
    right: Term<'h>,
    shift: u32,
    common: &mut usize,
) -> Term<'h> {
    if left.same(right) {
        each_leaf(left, &mut |_, _| *common += 1);
        return right;
    }
    match (kind_of(left), kind_of(right)) {
        (Node::Leaf(key, _), Node::Leaf(other, _)) if exactly_equal(key, other) => {
            *common += 1;
            right
        }
        (Node::Branches(ours), Node::Branches(theirs)) => {
            let (mut lefts, mut rights) = (children(left), children(right));
            let mut made = [Term::nil(); WAYS];
            let (mut ways, mut as_left, mut as_right) = (0, ours | theirs == ours, ours | theirs == theirs);
            let mut open = ours | theirs;
            while open != 0 {
                let bit = open & open.wrapping_neg();
                open ^= bit;
                let a = if ours & bit != 0 { lefts.next() } else { None };
                let b = if theirs & bit != 0 { rights.next() } else { None };
                let child = match (a, b) {
                    (Some(a), Some(b)) => merge_nodes(builder, a, b, shift + LEVEL_BITS, common),
                    (Some(child), None) | (None, Some(child)) => child,
                    (None, None) => continue,
                };
                as_left = as_left && a.is_some_and(|a| a.same(child));
                as_right = as_right && b.is_some_and(|b| b.same(child));
                made[ways] = child;
                ways += 1;
            }
            if as_right {
                right
            } else if as_left {
                left
            } else {
                builder.boxed(BoxedKind::TrieNode, &[ours | theirs], &made[..ways])
            }
        }
        (Node::Branches(_), _) => {
            let mut node = left;
            each_leaf(right, &mut |key, value| {
                let (with, added) = put_node(builder, node, shift, hash(key), key, value);
                *common += usize::from(!added);
                node = with;
            });
            node
        }
        _ => {
            let mut node = right;
            each_leaf(left, &mut |key, value| {
                let hash = hash(key);
                if find(right, shift, hash, key).is_some() {
                    *common += 1;
                } else {
                    node = put_node(builder, node, shift, hash, key, value).0;
                }
            });
            node
        }
    }
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
            let at = 2 + place(bitmap, branch);
            if bitmap & (1 << branch) == 0 {
                let leaf = builder.cons(key, value);
                return (builder.with_further_field(node, at, leaf, Some(bitmap | (1 << branch))), true);
            }
            let old = node.field(at);
            let (child, added) = put_node(builder, old, shift + LEVEL_BITS, key_hash, key, value);
            (if child.same(old) { node } else { builder.with_field(node, at, child) }, added)
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
            let ways = bitmap.count_ones();
            if let Some(child) = remove_node(builder, node.field(2 + place), shift + LEVEL_BITS, key_hash, key) {
                let only = ways == 1 && !matches!(kind_of(child), Node::Branches(_));
                return Some(if only { child } else { builder.with_field(node, 2 + place, child) });
            }
            let mut below = [Term::nil(); WAYS];
            let left = children(node).enumerate().filter(|(at, _)| *at != place);
            below.iter_mut().zip(left).for_each(|(below, (_, child))| *below = child);
            match below[..ways as usize - 1] {
                [] => None,
                [only] if !matches!(kind_of(only), Node::Branches(_)) => Some(only),
                _ => Some(builder.boxed(BoxedKind::TrieNode, &[bitmap & !(1 << branch)], &below[..ways as usize - 1])),
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

    #[test]
    fn merging_agrees_with_an_ordered_map_and_is_the_same_as_putting() {
        let mut heap = Heap::default();
        let mut builder = Builder::new(&mut heap);
        let sizes = [0, 1, 5, 31, 32, 33, 40, 300, 1000];
        for (a, b) in sizes.iter().flat_map(|a| sizes.map(|b| (*a, b))) {
            for (from, step) in [(0, 1), (a / 2, 1), (a, 1), (0, 2), (3, 16)] {
                let left: Vec<(i64, i64)> = (0..a).map(|n| (n, n)).collect();
                let right: Vec<(i64, i64)> = (0..b).map(|n| (from + n * step, -n)).collect();
                let mut map_of = |pairs: &[(i64, i64)]| {
                    let pairs = pairs.iter().map(|&(k, v)| (small(k), small(v))).collect();
                    builder.map_from_pairs(pairs).as_map().expect("a map")
                };
                let (one, two) = (map_of(&left), map_of(&right));
                let expected: std::collections::BTreeMap<i64, i64> = left.into_iter().chain(right).collect();
                let whole = map_of(&expected.iter().map(|(&k, &v)| (k, v)).collect::<Vec<_>>());
                let merged = one.merge(&mut builder, two);
                check(merged, &expected);
                assert!(exactly_equal(merged.term(), whole.term()));
                assert!(merged.iter().map(|(k, _)| k.as_i64()).eq(whole.iter().map(|(k, _)| k.as_i64())));
                let again = merged.merge(&mut builder, two);
                check(again, &expected);
            }
        }
    }

    #[test]
    fn merging_and_comparing_know_keys_of_one_hash() {
        let mut heap = Heap::default();
        let mut builder = Builder::new(&mut heap);
        let mut by_hash = std::collections::HashMap::new();
        let mut twins = Vec::new();
        for number in 0..400_000 {
            if let Some(other) = by_hash.insert(hash(small(number)), number) {
                twins.push((other, number));
            }
        }
        assert!(!twins.is_empty(), "so many numbers have some hashes in common");
        let common: Vec<_> = (1_000_000..1_000_040).map(|n| (small(n), small(n))).collect();
        for (first, second) in twins {
            let mut with = |extra: &[i64]| {
                let pairs = common.iter().copied().chain(extra.iter().map(|&n| (small(n), small(-n)))).collect();
                builder.map_from_pairs(pairs).as_map().expect("a map")
            };
            let (one, two, both, none) = (with(&[first]), with(&[second]), with(&[second, first]), with(&[]));
            for (left, right) in [(one, two), (two, one), (both, one), (two, both), (none, both), (both, none)] {
                let merged = left.merge(&mut builder, right);
                assert_eq!(merged.len(), 42);
                assert!(exactly_equal(merged.term(), both.term()));
            }
            assert!(!exactly_equal(one.term(), two.term()) && !exactly_equal(both.term(), one.term()));
            let (left, _) = both.remove(&mut builder, small(first)).expect("the key is there");
            assert!(exactly_equal(left.term(), two.term()));
        }
    }
}
