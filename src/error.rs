//! What can go wrong at the boundary between host and VM.

use std::fmt;

use beamlet_vm::OwnedTerm;

use crate::Value;

/// Why a job was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Its reductions were used up.
    Reductions,
    /// Its time was over.
    Time,
    /// It wanted more memory than it or the VM may have.
    Memory,
    /// The host cancelled it.
    Cancelled,
}

/// The start of a value as Elixir would write it, for messages.
pub(crate) fn short(value: &Value) -> String {
    let mut text = String::new();
    show_into(value, SHORT * 4, &mut text);
    clipped(&text)
}

/// The start of a text, for messages.
pub(crate) fn clipped(text: &str) -> String {
    match text.char_indices().nth(SHORT) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text.to_owned(),
    }
}

/// A value as Elixir would write it: `{:ok, "text"}`.
pub fn show(value: &Value) -> String {
    let mut text = String::new();
    show_into(value, usize::MAX, &mut text);
    text
}

/// How many characters of a value a message shows.
const SHORT: usize = 80;

/// Appends a value as long as the text has not become longer than `limit` bytes.
fn show_into(value: &Value, limit: usize, out: &mut String) {
    if out.len() > limit {
        return;
    }
    let mut all = |open: &str, values: &[Value], close: &str| {
        out.push_str(open);
        for (index, value) in values.iter().enumerate() {
            out.push_str(if index > 0 { ", " } else { "" });
            show_into(value, limit, out);
        }
        out.push_str(close);
    };
    match value {
        Value::List(values) => all("[", values, "]"),
        Value::Tuple(values) => all("{", values, "}"),
        Value::Map(pairs) => {
            out.push_str("%{");
            for (index, (key, value)) in pairs.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                show_into(key, limit, out);
                out.push_str(" => ");
                show_into(value, limit, out);
            }
            out.push('}');
        }
        Value::Atom(atom) => match atom.as_str().strip_prefix("Elixir.") {
            Some(module) => out.push_str(module),
            None if matches!(atom.as_str(), "nil" | "true" | "false") => out.push_str(atom.as_str()),
            None => {
                out.push(':');
                out.push_str(atom.as_str());
            }
        },
        other => match other.as_str() {
            Some(text) => out.push_str(&format!("{text:?}")),
            None => out.push_str(&format!("{:?}", OwnedTerm::from_value(other))),
        },
    }
}

/// An error of the embedding interface. Opaque, with predicates; its text is for people.
#[derive(Clone, Debug)]
pub struct Error {
    kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// The program raised, threw or exited: class, reason where it is plain data, and the text that Elixir shows.
    Exception { class: &'static str, reason: Option<Value>, text: String },
    /// The source does not compile: the rendered diagnostics.
    Source(String),
    /// A value has no counterpart of the type asked for.
    Conversion(String),
    /// A job was ended.
    Limit(Limit),
    /// No process has this name.
    NoProcess(String),
    /// A value holds a term of another VM.
    Foreign,
    /// A function of the host would wait for the VM that waits for it.
    Reentrant,
    /// The VM has halted, with this status.
    Halted(i32),
    /// The operating system refused something.
    System(String),
}

impl Error {
    pub(crate) fn new(kind: Kind) -> Error {
        Error { kind }
    }

    /// Whether the program raised, threw or exited without catching it.
    pub fn is_exception(&self) -> bool {
        matches!(self.kind, Kind::Exception { .. })
    }

    /// Whether the source does not compile.
    pub fn is_source(&self) -> bool {
        matches!(self.kind, Kind::Source(_))
    }

    /// Whether a value could not be converted.
    pub fn is_conversion(&self) -> bool {
        matches!(self.kind, Kind::Conversion(_))
    }

    /// Whether the VM has halted.
    pub fn is_halted(&self) -> bool {
        matches!(self.kind, Kind::Halted(_))
    }

    /// Why a job was ended, if it was.
    pub fn limit(&self) -> Option<Limit> {
        match self.kind {
            Kind::Limit(limit) => Some(limit),
            _ => None,
        }
    }

    /// Whether a message was sent to a name that no process has.
    pub fn is_no_process(&self) -> bool {
        matches!(self.kind, Kind::NoProcess(_))
    }

    /// Whether a value holds a pid, reference or function of another VM.
    pub fn is_foreign(&self) -> bool {
        matches!(self.kind, Kind::Foreign)
    }

    /// Whether a function of the host wanted to wait for the VM that it was called by, on the thread that this VM runs on.
    /// One registered with [`crate::Builder::blocking_native`] may, but for a VM in manual mode.
    pub fn is_reentrant(&self) -> bool {
        matches!(self.kind, Kind::Reentrant)
    }

    /// The status that the VM has halted with, if this is why there is no result.
    pub fn status(&self) -> Option<i32> {
        match self.kind {
            Kind::Halted(status) => Some(status),
            _ => None,
        }
    }

    /// The class of an exception: `error`, `exit` or `throw`.
    pub fn class(&self) -> Option<&'static str> {
        match &self.kind {
            Kind::Exception { class, .. } => Some(class),
            _ => None,
        }
    }

    /// The reason of an exception, where it is plain data.
    pub fn reason(&self) -> Option<&Value> {
        match &self.kind {
            Kind::Exception { reason, .. } => reason.as_ref(),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Exception { text, .. } | Kind::Source(text) => f.write_str(text.trim_end()),
            Kind::Conversion(problem) => f.write_str(problem),
            Kind::Limit(Limit::Reductions) => f.write_str("the job has used up its reductions"),
            Kind::Limit(Limit::Time) => f.write_str("the job has run out of time"),
            Kind::Limit(Limit::Memory) => f.write_str("the job has run out of memory"),
            Kind::Limit(Limit::Cancelled) => f.write_str("the job was cancelled"),
            Kind::NoProcess(name) => write!(f, "no process is registered as {name}"),
            Kind::Foreign => f.write_str("a value holds a term of another virtual machine"),
            Kind::Reentrant => f.write_str(
                "a function of the host cannot wait for the VM whose thread it runs on: see Builder::blocking_native",
            ),
            Kind::Halted(status) => write!(f, "the VM has halted with status {status}"),
            Kind::System(problem) => f.write_str(problem),
        }
    }
}

impl std::error::Error for Error {}
