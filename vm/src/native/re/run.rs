//! Searching, and giving what was found in the form asked for.

use std::borrow::Cow;
use std::sync::Arc;

use super::options::{Form, Groups, Options};
use super::pattern::{Match, Pattern, SearchError, Steps};
use super::{compiled_parts, pattern_of, text, PER_REDUCTION};
use crate::atom::{atoms, Atom};
use crate::heap::OwnedTerm;
use crate::native::process::{request, take_reply};
use crate::native::{Native, NativeFn, NativeResult, Outcome, Raise};
use crate::process::{send_control, Control};
use crate::term::{Kind, Term};

/// The text searched: the caller's binary where there is one, so that parts of it can share its bytes.
pub(super) struct Subject<'h> {
    pub(super) bytes: Cow<'h, [u8]>,
    binary: Option<Term<'h>>,
    unicode: bool,
}

impl<'h> Subject<'h> {
    /// The subject's bytes; with `unicode` its characters in UTF-8.
    pub(super) fn new(cx: &mut Native<'_, 'h>, term: Term<'h>, unicode: bool) -> Result<Subject<'h>, Raise<'h>> {
        if let Some(bytes) = term.as_bytes() {
            if unicode && std::str::from_utf8(bytes).is_err() {
                return Err(Native::raise_badarg());
            }
            cx.charge(bytes.len() / PER_REDUCTION);
            return Ok(Subject { bytes: Cow::Borrowed(bytes), binary: Some(term), unicode });
        }
        let bytes = text(cx, term, unicode)?;
        Ok(Subject { bytes: Cow::Owned(bytes), binary: None, unicode })
    }

    /// Whether it is Unicode text.
    pub(super) fn is_unicode(&self) -> bool {
        self.unicode
    }

    /// A part of the subject as a binary.
    pub(super) fn part(&self, cx: &mut Native<'_, 'h>, from: usize, to: usize) -> Term<'h> {
        match self.binary {
            Some(binary) if to > from => {
                cx.sub_binary(binary, from, to - from).unwrap_or_else(|| cx.binary(&self.bytes[from..to]))
            }
            _ => cx.binary(self.bytes.get(from..to).unwrap_or(&[])),
        }
    }

    /// A part of the subject as a list of bytes, or of characters.
    pub(super) fn list(&self, cx: &mut Native<'_, 'h>, from: usize, to: usize) -> Term<'h> {
        let bytes = self.bytes.get(from..to).unwrap_or(&[]);
        match std::str::from_utf8(bytes) {
            Ok(text) if self.unicode => cx.charlist(text),
            _ => cx.byte_list(bytes, Term::nil()),
        }
    }

    /// A part in the form asked for.
    pub(super) fn give(&self, cx: &mut Native<'_, 'h>, place: Option<(usize, usize)>, form: Form) -> Term<'h> {
        let (from, to) = place.unwrap_or((0, 0));
        match form {
            Form::Binary | Form::IoData => self.part(cx, from, to),
            Form::List => self.list(cx, from, to),
            Form::Index => {
                let start = if place.is_some() { from as i64 } else { -1 };
                let start = cx.integer(start);
                let length = cx.size(to - from);
                cx.tuple(&[start, length])
            }
        }
    }
}

/// Whether an expression's term, with these options, is for Unicode text.
pub(super) fn is_unicode(expression: Term<'_>, options: &Options<'_>) -> bool {
    match compiled_parts(expression).and_then(Options::of_key) {
        Some((compiled, _)) => compiled.unicode,
        None => options.unicode,
    }
}

/// Gives each match to `each`, until it says no or there are no more.
fn matches(
    pattern: &Pattern,
    subject: &[u8],
    options: &Options<'_>,
    steps: Steps,
    mut each: impl FnMut(Match) -> bool,
) -> Result<(), SearchError> {
    let mut at = options.offset;
    let mut first = true;
    // After an empty match another one at the same place must not be empty; if there is none, one character is skipped.
    let mut after_empty = false;
    while at <= subject.len() {
        let found = if after_empty {
            pattern.search(subject, at, true, true, steps)?
        } else if options.not_empty_at_start && first && !options.not_empty {
            match pattern.search(subject, at, true, true, steps)? {
                None if at < subject.len() && !options.anchored => {
                    pattern.search(subject, pattern.next(subject, at), false, false, steps)?
                }
                other => other,
            }
        } else {
            pattern.search(subject, at, options.anchored, options.not_empty, steps)?
        };
        first = false;
        match found {
            None if after_empty && at < subject.len() => {
                at = pattern.next(subject, at);
                after_empty = false;
            }
            None => return Ok(()),
            Some(found) => {
                let (from, to) = found[0].unwrap_or((at, at));
                // `\K` can put a match's beginning behind its end.
                after_empty = to <= from || to <= at;
                at = to.max(at);
                if !each(found) || !options.global {
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

/// Which matches a search is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// One, or all of them.
    Matches,
    /// Those between parts of the subject.
    Separators,
}

/// What a search has found, and what kept it from finding more.
#[derive(Debug, Default)]
pub(super) struct Searched {
    pub(super) found: Vec<Match>,
    error: Option<SearchError>,
}

impl Searched {
    fn new(pattern: &Pattern, subject: &[u8], options: &Options<'_>, wanted: Wanted, steps: Steps) -> Searched {
        let pattern = pattern.for_subject(subject);
        let mut found: Vec<Match> = Vec::new();
        let mut last = 0;
        let parts = options.parts.unwrap_or(usize::MAX);
        if wanted == Wanted::Separators && parts <= 1 {
            return Searched::default();
        }
        let searched = matches(pattern, subject, options, steps, |one| {
            let (from, to) = one[0].unwrap_or((last, last));
            // An empty match where a part begins would make an empty part of nothing.
            if wanted == Wanted::Matches || to > from || from > last {
                last = to;
                found.push(one);
            }
            wanted == Wanted::Matches || found.len() + 1 < parts
        });
        Searched { found, error: searched.err() }
    }

    /// As bytes, for the way from a thread of the pool: the error, and two numbers for each group.
    fn to_bytes(&self) -> Vec<u8> {
        let groups = self.found.first().map_or(0, Vec::len);
        let mut bytes = Vec::with_capacity(16 + self.found.len() * groups * 16);
        let error = match self.error {
            None => 0u64,
            Some(SearchError::MatchLimit) => 1,
            Some(SearchError::DepthLimit) => 2,
            Some(SearchError::Other) => 3,
        };
        bytes.extend_from_slice(&error.to_le_bytes());
        bytes.extend_from_slice(&(groups as u64).to_le_bytes());
        for place in self.found.iter().flatten() {
            let (from, to) = place.map_or((u64::MAX, 0), |(from, to)| (from as u64, to as u64));
            bytes.extend_from_slice(&from.to_le_bytes());
            bytes.extend_from_slice(&to.to_le_bytes());
        }
        bytes
    }

    fn of_bytes(bytes: &[u8]) -> Searched {
        let mut numbers = bytes.chunks_exact(8).map(|word| u64::from_le_bytes(word.try_into().unwrap_or_default()));
        let error = match numbers.next() {
            Some(1) => Some(SearchError::MatchLimit),
            Some(2) => Some(SearchError::DepthLimit),
            Some(3) => Some(SearchError::Other),
            _ => None,
        };
        let groups = numbers.next().unwrap_or(0) as usize;
        let mut found = Vec::new();
        while let Some(first) = numbers.next() {
            let mut from = Some(first);
            let mut one = Match::with_capacity(groups);
            while one.len() < groups {
                let (Some(from), Some(to)) = (from.take().or_else(|| numbers.next()), numbers.next()) else { break };
                one.push((from != u64::MAX).then_some((from as usize, to as usize)));
            }
            found.push(one);
        }
        Searched { found, error }
    }
}

/// Searches. One that takes long is begun again on the pool of threads that may block, and the process waits for it without
/// holding its scheduler: then there is no result, but what the native is to give, and `again` runs with the arguments when
/// the search is over. `begun` is true in that case.
pub(super) fn search<'h>(
    cx: &mut Native<'_, 'h>,
    pattern: &Arc<Pattern>,
    subject: &Subject<'h>,
    options: &Options<'h>,
    wanted: Wanted,
    (args, again, begun): (&[Term<'h>], NativeFn, bool),
) -> Result<Searched, NativeResult<'h>> {
    if begun {
        return match take_reply(cx) {
            Some(reply) => Ok(Searched::of_bytes(reply.term().as_bytes().unwrap_or_default())),
            None => Err(Ok(Outcome::Wait { resume: again, state: args.to_vec() })),
        };
    }
    let limited = (options.match_limit.is_some() || options.depth_limit.is_some()).then(|| pattern.limited(options));
    let pattern = limited.flatten().map_or_else(|| pattern.clone(), Arc::new);
    if !cx.is_in_process() {
        return Ok(Searched::new(&pattern, &subject.bytes, options, wanted, Steps::All));
    }
    cx.charge(subject.bytes.len() / PER_REDUCTION);
    let searched = Searched::new(&pattern, &subject.bytes, options, wanted, Steps::Few);
    if searched.error != Some(SearchError::MatchLimit) {
        return Ok(searched);
    }
    let (bytes, options) = (subject.bytes.to_vec(), options.of_search());
    Err(request(cx, again, args.to_vec(), |cx, pid, reference| {
        let weak = Arc::downgrade(cx.vm());
        cx.vm().pool().submit(Box::new(move || {
            let searched = Searched::new(&pattern, &bytes, &options, wanted, Steps::All).to_bytes();
            // A VM that has ended meanwhile needs no answer.
            let Some(vm) = weak.upgrade() else { return };
            let reply = OwnedTerm::build(|b| b.binary(&searched));
            send_control(&vm, pid, Control::Reply { reference, reply });
        }));
    }))
}

/// Runs again when a long search is over.
fn run_again<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    run_with(cx, args, true)
}

pub(super) fn run<'h>(
    cx: &mut Native<'_, 'h>,
    subject: Term<'h>,
    expression: Term<'h>,
    list: Term<'h>,
) -> NativeResult<'h> {
    run_with(cx, &[subject, expression, list], false)
}

fn run_with<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>], begun: bool) -> NativeResult<'h> {
    let &[subject, expression, list] = args else { return Native::badarg() };
    let mut options = Options::default();
    options.read(list, false)?;
    let unicode = is_unicode(expression, &options);
    let subject = Subject::new(cx, subject, unicode)?;
    if options.offset > subject.bytes.len() {
        return Native::badarg();
    }
    if options.report_errors && compiled_parts(expression).is_none() {
        let key = super::pattern_key(cx, expression, &options)?;
        if let Err(error) = super::pattern::lookup(cx, &key) {
            let error = super::error_term(cx, &error);
            let error = cx.tuple(&[Term::atom(Atom::new("compile")), error]);
            let error = cx.tuple(&[Term::atom(atoms::ERROR), error]);
            return Native::ok(error);
        }
    }
    let pattern = pattern_of(cx, expression, &options)?;
    let way = (args, run_again as NativeFn, begun);
    let searched = match search(cx, &pattern, &subject, &options, Wanted::Matches, way) {
        Ok(searched) => searched,
        Err(outcome) => return outcome,
    };
    let pattern = pattern.for_subject(&subject.bytes);
    let found = searched.found;
    match searched.error {
        Some(error) if options.report_errors => {
            let name = match error {
                SearchError::MatchLimit => "match_limit",
                SearchError::DepthLimit => "match_limit_recursion",
                SearchError::Other => return Native::badarg(),
            };
            let error = cx.tuple(&[Term::atom(atoms::ERROR), Term::atom(Atom::new(name))]);
            return Native::ok(error);
        }
        _ => {}
    }
    if found.is_empty() {
        return Native::ok_atom(atoms::NOMATCH);
    }
    let plain = match options.groups {
        Groups::None => true,
        Groups::AllNames => pattern.names.is_empty(),
        _ => false,
    };
    if plain {
        return Native::ok_atom(atoms::FOUND);
    }
    let mut results = Vec::with_capacity(found.len());
    for one in &found {
        let places = chosen(pattern, &options.groups, one)?;
        let groups: Vec<Term<'h>> = places.into_iter().map(|place| subject.give(cx, place, options.form)).collect();
        results.push(cx.list(&groups));
    }
    cx.charge(results.len());
    let result = if options.global { cx.list(&results) } else { results[0] };
    let result = cx.tuple(&[Term::atom(atoms::FOUND), result]);
    Native::ok(result)
}

/// The places of the groups asked for.
fn chosen<'h>(pattern: &Pattern, groups: &Groups<'h>, found: &Match) -> Result<Match, Raise<'h>> {
    // Groups after the last one that took part are left out where all are asked for.
    let last = found.iter().rposition(Option::is_some).map_or(1, |last| last + 1);
    let named = |name: &str| {
        let groups = pattern.names.iter().find(|(other, _)| other == name).map(|(_, groups)| groups);
        groups.and_then(|groups| groups.iter().find_map(|group| found.get(*group).copied().flatten()))
    };
    Ok(match groups {
        Groups::All => found[..last].to_vec(),
        Groups::AllButFirst => found[1..last].to_vec(),
        Groups::First => vec![found[0]],
        Groups::None => Vec::new(),
        Groups::AllNames => pattern.names.iter().map(|(name, _)| named(name)).collect(),
        Groups::Listed(listed) => {
            let mut places = Vec::with_capacity(listed.len());
            for wanted in listed {
                places.push(match wanted.kind() {
                    Kind::Int(index) => {
                        usize::try_from(index).ok().and_then(|index| found.get(index).copied().flatten())
                    }
                    Kind::Atom(name) => named(name.as_str()),
                    Kind::Bits(_) | Kind::Cons(..) | Kind::Nil => named(&name_of(*wanted)?),
                    _ => return Err(Native::raise_badarg()),
                });
            }
            places
        }
    })
}

/// The text of a group's name given as a binary or a list of characters.
fn name_of<'h>(term: Term<'h>) -> Result<String, Raise<'h>> {
    if let Some(bytes) = term.binary() {
        return String::from_utf8(bytes.into_owned()).map_err(|_| Native::raise_badarg());
    }
    let character = |item: Term<'_>| item.as_small().and_then(|code| char::from_u32(u32::try_from(code).ok()?));
    term.list_to_vec()
        .and_then(|items| items.into_iter().map(character).collect::<Option<String>>())
        .ok_or_else(Native::raise_badarg)
}
