//! Instructions for one function.

use beamlet_vm::atom::atoms;
use beamlet_vm::code::file::NewLambda;
use beamlet_vm::code::{AllocKind, Opcode, Operand};
use beamlet_vm::Atom;

use super::external;
use super::frame::{frames, Frames};
use super::live::{liveness, Liveness};
use super::markers::markers;
use super::moves::{sequence, Step};
use super::registers::{own_register_last, registers, RegisterSet, Registers, NONE};
use super::Unit;
use crate::core::{
    bif_kind, Arg, BifKind, BlockId, BuildPart, Callee, End, Failure, Function, Op, OpKind, SegmentType,
};
use crate::core::{is_little, Test, TestKind, Var};
use crate::tree::{Endian, SegmentKind};

/// A function being written.
pub(super) struct Emitter<'u, 'm, 'f> {
    pub(super) unit: &'u mut Unit<'m>,
    function: &'f Function,
    file: String,
    live: Liveness,
    frames: Frames,
    registers: Registers,
    /// The label of each block, 0 until it is needed.
    labels: Vec<u32>,
    /// Whether a later block jumps to each block.
    jumped_back_to: Vec<bool>,
    /// The label that raises `function_clause`.
    clause_label: u32,
    /// The x registers that hold a value when each block is entered.
    valid_in: Vec<Option<RegisterSet>>,
    /// The block being written.
    block: usize,
    framed: bool,
    /// X registers that hold some value, so that a collection may look at them.
    valid: RegisterSet,
    /// X registers that hold what a variable of the frame does.
    copies: Vec<(u16, Var)>,
}

fn unsigned(number: impl Into<u64>) -> Operand {
    Operand::Unsigned(number.into())
}

impl Unit<'_> {
    /// Writes a function, which is simplified.
    pub(super) fn function(&mut self, number: u32, mut function: Function) {
        markers(&mut function);
        let arity = function.params.len();
        if arity > 255 {
            return self
                .error(&function, format!("a function cannot have {arity} parameters, free variables included"));
        }
        own_register_last(&mut function);
        let live = liveness(&function);
        let frames = frames(&function);
        let registers = registers(&function, &live, &frames);
        if registers.overflow {
            return self.error(&function, "the function needs more registers than there are: split it up");
        }
        let file = function.file.clone().unwrap_or_else(|| self.module.file.clone());
        let label = 2 * number + 1;
        self.head(function.name, arity as u32, label, &file, function.line);
        if self.module.on_load.is_some_and(|(name, of)| name == function.name && usize::from(of) == arity) {
            self.asm.push(Opcode::OnLoad, &[]);
        }
        let blocks = function.blocks.len();
        let mut jumped_back_to = vec![false; blocks];
        for (number, block) in function.blocks.iter().enumerate() {
            block.end.successors(|to| jumped_back_to[to.index()] |= to.index() <= number);
        }
        let mut emitter = Emitter {
            unit: self,
            function: &function,
            file,
            live,
            frames,
            registers,
            labels: vec![0; blocks],
            jumped_back_to,
            clause_label: label,
            valid_in: vec![None; blocks],
            block: 0,
            framed: false,
            valid: RegisterSet::default(),
            copies: Vec::new(),
        };
        emitter.run();
    }
}

impl Emitter<'_, '_, '_> {
    pub(super) fn push(&mut self, op: Opcode, args: &[Operand]) {
        self.unit.asm.push(op, args);
    }

    fn run(&mut self) {
        let mut entry = RegisterSet::default();
        (0..self.function.params.len() as u16).for_each(|register| entry.insert(register));
        self.valid_in[0] = Some(entry);
        for number in 0..self.function.blocks.len() {
            if number > 0 && self.is_bare_function_clause(number) {
                continue;
            }
            self.block(number);
        }
    }

    /// Whether a block only raises `function_clause` where the parameters still are in place.
    fn is_bare_function_clause(&self, number: usize) -> bool {
        let block = &self.function.blocks[number];
        let End::FunctionClause(args) = &block.end else { return false };
        let in_place = args.iter().zip(&self.function.params).all(|(arg, param)| *arg == Arg::Var(*param));
        in_place && block.ops.is_empty() && !self.frames.framed_in[number]
    }

    /// The label of a block.
    pub(super) fn label(&mut self, block: BlockId) -> Operand {
        if self.is_bare_function_clause(block.index()) {
            return Operand::Label(self.clause_label);
        }
        if self.labels[block.index()] == 0 {
            self.labels[block.index()] = self.unit.label();
        }
        Operand::Label(self.labels[block.index()])
    }

    fn block(&mut self, number: usize) {
        self.block = number;
        self.framed = self.frames.framed_in[number];
        self.copies.clear();
        // What nobody jumps to needs no label: all jumps come earlier, but for those back to a `receive`.
        if number > 0 && (self.labels[number] != 0 || self.jumped_back_to[number]) {
            if let Operand::Label(label) = self.label(BlockId(number as u32)) {
                self.push(Opcode::Label, &[unsigned(label)]);
            }
        }
        self.valid = self.valid_in[number].take().unwrap_or_default();
        let function = self.function;
        let block = &function.blocks[number];
        if let Some(tag) = block.catches {
            let slot = self.y(tag);
            self.push(Opcode::TryCase, &[slot]);
            self.valid = RegisterSet::default();
            for (position, &param) in (0..).zip(&block.params) {
                self.valid.insert(position);
                self.bind_result(param, position);
            }
        }
        let mut room_until = 0;
        for at in 0..=block.ops.len() {
            if self.frames.made_at[number] == Some(at) {
                self.make_frame(at);
            }
            let Some(op) = block.ops.get(at) else { break };
            if at >= room_until && is_heap_op(&op.kind) {
                room_until = self.make_room(at);
            }
            self.op(op, at);
        }
        self.end(&block.end);
    }

    /// What a handler or call left in an x register goes to the variable's register.
    fn bind_result(&mut self, var: Var, register: u16) {
        match self.home(var) {
            Some(Operand::X(home)) if home == u32::from(register) => {}
            Some(home) => {
                self.move_to(Operand::X(u32::from(register)), home);
                if self.live.in_frame[var.index()] {
                    self.copies.push((register, var));
                }
            }
            None => {}
        }
    }

    fn y(&self, var: Var) -> Operand {
        let region = self.frames.region[self.block] as usize;
        let slot = self.registers.y[var.index()];
        Operand::Y(self.registers.slots[region].binary_search(&slot).unwrap_or_else(|at| at) as u32)
    }

    fn frame_size(&self) -> u32 {
        self.registers.slots[self.frames.region[self.block] as usize].len() as u32
    }

    /// Where a variable is or goes; `None` when nobody wants it.
    pub(super) fn home(&self, var: Var) -> Option<Operand> {
        let index = var.index();
        if self.live.in_frame[index] && self.framed {
            return (self.registers.y[index] != NONE).then(|| self.y(var));
        }
        (self.registers.x[index] != NONE).then(|| Operand::X(u32::from(self.registers.x[index])))
    }

    /// An argument as an operand.
    pub(super) fn operand(&mut self, arg: &Arg) -> Operand {
        match arg {
            Arg::Var(var) => self.home(*var).expect("a variable that is used has a register"),
            Arg::Nil => Operand::Nil,
            Arg::Atom(atom) => Operand::Atom(*atom),
            Arg::Int(number) => Operand::Integer(*number),
            Arg::Lit(value) => Operand::Literal(self.unit.asm.literal(external::encode(value))),
        }
    }

    fn operands(&mut self, args: &[Arg]) -> Vec<Operand> {
        args.iter().map(|arg| self.operand(arg)).collect()
    }

    /// An argument as a register: constants are moved into an x register above the live ones.
    pub(super) fn register(&mut self, arg: &Arg, scratch: u16) -> Operand {
        match self.operand(arg) {
            operand @ (Operand::X(_) | Operand::Y(_)) => operand,
            constant => {
                let register = Operand::X(u32::from(scratch));
                self.move_to(constant, register.clone());
                register
            }
        }
    }

    /// Says that a register was written.
    pub(super) fn wrote(&mut self, operand: &Operand) {
        if let Operand::X(register) = operand {
            let register = *register as u16;
            self.valid.insert(register);
            self.copies.retain(|(copy, _)| *copy != register);
        }
    }

    fn move_to(&mut self, from: Operand, to: Operand) {
        if from != to {
            self.wrote(&to);
            self.push(Opcode::Move, &[from, to]);
        }
    }

    fn moves(&mut self, moves: Vec<(Operand, Operand)>) {
        for step in sequence(moves) {
            match step {
                Step::Move(from, to) => self.move_to(from, to),
                Step::Swap(left, right) => {
                    self.wrote(&left);
                    self.wrote(&right);
                    self.push(Opcode::Swap, &[left, right]);
                }
            }
        }
    }

    /// How many x registers are live before an operation, each of them holding something.
    pub(super) fn live(&mut self, at: usize) -> u16 {
        let live = self.registers.live_before[self.block][at];
        for register in 0..live {
            if !self.valid.contains(register) {
                self.move_to(Operand::Nil, Operand::X(u32::from(register)));
            }
        }
        live
    }

    /// How many x registers are live before an operation.
    pub(super) fn live_count(&self, at: usize) -> u16 {
        self.registers.live_before[self.block][at]
    }

    /// What is above the live registers may be garbage after a collection.
    pub(super) fn collected(&mut self, live: u16) {
        self.valid.truncate(live);
        self.copies.retain(|(register, _)| *register < live);
    }

    fn line(&mut self, line: u32) {
        if line > 0 {
            let file = std::mem::take(&mut self.file);
            self.unit.line(&file, line);
            self.file = file;
        }
    }

    /// Makes the frame: variables move in, the other slots are emptied unless they are written before anyone looks.
    fn make_frame(&mut self, at: usize) {
        let live = self.live(at);
        let size = self.frame_size();
        self.push(Opcode::Allocate, &[unsigned(size), unsigned(live)]);
        self.collected(live);
        let moved = std::mem::take(&mut self.registers.moved[self.block]);
        let from: Vec<Operand> =
            moved.iter().map(|&var| self.home(var).expect("it is alive, so it has a register")).collect();
        self.framed = true;
        let mut written = vec![false; size as usize];
        for (&var, from) in moved.iter().zip(from) {
            let to = self.y(var);
            if let Operand::Y(slot) = to {
                written[slot as usize] = true;
            }
            if let Operand::X(register) = from {
                self.copies.push((register as u16, var));
            }
            self.push(Opcode::Move, &[from, to]);
        }
        let block = &self.function.blocks[self.block];
        let calm = block.ops[at..].iter().take_while(|op| {
            matches!(op.kind, OpKind::Move | OpKind::Head | OpKind::Tail | OpKind::Element(_) | OpKind::MarkerReserve)
        });
        let calm: Vec<Var> = calm.filter_map(|op| op.dst).collect();
        for var in calm {
            if let Some(Operand::Y(slot)) = self.home(var) {
                written[slot as usize] = true;
            }
        }
        let empty: Vec<Operand> = (0..size).filter(|&slot| !written[slot as usize]).map(Operand::Y).collect();
        if !empty.is_empty() {
            self.push(Opcode::InitYregs, &[Operand::List(empty)]);
        }
    }

    /// Makes heap room for the operations from `at` on that build terms, as far as nothing else needs heap between
    /// them. Returns the first operation after them.
    fn make_room(&mut self, at: usize) -> usize {
        let function = self.function;
        let ops = &function.blocks[self.block].ops;
        let (mut words, mut funs, mut until) = (0, 0, at);
        for (number, op) in (at..).zip(&ops[at..]) {
            match &op.kind {
                OpKind::Cons => words += 2,
                OpKind::Tuple => words += op.args.len() as u64 + 1,
                OpKind::Fun(..) => {
                    words += op.args.len() as u64 + 3;
                    funs += 1;
                }
                OpKind::Move | OpKind::Head | OpKind::Tail | OpKind::Element(_) | OpKind::TryEnd => {}
                OpKind::Bif(name) if bif_kind(*name, op.args.len()) == Some(BifKind::Plain) => {}
                _ => break,
            }
            if is_heap_op(&op.kind) {
                until = number + 1;
            }
        }
        let live = self.live(at);
        let need = if funs == 0 {
            unsigned(words)
        } else {
            Operand::Alloc(vec![(AllocKind::Words, words), (AllocKind::Floats, 0), (AllocKind::Funs, funs)])
        };
        self.push(Opcode::TestHeap, &[need, unsigned(live)]);
        self.collected(live);
        until
    }

    /// Where the result of an operation goes; a register above the live ones when nobody wants it.
    fn dest(&mut self, dst: Option<Var>, at: usize) -> Operand {
        let home = dst.and_then(|dst| self.home(dst));
        home.unwrap_or_else(|| Operand::X(u32::from(self.registers.live_before[self.block][at])))
    }

    fn op(&mut self, op: &Op, at: usize) {
        match &op.kind {
            OpKind::Call(callee) => self.call(*callee, op),
            OpKind::Move => {
                let from = self.operand(&op.args[0]);
                let to = self.dest(op.dst, at);
                self.move_to(from, to);
            }
            OpKind::Bif(name) => {
                self.line_of_bif(*name, op);
                let to = self.dest(op.dst, at);
                self.bif(*name, &op.args, to, Operand::Label(0), at);
            }
            OpKind::Cons => {
                let (head, tail) = (self.operand(&op.args[0]), self.operand(&op.args[1]));
                self.assign(Opcode::PutList, vec![head, tail], op, at);
            }
            OpKind::Tuple => {
                let items = self.operands(&op.args);
                let to = self.dest(op.dst, at);
                self.push(Opcode::PutTuple2, &[to.clone(), Operand::List(items)]);
                self.wrote(&to);
            }
            OpKind::Fun(name, arity) => self.fun(*name, *arity, op, at),
            OpKind::PutMap { exact } => self.put_map(*exact, op, at),
            OpKind::BuildBits(parts) => {
                self.line(op.line);
                let to = self.dest(op.dst, at);
                self.build_bits(parts, &op.args, to, Operand::Label(0), at);
            }
            OpKind::Head | OpKind::Tail => {
                let scratch = self.registers.live_before[self.block][at];
                let list = self.register(&op.args[0], scratch);
                let opcode = if op.kind == OpKind::Head { Opcode::GetHd } else { Opcode::GetTl };
                self.assign(opcode, vec![list], op, at);
            }
            OpKind::Element(index) => {
                let scratch = self.registers.live_before[self.block][at];
                let tuple = self.register(&op.args[0], scratch);
                self.assign(Opcode::GetTupleElement, vec![tuple, unsigned(*index)], op, at);
            }
            OpKind::BitsTail | OpKind::BitsPosition => {
                let context = self.operand(&op.args[0]);
                let live = self.live(at);
                let to = self.dest(op.dst, at);
                let opcode = if op.kind == OpKind::BitsTail { Opcode::BsGetTail } else { Opcode::BsGetPosition };
                self.push(opcode, &[context, to.clone(), unsigned(live)]);
                self.collected(live);
                self.wrote(&to);
            }
            OpKind::BitsSeek => {
                let args = self.operands(&op.args);
                self.push(Opcode::BsSetPosition, &args);
            }
            OpKind::TryEnd => {
                let args = self.operands(&op.args);
                self.push(Opcode::TryEnd, &args);
            }
            OpKind::RemoveMessage => self.push(Opcode::RemoveMessage, &[]),
            OpKind::Timeout => self.push(Opcode::Timeout, &[]),
            OpKind::MarkerReserve => {
                let to = self.dest(op.dst, at);
                self.push(Opcode::RecvMarkerReserve, std::slice::from_ref(&to));
                self.wrote(&to);
            }
            OpKind::MarkerBind => {
                let args = self.operands(&op.args);
                self.push(Opcode::RecvMarkerBind, &args);
            }
            OpKind::MarkerUse => {
                let args = self.operands(&op.args);
                self.push(Opcode::RecvMarkerUse, &args);
            }
            OpKind::MarkerClear => {
                let args = self.operands(&op.args);
                self.push(Opcode::RecvMarkerClear, &args);
            }
        }
    }

    fn assign(&mut self, opcode: Opcode, mut args: Vec<Operand>, op: &Op, at: usize) {
        let to = self.dest(op.dst, at);
        args.push(to.clone());
        self.push(opcode, &args);
        self.wrote(&to);
    }

    /// A guard function that cannot raise needs no line.
    fn line_of_bif(&mut self, name: Atom, op: &Op) {
        if !OpKind::Bif(name).is_pure() {
            self.line(op.line);
        }
    }

    pub(super) fn bif(&mut self, name: Atom, args: &[Arg], to: Operand, fail: Operand, at: usize) {
        let arity = args.len() as u32;
        let import = unsigned(self.unit.asm.import(atoms::ERLANG, name, arity));
        let kind = bif_kind(name, args.len()).expect("only guard functions become bifs");
        let mut list = Vec::with_capacity(args.len() + 4);
        if arity == 0 {
            self.push(Opcode::Bif0, &[import, to.clone()]);
            return self.wrote(&to);
        }
        let live = (kind == BifKind::Collecting).then(|| self.live(at));
        list.push(fail);
        list.extend(live.map(unsigned));
        list.push(import);
        let mut operands = self.operands(args);
        // As Erlang's compiler puts them, which errors tell of. What is evaluated calls the function as it is written.
        let constant_first = matches!(args, [left, right] if left.var().is_none() && right.var().is_some());
        if constant_first && commutes(name) && self.unit.module.exports.is_some() {
            operands.swap(0, 1);
        }
        list.extend(operands);
        list.push(to.clone());
        let opcode = match (kind, arity) {
            (BifKind::Plain, 1) => Opcode::Bif1,
            (BifKind::Plain, _) => Opcode::Bif2,
            (BifKind::Collecting, 1) => Opcode::GcBif1,
            (BifKind::Collecting, 2) => Opcode::GcBif2,
            (BifKind::Collecting, _) => Opcode::GcBif3,
        };
        self.push(opcode, &list);
        if let Some(live) = live {
            self.collected(live);
        }
        self.wrote(&to);
    }

    fn fun(&mut self, name: Atom, arity: u32, op: &Op, at: usize) {
        let free = op.args.len() as u32;
        let entry = self.unit.labels[&(name, arity)] + 1;
        let number = match self.unit.lambdas.get(&(name, arity, free)) {
            Some(&number) => number,
            None => {
                let number = self.unit.asm.lambda(NewLambda { function: name, arity, label: entry, free });
                self.unit.lambdas.insert((name, arity, free), number);
                number
            }
        };
        let env = self.operands(&op.args);
        let to = self.dest(op.dst, at);
        self.push(Opcode::MakeFun3, &[unsigned(number), to.clone(), Operand::List(env)]);
        self.wrote(&to);
    }

    fn put_map(&mut self, exact: bool, op: &Op, at: usize) {
        if op.line != 0 {
            self.line(op.line);
        }
        let live = self.live(at);
        let map = self.operand(&op.args[0]);
        let pairs = self.operands(&op.args[1..]);
        let to = self.dest(op.dst, at);
        let opcode = if exact { Opcode::PutMapExact } else { Opcode::PutMapAssoc };
        let args = [Operand::Label(0), map, to.clone(), unsigned(live), Operand::List(pairs)];
        self.push(opcode, &args);
        self.collected(live);
        self.wrote(&to);
    }

    pub(super) fn build_bits(&mut self, parts: &[BuildPart], args: &[Arg], to: Operand, fail: Operand, at: usize) {
        let live = self.live(at);
        let mut list = Vec::with_capacity(parts.len() * 6);
        let mut args = args.iter();
        let mut unit = 1;
        for (number, part) in (1u32..).zip(parts) {
            let (name, unit, flags) = match part {
                BuildPart::Bytes(bytes) => {
                    let offset = self.unit.asm.string(bytes);
                    list.extend([Operand::Atom(Atom::new("string")), unsigned(0u32), unsigned(8u32), Operand::Nil]);
                    list.extend([unsigned(offset), Operand::Integer(bytes.len() as i64)]);
                    continue;
                }
                BuildPart::Append(bits) => {
                    unit = *bits;
                    ("append", *bits, Operand::Nil)
                }
                BuildPart::Segment(segment) => self.segment_names(segment),
            };
            let (value, size) = match (args.next(), args.next()) {
                (Some(value), Some(size)) => (self.operand(value), self.operand(size)),
                _ => unreachable!("each segment has its value and size"),
            };
            list.extend([Operand::Atom(Atom::new(name)), unsigned(number), unsigned(unit), flags, value, size]);
        }
        let args = [fail, unsigned(0u32), unsigned(live), unsigned(unit), to.clone(), Operand::List(list)];
        self.push(Opcode::BsCreateBin, &args);
        self.collected(live);
        self.wrote(&to);
    }

    fn segment_names(&mut self, segment: &SegmentType) -> (&'static str, u16, Operand) {
        let name = match segment.kind {
            SegmentKind::Integer => "integer",
            SegmentKind::Float => "float",
            SegmentKind::Binary => "binary",
            SegmentKind::Utf8 => "utf8",
            SegmentKind::Utf16 => "utf16",
            SegmentKind::Utf32 => "utf32",
        };
        let flags = match segment.endian {
            Endian::Big => Operand::Nil,
            Endian::Little | Endian::Native => {
                let name = if is_little(segment.endian) { "little" } else { "big" };
                let flags = beamlet_vm::Value::List(vec![beamlet_vm::Value::atom(name)]);
                Operand::Literal(self.unit.asm.literal(external::encode(&flags)))
            }
        };
        (name, segment.unit, flags)
    }

    /// Puts arguments in the first x registers.
    fn place(&mut self, args: &[Arg]) {
        let mut moves = Vec::with_capacity(args.len());
        for (position, arg) in (0u16..).zip(args) {
            if let Arg::Var(var) = arg {
                if self.copies.contains(&(position, *var)) {
                    // It is in place, and nothing may be moved over it before the call.
                    let register = Operand::X(u32::from(position));
                    moves.push((register.clone(), register));
                    continue;
                }
            }
            moves.push((self.operand(arg), Operand::X(u32::from(position))));
        }
        self.moves(moves);
    }

    fn call(&mut self, callee: Callee, op: &Op) {
        self.place(&op.args);
        self.line(op.line);
        let args = op.args.len() as u32;
        match callee {
            Callee::Local(name, arity) => {
                let entry = self.unit.labels[&(name, arity)] + 1;
                self.push(Opcode::Call, &[unsigned(arity), Operand::Label(entry)]);
            }
            Callee::Remote(module, name) => {
                let import = self.unit.asm.import(module, name, args);
                self.push(Opcode::CallExt, &[unsigned(args), unsigned(import)]);
            }
            Callee::Fun => self.push(Opcode::CallFun, &[unsigned(args - 1)]),
            Callee::Apply => self.push(Opcode::Apply, &[unsigned(args - 2)]),
            Callee::Send => self.push(Opcode::Send, &[]),
            Callee::BuildStacktrace => self.push(Opcode::BuildStacktrace, &[]),
        }
        self.valid = RegisterSet::default();
        self.copies.clear();
        self.valid.insert(0);
        if let Some(dst) = op.dst {
            self.bind_result(dst, 0);
        }
    }

    fn tail_call(&mut self, callee: Callee, args: &[Arg], line: u32) {
        self.place(args);
        self.line(line);
        let count = args.len() as u32;
        let frame = unsigned(self.frame_size());
        match callee {
            Callee::Local(name, arity) => {
                let entry = Operand::Label(self.unit.labels[&(name, arity)] + 1);
                if self.framed {
                    self.push(Opcode::CallLast, &[unsigned(arity), entry, frame]);
                } else {
                    self.push(Opcode::CallOnly, &[unsigned(arity), entry]);
                }
            }
            Callee::Remote(module, name) => {
                let import = unsigned(self.unit.asm.import(module, name, count));
                if self.framed {
                    self.push(Opcode::CallExtLast, &[unsigned(count), import, frame]);
                } else {
                    self.push(Opcode::CallExtOnly, &[unsigned(count), import]);
                }
            }
            Callee::Apply => self.push(Opcode::ApplyLast, &[unsigned(count - 2), frame]),
            Callee::Fun | Callee::Send | Callee::BuildStacktrace => {
                match callee {
                    Callee::Fun => self.push(Opcode::CallFun, &[unsigned(count - 1)]),
                    Callee::Send => self.push(Opcode::Send, &[]),
                    _ => self.push(Opcode::BuildStacktrace, &[]),
                }
                self.push(Opcode::Deallocate, &[frame]);
                self.push(Opcode::Return, &[]);
            }
        }
    }

    /// Notes which x registers a block can count on.
    fn flow_to(&mut self, to: BlockId) {
        match &mut self.valid_in[to.index()] {
            Some(valid) => valid.intersect(&self.valid),
            slot => *slot = Some(self.valid.clone()),
        }
    }

    /// Goes on to a block: by falling into it if it comes next.
    pub(super) fn go(&mut self, to: BlockId) {
        if to.index() != self.block + 1 || self.is_bare_function_clause(to.index()) {
            let label = self.label(to);
            self.push(Opcode::Jump, &[label]);
        }
    }

    fn end(&mut self, end: &End) {
        match end {
            End::Open => unreachable!("every reachable block has an end"),
            End::Jump(to, args) => {
                let function = self.function;
                let mut moves = Vec::with_capacity(args.len());
                for (arg, param) in args.iter().zip(&function.blocks[to.index()].params) {
                    let from = self.operand(arg);
                    if let Some(to) = self.home(*param) {
                        moves.push((from, to));
                    }
                }
                self.moves(moves);
                self.flow_to(*to);
                self.go(*to);
            }
            End::Return(arg) => {
                self.place(std::slice::from_ref(arg));
                if self.framed {
                    let size = self.frame_size();
                    self.push(Opcode::Deallocate, &[unsigned(size)]);
                }
                self.push(Opcode::Return, &[]);
            }
            End::TailCall(callee, args, line) => self.tail_call(*callee, args, *line),
            End::Test(test) => self.test(test),
            End::Select(arg, choices, default) => {
                let arg = self.operand(arg);
                let mut list = Vec::with_capacity(choices.len() * 2);
                for (value, to) in choices {
                    let value = self.operand(value);
                    let label = self.label(*to);
                    list.extend([value, label]);
                    self.flow_to(*to);
                }
                let fail = self.label(*default);
                self.flow_to(*default);
                self.push(Opcode::SelectVal, &[arg, fail, Operand::List(list)]);
            }
            End::SelectArity(arg, choices, default) => {
                let arg = self.operand(arg);
                let mut list = Vec::with_capacity(choices.len() * 2);
                for (size, to) in choices {
                    let label = self.label(*to);
                    list.extend([unsigned(*size), label]);
                    self.flow_to(*to);
                }
                let fail = self.label(*default);
                self.flow_to(*default);
                self.push(Opcode::SelectTupleArity, &[arg, fail, Operand::List(list)]);
            }
            End::Fail(failure, arg, line) => {
                self.line(*line);
                let arg = self.operand(arg);
                let opcode = match failure {
                    Failure::Badmatch => Opcode::Badmatch,
                    Failure::CaseClause => Opcode::CaseEnd,
                    Failure::TryClause => Opcode::TryCaseEnd,
                };
                self.push(opcode, &[arg]);
            }
            End::FunctionClause(args) => {
                self.place(args);
                if self.framed {
                    let size = self.frame_size();
                    self.push(Opcode::Deallocate, &[unsigned(size)]);
                }
                self.push(Opcode::Jump, &[Operand::Label(self.clause_label)]);
            }
            End::Raise(trace, reason) => {
                let (trace, reason) = (self.operand(trace), self.operand(reason));
                self.push(Opcode::Raise, &[trace, reason]);
            }
            End::Try(tag, body) => {
                let handler = self.function.blocks[body.index()].handler;
                match handler {
                    Some(handler) => {
                        let (slot, label) = (self.y(*tag), self.label(handler));
                        self.push(Opcode::Try, &[slot, label]);
                    }
                    None => unreachable!("the body of a try has its handler"),
                }
                self.flow_to(*body);
                self.go(*body);
            }
            End::NextMessage(again) => {
                let label = self.label(*again);
                self.push(Opcode::LoopRecEnd, &[label]);
            }
            End::Wait(again) => {
                let label = self.label(*again);
                self.push(Opcode::Wait, &[label]);
            }
            End::WaitTimeout(again, time, timeout) => {
                let time = self.operand(time);
                let label = self.label(*again);
                self.push(Opcode::WaitTimeout, &[label, time]);
                self.valid = RegisterSet::default();
                self.flow_to(*timeout);
                self.go(*timeout);
            }
        }
    }

    fn test(&mut self, test: &Test) {
        let at = self.function.blocks[self.block].ops.len();
        let next = self.block + 1;
        if let TestKind::Is(opcode) = test.kind {
            // With the failing way next, the opposite test spares a jump.
            let opposite = match opcode {
                Opcode::IsLt => Some(Opcode::IsGe),
                Opcode::IsGe => Some(Opcode::IsLt),
                Opcode::IsEq => Some(Opcode::IsNe),
                Opcode::IsNe => Some(Opcode::IsEq),
                Opcode::IsEqExact => Some(Opcode::IsNeExact),
                Opcode::IsNeExact => Some(Opcode::IsEqExact),
                _ => None,
            };
            if let Some(opposite) = opposite.filter(|_| test.no.index() == next && test.yes.index() != next) {
                let fail = self.label(test.yes);
                self.simple_test(opposite, &test.args, fail, at);
                self.flow_to(test.yes);
                self.flow_to(test.no);
                return self.go(test.no);
            }
        }
        let fail = self.label(test.no);
        let before = self.valid.clone();
        self.test_instruction(test, fail, at);
        self.flow_to(test.yes);
        // A test that collects leaves less to count on, and what it assigns is not there when it fails.
        let after = std::mem::replace(&mut self.valid, before);
        self.valid.intersect(&after);
        self.flow_to(test.no);
        self.go(test.yes);
    }
}

fn is_heap_op(kind: &OpKind) -> bool {
    matches!(kind, OpKind::Cons | OpKind::Tuple | OpKind::Fun(..))
}

/// Whether the order of a function's two operands makes no difference to its value.
fn commutes(name: Atom) -> bool {
    matches!(name, atoms::PLUS | atoms::STAR) || matches!(name.as_str(), "band" | "bor" | "bxor")
}
