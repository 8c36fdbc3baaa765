//! Which variants a value can still be, by what was tested before.
//!
//! A union that a field tells apart stays what it is; what is known of it lets its fields be read. A union that the kind of
//! JSON value tells apart becomes what is left of it, as `Json` does.

use super::Checker;
use super::env::Env;
use super::expr::Typed;
use super::facts::{Fact, Path, PathStep, Root};
use crate::hir::{Convert, Expr, ExprKind, Ty, TyKind, UnionId, UnionTag};

impl Checker<'_> {
    /// How many variants a value can have, those that were not declared counted as one; none for a type without.
    fn variant_count(&self, ty: Ty) -> Option<u32> {
        let (declared, open) = match self.kind(self.present(ty)) {
            TyKind::Enum(id) => self.hir.types.enumeration(*id).map(|e| (e.variants.len(), e.open))?,
            TyKind::Union(id) => self.hir.types.union(*id).map(|u| (u.variants.len(), u.open))?,
            _ => return None,
        };
        u32::try_from(declared).ok()?.checked_add(u32::from(open))
    }

    /// The variants that a value at a path can still be; none where nothing is known.
    pub(crate) fn variants_left(&self, env: &Env, path: Option<&Path>, ty: Ty) -> Option<Vec<u32>> {
        let path = path?;
        let mut left: Option<Vec<bool>> = None;
        let mut facts = env.facts.of(path).peekable();
        let made = self.made_as(path).filter(|_| self.is_tagged(ty)).map(|v| Fact::Variants(vec![v]));
        if facts.peek().is_none() && made.is_none() {
            return None;
        }
        let count = self.variant_count(ty)?;
        for fact in facts.chain(&made) {
            let (variants, kept) = match fact {
                Fact::Variants(variants) => (variants, true),
                Fact::NotVariants(variants) => (variants, false),
                Fact::Present | Fact::Absent | Fact::Kind(_) | Fact::Entities(_) => continue,
            };
            let left = left.get_or_insert_with(|| vec![true; count as usize]);
            let mut named = vec![false; left.len()];
            for variant in variants {
                if let Some(slot) = named.get_mut(*variant as usize) {
                    *slot = true;
                }
            }
            for (slot, named) in left.iter_mut().zip(named) {
                *slot &= named == kept;
            }
        }
        Some((0..).zip(left?).filter(|(_, left)| *left).map(|(at, _)| at).collect())
    }

    fn is_tagged(&self, ty: Ty) -> bool {
        let TyKind::Union(id) = self.kind(self.present(ty)) else { return false };
        self.hir.types.union(*id).is_some_and(|u| u.tag != UnionTag::Shape)
    }

    /// The variant that a `let` was written as.
    fn made_as(&self, path: &Path) -> Option<u32> {
        if !path.steps.is_empty() {
            return None;
        }
        match path.root {
            Root::Local(local) => self.body.made.get(&local).copied(),
            Root::Global(global) => {
                self.hir.globals.get(global.index()).and_then(|g| Self::variant_made(&g.value))
            }
            Root::Data(_) => None,
        }
    }

    /// The variant of a union that an expression is written as.
    pub(crate) fn variant_made(expr: &Expr) -> Option<u32> {
        match &expr.kind {
            ExprKind::Convert { convert: Convert::ToUnion(_, variant, _), .. } => Some(*variant),
            ExprKind::With { base, .. } if matches!(base.kind, ExprKind::Convert { .. }) => {
                Self::variant_made(base)
            }
            _ => None,
        }
    }

    /// The one variant that a value of a union can still be.
    pub(crate) fn only_variant(&self, env: &Env, typed: &Typed) -> Option<u32> {
        let TyKind::Union(_) = self.kind(typed.ty()) else { return None };
        match self.variants_left(env, typed.path.as_ref(), typed.ty()).as_deref() {
            Some([one]) => Some(*one),
            Some(_) => None,
            None => Self::variant_made(&typed.expr),
        }
    }

    /// What a variant holds: of one that was not declared the whole document.
    pub(crate) fn payload(&mut self, union: UnionId, variant: u32) -> Ty {
        let def = self.hir.types.union(union);
        match def.and_then(|u| u.variants.get(variant as usize)).map(|v| v.payload) {
            Some(payload) => payload,
            None => self.ty(TyKind::Json),
        }
    }

    /// The content of a value whose variant is known.
    pub(crate) fn content(&mut self, typed: Typed, union: UnionId, variant: u32) -> Typed {
        let payload = self.payload(union, variant);
        // What is known of a union in a union is not known of the outer one.
        let path = match self.kind(payload) {
            TyKind::Union(_) => typed.path.map(|p| p.then(PathStep::Content(variant))),
            _ => typed.path,
        };
        let expr = self.narrowed(typed.expr, payload);
        Typed { path, via: typed.via, ..Typed::plain(expr) }
    }

    /// A union told apart by shape, of which one variant is left, as that variant's content.
    pub(crate) fn narrow_shape(&mut self, env: &Env, typed: Typed) -> Typed {
        let TyKind::Union(id) = *self.kind(typed.ty()) else { return typed };
        if self.hir.types.union(id).is_none_or(|u| u.tag != UnionTag::Shape) {
            return typed;
        }
        match self.only_variant(env, &typed) {
            Some(variant) => {
                let (literal, facts) = (typed.literal, typed.facts.clone());
                Typed { literal, facts, ..self.content(typed, id, variant) }
            }
            None => typed,
        }
    }

    /// A value that can only be what no variant of an `open union` names, as the document that it is.
    pub(crate) fn other_document(&mut self, env: &Env, typed: Typed) -> Typed {
        let TyKind::Union(id) = *self.kind(typed.ty()) else { return typed };
        let declared = self.hir.types.union(id).and_then(|union| u32::try_from(union.variants.len()).ok());
        match self.only_variant(env, &typed) {
            Some(variant) if Some(variant) == declared => self.content(typed, id, variant),
            Some(_) | None => typed,
        }
    }

    /// A union that was narrowed to its content as the union that it is; anything else as it stands.
    pub(crate) fn unnarrowed_union(&self, typed: Typed) -> Typed {
        match &typed.expr.kind {
            ExprKind::Narrow(inner) if matches!(self.kind(self.present(inner.ty)), TyKind::Union(_)) => {
                let (expr, mut path) = ((**inner).clone(), typed.path);
                if let Some(path) = &mut path
                    && let Some(PathStep::Content(_)) = path.steps.last()
                {
                    path.steps.pop();
                }
                Typed { expr, path, ..typed }
            }
            _ => typed,
        }
    }
}
