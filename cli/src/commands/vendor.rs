//! `policyc vendor`.

use std::path::PathBuf;

use policy_project::Project;
use policy_project::vendor::Copies;

use super::lock;
use crate::exit::Exit;
use crate::shown;
use crate::terminal::{Paint, Terminal};

/// Arguments of `vendor`.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help("vendor"))]
pub(crate) struct Arguments {
    /// The project.
    #[arg(default_value = ".", value_name = "PATH")]
    project: PathBuf,

    /// Write nothing, and say whether the copies are what the dependencies hold.
    #[arg(long)]
    check: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    lock::answer(vendor(arguments, terminal), terminal)
}

fn vendor(arguments: &Arguments, terminal: &mut Terminal) -> Result<bool, String> {
    let project = Project::open_originals(&arguments.project).map_err(|error| error.to_string())?;
    lock::sound(&project, terminal)?;
    let copies = Copies::of(&project)?;
    let now = project.dependencies_now();
    let same = lock::told(&project, &now, terminal);
    let stale = copies.stale(&project.root);
    let prefix = shown::prefix(&project);
    if arguments.check {
        for path in &stale {
            let word = terminal.paint(Paint::Care, "not what it should be");
            terminal.line(&format!("{}  {word}", shown::join(&prefix, path)));
        }
        return Ok(same && stale.is_empty());
    }
    copies.write(&project.root)?;
    for path in copies.paths() {
        terminal.line(&shown::join(&prefix, path));
    }
    if !same {
        lock::write(&project, &now, terminal)?;
    }
    Ok(true)
}
