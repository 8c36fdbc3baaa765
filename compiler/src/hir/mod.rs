//! The typed intermediate representation: what a checked package means.
//!
//! The checker builds it, the code generator and the reference evaluator read it; nothing else decides
//! what a program means. It is small on purpose: sugar is gone, every name is resolved, every node has
//! its static type, and every implicit step (an `Int` where a `Decimal` is wanted, a record passed where
//! a narrower one is expected) is a node of its own.
//!
//! **Invariants.**
//! - Nothing here refers to the syntax tree; places in the source are [`Location`]s.
//! - Functions are monomorphic and acyclic; lambdas and function-typed parameters are inlined.
//! - `Expr::id` is unique within one [`Hir`]; coverage, explanation and probes speak of nodes by it.
//! - Fields of a record stand in the order of their names, so that an index is a rank and structural
//!   comparison walks them in the order that the language defines.
//! - The height of a tree is at most [`MAX_HEIGHT`].

pub mod decl;
pub mod expr;
pub mod makeup;
pub mod places;
pub(crate) mod renumber;
mod shed;
pub mod testing;
mod tight;
pub mod types;
pub mod walk;

pub use decl::{
    Annotations, Data, DefaultOutcome, Effect, Exception, Function, Global, Include, Joins, Let, Local,
    LocalKind, Mode, Module, Obligation, ObligationOn, Param, PathStep, Policy, Rule, Severity,
};
pub use expr::{
    Aggregate, Arith, Arm, Cast, Compare, Const, Convert, EntityPart, Expr, ExprKind, FixtureKind, Gen,
    InKind, IsTest, Logic, MatchPattern, Pattern, PatternKind, Quantifier, ScorePart, Text, TextPart,
    WithStep,
};
pub use makeup::Makeup;
pub use testing::{Expect, ExpectBy, ExpectKind, Given, GivenTarget, Property, RuleRef, Step, Test, Verb};
pub use types::{
    Builtins, EntityDef, EnumDef, FieldDef, IntRange, Presence, ReadDef, RecordDef, Ty, TyKind, Types,
    UnionDef, UnionTag, UnionVariant, VariantDef,
};

/// The greatest height of an expression tree. The checker refuses higher ones with a diagnostic, so that
/// every walker may recurse.
pub const MAX_HEIGHT: usize = 512;

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The position in the table that this index speaks of.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

index! {
    /// A node of an expression, unique in its [`Hir`].
    ExprId,
    /// An index into [`Hir::functions`].
    FunctionId,
    /// An index into [`Hir::globals`].
    GlobalId,
    /// An index into [`Hir::data`].
    DataId,
    /// An index into [`Hir::policies`].
    PolicyId,
    /// An index into the `locals` of the function, global, policy, test or property that encloses it.
    LocalId,
    /// An index into [`Policy::rules`].
    RuleId,
    /// An index into [`Types::records`].
    RecordId,
    /// An index into [`Types::enums`].
    EnumId,
    /// An index into [`Types::unions`].
    UnionId,
    /// An index into [`Types::entities`].
    EntityId,
    /// An index into [`Hir::obligations`].
    ObligationId,
    /// An index into [`Types::reads`].
    ReadId,
    /// A field of a record, by rank of its name.
    FieldId,
}

/// A checked package: every module of a project with what it uses of the standard library.
#[derive(Clone, Debug, Default)]
pub struct Hir {
    /// Modules in order of their names; [`Module::file`] leads to the source.
    pub modules: Vec<Module>,
    /// All types that occur.
    pub types: Types,
    /// Functions, callees before callers.
    pub functions: Vec<Function>,
    /// Module-level `let`s, dependencies first.
    pub globals: Vec<Global>,
    /// Reference data items, in order of their qualified names.
    pub data: Vec<Data>,
    /// Obligations, in order of module and source.
    pub obligations: Vec<Obligation>,
    /// Exceptions, in order of module and source.
    pub exceptions: Vec<Exception>,
    /// Policies, in order of module and source.
    pub policies: Vec<Policy>,
    /// Tests, in order of module and source.
    pub tests: Vec<Test>,
    /// Properties, in order of module and source.
    pub properties: Vec<Property>,
    /// One more than the greatest [`ExprId`].
    pub expr_count: u32,
}
