use super::*;

fn problems(text: &str) -> Vec<(String, String)> {
    let (_, found) = Manifest::parse(text, FileId(0));
    found.into_iter().map(|d| (d.message.clone(), d.primary.span.text(text).to_owned())).collect()
}

#[test]
fn a_full_manifest_reads() {
    let text = r#"
name = "ai-changes"
version = "0.2.0-beta.1"
edition = "2027"
sources = ["policies", "tests"]
data = "reference"

[entry.merge]
policy = "ci.ai_changes.merge"
not_applicable = "proceed"

[lints]
unused_let = "deny"

[limits]
fuel = 1_000_000
memory = 0x100000
input = 1000

[test]
threads = 2
"#;
    let (manifest, found) = Manifest::parse(text, FileId(0));
    assert_eq!(found, []);
    assert_eq!(manifest.name, "ai-changes");
    assert_eq!(manifest.version.as_deref(), Some("0.2.0-beta.1"));
    assert_eq!(manifest.sources.iter().map(|s| s.value.as_str()).collect::<Vec<_>>(), ["policies", "tests"]);
    assert_eq!(manifest.data.value, "reference");
    let merge = &manifest.entries["merge"];
    assert_eq!(merge.policy.value, "ci.ai_changes.merge");
    assert!(merge.not_applicable_proceeds);
    assert_eq!(manifest.lints["unused_let"].value, LintLevel::Deny);
    assert_eq!(manifest.limits, Limits { fuel: Some(1_000_000), memory: Some(0x10_0000), input: Some(1000) });
    assert_eq!(manifest.test.threads, Some(2));
}

#[test]
fn every_mistake_is_reported_at_its_place() {
    let text = "name = 3\nverson = \"1\"\nedition = \"2031\"\nsources = []\n[limits]\nfule = 1\nmemory = -1\n\
                [entry.a]\nnot_applicable = \"yes\"\n[lints]\nx = \"off\"\n";
    let found = problems(text);
    let places: Vec<&str> = found.iter().map(|(_, place)| place.as_str()).collect();
    assert_eq!(places, ["3", "verson", "\"2031\"", "[]", "fule", "-1", "a", "\"yes\"", "\"off\""]);
    assert!(found[1].0.contains("no key `verson`"), "{found:?}");
    let (_, all) = Manifest::parse(text, FileId(0));
    assert_eq!(all[1].help, ["did you mean version?"]);
    assert_eq!(all[4].help, ["did you mean fuel?"]);
}

#[test]
fn broken_toml_is_reported_with_its_place() {
    let (_, found) = Manifest::parse("name = \"a\nversion = 1.2.3\n", FileId(0));
    assert!(found.len() >= 2, "{found:?}");
    assert!(found.iter().all(|d| d.code.0 == 900 || d.code.0 == 902), "{found:?}");
    let (_, twice) = Manifest::parse("name = \"a\"\nname = \"b\"\n", FileId(0));
    assert_eq!(twice.len(), 1, "{twice:?}");
}

#[test]
fn a_name_is_asked_for() {
    assert_eq!(problems("").len(), 1);
    assert!(problems("")[0].0.contains("`name`"));
}
