//! `policyc strip`.

use std::path::PathBuf;

use policy_bytecode::bundle;

use crate::bundles::{self, DATA, DEBUG, Files};
use crate::exit::Exit;
use crate::terminal::Terminal;

/// Arguments of `strip`.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help("strip"))]
pub(crate) struct Arguments {
    /// The bundle.
    #[arg(value_name = "FILE")]
    bundle: PathBuf,

    /// The file to write; the bundle itself where it is not given.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Take the data out too, to a file beside that ends in .pdata.
    #[arg(long)]
    data: bool,

    /// Write no file for the debug information, which is lost then.
    #[arg(long)]
    discard: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    match strip(arguments) {
        Ok(lines) => {
            for line in lines {
                terminal.line(&line);
            }
            Exit::Good
        }
        Err(message) => {
            terminal.complain(&message);
            Exit::NoAnswer
        }
    }
}

fn strip(arguments: &Arguments) -> Result<Vec<String>, String> {
    let files = Files::read(&arguments.bundle, &[])?;
    let (container, _) = files.open()?;
    let output = arguments.output.as_ref().unwrap_or(&arguments.bundle);
    let mut lines = Vec::new();
    let debug = bundle::explains;
    let data = |name: &str| arguments.data && name == bundle::DATA;
    let mut beside = Vec::new();
    if !arguments.discard && container.sections.iter().any(|section| debug(&section.name) && !section.beside)
    {
        beside.push((output.with_extension(DEBUG), container.keeping(debug)));
    }
    if container.sections.iter().any(|section| data(&section.name) && !section.beside) {
        beside.push((output.with_extension(DATA), container.keeping(data)));
    }
    // What lies beside comes first, so that a bundle is never without it.
    for (path, bytes) in beside {
        if path == *output {
            return Err(format!("{} cannot be both the bundle and what lies beside it", path.display()));
        }
        bundles::write(&path, &bytes)?;
        lines.push(format!("{}  {}", path.display(), bundles::size(bytes.len() as u64)));
    }
    let bytes = container.keeping(|name| !debug(name) && !data(name));
    bundles::write(output, &bytes)?;
    lines.push(format!("{}  {}", output.display(), bundles::size(bytes.len() as u64)));
    Ok(lines)
}
