//! Results as JSON.

use policy_project::Files;
use policy_syntax::Location;
use serde_json::{Value, json};

use crate::diff::Line;
use crate::result::{Failure, Results, Status};

/// The results as one JSON object on one line.
#[must_use]
pub fn json(results: &Results, files: &Files) -> String {
    let (passed, failed, skipped) = results.counts();
    let tests: Vec<Value> = results
        .tests
        .iter()
        .map(|test| {
            let (status, failures, reason) = match &test.status {
                Status::Passed => ("passed", Vec::new(), None),
                Status::Failed(failures) => {
                    ("failed", failures.iter().map(|one| failure(one, files)).collect(), None)
                }
                Status::Skipped(reason) => ("skipped", Vec::new(), Some(reason)),
            };
            json!({
                "module": test.module,
                "name": test.name,
                "row": test.row,
                "location": files.show(test.location),
                "status": status,
                "failures": failures,
                "skip_reason": reason,
            })
        })
        .collect();
    let properties: Vec<Value> = results
        .properties
        .iter()
        .map(|one| {
            json!({
                "module": one.module,
                "name": one.name,
                "location": files.show(one.location),
                "status": "not_run",
            })
        })
        .collect();
    let document = json!({
        "schema": 1,
        "passed": passed,
        "failed": failed,
        "skipped": skipped,
        "properties_not_run": results.properties.len(),
        "left_out": results.left_out,
        "tests": tests,
        "properties": properties,
    });
    format!("{document}\n")
}

fn failure(failure: &Failure, files: &Files) -> Value {
    let place = |at: Location| files.show(at);
    let parts: Vec<Value> = failure
        .parts
        .iter()
        .map(|part| {
            json!({ "location": place(part.location), "source": files.text(part.location), "value": part.value })
        })
        .collect();
    let diff: Vec<String> = failure
        .diff
        .iter()
        .map(|line| match line {
            Line::Same(text) => format!("  {text}"),
            Line::Left(text) => format!("- {text}"),
            Line::Right(text) => format!("+ {text}"),
            Line::Skipped(number) => format!("  … {number} equal lines"),
        })
        .collect();
    json!({
        "location": place(failure.location),
        "source": files.text(failure.location),
        "message": failure.message,
        "parts": parts,
        "diff": diff,
        "notes": failure.notes,
    })
}
