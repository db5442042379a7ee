//! The verifier: proves that a module's code keeps the rules the interpreter relies on.
//!
//! Each function is walked with an abstract state: which x registers hold values, how large the frame is, which of
//! its y registers hold values, and how many heap words are still free of those a `test_heap` made. Where paths
//! meet, what holds on all of them goes on. Proved are:
//!
//! - calls lead to entries of that arity, jumps stay within their function, every path ends;
//! - a register is written before it is read, and none beyond the frame is named;
//! - where the heap may be collected, all live registers and all y registers hold values;
//! - what is built fits the room that was made; frames are gone when a function returns;
//! - handlers begin with the instruction that takes the exception.
//!
//! What a value *is* the interpreter checks itself where it matters.

mod endless;
mod state;

use std::collections::HashSet;

use crate::atom::atoms;
use crate::code::file::{BeamFile, Located};
use crate::code::instr::{Opcode, OperandKind};
use crate::code::operand::{AllocKind, Operand};
use crate::code::registry::LoadError;
use crate::code::stream::{MAX_FRAME, REGISTERS};
use state::{State, Y_WORDS};

/// The most heap words that one instruction may make room for: far beyond what a source text can say, and little enough to be had.
const MAX_NEED: usize = 1 << 22;

/// What the loader has to do so that the code keeps the rules.
#[derive(Debug, Default)]
pub(in crate::code) struct Verified {
    /// Entry labels of the functions whose frames must be filled when they are made: OTP's compiler leaves y registers empty
    /// across an instruction that it knows not to raise, which the verifier does not know.
    pub(in crate::code) filled: HashSet<u32>,
}

/// Checks a whole module.
///
/// # Errors
/// The function and offset of the first instruction that breaks a rule, and which.
pub(in crate::code) fn verify(file: &BeamFile) -> Result<Verified, LoadError> {
    let table = |problem: String| LoadError::Table { module: file.name, problem };
    let (functions, places) = split(file).map_err(table)?;
    let mut ground = Ground { file, places, arities: vec![None; file.label_count as usize + 1] };
    for function in &functions {
        ground.arities[function.entry as usize] = Some(function.arity);
    }
    for export in file.exports.iter().chain(&file.locals) {
        if ground.arity(export.label) != Some(export.arity) {
            return Err(table(format!(
                "{}/{} does not lead to a function of that arity",
                export.function, export.arity
            )));
        }
    }
    for lambda in &file.lambdas {
        if ground.arity(lambda.label) != Some(lambda.arity) || lambda.free > lambda.arity {
            return Err(table(format!("the fun of {} does not lead to a function of its arity", lambda.function)));
        }
    }
    let mut verified = Verified::default();
    let mut known = Known { numbers: vec![None; file.label_count as usize + 1], ..Known::default() };
    for function in &functions {
        let mut walk = |filled| Walk::new(&ground, function, &mut known, filled).run();
        let Err((offset, problem)) = walk(false) else { continue };
        if walk(true).is_err() {
            let (function, arity) = (function.name, function.arity);
            return Err(LoadError::Code { module: file.name, function, arity, offset, problem });
        }
        verified.filled.insert(function.entry);
    }
    Ok(verified)
}

/// A function's instructions, those before its entry included.
struct Function<'a> {
    name: crate::Atom,
    arity: u32,
    /// The label of its first instruction.
    entry: u32,
    /// The label before its func_info.
    head: u32,
    code: &'a [Located],
    /// Where that begins in the module's code.
    start: usize,
}

/// What all functions of a module are checked against.
struct Ground<'a> {
    file: &'a BeamFile,
    /// Where labels stand in the module's code, by their numbers.
    places: Vec<Option<usize>>,
    /// The arities of the functions that begin at labels, by the numbers of these.
    arities: Vec<Option<u32>>,
}

impl Ground<'_> {
    /// The arity of the function whose entry a label is.
    fn arity(&self, label: u32) -> Option<u32> {
        *self.arities.get(label as usize)?
    }

    /// Where a label stands in a function's code; nowhere if it is another's.
    fn position(&self, function: &Function<'_>, label: u32) -> Option<usize> {
        let place = (*self.places.get(label as usize)?)?;
        place.checked_sub(function.start).filter(|position| *position < function.code.len())
    }
}

/// What is known at the labels of one function that something jumps to. Kept from function to function for its room.
#[derive(Default)]
struct Known {
    /// The numbers of their states, by label.
    numbers: Vec<Option<u32>>,
    states: Vec<State>,
    labels: Vec<u32>,
}

impl Known {
    fn clear(&mut self) {
        for label in self.labels.drain(..) {
            self.numbers[label as usize] = None;
        }
        self.states.clear();
    }

    fn at(&mut self, label: u32) -> Option<&mut State> {
        let number = (*self.numbers.get(label as usize)?)?;
        self.states.get_mut(number as usize)
    }

    /// Adds a label that stands in the code.
    fn add(&mut self, label: u32, state: State) {
        self.numbers[label as usize] = Some(self.states.len() as u32);
        self.states.push(state);
        self.labels.push(label);
    }
}

/// The functions of a module, and where its labels stand.
fn split(file: &BeamFile) -> Result<(Vec<Function<'_>>, Vec<Option<usize>>), String> {
    let code = &file.code;
    let mut functions: Vec<Function<'_>> = Vec::new();
    let mut starts: Vec<usize> = Vec::new();
    let mut places = vec![None; file.label_count as usize + 1];
    for (i, located) in code.iter().enumerate() {
        if let (Opcode::Label, Some(Operand::Unsigned(n))) = (located.instruction.op, located.instruction.args.first())
        {
            match places.get_mut(*n as usize) {
                Some(place @ None) if *n > 0 => *place = Some(i),
                _ => return Err(format!("label {n} is defined twice or beyond the count")),
            }
        }
        if located.instruction.op != Opcode::FuncInfo {
            continue;
        }
        // Before it stand a label and perhaps a line.
        let mut start = i;
        while start > 0 && matches!(code[start - 1].instruction.op, Opcode::Line | Opcode::Label) && start + 3 > i {
            start -= 1;
            if code[start].instruction.op == Opcode::Label {
                break;
            }
        }
        starts.push(start);
    }
    if code
        .iter()
        .take(starts.first().copied().unwrap_or(code.len()))
        .any(|l| l.instruction.op != Opcode::IntCodeEnd && l.instruction.op != Opcode::Line)
    {
        return Err("there is code before the first function".into());
    }
    for (n, &start) in starts.iter().enumerate() {
        let end = starts.get(n + 1).copied().unwrap_or(code.len());
        let code = &code[start..end];
        let mut head = 0;
        let mut rest = code.iter();
        let info = loop {
            match rest.next().map(|l| &l.instruction) {
                Some(i) if i.op == Opcode::Label => head = unsigned(&i.args[0]).unwrap_or(0) as u32,
                Some(i) if i.op == Opcode::FuncInfo => break i,
                Some(i) if i.op == Opcode::Line => {}
                _ => return Err("a function has no head".into()),
            }
        };
        let (Operand::Atom(name), Some(arity)) = (&info.args[1], unsigned(&info.args[2])) else {
            return Err("a function has no name".into());
        };
        if arity > 255 {
            return Err(format!("{name} has more than 255 parameters"));
        }
        let entry = rest
            .by_ref()
            .find(|l| l.instruction.op != Opcode::Line)
            .filter(|l| l.instruction.op == Opcode::Label)
            .and_then(|l| unsigned(&l.instruction.args[0]))
            .ok_or_else(|| format!("{name}/{arity} has no entry label"))?;
        functions.push(Function { name: *name, arity: arity as u32, entry: entry as u32, head, code, start });
    }
    Ok((functions, places))
}

fn unsigned(operand: &Operand) -> Option<u64> {
    match operand.untyped() {
        Operand::Unsigned(n) => Some(*n),
        Operand::Integer(n) => u64::try_from(*n).ok(),
        _ => None,
    }
}

type Check<T = ()> = Result<T, String>;

/// The walk through one function.
struct Walk<'a> {
    ground: &'a Ground<'a>,
    function: &'a Function<'a>,
    known: &'a mut Known,
    /// Whether a label before the current position has changed.
    changed: bool,
    /// Whether anything jumps to where the code has been.
    returns: bool,
    /// Whether frames are filled with values when they are made.
    filled: bool,
    at: usize,
}

impl<'a> Walk<'a> {
    fn new(ground: &'a Ground<'a>, function: &'a Function<'a>, known: &'a mut Known, filled: bool) -> Walk<'a> {
        known.clear();
        Walk { ground, function, known, changed: false, returns: false, filled, at: 0 }
    }

    fn run(mut self) -> Result<(), (u32, String)> {
        let entry = self.position(self.function.entry).unwrap_or(0);
        loop {
            self.changed = false;
            let mut state = State::at_entry(self.function.arity as usize);
            let mut reached = true;
            for at in entry..self.function.code.len() {
                self.at = at;
                let located = &self.function.code[at];
                reached = self
                    .step(located, reached, &mut state)
                    .map_err(|problem| (located.offset, format!("{} ({})", problem, located.instruction.op.name())))?;
            }
            if reached {
                let offset = self.function.code.last().map_or(0, |l| l.offset);
                return Err((offset, "the code runs on beyond the function".into()));
            }
            if !self.changed {
                // Code that only goes forward ends.
                return match self.returns.then(|| endless::endless(self.ground, self.function)).flatten() {
                    Some(offset) => Err((offset, "a loop that never yields leads here".into())),
                    None => Ok(()),
                };
            }
        }
    }

    /// Where a label of this function stands in its code.
    fn position(&self, label: u32) -> Option<usize> {
        self.ground.position(self.function, label)
    }

    /// Goes over one instruction, which is reached or not. Whether what follows it is reached.
    fn step(&mut self, located: &Located, reached: bool, state: &mut State) -> Check<bool> {
        let instruction = &located.instruction;
        if instruction.op == Opcode::Label {
            let label = unsigned(&instruction.args[0]).unwrap_or(0) as u32;
            // The loader keeps code from running or jumping into a handler. What enters it at one label comes by the next.
            let reached = reached && (self.follows_label() || self.first_after(self.at) != Some(Opcode::TryCase));
            let Some(known) = self.known.at(label) else { return Ok(reached) };
            if reached {
                known.meet(state);
            }
            state.clone_from(known);
            return Ok(true);
        }
        Ok(reached && self.instruction(instruction.op, &instruction.args, state)?)
    }

    /// Records that `state` holds at a label that an instruction jumps to.
    fn jump(&mut self, label: u32, state: &State) -> Check {
        match self.position(label) {
            Some(position) if self.first_after(position) == Some(Opcode::TryCase) => Ok(()),
            _ => self.reach(label, state),
        }
    }

    /// Records that `state` holds at a label, but no room.
    fn jump_without_room(&mut self, label: u32, state: &mut State) -> Check {
        let room = std::mem::take(&mut state.room);
        let jumped = self.jump(label, state);
        state.room = room;
        jumped
    }

    /// Records that `state` holds at a label that is reached.
    fn reach(&mut self, label: u32, state: &State) -> Check {
        if label == 0 {
            return Ok(());
        }
        if label == self.function.head {
            // The function's own failure: its arguments are shown, so they must be there.
            return if state.has_x(self.function.arity as usize) {
                Ok(())
            } else {
                Err("the arguments are gone at the jump to the function's head".into())
            };
        }
        let Some(position) = self.position(label) else {
            return Err(format!("a jump to label {label} leaves the function"));
        };
        let back = position <= self.at;
        self.returns |= back;
        match self.known.at(label) {
            None => {
                self.known.add(label, state.clone());
                self.changed |= back;
            }
            Some(known) if back => {
                let before = known.clone();
                known.meet(state);
                self.changed |= *known != before;
            }
            Some(known) => known.meet(state),
        }
        Ok(())
    }

    fn source(&self, operand: &Operand, state: &State) -> Check {
        match operand.untyped() {
            Operand::X(n) => {
                let n = *n as usize;
                if n >= REGISTERS || state.x[n / 64] & 1 << (n % 64) == 0 {
                    return Err(format!("x{n} is read but holds nothing"));
                }
            }
            Operand::Y(n) => {
                let n = *n as usize;
                match &state.frame {
                    Some((size, set)) if n < *size && set[n / 64] & 1 << (n % 64) != 0 => {}
                    _ => return Err(format!("y{n} is read but holds nothing")),
                }
                if state.is_mark(n) {
                    return Err(format!("y{n} is read but may hold a handler's mark"));
                }
            }
            Operand::Literal(n) if *n as usize >= self.ground.file.literals.len() => {
                return Err("a literal is beyond the table".into());
            }
            _ => {}
        }
        Ok(())
    }

    fn dest(&self, operand: &Operand, state: &mut State) -> Check {
        match operand.untyped() {
            Operand::X(n) if (*n as usize) < REGISTERS => {
                state.x[*n as usize / 64] |= 1 << (n % 64);
                if state.fresh == Some(*n) {
                    state.fresh = None;
                }
                Ok(())
            }
            Operand::Y(n) => match &mut state.frame {
                Some((size, set)) if (*n as usize) < *size => {
                    set[*n as usize / 64] |= 1 << (n % 64);
                    state.set_mark(*n as usize, false);
                    Ok(())
                }
                _ => Err(format!("y{n} is beyond the frame")),
            },
            Operand::Float(n) if (*n as usize) < REGISTERS => Ok(()),
            other => Err(format!("{other:?} is no destination")),
        }
    }

    /// All y registers hold values: the collector and the unwinder look at them.
    fn frame_is_set(&self, state: &State) -> Check {
        if state.mixed && !state.complete {
            return Err("frames that are not complete meet where the stack is looked at".into());
        }
        if let Some((size, set)) = &state.frame {
            if let Some(n) = (0..*size).find(|n| set[n / 64] & 1 << (n % 64) == 0) {
                return Err(format!("y{n} holds nothing where the stack is looked at"));
            }
        }
        Ok(())
    }

    /// The heap may be collected with this many live x registers.
    fn collects(&self, live: usize, state: &mut State) -> Check {
        if !state.has_x(live) {
            return Err(format!("{live} registers are said to be live, but not all hold values"));
        }
        self.frame_is_set(state)?;
        state.keep_x(live);
        state.room = 0;
        state.fresh = None;
        state.building = false;
        Ok(())
    }

    fn takes_room(state: &mut State, words: usize) -> Check {
        state.room = state.room.checked_sub(words).ok_or("more is built than room was made for")?;
        Ok(())
    }

    fn frees_frame(state: &mut State, size: u64) -> Check {
        if state.mixed {
            return Err("frames of different sizes meet before one is freed".into());
        }
        state.marks.clear();
        match state.frame.take() {
            Some((have, _)) if have as u64 == size => Ok(()),
            _ => Err("the frame that is freed has another size".into()),
        }
    }

    fn calls(&self, arity: u64, entry: &Operand) -> Check {
        match entry {
            Operand::Label(label) if self.ground.arity(*label).map(u64::from) == Some(arity) => Ok(()),
            _ => Err("a call does not lead to a function of that arity".into()),
        }
    }

    fn imported(&self, operand: &Operand) -> Check<u32> {
        let index = unsigned(operand).ok_or("an import is no number")?;
        let import = self.ground.file.imports.get(index as usize).ok_or("an import is beyond the table")?;
        if import.arity > 255 {
            return Err("an import has more than 255 parameters".into());
        }
        Ok(import.arity)
    }

    /// Whether an import is a function that only raises.
    fn never_returns(&self, operand: &Operand) -> bool {
        let import = unsigned(operand).and_then(|index| self.ground.file.imports.get(index as usize));
        import.is_some_and(|import| {
            import.module == atoms::ERLANG
                && matches!((import.function.as_str(), import.arity), ("error", 1..=3) | ("exit" | "throw", 1))
        })
    }

    /// Whether an import gives a tuple that nothing else refers to.
    fn makes_tuple(&self, operand: &Operand) -> bool {
        let import = unsigned(operand).and_then(|index| self.ground.file.imports.get(index as usize));
        import.is_some_and(|i| i.module == atoms::ERLANG && i.function.as_str() == "setelement" && i.arity == 3)
    }

    /// Whether an import is a guard function that takes whatever it is given.
    fn never_raises(&self, operand: &Operand) -> bool {
        let import = unsigned(operand).and_then(|index| self.ground.file.imports.get(index as usize));
        import.is_some_and(|import| {
            let name = import.function.as_str();
            import.module == atoms::ERLANG
                && match import.arity {
                    1 => name == "get" || name.starts_with("is_"),
                    2 => matches!(name, "=:=" | "=/=" | "==" | "/=" | "<" | ">" | "=<" | ">="),
                    _ => false,
                }
        })
    }

    /// Checks the arguments of a call and what it leaves.
    fn after_call(&self, arity: u64, state: &mut State) -> Check {
        if state.frame.is_none() || state.mixed {
            return Err("a call needs a frame".into());
        }
        self.before_call(arity, state)?;
        self.frame_is_set(state)?;
        let marks = std::mem::take(&mut state.marks);
        *state = State { frame: state.frame.take(), marks, ..State::at_entry(1) };
        Ok(())
    }

    fn before_call(&self, arity: u64, state: &State) -> Check {
        if arity > 255 || !state.has_x(arity as usize) {
            return Err("not all arguments of a call hold values".into());
        }
        Ok(())
    }

    /// The first instruction from a position on that is more than a mark.
    fn first_after(&self, position: usize) -> Option<Opcode> {
        let mut ops = self.function.code[position..].iter().map(|located| located.instruction.op);
        ops.find(|op| !matches!(op, Opcode::Label | Opcode::Line))
    }

    /// Whether nothing is between the current instruction and a label before it.
    fn follows_label(&self) -> bool {
        let mut ops = self.function.code[..self.at].iter().rev().map(|located| located.instruction.op);
        ops.find(|op| *op != Opcode::Line) == Some(Opcode::Label)
    }

    /// Checks that the handler at `label` begins with `op` and takes back the mark in `slot`: one that left it would be
    /// entered again by what it raises itself.
    fn handler(&self, label: &Operand, op: Opcode, slot: &Operand) -> Check<u32> {
        let Operand::Label(label) = label else { return Err("a handler is no label".into()) };
        let position = self.position(*label).ok_or("a handler is outside the function")?;
        let mut code = self.function.code[position..].iter().map(|located| &located.instruction);
        match code.find(|instruction| !matches!(instruction.op, Opcode::Label | Opcode::Line)) {
            Some(first) if first.op != op => Err(format!("a handler does not begin with {}", op.name())),
            Some(first) if first.args.first() == Some(slot) => Ok(*label),
            _ => Err("a handler takes back another mark than its own".into()),
        }
    }

    /// Checks one instruction and applies it; whether what follows it is reached.
    fn instruction(&mut self, op: Opcode, args: &[Operand], state: &mut State) -> Check<bool> {
        use Opcode::*;
        let number = |i: usize| unsigned(&args[i]).ok_or_else(|| "a number is expected".to_owned());
        // What all instructions have in common: sources hold values, literals exist.
        // A receive without clauses waits on itself again and does not look at its limit a second time.
        let waits_on_itself = op == WaitTimeout
            && matches!(&args[0], Operand::Label(label) if self.position(*label).is_some_and(|p| self.first_after(p) == Some(op)));
        for (kind, arg) in op.operands().iter().zip(args) {
            match kind {
                OperandKind::Source if waits_on_itself => {}
                OperandKind::Source => self.source(arg, state)?,
                OperandKind::List
                    if !matches!(op, GetMapElements | InitYregs | UpdateRecord | BsMatch | BsCreateBin) =>
                {
                    if let Operand::List(items) = arg {
                        for item in items {
                            self.source(item, state)?;
                        }
                    }
                }
                _ => {}
            }
        }
        if let Some(fresh) = state.fresh {
            // Whatever else looks at the new tuple may keep it.
            let kept = |operand: &Operand| matches!(operand.untyped(), Operand::X(n) if *n == fresh);
            let looked_at = args.iter().enumerate().any(|(i, arg)| match arg {
                Operand::List(items) => items.iter().any(kept),
                arg => kept(arg) && !(op == SetTupleElement && i == 1),
            });
            if looked_at {
                state.fresh = None;
            }
        }
        // Where it goes if it fails: with the registers as they are before it.
        let fail = match (op.operands().first(), args.first()) {
            (Some(OperandKind::Fail | OperandKind::FailOrAtom), Some(Operand::Label(label))) => *label,
            _ => 0,
        };
        let may_raise = match op {
            _ if fail != 0 => false,
            Bif1 | Bif2 if self.never_raises(&args[1]) => false,
            RecvMarkerReserve | RecvMarkerBind | RecvMarkerClear | RecvMarkerUse | RemoveMessage | Timeout | TryEnd => {
                false
            }
            Label | Line | Move | Swap | InitYregs | Allocate | AllocateHeap | TestHeap | Deallocate | Trim
            | Return | Jump | GetHd | GetTl | GetList | GetTupleElement | PutList | PutTuple2 | MakeFun3 | NifStart
            | ExecutableLine | DebugLine | Catch | Try | SelectVal | SelectTupleArity | Fmove | Bif0 | OnLoad
            | IntCodeEnd | FuncInfo => false,
            CallOnly | CallLast | CallExtOnly | CallExtLast => false,
            _ => true,
        };
        if may_raise {
            self.frame_is_set(state)?;
        }
        match op {
            Label | Line | NifStart | ExecutableLine | DebugLine | OnLoad => return Ok(true),
            FuncInfo => return Err("a second head".into()),
            IntCodeEnd => return Err("the code ends within a function".into()),
            Call => {
                self.calls(number(0)?, &args[1])?;
                self.after_call(number(0)?, state)?;
            }
            CallLast | CallOnly => {
                self.calls(number(0)?, &args[1])?;
                self.before_call(number(0)?, state)?;
                if op == CallLast {
                    Self::frees_frame(state, number(2)?)?;
                } else if state.frame.is_some() || state.mixed {
                    return Err("a tail call leaves its frame".into());
                }
                return Ok(false);
            }
            CallExt | CallExtLast | CallExtOnly => {
                if u64::from(self.imported(&args[1])?) != number(0)? {
                    return Err("an import is called with another arity".into());
                }
                if self.never_returns(&args[1]) {
                    self.before_call(number(0)?, state)?;
                    self.frame_is_set(state)?;
                    return Ok(false);
                }
                if state.mixed {
                    return Err("frames of different sizes meet before a call".into());
                }
                if op == CallExt {
                    self.after_call(number(0)?, state)?;
                    if self.makes_tuple(&args[1]) {
                        state.fresh = Some(0);
                    }
                } else {
                    self.before_call(number(0)?, state)?;
                    if op == CallExtLast {
                        self.frame_is_set(state)?;
                        Self::frees_frame(state, number(2)?)?;
                    } else if state.frame.is_some() {
                        return Err("a tail call leaves its frame".into());
                    }
                    return Ok(false);
                }
            }
            CallFun => {
                self.before_call(number(0)? + 1, state)?;
                self.after_call(number(0)?, state)?;
            }
            CallFun2 => self.after_call(number(1)?, state)?,
            Apply => {
                self.before_call(number(0)? + 2, state)?;
                self.after_call(number(0)?, state)?;
            }
            ApplyLast => {
                self.before_call(number(0)? + 2, state)?;
                Self::frees_frame(state, number(1)?)?;
                return Ok(false);
            }
            Return => {
                if state.frame.is_some() || state.mixed {
                    return Err("a function returns with its frame".into());
                }
                self.before_call(1, state)?;
                return Ok(false);
            }
            Allocate | AllocateHeap => {
                if state.frame.is_some() || state.mixed {
                    return Err("a second frame".into());
                }
                let size = number(0)? as usize;
                if size > MAX_FRAME {
                    return Err(format!("a frame of {size} registers is too large"));
                }
                let (need, live) = if op == Allocate { (0, number(1)?) } else { (need(&args[1])?, number(2)?) };
                self.collects(live as usize, state)?;
                let set = if self.filled { u64::MAX } else { 0 };
                state.frame = Some((size, vec![set; size.div_ceil(64).min(Y_WORDS)]));
                state.room = need;
            }
            TestHeap => {
                self.collects(number(1)? as usize, state)?;
                state.room = need(&args[0])?;
            }
            Deallocate => Self::frees_frame(state, number(0)?)?,
            Trim => {
                let (words, left) = (number(0)? as usize, number(1)? as usize);
                if (words..words + left.min(MAX_FRAME)).any(|n| state.is_mark(n)) {
                    return Err("a frame is trimmed while a handler counts on it".into());
                }
                state.marks.clear();
                match &state.frame {
                    Some((size, set)) if !state.mixed && words.checked_add(left) == Some(*size) => {
                        let mut moved = vec![0; left.div_ceil(64)];
                        for n in 0..left {
                            if set[(n + words) / 64] & 1 << ((n + words) % 64) != 0 {
                                moved[n / 64] |= 1 << (n % 64);
                            }
                        }
                        state.frame = Some((left, moved));
                    }
                    _ => return Err("a frame is trimmed to another size".into()),
                }
            }
            InitYregs => {
                if let Operand::List(items) = &args[0] {
                    for item in items {
                        if !matches!(item, Operand::Y(_)) {
                            return Err("init_yregs takes y registers".into());
                        }
                        self.dest(item, state)?;
                    }
                }
            }
            Send => {
                self.before_call(2, state)?;
                self.after_call(2, state)?;
            }
            RemoveMessage | Timeout => {}
            LoopRec => {
                let (Operand::Label(label), dest) = (&args[0], &args[1]) else {
                    return Err("loop_rec without a label".into());
                };
                state.keep_x(0);
                state.room = 0;
                state.building = false;
                self.jump(*label, state)?;
                self.dest(dest, state)?;
            }
            LoopRecEnd | Wait => {
                let Operand::Label(label) = &args[0] else { return Err("a label is expected".into()) };
                state.keep_x(0);
                state.room = 0;
                state.building = false;
                self.jump(*label, state)?;
                return Ok(false);
            }
            WaitTimeout => {
                let Operand::Label(label) = &args[0] else { return Err("a label is expected".into()) };
                state.keep_x(0);
                state.room = 0;
                state.building = false;
                self.jump(*label, state)?;
            }
            Jump => {
                let Operand::Label(label) = &args[0] else { return Err("a label is expected".into()) };
                self.jump(*label, state)?;
                return Ok(false);
            }
            SelectVal | SelectTupleArity => {
                let (Operand::Label(default), Operand::List(choices)) = (&args[1], &args[2]) else {
                    return Err("a choice without labels".into());
                };
                if *default == 0 || choices.len() % 2 != 0 {
                    return Err("a choice is incomplete".into());
                }
                self.jump(*default, state)?;
                for pair in choices.chunks_exact(2) {
                    match &pair[1] {
                        Operand::Label(label) if *label != 0 => self.jump(*label, state)?,
                        _ => return Err("a choice without a label".into()),
                    }
                }
                return Ok(false);
            }
            Catch | Try => {
                let label = self.handler(&args[1], if op == Try { TryCase } else { CatchEnd }, &args[0])?;
                let Operand::Y(slot) = args[0] else { return Err("a handler's slot is no y register".into()) };
                let slot = slot as usize;
                if state.mixed {
                    return Err("frames of different sizes meet before a handler".into());
                }
                // The lowest mark is found first, so it must be the latest.
                if (0..=slot.min(MAX_FRAME)).any(|n| state.is_mark(n)) {
                    return Err("a handler is set above one that is set already".into());
                }
                self.dest(&args[0], state)?;
                state.set_mark(slot, true);
                let mut caught = state.clone();
                caught.keep_x(0);
                caught.building = false;
                caught.room = 0;
                for n in 0..4 {
                    self.dest(&Operand::X(n), &mut caught)?;
                }
                self.reach(label, &caught)?;
            }
            TryEnd => self.dest(&args[0], state)?,
            CatchEnd => {
                self.dest(&args[0], state)?;
                self.before_call(1, state)?;
                state.keep_x(1);
                state.room = 0;
            }
            TryCase => {
                self.dest(&args[0], state)?;
                self.before_call(4, state)?;
                state.keep_x(3);
                state.room = 0;
            }
            Badmatch | CaseEnd | IfEnd | TryCaseEnd | Badrecord | Raise => return Ok(false),
            RawRaise => {
                self.before_call(3, state)?;
                state.keep_x(1);
            }
            BuildStacktrace => {
                self.before_call(1, state)?;
                state.keep_x(1);
                state.room = 0;
            }
            PutList => {
                Self::takes_room(state, 2)?;
                self.dest(&args[2], state)?;
            }
            PutTuple2 => {
                let Operand::List(items) = &args[1] else { return Err("a tuple without elements".into()) };
                Self::takes_room(state, 1 + items.len())?;
                self.dest(&args[0], state)?;
            }
            MakeFun2 | MakeFun3 => {
                let lambda = self.ground.file.lambdas.get(number(0)? as usize).ok_or("a fun is beyond the table")?;
                Self::takes_room(state, 2 + lambda.free as usize)?;
                match op {
                    MakeFun3 => self.dest(&args[1], state)?,
                    _ => {
                        self.before_call(u64::from(lambda.free), state)?;
                        self.dest(&Operand::X(0), state)?;
                    }
                }
            }
            UpdateRecord => {
                let Operand::List(updates) = &args[4] else { return Err("updates are a list".into()) };
                let size = number(1)?;
                for pair in updates.chunks(2) {
                    let [position, value] = pair else { return Err("an update is incomplete".into()) };
                    if !unsigned(position).is_some_and(|n| (1..=size).contains(&n)) {
                        return Err("an update is beyond the tuple".into());
                    }
                    self.source(value, state)?;
                }
                let words = usize::try_from(size).ok().and_then(|size| size.checked_add(1));
                Self::takes_room(state, words.ok_or("a tuple is too large")?)?;
                self.dest(&args[3], state)?;
            }
            Fmove => {
                if matches!(args[0].untyped(), Operand::Float(_)) && !matches!(args[1].untyped(), Operand::Float(_)) {
                    Self::takes_room(state, 2)?;
                }
                self.dest(&args[1], state)?;
            }
            Bif0 => {
                self.imported(&args[0])?;
                self.dest(&args[1], state)?;
            }
            Bif1 | Bif2 => {
                if self.imported(&args[1])? as usize != args.len() - 3 {
                    return Err("a guard function is called with another arity".into());
                }
                self.jump(fail, state)?;
                self.dest(&args[args.len() - 1], state)?;
            }
            GcBif1 | GcBif2 | GcBif3 => {
                if self.imported(&args[2])? as usize != args.len() - 4 {
                    return Err("a guard function is called with another arity".into());
                }
                self.jump_without_room(fail, state)?;
                self.collects(number(1)? as usize, state)?;
                self.dest(&args[args.len() - 1], state)?;
            }
            GetMapElements => {
                let Operand::List(pairs) = &args[2] else { return Err("pairs are a list".into()) };
                if fail == 0 {
                    return Err("looking into a map has nowhere to go when it fails".into());
                }
                if pairs.len() % 2 != 0 || pairs.is_empty() {
                    return Err("a pair is incomplete".into());
                }
                for pair in pairs.chunks_exact(2) {
                    self.source(&pair[0], state)?;
                }
                let before = state.clone();
                for pair in pairs.chunks_exact(2) {
                    self.dest(&pair[1], state)?;
                }
                self.jump(fail, &before)?;
            }
            PutMapAssoc | PutMapExact => {
                self.jump_without_room(fail, state)?;
                self.collects(number(3)? as usize, state)?;
                self.dest(&args[2], state)?;
            }
            BsStartMatch3 => {
                self.jump_without_room(fail, state)?;
                self.collects(number(2)? as usize, state)?;
                self.dest(&args[3], state)?;
            }
            BsStartMatch4 => {
                self.jump_without_room(fail, state)?;
                self.collects(number(1)? as usize, state)?;
                self.dest(&args[3], state)?;
            }
            BsGetInteger2 | BsGetFloat2 | BsGetBinary2 => {
                if fail == 0 {
                    return Err("matching a binary has nowhere to go when it fails".into());
                }
                self.jump_without_room(fail, state)?;
                self.collects(number(2)? as usize, state)?;
                self.dest(&args[6], state)?;
            }
            BsGetUtf8 | BsGetUtf16 | BsGetUtf32 => {
                if fail == 0 {
                    return Err("matching a binary has nowhere to go when it fails".into());
                }
                self.jump(fail, state)?;
                self.dest(&args[4], state)?;
            }
            BsGetTail | BsGetPosition => {
                self.collects(number(2)? as usize, state)?;
                self.dest(&args[1], state)?;
            }
            BsMatch => self.bs_match(fail, &args[2], state)?,
            BsCreateBin => {
                let Operand::List(segments) = &args[5] else { return Err("segments are a list".into()) };
                for segment in segments.chunks(6) {
                    let [_, _, _, _, value, size] = segment else { return Err("a segment is incomplete".into()) };
                    self.source(value, state)?;
                    self.source(size, state)?;
                }
                self.jump_without_room(fail, state)?;
                self.collects(number(2)? as usize, state)?;
                state.room = need(&args[1])?;
                self.dest(&args[4], state)?;
            }
            BsInitWritable => {
                self.before_call(1, state)?;
                state.keep_x(1);
                state.room = 0;
            }
            BsInit2 | BsInitBits => {
                self.jump_without_room(fail, state)?;
                self.collects(number(3)? as usize, state)?;
                state.room = need(&args[2])?;
                self.dest(&args[5], state)?;
                state.building = true;
            }
            BsAppend => {
                self.jump_without_room(fail, state)?;
                self.collects(number(3)? as usize, state)?;
                state.room = need(&args[2])?;
                self.dest(&args[7], state)?;
                state.building = true;
            }
            BsPutInteger | BsPutFloat | BsPutBinary | BsPutUtf8 | BsPutUtf16 | BsPutUtf32 | BsPutString => {
                if !state.building {
                    return Err("there is no binary to put a segment into".into());
                }
                self.jump(fail, state)?;
            }
            BsPrivateAppend => {
                self.jump_without_room(fail, state)?;
                state.room = 0;
                self.dest(&args[5], state)?;
                state.building = true;
            }
            Swap => {
                self.source(&args[0], state)?;
                self.source(&args[1], state)?;
            }
            SetTupleElement => {
                if !matches!(args[1].untyped(), Operand::X(n) if state.fresh == Some(*n)) {
                    return Err("a tuple is written that others may know".into());
                }
            }
            // The rest test or move: a fail label, sources, and destinations last.
            _ => {
                self.jump(fail, state)?;
                for (kind, arg) in op.operands().iter().zip(args) {
                    if *kind == OperandKind::Dest {
                        self.dest(arg, state)?;
                    }
                }
                let tests = matches!(op.operands().first(), Some(OperandKind::Fail))
                    && !op.operands().contains(&OperandKind::Dest)
                    && !matches!(op, Fadd | Fsub | Fmul | Fdiv | Fnegate);
                if tests && fail == 0 {
                    return Err(format!("{} has nowhere to go when it fails", op.name()));
                }
            }
        }
        Ok(true)
    }

    fn bs_match(&mut self, fail: u32, commands: &Operand, state: &mut State) -> Check {
        let Operand::List(commands) = commands else { return Err("commands are a list".into()) };
        if fail == 0 {
            return Err("matching a binary has nowhere to go when it fails".into());
        }
        let mut rest = commands.as_slice();
        while let Some((Operand::Atom(name), after)) = rest.split_first() {
            let count = match name.as_str() {
                "ensure_at_least" => 2,
                "ensure_exactly" | "skip" => 1,
                "integer" | "binary" => 5,
                "get_tail" | "=:=" => 3,
                other => return Err(format!("the matching command {other} is unknown")),
            };
            let args = after.get(..count).ok_or("a matching command is cut short")?;
            self.jump_without_room(fail, state)?;
            if matches!(name.as_str(), "integer" | "binary" | "get_tail") {
                let live = unsigned(&args[0]).ok_or("a number is expected")?;
                self.collects(live as usize, state)?;
                self.dest(&args[count - 1], state)?;
            }
            rest = &after[count..];
        }
        Ok(())
    }
}

fn need(operand: &Operand) -> Check<usize> {
    match operand {
        Operand::Alloc(items) => {
            let mut words = 0usize;
            for (kind, count) in items {
                let each = if *kind == AllocKind::Words { 1 } else { 2 };
                words = usize::try_from(*count)
                    .ok()
                    .and_then(|count| count.checked_mul(each))
                    .and_then(|more| words.checked_add(more))
                    .filter(|words| *words <= MAX_NEED)
                    .ok_or("a heap need is too large")?;
            }
            Ok(words)
        }
        other => match unsigned(other) {
            Some(words) if words <= MAX_NEED as u64 => Ok(words as usize),
            Some(_) => Err("a heap need is too large".into()),
            None => Err("a heap need is no number".into()),
        },
    }
}
