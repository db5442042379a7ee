//! What is known of a module while it is being defined.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::attribute::Attributes;
use super::behaviours::Impl;
use super::definition::Definition;
use super::docs::DocEntry;
use crate::diagnostic::Diagnostic;
use crate::expand::env::Env;
use crate::expand::host::Evaluation;
use crate::quoted::Quoted;
use crate::source::SourceFile;

/// A typespec as written.
#[derive(Clone, Debug)]
pub struct Typespec {
    /// `:spec`, `:type`, `:callback`, …
    pub kind: Atom,
    /// The code behind it.
    pub code: Quoted,
    /// Its line.
    pub line: u32,
    /// The environment it stands in.
    pub env: Env,
}

/// A use of an imported name, for the check that no function of the module has the same.
pub type ImportUse = (Atom, u32);

/// A module under definition.
pub struct ModuleState {
    /// Its name.
    pub name: Atom,
    /// Whether it has been compiled: the hooks that run then may look at it, not change it.
    pub read_only: bool,
    /// Whether somebody looks at its bytes, so that they are to say all of it.
    pub bytes_wanted: bool,
    /// Its file.
    pub file: Arc<str>,
    /// The text it comes from.
    pub source: SourceFile,
    /// The line of its `defmodule`.
    pub line: u32,
    /// Attributes.
    pub attributes: Attributes,
    /// Typespecs in order.
    pub typespecs: Vec<Typespec>,
    /// Documentation gathered from definitions.
    pub docs: Vec<DocEntry>,
    /// Errors found so far.
    pub errors: Vec<Diagnostic>,
    /// The environment at the end of the body, as far as it has come.
    pub env: Env,
    /// What `@impl` said of definitions.
    pub impls: Vec<Impl>,
    definitions: HashMap<(Atom, u8), Definition>,
    order: Vec<(Atom, u8)>,
    /// Definitions that others override, under their hidden names.
    overridden: Vec<Definition>,
    imports_used: HashMap<(Atom, u8), ImportUse>,
    macros_used: HashSet<(Atom, u8)>,
    version: u64,
    /// Modules loaded to run macros of this one: by definition, the version they were made of.
    pub(super) local_modules: HashMap<(Atom, u8), (u64, Evaluation)>,
    /// Modules that functions of this one define when they run.
    pub inner_modules: Vec<Atom>,
    /// The definition that got the latest clause.
    pub(super) latest: Option<(Atom, u8)>,
    /// Functions already warned of as not grouped.
    pub(super) ungrouped: Vec<(Atom, u8)>,
}

impl ModuleState {
    /// A module with nothing in it.
    pub fn new(name: Atom, source: SourceFile, env: Env, line: u32) -> ModuleState {
        ModuleState {
            name,
            read_only: false,
            bytes_wanted: false,
            file: env.file.clone(),
            source,
            line,
            attributes: Attributes::new(),
            typespecs: Vec::new(),
            docs: Vec::new(),
            errors: Vec::new(),
            env,
            impls: Vec::new(),
            definitions: HashMap::new(),
            order: Vec::new(),
            overridden: Vec::new(),
            imports_used: HashMap::new(),
            macros_used: HashSet::new(),
            version: 0,
            local_modules: HashMap::new(),
            inner_modules: Vec::new(),
            latest: None,
            ungrouped: Vec::new(),
        }
    }

    /// The definition of a name and arity so far.
    pub fn definition(&self, name: Atom, arity: u8) -> Option<&Definition> {
        self.definitions.get(&(name, arity))
    }

    /// Definitions in the order they began.
    pub fn definitions(&self) -> impl Iterator<Item = &Definition> + '_ {
        self.order.iter().filter_map(|key| self.definitions.get(key))
    }

    /// The arities that a name is defined with.
    pub fn arities(&self, name: Atom) -> Vec<u8> {
        self.order.iter().filter(|(other, _)| *other == name).map(|(_, arity)| *arity).collect()
    }

    /// Definitions that others override and call.
    pub fn overridden(&self) -> impl Iterator<Item = &Definition> + '_ {
        self.overridden.iter()
    }

    pub(super) fn overridden_mut(&mut self) -> &mut Vec<Definition> {
        &mut self.overridden
    }

    /// The definition, for change.
    pub(super) fn definition_mut(&mut self, name: Atom, arity: u8) -> Option<&mut Definition> {
        self.version += 1;
        let version = self.version;
        let definition = self.definitions.get_mut(&(name, arity))?;
        definition.version = version;
        Some(definition)
    }

    /// Puts a definition in place.
    pub(super) fn insert(&mut self, mut definition: Definition) {
        self.version += 1;
        definition.version = self.version;
        let key = (definition.name, definition.arity);
        if self.definitions.insert(key, definition).is_none() {
            self.order.push(key);
        }
    }

    /// `Module.delete_definition/2`; false when there is none.
    pub fn remove(&mut self, name: Atom, arity: u8) -> Option<Definition> {
        self.version += 1;
        self.order.retain(|key| *key != (name, arity));
        self.definitions.remove(&(name, arity))
    }

    /// `Module.make_overridable/2` for one function; false when it is not defined.
    pub fn make_overridable(&mut self, name: Atom, arity: u8) -> bool {
        match self.definitions.get_mut(&(name, arity)) {
            Some(definition) => {
                definition.overridable = true;
                true
            }
            None => false,
        }
    }

    /// Whether a function may be overridden, or overrides one that might.
    pub fn is_overridable(&self, name: Atom, arity: u8) -> bool {
        self.definitions.get(&(name, arity)).is_some_and(|def| def.overridable || def.overrides.is_some())
    }

    /// Names and arities that may be overridden.
    pub fn overridables(&self) -> Vec<(Atom, u8)> {
        self.order.iter().copied().filter(|(name, arity)| self.is_overridable(*name, *arity)).collect()
    }

    pub(crate) fn note_import_used(&mut self, name: Atom, arity: u8, module: Atom, line: u32) {
        self.imports_used.entry((name, arity)).or_insert((module, line));
    }

    /// Notes that a macro of this module was expanded.
    pub(crate) fn note_macro_used(&mut self, name: Atom, arity: u8) {
        self.macros_used.insert((name, arity));
    }

    /// Whether a macro of this module was expanded.
    pub fn is_macro_used(&self, name: Atom, arity: u8) -> bool {
        self.macros_used.contains(&(name, arity))
    }

    /// Uses of imported names.
    pub fn imports_used(&self) -> &HashMap<(Atom, u8), ImportUse> {
        &self.imports_used
    }

    /// The struct with its defaults, once `defstruct` has put it.
    pub fn struct_fields(&self) -> Option<Value> {
        match self.attributes.get(atoms::STRUCT)?.to_value()? {
            value @ Value::Map(_) => Some(value),
            _ => None,
        }
    }

    /// The names of a struct's fields as they were written.
    pub fn struct_order(&self) -> Vec<Atom> {
        match self.attributes.get(Atom::new("__struct_order__")).and_then(|data| data.to_value()) {
            Some(Value::List(keys)) => keys.iter().filter_map(Value::as_atom).collect(),
            _ => Vec::new(),
        }
    }

    /// `@enforce_keys`.
    pub fn enforced_keys(&self) -> Vec<Atom> {
        match self.attributes.get(Atom::new("enforce_keys")).and_then(|data| data.to_value()) {
            Some(Value::List(keys)) => keys.iter().filter_map(Value::as_atom).collect(),
            Some(Value::Atom(key)) => vec![key],
            _ => Vec::new(),
        }
    }
}
