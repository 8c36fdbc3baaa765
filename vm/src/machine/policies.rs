//! Instructions of policies: what rules find, in which mode, and decisions within tests.

use policy_bytecode::program::{Effect, FunctionIndex, Mode, Policy, Rule};

use super::findings::{Applies, Found, Instance, Kind, Note, Opened, Weight, weight};
use super::{Findings, Run};
use crate::failure::{Code, Failure};
use crate::observer::Observer;
use crate::value::Value;

/// The mode of the policy that is asked for, or why it could not be computed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Root {
    pub(crate) mode: Mode,
    pub(crate) failed: Option<u32>,
}

impl<O: Observer> Run<'_, O> {
    /// The evaluation of a policy that is running.
    pub(super) fn current(&self) -> u32 {
        self.machine.frames.last().map_or(0, |frame| frame.instance)
    }

    /// Whether a rule of the running policy has decided.
    pub(super) fn has_decided(&self) -> bool {
        self.machine.findings.instance(self.current()).is_some_and(|instance| instance.decided)
    }

    pub(super) fn policy(&self, instance: u32) -> Result<(u32, &Policy), Failure> {
        let at = self.machine.findings.instance(instance).ok_or(Failure::internal())?.policy;
        Ok((at, self.loaded.code.policies.get(at as usize).ok_or(Failure::internal())?))
    }

    /// The rule that is running, with the evaluation and the policy that it belongs to.
    pub(super) fn rule(&self, rule: u32) -> Result<(u32, u32, &Rule), Failure> {
        let instance = self.current();
        let (at, policy) = self.policy(instance)?;
        Ok((instance, at, policy.rules.get(rule as usize).ok_or(Failure::internal())?))
    }

    /// The mode of a rule: what the deployment says of it or of its policy, or else the weaker of its own and that of the
    /// evaluation of its policy.
    pub(super) fn mode_of(&self, instance: u32, policy: u32, rule: u32, own: Mode) -> Mode {
        let given = self.machine.findings.instance(instance).map_or(Mode::Enforce, |instance| instance.mode);
        match self.modes {
            None => own.min(given),
            Some(modes) => match (modes.of_rule(policy, rule), modes.of_policy(policy)) {
                (Some(mode), _) => mode,
                (None, Some(_)) => given,
                (None, None) => own.min(given),
            },
        }
    }

    #[inline(never)]
    pub(super) fn found(&mut self, rule: u32) -> Result<bool, Failure> {
        self.opened(rule, Kind::Finding)
    }

    #[inline(never)]
    pub(super) fn failed(&mut self, rule: u32) -> Result<bool, Failure> {
        let opened = self.opened(rule, Kind::Failed(self.machine.caught));
        self.machine.findings.forget_ahead();
        opened
    }

    /// The mode of a rule could not be computed: it counts as enforce, and the failure denies.
    ///
    /// Where the deployment says the mode, what the rule computes does not matter.
    #[inline(never)]
    pub(super) fn mode_failed(&mut self, rule: u32) -> Result<bool, Failure> {
        if let Some(modes) = self.modes {
            let (_, policy, _) = self.rule(rule)?;
            if modes.of_rule(policy, rule).or(modes.of_policy(policy)).is_some() {
                return Ok(false);
            }
        }
        let failed = self.machine.caught;
        // What fails beside its mode has been caught before it.
        self.machine.caught = self.machine.caught_before;
        self.opened(rule, Kind::ModeFailed(failed))
    }

    /// The policy that was just included gave its default, and an exception to the rule that includes it may hold.
    #[inline(never)]
    pub(super) fn default_found(&mut self, rule: u32) -> Result<bool, Failure> {
        self.opened(rule, Kind::Default)
    }

    fn opened(&mut self, rule: u32, kind: Kind) -> Result<bool, Failure> {
        let (instance, policy, described) = self.rule(rule)?;
        let (effect, skip, own) = (described.effect, described.on_error_skip, described.mode);
        let own = self.machine.findings.own_mode().unwrap_or(own);
        let is_failure = kind.is_failure();
        let (mode, weight) = match kind {
            Kind::ModeFailed(_) => (Mode::Enforce, Some(Weight::Deny)),
            Kind::Default => {
                let (mode, weight) = self.machine.findings.given_default().ok_or(Failure::internal())?;
                (mode, (mode == Mode::Enforce).then_some(weight))
            }
            Kind::Finding | Kind::Failed(_) | Kind::ExceptionFailed(..) | Kind::InstanceFailed(_) => {
                let mode = self.mode_of(instance, policy, rule, own);
                (mode, weight(effect, mode, is_failure, skip))
            }
        };
        if O::ACTIVE && matches!(kind, Kind::Finding | Kind::Failed(_)) {
            self.observer.rule(policy, rule, is_failure);
        }
        let duty = matches!(effect, Effect::Oblige { .. } | Effect::Transform);
        let always = duty && kind == Kind::Finding && mode == Mode::Enforce;
        let ends = !duty && effect != Effect::Warn;
        self.machine.heap.meter.allocate(size_of::<Found>())?;
        let findings = &mut self.machine.findings;
        findings.transforms |= always && effect == Effect::Transform;
        Ok(findings.open(Opened { instance, rule, kind, mode, weight, ends, always }))
    }

    /// What a rule computes its mode to be.
    #[inline(never)]
    pub(super) fn say_mode(&mut self, value: Value) -> Result<(), Failure> {
        let mode = mode_value(value).ok_or(Failure::kind(value))?;
        self.machine.findings.set_mode(mode);
        Ok(())
    }

    /// Whether an exception whose condition is true holds now.
    #[inline(never)]
    pub(super) fn except(&mut self, exception: u32) -> Result<bool, Failure> {
        let described = self.loaded.code.exceptions.get(exception as usize).ok_or(Failure::internal())?;
        let holds = match described.until {
            None => true,
            Some(until) => self.now.ok_or(Failure::new(Code::NoNow))? < until,
        };
        if holds {
            self.machine.heap.meter.allocate(size_of::<u32>())?;
            self.machine.findings.hold(exception);
        }
        if O::ACTIVE {
            self.observer.exception(exception, holds);
        }
        Ok(holds)
    }

    /// The condition of an exception failed: it does not hold, and the failure is listed.
    #[inline(never)]
    pub(super) fn except_failed(&mut self, rule: u16, which: u8) -> Result<bool, Failure> {
        let rule = u32::from(rule);
        let (instance, policy, described) = self.rule(rule)?;
        let exception = *described.exceptions.get(usize::from(which)).ok_or(Failure::internal())?;
        let own = self.machine.findings.own_mode().unwrap_or(described.mode);
        let mode = match self.machine.findings.given_default() {
            Some((mode, _)) => mode,
            None => self.mode_of(instance, policy, rule, own),
        };
        let kind = Kind::ExceptionFailed(exception, self.machine.caught);
        self.machine.heap.meter.allocate(size_of::<Found>())?;
        let opened = Opened { instance, rule, kind, mode, weight: None, ends: false, always: false };
        Ok(self.machine.findings.open(opened))
    }

    #[inline(never)]
    pub(super) fn note(&mut self, value: Value) -> Result<(), Failure> {
        self.machine.heap.meter.allocate(size_of::<Note>())?;
        if self.machine.findings.note(Note::Value(value)) { Ok(()) } else { Err(Failure::internal()) }
    }

    #[inline(never)]
    pub(super) fn note_failed(&mut self) -> Result<(), Failure> {
        self.machine.heap.meter.allocate(size_of::<Note>())?;
        let caught = Note::Failed(self.machine.caught);
        if self.machine.findings.note(caught) { Ok(()) } else { Err(Failure::internal()) }
    }

    #[inline(never)]
    pub(super) fn applies_failed(&mut self) {
        self.set_applies(Applies::Failed(self.machine.caught));
    }

    #[inline(never)]
    pub(super) fn does_not_apply(&mut self) {
        self.set_applies(Applies::No);
    }

    fn set_applies(&mut self, applies: Applies) {
        let current = self.current() as usize;
        if let Some(instance) = self.machine.findings.instances.get_mut(current) {
            instance.applies = applies;
        }
    }

    /// The mode that a policy computes from its parameters; a failure is given by its position.
    pub(super) fn computed_mode(&mut self, policy: &Policy, params: &[Value]) -> Result<Mode, u32> {
        let Some(function) = policy.mode_of else { return Ok(policy.mode) };
        let value = self.call(function, params)?;
        match mode_value(value) {
            Some(mode) => Ok(mode.min(policy.mode)),
            None => Err(self.record(Failure::kind(value), 0)),
        }
    }

    /// The mode of the policy that is asked for. Its parameters are all that it depends on, so that it is known whatever
    /// becomes of the input.
    ///
    /// # Errors
    /// The limit that was reached, by its position.
    pub(crate) fn root_mode(&mut self, policy: u32, params: &[Value]) -> Result<Root, u32> {
        let loaded = self.loaded;
        if let Some(mode) = self.modes.and_then(|modes| modes.of_policy(policy)) {
            return Ok(Root { mode, failed: None });
        }
        let Some(described) = loaded.code.policies.get(policy as usize) else {
            return Ok(Root { mode: Mode::Enforce, failed: None });
        };
        match self.computed_mode(described, params) {
            Ok(mode) => Ok(Root { mode, failed: None }),
            Err(raised) if self.ends(raised) => Err(raised),
            Err(raised) => Ok(Root { mode: Mode::Enforce, failed: Some(raised) }),
        }
    }

    /// Whether a recorded failure ends the decision.
    pub(super) fn ends(&self, raised: u32) -> bool {
        self.machine.raised.get(raised as usize).is_none_or(|raised| raised.failure.code.is_limit())
    }

    /// Runs a policy on an input that is a value already. The findings stay in the machine.
    pub(crate) fn run_policy(
        &mut self,
        policy: u32,
        root: Root,
        input: Value,
        params: &[Value],
    ) -> Result<(), u32> {
        let Some(described) = self.loaded.code.policies.get(policy as usize) else {
            return Err(self.record(Failure::internal(), 0));
        };
        let body: FunctionIndex = described.body;
        self.machine.findings.clear();
        let instance = Instance { mode_failed: root.failed, ..Instance::new(policy, Mode::Enforce) };
        self.machine.findings.instances.push(instance);
        self.call_on(body, &[input], params)?;
        if O::ACTIVE {
            let root = self.machine.findings.instance(0);
            if root.is_some_and(|root| root.applies == Applies::Yes && root.decides().is_none()) {
                self.observer.default_outcome(policy);
            }
        }
        if self.machine.findings.transforms { self.settle_transforms() } else { Ok(()) }
    }

    /// The decision of a policy as a value, in a test.
    pub(super) fn decide(&mut self, policy: u32, args: &[Value]) -> Result<Value, Failure> {
        if self.machine.deciding > 0 {
            return Err(Failure::internal());
        }
        let (input, params) = args.split_first().ok_or(Failure::internal())?;
        self.machine.deciding += 1;
        let outer = std::mem::take(&mut self.machine.findings);
        let mut root = Root { mode: Mode::Enforce, failed: None };
        let result = match self.root_mode(policy, params) {
            Ok(found) => {
                root = found;
                self.run_policy(policy, root, *input, params)
            }
            Err(raised) => Err(raised),
        };
        let inner: Findings = std::mem::replace(&mut self.machine.findings, outer);
        self.machine.deciding -= 1;
        crate::decision::decision_value(self, policy, (*input, root.mode), &inner, result.err())
    }
}

/// The mode that a value of `Mode` names.
pub(super) const fn mode_value(value: Value) -> Option<Mode> {
    let Value::Variant(position) = value else { return None };
    match position {
        0 => Some(Mode::Observe),
        1 => Some(Mode::Advise),
        2 => Some(Mode::Enforce),
        _ => None,
    }
}
