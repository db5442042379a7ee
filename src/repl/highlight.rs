//! Colours for source while it is typed. Works on any text, however unfinished.

use nu_ansi_term::{Color, Style};
use reedline::{Highlighter, StyledText};

/// Colours by kind of word.
pub struct Source;

const KEYWORDS: [&str; 16] = [
    "do", "end", "fn", "case", "cond", "if", "else", "unless", "with", "for", "receive", "after", "rescue", "catch",
    "try", "when",
];

const DEFINITIONS: [&str; 17] = [
    "def",
    "defp",
    "defmodule",
    "defmacro",
    "defmacrop",
    "defstruct",
    "defprotocol",
    "defimpl",
    "defguard",
    "defguardp",
    "defdelegate",
    "defexception",
    "import",
    "alias",
    "require",
    "use",
    "quote",
];

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Piece {
    Plain,
    Keyword,
    Constant,
    Module,
    Atom,
    Number,
    Text,
    Comment,
    Attribute,
}

impl Piece {
    fn style(self) -> Style {
        match self {
            Piece::Plain => Style::new(),
            Piece::Keyword => Color::Purple.bold(),
            Piece::Constant => Color::Magenta.normal(),
            Piece::Module => Color::Yellow.normal(),
            Piece::Atom => Color::Cyan.normal(),
            Piece::Number => Color::Blue.normal(),
            Piece::Text => Color::Green.normal(),
            Piece::Comment => Color::DarkGray.normal(),
            Piece::Attribute => Color::Blue.normal(),
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The end of the text that begins here with an opening quote.
fn end_of_text(text: &str, quote: &str) -> usize {
    let mut at = quote.len();
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(quote) {
            return at + quote.len();
        }
        let step = rest.chars().next().map_or(1, char::len_utf8);
        let escaped = rest.strip_prefix('\\').and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        at += step + escaped;
    }
    text.len()
}

/// The length of the word that begins here, with a `?` or `!` at its end.
fn word(text: &str) -> usize {
    let end = text.find(|c: char| !is_word(c)).unwrap_or(text.len());
    if text[end..].starts_with(['?', '!']) && !text[end + 1..].starts_with('=') {
        end + 1
    } else {
        end
    }
}

/// The first piece of a text that is not empty: its kind and length.
fn piece(text: &str, before: char) -> (Piece, usize) {
    let first = text.chars().next().unwrap_or(' ');
    let next = text[first.len_utf8()..].chars().next();
    match first {
        '#' => (Piece::Comment, text.find('\n').unwrap_or(text.len())),
        '"' | '\'' => {
            let triple: String = std::iter::repeat_n(first, 3).collect();
            let quote = if text.starts_with(&triple) { triple } else { first.to_string() };
            (Piece::Text, end_of_text(text, &quote))
        }
        ':' if before != ':' && next.is_some_and(|c| is_word(c) && !c.is_ascii_digit()) => {
            (Piece::Atom, 1 + word(&text[1..]))
        }
        ':' if before != ':' && next == Some('"') => (Piece::Atom, 1 + end_of_text(&text[1..], "\"")),
        '@' if next.is_some_and(is_word) => (Piece::Attribute, 1 + word(&text[1..])),
        c if c.is_ascii_digit() => {
            let end = text.find(|c: char| !is_word(c) && c != '.').unwrap_or(text.len());
            // `1..2` and `1.` are not one number.
            let end = text[..end].find("..").unwrap_or(end);
            (Piece::Number, text[..end].trim_end_matches('.').len().max(1))
        }
        c if c.is_uppercase() => (Piece::Module, word(text)),
        c if c.is_alphabetic() || c == '_' => {
            let end = word(text);
            let name = &text[..end];
            let follows = &text[end..];
            if follows.starts_with(':') && !follows.starts_with("::") {
                return (Piece::Atom, end + 1);
            }
            let kind = match name {
                _ if before == '.' => Piece::Plain,
                "true" | "false" | "nil" => Piece::Constant,
                "and" | "or" | "not" | "in" => Piece::Keyword,
                _ if KEYWORDS.contains(&name) || DEFINITIONS.contains(&name) => Piece::Keyword,
                _ => Piece::Plain,
            };
            (kind, end)
        }
        other => (Piece::Plain, other.len_utf8()),
    }
}

impl Highlighter for Source {
    fn highlight(&self, line: &str, _cursor: usize) -> StyledText {
        let mut styled = StyledText::new();
        let (mut at, mut before) = (0, ' ');
        while at < line.len() {
            let (kind, length) = piece(&line[at..], before);
            let end = at + length.max(1);
            styled.push((kind.style(), line[at..end].to_owned()));
            before = line[at..end].chars().next_back().unwrap_or(' ');
            at = end;
        }
        styled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<(Piece, &str)> {
        let (mut at, mut before, mut found) = (0, ' ', Vec::new());
        while at < text.len() {
            let (kind, length) = piece(&text[at..], before);
            if kind != Piece::Plain {
                found.push((kind, &text[at..at + length]));
            }
            before = text[..at + length].chars().next_back().unwrap_or(' ');
            at += length;
        }
        found
    }

    #[test]
    fn words_are_told_apart() {
        let found = pieces("def f(x), do: Enum.map(x, :a) # \"no\"");
        let wanted = [
            (Piece::Keyword, "def"),
            (Piece::Atom, "do:"),
            (Piece::Module, "Enum"),
            (Piece::Atom, ":a"),
            (Piece::Comment, "# \"no\""),
        ];
        assert_eq!(found, wanted);
        assert_eq!(pieces("1..20 + 1.5"), [(Piece::Number, "1"), (Piece::Number, "20"), (Piece::Number, "1.5")]);
        assert_eq!(pieces("x.end"), []);
    }

    #[test]
    fn any_text_has_pieces() {
        for text in ["\"open", "'", ":\"", "@", "é\"\\", "?", "1.", "::", "\"\"\"\n#{", "~r/", "ß!"] {
            let length: usize = Source.highlight(text, 0).buffer.iter().map(|(_, part)| part.len()).sum();
            assert_eq!(length, text.len(), "{text:?}");
        }
    }
}
