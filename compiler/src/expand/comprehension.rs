//! `for`: generators, filters and options.

use beamlet_vm::atom::atoms;
use beamlet_vm::Value;

use super::clauses::{arrows, keywords};
use super::host::{Failure, Outcome};
use super::messages::show;
use super::Expander;
use crate::quoted::{Meta, Quoted};
use crate::tree::{Comprehension, Expr, ExprKind, Gather, Step};

impl Expander<'_> {
    pub(super) async fn expand_for(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        let Some((options, steps)) = args.split_last() else {
            return Err(self.fail(meta, "expand::missing_do", "missing :do option in \"for\""));
        };
        let Some(options) = keywords(options) else {
            return Err(self.fail(meta, "expand::missing_do", "missing :do option in \"for\""));
        };
        // Options may stand apart from the block: `for x <- xs, into: %{} do … end`.
        let (steps, mut all) = match steps.split_last() {
            Some((last, rest)) if !rest.is_empty() => match keywords(last).filter(|entries| !entries.is_empty()) {
                Some(entries) => (rest, entries),
                None => (steps, Vec::new()),
            },
            _ => (steps, Vec::new()),
        };
        all.extend(options);
        let (mut into, mut unique, mut reduce, mut body) = (None, None, None, None);
        for (key, value) in all {
            match key.as_str() {
                "into" => into = Some(value),
                "uniq" => unique = Some(value),
                "reduce" => reduce = Some(value),
                "do" => body = Some(value),
                other => {
                    return Err(self.fail(
                        meta,
                        "expand::for_option",
                        format!("unsupported option :{other} given to for"),
                    ))
                }
            }
        }
        let Some(body) = body else {
            return Err(self.fail(meta, "expand::missing_do", "missing :do option in \"for\""));
        };
        let unique = match unique {
            None => false,
            Some(Quoted::Atom(atoms::TRUE)) => true,
            Some(Quoted::Atom(atoms::FALSE)) => false,
            Some(other) => {
                let message =
                    format!(":uniq option for comprehensions only accepts a boolean, got: {}", self.show(other));
                return Err(self.fail(meta, "expand::for_option", message));
            }
        };
        if reduce.is_some() && (into.is_some() || unique) {
            let message = "cannot use :reduce alongside :into/:uniq in comprehension";
            return Err(self.fail(meta, "expand::for_option", message));
        }
        let into = match into {
            Some(quoted) => Some(self.expand(quoted).await?),
            None => None,
        };
        let initial = match reduce {
            Some(quoted) => Some(self.expand(quoted).await?),
            None => None,
        };
        let mark = self.scope.mark();
        let env = self.env.clone();
        let result = self.for_inside(meta, steps, into, initial, body, unique).await;
        self.scope.reset(mark);
        self.env = env;
        result
    }

    async fn for_inside(
        &mut self,
        meta: &Meta,
        steps: &[Quoted],
        into: Option<Expr>,
        initial: Option<Expr>,
        body: &Quoted,
        unique: bool,
    ) -> Outcome<Expr> {
        let mut expanded = Vec::with_capacity(steps.len());
        for (index, step) in steps.iter().enumerate() {
            let result = self.for_step(step).await;
            expanded.push(if index == 0 { result.map_err(|failure| advise_arrow(failure, step)) } else { result }?);
        }
        if !matches!(expanded.first(), Some(Step::Each(..) | Step::Bits(..))) {
            let message = "for comprehensions must start with a generator";
            let failure = self.fail(meta, "expand::for_generator", message);
            return Err(match steps.first() {
                Some(step) => advise_arrow(failure, step),
                None => failure,
            });
        }
        let gather = match initial {
            Some(initial) => {
                if arrows(body).is_none_or(|arrows| arrows.iter().any(|arrow| arrow.heads.len() != 1)) {
                    let message =
                        "when using :reduce with comprehensions, the do block must be written using acc -> expr \
                                   clauses, where each clause expects the accumulator as a single argument";
                    return Err(self.fail(meta, "expand::for_reduce", message));
                }
                Gather::Reduce(initial, self.expand_clauses(meta, "for", "do", body, 1).await?)
            }
            None => {
                if arrows(body).is_some() {
                    let message =
                        "the do block was written using acc -> expr clauses but the :reduce option was not given";
                    return Err(self.fail(meta, "expand::for_reduce", message));
                }
                let body = self.expand(body).await?;
                match into {
                    Some(Expr { kind: ExprKind::Literal(Value::List(list)), .. }) if list.is_empty() => {
                        Gather::List(body)
                    }
                    Some(into) => Gather::Into(into, body),
                    None => Gather::List(body),
                }
            }
        };
        Ok(self.at(meta, ExprKind::For(Box::new(Comprehension { steps: expanded, gather, unique }))))
    }

    async fn for_step(&mut self, step: &Quoted) -> Outcome<Step> {
        match step.as_call() {
            Some((atoms::LEFT_ARROW, meta, [left, right])) => {
                self.note_line(meta);
                let (pattern, guards, value) = self.expand_generator(left, right).await?;
                return Ok(Step::Each(pattern, guards, value));
            }
            Some((atoms::BITSTRING, meta, segments)) => {
                if let Some((last, rest)) = segments.split_last() {
                    if let Some((atoms::LEFT_ARROW, _, [segment, source])) = last.as_call() {
                        self.note_line(meta);
                        let source = self.expand(source).await?;
                        let mut all = rest.to_vec();
                        all.push(segment.clone());
                        self.start_pattern();
                        let outer = self.enter_bits();
                        let segments = self.bits_pattern(meta, &all).await;
                        self.leave_bits(outer);
                        let segments = self.finish_pattern(segments)?;
                        let open = |last: &crate::tree::Segment<crate::tree::Pattern>| {
                            last.kind == crate::tree::SegmentKind::Binary
                                && last.size.is_none()
                                && !matches!(last.value, crate::tree::Pattern::Literal(_))
                        };
                        if segments.last().is_some_and(open) {
                            return Err(self.unsized_binary(meta));
                        }
                        return Ok(Step::Bits(segments, source));
                    }
                }
            }
            _ => {}
        }
        Ok(Step::Filter(self.expand(step).await?))
    }
}

/// Tells who wrote `for x in list` how it is written.
fn advise_arrow(mut failure: Failure, step: &Quoted) -> Failure {
    if let (Failure::Diagnostics(found), Some((operator, _, [left, _]))) = (&mut failure, step.as_call()) {
        if let (Some(first), "in") = (found.first_mut(), operator.as_str()) {
            let name = show(left);
            first.help = Some(format!("what `for` goes through stands behind an arrow: `for {name} <- …`"));
        }
    }
    failure
}
