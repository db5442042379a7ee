//! A host with frames to draw: it drives the VM itself, with a budget for each frame, so that programs never take more of
//! a frame than it grants, and two runs are the same.

use std::time::Duration;

use beamlet::{Error, Progress, Vm};

const WORLD: &str = r#"
defmodule Creature do
  use GenServer

  def start(name, speed), do: GenServer.start(__MODULE__, speed, name: name)

  @impl true
  def init(speed) do
    Process.send_after(self(), :step, 16)
    {:ok, {0, speed}}
  end

  @impl true
  def handle_info(:step, {position, speed}) do
    Process.send_after(self(), :step, 16)
    {:noreply, {position + speed, speed}}
  end

  @impl true
  def handle_call(:position, _from, {position, _} = state), do: {:reply, position, state}
end
"#;

fn main() -> Result<(), Error> {
    let vm = Vm::builder().deterministic(1).build()?;
    vm.load_source("world.ex", WORLD)?;
    vm.eval("Creature.start(:snail, 1); Creature.start(:hare, 9)").run::<()>()?;
    for frame in 1..=5 {
        // A frame of the game: what the programs have to do in it, and no more than the budget.
        vm.advance(Duration::from_millis(16));
        let mut budget: u64 = 20_000;
        while budget > 0 && vm.run_for(1_000) == Progress::Busy {
            budget -= 1_000;
        }
        let position = |name: &str| vm.eval(&format!("GenServer.call(:{name}, :position)")).run::<i64>();
        println!("frame {frame}: snail at {}, hare at {}", position("snail")?, position("hare")?);
    }
    Ok(())
}
