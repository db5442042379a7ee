//! From rows to blocks.

use std::collections::HashMap;
use std::rc::Rc;

use beamlet_vm::code::Opcode;
use beamlet_vm::Value;

use super::row::{Place, Position, Row, Sub, Test};
use super::{BitsHead, Head};
use crate::core::{with_stack, Arg, BlockId, End, Lower, OpKind, TestKind, Var};
use crate::tree::{Expr, ExprKind, Pattern, VarId};

/// What a leaf needs of a clause.
struct Clause<'t> {
    guards: &'t [Expr],
    vars: Vec<VarId>,
    body: BlockId,
}

/// One match being compiled.
pub(super) struct Session<'t> {
    clauses: Vec<Clause<'t>>,
    memo: HashMap<Key, BlockId>,
    /// Keeps the rows whose addresses are in `memo`.
    kept: Vec<Rc<Row<'t>>>,
    nodes: usize,
    limit: usize,
    /// Clauses are tried group by group.
    grouping: bool,
    positions: u32,
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    rows: Vec<usize>,
    cursors: Vec<(Var, Option<Position>)>,
    saved: Vec<(Position, Var)>,
    fail: BlockId,
}

/// What is known at a node.
#[derive(Clone)]
pub(super) struct State<'t> {
    pub rows: Vec<Rc<Row<'t>>>,
    /// Where match contexts stand; `None` for somewhere.
    pub cursors: Vec<(Var, Option<Position>)>,
    /// Positions read into variables.
    pub saved: Vec<(Position, Var)>,
    pub fail: BlockId,
}

impl<'t> State<'t> {
    pub fn with(&self, rows: Vec<Rc<Row<'t>>>) -> State<'t> {
        State { rows, cursors: self.cursors.clone(), saved: self.saved.clone(), fail: self.fail }
    }
}

impl Session<'_> {
    pub(super) fn position(&mut self) -> Position {
        self.positions += 1;
        Position(self.positions)
    }
}

impl<'t> Lower<'t> {
    /// Ends the current block with tests that lead to the body of the first head that matches, or to `fail`.
    pub(crate) fn match_heads(&mut self, subjects: &[Arg], heads: &[Head<'t>], fail: BlockId) {
        let clauses =
            || heads.iter().map(|h| Clause { guards: h.guards, vars: h.vars.clone(), body: h.body }).collect();
        let mut rows = Vec::with_capacity(heads.len());
        for (clause, head) in heads.iter().enumerate() {
            let mut row = Row { tests: Vec::new(), binds: Vec::new(), clause };
            for (subject, pattern) in subjects.iter().zip(head.patterns) {
                self.normalise(Place::Arg(subject.clone()), Sub::Pattern(pattern), &mut row.tests, &mut row.binds);
            }
            rows.push(Rc::new(row));
        }
        self.session(clauses, rows, fail);
    }

    /// Ends the current block with one turn of a bitstring generator.
    pub(crate) fn match_bits_heads(&mut self, bits: Arg, heads: [BitsHead<'t>; 2], fail: BlockId) {
        let rows = heads
            .iter()
            .enumerate()
            .map(|(clause, head)| {
                let segments = self.segments(head.segments, head.literals, Some(head.tail));
                let tests = vec![(Place::Arg(bits.clone()), Test::Bits(segments))];
                Rc::new(Row { tests, binds: Vec::new(), clause })
            })
            .collect();
        let clauses = || heads.iter().map(|h| Clause { guards: &[], vars: h.vars.clone(), body: h.body }).collect();
        self.session(clauses, rows, fail);
    }

    fn session(&mut self, clauses: impl Fn() -> Vec<Clause<'t>>, rows: Vec<Rc<Row<'t>>>, fail: BlockId) {
        let start = self.current();
        let blocks = self.f.blocks.len();
        let ops = self.f.blocks[start.index()].ops.len();
        let limit = 256 + 12 * rows.len();
        for grouping in [false, true] {
            let mut session = Session {
                clauses: clauses(),
                memo: HashMap::new(),
                kept: Vec::new(),
                nodes: 0,
                limit,
                grouping,
                positions: 0,
            };
            let state = State { rows: rows.clone(), cursors: Vec::new(), saved: Vec::new(), fail };
            self.node(&mut session, state);
            if grouping || session.nodes <= limit {
                return;
            }
            // The tree outgrew its clauses: forget it.
            self.f.blocks.truncate(blocks);
            let block = &mut self.f.blocks[start.index()];
            block.ops.truncate(ops);
            block.end = End::Open;
            self.enter_block(start);
        }
    }

    /// Takes a pattern apart into tests and bindings of one place.
    pub(super) fn normalise(
        &mut self,
        place: Place,
        sub: Sub<'t>,
        tests: &mut Vec<(Place, Test<'t>)>,
        binds: &mut Vec<(VarId, Place)>,
    ) {
        let mut work = vec![sub];
        while let Some(sub) = work.pop() {
            let pattern = match sub {
                Sub::Value(value) => {
                    tests.push((place.clone(), test_of_value(value)));
                    continue;
                }
                Sub::Pattern(pattern) => pattern,
            };
            let test = match pattern {
                Pattern::Any => continue,
                Pattern::Var(id) => match binds.iter().find(|(bound, _)| bound == id) {
                    Some((_, other)) => Test::Equal(other.clone()),
                    None => {
                        binds.push((*id, place.clone()));
                        continue;
                    }
                },
                Pattern::Both(left, right) => {
                    work.extend([Sub::Pattern(right), Sub::Pattern(left)]);
                    continue;
                }
                Pattern::Pin(id) => Test::Equal(Place::Arg(self.lookup(*id, 0))),
                Pattern::Literal(value) => test_of_value(value),
                Pattern::Cons(head, tail) => Test::Cons(Sub::Pattern(head), Sub::Pattern(tail)),
                Pattern::Tuple(items) => Test::Tuple(items),
                Pattern::Map(pairs) => {
                    let pairs = pairs.iter().map(|(key, value)| (self.expr(key), value)).collect();
                    Test::Map(pairs, false)
                }
                Pattern::Binary(segments) => Test::Bits(self.segments(segments, true, None)),
            };
            tests.push((place.clone(), test));
        }
    }

    /// The row with the test at `index` replaced by what the parts given must be.
    pub(super) fn replaced(
        &mut self,
        row: &Row<'t>,
        index: usize,
        parts: impl IntoIterator<Item = (Place, Sub<'t>)>,
        then: Option<(Place, Test<'t>)>,
    ) -> Rc<Row<'t>> {
        let mut tests = Vec::with_capacity(row.tests.len() + 2);
        tests.extend_from_slice(&row.tests[..index]);
        let mut binds = row.binds.clone();
        for (place, sub) in parts {
            self.normalise(place, sub, &mut tests, &mut binds);
        }
        tests.extend(then);
        tests.extend_from_slice(&row.tests[index + 1..]);
        Rc::new(Row { tests, binds, clause: row.clause })
    }

    /// The block that goes on with a state; equal states share it.
    pub(super) fn goto(&mut self, session: &mut Session<'t>, state: State<'t>) -> BlockId {
        if state.rows.is_empty() {
            return state.fail;
        }
        let key = Key {
            rows: state.rows.iter().map(|row| Rc::as_ptr(row) as usize).collect(),
            cursors: state.cursors.clone(),
            saved: state.saved.clone(),
            fail: state.fail,
        };
        if let Some(&block) = session.memo.get(&key) {
            return block;
        }
        session.kept.extend(state.rows.iter().cloned());
        let block = self.block();
        session.memo.insert(key, block);
        let current = self.current();
        self.enter_block(block);
        self.node(session, state);
        self.enter_block(current);
        block
    }

    /// Ends the current block by deciding what the state leaves open.
    fn node(&mut self, session: &mut Session<'t>, state: State<'t>) {
        with_stack(|| self.node_deep(session, state));
    }

    fn node_deep(&mut self, session: &mut Session<'t>, mut state: State<'t>) {
        session.nodes += 1;
        let overgrown = !session.grouping && session.nodes > session.limit;
        let Some(first) = state.rows.first().filter(|_| !overgrown) else {
            return self.end(End::Jump(state.fail, Vec::new()));
        };
        let Some((place, _)) = first.tests.first() else { return self.leaf(session, state) };
        let place = place.clone();
        let place = self.read_place(&mut state, &place);
        let Place::Arg(subject) = place.clone() else { unreachable!("a place that was read is a value") };
        if subject.var().is_none() {
            return self.constant_subject(session, state, subject);
        }
        if session.grouping {
            self.split_group(session, &mut state, &place);
        }
        match state.rows[0].tests[0].1.clone() {
            Test::Atom(_) | Test::Int(_) => self.choose_constant(session, &state, &place, subject),
            Test::Nil | Test::Cons(..) | Test::ConsOf(_) => self.choose_list(session, &state, &place, subject),
            Test::Tuple(_) | Test::TupleOf(_) => self.choose_tuple(session, &state, &place, subject),
            Test::Map(_, false) => self.choose_map(session, &state, &place, subject),
            Test::Map(pairs, true) => self.choose_keys(session, &state, &place, subject, &pairs),
            Test::Value(value) => {
                let args = vec![subject, Arg::constant(value)];
                let same = |test: &Test<'t>| matches!(test, Test::Value(other) if *other == value);
                let excluded = |test: &Test<'t>| !may_equal_value(test, value);
                self.choose_equal(session, &state, &place, args, &same, &excluded);
            }
            Test::Equal(other) => {
                let other = self.read_place(&mut state, &other);
                let Place::Arg(value) = other.clone() else { unreachable!("a place that was read is a value") };
                let same = |test: &Test<'t>| matches!(test, Test::Equal(place) if *place == other);
                self.choose_equal(session, &state, &place, vec![subject, value], &same, &|_| false);
            }
            Test::Bits(_) => self.choose_bits(session, &state, &place, subject),
            Test::Read(..) => self.choose_segment(session, state, &place),
        }
    }

    /// Reads a part of a subject into a variable, once for all rows.
    pub(super) fn read_place(&mut self, state: &mut State<'t>, place: &Place) -> Place {
        let (kind, from) = match place {
            Place::Arg(_) => return place.clone(),
            Place::Element(tuple, index) => (OpKind::Element(*index), *tuple),
            Place::Head(list) => (OpKind::Head, *list),
            Place::Tail(list) => (OpKind::Tail, *list),
        };
        let read = Place::Arg(self.value(kind, vec![Arg::Var(from)], 0));
        for row in &mut state.rows {
            let named =
                |test: &(Place, Test<'t>)| test.0 == *place || matches!(&test.1, Test::Equal(other) if other == place);
            if !row.tests.iter().any(named) && !row.binds.iter().any(|(_, bound)| bound == place) {
                continue;
            }
            let row = Rc::make_mut(row);
            for (at, test) in &mut row.tests {
                if at == place {
                    *at = read.clone();
                }
                if let Test::Equal(other) = test {
                    if other == place {
                        *other = read.clone();
                    }
                }
            }
            for (_, bound) in &mut row.binds {
                if bound == place {
                    *bound = read.clone();
                }
            }
        }
        read
    }

    /// The first row's test on a constant: decided here when both are simple, else the constant becomes a variable.
    fn constant_subject(&mut self, session: &mut Session<'t>, mut state: State<'t>, subject: Arg) {
        let decided = match (&subject, &state.rows[0].tests[0].1) {
            (Arg::Atom(a), Test::Atom(b)) => Some(a == b),
            (Arg::Int(a), Test::Int(b)) => Some(a == b),
            (Arg::Nil, Test::Nil) => Some(true),
            (Arg::Atom(_) | Arg::Int(_) | Arg::Nil, test) => {
                if matches!(test, Test::Equal(_)) {
                    None
                } else {
                    Some(false)
                }
            }
            _ => None,
        };
        match decided {
            Some(true) => {
                state.rows[0] = Rc::new(state.rows[0].without(0));
                self.node(session, state);
            }
            Some(false) => {
                state.rows.remove(0);
                self.node(session, state);
            }
            None => {
                let old = Place::Arg(subject.clone());
                let new = Place::Arg(self.value(OpKind::Move, vec![subject], 0));
                for row in &mut state.rows {
                    if row.find(&old).is_some() {
                        for (at, _) in &mut Rc::make_mut(row).tests {
                            if *at == old {
                                *at = new.clone();
                            }
                        }
                    }
                }
                self.node(session, state);
            }
        }
    }

    /// Keeps the leading rows that test the place in the same way; the others come when these fail.
    fn split_group(&mut self, session: &mut Session<'t>, state: &mut State<'t>, place: &Place) {
        let kind = std::mem::discriminant(&state.rows[0].tests[0].1);
        let same = |row: &Rc<Row<'t>>| {
            row.tests.first().is_some_and(|(at, test)| at == place && std::mem::discriminant(test) == kind)
        };
        let group = state.rows.iter().take_while(|row| same(row)).count();
        if group == state.rows.len() {
            return;
        }
        let rest = state.rows.split_off(group);
        for row in &rest {
            for (at, test) in &row.tests {
                if let (Place::Arg(Arg::Var(context)), Test::Read(_, _, position)) = (at, test) {
                    self.save_position(state, *context, *position);
                }
            }
        }
        let mut after = state.with(rest);
        after.cursors.iter_mut().for_each(|(_, at)| *at = None);
        state.fail = self.goto(session, after);
    }

    /// The end of a way through the tree: guards, then the body.
    fn leaf(&mut self, session: &mut Session<'t>, mut state: State<'t>) {
        let clause = state.rows[0].clause;
        let guards = session.clauses[clause].guards;
        if !guards.is_empty() {
            let mut used = Vec::new();
            guards.iter().for_each(|guard| vars_of(guard, &mut used));
            let bound = self.read_used(&mut state, &used);
            let rest = state.with(state.rows[1..].to_vec());
            let no = self.goto(session, rest);
            let yes = self.block();
            self.bind_all(bound);
            self.guards(guards, yes, no);
            self.enter_block(yes);
        }
        let Clause { vars, body, .. } = &session.clauses[clause];
        let (vars, body) = (vars.clone(), *body);
        state.rows.truncate(1);
        let mut args = Vec::with_capacity(vars.len());
        for var in vars {
            let place = state.rows[0].binds.iter().find(|(id, _)| *id == var).map(|(_, place)| place.clone());
            let place = place.map(|place| self.read_place(&mut state, &place));
            args.push(match place {
                Some(Place::Arg(arg)) => arg,
                _ => Arg::Nil,
            });
        }
        self.end(End::Jump(body, args));
    }

    /// Reads variables of the first row that an expression uses.
    pub(super) fn read_used(&mut self, state: &mut State<'t>, used: &[VarId]) -> Vec<(VarId, Arg)> {
        let binds = state.rows[0].binds.clone();
        let wanted = binds.iter().filter(|(id, _)| used.contains(id));
        wanted
            .filter_map(|(id, place)| match self.read_place(state, place) {
                Place::Arg(arg) => Some((*id, arg)),
                _ => None,
            })
            .collect()
    }

    /// Makes variables known to an expression. Not before what else is compiled: other clauses may use their numbers.
    pub(super) fn bind_all(&mut self, bound: Vec<(VarId, Arg)>) {
        for (id, arg) in bound {
            self.bind(id, arg);
        }
    }

    fn choose_constant(&mut self, session: &mut Session<'t>, state: &State<'t>, place: &Place, subject: Arg) {
        let atoms = matches!(state.rows[0].tests[0].1, Test::Atom(_));
        let mut arms: Vec<(Arg, Vec<Rc<Row<'t>>>)> = Vec::new();
        let mut by_value: HashMap<i64, usize> = HashMap::new();
        let mut open: Vec<Rc<Row<'t>>> = Vec::new();
        let mut default: Vec<Rc<Row<'t>>> = Vec::new();
        for row in &state.rows {
            let found = row.find(place);
            let (value, number) = match found.map(|index| &row.tests[index].1) {
                None | Some(Test::Equal(_)) => {
                    arms.iter_mut().for_each(|(_, rows)| rows.push(row.clone()));
                    open.push(row.clone());
                    default.push(row.clone());
                    continue;
                }
                Some(Test::Atom(atom)) if atoms => (Arg::Atom(*atom), i64::from(atom.index())),
                Some(Test::Int(number)) if !atoms => (Arg::Int(*number), *number),
                Some(_) => {
                    default.push(row.clone());
                    continue;
                }
            };
            let next = Rc::new(row.without(found.expect("a row with a test has its index")));
            let arm = *by_value.entry(number).or_insert_with(|| {
                arms.push((value, open.clone()));
                arms.len() - 1
            });
            arms[arm].1.push(next);
        }
        let otherwise = self.goto(session, state.with(default));
        let mut choices = Vec::with_capacity(arms.len());
        for (value, rows) in arms {
            choices.push((value, self.goto(session, state.with(rows))));
        }
        match choices.as_slice() {
            [(value, yes)] => {
                let args = vec![subject, value.clone()];
                self.test(TestKind::Is(Opcode::IsEqExact), args, Vec::new(), *yes, otherwise);
            }
            _ => self.end(End::Select(subject, choices, otherwise)),
        }
    }

    fn choose_list(&mut self, session: &mut Session<'t>, state: &State<'t>, place: &Place, subject: Arg) {
        let test_at = |row: &Row<'t>| row.find(place).map(|index| (index, row.tests[index].1.clone()));
        let list = subject.var().expect("subjects are variables here");
        let any_cell = state.rows.iter().any(|row| matches!(test_at(row), Some((_, Test::Cons(..) | Test::ConsOf(_)))));
        let (mut yes, mut no) = (Vec::new(), Vec::new());
        for row in &state.rows {
            match test_at(row) {
                None | Some((_, Test::Equal(_))) => {
                    yes.push(row.clone());
                    no.push(row.clone());
                }
                Some((index, Test::Cons(head, tail))) => {
                    yes.push(self.replaced(row, index, [(Place::Head(list), head), (Place::Tail(list), tail)], None));
                }
                Some((index, Test::ConsOf(items))) => {
                    let (head, tail) = items.split_first().expect("it has an element");
                    let rest = match tail {
                        [] => (Place::Tail(list), Test::Nil),
                        tail => (Place::Tail(list), Test::ConsOf(tail)),
                    };
                    yes.push(self.replaced(row, index, [(Place::Head(list), Sub::Value(head))], Some(rest)));
                }
                Some((index, Test::Nil)) => {
                    if any_cell {
                        no.push(row.clone());
                    } else {
                        yes.push(Rc::new(row.without(index)));
                    }
                }
                Some((_, Test::Value(Value::ImproperList(..)))) if any_cell => yes.push(row.clone()),
                Some(_) => no.push(row.clone()),
            }
        }
        let yes = self.goto(session, state.with(yes));
        let no = self.goto(session, state.with(no));
        let test = if any_cell { Opcode::IsNonemptyList } else { Opcode::IsNil };
        self.test(TestKind::Is(test), vec![subject], Vec::new(), yes, no);
    }

    fn choose_tuple(&mut self, session: &mut Session<'t>, state: &State<'t>, place: &Place, subject: Arg) {
        let tuple = subject.var().expect("subjects are variables here");
        let mut arms: Vec<(u32, Vec<Rc<Row<'t>>>)> = Vec::new();
        let (mut open, mut other) = (Vec::new(), Vec::new());
        for row in &state.rows {
            let found = row.find(place);
            let (size, next) = match found.map(|index| &row.tests[index].1) {
                None | Some(Test::Equal(_)) => {
                    arms.iter_mut().for_each(|(_, rows)| rows.push(row.clone()));
                    open.push(row.clone());
                    other.push(row.clone());
                    continue;
                }
                Some(&Test::Tuple(items)) => {
                    let parts = items.iter().enumerate().map(|(i, item)| (element(tuple, i), Sub::Pattern(item)));
                    (items.len(), self.replaced(row, found.expect("it was found"), parts, None))
                }
                Some(&Test::TupleOf(items)) => {
                    let parts = items.iter().enumerate().map(|(i, item)| (element(tuple, i), Sub::Value(item)));
                    (items.len(), self.replaced(row, found.expect("it was found"), parts, None))
                }
                Some(_) => {
                    other.push(row.clone());
                    continue;
                }
            };
            let size = size as u32;
            match arms.iter_mut().find(|(arm, _)| *arm == size) {
                Some((_, rows)) => rows.push(next),
                None => {
                    let mut rows = open.clone();
                    rows.push(next);
                    arms.push((size, rows));
                }
            }
        }
        let no = self.goto(session, state.with(other));
        let default = self.goto(session, state.with(open));
        let mut choices = Vec::with_capacity(arms.len());
        for (size, rows) in arms {
            choices.push((size, self.goto(session, state.with(rows))));
        }
        let is_tuple = self.block();
        self.test(TestKind::Is(Opcode::IsTuple), vec![subject.clone()], Vec::new(), is_tuple, no);
        self.enter_block(is_tuple);
        match choices.as_slice() {
            [(size, yes)] => self.test(TestKind::Arity(*size), vec![subject], Vec::new(), *yes, default),
            _ => self.end(End::SelectArity(subject, choices, default)),
        }
    }

    fn choose_map(&mut self, session: &mut Session<'t>, state: &State<'t>, place: &Place, subject: Arg) {
        let (mut yes, mut no) = (Vec::new(), Vec::new());
        for row in &state.rows {
            let found = row.find(place);
            match found.map(|index| (index, &row.tests[index].1)) {
                None | Some((_, Test::Equal(_))) => {
                    yes.push(row.clone());
                    no.push(row.clone());
                }
                Some((index, Test::Map(pairs, _))) => {
                    let known = (!pairs.is_empty()).then(|| (place.clone(), Test::Map(pairs.clone(), true)));
                    yes.push(self.replaced(row, index, [], known));
                }
                Some((_, Test::Value(Value::Map(_)))) => yes.push(row.clone()),
                Some(_) => no.push(row.clone()),
            }
        }
        let yes = self.goto(session, state.with(yes));
        let no = self.goto(session, state.with(no));
        self.test(TestKind::Is(Opcode::IsMap), vec![subject], Vec::new(), yes, no);
    }

    /// Reads keys of a map: the first row's first key, and those that no row has without it.
    fn choose_keys(
        &mut self,
        session: &mut Session<'t>,
        state: &State<'t>,
        place: &Place,
        subject: Arg,
        pairs: &[(Arg, &'t Pattern)],
    ) {
        let pairs_of = |row: &Row<'t>| -> Option<(usize, Rc<[(Arg, &'t Pattern)]>)> {
            let index = row.find(place)?;
            match &row.tests[index].1 {
                Test::Map(pairs, _) => Some((index, pairs.clone())),
                _ => None,
            }
        };
        let has = |pairs: &[(Arg, &'t Pattern)], key: &Arg| pairs.iter().any(|(k, _)| k == key);
        let leader = &pairs[0].0;
        let others: Vec<_> =
            state.rows.iter().filter_map(|row| pairs_of(row)).filter(|(_, pairs)| has(pairs, leader)).collect();
        let mut group: Vec<Arg> = Vec::new();
        for (key, _) in pairs {
            if !group.contains(key) && others.iter().all(|(_, pairs)| has(pairs, key)) {
                group.push(key.clone());
            }
        }
        let wanted = |key: &Arg| {
            state
                .rows
                .iter()
                .filter_map(|row| pairs_of(row))
                .any(|(_, pairs)| pairs.iter().any(|(k, pattern)| k == key && !matches!(pattern, Pattern::Any)))
        };
        let (read, present): (Vec<Arg>, Vec<Arg>) = group.iter().cloned().partition(wanted);
        let dsts: Vec<Var> = read.iter().map(|_| self.var()).collect();
        let (mut yes, mut no) = (Vec::new(), Vec::new());
        for row in &state.rows {
            let Some((index, pairs)) = pairs_of(row) else {
                yes.push(row.clone());
                no.push(row.clone());
                continue;
            };
            if !group.iter().all(|key| has(&pairs, key)) {
                no.push(row.clone());
            }
            let parts = pairs.iter().filter_map(|(key, pattern)| {
                let position = read.iter().position(|k| k == key)?;
                Some((Place::Arg(Arg::Var(dsts[position])), Sub::Pattern(pattern)))
            });
            let left: Rc<[(Arg, &'t Pattern)]> =
                pairs.iter().filter(|(key, _)| !group.contains(key)).cloned().collect();
            let then = (!left.is_empty()).then(|| (place.clone(), Test::Map(left, true)));
            yes.push(self.replaced(row, index, parts, then));
        }
        let yes = self.goto(session, state.with(yes));
        let no = self.goto(session, state.with(no));
        let args = |keys: &[Arg]| {
            let mut args = vec![subject.clone()];
            args.extend_from_slice(keys);
            args
        };
        if present.is_empty() {
            return self.test(TestKind::GetKeys, args(&read), dsts, yes, no);
        }
        if read.is_empty() {
            return self.test(TestKind::HasKeys, args(&present), Vec::new(), yes, no);
        }
        let next = self.block();
        self.test(TestKind::GetKeys, args(&read), dsts, next, no);
        self.enter_block(next);
        self.test(TestKind::HasKeys, args(&present), Vec::new(), yes, no);
    }

    /// Compares with a value: rows with the same test are decided either way, those it excludes are gone if equal.
    fn choose_equal(
        &mut self,
        session: &mut Session<'t>,
        state: &State<'t>,
        place: &Place,
        args: Vec<Arg>,
        same: &dyn Fn(&Test<'t>) -> bool,
        excluded: &dyn Fn(&Test<'t>) -> bool,
    ) {
        let (mut yes, mut no) = (Vec::new(), Vec::new());
        for row in &state.rows {
            match row.find(place).map(|index| (index, &row.tests[index].1)) {
                Some((index, test)) if same(test) => yes.push(Rc::new(row.without(index))),
                Some((_, test)) if excluded(test) => no.push(row.clone()),
                _ => {
                    yes.push(row.clone());
                    no.push(row.clone());
                }
            }
        }
        let yes = self.goto(session, state.with(yes));
        let no = self.goto(session, state.with(no));
        self.test(TestKind::Is(Opcode::IsEqExact), args, Vec::new(), yes, no);
    }
}

fn element(tuple: Var, index: usize) -> Place {
    Place::Element(tuple, index as u32)
}

/// The test of a constant; tuples and lists are taken apart like their patterns.
fn test_of_value(value: &Value) -> Test<'_> {
    match value {
        Value::Atom(atom) => Test::Atom(*atom),
        // Beyond this, integers may be boxed, and there is no choosing by them.
        Value::Int(number) if number.unsigned_abs() < 1 << 58 => Test::Int(*number),
        Value::List(items) if items.is_empty() => Test::Nil,
        Value::List(items) => Test::ConsOf(items),
        Value::Tuple(items) => Test::TupleOf(items),
        other => Test::Value(other),
    }
}

/// Whether something that passes the test may equal a constant that is no atom, small integer, tuple or proper list.
fn may_equal_value(test: &Test<'_>, value: &Value) -> bool {
    match test {
        Test::Atom(_) | Test::Int(_) | Test::Nil | Test::Tuple(_) | Test::TupleOf(_) => false,
        Test::Cons(..) | Test::ConsOf(_) => matches!(value, Value::ImproperList(..)),
        Test::Map(..) => matches!(value, Value::Map(_)),
        Test::Bits(_) => matches!(value, Value::Binary(_) | Value::Bitstring(..)),
        Test::Value(other) => *other == value || matches!(value, Value::Map(_)),
        Test::Equal(_) | Test::Read(..) => true,
    }
}

/// The variables a guard or size expression uses.
pub(super) fn vars_of(expr: &Expr, vars: &mut Vec<VarId>) {
    let mut work = vec![expr];
    while let Some(expr) = work.pop() {
        match &expr.kind {
            ExprKind::Var(id) => vars.push(*id),
            ExprKind::Cons(a, b) | ExprKind::And(a, b) | ExprKind::Or(a, b) => work.extend([&**a, &**b]),
            ExprKind::List(items, tail) => {
                work.extend(items);
                work.extend(tail.as_deref());
            }
            ExprKind::Tuple(items) | ExprKind::Block(items) | ExprKind::CallLocal(_, items) => work.extend(items),
            ExprKind::Map(pairs) => work.extend(pairs.iter().flat_map(|(k, v)| [k, v])),
            ExprKind::Binary(segments) => {
                work.extend(segments.iter().flat_map(|s| [Some(&s.value), s.size.as_ref()]).flatten());
            }
            ExprKind::CallRemote(module, _, args) => {
                work.push(module);
                work.extend(args);
            }
            _ => {}
        }
    }
}
