//! The embedding interface as a host program uses it: values in and out, functions of the host, limits, channels.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use beamlet::{Atom, Builder, Bytes, Capabilities, Error, Limit, Limits, ProcessId, Progress, Value, Vm};

fn vm() -> Vm {
    built(Vm::builder().schedulers(2))
}

fn built(builder: Builder) -> Vm {
    builder.build().expect("the VM can be built")
}

/// What a program prints.
#[derive(Clone, Default)]
struct Printed(Arc<Mutex<Vec<u8>>>);

impl Printed {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("nobody panics with it").clone()).expect("programs print text")
    }
}

impl std::io::Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panics with it").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn values_go_in_and_come_out() -> Result<(), Error> {
    let vm = vm();
    vm.load_source("game.ex", "defmodule Game do def add(a, b), do: a + b end")?;
    assert_eq!(vm.call::<i64>("Game", "add", (1, 2))?, 3);
    assert_eq!(vm.call::<u128>("Game", "add", (u64::MAX, 1))?, u128::from(u64::MAX) + 1);
    let text: String = vm.eval("Enum.join(xs, sep)").bind("xs", vec![1, 2]).bind("sep", "-").run()?;
    assert_eq!(text, "1-2");
    assert_eq!(vm.call::<Vec<i64>>(":lists", "reverse", (vec![1, 2, 3],))?, [3, 2, 1]);
    Ok(())
}

#[test]
fn a_value_of_another_type_is_a_conversion_error() {
    let error = vm().eval("[1, 2]").run::<String>().expect_err("a list is no string");
    assert!(error.is_conversion());
    assert_eq!(error.to_string(), "expected a string, found [1, 2]");
    let error = vm().eval("300").run::<u8>().expect_err("300 is too large");
    assert!(error.is_conversion());
}

#[test]
fn source_errors_and_exceptions_are_told_apart() {
    let vm = vm();
    let error = vm.load_source("bad.ex", "defmodule Bad do def f(x), do: y end").expect_err("y is undefined");
    assert!(error.is_source());
    assert!(error.to_string().contains("undefined function y/0 (expected Bad to define"), "{error}");
    let error = vm.eval("raise ArgumentError, \"no\"").run::<()>().expect_err("it raises");
    assert!(error.is_exception());
    assert_eq!(error.class(), Some("error"));
    assert!(error.to_string().starts_with("** (ArgumentError) no"), "{error}");
}

#[test]
fn programs_call_functions_of_the_host() -> Result<(), Error> {
    let vm = built(
        Vm::builder()
            .native("Host", "greet", |name: String| format!("hi {name}"))
            .native("Host", "divide", |a: i64, b: i64| a.checked_div(b).ok_or("division by zero"))
            .native("Host", "fail", || -> () { panic!("out of order") })
            .blocking_native("Host.Files", "slow!", |n: i64| n + 1),
    );
    assert_eq!(vm.eval("Host.greet(\"you\")").run::<String>()?, "hi you");
    assert_eq!(vm.eval("Host.divide(7, 2)").run::<i64>()?, 3);
    assert_eq!(vm.eval("Host.Files.slow!(41)").run::<i64>()?, 42);
    let error = vm.eval("Host.divide(7, 0)").run::<i64>().expect_err("it fails");
    assert!(error.to_string().starts_with("** (RuntimeError) division by zero"), "{error}");
    let error = vm.eval("Host.greet(:you)").run::<String>().expect_err("an atom is no string");
    let expected = "** (ArgumentError) Host.greet/1: argument 1 must be a string, got: :you";
    assert!(error.to_string().starts_with(expected), "{error}");
    let error = vm.eval("Host.fail()").run::<()>().expect_err("it panics");
    assert!(error.to_string().starts_with("** (RuntimeError) Host.fail/0 panicked: out of order"), "{error}");
    assert_eq!(vm.eval("Host.greet(\"still here\")").run::<String>()?, "hi still here");
    Ok(())
}

#[test]
fn a_name_that_is_none_is_refused() {
    let error = Vm::builder().native("host", "f", || 1).build().map(drop).expect_err("no module's name");
    assert_eq!(error.to_string(), "\"host.f\" is no name of a function, as \"Host.greet\" is one");
}

#[test]
fn a_job_ends_at_its_limits() -> Result<(), Error> {
    let vm = vm();
    vm.load_source(
        "guest.ex",
        r#"
        defmodule Guest do
          def spin, do: spin()
          def wait, do: Process.sleep(:infinity)
          def hoard(list), do: hoard([list | list])
          def flood do
            for _ <- 1..10, do: spawn(fn -> spin() end)
            wait()
          end
        end
        "#,
    )?;
    let job = vm.spawn_call("Guest", "spin", ()).reductions(100_000).start()?;
    assert_eq!(job.wait::<()>().expect_err("it never ends").limit(), Some(Limit::Reductions));
    let job = vm.spawn_call("Guest", "wait", ()).timeout(Duration::from_millis(20)).start()?;
    assert_eq!(job.wait::<()>().expect_err("it never ends").limit(), Some(Limit::Time));
    let job = vm.spawn_call("Guest", "spin", ()).timeout(Duration::from_millis(20)).start()?;
    assert_eq!(job.wait::<()>().expect_err("it never ends").limit(), Some(Limit::Time));
    let job = vm.spawn_call("Guest", "hoard", (Vec::<i64>::new(),)).memory(1 << 20).start()?;
    assert_eq!(job.wait::<()>().expect_err("it wants too much").limit(), Some(Limit::Memory));
    let job = vm.spawn_call("Guest", "flood", ()).reductions(1_000_000).start()?;
    assert_eq!(job.wait::<()>().expect_err("its children use all").limit(), Some(Limit::Reductions));
    let job = vm.spawn_call("Guest", "wait", ()).start()?;
    job.cancel();
    assert_eq!(job.wait::<()>().expect_err("it was cancelled").limit(), Some(Limit::Cancelled));
    let job = vm.eval("x + 1").bind("x", 1).job().reductions(1_000_000).start()?;
    assert_eq!(job.wait::<i64>()?, 2);
    Ok(())
}

#[test]
fn more_reductions_can_be_allowed() -> Result<(), Error> {
    let vm = built(Vm::builder().manual());
    vm.load_source("count.ex", "defmodule Count do def down(0), do: :done; def down(n), do: down(n - 1) end")?;
    let job = vm.spawn_call("Count", "down", (100_000,)).reductions(10_000).start()?;
    job.add_reductions(1_000_000);
    assert_eq!(job.wait::<Atom>()?.as_str(), "done");
    assert!(job.remaining_reductions() < 1_000_000);
    Ok(())
}

#[test]
fn messages_go_both_ways() -> Result<(), Error> {
    let vm = vm();
    vm.load_source(
        "server.ex",
        r#"
        defmodule Server do
          def start do
            spawn(fn ->
              Process.register(self(), :server)
              receive do
                {:subscribe, pid} -> for n <- 1..100, do: send(pid, {:tick, n})
              end
            end)
          end
        end
        "#,
    )?;
    let server: ProcessId = vm.call("Server", "start", ())?;
    let port = vm.open_port("ui", crossbeam_channel::bounded(8))?;
    vm.send(&server, (Atom::new("subscribe"), port.pid()))?;
    for n in 1..=100 {
        let tick: Value = port.receiver().recv().expect("the port lives as long as the VM");
        assert_eq!(tick, Value::Tuple(vec![Value::atom("tick"), Value::Int(n)]));
    }
    let error = vm.send("nobody", 1).expect_err("nobody has the name");
    assert_eq!(error.to_string(), "no process is registered as nobody");
    let error = vm.open_port("ui", crossbeam_channel::bounded(8)).map(drop).expect_err("the name is taken");
    assert!(error.is_exception());
    Ok(())
}

#[test]
fn terms_of_one_vm_mean_nothing_to_another() -> Result<(), Error> {
    let (one, other) = (vm(), vm());
    let fun: Value = one.eval("fn x -> x + 1 end").run()?;
    assert_eq!(one.eval("f.(1)").bind("f", fun.clone()).run::<i64>()?, 2);
    let error = other.eval("f.(1)").bind("f", fun).run::<i64>().expect_err("the fun is foreign");
    assert!(error.is_foreign());
    Ok(())
}

#[test]
fn a_closure_outlives_its_vm_as_a_value() -> Result<(), Error> {
    let held: Value = {
        let vm = vm();
        vm.eval("s = String.duplicate(\"x\", 1000); fn -> s end").run()?
    };
    assert_eq!(held, held.clone());
    Ok(())
}

#[test]
fn the_host_drives_a_vm_in_manual_mode() -> Result<(), Error> {
    let printed = Printed::default();
    let vm = built(Vm::builder().deterministic(7).stdout(printed.clone()));
    let job = vm.eval("for n <- 1..3 do Process.sleep(1000); IO.puts(n) end; :done").job().start()?;
    let mut frames = 0;
    let done = loop {
        if let Some(done) = job.try_wait::<Atom>() {
            break done?;
        }
        frames += 1;
        match vm.run_for(10_000) {
            Progress::Waiting(time) => vm.advance(time),
            Progress::Busy | Progress::Idle | Progress::Finished => {}
        }
    };
    assert_eq!(done.as_str(), "done");
    assert!(frames >= 3);
    assert_eq!(printed.text(), "1\n2\n3\n");
    Ok(())
}

#[test]
fn runs_with_one_seed_are_the_same() -> Result<(), Error> {
    let run = || -> Result<Vec<i64>, Error> {
        let vm = built(Vm::builder().deterministic(42));
        let source = "
          me = self()
          for n <- 1..20, do: spawn(fn -> for _ <- 1..n, do: :erlang.yield(); send(me, n) end)
          for _ <- 1..20 do receive do n -> n end end ++ [:rand.uniform(1_000_000)]";
        vm.eval(source).run()
    };
    assert_eq!(run()?, run()?);
    Ok(())
}

#[test]
fn limits_hold_for_the_whole_vm() -> Result<(), Error> {
    let limits = Limits::new().memory(64 << 20).processes(100);
    let vm = built(Vm::builder().schedulers(1).limits(limits).stderr(std::io::sink()));
    let error = vm
        .eval("for _ <- 1..1000, do: spawn(fn -> Process.sleep(:infinity) end)")
        .run::<Value>()
        .expect_err("there are too many");
    assert!(error.to_string().contains("system limit"), "{error}");
    let error = vm.eval("f = fn f, l -> f.(f, [l, l, l, l | l]) end; f.(f, [])").run::<Value>();
    assert!(error.is_err());
    assert_eq!(vm.eval("1 + 1").run::<i64>()?, 2);
    Ok(())
}

#[test]
fn atoms_can_be_limited() -> Result<(), Error> {
    let vm = built(Vm::builder().limits(Limits::new().atoms(60_000)));
    let source = "for n <- 1..100_000, do: String.to_atom(\"limited_atom_#{n}\")";
    let error = vm.eval(source).run::<Value>().expect_err("there are too many");
    assert!(error.to_string().contains("system limit"), "{error}");
    let free = self::vm();
    assert_eq!(
        free.eval("String.to_atom(\"an_atom_of_the_other_vm\")").run::<Atom>()?.as_str(),
        "an_atom_of_the_other_vm"
    );
    Ok(())
}

#[test]
fn a_confined_program_reaches_what_is_granted() -> Result<(), Error> {
    let folder = std::env::temp_dir().join(format!("beamlet-confined-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder can be made");
    std::fs::write(folder.join("in.txt"), "granted").expect("a file can be written there");
    let vm = built(Vm::builder().capabilities(Capabilities::none().read(&folder)));
    let path = folder.join("in.txt").display().to_string();
    assert_eq!(vm.eval("File.read!(path)").bind("path", path.as_str()).run::<String>()?, "granted");
    let write: Value = vm.eval("File.write(path, \"x\")").bind("path", path.as_str()).run()?;
    assert_eq!(write, Value::Tuple(vec![Value::atom("error"), Value::atom("eacces")]));
    let read: Value = vm.eval("File.read(\"/etc/passwd\")").run()?;
    assert_eq!(read, Value::Tuple(vec![Value::atom("error"), Value::atom("eacces")]));
    std::fs::remove_dir_all(&folder).expect("the folder is ours");
    Ok(())
}

#[test]
fn a_vm_can_be_dropped_while_it_runs() -> Result<(), Error> {
    for _ in 0..5 {
        let vm = vm();
        let job = vm.eval("f = fn f -> f.(f) end; for _ <- 1..10, do: spawn(fn -> f.(f) end); f.(f)").job().start()?;
        drop(vm);
        drop(job);
    }
    Ok(())
}

#[test]
fn a_thousand_vms_come_and_go() -> Result<(), Error> {
    for n in 0..1000_i64 {
        let vm = built(Vm::builder().manual());
        assert_eq!(vm.call::<i64>(":erlang", "+", (n, 1))?, n + 1);
    }
    Ok(())
}

#[test]
fn halting_ends_the_calls_under_way() {
    let vm = vm();
    let error = vm.eval("System.halt(3)").run::<()>().expect_err("the VM halts");
    assert!(error.is_halted());
    assert_eq!(vm.halted(), Some(3));
}

#[test]
fn a_value_that_does_not_fit_is_placed() -> Result<(), Error> {
    use std::collections::HashMap;

    let vm = vm();
    let said = |error: Error| {
        assert!(error.is_conversion());
        error.to_string()
    };
    let error = vm.eval("%{a: [1, {2, :x}]}").run::<HashMap<Atom, Vec<(i64, i64)>>>().expect_err("1 is no pair");
    assert_eq!(said(error), "expected a tuple of 2, found 1 at [:a][0]");
    let error = vm.eval("[{\"a\", 1}, {\"b\", :c}]").run::<Vec<(String, i64)>>().expect_err("an atom is no integer");
    assert_eq!(said(error), "expected an integer in the range of i64, found :c at [1][1]");
    let error = vm.eval("%{1 => 2}").run::<HashMap<String, i64>>().expect_err("1 is no string");
    assert_eq!(said(error), "expected a string as a key, found 1");
    let error = vm.eval("[1, 2]").run::<[i64; 3]>().expect_err("there are two");
    assert_eq!(said(error), "expected a list of 3, found [1, 2]");
    let error = vm.eval("{:error, 1}").run::<Result<(), String>>().expect_err("1 is no string");
    assert_eq!(said(error), "expected a string, found 1 at [1]");
    Ok(())
}

#[test]
fn types_have_counterparts() -> Result<(), Error> {
    use std::collections::{BTreeMap, BTreeSet};

    let vm = vm();
    let same = |source: &str| format!("x === {source}");
    macro_rules! both_ways {
        ($($type:ty: $value:expr => $source:literal;)*) => {$(
            assert!(vm.eval(&same($source)).bind("x", $value).run::<bool>()?, "{} goes in", $source);
            assert_eq!(vm.eval($source).run::<$type>()?, $value, "{} comes out", $source);
        )*};
    }
    both_ways! {
        i8: -128_i8 => "-128";
        u64: u64::MAX => "18446744073709551615";
        i128: i128::MIN => "-170141183460469231731687303715884105728";
        u128: u128::MAX => "340282366920938463463374607431768211455";
        f32: 0.5_f32 => "0.5";
        char: 'é' => "\"é\"";
        Bytes: Bytes(vec![255, 0]) => "<<255, 0>>";
        Vec<u8>: vec![1_u8, 2] => "[1, 2]";
        [bool; 2]: [true, false] => "[true, false]";
        Option<i64>: None::<i64> => "nil";
        Option<i64>: Some(3_i64) => "3";
        Box<String>: Box::new("b".to_owned()) => "\"b\"";
        BTreeSet<i64>: BTreeSet::from([2_i64, 1]) => "[1, 2]";
        BTreeMap<String, Vec<f64>>: BTreeMap::from([("a".to_owned(), vec![1.5])]) => "%{\"a\" => [1.5]}";
        (i64, (String,), Vec<Atom>): (1_i64, ("t".to_owned(),), vec![Atom::new("u")]) => "{1, {\"t\"}, [:u]}";
    }
    assert_eq!(vm.eval("{:ok, 1}").run::<Result<i64, Atom>>()?, Ok(1));
    assert_eq!(vm.eval("{:error, :enoent}").run::<Result<i64, Atom>>()?, Err(Atom::new("enoent")));
    assert_eq!(vm.eval(":ok").run::<Result<(), Atom>>()?, Ok(()));
    Ok(())
}

#[test]
fn a_function_of_the_host_cannot_wait_for_its_own_vm() -> Result<(), Error> {
    let held: Arc<Mutex<Option<Vm>>> = Arc::default();
    let calls_back = |held: &Arc<Mutex<Option<Vm>>>| {
        let held = held.clone();
        move |n: i64| -> Result<i64, Error> {
            let vm = held.lock().expect("nobody panics with it").clone().expect("it is there");
            vm.eval("x + 1").bind("x", n).run()
        }
    };
    for manual in [false, true] {
        let builder = Vm::builder().schedulers(1);
        let builder = if manual { builder.manual() } else { builder };
        let builder =
            builder.native("Host", "back", calls_back(&held)).blocking_native("Host", "wait", calls_back(&held));
        let vm = built(builder);
        *held.lock().expect("nobody panics with it") = Some(vm.clone());
        let error = vm.eval("Host.back(1)").run::<i64>().expect_err("it would wait for itself");
        assert!(error.to_string().contains("cannot wait for the VM"), "{error}");
        let waited = vm.eval("Host.wait(1)").run::<i64>();
        assert_eq!(waited.ok(), (!manual).then_some(2));
        assert_eq!(vm.eval("1").run::<i64>()?, 1);
        held.lock().expect("nobody panics with it").take();
    }
    Ok(())
}

#[test]
fn calls_of_every_length_come_back() -> Result<(), Error> {
    let source = r#"
    defmodule Calls do
      def add(a, b), do: a + b
      def spin(0), do: :done
      def spin(n), do: spin(n - 1)
      def nap(ms), do: Process.sleep(ms)
      def late(ms), do: (receive do after ms -> :late end)
      def ask do
        Process.send_after(self(), :tick, 5)
        task = Task.async(fn -> receive do after 5 -> :task end end)
        tick = receive do m -> m end
        {tick, Task.await(task)}
      end
      def many(n), do: 1..n |> Enum.map(&Task.async(fn -> &1 * &1 end)) |> Task.await_many() |> Enum.sum()
      def killed, do: Process.exit(self(), :kill)
      def say(text), do: IO.puts(text)
    end
    "#;
    for builder in [Vm::builder().schedulers(1), Vm::builder().schedulers(2), Vm::builder().manual()] {
        let printed = Printed::default();
        let vm = built(builder.stdout(printed.clone()));
        vm.load_source("calls.ex", source)?;
        let atom = |text: &str| Value::atom(text);
        assert_eq!(vm.call::<Value>("Calls", "spin", (1_000_000,))?, atom("done"));
        assert_eq!(vm.call::<Value>("Calls", "nap", (20,))?, atom("ok"));
        assert_eq!(vm.call::<Value>("Calls", "late", (20,))?, atom("late"));
        let both = Value::Tuple(vec![atom("tick"), atom("task")]);
        assert_eq!(vm.call::<Value>("Calls", "ask", ())?, both);
        assert_eq!(vm.call::<i64>("Calls", "many", (100,))?, 338_350);
        let error = vm.call::<Value>("Calls", "killed", ()).expect_err("it is killed");
        assert_eq!(error.to_string(), "the process of the call has ended: killed");
        // What a call has printed is there when it has come back.
        vm.call::<()>("Calls", "say", ("a",))?;
        assert_eq!(printed.text(), "a\n");
        std::thread::scope(|scope| {
            for n in 0..4 {
                let vm = vm.clone();
                scope.spawn(move || {
                    for i in 0..500 {
                        assert_eq!(vm.call::<i64>("Calls", "add", (n, i)).expect("it adds"), n + i);
                    }
                });
            }
        });
    }
    Ok(())
}

/// A VM with a function `Other.ask(n)` that calls `Own.answer(n)` in the other one, once that is there.
fn asking(builder: Builder, other: &Arc<Mutex<Option<Vm>>>) -> Vm {
    let other = other.clone();
    let ask = move |n: i64| {
        let vm = other.lock().expect("nobody panics with it").clone().ok_or("there is no other")?;
        vm.call::<i64>("Own", "answer", (n,)).map_err(|error| error.to_string())
    };
    built(builder.native("Other", "ask", ask))
}

#[test]
fn vms_call_each_other_through_their_hosts() -> Result<(), Error> {
    let builders: [fn() -> Builder; 2] = [|| Vm::builder().manual(), || Vm::builder().schedulers(1)];
    for builder in builders {
        let (to_first, to_second) = (Arc::default(), Arc::default());
        let first = asking(builder().limits(Limits::new().memory(64 << 20).atoms(50_000)), &to_second);
        let second = asking(builder(), &to_first);
        *to_second.lock().expect("free") = Some(second.clone());
        first.load_source("own.ex", "defmodule Own do def answer(n), do: n + 1; def ask(n), do: Other.ask(n) end")?;
        // What the second makes on the way is not charged to the first.
        let large =
            "defmodule Own do def answer(n), do: Enum.sum(Enum.map(1..n, &byte_size(String.duplicate(\"a\", &1)))) end";
        second.load_source("own.ex", large)?;
        assert_eq!(first.call::<i64>("Own", "ask", (2_000,))?, 2_001_000);
        // Nor can the second ask the first, which waits for it in this thread.
        *to_first.lock().expect("free") = Some(first.clone());
        second.load_source("own.ex", "defmodule Own do def answer(n), do: Other.ask(n) end")?;
        let error = first.call::<i64>("Own", "ask", (1,)).expect_err("it runs already");
        let reason = "cannot wait for the VM whose thread it runs on";
        assert!(error.to_string().contains(reason), "{error}");
        assert_eq!(first.call::<i64>("Own", "answer", (1,))?, 2);
        (*to_first.lock().expect("free"), *to_second.lock().expect("free")) = (None, None);
    }
    Ok(())
}

#[test]
fn what_is_outside_heaps_counts_as_memory() -> Result<(), Error> {
    let hostile = [
        (
            "messages",
            "pid = spawn(fn -> Process.sleep(:infinity) end); f = fn f -> send(pid, {:a, [1, 2, 3]}); f.(f) end; f.(f)",
        ),
        ("immediates", "pid = spawn(fn -> Process.sleep(:infinity) end); f = fn f -> send(pid, :a); f.(f) end; f.(f)"),
        ("own immediates", "f = fn f -> send(self(), 1); f.(f) end; f.(f)"),
        ("rows", "t = :ets.new(:t, [:public]); f = fn f, n -> :ets.insert(t, {n, n, n}); f.(f, n + 1) end; f.(f, 0)"),
        (
            "binaries",
            "f = fn f, l, n -> f.(f, [String.duplicate(\"x\", 10_000) <> to_string(n) | l], n + 1) end; f.(f, [], 0)",
        ),
        ("one binary", "Enum.reduce(1..60, \"x\", fn _, b -> b <> b end) |> byte_size()"),
        ("zeros", "<<0::size(100_000_000_000)>>"),
        ("counters", "Enum.map(1..1000, fn _ -> :atomics.new(1_000_000, []) end) |> length()"),
    ];
    for (what, source) in hostile {
        let limits = Limits::new().memory(24 << 20);
        let vm = built(Vm::builder().schedulers(1).limits(limits).stderr(std::io::sink()));
        let error = vm.eval(source).job().start()?.wait::<Value>().expect_err(what);
        let refused = error.to_string().contains("system limit");
        assert!(error.limit() == Some(Limit::Memory) || refused, "{what}: {error}");
        assert_eq!(vm.eval("1 + 1").run::<i64>()?, 2, "{what}");
    }
    // What is given back may be taken again.
    let vm = built(Vm::builder().schedulers(1).limits(Limits::new().memory(24 << 20)));
    let source =
        "for n <- 1..300 do s = String.duplicate(\"x\", 1_000_000) <> to_string(n); byte_size(s) end |> Enum.sum()";
    assert_eq!(vm.eval(source).run::<i64>()?, 300_000_792);
    Ok(())
}

#[test]
fn walks_without_end_are_ended() -> Result<(), Error> {
    let shared = "s = Enum.reduce(1..60, [], fn _, s -> [s, s] end)";
    let walks = [
        "t = Enum.reduce(1..60, [], fn _, s -> [s, s] end); s == t",
        "send(self(), s)",
        ":erlang.phash2(s)",
        ":erlang.term_to_binary(s)",
        "IO.iodata_length(s)",
        "s",
        "Integer.pow(7, 20_000_000) |> Integer.to_string()",
    ];
    for walk in walks {
        let vm = built(Vm::builder().schedulers(1));
        let job = vm.eval(&format!("{shared}; {walk}")).job().timeout(Duration::from_millis(50)).start()?;
        assert_eq!(job.wait::<Value>().expect_err(walk).limit(), Some(Limit::Time), "{walk}");
        assert_eq!(vm.eval("1 + 1").run::<i64>()?, 2, "{walk}");
        // One that nobody has limited ends with its VM.
        vm.eval(&format!("{shared}; {walk}")).job().start()?;
    }
    Ok(())
}

#[test]
fn one_vm_cannot_use_up_the_atoms_of_another() -> Result<(), Error> {
    let limited = || built(Vm::builder().schedulers(1).limits(Limits::new().atoms(3_000)));
    let vm = limited();
    let error =
        vm.eval("for n <- 1..10_000, do: String.to_atom(\"greedy_#{n}\")").run::<Value>().expect_err("too many");
    assert!(error.to_string().contains("system limit"), "{error}");
    assert_eq!(limited().eval("for n <- 1..500, do: String.to_atom(\"modest_#{n}\")").run::<Vec<Atom>>()?.len(), 500);
    Ok(())
}

#[test]
fn functions_are_given_once_and_not_to_the_library() {
    let twice = Vm::builder().native("Host", "f", || 1).native("Host", "f", || 2).build().map(drop);
    assert_eq!(twice.expect_err("it is there twice").to_string(), "Host.f/0 is given twice");
    let library = Vm::builder().native("Enum", "mine", || 1).build().map(drop).expect_err("Enum is the library's");
    assert_eq!(library.to_string(), "Enum is a module of the library, and cannot have functions of the host");
}

#[test]
fn names_from_the_host_are_any_text() -> Result<(), Error> {
    let vm = vm();
    let long = "x".repeat(300);
    assert!(vm.send(&*long, 1).expect_err("nobody has it").is_no_process());
    assert!(vm.whereis(&long).is_none());
    for error in [
        vm.call::<()>(&long, "f", ()).expect_err("no module"),
        vm.eval("1").bind(&long, 1).run::<()>().expect_err("no variable"),
        vm.open_port(&long, crossbeam_channel::bounded(1)).map(drop).expect_err("no name"),
    ] {
        assert!(error.to_string().contains("an atom has at most 255 characters"), "{error}");
    }
    vm.eval("Process.register(spawn(fn -> receive do pid -> send(pid, :here) end end), Named.Server)").run::<()>()?;
    let port = vm.open_port("answers", crossbeam_channel::bounded(1))?;
    vm.send("Named.Server", port.pid())?;
    assert_eq!(port.receiver().recv().ok(), Some(Value::atom("here")));
    Ok(())
}

#[test]
fn a_result_is_taken_once() -> Result<(), Error> {
    let vm = vm();
    let job = vm.eval("1").job().start()?;
    assert_eq!(job.wait::<i64>()?, 1);
    let again = job.wait::<i64>().expect_err("it is gone");
    assert_eq!(again.to_string(), "the result of the job has been taken already");
    job.cancel();
    assert_eq!(job.try_wait::<i64>().and_then(Result::err).and_then(|error| error.limit()), Some(Limit::Cancelled));
    let job = vm.eval("raise \"no\"").job().start()?;
    assert!(job.wait::<i64>().expect_err("it raises").is_exception());
    vm.halt(4);
    let error = vm.eval("1").job().start().and_then(|job| job.wait::<i64>()).expect_err("the VM has ended");
    assert_eq!(error.status(), Some(4));
    Ok(())
}

#[test]
fn an_output_that_panics_harms_nobody() -> Result<(), Error> {
    struct Panics;
    impl std::io::Write for Panics {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            panic!("no output today")
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let vm = built(Vm::builder().schedulers(1).stdout(Panics).stderr(Panics));
    let source = "try do IO.puts(n); IO.puts(:stderr, n) rescue ErlangError -> :closed end; Process.sleep(1); n";
    for n in 0..3 {
        assert_eq!(vm.eval(source).bind("n", n).run::<i64>()?, n);
    }
    Ok(())
}

#[cfg(feature = "serde")]
#[test]
fn types_of_the_host_are_converted_by_serde() -> Result<(), Error> {
    use beamlet::Serde;

    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Player {
        name: String,
        scores: Vec<u32>,
        team: Option<String>,
        place: Place,
    }

    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    enum Place {
        Bench,
        Field(i64, i64),
        Other { name: String },
    }

    let vm = vm();
    let player = Player { name: "ada".to_owned(), scores: vec![1, 2], team: None, place: Place::Field(3, -4) };
    let shown: String = vm.eval("inspect(player)").bind("player", Serde(&player)).run()?;
    assert_eq!(shown, "%{name: \"ada\", place: {:Field, 3, -4}, scores: [1, 2], team: nil}");
    let Serde(back): Serde<Player> =
        vm.eval("%{player | team: \"red\", place: :Bench}").bind("player", Serde(&player)).run()?;
    assert_eq!(back, Player { team: Some("red".to_owned()), place: Place::Bench, ..player });
    let Serde(other): Serde<Place> = vm.eval("{:Other, %{name: \"roof\"}}").run()?;
    assert_eq!(other, Place::Other { name: "roof".to_owned() });
    let error = vm.eval("%{name: 1}").run::<Serde<Player>>().map(drop).expect_err("1 is no string");
    assert!(error.is_conversion());
    assert!(
        error.to_string().starts_with("expected Player (invalid type: integer `1`, expected a string), found"),
        "{error}"
    );
    let source = "%{name: \"a\", scores: [1, :b], place: :Bench}";
    let error = vm.eval(source).run::<Serde<Player>>().map(drop).expect_err("an atom is no score");
    assert!(error.to_string().ends_with(" at [:scores][1]"), "{error}");
    let error = vm.eval("%{name: \"a\"}").run::<Serde<Player>>().map(drop).expect_err("fields are missing");
    assert!(error.to_string().contains("missing field `scores`"), "{error}");
    Ok(())
}
