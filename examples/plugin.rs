//! A host with plugins: they call functions of the host, and messages go both ways.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::Arc;

use beamlet::{Atom, Error, FromValue, ProcessId, Vm};

const PLUGIN: &str = r#"
defmodule Plugin do
  def start, do: spawn(fn -> loop() end)

  defp loop do
    receive do
      {:order, from, item, count} ->
        price = Shop.price(item)
        Shop.charge(price * count)
        send(from, {"receipt", item, price * count})
        loop()
    end
  rescue
    error in RuntimeError ->
      Shop.complain(error.message)
      loop()
  end
end
"#;

fn main() -> Result<(), Error> {
    let till = Arc::new(AtomicI64::new(0));
    let charged = till.clone();
    let vm = Vm::builder()
        .native("Shop", "price", |item: String| match item.as_str() {
            "tea" => Ok(3),
            "cake" => Ok(5),
            _ => Err(format!("we have no {item}")),
        })
        .native("Shop", "charge", move |amount: i64| {
            charged.fetch_add(amount, Ordering::Relaxed);
        })
        .native("Shop", "complain", |text: String| println!("the plugin complains: {text}"))
        .build()?;
    vm.load_source("plugin.ex", PLUGIN)?;
    let plugin: ProcessId = vm.call("Plugin", "start", ())?;
    let counter = vm.open_port("counter", crossbeam_channel::bounded(16))?;
    for (item, count) in [("tea", 2), ("coal", 1), ("cake", 3)] {
        vm.send(&plugin, (Atom::new("order"), counter.pid(), item, count))?;
    }
    for _ in 0..2 {
        let message = counter.receiver().recv().expect("the plugin answers two orders");
        let (word, item, total) = <(String, String, i64)>::from_value(message).expect("the plugin sends receipts");
        println!("{word}: {item}, {total}");
    }
    println!("in the till: {}", till.load(Ordering::Relaxed));
    Ok(())
}
