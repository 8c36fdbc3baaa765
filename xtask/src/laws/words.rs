//! Words that have no place in the sources.

use crate::tree::Tree;

/// A word, and why it is refused. Written in pieces, so that this file does not break its own law.
fn refused() -> Vec<(String, &'static str)> {
    vec![
        (["todo", "!("].concat(), "unfinished code"),
        (["unimplemented", "!("].concat(), "unfinished code"),
        (["FIX", "ME"].concat(), "unfinished code"),
        (["#[ig", "nore"].concat(), "a test that does not run"),
        (["/ro", "ot/"].concat(), "a path of one machine"),
        (["/ho", "me/"].concat(), "a path of one machine"),
    ]
}

pub(crate) fn check(tree: &Tree) -> Vec<String> {
    let refused = refused();
    let mut found = Vec::new();
    for path in tree.files() {
        let source = [".rs", ".toml", ".ts", ".lalrpop"].iter().any(|ending| path.ends_with(ending));
        if !source {
            continue;
        }
        let Some(text) = tree.read(&path) else { continue };
        for (number, line) in text.lines().enumerate() {
            for (word, why) in &refused {
                if line.contains(word.as_str()) {
                    found.push(format!("{path}:{}: `{word}`: {why}", number + 1));
                }
            }
        }
    }
    found
}
