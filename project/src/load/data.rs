//! Data files, and the `data` items that they belong to.

use std::collections::BTreeMap;
use std::path::Path;

use policy_syntax::{Diagnostic, Location};
use walkdir::WalkDir;

use super::packed::Packed;
use super::{DataFile, MAX_DATA, MAX_FILES, Package, Project, slashed};
use crate::confine::{self, Refused, confine};
use crate::formats::{self, Format};
use crate::manifest::{At, Manifest};
use crate::nearest::nearest;
use crate::problem::Problem;

pub(super) fn load(project: &mut Project) {
    for at in 0..project.packages.len() {
        let Some(package) = project.packages.get(at).cloned() else { continue };
        package_files(project, at, &package);
    }
}

/// The data files of one package.
fn package_files(project: &mut Project, at: usize, package: &Package) {
    let root = &package.root;
    let folder = &package.manifest.data;
    let place = folder.place;
    if let Some(packed) = &package.packed {
        return of_bundle(project, at, packed, folder);
    }
    let real = match confine(root, root, Path::new(&folder.value)) {
        Ok(real) => real,
        Err(Refused::System(_)) if !root.join(&folder.value).exists() && place.span.is_empty() => return,
        Err(refused) => {
            return report(project, format!("{}{}", package.shown, folder.value), &refused, place);
        }
    };
    let mut found: BTreeMap<String, DataFile> = BTreeMap::new();
    let entries =
        WalkDir::new(&real).follow_links(true).sort_by_file_name().into_iter().filter_entry(|entry| {
            entry.depth() == 0 || !entry.file_name().to_str().is_some_and(|name| name.starts_with('.'))
        });
    // Entities and parameters are no data; also those that could not be read, which was reported.
    let listed = named_otherwise(&package.manifest).into_iter();
    let stores: Vec<std::path::PathBuf> =
        listed.filter_map(|file| root.join(file).canonicalize().ok()).collect();
    for entry in entries.filter_map(Result::ok) {
        if entry.path().canonicalize().is_ok_and(|real| stores.contains(&real)) {
            continue;
        }
        if Format::of_path(entry.path()).is_none() {
            continue;
        }
        let below = entry.path().strip_prefix(&real).unwrap_or(entry.path());
        let name = slashed(&below.with_extension("")).replace('/', ".");
        let file = match read(package, at, name.clone(), entry.path()) {
            Ok(file) => file,
            Err(Problem::Unreadable { .. }) if entry.file_type().is_dir() => continue,
            Err(problem) => {
                project.report(problem, place);
                continue;
            }
        };
        if let Some(other) = found.get(&name) {
            let paths = [other.path.clone(), file.path];
            project.report(Problem::SameData { name, paths }, place);
        } else if found.len() >= MAX_FILES {
            let reason = format!("there are more than {MAX_FILES} data files");
            let path = format!("{}{}", package.shown, folder.value);
            return project.report(Problem::Unreadable { path, reason }, place);
        } else {
            found.insert(name, file);
        }
    }
    project.data.extend(found.into_values());
}

/// The files of a package that hold entities or parameters.
fn named_otherwise(manifest: &Manifest) -> Vec<&str> {
    let entities = manifest.entities.iter();
    let parameters = manifest.entries.values().flat_map(|entry| entry.parameters.files());
    entities.chain(parameters).map(|file| file.value.as_str()).collect()
}

/// The data files of a package in a bundle.
fn of_bundle(project: &mut Project, at: usize, packed: &Packed, folder: &At<String>) {
    let mut found: BTreeMap<String, DataFile> = BTreeMap::new();
    for (path, bytes) in packed.below(&folder.value) {
        let Some(format) = Format::of_path(Path::new(path)) else { continue };
        let name = path.rsplit_once('.').map_or(path, |(name, _)| name).replace('/', ".");
        let below = slashed(&Path::new(&folder.value).join(path));
        let shown = format!("{}{below}", packed.shown());
        let table = matches!(format, Format::Csv | Format::Tsv).then(|| bytes.to_vec());
        let json = if table.is_some() {
            formats::one_document(format, bytes)
        } else {
            formats::one_document(Format::Json, bytes)
        };
        match json {
            Ok(json) => {
                let real = packed.root().join(below);
                let file =
                    DataFile { name: name.clone(), path: shown, real, package: at, format, json, table };
                if let Some(other) = found.insert(name.clone(), file.clone()) {
                    let paths = [other.path, file.path];
                    project.report(Problem::SameData { name, paths }, folder.place);
                }
            }
            Err(error) => {
                project.report(Problem::BadData { path: shown, reason: error.to_string() }, folder.place);
            }
        }
    }
    project.data.extend(found.into_values());
}

/// The files of the entity store.
pub(super) fn entities(project: &mut Project) {
    let Some(package) = project.packages.first().cloned() else { return };
    for file in &package.manifest.entities {
        let path = package.root.join(Path::new(&file.value));
        match read(&package, 0, "entities".to_owned(), &path) {
            Ok(read) => project.entities.push(read),
            Err(problem) => project.report(problem, file.place),
        }
    }
}

/// Reads a data file of a package.
pub(super) fn read(package: &Package, at: usize, name: String, path: &Path) -> Result<DataFile, Problem> {
    let root = &package.root;
    let shown = format!("{}{}", package.shown, slashed(path.strip_prefix(root).unwrap_or(path)));
    let refused = |refused: Refused| refusal(shown.clone(), &refused);
    let Some(format) = Format::of_path(path) else {
        let reason =
            "its format cannot be told from its name (json, jsonl, yaml, toml, csv or tsv)".to_owned();
        return Err(Problem::Unreadable { path: shown, reason });
    };
    let real = confine(root, root, path).map_err(refused)?;
    let bytes = confine::read(&real, MAX_DATA).map_err(refused)?;
    match formats::one_document(format, &bytes) {
        Ok(json) => {
            let table = matches!(format, Format::Csv | Format::Tsv).then_some(bytes);
            Ok(DataFile { name, path: shown, real, package: at, format, json, table })
        }
        Err(error) => Err(Problem::BadData { path: shown, reason: error.to_string() }),
    }
}

fn refusal(path: String, refused: &Refused) -> Problem {
    match refused {
        Refused::Outside => Problem::Outside { path },
        Refused::TooLarge(_) | Refused::System(_) => {
            Problem::Unreadable { path, reason: refused.to_string() }
        }
    }
}

fn report(project: &mut Project, path: String, refused: &Refused, place: Location) {
    project.report(refusal(path, refused), place);
}

/// Whether a file of this name holds the item of this qualified name: it is that name, or ends it.
fn names(file: &str, item: &str) -> bool {
    item == file || item.strip_suffix(file).is_some_and(|module| module.ends_with('.'))
}

/// An item that a data file may hold.
#[derive(Clone, Copy, Debug)]
pub struct DataItem<'a> {
    /// Its qualified name.
    pub name: &'a str,
    /// The package that declares it, a position in [`Project::packages`].
    pub package: usize,
}

impl Project {
    /// The data file of each item that has one, as positions in `items` and in [`Project::data`], in the order of
    /// `items`; and what is wrong with the names of the files.
    ///
    /// A file belongs to an item of its own package. The project's own files may also hold items of what it depends on,
    /// and then take the place of the files that come with these.
    #[must_use]
    pub fn bind_data(&self, items: &[DataItem<'_>]) -> (Vec<(usize, usize)>, Vec<Diagnostic>) {
        let mut bound: BTreeMap<usize, usize> = BTreeMap::new();
        let mut found = Vec::new();
        for (at, file) in self.data.iter().enumerate() {
            let place = self.packages.get(file.package).map_or(self.own_place(), |p| p.manifest.data.place);
            match self.fitting(file, items).as_slice() {
                [] => found.push(unused(file, items).at(place)),
                [item] => match bound.get(item).and_then(|other| self.data.get(*other)) {
                    Some(other) if other.package == file.package => {
                        let name = items.get(*item).map_or(String::new(), |item| item.name.to_owned());
                        let paths = [other.path.clone(), file.path.clone()];
                        found.push(Problem::SameData { name, paths }.at(place));
                    }
                    // The project's own files come first.
                    Some(_) => {}
                    None => {
                        bound.insert(*item, at);
                    }
                },
                several => {
                    let items = several.iter().filter_map(|item| items.get(*item)).map(|i| i.name.to_owned());
                    let problem = Problem::AmbiguousData { path: file.path.clone(), items: items.collect() };
                    found.push(problem.at(place));
                }
            }
        }
        (bound.into_iter().collect(), found)
    }

    /// The items that a file may hold by its name: of its own package, else of those that the project depends on.
    fn fitting(&self, file: &DataFile, items: &[DataItem<'_>]) -> Vec<usize> {
        let of = |own: bool| -> Vec<usize> {
            let candidates: Vec<(usize, &str)> = items
                .iter()
                .enumerate()
                .filter(|(_, item)| (item.package == file.package) == own)
                .map(|(at, item)| (at, item.name))
                .collect();
            match candidates.iter().find(|(_, name)| *name == file.name) {
                Some((at, _)) => vec![*at],
                None => {
                    candidates.iter().filter(|(_, name)| names(&file.name, name)).map(|(at, _)| *at).collect()
                }
            }
        };
        let own = of(true);
        if own.is_empty() && file.package == 0 { of(false) } else { own }
    }
}

fn unused(file: &DataFile, items: &[DataItem<'_>]) -> Problem {
    let short = items.iter().map(|item| item.name.rsplit('.').next().unwrap_or(item.name));
    let name = file.name.rsplit('.').next().unwrap_or(&file.name);
    let nearest = nearest(name, short).map(str::to_owned);
    Problem::UnusedData { path: file.path.clone(), name: name.to_owned(), nearest }
}
