//! Checks of `@behaviour` and `@impl` at the end of a module.

use std::sync::Arc;

use beamlet_vm::atom::atoms;
use beamlet_vm::{Atom, Value};
use parking_lot::Mutex;

use super::definition::DefKind;
use super::state::ModuleState;
use crate::diagnostic::Diagnostic;
use crate::expand::host::{Awaited, Data, Outcome};
use crate::expand::{place, show_module, show_name, Cx};
use crate::source::SourceFile;

/// What `@impl` said of one definition.
#[derive(Clone, Debug)]
pub struct Impl {
    /// The definition's name.
    pub name: Atom,
    /// Its arity.
    pub arity: u8,
    /// How many parameters have defaults.
    pub defaults: u8,
    /// Its kind.
    pub kind: DefKind,
    /// Its line.
    pub line: u32,
    /// `true`, `false` or a module.
    pub value: Atom,
    /// Whether a macro wrote the definition, which is then judged apart from what stands in the source.
    pub context: Option<Atom>,
}

/// A callback that some behaviour wants.
#[derive(Clone, Debug)]
struct Callback {
    name: Atom,
    arity: u8,
    is_macro: bool,
    behaviour: Atom,
    optional: bool,
}

impl Callback {
    fn kind(&self) -> &'static str {
        kind_name(self.is_macro)
    }

    fn shown(&self) -> String {
        format!("{}.{}/{} ({})", show_module(self.behaviour), show_name(self.name), self.arity, self.kind())
    }
}

fn kind_name(is_macro: bool) -> &'static str {
    if is_macro {
        "macro"
    } else {
        "function"
    }
}

/// Tells of one thing that is wrong, at a line.
struct Teller<'c> {
    cx: Cx<'c>,
    source: SourceFile,
    module: String,
}

impl Teller<'_> {
    fn warn(&self, line: u32, message: String) {
        let warning = Diagnostic::warning("module::behaviour", &self.source, message);
        self.cx.host.report(place(line, 0, warning.inside(Some(format!("{} (module)", self.module))), ""));
    }
}

/// Warns of callbacks that the module does not implement, and of `@impl` that implements none.
///
/// # Errors
/// What a behaviour's `behaviour_info/1` raises.
pub async fn check(cx: Cx<'_>, state: &Arc<Mutex<ModuleState>>) -> Outcome<()> {
    let (behaviours, line, impls, teller) = {
        let state = state.lock();
        let teller = Teller { cx, source: state.source.clone(), module: show_module(state.name) };
        let behaviours: Vec<Atom> =
            state.attributes.all(Atom::new("behaviour")).iter().filter_map(Data::as_atom).collect();
        (behaviours, state.line, state.impls.clone(), teller)
    };
    if behaviours.is_empty() && impls.is_empty() {
        return Ok(());
    }
    let callbacks = gather(cx, &behaviours, line, &teller).await?;
    let mut marked = Vec::new();
    if !impls.is_empty() {
        marked = check_impls(&state.lock(), &impls, &behaviours, &callbacks, &teller);
    }
    // What is marked is taken for implemented, be it a macro or a function.
    let unmarked = |callback: &&Callback| !callback.optional && !marked.contains(&(callback.name, callback.arity));
    for callback in callbacks.iter().filter(unmarked) {
        let info = cx.compiler.info(cx.host, callback.behaviour).await?;
        let is_protocol = info.is_some_and(|info| info.functions.contains(Atom::new("__protocol__"), 1));
        let behaviour =
            format!("{} {}", if is_protocol { "protocol" } else { "behaviour" }, show_module(callback.behaviour));
        let what = format!("{} {}/{}", callback.kind(), show_name(callback.name), callback.arity);
        let module = &teller.module;
        let implemented = {
            let state = state.lock();
            state.definition(callback.name, callback.arity).map(|definition| definition.kind)
        };
        match implemented {
            None => {
                teller.warn(line, format!("{what} required by {behaviour} is not implemented (in module {module})"))
            }
            Some(kind) => {
                let wanted = if callback.is_macro { DefKind::Defmacro } else { DefKind::Def };
                if kind != wanted {
                    teller.warn(
                        line,
                        format!(
                            "{what} required by {behaviour} was implemented as \"{}\" but should have been \
                             \"{}\" (in module {module})",
                            kind.as_str(),
                            wanted.as_str()
                        ),
                    );
                }
            }
        }
    }
    Ok(())
}

/// All callbacks of the behaviours; tells of modules that are none.
async fn gather(cx: Cx<'_>, behaviours: &[Atom], line: u32, teller: &Teller<'_>) -> Outcome<Vec<Callback>> {
    let mut callbacks: Vec<Callback> = Vec::new();
    let module = &teller.module;
    for behaviour in behaviours {
        let shown = show_module(*behaviour);
        let Some(info) = cx.compiler.info_of(cx.host, *behaviour, Awaited::Optional).await? else {
            teller.warn(line, format!("@behaviour {shown} does not exist (in module {module})"));
            continue;
        };
        if !info.functions.contains(Atom::new("behaviour_info"), 1) {
            // A protocol's implementations name it as their behaviour.
            if !info.functions.contains(Atom::new("__protocol__"), 1) {
                teller.warn(line, format!("module {shown} is not a behaviour (in module {module})"));
            }
            continue;
        }
        let ask = |what: &str| cx.host.call(*behaviour, Atom::new("behaviour_info"), vec![Data::from(Atom::new(what))]);
        let names = |data: Data| match data.to_value() {
            Some(Value::List(entries)) => entries.iter().filter_map(crate::expand::env::name_arity).collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        let wanted = names(ask("callbacks").await?);
        let optional = names(ask("optional_callbacks").await?);
        for (name, arity) in wanted {
            let optional = optional.contains(&(name, arity));
            let (name, arity, is_macro) = match name.as_str().strip_prefix("MACRO-") {
                Some(text) => (Atom::new(text), arity.saturating_sub(1), true),
                None => (name, arity, false),
            };
            let same = |other: &&Callback| other.name == name && other.arity == arity && other.is_macro == is_macro;
            if let Some(other) = callbacks.iter().find(same) {
                let what = format!("{} {}/{arity}", kind_name(is_macro), show_name(name));
                if other.behaviour == *behaviour {
                    teller.warn(
                        line,
                        format!("the behavior {shown} has been declared twice (conflict in {what} in module {module})"),
                    );
                } else {
                    teller.warn(
                        line,
                        format!(
                            "conflicting behaviours found. {what} is required by {} and {shown} (in module {module})",
                            show_module(other.behaviour)
                        ),
                    );
                }
                continue;
            }
            callbacks.push(Callback { name, arity, is_macro, behaviour: *behaviour, optional });
        }
    }
    callbacks.sort_by_key(|callback| (callback.name.as_str(), callback.arity));
    Ok(callbacks)
}

fn check_impls(
    state: &ModuleState,
    impls: &[Impl],
    behaviours: &[Atom],
    callbacks: &[Callback],
    teller: &Teller<'_>,
) -> Vec<(Atom, u8)> {
    let mut marked: Vec<(Atom, u8)> = Vec::new();
    for one in impls {
        let is_macro = one.kind.is_macro();
        let arities = one.arity.saturating_sub(one.defaults)..=one.arity;
        let found: Vec<&Callback> = callbacks
            .iter()
            .filter(|callback| callback.name == one.name && arities.contains(&callback.arity))
            .collect();
        let what = format!("{} {}/{}", kind_name(is_macro), show_name(one.name), one.arity);
        let value = match one.value {
            atoms::TRUE | atoms::FALSE => one.value.as_str().to_string(),
            module => show_module(module),
        };
        let known = || {
            let mut all: Vec<String> = callbacks.iter().map(Callback::shown).collect();
            if all.is_empty() {
                return "There are no known callbacks, please specify the proper @behaviour and make sure it defines \
                        callbacks"
                    .to_string();
            }
            all.sort();
            let list: String = all.iter().map(|shown| format!("\n  * {shown}")).collect();
            format!("The known callbacks are:\n{list}\n")
        };
        if !one.kind.is_public() {
            let message =
                format!("{what} is private, @impl attribute is always discarded for private functions/macros");
            teller.warn(one.line, message);
            continue;
        }
        match one.value {
            _ if behaviours.is_empty() => {
                teller.warn(one.line, format!("got \"@impl {value}\" for {what} but no behaviour was declared"));
                continue;
            }
            atoms::FALSE => {
                if let Some(callback) = found.first() {
                    let behaviour = show_module(callback.behaviour);
                    teller.warn(
                        one.line,
                        format!("got \"@impl false\" for {what} but it is a callback specified in {behaviour}"),
                    );
                }
                continue;
            }
            atoms::TRUE => {
                if found.is_empty() {
                    let known = known();
                    teller.warn(
                        one.line,
                        format!("got \"@impl true\" for {what} but no behaviour specifies such callback. {known}"),
                    );
                    continue;
                }
            }
            behaviour if !behaviours.contains(&behaviour) => {
                teller.warn(
                    one.line,
                    format!("got \"@impl {value}\" for {what} but this behaviour was not declared with @behaviour"),
                );
                continue;
            }
            behaviour => {
                if !found.iter().any(|callback| callback.behaviour == behaviour) {
                    let known = known();
                    teller.warn(
                        one.line,
                        format!("got \"@impl {value}\" for {what} but this behaviour does not specify such callback. {known}"),
                    );
                    continue;
                }
            }
        }
        marked.extend(found.iter().map(|callback| (callback.name, callback.arity)));
    }
    check_missing(state, impls, callbacks, &marked, teller);
    marked
}

/// Once some callbacks are marked with `@impl`, all of the same context are to be.
fn check_missing(
    state: &ModuleState,
    impls: &[Impl],
    callbacks: &[Callback],
    marked: &[(Atom, u8)],
    teller: &Teller<'_>,
) {
    let mut definitions: Vec<_> = state.definitions().collect();
    definitions.sort_by_key(|definition| std::cmp::Reverse((definition.name.as_str(), definition.arity)));
    for definition in definitions {
        if !definition.kind.is_public() || definition.default_of.is_some() {
            continue;
        }
        let contexts = |one: &Impl| one.context == definition.context;
        if !impls.iter().any(contexts) {
            continue;
        }
        let is_macro = definition.kind.is_macro();
        let low = definition.arity.saturating_sub(definition.defaults);
        for arity in low..=definition.arity {
            let callback =
                callbacks.iter().find(|callback| callback.name == definition.name && callback.arity == arity);
            let Some(callback) = callback else { continue };
            if marked.contains(&(callback.name, arity)) {
                continue;
            }
            teller.warn(
                definition.line,
                format!(
                    "module attribute @impl was not set for {} {}/{arity} callback (specified in {}). This either means \
                     you forgot to add the \"@impl true\" annotation before the definition or that you are accidentally \
                     overriding this callback",
                    kind_name(is_macro),
                    show_name(definition.name),
                    show_module(callback.behaviour)
                ),
            );
        }
    }
}

/// Notes what `@impl` says of the definition that follows it.
pub fn note(state: &mut ModuleState, value: Data, one: Impl) {
    if let Some(value) = value.as_atom().filter(|value| *value != atoms::NIL) {
        state.impls.push(Impl { value, ..one });
    }
}
