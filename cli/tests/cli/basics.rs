//! The call itself, and the commands that need no project.

use crate::support::Folder;

#[test]
fn wrong_calls_end_with_2() {
    let folder = Folder::with(&[]);
    folder.run(&[]).code(2);
    folder.run(&["nonsense"]).code(2).complains(&["nonsense"]);
    folder.run(&["chekc"]).code(2).complains(&["check"]);
    folder.run(&["fmt", "--nonsense"]).code(2);
    folder.run(&["explain", "--color", "sometimes"]).code(2);
    folder.run(&["completions", "tcsh"]).code(2);
}

#[test]
fn help_and_version_are_answers() {
    let folder = Folder::with(&[]);
    folder.run(&["--help"]).code(0).says(&["policyc", "check", "eval", "test"]);
    folder.run(&["help", "fmt"]).code(0).says(&["--check", "Exit codes:"]);
    folder.run(&["--version"]).code(0).says(&[env!("CARGO_PKG_VERSION")]);
}

#[test]
fn explain_prints_pages_and_lists_them() {
    let folder = Folder::with(&[]);
    folder.run(&["explain", "P0901"]).code(0).says(&["# P0901", "## Fails", "## Mended"]);
    folder.run(&["explain", "p0901"]).code(0);
    folder.run(&["explain"]).code(0).says(&["P0900  policy.toml is not TOML", "P0914"]);
    folder.run(&["explain", "P9999"]).code(2).complains(&["P9999"]);
    folder.run(&["explain", "nonsense"]).code(2).complains(&["four digits"]);
}

#[test]
fn completions_are_made_for_every_shell() {
    let folder = Folder::with(&[]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        folder.run(&["completions", shell]).code(0).says(&["policyc", "explain"]);
    }
}

#[test]
fn new_does_not_overwrite() {
    let folder = Folder::with(&[("full/x", "1")]);
    folder.run(&["new", "full"]).code(2).complains(&["not empty"]);
    folder.run(&["new", "-x"]).code(2);
    folder.run(&["new", "a b"]).code(2).complains(&["name for a project"]);
    folder.run(&["new", "full/x/y"]).code(2).complains(&["cannot be written"]);
    folder.run(&["new", "gate"]).code(0).says(&["policyc test"]);
    assert!(folder.read("gate/policy.toml").contains("name = \"gate\""));
    folder.run(&["new", "gate"]).code(2).complains(&["not empty"]);
}

#[test]
fn colours_are_only_where_they_are_wanted() {
    let folder = Folder::with(&[]);
    let escape = "\u{1b}[";
    assert!(!folder.run(&["explain"]).out.contains(escape));
    assert!(folder.run(&["explain", "--color", "always"]).out.contains(escape));
    assert!(!folder.run(&["explain", "--color", "never"]).out.contains(escape));
}
