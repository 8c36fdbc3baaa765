//! Running tests again when files change.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use policy_testing::{Workspace, affected};

use super::{Arguments, one, open, output};
use crate::exit::Exit;
use crate::terminal::Terminal;

/// How long to wait between looks.
const PAUSE: Duration = Duration::from_millis(200);

/// What files were like when they were last looked at.
type Look = BTreeMap<PathBuf, (SystemTime, u64)>;

/// Runs the tests, and what a change can affect whenever there is one, until nobody reads the output any more.
pub(super) fn watch(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let [project] = arguments.projects.as_slice() else {
        terminal.complain("--watch is for one project");
        return Exit::NoAnswer;
    };
    let mut changed: Option<Vec<PathBuf>> = None;
    loop {
        let before = look(project);
        if let Some(workspace) = open(project, terminal) {
            again(arguments, &workspace, changed.as_deref(), terminal);
        }
        terminal.line("waiting for a change");
        terminal.flush();
        if terminal.closed() {
            return Exit::Good;
        }
        changed = Some(loop {
            std::thread::sleep(PAUSE);
            let now = look(project);
            let touched = differing(&before, &now);
            if !touched.is_empty() {
                break touched;
            }
        });
    }
}

fn again(arguments: &Arguments, workspace: &Workspace, changed: Option<&[PathBuf]>, terminal: &mut Terminal) {
    let only = changed.and_then(|paths| {
        let below = |path: &PathBuf| path.strip_prefix(&workspace.project.root).ok().map(Path::to_path_buf);
        let paths: Option<Vec<PathBuf>> = paths.iter().map(below).collect();
        affected::tests(workspace, &paths?)
    });
    let told = only.as_ref().map(Vec::len);
    match one(arguments, workspace, only, terminal) {
        Ok(Some(tested)) => {
            output::write(arguments, &tested.results, &tested.files, terminal);
        }
        Ok(None) if told == Some(0) => terminal.line("no test depends on what changed"),
        Ok(None) => terminal.line("the project has no test"),
        Err(_) => {}
    }
}

fn look(project: &Path) -> Look {
    let root = if project.is_dir() { project } else { project.parent().unwrap_or(project) };
    let root = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
    let hidden =
        |entry: &walkdir::DirEntry| entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.');
    let entries = walkdir::WalkDir::new(root).into_iter().filter_entry(|entry| !hidden(entry)).flatten();
    let files = entries.filter(|entry| entry.file_type().is_file());
    files
        .filter_map(|entry| {
            let meta = entry.metadata().ok()?;
            Some((entry.into_path(), (meta.modified().ok()?, meta.len())))
        })
        .collect()
}

fn differing(before: &Look, now: &Look) -> Vec<PathBuf> {
    let all = before.keys().chain(now.keys().filter(|path| !before.contains_key(*path)));
    all.filter(|path| before.get(*path) != now.get(*path)).cloned().collect()
}
