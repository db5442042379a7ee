//! The `beamlet` command.
fn main() {}
