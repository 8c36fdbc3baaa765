//! Rules that say something else than they seem to.

use std::collections::{BTreeSet, HashMap};

use policy_syntax::{Code, Location};

use super::report::Reporter;
use super::{Input, Level, Lint, shorten};
use crate::constant::Known;
use crate::constant::walk::each;
use crate::hir::{
    Compare, Convert, DefaultOutcome, Effect, Expr, ExprKind, Hir, IsTest, Joins, LocalId, Logic,
    PatternKind, Policy, Quantifier, Rule,
};

pub(super) const DEFAULT_COMPARED: Lint = Lint {
    name: "default_compared",
    code: Code(640),
    level: Level::Deny,
    title: "comparison with a default that stands in for what is absent",
};

pub(super) const VACUOUS: Lint = Lint {
    name: "vacuous_quantifier",
    code: Code(641),
    level: Level::Deny,
    title: "condition that an empty list makes true",
};

pub(super) const NEVER_ALLOWS: Lint = Lint {
    name: "never_allows",
    code: Code(642),
    level: Level::Deny,
    title: "`require` in a policy that never allows",
};

pub(super) fn check<'h>(input: &Input<'h>, known: &Known<'h>, out: &mut Reporter) {
    for policy in &input.hir.policies {
        let lets = lets(policy);
        for rule in &policy.rules {
            vacuous(input, known, &lets, rule, out);
            if matches!(
                rule.effect,
                Effect::Deny | Effect::Require | Effect::Escalate(_) | Effect::Include(_)
            ) {
                for condition in [&rule.when, &rule.that].into_iter().flatten() {
                    through_lets(condition, &lets, &mut |expr| {
                        default_compared(input, known, rule, expr, out)
                    });
                }
            }
        }
        never_allows(input.hir, policy, out);
    }
}

/// What the `let`s of a policy stand for.
pub(super) type Lets<'h> = HashMap<LocalId, &'h Expr>;

pub(super) fn lets(policy: &Policy) -> Lets<'_> {
    policy
        .lets
        .iter()
        .filter_map(|binding| {
            if let PatternKind::Bind(local) = binding.pattern.kind {
                Some((local, &binding.value))
            } else {
                None
            }
        })
        .collect()
}

/// Calls `f` for everything in an expression, and in the `let`s that it names.
pub(super) fn through_lets<'h>(expr: &'h Expr, lets: &Lets<'h>, f: &mut dyn FnMut(&'h Expr)) {
    let mut waiting = vec![expr];
    let mut seen = Vec::new();
    while let Some(expr) = waiting.pop() {
        each(expr, &mut |part| {
            if let ExprKind::Local(local) = part.kind
                && let Some(value) = lets.get(&local)
                && !seen.contains(&local)
            {
                seen.push(local);
                waiting.push(value);
            }
            f(part);
        });
    }
}

/// The expression below what the checker put around it.
fn bare(expr: &Expr) -> &Expr {
    if let ExprKind::Narrow(inner) | ExprKind::Convert { convert: Convert::IntToDecimal, value: inner } =
        &expr.kind
    {
        return bare(inner);
    }
    expr
}

fn default_compared(input: &Input<'_>, known: &Known<'_>, rule: &Rule, expr: &Expr, out: &mut Reporter) {
    let ExprKind::Compare { op, left, right } = &expr.kind else { return };
    for side in [left, right].map(|side| bare(side)) {
        let ExprKind::Coalesce(value, default) = &side.kind else { continue };
        if known.value(default).is_none() {
            continue;
        }
        let text = |at: Location| input.source(at.file).map_or("", |source| at.span.text(source.text));
        let (value, default) = (shorten(text(value.location)), shorten(text(default.location)));
        let message =
            format!("where `{value}` is absent, the rule `{}` compares `{default}` instead", rule.id);
        out.report(&DEFAULT_COMPARED, side.location, message, |diagnostic| {
            let diagnostic = diagnostic
                .with_label("a default stands in for what is absent")
                .with_note("leaving the field out of the document then decides the rule, perhaps in favour of who wrote it");
            match op {
                Compare::Eq => diagnostic.with_help(format!("write `{value} is …`: true where it is present and equal")),
                Compare::Ne => {
                    diagnostic.with_help(format!("write `{value} is not …`: true where it is absent or different"))
                }
                Compare::Lt | Compare::Le | Compare::Gt | Compare::Ge => diagnostic.with_help(format!(
                    "say what absence means: `{value} is absent or …`, or `{value} is present and …`"
                )),
            }
        });
    }
}

fn vacuous(input: &Input<'_>, known: &Known<'_>, lets: &Lets<'_>, rule: &Rule, out: &mut Reporter) {
    let condition = match rule.effect {
        Effect::Allow => rule.when.as_ref(),
        Effect::Require => rule.that.as_ref(),
        Effect::Deny
        | Effect::Escalate(_)
        | Effect::Warn
        | Effect::Oblige { .. }
        | Effect::Transform { .. }
        | Effect::Include(_) => None,
    };
    let Some(written) = condition else { return };
    let mut condition = written;
    while let ExprKind::Local(local) = &condition.kind
        && let Some(value) = lets.get(local)
    {
        condition = value;
    }
    let ExprKind::Quantified { quantifier, generators, .. } = &condition.kind else { return };
    let word = match quantifier {
        Quantifier::All => "all",
        Quantifier::None => "none",
        Quantifier::Any | Quantifier::ExactlyOne => return,
    };
    let empty = generators.iter().find(|generator| {
        let filled = known.value(&generator.source).is_some_and(|value| !value.is_empty());
        !filled && !guarded(input, rule, &generator.source)
    });
    let Some(empty) = empty else { return };
    let text = |at: Location| input.source(at.file).map_or("", |source| at.span.text(source.text));
    let list = shorten(text(empty.source.location));
    let (what, then) = match rule.effect {
        Effect::Allow => ("allows", "it allows"),
        Effect::Deny
        | Effect::Require
        | Effect::Escalate(_)
        | Effect::Warn
        | Effect::Oblige { .. }
        | Effect::Transform { .. }
        | Effect::Include(_) => ("is content", "nothing is required"),
    };
    let message =
        format!("the rule `{}` {what} where `{list}` is empty: `{word}` of nothing is true", rule.id);
    out.report(&VACUOUS, written.location, message, |diagnostic| {
        let diagnostic = diagnostic
            .with_label("true of an empty list")
            .with_secondary(empty.source.location, format!("where this is empty, {then}"));
        match rule.effect {
            Effect::Require => diagnostic.with_help(format!(
                "add `{list} is not empty and …`, or ask only where there is something: `when {list} is not empty`"
            )),
            Effect::Allow
            | Effect::Deny
            | Effect::Escalate(_)
            | Effect::Warn
            | Effect::Oblige { .. }
            | Effect::Transform { .. }
            | Effect::Include(_) => {
                diagnostic.with_help(format!("add `{list} is not empty and …`"))
            }
        }
    });
}

/// Whether the rule's `when` asks that a list is not empty.
fn guarded(input: &Input<'_>, rule: &Rule, list: &Expr) -> bool {
    let text = |at: Location| input.source(at.file).map_or("", |source| at.span.text(source.text));
    let same = |other: &Expr| text(other.location) == text(list.location) && !text(list.location).is_empty();
    let Some(when) = &rule.when else { return false };
    let operands = if let ExprKind::Logic { op: Logic::And, operands } = &when.kind {
        operands.as_slice()
    } else {
        std::slice::from_ref(when)
    };
    rule.that.is_some()
        && operands.iter().any(|operand| {
            let ExprKind::Not(inner) = &operand.kind else { return false };
            matches!(&inner.kind, ExprKind::Is { value, test: IsTest::Empty } if same(value))
        })
}

fn never_allows(hir: &Hir, policy: &Policy, out: &mut Reporter) {
    if !matches!(policy.default, DefaultOutcome::Deny) || allows(hir, policy) {
        return;
    }
    let requires = |rule: &&Rule| match &rule.effect {
        Effect::Require => true,
        Effect::Include(include) => include.joins == Joins::Outcome,
        Effect::Deny
        | Effect::Allow
        | Effect::Escalate(_)
        | Effect::Warn
        | Effect::Oblige { .. }
        | Effect::Transform { .. } => false,
    };
    let Some(require) = policy.rules.iter().find(requires) else { return };
    let message = format!(
        "what `{}` requires makes no difference: the policy denies by default and has no `allow`",
        require.id
    );
    out.report(&NEVER_ALLOWS, require.location, message, |diagnostic| {
        diagnostic
            .with_label("denies where it is not met; where it is met, the default denies")
            .with_note("`require` only ever denies; it allows nothing")
            .with_help(
                "add an `allow` rule, or write `default allow` if everything that is required is enough",
            )
    });
}

/// Whether a policy, or one whose rules it includes, has an `allow`.
fn allows(hir: &Hir, policy: &Policy) -> bool {
    let mut waiting = vec![policy];
    let mut seen = BTreeSet::new();
    while let Some(policy) = waiting.pop() {
        for rule in &policy.rules {
            match &rule.effect {
                Effect::Allow => return true,
                // Of a policy that joins with its outcome, an allow adds nothing.
                Effect::Include(include) if include.joins == Joins::Rules => {
                    if seen.insert(include.policy) {
                        waiting.extend(hir.policies.get(include.policy.index()));
                    }
                }
                Effect::Include(_)
                | Effect::Deny
                | Effect::Require
                | Effect::Escalate(_)
                | Effect::Warn
                | Effect::Oblige { .. }
                | Effect::Transform { .. } => {}
            }
        }
    }
    false
}
