//! Binaries: match contexts, reading fields, and building binaries from segments.
//!
//! A match context is a boxed object `[position, end, start, binary]`, positions in bits of the whole binary (which is
//! in the heap or shared, never a part). It is the only object that instructions change in place.

mod build;
mod read;
mod write;

pub(super) use build::{add_sizes, begin, create, put, put_string, utf_size, writable, Building};
pub(super) use read::{byte, get, match_integer, match_string, set_position, skip, start_match, tail, utf};
