//! The rows of a table: hashed or ordered.
//!
//! Both forms keep their order while it is looked at. While a hashed table is fixed, a key that goes leaves its ghost, so that
//! whoever stands on it can go on.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::ops::Bound;

use super::hashed::Hashed;
use crate::heap::OwnedTerm;
use crate::term::{compare, Term};

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

/// A row in the order of its key.
pub struct OrderedRow {
    row: OwnedTerm,
    keypos: usize,
    /// The key if it is a small integer, which most keys are: comparing these touches no row.
    small: i64,
}

/// No small integer.
const NOT_SMALL: i64 = i64::MIN;

fn small_key(key: Term<'_>) -> i64 {
    key.as_small().unwrap_or(NOT_SMALL)
}

/// Something with a key: a row, or a key that is looked for.
trait Keyed {
    fn key(&self) -> Term<'_>;
    /// The key if it is a small integer.
    fn small(&self) -> i64;
}

fn by_key(a: &(impl Keyed + ?Sized), b: &(impl Keyed + ?Sized)) -> Ordering {
    let (x, y) = (a.small(), b.small());
    if x != NOT_SMALL && y != NOT_SMALL {
        x.cmp(&y)
    } else {
        compare::compare(a.key(), b.key())
    }
}

impl Keyed for OrderedRow {
    fn key(&self) -> Term<'_> {
        key_of(&self.row, self.keypos)
    }

    fn small(&self) -> i64 {
        self.small
    }
}

struct Probe<'h>(Term<'h>);

impl Keyed for Probe<'_> {
    fn key(&self) -> Term<'_> {
        self.0
    }

    fn small(&self) -> i64 {
        small_key(self.0)
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
                    by_key(self, other).is_eq()
                }
            }

            impl Eq for $type {}

            impl PartialOrd for $type {
                fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                    Some(self.cmp(other))
                }
            }

            impl Ord for $type {
                fn cmp(&self, other: &Self) -> Ordering {
                    by_key(self, other)
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
    /// In a hashed table at this bucket, so many of whose rows have been shown.
    Bucket(usize, usize),
    /// After this key of an ordered one.
    After(OwnedTerm),
}

impl Store {
    /// An empty store.
    pub fn new(ordered: bool, keypos: usize, striped: bool) -> Store {
        if ordered {
            Store::Ordered(Ordered { keypos, rows: BTreeSet::new(), bytes: 0 })
        } else {
            Store::Hashed(Hashed::new(keypos, striped))
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        match self {
            Store::Hashed(hashed) => hashed.len(),
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
            Store::Hashed(hashed) => hashed.bytes(),
            Store::Ordered(ordered) => ordered.bytes + ordered.rows.len() * std::mem::size_of::<OrderedRow>(),
        }
    }

    /// The rows of a key, oldest first.
    pub fn get(&self, key: Term<'_>) -> &[OwnedTerm] {
        match self {
            Store::Hashed(hashed) => hashed.get(key),
            Store::Ordered(ordered) => ordered.get(key).map_or(&[], std::slice::from_ref),
        }
    }

    /// The only row of a key, to be changed in place without touching its key.
    pub fn get_mut(&mut self, key: Term<'_>) -> Option<&mut OwnedTerm> {
        match self {
            Store::Hashed(hashed) => hashed.get_mut(key),
            Store::Ordered(_) => None,
        }
    }

    /// Puts a row in the place of those of its key.
    pub fn put(&mut self, row: OwnedTerm, fixed: bool) {
        match self {
            Store::Hashed(hashed) => hashed.put(row, fixed),
            Store::Ordered(ordered) => {
                ordered.remove(key_of(&row, ordered.keypos));
                ordered.bytes += row.size_in_bytes();
                let small = small_key(key_of(&row, ordered.keypos));
                ordered.rows.insert(OrderedRow { row, keypos: ordered.keypos, small });
            }
        }
    }

    /// Adds a row to those of its key; with `once`, not if there is an equal one.
    pub fn add(&mut self, row: OwnedTerm, once: bool, fixed: bool) {
        match self {
            Store::Hashed(hashed) => hashed.add(row, once, fixed),
            Store::Ordered(_) => self.put(row, fixed),
        }
    }

    /// Puts a row in the place of one of the same key that is equal to `old`; whether there was one.
    pub fn replace(&mut self, old: Term<'_>, new: OwnedTerm) -> bool {
        match self {
            Store::Hashed(hashed) => hashed.replace(old, new),
            Store::Ordered(_) => {
                self.put(new, true);
                true
            }
        }
    }

    /// Takes out the rows of a key.
    pub fn remove(&mut self, key: Term<'_>, fixed: bool) -> Vec<OwnedTerm> {
        match self {
            Store::Hashed(hashed) => hashed.remove(key, fixed),
            Store::Ordered(ordered) => ordered.remove(key).into_iter().collect(),
        }
    }

    /// Takes out the rows of a key that `unwanted` picks, and gives how many.
    pub fn remove_if(&mut self, key: Term<'_>, fixed: bool, mut unwanted: impl FnMut(&OwnedTerm) -> bool) -> usize {
        match self {
            Store::Hashed(hashed) => hashed.remove_if(key, fixed, unwanted),
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
            Store::Hashed(hashed) => hashed.clear(),
            Store::Ordered(ordered) => {
                ordered.rows.clear();
                ordered.bytes = 0;
            }
        }
    }

    /// Forgets the keys that went while the table was fixed.
    pub fn unfix(&mut self) {
        if let Store::Hashed(hashed) = self {
            hashed.unfix();
        }
    }

    /// The buckets of a hashed table.
    pub fn hashed(&self) -> Option<&Hashed> {
        match self {
            Store::Hashed(hashed) => Some(hashed),
            Store::Ordered(_) => None,
        }
    }

    /// All rows, those of a key oldest first, in the order in which `first` and `next` give their keys.
    pub fn by_key(&self) -> Vec<&OwnedTerm> {
        match self {
            Store::Hashed(hashed) => hashed.by_key(),
            Store::Ordered(ordered) => ordered.rows.iter().map(|row| &row.row).collect(),
        }
    }

    /// The first key.
    pub fn first(&self) -> Option<Term<'_>> {
        match self {
            Store::Hashed(hashed) => hashed.first(),
            Store::Ordered(ordered) => ordered.rows.first().map(Keyed::key),
        }
    }

    /// The last key; a hashed table, which has no order, gives its first.
    pub fn last(&self) -> Option<Term<'_>> {
        match self {
            Store::Hashed(hashed) => hashed.first(),
            Store::Ordered(ordered) => ordered.rows.last().map(Keyed::key),
        }
    }

    /// The key after this one; the outer `None` when a hashed table has no such key.
    pub fn next(&self, key: Term<'_>) -> Option<Option<Term<'_>>> {
        match self {
            Store::Hashed(hashed) => hashed.next(key),
            Store::Ordered(ordered) => Some(ordered.after(key).next().map(|row| key_of(row, ordered.keypos))),
        }
    }

    /// The key before this one; the outer `None` when a hashed table has no such key. There it is the one after.
    pub fn previous(&self, key: Term<'_>) -> Option<Option<Term<'_>>> {
        match self {
            Store::Hashed(hashed) => hashed.next(key),
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
                let (bucket, skip) = match from {
                    Some(Position::Bucket(bucket, skip)) => (*bucket, *skip),
                    _ => (0, 0),
                };
                hashed.walk(bucket, skip, look).map(|(bucket, skip)| Position::Bucket(bucket, skip))
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
