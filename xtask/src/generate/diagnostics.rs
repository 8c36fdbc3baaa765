//! The index of diagnostics: from the headings of their pages and the table of lints.

use policy_compiler::lint::{LINTS, Level};

use crate::tree::Tree;

pub(super) const FOLDER: &str = "docs/diagnostics/";

/// Families of codes: the first of each, and what it is about.
const FAMILIES: &[(u16, &str)] = &[
    (0, "Syntax"),
    (100, "Names and modules"),
    (200, "Types"),
    (300, "Absence"),
    (400, "Policies and rules"),
    (500, "Literals and constants"),
    (600, "Lints"),
    (700, "Tests"),
    (800, "Code generation"),
    (900, "Projects, data and files"),
];

pub(super) fn index(tree: &Tree) -> String {
    let mut text = String::from(
        "# Diagnostics\n\nGenerated from the headings of these pages and the table of lints by `cargo xtask generate`.\n\n\
         `policyc explain P0301` prints a page. A page says what is wrong, why it matters and how to mend it, and shows \
         sources that give the diagnostic and sources that do not; the tests check both.\n",
    );
    let pages = pages(tree);
    for (i, (first, name)) in FAMILIES.iter().enumerate() {
        let next = FAMILIES.get(i + 1).map_or(u16::MAX, |(next, _)| *next);
        let family: Vec<&(u16, String)> =
            pages.iter().filter(|(code, _)| (*first..next).contains(code)).collect();
        if family.is_empty() {
            continue;
        }
        text.push_str(&format!("\n## {name}\n\n"));
        if *first == 600 {
            text.push_str(
                "A lint is an error or a warning unless `policy.toml` says otherwise under `[lints]` (`name = \"allow\"`, \
                 `\"warn\"` or `\"deny\"`), or `@allow(name, \"reason\")` stands on the item or statement.\n\n",
            );
            lints(&mut text, &family);
            continue;
        }
        text.push_str("| code | what it is |\n| --- | --- |\n");
        for (code, title) in family {
            text.push_str(&format!("| [P{code:04}](P{code:04}.md) | {title} |\n"));
        }
    }
    text
}

fn lints(text: &mut String, family: &[&(u16, String)]) {
    text.push_str("| code | name | level | what it finds |\n| --- | --- | --- | --- |\n");
    for (code, title) in family {
        let lint = LINTS.iter().find(|lint| lint.code.0 == *code);
        let name = lint.map_or_else(String::new, |lint| format!("`{}`", lint.name));
        let level = match lint.map(|lint| lint.level) {
            Some(Level::Deny) | None => "error",
            Some(Level::Warn) => "warning",
            Some(Level::Allow) => "off",
        };
        text.push_str(&format!("| [P{code:04}](P{code:04}.md) | {name} | {level} | {title} |\n"));
    }
}

/// Codes and titles of the pages, in order.
fn pages(tree: &Tree) -> Vec<(u16, String)> {
    let files = tree.files();
    files
        .iter()
        .filter(|path| path.starts_with(FOLDER))
        .filter_map(|path| {
            let text = tree.read(path)?;
            let (code, title) = text.lines().next()?.strip_prefix("# P")?.split_once(": ")?;
            Some((code.parse().ok()?, title.to_owned()))
        })
        .collect()
}
