//! The pages on this crate's diagnostics: each fails with its own code and no other, and is mended.

use crate::{CODES, FileId, Severity, parse};

/// The first block of code below a heading.
fn block<'p>(page: &'p str, heading: &str) -> &'p str {
    let (_, below) =
        page.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no {heading} in\n{page}"));
    let (_, code) = below.split_once("```policy\n").unwrap();
    code.split_once("```").unwrap().0
}

fn page(code: &str) -> String {
    let path = format!("{}/../../docs/diagnostics/{code}.md", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

#[test]
fn every_code_has_a_page_that_fails_and_is_mended() {
    for code in CODES {
        let name = code.to_string();
        let page = page(&name);
        assert!(page.starts_with(&format!("# {name}: ")), "{name}");
        assert!(page.contains("\n## How to mend\n"), "{name}");
        let found = parse(FileId(0), block(&page, "Fails")).diagnostics;
        let codes: Vec<String> = found.iter().map(|d| d.code.to_string()).collect();
        assert_eq!(codes, [name.as_str()], "{name}: {found:#?}");
        let mended = parse(FileId(0), block(&page, "Mended")).diagnostics;
        assert!(mended.is_empty(), "{name}: {mended:#?}");
    }
}

#[test]
fn no_page_without_its_code() {
    let folder = format!("{}/../../docs/diagnostics", env!("CARGO_MANIFEST_DIR"));
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let code = name.trim_end_matches(".md");
        if code < "P0100" {
            assert!(CODES.iter().any(|c| c.to_string() == code), "{name}");
        }
    }
}

/// What the fixes of a page's diagnostics make of its failing text.
#[test]
fn fixes_mend() {
    for code in CODES {
        let name = code.to_string();
        let page = page(&name);
        let source = block(&page, "Fails");
        for diagnostic in parse(FileId(0), source).diagnostics {
            assert_eq!(diagnostic.severity, Severity::Error);
            for fix in &diagnostic.fixes {
                let mut text = source.to_owned();
                let mut edits = fix.edits.clone();
                edits.sort_by_key(|(at, _)| std::cmp::Reverse(at.span));
                for (at, new) in edits {
                    text.replace_range(at.span.lo as usize..at.span.hi as usize, &new);
                }
                let after = parse(FileId(0), &text).diagnostics;
                assert!(after.is_empty(), "{name}: {} gives\n{text}\n{after:#?}", fix.title);
            }
        }
    }
}
