//! `policyc verify`.

use std::path::PathBuf;

use policy_bytecode::scalar::Timestamp;
use policy_vm::{Program, Snapshot, SnapshotError};

use crate::bundles::{self, Files};
use crate::clock;
use crate::exit::Exit;
use crate::terminal::{Paint, Terminal};

/// Arguments of `verify`.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help("verify"))]
pub(crate) struct Arguments {
    /// The bundle.
    #[arg(value_name = "FILE")]
    bundle: PathBuf,

    /// A file that lies beside it; may be repeated. Those of its own name that end in .pdata and .pdebug are found without.
    #[arg(long, value_name = "FILE")]
    beside: Vec<PathBuf>,

    /// The trust store whose keys must have signed it; without one it is only held against itself.
    #[arg(short, long, value_name = "FILE")]
    trust: Option<PathBuf>,

    /// The time at which signatures hold, such as 2026-11-21T00:00:00Z; the clock's where it is not given.
    #[arg(long, value_name = "TIME", value_parser = clock::time)]
    now: Option<Timestamp>,
}

/// Why there is no yes.
enum No {
    /// The bundle is refused.
    Refused(String),
    /// It could not be asked.
    Unasked(String),
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    match verify(arguments) {
        Ok(lines) => {
            let good = terminal.paint(Paint::Good, "ok");
            terminal.line(&format!("{good}: {}", lines.join(", ")));
            Exit::Good
        }
        Err(No::Refused(message)) => {
            terminal.complain(&message);
            Exit::Found
        }
        Err(No::Unasked(message)) => {
            terminal.complain(&message);
            Exit::NoAnswer
        }
    }
}

fn verify(arguments: &Arguments) -> Result<Vec<String>, No> {
    let files = Files::read(&arguments.bundle, &arguments.beside).map_err(No::Unasked)?;
    let trust = arguments.trust.as_deref().map(bundles::trust).transpose().map_err(No::Unasked)?;
    let (container, beside) = files.open().map_err(No::Refused)?;
    let refused = |error: &dyn std::fmt::Display| {
        No::Refused(format!("{} is refused: {error}", arguments.bundle.display()))
    };
    let mut told = vec![format!("{} is whole", bundles::digest(&container.id()))];
    if let Some(trust) = trust {
        let now = arguments.now.or_else(clock::now);
        let now = now.ok_or_else(|| No::Unasked("the clock gives no time; say it with --now".to_owned()))?;
        let signers = trust.check(&container, now).map_err(|error| refused(&error))?;
        let names: Vec<&str> = signers.iter().map(|signer| signer.name.as_str()).collect();
        told.push(format!("signed by {}", names.join(" and ")));
    } else if !container.signatures.is_empty() {
        told.push(format!(
            "{} not looked at: there is no --trust",
            crate::report::count(container.signatures.len(), "signature", "signatures")
        ));
    }
    let library = policy_stdlib::table();
    let program = Program::of_container(&container, &beside, library).map_err(|error| refused(&error))?;
    told.push("its program is sound".to_owned());
    let entries = program.manifest().map_or(&[][..], |manifest| &manifest.entries);
    let names = entries.iter().map(|entry| Some(entry.name.as_str()));
    for entry in names.chain(entries.is_empty().then_some(None)) {
        match Snapshot::of_bundle(&program, entry) {
            Ok(_) => {}
            // Hosts may give data from elsewhere.
            Err(error) => {
                let what = from_elsewhere(&error).ok_or_else(|| refused(&error))?;
                told.push(format!("{what} must be given"));
                break;
            }
        }
    }
    Ok(told)
}

/// What a host must give besides the bundle, where that is all that is missing.
fn from_elsewhere(error: &SnapshotError) -> Option<&str> {
    match error {
        SnapshotError::Missing(what) => Some(what),
        SnapshotError::NoEntities => Some("the entity store"),
        SnapshotError::Beside => Some("the data beside the bundle"),
        SnapshotError::Unknown(_)
        | SnapshotError::OtherProgram
        | SnapshotError::Misfits { .. }
        | SnapshotError::Entities { .. }
        | SnapshotError::Limit { .. } => None,
    }
}
