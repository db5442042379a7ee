//! Lowering of expressions.

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::bifs::{self, bif_kind};
use super::build::{Lower, Target};
use super::ir::*;
use crate::tree::{Expr, ExprKind, Pattern};

/// The number of nested calls before the host stack is looked at costs nothing to speak of: each level looks.
const RED_ZONE: usize = 128 * 1024;
const STACK_CHUNK: usize = 4 * 1024 * 1024;

/// Runs `f` with enough host stack for one more level of nesting.
pub(crate) fn with_stack<R>(f: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(RED_ZONE, STACK_CHUNK, f)
}

impl<'t> Lower<'t> {
    /// The value of an expression; the current block goes on after it.
    pub(crate) fn expr(&mut self, expr: &'t Expr) -> Arg {
        match &expr.kind {
            ExprKind::Literal(value) => Arg::constant(value),
            ExprKind::Var(id) => self.lookup(*id, expr.line),
            _ => with_stack(|| self.deep_expr(expr)),
        }
    }

    fn exprs(&mut self, exprs: &'t [Expr]) -> Vec<Arg> {
        let mut args = Vec::with_capacity(exprs.len() + 1);
        for expr in exprs {
            args.push(self.expr(expr));
        }
        args
    }

    fn deep_expr(&mut self, expr: &'t Expr) -> Arg {
        let line = expr.line;
        match &expr.kind {
            ExprKind::Literal(value) => Arg::constant(value),
            ExprKind::Var(id) => self.lookup(*id, line),
            ExprKind::Cons(head, tail) => {
                let args = vec![self.expr(head), self.expr(tail)];
                self.cons(args)
            }
            ExprKind::List(items, tail) => {
                let items = self.exprs(items);
                let mut list = tail.as_ref().map_or(Arg::Nil, |tail| self.expr(tail));
                for item in items.into_iter().rev() {
                    list = self.cons(vec![item, list]);
                }
                list
            }
            ExprKind::Tuple(items) => {
                let args = self.exprs(items);
                self.tuple(args)
            }
            ExprKind::Map(pairs) => self.map(pairs),
            ExprKind::MapUpdate(map, pairs) => self.map_update(map, pairs, line),
            ExprKind::Binary(segments) => self.build_bits(None, segments, line),
            ExprKind::Block(items) => {
                let Some((last, before)) = items.split_last() else { return Arg::Atom(atoms::NIL) };
                for item in before {
                    self.effect(item);
                }
                self.expr(last)
            }
            ExprKind::Match(pattern, value) => {
                let value = self.expr(value);
                self.match_or_raise(pattern, value.clone(), line);
                value
            }
            ExprKind::Fn(clauses) => self.closure(clauses, line),
            ExprKind::LocalFun(name, arity) => {
                let arity = u32::from(*arity);
                if !self.is_defined(*name, arity) {
                    self.error("codegen::undefined", line, format!("undefined function {name}/{arity}"));
                }
                self.value(OpKind::Fun(*name, arity), Vec::new(), 0)
            }
            ExprKind::RemoteFun(module, name, arity) => {
                let module = self.expr(module);
                let name = self.expr(name);
                if let (Arg::Atom(module), Arg::Atom(name)) = (&module, &name) {
                    return Arg::constant(&Value::ExternalFun(*module, *name, u32::from(*arity)));
                }
                let args = vec![module, name, Arg::Int(i64::from(*arity))];
                self.value(OpKind::Call(Callee::Remote(atoms::ERLANG, Atom::new("make_fun"))), args, line)
            }
            ExprKind::CallLocal(..) | ExprKind::CallFun(..) => {
                let (callee, args) = self.call_parts(expr);
                self.value(OpKind::Call(callee), args, line)
            }
            ExprKind::CallRemote(module, name, args) => self.remote_call(module, *name, args, line),
            ExprKind::For(comprehension) => self.comprehension(comprehension, line),
            ExprKind::Try(tries) => self.try_value(tries, line),
            ExprKind::Case(..)
            | ExprKind::Cond(_)
            | ExprKind::Receive(..)
            | ExprKind::With(_)
            | ExprKind::And(..)
            | ExprKind::Or(..) => {
                let (join, value) = self.join();
                self.to(expr, Target::Join(join));
                self.enter_block(join);
                Arg::Var(value)
            }
        }
    }

    /// Evaluates an expression for what it does.
    pub(crate) fn effect(&mut self, expr: &'t Expr) {
        match &expr.kind {
            ExprKind::Literal(_) | ExprKind::Var(_) => {}
            ExprKind::Case(..)
            | ExprKind::Cond(_)
            | ExprKind::Receive(..)
            | ExprKind::With(_)
            | ExprKind::And(..)
            | ExprKind::Or(..) => {
                let next = self.block();
                self.to(expr, Target::Effect(next));
                self.enter_block(next);
            }
            _ => {
                self.expr(expr);
            }
        }
    }

    /// Evaluates an expression and ends the current block by delivering its value.
    pub(crate) fn to(&mut self, expr: &'t Expr, target: Target) {
        with_stack(|| self.lower_deep(expr, target));
    }

    fn lower_deep(&mut self, expr: &'t Expr, target: Target) {
        let line = expr.line;
        match &expr.kind {
            ExprKind::Block(items) if !items.is_empty() => {
                let (last, before) = items.split_last().expect("it is not empty");
                for item in before {
                    self.effect(item);
                }
                self.to(last, target);
            }
            ExprKind::Case(subject, clauses, no_match) => self.case(subject, clauses, no_match, line, target),
            ExprKind::Cond(clauses) => self.cond(clauses, line, target),
            ExprKind::Receive(clauses, after) => self.receive(clauses, after.as_deref(), target),
            ExprKind::With(with) => self.with(with, line, target),
            ExprKind::And(left, right) => self.and_or(true, left, right, line, target),
            ExprKind::Or(left, right) => self.and_or(false, left, right, line, target),
            ExprKind::CallLocal(..) | ExprKind::CallFun(..) if matches!(target, Target::Tail) => {
                let (callee, args) = self.call_parts(expr);
                self.end(End::TailCall(callee, args, line));
            }
            ExprKind::CallRemote(module, name, args) => self.remote_call_to(module, *name, args, line, target),
            ExprKind::Try(tries) => self.try_to(tries, line, target),
            _ => {
                let value = self.expr(expr);
                self.deliver(value, target);
            }
        }
    }

    /// A list cell, constant when its parts are.
    pub(super) fn cons(&mut self, args: Vec<Arg>) -> Arg {
        match (args[0].value(), args[1].value()) {
            (Some(head), Some(tail)) => Arg::constant(&Value::list_with_tail(vec![head], tail)),
            _ => self.value(OpKind::Cons, args, 0),
        }
    }

    /// A tuple, constant when its elements are.
    pub(super) fn tuple(&mut self, args: Vec<Arg>) -> Arg {
        if args.iter().all(|arg| arg.var().is_none()) {
            return Arg::constant(&Value::Tuple(args.iter().filter_map(Arg::value).collect()));
        }
        self.value(OpKind::Tuple, args, 0)
    }

    /// The callee and arguments of a local call or a call of a fun.
    fn call_parts(&mut self, expr: &'t Expr) -> (Callee, Vec<Arg>) {
        match &expr.kind {
            ExprKind::CallLocal(name, args) => {
                let arity = args.len() as u32;
                if !self.is_defined(*name, arity) {
                    self.error("codegen::undefined", expr.line, format!("undefined function {name}/{arity}"));
                }
                (Callee::Local(*name, arity), self.exprs(args))
            }
            ExprKind::CallFun(fun, args) => {
                let fun = self.expr(fun);
                let mut args = self.exprs(args);
                args.push(fun);
                (Callee::Fun, args)
            }
            _ => unreachable!("only calls have parts of calls"),
        }
    }

    fn remote_parts(&mut self, module: &'t Expr, name: Atom, args: &'t [Expr]) -> (Callee, Vec<Arg>) {
        let module = self.expr(module);
        let mut args = self.exprs(args);
        match module {
            Arg::Atom(atoms::ERLANG) if name == atoms::BANG && args.len() == 2 => (Callee::Send, args),
            Arg::Atom(module) => (Callee::Remote(module, name), args),
            module => {
                args.push(module);
                args.push(Arg::Atom(name));
                (Callee::Apply, args)
            }
        }
    }

    fn remote_call(&mut self, module: &'t Expr, name: Atom, args: &'t [Expr], line: u32) -> Arg {
        if is_map_get(module, name, args) || is_to_string(module, name, args) {
            let (join, value) = self.join();
            self.remote_call_to(module, name, args, line, Target::Join(join));
            self.enter_block(join);
            return Arg::Var(value);
        }
        if let Some(value) = self.map_addition(module, name, args, line) {
            return value;
        }
        if let Some(name) = guard_name(module, name, args.len()) {
            if let Some(kind) = short_circuit(name, args) {
                let (join, value) = self.join();
                self.and_or(kind, &args[0], &args[1], line, Target::Join(join));
                self.enter_block(join);
                return Arg::Var(value);
            }
            if bif_kind(name, args.len()).is_some() {
                let args = self.exprs(args);
                return self.bif(name, args, line);
            }
        }
        let (callee, args) = self.remote_parts(module, name, args);
        self.value(OpKind::Call(callee), args, line)
    }

    fn remote_call_to(&mut self, module: &'t Expr, name: Atom, args: &'t [Expr], line: u32, target: Target) {
        if is_map_get(module, name, args) {
            return self.map_get(module, name, args, line, target);
        }
        if is_to_string(module, name, args) {
            return self.text(module, name, args, line, target);
        }
        if let Some(value) = self.map_addition(module, name, args, line) {
            return self.deliver(value, target);
        }
        if let Some(name) = guard_name(module, name, args.len()) {
            if let Some(kind) = short_circuit(name, args) {
                return self.and_or(kind, &args[0], &args[1], line, target);
            }
            if let Target::Branch(yes, no) = target {
                if let Some((test, swapped)) = self.body_test(name, args) {
                    let mut args = self.exprs(args);
                    if swapped {
                        args.swap(0, 1);
                    }
                    return self.test(TestKind::Is(test), args, Vec::new(), yes, no);
                }
                if name == atoms::NOT && args.len() == 1 && self.is_boolean(&args[0], 8) {
                    return self.to(&args[0], Target::Branch(no, yes));
                }
            }
            if bif_kind(name, args.len()).is_some() {
                let args = self.exprs(args);
                let value = self.bif(name, args, line);
                return self.deliver(value, target);
            }
        }
        let (callee, args) = self.remote_parts(module, name, args);
        self.call_to(callee, args, line, target);
    }

    /// The test instruction for a call outside guards: only where it raises in no case.
    fn body_test(&self, name: Atom, args: &[Expr]) -> Option<(beamlet_vm::code::Opcode, bool)> {
        let arity_known =
            |args: &[Expr]| matches!(args.get(1).map(|a| &a.kind), Some(ExprKind::Literal(Value::Int(n))) if *n >= 0);
        if name == Atom::new("is_function") && args.len() == 2 && !arity_known(args) {
            return None;
        }
        bifs::test_of(name, args.len())
    }

    /// A call of a guard function, folded when its arguments are small constants.
    pub(super) fn bif(&mut self, name: Atom, args: Vec<Arg>, line: u32) -> Arg {
        if let Some(folded) = fold(name, &args) {
            return folded;
        }
        self.value(OpKind::Bif(name), args, line)
    }

    /// Whether an expression gives only `true` or `false`, as far as `depth` levels tell.
    pub(super) fn is_boolean(&self, expr: &Expr, depth: u32) -> bool {
        if depth == 0 {
            return false;
        }
        match &expr.kind {
            ExprKind::Literal(value) => *value == Value::TRUE || *value == Value::FALSE,
            ExprKind::And(_, right) | ExprKind::Or(_, right) => self.is_boolean(right, depth - 1),
            ExprKind::CallRemote(module, name, args) => match guard_name(module, *name, args.len()) {
                Some(name) => match short_circuit(name, args) {
                    Some(_) => self.is_boolean(&args[1], depth - 1),
                    None => bifs::is_boolean(name, args.len()),
                },
                None => false,
            },
            ExprKind::Case(_, clauses, _) => clauses.iter().all(|clause| self.is_boolean(&clause.body, depth - 1)),
            ExprKind::Cond(clauses) => clauses.iter().all(|(_, body)| self.is_boolean(body, depth - 1)),
            ExprKind::Block(items) => items.last().is_some_and(|last| self.is_boolean(last, depth - 1)),
            _ => false,
        }
    }

    fn map(&mut self, pairs: &'t [(Expr, Expr)]) -> Arg {
        let pairs: Vec<(Arg, Arg)> = pairs.iter().map(|(key, value)| (self.expr(key), self.expr(value))).collect();
        let constant_keys: Option<Vec<Value>> = pairs.iter().map(|(key, _)| key.value()).collect();
        if let Some(keys) = constant_keys {
            // With every key known, a constant map with all keys is updated: the result shares its keys.
            let mut template: Vec<(Value, Value)> = Vec::with_capacity(pairs.len());
            let mut dynamic: Vec<(Arg, Arg)> = Vec::new();
            for (key, (key_arg, value)) in keys.into_iter().zip(pairs) {
                let constant = value.value();
                let known = constant.clone().unwrap_or(Value::NIL);
                dynamic.retain(|(earlier, _)| *earlier != key_arg);
                match template.iter_mut().find(|(earlier, _)| *earlier == key) {
                    Some((_, slot)) => *slot = known,
                    None => template.push((key, known)),
                }
                if constant.is_none() {
                    dynamic.push((key_arg, value));
                }
            }
            let template = Arg::constant(&Value::Map(sorted(template)));
            return if dynamic.is_empty() { template } else { self.put_map(true, template, dynamic, 0) };
        }
        self.put_map(false, Arg::constant(&Value::Map(Vec::new())), pairs, 0)
    }

    fn map_update(&mut self, map: &'t Expr, pairs: &'t [(Expr, Expr)], line: u32) -> Arg {
        let map = self.expr(map);
        let pairs: Vec<(Arg, Arg)> = pairs.iter().map(|(key, value)| (self.expr(key), self.expr(value))).collect();
        self.expect_map(&map, line);
        self.put_map(true, map, pairs, line)
    }

    /// Goes on with a map only: the instructions that put pairs into one do not look at what they are given.
    fn expect_map(&mut self, map: &Arg, line: u32) {
        let (is_map, bad) = (self.block(), self.block());
        self.test(TestKind::Is(beamlet_vm::code::Opcode::IsMap), vec![map.clone()], Vec::new(), is_map, bad);
        self.enter_block(bad);
        let reason = self.tuple(vec![Arg::Atom(atoms::BADMAP), map.clone()]);
        self.raise_error(reason, line);
        self.enter_block(is_map);
    }

    /// A call that adds known pairs to a map, which is an instruction: `maps:put`, and `maps:merge` with a map that is written out.
    /// The map is evaluated first.
    fn map_addition(&mut self, module: &'t Expr, name: Atom, args: &'t [Expr], line: u32) -> Option<Arg> {
        if !matches!(&module.kind, ExprKind::Literal(Value::Atom(module)) if module.as_str() == "maps") {
            return None;
        }
        let (source, map, pairs) = match (name.as_str(), args) {
            ("put", [key, value, map]) => (map, self.expr(map), vec![(self.expr(key), self.expr(value))]),
            ("merge", [source, Expr { kind: ExprKind::Map(pairs), .. }]) if !pairs.is_empty() => {
                let map = self.expr(source);
                (source, map, pairs.iter().map(|(key, value)| (self.expr(key), self.expr(value))).collect())
            }
            ("merge", [map, Expr { kind: ExprKind::Literal(Value::Map(pairs)), .. }])
                if (1..=32).contains(&pairs.len()) =>
            {
                let constant = |(key, value): &(Value, Value)| (Arg::constant(key), Arg::constant(value));
                (map, self.expr(map), pairs.iter().map(constant).collect())
            }
            _ => return None,
        };
        if !gives_map(source) {
            self.expect_map(&map, line);
        }
        Some(self.put_map(false, map, pairs, line))
    }

    /// `Map.get` of a map is an instruction, and neither a call nor a reason for a frame. Of anything else it is the call, for
    /// its error.
    fn map_get(&mut self, module: &'t Expr, name: Atom, args: &'t [Expr], line: u32, target: Target) {
        let (callee, parts) = self.remote_parts(module, name, args);
        let (is_map, bad, hit, miss) = (self.block(), self.block(), self.block(), self.block());
        self.test(TestKind::Is(beamlet_vm::code::Opcode::IsMap), vec![parts[0].clone()], Vec::new(), is_map, bad);
        self.enter_block(is_map);
        let found = self.var();
        self.test(TestKind::GetKeys, parts[..2].to_vec(), vec![found], hit, miss);
        self.enter_block(hit);
        self.deliver(Arg::Var(found), target);
        self.enter_block(miss);
        self.deliver(parts.get(2).cloned().unwrap_or(Arg::Atom(atoms::NIL)), target);
        self.enter_block(bad);
        let map = parts[0].clone();
        if matches!(target, Target::Tail) {
            return self.end(End::TailCall(callee, parts, line));
        }
        self.value(OpKind::Call(callee), parts, line);
        let reason = self.tuple(vec![Arg::Atom(atoms::BADMAP), map]);
        self.raise_error(reason, line);
    }

    /// `String.Chars.to_string` of a binary is that binary. Only what is something else goes to the protocol.
    fn text(&mut self, module: &'t Expr, name: Atom, args: &'t [Expr], line: u32, target: Target) {
        let (callee, args) = self.remote_parts(module, name, args);
        let (binary, other) = (self.block(), self.block());
        self.test(TestKind::Is(beamlet_vm::code::Opcode::IsBinary), args.clone(), Vec::new(), binary, other);
        self.enter_block(binary);
        self.deliver(args[0].clone(), target);
        self.enter_block(other);
        self.call_to(callee, args, line, target);
    }

    /// A call that delivers its value.
    fn call_to(&mut self, callee: Callee, args: Vec<Arg>, line: u32, target: Target) {
        if matches!(target, Target::Tail) && !matches!(callee, Callee::Send) {
            return self.end(End::TailCall(callee, args, line));
        }
        let value = self.value(OpKind::Call(callee), args, line);
        self.deliver(value, target);
    }

    /// Sets pairs in order: one operation for a run of different constant keys, one for each computed key.
    pub(super) fn put_map(&mut self, exact: bool, map: Arg, pairs: Vec<(Arg, Arg)>, line: u32) -> Arg {
        let mut map = map;
        let mut run: Vec<Arg> = Vec::new();
        let mut flush = |lower: &mut Self, run: &mut Vec<Arg>| {
            if !run.is_empty() {
                let mut args = Vec::with_capacity(run.len() + 1);
                args.push(map.clone());
                args.append(run);
                map = lower.value(OpKind::PutMap { exact }, args, line);
            }
        };
        for (key, value) in pairs {
            let computed = key.var().is_some();
            let repeated =
                run.iter().step_by(2).any(|earlier| *earlier == key || (computed || earlier.var().is_some()));
            if repeated {
                flush(self, &mut run);
            }
            run.push(key);
            run.push(value);
        }
        flush(self, &mut run);
        map
    }

    /// Ends the current block by raising an error.
    pub(super) fn raise_error(&mut self, reason: Arg, line: u32) {
        let callee = Callee::Remote(atoms::ERLANG, atoms::ERROR);
        if self.f.handler.is_some() {
            // In a `try` it is a call that does not come back.
            let value = self.value(OpKind::Call(callee), vec![reason], line);
            self.end(End::Fail(Failure::Badmatch, value, line));
        } else {
            self.end(End::TailCall(callee, vec![reason], line));
        }
    }

    /// Matches a value that must match.
    pub(super) fn match_or_raise(&mut self, pattern: &'t Pattern, value: Arg, line: u32) {
        match pattern {
            Pattern::Any => {}
            Pattern::Var(id) => self.bind(*id, value),
            _ => {
                let fail = self.block();
                self.match_single(pattern, value.clone(), fail);
                let body = self.current();
                self.enter_block(fail);
                self.end(End::Fail(Failure::Badmatch, value, line));
                self.enter_block(body);
            }
        }
    }
}

/// Keys in term order, as values of maps hold them.
fn sorted(mut pairs: Vec<(Value, Value)>) -> Vec<(Value, Value)> {
    pairs.sort_by(|(a, _), (b, _)| key_order(a, b));
    pairs
}

/// The order of keys: exact for atoms, integers and binaries, by kind between kinds, and stable otherwise; the loader
/// sorts what it builds from the external format.
fn key_order(a: &Value, b: &Value) -> std::cmp::Ordering {
    fn rank(value: &Value) -> u8 {
        match value {
            Value::Int(_) | Value::Big(_) | Value::Float(_) => 0,
            Value::Atom(_) => 1,
            Value::ExternalFun(..) | Value::Opaque(_) => 2,
            Value::Tuple(_) => 3,
            Value::Map(_) => 4,
            Value::List(_) | Value::ImproperList(..) => 5,
            Value::Binary(_) | Value::Bitstring(..) => 6,
        }
    }
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Atom(a), Value::Atom(b)) => a.cmp(b),
        (Value::Binary(a), Value::Binary(b)) => a.cmp(b),
        _ => rank(a).cmp(&rank(b)),
    }
}

/// Whether a call is `Map.get`, with a default or without, of what is not known yet.
fn is_map_get(module: &Expr, name: Atom, args: &[Expr]) -> bool {
    matches!(args, [map, _] | [map, _, _] if !matches!(map.kind, ExprKind::Literal(_)))
        && name.as_str() == "get"
        && matches!(&module.kind, ExprKind::Literal(Value::Atom(module)) if module.as_str() == "Elixir.Map")
}

/// Whether a call is `String.Chars.to_string` of what is not known yet.
fn is_to_string(module: &Expr, name: Atom, args: &[Expr]) -> bool {
    matches!(args, [value] if !matches!(value.kind, ExprKind::Literal(_)))
        && name.as_str() == "to_string"
        && matches!(&module.kind, ExprKind::Literal(Value::Atom(module)) if module.as_str() == "Elixir.String.Chars")
}

/// Whether an expression gives a map or raises.
fn gives_map(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Map(_) | ExprKind::MapUpdate(..) | ExprKind::Literal(Value::Map(_)) => true,
        ExprKind::CallRemote(module, name, args) => {
            matches!(&module.kind, ExprKind::Literal(Value::Atom(module)) if module.as_str() == "maps")
                && matches!((name.as_str(), args.len()), ("put", 3) | ("merge", 2))
        }
        _ => false,
    }
}

/// Whether an expression is the atom `erlang`.
pub(super) fn is_erlang(module: &Expr) -> bool {
    matches!(&module.kind, ExprKind::Literal(Value::Atom(atoms::ERLANG)))
}

/// The name in `erlang` of a function that guards may call, also of those that `maps` has for the same.
fn guard_name(module: &Expr, name: Atom, arity: usize) -> Option<Atom> {
    let ExprKind::Literal(Value::Atom(module)) = &module.kind else { return None };
    if *module == atoms::ERLANG {
        return Some(name);
    }
    if module.as_str() != "maps" {
        return None;
    }
    match (name.as_str(), arity) {
        ("get", 2) => Some(Atom::new("map_get")),
        ("is_key", 2) => Some(Atom::new("is_map_key")),
        ("size", 1) => Some(Atom::new("map_size")),
        _ => None,
    }
}

/// `Some(true)` for `andalso`, `Some(false)` for `orelse`.
pub(super) fn short_circuit(name: Atom, args: &[Expr]) -> Option<bool> {
    match (name.as_str(), args.len()) {
        ("andalso", 2) => Some(true),
        ("orelse", 2) => Some(false),
        _ => None,
    }
}

fn fold(name: Atom, args: &[Arg]) -> Option<Arg> {
    let boolean = |value| Some(Arg::Atom(Atom::from_bool(value)));
    match args {
        [Arg::Int(a)] => match name {
            atoms::MINUS => a.checked_neg().map(Arg::Int),
            atoms::PLUS => Some(Arg::Int(*a)),
            _ => None,
        },
        [Arg::Atom(a)] if name == atoms::NOT => match *a {
            atoms::TRUE => boolean(false),
            atoms::FALSE => boolean(true),
            _ => None,
        },
        [Arg::Int(a), Arg::Int(b)] => match name {
            atoms::PLUS => a.checked_add(*b).map(Arg::Int),
            atoms::MINUS => a.checked_sub(*b).map(Arg::Int),
            atoms::STAR => a.checked_mul(*b).map(Arg::Int),
            atoms::BAND => Some(Arg::Int(a & b)),
            atoms::BOR => Some(Arg::Int(a | b)),
            atoms::BXOR => Some(Arg::Int(a ^ b)),
            atoms::LT => boolean(a < b),
            atoms::LE => boolean(a <= b),
            atoms::GT => boolean(a > b),
            atoms::GE => boolean(a >= b),
            atoms::EQ | atoms::EXACT_EQ => boolean(a == b),
            atoms::NE | atoms::EXACT_NE => boolean(a != b),
            _ => None,
        },
        [Arg::Atom(a), Arg::Atom(b)] => match name {
            atoms::EQ | atoms::EXACT_EQ => boolean(a == b),
            atoms::NE | atoms::EXACT_NE => boolean(a != b),
            _ => None,
        },
        _ => None,
    }
}
