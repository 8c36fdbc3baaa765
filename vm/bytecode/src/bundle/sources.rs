//! The files that a bundle was made from, so that projects can depend on it without having its repository.

use super::codec;
use super::container::Container;
use super::error::DecodeError;
use super::{DEBUG, SOURCES};

/// A project among those that a bundle was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The name that its `policy.toml` gives it.
    pub name: String,
    /// Its `policy.toml`, modules and data files, in the order of their paths.
    pub files: Vec<Source>,
}

/// A file of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its path, relative to the project, with `/` between parts.
    pub path: String,
    /// Its bytes; of data in another format than CSV and TSV the content as JSON text.
    pub bytes: Vec<u8>,
}

/// The project that a bundle was made from, and then all that it depends on; none where the bundle holds no files.
/// Nothing is said about whether they are what its code was made from.
///
/// # Errors
/// They lie beside, or cannot be decoded.
pub fn sources(container: &Container<'_>) -> Result<Option<Vec<Package>>, DecodeError> {
    let Some(bytes) = container.content(SOURCES)? else { return Ok(None) };
    codec::read_sources(&bytes).map(Some).ok_or(DecodeError::Section(SOURCES))
}

/// Whether a section is for people and tools alone, who may look for it beside the bundle.
#[must_use]
pub fn explains(section: &str) -> bool {
    [DEBUG, super::MATERIALS, SOURCES].contains(&section)
}
