//! `cargo xtask editors`: the set-ups in real editors, where these are installed. No part of the ordinary checks.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::tree::Tree;

/// Runs each editor that is found; gives what went wrong. What is not installed is said and is no mistake.
pub(crate) fn run(tree: &Tree, say: &mut dyn FnMut(&str)) -> Vec<String> {
    let mut wrong = Vec::new();
    let policyc = tree.path(&format!("target/debug/policyc{}", std::env::consts::EXE_SUFFIX));
    if !policyc.exists() {
        return vec![format!("{} is not there: `cargo build -p policyc` makes it", policyc.display())];
    }
    if found("nvim") {
        wrong.extend(neovim(tree, &policyc).err());
    } else {
        say("neovim: NOT RUN, there is no `nvim`");
    }
    if found("npm") {
        wrong.extend(vscode(tree).err());
    } else {
        say("vscode: NOT RUN, there is no `npm`");
    }
    wrong
}

fn found(program: &str) -> bool {
    let asked = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

/// A session of headless Neovim over a copy of an example.
fn neovim(tree: &Tree, policyc: &Path) -> Result<(), String> {
    let here = tree.path("editors/neovim");
    let copy = std::env::temp_dir().join(format!("policyc-editors-{}", std::process::id()));
    copy_folder(&tree.path("examples/pull-requests"), &copy).map_err(|error| error.to_string())?;
    let ran = Command::new("nvim")
        .args(["--headless", "-u", "NONE", "-c"])
        .arg(format!("luafile {}", here.join("test/probe.lua").display()))
        .env("POLICYC", policyc)
        .env("PROJECT", &copy)
        .env("HERE", &here)
        .status();
    let removed = std::fs::remove_dir_all(&copy);
    match (ran, removed) {
        (Ok(status), Ok(())) if status.success() => Ok(()),
        (Ok(status), Ok(())) => Err(format!("neovim: {status}")),
        (Err(error), _) | (_, Err(error)) => Err(format!("neovim: {error}")),
    }
}

/// Installs what the extension is built with, checks it, tests its grammar and packages it.
fn vscode(tree: &Tree) -> Result<(), String> {
    let here = tree.path("editors/vscode");
    for arguments in
        [&["install", "--no-audit", "--no-fund"][..], &["run", "check"], &["test"], &["run", "package"]]
    {
        let status = Command::new("npm").args(arguments).current_dir(&here).status();
        match status {
            Ok(status) if status.success() => {}
            Ok(status) => return Err(format!("vscode: npm {}: {status}", arguments.join(" "))),
            Err(error) => return Err(format!("vscode: npm {}: {error}", arguments.join(" "))),
        }
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    let mut left: Vec<(PathBuf, PathBuf)> = vec![(from.to_path_buf(), to.to_path_buf())];
    while let Some((from, to)) = left.pop() {
        std::fs::create_dir_all(&to)?;
        for entry in std::fs::read_dir(&from)? {
            let entry = entry?;
            let target = to.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                left.push((entry.path(), target));
            } else {
                std::fs::copy(entry.path(), target)?;
            }
        }
    }
    Ok(())
}
