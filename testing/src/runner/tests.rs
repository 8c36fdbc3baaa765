//! The runner on projects on disk.

use policy_project::Overlay;

use super::*;
use crate::result::Status;

fn workspace(source: &str) -> (tempfile::TempDir, Workspace) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.policy");
    std::fs::write(&path, source).unwrap();
    let workspace = Workspace::open(&path, &Overlay::new()).unwrap();
    (folder, workspace)
}

fn statuses(results: &Results) -> Vec<(String, bool)> {
    results.tests.iter().map(|test| (test.name.clone(), matches!(test.status, Status::Passed))).collect()
}

fn run_with(source: &str, threads: usize) -> Results {
    let (_keep, workspace) = workspace(source);
    let options = TestOptions { filter: None, threads: Some(threads) };
    run(&workspace, &options)
        .unwrap_or_else(|found| panic!("{:?}", found.iter().map(|d| &d.message).collect::<Vec<_>>()))
}

#[test]
fn what_a_row_gives_to_data_ends_with_the_row() {
    let source = r#"module m

data names: Set<String> = {"start"}

test "row {n}" for n in [1, 2, 3] {
  expect names == {"start"}
  given data names = {"other"}
  expect names == {"other"} and n > 0
}

test "after" { expect names == {"start"} }
"#;
    for threads in [1, 3] {
        let found = statuses(&run_with(source, threads));
        let all = ["row 1", "row 2", "row 3", "after"].map(|name| (name.to_owned(), true));
        assert_eq!(found, all);
    }
}

#[test]
fn rows_come_from_lists_sets_and_maps_in_their_order() {
    let source = r#"module m

test "list {n}" for n in [2, 1] { expect n > 1 }

test "set {n}" for n in {3, 1} { expect n > 1 }

test "map {k}" for (k, v) in {"b": 1, "a": 2} { expect v == 1 or k == "a" }
"#;
    let found = statuses(&run_with(source, 2));
    let wanted = [
        ("list 2", true),
        ("list 1", false),
        ("set 1", false),
        ("set 3", true),
        ("map a", true),
        ("map b", true),
    ];
    assert_eq!(found, wanted.map(|(name, passed)| (name.to_owned(), passed)));
}

#[test]
fn many_rows_outlive_what_the_machine_keeps() {
    let rows: Vec<String> = (0..200).map(|n| n.to_string()).collect();
    let source =
        format!("module m\n\ntest \"row {{n}}\" for n in [{}] {{ expect n < 150 }}\n", rows.join(", "));
    let found = statuses(&run_with(&source, 2));
    assert_eq!(found.len(), 200);
    for (at, (name, passed)) in found.iter().enumerate() {
        assert_eq!((name.as_str(), *passed), (format!("row {at}").as_str(), at < 150));
    }
}

#[test]
fn a_failure_has_the_values_of_its_parts() {
    let results = run_with(
        "module m\n\nfn double(n: Int) -> Int = n * 2\n\ntest \"t\" for n in [4] { expect double(n) + 1 == 10 }\n",
        1,
    );
    let Status::Failed(failures) = &results.tests[0].status else { panic!("{results:?}") };
    let values: Vec<&str> = failures[0].parts.iter().map(|part| part.value.as_str()).collect();
    assert_eq!(values, ["9", "8", "4"]);
}
