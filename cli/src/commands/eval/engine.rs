//! The project or bundle, loaded to decide.

mod bundle;

use std::collections::BTreeMap;
use std::path::Path;

use policy_bytecode::scalar::Timestamp;
use policy_compiler::Options;
use policy_project::formats::Columns;
use policy_project::nearest::nearest;
use policy_project::{Files, Format, Overlay, confine, formats, load};
use policy_testing::columns::of_rows;
use policy_testing::explain::{self, RuleStory};
use policy_testing::parameters::names;
use policy_testing::{Asked, Linked, Workspace, link, modes};
use policy_vm::decision::Decision;
use policy_vm::{Evaluator, Observer, Program, Quiet, Request};

use super::Arguments;
use crate::decision::Templates;
use crate::inputs;
use crate::report;
use crate::shown;
use crate::terminal::Terminal;

/// A loaded project and the policy that is asked.
pub(super) struct Engine {
    /// The project; none where a bundle decides.
    workspace: Option<Workspace>,
    files: Files,
    input: u64,
    evaluator: Evaluator,
    request: Request,
    policy: usize,
    /// Entities that come with each input.
    brought: Option<String>,
    explain: bool,
    prefix: String,
    columns: Columns,
    templates: Templates,
}

impl Engine {
    /// Loads the project, its data and its parameters.
    ///
    /// # Errors
    /// A sentence; an empty one where everything was said already.
    pub(super) fn new(
        arguments: &Arguments,
        now: Option<Timestamp>,
        terminal: &mut Terminal,
    ) -> Result<Self, String> {
        if let Some(path) = &arguments.bundle {
            return bundle::engine(path, arguments, now);
        }
        let workspace =
            Workspace::open(&arguments.project, &Overlay::new()).map_err(|error| error.to_string())?;
        let asked =
            if workspace.has_errors() { None } else { Some(workspace.entry(arguments.entry.as_deref())?) };
        let linked =
            workspace.link(Options { instrument: arguments.explain, tests: false }).and_then(|linked| {
                let problems = workspace.content_problems(&linked.program);
                if problems.is_empty() { Ok(linked) } else { Err(problems) }
            });
        let (linked, asked) = match (linked, asked) {
            (Ok(linked), Some(asked)) => (linked, asked),
            (Err(found), _) => {
                complain(&workspace, &found, terminal);
                return Err("no decision can be made: the project has errors".to_owned());
            }
            (Ok(_), None) => return Err("no decision can be made: the project has errors".to_owned()),
        };
        let snapshot = snapshot(&workspace, &linked, &asked, arguments, now)?;
        let request = Request {
            now,
            limits: workspace.limits(),
            strict_input: arguments.strict_input,
            not_applicable_proceeds: asked.not_applicable_proceeds,
        };
        let modes = workspace.with_modes(workspace.own_modes(), &arguments.mode)?;
        let mut evaluator = Evaluator::new(&linked.program, &snapshot);
        modes::apply(&mut evaluator, &modes);
        Ok(Self {
            evaluator,
            prefix: shown::prefix(&workspace.project),
            columns: columns(&linked.program, asked.policy),
            templates: Templates::of(&workspace.checked.hir, &workspace.project.files),
            files: workspace.project.files.clone(),
            input: workspace.project.manifest.limits.input.unwrap_or(inputs::MAX_INPUT),
            workspace: Some(workspace),
            request,
            policy: asked.policy,
            brought: brought(arguments)?,
            explain: arguments.explain,
        })
    }

    /// The greatest size of an input, in bytes.
    pub(super) fn input_limit(&self) -> u64 {
        self.input
    }

    /// What the columns of tables of inputs are read as.
    pub(super) fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The texts of rules without values.
    pub(super) fn templates(&self) -> &Templates {
        &self.templates
    }

    /// What stands before paths of the project to make them paths from here.
    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The sources, as far as they are known.
    pub(super) fn files(&self) -> &Files {
        &self.files
    }

    /// Decides about a document.
    pub(super) fn decide(&mut self, json: &[u8]) -> (Decision, Option<Vec<RuleStory>>) {
        let policy = u32::try_from(self.policy).unwrap_or(u32::MAX);
        let Some(workspace) = self.workspace.as_ref().filter(|_| self.explain) else {
            return (
                judge(&mut self.evaluator, policy, json, self.brought.as_deref(), &self.request, &mut Quiet),
                None,
            );
        };
        let program = self.evaluator.program().clone();
        let policies = &workspace.checked.hir.policies;
        let mut observer = explain::Observed::new(&program, policy, policies);
        let decision =
            judge(&mut self.evaluator, policy, json, self.brought.as_deref(), &self.request, &mut observer);
        let stories = observer.stories();
        // Where no rule ran there is nothing to tell.
        let ran = stories.iter().any(|story| story.shown.is_some());
        (decision, ran.then_some(stories))
    }

    /// The decision about a document that could not be read: a deny with the reason.
    pub(super) fn unreadable(&mut self, reason: &str) -> (Decision, Option<Vec<RuleStory>>) {
        let policy = u32::try_from(self.policy).unwrap_or(u32::MAX);
        let mut decision = self.evaluator.decide_json(policy, b"", &self.request);
        for problem in &mut decision.errors {
            reason.clone_into(&mut problem.message);
            problem.found = None;
        }
        (decision, None)
    }
}

/// Decides about a document, with the entities that come with it.
fn judge<O: Observer>(
    evaluator: &mut Evaluator,
    policy: u32,
    json: &[u8],
    brought: Option<&str>,
    request: &Request,
    observer: &mut O,
) -> Decision {
    match brought {
        Some(entities) => {
            evaluator.judge_json_with(policy, json, entities.as_bytes(), request, observer).decision()
        }
        None => evaluator.judge_observed(policy, json, request, observer).decision(),
    }
}

/// The entities that come with each input.
fn brought(arguments: &Arguments) -> Result<Option<String>, String> {
    arguments.with_entities.as_deref().map(|path| read(path, &Columns::default())).transpose()
}

/// What the columns of a table are read as whose rows a policy is asked about.
fn columns(program: &Program, policy: usize) -> Columns {
    let code = program.bytecode();
    code.policies.get(policy).map_or_else(Columns::default, |policy| of_rows(code, policy.input))
}

fn complain(workspace: &Workspace, found: &[policy_syntax::Diagnostic], terminal: &mut Terminal) {
    let files = shown::files(&workspace.project);
    let text =
        report::human::findings(found, &files, terminal.err_colour(), terminal.width(), report::MAX_SHOWN);
    terminal.err(&text);
}

/// The data files, those that the call names instead, and the parameters.
fn snapshot(
    workspace: &Workspace,
    linked: &Linked,
    asked: &Asked,
    arguments: &Arguments,
    now: Option<Timestamp>,
) -> Result<policy_vm::Snapshot, String> {
    let items: Vec<&str> = workspace.checked.hir.data.iter().map(|item| item.name.as_str()).collect();
    let mut given: Vec<(&str, String)> = Vec::new();
    for (name, path) in &arguments.data {
        let item = item(&items, name)?;
        if given.iter().any(|(known, _)| *known == item) {
            return Err(format!("data {item} is given twice"));
        }
        let columns = workspace.columns(&linked.program, item);
        given.push((item, read(Path::new(path), &columns)?));
    }
    let without: Vec<&str> = given.iter().map(|(item, _)| *item).collect();
    let mut builder = if arguments.entities.is_empty() {
        workspace.data(&linked.program, &without)
    } else {
        workspace.data_items(&linked.program, &without)
    };
    for path in &arguments.entities {
        builder = builder.entities(&load::slashed(path), &read(path, &Columns::default())?);
    }
    for (item, json) in &given {
        builder = builder.data(item, json);
    }
    for (policy, parameter, json) in parameters(workspace, linked, asked, &arguments.param)? {
        builder = builder.parameter(&policy, &parameter, &json);
    }
    if let Some(now) = now {
        builder = builder.loaded_at(now);
    }
    builder.build().map_err(|error| {
        let head = match &error {
            policy_vm::SnapshotError::Misfits { name, .. } => format!("{name} does not fit its type"),
            policy_vm::SnapshotError::Entities { name, .. } => {
                format!("{name} does not fit the entities that are declared")
            }
            policy_vm::SnapshotError::NoEntities => {
                return "the policy asks for entities, and there is no store: list its files below [entities] in policy.toml, or say --entities FILE"
                    .to_owned();
            }
            policy_vm::SnapshotError::Missing(name) => {
                let short = name.rsplit('.').next().unwrap_or(name);
                return format!(
                    "{name} has no value and no default: add a file {short} below the data folder, or --data {short}=FILE"
                );
            }
            policy_vm::SnapshotError::Unknown(_)
            | policy_vm::SnapshotError::Beside
            | policy_vm::SnapshotError::OtherProgram
            | policy_vm::SnapshotError::Limit { .. } => {
                return error.to_string();
            }
        };
        format!("{head}\n  {}", link::reasons(&error).join("\n  "))
    })
}

/// The policy, name and value of each parameter: what `policy.toml` binds for the entry, and what the call gives instead.
fn parameters(
    workspace: &Workspace,
    linked: &Linked,
    asked: &Asked,
    given: &[(String, String)],
) -> Result<Vec<(String, String, String)>, String> {
    let Some(policy) = workspace.checked.hir.policies.get(asked.policy) else { return Ok(Vec::new()) };
    let known = names(policy);
    let mut values: BTreeMap<&str, String> = BTreeMap::new();
    let bound = asked.entry.as_ref().map(|entry| workspace.parameters(&linked.program, entry));
    for parameter in bound.into_iter().flatten() {
        if let Some((name, _)) = known.iter().find(|(name, _)| *name == parameter.name) {
            values.insert(name, parameter.json);
        }
    }
    let mut named = Vec::new();
    for (name, value) in given {
        let Some((known_name, _)) = known.iter().find(|(known, _)| known == name) else {
            let meant = nearest(name, known.iter().map(|(name, _)| *name))
                .map_or_else(String::new, |name| format!("; did you mean {name}?"));
            let has: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            let has =
                if has.is_empty() { "it has none".to_owned() } else { format!("it has {}", has.join(", ")) };
            return Err(format!("the policy {} has no parameter {name}: {has}{meant}", policy.name));
        };
        if named.contains(known_name) {
            return Err(format!("the parameter {name} is given twice"));
        }
        named.push(*known_name);
        // What is no JSON is a text without its quotes.
        let json = match serde_json::from_str::<serde::de::IgnoredAny>(value) {
            Ok(_) => value.clone(),
            Err(_) => serde_json::to_string(value).map_err(|error| error.to_string())?,
        };
        values.insert(known_name, json);
    }
    if let Some((missing, _)) = known.iter().find(|(name, default)| !default && !values.contains_key(name)) {
        return Err(format!(
            "the parameter {missing} of {} has no value: bind it to a file with `parameters` of an entry of policy.toml, or say --param {missing}=JSON",
            policy.name
        ));
    }
    Ok(values.into_iter().map(|(name, json)| (policy.name.clone(), name.to_owned(), json)).collect())
}

/// The item of a qualified name, or of a name that only one has.
fn item<'a>(items: &[&'a str], name: &str) -> Result<&'a str, String> {
    if let Some(item) = items.iter().find(|item| **item == name) {
        return Ok(item);
    }
    let fitting: Vec<&str> = items
        .iter()
        .filter(|item| item.strip_suffix(name).is_some_and(|module| module.ends_with('.')))
        .copied()
        .collect();
    match fitting.as_slice() {
        [only] => Ok(only),
        [] if items.is_empty() => Err(format!("there is no data {name}: the project declares none")),
        [] => Err(format!("there is no data {name}; there is {}", items.join(", "))),
        several => Err(format!("several data items are named {name}: {}", several.join(", "))),
    }
}

/// A data file that the call names; it may stand anywhere.
fn read(path: &Path, columns: &Columns) -> Result<String, String> {
    let shown = path.display();
    let bytes =
        confine::read(path, load::MAX_DATA).map_err(|error| format!("{shown} cannot be read: {error}"))?;
    let format = Format::of_path(path)
        .or_else(|| formats::sniff(&bytes))
        .ok_or_else(|| format!("the format of {shown} cannot be told from its name"))?;
    let json =
        formats::one_document_as(format, &bytes, columns).map_err(|error| format!("{shown} is {error}"))?;
    String::from_utf8(json).map_err(|_| format!("{shown} is not UTF-8"))
}
