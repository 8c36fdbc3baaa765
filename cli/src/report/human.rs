//! Findings for people.

use policy_project::Files;
use policy_syntax::{Diagnostic, Severity};

use super::{Counts, count};
use crate::draw;
use crate::terminal::{Paint, painted};

/// The first `shown` findings drawn, errors before others where not all are shown, and how many there are besides.
pub(crate) fn findings(
    found: &[Diagnostic],
    files: &Files,
    colour: bool,
    width: usize,
    shown: usize,
) -> String {
    let mut chosen: Vec<&Diagnostic> = found.iter().collect();
    if chosen.len() > shown {
        // What stands in the way comes first; within each kind source order stays.
        chosen.sort_by_key(|one| one.severity != Severity::Error);
        chosen.truncate(shown);
        chosen.sort_by(|left, right| left.order(right));
    }
    let mut out = String::new();
    for one in &chosen {
        out.push_str(&draw::diagnostic(one, files, colour, width));
        out.push('\n');
    }
    let hidden = found.len() - chosen.len();
    if hidden > 0 {
        let (all, seen) = (Counts::of(found), Counts::of(&chosen.into_iter().cloned().collect::<Vec<_>>()));
        let parts =
            summary_of(all.errors - seen.errors, all.warnings - seen.warnings, all.notes - seen.notes);
        out.push_str(&painted(colour, Paint::Faint, &format!("… and {parts} that are not shown")));
        out.push_str("\n\n");
    }
    out
}

/// `2 errors, 1 warning`; empty where there is nothing.
pub(crate) fn summary(found: &[Diagnostic]) -> String {
    let counts = Counts::of(found);
    summary_of(counts.errors, counts.warnings, counts.notes)
}

fn summary_of(errors: usize, warnings: usize, notes: usize) -> String {
    [(errors, "error", "errors"), (warnings, "warning", "warnings"), (notes, "note", "notes")]
        .into_iter()
        .filter(|(number, _, _)| *number > 0)
        .map(|(number, one, many)| count(number, one, many))
        .collect::<Vec<_>>()
        .join(", ")
}
