//! Runs the suites of the specification.

use policy_tests::spec::{case, markdown};

#[test]
fn the_specification_holds() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/spec");
    let only = std::env::var("POLICY_TESTS_ONLY").unwrap_or_default();
    let mut problems = Vec::new();
    let mut sections = 0;
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.unwrap();
        if entry.path().extension().is_none_or(|e| e != "md") {
            continue;
        }
        let name = entry.file_name().to_string_lossy().into_owned();
        for section in markdown::sections(&std::fs::read_to_string(entry.path()).unwrap()) {
            if section.title.contains(&only) {
                sections += 1;
                problems.extend(case::problems(&section).into_iter().map(|what| format!("{name}: {what}")));
            }
        }
    }
    assert!(sections > 0, "no sections");
    assert!(
        problems.is_empty(),
        "{} problems in {sections} sections\n\n{}",
        problems.len(),
        problems.join("\n\n")
    );
}
