//! Policies within policies: each include is an evaluation of its own, whose findings stay its own and whose result is that of
//! the rule that includes it.

use std::cmp::Ordering;

use policy_bytecode::Inst;
use policy_bytecode::program::Effect;

use super::findings::{Applies, Findings, Instance};
use super::{Entry, Run};
use crate::failure::{Code, Failure};
use crate::memory::Memory;
use crate::observer::Observer;
use crate::program::Loaded;
use crate::store::position;
use crate::value::Value;

/// The name of an evaluation among those of its includer: the one that was given, or the policy's own.
pub(crate) fn instance_name<'a>(loaded: &'a Loaded, memory: Memory<'a>, instance: &Instance) -> &'a str {
    if let Value::Text(span) = instance.name {
        return memory.span_text(span);
    }
    let name = loaded.code.policies.get(instance.policy as usize).map_or("", |p| loaded.text(p.name));
    name.rsplit('.').next().unwrap_or(name)
}

/// Where a name stands among those of an includer, or where it would.
fn place_of(
    findings: &Findings,
    loaded: &Loaded,
    memory: Memory<'_>,
    parent: u32,
    name: &str,
) -> Result<usize, usize> {
    findings.names.binary_search_by(|at| {
        let Some(instance) = findings.instance(*at) else { return Ordering::Less };
        instance.parent.0.cmp(&parent).then_with(|| instance_name(loaded, memory, instance).cmp(name))
    })
}

impl<O: Observer> Run<'_, O> {
    /// Enters the body of an included policy.
    pub(super) fn include(
        &mut self,
        registers: &mut Vec<Value>,
        base: usize,
        inst: Inst,
        back: usize,
    ) -> Result<usize, Failure> {
        self.machine.heap.meter.charge(4)?;
        let loaded = self.loaded;
        let (parent, policy, rule) = self.rule(inst.ax())?;
        let Effect::Include { policy: included, joins } = rule.effect else {
            return Err(Failure::internal());
        };
        let own = self.machine.findings.own_mode().unwrap_or(rule.mode);
        let mode = self.mode_of(parent, policy, inst.ax(), own);
        self.machine.findings.forget_ahead();
        let described = loaded.code.policies.get(included as usize).ok_or(Failure::internal())?;

        let caller = self.machine.frames.last().map_or(0, |frame| frame.base as usize);
        let from = caller + usize::from(inst.c);
        let mut args = [Value::Absent; 66];
        let count = described.params.len() + 3;
        let args = args.get_mut(..count).ok_or(Failure::internal())?;
        args.copy_from_slice(registers.get(from..from + count).ok_or(Failure::internal())?);
        let (Some(&name), Some(&pointer), Some(given)) = (args.first(), args.get(1), args.get(2..)) else {
            return Err(Failure::internal());
        };

        let mut instance =
            Instance { parent: (parent, inst.ax()), joins, name, pointer, ..Instance::new(included, mode) };
        let findings = &self.machine.findings;
        let memory = self.memory();
        let shown = instance_name(loaded, memory, &instance);
        let place = match place_of(findings, loaded, memory, parent, shown) {
            Ok(_) if name.is_present() => return Err(Failure::of(Code::DuplicateInstance, name)),
            Ok(_) => {
                let own = shown.to_owned();
                let name = self.machine.heap.text(&own)?;
                return Err(Failure::of(Code::DuplicateInstance, Value::Text(name)));
            }
            Err(place) => place,
        };
        self.machine.heap.meter.allocate(size_of::<Instance>())?;
        self.mode_of_instance(registers, &mut instance, given)?;
        let at = position(self.machine.findings.instances.len())?;
        self.machine.findings.names.insert(place, at);
        self.machine.findings.instances.push(instance);
        if O::ACTIVE {
            let name = instance_name(loaded, self.memory(), &instance).to_owned();
            self.observer.include(at, parent, inst.ax(), included, &name);
        }
        let (base, back) = (position(base)?, position(back)?);
        let entry = Entry { base, back, dst: 0, instance: at, included: true };
        let (start, window) = self.enter(registers, described.body, entry)?;
        let params = registers.get_mut(window).and_then(|all| all.get_mut(..given.len()));
        params.ok_or(Failure::internal())?.copy_from_slice(given);
        Ok(start)
    }

    /// The mode of an included policy: what the deployment says, or the weaker of its own and its includer's.
    fn mode_of_instance(
        &mut self,
        registers: &mut Vec<Value>,
        instance: &mut Instance,
        given: &[Value],
    ) -> Result<(), Failure> {
        let loaded = self.loaded;
        if let Some(mode) = self.modes.and_then(|modes| modes.of_policy(instance.policy)) {
            instance.mode = mode;
            return Ok(());
        }
        let described = loaded.code.policies.get(instance.policy as usize).ok_or(Failure::internal())?;
        // The function runs in frames above this one.
        self.machine.registers = std::mem::take(registers);
        let computed = self.computed_mode(described, given.get(1..).unwrap_or(&[]));
        *registers = std::mem::take(&mut self.machine.registers);
        match computed {
            Ok(mode) => instance.mode = instance.mode.min(mode),
            Err(raised) if self.ends(raised) => {
                let failure = self.machine.raised.get(raised as usize).map(|raised| raised.failure);
                return Err(failure.unwrap_or(Failure::internal()));
            }
            Err(raised) => instance.mode_failed = Some(raised),
        }
        Ok(())
    }

    /// An included policy has ended.
    pub(super) fn finish_include(&mut self, instance: u32) {
        let loaded = self.loaded;
        let ended = self.machine.findings.instance(instance).copied();
        let policy = ended.map(|instance| instance.policy);
        if O::ACTIVE
            && let Some(ended) = ended
            && ended.joins == policy_bytecode::program::Joins::Outcome
            && ended.applies == Applies::Yes
            && ended.decides().is_none()
        {
            self.observer.default_outcome(ended.policy);
        }
        if let Some(policy) = policy.and_then(|policy| loaded.code.policies.get(policy as usize)) {
            self.machine.findings.finish_instance(instance, policy);
        }
    }
}
