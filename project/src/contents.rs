//! Digests of what a project is made of.

use policy_bytecode::bundle;
use sha2::{Digest as _, Sha256};

use crate::load::Project;

/// A SHA-256.
pub type ContentDigest = [u8; 32];

impl Project {
    /// The digest of a package, by its position: of its `policy.toml`, sources and data, each with its path below the
    /// package. Where the package stands is no part of it.
    #[must_use]
    pub fn package_digest(&self, at: usize) -> ContentDigest {
        let mut hash = Sha256::new();
        for (path, bytes) in self.package_files(at) {
            hash.update((path.len() as u64).to_le_bytes());
            hash.update(path.as_bytes());
            hash.update(Sha256::digest(bytes));
        }
        hash.finalize().into()
    }

    /// The `policy.toml`, sources and data of a package, in the order of their paths, which are relative to it. Of data in
    /// another format than CSV and TSV the content, as JSON text.
    fn package_files(&self, at: usize) -> Vec<(&str, &[u8])> {
        let mut parts: Vec<(&str, &[u8])> = Vec::new();
        let Some(package) = self.packages.get(at) else { return parts };
        let manifest_file = if at == 0 { self.manifest_file } else { package.manifest_file };
        let modules = self.modules.iter().filter(|module| module.package == at).map(|module| module.file);
        for file in manifest_file.into_iter().chain(modules).filter_map(|id| self.files.get(id)) {
            let path = file.path.strip_prefix(&package.shown).unwrap_or(&file.path);
            parts.push((path, file.text.as_bytes()));
        }
        for file in self.data.iter().filter(|file| file.package == at) {
            let path = file.path.strip_prefix(&package.shown).unwrap_or(&file.path);
            parts.push((path, file.table.as_deref().unwrap_or(&file.json)));
        }
        parts.sort_unstable();
        parts
    }

    /// The files of all packages, for projects that depend on a bundle of this one.
    #[must_use]
    pub fn shipped_sources(&self) -> Vec<bundle::Package> {
        let packages = self.packages.iter().enumerate();
        packages
            .map(|(at, package)| {
                let files = self.package_files(at).into_iter();
                let files = files
                    .map(|(path, bytes)| bundle::Source { path: path.to_owned(), bytes: bytes.to_vec() });
                bundle::Package { name: package.name.clone(), files: files.collect() }
            })
            .collect()
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
