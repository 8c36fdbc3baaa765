//! Results in the Test Anything Protocol, version 14.

use policy_project::Files;

use super::body;
use crate::result::{Results, Status};

/// The results as TAP.
#[must_use]
pub fn tap(results: &Results, files: &Files) -> String {
    let cases: Vec<_> = results.cases().collect();
    let mut out = format!("TAP version 14\n1..{}\n", cases.len());
    for (number, case) in (1..).zip(&cases) {
        let name = format!("{}: {}", case.module, case.title());
        let name = name.replace('\\', "\\\\").replace('#', "\\#").replace('\n', " ");
        match case.status {
            Status::Passed => out.push_str(&format!("ok {number} - {name}\n")),
            Status::Skipped(reason) => {
                out.push_str(&format!("ok {number} - {name} # SKIP {}\n", reason.replace('\n', " ")));
            }
            Status::Failed(failures) => {
                out.push_str(&format!("not ok {number} - {name}\n"));
                for failure in failures {
                    let message = serde_json::Value::from(failure.message.as_str());
                    let at = serde_json::Value::from(files.show(failure.location));
                    out.push_str(&format!("  ---\n  message: {message}\n  at: {at}\n  detail: |\n"));
                    for line in body(case, failure, files).lines() {
                        out.push_str(&format!("    {line}\n"));
                    }
                    out.push_str("  ...\n");
                }
            }
        }
    }
    out
}
