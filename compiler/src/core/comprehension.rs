//! Comprehensions: each generator becomes a function that loops with an accumulator.
//!
//! A list runs as direct recursion, a map that is no struct as the list of its pairs. Anything else goes through
//! `Enum.reduce`, whose fun calls the same loop with a list of one element, so the body is compiled once. Ranges
//! written in the generator count without making a range.

use beamlet_vm::atom::atoms;
use beamlet_vm::code::Opcode;
use beamlet_vm::{Atom, Value};

use super::build::{Lower, Target};
use super::case::segment_vars;
use super::ir::*;
use crate::pattern::BitsHead;
use crate::tree::{Comprehension, Expr, ExprKind, Gather, NoMatch, Pattern, Segment, SegmentKind, Step, VarId};

/// Numbers above every variable of the tree, for values that lifted functions share.
const FIRST_HIDDEN: u32 = u32::MAX / 2;

/// How an element joins the accumulator.
#[derive(Clone, Copy)]
enum Add<'t> {
    /// In front of a list.
    Cons(&'t Expr),
    /// At the end of a bitstring.
    Bits(&'t Expr),
    /// Through a collector, which is this hidden variable.
    Collect(&'t Expr, VarId),
    /// By the clauses of `reduce`.
    Reduce(&'t [crate::tree::Clause]),
}

#[derive(Clone, Copy)]
struct Plan<'t> {
    steps: &'t [Step],
    add: Add<'t>,
    unique: bool,
    line: u32,
}

impl<'t> Lower<'t> {
    /// The value of a comprehension.
    pub(super) fn comprehension(&mut self, comprehension: &'t Comprehension, line: u32) -> Arg {
        let plan = |add| Plan { steps: &comprehension.steps, add, unique: comprehension.unique, line };
        match &comprehension.gather {
            Gather::List(body) => {
                let list = self.run(plan(Add::Cons(body)), Arg::Nil);
                self.reverse(list, line)
            }
            Gather::Into(into, body) => match empty_of(into) {
                Some(Empty::List) => {
                    let list = self.run(plan(Add::Cons(body)), Arg::Nil);
                    self.reverse(list, line)
                }
                Some(Empty::Map) => {
                    let list = self.run(plan(Add::Cons(body)), Arg::Nil);
                    let list = self.reverse(list, line);
                    let callee = Callee::Remote(atoms::MAPS, Atom::new("from_list"));
                    self.value(OpKind::Call(callee), vec![list], line)
                }
                Some(Empty::Bits) => self.run(plan(Add::Bits(body)), Arg::constant(&Value::binary(""))),
                None => self.collect(plan, into, body, line),
            },
            Gather::Reduce(initial, clauses) => {
                let initial = self.expr(initial);
                self.steps(plan(Add::Reduce(clauses)), initial)
            }
        }
    }

    fn reverse(&mut self, list: Arg, line: u32) -> Arg {
        let callee = Callee::Remote(atoms::LISTS, Atom::new("reverse"));
        self.value(OpKind::Call(callee), vec![list], line)
    }

    /// Runs the loops; with `uniq` the accumulator is a pair with the map of what was seen.
    fn run(&mut self, plan: Plan<'t>, initial: Arg) -> Arg {
        if !plan.unique {
            return self.steps(plan, initial);
        }
        let initial = self.tuple(vec![initial, Arg::constant(&Value::Map(Vec::new()))]);
        let pair = self.steps(plan, initial);
        self.value(OpKind::Element(0), vec![pair], 0)
    }

    /// `into` something that only its protocol knows.
    fn collect(&mut self, plan: impl Fn(Add<'t>) -> Plan<'t>, into: &'t Expr, body: &'t Expr, line: u32) -> Arg {
        let into = self.expr(into);
        let callee = Callee::Remote(Atom::new("Elixir.Collectable"), Atom::new("into"));
        let pair = self.value(OpKind::Call(callee), vec![into], line);
        let (tuple, good, bad) = (self.block(), self.block(), self.block());
        self.test(TestKind::Is(Opcode::IsTuple), vec![pair.clone()], Vec::new(), tuple, bad);
        self.enter_block(tuple);
        self.test(TestKind::Arity(2), vec![pair.clone()], Vec::new(), good, bad);
        self.enter_block(bad);
        self.end(End::Fail(Failure::Badmatch, pair.clone(), line));
        self.enter_block(good);
        let initial = self.value(OpKind::Element(0), vec![pair.clone()], 0);
        let collector = self.value(OpKind::Element(1), vec![pair], 0);
        let hidden = self.hidden(collector.clone());
        let (done, gathered) = self.join();
        let handler = self.protect(done, |lower| lower.run(plan(Add::Collect(body, hidden)), initial.clone()));
        self.enter_block(handler);
        let [_, reason, trace] = self.handler_params(handler);
        let args = vec![initial, Arg::Atom(Atom::new("halt")), collector.clone()];
        self.op(OpKind::Call(Callee::Fun), args, None, line);
        self.end(End::Raise(Arg::Var(trace), Arg::Var(reason)));
        self.enter_block(done);
        let args = vec![Arg::Var(gathered), Arg::Atom(Atom::new("done")), collector];
        self.value(OpKind::Call(Callee::Fun), args, line)
    }

    /// A variable that lifted functions can look up.
    fn hidden(&mut self, arg: Arg) -> VarId {
        let id = VarId(FIRST_HIDDEN + self.hidden_count);
        self.hidden_count += 1;
        self.bind(id, arg);
        id
    }

    /// The accumulator after the steps of a plan.
    fn steps(&mut self, plan: Plan<'t>, acc: Arg) -> Arg {
        super::expr::with_stack(|| {
            let Some((step, rest)) = plan.steps.split_first() else { return self.add(plan, acc) };
            let rest = Plan { steps: rest, ..plan };
            match step {
                Step::Filter(condition) => {
                    let (join, after) = self.join();
                    let (yes, no) = (self.block(), self.block());
                    self.to(condition, Target::Branch(yes, no));
                    self.enter_block(no);
                    self.end(End::Jump(join, vec![acc.clone()]));
                    self.enter_block(yes);
                    let value = self.steps(rest, acc);
                    self.end(End::Jump(join, vec![value]));
                    self.enter_block(join);
                    Arg::Var(after)
                }
                Step::Each(pattern, guards, source) => match range_of(source) {
                    Some(range) => self.each_of_range(rest, pattern, guards, range, acc),
                    None => self.each(rest, pattern, guards, source, acc),
                },
                Step::Bits(segments, source) => self.each_of_bits(rest, segments, source, acc),
            }
        })
    }

    /// Adds the body's value to the accumulator.
    fn add(&mut self, plan: Plan<'t>, acc: Arg) -> Arg {
        let body = match plan.add {
            Add::Reduce(clauses) => {
                let (join, value) = self.join();
                self.clauses_on(acc, clauses, &NoMatch::CaseClause, plan.line, Target::Join(join));
                self.enter_block(join);
                return Arg::Var(value);
            }
            Add::Bits(body) if !plan.unique => {
                if let ExprKind::Binary(segments) = &body.kind {
                    return self.build_bits_after(Some(acc), None, segments, body.line);
                }
                body
            }
            Add::Cons(body) | Add::Bits(body) | Add::Collect(body, _) => body,
        };
        let value = self.expr(body);
        if !plan.unique {
            return self.add_value(plan, acc, value);
        }
        let list = self.value(OpKind::Element(0), vec![acc.clone()], 0);
        let seen = self.value(OpKind::Element(1), vec![acc.clone()], 0);
        let (join, after) = self.join();
        let (known, new) = (self.block(), self.block());
        let value = self.in_variable(value);
        self.test(TestKind::HasKeys, vec![seen.clone(), value.clone()], Vec::new(), known, new);
        self.enter_block(known);
        self.end(End::Jump(join, vec![acc]));
        self.enter_block(new);
        let seen = self.put_map(false, seen, vec![(value.clone(), Arg::Atom(atoms::TRUE))], 0);
        let list = self.add_value(plan, list, value);
        let pair = self.tuple(vec![list, seen]);
        self.end(End::Jump(join, vec![pair]));
        self.enter_block(join);
        Arg::Var(after)
    }

    fn add_value(&mut self, plan: Plan<'t>, acc: Arg, value: Arg) -> Arg {
        match plan.add {
            Add::Bits(_) => {
                let kind =
                    SegmentType { kind: SegmentKind::Binary, unit: 1, signed: false, endian: crate::tree::Endian::Big };
                let parts: std::rc::Rc<[BuildPart]> = [BuildPart::Append(1), BuildPart::Segment(kind)].into();
                let all = || Arg::Atom(Atom::new("all"));
                self.value(OpKind::BuildBits(parts), vec![acc, all(), value, all()], plan.line)
            }
            Add::Collect(_, hidden) => {
                let collector = self.lookup(hidden, plan.line);
                let element = self.tuple(vec![Arg::Atom(Atom::new("cont")), value]);
                self.value(OpKind::Call(Callee::Fun), vec![acc, element, collector], plan.line)
            }
            Add::Cons(_) | Add::Reduce(_) => self.cons(vec![value, acc]),
        }
    }

    /// A constant put into a variable, for instructions that want one.
    fn in_variable(&mut self, arg: Arg) -> Arg {
        if arg.var().is_some() {
            arg
        } else {
            self.value(OpKind::Move, vec![arg], 0)
        }
    }

    /// Matches an element; goes on in the body, and in the returned block where it does not match.
    fn match_element(&mut self, pattern: &'t Pattern, guards: &'t [Expr], element: Arg) -> BlockId {
        let skip = self.block();
        let head = self.head(std::slice::from_ref(pattern), guards);
        self.match_heads(&[element], std::slice::from_ref(&head), skip);
        self.enter_body(&head);
        skip
    }

    fn each(&mut self, rest: Plan<'t>, pattern: &'t Pattern, guards: &'t [Expr], source: &'t Expr, acc: Arg) -> Arg {
        let source = self.expr(source);
        let name = self.lifted_name("fun");
        let itself = Callee::Local(name, 2);
        self.enter();
        let (list, sum) = (Arg::Var(self.param()), Arg::Var(self.param()));
        let (cell, end, done, improper) = (self.block(), self.block(), self.block(), self.block());
        self.test(TestKind::Is(Opcode::IsNonemptyList), vec![list.clone()], Vec::new(), cell, end);
        self.enter_block(end);
        self.test(TestKind::Is(Opcode::IsNil), vec![list.clone()], Vec::new(), done, improper);
        self.enter_block(done);
        self.end(End::Return(sum.clone()));
        self.enter_block(improper);
        self.end(End::FunctionClause(vec![list.clone(), sum.clone()]));
        self.enter_block(cell);
        let head = self.value(OpKind::Head, vec![list.clone()], 0);
        let tail = self.value(OpKind::Tail, vec![list], 0);
        let skip = self.match_element(pattern, guards, head);
        let next = self.steps(rest, sum.clone());
        self.end(End::TailCall(itself, vec![tail.clone(), next], 0));
        self.enter_block(skip);
        self.end(End::TailCall(itself, vec![tail, sum], 0));
        let (free, arity) = self.leave(name, rest.line);
        self.over_any(source, acc, Callee::Local(name, arity), free, rest.line)
    }

    /// Runs a list loop over any enumerable.
    fn over_any(&mut self, source: Arg, acc: Arg, callee: Callee, free: Vec<Arg>, line: u32) -> Arg {
        let source = self.in_variable(source);
        let (join, after) = self.join();
        let (run, list) = self.join();
        let (is_list, no_list, map, other) = (self.block(), self.block(), self.block(), self.block());
        self.test(TestKind::Is(Opcode::IsList), vec![source.clone()], Vec::new(), is_list, no_list);
        self.enter_block(is_list);
        self.end(End::Jump(run, vec![source.clone()]));
        self.enter_block(no_list);
        let (any_map, plain) = (self.block(), self.block());
        self.test(TestKind::Is(Opcode::IsMap), vec![source.clone()], Vec::new(), any_map, other);
        self.enter_block(any_map);
        let key = Arg::Atom(atoms::STRUCT);
        self.test(TestKind::HasKeys, vec![source.clone(), key], Vec::new(), map, plain);
        self.enter_block(map);
        self.end(End::Jump(other, Vec::new()));
        self.enter_block(plain);
        // In the order of `Enum.reduce/3`, which larger maps do not share with `maps:to_list/1`.
        let reverse = Callee::Remote(Atom::new("Elixir.Enum"), Atom::new("reverse"));
        let reversed = self.value(OpKind::Call(reverse), vec![source.clone()], line);
        let reverse = Callee::Remote(Atom::new("lists"), Atom::new("reverse"));
        let pairs = self.value(OpKind::Call(reverse), vec![reversed], line);
        self.end(End::Jump(run, vec![pairs]));

        self.enter_block(other);
        let name = self.lifted_name("each");
        self.enter();
        let (element, sum) = (Arg::Var(self.param()), Arg::Var(self.param()));
        let single = self.cons(vec![element, Arg::Nil]);
        let mut args = vec![single, sum];
        for arg in &free {
            let arg = self.capture(arg.clone());
            args.push(arg);
        }
        self.end(End::TailCall(callee, args, 0));
        let (wrapped, arity) = self.leave(name, line);
        let fun = self.value(OpKind::Fun(name, arity), wrapped, 0);
        let reduce = Callee::Remote(Atom::new("Elixir.Enum"), Atom::new("reduce"));
        let reduced = self.value(OpKind::Call(reduce), vec![source, acc.clone(), fun], line);
        self.end(End::Jump(join, vec![reduced]));

        self.enter_block(run);
        let mut args = vec![Arg::Var(list), acc];
        args.extend(free);
        let looped = self.value(OpKind::Call(callee), args, line);
        self.end(End::Jump(join, vec![looped]));
        self.enter_block(join);
        Arg::Var(after)
    }

    fn each_of_range(
        &mut self,
        rest: Plan<'t>,
        pattern: &'t Pattern,
        guards: &'t [Expr],
        range: RangeParts<'t>,
        acc: Arg,
    ) -> Arg {
        let line = rest.line;
        let first = self.bound(range.first);
        let last = self.bound(range.last);
        let given = match range.step {
            Some(step) => Some(self.bound(step)),
            None => match (&first, &last) {
                (Arg::Int(first), Arg::Int(last)) => Some(Arg::Int(if first <= last { 1 } else { -1 })),
                _ => None,
            },
        };
        let known_step = given.clone().filter(|step| matches!(step, Arg::Int(_)));
        let bad = self.block();
        for bound in [Some(&first), Some(&last), given.as_ref()].into_iter().flatten() {
            if !matches!(bound, Arg::Int(_)) {
                let bound = self.in_variable(bound.clone());
                let next = self.block();
                self.test(TestKind::Is(Opcode::IsInteger), vec![bound], Vec::new(), next, bad);
                self.enter_block(next);
            }
        }
        let (start, step) = self.join();
        let stop = self.block_param(start);
        match given.clone() {
            None => {
                let (up, down) = (self.block(), self.block());
                self.compare(Opcode::IsGe, last.clone(), first.clone(), up, down);
                for (block, step) in [(up, 1), (down, -1)] {
                    self.enter_block(block);
                    let stop = self.bif(atoms::PLUS, vec![last.clone(), Arg::Int(step)], line);
                    self.end(End::Jump(start, vec![Arg::Int(step), stop]));
                }
            }
            Some(step) => {
                // The first number past the end, reached exactly; at once when the step leads away from the end.
                let (up, not_up, down) = (self.block(), self.block(), self.block());
                let (some, none) = (self.block(), self.block());
                self.compare(Opcode::IsLt, Arg::Int(0), step.clone(), up, not_up);
                self.enter_block(not_up);
                self.compare(Opcode::IsLt, step.clone(), Arg::Int(0), down, bad);
                self.enter_block(up);
                self.compare(Opcode::IsGe, last.clone(), first.clone(), some, none);
                self.enter_block(down);
                self.compare(Opcode::IsGe, first.clone(), last.clone(), some, none);
                self.enter_block(none);
                self.end(End::Jump(start, vec![step.clone(), first.clone()]));
                self.enter_block(some);
                let span = self.bif(atoms::MINUS, vec![last.clone(), first.clone()], line);
                let turns = self.bif(atoms::DIV, vec![span, step.clone()], line);
                let turns = self.bif(atoms::PLUS, vec![turns, Arg::Int(1)], line);
                let way = self.bif(atoms::STAR, vec![turns, step.clone()], line);
                let stop = self.bif(atoms::PLUS, vec![first.clone(), way], line);
                self.end(End::Jump(start, vec![step, stop]));
            }
        }
        self.enter_block(bad);
        let mut args = vec![first.clone(), last];
        args.extend(given);
        let new = Callee::Remote(Atom::new("Elixir.Range"), Atom::new("new"));
        let refused = self.value(OpKind::Call(new), args, line);
        self.end(End::Fail(Failure::Badmatch, refused, line));

        self.enter_block(start);
        let step = known_step.unwrap_or(Arg::Var(step));
        let (step, stop) = (self.hidden(step), self.hidden(Arg::Var(stop)));
        let name = self.lifted_name("fun");
        let itself = Callee::Local(name, 2);
        self.enter();
        let (current, sum) = (Arg::Var(self.param()), Arg::Var(self.param()));
        let (done, turn) = (self.block(), self.block());
        let last = self.lookup(stop, line);
        self.test(TestKind::Is(Opcode::IsEqExact), vec![current.clone(), last], Vec::new(), done, turn);
        self.enter_block(done);
        self.end(End::Return(sum.clone()));
        self.enter_block(turn);
        let skip = self.match_element(pattern, guards, current.clone());
        let next = self.steps(rest, sum.clone());
        for (block, sum) in [(None, next), (Some(skip), sum)] {
            if let Some(block) = block {
                self.enter_block(block);
            }
            let step = self.lookup(step, line);
            let following = self.bif(atoms::PLUS, vec![current.clone(), step], line);
            self.end(End::TailCall(itself, vec![following, sum], 0));
        }
        let (free, arity) = self.leave(name, line);
        let mut args = vec![first, acc];
        args.extend(free);
        self.value(OpKind::Call(Callee::Local(name, arity)), args, line)
    }

    fn bound(&mut self, bound: Bound<'t>) -> Arg {
        match bound {
            Bound::Expr(expr) => self.expr(expr),
            Bound::Value(value) => Arg::constant(value),
        }
    }

    /// A comparison of integers, decided here when both are constants.
    fn compare(&mut self, test: Opcode, left: Arg, right: Arg, yes: BlockId, no: BlockId) {
        if let (Arg::Int(a), Arg::Int(b)) = (&left, &right) {
            let holds = if test == Opcode::IsLt { a < b } else { a >= b };
            return self.end(End::Jump(if holds { yes } else { no }, Vec::new()));
        }
        self.test(TestKind::Is(test), vec![left, right], Vec::new(), yes, no);
    }

    fn each_of_bits(&mut self, rest: Plan<'t>, segments: &'t [Segment<Pattern>], source: &'t Expr, acc: Arg) -> Arg {
        let line = rest.line;
        let source = self.expr(source);
        let source = self.in_variable(source);
        let (good, bad) = (self.block(), self.block());
        self.test(TestKind::Is(Opcode::IsBitstr), vec![source.clone()], Vec::new(), good, bad);
        self.enter_block(bad);
        let reason = self.tuple(vec![Arg::Atom(Atom::new("bad_generator")), source.clone()]);
        self.raise_error(reason, line);
        self.enter_block(good);
        let name = self.lifted_name("fun");
        let itself = Callee::Local(name, 2);
        self.enter();
        let (bits, sum) = (Arg::Var(self.param()), Arg::Var(self.param()));
        let end = self.block();
        let tail = self.hidden(Arg::Nil);
        let mut vars = segment_vars(segments);
        vars.push(tail);
        let matching = BitsHead { segments, literals: true, tail, vars: vars.clone(), body: self.body_block(&vars) };
        let skipping = BitsHead { segments, literals: false, tail, vars: vec![tail], body: self.body_block(&[tail]) };
        let (body, skip) = (matching.body, skipping.body);
        self.match_bits_heads(bits, [matching, skipping], end);
        self.enter_block(end);
        self.end(End::Return(sum.clone()));
        self.enter_block(skip);
        let tail_param = Arg::Var(self.f.blocks[skip.index()].params[0]);
        self.end(End::TailCall(itself, vec![tail_param, sum.clone()], 0));
        self.enter_block(body);
        for (position, id) in vars.iter().enumerate() {
            let param = self.f.blocks[body.index()].params[position];
            self.bind(*id, Arg::Var(param));
        }
        let next = self.steps(rest, sum);
        let tail = self.lookup(tail, line);
        self.end(End::TailCall(itself, vec![tail, next], 0));
        let (free, arity) = self.leave(name, line);
        let mut args = vec![source, acc];
        args.extend(free);
        self.value(OpKind::Call(Callee::Local(name, arity)), args, line)
    }
}

enum Empty {
    List,
    Map,
    Bits,
}

/// The built-in collectable that an expression makes empty.
fn empty_of(into: &Expr) -> Option<Empty> {
    match &into.kind {
        ExprKind::Literal(Value::List(items)) if items.is_empty() => Some(Empty::List),
        ExprKind::List(items, None) if items.is_empty() => Some(Empty::List),
        ExprKind::Literal(Value::Map(pairs)) if pairs.is_empty() => Some(Empty::Map),
        ExprKind::Map(pairs) if pairs.is_empty() => Some(Empty::Map),
        ExprKind::Literal(Value::Binary(bytes)) if bytes.is_empty() => Some(Empty::Bits),
        ExprKind::Binary(segments) if segments.is_empty() => Some(Empty::Bits),
        _ => None,
    }
}

struct RangeParts<'t> {
    first: Bound<'t>,
    last: Bound<'t>,
    step: Option<Bound<'t>>,
}

/// A bound of a range in the source.
#[derive(Clone, Copy)]
enum Bound<'t> {
    Expr(&'t Expr),
    Value(&'t Value),
}

/// The parts of a range written out: `first..last`, `first..last//step`, in any form they expand to.
fn range_of(source: &Expr) -> Option<RangeParts<'_>> {
    let is_range = |value: &Value| value.as_atom().is_some_and(|atom| atom.as_str() == "Elixir.Range");
    match &source.kind {
        ExprKind::CallRemote(module, name, args) if name.as_str() == "new" => {
            if !matches!(&module.kind, ExprKind::Literal(module) if is_range(module)) {
                return None;
            }
            let bound = |index: usize| args.get(index).map(Bound::Expr);
            match args.len() {
                2 | 3 => Some(RangeParts { first: bound(0)?, last: bound(1)?, step: bound(2) }),
                _ => None,
            }
        }
        ExprKind::Map(pairs) if pairs.len() == 4 => {
            let find = |key: &str| {
                pairs.iter().find_map(|(k, value)| match &k.kind {
                    ExprKind::Literal(Value::Atom(atom)) if atom.as_str() == key => Some(value),
                    _ => None,
                })
            };
            if !matches!(&find("__struct__")?.kind, ExprKind::Literal(module) if is_range(module)) {
                return None;
            }
            let bound = |key| find(key).map(Bound::Expr);
            Some(RangeParts { first: bound("first")?, last: bound("last")?, step: Some(bound("step")?) })
        }
        ExprKind::Literal(Value::Map(pairs)) if pairs.len() == 4 => {
            let find = |key: &str| {
                pairs.iter().find(|(k, _)| k.as_atom().is_some_and(|k| k.as_str() == key)).map(|(_, value)| value)
            };
            if !is_range(find("__struct__")?) {
                return None;
            }
            let bound = |key| find(key).map(Bound::Value);
            Some(RangeParts { first: bound("first")?, last: bound("last")?, step: Some(bound("step")?) })
        }
        _ => None,
    }
}
