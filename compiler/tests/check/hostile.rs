//! Damaged and oversized sources: diagnostics, no panic, no hang.

use crate::page_one::PAGE_ONE;
use crate::support::{check, codes};

#[test]
fn prefixes_of_a_policy() {
    for end in (0..PAGE_ONE.len()).step_by(61) {
        check(PAGE_ONE.get(..end).unwrap_or(""));
    }
}

/// A small generator of numbers, so that every run sees the same damage.
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).unwrap_or(0)
}

#[test]
fn mutations_of_a_policy() {
    let mut state = 7;
    let words: Vec<&str> = PAGE_ONE.split_inclusive(' ').collect();
    for _ in 0..150 {
        let mut mutated = words.clone();
        for _ in 0..3 {
            let (a, b) = (next(&mut state) % mutated.len(), next(&mut state) % mutated.len());
            match next(&mut state) % 3 {
                0 => mutated.swap(a, b),
                1 => drop(mutated.remove(a)),
                _ => mutated.insert(a, words[b]),
            }
        }
        check(&mutated.concat());
    }
}

/// What a wrong program is compiled to is never taken for a right one.
#[test]
fn errors_never_hide() {
    let mut state = 11;
    let words: Vec<&str> = PAGE_ONE.split_inclusive(' ').collect();
    for _ in 0..100 {
        let mut mutated = words.clone();
        let (a, b) = (next(&mut state) % mutated.len(), next(&mut state) % mutated.len());
        mutated[a] = words[b];
        let checked = check(&mutated.concat());
        if checked.has_errors() {
            continue;
        }
        let holes = format!("{:?}", checked.hir.policies).contains("kind: Error");
        assert!(!holes, "{}", mutated.concat());
    }
}

#[test]
fn long_chains() {
    let sum = format!("let n: Int = {}\n", vec!["1"; 20_000].join(" + "));
    assert_eq!(codes(&sum), ["P0228"]);
    let and = format!("let n: Bool = {}\n", vec!["true"; 20_000].join(" and "));
    assert!(codes(&and).is_empty());
    let steps = format!("fn f(s: String) -> String = s{}\n", ".trim()".repeat(20_000));
    assert_eq!(codes(&steps), ["P0228"]);
    let fallback = format!("fn f(s: String?) -> String = {}\n", vec!["s"; 20_000].join(" ?? "));
    assert_eq!(codes(&fallback), ["P0228"]);
    let questions = format!("fn f(j: Json) -> Json? = j{}\n", "?.a".repeat(20_000));
    assert_eq!(codes(&questions).first().map(String::as_str), Some("P0228"));
}

#[test]
fn long_rows_of_declarations() {
    let mut text = String::from("type T0 = { x: Int }\nlet v0 = 1\nfn f0(n: Int) -> Int = n\n");
    for n in 1..3_000 {
        let m = n - 1;
        text.push_str(&format!(
            "type T{n} = {{ inner: T{m} }}\nlet v{n} = v{m}\nfn f{n}(n: Int) -> Int = f{m}(n)\n"
        ));
    }
    assert!(codes(&text).is_empty());
    let mut backwards = String::new();
    for n in 0..3_000 {
        let m = n + 1;
        backwards.push_str(&format!("type T{n} = {{ inner: T{m} }}\nfn f{n}(n: Int) -> Int = f{m}(n)\n"));
    }
    backwards.push_str("type T3000 = { x: Int }\nfn f3000(n: Int) -> Int = n\n");
    assert!(codes(&backwards).is_empty());
}

#[test]
fn defaults_that_double() {
    let mut text = String::from("type T0 = { x: Int = 1 }\n");
    for n in 1..40 {
        let m = n - 1;
        text.push_str(&format!("type T{n} = {{ a: T{m} = {{}}, b: T{m} = {{}} }}\n"));
    }
    assert!(codes(&text).iter().all(|c| c == "P0223" || c == "P0228"));
    assert!(codes(&text).contains(&"P0228".to_owned()));
    assert_eq!(codes("type A = { a: A = {} }\n"), ["P0112"]);
}

#[test]
fn inlining_that_doubles() {
    let mut text = String::from("fn f0(n: Int, g: Int -> Int) -> Int = g(n)\n");
    for n in 1..40 {
        let m = n - 1;
        text.push_str(&format!("fn f{n}(n: Int, g: Int -> Int) -> Int = f{m}(f{m}(n, g), g)\n"));
    }
    text.push_str("fn use_it(n: Int) -> Int = f39(n, x => x)\n");
    assert!(codes(&text).contains(&"P0228".to_owned()));
}

#[test]
fn generic_functions_that_need_themselves() {
    assert_eq!(codes("fn f<T>(x: T) -> Int = f([x])\nfn g() -> Int = f(1)\n"), ["P0112"]);
    assert_eq!(
        codes(
            "fn f<T>(x: T, p: T -> Int) -> Int = g(x, p)\nfn g<T>(x: T, p: T -> Int) -> Int = f(x, p)\nfn h() -> Int = f(1, x => x)\n"
        ),
        ["P0112"]
    );
}

/// Few lines of which each doubles the one before.
fn doubled(first: &str, each: impl Fn(usize) -> String) -> String {
    (1..40).fold(first.to_owned(), |text, n| text + &each(n))
}

#[test]
fn types_that_double() {
    let policy = "policy p on t: T39 { default allow deny d when t == t }\n";
    let records =
        doubled("type T0 = { v: Int }\n", |n| format!("type T{n} = {{ a: T{0}, b: T{0} }}\n", n - 1));
    assert_eq!(codes(&(records + policy)).first().map(String::as_str), Some("P0223"));
    let tuples = doubled("type T0 = (Int, Int)\n", |n| format!("type T{n} = (T{0}, T{0})\n", n - 1));
    assert_eq!(codes(&(tuples + "pub fn f(t: T39) -> T39 = t\n")), ["P0223"]);
    let values = doubled("let v0 = (1, 2)\n", |n| format!("let v{n} = (v{0}, v{0})\n", n - 1));
    assert_eq!(codes(&values), ["P0223"]);
}

#[test]
fn types_that_hold_each_other() {
    let all = |types: usize| -> String {
        let fields = (0..types).map(|m| format!("f{m}?: T{m}")).collect::<Vec<_>>().join(", ");
        (0..types).map(|n| format!("type T{n} = {{ {fields} }}\n")).collect()
    };
    assert!(codes(&all(6)).is_empty());
    assert_eq!(codes(&all(30)), ["P0223"]);
}
