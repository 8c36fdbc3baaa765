//! Policies within policies: `include p(e) as name`, `require ID: p(e)`.

use std::sync::Arc;

use policy_syntax::{Location, ast};

use super::Checker;
use super::annotations::Target;
use super::env::Env;
use super::heads::{Head, policy_decl};
use super::policy_calls::{Arguments, Caller};
use super::rule::{Around, Opening, named};
use crate::diagnostics::composition::Composition;
use crate::finish::graph;
use crate::hash::HashMap;
use crate::hir::places::{Places, transforms};
use crate::hir::{DefaultOutcome, Effect, Include, Joins, PolicyId, Rule, Text, TextPart};

impl Checker<'_> {
    /// `include p(e, max: 500) as name for … when C`.
    pub(crate) fn include(
        &mut self,
        env: &Env,
        include: &ast::Include,
        stmt: &ast::Stmt,
        around: Around<'_>,
        policy: Option<PolicyId>,
    ) -> Rule {
        let generators = (include.generators.as_slice(), include.when.as_ref());
        let opening = self.opening(env, stmt, around, Target::Include, generators);
        let module = env.module;
        let (id, span, name) = match &include.name {
            Some(ast::IncludeName::Name(name)) => {
                (name.text.to_string(), name.span, Some(literal(&name.text, self.at(module, name.span))))
            }
            Some(ast::IncludeName::Text(text)) => {
                let span = self.ast(module).exprs[*text].span;
                let said = self.message(&opening.env, *text, "the name of an instance");
                (template(&said), span, Some(said))
            }
            // Reported by the parser.
            None => (String::new(), include.call.policy.span, None),
        };
        let effect = self.included(&opening, &include.call, policy, name, Joins::Rules);
        self.closing(module, opening, (&id, span), stmt, effect)
    }

    /// `require ID: p(e)`.
    pub(crate) fn require_policy(
        &mut self,
        env: &Env,
        require: &ast::RequirePolicy,
        stmt: &ast::Stmt,
        around: Around<'_>,
        policy: Option<PolicyId>,
    ) -> Rule {
        let opening = self.opening(env, stmt, around, Target::Include, (&[], None));
        let name = literal(&require.id.text, self.at(env.module, require.id.span));
        let effect = self.included(&opening, &require.call, policy, Some(name), Joins::Outcome);
        self.closing(env.module, opening, named(&require.id), stmt, effect)
    }

    fn included(
        &mut self,
        opening: &Opening,
        call: &ast::PolicyCall,
        policy: Option<PolicyId>,
        name: Option<Text>,
        joins: Joins,
    ) -> Effect {
        let env = opening.env.guarded(None);
        let at = self.at(env.module, call.span);
        let head = policy.and_then(|p| self.heads.get(p.index()).cloned().map(|head| (p, head)));
        let Some((policy, head)) = head else {
            for arg in &call.args {
                self.quietly_if_lambda(&env, arg.value);
            }
            return Effect::Warn;
        };
        let caller = Caller::Policy(&opening.input);
        match self.policy_arguments(&env, &head, &call.args, at, caller) {
            Some(Arguments { input, params }) => {
                Effect::Include(Box::new(Include { policy, input, params, name, joins }))
            }
            None => Effect::Warn,
        }
    }

    /// What only all policies together show: inclusion without cycles, defaults that agree, instances of their own names.
    pub(crate) fn inclusion(&mut self) {
        let edges: Vec<Vec<usize>> = self
            .heads
            .iter()
            .map(|head| head.instances.iter().filter_map(|i| i.policy).map(PolicyId::index).collect())
            .collect();
        for mut cycle in graph::cycles(&edges) {
            let place = |n: usize| self.hir.policies.get(n).map(|p| p.location);
            let first = cycle.iter().enumerate().min_by_key(|(_, n)| place(**n)).map_or(0, |(at, _)| at);
            cycle.rotate_left(first);
            self.inclusion_cycle(&cycle);
        }
        for head in self.heads.clone() {
            self.instance_names(&head);
            self.instance_defaults(&head);
        }
        self.transforms_of_no_part();
    }

    /// A policy that transforms is included on a part of the input only: nothing else can be changed.
    fn transforms_of_no_part(&mut self) {
        let mut found = Vec::new();
        for policy in &self.hir.policies {
            for rule in &policy.rules {
                let Effect::Include(include) = &rule.effect else { continue };
                let places = Places { hir: &self.hir, policy, rule };
                if transforms(&self.hir, include.policy) && places.path(&include.input).is_none() {
                    found.push((include.input.location, include.policy));
                }
            }
        }
        for (at, policy) in found {
            let Some(included) = self.hir.policies.get(policy.index()) else { continue };
            let (policy, declared) = (included.name.clone(), included.location);
            self.report(at, Composition::TransformOfNoPart { policy, declared });
        }
    }

    fn inclusion_cycle(&mut self, cycle: &[usize]) {
        let mut names: Vec<String> =
            cycle.iter().filter_map(|&n| self.hir.policies.get(n).map(|p| p.name.clone())).collect();
        names.extend(names.first().cloned());
        let next = cycle.get(1).or(cycle.first()).copied();
        let head = cycle.first().and_then(|&n| self.heads.get(n));
        let at = head.and_then(|h| h.instances.iter().find(|i| i.policy.map(PolicyId::index) == next));
        if let Some(at) = at.map(|i| i.location) {
            self.report(at, Composition::InclusionCycle { cycle: names });
        }
    }

    fn instance_names(&mut self, head: &Head) {
        let mut seen: HashMap<Arc<str>, Location> = HashMap::default();
        let rules = self.hir.policies.get(self.policies.get(&head.def).map_or(usize::MAX, |p| p.index()));
        let places: Vec<Location> =
            rules.map(|p| p.rules.iter().map(|r| r.location).collect()).unwrap_or_default();
        for instance in &head.instances {
            let Some(name) = instance.name.as_ref().filter(|n| !n.is_empty()) else { continue };
            let at = places.get(instance.rule.index()).copied().unwrap_or(instance.location);
            if let Some(&first) = seen.get(name) {
                // Two statements of one name were reported as that.
                if !head.rules.iter().any(|r| r.id == *name && r.location == at) {
                    self.report(at, Composition::SameInstance { name: name.to_string(), first });
                }
            }
            seen.entry(Arc::clone(name)).or_insert(at);
        }
    }

    fn instance_defaults(&mut self, head: &Head) {
        let Some(own) = self.default_of(head) else { return };
        let Some(&policy) = self.policies.get(&head.def) else { return };
        for instance in &head.instances {
            let joins = self.hir.policies.get(policy.index()).and_then(|p| {
                match &p.rules.get(instance.rule.index())?.effect {
                    Effect::Include(include) => Some(include.joins),
                    _ => None,
                }
            });
            let other = instance.policy.and_then(|p| self.heads.get(p.index())).cloned();
            let (Some(Joins::Rules), Some(other)) = (joins, other) else { continue };
            let Some(default) = self.default_of(&other) else { continue };
            if strictness(&default) > strictness(&own) {
                let finding = Composition::StricterDefault {
                    policy: other.name.to_string(),
                    default: word(&default),
                    declared: self.defs.get(other.def).location,
                    own: word(&own),
                };
                self.report(instance.location, finding);
            }
        }
    }

    /// The default of a policy; none where it was not understood.
    fn default_of(&self, head: &Head) -> Option<DefaultOutcome> {
        let decl = self.item_of(head.def).and_then(policy_decl)?;
        let written = decl.body.iter().any(|s| matches!(s.kind, ast::StmtKind::Default(_)));
        let policy = self.policies.get(&head.def)?;
        written.then(|| self.hir.policies.get(policy.index()).map(|p| p.default.clone())).flatten()
    }
}

fn strictness(outcome: &DefaultOutcome) -> u8 {
    match outcome {
        DefaultOutcome::Allow => 0,
        DefaultOutcome::Escalate(_) => 1,
        DefaultOutcome::Deny => 2,
    }
}

fn word(outcome: &DefaultOutcome) -> &'static str {
    match outcome {
        DefaultOutcome::Allow => "allows",
        DefaultOutcome::Escalate(_) => "escalates",
        DefaultOutcome::Deny => "denies",
    }
}

/// A text without interpolation.
fn literal(text: &str, location: Location) -> Text {
    Text { parts: vec![TextPart::Literal(text.to_owned())], location }
}

/// A text as it is written.
fn template(text: &Text) -> String {
    text.parts
        .iter()
        .map(|part| match part {
            TextPart::Literal(text) => text.clone(),
            TextPart::Value { source, .. } => format!("{{{source}}}"),
        })
        .collect()
}
