//! Types.

use std::sync::Arc;

use super::{Doc, ExprId, Name, Node, Path, Text, TypeId};
use crate::span::Span;

/// A type as written.
#[derive(Clone, Debug)]
pub struct Type {
    /// What it is.
    pub kind: TypeKind,
    /// Its place, without parentheses around it.
    pub span: Span,
    /// Whether parentheses stand around it.
    pub parens: bool,
}

impl Node for Type {
    type Id = TypeId;
    const MISSING: &'static Self = &Self { kind: TypeKind::Error, span: Span::at(0), parens: false };
}

/// The kinds of types.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// Damaged; already reported.
    Error,
    /// `Int`, `m.Login`, `List<T, max 3>`, `Map<K, V>`.
    Named {
        /// The type's name.
        path: Path,
        /// What stands in `<…>`, in order; empty without them.
        args: Vec<TypeArg>,
    },
    /// `Int 0..100`, `Decimal 0..1`.
    Range {
        /// The type that is narrowed: a name.
        base: Path,
        /// The least value.
        lo: Bound,
        /// The greatest value, included.
        hi: Bound,
    },
    /// `(A, B)`: two or more.
    Tuple(Vec<TypeId>),
    /// `T?`.
    Optional(TypeId),
    /// `A | B`: two or more alternatives.
    Alternatives(Vec<TypeId>),
    /// `T -> U`, `(A, B) -> U`.
    Function {
        /// The parameters' types.
        params: Vec<TypeId>,
        /// The result's type.
        result: TypeId,
    },
    /// `secret T`.
    Secret(TypeId),
    /// `{ a: T, … }`, `open { … }`, `closed { … }`.
    Record(RecordType),
    /// `union by kind { … }`, `open union by kind { … }`.
    Union(UnionType),
}

/// What can stand between `<` and `>`.
#[derive(Clone, Debug)]
pub enum TypeArg {
    /// A type.
    Type(TypeId),
    /// `max 3_000`.
    Max {
        /// The digits, without `_`.
        digits: Arc<str>,
        /// The whole argument.
        span: Span,
    },
    /// `or one`.
    OrOne(Span),
}

/// An end of a range: a number, perhaps negative.
#[derive(Clone, Debug)]
pub struct Bound {
    /// The number with its sign, without `_`: `-1000`, `0.5`.
    pub text: Arc<str>,
    /// Its place.
    pub span: Span,
}

/// Whether a record takes fields it does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Openness {
    /// Nothing said: what stands at this place by default.
    Default,
    /// `open`: other fields are ignored.
    Open,
    /// `closed`: other fields are misfits.
    Closed,
}

/// `{ owner: String, topics: Set<String> = {}, fork?: Bool, ..more: Map<String, Json> }`.
#[derive(Clone, Debug)]
pub struct RecordType {
    /// `open`, `closed` or neither.
    pub openness: Openness,
    /// The fields, in source order.
    pub fields: Vec<FieldDecl>,
    /// `..more: Map<String, Json>`.
    pub rest: Option<RestDecl>,
}

/// A field of a record type.
#[derive(Clone, Debug)]
pub struct FieldDecl {
    /// The `///` lines above it.
    pub docs: Vec<Doc>,
    /// Its name, perhaps quoted.
    pub name: Name,
    /// Whether `?` follows the name (`fork?: Bool`).
    pub optional: bool,
    /// Its type, without the `?` of the name.
    pub ty: TypeId,
    /// What is read where it is absent.
    pub default: Option<ExprId>,
    /// From the name to the end.
    pub span: Span,
}

/// `..more: Map<String, Json>`.
#[derive(Clone, Debug)]
pub struct RestDecl {
    /// The `///` lines above it.
    pub docs: Vec<Doc>,
    /// The field that takes the fields not named.
    pub name: Name,
    /// Its type.
    pub ty: TypeId,
    /// From the dots to the end.
    pub span: Span,
}

/// `union by kind { pod = "Pod": Pod, … }`.
#[derive(Clone, Debug)]
pub struct UnionType {
    /// Whether `open` stands before it.
    pub open: bool,
    /// The field that tells the variants apart.
    pub tag: Name,
    /// The variants, in source order.
    pub variants: Vec<UnionVariant>,
}

/// A variant of a union.
#[derive(Clone, Debug)]
pub struct UnionVariant {
    /// The `///` lines above it.
    pub docs: Vec<Doc>,
    /// Its name.
    pub name: Name,
    /// The spellings of the tag; empty where the name is the spelling.
    pub spellings: Vec<Text>,
    /// What it holds.
    pub payload: TypeId,
    /// From the name to the end.
    pub span: Span,
}
