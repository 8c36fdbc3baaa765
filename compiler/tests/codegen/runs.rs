//! Programs from sources, run: what they mean end to end.

use policy_compiler::Options;
use policy_vm::{Decision, Evaluator, Program, Request, Snapshot};
use serde_json::Value;

use crate::programs::compiled;

const NOW: policy_bytecode::scalar::Timestamp =
    policy_bytecode::scalar::Timestamp { seconds: 1_800_000_000, nanos: 0 };

/// The decision of the first policy of a source, plain and observed, which are one: without what another
/// compiler may change, the fuel and the digest of the program.
fn decided(source: &str, data: &[(&str, &str)], input: &str) -> Value {
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
    let plain = shown(&plain);
    assert_eq!(plain, shown(&observed), "an observed program decides the same");
    plain
}

/// Names of rules that decided, in order, and of those that failed, with `!`.
fn rules(source: &str, input: &str) -> String {
    let decision = decided(source, &[], input);
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

/// Each condition holds on the input, by a rule of its own; `x` marks those that were not found.
fn all_hold(header: &str, lets: &str, conditions: &[&str], input: &str) {
    let mut source = format!("module t\n{header}\npolicy p on i: In {{\n  default allow\n{lets}\n");
    for (index, condition) in conditions.iter().enumerate() {
        source.push_str(&format!("  warn r{index} when {condition}\n"));
    }
    source.push_str("}\n");
    let found = rules(&source, input);
    let expected: Vec<String> = (0..conditions.len()).map(|index| format!("~r{index}")).collect();
    let missing: Vec<&str> = (0..conditions.len())
        .filter(|index| !found.split(' ').any(|word| word == format!("~r{index}")))
        .map(|index| conditions[index])
        .collect();
    assert!(missing.is_empty(), "not found: {missing:#?}\n{found}");
    assert_eq!(found, format!("allow: {}", expected.join(" ")));
}

#[test]
fn arithmetic_and_comparisons() {
    all_hold(
        "type In = { a: Int, b: Int, d: Decimal, e: Decimal, s: String, at: Timestamp, on: Date }",
        "  let minute = 1m",
        &[
            "i.a + i.b == 10",
            "i.a - i.b == 4",
            "i.a * i.b == 21",
            "i.a div i.b == 2",
            "i.a % i.b == 1",
            "i.a div -3 == -2",
            "-i.a % 4 == 1",
            "-i.a == -7",
            "i.a > i.b",
            "i.a >= 7",
            "i.b < 7",
            "i.b <= 3",
            "i.a != i.b",
            "i.d + i.e == 0.3",
            "i.d * i.e == 0.02",
            "i.d - i.e == -0.1",
            "i.d / i.e == 0.5",
            "i.a / 2 == 3.5",
            "-i.d == -0.1",
            "i.d < i.e",
            "i.a > i.d",
            "i.s == \"text\"",
            "i.s != \"Text\"",
            "i.at + minute == @2026-11-21T00:01:00Z",
            "i.at - @2026-11-20T23:59:00Z == 1m",
            "minute * 2 == 2m",
            "2 * minute == 120s",
            "-minute == 0s - 60s",
            "i.on == @2026-11-21",
            "i.on - @2026-11-20 == 1",
            "now > i.at",
            "i.a in [1, 7, 9]",
            "i.a not in [1, 2, 3]",
            "i.a in {7, 8}",
            "i.s in [\"a\", \"text\"]",
            "i.s contains \"ex\"",
            "i.s matches re\"t.*t\"",
            "i.s matches glob\"t*\"",
            "i.s matches wild\"t*t\"",
            "i.s contains re\"x\"",
            "not (i.a == 8)",
            "i.a == 8 implies i.b == 9",
            "i.a == 7 implies i.b == 3",
            "i.a == 8 or i.b == 3 or i.s == \"\"",
            "i.s is not empty",
            "(if i.a > 9 then 1 else if i.a > 5 then 2 else 3) == 2",
            "\"{i.a}-{i.s}\" == \"7-text\"",
        ],
        r#"{"a": 7, "b": 3, "d": 0.1, "e": 0.2, "s": "text", "at": "2026-11-21T00:00:00Z", "on": "2026-11-21"}"#,
    );
}

#[test]
fn options_structures_and_loops() {
    all_hold(
        r#"
enum Kind { one, two, three }
ordered enum Level { low, high }
type Part = { name: String, size: Int, kind: Kind = two, tags: Set<String> = {} }
type Named = { name: String }
type In = { part?: Part, none?: Part, parts: List<Part>, by: Map<String, Part>, level: Level, pair: (Int, String), j: Json, ip: Ip }
type Loud = String read by loud
fn loud(s: String) -> String? = if s is empty then absent else s.upper_ascii()
fn name_of(n: Named) -> String = n.name
fn sizes(parts: List<Part>) -> List<Int> = [p.size for p in parts if p.size > 1]
fn kind(k: Kind) -> Int = match k { one => 1, two | three => 2 }
fn twice(n: Int) -> Int { let m = n + n return m }
let base: Part = { name: "base", size: 9 }
let shout: Loud = "hey""#,
        "  let lazy = count(p for p in i.parts if p.size > 1)",
        &[
            "i.part is present",
            "i.none is absent",
            "i.part?.name is \"x\"",
            "(i.none?.size ?? 5) == 5",
            "(i.part?.size ?? 5) == 1",
            "i.none?.name is not \"x\"",
            "i.part is present and i.part.kind == two",
            "i.parts[0]?.name is \"a\"",
            "i.parts[9] is absent",
            "i.by[\"k\"]?.size is 4",
            "i.by[\"q\"] is absent",
            "\"k\" in i.by",
            "i.level == high",
            "i.level > low",
            "i.level >= high",
            "i.ip in cidr\"10.0.0.0/8\"",
            "any p in i.parts: p.size == 3",
            "all p in i.parts: p.size > 0",
            "none p in i.parts: p.size > 9",
            "exactly one p in i.parts: p.size == 3",
            "not (exactly one p in i.parts: p.size > 0)",
            "any p in i.parts, t in p.tags: t == \"t\"",
            "any (k, v) in i.by: v.name != k",
            "count(p for p in i.parts) == 3",
            "count(i.parts) == 3",
            "lazy == 2",
            "sum(p.size for p in i.parts) == 6",
            "max(p.size for p in i.parts) is 3",
            "min(p.size for p in i.parts) is 1",
            "max(p.size for p in i.parts if p.size > 9) is absent",
            "[p.size for p in i.parts] == [1, 2, 3]",
            "{p.size div 2 for p in i.parts} == {0, 1}",
            "{[p.name]: p.size for p in i.parts}[\"b\"] is 2",
            "sizes(i.parts) == [2, 3]",
            "2 in sizes(i.parts)",
            "any s in sizes(i.parts): s == 3",
            "sizes(i.parts) is not empty",
            "[p for p in i.parts if p.size > 9] is empty",
            "kind(i.parts[0]?.kind ?? one) == 2",
            "name_of(base) == \"base\"",
            "twice(4) == 8",
            "base with { size: 3 } == { name: \"base\", size: 3, kind: two, tags: {} }",
            "(base with { tags: {\"z\"} }).tags == {\"z\"}",
            "i.j.a is \"x\"",
            "i.j.n is 3",
            "i.j.list?[1] is true",
            "i.j.missing is absent",
            "i.j.a is String",
            "i.j.n is Int",
            "(i.j.n as? Int) is 3",
            "(i.j.a as? Int) is absent",
            "(i.j.a as String) is \"x\"",
            "shout == \"hey\"",
            "shout != \"ho\"",
            "(match i.part { absent => 0, else => 1 }) == 1",
            "(match (i.level, i.part) { (low, _) => 1, (high, absent) => 2, else => 3 }) == 3",
            "any (n, s) in [i.pair]: n == 5 and s == \"five\"",
            "any n in [i.part, i.none]: n is absent",
            "any (w, n) in [(\"p\", i.part?.size), (\"q\", i.none?.size)]: n is 1 and w == \"p\"",
        ],
        r#"{"part": {"name": "x", "size": 1}, "parts": [{"name": "a", "size": 1, "tags": ["t"]}, {"name": "b", "size": 2}, {"name": "c", "size": 3}],
            "by": {"k": {"name": "z", "size": 4}}, "level": "high", "pair": [5, "five"], "j": {"a": "x", "n": 3, "list": [1, true]}, "ip": "10.1.2.3"}"#,
    );
}

#[test]
fn failures_stand_alone() {
    let source = r#"module t
type In = { xs: List<Int>, n: Int }
fn share(n: Int) -> Int = 100 div n
policy p on i: In {
  default allow
  let lazy = 10 div i.n
  deny each for x in i.xs when share(x) > 20 because "{x} and {x div i.n}"
  deny again when lazy > 1
  warn uses when lazy > 1 or i.n == 0
  escalate source to "{lazy}" for x in [share(i.n)], y in i.xs when x == y
  allow total when sum(x for x in i.xs) > 0
  require kept when i.n == 0 that count(i.xs) > 9 because "{share(i.n)} is no message"
}
"#;
    let decision = decided(source, &[], r#"{"xs": [0, 4, 50], "n": 0}"#);
    insta::assert_snapshot!("failures", serde_json::to_string_pretty(&decision).unwrap());
}

#[test]
fn applies_before_anything() {
    let source = r#"module t
type In = { a?: Int, n: Int }
policy p on i: In {
  default deny
  applies when i.a is present and 10 div i.n > 0
  let n = i.a + 1
  allow big when n > 5
}
"#;
    assert_eq!(rules(source, r#"{"n": 1}"#), "not_applicable: ");
    assert_eq!(rules(source, r#"{"a": 9, "n": 1}"#), "allow: big");
    assert_eq!(rules(source, r#"{"a": 1, "n": 1}"#), "deny: ");
    assert_eq!(rules(source, r#"{"a": 1, "n": 0}"#), "deny: !?");
}

#[test]
fn what_is_never_used_is_never_read() {
    let source = r#"module t
type Deep = { a: { b: { c: Int } }, xs: List<Int> }
type In = { deep: Deep, n: Int }
policy p on i: In {
  default allow
  let unused = i.deep.a.b.c
  deny x for x in i.deep.xs when x > i.n because "{x}"
}
"#;
    // `deep.a` is not read: what stands there does not matter.
    assert_eq!(rules(source, r#"{"deep": {"a": 1, "xs": [1, 5]}, "n": 3}"#), "deny: x");
}
