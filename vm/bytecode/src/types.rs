//! Types, as programs carry them: for reading documents, for casts, and for printing.

use crate::program::{ConstId, EntityIndex, FunctionIndex, TextId, TypeId};

/// A type. Positions refer to the tables of [`crate::Program`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// `Bool`.
    Bool,
    /// `String`.
    Text,
    /// `Int` within a range, both ends included.
    Int {
        /// The least value.
        lo: i64,
        /// The greatest value.
        hi: i64,
    },
    /// `Decimal`.
    Decimal,
    /// `Timestamp`.
    Timestamp,
    /// `Date`.
    Date,
    /// `TimeOfDay`.
    TimeOfDay,
    /// `Duration`.
    Duration,
    /// `Ip`.
    Ip,
    /// `Cidr`.
    Cidr,
    /// `Host`.
    Host,
    /// `Url`.
    Url,
    /// `Path`.
    Path,
    /// `SemVer`.
    SemVer,
    /// `SemVerRange`.
    SemVerRange,
    /// `Regex`.
    Regex,
    /// `Glob`.
    Glob,
    /// `Wildcard`.
    Wildcard,
    /// `Bytes`.
    Bytes,
    /// `Json`.
    Json,
    /// `T?`.
    Option(TypeId),
    /// `List<T>`.
    List {
        /// The type of elements.
        elem: TypeId,
        /// The greatest length.
        max: Option<u64>,
        /// Whether a lone value reads as a list of one.
        or_one: bool,
    },
    /// `Set<T>`.
    Set {
        /// The type of elements.
        elem: TypeId,
        /// The greatest size.
        max: Option<u64>,
    },
    /// `Map<K, T>`.
    Map {
        /// The type of keys.
        key: TypeId,
        /// The type of values.
        value: TypeId,
        /// The greatest size.
        max: Option<u64>,
    },
    /// `(A, B)`.
    Tuple(Vec<TypeId>),
    /// A record.
    Record(RecordType),
    /// An enum.
    Enum(EnumType),
    /// A union.
    Union(UnionType),
    /// An entity of one of these types, sorted.
    Entity(Vec<EntityIndex>),
    /// `type T = Base read by f`.
    Read {
        /// The name, for messages.
        name: TextId,
        /// The type of the value.
        base: TypeId,
        /// The function that reads.
        function: FunctionIndex,
        /// What it takes: a document is read as this first.
        from: TypeId,
    },
}

/// A record type. A value has one slot a field, in the order of names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordType {
    /// The qualified name, for messages; none where written in place.
    pub name: Option<TextId>,
    /// Fields, in the order of names.
    pub fields: Vec<FieldType>,
    /// `Some(true)` for `open`, `Some(false)` for `closed`; otherwise the border decides.
    pub open: Option<bool>,
    /// The field that takes what is not named.
    pub rest: Option<u16>,
}

/// A field of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldType {
    /// The name, which is the JSON key.
    pub name: TextId,
    /// Its type; an option where it may be missing.
    pub ty: TypeId,
    /// What is read where it is missing or null.
    pub presence: Presence,
}

/// What is read where a field is missing or null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// A misfit.
    Required,
    /// Absent.
    Optional,
    /// A constant.
    Default(ConstId),
}

/// An enum type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumType {
    /// The qualified name, for messages.
    pub name: TextId,
    /// The spelling of each variant in JSON, in the order of declaration.
    pub spellings: Vec<TextId>,
    /// Further spellings that are read, with the positions of their variants.
    pub also: Vec<(TextId, u32)>,
    /// The name of each variant in policies.
    pub names: Vec<TextId>,
    /// Whether unknown spellings are taken.
    pub open: bool,
}

/// A union type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnionType {
    /// The qualified name, for messages.
    pub name: Option<TextId>,
    /// The field whose text tells variants apart; none where the kind of JSON value does.
    pub tag: Option<TextId>,
    /// The variants.
    pub variants: Vec<VariantType>,
    /// Whether unknown tags are taken.
    pub open: bool,
}

/// A variant of a union.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantType {
    /// The name in policies.
    pub name: TextId,
    /// The tags that select it.
    pub tags: Vec<TextId>,
    /// The type of its content.
    pub content: TypeId,
}

/// A type of entities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityType {
    /// The qualified name.
    pub name: TextId,
    /// The name in documents and messages: the last part, unless another entity type ends alike.
    pub shown: TextId,
    /// The types of its parents.
    pub parents: Vec<EntityIndex>,
    /// Its attributes: a record.
    pub attributes: TypeId,
}
