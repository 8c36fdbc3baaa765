//! The files of the repository.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// The repository's own files.
pub(crate) struct Tree {
    root: PathBuf,
}

/// Folders that hold nothing of ours.
const SKIPPED: &[&str] = &[".git", "target", "node_modules", "fuzz-corpus"];

impl Tree {
    /// The repository around this crate.
    pub(crate) fn find() -> Option<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.to_path_buf();
        root.join("Cargo.toml").is_file().then_some(Self { root })
    }

    /// A path below the root.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The text of a file; none where it cannot be read as text.
    pub(crate) fn read(&self, relative: &str) -> Option<String> {
        std::fs::read_to_string(self.path(relative)).ok()
    }

    /// Relative paths of all files, in order, with `/` between parts.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut files: Vec<String> = WalkDir::new(&self.root)
            .into_iter()
            .filter_entry(|entry| entry.file_name().to_str().is_some_and(|name| !SKIPPED.contains(&name)))
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_file())
            .filter_map(|entry| {
                Some(entry.path().strip_prefix(&self.root).ok()?.to_str()?.replace('\\', "/"))
            })
            .collect();
        files.sort();
        files
    }
}
