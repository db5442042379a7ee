//! Running macros and functions of a module that is still being defined: they and what they call make a module
//! of their own, loaded for the purpose.

use std::collections::HashSet;
use std::sync::Arc;

use beamlet_vm::{Atom, Value};
use parking_lot::Mutex;

use super::definition::Definition;
use super::state::ModuleState;
use crate::diagnostic::Diagnostic;
use crate::expand::host::{exception_struct, Data, Failure, Outcome, Raised};
use crate::expand::{place, show_module, show_name, Cx};
use crate::tree;

/// Runs a macro; the caller's environment is the first of the arguments.
///
/// # Errors
/// What it raises, or what is wrong with it.
pub async fn call_macro(
    cx: Cx<'_>,
    state: &Arc<Mutex<ModuleState>>,
    name: Atom,
    arity: u8,
    arguments: Vec<Data>,
) -> Outcome<Data> {
    call_function(cx, state, name, arity, arguments).await
}

/// Runs a function or macro by its name and arity in source.
///
/// # Errors
/// What it raises, or what is wrong with it.
pub async fn call_function(
    cx: Cx<'_>,
    state: &Arc<Mutex<ModuleState>>,
    name: Atom,
    arity: u8,
    arguments: Vec<Data>,
) -> Outcome<Data> {
    let (function, made) = {
        let mut state = state.lock();
        let state = &mut *state;
        let reachable = reachable(state, name, arity);
        check_calls(state, &reachable)?;
        let version = reachable.iter().map(|definition| definition.version).max().unwrap_or(0);
        let function = match state.definition(name, arity) {
            Some(definition) => definition.compiled().0,
            None => name,
        };
        match state.local_modules.get(&(name, arity)) {
            Some((made_of, code)) if *made_of == version => (function, Ok(code.clone())),
            _ => {
                let tree = tree::Module {
                    name: cx.compiler.evaluated_name(),
                    file: state.file.to_string(),
                    line: state.line,
                    functions: reachable.iter().map(|definition| function_tree(definition, true)).collect(),
                    attributes: Vec::new(),
                    on_load: None,
                    docs: None,
                    types: None,
                    debug: None,
                    exports: None,
                };
                (function, Err((tree, version)))
            }
        }
    };
    let code = match made {
        Ok(code) => code,
        Err((tree, version)) => {
            let beam = cx.compiler.generate(&tree).map_err(Failure::Diagnostics)?;
            let code = cx.host.evaluation(&beam)?;
            state.lock().local_modules.insert((name, arity), (version, code.clone()));
            code
        }
    };
    Ok(cx.host.evaluate(&code, function, arguments).await?)
}

/// What the definitions call must be there and be no macro: that would have been expanded, had it been defined before.
fn check_calls(state: &ModuleState, definitions: &[Definition]) -> Outcome<()> {
    for definition in definitions {
        for call in &definition.locals {
            match state.definition(call.name, call.arity) {
                Some(target) if target.kind.is_macro() && definition.default_of != Some(call.arity) => {
                    let message = format!("cannot invoke macro {}/{} before its definition", call.name, call.arity);
                    let error = Diagnostic::error("module::macro_before_definition", &call.source, message);
                    return Err(Failure::from(place(call.line, call.column, error, "")));
                }
                Some(_) => {}
                None if definition.hidden_as.is_some() => {}
                None => {
                    let what = format!("{}.{}/{}", show_module(state.name), show_name(call.name), call.arity);
                    let message = format!("function {what} is undefined (function not available)");
                    let fields = vec![
                        ("module", Value::Atom(state.name)),
                        ("function", Value::Atom(call.name)),
                        ("arity", Value::Int(call.arity.into())),
                        ("reason", Value::atom("function not available")),
                        ("message", Value::from(message.as_str())),
                    ];
                    return Err(Raised::error(exception_struct("UndefinedFunctionError", fields)).into());
                }
            }
        }
    }
    Ok(())
}

/// The definition and all it may call.
fn reachable(state: &ModuleState, name: Atom, arity: u8) -> Vec<Definition> {
    let mut seen: HashSet<(Atom, u8)> = HashSet::new();
    let mut found = Vec::new();
    let mut work = vec![(name, arity)];
    while let Some(key) = work.pop() {
        if !seen.insert(key) {
            continue;
        }
        let Some(definition) = state.definition(key.0, key.1) else { continue };
        work.extend(definition.locals.iter().map(|call| (call.name, call.arity)));
        if let Some((target, true)) = &definition.overrides {
            let hidden = state.overridden().filter(|other| other.compiled().0 == target.name);
            for other in hidden {
                work.extend(other.locals.iter().map(|call| (call.name, call.arity)));
                found.push(other.clone());
            }
        }
        if !definition.clauses.is_empty() {
            found.push(definition.clone());
        }
    }
    found
}

/// The function that a definition compiles to.
pub(super) fn function_tree(definition: &Definition, exported: bool) -> tree::Function {
    let (name, arity) = definition.compiled();
    tree::Function {
        name,
        arity,
        exported,
        clauses: definition.clauses.clone(),
        line: definition.line,
        file: definition.file.clone(),
    }
}
