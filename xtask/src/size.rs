//! `cargo xtask size`: what the machine adds to a service, and what of it is whose. No part of the ordinary checks: it builds for release.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::tree::Tree;

/// The most bytes that the machine may add to a program.
const CEILING: u64 = 2_500_000;

/// How programs are built: what a service that minds its size would say.
const PROFILE: &str = "[profile.release]\nlto = \"fat\"\ncodegen-units = 1\n";

/// What all are held against: a program that reads a file and says how long it is.
const NOTHING: &str = "fn main() -> Result<(), Box<dyn std::error::Error>> {\n    println!(\"{}\", std::fs::read(\"change.json\")?.len());\n    Ok(())\n}\n";

/// The library that the program of the README loads with, and none.
const LIBRARY: &str = "policy_stdlib::table()";
const NONE: &str = "Box::leak(Box::new(policy_vm::Intrinsics::empty()))";

/// Builds the programs and weighs them; gives what went wrong.
pub(crate) fn run(tree: &Tree, say: &mut dyn FnMut(&str)) -> Vec<String> {
    let folder = tree.path("target/size");
    let Some(readme) = tree.read("vm/examples/cli/src/main.rs") else {
        return vec!["the program of the README is not there".to_owned()];
    };
    let vm = format!("policy-vm = {{ path = {:?} }}\n", tree.path("vm"));
    let library =
        |features: &str| format!("{vm}policy-stdlib = {{ path = {:?}{features} }}\n", tree.path("stdlib"));
    let programs = [
        ("nothing", "a program that reads a file", String::new(), NOTHING.to_owned()),
        ("machine", "with the machine, and no library", vm.clone(), readme.replace(LIBRARY, NONE)),
        (
            "lean",
            "with the library without time zones",
            library(", default-features = false"),
            readme.clone(),
        ),
        ("readme", "with the library: the program of the README", library(""), readme.clone()),
    ];
    let mut sizes = BTreeMap::new();
    for (name, what, dependencies, source) in &programs {
        let built = write(tree, &folder, (name, dependencies, source)).and_then(|()| build(&folder, name));
        match built {
            Ok(bytes) => {
                let nothing = sizes.get("nothing").copied().unwrap_or(bytes);
                say(&format!("{bytes:>9}  +{:>8}  {what}", bytes.saturating_sub(nothing)));
                sizes.insert(*name, bytes);
            }
            Err(error) => return vec![format!("{name}: {error}")],
        }
    }
    for (owner, bytes) in owners(&folder.join("target/release/readme")) {
        say(&format!("{bytes:>9}  {owner}"));
    }
    let added = sizes.get("machine").zip(sizes.get("nothing")).map_or(0, |(with, without)| with - without);
    if added > CEILING {
        return vec![format!("the machine adds {added} bytes to a program, more than {CEILING}")];
    }
    Vec::new()
}

/// Writes the workspace of one program, with the versions that the repository builds with.
fn write(tree: &Tree, folder: &Path, (name, dependencies, source): (&str, &str, &str)) -> Result<(), String> {
    let manifest = format!(
        "[workspace]\n\n[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}\n{PROFILE}"
    );
    let lock = tree.read("Cargo.lock").unwrap_or_default();
    let written = std::fs::create_dir_all(folder.join("src"))
        .and_then(|()| std::fs::write(folder.join("Cargo.toml"), manifest))
        .and_then(|()| std::fs::write(folder.join("Cargo.lock"), lock))
        .and_then(|()| std::fs::write(folder.join("src/main.rs"), source));
    written.map_err(|error| format!("{}: {error}", folder.display()))
}

/// Builds a program; gives how large it is without symbols.
fn build(folder: &Path, name: &str) -> Result<u64, String> {
    let mut cargo = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    let cargo = cargo.current_dir(folder).args(["build", "--release", "--quiet"]);
    if !cargo.env("CARGO_TARGET_DIR", folder.join("target")).status().is_ok_and(|status| status.success()) {
        return Err("it does not build".to_owned());
    }
    let (built, bare) = (folder.join("target/release").join(name), folder.join(name).with_extension("bare"));
    let stripped = Command::new("strip").arg("-o").arg(&bare).arg(&built).status();
    if !stripped.is_ok_and(|status| status.success()) {
        return Err("NOT MEASURED: there is no `strip`".to_owned());
    }
    std::fs::metadata(&bare).map(|data| data.len()).map_err(|error| error.to_string())
}

/// The bytes of code by crate, as symbols tell it, the largest first.
fn owners(program: &Path) -> Vec<(String, u64)> {
    let listed = Command::new("nm").args(["-S", "-C"]).arg(program).output();
    let text = listed.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let mut sizes: BTreeMap<String, u64> = BTreeMap::new();
    for line in text.lines() {
        let mut fields = line.splitn(4, ' ');
        let (Some(_), Some(size), Some(kind), Some(symbol)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let size = u64::from_str_radix(size, 16).unwrap_or(0);
        if matches!(kind, "t" | "T" | "w" | "W") {
            *sizes.entry(owner(symbol)).or_default() += size;
        }
    }
    let mut all: Vec<(String, u64)> = sizes.into_iter().filter(|(_, size)| *size > 5_000).collect();
    all.sort_by_key(|(name, size)| (std::cmp::Reverse(*size), name.clone()));
    all
}

/// The crate that a symbol belongs to: the first path in it.
fn owner(symbol: &str) -> String {
    let plain = symbol.trim_start_matches(['<', '&', '[', '(', '*']);
    let plain = ["mut ", "dyn ", "const "].iter().fold(plain, |text, word| text.trim_start_matches(word));
    plain
        .split("::")
        .next()
        .filter(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_'))
        .unwrap_or("others")
        .to_owned()
}
