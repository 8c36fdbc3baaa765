//! What generated programs do not bring: documents of patterns.

use policy_compiler::cost::Costs;
use serde_json::json;

use super::held;
use crate::both::build;

const SOURCE: &str = "module m
type In = { globs: List<Glob, max 200>, regexes: List<Regex, max 200>, cards: List<Wildcard, max 200>, text: String }
policy p on x: In {
  default allow
  deny glob when any g in x.globs: x.text matches g
  deny regex when any r in x.regexes: x.text matches r
  deny wildcard when any w in x.cards: x.text matches w
}
";

/// Compiling the patterns of a document takes fuel, which is promised: more for more states, and within the limit.
#[test]
fn patterns_of_documents_are_paid_for() {
    let package = build(&[("m.policy".to_owned(), SOURCE.to_owned())], false, "").expect("it checks");
    let costs = Costs::of(&package.checked.hir);
    let mut evaluator = package.evaluator();
    let mut fuel = |regex: &str, times: usize| {
        let many = |pattern: &str| vec![pattern.to_owned(); times];
        let document = json!({ "globs": many("a/**/[b-d]*{x,y}"), "regexes": many(regex), "cards": many("a*b?c"), "text": "t" });
        let document = document.to_string();
        held(&package, &costs, 0, &document, &mut evaluator).unwrap_or_else(|what| panic!("{regex}: {what}"));
        evaluator.decide_json(0, document.as_bytes(), &policy_vm::Request::default()).fuel
    };
    let (none, small, large) = (fuel("a", 0), fuel("a", 100), fuel("[a-z]{500}", 100));
    assert!(small > none + 100 * 3 * 64, "{none} {small}");
    assert!(large > small + 100 * 1_000, "{small} {large}");
    // What does not compile is paid for by its bytes.
    assert!(fuel(&"(".repeat(1_000), 1) > none + 16_000);
}
