//! `check` and `fmt`.

use crate::support::Folder;

const GOOD: &str = "module a\n\npolicy merge on { draft: Bool } {\n  default allow\n  deny drafts when draft because \"a draft is not merged\"\n}\n";
const BAD: &str = "module b\n\nfn f() -> Int = missing + \"x\"\nfn g() -> Bool = nowhere\n";

fn project(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::with(files);
    folder.write("policy.toml", "name = \"p\"\n");
    folder
}

#[test]
fn a_project_without_a_finding_ends_with_0() {
    let folder = project(&[("policies/a.policy", GOOD)]);
    folder.run(&["check"]).code(0).says(&["ok: 1 source without a finding"]);
    folder.run_in("policies", &["check"], b"").code(0);
    folder.run(&["check", "policies/a.policy"]).code(0);
    folder.run(&["check", "policy.toml"]).code(0);
}

#[test]
fn errors_end_with_1_and_have_their_place() {
    let folder = project(&[("policies/a.policy", GOOD), ("policies/b.policy", BAD)]);
    let all = folder.run(&["check"]).code(1).says(&[
        "policies/b.policy:3:17",
        "policies/b.policy:4:18",
        "failed: 2 errors",
    ]);
    assert!(!all.out.contains('\u{1b}'));
    // Only the findings of the sources that were named.
    folder.run(&["check", "policies/a.policy"]).code(0);
    folder
        .run(&["check", "policies/a.policy", "policies/b.policy"])
        .code(1)
        .says(&["failed: 2 errors", "in 2 sources"]);
    // Paths are shown from where the command runs.
    folder.run_in("policies", &["check"], b"").code(1).says(&["../policies/b.policy:3:17"]);
}

#[test]
fn the_rest_of_many_findings_is_counted() {
    let functions: String = (0..80).map(|i| format!("fn f{i}() -> Bool = nowhere{i}\n")).collect();
    let folder = project(&[("policies/b.policy", &format!("module b\n\n{functions}"))]);
    let run = folder.run(&["check"]).code(1).says(&["that are not shown", "failed: 80 errors"]);
    assert_eq!(run.out.matches("error[").count(), 50);
    folder.run(&["check", "--max-shown", "3"]).code(1).says(&["and 77 errors"]);
}

#[test]
fn machines_get_every_finding() {
    let folder = project(&[("policies/b.policy", BAD)]);
    let json = folder.run(&["check", "--format", "json"]).code(1);
    let document: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(document["errors"], 2);
    assert_eq!(document["findings"][0]["location"]["file"], "policies/b.policy");
    assert_eq!(document["findings"][0]["location"]["line"], 3);
    let sarif = folder.run(&["check", "--format", "sarif"]).code(1);
    let document: serde_json::Value = serde_json::from_str(&sarif.out).unwrap();
    assert_eq!(document["version"], "2.1.0");
    let results = document["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.iter().filter(|result| result["level"] == "error").count(), 2);
    let github = folder.run(&["check", "--format", "github"]).code(1);
    assert_eq!(
        github.out.lines().filter(|line| line.starts_with("::error file=policies/b.policy,line=")).count(),
        2
    );
    assert_eq!(github.out, folder.run(&["check", "--format", "github"]).out);
}

#[test]
fn nothing_to_check_ends_with_2() {
    let folder = Folder::with(&[("x.txt", "")]);
    folder.run(&["check"]).code(2).complains(&["no policy.toml"]);
    folder.run(&["check", "gone"]).code(2).complains(&["no such file"]);
    folder.run(&["check", "x.txt"]).code(2).complains(&["no source"]);
}

#[test]
fn what_is_wrong_with_the_project_is_found() {
    let folder = Folder::with(&[
        (
            "policy.toml",
            "name = \"p\"\n\n[entry.m]\npolicy = \"a.mrge\"\n\n[lints]\nunused_lett = \"deny\"\n\n[limits]\nfule = 1\n",
        ),
        ("policies/a.policy", GOOD),
    ]);
    folder.run(&["check"]).code(1).says(&[
        "P0901",
        "did you mean fuel?",
        "P0912",
        "\"a.merge\"",
        "P0913",
        "unused_let",
    ]);
}

#[test]
fn lint_levels_are_obeyed() {
    let unused = "module a\n\nfn unused() -> Int = 1\n";
    let folder = Folder::with(&[("policy.toml", "name = \"p\"\n"), ("policies/a.policy", unused)]);
    folder.run(&["check"]).code(0).says(&["1 warning"]);
    folder.run(&["check", "--deny-warnings"]).code(1);
    folder.write("policy.toml", "name = \"p\"\n\n[lints]\nunused_function = \"deny\"\n");
    folder.run(&["check"]).code(1).says(&["1 error"]);
    folder.write("policy.toml", "name = \"p\"\n\n[lints]\nunused_function = \"allow\"\n");
    folder.run(&["check"]).code(0).says(&["without a finding"]);
}

#[test]
fn fix_applies_what_is_safe() {
    let text = "module a\n\nfn f(a: Int, b: Int) -> Bool = not a == b\n\npolicy p on { a: Int } {\n  default allow\n  deny d when f(a, 1)\n}\n";
    let folder = project(&[("policies/a.policy", text)]);
    folder.run(&["check"]).code(1).says(&["`policyc check --fix` would apply 1 edit"]);
    folder.run(&["check", "--fix"]).code(0).complains(&["applied 1 edit"]);
    assert!(folder.read("policies/a.policy").contains("a != b"));
    folder.run(&["check", "--fix"]).code(0);
}

#[cfg(unix)]
#[test]
fn links_that_lead_out_are_refused() {
    let outside = Folder::with(&[("x.policy", "module x\n")]);
    let folder = project(&[("policies/a.policy", GOOD)]);
    std::os::unix::fs::symlink(outside.at("x.policy"), folder.at("policies/x.policy")).unwrap();
    folder.run(&["check"]).code(1).says(&["P0904", "policies/x.policy leads out of the project"]);
}

#[test]
fn hostile_sources_are_only_findings() {
    let deep = format!("module a\n\nfn f() -> Int = {}1{}\n", "(".repeat(100_000), ")".repeat(100_000));
    let long = format!("module a\n\nlet x: String = \"{}", "y".repeat(10_000_000));
    for text in [deep.as_str(), long.as_str(), "\u{feff}module a\r\n", "\0\u{1}\u{1b}[31m"] {
        let folder = project(&[("policies/a.policy", text)]);
        let run = folder.run(&["check"]);
        assert!(run.code < 2, "{} {}", run.code, run.err);
        assert!(run.out.len() < 20_000, "{}", run.out.len());
        assert!(!run.out.contains('\u{1b}'), "{:?}", run.out);
    }
}

#[test]
fn fmt_knows_its_codes() {
    let folder = project(&[("policies/a.policy", GOOD)]);
    folder.run(&["fmt", "--check"]).code(0);
    folder.run(&["fmt", "gone.policy"]).code(2).complains(&["no such file"]);
    folder.write("policies/a.policy", "module   a\n\npolicy p on {a:Int} { default allow }\n");
    folder.run(&["fmt", "--check"]).code(1).says(&["policies/a.policy is not in the one style"]);
    folder.run(&["fmt"]).code(0).says(&["formatted policies/a.policy"]);
    folder.run(&["fmt", "--check"]).code(0);
    folder.write("policies/a.policy", "module a\n\npolicy {\n");
    folder.run(&["fmt"]).code(1).complains(&["error["]);
    assert_eq!(folder.read("policies/a.policy"), "module a\n\npolicy {\n");
}

#[test]
fn fmt_formats_standard_input() {
    let folder = Folder::with(&[]);
    let run = folder.pipe(&["fmt", "-"], b"module   a\n").code(0);
    assert_eq!(run.out, "module a\n");
    folder.pipe(&["fmt", "-", "--check"], b"module   a\n").code(1);
    folder.pipe(&["fmt", "-"], b"module \xFF").code(2).complains(&["not UTF-8"]);
    folder.pipe(&["fmt", "-", "x.policy"], b"").code(2);
}
