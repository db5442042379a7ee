//! Moves that happen at once, put into a sequence.

use beamlet_vm::code::Operand;

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// Copies.
    Move(Operand, Operand),
    /// Exchanges two registers.
    Swap(Operand, Operand),
}

fn is_register(operand: &Operand) -> bool {
    matches!(operand, Operand::X(_) | Operand::Y(_))
}

/// The steps that make every destination what its source was before the first step. Destinations are distinct.
pub(super) fn sequence(moves: Vec<(Operand, Operand)>) -> Vec<Step> {
    let mut pending: Vec<(Operand, Operand)> = moves.into_iter().filter(|(from, to)| from != to).collect();
    let mut steps = Vec::with_capacity(pending.len());
    while !pending.is_empty() {
        let ready = pending.iter().position(|(_, to)| !pending.iter().any(|(from, _)| from == to));
        if let Some(ready) = ready {
            // Registers before constants, which nobody waits for.
            let ready = pending
                .iter()
                .position(|(from, to)| is_register(from) && !pending.iter().any(|(other, _)| other == to))
                .unwrap_or(ready);
            let (from, to) = pending.remove(ready);
            steps.push(Step::Move(from, to));
            continue;
        }
        // Only cycles are left: after an exchange the destination is right, and what was in it is at the source.
        let (from, to) = pending.swap_remove(0);
        steps.push(Step::Swap(from.clone(), to.clone()));
        for (other, _) in &mut pending {
            if *other == to {
                *other = from.clone();
            } else if *other == from {
                *other = to.clone();
            }
        }
        pending.retain(|(from, to)| from != to);
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn run(moves: &[(u32, u32)]) {
        let list = moves.iter().map(|&(from, to)| (Operand::X(from), Operand::X(to))).collect();
        let mut registers: HashMap<u32, u32> = (0..10).map(|r| (r, r)).collect();
        for step in sequence(list) {
            match step {
                Step::Move(Operand::X(from), Operand::X(to)) => {
                    registers.insert(to, registers[&from]);
                }
                Step::Swap(Operand::X(a), Operand::X(b)) => {
                    let (old_a, old_b) = (registers[&a], registers[&b]);
                    registers.insert(a, old_b);
                    registers.insert(b, old_a);
                }
                other => panic!("{other:?}"),
            }
        }
        for (from, to) in moves {
            assert_eq!(registers[to], *from, "{moves:?}");
        }
    }

    #[test]
    fn chains_cycles_and_copies_arrive() {
        run(&[(0, 1), (1, 2), (2, 3)]);
        run(&[(0, 1), (1, 0)]);
        run(&[(0, 1), (1, 2), (2, 0), (0, 3), (1, 4)]);
        run(&[(1, 0), (0, 1), (3, 2), (2, 3), (3, 5)]);
        run(&[(5, 0), (5, 1), (0, 5)]);
    }
}
