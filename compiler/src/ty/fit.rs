//! Which type fits which without a conversion, what two types have in common, and what types can do.

use std::collections::BTreeSet;

use crate::hir::{EntityId, IntRange, Presence, Ty, TyKind, Types, UnionDef, UnionId, UnionTag};

/// Whether every value of `from` is a value of `to` as it stands.
pub(crate) fn fits(types: &Types, from: Ty, to: Ty) -> bool {
    if from == to {
        return true;
    }
    match (types.kind(from), types.kind(to)) {
        (TyKind::Error, _) | (_, TyKind::Error) => true,
        (TyKind::Option(a), TyKind::Option(b)) => below(types, *a, *b),
        (_, TyKind::Option(b)) => fits(types, from, *b),
        _ => below(types, from, to),
    }
}

/// As [`fits`], below a type constructor: there a `T` is no `T?`.
fn below(types: &Types, from: Ty, to: Ty) -> bool {
    if from == to {
        return true;
    }
    match (types.kind(from), types.kind(to)) {
        (TyKind::Error, _) | (_, TyKind::Error) => true,
        (TyKind::Int(a), TyKind::Int(b)) => a.fits(*b),
        (TyKind::Entity(a), TyKind::Entity(b)) => a.iter().all(|id| b.contains(id)),
        (TyKind::Option(a), TyKind::Option(b)) => below(types, *a, *b),
        (TyKind::List { elem: a, max: m, .. }, TyKind::List { elem: b, max: n, .. }) => {
            below(types, *a, *b) && bounded(*m, *n)
        }
        (TyKind::Set { elem: a, max: m }, TyKind::Set { elem: b, max: n }) => {
            below(types, *a, *b) && bounded(*m, *n)
        }
        (TyKind::Map { key: k, value: a, max: m }, TyKind::Map { key: l, value: b, max: n }) => {
            below(types, *k, *l) && below(types, *a, *b) && bounded(*m, *n)
        }
        (TyKind::Tuple(a), TyKind::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| below(types, *a, *b))
        }
        (TyKind::Union(a), TyKind::Union(b)) => same_alternatives(types, *a, *b),
        _ => false,
    }
}

/// Whether two unions that shapes tell apart have the same alternatives, so that their values are the same.
fn same_alternatives(types: &Types, a: UnionId, b: UnionId) -> bool {
    let (Some(a), Some(b)) = (types.union(a), types.union(b)) else { return true };
    let shaped = a.tag == UnionTag::Shape && b.tag == UnionTag::Shape;
    let payloads = |u: &UnionDef| u.variants.iter().map(|v| v.payload).collect::<Vec<_>>();
    shaped && payloads(a) == payloads(b)
}

/// Sizes are checked at the border only, so a bound is kept but never asked of a computed value that has none.
fn bounded(from: Option<u64>, to: Option<u64>) -> bool {
    match (from, to) {
        (_, None) => true,
        (Some(from), Some(to)) => from <= to,
        (None, Some(_)) => false,
    }
}

/// The least type that both fit; none where there is none.
pub(crate) fn join(types: &mut Types, a: Ty, b: Ty) -> Option<Ty> {
    if fits(types, b, a) {
        return Some(if matches!(types.kind(a), TyKind::Error) { b } else { a });
    }
    if fits(types, a, b) {
        return Some(b);
    }
    let kind = match (types.kind(a).clone(), types.kind(b).clone()) {
        (TyKind::Int(a), TyKind::Int(b)) => TyKind::Int(a.join(b)),
        (TyKind::Entity(a), TyKind::Entity(b)) => {
            let all: BTreeSet<EntityId> = a.into_iter().chain(b).collect();
            TyKind::Entity(all.into_iter().collect())
        }
        (TyKind::Option(a), TyKind::Option(b)) => TyKind::Option(join(types, a, b)?),
        (TyKind::Option(a), _) => TyKind::Option(join(types, a, b)?),
        (_, TyKind::Option(b)) => TyKind::Option(join(types, a, b)?),
        (TyKind::List { elem: a, max: m, .. }, TyKind::List { elem: b, max: n, .. }) => {
            TyKind::List { elem: join_below(types, a, b)?, max: larger(m, n), or_one: false }
        }
        (TyKind::Set { elem: a, max: m }, TyKind::Set { elem: b, max: n }) => {
            TyKind::Set { elem: join_below(types, a, b)?, max: larger(m, n) }
        }
        (TyKind::Map { key: k, value: a, max: m }, TyKind::Map { key: l, value: b, max: n }) => {
            TyKind::Map { key: join_below(types, k, l)?, value: join_below(types, a, b)?, max: larger(m, n) }
        }
        (TyKind::Tuple(a), TyKind::Tuple(b)) if a.len() == b.len() => {
            let mut parts = Vec::with_capacity(a.len());
            for (a, b) in a.into_iter().zip(b) {
                parts.push(join_below(types, a, b)?);
            }
            TyKind::Tuple(parts)
        }
        _ => return None,
    };
    Some(types.intern(kind))
}

fn join_below(types: &mut Types, a: Ty, b: Ty) -> Option<Ty> {
    let joined = join(types, a, b)?;
    (below(types, a, joined) && below(types, b, joined)).then_some(joined)
}

fn larger(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    Some(a?.max(b?))
}

/// `ty` with every range of an `Int` widened to plain `Int`, and no bound on sizes.
pub(crate) fn widen(types: &mut Types, ty: Ty) -> Ty {
    let kind = match types.kind(ty).clone() {
        TyKind::Int(range) if range == IntRange::FULL => return ty,
        TyKind::Int(_) => TyKind::Int(IntRange::FULL),
        TyKind::Option(a) => TyKind::Option(widen(types, a)),
        TyKind::List { elem, .. } => TyKind::List { elem: widen(types, elem), max: None, or_one: false },
        TyKind::Set { elem, .. } => TyKind::Set { elem: widen(types, elem), max: None },
        TyKind::Map { key, value, .. } => {
            TyKind::Map { key: widen(types, key), value: widen(types, value), max: None }
        }
        TyKind::Tuple(parts) => TyKind::Tuple(parts.into_iter().map(|p| widen(types, p)).collect()),
        TyKind::Error
        | TyKind::Bool
        | TyKind::String
        | TyKind::Decimal
        | TyKind::Timestamp
        | TyKind::Date
        | TyKind::TimeOfDay
        | TyKind::Duration
        | TyKind::Ip
        | TyKind::Cidr
        | TyKind::Host
        | TyKind::Url
        | TyKind::Path
        | TyKind::SemVer
        | TyKind::SemVerRange
        | TyKind::Regex
        | TyKind::Glob
        | TyKind::Wildcard
        | TyKind::Bytes
        | TyKind::Json
        | TyKind::Record(_)
        | TyKind::Enum(_)
        | TyKind::Union(_)
        | TyKind::Entity(_)
        | TyKind::Read(_)
        | TyKind::Function { .. }
        | TyKind::Var(_) => return ty,
    };
    types.intern(kind)
}

/// Whether two types are one but for ranges and bounds, so that their values can be compared.
pub(crate) fn alike(types: &mut Types, a: Ty, b: Ty) -> bool {
    let (a, b) = (widen(types, a), widen(types, b));
    a == b || fits(types, a, b) || fits(types, b, a) || entities_meet(types, a, b)
}

/// Whether both are entities, and some of the one can be some of the other.
pub(crate) fn entities_meet(types: &Types, a: Ty, b: Ty) -> bool {
    match (types.kind(a), types.kind(b)) {
        (TyKind::Entity(a), TyKind::Entity(b)) => a.iter().any(|id| b.contains(id)),
        _ => false,
    }
}

/// Whether values have an equality.
pub(crate) fn comparable(types: &Types, ty: Ty) -> bool {
    comparable_at(types, ty, 0)
}

fn comparable_at(types: &Types, ty: Ty, depth: usize) -> bool {
    if depth > 8 {
        return true;
    }
    let all = |tys: &[Ty]| tys.iter().all(|t| comparable_at(types, *t, depth + 1));
    match types.kind(ty) {
        TyKind::Regex | TyKind::Glob | TyKind::Wildcard | TyKind::SemVerRange | TyKind::Function { .. } => {
            false
        }
        TyKind::Option(a) | TyKind::List { elem: a, .. } | TyKind::Set { elem: a, .. } => all(&[*a]),
        TyKind::Map { key, value, .. } => all(&[*key, *value]),
        TyKind::Tuple(parts) => all(parts),
        TyKind::Record(id) => {
            types.record(*id).is_none_or(|r| r.fields.iter().all(|f| comparable_at(types, f.ty, depth + 1)))
        }
        TyKind::Union(id) => types
            .union(*id)
            .is_none_or(|u| u.variants.iter().all(|v| comparable_at(types, v.payload, depth + 1))),
        TyKind::Read(id) => types.read(*id).is_none_or(|r| comparable_at(types, r.base, depth + 1)),
        TyKind::Error
        | TyKind::Bool
        | TyKind::String
        | TyKind::Int(_)
        | TyKind::Decimal
        | TyKind::Timestamp
        | TyKind::Date
        | TyKind::TimeOfDay
        | TyKind::Duration
        | TyKind::Ip
        | TyKind::Cidr
        | TyKind::Host
        | TyKind::Url
        | TyKind::Path
        | TyKind::SemVer
        | TyKind::Bytes
        | TyKind::Json
        | TyKind::Enum(_)
        | TyKind::Entity(_)
        | TyKind::Var(_) => true,
    }
}

/// Whether `<` is defined on values.
pub(crate) fn ordered(types: &Types, ty: Ty) -> bool {
    match types.kind(ty) {
        TyKind::Error
        | TyKind::Int(_)
        | TyKind::Decimal
        | TyKind::Timestamp
        | TyKind::Date
        | TyKind::TimeOfDay
        | TyKind::Duration
        | TyKind::SemVer => true,
        TyKind::Enum(id) => types.enumeration(*id).is_some_and(|e| e.ordered),
        TyKind::Read(id) => types.read(*id).is_some_and(|r| ordered(types, r.base)),
        TyKind::Bool
        | TyKind::String
        | TyKind::Ip
        | TyKind::Cidr
        | TyKind::Host
        | TyKind::Url
        | TyKind::Path
        | TyKind::SemVerRange
        | TyKind::Regex
        | TyKind::Glob
        | TyKind::Wildcard
        | TyKind::Bytes
        | TyKind::Json
        | TyKind::Option(_)
        | TyKind::List { .. }
        | TyKind::Set { .. }
        | TyKind::Map { .. }
        | TyKind::Tuple(_)
        | TyKind::Record(_)
        | TyKind::Union(_)
        | TyKind::Entity(_)
        | TyKind::Function { .. }
        | TyKind::Var(_) => false,
    }
}

/// Whether a type can be the key of a map.
pub(crate) fn key(types: &Types, ty: Ty) -> bool {
    match types.kind(ty) {
        TyKind::Read(id) => types.read(*id).is_none_or(|r| key(types, r.base)),
        TyKind::Error
        | TyKind::String
        | TyKind::Int(_)
        | TyKind::Ip
        | TyKind::Date
        | TyKind::Host
        | TyKind::Path
        | TyKind::Enum(_)
        | TyKind::Entity(_)
        | TyKind::Var(_) => true,
        TyKind::Bool
        | TyKind::Decimal
        | TyKind::Timestamp
        | TyKind::TimeOfDay
        | TyKind::Duration
        | TyKind::Cidr
        | TyKind::Url
        | TyKind::SemVer
        | TyKind::SemVerRange
        | TyKind::Regex
        | TyKind::Glob
        | TyKind::Wildcard
        | TyKind::Bytes
        | TyKind::Json
        | TyKind::Option(_)
        | TyKind::List { .. }
        | TyKind::Set { .. }
        | TyKind::Map { .. }
        | TyKind::Tuple(_)
        | TyKind::Record(_)
        | TyKind::Union(_)
        | TyKind::Function { .. } => false,
    }
}

/// Whether a value of `from` becomes one of `to` by leaving fields out, at any depth.
pub(crate) fn projects(types: &Types, from: Ty, to: Ty) -> bool {
    projects_at(types, from, to, 0)
}

fn projects_at(types: &Types, from: Ty, to: Ty, depth: usize) -> bool {
    if depth > 16 {
        return false;
    }
    if fits(types, from, to) {
        return true;
    }
    let next = |a: &Ty, b: &Ty| projects_at(types, *a, *b, depth + 1);
    match (types.kind(from), types.kind(to)) {
        (TyKind::Option(a), TyKind::Option(b)) => next(a, b),
        (_, TyKind::Option(b)) => next(&from, b),
        (TyKind::List { elem: a, .. }, TyKind::List { elem: b, max: None, .. }) => next(a, b),
        (TyKind::Set { elem: a, .. }, TyKind::Set { elem: b, max: None }) => next(a, b),
        (TyKind::Map { key: k, value: a, .. }, TyKind::Map { key: l, value: b, max: None }) => {
            fits(types, *k, *l) && next(a, b)
        }
        (TyKind::Tuple(a), TyKind::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| next(a, b))
        }
        (TyKind::Record(a), TyKind::Record(b)) => {
            let (Some(from), Some(to)) = (types.record(*a), types.record(*b)) else { return true };
            to.fields.iter().all(|wanted| {
                from.fields.iter().find(|f| f.name == wanted.name).is_some_and(|field| {
                    // Never to fill an optional field: absent must mean that there is none.
                    let optional = |p: &Presence| matches!(p, Presence::Optional);
                    optional(&field.presence) == optional(&wanted.presence) && next(&field.ty, &wanted.ty)
                })
            })
        }
        _ => false,
    }
}
