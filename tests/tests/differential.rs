//! The machine against the reference evaluator, on generated programs and documents.
//!
//! The ordinary run looks at 6,000 programs, each of which decides three documents. The long one decides more than a
//! million times: `POLICY_TESTS_LONG=1 cargo test --release -p policy-tests --test differential -- --nocapture`.
//! `POLICY_TESTS_PROGRAMS` sets another number of programs, `POLICY_TESTS_DOCUMENTS` that of each one's documents,
//! `POLICY_TESTS_SEED` the first seed; `POLICY_TESTS_SHOW` shows programs that the checker refuses with a code. A case
//! that differs is made smaller by leaving out declarations and statements, and printed as source.

#![expect(clippy::print_stdout, reason = "what the suite says is for whoever runs it")]

use std::time::Instant;

use policy_tests::differential::{Plan, run};

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn agree(programs: u64, documents: u64) -> u64 {
    let plan = Plan {
        first: number("POLICY_TESTS_SEED", 1),
        programs: number("POLICY_TESTS_PROGRAMS", programs),
        documents: usize::try_from(number("POLICY_TESTS_DOCUMENTS", documents)).unwrap(),
    };
    let start = Instant::now();
    let all = run(plan);
    println!("{} programs, {} decisions in {:?}", all.programs, all.decisions, start.elapsed());
    println!("no decision took more than {}% of what its policy promises", all.closest);
    println!("outcomes {:#?}\nerrors {:#?}\nlists {:#?}", all.outcomes, all.errors, all.lists);
    println!("{} programs were refused by the checker: {:#?}", all.refused, all.rejected);
    for (feature, count) in all.used.table() {
        println!("{count:>8} {feature}");
    }
    assert!(all.failures.is_empty(), "{}", all.failures.join("\n\n======\n\n"));
    assert_eq!(all.lost, 0, "a worker panicked");
    assert!(all.programs >= plan.programs);
    assert!(all.refused * 2 < all.programs, "too many programs that do not check");
    if plan.programs >= 5_000 && policy_tests::generate::COMPOSED {
        let unused: Vec<&str> =
            all.used.table().into_iter().filter(|(_, n)| *n == 0).map(|(name, _)| name).collect();
        assert!(unused.is_empty(), "features that no program uses: {unused:?}");
    }
    all.decisions
}

#[test]
fn the_machine_agrees_with_the_reference() {
    agree(6_000, 3);
}

/// With `POLICY_TESTS_LONG` set, a million decisions: minutes, in a release build.
#[test]
fn the_machine_agrees_with_the_reference_on_many_inputs() {
    let long = std::env::var("POLICY_TESTS_LONG").is_ok();
    let decisions = agree(if long { 100_000 } else { 100 }, 12);
    assert!(!long || decisions >= 1_000_000, "{decisions}");
}
