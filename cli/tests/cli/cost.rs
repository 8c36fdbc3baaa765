//! `cost`: what is promised, at sizes and beside inputs.

use crate::support::Folder;

const GATE: &str = r#"module gate

pub type File = { path: Path, owners: Set<String, max 20> }
pub type Pull = { author: String, files: List<File, max 300>, labels: List<String> }

policy merge on pull: Pull {
  default allow
  deny foreign for f in pull.files when any o in f.owners: o == pull.author because "{f.path}"
  warn labels when any l in pull.labels: l == pull.author
}
"#;

fn folder() -> Folder {
    Folder::with(&[
        ("policy.toml", "name = \"gate\"\n\n[entry.merge]\npolicy = \"gate.merge\"\n"),
        ("policies/gate.policy", GATE),
        (
            "pull.json",
            r#"{"author":"ann","files":[{"path":"a/b","owners":["ann","ben"]},{"path":"c","owners":["cy"]}],"labels":["x"]}"#,
        ),
    ])
}

#[test]
fn costs_are_shown_with_the_worst_rule_first() {
    let run = folder().run(&["cost"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.starts_with("gate.merge\n  steps "), "{run:?}");
    assert!(run.out.contains("|files|·|files.owners|"), "{run:?}");
    assert!(run.out.contains("|labels|: no greatest size"), "{run:?}");
    let (foreign, labels) = (run.out.find("    foreign").unwrap(), run.out.find("    labels").unwrap());
    assert!(foreign < labels, "{run:?}");
}

#[test]
fn an_input_takes_no_more_than_was_promised() {
    let run = folder().run(&["cost", "--entry", "merge", "--input", "pull.json", "--format", "json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let told: serde_json::Value = serde_json::from_str(run.out.trim()).unwrap();
    let input = &told["inputs"][0];
    assert_eq!(input["input"], "pull.json");
    assert!(input["taken"].as_u64().unwrap() > 0);
    assert!(input["taken"].as_u64() <= input["promised"].as_u64(), "{told}");
    assert_eq!(told["bound"], serde_json::Value::Null);
    assert_eq!(told["degree"], 2);
}

#[test]
fn sizes_that_are_given_make_a_number() {
    let folder = folder();
    let steps = |sizes: &str| {
        let run = folder.run(&["cost", "--at", sizes, "--format", "json"]);
        assert_eq!(run.code, 0, "{run:?}");
        let told: serde_json::Value = serde_json::from_str(run.out.trim()).unwrap();
        told["at"].as_u64().unwrap()
    };
    assert!(steps("files=1,labels=1") < steps("files=300,labels=1"));
    assert!(steps("files=1,labels=1") < steps("files=1,labels=1_000"));
    let run = folder.run(&["cost", "--at", "fils=3"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:?}");
    assert!(run.err.contains("fils") && run.err.contains("files.owners"), "{run:?}");
}

#[test]
fn limits_of_the_project_hold_and_costs_are_shown_all_the_same() {
    let folder = folder();
    folder.write("policy.toml", "name = \"gate\"\n\n[limits]\ndegree = 1\nsteps = 10\n");
    folder.write(
        "policies/gate.policy",
        GATE.replace("max 300", "max 30_000")
            .replace("any l in pull.labels: l ==", "any l in pull.labels, k in pull.labels: l == k and l =="),
    );
    let run = folder.run(&["check"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.contains("P0480") && run.out.contains("List<T, max n>"), "{run:?}");
    assert_eq!(folder.run(&["cost"]).code, 0);
}

#[test]
fn a_program_that_may_need_more_than_the_limit_of_fuel_does_not_load() {
    let folder = folder();
    folder.write("policy.toml", "name = \"gate\"\n\n[limits]\nfuel = 1_000\n");
    folder.write("policies/gate.policy", GATE.replace("labels: List<String>", "labels: List<String, max 9>"));
    let run = folder.run(&["eval", "pull.json"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("gate.merge may take") && run.err.contains("allows 1000"), "{run:?}");
}
