//! Quoted code: Elixir's own form of source, `{form, meta, arguments}`, as Rust data.
//!
//! The parser makes it, macros take and give it, the expander consumes it. Nodes are shared by `Arc`, so
//! cloning a tree costs one count. `convert` (terms and values) keeps exactly Elixir's shapes.

pub mod convert;
mod shared;
pub mod show;
pub mod text;

use std::sync::Arc;

use beamlet_vm::{Atom, Value};
use num_bigint::BigInt;

pub use shared::{Elements, Pair};

/// A piece of quoted code.
#[derive(Clone, Debug, PartialEq)]
pub enum Quoted {
    /// An atom literal, `nil`, `true` and `false` included.
    Atom(Atom),
    /// An integer of 64 bits.
    Int(i64),
    /// A larger integer.
    Big(Arc<BigInt>),
    /// A float.
    Float(f64),
    /// A binary: a string literal without interpolation.
    Binary(Arc<[u8]>),
    /// A proper list.
    List(Elements),
    /// A tuple of two elements, which quotes to itself.
    Pair(Pair),
    /// `{form, meta, arguments}` with a list of metadata.
    Node(Arc<Node>),
    /// Any other term, put there by a macro or by `unquote`: a tuple of another size, a map, an improper list, a bitstring.
    Other(Arc<Value>),
    /// A term that has no plain Rust form (a pid, a reference, a closure), by its key in the compilation's term table.
    Opaque(u64),
}

/// `{form, meta, arguments}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// An atom for variables, local calls, operators and special forms; any other quoted code for calls like `a.b()`.
    pub form: Quoted,
    /// Where the node came from, and what else is known of it.
    pub meta: Meta,
    /// The arguments, or the context of a variable.
    pub args: Args,
}

impl Drop for Node {
    /// Frees the node's parts on more stack if need be: code may be as deep as it is long.
    fn drop(&mut self) {
        let is_flat = match &self.args {
            Args::Context(_) => true,
            Args::List(args) => !args.iter().any(shared::is_shared),
        };
        if is_flat && !shared::is_shared(&self.form) {
            return;
        }
        shared::on_enough_stack(|| {
            self.args = Args::Context(beamlet_vm::atom::atoms::NIL);
            self.form = Quoted::NIL;
        });
    }
}

/// The third element of a node.
#[derive(Clone, Debug, PartialEq)]
pub enum Args {
    /// The node is a variable; the atom is its hygiene context (`nil` for source text).
    Context(Atom),
    /// The node is a call with these arguments.
    List(Vec<Quoted>),
}

/// Metadata of a node. As a term: `extra`, then `line`, then `column` when `expose_column` holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meta {
    /// The line, from 1; 0 where unknown (then `line:` does not appear in the term).
    pub line: u32,
    /// The column in characters, from 1; 0 where unknown.
    pub column: u32,
    /// Whether `column:` appears in the term: only for code parsed with `columns: true`. Diagnostics use the
    /// column in any case.
    pub expose_column: bool,
    /// All other entries in order: `context`, `imports`, `counter`, `alias`, `no_parens`, `delimiter`, …
    pub extra: Option<Box<Vec<(Atom, Quoted)>>>,
}

impl Meta {
    /// Metadata with only a position.
    pub fn at(line: u32, column: u32) -> Meta {
        Meta { line, column, expose_column: false, extra: None }
    }

    /// The value of an entry other than `line` and `column`.
    pub fn get(&self, key: Atom) -> Option<&Quoted> {
        self.extra.as_ref()?.iter().find(|(k, _)| *k == key).map(|(_, v)| v)
    }

    /// Puts an entry in front, replacing one of the same key.
    pub fn put(&mut self, key: Atom, value: Quoted) {
        let extra = self.extra.get_or_insert_with(Default::default);
        extra.retain(|(k, _)| *k != key);
        extra.insert(0, (key, value));
    }
}

impl Quoted {
    /// What [`Quoted::Opaque`] holds for a function.
    pub const FUNCTION: u64 = 1;

    /// The atom `nil`.
    pub const NIL: Quoted = Quoted::Atom(beamlet_vm::atom::atoms::NIL);

    /// An atom by its text; panics like [`Atom::new`].
    pub fn atom(text: &str) -> Quoted {
        Quoted::Atom(Atom::new(text))
    }

    /// A string literal.
    pub fn string(text: &str) -> Quoted {
        Quoted::Binary(text.as_bytes().into())
    }

    /// A proper list.
    pub fn list(elements: Vec<Quoted>) -> Quoted {
        Quoted::List(elements.into())
    }

    /// A two-element tuple.
    pub fn pair(left: Quoted, right: Quoted) -> Quoted {
        Quoted::Pair(Pair::new(left, right))
    }

    /// `{form, meta, args}` with arguments.
    pub fn call(form: impl Into<Quoted>, meta: Meta, args: Vec<Quoted>) -> Quoted {
        Quoted::Node(Arc::new(Node { form: form.into(), meta, args: Args::List(args) }))
    }

    /// `{name, meta, context}`.
    pub fn var(name: Atom, meta: Meta, context: Atom) -> Quoted {
        Quoted::Node(Arc::new(Node { form: Quoted::Atom(name), meta, args: Args::Context(context) }))
    }

    /// All nodes in the code, itself included, in no promised order. O(size), with a work list instead of recursion.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        let mut work = vec![self];
        std::iter::from_fn(move || loop {
            match work.pop()? {
                Quoted::List(elements) => work.extend(elements.iter()),
                Quoted::Pair(pair) => work.extend([&pair.0, &pair.1]),
                Quoted::Node(node) => {
                    work.push(&node.form);
                    if let Args::List(args) = &node.args {
                        work.extend(args);
                    }
                    return Some(&**node);
                }
                _ => {}
            }
        })
    }

    /// The node, if this is one.
    pub fn as_node(&self) -> Option<&Node> {
        match self {
            Quoted::Node(node) => Some(node),
            _ => None,
        }
    }

    /// The name and arguments, if this is a call of a plain name such as `foo(1)` or `a + b`.
    pub fn as_call(&self) -> Option<(Atom, &Meta, &[Quoted])> {
        match self.as_node()? {
            Node { form: Quoted::Atom(name), meta, args: Args::List(args) } => Some((*name, meta, args)),
            _ => None,
        }
    }
}

impl From<Atom> for Quoted {
    fn from(atom: Atom) -> Quoted {
        Quoted::Atom(atom)
    }
}
