use super::*;
use crate::code::{AllocKind, Opcode, Operand};
use num_bigint::BigInt;
use std::sync::Arc;

pub(crate) fn sample() -> (Vec<Instruction>, Vec<u8>) {
    let module = Atom::new("sample");
    let mut assembler = Assembler::new(module);
    let import = assembler.import(Atom::new("erlang"), Atom::new("+"), 2);
    let literal = assembler.literal(vec![131, 106]);
    let line = assembler.line("lib/sample.ex", 12);
    assert_eq!(assembler.line("lib/sample.ex", 12), line);
    let x = |n| Operand::X(n);
    let instruction = |op, args: &[Operand]| Instruction { op, args: args.to_vec() };
    let code = vec![
        instruction(Opcode::Label, &[Operand::Unsigned(1)]),
        instruction(Opcode::Line, &[Operand::Unsigned(line.into())]),
        instruction(Opcode::FuncInfo, &[Operand::Atom(module), Operand::Atom(Atom::new("run")), Operand::Unsigned(1)]),
        instruction(Opcode::Label, &[Operand::Unsigned(2)]),
        instruction(
            Opcode::TestHeap,
            &[Operand::Alloc(vec![(AllocKind::Words, 3), (AllocKind::Floats, 1)]), Operand::Unsigned(1)],
        ),
        instruction(
            Opcode::GcBif2,
            &[
                Operand::Label(0),
                Operand::Unsigned(1),
                Operand::Unsigned(import.into()),
                x(0),
                Operand::Integer(-1),
                x(1),
            ],
        ),
        instruction(
            Opcode::SelectVal,
            &[
                x(0),
                Operand::Label(1),
                Operand::List(vec![
                    Operand::Integer(70_000),
                    Operand::Label(2),
                    Operand::BigInteger(Arc::new(BigInt::from(i64::MIN) * 3)),
                    Operand::Label(2),
                    Operand::Integer(i64::MAX),
                    Operand::Label(1),
                    Operand::Integer(i64::MIN),
                    Operand::Label(1),
                    Operand::Integer(-129),
                    Operand::Label(1),
                ]),
            ],
        ),
        instruction(Opcode::Move, &[Operand::Typed(Box::new(Operand::Y(1000)), 3), x(700)]),
        instruction(Opcode::Move, &[Operand::Literal(literal), x(0)]),
        instruction(Opcode::Move, &[Operand::Nil, x(0)]),
        instruction(Opcode::Fmove, &[x(0), Operand::Float(2)]),
        instruction(Opcode::Return, &[]),
    ];
    for instruction in &code {
        assembler.push_instruction(instruction);
    }
    assembler.export(Atom::new("run"), 1, 2);
    (code, assembler.finish())
}

#[test]
fn what_is_written_is_read_back() {
    let (code, bytes) = sample();
    let file = read(&bytes).expect("our own file");
    assert_eq!(file.name, Atom::new("sample"));
    let read: Vec<_> = file.code.iter().map(|located| located.instruction.clone()).collect();
    assert_eq!(read[..code.len()], code[..]);
    assert_eq!(read.last().map(|i| i.op), Some(Opcode::IntCodeEnd));
    assert_eq!(file.exports, [Export { function: Atom::new("run"), arity: 1, label: 2 }]);
    assert_eq!(file.literals, [vec![131, 106]]);
    assert_eq!(file.lines[1], Some(LinePosition { file: 1, line: 12 }));
    assert_eq!(file.line_files[1], "lib/sample.ex");
    assert_eq!(file.label_count, 3);
}

#[test]
fn every_truncation_is_refused() {
    let (_, bytes) = sample();
    for length in 0..bytes.len() {
        assert!(read(&bytes[..length]).is_err(), "cut at {length}");
    }
}

#[test]
fn no_flipped_bit_panics() {
    let (_, bytes) = sample();
    for position in 0..bytes.len() {
        for bit in 0..8 {
            let mut broken = bytes.clone();
            broken[position] ^= 1 << bit;
            let _either = read(&broken);
        }
    }
}
