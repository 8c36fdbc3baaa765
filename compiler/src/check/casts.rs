//! `x as T`, `x as? T`.

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::Env;
use super::expr::{Typed, Want};
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{Cast, ExprKind, Ty, TyKind};
use crate::ty::fit;

impl Checker<'_> {
    pub(crate) fn cast(
        &mut self,
        env: &Env,
        value: ast::ExprId,
        probe: bool,
        ty: ast::TypeId,
        at: Location,
    ) -> Typed {
        let to = self.written_type(env.module, ty, &env.type_vars);
        let why = || Reason::here("`as` says so");
        let typed = self.expr(env, value, Some(Want { ty: to, why: &why }));
        let typed = self.other_document(env, typed);
        if self.is_error(to) || self.is_error(typed.ty()) {
            let ty = if probe { self.optional(to) } else { to };
            return self.failed(ty, at);
        }
        if let ExprKind::Fixture { kind, .. } = typed.expr.kind
            && let Some(target) = self.read_as(kind, to)
        {
            return self.fixture_as(typed, target, probe, at);
        }
        let found = typed.ty();
        let (inner, option) = (self.present(found), self.is_option(found));
        // `x as T?` asks the same of what is present.
        let target = self.present(to);
        match (self.kind(inner).clone(), self.kind(target).clone()) {
            (TyKind::Json, TyKind::Function { .. }) => {}
            (TyKind::Json, _) => return self.casting(typed, probe, target, option, at),
            (TyKind::Int(from), TyKind::Int(range)) => {
                if from.fits(range) && !probe && !option {
                    return Typed { literal: false, ..typed };
                }
                if from.hi < range.lo || range.hi < from.lo {
                    let what = format!("`{}` is never `{}`", self.show(inner), self.show(target));
                    if !probe {
                        self.report(at, Types::AlwaysFails { what });
                    }
                }
                return self.casting(typed, probe, target, option, at);
            }
            _ => {}
        }
        // Narrower only in the ranges and sizes that it holds.
        let narrower = !fit::fits(&self.hir.types, inner, target)
            && fit::widen(&mut self.hir.types, inner) == fit::widen(&mut self.hir.types, target);
        if narrower && !self.is_error(inner) {
            return self.casting(typed, probe, target, option, at);
        }
        let want = Want { ty: to, why: &why };
        let read = matches!(self.kind(target), TyKind::Read(_)) && typed.literal;
        if !probe && (fit::fits(&self.hir.types, found, to) || read) {
            let mut typed = self.assign(env, value, typed, want);
            typed.expr.ty = to;
            return typed;
        }
        let mut help = Vec::new();
        match (self.kind(inner), self.kind(target)) {
            (TyKind::Int(_), TyKind::Decimal) => {
                help.push("an `Int` stands for a `Decimal` as it is".to_owned())
            }
            (TyKind::Decimal, TyKind::Int(_)) => {
                help.push(
                    "a `Decimal` becomes an `Int` by rounding: `floor`, `ceiling` or `truncate`".to_owned(),
                );
            }
            (TyKind::String, TyKind::Int(_)) => {
                help.push("read a number from text with `parse_int`".to_owned())
            }
            _ => {}
        }
        let finding = Types::Cast { found: self.show(found), to: self.show(to), help };
        self.report(at, finding);
        self.failed(to, at)
    }

    pub(crate) fn casting(
        &mut self,
        typed: Typed,
        probe: bool,
        target: Ty,
        option: bool,
        at: Location,
    ) -> Typed {
        let cast = if probe { Cast::Probe } else { Cast::Must };
        let ty = if probe || option { self.optional(target) } else { target };
        // A cast is as stable as what is cast, but has its own type: no path.
        Typed::plain(self.cast_node(typed.expr, cast, target, ty, at))
    }
}
