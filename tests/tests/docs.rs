//! Every code block of the book and the README is run; CONTRIBUTING says how blocks are written.

use std::path::{Path, PathBuf};

use policy_compiler::{Sources, check};
use policy_syntax::Severity;
use policy_tests::spec::console;
use policy_tests::spec::markdown::{Block, sections};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The pages: README and everything below `docs`, with their paths as people know them.
fn pages() -> Vec<(String, String)> {
    let root = root();
    let folders = [root.join("README.md"), root.join("docs")];
    let mut pages = Vec::new();
    for folder in folders.iter().filter(|folder| folder.exists()) {
        for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
            let entry = entry.unwrap();
            if entry.path().extension().is_some_and(|e| e == "md") {
                let name = entry.path().strip_prefix(&root).unwrap().display().to_string();
                pages.push((name, std::fs::read_to_string(entry.path()).unwrap()));
            }
        }
    }
    pages
}

fn errors(blocks: &[&Block]) -> Vec<String> {
    let mut sources = Sources::default();
    for (index, block) in blocks.iter().enumerate() {
        sources.add(format!("{index}.policy"), block.text.as_str());
    }
    let checked = check(&sources);
    let errors = checked.diagnostics.iter().filter(|d| d.severity == Severity::Error);
    errors.map(|d| format!("{}: {}", d.code, d.message)).collect()
}

/// The folder that `policyc` was built to, beside this test.
fn tools() -> PathBuf {
    let folder = std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().to_owned();
    if !folder.join(format!("policyc{}", std::env::consts::EXE_SUFFIX)).exists() {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built =
            std::process::Command::new(cargo).args(["build", "-q", "-p", "policyc"]).status().unwrap();
        assert!(built.success(), "policyc does not build");
    }
    folder
}

/// The value of `path=` behind a fence.
fn path_of(block: &Block) -> Option<&str> {
    block.attributes.split_whitespace().find_map(|word| word.strip_prefix("path="))
}

fn says(block: &Block, word: &str) -> bool {
    block.attributes.split_whitespace().any(|other| other == word)
}

#[test]
fn blocks_of_the_book_do_what_they_say() {
    let mut problems = Vec::new();
    for (name, text) in pages().iter().filter(|(name, _)| !name.starts_with("docs/diagnostics/")) {
        let folder = tempfile::tempdir().unwrap();
        let mut here = folder.path().to_owned();
        for block in sections(text).iter().flat_map(|section| &section.blocks) {
            if let Some(path) = path_of(block) {
                let path = here.join(path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, &block.text).unwrap();
                continue;
            }
            match block.language.as_str() {
                "policy" if says(block, "fragment") => {}
                "policy" => {
                    let errors = errors(&[block]);
                    if errors.is_empty() == says(block, "fails") {
                        problems.push(format!("{name}:{}: {errors:?}", block.line));
                    }
                }
                "console" if !says(block, "by-hand") => {
                    for step in console::steps(&block.text) {
                        if let Some(folder) = step.command.strip_prefix("cd ") {
                            here = here.join(folder);
                            continue;
                        }
                        let output = console::run(&step.command, &here, &tools()).unwrap();
                        if !console::matches(&step.output, &output) {
                            problems.push(format!(
                                "{name}:{}: `{}` gives\n{output}\nand not\n{}",
                                block.line, step.command, step.output
                            ));
                        }
                    }
                }
                _ => {}
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}
