//! Workload E: rules over histories, beside dogwood; a row of JSON for each measurement.

mod dogwood;
mod native;
mod ours;

use std::io::Write as _;
use std::time::Duration;

use policy_benches::clock::{Contender, Pace, Row, measure};
use policy_benches::histories::{self, Workload, workload};

#[global_allocator]
static ALLOCATOR: policy_allocations::Counting = policy_allocations::Counting;

fn main() {
    let quick = std::env::args().any(|arg| arg == "--quick");
    let pace = if quick {
        Pace { rounds: 3, turn: Duration::from_millis(40) }
    } else {
        Pace { rounds: 7, turn: Duration::from_millis(200) }
    };
    let cells: &[(usize, usize)] = if quick {
        &[(10, 10), (10, 1_000), (100, 200), (1_000, 10), (1_000, 1_000)]
    } else {
        &[
            (10, 10),
            (10, 200),
            (10, 1_000),
            (10, 10_000),
            (100, 10),
            (100, 200),
            (100, 1_000),
            (100, 10_000),
            (1_000, 10),
            (1_000, 200),
            (1_000, 1_000),
            (1_000, 10_000),
        ]
    };
    for (rules, events) in cells {
        for row in compare(*rules, *events, pace) {
            let line = serde_json::to_string(&row).unwrap_or_default();
            // Whoever reads the rows may have gone.
            if writeln!(std::io::stdout(), "{line}").is_err() {
                return;
            }
        }
    }
}

fn compare(rules: usize, events: usize, pace: Pace) -> Vec<Row> {
    let work = workload(rules, events);
    let name = format!("E {rules} rules, {events} events");
    let ours = ours::Engine::new(&work).expect("our policy is ready");
    ours.each_rule_decides(&work);
    let windows = native::Windows::of(&work);
    let calls = &work.calls;
    let mut contenders = vec![
        Contender::new("ours", ours.evaluate(&work).expect("the calls fit")),
        Contender::new("native windows", |case| {
            calls.get(case).map_or(0, |call| u64::from(windows.broken(&work, call) == 0))
        }),
    ];
    let mut rows = measure(&name, calls.len(), pace, &mut contenders);
    drop(contenders);
    let some = some(&work);
    let document = |case: &usize| histories::input(&calls[*case], Some(&work.histories[calls[*case].history]));
    let documents: Vec<String> = some.iter().map(document).collect();
    let mut from_json = [
        Contender::new("ours, from JSON", ours.json(&work, &some, &documents)),
        Contender::new("native windows", |case| u64::from(windows.broken(&work, &calls[some[case]]) == 0)),
    ];
    rows.extend(measure(&name, some.len(), pace, &mut from_json).into_iter().take(1));
    for (engine, sliced) in [("dogwood", false), ("dogwood, partitioned and sliced", true)] {
        rows.push(theirs(&name, engine, sliced, &work, pace));
    }
    rows
}

/// The calls whose documents fit into memory: all, or two after each history.
fn some(work: &Workload) -> Vec<usize> {
    let events = work.histories.first().map_or(0, |history| history.events.len());
    let each = work.calls.len().div_ceil(work.histories.len());
    let all = 0..work.calls.len();
    if all.len() * events < 400_000 { all.collect() } else { all.filter(|case| case % each < 2).collect() }
}

/// dogwood remembers what it decided, so that it is not asked case by case as the others are: what is timed is the same.
fn theirs(name: &str, engine: &str, sliced: bool, work: &Workload, pace: Pace) -> Row {
    let budget = pace.turn * u32::try_from(pace.rounds).unwrap_or(1);
    let mut engine_row = Row::single(name.to_owned(), engine, 0.0, work.calls.len());
    let windows = native::Windows::of(work);
    let mut authorizer = dogwood::Engine::new(&work.rules, sliced).expect("their policy is ready");
    let timed = authorizer.run(work, budget, |call, allowed| {
        assert_eq!(allowed, windows.broken(work, call) == 0, "{name}: {engine} decides {call:?} differently");
    });
    engine_row.nanoseconds = timed.median;
    engine_row.allocations = timed.allocations;
    engine_row.cases = timed.cases;
    engine_row.allowed = Some(timed.allowed);
    engine_row
}
