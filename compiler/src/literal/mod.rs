//! Literals that have a syntax of their own: from their text to a constant.
//!
//! Every reader takes the text between the quotes (or after `@`) and gives a [`Const`], or a [`LiteralError`] whose place is a
//! range of bytes inside that text. The readers are the same for every position in the source: [`check`] puts the
//! place into the file.

pub mod codes;
mod date;
mod decimal;
mod duration;
mod int;
mod ip;
mod pattern;
mod regex;
mod scan;
mod semver;
#[cfg(test)]
mod tests;
mod time;

use std::ops::Range;

use policy_syntax::ast::{CheckedKind, CheckedLit};
use policy_syntax::{Applicability, Code, Diagnostic, FileId, Location, Span};

use crate::hir::Const;

pub use decimal::decimal;
pub use int::int;

/// What is wrong inside a literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiteralError {
    /// The code of the mistake.
    pub code: Code,
    /// Which bytes of the literal's text are meant; empty at its end where something is missing.
    pub at: Range<usize>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// A few words to stand below the place.
    pub label: String,
    /// Why it is so.
    pub note: Option<String>,
    /// How to mend it, in words.
    pub help: Option<String>,
    /// How to mend it: what the edit does, the whole new text of the literal, and whether a tool may apply it unasked.
    pub fix: Option<(String, String, Applicability)>,
}

impl LiteralError {
    fn new(code: Code, at: Range<usize>, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self { code, at, message: message.into(), label: label.into(), note: None, help: None, fix: None }
    }

    fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn replace(mut self, text: impl Into<String>, applicability: Applicability) -> Self {
        let text = text.into();
        self.fix = Some((format!("write `{text}`"), text, applicability));
        self
    }

    /// The diagnostic for a literal whose text stands at `body` in `file`.
    #[must_use]
    pub fn into_diagnostic(self, file: FileId, body: Span) -> Diagnostic {
        let offset = |n: usize| body.lo.saturating_add(u32::try_from(n).unwrap_or(u32::MAX)).min(body.hi);
        let place = Location::new(file, Span::new(offset(self.at.start), offset(self.at.end)));
        let mut diagnostic = Diagnostic::error(self.code, place, self.message).with_label(self.label);
        diagnostic.notes.extend(self.note);
        diagnostic.help.extend(self.help);
        if let Some((title, text, applicability)) = self.fix {
            diagnostic = diagnostic.with_fix(title, Location::new(file, body), text, applicability);
        }
        diagnostic
    }
}

/// Reads the text of a literal.
///
/// # Errors
/// What is wrong with it, and where.
///
/// ```
/// use policy_compiler::{hir::Const, literal};
/// use policy_syntax::ast::CheckedKind;
///
/// assert_eq!(literal::parse(CheckedKind::Ip, "::ffff:10.0.0.1"), Ok(Const::Ip([10, 0, 0, 1].into())));
/// let error = literal::parse(CheckedKind::Cidr, "10.0.0.0/33").unwrap_err();
/// assert_eq!(error.at, 9..11);
/// ```
pub fn parse(kind: CheckedKind, text: &str) -> Result<Const, LiteralError> {
    match kind {
        CheckedKind::Regex => regex::regex(text),
        CheckedKind::Glob => pattern::glob(text),
        CheckedKind::Wildcard => pattern::wildcard(text),
        CheckedKind::Cidr => ip::cidr(text),
        CheckedKind::Ip => ip::ip(text),
        CheckedKind::SemVer => semver::version(text),
        CheckedKind::SemVerRange => semver::range(text),
        CheckedKind::Duration => duration::duration(text),
        CheckedKind::Timestamp => time::timestamp(text),
        CheckedKind::Date => date::date(text),
        CheckedKind::TimeOfDay => time::time_of_day(text),
    }
}

/// Reads a literal of the syntax tree.
///
/// # Errors
/// The diagnostic, at its place in `file`.
pub fn check(literal: &CheckedLit, file: FileId) -> Result<Const, Box<Diagnostic>> {
    parse(literal.kind, &literal.body)
        .map_err(|error| Box::new(error.into_diagnostic(file, literal.body_span)))
}

/// The text of a literal as messages show it: cut where it is long.
fn shown(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST {
        return format!("`{text}`");
    }
    let cut: String = text.chars().take(MOST).collect();
    format!("`{cut}…`")
}
