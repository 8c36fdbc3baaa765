//! From what rules found to a decision.

use policy_bytecode::program::{DefaultOutcome, Effect, Mode, Place, Policy, Rule, TextId};
use policy_bytecode::scalar::Timestamp;

use super::message::Notes;
use super::{Decision, Entries, Finding, Outcome, Problem, SCHEMA};
use crate::failure::{Code, Failure};
use crate::ingest::Misfits;
use crate::machine::{Applies, Findings, Found, Note, Raised, Run, Weight};
use crate::memory::Memory;
use crate::observer::Observer;
use crate::print::{json_limited, shown};
use crate::program::Loaded;
use crate::structure;
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
    pub(crate) ending: &'a Ending,
}

/// What a decision says besides what was found.
pub(crate) struct Frame {
    pub(crate) bundle: String,
    pub(crate) data: String,
    pub(crate) input: String,
    pub(crate) now: Option<Timestamp>,
    pub(crate) fuel: u64,
    pub(crate) not_applicable_proceeds: bool,
}

/// The place of an instruction.
pub(crate) fn place_of(loaded: &Loaded, at: usize) -> Option<&Place> {
    let places = &loaded.code.debug.places;
    let at = u32::try_from(at).ok()?;
    let found = places.binary_search_by_key(&at, |(position, _)| *position).ok()?;
    places.get(found).map(|(_, place)| place)
}

fn location(loaded: &Loaded, place: &Place) -> String {
    let file = loaded.code.debug.files.get(place.file as usize).map_or("?", String::as_str);
    format!("{file}:{}:{}", place.line, place.column)
}

const fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Observe => "observe",
        Mode::Advise => "advise",
        Mode::Enforce => "enforce",
    }
}

/// The name of an effect in decisions.
const fn effect_name(effect: Effect) -> &'static str {
    match effect {
        Effect::Deny | Effect::Require => "deny",
        Effect::Allow => "allow",
        Effect::Escalate => "escalate",
        Effect::Warn => "warn",
    }
}

/// What the rules of a policy come to in `enforce`.
pub(crate) fn enforced_outcome(policy: &Policy, findings: &Findings, ending: &Ending) -> Outcome {
    match ending {
        Ending::Ran => {}
        Ending::Stopped(_) | Ending::Unread(_) | Ending::Misfits(_) => return Outcome::Deny,
    }
    match findings.applies {
        Applies::Yes => {}
        Applies::No => return Outcome::NotApplicable,
        Applies::Failed(_) => return Outcome::Deny,
    }
    let decides =
        if policy.resolve_first { findings.first.map(|(_, weight)| weight) } else { findings.strictest };
    match (decides, &policy.default) {
        (Some(Weight::Deny), _) | (None, DefaultOutcome::Deny) => Outcome::Deny,
        (Some(Weight::Escalate), _) | (None, DefaultOutcome::Escalate(_)) => Outcome::Escalate,
        (Some(Weight::Allow), _) | (None, DefaultOutcome::Allow) => Outcome::Allow,
    }
}

/// What a policy says, and whether the host may go on.
pub(crate) fn outcome(
    policy: &Policy,
    findings: &Findings,
    ending: &Ending,
    not_applicable_proceeds: bool,
) -> (Outcome, bool) {
    if policy.mode != Mode::Enforce {
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
        now,
        fuel: frame.fuel,
    }
}

/// Builds a decision.
pub(crate) fn build(source: &Source<'_>, frame: &Frame) -> Option<Decision> {
    let policy = source.loaded.code.policies.get(source.policy as usize)?;
    let enforced = source.enforced(policy, frame);
    if policy.mode == Mode::Enforce {
        return Some(enforced);
    }
    let empty = Findings::default();
    let nothing = Source { findings: &empty, ending: &Ending::Ran, ..*source };
    let mut decision = nothing.enforced(policy, frame);
    decision.outcome = Outcome::NotApplicable;
    decision.proceed = true;
    decision.mode = mode_name(policy.mode);
    decision.escalate_to.clear();
    decision.enforced = Some(Box::new(enforced));
    Some(decision)
}

impl Source<'_> {
    fn enforced(&self, policy: &Policy, frame: &Frame) -> Decision {
        let outcome = enforced_outcome(policy, self.findings, self.ending);
        let mut decision = bare(self.loaded.text(policy.name).to_owned(), outcome, frame);
        match self.ending {
            Ending::Ran => self.ran(policy, &mut decision),
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

    fn ran(&self, policy: &Policy, decision: &mut Decision) {
        decision.omitted = self.findings.omitted;
        if let Applies::Failed(raised) = self.findings.applies
            && let Some(mut problem) = self.problem(raised)
        {
            problem.counts_as = Some("deny");
            decision.errors.push(problem);
        }
        if self.findings.applies != Applies::Yes {
            return;
        }
        let mut targets = Vec::new();
        for found in &self.findings.list {
            let Some(rule) = policy.rules.get(found.rule as usize) else { continue };
            let problem = found.failed.and_then(|raised| self.rule_problem(raised, rule, found));
            let mut notes_failed = self.note_problems(rule, found);
            let list = match (rule.mode, rule.effect, found.failed) {
                (Mode::Observe, _, _) => &mut decision.observed,
                (Mode::Advise, _, _) => &mut decision.warnings,
                (Mode::Enforce, Effect::Warn, None) => &mut decision.warnings,
                (Mode::Enforce, Effect::Warn, Some(_)) => {
                    decision.errors.extend(problem.clone());
                    &mut decision.warnings
                }
                (Mode::Enforce, _, None) => &mut decision.reasons,
                (Mode::Enforce, _, Some(_)) => {
                    decision.errors.extend(problem);
                    continue;
                }
            };
            let finding = self.finding(rule, found, problem);
            list.push(finding);
            if rule.mode == Mode::Enforce {
                decision.errors.append(&mut notes_failed);
                if rule.effect == Effect::Escalate
                    && let Some(to) = &rule.to
                {
                    targets.push(self.message(to, &rule.values, self.notes(rule, found)));
                }
            }
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
    }

    fn all_notes(&self, found: &Found) -> &[Note] {
        self.findings.notes.get(found.notes.0 as usize..found.notes.1 as usize).unwrap_or(&[])
    }

    fn notes(&self, rule: &Rule, found: &Found) -> Notes<'_> {
        Notes { all: self.all_notes(found), bindings: rule.bindings.len() }
    }

    fn optional(&self, id: Option<TextId>) -> Option<String> {
        id.map(|id| self.loaded.text(id).to_owned())
    }

    fn texts(&self, ids: &[TextId]) -> Vec<String> {
        ids.iter().map(|id| self.loaded.text(*id).to_owned()).collect()
    }

    fn finding(&self, rule: &Rule, found: &Found, problem: Option<Problem>) -> Finding {
        let notes = self.notes(rule, found);
        let name = self.loaded.text(rule.name);
        let message = match (&rule.because, &problem) {
            (_, Some(problem)) => format!("{name} could not be evaluated: {}", problem.message),
            (Some(because), None) => self.message(because, &rule.values, notes),
            (None, None) => name.to_owned(),
        };
        let failed = problem.is_some();
        let details = rule.details.filter(|_| !failed).and_then(|at| {
            let ty = rule.values.get(usize::from(at))?.ty;
            // Details that failed are listed among the errors only.
            let note = notes.all.get(notes.bindings + usize::from(at))?;
            matches!(note, Note::Value(_)).then(|| self.raw(ty, *note)).flatten()
        });
        Finding {
            rule: name.to_owned(),
            effect: effect_name(rule.effect),
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
            via: Vec::new(),
            location: location(self.loaded, &rule.place),
            input: self.texts(&rule.reads),
            error: problem.map(Box::new),
        }
    }

    /// The values of the messages, without `details`.
    fn message_values(&self, rule: &Rule, notes: Notes<'_>) -> Entries {
        let Some(details) = rule.details else {
            return self.entries(&rule.values, notes.all.get(notes.bindings..).unwrap_or(&[]));
        };
        let kept = rule.values.iter().enumerate().filter(|(at, _)| *at != usize::from(details));
        let (types, values): (Vec<_>, Vec<_>) =
            kept.filter_map(|(at, ty)| Some((ty.clone(), *notes.all.get(notes.bindings + at)?))).unzip();
        self.entries(&types, &values)
    }

    /// A failure of a rule.
    fn rule_problem(&self, raised: u32, rule: &Rule, found: &Found) -> Option<Problem> {
        let mut problem = self.problem(raised)?;
        problem.rule = Some(self.loaded.text(rule.name).to_owned());
        problem.bindings = self.entries(&rule.bindings, self.all_notes(found));
        problem.counts_as = Some(match rule.effect {
            Effect::Deny | Effect::Require | Effect::Escalate if rule.on_error_skip => "skip",
            Effect::Deny | Effect::Require | Effect::Escalate => "deny",
            Effect::Allow => "none",
            Effect::Warn => "warn",
        });
        Some(problem)
    }

    /// Failures of a finding's messages, which count as nothing.
    fn note_problems(&self, rule: &Rule, found: &Found) -> Vec<Problem> {
        let failed = self.all_notes(found).iter().filter_map(|note| match note {
            Note::Failed(raised) => self.problem(*raised),
            Note::Value(_) => None,
        });
        failed
            .map(|mut problem| {
                problem.rule = Some(self.loaded.text(rule.name).to_owned());
                problem.bindings = self.entries(&rule.bindings, self.all_notes(found));
                problem.counts_as = Some("none");
                problem
            })
            .collect()
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

/// The decision of a policy as a value: the record `Decision` of the language.
pub(crate) fn decision_value<O: Observer>(
    run: &mut Run<'_, O>,
    policy: u32,
    findings: &Findings,
    stopped: Option<u32>,
) -> Result<Value, Failure> {
    let ending = stopped.map_or(Ending::Ran, Ending::Stopped);
    let source = Source {
        loaded: run.loaded,
        memory: run.memory(),
        raised: &run.machine.raised,
        trail: &run.machine.trail,
        findings,
        policy,
        ending: &ending,
    };
    let frame = Frame {
        bundle: String::new(),
        data: String::new(),
        input: String::new(),
        now: run.now,
        fuel: 0,
        not_applicable_proceeds: false,
    };
    let decision = build(&source, &frame).ok_or(Failure::internal())?;
    run.machine.heap.meter.charge(16)?;
    let errors = decision.errors.iter().map(|problem| problem.code);
    let errors = texts(run, errors)?;
    let reasons = listed(run, &decision.reasons)?;
    let warnings = listed(run, &decision.warnings)?;
    let none = texts(run, std::iter::empty())?;
    let outcome = match decision.outcome {
        Outcome::Allow => 0,
        Outcome::Deny => 1,
        Outcome::Escalate => 2,
        Outcome::NotApplicable => 3,
    };
    let fields = [
        errors,
        none,
        Value::Variant(outcome),
        Value::Bool(decision.proceed),
        reasons,
        Value::Null,
        warnings,
    ];
    record(run, &fields)
}

fn record<O: Observer>(run: &mut Run<'_, O>, fields: &[Value]) -> Result<Value, Failure> {
    let heap = &mut run.machine.heap;
    let mark = heap.stage.len();
    for &field in fields {
        structure::push(heap, field)?;
    }
    structure::record(heap, mark)
}

fn texts<'a, O: Observer>(
    run: &mut Run<'_, O>,
    texts: impl Iterator<Item = &'a str>,
) -> Result<Value, Failure> {
    let heap = &mut run.machine.heap;
    let mark = heap.stage.len();
    for text in texts {
        let text = heap.text(text)?;
        structure::push(heap, Value::Text(text))?;
    }
    structure::list(heap, mark)
}

fn listed<O: Observer>(run: &mut Run<'_, O>, findings: &[Finding]) -> Result<Value, Failure> {
    let mut records = Vec::with_capacity(findings.len());
    for finding in findings {
        let heap = &mut run.machine.heap;
        let effect = heap.text(finding.effect).map(Value::Text)?;
        let fix = match &finding.fix {
            Some(fix) => heap.text(fix).map(Value::Text)?,
            None => Value::Absent,
        };
        let message = heap.text(&finding.message).map(Value::Text)?;
        let rule = heap.text(&finding.rule).map(Value::Text)?;
        records.push(record(run, &[effect, fix, message, rule])?);
    }
    let heap = &mut run.machine.heap;
    let mark = heap.stage.len();
    for record in records {
        structure::push(heap, record)?;
    }
    structure::list(heap, mark)
}
