//! What an embedder pays: for a VM, a call, an evaluation, a message. Prints one line for each.
//!
//! `cargo run --release --example timings`

use std::time::{Duration, Instant};

use beamlet::{Error, Vm};

/// The shortest of several rounds, each of `times` calls, per call.
fn best(times: u32, mut call: impl FnMut() -> Result<(), Error>) -> Result<Duration, Error> {
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let begin = Instant::now();
        for _ in 0..times {
            call()?;
        }
        best = best.min(begin.elapsed() / times);
    }
    Ok(best)
}

fn main() -> Result<(), Error> {
    let built = best(20, || Vm::builder().build().map(drop))?;
    println!("a VM with a scheduler for each processor, built and dropped: {built:?}");
    let built = best(20, || Vm::builder().manual().build().map(drop))?;
    println!("a VM without threads, built and dropped: {built:?}");

    let source = "defmodule Game do\n  def add(a, b), do: a + b\nend";
    let threaded = Vm::builder().build()?;
    let manual = Vm::builder().manual().build()?;
    for (kind, vm) in [("with threads", &threaded), ("without threads", &manual)] {
        vm.load_source("game.ex", source)?;
        let call = best(10_000, || vm.call::<i64>("Game", "add", (1, 2)).map(drop))?;
        println!("a call of a function, {kind}: {call:?}");
        let eval = best(200, || vm.eval("x + 1").bind("x", 1).run::<i64>().map(drop))?;
        println!("an evaluation of source, {kind}: {eval:?}");
    }
    Ok(())
}
