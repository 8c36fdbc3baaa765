//! `policyc new`.

use std::path::{Path, PathBuf};

use policy_project::{confine, manifest};

use crate::exit::Exit;
use crate::terminal::{Paint, Terminal};

/// Arguments of `new`.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help("new"))]
pub(crate) struct Arguments {
    /// The folder to write; its last part is the project's name.
    path: PathBuf,
}

/// The files of a new project, with `NAME` where the project's name stands.
const FILES: &[(&str, &str)] = &[
    ("policy.toml", include_str!("new/policy.toml")),
    ("README.md", include_str!("new/README.md")),
    ("policies/changes.policy", include_str!("new/changes.policy")),
    ("tests/changes_test.policy", include_str!("new/changes_test.policy")),
    ("data/teams.yaml", include_str!("new/teams.yaml")),
    ("inputs/good.json", include_str!("new/good.json")),
    ("inputs/bad.yaml", include_str!("new/bad.yaml")),
];

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    match write(&arguments.path) {
        Ok(()) => {
            let shown = arguments.path.display();
            for (path, _) in FILES {
                let line = terminal.paint(Paint::Faint, &format!("  {shown}/{path}"));
                terminal.line(&line);
            }
            terminal.line("");
            terminal.line("Try it:");
            terminal.line(&format!("  cd {shown}"));
            for line in ["policyc check", "policyc test", "policyc eval inputs"] {
                terminal.line(&format!("  {line}"));
            }
            Exit::Good
        }
        Err(message) => {
            terminal.complain(&message);
            Exit::NoAnswer
        }
    }
}

fn write(path: &Path) -> Result<(), String> {
    let shown = path.display();
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
    let fits = !name.is_empty()
        && name.len() <= 64
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && name.starts_with(|c: char| c.is_ascii_alphanumeric());
    if !fits {
        return Err(format!(
            "{shown} does not end in a name for a project: letters, digits, `-`, `_` and `.`, a letter or digit first"
        ));
    }
    if path.exists() {
        let mut entries = std::fs::read_dir(path)
            .map_err(|error| format!("{shown} exists: {}", confine::describe(&error)))?;
        if entries.next().is_some() {
            return Err(format!("{shown} exists and is not empty"));
        }
    }
    let fail = |path: &Path, error: &std::io::Error| {
        format!("{} cannot be written: {}", path.display(), confine::describe(error))
    };
    for (file, text) in FILES {
        let file = path.join(file);
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).map_err(|error| fail(folder, &error))?;
        }
        let text = text.replace("PROJECT_NAME", name).replace("EDITION", manifest::EDITION);
        std::fs::write(&file, text).map_err(|error| fail(&file, &error))?;
    }
    Ok(())
}
