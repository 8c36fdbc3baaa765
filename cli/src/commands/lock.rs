//! `policyc lock`.

use std::path::PathBuf;

use policy_project::lock::{self, LOCK_NAME, Locked, Origin};
use policy_project::problem::Problem;
use policy_project::{Overlay, Project};

use crate::bundles;
use crate::exit::Exit;
use crate::report;
use crate::shown;
use crate::terminal::{Paint, Terminal};

/// Arguments of `lock`.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help("lock"))]
pub(crate) struct Arguments {
    /// The project.
    #[arg(default_value = ".", value_name = "PATH")]
    project: PathBuf,

    /// Write nothing, and say whether policy.lock is what it should be.
    #[arg(long)]
    check: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    answer(lock(arguments, terminal), terminal)
}

/// The exit of a run that was good, or not, or was none.
pub(super) fn answer(done: Result<bool, String>, terminal: &mut Terminal) -> Exit {
    match done {
        Ok(true) => Exit::Good,
        Ok(false) => Exit::Found,
        Err(message) => {
            if !message.is_empty() {
                terminal.complain(&message);
            }
            Exit::NoAnswer
        }
    }
}

fn lock(arguments: &Arguments, terminal: &mut Terminal) -> Result<bool, String> {
    let project = Project::open(&arguments.project, &Overlay::new()).map_err(|error| error.to_string())?;
    sound(&project, terminal)?;
    let now = project.dependencies_now();
    let same = told(&project, &now, terminal);
    if same || arguments.check {
        return Ok(same);
    }
    write(&project, &now, terminal)?;
    Ok(true)
}

/// Says what is wrong with a project, but for what is wrong with its lock.
///
/// # Errors
/// Where something is; the message is empty.
pub(super) fn sound(project: &Project, terminal: &mut Terminal) -> Result<(), String> {
    if project.manifest_file.is_none() {
        return Err("a source that stands alone has no dependencies".to_owned());
    }
    let errors = project.diagnostics.iter().filter(|found| found.severity == policy_syntax::Severity::Error);
    let errors: Vec<_> = errors.filter(|found| !Problem::is_of_lock(found.code)).cloned().collect();
    if errors.is_empty() {
        return Ok(());
    }
    let files = shown::files(project);
    let (colour, width) = (terminal.err_colour(), terminal.width());
    terminal.err(&report::human::findings(&errors, &files, colour, width, report::MAX_SHOWN));
    Err(String::new())
}

/// Says what is different from `policy.lock`; whether nothing is.
pub(super) fn told(project: &Project, now: &[Locked], terminal: &mut Terminal) -> bool {
    let before = project.locked();
    let known = before.as_ref().ok().and_then(Option::as_deref).unwrap_or(&[]);
    for one in now {
        let version = one.version.as_ref().map_or_else(String::new, |version| format!(" {version}"));
        let (Origin::Folder(place) | Origin::Bundle(place)) = &one.origin;
        let (paint, word, changes) = match known.iter().find(|other| other.name == one.name) {
            None => (Paint::Care, "new", Vec::new()),
            Some(other) if other == one => (Paint::Faint, "as it was", Vec::new()),
            Some(other) => (Paint::Care, "changed", lock::changes(other, one)),
        };
        let word = terminal.paint(paint, word);
        terminal.line(&format!("{}{version}  {place}  {word}", one.name));
        for change in changes {
            terminal.line(&format!("  {change}"));
        }
    }
    for other in known.iter().filter(|other| now.iter().all(|one| one.name != other.name)) {
        let word = terminal.paint(Paint::Care, "gone");
        terminal.line(&format!("{}  {word}", other.name));
    }
    match before {
        Ok(Some(before)) => before == now,
        Ok(None) => now.is_empty(),
        Err(_) => false,
    }
}

/// Writes `policy.lock` as a whole.
///
/// # Errors
/// It cannot be written.
pub(super) fn write(project: &Project, now: &[Locked], terminal: &mut Terminal) -> Result<(), String> {
    let path = project.root.join(LOCK_NAME);
    bundles::write(&path, lock::text(now).as_bytes())?;
    let count = report::count(now.len(), "dependency", "dependencies");
    terminal.line(&format!("{}  {count}", shown::join(&shown::prefix(project), LOCK_NAME)));
    Ok(())
}
