//! What the expander needs of the machine that runs macros, and the forms in which data crosses to it.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use beamlet_vm::code::Module;
use beamlet_vm::{Atom, Pid, Value};

use crate::diagnostic::Diagnostic;
use crate::quoted::Quoted;

/// A future that the process being compiled in drives.
pub type HostFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A term of the running machine.
pub trait HostTerm: Send + Sync + fmt::Debug {
    /// The term read as quoted code.
    fn to_quoted(&self) -> Quoted;
    /// The term as plain data; `None` where it holds a pid, a reference, a port or a closure.
    fn to_value(&self) -> Option<Value>;
    /// For the host to get its own type back.
    fn as_any(&self) -> &dyn Any;
}

/// Data on its way to or from the machine.
#[derive(Clone, Debug)]
pub enum Data {
    /// Quoted code.
    Code(Quoted),
    /// Plain data.
    Value(Arc<Value>),
    /// A term of the machine, unread.
    Term(Arc<dyn HostTerm>),
    /// A proper list of data.
    List(Vec<Data>),
    /// A tuple of data.
    Tuple(Vec<Data>),
}

impl Data {
    /// The data as quoted code.
    pub fn to_quoted(&self) -> Quoted {
        match self {
            Data::Code(quoted) => quoted.clone(),
            Data::Value(value) => crate::quoted::convert::from_value(value),
            Data::Term(term) => term.to_quoted(),
            Data::List(elements) => Quoted::list(elements.iter().map(Data::to_quoted).collect()),
            Data::Tuple(_) => self.to_value().map_or(Quoted::NIL, |value| crate::quoted::convert::from_value(&value)),
        }
    }

    /// The data as a value; `None` where it holds a pid, a reference, a port or a closure.
    pub fn to_value(&self) -> Option<Value> {
        match self {
            Data::Code(quoted) => crate::quoted::convert::to_value(quoted),
            Data::Value(value) => Some(Value::clone(value)),
            Data::Term(term) => term.to_value(),
            Data::List(elements) => elements.iter().map(Data::to_value).collect::<Option<_>>().map(Value::List),
            Data::Tuple(elements) => elements.iter().map(Data::to_value).collect::<Option<_>>().map(Value::Tuple),
        }
    }

    /// The atom, if it is one.
    pub fn as_atom(&self) -> Option<Atom> {
        match self {
            Data::Code(Quoted::Atom(atom)) => Some(*atom),
            Data::Value(value) => value.as_atom(),
            Data::Term(term) => term.to_value().and_then(|value| value.as_atom()),
            _ => None,
        }
    }
}

impl From<Value> for Data {
    fn from(value: Value) -> Data {
        Data::Value(Arc::new(value))
    }
}

impl From<Atom> for Data {
    fn from(atom: Atom) -> Data {
        Data::Value(Arc::new(Value::Atom(atom)))
    }
}

impl From<Quoted> for Data {
    fn from(quoted: Quoted) -> Data {
        Data::Code(quoted)
    }
}

/// An exception of the running machine.
#[derive(Clone, Debug)]
pub struct Raised {
    /// `:error`, `:exit` or `:throw`.
    pub class: Atom,
    /// The reason or thrown value.
    pub reason: Data,
    /// The stack trace.
    pub stacktrace: Data,
}

impl Raised {
    /// An error with a plain reason and no stack trace.
    pub fn error(reason: Value) -> Raised {
        Raised { class: beamlet_vm::atom::atoms::ERROR, reason: reason.into(), stacktrace: Value::EMPTY_LIST.into() }
    }

    /// An exception struct with a `message` and no other field.
    pub fn exception(module: &str, message: &str) -> Raised {
        Raised::error(exception_struct(module, vec![("message", Value::from(message))]))
    }
}

/// The struct of an exception: `module` without the `Elixir.` prefix, and its fields.
pub fn exception_struct(module: &str, fields: Vec<(&str, Value)>) -> Value {
    use beamlet_vm::atom::atoms;
    let mut entries: Vec<(Value, Value)> = fields.into_iter().map(|(key, value)| (Value::atom(key), value)).collect();
    entries.push((Value::Atom(atoms::STRUCT), Value::atom(&format!("Elixir.{module}"))));
    entries.push((Value::Atom(atoms::EXCEPTION), Value::TRUE));
    entries.sort_by_key(|(key, _)| key.as_atom());
    Value::Map(entries)
}

/// Why an expansion stopped.
#[derive(Debug)]
pub enum Failure {
    /// The source is at fault; at least one error.
    Diagnostics(Vec<Diagnostic>),
    /// A macro or a module body raised.
    Raised(Box<Raised>),
}

impl From<Raised> for Failure {
    fn from(raised: Raised) -> Failure {
        Failure::Raised(Box::new(raised))
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Failure {
        Failure::Diagnostics(vec![diagnostic])
    }
}

/// The outcome of an expansion.
pub type Outcome<T> = Result<T, Failure>;

/// What a compilation waits for while another process compiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// A module that must be there.
    Module,
    /// A module that the code can do without.
    Optional,
    /// A struct, which is there before its module is.
    Struct,
}

/// Code that is run by those who hold it; nothing where there is no machine.
#[derive(Clone, Debug)]
pub struct Evaluation(pub Option<Arc<Module>>);

/// The machine that runs macros and module bodies, on behalf of one process.
pub trait Host: Send + Sync {
    /// Runs a function to its end in the process that compiles.
    fn call<'a>(&'a self, module: Atom, function: Atom, arguments: Vec<Data>) -> HostFuture<'a, Result<Data, Raised>>;

    /// Loads a module, replacing one of the same name.
    fn load<'a>(&'a self, module: Atom, file: &'a str, beam: Vec<u8>) -> HostFuture<'a, Result<(), Raised>>;

    /// Reads code to be evaluated: it has no name for anybody else, and goes when nobody holds it any more.
    fn evaluation(&self, beam: &[u8]) -> Result<Evaluation, Raised>;

    /// Runs a function of such code to its end in the process that compiles.
    fn evaluate<'a>(
        &'a self,
        code: &'a Evaluation,
        function: Atom,
        arguments: Vec<Data>,
    ) -> HostFuture<'a, Result<Data, Raised>>;

    /// Whether the module is loaded or could be, loading it.
    fn ensure_loaded<'a>(&'a self, module: Atom) -> HostFuture<'a, bool>;

    /// Whether the module is loaded.
    fn is_loaded(&self, module: Atom) -> bool;

    /// Waits until another process has defined what is missing; whether it has. Where files are not compiled together,
    /// there is nobody to wait for.
    fn wait_for<'a>(&'a self, module: Atom, what: Awaited) -> HostFuture<'a, Result<bool, Raised>>;

    /// The process that compiles.
    fn process(&self) -> Pid;

    /// The functions that a loaded module exports, natives included; `None` when it is not loaded.
    fn exports(&self, module: Atom) -> Option<Vec<(Atom, u8)>>;

    /// Takes apart a tuple that came from the machine; `None` when it is not one.
    fn tuple_elements(&self, data: &Data) -> Option<Vec<Data>>;

    /// Data as a value that may hold terms of this machine; `None` when it is nested too deep.
    fn value(&self, data: &Data) -> Option<Value>;

    /// Tells the user of a warning.
    fn report(&self, diagnostic: Diagnostic);
}
