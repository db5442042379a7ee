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
    /// `name(arguments)`.
    pub signature: Option<String>,
    /// The text; `false` hides it; absent says nothing.
    pub doc: Option<Value>,
    /// Other entries given with `@doc key: value`.
    pub metadata: Vec<(Value, Value)>,
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

/// The signature of a definition, of the first clause's arguments.
pub fn signature(name: Atom, args: &[Quoted]) -> String {
    let mut shown = Vec::with_capacity(args.len());
    for (index, arg) in args.iter().enumerate() {
        shown.push(argument(arg, index));
    }
    // Names made up for patterns are told apart by numbers.
    let names = shown.clone();
    for (index, name) in shown.iter_mut().enumerate() {
        if !is_written(&args[index]) && names.iter().filter(|other| *other == name).count() > 1 {
            let number = names[..=index].iter().filter(|other| *other == name).count();
            name.push_str(&number.to_string());
        }
    }
    format!("{name}({})", shown.join(", "))
}

/// Whether the argument has a name in the source.
fn is_written(arg: &Quoted) -> bool {
    arg.as_node().is_some_and(|node| matches!(node.args, Args::Context(_)))
}

fn argument(arg: &Quoted, index: usize) -> String {
    if let Some((name, _, parts)) = arg.as_call() {
        match (name.as_str(), parts) {
            ("\\\\", [arg, default]) => {
                return format!("{} \\\\ {}", argument(arg, index), crate::expand::show(default));
            }
            ("=", [_, right]) => {
                if let Some(node) = right.as_node() {
                    if let (Quoted::Atom(name), Args::Context(_)) = (&node.form, &node.args) {
                        return name.as_str().trim_start_matches('_').to_string();
                    }
                }
                return argument(&parts[0], index);
            }
            ("%", [name, _]) => {
                let shown = crate::expand::show(name);
                let last = shown.rsplit('.').next().unwrap_or("struct").to_lowercase();
                return last;
            }
            ("%{}", _) => return "map".to_string(),
            ("<<>>" | "<>", _) => return "binary".to_string(),
            _ => {}
        }
    }
    match arg {
        Quoted::Node(node) => match (&node.form, &node.args) {
            (Quoted::Atom(atoms::UNDERSCORE), Args::Context(_)) => "_".to_string(),
            (Quoted::Atom(name), Args::Context(_)) => name.as_str().trim_start_matches('_').to_string(),
            _ => format!("arg{}", index + 1),
        },
        Quoted::Int(_) | Quoted::Big(_) => "int".to_string(),
        Quoted::Float(_) => "float".to_string(),
        Quoted::Binary(_) => "binary".to_string(),
        Quoted::List(_) => "list".to_string(),
        Quoted::Atom(atom) => atom.as_str().rsplit('.').next().unwrap_or("atom").to_lowercase(),
        _ => format!("arg{}", index + 1),
    }
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
            let signature = entry.signature.iter().map(|text| Value::from(text.as_str())).collect();
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
