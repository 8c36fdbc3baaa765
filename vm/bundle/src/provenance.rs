//! How a bundle came to be, as an in-toto statement.

use policy_bytecode::bundle::{self, Container, DecodeError};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::keys::hex;

/// An in-toto statement (version 1) with a SLSA provenance (version 1) of a bundle: what went in, and which compiler made it.
/// `file` is the name under which the bundle is handed on. There is no time in it: the same bundle gives the same statement.
///
/// ```
/// # let bundle = std::fs::read("../examples/gate.pbundle")?;
/// # let container = Container::open(&bundle, Caps::default())?;
/// use policy_bytecode::bundle::{Caps, Container};
///
/// let statement = policy_bundle::provenance(&container, &[], &bundle, "gate-1.0.0.pbundle")?;
/// assert_eq!(statement["subject"][0]["name"], "gate-1.0.0.pbundle");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The bundle cannot be decoded.
pub fn provenance(
    container: &Container<'_>,
    beside: &[Container<'_>],
    bytes: &[u8],
    file: &str,
) -> Result<Value, DecodeError> {
    let read = bundle::read(container, beside)?;
    let manifest = &read.manifest;
    let sha = |digest: &[u8]| json!({"sha256": hex(digest)});
    let mut inputs = Vec::new();
    for material in &read.materials {
        inputs.push(json!({"uri": format!("file:{}", material.path), "digest": sha(&material.digest)}));
    }
    for document in &manifest.documents {
        inputs.push(json!({"uri": format!("data:{}", document.name), "digest": sha(&document.digest)}));
    }
    for dependency in &manifest.dependencies {
        inputs.push(json!({"uri": format!("policy:{}", dependency.name), "digest": sha(&dependency.digest)}));
    }
    Ok(json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
            {"name": file, "digest": sha(&Sha256::digest(bytes))},
            {"name": format!("{file}#id"), "digest": sha(&container.id())},
        ],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "urn:policyc:build:1",
                "externalParameters": {
                    "project": manifest.name, "version": manifest.version, "edition": manifest.edition,
                },
                "resolvedDependencies": inputs,
            },
            "runDetails": {"builder": {"id": format!("urn:policyc:{}", manifest.compiler.replace(' ', ":"))}},
        },
    }))
}
