//! Paths as the user sees them: from the folder where the command runs.

use std::path::{Path, PathBuf};

use policy_project::load::slashed;
use policy_project::{Files, Project, SourceFile};

/// What stands before a path of the project to make it one from the current folder; it ends in `/` or is empty.
pub(crate) fn prefix(project: &Project) -> String {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    here.map_or_else(|_| String::new(), |here| between(&here, &project.root))
}

fn between(here: &Path, root: &Path) -> String {
    if let Ok(below) = root.strip_prefix(here) {
        let below = slashed(below);
        return if below.is_empty() { below } else { format!("{below}/") };
    }
    if let Ok(above) = here.strip_prefix(root) {
        return "../".repeat(above.components().count());
    }
    format!("{}/", PathBuf::from(root).display())
}

/// The files of the project under the paths that the user sees.
pub(crate) fn files(project: &Project) -> Files {
    let prefix = prefix(project);
    let mut files = Files::default();
    for (_, file) in project.files.iter() {
        files.add(SourceFile::new(join(&prefix, &file.path), file.text.clone()));
    }
    files
}

/// A path of the project, perhaps with line and column behind it, from the current folder.
pub(crate) fn join(prefix: &str, path: &str) -> String {
    tidy(&format!("{prefix}{path}"))
}

/// A path without the folders that `..` leaves again.
fn tidy(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match (part, parts.last()) {
            ("..", Some(&last)) if last != ".." && !last.is_empty() => {
                parts.pop();
            }
            (part, _) => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_where_the_command_runs() {
        let ask = |here: &str, root: &str| between(Path::new(here), Path::new(root));
        assert_eq!(ask("/a/b", "/a/b"), "");
        assert_eq!(ask("/a", "/a/b/c"), "b/c/");
        assert_eq!(ask("/a/b/c", "/a"), "../../");
        assert_eq!(ask("/x", "/a/b"), "/a/b/");
        assert_eq!(tidy("team/../base/a.policy"), "base/a.policy");
        assert_eq!(tidy("../../base/a.policy"), "../../base/a.policy");
        assert_eq!(tidy("/a/b/../../c/x"), "/c/x");
    }
}
