//! Changes, and how one is made.

use policy_compiler::hir::walk::{all_mut, effect_parts_mut, lets_mut, text_parts_mut};
use policy_compiler::hir::{
    Compare, Const, DefaultOutcome, Effect, Expr, ExprId, ExprKind, Hir, Logic, Quantifier,
};
use rust_decimal::Decimal;

/// A kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// `<` for `<=`, `>` for `>=`, and back.
    Boundary,
    /// `==` for `!=`, and back.
    Equality,
    /// `and` for `or`, and back.
    AndOr,
    /// A condition is turned round.
    Negation,
    /// A part of `and` or `or`, by position, is taken away; of what a rule asks alone, all of it.
    RemovedCondition(usize),
    /// `any` for `all`, and back.
    Quantifier,
    /// A constant, one more.
    More,
    /// A constant, one less.
    Less,
    /// `a ?? b` is always `b`.
    AlwaysDefault,
    /// A rule is taken away.
    RemovedRule,
    /// An exception is taken away.
    RemovedException,
    /// What a rule does.
    Effect,
    /// `default allow` for `default deny`, and back.
    Default,
}

impl Change {
    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Boundary => "boundary",
            Self::Equality => "equality",
            Self::AndOr => "and_or",
            Self::Negation => "negation",
            Self::RemovedCondition(_) => "removed_condition",
            Self::Quantifier => "quantifier",
            Self::More | Self::Less => "constant",
            Self::AlwaysDefault => "optional_default",
            Self::RemovedRule => "removed_rule",
            Self::RemovedException => "removed_exception",
            Self::Effect => "effect",
            Self::Default => "default",
        }
    }
}

/// What a change is made to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Expr(ExprId),
    Rule(usize, usize),
    Exception(usize),
    Policy(usize),
}

/// Makes a change; whether there was anything to change.
pub(super) fn make(hir: &mut Hir, place: Place, change: Change) -> bool {
    match place {
        Place::Rule(policy, rule) => {
            let fresh = ExprId(hir.expr_count);
            hir.expr_count += 1;
            let Some(rule) = hir.policies.get_mut(policy).and_then(|policy| policy.rules.get_mut(rule))
            else {
                return false;
            };
            if change == Change::Effect {
                return swap_effect(&mut rule.effect);
            }
            // Its place stays, so that others keep their numbers; it never finds anything.
            let spare = rule.when.as_ref().or(rule.that.as_ref()).cloned();
            let spare = spare.or_else(|| rule.generators.first().map(|generator| generator.source.clone()));
            let Some(spare) = spare.or_else(|| spare_of(&rule.effect)) else { return false };
            rule.when = Some(Expr { id: fresh, ..truth(&spare, false) });
            true
        }
        Place::Exception(at) => {
            if at < hir.exceptions.len() {
                hir.exceptions.remove(at);
                return true;
            }
            false
        }
        Place::Policy(at) => {
            let Some(policy) = hir.policies.get_mut(at) else { return false };
            policy.default = match policy.default {
                DefaultOutcome::Allow | DefaultOutcome::Escalate(_) => DefaultOutcome::Deny,
                DefaultOutcome::Deny => DefaultOutcome::Allow,
            };
            true
        }
        Place::Expr(id) => {
            let fresh = ExprId(hir.expr_count);
            hir.expr_count += 1;
            let mut changed = false;
            each_root(hir, &mut |root| {
                if !changed {
                    all_mut(root, &mut |e| {
                        if e.id == id && !changed {
                            changed = change_expr(e, change, fresh);
                        }
                    });
                }
            });
            changed
        }
    }
}

/// An expression of a rule that has no condition.
fn spare_of(effect: &Effect) -> Option<Expr> {
    match effect {
        Effect::Include(include) => Some(include.input.clone()),
        Effect::Oblige { payload, .. } => Some(payload.clone()),
        Effect::Transform { value, .. } => Some(value.clone()),
        Effect::Deny | Effect::Require | Effect::Allow | Effect::Escalate(_) | Effect::Warn => None,
    }
}

/// A constant in the place of an expression.
fn truth(e: &Expr, truth: bool) -> Expr {
    Expr { kind: ExprKind::Const(Const::Bool(truth)), total: true, ..e.clone() }
}

fn swap_effect(effect: &mut Effect) -> bool {
    *effect = match effect {
        Effect::Deny => Effect::Warn,
        Effect::Allow | Effect::Warn | Effect::Escalate(_) => Effect::Deny,
        Effect::Require | Effect::Oblige { .. } | Effect::Transform { .. } | Effect::Include(_) => {
            return false;
        }
    };
    true
}

fn change_expr(e: &mut Expr, change: Change, fresh: ExprId) -> bool {
    match (change, &mut e.kind) {
        (Change::Boundary, ExprKind::Compare { op, .. }) => {
            *op = match op {
                Compare::Lt => Compare::Le,
                Compare::Le => Compare::Lt,
                Compare::Gt => Compare::Ge,
                Compare::Ge => Compare::Gt,
                Compare::Eq | Compare::Ne => return false,
            };
            true
        }
        (Change::Equality, ExprKind::Compare { op, .. }) => {
            *op = match op {
                Compare::Eq => Compare::Ne,
                Compare::Ne => Compare::Eq,
                Compare::Lt | Compare::Le | Compare::Gt | Compare::Ge => return false,
            };
            true
        }
        (Change::AndOr, ExprKind::Logic { op, .. }) => {
            *op = match op {
                Logic::And => Logic::Or,
                Logic::Or => Logic::And,
                Logic::Implies => return false,
            };
            true
        }
        (Change::Negation, _) => {
            let inner = Expr { id: fresh, ..e.clone() };
            e.kind = ExprKind::Not(Box::new(inner));
            true
        }
        (Change::RemovedCondition(which), ExprKind::Logic { operands, .. }) if operands.len() > 1 => {
            if which >= operands.len() {
                return false;
            }
            operands.remove(which);
            if operands.len() == 1
                && let Some(only) = operands.pop()
            {
                *e = Expr { id: e.id, ..only };
            }
            true
        }
        (Change::RemovedCondition(_), _) => {
            *e = truth(e, true);
            true
        }
        (Change::Quantifier, ExprKind::Quantified { quantifier, .. }) => {
            *quantifier = match quantifier {
                Quantifier::Any | Quantifier::ExactlyOne | Quantifier::None => Quantifier::All,
                Quantifier::All => Quantifier::Any,
            };
            true
        }
        (Change::AlwaysDefault, ExprKind::Coalesce(_, default)) => {
            let default = (**default).clone();
            *e = Expr { id: e.id, ..default };
            true
        }
        (Change::More, ExprKind::Const(constant)) => nudge(constant, 1),
        (Change::Less, ExprKind::Const(constant)) => nudge(constant, -1),
        (_, _) => false,
    }
}

/// Moves a constant; of a text another one.
fn nudge(constant: &mut Const, by: i64) -> bool {
    match constant {
        Const::Int(number) => match number.checked_add(by) {
            Some(moved) => *number = moved,
            None => return false,
        },
        Const::Decimal(number) => match number.checked_add(Decimal::new(by, number.scale().min(20))) {
            Some(moved) => *number = moved,
            None => return false,
        },
        Const::Timestamp(at) => at.seconds = at.seconds.saturating_add(by),
        Const::Duration(length) => length.seconds = length.seconds.saturating_add(by),
        Const::Date(day) => day.0 = day.0.saturating_add(i32::try_from(by).unwrap_or(0)),
        Const::String(text) if by > 0 && !text.is_empty() => text.push('~'),
        Const::Bool(truth) if by > 0 => *truth = !*truth,
        Const::Absent
        | Const::Bool(_)
        | Const::String(_)
        | Const::TimeOfDay(_)
        | Const::Ip(_)
        | Const::Cidr(_)
        | Const::SemVer(_)
        | Const::SemVerRange(_)
        | Const::Regex(_)
        | Const::Glob(_)
        | Const::Wildcard(_)
        | Const::Url(_)
        | Const::Bytes(_)
        | Const::Variant(..)
        | Const::Entity(..) => return false,
    }
    true
}

/// Calls `each` with everything that policies evaluate; not with tests.
fn each_root(hir: &mut Hir, each: &mut dyn FnMut(&mut Expr)) {
    for function in &mut hir.functions {
        each(&mut function.body);
    }
    for global in &mut hir.globals {
        each(&mut global.value);
    }
    for policy in &mut hir.policies {
        policy.applies.iter_mut().for_each(&mut *each);
        lets_mut(&mut policy.lets, each);
        for rule in &mut policy.rules {
            rule.generators.iter_mut().for_each(|generator| each(&mut generator.source));
            rule.when.iter_mut().chain(&mut rule.that).for_each(&mut *each);
            effect_parts_mut(&mut rule.effect, each);
            rule.because.iter_mut().chain(&mut rule.fix).for_each(|text| text_parts_mut(text, &mut *each));
        }
    }
    for exception in &mut hir.exceptions {
        exception.when.iter_mut().for_each(&mut *each);
    }
}
