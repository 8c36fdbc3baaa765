//! Every condition, with what is known where it stands.

use policy_syntax::Location;

use super::domain::Domain;
use super::facts::{Context, Facts, mirrored, position, presence, scalars, tag};
use crate::constant::Value;
use crate::hir::walk;
use crate::hir::{
    Arm, Compare, Const, Expr, ExprKind, Gen, InKind, IsTest, Logic, MatchPattern, Rule, TyKind,
};

/// How a condition turns out at one place, whatever the input.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) truth: bool,
    /// The operand that decides it, and what it can be.
    pub(super) because: Option<(Location, String)>,
    /// The condition before it that decides it.
    pub(super) since: Option<Location>,
}

impl Verdict {
    fn plain(truth: bool) -> Self {
        Self { truth, because: None, since: None }
    }
}

/// Walks expressions and tells what it finds of each condition that is no combination of others.
pub(super) struct Judge<'c, 'h> {
    pub(super) cx: Context<'c, 'h>,
    /// Conditions in the order in which they were met; none where nothing is known.
    pub(super) found: Vec<(&'h Expr, Option<Box<Verdict>>)>,
    /// Rules whose condition is false, with the part of it that decides.
    pub(super) dead: Vec<(&'h Rule, &'h Expr, Verdict)>,
    /// Conditions of earlier rules without which the later ones are not looked at.
    pub(super) earlier: Vec<Location>,
}

impl<'h> Judge<'_, 'h> {
    /// Looks at an expression that is no condition itself, and at the conditions in it.
    pub(super) fn visit(&mut self, expr: &'h Expr, facts: &Facts) {
        match &expr.kind {
            ExprKind::Logic { .. }
            | ExprKind::Not(_)
            | ExprKind::Compare { .. }
            | ExprKind::In { .. }
            | ExprKind::Is { .. }
            | ExprKind::Matches { .. }
            | ExprKind::Contains { .. } => {
                self.judge(expr, facts);
            }
            ExprKind::Let { lets, body } => {
                for binding in lets {
                    self.visit(&binding.value, facts);
                    self.cx.bind(binding);
                }
                self.visit(body, facts);
            }
            ExprKind::If { branches, otherwise } => {
                let mut facts = facts.clone();
                for (condition, value) in branches {
                    self.judge(condition, &facts);
                    let mut inside = facts.clone();
                    inside.assume(&self.cx, condition, true);
                    self.visit(value, &inside);
                    facts.assume(&self.cx, condition, false);
                }
                self.visit(otherwise, &facts);
            }
            ExprKind::Match { scrutinee, arms } => self.arms(scrutinee, arms, facts),
            ExprKind::WithPresent { base, local, body } => {
                self.visit(base, facts);
                if let Some(key) = self.cx.key(base) {
                    self.cx.aliases.insert(*local, key);
                }
                self.visit(body, facts);
            }
            ExprKind::Quantified { generators, body, .. } => {
                self.generators(generators, facts);
                self.judge(body, facts);
            }
            ExprKind::Comprehension { generators, filter, elem, value, .. } => {
                self.generators(generators, facts);
                let mut facts = facts.clone();
                if let Some(filter) = filter {
                    self.judge(filter, &facts);
                    facts.assume(&self.cx, filter, true);
                }
                self.visit(elem, &facts);
                if let Some(value) = value {
                    self.visit(value, &facts);
                }
            }
            ExprKind::Error
            | ExprKind::Const(_)
            | ExprKind::Local(_)
            | ExprKind::Global(_)
            | ExprKind::Data(_)
            | ExprKind::Now
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
            | ExprKind::Narrow(_)
            | ExprKind::With { .. }
            | ExprKind::Coalesce(..)
            | ExprKind::Arithmetic { .. }
            | ExprKind::Negate(_)
            | ExprKind::Cast { .. }
            | ExprKind::Convert { .. }
            | ExprKind::Call { .. }
            | ExprKind::Intrinsic { .. }
            | ExprKind::Decide { .. }
            | ExprKind::Fixture { .. } => walk::parts(&expr.kind, &mut |part| self.visit(part, facts)),
        }
    }

    fn generators(&mut self, generators: &'h [Gen], facts: &Facts) {
        for generator in generators {
            self.visit(&generator.source, facts);
        }
    }

    fn arms(&mut self, scrutinee: &'h Expr, arms: &'h [Arm], facts: &Facts) {
        self.visit(scrutinee, facts);
        for arm in arms {
            let mut inside = facts.clone();
            let constants: Option<Vec<Const>> = arm
                .patterns
                .iter()
                .map(
                    |pattern| {
                        if let MatchPattern::Const(value) = pattern { Some(value.clone()) } else { None }
                    },
                )
                .collect();
            if let Some(constants) = constants {
                inside.among(&self.cx, scrutinee, &constants, arm.location);
            }
            self.visit(&arm.body, &inside);
        }
    }

    /// `not`, and the negations within `is not` and `not in`: these stand as one text with what they negate, and the text is
    /// what an author reads a verdict of.
    fn negated(&mut self, expr: &'h Expr, inner: &'h Expr, facts: &Facts) -> Option<bool> {
        let before = self.found.len();
        let truth = self.judge(inner, facts).map(|truth| !truth);
        if inner.location == expr.location {
            let own = self.found.iter_mut().skip(before).filter(|(found, _)| std::ptr::eq(*found, inner));
            for (found, verdict) in own {
                *found = expr;
                if let Some(verdict) = verdict {
                    verdict.truth = !verdict.truth;
                }
            }
        }
        truth
    }

    /// Looks at a condition, and tells how it turns out where that is certain.
    pub(super) fn judge(&mut self, expr: &'h Expr, facts: &Facts) -> Option<bool> {
        match &expr.kind {
            ExprKind::Logic { op, operands } => return self.logic(*op, operands, facts),
            ExprKind::Not(inner) => return self.negated(expr, inner, facts),
            ExprKind::If { .. }
            | ExprKind::Match { .. }
            | ExprKind::Let { .. }
            | ExprKind::Quantified { .. }
            | ExprKind::Comprehension { .. } => {
                self.visit(expr, facts);
                return None;
            }
            // A name says what is meant: `strict` may be a switch.
            ExprKind::Local(_) | ExprKind::Global(_) => {
                let known = self.repeated(expr, facts)?;
                let truth = known.truth;
                self.found.push((expr, Some(Box::new(known))));
                return Some(truth);
            }
            ExprKind::Error => return None,
            ExprKind::Const(_)
            | ExprKind::Data(_)
            | ExprKind::Now
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
            | ExprKind::Coalesce(..)
            | ExprKind::Compare { .. }
            | ExprKind::Arithmetic { .. }
            | ExprKind::Negate(_)
            | ExprKind::In { .. }
            | ExprKind::Matches { .. }
            | ExprKind::Contains { .. }
            | ExprKind::Is { .. }
            | ExprKind::Cast { .. }
            | ExprKind::Convert { .. }
            | ExprKind::Call { .. }
            | ExprKind::Intrinsic { .. }
            | ExprKind::Decide { .. }
            | ExprKind::Fixture { .. } => {}
        }
        walk::parts(&expr.kind, &mut |part| self.visit(part, facts));
        let verdict = self.leaf(expr, facts);
        let truth = verdict.as_ref().map(|verdict| verdict.truth);
        // What an earlier rule has settled the types do not know: asking again is how an author tells them.
        let asked_again = |verdict: &Verdict| {
            let elsewhere = verdict.since.is_some_and(|since| {
                self.earlier.iter().any(|rule| {
                    rule.file == since.file && rule.span.lo <= since.span.lo && since.span.hi <= rule.span.hi
                })
            });
            elsewhere && verdict.truth && matches!(expr.kind, ExprKind::Is { .. })
        };
        if verdict.as_ref().is_some_and(asked_again) {
            return None;
        }
        self.found.push((expr, verdict.map(Box::new)));
        truth
    }

    fn logic(&mut self, op: Logic, operands: &'h [Expr], facts: &Facts) -> Option<bool> {
        let mut facts = facts.clone();
        let mut uncertain = false;
        // `and` goes on after true, `or` after false; `implies` asks its right side after true.
        let goes_on = match op {
            Logic::And | Logic::Implies => true,
            Logic::Or => false,
        };
        for (i, operand) in operands.iter().enumerate() {
            let truth = self.judge(operand, &facts);
            let last = i + 1 == operands.len();
            match truth {
                Some(truth) if op == Logic::Implies && last => {
                    return if uncertain && !truth { None } else { Some(truth) };
                }
                Some(truth) if truth != goes_on => {
                    // What comes after is never asked.
                    return Some(if op == Logic::Implies { true } else { truth });
                }
                Some(_) => {}
                None => uncertain = true,
            }
            facts.assume(&self.cx, operand, goes_on);
        }
        (!uncertain && op != Logic::Implies).then_some(goes_on)
    }

    /// What was asked before in the same words.
    fn repeated(&self, expr: &Expr, facts: &Facts) -> Option<Verdict> {
        let key = self.cx.key(expr)?;
        let (truth, since) = facts.truth_at(&key)?;
        Some(Verdict { truth, because: None, since: Some(since) })
    }

    fn leaf(&self, expr: &Expr, facts: &Facts) -> Option<Verdict> {
        if let Some(Value::Const(Const::Bool(truth))) = self.cx.known.value(expr) {
            return Some(Verdict::plain(*truth));
        }
        let judged = match &expr.kind {
            ExprKind::Compare { op, left, right } => self.compare(*op, left, right, facts),
            ExprKind::In { kind: InKind::List | InKind::Set | InKind::MapKey, elem, container } => {
                let values = self.cx.known.value(container).and_then(scalars)?;
                let (domain, since) = facts.domain(&self.cx, elem);
                domain.member(self.cx.types, &values).map(|truth| self.verdict(truth, elem, &domain, since))
            }
            ExprKind::Is { value, test } => self.is(value, test, facts),
            ExprKind::Error
            | ExprKind::Const(_)
            | ExprKind::Local(_)
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
            | ExprKind::Not(_)
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
            | ExprKind::Fixture { .. } => None,
        };
        judged.or_else(|| self.repeated(expr, facts))
    }

    fn verdict(&self, truth: bool, operand: &Expr, domain: &Domain, since: Option<Location>) -> Verdict {
        let constant = self.cx.known.value(operand).is_some();
        let because =
            domain.shown(self.cx.types).filter(|_| !constant).map(|words| (operand.location, words));
        Verdict { truth, because, since }
    }

    fn compare(&self, op: Compare, left: &Expr, right: &Expr, facts: &Facts) -> Option<Verdict> {
        let same = self.cx.key(left).zip(self.cx.key(right)).is_some_and(|(a, b)| a == b);
        if same {
            let truth = matches!(op, Compare::Eq | Compare::Le | Compare::Ge);
            let because = Some((right.location, "the same as at its left".to_owned()));
            return Some(Verdict { truth, because, since: None });
        }
        let (a, since_a) = facts.domain(&self.cx, left);
        let (b, since_b) = facts.domain(&self.cx, right);
        let truth =
            a.against(self.cx.types, op, &b).or_else(|| b.against(self.cx.types, mirrored(op), &a))?;
        let left_constant = self.cx.known.value(left).is_some();
        let (operand, domain, since) = if left_constant { (right, &b, since_b) } else { (left, &a, since_a) };
        Some(self.verdict(truth, operand, domain, since.or(since_a).or(since_b)))
    }

    fn is(&self, value: &Expr, test: &IsTest, facts: &Facts) -> Option<Verdict> {
        let key = self.cx.key(value);
        let known = key.as_deref().and_then(|key| facts.truth_at(&presence(key)));
        let kind = self.cx.types.kind(value.ty);
        let optional = matches!(kind, TyKind::Option(_) | TyKind::Json | TyKind::Error);
        let present = if optional { known.map(|(truth, _)| truth) } else { Some(true) };
        let since = known.map(|(_, since)| since);
        let simple = |truth: bool| Verdict { truth, because: None, since };
        match test {
            IsTest::Present => present.map(simple),
            IsTest::Absent => present.map(|present| simple(!present)),
            IsTest::Empty | IsTest::JsonKind(_) | IsTest::Entity(_) => None,
            IsTest::Equal(wanted) => {
                if present == Some(false) {
                    return Some(simple(false));
                }
                if *kind == TyKind::Json {
                    return None;
                }
                let wanted = self.cx.known.scalar(wanted)?;
                let (domain, since) = facts.domain(&self.cx, value);
                let truth = domain.compare(self.cx.types, Compare::Eq, wanted)?;
                (!truth || present == Some(true)).then(|| self.verdict(truth, value, &domain, since))
            }
            IsTest::UnionVariant(_, variant) => {
                let (domain, since) = facts.domain_at(&tag(&key?))?;
                let truth = domain.compare(self.cx.types, Compare::Eq, &position(*variant))?;
                Some(Verdict { truth, because: None, since: Some(*since) })
            }
        }
    }
}
