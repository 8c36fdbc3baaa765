//! Values with heads and nothing in them: enums, unions, `Bool`. Thousands of variants are looked at once each.

use super::heads::{Head, heads};
use super::{Coverage, MOST_MISSING};
use crate::hash::HashMap;
use crate::hir::{Const, MatchPattern, Ty, TyKind, Types};

/// What the arms of a `match` leave over of a type without parts; none for other types.
pub(super) fn coverage(
    types: &Types,
    ty: Ty,
    left: Option<&[u32]>,
    arms: &[&[MatchPattern]],
) -> Option<Coverage> {
    let inner = if let TyKind::Option(inner) = types.kind(ty) { *inner } else { ty };
    if !matches!(types.kind(inner), TyKind::Enum(_) | TyKind::Union(_) | TyKind::Bool) {
        return None;
    }
    let mut heads = heads(types, ty, &[])?;
    heads.retain(|head| possible(types, head, inner, left));
    // The positions of heads by what names them.
    let positions: HashMap<Key, usize> = heads.iter().enumerate().map(|(at, head)| (key(head), at)).collect();
    let mut taken = vec![false; heads.len()];
    let mut remaining = heads.len();
    let mut found = Coverage::default();
    for (arm, alternatives) in arms.iter().enumerate() {
        for (alternative, pattern) in alternatives.iter().enumerate() {
            let useful = match asked(pattern) {
                Asked::Everything => {
                    let some = remaining > 0;
                    taken.fill(true);
                    remaining = 0;
                    some
                }
                Asked::One(key) => match positions.get(&key).and_then(|at| taken.get_mut(*at)) {
                    Some(slot) if !*slot => {
                        *slot = true;
                        remaining -= 1;
                        true
                    }
                    Some(_) | None => false,
                },
                Asked::Nothing => false,
            };
            if !useful {
                found.unreachable.push((arm, alternative));
            }
        }
    }
    let missing: Vec<&Head> =
        heads.iter().zip(&taken).filter(|(_, taken)| !**taken).map(|(head, _)| head).collect();
    found.more = missing.len() > MOST_MISSING;
    found.needs_else = missing.iter().any(|head| **head == Head::Other);
    found.missing = missing.into_iter().take(MOST_MISSING).map(|head| head.shown(types, &[])).collect();
    Some(found)
}

/// What tells heads apart.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Absent,
    Bool(bool),
    Variant(u32),
    Other,
}

/// What a pattern takes.
enum Asked {
    Everything,
    One(Key),
    Nothing,
}

fn key(head: &Head) -> Key {
    match head {
        Head::Absent => Key::Absent,
        Head::Const(Const::Bool(value)) => Key::Bool(*value),
        Head::Const(Const::Variant(_, variant)) | Head::Union(_, variant) => Key::Variant(*variant),
        Head::Const(_) | Head::Entity(_) | Head::Tuple(_) | Head::Other => Key::Other,
    }
}

fn asked(pattern: &MatchPattern) -> Asked {
    match pattern {
        MatchPattern::Any => Asked::Everything,
        MatchPattern::Absent | MatchPattern::Const(Const::Absent) => Asked::One(Key::Absent),
        MatchPattern::Const(Const::Bool(value)) => Asked::One(Key::Bool(*value)),
        MatchPattern::Const(Const::Variant(_, variant)) => Asked::One(Key::Variant(*variant)),
        MatchPattern::UnionVariant(_, variant) => Asked::One(Key::Variant(*variant)),
        MatchPattern::Const(_) | MatchPattern::Entity(_) | MatchPattern::Tuple(_) => Asked::Nothing,
    }
}

/// Whether a value can still begin so.
fn possible(types: &Types, head: &Head, ty: Ty, left: Option<&[u32]>) -> bool {
    let Some(left) = left else { return true };
    let variant = match head {
        Head::Const(Const::Variant(_, variant)) | Head::Union(_, variant) => *variant,
        // The spellings that an open enum does not name are counted last.
        Head::Other => {
            let TyKind::Enum(id) = types.kind(ty) else { return true };
            let count = types.enumeration(*id).map_or(0, |e| e.variants.len());
            u32::try_from(count).unwrap_or(u32::MAX)
        }
        Head::Absent | Head::Const(_) | Head::Entity(_) | Head::Tuple(_) => return true,
    };
    left.binary_search(&variant).is_ok()
}
