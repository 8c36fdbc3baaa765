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
    /// Heap allocations a decision once warm, where the process counts them.
    pub allocations: f64,
    /// The most bytes held at once beyond what was held before.
    pub peak: usize,
    /// The bytes that stay held, where something is made that stays.
    pub held: usize,
    /// Why there are no numbers.
    pub refused: Option<String>,
}

impl Row {
    /// A row of something that no cases were timed for one by one.
    #[must_use]
    pub fn single(workload: String, engine: &str, nanoseconds: f64, cases: usize) -> Self {
        let engine = engine.to_owned();
        Self {
            workload,
            engine,
            nanoseconds,
            cases,
            allowed: None,
            allocations: 0.0,
            peak: 0,
            held: 0,
            refused: None,
        }
    }

    /// A row that says why there is nothing to tell.
    #[must_use]
    pub fn refused(workload: String, engine: &str, why: String) -> Self {
        Self { refused: Some(why), ..Self::single(workload, engine, 0.0, 0) }
    }
}

/// Times making something that stays, `times` times, and gives the last of them.
///
/// # Errors
/// What making it says.
pub fn make<T, E>(
    workload: &str,
    engine: &str,
    times: usize,
    mut making: impl FnMut() -> Result<T, E>,
) -> Result<(Row, T), E> {
    let mut samples = Vec::new();
    loop {
        let (allocations, held) = (policy_allocations::count(), policy_allocations::held());
        let begun = Instant::now();
        let (made, peak) = policy_allocations::peak(&mut making);
        let took = begun.elapsed();
        let made = made?;
        samples.push(nanoseconds(took));
        if samples.len() >= times {
            let row = Row {
                allocations: (policy_allocations::count() - allocations) as f64,
                peak,
                held: policy_allocations::held().saturating_sub(held),
                ..Row::single(workload.to_owned(), engine, median(samples), times)
            };
            return Ok((row, made));
        }
    }
}

/// Measures engines on `cases` cases, after holding their decisions against each other. Code 1 is allow.
///
/// # Panics
/// Where two engines decide a case differently, or all cases are decided alike.
pub fn measure(workload: &str, cases: usize, pace: Pace, contenders: &mut [Contender<'_>]) -> Vec<Row> {
    let allowed = agree(workload, cases, contenders);
    let mut runs: Vec<Runs> = contenders.iter().map(|_| Runs::default()).collect();
    for _ in 0..pace.rounds {
        for (contender, runs) in contenders.iter_mut().zip(&mut runs) {
            runs.turn(contender, cases, pace.turn);
        }
    }
    let rows = contenders.iter().zip(runs).map(|(contender, runs)| Row {
        workload: workload.to_owned(),
        engine: contender.name.to_owned(),
        nanoseconds: median(runs.samples),
        cases,
        allowed: allowed.filter(|_| contender.decides),
        allocations: runs.allocations,
        peak: runs.peak,
        held: 0,
        refused: None,
    });
    rows.collect()
}

/// The middle one.
#[must_use]
pub fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples.get(samples.len() / 2).copied().unwrap_or_default()
}

/// Holds what engines decide against each other: how many cases are allowed, where something is decided.
fn agree(workload: &str, cases: usize, contenders: &mut [Contender<'_>]) -> Option<usize> {
    let judge = contenders.iter().position(|contender| contender.decides)?;
    let expected: Vec<u64> =
        (0..cases).map(|case| contenders.get_mut(judge).map_or(0, |first| (first.decide)(case))).collect();
    // Slow engines are held against the others on as many cases as there is time for, and never on fewer than twenty.
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
    let count = expected.iter().filter(|code| **code == 1).count();
    assert!(
        count > 0 && count < cases,
        "{workload}: {count} of {cases} cases are allowed, which tests nothing"
    );
    Some(count)
}

/// How long decisions take that are timed together at least: so long that the clock does not count, and so short that most of
/// them run without being interrupted. The median is then that of a quiet machine even on a busy one.
const BATCH: Duration = Duration::from_micros(40);

/// What was seen of one engine.
#[derive(Default)]
struct Runs {
    samples: Vec<f64>,
    next: usize,
    allocations: f64,
    peak: usize,
}

impl Runs {
    /// Lets an engine decide for a while.
    fn turn(&mut self, contender: &mut Contender<'_>, cases: usize, turn: Duration) {
        // What is written down is not to be counted.
        let most = turn.as_nanos() / BATCH.as_nanos();
        self.samples.reserve(usize::try_from(most).unwrap_or(0));
        let ((done, allocated), peak) = policy_allocations::peak(|| {
            let before = policy_allocations::count();
            let (begun, mut done, mut batch) = (Instant::now(), 0, 1);
            while begun.elapsed() < turn {
                let one = Instant::now();
                for _ in 0..batch {
                    std::hint::black_box((contender.decide)(self.next % cases));
                    self.next += 1;
                }
                let took = one.elapsed();
                done += batch;
                if took < BATCH {
                    batch *= 2;
                } else {
                    self.samples.push(nanoseconds(took) / f64::from(batch));
                }
            }
            (f64::from(done), policy_allocations::count() - before)
        });
        self.allocations = allocated as f64 / done;
        self.peak = peak;
    }
}

/// A time in nanoseconds.
#[must_use]
pub fn nanoseconds(took: Duration) -> f64 {
    took.as_secs_f64() * 1e9
}
