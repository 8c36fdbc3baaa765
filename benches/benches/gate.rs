//! The pull-request gate beside its hand-written floor.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use policy_benches::engine;
use policy_benches::gate::floor::{Change, Gate};
use policy_benches::gate::{self, inputs};
use policy_vm::{Evaluator, Quiet, Request};

fn floor(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("gate");
    for (name, document) in [("pass", inputs::passing()), ("fail", inputs::failing())] {
        let bytes = document.to_string();
        let gate = Gate::default();
        let Ok(change) = serde_json::from_str::<Change<'_>>(&bytes) else { continue };
        let (mut reviewers, mut reasons) = (Vec::new(), Vec::new());
        group.bench_function(format!("floor/evaluate/{name}"), |bencher| {
            bencher.iter(|| {
                gate.decide(black_box(&change), &mut reviewers, &mut reasons);
                black_box(reasons.len())
            });
        });
        group.bench_function(format!("floor/json/{name}"), |bencher| {
            bencher.iter(|| {
                let Ok(change) = serde_json::from_str::<Change<'_>>(black_box(&bytes)) else { return 0 };
                let (mut reviewers, mut reasons) = (Vec::new(), Vec::new());
                gate.decide(&change, &mut reviewers, &mut reasons);
                reasons.len()
            });
        });
        group.bench_function(format!("serde_json/value/{name}"), |bencher| {
            bencher.iter(|| serde_json::from_str::<serde_json::Value>(black_box(&bytes)));
        });
    }
    group.finish();
}

fn machine(criterion: &mut Criterion) {
    let program = match engine::program(gate::POLICY) {
        Ok(program) => program,
        Err(error) => return report(&error),
    };
    let snapshot = match engine::snapshot(&program, &gate::data(), None) {
        Ok(snapshot) => snapshot,
        Err(error) => return report(&error),
    };
    let Some(policy) = program.policy("gate.gate") else { return report("no policy gate.gate") };
    let request = Request::default();
    let mut evaluator = Evaluator::new(&program, &snapshot);
    let mut group = criterion.benchmark_group("gate");
    for (name, document) in [("pass", inputs::passing()), ("fail", inputs::failing())] {
        let bytes = document.to_string();
        group.bench_function(format!("machine/json/{name}"), |bencher| {
            bencher.iter(|| {
                let verdict = evaluator.judge_json(policy, black_box(bytes.as_bytes()), &request);
                black_box(verdict.rules().count())
            });
        });
        group.bench_function(format!("machine/decision/{name}"), |bencher| {
            bencher.iter(|| evaluator.decide_json(policy, black_box(bytes.as_bytes()), &request));
        });
        let ty = policy_bytecode::program::TypeId(
            program.bytecode().policies.get(policy as usize).map_or(0, |policy| policy.input.0),
        );
        evaluator.reset(&request);
        let Ok(value) = evaluator.read_json(ty, &bytes, &request) else {
            return report("the input does not fit");
        };
        // What a decision makes is forgotten before the next one; the input stays.
        let mark = evaluator.mark();
        group.bench_function(format!("machine/evaluate/{name}"), |bencher| {
            bencher.iter(|| {
                evaluator.rewind(mark);
                let verdict = evaluator.judge_value(policy, black_box(value), None, &request, &mut Quiet);
                black_box(verdict.rules().count())
            });
        });
    }
    group.finish();
}

fn report(error: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "gate: {error}");
}

criterion_group!(benches, floor, machine);
criterion_main!(benches);
