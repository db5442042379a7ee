//! Module attributes: values, accumulation, persistence.

use std::collections::HashMap;

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::docs::metadata_of;
use super::state::ModuleState;
use crate::diagnostic::Diagnostic;
use crate::expand::host::{Data, Raised};
use crate::expand::{escape_value, place, show, show_module};

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
    registered: bool,
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
            registered: false,
            line: 0,
            read: false,
            set_by_code: false,
        })
    }

    /// `Module.register_attribute/3`.
    pub fn register(&mut self, name: Atom, accumulate: bool, persist: bool) {
        let entry = self.entry(name);
        entry.persist |= persist;
        entry.registered = true;
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

    /// Lets an attribute go unread.
    pub fn excuse(&mut self, name: Atom) {
        self.entry(name).set_by_code = true;
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
                held => {
                    *held = None;
                    entry.registered = false;
                }
            }
        }
        value
    }

    /// Whether it was set, or registered to accumulate.
    pub fn has(&self, name: Atom) -> bool {
        self.entries.get(&name).is_some_and(|entry| {
            let accumulates = matches!(entry.held, Some(Held::Many(_)));
            entry.held.is_some() || (entry.registered && !accumulates && !PERSISTED.contains(&name.as_str()))
        })
    }

    /// Names that are set.
    pub fn names(&self) -> Vec<Atom> {
        // Attributes of the compiler's own have a space in their names.
        self.order.iter().copied().filter(|name| self.has(*name) && !name.as_str().contains(' ')).collect()
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

/// Sets an attribute as `@name value` (with its line) and `Module.put_attribute/3` (line 0) do. Gives what there is to
/// warn of.
///
/// # Errors
/// The `ArgumentError` for a value that the attribute cannot have.
pub fn set(state: &mut ModuleState, name: Atom, value: Data, line: u32) -> Result<Option<Diagnostic>, Raised> {
    let text = name.as_str();
    if let Some(message) = invalid(state, text, &value) {
        return Err(Raised::exception("ArgumentError", &message));
    }
    let documents = matches!(text, "doc" | "moduledoc" | "typedoc");
    let mut warning = None;
    if documents {
        match value.to_value() {
            Some(Value::List(entries)) => {
                let hidden = metadata_of(text);
                let mut all = match state.attributes.get(hidden).and_then(|data| data.to_value()) {
                    Some(Value::List(all)) => all,
                    _ => Vec::new(),
                };
                let reserved = |entry: &Value| match entry {
                    Value::Tuple(pair) => pair
                        .first()
                        .and_then(Value::as_atom)
                        .filter(|key| matches!(key.as_str(), "opaque" | "defaults"))
                        .map(|key| format!("ignoring reserved documentation metadata key: :{key}")),
                    _ => None,
                };
                let message = entries.iter().find_map(reserved);
                all.extend(entries.into_iter().filter(|entry| reserved(entry).is_none()));
                state.attributes.put(hidden, Value::List(all).into(), 0);
                return Ok(message.map(|message| {
                    let diagnostic = Diagnostic::warning("module::reserved_metadata", &state.source, message);
                    let frame = format!("{} (module)", show_module(state.name));
                    place(line, 0, diagnostic.inside(Some(frame)), "")
                }));
            }
            // `{line, text}`, as macros set it.
            Some(Value::Tuple(_)) => {
                state.attributes.put(name, value, line);
                return Ok(None);
            }
            _ => {}
        }
        if let Some(Value::Tuple(earlier)) = state.attributes.get(name).and_then(|data| data.to_value()) {
            if let ([Value::Int(before), Value::Binary(_)], true) = (earlier.as_slice(), line != 0) {
                let message = format!("redefining @{text} attribute previously set at line {before}");
                let diagnostic = Diagnostic::warning("module::redefined_doc", &state.source, message);
                let frame = format!("{} (module)", show_module(state.name));
                warning = Some(place(line, 0, diagnostic.inside(Some(frame)), ""));
            }
        }
    }
    state.attributes.put(name, prepare(name, value, line), line);
    Ok(warning)
}

/// What is said of documentation that a program sets without saying where it stands.
pub fn undated(name: Atom, value: &Data) -> String {
    format!(
        "@{name} is a built-in module attribute for documentation. When set dynamically, it should be {{line, doc}} (where \"doc\" \
         is either false, nil, a string, or a keyword list), got: {}",
        shown(value)
    )
}

/// What is wrong with a value of a built-in attribute.
fn invalid(state: &ModuleState, name: &str, value: &Data) -> Option<String> {
    let expected = match name {
        "on_load" => {
            if state.attributes.get(Atom::new("on_load")).is_some() {
                return Some("the @on_load attribute can only be set once per module".to_string());
            }
            "that annotates a function to be invoked when the module is loaded. It should be an atom or an {atom, 0} tuple"
        }
        "file" => {
            "that annotates the file and line the next definition comes from. It should be a string or {string, line} tuple as \
             value"
        }
        "doc" | "moduledoc" | "typedoc" => {
            "for documentation. It should be either false, nil, a string, or a keyword list"
        }
        "deprecated" => {
            "that annotates a definition as deprecated. It should be a string with the reason for the deprecation"
        }
        "impl" => "that marks the next definition as a callback implementation. It should be a module or a boolean",
        "external_resource" => "used for specifying file dependencies. It should be a string path to a file",
        "behaviour" | "dialyzer" => "",
        _ => return None,
    };
    let plain = value.to_value();
    let is_text = |value: Option<&Value>| matches!(value, Some(Value::Binary(_)));
    let atom = plain.as_ref().and_then(Value::as_atom);
    let sound = match name {
        "on_load" => match &plain {
            Some(Value::Tuple(parts)) => matches!(parts.as_slice(), [Value::Atom(_), Value::Int(0)]),
            _ => atom.is_some_and(|atom| !matches!(atom, atoms::NIL | atoms::TRUE | atoms::FALSE)),
        },
        "file" => match &plain {
            Some(Value::Tuple(parts)) => matches!(parts.as_slice(), [Value::Binary(_), Value::Int(_)]),
            other => is_text(other.as_ref()),
        },
        "doc" | "moduledoc" | "typedoc" => match &plain {
            Some(Value::Tuple(parts)) => match parts.as_slice() {
                [Value::Int(_), Value::Binary(_) | Value::Atom(atoms::FALSE | atoms::NIL)] => true,
                _ => return Some(undated(Atom::new(name), value)),
            },
            Some(Value::List(entries)) => {
                for entry in entries {
                    let Value::Tuple(pair) = entry else { continue };
                    let [Value::Atom(key), value] = pair.as_slice() else { continue };
                    let purpose = match key.as_str() {
                        "since" => "representing the version in which the documented entity was added",
                        "deprecated" => "representing the replacement for the deprecated entity",
                        _ => continue,
                    };
                    if !is_text(Some(value)) {
                        return Some(format!(
                            ":{key} is a built-in documentation metadata key. It should be a string {purpose}, got: {}",
                            shown(&value.clone().into())
                        ));
                    }
                }
                true
            }
            Some(Value::Atom(atoms::FALSE | atoms::NIL)) => true,
            other => is_text(other.as_ref()),
        },
        "deprecated" | "external_resource" => is_text(plain.as_ref()),
        "impl" => atom.is_some_and(|atom| atom != atoms::NIL),
        "behaviour" if atom.is_none() => return Some(format!("@behaviour expects a module, got: {}", shown(value))),
        "dialyzer" if !dialyzer_options(plain.as_ref()) => {
            return Some(format!("invalid value for @dialyzer attribute: {}", shown(value)))
        }
        _ => true,
    };
    (!sound).then(|| format!("@{name} is a built-in module attribute {expected}, got: {}", shown(value)))
}

fn shown(value: &Data) -> String {
    match value.to_value() {
        Some(value) => show(&escape_value(&value)),
        None => show(&value.to_quoted()),
    }
}

/// Whether this is what dialyzer understands: options, and options for functions.
fn dialyzer_options(value: Option<&Value>) -> bool {
    let option = |value: &Value| {
        value.as_atom().is_some_and(|option| {
            let text = option.as_str();
            text.starts_with("no_")
                || matches!(
                    text,
                    "nowarn_function"
                        | "error_handling"
                        | "race_conditions"
                        | "overspecs"
                        | "specdiffs"
                        | "underspecs"
                        | "unknown"
                        | "unmatched_returns"
                        | "missing_return"
                        | "extra_return"
                )
        })
    };
    match value {
        Some(Value::List(entries)) => entries.iter().all(|entry| dialyzer_options(Some(entry))),
        Some(Value::Tuple(parts)) => match parts.as_slice() {
            [Value::List(options), _] => options.iter().all(option),
            [first, _] => option(first),
            _ => false,
        },
        Some(value) => option(value),
        None => false,
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
