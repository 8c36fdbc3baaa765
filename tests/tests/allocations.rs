//! A warm decision allocates nothing: the pull-request gate, from bytes to verdict.

use policy_allocations::{Counting, count};
use policy_benches::engine;
use policy_benches::gate::{self, inputs};
use policy_vm::{Evaluator, Request};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_warm_decision_allocates_nothing() {
    let program = engine::program(gate::POLICY).expect("the gate compiles");
    let snapshot = engine::snapshot(&program, &gate::data(), None).expect("its data fits");
    let policy = program.policy("gate.gate").expect("the gate has its policy");
    let mut evaluator = Evaluator::new(&program, &snapshot);
    let request = Request::default();
    let documents: Vec<String> = [inputs::passing(), inputs::failing()]
        .into_iter()
        .chain(inputs::mixed(50))
        .map(|document| document.to_string())
        .collect();
    let mut found = 0;
    let mut run = |found: &mut usize| {
        for document in &documents {
            *found += evaluator.judge_json(policy, document.as_bytes(), &request).rules().count();
        }
    };
    run(&mut found);
    run(&mut found);
    let before = count();
    run(&mut found);
    let allocations = count() - before;
    assert!(found > 100, "the documents break rules");
    assert_eq!(allocations, 0, "allocations in {} warm decisions", documents.len());
}
