//! The walk through a function: what holds where, which jumps lead where, and the checks instructions share.

use super::ground::{Function, Ground, Known};
use super::state::State;
use super::{endless, unsigned, Check};
use crate::atom::atoms;
use crate::code::file::Located;
use crate::code::instr::Opcode;
use crate::code::operand::Operand;
use crate::code::stream::REGISTERS;

/// The walk through one function.
pub(super) struct Walk<'a> {
    pub(super) ground: &'a Ground<'a>,
    function: &'a Function<'a>,
    known: &'a mut Known,
    /// Whether a label before the current position has changed.
    changed: bool,
    /// Whether anything jumps to where the code has been.
    returns: bool,
    /// Whether frames are filled with values when they are made.
    pub(super) filled: bool,
    at: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        ground: &'a Ground<'a>,
        function: &'a Function<'a>,
        known: &'a mut Known,
        filled: bool,
    ) -> Walk<'a> {
        known.clear();
        Walk { ground, function, known, changed: false, returns: false, filled, at: 0 }
    }

    pub(super) fn run(mut self) -> Result<(), (u32, String)> {
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
    pub(super) fn position(&self, label: u32) -> Option<usize> {
        self.ground.position(self.function, label)
    }

    /// Goes over one instruction, which is reached or not. Whether what follows it is reached.
    pub(super) fn step(&mut self, located: &Located, reached: bool, state: &mut State) -> Check<bool> {
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
    pub(super) fn jump(&mut self, label: u32, state: &State) -> Check {
        match self.position(label) {
            Some(position) if self.first_after(position) == Some(Opcode::TryCase) => Ok(()),
            _ => self.reach(label, state),
        }
    }

    /// Records that `state` holds at a label, but no room.
    pub(super) fn jump_without_room(&mut self, label: u32, state: &mut State) -> Check {
        let room = std::mem::take(&mut state.room);
        let jumped = self.jump(label, state);
        state.room = room;
        jumped
    }

    /// Records that `state` holds at a label that is reached.
    pub(super) fn reach(&mut self, label: u32, state: &State) -> Check {
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

    pub(super) fn source(&self, operand: &Operand, state: &State) -> Check {
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

    pub(super) fn dest(&self, operand: &Operand, state: &mut State) -> Check {
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
    pub(super) fn frame_is_set(&self, state: &State) -> Check {
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
    pub(super) fn collects(&self, live: usize, state: &mut State) -> Check {
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

    pub(super) fn takes_room(state: &mut State, words: usize) -> Check {
        state.room = state.room.checked_sub(words).ok_or("more is built than room was made for")?;
        Ok(())
    }

    pub(super) fn frees_frame(state: &mut State, size: u64) -> Check {
        if state.mixed {
            return Err("frames of different sizes meet before one is freed".into());
        }
        state.marks.clear();
        match state.frame.take() {
            Some((have, _)) if have as u64 == size => Ok(()),
            _ => Err("the frame that is freed has another size".into()),
        }
    }

    pub(super) fn calls(&self, arity: u64, entry: &Operand) -> Check {
        match entry {
            Operand::Label(label) if self.ground.arity(*label).map(u64::from) == Some(arity) => Ok(()),
            _ => Err("a call does not lead to a function of that arity".into()),
        }
    }

    pub(super) fn imported(&self, operand: &Operand) -> Check<u32> {
        let index = unsigned(operand).ok_or("an import is no number")?;
        let import = self.ground.file.imports.get(index as usize).ok_or("an import is beyond the table")?;
        if import.arity > 255 {
            return Err("an import has more than 255 parameters".into());
        }
        Ok(import.arity)
    }

    /// Whether an import is a function that only raises.
    pub(super) fn never_returns(&self, operand: &Operand) -> bool {
        let import = unsigned(operand).and_then(|index| self.ground.file.imports.get(index as usize));
        import.is_some_and(|import| {
            import.module == atoms::ERLANG
                && matches!((import.function.as_str(), import.arity), ("error", 1..=3) | ("exit" | "throw", 1))
        })
    }

    /// Whether an import gives a tuple that nothing else refers to.
    pub(super) fn makes_tuple(&self, operand: &Operand) -> bool {
        let import = unsigned(operand).and_then(|index| self.ground.file.imports.get(index as usize));
        import.is_some_and(|i| i.module == atoms::ERLANG && i.function.as_str() == "setelement" && i.arity == 3)
    }

    /// Whether an import is a guard function that takes whatever it is given.
    pub(super) fn never_raises(&self, operand: &Operand) -> bool {
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
    pub(super) fn after_call(&self, arity: u64, state: &mut State) -> Check {
        if state.frame.is_none() || state.mixed {
            return Err("a call needs a frame".into());
        }
        self.before_call(arity, state)?;
        self.frame_is_set(state)?;
        let marks = std::mem::take(&mut state.marks);
        *state = State { frame: state.frame.take(), marks, ..State::at_entry(1) };
        Ok(())
    }

    pub(super) fn before_call(&self, arity: u64, state: &State) -> Check {
        if arity > 255 || !state.has_x(arity as usize) {
            return Err("not all arguments of a call hold values".into());
        }
        Ok(())
    }

    /// The first instruction from a position on that is more than a mark.
    pub(super) fn first_after(&self, position: usize) -> Option<Opcode> {
        let mut ops = self.function.code[position..].iter().map(|located| located.instruction.op);
        ops.find(|op| !matches!(op, Opcode::Label | Opcode::Line))
    }

    /// Whether nothing is between the current instruction and a label before it.
    pub(super) fn follows_label(&self) -> bool {
        let mut ops = self.function.code[..self.at].iter().rev().map(|located| located.instruction.op);
        ops.find(|op| *op != Opcode::Line) == Some(Opcode::Label)
    }

    /// Checks that the handler at `label` begins with `op` and takes back the mark in `slot`: one that left it would be
    /// entered again by what it raises itself.
    pub(super) fn handler(&self, label: &Operand, op: Opcode, slot: &Operand) -> Check<u32> {
        let Operand::Label(label) = label else { return Err("a handler is no label".into()) };
        let position = self.position(*label).ok_or("a handler is outside the function")?;
        let mut code = self.function.code[position..].iter().map(|located| &located.instruction);
        match code.find(|instruction| !matches!(instruction.op, Opcode::Label | Opcode::Line)) {
            Some(first) if first.op != op => Err(format!("a handler does not begin with {}", op.name())),
            Some(first) if first.args.first() == Some(slot) => Ok(*label),
            _ => Err("a handler takes back another mark than its own".into()),
        }
    }
}
