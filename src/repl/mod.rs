//! The interactive face: a line editor around `IEx.Server`, which evaluates.
//!
//! The editor runs in the main thread and asks the VM by calling functions of `IEx.Server`: the prompt, what an entry gives,
//! what could complete a word. While an entry is evaluated, Ctrl-C ends that evaluation and nothing else.

mod complete;
mod highlight;
mod validate;

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use beamlet_vm::machine::{CallOptions, Entry, Vm, VmShared};
use beamlet_vm::{Atom, OwnedTerm, Value};
use reedline::{
    default_emacs_keybindings, ColumnarMenu, EditCommand, Emacs, FileBackedHistory, KeyCode, KeyModifiers, MenuBuilder,
    Prompt, PromptEditMode, PromptHistorySearch, Reedline, ReedlineEvent, ReedlineMenu, Signal,
};

/// How many entries the history keeps.
const HISTORY: usize = 5_000;

/// The name of the completion menu.
const MENU: &str = "completion";

const SERVER: &str = "Elixir.IEx.Server";

/// Whether an entry is being evaluated, so that Ctrl-C is for it.
#[derive(Clone, Default)]
pub struct Evaluating(Arc<AtomicBool>);

impl Evaluating {
    /// Ends the evaluation that goes on; `false` when there is none.
    pub fn interrupt(&self, vm: &Arc<VmShared>) -> bool {
        if !self.0.load(Ordering::SeqCst) {
            return false;
        }
        vm.console().give_up_input();
        // Nobody waits for the answer: the evaluation's own caller gets it.
        let entry = Entry::Call { module: Atom::new(SERVER), function: Atom::new("interrupt"), args: Vec::new() };
        let _ = vm.begin_call(entry, CallOptions::default());
        true
    }
}

struct Line {
    prompt: String,
}

impl Prompt for Line {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.prompt)
    }

    fn render_prompt_right(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_indicator(&self, _: PromptEditMode) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        let dots = "...".to_owned() + self.prompt.trim_start_matches(|c: char| c.is_alphabetic());
        Cow::Owned(dots)
    }

    fn render_prompt_history_search_indicator(&self, search: PromptHistorySearch) -> Cow<'_, str> {
        Cow::Owned(format!("(search: {}) ", search.term))
    }
}

/// Where the history is kept, if there is a place for it.
fn history_file() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("BEAMLET_HISTORY") {
        return (!path.is_empty()).then(|| PathBuf::from(path));
    }
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state"));
    Some(state.or_else(home)?.join("beamlet/history"))
}

fn editor(vm: &Arc<VmShared>, colors: bool) -> Reedline {
    let mut keys = default_emacs_keybindings();
    let complete = ReedlineEvent::UntilFound(vec![ReedlineEvent::Menu(MENU.into()), ReedlineEvent::MenuNext]);
    keys.add_binding(KeyModifiers::NONE, KeyCode::Tab, complete);
    keys.add_binding(KeyModifiers::SHIFT, KeyCode::BackTab, ReedlineEvent::MenuPrevious);
    let newline = ReedlineEvent::Edit(vec![EditCommand::InsertNewline]);
    keys.add_binding(KeyModifiers::ALT, KeyCode::Enter, newline);
    let mut editor = Reedline::create()
        .with_ansi_colors(colors)
        .with_edit_mode(Box::new(Emacs::new(keys)))
        .with_validator(Box::new(validate::Parser))
        .with_completer(Box::new(complete::Library::new(vm.clone())))
        .with_menu(ReedlineMenu::EngineCompleter(Box::new(ColumnarMenu::default().with_name(MENU))))
        .use_bracketed_paste(true)
        .with_quick_completions(true)
        .with_partial_completions(true);
    if colors {
        editor = editor.with_highlighter(Box::new(highlight::Source));
    }
    let file =
        history_file().filter(|path| path.parent().is_some_and(|parent| std::fs::create_dir_all(parent).is_ok()));
    let history = file.and_then(|file| FileBackedHistory::with_file(HISTORY, file).ok());
    match history {
        Some(history) => editor.with_history(Box::new(history)),
        None => editor,
    }
}

/// Asks a function of `IEx.Server`; `None` once the VM has halted.
fn ask(machine: &Vm, function: &str, args: &[Value]) -> Option<Value> {
    machine.call_values(Atom::new(SERVER), Atom::new(function), args)?.ok()
}

/// Reads, evaluates and prints until the input ends or the VM halts; gives the status to end with.
///
/// # Errors
/// What the terminal says.
pub fn run(machine: &Vm, evaluating: &Evaluating, colors: bool) -> Result<i32, String> {
    let shared = machine.shared();
    let mut editor = editor(shared, colors);
    loop {
        // The window may have been resized since the last entry.
        let width = crossterm::terminal::size().map_or(Value::NIL, |(columns, _)| Value::Int(columns.into()));
        let Some(prompt) = ask(machine, "prompt", &[width]) else { break };
        let line = Line { prompt: prompt.as_str().unwrap_or("> ").to_owned() };
        shared.console().flush();
        match editor.read_line(&line) {
            Ok(Signal::Success(text)) if text.trim().is_empty() => {}
            Ok(Signal::Success(text)) => {
                evaluating.0.store(true, Ordering::SeqCst);
                let done = ask(machine, "evaluate", &[Value::from(text.as_str())]);
                evaluating.0.store(false, Ordering::SeqCst);
                shared.console().flush();
                if done.is_none() {
                    break;
                }
            }
            Ok(Signal::CtrlC) => {}
            Ok(Signal::CtrlD) => break,
            Err(error) => return Err(format!("the terminal cannot be read: {error}")),
        }
        // An output whose other end is gone has nobody to talk to.
        if shared.console().is_closed() {
            break;
        }
    }
    let _unread = machine.call(Atom::new(SERVER), Atom::new("finish"), Vec::<OwnedTerm>::new());
    Ok(shared.halted().unwrap_or(0))
}
