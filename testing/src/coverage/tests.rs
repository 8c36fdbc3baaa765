//! What is reached, on small policies whose coverage can be told by hand.

use policy_project::Overlay;

use super::join::shows;
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

#[test]
fn conditions_decide_on_their_own_where_the_others_stay_or_are_not_asked() {
    let v = |asked, truths, whole| Vector { asked, truths, whole };
    // `a and b`: false without asking b, true, and false because of b.
    let all = [v(0b01, 0b00, false), v(0b11, 0b11, true), v(0b11, 0b01, false)];
    assert!(shows(&all, 0) && shows(&all, 1));
    assert!(!shows(&all[..2], 1) && shows(&all[..2], 0));
    // Both changed: neither is shown to decide.
    let both = [v(0b11, 0b00, false), v(0b11, 0b11, true)];
    assert!(!shows(&both, 0) && !shows(&both, 1));
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
