//! The machine against the reference evaluator, on generated programs and documents.

mod promise;
mod shrink;
mod tally;

use policy_compiler::cost::Costs;
use policy_syntax::Severity;

use crate::both::{Package, build_with};
use crate::generate::{self, Generated, Rng};
use crate::reference::decide::may_ask;
use crate::reference::time::read_timestamp;
pub use tally::Tally;

/// What the data items of generated programs are loaded from.
const DATA: &str = r#"{ "a": 1, "b": { "c": [true] } }"#;

/// How many programs are checked as the modules of one package: that is quicker than one by one, and where the
/// checker refuses one, the others are checked again.
const BATCH: u64 = 8;

/// How many differences are enough.
const ENOUGH: usize = 5;

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The seed of the first program.
    pub first: u64,
    /// How many programs.
    pub programs: u64,
    /// How many documents each program decides.
    pub documents: usize,
}

/// A generated program alone, as a package.
fn package(generated: &Generated) -> Result<(Package, usize), Vec<String>> {
    let modules = generated.modules("gen");
    let last = modules.last().map(|(name, _)| format!("{name}.p")).unwrap_or_default();
    let files: Vec<(String, String)> =
        modules.into_iter().map(|(name, text)| (format!("{name}.policy"), text)).collect();
    let stores: Vec<String> = generated.store.iter().cloned().collect();
    let package = build_with(&files, false, DATA, &stores)
        .map_err(|found| found.iter().map(|d| format!("{} {}", d.code, d.message)).collect::<Vec<_>>())?;
    match package.checked.hir.policies.iter().position(|policy| policy.name == last) {
        Some(policy) => Ok((package, policy)),
        None => Err(vec![format!("no policy {last}")]),
    }
}

/// How the two sides differ on a document.
fn differs(package: &Package, policy: usize, document: &str) -> Option<String> {
    let now = read_timestamp("2026-11-21T00:00:00Z");
    let mut evaluator = package.evaluator();
    let machine = package.by_machine(&mut evaluator, policy, document.as_bytes(), now).map(|(_, view)| view);
    let reference = package.by_reference(policy, document.as_bytes(), now);
    if machine.is_ok() && machine == reference {
        return None;
    }
    Some(format!("the machine: {machine:#?}\nthe reference: {reference:#?}"))
}

/// Looks at programs on all processors.
#[must_use]
pub fn run(plan: Plan) -> Tally {
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get() as u64);
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .filter_map(|thread| {
                // The reference evaluator recurses as expressions do, with no care for the stack.
                let builder = std::thread::Builder::new().stack_size(256 << 20);
                builder.spawn_scoped(scope, move || worker(plan, thread, threads)).ok()
            })
            .collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
    });
    let mut all = Tally { lost: threads - tallies.len() as u64, ..Tally::default() };
    tallies.into_iter().for_each(|tally| all.add(tally));
    all
}

fn worker(plan: Plan, thread: u64, threads: u64) -> Tally {
    let mut tally = Tally::default();
    let mut seed = plan.first + thread * BATCH;
    while tally.programs < plan.programs / threads + 1
        && tally.failures.len() < ENOUGH
        && tally.refused < plan.programs
    {
        look_at(seed, plan, &mut tally);
        seed += threads * BATCH;
    }
    tally
}

fn look_at(first: u64, plan: Plan, tally: &mut Tally) {
    let mut batch: Vec<(u64, Generated)> =
        (first..first + BATCH).map(|seed| (seed, generate::program(seed))).collect();
    loop {
        // Which program each file belongs to, by its position in the batch.
        let mut owners = Vec::new();
        let mut files: Vec<(String, String)> = Vec::new();
        for (index, (seed, generated)) in batch.iter().enumerate() {
            for (name, text) in generated.modules(&format!("gen{seed:012}")) {
                files.push((format!("{name}.policy"), text));
                owners.push(index);
            }
        }
        let stores: Vec<String> = batch.iter().filter_map(|(_, generated)| generated.store.clone()).collect();
        let diagnostics = match build_with(&files, false, DATA, &stores) {
            Ok(package) => {
                let costs = Costs::of(&package.checked.hir);
                for (seed, generated) in &batch {
                    let modules = generated.modules(&format!("gen{seed:012}"));
                    let name = modules.last().map(|(name, _)| format!("{name}.p")).unwrap_or_default();
                    match package.checked.hir.policies.iter().position(|policy| policy.name == name) {
                        Some(policy) => decide(*seed, generated, (&package, &costs), policy, plan, tally),
                        None => tally.failures.push(format!("seed {seed}: no policy {name}")),
                    }
                }
                return;
            }
            Err(diagnostics) => diagnostics,
        };
        let errors: Vec<_> = diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
        if errors.is_empty() || errors.iter().any(|d| d.primary.span.hi == 0) {
            // What has no place is looked for one by one.
            return one_by_one(&batch, plan, tally);
        }
        let owner = |file: u32| owners.get(file as usize).copied().unwrap_or(0);
        let mut wrong: Vec<usize> = errors.iter().map(|d| owner(d.primary.file.0)).collect();
        wrong.sort_unstable();
        wrong.dedup();
        for index in wrong.into_iter().rev() {
            let (seed, generated) = batch.remove(index);
            let here = errors.iter().filter(|d| owner(d.primary.file.0) == index);
            let messages: Vec<String> = here.map(|d| format!("{} {}", d.code, d.message)).collect();
            tally.refuse(seed, &generated, &messages);
        }
    }
}

fn one_by_one(batch: &[(u64, Generated)], plan: Plan, tally: &mut Tally) {
    for (seed, generated) in batch {
        match package(generated) {
            Ok((package, policy)) => {
                let costs = Costs::of(&package.checked.hir);
                decide(*seed, generated, (&package, &costs), policy, plan, tally);
            }
            Err(messages) => tally.refuse(*seed, generated, &messages),
        }
    }
}

fn decide(
    seed: u64,
    generated: &Generated,
    (package, costs): (&Package, &Costs<'_>),
    policy: usize,
    plan: Plan,
    tally: &mut Tally,
) {
    tally.programs += 1;
    tally.used.add(&generated.used);
    let mut rng = Rng::new(seed ^ 0x5EED);
    let now = read_timestamp("2026-11-21T00:00:00Z");
    let mut evaluator = package.evaluator();
    let mut world = match package.world(now) {
        Ok(world) => world,
        Err(what) => return tally.failures.push(format!("seed {seed}: {what}")),
    };
    let policies = &package.checked.hir.policies;
    let asks = policies.get(policy).is_some_and(|policy| may_ask(&package.checked.hir, policy));
    // Its own entities only: no other program's type is one of its own.
    if let Some(store) = &generated.store
        && let Err(what) = world.load_entities(std::slice::from_ref(store))
    {
        return tally.failures.push(format!("seed {seed}: {what:?}"));
    }
    for number in 0..plan.documents {
        // Of three documents two fit, and one has parts that do not.
        let wrong = if number % 3 == 2 { 60 } else { 0 };
        let document = generated.document(&mut rng, wrong);
        tally.decisions += 1;
        let machine = package.by_machine(&mut evaluator, policy, document.as_bytes(), now);
        let machine = machine.map(|(_, view)| view);
        match promise::held(package, costs, policy, &document, &mut evaluator) {
            Ok(share) => tally.closest = tally.closest.max(share),
            Err(what) => {
                let source = generated.source();
                return tally.failures.push(format!("seed {seed}\n{source}\n{document}\n{what}"));
            }
        }
        let reference = package.in_world(&world, policy, document.as_bytes());
        if let Ok(view) = &machine {
            tally.decided(view);
        }
        let allowed = package.allowed(&mut evaluator, policy, document.as_bytes(), now);
        // `allowed()` has no room for what a host must do.
        let agreed = machine.as_ref().is_ok_and(|view| allowed == (view.proceed && !asks));
        if machine.is_ok() && machine == reference && agreed {
            continue;
        }
        if tally.failures.len() < ENOUGH {
            let (small, what) = shrink::shrink(generated.clone(), |candidate| {
                let alone = self::package(candidate).ok();
                alone.and_then(|(package, policy)| differs(&package, policy, &document))
            });
            let what = what.unwrap_or_else(|| {
                format!("among others: the machine: {machine:#?}\nthe reference: {reference:#?}\nallowed() gives {allowed}")
            });
            tally.failures.push(format!("seed {seed}\n{}\n{document}\n{what}", small.source()));
        }
        return;
    }
}
