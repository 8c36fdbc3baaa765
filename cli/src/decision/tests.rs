use policy_vm::decision::{Entries, Finding, Problem};
use serde_json::value::to_raw_value;

use super::*;

fn finding(rule: &str, effect: &'static str) -> Finding {
    Finding {
        rule: rule.to_owned(),
        effect,
        message: "ann wrote \u{1b}[31mit".to_owned(),
        template: Some("{pr.author} wrote it".to_owned()),
        values: Entries(vec![("pr.author".to_owned(), to_raw_value("ann").unwrap())]),
        fix: Some("ask ben".to_owned()),
        details: None,
        bindings: Entries(vec![("x".to_owned(), to_raw_value(&7).unwrap())]),
        severity: Some("high".to_owned()),
        owner: None,
        controls: vec!["SOC2 CC8.1".to_owned()],
        links: Vec::new(),
        tags: Vec::new(),
        via: Vec::new(),
        location: "policies/a.policy:3:4".to_owned(),
        input: vec!["/author".to_owned()],
        excepted: Vec::new(),
        error: None,
    }
}

fn misfit() -> Problem {
    Problem {
        code: "misfit",
        message: "expected Int, found \"secret\"".to_owned(),
        rule: None,
        exception: None,
        counts_as: None,
        pointer: Some("/lines".to_owned()),
        expected: Some("Int".to_owned()),
        found: Some("\"secret\"".to_owned()),
        operands: Vec::new(),
        bindings: Entries::default(),
        location: None,
        trace: Vec::new(),
    }
}

fn decided(outcome: Outcome, reasons: Vec<Finding>, errors: Vec<Problem>) -> Decided {
    Decided {
        source: "in/pr.yaml#2".to_owned(),
        path: Some("in/pr.yaml".to_owned()),
        line: 9,
        decision: Decision {
            schema: 1,
            policy: "a.merge".to_owned(),
            outcome,
            proceed: outcome == Outcome::Allow,
            mode: "enforce",
            reasons,
            warnings: Vec::new(),
            obligations: Vec::new(),
            transforms: Vec::new(),
            escalate_to: Vec::new(),
            exceptions: Vec::new(),
            observed: Vec::new(),
            enforced: None,
            errors,
            omitted: 0,
            bundle: "sha256:0".to_owned(),
            data: "sha256:0".to_owned(),
            input_digest: "sha256:0".to_owned(),
            entities_digest: None,
            now: None,
            fuel: 1,
        },
    }
}

const LOOK: Look<'_> = Look { colour: false, width: 100, prefix: "gate/" };

#[test]
fn a_deny_says_why_and_what_to_do() {
    let shown = human(&decided(Outcome::Deny, vec![finding("r", "deny")], vec![]), LOOK);
    assert_eq!(
        shown,
        "deny  in/pr.yaml#2  a.merge\n  deny r  severity high · SOC2 CC8.1\n      ann wrote \u{241b}[31mit\n      \
         fix: ask ben\n      gate/policies/a.policy:3:4 · reads /author\n"
    );
}

#[test]
fn a_misfit_says_where() {
    let shown = human(&decided(Outcome::Deny, vec![], vec![misfit()]), LOOK);
    assert_eq!(shown, "deny  in/pr.yaml#2  a.merge\n  misfit /lines\n      expected Int, found \"secret\"\n");
    let many = human(&decided(Outcome::Deny, vec![], vec![misfit(); 50]), LOOK);
    assert!(many.contains("… and 30 more errors"), "{many}");
}

#[test]
fn a_default_says_so() {
    let shown = human(&decided(Outcome::Deny, vec![], vec![]), LOOK);
    assert!(shown.contains("no rule decided; the default is deny"), "{shown}");
}

#[test]
fn redaction_leaves_no_value_of_the_input() {
    let mut one = decided(Outcome::Deny, vec![finding("r", "deny")], vec![misfit()]);
    redact(&mut one.decision, &Templates::default());
    let text = json(&one, true, None) + &human(&one, LOOK) + &github(&one, "") + &sarif(&[one], "");
    for secret in ["ann", "secret", "ben", ":7"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert!(text.contains("{pr.author} wrote it") && text.contains("\"redacted\":true"), "{text}");
}

#[test]
fn machines_get_the_place_in_the_input() {
    let one = decided(Outcome::Deny, vec![finding("r", "deny")], vec![misfit()]);
    let lines = github(&one, "");
    assert!(lines.starts_with("::error file=in/pr.yaml,line=9,title=a.merge.r::ann"), "{lines}");
    assert_eq!(lines.lines().count(), 2, "{lines}");
    let sarif: serde_json::Value = serde_json::from_str(&sarif(&[one], "gate/")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    assert_eq!(results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "in/pr.yaml");
    assert_eq!(
        results[0]["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "gate/policies/a.policy"
    );
}

#[test]
fn exit_codes_follow_proceed() {
    let mut one = decided(Outcome::NotApplicable, vec![], vec![]);
    assert_eq!(one.exit(), Exit::NotApplicable);
    one.decision.proceed = true;
    assert_eq!(one.exit(), Exit::Good);
    assert_eq!(decided(Outcome::Escalate, vec![], vec![]).exit(), Exit::Escalate);
    assert_eq!(decided(Outcome::Deny, vec![], vec![]).exit(), Exit::Found);
}
