//! The special forms that are not clauses: blocks, `=`, pseudo-variables, and the dispatch to all others.

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::env::Context;
use super::host::Outcome;
use super::special::Special;
use super::{Expander, Step};
use crate::quoted::{Args, Meta, Quoted};
use crate::tree::{Expr, ExprKind, Pattern};

impl Expander<'_> {
    /// Expands a special form.
    pub(super) async fn expand_special(
        &mut self,
        special: Special,
        name: Atom,
        meta: &Meta,
        args: &[Quoted],
    ) -> Outcome<Expr> {
        self.note_line(meta);
        if self.env.context == Context::Guard && (special != Special::Pin || self.pattern.is_none()) {
            let allowed = matches!(
                special,
                Special::Block
                    | Special::Tuple
                    | Special::Map
                    | Special::Struct
                    | Special::Bits
                    | Special::Aliases
                    | Special::Module
                    | Special::Dot
                    | Special::Unquote
                    | Special::Type
            );
            if !allowed {
                let message = format!(
                    "invalid expression in guards, {name} is not allowed in guards. To learn more about guards, visit: \
                     https://hexdocs.pm/elixir/patterns-and-guards.html"
                );
                return Err(self.fail(meta, "expand::special_in_guard", message));
            }
        }
        match special {
            Special::Block => self.expand_block(meta, args).await,
            Special::Tuple => {
                let elements = self.expand_all(args).await?;
                Ok(self.tuple(elements))
            }
            Special::Map => Step::later(self.expand_map(meta, args)).await,
            Special::Struct => Step::later(self.expand_struct(meta, args)).await,
            Special::Bits => Step::later(self.expand_bits(meta, args)).await,
            Special::Match => Step::later(self.expand_match(meta, args)).await,
            Special::Pin => {
                let message = format!("cannot use ^{} outside of match clauses", self.show(&args[0]));
                Err(self.fail(meta, "expand::pin_outside_match", message))
            }
            Special::Capture => Step::later(self.expand_capture(meta, &args[0])).await,
            Special::Fn => Step::later(self.expand_fn(meta, args)).await,
            Special::Case => Step::later(self.expand_case(meta, args)).await,
            Special::Cond => Step::later(self.expand_cond(meta, args)).await,
            Special::Receive => Step::later(self.expand_receive(meta, args)).await,
            Special::Try => Step::later(self.expand_try(meta, args)).await,
            Special::With => Step::later(self.expand_with(meta, args)).await,
            Special::For => Step::later(self.expand_for(meta, args)).await,
            Special::Quote => Step::later(self.expand_quote(meta, args)).await,
            Special::Unquote | Special::UnquoteSplicing => {
                Err(self.fail(meta, "expand::unquote_outside_quote", format!("{name} called outside quote")))
            }
            Special::Alias => Step::later(self.expand_alias(meta, args)).await,
            Special::Import => Step::later(self.expand_import(meta, args)).await,
            Special::Require => Step::later(self.expand_require(meta, args)).await,
            Special::Aliases => self.expand_aliases(meta, args).await,
            Special::Type => Err(self.fail(
                meta,
                "expand::type_outside_bits",
                "misplaced operator ::/2\n\nThe :: operator is typically used in bitstrings to specify types and sizes of \
                 segments:\n\n    <<size::32-integer, letter::utf8, rest::binary>>\n\nIt is also used in typespecs, such as \
                 @type and @spec, to describe inputs and outputs",
            )),
            Special::Arrow => Err(self.fail(
                meta,
                "expand::arrow",
                "unhandled operator ->",
            )),
            Special::Pipe => Err(self.misplaced_pipe(meta)),
            Special::Dot => {
                Err(self.fail(meta, "expand::dot", "unexpected dot: it needs a call's arguments, even if empty"))
            }
            Special::Super => Step::later(self.expand_super(meta, args)).await,
            Special::Module | Special::Env | Special::Dir | Special::Caller | Special::Stacktrace => {
                self.expand_pseudo_variable(special, meta)
            }
        }
    }

    /// `|` outside of lists, maps and typespecs.
    pub(super) fn misplaced_pipe(&self, meta: &Meta) -> super::host::Failure {
        self.fail(
            meta,
            "expand::pipe_operator",
            "misplaced operator |/2\n\nThe | operator is typically used between brackets as the cons operator:\n\n    \
             [head | tail]\n\nwhere head is a single element and the tail is the remaining of a list.\nIt is also used to \
             update maps and structs, via the %{map | key: value} notation,\nand in typespecs, such as @type and @spec, to \
             express the union of two types",
        )
    }

    /// Expands the expressions of a block. What has no effect and is not the last is dropped.
    async fn expand_block(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        match args {
            [] => Ok(self.at(meta, ExprKind::Literal(Value::NIL))),
            [single] => self.expand(single).await,
            _ => {
                let mut expressions = Vec::with_capacity(args.len());
                for (index, arg) in args.iter().enumerate() {
                    let mut expression = self.expand(arg).await?;
                    let last = index + 1 == args.len();
                    if !last {
                        discard(&mut expression);
                        self.warn_useless(arg, meta);
                    }
                    if last || !matches!(expression.kind, ExprKind::Literal(_) | ExprKind::Var(_)) {
                        expressions.push(expression);
                    }
                }
                if expressions.len() == 1 {
                    return Ok(expressions.remove(0));
                }
                Ok(self.at(meta, ExprKind::Block(expressions)))
            }
        }
    }

    /// Warns of a statement of a block whose value nobody gets and that has no effect.
    pub(crate) fn warn_useless(&self, statement: &Quoted, block: &Meta) {
        let end = "to avoid warnings)";
        match statement {
            Quoted::Binary(_) | Quoted::Int(_) | Quoted::Big(_) | Quoted::Float(_) => {
                let message = format!(
                    "code block contains unused literal {} (remove the literal or assign it to _ {end}",
                    self.show(statement)
                );
                if block.line == 0 {
                    self.warn_without_line("expand::unused_literal", message);
                } else {
                    self.warn(block, "expand::unused_literal", message);
                }
            }
            Quoted::Node(node) => match (&node.form, &node.args) {
                (Quoted::Atom(name), Args::Context(_)) if Special::variable(*name).is_none() => {
                    if node.meta.get(Atom::new("generated")).is_some() {
                        return;
                    }
                    let message = format!(
                        "variable {name} in code block has no effect as it is never returned (remove the variable or assign \
                         it to _ {end}"
                    );
                    self.warn(&node.meta, "expand::useless_variable", message);
                }
                (Quoted::Atom(name), Args::List(args)) if name.as_str() == "@" => {
                    if let Some((attribute, _, None)) = args.first().and_then(super::bootstrap::attribute_parts) {
                        let message = format!(
                            "module attribute @{attribute} in code block has no effect as it is never returned (remove the \
                             attribute or assign it to _ {end}"
                        );
                        self.warn(&node.meta, "expand::useless_attribute", message);
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// `pattern = value`: the value is expanded first, so the pattern's variables are not visible in it.
    async fn expand_match(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        let value = self.expand(&args[1]).await?;
        self.start_pattern();
        let pattern = self.expand_pattern(&args[0]).await;
        let pattern = self.finish_pattern(pattern)?;
        let mut inner = &value;
        while let ExprKind::Match(other, rest) = &inner.kind {
            self.refuse_parallel_bits(meta, &pattern, other)?;
            inner = rest;
        }
        let wanted = std::mem::take(&mut self.pattern_guards);
        if wanted.is_empty() {
            return Ok(self.at(meta, ExprKind::Match(Box::new(pattern), Box::new(value))));
        }
        // The match binds first; what is wanted besides is looked at then.
        let matched = self.scope.temporary();
        let whole = Pattern::Both(Box::new(Pattern::Var(matched)), Box::new(pattern));
        let bind = self.at(meta, ExprKind::Match(Box::new(whole), Box::new(value)));
        let result = self.at(meta, ExprKind::Var(matched));
        let reason = self.at(meta, ExprKind::Tuple(vec![self.literal(Value::Atom(atoms::BADMATCH)), result.clone()]));
        let error = self.remote(meta, atoms::ERLANG, atoms::ERROR, vec![reason]);
        let mut pairs: Vec<(Expr, Expr)> = Vec::new();
        for test in self.with_pattern_guards(wanted, Vec::new()) {
            pairs.push((test, result.clone()));
        }
        pairs.push((self.literal(Value::TRUE), error));
        let check = self.at(meta, ExprKind::Cond(pairs));
        Ok(self.at(meta, ExprKind::Block(vec![bind, check])))
    }

    /// Expands `__MODULE__` and its like.
    pub(super) fn expand_pseudo_variable(&mut self, special: Special, meta: &Meta) -> Outcome<Expr> {
        let value = match special {
            Special::Module => Value::Atom(self.env.module.unwrap_or(atoms::NIL)),
            Special::Dir => Value::from(self.directory().as_str()),
            Special::Env => {
                let mut env = self.env.clone();
                env.line = self.line_of(meta);
                // A function may outlive what follows the use of its file's names.
                if env.function.is_some() {
                    env.lexical = None;
                }
                let variables: Vec<_> = self.scope.visible().map(|(key, variable)| (key, variable.0)).collect();
                env.to_value(&variables)
            }
            Special::Caller => match self.caller {
                Some(caller) => {
                    self.scope.mark_used(caller);
                    return Ok(self.at(meta, ExprKind::Var(caller)));
                }
                None => {
                    let message = "__CALLER__ is available only inside defmacro and defmacrop";
                    return Err(self.fail(meta, "expand::caller", message));
                }
            },
            Special::Stacktrace => match &mut self.stacktrace {
                Some((variable, used)) => {
                    *used = true;
                    let variable = *variable;
                    return Ok(self.at(meta, ExprKind::Var(variable)));
                }
                None => {
                    let message = "__STACKTRACE__ is available only inside catch and rescue clauses of try expressions";
                    return Err(self.fail(meta, "expand::stacktrace", message));
                }
            },
            _ => return Err(self.fail(meta, "expand::invalid_call", "not a variable")),
        };
        Ok(self.at(meta, ExprKind::Literal(value)))
    }

    /// The directory of the file being compiled; `nil` has none, which reads as an empty text.
    pub(super) fn directory(&self) -> String {
        self.cx.compiler.directory_of(&self.env.file)
    }

    /// `super(…)`: the definition that the present one overrides.
    async fn expand_super(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        let Some((name, arity)) = self.env.function else {
            return Err(self.fail(meta, "expand::super", "cannot invoke super outside module"));
        };
        let Some(target) = self.super_target.clone() else {
            let mut available: Vec<String> = Vec::new();
            if let Some(module) = &self.module {
                available.extend(module.lock().overridables().iter().map(|(name, arity)| format!("{name}/{arity}")));
            }
            let message = format!(
                "no super defined for {name}/{arity} in module {}. Overridable functions available are: {}",
                self.env.module.map_or(String::new(), super::messages::show_module),
                available.join(", ")
            );
            return Err(self.fail(meta, "expand::super", message));
        };
        if matches!((name.as_str(), arity), ("handle_call", 3) | ("handle_cast" | "handle_info" | "terminate", 2)) {
            let of_server = self.module.as_ref().is_some_and(|module| {
                let module = module.lock();
                let found = module.overridden().any(|old| {
                    old.name == name && old.arity == arity && old.context == Some(Atom::new("Elixir.GenServer"))
                });
                found
            });
            if of_server {
                let message = format!("calling super for GenServer callback {name}/{arity} is deprecated");
                self.warn(meta, "expand::super_of_server", message);
            }
        }
        let expected = usize::from(arity);
        if args.len() != expected {
            return Err(self.fail(
                meta,
                "expand::super_arity",
                "super must be called with the same number of arguments as the current definition",
            ));
        }
        let mut arguments = Vec::with_capacity(args.len() + 1);
        if target.kind.is_macro() {
            let caller =
                self.caller.ok_or_else(|| self.fail(meta, "expand::super", "super of a macro needs a caller"))?;
            self.scope.mark_used(caller);
            arguments.push(self.var_expr(caller));
        }
        arguments.extend(self.expand_call_args(args).await?);
        Ok(self.at(meta, ExprKind::CallLocal(target.name, arguments)))
    }
}

/// The native that a `defmodule` becomes.
pub(super) const DEFINE: &str = "define_module";

/// The same where nobody gets its value, so that nobody looks at the module's bytes.
const DEFINE_ONLY: &str = "define_module_only";

/// Notes that nobody gets the value of an expression.
pub(crate) fn discard(expression: &mut Expr) {
    let mut rest = vec![expression];
    while let Some(expression) = rest.pop() {
        match &mut expression.kind {
            ExprKind::Block(expressions) => rest.extend(expressions.last_mut()),
            ExprKind::Case(_, clauses, _) => rest.extend(clauses.iter_mut().map(|clause| &mut clause.body)),
            ExprKind::CallRemote(module, name, _) => {
                let compiler = Value::atom("beamlet_compiler");
                if name.as_str() == DEFINE && matches!(&module.kind, ExprKind::Literal(module) if *module == compiler) {
                    *name = Atom::new(DEFINE_ONLY);
                }
            }
            _ => {}
        }
    }
}
