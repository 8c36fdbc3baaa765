//! The project and what it depends on.
//!
//! A dependency is a project of its own: its modules are used under their own names, its data files hold its items, and
//! what it reads stays below its own `policy.toml`. Its entries, limits, modes and tests are for those who work on it.

use std::path::{Component, Path, PathBuf};

use policy_syntax::FileId;

use super::{Overlay, Project, slashed, source};
use crate::files::SourceFile;
use crate::manifest::{Dependency, FILE_NAME, Manifest};
use crate::problem::Problem;

/// The greatest number of projects that one depends on.
const MAX_PACKAGES: usize = 200;

/// A project among those that are loaded together.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// The real path of the folder of its `policy.toml`.
    pub root: PathBuf,
    /// What stands before its paths where they are shown: empty for the project itself, otherwise it ends in `/`.
    pub shown: String,
    /// What its `policy.toml` says.
    pub manifest: Manifest,
    /// The number of that file; none of the project itself, whose number the project knows.
    pub manifest_file: Option<FileId>,
    /// What it depends on directly: names, and positions in [`Project::packages`].
    pub dependencies: Vec<(String, usize)>,
}

impl Package {
    pub(super) fn own(root: &Path, manifest: &Manifest) -> Self {
        Self {
            name: manifest.name.clone(),
            root: root.to_path_buf(),
            shown: String::new(),
            manifest: manifest.clone(),
            manifest_file: None,
            dependencies: Vec::new(),
        }
    }
}

pub(super) fn load(project: &mut Project, overlay: &Overlay) {
    dependencies(project, 0, &mut vec![0], overlay);
}

/// Loads what a package depends on. `above` leads from the project to it.
fn dependencies(project: &mut Project, of: usize, above: &mut Vec<usize>, overlay: &Overlay) {
    let Some(package) = project.packages.get(of) else { return };
    for (name, dependency) in package.manifest.dependencies.clone() {
        let at = match resolve(project, of, &name, &dependency, above, overlay) {
            Ok(at) => at,
            Err(problem) => {
                project.report(problem, dependency.place);
                continue;
            }
        };
        if let Some(package) = project.packages.get_mut(of) {
            package.dependencies.push((name, at));
        }
    }
}

/// The position of a dependency, which is loaded if it was not yet.
fn resolve(
    project: &mut Project,
    of: usize,
    name: &str,
    dependency: &Dependency,
    above: &mut Vec<usize>,
    overlay: &Overlay,
) -> Result<usize, Problem> {
    let path = dependency.path.value.clone();
    let refused =
        |reason: String| Problem::NoDependency { name: name.to_owned(), path: path.clone(), reason };
    if Path::new(&path).is_absolute() {
        return Err(refused("a path must be relative, so that it holds on other machines too".to_owned()));
    }
    let from = project.packages.get(of).map_or_else(|| project.root.clone(), |package| package.root.clone());
    let root = from.join(&path).canonicalize().map_err(|e| refused(crate::confine::describe(&e)))?;
    if !root.join(FILE_NAME).is_file() {
        return Err(refused(format!("there is no {FILE_NAME}")));
    }
    let at = match project.packages.iter().position(|package| package.root == root) {
        Some(known) if above.contains(&known) => {
            let cycle = above.iter().skip_while(|at| **at != known).chain([&known]);
            let names = cycle.filter_map(|at| project.packages.get(*at)).map(|package| package.name.clone());
            return Err(Problem::DependencyCycle { names: names.collect() });
        }
        Some(known) => known,
        None => {
            let at = open(project, root, overlay).map_err(refused)?;
            above.push(at);
            dependencies(project, at, above, overlay);
            above.pop();
            at
        }
    };
    fits(project, at, name, dependency)?;
    Ok(at)
}

/// Reads the `policy.toml` of a dependency.
fn open(project: &mut Project, root: PathBuf, overlay: &Overlay) -> Result<usize, String> {
    if project.packages.len() > MAX_PACKAGES {
        return Err(format!("there are more than {MAX_PACKAGES} dependencies"));
    }
    let text = source(&root.join(FILE_NAME), overlay).map_err(|refused| refused.to_string())?;
    let shown = format!("{}/", relative(&project.root, &root));
    let file = project.files.add(SourceFile::new(format!("{shown}{FILE_NAME}"), text));
    let (manifest, found) = Manifest::parse(project.files.get(file).map_or("", |file| &*file.text), file);
    project.diagnostics.extend(found);
    project.packages.push(Package {
        name: manifest.name.clone(),
        root,
        shown,
        manifest,
        manifest_file: Some(file),
        dependencies: Vec::new(),
    });
    Ok(project.packages.len() - 1)
}

/// Whether a package is the dependency that was asked for.
fn fits(project: &Project, at: usize, key: &str, dependency: &Dependency) -> Result<(), Problem> {
    let Some(package) = project.packages.get(at) else { return Ok(()) };
    if package.name != key {
        return Err(Problem::DependencyName { key: key.to_owned(), name: package.name.clone() });
    }
    let same = |other: &&Package| other.name == package.name && other.root != package.root;
    if let Some(other) = project.packages.iter().find(same) {
        let path = |package: &Package| match package.shown.as_str() {
            "" => ".".to_owned(),
            shown => shown.trim_end_matches('/').to_owned(),
        };
        return Err(Problem::SamePackage { name: key.to_owned(), paths: [path(other), path(package)] });
    }
    let Some(wanted) = &dependency.version else { return Ok(()) };
    let found = package.manifest.version.clone();
    let version = found.as_deref().and_then(|version| semver::Version::parse(version).ok());
    if version.is_some_and(|version| wanted.value.matches(&version)) {
        return Ok(());
    }
    Err(Problem::DependencyVersion { name: key.to_owned(), wanted: wanted.value.to_string(), found })
}

/// The way from a folder to another, both real paths.
fn relative(from: &Path, to: &Path) -> String {
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (from.components().collect(), to.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.len().saturating_sub(shared);
    let mut out: PathBuf = std::iter::repeat_n("..", up).collect();
    out.extend(to.iter().skip(shared));
    if out.as_os_str().is_empty() { ".".to_owned() } else { slashed(&out) }
}
