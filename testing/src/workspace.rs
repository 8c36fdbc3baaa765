//! A project on disk together with what the checker says about it.

use std::sync::Arc;

use policy_bytecode::scalar::Timestamp;
use policy_compiler::cost;
use policy_compiler::lint::{self, LINTS, Level, Levels};
use policy_compiler::{Checked, Compiled, Options, Session, SourceMap, World, compile, hir};
use policy_project::manifest::{Entry, LintLevel};
use policy_project::nearest::nearest;
use policy_project::problem::Problem;
use policy_project::{DataItem, LoadError, Overlay, Project};
use policy_syntax::{Diagnostic, FileId, Severity};
use std::collections::BTreeMap;
use std::path::Path;

use crate::{modes, parameters};

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

/// A policy that is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its position in `checked.hir.policies`, which is its position in the program.
    pub policy: usize,
    /// Whether a host may go on where the policy does not speak of an input.
    pub not_applicable_proceeds: bool,
    /// The entry as which it is asked, whose parameters it has.
    pub entry: Option<String>,
}

/// The sources of a project, as the checker asks for them.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The project.
    pub project: &'a Project,
    /// Texts that stand in for those of files.
    pub instead: &'a BTreeMap<FileId, Arc<str>>,
}

impl World for Sources<'_> {
    fn files(&self) -> Vec<FileId> {
        self.project.modules.iter().map(|module| module.file).collect()
    }

    fn text(&self, file: FileId) -> Option<Arc<str>> {
        let own = || self.project.files.get(file).map(|file| Arc::clone(&file.text));
        self.instead.get(&file).map(Arc::clone).or_else(own)
    }

    fn path(&self, file: FileId) -> String {
        self.project.files.get(file).map(|file| file.path.clone()).unwrap_or_default()
    }

    fn module_name(&self, file: FileId) -> Option<String> {
        self.project.modules.iter().find(|module| module.file == file).and_then(|module| module.name.clone())
    }

    fn package(&self, file: FileId) -> u32 {
        u32::try_from(self.project.package_of(file)).unwrap_or(u32::MAX)
    }

    fn hides(&self, from: FileId, file: FileId) -> Option<String> {
        let (from, to) = (self.project.package_of(from), self.project.package_of(file));
        let package = self.project.packages.get(from)?;
        let sees = from == to || package.dependencies.iter().any(|(_, at)| *at == to);
        if sees { None } else { self.project.packages.get(to).map(|package| package.name.clone()) }
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
        Self::check_again(project, &Session::default())
    }

    /// Checks a project whose files may have been read before.
    #[must_use]
    pub fn check_again(project: Project, session: &Session) -> Self {
        let checked = session.check(&Sources { project: &project, instead: &BTreeMap::new() });
        let mut diagnostics = project.diagnostics.clone();
        diagnostics.extend(checked.diagnostics.iter().cloned());

        let item = |item: &'_ hir::Data| (item.name.clone(), project.package_of(item.location.file));
        let items: Vec<(String, usize)> = checked.hir.data.iter().map(item).collect();
        let items: Vec<DataItem<'_>> =
            items.iter().map(|(name, package)| DataItem { name, package: *package }).collect();
        let (data, problems) = project.bind_data(&items);
        let (levels, unknown) = levels(&project);
        diagnostics.extend(unknown);
        // What a dependency could do better is told to those who work on it.
        let own = |found: &Diagnostic| project.package_of(found.primary.file) == 0;
        diagnostics.extend(lint::run(&checked, &levels).into_iter().filter(own));
        diagnostics.retain(|found| found.severity == Severity::Error || own(found));
        // A source with errors may lack the items that the files belong to.
        let sound = !checked.has_errors();
        if sound {
            diagnostics.extend(problems.into_iter().filter(own));
        }
        let mut workspace = Self { project, checked, diagnostics, data };
        if sound {
            let found = [entries(&workspace), parameters::check(&workspace), modes::check(&workspace)];
            let costly = cost::check(&workspace.checked.hir, cost_limits(&workspace.project));
            workspace.diagnostics.extend(found.into_iter().flatten().chain(costly));
        }
        policy_syntax::diagnostic::sort(&mut workspace.diagnostics);
        workspace
    }

    /// Whether a source belongs to the project itself, not to something that it depends on.
    #[must_use]
    pub fn is_own(&self, file: FileId) -> bool {
        self.project.package_of(file) == 0
    }

    /// The exceptions that hold no longer at a time.
    #[must_use]
    pub fn lapsed(&self, now: Timestamp) -> Vec<Diagnostic> {
        lint::lapsed(&self.checked, &levels(&self.project).0, now)
    }

    /// The policy to ask: an entry of `policy.toml`, a qualified name, or a name that only one policy has; without a name the
    /// one entry, or the one policy.
    ///
    /// # Errors
    /// A sentence that names what there is.
    pub fn entry(&self, name: Option<&str>) -> Result<Asked, String> {
        let policies = &self.checked.hir.policies;
        let entries = &self.project.manifest.entries;
        let position = |full: &str| policies.iter().position(|policy| policy.name == full);
        let known = || {
            let names: Vec<&str> = match entries.is_empty() {
                true => policies.iter().map(|policy| policy.name.as_str()).collect(),
                false => entries.keys().map(String::as_str).collect(),
            };
            names.join(", ")
        };
        let of_entry = |name: &str, entry: &Entry| {
            let policy = position(&entry.policy.value)
                .ok_or_else(|| format!("the project has no policy {}", entry.policy.value))?;
            let not_applicable_proceeds = entry.not_applicable_proceeds;
            Ok(Asked { policy, not_applicable_proceeds, entry: Some(name.to_owned()) })
        };
        // A policy that is asked by its name is asked as its entry is, if it has exactly one.
        let of_policy = |policy: usize| {
            let full = policies.get(policy).map_or("", |policy| policy.name.as_str());
            let mut named = entries.iter().filter(|(_, entry)| entry.policy.value == full);
            match (named.next(), named.next()) {
                (Some((name, entry)), None) => Asked {
                    policy,
                    not_applicable_proceeds: entry.not_applicable_proceeds,
                    entry: Some(name.clone()),
                },
                (_, _) => Asked { policy, not_applicable_proceeds: false, entry: None },
            }
        };
        let Some(name) = name else {
            if let (1, Some((name, entry))) = (entries.len(), entries.iter().next()) {
                return of_entry(name, entry);
            }
            // Those of dependencies are asked by name only, unless there are no others.
            let own: Vec<usize> = (0..policies.len())
                .filter(|at| policies.get(*at).is_some_and(|policy| self.is_own(policy.location.file)))
                .collect();
            return match (entries.len(), own.as_slice(), policies.len()) {
                (0, [only], _) => Ok(of_policy(*only)),
                (0, [], 1) => Ok(of_policy(0)),
                (0, _, 0) => Err("the project has no policy".to_owned()),
                (0, _, _) => Err(format!("which policy? say --entry with one of {}", known())),
                (_, _, _) => Err(format!("which entry? say --entry with one of {}", known())),
            };
        };
        if let Some(entry) = entries.get(name) {
            return of_entry(name, entry);
        }
        if let Some(policy) = position(name) {
            return Ok(of_policy(policy));
        }
        let short: Vec<usize> = (0..policies.len())
            .filter(|at| policies.get(*at).and_then(|policy| policy.name.rsplit('.').next()) == Some(name))
            .collect();
        match short.as_slice() {
            [only] => Ok(of_policy(*only)),
            [] => {
                let all = entries.keys().map(String::as_str).chain(policies.iter().map(|p| p.name.as_str()));
                let meant =
                    nearest(name, all).map_or_else(String::new, |name| format!("; did you mean {name}?"));
                Err(format!("the project has no entry or policy {name}; it has {}{meant}", known()))
            }
            several => {
                let names: Vec<&str> =
                    several.iter().filter_map(|at| policies.get(*at)).map(|p| p.name.as_str()).collect();
                Err(format!("several policies are named {name}: {}", names.join(", ")))
            }
        }
    }

    /// The limits of a decision: what `policy.toml` says, otherwise the machine's own.
    #[must_use]
    pub fn limits(&self) -> policy_vm::Limits {
        let own = policy_vm::Limits::default();
        let said = &self.project.manifest.limits;
        policy_vm::Limits { fuel: said.fuel.unwrap_or(own.fuel), memory: said.memory.unwrap_or(own.memory) }
    }

    /// The compiled program.
    ///
    /// # Errors
    /// What stands in the way: the errors of the project, or constants that fail.
    pub fn compile(&self, options: Options) -> Result<Compiled, Vec<Diagnostic>> {
        if self.has_errors() {
            return Err(self.diagnostics.clone());
        }
        compile(&self.checked.hir, &self.source_map(), options)
    }

    /// The sources, as places in programs name them.
    pub(crate) fn source_map(&self) -> SourceMap {
        let mut sources = SourceMap::default();
        for (id, file) in self.project.files.iter() {
            sources.add(id, file.path.clone(), file.text.clone());
        }
        for module in self.checked.modules.iter().filter(|module| module.std) {
            sources.add(module.file, format!("{}.policy", module.name), module.text.clone());
        }
        sources
    }

    /// Whether anything stands in the way of compiling.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|found| found.severity == Severity::Error)
    }
}

/// What `[limits]` says of the cost of policies, otherwise what the language allows.
fn cost_limits(project: &Project) -> cost::Limits {
    let own = cost::Limits::default();
    let said = &project.manifest.limits;
    cost::Limits { degree: said.degree.unwrap_or(own.degree), steps: said.steps.unwrap_or(own.steps) }
}

/// What `[lints]` says, and what is wrong with it.
#[must_use]
pub fn levels(project: &Project) -> (Levels, Vec<Diagnostic>) {
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
fn entries(workspace: &Workspace) -> Vec<Diagnostic> {
    let Workspace { project, checked, .. } = workspace;
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
