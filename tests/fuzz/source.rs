//! Damaged source text parses, or is refused with a diagnostic.

use beamlet_compiler::parse::{self, ParseOptions};
use beamlet_compiler::source::SourceFile;

use crate::rounds;

#[test]
fn damaged_source_text() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");
    let mut texts = Vec::new();
    for topic in std::fs::read_dir(folder).expect("the cases are there") {
        for file in std::fs::read_dir(topic.expect("a folder").path()).into_iter().flatten().flatten() {
            if file.path().extension().is_some_and(|extension| extension == "exs") {
                texts.push(std::fs::read(file.path()).expect("a case can be read"));
            }
        }
    }
    texts.sort();
    rounds("damaged source text", 3_000, |random, keep| {
        let text = random.pick(&texts);
        // A piece is enough, and quicker.
        let from = random.below(text.len());
        let mut bytes = text[from..(from + 400).min(text.len())].to_vec();
        let other = random.pick(&texts);
        random.damage(&mut bytes, other);
        keep(&bytes);
        let options =
            ParseOptions { columns: random.one_in(2), token_metadata: random.one_in(2), ..ParseOptions::default() };
        let source = SourceFile::new("nofile", String::from_utf8_lossy(&bytes).into_owned());
        if let Err(problems) = parse::parse(&source, &options) {
            assert!(!problems.is_empty());
        }
    });
}
