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
///
/// ```
/// # let bundle = std::fs::read("examples/gate.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// let decision = policy_vm::Entry::open(&program, "gate")?.decide_json(br#"{"size": 3}"#);
/// assert_eq!(decision.schema, policy_vm::decision::SCHEMA);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const SCHEMA: u32 = 1;

/// The most findings that are listed of one rule, and the most misfits of one input.
pub(crate) const MAX_LISTED: usize = 100;

/// What a policy says.
///
/// ```
/// # let bundle = std::fs::read("examples/gate.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// use policy_vm::{Decision, Outcome};
///
/// /// The status of an answer; `proceed` is what counts, the outcome only says why.
/// fn status(decision: &Decision) -> u16 {
///     match decision.outcome {
///         _ if decision.proceed => 200,
///         Outcome::Escalate => 202,
///         Outcome::Allow | Outcome::Deny | Outcome::NotApplicable => 403,
///     }
/// }
///
/// let decision = policy_vm::Entry::open(&program, "gate")?.decide_json(br#"{"size": 12}"#);
/// assert_eq!((status(&decision), decision.outcome.name()), (403, "deny"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// ```
/// # let bundle = std::fs::read("examples/records.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// # use policy_vm::{Duties, Entry, time::read_timestamp};
/// # let can = Duties::of(["records.log"]).and_transforms();
/// # let night = read_timestamp("2026-11-23T02:00:00Z").ok_or("no time")?;
/// # let mut entry = Entry::open_for(&program, "read", &can)?.at(night);
/// let decision = entry.decide_json(br#"{"user": "ann", "rows": 120, "purpose": "audit", "iban": "DE1"}"#);
/// assert!(!decision.proceed && decision.outcome == policy_vm::Outcome::Escalate);
/// assert_eq!(decision.escalate_to, ["data-protection"]);
/// assert_eq!(decision.reasons[0].message, "120 rows, which are 12 batches");
/// assert_eq!((decision.warnings[0].rule.as_str(), decision.observed[0].rule.as_str()), ("limits.bulk", "night"));
/// assert_eq!(decision.exceptions[0].rule, "purpose");
/// assert_eq!(decision.obligations[0].obligation, "records.log");
/// assert_eq!(decision.transforms[0].path, "/iban");
/// assert!(decision.errors.is_empty() && decision.omitted == 0);
/// // For the register: what decided, on what, and when.
/// assert_eq!((decision.schema, decision.policy.as_str(), decision.mode), (1, "records.read", "enforce"));
/// assert_eq!(decision.bundle, program.digest());
/// assert!(decision.data.starts_with("sha256:") && decision.input_digest.starts_with("sha256:"));
/// assert!(decision.entities_digest.is_none() && decision.enforced.is_none());
/// assert!(decision.now.as_deref() == Some("2026-11-23T02:00:00Z") && decision.fuel > 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// let decision = policy_vm::Entry::open(&program, "gate")?.decide_json(br#"{"size": 12}"#);
    /// assert!(decision.to_json().starts_with(r#"{"schema":1,"policy":"gate.changes","outcome":"deny","proceed":false"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What a rule found.
///
/// ```
/// # let bundle = std::fs::read("examples/records.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// # use policy_vm::{Duties, Entry, time::read_timestamp};
/// # let can = Duties::of(["records.log"]).and_transforms();
/// # let night = read_timestamp("2026-11-23T02:00:00Z").ok_or("no time")?;
/// # let mut entry = Entry::open_for(&program, "read", &can)?.at(night);
/// let decision = entry.decide_json(br#"{"user": "ann", "rows": 120, "purpose": "audit", "iban": "DE1"}"#);
/// let finding = &decision.exceptions[0];
/// assert_eq!((finding.rule.as_str(), finding.effect), ("purpose", "deny"));
/// assert_eq!(finding.message, "nobody agreed to audit");
/// assert_eq!(finding.template.as_deref(), Some("nobody agreed to {read.purpose}"));
/// assert_eq!(finding.fix.as_deref(), Some(r#"ask for one of ["billing","support"]"#));
/// assert_eq!((finding.severity.as_deref(), finding.owner.as_deref()), (Some("high"), Some("data-protection")));
/// assert_eq!((&finding.controls[..], &finding.tags[..]), (&["GDPR Art. 5".to_owned()][..], &["privacy".to_owned()][..]));
/// assert_eq!(finding.input, ["/purpose"]);
/// assert!(finding.location.starts_with("policies/records.policy:"));
/// assert_eq!(finding.excepted[0].exception, "records.audit");
/// assert!(finding.details.is_none() && finding.links.is_empty() && finding.error.is_none());
/// assert_eq!(decision.warnings[0].via, ["records.limits"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// ```
/// # let bundle = std::fs::read("examples/records.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// # use policy_vm::{Duties, Entry, time::read_timestamp};
/// # let can = Duties::of(["records.log"]).and_transforms();
/// # let night = read_timestamp("2026-11-23T02:00:00Z").ok_or("no time")?;
/// # let mut entry = Entry::open_for(&program, "read", &can)?.at(night);
/// let decision = entry.decide_json(br#"{"user": "ann", "rows": "many", "purpose": "audit"}"#);
/// let misfit = &decision.errors[0];
/// assert_eq!((misfit.code, misfit.pointer.as_deref()), ("misfit", Some("/rows")));
/// assert_eq!((misfit.expected.as_deref(), misfit.found.as_deref()), (Some("Int"), Some("the string \"many\"")));
///
/// // Nobody knows who eve is, and so whether she is in support.
/// let decision = entry.decide_json(br#"{"user": "eve", "rows": 1, "purpose": "billing"}"#);
/// let failure = &decision.errors[0];
/// assert_eq!((failure.code, failure.rule.as_deref()), ("no_entity", Some("stranger")));
/// assert_eq!((failure.message.as_str(), failure.counts_as), ("the entity is not in the store: \"eve\"", Some("deny")));
/// assert!(failure.operands == ["\"eve\""] && failure.location.is_some());
/// assert!(failure.exception.is_none() && failure.trace.is_empty() && failure.bindings.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// ```
/// # let bundle = std::fs::read("examples/records.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// # use policy_vm::{Duties, Entry, time::read_timestamp};
/// # let can = Duties::of(["records.log"]).and_transforms();
/// # let night = read_timestamp("2026-11-23T02:00:00Z").ok_or("no time")?;
/// # let mut entry = Entry::open_for(&program, "read", &can)?.at(night);
/// let decision = entry.decide_json(br#"{"user": "ann", "rows": 120, "purpose": "audit", "iban": "DE1"}"#);
/// let values = &decision.reasons[0].values;
/// let shown: Vec<String> = values.0.iter().map(|(name, json)| format!("{name} = {json}")).collect();
/// assert_eq!(shown, ["read.rows = 120", "batches(read.rows) = 12"]);
/// assert!(decision.reasons[0].bindings.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
