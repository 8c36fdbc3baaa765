//! Broken text: each mistake is told once, where it is, and takes nothing else with it.

use crate::ast::{ItemKind, StmtKind};
use crate::{FileId, Parsed, parse};

/// Lines with the codes found on them.
fn found(source: &str) -> Vec<(usize, String)> {
    let line = |at: u32| source[..at as usize].matches('\n').count() + 1;
    parse(FileId(0), source)
        .diagnostics
        .iter()
        .map(|d| (line(d.primary.span.lo), d.code.to_string()))
        .collect()
}

fn pairs(list: &[(usize, &str)]) -> Vec<(usize, String)> {
    list.iter().map(|(line, code)| (*line, (*code).to_owned())).collect()
}

/// The names of the rules of the first policy, damaged ones with a `!`.
fn rules(parsed: &Parsed) -> Vec<String> {
    let policy = parsed.ast.items.iter().find_map(|item| match &item.kind {
        ItemKind::Policy(decl) => Some(decl),
        _ => None,
    });
    let name = |kind: &StmtKind| match kind {
        StmtKind::Rule(rule) => rule.id.to_string(),
        StmtKind::Error(names) => format!("!{}", names.first().map_or("", |n| &n.text)),
        StmtKind::Default(_) => "default".to_owned(),
        StmtKind::Let(decl) => format!("let {}", decl.name),
        _ => "other".to_owned(),
    };
    policy.unwrap().body.iter().map(|stmt| name(&stmt.kind)).collect()
}

#[test]
fn ten_mistakes_ten_diagnostics() {
    let source = r#"module broken
type T = { n: Int s: String }
polcy p on x: T {
  default allow
  denny a when x.n == 1
  deny b when x.n ==
  deny c when 1 < x.n < 3
  deny d when x.n = 3
  deny e when (x.n == 3
  deny f when x.s == "open
  require g when x.n == 1
}
enum E { a b }
test "t" {
  given d = 5
  expect p({ n: 1, s: "" }) denies by a
}
"#;
    let expected = [
        (2, "P0028"),
        (3, "P0023"),
        (5, "P0023"),
        (6, "P0020"),
        (7, "P0030"),
        (8, "P0027"),
        (9, "P0021"),
        (10, "P0002"),
        (11, "P0051"),
        (13, "P0028"),
        (15, "P0057"),
    ];
    assert_eq!(found(source), pairs(&expected));
    let parsed = parse(FileId(0), source);
    assert_eq!(rules(&parsed), ["default", "a", "!b", "c", "d", "e", "f", "g"]);
    assert_eq!(parsed.ast.items.len(), 4);
}

#[test]
fn a_half_typed_rule_takes_nothing_with_it() {
    let halves = [
        "deny",
        "deny half",
        "deny half when",
        "deny half when x.",
        "deny half when x.n ==",
        "deny half when x.n == (",
        "deny half when x.n in [1, 2",
        "deny half when any y in x.xs:",
        "deny half when any y in",
        "deny half when if x.n == 1 then",
        "deny half when f(x.n,",
        "deny half when x.n == 1 because",
        "deny half when x.n == 1 because \"text {",
        "deny half when x.n == 1 because \"text {x.n",
        "deny half when x.n == 1 because \"text",
        "deny half when x.n == 1 details {",
        "deny half when x.n == 1 details { a: ",
        "deny half when x with { a: 1",
        "deny half when match x {",
        "let half",
        "let half =",
        "let half = {",
        "@severity(",
        "@severity(high",
        "@",
        "applies",
        "applies when",
        "default",
        "escalate half to",
        "include",
        "include p(",
        "oblige half:",
        "transform half: x.y =",
        "half",
        "half half",
        "deny half when x.n == 1 }",
        "deny half when x.n == 1 )",
        "deny half when x.n == 1 ]",
        "deny half when re\"abc",
        "deny half when x.n == ``",
        "deny half when x.n == $",
    ];
    for half in halves {
        for next in [
            "deny last when x.n == 2",
            "@mode(observe) deny last when x.n == 2",
            "@mode(observe)\n  deny last when x.n == 2",
        ] {
            let source = format!(
                "policy p on x: T {{\n  default allow\n  deny first_one when x.n == 1\n  {half}\n  {next}\n  deny end when x.n == 3\n}}\n\npolicy q on x: T {{\n  default deny\n}}\n"
            );
            let parsed = parse(FileId(0), &source);
            let names = rules(&parsed);
            assert!(!parsed.diagnostics.is_empty(), "{half}");
            assert!(names.contains(&"first_one".to_owned()), "{half}: {names:?}");
            // An annotation left open goes with the rule that follows it.
            if !half.starts_with('@') {
                assert!(names.contains(&"last".to_owned()), "{half}: {names:?} {:#?}", parsed.diagnostics);
            }
            assert!(names.contains(&"end".to_owned()), "{half}: {names:?}");
            assert_eq!(parsed.ast.items.len(), 2, "{half}");
            let damaged = source[..source.find(half).unwrap()].matches('\n').count() + 1;
            let lines: Vec<usize> = found(&source).iter().map(|(line, _)| *line).collect();
            let near = lines.iter().all(|line| (damaged..=damaged + 2).contains(line));
            assert!(near, "{half}: {lines:?}");
            assert!(lines.len() <= 2, "{half}: {:#?}", parsed.diagnostics);
        }
    }
}

#[test]
fn a_half_typed_item_takes_nothing_with_it() {
    for half in [
        "type",
        "type A",
        "type A =",
        "type A = {",
        "type A = { a:",
        "type A = List<",
        "enum E {",
        "enum E { a,",
        "fn f",
        "fn f(",
        "fn f(x: Int",
        "fn f(x: Int) ->",
        "fn f(x: Int) -> Int =",
        "fn f(x: Int) -> Int = {",
        "fn f() -> Int {",
        "fn f() -> Int { let a = 1",
        "use",
        "use a.",
        "use a.{",
        "data d",
        "data d:",
        "data d: Set<Int> =",
        "let a",
        "let a =",
        "let a = [",
        "policy",
        "policy q",
        "policy q on",
        "policy q on x:",
        "policy q on x: T",
        "policy q on x: T {",
        "policy q on x: T {\n  deny a when",
        "test",
        "test \"a\"",
        "test \"a\" {",
        "test \"a\" {\n  expect",
        "property \"p\" for any",
        "exception e to",
        "exception e to p.r when",
        "obligation o",
        "obligation o on allow {",
        "entity",
        "entity A in",
        "entity A {",
        "@owner(",
        "@owner(\"a\"",
        "}",
        ")",
        "]",
        "let a = \"\"\"text",
        "let a = \"text {",
    ] {
        let source = format!(
            "let before = 1\n\n{half}\n\npolicy p on x: T {{\n  default allow\n  deny a when x.n == 1\n}}\n\nlet after = 2\n"
        );
        let parsed = parse(FileId(0), &source);
        assert!(!parsed.diagnostics.is_empty(), "{half}");
        let has = |name: &str| {
            parsed.ast.items.iter().any(|item| match &item.kind {
                ItemKind::Let(decl) => &*decl.name.text == name,
                ItemKind::Policy(decl) => &*decl.name.text == name && decl.body.len() == 2,
                _ => false,
            })
        };
        for name in ["before", "p", "after"] {
            assert!(
                half.starts_with('@') && name == "p" || has(name),
                "{half}: {name} is gone\n{:#?}",
                parsed.diagnostics
            );
        }
        assert!(parsed.diagnostics.len() <= 2, "{half}: {:#?}", parsed.diagnostics);
    }
}

/// What the mends of a rule's condition are called.
fn mends(condition: &str) -> Vec<String> {
    let source = format!("module m\npolicy p on x: T {{\n  default deny\n  allow a when {condition}\n}}\n");
    parse(FileId(0), &source).diagnostics.iter().flat_map(|d| &d.fixes).map(|fix| fix.title.clone()).collect()
}

#[test]
fn a_length_of_time_in_words_is_written_with_its_unit() {
    assert_eq!(mends("x.age < 30 days"), ["write `30d`"]);
}

#[test]
fn what_is_not_there_is_absent_and_not_none() {
    for asked in ["x.owner == none", "x.owner is none", "x.a and x.owner == none because \"no owner\""] {
        assert_eq!(mends(asked), ["write `is absent`"], "{asked}");
    }
    for asked in ["x.owner != none", "x.owner is not none"] {
        assert_eq!(mends(asked), ["write `is present`"], "{asked}");
    }
    assert!(mends("none y in x.owners: y == 1").is_empty());
}
