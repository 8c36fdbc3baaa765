//! From what rules found to a decision.

use policy_bytecode::program::{self, DefaultOutcome, Effect, Mode, Policy, Rule, TextId};
use policy_bytecode::scalar::Timestamp;

use super::duties::own_notes;
use super::instance::Place;
use super::message::Notes;
use super::{Decision, Entries, Finding, Outcome, Problem, SCHEMA};
use crate::failure::{Code, Failure};
use crate::ingest::Misfits;
use crate::machine::{Applies, Findings, Found, Kind, Note, Raised, Weight};
use crate::memory::Memory;
use crate::modes::mode_name;
use crate::print::{json_limited, shown};
use crate::program::Loaded;
use crate::value::Value;

/// How a run ended.
#[derive(Clone, Debug)]
pub(crate) enum Ending {
    /// All rules were evaluated.
    Ran,
    /// A limit was reached: the failure, by its position.
    Stopped(u32),
    /// A limit was reached before any rule.
    Unread(Failure),
    /// The input does not fit.
    Misfits(Misfits),
}

/// What a decision is built from.
pub(crate) struct Source<'a> {
    pub(crate) loaded: &'a Loaded,
    pub(crate) memory: Memory<'a>,
    pub(crate) raised: &'a [Raised],
    pub(crate) trail: &'a [u32],
    pub(crate) findings: &'a Findings,
    pub(crate) policy: u32,
    pub(crate) mode: Mode,
    pub(crate) ending: &'a Ending,
}

/// What a decision says besides what was found.
pub(crate) struct Frame {
    pub(crate) bundle: String,
    pub(crate) data: String,
    pub(crate) input: String,
    pub(crate) entities: Option<String>,
    pub(crate) now: Option<Timestamp>,
    pub(crate) fuel: u64,
    pub(crate) not_applicable_proceeds: bool,
}

/// The place of an instruction.
pub(crate) fn place_of(loaded: &Loaded, at: usize) -> Option<&program::Place> {
    let places = &loaded.code.debug.places;
    let at = u32::try_from(at).ok()?;
    let found = places.binary_search_by_key(&at, |(position, _)| *position).ok()?;
    places.get(found).map(|(_, place)| place)
}

pub(super) fn location(loaded: &Loaded, place: &program::Place) -> String {
    let file = loaded.code.debug.files.get(place.file as usize).map_or("?", String::as_str);
    format!("{file}:{}:{}", place.line, place.column)
}

/// The name of an effect in decisions.
const fn effect_name(effect: Effect) -> &'static str {
    match effect {
        Effect::Deny | Effect::Require => "deny",
        Effect::Allow => "allow",
        Effect::Escalate => "escalate",
        Effect::Warn => "warn",
        Effect::Oblige { .. } => "oblige",
        Effect::Transform => "transform",
        Effect::Include { .. } => "include",
    }
}

/// What the rules of a policy come to in `enforce`.
pub(crate) fn enforced_outcome(policy: &Policy, findings: &Findings, ending: &Ending) -> Outcome {
    match ending {
        Ending::Ran => {}
        Ending::Stopped(_) | Ending::Unread(_) | Ending::Misfits(_) => return Outcome::Deny,
    }
    let Some(root) = findings.root() else { return Outcome::Deny };
    if root.applies == Applies::No {
        return Outcome::NotApplicable;
    }
    if findings.conflict.is_some() {
        return Outcome::Deny;
    }
    match (root.decides(), &policy.default) {
        (Some(Weight::Deny), _) | (None, DefaultOutcome::Deny) => Outcome::Deny,
        (Some(Weight::Escalate), _) | (None, DefaultOutcome::Escalate(_)) => Outcome::Escalate,
        (Some(Weight::Allow), _) | (None, DefaultOutcome::Allow) => Outcome::Allow,
    }
}

/// What a policy says, and whether the host may go on.
pub(crate) fn outcome(
    policy: &Policy,
    mode: Mode,
    findings: &Findings,
    ending: &Ending,
    not_applicable_proceeds: bool,
) -> (Outcome, bool) {
    if mode != Mode::Enforce {
        return (Outcome::NotApplicable, true);
    }
    let outcome = enforced_outcome(policy, findings, ending);
    let proceed = outcome == Outcome::Allow || outcome == Outcome::NotApplicable && not_applicable_proceeds;
    (outcome, proceed)
}

/// The decision of a policy that the program does not have.
pub(crate) fn none(policy: u32, frame: &Frame) -> Decision {
    let message = format!("the program has no policy {policy}");
    let errors = vec![Problem { message, ..Problem::of(Code::Internal.name()) }];
    Decision { errors, ..bare(format!("policy {policy}"), Outcome::Deny, frame) }
}

/// A decision that lists nothing.
fn bare(policy: String, outcome: Outcome, frame: &Frame) -> Decision {
    let now = frame.now.map(|now| {
        let mut text = String::new();
        crate::time::timestamp_text(now, &mut text);
        text
    });
    Decision {
        schema: SCHEMA,
        policy,
        outcome,
        proceed: outcome == Outcome::Allow
            || outcome == Outcome::NotApplicable && frame.not_applicable_proceeds,
        mode: mode_name(Mode::Enforce),
        reasons: Vec::new(),
        warnings: Vec::new(),
        obligations: Vec::new(),
        transforms: Vec::new(),
        escalate_to: Vec::new(),
        exceptions: Vec::new(),
        observed: Vec::new(),
        enforced: None,
        errors: Vec::new(),
        omitted: 0,
        bundle: frame.bundle.clone(),
        data: frame.data.clone(),
        input_digest: frame.input.clone(),
        entities_digest: frame.entities.clone(),
        now,
        fuel: frame.fuel,
    }
}

/// Builds a decision.
pub(crate) fn build(source: &Source<'_>, frame: &Frame) -> Option<Decision> {
    let policy = source.loaded.code.policies.get(source.policy as usize)?;
    let enforced = source.enforced(policy, frame);
    if source.mode == Mode::Enforce {
        return Some(enforced);
    }
    let mut decision = bare(source.loaded.text(policy.name).to_owned(), Outcome::NotApplicable, frame);
    decision.proceed = true;
    decision.mode = mode_name(source.mode);
    decision.enforced = Some(Box::new(enforced));
    Some(decision)
}

impl<'a> Source<'a> {
    fn enforced(&self, policy: &'a Policy, frame: &Frame) -> Decision {
        let outcome = enforced_outcome(policy, self.findings, self.ending);
        let mut decision = bare(self.loaded.text(policy.name).to_owned(), outcome, frame);
        match self.ending {
            Ending::Ran => self.ran(policy, frame.now, &mut decision),
            Ending::Stopped(raised) => decision.errors.extend(self.problem(*raised)),
            Ending::Unread(failure) => decision.errors.push(self.failure(failure)),
            Ending::Misfits(misfits) => {
                decision.omitted = misfits.omitted();
                decision.errors.extend(misfits.iter().map(|misfit| Problem {
                    message: misfit.to_string(),
                    pointer: Some(misfit.pointer.clone()),
                    expected: Some(misfit.expected.clone()),
                    found: Some(misfit.found.clone()),
                    ..Problem::of("misfit")
                }));
            }
        }
        decision
    }

    fn ran(&self, policy: &'a Policy, now: Option<Timestamp>, decision: &mut Decision) {
        decision.omitted = self.findings.omitted;
        let Some(root) = self.findings.root() else { return };
        let failed = match root.applies {
            Applies::No => return,
            Applies::Failed(raised) => Some(raised),
            Applies::Yes => None,
        };
        for raised in root.mode_failed.into_iter().chain(failed) {
            if let Some(mut problem) = self.problem(raised) {
                problem.counts_as = Some("deny");
                decision.errors.push(problem);
            }
        }
        if root.applies != Applies::Yes {
            return;
        }
        let mut targets = Vec::new();
        for (at, found) in (0..).zip(&self.findings.list) {
            if let Some(of) = self.place(found) {
                self.list(&of, found, now, decision, &mut targets);
            }
            self.conflict(at, found, decision);
        }
        if decision.outcome == Outcome::Escalate {
            if let (true, DefaultOutcome::Escalate(to)) = (targets.is_empty(), &policy.default) {
                targets.push(self.loaded.text(*to).to_owned());
            }
            for target in targets {
                if !decision.escalate_to.contains(&target) {
                    decision.escalate_to.push(target);
                }
            }
        }
        self.duties(decision);
    }

    /// Puts what a rule found, or its failure, into the list where it belongs.
    fn list(
        &self,
        of: &Place<'a>,
        found: &Found,
        now: Option<Timestamp>,
        decision: &mut Decision,
        targets: &mut Vec<String>,
    ) {
        let effect = self.effect(of, found);
        let problem = self.failure_of(of, found);
        let mut notes_failed = self.note_problems(of, found);
        let failed = found.kind.is_failure();
        let excepted = found.excepted.0 < found.excepted.1;
        let list = match (found.mode, effect) {
            (Mode::Observe, _) => &mut decision.observed,
            (Mode::Advise, _) => &mut decision.warnings,
            (Mode::Enforce, Effect::Warn) if matches!(found.kind, Kind::Finding | Kind::Failed(_)) => {
                decision.errors.extend(problem.clone());
                &mut decision.warnings
            }
            (Mode::Enforce, _) if failed => {
                decision.errors.extend(problem);
                return;
            }
            // What the host must do is listed when the outcome is known.
            (Mode::Enforce, Effect::Oblige { .. } | Effect::Transform) => {
                decision.errors.append(&mut notes_failed);
                return;
            }
            (Mode::Enforce, _) if excepted => &mut decision.exceptions,
            // Of a policy whose outcome joins, that it would allow adds nothing, but what failed is told.
            (Mode::Enforce, Effect::Allow) if self.joins_as_outcome(found.instance) => {
                decision.errors.append(&mut notes_failed);
                return;
            }
            (Mode::Enforce, _) => &mut decision.reasons,
        };
        let mut finding = self.finding(of, found, effect, problem);
        finding.excepted = self.excepted(of, found, now);
        list.push(finding);
        if found.mode == Mode::Enforce {
            decision.errors.append(&mut notes_failed);
            if effect == Effect::Escalate && !excepted {
                targets.extend(self.target(of, found));
            }
        }
    }

    /// Whom a finding escalates to.
    fn target(&self, of: &Place<'a>, found: &Found) -> Option<String> {
        if found.kind == Kind::Default {
            let DefaultOutcome::Escalate(to) = &self.included(of)?.default else { return None };
            return Some(self.loaded.text(*to).to_owned());
        }
        let rule = of.rule?;
        Some(self.message(rule.to.as_ref()?, &rule.values, self.notes(rule, found)))
    }

    /// Two transforms that cannot both be made, listed with the second of them.
    fn conflict(&self, at: u32, found: &Found, decision: &mut Decision) {
        let Some((raised, second)) = self.findings.conflict else { return };
        let Some(of) = self.place(found).filter(|_| second == at) else { return };
        if let Some(mut problem) = self.rule_problem(raised, &of, found, "deny") {
            problem.location = Some(self.location(&of));
            decision.errors.push(problem);
        }
    }

    pub(super) fn all_notes(&self, found: &Found) -> &[Note] {
        self.findings.notes.get(found.notes.0 as usize..found.notes.1 as usize).unwrap_or(&[])
    }

    pub(super) fn notes(&self, rule: &Rule, found: &Found) -> Notes<'_> {
        Notes { all: self.all_notes(found), bindings: rule.bindings.len() }
    }

    pub(super) fn optional(&self, id: Option<TextId>) -> Option<String> {
        id.map(|id| self.loaded.text(id).to_owned())
    }

    pub(super) fn texts(&self, ids: &[TextId]) -> Vec<String> {
        ids.iter().map(|id| self.loaded.text(*id).to_owned()).collect()
    }

    fn finding(&self, of: &Place<'a>, found: &Found, effect: Effect, problem: Option<Problem>) -> Finding {
        let name = self.name(of, found);
        let failed = problem.is_some();
        let location = self.location(of);
        let via = self.via(found.instance);
        let effect = effect_name(effect);
        // What an included policy gives by default, or fails at before any rule of its own, is told by the rule that includes it.
        let Some(rule) = of.rule.filter(|_| !matches!(found.kind, Kind::Default | Kind::InstanceFailed(_)))
        else {
            let message = match (&problem, self.included(of)) {
                (Some(problem), _) => format!("{name} could not be evaluated: {}", problem.message),
                (None, Some(policy)) => {
                    let does = if effect == effect_name(Effect::Escalate) { "escalates" } else { "denies" };
                    format!("{} {does} by default", self.loaded.text(policy.name))
                }
                (None, None) => name.clone(),
            };
            let annotations = of.rule.map(|rule| &rule.annotations);
            return Finding {
                rule: name,
                effect,
                message,
                severity: annotations.and_then(|known| self.optional(known.severity)),
                owner: annotations.and_then(|known| self.optional(known.owner)),
                controls: annotations.map_or_else(Vec::new, |known| self.texts(&known.controls)),
                via,
                location,
                error: problem.map(Box::new),
                bindings: of.rule.map_or_else(Entries::default, |rule| {
                    self.entries(&rule.bindings, self.all_notes(found))
                }),
                ..Finding::default()
            };
        };
        let notes = self.notes(rule, found);
        let message = match (&rule.because, &problem) {
            (_, Some(problem)) => format!("{name} could not be evaluated: {}", problem.message),
            (Some(because), None) => self.message(because, &rule.values, notes),
            (None, None) => name.clone(),
        };
        let details = rule.details.filter(|_| !failed).and_then(|at| {
            let ty = rule.values.get(usize::from(at))?.ty;
            // Details that failed are listed among the errors only.
            let note = notes.all.get(notes.bindings + usize::from(at))?;
            matches!(note, Note::Value(_)).then(|| self.raw(ty, *note)).flatten()
        });
        Finding {
            rule: name,
            effect,
            message,
            template: rule.because.as_ref().map(|because| self.template(because, &rule.values)),
            values: if failed { Entries::default() } else { self.message_values(rule, notes) },
            fix: rule.fix.as_ref().filter(|_| !failed).map(|fix| self.message(fix, &rule.values, notes)),
            details,
            bindings: self.entries(&rule.bindings, notes.all),
            severity: self.optional(rule.annotations.severity),
            owner: self.optional(rule.annotations.owner),
            controls: self.texts(&rule.annotations.controls),
            links: self.texts(&rule.annotations.links),
            tags: self.texts(&rule.annotations.tags),
            via,
            location,
            input: self.reads(of, found),
            excepted: Vec::new(),
            error: problem.map(Box::new),
        }
    }

    /// The values of the messages, without `details` and what the host is asked to do.
    fn message_values(&self, rule: &Rule, notes: Notes<'_>) -> Entries {
        let hidden = |at: usize| {
            let given = rule.given.map(usize::from);
            let path = given.filter(|_| rule.effect == Effect::Transform).and_then(|at| at.checked_sub(1));
            rule.details.map(usize::from) == Some(at) || given == Some(at) || path == Some(at)
        };
        let kept = rule.values.iter().enumerate().filter(|(at, _)| !hidden(*at));
        let (types, values): (Vec<_>, Vec<_>) =
            kept.filter_map(|(at, ty)| Some((ty.clone(), *notes.all.get(notes.bindings + at)?))).unzip();
        self.entries(&types, &values)
    }

    /// What failed, where an evaluation of a rule did.
    fn failure_of(&self, of: &Place<'a>, found: &Found) -> Option<Problem> {
        let effect = self.effect(of, found);
        match found.kind {
            Kind::Finding | Kind::Default => None,
            Kind::Failed(raised) => {
                let skip = of.rule.is_some_and(|rule| rule.on_error_skip);
                let counts_as = match effect {
                    Effect::Deny | Effect::Require | Effect::Escalate if skip => "skip",
                    Effect::Deny
                    | Effect::Require
                    | Effect::Escalate
                    | Effect::Oblige { .. }
                    | Effect::Transform
                    | Effect::Include { .. } => "deny",
                    Effect::Allow => "none",
                    Effect::Warn => "warn",
                };
                self.rule_problem(raised, of, found, counts_as)
            }
            Kind::ModeFailed(raised) | Kind::InstanceFailed(raised) => {
                self.rule_problem(raised, of, found, "deny")
            }
            Kind::ExceptionFailed(exception, raised) => {
                let mut problem = self.rule_problem(raised, of, found, "none")?;
                let described = self.loaded.code.exceptions.get(exception as usize);
                problem.exception = described.map(|one| self.loaded.text(one.name).to_owned());
                Some(problem)
            }
        }
    }

    /// A failure of a rule.
    fn rule_problem(
        &self,
        raised: u32,
        of: &Place<'a>,
        found: &Found,
        counts_as: &'static str,
    ) -> Option<Problem> {
        let mut problem = self.problem(raised)?;
        problem.rule = Some(self.name(of, found));
        if let Some(rule) = of.rule {
            problem.bindings = self.entries(&rule.bindings, self.all_notes(found));
        }
        problem.counts_as = Some(counts_as);
        Some(problem)
    }

    /// Failures of a finding's messages, which count as nothing.
    fn note_problems(&self, of: &Place<'a>, found: &Found) -> Vec<Problem> {
        let notes = self.all_notes(found);
        let own = of.rule.map_or(notes.len(), |rule| own_notes(rule, found.kind));
        // What exceptions say comes first: they are asked before the finding is told.
        let (own, excepted) = notes.split_at_checked(own).unwrap_or((notes, &[]));
        let failed = excepted.iter().chain(own).filter_map(|note| match note {
            Note::Failed(raised) => self.rule_problem(*raised, of, found, "none"),
            Note::Value(_) => None,
        });
        failed.collect()
    }

    /// A recorded failure.
    fn problem(&self, raised: u32) -> Option<Problem> {
        let raised = self.raised.get(raised as usize)?;
        let mut problem = self.failure(&raised.failure);
        problem.location =
            place_of(self.loaded, raised.at as usize).map(|place| location(self.loaded, place));
        let trail = self.trail.get(raised.trail.0 as usize..raised.trail.1 as usize).unwrap_or(&[]);
        problem.trace = trail
            .iter()
            .take(32)
            .filter_map(|at| place_of(self.loaded, *at as usize))
            .map(|place| location(self.loaded, place))
            .collect();
        Some(problem)
    }

    fn failure(&self, failure: &Failure) -> Problem {
        let operands: Vec<String> = failure.operands().iter().map(|value| self.operand(*value)).collect();
        let mut message = failure.code.says().to_owned();
        if failure.code == Code::Fixture
            && let [text] = operands.as_slice()
        {
            text.clone_into(&mut message);
        } else if !operands.is_empty() {
            message.push_str(": ");
            message.push_str(&operands.join(" and "));
        }
        Problem { message, operands, ..Problem::of(failure.code.name()) }
    }

    fn operand(&self, value: Value) -> String {
        let mut text = String::new();
        let mut out = String::new();
        if let Value::Text(span) = value {
            shown(self.memory.span_text(span), false, &mut out);
        } else {
            let _ = json_limited(self.memory, value, &mut text, 4_096);
            shown(&text, true, &mut out);
        }
        out
    }
}

impl Problem {
    const fn of(code: &'static str) -> Self {
        Self {
            code,
            message: String::new(),
            rule: None,
            exception: None,
            counts_as: None,
            pointer: None,
            expected: None,
            found: None,
            operands: Vec::new(),
            bindings: Entries(Vec::new()),
            location: None,
            trace: Vec::new(),
        }
    }
}
