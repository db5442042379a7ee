//! Listings of a module's generic code, for people.
//!
//! ```text
//!   function sum/2
//!     0019  label 4
//!     001a  is_nonempty_list fail: 5, arg: x0
//! ```
//!
//! The number before an instruction is its offset in the code, as the verifier's errors name it.

use std::collections::HashMap;
use std::fmt::Write;

use super::file::{BeamFile, Located};
use super::instr::{Opcode, OperandKind};
use super::operand::{AllocKind, Operand};
use crate::etf;
use crate::heap::OwnedTerm;
use crate::Atom;

/// The code of a module, or of one of its functions (of every arity when none is given). Empty when it has no such function.
///
/// What the file says is shown, whether or not it keeps the rules of the instruction set.
pub fn listing(file: &BeamFile, only: Option<(Atom, Option<u32>)>) -> String {
    let lister = Lister::new(file);
    let mut out = String::new();
    if only.is_none() {
        lister.head(&mut out);
    }
    for function in functions(&file.code) {
        let name = function.iter().find_map(|located| match (located.instruction.op, &located.instruction.args[..]) {
            (Opcode::FuncInfo, [_, Operand::Atom(name), Operand::Unsigned(arity)]) => Some((*name, *arity)),
            _ => None,
        });
        match (name, only) {
            (_, None) => {}
            (Some((name, arity)), Some((wanted, wanted_arity)))
                if name == wanted && wanted_arity.is_none_or(|wanted| u64::from(wanted) == arity) => {}
            _ => continue,
        }
        match name {
            Some((name, arity)) => writeln!(out, "\nfunction {}/{arity}", atom(name)),
            None => writeln!(out),
        }
        .expect("a string takes every text");
        for located in function {
            lister.line(&mut out, located);
        }
    }
    out
}

/// The instructions of each function: a function begins with the label and line before its `func_info`.
fn functions(code: &[Located]) -> Vec<&[Located]> {
    let mut starts: Vec<usize> = Vec::new();
    for (i, located) in code.iter().enumerate() {
        if located.instruction.op == Opcode::FuncInfo {
            let before = code[..i].iter().rev().take(2);
            let marks = before.take_while(|l| matches!(l.instruction.op, Opcode::Line | Opcode::Label)).count();
            starts.push(i - marks);
        }
    }
    let ends = starts.iter().skip(1).copied().chain([code.len()]);
    starts.iter().zip(ends).map(|(&start, end)| &code[start..end]).collect()
}

/// An atom as Erlang writes it.
fn atom(name: Atom) -> String {
    crate::Term::atom(name).to_string()
}

struct Lister<'a> {
    file: &'a BeamFile,
    /// The functions that labels are the entries of.
    entries: HashMap<u32, (Atom, u32)>,
}

impl<'a> Lister<'a> {
    fn new(file: &'a BeamFile) -> Lister<'a> {
        let mut entries = HashMap::new();
        for export in file.exports.iter().chain(&file.locals) {
            entries.insert(export.label, (export.function, export.arity));
        }
        Lister { file, entries }
    }

    fn head(&self, out: &mut String) {
        let names = |items: &[super::file::Export]| {
            items.iter().map(|e| format!("{}/{}", atom(e.function), e.arity)).collect::<Vec<_>>().join(", ")
        };
        let _ = writeln!(out, "module {}", atom(self.file.name));
        let _ = writeln!(out, "  exports {}", names(&self.file.exports));
        if let Some(attributes) = self.term(&self.file.attributes) {
            let _ = writeln!(out, "  attributes {attributes}");
        }
        let chunks: Vec<_> = self.file.other_chunks.iter().map(|(name, content)| chunk(*name, content.len())).collect();
        if !chunks.is_empty() {
            let _ = writeln!(out, "  other chunks {}", chunks.join(", "));
        }
    }

    fn line(&self, out: &mut String, located: &Located) {
        let op = located.instruction.op;
        let _ = write!(out, "  {:04x}  {}", located.offset, op.name());
        let kinds = op.operands().iter().zip(op.operand_names()).zip(&located.instruction.args);
        for (i, ((kind, name), operand)) in kinds.enumerate() {
            let separator = if i == 0 { " " } else { ", " };
            let value = self.operand(*kind, operand);
            let _ = match op {
                Opcode::Label | Opcode::Line | Opcode::Jump => write!(out, "{separator}{value}"),
                _ => write!(out, "{separator}{name}: {value}"),
            };
        }
        out.push('\n');
    }

    fn operand(&self, kind: OperandKind, operand: &Operand) -> String {
        let number = match operand {
            Operand::Unsigned(number) => usize::try_from(*number).ok(),
            _ => None,
        };
        match (kind, number) {
            (OperandKind::Import, Some(index)) => match self.file.imports.get(index) {
                Some(import) => format!("{}:{}/{}", atom(import.module), atom(import.function), import.arity),
                None => format!("{index}, beyond the table"),
            },
            (OperandKind::Lambda, Some(index)) => match self.file.lambdas.get(index) {
                Some(lambda) => format!("{}/{} with {} variables", atom(lambda.function), lambda.arity, lambda.free),
                None => format!("{index}, beyond the table"),
            },
            (OperandKind::Line, Some(index)) => match self.file.lines.get(index) {
                Some(Some(position)) => match self.file.line_files.get(position.file as usize) {
                    Some(file) if position.file > 0 => format!("{file}:{}", position.line),
                    _ => position.line.to_string(),
                },
                Some(None) => "unknown".into(),
                None => format!("{index}, beyond the table"),
            },
            _ => self.value(operand),
        }
    }

    fn value(&self, operand: &Operand) -> String {
        match operand {
            Operand::Unsigned(number) => number.to_string(),
            Operand::Integer(number) => number.to_string(),
            Operand::BigInteger(number) => number.to_string(),
            Operand::Atom(name) => atom(*name),
            Operand::Nil => "[]".into(),
            Operand::X(number) => format!("x{number}"),
            Operand::Y(number) => format!("y{number}"),
            Operand::Float(number) => format!("f{number}"),
            Operand::Label(0) => "none".into(),
            Operand::Label(label) => match self.entries.get(label) {
                Some((name, arity)) => format!("label {label} ({}/{arity})", atom(*name)),
                None => format!("label {label}"),
            },
            Operand::Literal(index) => match self.file.literals.get(*index as usize) {
                Some(bytes) => self.term(bytes).unwrap_or_else(|| "a damaged literal".into()),
                None => format!("literal {index}, beyond the table"),
            },
            // Lists nest four deep at most: the reader sees to it.
            Operand::List(items) => {
                format!("[{}]", items.iter().map(|item| self.value(item)).collect::<Vec<_>>().join(", "))
            }
            Operand::Alloc(needs) => {
                let need = |(kind, count): &(AllocKind, u64)| match kind {
                    AllocKind::Words => format!("{count} words"),
                    AllocKind::Floats => format!("{count} floats"),
                    AllocKind::Funs => format!("{count} funs"),
                };
                format!("{{{}}}", needs.iter().map(need).collect::<Vec<_>>().join(", "))
            }
            Operand::Typed(register, _) => self.value(register),
        }
    }

    /// A term in external format, as text. `None` when it is absent or damaged.
    fn term(&self, bytes: &[u8]) -> Option<String> {
        if bytes.is_empty() {
            return None;
        }
        let decoded = OwnedTerm::try_build(|builder| etf::decode(builder, bytes)).ok()?;
        Some(decoded.term().to_string())
    }
}

fn chunk(name: [u8; 4], size: usize) -> String {
    format!("{} ({size} bytes)", name.escape_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::file::read;

    #[test]
    fn a_function_is_listed_with_names_instead_of_numbers() {
        let (_, bytes) = crate::code::file::tests::sample();
        let file = read(&bytes).expect("a module");
        let all = listing(&file, None);
        assert!(all.starts_with("module "), "{all}");
        let name = file.exports[0].function;
        let one = listing(&file, Some((name, None)));
        assert!(one.contains("func_info module: ") && all.contains(&one), "{one}");
        assert_eq!(listing(&file, Some((Atom::new("no such function"), None))), "");
    }
}
