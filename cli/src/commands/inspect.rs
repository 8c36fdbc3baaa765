//! `policyc inspect`.

mod human;

use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::Value;

use crate::bundles::Files;
use crate::exit::Exit;
use crate::terminal::Terminal;

/// Arguments of `inspect`.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help("inspect"))]
pub(crate) struct Arguments {
    /// The bundle.
    #[arg(value_name = "FILE")]
    bundle: PathBuf,

    /// A file that lies beside it; may be repeated. Those of its own name that end in .pdata and .pdebug are found without.
    #[arg(long, value_name = "FILE")]
    beside: Vec<PathBuf>,

    /// Only this policy: an entry, or a policy's name.
    #[arg(short, long, value_name = "NAME")]
    entry: Option<String>,

    /// The form of the output.
    #[arg(long, value_name = "FORM", default_value = "human")]
    format: Form,
}

/// A form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people.
    Human,
    /// All there is, as JSON.
    Json,
    /// The JSON Schema of the input of a policy.
    Schema,
    /// A bill of materials, in the form of CycloneDX.
    Sbom,
    /// How the bundle came to be, as an in-toto statement.
    Provenance,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    match shown(arguments, terminal) {
        Ok(()) => Exit::Good,
        Err(message) => {
            terminal.complain(&message);
            Exit::NoAnswer
        }
    }
}

fn shown(arguments: &Arguments, terminal: &mut Terminal) -> Result<(), String> {
    let files = Files::read(&arguments.bundle, &arguments.beside)?;
    let (container, beside) = files.open()?;
    let refused = |error| format!("{} is refused: {error}", arguments.bundle.display());
    let mut told = policy_bundle::inspect(&container, &beside).map_err(refused)?;
    if let Some(name) = &arguments.entry {
        only(&mut told, name)?;
    }
    match arguments.format {
        Form::Human => {
            let text = human::text(&told, terminal);
            terminal.out(&text);
        }
        Form::Json => terminal.line(&pretty(&told)),
        Form::Schema => {
            let policies = told.get("policies").and_then(Value::as_array).cloned().unwrap_or_default();
            match policies.as_slice() {
                [policy] => terminal.line(&pretty(policy.get("input").unwrap_or(&Value::Null))),
                several => {
                    let names: Vec<&str> = several.iter().filter_map(|p| p.get("name")?.as_str()).collect();
                    return Err(format!("which policy? say --entry with one of {}", names.join(", ")));
                }
            }
        }
        Form::Sbom => terminal.line(&pretty(&policy_bundle::sbom(&container, &beside).map_err(refused)?)),
        Form::Provenance => {
            let name = arguments.bundle.file_name().unwrap_or_default().to_string_lossy();
            let statement = policy_bundle::provenance(&container, &beside, files.bytes(), &name);
            terminal.line(&pretty(&statement.map_err(refused)?));
        }
    }
    Ok(())
}

/// Leaves only one policy in what is told.
fn only(told: &mut Value, name: &str) -> Result<(), String> {
    let named = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let entries = told.get("entries").and_then(Value::as_array).cloned().unwrap_or_default();
    let entry = entries.iter().find(|entry| named(entry, "name").as_deref() == Some(name));
    let policy = entry.and_then(|entry| named(entry, "policy")).unwrap_or_else(|| name.to_owned());
    let Some(policies) = told.get_mut("policies").and_then(Value::as_array_mut) else { return Ok(()) };
    let known: Vec<String> = policies.iter().filter_map(|policy| named(policy, "name")).collect();
    policies.retain(|other| named(other, "name").as_deref() == Some(&policy));
    if policies.is_empty() {
        return Err(format!("the bundle has no entry or policy {name}; it has {}", known.join(", ")));
    }
    Ok(())
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
