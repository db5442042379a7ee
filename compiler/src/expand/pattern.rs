//! Patterns: which variables they bind, and the forms that only patterns have.

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::call::Resolved;
use super::env::{Context, VarContext, VarKey};
use super::host::Outcome;
use super::special::Special;
use super::{is_data, Expander, Step};
use crate::quoted::{Args, Meta, Node, Quoted};
use crate::tree::{Expr, ExprKind, Pattern, VarId};

/// The variables that the pattern at hand has bound so far.
#[derive(Debug, Default)]
pub(super) struct PatternVars {
    bound: Vec<(VarKey, VarId)>,
    /// Where the innermost bitstring's variables start: its sizes see these.
    bits_from: Option<usize>,
    /// What must hold besides: `is_atom(name)` for `%name{}`.
    pub(super) guards: Vec<Expr>,
}

impl PatternVars {
    /// The variable of an earlier segment of the same bitstring.
    pub(super) fn visible(&self, key: VarKey) -> Option<VarId> {
        let from = self.bits_from?;
        self.bound[from.min(self.bound.len())..].iter().rev().find(|(other, _)| *other == key).map(|(_, var)| *var)
    }
}

impl Expander<'_> {
    /// Begins a pattern, or several that are one (the parameters of a function).
    pub(super) fn start_pattern(&mut self) {
        self.pattern = Some(PatternVars::default());
    }

    /// Ends it: what it bound is visible from now on.
    pub(super) fn finish_pattern<T>(&mut self, result: Outcome<T>) -> Outcome<T> {
        if let Some(pattern) = self.pattern.take() {
            for (key, variable) in pattern.bound {
                self.scope.bind(key, variable);
            }
            self.pattern_guards = pattern.guards;
        }
        result
    }

    /// Guards with what the pattern just finished wants besides.
    pub(super) fn with_pattern_guards(&mut self, wanted: Vec<Expr>, guards: Vec<Expr>) -> Vec<Expr> {
        let both =
            |left: Expr, right: Expr| Expr { line: left.line, kind: ExprKind::And(Box::new(left), Box::new(right)) };
        let Some(wanted) = wanted.into_iter().reduce(both) else { return guards };
        if guards.is_empty() {
            return vec![wanted];
        }
        guards.into_iter().map(|guard| both(wanted.clone(), guard)).collect()
    }

    /// Notes that a bitstring's segments begin; give the result to [`Expander::leave_bits`].
    pub(super) fn enter_bits(&mut self) -> Option<usize> {
        let pattern = self.pattern.as_mut()?;
        let start = pattern.bound.len();
        let outer = pattern.bits_from;
        pattern.bits_from = Some(outer.unwrap_or(start));
        outer
    }

    pub(super) fn leave_bits(&mut self, outer: Option<usize>) {
        if let Some(pattern) = self.pattern.as_mut() {
            pattern.bits_from = outer;
        }
    }

    /// Expands something inside a pattern that is not one: a size, a key, a pinned expression.
    pub(super) async fn expand_in_pattern(&mut self, quoted: &Quoted) -> Outcome<Expr> {
        let context = std::mem::replace(&mut self.env.context, Context::Guard);
        let result = self.expand(quoted).await;
        self.env.context = context;
        result
    }

    /// Expands a pattern; between [`Expander::start_pattern`] and [`Expander::finish_pattern`].
    pub(super) fn expand_pattern<'a>(&'a mut self, quoted: &'a Quoted) -> Step<'a, Pattern> {
        let literal = match quoted {
            Quoted::Atom(atom) => Value::Atom(*atom),
            Quoted::Int(int) => Value::Int(*int),
            Quoted::Big(big) => Value::Big(big.clone()),
            Quoted::Float(float) => Value::Float(*float),
            Quoted::Binary(bytes) => Value::Binary(bytes.clone()),
            Quoted::List(elements) if elements.is_empty() => Value::EMPTY_LIST,
            Quoted::Other(value) if is_data(value) => Value::clone(value),
            Quoted::Node(node) => {
                if let (Quoted::Atom(name), Args::Context(context)) = (&node.form, &node.args) {
                    return Step::ready(self.pattern_variable(*name, &node.meta, *context));
                }
                return Step::later(self.expand_pattern_node(quoted));
            }
            _ => return Step::later(self.expand_pattern_node(quoted)),
        };
        Step::ready(Ok(Pattern::Literal(literal)))
    }

    fn pattern_variable(&mut self, name: Atom, meta: &Meta, context: Atom) -> Outcome<Pattern> {
        if name == atoms::UNDERSCORE {
            return Ok(Pattern::Any);
        }
        match Special::variable(name) {
            Some(Special::Module) => return Ok(Pattern::Literal(Value::Atom(self.env.module.unwrap_or(atoms::NIL)))),
            Some(Special::Dir) => return Ok(Pattern::Literal(Value::from(self.directory().as_str()))),
            Some(_) => {
                let message = format!("invalid pattern in match, {name} is not allowed in matches");
                return Err(self.fail(meta, "expand::invalid_pattern", message));
            }
            None => {}
        }
        let key = Self::var_key(name, meta, context);
        let line = self.line_of(meta);
        let pattern = self.pattern.as_mut().expect("patterns are expanded between start and finish");
        if let Some((_, variable)) = pattern.bound.iter().find(|(other, _)| *other == key) {
            let variable = *variable;
            self.scope.mark_used(variable);
            if self.scope.info(variable).warn && super::is_underscored(name) {
                let message = format!(
                    "the underscored variable \"{name}\" appears more than once in a match. This means the pattern will \
                     only match if all \"{name}\" bind to the same value. If this is the intended behaviour, please remove \
                     the leading underscore from the variable name, otherwise give the variables different names"
                );
                self.warn(meta, "expand::underscored", message);
            }
            return Ok(Pattern::Var(variable));
        }
        let generated = meta.get(Atom::new("generated")).is_some();
        let from_source = matches!(key.1, VarContext::Atom(atoms::NIL));
        let column = if meta.line == 0 { 0 } else { meta.column };
        let variable = self.scope.fresh(key, line, column, from_source && !generated);
        pattern.bound.push((key, variable));
        Ok(Pattern::Var(variable))
    }

    async fn expand_pattern_node(&mut self, quoted: &Quoted) -> Outcome<Pattern> {
        match quoted {
            Quoted::List(elements) => self.list_pattern(elements).await,
            Quoted::Pair(pair) => {
                let left = self.expand_pattern(&pair.0).await?;
                let right = self.expand_pattern(&pair.1).await?;
                Ok(tuple_pattern(vec![left, right]))
            }
            Quoted::Node(node) => match (&node.form, &node.args) {
                (Quoted::Atom(name), Args::List(args)) => self.call_pattern(quoted, *name, &node.meta, args).await,
                (Quoted::Node(target), Args::List(args)) => {
                    if let Some([left, Quoted::Atom(name)]) = target.as_dot() {
                        let module = match left {
                            Quoted::Atom(module) => Some(*module),
                            other if other.as_node().is_some_and(|node| matches!(node.args, Args::Context(_))) => None,
                            // A call gives no module here: it is the call itself that is told of.
                            other if matches!(other.as_node(), Some(Node { form: Quoted::Node(to), .. }) if to.as_dot().is_some()) =>
                            {
                                self.expand_pattern(other).await?;
                                None
                            }
                            other => match self.expand_in_pattern(other).await?.kind {
                                ExprKind::Literal(Value::Atom(module)) => Some(module),
                                _ => None,
                            },
                        };
                        if let Some(module) = module {
                            match self.resolve_remote(module, *name, &node.meta, args).await? {
                                Resolved::Expanded(expansion) => return self.expand_pattern(&expansion).await,
                                Resolved::Boot(boot) => {
                                    if let Some(expansion) = self.boot_in_pattern(boot, &node.meta, args).await? {
                                        return self.expand_pattern(&expansion).await;
                                    }
                                }
                                _ => return self.sign_or_call_pattern(module, *name, &node.meta, args).await,
                            }
                        }
                        let message = format!(
                            "cannot invoke remote function {}.{name}/{} inside a match",
                            self.show(left),
                            args.len()
                        );
                        return Err(self.fail(&node.meta, "expand::remote_in_match", message));
                    }
                    if target.as_dot().is_some_and(|parts| parts.len() == 1) {
                        let message = "invalid pattern in match, anonymous call is not allowed in matches";
                        return Err(self.fail(&node.meta, "expand::invalid_pattern", message));
                    }
                    Err(self.invalid_pattern(&node.meta, quoted))
                }
                _ => Err(self.invalid_pattern(&node.meta, quoted)),
            },
            other => Err(self.invalid_pattern(&Meta::default(), other)),
        }
    }

    fn invalid_pattern(&self, meta: &Meta, quoted: &Quoted) -> super::host::Failure {
        self.fail(meta, "expand::invalid_pattern", format!("invalid pattern in match: {}", self.show(quoted)))
    }

    async fn list_pattern(&mut self, elements: &[Quoted]) -> Outcome<Pattern> {
        let mut patterns = Vec::with_capacity(elements.len());
        let mut tail = Pattern::Literal(Value::EMPTY_LIST);
        for (index, element) in elements.iter().enumerate() {
            if index + 1 == elements.len() {
                if let Some((atoms::PIPE, _, [last, rest])) = element.as_call() {
                    patterns.push(self.expand_pattern(last).await?);
                    tail = self.expand_pattern(rest).await?;
                    continue;
                }
            }
            patterns.push(self.expand_pattern(element).await?);
        }
        Ok(cons_pattern(patterns, tail))
    }

    async fn call_pattern(&mut self, quoted: &Quoted, name: Atom, meta: &Meta, args: &[Quoted]) -> Outcome<Pattern> {
        let line = self.line_of(meta);
        match Special::of(name, args.len()) {
            Some(Special::Tuple) => {
                let mut patterns = Vec::with_capacity(args.len());
                for arg in args {
                    patterns.push(self.expand_pattern(arg).await?);
                }
                Ok(tuple_pattern(patterns))
            }
            Some(Special::Match) => {
                let right = self.expand_pattern(&args[1]).await?;
                let left = self.expand_pattern(&args[0]).await?;
                self.refuse_parallel_bits(meta, &left, &right)?;
                Ok(Pattern::Both(Box::new(left), Box::new(right)))
            }
            Some(Special::Pin) => self.pin_pattern(meta, &args[0]).await,
            Some(Special::Map) => self.map_pattern(meta, args).await,
            Some(Special::Struct) => self.struct_pattern(meta, args).await,
            Some(Special::Bits) => {
                let outer = self.enter_bits();
                let segments = self.bits_pattern(meta, args).await;
                self.leave_bits(outer);
                Ok(Pattern::Binary(segments?))
            }
            Some(Special::Aliases) => match self.expand_alias_node(meta, args).await? {
                Some(module) => {
                    self.trace_name(meta, module);
                    Ok(Pattern::Literal(Value::Atom(module)))
                }
                None => Err(self.invalid_pattern(meta, quoted)),
            },
            Some(Special::Block) if args.len() == 1 => self.expand_pattern(&args[0]).await,
            Some(Special::Module) => Ok(Pattern::Literal(Value::Atom(self.env.module.unwrap_or(atoms::NIL)))),
            Some(Special::Type) => Err(self.fail(
                meta,
                "expand::type_outside_bits",
                "misplaced operator ::/2\n\nThe :: operator is typically used in bitstrings to specify types and sizes \
                 of segments, as in <<size::32-integer, letter::utf8>>, and in typespecs",
            )),
            Some(Special::Pipe) => Err(self.misplaced_pipe(meta)),
            Some(_) => {
                let message = format!("invalid pattern in match, {name} is not allowed in matches");
                Err(self.fail(meta, "expand::invalid_pattern", message))
            }
            None => {
                let resolved = self.resolve_local(name, meta, args).await?;
                match resolved {
                    Resolved::Expanded(expansion) => {
                        let pattern = self.expand_pattern(&expansion).await;
                        self.env.line = line;
                        pattern
                    }
                    Resolved::Boot(boot) => match self.boot_in_pattern(boot, meta, args).await? {
                        Some(expansion) => self.expand_pattern(&expansion).await,
                        None => Err(self.invalid_pattern(meta, quoted)),
                    },
                    Resolved::Remote(module) => self.sign_or_call_pattern(module, name, meta, args).await,
                    Resolved::Local if self.env.module == Some(atoms::KERNEL) => {
                        self.sign_or_call_pattern(atoms::KERNEL, name, meta, args).await
                    }
                    Resolved::Local if self.env.function.is_none() => {
                        let error = self.undefined_function(name, args.len() as u8, meta);
                        Err(super::host::Failure::from(error))
                    }
                    Resolved::Local => Err(self.fail(
                        meta,
                        "expand::local_in_match",
                        format!(
                            "cannot find or invoke local {name}/{} inside match. Only macros can be invoked in a match and \
                             they must be defined before their invocation. Called as: {}",
                            args.len(),
                            self.show(quoted)
                        ),
                    )),
                }
            }
        }
    }

    /// `-1`, `+1` and `list ++ rest` are the calls that patterns may hold.
    async fn sign_or_call_pattern(
        &mut self,
        module: Atom,
        name: Atom,
        meta: &Meta,
        args: &[Quoted],
    ) -> Outcome<Pattern> {
        if module == atoms::KERNEL || module == atoms::ERLANG {
            match (name, args) {
                (atoms::MINUS | atoms::PLUS, [operand]) => {
                    let operand = self.expand_in_pattern(operand).await?;
                    if let Some(value) = super::rewrite::fold(atoms::ERLANG, name, &[operand]) {
                        return Ok(Pattern::Literal(value));
                    }
                }
                (atoms::APPEND, [Quoted::List(left), right])
                    if !matches!(left.last().and_then(Quoted::as_call), Some((atoms::PIPE, _, [_, _]))) =>
                {
                    let mut patterns = Vec::with_capacity(left.len());
                    for element in left.iter() {
                        patterns.push(self.expand_pattern(element).await?);
                    }
                    let tail = self.expand_pattern(right).await?;
                    return Ok(cons_pattern(patterns, tail));
                }
                (atoms::APPEND, [left @ Quoted::Node(_), right]) => {
                    // What expands to a proper list stands for it: a sigil, an attribute, a macro of one's own.
                    let mut elements = Vec::new();
                    let mut rest = self.expand_pattern(left).await?;
                    let proper = loop {
                        match rest {
                            Pattern::Cons(head, tail) => {
                                elements.push(*head);
                                rest = *tail;
                            }
                            Pattern::Literal(Value::List(values)) => {
                                elements.extend(values.iter().cloned().map(Pattern::Literal));
                                break true;
                            }
                            _ => break false,
                        }
                    };
                    if proper {
                        let tail = self.expand_pattern(right).await?;
                        return Ok(cons_pattern(elements, tail));
                    }
                    let message = format!(
                        "invalid argument for ++ operator inside a match, expected a literal proper list, got: {}",
                        self.show(left)
                    );
                    return Err(self.fail(meta, "expand::append_in_match", message));
                }
                (atoms::APPEND, [left, _]) => {
                    let message = format!(
                        "invalid argument for ++ operator inside a match, expected a literal proper list, got: {}",
                        self.show(left)
                    );
                    return Err(self.fail(meta, "expand::append_in_match", message));
                }
                _ => {}
            }
        }
        if module.as_str() == "Elixir.String.Chars" && name.as_str() == "to_string" {
            // An interpolated literal is part of the text around it.
            let is_variable = |arg: &Quoted| arg.as_node().is_some_and(|node| matches!(node.args, Args::Context(_)));
            if let [arg] = args.iter().filter(|arg| !is_variable(arg)).collect::<Vec<_>>()[..] {
                let arg = self.expand_in_pattern(arg).await?;
                if let ExprKind::Literal(value @ Value::Binary(_)) = arg.kind {
                    return Ok(Pattern::Literal(value));
                }
            }
        }
        let (shown, shown_name) = match super::rewrite::renamed(module, name, args.len() as u8) {
            Some(renamed) => renamed,
            None => (module, name),
        };
        Err(self.fail(
            meta,
            "expand::remote_in_match",
            format!(
                "cannot invoke remote function {}.{shown_name}/{} inside a match",
                super::messages::show_module(shown),
                args.len()
            ),
        ))
    }

    async fn pin_pattern(&mut self, meta: &Meta, pinned: &Quoted) -> Outcome<Pattern> {
        // What is pinned is an expression of its own, so a macro such as `var!` may stand there.
        let mut expanded: Option<Quoted> = None;
        for _ in 0..super::MAX_MACRO_DEPTH {
            let current = expanded.as_ref().unwrap_or(pinned);
            let special = current.as_call().is_some_and(|(name, _, args)| Special::of(name, args.len()).is_some());
            let call = current.as_node().is_some_and(|node| matches!(node.args, Args::List(_)));
            if special || !call {
                break;
            }
            let pattern = self.pattern.take();
            let next = self.expand_once(current).await;
            self.pattern = pattern;
            match next? {
                Some(next) => expanded = Some(next),
                None => break,
            }
        }
        let pinned = expanded.as_ref().unwrap_or(pinned);
        let variable = match pinned.as_node() {
            Some(node) => match (&node.form, &node.args) {
                (Quoted::Atom(name), Args::Context(context)) => Some((*name, &node.meta, *context)),
                _ => None,
            },
            None => None,
        };
        let Some((name, var_meta, context)) = variable else {
            let message = format!(
                "invalid argument for unary operator ^, expected an existing variable, got: ^{}",
                self.show(pinned)
            );
            return Err(self.fail(meta, "expand::invalid_pin", message));
        };
        let key = Self::var_key(name, var_meta, context);
        match self.scope.get(key) {
            Some(variable) => {
                self.scope.mark_used(variable);
                Ok(Pattern::Pin(variable))
            }
            None => {
                let message = format!(
                    "undefined variable ^{name}. No variable \"{name}\" has been defined before the current pattern"
                );
                let diagnostic = self.error_at(var_meta, "expand::undefined_pin", message);
                Err(super::host::Failure::from(
                    diagnostic.help("only variables bound before the pattern can be pinned"),
                ))
            }
        }
    }
}

/// `{…}`, folded when constant.
pub(super) fn tuple_pattern(patterns: Vec<Pattern>) -> Pattern {
    if patterns.iter().all(|pattern| matches!(pattern, Pattern::Literal(_))) {
        let values = patterns.into_iter().filter_map(literal).collect();
        return Pattern::Literal(Value::Tuple(values));
    }
    Pattern::Tuple(patterns)
}

fn literal(pattern: Pattern) -> Option<Value> {
    match pattern {
        Pattern::Literal(value) => Some(value),
        _ => None,
    }
}

/// `[a, b | tail]`, folded when constant.
fn cons_pattern(patterns: Vec<Pattern>, tail: Pattern) -> Pattern {
    match tail {
        Pattern::Literal(tail) if patterns.iter().all(|pattern| matches!(pattern, Pattern::Literal(_))) => {
            let values = patterns.into_iter().filter_map(literal).collect();
            Pattern::Literal(Value::list_with_tail(values, tail))
        }
        tail => patterns.into_iter().rev().fold(tail, |tail, head| Pattern::Cons(Box::new(head), Box::new(tail))),
    }
}
