//! Applying edits.

use std::path::Path;

use policy_compiler::fix::{Texts, fix};
use policy_project::Overlay;
use policy_testing::Workspace;

use crate::report::count;
use crate::terminal::{Terminal, tame};

/// How many applied edits are named before the rest is only counted.
const MAX_NAMED: usize = 50;

/// Applies all edits that are safe, writes the files that change, and gives the workspace as it then is.
pub(super) fn apply(workspace: Workspace, path: &Path, terminal: &mut Terminal) -> Result<Workspace, String> {
    let project = &workspace.project;
    let texts: Texts = project
        .modules
        .iter()
        .filter(|module| module.package == 0)
        .filter_map(|module| Some((module.file, project.files.get(module.file)?.text.clone())))
        .collect();
    let fixed = fix(&texts, &mut |texts| {
        let overlay: Overlay = texts
            .iter()
            .filter_map(|(file, text)| {
                let shown = project.files.get(*file)?;
                Some((project.root.join(&shown.path).canonicalize().ok()?, text.to_string()))
            })
            .collect();
        Workspace::open(path, &overlay).map(|workspace| workspace.diagnostics).unwrap_or_default()
    });
    for (file, text) in &fixed.changed {
        let Some(source) = project.files.get(*file) else { continue };
        super::super::fmt::write(&project.root.join(&source.path), text)
            .map_err(|error| format!("{} cannot be written: {error}", source.path))?;
    }
    if fixed.applied.is_empty() {
        return Ok(workspace);
    }
    for one in fixed.applied.iter().take(MAX_NAMED) {
        terminal.err(&format!("{}: {} ({})\n", project.files.show(one.at), tame(&one.title), one.code));
    }
    terminal.err(&format!("applied {}\n", count(fixed.applied.len(), "edit", "edits")));
    Workspace::open(path, &Overlay::new()).map_err(|error| error.to_string())
}
