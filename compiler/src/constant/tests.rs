use policy_syntax::{Code, Diagnostic};

use super::codes;
use crate::{Sources, check};

fn found(text: &str) -> Vec<Diagnostic> {
    let mut sources = Sources::default();
    sources.add("m.policy", text);
    check(&sources).diagnostics
}

/// Checks that a module with this item gives one diagnostic, with this code, place and message.
#[track_caller]
fn fails(item: &str, code: Code, at: &str, message: &str) {
    let text = format!("module m\n{item}\n");
    let diagnostics = found(&text);
    let [diagnostic] = diagnostics.as_slice() else { panic!("{diagnostics:#?}") };
    let place = diagnostic.primary.span.text(&text);
    assert_eq!((diagnostic.code, place, diagnostic.message.as_str()), (code, at, message));
}

#[track_caller]
fn fine(item: &str) {
    let diagnostics = found(&format!("module m\n{item}\n"));
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
}

#[test]
fn time_has_an_end() {
    fails(
        "pub let t = @9999-12-31T12:00:00Z + 1d",
        codes::FAILS,
        "@9999-12-31T12:00:00Z + 1d",
        "`@9999-12-31T12:00:00Z + 1d` always fails: the result does not fit the years 1 to 9999",
    );
    fine("pub let t = @9999-12-31T12:00:00Z - 1d");
}

#[test]
fn constants_are_seen_through_names() {
    fails(
        "let zero = 1.5 - 1.5\npub fn f(d: Decimal) -> Decimal = d / zero",
        codes::DIVISION_BY_ZERO,
        "zero",
        "`d / zero` always fails: the divisor is zero",
    );
    fine("let some = 1.5 - 0.5\npub fn f(d: Decimal) -> Decimal = d / some");
}

#[test]
fn one_mistake_is_reported_once() {
    let text = "module m\nlet d = 1d * 9_223_372_036_854_775_807\nlet e = d + 1d\npub let f = e + e\n";
    let diagnostics = found(text);
    assert_eq!(diagnostics.len(), 1, "{diagnostics:#?}");
    let text = "module m\npub let f = 1 div 0\n";
    let diagnostics = found(text);
    assert_eq!(diagnostics.len(), 1, "{diagnostics:#?}");
}

#[test]
fn literals_have_the_elements_that_are_written() {
    fails(
        "let xs = [1, 2]\npub let y = xs[2]",
        codes::NO_SUCH_ELEMENT,
        "2",
        "there is no element 2 here, so this is always absent",
    );
    fails(
        "pub let y = { \"a\": 1 }[\"b\"]",
        codes::NO_SUCH_ELEMENT,
        "\"b\"",
        "there is no element \"b\" here, so this is always absent",
    );
    fine("let xs = [1, 2]\npub let y = xs[1]");
    fine("pub fn f(xs: List<Int>) -> Int? = xs[7]");
}

#[test]
fn keys_have_one_value() {
    fails(
        "pub let m = { \"a\": 1, \"b\": 2, \"a\": 3 }",
        codes::DUPLICATE_KEY,
        "\"a\"",
        "the key \"a\" is given two different values",
    );
    fine("pub let m = { \"a\": 1, \"b\": 2, \"a\": 1 }");
}
