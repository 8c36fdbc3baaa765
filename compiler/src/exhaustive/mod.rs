//! Whether the arms of a `match` take every value, and whether each arm can still take one.
//!
//! The question is put column by column: a type has a few *heads* (its variants, `true` and `false`, absent, the
//! constants that the arms name, and "any other"), and each row of patterns is kept for the heads that it takes.

mod flat;
mod heads;
mod search;
#[cfg(test)]
mod tests;

use policy_syntax::{Code, Diagnostic, Location};

use crate::code::codes;
use crate::hir::{Arm, MatchPattern, Ty, Types};

use search::{Row, Search};

codes! {
    MISSING_ARMS = 540, "`match` that does not take every value";
}

/// What the arms of a `match` leave over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Values that no arm takes, as an author would write them as patterns; at most [`MOST_MISSING`].
    pub missing: Vec<String>,
    /// Whether more is missing than is listed.
    pub more: bool,
    /// Whether an `else` is the only way to take what is missing: the values have no end.
    pub needs_else: bool,
    /// Patterns that can never be the first to fit: the arm, and the alternative in it.
    pub unreachable: Vec<(usize, usize)>,
}

/// How many missing values are listed.
pub const MOST_MISSING: usize = 5;

/// Beyond so many patterns no further one is looked at for whether it can be reached.
const MOST_PATTERNS: usize = 2_000;

/// Looks at the patterns of a `match` on a value of type `ty`: for each arm its alternatives. Where more is known of the
/// value, `left` are the variants of its enum or union that it can still be.
#[must_use]
pub fn coverage(types: &Types, (ty, left): (Ty, Option<&[u32]>), arms: &[&[MatchPattern]]) -> Coverage {
    if let Some(found) = flat::coverage(types, ty, left, arms) {
        return found;
    }
    let mut found = Coverage::default();
    let mut rows: Vec<Row<'_>> = Vec::new();
    for (i, alternatives) in arms.iter().enumerate() {
        for (j, pattern) in alternatives.iter().enumerate() {
            let row = vec![pattern];
            if rows.len() < MOST_PATTERNS && !Search::new(types).useful(&[ty], &rows, &row) {
                found.unreachable.push((i, j));
            }
            rows.push(row);
        }
    }
    let mut search = Search::new(types);
    let all = search.missing(&[ty], &rows);
    found.needs_else = search.open;
    found.more = all.len() > MOST_MISSING || search.cut;
    found.missing = all.into_iter().take(MOST_MISSING).map(|mut row| row.pop().unwrap_or_default()).collect();
    found
}

/// The diagnostic for a `match` at `location` that does not take every value, where that is so.
#[must_use]
pub fn missing_arms(
    types: &Types,
    ty: (Ty, Option<&[u32]>),
    arms: &[Arm],
    location: Location,
) -> Option<Diagnostic> {
    let patterns: Vec<&[MatchPattern]> = arms.iter().map(|arm| arm.patterns.as_slice()).collect();
    let coverage = coverage(types, ty, &patterns);
    if coverage.missing.is_empty() {
        return coverage.more.then(|| {
            Diagnostic::error(
                MISSING_ARMS,
                location,
                "this `match` is too large to tell whether it takes every value",
            )
            .with_label("too many combinations of patterns")
            .with_help("end it with `else => …`")
        });
    }
    let listed: Vec<String> = coverage.missing.iter().map(|name| format!("`{name}`")).collect();
    let names = if coverage.more { format!("{} and more", listed.join(", ")) } else { listed.join(", ") };
    let only_else = coverage.missing == ["else"];
    let message = if only_else {
        "this `match` has no arm for values other than those it names".to_owned()
    } else {
        format!("this `match` has no arm for {names}")
    };
    let diagnostic = Diagnostic::error(MISSING_ARMS, location, message)
        .with_label(if only_else { "`else` is missing".to_owned() } else { format!("{names} missing") })
        .with_note(
            "a `match` gives a value whatever it looks at, so that no input is left without an answer",
        );
    Some(if only_else || coverage.needs_else {
        diagnostic.with_help("end it with `else => …`")
    } else {
        diagnostic.with_help(format!("add an arm for {names}, or end it with `else => …`"))
    })
}

/// The code of a `match` that leaves values over.
#[must_use]
pub fn code() -> Code {
    MISSING_ARMS
}
