//! Dependencies between our crates run one way. The table is the picture in `docs/architecture.md`.

use crate::tree::Tree;

/// Each crate, its manifest, and the crates of ours that it may depend on.
const ALLOWED: &[(&str, &str, &[&str])] = &[
    ("policy-bytecode", "vm/bytecode/Cargo.toml", &[]),
    ("policy-syntax", "compiler/syntax/Cargo.toml", &[]),
    ("policy-vm", "vm/Cargo.toml", &["policy-bytecode"]),
    ("policy-bundle", "vm/bundle/Cargo.toml", &["policy-bytecode", "policy-vm"]),
    ("policy-example-cli", "vm/examples/cli/Cargo.toml", &["policy-vm", "policy-stdlib"]),
    ("policy-example-service", "vm/examples/service/Cargo.toml", &["policy-vm", "policy-stdlib"]),
    ("policy-allocations", "vm/allocations/Cargo.toml", &["policy-bytecode", "policy-vm"]),
    ("policy-stdlib", "stdlib/Cargo.toml", &["policy-bytecode", "policy-vm"]),
    (
        "policy-compiler",
        "compiler/Cargo.toml",
        &["policy-syntax", "policy-bytecode", "policy-vm", "policy-stdlib"],
    ),
    ("policy-project", "project/Cargo.toml", &["policy-syntax", "policy-bytecode"]),
    (
        "policy-testing",
        "testing/Cargo.toml",
        &[
            "policy-syntax",
            "policy-compiler",
            "policy-bytecode",
            "policy-vm",
            "policy-stdlib",
            "policy-project",
        ],
    ),
    (
        "policy-lsp",
        "lsp/Cargo.toml",
        &[
            "policy-syntax",
            "policy-compiler",
            "policy-bytecode",
            "policy-vm",
            "policy-stdlib",
            "policy-project",
            "policy-testing",
        ],
    ),
    (
        "policyc",
        "cli/Cargo.toml",
        &[
            "policy-syntax",
            "policy-compiler",
            "policy-bytecode",
            "policy-vm",
            "policy-stdlib",
            "policy-project",
            "policy-testing",
            "policy-bundle",
            "policy-lsp",
        ],
    ),
];

/// Manifests of crates that may depend on everything.
const FREE: &[&str] = &["tests/Cargo.toml", "benches/Cargo.toml", "xtask/Cargo.toml", "Cargo.toml"];

pub(crate) fn check(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for manifest in tree.files().iter().filter(|path| path.ends_with("Cargo.toml")) {
        if FREE.contains(&manifest.as_str())
            || manifest.starts_with("fuzz/")
            || manifest.starts_with("benches/")
        {
            continue;
        }
        let Some((name, _, allowed)) = ALLOWED.iter().find(|(_, path, _)| path == manifest) else {
            found.push(format!("{manifest}: a crate that the table of allowed arrows does not know"));
            continue;
        };
        let Some(text) = tree.read(manifest) else { continue };
        let Ok(table) = text.parse::<toml::Table>() else {
            found.push(format!("{manifest}: not TOML"));
            continue;
        };
        let dependencies = table.get("dependencies").and_then(toml::Value::as_table);
        for dependency in dependencies.into_iter().flat_map(toml::Table::keys) {
            let ours = dependency.starts_with("policy-") || dependency == "policyc";
            if ours && !allowed.contains(&dependency.as_str()) {
                found.push(format!("{manifest}: {name} must not depend on {dependency}"));
            }
        }
    }
    found
}
