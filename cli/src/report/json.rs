//! Findings as JSON: one object with a list of findings and their numbers.

use policy_project::Files;
use policy_syntax::{Applicability, Diagnostic, Location};
use serde_json::{Value, json};

use super::Counts;

/// The findings as one JSON object.
pub(crate) fn findings(found: &[Diagnostic], files: &Files) -> String {
    let counts = Counts::of(found);
    let all: Vec<Value> = found.iter().map(|one| finding(one, files)).collect();
    let document = json!({
        "schema": 1,
        "errors": counts.errors,
        "warnings": counts.warnings,
        "notes": counts.notes,
        "findings": all,
    });
    format!("{document}\n")
}

fn finding(found: &Diagnostic, files: &Files) -> Value {
    let secondary: Vec<Value> = found
        .secondary
        .iter()
        .map(|(at, words)| json!({ "location": location(*at, files), "message": words }))
        .collect();
    let fixes: Vec<Value> = found
        .fixes
        .iter()
        .map(|fix| {
            let edits: Vec<Value> = fix
                .edits
                .iter()
                .map(|(at, text)| json!({ "location": location(*at, files), "text": text }))
                .collect();
            let safe = match fix.applicability {
                Applicability::Safe => true,
                Applicability::MaybeWrong => false,
            };
            json!({ "title": fix.title, "safe": safe, "edits": edits })
        })
        .collect();
    json!({
        "code": found.code.to_string(),
        "severity": found.severity.to_string(),
        "message": found.message,
        "location": location(found.primary, files),
        "label": found.label,
        "secondary": secondary,
        "notes": found.notes,
        "help": found.help,
        "fixes": fixes,
    })
}

/// A place: file, bytes, and lines and columns in characters from 1; null where there is no file.
pub(crate) fn location(at: Location, files: &Files) -> Value {
    match files.get(at.file) {
        None => Value::Null,
        Some(file) => {
            let (line, column) = file.position(at.span.lo);
            let (end_line, end_column) = file.position(at.span.hi.max(at.span.lo));
            json!({
                "file": file.path,
                "line": line,
                "column": column,
                "end_line": end_line,
                "end_column": end_column,
                "bytes": [at.span.lo, at.span.hi.max(at.span.lo)],
            })
        }
    }
}
