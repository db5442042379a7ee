//! Module files that others compiled, as they are installed with Erlang and Elixir: `tests/testbed/*.exs` run with them in
//! front of the bundled library and print what they print on the real thing. Needs both installed.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

/// A program, and the modules that it runs on.
const BEDS: [(&str, &str); 4] = [
    ("collections", "lists maps gb_trees queue orddict"),
    ("text", "string unicode_util io_lib io_lib_format io_lib_pretty io_lib_fread epp"),
    ("behaviours", "gen gen_server gen_statem supervisor proc_lib error_logger"),
    (
        "elixir",
        "unicode_util Elixir.Enum Elixir.Stream.Reducers Elixir.Map Elixir.Keyword Elixir.String Elixir.String.Unicode Elixir.String.Break Elixir.Task \
         Elixir.GenServer Elixir.Inspect",
    ),
];

/// Where the real Elixir finds its modules and Erlang's standard library, if it is installed.
fn installed() -> Option<Vec<PathBuf>> {
    folders_of("[:lists, :logger, Enum]")
}

/// The folders of these modules of the real thing, if they are all installed.
fn folders_of(modules: &str) -> Option<Vec<PathBuf>> {
    let code = format!("for m <- {modules}, [_ | _] = path = :code.which(m), do: path |> Path.dirname() |> IO.puts()");
    let output = Command::new("elixir").args(["-e", &code]).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).lines().map(PathBuf::from).collect())
}

/// A folder with these modules' files and no others.
fn bed(name: &str, modules: &str, installed: &[PathBuf]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("beamlet-testbed-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for module in modules.split_whitespace() {
        let file = format!("{module}.beam");
        let found = installed.iter().map(|folder| folder.join(&file)).find(|path| path.is_file());
        let found = found.unwrap_or_else(|| panic!("{module} is not installed"));
        std::fs::copy(&found, folder.join(&file)).unwrap_or_else(|error| panic!("{}: {error}", found.display()));
    }
    folder
}

fn same_with(folders: &[&Path], program: &Path) -> Result<(), String> {
    let real = support::run(Command::new("elixir").arg(program));
    let mut options: Vec<String> = Vec::new();
    for folder in folders {
        options.extend(["-pa".to_owned(), folder.display().to_string()]);
    }
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let ours = support::beamlet(&options, program);
    let stderr = String::from_utf8_lossy(&ours.stderr);
    support::same("stdout", &String::from_utf8_lossy(&real.stdout), &String::from_utf8_lossy(&ours.stdout))
        .map_err(|problem| format!("{problem}\n{stderr}"))
}

#[test]
fn modules_of_otp_and_elixir_run_unmodified() {
    let Some(installed) = installed() else {
        eprintln!("elixir is not installed: nothing to load");
        return;
    };
    for (name, modules) in BEDS {
        let folder = bed(name, modules, &installed);
        let program = support::root().join("tests/testbed").join(name).with_extension("exs");
        let result = same_with(&[&folder], &program);
        std::fs::remove_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        result.unwrap_or_else(|problem| panic!("{name}: {problem}"));
    }
}

#[test]
fn all_of_otps_standard_library_may_stand_in_front() {
    let Some(installed) = installed() else {
        eprintln!("elixir is not installed: nothing to load");
        return;
    };
    for (name, _) in BEDS.into_iter().take(3) {
        let program = support::root().join("tests/testbed").join(name).with_extension("exs");
        same_with(&[&installed[0]], &program).unwrap_or_else(|problem| panic!("{name}: {problem}"));
    }
}

#[test]
fn erlangs_tools_run_unmodified() {
    let Some(tools) = folders_of("[:lists, :compile, :leex, :erl_syntax, :xmerl_scan, :eunit, :mnesia]") else {
        eprintln!("Erlang's tools are not installed: nothing to load");
        return;
    };
    let folders: Vec<&Path> = tools.iter().map(PathBuf::as_path).collect();
    same_with(&folders, &support::root().join("tests/testbed/tools.exs")).unwrap_or_else(|problem| panic!("{problem}"));
}
