//! The messages that the VM itself sends.

use super::id::{Pid, Reference};
use super::state::{Monitor, Target};
use crate::atom::atoms;
use crate::heap::OwnedTerm;
use crate::term::Term;
use crate::Atom;

/// The name of this node, for `{name, node}`.
pub(super) fn node() -> Atom {
    Atom::new("nonode@nohost")
}

/// `{'EXIT', from, reason}`
pub(super) fn exit_message(from: Pid, reason: &OwnedTerm) -> OwnedTerm {
    OwnedTerm::build(|b| {
        let reason = b.import(reason);
        b.tuple(&[Term::atom(atoms::EXIT_SIGNAL), Term::pid(from), reason])
    })
}

/// `{'DOWN', reference, process, pid or {name, node}, reason}`, with the monitor's tag in place of `'DOWN'`.
pub(super) fn down_message(reference: Reference, monitor: &Monitor, reason: &OwnedTerm) -> OwnedTerm {
    OwnedTerm::build(|b| {
        let tag = match &monitor.tag {
            Some(tag) => b.import(tag),
            None => Term::atom(atoms::DOWN),
        };
        let object = match monitor.target {
            Target::Process(pid) => Term::pid(pid),
            Target::Name(name, _) => b.tuple(&[Term::atom(name), Term::atom(node())]),
            Target::Unopened(port) => Term::port(port),
            Target::TimeOffset => Term::atom(Atom::new("clock_service")),
        };
        let reference = b.reference(reference);
        let reason = b.import(reason);
        let kind = match monitor.target {
            Target::Process(pid) | Target::Name(_, Some(pid)) if pid.is_port() => Atom::new("port"),
            Target::Unopened(_) => Atom::new("port"),
            _ => atoms::PROCESS,
        };
        b.tuple(&[tag, reference, Term::atom(kind), object, reason])
    })
}
