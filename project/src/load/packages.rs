//! The project and what it depends on.
//!
//! A dependency is a project of its own: its modules are used under their own names, its data files hold its items, and
//! what it reads stays below its own `policy.toml`. Its entries, limits, modes and tests are for those who work on it.
//! It is a folder, or lies with all that it depends on in a bundle.

use std::path::{Path, PathBuf};

use policy_syntax::FileId;

use super::packed::Packed;
use super::{Overlay, Project, source};
use crate::files::SourceFile;
use crate::lock::Origin;
use crate::manifest::{Dependency, FILE_NAME, Manifest};
use crate::problem::Problem;

/// The greatest number of projects that one depends on.
const MAX_PACKAGES: usize = 200;

/// A project among those that are loaded together.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// The real path of the folder of its `policy.toml`. Of one in a bundle the path of the bundle and its name, where nothing
    /// is.
    pub root: PathBuf,
    /// Where `policy.toml` says that it is, from the project.
    pub origin: Origin,
    /// What it holds, where it lies in a bundle.
    pub packed: Option<Packed>,
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
            origin: Origin::Folder(".".to_owned()),
            packed: None,
            shown: String::new(),
            manifest: manifest.clone(),
            manifest_file: None,
            dependencies: Vec::new(),
        }
    }

    /// The path from the project of the folder that its own paths begin at.
    fn origin_folder(&self) -> String {
        match &self.origin {
            Origin::Folder(path) => path.clone(),
            Origin::Bundle(path) => path.rsplit_once('/').map_or(".", |(folder, _)| folder).to_owned(),
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
    let found = find(project, of, name, dependency).map_err(refused)?;
    let known = project.packages.iter().position(|package| found.is(package));
    let at = match known {
        Some(known) if above.contains(&known) => {
            let cycle = above.iter().skip_while(|at| **at != known).chain([&known]);
            let names = cycle.filter_map(|at| project.packages.get(*at)).map(|package| package.name.clone());
            return Err(Problem::DependencyCycle { names: names.collect() });
        }
        Some(known) => known,
        None => {
            let at = open(project, found, overlay).map_err(refused)?;
            above.push(at);
            dependencies(project, at, above, overlay);
            above.pop();
            at
        }
    };
    fits(project, at, name, dependency)?;
    Ok(at)
}

/// A dependency that was found and not read yet.
struct Found {
    root: PathBuf,
    origin: Origin,
    shown: String,
    packed: Option<Packed>,
}

impl Found {
    /// Whether this is a package that is there already. What two bundles both hold is one if it is the same.
    fn is(&self, package: &Package) -> bool {
        let both = self.packed.as_ref().zip(package.packed.as_ref());
        package.root == self.root || both.is_some_and(|(one, other)| one.same(other))
    }
}

/// Where a dependency of a package is: in the same bundle, among the copies in the project, or where it says.
fn find(project: &Project, of: usize, name: &str, dependency: &Dependency) -> Result<Found, String> {
    let Some(package) = project.packages.get(of) else { return Err(String::new()) };
    if let Some(packed) = &package.packed {
        let packed = packed.beside(name).ok_or("the bundle does not hold it".to_owned())?;
        let (root, shown) = (packed.root(), packed.shown());
        return Ok(Found { root, origin: package.origin.clone(), shown, packed: Some(packed) });
    }
    let path = &dependency.path.value;
    if Path::new(path).is_absolute() {
        return Err("a path must be relative, so that it holds on other machines too".to_owned());
    }
    let said = below(&package.origin_folder(), path);
    let origin = if dependency.bundle { Origin::Bundle(said.clone()) } else { Origin::Folder(said.clone()) };
    let copy = vendored(name, dependency.bundle);
    let (real, shown) = if project.copies && project.root.join(&copy).exists() {
        let real = crate::confine::confine(&project.root, &project.root, Path::new(&copy));
        (real.map_err(|refused| refused.to_string())?, copy)
    } else {
        let real = package.root.join(path).canonicalize();
        (real.map_err(|error| crate::confine::describe(&error))?, said)
    };
    if dependency.bundle {
        let packed = Packed::open(&real, &shown)?;
        return Ok(Found { root: packed.root(), origin, shown: packed.shown(), packed: Some(packed) });
    }
    if !real.join(FILE_NAME).is_file() {
        return Err(format!("there is no {FILE_NAME}"));
    }
    Ok(Found { root: real, origin, shown: format!("{shown}/"), packed: None })
}

/// Where a project keeps copies of what it depends on.
pub const VENDOR: &str = "vendor";

/// The place of the copy of a dependency, from the project.
#[must_use]
pub fn vendored(name: &str, bundle: bool) -> String {
    if bundle { format!("{VENDOR}/{name}.pbundle") } else { format!("{VENDOR}/{name}") }
}

/// Reads the `policy.toml` of a dependency.
fn open(project: &mut Project, found: Found, overlay: &Overlay) -> Result<usize, String> {
    if project.packages.len() > MAX_PACKAGES {
        return Err(format!("there are more than {MAX_PACKAGES} dependencies"));
    }
    let text = match &found.packed {
        Some(packed) => packed.text(FILE_NAME)?,
        None => source(&found.root.join(FILE_NAME), overlay).map_err(|refused| refused.to_string())?,
    };
    let file = project.files.add(SourceFile::new(format!("{}{FILE_NAME}", found.shown), text));
    let (manifest, problems) = Manifest::parse(project.files.get(file).map_or("", |file| &*file.text), file);
    project.diagnostics.extend(problems);
    project.packages.push(Package {
        name: manifest.name.clone(),
        root: found.root,
        origin: found.origin,
        packed: found.packed,
        shown: found.shown,
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

/// The path that leads from the project to where `path` leads from a folder of which `from` is the path.
fn below(from: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in from.split('/').chain(path.split(['/', std::path::MAIN_SEPARATOR])) {
        match (part, parts.last()) {
            ("" | ".", _) => {}
            ("..", Some(last)) if *last != ".." => {
                parts.pop();
            }
            (part, _) => parts.push(part),
        }
    }
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}
