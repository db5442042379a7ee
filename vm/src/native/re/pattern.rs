//! Compiled expressions, kept in a cache by the binary that stands for them.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use parking_lot::RwLock;
use pcre2::bytes::{Regex, RegexBuilder};

use super::options::{Newline, Options};
use crate::native::Native;

/// Expressions kept; when there are more, the cache starts afresh.
const CACHED: usize = 1_000;

/// PCRE2's number for a search that would take too many steps.
const MATCH_LIMIT: i32 = -47;
/// For one that would go too deep.
const DEPTH_LIMIT: i32 = -53;

/// A compiled expression.
pub struct Pattern {
    pub(super) options: Options<'static>,
    /// Names in order, each with its groups: several when names may repeat.
    pub(super) names: Vec<(String, Vec<usize>)>,
    regex: Searcher,
    source: String,
    /// Matches only where the search begins.
    here: OnceLock<Option<Searcher>>,
    /// Matches only where the search begins, and not the empty text.
    here_not_empty: OnceLock<Option<Searcher>>,
    /// The same for subjects with bytes beyond ASCII, if that makes a difference.
    latin: OnceLock<Option<Box<Pattern>>>,
}

/// An expression in three forms. Before each search PCRE checks what is left of a Unicode text, which would make finding all
/// matches quadratic; machine code checks as it goes, but takes longer to make. Both give up after few steps; the last form goes
/// on for as long as PCRE itself would.
struct Searcher {
    text: String,
    plain: Regex,
    quick: OnceLock<Option<Regex>>,
    patient: OnceLock<Option<Regex>>,
}

/// How long a search may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Steps {
    /// About a millisecond: as long as a scheduler's thread may be held.
    Few,
    /// As many as PCRE allows, ten million.
    All,
}

/// What makes PCRE give up after few steps.
const FEW_STEPS: &str = "(*LIMIT_MATCH=20000)";

/// How many bytes left to search in, after a first match, make machine code worth it.
const QUICK: usize = 1_024;

impl Searcher {
    fn new(options: &Options<'_>, text: String) -> Result<Searcher, pcre2::Error> {
        let plain = build(options, &format!("{FEW_STEPS}{text}"), false)?;
        Ok(Searcher { text, plain, quick: OnceLock::new(), patient: OnceLock::new() })
    }

    fn search(
        &self,
        options: &Options<'_>,
        subject: &[u8],
        start: usize,
        steps: Steps,
    ) -> Result<Option<Match>, pcre2::Error> {
        if options.unicode && start > 0 && subject.len() - start > QUICK {
            let quick = self.quick.get_or_init(|| build(options, &format!("{FEW_STEPS}{}", self.text), true).ok());
            // Machine code has less room for deep searches; what it cannot answer the other form does.
            if let Some(Ok(found)) = quick.as_ref().map(|regex| search_in(regex, subject, start)) {
                return Ok(found);
            }
        }
        match search_in(&self.plain, subject, start) {
            Err(error) if error.code() == MATCH_LIMIT && steps == Steps::All => {
                match self.patient.get_or_init(|| build(options, &self.text, false).ok()) {
                    Some(regex) => search_in(regex, subject, start),
                    None => Err(error),
                }
            }
            result => result,
        }
    }
}

fn search_in(regex: &Regex, subject: &[u8], start: usize) -> Result<Option<Match>, pcre2::Error> {
    let mut locations = regex.capture_locations();
    let found = regex.captures_read_at(&mut locations, subject, start)?;
    Ok(found.map(|_| (0..locations.len()).map(|group| locations.get(group)).collect()))
}

/// Why an expression is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PatternError {
    /// What is wrong, in PCRE's words.
    pub(super) text: String,
    /// At which byte of the expression.
    pub(super) position: usize,
}

/// Why a search gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SearchError {
    MatchLimit,
    DepthLimit,
    Other,
}

/// Where the groups of a match lie; the first is the whole match.
pub(super) type Match = Vec<Option<(usize, usize)>>;

/// The compiled expressions of a VM, by the binaries that stand for them.
#[derive(Default)]
pub struct Patterns(RwLock<HashMap<Box<[u8]>, Arc<Pattern>>>);

/// The expression of a binary made by [`Options::key`], from the VM's cache or compiled now.
pub(super) fn lookup(cx: &Native<'_, '_>, key: &[u8]) -> Result<Arc<Pattern>, PatternError> {
    if !cx.is_in_process() {
        return compile(key).map(Arc::new);
    }
    let Patterns(cache) = cx.vm().patterns();
    if let Some(pattern) = cache.read().get(key) {
        return Ok(pattern.clone());
    }
    let pattern = Arc::new(compile(key)?);
    let mut cache = cache.write();
    if cache.len() >= CACHED {
        cache.clear();
    }
    cache.insert(key.into(), pattern.clone());
    Ok(pattern)
}

/// The expression of a binary made by [`Options::key`].
pub(super) fn compile(key: &[u8]) -> Result<Pattern, PatternError> {
    let foreign = || PatternError { text: "not an expression compiled by this system".to_owned(), position: 0 };
    let (options, expression) = Options::of_key(key).ok_or_else(foreign)?;
    Pattern::new(options, expression)
}

impl Pattern {
    fn new(options: Options<'static>, expression: &[u8]) -> Result<Pattern, PatternError> {
        Pattern::of_text(options, as_text(expression))
    }

    fn of_text(options: Options<'static>, mut source: String) -> Result<Pattern, PatternError> {
        if source.contains("{,") {
            source = open_braces_as_text(&source);
        }
        if options.dollar_end_only && !options.multi_line {
            source = dollars_at_end_only(&source, options.extended);
        }
        let prefix = prefix(&options);
        let regex = Searcher::new(&options, format!("{prefix}{source}")).map_err(|error| {
            let position = error.offset().unwrap_or(0).saturating_sub(FEW_STEPS.len() + prefix.len());
            explain(error.code(), &error, position, &source)
        })?;
        let mut names: Vec<(String, Vec<usize>)> = Vec::new();
        for (group, name) in regex.plain.capture_names().iter().enumerate() {
            if let Some(name) = name {
                match names.iter_mut().find(|(other, _)| other == name) {
                    Some((_, groups)) => groups.push(group),
                    None => names.push((name.clone(), vec![group])),
                }
            }
        }
        names.sort();
        Ok(Pattern {
            options,
            names,
            regex,
            source,
            here: OnceLock::new(),
            here_not_empty: OnceLock::new(),
            latin: OnceLock::new(),
        })
    }

    /// The expression for a subject: without `unicode`, bytes beyond ASCII are characters of Latin-1; with Unicode's properties
    /// words are made of what OTP takes them to be made of.
    pub(super) fn for_subject(&self, subject: &[u8]) -> &Pattern {
        if self.options.unicode != self.options.ucp || subject.is_ascii() {
            return self;
        }
        let made = self.latin.get_or_init(|| {
            let source = match self.options.ucp {
                true => super::latin::unicode_words(&self.source, self.options.extended)?,
                false => super::latin::widened(&self.source, self.options.extended)?,
            };
            let options = Options { dollar_end_only: false, ..self.options.clone() };
            Pattern::of_text(options, source).ok().map(Box::new)
        });
        made.as_deref().unwrap_or(self)
    }

    /// The expression with limits of a run's own.
    pub(super) fn limited(&self, options: &Options<'_>) -> Option<Pattern> {
        let (match_limit, depth_limit) = (options.match_limit, options.depth_limit);
        let options = Options { match_limit, depth_limit, dollar_end_only: false, ..self.options.clone() };
        Pattern::of_text(options, self.source.clone()).ok()
    }

    /// The number of groups, the whole match not counted.
    pub(super) fn groups(&self) -> usize {
        self.regex.plain.captures_len() - 1
    }

    /// The first match at or after `start`; `here` and `not_empty` restrict it as PCRE's options of those names do.
    pub(super) fn search(
        &self,
        subject: &[u8],
        start: usize,
        here: bool,
        not_empty: bool,
        steps: Steps,
    ) -> Result<Option<Match>, SearchError> {
        if here || self.options.anchored {
            return self.search_with(self.anchored(not_empty)?, subject, start, steps);
        }
        if !not_empty {
            return self.search_with(&self.regex, subject, start, steps);
        }
        let mut at = start;
        loop {
            match self.search_with(&self.regex, subject, at, steps)? {
                Some(found) if found[0].is_some_and(|(from, to)| from == to) => {
                    let from = found[0].map_or(at, |(from, _)| from);
                    if let Some(found) = self.search_with(self.anchored(true)?, subject, from, steps)? {
                        return Ok(Some(found));
                    }
                    if from >= subject.len() {
                        return Ok(None);
                    }
                    at = self.next(subject, from);
                }
                other => return Ok(other),
            }
        }
    }

    /// The place one character further on.
    pub(super) fn next(&self, subject: &[u8], at: usize) -> usize {
        let crlf = self.options.newline_is_crlf() && subject[at..].starts_with(b"\r\n");
        let mut next = at + if crlf { 2 } else { 1 };
        if self.options.unicode {
            while subject.get(next).is_some_and(|byte| byte & 0xc0 == 0x80) {
                next += 1;
            }
        }
        next
    }

    fn anchored(&self, not_empty: bool) -> Result<&Searcher, SearchError> {
        let (cell, end) = if not_empty { (&self.here_not_empty, ")(?!\\G)") } else { (&self.here, ")") };
        let made = cell.get_or_init(|| {
            let (verbs, source) = leading_verbs(&self.source);
            let prefix = prefix(&self.options);
            // A comment at the expression's end would hide what follows; a line break ends it.
            let plain = Searcher::new(&self.options, format!("{verbs}{prefix}\\G(?:{source}{end}"));
            plain.or_else(|_| Searcher::new(&self.options, format!("{verbs}{prefix}\\G(?:{source}\n{end}"))).ok()
        });
        made.as_ref().ok_or(SearchError::Other)
    }

    fn search_with(
        &self,
        regex: &Searcher,
        subject: &[u8],
        start: usize,
        steps: Steps,
    ) -> Result<Option<Match>, SearchError> {
        let found = regex.search(&self.options, subject, start, steps).map_err(|error| match error.code() {
            MATCH_LIMIT => SearchError::MatchLimit,
            DEPTH_LIMIT => SearchError::DepthLimit,
            _ => SearchError::Other,
        })?;
        let Some(groups) = found else { return Ok(None) };
        let Some(Some((from, _))) = groups.first().copied() else { return Ok(None) };
        if self.options.first_line && subject[start..from.max(start)].contains(&b'\n') {
            return Ok(None);
        }
        Ok(Some(groups))
    }
}

fn build(options: &Options<'_>, text: &str, quick: bool) -> Result<Regex, pcre2::Error> {
    RegexBuilder::new()
        .jit(quick)
        .caseless(options.caseless)
        .dotall(options.dot_all)
        .extended(options.extended)
        .multi_line(options.multi_line)
        .ucp(options.ucp)
        .utf(options.unicode)
        .build(text)
}

/// What is written before the expression for options that PCRE2 has no other way to be given.
fn prefix(options: &Options<'_>) -> String {
    let mut prefix = String::new();
    prefix.push_str(match options.newline {
        Newline::Lf => "(*LF)",
        Newline::Cr => "(*CR)",
        Newline::Crlf => "(*CRLF)",
        Newline::AnyCrlf => "(*ANYCRLF)",
        Newline::Any => "(*ANY)",
    });
    for (limit, name) in [(options.match_limit, "MATCH"), (options.depth_limit, "DEPTH")] {
        if let Some(limit) = limit {
            prefix.push_str(&format!("(*LIMIT_{name}={limit})"));
        }
    }
    if options.bsr_any_crlf {
        prefix.push_str("(*BSR_ANYCRLF)");
    }
    if options.no_start_optimize {
        prefix.push_str("(*NO_START_OPT)");
    }
    for (set, letter) in [(options.ungreedy, "(?U)"), (options.dup_names, "(?J)"), (options.no_auto_capture, "(?n)")] {
        if set {
            prefix.push_str(letter);
        }
    }
    prefix
}

/// The expression as text: bytes that are no UTF-8 as escapes.
fn as_text(expression: &[u8]) -> String {
    let mut text = String::with_capacity(expression.len());
    for chunk in expression.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

/// Options in the form `(*NAME)` at the beginning, which must stay there, and the rest.
fn leading_verbs(source: &str) -> (&str, &str) {
    let mut end = 0;
    while let Some(rest) = source[end..].strip_prefix("(*") {
        match rest.find(')') {
            Some(close)
                if rest[..close]
                    .bytes()
                    .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"_=".contains(&b)) =>
            {
                end += 2 + close + 1;
            }
            _ => break,
        }
    }
    source.split_at(end)
}

/// Makes every `$` outside classes match at the very end only.
fn dollars_at_end_only(source: &str, extended: bool) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source.chars().peekable();
    let (mut class, mut quoted, mut class_start) = (false, false, false);
    while let Some(c) = rest.next() {
        if quoted {
            out.push(c);
            if c == '\\' && rest.peek() == Some(&'E') {
                quoted = false;
            }
            continue;
        }
        let at_class_start = std::mem::take(&mut class_start);
        match c {
            '\\' => {
                out.push(c);
                if let Some(escaped) = rest.next() {
                    quoted = escaped == 'Q';
                    out.push(escaped);
                }
                continue;
            }
            '[' if !class => {
                class = true;
                class_start = true;
            }
            '^' if at_class_start => class_start = true,
            ']' if class && !at_class_start => class = false,
            '#' if extended && !class => {
                out.push(c);
                for c in rest.by_ref() {
                    out.push(c);
                    if c == '\n' {
                        break;
                    }
                }
                continue;
            }
            '$' if !class => {
                out.push_str("\\z");
                continue;
            }
            _ => {}
        }
        out.push(c);
    }
    out
}

/// Takes `{,3}` for text, as Erlang's PCRE does.
fn open_braces_as_text(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + 4);
    let mut escaped = false;
    let mut class = false;
    for (at, c) in source.char_indices() {
        if !escaped && !class && c == '{' && source[at + 1..].starts_with(',') {
            out.push('\\');
        }
        match c {
            '[' if !escaped => class = true,
            ']' if !escaped => class = false,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
        out.push(c);
    }
    out
}

/// Where the group that begins at `open` is closed.
fn closing(source: &str, open: usize) -> usize {
    let mut depth = 0usize;
    let mut escaped = false;
    for (at, c) in source.char_indices().skip_while(|(at, _)| *at < open) {
        match c {
            _ if escaped => {}
            '(' => depth += 1,
            ')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    source.len()
}

/// Whether an expression ends within `(?` and letters.
fn ends_within_options(source: &str) -> bool {
    source.rfind("(?").is_some_and(|at| source[at + 2..].bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-'))
}

/// The words and the place that Erlang's PCRE has for an error of PCRE2.
fn explain(code: i32, error: &pcre2::Error, position: usize, source: &str) -> PatternError {
    let (text, position) = match code {
        101 => ("\\ at end of pattern", position),
        102 => ("\\c at end of pattern", position),
        103 => ("unrecognized character follows \\", position),
        104 => ("numbers out of order in {} quantifier", position),
        105 => ("number too big in {} quantifier", position),
        106 => ("missing terminating ] for character class", position),
        107 => ("invalid escape sequence in character class", position),
        108 => ("range out of order in character class", position),
        109 => ("nothing to repeat", position),
        111 => ("unrecognized character after (? or (?-", position),
        112 => ("POSIX named classes are supported only within a class", position),
        113 => ("POSIX collating elements are not supported", position),
        114 if ends_within_options(source) => ("unrecognized character after (? or (?-", position),
        114 => ("missing )", position),
        115 => ("reference to non-existent subpattern", position + 1),
        118 => ("missing ) after comment", position),
        122 => ("unmatched parentheses", position),
        124 | 126 => ("malformed number or name after (?(", position),
        125 => ("lookbehind assertion is not fixed length", closing(source, position)),
        127 => ("conditional group contains more than two branches", position),
        128 => ("assertion expected after (?(", position),
        158 => ("(?R or (?[+-]digits must be followed by )", position),
        130 => {
            let before = source.get(..position).unwrap_or(source);
            ("unknown POSIX class name", before.rfind("[:").map_or(position, |at| at + 2))
        }
        134 => ("character value in \\x{} or \\o{} is too large", position),
        135 => ("invalid condition (?(0)", position),
        137 => ("PCRE does not support \\L, \\l, \\N{name}, \\U, or \\u", position.saturating_sub(1)),
        138 => ("number after (?C is > 255", position),
        142 => ("syntax error in subpattern name (missing terminator)", position),
        143 => ("two named subpatterns have the same name", position.saturating_sub(1)),
        144 => ("group name must start with a non-digit", position),
        146 => ("malformed \\P or \\p sequence", position),
        147 => ("unknown property name after \\P or \\p", position.saturating_sub(1)),
        148 => ("subpattern name is too long (maximum 32 characters)", position),
        151 => ("octal value is greater than \\377 in 8-bit non-UTF-8 mode", position),
        _ => {
            let whole = error.to_string();
            let words = whole.split_once(": ").map_or(whole.as_str(), |(_, words)| words);
            let words = words.split_once(": ").map_or(words, |(_, words)| words);
            return PatternError { text: words.to_owned(), position };
        }
    };
    PatternError { text: text.to_owned(), position }
}
