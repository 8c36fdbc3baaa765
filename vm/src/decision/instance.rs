//! Where a finding comes from: the rule, and the includes that led to it.

use policy_bytecode::program::{DefaultOutcome, Effect, Joins, Policy, Rule};

use super::Source;
use super::build::location;
use crate::machine::{Found, Instance, Kind, instance_name};

/// The rule of a finding; none where an included policy fails before any rule of its own.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) rule: Option<&'a Rule>,
}

impl<'a> Source<'a> {
    /// Where a finding comes from.
    pub(super) fn place(&self, found: &Found) -> Option<Place<'a>> {
        let instance = self.findings.instance(found.instance)?;
        let (rule, of) = match found.kind {
            Kind::InstanceFailed(_) => (instance.parent.1, instance.parent.0),
            Kind::Finding
            | Kind::Failed(_)
            | Kind::ModeFailed(_)
            | Kind::ExceptionFailed(..)
            | Kind::Default => (found.rule, found.instance),
        };
        Some(Place { rule: self.policy_of(of)?.rules.get(rule as usize) })
    }

    fn policy_of(&self, instance: u32) -> Option<&'a Policy> {
        self.loaded.code.policies.get(self.findings.instance(instance)?.policy as usize)
    }

    /// The policy that the rule of a finding includes.
    pub(super) fn included(&self, of: &Place<'a>) -> Option<&'a Policy> {
        let Effect::Include { policy, .. } = of.rule?.effect else { return None };
        self.loaded.code.policies.get(policy as usize)
    }

    /// What a finding does.
    pub(super) fn effect(&self, of: &Place<'a>, found: &Found) -> Effect {
        match found.kind {
            Kind::Default => match self.included(of).map(|policy| &policy.default) {
                Some(DefaultOutcome::Escalate(_)) => Effect::Escalate,
                Some(DefaultOutcome::Allow | DefaultOutcome::Deny) | None => Effect::Deny,
            },
            Kind::InstanceFailed(_) => Effect::Deny,
            Kind::Finding | Kind::Failed(_) | Kind::ModeFailed(_) | Kind::ExceptionFailed(..) => {
                of.rule.map_or(Effect::Deny, |rule| rule.effect)
            }
        }
    }

    /// The evaluations that led to one, itself first and the one that was asked for left out.
    fn chain(&self, instance: u32) -> Vec<&'a Instance> {
        let mut chain = Vec::new();
        let mut at = instance;
        while let Some(instance) = self.findings.instance(at).filter(|_| at != 0) {
            chain.push(instance);
            at = instance.parent.0;
        }
        chain
    }

    /// The name of a rule as findings carry it: after the names of the includes that led to it.
    pub(super) fn name(&self, of: &Place<'a>, found: &Found) -> String {
        let mut name = String::new();
        for instance in self.chain(found.instance).into_iter().rev() {
            name.push_str(instance_name(self.loaded, self.memory, instance));
            name.push('.');
        }
        match (found.kind, of.rule) {
            (Kind::InstanceFailed(_), _) | (_, None) => {
                name.pop();
            }
            (
                Kind::Finding
                | Kind::Failed(_)
                | Kind::ModeFailed(_)
                | Kind::ExceptionFailed(..)
                | Kind::Default,
                Some(rule),
            ) => name.push_str(self.loaded.text(rule.name)),
        }
        name
    }

    /// The included policies that led to an evaluation, outermost first.
    pub(super) fn via(&self, instance: u32) -> Vec<String> {
        let chain = self.chain(instance).into_iter().rev();
        let policies = chain.filter_map(|instance| self.loaded.code.policies.get(instance.policy as usize));
        policies.map(|policy| self.loaded.text(policy.name).to_owned()).collect()
    }

    /// Whether of an evaluation only an outcome joins, or of one that includes it.
    pub(super) fn joins_as_outcome(&self, instance: u32) -> bool {
        self.chain(instance).iter().any(|instance| instance.joins == Joins::Outcome)
    }

    pub(super) fn location(&self, of: &Place<'a>) -> String {
        of.rule.map_or_else(String::new, |rule| location(self.loaded, &rule.place))
    }

    /// The parts of the document that the conditions of a rule read. Where an included policy decides on what is no part of the
    /// document, there are none.
    pub(super) fn reads(&self, of: &Place<'a>, found: &Found) -> Vec<String> {
        let mut bases = vec![String::new()];
        for instance in self.chain(found.instance).into_iter().rev() {
            let (parent, rule) = instance.parent;
            let rule = self.policy_of(parent).and_then(|policy| policy.rules.get(rule as usize));
            let on = rule.map_or_else(Vec::new, |rule| self.texts(&rule.on));
            bases = bases.iter().flat_map(|base| on.iter().map(move |on| format!("{base}{on}"))).collect();
        }
        let reads = of.rule.map_or_else(Vec::new, |rule| self.texts(&rule.reads));
        let mut all: Vec<String> =
            bases.iter().flat_map(|base| reads.iter().map(move |read| format!("{base}{read}"))).collect();
        all.sort();
        all.dedup();
        all
    }
}
