//! What the rules of a policy leave, and those of the policies that it includes.

use std::collections::{BTreeMap, BTreeSet};

use policy_compiler::hir::{Effect, Gen, Include, Mode, ObligationOn, Policy, Rule, RuleId, Text};

use super::super::convert;
use super::super::eval::{Frame, World, elements};
use super::super::fault::{Fault, Result, Stop};
use super::super::value::{Json, Value, Variant};
use super::{Change, Duty, Failed, Finding, Holding, Outcome, exceptions, transforms};

/// The most findings of a rule that are listed.
const LISTED: usize = 100;

/// A policy that decides on something: the one that is asked, or one that is included.
pub(super) struct Instance<'a> {
    pub(super) policy: &'a Policy,
    /// The names of the instances that led here, outermost first.
    pub(super) names: Vec<String>,
    /// Their policies.
    pub(super) via: Vec<String>,
    pub(super) input: Value,
    /// Where its input stands in that of the policy that is asked; none where it is no part of it.
    pub(super) at: Option<String>,
    /// The weakest of its mode and its includers'.
    pub(super) mode: Mode,
    /// Whether the deployment says the mode of all its rules.
    pub(super) forced: bool,
}

/// What rules leave.
#[derive(Default)]
pub(super) struct Left {
    /// The outcome that each finding, and each failure that counts, asks for.
    pub(super) asks: Vec<Outcome>,
    pub(super) reasons: Vec<Finding>,
    pub(super) warnings: Vec<Finding>,
    pub(super) observed: Vec<Finding>,
    pub(super) exceptions: Vec<Finding>,
    pub(super) errors: Vec<Failed>,
    pub(super) duties: Vec<Duty>,
    pub(super) changes: Vec<Change>,
    pub(super) escalate_to: Vec<String>,
    pub(super) omitted: u64,
}

impl Left {
    /// Deny over escalate over allow; none where nothing is left.
    pub(super) fn strictest(&self) -> Option<Outcome> {
        [Outcome::Deny, Outcome::Escalate, Outcome::Allow].into_iter().find(|one| self.asks.contains(one))
    }

    /// A failure in enforce.
    pub(super) fn fails(
        &mut self,
        rule: Option<String>,
        counts_as: &'static str,
        bindings: BTreeMap<String, Json>,
        fault: Fault,
    ) {
        if counts_as == "deny" {
            self.asks.push(Outcome::Deny);
        }
        self.errors.push(Failed { rule, counts_as, bindings, fault });
    }

    pub(super) fn append(&mut self, mut other: Self) {
        self.asks.append(&mut other.asks);
        self.reasons.append(&mut other.reasons);
        self.warnings.append(&mut other.warnings);
        self.observed.append(&mut other.observed);
        self.exceptions.append(&mut other.exceptions);
        let failures = self.errors.len();
        self.errors.append(&mut other.errors);
        self.duties.append(&mut other.duties);
        other.changes.iter_mut().for_each(|change| change.failures += failures);
        self.changes.append(&mut other.changes);
        for to in other.escalate_to {
            self.escalates(to);
        }
        self.omitted += other.omitted;
    }

    pub(super) fn escalates(&mut self, to: String) {
        if !self.escalate_to.contains(&to) {
            self.escalate_to.push(to);
        }
    }
}

impl Instance<'_> {
    /// A rule as the decision names it.
    pub(super) fn full(&self, id: &str) -> String {
        self.names.iter().map(String::as_str).chain([id]).collect::<Vec<_>>().join(".")
    }
}

/// The mode of a policy under its includer's, and whether the deployment says it.
pub(super) fn policy_mode<'a>(
    world: &World<'a>,
    frame: &mut Frame<'a>,
    policy: &'a Policy,
    includer: Mode,
) -> Result<(Mode, bool)> {
    if let Some(mode) = world.modes.get(&policy.name) {
        return Ok((*mode, true));
    }
    let own = match &policy.mode {
        Some(expr) => mode_value(&world.eval(frame, expr)?)?,
        None => policy.annotations.mode.unwrap_or(Mode::Enforce),
    };
    Ok((own.min(includer), false))
}

fn mode_value(value: &Value) -> Result<Mode> {
    match value {
        Value::Variant(Variant::Known(0)) => Ok(Mode::Observe),
        Value::Variant(Variant::Known(1)) => Ok(Mode::Advise),
        Value::Variant(Variant::Known(2)) => Ok(Mode::Enforce),
        other => Err(Stop::bug(format!("a mode that is {other:?}"))),
    }
}

/// Evaluates the rules of a policy, whose input and parameters `frame` has. False where it does not apply.
pub(super) fn run<'a>(
    world: &World<'a>,
    instance: &Instance<'a>,
    frame: &mut Frame<'a>,
    left: &mut Left,
) -> Result<bool> {
    let policy = instance.policy;
    frame.enter(&policy.lets);
    let mut run = Run { world, instance, left, names: BTreeSet::new() };
    if let Some(applies) = &policy.applies {
        match world.truth(frame, applies) {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(Stop::Fault(fault)) => {
                run.does_not_apply(fault);
                return Ok(true);
            }
            Err(bug) => return Err(bug),
        }
    }
    let mut decided = false;
    for (index, rule) in policy.rules.iter().enumerate() {
        let deciding = match rule.effect {
            Effect::Warn | Effect::Oblige { .. } | Effect::Transform { .. } => false,
            Effect::Deny | Effect::Require | Effect::Allow | Effect::Escalate(_) | Effect::Include(_) => true,
        };
        if decided && deciding {
            continue;
        }
        let before = run.left.asks.len();
        let id = RuleId(u32::try_from(index).unwrap_or(u32::MAX));
        run.rule(frame, id, rule)?;
        // What an obligation or a transform asks for by failing ends nothing.
        decided |= policy.resolve_first && deciding && run.left.asks.len() > before;
    }
    Ok(true)
}

/// The evaluation of the rules of an instance.
pub(super) struct Run<'r, 'a> {
    pub(super) world: &'r World<'a>,
    pub(super) instance: &'r Instance<'a>,
    pub(super) left: &'r mut Left,
    /// The names of the instances that it includes.
    pub(super) names: BTreeSet<String>,
}

/// What a rule gives besides its finding.
enum Extra {
    Nothing,
    Payload(Json),
    Change(String, Json),
}

impl<'a> Run<'_, 'a> {
    /// `applies when` fails: a deny, of an instance that decides.
    fn does_not_apply(&mut self, fault: Fault) {
        let names = self.instance.names.join(".");
        match self.instance.mode {
            Mode::Enforce => {
                let rule = (!names.is_empty()).then_some(names);
                self.left.fails(rule, "deny", BTreeMap::new(), fault);
            }
            mode => {
                let finding = self.bare(names, "deny", BTreeMap::new(), Some(fault));
                self.aside(mode, finding);
            }
        }
    }

    pub(super) fn bare(
        &self,
        rule: String,
        effect: &'static str,
        bindings: BTreeMap<String, Json>,
        error: Option<Fault>,
    ) -> Finding {
        Finding {
            rule,
            effect,
            message: None,
            fix: None,
            details: None,
            bindings,
            via: self.instance.via.clone(),
            excepted: Vec::new(),
            error,
        }
    }

    fn aside(&mut self, mode: Mode, finding: Finding) {
        match mode {
            Mode::Observe => self.left.observed.push(finding),
            Mode::Advise | Mode::Enforce => self.left.warnings.push(finding),
        }
    }

    /// The deployment's, else the weaker of its own and its policy's.
    pub(super) fn mode(&self, frame: &mut Frame<'a>, rule: &'a Rule) -> Result<Mode> {
        let policy = &self.instance.policy.name;
        if !self.world.modes.is_empty()
            && let Some(mode) = self.world.modes.get(&format!("{policy}.{}", rule.id))
        {
            return Ok(*mode);
        }
        if self.instance.forced {
            return Ok(self.instance.mode);
        }
        let own = match &rule.mode {
            Some(expr) => mode_value(&self.world.eval(frame, expr)?)?,
            None => rule.annotations.mode.unwrap_or(Mode::Enforce),
        };
        Ok(own.min(self.instance.mode))
    }

    fn rule(&mut self, frame: &mut Frame<'a>, id: RuleId, rule: &'a Rule) -> Result<()> {
        let mut listed = 0;
        let world = self.world;
        let ended = each_at(world, frame, &rule.generators, &mut Vec::new(), &mut |frame, places| {
            if let Effect::Include(include) = &rule.effect {
                return self.instance_of(frame, id, rule, include, places, &mut listed);
            }
            match self.evaluated(frame, rule, places) {
                Ok(Some(extra)) => self.finding(frame, id, rule, extra, &mut listed),
                Ok(None) => Ok(()),
                Err(Stop::Fault(fault)) => self.failure(frame, rule, fault, &mut listed),
                Err(bug) => Err(bug),
            }
        });
        match ended {
            Ok(()) => Ok(()),
            // A generator fails: one failure of the rule, without bindings. A mode that wants these counts as enforce.
            Err(Stop::Fault(fault)) => {
                rule.bindings.iter().for_each(|local| frame.unset(*local));
                let mode = match self.mode_or_failure(frame, rule, &BTreeMap::new(), &mut listed) {
                    Err(Stop::Bug(_)) => self.instance.mode,
                    mode => mode?,
                };
                self.failed(rule, mode, fault, BTreeMap::new(), &mut listed);
                Ok(())
            }
            Err(bug) => Err(bug),
        }
    }

    fn instance_of(
        &mut self,
        frame: &mut Frame<'a>,
        id: RuleId,
        rule: &'a Rule,
        include: &'a Include,
        places: &[Place],
        listed: &mut usize,
    ) -> Result<()> {
        let wanted = match &rule.when {
            None => Ok(true),
            Some(when) => self.world.truth(frame, when),
        };
        let done = match wanted {
            Ok(false) => return Ok(()),
            Ok(true) => {
                let bindings = self.bindings(frame, rule)?;
                let mode = self.mode_or_failure(frame, rule, &bindings, listed)?;
                self.include(frame, (id, rule), mode, include, places, listed)
            }
            Err(stop) => Err(stop),
        };
        match done {
            Err(Stop::Fault(fault)) => self.failure(frame, rule, fault, listed),
            done => done,
        }
    }

    /// Whether the rule finds, with what its finding gives.
    fn evaluated(
        &mut self,
        frame: &mut Frame<'a>,
        rule: &'a Rule,
        places: &[Place],
    ) -> Result<Option<Extra>> {
        let world = self.world;
        if let Some(when) = &rule.when
            && !world.truth(frame, when)?
        {
            return Ok(None);
        }
        if let Some(that) = &rule.that
            && world.truth(frame, that)?
        {
            return Ok(None);
        }
        Ok(Some(match &rule.effect {
            Effect::Oblige { payload, .. } => {
                let value = world.eval(frame, payload)?;
                Extra::Payload(convert::to_json(world, &value, payload.ty)?)
            }
            Effect::Transform { path, value } => {
                let pointer = transforms::pointer(world, frame, self.instance.at.as_deref(), path, places)?;
                let new = world.eval(frame, value)?;
                Extra::Change(pointer, convert::to_json(world, &new, value.ty)?)
            }
            Effect::Deny
            | Effect::Require
            | Effect::Allow
            | Effect::Escalate(_)
            | Effect::Warn
            | Effect::Include(_) => Extra::Nothing,
        }))
    }

    pub(super) fn bindings(&self, frame: &mut Frame<'a>, rule: &'a Rule) -> Result<BTreeMap<String, Json>> {
        let mut bindings = BTreeMap::new();
        for id in &rule.bindings {
            let Some(local) = self.instance.policy.locals.get(id.index()) else { continue };
            let value = self.world.variable(frame, *id)?;
            bindings.insert(local.name.clone(), convert::to_json(self.world, &value, local.ty)?);
        }
        Ok(bindings)
    }

    fn failure(
        &mut self,
        frame: &mut Frame<'a>,
        rule: &'a Rule,
        fault: Fault,
        listed: &mut usize,
    ) -> Result<()> {
        let bindings = self.bindings(frame, rule)?;
        let mode = self.mode_or_failure(frame, rule, &bindings, listed)?;
        self.failed(rule, mode, fault, bindings, listed);
        Ok(())
    }

    /// The mode of a rule where it counts. One that fails is a failure of its own, which denies; the rule then is as strict
    /// as its policy.
    pub(super) fn mode_or_failure(
        &mut self,
        frame: &mut Frame<'a>,
        rule: &'a Rule,
        bindings: &BTreeMap<String, Json>,
        listed: &mut usize,
    ) -> Result<Mode> {
        match self.mode(frame, rule) {
            Ok(mode) => Ok(mode),
            Err(Stop::Fault(fault)) => {
                self.left.asks.push(Outcome::Deny);
                if self.lists(listed) {
                    let rule = Some(self.instance.full(&rule.id));
                    let bindings = bindings.clone();
                    self.left.errors.push(Failed { rule, counts_as: "deny", bindings, fault });
                }
                Ok(self.instance.mode)
            }
            Err(bug) => Err(bug),
        }
    }

    /// Counts what a rule found; whether it is listed.
    pub(super) fn lists(&mut self, listed: &mut usize) -> bool {
        if *listed >= LISTED {
            self.left.omitted += 1;
            return false;
        }
        *listed += 1;
        true
    }

    fn failed(
        &mut self,
        rule: &'a Rule,
        mode: Mode,
        fault: Fault,
        bindings: BTreeMap<String, Json>,
        listed: &mut usize,
    ) {
        let counts_as = counts_as(rule);
        if mode == Mode::Enforce && counts_as == "deny" {
            self.left.asks.push(Outcome::Deny);
        }
        if !self.lists(listed) {
            return;
        }
        let full = self.instance.full(&rule.id);
        if mode != Mode::Enforce {
            let finding = self.bare(full, effect(rule), bindings, Some(fault));
            self.aside(mode, finding);
            return;
        }
        if counts_as == "warn" {
            let finding = self.bare(full.clone(), effect(rule), bindings.clone(), Some(fault.clone()));
            self.left.warnings.push(finding);
        }
        self.left.errors.push(Failed { rule: Some(full), counts_as, bindings, fault });
    }

    /// The failure of an exception: it counts as nothing.
    pub(super) fn exception_failed(
        &mut self,
        rule: &'a Rule,
        mode: Mode,
        fault: Fault,
        bindings: &BTreeMap<String, Json>,
        listed: &mut usize,
    ) {
        if !self.lists(listed) {
            return;
        }
        if mode == Mode::Enforce {
            return self.note(rule, mode, bindings, fault);
        }
        let finding = self.bare(self.instance.full(&rule.id), effect(rule), bindings.clone(), Some(fault));
        self.aside(mode, finding);
    }

    fn finding(
        &mut self,
        frame: &mut Frame<'a>,
        id: RuleId,
        rule: &'a Rule,
        extra: Extra,
        listed: &mut usize,
    ) -> Result<()> {
        let bindings = self.bindings(frame, rule)?;
        let mode = self.mode_or_failure(frame, rule, &bindings, listed)?;
        let full = self.instance.full(&rule.id);
        let (holding, faults) = exceptions::holding(self, frame, (id, rule), mode, &bindings, listed)?;
        let asks = match &rule.effect {
            Effect::Deny | Effect::Require => Some(Outcome::Deny),
            Effect::Escalate(_) => Some(Outcome::Escalate),
            Effect::Allow => Some(Outcome::Allow),
            Effect::Warn | Effect::Oblige { .. } | Effect::Transform { .. } | Effect::Include(_) => None,
        };
        if mode == Mode::Enforce && holding.is_empty() {
            self.left.asks.extend(asks);
        }
        if mode == Mode::Enforce {
            // What the host must do is listed however many there are.
            *listed += usize::from(!matches!(extra, Extra::Nothing));
            match (extra, &rule.effect) {
                (Extra::Payload(payload), Effect::Oblige { obligation, .. }) => {
                    return self.duty(full, payload, obligation.index());
                }
                (Extra::Change(pointer, value), _) => {
                    let (rules, location) = (vec![full], rule.location);
                    let failures = self.left.errors.len();
                    self.left.changes.push(Change { rules, pointer, value, bindings, location, failures });
                    return Ok(());
                }
                (Extra::Nothing | Extra::Payload(_), _) => {}
            }
        }
        if !self.lists(listed) {
            return Ok(());
        }
        // Exceptions are asked before the finding is told.
        for fault in faults {
            self.note(rule, mode, &bindings, fault);
        }
        let finding = self.told(frame, rule, mode, bindings, holding)?;
        match (mode, &rule.effect) {
            (Mode::Enforce, Effect::Warn) => self.left.warnings.push(finding),
            (Mode::Enforce, _) if finding.excepted.is_empty() => self.left.reasons.push(finding),
            (Mode::Enforce, _) => self.left.exceptions.push(finding),
            (mode, _) => self.aside(mode, finding),
        }
        Ok(())
    }

    fn duty(&mut self, rule: String, payload: Json, obligation: usize) -> Result<()> {
        let declared =
            self.world.hir.obligations.get(obligation).ok_or_else(|| Stop::bug("no such obligation"))?;
        let on: ObligationOn = declared.on;
        let via = self.instance.via.clone();
        self.left.duties.push(Duty { rule, obligation: declared.name.clone(), on, payload, via });
        Ok(())
    }

    /// A finding with its words.
    fn told(
        &mut self,
        frame: &mut Frame<'a>,
        rule: &'a Rule,
        mode: Mode,
        bindings: BTreeMap<String, Json>,
        holding: Vec<Holding>,
    ) -> Result<Finding> {
        let message = self.text(frame, rule, mode, rule.because.as_ref(), &bindings)?;
        let fix = self.text(frame, rule, mode, rule.fix.as_ref(), &bindings)?;
        let details = match &rule.details {
            None => None,
            Some(expr) => match self.world.eval(frame, expr) {
                Ok(value) => Some(convert::to_json(self.world, &value, expr.ty)?),
                Err(Stop::Fault(fault)) => {
                    self.note(rule, mode, &bindings, fault);
                    None
                }
                Err(bug) => return Err(bug),
            },
        };
        if let Effect::Escalate(to) = &rule.effect {
            let to = self.text(frame, rule, mode, Some(to), &bindings)?.unwrap_or_default();
            if mode == Mode::Enforce && holding.is_empty() {
                self.left.escalates(to);
            }
        }
        let bare = self.bare(self.instance.full(&rule.id), effect(rule), bindings, None);
        Ok(Finding { message, fix, details, excepted: holding, ..bare })
    }

    fn text(
        &mut self,
        frame: &mut Frame<'a>,
        rule: &Rule,
        mode: Mode,
        text: Option<&'a Text>,
        bindings: &BTreeMap<String, Json>,
    ) -> Result<Option<String>> {
        let Some(text) = text else { return Ok(None) };
        let message = self.world.message(frame, text)?;
        for fault in message.faults {
            self.note(rule, mode, bindings, fault);
        }
        Ok(Some(message.text))
    }

    /// A failure that counts as nothing, of a message or an exception; of a rule that does not decide it is not listed.
    pub(super) fn note(&mut self, rule: &Rule, mode: Mode, bindings: &BTreeMap<String, Json>, fault: Fault) {
        if mode == Mode::Enforce {
            let rule = Some(self.instance.full(&rule.id));
            self.left.errors.push(Failed { rule, counts_as: "none", bindings: bindings.clone(), fault });
        }
    }
}

/// What a failure of a rule counts as.
fn counts_as(rule: &Rule) -> &'static str {
    match &rule.effect {
        Effect::Deny | Effect::Require | Effect::Escalate(_) if rule.annotations.on_error_skip => "skip",
        Effect::Deny
        | Effect::Require
        | Effect::Escalate(_)
        | Effect::Oblige { .. }
        | Effect::Transform { .. }
        | Effect::Include(_) => "deny",
        Effect::Allow => "none",
        Effect::Warn => "warn",
    }
}

/// The effect in decisions.
pub(super) fn effect(rule: &Rule) -> &'static str {
    match &rule.effect {
        Effect::Deny | Effect::Require => "deny",
        Effect::Escalate(_) => "escalate",
        Effect::Allow => "allow",
        Effect::Warn => "warn",
        Effect::Oblige { .. } => "oblige",
        Effect::Transform { .. } => "transform",
        Effect::Include(_) => "include",
    }
}

/// Where a generator stands: a step of a JSON Pointer.
pub(super) type Place = String;

/// Goes through all bindings of generators, with the place of each.
fn each_at<'a>(
    world: &World<'a>,
    frame: &mut Frame<'a>,
    generators: &'a [Gen],
    places: &mut Vec<Place>,
    visit: &mut dyn FnMut(&mut Frame<'a>, &[Place]) -> Result<()>,
) -> Result<()> {
    let Some((first, rest)) = generators.split_first() else { return visit(frame, places) };
    let source = world.eval(frame, &first.source)?;
    for (index, element) in elements(&source)?.into_iter().enumerate() {
        frame.bind(&first.pattern, &element)?;
        places.push(transforms::place(world, &source, first.source.ty, index, &element)?);
        each_at(world, frame, rest, places, visit)?;
        places.pop();
    }
    Ok(())
}
