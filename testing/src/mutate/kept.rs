//! What became of mutants in earlier runs, by the content of all that it depends on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use policy_project::write::{Readers, replace};
use policy_syntax::FileId;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Fate;
use super::sites::Site;
use crate::link::Documents;
use crate::reach::Reach;
use crate::runner::Shelf;
use crate::workspace::Workspace;

/// The form of the file; what was written in another one is not read.
const FORM: u64 = 1;

/// Fates of mutants by what they depend on, in a file.
#[derive(Debug, Default)]
pub struct Kept {
    path: PathBuf,
    fates: Mutex<Fates>,
}

#[derive(Debug, Default)]
struct Fates {
    known: BTreeMap<String, Fate>,
    used: BTreeSet<String>,
}

impl Kept {
    /// What a file holds; nothing where it cannot be read, or is of another form.
    #[must_use]
    pub fn read(path: &Path) -> Self {
        let known = std::fs::read(path).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
        let known = known.filter(|value| value.get("form").and_then(Value::as_u64) == Some(FORM));
        let fates = known.as_ref().and_then(|value| value.get("mutants")).and_then(Value::as_object);
        let known = fates.into_iter().flatten().filter_map(|(key, value)| Some((key.clone(), fate(value)?)));
        let fates = Fates { known: known.collect(), used: BTreeSet::new() };
        Self { path: path.to_path_buf(), fates: Mutex::new(fates) }
    }

    /// Writes the file as a whole; of a run of all mutants without those that are none any more.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(&self, whole: bool) -> std::io::Result<()> {
        let fates = self.fates();
        let mutants: BTreeMap<&String, Value> = fates
            .known
            .iter()
            .filter(|(key, _)| !whole || fates.used.contains(*key))
            .map(|(key, fate)| (key, value(fate)))
            .collect();
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
            // What is kept here can be made again, and belongs into no repository.
            let ignored = folder.join(".gitignore");
            if !ignored.exists() {
                replace(&ignored, b"*\n", Readers::Usual)?;
            }
        }
        let text = json!({ "form": FORM, "mutants": mutants }).to_string();
        replace(&self.path, text.as_bytes(), Readers::Usual)
    }

    fn fates(&self) -> MutexGuard<'_, Fates> {
        self.fates.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What became of a mutant.
    pub(super) fn fate(&self, key: &str) -> Option<Fate> {
        let mut fates = self.fates();
        let fate = fates.known.get(key).cloned()?;
        fates.used.insert(key.to_owned());
        Some(fate)
    }

    /// Keeps what became of a mutant.
    pub(super) fn keep(&self, key: String, fate: &Fate) {
        let mut fates = self.fates();
        fates.used.insert(key.clone());
        fates.known.insert(key, fate.clone());
    }
}

fn value(fate: &Fate) -> Value {
    match fate {
        Fate::Killed(test) => json!({ "killed": test }),
        Fate::Survived(witness) => json!({ "survived": witness }),
        Fate::Equivalent => json!("equivalent"),
        Fate::TimedOut(test) => json!({ "timed_out": test }),
        Fate::Invalid => json!("invalid"),
    }
}

fn fate(value: &Value) -> Option<Fate> {
    match value.as_str() {
        Some("equivalent") => return Some(Fate::Equivalent),
        Some("invalid") => return Some(Fate::Invalid),
        Some(_) | None => {}
    }
    let (name, told) = value.as_object()?.iter().next()?;
    let text = told.as_str().map(str::to_owned);
    match (name.as_str(), text) {
        ("killed", Some(test)) => Some(Fate::Killed(test)),
        ("timed_out", Some(test)) => Some(Fate::TimedOut(test)),
        ("survived", witness) => Some(Fate::Survived(witness)),
        (_, _) => None,
    }
}

/// What the keys of mutants are made of.
#[derive(Debug)]
pub(super) struct Keys<'a> {
    workspace: &'a Workspace,
    /// All that every mutant depends on: this release, `policy.toml`, data, and the files that tests read.
    ground: [u8; 32],
    /// The sources that each test depends on, and those of each policy.
    tests: Vec<BTreeSet<FileId>>,
    policies: Vec<BTreeSet<FileId>>,
    files: BTreeMap<FileId, [u8; 32]>,
}

impl<'a> Keys<'a> {
    pub(super) fn new(workspace: &'a Workspace, documents: &Documents, shelf: &Shelf, seed: u64) -> Self {
        let mut hash = Hash::default();
        hash.add(env!("CARGO_PKG_VERSION").as_bytes());
        hash.add(&policy_stdlib::table().digest());
        hash.add(&seed.to_le_bytes());
        for (_, file) in workspace.project.files.iter().filter(|(_, file)| !file.path.ends_with(".policy")) {
            hash.add(file.path.as_bytes());
            hash.add(file.text.as_bytes());
        }
        documents.each(|name, json| {
            hash.add(name.as_bytes());
            hash.add(json.as_bytes());
        });
        shelf.each(|folder, path, content| {
            hash.add(folder.to_string_lossy().as_bytes());
            hash.add(path.as_bytes());
            hash.add(content);
        });
        let hir = &workspace.checked.hir;
        let files = workspace.project.files.iter().map(|(id, file)| {
            let mut hash = Hash::default();
            hash.add(file.path.as_bytes());
            hash.add(file.text.as_bytes());
            (id, hash.done())
        });
        let tests = hir.tests.iter().map(|test| Reach::of_test(hir, test).files().clone()).collect();
        let policies = (0..hir.policies.len()).map(|at| Reach::of_policy(hir, at).files().clone()).collect();
        Self { workspace, ground: hash.done(), tests, policies, files: files.collect() }
    }

    /// The key of a mutant that runs against some tests.
    pub(super) fn of(&self, site: &Site, tests: &[usize]) -> String {
        let mut hash = Hash::default();
        hash.add(&self.ground);
        let place = site.location;
        let path = self.workspace.project.files.get(place.file).map_or("", |file| file.path.as_str());
        let told = format!("{path} {}..{} {:?} {}", place.span.lo, place.span.hi, site.change, site.after);
        hash.add(told.as_bytes());
        let mut files = BTreeSet::from([place.file]);
        // Whether a change makes other code is a matter of all that the policy depends on.
        files.extend(self.policies.iter().filter(|files| files.contains(&place.file)).flatten());
        for test in tests {
            hash.add(&(*test as u64).to_le_bytes());
            files.extend(self.tests.get(*test).into_iter().flatten().copied());
        }
        for digest in files.iter().filter_map(|file| self.files.get(file)) {
            hash.add(digest);
        }
        hash.done().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Parts, each with its length before it.
#[derive(Default)]
struct Hash(Sha256);

impl Hash {
    fn add(&mut self, part: &[u8]) {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    fn done(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}
