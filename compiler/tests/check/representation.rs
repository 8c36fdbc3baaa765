//! What the checker makes of sources that are right: order, unique ids, defaults, and what cannot fail.

use std::collections::HashSet;

use policy_compiler::hir::{Expr, ExprKind, Function, Hir, MatchPattern};

use crate::support::{clean, codes};

fn function<'h>(hir: &'h Hir, name: &str) -> &'h Function {
    hir.functions.iter().find(|f| f.name.ends_with(name)).unwrap()
}

/// Whether the body of the function `f` of a source cannot fail.
fn total(source: &str) -> bool {
    function(&clean(source).hir, ".f").body.total
}

#[test]
fn ranges_tell_what_cannot_overflow() {
    assert!(total("fn f(a: Int 0..10, b: Int 0..10) -> Int = a + b * 2 - 1\n"));
    assert!(!total("fn f(a: Int) -> Int = a + 1\n"));
    assert!(total("fn f(a: Int 0..10) -> Int = a div 2 + a % 3\n"));
    assert!(!total("fn f(a: Int, b: Int 0..3) -> Int = a % b\n"));
    assert!(total("fn f(a: Int, b: Int 1..3) -> Int = a % b\n"));
    assert!(!total("fn f(a: Decimal) -> Decimal = a * 2.0\n"));
    assert!(total("fn f(xs: List<Int 0..9, max 10>) -> Int = sum(xs)\n"));
    assert!(!total("fn f(xs: List<Int>) -> Int = sum(xs)\n"));
}

#[test]
fn what_else_can_fail() {
    assert!(!total("fn f() -> Timestamp = now\n"));
    assert!(!total("fn f(j: Json) -> Int = j as Int\n"));
    assert!(total("fn f(j: Json) -> Int? = j as? Int\n"));
    assert!(!total("fn g(a: Int) -> Int = a + 1\nfn f(a: Int) -> Int = g(a)\n"));
    assert!(total("fn g(a: Int) -> Int = a\nfn f(a: Int) -> Int = g(a)\n"));
    assert!(!total("type T = { a?: U }\ntype U = { b: Int }\nfn f(t: T) -> T = t with { a.b: 1 }\n"));
    assert!(total("type T = { a?: U }\ntype U = { b: Int }\nfn f(t: T) -> T = t with { a: { b: 1 } }\n"));
    assert!(!total("fn f(xs: List<String>) -> Map<String, Int> = {[x]: 1 for x in xs}\n"));
    assert!(total("fn f(a: Int) -> Bool { let b = a > 0\n  return b }\n"));
}

/// A `let` that can fail makes what uses it fail, and nothing else.
#[test]
fn lets_fail_where_they_are_used() {
    assert!(!total("fn f(a: Int) -> Int { let b = a + 1\n  return b }\n"));
    assert!(total("fn f(a: Int) -> Int { let b = a + 1\n  return a }\n"));
}

#[test]
fn callees_come_before_callers() {
    let checked = clean("fn a(n: Int) -> Int = b(n)\nfn b(n: Int) -> Int = c(n)\nfn c(n: Int) -> Int = n\n");
    let names: Vec<&str> = checked.hir.functions.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["test.c", "test.b", "test.a"]);
}

fn ids(expr: &Expr, seen: &mut HashSet<u32>) {
    assert!(seen.insert(expr.id.0), "{:?} stands twice", expr.id);
    if let ExprKind::Record { fields, .. } = &expr.kind {
        fields.iter().for_each(|(_, value)| ids(value, seen));
    }
}

#[test]
fn defaults_stand_in_literals_with_ids_of_their_own() {
    let checked = clean(
        "type B = { x: Int = 1, y?: Int }\ntype A = { b: B = {}, n: Int = 2 }\nfn f() -> A = {}\nfn g() -> A = { n: 3 }\n",
    );
    let mut seen = HashSet::new();
    for function in &checked.hir.functions {
        ids(&function.body, &mut seen);
        let ExprKind::Record { fields, .. } = &function.body.kind else { panic!("no record") };
        assert_eq!(fields.len(), 2);
    }
    assert!(seen.iter().all(|id| *id < checked.hir.expr_count));
}

/// Arguments keep the order in which they are written.
#[test]
fn named_arguments_are_evaluated_as_written() {
    let checked = clean("fn g(a: Int, b: Int) -> Int = a\nfn f(x: Int) -> Int = g(b: x + 1, a: x div x)\n");
    let ExprKind::Match { scrutinee, arms } = &function(&checked.hir, ".f").body.kind else {
        panic!("the arguments are not bound")
    };
    assert!(matches!(scrutinee.kind, ExprKind::Arithmetic { .. }));
    assert!(matches!(arms[0].patterns[..], [MatchPattern::Any]));
}

/// A lambda is gone; a generic function has an instance for each type.
#[test]
fn nothing_generic_is_left() {
    let checked = clean(
        "fn id<T>(x: T) -> T = x\nfn twice(n: Int, p: Int -> Int) -> Int = p(p(n))\nfn f(n: Int) -> Int = twice(id(n), x => id(x))\nfn g(s: String) -> String = id(s)\n",
    );
    let names: Vec<&str> = checked.hir.functions.iter().map(|f| f.name.as_str()).collect();
    assert!(names.contains(&"test.id<Int>") && names.contains(&"test.id<String>"));
    assert!(!names.iter().any(|n| n.starts_with("test.twice")));
}

/// One mistake is one diagnostic, whatever uses what it damaged.
#[test]
fn mistakes_are_reported_once() {
    assert_eq!(
        codes("let a = b\nlet c = a + 1\nfn f() -> Bool = a == c and a.x.y(c)[1] is present\n"),
        ["P0101"]
    );
    assert_eq!(
        codes("type T = { a: Nope }\nfn f(t: T) -> Bool = t.a.b == 1 and t.a > 3 and (any x in t.a: x)\n"),
        ["P0102"]
    );
    assert_eq!(
        codes("policy p on x: Nope {\n  default allow\n  deny a when x.y == 1 because \"{x.z}\"\n}\n"),
        ["P0102"]
    );
}

#[test]
fn only_what_tests_use_may_read_files() {
    assert!(
        codes("let doc = fixture(\"a.json\")\ntest \"x\" {\n  expect doc is present\n}\n")
            .contains(&"P0303".to_owned())
    );
    assert_eq!(
        codes(
            "let doc = fixture(\"a.json\")\npolicy p on x: String {\n  default allow\n  deny a when doc.a is x\n}\n"
        ),
        ["P0233"]
    );
}
