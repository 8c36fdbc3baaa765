//! Items: what stands at the top of a module.

use super::{Arg, Clause, Doc, ExprId, Generator, Name, Path, PatternId, Stmt, TestStmt, Text, TypeId};
use crate::span::Span;

/// An item.
#[derive(Clone, Debug)]
pub struct Item {
    /// The `///` lines above it.
    pub docs: Vec<Doc>,
    /// `@name(…)`, in source order.
    pub annotations: Vec<Annotation>,
    /// The word `pub`, where it stands.
    pub public: Option<Span>,
    /// What it is.
    pub kind: ItemKind,
    /// From the first annotation (or `pub`, or the item's own word) to the end; docs excluded.
    pub span: Span,
}

/// `@name`, `@name(a, b)`.
#[derive(Clone, Debug)]
pub struct Annotation {
    /// The name after `@`.
    pub name: Name,
    /// The arguments; `None` without parentheses.
    pub args: Option<Vec<Arg>>,
    /// From `@` to the end.
    pub span: Span,
}

/// The kinds of items.
#[derive(Clone, Debug)]
pub enum ItemKind {
    /// Damaged; already reported. Holds the names that it seems to introduce, so that their uses are not reported as well.
    Error(Vec<Name>),
    /// `use a.b.{x, Y}`.
    Use(UseDecl),
    /// `type T = …`.
    Type(TypeDecl),
    /// `enum E { … }`.
    Enum(EnumDecl),
    /// `entity E in F { … }`.
    Entity(EntityDecl),
    /// `let n = e`.
    Let(LetDecl),
    /// `data n: T`.
    Data(DataDecl),
    /// `fn f(x: T) -> U = e`.
    Fn(FnDecl),
    /// `policy p on x: T { … }`.
    Policy(PolicyDecl),
    /// `exception e to p.r …`.
    Exception(ExceptionDecl),
    /// `obligation o on allow { … }`.
    Obligation(ObligationDecl),
    /// `test "…" { … }`.
    Test(TestDecl),
    /// `property "…" for any x: T { … }`.
    Property(PropertyDecl),
}

/// `use a.b`, `use a.b as m`, `use a.b.{x, Y as Z}`.
#[derive(Clone, Debug)]
pub struct UseDecl {
    /// The dotted name before `.{` or `as`.
    pub path: Path,
    /// What of it.
    pub target: UseTarget,
}

/// What a `use` brings in.
#[derive(Clone, Debug)]
pub enum UseTarget {
    /// The path itself: a module, or one thing of a module.
    Whole {
        /// `as m`.
        alias: Option<Name>,
    },
    /// `.{x, Y}`.
    Names(Vec<UseName>),
}

/// One name of `.{x, Y as Z}`.
#[derive(Clone, Debug)]
pub struct UseName {
    /// What is taken.
    pub name: Name,
    /// What it is called here.
    pub alias: Option<Name>,
}

/// A type parameter: `T`, `T: ordered`.
#[derive(Clone, Debug)]
pub struct TypeParam {
    /// Its name.
    pub name: Name,
    /// Its bound.
    pub bound: Option<Name>,
}

/// `type Login = String read by lower_ascii`.
#[derive(Clone, Debug)]
pub struct TypeDecl {
    /// The name.
    pub name: Name,
    /// `<A, B>`.
    pub params: Vec<TypeParam>,
    /// What it stands for.
    pub ty: TypeId,
    /// The function after `read by`.
    pub reader: Option<Path>,
}

/// `ordered enum Severity { low, high = "HIGH" }`.
#[derive(Clone, Debug)]
pub struct EnumDecl {
    /// The name.
    pub name: Name,
    /// Whether `ordered`.
    pub ordered: bool,
    /// Whether `open`.
    pub open: bool,
    /// The variants, in source order.
    pub variants: Vec<EnumVariant>,
}

/// A variant of an enum.
#[derive(Clone, Debug)]
pub struct EnumVariant {
    /// The `///` lines above it.
    pub docs: Vec<Doc>,
    /// Its name.
    pub name: Name,
    /// Its spellings in data, the first being the one written; empty where the name is the spelling.
    pub spellings: Vec<Text>,
    /// From the name to the end.
    pub span: Span,
}

/// `entity User in Team, Org { email: String }`.
#[derive(Clone, Debug)]
pub struct EntityDecl {
    /// The name.
    pub name: Name,
    /// What it can be in.
    pub parents: Vec<Path>,
    /// The attributes: a record type.
    pub attributes: Option<TypeId>,
}

/// `let name: T = e`, at the top of a module, in a policy, a function's body or a test.
#[derive(Clone, Debug)]
pub struct LetDecl {
    /// The name.
    pub name: Name,
    /// The type, where it is written.
    pub ty: Option<TypeId>,
    /// The value.
    pub value: ExprId,
    /// From `let` to the end.
    pub span: Span,
}

/// `data name: T = default max age 10m`.
#[derive(Clone, Debug)]
pub struct DataDecl {
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: TypeId,
    /// The value where none was loaded.
    pub default: Option<ExprId>,
    /// What stands after `max age`.
    pub max_age: Option<ExprId>,
}

/// A parameter of a function, a policy or a property.
#[derive(Clone, Debug)]
pub struct Param {
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: TypeId,
    /// The value where no argument is given.
    pub default: Option<ExprId>,
    /// The whole.
    pub span: Span,
}

/// `fn f<T>(x: T) -> U = e`.
#[derive(Clone, Debug)]
pub struct FnDecl {
    /// The name.
    pub name: Name,
    /// `<T, U: ordered>`.
    pub type_params: Vec<TypeParam>,
    /// The parameters.
    pub params: Vec<Param>,
    /// The result's type.
    pub result: Option<TypeId>,
    /// What it computes.
    pub body: FnBody,
}

/// What a function computes.
#[derive(Clone, Debug)]
pub enum FnBody {
    /// Nothing written: a function that the machine provides. Only the standard library may.
    None,
    /// `= e`.
    Expr(ExprId),
    /// `{ let a = … return e }`.
    Block {
        /// The lets, in source order.
        lets: Vec<LetDecl>,
        /// What stands after `return`.
        result: ExprId,
    },
}

/// What a policy or an exception decides over.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The name in `on x: T`; without one the fields of the type are in scope by name.
    pub name: Option<Name>,
    /// The type.
    pub ty: TypeId,
    /// The whole, without `on`.
    pub span: Span,
}

/// `policy p(max: Int) on x: T resolve first { … }`.
#[derive(Clone, Debug)]
pub struct PolicyDecl {
    /// The name.
    pub name: Name,
    /// The parameters.
    pub params: Vec<Param>,
    /// What stands after `on`; missing only where the head is damaged, which has been reported.
    pub subject: Option<Subject>,
    /// `resolve first`, where it stands.
    pub resolve_first: Option<Span>,
    /// The statements, in source order.
    pub body: Vec<Stmt>,
    /// From `{` to `}`.
    pub body_span: Span,
}

/// `exception e to p.r(c) on x: T when … until … because … approved by … follow up …`. Each clause stands at most once.
#[derive(Clone, Debug)]
pub struct ExceptionDecl {
    /// The name.
    pub name: Name,
    /// The rule that it excepts: policy and rule.
    pub rule: Path,
    /// What the rule's bindings are called here.
    pub bindings: Option<Vec<PatternId>>,
    /// What stands after `on`.
    pub subject: Option<Subject>,
    /// `when C`.
    pub when: Option<Clause>,
    /// `until T`.
    pub until: Option<Clause>,
    /// `because M`.
    pub because: Option<Clause>,
    /// `approved by "who"`.
    pub approved_by: Option<Clause>,
    /// `follow up 48h`.
    pub follow_up: Option<Clause>,
}

/// With which outcomes an obligation can bind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObligationOn {
    /// `on allow`.
    Allow,
    /// `on deny`.
    Deny,
    /// `on any`.
    Any,
}

/// `obligation mask on allow { fields: List<String> }`.
#[derive(Clone, Debug)]
pub struct ObligationDecl {
    /// The name.
    pub name: Name,
    /// With which outcomes.
    pub on: ObligationOn,
    /// The payload: a record type; none is an empty payload.
    pub fields: Option<TypeId>,
}

/// `test "name {x}" at T for pattern in list { … }`.
#[derive(Clone, Debug)]
pub struct TestDecl {
    /// The name: a string, perhaps with interpolation.
    pub name: ExprId,
    /// The time after `at`.
    pub at: Option<ExprId>,
    /// The table's rows.
    pub generators: Vec<Generator>,
    /// The statements, in source order.
    pub body: Vec<TestStmt>,
    /// From `{` to `}`.
    pub body_span: Span,
}

/// `property "name" for any x: T, data d { … }`.
#[derive(Clone, Debug)]
pub struct PropertyDecl {
    /// The name: a string.
    pub name: ExprId,
    /// What it speaks about, in source order.
    pub binders: Vec<PropertyBinder>,
    /// The statements, in source order.
    pub body: Vec<TestStmt>,
    /// From `{` to `}`.
    pub body_span: Span,
}

/// What a property ranges over.
#[derive(Clone, Debug)]
pub enum PropertyBinder {
    /// `x: T`.
    Value(Param),
    /// `data d`: all values that the data item could have.
    Data(Path),
}
