//! Every decision that is produced fits `docs/decision.schema.json`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::path::{Path, PathBuf};

use policy_compiler::Options;
use policy_project::{Format, Overlay, formats};
use policy_testing::Workspace;
use policy_vm::{Evaluator, Request};
use walkdir::WalkDir;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn validator() -> jsonschema::Validator {
    let text = std::fs::read_to_string(repository().join("docs/decision.schema.json")).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
    jsonschema::draft202012::meta::validate(&schema).expect("the schema is a schema");
    jsonschema::validator_for(&schema).unwrap()
}

#[track_caller]
fn hold(validator: &jsonschema::Validator, decision: &str, what: &str) {
    let value: serde_json::Value = serde_json::from_str(decision).unwrap();
    let problems: Vec<String> =
        validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(problems.is_empty(), "{what}\n{decision}\n{}", problems.join("\n"));
}

/// Documents that fit nothing, for every policy.
const HOSTILE: &[&str] =
    &["", "{", "null", "[]", "{}", "{\"a\": 1, \"a\": 2}", "\"\\ud800\"", "1e400", "{\"\": {\"~\": [1]}}"];

#[test]
fn decisions_about_the_inputs_of_every_example_fit_the_schema() {
    let validator = validator();
    let mut outcomes = std::collections::BTreeSet::new();
    let mut count = 0;
    let mut examples: Vec<PathBuf> = std::fs::read_dir(repository().join("examples"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    examples.sort();
    for example in examples.iter().filter(|path| path.join("policy.toml").is_file()) {
        let workspace = Workspace::open(example, &Overlay::new()).unwrap();
        let linked = workspace
            .link(Options::default())
            .unwrap_or_else(|found| panic!("{}: {}", example.display(), found[0].message));
        let snapshot = workspace.data(&linked.program, &[]).build().unwrap();
        let mut evaluator = Evaluator::new(&linked.program, &snapshot);
        let request = Request::at(policy_bytecode::scalar::Timestamp { seconds: 1_790_000_000, nanos: 0 });
        let mut inputs: Vec<(String, Vec<u8>)> =
            HOSTILE.iter().map(|text| ((*text).to_owned(), text.as_bytes().to_vec())).collect();
        for entry in WalkDir::new(example.join("inputs")).sort_by_file_name() {
            let entry = entry.unwrap();
            let Some(format) = Format::of_path(entry.path()) else { continue };
            let bytes = std::fs::read(entry.path()).unwrap();
            for document in formats::documents(format, &bytes).into_iter().flatten() {
                inputs.push((entry.path().display().to_string(), document.json));
            }
        }
        for policy in 0..linked.program.bytecode().policies.len() {
            for (name, json) in &inputs {
                let decision = evaluator.decide_json(u32::try_from(policy).unwrap(), json, &request);
                hold(&validator, &decision.to_json(), name);
                outcomes.insert(decision.outcome.name());
                count += 1;
            }
        }
    }
    assert!(count > 200, "{count}");
    assert_eq!(outcomes.into_iter().collect::<Vec<_>>(), ["allow", "deny", "escalate", "not_applicable"]);
}

/// One policy for each kind of thing that a decision can hold.
const EVERYTHING: &str = r#"module m

type In = { n: Int, tags: List<String> = [], note?: String }

@owner("team")
@severity(high)
@controls("SOC2 CC8.1")
@link("https://example.com")
@tags("t")
policy p on i: In {
  default escalate to "someone"
  applies when i.n != 99
  allow fine when i.n == 1 because "n is {i.n}"
  deny tagged for t in i.tags when t == "bad" because "tag {t}" fix "remove it" details { tag: t, n: i.n }
  escalate up to "a" when i.n == 2
  warn old when now > @2020-01-01T00:00:00Z
  deny failing when 10 div i.n > 5 because "{i.note ?? "none"}"
  @mode(observe) deny watched when i.n > 5
}

@mode(observe)
policy quiet on i: In {
  default allow
  deny big when i.n > 10 because "big"
}
"#;

#[test]
fn every_part_of_a_decision_fits_the_schema() {
    let validator = validator();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.policy");
    std::fs::write(&path, EVERYTHING).unwrap();
    let workspace = Workspace::open(&path, &Overlay::new()).unwrap();
    let linked = workspace
        .link(Options::default())
        .unwrap_or_else(|found| panic!("{:?}", found.iter().map(|one| &one.message).collect::<Vec<_>>()));
    let snapshot = workspace.data(&linked.program, &[]).build().unwrap();
    let mut evaluator = Evaluator::new(&linked.program, &snapshot);
    let now = policy_bytecode::scalar::Timestamp { seconds: 1_790_000_000, nanos: 5 };
    let requests = [
        Request::default(),
        Request::at(now),
        Request { limits: policy_vm::Limits { fuel: 3, ..policy_vm::Limits::default() }, ..Request::at(now) },
    ];
    let many = format!("{{\"n\": 1, \"tags\": [{}]}}", vec!["\"bad\""; 300].join(","));
    let inputs = [
        "{\"n\": 1}",
        "{\"n\": 0}",
        "{\"n\": 2}",
        "{\"n\": 3}",
        "{\"n\": 99}",
        "{\"n\": 50, \"tags\": [\"bad\"]}",
        "{\"n\": \"x\"}",
        &many,
    ];
    for request in &requests {
        for policy in 0..2 {
            for input in inputs.iter().chain(HOSTILE) {
                let decision = evaluator.decide_json(policy, input.as_bytes(), request);
                hold(&validator, &decision.to_json(), input);
            }
        }
    }
    let listed = evaluator.decide_json(0, many.as_bytes(), &Request::at(now));
    assert_eq!(listed.omitted, 200, "findings past the hundredth are counted");
}
