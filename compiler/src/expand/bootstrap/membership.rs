//! `in`: comparisons where the right side is written out.

use beamlet_vm::atom::atoms;
use beamlet_vm::Atom;

use super::ranges::unescaped_range;
use super::{erlang_call, remote_call};
use crate::expand::env::Context;
use crate::expand::host::{Outcome, Raised};
use crate::expand::Expander;
use crate::quoted::{Args, Meta, Quoted};

impl Expander<'_> {
    /// `left in right`: comparisons for a literal list or range, `Enum.member?/2` otherwise.
    pub(super) async fn in_call(&mut self, meta: &Meta, left: &Quoted, right: &Quoted) -> Outcome<Quoted> {
        let mut right = right.clone();
        for _ in 0..100 {
            let expandable = right.as_call().is_some_and(|(name, _, args)| {
                !matches!(name.as_str(), "{}" | "%{}" | ".." | "..//" | "%" | "<<>>" | "__block__" | "fn")
                    && crate::expand::special::Special::of(name, args.len()).is_none()
            });
            if !expandable {
                break;
            }
            match self.expand_once(&right).await? {
                Some(expanded) => right = expanded,
                None => break,
            }
        }
        if let Quoted::List(elements) = &right {
            if self.env.context == Context::Guard {
                right = self.with_literal_tail(elements.to_vec()).await?;
            }
        }
        if let Some(range) = unescaped_range(&right) {
            let message = format!("found unescaped value on the right side of in/2: {range}");
            return Err(Raised::exception("ArgumentError", &message).into());
        }
        let guard = self.env.context == Context::Guard;
        let simple = is_simple(left);
        let result = |value: Quoted, body: &dyn Fn(Quoted) -> Quoted| {
            if guard || simple {
                return body(value);
            }
            // The left side is evaluated once.
            let mut var_meta = Meta::default();
            let owner = self.env.module.unwrap_or(atoms::KERNEL);
            let number = self.cx.compiler.next_counter();
            var_meta.put(crate::expand::counter_key(), Quoted::pair(Quoted::Atom(owner), Quoted::Int(number)));
            let variable = Quoted::var(Atom::new("var"), var_meta, atoms::KERNEL);
            let bind = Quoted::call(atoms::MATCH, Meta::default(), vec![variable.clone(), value]);
            Quoted::call(atoms::BLOCK, Meta::default(), vec![bind, body(variable)])
        };
        match &right {
            Quoted::List(elements) if elements.is_empty() && self.env.context == Context::Normal => {
                let ignored = Quoted::var(atoms::UNDERSCORE, Meta::default(), atoms::KERNEL);
                let bind = Quoted::call(atoms::MATCH, Meta::default(), vec![ignored, left.clone()]);
                Ok(Quoted::call(atoms::BLOCK, Meta::default(), vec![bind, Quoted::Atom(atoms::FALSE)]))
            }
            Quoted::List(elements) => {
                let mut elements = elements.to_vec();
                let mut tail = None;
                if let Some((atoms::PIPE, _, [last, rest])) = elements.last().and_then(|last| last.as_call()) {
                    let (last, rest) = (last.clone(), rest.clone());
                    elements.pop();
                    elements.push(last);
                    tail = Some(rest);
                }
                if elements.is_empty() {
                    return Ok(if guard || simple {
                        Quoted::Atom(atoms::FALSE)
                    } else {
                        Quoted::call(atoms::BLOCK, Meta::default(), vec![left.clone(), Quoted::Atom(atoms::FALSE)])
                    });
                }
                if let Some(tail) = tail {
                    if guard {
                        let message = format!(
                            "invalid right argument for operator \"in\", it expects a compile-time proper list or compile-time \
                             range on the right side when used in guard expressions, got: {}",
                            self.show(&right)
                        );
                        return Err(Raised::exception("ArgumentError", &message).into());
                    }
                    let last = elements.pop().unwrap_or(Quoted::NIL);
                    elements.push(Quoted::call(atoms::PIPE, Meta::default(), vec![last, tail]));
                    return Ok(remote_call(atoms::LISTS, "member", vec![left.clone(), Quoted::list(elements)]));
                }
                if !guard && !elements.iter().all(is_plain) {
                    // Whatever the elements do is done, found or not.
                    return Ok(remote_call(atoms::LISTS, "member", vec![left.clone(), Quoted::list(elements)]));
                }
                Ok(result(left.clone(), &|value: Quoted| {
                    let tests = elements.iter().map(|element| erlang_call("=:=", value.clone(), element.clone()));
                    tests
                        .reduce(|before, test| erlang_call("orelse", before, test))
                        .unwrap_or(Quoted::Atom(atoms::FALSE))
                }))
            }
            Quoted::Binary(_)
            | Quoted::Atom(_)
            | Quoted::Int(_)
            | Quoted::Float(_)
            | Quoted::Pair(_)
            | Quoted::Big(_)
                if guard =>
            {
                let message = format!(
                    "invalid right argument for operator \"in\", it expects a compile-time proper list or compile-time range \
                     on the right side{}, got: {}",
                    if guard { " when used in guard expressions" } else { "" },
                    self.show(&right)
                );
                Err(Raised::exception("ArgumentError", &message).into())
            }
            other => {
                let range = match other.as_call() {
                    Some((name, _, [first, last])) if name == atoms::DOTDOT => Some((first, last, None)),
                    Some((name, _, [first, last, step])) if name.as_str() == "..//" => Some((first, last, Some(step))),
                    Some((atoms::MAP_BRACES, _, pairs)) => range_literal(pairs),
                    _ => None,
                };
                if let Some((first, last, step)) = range {
                    let (first, last) = (&signed(first), &signed(last));
                    let bounds_known = matches!((first, last), (Quoted::Int(_), Quoted::Int(_)));
                    if guard || (bounds_known && !matches!(step, Some(step) if !matches!(step, Quoted::Int(_)))) {
                        return Ok(result(left.clone(), &|value: Quoted| range_test(value, first, last, step)));
                    }
                }
                if guard {
                    let message = format!(
                        "invalid right argument for operator \"in\", it expects a compile-time proper list or compile-time \
                         range on the right side when used in guard expressions, got: {}",
                        self.show(other)
                    );
                    return Err(Raised::exception("ArgumentError", &message).into());
                }
                let _ = meta;
                Ok(remote_call(Atom::new("Elixir.Enum"), "member?", vec![right.clone(), left.clone()]))
            }
        }
    }

    /// A list whose tail, if that is a list itself or expands to one, is part of the list.
    pub(super) async fn with_literal_tail(&mut self, mut elements: Vec<Quoted>) -> Outcome<Quoted> {
        while let Some((atoms::PIPE, meta, [last, rest])) = elements.last().and_then(|last| last.as_call()) {
            let (meta, last, mut rest) = (meta.clone(), last.clone(), rest.clone());
            elements.pop();
            if rest
                .as_call()
                .is_some_and(|(name, _, args)| crate::expand::special::Special::of(name, args.len()).is_none())
            {
                rest = self.expand_once(&rest).await?.unwrap_or(rest);
            }
            match rest {
                Quoted::List(more) => {
                    elements.push(last);
                    elements.extend(more.iter().cloned());
                }
                other => {
                    elements.push(Quoted::call(atoms::PIPE, meta, vec![last, other]));
                    break;
                }
            }
        }
        Ok(Quoted::list(elements))
    }
}

/// A number with a sign before it as the number.
pub(super) fn signed(quoted: &Quoted) -> Quoted {
    match quoted.as_call() {
        Some((atoms::MINUS, _, [Quoted::Int(number)])) => {
            number.checked_neg().map_or_else(|| quoted.clone(), Quoted::Int)
        }
        Some((atoms::PLUS, _, [number @ Quoted::Int(_)])) => number.clone(),
        _ => quoted.clone(),
    }
}

/// Whether evaluating it again, or not at all, makes no difference.
pub(super) fn is_plain(quoted: &Quoted) -> bool {
    match quoted {
        Quoted::Pair(pair) => is_simple(&pair.0) && is_simple(&pair.1),
        Quoted::List(elements) => elements.iter().all(is_simple),
        Quoted::Node(node) => match (&node.form, &node.args) {
            (Quoted::Atom(name), Args::List(args)) => match name.as_str() {
                "__aliases__" | "__MODULE__" | "@" => true,
                "{}" | "-" | "^" => args.iter().all(is_simple),
                _ => false,
            },
            _ => is_simple(quoted),
        },
        _ => true,
    }
}

pub(super) fn is_simple(quoted: &Quoted) -> bool {
    match quoted {
        Quoted::Node(node) => matches!((&node.form, &node.args), (Quoted::Atom(_), Args::Context(_))),
        Quoted::List(_) | Quoted::Pair(_) => false,
        _ => true,
    }
}

/// The bounds and step of a range that is written out as a map, as a module attribute holds it.
pub(super) fn range_literal(pairs: &[Quoted]) -> Option<(&Quoted, &Quoted, Option<&Quoted>)> {
    let find = |name: &str| {
        pairs.iter().find_map(|pair| match pair {
            Quoted::Pair(pair) => match &pair.0 {
                Quoted::Atom(key) if key.as_str() == name => Some(&pair.1),
                _ => None,
            },
            _ => None,
        })
    };
    match find("__struct__") {
        Some(Quoted::Atom(module)) if module.as_str() == "Elixir.Range" => {
            Some((find("first")?, find("last")?, find("step")))
        }
        _ => None,
    }
}

/// The test that a value lies in a range.
pub(super) fn range_test(value: Quoted, first: &Quoted, last: &Quoted, step: Option<&Quoted>) -> Quoted {
    let is_integer = remote_call(atoms::ERLANG, "is_integer", vec![value.clone()]);
    let and = |left, right| erlang_call("andalso", left, right);
    let within = |low: &Quoted, high: &Quoted| {
        and(erlang_call(">=", value.clone(), low.clone()), erlang_call("=<", value.clone(), high.clone()))
    };
    let by_step = |step: &Quoted, test: Quoted| match step {
        Quoted::Int(1 | -1) => test,
        step => {
            let offset = erlang_call("-", value.clone(), first.clone());
            let rest = erlang_call("rem", offset, step.clone());
            and(test, erlang_call("=:=", rest, Quoted::Int(0)))
        }
    };
    // Bounds that are not written out must turn out to be integers.
    let bounds = |first: &Quoted, last: &Quoted, test: Quoted| {
        [first, last]
            .into_iter()
            .filter(|bound| !matches!(bound, Quoted::Int(_)))
            .fold(test, |test, bound| and(test, remote_call(atoms::ERLANG, "is_integer", vec![bound.clone()])))
    };
    match (first, last, step) {
        (Quoted::Int(low), Quoted::Int(high), None) if low == high => erlang_call("=:=", value, first.clone()),
        (Quoted::Int(low), Quoted::Int(high), None) => {
            let (low, high) = if low <= high { (first, last) } else { (last, first) };
            and(is_integer, within(low, high))
        }
        (_, _, Some(step @ Quoted::Int(number))) => {
            let (low, high) = if *number > 0 { (first, last) } else { (last, first) };
            and(is_integer, by_step(step, within(low, high)))
        }
        (_, _, None) => {
            let is_integer = bounds(first, last, is_integer);
            let up = and(erlang_call("=<", first.clone(), last.clone()), within(first, last));
            let down = and(erlang_call("<", last.clone(), first.clone()), within(last, first));
            and(is_integer, erlang_call("orelse", up, down))
        }
        (_, _, Some(step)) => {
            let is_integer = bounds(first, last, is_integer);
            let up = and(erlang_call(">", step.clone(), Quoted::Int(0)), within(first, last));
            let down = and(erlang_call("<", step.clone(), Quoted::Int(0)), within(last, first));
            and(is_integer, by_step(step, erlang_call("orelse", up, down)))
        }
    }
}
