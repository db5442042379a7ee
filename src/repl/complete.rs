//! What an entry could go on with. `IEx.Autocomplete` knows.

use std::sync::Arc;

use beamlet_vm::machine::{CallOptions, Entry, VmShared};
use beamlet_vm::{Atom, Value};
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

    /// The completions at the end of a text: how many bytes of it they replace, and whole words, each with a line about it.
    fn completions(&self, text: &str) -> Option<(usize, Vec<(String, Option<String>)>)> {
        // Modules of the library are listed even before they are loaded.
        let names = beamlet_stdlib::names().map(Value::from).collect();
        let module = Atom::new("Elixir.IEx.Autocomplete");
        let args = vec![Value::from(text), Value::List(names)];
        let entry = Entry::Values { module, function: Atom::new("complete"), args };
        let call = self.vm.begin_call(entry, CallOptions::default()).ok()?;
        let answer = call.answer_within(std::time::Duration::from_secs(2))?;
        let Ok(Value::Tuple(mut parts)) = answer.ok()?.term().to_value() else { return None };
        let (Some(Value::List(found)), Some(Value::Int(size))) = (parts.pop(), parts.pop()) else { return None };
        let entry = |value: Value| match value {
            Value::Tuple(parts) => {
                let mut texts = parts.iter().map(|part| part.as_str().map(str::to_owned));
                Some((texts.next()??, texts.next()?))
            }
            _ => None,
        };
        Some((usize::try_from(size).ok()?, found.into_iter().filter_map(entry).collect()))
    }
}

impl Completer for Library {
    fn complete(&mut self, line: &str, position: usize) -> Vec<Suggestion> {
        let Some(before) = line.get(..position) else { return Vec::new() };
        let Some((size, found)) = self.completions(before) else { return Vec::new() };
        let Some(start) = position.checked_sub(size).filter(|start| line.is_char_boundary(*start)) else {
            return Vec::new();
        };
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
