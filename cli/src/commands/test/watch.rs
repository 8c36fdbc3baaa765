//! Running tests again when files change.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use policy_testing::Workspace;
use policy_testing::affected::{self, Affected};

use super::{Arguments, one, open, output};
use crate::exit::Exit;
use crate::terminal::Terminal;

/// How long to wait between looks.
const PAUSE: Duration = Duration::from_millis(100);
/// So many files that changed are named.
const MAX_NAMED: usize = 4;

/// What files were like when they were last looked at.
type Look = BTreeMap<PathBuf, (SystemTime, u64)>;

/// What is known from one run to the next.
#[derive(Default)]
struct State {
    /// The folders to look at: the project's, and those of what it depends on.
    roots: BTreeSet<PathBuf>,
    /// The files that changed since the tests last ran; while the project has errors they only become more.
    changed: BTreeSet<PathBuf>,
    /// Whether the tests have run at all.
    ran: bool,
    /// The sources that hold exceptions.
    exceptions: BTreeSet<PathBuf>,
    /// What failed when it last ran.
    failing: BTreeSet<String>,
}

/// Runs the tests, and what a change can affect whenever there is one, until nobody reads the output any more.
pub(super) fn watch(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let [project] = arguments.projects.as_slice() else {
        terminal.complain("--watch is for one project");
        return Exit::NoAnswer;
    };
    let mut state = State::default();
    state.roots.insert(folder(project));
    let mut before = look(&state.roots, arguments);
    loop {
        if let Some(workspace) = open(project, terminal) {
            state.roots.extend(folders(&workspace));
            // What has just come into sight has not changed.
            for (path, seen) in look(&state.roots, arguments) {
                before.entry(path).or_insert(seen);
            }
            state.again(arguments, &workspace, terminal);
        }
        terminal.line("waiting for a change");
        terminal.flush();
        if terminal.closed() {
            return Exit::Good;
        }
        let now = changed(&before, &state.roots, arguments);
        state.changed.extend(differing(&before, &now));
        before = now;
    }
}

/// Waits until files have changed, and change no more: an editor may write several, or one in parts.
fn changed(before: &Look, roots: &BTreeSet<PathBuf>, arguments: &Arguments) -> Look {
    let mut last = before.clone();
    loop {
        std::thread::sleep(PAUSE);
        let now = look(roots, arguments);
        if now == last && now != *before {
            return now;
        }
        last = now;
    }
}

impl State {
    fn again(&mut self, arguments: &Arguments, workspace: &Workspace, terminal: &mut Terminal) {
        let root = workspace.project.root.canonicalize().unwrap_or_else(|_| workspace.project.root.clone());
        let below = |path: &PathBuf| path.strip_prefix(&root).ok().map(Path::to_path_buf);
        let paths: Option<BTreeSet<PathBuf>> = self.changed.iter().map(below).collect();
        if !self.changed.is_empty() {
            let shown = |path: &PathBuf| below(path).unwrap_or_else(|| path.clone()).display().to_string();
            let mut names: Vec<String> = self.changed.iter().take(MAX_NAMED).map(shown).collect();
            if self.changed.len() > MAX_NAMED {
                names.push(format!("{} more", self.changed.len() - MAX_NAMED));
            }
            terminal.line(&format!("changed: {}", names.join(", ")));
        }
        let known = paths.filter(|paths| self.ran && paths.is_disjoint(&self.exceptions));
        let mut only = known.and_then(|paths| affected::by_files(workspace, &paths));
        if let Some(only) = &mut only {
            only.add_failing(workspace, &self.failing);
        }
        let all = Affected::all(workspace).count();
        let told = only.as_ref().map(Affected::count);
        // What cannot run now runs with what changes next.
        let Ok(tested) = one(arguments, workspace, only, terminal) else { return };
        self.ran = true;
        self.changed.clear();
        self.exceptions = affected::with_exceptions(workspace);
        match tested {
            Some(tested) => {
                self.failing = affected::failing(workspace, &tested.results);
                output::write(arguments, &tested.results, &tested.files, terminal);
            }
            None if told == Some(0) => terminal.line("no test depends on what changed"),
            None => terminal.line("the project has no test"),
        }
        if let Some(told) = told.filter(|told| *told < all) {
            terminal.line(&format!("{told} of {all} tests and properties can be affected"));
        }
    }
}

/// The folder around a project or a source.
fn folder(project: &Path) -> PathBuf {
    let root = policy_project::load::find_root(project).unwrap_or_else(|| {
        let parent = || project.parent().filter(|parent| !parent.as_os_str().is_empty());
        if project.is_dir() { project } else { parent().unwrap_or_else(|| Path::new(".")) }.to_path_buf()
    });
    root.canonicalize().unwrap_or(root)
}

/// The folders of a project and of all that it depends on, and the bundles.
fn folders(workspace: &Workspace) -> Vec<PathBuf> {
    let own = [&workspace.project.root];
    let roots = workspace.project.packages.iter().map(|package| &package.root).chain(own);
    // What lies in a bundle has the bundle's path before its name.
    let found =
        |root: &PathBuf| root.canonicalize().or_else(|_| root.parent().unwrap_or(root).canonicalize()).ok();
    roots.filter_map(found).collect()
}

fn look(roots: &BTreeSet<PathBuf>, arguments: &Arguments) -> Look {
    let mut found = Look::new();
    let written = arguments.writes();
    for root in roots {
        // What tools write is not what they are run for.
        let aside = |entry: &walkdir::DirEntry| {
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            entry.depth() > 0
                && (hidden || entry.path() == root.join("target") || written.contains(entry.path()))
        };
        let entries = walkdir::WalkDir::new(root).into_iter().filter_entry(|entry| !aside(entry)).flatten();
        found.extend(entries.filter(|entry| entry.file_type().is_file()).filter_map(|entry| {
            let meta = entry.metadata().ok()?;
            Some((entry.into_path(), (meta.modified().ok()?, meta.len())))
        }));
    }
    found
}

fn differing(before: &Look, now: &Look) -> BTreeSet<PathBuf> {
    let all = before.keys().chain(now.keys());
    all.filter(|path| before.get(*path) != now.get(*path)).cloned().collect()
}
