//! Counts of instructions and of pairs that follow each other, for choosing super-instructions.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::code::stream::Op;

static PAIRS: [AtomicU64; Op::COUNT * Op::COUNT] = [const { AtomicU64::new(0) }; Op::COUNT * Op::COUNT];

/// Counts that `next` ran after `last`.
pub(super) fn count(last: Op, next: Op) {
    PAIRS[last as usize * Op::COUNT + next as usize].fetch_add(1, Ordering::Relaxed);
}

/// The most frequent instructions and pairs so far, a line for each.
pub fn report() -> String {
    let mut pairs: Vec<(u64, Op, Op)> = Vec::new();
    let mut single = [0; Op::COUNT];
    for (index, count) in PAIRS.iter().enumerate() {
        let count = count.load(Ordering::Relaxed);
        if count > 0 {
            let (last, next) = (Op::ALL[index / Op::COUNT], Op::ALL[index % Op::COUNT]);
            single[next as usize] += count;
            pairs.push((count, last, next));
        }
    }
    let total: u64 = single.iter().sum::<u64>().max(1);
    pairs.sort_by_key(|(count, ..)| std::cmp::Reverse(*count));
    let mut singles: Vec<(u64, Op)> = single.iter().zip(Op::ALL).map(|(count, op)| (*count, op)).collect();
    singles.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let mut out = String::new();
    for (count, op) in singles.iter().take(50) {
        let _ = writeln!(out, "{:5.2} % {op:?}", *count as f64 * 100.0 / total as f64);
    }
    for (count, last, next) in pairs.iter().take(100) {
        let _ = writeln!(out, "{:5.2} % {last:?} {next:?}", *count as f64 * 100.0 / total as f64);
    }
    out
}
