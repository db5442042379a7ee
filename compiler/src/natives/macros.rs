//! Natives of `Macro` and of `quote`.

use std::sync::Arc;

use beamlet_vm::atom::atoms;
use beamlet_vm::native::{Native, NativeResult};
use beamlet_vm::{Atom, Term, Value};

use super::{asynchronous, context, own};
use crate::expand::env::Env;
use crate::expand::host::{Data, Host, Raised};
use crate::expand::Expander;
use crate::module::Compiler;
use crate::quoted::Quoted;
use crate::source::SourceFile;

/// The environment that a term holds, or the exception for one that is none.
pub(super) fn env_of(
    compiler: &Compiler,
    host: &dyn Host,
    data: &Data,
) -> Result<(Env, Vec<(crate::expand::env::VarKey, u32)>), Raised> {
    let invalid = || Raised::exception("ArgumentError", "expected a %Macro.Env{} struct as environment");
    let value = host.value(data).ok_or_else(invalid)?;
    let (mut env, variables) = Env::from_value(&value).ok_or_else(invalid)?;
    if let Value::Map(entries) = &value {
        let tracker = entries.iter().find(|(key, _)| *key == Value::atom("lexical_tracker"));
        env.lexical = match tracker {
            Some((_, Value::Int(id))) => compiler.lexical_of(*id),
            Some((_, process @ Value::Opaque(_))) => compiler.lexical_at(process),
            _ => None,
        };
    }
    // Whoever watched the compilation that it comes from watches no longer.
    if env.lexical.is_none() {
        env.tracers = Arc::default();
    }
    Ok((env, variables))
}

/// `expand_once(code, env)`: `{expanded, true}`, or `{code, false}` when it is no macro.
pub(super) fn expand_once<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (code, env) = (own(args[0]), own(args[1]));
    asynchronous(cx, |compiler, machine| async move {
        let (mut env, variables) = env_of(&compiler, &*machine, &env)?;
        env.line = 0;
        let source = SourceFile::new(env.file.clone(), "");
        let module = env.module.and_then(|module| compiler.open_module(module));
        let source = module.as_ref().map_or(source, |module| module.lock().source.clone());
        let mut expander = Expander::new(context(&compiler, &machine), source, env);
        expander.module = module;
        // What a macro makes has the lines that it gave, wherever it is expanded.
        expander.without_lines = true;
        for (key, _) in variables {
            let scope = expander.scope_mut();
            let variable = scope.fresh(key, 0, 0, false);
            scope.bind(key, variable);
        }
        let quoted = code.to_quoted();
        let expanded = expander.expand_once(&quoted).await?;
        let answer = |data: Data, changed: bool| Data::Tuple(vec![data, Data::from(Atom::from_bool(changed))]);
        Ok(match expanded {
            Some(expanded) => answer(Data::from(expanded), true),
            None => answer(code, false),
        })
    })
}

/// `expand(code, env)`: expands all of the code, for its errors and warnings, and gives the environment after it, variables
/// included.
pub(super) fn expand<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (code, env) = (own(args[0]), own(args[1]));
    asynchronous(cx, |compiler, machine| async move {
        let (env, variables) = env_of(&compiler, &*machine, &env)?;
        let module = env.module.and_then(|module| compiler.open_module(module));
        let source = SourceFile::new(env.file.clone(), "");
        let mut expander = Expander::new(context(&compiler, &machine), source, env);
        expander.module = module;
        for (key, _) in variables {
            let scope = expander.scope_mut();
            let variable = scope.fresh(key, 0, 0, false);
            scope.bind(key, variable);
        }
        expander.expand(&code.to_quoted()).await?;
        if !expander.errors.is_empty() {
            return Err(crate::expand::host::Failure::Diagnostics(expander.errors));
        }
        let variables: Vec<_> = expander.scope.visible().map(|(key, variable)| (key, variable.0)).collect();
        Ok(Data::from(expander.env.to_value(&variables)))
    })
}

/// `inlined(module, name, arity)`: `{module, name}` of the Erlang function that calls of this one become, or `nil`.
pub(super) fn inlined<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (Some(module), Some(name), Some(arity)) = (args[0].as_atom(), args[1].as_atom(), args[2].as_i64()) else {
        return Native::badarg();
    };
    match crate::expand::renamed(module, name, u8::try_from(arity).unwrap_or(u8::MAX)) {
        Some((module, name)) => {
            let pair = cx.tuple(&[Term::atom(module), Term::atom(name)]);
            Native::ok(pair)
        }
        None => Native::ok_atom(atoms::NIL),
    }
}

/// `struct_fields(module, env)`: the struct of the module, defined or being defined, as the code at hand sees it.
pub(super) fn struct_fields<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let Some(name) = args[0].as_atom() else { return Native::badarg() };
    let env = own(args[1]);
    asynchronous(cx, move |compiler, machine| async move {
        let (env, _) = env_of(&compiler, &*machine, &env)?;
        let meta = crate::quoted::Meta::at(env.line, 0);
        let module = env.module.and_then(|module| compiler.open_module(module));
        let source = SourceFile::new(env.file.clone(), "");
        let mut expander = Expander::new(context(&compiler, &machine), source, env);
        expander.module = module;
        // The names of the environment's module are those of a function in it: what is defined by now can be used.
        let function = expander.env.function;
        expander.env.function = function.or(Some((name, 0)));
        let fields = expander.struct_fields(&meta, name, 0).await?;
        expander.refer_to_exports(name);
        Ok(Data::from(Value::Map(fields)))
    })
}

/// `check_guard(name, args, guard, env, line)`: expands a definition of these parameters with this guard, to tell what is wrong
/// with it and which parameters it leaves unused.
pub(super) fn check_guard<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let Some(name) = args[0].as_atom() else { return Native::badarg() };
    let (Some(parameters), Some(line)) = (args[1].list_to_vec(), args[4].as_i64()) else { return Native::badarg() };
    let parameters: Vec<Quoted> = parameters.into_iter().map(super::convert::term_to_quoted).collect();
    let guard = super::convert::term_to_quoted(args[2]);
    let env = own(args[3]);
    asynchronous(cx, move |compiler, machine| async move {
        let (mut env, _) = env_of(&compiler, &*machine, &env)?;
        env.function = Some((name, u8::try_from(parameters.len()).unwrap_or(u8::MAX)));
        env.line = u32::try_from(line).unwrap_or(0);
        let module = env.module.and_then(|module| compiler.open_module(module));
        let source = match &module {
            Some(module) => module.lock().source.clone(),
            None => SourceFile::new(env.file.clone(), ""),
        };
        let mut expander = Expander::new(context(&compiler, &machine), source, env);
        expander.module = module;
        let heads: Vec<&Quoted> = parameters.iter().collect();
        expander.function_clause(&heads, Some(&guard), &Quoted::NIL).await?;
        if !expander.errors.is_empty() {
            return Err(crate::expand::host::Failure::Diagnostics(expander.errors));
        }
        Ok(Data::from(atoms::OK))
    })
}

/// `quote_call(meta, receiver, name, args, parentheses)`: the code of a call whose name was unquoted. The receiver is a
/// list of one, or empty for a local call.
pub(super) fn quote_call<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let &[meta, receiver, name, arguments, parentheses] = args else { return Native::badarg() };
    let receiver = receiver.as_cons().map(|(head, _)| head);
    let call = |cx: &mut Native<'_, 'h>, left: Term<'h>, name: Term<'h>, arguments: Term<'h>| {
        let parts = cx.list(&[left, name]);
        let dot = cx.tuple(&[Term::atom(atoms::DOT), meta, parts]);
        let meta = if parentheses.is(atoms::TRUE) {
            meta
        } else {
            let entry = cx.tuple(&[Term::atom(Atom::new("no_parens")), Term::atom(atoms::TRUE)]);
            cx.cons(entry, meta)
        };
        cx.tuple(&[dot, meta, arguments])
    };
    let parts = name.as_tuple();
    let result = match (receiver, name.as_atom(), parts) {
        (None, _, Some([inner, _, context])) if inner.is_atom() && context.is_atom() => {
            cx.tuple(&[*inner, meta, arguments])
        }
        (None, _, _) => cx.tuple(&[name, meta, arguments]),
        // `Left.unquote(Right)` with an alias at the right is an alias.
        (Some(left), Some(atom), _) if atom.as_str().starts_with("Elixir.") && !parentheses.is(atoms::TRUE) => {
            let aliases = cx.list(&[left, name]);
            cx.tuple(&[Term::atom(atoms::ALIASES), meta, aliases])
        }
        (Some(left), Some(_), _) => call(cx, left, name, arguments),
        (Some(left), None, Some([inner, _, parts])) if inner.is(atoms::ALIASES) && parts.is_list() => {
            let aliases = cx.cons(left, *parts);
            cx.tuple(&[Term::atom(atoms::ALIASES), meta, aliases])
        }
        // `left.unquote(name(args))` with code of a variable or a call at the right.
        (Some(left), None, Some([inner, _, context])) if inner.is_atom() && context.is_atom() => {
            call(cx, left, *inner, arguments)
        }
        (Some(left), None, Some([inner, _, inner_args])) if inner.is_atom() && inner_args.is_list() => {
            let parts = cx.list(&[left, *inner]);
            let dot = cx.tuple(&[Term::atom(atoms::DOT), meta, parts]);
            cx.tuple(&[dot, meta, *inner_args])
        }
        _ => return Native::badarg(),
    };
    Native::ok(result)
}

/// `tail_list(elements, tail)`: the code of `[elements… | tail]`.
pub(super) fn tail_list<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let Some(mut elements) = args[0].list_to_vec() else { return Native::badarg() };
    let tail = args[1];
    if tail.is_list() {
        let Some(rest) = tail.list_to_vec() else { return Native::badarg() };
        elements.extend(rest);
    } else if let Some(last) = elements.pop() {
        let parts = cx.list(&[last, tail]);
        let meta = Term::nil();
        elements.push(cx.tuple(&[Term::atom(atoms::PIPE), meta, parts]));
    }
    let list = cx.list(&elements);
    Native::ok(list)
}

/// `quoted_to_string(code)`: the code as source text.
pub(super) fn quoted_to_string<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let text = crate::quoted::text::to_text(&super::convert::term_to_quoted(args[0]));
    cx.charge(text.len() / 16);
    let term = cx.binary_from_vec(text.into_bytes());
    Native::ok(term)
}
