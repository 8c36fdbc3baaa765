//! Policy engines beside ours: one process, one run, engines alternating; a row of JSON for each measurement.

mod allocations;
mod clock;
mod documents;
mod filters;
mod gate;
mod github;
mod ours;
mod rbac;
mod rego;
mod single;
mod static_rules;

use std::io::Write as _;
use std::time::Duration;

use clock::{Pace, Row};

fn main() {
    let quick = std::env::args().any(|arg| arg == "--quick");
    let only: Option<String> = std::env::args().skip_while(|arg| arg != "--only").nth(1);
    let pace = if quick {
        Pace { rounds: 3, turn: Duration::from_millis(60) }
    } else {
        Pace { rounds: 9, turn: Duration::from_millis(250) }
    };
    let sizes: &[usize] = if quick { &[100, 1_000] } else { &[100, 1_000, 10_000, 60_000] };
    let graphs: &[usize] = if quick { &[5, 50] } else { &[5, 50, 500] };
    let mut work: Vec<(&str, Box<dyn Fn() -> Vec<Row>>)> = vec![("B", Box::new(move || gate::run(pace)))];
    for n in graphs {
        work.push(("A", Box::new(move || github::run(*n, pace))));
    }
    work.push(("B'", Box::new(move || filters::ten(pace))));
    work.push(("B'", Box::new(move || filters::thousand(pace))));
    for n in sizes {
        work.push(("C", Box::new(move || static_rules::run(*n, pace))));
    }
    let users = if quick { 10_000 } else { 100_000 };
    work.push(("D", Box::new(move || rbac::run(users, pace))));
    work.push(("F", Box::new(move || documents::run(false, pace))));
    work.push(("F", Box::new(move || documents::run(true, pace))));
    for lines in if quick { &[10_000][..] } else { &[10_000, 100_000][..] } {
        work.push(("G", Box::new(move || single::compile(*lines))));
    }
    work.push(("H", Box::new(move || single::threads(quick))));
    for (name, run) in work {
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        for row in run() {
            let line = serde_json::to_string(&row).unwrap_or_default();
            // Whoever reads the rows may have gone.
            if writeln!(std::io::stdout(), "{line}").is_err() {
                return;
            }
        }
    }
}
