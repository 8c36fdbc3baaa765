//! `eval`: one input and many, every format, every exit code.

use crate::support::Folder;

const NOW: [&str; 2] = ["--now", "2026-11-21T00:00:00Z"];

const GATE: &str = r#"module gate

enum Kind { fix, feature }

type Change = { author: String, lines: Int 0..10_000, kind: Kind = fix, big?: Decimal, labels: List<String> = [] }

data teams: Map<String, String> = {}

policy merge on c: Change {
  default allow
  applies when "ignored" not in c.labels

  deny huge when c.lines > 1_000 because "{c.lines} lines by {c.author}" fix "split it"
  escalate large to "the architects" when c.lines > 100 because "{c.lines} lines"
  warn unlabelled when c.labels is empty because "no label"
  deny broken when c.kind == feature and 100 div c.lines > 50 because "tiny feature"
}

policy numbers on { n: Int, d: Decimal } {
  default deny
  allow exact when n == 9007199254740993 and d == 1.10
}
"#;

fn project() -> Folder {
    Folder::with(&[
        (
            "policy.toml",
            "name = \"gate\"\n\n[entry.merge]\npolicy = \"gate.merge\"\n\n[entry.lax]\npolicy = \"gate.merge\"\nnot_applicable = \"proceed\"\n",
        ),
        ("policies/gate.policy", GATE),
        ("in/allow.json", r#"{"author": "ann", "lines": 10, "labels": ["x"]}"#),
        ("in/deny.yaml", "author: ben\nlines: 2000\n"),
        ("in/escalate.toml", "author = \"cy\"\nlines = 200\n"),
        ("in/na.json", r#"{"author": "dee", "lines": 10, "labels": ["ignored"]}"#),
    ])
}

#[test]
fn outcomes_have_their_exit_codes() {
    let folder = project();
    let eval = |input: &str| folder.run(&["eval", "-e", "merge", input, NOW[0], NOW[1]]);
    eval("in/allow.json").code(0).says(&["allow  in/allow.json  gate.merge"]);
    eval("in/deny.yaml").code(1).says(&[
        "deny  in/deny.yaml",
        "2000 lines by ben",
        "fix: split it",
        "policies/gate.policy:13:8",
        "reads /lines",
        "warn unlabelled",
        "no label",
    ]);
    eval("in/escalate.toml").code(3).says(&["escalate  in/escalate.toml", "ask ", "the architects"]);
    eval("in/na.json").code(4).says(&["not applicable  in/na.json"]);
    folder.run(&["eval", "-e", "lax", "in/na.json"]).code(0).says(&["the host may proceed"]);
    // Flags instead of arguments, and from another folder.
    folder
        .run_in("in", &["eval", "--project", "..", "--entry", "merge", "--input", "allow.json"], b"")
        .code(0);
}

#[test]
fn the_worst_of_many_inputs_is_the_exit_code() {
    let folder = project();
    let eval = |inputs: &[&str]| {
        let mut arguments = vec!["eval", "-e", "merge", NOW[0], NOW[1]];
        arguments.extend(inputs);
        folder.run(&arguments)
    };
    eval(&["in/allow.json", "in/na.json"]).code(4).says(&["2 inputs: 1 allow, 1 not applicable"]);
    eval(&["in/allow.json", "in/na.json", "in/escalate.toml"]).code(3);
    eval(&["in"]).code(1).says(&["4 inputs: 1 allow, 1 deny, 1 escalate, 1 not applicable"]);
    eval(&["in/*.json"]).code(4).says(&["2 inputs"]);
    eval(&["in", "gone.json"])
        .code(2)
        .complains(&["gone.json cannot be read"])
        .says(&["1 could not be read", "1 deny"]);
    eval(&["in", "-q"]).code(1);
}

#[test]
fn what_cannot_be_asked_ends_with_2() {
    let folder = project();
    folder.run(&["eval", "-e", "merge"]).code(2).complains(&["no input"]);
    folder.run(&["eval", "in/allow.json"]).code(2).complains(&["which entry", "lax, merge"]);
    folder.run(&["eval", "-e", "mrge", "in/allow.json"]).code(2).complains(&["did you mean merge?"]);
    folder.run(&["eval", "-e", "merge", "in/gone.json"]).code(2);
    folder.run(&["eval", "-e", "merge", "in/*.nothing"]).code(2).complains(&["no file matches"]);
    folder.run(&["eval", "-e", "merge", "--now", "yesterday", "in/allow.json"]).code(2);
    folder.run(&["eval", "-e", "merge", "--input-format", "xml", "in/allow.json"]).code(2);
    folder.run(&["eval", "-e", "merge", "--data", "nonsense", "in/allow.json"]).code(2);
    folder.run(&["eval", "-e", "merge", "--data", "unknown=x.json", "in/allow.json"]).code(2);
    folder
        .run(&["eval", "-e", "merge", "--param", "x=1", "in/allow.json"])
        .code(2)
        .complains(&["parameter x"]);
    folder.run(&["eval", "-p", "nowhere", "in/allow.json"]).code(2);
    folder.pipe(&["eval", "-e", "merge", "-", "-"], b"{}").code(2);
    folder.write("riddle", "what am I");
    folder.run(&["eval", "-e", "merge", "riddle"]).code(2).complains(&["--input-format"]);
    folder.write("empty.yaml", "# nothing\n");
    folder.run(&["eval", "-e", "merge", "empty.yaml"]).code(2).complains(&["holds no document"]);
    folder.write("policies/gate.policy", "module gate\n\nfn f() -> Int = nowhere\n");
    folder
        .run(&["eval", "-e", "merge", "in/allow.json"])
        .code(2)
        .complains(&["error[", "the project has errors"]);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_ends_with_2() {
    use std::os::unix::fs::PermissionsExt;
    let folder = project();
    std::fs::set_permissions(folder.at("in/allow.json"), std::fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser reads everything.
    if std::fs::read(folder.at("in/allow.json")).is_err() {
        folder.run(&["eval", "-e", "merge", "in/allow.json"]).code(2).complains(&["permission denied"]);
    }
    folder.run(&["eval", "-e", "merge", "in/nothing/x.json"]).code(2);
}

#[test]
fn misfits_and_failures_deny_and_say_why() {
    let folder = project();
    let ask =
        |json: &str| folder.pipe(&["eval", "-e", "merge", "--input-format", "json", "-"], json.as_bytes());
    ask(r#"{"author": "a", "lines": "12"}"#).code(1).says(&["misfit /lines", "expected", "Int"]);
    ask(r#"{"author": "a", "lines": 20000}"#).code(1).says(&["misfit /lines"]);
    ask(r#"{"lines": 1}"#).code(1).says(&["misfit /author"]);
    ask(r#"{"author": "a", "lines": 1, "lines": 2}"#).code(1).says(&["misfit"]);
    ask(r#"{"author": "a", "lines": 0, "kind": "feature"}"#)
        .code(1)
        .says(&["error in broken", "division by zero"]);
    ask(r#"{"author": "\ud800", "lines": 1}"#).code(1);
    ask("{").code(1).says(&["misfit the document"]);
    ask("").code(1);
    ask("[1, 2]").code(1);
    ask(&"[".repeat(100_000)).code(1);
    folder.pipe(&["eval", "-e", "merge", "--input-format", "json", "-"], b"\xFF\xFE{\0").code(1);
    folder
        .pipe(
            &["eval", "-e", "merge", "--input-format", "json", "-"],
            b"{\"author\": \"\xFF\", \"lines\": 1}",
        )
        .code(1);
    folder.pipe(&["eval", "-e", "merge", "--input-format", "yaml", "-"], b"author: [a\n").code(1).says(&[
        "deny",
        "not readable as YAML",
        "line ",
    ]);
}

#[test]
fn every_format_reaches_the_policy_with_its_numbers_exact() {
    let folder = project();
    let wide: Vec<u8> =
        "\u{feff}{\"n\": 9007199254740993, \"d\": 1.10}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    folder.write("wide.json", wide);
    for (name, text) in [
        ("a.json", "\u{feff}{\"n\": 9007199254740993, \"d\": 1.10}"),
        ("a.yaml", "n: 9007199254740993\nd: 1.10\n"),
        ("a.toml", "n = 9007199254740993\nd = 1.10\n"),
        ("a.jsonl", "{\"n\": 9007199254740993, \"d\": 1.10}\n"),
        ("a.csv", "n,d\n9007199254740993,1.10\n"),
        ("a.tsv", "n\td\n9007199254740993\t1.10\n"),
    ] {
        folder.write(name, text);
        folder.run(&["eval", "-e", "numbers", name]).code(0);
        let near = text.replace("993", "992");
        folder.write(name, near);
        folder.run(&["eval", "-e", "numbers", name]).code(1).says(&["the default is deny"]);
    }
    folder.run(&["eval", "-e", "numbers", "wide.json"]).code(0);
}

#[test]
fn files_of_several_documents_are_decided_one_by_one() {
    let folder = project();
    folder.write("two.yaml", "author: a\nlines: 1\n---\nauthor: b\nlines: 5000\n");
    folder.run(&["eval", "-e", "merge", "two.yaml"]).code(1).says(&[
        "allow  two.yaml#1",
        "deny  two.yaml#2",
        "2 inputs",
    ]);
    folder.pipe(&["eval", "-e", "merge", "-"], b"author: a\nlines: 1\n").code(0).says(&["allow  <stdin>"]);
    let lines = b"{\"author\": \"a\", \"lines\": 1}\n{broken\n{\"author\": \"c\", \"lines\": 200}\n";
    folder.pipe(&["eval", "-e", "merge", "--input-format", "jsonl", "-"], lines).code(1).says(&[
        "allow  <stdin>#1",
        "deny  <stdin>#2",
        "escalate  <stdin>#3",
    ]);
}

#[test]
fn machines_get_a_line_a_decision() {
    let folder = project();
    let run = folder.run(&["eval", "-e", "merge", "in", "--format", "json", NOW[0], NOW[1]]).code(1);
    let decisions: Vec<serde_json::Value> =
        run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let outcomes: Vec<&str> = decisions.iter().map(|d| d["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["allow", "deny", "escalate", "not_applicable"]);
    assert_eq!(decisions[1]["source"], "in/deny.yaml");
    assert_eq!(decisions[1]["now"], "2026-11-21T00:00:00Z");
    let again = folder.run(&["eval", "-e", "merge", "in", "--format", "json", NOW[0], NOW[1]]);
    assert_eq!(run.out, again.out);
    let sarif = folder.run(&["eval", "-e", "merge", "in", "--format", "sarif"]).code(1);
    let document: serde_json::Value = serde_json::from_str(&sarif.out).unwrap();
    assert!(document["runs"][0]["results"].as_array().unwrap().len() >= 2);
    folder
        .run(&["eval", "-e", "merge", "in", "--format", "github"])
        .code(1)
        .says(&["::error file=in/deny.yaml,line=1,title=gate.merge.huge::2000 lines by ben"]);
}

#[test]
fn explanations_name_what_stopped_a_rule() {
    let folder = project();
    folder.run(&["eval", "-e", "merge", "in/deny.yaml", "--explain"]).code(1).says(&[
        "why",
        "deny huge: found",
        "c.lines = 2000  /lines",
        "deny broken: not found",
        "stopped by c.kind == feature is false",
    ]);
    let run = folder.run(&["eval", "-e", "merge", "in/deny.yaml", "--explain", "--format", "json"]).code(1);
    let decision: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(decision["explanation"][0]["rule"], "huge");
    assert_eq!(decision["explanation"][0]["ending"], "found");
}

#[test]
fn redaction_hides_what_the_input_says() {
    let folder = project();
    let human = folder.run(&["eval", "-e", "merge", "in/deny.yaml", "--redact", "--explain"]).code(1);
    let json =
        folder.run(&["eval", "-e", "merge", "in/deny.yaml", "--redact", "--explain", "--format", "json"]);
    for text in [&human.out, &json.out] {
        assert!(!text.contains("ben") && !text.contains("2000"), "{text}");
        assert!(text.contains("{c.lines} lines by {c.author}"), "{text}");
    }
}

#[test]
fn data_comes_from_files_and_from_the_call() {
    let folder = Folder::with(&[
        ("policy.toml", "name = \"p\"\n"),
        (
            "policies/a.policy",
            "module a\n\ndata names: Set<String>\n\npolicy p on { name: String } {\n  default deny\n  allow known when name in names\n}\n",
        ),
        ("in.json", "{\"name\": \"ann\"}"),
    ]);
    folder.run(&["eval", "in.json"]).code(2).complains(&["names", "--data names=FILE"]);
    folder.write("data/names.yaml", "- ann\n");
    folder.run(&["eval", "in.json"]).code(0);
    folder.write("other.csv", "x\n1\n");
    folder.write("other.json", "[\"ben\"]");
    folder.run(&["eval", "in.json", "--data", "names=other.json"]).code(1);
    folder.run(&["eval", "in.json", "--data", "a.names=other.json"]).code(1);
    folder.run(&["eval", "in.json", "--data", "names=other.csv"]).code(2).complains(&["does not fit"]);
    folder.write("data/names.yaml", "- 1\n");
    folder.run(&["check"]).code(1).says(&["P0915", "data/names.yaml does not fit", "/0"]);
    folder.run(&["eval", "in.json"]).code(2).complains(&["P0915"]);
}

#[test]
fn limits_of_the_project_hold() {
    let folder = project();
    let manifest = folder.read("policy.toml");
    folder.write("policy.toml", format!("{manifest}\n[limits]\ninput = 20\n"));
    folder.run(&["eval", "-e", "merge", "in/allow.json"]).code(2).complains(&["larger than 20 bytes"]);
    folder.write("policy.toml", format!("{manifest}\n[limits]\nfuel = 1\n"));
    folder.run(&["eval", "-e", "merge", "in/allow.json"]).code(2).complains(&["P0916", "the host allows 1"]);
}
