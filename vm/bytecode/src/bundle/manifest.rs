//! What a bundle says of itself.

use crate::program::Mode;

/// What a bundle says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The project's name.
    pub name: String,
    /// The project's version.
    pub version: Option<String>,
    /// The semantics that it was compiled for, for example `"2027"`.
    pub edition: String,
    /// The compiler that wrote it, with its version.
    pub compiler: String,
    /// The policies that hosts ask, in the order of their names.
    pub entries: Vec<Entry>,
    /// What the deployment makes of the modes of policies and rules, by qualified name.
    pub modes: Vec<(String, Mode)>,
    /// Limits of a decision.
    pub limits: Limits,
    /// The projects that it was built with, in the order of their names.
    pub dependencies: Vec<Dependency>,
    /// The documents of the section `data`, in its order.
    pub documents: Vec<Document>,
    /// The static cost of policies, as formulas for people, in the order of policies.
    pub costs: Vec<Cost>,
}

/// A policy that hosts ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name under which hosts ask for it.
    pub name: String,
    /// Its qualified name.
    pub policy: String,
    /// Whether a host may go on where the policy does not speak of an input.
    pub not_applicable_proceeds: bool,
}

/// Limits of a decision; none where the machine's default holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Units of fuel.
    pub fuel: Option<u64>,
    /// Bytes of values and text.
    pub memory: Option<u64>,
    /// Bytes of an input.
    pub input: Option<u64>,
}

/// A project that a bundle was built with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// The digest of its files.
    pub digest: [u8; 32],
}

/// A document that comes with a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What it is.
    pub kind: DocumentKind,
    /// The qualified name of a data item or the name of a parameter; of entities a name for messages.
    pub name: String,
    /// Its bytes.
    pub length: u64,
    /// The digest of its bytes.
    pub digest: [u8; 32],
}

/// What a document is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentKind {
    /// The value of a data item.
    Data,
    /// A part of the entity store.
    Entities,
    /// The value of a parameter of an entry.
    Parameter {
        /// The entry.
        entry: String,
    },
}

/// The static cost of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The qualified name of the policy.
    pub policy: String,
    /// The steps that a decision takes at most, as a formula over the sizes of its input.
    pub steps: String,
}

/// A file that a bundle was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Material {
    /// Its path, relative to the project, with `/` between parts.
    pub path: String,
    /// The digest of its bytes.
    pub digest: [u8; 32],
}
