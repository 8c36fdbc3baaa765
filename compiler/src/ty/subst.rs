//! Type variables: replacing them, and finding what they stand for.

use crate::check::Checker;
use crate::hir::{Ty, TyKind, Types};
use crate::names::DefId;
use crate::ty::fit;

/// Variables from here on are those of the function that is being checked: they stand for themselves.
pub(crate) const RIGID: u32 = 1 << 16;

/// The types that a type is built of: of a record or union that a generic type was made into, its arguments.
pub(crate) fn inside(types: &Types, ty: Ty) -> Vec<Ty> {
    let parts = types.kind(ty).parts();
    if parts.is_empty() {
        types.generic.get(&ty).map(|(_, args)| args.clone()).unwrap_or_default()
    } else {
        parts
    }
}

/// Whether a type mentions a variable.
pub(crate) fn open(types: &Types, ty: Ty) -> bool {
    let kind = types.kind(ty);
    matches!(kind, TyKind::Var(n) if *n < RIGID)
        || inside(types, ty).into_iter().any(|part| open(types, part))
}

impl Checker<'_> {
    /// `ty` with each variable replaced by what `vars` has for it; those that it has not stay.
    pub(crate) fn replaced(&mut self, ty: Ty, vars: &[Option<Ty>]) -> Ty {
        if !open(&self.hir.types, ty) {
            return ty;
        }
        let kind = self.kind(ty).clone();
        if let TyKind::Var(n) = kind {
            return vars.get(n as usize).copied().flatten().unwrap_or(ty);
        }
        let parts: Vec<Ty> =
            inside(&self.hir.types, ty).into_iter().map(|part| self.replaced(part, vars)).collect();
        if let Some((def, _)) = self.hir.types.generic.get(&ty) {
            let def = DefId(*def);
            let location = self.defs.get(def).location;
            return self.named_type(def, parts, location);
        }
        self.ty(kind.with_parts(parts))
    }
}

/// Finds what the variables of `pattern` stand for where a value of type `found` is given. Ranges of `Int` are widened:
/// a variable stands for one type exactly.
pub(crate) fn unify(types: &mut Types, pattern: Ty, found: Ty, vars: &mut [Option<Ty>]) {
    match (types.kind(pattern).clone(), types.kind(found).clone()) {
        (_, TyKind::Error) => {}
        (TyKind::Var(n), _) if n < RIGID => {
            let wide = fit::widen(types, found);
            if let Some(slot) = vars.get_mut(n as usize) {
                match *slot {
                    None => *slot = Some(wide),
                    // An argument with an absent value may come after one that is present.
                    Some(before) if fit::fits(types, before, wide) => *slot = Some(wide),
                    Some(_) => {}
                }
            }
        }
        (TyKind::Record(_), TyKind::Record(_)) | (TyKind::Union(_), TyKind::Union(_)) => {
            let (of, with) = (types.generic.get(&pattern).cloned(), types.generic.get(&found).cloned());
            if let (Some((a, wanted)), Some((b, given))) = (of, with)
                && a == b
            {
                for (a, b) in wanted.into_iter().zip(given) {
                    unify(types, a, b, vars);
                }
            }
        }
        (TyKind::Option(a), TyKind::Option(b)) => unify(types, a, b, vars),
        (TyKind::Option(a), _) => unify(types, a, found, vars),
        (TyKind::List { elem: a, .. }, TyKind::List { elem: b, .. })
        | (TyKind::Set { elem: a, .. }, TyKind::Set { elem: b, .. }) => unify(types, a, b, vars),
        (TyKind::Map { key: k, value: a, .. }, TyKind::Map { key: l, value: b, .. }) => {
            unify(types, k, l, vars);
            unify(types, a, b, vars);
        }
        (TyKind::Tuple(a), TyKind::Tuple(b)) => {
            for (a, b) in a.into_iter().zip(b) {
                unify(types, a, b, vars);
            }
        }
        (TyKind::Function { params: a, result: r }, TyKind::Function { params: b, result: s }) => {
            for (a, b) in a.into_iter().zip(b) {
                unify(types, a, b, vars);
            }
            unify(types, r, s, vars);
        }
        _ => {}
    }
}
