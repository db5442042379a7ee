//! Registers: each variable gets one x register, or one y register, for all its life.
//!
//! Variables are assigned once, so giving each the first register that is free where it is assigned, in an order in
//! which definitions come before uses, never conflicts. A variable of the frame that is assigned before there is a
//! frame has an x register until then.

use super::frame::Frames;
use super::live::Liveness;
use crate::core::{Arg, BlockId, End, Function, Op, OpKind, TestKind, Var};

/// No register.
pub(super) const NONE: u16 = u16::MAX;

/// The registers of each kind.
pub(super) const LIMIT: usize = 1020;

/// The slot of the tag of an outermost `try`. Tags come after all other slots, inner before outer: looking for a
/// handler goes through the frame from its first register on.
const OUTER_TAG: u16 = 4000;

/// How deep `try` may nest in a function.
const MAX_DEPTH: u16 = 1000;

/// A set of registers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct RegisterSet {
    words: Vec<u64>,
}

impl RegisterSet {
    pub fn insert(&mut self, register: u16) {
        let word = usize::from(register) / 64;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << (register % 64);
    }

    pub fn remove(&mut self, register: u16) {
        if let Some(word) = self.words.get_mut(usize::from(register) / 64) {
            *word &= !(1 << (register % 64));
        }
    }

    pub fn contains(&self, register: u16) -> bool {
        self.words.get(usize::from(register) / 64).is_some_and(|word| word & (1 << (register % 64)) != 0)
    }

    fn first_free(&self) -> u16 {
        for (number, word) in self.words.iter().enumerate() {
            if *word != u64::MAX {
                return (number * 64) as u16 + word.trailing_ones() as u16;
            }
        }
        (self.words.len() * 64) as u16
    }

    /// One more than the highest.
    pub fn limit(&self) -> u16 {
        for (number, word) in self.words.iter().enumerate().rev() {
            if *word != 0 {
                return (number * 64) as u16 + 64 - word.leading_zeros() as u16;
            }
        }
        0
    }

    /// Drops those from `limit` on.
    pub fn truncate(&mut self, limit: u16) {
        let word = usize::from(limit) / 64;
        if word < self.words.len() {
            self.words.truncate(word + 1);
            self.words[word] &= (1u64 << (limit % 64)) - 1;
        }
    }

    /// Keeps those that are in both.
    pub fn intersect(&mut self, other: &RegisterSet) {
        self.words.truncate(other.words.len());
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        self.words.iter().enumerate().filter(|(_, word)| **word != 0).flat_map(|(number, word)| {
            (0..64).filter(move |bit| word & (1 << bit) != 0).map(move |bit| (number * 64) as u16 + bit)
        })
    }
}

/// Who is where.
pub(super) struct Registers {
    /// The x register of each variable, or [`NONE`].
    pub x: Vec<u16>,
    /// The slot of each variable, or [`NONE`]: the rank among its frame's slots is its y register.
    pub y: Vec<u16>,
    /// By block: how many x registers may hold live values before each operation, and before the end.
    pub live_before: Vec<Vec<u16>>,
    /// By block: variables of the frame that live in x registers where the block makes its frame.
    pub moved: Vec<Vec<Var>>,
    /// By frame: its slots, ascending.
    pub slots: Vec<Vec<u16>>,
    /// Whether more registers were needed than there are.
    pub overflow: bool,
}

/// Gives every variable its register.
pub(super) fn registers(function: &Function, live: &Liveness, frames: &Frames) -> Registers {
    let count = function.var_count as usize;
    let blocks = &function.blocks;
    let hints = hints(function);
    let mut x = vec![NONE; count];
    let mut y = vec![NONE; count];
    let mut slots: Vec<RegisterSet> = vec![RegisterSet::default(); blocks.len()];
    let mut live_before = Vec::with_capacity(blocks.len());
    let mut moved = vec![Vec::new(); blocks.len()];
    let mut overflow = false;
    // By variable: the block it was last looked up in and the position of its last use there.
    let mut last: Vec<(u32, u32)> = vec![(u32::MAX, 0); count];
    const AT_END: u32 = u32::MAX - 1;
    const AFTER: u32 = u32::MAX;
    for (number, block) in blocks.iter().enumerate() {
        let stamp = number as u32;
        for (at, op) in (0..).zip(&block.ops) {
            op.args.iter().filter_map(Arg::var).for_each(|var| last[var.index()] = (stamp, at));
        }
        block.end.args(|arg| {
            if let Arg::Var(var) = arg {
                last[var.index()] = (stamp, AT_END);
            }
        });
        live.live_out[number].iter().for_each(|var| last[var.index()] = (stamp, AFTER));
        for &dst in block.end.dsts() {
            // Assigned by the end: it lives on if anything follows that uses it.
            let mut wanted = false;
            block.end.successors(|to| wanted |= live.live_in[to.index()].contains(&dst));
            last[dst.index()] = if wanted { (stamp, AFTER) } else { (u32::MAX, 0) };
        }

        let mut framed = frames.framed_in[number];
        let region = frames.region[number] as usize;
        let (mut in_x, mut in_y) = (RegisterSet::default(), RegisterSet::default());
        let mut alive: Vec<Var> = Vec::new();
        let at_entry: &[Var] = if number == 0 { &function.params } else { &[] };
        if number == 0 {
            for (position, &param) in function.params.iter().enumerate() {
                x[param.index()] = position as u16;
                in_x.insert(position as u16);
            }
            // Parameters that nobody uses give their registers back.
            for &param in &function.params {
                if last[param.index()].0 != stamp {
                    in_x.remove(x[param.index()]);
                }
            }
        }
        for &var in live.live_in[number].iter() {
            if live.in_frame[var.index()] {
                in_y.insert(y[var.index()]);
                alive.push(var);
            }
            if !live.in_frame[var.index()] || !framed {
                debug_assert_ne!(x[var.index()], NONE, "{var} is used in {number} before it is assigned: {function}");
                in_x.insert(x[var.index()]);
            }
        }
        let define = |var: Var,
                      framed: bool,
                      pinned: Option<u16>,
                      x: &mut [u16],
                      y: &mut [u16],
                      in_x: &mut RegisterSet,
                      in_y: &mut RegisterSet,
                      alive: &mut Vec<Var>| {
            let index = var.index();
            if live.in_frame[index] {
                y[index] = in_y.first_free();
                in_y.insert(y[index]);
                alive.push(var);
            }
            if !live.in_frame[index] || !framed {
                if x[index] == NONE {
                    let wish = pinned.or(hints[index]).filter(|&hint| !in_x.contains(hint));
                    x[index] = wish.unwrap_or_else(|| in_x.first_free());
                }
                in_x.insert(x[index]);
            }
        };
        for (position, &param) in at_entry.iter().chain(&block.params).enumerate() {
            if last[param.index()].0 == stamp {
                let pinned = block.catches.is_some().then_some(position as u16);
                define(param, framed, pinned, &mut x, &mut y, &mut in_x, &mut in_y, &mut alive);
            }
        }
        let mut counts = Vec::with_capacity(block.ops.len() + 1);
        let mut note_slots = |in_y: &RegisterSet| {
            in_y.iter().for_each(|slot| slots[region].insert(slot));
        };
        if framed {
            note_slots(&in_y);
        }
        let end = block.ops.len();
        for at in 0..=end {
            if frames.made_at[number] == Some(at) {
                framed = true;
                for &var in &alive {
                    in_x.remove(x[var.index()]);
                }
                moved[number].clone_from(&alive);
                note_slots(&in_y);
            }
            counts.push(if frames.made_at[number] == Some(at) {
                // The frame is made while its variables are still in x registers.
                let mut all = in_x.clone();
                alive.iter().for_each(|var| all.insert(x[var.index()]));
                all.limit()
            } else {
                in_x.limit()
            });
            if at == end {
                break;
            }
            let op = &block.ops[at];
            for var in op.args.iter().filter_map(Arg::var) {
                if last[var.index()] == (stamp, at as u32) {
                    free(var, live, framed, &x, &y, &mut in_x, &mut in_y, &mut alive);
                }
            }
            if let Some(dst) = op.dst.filter(|dst| last[dst.index()].0 == stamp && last[dst.index()].1 > at as u32) {
                let pinned = op.kind.is_call().then_some(0);
                define(dst, framed, pinned, &mut x, &mut y, &mut in_x, &mut in_y, &mut alive);
                if matches!(op.kind, OpKind::Call(_)) {
                    debug_assert!(live.in_frame[dst.index()] || x[dst.index()] == 0, "a call leaves x registers free");
                }
                if framed {
                    note_slots(&in_y);
                }
            }
        }
        if !block.end.dsts().is_empty() {
            // Keys are read one after the other, and a context may be made while its binary is still needed.
            let keeps_args = matches!(&block.end, End::Test(test) if test.kind == TestKind::GetKeys);
            if !keeps_args {
                block.end.args(|arg| {
                    if let Arg::Var(var) = arg {
                        if last[var.index()] == (stamp, AT_END) {
                            free(*var, live, framed, &x, &y, &mut in_x, &mut in_y, &mut alive);
                        }
                    }
                });
            }
            if let End::Try(tag, _) = &block.end {
                let slot = OUTER_TAG - depth(function, block.handler);
                y[tag.index()] = slot;
                in_y.insert(slot);
            }
            for &dst in block.end.dsts() {
                let is_tag = matches!(block.end, End::Try(..));
                if !is_tag && (last[dst.index()].0 == stamp || live.in_frame[dst.index()]) {
                    define(dst, framed, None, &mut x, &mut y, &mut in_x, &mut in_y, &mut alive);
                }
            }
            if framed {
                note_slots(&in_y);
            }
        }
        in_y.truncate(OUTER_TAG - MAX_DEPTH);
        overflow |= usize::from(in_x.limit()) > LIMIT || usize::from(in_y.limit()) > LIMIT;
        overflow |= counts.iter().any(|&count| usize::from(count) > LIMIT);
        live_before.push(counts);
    }
    let slots = slots.iter().map(|set| set.iter().collect()).collect();
    Registers { x, y, live_before, moved, slots, overflow }
}

/// How many `try`s are around a block with this handler.
fn depth(function: &Function, mut handler: Option<BlockId>) -> u16 {
    let mut depth = 0;
    while let Some(block) = handler.filter(|_| depth < MAX_DEPTH) {
        depth += 1;
        handler = function.blocks[block.index()].handler;
    }
    depth
}

#[allow(clippy::too_many_arguments, reason = "the pieces of one state, borrowed apart")]
fn free(
    var: Var,
    live: &Liveness,
    framed: bool,
    x: &[u16],
    y: &[u16],
    in_x: &mut RegisterSet,
    in_y: &mut RegisterSet,
    alive: &mut Vec<Var>,
) {
    if live.in_frame[var.index()] {
        in_y.remove(y[var.index()]);
        alive.retain(|other| *other != var);
    }
    if !live.in_frame[var.index()] || !framed {
        in_x.remove(x[var.index()]);
    }
}

/// Takes parameters apart in such an order that the element wanted in the parameter's own register comes last: by then nobody
/// else needs the parameter.
pub(super) fn own_register_last(function: &mut Function) {
    let wanted = hints(function);
    for block in &mut function.blocks {
        let mut start = 0;
        while start < block.ops.len() {
            let of = |op: &Op| match op.kind {
                OpKind::Element(_) => op.args[0].var(),
                _ => None,
            };
            let tuple = of(&block.ops[start]);
            let run = block.ops[start..].iter().take_while(|op| tuple.is_some() && of(op) == tuple).count();
            let own = tuple.and_then(|tuple| function.params.iter().position(|param| *param == tuple));
            let run_ops = &mut block.ops[start..start + run];
            let last = run_ops.iter().position(|op| {
                let place = op.dst.and_then(|dst| wanted[dst.index()]);
                own.is_some() && place.map(usize::from) == own
            });
            if let Some(last) = last {
                run_ops[last..].rotate_left(1);
            }
            start += run.max(1);
        }
    }
}

/// The x register where each variable is wanted first.
fn hints(function: &Function) -> Vec<Option<u16>> {
    let mut hints: Vec<Option<u16>> = vec![None; function.var_count as usize];
    let wish = |args: &[Arg], hints: &mut Vec<Option<u16>>| {
        for (position, arg) in args.iter().enumerate() {
            if let Arg::Var(var) = arg {
                hints[var.index()] = Some(position as u16);
            }
        }
    };
    for block in function.blocks.iter().rev() {
        match &block.end {
            End::TailCall(_, args, _) => wish(args, &mut hints),
            End::Return(arg) => wish(std::slice::from_ref(arg), &mut hints),
            End::Jump(to, args) => {
                for (arg, param) in args.iter().zip(&function.blocks[to.index()].params) {
                    if let Arg::Var(var) = arg {
                        hints[var.index()] = hints[param.index()].or(hints[var.index()]);
                    }
                }
            }
            _ => {}
        }
        for op in block.ops.iter().rev() {
            if op.kind.is_call() {
                wish(&op.args, &mut hints);
            }
        }
    }
    hints
}
