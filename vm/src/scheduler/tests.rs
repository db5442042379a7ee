//! Processes driven by scripts of calls: what links, monitors, trapping and reasons make of each other.

use std::sync::Arc;

use crossbeam_channel::{unbounded, Receiver, Sender};
use parking_lot::Mutex;

use crate::heap::OwnedTerm;
use crate::machine::{Entry, Spawn, Vm};
use crate::native::{Caller, Native, NativeResult, Outcome};
use crate::process::Pid;
use crate::scheduler::manual::Drive;
use crate::term::Term;
use crate::{natives, Atom};

natives! {
    "test" => {
        "script" / 1 : script, effect;
        "receive" / 0 : receive, effect;
        "messages" / 0 : messages, effect;
        "wait" / 0 : wait, effect;
    }
}

/// One call of a script: module, function, and its arguments, made from the pids of the test.
pub(crate) type Step = (&'static str, &'static str, Vec<OwnedTerm>);

#[derive(Default)]
struct Scripts {
    waiting: Mutex<Vec<(Vec<Step>, Sender<String>)>>,
}

/// Runs the script of this number, call by call, in the process that calls; each result is told to the test.
fn script<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let scripts = cx.vm().global::<Scripts>();
    let number = args[0].as_usize().ok_or_else(Native::raise_badarg)?;
    let (steps, results) = {
        let mut waiting = scripts.waiting.lock();
        let (steps, results) = &mut waiting[number];
        (std::mem::take(steps), results.clone())
    };
    let caller = Caller::new();
    let future = {
        let caller = caller.clone();
        Box::pin(async move {
            for (module, function, args) in steps {
                let result = match caller.call(Atom::new(module), Atom::new(function), args).await {
                    Ok(value) => format!("{value:?}"),
                    Err(exception) => format!("{:?} {:?}", exception.class, exception.reason),
                };
                let _ = results.send(result);
            }
            Ok(OwnedTerm::atom(Atom::new("done")))
        })
    };
    Ok(Outcome::Async { caller, future })
}

/// Waits for a message and takes it.
fn receive<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    match cx.state().mailbox.take() {
        Some(message) => {
            let message = cx.adopt(message);
            Native::ok(message)
        }
        None => Ok(Outcome::Wait { resume: receive, state: Vec::new() }),
    }
}

/// Takes all messages that have come.
fn messages<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let mut list = Vec::new();
    while let Some(message) = cx.state().mailbox.take() {
        list.push(cx.adopt(message));
    }
    let list = cx.list(&list);
    Native::ok(list)
}

/// Never goes on.
fn wait<'h>(_: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    Ok(Outcome::Wait { resume: wait, state: Vec::new() })
}

pub(crate) fn machine() -> Vm {
    Vm::builder().deterministic(1).natives(NATIVES).build().expect("a VM without threads")
}

pub(crate) fn atom(text: &str) -> OwnedTerm {
    OwnedTerm::atom(Atom::new(text))
}

fn pid(pid: Pid) -> OwnedTerm {
    OwnedTerm::build(|b| b.pid(pid))
}

fn tuple(parts: &[OwnedTerm]) -> OwnedTerm {
    OwnedTerm::build(|b| {
        let parts: Vec<_> = parts.iter().map(|part| b.import(part)).collect();
        b.tuple(&parts)
    })
}

/// Begins a process that makes these calls; gives its pid and the channel of their results.
pub(crate) fn run(vm: &Vm, steps: Vec<Step>) -> (Pid, Receiver<String>) {
    let (sender, receiver) = unbounded();
    let scripts = vm.shared().global::<Scripts>();
    let number = {
        let mut waiting = scripts.waiting.lock();
        waiting.push((steps, sender));
        waiting.len() - 1
    };
    let args = vec![OwnedTerm::build(|b| b.size(number))];
    let entry = Entry::Call { module: Atom::new("test"), function: Atom::new("script"), args };
    (vm.shared().spawn(Spawn::new(entry)).expect("room for a process"), receiver)
}

/// Runs the VM until nothing can run.
pub(crate) fn settle(vm: &Vm) {
    while vm.run_for(1_000_000) == Drive::Busy {}
}

pub(crate) fn all(receiver: &Receiver<String>) -> Vec<String> {
    receiver.try_iter().collect()
}

fn alive(vm: &Vm, pid: Pid) -> bool {
    vm.shared().table().exists(pid)
}

/// What an exit with `reason` does to a process that is tied to it in the given way.
#[derive(Debug, PartialEq)]
enum Fate {
    /// It goes on, and gets this message (with the pid of the one that exits as `P`).
    Lives(Option<String>),
    /// It exits with this reason.
    Dies(&'static str),
}

fn observe(vm: &Vm, watcher: Pid, results: &Receiver<String>, exiting: Pid) -> (bool, Vec<String>) {
    settle(vm);
    vm.shared().send(watcher, atom("look"));
    settle(vm);
    let texts = all(results);
    let messages = texts.into_iter().map(|text| text.replace(&format!("{exiting:?}"), "P")).collect();
    (alive(vm, watcher), messages)
}

/// Every combination of how the reason arises, whether the linked process traps exits, and the reason.
#[test]
fn links_pass_exits_on() {
    let cases: &[(&str, bool, Fate)] = &[
        ("normal", false, Fate::Lives(None)),
        ("normal", true, Fate::Lives(Some("{'EXIT',P,normal}".to_owned()))),
        ("shutdown", false, Fate::Dies("shutdown")),
        ("shutdown", true, Fate::Lives(Some("{'EXIT',P,shutdown}".to_owned()))),
        ("boom", false, Fate::Dies("boom")),
        ("boom", true, Fate::Lives(Some("{'EXIT',P,boom}".to_owned()))),
        // A process that exits with `kill` by itself does not kill: only exit/2 does.
        ("kill", false, Fate::Dies("kill")),
        ("kill", true, Fate::Lives(Some("{'EXIT',P,kill}".to_owned()))),
    ];
    for (reason, trap, fate) in cases {
        let vm = machine();
        let entry = Entry::Call { module: Atom::new("test"), function: Atom::new("wait"), args: vec![] };
        let exiting = vm.shared().spawn(Spawn::new(entry)).expect("room");
        let (watcher, results) = run(
            &vm,
            vec![
                ("erlang", "process_flag", vec![atom("trap_exit"), atom(if *trap { "true" } else { "false" })]),
                ("erlang", "link", vec![pid(exiting)]),
                ("test", "receive", vec![]),
                ("test", "receive", vec![]),
            ],
        );
        settle(&vm);
        assert_eq!(all(&results), ["false", "true"]);
        let (sender, died) = crossbeam_channel::bounded(1);
        let monitor = crate::process::Control::Monitor {
            reference: vm.shared().host_reference(),
            watcher: crate::process::Watcher::Host(sender),
        };
        crate::process::send_control(vm.shared(), watcher, monitor);
        // An exit signal as a link would carry it.
        crate::process::send_control(
            vm.shared(),
            watcher,
            crate::process::Control::Exit { from: exiting, reason: atom(reason), origin: crate::process::Origin::Link },
        );
        let (lives, messages) = observe(&vm, watcher, &results, exiting);
        match fate {
            Fate::Dies(reason) => {
                assert!(!lives, "{reason}: {messages:?}");
                assert_eq!(format!("{:?}", died.try_recv().expect("a reason")), *reason);
            }
            Fate::Lives(None) => assert_eq!((lives, messages), (true, vec!["look".to_owned()]), "{reason}"),
            Fate::Lives(Some(text)) => {
                assert_eq!(messages.first(), Some(text), "{reason}");
            }
        }
    }
}

/// Every combination of `exit/2`'s reason and trapping.
#[test]
fn exit_signals_act_as_documented() {
    let cases: &[(&str, bool, Fate)] = &[
        ("normal", false, Fate::Lives(None)),
        ("normal", true, Fate::Lives(Some("{'EXIT',P,normal}".to_owned()))),
        ("boom", false, Fate::Dies("boom")),
        ("boom", true, Fate::Lives(Some("{'EXIT',P,boom}".to_owned()))),
        ("kill", false, Fate::Dies("killed")),
        ("kill", true, Fate::Dies("killed")),
        ("killed", false, Fate::Dies("killed")),
        ("killed", true, Fate::Lives(Some("{'EXIT',P,killed}".to_owned()))),
    ];
    for (reason, trap, fate) in cases {
        let vm = machine();
        let (target, results) = run(
            &vm,
            vec![
                ("erlang", "process_flag", vec![atom("trap_exit"), atom(if *trap { "true" } else { "false" })]),
                ("test", "receive", vec![]),
            ],
        );
        settle(&vm);
        assert_eq!(all(&results), ["false"]);
        let (sender, told) = run(
            &vm,
            vec![
                ("erlang", "monitor", vec![atom("process"), pid(target)]),
                ("erlang", "exit", vec![pid(target), atom(reason)]),
                ("erlang", "is_process_alive", vec![pid(target)]),
                ("test", "messages", vec![]),
            ],
        );
        let (lives, messages) = observe(&vm, target, &results, sender);
        let told = all(&told);
        match fate {
            Fate::Dies(reason) => {
                assert!(!lives);
                assert_eq!(told[2], "false", "the signal acts before the question");
                assert!(told[3].starts_with("[{'DOWN',") && told[3].ends_with(&format!(",{reason}}}]")), "{told:?}");
            }
            Fate::Lives(None) => assert_eq!((told[2].as_str(), messages), ("true", vec!["look".to_owned()])),
            Fate::Lives(Some(text)) => assert_eq!(messages, std::slice::from_ref(text)),
        }
    }
}

#[test]
fn a_process_may_exit_itself_by_a_signal() {
    for (reason, trap, dies) in
        [("normal", false, true), ("boom", false, true), ("kill", true, true), ("normal", true, false)]
    {
        let vm = machine();
        let entry = Entry::Call { module: Atom::new("test"), function: Atom::new("wait"), args: vec![] };
        let own = vm.shared().spawn(Spawn::new(entry)).expect("room");
        let own = Pid::new(own.slot() + 1, 0);
        let (actual, results) = run(
            &vm,
            vec![
                ("erlang", "process_flag", vec![atom("trap_exit"), atom(if trap { "true" } else { "false" })]),
                ("erlang", "exit", vec![pid(own), atom(reason)]),
                ("test", "messages", vec![]),
            ],
        );
        assert_eq!(own, actual);
        settle(&vm);
        let results = all(&results);
        assert_eq!(results.len(), if dies { 1 } else { 3 }, "{reason} {trap}: {results:?}");
        if !dies {
            assert_eq!(results[2], format!("[{{'EXIT',{own:?},normal}}]"));
        }
    }
}

#[test]
fn links_and_monitors_of_the_dead() {
    let vm = machine();
    let dead = vm.spawn(Atom::new("erlang"), Atom::new("self"), vec![]).expect("room");
    settle(&vm);
    assert!(!alive(&vm, dead));
    let (_, results) = run(
        &vm,
        vec![
            ("erlang", "link", vec![pid(dead)]),
            ("erlang", "process_flag", vec![atom("trap_exit"), atom("true")]),
            ("erlang", "link", vec![pid(dead)]),
            ("test", "receive", vec![]),
            ("erlang", "monitor", vec![atom("process"), pid(dead)]),
            ("test", "receive", vec![]),
            ("erlang", "monitor", vec![atom("process"), atom("nobody")]),
            ("test", "receive", vec![]),
            ("erlang", "unlink", vec![pid(dead)]),
            ("erlang", "exit", vec![pid(dead), atom("boom")]),
            ("erlang", "send", vec![atom("nobody"), atom("lost")]),
        ],
    );
    settle(&vm);
    let results = all(&results);
    assert_eq!(results[0], "Error noproc");
    assert_eq!(results[2], "true");
    assert_eq!(results[3], format!("{{'EXIT',{dead:?},noproc}}"));
    assert!(results[5].ends_with(&format!(",process,{dead:?},noproc}}")), "{}", results[5]);
    assert!(results[7].ends_with(",process,{nobody,nonode@nohost},noproc}"), "{}", results[7]);
    assert_eq!(results[8..], ["true", "true", "Error badarg"]);
}

#[test]
fn demonitor_flushes() {
    let vm = machine();
    let entry = Entry::Call { module: Atom::new("test"), function: Atom::new("wait"), args: vec![] };
    let target = vm.shared().spawn(Spawn::new(entry)).expect("room");
    let reference = |number| {
        let owner = Pid::new(target.slot() + 1, 0);
        OwnedTerm::build(|b| b.reference(crate::process::Reference { owner, number }))
    };
    let options = |names: &[&str]| {
        OwnedTerm::build(|b| {
            let names: Vec<_> = names.iter().map(|name| Term::atom(Atom::new(name))).collect();
            b.list(&names)
        })
    };
    let (_, results) = run(
        &vm,
        vec![
            ("erlang", "monitor", vec![atom("process"), pid(target)]),
            ("erlang", "demonitor", vec![reference(1), options(&["info"])]),
            ("erlang", "demonitor", vec![reference(1), options(&["info"])]),
            ("erlang", "monitor", vec![atom("process"), pid(target)]),
            ("erlang", "exit", vec![pid(target), atom("kill")]),
            ("erlang", "is_process_alive", vec![pid(target)]),
            ("erlang", "demonitor", vec![reference(2), options(&["flush", "info"])]),
            ("test", "messages", vec![]),
        ],
    );
    settle(&vm);
    let results = all(&results);
    assert_eq!(results[1..3], ["true", "false"]);
    assert_eq!(results[5..], ["false", "false", "[]"]);
}

#[test]
fn an_alias_ends_with_its_reply() {
    let vm = machine();
    let own = Pid::new(1, 0);
    let alias = OwnedTerm::build(|b| b.reference(crate::process::Reference { owner: own, number: 1 }));
    let reply = OwnedTerm::build(|b| b.list(&[Term::atom(Atom::new("reply"))]));
    let (pid, results) = run(
        &vm,
        vec![
            ("erlang", "alias", vec![reply]),
            ("erlang", "send", vec![alias.clone(), atom("first")]),
            ("erlang", "send", vec![alias.clone(), atom("second")]),
            ("test", "receive", vec![]),
            ("erlang", "unalias", vec![alias]),
            ("test", "messages", vec![]),
        ],
    );
    assert_eq!(pid, own);
    settle(&vm);
    assert_eq!(all(&results)[3..], ["first", "false", "[]"]);
}

#[test]
fn a_suspended_process_hears_only_signals() {
    let vm = machine();
    let (target, heard) = run(&vm, vec![("test", "receive", vec![]), ("test", "receive", vec![])]);
    let (_, results) = run(
        &vm,
        vec![
            ("erlang", "suspend_process", vec![pid(target)]),
            ("erlang", "send", vec![pid(target), atom("first")]),
            ("erlang", "process_info", vec![pid(target), atom("status")]),
            ("test", "receive", vec![]),
            ("erlang", "resume_process", vec![pid(target)]),
            ("erlang", "resume_process", vec![pid(target)]),
        ],
    );
    settle(&vm);
    assert_eq!(all(&results)[2], "{status,suspended}");
    assert_eq!(all(&heard), Vec::<String>::new());
    vm.shared().send(Pid::new(target.slot() + 1, 0), atom("go"));
    settle(&vm);
    assert_eq!(all(&results), ["go", "true", "Error badarg"]);
    assert_eq!(all(&heard), ["first"]);
}

#[test]
fn names_belong_to_the_living() {
    let vm = machine();
    let (first, _) = run(&vm, vec![("test", "receive", vec![])]);
    let (_, results) = run(
        &vm,
        vec![
            ("erlang", "register", vec![atom("server"), pid(first)]),
            ("erlang", "register", vec![atom("other"), pid(first)]),
            ("erlang", "whereis", vec![atom("server")]),
            ("erlang", "send", vec![atom("server"), atom("stop")]),
            ("test", "receive", vec![]),
            ("erlang", "whereis", vec![atom("server")]),
            ("erlang", "register", vec![atom("undefined"), pid(first)]),
            ("erlang", "register", vec![atom("server"), pid(first)]),
        ],
    );
    settle(&vm);
    assert!(!alive(&vm, first));
    vm.shared().send(Pid::new(first.slot() + 1, 0), atom("go"));
    settle(&vm);
    let results = all(&results);
    assert_eq!(results[0], "true");
    assert_eq!(results[1], "Error badarg");
    assert_eq!(results[2], format!("{first:?}"));
    assert_eq!(results[3..], ["stop", "go", "undefined", "Error badarg", "Error badarg"]);
}

#[test]
fn timers_follow_the_virtual_clock() {
    let vm = machine();
    let own = Pid::new(1, 0);
    let number = |number: i64| OwnedTerm::build(|b| b.integer(number));
    let (_, results) = run(
        &vm,
        vec![
            ("erlang", "send_after", vec![number(5_000), pid(own), atom("late")]),
            ("erlang", "send_after", vec![number(100), pid(own), atom("early")]),
            ("test", "receive", vec![]),
            ("erlang", "monotonic_time", vec![atom("millisecond")]),
            ("test", "receive", vec![]),
            ("erlang", "monotonic_time", vec![atom("millisecond")]),
        ],
    );
    let mut stops = Vec::new();
    loop {
        match vm.run_for(1_000_000) {
            Drive::Busy => {}
            Drive::WaitUntil(due) => {
                stops.push(due);
                vm.await_time(due);
            }
            Drive::Idle | Drive::Finished => break,
        }
    }
    assert_eq!(all(&results)[2..], ["early", "100", "late", "5000"]);
    assert!(stops.contains(&100_000) && stops.contains(&5_000_000));
}

#[test]
fn runs_with_one_seed_are_equal() {
    let trace = |seed: u64| {
        let vm = Vm::builder().deterministic(seed).natives(NATIVES).build().expect("a VM without threads");
        let (collector, results) = run(&vm, (0..20).map(|_| ("test", "receive", vec![])).collect());
        for number in 0..20 {
            let message = tuple(&[atom("from"), OwnedTerm::build(|b| b.integer(number))]);
            run(&vm, vec![("erlang", "yield", vec![]), ("erlang", "send", vec![pid(collector), message])]);
        }
        settle(&vm);
        all(&results)
    };
    assert_eq!(trace(42).len(), 20);
    assert_eq!(trace(42), trace(42));
    assert_ne!(trace(42), trace(43), "another seed gives another order");
}

#[test]
fn the_process_limit_is_an_error() {
    let vm = Vm::builder().deterministic(1).natives(NATIVES).max_processes(10).build().expect("a VM");
    let (_, results) =
        run(&vm, (0..12).map(|_| ("erlang", "spawn", vec![atom("test"), atom("wait"), OwnedTerm::nil()])).collect());
    settle(&vm);
    let results = all(&results);
    assert_eq!(results[..9].iter().filter(|result| result.starts_with('<')).count(), 9);
    assert_eq!(results[9..], ["Error system_limit", "Error system_limit", "Error system_limit"]);
}

#[test]
fn threads_carry_a_hundred_thousand_processes() {
    let vm = Vm::builder().schedulers(2).natives(NATIVES).build().expect("a VM with threads");
    let spawned: Vec<Pid> =
        (0..100_000).map(|_| vm.spawn(Atom::new("test"), Atom::new("wait"), vec![]).expect("room")).collect();
    assert_eq!(vm.shared().table().len(), spawned.len());
    for pid in &spawned {
        vm.shared().exit(Pid::HOST, *pid, atom("kill"));
    }
    for pid in spawned {
        let reason = vm.wait(pid).expect("the VM runs");
        assert!(matches!(format!("{reason:?}").as_str(), "killed" | "noproc"));
    }
}

#[test]
fn a_chain_of_links_falls() {
    let vm = Vm::builder().schedulers(2).natives(NATIVES).build().expect("a VM with threads");
    let (first, ready) = run(&vm, vec![("test", "receive", vec![])]);
    let mut chain = vec![first];
    let mut links = vec![ready];
    for _ in 0..1_000 {
        let previous = *chain.last().expect("the first is there");
        let (next, linked) = run(&vm, vec![("erlang", "link", vec![pid(previous)]), ("test", "wait", vec![])]);
        assert_eq!(vm.receive(&linked).as_deref(), Some("true"));
        chain.push(next);
        links.push(linked);
    }
    vm.shared().exit(Pid::HOST, *chain.last().expect("a chain"), atom("fall"));
    assert_eq!(format!("{:?}", vm.wait(first).expect("the VM runs")).replace("noproc", "fall"), "fall");
    for pid in chain {
        vm.wait(pid);
        assert!(!alive(&vm, pid));
    }
}

#[test]
fn dropping_a_vm_frees_what_waits() {
    let dropped = Arc::new(());
    {
        let vm = Vm::builder().schedulers(2).natives(NATIVES).build().expect("a VM with threads");
        for _ in 0..1_000 {
            let resource = crate::heap::Resource::new(dropped.clone());
            let argument = OwnedTerm::build(|b| b.resource(resource));
            let pid = vm.spawn(Atom::new("test"), Atom::new("wait"), vec![]).expect("room");
            vm.shared().send(pid, argument);
        }
    }
    assert_eq!(Arc::strong_count(&dropped), 1);
}

#[test]
fn a_process_is_small() {
    let size = std::mem::size_of::<crate::process::Process>();
    let heap = crate::heap::FIRST_SIZE * 8;
    assert!(size + heap + 160 <= 1_228, "{size} bytes of process, {heap} of heap");
}
