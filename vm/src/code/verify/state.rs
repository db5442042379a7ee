//! What is known at a point of a function, and what holds where two ways meet.

use crate::code::stream::{MAX_FRAME, REGISTERS};

pub(super) const X_WORDS: usize = REGISTERS / 64;
pub(super) const Y_WORDS: usize = MAX_FRAME / 64;

/// What is known at a point of a function.
#[derive(PartialEq)]
pub(super) struct State {
    /// The x registers that hold values.
    pub(super) x: [u64; X_WORDS],
    /// The frame: its size, and which of its y registers hold values. Of different frames that meet, what they share.
    pub(super) frame: Option<(usize, Vec<u64>)>,
    /// The y registers that may hold a handler's mark, which nothing may read or carry elsewhere.
    pub(super) marks: Vec<u64>,
    /// The x register with a tuple that nothing else refers to yet.
    pub(super) fresh: Option<u32>,
    /// Whether a binary has been begun that the next `bs_put_…` may write into.
    pub(super) building: bool,
    /// Ways with different frames meet here: only what never returns may follow.
    pub(super) mixed: bool,
    /// Whether all those frames hold values only.
    pub(super) complete: bool,
    /// Heap words that are certainly free.
    pub(super) room: usize,
}

impl Clone for State {
    fn clone(&self) -> State {
        State { frame: self.frame.clone(), marks: self.marks.clone(), ..*self }
    }

    /// With the room that is there.
    fn clone_from(&mut self, other: &State) {
        match (&mut self.frame, &other.frame) {
            (Some((size, set)), Some((other_size, other_set))) => {
                *size = *other_size;
                set.clone_from(other_set);
            }
            (frame, other) => frame.clone_from(other),
        }
        self.marks.clone_from(&other.marks);
        let (frame, marks) = (self.frame.take(), std::mem::take(&mut self.marks));
        *self = State { frame, marks, ..*other };
    }
}

impl State {
    pub(super) fn at_entry(arity: usize) -> State {
        let mut state = State {
            x: [0; X_WORDS],
            frame: None,
            marks: Vec::new(),
            fresh: None,
            building: false,
            mixed: false,
            complete: true,
            room: 0,
        };
        state.keep_x(0);
        for i in 0..arity.min(REGISTERS) {
            state.x[i / 64] |= 1 << (i % 64);
        }
        state
    }

    /// Forgets all x registers from `live` on.
    pub(super) fn keep_x(&mut self, live: usize) {
        for (i, word) in self.x.iter_mut().enumerate() {
            let from = i * 64;
            if live <= from {
                *word = 0;
            } else if live < from + 64 {
                *word &= (1 << (live - from)) - 1;
            }
        }
    }

    pub(super) fn has_x(&self, count: usize) -> bool {
        (0..count).all(|i| i < REGISTERS && self.x[i / 64] & 1 << (i % 64) != 0)
    }

    pub(super) fn is_mark(&self, y: usize) -> bool {
        self.marks.get(y / 64).is_some_and(|word| word & 1 << (y % 64) != 0)
    }

    pub(super) fn set_mark(&mut self, y: usize, mark: bool) {
        if mark && self.marks.len() <= y / 64 {
            self.marks.resize(y / 64 + 1, 0);
        }
        if let Some(word) = self.marks.get_mut(y / 64) {
            *word = if mark { *word | 1 << (y % 64) } else { *word & !(1 << (y % 64)) };
        }
    }

    /// Whether all y registers hold values.
    pub(super) fn is_complete(&self) -> bool {
        match &self.frame {
            _ if self.mixed => self.complete,
            Some((size, set)) => (0..*size).all(|n| set[n / 64] & 1 << (n % 64) != 0),
            None => true,
        }
    }

    /// Keeps what holds in the other state too.
    pub(super) fn meet(&mut self, other: &State) {
        let same_size = match (&self.frame, &other.frame) {
            (None, None) => true,
            (Some((mine, _)), Some((theirs, _))) => mine == theirs,
            _ => false,
        };
        if self.mixed || other.mixed || !same_size {
            self.complete = self.is_complete() && other.is_complete();
            self.mixed = true;
        }
        for (mine, theirs) in self.x.iter_mut().zip(&other.x) {
            *mine &= theirs;
        }
        match (&mut self.frame, &other.frame) {
            (Some((size, mine)), Some((other_size, theirs))) => {
                *size = (*size).min(*other_size);
                mine.truncate(theirs.len());
                mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine &= theirs);
            }
            (frame, _) => *frame = None,
        }
        if self.marks.len() < other.marks.len() {
            self.marks.resize(other.marks.len(), 0);
        }
        for (mine, theirs) in self.marks.iter_mut().zip(&other.marks) {
            *mine |= theirs;
        }
        self.building &= other.building;
        if self.fresh != other.fresh {
            self.fresh = None;
        }
        self.room = self.room.min(other.room);
    }
}
