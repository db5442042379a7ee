//! The private half of a mailbox: the messages that have arrived at a process, in order, and its cursor.
//!
//! Only the owner touches it. What others send lies in the slot's inbox until the owner fetches it. Positions are
//! numbered from the birth of the mailbox, so a mark stays valid while messages come and go around it:
//!
//! ```text
//!            front                    cursor          end
//!              │  m0  m1  ──  m3  m4  m5  ──  m7  m8  │        ── is a message taken out of the middle
//!  position   first                                 first + queue.len()
//! ```
//!
//! Taking the message under the cursor leaves a hole that is trimmed at both ends and squeezed out once holes are the
//! majority, so taking costs O(1) amortised wherever it happens.

use std::collections::VecDeque;

use super::id::Reference;

/// The most reference marks a process has at a time; a further one replaces the oldest.
const MAX_MARKS: usize = 4;

/// Where a mark lies, and what it is known by.
#[derive(Debug)]
struct Mark {
    key: MarkKey,
    position: u64,
}

/// What a mark is known by: a number while it is only reserved, then the reference it was bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MarkKey {
    Reserved(u64),
    Bound(Reference),
}

/// The messages of a process in order of arrival, with the cursor of the receive under way.
#[derive(Debug)]
pub struct Mailbox<M> {
    queue: VecDeque<Option<M>>,
    /// The position of the queue's first entry.
    first: u64,
    /// The position of the message that the receive looks at next.
    cursor: u64,
    /// How many entries of the queue are `None`.
    holes: usize,
    /// Whether the process may hold on to the message under the cursor without owning it.
    looked_at: bool,
    /// A message that was removed while the process could hold on to it.
    kept: Option<Box<M>>,
    marks: Option<Box<Marks>>,
}

#[derive(Debug, Default)]
struct Marks {
    list: Vec<Mark>,
    reserved: u64,
}

impl<M> Default for Mailbox<M> {
    fn default() -> Self {
        Mailbox { queue: VecDeque::new(), first: 0, cursor: 0, holes: 0, looked_at: false, kept: None, marks: None }
    }
}

impl<M> Mailbox<M> {
    /// Adds a message at the end. O(1) amortised.
    pub fn push(&mut self, message: M) {
        self.queue.push_back(Some(message));
    }

    /// Bytes that the queue itself takes, without what its messages own.
    pub fn queue_bytes(&self) -> usize {
        self.queue.capacity() * size_of::<Option<M>>()
    }

    /// The number of messages.
    pub fn len(&self) -> usize {
        self.queue.len() - self.holes
    }

    /// Whether there are no messages.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The messages in order.
    pub fn iter(&self) -> impl Iterator<Item = &M> {
        self.queue.iter().flatten()
    }

    /// The message under the cursor, or `None` when the receive has looked at all that have arrived.
    pub fn peek(&mut self) -> Option<&M> {
        loop {
            let index = (self.cursor - self.first) as usize;
            match self.queue.get(index) {
                None => return None,
                Some(None) => self.cursor += 1,
                Some(Some(_)) => return self.queue[index].as_ref(),
            }
        }
    }

    /// Whether the process may hold on to the message under the cursor, or to a removed one.
    #[inline(always)]
    pub fn is_looked_at(&self) -> bool {
        self.looked_at || self.kept.is_some()
    }

    /// The message under the cursor, looked at from now on. `None` when something else has to happen first.
    #[inline(always)]
    pub fn look(&mut self) -> Option<&M> {
        if self.is_looked_at() {
            return None;
        }
        let message = self.queue.get((self.cursor - self.first) as usize)?.as_ref()?;
        self.looked_at = true;
        Some(message)
    }

    /// Goes on from the message under the cursor, to which nothing points any more.
    #[inline(always)]
    pub fn leave(&mut self) {
        self.looked_at = false;
        self.cursor += 1;
    }

    /// Goes on from the message under the cursor, which nobody has looked at, for as long as `unwanted` says so of it, past at
    /// most `limit` messages; gives how many. O(passed).
    #[inline(always)]
    pub fn pass_while(&mut self, limit: usize, mut unwanted: impl FnMut(&M) -> bool) -> usize {
        let (mut passed, mut seen) = (0, 0);
        let from = ((self.cursor - self.first) as usize).min(self.queue.len());
        for entry in self.queue.range(from..) {
            if let Some(message) = entry {
                if passed == limit || !unwanted(message) {
                    break;
                }
                passed += 1;
            }
            seen += 1;
        }
        self.cursor += seen;
        passed
    }

    /// Says whether the process may hold on to the message under the cursor. Until it does not, whoever drops that message
    /// or lets the process's memory be collected makes it the process's own first.
    pub fn set_looked_at(&mut self, looked_at: bool) {
        self.looked_at = looked_at;
    }

    /// The message that the process may hold on to, which it no longer does; the mailbox goes on with `copy` of it.
    pub fn give_up(&mut self, copy: impl FnOnce(&M) -> M) -> Option<M> {
        if let Some(kept) = self.kept.take() {
            return Some(*kept);
        }
        if !std::mem::replace(&mut self.looked_at, false) {
            return None;
        }
        self.peek()?;
        let entry = self.queue[(self.cursor - self.first) as usize].as_mut()?;
        let copy = copy(entry);
        Some(std::mem::replace(entry, copy))
    }

    /// Leaves the message under the cursor where it is and goes on to the next. Does nothing at the end.
    pub fn advance(&mut self) {
        if ((self.cursor - self.first) as usize) < self.queue.len() {
            self.cursor += 1;
        }
    }

    /// Takes out the message under the cursor and puts the cursor back to the front.
    ///
    /// `None` when [`Mailbox::peek`] would give none.
    pub fn take(&mut self) -> Option<M> {
        self.peek()?;
        let index = (self.cursor - self.first) as usize;
        let message = self.queue[index].take();
        self.holes += 1;
        self.trim();
        self.rewind();
        message
    }

    /// Puts the cursor back to the front: a receive has ended, or begins.
    pub fn rewind(&mut self) {
        self.cursor = self.first;
    }

    /// Takes out every message that `unwanted` picks. O(messages). The cursor and marks keep their messages.
    pub fn remove_if(&mut self, mut unwanted: impl FnMut(&M) -> bool) -> usize {
        let before = self.holes;
        let looked_at = self.looked_at.then(|| (self.cursor - self.first) as usize);
        for (index, entry) in self.queue.iter_mut().enumerate() {
            if entry.as_ref().is_some_and(&mut unwanted) {
                let message = entry.take();
                if looked_at == Some(index) {
                    self.kept = message.map(Box::new);
                    self.looked_at = false;
                }
                self.holes += 1;
            }
        }
        let removed = self.holes - before;
        self.trim();
        removed
    }

    /// Sets a mark at the end, to be bound to a reference that is about to be made; gives the mark's number.
    ///
    /// No message that has arrived by now can hold that reference, so a receive for it may begin at the mark.
    pub fn reserve_mark(&mut self) -> u64 {
        let position = self.first + self.queue.len() as u64;
        let marks = self.marks.get_or_insert_default();
        if marks.list.len() == MAX_MARKS {
            marks.list.remove(0);
        }
        marks.reserved += 1;
        marks.list.push(Mark { key: MarkKey::Reserved(marks.reserved), position });
        marks.reserved
    }

    /// Ties the mark of this number to `reference`. Does nothing when the mark is gone.
    pub fn bind_mark(&mut self, number: u64, reference: Reference) {
        if let Some(mark) = self.find(MarkKey::Reserved(number)) {
            mark.key = MarkKey::Bound(reference);
        }
    }

    /// Puts the cursor at the mark of `reference`; without one it stays, at the front.
    pub fn use_mark(&mut self, reference: Reference) {
        if let Some(mark) = self.find(MarkKey::Bound(reference)) {
            let position = mark.position;
            self.cursor = position.max(self.first);
        }
    }

    /// Forgets the mark of `reference`, if there is one.
    pub fn clear_mark(&mut self, reference: Reference) {
        if let Some(marks) = &mut self.marks {
            marks.list.retain(|mark| mark.key != MarkKey::Bound(reference));
        }
    }

    /// Gives memory back that the queue no longer needs.
    pub fn shrink(&mut self) {
        self.squeeze();
        self.queue.shrink_to_fit();
        if self.marks.as_ref().is_some_and(|marks| marks.list.is_empty()) {
            self.marks = None;
        }
    }

    fn find(&mut self, key: MarkKey) -> Option<&mut Mark> {
        self.marks.as_mut()?.list.iter_mut().find(|mark| mark.key == key)
    }

    /// Drops the holes at both ends, and those in the middle once they are the majority.
    fn trim(&mut self) {
        while let Some(None) = self.queue.front() {
            self.queue.pop_front();
            self.first += 1;
            self.holes -= 1;
        }
        while let Some(None) = self.queue.back() {
            self.queue.pop_back();
            self.holes -= 1;
        }
        if self.holes > 32 && self.holes * 2 > self.queue.len() {
            self.squeeze();
        }
        let end = self.first + self.queue.len() as u64;
        self.cursor = self.cursor.clamp(self.first, end);
        if let Some(marks) = &mut self.marks {
            for mark in &mut marks.list {
                mark.position = mark.position.clamp(self.first, end);
            }
        }
    }

    /// Drops all holes, moving the cursor and the marks along with their messages.
    fn squeeze(&mut self) {
        if self.holes == 0 {
            return;
        }
        let first = self.first;
        let queue = &self.queue;
        let moved = |position: u64| {
            let index = position.saturating_sub(first) as usize;
            first + queue.iter().take(index).filter(|entry| entry.is_some()).count() as u64
        };
        self.cursor = moved(self.cursor);
        if let Some(marks) = &mut self.marks {
            for mark in &mut marks.list {
                mark.position = moved(mark.position);
            }
        }
        self.queue.retain(Option::is_some);
        self.holes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Pid;

    fn reference(number: u64) -> Reference {
        Reference { owner: Pid::new(1, 0), number }
    }

    #[test]
    fn messages_come_out_in_order() {
        let mut mailbox = Mailbox::default();
        for message in 0..5 {
            mailbox.push(message);
        }
        let taken: Vec<i32> = std::iter::from_fn(|| mailbox.take()).collect();
        assert_eq!(taken, [0, 1, 2, 3, 4]);
        assert!(mailbox.is_empty());
    }

    #[test]
    fn a_selective_receive_leaves_the_others() {
        let mut mailbox = Mailbox::default();
        for message in 0..100 {
            mailbox.push(message);
        }
        for odd in (1..100).step_by(2) {
            while mailbox.peek() != Some(&odd) {
                mailbox.advance();
            }
            assert_eq!(mailbox.take(), Some(odd));
        }
        assert_eq!(mailbox.len(), 50);
        let rest: Vec<i32> = std::iter::from_fn(|| mailbox.take()).collect();
        assert_eq!(rest, (0..100).step_by(2).collect::<Vec<_>>());
    }

    #[test]
    fn unwanted_messages_are_passed_over_up_to_a_limit() {
        let mut mailbox = Mailbox::default();
        for message in 0..100 {
            mailbox.push(message);
        }
        assert_eq!(mailbox.remove_if(|message| (10..20).contains(message)), 10);
        assert_eq!(mailbox.pass_while(5, |_| true), 5);
        assert_eq!(mailbox.peek(), Some(&5));
        assert_eq!(mailbox.pass_while(1_000, |&message| message < 50), 35);
        assert_eq!(mailbox.peek(), Some(&50));
        assert_eq!(mailbox.pass_while(1_000, |_| true), 50);
        assert_eq!(mailbox.peek(), None);
        assert_eq!(mailbox.pass_while(1_000, |_| true), 0);
    }

    #[test]
    fn a_receive_begins_at_its_mark() {
        let mut mailbox = Mailbox::default();
        for message in 0..1000 {
            mailbox.push(message);
        }
        let mark = mailbox.reserve_mark();
        mailbox.bind_mark(mark, reference(1));
        mailbox.push(1000);
        mailbox.use_mark(reference(1));
        assert_eq!(mailbox.peek(), Some(&1000));
        assert_eq!(mailbox.take(), Some(1000));
        mailbox.clear_mark(reference(1));
        assert_eq!(mailbox.peek(), Some(&0));
    }

    #[test]
    fn marks_survive_holes_being_squeezed_out() {
        let mut mailbox = Mailbox::default();
        for message in 0..200 {
            mailbox.push(message);
        }
        let mark = mailbox.reserve_mark();
        mailbox.bind_mark(mark, reference(7));
        mailbox.push(200);
        assert_eq!(mailbox.remove_if(|message| (1..150).contains(message)), 149);
        mailbox.use_mark(reference(7));
        assert_eq!(mailbox.peek(), Some(&200));
        mailbox.rewind();
        assert_eq!(mailbox.take(), Some(0));
        assert_eq!(mailbox.take(), Some(150));
    }

    #[test]
    fn an_unknown_mark_changes_nothing() {
        let mut mailbox = Mailbox::default();
        mailbox.push("first");
        mailbox.use_mark(reference(3));
        assert_eq!(mailbox.peek(), Some(&"first"));
    }
}
