//! What a word could be completed to. `IEx.Autocomplete` knows; this finds the word.

use std::sync::Arc;

use beamlet_vm::machine::VmShared;
use beamlet_vm::{Atom, OwnedTerm, Value};
use reedline::{Completer, Span, Suggestion};

/// Completion by what the VM knows and the library holds.
pub struct Library {
    vm: Arc<VmShared>,
}

impl Library {
    /// Completion in a VM.
    pub fn new(vm: Arc<VmShared>) -> Library {
        Library { vm }
    }

    /// The completions of a word: whole words, each with a line about it.
    fn completions(&self, word: &str) -> Option<Vec<(String, Option<String>)>> {
        // Modules of the library are listed even before they are loaded.
        let names = beamlet_stdlib::names().map(Value::from).collect();
        let args = [Value::from(word), Value::List(names)].iter().map(OwnedTerm::from_value).collect();
        let module = Atom::new("Elixir.IEx.Autocomplete");
        let answer = self.vm.calls().begin(&self.vm, module, Atom::new("complete"), args).ok()?;
        let wait = std::time::Duration::from_secs(2);
        let Ok(Value::List(found)) = answer.recv_timeout(wait).ok()?.ok()?.term().to_value() else { return None };
        let entry = |value: Value| match value {
            Value::Tuple(parts) => {
                let mut texts = parts.iter().map(|part| part.as_str().map(str::to_owned));
                Some((texts.next()??, texts.next()?))
            }
            _ => None,
        };
        Some(found.into_iter().filter_map(entry).collect())
    }
}

/// Where the word begins that ends at `position`.
fn start_of_word(line: &str, position: usize) -> usize {
    let of_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '@' | '?' | '!' | '%');
    let before = &line[..position];
    before.char_indices().rev().take_while(|(_, c)| of_word(*c)).last().map_or(position, |(at, _)| at)
}

impl Completer for Library {
    fn complete(&mut self, line: &str, position: usize) -> Vec<Suggestion> {
        if !line.is_char_boundary(position) {
            return Vec::new();
        }
        let start = start_of_word(line, position);
        let found = self.completions(&line[start..position]).unwrap_or_default();
        let suggestion = |(value, description)| Suggestion {
            value,
            description,
            style: None,
            extra: None,
            span: Span::new(start, position),
            append_whitespace: false,
        };
        found.into_iter().map(suggestion).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::start_of_word;

    #[test]
    fn words_begin_after_what_is_none() {
        for (line, word) in [("Enum.ma", "Enum.ma"), ("x = :li", ":li"), ("f(%Ma", "%Ma"), ("1 + ", ""), ("é.b", "é.b")]
        {
            assert_eq!(&line[start_of_word(line, line.len())..], word);
        }
    }
}
