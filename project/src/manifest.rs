//! `policy.toml`.

mod mutants;
mod read;
mod sections;

use std::collections::BTreeMap;

use policy_syntax::{Diagnostic, FileId, Location};

pub use mutants::{Explained, MutantSettings};

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
    /// `[dependencies]`, in the order of their names.
    pub dependencies: BTreeMap<String, Dependency>,
    /// `[modes]`: what the deployment makes of the modes of policies and rules, by qualified name.
    pub modes: BTreeMap<String, At<ModeLevel>>,
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
    /// `parameters`.
    pub parameters: Parameters,
    /// Where its name stands.
    pub place: Location,
}

/// Where the parameters of an entry's policy come from: files, relative to the project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Parameters {
    /// The entry binds none.
    #[default]
    None,
    /// One file holds them all: an object by their names.
    File(At<String>),
    /// A file for each.
    Files(BTreeMap<String, At<String>>),
}

impl Parameters {
    /// The files.
    pub fn files(&self) -> impl Iterator<Item = &At<String>> {
        let (one, many) = match self {
            Self::None => (None, None),
            Self::File(file) => (Some(file), None),
            Self::Files(files) => (None, Some(files.values())),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }
}

/// Another project whose modules this one uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// `path`, the folder of its `policy.toml`, or `bundle`, a file; relative to this one.
    pub path: At<String>,
    /// Whether that is a bundle.
    pub bundle: bool,
    /// `version`: the versions that will do.
    pub version: Option<At<semver::VersionReq>>,
    /// Where its name stands.
    pub place: Location,
}

/// How much a policy or rule counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModeLevel {
    /// Recorded only.
    Observe,
    /// Told as a warning.
    Advise,
    /// Decides.
    Enforce,
}

impl ModeLevel {
    /// All of them, the weakest first.
    pub const ALL: [Self; 3] = [Self::Observe, Self::Advise, Self::Enforce];

    /// Its name in sources and in `policy.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Advise => "advise",
            Self::Enforce => "enforce",
        }
    }

    /// The mode of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
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
    /// `steps`: the static bound that an entry may have at the declared sizes of its input.
    pub steps: Option<u64>,
    /// `degree`: the degree that the static bound may have in the sizes of the input.
    pub degree: Option<u64>,
}

/// How tests run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestSettings {
    /// `threads`; none for as many as the machine has.
    pub threads: Option<u64>,
    /// `cases`: how many samples a property is tried on.
    pub cases: Option<u64>,
    /// `[test.coverage]`: the least shares that tests must reach, in percent, in the order of their names.
    pub coverage: BTreeMap<&'static str, At<u64>>,
    /// `[test.mutants]`.
    pub mutants: MutantSettings,
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
            dependencies: BTreeMap::new(),
            modes: BTreeMap::new(),
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
