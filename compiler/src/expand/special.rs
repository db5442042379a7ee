//! The special forms by name and arity, and the table that finds them.

use std::sync::OnceLock;

use beamlet_vm::Atom;

use super::hashing::SmallMap;

/// A special form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the form of its name")]
pub enum Special {
    Block,
    Tuple,
    Map,
    Struct,
    Bits,
    Match,
    Pin,
    Capture,
    Fn,
    Case,
    Cond,
    Receive,
    Try,
    With,
    For,
    Quote,
    Unquote,
    UnquoteSplicing,
    Alias,
    Import,
    Require,
    Aliases,
    Type,
    Dot,
    Arrow,
    Pipe,
    Super,
    Module,
    Env,
    Dir,
    Caller,
    Stacktrace,
}

const ANY: usize = usize::MAX;

/// Names, arities ([`ANY`] for all) and forms.
const FORMS: &[(&str, usize, Special)] = &[
    ("__block__", ANY, Special::Block),
    ("{}", ANY, Special::Tuple),
    ("%{}", ANY, Special::Map),
    ("%", 2, Special::Struct),
    ("<<>>", ANY, Special::Bits),
    ("=", 2, Special::Match),
    ("^", 1, Special::Pin),
    ("&", 1, Special::Capture),
    ("fn", ANY, Special::Fn),
    ("case", 2, Special::Case),
    ("cond", 1, Special::Cond),
    ("receive", 1, Special::Receive),
    ("try", 1, Special::Try),
    ("with", ANY, Special::With),
    ("for", ANY, Special::For),
    ("quote", 1, Special::Quote),
    ("quote", 2, Special::Quote),
    ("unquote", 1, Special::Unquote),
    ("unquote_splicing", 1, Special::UnquoteSplicing),
    ("alias", 1, Special::Alias),
    ("alias", 2, Special::Alias),
    ("import", 1, Special::Import),
    ("import", 2, Special::Import),
    ("require", 1, Special::Require),
    ("require", 2, Special::Require),
    ("__aliases__", ANY, Special::Aliases),
    ("::", 2, Special::Type),
    (".", ANY, Special::Dot),
    ("->", 2, Special::Arrow),
    ("|", 2, Special::Pipe),
    ("super", ANY, Special::Super),
    ("__MODULE__", 0, Special::Module),
    ("__ENV__", 0, Special::Env),
    ("__DIR__", 0, Special::Dir),
    ("__CALLER__", 0, Special::Caller),
    ("__STACKTRACE__", 0, Special::Stacktrace),
];

fn table() -> &'static SmallMap<Atom, Vec<(usize, Special)>> {
    static TABLE: OnceLock<SmallMap<Atom, Vec<(usize, Special)>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table: SmallMap<Atom, Vec<(usize, Special)>> = SmallMap::default();
        for (name, arity, special) in FORMS {
            table.entry(Atom::new(name)).or_default().push((*arity, *special));
        }
        table
    })
}

impl Special {
    /// The special form of this name and number of arguments.
    pub fn of(name: Atom, arity: usize) -> Option<Special> {
        let forms = table().get(&name)?;
        forms.iter().find(|(wanted, _)| *wanted == ANY || *wanted == arity).map(|(_, special)| *special)
    }

    /// The special form written like a variable, such as `__MODULE__`.
    pub fn variable(name: Atom) -> Option<Special> {
        let forms = table().get(&name)?;
        forms.iter().find(|(arity, _)| *arity == 0).map(|(_, special)| *special)
    }
}
