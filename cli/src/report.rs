//! Findings about sources, written for people and for machines.

pub(crate) mod github;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod sarif;
pub(crate) mod tests;

use clap::ValueEnum;
use policy_project::Files;
use policy_syntax::{Diagnostic, Severity};

/// How many findings are shown to people before the rest is only counted.
pub(crate) const MAX_SHOWN: usize = 50;

/// A form for findings and decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// For people.
    Human,
    /// JSON.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
}

/// `1 error`, `2 errors`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// How many findings there are of each kind.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
    pub(crate) notes: usize,
}

impl Counts {
    pub(crate) fn of(found: &[Diagnostic]) -> Self {
        let number = |severity| found.iter().filter(|one| one.severity == severity).count();
        Self {
            errors: number(Severity::Error),
            warnings: number(Severity::Warning),
            notes: number(Severity::Note),
        }
    }
}

/// Findings in a machine's form; none for people, who are served by [`human::findings`].
pub(crate) fn machine(form: Form, found: &[Diagnostic], files: &Files) -> Option<String> {
    match form {
        Form::Human => None,
        Form::Json => Some(json::findings(found, files)),
        Form::Sarif => Some(sarif::findings(found, files)),
        Form::Github => Some(github::findings(found, files)),
    }
}
