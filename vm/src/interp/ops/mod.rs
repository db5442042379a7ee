//! The handlers, by kind of instruction.

pub(super) mod binaries;
pub(super) mod calls;
pub(super) mod conditions;
pub(super) mod data;
pub(super) mod exceptions;
pub(super) mod floats;
pub(super) mod frames;
pub(super) mod fused;
pub(super) mod guards;
pub(super) mod maps;
pub(super) mod messages;
pub(super) mod stubs;
