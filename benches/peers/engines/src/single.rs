//! What no other engine is beside: how fast we compile, and threads that share a program.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use policy_benches::{engine, gate, large};
use policy_vm::{Evaluator, Request};

use policy_benches::clock::{Row, median, nanoseconds};
use policy_benches::ours::Ours;

/// Workload G: source to a program that is ready, in nanoseconds a byte.
pub fn compile(lines: usize) -> Vec<Row> {
    let source = large::source(lines);
    let samples: Vec<f64> = (0..3)
        .map(|_| {
            let begun = Instant::now();
            std::hint::black_box(engine::program(&source).expect("it compiles"));
            nanoseconds(begun.elapsed()) / source.len() as f64
        })
        .collect();
    vec![Row::single(format!("G {lines} lines, a byte"), "ours", median(samples), 1)]
}

/// Workload H: threads that share one program and snapshot, in nanoseconds a decision of all together.
pub fn threads(quick: bool) -> Vec<Row> {
    let inputs: Vec<String> = gate::inputs::mixed(1_000).iter().map(ToString::to_string).collect();
    let ours = Ours::new(gate::POLICY, "gate.gate", &gate::data(), None).expect("ours is ready");
    let turn = Duration::from_millis(if quick { 200 } else { 1_000 });
    let mut rows = Vec::new();
    for threads in [1_usize, 2, 4, 8, 16] {
        let total = AtomicU64::new(0);
        let begun = Instant::now();
        std::thread::scope(|scope| {
            for thread in 0..threads {
                let (ours, inputs, total) = (&ours, &inputs, &total);
                scope.spawn(move || {
                    let mut evaluator = Evaluator::new(&ours.program, &ours.snapshot);
                    let request = Request::default();
                    let mut done = 0_u64;
                    let mut at = thread * 61;
                    while begun.elapsed() < turn {
                        for _ in 0..64 {
                            let input = inputs[at % inputs.len()].as_bytes();
                            std::hint::black_box(
                                evaluator.judge_json(ours.policy, input, &request).proceed(),
                            );
                            at += 1;
                            done += 1;
                        }
                    }
                    total.fetch_add(done, Ordering::Relaxed);
                });
            }
        });
        let each = begun.elapsed().as_nanos() as f64 / total.load(Ordering::Relaxed) as f64;
        rows.push(Row::single(format!("H {threads} threads"), "ours", each, inputs.len()));
    }
    rows
}
