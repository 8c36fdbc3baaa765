//! The files that tests ask for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use policy_bytecode::op::FixtureForm;
use policy_project::fixtures::Fixtures;
use policy_project::formats::Columns;
use policy_project::{Project, pointer};
use policy_vm::host::{FixtureRequest, Host};

use crate::columns;

/// How many bytes of files are kept for tests that read them again.
const MAX_KEPT: usize = 64 << 20;

/// The form, what columns are read as, the folder and the path.
type Key = (u8, Columns, PathBuf, String);

/// Reads fixtures from below the project, and keeps what was read.
pub(super) struct Files<'a> {
    project: &'a Project,
    kept: BTreeMap<Key, Result<Vec<u8>, String>>,
    bytes: usize,
}

impl<'a> Files<'a> {
    pub(super) fn new(project: &'a Project) -> Self {
        Self { project, kept: BTreeMap::new(), bytes: 0 }
    }

    fn read(
        &mut self,
        root: &Path,
        folder: PathBuf,
        request: &FixtureRequest<'_>,
    ) -> Result<Vec<u8>, String> {
        let path = request.path;
        let columns =
            request.rows.map_or_else(Columns::default, |rows| columns::of_rows(request.types, rows));
        let key = (request.form as u8, columns, folder, path.to_owned());
        if let Some(known) = self.kept.get(&key) {
            return known.clone();
        }
        let fixtures = Fixtures::new(root, &key.2).reading(key.1.clone());
        let read = match request.form {
            FixtureForm::One => fixtures.one(path),
            FixtureForm::Documents => fixtures.documents(path),
            FixtureForm::Many => fixtures.many(path),
            FixtureForm::Table => fixtures.table(path),
        };
        let size = read.as_ref().map_or(0, Vec::len);
        if self.bytes.saturating_add(size) <= MAX_KEPT {
            self.bytes += size;
            self.kept.insert(key, read.clone());
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
        let json = self.read(root, folder, request)?;
        match request.pointer {
            None => Ok(json),
            Some(pointer) => pointer::resolve(&json, pointer)
                .map(<[u8]>::to_vec)
                .map_err(|why| format!("the fixture {:?}: {why}", request.path)),
        }
    }
}
