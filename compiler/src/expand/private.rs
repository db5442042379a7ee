//! What the macros of the module at hand made of their calls, for its debug information: what is private nobody can ask
//! once the module is done.

use std::collections::HashMap;
use std::sync::Arc;

use beamlet_vm::Atom;

use crate::quoted::{Args, Meta, Node, Quoted};

/// The calls of a definition to macros of its own module, each with the code that came of it.
#[derive(Debug, Default)]
pub struct LocalExpansions {
    /// By name and place. The arguments tell calls apart that one macro wrote; they are held here, so no other code takes
    /// their place in memory.
    calls: HashMap<(Atom, u32, u32), Vec<(Vec<Quoted>, Quoted)>>,
}

impl LocalExpansions {
    /// Notes a call. O(1) and a count for each argument.
    pub fn note(&mut self, name: Atom, meta: &Meta, args: &[Quoted], result: &Quoted) {
        self.calls.entry((name, meta.line, meta.column)).or_default().push((args.to_vec(), result.clone()));
    }

    /// The code with what the noted calls in it became. O(size).
    pub fn put_into(&self, code: &Quoted) -> Quoted {
        if self.calls.is_empty() {
            return code.clone();
        }
        self.walk(code)
    }

    fn walk(&self, code: &Quoted) -> Quoted {
        stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, || match code {
            Quoted::List(elements) => Quoted::List(elements.iter().map(|element| self.walk(element)).collect()),
            Quoted::Pair(pair) => Quoted::pair(self.walk(&pair.0), self.walk(&pair.1)),
            Quoted::Node(node) => match self.result(node) {
                Some(result) => self.walk(result),
                None => {
                    let args = match &node.args {
                        Args::List(args) => Args::List(args.iter().map(|arg| self.walk(arg)).collect()),
                        context => context.clone(),
                    };
                    Quoted::Node(Arc::new(Node { form: self.walk(&node.form), meta: node.meta.clone(), args }))
                }
            },
            other => other.clone(),
        })
    }

    fn result(&self, node: &Node) -> Option<&Quoted> {
        let (Quoted::Atom(name), Args::List(args)) = (&node.form, &node.args) else { return None };
        let noted = self.calls.get(&(*name, node.meta.line, node.meta.column))?;
        let (_, result) = noted.iter().find(|(other, _)| {
            args.len() == other.len() && args.iter().zip(other).all(|(one, other)| is_same(one, other))
        })?;
        Some(result)
    }
}

/// Whether these are one piece of code, not only equal ones; literals need only be equal.
fn is_same(one: &Quoted, other: &Quoted) -> bool {
    match (one, other) {
        (Quoted::Node(one), Quoted::Node(other)) => Arc::ptr_eq(one, other),
        (Quoted::List(one), Quoted::List(other)) => std::ptr::eq(&**one, &**other),
        (Quoted::Pair(one), Quoted::Pair(other)) => std::ptr::eq(&**one, &**other),
        (Quoted::Other(one), Quoted::Other(other)) => Arc::ptr_eq(one, other),
        (Quoted::Node(_) | Quoted::List(_) | Quoted::Pair(_) | Quoted::Other(_), _) => false,
        _ => one == other,
    }
}
