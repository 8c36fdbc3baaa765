//! `policyc sign` and `policyc keygen`.

use std::path::{Path, PathBuf};

use policy_bundle::SecretKey;
use policy_bytecode::scalar::Timestamp;
use policy_project::write::{Readers, replace};

use crate::bundles::{self, Files};
use crate::clock;
use crate::exit::Exit;
use crate::terminal::{Paint, Terminal};

/// Arguments of `sign`.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help("sign"))]
pub(crate) struct Arguments {
    /// The bundle.
    #[arg(value_name = "FILE")]
    bundle: PathBuf,

    /// The secret key, as `keygen` writes it.
    #[arg(short, long, value_name = "FILE")]
    key: PathBuf,

    /// When the signature expires, such as 2027-11-21T00:00:00Z.
    #[arg(long, value_name = "TIME", value_parser = clock::time)]
    expires: Option<Timestamp>,

    /// The file to write; the bundle itself where it is not given.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let signed = sign(arguments);
    match signed {
        Ok(key) => {
            let output = arguments.output.as_ref().unwrap_or(&arguments.bundle);
            terminal.line(&format!("{}  signed by {key}", output.display()));
            Exit::Good
        }
        Err(message) => {
            terminal.complain(&message);
            Exit::NoAnswer
        }
    }
}

fn sign(arguments: &Arguments) -> Result<String, String> {
    let files = Files::read(&arguments.bundle, &[])?;
    let (container, _) = files.open()?;
    let key = bundles::secret(&arguments.key)?;
    let expires = arguments.expires.map(|time| u64::try_from(time.seconds).unwrap_or(0));
    let bytes = policy_bundle::sign(&container, &key, expires).map_err(|error| error.to_string())?;
    bundles::write(arguments.output.as_ref().unwrap_or(&arguments.bundle), &bytes)?;
    Ok(key.public().id().to_string())
}

/// Arguments of `keygen`.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help("keygen"))]
pub(crate) struct KeyArguments {
    /// The files to write: NAME.key, which is secret, and NAME.pub.
    #[arg(value_name = "NAME")]
    name: PathBuf,
}

pub(super) fn keygen(arguments: &KeyArguments, terminal: &mut Terminal) -> Exit {
    match generate(&arguments.name) {
        Ok((secret, public, key)) => {
            let keep = terminal.paint(Paint::Care, "keep it secret");
            terminal.line(&format!("{}  {keep}", secret.display()));
            terminal.line(&format!("{}  {key}", public.display()));
            Exit::Good
        }
        Err(message) => {
            terminal.complain(&message);
            Exit::NoAnswer
        }
    }
}

fn generate(name: &Path) -> Result<(PathBuf, PathBuf, String), String> {
    let with = |ending: &str| {
        let mut path = name.as_os_str().to_owned();
        path.push(ending);
        PathBuf::from(path)
    };
    let (secret, public) = (with(".key"), with(".pub"));
    for path in [&secret, &public] {
        if path.exists() {
            return Err(format!("{} exists; a key is not written over", path.display()));
        }
    }
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| format!("the system gives no random bytes: {error}"))?;
    let key = SecretKey::of_seed(seed);
    let fail = |path: &Path, error: &std::io::Error| {
        format!("{} cannot be written: {}", path.display(), policy_project::confine::describe(error))
    };
    let text = key.reveal();
    replace(&secret, text.as_bytes(), Readers::Owner).map_err(|error| fail(&secret, &error))?;
    let shown = key.public();
    replace(&public, format!("{shown}\n").as_bytes(), Readers::Usual)
        .map_err(|error| fail(&public, &error))?;
    Ok((secret, public, shown.to_string()))
}
