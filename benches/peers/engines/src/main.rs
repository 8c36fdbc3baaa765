//! Policy engines beside ours: one process, one run, engines alternating; a row of JSON for each measurement.

mod apps;
mod cases;
mod cold;
mod documents;
mod filters;
mod gate;
mod gdrive;
mod github;
mod lines;
mod rbac;
mod rego;
mod single;
mod static_rules;
mod templates;
mod tinytodo;

use std::io::Write as _;
use std::time::Duration;

use policy_benches::clock::{Pace, Row};

#[global_allocator]
static ALLOCATOR: policy_allocations::Counting = policy_allocations::Counting;

fn main() {
    let quick = std::env::args().any(|arg| arg == "--quick");
    let only: Option<String> = std::env::args().skip_while(|arg| arg != "--only").nth(1);
    let pace = if quick {
        Pace { rounds: 3, turn: Duration::from_millis(60) }
    } else {
        Pace { rounds: 9, turn: Duration::from_millis(250) }
    };
    let sizes: &[usize] =
        if quick { &[100, 1_000, 100_000] } else { &[100, 1_000, 10_000, 100_000, 1_000_000] };
    let graphs: &[usize] = if quick { &[5, 50] } else { &[5, 50, 500] };
    let users_with_grants: &[usize] = if quick { &[50, 10_000] } else { &[50, 1_000, 10_000] };
    let mut work: Vec<(&str, Box<dyn Fn() -> Vec<Row>>)> = vec![("B", Box::new(move || gate::run(pace)))];
    for app in [github::run, gdrive::run, tinytodo::run] {
        for n in graphs {
            work.push(("A", Box::new(move || app(*n, pace))));
        }
    }
    for app in [templates::github, templates::gdrive] {
        for n in users_with_grants {
            work.push(("A", Box::new(move || app(*n, pace))));
        }
    }
    work.push(("B'", Box::new(move || filters::ten(pace))));
    work.push(("B'", Box::new(move || filters::thousand(pace))));
    for n in sizes {
        work.push(("C", Box::new(move || static_rules::run(*n, pace))));
    }
    for users in if quick { &[100_000][..] } else { &[10_000, 100_000] } {
        work.push(("D", Box::new(move || rbac::run(*users, pace))));
    }
    work.push(("F", Box::new(move || documents::run(false, pace))));
    work.push(("F", Box::new(move || documents::run(true, pace))));
    for lines in if quick { &[10_000][..] } else { &[10_000, 100_000][..] } {
        work.push(("G", Box::new(move || single::compile(*lines))));
    }
    work.push(("H", Box::new(move || single::threads(quick))));
    work.push(("cold", Box::new(move || cold::run(if quick { 50 } else { 300 }))));
    work.push(("lines", Box::new(move || lines::run(quick))));
    work.push(("T", Box::new(move || cases::run(pace))));
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
