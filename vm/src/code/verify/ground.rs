//! What a module's functions are checked against: the functions themselves, where labels stand, what is known at them.

use super::state::State;
use super::unsigned;
use crate::code::file::{BeamFile, Located};
use crate::code::instr::Opcode;
use crate::code::operand::Operand;

/// A function's instructions, those before its entry included.
pub(super) struct Function<'a> {
    pub(super) name: crate::Atom,
    pub(super) arity: u32,
    /// The label of its first instruction.
    pub(super) entry: u32,
    /// The label before its func_info.
    pub(super) head: u32,
    pub(super) code: &'a [Located],
    /// Where that begins in the module's code.
    pub(super) start: usize,
}

/// What all functions of a module are checked against.
pub(super) struct Ground<'a> {
    pub(super) file: &'a BeamFile,
    /// Where labels stand in the module's code, by their numbers.
    pub(super) places: Vec<Option<usize>>,
    /// The arities of the functions that begin at labels, by the numbers of these.
    pub(super) arities: Vec<Option<u32>>,
}

impl Ground<'_> {
    /// The arity of the function whose entry a label is.
    pub(super) fn arity(&self, label: u32) -> Option<u32> {
        *self.arities.get(label as usize)?
    }

    /// Where a label stands in a function's code; nowhere if it is another's.
    pub(super) fn position(&self, function: &Function<'_>, label: u32) -> Option<usize> {
        let place = (*self.places.get(label as usize)?)?;
        place.checked_sub(function.start).filter(|position| *position < function.code.len())
    }
}

/// What is known at the labels of one function that something jumps to. Kept from function to function for its room.
#[derive(Default)]
pub(super) struct Known {
    /// The numbers of their states, by label.
    pub(super) numbers: Vec<Option<u32>>,
    pub(super) states: Vec<State>,
    pub(super) labels: Vec<u32>,
}

impl Known {
    pub(super) fn clear(&mut self) {
        for label in self.labels.drain(..) {
            self.numbers[label as usize] = None;
        }
        self.states.clear();
    }

    pub(super) fn at(&mut self, label: u32) -> Option<&mut State> {
        let number = (*self.numbers.get(label as usize)?)?;
        self.states.get_mut(number as usize)
    }

    /// Adds a label that stands in the code.
    pub(super) fn add(&mut self, label: u32, state: State) {
        self.numbers[label as usize] = Some(self.states.len() as u32);
        self.states.push(state);
        self.labels.push(label);
    }
}

/// The functions of a module, and where its labels stand.
pub(super) fn split(file: &BeamFile) -> Result<(Vec<Function<'_>>, Vec<Option<usize>>), String> {
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
