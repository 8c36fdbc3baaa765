//! `P0250`: text literals that are read when a policy is checked.

use policy_syntax::{Diagnostic, Location};

use super::Finding;
use super::types::Reason;
use crate::code::codes;

codes! {
    SPELLING = 250, "text that is no value of its type";
}

/// A text literal where a host, a path, a URL or bytes are wanted, and which is none.
#[derive(Clone, Debug)]
pub struct Spelling {
    /// The text.
    pub text: String,
    /// What it should be: "host".
    pub what: &'static str,
    /// How a text of it looks.
    pub looks: &'static str,
    /// Why it should be one.
    pub reason: Reason,
}

impl Finding for Spelling {
    fn render(self, at: Location) -> Diagnostic {
        let shown: String = self.text.chars().take(60).collect();
        let d = Diagnostic::error(SPELLING, at, format!("{shown:?} is no {}", self.what));
        let d = match self.reason.at {
            Some(place) => d.with_secondary(place, self.reason.words),
            None => d.with_note(self.reason.words),
        };
        d.with_note(self.looks)
    }
}
