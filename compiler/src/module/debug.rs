//! What debug information keeps of a module: its definitions as they are written, each clause with the number of the
//! environment that it stands in.
//!
//! The option `definitions` says how much: `true` for whole definitions, `heads` for parameters and guards only, which is
//! what blame needs of the library; for that Erlang's modules have none, as they have no such information in OTP.
//!
//! The library makes of them what Elixir keeps, code without macros, when somebody asks (`:elixir_erl.debug_info/4`).

use std::collections::HashSet;
use std::sync::Arc;

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::definition::{Definition, WrittenClause};
use super::state::ModuleState;
use crate::expand::env::{Env, Imports};
use crate::expand::Cx;
use crate::quoted::convert::to_value;
use crate::quoted::{Node, Quoted};

/// How much of definitions is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// All of them.
    Whole,
    /// Parameters and guards.
    Heads,
}

/// What is kept of a module's definitions, if anything is: what the option says, and all where a program gets the bytes.
pub fn how_much(cx: Cx<'_>, state: &ModuleState) -> Option<Kept> {
    match cx.compiler.option(Atom::new("definitions")) {
        Some(Value::TRUE) => Some(Kept::Whole),
        Some(kept) if kept == Value::atom("heads") && state.name.as_str().starts_with("Elixir.") => Some(Kept::Heads),
        _ => state.bytes_wanted.then_some(Kept::Whole),
    }
}

/// Whether the module leaves it to the compiler: it may say `@compile {:debug_info, false}`.
pub fn asked_for(state: &ModuleState) -> bool {
    let off = Value::Tuple(vec![Value::atom("debug_info"), Value::FALSE]);
    let says = |value: Value| match value {
        Value::List(options) => options.contains(&off),
        value => value == off,
    };
    !state.attributes.all(Atom::new("compile")).into_iter().filter_map(|data| data.to_value()).any(says)
}

/// The map of debug information; `None` when the code holds what cannot be written to a file.
pub fn definitions(cx: Cx<'_>, state: &ModuleState, kept: &[Definition], much: Kept) -> Option<Value> {
    let heads = much == Kept::Heads;
    let mut envs: Vec<Env> = Vec::new();
    let mut found: Vec<&Definition> =
        kept.iter().filter(|definition| definition.hidden_as.is_none() && definition.default_of.is_none()).collect();
    found.sort_by_key(|definition| std::cmp::Reverse((definition.name.as_str(), definition.arity)));
    let definitions = found.iter().map(|definition| entry(definition, heads, &mut envs)).collect::<Option<Vec<_>>>()?;
    if heads {
        let heads = found_clauses(&found).flat_map(|clause| clause.args.iter().chain(&clause.guards));
        let called = names_called(heads);
        for env in &mut envs {
            env.functions = imports_of(&env.functions, &called);
            env.macros = imports_of(&env.macros, &called);
        }
    }
    let envs = envs.iter().map(|env| env.to_value(&[])).collect();
    let file = Value::from(&*state.file);
    // Keys in the order of atoms' texts, as maps keep them.
    Some(Value::Map(vec![
        (Value::atom("definitions"), Value::List(definitions)),
        (Value::atom("envs"), Value::List(envs)),
        (Value::atom("file"), file),
        (Value::atom("line"), Value::Int(state.line.into())),
        (Value::atom("module"), Value::Atom(state.name)),
        (Value::atom("relative_file"), Value::from(cx.compiler.relative(&state.file).as_str())),
    ]))
}

/// `{{name, arity}, kind, meta, [{meta, args, guards, body, env}]}`, the environment being a number.
fn entry(definition: &Definition, heads: bool, envs: &mut Vec<Env>) -> Option<Value> {
    let mut clauses = Vec::with_capacity(definition.written.len());
    for clause in &definition.written {
        let mut env = Env { line: 0, function: None, lexical: None, ..clause.env.clone() };
        if heads {
            env.context_modules = Arc::default();
        }
        let number = match envs.iter().rposition(|other| *other == env) {
            Some(number) => number,
            None => {
                envs.push(env);
                envs.len() - 1
            }
        };
        clauses.push(Value::Tuple(vec![
            meta(clause.line),
            to_value(&Quoted::list(clause.args.clone()))?,
            to_value(&Quoted::list(clause.guards.clone()))?,
            if heads { Value::NIL } else { to_value(&clause.body)? },
            Value::Int(number as i64),
        ]));
    }
    let key = Value::Tuple(vec![Value::Atom(definition.name), Value::Int(definition.arity.into())]);
    let kind = Value::atom(definition.kind.as_str());
    Some(Value::Tuple(vec![key, kind, meta(definition.line), Value::List(clauses)]))
}

fn found_clauses<'d>(definitions: &'d [&Definition]) -> impl Iterator<Item = &'d WrittenClause> {
    definitions.iter().flat_map(|definition| &definition.written)
}

/// The names that code calls without a module, or mentions like a variable.
fn names_called<'q>(code: impl Iterator<Item = &'q Quoted>) -> HashSet<Atom> {
    let name = |node: &Node| match node.form {
        Quoted::Atom(name) => Some(name),
        _ => None,
    };
    code.flat_map(Quoted::nodes).filter_map(name).collect()
}

/// The imports that these names can mean.
fn imports_of(imports: &[Arc<Imports>], names: &HashSet<Atom>) -> Arc<Vec<Arc<Imports>>> {
    let kept = imports.iter().map(|imports| {
        let kept = imports.names().iter().copied().filter(|(name, _)| names.contains(name)).collect();
        Arc::new(Imports::new(imports.module, kept))
    });
    Arc::new(kept.collect())
}

fn meta(line: u32) -> Value {
    Value::List(vec![Value::Tuple(vec![Value::Atom(atoms::LINE), Value::Int(line.into())])])
}
