//! Definitions: one `def`, `defp`, `defmacro` or `defmacrop` with all its clauses.

use std::sync::Arc;

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};
use parking_lot::Mutex;

use super::behaviours::{note, Impl};
use super::debug;
use super::docs::{merge, parameters, read_doc, DocEntry};
use super::state::ModuleState;
use crate::diagnostic::Diagnostic;
use crate::expand::env::Env;
use crate::expand::host::{Data, Failure, Outcome};
use crate::expand::private::LocalExpansions;
use crate::expand::{frame, place, show_name, Cx, Expander, LocalCall, SuperTarget};
use crate::quoted::{Args, Meta, Quoted};
use crate::source::SourceFile;
use crate::tree::{Clause, Expr, ExprKind, Pattern};

/// What is said of a clause that stands apart from those before it.
const UNGROUPED: &str = "module::ungrouped";

/// The kind of a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the macro of its name")]
pub enum DefKind {
    Def,
    Defp,
    Defmacro,
    Defmacrop,
}

impl DefKind {
    /// The macro that makes it.
    pub fn as_str(self) -> &'static str {
        match self {
            DefKind::Def => "def",
            DefKind::Defp => "defp",
            DefKind::Defmacro => "defmacro",
            DefKind::Defmacrop => "defmacrop",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<DefKind> {
        [DefKind::Def, DefKind::Defp, DefKind::Defmacro, DefKind::Defmacrop]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }

    /// Whether it is a macro.
    pub fn is_macro(self) -> bool {
        matches!(self, DefKind::Defmacro | DefKind::Defmacrop)
    }

    /// Whether other modules see it.
    pub fn is_public(self) -> bool {
        matches!(self, DefKind::Def | DefKind::Defmacro)
    }
}

/// A definition.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Its kind.
    pub kind: DefKind,
    /// Its name, without `MACRO-`.
    pub name: Atom,
    /// Its arity, without a macro's caller.
    pub arity: u8,
    /// Its clauses, expanded; a macro's have the caller's environment as first pattern.
    pub clauses: Vec<Clause>,
    /// Its line.
    pub line: u32,
    /// How many parameters have defaults.
    pub defaults: u8,
    /// The arity of the definition whose defaults made this one.
    pub default_of: Option<u8>,
    /// Whether clauses with bodies were given, not only a head.
    pub has_body: bool,
    /// Functions of this module that it calls.
    pub locals: Vec<LocalCall>,
    /// Whether a later definition may take its place.
    pub overridable: bool,
    /// The hidden name of what this one overrides, and whether it calls that.
    pub overrides: Option<(SuperTarget, bool)>,
    /// The name it has when another overrides it.
    pub hidden_as: Option<Atom>,
    /// The clauses as written, for `Module.get_definition/2`.
    pub written: Vec<WrittenClause>,
    /// Changes with every clause.
    pub version: u64,
    /// Whether unused warnings make no sense, for a macro or a loop over the module's body made it.
    pub generated: bool,
    /// The module whose macro wrote it.
    pub context: Option<Atom>,
    /// Whether its code says of itself that it was generated, so that warnings make no sense.
    pub marked_generated: bool,
    /// Lines and texts of warnings that come when the module is complete.
    pub late: Vec<(u32, String)>,
    /// The file that stack traces name, where it is not the module's.
    pub file: Option<String>,
    /// Whether the latest clause has to stand next to its neighbours.
    grouped: bool,
    /// Whether the latest clause has defaults and a body at once.
    defaults_with_body: bool,
}

impl Definition {
    /// The name and arity of the function that the machine knows.
    pub fn compiled(&self) -> (Atom, u8) {
        compiled_name(self.kind, self.hidden_as.unwrap_or(self.name), self.arity)
    }
}

/// A clause as written.
#[derive(Clone, Debug)]
pub struct WrittenClause {
    /// Its line.
    pub line: u32,
    /// The patterns of its parameters.
    pub args: Vec<Quoted>,
    /// Its guards, those joined by `when` each by itself.
    pub guards: Vec<Quoted>,
    /// Its body.
    pub body: Quoted,
    /// The environment it stands in.
    pub env: Env,
}

/// The name and arity under which the machine knows a definition.
pub fn compiled_name(kind: DefKind, name: Atom, arity: u8) -> (Atom, u8) {
    if kind.is_macro() {
        (Atom::new(&format!("MACRO-{name}")), arity + 1)
    } else {
        (name, arity)
    }
}

/// One clause as written.
struct Written<'q> {
    name: Atom,
    meta: &'q Meta,
    args: Vec<Quoted>,
    defaults: Vec<Option<Quoted>>,
    guard: Option<&'q Quoted>,
}

impl Written<'_> {
    /// The parameters with their defaults, as they stand in the source.
    fn with_defaults(&self) -> Vec<Quoted> {
        let parameter = |(arg, default): (&Quoted, &Option<Quoted>)| match default {
            Some(default) => Quoted::call(Atom::new("\\\\"), Meta::default(), vec![arg.clone(), default.clone()]),
            None => arg.clone(),
        };
        self.args.iter().zip(&self.defaults).map(parameter).collect()
    }
}

fn fail(source: &SourceFile, meta: &Meta, line: u32, code: &'static str, message: String) -> Failure {
    let (line, column) = if meta.line == 0 { (line, 0) } else { (meta.line, meta.column) };
    Failure::from(place(line, column, Diagnostic::error(code, source, message), ""))
}

/// Adds one clause, or the head, of a definition to a module. Clauses of one function that do not stand together get a
/// warning if `grouped`.
///
/// # Errors
/// What is wrong with it, or what a macro in it raised.
pub async fn define(
    cx: Cx<'_>,
    state: &Arc<Mutex<ModuleState>>,
    kind: DefKind,
    meta: &Meta,
    args: &[Quoted],
    env: &Env,
    grouped: bool,
) -> Outcome<(Atom, u8)> {
    // What a macro wrote may stand anywhere.
    let grouped = grouped && meta.get(Atom::new("context")).is_none();
    let line = if meta.line == 0 { env.line } else { meta.line };
    let placed = location(cx, state, &args[0]);
    let here = state.lock().source.clone();
    let (mut source, mut env) = (here.clone(), env.clone());
    if let Some((file, _)) = &placed {
        source = SourceFile::new(file.as_str(), "");
        env.file = cx.compiler.absolute(file).into();
    }
    let kept: Vec<Quoted>;
    let args = match &placed {
        Some((_, true)) => {
            kept = args.iter().map(keep_lines).collect();
            kept.as_slice()
        }
        _ => args,
    };
    let env = &env;
    let head = &args[0];
    let written = read_head(&source, kind, head, line)?;
    let body = match args.get(1) {
        None => None,
        Some(sections) => Some(read_body(&source, kind, &written, sections, line)?),
    };
    if body.is_none() && args.len() == 1 {
        check_bare_head(&source, &written, line)?;
    }
    let name = written.name;
    let Ok(arity) = u8::try_from(written.args.len()) else {
        return Err(fail(&source, meta, line, "module::arity", "a function has at most 255 parameters".to_string()));
    };
    if body.is_none() && args.len() == 1 && written.defaults.iter().all(Option::is_none) && written.guard.is_some() {
        let message = format!("missing :do option in \"{}\"", kind.as_str());
        return Err(fail(&source, meta, line, "module::missing_do", message));
    }
    let warnings =
        prepare_definition(cx, state, (&source, &here), kind, &written, arity, line, body.is_some(), grouped)?;
    // That a clause stands apart is told of when it has been looked at itself.
    let (apart, now): (Vec<_>, Vec<_>) = warnings.into_iter().partition(|warning| warning.code == UNGROUPED);
    now.into_iter().for_each(|warning| cx.host.report(warning));
    let clause_env = {
        let mut clause_env = env.clone();
        clause_env.function = Some((name, arity));
        clause_env.line = line;
        clause_env
    };
    let sections = if body.is_some() { args.get(1) } else { None };
    run_on_definition(cx, state, kind, &written, env, line, sections).await?;
    if let Some((line, message)) = document(state, kind, &written, arity, line, body.is_some()) {
        let warning = Diagnostic::warning("module::private_doc", &source, message);
        cx.host.report(place(line, 0, warning.inside(frame(&clause_env)), ""));
    }
    // Defaults: a function for each arity below, which calls the full one.
    let count = written.defaults.iter().flatten().count();
    for given in 0..count {
        let definition = default_clause(cx, state, kind, &written, given, &clause_env, line).await?;
        let mut state = state.lock();
        match state.definition_mut(definition.name, definition.arity) {
            // What was defined before comes first, so the clause for the default is never reached.
            Some(existing) if existing.default_of.is_none() && existing.has_body => {
                existing.clauses.extend(definition.clauses);
                existing.locals.extend(definition.locals);
            }
            _ => state.insert(definition),
        }
    }
    if let (Some((file, _)), Some(definition)) = (&placed, state.lock().definition_mut(name, arity)) {
        definition.file = Some(file.clone());
    }
    let Some(body) = body else { return Ok((name, arity)) };
    let super_target =
        state.lock().definition(name, arity).and_then(|def| def.overrides.clone()).map(|(target, _)| target);
    let mut expander = Expander::new(cx, source.clone(), clause_env.clone());
    expander.module = Some(state.clone());
    expander.super_target = super_target;
    expander.local_expansions = debug::how_much(cx, &state.lock()).map(|_| LocalExpansions::default());
    let result = expand_clause(&mut expander, kind, &written, &body, line).await;
    let mut errors = std::mem::take(&mut expander.errors);
    let clause = match result {
        Ok(clause) => clause,
        Err(Failure::Diagnostics(more)) => {
            expander.warn_unused_ended(0);
            errors.extend(more);
            return Err(Failure::Diagnostics(errors));
        }
        Err(raised) => {
            expander.warn_unused_ended(0);
            return Err(raised);
        }
    };
    if !errors.is_empty() {
        expander.warn_unused_ended(0);
        return Err(Failure::Diagnostics(errors));
    }
    expander.warn_unused();
    apart.into_iter().for_each(|warning| cx.host.report(warning));
    let mut state = state.lock();
    let hidden: Option<Atom> = expander.super_target.as_ref().map(|target| target.name);
    let locals = std::mem::take(&mut expander.locals);
    if let Some(definition) = state.definition_mut(name, arity) {
        definition.late.append(&mut expander.late);
        if let (Some(hidden), Some((_, used))) = (hidden, &mut definition.overrides) {
            *used |= calls(&clause.body, hidden);
        }
        definition.has_body = true;
        definition.clauses.push(clause);
        definition.locals.extend(locals);
        let (mut args, mut guards, mut body) = (written.args.clone(), alternatives(written.guard), body);
        if let Some(expansions) = &expander.local_expansions {
            for code in args.iter_mut().chain(&mut guards).chain(std::iter::once(&mut body)) {
                *code = expansions.put_into(code);
            }
        }
        definition.written.push(WrittenClause { line, args, guards, body, env: clause_env });
    }
    if grouped {
        state.latest = Some((name, arity));
    }
    Ok((name, arity))
}

/// The guards that `when` joins, each by itself.
fn alternatives(guard: Option<&Quoted>) -> Vec<Quoted> {
    let mut found = Vec::new();
    let mut rest = guard;
    while let Some(guard) = rest {
        rest = match guard.as_call() {
            Some((atoms::WHEN, _, [first, more])) => {
                found.push(first.clone());
                Some(more)
            }
            _ => {
                found.push(guard.clone());
                None
            }
        };
    }
    found
}

/// The file of a definition where it is not the module's: that of `@file`, which counts for one definition, or that of code
/// quoted with `location: :keep`. The second part says that lines are those of the quoted code.
fn location(cx: Cx<'_>, state: &Arc<Mutex<ModuleState>>, head: &Quoted) -> Option<(String, bool)> {
    if let Some(value) = state.lock().attributes.delete(Atom::new("file")).and_then(|data| data.to_value()) {
        let file = match &value {
            Value::Tuple(parts) => parts.first().and_then(Value::as_str),
            other => other.as_str(),
        };
        return file.map(|file| (cx.compiler.relative(file), false));
    }
    let head = match head.as_call() {
        Some((atoms::WHEN, _, [head, _])) => head,
        _ => head,
    };
    match head.as_node()?.meta.get(Atom::new("keep"))? {
        Quoted::Pair(place) => match &place.0 {
            Quoted::Binary(file) => Some((cx.compiler.relative(std::str::from_utf8(file).ok()?), true)),
            _ => None,
        },
        _ => None,
    }
}

/// The code with the lines it had where it was quoted, if it kept them.
fn keep_lines(quoted: &Quoted) -> Quoted {
    stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, || match quoted {
        Quoted::List(elements) => Quoted::List(elements.iter().map(keep_lines).collect()),
        Quoted::Pair(pair) => Quoted::pair(keep_lines(&pair.0), keep_lines(&pair.1)),
        Quoted::Node(node) => {
            let mut node = crate::quoted::Node::clone(node);
            if let Some(Quoted::Pair(place)) = node.meta.get(Atom::new("keep")) {
                if let Quoted::Int(line) = place.1 {
                    node.meta.line = u32::try_from(line).unwrap_or(0);
                    node.meta.column = 0;
                }
            }
            if let Args::List(args) = &node.args {
                node.args = Args::List(args.iter().map(keep_lines).collect());
            }
            if let Quoted::Node(_) = &node.form {
                node.form = keep_lines(&node.form);
            }
            Quoted::Node(Arc::new(node))
        }
        other => other.clone(),
    })
}

/// A head without a body names its parameters only.
fn check_bare_head(source: &SourceFile, written: &Written<'_>, line: u32) -> Outcome<()> {
    let plain = |arg: &Quoted| arg.as_node().is_some_and(|node| matches!(node.args, Args::Context(_)));
    if written.guard.is_some() || written.args.iter().all(plain) {
        return Ok(());
    }
    let message = "only variables and \\\\ are allowed as arguments in function head.\n\nIf you did not intend to define a \
                   function head, make sure your function definition has the proper syntax by wrapping the arguments in \
                   parentheses and using the do instruction accordingly:\n\n    def add(a, b), do: a + b\n\n    def add(a, \
                   b) do\n      a + b\n    end\n";
    Err(fail(source, written.meta, line, "module::bare_head", message.to_string()))
}

fn read_head<'q>(source: &SourceFile, kind: DefKind, head: &'q Quoted, line: u32) -> Outcome<Written<'q>> {
    let (head, guard) = match head.as_call() {
        Some((atoms::WHEN, _, [head, guard])) => (head, Some(guard)),
        _ => (head, None),
    };
    let invalid = || {
        let message = format!("invalid syntax in {} {}", kind.as_str(), crate::expand::show(head));
        fail(source, &Meta::default(), line, "module::head", message)
    };
    let node = head.as_node().ok_or_else(invalid)?;
    let Quoted::Atom(name) = node.form else { return Err(invalid()) };
    let parameters: &[Quoted] = match &node.args {
        Args::Context(_) => &[],
        Args::List(args) => args,
    };
    let automatic = match (name.as_str(), parameters.len()) {
        ("__info__", 1) => Some("Elixir"),
        ("module_info", 0 | 1) => Some("Erlang"),
        _ => None,
    };
    if let Some(language) = automatic.filter(|_| !kind.is_macro()) {
        let message = format!(
            "cannot define {} {name}/{} as it is automatically defined by {language}",
            kind.as_str(),
            parameters.len()
        );
        return Err(fail(source, &Meta::default(), line, "module::automatic", message));
    }
    if name == atoms::ALIASES && parameters.iter().all(|part| matches!(part, Quoted::Atom(_))) {
        let message = format!(
            "function names should start with lowercase characters or underscore, invalid name {}",
            crate::expand::show(head)
        );
        return Err(fail(source, &Meta::default(), line, "module::head", message));
    }
    if name == atoms::ARROW {
        return Err(invalid());
    }
    let mut args = Vec::with_capacity(parameters.len());
    let mut defaults = Vec::with_capacity(parameters.len());
    for parameter in parameters {
        match parameter.as_call() {
            Some((operator, _, [arg, default])) if operator.as_str() == "\\\\" => {
                args.push(arg.clone());
                defaults.push(Some(default.clone()));
            }
            _ => {
                args.push(parameter.clone());
                defaults.push(None);
            }
        }
    }
    Ok(Written { name, meta: &node.meta, args, defaults, guard })
}

/// The body: the `do` block, or a `try` when there are more sections.
fn read_body(
    source: &SourceFile,
    kind: DefKind,
    written: &Written<'_>,
    sections: &Quoted,
    line: u32,
) -> Outcome<Quoted> {
    let Quoted::List(entries) = sections else {
        let message = format!("missing :do option in \"{}\"", kind.as_str());
        return Err(fail(source, written.meta, line, "module::missing_do", message));
    };
    let section = |entry: &Quoted| match entry {
        Quoted::Pair(pair) => match &pair.0 {
            Quoted::Atom(key) => Some((*key, pair.1.clone())),
            _ => None,
        },
        _ => None,
    };
    let parsed: Option<Vec<(Atom, Quoted)>> = entries.iter().map(section).collect();
    match parsed {
        Some(mut parsed) if parsed.iter().any(|(key, _)| *key == atoms::DO) => {
            if parsed.len() == 1 {
                return Ok(parsed.remove(0).1);
            }
            let mut meta = Meta::at(line, 0);
            meta.put(Atom::new("origin"), Quoted::atom(kind.as_str()));
            Ok(Quoted::call(Atom::new("try"), meta, vec![sections.clone()]))
        }
        _ => {
            let message = format!("missing :do option in \"{}\"", kind.as_str());
            Err(fail(source, written.meta, line, "module::missing_do", message))
        }
    }
}

/// Makes sure there is a definition to add a clause to, and that the clause fits.
#[allow(clippy::too_many_arguments, reason = "one argument for each fact of the clause")]
fn prepare_definition(
    cx: Cx<'_>,
    state: &Arc<Mutex<ModuleState>>,
    (source, here): (&SourceFile, &SourceFile),
    kind: DefKind,
    written: &Written<'_>,
    arity: u8,
    line: u32,
    has_body: bool,
    grouped: bool,
) -> Outcome<Vec<Diagnostic>> {
    let mut warnings = Vec::new();
    let mut state = state.lock();
    let context = match written.meta.get(Atom::new("context")) {
        Some(Quoted::Atom(context)) => Some(*context),
        _ => None,
    };
    let generated = written.meta.get(Atom::new("generated")).is_some();
    let name = written.name;
    let defaults = written.defaults.iter().flatten().count() as u8;
    let error = |code, message: String| Err(fail(source, written.meta, line, code, message));
    if let Some(existing) = state.definition(name, arity).filter(|existing| existing.overridable).cloned() {
        if existing.kind.is_macro() != kind.is_macro() {
            let words = |is_macro| if is_macro { "macro (defmacro, defmacrop)" } else { "function (def, defp)" };
            let message = format!(
                "cannot override {} {name}/{arity} in module {} as a {}",
                words(existing.kind.is_macro()),
                crate::expand::show_module(state.name),
                words(kind.is_macro())
            );
            return error("module::kind", message);
        }
        let number = state.overridden().filter(|other| other.name == name && other.arity == arity).count() + 1;
        let hidden = Atom::new(&format!("{name} (overridable {number})"));
        let mut old = existing;
        old.hidden_as = Some(hidden);
        old.overridable = false;
        let target = SuperTarget { name: old.compiled().0, kind: old.kind };
        state.overridden_mut().push(old);
        state.remove(name, arity);
        let mut definition = blank(kind, name, arity, line, defaults);
        definition.context = context;
        definition.marked_generated = generated;
        definition.overrides = Some((target, false));
        state.insert(definition);
        return Ok(warnings);
    }
    for other in state.arities(name) {
        let Some(existing) = state.definition(name, other) else { continue };
        let first = other.saturating_sub(existing.defaults);
        if other > arity && existing.defaults > 0 && arity >= first && existing.default_of.is_none() {
            return error(
                "module::defaults",
                format!("{} {name}/{arity} conflicts with defaults from {name}/{other}", kind.as_str()),
            );
        }
        if other < arity
            && existing.default_of.is_none()
            && defaults > 0
            && other >= arity - defaults
            && existing.defaults > 0
        {
            return error(
                "module::defaults",
                format!("{} {name}/{arity} defaults conflicts with {name}/{other}", kind.as_str()),
            );
        }
    }
    match state.definition(name, arity) {
        None => {
            let mut definition = blank(kind, name, arity, line, defaults);
            definition.context = context;
            definition.marked_generated = generated;
            definition.defaults_with_body = defaults > 0 && has_body;
            definition.generated = !grouped;
            definition.grouped = grouped;
            state.insert(definition);
            Ok(warnings)
        }
        Some(existing) => {
            if existing.kind != kind {
                // It comes in here, wherever its code was quoted.
                let message = format!(
                    "{} {name}/{arity} already defined as {} in {}:{}",
                    kind.as_str(),
                    existing.kind.as_str(),
                    state.file,
                    existing.line
                );
                return Err(fail(here, written.meta, line, "module::kind", message));
            }
            if defaults > 0 && existing.defaults > 0 {
                return error(
                    "module::defaults",
                    format!(
                        "{0} {name}/{arity} defines defaults multiple times. Elixir allows defaults to be declared once per \
                         definition. Instead of:\n\n    def foo(:first_clause, b \\\\ :default) do ... end\n    def \
                         foo(:second_clause, b \\\\ :default) do ... end\n\none should write:\n\n    def foo(a, b \\\\ \
                         :default)\n    def foo(:first_clause, b) do ... end\n    def foo(:second_clause, b) do ... end\n",
                        kind.as_str()
                    ),
                );
            }
            if has_body && (defaults > 0 || (existing.has_body && existing.defaults_with_body)) {
                let message = format!(
                    "{0} {name}/{arity} has multiple clauses and also declares default values. In such cases, the default values \
                     should be defined in a header. Instead of:\n\n    def foo(:first_clause, b \\\\ :default) do ... end\n    def \
                     foo(:second_clause, b) do ... end\n\none should write:\n\n    def foo(a, b \\\\ :default)\n    def \
                     foo(:first_clause, b) do ... end\n    def foo(:second_clause, b) do ... end\n",
                    kind.as_str()
                );
                let warning = Diagnostic::warning("module::defaults", source, message);
                warnings.push(place(line, 0, warning, ""));
            }
            if !has_body && existing.has_body && context.is_none() && existing.context.is_none() {
                let message = format!(
                    "function head for {} {name}/{arity} must come at the top of its direct implementation. Instead of:\n\n    \
                     def add(a, b), do: a + b\n    def add(a, b)\n\none should write:\n\n    def add(a, b)\n    def add(a, b), \
                     do: a + b\n",
                    kind.as_str()
                );
                warnings.push(place(line, 0, Diagnostic::warning("module::late_head", source, message), ""));
            }
            let (first_line, follows) = (existing.line, existing.has_body);
            let file = state.file.clone();
            let apart = state.latest != Some((name, arity));
            let warn = grouped
                && existing.grouped
                && has_body
                && follows
                && apart
                && !state.ungrouped.contains(&(name, arity));
            if warn {
                state.ungrouped.push((name, arity));
                let same = match state.latest {
                    Some((latest, _)) if latest == name => "name",
                    _ => "name and arity (number of arguments)",
                };
                let message = format!(
                    "clauses with the same {same} should be grouped together, \"{} {name}/{arity}\" was previously defined \
                     ({}:{first_line})",
                    kind.as_str(),
                    cx.compiler.relative(&file)
                );
                let warning = place(line, 0, Diagnostic::warning(UNGROUPED, source, message), "");
                warnings.push(warning);
            }
            if let Some(definition) = state.definition_mut(name, arity) {
                if defaults > 0 {
                    definition.defaults = defaults;
                }
                definition.defaults_with_body = defaults > 0 && has_body;
                definition.grouped = grouped;
            }
            Ok(warnings)
        }
    }
}

fn blank(kind: DefKind, name: Atom, arity: u8, line: u32, defaults: u8) -> Definition {
    Definition {
        kind,
        name,
        arity,
        clauses: Vec::new(),
        line,
        defaults,
        default_of: None,
        has_body: false,
        locals: Vec::new(),
        overridable: false,
        overrides: None,
        hidden_as: None,
        written: Vec::new(),
        version: 0,
        generated: false,
        context: None,
        marked_generated: false,
        late: Vec::new(),
        grouped: true,
        file: None,
        defaults_with_body: false,
    }
}

async fn expand_clause(
    expander: &mut Expander<'_>,
    kind: DefKind,
    written: &Written<'_>,
    body: &Quoted,
    line: u32,
) -> Outcome<Clause> {
    let heads: Vec<&Quoted> = written.args.iter().collect();
    let caller = kind.is_macro().then(|| expander.scope_mut().temporary());
    expander.caller = caller;
    let (mut patterns, guards, body) = expander.function_clause(&heads, written.guard, body).await?;
    if let Some(caller) = caller {
        patterns.insert(0, Pattern::Var(caller));
    }
    Ok(Clause { patterns, guards, body, line })
}

/// The function that takes the first `given` defaulted parameters and fills in the rest.
async fn default_clause(
    cx: Cx<'_>,
    state: &Arc<Mutex<ModuleState>>,
    kind: DefKind,
    written: &Written<'_>,
    given: usize,
    env: &Env,
    line: u32,
) -> Outcome<Definition> {
    let source = state.lock().source.clone();
    let total = written.args.len();
    let count = written.defaults.iter().flatten().count();
    let arity = (total - count + given) as u8;
    let mut env = env.clone();
    env.function = Some((written.name, arity));
    let mut expander = Expander::new(cx, source, env);
    expander.module = Some(state.clone());
    let mut patterns = Vec::new();
    let mut arguments: Vec<Expr> = Vec::new();
    let expr = |kind| Expr { kind, line };
    if kind.is_macro() {
        let caller = expander.scope_mut().temporary();
        expander.caller = Some(caller);
        patterns.push(Pattern::Var(caller));
        arguments.push(expr(ExprKind::Var(caller)));
    }
    let mut seen = 0;
    for default in &written.defaults {
        if let Some(default) = default {
            seen += 1;
            if seen > given {
                arguments.push(expander.expand(default).await?);
                continue;
            }
        }
        let parameter = expander.scope_mut().temporary();
        patterns.push(Pattern::Var(parameter));
        arguments.push(expr(ExprKind::Var(parameter)));
    }
    let errors = std::mem::take(&mut expander.errors);
    if !errors.is_empty() {
        return Err(Failure::Diagnostics(errors));
    }
    let (target, _) = compiled_name(kind, written.name, total as u8);
    let body = expr(ExprKind::CallLocal(target, arguments));
    let mut definition = blank(kind, written.name, arity, line, 0);
    definition.default_of = Some(total as u8);
    definition.has_body = true;
    definition.generated = true;
    definition.clauses.push(Clause { patterns, guards: Vec::new(), body, line });
    definition.locals = std::mem::take(&mut expander.locals);
    definition.locals.push(LocalCall {
        name: written.name,
        arity: total as u8,
        line,
        column: 0,
        bare: false,
        near: None,
        source: state.lock().source.clone(),
        from: Some((written.name, arity)),
    });
    Ok(definition)
}

/// Whether the body calls the function of this name.
fn calls(body: &Expr, name: Atom) -> bool {
    // The name is hidden, so its appearance in the printed tree is its use.
    let mut found = false;
    crate::expand::visit::expressions(body, &mut |expr| {
        found |= matches!(&expr.kind, ExprKind::CallLocal(other, _) if *other == name);
    });
    found
}

/// Takes up the documentation that precedes a definition.
fn document(
    state: &Arc<Mutex<ModuleState>>,
    kind: DefKind,
    written: &Written<'_>,
    arity: u8,
    line: u32,
    has_body: bool,
) -> Option<(u32, String)> {
    let mut state = state.lock();
    let (doc_line, doc, mut metadata) = read_doc(&mut state, "doc");
    if let Some(value) = state.attributes.delete(Atom::new("since")).and_then(|data| data.to_value()) {
        metadata.push((Value::atom("since"), value));
    }
    let deprecated = state.attributes.delete(Atom::new("deprecated")).and_then(|data| data.to_value());
    if let (Some(reason), false) = (&deprecated, metadata.iter().any(|(key, _)| *key == Value::atom("deprecated"))) {
        metadata.push((Value::atom("deprecated"), reason.clone()));
    }
    let implements = state.attributes.delete(Atom::new("impl"));
    let context = match written.meta.get(Atom::new("context")) {
        Some(Quoted::Atom(context)) => Some(*context),
        _ => None,
    };
    if let Some(value) = &implements {
        let defaults = written.defaults.iter().flatten().count() as u8;
        let one = Impl { name: written.name, arity, defaults, kind, line, value: atoms::NIL, context };
        note(&mut state, value.clone(), one);
    }
    if !kind.is_public() {
        let text = doc.is_some_and(|doc| matches!(doc, Value::Binary(_)));
        return text.then(|| {
            let message = format!(
                "{} {}/{arity} is private, @doc attribute is always discarded for private functions/macros/types",
                kind.as_str(),
                show_name(written.name)
            );
            (doc_line.unwrap_or(line), message)
        });
    }
    let hidden_by_impl = doc.is_none() && implements.is_some_and(|data| data.as_atom() != Some(atoms::FALSE));
    let doc = if hidden_by_impl { Some(Value::FALSE) } else { doc };
    let defaults = written.defaults.iter().flatten().count();
    if defaults > 0 {
        metadata.push((Value::atom("defaults"), Value::Int(defaults as i64)));
    }
    let doc_kind = if kind.is_macro() { atoms::MACROS } else { atoms::FUNCTION };
    let doc_kind = if doc_kind == atoms::MACROS { Atom::new("macro") } else { doc_kind };
    let name = written.name;
    let shown: Vec<Quoted> = written.with_defaults().into_iter().map(|arg| with_attributes(&state, arg)).collect();
    let module = state.name;
    match state.docs.iter_mut().find(|entry| entry.kind == doc_kind && entry.name == name && entry.arity == arity) {
        Some(entry) => {
            let text = |doc: &Option<Value>| matches!(doc, Some(Value::Binary(_)));
            let mut warning = None;
            if text(&doc) && text(&entry.doc) && has_body && !entry.generated && context.is_none() {
                let message = format!(
                    "redefining @doc attribute previously set at line {}.\n\nPlease remove the duplicate docs. If instead you \
                     want to override a previously defined @doc, attach the @doc attribute to a function head (the function \
                     signature not followed by any do-block). For example:\n\n    @doc \"\"\"\n    new docs\n    \"\"\"\n    \
                     def {name}(...)\n",
                    entry.line
                );
                warning = Some((doc_line.unwrap_or(line), message));
            }
            if doc.is_some() && !(hidden_by_impl && entry.doc.is_some()) {
                entry.doc = doc;
                entry.line = doc_line.unwrap_or(entry.line);
            }
            entry.metadata.extend(metadata);
            if deprecated.is_some() {
                entry.deprecated = deprecated;
            }
            if let (Some(older), false) = (&mut entry.signature, entry.headed) {
                merge(older, parameters(module, &shown));
            }
            return warning;
        }
        None => {
            let underscored = name.as_str().starts_with('_') && doc.is_none();
            let entry = DocEntry {
                kind: doc_kind,
                name,
                arity,
                line: doc_line.unwrap_or(line),
                signature: Some(parameters(module, &shown)),
                headed: !has_body,
                doc: if underscored { Some(Value::FALSE) } else { doc },
                metadata,
                deprecated,
                generated: context.is_some(),
            };
            state.docs.push(entry);
        }
    }
    None
}

/// A parameter, or its default, with the value of the attribute that it is.
fn with_attributes(state: &ModuleState, arg: Quoted) -> Quoted {
    let value = |quoted: &Quoted| {
        let Some((at, _, [attribute])) = quoted.as_call() else { return None };
        let node = attribute.as_node().filter(|_| at.as_str() == "@")?;
        let (Quoted::Atom(name), Args::Context(_)) = (&node.form, &node.args) else { return None };
        let value = state.attributes.get(*name)?.to_value()?;
        Some(crate::expand::escape_value(&value))
    };
    if let Some(value) = value(&arg) {
        return value;
    }
    match arg.as_call() {
        Some((operator, meta, [inner, default])) if operator.as_str() == "\\\\" => {
            let default = value(default).unwrap_or_else(|| default.clone());
            Quoted::call(operator, meta.clone(), vec![with_attributes(state, inner.clone()), default])
        }
        _ => arg,
    }
}

/// Calls the hooks that `@on_definition` names.
async fn run_on_definition(
    cx: Cx<'_>,
    state: &Arc<Mutex<ModuleState>>,
    kind: DefKind,
    written: &Written<'_>,
    env: &Env,
    line: u32,
    body: Option<&Quoted>,
) -> Outcome<()> {
    let hooks = state.lock().attributes.all(Atom::new("on_definition"));
    for hook in hooks {
        let Some(Value::Tuple(parts)) = hook.to_value() else { continue };
        let [Value::Atom(module), Value::Atom(function)] = parts.as_slice() else { continue };
        let mut env = env.clone();
        env.line = line;
        env.function = Some((written.name, written.args.len() as u8));
        let body = body.cloned().unwrap_or(Quoted::NIL);
        let arguments = vec![
            Data::from(env.to_value(&[])),
            Data::from(Atom::new(kind.as_str())),
            Data::from(written.name),
            Data::from(Quoted::list(written.with_defaults())),
            Data::from(Quoted::list(alternatives(written.guard))),
            Data::from(body),
        ];
        cx.host.call(*module, *function, arguments).await?;
    }
    Ok(())
}
