//! `r with { a.b: 1, c: 2 }`.

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::Env;
use super::expr::{Typed, Want};
use super::fields::Chain;
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{Const, Expr, ExprKind, TyKind, WithStep};

impl Checker<'_> {
    pub(crate) fn with(
        &mut self,
        env: &Env,
        base: Typed,
        chain: Chain<'_>,
        updates: &[ast::Update],
        at: Location,
    ) -> Typed {
        let ty = base.ty();
        if self.is_option(ty) {
            if let Some(step) = chain.steps.first() {
                self.optional_step(env, &base, chain, step);
            }
            return Typed::plain(self.error(at));
        }
        let base = match *self.kind(ty) {
            TyKind::Read(read) => Typed::plain(self.read_value(base.expr, read)),
            _ => base,
        };
        let ty = base.ty();
        let mut first = None;
        let mut changed = ty;
        if let TyKind::Union(union) = *self.kind(ty) {
            let Some((variant, payload)) = self.with_variant(env, &base, union, at) else {
                return self.failed(ty, at);
            };
            first = Some(WithStep::Variant(union, variant));
            changed = payload;
        }
        if !matches!(self.kind(changed), TyKind::Record(_)) {
            let finding = Types::Operator {
                op: "with".to_owned(),
                left: self.show(ty),
                right: None,
                takes: "`with` changes fields of a record".to_owned(),
                help: Vec::new(),
                fixes: Vec::new(),
            };
            self.report(at, finding);
            return Typed::plain(self.error(at));
        }
        let mut out: Vec<(Vec<WithStep>, Expr)> = Vec::new();
        let mut paths: Vec<(Vec<&str>, Location)> = Vec::new();
        for update in updates {
            let names: Vec<&str> = update.path.segments.iter().map(|s| s.text.as_ref()).collect();
            let place = self.at(env.module, update.path.span);
            let clash =
                paths.iter().find(|(p, _)| p.starts_with(&names) || names.starts_with(p)).map(|(_, at)| *at);
            if let Some(first) = clash {
                self.report(place, Types::DuplicateField { name: update.path.to_string(), first });
            }
            paths.push((names, place));
            if let Some((mut steps, value)) = self.update(env, changed, update) {
                steps.splice(0..0, first.clone());
                out.push((steps, value));
            }
        }
        let kind = ExprKind::With { base: Box::new(base.expr), updates: out };
        Typed::plain(self.node(kind, ty, at))
    }

    /// One path and its new value.
    fn update(
        &mut self,
        env: &Env,
        base: crate::hir::Ty,
        update: &ast::Update,
    ) -> Option<(Vec<WithStep>, Expr)> {
        let mut ty = base;
        let mut declared = None;
        let mut steps = Vec::new();
        for (n, name) in update.path.segments.iter().enumerate() {
            // Through what may be absent a path fails where it is.
            let holder = if n == 0 { ty } else { self.present(ty) };
            if self.asks_about(self.at(env.module, name.span)) {
                self.probe_fields(holder, &[]);
            }
            match self.kind(holder).clone() {
                TyKind::Record(record) => {
                    let Some(field) = self.field_of(record, &name.text) else {
                        self.unknown_field(env, record, holder, name);
                        self.quietly_if_lambda(env, update.value);
                        return None;
                    };
                    let def = self.hir.types.record(record)?.fields.get(field.index())?;
                    ty = def.ty;
                    declared = Some(def.location);
                    let place = self.at(env.module, name.span);
                    if let Some(declared) = declared {
                        self.uses(place, declared);
                    }
                    steps.push(WithStep::Field(field));
                }
                TyKind::Map { key, value, .. } if matches!(self.kind(key), TyKind::String) => {
                    let place = self.at(env.module, name.span);
                    let key = self.constant(Const::String(name.text.to_string()), place);
                    ty = value;
                    steps.push(WithStep::Key(key.expr));
                }
                TyKind::Error => return None,
                _ => {
                    let of = self.show(holder);
                    let place = self.at(env.module, name.span);
                    self.report(
                        place,
                        Types::NoFields { name: name.text.to_string(), of, parts: Vec::new() },
                    );
                    self.quietly_if_lambda(env, update.value);
                    return None;
                }
            }
        }
        let words = format!("`{}` is declared as `{}`", update.path, self.show(ty));
        let why = || match declared {
            Some(at) => Reason::at(words.clone(), at),
            None => Reason::here(words.clone()),
        };
        let value = self.check(env, update.value, Want { ty, why: &why });
        Some((steps, value))
    }
}
