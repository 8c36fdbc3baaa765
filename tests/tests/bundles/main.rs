//! Bundles: they decide as their sources do, are the same wherever they are built, and do no harm whoever made them.

mod faithful;
mod forged;
mod golden;
mod grammar;
mod hostile;

use policy_allocations::Counting;
use policy_bytecode::bundle::{Caps, Container};
use policy_project::Overlay;
use policy_testing::Workspace;
use std::path::{Path, PathBuf};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A path in the repository.
fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(path)
}

/// The bundle of a project.
fn build(project: &Path, packed: bool) -> Vec<u8> {
    let workspace = Workspace::open(project, &Overlay::new()).unwrap();
    workspace.bundle(packed).unwrap_or_else(|found| panic!("{}: {found:#?}", project.display())).bytes
}

/// A project of one module.
fn project(source: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("policies")).unwrap();
    std::fs::write(folder.path().join("policy.toml"), "name = \"p\"\nversion = \"0.1.0\"\n").unwrap();
    std::fs::write(folder.path().join("policies/m.policy"), source).unwrap();
    folder
}

fn open(bytes: &[u8]) -> Container<'_> {
    Container::open(bytes, Caps::default()).unwrap()
}
