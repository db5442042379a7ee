//! The standard library as an image of compiled modules, embedded in whatever links this crate.
//!
//! `lib/**/*.ex` is compiled when this crate is built. Nothing is loaded until a program calls it.

/// Every module with the bytes of its `.beam` file, in the order of their names.
static MODULES: &[(&str, &[u8])] = &include!(concat!(env!("OUT_DIR"), "/modules.rs"));

/// The `.beam` file of a module, by its full name (`Elixir.Enum`, `gen_server`). O(log n).
pub fn module(name: &str) -> Option<&'static [u8]> {
    MODULES.binary_search_by(|(other, _)| (*other).cmp(name)).ok().map(|index| MODULES[index].1)
}

/// The names of all modules, in order.
pub fn names() -> impl Iterator<Item = &'static str> {
    MODULES.iter().map(|(name, _)| *name)
}
