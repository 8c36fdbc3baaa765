//! The pages of the checker's diagnostics: what fails gives exactly the page's code, what is mended gives nothing.

use std::path::PathBuf;

use policy_compiler::{Checked, Sources, check};

use crate::support::rendered;

/// The codes of the syntax, without those whose pages need what the checker does not carry yet. Their words the parser's own tests
/// hold; here it counts that the checker adds nothing to them.
const SYNTAX: &[std::ops::RangeInclusive<u16>] = &[1..=13, 20..=40, 42..=42, 50..=54, 57..=58];

/// The codes of the checker, by families.
const FAMILIES: &[std::ops::RangeInclusive<u16>] =
    &[101..=116, 201..=233, 301..=304, 401..=410, 420..=435, 701..=708];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/diagnostics")
}

/// The blocks of policies below a heading, with their paths.
fn blocks(page: &str, heading: &str) -> Vec<(Option<String>, String)> {
    let section = page.split("\n## ").find(|s| s.starts_with(heading)).unwrap_or_default();
    let mut out = Vec::new();
    let mut rest = section;
    while let Some((_, after)) = rest.split_once("```policy") {
        let Some((info, after)) = after.split_once('\n') else { break };
        let Some((text, after)) = after.split_once("\n```") else { break };
        out.push((info.trim().strip_prefix("path=").map(str::to_owned), format!("{text}\n")));
        rest = after;
    }
    out
}

/// Checks the blocks of a section together; of several each is a file of a project.
fn checked(blocks: Vec<(Option<String>, String)>) -> Checked {
    let mut sources = Sources::default();
    let several = blocks.len() > 1;
    for (path, text) in blocks {
        match path {
            Some(path) if several => {
                let module = path.trim_end_matches(".policy").replace('/', ".");
                sources.add_module(path, text, module);
            }
            Some(path) => drop(sources.add(path, text)),
            None => drop(sources.add("test.policy", text)),
        }
    }
    check(&sources)
}

#[test]
fn every_code_has_a_page_that_holds() {
    let mut wrong = String::new();
    for number in SYNTAX.iter().chain(FAMILIES).cloned().flatten() {
        let code = format!("P{number:04}");
        let page = std::fs::read_to_string(folder().join(format!("{code}.md"))).unwrap_or_default();
        if !page.starts_with(&format!("# {code}: ")) {
            wrong.push_str(&format!("{code}: no page\n"));
            continue;
        }
        let fails = checked(blocks(&page, "Fails"));
        let all = fails.diagnostics.iter().all(|d| d.code.to_string() == code);
        if fails.diagnostics.is_empty() || !all {
            wrong.push_str(&format!("{code}: what fails gives\n{}\n", rendered(&fails)));
        }
        let mended = checked(blocks(&page, "Mended"));
        if !mended.diagnostics.is_empty() || mended.modules.iter().all(|m| m.std) {
            wrong.push_str(&format!("{code}: what is mended gives\n{}\n", rendered(&mended)));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The whole text of what each page's mistake gives, so that a change of words is seen.
#[test]
fn words_of_every_code() {
    let mut out = String::new();
    for number in FAMILIES.iter().cloned().flatten().filter(|n| *n != 228) {
        let code = format!("P{number:04}");
        let page = std::fs::read_to_string(folder().join(format!("{code}.md"))).unwrap_or_default();
        out.push_str(&rendered(&checked(blocks(&page, "Fails"))));
    }
    insta::assert_snapshot!(out);
}
