//! Decisions as annotations of GitHub Actions, on the input's file.

use super::{Decided, Level, remarks};
use crate::report::github::annotation;
use crate::shown;

/// A line for each remark.
pub(super) fn one(decided: &Decided, prefix: &str) -> String {
    let mut out = String::new();
    for remark in remarks(&decided.decision) {
        let mut properties = Vec::new();
        if let Some(path) = &decided.path {
            properties.push(("file", path.clone()));
            properties.push(("line", decided.line.to_string()));
        }
        properties.push(("title", remark.rule.clone()));
        let mut message = remark.message.clone();
        if let Some(fix) = remark.fix {
            message.push_str(&format!("\nfix: {fix}"));
        }
        if let Some(location) = remark.location {
            message.push_str(&format!("\nrule: {}", shown::join(prefix, location)));
        }
        let level = match remark.level {
            Level::Error => "error",
            Level::Warning => "warning",
        };
        out.push_str(&annotation(level, &properties, &message));
    }
    out
}
