//! Natives of `Code`: parsing, evaluation, compilation, options.

use beamlet_vm::atom::atoms;
use beamlet_vm::native::{Native, NativeResult, Raise};
use beamlet_vm::{Atom, Term, Value};

use super::convert::{data_to_term, quoted_to_term, term_to_quoted, value_of};
use super::macros::env_of;
use super::modules::bindings_of;
use super::{asynchronous, context, failure, own};
use crate::eval::entry::{compile_quoted as compile_code, compile_text, evaluate, evaluate_text, Evaluated};
use crate::expand::env::{Env, VarContext, VarKey};
use crate::expand::host::{Data, Outcome};
use crate::expand::Cx;
use crate::module::Compiler;
use crate::parse::{parse_all, ParseOptions, Parsed};
use crate::source::SourceFile;
use crate::token;

fn text_of<'h>(term: Term<'h>) -> Result<String, Raise<'h>> {
    let bytes = match term.binary() {
        Some(bytes) => bytes.into_owned(),
        None => {
            let characters = term.list_to_vec().ok_or_else(Native::raise_badarg)?;
            let text: Option<String> = characters
                .into_iter()
                .map(|c| c.as_i64().and_then(|c| u32::try_from(c).ok()).and_then(char::from_u32))
                .collect();
            return text.ok_or_else(Native::raise_badarg);
        }
    };
    String::from_utf8(bytes).map_err(|_| Native::raise_badarg())
}

/// An entry of a keyword list.
fn option<'h>(options: Term<'h>, key: &str) -> Option<Term<'h>> {
    let key = Atom::new(key);
    options.iter_list().find_map(|entry| match entry.as_tuple() {
        Some([name, value]) if name.is(key) => Some(*value),
        _ => None,
    })
}

fn number(options: Term<'_>, key: &str, default: u32) -> u32 {
    option(options, key).and_then(|value| value.as_i64()).and_then(|value| u32::try_from(value).ok()).unwrap_or(default)
}

fn flag(options: Term<'_>, key: &str) -> bool {
    option(options, key).is_some_and(|value| value.is(atoms::TRUE))
}

fn file_name(options: Term<'_>) -> String {
    option(options, "file")
        .and_then(|file| file.binary())
        .and_then(|bytes| String::from_utf8(bytes.into_owned()).ok())
        .unwrap_or_else(|| "nofile".to_string())
}

/// What parsing with the options of `Code.string_to_quoted/2` gave.
enum Reading {
    Code(Parsed),
    Failed(Vec<crate::diagnostic::Diagnostic>),
}

/// The text and the options of a parse.
fn reading<'h>(args: &[Term<'h>]) -> Result<(SourceFile, ParseOptions), Raise<'h>> {
    let text = text_of(args[0])?;
    let options = args[1];
    let source = SourceFile::new(file_name(options), text).starting_at(number(options, "line", 1));
    let options = ParseOptions {
        line: number(options, "line", 1),
        column: number(options, "column", 1),
        columns: flag(options, "columns"),
        token_metadata: flag(options, "token_metadata"),
        existing_atoms_only: flag(options, "existing_atoms_only"),
        mark_literals: option(options, "literal_encoder").is_some(),
        mark_atoms: option(options, "static_atoms_encoder").is_some(),
        unescape: !option(options, "unescape").is_some_and(|value| value.is(atoms::FALSE)),
        check_terminators: true,
    };
    Ok((source, options))
}

fn read<'h>(args: &[Term<'h>]) -> Result<Reading, Raise<'h>> {
    let (source, options) = reading(args)?;
    Ok(match parse_all(&source, &options) {
        Ok(parsed) => Reading::Code(parsed),
        Err(errors) => Reading::Failed(errors),
    })
}

/// Whether the caller wants no warnings.
fn silent(options: Term<'_>) -> bool {
    ["warnings", "emit_warnings"].iter().any(|key| option(options, key).is_some_and(|value| value.is(atoms::FALSE)))
}

/// `{:error, {[line: line, column: column], message, token}, exception}`.
fn syntax_error<'h>(cx: &mut Native<'_, 'h>, errors: Vec<crate::diagnostic::Diagnostic>) -> NativeResult<'h> {
    let report = errors.iter().find_map(|error| error.report.clone());
    let message = errors.first().map_or(String::new(), |error| error.message.clone());
    let compiler = cx.vm().global::<Compiler>();
    let exception = failure::diagnostics_exception(&compiler, errors);
    let entry = |key: Atom, number: u32| Value::Tuple(vec![Value::Atom(key), Value::Int(number.into())]);
    let details = match report {
        Some(report) => {
            let text = match &report.suffix {
                Some(suffix) => Value::Tuple(vec![Value::from(report.message.as_str()), Value::from(suffix.as_str())]),
                None => Value::from(report.message.as_str()),
            };
            Value::Tuple(vec![
                Value::List(match report.column {
                    0 => vec![entry(atoms::LINE, report.line)],
                    column => vec![entry(atoms::LINE, report.line), entry(atoms::COLUMN, column)],
                }),
                text,
                Value::from(report.token.as_str()),
            ])
        }
        None => {
            Value::Tuple(vec![Value::List(vec![entry(atoms::LINE, 1)]), Value::from(message.as_str()), Value::from("")])
        }
    };
    let value = Value::Tuple(vec![Value::Atom(atoms::ERROR), details, exception]);
    let term = cx.from_value(&value);
    Native::ok(term)
}

/// `string_to_quoted(text, options)`: `{:ok, code}` or `{:error, {meta, message, token}, exception}`.
pub(super) fn string_to_quoted<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match read(args)? {
        Reading::Code(parsed) if !parsed.warnings.is_empty() && !silent(args[1]) => {
            asynchronous(cx, |_, machine| async move {
                for warning in parsed.warnings {
                    crate::expand::host::Host::report(&*machine, warning);
                }
                Ok(Data::Tuple(vec![Data::from(atoms::OK), Data::from(parsed.quoted)]))
            })
        }
        Reading::Code(parsed) => {
            cx.charge(args[0].as_bits().map_or(0, |bits| bits.to_bytes().len() / 64));
            let code = quoted_to_term(cx, &parsed.quoted);
            let result = cx.tuple(&[Term::atom(atoms::OK), code]);
            Native::ok(result)
        }
        Reading::Failed(errors) => syntax_error(cx, errors),
    }
}

/// `string_to_quoted_with_comments(text, options)`: `{:ok, code, comments}` or as above.
pub(super) fn string_to_quoted_with_comments<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    match read(args)? {
        Reading::Code(parsed) => {
            let code = quoted_to_term(cx, &parsed.quoted);
            let comments = parsed
                .comments
                .iter()
                .map(|comment| {
                    let number = |key: &str, number: u32| (Value::atom(key), Value::Int(number.into()));
                    Value::Map(vec![
                        number("column", comment.column),
                        number("line", comment.line),
                        number("next_eol_count", comment.next_eol_count),
                        number("previous_eol_count", comment.previous_eol_count),
                        (Value::atom("text"), Value::from(comment.text.as_str())),
                    ])
                })
                .collect();
            let comments = cx.from_value(&Value::List(comments));
            let result = cx.tuple(&[Term::atom(atoms::OK), code, comments]);
            Native::ok(result)
        }
        Reading::Failed(errors) => syntax_error(cx, errors),
    }
}

/// `tokens(text, options)`: `{:ok | {line, column, message, token}, tokens, warnings, comments, {line, column}}`.
pub(super) fn tokens<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (source, mut options) = reading(args)?;
    options.check_terminators = !option(args[1], "check_terminators").is_some_and(|value| value.is(atoms::FALSE));
    let read = token::read(&source, &options);
    let shown = token::terms::Shown { text: &source.text, existing_atoms_only: options.existing_atoms_only };
    let int = |number: u32| Value::Int(number.into());
    let place = |line: u32, column: u32| Value::Tuple(vec![int(line), int(column)]);
    let result = match &read.error {
        None => Value::Atom(atoms::OK),
        Some(error) => {
            let message = token::terms::chars(&error.message);
            let message = match &error.suffix {
                Some(suffix) => Value::Tuple(vec![message, token::terms::chars(suffix)]),
                None => message,
            };
            let found = token::terms::chars(&error.token);
            Value::Tuple(vec![int(error.line), int(error.column), message, found])
        }
    };
    let warning = |warning: &token::SyntaxError| {
        let text = token::terms::chars(&format!("{}{}", warning.message, warning.token));
        Value::Tuple(vec![place(warning.line, warning.column), text])
    };
    let comment = |comment: &crate::parse::Comment| {
        Value::Tuple(vec![int(comment.line), int(comment.column), token::terms::chars(&comment.text)])
    };
    let parts = Data::Tuple(vec![
        Data::from(result),
        shown.list(&read.tokens),
        Data::from(Value::List(read.warnings.iter().map(warning).collect())),
        Data::from(Value::List(read.comments.iter().map(comment).collect())),
        Data::from(place(read.end.0, read.end.1)),
    ]);
    cx.charge(source.text.len() / 64);
    let term = data_to_term(cx, &parts);
    Native::ok(term)
}

/// The environment of an evaluation: a `%Macro.Env{}`, or keyword options over that of a fresh file.
enum Setting {
    Env(Data),
    Options { file: Option<String>, line: u32, module: Option<Atom>, rest: Vec<(&'static str, Value)> },
}

fn setting(term: Term<'_>) -> Setting {
    if term.as_map().is_some() {
        Setting::Env(own(term))
    } else {
        let module = option(term, "module").and_then(|module| module.as_atom()).filter(|module| *module != atoms::NIL);
        let rest = ["aliases", "functions", "macros", "requires", "tracers"];
        let rest = rest.into_iter().filter_map(|name| Some((name, value_of(option(term, name)?)?))).collect();
        Setting::Options {
            file: option(term, "file").map(|_| file_name(term)),
            line: number(term, "line", 1),
            module,
            rest,
        }
    }
}

impl Setting {
    async fn env(self, cx: Cx<'_>) -> Outcome<Env> {
        match self {
            Setting::Env(data) => Ok(env_of(cx.compiler, cx.host, &data)?.0),
            Setting::Options { file, line, module, rest } => {
                let open = module.and_then(|module| cx.compiler.open_module(module));
                let mut env = match open {
                    Some(open) => open.lock().env.clone(),
                    None => cx.compiler.file_env(cx.host, file.as_deref().unwrap_or("nofile")).await?,
                };
                if let Some(file) = file {
                    env.file = file.into();
                }
                env.module = module.or(env.module);
                env.line = line;
                for (name, value) in rest {
                    env.apply_option(name, &value);
                }
                Ok(env)
            }
        }
    }
}

/// `{value, bindings, env}`; bindings of source variables by name, others by name and context, in descending order.
fn evaluated(result: Evaluated, with_env: bool) -> Data {
    let binding = |(key, value): (VarKey, Data)| {
        let key = match key.1 {
            VarContext::Atom(atoms::NIL) => Data::from(key.0),
            context => Value::Tuple(vec![Value::Atom(key.0), crate::expand::env::context_value(context)]).into(),
        };
        Data::Tuple(vec![key, value])
    };
    let variables = result.bindings.iter().enumerate().map(|(index, (key, _))| (*key, index as u32));
    let env = with_env.then(|| result.env.to_value(&variables.collect::<Vec<_>>()).into());
    // Elixir lists what is bound as it folds its map of variables: the last name first.
    let mut bindings = result.bindings;
    bindings.sort_by(|(left, _), (right, _)| right.cmp(left));
    let bindings = Data::List(bindings.into_iter().map(binding).collect());
    Data::Tuple([result.value, bindings].into_iter().chain(env).collect())
}

/// `eval_string(text, bindings, env_or_options)`: `{value, bindings}`.
pub(super) fn eval_string<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    eval_text(cx, args, false)
}

/// `eval_string_with_env(text, bindings, env_or_options)`: `{value, bindings, env}`.
pub(super) fn eval_string_with_env<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    eval_text(cx, args, true)
}

fn eval_text<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>], with_env: bool) -> NativeResult<'h> {
    let text = text_of(args[0])?;
    let bindings = bindings_of(args[1]).ok_or_else(Native::raise_badarg)?;
    let setting = setting(args[2]);
    asynchronous(cx, move |compiler, machine| async move {
        let cx = context(&compiler, &machine);
        let env = setting.env(cx).await?;
        let source = SourceFile::new(env.file.clone(), text).starting_at(env.line);
        Ok(evaluated(evaluate_text(cx, source, env, bindings).await?, with_env))
    })
}

/// `eval_quoted(code, bindings, env_or_options)`: `{value, bindings}`.
pub(super) fn eval_quoted<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    eval_code(cx, args, false)
}

/// `eval_quoted_with_env(code, bindings, env_or_options)`: `{value, bindings, env}`. With a fourth argument `{text, line}`: the text
/// that the code was read from, for diagnostics to show, and the number of its first line.
pub(super) fn eval_quoted_with_env<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    eval_code(cx, args, true)
}

fn eval_code<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>], with_env: bool) -> NativeResult<'h> {
    let code = term_to_quoted(args[0]);
    let bindings = bindings_of(args[1]).ok_or_else(Native::raise_badarg)?;
    let (text, line) = match args.get(3).and_then(|written| written.as_tuple()) {
        Some([text, line]) => (text_of(*text)?, line.as_usize().and_then(|line| u32::try_from(line).ok()).unwrap_or(1)),
        _ => (String::new(), 1),
    };
    let setting = setting(args[2]);
    asynchronous(cx, move |compiler, machine| async move {
        let cx = context(&compiler, &machine);
        let env = setting.env(cx).await?;
        let source = SourceFile::new(env.file.clone(), text).starting_at(line);
        Ok(evaluated(evaluate(cx, source, &code, env, bindings).await?, with_env))
    })
}

/// `[{module, binary}]`.
fn modules(compiled: Vec<(Atom, std::sync::Arc<[u8]>)>) -> Data {
    let entry = |(name, beam)| Value::Tuple(vec![Value::Atom(name), Value::Binary(beam)]);
    Value::List(compiled.into_iter().map(entry).collect()).into()
}

/// `compile_string(text, file)`: `[{module, binary}]`.
pub(super) fn compile_string<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (text, file) = (text_of(args[0])?, text_of(args[1])?);
    let pid = cx.state().pid;
    asynchronous(cx, move |compiler, machine| async move {
        let collecting = compiler.collect(pid, true);
        let cx = Cx { compiled: Some(&collecting.modules), ..context(&compiler, &machine) };
        Ok(modules(compile_text(cx, SourceFile::new(file, text)).await?))
    })
}

/// `compile_quoted(code, file)`: `[{module, binary}]`.
pub(super) fn compile_quoted<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (code, file) = (term_to_quoted(args[0]), text_of(args[1])?);
    let pid = cx.state().pid;
    asynchronous(cx, move |compiler, machine| async move {
        let collecting = compiler.collect(pid, true);
        let cx = Cx { compiled: Some(&collecting.modules), ..context(&compiler, &machine) };
        let env = cx.compiler.file_env(cx.host, &file).await?;
        Ok(modules(compile_code(cx, SourceFile::new(file, ""), &code, env).await?))
    })
}

/// `require_file(text, file)`: evaluates the file unless it was required before; `[{module, binary}]` or `nil`.
pub(super) fn require_file<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (text, file) = (text_of(args[0])?, text_of(args[1])?);
    let pid = cx.state().pid;
    asynchronous(cx, move |compiler, machine| async move {
        if !compiler.note_required(&file) {
            return Ok(Data::from(atoms::NIL));
        }
        let collecting = compiler.collect(pid, false);
        let cx = Cx { compiled: Some(&collecting.modules), ..context(&compiler, &machine) };
        match compile_text(cx, SourceFile::new(file.as_str(), text)).await {
            Ok(compiled) => Ok(modules(compiled)),
            Err(failure) => {
                compiler.unrequire(&[file]);
                Err(failure)
            }
        }
    })
}

/// `required_files()`.
pub(super) fn required_files<'h>(cx: &mut Native<'_, 'h>, _args: &[Term<'h>]) -> NativeResult<'h> {
    let files = cx.vm().global::<Compiler>().required_files();
    let value = Value::List(files.iter().map(|file| Value::from(file.as_str())).collect());
    let term = cx.from_value(&value);
    Native::ok(term)
}

/// `lexical_references(tracker)`: `{compile, exports, runtime}`, modules that the code of a file refers to.
pub(super) fn lexical_references<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let number = args[0].as_i64().ok_or_else(Native::raise_badarg)?;
    let lexical = cx.vm().global::<Compiler>().lexical_of(number).ok_or_else(Native::raise_badarg)?;
    let list = |modules: Vec<Atom>| Value::List(modules.into_iter().map(Value::Atom).collect());
    let term = cx.from_value(&Value::Tuple(lexical.references().map(list).to_vec()));
    Native::ok(term)
}

/// `unrequire_files(files)`.
pub(super) fn unrequire_files<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut files = Vec::new();
    for file in args[0].list_to_vec().ok_or_else(Native::raise_badarg)? {
        files.push(text_of(file)?);
    }
    cx.vm().global::<Compiler>().unrequire(&files);
    Native::ok_atom(atoms::OK)
}

/// `get_option(name)`: `{:ok, value}` or `:error`.
pub(super) fn get_option<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let name = args[0].as_atom().ok_or_else(Native::raise_badarg)?;
    match cx.vm().global::<Compiler>().option(name) {
        Some(value) => {
            let value = cx.from_value(&value);
            let result = cx.tuple(&[Term::atom(atoms::OK), value]);
            Native::ok(result)
        }
        None => Native::ok_atom(atoms::ERROR),
    }
}

/// `put_option(name, value)`.
pub(super) fn put_option<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let name = args[0].as_atom().ok_or_else(Native::raise_badarg)?;
    let value = value_of(args[1]).ok_or_else(Native::raise_badarg)?;
    cx.vm().global::<Compiler>().set_option(name, value);
    Native::ok_atom(atoms::OK)
}

/// `ensure_compiled(module)`: `{:module, name}` or `{:error, :nofile | :unavailable}`.
pub(super) fn ensure_compiled<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let name = args[0].as_atom().ok_or_else(Native::raise_badarg)?;
    let reason = if cx.vm().global::<Compiler>().definer(name) == Some(cx.state().pid) {
        "unavailable"
    } else if cx.vm().registry().ensure_loaded(name).is_some() || !cx.vm().registry().natives_of(name).is_empty() {
        let result = cx.tuple(&[Term::atom(atoms::MODULE), args[0]]);
        return Native::ok(result);
    } else {
        "nofile"
    };
    let result = cx.tuple(&[Term::atom(atoms::ERROR), Term::atom(Atom::new(reason))]);
    Native::ok(result)
}

/// `forget(module)`: what the compiler knew of a module's exports is asked for again.
pub(super) fn forget<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let name = args[0].as_atom().ok_or_else(Native::raise_badarg)?;
    cx.vm().global::<Compiler>().forget(name);
    Native::ok_atom(atoms::OK)
}
