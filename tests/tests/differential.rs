//! The machine against the reference evaluator, on generated programs and documents.
//!
//! The ordinary run looks at 10,000 programs; `POLICY_TESTS_PROGRAMS` sets another number, `POLICY_TESTS_SEED` the
//! first seed. A case that differs is made smaller by leaving out declarations and statements, and printed as source.

#![expect(clippy::panic, clippy::print_stdout, reason = "what the suite says is for whoever runs it")]

use std::collections::BTreeMap;
use std::time::Instant;

use policy_syntax::Severity;
use policy_tests::both::{Package, build};
use policy_tests::generate::{self, Generated, Rng, Used};
use policy_tests::reference::time::read_timestamp;

/// What the data items of generated programs are loaded from.
const DATA: &str = r#"{ "a": 1, "b": { "c": [true] } }"#;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn package(generated: &Generated) -> Result<Package, ()> {
    build(&[("gen.policy".to_owned(), generated.source())], false, DATA).map_err(drop)
}

/// How the two sides differ on a document.
fn differs(package: &Package, policy: usize, document: &str) -> Option<String> {
    let now = read_timestamp("2026-11-21T00:00:00Z");
    let machine =
        package.by_machine(&mut package.evaluator(), policy, document.as_bytes(), now).map(|(_, view)| view);
    let reference = package.by_reference(policy, document.as_bytes(), now);
    if machine.is_ok() && machine == reference {
        return None;
    }
    Some(format!("the machine: {machine:#?}\nthe reference: {reference:#?}"))
}

/// Leaves out what can be left out while the two sides still differ.
fn shrink(mut generated: Generated, document: &str) -> Generated {
    let still = |candidate: &Generated| package(candidate).is_ok_and(|p| differs(&p, 0, document).is_some());
    loop {
        let before = generated.items.len() + generated.statements.len();
        for index in (1..generated.statements.len()).rev() {
            let mut candidate = generated.clone();
            candidate.statements.remove(index);
            if still(&candidate) {
                generated = candidate;
            }
        }
        for index in (0..generated.items.len()).rev() {
            let mut candidate = generated.clone();
            candidate.items.remove(index);
            if still(&candidate) {
                generated = candidate;
            }
        }
        if generated.items.len() + generated.statements.len() == before {
            return generated;
        }
    }
}

#[derive(Default)]
struct Tally {
    programs: u64,
    decisions: u64,
    outcomes: BTreeMap<String, u64>,
    errors: BTreeMap<String, u64>,
    rejected: BTreeMap<String, u64>,
    refused: u64,
    used: Used,
    failures: Vec<String>,
}

/// How many programs are checked as the modules of one package, which is quicker than one by one.
const BATCH: u64 = 100;

fn look_at(first: u64, tally: &mut Tally) {
    let mut batch: Vec<(u64, Generated)> =
        (first..first + BATCH).map(|seed| (seed, generate::program(seed))).collect();
    loop {
        let files: Vec<(String, String)> = batch
            .iter()
            .map(|(seed, generated)| {
                (format!("gen{seed:012}.policy"), generated.module(&format!("gen{seed:012}")))
            })
            .collect();
        let diagnostics = match build(&files, false, DATA) {
            Ok(package) => {
                for (seed, generated) in &batch {
                    let name = format!("gen{seed:012}.p");
                    let found = package.checked.hir.policies.iter().position(|policy| policy.name == name);
                    decide(*seed, generated, &package, found.unwrap_or_else(|| panic!("no {name}")), tally);
                }
                return;
            }
            Err(diagnostics) => diagnostics,
        };
        let errors: Vec<_> = diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
        if errors.iter().any(|d| d.primary.span.hi == 0) {
            // What has no place is looked for one by one.
            return one_by_one(&batch, tally);
        }
        let mut wrong: Vec<usize> = errors.iter().map(|d| d.primary.file.0 as usize).collect();
        wrong.sort_unstable();
        wrong.dedup();
        assert!(!wrong.is_empty(), "a package without a mistake that is refused: {diagnostics:?}");
        for index in wrong.into_iter().rev() {
            let (seed, generated) = batch.remove(index);
            let here = errors.iter().filter(|d| d.primary.file.0 as usize == index);
            let messages: Vec<String> = here.map(|d| format!("{} {}", d.code, d.message)).collect();
            refuse(seed, &generated, &messages, tally);
        }
    }
}

fn one_by_one(batch: &[(u64, Generated)], tally: &mut Tally) {
    for (seed, generated) in batch {
        match build(&[("gen.policy".to_owned(), generated.source())], false, DATA) {
            Ok(package) => decide(*seed, generated, &package, 0, tally),
            Err(diagnostics) => {
                let messages: Vec<String> =
                    diagnostics.iter().map(|d| format!("{} {}", d.code, d.message)).collect();
                refuse(*seed, generated, &messages, tally);
            }
        }
    }
}

fn refuse(seed: u64, generated: &Generated, messages: &[String], tally: &mut Tally) {
    tally.refused += 1;
    let first = messages.first().cloned().unwrap_or_default();
    if std::env::var("POLICY_TESTS_SHOW").is_ok_and(|code| first.starts_with(&code)) {
        println!("seed {seed}: {messages:#?}\n{}", generated.source());
    }
    *tally.rejected.entry(first.chars().take(100).collect()).or_default() += 1;
}

fn decide(seed: u64, generated: &Generated, package: &Package, policy: usize, tally: &mut Tally) {
    tally.programs += 1;
    tally.used.add(&generated.used);
    let mut rng = Rng::new(seed ^ 0x5EED);
    // Documents that fit, and one with parts that do not.
    for wrong in [0, 0, 60] {
        let document = generated.document(&mut rng, wrong);
        tally.decisions += 1;
        if let Some(what) = differs(package, policy, &document)
            && tally.failures.len() < 5
        {
            let small = shrink(generated.clone(), &document);
            let what = self::package(&small)
                .ok()
                .and_then(|package| differs(&package, 0, &document))
                .unwrap_or(what);
            tally.failures.push(format!("seed {seed}\n{}\n{document}\n{what}", small.source()));
        }
        let now = read_timestamp("2026-11-21T00:00:00Z");
        if let Ok(view) = package.by_reference(policy, document.as_bytes(), now) {
            let kind = if view.misfits.is_empty() { view.outcome } else { "misfits".to_owned() };
            *tally.outcomes.entry(kind).or_default() += 1;
            for error in view.errors {
                let code = error.split_whitespace().next().unwrap_or_default().to_owned();
                *tally.errors.entry(code).or_default() += 1;
            }
        }
    }
}

#[test]
fn the_machine_agrees_with_the_reference() {
    let programs = number("POLICY_TESTS_PROGRAMS", 10_000);
    let first = number("POLICY_TESTS_SEED", 1);
    let start = Instant::now();
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get() as u64);
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|thread| {
                // The reference evaluator recurses as expressions do, with no care for the stack.
                let builder = std::thread::Builder::new().stack_size(256 << 20);
                builder
                    .spawn_scoped(scope, move || {
                        let mut tally = Tally::default();
                        let mut seed = first + thread * BATCH;
                        while tally.programs < programs / threads + 1
                            && tally.failures.len() < 5
                            && tally.refused < programs
                        {
                            look_at(seed, &mut tally);
                            seed += threads * BATCH;
                        }
                        tally
                    })
                    .unwrap()
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    let mut all = Tally::default();
    for tally in tallies {
        all.programs += tally.programs;
        all.decisions += tally.decisions;
        all.refused += tally.refused;
        all.used.add(&tally.used);
        for (into, from) in [
            (&mut all.outcomes, tally.outcomes),
            (&mut all.errors, tally.errors),
            (&mut all.rejected, tally.rejected),
        ] {
            for (key, count) in from {
                *into.entry(key).or_default() += count;
            }
        }
        all.failures.extend(tally.failures);
    }
    println!("{} programs, {} decisions in {:?}", all.programs, all.decisions, start.elapsed());
    println!("outcomes {:#?}\nerrors {:#?}", all.outcomes, all.errors);
    println!("{} programs were refused by the checker: {:#?}", all.refused, all.rejected);
    for (feature, count) in all.used.table() {
        println!("{count:>8} {feature}");
    }
    assert!(all.failures.is_empty(), "{}", all.failures.join("\n\n======\n\n"));
    assert!(all.programs >= programs);
    assert!(all.refused * 2 < all.programs, "too many programs that do not check");
    if programs >= 5_000 {
        let unused: Vec<&str> =
            all.used.table().into_iter().filter(|(_, n)| *n == 0).map(|(name, _)| name).collect();
        assert!(unused.is_empty(), "features that no program uses: {unused:?}");
    }
}
