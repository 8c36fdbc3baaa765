//! SARIF 2.1.0, the form that code scanning reads.

use std::collections::BTreeMap;

use policy_project::Files;
use policy_syntax::{Diagnostic, Location, Severity};
use serde_json::{Value, json};

/// A rule that results refer to: its id, a title and a longer text.
pub(crate) struct Rule {
    pub(crate) title: String,
    pub(crate) help: String,
}

/// A whole SARIF document.
pub(crate) fn document(rules: &BTreeMap<String, Rule>, results: &[Value]) -> String {
    let rules: Vec<Value> = rules
        .iter()
        .map(|(id, rule)| {
            let mut described = json!({ "id": id, "shortDescription": { "text": rule.title } });
            if !rule.help.is_empty()
                && let Some(object) = described.as_object_mut()
            {
                object.insert("help".to_owned(), json!({ "text": rule.help, "markdown": rule.help }));
            }
            described
        })
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "policyc",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{document}\n")
}

/// Findings as a SARIF document.
pub(crate) fn findings(found: &[Diagnostic], files: &Files) -> String {
    let mut rules: BTreeMap<String, Rule> = BTreeMap::new();
    let mut results = Vec::new();
    for one in found {
        let id = one.code.to_string();
        rules.entry(id.clone()).or_insert_with(|| {
            let page = crate::commands::explain_page(one.code).unwrap_or("");
            let title = page.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(&id);
            let title = title.strip_prefix(&id).unwrap_or(title).trim_start_matches([':', ' ']);
            Rule {
                title: if title.is_empty() { id.clone() } else { title.to_owned() },
                help: page.to_owned(),
            }
        });
        let level = match one.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let mut message = one.message.clone();
        for text in one.notes.iter().chain(&one.help) {
            message.push('\n');
            message.push_str(text);
        }
        let mut result = json!({
            "ruleId": id,
            "level": level,
            "message": { "text": message },
            "locations": physical(one.primary, files, None).map(|at| vec![at]).unwrap_or_default(),
        });
        let related: Vec<Value> =
            one.secondary.iter().filter_map(|(at, words)| physical(*at, files, Some(words))).collect();
        if let Some(object) = result.as_object_mut() {
            if !related.is_empty() {
                object.insert("relatedLocations".to_owned(), Value::Array(related));
            }
            let fixes = fixes(one, files);
            if !fixes.is_empty() {
                object.insert("fixes".to_owned(), Value::Array(fixes));
            }
        }
        results.push(result);
    }
    document(&rules, &results)
}

fn fixes(found: &Diagnostic, files: &Files) -> Vec<Value> {
    let mut out = Vec::new();
    for fix in &found.fixes {
        let mut changes: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for (at, text) in &fix.edits {
            if let Some(file) = files.get(at.file) {
                changes.entry(&file.path).or_default().push(json!({
                    "deletedRegion": region(*at, files),
                    "insertedContent": { "text": text },
                }));
            }
        }
        let changes: Vec<Value> = changes
            .into_iter()
            .map(|(path, replacements)| {
                json!({ "artifactLocation": { "uri": uri(path) }, "replacements": replacements })
            })
            .collect();
        if !changes.is_empty() {
            out.push(json!({ "description": { "text": fix.title }, "artifactChanges": changes }));
        }
    }
    out
}

fn region(at: Location, files: &Files) -> Value {
    let Some(file) = files.get(at.file) else { return Value::Null };
    let (line, column) = file.position(at.span.lo);
    let (end_line, end_column) = file.position(at.span.hi.max(at.span.lo));
    json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
}

pub(crate) fn physical(at: Location, files: &Files, words: Option<&str>) -> Option<Value> {
    let file = files.get(at.file)?;
    let mut out = json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(&file.path) },
        "region": region(at, files),
    } });
    if let (Some(words), Some(object)) = (words, out.as_object_mut()) {
        object.insert("message".to_owned(), json!({ "text": words }));
    }
    Some(out)
}

/// A relative path as a URI reference.
pub(crate) fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                out.push(byte as char)
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
