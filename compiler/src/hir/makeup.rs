//! Types by what their values are made of, for whatever treats many kinds of values alike.

use super::{EntityId, EnumId, ReadId, RecordId, Ty, TyKind, UnionId};

/// What the values of a type are made of. One that asks how values are put together, how long they are or what they hold
/// asks this; one that asks which values there are asks [`TyKind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Makeup<'t> {
    /// Of a fixed size: `Bool`, numbers, times, addresses.
    Scalar,
    /// Text, or what is written as text of any length: `String`, `Host`, `SemVer`, patterns, `Bytes`.
    Text,
    /// Any JSON.
    Json,
    /// One of the variants of an enum.
    Enum(EnumId),
    /// A reference to an entity of one of these types.
    Entity(&'t [EntityId]),
    /// Something or nothing.
    Option(Ty),
    /// A list of elements.
    List(Ty),
    /// A set of elements.
    Set(Ty),
    /// Keys and values.
    Map(Ty, Ty),
    /// A value of each.
    Tuple(&'t [Ty]),
    /// Fields.
    Record(RecordId),
    /// The content of one of the variants of a union.
    Union(UnionId),
    /// What a reader made, and what it was made from.
    Read(ReadId),
    /// No values: what could not be checked, and what is gone before code is generated.
    Nothing,
}

impl TyKind {
    /// What values are made of.
    #[must_use]
    pub fn makeup(&self) -> Makeup<'_> {
        match self {
            Self::Bool
            | Self::Int(_)
            | Self::Decimal
            | Self::Timestamp
            | Self::Date
            | Self::TimeOfDay
            | Self::Duration
            | Self::Ip
            | Self::Cidr => Makeup::Scalar,
            Self::String
            | Self::Host
            | Self::Url
            | Self::Path
            | Self::SemVer
            | Self::SemVerRange
            | Self::Regex
            | Self::Glob
            | Self::Wildcard
            | Self::Bytes => Makeup::Text,
            Self::Json => Makeup::Json,
            Self::Enum(id) => Makeup::Enum(*id),
            Self::Entity(ids) => Makeup::Entity(ids),
            Self::Option(inner) => Makeup::Option(*inner),
            Self::List { elem, .. } => Makeup::List(*elem),
            Self::Set { elem, .. } => Makeup::Set(*elem),
            Self::Map { key, value, .. } => Makeup::Map(*key, *value),
            Self::Tuple(parts) => Makeup::Tuple(parts),
            Self::Record(id) => Makeup::Record(*id),
            Self::Union(id) => Makeup::Union(*id),
            Self::Read(id) => Makeup::Read(*id),
            Self::Error | Self::Function { .. } | Self::Var(_) => Makeup::Nothing,
        }
    }
}
