//! The `beamlet` command.

mod cli;
#[cfg(feature = "repl")]
mod repl;

use std::process::ExitCode;

/// Messages are small, and freed by other threads than those that made them.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let status = cli::main();
    #[cfg(feature = "stats")]
    eprint!("{}", beamlet_vm::interp::stats::report());
    status
}
