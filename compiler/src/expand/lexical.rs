//! What the aliases and imports of a file are used for, to tell of those that serve nothing, and the calls of other
//! modules that could not be found where they were compiled.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use beamlet_vm::{Atom, Value};
use parking_lot::Mutex;

use super::messages::{show_module, show_name};
use crate::source::SourceFile;

/// A call that may be of nothing, or is of something deprecated.
#[derive(Clone, Debug)]
pub struct RemoteCall {
    /// The module, the function and its arity.
    pub target: (Atom, Atom, u8),
    /// Why it should not be called; `None` where the question is whether it exists.
    pub deprecated: Option<String>,
    /// The file.
    pub source: SourceFile,
    /// The line.
    pub line: u32,
    /// The function that calls.
    pub frame: String,
    /// The module that calls.
    pub owner: Atom,
}

#[derive(Clone, Copy, Debug)]
struct Use {
    line: u32,
    warn: bool,
    used: bool,
}

#[derive(Debug, Default)]
struct Uses {
    aliases: BTreeMap<Atom, Use>,
    imports: BTreeMap<Atom, Use>,
    /// Functions named in `only:`, by module.
    names: BTreeMap<(Atom, Atom, u8), bool>,
    calls: Vec<RemoteCall>,
    /// Modules that the code needs, and whether already when it is compiled.
    references: HashMap<Atom, bool>,
    /// Modules whose exports the code depends on.
    exports: BTreeSet<Atom>,
}

/// The uses of one file, or of one module that is evaluated alone.
#[derive(Debug)]
pub struct Lexical {
    /// Its number, which environments carry through programs.
    pub id: i64,
    /// The process that stands for it where tracers are told of everything.
    pub process: OnceLock<Value>,
    uses: Mutex<Uses>,
}

impl PartialEq for Lexical {
    fn eq(&self, other: &Lexical) -> bool {
        self.id == other.id
    }
}

impl Lexical {
    /// A tracker that has seen nothing.
    pub fn new(id: i64) -> Lexical {
        Lexical { id, process: OnceLock::new(), uses: Mutex::default() }
    }

    /// Notes an alias.
    pub fn alias(&self, alias: Atom, line: u32, warn: bool) {
        self.uses.lock().aliases.insert(alias, Use { line, warn, used: false });
    }

    /// Notes that an alias was needed.
    pub fn use_alias(&self, alias: Atom) {
        if let Some(entry) = self.uses.lock().aliases.get_mut(&alias) {
            entry.used = true;
        }
    }

    /// Notes an import; `only` are the names it lists.
    pub fn import(&self, module: Atom, only: Option<&[(Atom, u8)]>, line: u32, warn: bool) {
        let mut uses = self.uses.lock();
        uses.names.retain(|(other, _, _), _| *other != module);
        for (name, arity) in only.unwrap_or_default() {
            uses.names.insert((module, *name, *arity), false);
        }
        // An empty list imports nothing, which cannot be unused.
        let warn = warn && only.is_none_or(|only| !only.is_empty());
        uses.imports.insert(module, Use { line, warn, used: false });
    }

    /// Notes that an imported name was needed.
    pub fn use_import(&self, module: Atom, name: Atom, arity: u8) {
        let mut uses = self.uses.lock();
        if let Some(entry) = uses.imports.get_mut(&module) {
            entry.used = true;
        }
        if let Some(used) = uses.names.get_mut(&(module, name, arity)) {
            *used = true;
        }
    }

    /// Notes that the code needs a module; `compile` says that it does when it is compiled.
    pub fn refer(&self, module: Atom, compile: bool) {
        *self.uses.lock().references.entry(module).or_default() |= compile;
    }

    /// Notes that the code depends on what a module exports.
    pub fn refer_to_exports(&self, module: Atom) {
        self.uses.lock().exports.insert(module);
    }

    /// Modules needed when the code is compiled, modules whose exports count, and modules needed when it runs.
    pub fn references(&self) -> [Vec<Atom>; 3] {
        let uses = self.uses.lock();
        let of = |wanted: bool| {
            let mut found: Vec<Atom> =
                uses.references.iter().filter(|(_, compile)| **compile == wanted).map(|(module, _)| *module).collect();
            found.sort();
            found
        };
        [of(true), uses.exports.iter().copied().collect(), of(false)]
    }

    /// Notes a call to look at again once the whole file is compiled.
    pub fn call(&self, call: RemoteCall) {
        self.uses.lock().calls.push(call);
    }

    /// The calls noted so far, forgotten here.
    pub fn take_calls(&self) -> Vec<RemoteCall> {
        std::mem::take(&mut self.uses.lock().calls)
    }

    /// Lines and texts of warnings about what was not used.
    pub fn unused(&self) -> Vec<(u32, String)> {
        let uses = self.uses.lock();
        let mut warnings = Vec::new();
        let mut by_name: Vec<(&str, u32)> = uses
            .aliases
            .iter()
            .filter(|(_, entry)| entry.warn && !entry.used)
            .map(|(alias, entry)| (alias.as_str(), entry.line))
            .collect();
        by_name.sort_unstable();
        for (alias, line) in by_name {
            warnings.push((line, format!("unused alias {}", alias.trim_start_matches("Elixir."))));
        }
        let mut imports: Vec<(&str, Atom, Use)> =
            uses.imports.iter().map(|(module, entry)| (module.as_str(), *module, *entry)).collect();
        imports.sort_unstable_by_key(|(name, _, _)| *name);
        for (_, module, entry) in imports.into_iter().filter(|(_, _, entry)| entry.warn) {
            let shown = show_module(module);
            if !entry.used {
                warnings.push((entry.line, format!("unused import {shown}")));
                continue;
            }
            let mut names: Vec<(&str, Atom, u8)> = uses
                .names
                .iter()
                .filter(|((other, _, _), used)| *other == module && !**used)
                .map(|((_, name, arity), _)| (name.as_str(), *name, *arity))
                .collect();
            names.sort_unstable();
            for (_, name, arity) in names {
                warnings.push((entry.line, format!("unused import {shown}.{}/{arity}", show_name(name))));
            }
        }
        warnings
    }
}
