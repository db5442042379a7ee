//! Compiles Elixir source to BEAM modules.
//!
//! Text goes in, `.beam` modules come out; no file or terminal is touched here. The stages, each with its
//! own folder: `token`, `parse`, `quoted`, `expand`, `core`, `pattern`, `codegen`.

pub mod codegen;
pub mod core;
pub mod diagnostic;
pub mod eval;
pub mod expand;
pub mod module;
pub mod natives;
pub mod parse;
mod pattern;
pub mod quoted;
pub mod source;
pub mod token;
pub mod tree;
