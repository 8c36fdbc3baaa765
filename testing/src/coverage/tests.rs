//! What is reached, on small policies whose coverage can be told by hand.

use policy_project::Overlay;

use super::record::Vector;
use super::*;
use crate::workspace::Workspace;
use crate::{TestOptions, run};

const SOURCE: &str = r#"module m

type In = { a: Bool, b: Bool, n: Int, kind: Kind = x }
enum Kind { x, y }

fn big(n: Int) -> Bool = n > 10

policy p on i: In {
  default allow
  deny both when i.a and i.b
  deny large when big(i.n)
  warn unseen when match i.kind { x => false, y => i.n == 3 }
}

exception spared to p.both on i: In when i.n == 7

test "a" { expect p({ a: true, b: true, n: 1 }) denies by both }
test "b" { expect p({ a: true, b: false, n: 1 }) allows by default }
test "c" { expect p({ a: true, b: true, n: 7 }) excepts both }
"#;

fn of(source: &str) -> (Workspace, Coverage) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.policy");
    std::fs::write(&path, source).unwrap();
    let workspace = Workspace::open(&path, &Overlay::new()).unwrap();
    let options = TestOptions { coverage: true, threads: Some(2), ..TestOptions::default() };
    let results = run(&workspace, &options).unwrap_or_else(|found| panic!("{found:?}"));
    assert_eq!(results.counts().1, 0, "{:?}", results.tests);
    let coverage = results.coverage.unwrap();
    (workspace, coverage)
}

pub(super) fn measured() -> (Workspace, Coverage) {
    of(SOURCE)
}

#[test]
fn what_is_missing_is_named() {
    let (_, coverage) = measured();
    let missing: Vec<String> = coverage
        .missing()
        .map(|item| format!("{} {}: {}", item.kind.name(), item.name, item.missing.join(", ")))
        .collect();
    assert_eq!(
        missing,
        [
            "conditions n > 10: never true",
            "conditions i.a: never false",
            "mcdc i.a: never shown to decide `i.a and i.b` on its own",
            "rules m.p.large: never finds anything",
            "conditions big(i.n): never true",
            "mcdc big(i.n): never shown to decide `big(i.n)` on its own",
            "rules m.p.unseen: never finds anything",
            "conditions match i.kind { x => false, y => i.n == 3 }: never true",
            "mcdc match i.kind { x => false, y => i.n == 3 }: never shown to decide `match i.kind { x => false, y => i.n == 3 }` on its own",
            "arms y: never taken",
            "conditions i.n == 3: never asked",
        ]
    );
    let totals = coverage.totals();
    assert_eq!(totals[&Kind::Rule], (3, 1));
    assert_eq!(totals[&Kind::Exception], (1, 1));
    assert_eq!(totals[&Kind::Default], (1, 1));
    assert_eq!(coverage.tests, ["m: a", "m: b", "m: c"]);
}

/// What counts of a policy whose one rule has this condition: what is missing where no test asks it, and what cannot be.
fn of_condition(condition: &str) -> (Vec<String>, Vec<String>) {
    let (_, coverage) = of(&format!(
        "module m\n\nordered enum Level {{ low, mid, high }}\ntype In = {{ a: Bool, b: Bool, c: Bool, n: Int 0..100, level: Level, x?: Int }}\n\npolicy p on i: In {{\n  default allow\n  @allow(constant_condition, \"shown\")\n  deny r when {condition}\n}}\n\ntest \"none\" {{ expect 1 == 1 }}\n"
    ));
    let told =
        |item: &Item, words: &[String]| format!("{} {}: {}", item.kind.name(), item.name, words.join(", "));
    let missing = coverage.missing().filter(|item| item.kind == Kind::Mcdc);
    (
        missing.map(|item| item.name.clone()).collect(),
        coverage.impossible().map(|item| told(item, &item.impossible)).collect(),
    )
}

#[test]
fn what_cannot_be_shown_is_proved_and_does_not_count() {
    // Conditions that have nothing to do with each other.
    assert_eq!(of_condition("i.a and (i.b or i.c)").1, [""; 0]);
    // One that stands in two places may change in both.
    let (missing, never) = of_condition("(i.a and i.b) or (i.a and i.c)");
    assert_eq!((missing.len(), never.len()), (4, 0), "{never:?}");
    let (missing, never) = of_condition("i.n > 5 or i.n <= 5");
    assert_eq!(missing, [""; 0]);
    assert_eq!(
        never,
        [
            "conditions i.n > 5 or i.n <= 5: can never be false",
            "mcdc i.n > 5: can never decide `i.n > 5 or i.n <= 5` on its own",
            "conditions i.n <= 5: can never be false",
            "mcdc i.n <= 5: can never decide `i.n > 5 or i.n <= 5` on its own",
        ]
    );
    let (missing, never) = of_condition("i.a and (i.n < 3 or i.n in [1, 2, 50])");
    assert_eq!((missing.len(), never), (3, Vec::new()));
    let (_, never) = of_condition("i.b and (i.n > 3 or i.n in [10, 20])");
    assert_eq!(
        never,
        [
            "conditions i.n in [10, 20]: can never be true",
            "mcdc i.n in [10, 20]: can never decide `i.b and (i.n > 3 or i.n in [10, 20])` on its own",
        ]
    );
    // Between neighbours there is nothing, and outside of the type neither.
    let never_true =
        ["conditions i.n < 5: can never be true", "conditions i.n > 4 and i.n < 5: can never be true"];
    let (_, never) = of_condition("(i.n > 4 and i.n < 5) or i.b");
    assert!(never_true.iter().all(|one| never.iter().any(|told| told == one)), "{never:?}");
    assert_eq!(of_condition("i.level > low and i.level < high and i.b").1, [""; 0]);
    let (_, never) = of_condition("(i.level > mid and i.level != high) or i.b");
    assert!(never.contains(&"conditions i.level != high: can never be true".to_owned()), "{never:?}");
    let (_, never) = of_condition("i.x is present and (i.a or i.x is absent)");
    assert!(never.contains(&"conditions i.x is absent: can never be true".to_owned()), "{never:?}");
}

#[test]
fn conditions_decide_on_their_own_where_the_others_stay_or_are_not_asked() {
    let (_, coverage) = of(SOURCE);
    let seen = coverage.seen.as_ref().unwrap();
    let decision = seen.points.decisions.iter().find(|one| one.leaves.len() == 2).unwrap();
    let v = |asked, truths, whole| Vector { asked, truths, whole };
    // `a and b`: false without asking b, true, and false because of b.
    let all = [v(0b01, 0b00, false), v(0b11, 0b11, true), v(0b11, 0b01, false)];
    assert!(decision.shows(&all, 0) && decision.shows(&all, 1));
    assert!(!decision.shows(&all[..2], 1) && decision.shows(&all[..2], 0));
    // Both changed: neither is shown to decide.
    let both = [v(0b11, 0b00, false), v(0b11, 0b11, true)];
    assert!(!decision.shows(&both, 0) && !decision.shows(&both, 1));
}

#[test]
fn what_modules_compute_from_data_counts_for_the_tests_that_read_it() {
    let (_, coverage) = of(r#"module m

data limit: Int = 5
let strict = limit > 3 and limit < 90
let doubled = [n for n in [limit] if strict or n == 95]

policy p on n: Int {
  default allow
  deny many when n > 10 and strict
  deny few when n < 0 and doubled is not empty
}

test "strict" { expect p(11) denies }
test "loose" { given data limit = 2 expect p(11) allows }
test "not read" { given data limit = 95 expect p(5) allows }
"#);
    let told = |name: &str| {
        let item =
            coverage.files[0].items.iter().find(|item| item.kind == Kind::Condition && item.name == name);
        let item = item.unwrap();
        let tests: Vec<&str> = item.tests.iter().map(|at| coverage.tests[*at as usize].as_str()).collect();
        (item.hits, tests)
    };
    assert_eq!(told("limit > 3"), ([1, 1], vec!["m: strict", "m: loose"]));
    assert_eq!(told("limit < 90"), ([0, 1], vec!["m: strict"]));
    assert_eq!(told("n == 95"), ([0, 0], vec![]));
    let missing: Vec<&str> =
        coverage.missing().filter(|item| item.kind == Kind::Mcdc).map(|item| item.name.as_str()).collect();
    assert!(missing.contains(&"limit < 90") && !missing.contains(&"limit > 3"), "{missing:?}");
}

#[test]
fn forms_agree_with_the_totals() {
    let (workspace, coverage) = measured();
    let files = &workspace.project.files;
    let text = lcov(&coverage, files);
    assert!(text.contains("FNF:3\nFNH:1\n"), "{text}");
    let conditions = coverage.totals()[&Kind::Condition];
    assert!(text.contains(&format!("BRF:{}\nBRH:{}\n", conditions.0, conditions.1)), "{text}");
    let xml = cobertura(&coverage, files);
    assert!(xml.contains(&format!("branches-valid=\"{}\"", conditions.0)), "{xml}");
    assert!(xml.contains("condition-coverage=\"75% (3/4)\"") || xml.contains("condition-coverage="), "{xml}");
    let read: serde_json::Value = serde_json::from_str(&json(&coverage, files)).unwrap();
    assert_eq!(read["totals"]["rules"]["percent"], 33);
    assert_eq!(percent((0, 0)), 100);
    assert_eq!(percent((1000, 999)), 99);
}
