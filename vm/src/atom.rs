//! Atoms: interned names, compared by number.
//!
//! The table is the one piece of state that all VMs of a host process share. It only grows; an atom's
//! text lives until the process ends, so [`Atom::as_str`] hands out `&'static str` without a lock on the
//! text itself. At most [`MAX_ATOMS`] atoms exist.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::OnceLock;

use parking_lot::RwLock;

/// The number of atoms the table can hold, as in Erlang's default.
pub const MAX_ATOMS: usize = 1_048_576;

/// How many of them are kept for the host's own, so that programs that make atoms without end meet an error and not the
/// host's end.
const RESERVED: usize = 16 * 1024;

/// The size of the table beyond which text from outside makes no new atoms, unless the VM says less.
const FOR_PROGRAMS: usize = MAX_ATOMS - RESERVED;

thread_local! {
    /// That size in this thread.
    static LIMIT: Cell<usize> = const { Cell::new(FOR_PROGRAMS) };
    /// How many atoms this thread may still add.
    static LEFT: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Lets this thread add so many atoms, less those counted in `made`, until the guard goes: it counts those added meanwhile.
/// Without a limit it may add any number, whatever held before.
pub(crate) fn limited(limit: Option<(usize, &AtomicUsize)>) -> Option<Limited<'_>> {
    let left = limit.map_or(usize::MAX, |(limit, made)| limit.saturating_sub(made.load(Ordering::Relaxed)));
    if limit.is_none() && LEFT.get() == usize::MAX {
        return None;
    }
    Some(Limited { made: limit.map(|(_, made)| made), left, before: LEFT.replace(left) })
}

/// Does something that may use what is kept for the host.
pub(crate) fn unlimited<R>(work: impl FnOnce() -> R) -> R {
    let (limit, left) = (LIMIT.replace(MAX_ATOMS), LEFT.replace(usize::MAX));
    let result = work();
    LIMIT.set(limit);
    LEFT.set(left);
    result
}

/// Lifts the limit of its thread when dropped.
pub(crate) struct Limited<'a> {
    made: Option<&'a AtomicUsize>,
    left: usize,
    before: usize,
}

impl Drop for Limited<'_> {
    fn drop(&mut self) {
        let left = LEFT.replace(self.before);
        if let Some(made) = self.made {
            made.fetch_add(self.left - left, Ordering::Relaxed);
        }
    }
}

/// The longest text of an atom, in characters.
pub const MAX_ATOM_CHARACTERS: usize = 255;

/// An interned name. Copying and comparing for equality cost one word; order is the order of the texts.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Atom(u32);

/// Why a text cannot become an atom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AtomError {
    /// The text has more than [`MAX_ATOM_CHARACTERS`] characters.
    #[error("an atom has at most 255 characters")]
    TooLong,
    /// The table holds [`MAX_ATOMS`] atoms already.
    #[error("the atom table is full")]
    TableFull,
}

struct Table {
    count: u32,
    numbers: HashMap<&'static str, u32, TextHashing>,
}

/// Hashes texts with keys that are drawn for each run, so that nobody who makes atoms can choose texts that collide.
#[derive(Clone, Copy)]
struct TextHashing {
    start: u64,
    factor: u64,
}

impl TextHashing {
    fn new() -> TextHashing {
        let random = std::collections::hash_map::RandomState::new();
        TextHashing { start: random.hash_one(0), factor: random.hash_one(1) | 1 }
    }
}

impl BuildHasher for TextHashing {
    type Hasher = TextHasher;

    fn build_hasher(&self) -> TextHasher {
        TextHasher { state: self.start, factor: self.factor }
    }
}

/// Takes eight bytes at a time: names are short, and a module that is loaded looks up all of its own.
struct TextHasher {
    state: u64,
    factor: u64,
}

impl TextHasher {
    /// Puts the halves of a product of 128 bits together.
    #[inline]
    fn fold(&mut self, word: u64) {
        let product = u128::from(self.state ^ word) * u128::from(self.factor);
        self.state = (product as u64) ^ ((product >> 64) as u64);
    }
}

impl Hasher for TextHasher {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            self.fold(u64::from_le_bytes(word.try_into().unwrap_or_default()));
        }
        let mut last = [0; 8];
        let rest = words.remainder();
        last[..rest.len()].copy_from_slice(rest);
        self.fold(u64::from_le_bytes(last) ^ (bytes.len() as u64) << 56);
    }

    /// The end of a text: its length is in already.
    #[inline]
    fn write_u8(&mut self, _: u8) {}

    #[inline]
    fn finish(&self) -> u64 {
        let product = u128::from(self.state) * u128::from(self.factor);
        (product as u64) ^ ((product >> 64) as u64)
    }
}

/// Texts by number, in chunks that are made as they are needed: reading one takes no lock.
static TEXTS: [OnceLock<Box<[OnceLock<&'static str>]>>; MAX_ATOMS / CHUNK] =
    [const { OnceLock::new() }; MAX_ATOMS / CHUNK];

const CHUNK: usize = 1024;

/// Puts a text where its number is looked up.
fn write_text(number: u32, text: &'static str) {
    let chunk = TEXTS[number as usize / CHUNK].get_or_init(|| (0..CHUNK).map(|_| OnceLock::new()).collect());
    let _ = chunk[number as usize % CHUNK].set(text);
}

/// The text of a number, if there is such an atom.
#[inline]
fn text_of(number: u32) -> Option<&'static str> {
    TEXTS.get(number as usize / CHUNK)?.get()?[number as usize % CHUNK].get().copied()
}

fn table() -> &'static RwLock<Table> {
    static TABLE: OnceLock<RwLock<Table>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table { count: 0, numbers: HashMap::with_capacity_and_hasher(4096, TextHashing::new()) };
        for text in atoms::TEXTS {
            let number = table.count;
            table.count += 1;
            write_text(number, text);
            let earlier = table.numbers.insert(text, number);
            assert!(earlier.is_none(), "the predefined atom {text:?} is listed twice");
        }
        RwLock::new(table)
    })
}

impl Atom {
    /// Interns `text`. O(length); takes the table's write lock only for a text not seen before.
    ///
    /// # Panics
    /// When the text is too long or the table is full: use [`Atom::try_new`] for text that comes from outside.
    pub fn new(text: &str) -> Atom {
        Atom::intern(text, MAX_ATOMS).expect("the host's own atoms are short and few")
    }

    /// Interns `text`, or says why it cannot be an atom.
    ///
    /// # Errors
    /// [`AtomError::TooLong`], [`AtomError::TableFull`].
    pub fn try_new(text: &str) -> Result<Atom, AtomError> {
        Atom::intern(text, LIMIT.get())
    }

    fn intern(text: &str, limit: usize) -> Result<Atom, AtomError> {
        if let Some(atom) = Atom::existing(text) {
            return Ok(atom);
        }
        if text.len() > MAX_ATOM_CHARACTERS && text.chars().count() > MAX_ATOM_CHARACTERS {
            return Err(AtomError::TooLong);
        }
        let mut table = table().write();
        if let Some(&number) = table.numbers.get(text) {
            return Ok(Atom(number));
        }
        let left = if limit == MAX_ATOMS { usize::MAX } else { LEFT.get() };
        if table.count as usize >= limit || left == 0 {
            return Err(AtomError::TableFull);
        }
        if left != usize::MAX {
            LEFT.set(left - 1);
        }
        let number = table.count;
        table.count += 1;
        let text: &'static str = Box::leak(text.into());
        write_text(number, text);
        table.numbers.insert(text, number);
        Ok(Atom(number))
    }

    /// The atom of this text if some VM has made it already.
    pub fn existing(text: &str) -> Option<Atom> {
        table().read().numbers.get(text).map(|&number| Atom(number))
    }

    /// How many atoms there are.
    pub fn count() -> usize {
        table().read().count as usize
    }

    /// The atom's text.
    pub fn as_str(self) -> &'static str {
        text_of(self.0).unwrap_or_else(|| {
            // Predefined atoms are there once anybody has asked the table.
            table();
            text_of(self.0).unwrap_or_default()
        })
    }

    /// The atom's number in the table.
    pub const fn index(self) -> u32 {
        self.0
    }

    /// The atom with this number, if there is one.
    pub fn from_index(index: u32) -> Option<Atom> {
        (index < table().read().count).then_some(Atom(index))
    }

    /// The atom whose number a term's word holds: such numbers came from atoms, so they are not looked up again.
    pub(crate) const fn of_term(index: u32) -> Atom {
        Atom(index)
    }

    /// `true` or `false`.
    pub const fn from_bool(value: bool) -> Atom {
        if value {
            atoms::TRUE
        } else {
            atoms::FALSE
        }
    }
}

impl fmt::Debug for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, ":{:?}", self.as_str())
    }
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialOrd for Atom {
    fn partial_cmp(&self, other: &Atom) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Atom {
    fn cmp(&self, other: &Atom) -> std::cmp::Ordering {
        if self.0 == other.0 {
            std::cmp::Ordering::Equal
        } else {
            self.as_str().cmp(other.as_str())
        }
    }
}

macro_rules! predefined {
    ($($name:ident $text:literal,)*) => {
        /// Atoms that the Rust side names, with numbers known at compile time.
        #[allow(missing_docs, reason = "each constant is its text")]
        pub mod atoms {
            use super::Atom;
            #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "positions of the constants")]
            enum Position { $($name,)* }
            $(pub const $name: Atom = Atom(Position::$name as u32);)*
            pub(super) const TEXTS: &[&str] = &[$($text,)*];
        }
    };
}

predefined! {
    FALSE "false", TRUE "true", NIL "nil", UNDEFINED "undefined", OK "ok", ERROR "error", EXIT "exit", THROW "throw",
    NORMAL "normal", KILL "kill", KILLED "killed", NOPROC "noproc", NOCONNECTION "noconnection", TIMEOUT "timeout",
    SHUTDOWN "shutdown", INFINITY "infinity", EXIT_SIGNAL "EXIT", DOWN "DOWN", PROCESS "process", PORT "port",
    TIME_OFFSET "time_offset", BADARG "badarg", BADARITH "badarith", BADMATCH "badmatch", CASE_CLAUSE "case_clause",
    IF_CLAUSE "if_clause", COND_CLAUSE "cond_clause", WITH_CLAUSE "with_clause", TRY_CLAUSE "try_clause",
    FUNCTION_CLAUSE "function_clause", BADFUN "badfun", BADARITY "badarity", BADMAP "badmap", BADKEY "badkey",
    BADRECORD "badrecord", UNDEF "undef", SYSTEM_LIMIT "system_limit", NOCATCH "nocatch", NOTALIVE "notalive",
    TIMEOUT_VALUE "timeout_value", ERLANG "erlang", LISTS "lists", MAPS "maps", BINARY "binary", INIT "init",
    MODULE_INFO "module_info", MODULE "module", FUNCTION "function", EXPORTS "exports", ATTRIBUTES "attributes",
    COMPILE "compile", NATIVE "native", MD5 "md5", FUNCTIONS "functions", MACROS "macros", EMPTY "", DOT ".",
    PLUS "+", MINUS "-", STAR "*", SLASH "/", EQ "==", NE "/=", EXACT_EQ "=:=", EXACT_NE "=/=", LT "<", GT ">",
    LE "=<", GE ">=", APPEND "++", SUBTRACT "--", BANG "!", DIV "div", REM "rem", BAND "band", BOR "bor", BXOR "bxor",
    BSL "bsl", BSR "bsr", BNOT "bnot", AND "and", OR "or", NOT "not", XOR "xor", ELIXIR "Elixir", KERNEL "Elixir.Kernel",
    KERNEL_SPECIAL_FORMS "Elixir.Kernel.SpecialForms", STRUCT "__struct__", EXCEPTION "__exception__", INFO "__info__",
    MODULE_VAR "__MODULE__", BLOCK "__block__", ALIASES "__aliases__", LINE "line", FILE "file", COLUMN "column",
    DO "do", ELSE "else", RESCUE "rescue", CATCH "catch", AFTER "after", END "end", FN "fn", WHEN "when", UNDERSCORE "_",
    ARROW "->", LEFT_ARROW "<-", MATCH "=", PIN "^", AMPERSAND "&", PERCENT "%", MAP_BRACES "%{}", BITSTRING "<<>>",
    TUPLE_BRACES "{}", PIPE "|", CONS "cons", TYPE_OP "::", AT "@", DOTDOT "..", CONCAT "<>", ALL "all", USER "user",
    NONE "none", VALUE "value", APPLY "apply", FOLDL "foldl", NOMATCH "nomatch", FOUND "match", EOF "eof",
    END_OF_TABLE "$end_of_table", RE_PATTERN "re_pattern", ERROR_INFO "error_info",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predefined_atoms_have_their_texts() {
        assert_eq!(atoms::FALSE.as_str(), "false");
        assert_eq!(atoms::CONCAT.as_str(), "<>");
        assert_eq!(Atom::new("ok"), atoms::OK);
    }

    #[test]
    fn order_is_the_order_of_texts() {
        let late = Atom::new("zz_first_made");
        let early = Atom::new("aa_made_later");
        assert!(early < late);
    }

    #[test]
    fn a_text_of_256_characters_is_refused() {
        assert_eq!(Atom::try_new(&"é".repeat(256)), Err(AtomError::TooLong));
        assert!(Atom::try_new(&"é".repeat(255)).is_ok());
    }
}
