//! Options of `:re`'s functions: those that belong to an expression, and those of one run.

use crate::atom::atoms;
use crate::native::{Native, Raise};
use crate::term::{Kind, Term};

/// First bytes of the binary that stands for a compiled expression.
const MAGIC: &[u8] = b"BeamletRE1";

/// What ends a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Newline {
    #[default]
    Lf,
    Cr,
    Crlf,
    AnyCrlf,
    Any,
}

/// Which groups a run gives.
#[derive(Clone, Debug, Default)]
pub(super) enum Groups<'h> {
    #[default]
    All,
    AllButFirst,
    AllNames,
    First,
    None,
    Listed(Vec<Term<'h>>),
}

/// How a run gives them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Form {
    #[default]
    Index,
    List,
    Binary,
    /// For `replace` and `split`.
    IoData,
}

/// All options that the functions of `:re` know.
#[derive(Clone, Debug, Default)]
pub(super) struct Options<'h> {
    pub(super) unicode: bool,
    pub(super) anchored: bool,
    pub(super) caseless: bool,
    pub(super) dollar_end_only: bool,
    pub(super) dot_all: bool,
    pub(super) extended: bool,
    pub(super) first_line: bool,
    pub(super) multi_line: bool,
    pub(super) no_auto_capture: bool,
    pub(super) dup_names: bool,
    pub(super) ungreedy: bool,
    pub(super) bsr_any_crlf: bool,
    pub(super) ucp: bool,
    pub(super) no_start_optimize: bool,
    pub(super) newline: Newline,
    /// Whether one was given that only makes sense for text not compiled yet.
    pub(super) has_compile_options: bool,
    pub(super) global: bool,
    pub(super) not_empty: bool,
    pub(super) not_empty_at_start: bool,
    pub(super) report_errors: bool,
    pub(super) offset: usize,
    pub(super) groups: Groups<'h>,
    pub(super) form: Form,
    pub(super) parts: Option<usize>,
    pub(super) group: bool,
    pub(super) trim: bool,
    /// How many steps a search may take, and how deep it may go, if less than PCRE allows by itself.
    pub(super) match_limit: Option<u32>,
    pub(super) depth_limit: Option<u32>,
}

impl<'h> Options<'h> {
    /// Reads a list of options into these; with `only_compile` no others than those of expressions.
    pub(super) fn read(&mut self, list: Term<'h>, only_compile: bool) -> Result<(), Raise<'h>> {
        let mut options = list.iter_list();
        for option in &mut options {
            let known = self.read_compile_option(option) || !only_compile && self.read_run_option(option);
            if !known {
                return Err(Native::raise_badarg());
            }
        }
        if options.tail().is_nil() {
            Ok(())
        } else {
            Err(Native::raise_badarg())
        }
    }

    fn read_compile_option(&mut self, option: Term<'h>) -> bool {
        match option.kind() {
            Kind::Atom(name) => {
                let flag = match name.as_str() {
                    // Also an option of a run.
                    "anchored" => {
                        self.anchored = true;
                        return true;
                    }
                    "unicode" => &mut self.unicode,
                    "caseless" => &mut self.caseless,
                    "dollar_endonly" => &mut self.dollar_end_only,
                    "dotall" => &mut self.dot_all,
                    "extended" => &mut self.extended,
                    "firstline" => &mut self.first_line,
                    "multiline" => &mut self.multi_line,
                    "no_auto_capture" => &mut self.no_auto_capture,
                    "dupnames" => &mut self.dup_names,
                    "ungreedy" => &mut self.ungreedy,
                    "bsr_anycrlf" => &mut self.bsr_any_crlf,
                    "ucp" => &mut self.ucp,
                    "no_start_optimize" => &mut self.no_start_optimize,
                    "bsr_unicode" => {
                        self.bsr_any_crlf = false;
                        self.has_compile_options = true;
                        return true;
                    }
                    "never_utf" => {
                        self.has_compile_options = true;
                        return true;
                    }
                    _ => return false,
                };
                *flag = true;
                self.has_compile_options = true;
                true
            }
            Kind::Tuple([name, value]) if name.as_atom().is_some_and(|name| name.as_str() == "newline") => {
                self.newline = match value.as_atom().map(|value| value.as_str()) {
                    Some("lf") => Newline::Lf,
                    Some("cr") => Newline::Cr,
                    Some("crlf") => Newline::Crlf,
                    Some("anycrlf") => Newline::AnyCrlf,
                    Some("any") => Newline::Any,
                    _ => return false,
                };
                true
            }
            _ => false,
        }
    }

    fn read_run_option(&mut self, option: Term<'h>) -> bool {
        match option.kind() {
            Kind::Atom(name) => match name.as_str() {
                "global" => self.global = true,
                "notempty" => self.not_empty = true,
                "notempty_atstart" => self.not_empty_at_start = true,
                "report_errors" => self.report_errors = true,
                "group" => self.group = true,
                "trim" => (self.parts, self.trim) = (None, true),
                _ => return false,
            },
            Kind::Tuple([name, value]) => match name.as_atom().map(|name| name.as_str()) {
                Some("offset") => match value.as_usize() {
                    Some(offset) => self.offset = offset,
                    None => return false,
                },
                Some("capture") => return self.read_groups(*value),
                Some("return") => return self.read_form(*value),
                Some(name @ ("match_limit" | "match_limit_recursion")) => {
                    let Some(limit) = value.as_usize() else { return false };
                    let limit = Some(u32::try_from(limit).unwrap_or(u32::MAX));
                    match name {
                        "match_limit" => self.match_limit = limit,
                        _ => self.depth_limit = limit,
                    }
                }
                Some("parts") => match value.as_usize() {
                    Some(0) => (self.parts, self.trim) = (None, true),
                    Some(parts) => (self.parts, self.trim) = (Some(parts), false),
                    None => {
                        (self.parts, self.trim) = (None, false);
                        return value.is(atoms::INFINITY);
                    }
                },
                _ => return false,
            },
            Kind::Tuple([name, groups, form]) if name.as_atom().is_some_and(|name| name.as_str() == "capture") => {
                return self.read_groups(*groups) && self.read_form(*form);
            }
            _ => return false,
        }
        true
    }

    fn read_groups(&mut self, term: Term<'h>) -> bool {
        self.groups = match term.as_atom().map(|name| name.as_str()) {
            Some("all") => Groups::All,
            Some("all_but_first") => Groups::AllButFirst,
            Some("all_names") => Groups::AllNames,
            Some("first") => Groups::First,
            Some("none") => Groups::None,
            Some(_) => return false,
            None => match term.list_to_vec() {
                Some(listed) if listed.is_empty() => Groups::None,
                Some(listed) => Groups::Listed(listed),
                None => return false,
            },
        };
        true
    }

    fn read_form(&mut self, term: Term<'h>) -> bool {
        self.form = match term.as_atom().map(|name| name.as_str()) {
            Some("index") => Form::Index,
            Some("list") => Form::List,
            Some("binary") => Form::Binary,
            Some("iodata") => Form::IoData,
            _ => return false,
        };
        true
    }

    /// Those that say where and how to search, without what belongs to a heap.
    pub(super) fn of_search(&self) -> Options<'static> {
        Options {
            anchored: self.anchored,
            global: self.global,
            not_empty: self.not_empty,
            not_empty_at_start: self.not_empty_at_start,
            offset: self.offset,
            parts: self.parts,
            ..Options::default()
        }
    }

    /// Whether a line ends with CRLF, for those who look at a compiled expression.
    pub(super) fn newline_is_crlf(&self) -> bool {
        matches!(self.newline, Newline::Crlf | Newline::AnyCrlf | Newline::Any)
    }

    fn flags(&self) -> [bool; 14] {
        [
            self.unicode,
            self.anchored,
            self.caseless,
            self.dollar_end_only,
            self.dot_all,
            self.extended,
            self.first_line,
            self.multi_line,
            self.no_auto_capture,
            self.dup_names,
            self.ungreedy,
            self.bsr_any_crlf,
            self.ucp,
            self.no_start_optimize,
        ]
    }

    /// The binary that stands for an expression with these options.
    pub(super) fn key(&self, expression: &[u8]) -> Vec<u8> {
        let flags = self.flags().iter().rev().fold(0u16, |flags, set| flags << 1 | u16::from(*set));
        let mut key = Vec::with_capacity(MAGIC.len() + 3 + expression.len());
        key.extend_from_slice(MAGIC);
        key.extend_from_slice(&flags.to_le_bytes());
        key.push(self.newline as u8);
        key.extend_from_slice(expression);
        key
    }

    /// Takes such a binary apart: options and expression. `None` when it is something else.
    pub(super) fn of_key(key: &[u8]) -> Option<(Options<'static>, &[u8])> {
        let rest = key.strip_prefix(MAGIC)?;
        let (head, expression) = rest.split_first_chunk::<3>()?;
        let [low, high, newline] = *head;
        let flags = u16::from_le_bytes([low, high]);
        let mut bit = 0;
        let mut next = || {
            bit += 1;
            flags & (1 << (bit - 1)) != 0
        };
        let options = Options {
            unicode: next(),
            anchored: next(),
            caseless: next(),
            dollar_end_only: next(),
            dot_all: next(),
            extended: next(),
            first_line: next(),
            multi_line: next(),
            no_auto_capture: next(),
            dup_names: next(),
            ungreedy: next(),
            bsr_any_crlf: next(),
            ucp: next(),
            no_start_optimize: next(),
            newline: match newline {
                0 => Newline::Lf,
                1 => Newline::Cr,
                2 => Newline::Crlf,
                3 => Newline::AnyCrlf,
                4 => Newline::Any,
                _ => return None,
            },
            ..Options::default()
        };
        Some((options, expression))
    }
}
