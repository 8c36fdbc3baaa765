//! The formatter: what it writes, that it changes nothing else, and that it writes the same again.

use super::EXAMPLES;
use crate::format::checked;
use crate::{FileId, format, parse};

/// Formats, and fails where the formatter would have given up.
fn formatted(source: &str) -> String {
    let parsed = parse(FileId(0), source);
    assert!(parsed.diagnostics.is_empty(), "{source}\n{:#?}", parsed.diagnostics);
    let out = checked(source, &parsed).unwrap_or_else(|| panic!("the formatter lost its way in\n{source}"));
    let again = format(&out).unwrap();
    assert_eq!(out, again, "not the same again");
    out
}

#[test]
fn examples() {
    for (name, source) in EXAMPLES {
        let out = formatted(source);
        insta::assert_snapshot!(format!("format_{name}"), out);
    }
}

#[test]
fn crlf_and_byte_order_mark() {
    for (_, source) in EXAMPLES {
        let windows = format!("\u{feff}{}", source.replace('\n', "\r\n"));
        assert_eq!(formatted(&windows), formatted(source));
    }
}

#[test]
fn refuses_damaged_text() {
    let diagnostics = format("policy p on x: T {\n  deny a when\n}\n").unwrap_err();
    assert_eq!(diagnostics.len(), 1);
}

/// A text with a comment at every place where a blank may stand.
#[test]
fn comments_in_odd_places_are_kept() {
    for (name, source) in EXAMPLES {
        let parsed = parse(FileId(0), source);
        let mut inside = 0usize;
        let mut step = 0usize;
        for pair in parsed.tokens.windows(2) {
            if pair[0].kind == crate::TokenKind::StrHead {
                inside += 1;
            } else if pair[0].kind == crate::TokenKind::StrTail {
                inside -= 1;
            }
            if inside > 0 || pair[0].span.hi == pair[1].span.lo && pair[0].kind == crate::TokenKind::Dot {
                continue;
            }
            step += 1;
            // Enough places of a long text, spread over all of it.
            if !step.is_multiple_of(parsed.tokens.len() / 200 + 1) {
                continue;
            }
            let comments = [" // odd\n", "\n// odd\n", "\n\n  // one\n  // two\n\n", " // one\n // two\n"];
            let comment = comments[step / 3 % comments.len()];
            let (before, after) = source.split_at(pair[0].span.hi as usize);
            let text = format!("{before}{comment}{after}");
            // A name and what follows it on the same line may be what tells that a statement begins.
            let parsed = parse(FileId(0), &text);
            if parsed.diagnostics.is_empty() {
                let out = formatted(&text);
                assert_eq!(out.matches("// o").count(), text.matches("// o").count(), "{name} {step}\n{out}");
            }
        }
    }
}

/// All sources of the repository: the standard library and the examples.
#[test]
fn sources_of_the_repository() {
    let mut folders = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")];
    let mut seen = 0usize;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "policy") {
                let source = std::fs::read_to_string(&path).unwrap();
                if parse(FileId(0), &source).diagnostics.is_empty() {
                    formatted(&source);
                    seen += 1;
                }
            }
        }
    }
    assert!(seen >= EXAMPLES.len());
}
