//! Failed compilations as exceptions of the running program, and back to diagnostics for who prints them.

use std::path::Path;
use std::sync::Arc;

use beamlet_vm::atom::atoms;
use beamlet_vm::native::{Class, Exception, Native, NativeResult};
use beamlet_vm::{Atom, OwnedTerm, Term, Value};

use super::convert::{data_to_owned, value_of};
use crate::diagnostic::{Diagnostic, Severity, SyntaxKind};
use crate::expand::host::{exception_struct, Failure};
use crate::module::Compiler;

/// The exception that a failure raises in the calling process.
pub(super) fn to_exception(compiler: &Compiler, failure: Failure) -> Exception {
    match failure {
        Failure::Diagnostics(diagnostics) => {
            let value = diagnostics_exception(compiler, diagnostics);
            Exception { class: Class::Error, reason: OwnedTerm::from_value(&value), trace: OwnedTerm::nil() }
        }
        Failure::Raised(raised) => Exception {
            class: Class::from_atom(raised.class).unwrap_or(Class::Error),
            reason: data_to_owned(&raised.reason),
            trace: data_to_owned(&raised.stacktrace),
        },
    }
}

/// The `CompileError`, `SyntaxError` or `TokenMissingError` of the first error; keeps them all for [`render`].
pub fn diagnostics_exception(compiler: &Compiler, diagnostics: Vec<Diagnostic>) -> Value {
    let first = diagnostics.iter().find(|error| error.severity == Severity::Error).or(diagnostics.first());
    let Some(first) = first else {
        return exception_struct("CompileError", vec![("description", Value::from("compilation failed"))]);
    };
    let file = Value::from(&*first.source.name);
    let (value, description) = match &first.report {
        Some(report) => {
            let exception = report.exception(&first.source);
            let module = match exception.kind {
                SyntaxKind::Syntax => "SyntaxError",
                SyntaxKind::TokenMissing => "TokenMissingError",
            };
            let snippet = match &exception.snippet {
                Some((content, offset)) => Value::Map(vec![
                    (Value::atom("content"), Value::from(content.as_str())),
                    (Value::atom("offset"), Value::Int((*offset).into())),
                ]),
                None => Value::NIL,
            };
            let fields = vec![
                ("file", file),
                ("line", Value::Int(exception.line.into())),
                ("column", exception.column.map_or(Value::NIL, |column| Value::Int(column.into()))),
                ("description", Value::from(exception.description.as_str())),
                ("snippet", snippet),
            ];
            (exception_struct(module, fields), exception.description)
        }
        None => {
            let line = first.line().map_or(Value::NIL, |line| Value::Int(line.into()));
            let fields = vec![("file", file), ("line", line), ("description", Value::from(first.message.as_str()))];
            (exception_struct("CompileError", fields), first.message.clone())
        }
    };
    compiler.keep_failure(&description, diagnostics);
    value
}

/// Diagnostics as text for a terminal.
pub fn render(diagnostics: &[Diagnostic]) -> String {
    #[cfg(feature = "fancy")]
    let handler = miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor());
    #[cfg(not(feature = "fancy"))]
    let handler = miette::NarratableReportHandler::new();
    let mut out = String::new();
    for diagnostic in diagnostics {
        let mut text = String::new();
        if handler.render_report(&mut text, diagnostic).is_err() {
            text = format!("error: {}\n", diagnostic.message);
        }
        out.push_str(&text);
        if !out.ends_with('\n') {
            out.push('\n');
        }
    }
    out
}

/// Names a file as it is seen from a directory, if it is below it.
fn shorten(name: &mut Arc<str>, directory: &Path) {
    let inside = Path::new(&**name).strip_prefix(directory).ok().and_then(Path::to_str);
    if let Some(inside) = inside.filter(|inside| !inside.is_empty()) {
        *name = inside.into();
    }
}

/// `render(reason)`: the text of the diagnostics behind a compilation error, or `false` when there are none.
pub(super) fn render_native<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let directory = cx.vm().host().current_directory().ok();
    let text = value_of(args[0]).and_then(|reason| {
        let Value::Map(fields) = reason else { return None };
        let field = |key: Atom| fields.iter().find(|(k, _)| *k == Value::Atom(key)).map(|(_, value)| value);
        let module = field(atoms::STRUCT)?.as_atom()?;
        if !matches!(module.as_str(), "Elixir.CompileError" | "Elixir.SyntaxError" | "Elixir.TokenMissingError") {
            return None;
        }
        let description = field(Atom::new("description"))?.as_str()?.to_string();
        let diagnostics = cx.vm().global::<Compiler>().failure(&description)?;
        let mut diagnostics = diagnostics.to_vec();
        if let Some(directory) = &directory {
            for diagnostic in &mut diagnostics {
                shorten(&mut diagnostic.source.name, directory);
            }
        }
        Some(render(&diagnostics))
    });
    match text {
        Some(text) => {
            let term = cx.binary(text.as_bytes());
            Native::ok(term)
        }
        None => Native::ok_bool(false),
    }
}
