//! Loops that nothing interrupts.

use std::collections::HashMap;

use super::ground::{Function, Ground};
use super::unsigned;
use crate::code::instr::Opcode;
use crate::code::operand::Operand;

/// A label, by its offset, that code reaches again without a call or a wait on the way: such a loop could not be interrupted.
pub(super) fn endless(ground: &Ground<'_>, function: &Function<'_>) -> Option<u32> {
    let position = |label: u32| ground.position(function, label);
    // Blocks begin at labels; what leads from one to which others.
    let mut ways: HashMap<u32, Vec<u32>> = HashMap::new();
    let mut block = None;
    let mut goes_on = false;
    for located in &function.code[position(function.entry)?..] {
        let op = located.instruction.op;
        if let (Opcode::Label, Some(label)) = (op, located.instruction.args.first().and_then(unsigned)) {
            let label = label as u32;
            if let (Some(block), true) = (block, goes_on) {
                ways.entry(block).or_default().push(label);
            }
            (block, goes_on) = (Some(label), true);
            continue;
        }
        let Some(block) = block.filter(|_| goes_on) else { continue };
        let yields = matches!(
            op,
            Opcode::LoopRecEnd
                | Opcode::Wait
                | Opcode::WaitTimeout
                | Opcode::Call
                | Opcode::CallOnly
                | Opcode::CallLast
        );
        if !yields {
            for arg in &located.instruction.args {
                let items = if let Operand::List(items) = arg { items.as_slice() } else { std::slice::from_ref(arg) };
                let labels = items.iter().filter_map(|item| match item {
                    Operand::Label(label) if position(*label).is_some() => Some(*label),
                    _ => None,
                });
                ways.entry(block).or_default().extend(labels);
            }
        }
        goes_on = !matches!(
            op,
            Opcode::Jump | Opcode::LoopRecEnd | Opcode::Wait | Opcode::SelectVal | Opcode::SelectTupleArity
        ) && !matches!(
            op,
            Opcode::Return | Opcode::CallOnly | Opcode::CallLast | Opcode::CallExtOnly | Opcode::CallExtLast
        );
    }
    // Depth first, with a list of its own: a label met again while it is open closes a loop.
    let mut open: Vec<(u32, usize)> = Vec::new();
    let mut states: HashMap<u32, bool> = HashMap::new();
    let mut starts: Vec<u32> = ways.keys().copied().collect();
    starts.sort_unstable();
    for start in starts {
        if states.contains_key(&start) {
            continue;
        }
        open.push((start, 0));
        states.insert(start, true);
        while let Some((block, next)) = open.last_mut() {
            let Some(&target) = ways.get(block).and_then(|ways| ways.get(*next)) else {
                states.insert(*block, false);
                open.pop();
                continue;
            };
            *next += 1;
            match states.get(&target) {
                Some(true) => return Some(function.code[position(target)?].offset),
                Some(false) => {}
                None => {
                    states.insert(target, true);
                    open.push((target, 0));
                }
            }
        }
    }
    None
}
