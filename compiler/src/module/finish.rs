//! The end of a module: checks over all its definitions, and the tree that the code generator takes.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};
use parking_lot::Mutex;

use super::behaviours;
use super::debug;
use super::definition::{DefKind, Definition};
use super::docs::{self, DocEntry};
use super::lint;
use super::local::function_tree;
use super::state::ModuleState;
use super::typespec;
use crate::diagnostic::{Diagnostic, Severity};
use crate::expand::host::{Failure, Outcome};
use crate::expand::{place, show_module, show_name, Cx};
use crate::quoted::{Args, Quoted};
use crate::tree::{self, Clause, Expr, ExprKind, Pattern};

/// The hidden attribute that notes documentation of private types.
const PRIVATE_TYPEDOCS: &str = "typedoc private";

/// Checks the module and gives its tree, with all its debug information if its bytes are wanted.
///
/// # Errors
/// All that is wrong with it as a whole.
pub async fn finish(cx: Cx<'_>, state: &Arc<Mutex<ModuleState>>) -> Outcome<tree::Module> {
    let (callbacks, used) = {
        let mut state = state.lock();
        let callbacks = callbacks(&mut state);
        let (warnings, errors) =
            std::mem::take(&mut state.errors).into_iter().partition(|found| found.severity != Severity::Error);
        let warnings: Vec<Diagnostic> = warnings;
        warnings.into_iter().for_each(|warning| cx.host.report(warning));
        state.errors = errors;
        // Names that mean nothing are told of after functions that nobody calls.
        let mut used = Vec::new();
        if state.errors.is_empty() {
            let unused;
            (used, unused) = reachable(&state, true);
            warn_unused(cx, &state, &used, &unused);
        }
        check(cx, &mut state)?;
        (callbacks, used)
    };
    let (kept, source, lexical, module_line) = {
        let state = state.lock();
        let (kept, _) = reachable(&state, false);
        (kept, state.source.clone(), state.env.lexical.clone(), state.line)
    };
    behaviours::check(cx, state).await?;
    let types = typespec::translate(cx, state).await?;
    check_specs(&state.lock(), &types)?;
    for warning in types.warnings {
        cx.host.report(warning);
    }
    lint::clauses_and_values(cx, &source, module_line, &used);
    if let Some(lexical) = lexical {
        lint::gather_calls(cx, state, &used, &lexical).await?;
    }
    let mut state = state.lock();
    let mut messages: Vec<(u32, String)> = Vec::new();
    for data in state.attributes.all(Atom::new(PRIVATE_TYPEDOCS)) {
        let Some(Value::Tuple(parts)) = data.to_value() else { continue };
        if let [Value::Int(line), Value::Binary(text)] = parts.as_slice() {
            let message = format!(
                "type {} is private, @typedoc's are always discarded for private types",
                String::from_utf8_lossy(text)
            );
            messages.push((u32::try_from(*line).unwrap_or(0), message));
        }
    }
    let transforms = state.attributes.all(Atom::new("compile")).into_iter().filter_map(|data| data.to_value());
    for value in transforms {
        let shown = crate::expand::show(&crate::expand::escape_value(&value));
        if shown.starts_with("{:parse_transform,") {
            let message = format!(
                "@compile {shown} is deprecated. Elixir will no longer support Erlang-based transforms in future versions"
            );
            messages.push((state.line, message));
        }
    }
    let derived = state.attributes.all(Atom::new("derive")).len();
    let before = state.attributes.get(Atom::new("__derived__")).and_then(|data| data.to_value());
    let late = match before {
        _ if derived == 0 => None,
        None => Some("was set but never used (it must come before defstruct)"),
        Some(Value::List(before)) if before.len() == derived => None,
        Some(_) => Some("was set after defstruct, all @derive calls must come before defstruct"),
    };
    if let Some(late) = late {
        let message = format!("warning: module attribute @derive {late}");
        let warning = Diagnostic::warning("module::derive", &state.source, message);
        let frame = format!("{} (module)", show_module(state.name));
        cx.host.report(place(state.line, 0, warning.inside(Some(frame)), ""));
    }
    for (line, message) in messages {
        let warning = Diagnostic::warning("module::unused_attribute", &state.source, message);
        cx.host.report(place(line, 0, warning, ""));
    }
    let last = |name: Atom| ["deprecated", "impl", "typedoc", "doc"].iter().position(|other| *other == name.as_str());
    let mut unread = state.attributes.unread();
    unread.sort_by_key(|(name, _)| last(*name).map_or(0, |place| place + 1));
    for (name, line) in unread {
        let message = match name.as_str() {
            "typedoc" => "module attribute @typedoc was set but no type follows it".to_string(),
            "doc" | "impl" | "deprecated" => format!("module attribute @{name} was set but no definition follows it"),
            name => format!("module attribute @{name} was set but never used"),
        };
        let warning = Diagnostic::warning("module::unused_attribute", &state.source, message);
        cx.host.report(place(line, 0, warning, ""));
    }
    let mut functions: Vec<tree::Function> = Vec::new();
    functions.push(info_function(&state));
    if !callbacks.0.is_empty() || !state.attributes.all(Atom::new("optional_callbacks")).is_empty() {
        functions.push(behaviour_info(&state, callbacks));
    }
    for definition in &kept {
        if definition.kind == DefKind::Defmacrop && definition.hidden_as.is_none() {
            continue;
        }
        let exported = definition.kind.is_public() && definition.hidden_as.is_none();
        functions.push(function_tree(definition, exported));
    }
    // Stack traces name files as they are seen from the current directory.
    let shown = cx.compiler.relative(&state.file);
    for function in functions.iter_mut().filter(|function| function.file.is_none()) {
        function.file = Some(shown.clone());
    }
    let exports = checked_exports(&state, functions.iter().any(|function| function.name.as_str() == "behaviour_info"));
    // What implements a protocol is gathered from its file later.
    let is_protocol = state.attributes.persisted().iter().any(|(name, _)| name.as_str() == "__protocol__");
    let debugged = cx.compiler.option(Atom::new("debug_info")) != Some(Value::FALSE) && debug::asked_for(&state);
    let on_load = on_load(&state).and_then(|(name, arity)| Some(state.definition(name, arity)?.compiled()));
    Ok(tree::Module {
        name: state.name,
        file: state.file.to_string(),
        line: state.line,
        functions,
        attributes: state.attributes.persisted().into_iter().filter(|(name, _)| name.as_str() != "on_load").collect(),
        on_load,
        types: (!types.forms.is_empty() && (is_protocol || debugged)).then_some(Value::List(types.forms)),
        debug: debug::how_much(cx, &state)
            .filter(|_| debugged)
            .and_then(|much| debug::definitions(cx, &state, &kept, much)),
        exports: Some(exports),
        docs: cx
            .compiler
            .option(Atom::new("docs"))
            .is_none_or(|docs| docs != Value::FALSE)
            .then(|| docs::chunk(&mut state)),
    })
}

/// Specs and optional callbacks are of what is there.
fn check_specs(state: &ModuleState, types: &typespec::Translated) -> Outcome<()> {
    let error = |line: u32, message: String| {
        Err(Failure::from(place(line, 0, Diagnostic::error("typespec::function", &state.source, message), "")))
    };
    // Calls of some functions of Kernel never reach it, so that it does not define them.
    let inlined = |name: Atom, arity: u8| {
        state.name == atoms::KERNEL && crate::expand::inlined_names(state.name).contains(&(name, arity))
    };
    for (name, arity, line) in &types.specs {
        if state.definition(*name, *arity).is_none() && !inlined(*name, *arity) && state.name != atoms::KERNEL {
            return error(*line, format!("spec for undefined function {name}/{arity}"));
        }
    }
    let callbacks: Vec<(Atom, Atom, u8)> = state
        .typespecs
        .iter()
        .filter(|spec| matches!(spec.kind.as_str(), "callback" | "macrocallback"))
        .filter_map(|spec| spec_head(&spec.code).map(|(name, arity)| (spec.kind, name, arity)))
        .collect();
    if let (Some((kind, name, arity)), Some(_)) = (callbacks.first(), state.definition(Atom::new("behaviour_info"), 1))
    {
        return error(
            state.line,
            format!(
                "cannot define @{kind} attribute for {name}/{arity} when behaviour_info/1 is defined manually or by other means"
            ),
        );
    }
    let mut seen: Vec<(Atom, u8)> = Vec::new();
    for data in state.attributes.all(Atom::new("optional_callbacks")) {
        let entries = match data.to_value() {
            Some(Value::List(entries)) => entries,
            other => other.into_iter().collect(),
        };
        for entry in entries {
            let Some((name, arity)) = crate::expand::env::name_arity(&entry) else {
                let shown = crate::expand::show(&crate::expand::escape_value(&entry));
                let message = format!(
                    "invalid optional callback {shown}. @optional_callbacks expects a keyword list of callback names and arities"
                );
                return error(state.line, message);
            };
            if !callbacks.iter().any(|(_, other, count)| (*other, *count) == (name, arity)) {
                return error(state.line, format!("unknown callback {name}/{arity} given as optional callback"));
            }
            if seen.contains(&(name, arity)) {
                let message = format!("{name}/{arity} has been specified as optional callback more than once");
                return error(state.line, message);
            }
            seen.push((name, arity));
        }
    }
    Ok(())
}

/// Tells of private definitions that nothing reaches, and of defaults that no call leaves out.
fn warn_unused(cx: Cx<'_>, state: &ModuleState, used: &[Definition], unused: &[Definition]) {
    let mut found: Vec<((&str, u8), u32, String)> = Vec::new();
    for definition in unused {
        if !definition.kind.is_public() && !definition.generated && definition.default_of.is_none() {
            let what = if definition.kind.is_macro() { "macro" } else { "function" };
            found.push((
                (definition.name.as_str(), definition.arity),
                definition.line,
                format!("{what} {}/{} is unused", show_name(definition.name), definition.arity),
            ));
        }
    }
    for definition in used {
        if definition.kind.is_public()
            || definition.defaults == 0
            || definition.generated
            || definition.hidden_as.is_some()
        {
            continue;
        }
        let least = definition.arity.saturating_sub(definition.defaults);
        let called = used
            .iter()
            .filter(|other| other.name == definition.name && other.default_of == Some(definition.arity))
            .map(|other| other.arity)
            .min();
        let shown = format!("{}/{}", show_name(definition.name), definition.arity);
        let mut tell = |message: String| {
            found.push(((definition.name.as_str(), definition.arity), definition.line, message));
        };
        // The number told is that of the arguments of the shortest call, as Elixir has it.
        match called {
            Some(called) if called == least => {}
            Some(1) => tell(format!("the default value for the first optional argument in {shown} is never used")),
            Some(count) => {
                tell(format!("the default values for the first {count} optional arguments in {shown} are never used"));
            }
            None => tell(format!("default values for the optional arguments in {shown} are never used")),
        }
    }
    found.sort_by_key(|(key, _, _)| *key);
    for (_, line, message) in found {
        let warning = Diagnostic::warning("module::unused", &state.source, message);
        cx.host.report(place(line, 0, warning, ""));
    }
}

/// The function that `@on_load` names.
fn on_load(state: &ModuleState) -> Option<(Atom, u8)> {
    state.attributes.get(Atom::new("on_load")).and_then(|data| crate::expand::env::name_arity(&data.to_value()?))
}

/// Definitions that public ones reach, or with `macros` what private macros that were called reach as well; and the others.
fn reachable(state: &ModuleState, macros: bool) -> (Vec<Definition>, Vec<Definition>) {
    let mut seen: HashSet<(Atom, u8)> = HashSet::new();
    let mut hidden: HashSet<(Atom, u8)> = HashSet::new();
    let mut work: Vec<(Atom, u8)> = state
        .definitions()
        .filter(|def| def.kind.is_public() || macros && state.is_macro_used(def.name, def.arity))
        .map(|def| (def.name, def.arity))
        .collect();
    work.extend(on_load(state));
    let mut result = Vec::new();
    while let Some(key) = work.pop() {
        if !seen.insert(key) {
            continue;
        }
        let Some(definition) = state.definition(key.0, key.1) else { continue };
        let mut overrides = definition.overrides.clone();
        work.extend(definition.locals.iter().map(|call| (call.name, call.arity)));
        while let Some((target, true)) = overrides {
            let Some(other) =
                state.overridden().find(|other| other.compiled().0 == target.name && other.arity == key.1)
            else {
                break;
            };
            if !hidden.insert(other.compiled()) {
                break;
            }
            work.extend(other.locals.iter().map(|call| (call.name, call.arity)));
            overrides = other.overrides.clone();
            result.push(other.clone());
        }
    }
    let (used, unused): (Vec<_>, Vec<_>) =
        state.definitions().cloned().partition(|def| seen.contains(&(def.name, def.arity)));
    result.extend(used.into_iter().filter(|definition| !definition.clauses.is_empty()));
    (result, unused)
}

/// Overridden definitions that are still called, through `super`.
fn overridden_in_use(state: &ModuleState) -> Vec<&Definition> {
    let mut found: Vec<&Definition> = Vec::new();
    for definition in state.definitions() {
        let mut overrides = definition.overrides.as_ref();
        while let Some((target, true)) = overrides {
            let Some(other) = state
                .overridden()
                .find(|other| other.compiled().0 == target.name && other.arity == definition.arity)
                .filter(|other| !found.iter().any(|seen| seen.compiled() == other.compiled()))
            else {
                break;
            };
            found.push(other);
            overrides = other.overrides.as_ref();
        }
    }
    found
}

/// Calls of functions that do not exist, imports that clash, definitions without bodies.
fn check(cx: Cx<'_>, state: &mut ModuleState) -> Outcome<()> {
    let mut errors: Vec<Diagnostic> = std::mem::take(&mut state.errors);
    let mut known: HashMap<Atom, Vec<u8>> = HashMap::new();
    for definition in state.definitions() {
        known.entry(definition.name).or_default().push(definition.arity);
    }
    let module = show_module(state.name);
    let sound = errors.is_empty();
    let called = overridden_in_use(state);
    for definition in state.definitions().chain(called) {
        if sound && definition.clauses.is_empty() && definition.default_of.is_none() && definition.hidden_as.is_none() {
            let message = format!(
                "implementation not provided for predefined {} {}/{}",
                definition.kind.as_str(),
                definition.name,
                definition.arity
            );
            errors.push(place(definition.line, 0, Diagnostic::error("module::no_body", &state.source, message), ""));
        }
        for call in &definition.locals {
            let arities = known.get(&call.name).map_or(&[][..], Vec::as_slice);
            if arities.contains(&call.arity) {
                let target = state.definition(call.name, call.arity);
                if target.is_some_and(|target| target.kind.is_macro()) && definition.default_of != Some(call.arity) {
                    // Called before it was defined, so the call was not expanded.
                    let message = format!("cannot invoke macro {}/{} before its definition", call.name, call.arity);
                    let error = Diagnostic::error("module::macro_before_definition", &call.source, message);
                    errors.push(place(call.line, call.column, error, ""));
                }
                continue;
            }
            errors.push(undefined(call, arities, &known, &module));
        }
    }
    let clean = errors.is_empty();
    for ((name, arity), (from, _)) in state.imports_used().iter().filter(|_| clean) {
        let Some(line) = state.definition(*name, *arity).map(|definition| definition.line) else { continue };
        if *from != state.name {
            let message = format!("imported {}.{name}/{arity} conflicts with local function", show_module(*from));
            errors.push(place(line, 0, Diagnostic::error("module::import_conflict", &state.source, message), ""));
        }
    }
    if errors.is_empty() {
        errors.extend(attribute_errors(state));
    }
    if errors.is_empty() {
        return Ok(());
    }
    let is_unknown = |error: &Diagnostic| error.code.starts_with("expand::undefined_");
    if errors.iter().all(is_unknown) {
        // A name is told of once for each line.
        errors.sort_by(|a, b| (a.line, &a.message).cmp(&(b.line, &b.message)));
        errors.dedup_by(|a, b| (a.line, &a.message) == (b.line, &b.message));
    } else {
        errors.sort_by_key(|error| (error.line, error.labels.first().map_or(0, |label| label.span.start)));
        errors.dedup();
    }
    // The first is raised; the other names that mean nothing are told of before, the last of them first.
    let (first, rest) = errors.split_at(1);
    let mut raised = first.to_vec();
    let (told, more): (Vec<_>, Vec<_>) = rest.iter().partition(|error| is_unknown(&first[0]) && is_unknown(error));
    for error in told.into_iter().rev() {
        cx.host.report(Diagnostic { severity: Severity::Warning, frame: None, ..error.clone() });
    }
    raised.extend(more.into_iter().cloned());
    Err(Failure::Diagnostics(raised))
}

/// Attributes that name functions which are not there.
fn attribute_errors(state: &ModuleState) -> Vec<Diagnostic> {
    let mut errors = Vec::new();
    let mut error = |message: String| {
        let diagnostic = Diagnostic::error("module::attribute", &state.source, message);
        errors.push(place(state.line, 0, diagnostic, ""));
    };
    let undefined = |name: Atom, arity: u8| state.definition(name, arity).is_none();
    if let Some((name, arity)) = on_load(state) {
        match state.definition(name, arity).map(|definition| definition.kind) {
            None => error(format!("undefined function {name}/{arity} given to @on_load")),
            Some(kind) if kind.is_macro() => {
                error(format!("expected @on_load function {name}/{arity} to be a function, got \"{}\"", kind.as_str()))
            }
            Some(_) => {}
        }
    }
    // `{option, names}`, or a list of such.
    let entries = |attribute: &str| {
        let mut found: Vec<(Atom, Value)> = Vec::new();
        for data in state.attributes.all(Atom::new(attribute)) {
            let Some(value) = data.to_value() else { continue };
            let list = match value {
                Value::List(entries) => entries,
                other => vec![other],
            };
            for entry in list {
                if let Value::Tuple(parts) = entry {
                    if let [Value::Atom(option), names] = parts.as_slice() {
                        found.push((*option, names.clone()));
                    }
                }
            }
        }
        found
    };
    let names = |value: &Value| match value {
        Value::List(entries) => entries.iter().filter_map(crate::expand::env::name_arity).collect(),
        other => crate::expand::env::name_arity(other).into_iter().collect::<Vec<_>>(),
    };
    for (option, value) in entries("compile") {
        if option.as_str() == "inline" {
            for (name, arity) in names(&value).into_iter().filter(|(name, arity)| undefined(*name, *arity)) {
                error(format!("inlined function {name}/{arity} undefined"));
            }
        }
    }
    for (option, value) in entries("dialyzer") {
        for (name, arity) in names(&value).into_iter().filter(|(name, arity)| undefined(*name, *arity)) {
            error(format!("undefined function {name}/{arity} given to @dialyzer :{option}"));
        }
    }
    errors
}

fn undefined(
    call: &crate::expand::LocalCall,
    arities: &[u8],
    known: &HashMap<Atom, Vec<u8>>,
    module: &str,
) -> Diagnostic {
    let code = if call.bare { "expand::undefined_variable" } else { "expand::undefined_function" };
    if matches!((call.name.as_str(), call.arity), ("module_info", 0 | 1) | ("behaviour_info" | "__info__", 1)) {
        let message = format!(
            "undefined function {0}/{1} (this function is auto-generated by the compiler and must always be called as a remote, \
             as in __MODULE__.{0}/{1})",
            call.name, call.arity
        );
        return place(
            call.line,
            call.column,
            Diagnostic::error("expand::undefined_automatic", &call.source, message),
            "",
        );
    }
    let message = format!(
        "undefined function {}/{} (expected {module} to define such a function or for it to be imported, but none are available)",
        show_name(call.name),
        call.arity
    );
    let text = if call.bare { "no variable or function of this name" } else { "no such function" };
    let error = place(call.line, call.column, Diagnostic::error(code, &call.source, message), text);
    if !arities.is_empty() {
        let shown: Vec<String> = arities.iter().map(|arity| format!("{}/{arity}", call.name)).collect();
        return error.help(format!("this module defines {}", shown.join(", ")));
    }
    match call.near {
        Some(held) if held == call.name => return error.help(crate::expand::foreign::held(call.name.as_str())),
        Some(close) => return error.help(format!("did you mean {close}?")),
        None => {}
    }
    match crate::expand::closest(call.name.as_str(), known.keys().map(|name| name.as_str())) {
        Some(close) => {
            let arity = known.get(&Atom::new(close)).and_then(|arities| arities.first()).copied().unwrap_or(0);
            error.help(format!("did you mean {close}/{arity}?"))
        }
        None => match crate::expand::foreign::advice(call.name.as_str()) {
            Some(advice) => error.help(advice),
            None => error,
        },
    }
}

/// `@callback`s and `@macrocallback`s as names and arities, with documentation noted; and the optional ones.
fn callbacks(state: &mut ModuleState) -> (Vec<(Atom, u8)>, Vec<Value>) {
    let mut found = Vec::new();
    for typespec in &state.typespecs {
        let is_macro = typespec.kind.as_str() == "macrocallback";
        if !is_macro && typespec.kind.as_str() != "callback" {
            continue;
        }
        if let Some((name, arity)) = spec_head(&typespec.code) {
            let entry = if is_macro { (Atom::new(&format!("MACRO-{name}")), arity + 1) } else { (name, arity) };
            if !found.contains(&entry) {
                found.push(entry);
            }
        }
    }
    let mut optional = Vec::new();
    for data in state.attributes.all(Atom::new("optional_callbacks")) {
        if let Some(Value::List(entries)) = data.to_value() {
            optional.extend(entries);
        }
    }
    (found, optional)
}

/// Name and arity of `name(args) :: result` or of that `when` it has variables.
pub fn spec_head(code: &Quoted) -> Option<(Atom, u8)> {
    let mut code = code;
    while let Some((atoms::WHEN | atoms::TYPE_OP, _, [left, _])) = code.as_call() {
        code = left;
    }
    let node = code.as_node()?;
    let Quoted::Atom(name) = node.form else { return None };
    match &node.args {
        Args::Context(_) => Some((name, 0)),
        Args::List(args) => Some((name, u8::try_from(args.len()).ok()?)),
    }
}

/// Notes the documentation that stands before a callback or type.
pub fn document_typespec(state: &mut ModuleState, kind: Atom, code: &Quoted, line: u32) {
    if kind.as_str() == "typep" {
        if let ((Some(line), Some(Value::Binary(_)), _), Some((name, arity))) =
            (docs::read_doc(state, "typedoc"), spec_head(code))
        {
            let which = format!("{name}/{arity}");
            let note = Value::Tuple(vec![Value::Int(line.into()), Value::from(which.as_str())]);
            let hidden = Atom::new(PRIVATE_TYPEDOCS);
            state.attributes.register(hidden, true, false);
            state.attributes.put(hidden, note.into(), 0);
        }
        return;
    }
    let is_type = matches!(kind.as_str(), "type" | "opaque");
    let is_callback = matches!(kind.as_str(), "callback" | "macrocallback");
    if !is_type && !is_callback {
        return;
    }
    let attribute = if is_type { "typedoc" } else { "doc" };
    let (doc_line, doc, mut metadata) = docs::read_doc(state, attribute);
    if kind.as_str() == "opaque" {
        metadata.push((Value::atom("opaque"), Value::TRUE));
    }
    let line = doc_line.unwrap_or(line);
    let Some((name, arity)) = spec_head(code) else { return };
    let kind = if is_type { Atom::new("type") } else { kind };
    if state.docs.iter().any(|entry| entry.kind == kind && entry.name == name && entry.arity == arity) {
        return;
    }
    state.docs.push(DocEntry {
        kind,
        name,
        arity,
        line,
        signature: None,
        headed: false,
        doc,
        metadata,
        deprecated: None,
        generated: false,
    });
}

fn names_value(mut names: Vec<(Atom, u8)>) -> Value {
    names.sort();
    names.dedup();
    let entry = |(name, arity)| Value::Tuple(vec![Value::Atom(name), Value::Int(i64::from(arity))]);
    Value::List(names.into_iter().map(entry).collect())
}

/// Callbacks in the order that behaviours list them: the last name first, macros among the functions.
fn callbacks_value(mut names: Vec<(Atom, u8)>) -> Value {
    let key = |&(name, arity): &(Atom, u8)| match name.as_str().strip_prefix("MACRO-") {
        Some(name) => (name.to_owned(), arity.saturating_sub(1)),
        None => (name.as_str().to_owned(), arity),
    };
    names.sort_by_key(|name| std::cmp::Reverse(key(name)));
    names.dedup();
    let entry = |(name, arity)| Value::Tuple(vec![Value::Atom(name), Value::Int(i64::from(arity))]);
    Value::List(names.into_iter().map(entry).collect())
}

fn literal(value: Value) -> Expr {
    Expr { kind: ExprKind::Literal(value), line: 0 }
}

fn constant_clause(key: &str, value: Value) -> Clause {
    Clause { patterns: vec![Pattern::Literal(Value::atom(key))], guards: Vec::new(), body: literal(value), line: 0 }
}

/// `__info__/1`.
fn info_function(state: &ModuleState) -> tree::Function {
    let of_kind = |kind: DefKind| {
        state.definitions().filter(|def| def.kind == kind).map(|def| (def.name, def.arity)).collect::<Vec<_>>()
    };
    let functions = of_kind(DefKind::Def);
    let mut macros = of_kind(DefKind::Defmacro);
    if state.name == atoms::KERNEL {
        macros.extend(crate::expand::KERNEL_MACROS.iter().map(|(name, arity)| (Atom::new(name), *arity)));
    }
    let enforced = state.enforced_keys();
    let fields = match state.struct_fields() {
        Some(Value::Map(fields)) => {
            let entry = |key: &Value| {
                let required = key.as_atom().is_some_and(|key| enforced.contains(&key));
                Value::Map(vec![(Value::atom("field"), key.clone()), (Value::atom("required"), Value::from(required))])
            };
            let written = state.struct_order();
            let place = |key: &Value| key.as_atom().and_then(|key| written.iter().position(|name| *name == key));
            let mut shown: Vec<_> =
                fields.iter().map(|(key, _)| key).filter(|key| **key != Value::Atom(atoms::STRUCT)).collect();
            shown.sort_by_key(|key| place(key).unwrap_or(usize::MAX));
            Value::List(shown.into_iter().map(entry).collect())
        }
        _ => Value::NIL,
    };
    let deprecated = deprecated(state)
        .into_iter()
        .map(|(name, arity, reason)| {
            let key = Value::Tuple(vec![Value::atom(&name), Value::Int(arity)]);
            Value::Tuple(vec![key, reason])
        })
        .collect();
    let mut clauses = vec![
        constant_clause("module", Value::Atom(state.name)),
        constant_clause("functions", names_value(functions)),
        constant_clause("macros", names_value(macros)),
        constant_clause("struct", fields),
        constant_clause("deprecated", Value::List(deprecated)),
    ];
    for key in ["attributes", "compile", "md5"] {
        let erlang = Box::new(literal(Value::Atom(atoms::ERLANG)));
        let args = vec![literal(Value::Atom(state.name)), literal(Value::atom(key))];
        let call = ExprKind::CallRemote(erlang, Atom::new("get_module_info"), args);
        clauses.push(Clause {
            patterns: vec![Pattern::Literal(Value::atom(key))],
            guards: Vec::new(),
            body: Expr { kind: call, line: 0 },
            line: 0,
        });
    }
    tree::Function { name: atoms::INFO, arity: 1, exported: true, clauses, line: 0, file: None }
}

/// Deprecated functions and macros as they are called, with the arities that their defaults give them and the reason.
pub(super) fn deprecated(state: &ModuleState) -> Vec<(String, i64, Value)> {
    let mut found = Vec::new();
    for entry in state.docs.iter().filter(|entry| matches!(entry.kind.as_str(), "function" | "macro")) {
        let find = |wanted: &str| entry.metadata.iter().find(|(key, _)| *key == Value::atom(wanted));
        let Some(reason) = &entry.deprecated else { continue };
        let most = i64::from(entry.arity);
        let defaults = match find("defaults") {
            Some((_, Value::Int(count))) => *count,
            _ => 0,
        };
        found.extend((most - defaults..=most).map(|arity| (entry.name.to_string(), arity, reason.clone())));
    }
    found.sort_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
    found
}

/// What Elixir's checks read of a module: its exports with their kinds and why not to use them, by name.
fn checked_exports(state: &ModuleState, behaviour: bool) -> Value {
    let deprecated = deprecated(state);
    let info = |reason: Value, kind: &str| {
        Value::Map(vec![(Value::atom("deprecated_reason"), reason), (Value::atom("kind"), Value::atom(kind))])
    };
    let told = Atom::new("behaviour_info");
    let mut exports: Vec<(Atom, u8, Value)> = state
        .definitions()
        .filter(|definition| definition.kind.is_public() && (definition.name, definition.arity) != (told, 1))
        .map(|definition| {
            let reason = deprecated
                .iter()
                .find(|(other, count, _)| other == definition.name.as_str() && *count == i64::from(definition.arity))
                .map_or(Value::NIL, |(_, _, reason)| reason.clone());
            (definition.name, definition.arity, info(reason, definition.kind.as_str()))
        })
        .collect();
    if behaviour {
        exports.push((told, 1, info(Value::NIL, "def")));
    }
    exports.sort_by_key(|(name, arity, _)| (*name, *arity));
    let entry = |(name, arity, info): (Atom, u8, Value)| {
        let key = Value::Tuple(vec![Value::Atom(name), Value::Int(arity.into())]);
        Value::Tuple(vec![key, info])
    };
    let exports = Value::List(exports.into_iter().map(entry).collect());
    Value::Tuple(vec![Value::atom("elixir_checker_v1"), Value::Map(vec![(Value::atom("exports"), exports)])])
}

/// `behaviour_info/1`.
fn behaviour_info(state: &ModuleState, (callbacks, optional): (Vec<(Atom, u8)>, Vec<Value>)) -> tree::Function {
    let optional = optional
        .iter()
        .filter_map(crate::expand::env::name_arity)
        .map(|(name, arity)| {
            let as_macro = (Atom::new(&format!("MACRO-{name}")), arity.saturating_add(1));
            if callbacks.contains(&as_macro) {
                as_macro
            } else {
                (name, arity)
            }
        })
        .collect();
    let _ = state;
    tree::Function {
        name: Atom::new("behaviour_info"),
        arity: 1,
        exported: true,
        clauses: vec![
            constant_clause("callbacks", callbacks_value(callbacks)),
            constant_clause("optional_callbacks", callbacks_value(optional)),
        ],
        line: 0,
        file: None,
    }
}
