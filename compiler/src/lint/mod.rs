//! What is allowed and probably not meant.
//!
//! One file a lint, one table of all of them ([`table::LINTS`]). A lint looks at the syntax trees or at the typed
//! representation and reports; whether a finding is an error, a warning or nothing is settled afterwards, by the
//! project's [`Levels`] and by `@allow(lint, "reason")` on the item or statement around it.

mod allow;
mod coalesce;
mod condition;
mod exceptions;
mod level;
mod naming;
mod operand;
mod other;
mod patterns;
mod reach;
mod report;
mod rules;
mod scope;
pub mod table;
#[cfg(test)]
mod tests;
mod transforms;
mod unused;

use policy_bytecode::scalar::Timestamp;
use policy_syntax::ast::Ast;
use policy_syntax::{Diagnostic, FileId, Location, Span};

use crate::checked::Checked;
use crate::constant::Known;
use crate::deep;
use crate::hir::Hir;

pub use level::{Level, Levels};
pub use table::{LINTS, Lint};

use report::Reporter;

/// One module to look at. Modules of the standard library are not.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The file.
    pub file: FileId,
    /// Its text.
    pub text: &'a str,
    /// Its tree.
    pub ast: &'a Ast,
}

/// What lints look at.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The modules of the project.
    pub modules: &'a [Source<'a>],
    /// What they mean; parts that could not be checked are left alone.
    pub hir: &'a Hir,
    /// What was found before: a damaged part is no ground for a lint.
    pub found: &'a [Diagnostic],
    /// What the project says about lints.
    pub levels: &'a Levels,
}

impl<'a> Input<'a> {
    /// The module of a file; none for the standard library.
    fn source(&self, file: FileId) -> Option<&'a Source<'a>> {
        self.modules.iter().find(|source| source.file == file)
    }

    /// Whether something was found inside `span`: what it says goes before a lint.
    fn reported(&self, file: FileId, span: Span) -> bool {
        self.found
            .iter()
            .any(|diagnostic| diagnostic.primary.file == file && span.encloses(diagnostic.primary.span))
    }

    /// Whether an error was found inside `span`.
    fn damaged(&self, file: FileId, span: Span) -> bool {
        self.found.iter().any(|diagnostic| {
            diagnostic.severity == policy_syntax::Severity::Error
                && diagnostic.primary.file == file
                && span.lo <= diagnostic.primary.span.lo
                && diagnostic.primary.span.lo <= span.hi
        })
    }
}

impl Source<'_> {
    fn at(&self, span: Span) -> Location {
        Location::new(self.file, span)
    }
}

/// Runs every lint on the project's modules of what was checked. The findings are in source order.
///
/// Like [`crate::check`] it runs where the caller's stack does not matter.
///
/// ```
/// use policy_compiler::{Sources, check, lint};
///
/// let mut sources = Sources::default();
/// sources.add("a.policy", "module a\n\nlet unused = 1\n");
/// let found = lint::run(&check(&sources), &lint::Levels::default());
/// assert_eq!(found[0].message, "`unused` is never used");
/// ```
#[must_use]
pub fn run(checked: &Checked, levels: &Levels) -> Vec<Diagnostic> {
    let modules = modules(checked);
    let input = Input { modules: &modules, hir: &checked.hir, found: &checked.diagnostics, levels };
    deep::run(
        "policy-lint",
        || check(&input),
        || {
            vec![Diagnostic::error(
                crate::checked::INTERNAL,
                Location::default(),
                "looking for lints failed on these sources; this is a bug in policyc",
            )]
        },
    )
}

/// The exceptions whose time is over at `now`, as the checker, which has no clock, cannot tell. A finding of the lint
/// `lapsed_exception` each, in source order.
#[must_use]
pub fn lapsed(checked: &Checked, levels: &Levels, now: Timestamp) -> Vec<Diagnostic> {
    let modules = modules(checked);
    let input = Input { modules: &modules, hir: &checked.hir, found: &checked.diagnostics, levels };
    exceptions::lapsed(&input, now)
}

fn modules(checked: &Checked) -> Vec<Source<'_>> {
    checked
        .modules
        .iter()
        .filter(|module| !module.std)
        .map(|module| Source { file: module.file, text: &module.text, ast: &module.ast })
        .collect()
}

/// Runs every lint. The findings are in source order.
#[must_use]
pub fn check(input: &Input<'_>) -> Vec<Diagnostic> {
    let mut reporter = Reporter::default();
    let known = Known::of(input.hir);
    for check in table::CHECKS {
        check(input, &known, &mut reporter);
    }
    reporter.finish(input)
}

/// A piece of source on one line, cut where it is long.
fn shorten(text: &str) -> String {
    const MOST: usize = 60;
    let line = text
        .get(..text.floor_char_boundary(8 * MOST))
        .unwrap_or("")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    if line.chars().count() <= MOST {
        return line;
    }
    let cut: String = line.chars().take(MOST).collect();
    format!("{cut}…")
}
