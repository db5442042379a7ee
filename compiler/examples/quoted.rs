//! Prints the quoted form of source text, one line per text, as `tests/differential/quoted.exs` does on real Elixir.
//!
//! Arguments: `--tokens` for metadata of tokens, `--literals` to show encoded literals, `--cases FILE` for a file of texts
//! separated by lines of `%%`, and any number of source files.

use beamlet_compiler::parse::{self, ParseOptions};
use beamlet_compiler::quoted::show::show;
use beamlet_compiler::source::SourceFile;

fn main() -> std::io::Result<()> {
    let mut options = ParseOptions { columns: true, ..ParseOptions::default() };
    let mut texts = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--tokens" => options.token_metadata = true,
            "--literals" => options.mark_literals = true,
            "--cases" => {
                let path = arguments.next().unwrap_or_default();
                let cases = std::fs::read_to_string(path)?;
                texts.extend(cases.trim_end_matches('\n').split("\n%%\n").map(str::to_string));
            }
            path => texts.push(std::fs::read_to_string(path)?),
        }
    }
    for text in texts {
        println!("{}", line(&SourceFile::new("nofile", text), &options));
    }
    Ok(())
}

fn line(source: &SourceFile, options: &ParseOptions) -> String {
    match parse::parse(source, options) {
        Ok(quoted) => format!("ok {}", show(&quoted).replace(&show(&parse::LITERAL), "#literal")),
        Err(errors) => match errors.first().and_then(|error| error.report.as_deref()) {
            Some(report) => format!("error {}:{} {:?}", report.line, report.column, report.text()),
            None => format!("error {errors:?}"),
        },
    }
}
