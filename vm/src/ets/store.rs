//! The rows of a table: hashed or ordered.
//!
//! Both forms keep their order while it is looked at: hashed rows lie in a vector in the order in which their keys came, with
//! holes where keys went, so that "the key after this one" is a step and not a search. While a table is fixed, a key that goes
//! leaves its ghost, so that whoever stands on it can go on.

use std::borrow::Borrow;
use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Bound;

use crate::heap::OwnedTerm;
use crate::term::{compare, hash, Term};

const NONE: u32 = u32::MAX;

/// A hasher for what is a hash already.
#[derive(Default)]
pub(super) struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        // The upper bits choose within a group of the map, the lower ones the group.
        self.0 = value ^ value.rotate_left(29);
    }
}

/// The rows of a table.
pub enum Store {
    /// `set`, `bag`, `duplicate_bag`
    Hashed(Hashed),
    /// `ordered_set`
    Ordered(Ordered),
}

/// The element of a row that is its key. Rows are tuples of at least `keypos` elements when they come in.
pub fn key_of(row: &OwnedTerm, keypos: usize) -> Term<'_> {
    row.term().as_tuple().and_then(|elements| elements.get(keypos - 1)).copied().unwrap_or(Term::nil())
}

/// The rows of one key.
#[derive(Debug)]
enum Rows {
    None,
    One(OwnedTerm),
    Many(Vec<OwnedTerm>),
}

impl Rows {
    fn as_slice(&self) -> &[OwnedTerm] {
        match self {
            Rows::None => &[],
            Rows::One(row) => std::slice::from_ref(row),
            Rows::Many(rows) => rows,
        }
    }

    fn push(&mut self, row: OwnedTerm) {
        *self = match std::mem::replace(self, Rows::None) {
            Rows::None => Rows::One(row),
            Rows::One(first) => Rows::Many(vec![first, row]),
            Rows::Many(mut rows) => {
                rows.push(row);
                Rows::Many(rows)
            }
        };
    }

    fn into_vec(self) -> Vec<OwnedTerm> {
        match self {
            Rows::None => Vec::new(),
            Rows::One(row) => vec![row],
            Rows::Many(rows) => rows,
        }
    }

    fn retain(&mut self, mut keep: impl FnMut(&OwnedTerm) -> bool) {
        *self = match std::mem::replace(self, Rows::None) {
            Rows::One(row) if keep(&row) => Rows::One(row),
            Rows::Many(mut rows) => {
                rows.retain(keep);
                match rows.len() {
                    0 => Rows::None,
                    1 => rows.pop().map_or(Rows::None, Rows::One),
                    _ => Rows::Many(rows),
                }
            }
            _ => Rows::None,
        };
    }
}

#[derive(Debug)]
struct Entry {
    hash: u64,
    /// The next entry whose key has the same hash.
    chain: u32,
    rows: Rows,
    /// The key of rows that went while the table was fixed.
    ghost: Option<OwnedTerm>,
}

/// Rows by the hash of their keys.
pub struct Hashed {
    keypos: usize,
    entries: Vec<Entry>,
    index: HashMap<u64, u32, BuildHasherDefault<Identity>>,
    holes: usize,
    count: usize,
    bytes: usize,
}

impl Hashed {
    fn new(keypos: usize) -> Hashed {
        Hashed { keypos, entries: Vec::new(), index: HashMap::default(), holes: 0, count: 0, bytes: 0 }
    }

    fn find(&self, key: Term<'_>) -> Option<usize> {
        let mut at = *self.index.get(&hash::hash(key))?;
        while at != NONE {
            let entry = &self.entries[at as usize];
            let found = match (entry.rows.as_slice().first(), &entry.ghost) {
                (Some(row), _) => compare::exactly_equal(key_of(row, self.keypos), key),
                (None, Some(ghost)) => compare::exactly_equal(ghost.term(), key),
                (None, None) => false,
            };
            if found {
                return Some(at as usize);
            }
            at = entry.chain;
        }
        None
    }

    fn entry(&mut self, key: Term<'_>) -> usize {
        if let Some(at) = self.find(key) {
            return at;
        }
        let hash = hash::hash(key);
        let at = self.entries.len() as u32;
        let chain = self.index.insert(hash, at).unwrap_or(NONE);
        self.entries.push(Entry { hash, chain, rows: Rows::None, ghost: None });
        at as usize
    }

    /// Takes an entry without rows out of the index, or leaves a ghost of its key.
    fn vacate(&mut self, at: usize, ghost: Option<OwnedTerm>) {
        if ghost.is_some() {
            self.entries[at].ghost = ghost;
            return;
        }
        self.entries[at].ghost = None;
        let (hash, chain) = (self.entries[at].hash, self.entries[at].chain);
        match self.index.get(&hash).copied() {
            Some(first) if first as usize == at => {
                if chain == NONE {
                    self.index.remove(&hash);
                } else {
                    self.index.insert(hash, chain);
                }
            }
            Some(mut before) => {
                while before != NONE && self.entries[before as usize].chain as usize != at {
                    before = self.entries[before as usize].chain;
                }
                if before != NONE {
                    self.entries[before as usize].chain = chain;
                }
            }
            None => {}
        }
        self.entries[at].chain = NONE;
        self.holes += 1;
        if at + 1 == self.entries.len() {
            while self.entries.last().is_some_and(|entry| entry.rows.as_slice().is_empty() && entry.ghost.is_none()) {
                self.entries.pop();
                self.holes -= 1;
            }
        }
    }

    /// Squeezes the holes out once they are the majority.
    fn squeeze(&mut self, fixed: bool) {
        if fixed || self.holes < 64 || self.holes * 2 < self.entries.len() {
            return;
        }
        self.entries.retain(|entry| !entry.rows.as_slice().is_empty() || entry.ghost.is_some());
        self.index.clear();
        for (at, entry) in self.entries.iter_mut().enumerate() {
            entry.chain = self.index.insert(entry.hash, at as u32).unwrap_or(NONE);
        }
        self.holes = 0;
        if self.entries.capacity() > 4 * self.entries.len() {
            self.entries.shrink_to_fit();
            self.index.shrink_to_fit();
        }
    }

    fn note_removed(&mut self, rows: &[OwnedTerm]) {
        self.count -= rows.len();
        self.bytes -= rows.iter().map(OwnedTerm::size_in_bytes).sum::<usize>();
    }

    fn step(&self, from: usize) -> Option<Term<'_>> {
        let rest = self.entries.get(from..)?;
        rest.iter().find_map(|entry| entry.rows.as_slice().first()).map(|row| key_of(row, self.keypos))
    }

    fn step_back(&self, before: usize) -> Option<Term<'_>> {
        let rest = self.entries.get(..before)?;
        rest.iter().rev().find_map(|entry| entry.rows.as_slice().first()).map(|row| key_of(row, self.keypos))
    }
}

/// A row in the order of its key.
pub struct OrderedRow {
    row: OwnedTerm,
    keypos: usize,
}

/// Something with a key: a row, or a key that is looked for.
trait Keyed {
    fn key(&self) -> Term<'_>;
}

impl Keyed for OrderedRow {
    fn key(&self) -> Term<'_> {
        key_of(&self.row, self.keypos)
    }
}

struct Probe<'h>(Term<'h>);

impl Keyed for Probe<'_> {
    fn key(&self) -> Term<'_> {
        self.0
    }
}

impl<'a> Borrow<dyn Keyed + 'a> for OrderedRow {
    fn borrow(&self) -> &(dyn Keyed + 'a) {
        self
    }
}

macro_rules! ordered_by_key {
    ($($type:ty),*) => {
        $(
            impl PartialEq for $type {
                fn eq(&self, other: &Self) -> bool {
                    compare::compare(self.key(), other.key()).is_eq()
                }
            }

            impl Eq for $type {}

            impl PartialOrd for $type {
                fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                    Some(self.cmp(other))
                }
            }

            impl Ord for $type {
                fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                    compare::compare(self.key(), other.key())
                }
            }
        )*
    };
}

ordered_by_key!(OrderedRow, dyn Keyed + '_);

/// Rows in the order of their keys; keys that compare equal are equal, `1` and `1.0` among them.
pub struct Ordered {
    keypos: usize,
    rows: BTreeSet<OrderedRow>,
    bytes: usize,
}

impl Ordered {
    fn get(&self, key: Term<'_>) -> Option<&OwnedTerm> {
        self.rows.get(&Probe(key) as &dyn Keyed).map(|row| &row.row)
    }

    fn remove(&mut self, key: Term<'_>) -> Option<OwnedTerm> {
        let row = self.rows.take(&Probe(key) as &dyn Keyed)?.row;
        self.bytes -= row.size_in_bytes();
        Some(row)
    }

    fn after(&self, key: Term<'_>) -> impl Iterator<Item = &OwnedTerm> {
        let probe = Probe(key);
        let bounds = (Bound::Excluded(&probe as &dyn Keyed), Bound::<&dyn Keyed>::Unbounded);
        // The range borrows its bounds only while it is made.
        let range = self.rows.range::<dyn Keyed, _>(bounds);
        range.map(|row| &row.row)
    }
}

/// Where a walk through a table stands.
#[derive(Clone, Debug)]
pub enum Position {
    /// At this entry of a hashed table.
    Entry(usize),
    /// After this key of an ordered one.
    After(OwnedTerm),
}

impl Store {
    /// An empty store.
    pub fn new(ordered: bool, keypos: usize) -> Store {
        if ordered {
            Store::Ordered(Ordered { keypos, rows: BTreeSet::new(), bytes: 0 })
        } else {
            Store::Hashed(Hashed::new(keypos))
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        match self {
            Store::Hashed(hashed) => hashed.count,
            Store::Ordered(ordered) => ordered.rows.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of the rows, and about what finding them takes.
    pub fn bytes(&self) -> usize {
        match self {
            Store::Hashed(hashed) => hashed.bytes + hashed.entries.capacity() * std::mem::size_of::<Entry>(),
            Store::Ordered(ordered) => ordered.bytes + ordered.rows.len() * std::mem::size_of::<OrderedRow>(),
        }
    }

    /// The rows of a key, oldest first.
    pub fn get(&self, key: Term<'_>) -> &[OwnedTerm] {
        match self {
            Store::Hashed(hashed) => hashed.find(key).map_or(&[], |at| hashed.entries[at].rows.as_slice()),
            Store::Ordered(ordered) => ordered.get(key).map_or(&[], std::slice::from_ref),
        }
    }

    /// The only row of a key, to be changed in place without touching its key.
    pub fn get_mut(&mut self, key: Term<'_>) -> Option<&mut OwnedTerm> {
        match self {
            Store::Hashed(hashed) => {
                let at = hashed.find(key)?;
                match &mut hashed.entries[at].rows {
                    Rows::One(row) => Some(row),
                    _ => None,
                }
            }
            Store::Ordered(_) => None,
        }
    }

    /// Puts a row in the place of those of its key.
    pub fn put(&mut self, row: OwnedTerm) {
        match self {
            Store::Hashed(hashed) => {
                hashed.count += 1;
                hashed.bytes += row.size_in_bytes();
                let at = hashed.entry(key_of(&row, hashed.keypos));
                hashed.entries[at].ghost = None;
                let old = std::mem::replace(&mut hashed.entries[at].rows, Rows::One(row));
                hashed.note_removed(old.as_slice());
            }
            Store::Ordered(ordered) => {
                ordered.remove(key_of(&row, ordered.keypos));
                ordered.bytes += row.size_in_bytes();
                ordered.rows.insert(OrderedRow { row, keypos: ordered.keypos });
            }
        }
    }

    /// Adds a row to those of its key; with `once`, not if there is an equal one.
    pub fn add(&mut self, row: OwnedTerm, once: bool) {
        match self {
            Store::Hashed(hashed) => {
                let at = hashed.entry(key_of(&row, hashed.keypos));
                let rows = hashed.entries[at].rows.as_slice();
                if once && rows.iter().any(|old| compare::exactly_equal(old.term(), row.term())) {
                    return;
                }
                hashed.count += 1;
                hashed.bytes += row.size_in_bytes();
                let entry = &mut hashed.entries[at];
                entry.ghost = None;
                entry.rows.push(row);
            }
            Store::Ordered(_) => self.put(row),
        }
    }

    /// Takes out the rows of a key.
    pub fn remove(&mut self, key: Term<'_>, fixed: bool) -> Vec<OwnedTerm> {
        match self {
            Store::Hashed(hashed) => {
                let Some(at) = hashed.find(key) else { return Vec::new() };
                let rows = std::mem::replace(&mut hashed.entries[at].rows, Rows::None).into_vec();
                if rows.is_empty() {
                    return rows;
                }
                hashed.note_removed(&rows);
                hashed.vacate(at, fixed.then(|| OwnedTerm::new(key)));
                hashed.squeeze(fixed);
                rows
            }
            Store::Ordered(ordered) => ordered.remove(key).into_iter().collect(),
        }
    }

    /// Takes out the rows of a key that `unwanted` picks, and gives how many.
    pub fn remove_if(&mut self, key: Term<'_>, fixed: bool, mut unwanted: impl FnMut(&OwnedTerm) -> bool) -> usize {
        match self {
            Store::Hashed(hashed) => {
                let Some(at) = hashed.find(key) else { return 0 };
                let (mut count, mut bytes) = (0, 0);
                hashed.entries[at].rows.retain(|row| {
                    let goes = unwanted(row);
                    if goes {
                        count += 1;
                        bytes += row.size_in_bytes();
                    }
                    !goes
                });
                hashed.count -= count;
                hashed.bytes -= bytes;
                if count > 0 && hashed.entries[at].rows.as_slice().is_empty() {
                    hashed.vacate(at, fixed.then(|| OwnedTerm::new(key)));
                    hashed.squeeze(fixed);
                }
                count
            }
            Store::Ordered(ordered) => match ordered.get(key) {
                Some(row) if unwanted(row) => {
                    ordered.remove(key);
                    1
                }
                _ => 0,
            },
        }
    }

    /// Takes out all rows.
    pub fn clear(&mut self) {
        match self {
            Store::Hashed(hashed) => *hashed = Hashed::new(hashed.keypos),
            Store::Ordered(ordered) => {
                ordered.rows.clear();
                ordered.bytes = 0;
            }
        }
    }

    /// Forgets the keys that went while the table was fixed.
    pub fn unfix(&mut self) {
        if let Store::Hashed(hashed) = self {
            for at in (0..hashed.entries.len()).rev() {
                if at < hashed.entries.len() && hashed.entries[at].ghost.is_some() {
                    hashed.vacate(at, None);
                }
            }
            hashed.squeeze(false);
        }
    }

    /// The first key.
    pub fn first(&self) -> Option<Term<'_>> {
        match self {
            Store::Hashed(hashed) => hashed.step(0),
            Store::Ordered(ordered) => ordered.rows.first().map(Keyed::key),
        }
    }

    /// The last key.
    pub fn last(&self) -> Option<Term<'_>> {
        match self {
            Store::Hashed(hashed) => hashed.step_back(hashed.entries.len()),
            Store::Ordered(ordered) => ordered.rows.last().map(Keyed::key),
        }
    }

    /// The key after this one; the outer `None` when a hashed table has no such key.
    pub fn next(&self, key: Term<'_>) -> Option<Option<Term<'_>>> {
        match self {
            Store::Hashed(hashed) => hashed.find(key).map(|at| hashed.step(at + 1)),
            Store::Ordered(ordered) => Some(ordered.after(key).next().map(|row| key_of(row, ordered.keypos))),
        }
    }

    /// The key before this one; the outer `None` when a hashed table has no such key.
    pub fn previous(&self, key: Term<'_>) -> Option<Option<Term<'_>>> {
        match self {
            Store::Hashed(hashed) => hashed.find(key).map(|at| hashed.step_back(at)),
            Store::Ordered(ordered) => {
                let probe = Probe(key);
                let bounds = (Bound::<&dyn Keyed>::Unbounded, Bound::Excluded(&probe as &dyn Keyed));
                Some(ordered.rows.range::<dyn Keyed, _>(bounds).next_back().map(Keyed::key))
            }
        }
    }

    /// Shows every row to `look`, in order, from a position on, until `look` says to stop; gives the position behind the last row
    /// shown, `None` when that was the table's last.
    pub fn walk<'s>(
        &'s self,
        from: Option<&Position>,
        mut look: impl FnMut(&'s OwnedTerm) -> std::ops::ControlFlow<()>,
    ) -> Option<Position> {
        match self {
            Store::Hashed(hashed) => {
                let start = match from {
                    Some(Position::Entry(at)) => *at,
                    _ => 0,
                };
                for (at, entry) in hashed.entries.iter().enumerate().skip(start) {
                    let mut stop = false;
                    for row in entry.rows.as_slice() {
                        stop |= look(row).is_break();
                    }
                    if stop {
                        return hashed.step(at + 1).map(|_| Position::Entry(at + 1));
                    }
                }
                None
            }
            Store::Ordered(ordered) => {
                let last = |row: &OwnedTerm| {
                    let key = key_of(row, ordered.keypos);
                    ordered.after(key).next().map(|_| Position::After(OwnedTerm::new(key)))
                };
                match from {
                    Some(Position::After(key)) => {
                        for row in ordered.after(key.term()) {
                            if look(row).is_break() {
                                return last(row);
                            }
                        }
                    }
                    _ => {
                        for row in &ordered.rows {
                            if look(&row.row).is_break() {
                                return last(&row.row);
                            }
                        }
                    }
                }
                None
            }
        }
    }
}
