use policy_project::{Files, SourceFile};
use policy_syntax::{FileId, Location, Span};

use super::*;
use crate::diff::Line;
use crate::result::{Failure, Part, Results, Status, TestResult, Unrun};

fn at(lo: u32, hi: u32) -> Location {
    Location { file: FileId(0), span: Span { lo, hi } }
}

fn results() -> (Results, Files) {
    let mut files = Files::default();
    files.add(SourceFile::new("tests/t.policy".to_owned(), "test \"a <b>\" {\n  expect x == y\n}\n"));
    let test = |name: &str, row, status| TestResult {
        module: "t".to_owned(),
        name: name.to_owned(),
        row,
        location: at(0, 4),
        status,
    };
    let failure = Failure {
        parts: vec![Part { location: at(24, 25), value: "1".to_owned() }],
        diff: vec![Line::Left("1".to_owned()), Line::Skipped(3)],
        notes: vec!["note\u{1}".to_owned()],
        ..Failure::new(at(17, 30), "it is false & so on")
    };
    let tests = vec![
        test("a <b>", None, Status::Passed),
        test("row", Some(2), Status::Failed(vec![failure])),
        test("later", None, Status::Skipped("why".to_owned())),
    ];
    let properties = vec![Unrun { module: "t".to_owned(), name: "p".to_owned(), location: at(0, 1) }];
    (Results { tests, properties, left_out: 1 }, files)
}

#[test]
fn json_has_every_part_of_a_failure() {
    let (results, files) = results();
    let text = json(&results, &files);
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&document["passed"], &document["failed"], &document["skipped"]),
        (&1.into(), &1.into(), &1.into())
    );
    let failure = &document["tests"][1]["failures"][0];
    assert_eq!(failure["location"], "tests/t.policy:2:3");
    assert_eq!(failure["parts"][0]["source"], "x");
    assert_eq!(failure["diff"][0], "- 1");
    assert_eq!(document["properties"][0]["status"], "not_run");
}

#[test]
fn junit_is_escaped_and_counts_what_is_not_run() {
    let (results, files) = results();
    let text = junit(&results, &files);
    assert!(text.contains("<testsuites tests=\"4\" failures=\"1\" skipped=\"2\">"), "{text}");
    assert!(text.contains("name=\"a &lt;b&gt;\"") && text.contains("it is false &amp; so on"), "{text}");
    assert!(text.contains("name=\"row [row 2]\"") && text.contains("line=\"1\""), "{text}");
    assert!(!text.contains('\u{1}'));
}
