//! Natives of `Module`, and those that expanded module bodies call.

use std::collections::hash_map::{Entry, HashMap};
use std::sync::Arc;

use beamlet_vm::atom::atoms;
use beamlet_vm::native::{Native, NativeResult, Raise};
use beamlet_vm::{Atom, Pid, Term, Value};
use parking_lot::Mutex;

use super::convert::{data_to_term, quoted_to_term, term_to_quoted, value_of};
use super::macros::env_of;
use super::{asynchronous, context, own};
use crate::expand::env::{context_from_value, Env, VarKey};
use crate::expand::host::{exception_struct, Data, Outcome, Raised};
use crate::expand::{show_module, Cx};
use crate::module::definition::{self, DefKind};
use crate::module::state::ModuleState;
use crate::module::{body, Compiler};
use crate::quoted::Quoted;
use crate::source::SourceFile;

fn atom_of<'h>(term: Term<'h>) -> Result<Atom, Raise<'h>> {
    term.as_atom().ok_or_else(Native::raise_badarg)
}

fn arity_of<'h>(term: Term<'h>) -> Result<u8, Raise<'h>> {
    term.as_i64().and_then(|arity| u8::try_from(arity).ok()).ok_or_else(Native::raise_badarg)
}

/// The module under definition, or the `ArgumentError` for one that is not.
fn open<'h>(cx: &mut Native<'_, 'h>, module: Term<'h>, function: &str) -> Result<Arc<Mutex<ModuleState>>, Raise<'h>> {
    let name = atom_of(module)?;
    match cx.vm().global::<Compiler>().open_module(name) {
        Some(state) => Ok(state),
        None => {
            let hint = match function {
                "get_attribute/2" => ". Use the Module.__info__/1 callback or Code.fetch_docs/1 instead",
                "defines?/2" => {
                    ". Use Kernel.function_exported?/3 and Kernel.macro_exported?/3 to check for public functions and macros \
                     instead"
                }
                "definitions_in/1" => ". Use the Module.__info__/1 callback to get public functions and macros instead",
                _ => "",
            };
            let message = format!(
                "could not call Module.{function} because the module {} is already compiled{hint}",
                show_module(name)
            );
            Err(argument_error(cx, &message))
        }
    }
}

/// As [`open`], for what changes the module: its hooks after compiling may only look.
fn writable<'h>(
    cx: &mut Native<'_, 'h>,
    module: Term<'h>,
    function: &str,
) -> Result<Arc<Mutex<ModuleState>>, Raise<'h>> {
    let state = open(cx, module, function)?;
    let (read_only, name) = {
        let state = state.lock();
        (state.read_only, state.name)
    };
    if read_only {
        let name = show_module(name);
        let message =
            format!("could not call Module.{function} because the module {name} is in read-only mode (@after_compile)");
        return Err(argument_error(cx, &message));
    }
    Ok(state)
}

fn argument_error<'h>(cx: &mut Native<'_, 'h>, message: &str) -> Raise<'h> {
    let value = exception_struct("ArgumentError", vec![("message", Value::from(message))]);
    Raise::error(cx.from_value(&value))
}

fn give<'h>(cx: &mut Native<'_, 'h>, data: &Data) -> NativeResult<'h> {
    let term = data_to_term(cx, data);
    Native::ok(term)
}

/// `define(module, code, env)`: the definition that the code `def …` makes.
pub(super) fn define<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    define_clause(cx, args, true)
}

/// `define_unquoted(module, code, env)`: the same for code with fragments unquoted into it, whose clauses may stand apart.
pub(super) fn define_unquoted<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    define_clause(cx, args, false)
}

fn define_clause<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>], grouped: bool) -> NativeResult<'h> {
    let state = open(cx, args[0], "def/2")?;
    let (code, env) = (term_to_quoted(args[1]), own(args[2]));
    asynchronous(cx, |compiler, machine| async move {
        let (mut env, _) = env_of(&compiler, &*machine, &env)?;
        let invalid = || {
            Raised::exception(
                "ArgumentError",
                "invalid definition: it must be a call of def, defp, defmacro or defmacrop",
            )
        };
        let (name, meta, args) = code.as_call().ok_or_else(invalid)?;
        let kind = DefKind::from_name(name.as_str()).ok_or_else(invalid)?;
        if meta.line != 0 {
            env.line = meta.line;
        }
        let (name, arity) =
            definition::define(context(&compiler, &machine), &state, kind, meta, args, &env, grouped).await?;
        Ok(Value::Tuple(vec![Value::Atom(name), Value::Int(arity.into())]).into())
    })
}

/// Bindings as `[{{name, context}, value}]` or `[{name, value}]`. Of several for one name, the last counts.
pub(super) fn bindings_of(term: Term<'_>) -> Option<Vec<(VarKey, Data)>> {
    let mut bindings = Vec::new();
    let mut places = HashMap::new();
    for entry in term.list_to_vec()? {
        let [key, value] = entry.as_tuple()? else { return None };
        let key = match key.as_atom() {
            Some(name) => (name, crate::expand::env::VarContext::Atom(atoms::NIL)),
            None => {
                let [name, context] = key.as_tuple()? else { return None };
                (name.as_atom()?, context_from_value(&value_of(*context)?)?)
            }
        };
        match places.entry(key) {
            Entry::Vacant(place) => {
                place.insert(bindings.len());
                bindings.push((key, own(*value)));
            }
            Entry::Occupied(place) => bindings[*place.get()].1 = own(*value),
        }
    }
    Some(bindings)
}

/// `define_module(name, code, bindings, env)`: `defmodule` at run time. The code may be the number of a body that was
/// kept with its environment.
pub(super) fn define_module<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    run_defmodule(cx, args, true)
}

/// `define_module_only(name, code, bindings, env)`: the same where nobody gets the value.
pub(super) fn define_module_only<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    run_defmodule(cx, args, false)
}

fn run_defmodule<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>], wanted: bool) -> NativeResult<'h> {
    let Some(name) = args[0].as_atom() else {
        return asynchronous_failure(cx, args[0], args[3]);
    };
    let Some(bindings) = bindings_of(args[2]) else { return Native::badarg() };
    let pid = cx.state().pid;
    if let Some(number) = args[1].as_i64() {
        let Some(deferred) = cx.vm().global::<Compiler>().deferred(number) else { return Native::badarg() };
        return asynchronous(cx, move |compiler, machine| async move {
            let collected = compiler.collected(pid);
            let cx = Cx { compiled: collected.as_deref(), ..context(&compiler, &machine) };
            let (env, source) = (deferred.env.clone(), deferred.source.clone());
            let defined = body::define_module(cx, name, &deferred.code, env, source, bindings, wanted).await?;
            Ok(defined.into_data())
        });
    }
    let code = term_to_quoted(args[1]);
    let env = own(args[3]);
    asynchronous(cx, move |compiler, machine| {
        define_in(compiler, machine, pid, Asked { name, code, env, bindings, wanted })
    })
}

/// The `CompileError` for what cannot name a module.
fn asynchronous_failure<'h>(cx: &mut Native<'_, 'h>, name: Term<'h>, env: Term<'h>) -> NativeResult<'h> {
    let (name, env) = (term_to_quoted(name), own(env));
    asynchronous(cx, move |compiler, machine| async move {
        let env = env_of(&compiler, &*machine, &env).map_or_else(|_| Env::new("nofile"), |(env, _)| env);
        Err(body::invalid_name(&env, &name))
    })
}

/// `create(name, code, env)`: `Module.create/3`.
pub(super) fn create<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let name = atom_of(args[0])?;
    let code = term_to_quoted(args[1]);
    let env = own(args[2]);
    let pid = cx.state().pid;
    asynchronous(cx, move |compiler, machine| {
        // As if a macro of the module had made it: aliases and variables in it are its own.
        let counter = (name, compiler.next_counter());
        let code = crate::expand::adopt(&code, 0, name, counter, false);
        define_in(compiler, machine, pid, Asked { name, code, env, bindings: Vec::new(), wanted: true })
    })
}

/// A module that a program asks to be defined.
struct Asked {
    name: Atom,
    code: Quoted,
    env: Data,
    bindings: Vec<(VarKey, Data)>,
    wanted: bool,
}

async fn define_in(
    compiler: Arc<Compiler>,
    machine: Arc<super::Machine>,
    pid: Pid,
    Asked { name, code, env, bindings, wanted }: Asked,
) -> Outcome<Data> {
    let (env, _) = env_of(&compiler, &*machine, &env)?;
    // The text is that of the module around, if there is one: positions are of the same file.
    let source = match env.module.and_then(|module| compiler.open_module(module)) {
        Some(module) if module.lock().file == env.file => module.lock().source.clone(),
        _ => SourceFile::new(env.file.clone(), ""),
    };
    let collected = compiler.collected(pid);
    let cx = Cx { compiled: collected.as_deref(), ..context(&compiler, &machine) };
    let defined = body::define_module(cx, name, &code, env, source, bindings, wanted).await?;
    Ok(defined.into_data())
}

/// `read_attribute(module, name, line)`: `@name` in a module's body.
pub(super) fn read_attribute<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let state = open(cx, args[0], "get_attribute/2")?;
    let name = atom_of(args[1])?;
    let found = state.lock().attributes.read(name);
    match found {
        Some(data) => give(cx, &crate::module::attribute::plain(name, data)),
        None => {
            let line = args[2].as_i64().unwrap_or(0);
            let source = state.lock().source.clone();
            let message = format!(
                "undefined module attribute @{name}, please remove access to @{name} or explicitly set it before access"
            );
            let warning = crate::diagnostic::Diagnostic::warning("expand::undefined_attribute", &source, message);
            let warning = crate::expand::place(u32::try_from(line).unwrap_or(0), 0, warning, "");
            let frame = format!("{} (module)", show_module(state.lock().name));
            let warning = warning.inside(Some(frame));
            asynchronous(cx, |_, machine| async move {
                crate::expand::host::Host::report(&*machine, warning);
                Ok(Data::from(atoms::NIL))
            })
        }
    }
}

/// `write_attribute(module, name, value, line)`: `@name value` in a module's body. The line is negative if a macro wrote it.
pub(super) fn write_attribute<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let state = writable(cx, args[0], "__put_attribute__/5")?;
    let name = atom_of(args[1])?;
    let line = args[3].as_i64().unwrap_or(0);
    let set = set_attribute(cx, &state, name, own(args[2]), u32::try_from(line.abs()).unwrap_or(0));
    if line < 0 && set.is_ok() {
        state.lock().attributes.excuse(name);
    }
    set
}

fn set_attribute<'h>(
    cx: &mut Native<'_, 'h>,
    state: &Arc<Mutex<ModuleState>>,
    name: Atom,
    value: Data,
    line: u32,
) -> NativeResult<'h> {
    let set = crate::module::attribute::set(&mut state.lock(), name, value, line);
    match set {
        Ok(None) => Native::ok_atom(atoms::OK),
        Ok(Some(warning)) => asynchronous(cx, |_, machine| async move {
            crate::expand::host::Host::report(&*machine, warning);
            Ok(Data::from(atoms::OK))
        }),
        Err(raised) => {
            let term = data_to_term(cx, &raised.reason);
            Err(Raise::error(term))
        }
    }
}

/// `put_typespec(module, kind, code, line)`: `@spec …` and the like in a module's body.
pub(super) fn put_typespec<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let state = writable(cx, args[0], "__put_attribute__/5")?;
    let kind = atom_of(args[1])?;
    let line = args[3].as_i64().and_then(|line| u32::try_from(line).ok()).unwrap_or(0);
    crate::eval::put_typespec(&state, kind, term_to_quoted(args[2]), line);
    Native::ok_atom(atoms::OK)
}

/// `open?(module)`: whether it is being defined.
pub(super) fn is_open<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let name = atom_of(args[0])?;
    Native::ok_bool(cx.vm().global::<Compiler>().is_open(name))
}

/// `get_attribute(module, name, default)`.
pub(super) fn get_attribute<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let state = open(cx, args[0], "get_attribute/2")?;
    let name = atom_of(args[1])?;
    let found = state.lock().attributes.read(name);
    match found {
        Some(data) => give(cx, &data),
        None => Native::ok(args[2]),
    }
}

/// `has_attribute(module, name)`.
pub(super) fn has_attribute<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let state = open(cx, args[0], "has_attribute?/2")?;
    let name = atom_of(args[1])?;
    let has = state.lock().attributes.has(name);
    Native::ok_bool(has)
}

/// `attributes_in(module)`: names that are set.
pub(super) fn attributes_in<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let state = open(cx, args[0], "attributes_in/1")?;
    let names: Vec<Term<'h>> = state.lock().attributes.names().into_iter().map(Term::atom).collect();
    let list = cx.list(&names);
    Native::ok(list)
}

/// `put_attribute(module, name, value)`.
pub(super) fn put_attribute<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let state = writable(cx, args[0], "put_attribute/3")?;
    let name = atom_of(args[1])?;
    if crate::module::attribute::is_typespec(name) {
        let message =
            "attributes type, typep, opaque, spec, callback, and macrocallback must be set directly via the @ notation";
        return Err(argument_error(cx, message));
    }
    let value = own(args[2]);
    if let (true, Some(Value::Binary(_))) = (matches!(name.as_str(), "doc" | "moduledoc" | "typedoc"), value.to_value())
    {
        let message = crate::module::attribute::undated(name, &value);
        return Err(argument_error(cx, &message));
    }
    set_attribute(cx, &state, name, value, 0)
}

/// `delete_attribute(module, name)`: its value, or `nil`.
pub(super) fn delete_attribute<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let state = writable(cx, args[0], "delete_attribute/2")?;
    let name = atom_of(args[1])?;
    let deleted = state.lock().attributes.delete(name);
    match deleted {
        Some(data) => give(cx, &data),
        None => Native::ok_atom(atoms::NIL),
    }
}

/// `register_attribute(module, name, accumulate, persist)`.
pub(super) fn register_attribute<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let state = writable(cx, args[0], "register_attribute/3")?;
    let name = atom_of(args[1])?;
    state.lock().attributes.register(name, args[2].is(atoms::TRUE), args[3].is(atoms::TRUE));
    Native::ok_atom(atoms::OK)
}

/// `defines(module, name, arity)`: the kind of the definition, or `nil`.
pub(super) fn defines<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let state = open(cx, args[0], "defines?/2")?;
    let (name, arity) = (atom_of(args[1])?, arity_of(args[2])?);
    let kind = state.lock().definition(name, arity).map(|definition| definition.kind);
    Native::ok_atom(kind.map_or(atoms::NIL, |kind| Atom::new(kind.as_str())))
}

/// `definitions_in(module)`: `[{name, arity, kind}]` in the order of definition.
pub(super) fn definitions_in<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let state = open(cx, args[0], "definitions_in/1")?;
    let found: Vec<(Atom, u8, DefKind)> = state
        .lock()
        .definitions()
        .filter(|definition| !definition.overridable)
        .map(|definition| (definition.name, definition.arity, definition.kind))
        .collect();
    let mut terms = Vec::with_capacity(found.len());
    for (name, arity, kind) in found {
        let arity = cx.integer(arity.into());
        terms.push(cx.tuple(&[Term::atom(name), arity, Term::atom(Atom::new(kind.as_str()))]));
    }
    let list = cx.list(&terms);
    Native::ok(list)
}

/// `get_definition(module, name, arity)`: `{:v1, kind, meta, [{meta, args, guards, body, env}]}` with code as it is written,
/// or `nil`.
pub(super) fn get_definition<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let state = open(cx, args[0], "get_definition/3")?;
    let (name, arity) = (atom_of(args[1])?, arity_of(args[2])?);
    let Some(definition) = state.lock().definition(name, arity).cloned() else { return Native::ok_atom(atoms::NIL) };
    let meta = |cx: &mut Native<'_, 'h>, line: u32| {
        let line = cx.integer(line.into());
        let entry = cx.tuple(&[Term::atom(atoms::LINE), line]);
        cx.list(&[entry])
    };
    let mut clauses = Vec::new();
    for clause in &definition.written {
        let meta = meta(cx, clause.line);
        let parameters = quoted_to_term(cx, &Quoted::list(clause.args.clone()));
        let guards = quoted_to_term(cx, &Quoted::list(clause.guards.clone()));
        let body = quoted_to_term(cx, &clause.body);
        let env = cx.from_value(&clause.env.to_value(&[]));
        clauses.push(cx.tuple(&[meta, parameters, guards, body, env]));
    }
    let clauses = cx.list(&clauses);
    let meta = meta(cx, definition.line);
    let kind = Term::atom(Atom::new(definition.kind.as_str()));
    let result = cx.tuple(&[Term::atom(Atom::new("v1")), kind, meta, clauses]);
    Native::ok(result)
}

/// `delete_definition(module, name, arity)`: whether there was one.
pub(super) fn delete_definition<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let state = writable(cx, args[0], "delete_definition/2")?;
    let (name, arity) = (atom_of(args[1])?, arity_of(args[2])?);
    let removed = state.lock().remove(name, arity).is_some();
    Native::ok_bool(removed)
}

/// `make_overridable(module, name, arity)`: whether it is defined.
pub(super) fn make_overridable<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let state = writable(cx, args[0], "make_overridable/2")?;
    let (name, arity) = (atom_of(args[1])?, arity_of(args[2])?);
    let done = state.lock().make_overridable(name, arity);
    Native::ok_bool(done)
}

/// `overridable?(module, name, arity)`.
pub(super) fn is_overridable<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let state = open(cx, args[0], "overridable?/2")?;
    let (name, arity) = (atom_of(args[1])?, arity_of(args[2])?);
    let overridable = state.lock().is_overridable(name, arity);
    Native::ok_bool(overridable)
}

/// `overridables_in(module)`: `[{name, arity}]`.
pub(super) fn overridables_in<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let state = open(cx, args[0], "overridables_in/1")?;
    let found = state.lock().overridables();
    let mut terms = Vec::with_capacity(found.len());
    for (name, arity) in found {
        let arity = cx.integer(arity.into());
        terms.push(cx.tuple(&[Term::atom(name), arity]));
    }
    let list = cx.list(&terms);
    Native::ok(list)
}

/// `typespecs(module)`: `[{kind, code, line}]` in the order written.
pub(super) fn typespecs<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let state = open(cx, args[0], "get_attribute/2")?;
    let specs = state.lock().typespecs.clone();
    let mut terms = Vec::with_capacity(specs.len());
    for spec in specs {
        let code = quoted_to_term(cx, &spec.code);
        let line = cx.integer(spec.line.into());
        terms.push(cx.tuple(&[Term::atom(spec.kind), code, line]));
    }
    let list = cx.list(&terms);
    Native::ok(list)
}

/// `open_modules()`: those that the calling process is defining.
pub(super) fn open_modules<'h>(cx: &mut Native<'_, 'h>, _args: &[Term<'h>]) -> NativeResult<'h> {
    let open = cx.vm().global::<Compiler>().opened_by(cx.state().pid);
    let terms: Vec<Term<'h>> = open.into_iter().map(Term::atom).collect();
    let list = cx.list(&terms);
    Native::ok(list)
}
