//! The examples, in folders of their own.

use std::path::{Path, PathBuf};

pub(crate) fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples")
}

/// A copy of an example, and its sources.
pub(crate) fn copied(example: &str) -> (tempfile::TempDir, Vec<PathBuf>) {
    fn copy(from: &Path, to: &Path, sources: &mut Vec<PathBuf>) {
        std::fs::create_dir_all(to).unwrap();
        let mut entries: Vec<PathBuf> = std::fs::read_dir(from).unwrap().map(|e| e.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            let there = to.join(path.file_name().unwrap());
            if path.is_dir() {
                copy(&path, &there, sources);
            } else {
                std::fs::copy(&path, &there).unwrap();
                if path.extension().is_some_and(|e| e == "policy") {
                    sources.push(there.canonicalize().unwrap());
                }
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let mut sources = Vec::new();
    copy(&examples().join(example), folder.path(), &mut sources);
    (folder, sources)
}
