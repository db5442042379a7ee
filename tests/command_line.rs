//! The command line: options, limits, the sandbox, exit statuses. The table of docs/command-line.md, row by row.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A directory of its own for each test, removed at the end.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Directory {
        let path = std::env::temp_dir().join(format!("beamlet-command-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("the temporary directory is writable");
        Directory(path)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().expect("it has one")).expect("the temporary directory is writable");
        std::fs::write(path, text).expect("the temporary directory is writable");
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn command(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_beamlet"));
    command.current_dir(directory).args(arguments).stdin(Stdio::null()).env_remove("MIX_ENV");
    command
}

fn run_in(directory: &Path, arguments: &[&str]) -> Output {
    command(directory, arguments).output().expect("the command starts")
}

fn run(arguments: &[&str]) -> Output {
    run_in(&std::env::temp_dir(), arguments)
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs, and checks standard output, a part of standard error, and the status.
#[track_caller]
fn gives(arguments: &[&str], out: &str, part_of_err: &str, status: i32) {
    let output = run(arguments);
    assert_eq!(stdout(&output), out, "{arguments:?}: {}", stderr(&output));
    assert!(stderr(&output).contains(part_of_err), "{arguments:?}: {}", stderr(&output));
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {}", stderr(&output));
}

#[test]
fn code_runs_in_the_order_in_which_it_stands() {
    let directory = Directory::new("order");
    directory.write("one.ex", "defmodule One do\n  def value, do: Two.value() + 1\nend\nIO.puts(\"one\")");
    directory.write("two.ex", "defmodule Two do\n  def value, do: 1\nend");
    let arguments =
        ["-e", "IO.puts(0)", "-r", "{one,two}.ex", "-e", "IO.inspect({One.value(), System.argv()})", "a", "-b"];
    let output = run_in(&directory.0, &arguments);
    assert_eq!(stdout(&output), "0\none\n{2, [\"a\", \"-b\"]}\n", "{}", stderr(&output));
    gives(&["-r", "no/such/*.ex"], "", "No files matched pattern no/such/*.ex", 1);
    gives(&["eval", "IO.inspect(System.argv())", "-x"], "[\"-x\"]\n", "", 0);
}

#[test]
fn what_does_not_compile_is_shown() {
    let directory = Directory::new("compile");
    directory.write("wrong.ex", "defmodule Wrong do\n  def f(), do: x(1)\nend\n");
    directory.write("right.ex", "defmodule Right do\n  def f(), do: IO.puts(1)\nend\n");
    let output = run_in(&directory.0, &["compile", "-o", "out", "wrong.ex"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stdout(&output).contains("undefined function x/1"), "{}", stdout(&output));
    let output = run_in(&directory.0, &["compile", "-o", "out", "right.ex"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(directory.0.join("out/Elixir.Right.beam").is_file());
}

#[test]
fn what_cannot_be_read_is_named() {
    let directory = Directory::new("unreadable");
    directory.write("text.exs", "IO.puts(1)");
    std::fs::write(directory.0.join("bytes.exs"), b"IO.puts(1)\nx = \"\xff\"\n").expect("a file can be written there");
    let ends = |arguments: &[&str], err: &str| {
        let output = run_in(&directory.0, arguments);
        assert!(stdout(&output).is_empty() && stderr(&output).contains(err), "{arguments:?}: {}", stderr(&output));
        assert_eq!(output.status.code(), Some(1));
    };
    ends(&["missing.exs"], "No file named missing.exs (no such file or directory)");
    ends(&["."], "No file named . (illegal operation on a directory)");
    ends(&["text.exs/x"], "No file named text.exs/x (not a directory)");
    ends(&["bytes.exs"], "(bytes.exs:2, byte 6 of the line): source code must be UTF-8");
}

#[test]
fn mistakes_are_told_with_what_to_do() {
    let directory = Directory::new("mistakes");
    let cases = [
        ("count = 1\nIO.puts(cuont)", "did you mean \"count\"?"),
        ("f = fn x -> x end\nf(1)", "`f` is a variable: the function in it is called with a dot, `f.(…)`"),
        ("defmodule A do\n  def f(g), do: g(1)\nend", "`g` is a variable: the function in it is called with a dot"),
        ("defmodule A do\n  def f(total), do: totl + total\nend", "did you mean total?"),
        ("defmodule A do\n  def f(x) do\n    return x\n  end\nend", "leave `return` out"),
        ("print(1)", "`IO.puts/1`"),
        ("x = null", "what is not there is `nil`"),
        ("x = 1\nwhile x < 3 do\n  x\nend", "there are no loops over variables that change"),
        ("x = 1\nif x == 2 do\n  1\nelsif x == 1\n  2\nend", "write `cond do … end`"),
        ("x = 1\nif x == 2 do\n  1\nelse if x == 1 do\n  2\nend", "There is no `else if`"),
        ("for i in 1..3, do: i", "what `for` goes through stands behind an arrow: `for i <- …`"),
        ("i = 1\nfor i in 1..3, do: i", "stands behind an arrow: `for i <- …`"),
        ("// note\nx = 1", "a comment begins with `#`"),
        ("/* note */", "A comment begins with `#`."),
        ("x = 1\nx += 1", "`name = name + value`"),
        ("x = 1\nx++", "to count, write `name = name + 1`"),
        ("x = true ? 1 : 2", "`if condition, do: this, else: that`"),
        ("x = \u{201c}a\u{201d}", "typographic quotation mark"),
        ("x =\u{a0}1", "(U+00A0) cannot be seen"),
        ("x = `a`", "Text stands in `\"…\"`"),
        ("x = \"\"\"a\n\"\"\"", "text of one line between single `\"`"),
        ("defmodule A do\n  def f(x)\n    x\n  end\nend", "A block begins with `do`: `def … do`."),
        ("defmodule A\n  def f(x), do: x\nend", "A block begins with `do`: `defmodule … do`."),
        ("with {:ok, x} <- y\n  x\nend", "A block begins with `do`: `with … do`."),
        (
            "defmodule A do\n  def f(x) do\n    if x do\n      1\n  end\nend",
            "The `do` on line 3 seems to have no `end`",
        ),
        ("defmodule A do\n  def f(x) do\n    x\n\n  def g(x) do\n    x\n  end\nend", "The `do` on line 2 seems to"),
    ];
    for (source, help) in cases {
        directory.write("mistake.exs", source);
        let output = run_in(&directory.0, &["mistake.exs"]);
        let told = stderr(&output);
        // Long advice is broken into lines.
        let words: Vec<&str> = told.split_whitespace().filter(|word| *word != "│").collect();
        assert!(words.join(" ").contains(help), "{source}\n{told}");
        assert_eq!(output.status.code(), Some(1), "{source}\n{told}");
        assert!(told.matches("×").count() == 1 && told.contains("╭─[mistake.exs:"), "{source}\n{told}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_is_lost_is_a_failure() {
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let output = command(&std::env::temp_dir(), &["-e", "IO.puts(1)"]).stdout(full()).output().expect("it starts");
    assert!(stderr(&output).contains("standard output could not be written"), "{}", stderr(&output));
    assert_eq!(output.status.code(), Some(1));
}

#[cfg(unix)]
#[test]
fn a_pipe_is_read_once() {
    let directory = Directory::new("pipe");
    let made = Command::new("mkfifo").arg(directory.0.join("pipe")).status().expect("every Unix has it");
    assert!(made.success());
    let child = command(&directory.0, &["pipe"]).stdout(Stdio::piped()).spawn().expect("the command starts");
    directory.write("pipe", "IO.puts(\"from a pipe\")");
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(stdout(&output), "from a pipe\n");
}

#[test]
fn standard_input_is_run() {
    let mut child = command(&std::env::temp_dir(), &["-", "argument"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let code = b"IO.inspect(System.argv())";
    child.stdin.take().expect("it is piped").write_all(code).expect("the command reads");
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(stdout(&output), "[\"argument\"]\n");
}

#[test]
fn what_a_read_leaves_is_there_for_the_next() {
    let program = "IO.inspect([IO.getn(\"\", 3), IO.gets(\"\"), IO.read(:stdio, 2), IO.read(:line), IO.gets(\"\")])";
    let mut child = command(&std::env::temp_dir(), &["-e", program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command starts");
    child.stdin.take().expect("it is piped").write_all("abcdé\nxyz\nlast".as_bytes()).expect("the command reads");
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(stdout(&output), "[\"abc\", \"dé\\n\", \"xy\", \"z\\n\", \"last\"]\n");
}

#[test]
fn statuses_say_how_it_ended() {
    gives(&["-e", "1"], "", "", 0);
    gives(&["-e", "raise \"no\""], "", "** (RuntimeError) no", 1);
    gives(&["-e", "1 +"], "", "", 1);
    gives(&["-e", "System.halt(9)"], "", "", 9);
    gives(&["-e", "exit({:shutdown, 4})"], "", "", 4);
    gives(&["-e", "System.at_exit(fn _ -> IO.puts(\"bye\") end); exit(:shutdown)"], "bye\n", "", 0);
    gives(&["no_such_file.exs"], "", "No file named no_such_file.exs", 1);
    gives(&["--no-such-option"], "", "--no-such-option", 1);
    gives(&["--schedulers", "0", "-e", "1"], "", "0 is not in 1..=1024", 1);
    gives(&["--manual", "--schedulers", "2", "-e", "1"], "", "cannot be used with", 1);
}

#[test]
fn a_full_table_of_atoms_is_an_error_like_others() {
    let fill = "for i <- 1..1_100_000, do: String.to_atom(\"a#{i}\")";
    gives(&["-e", fill], "", "a system limit has been reached", 1);
    let rescued = format!("try do {fill} rescue e -> IO.inspect(e.__struct__) end");
    gives(&["-e", &rescued], "SystemLimitError\n", "", 0);
}

#[test]
fn limits_end_a_program() {
    let forever = "f = fn f -> f.(f) end; f.(f)";
    gives(&["--max-reductions", "100000", "-e", forever], "", "after 100000 reductions", 122);
    gives(&["--manual", "--max-reductions", "100000", "-e", forever], "", "after 100000 reductions", 122);
    gives(&["--timeout", "0.2", "-e", forever], "", "after 0.2 seconds", 124);
    gives(&["--timeout", "0.2", "-e", "Process.sleep(:infinity)"], "", "after 0.2 seconds", 124);
    gives(&["--max-memory", "20M", "-e", "Enum.to_list(1..10_000_000)"], "", "more than 20971520 bytes", 123);
    gives(&["--max-memory", "20M", "-e", "IO.puts(1)"], "1\n", "", 0);
    gives(&["--timeout", "0", "-e", "1"], "", "above zero", 1);
    gives(&["--max-memory", "much", "-e", "1"], "", "a number of bytes", 1);
}

#[test]
fn runs_with_a_seed_repeat() {
    let code =
        "IO.inspect({:rand.uniform(1_000_000), System.system_time()}); Process.sleep(1_000_000); IO.puts(\"slept\")";
    let first = run(&["--seed", "7", "-e", code]);
    assert!(stdout(&first).ends_with("slept\n"));
    assert_eq!(stdout(&first), stdout(&run(&["--seed", "7", "-e", code])));
    assert_ne!(stdout(&first), stdout(&run(&["--seed", "8", "-e", code])));
}

#[test]
fn a_sandbox_grants_what_it_says() {
    let directory = Directory::new("sandbox");
    directory.write("in/a.txt", "a");
    directory.write("out/b.txt", "b");
    directory.write(
        "look.exs",
        "IO.inspect({File.read(\"in/a.txt\"), File.read(\"out/b.txt\"), File.write(\"in/c\", \"\")})",
    );
    let of = |arguments: &[&str]| stdout(&run_in(&directory.0, arguments));
    let denied = "{:error, :eacces}";
    assert_eq!(of(&["--sandbox", "look.exs"]), format!("{{{denied}, {denied}, {denied}}}\n"));
    assert_eq!(of(&["--sandbox", "--allow-read=in", "look.exs"]), format!("{{{{:ok, \"a\"}}, {denied}, {denied}}}\n"));
    let both = ["--sandbox", "--allow-read", "--allow-write=in", "look.exs"];
    assert_eq!(of(&both), "{{:ok, \"a\"}, {:ok, \"b\"}, :ok}\n");
    let variables = "IO.inspect({System.get_env(\"HOME\") != nil, System.get_env(\"PATH\") != nil})";
    assert_eq!(of(&["--sandbox", "--allow-env=PATH", "-e", variables]), "{false, true}\n");
    gives(&["--allow-read", "-e", "1"], "", "goes with --sandbox", 1);
    let listen = "IO.inspect(elem(:gen_tcp.listen(0, []), 0))";
    gives(&["--sandbox", "-e", listen], ":error\n", "", 0);
    gives(&["--sandbox", "--allow-net", "-e", listen], ":ok\n", "", 0);
    let runs = "IO.inspect(try do System.cmd(\"true\", []) rescue e -> e.original end)";
    gives(&["--sandbox", "-e", runs], ":enoent\n", "", 0);
    gives(&["--sandbox", "--allow-run", "-e", runs], "{\"\", 0}\n", "", 0);
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let code = "Enum.each(1..1_000_000, &IO.puts/1)";
    let mut child = command(&std::env::temp_dir(), &["-e", code])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(stderr(&output), "");
    assert_eq!(output.status.code(), Some(0));
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_at_once() {
    use std::io::Read as _;
    let code = "IO.puts(\"begun\"); Process.flag(:trap_exit, true); f = fn f -> f.(f) end; f.(f)";
    let mut child = command(&std::env::temp_dir(), &["-e", "IO.puts(:stderr, \"begun\")", "-e", code])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut begun = [0; 6];
    child.stderr.as_mut().expect("it is piped").read_exact(&mut begun).expect("it says that it has begun");
    let signal = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill is there");
    assert!(signal.success());
    assert_eq!(child.wait().expect("the command ends").code(), Some(130));
}

#[test]
fn the_repl_reads_what_is_piped_into_it() {
    let mut child = command(&std::env::temp_dir(), &["repl"])
        .env("HOME", "/nonexistent")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let entries = b"x = 1\nif true do\n\n  x + 1\nend\nraise \"oops\"\nx + 2\nv(1)\n";
    child.stdin.take().expect("it is piped").write_all(entries).expect("the command reads");
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(stdout(&output), "1\n2\n3\n1\n");
    assert!(stderr(&output).contains("** (RuntimeError) oops"));
}

/// Runs with this standard input.
fn fed(directory: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = command(directory, arguments)
        .env("HOME", "/nonexistent")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    child.stdin.take().expect("it is piped").write_all(input).expect("the command reads");
    child.wait_with_output().expect("the command ends")
}

#[test]
fn the_repl_goes_on_after_what_it_cannot_read() {
    let output =
        fed(&std::env::temp_dir(), &["repl"], b"\xff\n1 +\n#iex:break\n[1, 2]\n|> Enum.sum()\npwd == 1\nv(1)\r\n");
    let there = std::env::temp_dir().canonicalize().expect("it is there");
    assert_eq!(stdout(&output), format!("[1, 2]\n3\n{}\nfalse\n[1, 2]\n", there.display()), "{}", stderr(&output));
    assert!(stderr(&output).starts_with("** (IEx) the input is not valid UTF-8\n** (IEx) the entry was given up"));
}

#[test]
fn the_repl_runs_a_file_before() {
    let directory = Directory::new("repl");
    directory.write("before.exs", "defmodule Before do\n  def given, do: System.argv()\nend\nIO.puts(\"before\")");
    let output = fed(&directory.0, &["-e", "IO.puts(1)", "repl", "before.exs", "-x"], b"Before.given()\n");
    assert_eq!(stdout(&output), "1\nbefore\n[\"-x\"]\n", "{}", stderr(&output));
    let output = fed(&directory.0, &["repl", "missing.exs"], b"1\n");
    assert!(stderr(&output).contains("No file named missing.exs") && stdout(&output).is_empty());
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn what_the_command_line_gets_wrong_is_said() {
    gives(&["--", "-e"], "", "No file named -e", 1);
    gives(&["--sandbox", "--allow-read=", "-e", "1"], "", "--allow-read= names no path", 1);
    gives(&["completions", "tcsh"], "", "name one of them", 1);
    gives(&["help", "nothing"], "", "unrecognized subcommand 'nothing'", 1);
    gives(&["repl", "--what"], "", "the option --what is not known", 1);
    for words in [
        &["--help"][..],
        &["completions", "--help"],
        &["run", "--help"],
        &["eval", "-h"],
        &["mix", "--help"],
        &["test", "--help"],
    ] {
        let output = run(words);
        assert_eq!(output.status.code(), Some(0), "{words:?}: {}", stderr(&output));
        assert!(stdout(&output).len() > 100, "{words:?}: {}", stdout(&output));
    }
}

#[test]
fn a_program_whose_processes_are_killed_has_failed() {
    let code = "for pid <- Process.list(), do: Process.exit(pid, :kill)";
    gives(&["-e", code], "", "the main process was killed", 1);
    // Whether the first process begins depends on when its memory is counted.
    gives(&["--max-memory", "1", "-e", "1"], "", " 1 bytes (--max-memory)", 123);
    gives(&["--manual", "--max-memory", "1", "-e", "1"], "", " 1 bytes (--max-memory)", 123);
    let binaries = "Enum.map(1..100_000, &(String.duplicate(\"x\", 10_000) <> to_string(&1)))";
    gives(&["--max-memory", "20M", "-e", binaries], "", "more than 20971520 bytes", 123);
}

#[test]
fn a_new_project_passes_its_tests() {
    let directory = Directory::new("new");
    let output = run_in(&directory.0, &["new", "demo", "--sup"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let project = directory.0.join("demo");
    let output = run_in(&project, &["test", "--seed", "0"]);
    assert!(stdout(&output).contains("1 doctest, 1 test, 0 failures"), "{}{}", stdout(&output), stderr(&output));
    let output = run_in(&project, &["run", "-e", "IO.inspect(Supervisor.count_children(Demo.Supervisor).active)"]);
    assert!(stdout(&output).ends_with("0\n"), "{}{}", stdout(&output), stderr(&output));
    let output = run_in(&project, &["eval", "IO.inspect({Demo.hello(), System.argv()})", "-x"]);
    assert!(stdout(&output).ends_with("{:world, [\"-x\"]}\n"), "{}{}", stdout(&output), stderr(&output));
    let output = fed(&project, &["repl"], b"Demo.hello()\n");
    assert!(stdout(&output).ends_with(":world\n"), "{}{}", stdout(&output), stderr(&output));
    let output = run_in(&directory.0, &["test"]);
    assert!(stderr(&output).contains("** (Mix) Could not find a Mix.Project"), "{}", stderr(&output));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn projects_under_a_roof_are_tested_together() {
    let directory = Directory::new("roof");
    directory.write(
        "mix.exs",
        "defmodule Roof.MixProject do\n  use Mix.Project\n  def project, do: [apps_path: \"apps\", aliases: [check: [\"test\"]]]\nend",
    );
    let project = |name: &str, deps: &str| {
        let module = if name == "base" { "Base" } else { "Above" };
        format!(
            "defmodule {module}.MixProject do\n  use Mix.Project\n  def project do\n    [app: :{name}, version: \"0.1.0\", \
             build_path: \"../../_build\", deps: [{deps}]]\n  end\nend"
        )
    };
    directory.write("apps/base/mix.exs", &project("base", ""));
    directory.write("apps/above/mix.exs", &project("above", "{:base, in_umbrella: true}"));
    directory.write("apps/base/lib/base.ex", "defprotocol Base.Size do\n  def size(x)\nend");
    directory.write("apps/above/lib/above.ex", "defimpl Base.Size, for: Integer do\n  def size(x), do: x\nend");
    for name in ["base", "above"] {
        directory.write(&format!("apps/{name}/test/test_helper.exs"), "ExUnit.start()");
    }
    directory.write(
        "apps/base/test/base_test.exs",
        "defmodule BaseTest do\n  use ExUnit.Case\n  test \"fails\", do: assert 1 == 2\nend",
    );
    directory.write(
        "apps/above/test/above_test.exs",
        "defmodule AboveTest do\n  use ExUnit.Case\n  @tag :some\n  test \"consolidated\" do\n    assert Protocol.consolidated?(Base.Size)\n    \
         error = assert_raise Protocol.UndefinedError, fn -> Base.Size.size(:a) end\n    assert Exception.message(error) =~ \"for the following \
         type(s): Integer\"\n  end\nend",
    );
    // The one that another needs comes first, whatever its name; each says whose output it is, and where it is from here.
    let output = run_in(&directory.0, &["test", "--seed", "0"]);
    let text = stdout(&output);
    let place = |part: &str| text.find(part).unwrap_or_else(|| panic!("no {part} in {text}"));
    assert!(text.starts_with("==> base\nCompiling 1 file (.ex)\nGenerated base app\n==> above\n"), "{text}");
    assert!(place("apps/base/test/base_test.exs:3") < place("1 test, 1 failure"), "{text}");
    assert!(place("1 test, 1 failure") < place("1 test, 0 failures"), "{text}");
    assert_eq!(output.status.code(), Some(2));
    let output = run_in(&directory.0, &["test", "apps/above/test/above_test.exs"]);
    assert!(!stdout(&output).contains("==> base"), "{}", stdout(&output));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let above = directory.0.join("apps/above");
    let output = run_in(&above, &["test", "--only", "none"]);
    assert!(
        stderr(&output).contains("The --only option was given to \"mix test\" but no test was executed"),
        "{}",
        stderr(&output)
    );
    assert_eq!(output.status.code(), Some(1));
    let output = run_in(&directory.0, &["mix", "check"]);
    assert!(stderr(&output).contains("\"mix test\" is running in the \"dev\" environment"), "{}", stderr(&output));
    let output = run_in(&above, &["test", "--bogus"]);
    assert!(stderr(&output).contains("** (Mix) Could not invoke task \"test\": 1 error found!"), "{}", stderr(&output));
}

#[test]
fn warnings_fail_a_project_that_wishes_it() {
    let directory = Directory::new("warnings");
    directory.write(
        "mix.exs",
        "defmodule Strict.MixProject do\n  use Mix.Project\n  def project, do: [app: :strict, version: \"0.1.0\", elixirc_options: \
         [warnings_as_errors: true]]\nend",
    );
    directory.write("lib/strict.ex", "defmodule Strict do\n  def one(unused), do: 1\nend");
    let output = run_in(&directory.0, &["mix", "compile"]);
    assert!(stderr(&output).contains("Compilation failed due to warnings"), "{}", stderr(&output));
    assert_eq!(output.status.code(), Some(1));
    // Files may call each other in any order.
    directory.write("lib/strict.ex", "defmodule Strict do\n  def one, do: Other.one()\nend");
    directory.write("lib/other.ex", "defmodule Other do\n  def one, do: 1\n  def two, do: Strict.one()\nend");
    let output = run_in(&directory.0, &["mix", "compile"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn a_project_is_compiled_where_it_has_changed() {
    let directory = Directory::new("changes");
    directory.write(
        "mix.exs",
        "defmodule Changes.MixProject do\n  use Mix.Project\n  def project, do: [app: :changes, version: \"0.1.0\"]\nend",
    );
    directory.write("lib/user.ex", "defmodule User do\n  require Macros\n  def twice, do: Macros.twice(2)\nend");
    directory.write("lib/macros.ex", "defmodule Macros do\n  defmacro twice(x), do: Math.twice(x)\nend");
    directory.write("lib/math.ex", "defmodule Math do\n  def twice(x), do: x * 2\nend");
    directory.write(
        "lib/caller.ex",
        "defmodule Caller do\n  def twice(x), do: Math.twice(x)\n  def point, do: %Point{}\nend",
    );
    directory.write("lib/point.ex", "defmodule Point do\n  defstruct [:x]\nend");
    let compiled = || {
        let output = run_in(&directory.0, &["mix", "compile", "--verbose"]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let text = stdout(&output);
        let mut files: Vec<String> =
            text.lines().filter_map(|line| Some(line.strip_prefix("Compiled lib/")?.to_string())).collect();
        files.sort();
        files.join(" ")
    };
    assert_eq!(compiled(), "caller.ex macros.ex math.ex point.ex user.ex");
    assert_eq!(compiled(), "");
    // What a macro calls is needed to compile who uses the macro; who calls it when running does not mind.
    directory.write("lib/math.ex", "defmodule Math do\n  def twice(x), do: x + x\nend");
    assert_eq!(compiled(), "math.ex user.ex");
    // A struct's fields count where it is built, and not what else its module says.
    directory.write(
        "lib/point.ex",
        "defmodule Point do\n  defstruct [:x]\n  defp unused_here, do: length([])\n  def one, do: unused_here()\nend",
    );
    assert_eq!(compiled(), "caller.ex point.ex");
    directory.write("lib/point.ex", "# The same.\ndefmodule Point do\n  defstruct [:x]\n  def one, do: 0\nend");
    assert_eq!(compiled(), "point.ex");
    directory.write("lib/new.ex", "defmodule New do\nend");
    assert_eq!(compiled(), "new.ex");
    std::fs::remove_file(directory.0.join("lib/new.ex")).expect("it is there");
    assert_eq!(compiled(), "");
    assert!(!directory.0.join("_build/dev/lib/changes/ebin/Elixir.New.beam").exists());
    let output = run_in(&directory.0, &["mix", "xref", "graph", "--format", "plain"]);
    assert_eq!(
        stdout(&output),
        "lib/caller.ex\n|-- lib/math.ex\n`-- lib/point.ex (export)\nlib/macros.ex\n`-- lib/math.ex\nlib/math.ex\nlib/point.ex\n\
         lib/user.ex\n`-- lib/macros.ex (compile)\n"
    );
}

#[test]
fn the_example_of_a_project_is_tested_and_runs() {
    let (directory, example) =
        (Directory::new("my_app"), Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/my_app"));
    let files = ["mix.exs", "lib/my_server.ex", "lib/my_supervisor.ex", "lib/my_app/application.ex"];
    for name in files.into_iter().chain(["test/test_helper.exs", "test/my_app_test.exs"]) {
        directory.write(name, &std::fs::read_to_string(example.join(name)).expect("a file of the example"));
    }
    let output = run_in(&directory.0, &["test"]);
    assert!(stdout(&output).contains("1 doctest, 3 tests, 0 failures"), "{}{}", stdout(&output), stderr(&output));
    assert_eq!(output.status.code(), Some(0));
    directory.write("ask.exs", "MyServer.set_state(:changed)\nIO.inspect(MyServer.get_state())");
    let output = run_in(&directory.0, &["run", "ask.exs"]);
    assert!(stdout(&output).ends_with(":changed\n"), "{}{}", stdout(&output), stderr(&output));
}

#[test]
fn a_project_with_a_dependency_and_configuration_is_tested() {
    let directory = Directory::new("project");
    directory.write(
        "util/mix.exs",
        "defmodule Util.MixProject do\n  use Mix.Project\n  def project, do: [app: :util, version: \"1.2.3\"]\nend",
    );
    directory.write("util/lib/util.ex", "defmodule Util do\n  defmacro twice(x), do: quote(do: 2 * unquote(x))\nend");
    directory.write("util/priv/text", "private");
    directory.write(
        "app/mix.exs",
        "defmodule App.MixProject do\n  use Mix.Project\n  def project, do: [app: :app, version: \"0.1.0\", deps: [{:util, path: \"../util\"}, {:far, \"~> 1.0\"}]]\n  \
         def application, do: [extra_applications: [:logger], mod: {App, :argument}]\nend",
    );
    directory.write(
        "app/config/config.exs",
        "import Config\nconfig :app, env: config_env(), nested: [a: 1]\nimport_config \"more.exs\"",
    );
    directory.write("app/config/more.exs", "import Config\nconfig :app, nested: [b: 2]");
    // The two files need each other's structs.
    directory.write(
        "app/lib/app.ex",
        "defmodule App do\n  use Application\n  require Util\n  defstruct x: Util.twice(21)\n  def of(%App.Part{} = part), do: part\n  \
         def start(_, arg) do\n    Supervisor.start_link([{Agent, fn -> arg end}], strategy: :one_for_one, name: App.Sup)\n  end\nend",
    );
    directory.write("app/lib/part.ex", "defmodule App.Part do\n  defstruct y: 1\n  def of(%App{x: x}), do: x\nend");
    directory.write("app/test/test_helper.exs", "ExUnit.start()");
    directory.write(
        "app/test/app_test.exs",
        "defmodule AppTest do\n  use ExUnit.Case, async: true\n  test \"passes\" do\n    assert App.Part.of(%App{}) == 42\n    \
         assert Application.get_all_env(:app)[:nested] == [a: 1, b: 2]\n    assert Application.get_env(:app, :env) == :test\n    \
         assert File.read!(Application.app_dir(:util, \"priv/text\")) == \"private\"\n    assert Application.spec(:util, :vsn) == ~c\"1.2.3\"\n    \
         assert [{_, _, _, _}] = Supervisor.which_children(App.Sup)\n  end\n  test \"fails\", do: assert(1 == 2)\nend",
    );
    let project = directory.0.join("app");
    let output = run_in(&project, &["test"]);
    assert!(stdout(&output).contains("2 tests, 1 failure"), "{}{}", stdout(&output), stderr(&output));
    assert!(stderr(&output).contains("far (far ~> 1.0 of the package registry)"), "{}", stderr(&output));
    assert_eq!(output.status.code(), Some(2));
    let output = run_in(&project, &["test", "test/app_test.exs:3"]);
    assert!(stdout(&output).contains("2 tests, 0 failures, 1 excluded"), "{}{}", stdout(&output), stderr(&output));
    assert!(!stdout(&output).contains("Compiling"), "nothing has changed: {}", stdout(&output));
    directory.write("app/lib/part.ex", "defmodule App.Part do\n  require App.Wheel\nend");
    directory.write("app/lib/wheel.ex", "defmodule App.Wheel do\n  require App.Part\nend");
    let output = run_in(&project, &["test"]);
    assert!(stdout(&output).contains("deadlock between files"), "{}", stdout(&output));
    assert_eq!(output.status.code(), Some(1));
    let output = run_in(&project, &["mix", "deps.get"]);
    assert!(stderr(&output).contains("** (Mix) Beamlet does not download packages"), "{}", stderr(&output));
}
