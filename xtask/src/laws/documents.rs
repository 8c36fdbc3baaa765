//! Generated documents are fresh, and every folder of the book has its index.

use crate::generate;
use crate::tree::Tree;

pub(crate) fn check(tree: &Tree) -> Vec<String> {
    generate::all(tree)
        .into_iter()
        .filter(|document| tree.read(document.path).as_deref() != Some(document.text.as_str()))
        .map(|document| format!("{}: not fresh; `cargo xtask generate` writes it", document.path))
        .collect()
}
