//! Copies of what a project depends on, below its own folder, so that it can be built without its neighbours.
//!
//! `vendor/NAME` holds the `policy.toml`, the sources and the data of a dependency, `vendor/NAME.pbundle` one that is a bundle.
//! Where a copy is there, it is what the project is built with.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::confine::{self, describe};
use crate::load::{MAX_DATA, Project, VENDOR, vendored};
use crate::manifest::FILE_NAME;
use crate::write::{Readers, replace};

/// What a copy holds: the bytes of files by their paths; of a bundle one file without a path.
type Copy = BTreeMap<String, Vec<u8>>;

/// The copies that a project needs, by their paths from the project.
#[derive(Debug)]
pub struct Copies(BTreeMap<String, Copy>);

impl Copies {
    /// The copies of all dependencies of a project, which was opened without copies.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn of(project: &Project) -> Result<Self, String> {
        let mut all = BTreeMap::new();
        for (at, package) in project.packages.iter().enumerate().skip(1) {
            let Some(packed) = &package.packed else {
                all.insert(vendored(&package.name, false), folder(project, at)?);
                continue;
            };
            let bytes = read(packed.bundle(), policy_bytecode::bundle::Caps::default().bytes)?;
            all.insert(vendored(packed.first(), true), Copy::from([(String::new(), bytes)]));
        }
        Ok(Self(all))
    }

    /// Their paths from the project.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The paths of copies that are not on disk as they should be, and of those that nothing needs any more.
    #[must_use]
    pub fn stale(&self, root: &Path) -> Vec<String> {
        let wrong = self.0.iter().filter(|(path, copy)| !is(&root.join(path), copy));
        let mut all: Vec<String> = wrong.map(|(path, _)| path.clone()).collect();
        all.extend(self.unneeded(root));
        all
    }

    /// Writes what is stale, each copy as a whole, and removes what nothing needs.
    ///
    /// # Errors
    /// What cannot be written.
    pub fn write(&self, root: &Path) -> Result<(), String> {
        let failed = |path: &Path, error: &std::io::Error| {
            format!("{} cannot be written: {}", path.display(), describe(error))
        };
        for (path, copy) in self.0.iter().filter(|(path, copy)| !is(&root.join(path), copy)) {
            let target = root.join(path);
            place(&target, copy).map_err(|error| failed(&target, &error))?;
        }
        for path in self.unneeded(root) {
            let target = root.join(path);
            remove(&target).map_err(|error| failed(&target, &error))?;
        }
        Ok(())
    }

    /// What stands among the copies, is one by its look, and is needed no more.
    fn unneeded(&self, root: &Path) -> Vec<String> {
        let entries = fs::read_dir(root.join(VENDOR)).into_iter().flatten().filter_map(Result::ok);
        let copies = entries.filter(|entry| {
            let path = entry.path();
            path.extension().is_some_and(|ending| ending == "pbundle") || path.join(FILE_NAME).is_file()
        });
        let names: BTreeSet<String> =
            copies.map(|entry| format!("{VENDOR}/{}", entry.file_name().to_string_lossy())).collect();
        names.into_iter().filter(|path| !self.0.contains_key(path)).collect()
    }
}

/// The files of a package that is a folder.
fn folder(project: &Project, at: usize) -> Result<Copy, String> {
    let mut copy = Copy::new();
    let Some(package) = project.packages.get(at) else { return Ok(copy) };
    let modules = project.modules.iter().filter(|module| module.package == at).map(|module| module.file);
    for file in package.manifest_file.into_iter().chain(modules).filter_map(|id| project.files.get(id)) {
        let path = file.path.strip_prefix(&package.shown).unwrap_or(&file.path);
        copy.insert(path.to_owned(), file.text.as_bytes().to_vec());
    }
    for file in project.data.iter().filter(|file| file.package == at) {
        let path = file.path.strip_prefix(&package.shown).unwrap_or(&file.path);
        copy.insert(path.to_owned(), read(&file.real, MAX_DATA)?);
    }
    Ok(copy)
}

fn read(path: &Path, limit: u64) -> Result<Vec<u8>, String> {
    confine::read(path, limit).map_err(|error| format!("{} cannot be read: {error}", path.display()))
}

/// Whether exactly this stands at a path.
fn is(at: &Path, copy: &Copy) -> bool {
    let same = copy.iter().all(|(path, bytes)| {
        let path = if path.is_empty() { at.to_path_buf() } else { at.join(path) };
        fs::read(path).is_ok_and(|found| found == *bytes)
    });
    let files = walkdir::WalkDir::new(at).into_iter().filter_map(Result::ok);
    same && files.filter(|entry| !entry.file_type().is_dir()).count() == copy.len()
}

/// Puts a copy in its place: it is written beside, and takes the place of what was there.
fn place(target: &Path, copy: &Copy) -> std::io::Result<()> {
    fs::create_dir_all(target.parent().unwrap_or(target))?;
    if let Some(bytes) = copy.get("") {
        return replace(target, bytes, Readers::Usual);
    }
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let beside = |word: &str| -> PathBuf { target.with_file_name(format!(".{name}.{word}")) };
    let (new, old) = (beside("new"), beside("old"));
    for leftover in [&new, &old] {
        remove(leftover)?;
    }
    for (path, bytes) in copy {
        let path = new.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&new))?;
        replace(&path, bytes, Readers::Usual)?;
    }
    if fs::symlink_metadata(target).is_ok() {
        fs::rename(target, &old)?;
    }
    fs::rename(&new, target)?;
    remove(&old)
}

/// Removes a file or a folder, if it is there.
fn remove(path: &Path) -> std::io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(about) if about.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => Ok(()),
    }
}
