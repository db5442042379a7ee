//! `defmodule`: runs the body, finishes the module, loads it.

use std::sync::Arc;

use beamlet_vm::{Atom, Value};
use parking_lot::Mutex;

use super::finish::finish;
use super::lint;
use super::state::ModuleState;
use super::Compiler;
use crate::diagnostic::Diagnostic;
use crate::eval::entry::{start_lexical, stop_lexical};
use crate::eval::Runner;
use crate::expand::env::{Env, VarKey};
use crate::expand::host::{Data, Failure, Outcome};
use crate::expand::{place, show_module, Cx};
use crate::quoted::{Meta, Quoted};
use crate::source::SourceFile;

/// A module that was defined and loaded.
#[derive(Clone, Debug)]
pub struct Defined {
    /// Its name.
    pub name: Atom,
    /// Its file.
    pub beam: Arc<[u8]>,
    /// The value of its body's last expression.
    pub value: Data,
}

impl Defined {
    /// `{:module, name, binary, value}`.
    pub fn into_data(self) -> Data {
        Data::Tuple(vec![
            Value::atom("module").into(),
            Value::Atom(self.name).into(),
            Value::Binary(self.beam).into(),
            self.value,
        ])
    }
}

/// The error for what cannot name a module.
pub fn invalid_name(env: &Env, name: &Quoted) -> Failure {
    let source = SourceFile::new(env.file.clone(), "");
    let message = format!("invalid module name: {}", crate::expand::show(name));
    Failure::from(place(env.line, 0, Diagnostic::error("module::name", &source, message), ""))
}

/// Takes the module off the list of open ones, however its definition ends.
struct Open<'c> {
    compiler: &'c Compiler,
    name: Atom,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.compiler.close(self.name);
    }
}

/// Defines a module: runs its body, compiles it, loads it. The program sees what comes of it only if it is `wanted`.
///
/// # Errors
/// All errors found in its definitions, or what its body or a macro raised.
pub async fn define_module(
    cx: Cx<'_>,
    name: Atom,
    code: &Quoted,
    env: Env,
    source: SourceFile,
    bindings: Vec<(VarKey, Data)>,
    wanted: bool,
) -> Outcome<Defined> {
    define(cx, name, code, env, source, bindings, wanted).await.map_err(|failure| unavailable(failure, name))
}

/// A call of the module itself while it is not there yet: its functions are not available, whatever else is said of it
/// once nobody defines it any more.
fn unavailable(failure: Failure, name: Atom) -> Failure {
    let Failure::Raised(mut raised) = failure else { return failure };
    if raised.reason.as_atom().is_some_and(|reason| reason.as_str() == "undef") {
        if let Some(Value::List(frames)) = raised.stacktrace.to_value() {
            if let Some(Value::Tuple(parts)) = frames.first() {
                if let [Value::Atom(module), Value::Atom(function), arity, _] = parts.as_slice() {
                    let arity = match arity {
                        Value::List(args) => Value::Int(args.len() as i64),
                        arity => arity.clone(),
                    };
                    if *module == name {
                        let fields = vec![
                            ("arity", arity),
                            ("function", Value::Atom(*function)),
                            ("message", Value::NIL),
                            ("module", Value::Atom(name)),
                            ("reason", Value::atom("function not available")),
                        ];
                        raised.reason = crate::expand::host::exception_struct("UndefinedFunctionError", fields).into();
                    }
                }
            }
        }
    }
    Failure::Raised(raised)
}

async fn define(
    cx: Cx<'_>,
    name: Atom,
    code: &Quoted,
    env: Env,
    source: SourceFile,
    bindings: Vec<(VarKey, Data)>,
    wanted: bool,
) -> Outcome<Defined> {
    let line = env.line;
    let text = name.as_str();
    if matches!(text, "nil" | "true" | "false") || text.contains(['/', '\\', '\0']) || text.is_empty() {
        return Err(invalid_name(&env, &Quoted::Atom(name)));
    }
    if text == "Elixir" {
        let message = format!("module {} is reserved and cannot be defined", text);
        return Err(Failure::from(place(line, 0, Diagnostic::error("module::name", &source, message), "")));
    }
    if let Some(open) = cx.compiler.open_module(name) {
        let open = open.lock();
        let message = format!(
            "cannot define module {} because it is currently being defined in {}:{}",
            show_module(name),
            open.file,
            open.line
        );
        return Err(Failure::from(place(line, 0, Diagnostic::error("module::open", &source, message), "")));
    }
    if cx.compiler.option(Atom::new("ignore_module_conflict")) != Some(Value::TRUE) && cx.host.is_loaded(name) {
        let which = cx.host.call(Atom::new("code"), Atom::new("which"), vec![Data::from(name)]).await?;
        let path: Option<String> = match which.to_value() {
            Some(Value::List(path)) => path
                .iter()
                .map(|c| match c {
                    Value::Int(c) => u32::try_from(*c).ok().and_then(char::from_u32),
                    _ => None,
                })
                .collect(),
            _ => None,
        };
        let version = match path.filter(|path| path.ends_with(".beam")) {
            Some(path) => format!("loaded from {}", cx.compiler.relative(&path)),
            None => "defined in memory".to_string(),
        };
        let message = format!("redefining module {} (current version {version})", show_module(name));
        cx.host.report(place(line, 0, Diagnostic::warning("module::redefined", &source, message), ""));
    }
    let mut env = env;
    env.module = Some(name);
    env.function = None;
    // A module that is evaluated alone is a file of its own to the checks of aliases, imports and calls.
    let own_lexical = match env.lexical {
        Some(_) => None,
        None => Some(start_lexical(cx, &env).await?),
    };
    env.lexical = env.lexical.or_else(|| own_lexical.clone());
    if !env.context_modules.contains(&name) {
        Arc::make_mut(&mut env.context_modules).insert(0, name);
    }
    let state = Arc::new(Mutex::new(ModuleState::new(name, source.clone(), env.clone(), line)));
    // Others than the program may get the bytes too.
    let given = cx.compiled.is_some_and(|compiled| compiled.given);
    state.lock().bytes_wanted = wanted || given || cx.compiler.is_traced() || !env.tracers.is_empty();
    cx.compiler.open(name, cx.host.process(), state.clone());
    let _open = Open { compiler: cx.compiler, name };
    let mut runner = Runner::for_module(cx, source, env, bindings, state.clone());
    runner.discards = !wanted;
    let value = match runner.run(code).await {
        Ok(value) => value,
        Err(Failure::Diagnostics(errors)) => {
            let mut all = std::mem::take(&mut state.lock().errors);
            all.extend(errors);
            return Err(Failure::Diagnostics(all));
        }
        Err(raised) => {
            runner.close();
            return Err(raised);
        }
    };
    runner.close();
    state.lock().env = runner.expander.env.clone();
    runner.discards = true;
    run_before_compile(cx, &state, &mut runner).await?;
    if !hooks(&state, "after_compile").is_empty() {
        state.lock().bytes_wanted = true;
    }
    let tree = finish(cx, &state).await?;
    let beam = cx.compiler.generate(&tree).map_err(Failure::Diagnostics)?;
    cx.compiler.forget(name);
    if autoloads(&state) {
        cx.host.load(name, &place_of(cx, name), beam.clone()).await?;
    }
    let beam: Arc<[u8]> = beam.into();
    if let Some(compiled) = cx.compiled {
        compiled.list.lock().push((name, beam.clone()));
    }
    // The hooks may still read attributes and definitions.
    state.lock().read_only = true;
    let traced = state.lock().env.clone();
    note_needed(cx, &state, &traced);
    cx.trace(&traced, || {
        Value::Tuple(vec![Value::atom("on_module"), Value::Binary(beam.clone()), Value::atom("none")])
    });
    cx.tell_tracers().await?;
    run_after_compile(cx, &state, &beam).await?;
    drop(_open);
    for (module, function) in hooks(&state, "after_verify") {
        cx.host.call(module, function, vec![Data::from(name)]).await?;
    }
    if let Some(lexical) = own_lexical {
        let source = state.lock().source.clone();
        lint::close(cx, &source, &lexical).await?;
        stop_lexical(cx, &traced).await?;
    }
    Ok(Defined { name, beam, value })
}

/// The name of the file that a module is about to be written to; of one that stays in memory, nothing.
fn place_of(cx: Cx<'_>, name: Atom) -> String {
    match cx.compiler.option(Atom::new("destination")).as_ref().and_then(Value::as_str) {
        Some(directory) => format!("{directory}/{name}.beam"),
        None => String::new(),
    }
}

/// Whether a module is loaded as soon as it is compiled: unless it says `@compile {:autoload, false}`.
fn autoloads(state: &Mutex<ModuleState>) -> bool {
    let off = Value::Tuple(vec![Value::atom("autoload"), Value::FALSE]);
    let says = |data: Data| match data.to_value() {
        Some(Value::List(options)) => options.contains(&off),
        value => value.as_ref() == Some(&off),
    };
    !state.lock().attributes.all(Atom::new("compile")).into_iter().any(says)
}

/// Hooks as module and function, in the order they were put.
fn hooks(state: &Mutex<ModuleState>, attribute: &str) -> Vec<(Atom, Atom)> {
    let hooks = state.lock().attributes.all(Atom::new(attribute));
    let read = |hook: Data| match hook.to_value()? {
        Value::Tuple(parts) => match parts.as_slice() {
            [Value::Atom(module), Value::Atom(function)] => Some((*module, *function)),
            _ => None,
        },
        _ => None,
    };
    hooks.into_iter().filter_map(read).collect()
}

/// Notes the modules that a module needs to be compiled though they do not stand in its code: its behaviours and its hooks.
fn note_needed(cx: Cx<'_>, state: &Mutex<ModuleState>, env: &Env) {
    let Some(lexical) = &env.lexical else { return };
    let (line, behaviours) = {
        let state = state.lock();
        (state.line, state.attributes.all(Atom::new("behaviour")))
    };
    for behaviour in behaviours.iter().filter_map(Data::as_atom) {
        lexical.refer(behaviour, true);
    }
    for (attribute, arity) in [("before_compile", 1), ("on_definition", 6), ("after_compile", 2), ("after_verify", 1)] {
        for (module, function) in hooks(state, attribute) {
            lexical.refer(module, true);
            cx.trace(env, || {
                let meta = Value::List(vec![Value::Tuple(vec![Value::atom("line"), Value::Int(line.into())])]);
                let event = Value::atom("remote_function");
                Value::Tuple(vec![event, meta, Value::Atom(module), Value::Atom(function), Value::Int(arity)])
            });
        }
    }
}

async fn run_before_compile(cx: Cx<'_>, state: &Arc<Mutex<ModuleState>>, runner: &mut Runner<'_>) -> Outcome<()> {
    for (module, function) in hooks(state, "before_compile") {
        let mut env = runner.expander.env.clone();
        env.line = state.lock().line;
        let info = cx.compiler.info(cx.host, module).await?;
        let is_macro = info.is_some_and(|info| info.macros.contains(function, 1));
        let env_value = env.to_value(&[]);
        if is_macro {
            let argument = Quoted::Other(Arc::new(env_value));
            let meta = Meta::at(env.line, 0);
            let quoted = runner.expander.run_macro(module, function, &meta, &[argument]).await?;
            runner.run(&quoted).await?;
        } else {
            cx.host.call(module, function, vec![Data::from(env_value)]).await?;
        }
    }
    Ok(())
}

async fn run_after_compile(cx: Cx<'_>, state: &Arc<Mutex<ModuleState>>, beam: &Arc<[u8]>) -> Outcome<()> {
    for (module, function) in hooks(state, "after_compile") {
        let mut env = state.lock().env.clone();
        env.line = state.lock().line;
        let info = cx.compiler.info(cx.host, module).await?;
        let env_value = env.to_value(&[]);
        let bytes = Value::Binary(beam.clone());
        if info.is_some_and(|info| info.macros.contains(function, 2)) {
            let macro_name = Atom::new(&format!("MACRO-{function}"));
            let arguments = vec![Data::from(env_value.clone()), Data::from(env_value), Data::from(bytes)];
            cx.host.call(module, macro_name, arguments).await?;
        } else {
            cx.host.call(module, function, vec![Data::from(env_value), Data::from(bytes)]).await?;
        }
    }
    Ok(())
}
