//! Instructions of policies: what rules find, and decisions within tests.

use policy_bytecode::program::FunctionIndex;

use super::findings::{Applies, Note, weight};
use super::{Findings, Run};
use crate::failure::Failure;
use crate::observer::Observer;
use crate::value::Value;

impl<O: Observer> Run<'_, O> {
    /// The rule of the policy that is being decided.
    pub(super) fn open_finding(&mut self, policy: u32, rule: u16, failed: bool) -> Result<bool, Failure> {
        let loaded = self.loaded;
        let described = loaded
            .code
            .policies
            .get(policy as usize)
            .and_then(|policy| policy.rules.get(usize::from(rule)))
            .ok_or(Failure::internal())?;
        let weight = weight(described.effect, described.mode, failed, described.on_error_skip);
        if O::ACTIVE {
            self.observer.rule(policy, u32::from(rule), failed);
        }
        let caught = failed.then_some(self.machine.caught);
        self.machine.heap.meter.allocate(size_of::<super::findings::Found>())?;
        Ok(self.machine.findings.open(u32::from(rule), weight, caught))
    }

    pub(super) fn note(&mut self, value: Value) -> Result<(), Failure> {
        self.machine.heap.meter.allocate(size_of::<Note>())?;
        if self.machine.findings.note(Note::Value(value)) { Ok(()) } else { Err(Failure::internal()) }
    }

    pub(super) fn note_failed(&mut self) -> Result<(), Failure> {
        self.machine.heap.meter.allocate(size_of::<Note>())?;
        let caught = Note::Failed(self.machine.caught);
        if self.machine.findings.note(caught) { Ok(()) } else { Err(Failure::internal()) }
    }

    pub(super) fn applies_failed(&mut self) {
        self.machine.findings.applies = Applies::Failed(self.machine.caught);
    }

    pub(super) fn does_not_apply(&mut self) {
        self.machine.findings.applies = Applies::No;
    }

    /// Runs a policy on an input that is a value already. The findings stay in the machine.
    pub(crate) fn run_policy(&mut self, policy: u32, args: &[Value]) -> Result<(), u32> {
        let Some(described) = self.loaded.code.policies.get(policy as usize) else {
            return Err(self.record(Failure::internal(), 0));
        };
        let body: FunctionIndex = described.body;
        self.machine.findings.clear();
        let before = std::mem::replace(&mut self.policy, policy);
        let result = self.call(body, args);
        self.policy = before;
        result.map(drop)
    }

    /// The decision of a policy as a value, in a test.
    pub(super) fn decide(&mut self, policy: u32, args: &[Value]) -> Result<Value, Failure> {
        if self.machine.deciding > 0 {
            return Err(Failure::internal());
        }
        self.machine.deciding += 1;
        let outer = std::mem::take(&mut self.machine.findings);
        let result = self.run_policy(policy, args);
        let inner: Findings = std::mem::replace(&mut self.machine.findings, outer);
        self.machine.deciding -= 1;
        crate::decision::decision_value(self, policy, &inner, result.err())
    }
}
