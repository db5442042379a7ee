//! Code generation, pinned: modules under `listings/` and the instructions they become.
//!
//! With `UPDATE_LISTINGS=1` the expected listings are written instead of compared.

use std::fmt::Write as _;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use beamlet_compiler::diagnostic::Diagnostic;
use beamlet_compiler::eval::Runner;
use beamlet_compiler::expand::host::{Data, Failure, Host, HostFuture, Raised};
use beamlet_compiler::expand::Cx;
use beamlet_compiler::module::Compiler;
use beamlet_compiler::parse::{parse, ParseOptions};
use beamlet_compiler::source::SourceFile;
use beamlet_compiler::{codegen, tree};
use beamlet_vm::code::file::{read, BeamFile};
use beamlet_vm::code::{Opcode, Operand, OperandKind};
use beamlet_vm::{Atom, Value};
use parking_lot::Mutex;

/// A machine that keeps what is loaded and runs nothing.
#[derive(Default)]
struct Shelf {
    loaded: Mutex<Vec<Vec<u8>>>,
}

impl Host for Shelf {
    fn call<'a>(&'a self, module: Atom, function: Atom, _: Vec<Data>) -> HostFuture<'a, Result<Data, Raised>> {
        Box::pin(
            async move { Err(Raised::error(Value::Tuple(vec![Value::atom("undef"), module.into(), function.into()]))) },
        )
    }

    fn load<'a>(&'a self, _: Atom, _: &'a str, beam: Vec<u8>) -> HostFuture<'a, Result<(), Raised>> {
        self.loaded.lock().push(beam);
        Box::pin(async { Ok(()) })
    }

    fn unload(&self, _: Atom) -> bool {
        false
    }

    fn ensure_loaded<'a>(&'a self, _: Atom) -> HostFuture<'a, bool> {
        Box::pin(async { false })
    }

    fn exports(&self, _: Atom) -> Option<Vec<(Atom, u8)>> {
        None
    }

    fn tuple_elements(&self, _: &Data) -> Option<Vec<Data>> {
        None
    }

    fn report(&self, _: Diagnostic) {}
}

fn generate(module: &tree::Module) -> Result<Vec<u8>, Vec<Diagnostic>> {
    codegen::compile(module)
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing here waits"),
    }
}

fn compile(path: &Path) -> Vec<BeamFile> {
    let text = std::fs::read_to_string(path).expect("the module is there");
    let host = Shelf::default();
    let compiler = Compiler::new(generate);
    let source = SourceFile::new("listing.ex", text);
    let quoted = parse(&source, &ParseOptions::default()).expect("it parses");
    let result = block_on(async {
        let cx = Cx { compiler: &compiler, host: &host, compiled: None };
        let env = compiler.file_env(&host, "listing.ex").await?;
        let mut runner = Runner::new(cx, source, env, Vec::new());
        runner.run(&quoted).await
    });
    match result {
        Ok(_) => {}
        Err(Failure::Diagnostics(errors)) => {
            panic!("{}: {:?}", path.display(), errors.iter().map(|e| &e.message).collect::<Vec<_>>())
        }
        Err(Failure::Raised(raised)) => panic!("{}: raised {:?}", path.display(), raised.reason.to_value()),
    }
    let loaded = host.loaded.into_inner();
    loaded.iter().map(|beam| read(beam).expect("what is written can be read")).collect()
}

fn show(file: &BeamFile, kind: OperandKind, operand: &Operand) -> String {
    match operand.untyped() {
        Operand::Unsigned(number) if kind == OperandKind::Import => {
            let import = file.imports[*number as usize];
            format!("{}:{}/{}", import.module, import.function, import.arity)
        }
        Operand::Unsigned(number) if kind == OperandKind::Lambda => {
            let lambda = file.lambdas[*number as usize];
            format!("{}/{}", lambda.function, lambda.arity)
        }
        Operand::Unsigned(number) => number.to_string(),
        Operand::Integer(number) => format!("#{number}"),
        Operand::BigInteger(number) => format!("#{number}"),
        Operand::Atom(atom) => format!("'{atom}'"),
        Operand::Nil => "[]".to_owned(),
        Operand::X(register) => format!("x{register}"),
        Operand::Y(register) => format!("y{register}"),
        Operand::Float(register) => format!("f{register}"),
        Operand::Label(0) => "-".to_owned(),
        Operand::Label(label) => format!("L{label}"),
        Operand::Literal(number) => format!("literal {number}"),
        Operand::List(items) => {
            let items: Vec<String> = items.iter().map(|item| show(file, OperandKind::List, item)).collect();
            format!("[{}]", items.join(" "))
        }
        Operand::Alloc(needs) => format!("{needs:?}"),
        Operand::Typed(..) => unreachable!("it was untyped"),
    }
}

/// The functions of a module's source; `__info__/1` and `module_info` are the same everywhere.
fn listing(file: &BeamFile) -> String {
    let mut out = String::new();
    let mut wanted = false;
    let mut label = String::new();
    for located in &file.code {
        let instruction = &located.instruction;
        let op = instruction.op;
        let args: Vec<String> =
            op.operands().iter().zip(&instruction.args).map(|(kind, arg)| show(file, *kind, arg)).collect();
        match op {
            Opcode::Label => label = format!("L{}:\n", args[0]),
            Opcode::FuncInfo => {
                wanted = !args[1].contains("__info__") && !args[1].contains("module_info");
                if wanted {
                    let _ = write!(out, "\n{}/{} {label}", args[1], args[2]);
                }
                label.clear();
            }
            Opcode::Line | Opcode::IntCodeEnd => {}
            _ if wanted => {
                out.push_str(&std::mem::take(&mut label));
                let _ = writeln!(out, "  {} {}", op.name(), args.join(", "));
            }
            _ => {}
        }
    }
    out
}

#[test]
fn modules_become_these_instructions() {
    let update = std::env::var_os("UPDATE_LISTINGS").is_some();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/listings");
    let mut sources: Vec<PathBuf> = std::fs::read_dir(&directory)
        .expect("the directory is there")
        .map(|entry| entry.expect("it can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "ex"))
        .collect();
    sources.sort();
    assert!(!sources.is_empty());
    let mut wrong = String::new();
    for source in sources {
        let text: String = compile(&source).iter().map(listing).collect();
        let expected = source.with_extension("txt");
        if update {
            std::fs::write(&expected, &text).expect("the listing can be written");
        } else if std::fs::read_to_string(&expected).ok().as_deref() != Some(text.as_str()) {
            let _ = writeln!(wrong, "{} is now:\n{text}", source.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
