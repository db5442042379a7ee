//! The parser against real Elixir's answers, and against text that nobody would write.
//!
//! `quoted/expected.txt` is what `tests/differential/quoted.exs --tokens --cases compiler/tests/quoted/cases.txt` prints on
//! real Elixir 1.14, one line per case.

use beamlet_compiler::diagnostic::SyntaxKind;
use beamlet_compiler::parse::{parse, parse_all, ParseOptions, LITERAL};
use beamlet_compiler::quoted::show::show;
use beamlet_compiler::quoted::Quoted;
use beamlet_compiler::source::SourceFile;

const CASES: &str = include_str!("quoted/cases.txt");
const EXPECTED: &str = include_str!("quoted/expected.txt");

fn cases() -> impl Iterator<Item = &'static str> {
    CASES.trim_end_matches('\n').split("\n%%\n")
}

fn with_tokens() -> ParseOptions {
    ParseOptions { columns: true, token_metadata: true, ..ParseOptions::default() }
}

fn quoted(text: &str) -> Quoted {
    parse(&SourceFile::new("nofile", text), &ParseOptions::default()).expect("the test's text is right")
}

fn line(text: &str, options: &ParseOptions) -> String {
    match parse(&SourceFile::new("nofile", text), options) {
        Ok(quoted) => format!("ok {}", show(&quoted)),
        Err(errors) => {
            let report = errors[0].report.as_deref().expect("syntax errors carry a report");
            format!("error {}:{} {:?}", report.line, report.column, report.text())
        }
    }
}

#[test]
fn agrees_with_elixir() {
    assert_eq!(cases().count(), EXPECTED.lines().count());
    for (text, expected) in cases().zip(EXPECTED.lines()) {
        assert_eq!(line(text, &with_tokens()), expected, "for {text:?}");
    }
}

/// A generator of numbers that is the same on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit.max(1)
    }
}

/// Cuts, doubles, swaps and inserts pieces: neither panics nor hangs, and errors point into the text.
#[test]
fn mutilated_text_is_parsed_or_refused() {
    const PIECES: &[&str] = &[
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "<<",
        ">>",
        "do ",
        " end ",
        "fn ",
        "->",
        "\"",
        "'",
        "\"\"\"\n",
        "#{",
        "\\",
        "~s(",
        "~r/",
        "%{",
        "%",
        "@",
        "&",
        "&1",
        ".",
        "..",
        "...",
        "::",
        ":",
        "a: ",
        ",",
        ";",
        "\n",
        "\r\n",
        "é",
        "👨‍👩‍👧",
        "\u{feff}",
        "0x",
        "1.0e",
        "?\\",
        "not ",
        " in ",
        "when ",
        "else ",
        "|",
        "\\x",
        "\\u{",
        "//",
        "=>",
        "\0",
    ];
    let texts: Vec<&str> = cases().collect();
    let mut numbers = Numbers(42);
    for _ in 0..20_000 {
        let mut text = texts[numbers.below(texts.len())].to_string();
        for _ in 0..1 + numbers.below(4) {
            let boundaries: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let mut place = || boundaries[numbers.below(boundaries.len())];
            let (from, to, at) = (place(), place(), place());
            match numbers.below(3) {
                0 => text.insert_str(at, PIECES[numbers.below(PIECES.len())]),
                1 => text.replace_range(from.min(to)..from.max(to), ""),
                _ => {
                    let piece = text[from.min(to)..from.max(to)].to_string();
                    text.insert_str(at, &piece);
                }
            }
        }
        let source = SourceFile::new("nofile", text.clone());
        if let Err(errors) = parse_all(&source, &with_tokens()) {
            for label in errors.iter().flat_map(|error| &error.labels) {
                assert!(text.get(label.span.clone()).is_some(), "{:?} in {text:?}", label.span);
            }
        }
    }
}

fn on_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(1024 * 1024).spawn(work);
    thread.expect("threads are allowed here").join().expect("the work does not panic");
}

#[test]
fn deep_nesting_is_parsed_or_refused() {
    on_small_stack(|| {
        for (open, close) in [
            ("(", ")"),
            ("[", "]"),
            ("{", "}"),
            ("f(", ")"),
            ("%{a: ", "}"),
            ("\"#{", "}\""),
            ("- ", ""),
            ("fn -> ", " end"),
        ] {
            for depth in [1_000, 4_000] {
                let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
                let parsed = parse(&SourceFile::new("nofile", text), &ParseOptions::default());
                assert!(parsed.is_ok(), "{depth} times {open}: {}", parsed.unwrap_err()[0]);
            }
            let text = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
            let errors = parse(&SourceFile::new("nofile", text), &ParseOptions::default()).unwrap_err();
            assert_eq!(errors[0].code, "syntax::depth", "{open}");
        }
    });
}

#[test]
fn long_chains_are_parsed() {
    on_small_stack(|| {
        let sum = vec!["a"; 100_000].join(" + ");
        drop(parse(&SourceFile::new("nofile", sum), &ParseOptions::default()).unwrap());
        let pipe = vec!["a.b"; 50_000].join("\n|> ");
        drop(parse(&SourceFile::new("nofile", pipe), &ParseOptions::default()).unwrap());
        let calls = format!("a{}", ".b".repeat(100_000));
        drop(parse(&SourceFile::new("nofile", calls), &ParseOptions::default()).unwrap());
    });
}

#[test]
fn a_long_literal_is_one_token() {
    let text = format!("\"{}\"", "é#{1}".repeat(100_000));
    assert!(parse(&SourceFile::new("nofile", text), &ParseOptions::default()).is_ok());
    let text = format!("\"{}\"", "x".repeat(10_000_000));
    assert_eq!(quoted(&text), Quoted::string(&"x".repeat(10_000_000)));
    let digits = format!("x = {}", "9".repeat(2_000));
    assert!(parse(&SourceFile::new("nofile", digits), &ParseOptions::default()).is_ok());
}

#[test]
fn a_shebang_and_a_byte_order_mark_are_skipped() {
    assert_eq!(quoted("#!/usr/bin/env beamlet\n1"), Quoted::Int(1));
    assert_eq!(quoted("\u{feff}1"), Quoted::Int(1));
}

#[test]
fn an_unfinished_text_is_told_from_a_wrong_one() {
    let kind = |text: &str| {
        let errors = parse(&SourceFile::new("iex", text), &ParseOptions::default()).unwrap_err();
        errors[0].report.as_ref().unwrap().kind
    };
    for text in ["foo(", "a do", "\"abc", "1 +", "fn", "\"\"\"\nabc", "[1,", "%{"] {
        assert_eq!(kind(text), SyntaxKind::TokenMissing, "{text}");
    }
    for text in [")", "1 2", "a b: 1 2", "0xz", "\"\\xz\"", "(]"] {
        assert_eq!(kind(text), SyntaxKind::Syntax, "{text}");
    }
}

#[test]
fn atoms_are_made_only_when_allowed() {
    let options = ParseOptions { existing_atoms_only: true, ..ParseOptions::default() };
    let errors = parse(&SourceFile::new("nofile", ":surely_nobody_made_this_one"), &options).unwrap_err();
    assert_eq!(errors[0].report.as_ref().unwrap().text(), "unsafe atom does not exist: surely_nobody_made_this_one");
    assert!(parse(&SourceFile::new("nofile", ":ok"), &options).is_ok());
}

#[test]
fn literals_and_atoms_can_be_marked() {
    let options = ParseOptions { mark_literals: true, ..ParseOptions::default() };
    let parsed = parse(&SourceFile::new("nofile", "0x1F"), &options).unwrap();
    let node = parsed.as_node().unwrap();
    assert_eq!(node.form, LITERAL);
    let options = ParseOptions { mark_atoms: true, ..ParseOptions::default() };
    let parsed = parse(&SourceFile::new("nofile", "never_made_before_as_an_atom(1)"), &options).unwrap();
    assert!(parsed.as_node().unwrap().form.as_node().is_some());
    assert_eq!(beamlet_vm::Atom::existing("never_made_before_as_an_atom"), None);
}

#[test]
fn comments_are_kept() {
    let parsed = parse_all(&SourceFile::new("nofile", "# a\n\nx # b\n"), &ParseOptions::default()).unwrap();
    let found: Vec<_> = parsed
        .comments
        .iter()
        .map(|c| (c.text.as_str(), c.line, c.column, c.previous_eol_count, c.next_eol_count))
        .collect();
    assert_eq!(found, [("# a", 1, 1, 1, 2), ("# b", 3, 3, 0, 1)]);
}

#[test]
fn a_bad_escape_is_found_behind_other_characters() {
    for text in ["\"\\\"é\\u{zz}\"", "\"\"\"\n  é\n  日\\u{1F\n  \"\"\"", "'\\'日本\\xg'"] {
        let errors = parse(&SourceFile::new("nofile", text), &ParseOptions::default()).unwrap_err();
        assert_eq!(errors[0].report.as_ref().unwrap().kind, SyntaxKind::Syntax, "{text}");
    }
}
