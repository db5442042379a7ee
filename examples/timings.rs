//! What an embedder pays: for a VM, a call, an evaluation; and what is left after a thousand VMs. Prints one line for each.
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

/// Threads, open files and kilobytes of memory of this program, where the system tells.
fn held() -> Option<[u64; 3]> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let number = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse().ok()
    };
    let files = std::fs::read_dir("/proc/self/fd").ok()?.count() as u64;
    Some([number("Threads:")?, files, number("VmRSS:")?])
}

/// Builds VMs, uses each, and drops it.
fn come_and_go(count: i64) -> Result<(), Error> {
    for n in 0..count {
        let vm = if n % 2 == 0 { Vm::builder().schedulers(2) } else { Vm::builder().manual() }.build()?;
        vm.call::<i64>(":erlang", "+", (n, 1))?;
        vm.eval("Process.send_after(self(), :late, 60_000); spawn(fn -> Process.sleep(:infinity) end)").run::<()>()?;
    }
    Ok(())
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

    drop((threaded, manual));
    come_and_go(100)?;
    let before = held();
    come_and_go(1_000)?;
    if let (Some(before), Some(after)) = (before, held()) {
        let [threads, files, memory] = after;
        println!("after a thousand VMs: {threads} threads, {files} open files, {memory} kB (before: {before:?})");
    }
    Ok(())
}
