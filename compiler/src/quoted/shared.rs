//! Shared lists and pairs of quoted code, which free themselves without overflowing the host's stack however deep they are.

use std::ops::Deref;
use std::sync::Arc;

use super::Quoted;

/// Runs `work` on more stack when little is left.
pub(super) fn on_enough_stack<T>(work: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(64 * 1024, 2 * 1024 * 1024, work)
}

/// Whether freeing this may free more code below it.
pub(super) fn is_shared(quoted: &Quoted) -> bool {
    matches!(quoted, Quoted::List(_) | Quoted::Pair(_) | Quoted::Node(_) | Quoted::Other(_))
}

/// The elements of a list. Cloning costs one count.
#[derive(Clone, Debug, PartialEq)]
pub struct Elements(Arc<[Quoted]>);

impl Deref for Elements {
    type Target = [Quoted];

    fn deref(&self) -> &[Quoted] {
        &self.0
    }
}

impl From<Vec<Quoted>> for Elements {
    fn from(elements: Vec<Quoted>) -> Elements {
        Elements(elements.into())
    }
}

impl From<&[Quoted]> for Elements {
    fn from(elements: &[Quoted]) -> Elements {
        Elements(elements.into())
    }
}

impl FromIterator<Quoted> for Elements {
    fn from_iter<I: IntoIterator<Item = Quoted>>(elements: I) -> Elements {
        Elements(elements.into_iter().collect())
    }
}

impl<'e> IntoIterator for &'e Elements {
    type Item = &'e Quoted;
    type IntoIter = std::slice::Iter<'e, Quoted>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl Drop for Elements {
    fn drop(&mut self) {
        let Some(elements) = Arc::get_mut(&mut self.0) else { return };
        if elements.iter().any(is_shared) {
            on_enough_stack(|| elements.fill(Quoted::NIL));
        }
    }
}

/// The two elements of a pair. Cloning costs one count.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair(Arc<(Quoted, Quoted)>);

impl Pair {
    /// The pair of these.
    pub fn new(left: Quoted, right: Quoted) -> Pair {
        Pair(Arc::new((left, right)))
    }
}

impl Deref for Pair {
    type Target = (Quoted, Quoted);

    fn deref(&self) -> &(Quoted, Quoted) {
        &self.0
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        let Some((left, right)) = Arc::get_mut(&mut self.0) else { return };
        if is_shared(left) || is_shared(right) {
            on_enough_stack(|| {
                *left = Quoted::NIL;
                *right = Quoted::NIL;
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quoted::Meta;

    #[test]
    fn deep_code_frees_itself() {
        let make = |wrap: fn(Quoted) -> Quoted| (0..300_000).fold(Quoted::NIL, |inner, _| wrap(inner));
        drop(make(|inner| Quoted::list(vec![inner])));
        drop(make(|inner| Quoted::pair(inner, Quoted::Int(1))));
        drop(make(|inner| Quoted::call(Quoted::atom("f"), Meta::default(), vec![inner])));
        drop(make(|inner| Quoted::call(inner, Meta::default(), vec![])));
    }
}
