//! The machine and the hand-written floor of the benchmarks find the same reasons, and every rule finds some.

use std::collections::BTreeMap;

use policy_benches::engine;
use policy_benches::gate::floor::{Change, Gate};
use policy_benches::gate::{self, inputs};
use policy_vm::{Evaluator, Request};

#[test]
fn the_machine_agrees_with_the_floor() {
    let program = engine::program(gate::POLICY).expect("the gate compiles");
    let snapshot = engine::snapshot(&program, &gate::data(), None).expect("its data fits");
    let policy = program.policy("gate.gate").expect("the gate has its policy");
    let mut evaluator = Evaluator::new(&program, &snapshot);
    let floor = Gate::default();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let documents = [inputs::passing(), inputs::failing()].into_iter().chain(inputs::mixed(500));
    for document in documents {
        let bytes = document.to_string();
        let decision = evaluator.decide_json(policy, bytes.as_bytes(), &Request::default());
        let found: Vec<&str> = decision.reasons.iter().map(|reason| reason.rule.as_ref()).collect();
        let change: Change<'_> = serde_json::from_str(&bytes).expect("the document fits");
        let (mut reviewers, mut reasons) = (Vec::new(), Vec::new());
        floor.decide(&change, &mut reviewers, &mut reasons);
        let expected: Vec<&str> = reasons.iter().map(|reason| reason.rule).collect();
        assert_eq!(found, expected, "{bytes}");
        assert_eq!(decision.proceed, expected.is_empty());
        for rule in found {
            *seen.entry(rule.to_owned()).or_default() += 1;
        }
    }
    assert_eq!(seen.len(), 10, "every rule finds something: {seen:?}");
}
