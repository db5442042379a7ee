//! Typespecs: from the code behind `@type`, `@spec` and `@callback` to Erlang's abstract form, and what is wrong with it.

use std::sync::Arc;

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};
use parking_lot::Mutex;

use crate::diagnostic::Diagnostic;
use crate::expand::host::{Failure, Outcome, Raised};
use crate::expand::{place, show, show_module, Cx, Expander, Refers, Step};
use crate::quoted::{Args, Meta, Quoted};
use crate::tree::ExprKind;

use super::state::ModuleState;

/// Erlang's built-in types with their arities.
const BUILT_IN: &[(&str, &[usize])] = &[
    ("any", &[0]),
    ("arity", &[0]),
    ("atom", &[0]),
    ("binary", &[0]),
    ("bitstring", &[0]),
    ("bool", &[0]),
    ("boolean", &[0]),
    ("byte", &[0]),
    ("char", &[0]),
    ("float", &[0]),
    ("fun", &[0, 1, 2]),
    ("function", &[0]),
    ("identifier", &[0]),
    ("integer", &[0]),
    ("iodata", &[0]),
    ("iolist", &[0]),
    ("list", &[0, 1]),
    ("map", &[0]),
    ("maybe_improper_list", &[0, 2]),
    ("mfa", &[0]),
    ("module", &[0]),
    ("neg_integer", &[0]),
    ("nil", &[0]),
    ("no_return", &[0]),
    ("node", &[0]),
    ("non_neg_integer", &[0]),
    ("none", &[0]),
    ("nonempty_binary", &[0]),
    ("nonempty_bitstring", &[0]),
    ("nonempty_improper_list", &[2]),
    ("nonempty_list", &[0, 1]),
    ("nonempty_maybe_improper_list", &[0, 2]),
    ("nonempty_string", &[0]),
    ("number", &[0]),
    ("pid", &[0]),
    ("port", &[0]),
    ("pos_integer", &[0]),
    ("reference", &[0]),
    ("string", &[0]),
    ("term", &[0]),
    ("timeout", &[0]),
    ("tuple", &[0]),
];

/// Elixir's own built-in types with their arities.
const OWN: &[(&str, &[usize])] = &[
    ("as_boolean", &[1]),
    ("charlist", &[0]),
    ("char_list", &[0]),
    ("keyword", &[0, 1]),
    ("nonempty_charlist", &[0]),
    ("struct", &[0]),
];

fn listed(table: &[(&str, &[usize])], name: Atom, arity: usize) -> bool {
    table.iter().any(|(other, arities)| *other == name.as_str() && arities.contains(&arity))
}

/// What the typespecs of a module say.
#[derive(Default)]
pub struct Translated {
    /// The abstract forms, in the order written.
    pub forms: Vec<Value>,
    /// What is worth a warning.
    pub warnings: Vec<Diagnostic>,
    /// Names, arities and lines of specs, to be checked against the definitions.
    pub specs: Vec<(Atom, u8, u32)>,
}

/// A type or spec on its way.
struct Translator<'e, 'c> {
    expander: &'e mut Expander<'c>,
    line: u32,
    /// The line of the code whose form is made; literals, lists and pairs have none.
    at: u32,
    /// Type variables, and how often each was used.
    vars: Vec<(Atom, u32)>,
    /// Types of the module that were named.
    used: Vec<(Atom, usize, u32)>,
    warnings: Vec<String>,
}

/// Translates the typespecs of a module.
///
/// # Errors
/// The first one that makes no sense.
pub async fn translate(cx: Cx<'_>, state: &Arc<Mutex<ModuleState>>) -> Outcome<Translated> {
    let (specs, source, module) = {
        let state = state.lock();
        (state.typespecs.clone(), state.source.clone(), state.name)
    };
    let file = cx.compiler.relative(&source.name);
    let mut done = Translated::default();
    let mut exported: Vec<Value> = Vec::new();
    let mut private: Vec<(Atom, usize, u32)> = Vec::new();
    let mut defined: Vec<(Atom, usize, u32)> = Vec::new();
    let mut used: Vec<(Atom, usize, u32)> = Vec::new();
    let mut in_types: Vec<(Atom, usize, (Atom, usize))> = Vec::new();
    let mut by_kind: Vec<(Atom, Atom, usize, u32, Vec<Value>)> = Vec::new();
    for spec in &specs {
        let kind = spec.kind.as_str();
        let is_type = matches!(kind, "type" | "typep" | "opaque");
        let mut env = spec.env.clone();
        env.line = spec.line;
        let head = super::finish::spec_head(&spec.code).unwrap_or((spec.kind, 0));
        env.function = Some(head);
        let mut expander = Expander::new(cx, source.clone(), env);
        expander.module = Some(state.clone());
        expander.refers = Refers::Never;
        let mut translator = Translator {
            expander: &mut expander,
            line: spec.line,
            at: spec.line,
            vars: Vec::new(),
            used: Vec::new(),
            warnings: Vec::new(),
        };
        if is_type {
            let (name, arity, form) = translator.definition(kind, &spec.code).await?;
            if let Some((_, _, line)) = defined.iter().find(|(other, count, _)| (*other, *count) == (name, arity)) {
                return Err(translator.error(format!("type {name}/{arity} is already defined in {file}:{line}")));
            }
            defined.push((name, arity, spec.line));
            match kind {
                "typep" => private.push((name, arity, spec.line)),
                _ => exported.push(name_arity(name, arity)),
            }
            in_types.extend(translator.used.iter().map(|(used, count, _)| (*used, *count, (name, arity))));
            let stored = if kind == "opaque" { "opaque" } else { "type" };
            done.forms.push(attribute(spec.line, stored, form));
        } else {
            let (name, arity, form) = translator.spec(kind, &spec.code).await?;
            if kind == "spec" {
                done.specs.push((name, u8::try_from(arity).unwrap_or(u8::MAX), spec.line));
            }
            let (key, count) = match kind {
                "macrocallback" => (Atom::new(&format!("MACRO-{name}")), arity + 1),
                _ => (name, arity),
            };
            let stored = if kind == "spec" { spec.kind } else { Atom::new("callback") };
            match by_kind
                .iter_mut()
                .find(|(of, other, other_arity, _, _)| (*of, *other, *other_arity) == (stored, key, count))
            {
                Some((_, _, _, _, all)) => all.push(form),
                None => by_kind.push((stored, key, count, spec.line, vec![form])),
            }
        }
        used.extend(translator.used.iter().copied());
        for message in std::mem::take(&mut translator.warnings) {
            done.warnings.push(place(spec.line, 0, Diagnostic::warning("typespec::useless", &source, message), ""));
        }
    }
    for (name, arity, line) in &used {
        if !defined.iter().any(|(other, count, _)| other == name && count == arity) {
            let message = format!("type {name}/{arity} undefined (no such type in {})", show_module(module));
            return Err(Failure::from(place(*line, 0, Diagnostic::error("typespec::undefined", &source, message), "")));
        }
    }
    for (name, arity, line) in private {
        // A type that only names itself is unused.
        let by_type =
            in_types.iter().any(|(other, count, by)| (*other, *count) == (name, arity) && *by != (name, arity));
        let by_spec = used.iter().filter(|(other, count, _)| (*other, *count) == (name, arity)).count()
            > in_types.iter().filter(|(other, count, _)| (*other, *count) == (name, arity)).count();
        if !by_type && !by_spec {
            let message = format!("type {name}/{arity} is unused");
            done.warnings.push(place(line, 0, Diagnostic::warning("typespec::unused", &source, message), ""));
        }
    }
    for (stored, name, arity, line, forms) in by_kind {
        let form = Value::Tuple(vec![name_arity(name, arity), Value::List(forms)]);
        done.forms.push(attribute(line, stored.as_str(), form));
    }
    if !exported.is_empty() {
        done.forms.insert(0, attribute(0, "export_type", Value::List(exported)));
    }
    Ok(done)
}

fn attribute(line: u32, kind: &str, value: Value) -> Value {
    Value::Tuple(vec![Value::atom("attribute"), Value::Int(line.into()), Value::atom(kind), value])
}

fn name_arity(name: Atom, arity: usize) -> Value {
    Value::Tuple(vec![Value::Atom(name), Value::Int(arity as i64)])
}

fn variable(quoted: &Quoted) -> Option<Atom> {
    let node = quoted.as_node()?;
    match (&node.form, &node.args) {
        (Quoted::Atom(name), Args::Context(_)) => Some(*name),
        _ => None,
    }
}

fn is_ellipsis(quoted: &Quoted) -> bool {
    quoted.as_node().is_some_and(|node| {
        node.form == Quoted::atom("...") && !matches!(&node.args, Args::List(args) if !args.is_empty())
    })
}

impl Translator<'_, '_> {
    fn error(&self, message: String) -> Failure {
        let diagnostic = Diagnostic::error("typespec::invalid", &self.expander.source, message);
        Failure::from(place(self.line, 0, diagnostic, ""))
    }

    fn node(&self, tag: &str, rest: Vec<Value>) -> Value {
        let mut parts = vec![Value::atom(tag), Value::Int(self.at.into())];
        parts.extend(rest);
        Value::Tuple(parts)
    }

    fn built_in(&self, name: &str, args: Vec<Value>) -> Value {
        self.node("type", vec![Value::atom(name), Value::List(args)])
    }

    /// An atom as a type, which has no line of its own in quoted code.
    fn atom(&self, atom: Atom) -> Value {
        Value::Tuple(vec![Value::atom("atom"), Value::Int(0), Value::Atom(atom)])
    }

    fn variable_form(&self, name: Atom) -> Value {
        self.node("var", vec![Value::Atom(name)])
    }

    /// `name(vars) :: type`.
    async fn definition(&mut self, kind: &str, code: &Quoted) -> Outcome<(Atom, usize, Value)> {
        let invalid = || format!("invalid type specification: {}", show(code));
        let Some((atoms::TYPE_OP, _, [head, body])) = code.as_call() else { return Err(self.error(invalid())) };
        let node = head.as_node().ok_or_else(|| self.error(invalid()))?;
        let Quoted::Atom(name) = node.form else { return Err(self.error(invalid())) };
        let parameters: &[Quoted] = match &node.args {
            Args::Context(_) => &[],
            Args::List(args) => args,
        };
        let arity = parameters.len();
        if arity == 1 && matches!(name.as_str(), "required" | "optional") {
            return Err(self.error(format!("type {name}/{arity} is a reserved type and it cannot be defined")));
        }
        if listed(BUILT_IN, name, arity) || listed(OWN, name, arity) {
            return Err(self.error(format!("type {name}/{arity} is a built-in type and it cannot be redefined")));
        }
        for parameter in parameters {
            match variable(parameter) {
                Some(atoms::UNDERSCORE) => {
                    return Err(self.error("type variable '_' is invalid".to_string()));
                }
                Some(variable) => match self.vars.iter_mut().find(|(other, _)| *other == variable) {
                    Some((_, count)) => *count += 1,
                    None => self.vars.push((variable, 1)),
                },
                None => {
                    let invalid: Vec<String> =
                        parameters.iter().filter(|parameter| variable(parameter).is_none()).map(show).collect();
                    return Err(self.error(format!(
                        "@type definitions expect all arguments to be variables. The type {name}/{arity} has an invalid \
                         argument(s): {}",
                        invalid.join(", ")
                    )));
                }
            }
        }
        let names: Vec<Atom> = parameters.iter().filter_map(variable).collect();
        let body = self.type_of(body).await?;
        self.check_singletons()?;
        if kind == "opaque" && is_underspecified(&body) {
            self.warnings.push(format!("@opaque type {name}/{arity} is underspecified and therefore meaningless"));
        }
        self.at = node.meta.line;
        let parameters = names.into_iter().map(|name| self.variable_form(name)).collect();
        Ok((name, arity, Value::Tuple(vec![Value::Atom(name), body, Value::List(parameters)])))
    }

    /// A variable that occurs in one place only stands for nothing.
    fn check_singletons(&mut self) -> Outcome<()> {
        for (name, count) in &self.vars {
            if *count > 1 && name.as_str().starts_with('_') {
                self.warnings.push(format!(
                    "the underscored type variable \"{name}\" is used more than once in the type specification. A leading \
                     underscore indicates that the value of the variable should be ignored. If this is intended please rename \
                     the variable to remove the underscore"
                ));
            }
            if *count == 1 && !name.as_str().starts_with('_') {
                return Err(self.error(format!(
                    "type variable {name} is used only once. Type variables in typespecs must be referenced at least twice, \
                     otherwise it is equivalent to term()"
                )));
            }
        }
        Ok(())
    }

    /// `name(args) :: result when var: type`.
    async fn spec(&mut self, kind: &str, code: &Quoted) -> Outcome<(Atom, usize, Value)> {
        let (signature, guards) = match code.as_call() {
            Some((atoms::WHEN, _, [signature, guards])) => (signature, Some(guards)),
            _ => (code, None),
        };
        let Some((atoms::TYPE_OP, meta, [head, result])) = signature.as_call() else {
            let is_call = signature.as_call().is_some_and(|(name, _, _)| name != atoms::TYPE_OP);
            let what = if is_call { "type specification missing return type" } else { "invalid type specification" };
            return Err(self.error(format!("{what}: {}", show(signature))));
        };
        let invalid = || format!("invalid type specification: {}", show(signature));
        let node = head.as_node().ok_or_else(|| self.error(invalid()))?;
        let Quoted::Atom(name) = node.form else { return Err(self.error(invalid())) };
        let parameters: &[Quoted] = match &node.args {
            Args::Context(_) => &[],
            Args::List(args) => args,
        };
        let mut bounded: Vec<(Atom, Quoted)> = Vec::new();
        if let Some(guards) = guards {
            let Quoted::List(entries) = guards else {
                return Err(self.error(
                    "expected keywords as guard in type specification".to_string()
                        + &format!(", got: {}", show(guards)),
                ));
            };
            for entry in entries.iter() {
                let Quoted::Pair(pair) = entry else { return Err(self.error(invalid())) };
                let Quoted::Atom(key) = &pair.0 else { return Err(self.error(invalid())) };
                match variable(&pair.1) {
                    Some(any) if any.as_str() == "var" => self.vars.push((*key, 0)),
                    _ => {
                        self.vars.push((*key, 1));
                        bounded.push((*key, pair.1.clone()));
                    }
                }
            }
        }
        self.at = meta.line;
        let mut args = Vec::with_capacity(parameters.len() + 1);
        if kind == "macrocallback" {
            args.push(self.built_in("term", Vec::new()));
        }
        for parameter in parameters {
            let defaults = |quoted: &Quoted| quoted.as_call().is_some_and(|(name, _, _)| name.as_str() == "\\\\");
            let inner = parameter
                .as_call()
                .is_some_and(|(name, _, parts)| name == atoms::TYPE_OP && parts.iter().any(defaults));
            if defaults(parameter) || inner {
                let message = "default arguments \\\\ not supported in typespecs";
                return Err(Raised::exception("ArgumentError", message).into());
            }
            args.push(self.type_of(parameter).await?);
        }
        let result = self.type_of(result).await?;
        let mut constraints = Vec::new();
        for (name, bound) in bounded {
            let bound = self.type_of(&bound).await?;
            let subject = vec![self.variable_form(name), bound];
            let parts = vec![self.node("atom", vec![Value::atom("is_subtype")]), Value::List(subject)];
            constraints.push(self.node("type", vec![Value::atom("constraint"), Value::List(parts)]));
        }
        self.check_singletons()?;
        let product = self.built_in("product", args);
        let fun = self.built_in("fun", vec![product, result]);
        let form = match constraints.is_empty() {
            true => fun,
            false => self.built_in("bounded_fun", vec![fun, Value::List(constraints)]),
        };
        Ok((name, parameters.len(), form))
    }

    async fn types_of(&mut self, args: &[Quoted]) -> Outcome<Vec<Value>> {
        let mut types = Vec::with_capacity(args.len());
        for arg in args {
            types.push(self.type_of(arg).await?);
        }
        Ok(types)
    }

    fn type_of<'a>(&'a mut self, quoted: &'a Quoted) -> Step<'a, Value> {
        Step::later(self.type_inside(quoted))
    }

    async fn type_inside(&mut self, quoted: &Quoted) -> Outcome<Value> {
        let own = match quoted {
            Quoted::Node(node) => node.meta.line,
            _ => 0,
        };
        let outer = std::mem::replace(&mut self.at, own);
        let form = self.form_of(quoted).await;
        self.at = outer;
        form
    }

    async fn form_of(&mut self, quoted: &Quoted) -> Outcome<Value> {
        match quoted {
            Quoted::Atom(atom) => Ok(self.atom(*atom)),
            Quoted::Int(int) => Ok(self.node("integer", vec![Value::Int(*int)])),
            Quoted::Big(big) => Ok(self.node("integer", vec![Value::Big(big.clone())])),
            Quoted::Pair(pair) => {
                let parts = vec![self.type_of(&pair.0).await?, self.type_of(&pair.1).await?];
                Ok(self.built_in("tuple", parts))
            }
            Quoted::List(elements) => self.list_type(quoted, elements).await,
            Quoted::Node(node) => match (&node.form, &node.args) {
                (Quoted::Atom(name), Args::Context(_)) => self.named(quoted, *name, &node.meta, &[]).await,
                (Quoted::Atom(name), Args::List(args)) => self.named(quoted, *name, &node.meta, args).await,
                (Quoted::Node(target), Args::List(args)) => match target.as_dot() {
                    Some([left, Quoted::Atom(name)]) => self.remote(quoted, left, *name, args).await,
                    _ => Err(self.unexpected(quoted)),
                },
                _ => Err(self.unexpected(quoted)),
            },
            _ => Err(self.unexpected(quoted)),
        }
    }

    fn unexpected(&self, quoted: &Quoted) -> Failure {
        self.error(format!("unexpected expression in typespec: {}", show(quoted)))
    }

    async fn list_type(&mut self, quoted: &Quoted, elements: &[Quoted]) -> Outcome<Value> {
        if let [only] = elements {
            if let Some((atoms::ARROW, meta, [Quoted::List(args), result])) = only.as_call() {
                self.at = meta.line;
                return self.fun_type(args, result).await;
            }
        }
        let keyword = |element: &Quoted| matches!(element, Quoted::Pair(pair) if matches!(pair.0, Quoted::Atom(_)));
        match elements {
            [] => Ok(self.built_in("nil", Vec::new())),
            [only] if is_ellipsis(only) => Ok(self.built_in("nonempty_list", Vec::new())),
            [of, rest] if is_ellipsis(rest) => {
                let of = self.type_of(of).await?;
                Ok(self.built_in("nonempty_list", vec![of]))
            }
            _ if elements.iter().all(keyword) => {
                let types = self.types_of(elements).await?;
                let of = match types.as_slice() {
                    [only] => only.clone(),
                    _ => self.built_in("union", types),
                };
                Ok(self.built_in("list", vec![of]))
            }
            [of] => {
                let of = self.type_of(of).await?;
                Ok(self.built_in("list", vec![of]))
            }
            _ => Err(self.error(format!("unexpected list in typespec: {}", show(quoted)))),
        }
    }

    async fn fun_type(&mut self, args: &[Quoted], result: &Quoted) -> Outcome<Value> {
        if let [only] = args {
            if is_ellipsis(only) {
                let any = variable(result).is_some_and(|name| name.as_str() == "any")
                    || result.as_call().is_some_and(|(name, _, args)| name.as_str() == "any" && args.is_empty());
                if any {
                    return Ok(self.built_in("fun", Vec::new()));
                }
                let result = self.type_of(result).await?;
                let args = self.node("type", vec![Value::atom("any")]);
                return Ok(self.built_in("fun", vec![args, result]));
            }
        }
        let args = self.types_of(args).await?;
        let product = self.built_in("product", args);
        let result = self.type_of(result).await?;
        Ok(self.built_in("fun", vec![product, result]))
    }

    async fn remote(&mut self, quoted: &Quoted, left: &Quoted, name: Atom, args: &[Quoted]) -> Outcome<Value> {
        let module = match left {
            Quoted::Atom(module) => *module,
            other => match self.module_of(other).await? {
                Ok(module) => module,
                Err(found) => {
                    let found = found.map_or(String::new(), |found| format!(" ({} is {found})", show(other)));
                    return Err(self.error(format!("invalid remote in typespec: {}{found}", show(quoted))));
                }
            },
        };
        let args = self.types_of(args).await?;
        if Some(module) == self.expander.env.module {
            self.used.push((name, args.len(), self.line));
            return Ok(self.node("user_type", vec![Value::Atom(name), Value::List(args)]));
        }
        let parts = vec![self.atom(module), self.atom(name), Value::List(args)];
        Ok(self.node("remote_type", vec![Value::List(parts)]))
    }

    /// The module that an expression names, or what else it is.
    async fn module_of(&mut self, quoted: &Quoted) -> Outcome<Result<Atom, Option<String>>> {
        if let Some((name, _, [attribute])) = quoted.as_call() {
            if name.as_str() == "@" {
                let value = match (&self.expander.module, crate::expand::attribute_parts(attribute)) {
                    (Some(module), Some((name, _, None))) => module.lock().attributes.read(name),
                    _ => None,
                };
                return Ok(match value.and_then(|data| data.to_value()) {
                    Some(Value::Atom(module)) => Ok(module),
                    Some(other) => Err(Some(show(&crate::expand::escape_value(&other)))),
                    None => Err(Some("nil".to_string())),
                });
            }
        }
        let expanded = self.expander.expand(quoted).await?;
        self.expander.errors.clear();
        Ok(match expanded.kind {
            ExprKind::Literal(Value::Atom(module)) => Ok(module),
            _ => Err(None),
        })
    }

    async fn named(&mut self, quoted: &Quoted, name: Atom, meta: &Meta, args: &[Quoted]) -> Outcome<Value> {
        match (name.as_str(), args) {
            ("|", [left, right]) => {
                let mut all = Vec::new();
                let mut pending = vec![right, left];
                while let Some(part) = pending.pop() {
                    match part.as_call() {
                        Some((atoms::PIPE, _, [left, right])) => pending.extend([right, left]),
                        _ => all.push(self.type_of(part).await?),
                    }
                }
                Ok(self.built_in("union", all))
            }
            ("<<>>", parts) => self.binary_type(parts),
            ("%{}", fields) => self.map_type(quoted, fields).await,
            ("%", [name, fields]) => self.struct_type(name, fields).await,
            ("record", [Quoted::Atom(tag)]) => self.record_type(*tag, &[]).await,
            ("record", [Quoted::Atom(tag), Quoted::List(fields)]) => self.record_type(*tag, fields).await,
            ("record", [tag, _]) => Err(self.error(format!(
                "invalid record specification, expected the record name to be an atom literal, got: {}",
                show(tag)
            ))),
            ("..", [first, last]) => {
                let bound = |quoted: &Quoted| match quoted.as_call() {
                    Some((name, _, [Quoted::Int(_)])) => matches!(name.as_str(), "-" | "+"),
                    _ => matches!(quoted, Quoted::Int(_) | Quoted::Big(_)),
                };
                if !bound(first) || !bound(last) {
                    let message = "invalid range specification, expected both sides to be integers, with the left side lower than the \
                                   right side";
                    return Err(self.error(message.to_string()));
                }
                let bounds = vec![self.type_of(first).await?, self.type_of(last).await?];
                Ok(self.built_in("range", bounds))
            }
            ("-" | "+", [operand @ (Quoted::Int(_) | Quoted::Big(_))]) => {
                let number = match operand {
                    Quoted::Big(big) => Value::Big(big.clone()),
                    Quoted::Int(int) => Value::Int(*int),
                    _ => return Err(self.unexpected(quoted)),
                };
                let operand = self.node("integer", vec![number]);
                Ok(self.node("op", vec![Value::Atom(name), operand]))
            }
            ("__aliases__" | "__MODULE__", _) => match self.module_of(quoted).await? {
                Ok(module) => Ok(self.atom(module)),
                Err(_) => Err(self.unexpected(quoted)),
            },
            ("@", [_]) => match self.module_of(quoted).await? {
                Ok(module) => Ok(self.atom(module)),
                Err(_) => Err(self.unexpected(quoted)),
            },
            ("__block__", [only]) => self.type_of(only).await,
            ("{}", []) => Ok(self.built_in("tuple", Vec::new())),
            ("{}", elements) => {
                let types = self.types_of(elements).await?;
                Ok(self.built_in("tuple", types))
            }
            ("::", [label, of]) => {
                if of.as_call().is_some_and(|(name, _, args)| name == atoms::TYPE_OP && args.len() == 2) {
                    self.warnings
                        .push(format!("invalid type annotation. Type annotations cannot be nested: {}", show(quoted)));
                }
                match variable(label) {
                    Some(label) => {
                        let of = self.type_of(of).await?;
                        let label = self.variable_form(label);
                        Ok(self.node("ann_type", vec![Value::List(vec![label, of])]))
                    }
                    None => {
                        let union = label.as_call().filter(|(name, _, parts)| *name == atoms::PIPE && parts.len() == 2);
                        let note = match union {
                            Some(_) => {
                                ". Note \"left | right :: ann\" is the same as \"(left | right) :: ann\". To solve this, use \
                                 parentheses around the union operands: \"left | (right :: ann)\""
                            }
                            None => "",
                        };
                        self.warnings.push(format!(
                            "invalid type annotation. The left side of :: must be a variable, got: {}{note}",
                            show(label)
                        ));
                        self.type_of(of).await
                    }
                }
            }
            _ => self.local_type(quoted, name, meta, args).await,
        }
    }

    async fn local_type(&mut self, quoted: &Quoted, name: Atom, meta: &Meta, args: &[Quoted]) -> Outcome<Value> {
        let _ = meta;
        if args.is_empty() {
            if let (Some(_), Some(entry)) = (variable(quoted), self.vars.iter_mut().find(|(other, _)| *other == name)) {
                entry.1 += 1;
                return Ok(self.variable_form(name));
            }
        }
        let arity = args.len();
        let line = self.line;
        match (name.as_str(), arity) {
            ("tuple" | "map", 0) => return Ok(self.node("type", vec![Value::Atom(name), Value::atom("any")])),
            ("_", 0) => return Ok(self.node("var", vec![Value::Atom(name)])),
            ("string" | "nonempty_string", 0) => {
                let (text, lists, list) = match name.as_str() {
                    "string" => ("string()", "character", "charlist()"),
                    _ => ("nonempty_string()", "non-empty character", "nonempty_charlist()"),
                };
                self.warnings.push(format!(
                    "{text} type use is discouraged. For {lists} lists, use {list} type, for strings, String.t()\n"
                ));
            }
            _ => {}
        }
        let types = self.types_of(args).await?;
        if listed(OWN, name, arity) {
            self.at = 0;
            let parts = vec![self.atom(Atom::new("elixir")), self.atom(name), Value::List(types)];
            return Ok(self.node("remote_type", vec![Value::List(parts)]));
        }
        if listed(BUILT_IN, name, arity) {
            return Ok(self.built_in(name.as_str(), types));
        }
        self.used.push((name, arity, line));
        Ok(self.node("user_type", vec![Value::Atom(name), Value::List(types)]))
    }

    fn binary_type(&self, parts: &[Quoted]) -> Outcome<Value> {
        let integer = |value: i64| self.node("integer", vec![Value::Int(value)]);
        // `_::size` gives the size, `_::_*unit` the unit.
        let part = |quoted: &Quoted| -> Option<(Option<i64>, Option<i64>)> {
            let (atoms::TYPE_OP, _, [any, spec]) = quoted.as_call()? else { return None };
            variable(any).filter(|name| *name == atoms::UNDERSCORE)?;
            match spec {
                Quoted::Int(size) if *size >= 0 => Some((Some(*size), None)),
                other => match other.as_call()? {
                    (atoms::STAR, _, [any, Quoted::Int(unit)]) if (1..=256).contains(unit) => {
                        variable(any).filter(|name| *name == atoms::UNDERSCORE)?;
                        Some((None, Some(*unit)))
                    }
                    _ => None,
                },
            }
        };
        let (size, unit) = match parts {
            [] => (0, 0),
            [one] => match part(one) {
                Some((Some(size), None)) => (size, 0),
                Some((None, Some(unit))) => (0, unit),
                _ => return Err(self.invalid_binary()),
            },
            [first, second] => match (part(first), part(second)) {
                (Some((Some(size), None)), Some((None, Some(unit)))) => (size, unit),
                _ => return Err(self.invalid_binary()),
            },
            _ => return Err(self.invalid_binary()),
        };
        Ok(self.built_in("binary", vec![integer(size), integer(unit)]))
    }

    fn invalid_binary(&self) -> Failure {
        self.error(
            "invalid binary specification, expected <<_::size>>, <<_::_*unit>>, or <<_::size, _::_*unit>> with size being \
             non-negative integers, and unit being an integer between 1 and 256"
                .to_string(),
        )
    }

    async fn map_type(&mut self, quoted: &Quoted, fields: &[Quoted]) -> Outcome<Value> {
        let mut types = Vec::with_capacity(fields.len());
        for field in fields {
            let Quoted::Pair(pair) = field else {
                let message = "invalid map specification. When using the | operator in the map key, make sure to wrap the key type \
                               in parentheses:";
                return Err(self.error(format!("{message} {}", show(quoted))));
            };
            let (kind, key) = match pair.0.as_call() {
                Some((name, _, [key])) if name.as_str() == "required" => ("map_field_exact", key),
                Some((name, _, [key])) if name.as_str() == "optional" => ("map_field_assoc", key),
                _ => ("map_field_exact", &pair.0),
            };
            let parts = vec![self.type_of(key).await?, self.type_of(&pair.1).await?];
            types.push(self.built_in(kind, parts));
        }
        Ok(self.built_in("map", types))
    }

    async fn struct_type(&mut self, name: &Quoted, fields: &Quoted) -> Outcome<Value> {
        let module = match self.module_of(name).await? {
            Ok(module) => module,
            Err(_) => return Err(self.unexpected(name)),
        };
        let Some((_, _, pairs)) = fields.as_call() else { return Err(self.unexpected(fields)) };
        let mut given: Vec<(Atom, &Quoted)> = Vec::new();
        for pair in pairs {
            match pair {
                Quoted::Pair(pair) => match &pair.0 {
                    Quoted::Atom(key) => given.push((*key, &pair.1)),
                    _ => {
                        return Err(self.error("invalid struct specification, expected fields to be atoms".to_string()))
                    }
                },
                _ => return Err(self.unexpected(pair)),
            }
        }
        let known = self.expander.struct_fields(&Meta::at(self.line, 0), module, 0).await?;
        if let Some(lexical) = &self.expander.env.lexical {
            lexical.refer(module, false);
            lexical.refer_to_exports(module);
        }
        let mut known: Vec<(Atom, Value)> =
            known.into_iter().filter_map(|(key, value)| Some((key.as_atom()?, value))).collect();
        known.retain(|(key, _)| *key != atoms::STRUCT);
        known.sort_by_key(|(key, _)| *key);
        for (key, _) in &given {
            if !known.iter().any(|(other, _)| other == key) {
                let message =
                    format!("undefined field {} on struct {}", show(&Quoted::Atom(*key)), show_module(module));
                return Err(self.error(message));
            }
        }
        let tag = vec![self.atom(atoms::STRUCT), self.atom(module)];
        let mut types = vec![self.built_in("map_field_exact", tag)];
        for (key, default) in known {
            let of = match given.iter().find(|(other, _)| *other == key) {
                Some((_, of)) => self.type_of(of).await?,
                None if key == atoms::EXCEPTION && default == Value::TRUE => self.atom(atoms::TRUE),
                None => bare_term(),
            };
            let parts = vec![self.atom(key), of];
            types.push(self.built_in("map_field_exact", parts));
        }
        Ok(self.built_in("map", types))
    }

    /// `record(:name, field: type)`: the macro of the record tells its tag and its fields when called with an empty tuple.
    async fn record_type(&mut self, tag: Atom, given: &[Quoted]) -> Outcome<Value> {
        let unknown = format!("unknown record {}", show(&Quoted::Atom(tag)));
        let empty = Quoted::call(atoms::TUPLE_BRACES, Meta::default(), Vec::new());
        let call = Quoted::call(tag, Meta::at(self.line, 0), vec![empty]);
        let Some(expanded) = self.expander.expand_once(&call).await? else { return Err(self.error(unknown)) };
        let Some((atoms::TUPLE_BRACES, _, [Quoted::Atom(name), Quoted::List(fields)])) = expanded.as_call() else {
            return Err(self.error(unknown));
        };
        let pairs = |list: &[Quoted]| -> Vec<(Atom, Quoted)> {
            list.iter()
                .filter_map(|entry| match entry {
                    Quoted::Pair(pair) => match &pair.0 {
                        Quoted::Atom(key) => Some((*key, pair.1.clone())),
                        _ => None,
                    },
                    _ => None,
                })
                .collect()
        };
        let (known, given) = (pairs(fields), pairs(given));
        for (key, _) in &given {
            if !known.iter().any(|(other, _)| other == key) {
                return Err(self.error(format!("undefined field {key} on record {}", show(&Quoted::Atom(tag)))));
            }
        }
        self.at = 0;
        let mut types = vec![self.atom(*name)];
        for (key, _) in known {
            let of = match given.iter().find(|(other, _)| *other == key) {
                Some((_, of)) => self.type_of(of).await?,
                None => bare_term(),
            };
            let label = self.variable_form(key);
            types.push(self.node("ann_type", vec![Value::List(vec![label, of])]));
        }
        Ok(self.built_in("tuple", types))
    }
}

/// `term()` where nobody wrote it.
fn bare_term() -> Value {
    Value::Tuple(vec![Value::atom("type"), Value::Int(0), Value::atom("term"), Value::List(Vec::new())])
}

/// Whether a type says nothing.
fn is_underspecified(form: &Value) -> bool {
    match form {
        Value::Tuple(parts) => match parts.as_slice() {
            [Value::Atom(kind), _, Value::Atom(name), Value::List(args)] => {
                kind.as_str() == "type" && matches!(name.as_str(), "any" | "term") && args.is_empty()
            }
            _ => false,
        },
        _ => false,
    }
}
