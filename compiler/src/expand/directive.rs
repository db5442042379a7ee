//! `alias`, `import`, `require`, and names of modules.

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::clauses::keywords;
use super::env::{Env, VarContext};
use super::host::{Failure, Outcome};
use super::messages::show_module;
use super::{counter_context, Expander, Step};
use crate::module::ModuleInfo;
use crate::quoted::{Args, Meta, Quoted};
use crate::tree::{Expr, ExprKind};

/// `Elixir.A.B` from its parts.
pub(crate) fn concat(parts: &[Atom]) -> Atom {
    let mut name = String::from("Elixir");
    for (index, part) in parts.iter().enumerate() {
        let text = part.as_str();
        let text = text.strip_prefix("Elixir.").unwrap_or(text);
        // At the front it says that the name is a full one; behind another it is a name like others.
        let root = index == 0 && *part == atoms::ELIXIR;
        if !root && *part != atoms::NIL {
            name.push('.');
            name.push_str(text);
        }
    }
    Atom::try_new(&name).unwrap_or(atoms::ELIXIR)
}

impl Expander<'_> {
    /// The module that an alias node stands for through an alias in force; `None` when there is none.
    pub(super) fn alias_target(&self, meta: &Meta, parts: &[Quoted]) -> Option<Atom> {
        let Quoted::Atom(first) = parts.first()? else { return None };
        let name = concat(&[*first]);
        let target = self.alias_of(meta, name)?;
        let mut all = vec![target];
        for part in &parts[1..] {
            let Quoted::Atom(part) = part else { return None };
            all.push(*part);
        }
        Some(if all.len() == 1 { target } else { concat(&all) })
    }

    fn alias_of(&self, meta: &Meta, name: Atom) -> Option<Atom> {
        if let Some(counter) = meta.get(super::counter_key()).and_then(counter_context) {
            let found = self.env.macro_aliases.iter().find(|(alias, (module, number), _)| {
                *alias == name && counter == VarContext::Counter(*module, *number)
            });
            if let Some((_, _, target)) = found {
                if let Some(lexical) = &self.env.lexical {
                    lexical.use_alias(name);
                }
                return Some(*target);
            }
        }
        let found = self.env.aliases.iter().find(|(alias, _)| *alias == name).map(|(_, target)| *target);
        if let (Some(_), Some(lexical)) = (found, &self.env.lexical) {
            lexical.use_alias(name);
        }
        if let Some(target) = found {
            self.trace("alias_expansion", meta, || vec![Value::Atom(name), Value::Atom(target)]);
        }
        found
    }

    /// The module that an `__aliases__` node means; `None` when it starts with something computed.
    pub(crate) async fn expand_alias_node(&mut self, meta: &Meta, parts: &[Quoted]) -> Outcome<Option<Atom>> {
        let mut atoms_only = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Quoted::Atom(atom) => atoms_only.push(*atom),
                _ => return self.computed_alias(meta, parts).await,
            }
        }
        let Some(first) = atoms_only.first() else { return Ok(None) };
        if *first == atoms::ELIXIR {
            return Ok(Some(concat(&atoms_only)));
        }
        match meta.get(Atom::new("alias")) {
            Some(Quoted::Atom(atoms::FALSE)) => {
                // Written where no alias was in force: only aliases that the same expansion made count.
                let name = concat(&atoms_only[..1]);
                let counter = meta.get(super::counter_key()).and_then(counter_context);
                let own = self.env.macro_aliases.iter().find(|(alias, (module, number), _)| {
                    *alias == name && counter == Some(VarContext::Counter(*module, *number))
                });
                if let Some((_, _, target)) = own {
                    let mut all = vec![*target];
                    all.extend(&atoms_only[1..]);
                    return Ok(Some(concat(&all)));
                }
                Ok(Some(concat(&atoms_only)))
            }
            Some(Quoted::Atom(target)) => Ok(Some(*target)),
            _ => Ok(Some(self.alias_target(meta, parts).unwrap_or_else(|| concat(&atoms_only)))),
        }
    }

    async fn computed_alias(&mut self, meta: &Meta, parts: &[Quoted]) -> Outcome<Option<Atom>> {
        let first = self.expand(&parts[0]).await?;
        let ExprKind::Literal(Value::Atom(first)) = first.kind else { return Ok(None) };
        let mut all = vec![first];
        for part in &parts[1..] {
            match part {
                Quoted::Atom(part) => all.push(*part),
                other => match self.expand(other).await?.kind {
                    ExprKind::Literal(Value::Atom(part)) => all.push(part),
                    _ => {
                        let message = "an alias must expand to an atom at compile time";
                        return Err(self.fail(meta, "expand::alias", message));
                    }
                },
            }
        }
        Ok(Some(concat(&all)))
    }

    pub(super) async fn expand_aliases(&mut self, meta: &Meta, parts: &[Quoted]) -> Outcome<Expr> {
        if let Some(module) = Step::later(self.expand_alias_node(meta, parts)).await? {
            self.trace_name(meta, module);
            return Ok(self.at(meta, ExprKind::Literal(Value::Atom(module))));
        }
        // `name.Sub` with a computed name.
        let shown: Vec<String> = parts
            .iter()
            .map(|part| match part {
                Quoted::Atom(part) => part.as_str().to_string(),
                other => match other.as_node() {
                    Some(node) if node.meta.get(Atom::new("no_parens")).is_some() => format!("{}()", self.show(other)),
                    _ => self.show(other),
                },
            })
            .collect();
        let message = format!(
            "invalid alias: \"{}\". If you wanted to define an alias, an alias must expand to an atom at compile time but it did \
             not, you may use Module.concat/2 to build it at runtime. If instead you wanted to invoke a function or access a field, \
             wrap the function or field name in double quotes",
            shown.join(".")
        );
        Err(self.fail(meta, "expand::alias", message))
    }

    /// The module named by an argument of a directive.
    fn directive_module<'a>(&'a mut self, form: &'a str, meta: &'a Meta, quoted: &'a Quoted) -> Step<'a, Atom> {
        Step::later(async move {
            // To name a module for a directive is not to refer to it.
            if let Some((atoms::ALIASES, meta, parts)) = quoted.as_call() {
                if let Some(module) = self.expand_alias_node(meta, parts).await? {
                    return Ok(module);
                }
            }
            let expanded = self.expand(quoted).await?;
            match expanded.kind {
                ExprKind::Literal(Value::Atom(module)) => Ok(module),
                _ => {
                    let message = format!(
                        "invalid argument for {form}, expected a compile time atom or alias, got: {}",
                        self.show(quoted)
                    );
                    Err(self.fail(meta, "expand::directive", message))
                }
            }
        })
    }

    /// The modules of `Base.{A, B.C}`.
    async fn multi_names(&mut self, form: &str, meta: &Meta, quoted: &Quoted) -> Outcome<Option<Vec<Atom>>> {
        let Some(node) = quoted.as_node() else { return Ok(None) };
        let (Quoted::Node(dot), Args::List(parts)) = (&node.form, &node.args) else { return Ok(None) };
        let Some([base, Quoted::Atom(atoms::TUPLE_BRACES)]) = dot.as_dot() else { return Ok(None) };
        let base = self.directive_module(form, meta, base).await?;
        let mut modules = Vec::with_capacity(parts.len());
        for part in parts {
            let mut all = vec![base];
            match part {
                Quoted::Atom(atom) => all.push(*atom),
                other => match other.as_call() {
                    Some((atoms::ALIASES, _, names)) => {
                        for name in names {
                            if let Quoted::Atom(name) = name {
                                all.push(*name);
                            }
                        }
                    }
                    _ => {
                        let message = format!(
                            "invalid argument for {form}, expected a compile time atom or alias, got: {}",
                            self.show(other)
                        );
                        return Err(self.fail(meta, "expand::directive", message));
                    }
                },
            }
            modules.push(concat(&all));
        }
        Ok(Some(modules))
    }

    /// The options of a form: a keyword list, or a macro that makes one.
    pub(super) async fn options(
        &mut self,
        form: &str,
        meta: &Meta,
        options: Option<&Quoted>,
    ) -> Outcome<Vec<(Atom, Quoted)>> {
        let Some(written) = options else { return Ok(Vec::new()) };
        let options = self.list_written(written).await?;
        match keywords(&options) {
            Some(options) => Ok(options.into_iter().map(|(key, value)| (key, value.clone())).collect()),
            None => {
                let message =
                    format!("invalid options for {form}, expected a keyword list, got: {}", self.show(&options));
                Err(self.fail(meta, "expand::directive", message))
            }
        }
    }

    /// The list that macros make of code, or what they make that is none.
    pub(super) async fn list_written(&mut self, written: &Quoted) -> Outcome<Quoted> {
        let mut code = written.clone();
        while !matches!(code, Quoted::List(_)) {
            match self.expand_once(&code).await? {
                Some(expanded) => code = expanded,
                None => break,
            }
        }
        Ok(code)
    }

    /// Refuses `as:` where several modules are named at once.
    fn refuse_multi_as(&self, form: &str, meta: &Meta, options: &[(Atom, Quoted)]) -> Outcome<()> {
        if form != "import" && options.iter().any(|(key, _)| key.as_str() == "as") {
            return Err(self.fail(meta, "expand::directive", ":as option is not supported by multi-alias call"));
        }
        Ok(())
    }

    pub(super) async fn expand_alias(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        let options = self.options("alias", meta, args.get(1)).await?;
        if let Some(modules) = self.multi_names("alias", meta, &args[0]).await? {
            self.refuse_multi_as("alias", meta, &options)?;
            for &module in &modules {
                self.set_alias(meta, last_part(module), module);
                self.track_alias(meta, last_part(module), module, None);
                self.trace_directive("alias", meta, module, Some(last_part(module)), &options);
            }
            let modules = modules.into_iter().map(Value::Atom).collect();
            return Ok(self.at(meta, ExprKind::Literal(Value::List(modules))));
        }
        let module = self.directive_module("alias", meta, &args[0]).await?;
        self.alias_with(meta, module, &options).await?;
        Ok(self.at(meta, ExprKind::Literal(Value::Atom(module))))
    }

    /// Sets the alias that `alias` and `require … as:` ask for.
    async fn alias_with(&mut self, meta: &Meta, module: Atom, options: &[(Atom, Quoted)]) -> Outcome<()> {
        let mut alias = None;
        for (key, value) in options {
            match key.as_str() {
                "as" => alias = Some(value),
                "warn" => {}
                other => {
                    return Err(self.fail(
                        meta,
                        "expand::directive",
                        format!("unsupported option :{other} given to alias"),
                    ))
                }
            }
        }
        let name = match alias {
            None => {
                if !module.as_str().starts_with("Elixir.") {
                    let message = format!(
                        "alias cannot be inferred automatically for module: {}, please use the :as option. Implicit aliasing \
                         is only supported with Elixir modules",
                        show_module(module)
                    );
                    return Err(self.fail(meta, "expand::directive", message));
                }
                last_part(module)
            }
            Some(quoted) => {
                let invalid = |this: &Self| {
                    let message =
                        format!("invalid value for option :as, expected an alias, got: {}", this.show(quoted));
                    this.fail(meta, "expand::directive", message)
                };
                match quoted {
                    Quoted::Atom(_) => {}
                    other if other.as_call().is_some_and(|(name, _, _)| name == atoms::ALIASES) => {}
                    other => {
                        Step::later(self.expand(other)).await?;
                        return Err(invalid(self));
                    }
                }
                match quoted.as_call() {
                    // The alias itself is not subject to aliases in force.
                    Some((_, _, [Quoted::Atom(part)])) => concat(&[*part]),
                    Some(_) => {
                        let message = format!(
                            "invalid value for option :as, expected a simple alias, got nested alias: {}",
                            self.show(quoted)
                        );
                        return Err(self.fail(meta, "expand::directive", message));
                    }
                    None => match quoted {
                        Quoted::Atom(atom)
                            if atom
                                .as_str()
                                .strip_prefix("Elixir.")
                                .is_some_and(|name| name.starts_with(|c: char| c.is_ascii_uppercase())) =>
                        {
                            *atom
                        }
                        _ => return Err(invalid(self)),
                    },
                }
            }
        };
        self.set_alias(meta, name, module);
        self.trace_directive("alias", meta, module, Some(name), options);
        let warn = options.iter().find(|(key, _)| key.as_str() == "warn");
        self.track_alias(meta, name, module, warn.map(|(_, value)| *value != Quoted::Atom(atoms::FALSE)));
        Ok(())
    }

    /// Notes a directive for tracers, with its options as they are written; `name` is the alias it makes.
    fn trace_directive(&self, event: &str, meta: &Meta, module: Atom, name: Option<Atom>, options: &[(Atom, Quoted)]) {
        self.trace(event, meta, || {
            let option = |(key, value): &(Atom, Quoted)| {
                let value = match name {
                    Some(name) if key.as_str() == "as" => Value::Atom(name),
                    _ => crate::quoted::convert::to_value(value).unwrap_or(Value::NIL),
                };
                Value::Tuple(vec![Value::Atom(*key), value])
            };
            let mut parts = vec![Value::Atom(module)];
            parts.extend(name.map(Value::Atom));
            parts.push(Value::List(options.iter().map(option).collect()));
            parts
        });
    }

    /// Notes an alias, to warn when nothing uses it; what macros make may go unused. A name that stands for itself is none.
    fn track_alias(&self, meta: &Meta, name: Atom, module: Atom, warn: Option<bool>) {
        if let Some(lexical) = self.env.lexical.as_ref().filter(|_| name != module) {
            let warn = warn.unwrap_or_else(|| meta.get(Atom::new("context")).is_none());
            lexical.alias(name, self.line_of(meta), warn);
        }
    }

    /// Puts an alias in force. One made by a macro holds for the code around the call as well (`use` relies on it), and the
    /// code of that expansion also finds it where names are else taken as they were written.
    pub(crate) fn set_alias(&mut self, meta: &Meta, alias: Atom, module: Atom) {
        if let Some(VarContext::Counter(owner, number)) = meta.get(super::counter_key()).and_then(counter_context) {
            let aliases = std::sync::Arc::make_mut(&mut self.env.macro_aliases);
            aliases.retain(|(name, counter, _)| *name != alias || *counter != (owner, number));
            if alias != module {
                aliases.insert(0, (alias, (owner, number), module));
            }
        }
        self.env.alias(alias, module);
    }

    /// The exports of a module that must exist.
    async fn needed_module(&mut self, meta: &Meta, module: Atom) -> Outcome<std::sync::Arc<ModuleInfo>> {
        if self.env.function.is_none() && self.unit_modules.contains(&module) {
            return Err(self.fail(meta, "expand::module_in_context", defined_here(module)));
        }
        match self.cx.compiler.info(self.cx.host, module).await? {
            Some(info) => Ok(info),
            None => {
                let being_defined = self.cx.compiler.is_open(module);
                let message = if self.env.context_modules.contains(&module) && !being_defined {
                    defined_here(module)
                } else if being_defined {
                    format!(
                        "you are trying to use the module {} which is currently being defined.\n\nThis may happen if you \
                         accidentally override the module you want to use. For example:\n\n    defmodule MyApp do\n      \
                         defmodule Supervisor do\n        use Supervisor\n      end\n    end\n\nIn the example above, the new \
                         Supervisor conflicts with Elixir's Supervisor. This may be fixed by using the fully qualified name in \
                         the definition:\n\n    defmodule MyApp.Supervisor do\n      use Supervisor\n    end\n",
                        show_module(module)
                    )
                } else {
                    format!("module {} is not loaded and could not be found", show_module(module))
                };
                Err(Failure::from(self.error_at(meta, "expand::unknown_module", message)))
            }
        }
    }

    pub(super) async fn expand_require(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        let options = self.options("require", meta, args.get(1)).await?;
        if let Some((key, _)) = options.iter().find(|(key, _)| !matches!(key.as_str(), "as" | "warn")) {
            let message = format!("unsupported option :{key} given to require");
            return Err(self.fail(meta, "expand::directive", message));
        }
        if let Some(modules) = self.multi_names("require", meta, &args[0]).await? {
            self.refuse_multi_as("require", meta, &options)?;
            for &module in &modules {
                self.needed_module(meta, module).await?;
                self.env.require(module);
                self.refer_to_exports(module);
                self.trace_directive("require", meta, module, None, &options);
            }
            let modules = modules.into_iter().map(Value::Atom).collect();
            return Ok(self.at(meta, ExprKind::Literal(Value::List(modules))));
        }
        let module = self.directive_module("require", meta, &args[0]).await?;
        self.needed_module(meta, module).await?;
        self.env.require(module);
        self.refer_to_exports(module);
        self.trace_directive("require", meta, module, None, &options);
        if options.iter().any(|(key, _)| key.as_str() == "as") {
            self.alias_with(meta, module, &options).await?;
        }
        Ok(self.at(meta, ExprKind::Literal(Value::Atom(module))))
    }

    pub(super) async fn expand_import(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        let options = self.options("import", meta, args.get(1)).await?;
        if let Some(modules) = self.multi_names("import", meta, &args[0]).await? {
            for &module in &modules {
                self.import(meta, module, &options).await?;
            }
            let modules = modules.into_iter().map(Value::Atom).collect();
            return Ok(self.at(meta, ExprKind::Literal(Value::List(modules))));
        }
        let module = self.directive_module("import", meta, &args[0]).await?;
        self.import(meta, module, &options).await?;
        Ok(self.at(meta, ExprKind::Literal(Value::Atom(module))))
    }

    async fn import(&mut self, meta: &Meta, module: Atom, options: &[(Atom, Quoted)]) -> Outcome<()> {
        let info = self.needed_module(meta, module).await?;
        let (mut only, mut except) = (None, None);
        let (mut functions, mut macros, mut sigils) = (true, true, false);
        let mut warn = meta.get(Atom::new("context")).is_none();
        for (key, value) in options {
            match key.as_str() {
                "only" => match value {
                    Quoted::Atom(which) if which.as_str() == "functions" => macros = false,
                    Quoted::Atom(which) if which.as_str() == "macros" => {
                        functions = false;
                        if !module.as_str().starts_with("Elixir.") {
                            let message = format!("could not load macros from module {}", show_module(module));
                            return Err(self.fail(meta, "expand::import", message));
                        }
                    }
                    Quoted::Atom(which) if which.as_str() == "sigils" => sigils = true,
                    other => only = Some(self.import_names(meta, "only", other).await?),
                },
                "except" => except = Some(self.import_names(meta, "except", value).await?),
                "warn" => warn = *value != Quoted::Atom(atoms::FALSE),
                other => {
                    let message = format!("unsupported option :{other} given to import");
                    return Err(self.fail(meta, "expand::directive", message));
                }
            }
        }
        if only.is_some() && except.is_some() {
            let message =
                ":only and :except can only be given together to import when :only is :functions, :macros, or :sigils";
            return Err(self.fail(meta, "expand::import", message));
        }
        if let Some(only) = &only {
            for (name, arity) in only {
                if !info.functions.contains(*name, *arity) && !info.macros.contains(*name, *arity) {
                    let message = format!(
                        "cannot import {}.{name}/{arity} because it is undefined or private",
                        show_module(module)
                    );
                    return Err(self.fail(meta, "expand::import", message));
                }
            }
        }
        // `except` without `only` takes away from what was imported before.
        let earlier = |list: &[std::sync::Arc<super::env::Imports>]| {
            list.iter().find(|imports| imports.module == module).map(|imports| imports.names().to_vec())
        };
        let choose = |all: &[(Atom, u8)], before: Option<Vec<(Atom, u8)>>| -> Vec<(Atom, u8)> {
            let base = match (&except, before) {
                (Some(_), Some(before)) => before,
                _ => all.to_vec(),
            };
            base.into_iter()
                .filter(|entry| only.as_ref().is_none_or(|only| only.contains(entry)))
                .filter(|entry| except.as_ref().is_none_or(|except| !except.contains(entry)))
                .filter(|(name, arity)| !sigils || (*arity == 2 && name.as_str().starts_with("sigil_")))
                .filter(|(name, _)| only.is_some() || !name.as_str().starts_with('_'))
                .collect()
        };
        let chosen_functions =
            if functions { choose(info.functions.names(), earlier(&self.env.functions)) } else { Vec::new() };
        let chosen_macros = if macros { choose(info.macros.names(), earlier(&self.env.macros)) } else { Vec::new() };
        if let Some(lexical) = &self.env.lexical {
            // What Kernel is used for is not counted.
            let warn = warn && module != atoms::KERNEL;
            lexical.import(module, only.as_deref(), self.line_of(meta), warn);
        }
        Env::set_imports(&mut self.env.functions, module, chosen_functions);
        Env::set_imports(&mut self.env.macros, module, chosen_macros);
        self.env.require(module);
        self.refer_to_exports(module);
        self.trace_directive("import", meta, module, None, options);
        Ok(())
    }

    async fn import_names(&mut self, meta: &Meta, option: &str, quoted: &Quoted) -> Outcome<Vec<(Atom, u8)>> {
        let expanded = self.expand(quoted).await?;
        let invalid = |this: &Self, written: &Quoted| {
            let expected =
                if option == "only" { "an atom :functions, :macros, or a list literal" } else { "a list literal" };
            let message = format!(
                "invalid :{option} option for import, expected value to be {expected}, got: {}",
                this.show(written)
            );
            this.fail(meta, "expand::import", message)
        };
        let ExprKind::Literal(Value::List(entries)) = &expanded.kind else {
            let macro_made = self.expand_once(quoted).await?;
            return Err(invalid(self, macro_made.as_ref().unwrap_or(quoted)));
        };
        let names: Option<Vec<(Atom, u8)>> = entries.iter().map(super::env::name_arity).collect();
        let Some(names) = names else {
            let message = format!("invalid :{option} option for import, expected a keyword list with integer values");
            return Err(self.fail(meta, "expand::import", message));
        };
        for (index, (name, arity)) in names.iter().enumerate() {
            if names[..index].contains(&(*name, *arity)) {
                let message = format!("invalid :{option} option for import, {name}/{arity} is duplicated");
                return Err(self.fail(meta, "expand::import", message));
            }
        }
        Ok(names)
    }
}

/// What is said of a module that only the running of the code at hand brings about.
fn defined_here(module: Atom) -> String {
    format!(
        "module {} is not loaded but was defined. This happens when you depend on a module in the same context in which it is \
         defined. For example:\n\n    defmodule MyApp do\n      defmodule Mod do\n      end\n\n      use Mod\n    end\n\nTry \
         defining the module outside the context that uses it:\n\n    defmodule MyApp.Mod do\n    end\n\n    defmodule MyApp \
         do\n      use MyApp.Mod\n    end\n\nIf the module is defined at the top-level and you are trying to use it at the \
         top-level, this is not supported by Elixir",
        show_module(module)
    )
}

/// `Elixir.C` of `Elixir.A.B.C`.
pub(crate) fn last_part(module: Atom) -> Atom {
    let text = module.as_str();
    concat(&[Atom::new(text.rsplit('.').next().unwrap_or(text))])
}
