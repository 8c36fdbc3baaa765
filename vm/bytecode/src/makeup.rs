//! What a type is made of: the one classification that those ask who treat many types alike.

use crate::program::{EntityIndex, FunctionIndex, TextId, TypeId};
use crate::types::{EnumType, RecordType, Type, UnionType};

/// What a type is made of, and how its values are spelled in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Makeup<'a> {
    /// `true` or `false`.
    Bool,
    /// A number: `Int` and `Decimal`.
    Number,
    /// Any text.
    Text,
    /// A text that is a point in time, or a length of time.
    Time,
    /// A text with a syntax of its own: addresses, versions, patterns, bytes.
    Spelled,
    /// Any document.
    Json,
    /// A value or nothing.
    Option(TypeId),
    /// Elements in order.
    List {
        /// The type of elements.
        elem: TypeId,
        /// The greatest length.
        max: Option<u64>,
        /// Whether a lone value reads as a list of one.
        or_one: bool,
    },
    /// Different elements.
    Set {
        /// The type of elements.
        elem: TypeId,
        /// The greatest size.
        max: Option<u64>,
    },
    /// Values by key.
    Map {
        /// The type of keys.
        key: TypeId,
        /// The type of values.
        value: TypeId,
        /// The greatest size.
        max: Option<u64>,
    },
    /// Parts by position.
    Tuple(&'a [TypeId]),
    /// Fields.
    Record(&'a RecordType),
    /// One of some texts.
    Enum(&'a EnumType),
    /// One of some shapes.
    Union(&'a UnionType),
    /// A reference to an entity of one of these types.
    Entity(&'a [EntityIndex]),
    /// What a function reads.
    Read {
        /// The name, for messages.
        name: TextId,
        /// The type of the value.
        base: TypeId,
        /// The function that reads.
        function: FunctionIndex,
        /// What it takes.
        from: TypeId,
    },
}

impl Type {
    /// What the type is made of.
    ///
    /// ```
    /// use policy_bytecode::{makeup::Makeup, types::Type};
    ///
    /// assert_eq!(Type::Int { lo: 0, hi: 9 }.makeup(), Makeup::Number);
    /// assert_eq!(Type::SemVer.makeup(), Makeup::Spelled);
    /// ```
    #[must_use]
    pub fn makeup(&self) -> Makeup<'_> {
        match self {
            Self::Bool => Makeup::Bool,
            Self::Int { .. } | Self::Decimal => Makeup::Number,
            Self::Text => Makeup::Text,
            Self::Timestamp | Self::Date | Self::TimeOfDay | Self::Duration => Makeup::Time,
            Self::Ip
            | Self::Cidr
            | Self::Host
            | Self::Url
            | Self::Path
            | Self::SemVer
            | Self::SemVerRange
            | Self::Regex
            | Self::Glob
            | Self::Wildcard
            | Self::Bytes => Makeup::Spelled,
            Self::Json => Makeup::Json,
            Self::Option(inner) => Makeup::Option(*inner),
            Self::List { elem, max, or_one } => Makeup::List { elem: *elem, max: *max, or_one: *or_one },
            Self::Set { elem, max } => Makeup::Set { elem: *elem, max: *max },
            Self::Map { key, value, max } => Makeup::Map { key: *key, value: *value, max: *max },
            Self::Tuple(parts) => Makeup::Tuple(parts),
            Self::Record(record) => Makeup::Record(record),
            Self::Enum(of) => Makeup::Enum(of),
            Self::Union(union) => Makeup::Union(union),
            Self::Entity(kinds) => Makeup::Entity(kinds),
            Self::Read { name, base, function, from } => {
                Makeup::Read { name: *name, base: *base, function: *function, from: *from }
            }
        }
    }
}
