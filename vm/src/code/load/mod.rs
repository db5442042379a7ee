//! The loader: turns a module file into a specialised stream.
//!
//! In: bytes. Out: a [`Module`] whose every operand is of a kind its opcode expects, whose jumps are absolute and
//! whose calls lead to entries. The verifier has looked at the generic code before, so the loader may rely on
//! labels, registers and frames; what it meets beyond that (an import that is no guard function, a size that does
//! not fit an operand) it refuses itself.

pub(crate) mod binary;
mod constant;
mod emit;
mod guard;
mod select;

use std::sync::Arc;

use super::file::{self, BeamFile};
use super::instr::Opcode;
use super::module::{FunctionInfo, Module, Stay};
use super::operand::{AllocKind, Instruction, Operand};
use super::registry::{LoadError, Registry};
use super::stream::Op;
use crate::term::{BoxedKind, FunEntry, RawTerm};
use constant::Constants;
use emit::{Emitter, Ins};

/// What is wrong with an instruction, in words.
type Problem = String;
type Step<T = ()> = Result<T, Problem>;

/// Loads the content of a module file. Does not install it. Its literals and the entries of its funs stay as `stay` says.
pub(super) fn load(registry: &Registry, mut file: BeamFile, stay: Stay) -> Result<Module, LoadError> {
    let verified = super::verify::verify(&file)?;
    let table = |problem: String| LoadError::Table { module: file.name, problem };
    let constants = Constants::of(&file, stay != Stay::Lasting).map_err(table)?;
    let strings: Arc<[u8]> = file.strings.as_slice().into();
    let mut funs = Vec::with_capacity(file.lambdas.len());
    for lambda in &file.lambdas {
        let arity = lambda
            .arity
            .checked_sub(lambda.free)
            .ok_or_else(|| table("a fun has more free variables than parameters".into()))?;
        let (name, index, free) = (lambda.function, lambda.index, lambda.free);
        funs.push(if stay == Stay::Evaluated {
            FunEntry::new(file.name, name, index, file.md5, lambda.uniq, arity, free, true)
        } else {
            registry.fun_entry(file.name, name, index, file.md5, lambda.uniq, arity, free)
        });
    }
    let mut loader = Loader {
        file: &file,
        registry,
        constants: &constants,
        strings: &strings,
        funs: &funs,
        out: Emitter::new(file.label_count as usize + 1, file.code.len() * 3),
        functions: Vec::with_capacity(file.function_count as usize),
        lines: Vec::new(),
        on_load: None,
        filled: &verified.filled,
        fills: false,
    };
    loader.run()?;
    let Loader { out, functions, lines, on_load, .. } = loader;
    let literals = constants.area;
    let label_entry = |label: u32| {
        out.label(label)
            .ok_or_else(|| LoadError::Table { module: file.name, problem: format!("label {label} does not exist") })
    };
    let exports = file
        .exports
        .iter()
        .map(|export| Ok((export.function, export.arity, label_entry(export.label)?)))
        .collect::<Result<Vec<_>, LoadError>>()?;
    let code = out.finish();
    file.code = Vec::new();
    file.literals = Vec::new();
    Ok(Module {
        name: file.name,
        functions,
        exports,
        funs,
        code,
        lines,
        on_load,
        literals: Arc::new(literals),
        strings,
        file,
        stay,
        ranges: registry.ranges(),
    })
}

/// Whether a VM would load these bytes, without keeping anything of them.
///
/// # Errors
/// The rule that is broken, and where.
pub fn check(bytes: &[u8]) -> Result<(), LoadError> {
    load(&Registry::new(), file::read(bytes)?, Stay::Evaluated).map(drop)
}

/// The loader's state: the file, what has been emitted, and the function it is in.
struct Loader<'a> {
    file: &'a BeamFile,
    registry: &'a Registry,
    constants: &'a Constants,
    strings: &'a [u8],
    funs: &'a [Arc<FunEntry>],
    out: Emitter,
    functions: Vec<FunctionInfo>,
    lines: Vec<(u32, Option<file::LinePosition>)>,
    on_load: Option<u32>,
    /// Entry labels of the functions whose frames are filled when they are made.
    filled: &'a std::collections::HashSet<u32>,
    /// Whether the current function is one of these.
    fills: bool,
}

impl Loader<'_> {
    fn run(&mut self) -> Result<(), LoadError> {
        let file = self.file;
        let mut index = 0;
        while index < file.code.len() {
            let located = &file.code[index];
            let step = self.instruction(&located.instruction, &file.code[index + 1..]);
            match step {
                Ok(taken) => index += 1 + taken,
                Err(problem) => {
                    let function = self.functions.last();
                    return Err(LoadError::Code {
                        module: file.name,
                        function: function.map_or(file.name, |f| f.name),
                        arity: function.map_or(0, |f| f.arity),
                        offset: located.offset,
                        problem,
                    });
                }
            }
        }
        Ok(())
    }

    /// Emits one instruction; gives how many of those that follow it has taken with it.
    fn instruction(&mut self, instruction: &Instruction, rest: &[file::Located]) -> Step<usize> {
        use Opcode::*;
        let args = &instruction.args;
        let arg = |i: usize| &args[i];
        match instruction.op {
            Label => {
                let label = number(arg(0))?;
                self.out.define(label);
                let here = self.out.here();
                if let Some(function) = self.functions.last().copied().filter(|function| function.entry == here) {
                    self.fills = self.filled.contains(&label);
                    self.native_instead(function);
                }
                let next = rest.iter().find(|located| located.instruction.op != Line);
                if next.is_some_and(|located| located.instruction.op == TryCase) {
                    // Only exceptions enter a handler, and they skip this word: what runs or jumps here comes from calls
                    // that the compiler knew never to return.
                    self.plain(Op::IfEnd);
                }
            }
            FuncInfo => self.func_info(arg(1), arg(2))?,
            IntCodeEnd | NifStart | ExecutableLine | DebugLine => {}
            OnLoad => self.on_load = self.functions.last().map(|f| f.entry),
            Line => {
                let line = self.file.lines.get(number(arg(0))? as usize).ok_or("a line is beyond the table")?;
                self.lines.push((self.out.here(), *line));
            }
            Call | CallLast | CallOnly => {
                let (op, frame) = match instruction.op {
                    Call => (Op::Call, 0),
                    CallOnly => (Op::CallOnly, 0),
                    _ => (Op::CallLast, small(arg(2))?),
                };
                let mut ins = Ins::new(op, 1);
                ins.a = frame;
                ins.label(0, label(arg(1))?);
                self.out.push(ins);
            }
            CallExt | CallExtLast | CallExtOnly => self.call_ext(instruction)?,
            CallFun => {
                let tail = tail_return(rest);
                let mut ins = Ins::new(if tail.is_some() { Op::CallFunLast } else { Op::CallFun }, 0);
                ins.a = small(arg(0))?;
                ins.b = tail.unwrap_or(0);
                self.out.push(ins);
                return Ok(if tail.is_some() { 2 } else { 0 });
            }
            CallFun2 => {
                let tail = tail_return(rest);
                let mut ins = Ins::new(if tail.is_some() { Op::CallFun2Last } else { Op::CallFun2 }, 0);
                ins.a = small(arg(1))?;
                ins.b = self.source(&mut ins, arg(2))?;
                ins.c = tail.unwrap_or(0);
                self.out.push(ins);
                return Ok(if tail.is_some() { 2 } else { 0 });
            }
            Apply => {
                let tail = tail_return(rest);
                let mut ins = Ins::new(if tail.is_some() { Op::ApplyLast } else { Op::Apply }, 0);
                ins.a = small(arg(0))?;
                ins.b = tail.unwrap_or(0);
                self.out.push(ins);
                return Ok(if tail.is_some() { 2 } else { 0 });
            }
            ApplyLast => {
                let mut ins = Ins::new(Op::ApplyLast, 0);
                ins.a = small(arg(0))?;
                ins.b = small(arg(1))?;
                self.out.push(ins);
            }
            Return => self.plain(Op::Return),
            Deallocate => {
                if let Some(file::Located { instruction: Instruction { op: Return, .. }, .. }) = rest.first() {
                    self.one(Op::DeallocateReturn, small(arg(0))?);
                    return Ok(1);
                }
                self.one(Op::Deallocate, small(arg(0))?);
            }
            Trim => self.one(Op::Trim, small(arg(0))?),
            Allocate => self.allocate(small(arg(0))?, 0, small(arg(1))?),
            AllocateHeap => self.allocate(small(arg(0))?, need(arg(1))?, small(arg(2))?),
            TestHeap => {
                let (words, live) = (need(arg(0))?, small(arg(1))?);
                let mut ins;
                if let Ok(words) = u16::try_from(words) {
                    ins = Ins::new(Op::TestHeap, 0);
                    ins.a = words;
                } else {
                    ins = Ins::new(Op::TestHeapBig, 1);
                    ins.trail[0] = words as u64;
                }
                ins.b = live;
                self.out.push(ins);
            }
            InitYregs => {
                let registers = list(arg(0))?.iter().map(y_register).collect::<Step<Vec<u16>>>()?;
                self.empty_registers(registers);
            }
            Send => {
                let send = self.registry.export(crate::atom::atoms::ERLANG, crate::atom::Atom::new("send"), 2);
                let mut ins = Ins::new(Op::CallNative, 1);
                ins.b = 2;
                ins.trail[0] = std::ptr::from_ref(send) as u64;
                self.out.push(ins);
            }
            RemoveMessage => self.plain(Op::RemoveMessage),
            Timeout => self.plain(Op::Timeout),
            LoopRec => {
                let mut ins = Ins::new(Op::LoopRec, 1);
                ins.a = dest(arg(1))?;
                ins.label(0, label(arg(0))?);
                self.out.push(ins);
            }
            LoopRecEnd | Wait | Jump => {
                let op = match instruction.op {
                    LoopRecEnd => Op::LoopRecEnd,
                    Wait => Op::Wait,
                    _ => Op::Jump,
                };
                let mut ins = Ins::new(op, 1);
                ins.label(0, label(arg(0))?);
                self.out.push(ins);
            }
            WaitTimeout => {
                let mut ins = Ins::new(Op::WaitTimeout, 1);
                ins.label(0, label(arg(0))?);
                ins.a = self.source(&mut ins, arg(1))?;
                self.out.push(ins);
            }
            IsLt => self.compare([Op::IsLt, Op::IsLtXX, Op::IsLtXI, Op::IsLtIX], args)?,
            IsGe => self.compare([Op::IsGe, Op::IsGeXX, Op::IsGeXI, Op::IsGeIX], args)?,
            IsEq => self.compare([Op::IsEq, Op::IsEq, Op::IsEqXI, Op::IsEq], args)?,
            IsNe => self.compare([Op::IsNe; 4], args)?,
            IsEqExact => self.compare([Op::IsEqExact, Op::IsEqExactXX, Op::IsEqExactXI, Op::IsEqExact], args)?,
            IsNeExact => self.compare([Op::IsNeExact, Op::IsNeExact, Op::IsNeExactXI, Op::IsNeExact], args)?,
            IsInteger => self.test(Op::IsInteger, Op::IsIntegerX, args)?,
            IsFloat => self.test(Op::IsFloat, Op::IsFloat, args)?,
            IsNumber => self.test(Op::IsNumber, Op::IsNumber, args)?,
            IsAtom => self.test(Op::IsAtom, Op::IsAtomX, args)?,
            IsPid => self.test(Op::IsPid, Op::IsPid, args)?,
            IsReference => self.test(Op::IsReference, Op::IsReference, args)?,
            IsPort => self.test(Op::IsPort, Op::IsPort, args)?,
            IsNil => self.test(Op::IsNil, Op::IsNilX, args)?,
            IsBinary => self.test(Op::IsBinary, Op::IsBinaryX, args)?,
            IsBitstr => self.test(Op::IsBitstring, Op::IsBitstring, args)?,
            IsList => self.test(Op::IsList, Op::IsListX, args)?,
            IsNonemptyList => self.test(Op::IsNonemptyList, Op::IsNonemptyListX, args)?,
            IsTuple => self.test(Op::IsTuple, Op::IsTupleX, args)?,
            IsBoolean => self.test(Op::IsBoolean, Op::IsBoolean, args)?,
            IsMap => self.test(Op::IsMap, Op::IsMapX, args)?,
            IsFunction => self.test(Op::IsFunction, Op::IsFunction, args)?,
            IsFunction2 => {
                let mut ins = Ins::new(Op::IsFunction2, 1);
                ins.label(0, label(arg(0))?);
                ins.a = self.source(&mut ins, arg(1))?;
                ins.b = self.source(&mut ins, arg(2))?;
                self.out.push(ins);
            }
            TestArity => {
                let mut ins = Ins::new(Op::TestArity, 2);
                ins.label(0, label(arg(0))?);
                ins.a = self.source(&mut ins, arg(1))?;
                ins.trail[1] = RawTerm::header(BoxedKind::Tuple, number(arg(2))? as usize).0;
                if is_x(ins.a) {
                    ins.op = Op::TestArityX;
                }
                self.out.push(ins);
            }
            IsTaggedTuple => {
                let mut ins = Ins::new(Op::IsTaggedTuple, 3);
                ins.label(0, label(arg(0))?);
                ins.a = self.source(&mut ins, arg(1))?;
                ins.trail[1] = RawTerm::header(BoxedKind::Tuple, number(arg(2))? as usize).0;
                ins.trail[2] = self.constant(arg(3))?.0;
                if is_x(ins.a) {
                    ins.op = Op::IsTaggedTupleX;
                }
                self.out.push(ins);
            }
            SelectVal => self.select_val(arg(0), label(arg(1))?, list(arg(2))?)?,
            SelectTupleArity => self.select_tuple_arity(arg(0), label(arg(1))?, list(arg(2))?)?,
            Catch | Try => {
                let mut ins = Ins::new(if instruction.op == Try { Op::Try } else { Op::Catch }, 1);
                ins.a = y_register(arg(0))?;
                if instruction.op == Try {
                    ins.handler(0, label(arg(1))?);
                } else {
                    ins.label(0, label(arg(1))?);
                }
                self.out.push(ins);
            }
            CatchEnd => self.one(Op::CatchEnd, y_register(arg(0))?),
            TryEnd => self.one(Op::TryEnd, y_register(arg(0))?),
            TryCase => self.one(Op::TryCase, y_register(arg(0))?),
            TryCaseEnd => self.unary(Op::TryCaseEnd, arg(0))?,
            Badmatch => self.unary(Op::Badmatch, arg(0))?,
            CaseEnd => self.unary(Op::CaseEnd, arg(0))?,
            Badrecord => self.unary(Op::Badrecord, arg(0))?,
            IfEnd => self.plain(Op::IfEnd),
            Raise => {
                let mut ins = Ins::new(Op::Raise, 0);
                ins.a = self.source(&mut ins, arg(0))?;
                ins.b = self.source(&mut ins, arg(1))?;
                self.out.push(ins);
            }
            RawRaise => self.plain(Op::RawRaise),
            BuildStacktrace => self.plain(Op::BuildStacktrace),
            Move => self.move_(arg(0), arg(1))?,
            Swap => {
                let mut ins = Ins::new(Op::Swap, 0);
                (ins.a, ins.b) = (dest(arg(0))?, dest(arg(1))?);
                self.out.push(ins);
            }
            GetList => {
                let mut ins = Ins::new(Op::GetList, 0);
                ins.a = self.source(&mut ins, arg(0))?;
                (ins.b, ins.c) = (dest(arg(1))?, dest(arg(2))?);
                if is_x(ins.a) && is_x(ins.b) && is_x(ins.c) {
                    ins.op = Op::GetListXXX;
                }
                self.out.push(ins);
            }
            GetHd | GetTl => {
                let (general, special) =
                    if instruction.op == GetHd { (Op::GetHd, Op::GetHdXX) } else { (Op::GetTl, Op::GetTlXX) };
                let mut ins = Ins::new(general, 0);
                ins.a = self.source(&mut ins, arg(0))?;
                ins.b = dest(arg(1))?;
                if is_x(ins.a) && is_x(ins.b) {
                    ins.op = special;
                }
                self.out.push(ins);
            }
            GetTupleElement => {
                let mut ins = Ins::new(Op::GetElement, 0);
                ins.a = self.source(&mut ins, arg(0))?;
                ins.b = small(arg(1))?;
                ins.c = dest(arg(2))?;
                ins.op = match (is_x(ins.a), is_x(ins.c)) {
                    (true, true) => Op::GetElementXX,
                    (true, false) => Op::GetElementXY,
                    (false, true) if is_y(ins.a) => Op::GetElementYX,
                    _ => Op::GetElement,
                };
                self.out.push(ins);
            }
            SetTupleElement => {
                let mut ins = Ins::new(Op::SetElement, 0);
                ins.a = self.source(&mut ins, arg(0))?;
                ins.b = self.source(&mut ins, arg(1))?;
                ins.c = small(arg(2))?;
                self.out.push(ins);
            }
            PutList => {
                let mut ins = Ins::new(Op::PutList, 0);
                ins.a = self.source(&mut ins, arg(0))?;
                ins.b = self.source(&mut ins, arg(1))?;
                ins.c = dest(arg(2))?;
                match [ins.a, ins.b].map(|operand| (is_x(operand), is_y(operand))) {
                    _ if !is_x(ins.c) => {}
                    [(true, _), (true, _)] => ins.op = Op::PutListXXX,
                    [(_, true), (true, _)] => ins.op = Op::PutListYXX,
                    [(true, _), (_, true)] => ins.op = Op::PutListXYX,
                    _ => {}
                }
                self.out.push(ins);
            }
            PutTuple2 => self.put_tuple(arg(0), list(arg(1))?)?,
            UpdateRecord => {
                let updates = list(arg(4))?;
                let mut ins = Ins::new(Op::UpdateRecord, 1 + updates.len().div_ceil(4));
                ins.a = self.source(&mut ins, arg(2))?;
                ins.b = dest(arg(3))?;
                ins.c = u16::try_from(updates.len() / 2).map_err(|_| "too many updates")?;
                ins.trail[0] = u64::from(number(arg(1))?);
                ins.length_in(0);
                for (i, pair) in updates.chunks_exact(2).enumerate() {
                    let value = self.source(&mut ins, &pair[1])?;
                    ins.set_packed(1, i * 2, small(&pair[0])?);
                    ins.set_packed(1, i * 2 + 1, value);
                }
                self.out.push(ins);
            }
            Bif0 | Bif1 | Bif2 | GcBif1 | GcBif2 | GcBif3 => self.guard(instruction)?,
            Fmove => match (arg(0).untyped(), arg(1).untyped()) {
                (Operand::Float(from), Operand::Float(to)) => self.three(Op::FMove, float(*from)?, float(*to)?, 0),
                (Operand::Float(from), _) => self.three(Op::FMoveStore, float(*from)?, dest(arg(1))?, 0),
                (_, Operand::Float(to)) => {
                    let mut ins = Ins::new(Op::FMoveLoad, 0);
                    ins.a = self.source(&mut ins, arg(0))?;
                    ins.b = float(*to)?;
                    self.out.push(ins);
                }
                _ => return Err("fmove between ordinary registers".into()),
            },
            Fconv => {
                let mut ins = Ins::new(Op::FConv, 0);
                ins.a = match arg(0).untyped() {
                    Operand::Float(from) => {
                        let from = float(*from)?;
                        self.three(Op::FMove, from, float_register(arg(1))?, 0);
                        return Ok(0);
                    }
                    _ => self.source(&mut ins, arg(0))?,
                };
                ins.b = float_register(arg(1))?;
                self.out.push(ins);
            }
            Fadd | Fsub | Fmul | Fdiv => {
                let op = match instruction.op {
                    Fadd => Op::FAdd,
                    Fsub => Op::FSub,
                    Fmul => Op::FMul,
                    _ => Op::FDiv,
                };
                self.three(op, float_register(arg(1))?, float_register(arg(2))?, float_register(arg(3))?);
            }
            Fnegate => self.three(Op::FNeg, float_register(arg(1))?, float_register(arg(2))?, 0),
            MakeFun2 => {
                let entry = self.funs.get(number(arg(0))? as usize).ok_or("a fun is beyond the table")?;
                let env: Vec<Operand> = (0..entry.free).map(Operand::X).collect();
                self.make_fun(entry, 0, &env)?;
            }
            MakeFun3 => {
                let entry = self.funs.get(number(arg(0))? as usize).ok_or("a fun is beyond the table")?;
                self.make_fun(entry, dest(arg(1))?, list(arg(2))?)?;
            }
            RecvMarkerReserve => self.one(Op::MarkerReserve, dest(arg(0))?),
            RecvMarkerClear => self.unary(Op::MarkerClear, arg(0))?,
            RecvMarkerUse => self.unary(Op::MarkerUse, arg(0))?,
            RecvMarkerBind => {
                let mut ins = Ins::new(Op::MarkerBind, 0);
                ins.a = self.source(&mut ins, arg(0))?;
                ins.b = self.source(&mut ins, arg(1))?;
                self.out.push(ins);
            }
            PutMapAssoc | PutMapExact => {
                let pairs = list(arg(4))?;
                let op = if instruction.op == PutMapAssoc { Op::PutMapAssoc } else { Op::PutMapExact };
                let mut ins = Ins::new(op, 2 + pairs.len().div_ceil(4));
                ins.label(0, label(arg(0))?);
                ins.a = self.source(&mut ins, arg(1))?;
                ins.b = dest(arg(2))?;
                ins.c = small(arg(3))?;
                ins.trail[1] = (pairs.len() / 2) as u64;
                ins.length_in(1);
                self.packed_sources(&mut ins, 2, pairs)?;
                if pairs.iter().step_by(2).all(is_immediate) {
                    ins.op = if op == Op::PutMapAssoc { Op::PutMapAssocI } else { Op::PutMapExactI };
                }
                self.out.push(ins);
            }
            HasMapFields => {
                let keys = list(arg(2))?;
                let mut ins = Ins::new(Op::HasMapFields, 2 + keys.len().div_ceil(4));
                ins.label(0, label(arg(0))?);
                ins.a = self.source(&mut ins, arg(1))?;
                ins.trail[1] = keys.len() as u64;
                ins.length_in(1);
                self.packed_sources(&mut ins, 2, keys)?;
                self.out.push(ins);
            }
            GetMapElements => self.get_map_elements(args)?,
            _ => self.binary(instruction)?,
        }
        Ok(0)
    }

    /// Emits what empties these y registers.
    fn empty_registers(&mut self, mut registers: Vec<u16>) {
        while let Some(first) = registers.pop() {
            let mut ins = Ins::new(Op::InitY1, 0);
            ins.a = first;
            if let Some(second) = registers.pop() {
                (ins.op, ins.b) = (Op::InitY2, second);
                if let Some(third) = registers.pop() {
                    (ins.op, ins.c) = (Op::InitY3, third);
                }
            }
            self.out.push(ins);
        }
    }

    /// Where the VM has a native of the function's name, its own body is a stub that only raises: calls within the module
    /// reach the native too, as those from outside do.
    fn native_instead(&mut self, function: FunctionInfo) {
        let import = file::Import { module: self.file.name, function: function.name, arity: function.arity };
        if self.registry.native(import.module, import.function, import.arity).is_some() && self.is_plain_native(import)
        {
            let mut ins = Ins::new(Op::CallNativeOnly, 1);
            ins.b = import.arity as u16;
            let export = self.registry.export(import.module, import.function, import.arity);
            ins.trail[0] = std::ptr::from_ref(export) as u64;
            self.out.push(ins);
        }
    }

    fn func_info(&mut self, name: &Operand, arity: &Operand) -> Step {
        let (Operand::Atom(name), arity) = (name, number(arity)?) else {
            return Err("a function without a name".into());
        };
        let mut ins = Ins::new(Op::FuncInfo, 3);
        ins.a = u16::try_from(arity).map_err(|_| "too many parameters")?;
        ins.trail.copy_from_slice(&[RawTerm::atom(self.file.name).0, RawTerm::atom(*name).0, u64::from(arity)]);
        let start = self.out.push(ins);
        self.out.barrier();
        // The line of a function's head stands before its func_info.
        let line = match self.lines.last() {
            Some((at, line)) if *at == start => *line,
            _ => None,
        };
        self.lines.push((start, line));
        self.lines.push((self.out.here(), line));
        self.functions.push(FunctionInfo { name: *name, arity, start, entry: self.out.here() });
        Ok(())
    }

    fn plain(&mut self, op: Op) {
        self.out.push(Ins::new(op, 0));
    }

    fn one(&mut self, op: Op, a: u16) {
        self.three(op, a, 0, 0);
    }

    fn three(&mut self, op: Op, a: u16, b: u16, c: u16) {
        let mut ins = Ins::new(op, 0);
        (ins.a, ins.b, ins.c) = (a, b, c);
        self.out.push(ins);
    }

    fn unary(&mut self, op: Op, arg: &Operand) -> Step {
        let mut ins = Ins::new(op, 0);
        ins.a = self.source(&mut ins, arg)?;
        self.out.push(ins);
        Ok(())
    }

    fn test(&mut self, general: Op, x: Op, args: &[Operand]) -> Step {
        let mut ins = Ins::new(general, 1);
        ins.label(0, label(&args[0])?);
        ins.a = self.source(&mut ins, &args[1])?;
        if is_x(ins.a) {
            ins.op = x;
        }
        self.out.push(ins);
        Ok(())
    }

    /// A comparison: `ops` are the general form, x with x, x with an immediate, an immediate with x.
    fn compare(&mut self, ops: [Op; 4], args: &[Operand]) -> Step {
        let (mut left, mut right) = (&args[1], &args[2]);
        let exact = matches!(ops[0], Op::IsEqExact | Op::IsNeExact);
        if exact && !is_register(left) && is_register(right) {
            std::mem::swap(&mut left, &mut right);
        }
        let mut ins = Ins::new(ops[0], 1);
        ins.label(0, label(&args[0])?);
        ins.a = self.source(&mut ins, left)?;
        ins.b = self.source(&mut ins, right)?;
        // Comparing order specially pays for small integers only; equality for every immediate.
        let special = |raw: RawTerm| if exact { raw.is_immediate() } else { raw.is_small() };
        let constant = |ins: &Ins| ins.constants.first().is_some_and(|c| special(RawTerm(*c)));
        ins.op = match (is_x(ins.a), is_x(ins.b)) {
            (true, true) => ops[1],
            (true, false) if !is_y(ins.b) && constant(&ins) => ops[2],
            (false, true) if !is_y(ins.a) && constant(&ins) => ops[3],
            (false, false) if ops[0] == Op::IsEqExact && is_y(ins.a) && !is_y(ins.b) && constant(&ins) => {
                Op::IsEqExactYI
            }
            _ => ops[0],
        };
        self.out.push(ins);
        Ok(())
    }

    fn allocate(&mut self, frame: u16, words: usize, live: u16) {
        let mut ins;
        if let Ok(words) = u16::try_from(words) {
            ins = Ins::new(Op::Allocate, 0);
            ins.c = words;
        } else {
            ins = Ins::new(Op::AllocateBig, 1);
            ins.trail[0] = words as u64;
        }
        (ins.a, ins.b) = (frame, live);
        self.out.push(ins);
        if self.fills {
            self.empty_registers((0..frame).collect());
        }
    }

    fn call_ext(&mut self, instruction: &Instruction) -> Step {
        let import = self.import(&instruction.args[1])?;
        let frame = match instruction.args.get(2) {
            Some(frame) => small(frame)?,
            None => 0,
        };
        let export = self.registry.export(import.module, import.function, import.arity);
        let native = export.native.is_some() && export.code() as usize != 0 && self.is_plain_native(import);
        let op = match (instruction.op, native) {
            (Opcode::CallExt, false) => Op::CallExt,
            (Opcode::CallExtLast, false) => Op::CallExtLast,
            (_, false) => Op::CallExtOnly,
            (Opcode::CallExt, true) => Op::CallNative,
            (Opcode::CallExtLast, true) => Op::CallNativeLast,
            (_, true) => Op::CallNativeOnly,
        };
        let mut ins = Ins::new(op, 1);
        ins.a = frame;
        ins.b = import.arity as u16;
        ins.trail[0] = std::ptr::from_ref(export) as u64;
        self.out.push(ins);
        Ok(())
    }

    /// Whether a native of this name is called as such: some names are instructions in disguise.
    fn is_plain_native(&self, import: file::Import) -> bool {
        !(import.module == crate::atom::atoms::ERLANG
            && matches!((import.function.as_str(), import.arity), ("apply", 2 | 3) | ("hibernate", 3)))
    }

    fn import(&self, operand: &Operand) -> Step<file::Import> {
        let import = self.file.imports.get(number(operand)? as usize).ok_or("an import is beyond the table")?;
        if import.arity > 255 {
            return Err("an import has more than 255 parameters".into());
        }
        Ok(*import)
    }

    fn move_(&mut self, from: &Operand, to: &Operand) -> Step {
        let mut ins = Ins::new(Op::MoveXX, 0);
        ins.a = self.source(&mut ins, from)?;
        ins.b = dest(to)?;
        ins.op = match (is_x(ins.a), is_y(ins.a), is_x(ins.b)) {
            (true, _, true) => Op::MoveXX,
            (true, _, false) => Op::MoveXY,
            (_, true, true) => Op::MoveYX,
            (_, true, false) => Op::MoveYY,
            (_, _, true) => Op::MoveCX,
            (_, _, false) => Op::MoveCY,
        };
        self.out.push(ins);
        Ok(())
    }

    fn put_tuple(&mut self, to: &Operand, elements: &[Operand]) -> Step {
        let to = dest(to)?;
        let mut ins = match elements.len() {
            2 => Ins::new(Op::PutTuple2, 0),
            3 => Ins::new(Op::PutTuple3, 1),
            n => Ins::new(Op::PutTuple, 1 + n.div_ceil(4)),
        };
        ins.a = to;
        match elements {
            [first, second] => {
                ins.b = self.source(&mut ins, first)?;
                ins.c = self.source(&mut ins, second)?;
            }
            [first, second, third] => {
                ins.b = self.source(&mut ins, first)?;
                ins.c = self.source(&mut ins, second)?;
                let third = self.source(&mut ins, third)?;
                ins.set_packed(0, 0, third);
            }
            _ => {
                ins.trail[0] = elements.len() as u64;
                ins.length_in(0);
                self.packed_sources(&mut ins, 1, elements)?;
            }
        }
        self.out.push(ins);
        Ok(())
    }

    fn make_fun(&mut self, entry: &FunEntry, to: u16, env: &[Operand]) -> Step {
        if env.len() != entry.free as usize {
            return Err("a fun gets another number of free variables than it has".into());
        }
        let op = if entry.kept { Op::MakeKeptFun } else { Op::MakeFun };
        let mut ins = Ins::new(op, 2 + env.len().div_ceil(4));
        ins.a = to;
        ins.b = env.len() as u16;
        ins.trail[0] = std::ptr::from_ref(entry) as u64;
        ins.length_in(1);
        self.packed_sources(&mut ins, 2, env)?;
        self.out.push(ins);
        Ok(())
    }

    fn get_map_elements(&mut self, args: &[Operand]) -> Step {
        let pairs = list(&args[2])?;
        let mut ins;
        if let [key, value] = pairs {
            ins = Ins::new(Op::GetMapElement, 1);
            ins.a = self.source(&mut ins, &args[1])?;
            ins.b = self.source(&mut ins, key)?;
            ins.c = dest(value)?;
        } else {
            ins = Ins::new(Op::GetMapElements, 2 + pairs.len().div_ceil(4));
            ins.a = self.source(&mut ins, &args[1])?;
            ins.trail[1] = (pairs.len() / 2) as u64;
            ins.length_in(1);
            for (i, pair) in pairs.chunks_exact(2).enumerate() {
                let key = self.source(&mut ins, &pair[0])?;
                ins.set_packed(2, i * 2, key);
                ins.set_packed(2, i * 2 + 1, dest(&pair[1])?);
            }
            if pairs.iter().step_by(2).all(is_immediate) {
                ins.op = Op::GetMapElementsI;
            }
        }
        ins.label(0, label(&args[0])?);
        self.out.push(ins);
        Ok(())
    }

    /// Packs a list of sources into the trailing words from `at` on.
    fn packed_sources(&mut self, ins: &mut Ins, at: usize, operands: &[Operand]) -> Step {
        for (i, operand) in operands.iter().enumerate() {
            let source = self.source(ins, operand)?;
            ins.set_packed(at, i, source);
        }
        Ok(())
    }

    /// Encodes a source; constants go behind the instruction's other words.
    fn source(&mut self, ins: &mut Ins, operand: &Operand) -> Step<u16> {
        match operand.untyped() {
            Operand::X(n) => x_register(*n),
            Operand::Y(_) => y_register(operand.untyped()).map(|n| super::stream::Y_OPERAND | n),
            other => {
                let constant = self.constant(other)?;
                ins.constant(constant.0)
            }
        }
    }

    /// The term of a literal operand.
    fn constant(&mut self, operand: &Operand) -> Step<RawTerm> {
        Ok(match operand.untyped() {
            Operand::Atom(atom) => RawTerm::atom(*atom),
            Operand::Nil => RawTerm::NIL,
            Operand::Integer(value) => match RawTerm::try_small(*value) {
                Some(small) => small,
                None => self.constants.big(&num_bigint::BigInt::from(*value))?,
            },
            Operand::Unsigned(value) => match i64::try_from(*value).ok().and_then(RawTerm::try_small) {
                Some(small) => small,
                None => return Err("a number is too large".into()),
            },
            Operand::BigInteger(value) => self.constants.big(value)?,
            Operand::Literal(index) => {
                *self.constants.area.roots().get(*index as usize).ok_or("a literal is beyond the table")?
            }
            _ => return Err("an operand is no value".into()),
        })
    }
}

/// The frame size, if the code goes on with `deallocate` and `return`.
fn tail_return(rest: &[file::Located]) -> Option<u16> {
    match rest {
        [first, second, ..]
            if first.instruction.op == Opcode::Deallocate && second.instruction.op == Opcode::Return =>
        {
            small(&first.instruction.args[0]).ok()
        }
        _ => None,
    }
}

fn number(operand: &Operand) -> Step<u32> {
    match operand.untyped() {
        Operand::Unsigned(n) => u32::try_from(*n).map_err(|_| "a number is too large".into()),
        Operand::Integer(n) => u32::try_from(*n).map_err(|_| "a number is out of range".into()),
        _ => Err("a number is expected".into()),
    }
}

fn small(operand: &Operand) -> Step<u16> {
    u16::try_from(number(operand)?).map_err(|_| "a number is beyond 65535".into())
}

fn label(operand: &Operand) -> Step<u32> {
    match operand {
        Operand::Label(n) => Ok(*n),
        _ => Err("a label is expected".into()),
    }
}

fn list(operand: &Operand) -> Step<&[Operand]> {
    match operand {
        Operand::List(items) => Ok(items),
        _ => Err("a list is expected".into()),
    }
}

fn need(operand: &Operand) -> Step<usize> {
    match operand {
        Operand::Alloc(items) => Ok(items
            .iter()
            .map(|(kind, count)| {
                *count as usize
                    * match kind {
                        AllocKind::Words => 1,
                        AllocKind::Floats => 2,
                        // Header and entry; OTP's compiler counts the free variables as words.
                        AllocKind::Funs => 2,
                    }
            })
            .sum()),
        other => number(other).map(|n| n as usize),
    }
}

fn x_register(n: u32) -> Step<u16> {
    if (n as usize) < super::stream::REGISTERS {
        Ok(n as u16)
    } else {
        Err(format!("register x{n} does not exist"))
    }
}

/// The number of a y register, without the mark of an operand.
fn y_register(operand: &Operand) -> Step<u16> {
    match operand.untyped() {
        Operand::Y(n) if (*n as usize) < super::stream::MAX_FRAME => Ok(*n as u16),
        _ => Err("a y register is expected".into()),
    }
}

fn float(n: u32) -> Step<u16> {
    if (n as usize) < super::stream::REGISTERS {
        Ok(n as u16)
    } else {
        Err(format!("float register {n} does not exist"))
    }
}

fn float_register(operand: &Operand) -> Step<u16> {
    match operand.untyped() {
        Operand::Float(n) => float(*n),
        _ => Err("a float register is expected".into()),
    }
}

fn dest(operand: &Operand) -> Step<u16> {
    match operand.untyped() {
        Operand::X(n) => x_register(*n),
        Operand::Y(_) => y_register(operand.untyped()).map(|n| super::stream::Y_OPERAND | n),
        _ => Err("a destination must be a register".into()),
    }
}

fn is_register(operand: &Operand) -> bool {
    matches!(operand.untyped(), Operand::X(_) | Operand::Y(_))
}

/// Whether a constant is a word without anything behind it.
fn is_immediate(operand: &Operand) -> bool {
    match operand.untyped() {
        Operand::Atom(_) | Operand::Nil => true,
        Operand::Integer(number) => RawTerm::try_small(*number).is_some(),
        _ => false,
    }
}

fn is_x(operand: u16) -> bool {
    operand < super::stream::Y_OPERAND
}

fn is_y(operand: u16) -> bool {
    operand & 0xC000 == super::stream::Y_OPERAND
}
