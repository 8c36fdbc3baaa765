//! The public items of the crates that services embed, from their sources, with the examples that their documentation runs.
//!
//! The sources are in the one style of rustfmt, so that lines tell items apart; what a line begins goes on to its body.

mod examples;
mod item;

pub(crate) use examples::Examples;
pub(crate) use item::{Item, Kind};

use crate::tree::Tree;

/// The crates, with the folders of their sources.
const CRATES: &[(&str, &str)] = &[("policy-vm", "vm/src/"), ("policy-bundle", "vm/bundle/src/")];

/// What cannot be part of an interface.
const TESTS: &[&str] = &["/tests.rs", "/tests/", "/testkit.rs"];

/// A crate, and its sources that have public items.
pub(crate) struct Crate {
    pub(crate) name: &'static str,
    pub(crate) sources: Vec<Source>,
}

/// A source with its public items in order, those of a type below it, and the examples of its own documentation.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) items: Vec<Item>,
    pub(crate) examples: Examples,
}

/// The crates that services embed.
pub(crate) fn crates(tree: &Tree) -> Vec<Crate> {
    let of = |folder: &str| {
        let paths = tree.files().into_iter().filter(|path| path.starts_with(folder) && path.ends_with(".rs"));
        let paths = paths.filter(|path| !TESTS.iter().any(|part| path.contains(part)));
        let sources = paths.map(|path| source(&path, &tree.read(&path).unwrap_or_default()));
        sources.filter(|source| !source.items.is_empty()).collect()
    };
    CRATES.iter().map(|&(name, folder)| Crate { name, sources: of(folder) }).collect()
}

/// The public items of a source.
fn source(path: &str, text: &str) -> Source {
    let mut items: Vec<Item> = Vec::new();
    // The head of the block that lines belong to, if it is one whose lines are told without `pub`: an enum, a trait, an impl.
    let mut block: Option<String> = None;
    let mut docs: Vec<&str> = Vec::new();
    let mut module: Vec<&str> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let indent = line.len() - line.trim_start().len();
        let text = line.trim_start();
        if let Some(doc) = text.strip_prefix("//!") {
            module.push(doc);
        }
        if let Some(doc) = text.strip_prefix("///") {
            docs.push(doc);
            continue;
        }
        if text.starts_with("#[cfg(test)]") {
            // The item behind it, which is a module in a file of its own, or the rest of the file.
            if lines.next().is_some_and(|item| item.ends_with('{')) {
                break;
            }
            continue;
        }
        if text.starts_with("#[") {
            continue;
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
        let documented = std::mem::take(&mut docs);
        if !(text.starts_with("pub ") || bare) {
            continue;
        }
        let mut head = text.to_owned();
        while !ends(&head) {
            let Some(next) = lines.next() else { break };
            head.push(' ');
            head.push_str(next.trim());
        }
        let head = head.trim_end_matches(['{', ';', ',', ' ']).replace("( ", "(").replace(", )", ")");
        let of = open.strip_prefix("impl").map(str::trim);
        // What stands within a macro belongs to the type before it.
        let last = items.iter().rev().find(|item| item.kind == Kind::Type).map(|item| item.name.clone());
        items.push(Item::new(head, indent > 0, of, last, Examples::of(&documented)));
    }
    Source { path: path.to_owned(), items, examples: Examples::of(&module) }
}

/// Whether an item's head is complete.
fn ends(item: &str) -> bool {
    let open = item.matches(['(', '[']).count();
    let closed = item.matches([')', ']']).count();
    open == closed && (item.ends_with(['{', ';', ',', '}']) || item.ends_with("{}"))
}
