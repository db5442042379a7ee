//! ETS: tables of rows that processes share.
//!
//! Rows are owned terms: what a process puts in is copied out of its heap, what it looks up is copied into it, so no table
//! ever points into a heap. A table has one lock; looking shares it, changing does not.

mod hashed;
pub mod matchspec;
pub mod store;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};

pub use hashed::Hashed;
pub use matchspec::MatchSpec;
pub use store::{key_of, Position, Store};

use crate::hasher::QuickMap;
use crate::heap::OwnedTerm;
use crate::machine::VmShared;
use crate::process::{send_message, Pid, Reference};
use crate::term::Term;
use crate::Atom;

/// What kind of table it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the kinds of ETS")]
pub enum TableKind {
    Set,
    OrderedSet,
    Bag,
    DuplicateBag,
}

impl TableKind {
    /// Its name in options and information.
    pub fn name(self) -> &'static str {
        match self {
            TableKind::Set => "set",
            TableKind::OrderedSet => "ordered_set",
            TableKind::Bag => "bag",
            TableKind::DuplicateBag => "duplicate_bag",
        }
    }
}

/// Who may do what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the protections of ETS")]
pub enum Protection {
    Public,
    Protected,
    Private,
}

impl Protection {
    /// Its name in options and information.
    pub fn name(self) -> &'static str {
        match self {
            Protection::Public => "public",
            Protection::Protected => "protected",
            Protection::Private => "private",
        }
    }
}

/// What a table is made with.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the options of ets:new/2")]
pub struct TableOptions {
    pub name: Atom,
    pub named: bool,
    pub kind: TableKind,
    pub protection: Protection,
    pub keypos: usize,
    pub heir: Option<(Pid, OwnedTerm)>,
    pub compressed: bool,
    pub read_concurrency: bool,
    pub write_concurrency: bool,
}

/// A table.
pub struct Table {
    /// Its name for those that have not named it.
    pub id: Reference,
    /// What it was made with; name and heir may have changed since.
    pub options: TableOptions,
    name: RwLock<Atom>,
    owner: RwLock<Pid>,
    heir: RwLock<Option<(Pid, OwnedTerm)>>,
    fixed: AtomicU32,
    gone: AtomicBool,
    /// Whether its name has ever changed.
    renamed: AtomicBool,
    rows: RwLock<Store>,
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("id", &self.id).field("options", &self.options).finish_non_exhaustive()
    }
}

impl Table {
    /// Its name.
    pub fn name(&self) -> Atom {
        *self.name.read()
    }

    /// The process it belongs to.
    pub fn owner(&self) -> Pid {
        *self.owner.read()
    }

    /// The process that inherits it.
    pub fn heir(&self) -> Option<Pid> {
        self.heir.read().as_ref().map(|(pid, _)| *pid)
    }

    /// Changes who inherits it.
    pub fn set_heir(&self, heir: Option<(Pid, OwnedTerm)>) {
        *self.heir.write() = heir;
    }

    /// The rows.
    pub fn rows(&self) -> &RwLock<Store> {
        &self.rows
    }

    /// Whether it is being walked through.
    pub fn is_fixed(&self) -> bool {
        self.fixed.load(Ordering::Relaxed) > 0
    }

    /// Begins or ends a walk through it.
    pub fn fix(&self, fix: bool) {
        if fix {
            self.fixed.fetch_add(1, Ordering::Relaxed);
        } else {
            let before = self.fixed.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| count.checked_sub(1));
            if before == Ok(1) {
                self.rows.write().unfix();
            }
        }
    }

    /// Whether it has been deleted while somebody held it.
    pub fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Acquire)
    }

    /// Whether a term surely names this table, which is still there: told without asking any other.
    pub fn is_named_by(&self, term: Term<'_>) -> bool {
        let named = match term.as_ref() {
            Some(id) => id == self.id,
            None => self.options.named && term.is(self.options.name) && !self.renamed.load(Ordering::Acquire),
        };
        named && !self.is_gone()
    }

    /// Whether this process may look at the rows.
    pub fn may_read(&self, pid: Pid) -> bool {
        self.options.protection != Protection::Private || self.owner() == pid
    }

    /// Whether this process may change the rows.
    pub fn may_write(&self, pid: Pid) -> bool {
        self.options.protection == Protection::Public || self.owner() == pid
    }
}

/// All tables of a VM.
#[derive(Default)]
pub struct Ets {
    tables: RwLock<QuickMap<Reference, Arc<Table>>>,
    names: RwLock<QuickMap<Atom, Arc<Table>>>,
    /// Which tables belong to whom. Held while owners or names change.
    owners: Mutex<QuickMap<Pid, Vec<Reference>>>,
    /// Whether a table has ever passed to another process: until then only makers own tables.
    passed_on: AtomicBool,
}

impl Ets {
    /// Makes a table; `None` when its name is taken.
    pub fn create(&self, id: Reference, owner: Pid, options: TableOptions) -> Option<Arc<Table>> {
        let mut owners = self.owners.lock();
        if options.named && self.names.read().contains_key(&options.name) {
            return None;
        }
        let table = Arc::new(Table {
            id,
            name: RwLock::new(options.name),
            owner: RwLock::new(owner),
            heir: RwLock::new(options.heir.clone()),
            fixed: AtomicU32::new(0),
            gone: AtomicBool::new(false),
            renamed: AtomicBool::new(false),
            rows: RwLock::new(Store::new(
                options.kind == TableKind::OrderedSet,
                options.keypos,
                options.write_concurrency,
            )),
            options,
        });
        if table.options.named {
            self.names.write().insert(table.options.name, table.clone());
        }
        self.tables.write().insert(id, table.clone());
        owners.entry(owner).or_default().push(id);
        Some(table)
    }

    /// The table that a term names: a reference, or the atom of a named one.
    pub fn find(&self, term: Term<'_>) -> Option<Arc<Table>> {
        match term.as_atom() {
            Some(name) => self.names.read().get(&name).cloned(),
            None => self.tables.read().get(&term.as_ref()?).cloned(),
        }
    }

    /// The named table of this name.
    pub fn named(&self, name: Atom) -> Option<Arc<Table>> {
        self.names.read().get(&name).cloned()
    }

    /// All tables.
    pub fn all(&self) -> Vec<Arc<Table>> {
        self.tables.read().values().cloned().collect()
    }

    /// How many tables there are.
    pub fn len(&self) -> usize {
        self.tables.read().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes that the rows of all tables take.
    pub fn bytes(&self) -> usize {
        self.tables.read().values().map(|table| table.rows.read().bytes()).sum()
    }

    /// Deletes a table; `false` when somebody else did.
    pub fn delete(&self, table: &Table) -> bool {
        let mut owners = self.owners.lock();
        if self.tables.write().remove(&table.id).is_none() {
            return false;
        }
        table.gone.store(true, Ordering::Release);
        if table.options.named {
            self.names.write().remove(&table.name());
        }
        disown(&mut owners, table);
        drop(owners);
        table.rows.write().clear();
        true
    }

    /// Renames a table; `false` when the name is taken.
    pub fn rename(&self, table: &Arc<Table>, name: Atom) -> bool {
        let _owners = self.owners.lock();
        table.renamed.store(true, Ordering::Release);
        if table.options.named {
            let mut names = self.names.write();
            if names.contains_key(&name) {
                return false;
            }
            names.remove(&table.name());
            names.insert(name, table.clone());
        }
        *table.name.write() = name;
        true
    }

    /// Gives a table to another process, and tells it; `false` when that is not there.
    pub fn give_away(&self, vm: &VmShared, table: &Table, from: Pid, to: Pid, gift: &OwnedTerm) -> bool {
        let mut owners = self.owners.lock();
        if table.is_gone() || !vm.table().exists(to) {
            return false;
        }
        self.passed_on.store(true, Ordering::Relaxed);
        disown(&mut owners, table);
        owners.entry(to).or_default().push(table.id);
        *table.owner.write() = to;
        drop(owners);
        send_message(vm, to, transfer(table, from, gift));
        true
    }

    /// Whether a process that has made this many tables may own any.
    pub fn may_own(&self, made: u32) -> bool {
        made > 0 || self.passed_on.load(Ordering::Relaxed)
    }

    /// Deletes the tables of a process that has ended, or hands them to their heirs. O(its tables).
    pub fn owner_exited(&self, vm: &VmShared, pid: Pid) {
        let owned = self.owners.lock().remove(&pid).unwrap_or_default();
        let owned: Vec<Arc<Table>> = {
            let tables = self.tables.read();
            owned.iter().filter_map(|id| tables.get(id).cloned()).collect()
        };
        for table in owned {
            let heir = table.heir.write().take();
            match heir {
                Some((heir, data)) if heir != pid && self.give_away(vm, &table, pid, heir, &data) => {
                    table.set_heir(Some((heir, data)));
                }
                _ => {
                    self.delete(&table);
                }
            }
        }
    }
}

/// Takes a table off its owner's list.
fn disown(owners: &mut QuickMap<Pid, Vec<Reference>>, table: &Table) {
    let owner = table.owner();
    if let Some(tables) = owners.get_mut(&owner) {
        tables.retain(|id| *id != table.id);
        if tables.is_empty() {
            owners.remove(&owner);
        }
    }
}

/// `{'ETS-TRANSFER', table, from, data}`
fn transfer(table: &Table, from: Pid, data: &OwnedTerm) -> OwnedTerm {
    OwnedTerm::build(|b| {
        let id = if table.options.named { Term::atom(table.name()) } else { b.reference(table.id) };
        let data = b.import(data);
        b.tuple(&[Term::atom(Atom::new("ETS-TRANSFER")), id, Term::pid(from), data])
    })
}
