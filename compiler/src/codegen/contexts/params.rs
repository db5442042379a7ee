//! Parameters that may get a match context in place of a binary.
//!
//! On the way through the function the parameter is untouched, or a context was made of it (which is the one that was handed
//! in, if it was one), or it is an ordinary value: because it proved to be no bitstring, or because the binary was made again of the
//! context, for something that wants it. Where ways of different kinds meet, each makes an ordinary value.

use std::collections::HashMap;

use beamlet_vm::atom::atoms;

use super::{
    count, count_in_end, end_hands_on, fresh, hands_on, is_calm, needed, reaching, replace, starts, tail_op,
    Candidates, Name, Rewritten,
};
use crate::core::{Arg, Block, BlockId, End, Function, Op, OpKind, SegmentType, Test, TestKind, Var};

/// What the parameter is at some point.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Stage {
    /// A binary or a context, as it came.
    Untouched,
    /// Being read through this context.
    Reading {
        context: Var,
        /// How many bits were read; `None` when that depends.
        read: Option<i64>,
        /// The block behind the test that made the context.
        first: BlockId,
    },
    /// This ordinary value.
    Value(Var),
}

/// Lets the parameter be a context; `None` when something stands against it.
pub(super) fn parameter(function: &Function, at: usize, candidates: &Candidates) -> Option<Rewritten> {
    if !is_calm(function) {
        return None;
    }
    let param = function.params[at];
    let blocks = &function.blocks;
    let mut rewriter = Rewriter {
        param,
        candidates,
        needed: needed(blocks, param),
        restarts: reaching(blocks, |block| starts(&block.end, param)),
        contexts: HashMap::new(),
        starts: HashMap::new(),
        ways: vec![Vec::new(); blocks.len()],
        original: function,
        function: function.clone(),
        targets: Vec::new(),
    };
    for number in 0..blocks.len() {
        rewriter.block(BlockId(number as u32))?;
    }
    rewriter.place_starts();
    Some(Rewritten { function: rewriter.function, targets: rewriter.targets })
}

struct Rewriter<'a> {
    param: Var,
    candidates: &'a Candidates,
    /// By block, whether the parameter is used in it or after it.
    needed: Vec<bool>,
    /// By block, whether a context is made of the parameter at its end or after it.
    restarts: Vec<bool>,
    /// By context and block, whether the context is used in it or after it.
    contexts: HashMap<Var, Vec<bool>>,
    /// The position of a context where the parameter begins, read in this block.
    starts: HashMap<BlockId, (Var, Var)>,
    /// By block, where it is entered from, and what the parameter is there.
    ways: Vec<Vec<(BlockId, Stage)>>,
    original: &'a Function,
    function: Function,
    targets: Vec<Name>,
}

impl Rewriter<'_> {
    fn block(&mut self, id: BlockId) -> Option<()> {
        if !self.needed[id.index()] {
            return Some(());
        }
        let mut stage = self.enter(id)?;
        let ops = std::mem::take(&mut self.function.blocks[id.index()].ops);
        let mut done = Vec::with_capacity(ops.len());
        for (at, mut op) in ops.into_iter().enumerate() {
            let uses = count(&op.args, self.param);
            match stage {
                Stage::Value(value) => op.args.iter_mut().for_each(|arg| replace(arg, self.param, value)),
                Stage::Untouched if uses > 0 => {
                    let OpKind::Call(callee) = op.kind else { return None };
                    let target = hands_on(callee, &op.args, self.param, self.candidates)?;
                    if self.used_behind(id, at + 1, self.param) {
                        return None;
                    }
                    self.targets.push(target);
                }
                Stage::Untouched => {}
                Stage::Reading { context, ref mut read, .. } => {
                    if op.kind == OpKind::BitsSeek && op.args[0] == Arg::Var(context) {
                        *read = None;
                    }
                    let hands = matches!(op.kind, OpKind::Call(_)) && count(&op.args, context) > 0;
                    // From here on another function moves the context.
                    if hands && (uses > 0 || self.used_behind(id, at + 1, self.param)) {
                        return None;
                    }
                    if uses > 0 {
                        if count(&op.args, context) > 0 || self.used_behind(id, at + 1, context) || self.restarts(id) {
                            return None;
                        }
                        let value = self.remake(stage, &mut done);
                        op.args.iter_mut().for_each(|arg| replace(arg, self.param, value));
                        stage = Stage::Value(value);
                    }
                }
            }
            done.push(op);
        }
        self.function.blocks[id.index()].ops = done;
        self.end(id, stage)
    }

    /// Whether a context is made of the parameter at the end of the block or after it.
    fn restarts(&self, id: BlockId) -> bool {
        self.restarts[id.index()]
    }

    /// Whether a variable is used in the block from an operation on, or after it.
    fn used_behind(&mut self, id: BlockId, from: usize, var: Var) -> bool {
        let block = &self.original.blocks[id.index()];
        let mut used = block.ops[from..].iter().any(|op| count(&op.args, var) > 0) || count_in_end(&block.end, var) > 0;
        block.end.successors(|to| used |= self.used_from(to, var));
        used
    }

    /// Whether a variable is used in a block or after it.
    fn used_from(&mut self, id: BlockId, var: Var) -> bool {
        if var == self.param {
            return self.needed[id.index()];
        }
        let blocks = &self.original.blocks;
        self.contexts.entry(var).or_insert_with(|| needed(blocks, var))[id.index()]
    }

    /// What the parameter is where a block begins.
    fn enter(&mut self, id: BlockId) -> Option<Stage> {
        let ways = std::mem::take(&mut self.ways[id.index()]);
        let Some(&(_, first)) = ways.first() else { return Some(Stage::Untouched) };
        if let Some(stage) = ways.iter().try_fold(first, |stage, (_, other)| common(stage, *other)) {
            return Some(stage);
        }
        if self.restarts(id) {
            return None;
        }
        let param = fresh(&mut self.function);
        let mut made: HashMap<Stage, BlockId> = HashMap::new();
        for (from, stage) in ways {
            if let Stage::Reading { context, .. } = stage {
                if self.used_from(id, context) {
                    return None;
                }
            }
            if let End::Jump(_, args) = &self.function.blocks[from.index()].end {
                let args = args.clone();
                self.jump(from, id, args, stage);
                continue;
            }
            let between = match made.get(&stage) {
                Some(&between) => between,
                None => {
                    let between = self.new_block(End::Open);
                    self.jump(between, id, Vec::new(), stage);
                    made.insert(stage, between);
                    between
                }
            };
            self.function.blocks[from.index()].end.successors_mut(|to| {
                if *to == id {
                    *to = between;
                }
            });
        }
        self.function.blocks[id.index()].params.push(param);
        Some(Stage::Value(param))
    }

    /// Lets a block jump with an ordinary value of the parameter as a further argument.
    fn jump(&mut self, from: BlockId, to: BlockId, mut args: Vec<Arg>, stage: Stage) {
        if stage == Stage::Untouched {
            let param = self.param;
            let [bits, other] = [(); 2].map(|()| args.clone()).map(|mut args| {
                args.push(Arg::Var(param));
                End::Jump(to, args)
            });
            return self.split(from, bits, other);
        }
        let mut ops = std::mem::take(&mut self.function.blocks[from.index()].ops);
        args.push(Arg::Var(self.remake(stage, &mut ops)));
        let block = &mut self.function.blocks[from.index()];
        (block.ops, block.end) = (ops, End::Jump(to, args));
    }

    /// Ends a block in one of two ways: when the untouched parameter is a bitstring, with the binary in its place.
    fn split(&mut self, from: BlockId, mut bits: End, other: End) {
        let (context, value) = (fresh(&mut self.function), fresh(&mut self.function));
        bits.args_mut(|arg| replace(arg, self.param, value));
        let yes = self.new_block(bits);
        self.function.blocks[yes.index()].ops.push(tail_op(context, value));
        let no = self.new_block(other);
        self.function.blocks[from.index()].end = End::Test(Box::new(Test {
            kind: TestKind::BitsStart,
            args: vec![Arg::Var(self.param)],
            dsts: vec![context],
            yes,
            no,
        }));
    }

    fn new_block(&mut self, end: End) -> BlockId {
        let block = Block { params: Vec::new(), ops: Vec::new(), end, handler: None, catches: None };
        self.function.blocks.push(block);
        BlockId(self.function.blocks.len() as u32 - 1)
    }

    /// Makes an ordinary value of a parameter that was touched.
    fn remake(&mut self, stage: Stage, ops: &mut Vec<Op>) -> Var {
        match stage {
            Stage::Untouched => self.param,
            Stage::Value(value) => value,
            Stage::Reading { context, .. } => {
                self.rewind(stage, ops);
                let value = fresh(&mut self.function);
                ops.push(tail_op(context, value));
                value
            }
        }
    }

    /// Moves the context back to where the parameter begins.
    fn rewind(&mut self, stage: Stage, ops: &mut Vec<Op>) {
        let Stage::Reading { context, read, first } = stage else { return };
        let start = match read {
            Some(0) => return,
            Some(bits) => {
                let (here, start) = (fresh(&mut self.function), fresh(&mut self.function));
                let op = |kind, args, dst| Op { kind, args, dst: Some(dst), line: 0 };
                ops.push(op(OpKind::BitsPosition, vec![Arg::Var(context)], here));
                ops.push(op(OpKind::Bif(atoms::MINUS), vec![Arg::Var(here), Arg::Int(bits)], start));
                start
            }
            None => {
                let function = &mut self.function;
                self.starts.entry(first).or_insert_with(|| (context, fresh(function))).1
            }
        };
        let args = vec![Arg::Var(context), Arg::Var(start)];
        ops.push(Op { kind: OpKind::BitsSeek, args, dst: None, line: 0 });
    }

    /// Reads the positions that contexts begin at where they are wanted.
    fn place_starts(&mut self) {
        for (&block, &(context, start)) in &self.starts {
            let op = Op { kind: OpKind::BitsPosition, args: vec![Arg::Var(context)], dst: Some(start), line: 0 };
            self.function.blocks[block.index()].ops.insert(0, op);
        }
    }

    fn end(&mut self, id: BlockId, stage: Stage) -> Option<()> {
        let mut end = std::mem::replace(&mut self.function.blocks[id.index()].end, End::Open);
        let uses = count_in_end(&end, self.param);
        let after = {
            let mut after = false;
            end.successors(|to| after |= self.needed[to.index()]);
            after
        };
        let mut next = stage;
        match stage {
            Stage::Value(value) => end.args_mut(|arg| replace(arg, self.param, value)),
            Stage::Untouched if starts(&end, self.param) => {
                let End::Test(test) = &mut end else { return None };
                if test.yes == test.no {
                    return None;
                }
                if test.dsts.is_empty() {
                    test.dsts.push(fresh(&mut self.function));
                }
                let reading = Stage::Reading { context: test.dsts[0], read: Some(0), first: test.yes };
                self.ways[test.yes.index()].push((id, reading));
                self.ways[test.no.index()].push((id, Stage::Value(self.param)));
                self.function.blocks[id.index()].end = end;
                return Some(());
            }
            Stage::Untouched if uses > 0 => {
                if let Some(target) = end_hands_on(&end, self.param, self.candidates) {
                    self.targets.push(target);
                } else if after || matches!(end, End::Test(_) | End::Select(..) | End::SelectArity(..)) {
                    return None;
                } else {
                    // Nothing behind this block wants the parameter.
                    self.split(id, end.clone(), end);
                    return Some(());
                }
            }
            Stage::Untouched => {}
            Stage::Reading { context, read, first } => {
                if uses > 0 && starts(&end, self.param) {
                    return None;
                }
                if uses > 0 {
                    let with_context = count_in_end(&end, context) > 0;
                    let mut behind = false;
                    end.successors(|to| behind |= self.used_from(to, context));
                    if with_context || behind {
                        return None;
                    }
                    let mut ops = std::mem::take(&mut self.function.blocks[id.index()].ops);
                    if let Some(target) = end_hands_on(&end, self.param, self.candidates) {
                        self.rewind(stage, &mut ops);
                        end.args_mut(|arg| replace(arg, self.param, context));
                        self.targets.push(target);
                    } else {
                        let value = self.remake(stage, &mut ops);
                        end.args_mut(|arg| replace(arg, self.param, value));
                        next = Stage::Value(value);
                        if self.restarts(id) {
                            return None;
                        }
                    }
                    self.function.blocks[id.index()].ops = ops;
                } else if let End::Test(test) = &end {
                    if test.args.first() == Some(&Arg::Var(context)) {
                        let bits = match &test.kind {
                            TestKind::BitsGet(segment) => Some(size_in_bits(segment, &test.args)),
                            TestKind::BitsBytes(bytes) => Some(Some(bytes.len() as i64 * 8)),
                            _ => None,
                        };
                        if let Some(bits) = bits {
                            let read = read.zip(bits).and_then(|(read, bits)| read.checked_add(bits));
                            let moved = Stage::Reading { context, read, first };
                            self.ways[test.yes.index()].push((id, moved));
                            self.ways[test.no.index()].push((id, stage));
                            let same = test.yes == test.no;
                            self.function.blocks[id.index()].end = end;
                            return (!same).then_some(());
                        }
                    }
                }
            }
        }
        let mut reached: Vec<BlockId> = Vec::new();
        end.successors(|to| {
            if !reached.contains(&to) {
                reached.push(to);
            }
        });
        for to in reached {
            self.ways[to.index()].push((id, next));
        }
        self.function.blocks[id.index()].end = end;
        Some(())
    }
}

/// What two ways have in common, if they need not be made alike.
fn common(one: Stage, other: Stage) -> Option<Stage> {
    match (one, other) {
        (Stage::Reading { context, read, first }, Stage::Reading { context: same, read: also, .. }) => {
            let read = read.filter(|_| read == also);
            (context == same).then_some(Stage::Reading { context, read, first })
        }
        (one, other) => (one == other).then_some(one),
    }
}

/// How many bits a segment takes, when that is the same each time.
pub(super) fn size_in_bits(segment: &SegmentType, args: &[Arg]) -> Option<i64> {
    match args.get(1) {
        Some(Arg::Int(size)) => size.checked_mul(i64::from(segment.unit)).filter(|bits| *bits >= 0),
        _ => None,
    }
}
