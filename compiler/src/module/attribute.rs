//! Module attributes: values, accumulation, persistence.

use std::collections::HashMap;

use beamlet_vm::{Atom, Value};

use crate::expand::host::Data;

/// Attributes that hold typespecs: their code is kept, never evaluated.
pub fn is_typespec(name: Atom) -> bool {
    matches!(name.as_str(), "type" | "typep" | "opaque" | "spec" | "callback" | "macrocallback")
}

const ACCUMULATING: &[&str] = &[
    "after_compile",
    "after_verify",
    "before_compile",
    "behaviour",
    "compile",
    "derive",
    "dialyzer",
    "external_resource",
    "on_definition",
    "type",
    "typep",
    "opaque",
    "spec",
    "callback",
    "macrocallback",
    "optional_callbacks",
];

const PERSISTED: &[&str] = &["behaviour", "dialyzer", "external_resource", "on_load", "vsn"];

/// Attributes that mean something to the compiler, so that not reading them is no mistake.
const RESERVED: &[&str] = &[
    "moduledoc",
    "doc",
    "typedoc",
    "deprecated",
    "since",
    "file",
    "enforce_keys",
    "derive",
    "before_compile",
    "after_compile",
    "after_verify",
    "on_definition",
    "behaviour",
    "compile",
    "dialyzer",
    "external_resource",
    "on_load",
    "vsn",
    "optional_callbacks",
    "callback",
    "macrocallback",
    "spec",
    "type",
    "typep",
    "opaque",
    "fallback_to_any",
    "undefined_impl_description",
    "for",
    "protocol",
    "tag",
    "moduletag",
    "describetag",
    "nifs",
];

#[derive(Clone, Debug)]
enum Held {
    One(Data),
    /// The latest last.
    Many(Vec<Data>),
}

#[derive(Clone, Debug)]
struct Attribute {
    held: Option<Held>,
    persist: bool,
    line: u32,
    read: bool,
    set_by_code: bool,
}

/// The attributes of one module.
#[derive(Clone, Debug, Default)]
pub struct Attributes {
    entries: HashMap<Atom, Attribute>,
    order: Vec<Atom>,
}

impl Attributes {
    /// The attributes that every module starts with.
    pub fn new() -> Attributes {
        let mut attributes = Attributes::default();
        for name in ACCUMULATING {
            attributes.register(Atom::new(name), true, PERSISTED.contains(name));
        }
        for name in PERSISTED {
            if !ACCUMULATING.contains(name) {
                attributes.register(Atom::new(name), false, true);
            }
        }
        attributes
    }

    fn entry(&mut self, name: Atom) -> &mut Attribute {
        if !self.entries.contains_key(&name) {
            self.order.push(name);
        }
        self.entries.entry(name).or_insert(Attribute {
            held: None,
            persist: false,
            line: 0,
            read: false,
            set_by_code: false,
        })
    }

    /// `Module.register_attribute/3`.
    pub fn register(&mut self, name: Atom, accumulate: bool, persist: bool) {
        let entry = self.entry(name);
        entry.persist |= persist;
        if accumulate && !matches!(entry.held, Some(Held::Many(_))) {
            entry.held = Some(Held::Many(match entry.held.take() {
                Some(Held::One(value)) => vec![value],
                _ => Vec::new(),
            }));
        }
    }

    /// Sets an attribute, or adds to one that accumulates. `line` is 0 when code did it, not an `@`.
    pub fn put(&mut self, name: Atom, value: Data, line: u32) {
        let entry = self.entry(name);
        entry.line = line;
        entry.set_by_code = line == 0;
        match &mut entry.held {
            Some(Held::Many(values)) => values.push(value),
            held => {
                *held = Some(Held::One(value));
                entry.read = false;
            }
        }
    }

    /// The value, noting that it was read; `None` when never set.
    pub fn read(&mut self, name: Atom) -> Option<Data> {
        if let Some(entry) = self.entries.get_mut(&name) {
            entry.read = true;
        }
        self.get(name)
    }

    /// The value; `None` when never set. The latest comes first in one that accumulates.
    pub fn get(&self, name: Atom) -> Option<Data> {
        match self.entries.get(&name)?.held.as_ref()? {
            Held::One(value) => Some(value.clone()),
            Held::Many(values) => Some(Data::List(values.iter().rev().cloned().collect())),
        }
    }

    /// All values in the order they were put.
    pub fn all(&self, name: Atom) -> Vec<Data> {
        match self.entries.get(&name).and_then(|entry| entry.held.as_ref()) {
            Some(Held::One(value)) => vec![value.clone()],
            Some(Held::Many(values)) => values.clone(),
            None => Vec::new(),
        }
    }

    /// Removes the attribute and gives its value; one that accumulates starts again from nothing.
    pub fn delete(&mut self, name: Atom) -> Option<Data> {
        let value = self.get(name);
        if let Some(entry) = self.entries.get_mut(&name) {
            match &mut entry.held {
                Some(Held::Many(values)) => values.clear(),
                held => *held = None,
            }
        }
        value
    }

    /// Whether it was set, or registered to accumulate.
    pub fn has(&self, name: Atom) -> bool {
        self.entries.get(&name).is_some_and(|entry| entry.held.is_some())
    }

    /// Names that are set.
    pub fn names(&self) -> Vec<Atom> {
        self.order.iter().copied().filter(|name| self.has(*name)).collect()
    }

    /// What goes into the module file: name and list of values.
    pub fn persisted(&self) -> Vec<(Atom, Value)> {
        let mut result = Vec::new();
        for name in &self.order {
            let entry = &self.entries[name];
            if !entry.persist {
                continue;
            }
            let values: Vec<Value> = self.all(*name).iter().filter_map(Data::to_value).collect();
            if values.is_empty() {
                continue;
            }
            if matches!(entry.held, Some(Held::Many(_))) {
                result.extend(values.into_iter().map(|value| (*name, Value::List(vec![value]))));
            } else {
                let value = values.into_iter().next().unwrap_or(Value::NIL);
                let list = if matches!(value, Value::List(_)) { value } else { Value::List(vec![value]) };
                result.push((*name, list));
            }
        }
        result
    }

    /// Attributes that were set with `@` and never read, with their lines.
    pub fn unread(&self) -> Vec<(Atom, u32)> {
        self.order
            .iter()
            .filter(|name| !RESERVED.contains(&name.as_str()))
            .filter_map(|name| {
                let entry = &self.entries[name];
                let plain = matches!(entry.held, Some(Held::One(_)));
                (plain && !entry.read && !entry.set_by_code && !entry.persist).then_some((*name, entry.line))
            })
            .collect()
    }
}

/// The value as `@name` reads it: documentation without its line.
pub fn plain(name: Atom, data: Data) -> Data {
    if !matches!(name.as_str(), "doc" | "moduledoc" | "typedoc") {
        return data;
    }
    match &data {
        Data::Tuple(parts) if parts.len() == 2 => parts[1].clone(),
        Data::Value(value) => match &**value {
            Value::Tuple(parts) if parts.len() == 2 => Data::from(parts[1].clone()),
            _ => data,
        },
        _ => data,
    }
}

/// The value as the compiler keeps it: hooks become a module and a function, documentation gets its line.
pub fn prepare(name: Atom, value: Data, line: u32) -> Data {
    let hook = |function: &str| match value.as_atom() {
        Some(module) => Value::Tuple(vec![Value::Atom(module), Value::atom(function)]).into(),
        None => value.clone(),
    };
    match name.as_str() {
        "before_compile" => hook("__before_compile__"),
        "after_compile" => hook("__after_compile__"),
        "after_verify" => hook("__after_verify__"),
        "on_definition" => hook("__on_definition__"),
        "on_load" => match value.as_atom() {
            Some(function) => Value::Tuple(vec![Value::Atom(function), Value::Int(0)]).into(),
            None => value,
        },
        "doc" | "moduledoc" | "typedoc" => Data::Tuple(vec![Value::Int(line.into()).into(), value]),
        _ => value,
    }
}
