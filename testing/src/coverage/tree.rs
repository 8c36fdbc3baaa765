//! How conditions make a decision.

#![expect(clippy::wildcard_enum_match_arm, reason = "all but logic is a condition")]

use std::collections::{BTreeMap, BTreeSet};

use policy_compiler::hir::{Const, Expr, ExprId, ExprKind, Logic};

use super::record::Vector;
use crate::reach::Reach;

/// A decision, down to its conditions.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    id: ExprId,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    /// A condition, by position.
    Leaf(usize),
    /// A constant.
    Fixed(bool),
    /// A condition that the program does not show.
    Hidden,
    Not(Box<Tree>),
    Logic(Logic, Vec<Tree>),
}

impl Tree {
    /// The tree of an expression, and its conditions.
    pub(super) fn of<'e>(e: &'e Expr, shown: &BTreeSet<ExprId>, leaves: &mut Vec<&'e Expr>) -> Self {
        let kind = match &e.kind {
            ExprKind::Logic { op, operands } => {
                Kind::Logic(*op, operands.iter().map(|operand| Self::of(operand, shown, leaves)).collect())
            }
            ExprKind::Not(value) => Kind::Not(Box::new(Self::of(value, shown, leaves))),
            _ if shown.contains(&e.id) => {
                leaves.push(e);
                Kind::Leaf(leaves.len() - 1)
            }
            ExprKind::Const(Const::Bool(truth)) => Kind::Fixed(*truth),
            _ => Kind::Hidden,
        };
        Self { id: e.id, kind }
    }

    /// Whether what something depends on evaluates it.
    pub(super) fn within(&self, reach: &Reach<'_>) -> bool {
        reach.evaluates(self.id)
    }

    /// The evaluation in which conditions have these truths; none where it cannot be told. Notes what each part comes to.
    pub(super) fn evaluate(
        &self,
        truth: &dyn Fn(usize) -> Option<bool>,
        seen: &mut BTreeMap<ExprId, [bool; 2]>,
    ) -> Option<Vector> {
        let mut vector = Vector::default();
        vector.whole = self.value(truth, seen, &mut vector)?;
        Some(vector)
    }

    fn value(
        &self,
        truth: &dyn Fn(usize) -> Option<bool>,
        seen: &mut BTreeMap<ExprId, [bool; 2]>,
        vector: &mut Vector,
    ) -> Option<bool> {
        let value = match &self.kind {
            Kind::Leaf(at) => {
                let value = truth(*at)?;
                vector.asked |= 1 << at;
                vector.truths |= u64::from(value) << at;
                value
            }
            Kind::Fixed(truth) => *truth,
            Kind::Hidden => return None,
            Kind::Not(inner) => !inner.value(truth, seen, vector)?,
            Kind::Logic(op, parts) => {
                let mut value = matches!(op, Logic::And);
                for (at, part) in parts.iter().enumerate() {
                    value = part.value(truth, seen, vector)?;
                    // The left side of `implies` settles it by being false.
                    let settled = match op {
                        Logic::And => !value,
                        Logic::Or => value,
                        Logic::Implies => at == 0 && !value,
                    };
                    if settled {
                        value |= matches!(op, Logic::Implies);
                        break;
                    }
                }
                value
            }
        };
        let truths = seen.entry(self.id).or_default();
        if let Some(slot) = truths.get_mut(usize::from(value)) {
            *slot = true;
        }
        Some(value)
    }

    /// Whether a condition settles what an evaluation came to: nothing on the way from it to the whole drowns it.
    pub(super) fn settles(&self, vector: &Vector, which: usize) -> bool {
        self.way(vector, which).is_some_and(|(_, clear)| clear)
    }

    /// What a part came to where it holds the condition, and whether that is what the condition makes of it.
    fn way(&self, vector: &Vector, which: usize) -> Option<(bool, bool)> {
        match &self.kind {
            Kind::Leaf(at) if *at == which => Some((vector.truths >> at & 1 == 1, true)),
            Kind::Leaf(_) | Kind::Fixed(_) | Kind::Hidden => None,
            Kind::Not(inner) => inner.way(vector, which).map(|(value, clear)| (!value, clear)),
            Kind::Logic(op, parts) => {
                let (at, (value, clear)) =
                    parts.iter().enumerate().find_map(|(at, part)| Some((at, part.way(vector, which)?)))?;
                let others = parts.iter().enumerate().filter(|(other, _)| *other != at);
                let drowned = others.filter_map(|(other, part)| Some((other, part.known(vector)?))).any(
                    |(other, known)| match op {
                        Logic::And => !known,
                        Logic::Or => known,
                        Logic::Implies => (other == 0) != known,
                    },
                );
                let value = if matches!(op, Logic::Implies) && at == 0 { !value } else { value };
                Some((value, clear && !drowned))
            }
        }
    }

    /// What a part came to; none where it was not asked.
    fn known(&self, vector: &Vector) -> Option<bool> {
        match &self.kind {
            Kind::Leaf(at) => (vector.asked >> at & 1 == 1).then_some(vector.truths >> at & 1 == 1),
            Kind::Fixed(truth) => Some(*truth),
            Kind::Hidden => None,
            Kind::Not(inner) => inner.known(vector).map(|value| !value),
            Kind::Logic(op, parts) => {
                let mut known = None;
                for (at, part) in parts.iter().enumerate() {
                    known = part.known(vector);
                    match (op, known) {
                        (_, None) => return None,
                        (Logic::And, Some(false)) | (Logic::Or, Some(true)) => return known,
                        (Logic::Implies, Some(false)) if at == 0 => return Some(true),
                        (Logic::And | Logic::Or | Logic::Implies, Some(_)) => {}
                    }
                }
                known
            }
        }
    }
}
