use policy_project::{Files, SourceFile};
use policy_syntax::{FileId, Location, Span};

use super::*;
use crate::diff::Line;
use crate::result::{Failure, Part, PropertyResult, Results, Status, TestResult};

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
        time: None,
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
    let property = PropertyResult {
        module: "t".to_owned(),
        name: "p".to_owned(),
        location: at(0, 1),
        status: Status::Passed,
        cases: 256,
        rejected: 3,
        outcomes: [("allow", 200), ("deny", 56)].into(),
        implied: (256, 40),
        seed: 7,
        counter_example: None,
        time: None,
    };
    (Results { tests, properties: vec![property], left_out: 1, ..Results::default() }, files)
}

#[test]
fn json_has_every_part_of_a_failure() {
    let (results, files) = results();
    let text = json(&results, &files);
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&document["passed"], &document["failed"], &document["skipped"]),
        (&2.into(), &1.into(), &1.into())
    );
    let failure = &document["tests"][1]["failures"][0];
    assert_eq!(failure["location"], "tests/t.policy:2:3");
    assert_eq!(failure["parts"][0]["source"], "x");
    assert_eq!(failure["diff"][0], "- 1");
    let property = &document["properties"][0];
    assert_eq!((&property["status"], &property["cases"]), (&"passed".into(), &256.into()));
    assert_eq!((&property["outcomes"]["deny"], &property["implies"]["left_true"]), (&56.into(), &40.into()));
}

#[test]
fn junit_is_escaped_and_counts_properties() {
    let (results, files) = results();
    let text = junit(&results, &files);
    assert!(text.contains("tests=\"4\" failures=\"1\" errors=\"0\""), "{text}");
    assert!(text.contains("name=\"a &lt;b&gt;\"") && text.contains("it is false &amp; so on"), "{text}");
    assert!(text.contains("name=\"row [row 2]\"") && text.contains("<skipped>why</skipped>"), "{text}");
    assert!(!text.contains('\u{1}'));
}

#[test]
fn tap_numbers_every_case() {
    let (results, files) = results();
    let text = tap(&results, &files);
    assert!(
        text.starts_with("TAP version 14\n1..4\nok 1 - t: a <b>\nnot ok 2 - t: row [row 2]\n  ---\n"),
        "{text}"
    );
    assert!(text.contains("ok 3 - t: later # SKIP why\nok 4 - t: property p\n"), "{text}");
}
