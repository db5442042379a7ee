//! Registered names.

use parking_lot::RwLock;

use crate::hasher::QuickMap;
use crate::process::Pid;
use crate::Atom;

/// Names are spread over this many tables, so that lookups on different threads rarely meet.
const SHARDS: usize = 16;

/// Which process has which name.
#[derive(Default)]
pub struct Names {
    shards: [RwLock<QuickMap<Atom, Pid>>; SHARDS],
}

impl Names {
    fn shard(&self, name: Atom) -> &RwLock<QuickMap<Atom, Pid>> {
        &self.shards[name.index() as usize % SHARDS]
    }

    /// The process of this name.
    pub fn find(&self, name: Atom) -> Option<Pid> {
        self.shard(name).read().get(&name).copied()
    }

    /// Gives a process a name; `false` when the name is taken.
    pub fn register(&self, name: Atom, pid: Pid) -> bool {
        let mut shard = self.shard(name).write();
        match shard.entry(name) {
            std::collections::hash_map::Entry::Occupied(_) => false,
            std::collections::hash_map::Entry::Vacant(vacant) => {
                vacant.insert(pid);
                true
            }
        }
    }

    /// Takes a name away from whoever has it.
    pub fn unregister(&self, name: Atom) -> Option<Pid> {
        self.shard(name).write().remove(&name)
    }

    /// Takes a name away from this process; nothing happens when another one has it by now.
    pub fn unregister_owned(&self, name: Atom, pid: Pid) {
        let mut shard = self.shard(name).write();
        if shard.get(&name) == Some(&pid) {
            shard.remove(&name);
        }
    }

    /// All names.
    pub fn all(&self) -> Vec<Atom> {
        self.shards.iter().flat_map(|shard| shard.read().keys().copied().collect::<Vec<_>>()).collect()
    }
}
