//! `mutate`, `fuzz` and `diff`.

use crate::support::Folder;

const SOURCE: &str = r#"module m

type In = { n: Int 0..1_000, a: Bool, b: Bool }

policy gate on i: In {
  default allow
  deny large when i.n > 100
  deny both when i.a and i.b
}

test "large" { expect gate({ n: 101, a: true, b: false }) denies exactly by large }
"#;

#[test]
fn mutants_that_survive_are_shown_with_a_test_that_would_notice() {
    let folder = Folder::with(&[("m.policy", SOURCE)]);
    let run = folder.run(&["mutate", "m.policy", "--html", "out/m.html"]).code(0);
    let run = run.says(&[
        "survived  boundary in m.gate.large",
        "-   deny large when i.n > 100",
        "+   deny large when i.n >= 100",
        "expect gate({ a: false, b: false, n: 100 }) allows by default",
    ]);
    assert!(run.out.contains("killed") && folder.read("out/m.html").contains("What no test notices"));
    folder
        .run(&["mutate", "m.policy", "--min-score", "90"])
        .code(1)
        .complains(&["at least 90 % was asked for"]);
    let run = folder.run(&["mutate", "m.policy", "--filter", "gate.large", "--format", "json"]).code(0);
    let document: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert!(document["mutants"].as_array().unwrap().iter().all(|one| one["within"] == "m.gate.large"));
    folder.write("m.policy", format!("{SOURCE}\ntest \"wrong\" {{ expect 1 == 2 }}\n"));
    folder.run(&["mutate", "m.policy"]).code(2).complains(&["fails already"]);
    folder.run(&["mutate", "m.policy", "--since", "--output=x"]).code(2);
}

#[test]
fn fuzzing_finds_failures_disagreement_and_what_is_not_as_expected() {
    let source = r#"module m

type In = { n: Int, who: String }

policy gate on i: In {
  default deny
  deny split when 100 div (i.n - 4_711) > 3
  allow root when i.who == "root"
  deny blocked when i.n == 77
}
"#;
    let folder = Folder::with(&[("m.policy", source)]);
    let arguments = ["fuzz", "-p", "m.policy", "--cases", "4000", "--for", "60s"];
    folder.run(&arguments).code(1).says(&[
        "fails  split: division_by_zero",
        "n: 4711",
        "disagree  m.gate.blocked and m.gate.root",
        "expect gate({ n: 77, who: \"root\" }) denies exactly by blocked",
    ]);
    let calm = Folder::with(&[("m.policy", SOURCE)]);
    let arguments = ["fuzz", "gate", "-p", "m.policy", "--cases", "500", "--for", "60s"];
    calm.run(&arguments).code(0).says(&["m.gate: 500 inputs"]);
    let expected = ["--expect", "gate(input).outcome == allow implies not input.a"];
    calm.run(&[&arguments[..], &expected].concat()).code(1).says(&["broken  what was expected", "a: true"]);
    let wrong = ["--expect", "gate(input).nothing"];
    calm.run(&[&arguments[..], &wrong].concat()).code(2).complains(&["cannot be expected"]);
    folder.run(&["fuzz", "other", "-p", "m.policy"]).code(2).complains(&["has no entry or policy other"]);
}

#[test]
fn versions_are_compared_by_rules_and_by_decisions() {
    let new = SOURCE.replace("i.n > 100", "i.n > 200").replace("  deny both", "  deny pair");
    let folder = Folder::with(&[
        ("old/m.policy", SOURCE),
        ("new/m.policy", &new),
        ("in/a.json", "{\"n\": 150, \"a\": false, \"b\": false}"),
        ("in/b.json", "{\"n\": 50, \"a\": false, \"b\": false}"),
    ]);
    let arguments = ["diff", "old/m.policy", "new/m.policy", "--inputs", "in", "--cases", "2000"];
    folder.run(&arguments).code(0).says(&[
        "changed  rule m.gate.large",
        "removed  rule m.gate.both",
        "added  rule m.gate.pair",
        "looser  in/a.json  m.gate: denies exactly by large, now allows by default",
        "expect gate({ a: false, b: false, n: 101 }) allows by default",
        "other-reasons",
    ]);
    folder.run(&[&arguments[..], &["--fail-on", "looser"]].concat()).code(1);
    folder.run(&[&arguments[..], &["--fail-on", "stricter"]].concat()).code(0);
    folder.run(&["diff", "old/m.policy", "old/m.policy"]).code(0).says(&["the policies say the same"]);
    let run = folder.run(&[&arguments[..], &["--format", "json"]].concat()).code(0);
    let document: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&document["decided"], &document["documents"][0]["class"]), (&2.into(), &"looser".into()));
    folder
        .run(&["diff", "no-such-thing", "old/m.policy"])
        .code(2)
        .complains(&["neither a folder nor a revision"]);
}

#[test]
fn bundles_with_sources_are_versions_like_folders() {
    let org = "module org\n\npub fn clean(title: String) -> Bool = not (title contains \"wip\")\n";
    let team = "module team\nuse org.clean\n\npolicy gate on title: String {\n  default allow\n  deny unclean when not clean(title) because \"say what changes\"\n}\n";
    let manifest = |name: &str, more: &str| {
        format!("name = \"{name}\"\nversion = \"1.0.0\"\nedition = \"2027\"\n{more}")
    };
    let folder = Folder::with(&[
        ("org/policy.toml", &manifest("org", "")),
        ("org/policies/org.policy", org),
        ("team/policy.toml", &manifest("team", "[dependencies]\norg = { path = \"../org\" }\n")),
        ("team/policies/team.policy", team),
    ]);
    folder.run(&["build", "team", "--sources", "-o", "old.pbundle"]).code(0);
    folder.run(&["build", "team", "-o", "bare.pbundle"]).code(0);
    folder.run(&["diff", "old.pbundle", "team"]).code(0).says(&["the policies say the same"]);
    folder.write(
        "team/policies/team.policy",
        team.replace("not clean(title)", "not clean(title) and title != \"wip!\""),
    );
    folder.run(&["diff", "old.pbundle", "team", "--fail-on", "looser"]).code(1).says(&[
        "changed  rule team.gate.unclean",
        "looser",
        "\"wip!\"",
    ]);
    // Without them there is what it decides.
    folder.run(&["diff", "bare.pbundle", "team", "--fail-on", "looser"]).code(1).says(&[
        "looser",
        "\"wip!\"",
        "built without --sources",
    ]);
    folder.write("cut.pbundle", "no bundle");
    folder.run(&["diff", "cut.pbundle", "team"]).code(2).complains(&["cut.pbundle is refused"]);
}

#[test]
fn compiled_bundles_are_compared_by_what_they_tell_and_decide() {
    let new = SOURCE
        .replace("i.n > 100", "i.n > 200")
        .replace("  deny both", "  @owner(\"b\") deny both")
        .replace("  deny large", "  warn odd when i.n == 7 and i.owner == \"zoe\"\n  deny large")
        .replace("b: Bool }", "b: Bool, owner: String = \"\" }");
    let folder = Folder::with(&[
        ("old/m.policy", SOURCE),
        ("new/m.policy", &new),
        ("in/a.json", "{\"n\": 150, \"a\": false, \"b\": false}"),
        ("in/b.json", "{\"n\": 50, \"a\": false, \"b\": false}"),
    ]);
    folder.run(&["build", "old/m.policy", "-o", "old.pbundle"]).code(0);
    folder.run(&["build", "new/m.policy", "-o", "new.pbundle"]).code(0);
    folder.run(&["strip", "old.pbundle", "--discard"]).code(0);
    folder
        .run(&["diff", "old.pbundle", "old.pbundle"])
        .code(0)
        .says(&["what is told of the policies is the same", "built without --sources"]);
    let arguments = ["diff", "old.pbundle", "new.pbundle", "--inputs", "in", "--fail-on", "looser"];
    folder.run(&arguments).code(1).says(&[
        "added  rule m.gate.odd",
        "changed  rule m.gate.both",
        "looser  in/a.json  m.gate: denies exactly by large, now allows by default",
        "expect gate({ a: false, b: false, n: 101 }) allows by default",
        "other-reasons",
        "decided otherwise: 1 of 2 documents",
    ]);
    let run = folder.run(&["diff", "old.pbundle", "new.pbundle", "--format", "json"]).code(0);
    let document: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(document["sources"], false);
    // Data that lies beside a bundle is found there.
    folder.write("d/m.policy", "module m\n\ndata limit: Int = 5\n\npolicy p on n: Int {\n  default allow\n  deny big when n > limit\n}\n");
    folder.run(&["build", "d/m.policy", "--data-beside", "-o", "d.pbundle"]).code(0);
    folder.run(&["diff", "d.pbundle", "d/m.policy"]).code(0).says(&["decided otherwise: no drawn input"]);
}

#[test]
fn what_became_of_a_change_is_forgotten_when_a_type_changes() {
    let types = |default: u32| format!("module types\n\npub type T = {{ n: Int = {default} }}\n");
    let folder = Folder::with(&[
        ("policy.toml", "name = \"m\"\n"),
        ("policies/types.policy", &types(5)),
        (
            "policies/gate.policy",
            "module gate\n\nuse types.T\n\npolicy gate on t: T {\n  default allow\n  deny big when t.n > 10 because \"big\"\n}\n\n\
             test \"none\" {\n  expect gate({}) allows by default\n}\n\ntest \"big\" {\n  expect gate({ n: 20 }) denies by big\n}\n",
        ),
    ]);
    let survivors = || {
        let run = folder.run(&["mutate", "--format", "json"]);
        let told: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        told["survived"].as_u64().unwrap()
    };
    let before = survivors();
    folder.write("policies/types.policy", types(10));
    assert!(survivors() < before, "`t.n >= 10` is noticed where 10 is the default");
}
