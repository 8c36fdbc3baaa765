//! Which tests a change can affect.

use std::collections::BTreeSet;
use std::path::PathBuf;

use policy_syntax::{FileId, Location};

use crate::reach::Reach;
use crate::result::{Results, Status};
use crate::workspace::Workspace;

/// Tests and properties, by position.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Affected {
    /// Tests.
    pub tests: BTreeSet<usize>,
    /// Properties.
    pub properties: BTreeSet<usize>,
}

impl Affected {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.tests.len() + self.properties.len()
    }

    /// All of a project.
    #[must_use]
    pub fn all(workspace: &Workspace) -> Self {
        let hir = &workspace.checked.hir;
        let own = |at: Location| workspace.is_own(at.file);
        let tests = hir.tests.iter().enumerate().filter(|(_, one)| own(one.location));
        let properties = hir.properties.iter().enumerate().filter(|(_, one)| own(one.location));
        Self { tests: tests.map(|(at, _)| at).collect(), properties: properties.map(|(at, _)| at).collect() }
    }

    /// Adds those that failed before, by [`failing`].
    pub fn add_failing(&mut self, workspace: &Workspace, failing: &BTreeSet<String>) {
        let all = Self::all(workspace);
        let hir = &workspace.checked.hir;
        let failed = |location: Option<Location>| {
            location.is_some_and(|location| failing.contains(&head(workspace, location)))
        };
        self.tests.extend(all.tests.iter().filter(|at| failed(hir.tests.get(**at).map(|one| one.location))));
        let properties = all.properties.iter();
        self.properties
            .extend(properties.filter(|at| failed(hir.properties.get(**at).map(|one| one.location))));
    }
}

/// What files, by their paths below the project, can affect; none where that is all: a file that is no source may be read by
/// any test, and who depended on one that is gone is not known any more.
#[must_use]
pub fn by_files(workspace: &Workspace, changed: &BTreeSet<PathBuf>) -> Option<Affected> {
    let mut files: BTreeSet<FileId> = BTreeSet::new();
    for path in changed {
        let shown = path.to_string_lossy().replace('\\', "/");
        let (id, _) = workspace.project.files.iter().find(|(_, file)| file.path == shown)?;
        if !shown.ends_with(".policy") {
            return None;
        }
        files.insert(id);
    }
    let hir = &workspace.checked.hir;
    let mut affected = Affected::all(workspace);
    let touched = |reach: Reach<'_>| !reach.files().is_disjoint(&files);
    // An exception counts in whatever asks the policy that it is for.
    affected.tests.retain(|at| hir.tests.get(*at).is_some_and(|test| touched(Reach::of_test(hir, test))));
    affected.properties.retain(|at| {
        hir.properties.get(*at).is_some_and(|property| touched(Reach::of_property(hir, property)))
    });
    Some(affected)
}

/// The sources that hold exceptions, by path: where one goes away or turns to another policy, the policy that it was for decides
/// otherwise, though nothing leads from there to the source any more.
#[must_use]
pub fn with_exceptions(workspace: &Workspace) -> BTreeSet<PathBuf> {
    let exceptions = workspace.checked.hir.exceptions.iter();
    exceptions
        .filter_map(|one| workspace.project.files.get(one.location.file))
        .map(|file| PathBuf::from(&file.path))
        .collect()
}

/// The tests and properties that failed, by what they begin with: their places move with each edit.
#[must_use]
pub fn failing(workspace: &Workspace, results: &Results) -> BTreeSet<String> {
    let failed = results.cases().filter(|case| matches!(case.status, Status::Failed(_)));
    failed.map(|case| head(workspace, case.location)).collect()
}

/// The source and the first line of a test.
fn head(workspace: &Workspace, location: Location) -> String {
    let path = workspace.project.files.get(location.file).map_or("", |file| file.path.as_str());
    let line = workspace.project.files.text(location).lines().next().unwrap_or("");
    format!("{path}: {}", line.trim())
}
