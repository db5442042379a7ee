//! A map that is a list while it is small.
//!
//! Nearly every process has a link or two and no monitors, yet a supervisor may have a million.

use std::hash::Hash;

use crate::hasher::QuickMap;

/// Up to this many entries are searched one by one.
const FEW: usize = 12;

/// A map in no particular order; while it has at most a dozen entries it is a vector.
#[derive(Debug)]
pub struct SmallMap<K, V>(Form<K, V>);

#[derive(Debug)]
enum Form<K, V> {
    Few(Vec<(K, V)>),
    Many(Box<QuickMap<K, V>>),
}

impl<K, V> Default for SmallMap<K, V> {
    fn default() -> Self {
        SmallMap(Form::Few(Vec::new()))
    }
}

impl<K: Eq + Hash + Copy, V> SmallMap<K, V> {
    /// Puts an entry in, giving the value that the key had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match &mut self.0 {
            Form::Few(entries) => {
                if let Some((_, old)) = entries.iter_mut().find(|(k, _)| *k == key) {
                    return Some(std::mem::replace(old, value));
                }
                if entries.len() < FEW {
                    entries.push((key, value));
                } else {
                    let mut map: QuickMap<K, V> = entries.drain(..).collect();
                    map.insert(key, value);
                    self.0 = Form::Many(Box::new(map));
                }
                None
            }
            Form::Many(map) => map.insert(key, value),
        }
    }

    /// Takes an entry out, giving its value.
    pub fn remove(&mut self, key: K) -> Option<V> {
        match &mut self.0 {
            Form::Few(entries) => {
                let index = entries.iter().position(|(k, _)| *k == key)?;
                Some(entries.remove(index).1)
            }
            Form::Many(map) => {
                let value = map.remove(&key);
                if map.is_empty() {
                    self.0 = Form::Few(Vec::new());
                }
                value
            }
        }
    }

    /// The value of a key.
    pub fn get(&self, key: K) -> Option<&V> {
        match &self.0 {
            Form::Few(entries) => entries.iter().find(|(k, _)| *k == key).map(|(_, value)| value),
            Form::Many(map) => map.get(&key),
        }
    }

    /// Whether the key has an entry.
    pub fn contains(&self, key: K) -> bool {
        self.get(key).is_some()
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::Few(entries) => entries.len(),
            Form::Many(map) => map.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All entries.
    pub fn iter(&self) -> Box<dyn Iterator<Item = (K, &V)> + '_> {
        match &self.0 {
            Form::Few(entries) => Box::new(entries.iter().map(|(key, value)| (*key, value))),
            Form::Many(map) => Box::new(map.iter().map(|(key, value)| (*key, value))),
        }
    }
}

impl<K: 'static, V: 'static> IntoIterator for SmallMap<K, V> {
    type Item = (K, V);
    type IntoIter = Box<dyn Iterator<Item = (K, V)>>;

    fn into_iter(self) -> Self::IntoIter {
        match self.0 {
            Form::Few(entries) => Box::new(entries.into_iter()),
            Form::Many(map) => Box::new(map.into_iter()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_and_shrinks() {
        let mut map = SmallMap::default();
        for key in 0..100u32 {
            assert_eq!(map.insert(key, key * 2), None);
        }
        assert_eq!(map.insert(5, 11), Some(10));
        assert_eq!(map.len(), 100);
        for key in 0..100u32 {
            assert_eq!(map.remove(key), Some(if key == 5 { 11 } else { key * 2 }));
        }
        assert!(map.is_empty());
    }
}
