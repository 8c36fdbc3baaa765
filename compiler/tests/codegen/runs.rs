//! Programs from sources, run: what they mean end to end.

use policy_compiler::Options;
use policy_vm::{Decision, Evaluator, Program, Request, Snapshot};

use crate::programs::compiled;

const NOW: policy_bytecode::scalar::Timestamp =
    policy_bytecode::scalar::Timestamp { seconds: 1_800_000_000, nanos: 0 };

/// The decision of the first policy of a source, plain and observed, which are one.
fn decided(source: &str, data: &[(&str, &str)], input: &str) -> Decision {
    let [plain, observed] = [false, true].map(|instrument| {
        let compiled = compiled(source, Options { instrument, tests: false });
        let program = Program::new(compiled.program, policy_stdlib::table()).unwrap();
        let mut builder = Snapshot::builder(&program);
        for (name, json) in data {
            builder = builder.data(name, json);
        }
        let mut evaluator = Evaluator::new(&program, &builder.build().unwrap());
        evaluator.decide_json(0, input.as_bytes(), &Request::at(NOW))
    });
    let shown = |d: &Decision| {
        let mut json = serde_json::to_value(d).unwrap();
        let fields = json.as_object_mut().unwrap();
        fields.remove("fuel");
        fields.remove("bundle");
        json
    };
    assert_eq!(shown(&plain), shown(&observed), "an observed program decides the same");
    plain
}

/// Names of rules that decided, in order, and of those that failed, with `!`.
fn rules(source: &str, input: &str) -> String {
    let decision = serde_json::to_value(decided(source, &[], input)).unwrap();
    let list = |key: &str, mark: &str| {
        let entries = decision[key].as_array().cloned().unwrap_or_default();
        entries.iter().map(|e| format!("{mark}{}", e["rule"].as_str().unwrap_or("?"))).collect::<Vec<_>>()
    };
    let mut all = list("reasons", "");
    all.extend(list("warnings", "~"));
    all.extend(list("errors", "!"));
    format!("{}: {}", decision["outcome"].as_str().unwrap(), all.join(" "))
}

#[test]
fn the_gate() {
    let source = include_str!("../../../benches/src/gate/gate.policy");
    let data = [
        ("gate.approved_models", r#"["m1"]"#),
        (
            "gate.protected",
            r#"[{"glob": "infra/**", "owners": ["bob"]}, {"glob": "db/*.sql", "owners": ["zoe"]}]"#,
        ),
    ];
    let pass = r#"{"pr": {"title": "feat: x", "author": "ann", "base": "main", "head": "h", "additions": 1, "deletions": 2},
        "files": ["infra/a.tf", "src/b.rs"], "approvals": [{"user": "bob", "type": "human", "sha": "h"}],
        "ai": {"used": false}, "labels": ["area/x"],
        "commits": [{"sha": "1", "ai": false, "msg": "x\n\nSigned-off-by: A <a@b>"}]}"#;
    let decision = decided(source, &data, pass);
    insta::assert_snapshot!("gate_pass", serde_json::to_string_pretty(&decision).unwrap());
    let fail = r#"{"pr": {"title": "Stuff", "author": "ann", "base": "release/1", "head": "h", "additions": 1000, "deletions": 600},
        "files": ["infra/a.tf", "db/x.sql", "src/b.rs"], "approvals": [{"user": "ann", "type": "human", "sha": "h"}, {"user": "bob", "type": "bot", "sha": "h"}],
        "ai": {"used": true, "model": "m2", "tool": "t"}, "labels": ["area/x", "Bad"],
        "commits": [{"sha": "1", "ai": true, "msg": "x"}]}"#;
    let decision = decided(source, &data, fail);
    insta::assert_snapshot!("gate_fail", serde_json::to_string_pretty(&decision).unwrap());
}
