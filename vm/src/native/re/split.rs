//! Splitting a subject at its matches.

use super::options::{Form, Options};
use super::pattern::Match;
use super::pattern_of;
use super::run::{is_unicode, search, Subject, Wanted};
use crate::native::{Native, NativeFn, NativeResult};
use crate::term::Term;

pub(super) fn split<'h>(
    cx: &mut Native<'_, 'h>,
    subject: Term<'h>,
    expression: Term<'h>,
    list: Term<'h>,
) -> NativeResult<'h> {
    split_with(cx, &[subject, expression, list], false)
}

/// Goes on when a long search is over.
fn split_again<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    split_with(cx, args, true)
}

fn split_with<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>], begun: bool) -> NativeResult<'h> {
    let &[subject, expression, list] = args else { return Native::badarg() };
    let mut options = Options { form: Form::IoData, ..Options::default() };
    options.read(list, false)?;
    if options.form == Form::Index || options.global {
        return Native::badarg();
    }
    options.global = true;
    let unicode = is_unicode(expression, &options);
    let subject = Subject::new(cx, subject, unicode)?;
    if options.offset > subject.bytes.len() {
        return Native::badarg();
    }
    let pattern = pattern_of(cx, expression, &options)?;
    let way = (args, split_again as NativeFn, begun);
    // A search that gives up counts as one that found no more.
    let found = match search(cx, &pattern, &subject, &options, Wanted::Separators, way) {
        Ok(searched) => searched.found,
        Err(outcome) => return outcome,
    };
    cx.charge(found.len());
    // Each part with the groups of the match that ended it; the last one has none.
    let mut pieces: Vec<Match> = Vec::with_capacity(found.len() + 1);
    let mut last = 0;
    for one in found {
        let (from, to) = one[0].unwrap_or((last, last));
        let mut piece = vec![Some((last, from.max(last)))];
        piece.extend_from_slice(&one[1..]);
        pieces.push(piece);
        last = to.max(last);
    }
    pieces.push(vec![Some((last, subject.bytes.len()))]);
    let empty = |place: &Option<(usize, usize)>| place.is_none_or(|(from, to)| from == to);
    if options.group {
        if options.trim {
            while pieces.last().is_some_and(|piece| piece.iter().all(empty)) {
                pieces.pop();
            }
        }
        let mut groups = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let places: Vec<Term<'h>> = piece.into_iter().map(|place| subject.give(cx, place, options.form)).collect();
            groups.push(cx.list(&places));
        }
        return Native::ok(cx.list(&groups));
    }
    let mut places: Match = pieces.into_iter().flatten().collect();
    if options.trim {
        while places.len() > 1 && places.last().is_some_and(empty) {
            places.pop();
        }
    }
    let parts: Vec<Term<'h>> = places.into_iter().map(|place| subject.give(cx, place, options.form)).collect();
    Native::ok(cx.list(&parts))
}
