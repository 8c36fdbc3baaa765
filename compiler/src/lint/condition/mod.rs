//! Conditions that are always true or always false, and comparisons of what can never be equal.
//!
//! A condition is looked at with what the conditions before it leave possible: types give ranges and variants, `and`,
//! `or`, `implies`, `if`, `match` and the clauses of a rule narrow them. A function that is checked for several
//! types, or a lambda that was put in at several places, is reported only where all of them agree.

mod domain;
mod facts;
mod judge;
mod key;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use policy_syntax::{Code, Diagnostic};

use super::reach::{RULE, enforced, excepted};
use super::report::Reporter;
use super::{Input, Level, Lint};
use crate::constant::Known;
use crate::hir::walk;
use crate::hir::{Compare, Const, Effect, Expr, ExprKind, IsTest, Policy, Rule, Types};

use facts::{Context, Facts};
use judge::{Judge, Verdict};

pub(super) const CONSTANT: Lint = Lint {
    name: "constant_condition",
    code: Code(630),
    level: Level::Deny,
    title: "condition that is always true or always false",
};

pub(super) const NEVER_EQUAL: Lint = Lint {
    name: "never_equal",
    code: Code(631),
    level: Level::Deny,
    title: "comparison of what can never be equal",
};

pub(super) fn check<'h>(input: &Input<'h>, known: &Known<'h>, out: &mut Reporter) {
    let hir = input.hir;
    let mut found: Vec<(&Expr, Option<Box<Verdict>>)> = Vec::new();
    for global in &hir.globals {
        let mut judge = judge(&hir.types, known);
        judge.visit(&global.value, &Facts::default());
        found.append(&mut judge.found);
    }
    for function in &hir.functions {
        let mut judge = judge(&hir.types, known);
        judge.visit(&function.body, &Facts::default());
        found.append(&mut judge.found);
    }
    for exception in &hir.exceptions {
        let mut judge = judge(&hir.types, known);
        if let Some(when) = &exception.when {
            judge.judge(when, &Facts::default());
        }
        found.append(&mut judge.found);
    }
    for (n, policy) in hir.policies.iter().enumerate() {
        let mut judge = judge(&hir.types, known);
        of_policy(&mut judge, policy, &|rule| excepted(hir, n, rule));
        found.append(&mut judge.found);
        for (rule, expr, verdict) in judge.dead {
            dead(input, rule, expr, verdict, out);
        }
    }
    agree(input, found, out);
}

fn judge<'c, 'h>(types: &'c Types, known: &'c Known<'h>) -> Judge<'c, 'h> {
    let cx = Context { types, known, lets: HashMap::new(), aliases: HashMap::new() };
    Judge { cx, found: Vec::new(), dead: Vec::new(), earlier: Vec::new() }
}

fn of_policy<'h>(judge: &mut Judge<'_, 'h>, policy: &'h Policy, excepted: &dyn Fn(usize) -> bool) {
    let mut facts = Facts::default();
    for binding in &policy.lets {
        judge.visit(&binding.value, &facts);
        judge.cx.bind(binding);
    }
    if let Some(applies) = &policy.applies {
        judge.judge(applies, &facts);
        facts.assume(&judge.cx, applies, true);
    }
    for (n, rule) in policy.rules.iter().enumerate() {
        of_rule(judge, rule, &facts);
        if policy.resolve_first && settles(policy, rule) && !excepted(n) {
            judge.earlier.extend(rule.when.iter().chain(&rule.that).map(|e| e.location));
            if let (Some(when), None) = (&rule.when, &rule.that) {
                facts.assume(&judge.cx, when, false);
            } else if let (None, Some(that)) = (&rule.when, &rule.that) {
                facts.assume(&judge.cx, that, true);
            }
        }
    }
}

/// Whether the rules after this one are looked at only where it did not find.
fn settles(policy: &Policy, rule: &Rule) -> bool {
    let decides = match rule.effect {
        Effect::Deny | Effect::Require | Effect::Escalate(_) => true,
        // A failing `allow` finds nothing.
        Effect::Allow => rule.when.as_ref().is_none_or(|when| when.total),
        Effect::Warn | Effect::Oblige { .. } | Effect::Transform { .. } | Effect::Include(_) => false,
    };
    decides && rule.generators.is_empty() && enforced(policy, rule) && !rule.annotations.on_error_skip
}

fn of_rule<'h>(judge: &mut Judge<'_, 'h>, rule: &'h Rule, facts: &Facts) {
    let mut facts = facts.clone();
    for generator in &rule.generators {
        judge.visit(&generator.source, &facts);
    }
    // `when true` says outright that the rule always applies.
    let plain = |when: &&Expr| !matches!(when.kind, ExprKind::Const(Const::Bool(true)));
    if let Some(when) = rule.when.as_ref().filter(plain) {
        let before = judge.found.len();
        if judge.judge(when, &facts) == Some(false) {
            never(judge, rule, before);
        }
        facts.assume(&judge.cx, when, true);
    }
    if let Some(that) = &rule.that {
        judge.judge(that, &facts);
        facts.assume(&judge.cx, that, false);
    }
    walk::effect_parts(&rule.effect, &mut |value| judge.visit(value, &facts));
    for text in [&rule.because, &rule.fix].into_iter().flatten() {
        walk::text_parts(text, &mut |value| judge.visit(value, &facts));
    }
    if let Some(details) = &rule.details {
        judge.visit(details, &facts);
    }
}

/// A rule whose condition is false as a whole is reported as that; the part of the condition that decides explains it.
fn never<'h>(judge: &mut Judge<'_, 'h>, rule: &'h Rule, before: usize) {
    let decided =
        judge.found.get_mut(before..).unwrap_or(&mut []).iter_mut().rev().find(|(_, v)| v.is_some());
    let Some((expr, verdict)) = decided else { return };
    let unequal = verdict.as_ref().is_some_and(|v| v.since.is_none() && never_equal(expr, v.truth));
    if !unequal && let Some(verdict) = verdict.take() {
        judge.dead.push((rule, expr, *verdict));
    }
}

/// Reports what turns out the same wherever the same text stands.
fn agree(input: &Input<'_>, mut found: Vec<(&Expr, Option<Box<Verdict>>)>, out: &mut Reporter) {
    // Of each place the first that was met counts.
    found.sort_by_key(|(expr, _)| expr.location);
    for place in found.chunk_by_mut(|(a, _), (b, _)| a.location == b.location) {
        let Some(((expr, first), others)) = place.split_first_mut() else { continue };
        let Some(verdict) = first.take() else { continue };
        let agrees = |other: &Option<Box<Verdict>>| other.as_ref().is_some_and(|v| v.truth == verdict.truth);
        if others.iter().all(|(_, other)| agrees(other)) {
            report(input, expr, *verdict, out);
        }
    }
}

fn dead(input: &Input<'_>, rule: &Rule, expr: &Expr, verdict: Verdict, out: &mut Reporter) {
    let written = input.source(expr.location.file).map_or("", |source| expr.location.span.text(source.text));
    let word = if verdict.truth { "true" } else { "false" };
    let message =
        format!("the rule `{}` can never fire: `{}` is always {word}", rule.id, super::shorten(written));
    out.report(&RULE, rule.location, message, |diagnostic| {
        let diagnostic = diagnostic
            .with_label("never fires")
            .with_secondary(expr.location, format!("always {word}"))
            .with_note("a rule that never fires looks like protection and is none");
        explain(diagnostic, verdict)
    });
}

/// Adds what a value can be, and what settled it.
fn explain(mut diagnostic: Diagnostic, verdict: Verdict) -> Diagnostic {
    if let Some((at, words)) = verdict.because {
        diagnostic = diagnostic.with_secondary(at, format!("this can only be {words} here"));
    }
    if let Some(since) = verdict.since {
        diagnostic = diagnostic.with_secondary(since, "this condition settles it");
    }
    diagnostic
}

fn report(input: &Input<'_>, expr: &Expr, verdict: Verdict, out: &mut Reporter) {
    let at = expr.location;
    let Some(source) = input.source(at.file) else { return };
    let written = super::shorten(at.span.text(source.text));
    let word = if verdict.truth { "true" } else { "false" };
    let unequal = verdict.since.is_none() && never_equal(expr, verdict.truth);
    let (lint, message) = if unequal {
        (&NEVER_EQUAL, format!("`{written}` compares what can never be equal, so it is always {word}"))
    } else {
        (&CONSTANT, format!("`{written}` is always {word}"))
    };
    out.report(lint, at, message, |diagnostic| {
        explain(diagnostic.with_label(format!("always {word}")), verdict)
    });
}

/// Whether a verdict says that two different things are never equal.
fn never_equal(expr: &Expr, truth: bool) -> bool {
    if let ExprKind::Compare { op, left, right } = &expr.kind {
        let constants = [left, right].iter().all(|side| matches!(side.kind, ExprKind::Const(_)));
        return !constants && matches!((op, truth), (Compare::Eq, false) | (Compare::Ne, true));
    }
    let tests_equality = matches!(&expr.kind, ExprKind::Is { test: IsTest::Equal(_), .. });
    !truth && (tests_equality || matches!(expr.kind, ExprKind::In { .. }))
}
