//! Every code has a page, and every page is true.

use std::collections::BTreeMap;
use std::path::Path;

use policy_project::Overlay;
use policy_syntax::{Code, Diagnostic};
use policy_testing::Workspace;
use policy_tests::pages::{Example, Page};

fn pages() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/diagnostics");
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('P')))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

fn known() -> Vec<Code> {
    let mut codes = policy_syntax::CODES.to_vec();
    codes.extend(policy_compiler::code::all().iter().map(|info| info.code));
    codes
}

/// The diagnostics of an example whose files are laid down as a project.
fn on_disk(example: &Example) -> Vec<Diagnostic> {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in &example.files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    // The first project of several is the one that is looked at.
    let manifest = example.files.iter().find(|(path, _)| path.ends_with("policy.toml"));
    let root = manifest.map_or(folder.path().to_path_buf(), |(path, _)| folder.path().join(path));
    Workspace::open(&root, &Overlay::new()).unwrap().checked_through(None).diagnostics
}

#[test]
fn every_code_has_a_page() {
    let pages = pages();
    let missing: Vec<String> =
        known().iter().map(Code::to_string).filter(|code| !pages.contains_key(code)).collect();
    assert!(missing.is_empty(), "codes without a page: {missing:?}");
}

#[test]
fn no_code_is_given_twice() {
    let mut codes = known();
    let count = codes.len();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), count);
}

#[test]
fn headings_name_the_code_and_what_the_table_calls_it() {
    let titles: BTreeMap<Code, &str> =
        policy_compiler::code::all().iter().map(|info| (info.code, info.title)).collect();
    for (name, text) in pages() {
        let page = Page::read(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(page.code.to_string(), name);
        if let Some(title) = titles.get(&page.code) {
            assert_eq!(page.title, *title, "{name}");
        }
    }
}

#[test]
fn examples_show_what_they_say() {
    let mut wrong = Vec::new();
    for (name, text) in pages() {
        let page = Page::read(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let check = if page.only_policies() { Example::check } else { on_disk };
        wrong.extend(page.problems(&check).into_iter().map(|problem| format!("{name}: {problem}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
