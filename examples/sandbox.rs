//! A server that runs its users' scripts: each confined, within limits, and none able to harm it or the others.

use std::time::Duration;

use beamlet::{Capabilities, Limits, Value, Vm};

/// What the users have sent.
const SCRIPTS: [(&str, &str); 7] = [
    ("ada", "Enum.sum(1..100)"),
    ("bob", "spin = fn spin -> spin.(spin) end; spin.(spin)"),
    ("cyd", "File.read(\"/etc/passwd\")"),
    ("dan", "grow = fn grow, list -> grow.(grow, [list | list]) end; grow.(grow, [])"),
    ("eve", "for _ <- 1..50, do: spawn(fn -> Process.sleep(:infinity) end); Process.sleep(:infinity)"),
    ("fay", "1 +"),
    ("gus", "String.upcase(\"still served\")"),
];

fn main() -> Result<(), beamlet::Error> {
    for (user, script) in SCRIPTS {
        let limits = Limits::new().memory(32 << 20).processes(1_000);
        let vm = Vm::builder()
            .schedulers(1)
            .capabilities(Capabilities::none())
            .limits(limits)
            .stderr(std::io::sink())
            .build()?;
        let job =
            vm.eval(script).job().reductions(5_000_000).timeout(Duration::from_secs(5)).memory(8 << 20).start()?;
        match job.wait::<Value>() {
            Ok(value) => println!("{user}: {}", beamlet::show(&value)),
            Err(error) => match error.limit() {
                Some(limit) => println!("{user}: stopped ({limit:?})"),
                None => println!("{user}: {error}"),
            },
        }
    }
    Ok(())
}
