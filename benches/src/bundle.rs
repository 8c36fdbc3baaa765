//! Programs and their data as bundles.

use policy_bytecode::bundle::{Document, DocumentKind, Entry, Manifest};
use policy_vm::Program;
use sha2::{Digest as _, Sha256};

/// The entry of every bundle made here.
pub const ENTRY: &str = "entry";

/// A bundle of a program and its data, one JSON object by item, packed or not.
#[must_use]
pub fn of(program: &Program, policy: &str, data: &serde_json::Value, packed: bool) -> Vec<u8> {
    let items = data.as_object().into_iter().flatten();
    let documents: Vec<(&String, String)> = items.map(|(name, value)| (name, value.to_string())).collect();
    let manifest = Manifest {
        name: "bench".to_owned(),
        edition: policy_compiler::EDITION.to_owned(),
        entries: vec![Entry {
            name: ENTRY.to_owned(),
            policy: policy.to_owned(),
            not_applicable_proceeds: false,
        }],
        documents: documents
            .iter()
            .map(|(name, text)| Document {
                kind: DocumentKind::Data,
                name: (*name).clone(),
                length: text.len() as u64,
                digest: Sha256::digest(text).into(),
            })
            .collect(),
        ..Manifest::default()
    };
    let texts = documents.into_iter().map(|(_, text)| text).collect();
    program.to_bundle(manifest, texts, vec![], vec![], packed)
}

/// A bundle, ready to decide.
///
/// # Errors
/// Why it does not load, in words.
pub fn open(bytes: &[u8]) -> Result<policy_vm::Entry, String> {
    let program = Program::load(bytes, policy_stdlib::table()).map_err(|error| error.to_string())?;
    policy_vm::Entry::open(&program, ENTRY).map_err(|error| error.to_string())
}
