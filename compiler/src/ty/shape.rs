//! What values of a type look like in JSON, at the first look.

use crate::hir::{Ty, TyKind, Types, UnionTag};

/// Kinds of JSON values, as a set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shapes(u8);

const BOOL: Shapes = Shapes(1);
const NUMBER: Shapes = Shapes(2);
const TEXT: Shapes = Shapes(4);
const ARRAY: Shapes = Shapes(8);
const OBJECT: Shapes = Shapes(16);
const ANY: Shapes = Shapes(31);

/// The deepest nesting of unions in unions that is looked through.
const DEPTH: usize = 32;

impl Shapes {
    fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What both can be, in words; none where they are told apart.
    pub(crate) fn common(self, other: Self) -> Option<&'static str> {
        let words = [
            (TEXT, "a text"),
            (OBJECT, "an object"),
            (ARRAY, "an array"),
            (NUMBER, "a number"),
            (BOOL, "`true` or `false`"),
        ];
        words.into_iter().find(|(shape, _)| self.0 & other.0 & shape.0 != 0).map(|(_, word)| word)
    }

    pub(crate) fn has_text(self) -> bool {
        self.0 & TEXT.0 != 0
    }

    pub(crate) fn has_number(self) -> bool {
        self.0 & NUMBER.0 != 0
    }

    pub(crate) fn has_array(self) -> bool {
        self.0 & ARRAY.0 != 0
    }

    pub(crate) fn has_object(self) -> bool {
        self.0 & OBJECT.0 != 0
    }
}

/// The shapes of a type; of one that could not be checked none, so that it collides with nothing.
pub(crate) fn shapes(types: &Types, ty: Ty) -> Shapes {
    at(types, ty, 0)
}

fn at(types: &Types, ty: Ty, depth: usize) -> Shapes {
    if depth > DEPTH {
        return Shapes::default();
    }
    match types.kind(ty) {
        TyKind::Error | TyKind::Var(_) | TyKind::Function { .. } => Shapes::default(),
        TyKind::Bool => BOOL,
        TyKind::Int(_) | TyKind::Decimal => NUMBER,
        TyKind::String
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
        | TyKind::Enum(_) => TEXT,
        TyKind::Json => ANY,
        TyKind::Option(inner) => at(types, *inner, depth + 1),
        TyKind::List { elem, or_one: true, .. } => ARRAY.and(at(types, *elem, depth + 1)),
        TyKind::List { .. } | TyKind::Set { .. } | TyKind::Tuple(_) => ARRAY,
        TyKind::Map { .. } | TyKind::Record(_) => OBJECT,
        TyKind::Union(id) => match types.union(*id) {
            Some(def) if def.tag == UnionTag::Shape => {
                def.variants.iter().fold(Shapes::default(), |all, v| all.and(at(types, v.payload, depth + 1)))
            }
            Some(_) => OBJECT,
            None => Shapes::default(),
        },
        TyKind::Entity(kinds) if kinds.len() == 1 => TEXT.and(OBJECT),
        TyKind::Entity(_) => OBJECT,
        TyKind::Read(id) => match types.read(*id) {
            Some(read) => at(types, read.from, depth + 1),
            None => Shapes::default(),
        },
    }
}

/// Whether a union told apart by shape holds itself with nothing around it.
pub(crate) fn holds_itself(types: &Types, ty: Ty) -> bool {
    let mut todo = vec![ty];
    let mut seen = Vec::new();
    while let Some(next) = todo.pop() {
        let TyKind::Union(id) = types.kind(next) else { continue };
        let Some(def) = types.union(*id).filter(|def| def.tag == UnionTag::Shape) else { continue };
        if seen.contains(id) {
            continue;
        }
        seen.push(*id);
        for variant in &def.variants {
            if variant.payload == ty {
                return true;
            }
            todo.push(variant.payload);
        }
    }
    false
}
