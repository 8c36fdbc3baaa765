//! Moving what was made apart to where it belongs: nodes, variables, types and functions get the numbers that they have there.

use super::walk::{effect_parts_mut, parts_mut, text_parts_mut};
use super::{
    Expr, ExprId, ExprKind, FunctionId, Gen, IsTest, Let, Local, LocalId, Pattern, PatternKind, Policy, Rule,
    Ty, TyKind,
};

/// From numbers to numbers. What stands below the first of a kind is the same in both places.
#[derive(Debug)]
pub(crate) struct Renumber<'r> {
    /// The first node that was made apart, and its number there.
    pub(crate) exprs: (u32, u32),
    /// Nodes that are not taken over, in order.
    pub(crate) gone: &'r [u32],
    /// The first variable, and its number there.
    pub(crate) locals: (u32, u32),
    /// The first type, and what each is there.
    pub(crate) types: (u32, &'r [Ty]),
    /// The first function, and what each is there.
    pub(crate) functions: (u32, &'r [FunctionId]),
    /// Whether something was met that was not made apart, and so has no number there.
    pub(crate) lost: bool,
}

impl Renumber<'_> {
    /// A type.
    pub(crate) fn ty(&self, ty: Ty) -> Ty {
        let at = ty.0.checked_sub(self.types.0);
        at.and_then(|at| self.types.1.get(at as usize)).copied().unwrap_or(ty)
    }

    /// What a type is made of.
    pub(crate) fn kind(&self, kind: &TyKind) -> TyKind {
        let parts = kind.parts().into_iter().map(|part| self.ty(part)).collect();
        kind.clone().with_parts(parts)
    }

    /// A policy of its own.
    pub(crate) fn policy(&mut self, policy: &mut Policy) {
        self.types_of(&mut policy.locals);
        for param in &mut policy.params {
            param.default.iter_mut().for_each(|value| self.expr(value));
        }
        self.lets(&mut policy.lets);
        policy.applies.iter_mut().chain(&mut policy.mode).for_each(|value| self.expr(value));
        policy.rules.iter_mut().for_each(|rule| self.rule(rule));
    }

    /// A rule.
    pub(crate) fn rule(&mut self, rule: &mut Rule) {
        self.generators(&mut rule.generators);
        rule.generators.iter_mut().for_each(|generator| self.expr(&mut generator.source));
        rule.bindings.iter_mut().for_each(|local| self.local(local));
        let values = rule.when.iter_mut().chain(&mut rule.that).chain(&mut rule.details);
        values.chain(&mut rule.mode).for_each(|value| self.expr(value));
        effect_parts_mut(&mut rule.effect, &mut |value| self.expr(value));
        for text in rule.because.iter_mut().chain(&mut rule.fix) {
            text_parts_mut(text, &mut |value| self.expr(value));
        }
    }

    /// The types of variables.
    pub(crate) fn types_of(&self, locals: &mut [Local]) {
        locals.iter_mut().for_each(|local| local.ty = self.ty(local.ty));
    }

    /// A node and all below it.
    pub(crate) fn expr(&mut self, expr: &mut Expr) {
        parts_mut(&mut expr.kind, &mut |part| self.expr(part));
        self.id(&mut expr.id);
        expr.ty = self.ty(expr.ty);
        self.node(&mut expr.kind);
    }

    fn id(&mut self, id: &mut ExprId) {
        let (first, there) = self.exprs;
        match id.0.checked_sub(first) {
            Some(at) => {
                let gone = self.gone.partition_point(|gone| *gone < id.0);
                let at = at.saturating_sub(u32::try_from(gone).unwrap_or(u32::MAX));
                id.0 = there.saturating_add(at);
            }
            None => self.lost = true,
        }
    }

    fn local(&mut self, local: &mut LocalId) {
        let (first, there) = self.locals;
        if let Some(at) = local.0.checked_sub(first) {
            local.0 = there.saturating_add(at);
        }
    }

    fn pattern(&mut self, pattern: &mut Pattern) {
        match &mut pattern.kind {
            PatternKind::Ignore => {}
            PatternKind::Bind(local) => self.local(local),
            PatternKind::Tuple(parts) => parts.iter_mut().for_each(|part| self.pattern(part)),
            PatternKind::Record(_, fields) => fields.iter_mut().for_each(|(_, part)| self.pattern(part)),
        }
    }

    fn generators(&mut self, generators: &mut [Gen]) {
        generators.iter_mut().for_each(|generator| self.pattern(&mut generator.pattern));
    }

    fn lets(&mut self, lets: &mut [Let]) {
        for let_ in lets {
            self.pattern(&mut let_.pattern);
            self.expr(&mut let_.value);
        }
    }

    /// What a node itself speaks of.
    fn node(&mut self, kind: &mut ExprKind) {
        match kind {
            ExprKind::Local(local)
            | ExprKind::WithPresent { local, .. }
            | ExprKind::Descend { local, .. } => self.local(local),
            ExprKind::Call { function, .. } => {
                let at = function.0.checked_sub(self.functions.0);
                if let Some(there) = at.and_then(|at| self.functions.1.get(at as usize)) {
                    *function = *there;
                }
            }
            ExprKind::Cast { to, .. } => *to = self.ty(*to),
            ExprKind::Fixture { rows, .. } => *rows = rows.map(|ty| self.ty(ty)),
            ExprKind::Is { test, .. } => match test {
                IsTest::JsonKind(ty) => *ty = self.ty(*ty),
                IsTest::Present
                | IsTest::Absent
                | IsTest::Empty
                | IsTest::Equal(_)
                | IsTest::UnionVariant(..)
                | IsTest::Entity(_) => {}
            },
            ExprKind::Let { lets, .. } => lets.iter_mut().for_each(|let_| self.pattern(&mut let_.pattern)),
            ExprKind::Match { arms, .. } => {
                arms.iter_mut().filter_map(|arm| arm.bind.as_mut()).for_each(|bind| self.pattern(bind));
            }
            ExprKind::Quantified { generators, .. } | ExprKind::Comprehension { generators, .. } => {
                self.generators(generators);
            }
            ExprKind::Then { patterns, without, .. } => {
                patterns.iter_mut().for_each(|pattern| self.pattern(pattern));
                without.iter_mut().for_each(|without| self.pattern(&mut without.0));
            }
            ExprKind::Fold { generators, state, .. } => {
                self.local(state);
                self.generators(generators);
            }
            ExprKind::Error
            | ExprKind::Const(_)
            | ExprKind::Global(_)
            | ExprKind::Data(_)
            | ExprKind::Now
            | ExprKind::If { .. }
            | ExprKind::Record { .. }
            | ExprKind::Tuple(_)
            | ExprKind::List(_)
            | ExprKind::Set(_)
            | ExprKind::Map(_)
            | ExprKind::Interpolation(_)
            | ExprKind::Field { .. }
            | ExprKind::Tag(_)
            | ExprKind::Entity { .. }
            | ExprKind::Attribute { .. }
            | ExprKind::EntityText { .. }
            | ExprKind::Part { .. }
            | ExprKind::JsonField { .. }
            | ExprKind::Index { .. }
            | ExprKind::Narrow(_)
            | ExprKind::With { .. }
            | ExprKind::Logic { .. }
            | ExprKind::Not(_)
            | ExprKind::Coalesce(..)
            | ExprKind::Compare { .. }
            | ExprKind::Arithmetic { .. }
            | ExprKind::Negate(_)
            | ExprKind::In { .. }
            | ExprKind::Matches { .. }
            | ExprKind::Contains { .. }
            | ExprKind::Convert { .. }
            | ExprKind::Score(_)
            | ExprKind::Intrinsic { .. }
            | ExprKind::Decide { .. } => {}
        }
    }
}
