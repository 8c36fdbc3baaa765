//! The one diagnostic type of the project: plain data that every front end draws in its own way.
//!
//! Each crate that finds something keeps an enum of its own kinds, with the data that belongs to each, and renders a kind to a
//! [`Diagnostic`] in one place. Codes `P0001` to `P0099` belong to this crate.

use std::fmt;
use std::str::FromStr;

use crate::span::Location;

/// A stable code; `Code(12)` prints as `P0012`. Its page is `docs/diagnostics/P0012.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u16);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "P{:04}", self.0)
    }
}

/// A text that is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoCode;

impl fmt::Display for NoCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a diagnostic code is `P` and four digits")
    }
}

impl std::error::Error for NoCode {}

impl FromStr for Code {
    type Err = NoCode;

    /// Reads `P0012` (or `p0012`).
    fn from_str(text: &str) -> Result<Self, NoCode> {
        let digits = text.strip_prefix(['P', 'p']).ok_or(NoCode)?;
        if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NoCode);
        }
        digits.parse().map(Code).map_err(|_| NoCode)
    }
}

/// How bad it is; the worst sorts first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The file cannot be used as it is.
    Error,
    /// Probably a mistake.
    Warning,
    /// Worth knowing.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

/// Whether an edit may be applied without a look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// The edit gives what the author meant.
    Safe,
    /// The edit gives valid text, perhaps not what was meant.
    MaybeWrong,
}

/// A way to mend the finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the edit does, as an imperative: "write `a != b`".
    pub title: String,
    /// Replacements, each a place and its new text; they never overlap.
    pub edits: Vec<(Location, String)>,
    /// Whether a tool may apply it unasked.
    pub applicability: Applicability,
}

/// One finding about source text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence that stands alone without the source beside it.
    pub message: String,
    /// Where.
    pub primary: Location,
    /// A few words to stand below the primary place.
    pub label: Option<String>,
    /// Other places that explain it, each with its words.
    pub secondary: Vec<(Location, String)>,
    /// Why it is so.
    pub notes: Vec<String>,
    /// How to mend it, in words.
    pub help: Vec<String>,
    /// How to mend it, as edits.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// A diagnostic with nothing but its message and place.
    #[must_use]
    pub fn new(code: Code, severity: Severity, primary: Location, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            primary,
            label: None,
            secondary: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// An error with nothing but its message and place.
    #[must_use]
    pub fn error(code: Code, primary: Location, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, primary, message)
    }

    /// A warning with nothing but its message and place.
    #[must_use]
    pub fn warning(code: Code, primary: Location, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, primary, message)
    }

    /// With words below the primary place.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// With another place that explains it.
    #[must_use]
    pub fn with_secondary(mut self, at: Location, words: impl Into<String>) -> Self {
        self.secondary.push((at, words.into()));
        self
    }

    /// With a reason.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// With a way to mend it, in words.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// With a way to mend it that replaces one place.
    #[must_use]
    pub fn with_fix(
        self,
        title: impl Into<String>,
        at: Location,
        text: impl Into<String>,
        applicability: Applicability,
    ) -> Self {
        self.with_edits(title, vec![(at, text.into())], applicability)
    }

    /// With a way to mend it that replaces several places.
    #[must_use]
    pub fn with_edits(
        mut self,
        title: impl Into<String>,
        edits: Vec<(Location, String)>,
        applicability: Applicability,
    ) -> Self {
        self.fixes.push(Fix { title: title.into(), edits, applicability });
        self
    }

    /// The order in which diagnostics are shown: file, place, then code and message.
    #[must_use]
    pub fn order(&self, other: &Self) -> std::cmp::Ordering {
        (self.primary, self.code, &self.message).cmp(&(other.primary, other.code, &other.message))
    }
}

/// Sorts into source order, the order in which diagnostics are always shown.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(Diagnostic::order);
}
