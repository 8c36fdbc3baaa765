//! Every public item of the crates that services embed is shown by an example that runs: its own, or one of its type or of
//! the module that it stands in. What an example shows, it asserts.

use crate::api::{self, Crate, Examples, Item, Kind};
use crate::tree::Tree;

pub(crate) fn check(tree: &Tree) -> Vec<String> {
    api::crates(tree).iter().flat_map(of_crate).collect()
}

fn of_crate(of: &Crate) -> Vec<String> {
    let mut found = Vec::new();
    let root = of.sources.iter().find(|source| source.path.ends_with("/src/lib.rs"));
    for source in &of.sources {
        for item in source.items.iter().filter(|item| item.kind != Kind::Path) {
            let name = item.of.iter().chain([&item.name]).map(String::as_str).collect::<Vec<_>>().join("::");
            if item.examples.mute {
                found.push(format!("{}: an example of `{name}` asserts nothing", source.path));
            }
            // The examples on the page of its type, wherever its functions stand, and those on the page of its module.
            let of_type = of.sources.iter().flat_map(|source| &source.items);
            let of_type = of_type.filter(|other| {
                item.of.is_some() && (other.of == item.of || Some(&other.name) == item.of.as_ref())
            });
            let nearby = source.items.iter().chain(of_type).map(|other| &other.examples);
            let mut nearby = nearby.chain([&source.examples]).chain(root.map(|root| &root.examples));
            if item.examples.is_empty() && !nearby.any(|examples| shows(examples, item)) {
                found.push(format!("{}: no example runs `{name}`", source.path));
            }
        }
    }
    found
}

/// Whether examples use an item.
fn shows(examples: &Examples, item: &Item) -> bool {
    let by_type = |before: &str| item.of.as_ref().is_some_and(|of| before.ends_with(&format!("{of}::")));
    examples.places(&item.name).any(|(before, behind)| match item.kind {
        Kind::Path | Kind::Type | Kind::Part => true,
        Kind::Constant => item.of.is_none() || before.ends_with("::"),
        Kind::Function if item.of.is_none() => behind.starts_with(['(', ')', ',']),
        Kind::Function => by_type(before),
        // Of a trait's: where it is implemented.
        Kind::Method => behind.starts_with('(') && before.ends_with(['.', ' ']) || by_type(before),
    })
}
