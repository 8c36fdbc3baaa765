//! What a bundle was built with, as a CycloneDX bill of materials.

use policy_bytecode::bundle::{self, Container, DecodeError};
use serde_json::{Value, json};

use crate::keys::hex;

/// A bill of materials in the form of CycloneDX 1.6. It has no time and no serial number: the same bundle gives the same
/// document.
///
/// ```
/// # let bundle = std::fs::read("../examples/gate.pbundle")?;
/// # let container = Container::open(&bundle, Caps::default())?;
/// use policy_bytecode::bundle::{Caps, Container};
///
/// let bill = policy_bundle::sbom(&container, &[])?;
/// assert_eq!((&bill["bomFormat"], &bill["metadata"]["component"]["name"]), (&"CycloneDX".into(), &"gate".into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The bundle cannot be decoded.
pub fn sbom(container: &Container<'_>, beside: &[Container<'_>]) -> Result<Value, DecodeError> {
    let read = bundle::read(container, beside)?;
    let manifest = &read.manifest;
    let reference = |name: &str, version: Option<&str>| match version {
        Some(version) => format!("policy:{name}@{version}"),
        None => format!("policy:{name}"),
    };
    let hashes = |digest: &[u8]| json!([{"alg": "SHA-256", "content": hex(digest)}]);
    let own = reference(&manifest.name, manifest.version.as_deref());
    let mut components = Vec::new();
    let mut needed = Vec::new();
    for dependency in &manifest.dependencies {
        let reference = reference(&dependency.name, dependency.version.as_deref());
        needed.push(json!(reference));
        components.push(json!({
            "type": "library", "bom-ref": reference, "name": dependency.name,
            "version": dependency.version.as_deref().unwrap_or(""), "hashes": hashes(&dependency.digest),
        }));
    }
    for material in &read.materials {
        components.push(json!({
            "type": "file", "bom-ref": format!("file:{}", material.path), "name": material.path,
            "hashes": hashes(&material.digest),
        }));
    }
    for document in &manifest.documents {
        components.push(json!({
            "type": "data", "bom-ref": format!("data:{}#{}", document.name, hex(&document.digest)),
            "name": document.name, "hashes": hashes(&document.digest),
        }));
    }
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "tools": {"components": [{"type": "application", "name": manifest.compiler}]},
            "component": {
                "type": "application", "bom-ref": own, "name": manifest.name,
                "version": manifest.version.as_deref().unwrap_or(""), "hashes": hashes(&container.id()),
            },
        },
        "components": components,
        "dependencies": [{"ref": own, "dependsOn": needed}],
    }))
}
