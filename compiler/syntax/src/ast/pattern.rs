//! Patterns: what stands before `in`, `=>` of a `match` arm, and `=>` of a lambda.

use super::{ExprId, Name, Node, Path, PatternId};
use crate::span::Span;

/// A pattern as written.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// What it is.
    pub kind: PatternKind,
    /// Its place.
    pub span: Span,
}

impl Node for Pattern {
    type Id = PatternId;
    const MISSING: &'static Self = &Self { kind: PatternKind::Error, span: Span::at(0) };
}

/// The kinds of patterns.
#[derive(Clone, Debug)]
pub enum PatternKind {
    /// Damaged; already reported.
    Error,
    /// A bare name. It binds, but in a `match` arm (at its top, among `|`, and inside a tuple there) it is a variant.
    Name(Name),
    /// `_`: takes anything and binds nothing.
    Ignore,
    /// `(a, b)`: two or more.
    Tuple(Vec<PatternId>),
    /// `{ name, size: s }`.
    Record(Vec<FieldPattern>),
    /// In a `match`: `Kind.human`, `call c`, `call { name }`, `String s`.
    Variant {
        /// The variant, perhaps qualified; of a union of types, the type.
        path: Path,
        /// What it holds: a name or a record.
        payload: Option<PatternId>,
    },
    /// In a `match`: a literal, perhaps a negative number.
    Literal(ExprId),
    /// In a `match`: `a | b`, two or more.
    Or(Vec<PatternId>),
    /// In a `match`: `absent`.
    Absent,
    /// In a `match`: `else`.
    Else,
}

/// `name`, or `name: pattern`.
#[derive(Clone, Debug)]
pub struct FieldPattern {
    /// The field.
    pub name: Name,
    /// What its value must match; without one the field's name is bound.
    pub pattern: Option<PatternId>,
    /// The whole.
    pub span: Span,
}
