//! `cargo xtask editors`: the set-ups in real editors, where these are installed. No part of the ordinary checks.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::tree::Tree;

/// The folder with code-server, a Node.js for it and playwright-core, where it is not `target/editors`.
const TOOLS: &str = "POLICYC_EDITOR_TOOLS";

/// What a session says where something that it needs is not there.
const MISSING: i32 = 3;

type Say<'a> = &'a mut dyn FnMut(&str);

/// Runs each editor that is found; gives what went wrong. What is not installed is said and is no mistake.
pub(crate) fn run(tree: &Tree, say: Say<'_>) -> Vec<String> {
    let policyc = tree.path(&format!("target/debug/policyc{}", std::env::consts::EXE_SUFFIX));
    if !policyc.exists() {
        return vec![format!("{} is not there: `cargo build -p policyc` makes it", policyc.display())];
    }
    let job = Job { tree, policyc, tools: tools(tree) };
    let editors: [(&str, Session); 6] = [
        ("neovim", neovim),
        ("emacs", emacs),
        ("pytest-lsp", pytest),
        ("helix", helix),
        ("vscode extension", extension),
        ("vscode", vscode),
    ];
    let mut wrong = Vec::new();
    for (name, session) in editors {
        match session(&job) {
            Ok(()) => say(&format!("{name}: fine")),
            Err(Problem::Missing(what)) => say(&format!("{name}: NOT MEASURED, {what}")),
            Err(Problem::Failed(what)) => wrong.push(format!("{name}: {what}")),
        }
    }
    wrong
}

/// What the sessions need.
struct Job<'a> {
    tree: &'a Tree,
    policyc: PathBuf,
    tools: PathBuf,
}

type Session = fn(&Job<'_>) -> Result<(), Problem>;

enum Problem {
    Missing(String),
    Failed(String),
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

fn tools(tree: &Tree) -> PathBuf {
    std::env::var_os(TOOLS).map_or_else(|| tree.path("target/editors"), PathBuf::from)
}

fn needs(program: impl AsRef<std::ffi::OsStr>) -> Result<(), Problem> {
    let program = program.as_ref();
    let asked = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let there = asked.is_ok_and(|status| status.success());
    if there { Ok(()) } else { Err(Problem::Missing(format!("there is no `{}`", program.display()))) }
}

fn ended(status: ExitStatus) -> Result<(), Problem> {
    match status.code() {
        Some(0) => Ok(()),
        Some(MISSING) => Err(Problem::Missing("something that it needs is not there".to_owned())),
        Some(_) | None => Err(Problem::Failed(status.to_string())),
    }
}

/// Lets a command use a copy of an example, which is gone afterwards.
fn on_a_copy(job: &Job<'_>, here: &Path, command: &mut Command) -> Result<(), Problem> {
    let copy = std::env::temp_dir().join(format!("policyc-editors-{}", std::process::id()));
    copy_folder(&job.tree.path("examples/pull-requests"), &copy)?;
    let ran = command.env("POLICYC", &job.policyc).env("PROJECT", &copy).env("HERE", here).status();
    std::fs::remove_dir_all(&copy)?;
    ended(ran?)
}

/// A session of headless Neovim.
fn neovim(job: &Job<'_>) -> Result<(), Problem> {
    needs("nvim")?;
    let here = job.tree.path("editors/neovim");
    let mut command = Command::new("nvim");
    let probe = format!("luafile {}", here.join("test/probe.lua").display());
    command.args(["--headless", "-u", "NONE", "-c"]).arg(probe);
    on_a_copy(job, &here, &mut command)
}

/// A session of Emacs with eglot.
fn emacs(job: &Job<'_>) -> Result<(), Problem> {
    needs("emacs")?;
    let has_eglot = "(progn (package-initialize) (kill-emacs (if (locate-library \"eglot\") 0 1)))";
    let asked =
        Command::new("emacs").args(["--batch", "--eval", has_eglot]).stderr(Stdio::null()).status()?;
    if !asked.success() {
        return Err(Problem::Missing("Emacs has no eglot".to_owned()));
    }
    let here = job.tree.path("editors/emacs");
    let mut command = Command::new("emacs");
    command.args(["--batch", "-q", "-l"]).arg(here.join("test/probe.el"));
    on_a_copy(job, &here, &mut command)
}

/// A session with an independent client of the protocol, as several editors introduce themselves.
fn pytest(job: &Job<'_>) -> Result<(), Problem> {
    let own = job.tools.join("venv/bin/python");
    let python = if own.exists() { own } else { PathBuf::from("python3") };
    needs(&python)?;
    let has = Command::new(&python).args(["-c", "import pytest_lsp"]).stderr(Stdio::null()).status()?;
    if !has.success() {
        return Err(Problem::Missing("Python has no `pytest_lsp`".to_owned()));
    }
    let here = job.tree.path("editors/protocol");
    let mut command = Command::new(python);
    command.args(["-B", "-m", "pytest", "-q"]).arg(&here);
    on_a_copy(job, &here, &mut command)
}

/// The configuration for Helix is one, and names what the server is started with.
fn helix(job: &Job<'_>) -> Result<(), Problem> {
    let text = std::fs::read_to_string(job.tree.path("editors/helix/languages.toml"))?;
    let table: toml::Table = text.parse().map_err(|error| Problem::Failed(format!("{error}")))?;
    let server = table.get("language-server").and_then(|all| all.get("policyc"));
    let started = server.and_then(|server| server.get("args")).and_then(toml::Value::as_array);
    let language = table.get("language").and_then(toml::Value::as_array).and_then(|all| all.first());
    let used = language.and_then(|l| l.get("language-servers")).and_then(toml::Value::as_array);
    let names = |list: Option<&Vec<toml::Value>>, word: &str| {
        list.is_some_and(|list| list.iter().any(|one| one.as_str() == Some(word)))
    };
    if !names(started, "lsp") || !names(used, "policyc") {
        return Err(Problem::Failed("languages.toml does not start `policyc lsp` for policies".to_owned()));
    }
    needs("hx")?;
    // Helix reads a configuration of a project from its folder.
    let folder = std::env::temp_dir().join(format!("policyc-helix-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("helix"))?;
    std::fs::write(folder.join("helix/languages.toml"), text)?;
    let told = Command::new("hx").args(["--health", "policy"]).env("XDG_CONFIG_HOME", &folder).output()?;
    std::fs::remove_dir_all(&folder)?;
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    if told.contains("policyc") { Ok(()) } else { Err(Problem::Failed(told)) }
}

/// Installs what the extension is built with, checks it, tests its grammar and packages it.
fn extension(job: &Job<'_>) -> Result<(), Problem> {
    needs("npm")?;
    let here = job.tree.path("editors/vscode");
    for arguments in
        [&["install", "--no-audit", "--no-fund"][..], &["run", "check"], &["test"], &["run", "package"]]
    {
        let status = Command::new("npm").args(arguments).current_dir(&here).status()?;
        if !status.success() {
            return Err(Problem::Failed(format!("npm {}: {status}", arguments.join(" "))));
        }
    }
    Ok(())
}

/// A session of VS Code with the packaged extension: code-server, with Chromium before it.
fn vscode(job: &Job<'_>) -> Result<(), Problem> {
    needs("node")?;
    let chromium = std::env::var_os("CHROMIUM").unwrap_or_else(|| "/usr/bin/chromium".into());
    needs(chromium)?;
    let here = job.tree.path("editors/vscode");
    if !job.tools.join("package.json").exists() || !here.join("policy.vsix").exists() {
        let what =
            format!("{} has no code-server (docs/editors.md says how it comes there)", job.tools.display());
        return Err(Problem::Missing(what));
    }
    let shots = job.tree.path("target/editors/screenshots");
    let work = std::env::temp_dir().join(format!("policyc-vscode-{}", std::process::id()));
    std::fs::create_dir_all(&work)?;
    let mut command = Command::new("node");
    command.arg(here.join("test/session.mjs"));
    command.env("TOOLS", &job.tools).env("WORK", &work).env("SHOTS", &shots);
    let ran = on_a_copy(job, &here, &mut command);
    std::fs::remove_dir_all(&work)?;
    ran
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    let mut left: Vec<(PathBuf, PathBuf)> = vec![(from.to_path_buf(), to.to_path_buf())];
    while let Some((from, to)) = left.pop() {
        std::fs::create_dir_all(&to)?;
        for entry in std::fs::read_dir(from)? {
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
