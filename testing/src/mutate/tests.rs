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

#[test]
fn what_became_of_changes_is_kept_by_content() {
    let folder = tempfile::tempdir().unwrap();
    let (path, kept) = (folder.path().join("m.policy"), folder.path().join("kept/mutants.json"));
    let run = |source: &str| {
        std::fs::write(&path, source).unwrap();
        let workspace = Workspace::open(&path, &Overlay::new()).unwrap();
        let known = Kept::read(&kept);
        let options = MutateOptions { kept: Some(&known), ..MutateOptions::default() };
        let mutants = mutate(&workspace, options, &|_, _| {}).unwrap();
        known.write(true).unwrap();
        mutants
    };
    let source = format!("{SOURCE}\n{GOOD}");
    let first = run(&source);
    assert_eq!(run(&source).mutants, first.mutants);
    // What is in the file is believed for as long as nothing differs.
    let text = std::fs::read_to_string(&kept).unwrap();
    std::fs::write(&kept, text.replace("m: large", "m: as it was")).unwrap();
    let by_large =
        |mutants: &Mutants| told(mutants, |fate| matches!(fate, Fate::Killed(by) if by == "m: large"));
    assert!(!by_large(&first).is_empty() && by_large(&run(&source)).is_empty());
    assert_eq!(by_large(&run(&format!("{source}// a change\n"))), by_large(&first));
    // A damaged file is none.
    std::fs::write(&kept, "{").unwrap();
    assert_eq!(run(&source).mutants, first.mutants);
}

#[test]
fn a_sample_has_so_many_of_each_kind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.policy");
    std::fs::write(&path, format!("{SOURCE}\n{GOOD}")).unwrap();
    let workspace = Workspace::open(&path, &Overlay::new()).unwrap();
    let drawn = |seed| {
        let options = MutateOptions { sample: Some(1), seed, ..MutateOptions::default() };
        mutate(&workspace, options, &|_, _| {}).unwrap().mutants
    };
    let mut kinds: Vec<&str> = drawn(0).iter().map(|mutant| mutant.change.name()).collect();
    kinds.sort_unstable();
    let all = kinds.len();
    kinds.dedup();
    assert_eq!((kinds.len(), all), (10, 10), "{kinds:?}");
    assert_eq!(drawn(0), drawn(0));
    assert!((1..9).any(|seed| drawn(seed) != drawn(0)));
}
