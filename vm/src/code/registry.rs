//! The code of one VM: modules by name, exported functions, and what addresses mean.
//!
//! A call to another module goes through an [`Export`], whose code pointer changes when the module is loaded,
//! replaced or deleted. Exports are never freed before the registry: instructions and caches point to them.
//!
//! A module with a name has a current version and perhaps an old one, which processes may still be in. What has been
//! current becomes old when another version is installed or the module is deleted. Purging is done in steps, for it has to
//! ask every process: [`Registry::begin_purge`] closes the ways into the old version, the processes are asked
//! (`process::code_check`), and [`Registry::end_purge`] forgets it. Its memory goes with the last that holds it, see [`Module`].
#![allow(unsafe_code, reason = "exports are shared by address with the instruction stream")]

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use parking_lot::{Mutex, ReentrantMutex, RwLock};

use super::exports::{Export, Exports};
use super::file::FileError;
use super::module::{Module, Ranges, Stay};
use crate::heap::LiteralArea;
use crate::native::NativeEntry;
use crate::term::FunEntry;
use crate::Atom;

/// Hashes names by the numbers of their atoms, which programs do not choose.
#[derive(Clone, Copy, Debug, Default)]
struct NameHasher(u64);

impl Hasher for NameHasher {
    fn finish(&self) -> u64 {
        // The upper bits are the well mixed ones, tables look at the lower ones as well.
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u32(u32::from(*byte)));
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = (self.0.rotate_left(5) ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// A table by name.
type ByName<K, V> = HashMap<K, V, BuildHasherDefault<NameHasher>>;

/// A module file that was found.
#[derive(Clone, Debug)]
pub struct ModuleFile {
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
    /// Whole chunks that follow these bytes, for a file that stays where it is in two parts: what is only told of the
    /// code (its documentation, its source) is then not touched when the code is loaded.
    pub rest: &'static [u8],
    /// Where it was found; nothing for modules that come with the VM.
    pub path: Option<PathBuf>,
}

impl ModuleFile {
    /// All its bytes, in one piece.
    pub fn whole(self) -> Vec<u8> {
        let mut bytes = self.bytes.into_owned();
        bytes.extend_from_slice(self.rest);
        bytes
    }
}

/// Gives the file of a module that is not loaded, or `None` if there is none.
pub type ModuleSource = dyn Fn(Atom) -> Option<ModuleFile> + Send + Sync;

/// Is told of a file that was found for a module and refused.
pub type RefusalReport = dyn Fn(&Path, &LoadError) + Send + Sync;

/// Why a module cannot be loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The bytes are no module file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The code breaks a rule of the instruction set.
    #[error("{module}: {function}/{arity}: {problem} at offset {offset:#x} of the code")]
    Code {
        /// The module.
        module: Atom,
        /// The function.
        function: Atom,
        /// The function's arity.
        arity: u32,
        /// Offset of the instruction in the code chunk's instructions.
        offset: u32,
        /// What is wrong.
        problem: String,
    },
    /// A table of the file is inconsistent.
    #[error("{module}: {problem}")]
    Table {
        /// The module.
        module: Atom,
        /// What is wrong.
        problem: String,
    },
    /// Processes may still run the version before the current one.
    #[error("{0}: old code must be purged first")]
    NotPurged(Atom),
}

#[derive(Default)]
struct Versions {
    current: Option<Arc<Module>>,
    old: Option<Arc<Module>>,
}

/// The modules and exported functions of a VM.
pub struct Registry {
    exports: Exports,
    natives: RwLock<ByName<(Atom, Atom, u32), &'static NativeEntry>>,
    modules: RwLock<ByName<Atom, Versions>>,
    ranges: Arc<Ranges>,
    /// Modules that were found and have a function to be run before they may be called.
    pending: Mutex<HashMap<Atom, (Arc<Module>, Option<PathBuf>)>>,
    /// The modules whose functions to be run first are running, one entry for each run.
    starting: Mutex<Vec<Atom>>,
    /// The literals that stay as long as the VM.
    lasting: Mutex<Vec<Arc<LiteralArea>>>,
    /// Old versions that were replaced without asking the processes.
    unasked: Mutex<Vec<Arc<Module>>>,
    /// Fun entries by module, MD5 and index: loading the same file twice gives the same funs.
    funs: Mutex<HashMap<(Atom, [u8; 16], u32), Arc<FunEntry>>>,
    source: RwLock<Option<Arc<ModuleSource>>>,
    refused: RwLock<Option<Arc<RefusalReport>>>,
    /// Where modules came from that were found in a file.
    found_in: RwLock<HashMap<Atom, PathBuf>>,
    /// Held while a module is being loaded and made current.
    loading: ReentrantMutex<()>,
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Registry({} modules)", self.modules.read().len())
    }
}

impl Default for Registry {
    fn default() -> Registry {
        Registry::new()
    }
}

impl Registry {
    /// A registry without modules and natives.
    pub fn new() -> Registry {
        Registry {
            exports: Exports::new(),
            natives: RwLock::default(),
            modules: RwLock::default(),
            ranges: Arc::default(),
            pending: Mutex::default(),
            starting: Mutex::default(),
            lasting: Mutex::default(),
            unasked: Mutex::default(),
            funs: Mutex::default(),
            source: RwLock::default(),
            refused: RwLock::default(),
            found_in: RwLock::default(),
            loading: ReentrantMutex::new(()),
        }
    }

    /// Makes natives callable. Must happen before code that calls them is loaded; a later one of a name replaces
    /// nothing that is in use.
    pub fn add_natives(&self, entries: impl IntoIterator<Item = &'static NativeEntry>) {
        let mut natives = self.natives.write();
        for entry in entries {
            natives.insert((Atom::new(entry.module), Atom::new(entry.name), u32::from(entry.arity)), entry);
        }
    }

    /// The native of this name.
    pub fn native(&self, module: Atom, function: Atom, arity: u32) -> Option<&'static NativeEntry> {
        self.natives.read().get(&(module, function, arity)).copied()
    }

    /// The names and arities of a module's natives.
    pub fn natives_of(&self, module: Atom) -> Vec<(Atom, u32)> {
        self.natives.read().keys().filter(|(m, _, _)| *m == module).map(|(_, f, a)| (*f, *a)).collect()
    }

    /// Says where modules come from that are called before they were loaded.
    pub fn set_source(&self, source: Arc<ModuleSource>) {
        *self.source.write() = Some(source);
    }

    /// Where modules say that their code is there.
    pub(super) fn ranges(&self) -> Weak<Ranges> {
        Arc::downgrade(&self.ranges)
    }

    /// Where modules come from that are called before they were loaded.
    pub fn source(&self) -> Option<Arc<ModuleSource>> {
        self.source.read().clone()
    }

    /// The export of this name, made if need be.
    pub(crate) fn export(&self, module: Atom, function: Atom, arity: u32) -> &Export {
        let find = self.exports.find(module, function, arity);
        find.unwrap_or_else(|| self.exports.make(module, function, arity, self.native(module, function, arity)))
    }

    /// Whether code or a native of this name exists, without loading anything.
    pub fn is_exported(&self, module: Atom, function: Atom, arity: u32) -> bool {
        // What was called before, as most of what is asked for.
        if self.exports.find(module, function, arity).is_some_and(Export::is_defined) {
            return true;
        }
        self.native(module, function, arity).is_some()
            || self.module(module).is_some_and(|m| m.exports(function, arity))
            || (module.as_str() == "erlang"
                && matches!((function.as_str(), arity), ("apply", 2 | 3) | ("hibernate", 3)))
    }

    /// Where a call to this function goes, loading its module if it is not loaded and can be.
    ///
    /// `None` when there is no such function.
    pub(crate) fn resolve(&self, module: Atom, function: Atom, arity: u32) -> Option<*const u64> {
        let export = self.export(module, function, arity);
        if export.is_defined() {
            return Some(export.code());
        }
        self.ensure_loaded(module);
        export.is_defined().then(|| export.code())
    }

    /// The current version of a module, loading it from the source if need be. One that has a function to be run first is
    /// given, but cannot be called yet: see [`Registry::pending`].
    pub fn ensure_loaded(&self, name: Atom) -> Option<Arc<Module>> {
        if let Some(module) = self.module(name) {
            return Some(module);
        }
        // What its own function asks for is not there yet.
        if self.starting.lock().contains(&name) {
            return None;
        }
        let _guard = self.loading.lock();
        if let Some(module) = self.module(name).or_else(|| self.pending(name)) {
            return Some(module);
        }
        let (module, path) = self.prepare_found(name, self.source()?(name)?)?;
        if module.on_load.is_some() {
            self.pending.lock().insert(name, (module.clone(), path));
        } else {
            self.install_found(&module, path);
        }
        Some(module)
    }

    /// A module that was found and has a function to be run before it may be called.
    pub fn pending(&self, name: Atom) -> Option<Arc<Module>> {
        self.pending.lock().get(&name).map(|(module, _)| module.clone())
    }

    /// Says that the function of a module that is to be run first begins; until [`Registry::started`], nobody loads the module
    /// by calling it.
    pub fn starting(&self, name: Atom) {
        self.starting.lock().push(name);
    }

    /// Says that it has ended.
    pub fn started(&self, name: Atom) {
        let mut starting = self.starting.lock();
        if let Some(index) = starting.iter().position(|&other| other == name) {
            starting.swap_remove(index);
        }
    }

    /// Takes such a module, with the file it was found in, for its function to be run.
    pub fn take_pending(&self, name: Atom) -> Option<(Arc<Module>, Option<PathBuf>)> {
        self.pending.lock().remove(&name)
    }

    /// Reads a module anew from where modules come from, without installing it: `Some(None)` if it is refused.
    #[allow(clippy::type_complexity, reason = "whether there is one, whether it is good, and what it is")]
    pub fn find(&self, name: Atom) -> Option<Option<(Arc<Module>, Option<PathBuf>)>> {
        let file = self.source()?(name)?;
        let _guard = self.loading.lock();
        Some(self.prepare_found(name, file))
    }

    /// Installs what [`Registry::find`] gave.
    pub fn install_found(&self, module: &Arc<Module>, path: Option<PathBuf>) {
        self.install(module);
        let mut found_in = self.found_in.write();
        match path {
            Some(path) => found_in.insert(module.name, path),
            None => found_in.remove(&module.name),
        };
    }

    fn prepare_found(&self, name: Atom, file: ModuleFile) -> Option<(Arc<Module>, Option<PathBuf>)> {
        // What comes with the VM may name what it likes, whatever limit a program has for atoms.
        let stay = self.stay(name);
        let load = || {
            let content = match &file.bytes {
                Cow::Borrowed(bytes) => super::file::read_lasting(bytes, file.rest)?,
                Cow::Owned(bytes) => super::file::read(bytes)?,
            };
            super::load::load(self, content, stay)
        };
        let loaded = if file.path.is_none() { crate::atom::unlimited(load) } else { load() };
        let loaded = loaded.and_then(|module| {
            if module.name == name {
                return Ok(Arc::new(module));
            }
            Err(LoadError::Table { module: name, problem: format!("the file holds the module {}", module.name) })
        });
        match loaded {
            Ok(module) => Some((module, file.path)),
            Err(error) => {
                let report = self.refused.read().clone();
                if let (Some(report), Some(path)) = (report, &file.path) {
                    report(path, &error);
                }
                None
            }
        }
    }

    /// The file that a loaded module was found in, for one from the code path.
    pub fn file_of(&self, name: Atom) -> Option<PathBuf> {
        self.found_in.read().get(&name).cloned()
    }

    /// Says who is told of files that are refused.
    pub fn set_refusal_report(&self, report: Arc<RefusalReport>) {
        *self.refused.write() = Some(report);
    }

    /// The current version of a module, if it is loaded.
    pub fn module(&self, name: Atom) -> Option<Arc<Module>> {
        self.modules.read().get(&name)?.current.clone()
    }

    /// Whether there is or has been a module of this name.
    pub fn has_been_loaded(&self, name: Atom) -> bool {
        self.modules.read().contains_key(&name)
    }

    /// Whether there is an old version that was not purged.
    pub fn has_old(&self, name: Atom) -> bool {
        self.modules.read().get(&name).is_some_and(|versions| versions.old.is_some())
    }

    /// The current versions of all modules.
    pub fn modules(&self) -> Vec<Arc<Module>> {
        self.modules.read().values().filter_map(|versions| versions.current.clone()).collect()
    }

    /// Bytes that the code of all modules takes, old versions too.
    pub fn code_bytes(&self) -> usize {
        self.ranges.bytes()
    }

    /// How long the literals of a version of this module to be loaded now stay: versions of a module may be without end,
    /// names are not.
    fn stay(&self, name: Atom) -> Stay {
        if self.modules.read().contains_key(&name) {
            Stay::Passing
        } else {
            Stay::Lasting
        }
    }

    /// Reads a module file that is to be the next version of this module.
    ///
    /// # Errors
    /// The file is damaged or its code breaks the rules.
    pub fn prepare(&self, name: Atom, bytes: &[u8]) -> Result<Arc<Module>, LoadError> {
        let _guard = self.loading.lock();
        Ok(Arc::new(super::load::load(self, super::file::read(bytes)?, self.stay(name))?))
    }

    /// Reads code that is run by those who hold it, and has no name for others.
    ///
    /// # Errors
    /// The file is damaged or its code breaks the rules.
    pub fn evaluated(&self, bytes: &[u8]) -> Result<Arc<Module>, LoadError> {
        let module = Arc::new(super::load::load(self, super::file::read(bytes)?, Stay::Evaluated)?);
        self.ranges.add(&module);
        for entry in &module.funs {
            if let Some(f) =
                module.functions.iter().find(|f| f.name == entry.name && f.arity == entry.arity + entry.free)
            {
                entry.set_body(module.address(f.entry) as usize);
            }
        }
        Ok(module)
    }

    /// Makes the code of a module that is not installed known by its addresses, for a function of it to be run.
    pub fn make_known(&self, module: &Arc<Module>) {
        self.ranges.add(module);
        self.modules.write().entry(module.name).or_default();
        if module.stay == Stay::Lasting {
            self.lasting.lock().push(module.literals.clone());
        }
    }

    /// Loads a module file, making what was current old. What was old before is kept, for nobody is asked who is in it.
    ///
    /// # Errors
    /// The file is damaged or its code breaks the rules; nothing changes then.
    pub fn load(&self, bytes: &[u8]) -> Result<Arc<Module>, LoadError> {
        let _guard = self.loading.lock();
        let content = super::file::read(bytes)?;
        let stay = self.stay(content.name);
        let module = Arc::new(super::load::load(self, content, stay)?);
        self.install(&module);
        Ok(module)
    }

    /// Makes a module current, and what was current old.
    pub fn install(&self, module: &Arc<Module>) {
        self.make_known(module);
        // Another thread may be looking at this moment: who finds the module current finds its functions too, and who
        // finds one function but not yet the next waits here for the rest.
        let _guard = self.loading.lock();
        for (name, arity, position) in &module.exports {
            let export = self.export(module.name, *name, *arity);
            if export.native.is_none() {
                export.define(module.address(*position));
            }
        }
        for entry in &module.funs {
            if let Some(f) =
                module.functions.iter().find(|f| f.name == entry.name && f.arity == entry.arity + entry.free)
            {
                entry.set_code(module.address(f.entry) as usize);
            }
        }
        let (replaced, unasked) = {
            let mut modules = self.modules.write();
            let versions = modules.entry(module.name).or_default();
            let unasked = versions.old.take();
            versions.old = versions.current.replace(module.clone());
            (versions.old.clone(), unasked)
        };
        self.pending.lock().remove(&module.name);
        self.unasked.lock().extend(unasked);
        if let Some(old) = replaced {
            for (name, arity, _) in old.exports.iter().filter(|(name, arity, _)| !module.exports(*name, *arity)) {
                self.undefine(module.name, *name, *arity);
            }
        }
    }

    fn undefine(&self, module: Atom, function: Atom, arity: u32) {
        let export = self.export(module, function, arity);
        if export.native.is_none() {
            export.undefine();
        }
    }

    /// Makes the current version old. `false` if the module is not loaded or has an old version already.
    pub fn delete(&self, name: Atom) -> bool {
        let current = {
            let mut modules = self.modules.write();
            let Some(versions) = modules.get_mut(&name) else { return false };
            if versions.old.is_some() {
                return false;
            }
            let Some(current) = versions.current.take() else { return false };
            versions.old = Some(current.clone());
            current
        };
        for (function, arity, _) in &current.exports {
            self.undefine(name, *function, *arity);
        }
        true
    }

    /// The old version of a module, if there is one.
    pub fn old(&self, name: Atom) -> Option<Arc<Module>> {
        self.modules.read().get(&name)?.old.clone()
    }

    /// Closes the ways into an old version: from now on its funs are bad ones, and no process enters it any more.
    pub fn begin_purge(&self, old: &Module) {
        let range = old.range();
        for entry in &old.funs {
            entry.clear_code(&range);
        }
    }

    /// Forgets an old version that no process is in.
    pub fn end_purge(&self, old: &Arc<Module>) {
        let mut modules = self.modules.write();
        if let Some(versions) = modules.get_mut(&old.name) {
            if versions.old.as_ref().is_some_and(|other| Arc::ptr_eq(other, old)) {
                versions.old = None;
            }
        }
    }

    /// The module whose stream has this address.
    pub(crate) fn module_at(&self, address: usize) -> Option<Arc<Module>> {
        self.ranges.find(address)
    }

    /// Whether an address is in a loaded module's stream.
    pub(crate) fn contains(&self, address: usize) -> bool {
        self.ranges.contains(address)
    }

    /// The evaluated code that has this fun, while somebody holds it.
    pub(crate) fn evaluated_fun(&self, md5: [u8; 16], index: u32) -> Option<Arc<Module>> {
        let has = |module: &Arc<Module>| {
            module.stay == Stay::Evaluated && module.file.md5 == md5 && (index as usize) < module.funs.len()
        };
        self.ranges.modules().into_iter().find(has)
    }

    /// The entry of a fun, shared by all loads of the same file.
    #[allow(clippy::too_many_arguments, reason = "one argument for each fact of a fun table's row")]
    pub(crate) fn fun_entry(
        &self,
        module: Atom,
        name: Atom,
        index: u32,
        md5: [u8; 16],
        old_uniq: u32,
        arity: u32,
        free: u32,
    ) -> Arc<FunEntry> {
        self.funs
            .lock()
            .entry((module, md5, index))
            .or_insert_with(|| FunEntry::new(module, name, index, md5, old_uniq, arity, free, false))
            .clone()
    }

    /// The entry of a fun that came from outside: loads its module if need be. `None` if it has no such fun.
    pub fn find_fun(&self, module: Atom, md5: [u8; 16], index: u32) -> Option<Arc<FunEntry>> {
        if let Some(found) = self.funs.lock().get(&(module, md5, index)) {
            return Some(found.clone());
        }
        self.ensure_loaded(module)?;
        self.funs.lock().get(&(module, md5, index)).cloned()
    }
}
