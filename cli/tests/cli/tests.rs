//! `test`, and the project that `new` writes.

use crate::support::Folder;

const POLICY: &str = r#"module m

data names: Set<String>

type In = { n: Int, tags: List<String> = [] }

policy p on i: In {
  default allow
  deny big when i.n > 10 because "{i.n} is big"
  deny tagged for t in i.tags when t == "bad" because "tag {t}"
  warn old when now > @2026-01-01T00:00:00Z because "old"
  deny failing when 10 div (i.n + 5) > 8 because "tiny"
  deny named when "x" in names and i.n == 3 because "named"
}
"#;

fn project(tests: &str) -> Folder {
    Folder::with(&[
        ("policy.toml", "name = \"p\"\nsources = [\"policies\"]\n"),
        ("policies/m.policy", &format!("{POLICY}\n{tests}")),
        ("policies/big.json", "{\"n\": 50}"),
        ("policies/table.csv", "n,expected\n1,allow\n20,deny\n"),
        ("data/names.json", "[\"y\"]"),
    ])
}

#[test]
fn passing_tests_end_with_0() {
    let folder = project(
        r#"
test "small" at @2025-01-01T00:00:00Z {
  expect p({ n: 1 }) allows
  expect p({ n: 11 }) denies by big
  expect p({ n: 11, tags: ["bad", "bad"] }) denies by tagged 2 times
  expect p({ n: 11 }) denies exactly by big
  expect p({ n: 1 }) allows by default
  expect p({ n: -5 }) fails
  expect p({ n: 1 }).outcome == Outcome.allow
}

test "rows {n}" at @2026-06-01T00:00:00Z for n in [1, 2, 3] {
  let i: In = { n: n }
  expect p(i) warns by old
  expect i.n == n
}

test "files" at @2025-01-01T00:00:00Z {
  expect p(fixture("big.json")) denies by big
  expect p(fixture("big.json", "/n")) misfits
  expect p(fixture("big.json") as In) denies
}

test "data" at @2025-01-01T00:00:00Z {
  expect p({ n: 3 }) allows
  given data names = {"x"}
  expect p({ n: 3 }) denies by named
}

@skip("later")
test "skipped" { expect false }

property "always" for any i: In { expect i.n == i.n }
"#,
    );
    folder.run(&["test"]).code(0).says(&[
        "ok: 6 tests passed, 1 property held, 1 skipped",
        "skip  skipped",
        "later",
    ]);
    folder.run(&["test", "-v", "--threads", "3"]).code(0).says(&["pass  rows 2 (row 2)", "pass  small"]);
    folder.run(&["test", "--filter", "rows"]).code(0).says(&["ok: 3 tests passed"]);
    folder.run(&["test", "--filter", "ROWS 2"]).code(0).says(&["ok: 1 test passed"]);
    folder.run(&["test", "--filter", "nothing at all"]).code(2).complains(&["no test matches"]);
    let one = folder.run(&["test", "--format", "json", "--threads", "1"]).code(0);
    let many = folder.run(&["test", "--format", "json", "--threads", "4"]).code(0);
    assert_eq!(one.out, many.out);
    let document: serde_json::Value = serde_json::from_str(&one.out).unwrap();
    assert_eq!(document["passed"], 7);
    assert_eq!(document["properties"][0]["cases"], 256);
    assert_eq!(document["tests"][1]["name"], "rows 1");
    folder.run(&["test", "--format", "junit"]).code(0).says(&["<testsuite name=\"m\"", "<skipped"]);
}

#[test]
fn failing_tests_end_with_1_and_show_values() {
    let folder = project(
        r#"
test "comparison" {
  let i: In = { n: 7, tags: ["a", "b", "c"] }
  expect i.n * 2 == 15
  expect false
}

test "structures" {
  let i: In = { n: 7, tags: ["a", "b", "c", "d"] }
  expect i == { n: 7, tags: ["a", "b", "x", "d"] }
}

test "decision" at @2025-01-01T00:00:00Z { expect p({ n: 50 }) allows }

test "wrong rule" at @2025-01-01T00:00:00Z { expect p({ n: 50 }) denies by tagged }

test "no now" { expect p({ n: 1 }) allows }

test "not a misfit" at @2025-01-01T00:00:00Z { expect p(fixture("big.json")) misfits }

test "fails" {
  let i = fixture("big.json") as In
  expect 1 div (i.n - 50) == 1
}

test "gone" { expect p(fixture("gone.json")) denies }

test "outside" { expect p(fixture("../../../etc/hosts.json")) denies }

test "no rows" for x in [n for n in [1] if n > 1] { expect x == 1 }
"#,
    );
    let run = folder.run(&["test"]).code(1).says(&[
        "FAIL  comparison  policies/m.policy:",
        "this is false",
        "i.n * 2 = 14",
        "FAIL  structures",
        "-     \"c\"",
        "+     \"x\"",
        "expected p to allow, but it denies",
        "deny big: 50 is big",
        "expected p to deny by tagged, but it denies by big",
        "FAIL  no now",
        "expected p to find misfits, but it denies",
        "division by zero",
        "there is no such file",
        "out of the project",
        "the test has no rows",
        "failed: 10 failed",
    ]);
    assert!(!run.out.contains("expect false"), "a test stops at its first failure\n{}", run.out);
    assert_eq!(run.out, folder.run(&["test", "--threads", "7"]).out);
}

#[test]
fn data_that_was_never_loaded_fails_the_test_that_reads_it() {
    let folder = project(
        "\ntest \"reads\" at @2025-01-01T00:00:00Z { expect count(names) == 0 }\n\ntest \"given\" {\n  given data names = {\"q\"}\n  expect count(names) == 1\n}\n",
    );
    std::fs::remove_file(folder.at("data/names.json")).unwrap();
    folder.run(&["test"]).code(1).says(&["1 failed, 1 test passed", "data m.names has no value"]);
}

#[test]
fn what_cannot_run_ends_with_2() {
    let folder = project("test \"nothing\" { let x = 1 }\n");
    folder.run(&["test"]).code(2).complains(&["P0706"]);
    let folder = project("");
    folder.run(&["test"]).code(2).complains(&["no test"]);
    folder.run(&["test", "nowhere"]).code(2);
    folder.run(&["test", "--threads", "0"]).code(2);
    folder.write("data/names.json", "[1]");
    folder.run(&["test"]).code(2).complains(&["P0915"]);
    folder.write("policies/m.policy", "module m\n\nfn f() -> Int = nowhere\n");
    folder.run(&["test"]).code(2).complains(&["error["]);
}

#[test]
fn the_project_that_new_writes_is_clean_and_works() {
    let folder = Folder::with(&[]);
    folder.run(&["new", "gate"]).code(0);
    let now = ["--now", "2026-11-21T00:00:00Z"];
    folder.run_in("gate", &["check", "--deny-warnings"], b"").code(0).says(&["without a finding"]);
    folder.run_in("gate", &["fmt", "--check"], b"").code(0);
    folder.run_in("gate", &["test"], b"").code(0).says(&["ok: 5 tests passed"]);
    folder.run_in("gate", &["eval", "inputs/good.json", now[0], now[1]], b"").code(0).says(&["allow"]);
    folder
        .run_in("gate", &["eval", "inputs/bad.yaml", now[0], now[1]], b"")
        .code(1)
        .says(&["deny human_review"]);
    folder
        .run_in("gate", &["eval", "inputs", now[0], now[1]], b"")
        .code(1)
        .says(&["2 inputs: 1 allow, 1 deny"]);
    folder.run_in("gate", &["disasm"], b"").code(0).says(&["policy changes.merge"]);
    folder
        .run_in("gate", &["disasm", "-e", "merge"], b"")
        .code(0)
        .says(&["policy changes.merge", "policies/changes.policy:"]);
    folder
        .run(&["eval", "-p", "gate", "gate/inputs/bad.yaml"])
        .code(1)
        .says(&["gate/policies/changes.policy:"]);
}
