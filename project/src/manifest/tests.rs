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
parameters = { max = "data/max.yaml" }

[dependencies]
base = { path = "../base", version = "1.4" }

[modes]
"ci.ai_changes.merge" = "advise"
"ci.ai_changes.merge.large" = "observe"

[lints]
unused_let = "deny"

[limits]
fuel = 1_000_000
memory = 0x100000
input = 1000
steps = 20
degree = 2

[test]
threads = 2
cases = 10
coverage = { rules = 100 }
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
    let limits = Limits {
        fuel: Some(1_000_000),
        memory: Some(0x10_0000),
        input: Some(1000),
        steps: Some(20),
        degree: Some(2),
    };
    assert_eq!(manifest.limits, limits);
    assert_eq!((manifest.test.threads, manifest.test.cases), (Some(2), Some(10)));
    assert_eq!(manifest.test.coverage["rules"].value, 100);
    let base = &manifest.dependencies["base"];
    assert_eq!((base.path.value.as_str(), base.path.place.span.text(text)), ("../base", "\"../base\""));
    assert!(base.version.as_ref().unwrap().value.matches(&semver::Version::new(1, 4, 2)));
    let modes: Vec<_> = manifest.modes.iter().map(|(name, mode)| (name.as_str(), mode.value)).collect();
    let wanted =
        [("ci.ai_changes.merge", ModeLevel::Advise), ("ci.ai_changes.merge.large", ModeLevel::Observe)];
    assert_eq!(modes, wanted);
    let Parameters::Files(files) = &merge.parameters else { panic!("{:?}", merge.parameters) };
    assert_eq!(files["max"].value, "data/max.yaml");
}

#[test]
fn entries_may_be_a_list() {
    let text = "name = \"p\"\n[[entry]]\nname = \"a\"\npolicy = \"m.p\"\nparameters = \"data/p.json\"\n\
                [[entry]]\nname = \"a\"\npolicy = \"m.q\"\n[[entry]]\npolicy = \"m.r\"\n";
    let (manifest, found) = Manifest::parse(text, FileId(0));
    let Parameters::File(file) = &manifest.entries["a"].parameters else { panic!("{manifest:?}") };
    assert_eq!((manifest.entries["a"].policy.value.as_str(), file.value.as_str()), ("m.p", "data/p.json"));
    let messages: Vec<_> = found.iter().map(|one| one.message.as_str()).collect();
    assert_eq!(messages, ["two entries are named a", "[[entry]] lacks `name`"]);
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

#[test]
fn sections_with_names_of_their_own_report_what_they_do_not_know() {
    let text = "name = \"p\"\n[dependencies]\na = \"1.2\"\nb = { paht = \"../b\" }\nc = { path = \"../c\", version = \"1.?\" }\n\
                [modes]\nm.p = \"observe\"\n\"m.q\" = \"off\"\n[test.coverage]\nruls = 1\nrules = 101\n\
                [entry.a]\npolicy = \"m.p\"\nparameters = 3\nparams = 1\n";
    let (_, found) = Manifest::parse(text, FileId(0));
    let told: Vec<_> = found.iter().map(|d| (d.code.0, d.primary.span.text(text))).collect();
    let wanted = [
        (902, "\"1.2\""),
        (903, "b"),
        (901, "paht"),
        (902, "\"1.?\""),
        (902, "m"),
        (902, "\"off\""),
        (901, "ruls"),
        (902, "101"),
        (902, "3"),
        (901, "params"),
    ];
    assert_eq!(told, wanted);
}
