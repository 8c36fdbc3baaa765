//! The files that tests ask for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use policy_bytecode::op::FixtureForm;
use policy_project::fixtures::Fixtures;
use policy_project::formats::Columns;
use policy_project::{Project, pointer};
use policy_vm::{FixtureRequest, Host};

use crate::columns;

/// How many bytes of files are kept for tests that read them again.
const MAX_KEPT: usize = 64 << 20;

/// The form, what columns are read as, the folder and the path.
type Key = (u8, Columns, PathBuf, String);

/// A file's documents as JSON, or why it cannot be read.
type Read = Result<Vec<u8>, String>;

/// What was read of the files of a project, for all threads and runs that read them.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    files: BTreeMap<Key, Arc<Read>>,
    bytes: usize,
}

impl Shelf {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls `each` with the folder, the path and the content of all that was read, in order.
    pub(crate) fn each(&self, mut each: impl FnMut(&Path, &str, &[u8])) {
        for ((_, _, folder, path), read) in &self.kept().files {
            match &**read {
                Ok(bytes) => each(folder, path, bytes),
                Err(why) => each(folder, path, why.as_bytes()),
            }
        }
    }
}

/// Reads fixtures from below the project, and keeps what was read.
pub(super) struct Files<'a> {
    project: &'a Project,
    shelf: &'a Shelf,
}

impl<'a> Files<'a> {
    pub(super) fn new(project: &'a Project, shelf: &'a Shelf) -> Self {
        Self { project, shelf }
    }

    fn read(&self, root: &Path, folder: PathBuf, request: &FixtureRequest<'_>) -> Arc<Read> {
        let path = request.path;
        let columns =
            request.rows.map_or_else(Columns::default, |rows| columns::of_rows(request.types, rows));
        let key = (request.form as u8, columns, folder, path.to_owned());
        if let Some(known) = self.shelf.kept().files.get(&key) {
            return Arc::clone(known);
        }
        let fixtures = Fixtures::new(root, &key.2).reading(key.1.clone());
        let read = Arc::new(match request.form {
            FixtureForm::One => fixtures.one(path),
            FixtureForm::Documents => fixtures.documents(path),
            FixtureForm::Many => fixtures.many(path),
            FixtureForm::Table => fixtures.table(path),
        });
        let size = read.as_ref().as_ref().map_or(0, Vec::len);
        let mut kept = self.shelf.kept();
        if kept.bytes.saturating_add(size) <= MAX_KEPT {
            kept.bytes += size;
            kept.files.insert(key, Arc::clone(&read));
        }
        read
    }
}

impl Host for Files<'_> {
    fn fixture(&mut self, request: &FixtureRequest<'_>) -> Result<Vec<u8>, String> {
        let source = request.source.ok_or("it is not known which file asks for the fixture")?;
        let package = self.project.package_at(source);
        let root = package.map_or(self.project.root.as_path(), |package| package.root.as_path());
        let below = package.and_then(|package| source.strip_prefix(&package.shown)).unwrap_or(source);
        let folder = root.join(below).parent().unwrap_or(root).to_path_buf();
        let read = self.read(root, folder, request);
        let json = read.as_ref().as_ref().map_err(Clone::clone)?;
        match request.pointer {
            None => Ok(json.clone()),
            Some(pointer) => pointer::resolve(json, pointer)
                .map(<[u8]>::to_vec)
                .map_err(|why| format!("the fixture {:?}: {why}", request.path)),
        }
    }
}
