//! `@name`.

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};

use crate::expand::env::Context;
use crate::expand::escape::escape_value;
use crate::expand::host::{Outcome, Raised};
use crate::expand::messages::show_module;
use crate::expand::Expander;
use crate::module::attribute;
use crate::quoted::{Args, Meta, Quoted};
use crate::tree::{Expr, ExprKind};

const INVALID_WRITE: &str =
    "invalid write attribute syntax. If you want to define an attribute, don't do this:\n\n    @foo = \
                             :value\n\nInstead, do this:\n\n    @foo :value\n";

impl Expander<'_> {
    /// `@name`, `@name value`.
    pub(super) async fn boot_attribute(&mut self, meta: &Meta, attribute: &Quoted) -> Outcome<Expr> {
        let Some(module) = self.env.module else {
            return Err(Raised::exception("ArgumentError", "cannot invoke @/1 outside module").into());
        };
        match attribute_parts(attribute) {
            Some((name, _, None)) => {
                if attribute.as_node().is_some_and(|node| matches!(node.args, Args::List(_))) {
                    let message = format!(
                        "the @{name}() notation (with parenthesis) is deprecated, please use @{name} (without parenthesis) \
                         instead"
                    );
                    let frame = format!("{} (module)", show_module(module));
                    let warning =
                        crate::diagnostic::Diagnostic::warning("expand::attribute_call", &self.source, message);
                    self.cx.host.report(self.place(meta, warning.inside(Some(frame)), ""));
                }
                if self.env.function.is_some() {
                    let value = self.read_attribute(meta, name, self.env.context == Context::Normal)?;
                    return Ok(self.at(meta, ExprKind::Literal(value)));
                }
                let parameters = vec![
                    self.literal(Value::Atom(module)),
                    self.literal(Value::Atom(name)),
                    self.literal(i64::from(self.line_of(meta))),
                ];
                Ok(self.remote(meta, Atom::new("beamlet_compiler"), Atom::new("read_attribute"), parameters))
            }
            Some((name, attribute_meta, Some(value))) if name != atoms::MATCH => {
                if self.env.function.is_some() {
                    let message = format!("cannot set attribute @{name} inside function/macro");
                    return Err(Raised::exception("ArgumentError", &message).into());
                }
                let line = self.line_of(if attribute_meta.line == 0 { meta } else { attribute_meta });
                if attribute::is_typespec(name) {
                    let code = self.escape_code(value).await?;
                    let parameters = vec![
                        self.literal(Value::Atom(module)),
                        self.literal(Value::Atom(name)),
                        code,
                        self.literal(i64::from(line)),
                    ];
                    return Ok(self.remote(meta, Atom::new("beamlet_compiler"), Atom::new("put_typespec"), parameters));
                }
                let value = self.expand(value).await?;
                let context = Atom::new("context");
                let by_macro = meta.get(context).is_some() || attribute_meta.get(context).is_some();
                // Nobody is told that what a macro set is not read.
                let line = if by_macro { -i64::from(line) } else { i64::from(line) };
                let parameters =
                    vec![self.literal(Value::Atom(module)), self.literal(Value::Atom(name)), value, self.literal(line)];
                Ok(self.remote(meta, Atom::new("beamlet_compiler"), Atom::new("write_attribute"), parameters))
            }
            _ => {
                let node = attribute.as_node();
                let count = node.map_or(0, |node| if let Args::List(args) = &node.args { args.len() } else { 0 });
                let name = node.map_or(String::new(), |node| self.show(&node.form).trim_start_matches(':').to_string());
                if name == "__aliases__" {
                    let message = "module attributes set via @ cannot start with an uppercase letter";
                    return Err(Raised::exception("ArgumentError", message).into());
                }
                if name == "=" {
                    return Err(Raised::exception("ArgumentError", INVALID_WRITE).into());
                }
                let block = node.is_some_and(|node| match &node.args {
                    Args::List(args) => args.len() == 2 && matches!(&args[1], Quoted::List(parts) if matches!(parts.first(), Some(Quoted::Pair(pair)) if pair.0 == Quoted::Atom(atoms::DO))),
                    Args::Context(_) => false,
                });
                let message = match block {
                    true => format!(
                        "expected 0 or 1 argument for @{name}, got 2.\n\nIt seems you are trying to use the do-syntax with @module \
                         attributes but the do-block is binding to the attribute name. You probably want to wrap the argument \
                         value in parentheses, like this:\n\n    @{name} (do_block do\n      ...\n    end)\n"
                    ),
                    false => format!("expected 0 or 1 argument for @{name}, got: {count}"),
                };
                Err(Raised::exception("ArgumentError", &message).into())
            }
        }
    }

    /// The value of an attribute as code, for patterns.
    pub(super) async fn attribute_quoted(&mut self, meta: &Meta, attribute: &Quoted) -> Outcome<Quoted> {
        if self.pattern.is_some() && self.env.function.is_none() && self.module.is_some() {
            return Err(Raised::exception("ArgumentError", INVALID_WRITE).into());
        }
        match attribute_parts(attribute) {
            Some((name, _, None)) => Ok(escape_value(&self.read_attribute(meta, name, false)?)),
            _ => Err(self.fail(meta, "expand::attribute", "attributes can only be read here")),
        }
    }

    /// The value of an attribute at this point.
    pub(super) fn read_attribute(&self, meta: &Meta, name: Atom, warn: bool) -> Outcome<Value> {
        let _ = warn;
        let Some(state) = &self.module else {
            let module = self.env.module.map_or(String::new(), show_module);
            let message = format!(
                "could not call Module.get_attribute/2 because the module {module} is already compiled. Use the \
                     Module.__info__/1 callback or Code.fetch_docs/1 instead"
            );
            return Err(Raised::exception("ArgumentError", &message).into());
        };
        let (found, names) = {
            let mut state = state.lock();
            if attribute::is_typespec(name) {
                return Ok(typespecs_value(&state, name));
            }
            (state.attributes.read(name), state.attributes.names())
        };
        match found {
            Some(data) => attribute::plain(name, data).to_value().ok_or_else(|| {
                Raised::exception(
                    "ArgumentError",
                    &format!("cannot inject attribute @{name} into function/macro because cannot escape its value"),
                )
                .into()
            }),
            None => {
                let message = format!(
                    "undefined module attribute @{name}, please remove access to @{name} or explicitly set it before access"
                );
                let diagnostic =
                    crate::diagnostic::Diagnostic::warning("expand::undefined_attribute", &self.source, message)
                        .inside(self.env.module.map(|module| format!("{} (module)", show_module(module))));
                let diagnostic = self.place(meta, diagnostic, "never set before this point");
                let close = crate::expand::messages::closest(name.as_str(), names.iter().map(|name| name.as_str()));
                self.cx.host.report(match close {
                    Some(close) => diagnostic.help(format!("did you mean @{close}?")),
                    None => diagnostic,
                });
                Ok(Value::NIL)
            }
        }
    }
}

/// `@type`, `@spec` and their like as values, the latest first.
pub(super) fn typespecs_value(state: &crate::module::state::ModuleState, kind: Atom) -> Value {
    let specs = state.typespecs.iter().rev().filter(|spec| spec.kind == kind);
    let entry = |spec: &crate::module::state::Typespec| {
        let code = crate::quoted::convert::to_value(&spec.code).unwrap_or(Value::NIL);
        let place = Value::Tuple(vec![Value::Atom(state.name), Value::Int(spec.line.into())]);
        Value::Tuple(vec![Value::Atom(kind), code, place])
    };
    Value::List(specs.map(entry).collect())
}

/// Name, metadata and value of what stands behind `@`.
pub(crate) fn attribute_parts(attribute: &Quoted) -> Option<(Atom, &Meta, Option<&Quoted>)> {
    let node = attribute.as_node()?;
    let Quoted::Atom(name) = &node.form else { return None };
    match &node.args {
        Args::List(_) if *name == atoms::ALIASES => None,
        Args::Context(_) => Some((*name, &node.meta, None)),
        Args::List(args) => match args.as_slice() {
            [] => Some((*name, &node.meta, None)),
            [value] => Some((*name, &node.meta, Some(value))),
            _ => None,
        },
    }
}
