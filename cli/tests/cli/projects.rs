//! Projects: dependencies, parameters of entries, and what `policy.toml` gets wrong.

use crate::support::Folder;

const NOW: [&str; 2] = ["--now", "2026-11-21T00:00:00Z"];

const BASE: &str = r#"module org.base

pub type Change = { title: String, lines: Int 0..1_000_000 }

data banned: Set<String> = {}

data secret_words: Set<String> = {}

pub fn clean(c: Change) -> Bool = none w in banned: c.title contains w

fn hidden(c: Change) -> Bool = none w in secret_words: c.title contains w

policy titles on c: Change {
  default allow
  deny banned_word when not clean(c) because "{c.title} has a word that is banned"
  deny secret_word when not hidden(c) because "{c.title} has a word that is secret"
}

test "of those who work on the base" {
  let unused = 1
  expect false
}
"#;

const GATE: &str = r#"module team.gate
use org.base.{Change, clean}

data words: Set<String> = {}

policy merge(most: Int, least: Int = 1) on c: Change {
  default allow
  applies when c.title not in words
  deny large when c.lines > most because "more than {most} lines"
  deny small when c.lines < least because "fewer than {least} lines"
  deny words when not clean(c) because "not clean"
}

test "size" {
  expect merge({ title: "x", lines: 10 }, most: 20) allows
}
"#;

const TEAM: &str = r#"name = "team"

[dependencies]
base = { path = "../base", version = "1.2" }

[entry.gate]
policy = "team.gate.merge"
parameters = { most = "data/most.yaml" }
not_applicable = "proceed"
"#;

fn projects() -> Folder {
    Folder::with(&[
        ("base/policy.toml", "name = \"base\"\nversion = \"1.4.0\"\n"),
        ("base/policies/org/base.policy", BASE),
        ("base/data/banned.json", "[\"todo\"]"),
        ("team/policy.toml", TEAM),
        ("team/policies/team/gate.policy", GATE),
        ("team/data/most.yaml", "500\n"),
        ("team/data/words.json", "[\"skip\"]"),
        ("c.json", r#"{"title": "a todo", "lines": 501}"#),
        ("skip.json", r#"{"title": "skip", "lines": 501}"#),
    ])
}

#[test]
fn a_dependency_brings_its_items_policies_and_data() {
    let folder = projects();
    folder.run(&["check", "team", "-D"]).code(0).says(&["ok: 1 source without a finding"]);
    // Tests of the base, and what it could do better, are for those who work on it.
    folder.run(&["test", "team"]).code(0).says(&["1 test passed"]);
    folder.run(&["test", "base"]).code(1);
    let eval =
        |arguments: &[&str]| folder.run(&[&["eval", "-p", "team", NOW[0], NOW[1]], arguments].concat());
    eval(&["c.json"]).code(1).says(&[
        "more than 500 lines",
        "not clean",
        "team/policies/team/gate.policy:9:8",
    ]);
    eval(&["c.json", "-e", "org.base.titles"])
        .code(1)
        .says(&["a todo has a word that is banned", "      base/policies/org/base.policy:15:8"]);
    // What the project says of data of its dependencies comes first.
    folder.write("team/data/org/base/banned.yaml", "- other\n");
    folder.write("team/data/secret_words.yaml", "- todo\n");
    eval(&["c.json", "-e", "titles"]).code(1).says(&["is secret"]);
    folder.write(
        "team/policies/team/gate.policy",
        GATE.replace("clean(c) because", "hidden(c) because").replace("{Change, clean}", "{Change, hidden}"),
    );
    folder.run(&["check", "team"]).code(1).says(&["error[P0107]", "`hidden` is private"]);
}

#[test]
fn parameters_come_from_files_and_from_the_command_line() {
    let folder = projects();
    let eval =
        |arguments: &[&str]| folder.run(&[&["eval", "-p", "team", NOW[0], NOW[1]], arguments].concat());
    folder.write("team/data/org/base/banned.yaml", "[]");
    eval(&["c.json"]).code(1).says(&["more than 500 lines"]);
    eval(&["c.json", "--param", "most=501"]).code(0).says(&["allow  c.json"]);
    eval(&["c.json", "--param", "most=600", "--param", "least=502"]).code(1).says(&["fewer than 502 lines"]);
    eval(&["c.json", "--param", "most=\"x\""])
        .code(2)
        .complains(&["team.gate.merge(most) does not fit its type"]);
    eval(&["c.json", "--param", "msot=1"])
        .code(2)
        .complains(&["has no parameter msot", "did you mean most?"]);
    eval(&["c.json", "--param", "most=1", "--param", "most=2"]).code(2).complains(&["given twice"]);
    // The policy asked by its name is asked as its one entry is.
    eval(&["skip.json", "-e", "team.gate.merge"]).code(0).says(&["not applicable", "may proceed"]);
    // One file for all.
    folder.write("team/data/gate.toml", "most = 502\nleast = 501\n");
    folder.write("team/policy.toml", TEAM.replace("{ most = \"data/most.yaml\" }", "\"data/gate.toml\""));
    folder.run(&["check", "team"]).code(0).says(&["data/most.yaml belongs to no data item"]);
    eval(&["c.json"]).code(0);
    folder.write("team/data/gate.toml", "most = 502\nleats = 501\n");
    folder.run(&["check", "team"]).code(1).says(&[
        "error[P0923]",
        "has no parameter leats",
        "did you mean least?",
    ]);
    folder.write("team/data/gate.toml", "least = 501\n");
    folder.run(&["check", "team"]).code(1).says(&["error[P0924]", "leaves the parameter most"]);
    folder.write("team/data/gate.toml", "most = \"many\"\n");
    folder.run(&["check", "team"]).code(1).says(&["error[P0925]", "expected Int, found the string \"many\""]);
    eval(&["c.json"]).code(2).complains(&["P0925"]);
}

#[test]
fn parameters_of_lists_are_read_from_tables() {
    let folder = Folder::with(&[
        ("policy.toml", "name = \"p\"\n[entry.e]\npolicy = \"m.p\"\nparameters.rows = \"data/rows.csv\"\n"),
        (
            "policies/m.policy",
            "module m\n\ntype Row = { code: String, most: Int }\n\npolicy p(rows: List<Row>) on n: Int {\n  default deny\n  allow known when any r in rows: r.code == \"007\" and n <= r.most\n}\n",
        ),
        ("data/rows.csv", "code,most\n007,5\n"),
        ("5.json", "5"),
    ]);
    folder.run(&["check", "-D"]).code(0);
    folder.run(&["eval", "5.json"]).code(0);
}

#[test]
fn what_a_dependency_reads_stays_below_it() {
    let folder = projects();
    folder.write(
        "base/policy.toml",
        "name = \"base\"\nversion = \"1.4.0\"\nsources = [\"policies\", \"../team\"]\n",
    );
    folder.run(&["check", "team"]).code(1).says(&["error[P0904]", "base/../team leads out of the project"]);
    #[cfg(unix)]
    {
        let folder = projects();
        folder.write("outside/x.policy", "module x\n");
        std::os::unix::fs::symlink(folder.at("outside/x.policy"), folder.at("base/policies/x.policy"))
            .unwrap();
        folder.run(&["check", "team"]).code(1).says(&["error[P0904]", "base/policies/x.policy leads out"]);
    }
}

#[test]
fn modules_of_one_project_do_not_see_those_of_another_that_it_does_not_name() {
    let folder = projects();
    folder.write(
        "base/policies/org/reach.policy",
        "module org.reach\nuse team.gate\n\npub fn f() -> Bool = gate.words is empty\n",
    );
    let run = folder.run(&["check", "team"]).code(1);
    run.says(&[
        "error[P0104]",
        "module `team.gate` belongs to `team`, which is no dependency",
        "base/policies/org/reach.policy:2:5",
    ]);
}

#[test]
fn two_packages_cannot_hold_one_module() {
    let folder = projects();
    folder.write("team/policies/org/base.policy", "module org.base\n");
    folder.run(&["check", "team"]).code(1).says(&["error[P0906]", "are both module org.base"]);
}

#[test]
fn coverage_floors_are_not_passed_over_in_silence() {
    let folder = projects();
    folder.write("team/policy.toml", format!("{TEAM}\n[test.coverage]\nrules = 90\n"));
    folder.run(&["test", "team"]).code(1).complains(&[
        "tests reach 0 % of rules; policy.toml asks for 90 %",
        "team.gate.merge.large: never finds anything",
        "denies exactly by large",
    ]);
    // A part of the tests reaches a part of the policies.
    folder.run(&["test", "team", "--filter", "e"]).code(0);
}

#[test]
fn a_deployment_weakens_what_policies_enforce() {
    let folder = projects();
    folder.write("team/policy.toml", format!("{TEAM}\n[modes]\n\"team.gate.merge.large\" = \"observe\"\n"));
    let eval = |arguments: &[&str]| {
        folder.run(&[&["eval", "-p", "team", "c.json", NOW[0], NOW[1]], arguments].concat())
    };
    eval(&[]).code(1).says(&["deny words", "observed large: it would deny", "more than 500 lines"]);
    let run = eval(&["--mode", "team.gate.merge.words=advise"]).code(0);
    run.says(&["allow  c.json", "would deny words", "observed large"]);
    // The call counts more than policy.toml.
    eval(&["-m", "team.gate.merge.large=enforce"]).code(1).says(&["deny large", "deny words"]);
    eval(&["-m", "team.gate.merge=observe"])
        .code(0)
        .says(&["not applicable (observe)", "enforced, it would say deny"]);
    eval(&["-m", "merge.large=observe"]).code(2).complains(&["did you mean team.gate.merge.large?"]);
    eval(&["-m", "team.gate.merge=off"]).code(2).complains(&["observe, advise or enforce"]);
    // Tests are about what the policies say themselves.
    folder.run(&["test", "team"]).code(0);
    folder.run(&["test", "team", "-m", "team.gate.merge=observe"]).code(1).says(&["it is not applicable"]);
    folder.write("team/policy.toml", format!("{TEAM}\n[modes]\n\"team.gate.merge.lagre\" = \"observe\"\n"));
    folder.run(&["check", "team"]).code(1).says(&["error[P0926]", "did you mean \"team.gate.merge.large\"?"]);
}

#[test]
fn duties_exceptions_and_what_is_redacted_of_them() {
    let source = r#"module m

type Pr = { number: Int, author: String, size: Int }

obligation notify on any { who: String }

policy gate on pr: Pr {
  default allow
  deny nine when pr.number == 9 because "{pr.author} has nine"
  deny big when pr.size > 10 because "{pr.author} wrote much" fix "at most {10}, not {pr.size}" details { who: pr.author }
  oblige tell: notify { who: pr.author }
}

exception old to m.gate.nine on pr: Pr
  when pr.size < 20
  until @2027-01-31
  because "moved by {pr.author}"
  approved by "ciso"

policy trim on pr: Pr {
  default allow
  transform cut: pr.author = "{pr.author}, hidden"
}
"#;
    let folder = Folder::with(&[
        ("m.policy", source),
        ("i.json", r#"{"number": 9, "author": "mallory", "size": 11}"#),
    ]);
    let eval = |arguments: &[&str]| {
        folder.run(&[&["eval", "-p", "m.policy", "i.json", NOW[0], NOW[1]], arguments].concat())
    };
    eval(&["-e", "gate"]).code(1).says(&[
        "deny big\n      mallory wrote much\n      fix: at most 10, not 11",
        "oblige tell: m.notify {\"who\":\"mallory\"}",
        "excepted nine  deny\n      mallory has nine\n      by m.old (approved by ciso, until 2027-02-01T00:00:00Z)\n      moved by mallory",
    ]);
    eval(&["-e", "trim"]).code(0).says(&["transform cut: /author = \"mallory, hidden\""]);
    for form in ["human", "json", "sarif", "github"] {
        for entry in ["gate", "trim"] {
            let run = eval(&["-e", entry, "--redact", "--format", form]);
            assert!(!run.out.contains("mallory"), "{}", run.out);
        }
    }
    eval(&["-e", "gate", "--redact"]).code(1).says(&[
        "deny big\n      {pr.author} wrote much\n      fix: at most {10}, not {pr.size}",
        "oblige tell: m.notify {\"who\":\"‹redacted›\"}",
        "moved by {pr.author}",
    ]);
}
