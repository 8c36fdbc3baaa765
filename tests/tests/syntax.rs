//! Generated programs and the blocks of the specification are syntax.

use policy_syntax::{FileId, parse};
use policy_tests::generate;
use policy_tests::spec::markdown::sections;

#[test]
fn generated_programs_parse() {
    let programs = (0..300).flat_map(|seed| {
        generate::program(seed).modules("gen").into_iter().map(move |(_, text)| (seed, text))
    });
    for (seed, source) in programs {
        let parsed = parse(FileId(0), &source);
        let shown: Vec<_> = parsed
            .diagnostics
            .iter()
            .map(|d| {
                (
                    d.message.as_str(),
                    source.get(d.primary.span.lo as usize..).map(|s| s.chars().take(60).collect::<String>()),
                )
            })
            .collect();
        assert!(shown.is_empty(), "seed {seed}\n{source}\n{shown:#?}");
    }
}

#[test]
fn suites_parse() {
    for entry in walkdir::WalkDir::new(concat!(env!("CARGO_MANIFEST_DIR"), "/spec")).sort_by_file_name() {
        let entry = entry.unwrap();
        if entry.path().extension().is_none_or(|e| e != "md") {
            continue;
        }
        for section in sections(&std::fs::read_to_string(entry.path()).unwrap()) {
            for block in section.blocks.iter().filter(|b| b.language == "policy") {
                let parsed = parse(FileId(0), &block.text);
                assert!(
                    parsed.diagnostics.is_empty() || block.text.contains("// error:"),
                    "{} {}\n{}\n{:#?}",
                    entry.path().display(),
                    section.title,
                    block.text,
                    parsed.diagnostics
                );
            }
        }
    }
}
