//! Exceptions: as a native raises them, and as they are kept.

use crate::atom::{atoms, Atom};
use crate::heap::Builder;
use crate::term::Term;
use crate::OwnedTerm;

/// The class of an exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// `error`: something is wrong.
    Error,
    /// `exit`: the process means to end.
    Exit,
    /// `throw`: a value thrown to a catch.
    Throw,
}

impl Class {
    /// `error`, `exit` or `throw`.
    pub fn atom(self) -> Atom {
        match self {
            Class::Error => atoms::ERROR,
            Class::Exit => atoms::EXIT,
            Class::Throw => atoms::THROW,
        }
    }

    /// The class this atom names.
    pub fn from_atom(atom: Atom) -> Option<Class> {
        match atom {
            atoms::ERROR => Some(Class::Error),
            atoms::EXIT => Some(Class::Exit),
            atoms::THROW => Some(Class::Throw),
            _ => None,
        }
    }
}

/// An exception that a native raises, in its caller's heap.
#[derive(Clone, Copy, Debug)]
pub struct Raise<'h> {
    /// The class.
    pub class: Class,
    /// The reason.
    pub reason: Term<'h>,
    /// A stack trace to raise it with; `None` makes the interpreter take one of the caller.
    pub trace: Option<Term<'h>>,
    /// A list of arguments to show in the trace's first entry in place of the arity, as `erlang:error(Reason, Args)` has it.
    pub args: Option<Term<'h>>,
}

impl<'h> Raise<'h> {
    /// An exception of this class.
    pub fn new(class: Class, reason: Term<'h>) -> Raise<'h> {
        Raise { class, reason, trace: None, args: None }
    }

    /// An error.
    pub fn error(reason: Term<'h>) -> Raise<'h> {
        Raise::new(Class::Error, reason)
    }

    /// An exit.
    pub fn exit(reason: Term<'h>) -> Raise<'h> {
        Raise::new(Class::Exit, reason)
    }

    /// A throw.
    pub fn throw(value: Term<'h>) -> Raise<'h> {
        Raise::new(Class::Throw, value)
    }

    /// The exception, owned.
    pub fn to_exception(&self) -> Exception {
        Exception {
            class: self.class,
            reason: OwnedTerm::new(self.reason),
            trace: self.trace.map_or(OwnedTerm::nil(), OwnedTerm::new),
        }
    }
}

/// An exception that owns its terms: what crosses an `await`, and what a process died of.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The class.
    pub class: Class,
    /// The reason.
    pub reason: OwnedTerm,
    /// The stack trace; `[]` when there is none yet, and the interpreter takes one where it is raised.
    pub trace: OwnedTerm,
}

impl Exception {
    /// An error without a trace.
    pub fn error(reason: impl Into<OwnedTerm>) -> Exception {
        Exception { class: Class::Error, reason: reason.into(), trace: OwnedTerm::nil() }
    }

    /// The error `badarg`.
    pub fn badarg() -> Exception {
        Exception::error(atoms::BADARG)
    }

    /// The exception in a heap, to be raised there.
    pub fn raise<'h>(&self, builder: &mut Builder<'_, 'h>) -> Raise<'h> {
        let trace = builder.import(&self.trace);
        Raise {
            class: self.class,
            reason: builder.import(&self.reason),
            trace: (!trace.is_nil()).then_some(trace),
            args: None,
        }
    }
}
