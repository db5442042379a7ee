//! `:persistent_term`: values that are read by everybody and hardly ever change.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::RwLock;

use crate::heap::OwnedTerm;
use crate::term::{compare, hash, Term};

/// The keys of one hash, with their values.
type Bucket = Vec<(OwnedTerm, Arc<OwnedTerm>)>;

/// All persistent terms of a VM.
#[derive(Default)]
pub struct PersistentTerms {
    buckets: RwLock<HashMap<u64, Bucket>>,
}

impl PersistentTerms {
    /// The value of a key.
    pub fn get(&self, key: Term<'_>) -> Option<Arc<OwnedTerm>> {
        let buckets = self.buckets.read();
        let bucket = buckets.get(&hash::hash(key))?;
        bucket.iter().find(|(k, _)| compare::exactly_equal(k.term(), key)).map(|(_, value)| value.clone())
    }

    /// Sets the value of a key.
    pub fn put(&self, key: Term<'_>, value: Term<'_>) {
        let value = Arc::new(OwnedTerm::new(value));
        let mut buckets = self.buckets.write();
        let bucket = buckets.entry(hash::hash(key)).or_default();
        match bucket.iter_mut().find(|(k, _)| compare::exactly_equal(k.term(), key)) {
            Some((_, old)) => *old = value,
            None => bucket.push((OwnedTerm::new(key), value)),
        }
    }

    /// Forgets a key; whether it had a value.
    pub fn erase(&self, key: Term<'_>) -> bool {
        let mut buckets = self.buckets.write();
        let Some(bucket) = buckets.get_mut(&hash::hash(key)) else { return false };
        let before = bucket.len();
        bucket.retain(|(k, _)| !compare::exactly_equal(k.term(), key));
        bucket.len() < before
    }

    /// All keys and values.
    pub fn all(&self) -> Vec<(OwnedTerm, Arc<OwnedTerm>)> {
        self.buckets.read().values().flatten().cloned().collect()
    }
}
