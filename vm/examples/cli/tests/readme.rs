//! The program of the README is this one, and does what the README says.

use std::path::Path;
use std::process::Command;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).unwrap()
}

#[test]
fn the_readme_has_this_program() {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let block = readme.split("```rust\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    assert_eq!(block, include_str!("../src/main.rs"));
}

#[test]
fn it_decides() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = repository().join("vm/examples/gate.pbundle");
    std::fs::copy(bundle, folder.path().join("gate-1.0.0.pbundle")).unwrap();
    for (input, proceeds) in [(r#"{"size": 3}"#, true), (r#"{"size": 12}"#, false), ("{}", false)] {
        std::fs::write(folder.path().join("change.json"), input).unwrap();
        let output =
            Command::new(env!("CARGO_BIN_EXE_policy-example-cli")).current_dir(&folder).output().unwrap();
        assert_eq!(output.status.code(), Some(i32::from(!proceeds)), "{output:?}");
        let decision: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(decision["proceed"], proceeds);
        assert!(decision["now"].is_string());
    }
}
