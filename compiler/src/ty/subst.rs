//! Type variables: replacing them, and finding what they stand for.

use crate::hir::{Ty, TyKind, Types};
use crate::ty::fit;

/// Variables from here on are those of the function that is being checked: they stand for themselves.
pub(crate) const RIGID: u32 = 1 << 16;

/// Whether a type mentions a variable.
pub(crate) fn open(types: &Types, ty: Ty) -> bool {
    match types.kind(ty) {
        TyKind::Var(n) => *n < RIGID,
        TyKind::Option(a) | TyKind::List { elem: a, .. } | TyKind::Set { elem: a, .. } => open(types, *a),
        TyKind::Map { key, value, .. } => open(types, *key) || open(types, *value),
        TyKind::Tuple(parts) => parts.iter().any(|p| open(types, *p)),
        TyKind::Function { params, result } => params.iter().any(|p| open(types, *p)) || open(types, *result),
        // A record of a generic type names its arguments, and was made for them.
        _ => false,
    }
}

/// `ty` with each variable replaced by what `vars` has for it; those that it has not stay.
pub(crate) fn replace(types: &mut Types, ty: Ty, vars: &[Option<Ty>]) -> Ty {
    if !open(types, ty) {
        return ty;
    }
    let kind = match types.kind(ty).clone() {
        TyKind::Var(n) => return vars.get(n as usize).copied().flatten().unwrap_or(ty),
        TyKind::Option(a) => TyKind::Option(replace(types, a, vars)),
        TyKind::List { elem, max, or_one } => TyKind::List { elem: replace(types, elem, vars), max, or_one },
        TyKind::Set { elem, max } => TyKind::Set { elem: replace(types, elem, vars), max },
        TyKind::Map { key, value, max } => {
            TyKind::Map { key: replace(types, key, vars), value: replace(types, value, vars), max }
        }
        TyKind::Tuple(parts) => TyKind::Tuple(parts.into_iter().map(|p| replace(types, p, vars)).collect()),
        TyKind::Function { params, result } => TyKind::Function {
            params: params.into_iter().map(|p| replace(types, p, vars)).collect(),
            result: replace(types, result, vars),
        },
        _ => return ty,
    };
    types.intern(kind)
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
