//! The pull-request gate beside its hand-written floor.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use policy_benches::gate::floor::{Change, Gate};
use policy_benches::gate::inputs;

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

criterion_group!(benches, floor);
criterion_main!(benches);
