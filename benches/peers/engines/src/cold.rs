//! Cold start: a process that loads the gate's bundle and decides once, beside the same process that does nothing.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use policy_benches::clock::{Row, median, nanoseconds};
use policy_benches::{bundle, engine, gate};

/// Measures it; processes take turns.
pub fn run(times: usize) -> Vec<Row> {
    let name = "cold start".to_owned();
    let program = engine::program(gate::POLICY).expect("the policy compiles");
    let folder = std::env::temp_dir().join(format!("policy-peers-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let input = folder.join("input.json");
    std::fs::write(&input, gate::inputs::failing().to_string()).expect("a file");
    let bundles = [("ours, bundle to decision", false), ("ours, packed bundle to decision", true)];
    let bundles = bundles.map(|(engine, packed)| {
        let path = folder.join(if packed { "packed" } else { "plain" });
        std::fs::write(&path, bundle::of(&program, "gate.gate", &gate::data(), packed)).expect("a file");
        (engine, path)
    });
    let cold = std::env::current_exe().expect("a path").with_file_name("cold");
    let mut samples = [const { Vec::new() }; 3];
    for _ in 0..times {
        samples[0].push(process(&cold, &[]));
        for (samples, (_, bundle)) in samples[1..].iter_mut().zip(&bundles) {
            samples.push(process(&cold, &[bundle, &input]));
        }
    }
    let _ = std::fs::remove_dir_all(&folder);
    let engines = std::iter::once("empty process").chain(bundles.iter().map(|(engine, _)| *engine));
    engines
        .zip(samples)
        .map(|(engine, samples)| Row::single(name.clone(), engine, median(samples), times))
        .collect()
}

fn process(program: &Path, arguments: &[&Path]) -> f64 {
    let begun = Instant::now();
    let status = Command::new(program).args(arguments).status().expect("it is built beside this one");
    let took = begun.elapsed();
    assert!(status.success(), "it decides");
    nanoseconds(took)
}
