//! The public items of the crates that services embed, from their sources.
//!
//! The sources are in the one style of rustfmt, so that lines tell items apart; what a line begins goes on to its body.

use crate::tree::Tree;

/// The crates, with the folders of their sources.
const CRATES: &[(&str, &str)] = &[("policy-vm", "vm/src/"), ("policy-bundle", "vm/bundle/src/")];

/// What cannot be part of an interface.
const TESTS: &[&str] = &["/tests.rs", "/tests/", "/testkit.rs"];

/// The page.
pub(super) fn page(tree: &Tree) -> String {
    let mut out = String::from(
        "# The public interface\n\nEvery public item of the crates that a service embeds, generated from the sources by `cargo xtask generate`. A change of \
         this page is a change of the interface.\n",
    );
    for (name, folder) in CRATES {
        out.push_str(&format!("\n## {name}\n"));
        for path in tree.files().iter().filter(|path| path.starts_with(folder) && path.ends_with(".rs")) {
            if TESTS.iter().any(|part| path.contains(part)) {
                continue;
            }
            let items = items(&tree.read(path).unwrap_or_default());
            if !items.is_empty() {
                out.push_str(&format!("\n### {path}\n\n```text\n{}\n```\n", items.join("\n")));
            }
        }
    }
    out
}

/// The public items of a source, in its order, those of a type below it.
fn items(source: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    // The head of the block that lines belong to, if it is one whose lines are told without `pub`: an enum, a trait, an impl.
    let mut block: Option<String> = None;
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        let indent = line.len() - line.trim_start().len();
        let text = line.trim_start();
        if text.starts_with("#[cfg(test)]") {
            break;
        }
        if indent == 0 {
            if text.starts_with('}') {
                block = None;
            }
            let opens = ["pub enum ", "pub trait ", "impl", "pub struct "];
            if opens.iter().any(|start| text.starts_with(start)) && text.ends_with('{') {
                block = Some(text.trim_end_matches(['{', ' ']).to_owned());
            }
        }
        let open = block.as_deref().unwrap_or("");
        let bare = open.starts_with("pub enum ") && indent == 4 && text.starts_with(char::is_uppercase)
            || open.starts_with("pub trait ")
                && indent == 4
                && (text.starts_with("fn ") || text.starts_with("const "));
        if !(text.starts_with("pub ") || bare) {
            continue;
        }
        let mut item = text.to_owned();
        while !ends(&item) {
            let Some(next) = lines.next() else { break };
            item.push(' ');
            item.push_str(next.trim());
        }
        let item = item.trim_end_matches(['{', ';', ',', ' ']).replace("( ", "(").replace(", )", ")");
        let of = open.strip_prefix("impl").map(|of| format!("{}: ", of.trim())).unwrap_or_default();
        let inside = if indent > 0 && of.is_empty() { "    " } else { "" };
        out.push(format!("{inside}{of}{item}"));
    }
    out
}

/// Whether an item's head is complete.
fn ends(item: &str) -> bool {
    let open = item.matches(['(', '[']).count();
    let closed = item.matches([')', ']']).count();
    open == closed && (item.ends_with(['{', ';', ',', '}']) || item.ends_with("{}"))
}
