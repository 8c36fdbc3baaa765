//! Decisions as SARIF: results stand on the inputs' files, the rules are related places.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Decided, Level, remarks};
use crate::report::sarif::{Rule, document, uri};
use crate::shown;

/// All decisions as one document.
pub(super) fn all(decided: &[Decided], prefix: &str) -> String {
    let mut rules: BTreeMap<String, Rule> = BTreeMap::new();
    let mut results = Vec::new();
    for one in decided {
        for remark in remarks(&one.decision) {
            rules
                .entry(remark.rule.clone())
                .or_insert_with(|| Rule { title: remark.rule.clone(), help: String::new() });
            let level = match remark.level {
                Level::Error => "error",
                Level::Warning => "warning",
            };
            let mut text = remark.message.clone();
            if let Some(fix) = remark.fix {
                text.push_str(&format!("\nfix: {fix}"));
            }
            let mut result = json!({
                "ruleId": remark.rule,
                "level": level,
                "message": { "text": text },
                "properties": { "input": one.source, "controls": remark.controls },
            });
            let Some(object) = result.as_object_mut() else { continue };
            if let Some(path) = &one.path {
                let place = json!([{ "physicalLocation": {
                    "artifactLocation": { "uri": uri(path) },
                    "region": { "startLine": one.line },
                } }]);
                object.insert("locations".to_owned(), place);
            }
            if let Some(related) = remark.location.and_then(|location| related(location, prefix)) {
                object.insert("relatedLocations".to_owned(), json!([related]));
            }
            results.push(result);
        }
    }
    document(&rules, &results)
}

/// `file:line:column` as a place.
fn related(location: &str, prefix: &str) -> Option<Value> {
    let (rest, column) = location.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    let (line, column): (u32, u32) = (line.parse().ok()?, column.parse().ok()?);
    Some(json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&shown::join(prefix, file)) },
            "region": { "startLine": line, "startColumn": column },
        },
        "message": { "text": "the rule" },
    }))
}
