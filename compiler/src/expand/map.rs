//! Maps and structs, as expressions and as patterns.

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::env::Context;
use super::host::{Awaited, Outcome};
use super::messages::show_module;
use super::{Expander, Refers, Siblings, Step};
use crate::quoted::{Args, Meta, Quoted};
use crate::tree::{Clause, Expr, ExprKind, NoMatch, Pattern};

/// `%{map | pairs}` taken apart, or just pairs.
fn map_parts(args: &[Quoted]) -> (Option<&Quoted>, Vec<&Quoted>) {
    if let [single] = args {
        if let Some((atoms::PIPE, _, [map, pairs])) = single.as_call() {
            return match pairs {
                Quoted::List(pairs) => (Some(map), pairs.iter().collect()),
                other => (Some(map), vec![other]),
            };
        }
    }
    (None, args.iter().collect())
}

/// A literal key that is written twice.
fn repeated<'k>(keys: impl Iterator<Item = &'k Expr>) -> Option<&'k Value> {
    let mut seen: Vec<&Value> = Vec::new();
    for key in keys {
        if let ExprKind::Literal(key) = &key.kind {
            if seen.contains(&key) {
                return Some(key);
            }
            seen.push(key);
        }
    }
    None
}

/// A key as source shows it.
fn show_key(key: &Value) -> String {
    super::messages::show(&super::escape::escape_value(key))
}

/// The keys that are written as literals.
fn written_keys(pairs: &[(Expr, Expr)]) -> impl Iterator<Item = Value> + '_ {
    pairs.iter().filter_map(|(key, _)| match &key.kind {
        ExprKind::Literal(key) => Some(key.clone()),
        _ => None,
    })
}

impl Expander<'_> {
    pub(super) async fn expand_map(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        let (map, pairs) = map_parts(args);
        let (map, pairs) = self.expand_map_parts(meta, map, &pairs).await?;
        self.warn_repeated(meta, &pairs);
        Ok(match map {
            Some(map) => self.at(meta, ExprKind::MapUpdate(Box::new(map), pairs)),
            None => self.map_expr(meta, pairs),
        })
    }

    /// The map to be updated, if there is one, and the pairs; all stand side by side.
    async fn expand_map_parts(
        &mut self,
        meta: &Meta,
        map: Option<&Quoted>,
        pairs: &[&Quoted],
    ) -> Outcome<(Option<Expr>, Vec<(Expr, Expr)>)> {
        let mut siblings = self.siblings();
        let map = match map {
            Some(map) => Some(self.expand_sibling(map, &mut siblings).await?),
            None => None,
        };
        let pairs = self.expand_pairs(meta, pairs, &mut siblings).await?;
        self.join_siblings(siblings);
        Ok((map, pairs))
    }

    async fn expand_pairs(
        &mut self,
        meta: &Meta,
        pairs: &[&Quoted],
        siblings: &mut Siblings,
    ) -> Outcome<Vec<(Expr, Expr)>> {
        let mut expanded = Vec::with_capacity(pairs.len());
        for pair in pairs {
            let Quoted::Pair(pair) = pair else {
                let message = format!("expected key-value pairs in a map, got: {}", self.show(pair));
                return Err(self.fail(meta, "expand::map_pairs", message));
            };
            let key = self.expand_sibling(&pair.0, siblings).await?;
            let value = self.expand_sibling(&pair.1, siblings).await?;
            expanded.push((key, value));
        }
        Ok(expanded)
    }

    /// `%{…}`; a constant one is a literal.
    fn map_expr(&self, meta: &Meta, pairs: Vec<(Expr, Expr)>) -> Expr {
        let constant = pairs.iter().all(|(key, value)| {
            matches!(key.kind, ExprKind::Literal(Value::Atom(_))) && matches!(value.kind, ExprKind::Literal(_))
        });
        if constant {
            let mut entries: Vec<(Value, Value)> = Vec::with_capacity(pairs.len());
            for (key, value) in pairs {
                let (key, value) = (super::literal_value(key), super::literal_value(value));
                entries.retain(|(other, _)| *other != key);
                entries.push((key, value));
            }
            entries.sort_by_key(|(key, _)| key.as_atom());
            return self.at(meta, ExprKind::Literal(Value::Map(entries)));
        }
        self.at(meta, ExprKind::Map(pairs))
    }

    /// `%Name{…}`, `%Name{struct | …}`.
    /// Warns of a key that is written twice.
    fn warn_repeated(&self, meta: &Meta, pairs: &[(Expr, Expr)]) {
        if let Some(key) = repeated(pairs.iter().map(|(key, _)| key)) {
            let message = format!("key {} will be overridden in map", show_key(key));
            let warning = crate::diagnostic::Diagnostic::warning("expand::repeated_key", &self.source, message);
            self.cx.host.report(self.place(meta, warning, ""));
        }
    }

    pub(super) async fn expand_struct(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        let Some((_, _, map_args)) = args[1].as_call().filter(|(name, _, _)| *name == atoms::MAP_BRACES) else {
            return Err(self.fail(meta, "expand::struct", "expected struct to be followed by a map"));
        };
        let left = self.expand(&args[0]).await?;
        let ExprKind::Literal(Value::Atom(module)) = left.kind else {
            let message =
                format!("expected struct name to be a compile time atom or alias, got: {}", self.show(&args[0]));
            return Err(self.fail(meta, "expand::struct_name", message));
        };
        let (map, mut pairs) = map_parts(map_args);
        self.drop_tag(meta, &mut pairs);
        if self.env.context == Context::Guard {
            // Guards know only the fields that are written.
            let (_, pairs) = self.expand_map_parts(meta, None, &pairs).await?;
            let fields = self.struct_fields(meta, module, 1).await?;
            return Ok(self.struct_expr(meta, module, fields, pairs));
        }
        match map {
            Some(map) => {
                let (Some(map), pairs) = self.expand_map_parts(meta, Some(map), &pairs).await? else {
                    return Err(self.fail(meta, "expand::struct", "expected struct to be followed by a map"));
                };
                self.warn_repeated(meta, &pairs);
                let fields = self.struct_fields(meta, module, 0).await?;
                self.check_fields(meta, module, &fields, &pairs)?;
                self.trace_struct(meta, module, written_keys(&pairs));
                // The value must be this very struct.
                let line = self.line_of(meta);
                let value = self.scope.temporary();
                let var = || Expr { kind: ExprKind::Var(value), line };
                let tag = Expr { kind: ExprKind::Literal(Value::Atom(atoms::STRUCT)), line };
                let update = Expr { kind: ExprKind::MapUpdate(Box::new(var()), pairs), line };
                let matching = Pattern::Both(
                    Box::new(Pattern::Map(vec![(tag, Pattern::Literal(Value::Atom(module)))])),
                    Box::new(Pattern::Var(value)),
                );
                let other = self.scope.temporary();
                let reason = Expr {
                    kind: ExprKind::Tuple(vec![
                        self.literal(Value::atom("badstruct")),
                        self.literal(Value::Atom(module)),
                        Expr { kind: ExprKind::Var(other), line },
                    ]),
                    line,
                };
                let error = self.remote(meta, atoms::ERLANG, atoms::ERROR, vec![reason]);
                let clause = |pattern, body| Clause { patterns: vec![pattern], guards: Vec::new(), body, line };
                let clauses = vec![clause(matching, update), clause(Pattern::Var(other), error)];
                Ok(Expr { kind: ExprKind::Case(Box::new(map), clauses, NoMatch::Impossible), line })
            }
            None => {
                let (_, pairs) = self.expand_map_parts(meta, None, &pairs).await?;
                self.warn_repeated(meta, &pairs);
                let fields = self.struct_fields(meta, module, 1).await?;
                let known = |key: &Value| fields.iter().any(|(field, _)| field == key);
                for (key, _) in &pairs {
                    if let ExprKind::Literal(key) = &key.kind {
                        if !known(key) {
                            // What the struct's own function raises for a key that it does not have.
                            let reason = Value::Tuple(vec![Value::Atom(atoms::BADKEY), key.clone()]);
                            return Err(self.struct_raised(super::host::Raised::error(reason), module, meta));
                        }
                    }
                }
                self.check_enforced(meta, module, &pairs).await?;
                self.trace_struct(meta, module, written_keys(&pairs));
                Ok(self.struct_expr(meta, module, fields, pairs))
            }
        }
    }

    /// What names a struct is written before its braces only.
    fn drop_tag(&self, meta: &Meta, pairs: &mut Vec<&Quoted>) {
        let before = pairs.len();
        pairs.retain(|pair| !matches!(pair, Quoted::Pair(pair) if pair.0 == Quoted::Atom(atoms::STRUCT)));
        if pairs.len() != before {
            self.warn(meta, "expand::struct_tag", "key :__struct__ is ignored when using structs");
        }
    }

    /// The struct with its defaults, in the literal part, under what is written.
    fn struct_expr(&self, meta: &Meta, module: Atom, fields: Vec<(Value, Value)>, pairs: Vec<(Expr, Expr)>) -> Expr {
        let line = self.line_of(meta);
        let mut all: Vec<(Expr, Expr)> = vec![(
            Expr { kind: ExprKind::Literal(Value::Atom(atoms::STRUCT)), line },
            Expr { kind: ExprKind::Literal(Value::Atom(module)), line },
        )];
        for (key, value) in fields {
            let written =
                pairs.iter().any(|(other, _)| matches!(&other.kind, ExprKind::Literal(other) if *other == key));
            if key != Value::Atom(atoms::STRUCT) && !written {
                all.push((Expr { kind: ExprKind::Literal(key), line }, Expr { kind: ExprKind::Literal(value), line }));
            }
        }
        all.extend(pairs);
        self.map_expr(meta, all)
    }

    fn check_fields(
        &self,
        meta: &Meta,
        module: Atom,
        fields: &[(Value, Value)],
        pairs: &[(Expr, Expr)],
    ) -> Outcome<()> {
        for (key, _) in pairs {
            if let ExprKind::Literal(key) = &key.kind {
                self.check_field(meta, module, fields, key)?;
            }
        }
        Ok(())
    }

    fn check_field(&self, meta: &Meta, module: Atom, fields: &[(Value, Value)], key: &Value) -> Outcome<()> {
        let known = |key: &Value| fields.iter().any(|(field, _)| field == key);
        if known(key) && *key != Value::Atom(atoms::STRUCT) {
            return Ok(());
        }
        let shown = show_key(key);
        let error = self.error_at(
            meta,
            "expand::unknown_field",
            format!("unknown key {shown} for struct {}", show_module(module)),
        );
        let names = fields.iter().filter_map(|(field, _)| field.as_atom()).map(Atom::as_str);
        let close = key.as_atom().and_then(|key| super::messages::closest(key.as_str(), names));
        Err(super::host::Failure::from(match close {
            Some(close) => error.help(format!("did you mean :{close}?")),
            None => error,
        }))
    }

    /// The fields of a struct with their defaults. `arity` is that of the function which the form is said to call.
    pub(crate) async fn struct_fields(&mut self, meta: &Meta, module: Atom, arity: u8) -> Outcome<Vec<(Value, Value)>> {
        let in_context = self.env.module == Some(module) || self.unit_modules.contains(&module);
        if self.env.function.is_none() && in_context {
            return Err(self.struct_in_context(meta, module));
        }
        let state = self.module.clone().filter(|state| state.lock().name == module);
        let value = if let Some(state) = state {
            let known = state.lock().struct_fields();
            match known {
                Some(value) => Some(value),
                None => {
                    let defined = state.lock().definition(atoms::STRUCT, 0).is_some();
                    if defined {
                        let result =
                            crate::module::local::call_function(self.cx, &state, atoms::STRUCT, 0, Vec::new()).await?;
                        result.to_value()
                    } else {
                        None
                    }
                }
            }
        } else if let Some(value) = self.cx.compiler.open_struct(module) {
            Some(value)
        } else {
            let elsewhere = self.cx.compiler.definer(module).is_some_and(|pid| pid != self.cx.host.process());
            if (elsewhere || !self.cx.host.ensure_loaded(module).await)
                && self.cx.host.wait_for(module, Awaited::Struct).await?
            {
                match self.cx.compiler.open_struct(module) {
                    Some(value) => Some(value),
                    None => self.loaded_struct(module).await?,
                }
            } else {
                self.loaded_struct(module).await?
            }
        };
        let shown = show_module(module);
        let fields = match value {
            Some(Value::Map(fields)) => fields,
            Some(other) => return Err(self.not_a_struct(meta, &shown, arity, &other)),
            None if self.env.module == Some(module) && self.refers == Refers::Never => {
                return Err(self.struct_in_context(meta, module));
            }
            None => {
                let message = format!(
                    "{0}.__struct__/{arity} is undefined, cannot expand struct {0}. Make sure the struct name is correct. If the \
                     struct name exists and is correct but it still cannot be found, you likely have cyclic module usage \
                     in your code",
                    shown
                );
                return Err(self.fail(meta, "expand::undefined_struct", message));
            }
        };
        match fields.iter().find(|(key, _)| *key == Value::Atom(atoms::STRUCT)).map(|(_, name)| name) {
            Some(Value::Atom(name)) if *name == module => Ok(fields),
            Some(Value::Atom(name)) => {
                let message = format!(
                    "expected struct name returned by {shown}.__struct__/{arity} to be {shown}, got: {}",
                    show_key(&Value::Atom(*name))
                );
                Err(self.fail(meta, "expand::struct_name", message))
            }
            _ => Err(self.not_a_struct(meta, &shown, arity, &Value::Map(fields))),
        }
    }

    fn struct_in_context(&self, meta: &Meta, module: Atom) -> super::host::Failure {
        let message = format!(
            "cannot access struct {}, the struct was not yet defined or the struct is being accessed in the same context that \
             defines it",
            show_module(module)
        );
        self.fail(meta, "expand::struct_in_context", message)
    }

    fn not_a_struct(&self, meta: &Meta, shown: &str, arity: u8, value: &Value) -> super::host::Failure {
        let message = format!(
            "expected {shown}.__struct__/{arity} to return a map with a :__struct__ key that holds the name of the struct \
             (atom), got: {}",
            show_key(value)
        );
        self.fail(meta, "expand::struct_value", message)
    }

    async fn loaded_struct(&mut self, module: Atom) -> Outcome<Option<Value>> {
        if let Some(value) = self.cx.compiler.cached_struct(module) {
            return Ok(Some(value));
        }
        let Some(info) = self.cx.compiler.info(self.cx.host, module).await? else { return Ok(None) };
        if !info.functions.contains(atoms::STRUCT, 0) {
            return Ok(None);
        }
        let result = self.cx.host.call(module, atoms::STRUCT, Vec::new()).await?;
        let value = result.to_value();
        if let Some(value) = &value {
            self.cx.compiler.cache_struct(module, value.clone());
        }
        Ok(value)
    }

    /// Raises when `@enforce_keys` are missing among the keys written.
    async fn check_enforced(&mut self, meta: &Meta, module: Atom, given: &[(Expr, Expr)]) -> Outcome<()> {
        let keys = self.cx.compiler.enforced_keys(self.cx.host, module).await?;
        let missing: Vec<String> = keys
            .iter()
            .filter(|key| {
                let wanted = Value::Atom(**key);
                !given.iter().any(|(key, _)| matches!(&key.kind, ExprKind::Literal(key) if *key == wanted))
            })
            .map(|key| format!(":{key}"))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let message = format!(
            "the following keys must also be given when building struct {}: [{}]",
            show_module(module),
            missing.join(", ")
        );
        Err(self.struct_raised(super::host::Raised::exception("ArgumentError", &message), module, meta))
    }

    /// What a struct's own function raises, with where the struct is written.
    fn struct_raised(&self, mut raised: super::host::Raised, module: Atom, meta: &Meta) -> super::host::Failure {
        let trace = self.expanding("expanding struct", module, atoms::STRUCT, 1, meta);
        raised.stacktrace = Value::List(trace.to_vec()).into();
        raised.into()
    }

    pub(super) async fn map_pattern(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Pattern> {
        let (None, pairs) = map_parts(args) else {
            let written = Quoted::call(atoms::MAP_BRACES, meta.clone(), args.to_vec());
            let message = format!("cannot use map/struct update syntax in match, got: {}", self.show(&written));
            return Err(self.fail(meta, "expand::update_in_match", message));
        };
        let pairs = self.pattern_pairs(meta, &pairs).await?;
        if let Some(key) = repeated(pairs.iter().map(|(key, _)| key)) {
            let message = format!("key {} will be overridden in map", show_key(key));
            return Err(self.fail(meta, "expand::repeated_key", message));
        }
        Ok(Pattern::Map(pairs))
    }

    async fn pattern_pairs(&mut self, meta: &Meta, pairs: &[&Quoted]) -> Outcome<Vec<(Expr, Pattern)>> {
        let mut expanded = Vec::with_capacity(pairs.len());
        for pair in pairs {
            let Quoted::Pair(pair) = pair else {
                let message = format!("expected key-value pairs in a map, got: {}", self.show(pair));
                return Err(self.fail(meta, "expand::map_pairs", message));
            };
            let key = self.expand_key(meta, &pair.0).await?;
            let value = self.expand_pattern(&pair.1).await?;
            expanded.push((key, value));
        }
        Ok(expanded)
    }

    /// A key in a map pattern: a literal, or a pinned variable, at any depth.
    fn expand_key<'a>(&'a mut self, meta: &'a Meta, key: &'a Quoted) -> Step<'a, Expr> {
        Step::later(async move {
            // Only variables bound before the pattern may take part, so the pattern's own are hidden.
            let pattern = self.pattern.replace(Default::default());
            let key_pattern = self.expand_pattern(key).await;
            self.pattern = pattern;
            let key_pattern = key_pattern?;
            match self.key_expr(&key_pattern) {
                Some(expr) => Ok(expr),
                None => {
                    let name = match key.as_node() {
                        Some(node) => match (&node.form, &node.args) {
                            (Quoted::Atom(name), Args::Context(_)) => format!("variable {name}"),
                            _ => self.show(key),
                        },
                        None => self.show(key),
                    };
                    Err(self.fail(
                        meta,
                        "expand::map_key",
                        format!(
                            "cannot use {name} as map key inside a pattern. Map keys in patterns can only be literals (such \
                             as atoms, strings, tuples, and the like) or an existing variable matched with the pin operator \
                             (such as ^some_var)"
                        ),
                    ))
                }
            }
        })
    }

    /// The expression that builds what a pattern of literals and pins matches.
    fn key_expr(&self, pattern: &Pattern) -> Option<Expr> {
        match pattern {
            Pattern::Literal(value) => Some(self.literal(value.clone())),
            Pattern::Pin(variable) => Some(self.var_expr(*variable)),
            Pattern::Tuple(elements) => {
                let elements = elements.iter().map(|element| self.key_expr(element)).collect::<Option<Vec<_>>>()?;
                Some(self.at_line(ExprKind::Tuple(elements)))
            }
            Pattern::Cons(head, tail) => {
                let (head, tail) = (self.key_expr(head)?, self.key_expr(tail)?);
                Some(self.at_line(ExprKind::Cons(Box::new(head), Box::new(tail))))
            }
            Pattern::Map(pairs) => {
                let pairs = pairs
                    .iter()
                    .map(|(key, value)| Some((key.clone(), self.key_expr(value)?)))
                    .collect::<Option<Vec<_>>>()?;
                Some(self.at_line(ExprKind::Map(pairs)))
            }
            Pattern::Binary(segments) => {
                let segments = segments
                    .iter()
                    .map(|segment| {
                        Some(crate::tree::Segment {
                            value: self.key_expr(&segment.value)?,
                            kind: segment.kind,
                            size: segment.size.clone(),
                            unit: segment.unit,
                            signed: segment.signed,
                            endian: segment.endian,
                        })
                    })
                    .collect::<Option<Vec<_>>>()?;
                Some(self.at_line(ExprKind::Binary(segments)))
            }
            Pattern::Any | Pattern::Var(_) | Pattern::Both(..) => None,
        }
    }

    /// `%Name{…}`, `%name{…}`, `%_{…}`, `%^name{…}` as patterns.
    pub(super) async fn struct_pattern(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Pattern> {
        let Some((_, _, map_args)) = args[1].as_call().filter(|(name, _, _)| *name == atoms::MAP_BRACES) else {
            return Err(self.fail(meta, "expand::struct", "expected struct to be followed by a map"));
        };
        let (None, mut pairs) = map_parts(map_args) else {
            let message = "cannot use map/struct update syntax in match";
            return Err(self.fail(meta, "expand::update_in_match", message));
        };
        self.drop_tag(meta, &mut pairs);
        let mut name = self.expand_pattern(&args[0]).await?;
        if name == Pattern::Any {
            name = Pattern::Var(self.scope.temporary());
        }
        if let Pattern::Var(variable) | Pattern::Pin(variable) = name {
            // Only atoms name structs.
            let variable = self.var_expr(variable);
            let test = self.remote(meta, atoms::ERLANG, Atom::new("is_atom"), vec![variable]);
            if let Some(pattern) = &mut self.pattern {
                pattern.guards.push(test);
            }
        }
        let mut all = Vec::with_capacity(pairs.len() + 1);
        let tag = self.literal(Value::Atom(atoms::STRUCT));
        let module = match &name {
            Pattern::Literal(Value::Atom(module)) => Some(*module),
            Pattern::Any | Pattern::Var(_) | Pattern::Pin(_) => None,
            _ => {
                let message = format!(
                    "expected struct name in a match to be a compile time atom, alias or a variable, got: {}",
                    self.show(&args[0])
                );
                return Err(self.fail(meta, "expand::struct_name", message));
            }
        };
        all.push((tag, name));
        let pairs = self.pattern_pairs(meta, &pairs).await?;
        if let Some(module) = module {
            let fields = self.struct_fields(meta, module, 0).await?;
            for (key, _) in &pairs {
                match &key.kind {
                    ExprKind::Literal(key) => self.check_field(meta, module, &fields, key)?,
                    ExprKind::Var(variable) => {
                        let name = self.scope.info(*variable).key.0;
                        let message = format!("unknown key ^{name} for struct {}", show_module(module));
                        return Err(self.fail(meta, "expand::unknown_field", message));
                    }
                    _ => {}
                }
            }
            let keys = pairs.iter().filter_map(|(key, _)| match &key.kind {
                ExprKind::Literal(key) => Some(key.clone()),
                _ => None,
            });
            self.trace_struct(meta, module, keys);
        }
        all.extend(pairs);
        Ok(Pattern::Map(all))
    }
}
