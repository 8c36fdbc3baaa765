//! Rules and arms that can never be the ones that decide.

use policy_syntax::Code;

use super::report::Reporter;
use super::{Input, Level, Lint};
use crate::constant::walk::{bodies, each};
use crate::exhaustive::coverage;
use crate::hir::{Effect, Expr, ExprKind, MatchPattern, Mode, Policy, Rule};

pub(super) const RULE: Lint = Lint {
    name: "unreachable_rule",
    code: Code(632),
    level: Level::Deny,
    title: "rule that can never decide",
};

pub(super) const ARM: Lint = Lint {
    name: "unreachable_arm",
    code: Code(633),
    level: Level::Deny,
    title: "arm of a `match` that nothing reaches",
};

pub(super) fn check(input: &Input<'_>, out: &mut Reporter) {
    for policy in &input.hir.policies {
        rules(policy, out);
    }
    for body in bodies(input.hir) {
        for root in body.roots {
            each(root, &mut |expr| arms(input, expr, out));
        }
    }
}

/// With `resolve first`, what stands after a rule that always decides.
fn rules(policy: &Policy, out: &mut Reporter) {
    if !policy.resolve_first {
        return;
    }
    let Some(last) = policy.rules.iter().position(|rule| always(policy, rule)) else { return };
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
        Effect::Deny | Effect::Require | Effect::Allow | Effect::Escalate(_) => true,
        Effect::Warn => false,
    }
}

fn always(policy: &Policy, rule: &Rule) -> bool {
    let enforced = |mode: Option<Mode>| mode.is_none_or(|mode| mode == Mode::Enforce);
    decides(rule)
        && rule.generators.is_empty()
        && rule.when.is_none()
        && rule.that.is_none()
        && enforced(rule.annotations.mode)
        && enforced(policy.annotations.mode)
}

fn arms(input: &Input<'_>, expr: &Expr, out: &mut Reporter) {
    let ExprKind::Match { scrutinee, arms } = &expr.kind else { return };
    let patterns: Vec<&[MatchPattern]> = arms.iter().map(|arm| arm.patterns.as_slice()).collect();
    let unreachable = coverage(&input.hir.types, scrutinee.ty, &patterns).unreachable;
    for (i, arm) in arms.iter().enumerate() {
        let dead = unreachable.iter().filter(|(j, _)| *j == i).count();
        if dead == 0 {
            continue;
        }
        let message = if dead < arm.patterns.len() {
            "a part of this pattern is taken by arms before it"
        } else {
            "nothing reaches this arm: the ones before it take everything that it takes"
        };
        out.report(&ARM, arm.location, message, |diagnostic| {
            diagnostic
                .with_label(if dead < arm.patterns.len() { "never all of it" } else { "never reached" })
                .with_note("the first arm that fits gives the value")
        });
    }
}
