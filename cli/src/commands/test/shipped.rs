//! Whether a bundle is what a project builds.

use std::path::Path;

use policy_bytecode::bundle;
use policy_testing::Workspace;
use policy_vm::Program;

use crate::bundles::Files;

/// Whether a bundle decides by what the project says: its program, its data, and all that it says of itself. Where things stand
/// in sources, what is packed, and who signed it do not matter.
///
/// # Errors
/// What is different, or why it cannot be told.
pub(super) fn is_of(path: &Path, workspace: &Workspace) -> Result<(), String> {
    let files = Files::read(path, &[])?;
    let (container, beside) = files.open()?;
    let refused = |error: &dyn std::fmt::Display| format!("{} is refused: {error}", path.display());
    let library = policy_stdlib::table();
    let program = Program::of_container(&container, &beside, library).map_err(|error| refused(&error))?;
    let theirs = bundle::manifest(&container).map_err(|error| refused(&error))?;
    let built = workspace.bundle(false).map_err(|_| "the project builds no bundle".to_owned())?;
    let own = Program::load(&built.bytes, library).map_err(|error| error.to_string())?;
    let ours = built.manifest;
    let same = [
        ("its program", program.digest() == own.digest()),
        ("its name or version", (&theirs.name, &theirs.version) == (&ours.name, &ours.version)),
        ("its entries", theirs.entries == ours.entries),
        ("its modes", theirs.modes == ours.modes),
        ("its limits", theirs.limits == ours.limits),
        ("its data", theirs.documents == ours.documents),
        ("what it depends on", theirs.dependencies == ours.dependencies),
    ];
    let different: Vec<&str> = same.iter().filter(|(_, same)| !same).map(|(what, _)| *what).collect();
    if different.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{} is not what the project builds: {} differs; `policyc build` writes a new one",
        path.display(),
        different.join(", ")
    ))
}
