//! `policyc build`.

use std::path::PathBuf;

use policy_bytecode::bundle::{self, Caps, Container};
use policy_bytecode::scalar::Timestamp;
use policy_project::lock::LOCK_NAME;
use policy_project::{Overlay, Project};
use policy_testing::Workspace;

use crate::bundles::{self, BUNDLE, DATA, DEBUG};
use crate::clock;
use crate::exit::Exit;
use crate::report;
use crate::shown;
use crate::terminal::{Paint, Terminal};

/// Arguments of `build`.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help("build"))]
pub(crate) struct Arguments {
    /// The project, or a source that stands alone.
    #[arg(default_value = ".", value_name = "PATH")]
    project: PathBuf,

    /// The file to write, or the folder for NAME-VERSION.pbundle; that name in this folder where it is not given.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Write the data to a file beside the bundle, which ends in .pdata.
    #[arg(long)]
    data_beside: bool,

    /// Write the debug information to a file beside the bundle, which ends in .pdebug.
    #[arg(long)]
    debug_beside: bool,

    /// Put the project's files into the bundle, so that projects can depend on it.
    #[arg(long)]
    sources: bool,

    /// Refuse to build where the project has dependencies and there is no policy.lock, rather than to write one.
    #[arg(long)]
    locked: bool,

    /// Pack nothing.
    #[arg(long)]
    no_pack: bool,

    /// Sign the bundle with the secret key of a file; may be repeated.
    #[arg(short, long, value_name = "FILE")]
    key: Vec<PathBuf>,

    /// When the signatures expire, such as 2027-11-21T00:00:00Z.
    #[arg(long, value_name = "TIME", value_parser = clock::time, requires = "key")]
    expires: Option<Timestamp>,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    match build(arguments, terminal) {
        Ok(()) => Exit::Good,
        Err(message) => {
            terminal.complain(&message);
            Exit::NoAnswer
        }
    }
}

fn build(arguments: &Arguments, terminal: &mut Terminal) -> Result<(), String> {
    let workspace =
        Workspace::open(&arguments.project, &Overlay::new()).map_err(|error| error.to_string())?;
    let built = workspace.bundle_with(!arguments.no_pack, arguments.sources).map_err(|found| {
        let files = shown::files(&workspace.project);
        let (colour, width) = (terminal.err_colour(), terminal.width());
        terminal.err(&report::human::findings(&found, &files, colour, width, report::MAX_SHOWN));
        "there is no bundle: the project has errors".to_owned()
    })?;
    lock(&workspace.project, arguments.locked, terminal)?;
    let mut whole = built.bytes;
    for key in &arguments.key {
        let key = bundles::secret(key)?;
        let expires = arguments.expires.map(|time| u64::try_from(time.seconds).unwrap_or(0));
        let container = Container::open(&whole, Caps::default()).map_err(|error| error.to_string())?;
        whole = policy_bundle::sign(&container, &key, expires).map_err(|error| error.to_string())?;
    }
    let manifest = &built.manifest;
    let version = manifest.version.as_ref().map_or_else(String::new, |version| format!("-{version}"));
    let name = format!("{}{version}.{BUNDLE}", manifest.name);
    let output = match &arguments.output {
        Some(folder) if folder.is_dir() => folder.join(name),
        Some(file) => file.clone(),
        None => PathBuf::from(name),
    };
    let container = Container::open(&whole, Caps::default()).map_err(|error| error.to_string())?;
    let moved = [(arguments.data_beside, bundle::DATA, DATA), (arguments.debug_beside, bundle::DEBUG, DEBUG)];
    let moved: Vec<(&str, &str)> = moved
        .into_iter()
        .filter(|(asked, section, _)| *asked && container.holds(section))
        .map(|(_, section, ending)| (section, ending))
        .collect();
    // What lies beside comes first, so that a bundle is never without it.
    for (section, ending) in &moved {
        let beside = output.with_extension(ending);
        if beside == output {
            return Err(format!("{} cannot be both the bundle and what lies beside it", output.display()));
        }
        bundles::write(&beside, &container.keeping(|name| name == *section))?;
        terminal.line(&format!("{}  {section}", beside.display()));
    }
    let main = container.keeping(|name| moved.iter().all(|(section, _)| *section != name));
    bundles::write(&output, &main)?;
    let size = bundles::size(main.len() as u64);
    let id = terminal.paint(Paint::Faint, &bundles::digest(&container.id()));
    terminal.line(&format!("{}  {size}  {id}", output.display()));
    Ok(())
}

/// Writes `policy.lock` where there are dependencies and it is not there. Where it is, loading held it against them.
fn lock(project: &Project, must: bool, terminal: &mut Terminal) -> Result<(), String> {
    let dependencies = project.dependencies_now();
    if dependencies.is_empty() || project.locked()?.is_some() {
        return Ok(());
    }
    if must {
        return Err(format!("there is no {LOCK_NAME}; `policyc lock` writes one"));
    }
    super::lock::write(project, &dependencies, terminal)
}
