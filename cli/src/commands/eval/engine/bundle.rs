//! A bundle, loaded to decide.

use std::path::Path;

use policy_bytecode::scalar::Timestamp;
use policy_project::Files as Sources;
use policy_vm::{Duties, Entry, Mode, Program, Request};

use super::Engine;
use crate::bundles::{self, Files};
use crate::commands::eval::Arguments;
use crate::decision::Templates;
use crate::inputs;

/// Loads the bundle and opens the entry that is asked.
pub(super) fn engine(path: &Path, arguments: &Arguments, now: Option<Timestamp>) -> Result<Engine, String> {
    let files = Files::read(path, &arguments.beside)?;
    let (container, beside) = files.open()?;
    let refused = |error: &dyn std::fmt::Display| format!("{} is refused: {error}", path.display());
    if let Some(store) = &arguments.trust {
        let now = now.ok_or("the clock gives no time; say it with --now")?;
        bundles::trust(store)?.check(&container, now).map_err(|error| refused(&error))?;
    }
    let library = policy_stdlib::table();
    let program = Program::of_container(&container, &beside, library).map_err(|error| refused(&error))?;
    let program = program.clone().within(program.request().limits).map_err(|error| refused(&error))?;
    let name = asked(&program, arguments.entry.as_deref())?;
    // The command line shows duties, and leaves it to whoever called it to fulfil them.
    let policy = program.policy(&policy_name(&program, &name));
    let can = policy.map_or_else(Duties::default, |policy| program.duties(policy)).and_transforms();
    let mut entry = Entry::open_for(&program, &name, &can).map_err(|error| error.to_string())?;
    for (of, mode) in &arguments.mode {
        let mode = match mode {
            policy_project::manifest::ModeLevel::Observe => Mode::Observe,
            policy_project::manifest::ModeLevel::Advise => Mode::Advise,
            policy_project::manifest::ModeLevel::Enforce => Mode::Enforce,
        };
        entry.evaluator().set_mode(of, mode).map_err(|error| error.to_string())?;
    }
    let request = Request { now, strict_input: arguments.strict_input, ..*entry.request() };
    let policy = entry.policy() as usize;
    let input = program.manifest().and_then(|manifest| manifest.limits.input).unwrap_or(inputs::MAX_INPUT);
    Ok(Engine {
        columns: super::columns(&program, policy),
        evaluator: entry.into_evaluator(),
        workspace: None,
        files: Sources::default(),
        input,
        request,
        policy,
        brought: super::brought(arguments)?,
        explain: false,
        prefix: String::new(),
        templates: Templates::default(),
    })
}

fn policy_name(program: &Program, name: &str) -> String {
    let entries = program.manifest().map_or(&[][..], |manifest| &manifest.entries);
    let entry = entries.iter().find(|entry| entry.name == name);
    entry.map_or_else(|| name.to_owned(), |entry| entry.policy.clone())
}

/// The name of the entry or policy to ask: what was said, otherwise the one that there is.
fn asked(program: &Program, name: Option<&str>) -> Result<String, String> {
    let entries = program.manifest().map_or(&[][..], |manifest| &manifest.entries);
    let code = program.bytecode();
    let policies: Vec<&str> = code
        .policies
        .iter()
        .map(|policy| code.texts.get(policy.name.index()).map_or("", String::as_str))
        .collect();
    let known: Vec<&str> = match entries.is_empty() {
        true => policies.clone(),
        false => entries.iter().map(|entry| entry.name.as_str()).collect(),
    };
    let Some(name) = name else {
        return match known.as_slice() {
            [only] => Ok((*only).to_owned()),
            [] => Err("the bundle has no policy".to_owned()),
            several => Err(format!("which entry? say --entry with one of {}", several.join(", "))),
        };
    };
    if entries.iter().any(|entry| entry.name == name) {
        return Ok(name.to_owned());
    }
    let fits = |policy: &&&str| **policy == name || policy.rsplit('.').next() == Some(name);
    let fitting: Vec<&&str> = policies.iter().filter(fits).collect();
    match fitting.as_slice() {
        // A policy that is asked by its name is asked as its entry is, if it has exactly one.
        [only] => {
            let mut named = entries.iter().filter(|entry| entry.policy == ***only);
            Ok(match (named.next(), named.next()) {
                (Some(entry), None) => entry.name.clone(),
                (_, _) => (**only).to_owned(),
            })
        }
        [] => Err(format!("the bundle has no entry or policy {name}; it has {}", known.join(", "))),
        _ => Err(format!("several policies are named {name}: say the qualified name")),
    }
}
