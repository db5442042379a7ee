//! Terms read as quoted code and data, and back.

use std::any::Any;
use std::sync::Arc;

use beamlet_vm::atom::atoms;
use beamlet_vm::heap::Builder;
use beamlet_vm::term::Kind;
use beamlet_vm::{Atom, OwnedTerm, Term, Value};

use crate::expand::host::{Data, HostTerm};
use crate::quoted::{Args, Meta, Node, Quoted};

/// A term of the machine behind [`Data`].
#[derive(Debug)]
pub(super) struct Handle(pub OwnedTerm);

impl HostTerm for Handle {
    fn to_quoted(&self) -> Quoted {
        term_to_quoted(self.0.term())
    }

    fn to_value(&self) -> Option<Value> {
        self.0.term().to_value().ok()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A term as data, copied out of its heap.
pub(super) fn term_data(term: Term<'_>) -> Data {
    owned_data(OwnedTerm::new(term))
}

/// An owned term as data.
pub(super) fn owned_data(term: OwnedTerm) -> Data {
    Data::Term(Arc::new(Handle(term)))
}

/// The owned term behind data, if it is one.
pub(super) fn handle_of(data: &Data) -> Option<&OwnedTerm> {
    match data {
        Data::Term(term) => term.as_any().downcast_ref::<Handle>().map(|handle| &handle.0),
        _ => None,
    }
}

/// The plain value of a term; `None` where it holds a pid, a reference, a port or a closure.
pub fn value_of(term: Term<'_>) -> Option<Value> {
    term.to_value().ok()
}

/// Data as a term of its own.
pub fn data_to_owned(data: &Data) -> OwnedTerm {
    match data {
        Data::Term(_) => match handle_of(data) {
            Some(term) => term.clone(),
            None => OwnedTerm::nil(),
        },
        Data::Value(value) => OwnedTerm::from_value(value),
        other => OwnedTerm::build(|builder| data_to_term(builder, other)),
    }
}

/// Data in a heap.
pub(super) fn data_to_term<'h>(builder: &mut Builder<'_, 'h>, data: &Data) -> Term<'h> {
    match data {
        Data::Code(quoted) => quoted_to_term(builder, quoted),
        Data::Value(value) => builder.from_value(value),
        Data::Term(_) => match handle_of(data) {
            Some(term) => builder.import(term),
            None => Term::nil(),
        },
        Data::List(elements) => deep(|| {
            let terms: Vec<Term<'h>> = elements.iter().map(|element| data_to_term(builder, element)).collect();
            builder.list(&terms)
        }),
        Data::Tuple(elements) => deep(|| {
            let terms: Vec<Term<'h>> = elements.iter().map(|element| data_to_term(builder, element)).collect();
            builder.tuple(&terms)
        }),
    }
}

fn deep<T>(work: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, work)
}

/// Reads a term as quoted code. What is not code becomes [`Quoted::Other`]; what has no plain form, [`Quoted::Opaque`].
pub fn term_to_quoted(term: Term<'_>) -> Quoted {
    deep(|| match term.kind() {
        Kind::Atom(atom) => Quoted::Atom(atom),
        Kind::Pid(pid) => process(&pid.to_string()),
        Kind::Cons(..) => match term.list_to_vec() {
            Some(elements) => Quoted::List(elements.into_iter().map(term_to_quoted).collect()),
            None => other(term),
        },
        _ if term.is_nil() => Quoted::list(Vec::new()),
        _ => match term.as_tuple() {
            Some([left, right]) => Quoted::pair(term_to_quoted(*left), term_to_quoted(*right)),
            Some([form, meta, args]) => match node(*form, *meta, *args) {
                Some(node) => Quoted::Node(Arc::new(node)),
                None => other(term),
            },
            _ => other(term),
        },
    })
}

/// A process stands in code for the call that gives it.
fn process(shown: &str) -> Quoted {
    let text = shown.bytes().map(|byte| Quoted::Int(byte.into())).collect();
    let parts = vec![Quoted::Atom(atoms::ERLANG), Quoted::atom("list_to_pid")];
    let dot = Quoted::call(atoms::DOT, Meta::default(), parts);
    Quoted::call(dot, Meta::default(), vec![Quoted::list(text)])
}

fn other(term: Term<'_>) -> Quoted {
    match term.to_value() {
        Ok(value) => match value {
            Value::Int(int) => Quoted::Int(int),
            Value::Big(big) => Quoted::Big(big),
            Value::Float(float) => Quoted::Float(float),
            Value::Binary(bytes) => Quoted::Binary(bytes),
            value => Quoted::Other(Arc::new(value)),
        },
        Err(_) if matches!(term.kind(), Kind::Fun(_)) => Quoted::Opaque(Quoted::FUNCTION),
        Err(_) => Quoted::Opaque(0),
    }
}

fn node(form: Term<'_>, meta: Term<'_>, args: Term<'_>) -> Option<Node> {
    let form = match form.as_atom() {
        Some(name) => Quoted::Atom(name),
        None => match form.as_tuple()? {
            [inner, inner_meta, inner_args] => Quoted::Node(Arc::new(node(*inner, *inner_meta, *inner_args)?)),
            _ => return None,
        },
    };
    let meta = meta_of(meta)?;
    let args = match args.as_atom() {
        Some(context) => Args::Context(context),
        None if args.is_list() => Args::List(args.list_to_vec()?.into_iter().map(term_to_quoted).collect()),
        None => return None,
    };
    Some(Node { form, meta, args })
}

fn meta_of(term: Term<'_>) -> Option<Meta> {
    if !term.is_list() {
        return None;
    }
    let mut meta = Meta::default();
    let mut extra: Vec<(Atom, Quoted)> = Vec::new();
    for entry in term.list_to_vec()? {
        let [key, value] = entry.as_tuple()? else { return None };
        let key = key.as_atom()?;
        let number = value.as_i64().and_then(|number| u32::try_from(number).ok());
        match (key, number) {
            (atoms::LINE, Some(line)) if meta.line == 0 => meta.line = line,
            (atoms::COLUMN, Some(column)) if meta.column == 0 => {
                meta.column = column;
                meta.expose_column = true;
            }
            _ => extra.push((key, term_to_quoted(*value))),
        }
    }
    if !extra.is_empty() {
        meta.extra = Some(Box::new(extra));
    }
    Some(meta)
}

/// Quoted code in a heap.
pub(super) fn quoted_to_term<'h>(builder: &mut Builder<'_, 'h>, quoted: &Quoted) -> Term<'h> {
    deep(|| match quoted {
        Quoted::Atom(atom) => Term::atom(*atom),
        Quoted::Int(int) => builder.integer(*int),
        Quoted::Big(big) => builder.big(big),
        Quoted::Float(float) => builder.float(*float),
        Quoted::Binary(bytes) => builder.binary(bytes),
        Quoted::List(elements) => list(builder, elements),
        Quoted::Pair(pair) => {
            let left = quoted_to_term(builder, &pair.0);
            let right = quoted_to_term(builder, &pair.1);
            builder.tuple(&[left, right])
        }
        Quoted::Node(node) => {
            let form = quoted_to_term(builder, &node.form);
            let meta = meta_to_term(builder, &node.meta);
            let args = match &node.args {
                Args::Context(context) => Term::atom(*context),
                Args::List(args) => list(builder, args),
            };
            builder.tuple(&[form, meta, args])
        }
        Quoted::Other(value) => builder.from_value(value),
        other if *other == crate::parse::LITERAL => Term::atom(Atom::new("$literal")),
        other if *other == crate::parse::ATOM => Term::atom(Atom::new("$atom")),
        Quoted::Opaque(_) => Term::atom(atoms::NIL),
    })
}

fn list<'h>(builder: &mut Builder<'_, 'h>, elements: &[Quoted]) -> Term<'h> {
    let terms: Vec<Term<'h>> = elements.iter().map(|element| quoted_to_term(builder, element)).collect();
    builder.list(&terms)
}

fn meta_to_term<'h>(builder: &mut Builder<'_, 'h>, meta: &Meta) -> Term<'h> {
    let mut entries = Vec::new();
    for (key, value) in meta.extra.iter().flat_map(|extra| extra.iter()) {
        let value = quoted_to_term(builder, value);
        entries.push(builder.tuple(&[Term::atom(*key), value]));
    }
    if meta.line != 0 {
        let line = builder.integer(meta.line.into());
        entries.push(builder.tuple(&[Term::atom(atoms::LINE), line]));
    }
    if meta.expose_column && meta.column != 0 {
        let column = builder.integer(meta.column.into());
        entries.push(builder.tuple(&[Term::atom(atoms::COLUMN), column]));
    }
    builder.list(&entries)
}
