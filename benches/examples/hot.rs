//! Runs one decision over and over, for profilers and instruction counters: `hot gate|gate-fail|json|... TIMES`.

use std::hint::black_box;

use policy_benches::gate::floor::{Change, Gate};
use policy_benches::{engine, gate};
use policy_vm::{Evaluator, Quiet, Request};

fn main() -> Result<(), String> {
    let mut args = std::env::args().skip(1);
    let what = args.next().unwrap_or_default();
    let times: usize = args.next().and_then(|times| times.parse().ok()).unwrap_or(1_000);
    let failing = what.ends_with("-fail");
    let document = if failing { gate::inputs::failing() } else { gate::inputs::passing() };
    let bytes = document.to_string();
    let program = engine::program(gate::POLICY)?;
    let snapshot = engine::snapshot(&program, &gate::data())?;
    let policy = program.policy("gate.gate").ok_or("no policy gate.gate")?;
    let request = Request::default();
    let mut evaluator = Evaluator::new(&program, &snapshot);
    let mut count = 0;
    match what.trim_end_matches("-fail") {
        "evaluate" => {
            let ty = program.bytecode().policies.get(policy as usize).map(|policy| policy.input);
            evaluator.reset(&request);
            let value = evaluator
                .read_json(ty.unwrap_or_default(), &bytes, &request)
                .map_err(|misfits| format!("{misfits:?}"))?;
            let mark = evaluator.mark();
            for _ in 0..times {
                evaluator.rewind(mark);
                let verdict = evaluator.judge_value(policy, black_box(value), None, &request, &mut Quiet);
                count += verdict.rules().count();
            }
        }
        "json" => {
            for _ in 0..times {
                count += evaluator.judge_json(policy, black_box(bytes.as_bytes()), &request).rules().count();
            }
        }
        "decision" => {
            for _ in 0..times {
                count += evaluator.decide_json(policy, black_box(bytes.as_bytes()), &request).reasons.len();
            }
        }
        "floor" => {
            let gate = Gate::default();
            let change: Change<'_> = serde_json::from_str(&bytes).map_err(|error| error.to_string())?;
            let (mut reviewers, mut reasons) = (Vec::new(), Vec::new());
            for _ in 0..times {
                gate.decide(black_box(&change), &mut reviewers, &mut reasons);
                count += reasons.len();
            }
        }
        other => return Err(format!("no workload {other}")),
    }
    let _ = black_box(count);
    Ok(())
}
