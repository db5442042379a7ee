//! Compiles `lib/**/*.ex` in the order of `order.txt` into an image: the `.beam` files in two parts, and a table of their
//! names and places.
//!
//! The compiler runs on a VM without threads, so that the same sources give the same image. A module that has been
//! compiled is loaded there at once: the files after it use its macros.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::exit;
use std::sync::{Arc, Mutex};

use beamlet_vm::code::ModuleFile;
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

    let mut parts = [Vec::new(), Vec::new()];
    let mut places = BTreeMap::new();
    let first = used_first(&modules, &out);
    for name in first.iter().chain(modules.keys()) {
        let Some(bytes) = modules.get(name).filter(|_| !places.contains_key(name)) else { continue };
        let (code, rest) = bytes.split_at(end_of_code(bytes));
        let put = |part: &mut Vec<u8>, bytes| {
            let from = part.len();
            part.extend_from_slice(bytes);
            (from, part.len())
        };
        places.insert(name.clone(), [put(&mut parts[0], code), put(&mut parts[1], rest)]);
    }
    let table = places.iter().fold(String::new(), |table, entry| format!("{table}    {entry:?},\n"));
    let [code, rest] = parts;
    for (name, content) in [("modules.rs", format!("[\n{table}]\n").into()), ("code.image", code), ("rest.image", rest)]
    {
        let file = out.join(name);
        std::fs::write(&file, content).unwrap_or_else(|error| fail(&file, &error.to_string()));
    }
}

/// The modules that a script loads which does next to nothing, in the order in which it asks for them.
fn used_first(modules: &BTreeMap<String, Vec<u8>>, out: &Path) -> Vec<String> {
    let script = out.join("first.exs");
    std::fs::write(&script, "IO.puts(\"first\")\n").unwrap_or_else(|error| fail(&script, &error.to_string()));
    let asked = Arc::new(Mutex::new(Vec::new()));
    let source = {
        let (asked, modules) = (asked.clone(), modules.clone());
        move |name: Atom| {
            let bytes = modules.get(name.as_str())?.clone().into();
            asked.lock().ok()?.push(name.as_str().to_owned());
            Some(ModuleFile { bytes, rest: &[], path: None })
        }
    };
    let vm = Vm::builder().manual().natives(beamlet_compiler::natives::NATIVES).stdout(std::io::sink());
    let vm = vm.modules(Arc::new(source)).build().unwrap_or_else(|error| fail(&script, &error.to_string()));
    let file = Value::Tuple(vec![Value::atom("file"), Value::from(script.to_string_lossy().as_ref())]);
    let commands = [Value::List(vec![file]), Value::List(Vec::new())];
    let _ = vm.call_values(Atom::new("beamlet_boot"), Atom::new("start"), &[]);
    let _ = vm.call_values(Atom::new("Elixir.Kernel.CLI"), Atom::new("main"), &commands);
    let asked = asked.lock().map(|asked| asked.clone());
    asked.unwrap_or_default()
}

/// Where the chunks begin of which code is only told.
fn end_of_code(bytes: &[u8]) -> usize {
    let chunks = beamlet_vm::code::file::chunks(bytes).unwrap_or_default();
    let told = |name: &[u8; 4]| matches!(name, b"Dbgi" | b"Docs" | b"ExCk");
    let code = chunks.iter().take_while(|(name, _)| !told(name));
    // A file begins with its size and kind, a chunk with its name and size; chunks are filled up to whole words.
    code.fold(12, |end, (_, content)| end + 8 + content.len().next_multiple_of(4))
}

fn compile_all(root: &Path, files: &[String]) -> BTreeMap<String, Vec<u8>> {
    let vm = Vm::builder()
        .manual()
        .natives(beamlet_compiler::natives::NATIVES)
        .build()
        .unwrap_or_else(|error| fail(root, &error.to_string()));
    let compiler = Atom::new("beamlet_compiler");
    // Blame shows the clauses that were tried.
    let heads = [Value::atom("definitions"), Value::atom("heads")];
    if !matches!(vm.call_values(compiler, Atom::new("put_option"), &heads), Some(Ok(_))) {
        fail(root, "the compiler refuses its own option");
    }
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
