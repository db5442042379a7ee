//! Frames: where each function makes its stack frame: in the first block on each way that needs it.

use crate::core::{BlockId, Callee, End, Function, OpKind, TestKind};

/// Where frames are.
pub(super) struct Frames {
    /// Whether a block is entered with a frame.
    pub framed_in: Vec<bool>,
    /// The operation before which a block makes the frame; the number of operations for its end.
    pub made_at: Vec<Option<usize>>,
    /// The frame each block is in: blocks with the same number share one. Meaningless without a frame.
    pub region: Vec<u32>,
}

/// A call of something that is not known to be a tail call instruction keeps its frame to free it itself. Looking for a message
/// leaves no x register as it was, so what lives on is in the frame by then.
fn needs_frame_to_end(end: &End) -> bool {
    if let End::Test(test) = end {
        return test.kind == TestKind::Message;
    }
    matches!(
        end,
        End::TailCall(Callee::Fun | Callee::Apply, ..)
            | End::Try(..)
            | End::Wait(_)
            | End::WaitTimeout(..)
            | End::NextMessage(_)
    )
}

/// Finds the frames. Each way into a block agrees on whether there is one.
pub(super) fn frames(function: &Function) -> Frames {
    let blocks = &function.blocks;
    let count = blocks.len();
    let mut first_need: Vec<Option<usize>> = blocks
        .iter()
        .map(|block| {
            // At the start of the block, though only a call in it needs the frame: what the block computes before the call then
            // finds the x registers free that its arguments go to.
            let calls = block.ops.iter().any(|op| op.kind.is_call() || matches!(op.kind, OpKind::MarkerReserve));
            calls.then_some(0).or_else(|| needs_frame_to_end(&block.end).then_some(block.ops.len()))
        })
        .collect();
    let mut preds: Vec<Vec<BlockId>> = vec![Vec::new(); count];
    for (number, block) in blocks.iter().enumerate() {
        let id = BlockId(number as u32);
        block.end.successors(|to| preds[to.index()].push(id));
        if let Some(handler) = block.handler {
            preds[handler.index()].push(id);
        }
    }
    let mut framed_in = vec![false; count];
    let mut work: Vec<usize> = (0..count).filter(|&block| first_need[block].is_some()).collect();
    while let Some(number) = work.pop() {
        // This block ends with a frame: so do all that share a successor with it.
        let mut next = Vec::new();
        blocks[number].end.successors(|to| next.push(to.index()));
        next.extend(blocks[number].handler.map(BlockId::index));
        for to in next {
            if std::mem::replace(&mut framed_in[to], true) {
                continue;
            }
            work.push(to);
            for pred in &preds[to] {
                let pred = pred.index();
                if !framed_in[pred] && first_need[pred].is_none() {
                    first_need[pred] = Some(blocks[pred].ops.len());
                    work.push(pred);
                }
            }
        }
    }
    let made_at: Vec<Option<usize>> =
        (0..count).map(|block| if framed_in[block] { None } else { first_need[block] }).collect();
    let mut region: Vec<u32> = (0..count as u32).collect();
    for number in 0..count {
        if !framed_in[number] && made_at[number].is_none() {
            continue;
        }
        let mut join = |to: BlockId| {
            let (a, b) = (root(&mut region, number as u32), root(&mut region, to.0));
            region[a.max(b) as usize] = a.min(b);
        };
        blocks[number].end.successors(&mut join);
        if let Some(handler) = blocks[number].handler {
            join(handler);
        }
    }
    for number in 0..count as u32 {
        region[number as usize] = root(&mut region, number);
    }
    Frames { framed_in, made_at, region }
}

fn root(region: &mut [u32], mut of: u32) -> u32 {
    while region[of as usize] != of {
        region[of as usize] = region[region[of as usize] as usize];
        of = region[of as usize];
    }
    of
}
