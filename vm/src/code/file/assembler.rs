//! Writing a module file: tables that intern what instructions name, and the chunks at the end.

use std::collections::HashMap;
use std::hash::Hash;

use flate2::write::ZlibEncoder;
use flate2::Compression;

use super::{compact, Export, Import};
use crate::code::instr::{Opcode, OTP25_MAX_OPCODE};
use crate::code::operand::{Instruction, Operand};
use crate::Atom;

/// A function that funs are made of, as the code generator knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lambda {
    /// The name of the function that holds its code.
    pub function: Atom,
    /// Parameters of that function, the free variables included.
    pub arity: u32,
    /// Its entry.
    pub label: u32,
    /// How many free variables it has.
    pub free: u32,
}

struct Interned<T> {
    numbers: HashMap<T, u32>,
    items: Vec<T>,
}

impl<T: Clone + Eq + Hash> Interned<T> {
    fn new() -> Interned<T> {
        Interned { numbers: HashMap::new(), items: Vec::new() }
    }

    fn number(&mut self, item: T) -> u32 {
        if let Some(&number) = self.numbers.get(&item) {
            return number;
        }
        let number = self.items.len() as u32;
        self.items.push(item.clone());
        self.numbers.insert(item, number);
        number
    }
}

/// Collects a module and writes its file.
///
/// Instructions are encoded as they are pushed; tables grow by use. Labels are the caller's numbers, from 1.
pub struct Assembler {
    atoms: Interned<Atom>,
    imports: Interned<Import>,
    literals: Interned<Vec<u8>>,
    lambdas: Vec<Lambda>,
    exports: Vec<Export>,
    locals: Vec<Export>,
    files: Interned<String>,
    lines: Interned<(u32, u32)>,
    strings: Vec<u8>,
    code: Vec<u8>,
    function_count: u32,
    label_limit: u32,
    line_instructions: u32,
    extra: Vec<([u8; 4], Vec<u8>)>,
}

impl Assembler {
    /// Starts the file of a module.
    pub fn new(module: Atom) -> Assembler {
        let mut atoms = Interned::new();
        atoms.number(module);
        Assembler {
            atoms,
            imports: Interned::new(),
            literals: Interned::new(),
            lambdas: Vec::new(),
            exports: Vec::new(),
            locals: Vec::new(),
            files: Interned::new(),
            lines: Interned::new(),
            strings: Vec::new(),
            code: Vec::with_capacity(4096),
            function_count: 0,
            label_limit: 1,
            line_instructions: 0,
            extra: Vec::new(),
        }
    }

    /// The number of an imported function.
    pub fn import(&mut self, module: Atom, function: Atom, arity: u32) -> u32 {
        self.imports.number(Import { module, function, arity })
    }

    /// The number of a literal given in external term format, version byte included. Equal bytes share a number.
    pub fn literal(&mut self, external: Vec<u8>) -> u32 {
        self.literals.number(external)
    }

    /// Adds an entry to the lambda table.
    pub fn lambda(&mut self, lambda: Lambda) -> u32 {
        self.lambdas.push(lambda);
        self.lambdas.len() as u32 - 1
    }

    /// The number of a source position, for a `line` instruction.
    pub fn line(&mut self, file: &str, line: u32) -> u32 {
        let file = self.files.number(file.to_owned()) + 1;
        self.lines.number((file, line)) + 1
    }

    /// The offset of bytes in the string table, added unless there already.
    pub fn string(&mut self, bytes: &[u8]) -> u32 {
        let found = (!bytes.is_empty() && self.strings.len() <= 4096)
            .then(|| self.strings.windows(bytes.len()).position(|window| window == bytes))
            .flatten();
        found.unwrap_or_else(|| {
            self.strings.extend_from_slice(bytes);
            self.strings.len() - bytes.len()
        }) as u32
    }

    /// Makes a function callable from other modules.
    pub fn export(&mut self, function: Atom, arity: u32, label: u32) {
        self.exports.push(Export { function, arity, label });
    }

    /// Lists a function that other modules cannot call.
    pub fn local(&mut self, function: Atom, arity: u32, label: u32) {
        self.locals.push(Export { function, arity, label });
    }

    /// Adds a chunk such as `Attr`, `CInf` or `Docs`.
    pub fn chunk(&mut self, name: [u8; 4], bytes: Vec<u8>) {
        self.extra.push((name, bytes));
    }

    /// Appends an instruction.
    ///
    /// # Panics
    /// In debug builds, when the number of operands is not the table's.
    pub fn push(&mut self, op: Opcode, args: &[Operand]) {
        debug_assert_eq!(op.operands().len(), args.len(), "operands of {}", op.name());
        match (op, args) {
            (Opcode::FuncInfo, _) => self.function_count += 1,
            (Opcode::Line, _) => self.line_instructions += 1,
            (Opcode::Label, [Operand::Unsigned(label)]) => {
                self.label_limit = self.label_limit.max((*label as u32).saturating_add(1))
            }
            _ => {}
        }
        self.code.push(op.number());
        let Assembler { atoms, code, .. } = self;
        for arg in args {
            compact::put_operand(code, arg, &mut |atom| atoms.number(atom) + 1);
        }
    }

    /// Appends an instruction held as a value.
    pub fn push_instruction(&mut self, instruction: &Instruction) {
        self.push(instruction.op, &instruction.args);
    }

    /// Ends the code and writes the file.
    pub fn finish(mut self) -> Vec<u8> {
        self.push(Opcode::IntCodeEnd, &[]);
        let mut out = Vec::with_capacity(self.code.len() * 2 + 1024);
        out.extend_from_slice(b"FOR1\0\0\0\0BEAM");

        let mut code = Vec::with_capacity(self.code.len() + 20);
        for number in [16, 0, u32::from(OTP25_MAX_OPCODE), self.label_limit, self.function_count] {
            put_u32(&mut code, number);
        }
        code.extend_from_slice(&self.code);

        // Tables below name atoms that no instruction needs to have named; number them before the atoms are written.
        let mut imports = Vec::new();
        put_u32(&mut imports, self.imports.items.len() as u32);
        for import in std::mem::take(&mut self.imports.items) {
            put_u32(&mut imports, self.atoms.number(import.module) + 1);
            put_u32(&mut imports, self.atoms.number(import.function) + 1);
            put_u32(&mut imports, import.arity);
        }
        let exports = function_chunk(&mut self.atoms, &self.exports);
        let locals = function_chunk(&mut self.atoms, &self.locals);
        let mut lambdas = Vec::new();
        put_u32(&mut lambdas, self.lambdas.len() as u32);
        let uniq = checksum(&self.code);
        for (index, lambda) in std::mem::take(&mut self.lambdas).into_iter().enumerate() {
            put_u32(&mut lambdas, self.atoms.number(lambda.function) + 1);
            for number in [lambda.arity, lambda.label, index as u32, lambda.free, uniq] {
                put_u32(&mut lambdas, number);
            }
        }

        let mut atoms = Vec::new();
        put_u32(&mut atoms, self.atoms.items.len() as u32);
        for atom in &self.atoms.items {
            let text = atom.as_str().as_bytes();
            // Characters are limited to 255; OTP 25's format has one byte for the length, so longer UTF-8 is cut off
            // by no writer: such atoms are refused by the compiler before they get here.
            atoms.push(text.len().min(255) as u8);
            atoms.extend_from_slice(&text[..text.len().min(255)]);
        }

        put_chunk(&mut out, b"AtU8", &atoms);
        put_chunk(&mut out, b"Code", &code);
        put_chunk(&mut out, b"StrT", &self.strings);
        put_chunk(&mut out, b"ImpT", &imports);
        put_chunk(&mut out, b"ExpT", &exports);
        if lambdas.len() > 4 {
            put_chunk(&mut out, b"FunT", &lambdas);
        }
        put_chunk(&mut out, b"LocT", &locals);
        if !self.literals.items.is_empty() {
            put_chunk(&mut out, b"LitT", &literal_chunk(&self.literals.items));
        }
        put_chunk(&mut out, b"Line", &self.line_chunk());
        for (name, bytes) in &self.extra {
            put_chunk(&mut out, name, bytes);
        }
        let size = (out.len() - 8) as u32;
        out[4..8].copy_from_slice(&size.to_be_bytes());
        out
    }

    fn line_chunk(&self) -> Vec<u8> {
        const TAG_INTEGER: u8 = 1;
        const TAG_ATOM: u8 = 2;
        let mut out = Vec::new();
        for number in [0, 0, self.line_instructions, self.lines.items.len() as u32, self.files.items.len() as u32] {
            put_u32(&mut out, number);
        }
        let mut current = 0;
        for &(file, line) in &self.lines.items {
            if file != current {
                compact::put_number(&mut out, TAG_ATOM, u64::from(file));
                current = file;
            }
            compact::put_number(&mut out, TAG_INTEGER, u64::from(line));
        }
        for file in &self.files.items {
            let bytes = &file.as_bytes()[..file.len().min(usize::from(u16::MAX))];
            out.extend_from_slice(&(bytes.len() as u16).to_be_bytes());
            out.extend_from_slice(bytes);
        }
        out
    }
}

fn function_chunk(atoms: &mut Interned<Atom>, functions: &[Export]) -> Vec<u8> {
    let mut out = Vec::with_capacity(4 + functions.len() * 12);
    put_u32(&mut out, functions.len() as u32);
    for function in functions {
        put_u32(&mut out, atoms.number(function.function) + 1);
        put_u32(&mut out, function.arity);
        put_u32(&mut out, function.label);
    }
    out
}

fn literal_chunk(literals: &[Vec<u8>]) -> Vec<u8> {
    let mut plain = Vec::new();
    put_u32(&mut plain, literals.len() as u32);
    for literal in literals {
        put_u32(&mut plain, literal.len() as u32);
        plain.extend_from_slice(literal);
    }
    let mut out = Vec::new();
    put_u32(&mut out, plain.len() as u32);
    let mut encoder = ZlibEncoder::new(out, Compression::fast());
    std::io::Write::write_all(&mut encoder, &plain).expect("a vector takes every byte");
    encoder.finish().expect("a vector takes every byte")
}

fn put_u32(out: &mut Vec<u8>, number: u32) {
    out.extend_from_slice(&number.to_be_bytes());
}

fn put_chunk(out: &mut Vec<u8>, name: &[u8; 4], bytes: &[u8]) {
    out.extend_from_slice(name);
    put_u32(out, bytes.len() as u32);
    out.extend_from_slice(bytes);
    out.resize(out.len().next_multiple_of(4), 0);
}

/// FNV-1a over the code: tells versions of a module apart in its funs.
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |sum, &byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193)) & 0x07ff_ffff
}
