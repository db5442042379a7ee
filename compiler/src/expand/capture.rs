//! `&`: functions by name, and expressions with numbered places.

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::call::Resolved;
use super::env::Context;
use super::host::Outcome;
use super::special::Special;
use super::{Expander, LocalCall};
use crate::quoted::{Args, Meta, Quoted};
use crate::tree::{Clause, Expr, ExprKind, Pattern};

impl Expander<'_> {
    pub(super) async fn expand_capture(&mut self, meta: &Meta, captured: &Quoted) -> Outcome<Expr> {
        if let Quoted::Int(number) = captured {
            return self.capture_argument(meta, *number);
        }
        if let Some((atoms::SLASH, _, [function, Quoted::Int(arity)])) = captured.as_call() {
            if let Some(node) = function.as_node() {
                match (&node.form, &node.args) {
                    (Quoted::Atom(name), Args::Context(_)) => {
                        return self.capture_local(meta, *name, &node.meta, *arity).await;
                    }
                    (Quoted::Node(dot), Args::List(args)) if args.is_empty() => {
                        if let Some([module, Quoted::Atom(name)]) = dot.as_dot() {
                            if !has_placeholder(module) {
                                if node.meta.get(Atom::new("no_parens")).is_none() {
                                    let shown =
                                        self.show(captured.as_call().map_or(captured, |(_, _, parts)| &parts[0]));
                                    let plain = shown.trim_end_matches("()");
                                    let message = format!(
                                        "extra parentheses on a remote function capture &{shown}/{arity} have been deprecated. \
                                         Please remove the parentheses: &{plain}/{arity}"
                                    );
                                    self.warn(meta, "expand::capture_parens", message);
                                }
                                return self.capture_remote(meta, &node.meta, module, *name, *arity).await;
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        if let Some(node) = captured.as_node() {
            if let (Quoted::Atom(_), Args::Context(_)) = (&node.form, &node.args) {
                return Err(self.capture_without_argument(meta, captured));
            }
        }
        let body = match captured.as_call() {
            Some((atoms::BLOCK, _, [single])) => single,
            Some((atoms::BLOCK, block_meta, many)) if many.len() > 1 => {
                let message = format!(
                    "block expressions are not allowed inside the capture operator &, got: {}",
                    self.show(captured)
                );
                return Err(self.fail(block_meta, "expand::capture_block", message));
            }
            _ => captured,
        };
        if self.captures.is_some() {
            let message = format!(
                "nested captures are not allowed. You cannot define a function using  the capture operator & inside another \
                 function defined via &. Got invalid nested capture: & {}",
                self.show(captured)
            );
            return Err(self.fail(meta, "expand::nested_capture", message));
        }
        if let Some((name, args)) = self.sequential(body) {
            return self.capture_sequential(meta, body, name, args).await;
        }
        self.capture_expression(meta, body).await
    }

    fn capture_argument(&mut self, meta: &Meta, number: i64) -> Outcome<Expr> {
        let Some(captures) = &mut self.captures else {
            let message = format!("capture argument &{number} must be used within the capture operator &");
            return Err(self.fail(meta, "expand::capture_outside", message));
        };
        let Ok(index) = usize::try_from(number - 1) else {
            let message = format!("capture argument &{number} must be numbered between 1 and 255");
            return Err(self.fail(meta, "expand::capture_number", message));
        };
        if index >= 255 {
            let message = format!("capture argument &{number} must be numbered between 1 and 255");
            return Err(self.fail(meta, "expand::capture_number", message));
        }
        if captures.len() <= index {
            captures.resize(index + 1, None);
        }
        let variable = match captures[index] {
            Some(variable) => variable,
            None => {
                let variable = self.scope.temporary();
                if let Some(captures) = &mut self.captures {
                    captures[index] = Some(variable);
                }
                variable
            }
        };
        Ok(self.at(meta, ExprKind::Var(variable)))
    }

    fn capture_without_argument(&self, meta: &Meta, body: &Quoted) -> super::host::Failure {
        let message = format!(
            "invalid args for &, expected one of:\n\n  * &Mod.fun/arity to capture a remote function, such as &Enum.map/2\n  \
             * &fun/arity to capture a local or imported function, such as &is_atom/1\n  * &some_code(&1, ...) containing at \
             least one argument as &1, such as &List.flatten(&1)\n\nGot: {}",
            self.show(body)
        );
        self.fail(meta, "expand::capture_without_argument", message)
    }

    /// A macro as a function that calls it; one without parameters has no places to be filled.
    async fn capture_macro(&mut self, meta: &Meta, call: &Quoted, arity: u8) -> Outcome<Expr> {
        if arity > 0 {
            return self.capture_expression(meta, call).await;
        }
        let mark = self.scope.mark();
        let env = self.env.clone();
        let body = self.expand(call).await;
        self.scope.reset(mark);
        self.env = env;
        let clause = Clause { patterns: Vec::new(), guards: Vec::new(), body: body?, line: self.line_of(meta) };
        Ok(self.at(meta, ExprKind::Fn(vec![clause])))
    }

    /// `&(… &1 … &2 …)`.
    async fn capture_expression(&mut self, meta: &Meta, body: &Quoted) -> Outcome<Expr> {
        if matches!(body, Quoted::Node(_)) && !has_placeholder(body) {
            return Err(self.capture_without_argument(meta, body));
        }
        let mark = self.scope.mark();
        let env = self.env.clone();
        self.captures = Some(Vec::new());
        let expanded = self.expand(body).await;
        let captures = self.captures.take().unwrap_or_default();
        self.scope.reset(mark);
        self.env = env;
        let expanded = expanded?;
        if captures.is_empty() {
            return Err(self.capture_without_argument(meta, body));
        }
        let mut patterns = Vec::with_capacity(captures.len());
        for (index, variable) in captures.iter().enumerate() {
            match variable {
                Some(variable) => patterns.push(Pattern::Var(*variable)),
                None => {
                    let message = format!(
                        "capture argument &{} cannot be defined without &{} (you cannot skip arguments, all arguments must \
                         be numbered)",
                        captures.len(),
                        index + 1
                    );
                    return Err(self.fail(meta, "expand::capture_skipped", message));
                }
            }
        }
        let line = self.line_of(meta);
        let clause = Clause { patterns, guards: Vec::new(), body: expanded, line };
        Ok(self.at(meta, ExprKind::Fn(vec![clause])))
    }

    /// Whether the body is a plain call of `&1, &2, …` in order, which is the function itself.
    fn sequential<'q>(&self, body: &'q Quoted) -> Option<(&'q Quoted, usize)> {
        let node = body.as_node()?;
        let Args::List(args) = &node.args else { return None };
        let in_order = args.iter().enumerate().all(|(index, arg)| {
            matches!(arg.as_call(), Some((atoms::AMPERSAND, _, [Quoted::Int(number)])) if *number == index as i64 + 1)
        });
        if !in_order || args.is_empty() {
            return None;
        }
        match &node.form {
            Quoted::Atom(name) if Special::of(*name, args.len()).is_none() => Some((&node.form, args.len())),
            Quoted::Node(dot) => match dot.as_dot()? {
                [module, Quoted::Atom(_)] if matches!(module, Quoted::Atom(_)) || is_alias(module) => {
                    Some((&node.form, args.len()))
                }
                _ => None,
            },
            _ => None,
        }
    }

    async fn capture_sequential(&mut self, meta: &Meta, body: &Quoted, form: &Quoted, arity: usize) -> Outcome<Expr> {
        let node_meta = body.as_node().map(|node| node.meta.clone()).unwrap_or_default();
        match form {
            Quoted::Atom(name) => {
                if self.is_plain_function(*name, arity as u8) && node_meta.get(Atom::new("imports")).is_none() {
                    return self.capture_local(meta, *name, &node_meta, arity as i64).await;
                }
                self.capture_expression(meta, body).await
            }
            Quoted::Node(dot) => match dot.as_dot() {
                Some([module, Quoted::Atom(name)]) => {
                    self.capture_remote(meta, &node_meta, module, *name, arity as i64).await
                }
                _ => self.capture_expression(meta, body).await,
            },
            _ => self.capture_expression(meta, body).await,
        }
    }

    async fn capture_local(&mut self, meta: &Meta, name: Atom, name_meta: &Meta, arity: i64) -> Outcome<Expr> {
        let arity = self.capture_arity(meta, arity)?;
        let mut hygiene = name_meta.clone();
        if let Some(imports) = meta.get(Atom::new("imports")) {
            hygiene.put(Atom::new("imports"), imports.clone());
            hygiene.put(Atom::new("context"), meta.get(Atom::new("context")).cloned().unwrap_or(Quoted::NIL));
        }
        // A macro is captured as a function that calls it.
        let places: Vec<Quoted> = (1..=i64::from(arity))
            .map(|number| Quoted::call(atoms::AMPERSAND, Meta::default(), vec![Quoted::Int(number)]))
            .collect();
        let other_arity = self.env.function.is_some_and(|(_, own)| own != arity);
        if name.as_str() == "super" && self.super_target.is_some() && other_arity {
            let message = "super must be called with the same number of arguments as the current definition";
            return Err(self.fail(meta, "expand::super_arity", message));
        }
        if Special::of(name, usize::from(arity)).is_some() {
            let call = Quoted::call(name, hygiene, places);
            return match name.as_str() {
                "super" => self.capture_macro(meta, &call, arity).await,
                _ => self.capture_expression(meta, &call).await,
            };
        }
        let is_macro = !self.is_plain_function(name, arity);
        let hygienic = hygiene.get(Atom::new("imports")).is_some();
        if is_macro || hygienic {
            match self.resolve_local(name, &hygiene, &places).await? {
                Resolved::Remote(module) => {
                    self.trace_use("imported_function", name_meta, module, name, arity);
                    return self.capture_known(meta, module, name, arity);
                }
                Resolved::Local => {}
                Resolved::Boot(_) | Resolved::Expanded(_) => {
                    let call = Quoted::call(name, hygiene, places);
                    return self.capture_macro(meta, &call, arity).await;
                }
            }
        }
        if let Some(super::call::Import::Function(module)) = self.import_of(name, arity) {
            self.note_import(meta, module, name, arity);
            self.trace_use("imported_function", name_meta, module, name, arity);
            return self.capture_known(meta, module, name, arity);
        }
        if self.env.module == Some(atoms::KERNEL) && super::rewrite::renamed(atoms::KERNEL, name, arity).is_some() {
            return self.capture_known(meta, atoms::KERNEL, name, arity);
        }
        if self.env.module.is_none() || self.env.function.is_none() {
            let message = format!("undefined function {name}/{arity} (there is no such import)");
            return Err(self.fail(meta, "expand::undefined_function", message));
        }
        self.trace_local("local_function", name_meta, name, arity);
        self.locals.push(LocalCall {
            name,
            arity,
            line: self.line_of(meta),
            column: if meta.line == 0 { 0 } else { meta.column },
            bare: false,
            near: None,
            source: self.source.clone(),
            from: self.env.function,
        });
        Ok(self.at(meta, ExprKind::LocalFun(name, arity)))
    }

    fn capture_arity(&self, meta: &Meta, arity: i64) -> Outcome<u8> {
        u8::try_from(arity).map_err(|_| {
            let message = format!("capture argument &{arity} must be numbered between 1 and 255");
            self.fail(meta, "expand::capture_arity", message)
        })
    }

    fn capture_known(&mut self, meta: &Meta, module: Atom, name: Atom, arity: u8) -> Outcome<Expr> {
        let (module, name) = super::rewrite::renamed(module, name, arity).unwrap_or((module, name));
        Ok(self.at(meta, ExprKind::Literal(Value::ExternalFun(module, name, u32::from(arity)))))
    }

    async fn capture_remote(
        &mut self,
        meta: &Meta,
        call: &Meta,
        module: &Quoted,
        name: Atom,
        arity: i64,
    ) -> Outcome<Expr> {
        let arity = self.capture_arity(meta, arity)?;
        let module = self.expand(module).await?;
        if let ExprKind::Literal(Value::Atom(known)) = module.kind {
            let places: Vec<Quoted> = (1..=i64::from(arity))
                .map(|number| Quoted::call(atoms::AMPERSAND, Meta::default(), vec![Quoted::Int(number)]))
                .collect();
            let position = if call.line == 0 { meta } else { call };
            return match self.resolve_remote(known, name, position, &places).await? {
                Resolved::Boot(_) | Resolved::Expanded(_) => {
                    let dot = Quoted::call(atoms::DOT, Meta::default(), vec![Quoted::Atom(known), Quoted::Atom(name)]);
                    let call = Quoted::call(dot, Meta::default(), places);
                    self.capture_macro(meta, &call, arity).await
                }
                _ => {
                    self.trace_use("remote_function", position, known, name, arity);
                    self.capture_known(meta, known, name, arity)
                }
            };
        }
        if self.env.context == Context::Guard {
            return Err(self.fail(meta, "expand::capture_in_guard", "captures are not allowed in guards"));
        }
        let name = self.literal(Value::Atom(name));
        Ok(self.at(meta, ExprKind::RemoteFun(Box::new(module), Box::new(name), arity)))
    }
}

fn is_alias(quoted: &Quoted) -> bool {
    matches!(quoted.as_call(), Some((atoms::ALIASES, _, _)))
}

/// Whether `&1` or its like stands somewhere inside. Nested captures are errors anyway, so any `&` counts.
fn has_placeholder(quoted: &Quoted) -> bool {
    quoted.nodes().any(|node| match (&node.form, &node.args) {
        (Quoted::Atom(atoms::AMPERSAND), Args::List(args)) => matches!(args.as_slice(), [Quoted::Int(_)]),
        _ => false,
    })
}
