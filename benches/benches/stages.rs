//! Each stage from source to decision on its own, over the pull-request gate and a file of a thousand rules.

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use policy_benches::ours::Ours;
use policy_benches::{gate, large};
use policy_bytecode::bundle::Manifest;
use policy_bytecode::verify::verify;
use policy_compiler::{Checked, Options, SourceMap, Sources, World as _, check, compile};
use policy_syntax::{FileId, lex, parse};
use policy_vm::{Evaluator, Program, Quiet, Request};
use serde_json::{Value, json};

/// What goes through all stages.
struct Subject {
    name: &'static str,
    source: String,
    policy: &'static str,
    data: Value,
    input: String,
}

fn subjects() -> [Subject; 2] {
    [
        Subject {
            name: "gate",
            source: gate::POLICY.to_owned(),
            policy: "gate.gate",
            data: gate::data(),
            input: gate::inputs::failing().to_string(),
        },
        Subject {
            name: "1,000 rules",
            source: large::rules(1_000),
            policy: "large.p0",
            data: json!({}),
            input: json!({ "name": "n7", "size": 500, "tags": ["t1", "t5"], "kind": "k" }).to_string(),
        },
    ]
}

fn stages(criterion: &mut Criterion) {
    for subject in subjects() {
        let mut group = criterion.benchmark_group(subject.name);
        if let Err(error) = front(&mut group, &subject).and_then(|()| back(&mut group, &subject)) {
            report(&error);
        }
        group.finish();
    }
}

/// From source to a program.
fn front(group: &mut BenchmarkGroup<'_, WallTime>, subject: &Subject) -> Result<(), String> {
    let source = subject.source.as_str();
    group.throughput(Throughput::Bytes(source.len() as u64));
    group.bench_function("lex", |bencher| bencher.iter(|| lex(black_box(source)).len()));
    group.bench_function("parse", |bencher| bencher.iter(|| parse(FileId(0), black_box(source))));
    let mut sources = Sources::default();
    sources.add("bench.policy", source);
    group.bench_function("check", |bencher| bencher.iter(|| check(black_box(&sources))));
    let checked = check(&sources);
    let map = map(&checked, &sources);
    group.bench_function("generate", |bencher| {
        bencher.iter(|| compile(black_box(&checked.hir), &map, Options::default()));
    });
    let compiled = compile(&checked.hir, &map, Options::default())
        .map_err(|found| found.into_iter().map(|d| d.message).collect::<Vec<_>>().join("; "))?;
    let library = policy_stdlib::table();
    group.bench_function("verify", |bencher| {
        bencher.iter(|| verify(black_box(&compiled.program), library.len()));
    });
    let program = Program::new(compiled.program, library).map_err(|error| error.to_string())?;
    for (name, packed) in [("load", false), ("load packed", true)] {
        let bundle = program.to_bundle(Manifest::default(), vec![], vec![], vec![], packed);
        group.throughput(Throughput::Bytes(bundle.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| Program::load(black_box(&bundle), library).is_ok());
        });
    }
    Ok(())
}

fn map(checked: &Checked, sources: &Sources) -> SourceMap {
    SourceMap::of(checked, |file| sources.path(file))
}

/// From a document to a decision that is written down.
fn back(group: &mut BenchmarkGroup<'_, WallTime>, subject: &Subject) -> Result<(), String> {
    let ours = Ours::new(&subject.source, subject.policy, &subject.data, None)?;
    let mut evaluator: Evaluator = ours.evaluator();
    let request = Request::default();
    let (ty, input) = (ours.input(), subject.input.as_str());
    group.throughput(Throughput::Bytes(input.len() as u64));
    evaluator.reset(&request);
    let mark = evaluator.mark();
    group.bench_function("ingest", |bencher| {
        bencher.iter(|| {
            evaluator.rewind(mark);
            evaluator.read_json(ty, black_box(input), &request).is_ok()
        });
    });
    evaluator.rewind(mark);
    let value = evaluator.read_json(ty, input, &request).map_err(|misfits| format!("{misfits:?}"))?;
    let mark = evaluator.mark();
    group.bench_function("decide", |bencher| {
        bencher.iter(|| {
            evaluator.rewind(mark);
            let verdict = evaluator.judge_value(ours.policy, black_box(value), None, &request, &mut Quiet);
            verdict.rules().count()
        });
    });
    let verdict = evaluator.judge_json(ours.policy, input.as_bytes(), &request);
    group.bench_function("decision", |bencher| bencher.iter(|| black_box(&verdict).decision()));
    let decision = verdict.decision();
    group.bench_function("decision to JSON", |bencher| bencher.iter(|| black_box(&decision).to_json()));
    Ok(())
}

fn report(error: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "stages: {error}");
}

criterion_group!(benches, stages);
criterion_main!(benches);
