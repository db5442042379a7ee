//! The documentation chunk: what `@doc`, `@moduledoc` and `@typedoc` say, in the form of EEP 48.

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::state::ModuleState;
use crate::expand::host::Data;
use crate::quoted::{Args, Quoted};

/// Documentation of one function, macro, callback or type.
#[derive(Clone, Debug)]
pub struct DocEntry {
    /// `:function`, `:macro`, `:callback`, `:macrocallback` or `:type`.
    pub kind: Atom,
    /// Its name.
    pub name: Atom,
    /// Its arity.
    pub arity: u8,
    /// Its line.
    pub line: u32,
    /// What its parameters are called.
    pub signature: Option<Vec<Parameter>>,
    /// Whether a head without a body says so, and the clauses have no say.
    pub headed: bool,
    /// The text; `false` hides it; absent says nothing.
    pub doc: Option<Value>,
    /// Other entries given with `@doc key: value`.
    pub metadata: Vec<(Value, Value)>,
    /// What `@deprecated` says, of which callers are told; metadata that says it is documentation only.
    pub deprecated: Option<Value>,
    /// Whether a macro wrote the definition: its text may be replaced silently.
    pub generated: bool,
}

/// Takes what `@doc`, `@moduledoc` or `@typedoc` was given: the line of the text, the text, and metadata.
pub fn read_doc(state: &mut ModuleState, attribute: &str) -> (Option<u32>, Option<Value>, Vec<(Value, Value)>) {
    let (mut line, mut doc) = (None, None);
    if let Some(Value::Tuple(parts)) = state.attributes.delete(Atom::new(attribute)).and_then(|data| data.to_value()) {
        if let [Value::Int(number), text] = parts.as_slice() {
            line = u32::try_from(*number).ok().filter(|line| *line != 0);
            doc = Some(text.clone());
        }
    }
    let mut metadata = Vec::new();
    let given = state.attributes.delete(metadata_of(attribute));
    if let Some(Value::List(entries)) = given.and_then(|data| data.to_value()) {
        for entry in entries {
            if let Value::Tuple(pair) = entry {
                if let [key, value] = pair.as_slice() {
                    metadata.push((key.clone(), value.clone()));
                }
            }
        }
    }
    (line, doc, metadata)
}

/// The hidden attribute that gathers the metadata given to a documentation attribute.
pub fn metadata_of(attribute: &str) -> Atom {
    Atom::new(&format!("{attribute} metadata"))
}

/// What a signature calls one argument.
#[derive(Clone, Debug, PartialEq)]
pub enum Parameter {
    /// A variable that the author named.
    Named(String),
    /// A variable that is not to be read, without its underscore; `_` itself stays.
    Unread(String),
    /// What stands there in place of a name: `int`, `list`; several of a kind are told apart by numbers.
    Kind(String),
    /// Clauses do not agree.
    Any,
    /// One with a default, as it is shown.
    Default(Box<Parameter>, String),
}

/// The parameters of a clause of the module as a signature calls them.
pub fn parameters(module: Atom, args: &[Quoted]) -> Vec<Parameter> {
    args.iter().map(|arg| parameter(module, arg)).collect()
}

/// What the clauses so far and one more call their parameters.
pub fn merge(older: &mut [Parameter], newer: Vec<Parameter>) {
    for (old, new) in older.iter_mut().zip(newer) {
        merge_one(old, new);
    }
}

fn merge_one(old: &mut Parameter, new: Parameter) {
    let new = match new {
        Parameter::Default(inner, _) => *inner,
        new => new,
    };
    match (&mut *old, new) {
        (Parameter::Default(inner, _), new) => merge_one(inner, new),
        (Parameter::Named(_), _) => {}
        (_, new @ Parameter::Named(_)) => *old = new,
        (same, new) if *same == new => {}
        _ => *old = Parameter::Any,
    }
}

/// `name(arguments)`, or an operator among its operands; what makes the module's struct is shown as the struct.
pub fn signature(module: Atom, name: Atom, parameters: &[Parameter]) -> String {
    if parameters.is_empty() && name.as_str() == "__struct__" {
        return format!("%{}{{}}", crate::expand::show_module(module));
    }
    let kind = |parameter: &Parameter| match parameter {
        Parameter::Kind(kind) => Some(kind.clone()),
        _ => None,
    };
    let kinds: Vec<Option<String>> = parameters.iter().map(kind).collect();
    let shown: Vec<String> = parameters
        .iter()
        .enumerate()
        .map(|(index, parameter)| match &kinds[index] {
            Some(kind) if kinds.iter().flatten().filter(|other| *other == kind).count() > 1 => {
                let number = kinds[..=index].iter().flatten().filter(|other| *other == kind).count();
                format!("{kind}{number}")
            }
            _ => shown(parameter, index),
        })
        .collect();
    let operators = ["{}", "%{}", "%", "<<>>", "^", "&", "."];
    let text = name.as_str();
    if !operators.contains(&text) && (1..=2).contains(&shown.len()) && !text.contains(|c: char| c.is_alphanumeric()) {
        let variable = |name: &String| Quoted::var(Atom::new(name), Default::default(), atoms::NIL);
        let call = Quoted::call(name, Default::default(), shown.iter().map(variable).collect());
        return crate::expand::show(&call);
    }
    format!("{name}({})", shown.join(", "))
}

fn shown(parameter: &Parameter, index: usize) -> String {
    match parameter {
        Parameter::Named(name) | Parameter::Unread(name) | Parameter::Kind(name) => name.clone(),
        Parameter::Any => format!("arg{}", index + 1),
        Parameter::Default(inner, default) => format!("{} \\\\ {default}", shown(inner, index)),
    }
}

fn parameter(module: Atom, arg: &Quoted) -> Parameter {
    let kind = |kind: &str| Parameter::Kind(kind.to_string());
    match arg {
        Quoted::Node(node) => match (&node.form, &node.args) {
            (Quoted::Atom(name), Args::Context(_)) => match name.as_str() {
                "_" => Parameter::Unread("_".to_string()),
                name => match name.strip_prefix('_') {
                    Some(rest) => Parameter::Unread(rest.to_string()),
                    None => Parameter::Named(name.to_string()),
                },
            },
            (Quoted::Atom(name), Args::List(parts)) => match (name.as_str(), parts.as_slice()) {
                ("\\\\", [arg, default]) => {
                    Parameter::Default(Box::new(parameter(module, arg)), crate::expand::show(default))
                }
                // A name for the whole is a name, read or not.
                ("=", [left, right]) => match (variable(left), variable(right)) {
                    (Some(name), _) | (None, Some(name)) => Parameter::Named(name),
                    _ => kind("arg"),
                },
                ("%", [name, _]) => match name.as_call() {
                    Some((atoms::ALIASES, _, parts)) => match parts.last() {
                        Some(Quoted::Atom(last)) => Parameter::Kind(underscored(last.as_str())),
                        _ => kind("struct"),
                    },
                    None if name.as_node().is_some_and(is_this_module) => {
                        let shown = crate::expand::show_module(module);
                        Parameter::Kind(underscored(shown.rsplit('.').next().unwrap_or(&shown)))
                    }
                    _ => kind("struct"),
                },
                ("%{}", _) => kind("map"),
                _ => kind("arg"),
            },
            _ => kind("arg"),
        },
        Quoted::Int(_) | Quoted::Big(_) => kind("int"),
        Quoted::Float(_) => kind("float"),
        Quoted::Binary(_) => kind("binary"),
        Quoted::List(_) => kind("list"),
        Quoted::Atom(atoms::TRUE | atoms::FALSE) => kind("bool"),
        Quoted::Atom(_) => kind("atom"),
        _ => kind("arg"),
    }
}

/// The name of a variable without its underscore.
fn variable(quoted: &Quoted) -> Option<String> {
    let node = quoted.as_node()?;
    let (Quoted::Atom(name), Args::Context(_)) = (&node.form, &node.args) else { return None };
    let text = name.as_str();
    Some(text.strip_prefix('_').filter(|rest| !rest.is_empty()).unwrap_or(text).to_string())
}

fn is_this_module(node: &crate::quoted::Node) -> bool {
    matches!((&node.form, &node.args), (Quoted::Atom(name), Args::Context(_)) if name.as_str() == "__MODULE__")
}

/// `date_time` of `DateTime`.
fn underscored(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let characters: Vec<char> = name.chars().collect();
    for (index, c) in characters.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| characters[before]);
        let after = characters.get(index + 1);
        let starts = before.is_some_and(|before| {
            !before.is_uppercase() && before != '_'
                || before.is_uppercase() && after.is_some_and(|after| after.is_lowercase())
        });
        if c.is_uppercase() && starts {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

fn doc_value(doc: &Option<Value>) -> Value {
    match doc {
        None | Some(Value::Atom(atoms::NIL)) => Value::atom("none"),
        Some(Value::Binary(text)) => Value::Map(vec![(Value::from("en"), Value::Binary(text.clone()))]),
        Some(_) => Value::atom("hidden"),
    }
}

/// The term of the chunk.
pub fn chunk(state: &mut ModuleState) -> Value {
    let (line, moduledoc, mut metadata) = read_doc(state, "moduledoc");
    let state = &*state;
    let behaviours: Vec<Value> =
        state.attributes.all(Atom::new("behaviour")).iter().filter_map(Data::to_value).collect();
    if !behaviours.is_empty() {
        metadata.push((Value::atom("behaviours"), Value::List(behaviours)));
    }
    let mut entries: Vec<&DocEntry> = state.docs.iter().collect();
    entries.sort_by_key(|a| (a.kind, a.name, a.arity));
    let docs = entries
        .into_iter()
        .map(|entry| {
            let key = vec![Value::Atom(entry.kind), Value::Atom(entry.name), Value::Int(entry.arity.into())];
            let shown = entry.signature.as_ref().map(|parameters| signature(state.name, entry.name, parameters));
            let signature = shown.iter().map(|text| Value::from(text.as_str())).collect();
            Value::Tuple(vec![
                Value::Tuple(key),
                Value::Int(entry.line.into()),
                Value::List(signature),
                doc_value(&entry.doc),
                sorted_map(entry.metadata.clone()),
            ])
        })
        .collect();
    Value::Tuple(vec![
        Value::atom("docs_v1"),
        Value::Int(line.unwrap_or(state.line).into()),
        Value::atom("elixir"),
        Value::from("text/markdown"),
        doc_value(&moduledoc),
        sorted_map(metadata),
        Value::List(docs),
    ])
}

fn sorted_map(entries: Vec<(Value, Value)>) -> Value {
    let mut sorted: Vec<(Value, Value)> = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        if key.as_atom().is_some() {
            sorted.retain(|(other, _)| *other != key);
            sorted.push((key, value));
        }
    }
    sorted.sort_by_key(|(key, _)| key.as_atom());
    Value::Map(sorted)
}
