//! Properties of small policies: what they find, how small, and what they say of what they tried.

use policy_project::Overlay;

use crate::result::{Failure, PropertyResult, Status};
use crate::{TestOptions, Workspace, run};

fn properties(source: &str, options: &TestOptions) -> Vec<PropertyResult> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.policy");
    std::fs::write(&path, source).unwrap();
    let workspace = Workspace::open(&path, &Overlay::new()).unwrap();
    let results = run(&workspace, options)
        .unwrap_or_else(|found| panic!("{:?}", found.iter().map(|d| &d.message).collect::<Vec<_>>()));
    results.properties
}

fn one(source: &str) -> PropertyResult {
    properties(source, &TestOptions::default()).remove(0)
}

fn failures(result: &PropertyResult) -> &[Failure] {
    match &result.status {
        Status::Failed(failures) => failures,
        Status::Passed | Status::Skipped(_) => panic!("it did not fail: {result:?}"),
    }
}

/// The counter-example is a test that fails in the same module.
fn fails_as_a_test(source: &str, result: &PropertyResult) {
    let block = result.counter_example.as_deref().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.policy");
    std::fs::write(&path, format!("{source}\n{block}")).unwrap();
    let workspace = Workspace::open(&path, &Overlay::new()).unwrap();
    let options = TestOptions { without_properties: true, ..TestOptions::default() };
    let results = run(&workspace, &options).unwrap_or_else(|found| {
        panic!("{block}\n{:?}", found.iter().map(|d| &d.message).collect::<Vec<_>>())
    });
    assert!(matches!(results.tests.last().unwrap().status, Status::Failed(_)), "{block}");
}

const PAY: &str = r#"module m

enum Kind { card, transfer = "TRANSFER" }
type Pay = { amount: Int 0..1_000_000_000, user: String, kind: Kind = card, tags: Set<String> = {}, note?: String, at: Timestamp }

policy pay on p: Pay {
  default allow
  deny large when p.amount > 500_000
  deny odd when p.amount == 483_920 and p.user == "zaphod" and p.kind == transfer
  deny tagged when "block" in p.tags
}
"#;

#[test]
fn a_rare_case_is_found_by_its_constants_and_made_small() {
    let source = format!(
        "{PAY}\nproperty \"small amounts go through\" for any p: Pay {{\n  assume p.amount <= 500_000 and \"block\" not in p.tags\n  expect pay(p) allows\n}}\n"
    );
    let result = one(&source);
    assert!(failures(&result)[0].message.contains("expected pay to allow"), "{result:?}");
    let block = result.counter_example.as_deref().unwrap();
    for part in ["amount: 483920", "user: \"zaphod\"", "kind: transfer", "expect pay(p) allows"] {
        assert!(block.contains(part), "{part} is not in\n{block}");
    }
    assert!(!block.contains("note:") && !block.contains("tags:"), "{block}");
    fails_as_a_test(&source, &result);
    // The same seed finds the same.
    assert_eq!(one(&source).counter_example, result.counter_example);
}

#[test]
fn what_holds_says_what_it_was_tried_on() {
    let source = format!(
        "{PAY}\n@cases(300)\nproperty \"large amounts stop\" for any p: Pay {{\n  expect p.amount > 500_000 implies pay(p).outcome == deny\n}}\n"
    );
    let result = one(&source);
    assert!(matches!(result.status, Status::Passed), "{result:?}");
    assert_eq!((result.cases, result.rejected), (300, 0));
    assert_eq!(result.implied.0, 300);
    assert!(result.implied.1 > 20 && result.implied.1 < 290, "{result:?}");
    assert!(result.outcomes["deny"] > 10, "{result:?}");
}

#[test]
fn what_is_hardly_ever_assumed_proves_nothing() {
    let source = format!(
        "{PAY}\nproperty \"nothing\" for any p: Pay {{\n  assume p.user == \"a\" and p.user != \"a\" or p.amount > 999_999_999_999\n  expect pay(p) denies\n}}\n"
    );
    let source = source.replace(
        "p.user == \"a\" and p.user != \"a\" or p.amount > 999_999_999_999",
        "(p.user == \"a\" and p.note is \"b\") and p.tags == {\"x\", \"y\", \"z\", \"w\"}",
    );
    let result = one(&source);
    assert!(failures(&result)[0].message.contains("prove nothing"), "{result:?}");
}

#[test]
fn failures_of_expressions_are_found_too() {
    let source = "module m\n\nfn share(a: Int, b: Int) -> Int = a div b\n\nproperty \"shares\" for any a: Int 0..100, b: Int 0..100 {\n  expect share(a, b) <= a\n}\n";
    let result = one(source);
    assert!(failures(&result)[0].message.contains("zero"), "{result:?}");
    let block = result.counter_example.as_deref().unwrap();
    assert!(block.contains("let a: Int 0..100 = 0\n  let b: Int 0..100 = 0\n"), "{block}");
    fails_as_a_test(source, &result);
}

#[test]
fn patterns_lists_unions_and_maps_are_drawn() {
    let source = r#"module m

type Shape = union by kind { circle = "Circle": { radius: Decimal }, square: { side: Int } }
type In = { paths: List<Path>, limits: Map<String, Int>, shape: Shape, ip: Ip, wait: Duration }

policy p on i: In {
  default allow
  deny secret for path in i.paths when path matches glob"secrets/**/*.pem" and i.limits["max"] is 7
  deny round when i.shape is circle and i.shape.radius > 2.5
  deny inside when i.ip in cidr"10.1.0.0/16" and i.wait > 5m
}

property "no key" for any i: In { expect "secret" not in {r.rule for r in p(i).reasons} }
property "no circle" for any i: In { expect "round" not in {r.rule for r in p(i).reasons} }
property "none inside" for any i: In { expect "inside" not in {r.rule for r in p(i).reasons} }
"#;
    for result in properties(source, &TestOptions { cases: Some(3000), ..TestOptions::default() }) {
        assert!(!failures(&result).is_empty());
        fails_as_a_test(source, &result);
    }
}

#[test]
fn entities_stand_in_a_store_of_their_own() {
    let source = r#"module m

entity User in Team { age: Int 0..150, boss?: User }
entity Team in Team

policy p on { who: User, what: Team } {
  default deny
  allow member when who in what and who.age > 17
}

property "nobody" for any who: User, what: Team { expect p({ who: who, what: what }).outcome == deny }
"#;
    let result = one(source);
    assert!(failures(&result)[0].location.span.hi > 0);
    fails_as_a_test(source, &result);
}

#[test]
fn what_has_no_literal_is_written_as_json_that_is_read() {
    let source = r#"module m

open enum Kind { plain }
type In = { kind: Kind, more: Json, names: List<String> }

policy p on i: In {
  default allow
  deny strange when i.kind != plain and i.more.size is present
}

property "never" for any i: In { expect p(i).outcome == allow }
"#;
    let result = one(source);
    assert!(result.counter_example.as_deref().unwrap().contains("i_json as In"), "{result:?}");
    fails_as_a_test(source, &result);
}
