//! Rows by the hash of their keys, in the order that OTP gives them.
//!
//! Programs see that order whenever they list a table, so buckets are OTP's: linear hashing that begins with 256 buckets, splits
//! one more whenever there are more rows than buckets, and joins buckets again only far below. Within a bucket a new key comes last,
//! and a new row of a known key first among its rows.

use super::store::key_of;
use crate::heap::OwnedTerm;
use crate::term::key_hash::table_hash;
use crate::term::{compare, Term};

const NONE: u32 = u32::MAX;

/// The buckets of an empty table.
const FIRST: usize = 256;

/// By how many buckets room grows beyond these.
const SEGMENT: usize = 2048;

/// How many buckets one insertion splits or one removal joins at most.
const STEPS: usize = 5;

/// The locks of a table for concurrent writing: OTP lists such a table lock by lock.
const STRIPES: usize = 64;

/// The rows of one key, oldest first.
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

/// A key, in the chain of its bucket.
#[derive(Debug)]
struct Entry {
    hash: u32,
    /// The next key of the bucket, or the next free entry.
    next: u32,
    rows: Rows,
    /// The key of rows that went while the table was fixed.
    ghost: Option<OwnedTerm>,
}

/// Rows by the hash of their keys.
pub struct Hashed {
    keypos: usize,
    striped: bool,
    /// The first entry of each bucket in use; none at all in a table that has never had a row.
    buckets: Vec<u32>,
    entries: Vec<Entry>,
    free: u32,
    ghosts: usize,
    count: usize,
    bytes: usize,
}

impl Hashed {
    pub(super) fn new(keypos: usize, striped: bool) -> Hashed {
        Hashed { keypos, striped, buckets: Vec::new(), entries: Vec::new(), free: NONE, ghosts: 0, count: 0, bytes: 0 }
    }

    pub(super) fn clear(&mut self) {
        *self = Hashed::new(self.keypos, self.striped);
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes + self.entries.capacity() * std::mem::size_of::<Entry>() + self.buckets.capacity() * 4
    }

    /// How many buckets are in use.
    pub fn active(&self) -> usize {
        self.buckets.len().max(FIRST)
    }

    /// The rows of a bucket, those of a key oldest first.
    pub fn bucket(&self, bucket: usize) -> Vec<&OwnedTerm> {
        self.chain(bucket).flat_map(|entry| entry.rows.as_slice()).collect()
    }

    fn bucket_of(&self, hash: u32) -> usize {
        let mask = self.active().next_power_of_two() - 1;
        let bucket = hash as usize & mask;
        if bucket < self.active() {
            bucket
        } else {
            bucket & mask >> 1
        }
    }

    fn chain(&self, bucket: usize) -> impl Iterator<Item = &Entry> {
        let mut at = self.buckets.get(bucket).copied().unwrap_or(NONE);
        std::iter::from_fn(move || {
            let entry = self.entries.get(at as usize)?;
            at = entry.next;
            Some(entry)
        })
    }

    fn key<'s>(&self, entry: &'s Entry) -> Option<Term<'s>> {
        match entry.rows.as_slice().first() {
            Some(row) => Some(key_of(row, self.keypos)),
            None => entry.ghost.as_ref().map(OwnedTerm::term),
        }
    }

    fn find(&self, key: Term<'_>) -> Option<usize> {
        if self.buckets.is_empty() {
            return None;
        }
        let hash = table_hash(key);
        let mut at = self.buckets[self.bucket_of(hash)];
        while at != NONE {
            let entry = &self.entries[at as usize];
            if entry.hash == hash && self.key(entry).is_some_and(|found| compare::exactly_equal(found, key)) {
                return Some(at as usize);
            }
            at = entry.next;
        }
        None
    }

    /// The place that names the entry after the last one of a bucket.
    fn end_of(&mut self, bucket: usize) -> &mut u32 {
        let mut at = NONE;
        let mut next = self.buckets[bucket];
        while next != NONE {
            at = next;
            next = self.entries[at as usize].next;
        }
        if at == NONE {
            &mut self.buckets[bucket]
        } else {
            &mut self.entries[at as usize].next
        }
    }

    fn entry(&mut self, key: Term<'_>) -> usize {
        if let Some(at) = self.find(key) {
            return at;
        }
        if self.buckets.is_empty() {
            self.buckets = vec![NONE; FIRST];
        }
        let hash = table_hash(key);
        let entry = Entry { hash, next: NONE, rows: Rows::None, ghost: None };
        let at = match self.free {
            NONE => {
                self.entries.push(entry);
                self.entries.len() - 1
            }
            free => {
                let place = &mut self.entries[free as usize];
                self.free = place.next;
                *place = entry;
                free as usize
            }
        };
        let bucket = self.bucket_of(hash);
        *self.end_of(bucket) = at as u32;
        at
    }

    /// Splits buckets while there are more rows than buckets.
    fn grow(&mut self, fixed: bool) {
        let mut steps = STEPS;
        while !fixed && steps > 0 && self.count > self.buckets.len() {
            steps -= 1;
            let new = self.buckets.len();
            self.buckets.push(NONE);
            let from = new - new.next_power_of_two() / if new.is_power_of_two() { 1 } else { 2 };
            let (mut stay, mut go) = (Vec::new(), Vec::new());
            let mut at = self.buckets[from];
            while at != NONE {
                let entry = &self.entries[at as usize];
                if self.bucket_of(entry.hash) == new { &mut go } else { &mut stay }.push(at);
                at = entry.next;
            }
            self.link(from, &stay);
            self.link(new, &go);
        }
    }

    fn link(&mut self, bucket: usize, chain: &[u32]) {
        let mut next = NONE;
        for &at in chain.iter().rev() {
            self.entries[at as usize].next = next;
            next = at;
        }
        self.buckets[bucket] = next;
    }

    /// Joins the last buckets with those that they were split from, once the table is a good deal larger than it needs to be.
    fn shrink(&mut self, fixed: bool) {
        let mut steps = STEPS;
        while !fixed && steps > 0 && self.buckets.len() > FIRST + SEGMENT {
            let room = FIRST + (self.buckets.len() - FIRST).div_ceil(SEGMENT) * SEGMENT;
            if self.count >= (room - SEGMENT) / 2 {
                return;
            }
            steps -= 1;
            let last = self.buckets.pop().unwrap_or(NONE);
            let left = self.buckets.len();
            let into = left - left.next_power_of_two() / if left.is_power_of_two() { 1 } else { 2 };
            let first = self.buckets[into];
            self.buckets[into] = last;
            *self.end_of(into) = first;
        }
    }

    /// Takes an entry without rows out of its bucket, or leaves a ghost of its key.
    fn vacate(&mut self, at: usize, ghost: Option<OwnedTerm>) {
        if ghost.is_some() {
            self.ghosts += 1;
            self.entries[at].ghost = ghost;
            return;
        }
        let bucket = self.bucket_of(self.entries[at].hash);
        let next = self.entries[at].next;
        if self.buckets[bucket] as usize == at {
            self.buckets[bucket] = next;
        } else {
            let mut before = self.buckets[bucket];
            while before != NONE && self.entries[before as usize].next as usize != at {
                before = self.entries[before as usize].next;
            }
            if before != NONE {
                self.entries[before as usize].next = next;
            }
        }
        self.entries[at] = Entry { hash: 0, next: self.free, rows: Rows::None, ghost: None };
        self.free = at as u32;
    }

    fn revive(&mut self, at: usize) {
        if self.entries[at].ghost.take().is_some() {
            self.ghosts -= 1;
        }
    }

    fn note_removed(&mut self, rows: &[OwnedTerm]) {
        self.count -= rows.len();
        self.bytes -= rows.iter().map(OwnedTerm::size_in_bytes).sum::<usize>();
    }

    pub(super) fn get(&self, key: Term<'_>) -> &[OwnedTerm] {
        self.find(key).map_or(&[], |at| self.entries[at].rows.as_slice())
    }

    pub(super) fn get_mut(&mut self, key: Term<'_>) -> Option<&mut OwnedTerm> {
        let at = self.find(key)?;
        match &mut self.entries[at].rows {
            Rows::One(row) => Some(row),
            _ => None,
        }
    }

    pub(super) fn put(&mut self, row: OwnedTerm, fixed: bool) {
        self.count += 1;
        self.bytes += row.size_in_bytes();
        let at = self.entry(key_of(&row, self.keypos));
        self.revive(at);
        let old = std::mem::replace(&mut self.entries[at].rows, Rows::One(row));
        self.note_removed(old.as_slice());
        self.grow(fixed);
    }

    /// Puts a row in the place of one of the same key that is equal to `old`; whether there was one.
    pub(super) fn replace(&mut self, old: Term<'_>, new: OwnedTerm) -> bool {
        let Some(at) = self.find(key_of(&new, self.keypos)) else { return false };
        let rows = match &mut self.entries[at].rows {
            Rows::None => return false,
            Rows::One(row) => std::slice::from_mut(row),
            Rows::Many(rows) => rows.as_mut_slice(),
        };
        let Some(row) = rows.iter_mut().find(|row| compare::exactly_equal(row.term(), old)) else { return false };
        self.bytes = self.bytes - row.size_in_bytes() + new.size_in_bytes();
        *row = new;
        true
    }

    pub(super) fn add(&mut self, row: OwnedTerm, once: bool, fixed: bool) {
        let at = self.entry(key_of(&row, self.keypos));
        let rows = self.entries[at].rows.as_slice();
        if once && rows.iter().any(|old| compare::exactly_equal(old.term(), row.term())) {
            return;
        }
        self.count += 1;
        self.bytes += row.size_in_bytes();
        self.revive(at);
        self.entries[at].rows.push(row);
        self.grow(fixed);
    }

    pub(super) fn remove(&mut self, key: Term<'_>, fixed: bool) -> Vec<OwnedTerm> {
        let Some(at) = self.find(key) else { return Vec::new() };
        let rows = std::mem::replace(&mut self.entries[at].rows, Rows::None).into_vec();
        if rows.is_empty() {
            return rows;
        }
        self.note_removed(&rows);
        self.vacate(at, fixed.then(|| OwnedTerm::new(key)));
        self.shrink(fixed);
        rows
    }

    pub(super) fn remove_if(
        &mut self,
        key: Term<'_>,
        fixed: bool,
        mut unwanted: impl FnMut(&OwnedTerm) -> bool,
    ) -> usize {
        let Some(at) = self.find(key) else { return 0 };
        let (mut count, mut bytes) = (0, 0);
        self.entries[at].rows.retain(|row| {
            let goes = unwanted(row);
            if goes {
                count += 1;
                bytes += row.size_in_bytes();
            }
            !goes
        });
        self.count -= count;
        self.bytes -= bytes;
        if count > 0 {
            if self.entries[at].rows.as_slice().is_empty() {
                self.vacate(at, fixed.then(|| OwnedTerm::new(key)));
            }
            self.shrink(fixed);
        }
        count
    }

    /// Forgets the keys that went while the table was fixed.
    pub(super) fn unfix(&mut self) {
        if self.ghosts == 0 {
            return;
        }
        self.ghosts = 0;
        for at in 0..self.entries.len() {
            if self.entries[at].ghost.is_some() {
                self.vacate(at, None);
            }
        }
        self.shrink(false);
    }

    /// The bucket listed after this one.
    fn after(&self, bucket: usize) -> Option<usize> {
        if !self.striped {
            return Some(bucket + 1).filter(|&next| next < self.active());
        }
        match bucket + STRIPES {
            next if next < self.active() => Some(next),
            _ => Some(bucket % STRIPES + 1).filter(|&next| next < STRIPES),
        }
    }

    /// The first key in this bucket or one after it.
    fn key_from(&self, bucket: Option<usize>) -> Option<Term<'_>> {
        let mut bucket = bucket;
        while let Some(here) = bucket {
            if let Some(row) = self.chain(here).find_map(|entry| entry.rows.as_slice().first()) {
                return Some(key_of(row, self.keypos));
            }
            bucket = self.after(here);
        }
        None
    }

    pub(super) fn first(&self) -> Option<Term<'_>> {
        if self.count == 0 {
            return None;
        }
        self.key_from(Some(0))
    }

    /// The key after this one; the outer `None` when there is no such key.
    pub(super) fn next(&self, key: Term<'_>) -> Option<Option<Term<'_>>> {
        let at = self.find(key)?;
        let mut next = self.entries[at].next;
        while next != NONE {
            let entry = &self.entries[next as usize];
            if let Some(row) = entry.rows.as_slice().first() {
                return Some(Some(key_of(row, self.keypos)));
            }
            next = entry.next;
        }
        let bucket = self.bucket_of(self.entries[at].hash);
        Some(self.key_from(self.after(bucket)))
    }

    pub(super) fn by_key(&self) -> Vec<&OwnedTerm> {
        let mut rows = Vec::with_capacity(self.count);
        let mut bucket = Some(0).filter(|_| self.count > 0);
        while let Some(here) = bucket {
            rows.extend(self.chain(here).flat_map(|entry| entry.rows.as_slice()));
            bucket = self.after(here);
        }
        rows
    }

    /// Shows rows from a bucket on, without the first `skip` ones, until `look` says to stop; gives where it stopped if rows follow.
    /// Those of a key are shown newest first.
    pub(super) fn walk<'s>(
        &'s self,
        bucket: usize,
        skip: usize,
        mut look: impl FnMut(&'s OwnedTerm) -> std::ops::ControlFlow<()>,
    ) -> Option<(usize, usize)> {
        let mut stopped = None;
        let mut bucket = Some(bucket).filter(|_| self.count > 0);
        let mut skip = skip;
        while let Some(here) = bucket {
            let rows = self.chain(here).flat_map(|entry| entry.rows.as_slice().iter().rev());
            for (number, row) in rows.enumerate().skip(skip) {
                if stopped.is_some() {
                    return stopped;
                }
                if look(row).is_break() {
                    stopped = Some((here, number + 1));
                }
            }
            skip = 0;
            bucket = self.after(here);
        }
        None
    }
}
