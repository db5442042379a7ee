//! Calls: what a name means (import, macro, function of this module), remote calls, calls of funs, macro expansion.

use std::sync::Arc;

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::bootstrap::Boot;
use super::env::Context;
use super::host::{Data, Failure, Outcome};
use super::{rewrite, Expander, LocalCall, Step, MAX_MACRO_DEPTH};
use crate::module::ModuleInfo;
use crate::quoted::{Args, Meta, Node, Quoted};
use crate::tree::{Clause, Expr, ExprKind, NoMatch, Pattern};

/// What an imported name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Import {
    /// A function of this module.
    Function(Atom),
    /// A macro of this module.
    Macro(Atom),
    /// Two modules offer it.
    Ambiguous(Atom, Atom),
}

/// What a call turned out to be once macros were looked for.
pub(crate) enum Resolved {
    /// A macro written in the compiler.
    Boot(Boot),
    /// A macro that ran and gave this code.
    Expanded(Quoted),
    /// A function of another module.
    Remote(Atom),
    /// A function of this module, or nothing.
    Local,
}

impl Node {
    /// The parts of `left.right` or `left.`, if the node is a dot.
    pub fn as_dot(&self) -> Option<&[Quoted]> {
        match (&self.form, &self.args) {
            (Quoted::Atom(atoms::DOT), Args::List(parts)) => Some(parts),
            _ => None,
        }
    }
}

impl Expander<'_> {
    /// What imports say of a name and arity.
    pub(super) fn import_of(&self, name: Atom, arity: u8) -> Option<Import> {
        let find = |list: &[Arc<super::env::Imports>]| {
            let mut found = list.iter().filter(|imports| imports.contains(name, arity)).map(|imports| imports.module);
            (found.next(), found.next())
        };
        let (function, other_function) = find(&self.env.functions);
        let (macro_, other_macro) = find(&self.env.macros);
        if let (Some(lexical), Some(module)) = (&self.env.lexical, function.or(macro_)) {
            if module != atoms::KERNEL {
                lexical.use_import(module, name, arity);
            }
        }
        match (function, macro_) {
            (None, None) => None,
            (Some(function), Some(macro_)) => Some(Import::Ambiguous(function, macro_)),
            (Some(function), None) => {
                Some(other_function.map_or(Import::Function(function), |other| Import::Ambiguous(function, other)))
            }
            (None, Some(macro_)) => {
                Some(other_macro.map_or(Import::Macro(macro_), |other| Import::Ambiguous(macro_, other)))
            }
        }
    }

    /// Whether the module at hand defines a macro of this name so far.
    fn is_local_macro(&self, name: Atom, arity: u8) -> bool {
        self.module.as_ref().is_some_and(|module| {
            let module = module.lock();
            module.definition(name, arity).is_some_and(|def| def.kind.is_macro() && !def.clauses.is_empty())
        })
    }

    /// Whether a call of the name needs no macro.
    pub(super) fn is_plain_function(&self, name: Atom, arity: u8) -> bool {
        match self.import_of(name, arity) {
            Some(Import::Function(_)) => true,
            Some(_) => false,
            None => !self.is_local_macro(name, arity),
        }
    }

    /// Calls an imported function or one of this module; macros were excluded before.
    pub(super) fn call_function(&mut self, name: Atom, meta: &Meta, args: Vec<Expr>) -> Outcome<Expr> {
        self.note_line(meta);
        let arity = args.len() as u8;
        match self.import_of(name, arity) {
            Some(Import::Function(module)) => {
                self.note_import(meta, module, name, arity);
                self.trace_use("imported_function", meta, module, name, arity);
                self.remote_function(meta, module, name, args)
            }
            _ => self.local_call(name, meta, args, false),
        }
    }

    /// A call of a function of this module.
    pub(super) fn local_call(&mut self, name: Atom, meta: &Meta, args: Vec<Expr>, bare: bool) -> Outcome<Expr> {
        let Ok(arity) = u8::try_from(args.len()) else {
            return Err(self.fail(meta, "expand::too_many_arguments", "a call has at most 255 arguments"));
        };
        if self.env.module == Some(atoms::KERNEL) && rewrite::is_inlined(atoms::KERNEL, name, arity) {
            return self.remote_function(meta, atoms::KERNEL, name, args);
        }
        if self.env.module.is_none() || self.env.function.is_none() {
            return Err(Failure::from(self.undefined_function(name, arity, meta)));
        }
        self.trace_local("local_function", meta, name, arity);
        let near = self.near_variable(name, arity);
        self.locals.push(LocalCall {
            name,
            arity,
            line: self.line_of(meta),
            column: if meta.line == 0 { 0 } else { meta.column },
            bare,
            near,
            source: self.source.clone(),
            from: self.env.function,
        });
        Ok(self.at(meta, ExprKind::CallLocal(name, args)))
    }

    pub(super) fn undefined_function(&self, name: Atom, arity: u8, meta: &Meta) -> crate::diagnostic::Diagnostic {
        let error = self.error_at(
            meta,
            "expand::undefined_function",
            format!("undefined function {name}/{arity} (there is no such import)"),
        );
        match self.near_variable(name, arity) {
            Some(held) if held == name => return error.help(super::foreign::held(name.as_str())),
            Some(close) => return error.help(format!("did you mean \"{close}\"?")),
            None => {}
        }
        if let Some(advice) = super::foreign::advice(name.as_str()) {
            return error.help(advice);
        }
        let imported = self.env.functions.iter().chain(self.env.macros.iter()).flat_map(|imports| imports.names());
        let names = imported.map(|(name, _)| name.as_str());
        match super::messages::closest(name.as_str(), names) {
            Some(close) => error.help(format!("did you mean \"{close}\"?")),
            None => error,
        }
    }

    /// The variable that somebody may have meant who calls a function of this name: of nearly this name where there are no
    /// arguments, of this very name where there are.
    fn near_variable(&self, name: Atom, arity: u8) -> Option<Atom> {
        if arity == 0 {
            let names = self.scope.names().map(Atom::as_str);
            return super::messages::closest(name.as_str(), names).map(Atom::new);
        }
        self.scope.names().find(|variable| *variable == name)
    }

    /// Expands `name(args)`.
    pub(super) async fn expand_local(&mut self, name: Atom, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        self.note_line(meta);
        self.refuse_ambiguous(name, meta, args)?;
        match self.resolve_local(name, meta, args).await? {
            Resolved::Boot(boot) => {
                let expanded = self.expand_boot(boot, meta, args).await;
                expanded.map_err(|failure| self.boot_failure(failure, name, args.len(), meta))
            }
            Resolved::Expanded(quoted) => self.expand_expansion(meta, &quoted).await,
            Resolved::Remote(module) => {
                self.refuse_clauses(name, meta, args)?;
                self.trace_use("imported_function", meta, module, name, u8::try_from(args.len()).unwrap_or(u8::MAX));
                let expanded = self.expand_call_args(args).await?;
                let call = self.remote_function(meta, module, name, expanded)?;
                self.warn_comparison(meta, name, args, &call);
                Ok(call)
            }
            Resolved::Local => {
                self.check_local(name, meta, args)?;
                self.refuse_clauses(name, meta, args)?;
                let args = self.expand_call_args(args).await?;
                self.local_call(name, meta, args, false)
            }
        }
    }

    /// `a -1` where `a` is a variable.
    fn refuse_ambiguous(&self, name: Atom, meta: &Meta, args: &[Quoted]) -> Outcome<()> {
        let (Some(Quoted::Atom(context)), [argument]) = (meta.get(Atom::new("ambiguous_op")), args) else {
            return Ok(());
        };
        if self.scope.get(Expander::var_key(name, meta, *context)).is_none() {
            return Ok(());
        }
        let shown = self.show(argument);
        let message = format!(
            "\"{name} {shown}\" looks like a function call but there is a variable named \"{name}\". If you want to perform a \
             function call, use parentheses:\n\n    {name}({shown})\n\nIf you want to perform an operation on the variable \
             {name}, use spaces around the unary operator"
        );
        Err(self.fail(meta, "expand::ambiguous_operator", message))
    }

    /// Clauses with `->` are for macros.
    fn refuse_clauses(&self, name: Atom, meta: &Meta, args: &[Quoted]) -> Outcome<()> {
        let Some(Quoted::List(sections)) = args.last() else { return Ok(()) };
        let clauses = sections.iter().any(|section| match section {
            Quoted::Pair(pair) => matches!(pair.0, Quoted::Atom(_)) && super::clauses::arrows(&pair.1).is_some(),
            _ => false,
        });
        if !clauses {
            return Ok(());
        }
        let message = format!(
            "the function \"{name}\" cannot handle clauses with the -> operator because it is not a macro. Please make sure you \
             are invoking the proper name and that it is a macro"
        );
        Err(self.fail(meta, "expand::clauses_of_function", message))
    }

    /// Guards call no functions of the module, and outside of functions there are none to call.
    pub(super) fn check_local(&self, name: Atom, meta: &Meta, args: &[Quoted]) -> Outcome<()> {
        if self.env.module == Some(atoms::KERNEL) {
            return Ok(());
        }
        if self.env.module.is_none() || self.env.function.is_none() {
            let arity = u8::try_from(args.len()).unwrap_or(u8::MAX);
            return Err(Failure::from(self.undefined_function(name, arity, meta)));
        }
        if self.env.context != Context::Guard {
            return Ok(());
        }
        let call = Quoted::call(name, meta.clone(), args.to_vec());
        Err(self.fail(
            meta,
            "expand::local_in_guard",
            format!(
                "cannot find or invoke local {name}/{} inside {}. Only macros can be invoked in a {} and they must be \
                 defined before their invocation. Called as: {}",
                args.len(),
                self.guard_name(),
                self.guard_name(),
                self.show(&call)
            ),
        ))
    }

    /// What messages call a guard, or what is like one.
    fn guard_name(&self) -> &'static str {
        if self.in_size {
            "bitstring size specifier"
        } else {
            "guards"
        }
    }

    /// Arguments of a call see what is bound before it, not each other's bindings, and theirs are visible after it.
    pub(super) async fn expand_call_args(&mut self, args: &[Quoted]) -> Outcome<Vec<Expr>> {
        self.expand_all(args).await
    }

    /// Expands what a macro gave.
    async fn expand_expansion(&mut self, meta: &Meta, quoted: &Quoted) -> Outcome<Expr> {
        self.depth += 1;
        if self.depth > MAX_MACRO_DEPTH {
            return Err(self.fail(meta, "expand::endless_macro", "macros expand to macros without end"));
        }
        let line = self.env.line;
        let result = self.expand(quoted).await;
        self.env.line = line;
        self.depth -= 1;
        result
    }

    /// What is said of a name that is both imported and defined by the module.
    fn import_conflict(&self, module: Atom, name: Atom, arity: u8) -> String {
        let imported = format!("{}.{name}/{arity}", super::messages::show_module(module));
        match self.is_local_macro(name, arity) {
            true => format!(
                "call to local macro {name}/{arity} conflicts with imported {imported}, please rename the local macro or remove \
                 the conflicting import"
            ),
            false => format!("imported {imported} conflicts with local function"),
        }
    }

    /// Notes that a function uses what is imported: the module may not define the same. Its body may use what it defines later.
    pub(super) fn note_import(&self, meta: &Meta, module: Atom, name: Atom, arity: u8) {
        if let (Some(state), true) = (&self.module, self.env.function.is_some()) {
            state.lock().note_import_used(name, arity, module, self.line_of(meta));
        }
    }

    /// Finds what a local call means; runs it if it is a macro.
    pub(crate) async fn resolve_local(&mut self, name: Atom, meta: &Meta, args: &[Quoted]) -> Outcome<Resolved> {
        let Ok(arity) = u8::try_from(args.len()) else {
            return Err(self.fail(meta, "expand::too_many_arguments", "a call has at most 255 arguments"));
        };
        // Quoted code remembers which module its names were imported from.
        if let Some(module) = hygienic_import(meta, arity) {
            if self.env.module != Some(module) {
                if module == atoms::KERNEL {
                    if let Some(boot) = Boot::of(name, args.len()) {
                        return Ok(Resolved::Boot(boot));
                    }
                    if rewrite::is_inlined(module, name, arity) {
                        return Ok(Resolved::Remote(module));
                    }
                }
                let info = self.cx.compiler.info(self.cx.host, module).await?;
                if let Some(info) = info {
                    if info.macros.contains(name, arity) {
                        self.trace_use("imported_macro", meta, module, name, arity);
                        return self.run_macro(module, name, meta, args).await.map(Resolved::Expanded);
                    }
                    if info.functions.contains(name, arity) {
                        return Ok(Resolved::Remote(module));
                    }
                }
            }
        }
        match self.import_of(name, arity) {
            Some(Import::Macro(module)) => {
                if self.is_local_macro(name, arity) && self.env.module != Some(atoms::KERNEL) {
                    return Err(self.fail(meta, "expand::import_conflict", self.import_conflict(module, name, arity)));
                }
                self.note_import(meta, module, name, arity);
                self.trace_use("imported_macro", meta, module, name, arity);
                if module == atoms::KERNEL {
                    if let Some(boot) = Boot::of(name, args.len()) {
                        return Ok(Resolved::Boot(boot));
                    }
                }
                self.run_macro(module, name, meta, args).await.map(Resolved::Expanded)
            }
            Some(Import::Function(module)) => {
                self.note_import(meta, module, name, arity);
                Ok(Resolved::Remote(module))
            }
            Some(Import::Ambiguous(one, other)) => Err(self.fail(
                meta,
                "expand::ambiguous_import",
                format!(
                    "function {name}/{arity} imported from both {} and {}, call is ambiguous",
                    super::messages::show_module(one),
                    super::messages::show_module(other)
                ),
            )),
            None if self.is_local_macro(name, arity) => {
                let environment = self.env_data(meta);
                let mut arguments = vec![environment];
                arguments.extend(args.iter().cloned().map(Data::from));
                let module = self.module.clone().expect("a local macro has a module");
                self.trace_local("local_macro", meta, name, arity);
                module.lock().note_macro_used(name, arity);
                let owner = module.lock().name;
                let result = crate::module::local::call_macro(self.cx, &module, name, arity, arguments).await;
                let result = result.map_err(|failure| self.macro_failure(failure, owner, name, arity, meta))?;
                let code = self.adopt(result.to_quoted(), owner, meta);
                if let Some(noted) = &mut self.local_expansions {
                    noted.note(name, meta, args, &code);
                }
                Ok(Resolved::Expanded(code))
            }
            None => Ok(Resolved::Local),
        }
    }

    /// Runs a macro of a loaded module and gives its code, marked as made by this expansion.
    pub(crate) async fn run_macro(
        &mut self,
        module: Atom,
        name: Atom,
        meta: &Meta,
        args: &[Quoted],
    ) -> Outcome<Quoted> {
        let mut arguments = vec![self.env_data(meta)];
        arguments.extend(args.iter().cloned().map(Data::from));
        self.warn_deprecated(module, name, meta, args.len()).await?;
        let function = Atom::new(&format!("MACRO-{name}"));
        let result = self.cx.host.call(module, function, arguments).await;
        let arity = u8::try_from(args.len()).unwrap_or(u8::MAX);
        let result = result.map_err(|raised| self.macro_failure(raised.into(), module, name, arity, meta))?;
        Ok(self.adopt(result.to_quoted(), module, meta))
    }

    /// Tells of a macro, or a function that code outside of functions calls, that its module advises against; of functions that
    /// functions call, one learns when the module is done.
    async fn warn_deprecated(&self, module: Atom, name: Atom, meta: &Meta, arity: usize) -> Outcome<()> {
        if module == atoms::KERNEL || !module.as_str().starts_with("Elixir.") {
            return Ok(());
        }
        let deprecated = self.cx.compiler.deprecated(self.cx.host, module).await?;
        let Some((_, advice)) =
            deprecated.iter().find(|((other, size), _)| *other == name && usize::from(*size) == arity)
        else {
            return Ok(());
        };
        let shown = super::messages::show_module(module);
        let what = match name.as_str() {
            "__using__" => format!("use {shown}"),
            _ => format!("{shown}.{}/{arity}", super::messages::show_name(name)),
        };
        self.warn(meta, "expand::deprecated", format!("{what} is deprecated. {advice}"));
        Ok(())
    }

    /// The end of a stack trace of what happens while code is expanded: the function, marked by `what`, and the code there.
    pub(super) fn expanding(&self, what: &str, module: Atom, name: Atom, arity: u8, meta: &Meta) -> [Value; 2] {
        let frame = |module: Atom, name: Atom, arity: Value, place: Vec<Value>| {
            Value::Tuple(vec![Value::Atom(module), Value::Atom(name), arity, Value::List(place)])
        };
        let entry = |key: Atom, value: Value| Value::Tuple(vec![Value::Atom(key), value]);
        let chars = |text: &str| Value::List(text.chars().map(|c| Value::Int(i64::from(u32::from(c)))).collect());
        let file = Atom::new("file");
        let place = vec![
            entry(file, chars(&self.cx.compiler.relative(&self.env.file))),
            entry(atoms::LINE, Value::Int(self.line_of(meta).into())),
        ];
        let caller = match (self.env.module, self.env.function) {
            (None, _) => frame(Atom::new("elixir_compiler_0"), Atom::new("__FILE__"), Value::Int(1), place),
            (Some(module), None) => frame(module, Atom::new("__MODULE__"), Value::Int(0), place),
            (Some(module), Some((name, arity))) => frame(module, name, Value::Int(arity.into()), place),
        };
        [frame(module, name, Value::Int(arity.into()), vec![entry(file, chars(what))]), caller]
    }

    /// What a macro raised, with a stack trace that shows what it called, that it was expanded, and where.
    fn macro_failure(&self, failure: Failure, module: Atom, name: Atom, arity: u8, meta: &Meta) -> Failure {
        let Failure::Raised(mut raised) = failure else { return failure };
        let Some(Value::List(frames)) = raised.stacktrace.to_value() else { return Failure::Raised(raised) };
        let function = Value::atom(&format!("MACRO-{name}"));
        let mut pruned = Vec::new();
        // The macro that was invoked, not another one of its name that it calls.
        let invoked = |size: &Value| match size {
            Value::Int(size) => *size == i64::from(arity) + 1,
            Value::List(args) => args.len() == usize::from(arity) + 1,
            _ => false,
        };
        for shown in frames {
            match &shown {
                Value::Tuple(parts) if parts.len() == 4 && parts[1] == function && invoked(&parts[2]) => {
                    break;
                }
                _ => pruned.push(shown),
            }
        }
        pruned.extend(self.expanding("expanding macro", module, name, arity, meta));
        raised.stacktrace = Value::List(pruned).into();
        Failure::Raised(raised)
    }

    /// What a macro of the compiler's own raised, with a stack trace like that of others.
    fn boot_failure(&self, failure: Failure, name: Atom, arity: usize, meta: &Meta) -> Failure {
        match failure {
            Failure::Raised(raised) if raised.stacktrace.to_value() == Some(Value::EMPTY_LIST) => {
                self.macro_failure(Failure::Raised(raised), atoms::KERNEL, name, arity as u8, meta)
            }
            other => other,
        }
    }

    /// The environment at a node, as macros get it.
    pub(super) fn env_data(&self, meta: &Meta) -> Data {
        let mut env = self.env.clone();
        env.line = self.line_of(meta);
        if self.pattern.is_some() {
            env.context = Context::Match;
        }
        let variables: Vec<_> = self.scope.visible().map(|(key, variable)| (key, variable.0)).collect();
        Data::from(env.to_value(&variables))
    }

    /// Gives the code that a macro made its line and its own variables.
    pub(super) fn adopt(&self, quoted: Quoted, module: Atom, meta: &Meta) -> Quoted {
        let number = self.cx.compiler.next_counter();
        let generated = meta.get(Atom::new("generated")).is_some_and(|value| *value == Quoted::Atom(atoms::TRUE));
        let counter = (self.env.module.unwrap_or(module), number);
        let line = if self.without_lines { 0 } else { self.line_of(meta) };
        super::quote::adopt(&quoted, line, module, counter, generated)
    }

    /// Expands `left.right(args)` and `fun.(args)`.
    pub(super) async fn expand_dot(
        &mut self,
        parts: &[Quoted],
        dot: &Meta,
        meta: &Meta,
        args: &[Quoted],
    ) -> Outcome<Expr> {
        self.note_line(meta);
        match parts {
            [fun] => {
                if self.env.context == Context::Guard {
                    return Err(self.fail(
                        meta,
                        "expand::fun_in_guard",
                        match self.in_size {
                            true => {
                                "anonymous call is not allowed in bitstring size specifier. The size specifier in matches works \
                                 like guards. To learn more about guards, visit: \
                                 https://hexdocs.pm/elixir/patterns-and-guards.html"
                            }
                            false => {
                                "invalid expression in guards, anonymous call is not allowed in guards. To learn more about \
                                 guards, visit: https://hexdocs.pm/elixir/patterns-and-guards.html"
                            }
                        },
                    ));
                }
                let mut siblings = self.siblings();
                let fun = self.expand_sibling(fun, &mut siblings).await?;
                if let ExprKind::Literal(Value::Atom(name)) = &fun.kind {
                    let message = format!("invalid function call :{name}.()");
                    return Err(self.fail(meta, "expand::call_of_atom", message));
                }
                let args = self.expand_call_args(args).await?;
                self.join_siblings(siblings);
                Ok(self.at(meta, ExprKind::CallFun(Box::new(fun), args)))
            }
            [left, Quoted::Atom(name)] => {
                let mut siblings = self.siblings();
                let mut receiver = self.expand_sibling(left, &mut siblings).await?;
                // Fields of the environment are known where it is written.
                let environment = left
                    .as_node()
                    .is_some_and(|node| matches!(&node.form, Quoted::Atom(form) if form.as_str() == "__ENV__"));
                if let (true, true, ExprKind::Literal(Value::Map(fields))) =
                    (environment, args.is_empty(), &mut receiver.kind)
                {
                    if let Some(place) = fields.iter().position(|(key, _)| key.as_atom() == Some(*name)) {
                        let value = fields.swap_remove(place).1;
                        self.join_siblings(siblings);
                        return Ok(self.at(meta, ExprKind::Literal(value)));
                    }
                }
                // Of what names no module only a field can be meant, unless it is called.
                let field = args.is_empty() && meta.get(Atom::new("no_parens")).is_some();
                let no_module =
                    matches!(receiver.kind, ExprKind::Literal(Value::Atom(atoms::NIL | atoms::TRUE | atoms::FALSE)));
                if field && no_module {
                    return self.dynamic_call("", receiver, *name, meta, Vec::new());
                }
                if let ExprKind::Literal(Value::Atom(module)) = receiver.kind {
                    return self.expand_remote(module, *name, dot, meta, args).await;
                }
                let list = matches!(left, Quoted::List(_));
                if list
                    || matches!(
                        receiver.kind,
                        ExprKind::Literal(Value::Int(_) | Value::Float(_) | Value::Big(_) | Value::Binary(_))
                    )
                {
                    let target = Quoted::call(atoms::DOT, dot.clone(), vec![left.clone(), Quoted::Atom(*name)]);
                    let call = Quoted::call(target, meta.clone(), args.to_vec());
                    let message = format!("invalid call {}", self.show(&call));
                    return Err(self.fail(meta, "expand::invalid_call", message));
                }
                let args = self.expand_call_args(args).await?;
                self.join_siblings(siblings);
                let shown = if self.env.context == Context::Guard { self.show(left) } else { String::new() };
                self.dynamic_call(&shown, receiver, *name, meta, args)
            }
            _ => Err(self.fail(meta, "expand::invalid_call", "invalid call: a dot needs a name at its right")),
        }
    }

    async fn expand_remote(
        &mut self,
        module: Atom,
        name: Atom,
        dot: &Meta,
        meta: &Meta,
        args: &[Quoted],
    ) -> Outcome<Expr> {
        let position = if meta.line == 0 { dot } else { meta };
        let line = self.env.line;
        match self.resolve_remote(module, name, position, args).await? {
            Resolved::Boot(boot) => self.expand_boot(boot, position, args).await,
            Resolved::Expanded(quoted) => self.expand_expansion(position, &quoted).await,
            _ => {
                self.trace_use("remote_function", position, module, name, u8::try_from(args.len()).unwrap_or(u8::MAX));
                if self.env.function.is_none() && (self.module.is_none() || self.in_module_body) {
                    self.warn_deprecated(module, name, position, args.len()).await?;
                }
                let expanded = self.expand_call_args(args).await?;
                self.env.line = line;
                let call = self.remote_function(position, module, name, expanded)?;
                self.warn_comparison(position, name, args, &call);
                Ok(call)
            }
        }
    }

    /// Finds what a call of another module means; runs it if it is a macro.
    pub(crate) async fn resolve_remote(
        &mut self,
        module: Atom,
        name: Atom,
        meta: &Meta,
        args: &[Quoted],
    ) -> Outcome<Resolved> {
        if module == atoms::ERLANG || !module.as_str().starts_with("Elixir.") {
            return Ok(Resolved::Remote(module));
        }
        if module == atoms::KERNEL {
            if let Some(boot) = Boot::of(name, args.len()) {
                return Ok(Resolved::Boot(boot));
            }
        }
        let Ok(arity) = u8::try_from(args.len()) else {
            return Err(self.fail(meta, "expand::too_many_arguments", "a call has at most 255 arguments"));
        };
        let itself = self.env.module == Some(module) && self.module.is_some();
        let required = self.env.requires(module) || self.env.module == Some(module);
        if rewrite::is_inlined(module, name, arity) || !required || itself {
            return Ok(Resolved::Remote(module));
        }
        let info: Option<Arc<ModuleInfo>> = self.cx.compiler.info(self.cx.host, module).await?;
        match info {
            Some(info) if info.macros.contains(name, arity) => {
                self.trace_use("remote_macro", meta, module, name, arity);
                self.run_macro(module, name, meta, args).await.map(Resolved::Expanded)
            }
            _ => Ok(Resolved::Remote(module)),
        }
    }

    /// A call of a known function of a known module: inlined where the two are one, checked in guards.
    pub(super) fn remote_function(&mut self, meta: &Meta, module: Atom, name: Atom, args: Vec<Expr>) -> Outcome<Expr> {
        let line = self.line_of(meta);
        if module == atoms::ERLANG && args.len() == 2 && matches!(name.as_str(), "andalso" | "orelse") {
            let and = name.as_str() == "andalso";
            let mut args = args.into_iter();
            let (Some(left), Some(right)) = (args.next(), args.next()) else {
                return Err(self.fail(meta, "expand::invalid_call", "a call of two arguments has two"));
            };
            let (left, right) = (Box::new(left), Box::new(right));
            let kind = if and { ExprKind::And(left, right) } else { ExprKind::Or(left, right) };
            return Ok(Expr { kind, line });
        }
        let arity = args.len();
        let shown = rewrite::renamed(module, name, arity as u8).unwrap_or((module, name));
        let (module, name, args) = rewrite::inline(module, name, args, line);
        if self.env.context == Context::Guard && !rewrite::is_guard_function(module, name, args.len()) {
            return Err(self.fail(
                meta,
                "expand::remote_in_guard",
                format!(
                    "cannot invoke remote function {}.{}/{arity} inside {}",
                    super::messages::show_module(shown.0),
                    shown.1,
                    self.guard_name()
                ),
            ));
        }
        if let Some(value) = rewrite::fold(module, name, &args) {
            return Ok(Expr { kind: ExprKind::Literal(value), line });
        }
        Ok(self.remote(meta, module, name, args))
    }

    /// Warns of comparisons that do not mean what they seem to: of a comparison's result, and of a struct as a whole.
    fn warn_comparison(&self, meta: &Meta, name: Atom, written: &[Quoted], call: &Expr) {
        let comparison = |expr: &Expr, extremes: bool| match &expr.kind {
            ExprKind::CallRemote(module, name, args) if args.len() == 2 => {
                matches!(module.kind, ExprKind::Literal(Value::Atom(atoms::ERLANG)))
                    && (matches!(name.as_str(), "<" | ">" | "=<" | ">=")
                        || extremes && matches!(name.as_str(), "min" | "max"))
            }
            _ => false,
        };
        let (true, ExprKind::CallRemote(_, operator, args)) = (comparison(call, true), &call.kind) else { return };
        let tag = |key: &Value| *key == Value::Atom(atoms::STRUCT);
        let is_struct = |expr: &Expr| match &expr.kind {
            ExprKind::Literal(Value::Map(entries)) => entries.iter().any(|(key, _)| tag(key)),
            ExprKind::Map(pairs) => {
                pairs.iter().any(|(key, _)| matches!(&key.kind, ExprKind::Literal(key) if tag(key)))
            }
            _ => false,
        };
        if let Some(place) = args.iter().position(is_struct) {
            let message = format!(
                "invalid comparison with struct literal {}. Comparison operators (>, <, >=, <=, min, and max) perform structural and \
                 not semantic comparison. Comparing with a struct literal is unlikely to give a meaningful result. Struct modules \
                 typically define a compare/2 function that can be used for semantic comparison",
                written.get(place).map_or_else(String::new, |written| self.show(written))
            );
            self.warn(meta, "expand::struct_comparison", message);
        } else if !matches!(operator.as_str(), "min" | "max") && args.iter().any(|arg| comparison(arg, false)) {
            let shown = self.show(&Quoted::call(name, meta.clone(), written.to_vec()));
            let message = format!(
                "Elixir does not support nested comparisons. Something like\n\n     x < y < z\n\nis equivalent to\n\n     (x < y) < \
                 z\n\nwhich ultimately compares z with the boolean result of (x < y). Instead, consider joining together each \
                 comparison segment with an \"and\", for example,\n\n     x < y and y < z\n\nYou wrote: {shown}"
            );
            self.warn(meta, "expand::nested_comparison", message);
        }
    }

    /// A call of a computed module, or the read of a map's field.
    fn dynamic_call(&mut self, shown: &str, receiver: Expr, name: Atom, meta: &Meta, args: Vec<Expr>) -> Outcome<Expr> {
        let line = self.line_of(meta);
        let bare = args.is_empty() && meta.get(Atom::new("no_parens")).is_some();
        if self.env.context == Context::Guard {
            if bare {
                let key = Expr { kind: ExprKind::Literal(Value::Atom(name)), line };
                return Ok(self.remote(meta, atoms::ERLANG, Atom::new("map_get"), vec![key, receiver]));
            }
            return Err(self.fail(
                meta,
                "expand::remote_in_guard",
                format!(
                    "cannot invoke remote function in {}. If you want to do a map lookup instead, please remove parens from \
                     {}.{name}()",
                    self.guard_name(),
                    shown
                ),
            ));
        }
        if !args.is_empty() {
            return Ok(Expr { kind: ExprKind::CallRemote(Box::new(receiver), name, args), line });
        }
        let field = self.scope.temporary();
        let module = self.scope.temporary();
        let expr = |kind| Expr { kind, line };
        let module_var = || expr(ExprKind::Var(module));
        let clause = |pattern, guards, body| Clause { patterns: vec![pattern], guards, body, line };
        let mut clauses = vec![clause(
            Pattern::Map(vec![(expr(ExprKind::Literal(Value::Atom(name))), Pattern::Var(field))]),
            Vec::new(),
            expr(ExprKind::Var(field)),
        )];
        let call = expr(ExprKind::CallRemote(Box::new(module_var()), name, Vec::new()));
        if bare {
            let is_atom = self.remote(meta, atoms::ERLANG, Atom::new("is_atom"), vec![module_var()]);
            let mut guard = is_atom;
            for plain in [atoms::NIL, atoms::TRUE, atoms::FALSE] {
                let differs = self.remote(
                    meta,
                    atoms::ERLANG,
                    atoms::EXACT_NE,
                    vec![module_var(), expr(ExprKind::Literal(Value::Atom(plain)))],
                );
                guard = expr(ExprKind::And(Box::new(guard), Box::new(differs)));
            }
            clauses.push(clause(Pattern::Var(module), vec![guard], call));
            let other = self.scope.temporary();
            let reason = expr(ExprKind::Tuple(vec![
                expr(ExprKind::Literal(Value::Atom(atoms::BADKEY))),
                expr(ExprKind::Literal(Value::Atom(name))),
                expr(ExprKind::Var(other)),
            ]));
            let error = self.remote(meta, atoms::ERLANG, atoms::ERROR, vec![reason]);
            clauses.push(clause(Pattern::Var(other), Vec::new(), error));
        } else {
            clauses.push(clause(Pattern::Var(module), Vec::new(), call));
        }
        Ok(expr(ExprKind::Case(Box::new(receiver), clauses, NoMatch::Impossible)))
    }

    /// Expands a node one step, as `Macro.expand_once/2` does: `None` when it is no macro.
    pub fn expand_once<'a>(&'a mut self, quoted: &'a Quoted) -> Step<'a, Option<Quoted>> {
        Step::later(self.expand_once_inside(quoted))
    }

    async fn expand_once_inside(&mut self, quoted: &Quoted) -> Outcome<Option<Quoted>> {
        let Quoted::Node(node) = quoted else { return Ok(None) };
        self.note_line(&node.meta);
        match (&node.form, &node.args) {
            (Quoted::Atom(name), Args::List(args)) => {
                if name.as_str() == "__aliases__" {
                    return Ok(self.expand_alias_node(&node.meta, args).await?.map(Quoted::Atom));
                }
                if super::special::Special::of(*name, args.len()).is_some() {
                    return Ok(self.pseudo_variable_quoted(*name));
                }
                match self.resolve_local(*name, &node.meta, args).await? {
                    Resolved::Expanded(quoted) => Ok(Some(quoted)),
                    Resolved::Boot(boot) => self.quote_boot(boot, &node.meta, args).await,
                    _ => Ok(None),
                }
            }
            (Quoted::Atom(name), Args::Context(_)) => Ok(self.pseudo_variable_quoted(*name)),
            (Quoted::Node(target), Args::List(args)) => {
                let Some([left, Quoted::Atom(name)]) = target.as_dot() else { return Ok(None) };
                let module = match left {
                    Quoted::Atom(module) => *module,
                    other => match self.expand_once(other).await? {
                        Some(Quoted::Atom(module)) => module,
                        _ => return Ok(None),
                    },
                };
                match self.resolve_remote(module, *name, &node.meta, args).await? {
                    Resolved::Expanded(quoted) => Ok(Some(quoted)),
                    Resolved::Boot(boot) => self.quote_boot(boot, &node.meta, args).await,
                    _ => Ok(None),
                }
            }
            _ => Ok(None),
        }
    }

    fn pseudo_variable_quoted(&self, name: Atom) -> Option<Quoted> {
        match name.as_str() {
            "__MODULE__" => Some(Quoted::Atom(self.env.module.unwrap_or(atoms::NIL))),
            "__DIR__" => Some(Quoted::Binary(self.directory().into_bytes().into())),
            _ => None,
        }
    }
}

/// The module that quoted code says it imported a call from.
fn hygienic_import(meta: &Meta, arity: u8) -> Option<Atom> {
    let Quoted::List(imports) = meta.get(Atom::new("imports"))? else { return None };
    meta.get(Atom::new("context"))?;
    imports.iter().find_map(|import| match import {
        Quoted::Pair(pair) => match (&pair.0, &pair.1) {
            (Quoted::Int(wanted), Quoted::Atom(module)) if *wanted == i64::from(arity) => Some(*module),
            _ => None,
        },
        _ => None,
    })
}
