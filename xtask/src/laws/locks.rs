//! A workspace that stands apart has a lock file that knows what our crates depend on: with a stale one nothing there builds.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use crate::tree::Tree;

pub(crate) fn check(tree: &Tree) -> Vec<String> {
    let files = tree.files();
    let manifests = files.iter().filter(|path| path.ends_with("Cargo.toml"));
    let packages: BTreeMap<String, BTreeSet<String>> =
        manifests.filter_map(|path| package(&tree.read(path)?)).collect();
    let locks = files.iter().filter(|path| path.ends_with("/Cargo.lock"));
    locks.flat_map(|path| stale(path, &tree.read(path).unwrap_or_default(), &packages)).collect()
}

/// A package, and what it depends on whoever builds it, by the names of packages.
fn package(manifest: &str) -> Option<(String, BTreeSet<String>)> {
    let manifest: Table = manifest.parse().ok()?;
    let name = manifest.get("package")?.get("name")?.as_str()?.to_owned();
    let dependencies = manifest.get("dependencies").and_then(Value::as_table);
    let needed = dependencies
        .into_iter()
        .flatten()
        .filter(|(_, said)| said.get("optional").and_then(Value::as_bool) != Some(true));
    let named = |(key, said): (&String, &Value)| {
        said.get("package").and_then(Value::as_str).unwrap_or(key).to_owned()
    };
    Some((name, needed.map(named).collect()))
}

fn stale(path: &str, lock: &str, packages: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let Ok(lock) = lock.parse::<Table>() else { return vec![format!("{path}: not TOML")] };
    let locked = lock.get("package").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut out = Vec::new();
    for one in &locked {
        let name = one.get("name").and_then(Value::as_str).unwrap_or_default();
        // What has a source is not ours.
        let Some(needed) = packages.get(name).filter(|_| one.get("source").is_none()) else { continue };
        let listed = one.get("dependencies").and_then(Value::as_array).into_iter().flatten();
        let listed: BTreeSet<&str> =
            listed.filter_map(Value::as_str).filter_map(|word| word.split(' ').next()).collect();
        let missing = needed.iter().filter(|needed| !listed.contains(needed.as_str()));
        out.extend(missing.map(|missing| {
            format!("{path}: {name} depends on {missing}, which is not locked; run `cargo update --workspace` there")
        }));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{package, stale};

    #[test]
    fn a_dependency_that_is_not_locked_is_told() {
        let manifest = "[package]\nname = \"ours\"\n[dependencies]\nserde = \"1\"\nhash = { package = \"sha2\", version = \"1\" }\n\
                        more = { version = \"1\", optional = true }\n[dev-dependencies]\ninsta = \"1\"\n";
        let packages = package(manifest).into_iter().collect();
        let lock = |listed: &str| {
            format!("[[package]]\nname = \"ours\"\nversion = \"0.1.0\"\ndependencies = [{listed}]\n")
        };
        assert!(stale("a/Cargo.lock", &lock("\"serde\", \"sha2 0.10.9\""), &packages).is_empty());
        assert_eq!(stale("a/Cargo.lock", &lock("\"serde\""), &packages).len(), 1);
    }
}
