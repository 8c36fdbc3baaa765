//! The laws: each takes the tree and gives a line for every breach.

mod advisories;
mod arrows;
mod documents;
mod examples;
mod locks;
mod size;
mod words;

use crate::tree::Tree;

/// One law.
type Law = fn(&Tree) -> Vec<String>;

/// All of them; to add a law is to add a file and a row.
const LAWS: &[(&str, Law)] = &[
    ("arrows", arrows::check),
    ("size", size::check),
    ("words", words::check),
    ("advisories", advisories::check),
    ("documents", documents::check),
    ("examples", examples::check),
    ("locks", locks::check),
];

/// The breaches of every law.
pub(crate) fn check(tree: &Tree) -> Vec<String> {
    LAWS.iter()
        .flat_map(|(name, law)| law(tree).into_iter().map(move |line| format!("{name}: {line}")))
        .collect()
}
