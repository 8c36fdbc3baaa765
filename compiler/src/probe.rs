//! What could stand at a place where something is being typed.

use policy_syntax::Location;

use crate::hir::Ty;

/// What is being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// A value, by its name.
    Value,
    /// What follows a dot behind a value.
    Member,
    /// What follows a dot behind the name of a module or an enum.
    Part,
    /// A field of a record that is being written, or changed by `with`.
    Field,
    /// A pattern of a `match`.
    Pattern,
    /// A rule that a test or an exception names.
    Rule,
    /// A type.
    Type,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Probed {
    /// What is being typed.
    pub position: Position,
    /// The type that is wanted of it; of a member the type before the dot.
    pub ty: Option<Ty>,
    /// What fits the place, in the order of names.
    pub candidates: Vec<Candidate>,
}

/// Something that could be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What would be written.
    pub name: String,
    /// What it is.
    pub kind: CandidateKind,
    /// Its type as messages show it; of a function its signature.
    pub shown: String,
    /// Where it is declared.
    pub location: Option<Location>,
    /// Whether it has the type that is wanted.
    pub fits: bool,
}

/// What a candidate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CandidateKind {
    /// A variable of the body.
    Local,
    /// A field or an attribute.
    Field,
    /// A variant of an enum or a union.
    Variant,
    /// A rule.
    Rule,
    /// The name of a parameter, which a value follows.
    Parameter,
    /// A module-level `let`.
    Value,
    /// Reference data.
    Data,
    /// A function.
    Function,
    /// A policy.
    Policy,
    /// A type.
    Type,
    /// A module.
    Module,
    /// Anything else that a module declares.
    Other,
}
