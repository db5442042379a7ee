//! Compiles `lib/**/*.ex` in the order of `order.txt` into an image: a table of module names and their `.beam` bytes.
//!
//! The compiler runs on a VM without threads, so that the same sources give the same image. A module that has been
//! compiled is loaded there at once: the files after it use its macros.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::exit;

use beamlet_vm::machine::Vm;
use beamlet_vm::{Atom, Value};

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-changed=order.txt");
    println!("cargo::rerun-if-changed=lib");
    println!("cargo::rerun-if-changed=build.rs");

    let order = read(&root.join("order.txt"));
    let files: Vec<&str> =
        order.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    // The compiler recurses with its input; its own thread has the stack for it.
    let modules = std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn({
            let root = root.clone();
            let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
            move || compile_all(&root, &files)
        })
        .expect("the build may start a thread")
        .join()
        .unwrap_or_else(|_| exit(1));

    let mut table = String::from("[\n");
    for (name, bytes) in &modules {
        let file = out.join(format!("{}.beam", name.replace(|c: char| !c.is_ascii_alphanumeric() && c != '.', "_")));
        std::fs::write(&file, bytes).unwrap_or_else(|error| fail(&file, &error.to_string()));
        writeln!(table, "    ({name:?}, include_bytes!({file:?})),").expect("a string takes every text");
    }
    table.push_str("]\n");
    let file = out.join("modules.rs");
    std::fs::write(&file, table).unwrap_or_else(|error| fail(&file, &error.to_string()));
}

fn compile_all(root: &Path, files: &[String]) -> BTreeMap<String, Vec<u8>> {
    let vm = Vm::builder()
        .manual()
        .natives(beamlet_compiler::natives::NATIVES)
        .build()
        .unwrap_or_else(|error| fail(root, &error.to_string()));
    let compiler = Atom::new("beamlet_compiler");
    let mut modules = BTreeMap::new();
    for file in files {
        let path = root.join(file);
        let source = read(&path);
        let args = [Value::from(source.as_str()), Value::from(file.as_str())];
        let compiled = match vm.call_values(compiler, Atom::new("compile_string"), &args) {
            Some(Ok(Value::List(compiled))) => compiled,
            Some(Err(exception)) => {
                let reason = exception.reason.term().to_value().ok();
                let rendered = reason
                    .clone()
                    .and_then(|reason| vm.call_values(compiler, Atom::new("render"), &[reason]).and_then(Result::ok));
                match rendered.as_ref().and_then(Value::as_str) {
                    Some(text) => fail(&path, &format!("\n{text}")),
                    None => fail(&path, &format!("{:?}\n{:?}", exception.reason, exception.trace)),
                }
            }
            other => fail(&path, &format!("the compiler gave {other:?}")),
        };
        for module in compiled {
            match module {
                Value::Tuple(parts) => match &parts[..] {
                    [Value::Atom(name), Value::Binary(bytes)] => {
                        modules.insert(name.as_str().to_owned(), bytes.to_vec());
                    }
                    other => fail(&path, &format!("the compiler gave {other:?}")),
                },
                other => fail(&path, &format!("the compiler gave {other:?}")),
            }
        }
    }
    modules
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| fail(path, &error.to_string()))
}

fn fail(path: &Path, problem: &str) -> ! {
    eprintln!("{}: {problem}", path.display());
    exit(1)
}
