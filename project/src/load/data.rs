//! Data files, and the `data` items that they belong to.

use std::collections::BTreeMap;
use std::path::Path;

use policy_syntax::{Diagnostic, Location};
use walkdir::WalkDir;

use super::{DataFile, MAX_DATA, MAX_FILES, Project, slashed};
use crate::confine::{self, Refused, confine};
use crate::formats::{self, Format};
use crate::nearest::nearest;
use crate::problem::Problem;

pub(super) fn load(project: &mut Project) {
    let root = project.root.clone();
    let folder = project.manifest.data.clone();
    let place = folder.place;
    let real = match confine(&root, &root, Path::new(&folder.value)) {
        Ok(real) => real,
        Err(Refused::System(_)) if !root.join(&folder.value).exists() && place.span.is_empty() => return,
        Err(refused) => return report(project, folder.value, &refused, place),
    };
    let mut found: BTreeMap<String, DataFile> = BTreeMap::new();
    let entries =
        WalkDir::new(&real).follow_links(true).sort_by_file_name().into_iter().filter_entry(|entry| {
            entry.depth() == 0 || !entry.file_name().to_str().is_some_and(|name| name.starts_with('.'))
        });
    let stores: Vec<std::path::PathBuf> = project.entities.iter().map(|file| file.real.clone()).collect();
    for entry in entries.filter_map(Result::ok) {
        if entry.path().canonicalize().is_ok_and(|real| stores.contains(&real)) {
            continue;
        }
        let Some(format) = Format::of_path(entry.path()) else { continue };
        let path = slashed(entry.path().strip_prefix(&root).unwrap_or(entry.path()));
        let read =
            confine(&root, &root, entry.path()).and_then(|real| Ok((confine::read(&real, MAX_DATA)?, real)));
        let (bytes, real_path) = match read {
            Ok(read) => read,
            Err(Refused::System(_)) if entry.file_type().is_dir() => continue,
            Err(refused) => {
                report(project, path, &refused, place);
                continue;
            }
        };
        let json = match formats::one_document(format, &bytes) {
            Ok(json) => json,
            Err(error) => {
                project.report(Problem::BadData { path, reason: error.to_string() }, place);
                continue;
            }
        };
        let below = entry.path().strip_prefix(&real).unwrap_or(entry.path());
        let name = slashed(&below.with_extension("")).replace('/', ".");
        if let Some(other) = found.get(&name) {
            let paths = [other.path.clone(), path];
            project.report(Problem::SameData { name, paths }, place);
        } else if found.len() >= MAX_FILES {
            let reason = format!("there are more than {MAX_FILES} data files");
            return project.report(Problem::Unreadable { path: folder.value, reason }, place);
        } else {
            let table = matches!(format, Format::Csv | Format::Tsv).then_some(bytes);
            found.insert(name.clone(), DataFile { name, path, real: real_path, format, json, table });
        }
    }
    project.data = found.into_values().collect();
}

/// The files of the entity store.
pub(super) fn entities(project: &mut Project) {
    let root = project.root.clone();
    for file in project.manifest.entities.clone() {
        let path = slashed(Path::new(&file.value));
        let read = confine(&root, &root, Path::new(&file.value))
            .and_then(|real| Ok((confine::read(&real, MAX_DATA)?, real)));
        let (bytes, real) = match read {
            Ok(read) => read,
            Err(refused) => {
                report(project, path, &refused, file.place);
                continue;
            }
        };
        let Some(format) = Format::of_path(&real).or_else(|| formats::sniff(&bytes)) else {
            let reason = "its format cannot be told from its name".to_owned();
            project.report(Problem::BadData { path, reason }, file.place);
            continue;
        };
        match formats::one_document(format, &bytes) {
            Ok(json) => {
                let name = "entities".to_owned();
                project.entities.push(DataFile { name, path, real, format, json, table: None });
            }
            Err(error) => project.report(Problem::BadData { path, reason: error.to_string() }, file.place),
        }
    }
}

fn report(project: &mut Project, path: String, refused: &Refused, place: Location) {
    let problem = match refused {
        Refused::Outside => Problem::Outside { path },
        Refused::TooLarge(_) | Refused::System(_) => {
            Problem::Unreadable { path, reason: refused.to_string() }
        }
    };
    project.report(problem, place);
}

/// Whether a file of this name holds the item of this qualified name: it is that name, or ends it.
fn names(file: &str, item: &str) -> bool {
    item == file || item.strip_suffix(file).is_some_and(|module| module.ends_with('.'))
}

impl Project {
    /// The data file of each item that has one, as positions in `items` (qualified names) and in [`Project::data`], in
    /// the order of `items`; and what is wrong with the names of the files.
    #[must_use]
    pub fn bind_data(&self, items: &[&str]) -> (Vec<(usize, usize)>, Vec<Diagnostic>) {
        let place = self.manifest.data.place;
        let mut bound: BTreeMap<usize, usize> = BTreeMap::new();
        let mut found = Vec::new();
        for (at, file) in self.data.iter().enumerate() {
            let exact = items.iter().position(|item| *item == file.name);
            let fitting: Vec<usize> = match exact {
                Some(item) => vec![item],
                None => (0..items.len())
                    .filter(|item| items.get(*item).is_some_and(|item| names(&file.name, item)))
                    .collect(),
            };
            match fitting.as_slice() {
                [] => {
                    let short = items.iter().map(|item| item.rsplit('.').next().unwrap_or(item));
                    let short_name = file.name.rsplit('.').next().unwrap_or(&file.name);
                    let nearest = nearest(short_name, short).map(str::to_owned);
                    let problem =
                        Problem::UnusedData { path: file.path.clone(), name: short_name.to_owned(), nearest };
                    found.push(problem.at(place));
                }
                [item] => {
                    if let Some(other) = bound.get(item).and_then(|other| self.data.get(*other)) {
                        let name = items.get(*item).map_or(String::new(), |item| (*item).to_owned());
                        let paths = [other.path.clone(), file.path.clone()];
                        found.push(Problem::SameData { name, paths }.at(place));
                    } else {
                        bound.insert(*item, at);
                    }
                }
                several => {
                    let items = several.iter().filter_map(|item| items.get(*item)).map(|i| (*i).to_owned());
                    let problem = Problem::AmbiguousData { path: file.path.clone(), items: items.collect() };
                    found.push(problem.at(place));
                }
            }
        }
        (bound.into_iter().collect(), found)
    }
}
