//! Coverage as JSON.

use policy_project::Files;
use serde_json::{Value, json};

use super::{Coverage, percent};

/// The coverage as one JSON object on one line; paths are those of `files`.
#[must_use]
pub fn json(coverage: &Coverage, files: &Files) -> String {
    format!("{}\n", value(coverage, files))
}

/// The coverage as a JSON object.
pub(crate) fn value(coverage: &Coverage, files: &Files) -> Value {
    let totals: serde_json::Map<String, Value> = coverage
        .totals()
        .into_iter()
        .map(|(kind, (all, reached))| {
            let share = json!({ "all": all, "reached": reached, "percent": percent((all, reached)) });
            (kind.name().to_owned(), share)
        })
        .collect();
    let sources: Vec<Value> = coverage
        .files
        .iter()
        .filter_map(|of| {
            let file = files.get(of.file)?;
            let items: Vec<Value> = of
                .items
                .iter()
                .map(|item| {
                    let tests: Vec<&str> = item
                        .tests
                        .iter()
                        .filter_map(|at| coverage.tests.get(*at as usize).map(String::as_str))
                        .collect();
                    json!({
                        "kind": item.kind.name(),
                        "name": item.name,
                        "location": files.show(item.location),
                        "hits": item.hits[1],
                        "false_hits": item.hits[0],
                        "missing": item.missing,
                        "tests": tests,
                    })
                })
                .collect();
            Some(json!({ "path": file.path, "items": items }))
        })
        .collect();
    json!({ "schema": 1, "totals": totals, "files": sources })
}
