//! `and or not implies`.

use policy_syntax::{Location, Span, ast};

use super::Checker;
use super::env::Env;
use super::expr::{Typed, Want};
use super::facts::{Branches, Known, both};
use crate::diagnostics::types::Reason;
use crate::hir::{Expr, ExprKind, Logic, TyKind};

/// Where something can be written in front of an expression.
pub(crate) fn start(place: Location) -> Location {
    Location::new(place.file, Span::at(place.span.lo))
}

impl Checker<'_> {
    /// An operand of a logical operator.
    fn logical(&mut self, env: &Env, id: ast::ExprId, op: &'static str) -> Typed {
        let bool_ = self.ty(TyKind::Bool);
        let why = move || Reason::here(format!("`{op}` takes conditions: they are true or false"));
        let want = Want { ty: bool_, why: &why };
        let typed = self.expr(env, id, Some(want));
        self.assign(env, id, typed, want)
    }

    pub(crate) fn not(&mut self, env: &Env, id: ast::ExprId, at: Location) -> Typed {
        let env = env.guarded(None);
        let typed = self.logical(&env, id, "not");
        self.negated(typed, at)
    }

    /// `not x`, with what it tells the other way round.
    pub(crate) fn negated(&mut self, typed: Typed, at: Location) -> Typed {
        let ty = self.ty(TyKind::Bool);
        if self.is_error(typed.ty()) {
            return self.failed(ty, at);
        }
        let (expr, facts) = typed.into_branches();
        Typed::plain(self.node(ExprKind::Not(Box::new(expr)), ty, at)).with_facts(facts.swapped())
    }

    pub(crate) fn logic(
        &mut self,
        env: &Env,
        op: ast::LogicOp,
        operands: &[ast::ExprId],
        at: Location,
    ) -> Typed {
        let and = op == ast::LogicOp::And;
        // What is known where evaluation goes on, and what each way of ending early tells.
        let mut on: Vec<Known> = Vec::new();
        let mut early: Option<Vec<Known>> = None;
        let mut env = env.clone();
        // What many operands have in common is not worth its price.
        let few = operands.len() <= 32;
        let mut out: Vec<Expr> = Vec::with_capacity(operands.len());
        for &id in operands {
            let place = self.place(&env, id);
            let guard = and.then(|| start(place));
            let inner = env.guarded(guard);
            let typed = self.logical(&inner, id, op.text());
            let (expr, Branches { yes, no }) = typed.into_branches();
            let (stay, leave) = if and { (yes, no) } else { (no, yes) };
            if few {
                early = Some(match early {
                    None => on.iter().cloned().chain(leave).collect(),
                    Some(before) => both(&before, on.iter().chain(&leave)),
                });
            }
            env = env.knowing(&stay);
            on.extend(stay);
            out.push(expr);
        }
        let early = early.unwrap_or_default();
        let facts = if and { Branches { yes: on, no: early } } else { Branches { yes: early, no: on } };
        let op = if and { Logic::And } else { Logic::Or };
        let ty = self.ty(TyKind::Bool);
        Typed::plain(self.node(ExprKind::Logic { op, operands: out }, ty, at)).with_facts(facts)
    }

    /// `a implies b implies c`, grouped from the right.
    pub(crate) fn implies(&mut self, env: &Env, operands: &[ast::ExprId], at: Location) -> Typed {
        let mut env = env.clone();
        let mut parts: Vec<Typed> = Vec::new();
        for &id in operands {
            let place = self.place(&env, id);
            let typed = self.logical(&env.guarded(Some(start(place))), id, "implies");
            env = env.knowing(typed.when_true());
            parts.push(typed);
        }
        let ty = self.ty(TyKind::Bool);
        let Some(mut value) = parts.pop() else { return Typed::plain(self.error(at)) };
        while let Some(left) = parts.pop() {
            let (a, b) = (left.branches(), value.branches());
            let through: Vec<Known> = a.yes.iter().cloned().chain(b.yes.clone()).collect();
            let no: Vec<Known> = a.yes.into_iter().chain(b.no).collect();
            let facts = Branches { yes: both(&a.no, through.iter()), no };
            let place = Location::new(at.file, left.expr.location.span.to(value.expr.location.span));
            let kind = ExprKind::Logic { op: Logic::Implies, operands: vec![left.expr, value.expr] };
            value = Typed::plain(self.node(kind, ty, place)).with_facts(facts);
        }
        value
    }
}
