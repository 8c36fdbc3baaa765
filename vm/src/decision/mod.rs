//! Decisions, as hosts and people read them.

mod build;
mod duties;
mod instance;
mod message;
mod value;

#[cfg(test)]
mod tests;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

pub(crate) use build::{Ending, Frame, Source, build, none, outcome, place_of};
pub use duties::{Excepted, Obliged, Transformed};
pub(crate) use value::decision_value;

/// The version of the JSON form of decisions.
pub const SCHEMA: u32 = 1;

/// The most findings that are listed of one rule, and the most misfits of one input.
pub(crate) const MAX_LISTED: usize = 100;

/// What a policy says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Go on.
    Allow,
    /// Stop.
    Deny,
    /// Ask those whom [`Decision::escalate_to`] names.
    Escalate,
    /// The policy does not speak of this input.
    NotApplicable,
}

impl Outcome {
    /// The name, as the decision's JSON and policies spell it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Escalate => "escalate",
            Self::NotApplicable => "not_applicable",
        }
    }
}

/// A decision. Its JSON is the stable form that every tool shares.
#[derive(Clone, Debug, Serialize)]
pub struct Decision {
    /// The version of this form, [`SCHEMA`].
    pub schema: u32,
    /// The qualified name of the policy.
    pub policy: String,
    /// What it says.
    pub outcome: Outcome,
    /// The one field that a host must obey.
    pub proceed: bool,
    /// `observe`, `advise` or `enforce`.
    pub mode: &'static str,
    /// What rules found, in source order: of `deny`, `require`, `escalate` and `allow`.
    pub reasons: Vec<Finding>,
    /// What `warn` found, and what rules in `advise` found.
    pub warnings: Vec<Finding>,
    /// Duties that bind with the outcome.
    pub obligations: Vec<Obliged>,
    /// Changes of the input that the host is asked to make.
    pub transforms: Vec<Transformed>,
    /// Who must approve, where the outcome is escalate.
    pub escalate_to: Vec<String>,
    /// Findings that an exception took away.
    pub exceptions: Vec<Finding>,
    /// What rules in `observe` found.
    pub observed: Vec<Finding>,
    /// The decision that `enforce` would have given, for a policy in another mode.
    pub enforced: Option<Box<Self>>,
    /// Misfits, failures and limits.
    pub errors: Vec<Problem>,
    /// Findings, failures and misfits beyond the listed ones.
    pub omitted: u64,
    /// The digest of the program.
    pub bundle: String,
    /// The digest of the data.
    pub data: String,
    /// The digest of the input.
    pub input_digest: String,
    /// The digest of the entities that came with the input, beside the store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entities_digest: Option<String>,
    /// The time of the decision.
    pub now: Option<String>,
    /// Units of fuel that it took.
    pub fuel: u64,
}

impl Decision {
    /// The decision as JSON on one line.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What a rule found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Finding {
    /// The rule's name; `name.rule` for one of an included policy.
    pub rule: String,
    /// `deny`, `allow`, `escalate` or `warn`; of a rule that does not enforce also `oblige`, `transform` or `include`.
    pub effect: &'static str,
    /// `because`, with its values; where there is none, the rule's name.
    pub message: String,
    /// `because` as written.
    pub template: Option<String>,
    /// The values in it, by their source text.
    pub values: Entries,
    /// `fix`, with its values.
    pub fix: Option<String>,
    /// `details`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Box<RawValue>>,
    /// What the rule's generators bound.
    pub bindings: Entries,
    /// `@severity`.
    pub severity: Option<String>,
    /// `@owner`.
    pub owner: Option<String>,
    /// `@controls`.
    pub controls: Vec<String>,
    /// `@link`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
    /// `@tags`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The included policies that led to it, outermost first.
    pub via: Vec<String>,
    /// `file:line:column`.
    pub location: String,
    /// Parts of the input that its conditions read, as JSON Pointers in which `*` is any element or key.
    pub input: Vec<String>,
    /// The exceptions that hold for it, in order of module and source.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub excepted: Vec<Excepted>,
    /// The failure that was counted so, where it was no finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Box<Problem>>,
}

/// A misfit of the input, a failure of a rule, or a limit.
#[derive(Clone, Debug, Serialize)]
pub struct Problem {
    /// The kind: `misfit`, or the name of a [`crate::Code`].
    pub code: &'static str,
    /// What happened, in one sentence.
    pub message: String,
    /// The rule that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The exception whose condition failed; it does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<String>,
    /// What the failure counts as: `deny`, `warn`, `none`; `skip` under `@on_error(skip)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts_as: Option<&'static str>,
    /// Where in the input, as a JSON Pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// The type that was expected there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What was found there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// The operands, as text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub operands: Vec<String>,
    /// What the rule's generators had bound.
    #[serde(skip_serializing_if = "Entries::is_empty")]
    pub bindings: Entries,
    /// `file:line:column` of the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The calls and `let`s that led to it, innermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trace: Vec<String>,
}

/// Names and JSON values, in order.
#[derive(Clone, Debug, Default)]
pub struct Entries(pub Vec<(String, Box<RawValue>)>);

impl Entries {
    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Entries {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
