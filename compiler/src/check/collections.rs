//! Lists, sets, maps, tuples and empty braces.

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::Env;
use super::expr::{Typed, Want};
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{Expr, ExprKind, Presence, Ty, TyKind};
use crate::ty::fit;

/// What the elements of a literal are said to be, from the expected type or from each other.
struct Elements {
    exprs: Vec<Expr>,
    ty: Ty,
    /// Whether all of them are literals.
    literal: bool,
}

impl Checker<'_> {
    /// Checks elements: against what is wanted of them, else so that they have one type.
    fn elements(
        &mut self,
        env: &Env,
        ids: &[ast::ExprId],
        want: Option<Want<'_>>,
        role: &'static str,
    ) -> Elements {
        let mut exprs: Vec<Expr> = Vec::new();
        let mut literal = true;
        if let Some(want) = want.filter(|w| !self.is_error(w.ty)) {
            let mut joined: Option<Ty> = None;
            let mut typeds = Vec::new();
            for &id in ids {
                let typed = self.expr(env, id, Some(want));
                typeds.push((id, typed));
            }
            // What is wanted may be but a hint, as beside `in`: where all elements agree on another type, that is theirs.
            for (id, typed) in typeds {
                literal &= typed.literal;
                let typed = self.assign(env, id, typed, want);
                joined = match joined {
                    None => Some(typed.ty()),
                    Some(before) => fit::join(&mut self.hir.types, before, typed.ty()).or(Some(want.ty)),
                };
                exprs.push(typed.expr);
            }
            let ty = match joined {
                // A range may be narrower than what is wanted, and an element that may be absent makes all so.
                Some(joined) if fit::fits(&self.hir.types, joined, want.ty) && !self.is_option(want.ty) => {
                    joined
                }
                _ => want.ty,
            };
            let ty = if self.is_error(ty) { want.ty } else { ty };
            return Elements { exprs, ty, literal };
        }
        let mut ty: Option<(Ty, Location)> = None;
        let mut typeds: Vec<(ast::ExprId, Typed)> = Vec::new();
        for &id in ids {
            // Ranges and sizes of what stands before say nothing about what comes.
            let first = ty.map(|(ty, _)| self.present(ty)).map(|ty| fit::widen(&mut self.hir.types, ty));
            let why = || Reason::here(role);
            let hint = first.map(|ty| Want { ty, why: &why });
            let typed = self.expr(env, id, hint);
            literal &= typed.literal;
            let place = typed.expr.location;
            ty = match ty {
                None => Some((typed.ty(), place)),
                Some((before, at)) => match fit::join(&mut self.hir.types, before, typed.ty()) {
                    Some(joined) => Some((joined, at)),
                    None if self.numbers(before, typed.ty()) => Some((self.ty(TyKind::Decimal), at)),
                    None => {
                        let finding = Types::Elements {
                            first: self.show(before),
                            first_at: at,
                            found: self.show(typed.ty()),
                        };
                        self.report(place, finding);
                        Some((before, at))
                    }
                },
            };
            typeds.push((id, typed));
        }
        let ty = ty.map_or_else(|| self.ty(TyKind::Error), |(ty, _)| ty);
        let decimal = matches!(self.kind(ty), TyKind::Decimal);
        for (_, typed) in typeds {
            let expr = if decimal { self.decimal_of(typed.expr) } else { typed.expr };
            exprs.push(expr);
        }
        Elements { exprs, ty, literal }
    }

    fn numbers(&self, a: Ty, b: Ty) -> bool {
        matches!(
            (self.kind(a), self.kind(b)),
            (TyKind::Int(_), TyKind::Decimal) | (TyKind::Decimal, TyKind::Int(_))
        )
    }

    pub(crate) fn list(
        &mut self,
        env: &Env,
        ids: &[ast::ExprId],
        want: Option<Want<'_>>,
        at: Location,
    ) -> Typed {
        let target = want.map(|w| self.written(self.present(w.ty)));
        let json = target.is_some_and(|t| matches!(self.kind(t), TyKind::Json));
        let inner = match target.map(|t| self.kind(t)) {
            Some(TyKind::List { elem, .. } | TyKind::Set { elem, .. }) => want.map(|w| w.of(*elem)),
            Some(TyKind::Json) if json => want.map(|w| w.of(self.present(w.ty))),
            _ => None,
        };
        if ids.is_empty() && inner.is_none() {
            self.report(at, Types::NeedsType { what: "[]".to_owned() });
            return Typed::plain(self.error(at));
        }
        let elements = self.elements(env, ids, inner, "the elements of a list have one type");
        let max = u64::try_from(ids.len()).ok();
        let ty = self.ty(TyKind::List { elem: elements.ty, max, or_one: false });
        let typed = Typed::plain(self.node(ExprKind::List(elements.exprs), ty, at));
        Typed { literal: elements.literal, ..typed }
    }

    pub(crate) fn set(
        &mut self,
        env: &Env,
        ids: &[ast::ExprId],
        want: Option<Want<'_>>,
        at: Location,
    ) -> Typed {
        let target = want.map(|w| self.written(self.present(w.ty)));
        let inner = match target.map(|t| self.kind(t)) {
            Some(TyKind::Set { elem, .. } | TyKind::List { elem, .. }) => want.map(|w| w.of(*elem)),
            _ => None,
        };
        let elements = self.elements(env, ids, inner, "the elements of a set have one type");
        self.set_element(elements.ty, at);
        let max = u64::try_from(ids.len()).ok();
        let ty = self.ty(TyKind::Set { elem: elements.ty, max });
        let typed = Typed::plain(self.node(ExprKind::Set(elements.exprs), ty, at));
        Typed { literal: elements.literal, ..typed }
    }

    /// Reports a type that cannot be an element of a set.
    pub(crate) fn set_element(&mut self, ty: Ty, at: Location) {
        if !fit::comparable(&self.hir.types, ty) {
            let finding = Types::BadKey {
                ty: self.show(ty),
                role: "an element of a set",
                takes: "the elements of a set are compared, so patterns and version ranges cannot be any; use a list",
            };
            self.report(at, finding);
        }
    }

    /// Reports a type that cannot be the key of a map.
    pub(crate) fn map_key(&mut self, ty: Ty, at: Location) {
        if !fit::key(&self.hir.types, ty) {
            let finding = Types::BadKey {
                ty: self.show(ty),
                role: "the key of a map",
                takes: "keys are `String`, `Int`, `Ip`, `Date`, `Host`, `Path` and enums, as JSON spells them in texts",
            };
            self.report(at, finding);
        }
    }

    pub(crate) fn map(
        &mut self,
        env: &Env,
        entries: &[ast::MapEntry],
        want: Option<Want<'_>>,
        at: Location,
    ) -> Typed {
        let target = want.map(|w| self.written(self.present(w.ty)));
        let (key_want, value_want) = match target.map(|t| self.kind(t)) {
            Some(TyKind::Map { key, value, .. }) => (want.map(|w| w.of(*key)), want.map(|w| w.of(*value))),
            Some(TyKind::Json) => {
                let string = self.ty(TyKind::String);
                (want.map(|w| w.of(string)), want.map(|w| w.of(self.present(w.ty))))
            }
            _ => (None, None),
        };
        let keys: Vec<ast::ExprId> = entries.iter().map(|e| e.key).collect();
        let values: Vec<ast::ExprId> = entries.iter().map(|e| e.value).collect();
        let keys = self.elements(env, &keys, key_want, "the keys of a map have one type");
        let values = self.elements(env, &values, value_want, "the values of a map have one type");
        self.map_key(keys.ty, at);
        let max = u64::try_from(entries.len()).ok();
        let ty = self.ty(TyKind::Map { key: keys.ty, value: values.ty, max });
        let literal = keys.literal && values.literal;
        let pairs = keys.exprs.into_iter().zip(values.exprs).collect();
        let typed = Typed::plain(self.node(ExprKind::Map(pairs), ty, at));
        Typed { literal, ..typed }
    }

    /// `{}`: a record, a map or a set, as the expected type says.
    pub(crate) fn empty_braces(&mut self, want: Option<Want<'_>>, at: Location) -> Typed {
        let target = want.map(|w| self.present(w.ty));
        let base = target.map(|t| self.written(t));
        let Some(base) = base else {
            self.report(at, Types::NeedsType { what: "{}".to_owned() });
            return Typed::plain(self.error(at));
        };
        let kind = match self.kind(base).clone() {
            TyKind::Map { .. } => ExprKind::Map(Vec::new()),
            TyKind::Set { .. } => ExprKind::Set(Vec::new()),
            TyKind::Record(record) => {
                self.missing_fields(record, base, &[], at);
                ExprKind::Record { record, fields: Vec::new() }
            }
            TyKind::Json => {
                let string = self.ty(TyKind::String);
                let ty = self.ty(TyKind::Map { key: string, value: base, max: Some(0) });
                let typed = Typed::literal(self.node(ExprKind::Map(Vec::new()), ty, at));
                return typed;
            }
            TyKind::Error => ExprKind::Error,
            TyKind::List { .. } => {
                let (wanted, words) = (self.show(base), "an empty list is written with brackets");
                let fix = super::assign::fix("write `[]`".to_owned(), at, "[]".to_owned());
                let help = vec!["write `[]`".to_owned()];
                let reason = want.map_or_else(|| Reason::here(words), |want| (want.why)());
                let found = "{}".to_owned();
                self.report(at, Types::Mismatch { wanted, found, reason, help, fixes: vec![fix] });
                return self.failed(base, at);
            }
            _ => {
                self.report(at, Types::NeedsType { what: "{}".to_owned() });
                return Typed::plain(self.error(at));
            }
        };
        let ty = match self.kind(base).clone() {
            TyKind::Map { key, value, .. } => self.ty(TyKind::Map { key, value, max: Some(0) }),
            TyKind::Set { elem, .. } => self.ty(TyKind::Set { elem, max: Some(0) }),
            _ => base,
        };
        Typed::literal(self.node(kind, ty, at))
    }

    pub(crate) fn tuple(
        &mut self,
        env: &Env,
        parts: &[ast::ExprId],
        want: Option<Want<'_>>,
        at: Location,
    ) -> Typed {
        let wanted = match want.map(|w| self.kind(self.present(w.ty)).clone()) {
            Some(TyKind::Tuple(tys)) if tys.len() == parts.len() => tys,
            _ => Vec::new(),
        };
        let mut exprs = Vec::new();
        let mut literal = true;
        for (n, &part) in parts.iter().enumerate() {
            let inner = wanted.get(n).and_then(|&ty| want.map(|w| w.of(ty)));
            let typed = self.expr(env, part, inner);
            literal &= typed.literal;
            // A part that is wider stays as it is: the tuple as a whole is then what does not fit.
            let typed = match inner {
                Some(inner)
                    if !self.is_error(inner.ty) && !fit::fits(&self.hir.types, typed.ty(), inner.ty) =>
                {
                    let joins = fit::alike(&mut self.hir.types, typed.ty(), inner.ty);
                    if joins { typed } else { self.assign(env, part, typed, inner) }
                }
                _ => typed,
            };
            exprs.push(typed.expr);
        }
        let ty = self.built_type(TyKind::Tuple(exprs.iter().map(|e| e.ty).collect()), at);
        let typed = Typed::plain(self.node(ExprKind::Tuple(exprs), ty, at));
        Typed { literal, ..typed }
    }

    /// Whether a field may be left out.
    pub(crate) fn may_lack(presence: &Presence) -> bool {
        match presence {
            Presence::Required => false,
            Presence::Optional | Presence::Default(_) => true,
        }
    }
}
