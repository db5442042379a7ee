//! `|>` and `<>`.

use beamlet_vm::atom::atoms;
use beamlet_vm::Atom;

use crate::expand::host::{Outcome, Raised};
use crate::expand::Expander;
use crate::quoted::{Args, Meta, Quoted};

impl Expander<'_> {
    /// `left |> call(args)` as `call(left, args)`. What stands on the left stays as it is written, a pipe too: macros at
    /// the end of a chain are given it like that.
    pub(super) fn pipe(&self, meta: &Meta, args: &[Quoted]) -> Outcome<Quoted> {
        // Parentheses may put a chain on the right; its calls follow from the left to the right.
        let mut pending = vec![&args[1]];
        let mut result = args[0].clone();
        while let Some(part) = pending.pop() {
            match part.as_call() {
                Some((name, _, [left, right])) if name.as_str() == "|>" => pending.extend([right, left]),
                _ => result = self.pipe_into(meta, result, part)?,
            }
        }
        Ok(result)
    }

    pub(super) fn pipe_into(&self, meta: &Meta, value: Quoted, call: &Quoted) -> Outcome<Quoted> {
        let bad = |message: String| -> Outcome<Quoted> { Err(Raised::exception("ArgumentError", &message).into()) };
        let shown = || format!("cannot pipe {} into {}", self.show(&value), self.show(call));
        let Some(node) = call.as_node() else {
            return bad(format!(
                "{}, can only pipe into local calls foo(), remote calls Foo.bar() or anonymous function calls foo.()",
                shown()
            ));
        };
        match (&node.form, &node.args) {
            (Quoted::Atom(name), Args::List(args)) if matches!(name.as_str(), "+" | "-") && args.len() == 1 => {
                let operand = self.show(&args[0]);
                bad(format!(
                    "piping into a unary operator is not supported, please use the qualified name: Kernel.{name}({operand}), \
                     instead of {name}{operand}"
                ))
            }
            (Quoted::Atom(name), Args::Context(_)) => {
                // A name without parentheses is a call here.
                let mut meta = node.meta.clone();
                meta.extra = None;
                Ok(Quoted::call(*name, meta, vec![value]))
            }
            (Quoted::Atom(name), Args::List(args)) => {
                let text = name.as_str();
                match (text, args.len()) {
                    ("fn", _) => bad(format!(
                        "cannot pipe {} into an anonymous function without calling the function; use Kernel.then/2 instead or \
                         define the anonymous function as a regular private function",
                        self.show(&value)
                    )),
                    ("&" | "__aliases__" | "{}" | "%{}" | "%" | "<<>>" | "__block__", _) => bad(format!(
                        "{}, can only pipe into local calls foo(), remote calls Foo.bar() or anonymous function calls foo.()",
                        shown()
                    )),
                    _ if args.len() == 2 && is_binary_operator(text) => {
                        bad(format!("{}, the :{text} operator can only take one argument", shown()))
                    }
                    _ => {
                        let mut all = vec![value];
                        all.extend(args.iter().cloned());
                        Ok(Quoted::call(*name, node.meta.clone(), all))
                    }
                }
            }
            (form @ Quoted::Node(_), Args::List(args)) => {
                let mut all = vec![value];
                all.extend(args.iter().cloned());
                let mut node_meta = node.meta.clone();
                if let Some(extra) = &mut node_meta.extra {
                    extra.retain(|(key, _)| key.as_str() != "no_parens");
                }
                Ok(Quoted::call(form.clone(), node_meta, all))
            }
            _ => Err(self.fail(meta, "expand::pipe", shown())),
        }
    }

    /// `"a" <> b <> "c"` as one bitstring.
    pub(super) fn concat(&self, meta: &Meta, args: &[Quoted]) -> Outcome<Quoted> {
        let matching = self.pattern.is_some();
        let mut parts = Vec::new();
        let mut rest = [&args[0], &args[1]];
        let position = Meta::at(meta.line, meta.column);
        loop {
            let [left, right] = rest;
            self.concat_part(meta, left, false, matching, &mut parts)?;
            match right.as_call() {
                Some((atoms::CONCAT, _, [left, right])) => rest = [left, right],
                _ => {
                    self.concat_part(meta, right, true, matching, &mut parts)?;
                    break;
                }
            }
        }
        Ok(Quoted::call(atoms::BITSTRING, position, parts))
    }

    pub(super) fn concat_part(
        &self,
        meta: &Meta,
        part: &Quoted,
        last: bool,
        matching: bool,
        parts: &mut Vec<Quoted>,
    ) -> Outcome<()> {
        match part {
            Quoted::Binary(_) => parts.push(part.clone()),
            Quoted::List(_)
            | Quoted::Int(_)
            | Quoted::Float(_)
            | Quoted::Atom(_)
            | Quoted::Pair(_)
            | Quoted::Big(_) => {
                let message = format!("expected binary argument in <> operator but got: {}", self.show(part));
                return Err(Raised::exception("ArgumentError", &message).into());
            }
            _ => {
                let variable = part.as_node().is_some_and(|node| {
                    matches!((&node.form, &node.args), (Quoted::Atom(_), Args::Context(_)))
                        || matches!((&node.form, &node.args), (Quoted::Atom(pin), Args::List(args)) if pin.as_str() == "^" && args.len() == 1)
                });
                if matching && !last && variable {
                    let message = format!(
                        "the left argument of <> operator inside a match should always be a literal binary because its size \
                         can't be verified. Got: {}",
                        self.show(part)
                    );
                    return Err(Raised::exception("ArgumentError", &message).into());
                }
                let binary = Quoted::var(Atom::new("binary"), Meta::default(), atoms::NIL);
                parts.push(Quoted::call(atoms::TYPE_OP, meta.clone(), vec![part.clone(), binary]));
            }
        }
        Ok(())
    }
}

pub(super) fn is_binary_operator(text: &str) -> bool {
    matches!(
        text,
        "+" | "-"
            | "*"
            | "/"
            | "=="
            | "!="
            | "==="
            | "!=="
            | "<"
            | ">"
            | "<="
            | ">="
            | "and"
            | "or"
            | "&&"
            | "||"
            | "<>"
            | "++"
            | "--"
            | "in"
            | "="
            | "=~"
    )
}
