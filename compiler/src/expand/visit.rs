//! A walk over all expressions inside an expression.

use crate::tree::{Clause, Expr, ExprKind, Gather, Pattern, Segment, Step, WithStep};

/// Calls `see` for every expression in `root`, itself included, sizes and keys in patterns too. Uses a work list.
pub fn expressions<'t>(root: &'t Expr, see: &mut impl FnMut(&'t Expr)) {
    let mut work = vec![root];
    while let Some(expr) = work.pop() {
        see(expr);
        children(expr, &mut work);
    }
}

fn clauses<'t>(list: &'t [Clause], work: &mut Vec<&'t Expr>) {
    for clause in list {
        for pattern in &clause.patterns {
            in_pattern(pattern, work);
        }
        work.extend(&clause.guards);
        work.push(&clause.body);
    }
}

fn in_pattern<'t>(pattern: &'t Pattern, work: &mut Vec<&'t Expr>) {
    let mut patterns = vec![pattern];
    while let Some(pattern) = patterns.pop() {
        match pattern {
            Pattern::Any | Pattern::Var(_) | Pattern::Pin(_) | Pattern::Literal(_) => {}
            Pattern::Cons(head, tail) => patterns.extend([&**head, &**tail]),
            Pattern::Both(left, right) => patterns.extend([&**left, &**right]),
            Pattern::Tuple(elements) => patterns.extend(elements),
            Pattern::Map(entries) => {
                for (key, value) in entries {
                    work.push(key);
                    patterns.push(value);
                }
            }
            Pattern::Binary(segments) => {
                for segment in segments {
                    patterns.push(&segment.value);
                    work.extend(&segment.size);
                }
            }
        }
    }
}

fn segments<'t>(list: &'t [Segment<Pattern>], work: &mut Vec<&'t Expr>) {
    for segment in list {
        in_pattern(&segment.value, work);
        work.extend(&segment.size);
    }
}

fn children<'t>(expr: &'t Expr, work: &mut Vec<&'t Expr>) {
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Var(_) | ExprKind::LocalFun(..) => {}
        ExprKind::Cons(left, right) | ExprKind::And(left, right) | ExprKind::Or(left, right) => {
            work.extend([&**left, &**right]);
        }
        ExprKind::RemoteFun(module, name, _) => work.extend([&**module, &**name]),
        ExprKind::List(elements, tail) => {
            work.extend(elements);
            work.extend(tail.as_deref());
        }
        ExprKind::Tuple(elements) | ExprKind::Block(elements) | ExprKind::CallLocal(_, elements) => {
            work.extend(elements)
        }
        ExprKind::Map(pairs) => work.extend(pairs.iter().flat_map(|(key, value)| [key, value])),
        ExprKind::MapUpdate(map, pairs) => {
            work.push(map);
            work.extend(pairs.iter().flat_map(|(key, value)| [key, value]));
        }
        ExprKind::Binary(list) => {
            for segment in list {
                work.push(&segment.value);
                work.extend(&segment.size);
            }
        }
        ExprKind::Match(pattern, value) => {
            in_pattern(pattern, work);
            work.push(value);
        }
        ExprKind::Case(subject, list, _) => {
            work.push(subject);
            clauses(list, work);
        }
        ExprKind::Cond(pairs) => work.extend(pairs.iter().flat_map(|(condition, body)| [condition, body])),
        ExprKind::Receive(list, after) => {
            clauses(list, work);
            if let Some(after) = after {
                work.extend([&after.0, &after.1]);
            }
        }
        ExprKind::Try(parts) => {
            work.push(&parts.body);
            clauses(&parts.else_clauses, work);
            clauses(&parts.catches, work);
            work.extend(&parts.after);
        }
        ExprKind::Fn(list) => clauses(list, work),
        ExprKind::CallRemote(module, _, args) => {
            work.push(module);
            work.extend(args);
        }
        ExprKind::CallFun(fun, args) => {
            work.push(fun);
            work.extend(args);
        }
        ExprKind::For(parts) => {
            for step in &parts.steps {
                match step {
                    Step::Each(pattern, guards, value) => {
                        in_pattern(pattern, work);
                        work.extend(guards);
                        work.push(value);
                    }
                    Step::Bits(list, value) => {
                        segments(list, work);
                        work.push(value);
                    }
                    Step::Filter(value) => work.push(value),
                }
            }
            match &parts.gather {
                Gather::List(body) => work.push(body),
                Gather::Into(into, body) => work.extend([into, body]),
                Gather::Reduce(initial, list) => {
                    work.push(initial);
                    clauses(list, work);
                }
            }
        }
        ExprKind::With(parts) => {
            for step in &parts.steps {
                match step {
                    WithStep::Match(pattern, guards, value) => {
                        in_pattern(pattern, work);
                        work.extend(guards);
                        work.push(value);
                    }
                    WithStep::Plain(value) => work.push(value),
                }
            }
            work.push(&parts.body);
            if let Some(list) = &parts.else_clauses {
                clauses(list, work);
            }
        }
    }
}
