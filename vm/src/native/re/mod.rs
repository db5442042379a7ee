//! `:re`: regular expressions, Perl's, over PCRE2.
//!
//! A compiled expression is a term, `{re_pattern, Groups, Unicode, Crlf, Binary}`, and may be a constant of a module; so the
//! binary holds the expression's text and options, and what PCRE2 made of it is in [`pattern`]'s cache.

mod latin;
mod options;
mod pattern;
mod replace;
mod run;
mod split;
#[cfg(test)]
mod tests;

use self::options::Options;
pub use self::pattern::Patterns;
use self::pattern::{Pattern, PatternError};
use super::{Native, NativeResult, Raise};
use crate::atom::{atoms, Atom};
use crate::native::{erlang, unicode};
use crate::term::Term;
use std::sync::Arc;

crate::natives! {
    "re" => {
        "compile"/1: compile, effect, cost 20;
        "compile"/2: compile, effect, cost 20;
        "run"/2: run, effect, cost 5;
        "run"/3: run, effect, cost 5;
        "replace"/3: replace, effect, cost 5;
        "replace"/4: replace, effect, cost 5;
        "split"/2: split, effect, cost 5;
        "split"/3: split, effect, cost 5;
        "inspect"/2: inspect, effect;
        "version"/0: version, effect;
    }
}

/// Bytes of subject searched for one reduction.
const PER_REDUCTION: usize = 256;

/// `compile(Expression, Options \\ [])`: `{ok, Pattern}` or `{error, {Text, Position}}`.
fn compile<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let mut options = Options::default();
    options.read(args.get(1).copied().unwrap_or(Term::nil()), true)?;
    // Bytes that are no text are the expression's error; other character data must be right.
    let wrong = args[0].binary().filter(|_| options.unicode).and_then(|bytes| std::str::from_utf8(&bytes).err());
    if let Some(wrong) = wrong {
        let error = PatternError { text: "invalid UTF-8 string".into(), position: wrong.valid_up_to() };
        let error = error_term(cx, &error);
        let result = cx.tuple(&[Term::atom(atoms::ERROR), error]);
        return Native::ok(result);
    }
    let key = pattern_key(cx, args[0], &options)?;
    let result = match pattern::lookup(cx, &key) {
        Ok(pattern) => {
            let term = pattern_term(cx, &pattern, &key);
            cx.tuple(&[Term::atom(atoms::OK), term])
        }
        Err(error) => {
            let error = error_term(cx, &error);
            cx.tuple(&[Term::atom(atoms::ERROR), error])
        }
    };
    Native::ok(result)
}

fn error_term<'h>(cx: &mut Native<'_, 'h>, error: &PatternError) -> Term<'h> {
    let text = cx.charlist(&error.text);
    let position = cx.size(error.position);
    cx.tuple(&[text, position])
}

fn pattern_term<'h>(cx: &mut Native<'_, 'h>, pattern: &Pattern, key: &[u8]) -> Term<'h> {
    let groups = cx.size(pattern.groups());
    let flag = |set: bool| Term::small(i64::from(set)).expect("0 and 1 are small");
    let (unicode, crlf) = (flag(pattern.options.unicode), flag(pattern.options.newline_is_crlf()));
    let binary = cx.binary(key);
    cx.tuple(&[Term::atom(atoms::RE_PATTERN), groups, unicode, crlf, binary])
}

/// The binary that stands for an expression with options.
fn pattern_key<'h>(cx: &mut Native<'_, 'h>, expression: Term<'h>, options: &Options<'_>) -> Result<Vec<u8>, Raise<'h>> {
    let bytes = text(cx, expression, options.unicode)?;
    Ok(options.key(&bytes))
}

/// The bytes of a subject or expression: UTF-8 of character data, or io data as it is.
fn text<'h>(cx: &mut Native<'_, 'h>, data: Term<'h>, as_unicode: bool) -> Result<Vec<u8>, Raise<'h>> {
    let bytes = if as_unicode { unicode::to_utf8(cx, data) } else { erlang::binaries::flatten(cx, data) };
    bytes.ok_or_else(Native::raise_badarg)
}

/// The binary in a compiled expression's term.
fn compiled_parts<'h>(term: Term<'h>) -> Option<&'h [u8]> {
    let [tag, _, _, _, binary] = term.as_tuple()? else { return None };
    tag.is(atoms::RE_PATTERN).then_some(())?;
    binary.as_bytes()
}

/// The expression an argument stands for, compiled now if it is text; `badarg` when it is none.
fn pattern_of<'h>(cx: &mut Native<'_, 'h>, term: Term<'h>, options: &Options<'_>) -> Result<Arc<Pattern>, Raise<'h>> {
    let pattern = match compiled_parts(term) {
        Some(_) if options.has_compile_options => None,
        Some(key) => pattern::lookup(cx, key).ok(),
        None => {
            let key = pattern_key(cx, term, options)?;
            pattern::lookup(cx, &key).ok()
        }
    };
    pattern.ok_or_else(Native::raise_badarg)
}

/// `run(Subject, Expression, Options \\ [])`
fn run<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    run::run(cx, args[0], args[1], args.get(2).copied().unwrap_or(Term::nil()))
}

/// `replace(Subject, Expression, Replacement, Options \\ [])`
fn replace<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    replace::replace(cx, args[0], args[1], args[2], args.get(3).copied().unwrap_or(Term::nil()))
}

/// `split(Subject, Expression, Options \\ [])`
fn split<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    split::split(cx, args[0], args[1], args.get(2).copied().unwrap_or(Term::nil()))
}

/// `inspect(Pattern, namelist)`: `{namelist, Names}`, sorted.
fn inspect<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let namelist = Atom::new("namelist");
    let key = compiled_parts(args[0]).filter(|_| args[1].is(namelist)).ok_or_else(Native::raise_badarg)?;
    let pattern = pattern::lookup(cx, key).map_err(|_| Native::raise_badarg())?;
    let names = cx.list_of(&pattern.names, |cx, (name, _)| cx.binary(name.as_bytes()));
    let result = cx.tuple(&[Term::atom(namelist), names]);
    Native::ok(result)
}

/// `version()`: the version of PCRE.
fn version<'h>(cx: &mut Native<'_, 'h>, _args: &[Term<'h>]) -> NativeResult<'h> {
    let (major, minor) = pcre2::version();
    let text = cx.binary(format!("{major}.{minor}").as_bytes());
    Native::ok(text)
}
