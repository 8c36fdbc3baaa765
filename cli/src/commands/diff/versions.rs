//! Versions to compare: folders, revisions of git, and bundles.

use std::path::{Path, PathBuf};
use std::process::Command;

use policy_bytecode::bundle::sources;
use policy_project::Overlay;
use policy_project::load::vendored;
use policy_testing::Workspace;
use policy_testing::compare::Version;
use policy_vm::Program;

use crate::bundles;
use crate::report;
use crate::shown;
use crate::terminal::Terminal;

/// The two versions.
pub(super) struct Both {
    pub(super) old: Version,
    pub(super) new: Version,
}

/// A folder that is removed when it is no longer needed.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Opens both versions; says what is wrong where one cannot be.
pub(super) fn open(old: &str, new: &str, project: &Path, terminal: &mut Terminal) -> Option<Both> {
    Some(Both { old: version(old, project, "old", terminal)?, new: version(new, project, "new", terminal)? })
}

fn version(name: &str, project: &Path, which: &str, terminal: &mut Terminal) -> Option<Version> {
    let named = Path::new(name);
    let is_bundle = named.extension().is_some_and(|ending| ending == bundles::BUNDLE) && named.is_file();
    let found = if is_bundle {
        match unpacked(named, which) {
            Ok(Unpacked::Sources(folder)) => Ok((folder.0.clone(), Some(folder))),
            Ok(Unpacked::Compiled(version)) => return Some(*version),
            Err(problem) => Err(problem),
        }
    } else if named.exists() {
        Ok((named.to_path_buf(), None))
    } else {
        checked_out(name, project, which).map(|(folder, path)| (path, Some(folder)))
    };
    let (path, kept) = match found {
        Ok(found) => found,
        Err(problem) => {
            terminal.complain(&problem);
            return None;
        }
    };
    let workspace = match Workspace::open(&path, &Overlay::new()) {
        Ok(workspace) => workspace,
        Err(error) => {
            terminal.complain(&format!("{name}: {error}"));
            return None;
        }
    };
    let files = shown::files(&workspace.project);
    let opened = Version::new(&workspace);
    drop(kept);
    match opened {
        Ok(version) => Some(version),
        Err(found) => {
            let (colour, width) = (terminal.err_colour(), terminal.width());
            terminal.err(&report::human::findings(&found, &files, colour, width, report::MAX_SHOWN));
            terminal.complain(&format!("{name} has errors"));
            None
        }
    }
}

/// A folder for the files of a version.
fn temporary(which: &str) -> Temporary {
    Temporary(std::env::temp_dir().join(format!("policyc-{which}-{}", std::process::id())))
}

/// Writes a file of a version below a folder. Names are relative and never lead out of it; one that does is none.
fn put(folder: &Path, path: &str, bytes: &[u8]) -> Result<(), String> {
    if Path::new(path).components().any(|part| !matches!(part, std::path::Component::Normal(_))) {
        return Ok(());
    }
    let to = folder.join(path);
    let made = to.parent().map_or(Ok(()), std::fs::create_dir_all);
    made.and_then(|()| std::fs::write(&to, bytes))
        .map_err(|error| format!("{} cannot be written: {error}", to.display()))
}

/// What a bundle holds.
enum Unpacked {
    /// The project that it was made from, in a folder of its own; what it depends on lies there as copies do.
    Sources(Temporary),
    /// A program alone.
    Compiled(Box<Version>),
}

fn unpacked(bundle: &Path, which: &str) -> Result<Unpacked, String> {
    let files = bundles::Files::read(bundle, &[])?;
    let (container, beside) = files.open()?;
    let refused = |error: &dyn std::fmt::Display| format!("{} is refused: {error}", bundle.display());
    let packages = sources(&container).map_err(|error| refused(&error))?;
    let Some(packages) = packages.filter(|packages| !packages.is_empty()) else {
        let library = policy_stdlib::table();
        let program = Program::of_container(&container, &beside, library).map_err(|error| refused(&error))?;
        let program = program.clone().within(program.request().limits).map_err(|error| refused(&error))?;
        let version = Version::of_bundle(program).map_err(|error| refused(&error))?;
        return Ok(Unpacked::Compiled(Box::new(version)));
    };
    let folder = temporary(which);
    for (at, package) in packages.iter().enumerate() {
        let within = if at == 0 { String::new() } else { format!("{}/", vendored(&package.name, false)) };
        for file in &package.files {
            put(&folder.0, &format!("{within}{}", file.path), &file.bytes)?;
        }
    }
    Ok(Unpacked::Sources(folder))
}

/// The files of a revision in a folder of their own, with the place of the project in it.
fn checked_out(revision: &str, project: &Path, which: &str) -> Result<(Temporary, PathBuf), String> {
    if revision.starts_with('-') {
        return Err(format!("{revision} is neither a folder nor a revision"));
    }
    let git = |arguments: &[&str]| -> Result<Vec<u8>, String> {
        let output = Command::new("git")
            .arg("-C")
            .arg(project)
            .args(arguments)
            .output()
            .map_err(|error| format!("git cannot be run: {error}"))?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
        }
    };
    let unknown = |why: String| format!("{revision} is neither a folder nor a revision: {why}");
    let commit = format!("{revision}^{{commit}}");
    git(&["rev-parse", "--verify", "--quiet", &commit])
        .map_err(|_| unknown("git does not know it".to_owned()))?;
    let prefix =
        String::from_utf8_lossy(&git(&["rev-parse", "--show-prefix"]).map_err(unknown)?).trim().to_owned();
    // The whole tree: a project may depend on others beside it.
    let listed = git(&["ls-tree", "-r", "-z", "--full-tree", "--name-only", &commit]).map_err(unknown)?;
    let folder = temporary(which);
    for path in listed.split(|byte| *byte == 0).filter(|path| !path.is_empty()) {
        let Ok(path) = std::str::from_utf8(path) else { continue };
        if !wanted(path) {
            continue;
        }
        let bytes = git(&["cat-file", "blob", &format!("{revision}:{path}")]).map_err(unknown)?;
        put(&folder.0, path, &bytes)?;
    }
    let path = folder.0.join(prefix);
    Ok((folder, path))
}

/// Whether a file can belong to a project.
fn wanted(path: &str) -> bool {
    let known = |ending: &str| {
        matches!(ending, "policy" | "toml" | "json" | "jsonl" | "yaml" | "yml" | "csv" | "tsv" | "ndjson")
    };
    path.rsplit_once('.').is_some_and(|(_, ending)| known(ending))
}
