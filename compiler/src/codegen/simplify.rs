//! Simplification of a function's graph: constants and copies carried through joins, decisions on constants taken,
//! unused values dropped, blocks merged. What remains is reachable and in an order where each block comes after all
//! that lead to it, loops of `receive` aside.

use beamlet_vm::code::Opcode;
use beamlet_vm::{Atom, Value};

use crate::core::{Arg, Block, BlockId, Callee, End, Function, Op, OpKind, TestKind, Var};

/// Simplifies a function in place. O(size), but for what constants reveal.
pub(super) fn simplify(function: &mut Function) {
    copies(function);
    unused(function);
    merge(function);
    tagged_tuples(function);
    renumber(function);
}

/// Calls `f` with every successor, handlers included: a handler follows the blocks it protects.
fn successors(blocks: &[Block], block: BlockId, mut f: impl FnMut(BlockId)) {
    let end = &blocks[block.index()].end;
    if let End::Try(_, body) = end {
        if let Some(handler) = blocks[body.index()].handler {
            f(handler);
        }
    }
    end.successors(f);
}

/// The reachable blocks, each after all that lead to it, likely ways on next to where they come from.
fn order(blocks: &[Block]) -> Vec<BlockId> {
    let mut done = Vec::with_capacity(blocks.len());
    let mut seen = vec![false; blocks.len()];
    let mut stack: Vec<(BlockId, Vec<BlockId>)> = Vec::new();
    let children = |block: BlockId| {
        let mut list = Vec::new();
        successors(blocks, block, |to| list.push(to));
        list.reverse();
        list
    };
    seen[0] = true;
    stack.push((BlockId(0), children(BlockId(0))));
    while let Some((block, rest)) = stack.last_mut() {
        match rest.pop() {
            Some(next) => {
                if !std::mem::replace(&mut seen[next.index()], true) {
                    stack.push((next, children(next)));
                }
            }
            None => {
                done.push(*block);
                stack.pop();
            }
        }
    }
    done.reverse();
    done
}

/// Replaces parameters that always get the same argument, and decides what constants decide.
fn copies(function: &mut Function) {
    let order = order(&function.blocks);
    let blocks = &mut function.blocks;
    let mut value_of: Vec<Option<Arg>> = vec![None; function.var_count as usize];
    let mut incoming: Vec<Vec<Vec<Arg>>> = vec![Vec::new(); blocks.len()];
    let mut reached = vec![false; blocks.len()];
    let mut kept: Vec<Option<Vec<bool>>> = vec![None; blocks.len()];
    reached[0] = true;
    for &id in &order {
        if !reached[id.index()] {
            continue;
        }
        let ways = std::mem::take(&mut incoming[id.index()]);
        let block = &mut blocks[id.index()];
        if !block.params.is_empty() && block.catches.is_none() {
            let keep: Vec<bool> = (0..block.params.len())
                .map(|position| {
                    let first = &ways[0][position];
                    let same = ways.iter().all(|args| args[position] == *first);
                    if same {
                        value_of[block.params[position].index()] = Some(first.clone());
                    }
                    !same
                })
                .collect();
            let mut flags = keep.iter();
            block.params.retain(|_| *flags.next().expect("one flag for each"));
            kept[id.index()] = Some(keep);
        }
        let replace = |arg: &mut Arg, value_of: &[Option<Arg>]| {
            if let Arg::Var(var) = arg {
                if let Some(value) = &value_of[var.index()] {
                    *arg = value.clone();
                }
            }
        };
        let mut ops = std::mem::take(&mut block.ops);
        ops.retain_mut(|op| {
            op.args.iter_mut().for_each(|arg| replace(arg, &value_of));
            match (&op.kind, op.dst) {
                (OpKind::Move, Some(dst)) => {
                    value_of[dst.index()] = Some(op.args[0].clone());
                    false
                }
                (kind, Some(dst)) => match part_of_constant(kind, &op.args) {
                    Some(part) => {
                        value_of[dst.index()] = Some(part);
                        false
                    }
                    None => true,
                },
                _ => true,
            }
        });
        block.ops = ops;
        block.end.args_mut(|arg| replace(arg, &value_of));
        decide(&mut block.end);
        if let End::Jump(to, args) = &block.end {
            incoming[to.index()].push(args.clone());
        }
        let mut next = Vec::new();
        successors(blocks, id, |to| next.push(to));
        next.into_iter().for_each(|to| reached[to.index()] = true);
    }
    for &id in &order {
        if let End::Jump(to, args) = &mut blocks[id.index()].end {
            if let Some(keep) = &kept[to.index()] {
                let mut flags = keep.iter();
                args.retain(|_| *flags.next().expect("one flag for each argument"));
            }
        }
    }
}

/// The part that an operation reads out of a constant.
fn part_of_constant(kind: &OpKind, args: &[Arg]) -> Option<Arg> {
    let [Arg::Lit(value)] = args else { return None };
    let part = match (kind, &**value) {
        (OpKind::Element(index), Value::Tuple(items)) => items.get(*index as usize)?.clone(),
        (OpKind::Head, Value::List(items) | Value::ImproperList(items, _)) => items.first()?.clone(),
        (OpKind::Tail, Value::List(items)) => Value::List(items.get(1..)?.to_vec()),
        (OpKind::Tail, Value::ImproperList(items, tail)) => {
            Value::list_with_tail(items.get(1..)?.to_vec(), (**tail).clone())
        }
        _ => return None,
    };
    Some(Arg::constant(&part))
}

/// Decides an end whose arguments are constants.
fn decide(end: &mut End) {
    let to = match end {
        End::Select(arg, choices, default) if arg.var().is_none() => {
            choices.iter().find(|(value, _)| value == arg).map_or(*default, |(_, to)| *to)
        }
        End::SelectArity(Arg::Lit(value), choices, default) => match &**value {
            Value::Tuple(items) => {
                choices.iter().find(|(size, _)| *size as usize == items.len()).map_or(*default, |(_, to)| *to)
            }
            _ => return,
        },
        End::Test(test) => {
            let holds = match (&test.kind, test.args.as_slice()) {
                (TestKind::Is(op), [arg]) if arg.var().is_none() => type_holds(*op, arg),
                (TestKind::Is(op), [left, right]) if left.var().is_none() && right.var().is_none() => {
                    match (op, left, right) {
                        (Opcode::IsEqExact, left, right) => Some(left == right),
                        (Opcode::IsNeExact, left, right) => Some(left != right),
                        (Opcode::IsLt, Arg::Int(a), Arg::Int(b)) => Some(a < b),
                        (Opcode::IsGe, Arg::Int(a), Arg::Int(b)) => Some(a >= b),
                        _ => None,
                    }
                }
                _ => None,
            };
            match holds {
                Some(true) => test.yes,
                Some(false) => test.no,
                None => return,
            }
        }
        _ => return,
    };
    *end = End::Jump(to, Vec::new());
}

fn type_holds(op: Opcode, arg: &Arg) -> Option<bool> {
    let value = arg.value()?;
    let boolean = value == Value::TRUE || value == Value::FALSE;
    Some(match op {
        Opcode::IsInteger => matches!(value, Value::Int(_) | Value::Big(_)),
        Opcode::IsFloat => matches!(value, Value::Float(_)),
        Opcode::IsNumber => matches!(value, Value::Int(_) | Value::Big(_) | Value::Float(_)),
        Opcode::IsAtom => matches!(value, Value::Atom(_)),
        Opcode::IsNil => value == Value::EMPTY_LIST,
        Opcode::IsBinary => matches!(value, Value::Binary(_)),
        Opcode::IsBitstr => matches!(value, Value::Binary(_) | Value::Bitstring(..)),
        Opcode::IsList => matches!(value, Value::List(_) | Value::ImproperList(..)),
        Opcode::IsNonemptyList => {
            matches!(value, Value::List(_) | Value::ImproperList(..)) && value != Value::EMPTY_LIST
        }
        Opcode::IsTuple => matches!(value, Value::Tuple(_)),
        Opcode::IsMap => matches!(value, Value::Map(_)),
        Opcode::IsBoolean => boolean,
        Opcode::IsFunction => matches!(value, Value::ExternalFun(..)),
        _ => return None,
    })
}

/// Drops operations and parameters whose values nobody uses.
fn unused(function: &mut Function) {
    let order = order(&function.blocks);
    let blocks = &mut function.blocks;
    let mut uses = vec![0u32; function.var_count as usize];
    let count = |arg: &Arg, uses: &mut [u32]| {
        if let Arg::Var(var) = arg {
            uses[var.index()] += 1;
        }
    };
    let mut reached = vec![false; blocks.len()];
    for &id in &order {
        reached[id.index()] = true;
    }
    for &id in order.iter().rev() {
        let mut end = std::mem::replace(&mut blocks[id.index()].end, End::Open);
        match &mut end {
            End::Jump(to, args) if !args.is_empty() => {
                let params = &blocks[to.index()].params;
                let mut position = 0;
                args.retain(|_| {
                    position += 1;
                    uses[params[position - 1].index()] > 0
                });
                args.iter().for_each(|arg| count(arg, &mut uses));
            }
            End::Test(test) => {
                test.args.iter().for_each(|arg| count(arg, &mut uses));
                match test.kind {
                    TestKind::BitsGet(_) => test.dsts.retain(|dst| uses[dst.index()] > 0),
                    TestKind::GetKeys if test.dsts.iter().all(|dst| uses[dst.index()] == 0) => {
                        test.kind = TestKind::HasKeys;
                        test.dsts.clear();
                    }
                    _ => {}
                }
            }
            other => other.args(|arg| count(arg, &mut uses)),
        }
        let block = &mut blocks[id.index()];
        block.end = end;
        if let Some(tag) = block.catches {
            uses[tag.index()] += 1;
        }
        let mut ops = std::mem::take(&mut block.ops);
        let mut keep = vec![true; ops.len()];
        for (position, op) in ops.iter().enumerate().rev() {
            let wanted = op.dst.is_none_or(|dst| uses[dst.index()] > 0);
            let droppable = op.kind.is_pure() || matches!(op.kind, OpKind::Call(Callee::BuildStacktrace));
            if !wanted && droppable {
                keep[position] = false;
            } else {
                op.args.iter().for_each(|arg| count(arg, &mut uses));
            }
        }
        let mut flags = keep.iter();
        ops.retain(|_| *flags.next().expect("one flag for each"));
        block.ops = ops;
    }
    // Only now: those that jump here were visited after this block, and went by its parameters.
    for &id in &order {
        let block = &mut blocks[id.index()];
        if block.catches.is_none() {
            block.params.retain(|param| uses[param.index()] > 0);
        }
    }
}

/// Goes past blocks that only jump, and appends a block to the only one that leads to it.
fn merge(function: &mut Function) {
    let order = order(&function.blocks);
    let blocks = &mut function.blocks;
    let mut target: Vec<BlockId> = (0..blocks.len() as u32).map(BlockId).collect();
    for &id in order.iter().rev() {
        let block = &blocks[id.index()];
        if let End::Jump(to, args) = &block.end {
            if block.ops.is_empty() && block.params.is_empty() && args.is_empty() && *to != id && id.0 != 0 {
                target[id.index()] = target[to.index()];
            }
        }
    }
    let mut ways = vec![0u32; blocks.len()];
    for &id in &order {
        let mut next = Vec::new();
        let end = &mut blocks[id.index()].end;
        end.successors_mut(|to| *to = target[to.index()]);
        if let End::Test(test) = end {
            let asks_only = matches!(test.kind, TestKind::Is(_) | TestKind::Arity(_) | TestKind::HasKeys);
            if test.yes == test.no && asks_only {
                *end = End::Jump(test.yes, Vec::new());
            }
        }
        successors(blocks, id, |to| next.push(to));
        if target[id.index()] == id || id.0 == 0 {
            next.into_iter().for_each(|to| ways[to.index()] += 1);
        }
    }
    for &id in &order {
        while let End::Jump(to, args) = &blocks[id.index()].end {
            let to = *to;
            let next = &blocks[to.index()];
            let alone = ways[to.index()] == 1 && next.handler == blocks[id.index()].handler;
            if to == id || to.0 == 0 || !alone || !args.is_empty() || next.catches.is_some() || target[id.index()] != id
            {
                break;
            }
            let next = &mut blocks[to.index()];
            let ops = std::mem::take(&mut next.ops);
            let end = std::mem::replace(&mut next.end, End::Open);
            ways[to.index()] = 0;
            let block = &mut blocks[id.index()];
            block.ops.extend(ops);
            block.end = end;
        }
    }
}

/// Joins the tests for a tuple, its size and an atom in first place when all fail alike.
fn tagged_tuples(function: &mut Function) {
    let order = order(&function.blocks);
    let blocks = &mut function.blocks;
    let mut ways = vec![0u32; blocks.len()];
    for &id in &order {
        successors(blocks, id, |to| ways[to.index()] += 1);
    }
    for &id in &order {
        if let Some((size, tag, element, middle, last)) = tagged_at(blocks, &ways, id) {
            let (yes, no) = match &blocks[last.index()].end {
                End::Test(test) => (test.yes, test.no),
                _ => unreachable!("it was a test just now"),
            };
            let read = blocks[last.index()].ops.remove(0);
            if used_from(blocks, yes, element) {
                if ways[yes.index()] != 1 {
                    blocks[last.index()].ops.insert(0, read);
                    continue;
                }
                blocks[yes.index()].ops.insert(0, read);
            }
            for dead in [middle, last] {
                blocks[dead.index()].end = End::Open;
            }
            if let End::Test(test) = &mut blocks[id.index()].end {
                test.kind = TestKind::Tagged(size);
                test.args.push(Arg::Atom(tag));
                (test.yes, test.no) = (yes, no);
            }
        }
    }
}

fn tagged_at(blocks: &[Block], ways: &[u32], id: BlockId) -> Option<(u32, Atom, Var, BlockId, BlockId)> {
    let End::Test(is_tuple) = &blocks[id.index()].end else { return None };
    if is_tuple.kind != TestKind::Is(Opcode::IsTuple) || ways[is_tuple.yes.index()] != 1 {
        return None;
    }
    let middle = &blocks[is_tuple.yes.index()];
    let End::Test(arity) = &middle.end else { return None };
    let TestKind::Arity(size) = arity.kind else { return None };
    if !middle.ops.is_empty()
        || arity.no != is_tuple.no
        || arity.args[0] != is_tuple.args[0]
        || ways[arity.yes.index()] != 1
    {
        return None;
    }
    let last = &blocks[arity.yes.index()];
    let End::Test(tag) = &last.end else { return None };
    let [Op { kind: OpKind::Element(0), args, dst: Some(element), .. }] = last.ops.as_slice() else { return None };
    match tag.args.as_slice() {
        [Arg::Var(var), Arg::Atom(atom)]
            if tag.kind == TestKind::Is(Opcode::IsEqExact)
                && var == element
                && tag.no == is_tuple.no
                && args[0] == is_tuple.args[0] =>
        {
            Some((size, *atom, *element, is_tuple.yes, arity.yes))
        }
        _ => None,
    }
}

/// Whether a variable is used in or after a block.
fn used_from(blocks: &[Block], from: BlockId, var: Var) -> bool {
    let mut seen = vec![false; blocks.len()];
    let mut work = vec![from];
    while let Some(id) = work.pop() {
        if std::mem::replace(&mut seen[id.index()], true) {
            continue;
        }
        let block = &blocks[id.index()];
        let mut used = block.ops.iter().any(|op| op.args.contains(&Arg::Var(var)));
        block.end.args(|arg| used |= *arg == Arg::Var(var));
        if used {
            return true;
        }
        successors(blocks, id, |to| work.push(to));
    }
    false
}

/// Puts the reachable blocks in order and drops the others.
pub(super) fn renumber(function: &mut Function) {
    let order = order(&function.blocks);
    let mut number = vec![BlockId(u32::MAX); function.blocks.len()];
    for (new, old) in order.iter().enumerate() {
        number[old.index()] = BlockId(new as u32);
    }
    let mut old: Vec<Option<Block>> = std::mem::take(&mut function.blocks).into_iter().map(Some).collect();
    for id in &order {
        let mut block = old[id.index()].take().expect("each block is in the order once");
        block.end.successors_mut(|to| *to = number[to.index()]);
        // A handler that nothing leads to any more protects nothing.
        block.handler = block.handler.map(|handler| number[handler.index()]).filter(|handler| handler.0 != u32::MAX);
        function.blocks.push(block);
    }
}
