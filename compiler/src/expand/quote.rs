//! `quote`: code as data, with what makes macros hygienic.

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::clauses::keywords;
use super::escape::has_unquote;
use super::host::{Outcome, Raised};
use super::{Expander, Step};
use crate::quoted::convert;
use crate::quoted::{Args, Meta, Node, Quoted};
use crate::tree::{Expr, ExprKind};

/// What happens to the line of quoted nodes.
#[derive(Clone, Debug)]
enum Line {
    /// It is dropped, so that the macro's caller gives it.
    Drop,
    /// It stays.
    Keep,
    /// All nodes get this one.
    Set(Built),
    /// File and line go into `keep:`.
    Location(Value),
}

/// How code is quoted.
#[derive(Clone, Debug)]
pub struct Escape {
    hygiene: Option<Built>,
    line: Line,
    unquote: bool,
    generated: bool,
    vars: bool,
    aliases: bool,
    imports: bool,
}

impl Escape {
    /// Code as it stands, but for `unquote`.
    pub fn plain() -> Escape {
        Escape {
            hygiene: None,
            line: Line::Keep,
            unquote: true,
            generated: false,
            vars: false,
            aliases: false,
            imports: false,
        }
    }
}

/// Data made at compile time, or an expression that makes it.
#[derive(Clone, Debug)]
enum Built {
    Const(Value),
    Dyn(Expr),
}

fn is_splicing(quoted: &Quoted) -> bool {
    matches!(quoted.as_call(), Some((name, _, [_])) if name.as_str() == "unquote_splicing")
}

impl Expander<'_> {
    pub(super) async fn expand_quote(&mut self, meta: &Meta, args: &[Quoted]) -> Outcome<Expr> {
        let (mut options, body) = match args {
            [only] => (Vec::new(), only),
            [options, body] => (self.options("quote", meta, Some(options)).await?, body),
            _ => return Err(self.fail(meta, "expand::quote_options", "quote takes options and a block")),
        };
        let Some(mut sections) = keywords(body) else {
            return Err(self.fail(meta, "expand::missing_do", "invalid arguments for \"quote\""));
        };
        let place = sections.iter().position(|(key, _)| *key == atoms::DO);
        let Some((_, body)) = place.map(|place| sections.remove(place)) else {
            return Err(self.fail(meta, "expand::missing_do", "missing :do option in \"quote\""));
        };
        options.extend(sections.into_iter().map(|(key, value)| (key, value.clone())));
        let context = self.env.module.unwrap_or(atoms::ELIXIR);
        let mut escape = Escape {
            hygiene: Some(Built::Const(Value::Atom(context))),
            line: Line::Drop,
            unquote: true,
            generated: false,
            vars: true,
            aliases: true,
            imports: true,
        };
        let mut bindings = None;
        let mut unquote = None;
        for (key, value) in &options {
            match key.as_str() {
                "context" => {
                    let value = self.expand(value).await?;
                    escape.hygiene = Some(self.checked(meta, "context", built(value)));
                    if let Some(Built::Const(Value::Atom(atoms::NIL))) = escape.hygiene {
                        let message = "invalid runtime value for option :context in quote, got: nil";
                        return Err(Raised::exception("ArgumentError", message).into());
                    }
                }
                "line" => {
                    escape.line = match built(self.expand(value).await?) {
                        Built::Const(Value::Atom(atoms::TRUE)) => Line::Keep,
                        Built::Const(Value::Atom(atoms::FALSE | atoms::NIL)) => Line::Drop,
                        line => Line::Set(self.checked(meta, "line", line)),
                    };
                }
                "location" => match value {
                    Quoted::Atom(keep) if keep.as_str() == "keep" => {
                        let file = self.cx.compiler.relative(&self.env.file);
                        escape.line = Line::Location(Value::from(file.as_str()));
                    }
                    _ => {
                        let message = "invalid value for option :location in quote, expected :keep";
                        return Err(self.fail(meta, "expand::quote_options", message));
                    }
                },
                "file" => {
                    self.expand(value).await?;
                }
                "generated" => escape.generated = *value == Quoted::Atom(atoms::TRUE),
                "unquote" => unquote = Some(*value != Quoted::Atom(atoms::FALSE)),
                "bind_quoted" => bindings = Some(value),
                other => {
                    let message = format!("unsupported option :{other} given to quote");
                    return Err(self.fail(meta, "expand::quote_options", message));
                }
            }
        }
        escape.unquote = unquote.unwrap_or(bindings.is_none());
        let body = self.quote(body, &escape).await?;
        let Some(bindings) = bindings else { return Ok(self.finish(body)) };
        let bindings = &self.list_written(bindings).await?;
        let Some(bindings) = keywords(bindings) else {
            let message = format!(
                "invalid :bind_quoted for quote, expected a keyword list of variable names, got: {}",
                self.show(bindings)
            );
            return Err(self.fail(meta, "expand::quote_options", message));
        };
        let mut statements = Vec::with_capacity(bindings.len() + 1);
        for (name, value) in bindings {
            let value = Built::Dyn(self.expand(value).await?);
            // Code that a macro made binds variables of that expansion.
            let counter = meta.get(super::counter_key()).and_then(convert::to_value);
            let counter = counter
                .map(|counter| pair(Built::Const(Value::Atom(super::counter_key())), Built::Const(counter), self));
            let written = (meta.line != 0).then(|| Built::Const(Value::Int(meta.line.into())));
            let line = written.map(|line| pair(Built::Const(Value::Atom(atoms::LINE)), line, self));
            let line = self.build_list(line.into_iter().chain(counter).collect());
            let hygiene = escape.hygiene.clone().unwrap_or(Built::Const(Value::NIL));
            let variable = self.build_tuple(vec![Built::Const(Value::Atom(name)), line, hygiene]);
            let operands = self.build_list(vec![variable, value]);
            let no_meta = Built::Const(Value::EMPTY_LIST);
            statements.push(self.build_tuple(vec![Built::Const(Value::Atom(atoms::MATCH)), no_meta, operands]));
        }
        statements.push(body);
        let statements = self.build_list(statements);
        let no_meta = Built::Const(Value::EMPTY_LIST);
        let block = self.build_tuple(vec![Built::Const(Value::Atom(atoms::BLOCK)), no_meta, statements]);
        Ok(self.finish(block))
    }

    /// The value of an option, looked at when it is known.
    fn checked(&self, meta: &Meta, option: &str, value: Built) -> Built {
        match value {
            Built::Dyn(expr) => {
                let args = vec![self.literal(Value::atom(option)), expr];
                Built::Dyn(self.remote(meta, Atom::new("elixir_quote"), Atom::new("validate_runtime"), args))
            }
            known => known,
        }
    }

    /// The expression that makes the code, `unquote` included, with nothing else changed.
    pub async fn escape_code(&mut self, quoted: &Quoted) -> Outcome<Expr> {
        let built = self.quote(quoted, &Escape::plain()).await?;
        Ok(self.finish(built))
    }

    fn finish(&self, built: Built) -> Expr {
        match built {
            Built::Const(value) => self.literal(value),
            Built::Dyn(expr) => expr,
        }
    }

    fn build_tuple(&self, elements: Vec<Built>) -> Built {
        if elements.iter().all(|element| matches!(element, Built::Const(_))) {
            return Built::Const(Value::Tuple(elements.into_iter().filter_map(constant).collect()));
        }
        Built::Dyn(self.at_line(ExprKind::Tuple(elements.into_iter().map(|element| self.finish(element)).collect())))
    }

    fn build_list(&self, elements: Vec<Built>) -> Built {
        if elements.iter().all(|element| matches!(element, Built::Const(_))) {
            return Built::Const(Value::List(elements.into_iter().filter_map(constant).collect()));
        }
        let elements = elements.into_iter().map(|element| self.finish(element)).collect();
        Built::Dyn(self.at_line(ExprKind::List(elements, None)))
    }

    fn quote<'a>(&'a mut self, quoted: &'a Quoted, escape: &'a Escape) -> Step<'a, Built> {
        if !matches!(escape.hygiene, Some(Built::Dyn(_)))
            && !matches!(escape.line, Line::Set(Built::Dyn(_)))
            && !(escape.unquote && has_unquote(quoted))
        {
            return Step::ready(Ok(Built::Const(self.quote_constant(quoted, escape))));
        }
        Step::later(self.quote_dynamic(quoted, escape))
    }

    /// Quotes what holds no `unquote`.
    fn quote_constant(&self, quoted: &Quoted, escape: &Escape) -> Value {
        stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, || match quoted {
            Quoted::List(elements) => {
                Value::List(elements.iter().map(|element| self.quote_constant(element, escape)).collect())
            }
            Quoted::Pair(pair) => {
                Value::Tuple(vec![self.quote_constant(&pair.0, escape), self.quote_constant(&pair.1, escape)])
            }
            Quoted::Node(node) => {
                let meta = self.quote_meta(node, escape);
                let meta = match self.build_meta(meta) {
                    Built::Const(meta) => meta,
                    Built::Dyn(_) => Value::EMPTY_LIST,
                };
                let (form, args) = match (&node.form, &node.args) {
                    (Quoted::Atom(name), Args::Context(context)) => {
                        let context = match (&escape.hygiene, *context) {
                            (Some(Built::Const(hygiene)), atoms::NIL) if escape.vars => hygiene.clone(),
                            (_, context) => Value::Atom(context),
                        };
                        (Value::Atom(*name), context)
                    }
                    (form, Args::Context(context)) => (self.quote_constant(form, escape), Value::Atom(*context)),
                    (form, Args::List(args)) => {
                        let inner = self.annotated(node, escape);
                        let args = inner.as_deref().unwrap_or(args);
                        let args = args.iter().map(|arg| self.quote_constant(arg, escape)).collect();
                        (self.quote_constant(form, escape), Value::List(args))
                    }
                };
                Value::Tuple(vec![form, meta, args])
            }
            other => convert::to_value(other).unwrap_or(Value::NIL),
        })
    }

    async fn quote_dynamic(&mut self, quoted: &Quoted, escape: &Escape) -> Outcome<Built> {
        match quoted {
            Quoted::List(elements) => self.quote_elements(elements, escape).await,
            Quoted::Pair(pair) if escape.unquote && (is_splicing(&pair.0) || is_splicing(&pair.1)) => {
                let elements = self.quote_elements(&[pair.0.clone(), pair.1.clone()], escape).await?;
                let (name, meta) = (Value::Atom(atoms::TUPLE_BRACES), Value::EMPTY_LIST);
                Ok(self.build_tuple(vec![Built::Const(name), Built::Const(meta), elements]))
            }
            Quoted::Pair(pair) => {
                let left = self.quote(&pair.0, escape).await?;
                let right = self.quote(&pair.1, escape).await?;
                Ok(self.build_tuple(vec![left, right]))
            }
            Quoted::Node(node) => self.quote_node(node, escape).await,
            other => Ok(Built::Const(convert::to_value(other).unwrap_or(Value::NIL))),
        }
    }

    async fn quote_node(&mut self, node: &Node, escape: &Escape) -> Outcome<Built> {
        if let (Quoted::Atom(name), Args::List(args)) = (&node.form, &node.args) {
            match (name.as_str(), args.as_slice()) {
                ("unquote", [code]) if escape.unquote => {
                    let line = self.env.line;
                    let expr = self.expand(code).await?;
                    self.env.line = line;
                    return Ok(built(expr));
                }
                ("unquote_splicing", [_]) if escape.unquote => {
                    let message =
                        "unquote_splicing only works inside arguments and block contexts, wrap it in parens if \
                                   you want it to work with one-liners";
                    return Err(Raised::exception("ArgumentError", message).into());
                }
                ("quote", [_] | [_, _]) if escape.unquote => {
                    let inner = Escape { unquote: false, ..escape.clone() };
                    let quoted = Quoted::Node(std::sync::Arc::new(node.clone()));
                    return self.quote(&quoted, &inner).await;
                }
                _ => {}
            }
        }
        if escape.unquote {
            if let Some(built) = self.quote_unquoted_call(node, escape).await? {
                return Ok(built);
            }
        }
        let meta = self.quote_meta(node, escape);
        let meta = self.build_meta(meta);
        match (&node.form, &node.args) {
            (form, Args::Context(context)) => {
                let form = self.quote(form, escape).await?;
                let context = match (&escape.hygiene, *context) {
                    (Some(hygiene), atoms::NIL) if escape.vars => hygiene.clone(),
                    (_, context) => Built::Const(Value::Atom(context)),
                };
                Ok(self.build_tuple(vec![form, meta, context]))
            }
            (form, Args::List(args)) => {
                let form = self.quote(form, escape).await?;
                let inner = self.annotated(node, escape);
                let args = self.quote_elements(inner.as_deref().unwrap_or(args), escape).await?;
                Ok(self.build_tuple(vec![form, meta, args]))
            }
        }
    }

    /// `left.unquote(name)`, with or without arguments, and `unquote(name)(arguments)`.
    async fn quote_unquoted_call(&mut self, node: &Node, escape: &Escape) -> Outcome<Option<Built>> {
        let Args::List(args) = &node.args else { return Ok(None) };
        let Quoted::Node(form) = &node.form else { return Ok(None) };
        let unquote_atom = Quoted::atom("unquote");
        // `left.unquote(name)(args)`: the form is itself a call whose form is the dot.
        let (left, name, call_args, meta) = match (form.as_dot(), &form.form) {
            (Some([left, right]), _) if *right == unquote_atom && args.len() == 1 => {
                (Some(left), &args[0], None, &node.meta)
            }
            (None, Quoted::Node(inner)) => match (inner.as_dot(), &form.args) {
                (Some([left, right]), Args::List(names)) if *right == unquote_atom && names.len() == 1 => {
                    (Some(left), &names[0], Some(args), &node.meta)
                }
                _ => return Ok(None),
            },
            (None, form_name) if *form_name == unquote_atom => match &form.args {
                Args::List(names) if names.len() == 1 => (None, &names[0], Some(args), &node.meta),
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        let entries = self.quote_meta(node, escape);
        let meta_built = self.build_meta(entries);
        let name = built(self.expand(name).await?);
        let arguments = match call_args {
            Some(args) => self.quote_elements(args, escape).await?,
            None => Built::Const(Value::EMPTY_LIST),
        };
        let left = match left {
            Some(left) => Some(self.quote(left, escape).await?),
            None => None,
        };
        let mut parameters = vec![self.finish(meta_built)];
        parameters.push(match left {
            // A list of one, so that `nil.unquote(name)` differs from no receiver.
            Some(left) => {
                let list = self.build_list(vec![left]);
                self.finish(list)
            }
            None => self.literal(Value::EMPTY_LIST),
        });
        parameters.push(self.finish(name));
        parameters.push(self.finish(arguments));
        parameters.push(self.literal(Value::from(call_args.is_some())));
        let meta = meta.clone();
        Ok(Some(Built::Dyn(self.remote(&meta, Atom::new("beamlet_compiler"), Atom::new("quote_call"), parameters))))
    }

    /// A list whose elements may be spliced.
    async fn quote_elements(&mut self, elements: &[Quoted], escape: &Escape) -> Outcome<Built> {
        enum Piece {
            One(Built),
            Many(Expr),
        }
        let mut pieces = Vec::with_capacity(elements.len());
        let mut spliced = false;
        let mut tail = None;
        for (index, element) in elements.iter().enumerate() {
            if escape.unquote {
                if let Some((name, _, [code])) = element.as_call() {
                    if name.as_str() == "unquote_splicing" {
                        spliced = true;
                        pieces.push(Piece::Many(self.expand(code).await?));
                        continue;
                    }
                }
                if index + 1 == elements.len() {
                    if let Some((atoms::PIPE, _, [last, rest])) = element.as_call() {
                        // `[unquote_splicing(many) | rest]` is the code of a list with that tail.
                        if let Some((name, _, [code])) = last.as_call() {
                            if name.as_str() == "unquote_splicing" {
                                let many = self.expand(code).await?;
                                let rest = self.quote(rest, escape).await?;
                                tail = Some((many, rest));
                                continue;
                            }
                        }
                    }
                }
            }
            pieces.push(Piece::One(self.quote(element, escape).await?));
        }
        if let Some((many, rest)) = tail {
            let rest = self.finish(rest);
            let meta = Meta::default();
            let joined = self.remote(&meta, Atom::new("beamlet_compiler"), Atom::new("tail_list"), vec![many, rest]);
            pieces.push(Piece::Many(joined));
            spliced = true;
        }
        if !spliced {
            let elements = pieces
                .into_iter()
                .filter_map(|piece| match piece {
                    Piece::One(built) => Some(built),
                    Piece::Many(_) => None,
                })
                .collect();
            return Ok(self.build_list(elements));
        }
        let mut result: Option<Expr> = None;
        let mut run: Vec<Expr> = Vec::new();
        for piece in pieces.into_iter().rev() {
            match piece {
                Piece::One(built) => run.push(self.finish(built)),
                Piece::Many(many) => {
                    result = self.with_run(run, result);
                    run = Vec::new();
                    result = Some(match result {
                        None => many,
                        Some(rest) => self.remote(&Meta::default(), atoms::ERLANG, atoms::APPEND, vec![many, rest]),
                    });
                }
            }
        }
        let result = self.with_run(run, result);
        Ok(Built::Dyn(result.unwrap_or_else(|| self.literal(Value::EMPTY_LIST))))
    }

    /// Puts elements, gathered back to front, before what follows.
    fn with_run(&self, mut run: Vec<Expr>, rest: Option<Expr>) -> Option<Expr> {
        if run.is_empty() {
            return rest;
        }
        run.reverse();
        Some(self.at_line(ExprKind::List(run, rest.map(Box::new))))
    }

    /// Arguments changed for hygiene: what is defined, and attributes, remember where they were quoted.
    fn annotated(&self, node: &Node, escape: &Escape) -> Option<Vec<Quoted>> {
        let Some(Built::Const(Value::Atom(context))) = &escape.hygiene else { return None };
        let (Quoted::Atom(name), Args::List(args)) = (&node.form, &node.args) else { return None };
        if !matches!(name.as_str(), "def" | "defp" | "defmacro" | "defmacrop" | "@") {
            return None;
        }
        let (first, rest) = args.split_first()?;
        let head = match first.as_call() {
            Some((atoms::WHEN, meta, [head, guard])) => {
                let head = annotate(head, *context)?;
                Quoted::call(atoms::WHEN, meta.clone(), vec![head, guard.clone()])
            }
            _ => annotate(first, *context)?,
        };
        let mut annotated = vec![head];
        annotated.extend(rest.iter().cloned());
        Some(annotated)
    }

    /// The metadata of a node as it is quoted.
    fn quote_meta(&self, node: &Node, escape: &Escape) -> Vec<(Atom, Built)> {
        let meta = &node.meta;
        let mut entries: Vec<(Atom, Built)> = Vec::new();
        if escape.generated {
            entries.push((Atom::new("generated"), Built::Const(Value::TRUE)));
        }
        if let Line::Location(file) = &escape.line {
            let place = Value::Tuple(vec![file.clone(), Value::Int(meta.line.into())]);
            entries.push((Atom::new("keep"), Built::Const(place)));
        }
        if let Some(extra) = &meta.extra {
            for (key, value) in extra.iter() {
                if let Some(value) = convert::to_value(value) {
                    entries.push((*key, Built::Const(value)));
                }
            }
        }
        match &escape.line {
            Line::Drop | Line::Location(_) => {}
            Line::Keep => {
                if meta.line != 0 {
                    entries.push((atoms::LINE, Built::Const(Value::Int(meta.line.into()))));
                }
                if meta.expose_column && meta.column != 0 && escape.hygiene.is_none() {
                    entries.push((atoms::COLUMN, Built::Const(Value::Int(meta.column.into()))));
                }
            }
            Line::Set(line) => entries.push((atoms::LINE, line.clone())),
        }
        let Some(hygiene) = &escape.hygiene else { return entries };
        let store = |entries: &mut Vec<(Atom, Built)>, key: &str, value: Built| {
            let key = Atom::new(key);
            match entries.iter_mut().find(|(other, _)| *other == key) {
                Some(entry) => entry.1 = value,
                None => entries.push((key, value)),
            }
        };
        match (&node.form, &node.args) {
            (Quoted::Atom(atoms::ALIASES), Args::List(parts)) if escape.aliases => {
                if let Some(Quoted::Atom(first)) = parts.first() {
                    if *first != atoms::ELIXIR {
                        let known = self.alias_target(meta, parts);
                        let value = Value::Atom(known.unwrap_or(atoms::FALSE));
                        entries.retain(|(key, _)| key.as_str() != "counter");
                        store(&mut entries, "alias", Built::Const(value));
                    }
                }
            }
            (Quoted::Atom(atoms::AMPERSAND), Args::List(args)) if escape.imports => {
                if let [captured] = args.as_slice() {
                    if let Some((atoms::SLASH, _, [function, Quoted::Int(_)])) = captured.as_call() {
                        if let Some(Node { form: Quoted::Atom(name), args: Args::Context(_), .. }) = function.as_node()
                        {
                            if let Some(imports) = self.imports_value(*name) {
                                store(&mut entries, "imports", Built::Const(imports));
                                store(&mut entries, "context", hygiene.clone());
                            }
                        }
                    }
                }
            }
            (Quoted::Atom(name), Args::List(args)) if name.as_str() == "quote" && matches!(args.len(), 1 | 2) => {
                store(&mut entries, "context", hygiene.clone());
            }
            (Quoted::Atom(name), Args::Context(atoms::NIL)) if escape.imports && escape.vars => {
                let imports = self.imports_value(*name).and_then(|imports| match imports {
                    Value::List(all) => {
                        let none = |entry: &Value| matches!(entry, Value::Tuple(parts) if parts[0] == Value::Int(0));
                        let all: Vec<Value> = all.into_iter().filter(none).collect();
                        (!all.is_empty()).then_some(Value::List(all))
                    }
                    _ => None,
                });
                if let Some(imports) = imports {
                    store(&mut entries, "context", hygiene.clone());
                    store(&mut entries, "imports", Built::Const(imports));
                }
            }
            (Quoted::Atom(name), Args::List(_)) if escape.imports => {
                if matches!(name.as_str(), "import" | "alias" | "require") {
                    store(&mut entries, "context", hygiene.clone());
                } else if let Some(imports) = self.imports_value(*name) {
                    store(&mut entries, "context", hygiene.clone());
                    store(&mut entries, "imports", Built::Const(imports));
                }
            }
            _ => {}
        }
        entries
    }

    fn build_meta(&self, entries: Vec<(Atom, Built)>) -> Built {
        let entries =
            entries.into_iter().map(|(key, value)| pair(Built::Const(Value::Atom(key)), value, self)).collect();
        self.build_list(entries)
    }

    /// `[{arity, module}, …]` for all imports of a name.
    fn imports_value(&self, name: Atom) -> Option<Value> {
        let mut found: Vec<(u8, Atom)> = Vec::new();
        for imports in self.env.functions.iter().chain(self.env.macros.iter()) {
            if let Some(lexical) = self.env.lexical.as_ref().filter(|_| imports.module != atoms::KERNEL) {
                imports.arities(name).for_each(|arity| lexical.use_import(imports.module, name, arity));
            }
            found.extend(imports.arities(name).map(|arity| (arity, imports.module)));
        }
        // Kernel does not import itself, but whoever uses its macros means its functions.
        if self.env.module == Some(atoms::KERNEL) {
            if let Some(module) = &self.module {
                found.extend(module.lock().arities(name).into_iter().map(|arity| (arity, atoms::KERNEL)));
            }
            for arity in 0..4 {
                if super::rewrite::is_inlined(atoms::KERNEL, name, arity) {
                    found.push((arity, atoms::KERNEL));
                }
            }
        }
        if found.is_empty() {
            return None;
        }
        found.sort();
        found.dedup();
        let entry = |(arity, module)| Value::Tuple(vec![Value::Int(i64::from(arity)), Value::Atom(module)]);
        Some(Value::List(found.into_iter().map(entry).collect()))
    }
}

fn pair(key: Built, value: Built, expander: &Expander<'_>) -> Built {
    expander.build_tuple(vec![key, value])
}

fn built(expr: Expr) -> Built {
    match expr.kind {
        ExprKind::Literal(value) => Built::Const(value),
        _ => Built::Dyn(expr),
    }
}

fn constant(built: Built) -> Option<Value> {
    match built {
        Built::Const(value) => Some(value),
        Built::Dyn(_) => None,
    }
}

fn annotate(quoted: &Quoted, context: Atom) -> Option<Quoted> {
    let node = quoted.as_node()?;
    if !matches!(node.form, Quoted::Atom(_)) {
        return None;
    }
    let mut node = node.clone();
    node.meta.put(Atom::new("context"), Quoted::Atom(context));
    Some(Quoted::Node(std::sync::Arc::new(node)))
}

/// Marks code that a macro of `module` made: variables quoted there belong to this expansion (`counter`), and
/// what has no line gets `line`.
pub fn adopt(quoted: &Quoted, line: u32, module: Atom, counter: (Atom, i64), generated: bool) -> Quoted {
    let counter_value = Quoted::pair(Quoted::Atom(counter.0), Quoted::Int(counter.1));
    let generated = generated.then(|| Atom::new("generated"));
    let keys = Keys { counter: Atom::new("counter"), line, module, value: counter_value, generated };
    keys.adopt(quoted)
}

struct Keys {
    counter: Atom,
    line: u32,
    module: Atom,
    value: Quoted,
    /// The key that marks code as generated, if the call says so.
    generated: Option<Atom>,
}

impl Keys {
    fn adopt(&self, quoted: &Quoted) -> Quoted {
        stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, || match quoted {
            Quoted::List(elements) => Quoted::List(elements.iter().map(|element| self.adopt(element)).collect()),
            Quoted::Pair(pair) => Quoted::pair(self.adopt(&pair.0), self.adopt(&pair.1)),
            Quoted::Node(node) => {
                let mut meta = node.meta.clone();
                if meta.line == 0 {
                    meta.line = self.line;
                }
                let owned = match (&node.form, &node.args) {
                    (Quoted::Atom(_), Args::Context(context)) => *context == self.module,
                    (Quoted::Atom(name), Args::List(args)) if name.as_str() == "quote" && !args.is_empty() => {
                        meta.get(Atom::new("context")) == Some(&Quoted::Atom(self.module))
                    }
                    (Quoted::Atom(name), Args::List(args)) if !args.is_empty() => {
                        matches!(name.as_str(), "alias" | "import" | "require" | "__aliases__")
                    }
                    _ => false,
                };
                if let Some(generated) = self.generated {
                    meta.put(generated, Quoted::Atom(atoms::TRUE));
                }
                if owned && meta.get(self.counter).is_none() {
                    meta.put(self.counter, self.value.clone());
                }
                let args = match &node.args {
                    Args::Context(context) => Args::Context(*context),
                    Args::List(args) => Args::List(args.iter().map(|arg| self.adopt(arg)).collect()),
                };
                let form = match &node.form {
                    Quoted::Node(_) => self.adopt(&node.form),
                    other => other.clone(),
                };
                Quoted::Node(std::sync::Arc::new(Node { form, meta, args }))
            }
            other => other.clone(),
        })
    }
}
