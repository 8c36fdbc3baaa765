//! Type variables: replacing them, and finding what they stand for.

use crate::hir::{Ty, TyKind, Types};
use crate::ty::fit;

/// Variables from here on are those of the function that is being checked: they stand for themselves.
pub(crate) const RIGID: u32 = 1 << 16;

/// The types that a type is built of. A record of a generic type names its arguments, and was made for them.
fn inside(kind: &TyKind) -> Vec<Ty> {
    if let TyKind::Option(a) | TyKind::List { elem: a, .. } | TyKind::Set { elem: a, .. } = kind {
        vec![*a]
    } else if let TyKind::Map { key, value, .. } = kind {
        vec![*key, *value]
    } else if let TyKind::Tuple(parts) = kind {
        parts.clone()
    } else if let TyKind::Function { params, result } = kind {
        params.iter().chain([result]).copied().collect()
    } else {
        Vec::new()
    }
}

/// Whether a type mentions a variable.
pub(crate) fn open(types: &Types, ty: Ty) -> bool {
    let kind = types.kind(ty);
    matches!(kind, TyKind::Var(n) if *n < RIGID) || inside(kind).into_iter().any(|part| open(types, part))
}

/// `ty` with each variable replaced by what `vars` has for it; those that it has not stay.
pub(crate) fn replace(types: &mut Types, ty: Ty, vars: &[Option<Ty>]) -> Ty {
    if !open(types, ty) {
        return ty;
    }
    let kind = types.kind(ty).clone();
    if let TyKind::Var(n) = kind {
        return vars.get(n as usize).copied().flatten().unwrap_or(ty);
    }
    let mut parts: Vec<Ty> = Vec::new();
    for part in inside(&kind) {
        parts.push(replace(types, part, vars));
    }
    let kind = rebuilt(kind, parts);
    types.intern(kind)
}

/// A type with its parts replaced, in the order of [`inside`].
fn rebuilt(mut kind: TyKind, mut parts: Vec<Ty>) -> TyKind {
    if let TyKind::Tuple(old) = &mut kind {
        *old = parts;
    } else if let TyKind::Function { params, result } = &mut kind {
        *result = parts.pop().unwrap_or(*result);
        *params = parts;
    } else if let (TyKind::Map { key, value, .. }, [a, b]) = (&mut kind, parts.as_slice()) {
        (*key, *value) = (*a, *b);
    } else if let (
        TyKind::Option(inner) | TyKind::List { elem: inner, .. } | TyKind::Set { elem: inner, .. },
        [a],
    ) = (&mut kind, parts.as_slice())
    {
        *inner = *a;
    }
    kind
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
