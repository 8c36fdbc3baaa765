//! What the checker finds, as data: one enum a family, each rendered in one place.
//!
//! `P01xx` names and modules, `P02xx` types, `P03xx` absence, `P04xx` policies, rules and what they are put together from, `P07xx` tests.

pub mod absence;
pub mod composition;
pub mod entities;
pub mod exceptions;
pub mod expressions;
pub mod names;
pub mod policies;
pub mod spelling;
pub mod tests;
pub mod types;
pub mod unions;

use policy_syntax::{Diagnostic, Location};

/// Something that was found, which knows how to say it.
pub trait Finding {
    /// The diagnostic for this finding at `at`.
    fn render(self, at: Location) -> Diagnostic;
}

/// `a`, `a and b`, `a, b and c`, each in backquotes; at most `most`, then how many more there are.
pub(crate) fn quoted_list<S: AsRef<str>>(names: &[S], most: usize) -> String {
    let shown: Vec<String> = names.iter().take(most).map(|n| format!("`{}`", n.as_ref())).collect();
    let more = names.len().saturating_sub(most);
    match (shown.split_last(), more) {
        (None, _) => String::new(),
        (Some((last, [])), 0) => last.clone(),
        (Some((last, rest)), 0) => format!("{} and {last}", rest.join(", ")),
        (Some(_), more) => format!("{} and {more} more", shown.join(", ")),
    }
}
