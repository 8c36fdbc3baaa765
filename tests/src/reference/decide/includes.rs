//! Policies within policies.

use std::collections::BTreeMap;

use policy_compiler::hir::{
    DefaultOutcome, Expr, ExprKind, Include, Joins, LocalId, Mode, Pattern, PatternKind, Policy, Rule,
    RuleId, TyKind,
};

use super::super::eval::Frame;
use super::super::fault::{Result, Stop};
use super::super::json;
use super::super::print;
use super::gather::{self, Instance, Left, Place, Run};
use super::{Finding, Outcome, exceptions};

impl<'a> Run<'_, 'a> {
    /// `include p(e) as name`, `require ID: p(e)`, for one binding.
    pub(super) fn include(
        &mut self,
        frame: &mut Frame<'a>,
        (id, rule): (RuleId, &'a Rule),
        own: Mode,
        include: &'a Include,
        places: &[Place],
        listed: &mut usize,
    ) -> Result<()> {
        let world = self.world;
        let policies = &world.hir.policies;
        let policy = policies.get(include.policy.index()).ok_or_else(|| Stop::bug("no such policy"))?;
        let name = match &include.name {
            Some(text) => world.plain_text(frame, text)?,
            None => policy.name.rsplit('.').next().unwrap_or_default().to_owned(),
        };
        let at = self.place_of(frame, rule, &include.input, places)?;
        let input = world.eval(frame, &include.input)?;
        let mut inner = Frame::new(policy.locals.len());
        let mut given = Vec::new();
        for (local, value) in &include.params {
            given.push((*local, world.eval(frame, value)?));
        }
        super::parameters(world, policy, &mut inner, &given)?;
        if !self.names.insert(name.clone()) {
            return Err(Stop::fault("duplicate_instance", rule.location, Vec::new()));
        }
        let (mode, forced, failed) = match gather::policy_mode(world, &mut inner, policy, own) {
            Ok((mode, forced)) => (mode, forced, None),
            Err(Stop::Fault(fault)) => (own, false, Some(fault)),
            Err(bug) => return Err(bug),
        };
        inner.set(policy.input_local, input.clone());
        let (mut names, mut via) = (self.instance.names.clone(), self.instance.via.clone());
        names.push(name);
        via.push(policy.name.clone());
        let instance = Instance { policy, names, via, input, at, mode, forced };
        let mut left = Left::default();
        let applies = gather::run(world, &instance, &mut inner, &mut left)?;
        if let Some(fault) = failed.filter(|_| applies) {
            // The mode of an instance that fails denies, whatever its includer's.
            left.fails(Some(instance.names.join(".")), "deny", BTreeMap::new(), fault);
        }
        if include.joins == Joins::Outcome {
            let decided = left.strictest().is_some();
            left.asks.retain(|outcome| *outcome != Outcome::Allow);
            left.reasons.retain(|finding| finding.effect != "allow");
            if applies && !decided {
                self.default(frame, (id, rule), mode, policy, &mut left, listed)?;
            }
        }
        self.left.append(left);
        Ok(())
    }

    /// The default of a policy whose whole outcome joins: a finding of the rule, where it is no allow.
    fn default(
        &mut self,
        frame: &mut Frame<'a>,
        (id, rule): (RuleId, &'a Rule),
        mode: Mode,
        policy: &Policy,
        left: &mut Left,
        listed: &mut usize,
    ) -> Result<()> {
        let (outcome, to, does) = match &policy.default {
            DefaultOutcome::Allow => return Ok(()),
            DefaultOutcome::Deny => (Outcome::Deny, None, "denies"),
            DefaultOutcome::Escalate(to) => (Outcome::Escalate, Some(to.clone()), "escalates"),
        };
        let bindings = self.bindings(frame, rule)?;
        let (excepted, _) = exceptions::holding(self, frame, (id, rule), mode, &bindings, listed)?;
        if mode == Mode::Enforce && excepted.is_empty() {
            left.asks.push(outcome);
        }
        if !self.lists(listed) {
            return Ok(());
        }
        let bare = self.bare(self.instance.full(&rule.id), outcome.name(), bindings, None);
        let message = Some(format!("{} {does} by default", policy.name));
        let finding = Finding { message, excepted, ..bare };
        match mode {
            Mode::Observe => left.observed.push(finding),
            Mode::Advise => left.warnings.push(finding),
            Mode::Enforce if finding.excepted.is_empty() => {
                left.reasons.push(finding);
                to.into_iter().for_each(|to| left.escalates(to));
            }
            Mode::Enforce => left.exceptions.push(finding),
        }
        Ok(())
    }

    /// Where an expression stands in the input of the policy that is asked; none where it is no part of it.
    fn place_of(
        &self,
        frame: &mut Frame<'a>,
        rule: &'a Rule,
        expr: &'a Expr,
        places: &[Place],
    ) -> Result<Option<String>> {
        let Some(own) = &self.instance.at else { return Ok(None) };
        let policy = self.instance.policy;
        Ok(match &expr.kind {
            ExprKind::Local(local) if *local == policy.input_local => Some(own.clone()),
            ExprKind::Local(local) => {
                if let Some(index) = rule.generators.iter().position(|g| binds(&g.pattern, *local)) {
                    let generator = rule.generators.get(index).ok_or_else(|| Stop::bug("no generator"))?;
                    let source = self.place_of(frame, rule, &generator.source, places)?;
                    return Ok(source.zip(places.get(index)).map(|(at, key)| json::step(&at, key)));
                }
                let found = policy.lets.iter().find(|one| is_name(&one.pattern, *local));
                match found {
                    Some(one) => self.place_of(frame, rule, &one.value, places)?,
                    None => None,
                }
            }
            ExprKind::Field { base, field } => match self.world.hir.types.kind(base.ty) {
                TyKind::Record(record) => {
                    let record = self.world.hir.types.record(*record);
                    let name = record.and_then(|record| record.fields.get(field.index())).map(|f| &f.name);
                    let at = self.place_of(frame, rule, base, places)?;
                    at.zip(name).map(|(at, name)| json::step(&at, name))
                }
                _ => None,
            },
            ExprKind::Index { base, index } => {
                let Some(at) = self.place_of(frame, rule, base, places)? else { return Ok(None) };
                let key = self.world.eval(frame, index)?;
                Some(json::step(&at, &print::plain(self.world, &key, index.ty)?))
            }
            ExprKind::Narrow(inner) => self.place_of(frame, rule, inner, places)?,
            _ => None,
        })
    }
}

/// Whether a pattern binds an element, or the value of an entry, to a variable.
fn binds(pattern: &Pattern, local: LocalId) -> bool {
    match &pattern.kind {
        PatternKind::Tuple(parts) => parts.get(1).is_some_and(|part| is_name(part, local)),
        PatternKind::Bind(_) | PatternKind::Ignore | PatternKind::Record(..) => is_name(pattern, local),
    }
}

fn is_name(pattern: &Pattern, local: LocalId) -> bool {
    matches!(pattern.kind, PatternKind::Bind(other) if other == local)
}
