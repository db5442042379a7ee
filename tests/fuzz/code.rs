//! Modules whose instructions were changed are refused, or run: into an exception, an answer or a limit, never out of bounds.

use std::sync::Arc;

use beamlet_vm::code::file::{read, Assembler, NewLambda};
use beamlet_vm::code::{BeamFile, Instruction, Opcode, Operand};
use beamlet_vm::heap::OwnedTerm;
use beamlet_vm::host::SandboxHost;
use beamlet_vm::process::HeapLimit;
use beamlet_vm::{Atom, Value, Vm};

use crate::random::Random;
use crate::rounds;

/// Code of every kind: what is changed.
const SOURCE: &str = include_str!("subject.ex");

/// The function's arguments are drawn from these.
fn arguments() -> Vec<OwnedTerm> {
    let int = |n: i64| Value::Int(n);
    let values = [
        int(0),
        int(3),
        int(-1),
        Value::atom("ok"),
        Value::EMPTY_LIST,
        Value::List(vec![int(1), int(2), Value::Float(2.5)]),
        Value::List(vec![Value::Tuple(vec![Value::atom("a"), int(1)])]),
        Value::from("text\u{e9}, binary"),
        Value::Tuple(vec![int(1), Value::from("two"), Value::EMPTY_LIST]),
        Value::Float(-1.5),
        Value::from("0123456789".repeat(30).as_str()),
    ];
    values.iter().map(OwnedTerm::from_value).collect()
}

/// The modules of the source.
fn subjects() -> Vec<BeamFile> {
    let vm = beamlet::Vm::builder().manual().build().expect("a VM");
    let compiler = Atom::new("beamlet_compiler");
    let args = [Value::from(SOURCE), Value::from("subject.ex")];
    let compiled = vm.machine().call_values(compiler, Atom::new("compile_string"), &args);
    let Some(Ok(Value::List(modules))) = compiled else { panic!("the subjects do not compile: {compiled:?}") };
    let file = |module: &Value| {
        let Value::Tuple(parts) = module else { panic!("a module is a pair") };
        let [_, Value::Binary(bytes)] = &parts[..] else { panic!("a module is a pair") };
        read(bytes).expect("our own file")
    };
    modules.iter().map(file).collect()
}

/// Writes a file of the parts that matter.
fn assemble(file: &BeamFile, code: &[Instruction]) -> Vec<u8> {
    let mut assembler = Assembler::new(file.name);
    for import in &file.imports {
        assembler.import(import.module, import.function, import.arity);
    }
    for literal in &file.literals {
        assembler.literal(literal.clone());
    }
    for lambda in &file.lambdas {
        let (function, arity, label, free) = (lambda.function, lambda.arity, lambda.label, lambda.free);
        assembler.lambda(NewLambda { function, arity, label, free });
    }
    assembler.string(&file.strings);
    for position in file.lines.iter().flatten() {
        assembler.line("subject.ex", position.line);
    }
    for export in &file.exports {
        assembler.export(export.function, export.arity, export.label);
    }
    for instruction in code {
        assembler.push_instruction(instruction);
    }
    assembler.finish()
}

fn change_operand(random: &mut Random, operand: &mut Operand, labels: u32) {
    match operand {
        Operand::Typed(inner, _) => *operand = (**inner).clone(),
        Operand::List(items) if !items.is_empty() => {
            let at = random.below(items.len());
            match random.below(6) {
                0 => {
                    items.remove(at);
                }
                1 => {
                    let item = items[at].clone();
                    items.push(item);
                }
                // Lists do not nest further.
                _ if matches!(items[at], Operand::List(_)) => {}
                _ => change_operand(random, &mut items[at], labels),
            }
        }
        Operand::Alloc(needs) if !needs.is_empty() => {
            let at = random.below(needs.len());
            needs[at].1 = random.edge();
        }
        Operand::X(n) | Operand::Y(n) | Operand::Float(n) if random.one_in(2) => {
            *n = n.wrapping_add_signed(*random.pick(&[-1, 1, 2, -2])) % 1100;
        }
        Operand::Unsigned(n) if random.one_in(2) => {
            *n = n.wrapping_add_signed(*random.pick(&[-1, 1, 2, -2])) & 0xffff_ffff;
        }
        Operand::Unsigned(n) => *n = random.edge() & 0xffff_ffff,
        Operand::Label(n) => *n = random.below(labels as usize + 1) as u32,
        Operand::Literal(n) => *n = n.wrapping_add_signed(*random.pick(&[-1, 1, 5])) & 0xffff,
        _ => {
            *operand = match random.below(7) {
                0 => Operand::X(random.below(6) as u32),
                1 => Operand::Y(random.below(6) as u32),
                2 => Operand::Integer(random.edge() as i64),
                3 => Operand::Atom(Atom::new("changed")),
                4 => Operand::Nil,
                5 => Operand::Literal(random.below(8) as u32),
                _ => Operand::Float(random.below(3) as u32),
            };
        }
    }
}

fn change(random: &mut Random, code: &mut Vec<Instruction>, labels: u32) {
    for _ in 0..1 + random.below(3) {
        let at = random.below(code.len());
        match random.below(10) {
            0..=5 => {
                let args = &mut code[at].args;
                if !args.is_empty() {
                    let arg = random.below(args.len());
                    change_operand(random, &mut args[arg], labels);
                }
            }
            6 => {
                code.remove(at);
            }
            7 => {
                let instruction = code[random.below(code.len())].clone();
                code.insert(at, instruction);
            }
            8 => {
                let other = random.below(code.len());
                code.swap(at, other);
            }
            _ => {
                let kinds = code[at].op.operands();
                let like: Vec<Opcode> = Opcode::ALL.iter().copied().filter(|op| op.operands() == kinds).collect();
                code[at].op = *random.pick(&like);
            }
        }
    }
}

/// So many modules are tried in one VM, if each leaves it as it was.
const TRIES: u32 = 256;

/// Where modules are run: making a VM takes longer than most of them do.
#[derive(Default)]
struct Ground {
    vm: Option<Vm>,
    tries: u32,
}

impl Ground {
    /// Runs all functions of a module for a while, if it is accepted.
    fn run(&mut self, bytes: &[u8], random: &mut Random, arguments: &[OwnedTerm]) -> bool {
        // Refusing is quicker than making a VM to be refused by.
        if beamlet_vm::code::check(bytes).is_err() {
            return false;
        }
        let seed = random.next();
        let vm = self.vm.get_or_insert_with(|| vm(seed));
        let Ok(module) = vm.load(bytes) else { return false };
        let alive = vm.shared().table().len();
        for (function, arity) in module.exported().collect::<Vec<_>>() {
            let args = (0..arity).map(|_| random.pick(arguments).clone()).collect();
            if vm.spawn(module.name, function, args).is_ok() {
                vm.run_for(3_000);
            }
        }
        vm.run_for(10_000);
        self.tries += 1;
        let spoilt = vm.shared().halted().is_some() || vm.shared().table().len() > alive;
        if spoilt || self.tries >= TRIES {
            *self = Ground::default();
        }
        true
    }
}

fn vm(seed: u64) -> Vm {
    let source = |name: Atom| {
        let file = beamlet_stdlib::module(name.as_str())?;
        Some(beamlet_vm::code::ModuleFile { bytes: file.code.into(), rest: file.rest, path: None })
    };
    Vm::builder()
        .deterministic(seed)
        .host(Arc::new(SandboxHost::default()))
        .stdout(std::io::sink())
        .stderr(std::io::sink())
        .max_memory(64 << 20)
        .max_heap_size(HeapLimit { words: 1 << 20, kill: true, log: false })
        .max_processes(200)
        .modules(Arc::new(source))
        .build()
        .expect("a VM without threads")
}

#[test]
fn changed_code() {
    let subjects = subjects();
    let code = |file: &BeamFile| -> Vec<Instruction> {
        // The end is written by the assembler.
        let code = &file.code[..file.code.len() - 1];
        code.iter().map(|located| located.instruction.clone()).collect()
    };
    let arguments = arguments();
    let mut ground = Ground::default();
    for file in &subjects {
        assert!(ground.run(&assemble(file, &code(file)), &mut Random::new(0), &arguments), "{} itself runs", file.name);
    }
    let (mut loaded, mut all) = (0u64, 0u64);
    rounds("changed code", 2_000, |random, keep| {
        let file = random.pick(&subjects);
        let mut code = code(file);
        change(random, &mut code, file.label_count);
        let bytes = assemble(file, &code);
        keep(&bytes);
        all += 1;
        loaded += u64::from(ground.run(&bytes, random, &arguments));
    });
    println!("{loaded} of {all} changed modules loaded");
    assert!(loaded > 0 && loaded < all, "some changes break a rule and some do not");
}
