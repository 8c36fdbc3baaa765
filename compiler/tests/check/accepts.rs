//! What the checker takes, construct by construct: no diagnostics.

use crate::support::clean;

#[test]
fn arithmetic() {
    clean(
        r#"
fn ints(a: Int 0..10, b: Int 1..5) -> Int 0..50 = a * b
fn mixed(a: Int, d: Decimal) -> Decimal = a + d * 2 - 0.5
fn share(a: Int, b: Int) -> Decimal = a / b
fn whole(a: Int, b: Int) -> Int = a div b + a % b
fn negative(a: Int 0..5) -> Int -5..0 = -a
fn later(t: Timestamp) -> Timestamp = t + 30d - 2h
fn age(a: Timestamp, b: Timestamp) -> Duration = a - b
fn days(a: Date, b: Date) -> Int = a - b
fn twice(d: Duration) -> Duration = d * 2 + 2 * d
"#,
    );
}

#[test]
fn comparisons() {
    clean(
        r#"
ordered enum Level { low, high }
enum Kind { a, b }
fn one(x: Int, d: Decimal) -> Bool = x == d and d >= 1 and 3 < x
fn two(l: Level) -> Bool = l >= high
fn three(k: Kind) -> Bool = k == a or k in [a, b] or k not in {b} or b == k
fn four(i: Ip, n: Cidr) -> Bool = i in n and n in cidr"10.0.0.0/8" and i == ip"10.0.0.1"
fn five(v: SemVer) -> Bool = v >= semver"1.2.0"
fn six(s: String) -> Bool = s matches re"v\d+" and s matches glob"a/*" and s matches wild"a*" and s contains "x" and s contains re"y"
fn seven(m: Map<String, Int>, xs: List<Decimal>) -> Bool = "a" in m and 1 in xs
fn eight(a: List<Int>, b: List<Int>) -> Bool = a == b and a == [1, 2] and (1, "x") == (2, "y")
"#,
    );
}

#[test]
fn absence() {
    clean(
        r#"
type Inner = { name: String, tag?: String }
type Outer = { inner?: Inner, list: List<Inner> = [], map: Map<String, Inner> = {} }
fn a(o: Outer) -> Bool = o.inner is present and o.inner.name == "x"
fn b(o: Outer) -> Bool = o.inner is absent or o.inner.name == "x"
fn c(o: Outer) -> Bool = o.inner?.tag is "x"
fn d(o: Outer) -> Bool = o.inner?.tag is present and o.inner.tag.length() > 3 and o.inner.name == "y"
fn e(o: Outer) -> String = o.inner?.tag ?? o.inner?.name ?? "none"
fn f(o: Outer, k: String) -> Bool = o.map[k] is present and o.map[k].name == k
fn g(o: Outer) -> Bool = o.list[0] is present implies o.list[0].name != ""
fn h(o: Outer) -> Bool = if o.inner is absent then false else o.inner.name == "x"
fn i(o: Outer) -> String = match o.inner?.tag { absent => "no", else => "yes" }
fn j(o: Outer) -> Bool = not (o.inner is absent) and o.inner.name == "x"
fn k(o: Outer) -> List<String> = [x.tag for x in o.list if x.tag is present]
fn l(o: Outer) -> Bool { let known = o.inner is present
  return known and o.inner.name == "x" }
"#,
    );
}

#[test]
fn json() {
    clean(
        r#"
type T = { a: Int }
fn a(j: Json) -> Bool = j.a is 1 and j["b"] is "x" and j.c?[0] is present
fn b(j: Json) -> T? = j as? T
fn c(j: Json) -> T = j as T
fn d(j: Json) -> T? = j.x as T
fn e(j: Json) -> Bool = j is String and j.length() > 3
fn f(j: Json) -> List<Json> = (j as? (List<Json>)) ?? []
fn g(j: Json) -> Bool = any x in (j as (List<Json>)): x.name is "y"
"#,
    );
}

#[test]
fn collections_and_quantifiers() {
    clean(
        r#"
type File = { path: String, size: Int 0..100, owners: Set<String> = {} }
fn a(fs: List<File>) -> Bool = any f in fs: f.size > 3
fn b(fs: List<File>) -> Bool = all f in fs, o in f.owners: o != ""
fn c(fs: List<File>) -> Bool = none f in fs: f.path matches glob"**/*.rs"
fn d(fs: List<File>) -> Bool = exactly one f in fs: f.size == 1
fn e(fs: List<File>) -> List<String> = [f.path for f in fs if f.size > 1]
fn f(fs: List<File>) -> Set<String> = {f.path for f in fs}
fn g(fs: List<File>) -> Map<String, Int> = {[f.path]: f.size for f in fs}
fn h(fs: List<File>) -> Int = count(fs) + count(f for f in fs if f.size > 3) + sum(f.size for f in fs) + (max(f.size for f in fs) ?? 0)
fn i(fs: List<File>) -> Decimal? = avg(f.size for f in fs)
fn j(m: Map<String, Int>) -> Bool = any (k, v) in m: k == "a" and v > 0
fn k(fs: List<File>) -> Bool = any {path, size} in fs: path == "a" and size > 1
fn l(fs: List<File>) -> Bool = any (i, f) in fs.numbered(): i > 3 and f.size > 1
let pairs: List<(Int, String)> = [(1, "a"), (2, "b")]
let nested: Map<String, List<Int>> = { "a": [], "b": [1] }
fn m(fs: List<File>) -> File? = fs.first()
fn n(fs: List<File>) -> List<Int> = [f.size for f in fs].sort()
"#,
    );
}

#[test]
fn control() {
    clean(
        r#"
enum Kind { a, b, c }
fn one(k: Kind) -> Int = match k { a | b => 1, c => 2 }
fn two(k: Kind, n: Int) -> String = match (k, n) { (a, 1) => "x", (a, _) => "y", (Kind.b, _) => "z", else => "w" }
fn three(k: Kind?) -> Bool = match k { absent => false, a => true, else => false }
fn four(s: String) -> Int = match s { "x" => 1, "y" => -1, else => 0 }
fn five(n: Int) -> Int { let m = if n > 0 then n else 0
  let k: Int = m
  return k }
fn six(n: Int) -> Decimal = if n > 1 then 1 else if n > 0 then 0.5 else 0
"#,
    );
}

#[test]
fn generics_and_lambdas() {
    clean(
        r#"
fn first_or<T>(xs: List<T>, other: T) -> T = xs.first() ?? other
fn select<T>(xs: List<T>, keep: T -> Bool) -> List<T> = [x for x in xs if keep(x)]
fn mapped<T, U>(xs: List<T>, f: T -> U) -> List<U> = [f(x) for x in xs]
fn both<T>(xs: List<T>, f: T -> Bool, g: T -> Bool) -> List<T> = select(select(xs, f), g)
fn positive(n: Int) -> Bool = n > 0
fn use_them(xs: List<Int>, words: List<String>) -> Bool =
  first_or(xs, 3) > 2 and first_or(words, "a") == "a"
  and count(select(xs, x => x > 3)) > 1 and count(xs.select(positive)) > 1
  and mapped(xs, x => "{x}") == words and count(both(xs, x => x > 1, positive)) == 0
  and select([(1, "a")], p => p == (1, "a")) is not empty
"#,
    );
}

#[test]
fn policies() {
    clean(
        r#"
type Login = { name: String }
enum Action { pull, push }
enum Env { dev, prod }
policy access(most: Int, names: List<String> = []) on { who: Login, action: Action, env: Env, n: Int } {
  default escalate to "on-call"
  mode advise
  applies when env == prod
  let known = who.name in names
  allow pulls when action == pull and known
  @severity(high) @owner("x") @tags("a", "b") @mode(observe)
  deny many for i in [1, 2, 3] when n > most + i because "{i}: {n} of {most}" fix "at most {most}" details { n: n }
  require named when action == push that who.name != "" because "no name"
  escalate big to "team-{n}" when n > 100
  warn odd when n % 2 == 1
}
test "names {n}" for (n, ok) in [("a", true), ("b", false)] {
  let input = { who: { name: n }, action: Action.pull, env: Env.prod, n: 0 }
  let d = access({ who: { name: n }, action: pull, env: prod, n: 0 }, most: 3, names: ["a"])
  expect (d.outcome == allow) == ok
  expect d.outcome == allow or d.outcome == escalate
  expect input.n == 0
}
test "verdicts" at @2026-01-01T00:00:00Z {
  expect access(fixture("a.json"), most: 3) misfits ["/n"]
  expect access(fixture("a.json", "/x"), most: 3) denies by many, named
  expect access({ who: { name: "" }, action: push, env: prod, n: 10 }, most: 3) denies by many 3 times
  expect access({ who: { name: "" }, action: push, env: dev, n: 10 }, most: 3) is not_applicable
  expect access({ who: { name: "a" }, action: pull, env: prod, n: 0 }, most: 3) escalates by default
  expect access({ who: { name: "a" }, action: pull, env: prod, n: 0 }, most: 3) allows exactly by pulls
}
"#,
    );
}

#[test]
fn read_types() {
    clean(
        r#"
use std.text.lower_ascii
type Login = String read by lower_ascii
fn quantity(j: Json) -> Decimal? = if j is String then j.parse_decimal() else j as? Decimal
type Quantity = Decimal read by quantity
type Pod = { owner: Login, cpu: Quantity, limits: Map<String, Quantity> = {} }
let pod: Pod = { owner: "Ann", cpu: "500", limits: { "cpu": 2 } }
fn a(p: Pod, q: Pod) -> Bool = p.owner == q.owner and p.owner == "ANN" and p.cpu <= q.cpu and p.cpu > 3
fn b(p: Pod) -> String = "{p.owner.text} {p.cpu.text} {p.owner}"
fn c(p: Pod) -> Bool = p.owner.starts_with("a") and p.cpu + 1 > 3
"#,
    );
}

#[test]
fn modules() {
    let mut sources = policy_compiler::Sources::default();
    sources.add_module(
        "lib/kinds.policy",
        "module lib.kinds\npub enum Kind { a, b }\npub type T = { k: Kind }\npub fn f(t: T) -> Bool = t.k == a\npub let limit = 3\n",
        "lib.kinds",
    );
    sources.add_module(
        "use.policy",
        "module use_it\nuse lib.kinds\nuse lib.kinds.{T, Kind as K}\nfn g(t: T) -> Bool = t.f() and kinds.f(t) and t.k == K.a and t.k != kinds.Kind.b and kinds.limit > 2\n",
        "use_it",
    );
    let checked = policy_compiler::check(&sources);
    assert!(checked.diagnostics.is_empty(), "{}", crate::support::rendered(&checked));
}
