//! What each instruction asks for, and what holds after it.

use super::state::{State, Y_WORDS};
use super::walk::Walk;
use super::{unsigned, Check};
use crate::code::instr::{Opcode, OperandKind};
use crate::code::operand::{AllocKind, Operand};
use crate::code::stream::MAX_FRAME;

/// The most heap words that one instruction may make room for: far beyond what a source text can say, and little enough to be had.
const MAX_NEED: usize = 1 << 22;

impl Walk<'_> {
    /// Checks one instruction and applies it; whether what follows it is reached.
    pub(super) fn instruction(&mut self, op: Opcode, args: &[Operand], state: &mut State) -> Check<bool> {
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
