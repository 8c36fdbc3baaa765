//! Programs from sources.

use policy_compiler::{Compiled, Options, SourceMap, Sources, World, check, compile};

use crate::listing::listing;

pub(crate) fn compiled(source: &str, options: Options) -> Compiled {
    let mut sources = Sources::default();
    sources.add("test.policy", source);
    let checked = check(&sources);
    let wrong: Vec<String> = checked
        .diagnostics
        .iter()
        .filter(|d| d.severity == policy_syntax::Severity::Error)
        .map(|d| {
            format!(
                "{} at `{}`",
                d.message,
                source.get(d.primary.span.lo as usize..).unwrap_or("").lines().next().unwrap_or("")
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let map = SourceMap::of(&checked, |file| sources.path(file));
    compile(&checked.hir, &map, options).unwrap()
}

fn shown(source: &str) -> String {
    format!("{source}\n----\n{}", listing(&compiled(source, Options::default()).program))
}

#[test]
fn the_gate() {
    let source = include_str!("../../../benches/src/gate/gate.policy");
    insta::assert_snapshot!(shown(source));
}

#[test]
fn options_and_matches() {
    insta::assert_snapshot!(shown(
        r#"module t
enum Kind { human, bot, other }
type Ai = { model: String, score?: Int 0..100 }
type In = { kind: Kind, ai?: Ai, n: Int, name?: String, pair: (Kind, Kind) }

fn word(k: Kind) -> String = match k { human => "h", bot | other => "b" }

policy p on i: In {
  default allow
  deny a when i.ai?.model is "x" or (i.ai?.score ?? 5) > 3
  deny b when i.name is absent or i.name == "y"
  deny c when i.ai is present and i.ai.score is not 7
  deny d when word(i.kind) == "h"
  deny e when (match i.pair { (human, bot) => 1, (bot, _) => 2, else => 3 }) == 2
  deny f when (if i.n > 3 then i.n < 10 else if i.n < 0 then false else true)
  deny g when (match i.name { absent => 0, else => 1 }) == 1
}
"#
    ));
}

#[test]
fn failures_and_guards() {
    insta::assert_snapshot!(shown(
        r#"module t
type In = { xs: List<Int>, n: Int, d: Decimal }

fn half(n: Int) -> Int = 100 div n

policy p on i: In {
  default deny
  applies when i.n + 1 > 0
  let big = i.n * 2
  deny a when big > 10 because "{i.n + i.n} is big"
  deny b for x in i.xs when x + i.n > 5 because "{x} and {x * x}" fix "less than {i.n}"
  warn c for x in [half(i.n), 2], y in i.xs when x == y
  escalate e to "who {big}" when half(i.n) in i.xs details { n: i.n, twice: big }
  allow z when sum(x for x in i.xs if x > 0) < 5 and exactly one x in i.xs: x == 1
}
"#
    ));
}

#[test]
fn structures_and_aggregates() {
    insta::assert_snapshot!(shown(
        r#"module t
type Item = { name: String, size: Int 0..1000, tags: Set<String> = {}, at?: Timestamp }
type In = { items: List<Item>, by: Map<String, Item>, j: Json, url: String }

let limits = { "a": 1, "b": 2 }
let base: Item = { name: "x", size: 3 }

policy p on i: In {
  default allow
  let names = {x.name for x in i.items}
  let sizes = {[x.name]: x.size for x in i.items}
  deny a when count(x for x in i.items if x.size > 5) > 2
  deny b when (max(x.size for x in i.items) ?? 0) > 9
  deny c for (k, v) in i.by when v.name != k and k not in names
  deny d when i.j.a is "x" or i.j.list?[0] is 3
  deny e when (i.by["k"]?.size ?? 0) > (limits["a"] ?? 0)
  deny f when base with { size: 4, tags: {"t"} } in i.items
  deny g when all x in i.items: x.tags is not empty
  deny h when [x.name for x in i.items if x.size > 3] is empty
  deny l when any x in [y for y in i.items if y.size > 1]: x.name == "q"
  deny m when "{i.url}/{count(i.items)}" == "u/1"
  deny n when now - (i.items[0]?.at ?? now) > 5m
}
"#
    ));
}

/// A constant that holds another twice holds it once in the program, and is gone through once.
#[test]
fn constants_that_double() {
    let mut source = "module t\nlet l0 = [1, 2]\n".to_owned();
    for n in 1..40 {
        source.push_str(&format!("let l{n} = [l{0}, l{0}]\n", n - 1));
    }
    source.push_str("policy p on i: { n: Int } {\n  default allow\n  deny d when l39.length() == i.n\n}\n");
    assert!(compiled(&source, Options::default()).program.consts.len() < 100);
}
