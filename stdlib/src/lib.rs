//! The standard library as an image of compiled modules, embedded in whatever links this crate.
//!
//! `lib/**/*.ex` is compiled when this crate is built. Nothing is loaded until a program calls it.
//!
//! The image is in two parts, so that a program touches few of its pages: what runs, beginning with the modules that every
//! script needs, and what is told of it (documentation, source), which most programs never ask for.

/// A module's name, and from where to where its two parts stand in those of the image.
type Entry = (&'static str, [(usize, usize); 2]);

/// Every module, in the order of their names.
static MODULES: &[Entry] = &include!(concat!(env!("OUT_DIR"), "/modules.rs"));
static CODE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/code.image"));
static REST: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rest.image"));

/// The `.beam` file of a module.
#[derive(Clone, Copy, Debug)]
pub struct File {
    /// Its beginning: all that the code needs.
    pub code: &'static [u8],
    /// The whole chunks that follow.
    pub rest: &'static [u8],
}

impl File {
    /// Its bytes in one piece. O(their number).
    pub fn whole(&self) -> Vec<u8> {
        [self.code, self.rest].concat()
    }
}

/// The `.beam` file of a module, by its full name (`Elixir.Enum`, `gen_server`). O(log n).
pub fn module(name: &str) -> Option<File> {
    let index = MODULES.binary_search_by(|(other, _)| (*other).cmp(name)).ok()?;
    let [code, rest] = MODULES[index].1;
    Some(File { code: &CODE[code.0..code.1], rest: &REST[rest.0..rest.1] })
}

/// The names of all modules, in order.
pub fn names() -> impl Iterator<Item = &'static str> {
    MODULES.iter().map(|(name, _)| *name)
}
