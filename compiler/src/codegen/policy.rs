//! Policies: `applies when`, shared `let`s, and the rules in source order.

use policy_bytecode::op::Op;
use policy_bytecode::program as out;
use policy_bytecode::verify::MAX_PARAMS;

use super::build::{Builder, Built, Owner};
use super::context::Context;
use super::fold::for_each_rule_part;
use super::lets::used_by;
use super::mode::mode;
use super::rule::Described;
use crate::hir::{Annotations, DefaultOutcome, Effect, Expr, Joins, Policy, PolicyId, Rule, Severity};
use crate::plan::table;

impl<'h> Context<'h> {
    /// Writes the body of a policy; what the program says of its rules comes with it.
    pub(crate) fn policy_body(&mut self, id: PolicyId, policy: &'h Policy) -> (Built, Vec<Described>) {
        if policy.params.len() > MAX_PARAMS {
            self.broken("a policy of more than 63 parameters");
        }
        let mut builder = Builder::new(self, &policy.locals);
        builder.owner = Owner { policy: Some(id.0), rule: None };
        // The input and the parameters are the first registers.
        let input = builder.bind_register(policy.input_local);
        debug_assert_eq!(input, 0, "the input is the first argument");
        builder.point_local(policy.input_local, Some(String::new()));
        for param in &policy.params {
            builder.bind_register(param.local);
        }
        builder.applies(policy);
        builder.share_paths(policy);
        let described = builder.rules(policy, id);
        builder.emit(Op::Finish, 0, 0, 0, policy.location);
        (builder.finish(), described)
    }

    pub(crate) fn policy_entry(
        &mut self,
        id: PolicyId,
        policy: &'h Policy,
        body: out::FunctionIndex,
        described: Vec<Described>,
    ) -> out::Policy {
        let reads = self.reads_of(id, policy);
        let plan = table::lower(self, policy.input, &reads.all);
        let mut rules = Vec::with_capacity(policy.rules.len());
        for ((rule, described), reads) in policy.rules.iter().zip(described).zip(&reads.rules) {
            let reads = reads.iter().map(|pointer| self.pools.text(pointer)).collect();
            rules.push(self.rule_entry(policy, rule, reads, described));
        }
        let params = policy
            .params
            .iter()
            .map(|param| {
                let local = policy.locals.get(param.local.index());
                out::Parameter {
                    name: self.pools.text(local.map_or("", |l| l.name.as_str())),
                    ty: local.map_or(out::TypeId(0), |l| self.type_id(l.ty)),
                    default: param.default.as_ref().map(|value| self.required_constant(value)),
                }
            })
            .collect();
        out::Policy {
            name: self.pools.text(&policy.name),
            input: self.type_id(policy.input),
            plan,
            params,
            body,
            default: match &policy.default {
                DefaultOutcome::Allow => out::DefaultOutcome::Allow,
                DefaultOutcome::Deny => out::DefaultOutcome::Deny,
                DefaultOutcome::Escalate(to) => out::DefaultOutcome::Escalate(self.pools.text(to)),
            },
            resolve_first: policy.resolve_first,
            bound: None,
            rules,
            mode: mode(policy.annotations.mode),
            mode_of: self.mode_function(id),
            annotations: self.annotations(&policy.annotations, &policy.doc),
        }
    }

    fn rule_entry(
        &mut self,
        policy: &'h Policy,
        rule: &'h Rule,
        reads: Vec<out::TextId>,
        described: Described,
    ) -> out::Rule {
        out::Rule {
            name: self.pools.text(&rule.id),
            effect: match &rule.effect {
                Effect::Deny => out::Effect::Deny,
                Effect::Require => out::Effect::Require,
                Effect::Allow => out::Effect::Allow,
                Effect::Escalate(_) => out::Effect::Escalate,
                Effect::Warn => out::Effect::Warn,
                Effect::Oblige { obligation, .. } => out::Effect::Oblige { obligation: obligation.0 },
                Effect::Transform { .. } => out::Effect::Transform,
                Effect::Include(include) => out::Effect::Include {
                    policy: include.policy.0,
                    joins: match include.joins {
                        Joins::Rules => out::Joins::Rules,
                        Joins::Outcome => out::Joins::Outcome,
                    },
                },
            },
            bindings: described.bindings,
            values: described.values,
            because: described.because,
            fix: described.fix,
            details: described.details,
            given: described.given,
            to: described.to,
            // The weaker of its own and its policy's; the policy's is applied to the whole decision.
            mode: mode(rule.annotations.mode),
            on_error_skip: rule.annotations.on_error_skip,
            no_exceptions: rule.annotations.no_exceptions,
            exceptions: described
                .exceptions
                .iter()
                .map(|at| u32::try_from(*at).unwrap_or(u32::MAX))
                .collect(),
            on: self.include_reads(policy, rule),
            annotations: self.annotations(&rule.annotations, &rule.doc),
            reads,
            place: self.place(rule.location),
        }
    }

    fn annotations(&mut self, given: &Annotations, doc: &str) -> out::Annotations {
        let texts = |pools: &mut super::pool::Pools, list: &[String]| {
            list.iter().map(|text| pools.text(text)).collect::<Vec<_>>()
        };
        out::Annotations {
            owner: given.owner.as_deref().map(|owner| self.pools.text(owner)),
            severity: given.severity.map(|severity| {
                self.pools.text(match severity {
                    Severity::Low => "low",
                    Severity::Medium => "medium",
                    Severity::High => "high",
                    Severity::Critical => "critical",
                })
            }),
            controls: texts(&mut self.pools, &given.controls),
            links: texts(&mut self.pools, &given.links),
            tags: texts(&mut self.pools, &given.tags),
            doc: (!doc.is_empty()).then(|| self.pools.text(doc)),
        }
    }
}

impl<'h> Builder<'_, 'h> {
    /// `let`s and `applies when`. A `let` that the condition uses may not lean on what the condition tells, and is
    /// evaluated when it is used; the others are in scope below it only.
    fn applies(&mut self, policy: &'h Policy) {
        let Some(condition) = &policy.applies else {
            let used = used_by(&mut rule_parts(policy).into_iter(), &policy.lets);
            self.define_lets(&policy.lets, &used);
            return;
        };
        let used = used_by(&mut std::iter::once(condition), &policy.lets);
        let by_rules = used_by(&mut rule_parts(policy).into_iter(), &policy.lets);
        let mut memo = self.memos;
        for (item, used) in policy.lets.iter().zip(&used) {
            if *used {
                self.memos = self.memos.saturating_add(1);
                self.define_lazy(item, memo);
                memo = self.memos;
            }
        }
        if condition.total {
            let value = self.operand(condition);
            self.emit(Op::Applies, value.0, 0, 0, condition.location);
        } else {
            let (failed, go_on) = (self.asm.label(), self.asm.label());
            self.emit_far(Op::Guard, 0, failed, condition.location);
            let value = self.operand(condition);
            self.emit(Op::Unguard, 0, 0, 0, condition.location);
            self.emit(Op::Applies, value.0, 0, 0, condition.location);
            self.jump(go_on);
            self.asm.mark(failed);
            self.emit(Op::AppliesFailed, 0, 0, 0, condition.location);
            self.emit(Op::Finish, 0, 0, 0, condition.location);
            self.asm.mark(go_on);
        }
        for ((item, used), by_rules) in policy.lets.iter().zip(&used).zip(by_rules) {
            if !*used {
                self.define_lets(std::slice::from_ref(item), &[by_rules]);
            }
        }
    }
}

/// What the rules of a policy evaluate.
fn rule_parts(policy: &Policy) -> Vec<&Expr> {
    let mut parts = Vec::new();
    for rule in &policy.rules {
        for_each_rule_part(rule, &mut |e| parts.push(e));
    }
    parts
}
