//! `policyc cost`.

mod shown;

use std::path::PathBuf;

use policy_compiler::Options;
use policy_compiler::cost::{Costs, Measure, Promise, Sizes};
use policy_compiler::hir::{DataId, PolicyId};
use policy_project::Overlay;
use policy_project::formats::Columns;
use policy_testing::Workspace;
use policy_vm::{Evaluator, Request};

use crate::exit::Exit;
use crate::inputs;
use crate::report;
use crate::terminal::Terminal;

/// Arguments of `cost`.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help("cost"))]
pub(crate) struct Arguments {
    /// The project, or a source that stands alone.
    #[arg(default_value = ".", value_name = "PATH")]
    project: PathBuf,

    /// Only this policy: an entry of policy.toml, or a policy's name.
    #[arg(short, long, value_name = "NAME")]
    entry: Option<String>,

    /// Compute the steps at sizes: NAME=NUMBER, several with commas between them; others are at their greatest, or 0.
    #[arg(long, value_name = "SIZES", value_delimiter = ',', value_parser = size)]
    at: Vec<(String, u64)>,

    /// Decide about an input, and show the steps that were promised beside those that it took; may be repeated.
    #[arg(short, long, value_name = "INPUT")]
    input: Vec<PathBuf>,

    /// The form of the output.
    #[arg(long, value_name = "FORM", default_value = "human")]
    format: Form,
}

/// A form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// For people.
    Human,
    /// JSON: a line for each policy.
    Json,
}

fn size(text: &str) -> Result<(String, u64), String> {
    let (name, number) = text.split_once('=').ok_or("write NAME=NUMBER, such as files=300")?;
    let digits: String = number.trim().chars().filter(|c| *c != '_').collect();
    let number = digits.parse().map_err(|_| format!("{number:?} is no whole number"))?;
    Ok((name.trim().to_owned(), number))
}

/// What is told of one policy.
struct Told<'a> {
    name: &'a str,
    promise: &'a Promise,
    measures: Vec<Measure>,
    /// The sizes that were asked for, with what they were not given replaced by the greatest.
    at: Option<Sizes>,
    /// Each input, with the steps that were promised and taken.
    inputs: Vec<(String, u64, u64)>,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let workspace = match Workspace::open(&arguments.project, &Overlay::new()) {
        Ok(workspace) => workspace,
        Err(error) => {
            terminal.complain(&error.to_string());
            return Exit::NoAnswer;
        }
    };
    // Costs beyond the limits are errors, and shown all the same.
    if workspace.checked.has_errors() {
        complain(&workspace, &workspace.diagnostics, terminal);
        terminal.complain("there is no cost: the project has errors");
        return Exit::NoAnswer;
    }
    let asked = match asked(&workspace, arguments) {
        Ok(asked) => asked,
        Err(message) => {
            terminal.complain(&message);
            return Exit::NoAnswer;
        }
    };
    let costs = Costs::of(&workspace.checked.hir);
    let mut exit = Exit::Good;
    let mut measured = match measured(&workspace, &costs, &asked, arguments, terminal) {
        Ok(measured) => measured,
        Err(message) => {
            if !message.is_empty() {
                terminal.complain(&message);
            }
            return Exit::NoAnswer;
        }
    };
    if let Some(message) = unknown_size(&costs, &asked, &arguments.at) {
        terminal.complain(&message);
        return Exit::NoAnswer;
    }
    for (position, policy) in asked.iter().enumerate() {
        let Some(promise) = costs.promises().get(*policy) else { continue };
        let name = workspace.checked.hir.policies.get(*policy).map_or("", |policy| policy.name.as_str());
        let measures = costs.measures(&promise.steps);
        let inputs = measured.get_mut(position).map(std::mem::take).unwrap_or_default();
        if inputs.iter().any(|(_, promised, taken)| taken > promised) {
            exit = exit.worse(Exit::Found);
        }
        let at = (!arguments.at.is_empty()).then(|| sizes(&measures, &arguments.at));
        let told = Told { name, promise, measures, at, inputs };
        match arguments.format {
            Form::Human => {
                if position > 0 {
                    terminal.line("");
                }
                terminal.out(&shown::human(&costs, &told, terminal));
            }
            Form::Json => terminal.line(&shown::json(&costs, &told)),
        }
    }
    exit
}

/// What is wrong with the names of sizes, if anything is.
fn unknown_size(costs: &Costs<'_>, asked: &[usize], given: &[(String, u64)]) -> Option<String> {
    let promises = asked.iter().filter_map(|policy| costs.promises().get(*policy));
    let measures = promises.flat_map(|promise| costs.measures(&promise.steps));
    let mut known: Vec<String> = measures.map(|measure| measure.name).collect();
    known.sort_unstable();
    known.dedup();
    let (name, _) = given.iter().find(|(name, _)| !known.contains(name))?;
    Some(format!("no cost depends on a size {name}; the sizes are {}", known.join(", ")))
}

/// The policies to tell of: the one that was named, the entries, or all there are.
fn asked(workspace: &Workspace, arguments: &Arguments) -> Result<Vec<usize>, String> {
    if let Some(name) = &arguments.entry {
        return Ok(vec![workspace.entry(Some(name))?.policy]);
    }
    let policies = &workspace.checked.hir.policies;
    let entries = workspace.project.manifest.entries.values();
    let mut asked: Vec<usize> = entries
        .filter_map(|entry| policies.iter().position(|policy| policy.name == entry.policy.value))
        .collect();
    if asked.is_empty() {
        asked = (0..policies.len()).collect();
    }
    asked.sort_unstable();
    asked.dedup();
    if asked.is_empty() { Err("the project has no policy".to_owned()) } else { Ok(asked) }
}

/// Sizes as they were given; the others at their greatest.
fn sizes(measures: &[Measure], given: &[(String, u64)]) -> Sizes {
    let mut sizes = Sizes::default();
    for measure in measures {
        let named = given.iter().find(|(name, _)| *name == measure.name).map(|(_, size)| *size);
        sizes.set(measure.symbol, named.or(measure.max).unwrap_or(0));
    }
    sizes
}

type Measured = Vec<Vec<(String, u64, u64)>>;

/// Decides about the inputs by each policy; the steps promised and taken.
fn measured(
    workspace: &Workspace,
    costs: &Costs<'_>,
    asked: &[usize],
    arguments: &Arguments,
    terminal: &mut Terminal,
) -> Result<Measured, String> {
    let mut all: Measured = vec![Vec::new(); asked.len()];
    if arguments.input.is_empty() {
        return Ok(all);
    }
    let linked = match workspace.link(Options::default()) {
        Ok(linked) => linked,
        Err(found) => {
            complain(workspace, &found, terminal);
            return Err("no decision can be made: the project has errors".to_owned());
        }
    };
    let snapshot = workspace.data(&linked.program, &[]).build().map_err(|error| error.to_string())?;
    let data = workspace.data_json(&linked.program);
    let now = jiff::Timestamp::now();
    let now = policy_bytecode::scalar::Timestamp { seconds: now.as_second(), nanos: 0 };
    let request = Request { limits: workspace.limits(), ..Request::at(now) };
    let mut evaluator = Evaluator::new(&linked.program, &snapshot);
    let limit = workspace.project.manifest.limits.input.unwrap_or(inputs::MAX_INPUT);
    let (found, problems) = inputs::find(&arguments.input);
    if let Some(problem) = problems.first() {
        return Err(problem.clone());
    }
    for input in &found {
        let documents = inputs::read(input, None, limit, &Columns::default())?;
        let several = documents.len() > 1;
        for (at, document) in documents.into_iter().enumerate() {
            let document = document.map_err(|error| format!("{}: {error}", input.shown()))?;
            let name = if several { format!("{}#{}", input.shown(), at + 1) } else { input.shown() };
            for (policy, all) in asked.iter().zip(&mut all) {
                let Some(promise) = costs.promises().get(*policy) else { continue };
                let id = PolicyId(u32::try_from(*policy).unwrap_or(u32::MAX));
                let mut sizes = Sizes::default();
                sizes.input(costs, id, &document.json);
                for (item, json) in &data {
                    let item = DataId(u32::try_from(*item).unwrap_or(u32::MAX));
                    sizes.data(costs, item, json.as_bytes());
                }
                let taken = evaluator.decide_json(id.0, &document.json, &request).fuel;
                all.push((name.clone(), sizes.value(&promise.steps), taken));
            }
        }
    }
    Ok(all)
}

fn complain(workspace: &Workspace, found: &[policy_syntax::Diagnostic], terminal: &mut Terminal) {
    let files = crate::shown::files(&workspace.project);
    let text =
        report::human::findings(found, &files, terminal.err_colour(), terminal.width(), report::MAX_SHOWN);
    terminal.err(&text);
}
