//! Rules that can never be the ones that decide.

use policy_syntax::Code;

use super::report::Reporter;
use super::{Input, Level, Lint};
use crate::constant::Known;
use crate::hir::{Effect, Hir, Mode, Policy, Rule};

pub(super) const RULE: Lint =
    Lint { name: "unreachable_rule", code: Code(632), level: Level::Deny, title: "rule that can never fire" };

pub(super) fn check<'h>(input: &Input<'h>, known: &Known<'h>, out: &mut Reporter) {
    for (n, policy) in input.hir.policies.iter().enumerate() {
        rules(input.hir, n, policy, out);
        for rule in &policy.rules {
            empty(known, rule, out);
        }
    }
}

/// A rule over a list that is always empty.
fn empty(known: &Known<'_>, rule: &Rule, out: &mut Reporter) {
    for generator in &rule.generators {
        if known.value(&generator.source).is_some_and(|value| value.scalar().is_none() && value.is_empty()) {
            let message = format!("the rule `{}` can never fire: it looks at nothing", rule.id);
            out.report(&RULE, rule.location, message, |diagnostic| {
                diagnostic.with_label("never fires").with_secondary(generator.source.location, "always empty")
            });
        }
    }
}

/// With `resolve first`, what stands after a rule that always decides.
fn rules(hir: &Hir, n: usize, policy: &Policy, out: &mut Reporter) {
    if !policy.resolve_first {
        return;
    }
    let mut all = policy.rules.iter().enumerate();
    let Some((last, _)) = all.find(|(at, rule)| always(policy, rule) && !excepted(hir, n, *at)) else {
        return;
    };
    let Some(catch_all) = policy.rules.get(last) else { return };
    for rule in policy.rules.iter().skip(last + 1).filter(|rule| decides(rule)) {
        let message =
            format!("the rule `{}` can never decide: `{}` before it always does", rule.id, catch_all.id);
        out.report(&RULE, rule.location, message, |diagnostic| {
            diagnostic
                .with_label("never looked at")
                .with_secondary(catch_all.location, "this rule decides whatever the input")
                .with_note("with `resolve first` the first rule that finds decides, in source order")
                .with_help("move the rule up, or give the one before it a condition")
        });
    }
}

/// Whether a rule takes part in the decision itself.
fn decides(rule: &Rule) -> bool {
    match rule.effect {
        Effect::Deny | Effect::Require | Effect::Allow | Effect::Escalate(_) | Effect::Include(_) => true,
        Effect::Warn | Effect::Oblige { .. } | Effect::Transform { .. } => false,
    }
}

fn always(policy: &Policy, rule: &Rule) -> bool {
    let finds = match rule.effect {
        // Whether it finds is up to the rules that it includes.
        Effect::Include(_) => false,
        Effect::Deny
        | Effect::Require
        | Effect::Allow
        | Effect::Escalate(_)
        | Effect::Warn
        | Effect::Oblige { .. }
        | Effect::Transform { .. } => decides(rule),
    };
    finds
        && rule.generators.is_empty()
        && rule.when.is_none()
        && rule.that.is_none()
        && enforced(policy, rule)
}

/// Whether an exception can take away what a rule finds.
pub(super) fn excepted(hir: &Hir, policy: usize, rule: usize) -> bool {
    hir.exceptions.iter().any(|e| e.policy.index() == policy && e.rule.index() == rule)
}

/// Whether what a rule finds always counts: no mode takes it away.
pub(super) fn enforced(policy: &Policy, rule: &Rule) -> bool {
    let enforced = |mode: Option<Mode>| mode.is_none_or(|mode| mode == Mode::Enforce);
    let constant = policy.mode.is_none() && rule.mode.is_none();
    constant && enforced(rule.annotations.mode) && enforced(policy.annotations.mode)
}
