//! Decisions: rules one by one, then what they leave.

use std::collections::BTreeMap;

use policy_compiler::hir::{DefaultOutcome, Effect, Expr, LocalId, Mode, Policy, PolicyId, Rule, Text};

use super::convert;
use super::eval::{Frame, World};
use super::fault::{Fault, Result, Stop};
use super::json::{self, Broken};
use super::paths::readable;
use super::read::{self, Border, Misfit};
use super::value::{Json, Value, Variant};

/// The most findings of a rule that are listed.
const LISTED: usize = 100;

/// What a decision comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Allow.
    Allow,
    /// Deny.
    Deny,
    /// Escalate.
    Escalate,
    /// The policy does not apply.
    NotApplicable,
}

impl Outcome {
    /// The name in decisions.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Escalate => "escalate",
            Self::NotApplicable => "not_applicable",
        }
    }
}

/// One finding of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: String,
    /// Its effect, as in decisions.
    pub effect: &'static str,
    /// `because`.
    pub message: Option<String>,
    /// `fix`.
    pub fix: Option<String>,
    /// `details`.
    pub details: Option<Json>,
    /// What the generators bound, by name.
    pub bindings: BTreeMap<String, Json>,
    /// The failure that was counted so, where it was no finding.
    pub error: Option<Fault>,
}

/// One failure of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// The rule; none for `applies when`.
    pub rule: Option<String>,
    /// What the generators bound, by name.
    pub bindings: BTreeMap<String, Json>,
    /// What happened.
    pub fault: Fault,
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What it comes to.
    pub outcome: Outcome,
    /// Whether the host may go on.
    pub proceed: bool,
    /// What decided or could have.
    pub reasons: Vec<Finding>,
    /// Warnings.
    pub warnings: Vec<Finding>,
    /// Findings of rules that only observe.
    pub observed: Vec<Finding>,
    /// Failures.
    pub errors: Vec<Failed>,
    /// Parts of the input that do not fit.
    pub misfits: Vec<Misfit>,
    /// To whom it goes.
    pub escalate_to: Vec<String>,
    /// Findings that are not listed.
    pub omitted: u64,
}

impl Decision {
    fn new(outcome: Outcome) -> Self {
        Self {
            outcome,
            proceed: outcome == Outcome::Allow,
            reasons: Vec::new(),
            warnings: Vec::new(),
            observed: Vec::new(),
            errors: Vec::new(),
            misfits: Vec::new(),
            escalate_to: Vec::new(),
            omitted: 0,
        }
    }
}

/// Decides on a document.
///
/// # Errors
/// Only where a checked program does what it never does.
pub fn decide_document(
    world: &World<'_>,
    id: PolicyId,
    bytes: &[u8],
    params: &[(LocalId, Value)],
) -> Result<Decision> {
    let policy = world.hir.policies.get(id.index()).ok_or_else(|| Stop::bug("no such policy"))?;
    let misfit = |misfits| Ok(Decision { misfits, ..Decision::new(Outcome::Deny) });
    let doc = match json::parse(bytes) {
        Ok(doc) => doc,
        Err(Broken::Syntax | Broken::Surrogate | Broken::Depth) => {
            return misfit(vec![Misfit { pointer: String::new(), found: "no JSON" }]);
        }
    };
    let reach = readable(world.hir, policy);
    match read::document(world, &doc, policy.input, &reach, Border::Input)? {
        Ok(input) => decide(world, policy, input, params),
        Err(misfits) => misfit(misfits),
    }
}

/// Decides on a value.
///
/// # Errors
/// Only where a checked program does what it never does.
pub fn decide<'a>(
    world: &World<'a>,
    policy: &'a Policy,
    input: Value,
    params: &[(LocalId, Value)],
) -> Result<Decision> {
    let mut frame = Frame::new(policy.locals.len());
    frame.set(policy.input_local, input);
    for param in &policy.params {
        let given = params.iter().find(|(local, _)| *local == param.local);
        let value = match (given, &param.default) {
            (Some((_, value)), _) => value.clone(),
            (None, Some(default)) => world.eval(&mut Frame::new(0), default)?,
            (None, None) => return Err(Stop::bug("a parameter without a value")),
        };
        frame.set(param.local, value);
    }
    frame.enter(&policy.lets);
    if let Some(applies) = &policy.applies {
        match world.truth(&mut frame, applies) {
            Ok(true) => {}
            Ok(false) => return Ok(Decision::new(Outcome::NotApplicable)),
            Err(Stop::Fault(fault)) => {
                let failed = Failed { rule: None, bindings: BTreeMap::new(), fault };
                return Ok(Decision { errors: vec![failed], ..Decision::new(Outcome::Deny) });
            }
            Err(bug) => return Err(bug),
        }
    }
    let mode = policy.annotations.mode.unwrap_or(Mode::Enforce);
    if mode != Mode::Enforce {
        // All of it is seen, none of it decides.
        let decision = run_rules(world, &mut frame, policy, mode)?;
        return Ok(Decision { outcome: Outcome::NotApplicable, proceed: true, ..decision });
    }
    run_rules(world, &mut frame, policy, mode)
}

fn run_rules<'a>(
    world: &World<'a>,
    frame: &mut Frame<'a>,
    policy: &'a Policy,
    mode: Mode,
) -> Result<Decision> {
    let mut run = Run { world, policy, mode, decision: Decision::new(Outcome::Allow), effects: Vec::new() };
    let mut decided = false;
    for rule in &policy.rules {
        if decided && !matches!(rule.effect, Effect::Warn) {
            continue;
        }
        let before = run.effects.len();
        run.rule(frame, rule)?;
        decided |= policy.resolve_first && run.effects.len() > before;
    }
    Ok(run.finish())
}

struct Run<'w, 'a> {
    world: &'w World<'a>,
    policy: &'a Policy,
    mode: Mode,
    decision: Decision,
    /// The outcome that each finding, and each failure that counts, asks for.
    effects: Vec<Outcome>,
}

/// What one evaluation of a rule comes to.
enum Found {
    Finding,
    Nothing,
    Failure(Fault),
}

impl<'a> Run<'_, 'a> {
    fn mode(&self, rule: &Rule) -> Mode {
        self.mode.min(rule.annotations.mode.unwrap_or(Mode::Enforce))
    }

    fn rule(&mut self, frame: &mut Frame<'a>, rule: &'a Rule) -> Result<()> {
        let world = self.world;
        let mut listed = 0;
        let ended = world.each(frame, &rule.generators, &mut |frame| {
            match condition(world, frame, rule) {
                Ok(true) => self.found(frame, rule, Found::Finding, &mut listed)?,
                Ok(false) => self.found(frame, rule, Found::Nothing, &mut listed)?,
                Err(Stop::Fault(fault)) => self.found(frame, rule, Found::Failure(fault), &mut listed)?,
                Err(bug) => return Err(bug),
            }
            Ok(true)
        });
        match ended {
            Ok(_) => Ok(()),
            Err(Stop::Fault(fault)) => {
                self.failed(rule, fault, BTreeMap::new(), &mut listed);
                Ok(())
            }
            Err(bug) => Err(bug),
        }
    }

    fn found(
        &mut self,
        frame: &mut Frame<'a>,
        rule: &'a Rule,
        found: Found,
        listed: &mut usize,
    ) -> Result<()> {
        match found {
            Found::Nothing => Ok(()),
            Found::Failure(fault) => {
                let bindings = self.bindings(frame, rule)?;
                self.failed(rule, fault, bindings, listed);
                Ok(())
            }
            Found::Finding => self.finding(frame, rule, listed),
        }
    }

    fn bindings(&self, frame: &mut Frame<'a>, rule: &'a Rule) -> Result<BTreeMap<String, Json>> {
        let mut bindings = BTreeMap::new();
        for id in &rule.bindings {
            let Some(local) = self.policy.locals.get(id.index()) else { continue };
            let value = self.world.variable(frame, *id)?;
            bindings.insert(local.name.clone(), convert::to_json(self.world, &value, local.ty)?);
        }
        Ok(bindings)
    }

    fn failed(&mut self, rule: &Rule, fault: Fault, bindings: BTreeMap<String, Json>, listed: &mut usize) {
        let denies = match rule.effect {
            Effect::Deny | Effect::Require | Effect::Escalate(_) => !rule.annotations.on_error_skip,
            Effect::Allow
            | Effect::Warn
            | Effect::Oblige { .. }
            | Effect::Transform { .. }
            | Effect::Include(_) => false,
        };
        if denies && self.mode(rule) == Mode::Enforce {
            self.effects.push(Outcome::Deny);
        }
        *listed += 1;
        if *listed > LISTED {
            self.decision.omitted += 1;
            return;
        }
        let moved = |bindings, fault| Finding {
            rule: rule.id.clone(),
            effect: effect(rule).0,
            message: None,
            fix: None,
            details: None,
            bindings,
            error: Some(fault),
        };
        match self.mode(rule) {
            Mode::Observe => self.decision.observed.push(moved(bindings, fault)),
            Mode::Advise => self.decision.warnings.push(moved(bindings, fault)),
            Mode::Enforce => {
                if matches!(rule.effect, Effect::Warn) {
                    self.decision.warnings.push(moved(bindings.clone(), fault.clone()));
                }
                self.decision.errors.push(Failed { rule: Some(rule.id.clone()), bindings, fault });
            }
        }
    }

    fn finding(&mut self, frame: &mut Frame<'a>, rule: &'a Rule, listed: &mut usize) -> Result<()> {
        let mode = self.mode(rule);
        let (effect, outcome) = effect(rule);
        if mode == Mode::Enforce {
            self.effects.extend(outcome);
        }
        *listed += 1;
        if *listed > LISTED {
            self.decision.omitted += 1;
            return Ok(());
        }
        let bindings = self.bindings(frame, rule)?;
        let message = self.text(frame, rule, rule.because.as_ref(), &bindings)?;
        let fix = self.text(frame, rule, rule.fix.as_ref(), &bindings)?;
        let details = match &rule.details {
            None => None,
            Some(expr) => match self.world.eval(frame, expr) {
                Ok(value) => Some(convert::to_json(self.world, &value, expr.ty)?),
                Err(Stop::Fault(fault)) => {
                    self.note(rule, &bindings, fault);
                    None
                }
                Err(bug) => return Err(bug),
            },
        };
        if let Effect::Escalate(to) = &rule.effect {
            let to = self.text(frame, rule, Some(to), &bindings)?.unwrap_or_default();
            if mode == Mode::Enforce && !self.decision.escalate_to.contains(&to) {
                self.decision.escalate_to.push(to);
            }
        }
        let finding = Finding { rule: rule.id.clone(), effect, message, fix, details, bindings, error: None };
        match (mode, outcome) {
            (Mode::Observe, _) => self.decision.observed.push(finding),
            (Mode::Advise, _) | (Mode::Enforce, None) => self.decision.warnings.push(finding),
            (Mode::Enforce, Some(_)) => self.decision.reasons.push(finding),
        }
        Ok(())
    }

    fn text(
        &mut self,
        frame: &mut Frame<'a>,
        rule: &Rule,
        text: Option<&'a Text>,
        bindings: &BTreeMap<String, Json>,
    ) -> Result<Option<String>> {
        let Some(text) = text else { return Ok(None) };
        let message = self.world.message(frame, text)?;
        for fault in message.faults {
            self.note(rule, bindings, fault);
        }
        Ok(Some(message.text))
    }

    /// A failure of a message, which counts as nothing; of a rule that does not decide it is not listed.
    fn note(&mut self, rule: &Rule, bindings: &BTreeMap<String, Json>, fault: Fault) {
        if self.mode(rule) != Mode::Enforce {
            return;
        }
        let bindings = bindings.clone();
        self.decision.errors.push(Failed { rule: Some(rule.id.clone()), bindings, fault });
    }

    /// Deny over escalate over allow over the default; with `resolve first` there is one rule's effect, and
    /// the same order among its findings and failures.
    fn finish(mut self) -> Decision {
        let has = |outcome| self.effects.contains(&outcome);
        let outcome = if has(Outcome::Deny) {
            Outcome::Deny
        } else if has(Outcome::Escalate) {
            Outcome::Escalate
        } else if has(Outcome::Allow) {
            Outcome::Allow
        } else {
            match &self.policy.default {
                DefaultOutcome::Allow => Outcome::Allow,
                DefaultOutcome::Deny => Outcome::Deny,
                DefaultOutcome::Escalate(to) => {
                    self.decision.escalate_to = vec![to.clone()];
                    Outcome::Escalate
                }
            }
        };
        if outcome != Outcome::Escalate {
            self.decision.escalate_to.clear();
        }
        Decision { outcome, proceed: outcome == Outcome::Allow, ..self.decision }
    }
}

/// The effect in decisions, and the outcome that a finding asks for.
fn effect(rule: &Rule) -> (&'static str, Option<Outcome>) {
    match &rule.effect {
        Effect::Deny | Effect::Require => ("deny", Some(Outcome::Deny)),
        Effect::Escalate(_) => ("escalate", Some(Outcome::Escalate)),
        Effect::Allow => ("allow", Some(Outcome::Allow)),
        Effect::Warn => ("warn", None),
        Effect::Oblige { .. } => ("oblige", None),
        Effect::Transform { .. } => ("transform", None),
        Effect::Include(_) => ("include", None),
    }
}

fn condition<'a>(world: &World<'a>, frame: &mut Frame<'a>, rule: &'a Rule) -> Result<bool> {
    if let Some(when) = &rule.when
        && !world.truth(frame, when)?
    {
        return Ok(false);
    }
    match &rule.that {
        Some(that) => Ok(!world.truth(frame, that)?),
        None => Ok(true),
    }
}

/// `P(x)` as a value, in tests.
///
/// # Errors
/// As the input fails.
pub fn as_value<'a>(
    world: &World<'a>,
    frame: &mut Frame<'a>,
    id: PolicyId,
    input: &'a Expr,
    params: &'a [(LocalId, Expr)],
) -> Result<Value> {
    let decision = evaluate(world, frame, id, input, params)?;
    super::testing::decision_value(world, &decision)
}

/// `P(x)` in tests.
///
/// # Errors
/// As the input or a parameter fails.
pub fn evaluate<'a>(
    world: &World<'a>,
    frame: &mut Frame<'a>,
    id: PolicyId,
    input: &'a Expr,
    params: &'a [(LocalId, Expr)],
) -> Result<Decision> {
    let policy = world.hir.policies.get(id.index()).ok_or_else(|| Stop::bug("no such policy"))?;
    let value = world.eval(frame, input)?;
    let mut given = Vec::new();
    for (local, expr) in params {
        given.push((*local, world.eval(frame, expr)?));
    }
    match value {
        // A document is read as one, with its misfits; a value of the input's type is there already.
        Value::Json(document)
            if !matches!(world.hir.types.kind(policy.input), policy_compiler::hir::TyKind::Json) =>
        {
            decide_document(world, id, json::print(&document).as_bytes(), &given)
        }
        value => decide(world, policy, value, &given),
    }
}

/// The variant of `Outcome`.
#[must_use]
pub fn outcome_variant(outcome: Outcome) -> Variant {
    Variant::Known(match outcome {
        Outcome::Allow => 0,
        Outcome::Deny => 1,
        Outcome::Escalate => 2,
        Outcome::NotApplicable => 3,
    })
}
