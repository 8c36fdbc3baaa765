//! The policies by which the language was designed, and others of their kind, as one project: they check without a word, stand in the one
//! style, and their tests pass.

use std::path::Path;

use policy_project::Overlay;
use policy_testing::{Status, TestOptions, Workspace, run};

fn project() -> Workspace {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("design");
    Workspace::open(&folder, &Overlay::default()).unwrap()
}

#[test]
fn policies_of_the_design_are_clean() {
    let workspace = project();
    assert!(workspace.project.diagnostics.is_empty(), "{:#?}", workspace.project.diagnostics);
    assert!(workspace.checked.diagnostics.is_empty(), "{:#?}", workspace.checked.diagnostics);
    for (_, file) in workspace.project.files.iter().filter(|(_, file)| file.path.ends_with(".policy")) {
        assert_eq!(policy_syntax::format(&file.text).unwrap(), *file.text, "{}", file.path);
    }
}

#[test]
fn policies_of_the_design_decide_as_they_say() {
    let results = run(&project(), &TestOptions::default()).unwrap();
    let failed: Vec<_> = results.tests.iter().filter(|test| !matches!(test.status, Status::Passed)).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(results.tests.len() >= 29, "{}", results.tests.len());
}
