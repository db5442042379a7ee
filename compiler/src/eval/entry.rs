//! Entry points: whole texts and quoted code, evaluated or compiled.

use std::sync::Arc;

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use super::Runner;
use crate::expand::env::{Env, VarKey};
use crate::expand::host::{Data, Failure, Outcome};
use crate::expand::lexical::Lexical;
use crate::expand::Cx;
use crate::module::{lint, Collection};
use crate::parse::{parse_all, ParseOptions};
use crate::quoted::Quoted;
use crate::source::SourceFile;

/// What an evaluation leaves behind.
pub struct Evaluated {
    /// The value of the last expression.
    pub value: Data,
    /// All variables with their values.
    pub bindings: Vec<(VarKey, Data)>,
    /// The environment at the end.
    pub env: Env,
}

/// Parses a text for compilation, reporting the parser's warnings.
///
/// # Errors
/// What is wrong with the text.
pub fn parse_source(cx: Cx<'_>, source: &SourceFile, line: u32) -> Outcome<Quoted> {
    let asked = cx.compiler.option(Atom::new("parser_options"));
    let columns = matches!(&asked, Some(Value::List(options)) if options.contains(&columns_asked_for()));
    let options = ParseOptions { line, columns, ..ParseOptions::default() };
    let parsed = parse_all(source, &options).map_err(Failure::Diagnostics)?;
    for warning in parsed.warnings {
        cx.host.report(warning);
    }
    Ok(parsed.quoted)
}

/// The entry of `parser_options` that asks for columns.
fn columns_asked_for() -> Value {
    Value::Tuple(vec![Value::Atom(Atom::new("columns")), Value::TRUE])
}

/// Evaluates quoted code in an environment, with variables bound.
///
/// # Errors
/// What is wrong with the code, or what it raised.
pub async fn evaluate(
    cx: Cx<'_>,
    source: SourceFile,
    quoted: &Quoted,
    env: Env,
    bindings: Vec<(VarKey, Data)>,
) -> Outcome<Evaluated> {
    let module = env.module.and_then(|module| cx.compiler.open_module(module));
    let mut runner = Runner::new(cx, source, env, bindings);
    if let Some(module) = module {
        runner.expander.module = Some(module);
        runner.expander.in_module_body = runner.expander.env.function.is_none();
    }
    // A module's body runs statement by statement, as do modules next to each other; all other code is expanded as a whole
    // before any of it runs.
    let value = if runner.expander.module.is_some() || is_definitions(quoted) {
        runner.run(quoted).await?
    } else {
        runner.evaluate(quoted).await?
    };
    let bindings = runner.bindings().map(|(key, value)| (key, value.clone())).collect();
    Ok(Evaluated { value, bindings, env: runner.expander.env.clone() })
}

/// Whether the code is one or several `defmodule`s and nothing else.
fn is_definitions(quoted: &Quoted) -> bool {
    let defines = |quoted: &Quoted| {
        quoted.as_call().is_some_and(|(name, _, args)| name.as_str() == "defmodule" && args.len() == 2)
    };
    match quoted.as_call() {
        Some((atoms::BLOCK, _, statements)) if !statements.is_empty() => statements.iter().all(defines),
        _ => defines(quoted),
    }
}

/// Evaluates a text: a script, a file, a line of a shell.
///
/// # Errors
/// What is wrong with the text, or what it raised.
pub async fn evaluate_text(
    cx: Cx<'_>,
    source: SourceFile,
    env: Env,
    bindings: Vec<(VarKey, Data)>,
) -> Outcome<Evaluated> {
    let quoted = parse_source(cx, &source, env.line.max(1))?;
    evaluate(cx, source, &quoted, env, bindings).await
}

/// Evaluates a file's text and gives the modules that it defined with their bytes, in order.
///
/// # Errors
/// What is wrong with the text, or what it raised.
pub async fn compile_text(cx: Cx<'_>, source: SourceFile) -> Outcome<Vec<(Atom, Arc<[u8]>)>> {
    let env = cx.compiler.file_env(cx.host, &source.name).await?;
    let quoted = parse_source(cx, &source, 1)?;
    compile_quoted(cx, source, &quoted, env).await
}

/// Evaluates quoted code and gives the modules that it defined with their bytes, in order.
///
/// # Errors
/// What is wrong with the code, or what it raised.
pub async fn compile_quoted(
    cx: Cx<'_>,
    source: SourceFile,
    quoted: &Quoted,
    env: Env,
) -> Outcome<Vec<(Atom, Arc<[u8]>)>> {
    let own = Collection::default();
    let compiled = cx.compiled.unwrap_or(&own);
    let cx = Cx { compiled: Some(compiled), ..cx };
    let lexical = start_lexical(cx, &env).await?;
    let env = Env { lexical: Some(lexical.clone()), ..env };
    let first = env.clone();
    let mut runner = Runner::new(cx, source.clone(), env, Vec::new());
    runner.file = true;
    runner.discards = true;
    if is_definitions(quoted) {
        runner.run(quoted).await?;
    } else {
        runner.evaluate(quoted).await?;
    }
    runner.close();
    lint::close(cx, &source, &lexical).await?;
    lint::tell_references(cx, &source, &lexical).await?;
    stop_lexical(cx, &first).await?;
    let modules = std::mem::take(&mut *compiled.list.lock());
    Ok(modules)
}

/// A tracker of what a file refers to. Tracers know it by a process, and are told that it starts.
///
/// # Errors
/// What a tracer raises.
pub async fn start_lexical(cx: Cx<'_>, env: &Env) -> Outcome<Arc<Lexical>> {
    let lexical = cx.compiler.lexical();
    if cx.compiler.is_traced() {
        let number = Data::from(Value::Int(lexical.id));
        let started = cx.host.call(tracker(), Atom::new("start_link"), vec![number]).await?;
        if let Some(process) = cx.host.tuple_elements(&started).and_then(|parts| cx.host.value(parts.get(1)?)) {
            // Nobody else knows the tracker yet.
            let _ = lexical.process.set(process);
        }
        let env = Env { lexical: Some(lexical.clone()), ..env.clone() };
        cx.trace(&env, || Value::atom("start"));
        cx.tell_tracers().await?;
    }
    Ok(lexical)
}

/// Tells tracers that a file has come to its end.
///
/// # Errors
/// What a tracer raises.
pub async fn stop_lexical(cx: Cx<'_>, env: &Env) -> Outcome<()> {
    let Some(process) = env.lexical.as_ref().and_then(|lexical| lexical.process.get()) else { return Ok(()) };
    cx.trace(env, || Value::atom("stop"));
    cx.tell_tracers().await?;
    cx.host.call(tracker(), Atom::new("stop"), vec![Data::from(process.clone())]).await?;
    Ok(())
}

/// The module of the processes that stand for trackers.
fn tracker() -> Atom {
    Atom::new("Elixir.Kernel.LexicalTracker")
}
