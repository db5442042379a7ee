//! The variables of the function being expanded: which name means which number, and which were used.

use beamlet_vm::Atom;

use super::env::{VarContext, VarKey};
use super::hashing::SmallMap;
use crate::tree::VarId;

/// What is known of one variable.
#[derive(Clone, Debug)]
pub struct VarInfo {
    /// Its name and hygiene context.
    pub key: VarKey,
    /// Where it was bound.
    pub line: u32,
    /// Where it was bound; 0 where unknown.
    pub column: u32,
    /// Whether something read it.
    pub used: bool,
    /// Whether the statement at hand reads it; see [`Scope::forget_wanted`].
    pub wanted: bool,
    /// Whether an unused one is worth a warning.
    pub warn: bool,
    /// Whether a variable of the same name was visible where it was bound.
    pub shadows: bool,
    /// Which of the scopes that have ended it was of, counted as they end; the greatest number while it is visible.
    pub ended: u32,
}

/// A point to return to; see [`Scope::mark`].
#[derive(Clone, Copy, Debug)]
pub struct Mark(usize);

/// The variables of a function.
#[derive(Debug, Default)]
pub struct Scope {
    visible: SmallMap<VarKey, VarId>,
    undo: Vec<(VarKey, Option<VarId>)>,
    variables: Vec<VarInfo>,
    ended: u32,
}

impl Scope {
    /// The variable that a name means now.
    pub fn get(&self, key: VarKey) -> Option<VarId> {
        self.visible.get(&key).copied()
    }

    /// Makes a variable that no name means yet.
    pub fn fresh(&mut self, key: VarKey, line: u32, column: u32, warn: bool) -> VarId {
        let shadows = warn && self.visible.contains_key(&key);
        self.variables.push(VarInfo { key, line, column, used: false, wanted: false, warn, shadows, ended: u32::MAX });
        VarId(self.variables.len() as u32 - 1)
    }

    /// Makes a variable of the compiler's own.
    pub fn temporary(&mut self) -> VarId {
        let key = (beamlet_vm::atom::atoms::UNDERSCORE, VarContext::Atom(beamlet_vm::atom::atoms::NIL));
        self.variables.push(VarInfo {
            key,
            line: 0,
            column: 0,
            used: true,
            wanted: true,
            warn: false,
            shadows: false,
            ended: u32::MAX,
        });
        VarId(self.variables.len() as u32 - 1)
    }

    /// From here on the name means the variable.
    pub fn bind(&mut self, key: VarKey, variable: VarId) {
        self.variables[variable.0 as usize].ended = u32::MAX;
        let earlier = self.visible.insert(key, variable);
        self.undo.push((key, earlier));
    }

    /// Notes that a variable was read.
    pub fn mark_used(&mut self, variable: VarId) {
        let info = &mut self.variables[variable.0 as usize];
        info.used = true;
        info.wanted = true;
    }

    /// Begins a new statement, which so far reads none of the variables.
    pub fn forget_wanted(&mut self, variable: VarId) {
        self.variables[variable.0 as usize].wanted = false;
    }

    /// What is known of a variable.
    pub fn info(&self, variable: VarId) -> &VarInfo {
        &self.variables[variable.0 as usize]
    }

    /// All variables so far.
    pub fn variables(&self) -> &[VarInfo] {
        &self.variables
    }

    /// The present point, for [`Scope::reset`].
    pub fn mark(&self) -> Mark {
        Mark(self.undo.len())
    }

    /// Whether nothing was bound since.
    pub fn unchanged_since(&self, mark: Mark) -> bool {
        self.undo.len() == mark.0
    }

    /// Names mean again what they meant at the mark.
    pub fn reset(&mut self, mark: Mark) {
        self.ended += 1;
        while self.undo.len() > mark.0 {
            let (key, earlier) = self.undo.pop().expect("the stack is longer than the mark");
            if let Some(variable) = self.visible.get(&key) {
                self.variables[variable.0 as usize].ended = self.ended;
            }
            match earlier {
                Some(variable) => self.visible.insert(key, variable),
                None => self.visible.remove(&key),
            };
        }
    }

    /// Names bound since the mark, each once, with what they mean now.
    pub fn since(&self, mark: Mark) -> Vec<(VarKey, VarId)> {
        let mut bound: Vec<(VarKey, VarId)> = Vec::new();
        for (key, _) in &self.undo[mark.0..] {
            if !bound.iter().any(|(other, _)| other == key) {
                bound.extend(self.visible.get(key).map(|variable| (*key, *variable)));
            }
        }
        bound
    }

    /// Names in force with their variables, in no order.
    pub fn visible(&self) -> impl Iterator<Item = (VarKey, VarId)> + '_ {
        self.visible.iter().map(|(key, variable)| (*key, *variable))
    }

    /// Names visible now, for suggestions.
    pub fn names(&self) -> impl Iterator<Item = Atom> + '_ {
        self.visible.keys().filter(|(_, context)| matches!(context, VarContext::Atom(_))).map(|(name, _)| *name)
    }
}
