//! The cost of tests: `in`, `matches`, `is`, `match`.

use policy_bytecode::op::Op;

use super::expr::const_shape;
use super::model::{Cost, Model};
use super::poly::Poly;
use super::price::{self, AROUND, TRUTH, of};
use super::shape::{Shape, Weigh};
use crate::hir::{Expr, InKind, IsTest, MatchPattern};

impl<'h> Model<'h> {
    pub(super) fn contained(&mut self, kind: InKind, elem: &'h Expr, container: &'h Expr) -> Cost {
        let (x, xs) = (self.expr(elem), self.expr(container));
        let one = self.weigh(&x.shape, elem.ty, Weigh::Compare);
        let len = self.len(&xs.shape);
        let searching = match kind {
            InKind::List => len.times(&one.plus_number(1)),
            InKind::Set | InKind::MapKey => one.scaled(price::halvings(len.as_number())),
            InKind::IpInCidr | InKind::CidrInCidr => Poly::default(),
            InKind::Entity => self.ancestry(),
            InKind::EntityIn => len.plus_number(1).times(&self.ancestry().plus_number(8)),
        };
        let steps = x.steps.plus(&xs.steps).plus(&searching).plus_number(of(&[Op::In]) + AROUND);
        Cost { steps, shape: Shape::Flat }
    }

    pub(super) fn matching(&mut self, text: &'h Expr, pattern: &'h Expr, op: Op) -> Cost {
        let (t, p) = (self.expr(text), self.expr(pattern));
        let bytes = self.text(&t.shape);
        let steps = t.steps.plus(&p.steps).plus(&bytes.divided(4)).plus_number(of(&[op]) + AROUND);
        Cost { steps, shape: Shape::Flat }
    }

    pub(super) fn is(&mut self, value: &'h Expr, test: &'h IsTest) -> Cost {
        let cost = self.expr(value);
        let mut steps = cost.steps.plus_number(of(&[Op::JumpAbsent, Op::Present, Op::Not]) + TRUTH);
        match test {
            IsTest::Present | IsTest::Absent | IsTest::Empty | IsTest::JsonKind(_) => {}
            IsTest::Equal(other) => {
                let given = self.expr(other);
                let comparing = self.comparing((&cost.shape, value.ty), (&given.shape, other.ty));
                steps = steps.plus(&given.steps).plus(&comparing).plus_number(of(&[Op::Eq]));
            }
            IsTest::UnionVariant(..) | IsTest::Entity(_) => steps = steps.plus_number(8),
        }
        Cost { steps, shape: Shape::Flat }
    }

    pub(super) fn match_(&mut self, e: &'h Expr, scrutinee: &'h Expr, arms: &'h [crate::hir::Arm]) -> Cost {
        let value = self.expr(scrutinee);
        let mut steps = value.steps.plus_number(AROUND);
        let mut shape = Shape::Flat;
        for arm in arms {
            let mut bound = value.shape.clone();
            for pattern in &arm.patterns {
                steps.add(&self.fitting(pattern, &value.shape));
                if let MatchPattern::UnionVariant(id, variant) = pattern {
                    let known = self.hir.types.union(*id).map_or(0, |def| def.variants.len());
                    bound = if (*variant as usize) < known {
                        self.content(&value.shape, *variant)
                    } else {
                        Shape::Any(self.text(&value.shape))
                    };
                }
            }
            if arm.patterns.len() > 1
                && arm.patterns.iter().any(|p| matches!(p, MatchPattern::UnionVariant(..)))
            {
                bound = Shape::Any(self.bytes(&value.shape, scrutinee.ty));
            }
            let taken = arm.bind.as_ref().map_or(0, |pattern| self.take_apart(pattern, &bound));
            let body = self.expr(&arm.body);
            steps.add(&body.steps.plus_number(taken + of(&[Op::Content, Op::Jump]) + AROUND));
            shape = self.join(shape, body.shape, e.ty);
        }
        Cost { steps, shape }
    }

    /// Finding out whether a pattern fits.
    pub(super) fn fitting(&mut self, pattern: &MatchPattern, value: &Shape) -> Poly {
        let units = of(&[Op::JumpEq, Op::JumpAbsent, Op::Jump, Op::Field]) + AROUND;
        match pattern {
            MatchPattern::Absent
            | MatchPattern::UnionVariant(..)
            | MatchPattern::Entity(_)
            | MatchPattern::Any => Poly::number(units),
            MatchPattern::Const(constant) => {
                let bytes = self.text(&const_shape(constant));
                bytes.divided(64).plus_number(units + 1)
            }
            MatchPattern::Tuple(parts) => {
                let mut sum = Poly::number(units);
                for (rank, part) in (0..).zip(parts) {
                    let inner = self.part(value, rank);
                    sum.add(&self.fitting(part, &inner));
                }
                sum
            }
        }
    }
}
