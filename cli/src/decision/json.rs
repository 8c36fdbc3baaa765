//! Decisions as JSON Lines.

use serde_json::Value;

use super::Decided;

/// The decision on one line, with the name of its input before everything else and the explanation behind it.
pub(crate) fn one(decided: &Decided, redacted: bool, explained: Option<&Value>) -> String {
    let json = decided.decision.to_json();
    let source = serde_json::to_string(&decided.source).unwrap_or_else(|_| "\"\"".to_owned());
    let rest = json.strip_prefix('{').unwrap_or(&json);
    let mark = if redacted { "\"redacted\":true," } else { "" };
    match (explained, rest.strip_suffix('}')) {
        (Some(explained), Some(rest)) => {
            format!("{{\"source\":{source},{mark}{rest},\"explanation\":{explained}}}\n")
        }
        (_, _) => format!("{{\"source\":{source},{mark}{rest}\n"),
    }
}
