//! A project on disk together with what the checker says about it.

use std::sync::Arc;

use policy_compiler::lint::{self, LINTS, Level, Levels};
use policy_compiler::{Checked, World, check};
use policy_project::manifest::LintLevel;
use policy_project::nearest::nearest;
use policy_project::problem::Problem;
use policy_project::{LoadError, Overlay, Project};
use policy_syntax::{Diagnostic, FileId, Severity};
use std::path::Path;

/// A project that was loaded and checked.
#[derive(Debug)]
pub struct Workspace {
    /// The files.
    pub project: Project,
    /// What they mean.
    pub checked: Checked,
    /// All that is wrong, with `policy.toml`, data files and sources, in the order of files and places.
    pub diagnostics: Vec<Diagnostic>,
    /// The data file of each data item that has one: positions in `checked.hir.data` and `project.data`.
    pub data: Vec<(usize, usize)>,
}

/// The sources of a project, as the checker asks for them.
struct Sources<'a>(&'a Project);

impl World for Sources<'_> {
    fn files(&self) -> Vec<FileId> {
        self.0.modules.iter().map(|module| module.file).collect()
    }

    fn text(&self, file: FileId) -> Option<Arc<str>> {
        self.0.files.get(file).map(|file| Arc::clone(&file.text))
    }

    fn path(&self, file: FileId) -> String {
        self.0.files.get(file).map(|file| file.path.clone()).unwrap_or_default()
    }

    fn module_name(&self, file: FileId) -> Option<String> {
        self.0.modules.iter().find(|module| module.file == file).and_then(|module| module.name.clone())
    }
}

impl Workspace {
    /// Loads and checks the project around a path; see [`Project::open`].
    ///
    /// # Errors
    /// Where there is no project.
    pub fn open(path: &Path, overlay: &Overlay) -> Result<Self, LoadError> {
        Ok(Self::check(Project::open(path, overlay)?))
    }

    /// Checks a project.
    #[must_use]
    pub fn check(project: Project) -> Self {
        let checked = check(&Sources(&project));
        let mut diagnostics = project.diagnostics.clone();
        diagnostics.extend(checked.diagnostics.iter().cloned());

        let items: Vec<&str> = checked.hir.data.iter().map(|item| item.name.as_str()).collect();
        let (data, problems) = project.bind_data(&items);
        // A source with errors may lack the items that the files belong to.
        if !checked.has_errors() {
            diagnostics.extend(problems);
            diagnostics.extend(entries(&project, &checked));
        }
        let (levels, unknown) = levels(&project);
        diagnostics.extend(unknown);
        diagnostics.extend(lint::run(&checked, &levels));
        policy_syntax::diagnostic::sort(&mut diagnostics);
        Self { project, checked, diagnostics, data }
    }

    /// Whether anything stands in the way of compiling.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|found| found.severity == Severity::Error)
    }
}

/// What `[lints]` says, and what is wrong with it.
fn levels(project: &Project) -> (Levels, Vec<Diagnostic>) {
    let mut levels = Levels::default();
    let mut unknown = Vec::new();
    for (name, level) in &project.manifest.lints {
        if lint::table::find(name).is_none() {
            let nearest = nearest(name, LINTS.iter().map(|lint| lint.name)).map(str::to_owned);
            unknown.push(Problem::UnknownLint { lint: name.clone(), nearest }.at(level.place));
            continue;
        }
        let level = match level.value {
            LintLevel::Allow => Level::Allow,
            LintLevel::Warn => Level::Warn,
            LintLevel::Deny => Level::Deny,
        };
        levels.set(name, level);
    }
    (levels, unknown)
}

/// Entries that name no policy of the project.
fn entries(project: &Project, checked: &Checked) -> Vec<Diagnostic> {
    let known: Vec<String> = checked.hir.policies.iter().map(|policy| policy.name.clone()).collect();
    let mut found = Vec::new();
    for entry in project.manifest.entries.values() {
        if !known.contains(&entry.policy.value) {
            let name = entry.policy.value.as_str();
            let short = |full: &&String| full.rsplit('.').next() == Some(name);
            let nearest = known
                .iter()
                .find(short)
                .map(String::as_str)
                .or_else(|| nearest(name, known.iter().map(String::as_str)))
                .map(str::to_owned);
            let problem = Problem::UnknownPolicy { policy: name.to_owned(), nearest, known: known.clone() };
            found.push(problem.at(entry.policy.place));
        }
    }
    found
}
