//! Results as JSON.

use policy_project::Files;
use policy_syntax::Location;
use serde_json::{Value, json};

use crate::diff::plain_line;
use crate::result::{Case, Failure, Results, Status};

/// The results as one JSON object on one line.
#[must_use]
pub fn json(results: &Results, files: &Files) -> String {
    let (passed, failed, skipped) = results.counts();
    let tests: Vec<Value> =
        results.cases().filter(|case| case.property.is_none()).map(|one| case(&one, files)).collect();
    let properties: Vec<Value> =
        results.cases().filter(|case| case.property.is_some()).map(|one| case(&one, files)).collect();
    let mut document = json!({
        "schema": 1,
        "passed": passed,
        "failed": failed,
        "skipped": skipped,
        "left_out": results.left_out,
        "not_run": results.not_run,
        "tests": tests,
        "properties": properties,
    });
    if let (Some(coverage), Some(document)) = (&results.coverage, document.as_object_mut()) {
        document.insert("coverage".to_owned(), crate::coverage::value(coverage, files));
    }
    format!("{document}\n")
}

fn case(case: &Case<'_>, files: &Files) -> Value {
    let (status, failures, reason) = match case.status {
        Status::Passed => ("passed", Vec::new(), None),
        Status::Failed(failures) => {
            ("failed", failures.iter().map(|one| failure(one, files)).collect(), None)
        }
        Status::Skipped(reason) => ("skipped", Vec::new(), Some(reason)),
    };
    let mut out = json!({
        "module": case.module,
        "name": case.name,
        "location": files.show(case.location),
        "status": status,
        "failures": failures,
        "skip_reason": reason,
        "seconds": case.time.map(|time| time.as_secs_f64()),
    });
    let Some(members) = out.as_object_mut() else { return out };
    match case.property {
        None => {
            members.insert("row".to_owned(), json!(case.row));
        }
        Some(property) => {
            members.insert("cases".to_owned(), json!(property.cases));
            members.insert("rejected".to_owned(), json!(property.rejected));
            members.insert("outcomes".to_owned(), json!(property.outcomes));
            let (asked, held) = property.implied;
            members.insert("implies".to_owned(), json!({ "asked": asked, "left_true": held }));
            members.insert("seed".to_owned(), json!(property.seed));
            members.insert("counter_example".to_owned(), json!(property.counter_example));
        }
    }
    out
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
    let diff: Vec<String> = failure.diff.iter().map(plain_line).collect();
    json!({
        "location": place(failure.location),
        "source": files.text(failure.location),
        "message": failure.message,
        "parts": parts,
        "diff": diff,
        "notes": failure.notes,
    })
}
