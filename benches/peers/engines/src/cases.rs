//! Workload T: the pull-request gate's test cases, as a run of tests goes through them: a document, a decision, and whether that is
//! what the case expects: the outcome, and exactly these rules.

use std::collections::BTreeSet;

use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request};
use policy_benches::clock::{Contender, Pace, Row, measure};
use policy_benches::gate::floor::{Change, Gate};
use policy_benches::gate::{self, PROTECTED, approved_models};
use policy_benches::ours::Ours;
use policy_vm::Evaluator;
use serde_json::{Value, json};

use crate::rego::Rego;

/// Measures it. What a case expects is what the hand-written gate says.
pub fn run(pace: Pace) -> Vec<Row> {
    let documents = gate::inputs::mixed(1_000);
    let inputs: Vec<String> = documents.iter().map(ToString::to_string).collect();
    let floor = Gate::default();
    let mut expected: Vec<BTreeSet<String>> = Vec::new();
    for input in &inputs {
        let change: Change<'_> = serde_json::from_str(input).expect("it fits");
        let (mut reviewers, mut reasons) = (Vec::new(), Vec::new());
        floor.decide(&change, &mut reviewers, &mut reasons);
        expected.push(reasons.iter().map(|reason| reason.rule.to_owned()).collect());
    }
    let expected = &expected;
    let holds = move |case: usize, allowed: bool, rules: &mut dyn Iterator<Item = &str>| {
        let rules: BTreeSet<&str> = rules.collect();
        let wanted = &expected[case];
        assert!(
            allowed == wanted.is_empty() && rules.iter().copied().eq(wanted.iter().map(String::as_str)),
            "case {case} is not as expected: {rules:?}, {wanted:?}"
        );
        u64::from(allowed)
    };

    let ours = Ours::new(gate::POLICY, "gate.gate", &gate::data(), None).expect("the gate is ready");
    let (mut evaluator, request) = (Evaluator::new(&ours.program, &ours.snapshot), ours.program.request());
    let protected: Vec<_> =
        PROTECTED.iter().map(|(glob, owners)| json!({ "glob": glob, "owners": owners })).collect();
    let data = json!({ "approved_models": approved_models(), "protected": protected });
    let rego = Rego::new(include_str!("gate.rego"), "data.gate.deny", &data);
    let (mut interpreter, mut machine) = (rego.interpreter(), rego.machine());
    let rules_of = |value: &regorus::Value| -> Vec<String> {
        let set = value.as_set().expect("a set");
        let first = |one: &regorus::Value| {
            one.as_array().ok()?.first()?.as_string().ok().map(|rule| rule.to_string())
        };
        set.iter().filter_map(first).collect()
    };
    let cedar = Cedar::new();
    let facts: Vec<String> =
        documents.iter().zip(expected).map(|(document, rules)| facts(document, rules).to_string()).collect();

    let mut contenders = vec![
        Contender::new("ours, whole decision", |case| {
            let decision = evaluator.decide_json(ours.policy, inputs[case].as_bytes(), &request);
            let mut rules = decision.reasons.iter().map(|reason| reason.rule.as_str());
            holds(case, decision.proceed, &mut rules)
        }),
        Contender::new("regorus RVM", |case| {
            let found = rules_of(&machine(regorus::Value::from_json_str(&inputs[case]).expect("JSON")));
            holds(case, found.is_empty(), &mut found.iter().map(String::as_str))
        }),
        Contender::new("regorus", |case| {
            let found = rules_of(&interpreter(regorus::Value::from_json_str(&inputs[case]).expect("JSON")));
            holds(case, found.is_empty(), &mut found.iter().map(String::as_str))
        }),
        Contender::new("cedar, facts from the host", |case| {
            let (allowed, rules) = cedar.decide(&facts[case]);
            holds(case, allowed, &mut rules.iter().map(String::as_str))
        }),
    ];
    measure("T test cases", inputs.len(), pace, &mut contenders)
}

/// What Cedar's rules are given: it has neither loops nor regular expressions, so that what needs these is computed beforehand and
/// takes no time here.
fn facts(document: &Value, rules: &BTreeSet<String>) -> Value {
    let reviewers: BTreeSet<&str> = gate::reviewers(document).collect();
    let mut pr = document["pr"].clone();
    let mut ai = document["ai"].clone();
    for one in [&mut pr, &mut ai] {
        // Cedar's JSON has no null.
        if let Some(members) = one.as_object_mut() {
            members.retain(|_, value| !value.is_null());
        }
    }
    json!({
        "pr": pr, "ai": ai, "labels": document["labels"], "files": document["files"],
        "reviewer_count": reviewers.len(), "reviewers": reviewers,
        "unowned": rules.contains("unowned"), "odd_label": rules.contains("label"), "unsigned": rules.contains("sign_off"),
        "unattributed": rules.contains("attribution"), "odd_title": rules.contains("title"),
    })
}

/// Cedar with the gate's rules.
struct Cedar {
    policies: PolicySet,
    entities: Entities,
    authorizer: Authorizer,
    asked: (EntityUid, EntityUid, EntityUid),
}

impl Cedar {
    fn new() -> Self {
        let uid = |text: &str| -> EntityUid { text.parse().expect("a uid") };
        let models = approved_models();
        let gate = json!([{ "uid": { "type": "Gate", "id": "main" }, "attrs": { "approved_models": models }, "parents": [] }]);
        Self {
            policies: include_str!("gate.cedar").parse().expect("policies"),
            entities: Entities::from_json_value(gate, None).expect("entities"),
            authorizer: Authorizer::new(),
            asked: (uid("User::\"host\""), uid("Action::\"merge\""), uid("Gate::\"main\"")),
        }
    }

    fn decide(&self, facts: &str) -> (bool, Vec<String>) {
        let context = Context::from_json_str(facts, None).expect("a context");
        let (who, what, on) = self.asked.clone();
        let request = Request::new(who, what, on, context, None).expect("a request");
        let answer = self.authorizer.is_authorized(&request, &self.policies, &self.entities);
        let allowed = answer.decision() == Decision::Allow;
        let reasons = answer.diagnostics().reason().filter(|_| !allowed);
        let name = |id| self.policies.annotation(id, "id").unwrap_or_default().to_owned();
        (allowed, reasons.map(name).collect())
    }
}
