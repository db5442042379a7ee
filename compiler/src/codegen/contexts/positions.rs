//! Positions of contexts, read no more often and no earlier than they are wanted.
//!
//! Where a match may fail behind its first segment, the context has to go back to where it was, so its position is read before.
//! Mostly that is for ways hardly ever taken: when all that was read meanwhile has a known size, the position is worked out there.

use std::collections::HashMap;

use beamlet_vm::atom::atoms;

use super::params::size_in_bits;
use super::{count, count_in_end, fresh};
use crate::core::{Arg, BlockId, End, Function, Op, OpKind, TestKind, Var};

/// Ways back to where a position is read are no longer than this.
const FARTHEST: usize = 16;

/// Joins and moves what reads positions. Control in the function goes forward only, and nothing in it is protected.
pub(super) fn positions(function: &mut Function) {
    let reads = |op: &Op| op.kind == OpKind::BitsPosition;
    if function.blocks.iter().any(|block| block.ops.iter().any(reads)) {
        join(function);
        sink(function);
    }
}

/// Leaves one of several readings of the same position in a block.
fn join(function: &mut Function) {
    let mut same: HashMap<Var, Var> = HashMap::new();
    for block in &mut function.blocks {
        let mut known: Vec<(Arg, Var)> = Vec::new();
        block.ops.retain(|op| match (&op.kind, op.dst) {
            (OpKind::BitsPosition, Some(dst)) => match known.iter().find(|(context, _)| *context == op.args[0]) {
                Some(&(_, earlier)) => {
                    same.insert(dst, earlier);
                    false
                }
                None => {
                    known.push((op.args[0].clone(), dst));
                    true
                }
            },
            (OpKind::BitsTail, _) => true,
            _ => {
                known.retain(|(context, _)| !op.args.contains(context));
                true
            }
        });
    }
    if same.is_empty() {
        return;
    }
    let replace = |arg: &mut Arg| {
        if let Some(earlier) = arg.var().and_then(|var| same.get(&var)) {
            *arg = Arg::Var(*earlier);
        }
    };
    for block in &mut function.blocks {
        block.ops.iter_mut().flat_map(|op| &mut op.args).for_each(replace);
        block.end.args_mut(replace);
    }
}

/// Moves readings of positions to where these are used, if that is one place.
fn sink(function: &mut Function) {
    let mut before: Vec<Option<BlockId>> = vec![None; function.blocks.len()];
    let mut ways = vec![0u32; function.blocks.len()];
    for (number, block) in function.blocks.iter().enumerate() {
        block.end.successors(|to| {
            before[to.index()] = Some(BlockId(number as u32));
            ways[to.index()] += 1;
        });
    }
    let before: Vec<Option<BlockId>> =
        before.into_iter().zip(ways).map(|(before, ways)| before.filter(|_| ways == 1)).collect();
    for number in 0..function.blocks.len() {
        let mut at = 0;
        while at < function.blocks[number].ops.len() {
            match place(function, &before, BlockId(number as u32), at) {
                Some((to, bits)) => {
                    let op = function.blocks[number].ops.remove(at);
                    insert(function, to, op, bits);
                }
                None => at += 1,
            }
        }
    }
}

/// The block that an operation of another can move to, and how many bits are read on the way there.
fn place(function: &Function, before: &[Option<BlockId>], from: BlockId, at: usize) -> Option<(BlockId, i64)> {
    let block = &function.blocks[from.index()];
    let op = &block.ops[at];
    let (OpKind::BitsPosition, Some(position), Some(Arg::Var(context))) = (&op.kind, op.dst, op.args.first()) else {
        return None;
    };
    let behind = &block.ops[at + 1..];
    let used_here = behind.iter().any(|op| count(&op.args, position) > 0) || count_in_end(&block.end, position) > 0;
    if used_here || behind.iter().any(|op| moves(op, *context)) {
        return None;
    }
    let mut found = None;
    for (number, block) in function.blocks.iter().enumerate() {
        if block.ops.iter().all(|op| count(&op.args, position) == 0) && count_in_end(&block.end, position) == 0 {
            continue;
        }
        let first = first_use(function, before, from, BlockId(number as u32), position)?;
        if found.is_some_and(|found| found != first) {
            return None;
        }
        found = Some(first);
    }
    let to = found?;
    Some((to, bits_read(function, before, from, to, *context)?))
}

/// On the only way from one block to another, the first one that uses a variable.
fn first_use(
    function: &Function,
    before: &[Option<BlockId>],
    from: BlockId,
    last: BlockId,
    var: Var,
) -> Option<BlockId> {
    let (mut first, mut here) = (last, last);
    for _ in 0..FARTHEST {
        here = before[here.index()]?;
        if here == from {
            return Some(first);
        }
        let block = &function.blocks[here.index()];
        if block.ops.iter().any(|op| count(&op.args, var) > 0) || count_in_end(&block.end, var) > 0 {
            first = here;
        }
    }
    None
}

/// How many bits of a context are read between two blocks, if that is known.
fn bits_read(function: &Function, before: &[Option<BlockId>], from: BlockId, to: BlockId, context: Var) -> Option<i64> {
    let (mut bits, mut here) = (0i64, to);
    loop {
        let next = here;
        here = before[here.index()]?;
        let block = &function.blocks[here.index()];
        if count_in_end(&block.end, context) > 0 {
            let End::Test(test) = &block.end else { return None };
            let read = match &test.kind {
                TestKind::BitsGet(segment) => size_in_bits(segment, &test.args),
                TestKind::BitsBytes(bytes) => Some(bytes.len() as i64 * 8),
                TestKind::BitsLeft(_) | TestKind::BitsUnit(_) => Some(0),
                _ => None,
            };
            if test.args.first() != Some(&Arg::Var(context)) || test.yes == test.no {
                return None;
            }
            if next == test.yes {
                bits = bits.checked_add(read?)?;
            } else {
                // A test that fails leaves the context where it was.
                read.or(matches!(test.kind, TestKind::BitsGet(_)).then_some(0))?;
            }
        }
        if here == from {
            return Some(bits);
        }
        if block.ops.iter().any(|op| moves(op, context)) {
            return None;
        }
    }
}

/// Whether an operation may move a context.
fn moves(op: &Op, context: Var) -> bool {
    count(&op.args, context) > 0 && !matches!(op.kind, OpKind::BitsTail | OpKind::BitsPosition)
}

/// Reads a position at the beginning of a block, that many bits behind where it is wanted.
fn insert(function: &mut Function, to: BlockId, mut read: Op, bits: i64) {
    let mut ops = Vec::new();
    if bits == 0 {
        ops.push(read);
    } else {
        let here = fresh(function);
        let position = read.dst.replace(here);
        let line = read.line;
        ops.push(read);
        let args = vec![Arg::Var(here), Arg::Int(bits)];
        ops.push(Op { kind: OpKind::Bif(atoms::MINUS), args, dst: position, line });
    }
    function.blocks[to.index()].ops.splice(0..0, ops);
}
