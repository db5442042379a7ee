//! Terms: every value of a running program, as one tagged word.
//!
//! ```text
//!  63                                   8 7     3 2 1 0
//! ┌──────────────────────────────────────────────┬───┐
//! │ integer, 62 bits, two's complement           │0 0│ small integer
//! ├──────────────────────────────────────────────┼───┤
//! │ address of [head, tail]                      │0 1│ list cell
//! ├──────────────────────────────────────────────┼───┤
//! │ address of a header                          │1 0│ boxed object
//! ├─────────────────────────────────┬──────────┬─┼───┤
//! │ payload, 58 bits                │ class    │1│1 1│ immediate: atom, [], local pid, local port, catch mark
//! ├─────────────────────────────────┼────────┬─┴─┼───┤
//! │ words that follow, 56 bits      │ kind   │ 0 │1 1│ header (first word of a boxed object, never a term)
//! └─────────────────────────────────┴────────┴───┴───┘
//!        on a stack only: │ code address, 8-aligned │0 1 1│ return address
//! ```
//!
//! Adding two small integers is adding their words; an overflow of the word is an overflow of the integer.
//! Boxed objects keep raw words before terms, so a collector knows from the kind where terms begin.
//!
//! - [`raw`]: the patterns above. - [`view`]: [`Term`], a word with the lifetime of its heap, and [`Kind`].
//! - [`compare`], [`hash`], `key_hash`, [`map`], [`float`], [`convert`], [`format`]: algorithms, none of which recurses on a term's depth.

pub mod compare;
pub mod convert;
pub mod float;
pub mod format;
pub mod fun;
pub mod hash;
pub mod id;
pub(crate) mod key_hash;
pub mod map;
pub(crate) mod old_hash;
pub mod phash;
pub(crate) mod raw;
pub mod view;

pub use fun::FunEntry;
pub use id::{ExternalPid, ExternalPort, ExternalRef, Pid, Port, Reference};
pub(crate) use raw::{BoxedKind, RawTerm};
pub use view::{Bits, Export, Fun, Integer, Kind, ListIter, Map, Term};
