//! Whether the REPL has a terminal to edit lines on, and the editor there.

use std::io::IsTerminal as _;
use std::sync::Arc;

use beamlet_vm::machine::{Vm, VmShared};

use super::arguments::{Arguments, Command};

/// The terminal of a run.
#[derive(Clone)]
pub struct Terminal {
    edits: bool,
    #[cfg(feature = "repl")]
    evaluating: crate::repl::Evaluating,
}

impl Terminal {
    /// What a command line wants of the terminal, if there is one.
    pub fn of(arguments: &Arguments) -> Terminal {
        let wanted = arguments.commands.contains(&Command::Repl);
        let both = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        Terminal {
            edits: cfg!(feature = "repl") && wanted && both,
            #[cfg(feature = "repl")]
            evaluating: crate::repl::Evaluating::default(),
        }
    }

    /// Whether lines are edited.
    pub fn edits(&self) -> bool {
        self.edits
    }

    /// Ends the evaluation that goes on; `false` when there is none.
    pub fn interrupt(&self, vm: &Arc<VmShared>) -> bool {
        #[cfg(feature = "repl")]
        return self.edits && self.evaluating.interrupt(vm);
        #[cfg(not(feature = "repl"))]
        {
            let _ = vm;
            false
        }
    }

    /// Runs the editor, if lines are edited, and gives the status to end with.
    ///
    /// # Errors
    /// What the terminal says.
    pub fn run(&self, machine: &Vm) -> Result<Option<i32>, String> {
        if !self.edits {
            return Ok(None);
        }
        #[cfg(feature = "repl")]
        {
            let colors = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
            crate::repl::run(machine, &self.evaluating, colors).map(Some)
        }
        #[cfg(not(feature = "repl"))]
        {
            let _ = machine;
            Ok(None)
        }
    }
}
