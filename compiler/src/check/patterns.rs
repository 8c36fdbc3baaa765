//! Patterns that bind: in generators, lambdas and `match` arms.

use std::sync::Arc;

use policy_syntax::ast;

use super::Checker;
use super::env::{Binding, Env};
use crate::diagnostics::names::Names;
use crate::diagnostics::types::Types;
use crate::hir::{LocalId, LocalKind, Pattern, PatternKind, Ty, TyKind};

/// Names that a pattern binds.
pub(crate) type Bound = Vec<(Arc<str>, Binding)>;

impl Checker<'_> {
    /// A pattern that takes a value of `ty` apart; adds what it binds to `names`.
    pub(crate) fn pattern(
        &mut self,
        env: &Env,
        id: ast::PatternId,
        ty: Ty,
        kind: LocalKind,
        names: &mut Bound,
    ) -> Pattern {
        let tree = self.ast(env.module);
        let pattern = &tree.patterns[id];
        let location = self.at(env.module, pattern.span);
        let ignore = Pattern { kind: PatternKind::Ignore, location };
        match &pattern.kind {
            ast::PatternKind::Error | ast::PatternKind::Ignore => ignore,
            ast::PatternKind::Name(name) => {
                let local = self.bind_local(env, name, ty, kind, names);
                Pattern { kind: PatternKind::Bind(local), location }
            }
            ast::PatternKind::Tuple(parts) => {
                let tys = match self.kind(ty) {
                    TyKind::Tuple(tys) if tys.len() == parts.len() => tys.clone(),
                    TyKind::Error => vec![ty; parts.len()],
                    _ => {
                        let found = self.show(ty);
                        let what = format!("a pattern of {} parts", parts.len());
                        self.report(location, Types::Pattern { pattern: what, found });
                        let error = self.ty(TyKind::Error);
                        vec![error; parts.len()]
                    }
                };
                let parts =
                    parts.iter().zip(tys).map(|(&p, ty)| self.pattern(env, p, ty, kind, names)).collect();
                Pattern { kind: PatternKind::Tuple(parts), location }
            }
            ast::PatternKind::Record(fields) => self.record_pattern(env, fields, ty, kind, names, location),
            ast::PatternKind::Variant { .. }
            | ast::PatternKind::Literal(_)
            | ast::PatternKind::Or(_)
            | ast::PatternKind::Absent
            | ast::PatternKind::Else => {
                let found = self.show(ty);
                let what = "a pattern that asks something, outside of `match`,".to_owned();
                self.report(location, Types::Pattern { pattern: what, found });
                ignore
            }
        }
    }

    fn record_pattern(
        &mut self,
        env: &Env,
        fields: &[ast::FieldPattern],
        ty: Ty,
        kind: LocalKind,
        names: &mut Bound,
        location: policy_syntax::Location,
    ) -> Pattern {
        let base = self.base(ty);
        let record = match self.kind(base) {
            TyKind::Record(record) if base == ty => Some(*record),
            TyKind::Error => None,
            _ => {
                let found = self.show(ty);
                self.report(location, Types::Pattern { pattern: "a pattern of fields".to_owned(), found });
                None
            }
        };
        let mut out = Vec::new();
        for field in fields {
            let found = record.and_then(|r| self.field_of(r, &field.name.text));
            if let (Some(record), None) = (record, found) {
                self.unknown_field(env, record, ty, &field.name);
            }
            let field_ty = record
                .zip(found)
                .and_then(|(r, f)| self.hir.types.record(r)?.fields.get(f.index()).map(|f| f.ty));
            let field_ty = field_ty.unwrap_or_else(|| self.ty(TyKind::Error));
            let declared = record
                .zip(found)
                .and_then(|(r, f)| self.hir.types.record(r)?.fields.get(f.index()).map(|f| f.location));
            if let Some(declared) = declared {
                self.uses(self.at(env.module, field.name.span), declared);
            }
            let inner = match field.pattern {
                Some(inner) => self.pattern(env, inner, field_ty, kind, names),
                None => {
                    let local = self.bind_local(env, &field.name, field_ty, kind, names);
                    let location = self.at(env.module, field.name.span);
                    Pattern { kind: PatternKind::Bind(local), location }
                }
            };
            if let Some(field) = found {
                out.push((field, inner));
            }
        }
        match record {
            Some(record) => Pattern { kind: PatternKind::Record(record, out), location },
            None => Pattern { kind: PatternKind::Ignore, location },
        }
    }

    /// Binds a name to a new variable.
    pub(crate) fn bind_local(
        &mut self,
        env: &Env,
        name: &ast::Name,
        ty: Ty,
        kind: LocalKind,
        names: &mut Bound,
    ) -> LocalId {
        let location = self.at(env.module, name.span);
        let id = self.local(&name.text, ty, kind, location);
        let twice = names.iter().find(|(n, _)| *n == name.text).and_then(|(_, b)| b.location());
        if let Some(first) = twice {
            self.report(location, Names::Duplicate { name: name.text.to_string(), first });
        }
        let binding = Binding::Local { id, facts: None, value: None, location };
        names.extend(self.binds(env, name, binding));
        id
    }

    /// The variables that a pattern binds, in order.
    pub(crate) fn bound_by(pattern: &Pattern, out: &mut Vec<LocalId>) {
        match &pattern.kind {
            PatternKind::Ignore => {}
            PatternKind::Bind(local) => out.push(*local),
            PatternKind::Tuple(parts) => parts.iter().for_each(|p| Self::bound_by(p, out)),
            PatternKind::Record(_, fields) => fields.iter().for_each(|(_, p)| Self::bound_by(p, out)),
        }
    }
}
