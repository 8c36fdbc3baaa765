//! Versions of a small policy.

use policy_project::Overlay;

use super::*;

const OLD: &str = r#"module m

type In = { n: Int 0..1_000, owner: String, tags: Set<String> = {} }

policy p on i: In {
  default allow
  deny large when i.n > 100
  deny tagged when "x" in i.tags
  warn old when i.owner == "zoe"
}
"#;

fn version(source: &str) -> Version {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.policy");
    std::fs::write(&path, source).unwrap();
    Version::new(&Workspace::open(&path, &Overlay::new()).unwrap()).unwrap()
}

#[test]
fn rules_are_compared_by_what_they_say() {
    let new = OLD
        .replace("deny tagged when \"x\" in i.tags", "// a comment\n  deny marked when \"x\" in i.tags")
        .replace("i.n > 100", "i.n\n    > 200");
    let changes = rule_changes(&version(OLD), &version(&new));
    let told: Vec<String> =
        changes.iter().map(|(name, kind, change)| format!("{kind} {name} {}", change.name())).collect();
    assert_eq!(told, ["rule m.p.large changed", "rule m.p.marked added", "rule m.p.tagged removed"]);
    assert!(rule_changes(&version(OLD), &version(&OLD.replace("  deny large", "\n  deny large"))).is_empty());
}

#[test]
fn differences_are_classed_and_shown_by_the_smallest_input() {
    let (old, new) = (version(OLD), version(&OLD.replace("> 100", "> 250").replace("\"zoe\"", "\"zed\"")));
    let found = drawn(&old, &new, "m.p", 3000, 0);
    let classes: Vec<Class> = found.iter().map(|one| one.class).collect();
    assert_eq!(classes, [Class::Looser, Class::OtherReasons]);
    let looser = &found[0];
    assert!(
        looser.witness.contains("n: 101") && looser.witness.contains("owner: \"\""),
        "{}",
        looser.witness
    );
    assert_eq!((looser.old.as_str(), looser.new.as_str()), ("denies exactly by large", "allows by default"));
    assert!(found[1].witness.contains("\"ze") || found[1].witness.contains("\"zo"), "{}", found[1].witness);
    let back = drawn(&new, &old, "m.p", 3000, 0);
    assert_eq!(back[0].class, Class::Stricter);
    assert!(drawn(&old, &version(OLD), "m.p", 500, 0).is_empty());
}
