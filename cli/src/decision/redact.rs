//! Leaving values from the input out of a decision.

use std::collections::BTreeMap;

use policy_compiler::hir::{Hir, Text, TextPart};
use policy_project::Files;
use policy_vm::decision::{Decision, Entries, Finding, Problem};
use serde_json::Value;
use serde_json::value::RawValue;

/// Stands where a value was.
pub(crate) const HIDDEN: &str = "‹redacted›";

/// Texts of rules and exceptions as they are written, with `{source}` where values stand: those of rules by their places as
/// decisions show them, those of exceptions by their qualified names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Templates {
    fixes: BTreeMap<String, String>,
    becauses: BTreeMap<String, String>,
}

impl Templates {
    /// The texts of a checked project.
    pub(crate) fn of(hir: &Hir, files: &Files) -> Self {
        let mut templates = Self::default();
        for rule in hir.policies.iter().flat_map(|policy| &policy.rules) {
            let place = files.show(rule.location);
            if let Some(fix) = &rule.fix {
                templates.fixes.insert(place.clone(), written(fix));
            }
            if let Some(because) = &rule.because {
                templates.becauses.insert(place, written(because));
            }
        }
        for exception in &hir.exceptions {
            if let Some(because) = &exception.because {
                templates.becauses.insert(exception.name.clone(), written(because));
            }
        }
        templates
    }

    fn fix(&self, place: &str) -> String {
        self.fixes.get(place).cloned().unwrap_or_else(|| HIDDEN.to_owned())
    }

    fn because(&self, of: &str) -> String {
        self.becauses.get(of).cloned().unwrap_or_else(|| HIDDEN.to_owned())
    }
}

fn written(text: &Text) -> String {
    let mut out = String::new();
    for part in &text.parts {
        match part {
            TextPart::Literal(words) => out.push_str(words),
            TextPart::Value { source, .. } => out.push_str(&format!("{{{source}}}")),
        }
    }
    out
}

/// Takes every value that may come from the input out of the decision. What remains is what the policy's author wrote,
/// and the places of the input that were read.
pub(crate) fn redact(decision: &mut Decision, templates: &Templates) {
    let findings =
        [&mut decision.reasons, &mut decision.warnings, &mut decision.observed, &mut decision.exceptions];
    for found in findings.into_iter().flatten() {
        finding(found, templates);
    }
    for to in &mut decision.escalate_to {
        HIDDEN.clone_into(to);
    }
    for found in &mut decision.errors {
        problem(found);
    }
    for duty in &mut decision.obligations {
        json(&mut duty.payload);
        duty.message = duty.message.as_ref().map(|_| templates.because(&duty.location));
        entries(&mut duty.bindings);
    }
    for change in &mut decision.transforms {
        json(&mut change.value);
    }
    if let Some(inner) = &mut decision.enforced {
        redact(inner, templates);
    }
}

fn finding(found: &mut Finding, templates: &Templates) {
    found.message = found.template.clone().unwrap_or_else(|| found.rule.clone());
    entries(&mut found.values);
    entries(&mut found.bindings);
    if let Some(details) = &mut found.details {
        json(details);
    }
    found.fix = found.fix.as_ref().map(|_| templates.fix(&found.location));
    for exception in &mut found.excepted {
        exception.because = exception.because.as_ref().map(|_| templates.because(&exception.exception));
    }
    if let Some(error) = &mut found.error {
        problem(error);
    }
}

/// Hides the values in a JSON text; the names of members stay, which the policy's author wrote.
fn json(value: &mut Box<RawValue>) {
    let hidden =
        serde_json::from_str::<Value>(value.get()).map_or_else(|_| Value::from(HIDDEN), |read| hide(read, 0));
    if let Ok(hidden) = serde_json::value::to_raw_value(&hidden) {
        *value = hidden;
    }
}

fn hide(value: Value, depth: usize) -> Value {
    match value {
        Value::Object(members) if depth == 0 => {
            Value::Object(members.into_iter().map(|(name, value)| (name, hide(value, depth + 1))).collect())
        }
        Value::Null => Value::Null,
        // Names further down may be keys of the input.
        Value::Object(_) | Value::Array(_) | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            Value::from(HIDDEN)
        }
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
