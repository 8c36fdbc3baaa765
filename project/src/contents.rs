//! Digests of what a project is made of.

use sha2::{Digest as _, Sha256};

use crate::load::Project;

/// A SHA-256.
pub type ContentDigest = [u8; 32];

impl Project {
    /// The digest of a package, by its position: of its `policy.toml`, sources and data, each with its path below the
    /// package. Where the package stands is no part of it.
    #[must_use]
    pub fn package_digest(&self, at: usize) -> ContentDigest {
        let mut parts: Vec<(&str, ContentDigest)> = Vec::new();
        let Some(package) = self.packages.get(at) else { return [0; 32] };
        let manifest_file = if at == 0 { self.manifest_file } else { package.manifest_file };
        let modules = self.modules.iter().filter(|module| module.package == at).map(|module| module.file);
        for file in manifest_file.into_iter().chain(modules).filter_map(|id| self.files.get(id)) {
            let path = file.path.strip_prefix(&package.shown).unwrap_or(&file.path);
            parts.push((path, Sha256::digest(file.text.as_bytes()).into()));
        }
        for file in self.data.iter().filter(|file| file.package == at) {
            let path = file.path.strip_prefix(&package.shown).unwrap_or(&file.path);
            parts.push((path, Sha256::digest(file.table.as_deref().unwrap_or(&file.json)).into()));
        }
        parts.sort_unstable();
        let mut hash = Sha256::new();
        for (path, digest) in parts {
            hash.update((path.len() as u64).to_le_bytes());
            hash.update(path.as_bytes());
            hash.update(digest);
        }
        hash.finalize().into()
    }

    /// `policy.toml` and the sources of the project, with the digests of their texts, in the order of their paths.
    #[must_use]
    pub fn source_digests(&self) -> Vec<(String, ContentDigest)> {
        let files = self
            .files
            .iter()
            .map(|(_, file)| (file.path.clone(), Sha256::digest(file.text.as_bytes()).into()));
        let mut files: Vec<(String, ContentDigest)> = files.collect();
        files.sort_unstable();
        files
    }
}
