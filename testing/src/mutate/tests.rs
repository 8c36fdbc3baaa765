//! Mutants of a small policy whose fates can be told by hand.

use policy_project::Overlay;

use super::*;
use crate::workspace::Workspace;

const SOURCE: &str = r#"module m

type In = { n: Int 0..1_000, a: Bool, b: Bool, name?: String }

policy p on i: In {
  default allow
  deny large when i.n > 100
  deny both when i.a and i.b
  warn named when (i.name ?? "none") == "x"
}
"#;

fn of(tests: &str) -> Mutants {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.policy");
    std::fs::write(&path, format!("{SOURCE}\n{tests}")).unwrap();
    let workspace = Workspace::open(&path, &Overlay::new()).unwrap();
    let options = MutateOptions { threads: Some(2), ..MutateOptions::default() };
    mutate(&workspace, options, &|_, _| {}).unwrap()
}

fn told(mutants: &Mutants, wanted: fn(&Fate) -> bool) -> Vec<String> {
    let all = mutants.mutants.iter().filter(|mutant| wanted(&mutant.fate));
    all.map(|mutant| format!("{}: {} -> {}", mutant.change.name(), mutant.before, mutant.after)).collect()
}

const GOOD: &str = r#"
test "large" { expect p({ n: 101, a: false, b: true }) denies exactly by large }
test "not large" { expect p({ n: 100, a: true, b: false, name: "y" }).warnings is empty }
test "allowed" { expect p({ n: 100, a: true, b: false }) allows by default }
test "both" { expect p({ n: 0, a: true, b: true }) denies exactly by both }
test "named" { expect p({ n: 0, a: false, b: false, name: "x" }) warns by named }
test "unnamed" { expect p({ n: 0, a: false, b: false }).warnings is empty }
test "n" { expect p({ n: 1_000, a: false, b: false, name: "none" }).warnings is empty }
"#;

#[test]
fn good_tests_notice_every_change_but_those_that_change_nothing() {
    let mutants = of(GOOD);
    let survived = told(&mutants, |fate| matches!(fate, Fate::Survived(_)));
    // The name that stands for no name could be another one that is not `x`.
    assert_eq!(survived, ["constant: \"none\" -> \"none~\""]);
    assert!(mutants.counts().killed >= 17, "{:?}", mutants.counts());
    assert!(mutants.score() >= 94, "{}", mutants.score());
}

#[test]
fn what_no_test_notices_is_shown_with_an_input_that_would() {
    let mutants = of("test \"large\" { expect p({ n: 500, a: true, b: false }) denies by large }");
    let boundary = mutants.mutants.iter().find(|mutant| mutant.change == Change::Boundary).unwrap();
    let Fate::Survived(Some(witness)) = &boundary.fate else { panic!("{boundary:?}") };
    assert!(witness.contains("n: 100") && witness.contains("allows by default"), "{witness}");
    assert!(mutants.score() < 50, "{}", mutants.score());
}

#[test]
fn tests_that_fail_already_notice_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.policy");
    std::fs::write(&path, format!("{SOURCE}\ntest \"wrong\" {{ expect 1 == 2 }}")).unwrap();
    let workspace = Workspace::open(&path, &Overlay::new()).unwrap();
    let failed = mutate(&workspace, MutateOptions::default(), &|_, _| {});
    assert!(matches!(failed, Err(NoMutants::Failing(test)) if test == "m: wrong"));
}
