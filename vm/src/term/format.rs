//! Showing a term to people who look at the VM: Erlang's syntax, cut off after a while.

use std::fmt::{self, Write};

use super::float::format_shortest;
use super::id::{reference_words, resource_reference};
use super::view::{Kind, Term};

/// How many terms are shown before `...`.
const LIMIT: usize = 2_000;

enum Piece<'a> {
    Term(Term<'a>),
    Text(&'static str),
    /// The rest of a list, after an element.
    Rest(Term<'a>),
}

impl fmt::Debug for Term<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut work = vec![Piece::Term(*self)];
        let mut shown = 0;
        while let Some(piece) = work.pop() {
            match piece {
                Piece::Text(text) => f.write_str(text)?,
                Piece::Rest(rest) => match rest.kind() {
                    Kind::Nil => f.write_str("]")?,
                    Kind::Cons(head, tail) => {
                        f.write_str(",")?;
                        work.push(Piece::Rest(tail));
                        work.push(Piece::Term(head));
                    }
                    _ => {
                        f.write_str("|")?;
                        work.push(Piece::Text("]"));
                        work.push(Piece::Term(rest));
                    }
                },
                Piece::Term(term) => {
                    shown += 1;
                    if shown > LIMIT {
                        return f.write_str("...");
                    }
                    show(f, term, &mut work)?;
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for Term<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Whether an atom is written without quotes.
fn is_plain_atom(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|c| c.is_lowercase())
        && characters.all(|c| c.is_alphanumeric() || c == '_' || c == '@')
}

fn show<'a>(f: &mut fmt::Formatter<'_>, term: Term<'a>, work: &mut Vec<Piece<'a>>) -> fmt::Result {
    match term.kind() {
        Kind::Int(value) => write!(f, "{value}"),
        Kind::Big(big) => write!(f, "{}", big.to_big()),
        Kind::Float(value) => f.write_str(&format_shortest(value)),
        Kind::Atom(atom) => {
            let text = atom.as_str();
            if is_plain_atom(text) {
                f.write_str(text)
            } else {
                f.write_char('\'')?;
                for c in text.chars() {
                    if matches!(c, '\'' | '\\') {
                        f.write_char('\\')?;
                    }
                    f.write_char(c)?;
                }
                f.write_char('\'')
            }
        }
        Kind::Nil => f.write_str("[]"),
        Kind::Cons(head, tail) => {
            f.write_str("[")?;
            work.push(Piece::Rest(tail));
            work.push(Piece::Term(head));
            Ok(())
        }
        Kind::Tuple(elements) => {
            f.write_str("{")?;
            work.push(Piece::Text("}"));
            for (i, element) in elements.iter().enumerate().rev() {
                work.push(Piece::Term(*element));
                if i > 0 {
                    work.push(Piece::Text(","));
                }
            }
            Ok(())
        }
        Kind::Map(map) => {
            f.write_str("#{")?;
            work.push(Piece::Text("}"));
            for (i, (key, value)) in map.sorted_pairs().into_iter().enumerate().rev() {
                work.push(Piece::Term(value));
                work.push(Piece::Text(" => "));
                work.push(Piece::Term(key));
                if i > 0 {
                    work.push(Piece::Text(","));
                }
            }
            Ok(())
        }
        Kind::Bits(bits) => {
            f.write_str("<<")?;
            let bytes = bits.to_bytes();
            let whole = bits.bit_len / 8;
            match std::str::from_utf8(&bytes[..whole]) {
                Ok(text) if !text.is_empty() && bits.bit_len % 8 == 0 && !text.contains(char::is_control) => {
                    write!(f, "{text:?}")?;
                }
                _ => {
                    for (i, byte) in bytes.iter().enumerate() {
                        if i > 0 {
                            f.write_char(',')?;
                        }
                        if i == whole {
                            let rest = bits.bit_len % 8;
                            write!(f, "{}:{rest}", byte >> (8 - rest))?;
                        } else {
                            write!(f, "{byte}")?;
                        }
                    }
                }
            }
            f.write_str(">>")
        }
        Kind::Fun(fun) => write!(f, "#Fun<{}.{}.{}>", fun.entry.module, fun.entry.index, fun.entry.old_uniq),
        Kind::Export(export) => write!(f, "fun {}:{}/{}", export.module, export.function, export.arity),
        Kind::Pid(pid) => write!(f, "{pid}"),
        Kind::ExternalPid(pid) => write!(f, "{pid}"),
        Kind::Port(port) => write!(f, "{port}"),
        Kind::ExternalPort(port) => write!(f, "{port}"),
        Kind::Ref(reference) => {
            let [a, b, c] = reference_words(reference);
            write!(f, "#Ref<0.{a}.{b}.{c}>")
        }
        Kind::Resource(resource) => {
            let [a, b, c] = reference_words(resource_reference(resource.id));
            write!(f, "#Ref<0.{a}.{b}.{c}>")
        }
        Kind::ExternalRef(reference) => write!(f, "{reference}"),
    }
}
