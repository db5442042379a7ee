//! The operating system as a host, through the natives that programs call.

use crate::heap::OwnedTerm;
use crate::scheduler::tests::{all, machine, run, settle, Step};
use crate::{Atom, Value};

/// A directory of its own for each test, removed at the end.
struct Directory(std::path::PathBuf);

impl Directory {
    fn new(name: &str) -> Directory {
        let path = std::env::temp_dir().join(format!("beamlet-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("the temporary directory is writable");
        Directory(path)
    }

    fn path(&self, name: &str) -> OwnedTerm {
        text(self.0.join(name).to_str().expect("a UTF-8 path"))
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn text(text: &str) -> OwnedTerm {
    OwnedTerm::from_value(&Value::binary(text))
}

fn atoms(names: &[&str]) -> OwnedTerm {
    OwnedTerm::from_value(&Value::List(names.iter().map(|name| Value::atom(name)).collect()))
}

fn calls(steps: Vec<Step>) -> Vec<String> {
    let vm = machine();
    let (_, results) = run(&vm, steps);
    settle(&vm);
    all(&results)
}

#[test]
fn files_are_written_and_read() {
    let directory = Directory::new("files");
    let results = calls(vec![
        ("beamlet_file", "read", vec![directory.path("none")]),
        ("beamlet_file", "write", vec![directory.path("a"), text("one two ")]),
        ("beamlet_file", "append", vec![directory.path("a"), text("three")]),
        ("beamlet_file", "read", vec![directory.path("a")]),
        ("beamlet_file", "kind", vec![directory.path("a")]),
        ("beamlet_file", "mkdir", vec![directory.path("d")]),
        ("beamlet_file", "mkdir", vec![directory.path("d")]),
        ("beamlet_file", "write", vec![directory.path("d"), text("")]),
        ("beamlet_file", "rm", vec![directory.path("d")]),
        ("beamlet_file", "copy", vec![directory.path("a"), directory.path("d/b")]),
        ("beamlet_file", "rmdir", vec![directory.path("d")]),
        ("beamlet_file", "rename", vec![directory.path("d/b"), directory.path("c")]),
        ("beamlet_file", "rmdir", vec![directory.path("d")]),
        ("beamlet_file", "ls", vec![directory.path("none")]),
        ("beamlet_file", "rm", vec![directory.path("a")]),
        ("beamlet_file", "exists", vec![directory.path("a")]),
    ]);
    let expected = [
        "{error,enoent}",
        "ok",
        "ok",
        "{ok,<<\"one two three\">>}",
        "regular",
        "ok",
        "{error,eexist}",
        "{error,eisdir}",
        "{error,eperm}",
        "{ok,13}",
        "{error,eexist}",
        "ok",
        "ok",
        "{error,enoent}",
        "ok",
        "false",
    ];
    for (result, expected) in results.iter().zip(expected) {
        assert_eq!(result, expected);
    }
    assert_eq!(results.len(), expected.len());
}

#[test]
fn commands_give_output_and_status() {
    let options = |pairs: &[(&str, Value)]| {
        OwnedTerm::from_value(&Value::Map(
            pairs.iter().map(|(name, value)| (Value::atom(name), value.clone())).collect(),
        ))
    };
    let arguments = |line: &str| OwnedTerm::from_value(&Value::List(vec![Value::binary("-c"), Value::binary(line)]));
    let environment = Value::List(vec![Value::Tuple(vec![Value::binary("BEAMLET_TEST"), Value::binary("set")])]);
    let results = calls(vec![
        ("beamlet_system", "cmd", vec![text("sh"), arguments("printf out; exit 3"), options(&[])]),
        (
            "beamlet_system",
            "cmd",
            vec![
                text("sh"),
                arguments("printf %s $BEAMLET_TEST >&2"),
                options(&[("env", environment), ("stderr_to_stdout", Value::TRUE)]),
            ],
        ),
        ("beamlet_system", "cmd", vec![text("sh"), arguments("cat"), options(&[("input", Value::binary("fed"))])]),
        ("beamlet_system", "cmd", vec![text("no-such-program"), arguments(""), options(&[])]),
    ]);
    assert_eq!(results, ["{ok,<<\"out\">>,3}", "{ok,<<\"set\">>,0}", "{ok,<<\"fed\">>,0}", "{error,enoent}"]);
}

#[test]
fn a_sandbox_grants_nothing() {
    let vm = crate::Vm::builder()
        .deterministic(1)
        .host(std::sync::Arc::new(super::SandboxHost::default()))
        .natives(crate::scheduler::tests::NATIVES)
        .build()
        .expect("a VM without threads");
    let (_, results) = run(
        &vm,
        vec![
            ("beamlet_file", "read", vec![text("/etc/passwd")]),
            ("beamlet_file", "open", vec![text("/tmp/x"), atoms(&["write"])]),
            ("os", "getenv", vec![text("PATH")]),
            ("beamlet_system", "cmd", vec![text("sh"), OwnedTerm::nil(), OwnedTerm::from_value(&Value::Map(vec![]))]),
        ],
    );
    settle(&vm);
    assert_eq!(all(&results), ["{error,eacces}", "{error,eacces}", "false", "{error,eacces}"]);
}

#[test]
fn output_reaches_its_sink_in_order() {
    let (sender, receiver) = crossbeam_channel::unbounded();
    struct Channel(crossbeam_channel::Sender<Vec<u8>>);
    impl std::io::Write for Channel {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let _ = self.0.send(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let vm = crate::Vm::builder()
        .deterministic(1)
        .natives(crate::scheduler::tests::NATIVES)
        .stdout(Channel(sender.clone()))
        .stderr(Channel(sender))
        .build()
        .expect("a VM without threads");
    let device = |name: &str| OwnedTerm::atom(Atom::new(name));
    run(
        &vm,
        vec![
            ("beamlet_io", "write", vec![device("stdio"), text("one ")]),
            ("beamlet_io", "write", vec![device("stderr"), text("two ")]),
            ("beamlet_io", "write", vec![device("stdio"), text("three")]),
        ],
    );
    settle(&vm);
    let written: Vec<u8> = receiver.try_iter().flatten().collect();
    assert_eq!(String::from_utf8_lossy(&written), "one two three");
}
