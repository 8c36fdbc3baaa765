//! What is known at a place: conditions that were asked before and how they turned out.

use std::collections::HashMap;

use policy_syntax::Location;

use super::domain::Domain;
use super::key::{Aliases, key};
use crate::constant::{Known, Value};
use crate::hir::{
    Compare, Const, Convert, Expr, ExprKind, InKind, IsTest, Let, LocalId, Logic, PatternKind, Types,
};

/// So many facts are remembered at a place; to leave one out only makes less certain.
const MOST_FACTS: usize = 200;

/// Collections of more constants than this say nothing.
const MOST_LISTED: usize = 200;

/// Facts about expressions, by their spelling.
#[derive(Clone, Default)]
pub(super) struct Facts {
    /// What a present value can be, and the condition that last said so.
    domains: HashMap<String, (Domain, Location)>,
    /// Whether a condition held, and where it was asked. Presence is kept so as well.
    truths: HashMap<String, (bool, Location)>,
}

/// What facts are taken from.
pub(super) struct Context<'c, 'h> {
    pub(super) types: &'c Types,
    pub(super) known: &'c Known<'h>,
    /// What `let`s stand for.
    pub(super) lets: HashMap<LocalId, &'h Expr>,
    pub(super) aliases: Aliases,
}

impl<'h> Context<'_, 'h> {
    pub(super) fn bind(&mut self, binding: &'h Let) {
        if let PatternKind::Bind(local) = binding.pattern.kind {
            self.lets.insert(local, &binding.value);
        }
    }

    pub(super) fn key(&self, expr: &Expr) -> Option<String> {
        key(expr, &self.aliases)
    }
}

/// The variants of a union are told apart as the numbers of their positions.
pub(super) fn tag(key: &str) -> String {
    format!("{key}#")
}

/// The spelling of "is present".
pub(super) fn presence(key: &str) -> String {
    format!("({key} is present)")
}

pub(super) fn position(variant: u32) -> Const {
    Const::Int(i64::from(variant))
}

impl Facts {
    pub(super) fn domain_at(&self, key: &str) -> Option<&(Domain, Location)> {
        self.domains.get(key)
    }

    pub(super) fn truth_at(&self, key: &str) -> Option<(bool, Location)> {
        self.truths.get(key).copied()
    }

    /// What a value can be, and the condition that narrowed it, where it was not its type alone.
    pub(super) fn domain(&self, cx: &Context<'_, '_>, expr: &Expr) -> (Domain, Option<Location>) {
        if let Some(value) = cx.known.scalar(expr) {
            return (Domain::only(vec![value.clone()]), None);
        }
        if let ExprKind::Convert { convert: Convert::IntToDecimal, value } = &expr.kind {
            let (domain, since) = self.domain(cx, value);
            return (domain.to_decimal(), since);
        }
        let of_type = Domain::of(cx.types, expr.ty);
        match cx.key(expr).and_then(|key| self.domains.get(&key)) {
            Some((found, since)) => {
                let both = of_type.clone().and(cx.types, found);
                let narrowed = both != of_type;
                (both, narrowed.then_some(*since))
            }
            None => (of_type, None),
        }
    }

    /// Takes in that a value is one of some constants.
    pub(super) fn among(&mut self, cx: &Context<'_, '_>, expr: &Expr, values: &[Const], at: Location) {
        self.narrow(cx, expr, at, |domain| domain.restrict_to(cx.types, values));
    }

    fn narrow(&mut self, cx: &Context<'_, '_>, expr: &Expr, at: Location, how: impl FnOnce(&mut Domain)) {
        // What a decimal of an integer is compared with says little about the integer.
        if matches!(&expr.kind, ExprKind::Convert { convert: Convert::IntToDecimal, .. }) {
            return;
        }
        let Some(key) = cx.key(expr) else { return };
        if cx.known.value(expr).is_some() {
            return;
        }
        let (mut domain, _) = self.domain(cx, expr);
        how(&mut domain);
        self.learn(key, domain, at);
    }

    fn learn(&mut self, key: String, domain: Domain, at: Location) {
        if self.domains.len() < MOST_FACTS || self.domains.contains_key(&key) {
            self.domains.insert(key, (domain, at));
        }
    }

    fn settle(&mut self, key: String, truth: bool, at: Location) {
        if self.truths.len() < MOST_FACTS || self.truths.contains_key(&key) {
            self.truths.insert(key, (truth, at));
        }
    }

    /// Takes in that a condition is true, or false.
    pub(super) fn assume(&mut self, cx: &Context<'_, '_>, condition: &Expr, truth: bool) {
        let at = condition.location;
        match &condition.kind {
            ExprKind::Not(inner) => return self.assume(cx, inner, !truth),
            ExprKind::Logic { op: Logic::And, operands } if truth => {
                return operands.iter().for_each(|operand| self.assume(cx, operand, true));
            }
            ExprKind::Logic { op: Logic::Or, operands } if !truth => {
                return operands.iter().for_each(|operand| self.assume(cx, operand, false));
            }
            ExprKind::Logic { op: Logic::Implies, operands } if !truth => {
                if let [left, right] = operands.as_slice() {
                    self.assume(cx, left, true);
                    self.assume(cx, right, false);
                }
                return;
            }
            ExprKind::Compare { op, left, right } => self.compare(cx, *op, left, right, truth, at),
            ExprKind::In { kind: InKind::List | InKind::Set | InKind::MapKey, elem, container } => {
                self.member(cx, elem, container, truth, at);
            }
            ExprKind::Is { value, test } => self.is(cx, value, test, truth, at),
            ExprKind::Local(local) => {
                if let Some(value) = cx.lets.get(local).copied() {
                    self.assume(cx, value, truth);
                }
            }
            ExprKind::Error
            | ExprKind::Const(_)
            | ExprKind::Global(_)
            | ExprKind::Data(_)
            | ExprKind::Now
            | ExprKind::Let { .. }
            | ExprKind::If { .. }
            | ExprKind::Match { .. }
            | ExprKind::Record { .. }
            | ExprKind::Tuple(_)
            | ExprKind::List(_)
            | ExprKind::Set(_)
            | ExprKind::Map(_)
            | ExprKind::Interpolation(_)
            | ExprKind::Field { .. }
            | ExprKind::Part { .. }
            | ExprKind::Tag(_)
            | ExprKind::Entity { .. }
            | ExprKind::EntityText { .. }
            | ExprKind::Attribute { .. }
            | ExprKind::Then { .. }
            | ExprKind::Fold { .. }
            | ExprKind::Score(_)
            | ExprKind::Descend { .. }
            | ExprKind::JsonField { .. }
            | ExprKind::Index { .. }
            | ExprKind::WithPresent { .. }
            | ExprKind::Narrow(_)
            | ExprKind::With { .. }
            | ExprKind::Logic { .. }
            | ExprKind::Coalesce(..)
            | ExprKind::Arithmetic { .. }
            | ExprKind::Negate(_)
            | ExprKind::In { .. }
            | ExprKind::Matches { .. }
            | ExprKind::Contains { .. }
            | ExprKind::Cast { .. }
            | ExprKind::Convert { .. }
            | ExprKind::Quantified { .. }
            | ExprKind::Comprehension { .. }
            | ExprKind::Call { .. }
            | ExprKind::Intrinsic { .. }
            | ExprKind::Decide { .. }
            | ExprKind::Fixture { .. } => {}
        }
        if let Some(key) = cx.key(condition)
            && cx.known.value(condition).is_none()
        {
            self.settle(key, truth, at);
        }
    }

    fn compare(
        &mut self,
        cx: &Context<'_, '_>,
        op: Compare,
        left: &Expr,
        right: &Expr,
        truth: bool,
        at: Location,
    ) {
        let op = if truth { op } else { opposite(op) };
        if let Some(value) = cx.known.scalar(right) {
            self.narrow(cx, left, at, |domain| domain.restrict(cx.types, op, value));
        }
        if let Some(value) = cx.known.scalar(left) {
            self.narrow(cx, right, at, |domain| domain.restrict(cx.types, mirrored(op), value));
        }
    }

    fn member(&mut self, cx: &Context<'_, '_>, elem: &Expr, container: &Expr, truth: bool, at: Location) {
        let Some(values) = cx.known.value(container).and_then(scalars) else { return };
        self.narrow(cx, elem, at, |domain| {
            if truth {
                domain.restrict_to(cx.types, &values);
            } else {
                values.iter().for_each(|value| domain.exclude(value));
            }
        });
    }

    fn is(&mut self, cx: &Context<'_, '_>, value: &Expr, test: &IsTest, truth: bool, at: Location) {
        let Some(key) = cx.key(value) else { return };
        let mut present = |holds: bool| {
            self.settle(presence(&key), holds, at);
        };
        match test {
            IsTest::Present => present(truth),
            IsTest::Absent => present(!truth),
            IsTest::Empty | IsTest::JsonKind(_) | IsTest::Entity(_) => {}
            IsTest::Equal(wanted) => {
                if truth {
                    present(true);
                }
                if let Some(wanted) = cx.known.scalar(wanted) {
                    let op = if truth { Compare::Eq } else { Compare::Ne };
                    self.narrow(cx, value, at, |domain| domain.restrict(cx.types, op, wanted));
                }
            }
            IsTest::UnionVariant(union, variant) => {
                let Some(def) = cx.types.union(*union) else { return };
                let count = u32::try_from(def.variants.len()).unwrap_or(0);
                let all = if def.open {
                    Domain::default()
                } else {
                    Domain::only((0..count).map(position).collect())
                };
                let key = tag(&key);
                let mut domain = self.domains.get(&key).map_or(all, |(domain, _)| domain.clone());
                let op = if truth { Compare::Eq } else { Compare::Ne };
                domain.restrict(cx.types, op, &position(*variant));
                self.learn(key, domain, at);
            }
        }
    }
}

/// The constants in a collection of scalars.
pub(super) fn scalars(value: &Value) -> Option<Vec<Const>> {
    if value.len() > MOST_LISTED {
        return None;
    }
    match value {
        Value::Sequence(parts) | Value::Set(parts) => {
            parts.iter().map(|part| part.scalar().cloned()).collect()
        }
        Value::Map(entries) => entries.iter().map(|(key, _)| key.scalar().cloned()).collect(),
        Value::Const(_) | Value::Record(..) => None,
    }
}

/// What holds where the comparison does not.
fn opposite(op: Compare) -> Compare {
    match op {
        Compare::Eq => Compare::Ne,
        Compare::Ne => Compare::Eq,
        Compare::Lt => Compare::Ge,
        Compare::Le => Compare::Gt,
        Compare::Gt => Compare::Le,
        Compare::Ge => Compare::Lt,
    }
}

/// The comparison with its sides swapped.
pub(super) fn mirrored(op: Compare) -> Compare {
    match op {
        Compare::Eq => Compare::Eq,
        Compare::Ne => Compare::Ne,
        Compare::Lt => Compare::Gt,
        Compare::Le => Compare::Ge,
        Compare::Gt => Compare::Lt,
        Compare::Ge => Compare::Le,
    }
}
