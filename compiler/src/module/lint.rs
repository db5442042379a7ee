//! What is worth a warning in a module as a whole: clauses that never match, values that nobody takes, calls of what
//! does not exist.

use std::collections::HashMap;
use std::sync::Arc;

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};
use parking_lot::Mutex;

use super::definition::Definition;
use super::finish::deprecated;
use super::state::ModuleState;
use crate::diagnostic::Diagnostic;
use crate::expand::host::{Data, Outcome};
use crate::expand::lexical::{Lexical, RemoteCall};
use crate::expand::{place, shadow, show_module, show_name, visit, Cx};
use crate::source::SourceFile;
use crate::tree::ExprKind;

/// Warns of clauses behind one that takes everything, and of pure calls whose value is dropped.
pub fn clauses_and_values(cx: Cx<'_>, source: &SourceFile, module_line: u32, definitions: &[Definition]) {
    let mut found: Vec<(u32, String)> = Vec::new();
    for definition in definitions {
        if definition.hidden_as.is_none() && !definition.marked_generated {
            hidden_clauses(definition, module_line, &mut found);
            found.extend(definition.late.iter().cloned());
        }
        for clause in &definition.clauses {
            visit::expressions(&clause.body, &mut |expr| {
                let ExprKind::Block(statements) = &expr.kind else { return };
                let Some((_, dropped)) = statements.split_last() else { return };
                for statement in dropped {
                    if let ExprKind::CallRemote(module, name, args) = &statement.kind {
                        if matches!(module.kind, ExprKind::Literal(Value::Atom(atoms::ERLANG))) {
                            found.extend(useless(*name, args.len()).map(|text| (statement.line, text)));
                        }
                    }
                }
            });
        }
    }
    found.sort_by_key(|(line, _)| *line);
    for (line, message) in found {
        cx.host.report(place(line, 0, Diagnostic::warning("module::useless", source, message), ""));
    }
}

/// Notes clauses of a function that never match. What stands on the line of the module's `defmodule` is taken for a
/// macro's work, and has no line.
fn hidden_clauses(definition: &Definition, module_line: u32, found: &mut Vec<(u32, String)>) {
    let written = |line: u32| if line == module_line { 0 } else { line };
    for hidden in shadow::hidden(&definition.clauses) {
        let later = written(definition.clauses[hidden.later].line);
        if later != 0 {
            let first = written(definition.clauses[hidden.first].line);
            found.push((later, shadow::message(hidden, Some((definition.name, definition.arity)), first)));
        }
    }
    for clause in definition.clauses.iter().filter(|clause| shadow::never_holds(clause)) {
        found.push((clause.line, shadow::NEVER_HOLDS.to_string()));
    }
}

/// What is said of a call of `:erlang` whose value is dropped; `None` when it may have an effect.
fn useless(name: Atom, arity: usize) -> Option<String> {
    let text = name.as_str();
    let shown = match text {
        "/=" => "!=",
        "=:=" => "===",
        "=/=" => "!==",
        "=<" => "<=",
        other => other,
    };
    match (text, arity) {
        ("==" | "/=" | "=:=" | "=/=" | "<" | ">" | "=<" | ">=", 2) => {
            Some(format!("use of operator {shown} has no effect"))
        }
        (
            "is_atom" | "is_binary" | "is_bitstring" | "is_boolean" | "is_float" | "is_integer" | "is_list" | "is_map"
            | "is_number" | "is_pid" | "is_port" | "is_reference" | "is_tuple" | "is_function",
            1,
        ) => Some(format!("the call to {text}/{arity} has no effect")),
        ("+" | "-" | "*" | "/" | "++" | "--", 2) | ("+" | "-" | "not", 1) => Some(format!(
            "the result of evaluating operator '{shown}'/{arity} is ignored (suppress the warning by assigning the \
             expression to the _ variable)"
        )),
        ("length" | "hd" | "tl" | "tuple_size" | "byte_size" | "bit_size" | "map_size" | "abs" | "round" | "trunc", 1)
        | ("element" | "div" | "rem", 2) => Some(format!(
            "the result of calling {text}/{arity} is ignored (suppress the warning by assigning the expression to the _ \
             variable)"
        )),
        _ => None,
    }
}

/// Keeps the calls of other modules that cannot be found yet, and those of what is deprecated.
///
/// # Errors
/// What a module's `__info__/1` raises.
pub async fn gather_calls(
    cx: Cx<'_>,
    state: &Arc<Mutex<ModuleState>>,
    definitions: &[Definition],
    lexical: &Lexical,
) -> Outcome<()> {
    let (source, owner, ignored, inner, own) = {
        let state = state.lock();
        (state.source.clone(), state.name, ignored(&state, cx), state.inner_modules.clone(), deprecated(&state))
    };
    let Some(ignored) = ignored else { return Ok(()) };
    let mut found: Vec<((Atom, Atom, u8), u32, String, Option<&str>)> = Vec::new();
    for definition in definitions {
        for clause in &definition.clauses {
            let exprs = clause.guards.iter().chain([&clause.body]);
            for expr in exprs {
                visit::expressions(expr, &mut |expr| {
                    if let Some((module, name, arity)) = remote_target(&expr.kind) {
                        if module != atoms::ERLANG {
                            let frame = || {
                                format!("{}.{}/{}", show_module(owner), show_name(definition.name), definition.arity)
                            };
                            found.push(((module, name, arity), expr.line, frame(), definition.file.as_deref()));
                        }
                    }
                });
            }
        }
    }
    let mut exports: HashMap<Atom, Option<Vec<(Atom, u8)>>> = HashMap::new();
    for (target, line, frame, file) in found {
        let (module, name, arity) = target;
        if module.as_str() == "beamlet_compiler" || ignored.contains(module, name, arity) || inner.contains(&module) {
            continue;
        }
        let open = cx.compiler.is_open(module);
        let known = exports.entry(module).or_insert_with(|| if open { None } else { cx.host.exports(module) });
        let exists = known.as_ref().is_some_and(|known| known.binary_search(&(name, arity)).is_ok());
        let deprecated = if module == owner {
            let reason = own.iter().find(|(other, size, _)| other == name.as_str() && *size == i64::from(arity));
            reason.and_then(|(_, _, reason)| reason.as_str().map(str::to_string))
        } else if exists && module.as_str().starts_with("Elixir.") {
            let deprecated = cx.compiler.deprecated(cx.host, module).await?;
            deprecated.iter().find(|(key, _)| *key == (name, arity)).map(|(_, reason)| reason.clone())
        } else {
            None
        };
        if !exists || deprecated.is_some() {
            // What another file's macro wrote stands there.
            let source = file.map_or_else(|| source.clone(), |file| SourceFile::new(file, ""));
            lexical.call(RemoteCall { target, deprecated, source, line, frame, owner });
        }
    }
    Ok(())
}

fn remote_target(kind: &ExprKind) -> Option<(Atom, Atom, u8)> {
    let atom = |expr: &crate::tree::Expr| match &expr.kind {
        ExprKind::Literal(Value::Atom(atom)) => Some(*atom),
        _ => None,
    };
    match kind {
        ExprKind::CallRemote(module, name, args) => Some((atom(module)?, *name, u8::try_from(args.len()).ok()?)),
        ExprKind::RemoteFun(module, name, arity) => Some((atom(module)?, atom(name)?, *arity)),
        ExprKind::Literal(Value::ExternalFun(module, name, arity)) => {
            Some((*module, *name, u8::try_from(*arity).ok()?))
        }
        _ => None,
    }
}

/// Modules and functions that `@compile {:no_warn_undefined, …}` and the compiler's option name.
struct Ignored(Vec<Value>);

impl Ignored {
    fn contains(&self, module: Atom, name: Atom, arity: u8) -> bool {
        let call = Value::Tuple(vec![Value::Atom(module), Value::Atom(name), Value::Int(arity.into())]);
        self.0.iter().any(|entry| *entry == Value::Atom(module) || *entry == call)
    }
}

/// What is not to be warned of; `None` for everything.
fn ignored(state: &ModuleState, cx: Cx<'_>) -> Option<Ignored> {
    let mut all = Vec::new();
    let mut add = |value: &Value| match value {
        Value::Atom(name) if name.as_str() == "all" => false,
        Value::List(entries) => {
            all.extend(entries.iter().cloned());
            true
        }
        other => {
            all.push(other.clone());
            true
        }
    };
    if let Some(option) = cx.compiler.option(Atom::new("no_warn_undefined")) {
        if !add(&option) {
            return None;
        }
    }
    for data in state.attributes.all(Atom::new("compile")) {
        let Some(value) = data.to_value() else { continue };
        let entries = match value {
            Value::List(entries) => entries,
            other => vec![other],
        };
        for entry in entries {
            if let Value::Tuple(parts) = &entry {
                if let [Value::Atom(key), value] = parts.as_slice() {
                    if key.as_str() == "no_warn_undefined" && !add(value) {
                        return None;
                    }
                }
            }
        }
    }
    Some(Ignored(all))
}

/// At the end of a file, where a program has set the option `lexical_references`: tells of the modules that the file refers to.
///
/// # Errors
/// What the function that is told raises.
pub async fn tell_references(cx: Cx<'_>, source: &SourceFile, lexical: &Lexical) -> Outcome<()> {
    if cx.compiler.option(Atom::new("lexical_references")) != Some(Value::atom("true")) {
        return Ok(());
    }
    let list = |modules: Vec<Atom>| Data::from(Value::List(modules.into_iter().map(Value::Atom).collect()));
    let [compile, exports, runtime] = lexical.references().map(list);
    let arguments = vec![Data::from(Value::from(&*source.name)), compile, exports, runtime];
    cx.host.call(Atom::new("beamlet_diagnostics"), Atom::new("references"), arguments).await?;
    Ok(())
}

/// At the end of a file: tells of what was not used and of calls of what does not exist.
///
/// # Errors
/// What a module's `__info__/1` raises.
pub async fn close(cx: Cx<'_>, source: &SourceFile, lexical: &Lexical) -> Outcome<()> {
    for (line, message) in lexical.unused() {
        cx.host.report(place(line, 0, Diagnostic::warning("lexical::unused", source, message), ""));
    }
    let mut groups: Vec<(RemoteCall, Value, Vec<Value>)> = Vec::new();
    for call in lexical.take_calls() {
        let (module, name, arity) = call.target;
        let reason = match &call.deprecated {
            Some(reason) => Value::Tuple(vec![Value::atom("deprecated"), Value::from(reason.as_str())]),
            // Whoever compiles several files together looks again when all are done.
            None if cx.compiler.is_open(module) => Value::atom("open"),
            None => match cx.host.exports(module) {
                None => Value::atom("module"),
                // What is there by now may be deprecated.
                Some(exports) if exports.binary_search(&(name, arity)).is_ok() => {
                    let deprecated = cx.compiler.deprecated(cx.host, module).await?;
                    match deprecated.iter().find(|(key, _)| *key == (name, arity)) {
                        Some((_, reason)) => {
                            Value::Tuple(vec![Value::atom("deprecated"), Value::from(reason.as_str())])
                        }
                        None => continue,
                    }
                }
                Some(exports) => {
                    let as_macro = (Atom::new(&format!("MACRO-{name}")), arity.saturating_add(1));
                    Value::atom(if exports.contains(&as_macro) { "require" } else { "function" })
                }
            },
        };
        let place = Value::Tuple(vec![
            Value::from(&*call.source.name),
            Value::Int(call.line.into()),
            Value::from(call.frame.as_str()),
        ]);
        let same = |other: &RemoteCall| other.target == call.target && other.owner == call.owner;
        match groups.iter_mut().find(|(other, kind, _)| same(other) && *kind == reason) {
            Some((_, _, places)) => places.push(place),
            None => groups.push((call, reason, vec![place])),
        }
    }
    if groups.is_empty() {
        return Ok(());
    }
    // Those of one module come by what is said of the calls, and then by what is called.
    let mut owners: Vec<Atom> = Vec::new();
    for (call, _, _) in &groups {
        if !owners.contains(&call.owner) {
            owners.push(call.owner);
        }
    }
    let rank = |reason: &Value| match reason.as_atom().map(Atom::as_str) {
        Some("module") => 0,
        Some("require") => 1,
        None => 2,
        Some(_) => 3,
    };
    groups.sort_by_cached_key(|(call, reason, _)| {
        let (module, name, arity) = call.target;
        let owner = owners.iter().position(|owner| *owner == call.owner);
        (owner, rank(reason), module.as_str(), name.as_str(), arity)
    });
    let entry = |(call, reason, places): (RemoteCall, Value, Vec<Value>)| {
        let (module, name, arity) = call.target;
        Value::Tuple(vec![
            Value::Atom(module),
            Value::Atom(name),
            Value::Int(arity.into()),
            reason,
            Value::List(places),
        ])
    };
    let list = Value::List(groups.into_iter().map(entry).collect());
    let teller = Atom::new("beamlet_diagnostics");
    if cx.host.exports(teller).is_some() {
        cx.host.call(teller, Atom::new("calls"), vec![Data::from(list)]).await?;
    }
    Ok(())
}
