//! How an evaluation ends without a value.

use policy_syntax::Location;

/// A failure: its code, the place of the operator, and the operands as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The code, as in decisions.
    pub code: &'static str,
    /// Where the operator stands.
    pub location: Location,
    /// The operands.
    pub operands: Vec<String>,
}

/// How an evaluation ends without a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// By an error of the language.
    Fault(Fault),
    /// By something that a checked program never does: a mistake of the checker or of this evaluator.
    Bug(String),
}

impl Stop {
    /// A failure at a place.
    #[must_use]
    pub fn fault(code: &'static str, location: Location, operands: Vec<String>) -> Self {
        Self::Fault(Fault { code, location, operands })
    }

    /// What should not be.
    #[must_use]
    pub fn bug(what: impl Into<String>) -> Self {
        Self::Bug(what.into())
    }
}

/// The result of an evaluation.
pub type Result<T> = std::result::Result<T, Stop>;
