//! Liveness: which variables are needed at the start and at the end of each block, and which must be in the frame.

use crate::core::{Arg, Block, BlockId, End, Function, TestKind, Var};

/// What lives where.
pub(super) struct Liveness {
    /// Needed from before each block on; parameters are not among them.
    pub live_in: Vec<Vec<Var>>,
    /// Needed after each block, or by its handler.
    pub live_out: Vec<Vec<Var>>,
    /// Whether a variable lives across a call, in a `receive` or into a handler.
    pub in_frame: Vec<bool>,
}

/// Blocks that may be entered from each block, its handler included.
fn predecessors(blocks: &[Block]) -> Vec<Vec<BlockId>> {
    let mut preds = vec![Vec::new(); blocks.len()];
    for (number, block) in blocks.iter().enumerate() {
        let id = BlockId(number as u32);
        block.end.successors(|to| {
            if preds[to.index()].last() != Some(&id) {
                preds[to.index()].push(id);
            }
        });
        if let Some(handler) = block.handler {
            preds[handler.index()].push(id);
        }
    }
    preds
}

/// Follows each use up to its definition. O(size of the result and of the function).
pub(super) fn liveness(function: &Function) -> Liveness {
    let blocks = &function.blocks;
    let preds = predecessors(blocks);
    let count = function.var_count as usize;
    let mut defined_in = vec![u32::MAX; count];
    for &param in &function.params {
        defined_in[param.index()] = 0;
    }
    for (number, block) in blocks.iter().enumerate() {
        let defs = block.params.iter().copied().chain(block.ops.iter().filter_map(|op| op.dst));
        for var in defs.chain(block.end.dsts().iter().copied()) {
            defined_in[var.index()] = number as u32;
        }
    }
    let mut live_in: Vec<Vec<Var>> = vec![Vec::new(); blocks.len()];
    let mut work: Vec<BlockId> = Vec::new();
    let mut reach = |var: Var, from: BlockId, live_in: &mut Vec<Vec<Var>>| {
        // Parameters of the function are defined in the entry without being its block's parameters.
        work.push(from);
        while let Some(id) = work.pop() {
            if defined_in[var.index()] == id.0 || live_in[id.index()].last() == Some(&var) {
                continue;
            }
            live_in[id.index()].push(var);
            work.extend(&preds[id.index()]);
        }
    };
    // By variable, so that "the last one entered" tells whether it is in the list already.
    let mut uses: Vec<Vec<BlockId>> = vec![Vec::new(); count];
    let mut note = |arg: &Arg, id: BlockId| {
        if let Arg::Var(var) = arg {
            let list = &mut uses[var.index()];
            if list.last() != Some(&id) {
                list.push(id);
            }
        }
    };
    for (number, block) in blocks.iter().enumerate() {
        let id = BlockId(number as u32);
        block.ops.iter().flat_map(|op| &op.args).for_each(|arg| note(arg, id));
        block.end.args(|arg| note(arg, id));
        if let Some(tag) = block.catches {
            note(&Arg::Var(tag), id);
        }
    }
    for (number, list) in uses.iter().enumerate() {
        for &id in list {
            reach(Var(number as u32), id, &mut live_in);
        }
    }
    let live_out = live_out(blocks, &live_in, count);
    let in_frame = in_frame(function, &live_in, &live_out);
    Liveness { live_in, live_out, in_frame }
}

fn live_out(blocks: &[Block], live_in: &[Vec<Var>], count: usize) -> Vec<Vec<Var>> {
    let mut stamp = vec![u32::MAX; count];
    blocks
        .iter()
        .enumerate()
        .map(|(number, block)| {
            let mut out = Vec::new();
            let mut add = |to: BlockId| {
                for &var in &live_in[to.index()] {
                    if std::mem::replace(&mut stamp[var.index()], number as u32) != number as u32 {
                        out.push(var);
                    }
                }
            };
            block.end.successors(&mut add);
            if let Some(handler) = block.handler {
                add(handler);
            }
            // What the end itself assigns begins to live only then.
            out.retain(|var| !block.end.dsts().contains(var));
            out
        })
        .collect()
}

fn in_frame(function: &Function, live_in: &[Vec<Var>], live_out: &[Vec<Var>]) -> Vec<bool> {
    let (blocks, count) = (&function.blocks, function.var_count as usize);
    let mut in_frame = vec![false; count];
    let mut last_use = vec![(u32::MAX, 0u32); count];
    for (number, block) in blocks.iter().enumerate() {
        let number = number as u32;
        if block.catches.is_some() {
            live_in[number as usize].iter().for_each(|var| in_frame[var.index()] = true);
        }
        let sleeps = match &block.end {
            End::Test(test) => test.kind == TestKind::Message,
            End::Wait(_) | End::WaitTimeout(..) | End::NextMessage(_) => true,
            _ => false,
        };
        if sleeps {
            live_out[number as usize].iter().for_each(|var| in_frame[var.index()] = true);
            block.end.args(|arg| {
                if let (Arg::Var(var), End::WaitTimeout(..)) = (arg, &block.end) {
                    in_frame[var.index()] = true;
                }
            });
        }
        if let End::Try(tag, _) = &block.end {
            in_frame[tag.index()] = true;
        }
        let calls: Vec<u32> = (0..).zip(&block.ops).filter(|(_, op)| op.kind.is_call()).map(|(at, _)| at).collect();
        let Some(&first_call) = calls.first() else { continue };
        for (at, op) in (0..).zip(&block.ops) {
            op.args.iter().filter_map(Arg::var).for_each(|var| last_use[var.index()] = (number, at));
        }
        block.end.args(|arg| {
            if let Arg::Var(var) = arg {
                last_use[var.index()] = (number, u32::MAX);
            }
        });
        live_out[number as usize].iter().for_each(|var| last_use[var.index()] = (number, u32::MAX));
        let used_after = |var: Var, call: u32| {
            let (block, at) = last_use[var.index()];
            block == number && at > call
        };
        for &var in live_in[number as usize].iter().chain(&block.params) {
            in_frame[var.index()] |= used_after(var, first_call);
        }
        for (at, op) in (0..).zip(&block.ops) {
            let Some(dst) = op.dst else { continue };
            let next = calls.partition_point(|&call| call <= at);
            if let Some(&call) = calls.get(next) {
                in_frame[dst.index()] |= used_after(dst, call);
            }
        }
        if number == 0 {
            for &var in &function.params {
                in_frame[var.index()] |= used_after(var, first_call);
            }
        }
    }
    in_frame
}
