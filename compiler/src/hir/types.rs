//! Types, interned: equal types have equal [`Ty`]s.

use policy_syntax::Location;

use super::{EntityId, EnumId, Expr, FieldId, FunctionId, ReadId, RecordId, UnionId};
use crate::hash::HashMap;

/// A type, as an index into [`Types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ty(pub u32);

/// The values that an `Int` can have, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IntRange {
    /// The least value.
    pub lo: i64,
    /// The greatest value.
    pub hi: i64,
}

impl IntRange {
    /// Plain `Int`: all 64 bits.
    pub const FULL: Self = Self { lo: i64::MIN, hi: i64::MAX };

    /// Whether every value of `self` is one of `wider`.
    #[must_use]
    pub fn fits(self, wider: Self) -> bool {
        wider.lo <= self.lo && self.hi <= wider.hi
    }

    /// The least range that holds both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self { lo: self.lo.min(other.lo), hi: self.hi.max(other.hi) }
    }
}

/// What a type is made of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TyKind {
    /// The type of what could not be checked; fits everything, so that one mistake is reported once.
    Error,
    /// `true` and `false`.
    Bool,
    /// UTF-8 text.
    String,
    /// A 64-bit integer within a range.
    Int(IntRange),
    /// An exact decimal of up to 28 digits.
    Decimal,
    /// An instant, in UTC.
    Timestamp,
    /// A calendar day.
    Date,
    /// A time of day.
    TimeOfDay,
    /// A length of time.
    Duration,
    /// An IP address.
    Ip,
    /// A network: an address and a prefix length.
    Cidr,
    /// A host name, lower-case ASCII.
    Host,
    /// A normalised URL.
    Url,
    /// A relative path.
    Path,
    /// A semantic version.
    SemVer,
    /// A requirement on versions.
    SemVerRange,
    /// A compiled regular expression.
    Regex,
    /// A compiled glob.
    Glob,
    /// A compiled wildcard.
    Wildcard,
    /// Bytes, base64 in JSON.
    Bytes,
    /// Any JSON value.
    Json,
    /// Present or absent; never nested.
    Option(Ty),
    /// A list; `max` bounds its length, `or_one` reads a lone value as a list of one.
    List {
        /// The type of elements.
        elem: Ty,
        /// The greatest length.
        max: Option<u64>,
        /// Whether a lone value reads as a list of one.
        or_one: bool,
    },
    /// A set, iterated in the order of its elements.
    Set {
        /// The type of elements.
        elem: Ty,
        /// The greatest size.
        max: Option<u64>,
    },
    /// A map, iterated in the order of its keys.
    Map {
        /// The type of keys.
        key: Ty,
        /// The type of values.
        value: Ty,
        /// The greatest size.
        max: Option<u64>,
    },
    /// A tuple of two or more.
    Tuple(Vec<Ty>),
    /// A record.
    Record(RecordId),
    /// An enum.
    Enum(EnumId),
    /// A union.
    Union(UnionId),
    /// An entity of one of these types, sorted.
    Entity(Vec<EntityId>),
    /// `type T = Base read by f`.
    Read(ReadId),
    /// A function-typed parameter; gone before code generation.
    Function {
        /// The types of the arguments.
        params: Vec<Ty>,
        /// The type of the result.
        result: Ty,
    },
    /// A type variable of a generic signature; gone before code generation.
    Var(u32),
}

impl TyKind {
    /// The types that it is built of.
    pub(crate) fn parts(&self) -> Vec<Ty> {
        if let Self::Option(a) | Self::List { elem: a, .. } | Self::Set { elem: a, .. } = self {
            vec![*a]
        } else if let Self::Map { key, value, .. } = self {
            vec![*key, *value]
        } else if let Self::Tuple(parts) = self {
            parts.clone()
        } else if let Self::Function { params, result } = self {
            params.iter().chain([result]).copied().collect()
        } else {
            Vec::new()
        }
    }

    /// The same of other parts, in the order of [`TyKind::parts`].
    pub(crate) fn with_parts(mut self, mut parts: Vec<Ty>) -> Self {
        if let Self::Tuple(old) = &mut self {
            *old = parts;
        } else if let Self::Function { params, result } = &mut self {
            *result = parts.pop().unwrap_or(*result);
            *params = parts;
        } else if let (Self::Map { key, value, .. }, [a, b]) = (&mut self, parts.as_slice()) {
            (*key, *value) = (*a, *b);
        } else if let (
            Self::Option(inner) | Self::List { elem: inner, .. } | Self::Set { elem: inner, .. },
            [a],
        ) = (&mut self, parts.as_slice())
        {
            *inner = *a;
        }
        self
    }
}

/// A record type. Records written out in place (`{ a: Int }`) are equal when their fields are.
#[derive(Clone, Debug)]
pub struct RecordDef {
    /// The qualified name, `module.Name`; none for a record written out in place.
    pub name: Option<String>,
    /// Fields, in the order of their names.
    pub fields: Vec<FieldDef>,
    /// Field ranks in the order in which they were declared.
    pub declared: Vec<FieldId>,
    /// `Some(true)` for `open`, `Some(false)` for `closed`; otherwise the border decides.
    pub open: Option<bool>,
    /// The field that takes what is not named (`..more`).
    pub rest: Option<FieldId>,
    /// Where it was declared.
    pub location: Location,
    /// Documentation.
    pub doc: String,
}

/// One field of a record.
#[derive(Clone, Debug)]
pub struct FieldDef {
    /// The name, which is the JSON key.
    pub name: String,
    /// The type of reading the field: an option where it is [`Presence::Optional`].
    pub ty: Ty,
    /// What happens where it is not given.
    pub presence: Presence,
    /// Where it was declared.
    pub location: Location,
    /// Documentation.
    pub doc: String,
}

/// What is read where a field is not given.
#[derive(Clone, Debug)]
pub enum Presence {
    /// A misfit.
    Required,
    /// Absent.
    Optional,
    /// The value of a constant expression.
    Default(Box<Expr>),
}

/// An enum type.
#[derive(Clone, Debug)]
pub struct EnumDef {
    /// The qualified name, `module.Name`.
    pub name: String,
    /// Variants, in the order of declaration.
    pub variants: Vec<VariantDef>,
    /// Whether `<` is defined, by declaration.
    pub ordered: bool,
    /// Whether unknown spellings are taken.
    pub open: bool,
    /// Where it was declared.
    pub location: Location,
    /// Documentation.
    pub doc: String,
}

/// One variant of an enum.
#[derive(Clone, Debug)]
pub struct VariantDef {
    /// The name in policies.
    pub name: String,
    /// The spellings in JSON, one or more; the name where none is written. The first is the one that is printed.
    pub spellings: Vec<String>,
    /// Where it was declared.
    pub location: Location,
    /// Documentation.
    pub doc: String,
}

impl VariantDef {
    /// The spelling that is printed.
    #[must_use]
    pub fn spelling(&self) -> &str {
        self.spellings.first().map_or(&self.name, String::as_str)
    }
}

/// A union type.
#[derive(Clone, Debug)]
pub struct UnionDef {
    /// The qualified name; none for a union written out in place.
    pub name: Option<String>,
    /// How variants are told apart.
    pub tag: UnionTag,
    /// Variants, in the order of declaration.
    pub variants: Vec<UnionVariant>,
    /// Whether unknown tags are taken.
    pub open: bool,
    /// Where it was declared.
    pub location: Location,
    /// Documentation.
    pub doc: String,
}

/// How the variants of a union are told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnionTag {
    /// By the text in a field.
    Field(String),
    /// By the kind of JSON value.
    Shape,
}

/// One variant of a union.
#[derive(Clone, Debug)]
pub struct UnionVariant {
    /// The name in policies.
    pub name: String,
    /// The tags that select it (by field).
    pub tags: Vec<String>,
    /// The type of its content.
    pub payload: Ty,
    /// Where it was declared.
    pub location: Location,
}

/// `entity Name in Parent { … }`.
#[derive(Clone, Debug)]
pub struct EntityDef {
    /// The qualified name.
    pub name: String,
    /// Types of parents.
    pub parents: Vec<EntityId>,
    /// Attributes: a record, empty where none are declared.
    pub attributes: RecordId,
    /// Where it was declared.
    pub location: Location,
    /// Documentation.
    pub doc: String,
}

/// `type Name = Base read by f`.
#[derive(Clone, Debug)]
pub struct ReadDef {
    /// The qualified name.
    pub name: String,
    /// The type of the value.
    pub base: Ty,
    /// The function that reads: from `Json` to `Base?`, or from any other type to `Base` or `Base?`.
    pub function: FunctionId,
    /// What the function takes; the document is read as this first.
    pub from: Ty,
    /// Where it was declared.
    pub location: Location,
    /// Documentation.
    pub doc: String,
}

/// Types that the language itself declares.
#[derive(Clone, Copy, Debug)]
pub struct Builtins {
    /// `enum Outcome { allow, deny, escalate, not_applicable }`, in this order.
    pub outcome: EnumId,
    /// `ordered enum Mode { observe, advise, enforce }`, in this order.
    pub mode: EnumId,
    /// The record behind `Decision`: `errors`, `obligations`, `outcome`, `proceed`, `reasons`, `transformed`, `warnings`.
    /// `transformed` is the input, changed where the decision changes it, as `Json`; the checker casts it to the input's type.
    pub decision: RecordId,
    /// The record of one reason or warning: `effect`, `fix`, `message`, `rule`.
    pub finding: RecordId,
}

/// How many kinds say all by themselves.
const PLAIN: usize = 8;

/// The position of a kind among those that say all by themselves and that are asked for most.
#[allow(clippy::wildcard_enum_match_arm, reason = "which kinds are asked for most is no property of a kind")]
const fn plain(kind: &TyKind) -> Option<usize> {
    Some(match kind {
        TyKind::Bool => 0,
        TyKind::String => 1,
        TyKind::Error => 2,
        TyKind::Int(IntRange { lo: i64::MIN, hi: i64::MAX }) => 3,
        TyKind::Decimal => 4,
        TyKind::Timestamp => 5,
        TyKind::Duration => 6,
        TyKind::Json => 7,
        _ => return None,
    })
}

/// The table of all types.
#[derive(Clone, Debug, Default)]
pub struct Types {
    kinds: Vec<TyKind>,
    interned: HashMap<TyKind, Ty>,
    /// How many types each is built of, one that stands at several places counted at each; what has a name counts as one.
    weights: Vec<u32>,
    /// Those of kinds that say all by themselves, which are asked for most: `Bool` for every condition.
    plain: [Option<Ty>; PLAIN],
    /// Record definitions.
    pub records: Vec<RecordDef>,
    /// Enum definitions.
    pub enums: Vec<EnumDef>,
    /// Union definitions.
    pub unions: Vec<UnionDef>,
    /// Entity types.
    pub entities: Vec<EntityDef>,
    /// `read by` definitions.
    pub reads: Vec<ReadDef>,
    /// Records and unions that a generic type was made into: the declaration, as a number, and its arguments.
    pub(crate) generic: HashMap<Ty, (u32, Vec<Ty>)>,
    /// Types of the language itself; set by the checker before anything is checked.
    pub builtins: Option<Builtins>,
}

impl Types {
    /// The one `Ty` of `kind`. `Option` of an option is that option.
    pub fn intern(&mut self, kind: TyKind) -> Ty {
        if let TyKind::Option(inner) = kind
            && let TyKind::Option(_) = self.kind(inner)
        {
            return inner;
        }
        let plain = plain(&kind);
        if let Some(Some(ty)) = plain.and_then(|at| self.plain.get(at)) {
            return *ty;
        }
        if let Some(&ty) = self.interned.get(&kind) {
            return ty;
        }
        let ty = Ty(u32::try_from(self.kinds.len()).unwrap_or(u32::MAX));
        if let Some(slot) = plain.and_then(|at| self.plain.get_mut(at)) {
            *slot = Some(ty);
        }
        self.weights.push(self.weighed(&kind));
        self.kinds.push(kind.clone());
        self.interned.insert(kind, ty);
        ty
    }

    fn weighed(&self, kind: &TyKind) -> u32 {
        let sum = |parts: &[Ty]| parts.iter().fold(1_u32, |sum, part| sum.saturating_add(self.weight(*part)));
        if let TyKind::Option(part) | TyKind::List { elem: part, .. } | TyKind::Set { elem: part, .. } = kind
        {
            sum(&[*part])
        } else if let TyKind::Map { key, value, .. } = kind {
            sum(&[*key, *value])
        } else if let TyKind::Tuple(parts) = kind {
            sum(parts)
        } else if let TyKind::Function { params, result } = kind {
            sum(params).saturating_add(self.weight(*result))
        } else if let TyKind::Error = kind {
            u32::MAX
        } else {
            1
        }
    }

    /// How many types `ty` is built of, one that stands at several places counted at each; what has a name counts as one,
    /// and what is no type as more than there can be.
    #[must_use]
    pub(crate) fn weight(&self, ty: Ty) -> u32 {
        self.weights.get(ty.0 as usize).copied().unwrap_or(1)
    }

    /// The `Ty` of `kind`, if it occurs.
    #[must_use]
    pub fn find(&self, kind: &TyKind) -> Option<Ty> {
        self.interned.get(kind).copied()
    }

    /// What `ty` is made of.
    #[must_use]
    pub fn kind(&self, ty: Ty) -> &TyKind {
        self.kinds.get(ty.0 as usize).unwrap_or(&TyKind::Error)
    }

    /// The kinds of all types from one on.
    pub(crate) fn kinds_from(&self, first: usize) -> &[TyKind] {
        self.kinds.get(first..).unwrap_or(&[])
    }

    /// What is present of an option; any other type itself.
    #[must_use]
    pub fn present(&self, ty: Ty) -> Ty {
        if let TyKind::Option(inner) = self.kind(ty) { *inner } else { ty }
    }

    /// The definition of a record.
    #[must_use]
    pub fn record(&self, id: RecordId) -> Option<&RecordDef> {
        self.records.get(id.index())
    }

    /// The definition of an enum.
    #[must_use]
    pub fn enumeration(&self, id: EnumId) -> Option<&EnumDef> {
        self.enums.get(id.index())
    }

    /// The definition of a union.
    #[must_use]
    pub fn union(&self, id: UnionId) -> Option<&UnionDef> {
        self.unions.get(id.index())
    }

    /// The definition of an entity type.
    #[must_use]
    pub fn entity(&self, id: EntityId) -> Option<&EntityDef> {
        self.entities.get(id.index())
    }

    /// The definition of a `read by` type.
    #[must_use]
    pub fn read(&self, id: ReadId) -> Option<&ReadDef> {
        self.reads.get(id.index())
    }
}
