//! Applying edits.

use std::collections::BTreeMap;
use std::path::Path;

use policy_project::Overlay;
use policy_syntax::{Applicability, Diagnostic, FileId, Location};
use policy_testing::Workspace;

use crate::report::count;
use crate::terminal::Terminal;

/// One edit may uncover the next; past this many rounds something goes in a circle.
const MAX_ROUNDS: usize = 10;

/// Applies all edits that are safe, checks again, and goes on until none is left. Gives the workspace as it then is.
pub(super) fn apply(
    mut workspace: Workspace,
    path: &Path,
    terminal: &mut Terminal,
) -> Result<Workspace, String> {
    let mut total = 0usize;
    for _ in 0..MAX_ROUNDS {
        let (texts, applied) = mended(&workspace);
        if applied == 0 {
            break;
        }
        for (file, text) in &texts {
            let Some(source) = workspace.project.files.get(*file) else { continue };
            let real = workspace.project.root.join(&source.path);
            super::super::fmt::write(&real, text)
                .map_err(|error| format!("{} cannot be written: {error}", source.path))?;
        }
        total += applied;
        workspace = Workspace::open(path, &Overlay::new()).map_err(|error| error.to_string())?;
    }
    if total > 0 {
        terminal.err(&format!("applied {}\n", count(total, "edit", "edits")));
    }
    Ok(workspace)
}

/// The texts that change, and how many mends they hold.
fn mended(workspace: &Workspace) -> (BTreeMap<FileId, String>, usize) {
    let mut chosen: BTreeMap<FileId, Vec<(Location, String)>> = BTreeMap::new();
    let mut applied = 0;
    for edits in workspace.diagnostics.iter().filter_map(safe) {
        let known = edits.iter().all(|(at, _)| workspace.project.files.get(at.file).is_some());
        let free = edits.iter().all(|(at, _)| {
            let taken = chosen.get(&at.file).map(Vec::as_slice).unwrap_or_default();
            taken.iter().all(|(other, _)| apart(*at, *other))
        });
        if known && free && !edits.is_empty() {
            applied += 1;
            for (at, text) in edits {
                chosen.entry(at.file).or_default().push((*at, text.clone()));
            }
        }
    }
    let mut out = BTreeMap::new();
    for (file, mut edits) in chosen {
        edits.sort_by_key(|(at, _)| at.span);
        let Some(source) = workspace.project.files.get(file) else { continue };
        let mut text = source.text.to_string();
        for (at, new) in edits.iter().rev() {
            let range = at.span.lo as usize..at.span.hi as usize;
            if text.get(range.clone()).is_some() {
                text.replace_range(range, new);
            }
        }
        out.insert(file, text);
    }
    (out, applied)
}

/// The edits of a finding that may be applied unasked.
fn safe(found: &Diagnostic) -> Option<&[(Location, String)]> {
    found.fixes.iter().find(|fix| fix.applicability == Applicability::Safe).map(|fix| fix.edits.as_slice())
}

/// Whether two places neither overlap nor touch at one point.
fn apart(left: Location, right: Location) -> bool {
    left.span.hi < right.span.lo || right.span.hi < left.span.lo
}
