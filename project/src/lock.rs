//! `policy.lock`: what the dependencies of a project held when somebody looked at them last.

use std::fmt::Write as _;

use policy_syntax::Severity;
use serde::Deserialize;

use crate::confine::{self, Refused};
use crate::contents::ContentDigest;
use crate::load::Project;
use crate::problem::Problem;

/// The name of the file, beside `policy.toml`.
pub const LOCK_NAME: &str = "policy.lock";

/// The version of the file's form.
const FORM: i64 = 1;

/// The greatest size of the file, in bytes.
const MAX_LOCK: u64 = 1 << 20;

/// Where a dependency is, from the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In a folder.
    Folder(String),
    /// In a bundle.
    Bundle(String),
}

/// What is recorded of a dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// Where it is.
    pub origin: Origin,
    /// The digest of what it holds; see [`Project::package_digest`].
    pub digest: String,
    /// The id of the bundle that it lies in.
    pub id: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: i64,
    #[serde(default)]
    dependency: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    version: Option<String>,
    path: Option<String>,
    bundle: Option<String>,
    digest: String,
    id: Option<String>,
}

impl TryFrom<Row> for Locked {
    type Error = String;

    fn try_from(row: Row) -> Result<Self, String> {
        let origin = match (row.path, row.bundle) {
            (Some(path), None) => Origin::Folder(path),
            (None, Some(bundle)) => Origin::Bundle(bundle),
            (_, _) => return Err(format!("{} has either `path` or `bundle`", row.name)),
        };
        Ok(Self { name: row.name, version: row.version, origin, digest: row.digest, id: row.id })
    }
}

fn parse(text: &str) -> Result<Vec<Locked>, String> {
    let file: File = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    if file.version != FORM {
        return Err(format!("it has version {}, and this policyc knows {FORM}", file.version));
    }
    file.dependency.into_iter().map(Locked::try_from).collect()
}

fn digest(bytes: ContentDigest) -> String {
    bytes.iter().fold("sha256:".to_owned(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

impl Project {
    /// What `policy.lock` would say now: all dependencies, in the order of their names.
    #[must_use]
    pub fn dependencies_now(&self) -> Vec<Locked> {
        let packages = self.packages.iter().enumerate().skip(1);
        let mut all: Vec<Locked> = packages
            .map(|(at, package)| Locked {
                name: package.name.clone(),
                version: package.manifest.version.clone(),
                origin: package.origin.clone(),
                digest: digest(self.package_digest(at)),
                id: package.packed.as_ref().map(|packed| digest(packed.id())),
            })
            .collect();
        all.sort_by(|left, right| left.name.cmp(&right.name));
        all
    }

    /// What `policy.lock` says; none where there is no such file.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn locked(&self) -> Result<Option<Vec<Locked>>, String> {
        let path = self.root.join(LOCK_NAME);
        if self.manifest_file.is_none() || std::fs::symlink_metadata(&path).is_err() {
            return Ok(None);
        }
        let bytes = confine::confine(&self.root, &self.root, path.as_path())
            .and_then(|real| confine::read(&real, MAX_LOCK))
            .map_err(|refused: Refused| refused.to_string())?;
        parse(&String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?).map(Some)
    }
}

/// The text of a `policy.lock` with these dependencies.
#[must_use]
pub fn text(dependencies: &[Locked]) -> String {
    let mut out =
        format!("# What the dependencies held. `policyc lock` writes this file.\nversion = {FORM}\n");
    for one in dependencies {
        let _ = write!(out, "\n[[dependency]]\nname = {}\n", quoted(&one.name));
        if let Some(version) = &one.version {
            let _ = writeln!(out, "version = {}", quoted(version));
        }
        let _ = match &one.origin {
            Origin::Folder(path) => writeln!(out, "path = {}", quoted(path)),
            Origin::Bundle(path) => writeln!(out, "bundle = {}", quoted(path)),
        };
        let _ = writeln!(out, "digest = {}", quoted(&one.digest));
        if let Some(id) = &one.id {
            let _ = writeln!(out, "id = {}", quoted(id));
        }
    }
    out
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Holds the dependencies against `policy.lock`, where there is one.
pub(crate) fn check(project: &mut Project) {
    let place = project.own_place();
    let locked = match project.locked() {
        Ok(Some(locked)) => locked,
        Ok(None) => return,
        Err(reason) => return project.report(Problem::BadLock { reason }, place),
    };
    // A dependency that could not be read was reported, and is not what it was for that reason alone.
    if project.diagnostics.iter().any(|found| found.severity == Severity::Error) {
        return;
    }
    let now = project.dependencies_now();
    for one in &now {
        let said = project.manifest.dependencies.get(&one.name).map_or(place, |said| said.place);
        let problem = match locked.iter().find(|other| other.name == one.name) {
            Some(other) if other == one => continue,
            Some(other) => {
                Problem::DependencyChanged { name: one.name.clone(), changes: changes(other, one) }
            }
            None => Problem::NotLocked { name: one.name.clone() },
        };
        project.report(problem, said);
    }
    for other in locked.iter().filter(|other| now.iter().all(|one| one.name != other.name)) {
        project.report(Problem::LockedInVain { name: other.name.clone() }, place);
    }
}

/// What is different, in words.
#[must_use]
pub fn changes(before: &Locked, now: &Locked) -> Vec<String> {
    let version = |of: &Locked| of.version.clone().unwrap_or_else(|| "none".to_owned());
    let origin = |of: &Locked| match &of.origin {
        Origin::Folder(path) => format!("the folder {path}"),
        Origin::Bundle(path) => format!("the bundle {path}"),
    };
    let id = |of: &Locked| of.id.clone().unwrap_or_else(|| "none".to_owned());
    let rows = [
        ("its version", version(before), version(now)),
        ("its place", origin(before), origin(now)),
        ("the digest of what it holds", before.digest.clone(), now.digest.clone()),
        ("the id of its bundle", id(before), id(now)),
    ];
    let different = rows.into_iter().filter(|(_, before, now)| before != now);
    different.map(|(what, before, now)| format!("{what} was {before}, and is {now}")).collect()
}

#[cfg(test)]
mod tests;
