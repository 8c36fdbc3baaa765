//! The heads of a type: how its values differ at the first look.

use std::collections::BTreeSet;

use crate::hir::{Const, EntityId, EnumId, IntRange, MatchPattern, Ty, TyKind, Types, UnionId};

/// One way in which a value of a type can begin.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Head {
    Absent,
    Const(Const),
    Union(UnionId, u32),
    Entity(EntityId),
    Tuple(Vec<Ty>),
    /// Every value that no arm names.
    Other,
}

impl Head {
    /// The types of the parts that stay to be looked at.
    pub(super) fn parts(&self) -> &[Ty] {
        match self {
            Self::Tuple(parts) => parts,
            Self::Absent | Self::Const(_) | Self::Union(..) | Self::Entity(_) | Self::Other => &[],
        }
    }

    /// Whether a pattern takes values with this head, and with which patterns for their parts.
    pub(super) fn taken_by<'a>(&self, pattern: &'a MatchPattern) -> Option<Vec<&'a MatchPattern>> {
        const ANY: &MatchPattern = &MatchPattern::Any;
        let fits = match pattern {
            MatchPattern::Any => return Some(vec![ANY; self.parts().len()]),
            MatchPattern::Tuple(parts) => {
                let fits = matches!(self, Self::Tuple(types) if types.len() == parts.len());
                return fits.then(|| parts.iter().collect());
            }
            MatchPattern::Absent => *self == Self::Absent,
            MatchPattern::Const(wanted) => matches!(self, Self::Const(value) if value == wanted),
            MatchPattern::UnionVariant(union, variant) => *self == Self::Union(*union, *variant),
            MatchPattern::Entity(entity) => *self == Self::Entity(*entity),
        };
        fits.then(Vec::new)
    }

    /// How an author writes a pattern for it; `parts` are those of its parts.
    pub(super) fn shown(&self, types: &Types, parts: &[String]) -> String {
        match self {
            Self::Absent => "absent".to_owned(),
            Self::Const(Const::Variant(id, variant)) => variant_name(types, *id, *variant),
            Self::Const(value) => constant(value),
            Self::Union(union, variant) => types
                .union(*union)
                .and_then(|def| def.variants.get(*variant as usize))
                .map_or_else(|| crate::check::union_types::OTHER.to_owned(), |variant| variant.name.clone()),
            Self::Entity(id) => types.entity(*id).map_or_else(
                || "else".to_owned(),
                |def| def.name.rsplit('.').next().unwrap_or(&def.name).to_owned(),
            ),
            Self::Tuple(_) => format!("({})", parts.join(", ")),
            Self::Other => "else".to_owned(),
        }
    }
}

fn variant_name(types: &Types, id: EnumId, variant: u32) -> String {
    types
        .enumeration(id)
        .and_then(|def| def.variants.get(variant as usize))
        .map_or_else(|| "else".to_owned(), |variant| variant.name.clone())
}

fn constant(value: &Const) -> String {
    match value {
        Const::Bool(value) => value.to_string(),
        Const::Int(value) => value.to_string(),
        Const::Decimal(value) => value.to_string(),
        Const::String(value) => format!("{value:?}"),
        Const::Absent
        | Const::Timestamp(_)
        | Const::Date(_)
        | Const::TimeOfDay(_)
        | Const::Duration(_)
        | Const::Ip(_)
        | Const::Cidr(_)
        | Const::SemVer(_)
        | Const::SemVerRange(_)
        | Const::Regex(_)
        | Const::Glob(_)
        | Const::Wildcard(_)
        | Const::Url(_)
        | Const::Bytes(_)
        | Const::Variant(..)
        | Const::Entity(..) => "else".to_owned(),
    }
}

/// The heads of `ty`, given what the arms name at this place; none for a type that could not be checked.
pub(super) fn heads(types: &Types, ty: Ty, named: &[&MatchPattern]) -> Option<Vec<Head>> {
    let mut all = Vec::new();
    let mut inner = ty;
    if let TyKind::Option(present) = types.kind(ty) {
        all.push(Head::Absent);
        inner = *present;
    }
    match types.kind(inner) {
        TyKind::Error => return None,
        TyKind::Bool => all.extend([true, false].map(|b| Head::Const(Const::Bool(b)))),
        TyKind::Enum(id) => {
            let def = types.enumeration(*id)?;
            let count = u32::try_from(def.variants.len()).unwrap_or(u32::MAX);
            all.extend((0..count).map(|variant| Head::Const(Const::Variant(*id, variant))));
            if def.open {
                all.push(Head::Other);
            }
        }
        TyKind::Union(id) => {
            let def = types.union(*id)?;
            let count = u32::try_from(def.variants.len()).unwrap_or(u32::MAX);
            // Those that were not declared are counted last.
            let count = count.saturating_add(u32::from(def.open));
            all.extend((0..count).map(|variant| Head::Union(*id, variant)));
        }
        TyKind::Entity(ids) => all.extend(ids.iter().map(|id| Head::Entity(*id))),
        TyKind::Tuple(parts) => all.push(Head::Tuple(parts.clone())),
        TyKind::Int(range) => {
            constants(named, &mut all);
            all.retain(|head| !matches!(head, Head::Const(Const::Int(n)) if *n < range.lo || *n > range.hi));
            all.extend(other_int(*range, &all));
        }
        TyKind::String
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
        | TyKind::Option(_)
        | TyKind::List { .. }
        | TyKind::Set { .. }
        | TyKind::Map { .. }
        | TyKind::Record(_)
        | TyKind::Read(_)
        | TyKind::Function { .. }
        | TyKind::Var(_) => {
            constants(named, &mut all);
            all.push(Head::Other);
        }
    }
    Some(all)
}

/// The constants that the arms name, once each.
fn constants(named: &[&MatchPattern], all: &mut Vec<Head>) {
    let mut seen = BTreeSet::new();
    for pattern in named {
        if let MatchPattern::Const(value) = pattern
            && seen.insert(format!("{value:?}"))
        {
            all.push(Head::Const(value.clone()));
        }
    }
}

/// What stands for the integers of a range that no arm names: the least of them where few are left.
fn other_int(range: IntRange, named: &[Head]) -> Option<Head> {
    /// A range of more values than this is told as "any other".
    const FEW: i128 = 64;
    let taken = |n: i64| named.contains(&Head::Const(Const::Int(n)));
    if i128::from(range.hi) - i128::from(range.lo) >= FEW {
        return Some(Head::Other);
    }
    (range.lo..=range.hi).find(|&n| !taken(n)).map(|n| Head::Const(Const::Int(n)))
}
