//! Results as JUnit XML, which build servers read.

use std::time::Duration;

use policy_project::Files;

use super::{body, escape};
use crate::result::{Case, Results, Status};

/// The results as a JUnit document: a suite a module, a case a test or property. It keeps to the schema that build servers share,
/// which has no place for files and lines: those stand in what is said of a failure.
#[must_use]
pub fn junit(results: &Results, files: &Files) -> String {
    let (passed, failed, skipped) = results.counts();
    let all: Vec<Case<'_>> = results.cases().collect();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str(&format!(
        "<testsuites name=\"policyc\" tests=\"{}\" failures=\"{failed}\" errors=\"0\" time=\"{}\">\n",
        passed + failed + skipped,
        seconds(all.iter().filter_map(|case| case.time).sum()),
    ));
    let mut modules: Vec<&str> = all.iter().map(|case| case.module).collect();
    modules.sort_unstable();
    modules.dedup();
    for module in modules {
        let cases: Vec<&Case<'_>> = all.iter().filter(|case| case.module == module).collect();
        let failed = cases.iter().filter(|case| matches!(case.status, Status::Failed(_))).count();
        let skipped = cases.iter().filter(|case| matches!(case.status, Status::Skipped(_))).count();
        out.push_str(&format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\" errors=\"0\" skipped=\"{skipped}\" time=\"{}\">\n",
            escape(module),
            cases.len(),
            seconds(cases.iter().filter_map(|case| case.time).sum()),
        ));
        cases.iter().for_each(|case| testcase(case, files, &mut out));
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn testcase(case: &Case<'_>, files: &Files, out: &mut String) {
    out.push_str(&format!(
        "    <testcase classname=\"{}\" name=\"{}\" time=\"{}\"",
        escape(case.module),
        escape(&case.title()),
        seconds(case.time.unwrap_or_default()),
    ));
    match case.status {
        Status::Passed => out.push_str("/>\n"),
        Status::Skipped(reason) => {
            out.push_str(&format!(">\n      <skipped>{}</skipped>\n    </testcase>\n", escape(reason)));
        }
        Status::Failed(failures) => {
            out.push_str(">\n");
            for failure in failures {
                out.push_str(&format!(
                    "      <failure message=\"{}\" type=\"expect\">{}</failure>\n",
                    escape(&failure.message),
                    escape(&body(case, failure, files))
                ));
            }
            out.push_str("    </testcase>\n");
        }
    }
}

/// Seconds with six digits.
fn seconds(time: Duration) -> String {
    format!("{}.{:06}", time.as_secs(), time.subsec_micros())
}
