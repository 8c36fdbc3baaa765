//! Decisions: rules one by one, then what they leave.

mod exceptions;
mod gather;
mod includes;
mod transforms;

use std::collections::BTreeMap;
use std::rc::Rc;

use policy_bytecode::scalar::Timestamp;
use policy_compiler::hir::{
    DefaultOutcome, Effect, Expr, Hir, LocalId, Mode, ObligationOn, Policy, PolicyId, TyKind,
};

use super::convert;
use super::eval::{Frame, World};
use super::fault::{Fault, Result, Stop};
use super::json::{self, Broken};
use super::paths::readable;
use super::read::{self, Border, Misfit};
use super::value::{Json, Value, Variant};
use gather::{Instance, Left};

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
    /// The rule, behind the names of the instances that led to it.
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
    /// The instances that led to it, outermost first.
    pub via: Vec<String>,
    /// Exceptions that hold for it.
    pub excepted: Vec<Holding>,
    /// The failure that was counted so, where it was no finding.
    pub error: Option<Fault>,
}

/// An exception that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Its qualified name.
    pub name: String,
    /// `because`.
    pub message: Option<String>,
    /// The first instant at which it no longer holds.
    pub until: Option<Timestamp>,
    /// `approved by`.
    pub approved_by: Option<String>,
}

/// One failure of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// The rule; none for `applies when`.
    pub rule: Option<String>,
    /// What it counts as, as in decisions.
    pub counts_as: &'static str,
    /// What the generators bound, by name.
    pub bindings: BTreeMap<String, Json>,
    /// What happened.
    pub fault: Fault,
}

/// An obligation that binds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// The rule that asks for it.
    pub rule: String,
    /// The obligation's qualified name.
    pub obligation: String,
    /// With which outcomes it binds.
    pub on: ObligationOn,
    /// What it says.
    pub payload: Json,
    /// The instances that led to it, outermost first.
    pub via: Vec<String>,
}

impl Duty {
    /// What a test sees of it.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let text = |text: &str| Json::String(Rc::from(text));
        let members = [
            ("rule", text(&self.rule)),
            ("obligation", text(&self.obligation)),
            ("payload", self.payload.clone()),
        ];
        Json::Object(Rc::new(members.into_iter().map(|(name, value)| (Rc::from(name), value)).collect()))
    }
}

/// A change of the input that the host is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The rules that ask for it.
    pub rules: Vec<String>,
    /// Where.
    pub pointer: String,
    /// The new value.
    pub value: Json,
    /// What its rule's generators bound, by name.
    pub bindings: BTreeMap<String, Json>,
    /// Where the rule stands.
    pub location: policy_syntax::Location,
    /// How many failures are listed before it.
    pub failures: usize,
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What it comes to.
    pub outcome: Outcome,
    /// Whether the host may go on.
    pub proceed: bool,
    /// The policy's mode.
    pub mode: Mode,
    /// What decided or could have.
    pub reasons: Vec<Finding>,
    /// Warnings.
    pub warnings: Vec<Finding>,
    /// Findings of rules that only observe.
    pub observed: Vec<Finding>,
    /// Findings that exceptions took away.
    pub exceptions: Vec<Finding>,
    /// Obligations that bind with the outcome.
    pub obligations: Vec<Duty>,
    /// Changes of the input.
    pub transforms: Vec<Change>,
    /// Failures.
    pub errors: Vec<Failed>,
    /// Parts of the input that do not fit.
    pub misfits: Vec<Misfit>,
    /// To whom it goes.
    pub escalate_to: Vec<String>,
    /// Findings that are not listed.
    pub omitted: u64,
    /// What `enforce` would have given, for a policy in another mode.
    pub enforced: Option<Box<Decision>>,
}

impl Decision {
    fn new(outcome: Outcome) -> Self {
        Self {
            outcome,
            proceed: outcome == Outcome::Allow,
            mode: Mode::Enforce,
            reasons: Vec::new(),
            warnings: Vec::new(),
            observed: Vec::new(),
            exceptions: Vec::new(),
            obligations: Vec::new(),
            transforms: Vec::new(),
            errors: Vec::new(),
            misfits: Vec::new(),
            escalate_to: Vec::new(),
            omitted: 0,
            enforced: None,
        }
    }

    /// The decision of a policy whose mode is another: nothing but what it would have been.
    fn in_mode(self, mode: Mode) -> Self {
        if mode == Mode::Enforce {
            return self;
        }
        let nothing = Self::new(Outcome::NotApplicable);
        Self { proceed: true, mode, enforced: Some(Box::new(self)), ..nothing }
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
    let mut frame = Frame::new(policy.locals.len());
    parameters(world, policy, &mut frame, params)?;
    let mode = entry_mode(world, &mut frame, policy)?;
    let doc = match json::parse(bytes) {
        Ok(doc) => doc,
        Err(Broken::Syntax | Broken::Surrogate | Broken::Depth) => {
            let misfit = Misfit { pointer: String::new(), found: "no JSON" };
            return Ok(misfits(vec![misfit]).in_mode(mode.unwrap_or(Mode::Enforce)));
        }
    };
    let reach = readable(world.hir, policy);
    match read::document(world, &doc, policy.input, &reach, Border::Input)? {
        Ok(input) => entry(world, policy, frame, input, mode),
        Err(found) => Ok(misfits(found).in_mode(mode.unwrap_or(Mode::Enforce))),
    }
}

fn misfits(misfits: Vec<Misfit>) -> Decision {
    Decision { misfits, ..Decision::new(Outcome::Deny) }
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
    parameters(world, policy, &mut frame, params)?;
    let mode = entry_mode(world, &mut frame, policy)?;
    entry(world, policy, frame, input, mode)
}

/// Gives parameters their values.
fn parameters<'a>(
    world: &World<'a>,
    policy: &'a Policy,
    frame: &mut Frame<'a>,
    params: &[(LocalId, Value)],
) -> Result<()> {
    for param in &policy.params {
        let given = params.iter().find(|(local, _)| *local == param.local);
        let value = match (given, &param.default) {
            (Some((_, value)), _) => value.clone(),
            (None, Some(default)) => world.eval(&mut Frame::new(0), default)?,
            (None, None) => return Err(Stop::bug("a parameter without a value")),
        };
        frame.set(param.local, value);
    }
    Ok(())
}

/// The mode of the policy that is asked: the deployment's, else its own. One that fails is none.
fn entry_mode<'a>(
    world: &World<'a>,
    frame: &mut Frame<'a>,
    policy: &'a Policy,
) -> Result<std::result::Result<Mode, Fault>> {
    match gather::policy_mode(world, frame, policy, Mode::Enforce) {
        Ok((mode, _)) => Ok(Ok(mode)),
        Err(Stop::Fault(fault)) => Ok(Err(fault)),
        Err(bug) => Err(bug),
    }
}

/// Decides as an entry: what its rules leave, and what that comes to.
fn entry<'a>(
    world: &World<'a>,
    policy: &'a Policy,
    mut frame: Frame<'a>,
    input: Value,
    mode: std::result::Result<Mode, Fault>,
) -> Result<Decision> {
    let mut left = Left::default();
    let mode = mode.unwrap_or_else(|fault| {
        left.fails(None, "deny", BTreeMap::new(), fault);
        Mode::Enforce
    });
    let forced = world.modes.contains_key(&policy.name);
    let instance = Instance {
        policy,
        names: Vec::new(),
        via: Vec::new(),
        input: input.clone(),
        at: Some(String::new()),
        mode: Mode::Enforce,
        forced,
    };
    frame.set(policy.input_local, input);
    let applies = gather::run(world, &instance, &mut frame, &mut left)?;
    let decision = if applies { left.decision(policy) } else { Decision::new(Outcome::NotApplicable) };
    Ok(decision.in_mode(mode))
}

impl Left {
    /// Deny over escalate over allow over the default.
    fn decision(mut self, policy: &Policy) -> Decision {
        let mut outcome = self.strictest().unwrap_or_else(|| match &policy.default {
            DefaultOutcome::Allow => Outcome::Allow,
            DefaultOutcome::Deny => Outcome::Deny,
            DefaultOutcome::Escalate(to) => {
                self.escalate_to = vec![to.clone()];
                Outcome::Escalate
            }
        });
        let mut transforms = Vec::new();
        if matches!(outcome, Outcome::Allow | Outcome::Escalate) {
            match transforms::merge(std::mem::take(&mut self.changes)) {
                Ok(merged) => transforms = merged,
                Err((at, failed)) => {
                    self.errors.insert(at.min(self.errors.len()), *failed);
                    outcome = Outcome::Deny;
                }
            }
        }
        if outcome != Outcome::Escalate {
            self.escalate_to.clear();
        }
        let binds = |duty: &Duty| match duty.on {
            ObligationOn::Allow => outcome == Outcome::Allow,
            ObligationOn::Deny => outcome == Outcome::Deny,
            ObligationOn::Any => true,
        };
        Decision {
            reasons: self.reasons,
            warnings: self.warnings,
            observed: self.observed,
            exceptions: self.exceptions,
            obligations: self.duties.into_iter().filter(binds).collect(),
            transforms,
            errors: self.errors,
            escalate_to: self.escalate_to,
            omitted: self.omitted,
            ..Decision::new(outcome)
        }
    }
}

impl Decision {
    /// What its host is to go on with: the input with the changes, where it may go on or once it was approved.
    #[must_use]
    pub fn transformed(&self, input: &Json) -> Option<Json> {
        let goes_on = matches!(self.outcome, Outcome::Allow | Outcome::Escalate);
        goes_on.then(|| transforms::applied(input, &self.transforms))
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
    let value = world.eval(frame, input)?;
    let whole = convert::to_json(world, &value, input.ty)?;
    let decision = given(world, frame, id, value, params)?;
    super::testing::decision_value(world, &decision, &whole)
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
    let value = world.eval(frame, input)?;
    given(world, frame, id, value, params)
}

fn given<'a>(
    world: &World<'a>,
    frame: &mut Frame<'a>,
    id: PolicyId,
    value: Value,
    params: &'a [(LocalId, Expr)],
) -> Result<Decision> {
    let policy = world.hir.policies.get(id.index()).ok_or_else(|| Stop::bug("no such policy"))?;
    let mut given = Vec::new();
    for (local, expr) in params {
        given.push((*local, world.eval(frame, expr)?));
    }
    match value {
        // A document is read as one, with its misfits; a value of the input's type is there already.
        Value::Json(document) if !matches!(world.hir.types.kind(policy.input), TyKind::Json) => {
            decide_document(world, id, json::print(&document).as_bytes(), &given)
        }
        value => decide(world, policy, value, &given),
    }
}

/// Whether a policy could oblige or transform, by itself or by what it includes.
#[must_use]
pub fn may_ask(hir: &Hir, policy: &Policy) -> bool {
    policy.rules.iter().any(|rule| match &rule.effect {
        Effect::Oblige { .. } | Effect::Transform { .. } => true,
        Effect::Include(include) => {
            hir.policies.get(include.policy.index()).is_some_and(|included| may_ask(hir, included))
        }
        Effect::Deny | Effect::Require | Effect::Allow | Effect::Escalate(_) | Effect::Warn => false,
    })
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
