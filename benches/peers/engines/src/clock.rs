//! Measuring: engines alternate, each is timed over many distinct cases, and medians are told.

use std::time::{Duration, Instant};

/// One engine on one workload: decides a case, and says what it decided.
pub struct Contender<'a> {
    /// Its name in the table.
    pub name: &'static str,
    decide: Box<dyn FnMut(usize) -> u64 + 'a>,
    /// Whether what it decides is held against the others; parsers decide nothing.
    decides: bool,
}

impl<'a> Contender<'a> {
    /// An engine whose decisions must be those of the others.
    pub fn new(name: &'static str, decide: impl FnMut(usize) -> u64 + 'a) -> Self {
        Self { name, decide: Box::new(decide), decides: true }
    }

    /// Something to compare with that decides nothing.
    pub fn yardstick(name: &'static str, run: impl FnMut(usize) -> u64 + 'a) -> Self {
        Self { name, decide: Box::new(run), decides: false }
    }
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How often each engine has its turn.
    pub rounds: usize,
    /// How long a turn is.
    pub turn: Duration,
}

/// What was measured of one engine.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Row {
    /// The workload.
    pub workload: String,
    /// The engine.
    pub engine: String,
    /// Median nanoseconds a decision.
    pub nanoseconds: f64,
    /// Distinct inputs.
    pub cases: usize,
    /// How many of them are allowed, where something is decided.
    pub allowed: Option<usize>,
    /// Heap allocations a decision once warm.
    pub allocations: f64,
}

/// Measures engines on `cases` cases, after holding their decisions against each other. Code 1 is allow.
///
/// # Panics
/// Where two engines decide a case differently, or all cases are decided alike.
pub fn measure(workload: &str, cases: usize, pace: Pace, contenders: &mut [Contender<'_>]) -> Vec<Row> {
    let mut allowed = None;
    let Some(judge) = contenders.iter().position(|contender| contender.decides) else { return Vec::new() };
    // Slow engines are held against the others on as many cases as there is time for, and never on fewer than twenty.
    let expected: Vec<u64> =
        (0..cases).map(|case| contenders.get_mut(judge).map_or(0, |first| (first.decide)(case))).collect();
    for contender in contenders.iter_mut().filter(|contender| contender.decides) {
        let begun = Instant::now();
        for (case, code) in expected.iter().enumerate() {
            if case >= 20 && begun.elapsed() > Duration::from_secs(2) {
                break;
            }
            let decided = (contender.decide)(case);
            assert_eq!(decided, *code, "{workload}: {} decides case {case} differently", contender.name);
        }
    }
    if expected.len() > 1 {
        let count = expected.iter().filter(|code| **code == 1).count();
        assert!(count > 0 && count < cases, "{workload}: {count} of {cases} cases are allowed, which tests nothing");
        allowed = Some(count);
    }
    let mut samples: Vec<Vec<f64>> = contenders.iter().map(|_| Vec::new()).collect();
    let mut next = vec![0_usize; contenders.len()];
    let mut allocations = vec![0.0; contenders.len()];
    for _ in 0..pace.rounds {
        for (at, contender) in contenders.iter_mut().enumerate() {
            let before = crate::allocations::count();
            let (begun, mut done) = (Instant::now(), 0_u32);
            // The clock is looked at after a batch, so that it is not what is measured.
            let mut batch = 1;
            while begun.elapsed() < pace.turn {
                for _ in 0..batch {
                    std::hint::black_box((contender.decide)(next[at] % cases));
                    next[at] += 1;
                }
                done += batch;
                batch = (batch * 2).min(256);
            }
            let took = begun.elapsed();
            allocations[at] = (crate::allocations::count() - before) as f64 / f64::from(done);
            samples[at].push(took.as_nanos() as f64 / f64::from(done));
        }
    }
    let rows = contenders.iter().zip(samples).zip(allocations).map(|((contender, mut samples), allocations)| {
        samples.sort_by(f64::total_cmp);
        Row {
            workload: workload.to_owned(),
            engine: contender.name.to_owned(),
            nanoseconds: samples[samples.len() / 2],
            cases,
            allowed: allowed.filter(|_| contender.decides),
            allocations,
        }
    });
    rows.collect()
}
