//! `test` beyond pass and fail: properties, reports, floors, and what stops a run.

use crate::support::Folder;

const SOURCE: &str = r#"module m

enum Kind { person, agent }
type In = { lines: Int 0..100_000, kind: Kind = person, labels: Set<String> = {} }

policy gate on i: In {
  default allow
  deny large when i.lines > 2_000 and "large" not in i.labels
  deny blocked when "blocked" in i.labels
  escalate agent to "people" when i.kind == agent and i.lines > 100
}
"#;

fn project(tests: &str, manifest: &str) -> Folder {
    Folder::with(&[
        ("policy.toml", &format!("name = \"p\"\nsources = [\"policies\"]\n{manifest}")),
        ("policies/m.policy", &format!("{SOURCE}\n{tests}")),
    ])
}

const TESTS: &str = r#"test "a row of {n}" for n in [1, 2_000] {
  expect gate({ lines: n }) allows
}

test "large" {
  expect gate({ lines: 2_001 }) denies by large
}
"#;

#[test]
fn a_counter_example_is_shown_and_saved_as_a_test() {
    let property = "property \"nothing is denied\" for any i: In {\n  assume i.lines <= 2_000\n  expect gate(i).outcome != deny\n}\n";
    let folder = project(property, "");
    let run = folder.run(&["test"]).code(1);
    let run = run.says(&[
        "FAIL  property nothing is denied",
        "the smallest case found",
        "labels: {\"blocked\"}",
        "seed 0",
    ]);
    assert_eq!(run.out, folder.run(&["test", "--jobs", "3"]).out);
    folder
        .run(&["test", "--save-failures"])
        .code(1)
        .complains(&["wrote a counter-example to policies/m.policy"]);
    let saved = folder.read("policies/m.policy");
    assert!(saved.contains("test \"nothing is denied: counter-example\" at @"), "{saved}");
    folder.run(&["fmt", "--check"]).code(0);
    folder.run(&["test", "--filter", "counter-example"]).code(1).says(&["1 failed, none passed"]);
    // What is there already is not written again.
    folder.run(&["test", "--save-failures"]).code(1);
    assert_eq!(folder.read("policies/m.policy"), saved);
    folder.run(&["test", "--seed", "12", "--cases", "4000"]).code(1).says(&["seed 12"]);
}

#[test]
fn one_run_writes_every_form() {
    let folder = project(&format!("{TESTS}\ntest \"wrong\" {{ expect gate({{ lines: 1 }}) denies }}\n"), "");
    let forms = ["human", "json", "junit", "tap", "github", "sarif"];
    let reports: Vec<String> = forms.iter().map(|form| format!("--report={form}=out/{form}")).collect();
    let mut arguments = vec!["test"];
    arguments.extend(reports.iter().map(String::as_str));
    folder.run(&arguments).code(1).says(&["FAIL  wrong"]);
    let written: Vec<String> = forms.iter().map(|form| folder.read(&format!("out/{form}"))).collect();
    let [human, json, junit, tap, github, sarif] = written.as_slice() else { panic!("six forms") };
    assert!(human.contains("1 failed, 3 tests passed"), "{human}");
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!((&json["passed"], &json["failed"]), (&3.into(), &1.into()));
    assert!(json["tests"][0]["seconds"].as_f64().unwrap() < 60.0);
    assert!(
        junit.contains("tests=\"4\" failures=\"1\"") && junit.contains("name=\"a row of 1 [row 1]\""),
        "{junit}"
    );
    assert!(tap.contains("1..4\nok 1 - m: a row of 1 [row 1]"), "{tap}");
    assert!(github.contains("::error file=policies/m.policy,line="), "{github}");
    let sarif: serde_json::Value = serde_json::from_str(sarif).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "m: wrong");
    folder
        .run(&["test", "--report", "xml=out"])
        .code(2)
        .complains(&["human, json, junit, tap, github, sarif"]);
    folder.run(&["test", "--report", "json"]).code(2).complains(&["FORM=PATH"]);
}

#[test]
fn floors_are_held_and_what_is_missing_is_written_as_tests() {
    let folder = project(TESTS, "[test.coverage]\nrules = 100\nconditions = 50\n");
    let run = folder.run(&["test"]).code(1);
    let run = run.complains(&[
        "tests reach 33 % of rules; policy.toml asks for 100 %",
        "m.gate.blocked: never finds anything",
        "test \"m.gate.blocked finds something\"",
        "escalates exactly by agent",
    ]);
    // What is suggested covers what it is suggested for.
    let suggested = run.err.split("before you keep them:\n").nth(1).unwrap();
    folder.write("policies/m.policy", format!("{SOURCE}\n{TESTS}\n{suggested}"));
    folder.run(&["test"]).code(0).says(&["100 %  rules: 3 of 3", "100 %  mcdc: 5 of 5"]);
    folder
        .run(&[
            "test",
            "--coverage-report=lcov=l",
            "--coverage-report=cobertura=c",
            "--coverage-report=html=h",
        ])
        .code(0);
    assert!(
        folder.read("l").contains("SF:policies/m.policy\n")
            && folder.read("c").contains("line-rate=\"1.0000\"")
    );
    assert!(folder.read("h/index.html").contains("source-1.html") && folder.at("h/style.css").exists());
}

#[test]
fn coverage_is_told_where_tests_fail_too() {
    let folder = project("test \"wrong\" { expect gate({ lines: 5_000 }) allows }\n", "");
    folder.run(&["test", "--coverage"]).code(1).says(&["FAIL  wrong", " 33 %  rules: 1 of 3"]);
}

#[test]
fn the_first_failure_ends_a_run_and_skips_can_be_forbidden() {
    let tests = "test \"b {n}\" for n in [1, 2, 3] { expect n == 1 }\n\ntest \"c\" { expect 1 == 1 }\n\n@skip(\"later\")\ntest \"d\" { expect 1 == 2 }\n";
    let folder = project(tests, "");
    folder.run(&["test"]).code(1).says(&["2 failed", "1 skipped"]);
    for jobs in ["1", "4"] {
        let run = folder.run(&["test", "--fail-fast", "--jobs", jobs]).code(1);
        run.says(&["1 failed, 1 test passed", "2 not run after the first failure"]);
    }
    let passing =
        project("test \"c\" { expect 1 == 1 }\n\n@skip(\"later\")\ntest \"d\" { expect 1 == 2 }\n", "");
    passing.run(&["test"]).code(0);
    passing.run(&["test", "--deny-skips"]).code(1).complains(&["1 test is skipped"]);
}

#[test]
fn several_projects_are_one_run() {
    let folder = Folder::with(&[
        ("a.policy", "module a\n\ntest \"one\" { expect 1 == 1 }\n"),
        ("b.policy", "module b\n\ntest \"two\" { expect 1 == 2 }\n"),
    ]);
    folder
        .run(&["test", "a.policy", "b.policy"])
        .code(1)
        .says(&["FAIL  two  b.policy:3:1", "1 failed, 1 test passed"]);
}
