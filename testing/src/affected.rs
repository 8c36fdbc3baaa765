//! Which tests a change can affect.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::reach::Reach;
use crate::workspace::Workspace;

/// The positions of the tests that files, by their paths below the project, can affect; none where that is all of them: a file
/// that is no source may be read by any test.
#[must_use]
pub fn tests(workspace: &Workspace, changed: &[PathBuf]) -> Option<Vec<usize>> {
    let mut files = BTreeSet::new();
    for path in changed {
        let shown = path.to_string_lossy().replace('\\', "/");
        let (id, _) = workspace.project.files.iter().find(|(_, file)| file.path == shown)?;
        if !shown.ends_with(".policy") {
            return None;
        }
        files.insert(id);
    }
    let hir = &workspace.checked.hir;
    // An exception counts in whatever asks the policy that it is for.
    let tests = hir.tests.iter().enumerate();
    let touched = tests.filter(|(_, test)| !Reach::of_test(hir, test).files().is_disjoint(&files));
    Some(touched.map(|(at, _)| at).collect())
}
