//! The public items of the crates that services embed.

use crate::api::crates;
use crate::tree::Tree;

/// The page.
pub(super) fn page(tree: &Tree) -> String {
    let mut out = String::from(
        "# The public interface\n\nEvery public item of the crates that a service embeds, generated from the sources by `cargo xtask generate`. A change of \
         this page is a change of the interface. An example that runs shows each of them: its own, or one of its type or module.\n",
    );
    for of in crates(tree) {
        out.push_str(&format!("\n## {}\n", of.name));
        for source in of.sources {
            let items: Vec<String> = source.items.into_iter().map(|item| item.shown).collect();
            out.push_str(&format!("\n### {}\n\n```text\n{}\n```\n", source.path, items.join("\n")));
        }
    }
    out
}
