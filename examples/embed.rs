//! Embeds the virtual machine: builds it, evaluates a script, calls a function with values and gets a value back.

use std::collections::BTreeMap;

use beamlet::{Error, Vm};

const GAME: &str = r#"
defmodule Game do
  def score(players) do
    for {name, points} <- players, into: %{}, do: {name, Enum.sum(points)}
  end
end
"#;

fn main() -> Result<(), Error> {
    let vm = Vm::builder().manual().build()?;

    let greeting: String = vm.eval("Enum.join([\"hello\", \"from\", \"Elixir\"], \" \")").run()?;
    println!("{greeting}");

    vm.load_source("game.ex", GAME)?;
    let players = BTreeMap::from([("ada", vec![3, 4]), ("joe", vec![10])]);
    let scores: BTreeMap<String, i64> = vm.call("Game", "score", (players,))?;
    println!("{scores:?}");

    let failed: Result<i64, Error> = vm.eval("1 / 0").run();
    match failed {
        Ok(value) => println!("{value}"),
        Err(error) => println!("caught: {error}"),
    }
    Ok(())
}
