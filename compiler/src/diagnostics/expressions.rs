//! `P026x`: folds, scores, sequences and descents.

use policy_syntax::{Code, Diagnostic, Location, Severity};

use super::Finding;
use crate::code::codes;

codes! {
    STATE_GROWS = 260, "state of a fold that can grow";
    SEQUENCE = 261, "sequence that cannot be asked for";
    PROJECTION = 262, "descent that goes nowhere";
}

/// What is wrong with an expression of several parts.
#[derive(Clone, Debug)]
pub enum Expressions {
    /// The state of a `fold` is of a type whose values can grow.
    StateGrows {
        /// The state's name.
        state: String,
        /// Its type.
        ty: String,
        /// What of it can grow, where that is not all of it.
        part: Option<String>,
    },
    /// `then` or `without` in a quantifier that has no meaning for them.
    Sequence {
        /// What is wrong.
        what: String,
        /// How to say what is meant.
        help: &'static str,
    },
    /// What `descend` is given does not lead from a node to those below it.
    Projection {
        /// What is wrong.
        what: String,
        /// How to say what is meant.
        help: &'static str,
    },
}

impl Expressions {
    const fn code(&self) -> Code {
        match self {
            Self::StateGrows { .. } => STATE_GROWS,
            Self::Sequence { .. } => SEQUENCE,
            Self::Projection { .. } => PROJECTION,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::StateGrows { state, ty, part: None } => {
                format!("the state `{state}` is `{ty}`, which can grow with every step")
            }
            Self::StateGrows { state, ty, part: Some(part) } => {
                format!("the state `{state}` is `{ty}`, and its part `{part}` can grow with every step")
            }
            Self::Sequence { what, .. } | Self::Projection { what, .. } => what.clone(),
        }
    }
}

impl Finding for Expressions {
    fn render(self, at: Location) -> Diagnostic {
        let d = Diagnostic::new(self.code(), Severity::Error, at, self.message());
        match self {
            Self::StateGrows { .. } => d
                .with_note("a state is made of numbers, `Bool`s, enums and times, of options, tuples and records of them: it stays as large as it began, however long the list is")
                .with_help("collect with a comprehension, `[e for x in xs if c]`, or with `group_by`; look for an element with `[x for x in xs if c].last()`"),
            Self::Sequence { help, .. } => d.with_help(help),
            Self::Projection { help, .. } => d
                .with_note("each step goes down at least one field and gives every value once, so that a descent ends")
                .with_help(help),
        }
    }
}
