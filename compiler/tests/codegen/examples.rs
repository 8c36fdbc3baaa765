//! Every example and every module of the library compiles, plain and observed, with and without tests, and twice
//! to the same program.

use std::path::{Path, PathBuf};

use policy_compiler::{Options, SourceMap, Sources, World, check, compile};

fn policies(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            policies(&entry, found);
        } else if entry.extension().is_some_and(|e| e == "policy") {
            found.push(entry);
        }
    }
}

fn compiles(name: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name).join("policies");
    let mut files = Vec::new();
    policies(&root, &mut files);
    let mut sources = Sources::default();
    for file in &files {
        let shown = file.strip_prefix(&root).unwrap().with_extension("");
        let module = shown.iter().map(|part| part.to_str().unwrap()).collect::<Vec<_>>().join(".");
        sources.add_module(file.display().to_string(), std::fs::read_to_string(file).unwrap(), module);
    }
    let checked = check(&sources);
    assert!(!checked.has_errors(), "{:#?}", checked.diagnostics);
    let map = SourceMap::of(&checked, |file| sources.path(file));
    for instrument in [false, true] {
        for tests in [false, true] {
            let options = Options { instrument, tests };
            let compiled = compile(&checked.hir, &map, options).unwrap();
            assert_eq!(compiled.program.policies.len(), checked.hir.policies.len());
            assert_eq!(compiled.tests.tests.len(), if tests { checked.hir.tests.len() } else { 0 });
            policy_vm::Program::new(compiled.program.clone(), policy_stdlib::table()).unwrap();
            let again = compile(&checked.hir, &map, options).unwrap();
            assert!(compiled.program == again.program, "two runs give two programs");
        }
    }
}

#[test]
fn pull_requests() {
    compiles("pull-requests");
}

#[test]
fn kubernetes() {
    compiles("kubernetes");
}

#[test]
fn terraform() {
    compiles("terraform");
}
