//! Match contexts handed on: a function that takes a binary apart and passes the rest to a function of the module that
//! takes it apart in turn gives it the match context instead, which costs nothing, where the rest would have to be made and
//! a new context of it.
//!
//! ```text
//!   sum(<<n, rest/binary>>, acc) -> sum(rest, acc + n);      loops in one context
//!   skip(<<$\s, rest/binary>>) -> skip(rest);
//!   skip(rest) -> rest.                                      makes the rest once, in the end
//! ```
//!
//! A context is changed by reading from it, so it is handed on only where nobody looks at it afterwards ([`tails`]). A parameter may
//! get one if the function does nothing with it but match it, hand it on, or have the rest made of it on ways that do not match it
//! ([`params`]). Binaries may still be passed for it: matching takes either.

mod params;
mod positions;
mod tails;

use std::collections::{HashMap, HashSet};

use beamlet_vm::Atom;

use super::simplify::renumber;
use crate::core::{Arg, Block, Callee, End, Function, Op, OpKind, TestKind, Var};

/// A function of the module.
type Name = (Atom, u32);

/// Which parameter of each function may get a context.
type Candidates = HashMap<Name, usize>;

/// A function rewritten, and the functions it hands contexts to.
struct Rewritten {
    function: Function,
    targets: Vec<Name>,
}

/// Hands contexts on within a module, and reads their positions where these are wanted. The functions are simplified.
pub(super) fn contexts(functions: &mut [Function]) {
    hand_on(functions);
    functions.iter_mut().filter(|function| is_calm(function)).for_each(positions::positions);
}

fn hand_on(functions: &mut [Function]) {
    let mut candidates: Candidates = functions
        .iter()
        .filter(|function| is_calm(function))
        .filter_map(|function| Some((name(function), matched_parameter(function)?)))
        .collect();
    if candidates.is_empty() {
        return;
    }
    // Each candidate relies on the others, so leaving one out may rule out more.
    let mut refused = true;
    while refused {
        refused = false;
        for function in functions.iter() {
            let Some(&at) = candidates.get(&name(function)) else { continue };
            let tails = tails::tails(function, &candidates);
            let function = tails.as_ref().map_or(function, |tails| &tails.function);
            if params::parameter(function, at, &candidates).is_none() {
                candidates.remove(&name(function));
                refused = true;
            }
        }
    }
    // Only those that a context reaches are rewritten; the others would gain nothing.
    let tails: Vec<Option<Rewritten>> = functions.iter().map(|function| tails::tails(function, &candidates)).collect();
    let mut work: Vec<Name> = tails.iter().flatten().flat_map(|tails| tails.targets.iter().copied()).collect();
    let index: HashMap<Name, usize> = functions.iter().enumerate().map(|(at, function)| (name(function), at)).collect();
    let mut rewritten: Vec<Option<Function>> =
        tails.into_iter().map(|tails| tails.map(|tails| tails.function)).collect();
    let mut reached = HashSet::new();
    while let Some(target) = work.pop() {
        let (Some(&at), Some(&parameter)) = (index.get(&target), candidates.get(&target)) else { continue };
        if !reached.insert(target) {
            continue;
        }
        let function = rewritten[at].as_ref().unwrap_or(&functions[at]);
        if let Some(result) = params::parameter(function, parameter, &candidates) {
            work.extend(result.targets);
            rewritten[at] = Some(result.function);
        }
    }
    for (function, result) in functions.iter_mut().zip(rewritten) {
        if let Some(result) = result {
            *function = result;
            renumber(function);
        }
    }
}

fn name(function: &Function) -> Name {
    (function.name, function.params.len() as u32)
}

/// Whether control only goes forward, to be seen in the blocks' ends, and every block gets all its parameters.
fn is_calm(function: &Function) -> bool {
    function.blocks.iter().enumerate().all(|(number, block)| {
        let mut forward = true;
        block.end.successors(|to| forward &= to.index() > number);
        forward &= match &block.end {
            End::Jump(to, args) => args.len() == function.blocks[to.index()].params.len(),
            End::Try(..) | End::NextMessage(_) | End::Wait(_) | End::WaitTimeout(..) | End::Raise(..) => false,
            End::Test(test) => test.kind != TestKind::Message,
            _ => true,
        };
        forward && block.handler.is_none() && block.catches.is_none()
    })
}

/// The first parameter that is matched as a bitstring.
fn matched_parameter(function: &Function) -> Option<usize> {
    function.params.iter().position(|&param| function.blocks.iter().any(|block| starts(&block.end, param)))
}

/// Whether a block ends by making a context of a variable.
fn starts(end: &End, var: Var) -> bool {
    matches!(end, End::Test(test) if test.kind == TestKind::BitsStart && test.args[0] == Arg::Var(var))
}

/// How often a variable is among arguments.
fn count(args: &[Arg], var: Var) -> usize {
    args.iter().filter(|arg| **arg == Arg::Var(var)).count()
}

/// How often a variable is among the arguments of an end.
fn count_in_end(end: &End, var: Var) -> usize {
    let mut found = 0;
    end.args(|arg| found += usize::from(*arg == Arg::Var(var)));
    found
}

/// Whether a call hands a variable, and that once, to a function in place of the binary that may be a context there.
fn hands_on(callee: Callee, args: &[Arg], var: Var, candidates: &Candidates) -> Option<Name> {
    let Callee::Local(function, arity) = callee else { return None };
    let at = *candidates.get(&(function, arity))?;
    (args.get(at) == Some(&Arg::Var(var)) && count(args, var) == 1).then_some((function, arity))
}

/// As [`hands_on`], of a tail call.
fn end_hands_on(end: &End, var: Var, candidates: &Candidates) -> Option<Name> {
    match end {
        End::TailCall(callee, args, _) => hands_on(*callee, args, var, candidates),
        _ => None,
    }
}

/// For each block whether a variable is used in it or after it. Blocks come after those that lead to them.
fn needed(blocks: &[Block], var: Var) -> Vec<bool> {
    reaching(blocks, |block| block.ops.iter().any(|op| count(&op.args, var) > 0) || count_in_end(&block.end, var) > 0)
}

/// For each block whether it or one after it is such a block.
fn reaching(blocks: &[Block], is: impl Fn(&Block) -> bool) -> Vec<bool> {
    let mut result = vec![false; blocks.len()];
    for (number, block) in blocks.iter().enumerate().rev() {
        let mut found = is(block);
        block.end.successors(|to| found |= result[to.index()]);
        result[number] = found;
    }
    result
}

/// Puts another variable in the place of one.
fn replace(arg: &mut Arg, var: Var, by: Var) {
    if *arg == Arg::Var(var) {
        *arg = Arg::Var(by);
    }
}

fn fresh(function: &mut Function) -> Var {
    function.var_count += 1;
    Var(function.var_count - 1)
}

/// The operation that makes what a context has left.
fn tail_op(context: Var, to: Var) -> Op {
    Op { kind: OpKind::BitsTail, args: vec![Arg::Var(context)], dst: Some(to), line: 0 }
}
