//! Runs one decision over and over, for profilers and instruction counters: `hot evaluate|json|decision|floor[-fail] TIMES`,
//! or of a policy that is small: `hot evaluate|json TIMES nothing|roles|statics|filters`, or compiles a module:
//! `hot compile-LINES TIMES`, or a policy of rules that are each for one request: `hot statics-RULES TIMES`.
//!
//! What is repeated stands in [`measured`], so that a counter can leave the preparation out.

use std::hint::black_box;

use policy_benches::gate::floor::{Change, Gate};
use policy_benches::{engine, gate, large, small};
use policy_vm::{Evaluator, Quiet, Request};

/// After so many decisions what is made on the way is there: room, and tables of patterns.
const WARM: usize = 100;

/// Runs something until what is made on the way is there, and then so many times.
fn repeat(times: usize, decide: &mut dyn FnMut() -> usize) -> usize {
    (0..WARM).map(|_| decide()).sum::<usize>() + measured(times, decide)
}

/// Runs something so many times.
#[inline(never)]
fn measured(times: usize, decide: &mut dyn FnMut() -> usize) -> usize {
    (0..times).map(|_| decide()).sum()
}

fn main() -> Result<(), String> {
    let mut args = std::env::args().skip(1);
    let what = args.next().unwrap_or_default();
    let times: usize = args.next().and_then(|times| times.parse().ok()).unwrap_or(1_000);
    if let Some(lines) = what.strip_prefix("compile-").and_then(|lines| lines.parse().ok()) {
        let source = large::source(lines);
        let _ = black_box(measured(times, &mut || engine::program(&source).map_or(0, |_| 1)));
        return Ok(());
    }
    if let Some(rules) = what.strip_prefix("statics-").and_then(|rules| rules.parse().ok()) {
        let sources = large::statics(rules);
        let mut done = Ok(0);
        let _ = black_box(measured(times, &mut || {
            let made = engine::programs(&sources).map(|_| 1);
            if made.is_err() {
                done = made;
            }
            0
        }));
        return done.map(|_| ());
    }
    let none = serde_json::json!({});
    let (source, name, data, bytes) = match args.next().as_deref() {
        None if what.ends_with("-fail") => {
            (gate::POLICY.to_owned(), "gate.gate", gate::data(), gate::inputs::failing().to_string())
        }
        None => (gate::POLICY.to_owned(), "gate.gate", gate::data(), gate::inputs::passing().to_string()),
        Some("nothing") => (small::NOTHING.0.to_owned(), "small.main", none, small::NOTHING.1.to_owned()),
        Some("filters") => (small::FILTERS.0.to_owned(), "small.main", none, small::FILTERS.1.to_owned()),
        Some("roles") => (small::ROLES.0.to_owned(), "small.main", small::roles(), small::ROLES.1.to_owned()),
        Some("statics") => {
            let (source, request) = small::statics();
            (source, "small.main", none, request.to_owned())
        }
        Some(other) => return Err(format!("no policy {other}")),
    };
    let program = engine::program(&source)?;
    let snapshot = engine::snapshot(&program, &data, None)?;
    let policy = program.policy(name).ok_or_else(|| format!("no policy {name}"))?;
    let request = Request::default();
    let mut evaluator = Evaluator::new(&program, &snapshot);
    let count = match what.trim_end_matches("-fail") {
        "evaluate" => {
            let ty = program.bytecode().policies.get(policy as usize).map(|policy| policy.input);
            evaluator.reset(&request);
            let value = evaluator
                .read_json(ty.unwrap_or_default(), &bytes, &request)
                .map_err(|misfits| format!("{misfits:?}"))?;
            let mark = evaluator.mark();
            repeat(times, &mut || {
                evaluator.rewind(mark);
                let verdict = evaluator.judge_value(policy, black_box(value), None, &request, &mut Quiet);
                verdict.rules().count()
            })
        }
        "json" => repeat(times, &mut || {
            evaluator.judge_json(policy, black_box(bytes.as_bytes()), &request).rules().count()
        }),
        "decision" => repeat(times, &mut || {
            evaluator.decide_json(policy, black_box(bytes.as_bytes()), &request).reasons.len()
        }),
        "floor" => {
            let gate = Gate::default();
            let change: Change<'_> = serde_json::from_str(&bytes).map_err(|error| error.to_string())?;
            let (mut reviewers, mut reasons) = (Vec::new(), Vec::new());
            repeat(times, &mut || {
                gate.decide(black_box(&change), &mut reviewers, &mut reasons);
                reasons.len()
            })
        }
        other => return Err(format!("no workload {other}")),
    };
    let _ = black_box(count);
    Ok(())
}
