//! What debug information keeps of a module: its definitions as they are written, each clause with the number of the
//! environment that it stands in.
//!
//! The library makes of them what Elixir keeps, code without macros, when somebody asks (`:elixir_erl.debug_info/4`).

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::definition::Definition;
use super::state::ModuleState;
use crate::expand::env::Env;
use crate::expand::Cx;
use crate::quoted::convert::to_value;
use crate::quoted::Quoted;

/// The map of debug information; `None` when files are not being compiled to be kept, or the code holds what cannot be written to a file.
pub fn definitions(cx: Cx<'_>, state: &ModuleState, kept: &[Definition]) -> Option<Value> {
    if cx.compiler.option(Atom::new("definitions")) != Some(Value::TRUE) {
        return None;
    }
    let mut envs: Vec<Env> = Vec::new();
    let mut found: Vec<&Definition> =
        kept.iter().filter(|definition| definition.hidden_as.is_none() && definition.default_of.is_none()).collect();
    found.sort_by_key(|definition| (definition.name.as_str(), definition.arity));
    let definitions = found.into_iter().map(|definition| entry(definition, &mut envs)).collect::<Option<Vec<_>>>()?;
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
fn entry(definition: &Definition, envs: &mut Vec<Env>) -> Option<Value> {
    let mut clauses = Vec::with_capacity(definition.written.len());
    for clause in &definition.written {
        let env = Env { line: 0, function: None, lexical: None, ..clause.env.clone() };
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
            to_value(&clause.body)?,
            Value::Int(number as i64),
        ]));
    }
    let key = Value::Tuple(vec![Value::Atom(definition.name), Value::Int(definition.arity.into())]);
    let kind = Value::atom(definition.kind.as_str());
    Some(Value::Tuple(vec![key, kind, meta(definition.line), Value::List(clauses)]))
}

fn meta(line: u32) -> Value {
    Value::List(vec![Value::Tuple(vec![Value::Atom(atoms::LINE), Value::Int(line.into())])])
}
