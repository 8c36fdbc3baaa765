//! Every example of the library is true.

use policy_compiler::{Sources, check};
use policy_syntax::Severity;
use policy_testing::{Status, TestOptions, Workspace, run};
use policy_tests::library;

#[test]
fn examples_check() {
    for (name, text) in library::modules() {
        let mut sources = Sources::default();
        sources.add(format!("{name}.policy"), text.as_str());
        let checked = check(&sources);
        let errors: Vec<_> = checked.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn examples_hold() {
    let folder = tempfile::tempdir().unwrap();
    let policies = folder.path().join("policies");
    std::fs::create_dir(&policies).unwrap();
    std::fs::write(folder.path().join("policy.toml"), "name = \"library\"\nedition = \"2027\"\n").unwrap();
    let mut examples = 0;
    for (name, text) in library::modules() {
        examples += text.matches("\ntest ").count();
        std::fs::write(policies.join(format!("{name}.policy")), text).unwrap();
    }
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/library")).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, policies.join(path.file_name().unwrap())).unwrap();
    }
    let workspace = Workspace::open(folder.path(), &policy_project::Overlay::default()).unwrap();
    let results = run(&workspace, &TestOptions::default()).unwrap();
    let failed: Vec<_> = results.tests.iter().filter(|test| !matches!(test.status, Status::Passed)).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(results.tests.len() > examples);
    assert!(examples > 200, "{examples} examples");
}
