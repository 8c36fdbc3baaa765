//! The examples of the library's table, as a project of tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use policy_stdlib::{Function, functions};

/// A module of tests for each module of the library: its name, and its source.
#[must_use]
pub fn modules() -> Vec<(String, String)> {
    let mut tests: BTreeMap<&str, (BTreeSet<String>, String)> = BTreeMap::new();
    for function in functions() {
        let (uses, text) = tests.entry(function.module).or_default();
        for (number, (code, value)) in function.examples.iter().enumerate() {
            uses.extend(
                called(function.module, code).map(|row| format!("use {}.{}", row.module, row.name())),
            );
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "\ntest \"{} {}\" {{\n  expect ({code}) is ({value})\n}}",
                function.name(),
                number + 1
            );
        }
    }
    tests
        .into_iter()
        .map(|(module, (uses, tests))| {
            let name = module.replace('.', "_");
            let uses: Vec<String> = uses.into_iter().collect();
            let text = format!("module {name}\n\n{}\n{tests}", uses.join("\n"));
            (name, text)
        })
        .collect()
}

/// The functions that a piece of code calls by their bare names and that need a `use` for it. A name that the
/// module at hand has means its own.
fn called<'a>(module: &'a str, code: &'a str) -> impl Iterator<Item = &'static Function> + 'a {
    functions().filter(move |row| {
        let own = functions().any(|other| other.module == module && other.name() == row.name());
        !row.core && (row.module == module || !own) && calls(code, row.name())
    })
}

/// Whether a name stands before a parenthesis, and neither a dot nor a part of a name before it.
fn calls(code: &str, name: &str) -> bool {
    code.match_indices(&format!("{name}(")).any(|(at, _)| {
        let before = code.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|c| c == '.' || c == '_' || c.is_alphanumeric())
    })
}
