//! `policy.toml`.

mod read;

use std::collections::BTreeMap;

use policy_syntax::{Diagnostic, FileId, Location};

/// The name of the file that makes a folder a project.
pub const FILE_NAME: &str = "policy.toml";

/// The edition of the language that this release speaks.
pub const EDITION: &str = "2027";

/// A value and the place where it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Location,
}

/// What `policy.toml` says. What it does not say has its default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// `name`.
    pub name: String,
    /// `version`.
    pub version: Option<String>,
    /// `edition`.
    pub edition: String,
    /// `sources`: folders that hold modules, relative to the project.
    pub sources: Vec<At<String>>,
    /// `data`: the folder that holds data files, relative to the project.
    pub data: At<String>,
    /// `[entities]` `file`, `files`: files that hold the entity store, relative to the project.
    pub entities: Vec<At<String>>,
    /// `[entry.NAME]`, in the order of their names.
    pub entries: BTreeMap<String, Entry>,
    /// `[lints]`.
    pub lints: BTreeMap<String, At<LintLevel>>,
    /// `[limits]`.
    pub limits: Limits,
    /// `[test]`.
    pub test: TestSettings,
}

/// A policy that hosts ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `policy`: the qualified name.
    pub policy: At<String>,
    /// `not_applicable = "proceed"`.
    pub not_applicable_proceeds: bool,
}

/// How much a lint counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LintLevel {
    /// Not reported.
    Allow,
    /// A warning.
    Warn,
    /// An error.
    Deny,
}

/// Limits of a decision; none where the machine's default holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// `fuel`: steps.
    pub fuel: Option<u64>,
    /// `memory`: bytes.
    pub memory: Option<u64>,
    /// `input`: bytes.
    pub input: Option<u64>,
}

/// How tests run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestSettings {
    /// `threads`; none for as many as the machine has.
    pub threads: Option<u64>,
}

impl Default for Manifest {
    fn default() -> Self {
        let nowhere = |value: &str| At { value: value.to_owned(), place: Location::default() };
        Self {
            name: "policies".to_owned(),
            version: None,
            edition: EDITION.to_owned(),
            sources: vec![nowhere("policies")],
            data: nowhere("data"),
            entities: Vec::new(),
            entries: BTreeMap::new(),
            lints: BTreeMap::new(),
            limits: Limits::default(),
            test: TestSettings::default(),
        }
    }
}

impl Manifest {
    /// Reads the text of a `policy.toml`. What is wrong is reported, and the rest is read all the same.
    #[must_use]
    pub fn parse(text: &str, file: FileId) -> (Self, Vec<Diagnostic>) {
        read::manifest(text, file)
    }
}

#[cfg(test)]
mod tests;
