//! Rests of binaries that need not be made, because they are only handed on to be matched.

use std::collections::{BTreeMap, HashSet};

use super::{
    count, count_in_end, end_hands_on, fresh, hands_on, is_calm, replace, tail_op, Candidates, Name, Rewritten,
};
use crate::core::{Arg, Block, BlockId, End, Function, OpKind, TestKind, Var};

/// A rest: an operation makes it, or it comes from rests of one context as a block's parameter.
#[derive(Clone, Copy)]
struct Rest {
    context: Var,
    /// Rests of one group flow into each other.
    group: u32,
}

/// Rests are not followed through more blocks than this.
const FARTHEST: usize = 10_000;

/// What is known on the way from where a rest is made.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Way {
    /// The context stands where the rest begins, which is this variable.
    Before(Var),
    /// The context has moved on, so the rest must not be wanted any more.
    Moved(Var),
    /// The rest was used, and the context is not ours any more.
    After,
}

/// Uses contexts instead of rests where that is possible; `None` when it is nowhere.
pub(super) fn tails(function: &Function, candidates: &Candidates) -> Option<Rewritten> {
    let makes = |block: &Block| block.ops.iter().any(|op| op.kind == OpKind::BitsTail);
    if !is_calm(function) || !function.blocks.iter().any(makes) {
        return None;
    }
    let rests = rests(function);
    let mut result = Rewritten { function: function.clone(), targets: Vec::new() };
    let mut changed = false;
    for (group, blocks) in mentions(function, &rests) {
        let follow = Follow { function: &result.function, rests: &rests, candidates, group };
        let Some(targets) = follow.all(&blocks).filter(|targets| !targets.is_empty()) else { continue };
        rewrite(&mut result.function, &rests, candidates, group, &blocks);
        result.targets.extend(targets);
        changed = true;
    }
    changed.then_some(result)
}

/// The rests among the variables.
fn rests(function: &Function) -> Vec<Option<Rest>> {
    let mut rests: Vec<Option<Rest>> = vec![None; function.var_count as usize];
    let mut incoming: Vec<Vec<&[Arg]>> = vec![Vec::new(); function.blocks.len()];
    for block in &function.blocks {
        if let End::Jump(to, args) = &block.end {
            incoming[to.index()].push(args);
        }
    }
    for (number, block) in function.blocks.iter().enumerate() {
        for (at, param) in block.params.iter().enumerate() {
            let known = |args: &&[Arg]| args.get(at).and_then(Arg::var).and_then(|var| rests[var.index()]);
            let from: Option<Vec<Rest>> = incoming[number].iter().map(known).collect();
            let Some((first, others)) = from.as_deref().and_then(<[Rest]>::split_first) else { continue };
            if others.iter().any(|other| other.context != first.context) {
                continue;
            }
            let first = *first;
            let others = others.iter().map(|other| other.group).filter(|group| *group != first.group);
            let joined: HashSet<u32> = others.collect();
            rests[param.index()] = Some(first);
            if !joined.is_empty() {
                for rest in rests.iter_mut().flatten().filter(|rest| joined.contains(&rest.group)) {
                    rest.group = first.group;
                }
            }
        }
        for op in &block.ops {
            let Some(dst) = op.dst.filter(|_| op.kind == OpKind::BitsTail) else { continue };
            if let Some(context) = op.args.first().and_then(Arg::var) {
                rests[dst.index()] = Some(Rest { context, group: dst.0 });
            }
        }
    }
    rests
}

/// The blocks in which rests of each group are made, wanted or passed on, by their numbers in order.
fn mentions(function: &Function, rests: &[Option<Rest>]) -> BTreeMap<u32, Vec<usize>> {
    let mut mentions: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (number, block) in function.blocks.iter().enumerate() {
        let mut note = |var: Var| {
            let Some(rest) = rests.get(var.index()).copied().flatten() else { return };
            let blocks = mentions.entry(rest.group).or_default();
            if blocks.last() != Some(&number) {
                blocks.push(number);
            }
        };
        block.params.iter().for_each(|param| note(*param));
        for op in &block.ops {
            op.dst.into_iter().chain(op.args.iter().filter_map(Arg::var)).for_each(&mut note);
        }
        block.end.args(|arg| arg.var().into_iter().for_each(&mut note));
        if let End::Jump(to, _) = &block.end {
            function.blocks[to.index()].params.iter().for_each(|param| note(*param));
        }
    }
    mentions
}

/// Follows the rests of a group from where they are made.
struct Follow<'a> {
    function: &'a Function,
    rests: &'a [Option<Rest>],
    candidates: &'a Candidates,
    group: u32,
}

impl Follow<'_> {
    fn rest(&self, var: Var) -> Option<Rest> {
        self.rests.get(var.index()).copied().flatten()
    }

    /// The functions that get the context instead; `None` when some way stands against it. `blocks` are those that the group
    /// is mentioned in.
    fn all(&self, blocks: &[usize]) -> Option<Vec<Name>> {
        let mut targets = Vec::new();
        let mut seen = HashSet::new();
        let mut work = Vec::new();
        for &number in blocks {
            for (at, op) in self.function.blocks[number].ops.iter().enumerate() {
                let Some(dst) = op.dst.filter(|_| op.kind == OpKind::BitsTail) else { continue };
                let Some(rest) = self.rest(dst).filter(|rest| rest.group == self.group) else { continue };
                work.push((BlockId(number as u32), at + 1, Way::Before(dst), rest.context));
            }
        }
        while let Some((id, from, way, context)) = work.pop() {
            if seen.len() > FARTHEST {
                return None;
            }
            self.block(id, from, way, context, &mut targets, |to, way| {
                if seen.insert((to, way)) {
                    work.push((to, 0, way, context));
                }
            })?;
        }
        Some(targets)
    }

    /// Whether an argument is another rest of the context than this one.
    fn is_other(&self, arg: &Arg, context: Var, current: Option<Var>) -> bool {
        arg.var().is_some_and(|var| Some(var) != current && self.rest(var).is_some_and(|rest| rest.context == context))
    }

    fn block(
        &self,
        id: BlockId,
        from: usize,
        mut way: Way,
        context: Var,
        targets: &mut Vec<Name>,
        mut next: impl FnMut(BlockId, Way),
    ) -> Option<()> {
        let block = &self.function.blocks[id.index()];
        for op in &block.ops[from..] {
            match way {
                Way::Before(rest) => {
                    if op.args.iter().any(|arg| self.is_other(arg, context, Some(rest))) {
                        return None;
                    }
                    let touched = count(&op.args, context) > 0;
                    match count(&op.args, rest) {
                        0 if !touched => {}
                        0 => match op.kind {
                            OpKind::BitsPosition => {}
                            OpKind::BitsSeek => way = Way::Moved(rest),
                            _ => return None,
                        },
                        1 if !touched => {
                            if let OpKind::Call(callee) = op.kind {
                                targets.extend(hands_on(callee, &op.args, rest, self.candidates));
                            }
                            way = Way::After;
                        }
                        _ => return None,
                    }
                }
                Way::Moved(rest) if count(&op.args, rest) > 0 => return None,
                Way::Moved(_) => {}
                Way::After => {
                    let touched = count(&op.args, context) > 0;
                    if touched || op.args.iter().any(|arg| self.is_other(arg, context, None)) {
                        return None;
                    }
                }
            }
        }
        self.end(&block.end, way, context, targets, &mut next)
    }

    fn end(
        &self,
        end: &End,
        way: Way,
        context: Var,
        targets: &mut Vec<Name>,
        next: &mut impl FnMut(BlockId, Way),
    ) -> Option<()> {
        let touched = count_in_end(end, context) > 0;
        let mut others = false;
        match way {
            Way::Before(rest) => {
                end.args(|arg| others |= self.is_other(arg, context, Some(rest)));
                if others {
                    return None;
                }
                match count_in_end(end, rest) {
                    0 if !touched => end.successors(|to| next(to, way)),
                    0 => {
                        let End::Test(test) = end else { return None };
                        match test.kind {
                            TestKind::BitsGet(_) | TestKind::BitsBytes(_) => {
                                next(test.yes, Way::Moved(rest));
                                next(test.no, way);
                            }
                            TestKind::BitsLeft(_) | TestKind::BitsUnit(_) => end.successors(|to| next(to, way)),
                            _ => return None,
                        }
                    }
                    1 if !touched => {
                        targets.extend(end_hands_on(end, rest, self.candidates));
                        let mut way = Way::After;
                        if let End::Jump(to, args) = end {
                            let at = args.iter().position(|arg| *arg == Arg::Var(rest))?;
                            let param = self.function.blocks[to.index()].params[at];
                            if self.rest(param).is_some() {
                                way = Way::Before(param);
                            }
                        }
                        end.successors(|to| next(to, way));
                    }
                    _ => return None,
                }
            }
            Way::Moved(rest) => {
                if count_in_end(end, rest) > 0 {
                    return None;
                }
                end.successors(|to| next(to, way));
            }
            Way::After => {
                end.args(|arg| others |= self.is_other(arg, context, None));
                if touched || others {
                    return None;
                }
                end.successors(|to| next(to, way));
            }
        }
        Some(())
    }
}

/// Drops the rests of a group: the context is handed on, and where something else wants a rest it is made there. `blocks` are
/// those that the group is mentioned in.
fn rewrite(function: &mut Function, rests: &[Option<Rest>], candidates: &Candidates, group: u32, blocks: &[usize]) {
    let context_of = |var: Var| {
        rests.get(var.index()).copied().flatten().filter(|rest| rest.group == group).map(|rest| rest.context)
    };
    let is_ours = |arg: &Arg| arg.var().is_some_and(|var| context_of(var).is_some());
    for &number in blocks {
        let mut ops = Vec::with_capacity(function.blocks[number].ops.len());
        for mut op in std::mem::take(&mut function.blocks[number].ops) {
            if op.kind == OpKind::BitsTail && op.dst.and_then(context_of).is_some() {
                continue;
            }
            if let Some(rest) = op.args.iter().find(|arg| is_ours(arg)).and_then(Arg::var) {
                let Some(context) = context_of(rest) else { continue };
                let handed = match op.kind {
                    OpKind::Call(callee) => hands_on(callee, &op.args, rest, candidates).is_some(),
                    _ => false,
                };
                let by = if handed { context } else { fresh(function) };
                if !handed {
                    ops.push(tail_op(context, by));
                }
                op.args.iter_mut().for_each(|arg| replace(arg, rest, by));
            }
            ops.push(op);
        }
        let mut end = std::mem::replace(&mut function.blocks[number].end, End::Open);
        if let End::Jump(to, args) = &mut end {
            let params = &function.blocks[to.index()].params;
            let mut at = 0;
            // The parameter itself goes when its block is reached, which comes later.
            args.retain(|_| {
                at += 1;
                context_of(params[at - 1]).is_none()
            });
        }
        let mut found = None;
        end.args(|arg| {
            if is_ours(arg) {
                found = arg.var();
            }
        });
        if let Some((rest, context)) = found.and_then(|rest| Some((rest, context_of(rest)?))) {
            let handed = end_hands_on(&end, rest, candidates).is_some();
            let by = if handed { context } else { fresh(function) };
            if !handed {
                ops.push(tail_op(context, by));
            }
            end.args_mut(|arg| replace(arg, rest, by));
        }
        let block = &mut function.blocks[number];
        (block.ops, block.end) = (ops, end);
        block.params.retain(|param| context_of(*param).is_none());
    }
}
