//! What a program says of obligations, exceptions and included policies.

use crate::program::{Message, NoteType, Place, TextId, TypeId};
use crate::scalar::{Duration, Timestamp};

/// A declared obligation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obligation {
    /// The qualified name, by which a host says that it can fulfil it.
    pub name: TextId,
    /// With which outcomes it binds.
    pub on: ObligationOn,
    /// What it says: a record.
    pub payload: TypeId,
    /// Where it is declared.
    pub place: Place,
    /// Documentation.
    pub doc: Option<TextId>,
}

/// With which outcomes an obligation binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObligationOn {
    /// Allow.
    Allow,
    /// Deny.
    Deny,
    /// Any.
    Any,
}

impl ObligationOn {
    /// The name in decisions.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Any => "any",
        }
    }
}

/// What of an included policy joins its includer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Joins {
    /// What its rules leave; not its default.
    Rules,
    /// Its outcome, default included, where that is deny or escalate.
    Outcome,
}

/// An exception to a rule. What it says of whom and why is for the decision; whether it holds is found out by the code of
/// the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The qualified name.
    pub name: TextId,
    /// The values of `because`: notes of a finding, after those of its rule.
    pub values: Vec<NoteType>,
    /// `because`.
    pub because: Option<Message>,
    /// `until`: the first instant at which it no longer holds.
    pub until: Option<Timestamp>,
    /// `approved by`.
    pub approved_by: Option<TextId>,
    /// `follow up`.
    pub follow_up: Option<Duration>,
    /// Where it stands.
    pub place: Place,
}
