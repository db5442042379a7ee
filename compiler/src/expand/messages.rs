//! Errors and warnings of the expander, and the small printer and speller they use.

use beamlet_vm::Atom;

use super::host::Failure;
use super::Expander;
use crate::diagnostic::Diagnostic;
use crate::quoted::{Meta, Quoted};
use crate::tree::VarId;

impl Expander<'_> {
    /// An error that stops the expansion.
    pub(super) fn fail(&self, meta: &Meta, code: &'static str, message: impl Into<String>) -> Failure {
        Failure::from(self.error_at(meta, code, message))
    }

    /// An error at a node.
    pub(super) fn error_at(&self, meta: &Meta, code: &'static str, message: impl Into<String>) -> Diagnostic {
        self.place(meta, Diagnostic::error(code, &self.source, message), "")
    }

    /// Tells the user of a warning about a node.
    pub(super) fn warn(&self, meta: &Meta, code: &'static str, message: impl Into<String>) {
        let warning = Diagnostic::warning(code, &self.source, message).inside(frame(&self.env));
        self.cx.host.report(self.place(meta, warning, ""));
    }

    /// Tells the user of a warning about something without a line.
    pub(super) fn warn_without_line(&self, code: &'static str, message: impl Into<String>) {
        self.cx.host.report(Diagnostic::warning(code, &self.source, message).inside(frame(&self.env)));
    }

    /// Puts a label at the node, or at the whole line where the column is unknown.
    pub(super) fn place(&self, meta: &Meta, diagnostic: Diagnostic, text: &str) -> Diagnostic {
        place(self.line_of(meta), if meta.line == 0 { 0 } else { meta.column }, diagnostic, text)
    }

    /// The error for a name that nothing binds.
    pub(super) fn undefined_variable(&self, name: Atom, meta: &Meta, context: Atom) -> Diagnostic {
        let mut message = format!("undefined variable \"{name}\"");
        if context != beamlet_vm::atom::atoms::NIL {
            message.push_str(&format!(" (context {})", show_module(context)));
        }
        let diagnostic = Diagnostic::error("expand::undefined_variable", &self.source, message);
        let diagnostic = self.place(meta, diagnostic, "no variable of this name is visible here");
        match closest(name.as_str(), self.scope.names().map(Atom::as_str)) {
            Some(close) => diagnostic.help(format!("did you mean \"{close}\"?")),
            None => diagnostic.help("bind it before, or write parentheses to call a function"),
        }
    }

    /// Quoted code in the shape of source.
    pub(super) fn show(&self, quoted: &Quoted) -> String {
        show(quoted)
    }

    /// Warns of variables that nothing read.
    pub fn warn_unused(&self) {
        self.warn_unused_since(0, &[]);
    }

    /// Warns of those variables made since the first `start` ones that nothing read before their scopes ended; gives how
    /// many there are now.
    pub fn warn_unused_ended(&self, start: usize) -> usize {
        let variables = self.scope.variables();
        let going_on: Vec<VarId> = (start..variables.len())
            .map(|index| VarId(index as u32))
            .filter(|variable| self.scope.info(*variable).ended == u32::MAX)
            .collect();
        self.warn_unused_since(start, &going_on)
    }

    /// Warns of those of these variables that nothing read.
    pub fn warn_unused_among(&self, variables: &[VarId]) {
        for variable in variables {
            self.warn_unused_one(*variable);
        }
    }

    /// Warns of variables made since the first `start` ones, except those kept; gives how many there are now.
    pub fn warn_unused_since(&self, start: usize, kept: &[VarId]) -> usize {
        let variables = self.scope.variables();
        let mut unused: Vec<VarId> = (start..variables.len())
            .map(|index| VarId(index as u32))
            .filter(|variable| !self.scope.info(*variable).used && !kept.contains(variable))
            .collect();
        // Those of inner scopes come first, and those of one scope by their names.
        unused.sort_by_key(|variable| {
            let info = self.scope.info(*variable);
            (info.ended, info.key.0.as_str(), *variable)
        });
        for variable in unused {
            self.warn_unused_one(variable);
        }
        variables.len()
    }

    fn warn_unused_one(&self, variable: VarId) {
        let info = self.scope.info(variable);
        let name = info.key.0.as_str();
        let pretends = name.starts_with("__") && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        if !info.used && pretends && info.line != 0 {
            let message = format!(
                "unknown compiler variable \"{name}\" (expected one of __MODULE__, __ENV__, __DIR__, __CALLER__, __STACKTRACE__)"
            );
            let warning = Diagnostic::warning("expand::compiler_variable", &self.source, message);
            self.cx.host.report(place(info.line, info.column, warning.inside(frame(&self.env)), ""));
            return;
        }
        if !info.used && info.warn && !name.starts_with('_') {
            let hint = if info.shadows {
                "there is a variable with the same name in the context, use the pin operator (^) to match on it or \
                 prefix this variable with underscore if it is not meant to be used"
            } else {
                "if the variable is not meant to be used, prefix it with an underscore"
            };
            let message = format!("variable \"{name}\" is unused ({hint})");
            let warning = Diagnostic::warning("expand::unused_variable", &self.source, message);
            self.cx.host.report(place(info.line, info.column, warning.inside(frame(&self.env)), ""));
        }
    }
}

/// Puts a label at a line and column; under the whole line where the column is 0, nowhere where the line is.
pub fn place(line: u32, column: u32, diagnostic: Diagnostic, text: &str) -> Diagnostic {
    if line == 0 {
        return diagnostic;
    }
    let diagnostic = Diagnostic { line, ..diagnostic };
    if diagnostic.source.text.is_empty() {
        return diagnostic;
    }
    if column != 0 {
        return diagnostic.label_at(line, column, text);
    }
    let start = diagnostic.source.offset(line, 1);
    let content = diagnostic.source.line(line);
    let indent = content.len() - content.trim_start().len();
    let span = start + indent..start + content.trim_end().len().max(indent);
    diagnostic.label(span, text)
}

/// The function or module of an environment, as stack traces show it.
pub fn frame(env: &super::env::Env) -> Option<String> {
    let module = show_module(env.module?);
    Some(match env.function {
        None => module,
        Some((name, arity)) => format!("{module}.{}/{arity}", show_name(name)),
    })
}

/// A function's name as source shows it behind a dot.
pub fn show_name(name: Atom) -> String {
    let text = name.as_str();
    let operator = !text.is_empty() && text.chars().all(|c| "+-*/<>=!&|^~.@".contains(c));
    let plain = is_plain_name(text) && !text.contains('@') && !text.trim_end_matches(['?', '!']).contains(['?', '!']);
    let plain = plain && !text.starts_with(|c: char| c.is_uppercase());
    if operator || plain {
        text.to_string()
    } else {
        format!("{text:?}")
    }
}

/// A module's name as source shows it.
pub fn show_module(module: Atom) -> String {
    match module.as_str().strip_prefix("Elixir.") {
        Some(name) => name.to_string(),
        None => format!(":{module}"),
    }
}

/// Quoted code as source.
pub fn show(quoted: &Quoted) -> String {
    crate::quoted::text::to_text(quoted)
}

fn is_plain_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|c| c.is_alphanumeric() || matches!(c, '_' | '@' | '?' | '!'))
}

/// The candidate most like `name`, if one is like enough.
pub fn closest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = match name.chars().count() {
        0..=2 => return None,
        3..=5 => 1,
        6..=9 => 2,
        _ => 3,
    };
    candidates
        .filter(|candidate| *candidate != name)
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The number of insertions, deletions, replacements and swaps of neighbours from one text to the other.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut previous = None;
    for (row, a) in left.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, &b) in right.iter().enumerate() {
            let mut best = (last[column] + usize::from(a != b)).min(last[column + 1] + 1).min(current[column] + 1);
            if column > 0 && previous == Some(b) && right[column - 1] == a && !before.is_empty() {
                best = best.min(before[column - 1] + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut last, current);
        previous = Some(a);
    }
    last[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_name_is_near_or_none() {
        assert_eq!(closest("lenght", ["length", "left"].into_iter()), Some("length"));
        assert_eq!(closest("foo", ["bar"].into_iter()), None);
        assert_eq!(distance("abcd", "acbd"), 1);
    }
}
