//! What a decision asks of the host, and the exceptions that it names.

use policy_bytecode::program::{Effect, Exception, Mode, ObligationOn, Rule};
use policy_bytecode::scalar::{Duration, Timestamp};
use serde::Serialize;
use serde_json::value::RawValue;

use super::build::location;
use super::instance::Place;
use super::message::Notes;
use super::{Decision, Entries, Outcome, Source};
use crate::machine::{Found, Kind, Note, in_order, path_text, transform_of};

/// A duty that binds with the outcome: a host that cannot fulfil it must not go on.
///
/// ```
/// # let bundle = std::fs::read("examples/records.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// # use policy_vm::{Duties, Entry, time::read_timestamp};
/// # let can = Duties::of(["records.log"]).and_transforms();
/// # let night = read_timestamp("2026-11-23T02:00:00Z").ok_or("no time")?;
/// # let mut entry = Entry::open_for(&program, "read", &can)?.at(night);
/// let decision = entry.decide_json(br#"{"user": "ann", "rows": 120, "purpose": "audit", "iban": "DE1"}"#);
/// let duty = &decision.obligations[0];
/// assert_eq!((duty.rule.as_str(), duty.obligation.as_str(), duty.on), ("logged", "records.log", "any"));
/// assert_eq!(duty.payload.get(), r#"{"rows":120,"who":"ann@example.com"}"#);
/// assert!(duty.message.is_none() && duty.bindings.is_empty() && duty.via.is_empty());
/// assert!(duty.location.starts_with("policies/records.policy:"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct Obliged {
    /// The rule that asks for it; `name.rule` for one of an included policy.
    pub rule: String,
    /// The qualified name of the obligation.
    pub obligation: String,
    /// With which outcomes it binds: `allow`, `deny` or `any`.
    pub on: &'static str,
    /// What it says.
    pub payload: Box<RawValue>,
    /// `because`, with its values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What the rule's generators bound.
    pub bindings: Entries,
    /// The included policies that led to it, outermost first.
    pub via: Vec<String>,
    /// `file:line:column`.
    pub location: String,
}

/// A change of the input that the host is asked to make.
///
/// ```
/// # let bundle = std::fs::read("examples/records.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// # use policy_vm::{Duties, Entry, time::read_timestamp};
/// # let can = Duties::of(["records.log"]).and_transforms();
/// # let night = read_timestamp("2026-11-23T02:00:00Z").ok_or("no time")?;
/// # let mut entry = Entry::open_for(&program, "read", &can)?.at(night);
/// let decision = entry.decide_json(br#"{"user": "ann", "rows": 120, "purpose": "audit", "iban": "DE1"}"#);
/// let change = &decision.transforms[0];
/// assert_eq!((change.path.as_str(), change.value.get()), ("/iban", "\"***\""));
/// assert_eq!(change.rules, ["no_iban"]);
/// assert!(change.location.starts_with("policies/records.policy:"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct Transformed {
    /// The part of the input, as a JSON Pointer. Records and maps that are missing on the way are made.
    pub path: String,
    /// Its new value.
    pub value: Box<RawValue>,
    /// The rules that ask for it.
    pub rules: Vec<String>,
    /// `file:line:column` of the first of them.
    pub location: String,
}

/// An exception that holds for a finding.
///
/// ```
/// # let bundle = std::fs::read("examples/records.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// # use policy_vm::{Duties, Entry, time::read_timestamp};
/// # let can = Duties::of(["records.log"]).and_transforms();
/// # let night = read_timestamp("2026-11-23T02:00:00Z").ok_or("no time")?;
/// # let mut entry = Entry::open_for(&program, "read", &can)?.at(night);
/// let decision = entry.decide_json(br#"{"user": "ann", "rows": 120, "purpose": "audit", "iban": "DE1"}"#);
/// let holds = &decision.exceptions[0].excepted[0];
/// assert_eq!((holds.exception.as_str(), holds.because.as_deref()), ("records.audit", Some("the yearly audit")));
/// assert_eq!((holds.approved_by.as_deref(), holds.until.as_deref()), (Some("ciso"), Some("2028-01-01T00:00:00Z")));
/// assert_eq!((holds.follow_up.as_deref(), holds.due.as_deref()), (Some("2d"), Some("2026-11-25T02:00:00Z")));
/// assert!(holds.location.starts_with("policies/records.policy:"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct Excepted {
    /// The qualified name.
    pub exception: String,
    /// `because`, with its values.
    pub because: Option<String>,
    /// `approved by`.
    pub approved_by: Option<String>,
    /// The first instant at which it no longer holds.
    pub until: Option<String>,
    /// `follow up`, as it is written.
    pub follow_up: Option<String>,
    /// When the follow-up is due: its length after the time of the decision.
    pub due: Option<String>,
    /// `file:line:column`.
    pub location: String,
}

const fn binds(on: ObligationOn, outcome: Outcome) -> bool {
    match (on, outcome) {
        (_, Outcome::NotApplicable) => false,
        (ObligationOn::Any, _)
        | (ObligationOn::Allow, Outcome::Allow)
        | (ObligationOn::Deny, Outcome::Deny) => true,
        (ObligationOn::Allow, Outcome::Deny | Outcome::Escalate)
        | (ObligationOn::Deny, Outcome::Allow | Outcome::Escalate) => false,
    }
}

/// How many notes of a finding are of its rule; those of exceptions stand behind them.
pub(super) fn own_notes(rule: &Rule, kind: Kind) -> usize {
    match kind {
        // What another policy gives by default is told without words of the rule.
        Kind::Default => rule.bindings.len(),
        Kind::Finding
        | Kind::Failed(_)
        | Kind::ModeFailed(_)
        | Kind::ExceptionFailed(..)
        | Kind::InstanceFailed(_) => rule.bindings.len() + rule.values.len(),
    }
}

fn time_text(time: Timestamp) -> String {
    let mut text = String::new();
    crate::time::timestamp_text(time, &mut text);
    text
}

fn due(now: Timestamp, length: Duration) -> Option<String> {
    let nanos = i128::from(now.nanos) + i128::from(length.nanos);
    let carry = i64::try_from(nanos / 1_000_000_000).ok()?;
    let nanos = u32::try_from(nanos % 1_000_000_000).ok()?;
    let seconds = now.seconds.checked_add(length.seconds)?.checked_add(carry)?;
    Some(time_text(Timestamp { seconds, nanos }))
}

impl<'a> Source<'a> {
    /// Lists what the host must do, now that the outcome is known.
    pub(super) fn duties(&self, decision: &mut Decision) {
        for found in &self.findings.list {
            if found.kind != Kind::Finding || found.mode != Mode::Enforce {
                continue;
            }
            if let Some(of) = self.place(found) {
                decision.obligations.extend(self.obligation(&of, found, decision.outcome));
            }
        }
        if matches!(decision.outcome, Outcome::Allow | Outcome::Escalate) {
            self.transforms(decision);
        }
    }

    fn obligation(&self, of: &Place<'a>, found: &Found, outcome: Outcome) -> Option<Obliged> {
        let rule = of.rule?;
        let Effect::Oblige { obligation } = rule.effect else { return None };
        let described = self.loaded.code.obligations.get(obligation as usize)?;
        if !binds(described.on, outcome) {
            return None;
        }
        let notes = self.notes(rule, found);
        let payload = notes.all.get(notes.bindings + usize::from(rule.given?))?;
        Some(Obliged {
            rule: self.name(of, found),
            obligation: self.loaded.text(described.name).to_owned(),
            on: described.on.name(),
            payload: self.raw(described.payload, *payload)?,
            message: rule.because.as_ref().map(|because| self.message(because, &rule.values, notes)),
            bindings: self.entries(&rule.bindings, notes.all),
            via: self.via(found.instance),
            location: self.location(of),
        })
    }

    /// Transforms in the order of the rules; those for one path are one.
    fn transforms(&self, decision: &mut Decision) {
        for found in &self.findings.list {
            let Some((path, value)) = transform_of(self.loaded, self.findings, found) else { continue };
            let Some(of) = self.place(found) else { continue };
            let path = path_text(self.memory, path);
            let name = self.name(&of, found);
            if let Some(known) =
                decision.transforms.iter_mut().find(|known| in_order(&known.path, path).is_eq())
            {
                if !known.rules.contains(&name) {
                    known.rules.push(name);
                }
                continue;
            }
            let ty = of.rule.and_then(|rule| rule.values.get(usize::from(rule.given?))).map(|value| value.ty);
            let Some(value) = ty.and_then(|ty| self.raw(ty, Note::Value(value))) else { continue };
            let location = self.location(&of);
            decision.transforms.push(Transformed {
                path: path.to_owned(),
                value,
                rules: vec![name],
                location,
            });
        }
    }

    /// The exceptions that hold for a finding.
    pub(super) fn excepted(&self, of: &Place<'a>, found: &Found, now: Option<Timestamp>) -> Vec<Excepted> {
        let Some(rule) = of.rule else { return Vec::new() };
        let holding =
            self.findings.holding.get(found.excepted.0 as usize..found.excepted.1 as usize).unwrap_or(&[]);
        // The values of each exception stand behind those of the rule.
        let mut bindings = own_notes(rule, found.kind);
        let mut listed = Vec::new();
        for at in &rule.exceptions {
            let Some(exception) = self.loaded.code.exceptions.get(*at as usize) else { continue };
            if holding.contains(at) {
                let notes = Notes { all: self.all_notes(found), bindings };
                listed.push(self.exception(exception, notes, now));
            }
            bindings += exception.values.len();
        }
        listed
    }

    fn exception(&self, exception: &Exception, notes: Notes<'_>, now: Option<Timestamp>) -> Excepted {
        Excepted {
            exception: self.loaded.text(exception.name).to_owned(),
            because: exception.because.as_ref().map(|text| self.message(text, &exception.values, notes)),
            approved_by: self.optional(exception.approved_by),
            until: exception.until.map(time_text),
            follow_up: exception.follow_up.map(|length| {
                let mut text = String::new();
                crate::time::duration_text(length, &mut text);
                text
            }),
            due: exception.follow_up.and_then(|length| due(now?, length)),
            location: location(self.loaded, &exception.place),
        }
    }
}
