//! Sources below the source roots, and the modules that they hold.

use std::collections::BTreeMap;
use std::path::Path;

use policy_syntax::{FileId, Location};
use walkdir::WalkDir;

use super::packed::{self, Packed};
use super::{MAX_FILES, ModuleFile, Overlay, Project, slashed, source};
use crate::confine::{Refused, confine};
use crate::files::SourceFile;
use crate::manifest::{At, FILE_NAME};
use crate::problem::Problem;

/// What is found, of all packages.
#[derive(Default)]
struct Found {
    /// Sources by their paths.
    paths: BTreeMap<String, FileId>,
    /// Modules by their names.
    names: BTreeMap<String, (FileId, usize)>,
}

/// A folder of a package.
struct Root<'a> {
    package: usize,
    /// The package's folder.
    root: &'a Path,
    /// What stands before the package's paths.
    shown: &'a str,
    /// Where the folder is named.
    place: Location,
}

pub(super) fn load(project: &mut Project, overlay: &Overlay) {
    let mut found = Found::default();
    for at in 0..project.packages.len() {
        let Some(package) = project.packages.get(at).cloned() else { continue };
        let (before, clean) = (found.names.len(), project.diagnostics.is_empty());
        for folder in &package.manifest.sources {
            if let Some(packed) = &package.packed {
                of_bundle(project, packed, at, folder, &mut found);
                continue;
            }
            let root = Root { package: at, root: &package.root, shown: &package.shown, place: folder.place };
            let path = || format!("{}{}", package.shown, folder.value);
            match confine(&package.root, &package.root, Path::new(&folder.value)) {
                Ok(real) if real.is_dir() => walk(project, &real, &root, overlay, &mut found),
                Ok(_) => {
                    let reason = "it is no folder".to_owned();
                    project.report(Problem::Unreadable { path: path(), reason }, folder.place);
                }
                // What a dependency has no sources in need not be there: copies have none of its empty folders.
                Err(Refused::System(_)) if at > 0 && !package.root.join(&folder.value).exists() => {}
                Err(refused) => refuse(project, &path(), &refused, folder.place),
            }
        }
        if found.names.len() == before && clean && project.diagnostics.is_empty() {
            let folders = package.manifest.sources.iter().map(|f| format!("{}{}", package.shown, f.value));
            let place = package.manifest.sources.first().map_or(project.own_place(), |folder| folder.place);
            project.report(Problem::NoSources { folders: folders.collect() }, place);
        }
    }
    project.modules = found
        .names
        .into_iter()
        .map(|(name, (file, package))| ModuleFile { name: Some(name), file, package })
        .collect();
}

fn refuse(project: &mut Project, path: &str, refused: &Refused, place: Location) {
    let path = path.to_owned();
    let problem = match refused {
        Refused::Outside => Problem::Outside { path },
        Refused::TooLarge(_) | Refused::System(_) => {
            Problem::Unreadable { path, reason: refused.to_string() }
        }
    };
    project.report(problem, place);
}

fn walk(project: &mut Project, folder: &Path, of: &Root<'_>, overlay: &Overlay, found: &mut Found) {
    let (root, place) = (of.root, of.place);
    let shown = |path: &Path| format!("{}{}", of.shown, slashed(path.strip_prefix(root).unwrap_or(path)));
    // Hidden folders, and projects inside this one, are not part of it.
    let entries =
        WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter().filter_entry(|entry| {
            let hidden = entry.file_name().to_str().is_some_and(|name| name.starts_with('.'));
            let nested =
                entry.depth() > 0 && entry.file_type().is_dir() && entry.path().join(FILE_NAME).is_file();
            entry.depth() == 0 || (!hidden && !nested)
        });
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().map_or_else(String::new, shown);
                let reason = match error.io_error() {
                    Some(io) => crate::confine::describe(io),
                    None => "a symbolic link leads back to a folder above it".to_owned(),
                };
                project.report(Problem::Unreadable { path, reason }, place);
                continue;
            }
        };
        let path = entry.path();
        let below = shown(path);
        let real = match confine(root, root, path) {
            Ok(real) => real,
            Err(refused) => {
                refuse(project, &below, &refused, place);
                continue;
            }
        };
        if !real.is_file() || path.extension().is_none_or(|ending| ending != "policy") {
            continue;
        }
        if found.paths.contains_key(&below) {
            continue;
        }
        if found.paths.len() >= MAX_FILES {
            let reason = format!("there are more than {MAX_FILES} sources");
            return project.report(Problem::Unreadable { path: slashed(folder), reason }, place);
        }
        let text = match source(&real, overlay) {
            Ok(text) => text,
            Err(refused) => {
                refuse(project, &below, &refused, place);
                continue;
            }
        };
        let named = module_name(path.strip_prefix(folder).unwrap_or(path));
        take(project, below, named, text, (of.package, place), found);
    }
}

/// The modules below a source folder of a package in a bundle.
fn of_bundle(project: &mut Project, packed: &Packed, at: usize, folder: &At<String>, found: &mut Found) {
    for (path, bytes) in packed.below(&folder.value) {
        let path = Path::new(path);
        if path.extension().is_none_or(|ending| ending != "policy") {
            continue;
        }
        let shown = format!("{}{}", packed.shown(), slashed(&Path::new(&folder.value).join(path)));
        if found.paths.contains_key(&shown) {
            continue;
        }
        match packed::text(bytes) {
            Ok(text) => take(project, shown, module_name(path), text, (at, folder.place), found),
            Err(reason) => project.report(Problem::Unreadable { path: shown, reason }, folder.place),
        }
    }
}

/// Takes a source, of a package and a place that names it.
fn take(
    project: &mut Project,
    path: String,
    named: Result<String, String>,
    text: String,
    (package, place): (usize, Location),
    found: &mut Found,
) {
    let name = match named {
        Ok(name) => name,
        Err(part) => return project.report(Problem::NoModuleName { path, part }, place),
    };
    let file = project.files.add(SourceFile::new(path.clone(), text));
    found.paths.insert(path.clone(), file);
    if let Some((other, _)) = found.names.get(&name) {
        let other = project.files.get(*other).map_or(String::new(), |file| file.path.clone());
        project.report(Problem::SameModule { module: name, paths: [other, path] }, place);
    } else {
        found.names.insert(name, (file, package));
    }
}

/// The name of the module at a path below a source root, or the part of the path that is no name.
pub(super) fn module_name(path: &Path) -> Result<String, String> {
    let path = slashed(&path.with_extension(""));
    for part in path.split('/') {
        let mut letters = part.chars();
        let first = letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        if !first || !letters.all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(part.to_owned());
        }
    }
    Ok(path.replace('/', "."))
}
