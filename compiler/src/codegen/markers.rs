//! Markers: a `receive` that only takes messages with a reference made in the same function starts to look where the
//! mailbox ended when the reference was made. What arrived before cannot hold it.

use beamlet_vm::atom::atoms;
use beamlet_vm::code::Opcode;

use crate::core::{Arg, BlockId, Callee, End, Function, Op, OpKind, TestKind, Var};

/// Marks what can be marked.
pub(super) fn markers(function: &mut Function) {
    let is_head = |end: &End| matches!(end, End::Test(test) if test.kind == TestKind::Message);
    let heads: Vec<BlockId> = numbered(function).filter(|&id| is_head(&function.blocks[id.index()].end)).collect();
    if heads.is_empty() {
        return;
    }
    let references = references(function);
    let mut reserved: Vec<Var> = Vec::new();
    for head in heads {
        let Some(&reference) = references.iter().find(|&&var| every_match_compares(function, head, var)) else {
            continue;
        };
        if !reserved.contains(&reference) {
            reserved.push(reference);
            reserve(function, reference);
        }
        use_marker(function, head, reference);
    }
}

fn numbered(function: &Function) -> impl Iterator<Item = BlockId> {
    (0..function.blocks.len() as u32).map(BlockId)
}

/// Whether a call gives a reference that nobody had before.
fn makes_reference(op: &Op) -> bool {
    match op.kind {
        OpKind::Call(Callee::Remote(atoms::ERLANG, name)) => {
            matches!((name.as_str(), op.args.len()), ("make_ref", 0) | ("monitor", 2 | 3))
        }
        _ => false,
    }
}

fn references(function: &Function) -> Vec<Var> {
    let ops = function.blocks.iter().flat_map(|block| &block.ops);
    ops.filter(|op| makes_reference(op)).filter_map(|op| op.dst).collect()
}

fn takes_message(function: &Function, id: BlockId) -> bool {
    function.blocks[id.index()].ops.iter().any(|op| op.kind == OpKind::RemoveMessage)
}

/// Whether no message is taken without having been found to hold the reference.
fn every_match_compares(function: &Function, head: BlockId, reference: Var) -> bool {
    let End::Test(message) = &function.blocks[head.index()].end else { return false };
    let mut seen = vec![false; function.blocks.len()];
    let mut work = vec![message.yes];
    let mut compares = false;
    while let Some(id) = work.pop() {
        if std::mem::replace(&mut seen[id.index()], true) || id == head {
            continue;
        }
        if takes_message(function, id) {
            return false;
        }
        match &function.blocks[id.index()].end {
            End::Test(test)
                if test.kind == TestKind::Is(Opcode::IsEqExact) && test.args.contains(&Arg::Var(reference)) =>
            {
                compares = true;
                work.push(test.no);
            }
            end => end.successors(|to| work.push(to)),
        }
    }
    compares
}

/// Marks the mailbox before the reference is made, and ties the mark to it after.
fn reserve(function: &mut Function, reference: Var) {
    let marker = Var(function.var_count);
    function.var_count += 1;
    for block in &mut function.blocks {
        let Some(at) = block.ops.iter().position(|op| op.dst == Some(reference)) else { continue };
        let bind = vec![Arg::Var(marker), Arg::Var(reference)];
        block.ops.insert(at + 1, Op { kind: OpKind::MarkerBind, args: bind, dst: None, line: 0 });
        block.ops.insert(at, Op { kind: OpKind::MarkerReserve, args: Vec::new(), dst: Some(marker), line: 0 });
    }
}

/// Starts the `receive` at the mark, and forgets the mark when a message was taken or time has passed.
fn use_marker(function: &mut Function, head: BlockId, reference: Var) {
    let op = |kind| Op { kind, args: vec![Arg::Var(reference)], dst: None, line: 0 };
    for block in &mut function.blocks {
        if matches!(&block.end, End::Jump(to, _) if *to == head) {
            block.ops.push(op(OpKind::MarkerUse));
        }
    }
    let mut seen = vec![false; function.blocks.len()];
    let mut work = vec![head];
    while let Some(id) = work.pop() {
        if std::mem::replace(&mut seen[id.index()], true) {
            continue;
        }
        let block = &mut function.blocks[id.index()];
        let taken = block.ops.iter().position(|op| op.kind == OpKind::RemoveMessage);
        if let Some(at) = taken.or_else(|| block.ops.iter().position(|op| op.kind == OpKind::Timeout)) {
            block.ops.insert(at, op(OpKind::MarkerClear));
            if taken.is_none() {
                // Forgetting comes after the time-out has rewound the mailbox.
                block.ops.swap(at, at + 1);
            }
            continue;
        }
        block.end.successors(|to| work.push(to));
    }
}
