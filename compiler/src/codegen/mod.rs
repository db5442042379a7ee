//! Code generation: from core to the bytes of a `.beam` file.
//!
//! Each function is simplified, its blocks put in order, its variables given registers: x registers, or y registers
//! in the frame for what must survive a call or an exception; then instructions are written.

mod contexts;
mod emit;
mod external;
mod frame;
mod live;
mod markers;
mod moves;
mod registers;
mod simplify;
mod tests_of;

use std::collections::HashMap;
use std::sync::Arc;

use beamlet_vm::atom::atoms;
use beamlet_vm::code::file::Assembler;
use beamlet_vm::code::{Opcode, Operand};
use beamlet_vm::{Atom, Value};

use crate::core::{self, Function};
use crate::diagnostic::Diagnostic;
use crate::source::SourceFile;
use crate::tree;

/// Compiles a module to the bytes of a `.beam` file.
///
/// # Errors
/// What the format cannot express: calls of local functions that do not exist, more registers than there are.
pub fn compile(module: &tree::Module) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let mut functions = core::lower(module)?;
    functions.iter_mut().for_each(simplify::simplify);
    contexts::contexts(&mut functions);
    let mut unit = Unit::new(module, &functions);
    for (number, function) in functions.into_iter().enumerate() {
        unit.function(number as u32, function);
    }
    unit.module_info();
    if unit.errors.is_empty() {
        Ok(unit.finish())
    } else {
        Err(unit.errors)
    }
}

/// The core of a module after simplification, as text. For tests and for looking at it.
///
/// # Errors
/// As [`compile`].
pub fn show_core(module: &tree::Module) -> Result<String, Vec<Diagnostic>> {
    use std::fmt::Write;
    let mut out = String::new();
    let mut functions = core::lower(module)?;
    functions.iter_mut().for_each(simplify::simplify);
    contexts::contexts(&mut functions);
    for function in functions {
        let _ = write!(out, "{function}");
    }
    Ok(out)
}

/// A module being written.
struct Unit<'m> {
    module: &'m tree::Module,
    asm: Assembler,
    /// The labels of functions: `func_info`, the entry being one more.
    labels: HashMap<(Atom, u32), u32>,
    lambdas: HashMap<(Atom, u32, u32), u32>,
    next_label: u32,
    errors: Vec<Diagnostic>,
}

impl<'m> Unit<'m> {
    fn new(module: &'m tree::Module, functions: &[Function]) -> Unit<'m> {
        let mut asm = Assembler::new(module.name);
        let mut labels = HashMap::with_capacity(functions.len());
        for (number, function) in functions.iter().enumerate() {
            let label = 2 * number as u32 + 1;
            let arity = function.params.len() as u32;
            labels.insert((function.name, arity), label);
            if function.exported {
                asm.export(function.name, arity, label + 1);
            } else {
                asm.local(function.name, arity, label + 1);
            }
        }
        let next_label = 2 * functions.len() as u32 + 1;
        Unit { module, asm, labels, lambdas: HashMap::new(), next_label, errors: Vec::new() }
    }

    fn label(&mut self) -> u32 {
        self.next_label += 1;
        self.next_label - 1
    }

    fn error(&mut self, function: &Function, message: impl Into<String>) {
        let file = function.file.as_deref().unwrap_or(&self.module.file);
        let name = format!("in {}/{} on line {}", function.name, function.params.len(), function.line);
        self.errors.push(Diagnostic::error("codegen::limit", &SourceFile::new(file, ""), message).help(name));
    }

    /// Opens a function: its `func_info` with labels around.
    fn head(&mut self, name: Atom, arity: u32, label: u32, file: &str, line: u32) {
        self.asm.push(Opcode::Label, &[Operand::Unsigned(u64::from(label))]);
        self.line(file, line);
        let name = [Operand::Atom(self.module.name), Operand::Atom(name), Operand::Unsigned(u64::from(arity))];
        self.asm.push(Opcode::FuncInfo, &name);
        self.asm.push(Opcode::Label, &[Operand::Unsigned(u64::from(label) + 1)]);
    }

    fn line(&mut self, file: &str, line: u32) {
        let number = if line == 0 { 0 } else { self.asm.line(file, line) };
        self.asm.push(Opcode::Line, &[Operand::Unsigned(u64::from(number))]);
    }

    /// The two functions every module has.
    fn module_info(&mut self) {
        let module = Operand::Atom(self.module.name);
        for arity in [0, 1] {
            if self.labels.contains_key(&(atoms::MODULE_INFO, arity)) {
                continue;
            }
            let label = self.label();
            self.label();
            self.head(atoms::MODULE_INFO, arity, label, "", 0);
            if arity == 1 {
                self.asm.push(Opcode::Move, &[Operand::X(0), Operand::X(1)]);
            }
            self.asm.push(Opcode::Move, &[module.clone(), Operand::X(0)]);
            let import = self.asm.import(atoms::ERLANG, Atom::new("get_module_info"), arity + 1);
            let args = [Operand::Unsigned(u64::from(arity) + 1), Operand::Unsigned(u64::from(import))];
            self.asm.push(Opcode::CallExtOnly, &args);
            self.asm.export(atoms::MODULE_INFO, arity, label + 1);
        }
    }

    fn finish(self) -> Vec<u8> {
        let module = self.module;
        let mut file = self.asm.finish();
        let named: Vec<Value> = module
            .attributes
            .iter()
            .map(|(name, value)| Value::Tuple(vec![Value::Atom(*name), value.clone()]))
            .collect();
        // A version tells code from other code of the same name, unless the module gives itself one.
        let version = Atom::new("vsn");
        let mut attributes = Vec::new();
        if module.exports.is_some() && !module.attributes.iter().any(|(name, _)| *name == version) {
            // With its highest bit set it is never a small integer.
            let number = fingerprint(&file, &named) | 1 << 127;
            let number = Value::Big(Arc::new(num_bigint::BigInt::from(number)));
            attributes.push(Value::Tuple(vec![Value::Atom(version), Value::List(vec![number])]));
        }
        attributes.extend(named);
        let mut chunk = |name: &[u8; 4], bytes: Vec<u8>| append(&mut file, name, &bytes);
        chunk(b"Attr", external::encode(&Value::List(attributes)));
        let option = |name: &str, value| Value::Tuple(vec![Value::atom(name), value]);
        let charlist = |text: &str| Value::List(text.chars().map(|c| Value::Int(i64::from(u32::from(c)))).collect());
        let info = vec![
            option("version", charlist(env!("CARGO_PKG_VERSION"))),
            option("options", Value::EMPTY_LIST),
            option("source", charlist(&module.file)),
        ];
        chunk(b"CInf", external::encode(&Value::List(info)));
        if module.exports.is_some() {
            // In the form in which Elixir keeps a module; `none` where nothing is kept.
            let data = if module.types.is_some() || module.debug.is_some() {
                let map = module.debug.clone().unwrap_or(Value::Map(Vec::new()));
                let types = module.types.clone().unwrap_or(Value::EMPTY_LIST);
                Value::Tuple(vec![Value::atom("elixir_v1"), map, types])
            } else {
                Value::atom("none")
            };
            let info = vec![Value::atom("debug_info_v1"), Value::atom("elixir_erl"), data];
            chunk(b"Dbgi", external::pack(&Value::Tuple(info)));
        }
        if let Some(docs) = &module.docs {
            chunk(b"Docs", external::pack(docs));
        }
        if let Some(exports) = &module.exports {
            chunk(b"ExCk", external::encode(exports));
        }
        file
    }
}

/// Adds a chunk at the end of a module file.
fn append(file: &mut Vec<u8>, name: &[u8; 4], bytes: &[u8]) {
    file.extend_from_slice(name);
    file.extend_from_slice(&(bytes.len() as u32).to_be_bytes());
    file.extend_from_slice(bytes);
    file.resize(file.len().next_multiple_of(4), 0);
    // The size of what follows it stands in front of everything.
    let size = (file.len() - 8) as u32;
    file[4..8].copy_from_slice(&size.to_be_bytes());
}

/// A number that tells code and attributes from others, the same in every run.
fn fingerprint(code: &[u8], attributes: &[Value]) -> u128 {
    let mut number: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for byte in code.iter().chain(&external::encode(&Value::List(attributes.to_vec()))) {
        number = (number ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    number
}
