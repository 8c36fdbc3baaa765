//! Decisions as JSON Lines.

use super::Decided;

/// The decision on one line, with the name of its input before everything else.
pub(crate) fn one(decided: &Decided, redacted: bool) -> String {
    let json = decided.decision.to_json();
    let source = serde_json::to_string(&decided.source).unwrap_or_else(|_| "\"\"".to_owned());
    let rest = json.strip_prefix('{').unwrap_or(&json);
    let mark = if redacted { "\"redacted\":true," } else { "" };
    format!("{{\"source\":{source},{mark}{rest}\n")
}
