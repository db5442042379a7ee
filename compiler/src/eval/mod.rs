//! Evaluation: statements run one after another on the machine, with what they bind carried along.
//!
//! Files, module bodies and `Code.eval_*` all go through a [`Runner`]. Definitions, directives and attributes
//! with literal values need no machine; anything else becomes a module of one function, loaded and called.

pub mod entry;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};
use parking_lot::Mutex;

use crate::diagnostic::{Diagnostic, Severity};
use crate::expand::env::{Env, VarKey};
use crate::expand::host::{Data, Failure, Outcome};
use crate::expand::{attribute_parts, has_unquote, mentions_unquote, Boot, Cx, Expander, Refers, Resolved, Step};
use crate::module::attribute::{self, is_typespec};
use crate::module::state::{ModuleState, Typespec};
use crate::module::{body, definition, finish};
use crate::quoted::{Args, Meta, Quoted};
use crate::source::SourceFile;
use crate::tree::{self, Clause, Expr, ExprKind, Pattern, VarId};

/// A variable of the evaluation, with its value.
#[derive(Clone, Debug)]
pub struct Binding {
    /// Its name.
    pub key: VarKey,
    /// Its number in the expander.
    variable: VarId,
    /// What it is bound to.
    pub value: Data,
}

/// Runs statements in order.
pub struct Runner<'c> {
    cx: Cx<'c>,
    /// Expands statements; holds the environment.
    pub expander: Expander<'c>,
    bindings: Vec<Binding>,
    /// The function that stack traces show: `__FILE__` or `__MODULE__`.
    frame: Atom,
    /// How many unused-variable warnings are dealt with.
    warned: usize,
    /// Variables that later statements may still read.
    kept: Vec<VarId>,
    /// Whether this is the code of a file, which is loaded for good: a program's funs come from there.
    pub(crate) file: bool,
    /// Whether nobody gets the value of what is run.
    pub(crate) discards: bool,
}

impl<'c> Runner<'c> {
    /// A runner with variables bound from the start.
    pub fn new(cx: Cx<'c>, source: SourceFile, env: Env, bindings: Vec<(VarKey, Data)>) -> Runner<'c> {
        let mut expander = Expander::new(cx, source, env);
        let bindings = bindings
            .into_iter()
            .map(|(key, value)| {
                let scope = expander.scope_mut();
                let variable = scope.fresh(key, 0, 0, false);
                scope.bind(key, variable);
                Binding { key, variable, value }
            })
            .collect();
        Runner {
            cx,
            expander,
            bindings,
            frame: Atom::new("__FILE__"),
            warned: 0,
            kept: Vec::new(),
            file: false,
            discards: false,
        }
    }

    /// A runner for a module's body.
    pub fn for_module(
        cx: Cx<'c>,
        source: SourceFile,
        env: Env,
        bindings: Vec<(VarKey, Data)>,
        state: Arc<Mutex<ModuleState>>,
    ) -> Runner<'c> {
        let mut runner = Runner::new(cx, source, env, bindings);
        runner.expander.module = Some(state);
        runner.expander.in_module_body = true;
        runner.frame = Atom::new("__MODULE__");
        runner
    }

    /// Variables with their values, in the order they were first bound.
    pub fn bindings(&self) -> impl Iterator<Item = (VarKey, &Data)> + '_ {
        self.bindings.iter().map(|binding| (binding.key, &binding.value))
    }

    /// Runs a statement and gives its value.
    pub fn run<'a>(&'a mut self, quoted: &'a Quoted) -> Step<'a, Data> {
        Step::later(self.run_statement(quoted))
    }

    async fn run_statement(&mut self, quoted: &Quoted) -> Outcome<Data> {
        let Some(node) = quoted.as_node() else { return self.evaluate(quoted).await };
        let meta = &node.meta;
        if meta.line != 0 {
            self.expander.env.line = meta.line;
        }
        if self.expander.in_module_body {
            if let Some(state) = &self.expander.module {
                state.lock().env = self.expander.env.clone();
            }
        }
        match (&node.form, &node.args) {
            (Quoted::Atom(atoms::BLOCK), Args::List(statements)) => {
                let mut last = Data::from(atoms::NIL);
                let discards = self.discards;
                for (index, statement) in statements.iter().enumerate() {
                    let is_last = index + 1 == statements.len();
                    self.discards = discards || !is_last;
                    let result = self.run(statement).await;
                    self.discards = discards;
                    last = result?;
                    if !is_last {
                        self.expander.warn_useless(statement, meta);
                    }
                }
                Ok(last)
            }
            (Quoted::Atom(name), Args::List(args)) => {
                if crate::expand::is_special(*name, args.len()) {
                    return self.evaluate(quoted).await;
                }
                // What needs the machine anyway is not worth a look.
                let resolved = self.expander.resolve_local(*name, meta, args).await?;
                self.run_resolved(resolved, quoted, meta, args).await
            }
            (Quoted::Node(dot), Args::List(args)) => {
                let Some([left, Quoted::Atom(name)]) = dot.as_dot() else { return self.evaluate(quoted).await };
                let module = match left {
                    Quoted::Atom(module) => Some(*module),
                    other => match other.as_call() {
                        Some((atoms::ALIASES, meta, parts)) => self.expander.expand_alias_node(meta, parts).await?,
                        _ => None,
                    },
                };
                let Some(module) = module else { return self.evaluate(quoted).await };
                let resolved = self.expander.resolve_remote(module, *name, meta, args).await?;
                self.run_resolved(resolved, quoted, meta, args).await
            }
            _ => self.evaluate(quoted).await,
        }
    }

    async fn run_resolved(
        &mut self,
        resolved: Resolved,
        quoted: &Quoted,
        meta: &Meta,
        args: &[Quoted],
    ) -> Outcome<Data> {
        match resolved {
            Resolved::Expanded(expansion) => {
                let line = self.expander.env.line;
                let result = self.run(&expansion).await;
                self.expander.env.line = line;
                result
            }
            Resolved::Boot(Boot::Def(kind)) if self.expander.in_module_body && !has_unquote(quoted) => {
                let Some(state) = self.expander.module.clone() else { return self.evaluate(quoted).await };
                let mut env = self.expander.env.clone();
                env.line = if meta.line == 0 { env.line } else { meta.line };
                let grouped = !mentions_unquote(quoted);
                match definition::define(self.cx, &state, kind, meta, args, &env, grouped).await {
                    Ok((name, arity)) => Ok(Value::Tuple(vec![Value::Atom(name), Value::Int(arity.into())]).into()),
                    Err(Failure::Diagnostics(errors)) => {
                        // Other definitions may have errors of their own to tell.
                        state.lock().errors.extend(errors);
                        Ok(Data::from(atoms::NIL))
                    }
                    Err(raised) => Err(raised),
                }
            }
            Resolved::Boot(Boot::Defmodule) => self.run_defmodule(quoted, meta, args).await,
            Resolved::Boot(Boot::Attribute) if self.expander.in_module_body => {
                self.run_attribute(quoted, meta, &args[0]).await
            }
            Resolved::Boot(boot @ Boot::Use) => match self.expander.quote_boot(boot, meta, args).await? {
                Some(expansion) => self.run(&expansion).await,
                None => self.evaluate(quoted).await,
            },
            _ => self.evaluate(quoted).await,
        }
    }

    async fn run_defmodule(&mut self, quoted: &Quoted, meta: &Meta, args: &[Quoted]) -> Outcome<Data> {
        let Some(code) = do_block(&args[1]) else { return self.evaluate(quoted).await };
        let Some(name) = self.expander.nested_module_name(meta, &args[0]).await? else {
            return self.evaluate(quoted).await;
        };
        let bindings = self.bindings.iter().map(|binding| (binding.key, binding.value.clone())).collect();
        let mut env = self.expander.env.clone();
        env.line = if meta.line == 0 { env.line } else { meta.line };
        let source = self.expander.source.clone();
        self.expander.note_defined(name).await;
        self.expander.give_away_variables();
        let defined =
            Step::later(body::define_module(self.cx, name, code, env, source, bindings, !self.discards)).await?;
        Ok(defined.into_data())
    }

    async fn run_attribute(&mut self, quoted: &Quoted, meta: &Meta, written: &Quoted) -> Outcome<Data> {
        let (Some(state), Some((name, attribute_meta, Some(value)))) =
            (self.expander.module.clone(), attribute_parts(written))
        else {
            return self.evaluate(quoted).await;
        };
        let line = match (attribute_meta.line, meta.line) {
            (0, 0) => self.expander.env.line,
            (0, line) | (line, _) => line,
        };
        if is_typespec(name) {
            if has_unquote(value) {
                return self.evaluate(quoted).await;
            }
            put_typespec(&state, name, value.clone(), line);
            return Ok(Data::from(atoms::OK));
        }
        // What the compiler is told to leave alone is not needed to compile.
        let late = if name.as_str() == "compile" { Refers::Late } else { Refers::Here };
        let outer = std::mem::replace(&mut self.expander.refers, late);
        let value = self.evaluate(value).await;
        self.expander.refers = outer;
        let value = value?;
        let set = attribute::set(&mut state.lock(), name, value, line);
        if let Some(warning) = set? {
            self.cx.host.report(warning);
        }
        // Nobody is told that what a macro set is not read.
        let context = Atom::new("context");
        if meta.get(context).is_some() || attribute_meta.get(context).is_some() {
            state.lock().attributes.excuse(name);
        }
        Ok(Data::from(atoms::OK))
    }

    /// Ends the evaluation of a file or a module's body: warns of variables that nothing has read.
    pub fn close(&mut self) {
        self.expander.warn_unused_among(&self.kept);
        self.kept.clear();
    }

    /// Expands an expression and computes it, on the machine if it is not a literal.
    pub async fn evaluate(&mut self, quoted: &Quoted) -> Outcome<Data> {
        let cx = self.cx;
        for binding in &self.bindings {
            self.expander.scope_mut().forget_wanted(binding.variable);
        }
        let expanded = self.expander.expand(quoted).await;
        cx.tell_tracers().await?;
        let errors = std::mem::take(&mut self.expander.errors);
        let expr = match expanded {
            Ok(expr) => expr,
            Err(failure) => {
                self.warned = self.expander.warn_unused_ended(self.warned);
                return Err(match failure {
                    Failure::Diagnostics(mut more) => {
                        more.splice(0..0, errors);
                        Failure::Diagnostics(more)
                    }
                    raised => raised,
                });
            }
        };
        if !errors.is_empty() {
            self.warned = self.expander.warn_unused_ended(self.warned);
            return Err(Failure::Diagnostics(errors));
        }
        let mut expr = expr;
        if self.discards {
            crate::expand::discard(&mut expr);
        }
        let known: HashSet<(VarKey, VarId)> =
            self.bindings.iter().map(|binding| (binding.key, binding.variable)).collect();
        let mut bound: Vec<(VarKey, VarId)> =
            self.expander.scope_mut().visible().filter(|visible| !known.contains(visible)).collect();
        bound.sort_by_key(|(_, variable)| *variable);
        self.warn_unused(&bound);
        if let (ExprKind::Literal(value), true) = (&expr.kind, bound.is_empty()) {
            return Ok(Data::from(value.clone()));
        }
        if let (ExprKind::Var(variable), true) = (&expr.kind, bound.is_empty()) {
            if let Some(binding) = self.bindings.iter().find(|binding| binding.variable == *variable) {
                return Ok(binding.value.clone());
            }
        }
        let used: Vec<&Binding> =
            self.bindings.iter().filter(|binding| self.expander.variable(binding.variable).wanted).collect();
        let line = expr.line;
        let mut patterns: Vec<Pattern> = used.iter().map(|binding| Pattern::Var(binding.variable)).collect();
        let mut arguments: Vec<Data> = used.iter().map(|binding| binding.value.clone()).collect();
        // A function has at most 255 parameters; more bindings travel in one tuple.
        if patterns.len() > 250 {
            patterns = vec![Pattern::Tuple(patterns)];
            arguments = vec![Data::Tuple(arguments)];
        }
        // What a module's body calls returns to it, so that stack traces show where the body is.
        let returns = self.expander.in_module_body;
        let body = if bound.is_empty() && !returns {
            expr
        } else {
            let result = self.expander.scope_mut().temporary();
            let at = |kind| Expr { kind, line };
            let store = at(ExprKind::Match(Box::new(Pattern::Var(result)), Box::new(expr)));
            let mut values = vec![at(ExprKind::Var(result))];
            values.extend(bound.iter().map(|(_, variable)| at(ExprKind::Var(*variable))));
            at(ExprKind::Block(vec![store, at(ExprKind::Tuple(values))]))
        };
        let arity = arguments.len() as u8;
        let mut module = tree::Module {
            name: self.frame,
            file: self.expander.env.file.to_string(),
            line: 1,
            functions: vec![tree::Function {
                name: self.frame,
                arity,
                exported: true,
                clauses: vec![Clause { patterns, guards: Vec::new(), body, line }],
                line,
                file: Some(cx.compiler.relative(&self.expander.env.file)),
            }],
            attributes: Vec::new(),
            on_load: None,
            docs: None,
            types: None,
            debug: None,
            exports: None,
        };
        // The same code is loaded once, however often it is evaluated.
        let fingerprint = fingerprint(&module);
        let known =
            fingerprint.filter(|_| !self.file).and_then(|fingerprint| cx.compiler.known_evaluation(fingerprint));
        let result = match known {
            Some(code) => cx.host.evaluate(&code, self.frame, arguments).await?,
            None if self.file => {
                let name = cx.compiler.evaluation_name();
                module.name = name;
                let beam = cx.compiler.generate(&module).map_err(Failure::Diagnostics)?;
                cx.host.load(name, &module.file, beam).await?;
                cx.host.call(name, self.frame, arguments).await?
            }
            None => {
                module.name = cx.compiler.evaluated_name();
                let beam = cx.compiler.generate(&module).map_err(Failure::Diagnostics)?;
                let code = cx.host.evaluation(&beam)?;
                if let Some(fingerprint) = fingerprint {
                    cx.compiler.note_evaluation(fingerprint, code.clone());
                }
                cx.host.evaluate(&code, self.frame, arguments).await?
            }
        };
        if bound.is_empty() && !returns {
            return Ok(result);
        }
        let Some(mut elements) = cx.host.tuple_elements(&result) else { return Ok(result) };
        let value = elements.remove(0);
        let places: HashMap<VarKey, usize> =
            self.bindings.iter().enumerate().map(|(place, binding)| (binding.key, place)).collect();
        for ((key, variable), value) in bound.into_iter().zip(elements) {
            match places.get(&key) {
                Some(place) => self.bindings[*place] = Binding { key, variable, value },
                None => self.bindings.push(Binding { key, variable, value }),
            }
        }
        Ok(value)
    }

    /// Warns of unused variables: in a module's body of those inside the statement, as later ones may use what it binds;
    /// in a file of all; in other code of those that nobody can use any more.
    fn warn_unused(&mut self, bound: &[(VarKey, VarId)]) {
        if self.file {
            self.warned = self.expander.warn_unused_since(self.warned, &[]);
        } else if self.expander.in_module_body {
            let kept: Vec<VarId> = bound.iter().map(|(_, variable)| *variable).collect();
            self.warned = self.expander.warn_unused_since(self.warned, &kept);
            self.kept.extend(kept);
        } else {
            self.warned = self.expander.warn_unused_ended(self.warned);
        }
    }
}

/// What tells the code of evaluations apart; `None` where its text does not.
fn fingerprint(module: &tree::Module) -> Option<[u64; 2]> {
    use std::fmt::Write;
    use std::hash::{DefaultHasher, Hasher};

    struct Digest {
        hashers: [DefaultHasher; 2],
        opaque: bool,
        /// How much more is worth looking at: long code is seldom evaluated twice.
        left: usize,
    }

    impl Write for Digest {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            // Terms of the machine are written in a short form.
            self.left = self.left.checked_sub(text.len()).ok_or(std::fmt::Error)?;
            self.opaque |= text.contains("Opaque");
            self.hashers.iter_mut().for_each(|hasher| hasher.write(text.as_bytes()));
            Ok(())
        }
    }

    let mut digest = Digest { hashers: [DefaultHasher::new(), DefaultHasher::new()], opaque: false, left: 32 * 1024 };
    digest.hashers[1].write_u8(1);
    write!(digest, "{module:?}").ok()?;
    (!digest.opaque).then(|| [digest.hashers[0].finish(), digest.hashers[1].finish()])
}

/// Keeps a typespec and its documentation.
pub fn put_typespec(state: &Mutex<ModuleState>, kind: Atom, code: Quoted, line: u32) {
    let mut state = state.lock();
    finish::document_typespec(&mut state, kind, &code, line);
    let env = state.env.clone();
    state.typespecs.push(Typespec { kind, code, line, env });
}

/// The code of `[do: code]`, which stands alone.
pub fn do_block(sections: &Quoted) -> Option<&Quoted> {
    match sections {
        Quoted::List(entries) => match &entries[..] {
            [Quoted::Pair(pair)] if pair.0 == Quoted::Atom(atoms::DO) => Some(&pair.1),
            _ => None,
        },
        _ => None,
    }
}

/// The text that a running program sees of failed compilation: file, line and description of the first error.
pub fn first_error(errors: &[Diagnostic]) -> Option<&Diagnostic> {
    errors.iter().find(|error| error.severity == Severity::Error).or(errors.first())
}
