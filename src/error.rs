//! What can go wrong at the boundary between host and VM.

use std::fmt;

use crate::Value;

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
            Kind::Halted(status) => write!(f, "the VM has halted with status {status}"),
            Kind::System(problem) => f.write_str(problem),
        }
    }
}

impl std::error::Error for Error {}
