//! The sources of the standard library as files that an editor can open.

use std::path::{Path, PathBuf};

use policy_syntax::FileId;

use crate::analysis::Analysis;

fn folder() -> PathBuf {
    std::env::temp_dir().join(format!("policyc-library-{}", env!("CARGO_PKG_VERSION")))
}

/// Where a module of the library stands as a file; it is written where it does not.
pub(crate) fn written(module: &str, text: &str) -> Option<PathBuf> {
    let path = folder().join(format!("{}.policy", module.replace('.', "/")));
    if std::fs::read_to_string(&path).is_ok_and(|there| there == text) {
        return Some(path);
    }
    std::fs::create_dir_all(path.parent()?).ok()?;
    std::fs::write(&path, text).ok()?;
    Some(path)
}

/// The module of the library that stands at a path.
pub(crate) fn file(analysis: &Analysis, path: &Path) -> Option<FileId> {
    let below = path.strip_prefix(folder()).ok()?.with_extension("");
    let name = policy_project::load::slashed(&below).replace('/', ".");
    analysis.workspace.checked.modules.iter().find(|m| m.std && m.name == name).map(|m| m.file)
}
