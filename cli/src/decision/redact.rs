//! Leaving values from the input out of a decision.

use policy_vm::decision::{Decision, Entries, Finding, Problem};

/// Stands where a value was.
pub(crate) const HIDDEN: &str = "‹redacted›";

/// Takes every value that may come from the input out of the decision. What remains is what the policy's author wrote,
/// and the places of the input that were read.
pub(crate) fn redact(decision: &mut Decision) {
    let findings = [&mut decision.reasons, &mut decision.warnings, &mut decision.observed];
    for found in findings.into_iter().flatten() {
        finding(found);
    }
    for to in &mut decision.escalate_to {
        HIDDEN.clone_into(to);
    }
    for found in &mut decision.errors {
        problem(found);
    }
    decision.obligations.clear();
    decision.transforms.clear();
    decision.exceptions.clear();
    if let Some(inner) = &mut decision.enforced {
        redact(inner);
    }
}

fn finding(found: &mut Finding) {
    found.message = found.template.clone().unwrap_or_else(|| found.rule.clone());
    entries(&mut found.values);
    entries(&mut found.bindings);
    found.details = None;
    if found.fix.is_some() {
        found.fix = Some(HIDDEN.to_owned());
    }
    if let Some(error) = &mut found.error {
        problem(error);
    }
}

fn problem(found: &mut Problem) {
    // The sentence may quote what was found; the code says what happened.
    found.message = format!("{} {HIDDEN}", found.code);
    found.found = found.found.as_ref().map(|_| HIDDEN.to_owned());
    for operand in &mut found.operands {
        HIDDEN.clone_into(operand);
    }
    entries(&mut found.bindings);
}

fn entries(found: &mut Entries) {
    for (_, value) in &mut found.0 {
        if let Ok(hidden) = serde_json::value::to_raw_value(HIDDEN) {
            *value = hidden;
        }
    }
}
